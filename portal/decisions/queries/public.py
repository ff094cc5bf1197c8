"""The public register of decisions: what is public of each record, named column by column, and nothing else.

Officers see more rows than the public, so every query here asks for `public_at` itself: a page says the same to everybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Uuid,
    and_,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import KeyedColumnElement

from portal.core import clock
from portal.core.errors import Missing
from portal.decisions.kinds import kind_of, kinds
from portal.decisions.models import (
    Agreement,
    Appendix,
    CallIn,
    Consultation,
    Correction,
    Decision,
    DecisionPart,
    Resolution,
    Restriction,
)
from portal.decisions.rules.answers import ROUTES, SAID, YES
from portal.decisions.rules.public_standing import Others, Standing, standing
from portal.decisions.rules.settling import ALONE, rule_sentence
from portal.decisions.wording import HERE
from tenants.models import Organisation

OWN = "own"
"""The kind of a decision that answers no joint question: a council's own minute or record."""
CORRECTED_IN_PUBLIC = (
    "decided_by_post",
    "decided_by_capacity",
    "authority_source",
    "consulted_post",
    "report_reference",
    "record_url",
    "minute_number",
    "reasons",
    "alternatives",
    "interests",
    "dispensations",
    "financial",
    "legal",
    "equality",
)
"""Fields whose corrections are public: those that are shown. The evidence a record rests on stays with the councils."""
_questions = func.app.public_questions().table_valued(
    column("matter_id", Uuid),
    column("kind"),
    column("subject_label"),
    column("question"),
    column("grounds", JSONB),
    column("rule"),
    column("minimum", Integer),
    name="asked",
)


@dataclass(frozen=True)
class DecisionFilter:
    """What a reader asked for. `council` is a slug, `kind` a kind of joint decision or `own`, days are those on which it was taken."""

    council: str = ""
    kind: str = ""
    key: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""


@dataclass(frozen=True)
class PublicDecision:
    """One record on the register. `more` holds what stands inside it, where a single one was asked for."""

    id: UUID
    slug: str
    council: str
    official_name: str
    kind: str
    title: str
    question: str
    grounds: dict[str, str]
    together: str
    outcome: str
    defer_until: date | None
    decided_by_post: str
    decided_on: date
    effective_on: date | None
    published_on: date | None
    public_at: datetime
    updated_at: datetime
    route: str
    is_key: bool
    minute_number: str
    record_url: str
    reasons: str
    demonstration: bool
    record_kept: str
    called_in: dict[str, Any] | None
    later: dict[str, Any] | None
    earlier: dict[str, Any] | None
    others: Others | None = None
    """Of an answer under a rule that needs several councils: how these stand, by what is public."""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """The outcome in a word."""
        return SAID[self.outcome]

    @property
    def is_the_record(self) -> bool:
        """Whether the portal is the council's official record, so that this is no copy."""
        return self.record_kept == HERE

    @property
    def kind_title(self) -> str:
        """`Use the providers admitted`, or that it is the council's own."""
        return kind_titles().get(self.kind, self.kind)

    @property
    def route_title(self) -> str:
        """By which route the council decided; empty where its record does not say."""
        return ROUTES.get(self.route, "")

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.slug}"

    @property
    def standing(self) -> Standing:
        """Where it stands today."""
        return standing(
            outcome=self.outcome,
            together=self.together if self.outcome in YES else "",
            others=self.others,
            effective_on=self.effective_on,
            defer_until=self.defer_until,
            today=clock.today(),
            superseded_from=(_day(self.later["decided_on"]), _maybe_day(self.later["effective_on"]))
            if self.later
            else None,
            called_in_on=_day(self.called_in["requested_on"]) if self.called_in else None,
            call_in_outcome=self.called_in["outcome"] if self.called_in else None,
        )


def kind_titles() -> dict[str, str]:
    """Kinds a reader can choose from, by name."""
    return {kind.name: kind.title for kind in kinds()} | {OWN: "A council’s own decision"}


def public_decisions(
    session: Session, wanted: DecisionFilter, *, before: tuple[date, UUID] | None = None, limit: int = 50
) -> list[PublicDecision]:
    """The register, the latest decision first, by key; one more than asked for when there are more."""
    query = (
        _selected().where(*_wanted(wanted)).order_by(Decision.decided_on.desc(), Decision.id.desc()).limit(limit + 1)
    )
    if before:
        query = query.where(
            or_(Decision.decided_on < before[0], and_(Decision.decided_on == before[0], Decision.id < before[1]))
        )
    return _all_made(session, session.execute(query))


