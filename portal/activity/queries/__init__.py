"""Reads: messages, the trail, refusals, the outbox, the help desk. Long lists come in pages by key."""
