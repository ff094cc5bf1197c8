"""Messages about access. A link works once and is worth nothing after seven days."""

from sqlalchemy.orm import Session

from portal.core.notify.sending import tell_stranger

_LIFE = "The link works once, for seven days. If you did not expect it, ignore it: nothing happens until you accept."


def tell_invited(session: Session, *, email: str, organisation: str, post: str, token: str) -> None:
    """To a colleague who may not have an account yet."""
    tell_stranger(
        session,
        email,
        kind="tenants.invitation",
        subject=f"Invitation to act for {organisation}",
        body=f"You have been invited to act for {organisation} in the regional consortium portal, as: {post}. {_LIFE}",
        link=f"/invitations/{token}",
    )


def tell_registered(session: Session, *, email: str, organisation: str, token: str) -> None:
    """To whoever asked to register a provider: only the owner of the mailbox can go on."""
    tell_stranger(
        session,
        email,
        kind="tenants.registration",
        subject="Finish registering your organisation",
        body=f"Somebody gave this address to register {organisation} in the regional consortium portal. {_LIFE}",
        link=f"/invitations/{token}",
    )
