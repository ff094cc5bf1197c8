"""What a council’s own rules say on a day."""
