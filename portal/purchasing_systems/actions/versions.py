"""A later version of the specification: begun by the lead, drafted together, signed off per council, brought into force."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.purchasing_systems.models import (
    Admission,
    Modification,
    Round,
    Specification,
    SpecificationSection,
    VersionSignOff,
)
from portal.purchasing_systems.queries.specifications import specification_of
from portal.purchasing_systems.queries.systems import led_system, participants_of, system_for
from portal.purchasing_systems.rules.sections import section_problem, sections_in
from portal.purchasing_systems.version_notifications import (
    tell_councils_begun,
    tell_providers_modified,
    tell_sign_off_withdrawn,
)
from tenants.permissions import Permission


class SectionConflict(Refused):
    """A colleague saved the same section meanwhile: both texts, and who. Nothing was written."""

    def __init__(self, theirs: SpecificationSection, title: str, text_: str) -> None:
        super().__init__(f"This section was changed meanwhile by {theirs.edited_by}. Nothing was saved.")
        self.theirs, self.title, self.text = theirs, title, text_


def begin_version(
    session: Session, actor: Actor, *, system_id: UUID, reason: str, editors: Collection[UUID] = ()
) -> Specification:
    """Copy the version in force into a draft of the next one. `editors`: councils whose officers share in the common text.

    The earlier version stays in force for everybody until the later one is adopted by every council and issued.
    Raises Missing, NotPermitted, Refused, Invalid(reason, editors).
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    clean = Cleaning()
    why = clean.lines("reason", reason, "Enter why a new version is needed.", 4000)
    sharing = _sharing(session, clean, system_id, editors)
    clean.finish()
    there = specification_of(session, system_id)
    if there is None:
        raise Refused("Write the common text of the specification first.")
    parts = sections_in(there.common_text)
    made = session.execute(
        text("SELECT app.begin_version(:system, :reason, CAST(:editors AS uuid[]), :titles, :texts)"),
        {
            "system": system_id,
            "reason": why,
            "editors": sharing,
            "titles": [title for title, _ in parts],
            "texts": [words for _, words in parts],
        },
    ).scalar_one()
    begun = session.get_one(Specification, made)
    record(
        session,
        "purchasing_systems.specification.begin_version",
        f"Began version {begun.version} of the specification of “{system.title}”.",
        system=system_id,
        id=begun.id,
        reason=why,
        editors=[str(one) for one in sharing],
    )
    tell_councils_begun(session, system, begun, [c.authority_id for c in participants_of(session, system_id)], actor)
    return begun


def share_drafting(
    session: Session, actor: Actor, *, specification_id: UUID, editors: Collection[UUID]
) -> Specification:
    """Say which councils' officers share in the common text of a draft. Raises Missing, NotPermitted, Refused, Invalid(editors)."""
    found = _later(session, specification_id)
    led_system(session, actor, found.system_id, Permission.ADVERT_EDIT)
    if found.frozen_at is not None:
        raise Refused("This version is frozen.")
    clean = Cleaning()
    sharing = _sharing(session, clean, found.system_id, editors)
    clean.finish()
    found.editors = sharing
    session.flush()
    record(
        session,
        "purchasing_systems.specification.share_drafting",
        f"Said which councils share in the drafting of version {found.version} of the specification.",
        system=found.system_id,
        id=found.id,
        editors=[str(one) for one in sharing],
    )
    return found


def write_section(
    session: Session, actor: Actor, *, section_id: UUID, revision: int, title: str, text_: str
) -> SpecificationSection:
    """Save one section of a draft. `revision`: the one that was read.

    Raises Missing, NotPermitted, Refused, Invalid(title, text), SectionConflict where a colleague saved another text meanwhile.
    """
    found = session.get(SpecificationSection, section_id)
    if found is None:
        raise Missing
    version = _drafted(session, actor, found.specification_id)
    heading, words = _section_values(title, text_)
    signed = _standing(session, version.id)
    kept = session.execute(
        text("SELECT app.write_section(:section, :revision, :title, :text)"),
        {"section": section_id, "revision": revision, "title": heading, "text": words},
    ).scalar_one()
    session.refresh(found)
    if kept is None:
        raise SectionConflict(found, heading, words)
    record(
        session,
        "purchasing_systems.specification.write_section",
        f"Wrote the section “{heading or 'Beginning'}” of version {version.version} of the specification.",
        about=version.lead_id if version.lead_id != actor.organisation_id else None,
        system=version.system_id,
        id=section_id,
        revision=kept,
    )
    _tell_withdrawn(session, actor, version, signed)
    return found


