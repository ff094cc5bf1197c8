"""Which stage a decision has reached, in a label and a sentence (SI 2012/2089; LGA 2000 s.9F). Pure: facts in, words out."""

from dataclasses import dataclass
from datetime import date

from portal.core.wording import say_day


@dataclass(frozen=True)
class StageFacts:
    """What is known of one decision. `heard`: what scrutiny said on its call-in, None while it has not spoken."""

    status: str
    outcome: str | None
    is_key: bool
    notice_on: date | None
    decided_on: date | None
    published_on: date | None
    effective_on: date | None
    exempt: bool
    was_called_in: bool
    heard: str | None


@dataclass(frozen=True)
class Stage:
    """The stage reached; `in_effect`: whether anything may rest on it today."""

    code: str
    label: str
    tone: str
    sentence: str
    in_effect: bool = False


_HELD = {
    None: ("Called in", "Implementation has stopped until scrutiny has spoken."),
    "reconsider": (
        "To be reconsidered",
        "Scrutiny asked the decision maker to reconsider. It has no effect meanwhile.",
    ),
    "referred": ("Referred to full council", "Scrutiny referred it to full council. It has no effect meanwhile."),
}


def stage_of(facts: StageFacts, today: date) -> Stage:
    """The stage on a day. A decision without an effective day, or called in, is never in effect."""
    if facts.status == "draft":
        return Stage("draft", "Draft", "grey", "Seen by this council alone, and without effect.")
    if facts.status == "superseded":
        return Stage("superseded", "Superseded", "grey", "A later decision of this council has taken its place.")
    if facts.status == "called_in":
        label, sentence = _HELD.get(facts.heard, _HELD[None])
        return Stage("called_in", label, "orange", sentence)
    return _recorded(facts, today)


def _recorded(facts: StageFacts, today: date) -> Stage:
    if facts.outcome == "defer":
        return Stage("deferred", "Deferred", "orange", "A deferral has no effect.")
    if facts.published_on is None and facts.effective_on is None:
        return Stage(
            "taken", "Taken, not yet published", "yellow", "It has no effect before its record has been published."
        )
    if facts.effective_on is None or facts.effective_on > today:
        day = say_day(facts.effective_on) if facts.effective_on else "a day to be stated"
        waits = "It is exempt from call-in." if facts.exempt else "Until then it can be called in."
        return Stage("waits", "Waits for its day", "blue", f"It takes effect on {day}. {waits}")
    upheld = " It was called in before." if facts.was_called_in else ""
    return Stage("effective", "In effect", "green", f"Since {say_day(facts.effective_on)}.{upheld}", in_effect=True)


def steps_of(facts: StageFacts, today: date) -> list[dict[str, str]]:
    """The way of the decision as steps, for `ui.stages`: each done, current or still to come, with its day."""
    reached = stage_of(facts, today)
    steps = [("Drafted", True, "")]
    if facts.is_key:
        steps.append(("Notice published", facts.notice_on is not None, _when(facts.notice_on)))
    steps.append(("Taken", facts.status != "draft", _when(facts.decided_on)))
    steps.append(("Record published", facts.published_on is not None, _when(facts.published_on)))
    if facts.was_called_in:
        steps.append(
            ("Called in", facts.heard in ("upheld", "confirmed"), reached.label if reached.code == "called_in" else "")
        )
    steps.append(("In effect", reached.in_effect, _when(facts.effective_on)))
    current = next((n for n, (_, done, _) in enumerate(steps) if not done), None)
    return [
        {"text": text, "state": "done" if done else "current" if n == current else "todo", "detail": detail}
        for n, (text, done, detail) in enumerate(steps)
    ]


def _when(day: date | None) -> str:
    return say_day(day) if day else ""
