"""What a passport says, now or at an instant."""
