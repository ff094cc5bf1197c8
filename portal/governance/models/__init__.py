"""Tables of governance: dated facts of one council."""
