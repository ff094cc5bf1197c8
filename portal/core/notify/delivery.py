"""Mail goes out after the commit, at least once, with a stable id. Without a mail server the outbox keeps it, and says so."""

import re
import smtplib
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.core.notify.models import Message
from portal.core.settings import Settings

_PAGE = re.compile(r"^(?=/[a-z])", re.MULTILINE)
"""Before a line that is the address of a page of the portal."""


def deliver(session: Session, message_id: str, settings: Settings) -> None:
    """Send one message. Raises OSError or SMTPException, and the job is tried again later."""
    message = session.get(Message, UUID(message_id))
    if message is None:
        raise Missing
    if message.state in ("sent", "kept"):
        return
    message.attempts += 1
    if not settings.smtp_configured:
        message.state = "kept"
        return
    _send(message, settings)
    message.state = "sent"
    message.sent_at = clock.now()
    message.failure = None


def _send(message: Message, settings: Any) -> None:
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = settings.smtp_sender
    mail["To"] = message.email
    mail["Message-ID"] = f"<{message.id}@portal.invalid>"
    body = _PAGE.sub(settings.address, message.body)
    mail.set_content(f"{body}\n\n{settings.address}{message.link}\n")
    connect = smtplib.SMTP_SSL if settings.smtp_tls == "tls" else smtplib.SMTP
    with connect(settings.smtp_host, settings.smtp_port, timeout=20) as server:
        if settings.smtp_tls == "starttls":
            server.starttls()
        if settings.smtp_username:
            server.login(settings.smtp_username, settings.smtp_password.get_secret_value())
        server.send_message(mail)
