"""Property tests judge by what comes out, never by how long it took: a loaded machine is not a fault."""

from hypothesis import settings

settings.register_profile("portal", deadline=None)
settings.load_profile("portal")
