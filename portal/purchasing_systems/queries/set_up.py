"""How far the set-up of a system is: every task computed from what there is, and who helps with it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.purchasing_systems.models import BuyingTerms, ExtensionPoint, PurchasingSystem, Round, SetupNote, SetupShare
from portal.purchasing_systems.queries.specifications import documents_of, specification_of
from portal.purchasing_systems.queries.systems import lots_of, participants_of
from portal.purchasing_systems.queries.timetables import timetables_of
from portal.purchasing_systems.rules.set_up import TASKS, Task, state_of
from portal.purchasing_systems.rules.timetable import clashes, complete
from portal.questionnaires.queries import questions_of_round, weight_problems


@dataclass(frozen=True)
class SetUp:
    """The whole set-up. `round_id`: the round that is being prepared, if one is planned."""

    tasks: tuple[Task, ...]
    shares: tuple[SetupShare, ...]
    notes: tuple[SetupNote, ...]
    mine: frozenset[str]
    round_id: UUID | None

    @property
    def done(self) -> int:
        """How many tasks are complete."""
        return sum(task.state == "complete" for task in self.tasks)

    def task(self, key: str) -> Task:
        """One of them. Raises KeyError."""
        return {task.key: task for task in self.tasks}[key]


def buying_terms(session: Session, system_id: UUID) -> BuyingTerms | None:
    """What the system says of ceiling, users and award; None: nothing yet."""
    return session.scalars(select(BuyingTerms).where(BuyingTerms.system_id == system_id)).one_or_none()


def shares_of_today(session: Session, system_id: UUID) -> list[SetupShare]:
    """Who helps with what today, by authority and task."""
    s, today = SetupShare, clock.today()
    query = select(s).where(s.system_id == system_id, s.starts_on <= today, s.ends_on.is_(None) | (s.ends_on >= today))
    return list(session.scalars(query.order_by(s.authority_name, s.task, s.id)))


def shared_tasks(session: Session, system_id: UUID, authority_id: UUID) -> frozenset[str]:
    """The tasks with which this authority is asked to help today."""
    return frozenset(s.task for s in shares_of_today(session, system_id) if s.authority_id == authority_id)


def notes_of(session: Session, system_id: UUID) -> list[SetupNote]:
    """Proposals and reviews, latest first."""
    n = SetupNote
    return list(session.scalars(select(n).where(n.system_id == system_id).order_by(n.made_at.desc(), n.id).limit(200)))


def set_up(session: Session, actor: Actor, system: PurchasingSystem) -> SetUp:
    """Every task with its state and what is missing. About a dozen statements, however much there is."""
    shares = shares_of_today(session, system.id)
    mine = frozenset(s.task for s in shares if s.authority_id == actor.organisation_id)
    round_ = session.scalars(
        select(Round).where(Round.system_id == system.id, Round.status != "cancelled").order_by(Round.number).limit(1)
    ).one_or_none()
    found = (
        _buying(session, system) | _parts(session, system) | _words(session, system) | _when(session, system, round_)
    )
    base = f"/systems/{system.id}"
    its = f"{base}/rounds/{round_.id}" if round_ else None
    urls = {key: base + path for key, (_, path) in TASKS.items()}
    if its:
        urls |= {"questions": f"{its}/questions", "prices": f"{its}/questions", "notices": f"{its}/notice"}
    return SetUp(
        tuple(Task(key, urls[key], *found[key]) for key in TASKS),
        tuple(shares),
        tuple(notes_of(session, system.id)),
        mine,
        round_.id if round_ else None,
    )


def _buying(session: Session, system: PurchasingSystem) -> dict[str, tuple[str, str]]:
    terms = buying_terms(session, system.id)
    points = session.scalar(
        select(func.count()).select_from(ExtensionPoint).where(ExtensionPoint.system_id == system.id)
    )
    said = bool(points) or bool(terms and terms.no_extension)
    return {
        "facts": ("complete", ""),
        "value": state_of(missing_ceiling(terms), begun=True),
        "users": state_of(missing_users(terms)),
        "award": state_of(missing_award(terms)),
        "term": ("complete", ""),
        "extensions": state_of(
            None if said else "Note each option to extend that the documents hold, or say that there is none."
        ),
    }


def _parts(session: Session, system: PurchasingSystem) -> dict[str, tuple[str, str]]:
    lots = lots_of(session, system.id)
    councils = participants_of(session, system.id)
    lead = system.lead_id in {c.authority_id for c in councils}
    missing = None if lead else f"Add {system.lead_name}, the lead authority, itself."
    return {
        "lots": state_of(None if lots else "Add at least one lot."),
        "councils": state_of(missing, begun=bool(councils)),
    }


def _words(session: Session, system: PurchasingSystem) -> dict[str, tuple[str, str]]:
    specification = specification_of(session, system.id)
    empty = [s.short_name for s in specification.schedules if not s.text] if specification else []
    missing = (
        "Write the common text." if not specification or not specification.common_text
        else f"Local schedules still empty: {', '.join(empty)}." if empty
        else None
    )  # fmt: skip
    there = {d.kind for d in documents_of(session, system.id)}
    absent = [
        name for kind, name in (("invitation", "the invitation"), ("terms", "the agreement terms")) if kind not in there
    ]
    return {
        "specification": state_of(missing, begun=specification is not None),
        "documents": state_of(f"Write {' and '.join(absent)}." if absent else None, begun=bool(there)),
    }


def _when(session: Session, system: PurchasingSystem, round_: Round | None) -> dict[str, tuple[str, str]]:
    begun, missing = _timetable(session, system)
    found = {"timetable": state_of(missing, begun=begun)}
    if round_ is None:
        waits = "Plan a round first: questions, prices and the notice belong to it."
        return found | {key: state_of(None, waits=waits) for key in ("questions", "prices", "notices")}
    questions = questions_of_round(session, round_.id)
    lots = {lot.id: lot.name for lot in lots_of(session, system.id)}
    asked = {q.lot_id for q in questions}
    unasked = [name for lot, name in lots.items() if lot not in asked and None not in asked]
    problems = [f"No questions are asked for {', '.join(unasked)}."] if unasked else weight_problems(questions, lots)
    prices = any(q.part == "price" for q in questions)
    notice = bool(round_.notice_number and round_.notice_url and round_.notice_published_at)
    return found | {
        "questions": state_of(
            " ".join(problems) or None if questions else "Load the question sets.", begun=bool(questions)
        ),
        "prices": state_of(
            None if prices else "No price is asked for yet.", waits=None if questions else "Load the question sets first."
        ),
        "notices": state_of(
            None if notice else "Record the official notice: its number, link and time of publication."
        ),
    }  # fmt: skip


def _timetable(session: Session, system: PurchasingSystem) -> tuple[bool, str | None]:
    views = timetables_of(session, [system.id], clock.today())
    if not views:
        return False, "Begin the timetable with the day of the notice."
    said = complete(views[0].rows) or " ".join(clashes(views[0].rows))
    return True, said or None


def missing_ceiling(terms: BuyingTerms | None) -> str | None:
    """Why the value ceiling is not said; None when it is."""
    return None if terms and terms.ceiling_pounds is not None else "Say the most that may be spent under the system."


def missing_users(terms: BuyingTerms | None) -> str | None:
    """Why the permitted users are not said; None when they are."""
    return (
        None if terms and terms.users_kind else "Say who may buy: exactly the authorities named, or a described class."
    )


def missing_award(terms: BuyingTerms | None) -> str | None:
    """Why the award model is not said; None when it is."""
    return None if terms and terms.award_method else "Say how contracts are awarded under the system."


def missing_timetable(session: Session, system: PurchasingSystem) -> str | None:
    """What the timetable lacks; None when it is whole and fits."""
    return _timetable(session, system)[1]
