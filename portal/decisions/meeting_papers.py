"""The papers of a board meeting as Word documents: agenda or minutes, and for each council the text of its own decision to complete."""

from collections.abc import Mapping
from uuid import UUID

from portal.core.typeset.word import Blank, Part, Strong, WordDocument
from portal.core.wording import say_day
from portal.decisions.meeting_rules import NEVER_A_DECISION, OUTCOME_OF, evidence
from portal.decisions.queries.meetings import ItemView, MeetingView, PositionView
from portal.decisions.rules.answers import OUTCOMES

_MARK = "no council took part in this meeting or took these decisions"
_KINDS = {"planned": "Agenda", "cancelled": "Agenda", "held": "Draft minutes", "confirmed": "Minutes"}


def minutes(view: MeetingView, embargoes: Mapping[UUID, str], *, leaving: bool = False) -> bytes:
    """Agenda while the meeting is planned, minutes afterwards. `embargoes`: by item, the sentence in force.

    `leaving`: the copy that may leave the councils. Items under embargo are left out of it, and it says how many.
    """
    kind = _KINDS[view.status]
    document = WordDocument(
        f"{kind}: {view.title}", subject=view.system_title, demonstration=_MARK if view.bears_mark else None
    )
    shown = [item for item in view.items if not (leaving and item.id in embargoes)]
    left_out = len(view.items) - len(shown)
    if view.status == "cancelled":
        document.notice("Cancelled", view.cancelled_because)
    if embargoes and not leaving:
        document.notice(
            "Not to leave the councils", "It tells of items under embargo. A copy without them can be published."
        )
    document.facts(
        [
            ("Purchasing system", view.system_title),
            ("Day", say_day(view.meets_on)),
            ("Place", view.place),
            ("Called by", view.called_by),
        ]
    )
    document.notice("Indicated is not decided", NEVER_A_DECISION)
    if view.was_held:
        document.heading("Attendance")
        document.table(
            ["Council", "Attendance"], [(seat.council.name, seat.said) for seat in view.seats], widths=(5.4, 11)
        )
    document.heading("Items" if view.was_held else "Agenda")
    for item in shown:
        _item(document, view, item, embargoes.get(item.id))
    if not view.items:
        document.paragraph("The agenda is empty.")
    if left_out:
        items = "One item of the agenda is" if left_out == 1 else f"{left_out} items of the agenda are"
        document.notice("Left out", f"{items} left out of this copy: under embargo.")
    return document.to_bytes()


def decision_text(view: MeetingView, item: ItemView, council: PositionView, embargo: str | None) -> bytes:
    """The officer decision text of one council on one item, filled from what the councils share. Whatever only the council can say
    is a marked blank: who decided, in which capacity, on what authority, when, with which interests."""
    assert item.matter is not None
    document = WordDocument(
        f"Record of decision (to be completed): {council.council.name}",
        subject=item.title,
        demonstration=_MARK if view.bears_mark else None,
    )
    document.notice(
        "Not a decision",
        f"A text for {council.council.name} to complete. What stands in square brackets only this council can enter.",
    )
    if embargo:
        document.notice("Embargo", embargo)
    begun = council.position in OUTCOME_OF
    decision: Part = Blank("what the council decided")
    if council.position in OUTCOME_OF:
        decision = f"{OUTCOMES[OUTCOME_OF[council.position]]} (as indicated; to be confirmed by whoever decides)"
    document.facts(
        [
            ("Council", council.council.name),
            ("Joint decision", item.title),
            ("Decision", decision),
            ("Decided by", Blank("the post or body that took the decision")),
            ("Capacity", Blank("in which capacity it was taken")),
            ("Authority", Blank("the report or delegation that gives the authority to decide")),
            ("In consultation with", Blank("the post the delegation names, or none")),
            ("Taken on", Blank("the day it was taken")),
            ("In effect from", Blank("the day it takes effect, after any call-in period")),
            ("Report", Blank("the reference of the report, or none")),
        ]
    )
    document.heading("What is asked")
    document.text(item.matter.question)
    if council.position and council.condition:
        document.notice("Condition", f"The council indicated its position subject to: {council.condition}")
    document.heading("Reasons for the decision")
    document.text(item.reasons, missing=Blank("the reasons for the decision"))
    document.paragraph(Blank("any reasons of this council’s own, or delete this line"))
    document.heading("Alternatives considered and rejected")
    document.text(item.alternatives, missing=Blank("the alternatives considered and why they were rejected"))
    document.heading("Interests declared")
    document.paragraph(Blank("interests declared, and any dispensation; if there were none, say so"))
    document.heading("What it rests on")
    if begun and council.position:
        document.paragraph(evidence(view.title, view.meets_on, council.position, council.condition) + ".")
    document.paragraph(Blank("the evidence of the decision itself, such as the signed record"))
    return document.to_bytes()


def _item(document: WordDocument, view: MeetingView, item: ItemView, embargo: str | None) -> None:
    document.heading(f"{item.number}. {item.title}", 2)
    if embargo:
        document.notice("Embargo", embargo)
    if item.note:
        document.text(item.note)
    if item.matter and item.kind:
        document.paragraph(Strong("Asked: "), item.matter.question)
        document.table(
            ["If a council", "It follows"],
            [
                ("approves", item.kind.yes),
                ("does not approve", item.kind.no),
                ("has not answered, or defers", item.kind.silent),
            ],
            widths=(5.4, 11),
        )
    if not view.was_held:
        return
    if item.minuted:
        document.paragraph(Strong("Minute"))
        document.text(item.minuted)
    if item.matter:
        document.paragraph(Strong("Indicated, not decided"))
        document.table(
            ["Council", "Indicated", "Note"],
            [(p.council.name, p.said, p.note) for p in item.positions],
            widths=(4.4, 7, 5),
        )
        document.paragraph(Strong("Reasons the councils share"))
        document.text(item.reasons, missing="None were written.")
        document.paragraph(Strong("Alternatives considered and rejected"))
        document.text(item.alternatives, missing="None were written.")
