"""Notices: what the public sees, without signing in: systems, rounds, questions, documents, the published register."""
