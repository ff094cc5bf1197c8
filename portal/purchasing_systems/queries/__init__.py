"""Reading purchasing systems, by noun."""
