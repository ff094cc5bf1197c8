"""The published answers, for everybody: as a page and as a feed."""

from uuid import UUID

from flask import Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from portal.clarifications.feed import feed_of
from portal.clarifications.queries.published import matching, published_answers
from portal.clarifications.routes import pages
from portal.core import clock
from portal.core.database import session
from portal.core.types import Actor
from portal.core.web import public
from portal.purchasing_systems.queries.clarification_days import clarification_days
from portal.purchasing_systems.queries.rounds import phase_of, published_round

_ANYBODY = public("Answers to questions about a round are the same for everybody.")


@pages.route("/rounds/<uuid:round_id>/clarifications", permit=_ANYBODY)
def published_clarifications(round_id: UUID) -> ResponseReturnValue:
    """Every public answer, latest first, to be searched."""
    round_, system = published_round(session(), round_id)
    found = published_answers(session(), round_id)
    words, changes = request.args.get("words", "")[:200], request.args.get("changes") == "yes"
    days = clarification_days(session(), round_id)
    who: Actor | None = g.get("actor")
    asks = round_.status == "published" and days is not None and clock.today() <= days[0]
    return render_template(
        "clarifications/published.html",
        round=round_,
        system=system,
        phase=phase_of(round_),
        all=found,
        found=matching(found, words, changes=changes),
        words=words,
        changes=changes,
        days=days,
        asks=asks,
        provider=who is not None and who.organisation_kind == "provider" and who.may("applications:application:draft"),
        officer=who is not None and who.takes_part(system.id),
    )


@pages.route("/rounds/<uuid:round_id>/clarifications.atom", permit=_ANYBODY)
def clarifications_feed(round_id: UUID) -> Response:
    """The same for feed readers."""
    round_, system = published_round(session(), round_id)
    written = feed_of(published_answers(session(), round_id), round_, system, current_app.config["PORTAL"].address)
    return Response(written, mimetype="application/atom+xml")
