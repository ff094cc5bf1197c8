"""May this be done under this delegation? None, or the one sentence that names the delegation and what is lacking.

The checks go from what the delegation is about to what was done about it; the first that fails speaks.
"""

from collections.abc import Callable, Sequence
from datetime import date

from portal.core.money import pounds
from portal.core.wording import say_day
from portal.governance.kinds import EVERY, title_of
from portal.governance.rules.delegation_facts import (
    DECIDE,
    OFFICER,
    TEAM,
    Act,
    Agreement,
    Certified,
    Condition,
    Consulted,
    DelegationFacts,
    Nomination,
    Post,
    Source,
    same_title,
)
from portal.governance.rules.delegation_words import quoted, sources, the, titles, told

__all__ = [
    "Act",
    "Agreement",
    "Certified",
    "Condition",
    "Consulted",
    "DelegationFacts",
    "Nomination",
    "Post",
    "Source",
    "covering",
    "in_force",
    "why_not",
]


def why_not(delegation: DelegationFacts, act: Act) -> str | None:
    """None when the act may be done under the delegation on its day; else what is lacking, for a councillor to read."""
    found = _lack(delegation, act)
    return found[1] if found else None


def covering(delegations: Sequence[DelegationFacts], act: Act) -> tuple[DelegationFacts | None, str]:
    """The first delegation that allows the act, and an empty sentence; or None, and the sentence of the one that comes nearest."""
    nearest: tuple[int, str] = (0, "")
    for delegation in delegations:
        found = _lack(delegation, act)
        if found is None:
            return delegation, ""
        if found[0] > nearest[0]:
            nearest = found
    return None, nearest[1] or _none_covers(act)


def in_force(delegation: DelegationFacts, on: date) -> bool:
    """Whether it stands on this day, by its dates alone."""
    return _not_that_day(delegation, on) is None


def _lack(delegation: DelegationFacts, act: Act) -> tuple[int, str] | None:
    checks = (*_ABOUT, *_OF_A_DECISION) if act.does == DECIDE else _ABOUT
    for stage, check in enumerate(checks):
        sentence = check(delegation, act)
        if sentence:
            return stage, sentence
    return None


def _none_covers(act: Act) -> str:
    what = f"“{title_of(act.kind)}”" if act.kind else "this"
    who = f"to {titles([Post(p) for p in act.acting_posts])}" if act.acting_posts else "to a post"
    worth = f", for {pounds(act.value_pounds)} or more" if act.value_pounds is not None else ""
    return f"No delegation of your council covers {what}. It needs one that is granted {who}{worth}, in force on {say_day(act.day)}."


def _scope(d: DelegationFacts, act: Act) -> str | None:
    if act.kind and EVERY not in d.kinds and act.kind not in d.kinds:
        return f"{quoted(d)} is for {d.matter}. It does not cover “{title_of(act.kind)}”."
    return None


def _power(d: DelegationFacts, act: Act) -> str | None:
    if d.power not in (DECIDE, act.does):
        return f"{told(d)} The decision itself needs another delegation, or the body that gave this one."
    teams = [p.title for p in d.holders if p.kind == TEAM]
    if act.does == DECIDE and teams:
        return f"{told(d)} A team can work on a matter; it cannot decide it."
    return None


def _source(d: DelegationFacts, act: Act) -> str | None:
    if not d.sources:
        return None
    if act.source_id is None and not act.source:
        which = "Say which of these this is about." if len(d.sources) > 1 else "Say whether this is about it."
        return f"{quoted(d)} is for {sources(d)}. {which}"
    chosen = [s for s in d.sources if _is_source(s, act)]
    if not chosen:
        return f"{quoted(d)} is for {sources(d)}. This is about something else."
    lacking = [_not_met(s.awaits, act) if s.awaits else None for s in chosen]
    return f"{quoted(d)} is for {sources(d)}. {lacking[0]}" if all(lacking) else None


def _is_source(source: Source, act: Act) -> bool:
    by_id = source.system_id is not None and source.system_id == act.source_id
    return by_id or (bool(act.source) and same_title(source.name) == same_title(act.source))


def _dates(d: DelegationFacts, act: Act) -> str | None:
    lacking = _not_that_day(d, act.day)
    return f"{told(d)} {lacking}" if lacking else None


def _not_that_day(d: DelegationFacts, on: date) -> str | None:
    if on < d.starts_on:
        return f"It begins on {say_day(d.starts_on)}."
    if d.revoked_on and on >= d.revoked_on:
        return f"It was revoked on {say_day(d.revoked_on)}."
    if d.ends_on and on > d.ends_on:
        return f"It ended on {say_day(d.ends_on)}."
    return None


def _holder(d: DelegationFacts, act: Act) -> str | None:
    if not act.acting_posts:
        return f"{told(d)} Say which post does this."
    for title in act.acting_posts:
        lacking = None if _holds(d, title) else _not_nominated(d, title, act.day)
        if lacking:
            return f"{told(d)} {lacking}"
    return None


