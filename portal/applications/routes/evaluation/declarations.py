"""Declaring interests, and ruling on what was declared."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.applications.queries.evaluating import Occasion, occasion
from portal.applications.queries.opened import OpenedApplication, opened_applications
from portal.applications.routes.evaluation import pages
from portal.applications.routes.evaluation.panel import officers_of
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.evaluation.actions.declarations import (
    declare_interests,
    rule_on_all_without_interest,
    rule_on_declaration,
)
from portal.evaluation.forms import RulingForm
from portal.evaluation.models import Declaration, PanelMember
from portal.evaluation.queries.officers import chosen
from portal.evaluation.queries.panels import declarations_of, members_of
from portal.evaluation.rules.panels import QUALITY
from tenants.permissions import Permission


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/declare",
    permit=Permission.PANEL_SCORE,
    methods=("GET", "POST"),
    endpoint="declare",
)
def declare(round_id: UUID) -> ResponseReturnValue:
    """One's own interests in each applicant, and what was ruled."""
    here = occasion(session(), actor(), round_id)
    seat = here.must_sit()
    applications = _of_seat(opened_applications(session(), round_id), seat)
    made = {d.candidate_id: d for d in declarations_of(session(), here.panel.id) if d.member_id == seat.id}
    awaited = [a for a in applications if a.id not in made]
    typed: dict[UUID, dict[str, str]] = {}
    problems: dict[str, str] = {}
    if request.method == "POST":
        typed = {a.id: _typed(a.id) for a in awaited}
        try:
            declare_interests(
                session(),
                actor(),
                panel_id=here.panel.id,
                candidates={a.id: a.provider_name for a in applications},
                declarations={
                    key: (value["interest"] == "yes", value["text"])
                    for key, value in typed.items()
                    if value["interest"]
                },
            )
        except Invalid as invalid:
            problems = invalid.fields
        else:
            flash("Your declaration is recorded. You can read the applications once it has been ruled on.", "success")
            return redirect(here.url, 303)
    page = render_template(
        "evaluation/declare.html", here=here, awaited=awaited, made=list(made.values()), typed=typed, problems=problems
    )
    return (page, 422) if problems else page


@pages.route("/rounds/<uuid:round_id>/evaluation/declarations", permit=Permission.PANEL_RUN, endpoint="declarations")
def declarations(round_id: UUID) -> ResponseReturnValue:
    """What everybody declared: interests first, each ruled on by itself; the rest in one go."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    made = declarations_of(session(), here.panel.id)
    members = {m.id: m for m in members_of(session(), here.panel.id)}
    declared = {d.member_id for d in made}
    return render_template(
        "evaluation/declarations.html",
        here=here,
        members=members,
        interests=sorted((d for d in made if d.interest), key=lambda d: d.ruling is not None),
        none_waiting=sum(not d.interest and d.ruling is None for d in made),
        without=_without(members, made),
        undeclared=[m for m in members.values() if m.status == "active" and m.id not in declared],
    )


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/declarations/none",
    permit=Permission.PANEL_RUN,
    methods=("POST",),
    endpoint="rule_none",
)
def rule_none(round_id: UUID) -> ResponseReturnValue:
    """Record none for everybody who declared that there is nothing to declare."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    count = rule_on_all_without_interest(session(), actor(), panel_id=here.panel.id)
    flash(f"Recorded: no interest, for {count} declaration{'' if count == 1 else 's'}.", "success")
    return redirect(f"{here.url}/declarations", 303)


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/declarations/<uuid:declaration_id>",
    permit=Permission.PANEL_RUN,
    methods=("GET", "POST"),
    endpoint="rule",
)
def rule(round_id: UUID, declaration_id: UUID) -> ResponseReturnValue:
    """None, managed and how, or removed for this applicant, with somebody else in their place."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    row = session().get(Declaration, declaration_id)
    if row is None or row.panel_id != here.panel.id:
        raise Missing
    member = session().get_one(PanelMember, row.member_id)
    # Who scores every applicant already is no stand-in; who stands in for another applicant may do so for this one too.
    seated = {m.person_id for m in members_of(session(), here.panel.id) if m.candidate_ids is None}
    officers = [o for o in officers_of(here) if o.person_id not in seated]
    form = RulingForm()
    form.replacement.choices = options(
        [
            ("", "Nobody: the others score this applicant"),
            *((o.value, o.words) for o in officers),
        ]
    )
    if request.method == "GET":
        form.ruling.data, form.managed_how.data = row.ruling, row.managed_how
        return _ruling(here, form, row, member)
    removed = form.ruling.data == "removed"
    try:
        new = chosen(officers, form.replacement.data, "replacement") if removed and form.replacement.data else None
        rule_on_declaration(
            session(),
            actor(),
            declaration_id=declaration_id,
            ruling=form.ruling.data or "",
            managed_how=form.managed_how.data,
            replacement=new.seat(QUALITY) if new else None,
        )
    except Invalid as invalid:
        for name, sentence in invalid.fields.items():
            form[name].errors = [sentence]
        return _ruling(here, form, row, member), 422
    flash(f"Your ruling on the declaration for {row.candidate_name} is recorded.", "success")
    return redirect(f"{here.url}/declarations", 303)


def _of_seat(applications: Sequence[OpenedApplication], seat: PanelMember) -> list[OpenedApplication]:
    return [a for a in applications if seat.candidate_ids is None or a.id in seat.candidate_ids]


def _typed(application_id: UUID) -> dict[str, str]:
    answer = request.form.get(f"interest-{application_id}", "")
    return {
        "interest": answer if answer in ("yes", "no") else "",
        "text": request.form.get(f"text-{application_id}", ""),
    }


def _without(members: dict[UUID, PanelMember], made: Sequence[Declaration]) -> list[dict[str, Any]]:
    """Per member, for how many applicants they declared no interest, and how many of these wait for a ruling."""
    rows = []
    for member in members.values():
        theirs = [d for d in made if d.member_id == member.id and not d.interest]
        if theirs:
            rows.append({"member": member, "count": len(theirs), "waiting": sum(d.ruling is None for d in theirs)})
    return rows


def _ruling(here: Occasion, form: RulingForm, row: Declaration, member: PanelMember) -> str:
    return render_template(
        "evaluation/rule.html",
        here=here,
        form=form,
        declaration=row,
        member=member,
        own=row.person_id == actor().person_id,
    )
