"""The ground floor: scope, audit, jobs, documents and the web; it knows no business words."""
