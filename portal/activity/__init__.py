"""Activity: the reading side: home pages, inbox, the trail, the operator's view.
"""
