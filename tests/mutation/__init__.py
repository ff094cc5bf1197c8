"""Loosening one thing at a time, and asking whether the tests notice. `python -m tests.mutation`; not part of `make test`.

The catalogue census is switched off here: it would notice everything by looking, and the question is whether anything
that somebody can *do* turns red.
"""
