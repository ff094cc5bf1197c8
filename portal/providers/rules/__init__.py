"""What a passport may hold. Pure."""
