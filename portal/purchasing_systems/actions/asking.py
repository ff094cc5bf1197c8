"""Putting any other question than the outcome of a round to the councils of a system."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing, Refused
from portal.core.types import Actor
from portal.core.web.look import day
from portal.decisions.actions import raise_matter
from portal.decisions.kinds import MatterKind
from portal.decisions.models import Matter
from portal.decisions.queries.decisions import matter_about
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.participation import list_to_join
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.subjects import Subject, contract, subjects_of
from portal.purchasing_systems.queries.systems import Participant, led_system, may_be_asked
from portal.purchasing_systems.rules.questions import completed, prefilled
from tenants.permissions import Permission

ASKABLE: tuple[MatterKind, ...] = (
    m.TAKE_PART,
    m.ADOPT_VERSION,
    m.COMMENCE,
    m.AWARD,
    m.BLOCK_CONTRACT,
    m.EXTEND,
    m.EXTEND_TOGETHER,
    m.RENEW,
    m.JOIN,
    m.LEAVE,
    m.CHANGE_LEAD,
    m.CLOSE,
)
"""In the order of a system's life. The outcome of a round and the use of its providers are put on the page of that outcome."""
DAY = {m.LEAVE.name: "exit_on", m.CLOSE.name: "closes_on", m.RENEW.name: "renew_until"}
"""Kinds that are about a day, and what their facts call it."""
NAMED = {
    "named": "It is named in the notice",
    "described": "The notice describes it, without its name",
    "neither": "It is neither named nor described",
}
NOT_IN_THE_NOTICE = "An authority that the notice neither names nor describes cannot be given the right to buy later. It needs a procurement of its own."


def ask_councils(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    kind: MatterKind,
    subject: str,
    answer_by: date | None,
    councils: Collection[UUID],
    question: str = "",
    minimum: int | None = None,
    on: date | None = None,
    added_lot: str = "",
    authority: str = "",
    named: str = "",
    notice_words: str = "",
    again_because: str = "",
    reason: str = "",
) -> Matter:
    """Put one question of this kind to councils that take part. `subject`: as `subjects_of` names it; of a block contract, its name.

    `question`: empty for the kind's own words. `on`: the day it is about (leave, close). `added_lot`: a lot asked about beside an extension,
    as a part of its own. `authority`: under which the lead answers for all. `named`, `notice_words`: how the notice names or describes
    an authority that wants to join. `reason`: why the lead is to change.

    Raises Missing, NotPermitted for anybody but an officer of the lead, Invalid beside each field, Refused where it has been put already.
    """
    system = led_system(session, actor, system_id, Permission.MATTER_RAISE)
    about = subject_of(session, system, kind, subject)
    participants = may_be_asked(session, system_id, kind)
    clean = Cleaning()
    if answer_by is None:
        clean.wrong("answer_by", "Enter the day to answer by.")
    facts = {"system_title": system.title, "system_alias": system.alias, "demonstration": system.demonstration}
    facts |= about.facts
    typed = dict(about.words)
    if kind.name in DAY:
        if on is None:
            clean.wrong("on", "Enter the day.")
        else:
            facts[DAY[kind.name]], typed[DAY[kind.name]] = on.isoformat(), day(on)
    if minimum is not None:
        typed["minimum"] = str(minimum)
    if kind.rule == "lead":
        facts["authority"] = clean.lines(
            "authority", authority, "Enter the authority under which the lead answers for all.", 2000
        )
    if kind is m.CHANGE_LEAD:
        facts["reason"] = clean.lines("reason", reason, "Say why the lead is to change. Every council reads it.", 2000)
    if kind is m.JOIN:
        facts["notice"] = _in_the_notice(clean, named, notice_words)
    if kind.rule == "lead":
        parties = [(actor.organisation_id, actor.organisation_name)]
    else:
        chosen = [about.party] if about.party else councils
        parties = _parties(clean, kind, participants, chosen, lead=actor.organisation_id)
    lot = clean.line("added_lot", added_lot) if kind in (m.EXTEND, m.EXTEND_TOGETHER) else ""
    words = clean.lines("question", question, max_chars=2000) or question_for(system, kind, about)
    clean.finish()
    _only_one_extension(session, kind, about)
    if kind is m.JOIN:
        list_to_join(session, system, about.facts, how=named, words=notice_words.strip())
    return raise_matter(
        session,
        actor,
        kind=kind.name,
        system_id=system_id,
        subject_id=about.id,
        subject_label=f"{about.label}, {system.alias}" if about.label != system.alias else system.alias,
        question=completed(words, kind.question_template, typed),
        answer_by=_known(answer_by),
        parties=parties,
        facts=facts,
        again_because=again_because,
        minimum=minimum,
        parts=[("extend", f"Extend to {typed['new_end']}"), ("add-lot", f"Add the lot “{lot}”")] if lot else (),
    )


def subject_of(session: Session, system: PurchasingSystem, kind: MatterKind, key: str) -> Subject:
    """What a form's key stands for. Raises Missing for what is not of this system or kind."""
    if kind is m.BLOCK_CONTRACT:
        clean = Cleaning()
        name = clean.line("subject", key, "Enter what the contract is called.", 120)
        clean.finish()
        return contract(system, name)
    found = next((one for one in subjects_of(session, system, kind) if one.key == key), None)
    if found is None:
        raise Missing
    return found


def question_for(system: PurchasingSystem, kind: MatterKind, subject: Subject) -> str:
    """The kind's own words on this subject."""
    known = {"system": system.title, "lead": system.lead_name} | subject.words
    return prefilled(kind.question_template, known)


def _in_the_notice(clean: Cleaning, named: str, words: str) -> dict[str, str]:
    if named not in NAMED:
        clean.wrong("named", "Say whether the notice names or describes this authority.")
    elif named == "neither":
        clean.wrong("named", NOT_IN_THE_NOTICE)
    else:
        words = clean.lines("notice_words", words, "Copy the words of the notice that name or describe it.", 2000)
    return {"how": named, "words": words}


def _parties(
    clean: Cleaning, kind: MatterKind, participants: Sequence[Participant], chosen: Collection[UUID], *, lead: UUID
) -> list[tuple[UUID, str]]:
    """Those chosen of the councils that take part, where the rule lets it be them."""
    asked = [(p.authority_id, p.name) for p in participants if p.authority_id in chosen]
    if not asked:
        clean.wrong("councils", "Choose the councils that are asked.")
    elif kind.rule == "every_participant" and len(asked) < len(participants):
        clean.wrong("councils", "Every council that takes part decides on this. Choose them all.")
    elif kind.rule == "lead_plus_majority" and lead not in chosen:
        clean.wrong("councils", "It cannot take effect without the lead authority. Choose it too.")
    return asked


def _only_one_extension(session: Session, kind: MatterKind, about: Subject) -> None:
    other = {m.EXTEND.name: m.EXTEND_TOGETHER, m.EXTEND_TOGETHER.name: m.EXTEND}.get(kind.name)
    if other and matter_about(session, kind=other.name, subject_id=about.id):
        raise Refused(
            f"This extension point has been put as “{other.title}” already. Withdraw that question before it is put another way."
        )


def _known(value: date | None) -> date:
    if value is None:
        raise Invalid(answer_by="Enter the day to answer by.")
    return value
