"""The application: slices on their ground."""

from datetime import timedelta

from flask import Flask, Request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import text

import portal.schema  # noqa: F401  # every table, before the first query
from portal.core import scope
from portal.core.applicants import Applicants
from portal.core.audit.trail import keep_heads_in
from portal.core.database import db
from portal.core.documents import Scanner, open_scanner
from portal.core.documents.upload import UploadsInMemory
from portal.core.logs import configure_logs
from portal.core.provision import sqlalchemy_url
from portal.core.settings import Settings
from portal.core.vaults import open_documents, open_keys
from portal.core.web import lifecycle, look
from portal.core.web.pages import PERMITS
from portal.navigation import navigation
from portal.slices import SLICES
from tenants import cookies
from tenants.permissions import matrix

MEGABYTE = 1024 * 1024


class PortalRequest(UploadsInMemory, Request):
    """Uploads never lie in clear on disk."""


def create_app(settings: Settings, database_url: str, *, with_keys: bool = True) -> Flask:
    """One portal on one database. `database_url`: the application's own role (or the worker's, for jobs).

    `with_keys`: hold the key service, without which nothing sealed is read or written; the job runner never does.
    Raises KeysMissing where the keyring is not there: it is never made here.
    """
    configure_logs()
    app = Flask("portal", template_folder=None, static_folder="static", static_url_path="/static")
    app.request_class = PortalRequest
    https = (settings.base_url or "").startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret("session"),
        SQLALCHEMY_DATABASE_URI=sqlalchemy_url(database_url),
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": True,
            "pool_size": 10,
            "max_overflow": 2,
            "pool_timeout": 10,
            "hide_parameters": True,  # a fault's message goes to logs
        },
        SESSION_COOKIE_NAME="__Host-portal" if https else "portal",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=24 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=600,
        WTF_CSRF_TIME_LIMIT=None,
        PORTAL=settings,
    )
    scope.use_matrix(matrix())
    keep_heads_in(settings.heads_folder)
    db.init_app(app)
    app.extensions["navigation"] = navigation
    app.extensions["documents"] = open_documents(settings)
    app.extensions["scanner"] = open_scanner(settings.clamd_socket)
    if with_keys:
        app.extensions["keys"] = open_keys(settings)
        app.extensions["applicants"] = Applicants(app.extensions["keys"])
    lifecycle.install(app)
    look.install(app, demonstration=settings.demonstration)
    CSRFProtect(app)
    cookies.install(app)
    _health(app)
    for pages in SLICES:
        app.register_blueprint(pages)
    silent = [r.endpoint for r in app.url_map.iter_rules() if r.endpoint not in PERMITS and r.endpoint not in _GROUND]
    if silent:
        raise RuntimeError(f"These pages do not say who may see them: {', '.join(sorted(silent))}.")
    return app


_GROUND = {"static", "healthz", "readyz"}


def _health(app: Flask) -> None:
    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return {"alive": True}

    @app.get("/readyz")
    def readyz() -> ResponseReturnValue:
        shifted = db.session.execute(text("SELECT app.now() < clock_timestamp() - interval '1 second'")).scalar()
        if shifted:
            return {"ready": False, "why": "the clock is set back"}, 503
        # Said and no reason to be taken out of service: without the scanner everything works but uploads.
        scanner: Scanner | None = app.extensions["scanner"]
        if scanner is not None and not scanner.answers():
            return {"ready": True, "uploads": "refused: the malware scanner does not answer"}
        return {"ready": True}
