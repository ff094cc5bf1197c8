"""Decisions: a *matter* (on screen: a joint decision) is one question put to several authorities; each answers for itself, on the record.

Knows councils, reports and delegations, and nothing of procurement: the slice above raises the matter and asks what was decided.
"""