def public_decision(session: Session, decision_id: UUID) -> PublicDecision:
    """One record, in whatever state it has come to, with what stands inside it. Raises Missing for what is not public, whoever asks."""
    row = session.execute(_selected(**_contents()).where(Decision.id == decision_id)).one_or_none()
    if row is None:
        raise Missing
    return _made(row, _others(session, [row]).get((row.matter_id, row.authority_id)), tuple(_contents()))


def latest_changes(session: Session, *, council: str = "", limit: int = 50) -> list[PublicDecision]:
    """For the feed: the records that were published, called in or corrected last, the latest first."""
    query = _selected().where(*_wanted(DecisionFilter(council=council))).order_by(_updated().desc(), Decision.id)
    return _all_made(session, session.execute(query.limit(limit)))


def _selected(**more: Any) -> Select[Any]:
    d, o, q = Decision, Organisation, _questions.c
    return (
        select(
            d.id, o.slug, o.name.label("council"), o.official_name, q.kind, q.subject_label, q.question, q.grounds, q.rule, q.minimum, d.title, d.outcome,
            d.defer_until, d.decided_by_post, d.decided_on, d.effective_on, d.published_on, d.public_at, d.route, d.is_key,
            d.minute_number, d.record_url, d.reasons, d.demonstration, d.record_kept, d.matter_id, d.authority_id, _updated().label("updated_at"), _call_in().label("called_in"),
            _other(later=True).label("later"), _other(later=False).label("earlier"),
            *(value.label(name) for name, value in more.items()),
        )
        .join(o, o.id == d.authority_id)
        .outerjoin(_questions, q.matter_id == d.matter_id)
        .where(d.public_at.is_not(None), d.decided_on.is_not(None))
    )  # fmt: skip


def _wanted(wanted: DecisionFilter) -> list[ColumnElement[bool]]:
    d, q = Decision, _questions.c
    found: list[ColumnElement[bool]] = []
    if wanted.council:
        found.append(Organisation.slug == wanted.council)
    if wanted.kind:
        found.append(d.matter_id.is_(None) if wanted.kind == OWN else q.kind == wanted.kind)
    if wanted.key:
        found.append(d.is_key.is_(wanted.key == "yes"))
    if wanted.since:
        found.append(d.decided_on >= wanted.since)
    if wanted.until:
        found.append(d.decided_on <= wanted.until)
    if wanted.text:
        # Only words that a reader of the page sees: a search must not tell what the page does not.
        shown = (
            d.title, d.decided_by_post, d.minute_number, d.reasons, d.alternatives, q.subject_label, q.question,
        )  # fmt: skip
        resolved = exists().where(
            Resolution.decision_id == d.id,
            Resolution.public_at.is_not(None),
            or_(
                Resolution.text.icontains(wanted.text, autoescape=True),
                Resolution.heading.icontains(wanted.text, autoescape=True),
            ),
        )
        found.append(or_(*(one.icontains(wanted.text, autoescape=True) for one in shown), resolved))
    return found


def _object(**named: Any) -> Any:
    pairs: list[Any] = []
    for name, value in named.items():
        pairs += [literal_column(f"'{name}'"), value]
    return func.jsonb_build_object(*pairs, type_=JSONB)


def _all_of(model: Any, order: Sequence[Any], *names: str, where: Sequence[ColumnElement[bool]] = ()) -> Any:
    """The public rows of what stands inside a decision, as one value: a record takes one statement, however much is in it."""
    row = _object(**{name: getattr(model, name) for name in names})
    return (
        select(
            func.coalesce(func.jsonb_agg(aggregate_order_by(row, *order)), literal_column("'[]'::jsonb"), type_=JSONB)
        )
        .where(model.decision_id == Decision.id, model.public_at.is_not(None), *where)
        .correlate(Decision)
        .scalar_subquery()
    )


def _contents() -> dict[str, Any]:
    d = Decision
    plain: dict[str, KeyedColumnElement[Any] | Any] = {
        name: getattr(d, name)
        for name in (
            "decided_by_capacity",
            "authority_source",
            "consulted_post",
            "report_reference",
            "alternatives",
            "interests",
            "dispensations",
            "financial",
            "legal",
            "equality",
            "value_pounds",
            "wards",
            "key_reason",
            "notice_on",
            "notice_id",
            "urgency",
            "urgency_agreed_by",
            "call_in_exempt_because",
        )
    }
    return plain | {
        "parts": _all_of(DecisionPart, [DecisionPart.title], "title", "outcome", "reasons"),
        "restrictions": _all_of(
            Restriction,
            [Restriction.subject_name, Restriction.lot_name],
            "subject_name",
            "lot_name",
            "ground",
            "reason",
        ),
        "resolutions": _all_of(Resolution, [Resolution.position], "number", "heading", "text", "effect"),
        "consultations": _all_of(
            Consultation, [Consultation.consulted_on, Consultation.post], "post", "consulted_on", "interests"
        ),
        "agreements": _all_of(Agreement, [Agreement.agreed_on, Agreement.post], "post", "agreed", "agreed_on"),
        "appendices": _all_of(Appendix, [Appendix.title], "title", "paragraph", "public_interest"),
        "corrections": _all_of(
            Correction,
            [Correction.written_at, Correction.id],
            "field",
            "read",
            "reads",
            "because",
            "written_at",
            where=[Correction.field.in_(CORRECTED_IN_PUBLIC)],
        ),
    }


