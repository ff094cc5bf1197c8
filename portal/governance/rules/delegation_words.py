"""A delegation in words that a councillor reads: to whom, with whom, on which limits."""

from collections.abc import Sequence

from portal.core.money import pounds
from portal.core.wording import say_day
from portal.governance.rules.delegation_facts import (
    BODY,
    DECIDE,
    OFFICER,
    OVERSEE,
    TEAM,
    WORK_ON,
    DelegationFacts,
    Post,
)


def the(title: str, kind: str = OFFICER) -> str:
    """A post in the middle of a sentence; a title with a comma closes with one: `the Service Manager, Placements,`.

    A team or body called by one word, like Cabinet or Finance, has no article.
    """
    bare = title.casefold().startswith("the ") or (kind in (TEAM, BODY) and " " not in title)
    said = title if bare else f"the {title}"
    return f"{said}," if "," in title else said


def listing(words: Sequence[str], joint: str = "and") -> str:
    """`a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}"


def holders(delegation: DelegationFacts) -> str:
    """To whom, with the rule that binds them, in the order of the minute."""
    posts = listing([the(p.title, p.kind) for p in delegation.holders], "and" if delegation.joint else "or")
    if delegation.nominees:
        posts += f" and {delegation.nominees}"
    if delegation.joint:
        posts = f"{posts.removesuffix(',')}, jointly"
    if delegation.consulted:
        posts = f"{posts.removesuffix(',')}, in consultation with {titles(delegation.consulted)}"
    return posts.removesuffix(",")


def titles(posts: Sequence[Post]) -> str:
    """Posts as a list in a sentence."""
    return listing([the(p.title, p.kind) for p in posts]).removesuffix(",")


def quoted(delegation: DelegationFacts) -> str:
    """How it is quoted: `Your council's delegation of 3 September 2020, item 32 (4),`."""
    return f"Your council's delegation of {say_day(delegation.granted_on)}, {delegation.reference},"


def told(delegation: DelegationFacts) -> str:
    """The delegation in one clause: to whom it is."""
    does = {WORK_ON: " to work on this, not to decide it", OVERSEE: " to oversee this, not to decide it"}
    return f"{quoted(delegation)} is to {holders(delegation)}{does.get(delegation.power, '')}."


def rules_in_words(delegation: DelegationFacts) -> tuple[str, ...]:
    """Each rule and limit of a delegation, a sentence each, for the page of the ledger."""
    d = delegation
    said = [_who(d)]
    if d.nominees:
        said.append("So may each post that is nominated, from the day of its nomination until the day it is revoked.")
    if d.consulted:
        said.append(f"{_upper(titles(d.consulted))} must be consulted first. Consent is not needed.")
    if d.before_commencement:
        said.append("Only before the procurement begins.")
    if d.collective:
        said.append("Only as part of a joint decision of all participating authorities.")
    said += [f"Only once it is certified{' for each case' if c.each else ''}: “{c.words}”." for c in d.conditions]
    if d.paragraphs:
        said.append(f"As described in the report, {d.paragraphs}.")
    if d.sources:
        said.append(f"Only for {sources(d)}.")
    if d.limit_pounds is not None:
        said.append(f"Up to {pounds(d.limit_pounds)}.")
    if not d.covers_key:
        said.append("Not for a key decision.")
    if d.legal_maker:
        said.append(f"In law the decision is that of {the(d.legal_maker.title, d.legal_maker.kind).removesuffix(',')}.")
    return tuple(said)


def sources(delegation: DelegationFacts) -> str:
    """The alternative sources in one clause."""
    named = [f"{s.name} ({s.awaits.words})" if s.awaits else s.name for s in delegation.sources]
    return listing(named, "or")


def _who(d: DelegationFacts) -> str:
    posts = listing([the(p.title, p.kind) for p in d.holders], "and" if d.joint else "or").removesuffix(",")
    if d.power != DECIDE:
        return f"{_upper(posts)} may {'work on' if d.power == WORK_ON else 'oversee'} this, and may not decide it."
    if d.joint:
        return f"{_upper(posts)} decide together. Each must agree, in any order, and each can refuse."
    if len(d.holders) == 1 and not d.consulted and not d.nominees:
        return f"{_upper(posts)} decides alone."
    return f"{_upper(posts)} decides."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
