"""`make bench`: the portal against a bare handler that sends the same SQL by raw psycopg and renders the same template.

Ratios of CPU (server process and database together), in one run, on one server. Never a test.
"""