def _call_in() -> Any:
    c = CallIn
    row = _object(requested_on=c.requested_on, requested_by=c.requested_by, grounds=c.grounds, outcome=c.outcome, resolved_on=c.resolved_on, note=c.note)  # fmt: skip
    return (
        select(row).where(c.decision_id == Decision.id, c.public_at.is_not(None)).correlate(Decision).scalar_subquery()
    )


def _other(*, later: bool) -> Any:
    """The next published decision of the same council on the same question, after it or before it."""
    o = aliased(Decision)
    row = _object(id=o.id, decided_on=o.decided_on, effective_on=o.effective_on, outcome=o.outcome)
    order = o.recorded_at if later else o.recorded_at.desc()
    beside = o.recorded_at > Decision.recorded_at if later else o.recorded_at < Decision.recorded_at
    return (
        select(row)
        .where(
            o.matter_id == Decision.matter_id, o.authority_id == Decision.authority_id, o.public_at.is_not(None), beside
        )
        .order_by(order)
        .limit(1)
        .correlate(Decision)
        .scalar_subquery()
    )


def _updated() -> ColumnElement[datetime]:
    """The last instant at which what is public of it changed."""
    o = aliased(Decision)
    instants = (
        select(func.max(CallIn.written_at)).where(CallIn.decision_id == Decision.id, CallIn.public_at.is_not(None)),
        select(func.max(Correction.written_at)).where(
            Correction.decision_id == Decision.id,
            Correction.public_at.is_not(None),
            Correction.field.in_(CORRECTED_IN_PUBLIC),
        ),
        select(func.max(o.public_at)).where(
            o.matter_id == Decision.matter_id,
            o.authority_id == Decision.authority_id,
            o.recorded_at > Decision.recorded_at,
        ),
    )
    return func.greatest(Decision.public_at, *(one.correlate(Decision).scalar_subquery() for one in instants))


def _all_made(session: Session, rows: Iterable[Row[Any]]) -> list[PublicDecision]:
    """With how the other councils stand, in one statement for all of them."""
    found = list(rows)
    others = _others(session, found)
    return [_made(row, others.get((row.matter_id, row.authority_id))) for row in found]


def _others(session: Session, rows: Sequence[Row[Any]]) -> dict[tuple[UUID, UUID], Others]:
    matters = {row.matter_id for row in rows if row.rule and row.rule not in ALONE}
    if not matters:
        return {}
    standings = session.execute(
        text("SELECT s.* FROM app.public_standing(CAST(:matters AS uuid[])) s"), {"matters": list(matters)}
    )
    return {(s.matter_id, s.authority_id): Others(s.asked, s.published, s.takes_effect_on) for s in standings}


def _made(row: Row[Any], others: Others | None, more: tuple[str, ...] = ()) -> PublicDecision:
    grounds = {str(g["slug"]): str(g["title"]) for g in row.grounds or ()}
    title = row.title or (f"{kind_of(row.kind).title}: {row.subject_label}" if row.kind else "")
    inside = {name: getattr(row, name) for name in more}
    if "value_pounds" in inside and inside["value_pounds"] is not None:
        inside["value_pounds"] = Decimal(inside["value_pounds"])
    return PublicDecision(
        id=row.id,
        slug=row.slug,
        council=row.council,
        official_name=row.official_name,
        kind=row.kind or OWN,
        title=title,
        question=row.question or "",
        grounds=grounds,
        together=rule_sentence(row.rule, row.minimum) if row.rule and row.rule not in ALONE else "",
        outcome=row.outcome,
        defer_until=row.defer_until,
        decided_by_post=row.decided_by_post,
        decided_on=row.decided_on,
        effective_on=row.effective_on,
        published_on=row.published_on,
        public_at=row.public_at,
        updated_at=row.updated_at,
        route=row.route,
        is_key=row.is_key,
        minute_number=row.minute_number,
        record_url=row.record_url,
        reasons=row.reasons,
        demonstration=row.demonstration,
        record_kept=row.record_kept,
        others=others,
        called_in=row.called_in,
        later=row.later,
        earlier=row.earlier,
        more=inside,
    )


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _maybe_day(written: str | None) -> date | None:
    return _day(written) if written else None
