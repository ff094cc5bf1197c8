"""The public register of decisions: every published record, as page, file and feed. Each is a copy; the official record is its council's."""

import json
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web import public
from portal.decisions.queries.forward_plan import councils
from portal.decisions.queries.public import (
    DecisionFilter,
    kind_titles,
    latest_changes,
    public_decision,
    public_decisions,
)
from portal.decisions.rules.answers import CORRECTABLE, SAID, URGENCY
from portal.decisions.rules.public_standing import HEARD
from portal.decisions.rules.resolutions import EFFECTS
from portal.decisions.wording import alternatives, paragraphs, posts
from portal.notices.csv_text import csv_text
from portal.notices.feeds import atom, marked
from portal.notices.forms import DecisionFilterForm
from portal.notices.machine import KEYS, as_json
from portal.notices.routes import pages
from portal.notices.routes.reading import (
    PAGE,
    address_with,
    base_url,
    filter_form,
    is_demonstration,
    key_of,
    sent_as,
    show_invalid,
    values_of,
)

_ANYBODY = public("Published decisions of councils are public.")
_MOST = 5000
"""Lines of a file."""


@pages.route("/public/decisions", permit=_ANYBODY)
def public_register() -> ResponseReturnValue:
    """Published decisions of every council."""
    return _register("/public/decisions", None)


@pages.route("/public/councils/<slug>/decisions", permit=_ANYBODY)
def public_register_of_council(slug: str) -> ResponseReturnValue:
    """Of one council."""
    return _register(f"/public/councils/{slug}/decisions", slug)


@pages.route("/public/decisions.csv", permit=_ANYBODY)
def public_register_csv() -> ResponseReturnValue:
    """The same list with the same filters as a file."""
    names = _councils()
    form = _filter(names, None)
    try:
        wanted = DecisionFilter(**values_of(form, names, kind=kind_titles()))
    except Invalid:
        raise Missing from None
    rows = (
        (
            str(one.id),
            one.council,
            one.kind_title,
            one.title,
            one.said,
            one.decided_by_post,
            one.decided_on.isoformat(),
            one.published_on.isoformat() if one.published_on else "",
            one.effective_on.isoformat() if one.effective_on else "",
            one.standing.label,
            "yes" if one.is_key else "no",
            "This portal" if one.is_the_record else one.record_url or one.official_name,
            f"{base_url()}/public/decisions/{one.id}",
            "yes" if one.demonstration else "no",
        )
        for one in public_decisions(session(), wanted, limit=_MOST)[:_MOST]
    )
    headings = (
        "Id", "Council", "Kind", "Decision on", "Outcome", "Decided by", "Decided on", "Published on", "Effective on", "Standing",
        "Key decision", "Official record at", "Copy", "Demonstration",
    )  # fmt: skip
    return sent_as(csv_text(headings, rows).encode("utf-8"), "text/csv", file_name="decisions.csv")


@pages.route("/public/decisions.atom", permit=_ANYBODY)
def public_register_feed() -> ResponseReturnValue:
    """The latest records and changes."""
    return _feed("Decisions of councils", "/public/decisions.atom", "/public/decisions", "")


@pages.route("/public/councils/<slug>/decisions.atom", permit=_ANYBODY)
def public_register_feed_of_council(slug: str) -> ResponseReturnValue:
    """Of one council."""
    names = _councils()
    if slug not in names:
        raise Missing
    below = f"/public/councils/{slug}/decisions"
    return _feed(f"Decisions of {names[slug]}", f"{below}.atom", below, slug)


@pages.route("/public/decisions/<uuid:decision_id>", permit=_ANYBODY)
def public_record(decision_id: UUID) -> ResponseReturnValue:
    """One record, for good: also when it was superseded, called in or corrected."""
    found = public_decision(session(), decision_id)
    return render_template(
        "notices/public_decision.html",
        d=found,
        m=found.more,
        said=SAID,
        effects=EFFECTS,
        heard=HEARD,
        urgency=URGENCY,
        fields=CORRECTABLE,
        reasons=paragraphs(found.reasons),
        alternatives=alternatives(found.more["alternatives"]),
        consulted=posts(found.more["consulted_post"]),
    )


@pages.route("/public/decisions/<uuid:decision_id>.json", permit=_ANYBODY)
def public_record_json(decision_id: UUID) -> ResponseReturnValue:
    """The same for machines."""
    found = as_json(public_decision(session(), decision_id), base_url())
    return sent_as(json.dumps(found, ensure_ascii=False, indent=2).encode("utf-8"), "application/json")


@pages.route("/public/open-data", permit=_ANYBODY)
def open_data() -> ResponseReturnValue:
    """Which files and feeds there are, and what their keys mean."""
    return render_template("notices/open_data.html", keys=KEYS, councils=_councils())


def _register(path: str, slug: str | None) -> ResponseReturnValue:
    names = _councils()
    if slug is not None and slug not in names:
        raise Missing
    form = _filter(names, slug)
    shown: dict[str, Any] = {
        "form": form,
        "path": path,
        "slug": slug,
        "council": names.get(slug or ""),
        "councils": names,
        "feed": marked("Decisions", demonstration=is_demonstration()),
        "found": [],
        "older_url": None,
        "newest_url": None,
        "csv_url": None,
    }
    try:
        wanted = DecisionFilter(**values_of(form, names, kind=kind_titles()))
    except Invalid as error:
        show_invalid(form, error)
        return render_template("notices/public_decisions.html", **shown), 422
    before = key_of(request.args.get("before"))
    found = public_decisions(session(), wanted, before=before, limit=PAGE)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return render_template(
        "notices/public_decisions.html",
        **shown
        | {
            "found": found[:PAGE],
            "older_url": address_with(path, before=f"{last.decided_on}_{last.id}") if last else None,
            "newest_url": address_with(path, "before") if before else None,
            "csv_url": address_with("/public/decisions.csv", "before", **({"council": slug} if slug else {})),
        },
    )


def _feed(title: str, path: str, page: str, council: str) -> Response:
    base = base_url()
    found = latest_changes(session(), council=council)
    demonstration = is_demonstration() or any(one.demonstration for one in found)
    content = atom(
        found,
        title=title,
        address=base + path,
        page=base + page,
        base=base,
        demonstration=demonstration,
        now=clock.now(),
    )
    return sent_as(content, "application/atom+xml")


def _filter(names: dict[str, str], slug: str | None) -> DecisionFilterForm:
    form = filter_form(DecisionFilterForm, names, council=slug)
    form.kind.choices = {"": "All kinds"} | kind_titles()
    return form


def _councils() -> dict[str, str]:
    return {row.slug: row.name for row in councils(session())}
