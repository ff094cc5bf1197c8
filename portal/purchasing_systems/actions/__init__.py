"""What is done with purchasing systems, by noun."""
