"""Pages of a provider's passport."""

from portal.core.web.pages import Pages

pages = Pages("providers", __name__)

from portal.providers.routes import passport  # noqa: E402, F401  # declares its pages on the object above
