"""Property tests judge by what comes out, never by how long it took: a loaded machine is not a fault.

The examples are the same in every run, so what is green here is green there.
"""

from hypothesis import settings

settings.register_profile("portal", deadline=None, derandomize=True)
# To look further than the fixed examples: pytest --hypothesis-profile=search
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("portal")
