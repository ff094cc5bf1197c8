"""Messages about versions of a specification. They say what happened and lead to the page."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.notify.sending import tell_interested, tell_organisation
from portal.core.types import Actor
from portal.purchasing_systems.models import Modification, PurchasingSystem, Round, Specification, VersionSignOff
from portal.purchasing_systems.round_notifications import OFFICERS


def tell_councils_begun(
    session: Session, system: PurchasingSystem, version: Specification, councils: Iterable[UUID], actor: Actor
) -> None:
    """To the officers of every other council: a later version is being drafted, and who shares in it."""
    for council in councils:
        if council == actor.organisation_id:
            continue
        shares = (
            "Your council shares in drafting the common text, and writes its own local schedule."
            if council in version.editors
            else "Your council reads the draft, writes its own local schedule, and signs the version off."
        )
        tell_organisation(
            session,
            council,
            kind="purchasing_systems.version.begun",
            subject=f"Version {version.version} of the specification is being drafted: {system.alias}",
            body=f"{system.lead_name} has begun version {version.version} of the specification of {system.title}.\n\n"
            f"The reason: {version.reason}\n\n{shares} The earlier version stays in force until every council has adopted the later one.",
            link=version_url(version),
            roles=OFFICERS,
        )


def tell_sign_off_withdrawn(session: Session, version: Specification, signed: VersionSignOff) -> None:
    """To the officers of the council whose sign-off no longer stands."""
    tell_organisation(
        session,
        signed.authority_id,
        kind="purchasing_systems.version.sign_off_withdrawn",
        subject=f"Sign-off withdrawn: version {version.version} of “{version.title}”"[:300],
        body=f"The text that your council signed off was changed afterwards. {signed.withdrawn_because} "
        "The sign-off no longer counts. Read what changed, and sign the version off again.",
        link=version_url(version),
        roles=OFFICERS,
    )


def tell_providers_modified(
    session: Session,
    system: PurchasingSystem,
    version: Specification,
    modification: Modification,
    *,
    rounds: Sequence[Round],
    admitted: Iterable[UUID],
) -> None:
    """To everybody who registered an interest in a round that is not over, and to every provider admitted (R5-02)."""
    words = (
        f"Version {version.version} of the specification of {system.title} is in force.\n\nWhat changes: {modification.what}\n\n"
        f"Why: {modification.why}\n\nGround of law: {modification.legal_ground}\n\n"
    )
    subject = f"The specification has changed: version {version.version}, {system.alias}"
    for round_ in rounds:
        applies = round_.id in modification.rounds
        tell_interested(
            session,
            round_.id,
            subject=subject,
            body=words
            + (
                f"Round {round_.number} goes on under this version. What you have saved or submitted is unchanged: check it against "
                "the new text before the round closes."
                if applies
                else f"Applications in round {round_.number} are judged under the version they were made under."
            ),
            link=f"/rounds/{round_.id}/modifications",
        )
    latest = rounds[-1] if rounds else None
    for provider in admitted:
        tell_organisation(
            session,
            provider,
            kind="purchasing_systems.version.modified",
            subject=subject,
            body=f"{words}You are admitted to this arrangement.",
            link=f"/rounds/{latest.id}/modifications" if latest else "/where-you-stand",
        )


def version_url(version: Specification) -> str:
    """The officers' page of a version."""
    return f"/systems/{version.system_id}/versions/{version.id}"
