"""Governance: how one council comes to a decision. Its form, bodies, calendar and clocks; its posts and who holds them; its
delegation ledger: who may decide what, with whom, until when, and on which condition.

Every fact is dated and belongs to one council, which alone writes it. Knows nothing of joint decisions or of procurement: the slices
above ask what a council's own rules say on a day.
"""