def _holds(d: DelegationFacts, title: str) -> bool:
    own = (*d.holders, d.legal_maker) if d.legal_maker else d.holders
    return any(post.is_called(title) for post in own)


def _not_nominated(d: DelegationFacts, title: str, on: date) -> str | None:
    if not d.nominees:
        return f"{_begin(title)} does not hold it."
    own = [n for n in d.nominations if n.post.is_called(title)]
    if not own:
        return f"No nomination of {the(title)} is recorded."
    if any(n.starts_on <= on and (n.revoked_on is None or on < n.revoked_on) for n in own):
        return None
    past = [n.revoked_on for n in own if n.revoked_on and n.revoked_on <= on]
    if past:
        return f"The nomination of {the(title)} was revoked on {say_day(max(past))}."
    return f"The nomination of {the(title)} begins on {say_day(min(n.starts_on for n in own))}."


def _legal_maker(d: DelegationFacts, act: Act) -> str | None:
    maker = d.legal_maker
    if maker is None or any(maker.is_called(title) for title in act.acting_posts):
        return None
    return f"{told(d)} The monitoring officer reads it as a decision of {the(maker.title, maker.kind).removesuffix(',')}, who is not among those who take it."


def _value(d: DelegationFacts, act: Act) -> str | None:
    if act.key and not d.covers_key:
        return f"{told(d)} It does not cover key decisions."
    if d.limit_pounds is None:
        return None
    if act.value_pounds is None:
        return f"{told(d)} It goes up to {pounds(d.limit_pounds)}. Say what this is worth."
    if act.value_pounds > d.limit_pounds:
        return f"{told(d)} It goes up to {pounds(d.limit_pounds)}, and this is {pounds(act.value_pounds)}."
    return None


def _collective(d: DelegationFacts, act: Act) -> str | None:
    if d.collective and not act.collective:
        return f"{told(d)} Such decisions are collective decisions by all participating authorities, and this is one council's alone."
    return None


def _commencement(d: DelegationFacts, act: Act) -> str | None:
    if d.before_commencement and act.commenced:
        return f"{told(d)} Such decisions are made in advance of the procurement starting, and it has started."
    return None


def _conditions(d: DelegationFacts, act: Act) -> str | None:
    lacking = next((said for c in d.conditions if (said := _not_met(c, act))), None)
    return f"{told(d)} {lacking}" if lacking else None


def _not_met(condition: Condition, act: Act) -> str | None:
    """What is lacking of a condition on the act's day; the latest finding up to that day counts."""
    fitting = [
        f
        for f in condition.findings
        if f.on <= act.day and (f.is_about(act.subject_id, act.case) or (f.is_general and not condition.each))
    ]
    if not fitting:
        case = " for this case" if condition.each else ""
        return f"It holds on a condition, “{condition.words}”, and nobody has certified that it is met{case}."
    latest = max(enumerate(fitting), key=lambda one: (one[1].on, one[0]))[1]
    if latest.holds:
        return None
    return f"It holds on a condition, “{condition.words}”. On {say_day(latest.on)} {the(latest.by)} found that it is not met."


def _consultation(d: DelegationFacts, act: Act) -> str | None:
    for post in d.consulted:
        days = [c.on for c in act.consulted if post.is_called(c.post)]
        if not days:
            return f"{told(d)} No consultation of {the(post.title, post.kind).removesuffix(',')} is recorded."
        if min(days) > act.day:
            return f"{told(d)} {_begin(post.title, post.kind)} was consulted on {say_day(min(days))}, after this was decided on {say_day(act.day)}."
    return None


def _agreement(d: DelegationFacts, act: Act) -> str | None:
    if not d.joint:
        return None
    said = [(post, [a for a in act.agreements if post.is_called(a.post)]) for post in d.holders]
    for post, theirs in said:
        refused = [a.on for a in theirs if not a.agreed]
        if refused:
            return f"{told(d)} {_begin(post.title, post.kind)} refused on {say_day(min(refused))}."
    missing = [post for post, theirs in said if not theirs]
    if missing:
        return f"{told(d)} The agreement of {titles(missing)} is not recorded."
    late = next(
        ((post, min(a.on for a in theirs)) for post, theirs in said if min(a.on for a in theirs) > act.day), None
    )
    if late:
        return f"{told(d)} {_begin(late[0].title, late[0].kind)} agreed on {say_day(late[1])}, after this was decided on {say_day(act.day)}."
    return None


def _begin(title: str, kind: str = OFFICER) -> str:
    said = the(title, kind)
    return said[:1].upper() + said[1:]


_Check = Callable[[DelegationFacts, Act], str | None]
_ABOUT: tuple[_Check, ...] = (_scope, _power, _source, _dates, _holder)
_OF_A_DECISION: tuple[_Check, ...] = (
    _legal_maker,
    _value,
    _collective,
    _commencement,
    _conditions,
    _consultation,
    _agreement,
)
"""Whoever works on a matter or oversees it decides nothing, so these are not asked then."""
