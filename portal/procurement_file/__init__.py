"""The procurement file: one download of everything a council may read about a system or one of its rounds.

For an audit, an information request, a claim letter. It holds what row security shows the council that asks, and says of each piece what
it is and which marks it bears: *exempt* (Schedule 12A, Local Government Act 1972), *personal* (about a person at work) or *commercial*
(a provider's own). Marked parts are left out on request; the index then says that, and where, something was left out.
"""
