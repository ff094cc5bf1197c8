"""What a council writes about how it decides."""
