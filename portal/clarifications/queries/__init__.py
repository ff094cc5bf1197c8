"""Reading questions and answers."""
