"""Reading an evaluation: panel, declarations, scores, moderation, results."""
