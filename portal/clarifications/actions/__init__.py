"""What providers and officers do about clarifications."""
