"""Pages of an evaluation, wired to the round's applications. Where they begin: `/rounds/<id>/evaluation`."""

from portal.core.web import Pages

pages = Pages("evaluation", __name__)

from portal.applications.routes.evaluation import (  # noqa: E402, F401  # each declares its pages on the object above
    checks,
    declarations,
    documents,
    hub,
    moderation,
    panel,
    quality,
    results,
    scoring,
    screens,
    sheets,
)
