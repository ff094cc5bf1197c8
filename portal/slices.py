"""The pages of every slice, in the order they are registered."""

from portal.core.web.pages import Pages

SLICES: tuple[Pages, ...] = ()
