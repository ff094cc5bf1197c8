"""The public forward plan: decisions to be taken, and what anybody wants to say about them before."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.cleaning import Cleaning
from portal.core.database import session
from portal.core.errors import Invalid, Missing, Refused
from portal.core.web import public
from portal.core.web.lifecycle import note_refusal
from portal.core.wording import say_day
from portal.decisions.actions.forward_plan import send_representation
from portal.decisions.queries.forward_plan import (
    NoticeFilter,
    councils,
    due_of,
    earliest_of,
    open_to_representations,
    public_entries,
    public_entry,
    versions_of,
)
from portal.decisions.rules.notices import STATES
from portal.notices.feeds import calendar
from portal.notices.forms import NoticeFilterForm, RepresentationForm
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
from tenants.emails import parse_email
from tenants.routes.forms import show_invalid as show_on_form

_ANYBODY = public("Notices of decisions to be taken are public.")
_MOST = 2000


@pages.route("/public/forward-plan", permit=_ANYBODY)
def public_forward_plan() -> ResponseReturnValue:
    """Of every council."""
    return _plan("/public/forward-plan", None)


@pages.route("/public/councils/<slug>/forward-plan", permit=_ANYBODY)
def public_forward_plan_of_council(slug: str) -> ResponseReturnValue:
    """Of one council."""
    return _plan(f"/public/councils/{slug}/forward-plan", slug)


@pages.route("/public/forward-plan.ics", permit=_ANYBODY)
def public_forward_plan_calendar() -> ResponseReturnValue:
    """Days due and last days for representations; `council` narrows it."""
    names = _councils()
    slug = request.args.get("council", "")
    if slug and slug not in names:
        raise Missing
    rows = public_entries(session(), NoticeFilter(council=slug), limit=_MOST)
    entries = [row.ForwardPlanEntry for row in rows[:_MOST]]
    demonstration = is_demonstration() or any(entry.demonstration for entry in entries)
    title = f"Forward plan: {names[slug]}" if slug else "Forward plan of the region"
    content = calendar(entries, title=title, base=base_url(), demonstration=demonstration)
    return sent_as(content, "text/calendar", file_name="forward-plan.ics")


@pages.route("/public/forward-plan/<uuid:entry_id>", permit=_ANYBODY)
def public_notice(entry_id: UUID) -> ResponseReturnValue:
    """One version of one notice, for good."""
    entry, slug = public_entry(session(), entry_id)
    versions = versions_of(session(), entry)
    return render_template(
        "notices/public_notice.html",
        entry=entry,
        slug=slug,
        state=STATES[entry.status],
        due=due_of(entry),
        earliest=earliest_of(entry),
        versions=versions,
        latest=versions[0],
        takes=open_to_representations(entry),
    )


@pages.route(
    "/public/forward-plan/<uuid:entry_id>/representations",
    permit=public("Anybody can say something about a decision to be taken, until the day stated."),
    methods=("GET", "POST"),
)
def represent(entry_id: UUID) -> ResponseReturnValue:
    """The form while it is taken; afterwards a sentence that says until when it was."""
    entry, slug = public_entry(session(), entry_id)
    form = RepresentationForm()
    shown: dict[str, Any] = {"form": form, "entry": entry, "slug": slug}
    if not open_to_representations(entry):
        refusal = Refused(_closed(entry))
        note_refusal(refusal)
        return render_template("notices/representation_closed.html", **shown, sentence=refusal.sentence), refusal.status
    if request.method == "GET":
        return render_template("notices/representation.html", **shown)
    try:
        sent = send_representation(session(), entry_id=entry_id, address=request.remote_addr or "", **_typed(form))
    except Invalid as error:
        show_on_form(form, error)
        return render_template("notices/representation.html", **shown), 422
    if not sent:
        session().commit()  # the count stays
        form.form_errors.append(
            "Many representations have come from your network. Wait 15 minutes, then send it again."
        )
        return render_template("notices/representation.html", **shown), 429, {"Retry-After": "900"}
    return redirect(f"/public/forward-plan/{entry_id}/representations/sent", 303)


@pages.route("/public/forward-plan/<uuid:entry_id>/representations/sent", permit=_ANYBODY)
def represented(entry_id: UUID) -> ResponseReturnValue:
    """What happens with it now."""
    entry, slug = public_entry(session(), entry_id)
    return render_template("notices/representation_sent.html", entry=entry, slug=slug)


def _typed(form: RepresentationForm) -> dict[str, str]:
    if not form.validate():
        raise Invalid
    clean = Cleaning()
    name = clean.line("name", form.name.data)
    words = clean.lines("words", form.words.data, "Enter what you want to say about this decision.", max_chars=20_000)
    email = ""
    if (form.email.data or "").strip():
        try:
            email = parse_email(form.email.data or "")
        except ValueError as error:
            clean.wrong("email", str(error))
    clean.finish()
    return {"name": name, "email": email, "words": words}


def _closed(entry: Any) -> str:
    until = entry.representations_until
    if entry.status != "live" or not entry.representations_here or until is None:
        return "Representations on this notice are not taken here."
    return f"Representations on this decision could be sent until {say_day(until)}. That day has passed."


def _plan(path: str, slug: str | None) -> ResponseReturnValue:
    names = _councils()
    if slug is not None and slug not in names:
        raise Missing
    form = filter_form(NoticeFilterForm, names, council=slug)
    shown: dict[str, Any] = {
        "form": form,
        "path": path,
        "slug": slug,
        "council": names.get(slug or ""),
        "councils": names,
        "found": [],
        "later_url": None,
        "first_url": None,
        "due_of": due_of,
        "earliest_of": earliest_of,
        "states": STATES,
        "takes": open_to_representations,
    }
    try:
        values = values_of(form, names, past={"yes": ""})
    except Invalid as error:
        show_invalid(form, error)
        return render_template("notices/public_forward_plan.html", **shown), 422
    wanted = NoticeFilter(**values | {"past": bool(values["past"])})
    after = key_of(request.args.get("after"))
    rows = public_entries(session(), wanted, after=after, limit=PAGE)
    last = rows[PAGE - 1].ForwardPlanEntry if len(rows) > PAGE else None
    return render_template(
        "notices/public_forward_plan.html",
        **shown
        | {
            "found": [(row.ForwardPlanEntry, row.slug) for row in rows[:PAGE]],
            "later_url": address_with(path, after=f"{last.due_on}_{last.id}") if last else None,
            "first_url": address_with(path, "after") if after else None,
        },
    )


def _councils() -> dict[str, str]:
    return {row.slug: row.name for row in councils(session())}
