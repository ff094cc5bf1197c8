"""Purchasing systems: what one lead authority establishes for several councils, and who has been admitted to it.

Words: *purchasing system*, *lot*, *participation*, *specification* with *local schedules*, *round*, *admission*, *usability* (computed).
"""
