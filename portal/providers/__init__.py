"""A provider's passport: what is true of a provider whatever it applies for.

Its registered services (a home, an agency, a setting), what the regulator says of each, where referrals go, who tells of
vacancies, which insurance it holds and until when. A provider writes its own; authorities read those of the providers
admitted to a system they take part in. Nothing here is ever overwritten: a change is a later row, so that any past second
can be asked about. Addresses of homes are not held.
"""
