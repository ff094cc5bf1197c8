"""Evaluation: a panel scores answers, whatever they belong to.

Words: *panel*, *candidate* (what is scored), *declaration* of interests, *score*, *moderation*, *consensus*, *result*.
"""
