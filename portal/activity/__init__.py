"""Activity: the reading side. What needs me now, messages, the trail and its proof, the operator's view.

Words: *need* (something this person can do now), *line* (of the trail), *head* (the newest line and its hash, kept outside
the database too), *refusal* (an attempt that was turned away).
"""
