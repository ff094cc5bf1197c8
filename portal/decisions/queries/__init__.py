"""Reads of joint decisions. Row security shows a participating authority what was decided, and its own drafts only."""