def add_section(
    session: Session, actor: Actor, *, specification_id: UUID, after: UUID | None, title: str, text_: str
) -> UUID:
    """Put a section into a draft, after another one or first. Raises Missing, NotPermitted, Refused, Invalid(title, text)."""
    version = _drafted(session, actor, specification_id)
    clean = Cleaning()
    clean.line("title", title, "Enter the title of the section.", 200)
    clean.finish()
    heading, words = _section_values(title, text_)
    signed = _standing(session, version.id)
    made: UUID = session.execute(
        text("SELECT app.add_section(:version, :after, :title, :text)"),
        {"version": specification_id, "after": after, "title": heading, "text": words},
    ).scalar_one()
    record(
        session,
        "purchasing_systems.specification.add_section",
        f"Added the section “{heading}” to version {version.version} of the specification.",
        about=version.lead_id if version.lead_id != actor.organisation_id else None,
        system=version.system_id,
        id=made,
    )
    _tell_withdrawn(session, actor, version, signed)
    return made


def remove_section(session: Session, actor: Actor, *, section_id: UUID, revision: int) -> None:
    """Take a section out of a draft; the earlier version keeps it. Raises Missing, NotPermitted, Refused where it was changed meanwhile."""
    found = session.get(SpecificationSection, section_id)
    if found is None:
        raise Missing
    version, title = _drafted(session, actor, found.specification_id), found.title
    signed = _standing(session, version.id)
    gone = session.execute(
        text("SELECT app.remove_section(:section, :revision)"), {"section": section_id, "revision": revision}
    ).scalar_one()
    if not gone:
        raise Refused("This section was changed meanwhile. Read it again before you remove it.")
    session.expire(found)
    record(
        session,
        "purchasing_systems.specification.remove_section",
        f"Removed the section “{title or 'Beginning'}” from version {version.version} of the specification.",
        about=version.lead_id if version.lead_id != actor.organisation_id else None,
        system=version.system_id,
        id=section_id,
    )
    _tell_withdrawn(session, actor, version, signed)


def sign_off_version(session: Session, actor: Actor, *, specification_id: UUID, sha256: str) -> VersionSignOff:
    """An officer signs a draft off for the own council (R3-05). `sha256`: of the text that was read, as `version_hash` gives it.

    It is not the council's decision: that is the joint decision to adopt the version. Raises Missing, NotPermitted, Refused.
    """
    found = _later(session, specification_id)
    if not actor.may(Permission.SCHEDULE_EDIT):
        raise NotPermitted("A version is signed off by a procurement or commissioning officer.")
    made = session.execute(
        text("SELECT app.sign_off_version(:version, :hash)"), {"version": specification_id, "hash": sha256}
    ).scalar_one()
    if made is None:
        raise Refused("The text was changed after you opened this page. Read what changed, then sign it off.")
    record(
        session,
        "purchasing_systems.specification.sign_off",
        f"Signed off version {found.version} of the specification for {actor.organisation_name}.",
        about=found.lead_id if found.lead_id != actor.organisation_id else None,
        system=found.system_id,
        id=found.id,
        sha256=sha256,
    )
    return session.get_one(VersionSignOff, made)


