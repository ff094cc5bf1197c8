"""One request, one transaction, one commit. A GET runs read-only, so the database proves that reading changes nothing."""

import re
import secrets
from typing import Any

import structlog
from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException

from portal.core.database import db, session
from portal.core.errors import Missing, NotPermitted, PortalError, Refused
from portal.core.scope import actor_of, enter_with_token

log = structlog.get_logger()
TOKEN = "_user_id"  # noqa: S105  # the name of a place, not a secret
"""Where the cookie carries the session's secret: Flask-Login's place for what `get_id()` returns."""
_C0 = bytes(c for c in (*range(32), 127) if c not in b"\t\n\r")
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_SENTENCES = {
    400: "The form could not be read. Go back, check it and try again.",
    404: "There is no such page, or it is not yours to see.",
    405: "That is not how this page is used.",
    413: "What you sent is too large.",
    429: "Too many tries. Wait a little and try again.",
}


def install(app: Flask) -> None:
    """Attach the life cycle and the answers to refusals."""
    app.before_request(_enter)
    app.after_request(_headers)
    app.after_request(_no_control_characters)
    app.teardown_request(_short_writes)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(PortalError, _refused)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolExhausted, _busy)
    app.register_error_handler(Exception, _fault)


def enter_request(token: str | None) -> None:
    """Enter the scope of a session token for the rest of this request; its actor becomes the request's."""
    current = session()
    if current.in_transaction():
        current.rollback()
    current.expunge_all()
    enter_with_token(current, token, read_only=request.method in ("GET", "HEAD"))
    g.token = token
    g.actor = actor_of(current) if token else None
    g.stale = bool(current.info.get("stale"))


def _enter() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)
    if request.endpoint in ("static", "healthz"):
        return
    from flask import session as cookie

    enter_request(cookie.get(TOKEN))


def _headers(response: Response) -> Response:
    nonce = g.get("csp_nonce", "")
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _no_control_characters(response: Response) -> Response:
    """A page gives back what was typed, without what no page may hold: browsers and readers stumble over a NUL."""
    if response.mimetype == "text/html" and not response.is_streamed:
        page = response.get_data()
        clean = page.translate(None, _C0)
        if b"\xc2" in clean:
            clean = _C1.sub(b"", clean)
        if len(clean) != len(page):
            response.set_data(clean)
    return response


def _short_writes(_error: BaseException | None) -> None:
    """After the answer: the session's last use (at most once a minute) and refusals, each in a short transaction."""
    refusal = g.pop("refusal", None)
    if not refusal and not g.get("stale"):
        return
    with db.engine.begin() as connection:
        if g.get("token"):
            connection.execute(text("SELECT app.enter(:token)"), {"token": g.token})
        if refusal:
            connection.execute(
                text("SELECT app.record_refusal(:status, :verb, :path, :sentence)"),
                {"verb": request.method, "path": _clean(request.path), **refusal},
            )
        if g.get("stale"):
            connection.execute(text("SELECT app.touch(:token)"), {"token": g.token})
    g.stale = False


def _clean(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _answer(status: int, sentence: str, *, evidence: bool = False) -> tuple[str, int]:
    session().rollback()
    g.failed = True
    if evidence:
        g.refusal = {"status": status, "sentence": _clean(sentence)}
    page = status if status in (400, 401, 403, 404, 409, 413, 429, 500, 503) else 400
    return render_template(f"errors/{page}.html", sentence=sentence), status


def note_refusal(error: PortalError) -> None:
    """For a view that answers a refusal in its own way: it is evidence all the same."""
    if error.status in (403, 404, 409) or error.is_evidence:
        g.refusal = {"status": error.status, "sentence": _clean(error.sentence)}


def _refused(error: PortalError) -> tuple[str, int]:
    return _answer(error.status, error.sentence, evidence=error.status in (403, 404, 409))


def _csrf(_error: CSRFError) -> Any:
    return _answer(
        400,
        "This form is no longer valid, perhaps because you signed in again. Go back, reload the page and send it again.",
    )


def _http(error: HTTPException) -> Any:
    code = error.code or 500
    if code < 400:
        return error
    return _answer(
        code, _SENTENCES.get(code, error.description or ""), evidence=code in (403, 404) and bool(g.get("actor"))
    )


def as_refusal(error: DBAPIError) -> PortalError | None:
    """What the database refused in its own words: PT403, PT404, PT409 carry a sentence for the person."""
    state = getattr(error.orig, "sqlstate", None)
    sentence = getattr(getattr(error.orig, "diag", None), "message_primary", None) or ""
    kinds: dict[str, type[PortalError]] = {"PT403": NotPermitted, "PT409": Refused, "PT404": Missing}
    if state in kinds:
        return kinds[state](sentence)
    if state == "42501":
        return NotPermitted("The database does not let your organisation do this.")
    if state in ("40001", "40P01", "55P03"):
        return Refused("Somebody else is changing the same thing at this moment. Try again.")
    if state == "25006":
        return None
    return None


def _database(error: DBAPIError) -> Any:
    refusal = as_refusal(error)
    if refusal:
        return _refused(refusal)
    if isinstance(error, OperationalError) and error.connection_invalidated:
        return _busy(error)
    return _fault(error)


def _busy(_error: Exception) -> Any:
    log.warning("busy", path=request.path)
    g.failed = True
    try:
        session().rollback()
    except DBAPIError:
        session().invalidate()
    answer = app_response(
        render_template("errors/503.html", sentence="The portal is busy. Try again in a few seconds."), 503
    )
    answer.headers["Retry-After"] = "5"
    return answer


def app_response(body: str, status: int) -> Response:
    """A response with a status."""
    return Response(body, status, mimetype="text/html")


def _fault(error: Exception) -> Any:
    log.error("fault", path=_clean(request.path), exc_info=error)
    g.failed = True
    try:
        session().rollback()
    except DBAPIError:
        session().invalidate()
    return render_template("errors/500.html", sentence=""), 500
