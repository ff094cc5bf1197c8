"""What is written here: that a message was read."""
