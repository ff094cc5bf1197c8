"""Tenants: who acts, for which organisation, and what they may do.

Words: *organisation* (a council, a provider, the portal's operator), *person*, *membership* (a person holds a post in an
organisation, with roles, from a day to a day), *session* (one person acting for one organisation), *permission*.
"""
