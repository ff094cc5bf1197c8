"""Putting a joint decision to the councils: what it is, what it is about, then the question, with what follows from each answer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.decisions.kinds import MatterKind
from portal.decisions.models import Matter
from portal.decisions.queries.decisions import matter_about, was_refused
from portal.decisions.rules.settling import rule_sentence
from portal.purchasing_systems.actions.asking import ASKABLE, DAY, NAMED, ask_councils, question_for, subject_of
from portal.purchasing_systems.forms import AskCouncilsForm
from portal.purchasing_systems.matters import BLOCK_CONTRACT
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.subjects import Subject, subjects_of
from portal.purchasing_systems.queries.systems import led_system, may_be_asked
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import made_by, page
from tenants.permissions import Permission

_USUAL_TIME = timedelta(days=42)
"""Six weeks: 28 clear days of notice for a key decision, and a few days on either side."""


@pages.route("/systems/<uuid:system_id>/ask", permit=Permission.MATTER_RAISE, methods=("GET", "POST"))
def ask(system_id: UUID) -> ResponseReturnValue:
    """One address, three steps: `kind`, then `subject`, then the question."""
    system = led_system(session(), actor(), system_id, Permission.MATTER_RAISE)
    kind = next((one for one in ASKABLE if one.name == request.args.get("kind")), None)
    if kind is None:
        kinds = [(one, rule_sentence(one.rule, None) if one.rule != "minimum" else _STATED) for one in ASKABLE]
        return page("ask_which", system=system, kinds=kinds)
    subject, typed = _chosen(system, kind)
    if subject is None:
        return page(
            "ask_about",
            system=system,
            kind=kind,
            subjects=subjects_of(session(), system, kind),
            named=kind is BLOCK_CONTRACT,
            problem=typed,
        )
    return _question(system, kind, subject)


_STATED = "It takes effect when at least a stated number of councils have said yes, else for nobody."


def _chosen(system: PurchasingSystem, kind: MatterKind) -> tuple[Subject | None, str | None]:
    """What the address says it is about, or why nothing can be made of it; what there is only one of needs no choice."""
    key = request.args.get("subject")
    if key is None:
        only = subjects_of(session(), system, kind)
        return (only[0], None) if len(only) == 1 else (None, None)
    try:
        return subject_of(session(), system, kind, key), None
    except Invalid as error:
        return None, error.sentence
    except Missing:
        return None, "Choose one of these."


def _question(system: PurchasingSystem, kind: MatterKind, subject: Subject) -> ResponseReturnValue:
    participants = may_be_asked(session(), system.id, kind)
    form = AskCouncilsForm(
        data={
            "question": question_for(system, kind, subject),
            "councils": [str(p.authority_id) for p in participants],
            "answer_by": clock.today() + _USUAL_TIME,
        }
    )
    form.councils.choices = options([(str(p.authority_id), p.short_name) for p in participants])
    form.named.choices = options(NAMED.items())
    earlier = matter_about(session(), kind=kind.name, subject_id=subject.id)
    if request.method == "POST":
        made = made_by(form, lambda: _put(system, kind, subject, form))
        if made:
            flash("The question is put. The officers of each council asked are told.", "success")
            return redirect(f"/decisions/{made.id}", 303)
    return page(
        "ask",
        form,
        system=system,
        kind=kind,
        subject=subject,
        rule=_STATED if kind.rule == "minimum" else rule_sentence(kind.rule),
        about_day=kind.name in DAY,
        earlier=earlier,
        may_ask_again=earlier is not None and was_refused(session(), earlier),
        several=kind.rule != "lead" and subject.party is None,
    )


def _put(system: PurchasingSystem, kind: MatterKind, subject: Subject, form: AskCouncilsForm) -> Matter:
    values: dict[str, Any] = {
        name: form[name].data or ""
        for name in ("question", "added_lot", "authority", "named", "notice_words", "again_because", "reason")
    }
    return ask_councils(
        session(),
        actor(),
        system_id=system.id,
        kind=kind,
        subject=subject.key,
        answer_by=form.answer_by.data,
        councils=_ids(form.councils.data or []),
        minimum=form.minimum.whole if kind.rule == "minimum" else None,
        on=form.on.data,
        **values,
    )


def _ids(typed: list[str]) -> set[UUID]:
    found = set()
    for one in typed:
        try:
            found.add(UUID(one))
        except ValueError:
            continue
    return found