def issue_version(
    session: Session, actor: Actor, *, specification_id: UUID, what: str = "", why: str = "", legal_ground: str = ""
) -> Modification | None:
    """Bring a version into force that every council has adopted. Once a round has been published this is a modification (R5-02).

    Then it needs what changes, why and the ground of law; everybody who registered an interest, and every provider admitted, is told at
    once; rounds that take applications go on under the new version. Raises Missing, NotPermitted, Refused, Invalid.
    """
    found = _later(session, specification_id)
    system = led_system(session, actor, found.system_id, Permission.ADVERT_EDIT, lock=True)
    clean = Cleaning()
    needed = system.frozen_at is not None
    words = {
        "what": clean.lines("what", what, "Say what changes. Every applicant will read it." if needed else None, 4000),
        "why": clean.lines("why", why, "Say why. Every applicant will read it." if needed else None, 4000),
        "ground": clean.lines(
            "legal_ground", legal_ground, "Name the ground of law on which it is changed." if needed else None, 2000
        ),
    }
    clean.finish()
    made = session.execute(
        text("SELECT app.issue_version(:version, :what, :why, :ground)"), {"version": specification_id} | words
    ).scalar_one()
    session.expire_all()
    record(
        session,
        "purchasing_systems.specification.issue_version",
        f"Brought version {found.version} of the specification into force.",
        system=system.id,
        id=found.id,
        modification=made,
        what=words["what"],
        why=words["why"],
        legal_ground=words["ground"],
    )
    if made is None:
        return None
    modification = session.get_one(Modification, made)
    running = session.scalars(
        select(Round)
        .where(Round.system_id == system.id, Round.published_at.is_not(None), Round.status.not_in(_OVER))
        .order_by(Round.number)
    ).all()
    admitted = session.scalars(
        select(Admission.provider_id)
        .where(Admission.system_id == system.id, Admission.released_at.is_not(None), Admission.status.not_in(_GONE))
        .distinct()
    ).all()
    tell_providers_modified(session, system, found, modification, rounds=running, admitted=admitted)
    return modification


_OVER = ("cancelled", "complete")
_GONE = ("declined_by_provider", "lapsed")


def _later(session: Session, specification_id: UUID) -> Specification:
    found = session.get(Specification, specification_id)
    if found is None or found.version == 1:
        raise Missing
    return found


def _drafted(session: Session, actor: Actor, specification_id: UUID) -> Specification:
    found = _later(session, specification_id)
    system_for(session, actor, found.system_id)
    if not shares(actor, found.lead_id, found.editors):
        raise NotPermitted(
            "The common text is written by officers of the lead authority and of the councils that share in the drafting."
        )
    return found


def shares(actor: Actor, lead_id: UUID, editors: Collection[UUID]) -> bool:
    """May this officer write the common text of a draft?"""
    return actor.may(Permission.SCHEDULE_EDIT) and actor.organisation_id in {lead_id, *editors}


def _section_values(title: str, words: str) -> tuple[str, str]:
    clean = Cleaning()
    heading = clean.line("title", title, None, 200)
    body = clean.lines("text", words, None, 100_000)
    problem = section_problem(body)
    if problem:
        clean.wrong("text", problem)
    if not heading and not body:
        clean.wrong("text", "Enter the text of the section.")
    clean.finish()
    return heading, body


def _sharing(session: Session, clean: Cleaning, system_id: UUID, editors: Collection[UUID]) -> list[UUID]:
    there = [c.authority_id for c in participants_of(session, system_id)]
    if set(editors) - set(there):
        clean.wrong("editors", "Select councils that take part in this system.")
    return [one for one in there if one in editors]


def _standing(session: Session, version_id: UUID) -> list[UUID]:
    v = VersionSignOff
    return list(session.scalars(select(v.id).where(v.specification_id == version_id, v.withdrawn_at.is_(None))))


def _tell_withdrawn(session: Session, actor: Actor, version: Specification, before: Collection[UUID]) -> None:
    """The database has withdrawn the sign-offs of the text that was; their councils are told."""
    v = VersionSignOff
    lost = session.scalars(
        select(v).where(v.id.in_(before), v.withdrawn_at.is_not(None)).execution_options(populate_existing=True)
    )
    for one in lost:
        if one.authority_id != actor.organisation_id:
            tell_sign_off_withdrawn(session, version, one)
