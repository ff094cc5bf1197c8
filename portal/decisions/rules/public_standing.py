"""Where a published decision stands, for anybody: in a label and a sentence. Pure."""

from dataclasses import dataclass
from datetime import date

from portal.core.wording import say_day

HEARD = {
    "upheld": "Scrutiny upheld it",
    "confirmed": "It was confirmed on reconsideration",
    "reconsider": "Scrutiny asked the decision maker to reconsider. It has no effect until confirmed",
    "referred": "Scrutiny referred it to full council. It has no effect until confirmed",
}


@dataclass(frozen=True)
class Others:
    """How a question stands that needs several councils, by what is public: how many were asked, of how many an answer is published, and
    from which day this council's has effect if nothing but the published answers counts (None: by these alone not yet).
    """

    asked: int
    published: int
    takes_effect_on: date | None

    @property
    def sentence(self) -> str:
        """How many have published."""
        if self.published >= self.asked:
            return f"All {self.asked} councils asked have published an answer."
        return f"{self.published} of {self.asked} councils asked {'has' if self.published == 1 else 'have'} published an answer."


@dataclass(frozen=True)
class Standing:
    """`code` is one of: superseded, called_in, deferred, waiting, effective, none."""

    code: str
    label: str
    tone: str
    sentence: str


def standing(
    *,
    outcome: str,
    together: str = "",
    others: Others | None = None,
    effective_on: date | None,
    defer_until: date | None,
    today: date,
    superseded_from: tuple[date, date | None] | None,
    called_in_on: date | None,
    call_in_outcome: str | None,
) -> Standing:
    """`together`: the rule of the question, where it takes more than this council's yes; then its day alone is no effect yet;
    `others`: how far the others have come, by what they have published.
    `superseded_from`: the day of the later published decision of the same council, and the day it takes effect; a deferral gives way at
    once, an answer from that day. `called_in_on`: when a valid request was made, `call_in_outcome`: what was said on it.
    """
    followed = ""
    if superseded_from is not None:
        decided, since = superseded_from
        if outcome == "defer" or (since is not None and since <= today):
            said = f"A later decision, of {say_day(decided)}, has taken its place."
            return Standing("superseded", "Superseded", "grey", said)
        when = f"takes its place on {say_day(since)}" if since else "has no effect yet"
        followed = f" A later decision, of {say_day(decided)}, {when}."
    code, label, tone, said = _own(outcome, (effective_on, defer_until), (called_in_on, call_in_outcome), today)
    if together and code in ("effective", "waiting"):
        return _with_others(together, others, effective_on, today, followed)
    return Standing(code, label, tone, said + followed)


def _with_others(together: str, others: Others | None, own: date | None, today: date, followed: str) -> Standing:
    counted = f" {others.sentence}" if others else ""
    day = others.takes_effect_on if others else None
    if day is not None and day <= today:
        return Standing(
            "effective", "In effect", "green", f"In effect since {say_day(day)}. {together}{counted}{followed}"
        )
    if day is not None:
        said = f"Takes effect on {say_day(day)}. {together}{counted}{followed}"
        return Standing("waiting", "Not yet in effect", "yellow", said)
    by_itself = f"By its own decision from {say_day(own)}. " if own else ""
    return Standing("waiting", "Decided, with others", "blue", f"{by_itself}{together}{counted}{followed}")


def _own(
    outcome: str, days: tuple[date | None, date | None], call_in: tuple[date | None, str | None], today: date
) -> tuple[str, str, str, str]:
    effective_on, defer_until = days
    called_in_on, heard = call_in
    if called_in_on is not None and heard not in ("upheld", "confirmed"):
        said = HEARD.get(heard or "", "It has no effect until scrutiny has spoken")
        return "called_in", "Called in", "orange", f"Called in on {say_day(called_in_on)}. {said}."
    if outcome == "defer":
        return "deferred", "Deferred", "orange", f"Until {say_day(defer_until)}." if defer_until else "To a later day."
    before = f"{HEARD[heard]}. " if heard else ""
    if effective_on is None:
        return "none", "No effect stated", "grey", f"{before}Its council has not stated from which day it takes effect."
    if effective_on > today:
        return "waiting", "Not yet in effect", "yellow", f"{before}Takes effect on {say_day(effective_on)}."
    return "effective", "In effect", "green", f"{before}In effect since {say_day(effective_on)}."
