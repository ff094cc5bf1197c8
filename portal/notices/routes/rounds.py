"""The public list, and one round as anybody may read it."""

from typing import Any
from uuid import UUID

from flask import g, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.applications.queries.assessing import admitted_lots
from portal.clarifications.queries.published import published_answers
from portal.core import clock
from portal.core.database import session
from portal.core.errors import Missing
from portal.core.types import Actor
from portal.core.web import public
from portal.core.web.pages import actor
from portal.notices.queries import advertised, is_interested, own_application
from portal.notices.routes import pages
from portal.notices.routes.combined import combined_choice
from portal.purchasing_systems.actions.specifications import KINDS
from portal.purchasing_systems.models import PurchasingSystem, Round, VehicleProfile
from portal.purchasing_systems.queries.clarification_days import clarification_days
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.rolling import system_runs
from portal.purchasing_systems.queries.rounds import (
    RoundRow,
    closing_changes_of,
    lots_offered,
    phase_of,
    published_round,
    published_round_with_rules,
    round_for,
)
from portal.purchasing_systems.queries.specifications import documents_of
from portal.purchasing_systems.queries.systems import LotRow, lots_of, participants_of
from portal.purchasing_systems.queries.versions import modifications_of
from portal.purchasing_systems.reference import regimes
from portal.purchasing_systems.routes.questions import asked_of_lots
from portal.purchasing_systems.rules.rounds import PHASES
from portal.questionnaires.queries import modifications_of as changes_of
from portal.questionnaires.queries import questions_of_round

_ANYBODY = public("What is bought, from whom and on what terms is public.")


@pages.route("/", permit=_ANYBODY)
def published_systems() -> ResponseReturnValue:
    """Every public system and its rounds."""
    found = advertised(session())
    return render_template(
        "notices/published_systems.html",
        found=found,
        open_rounds=[(a, r) for a in found for r in a.open_rounds],
        coming=[(a, r) for a in found for r in a.coming],
        days_left=_days_left,
    )


@pages.route("/rounds/<uuid:round_id>", permit=_ANYBODY)
def published_round_page(round_id: UUID) -> ResponseReturnValue:
    """One round: timetable, notice, lots, councils, how applications are judged, every document."""
    round_, system, profile = published_round_with_rules(session(), round_id)
    who: Actor | None = g.get("actor")
    provider = who if who is not None and who.organisation_kind == "provider" else None
    return render_template(
        "notices/published_round_page.html",
        **_shown(round_, system, profile),
        applies=provider is not None and provider.may("applications:application:draft"),
        reads_as_provider=provider is not None,
        own=own_application(session(), round_id) if provider else None,
        interested=is_interested(session(), round_id) if provider else False,
        officer=who is not None and who.takes_part(system.id),
        preview=False,
        already=_admitted(system, provider) if provider else [],
    )


@pages.route("/rounds/<uuid:round_id>/preview", permit="purchasing_systems:system:read")
def preview(round_id: UUID) -> ResponseReturnValue:
    """The public page of a planned round, for officers of its councils, before anybody else can read it."""
    round_, system = round_for(session(), actor(), round_id)
    if round_.published_at is not None:
        return redirect(f"/rounds/{round_id}", 303)
    return render_template(
        "notices/published_round_page.html",
        **_shown(round_, system, profile_of(session(), system)),
        officer=True,
        preview=True,
        already=[],
    )


@pages.route("/rounds/<uuid:round_id>/questions", permit=_ANYBODY)
def published_questions(round_id: UUID) -> ResponseReturnValue:
    """Every question with what it is judged by, before registering."""
    round_, system = published_round(session(), round_id)
    asked = questions_of_round(session(), round_id)
    scale = next((q.descriptors for q in asked if q.descriptors), [])
    return render_template(
        "notices/published_questions.html",
        round=round_,
        system=system,
        parts=asked_of_lots(asked, lots_offered(session(), round_)),
        scale=scale,
        changes=changes_of(session(), round_id),
        prompts={q.id: q.prompt for q in asked},
    )


@pages.route("/rounds/<uuid:round_id>/specification", permit=_ANYBODY)
def published_specification(round_id: UUID) -> ResponseReturnValue:
    """The common text with every council's schedules, or combined for the councils and the lot that are chosen (R8-02).

    `council`: short names, none for all; `lot`: its number, none for all.
    """
    round_, system = published_round(session(), round_id)
    choice = combined_choice(round_)
    return render_template(
        "notices/published_specification.html",
        round=round_,
        system=system,
        specification=choice.specification,
        choice=choice,
        modified=bool(modifications_of(session(), system.id)),
    )


@pages.route("/rounds/<uuid:round_id>/documents/<slug>", permit=_ANYBODY)
def published_document(round_id: UUID, slug: str) -> ResponseReturnValue:
    """One procurement document."""
    round_, system = published_round(session(), round_id)
    return render_template(
        "notices/published_document.html", round=round_, system=system, document=document_called(system, slug)
    )


def _admitted(system: PurchasingSystem, provider: Actor) -> list[LotRow]:
    """Lots to which this provider need not apply again (R2-02)."""
    there = admitted_lots(session(), system.id, provider.organisation_id)
    return [lot for lot in lots_of(session(), system.id) if lot.id in there] if there else []


def document_called(system: PurchasingSystem, slug: str) -> object:
    """Raises Missing."""
    found = next((d for d in documents_of(session(), system.id) if d.slug == slug), None)
    if found is None:
        raise Missing
    return found


def _shown(round_: Round, system: PurchasingSystem, profile: VehicleProfile) -> dict[str, Any]:
    lots = lots_offered(session(), round_)
    phase = phase_of(round_)
    return {
        "round": round_,
        "system": system,
        "phase": phase,
        "words": PHASES[phase],
        "days_left": _days_left(round_),
        "lots": lots,
        "councils": participants_of(session(), system.id),
        "parts": asked_of_lots(questions_of_round(session(), round_.id), lots),
        "documents": documents_of(session(), system.id),
        "kinds": KINDS,
        "modifications": modifications_of(session(), system.id),
        "days": clarification_days(session(), round_.id),
        "answers": published_answers(session(), round_.id),
        "changes": [c for c in closing_changes_of(session(), round_.id) if c.confirmed_at],
        "regime": regimes().get(system.regime, system.regime),
        "vehicle": profile.name,
        "profile": profile,
        "runs": system_runs(session(), system.id) if round_.always_open else None,
        "today": clock.today(),
    }


def _days_left(round_: Round | RoundRow) -> str:
    if round_.closes_at >= clock.NEVER:
        return "apply at any time"
    days = (round_.closes_at.astimezone(clock.LONDON).date() - clock.today()).days
    return "closes today" if days == 0 else "closes tomorrow" if days == 1 else f"{days} days left"
