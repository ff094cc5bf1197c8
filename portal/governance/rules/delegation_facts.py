"""What a delegation says, and what is done under it. Plain values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

DECIDE, WORK_ON, OVERSEE = "decide", "work_on", "oversee"
POWERS = {DECIDE: "Decide", WORK_ON: "Work on it, without deciding", OVERSEE: "Oversee it, without deciding"}
OFFICER, MEMBER, TEAM, BODY = "officer", "member", "team", "body"
POST_KINDS = {OFFICER: "Officer", MEMBER: "Member", TEAM: "Team", BODY: "Body"}

_SAME = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "\u00a0": " "})


def same_title(title: str) -> str:
    """A title as it is compared: letter case, kinds of apostrophe and dash, and doubled spaces make no other post."""
    return " ".join(title.translate(_SAME).replace("&", "and").casefold().split())


@dataclass(frozen=True)
class Post:
    """A post as the minute calls it; `also`: what it was called before, and is called since. Never a person."""

    title: str
    kind: str = OFFICER
    also: tuple[str, ...] = ()

    def is_called(self, title: str) -> bool:
        """Whether this title, of whatever year, is this post."""
        return same_title(title) in {same_title(own) for own in (self.title, *self.also)}


@dataclass(frozen=True)
class Nomination:
    """A post nominated to act under a delegation from a day on; from the day of revocation on it is not."""

    post: Post
    starts_on: date
    revoked_on: date | None = None


@dataclass(frozen=True)
class Certified:
    """Somebody's finding that a condition holds, or does not, from a day on. `subject_id` or `case`: for this one alone."""

    holds: bool
    on: date
    by: str
    subject_id: UUID | None = None
    case: str = ""

    def is_about(self, subject_id: UUID | None, case: str) -> bool:
        """Whether it was found for this very case."""
        by_id = subject_id is not None and self.subject_id == subject_id
        return by_id or (bool(case) and same_title(case) == same_title(self.case))

    @property
    def is_general(self) -> bool:
        """Whether it was found once for all cases."""
        return self.subject_id is None and not self.case


@dataclass(frozen=True)
class Condition:
    """A condition precedent in the minute's words. `each`: found anew for every case ("where an options appraisal has
    determined it"), not once for all ("following its establishment").

    `findings` in the order they were recorded.
    """

    words: str
    each: bool = False
    findings: tuple[Certified, ...] = ()


@dataclass(frozen=True)
class Source:
    """One of alternative sources ("this purchasing system or the PPA when in place"). `system_id`: where the portal has it."""

    name: str
    system_id: UUID | None = None
    awaits: Condition | None = None


@dataclass(frozen=True)
class DelegationFacts:
    """One delegation of one council, with everything that was found and done about it.

    Every part is a limit of its own and all hold together: `joint` (all holders must agree; otherwise any of them may act),
    `nominees` (the minute's words for posts that may be nominated besides; empty: none), `consulted`, `before_commencement`,
    `collective`. `kinds` are names of kinds of matter; `sources` empty: whichever system it is about. `ends_on` is the last day,
    `revoked_on` the first on which it is gone. `legal_maker`: who decides in law, where the minuted form is doubtful, by the
    monitoring officer's `reading`; then the decision is taken by that post, and the minuted form is kept to as well.
    """

    id: UUID
    granted_on: date
    reference: str
    matter: str
    minuted: str
    holders: tuple[Post, ...]
    kinds: tuple[str, ...]
    starts_on: date
    power: str = DECIDE
    joint: bool = False
    nominees: str = ""
    nominations: tuple[Nomination, ...] = ()
    consulted: tuple[Post, ...] = ()
    before_commencement: bool = False
    collective: bool = False
    conditions: tuple[Condition, ...] = ()
    paragraphs: str = ""
    sources: tuple[Source, ...] = ()
    limit_pounds: Decimal | None = None
    covers_key: bool = True
    ends_on: date | None = None
    revoked_on: date | None = None
    reading: str = ""
    legal_maker: Post | None = None


@dataclass(frozen=True)
class Consulted:
    """That the holder of a post was consulted, and when; what the answer was is nobody's condition."""

    post: str
    on: date


@dataclass(frozen=True)
class Agreement:
    """What the holder of a post said to a joint decision."""

    post: str
    agreed: bool
    on: date


@dataclass(frozen=True)
class Act:
    """What is to be done, or was. `kind`: name of a kind of matter, or empty; `subject_id`: what it is about.

    `commenced`: the procurement has begun; `collective`: part of a joint decision of all participating authorities; `key`: a key
    decision; `does`: decide, work_on or oversee. `case`: what it is about where the portal has no id of it. `source_id`: the
    purchasing system it comes from or is about; `source`: its name, where the portal does not have it.
    """

    kind: str
    subject_id: UUID | None
    day: date
    acting_posts: tuple[str, ...]
    consulted: tuple[Consulted, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    value_pounds: Decimal | None = None
    commenced: bool = False
    collective: bool = False
    key: bool = False
    does: str = DECIDE
    case: str = ""
    source_id: UUID | None = None
    source: str = ""
