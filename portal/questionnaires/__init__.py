"""Questionnaires: question sets as versioned content, with pass rules, weights and scoring guidance.

Words: *question set*, *question*, *part* (which sealed envelope the answer goes into), *pass rule*, *ceiling*.
"""
