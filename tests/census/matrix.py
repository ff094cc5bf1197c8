"""Every rule of the URL map, every actor, made-up and malformed and foreign ids: what the answer must be.

Drawn from the URL map itself, so a new page is asked as soon as it is registered. What may be done to whose rows the
database says (`tests/tenancy`); here it is shown that no page says more than the database, or less than its permit.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.core.applicants import provider_of
from portal.core.web.lifecycle import TOKEN
from portal.core.web.pages import PERMITS, Open
from tenants.permissions import matrix
from tests.support.client import StrictClient
from tests.support.region import POSTS, PROVIDERS
from tests.support.world import World, named
from tests.support.world_rows import APPLICATIONS, DECISIONS, DRAFT, ENTRIES, LOTS, MATTERS, QUESTIONS, ROUNDS, SEATS, S

GROUND = {"static", "healthz", "readyz"}
ACTORS = {
    "nobody": None,
    "provider administrator": "admin@alder.example",
    "bid writer": "writer@birch.example",
    "operator": "operator@portal.example",
    "lead": "procurement@halton.example",
    "lead's head of service": "head@halton.example",
    "outsider": "procurement@wirral.example",
    "leaver": "commissioning@liverpool.example",
    **{
        f"Sefton's {post}": f"{post}@sefton.example"
        for post in (
            "placement",
            "commissioning",
            "procurement",
            "legal",
            "finance",
            "head",
            "cabinet",
            "democratic",
            "administrator",
        )
    },
}
ENDS_THE_SESSION = {"tenants.sign_out", "tenants.sign_out_everywhere", "tenants.acting_for"}
WORDS = {
    "slug": "about-you",
    "kind": "referral",
    "token": "made-up",
    "filename": "app.css",
    "step": "give-notice",
    "which": "1",
}
"""Arguments that are no ids: a value each. A new name without one fails."""
FOR_PROVIDERS = {"outcome.where_you_stand"}
"""Pages whose permit councils hold as well, and which still have nothing to say to them."""
NO_ROLE = "Your role does not include this."
"""What the guard of a page says, so that it is known from the action behind it, which refuses as well."""
MALFORMED = ("1", "00000000-0000-0000-0000-00000000000g", "%00")


class QuietClient(StrictClient):
    """Asks thousands of times, so it does not parse what it is shown."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return FlaskClient.open(self, *args, **kwargs)


@dataclass
class Matrix:
    """An application on a world, and who asks."""

    app: Flask
    world: World
    clients: dict[str, QuietClient] = field(default_factory=dict)

    def client(self, actor: str) -> QuietClient:
        """The actor's browser, signed in."""
        if actor not in self.clients:
            made = QuietClient(self.app, self.app.response_class, use_cookies=True)
            email = ACTORS[actor]
            self.clients[actor] = made.sign_in_as(email) if email else made
        return self.clients[actor]

    def rules(self) -> list[Rule]:
        """The pages of the slices."""
        rules = [r for r in self.app.url_map.iter_rules() if r.endpoint not in GROUND]
        return sorted(rules, key=lambda r: (r.rule, r.endpoint))

    def ask(self, actor: str, method: str, path: str) -> TestResponse:
        """The answer; a form is sent with its token and nothing else."""
        client = self.client(actor)
        return client.get(path) if method == "GET" else client.send(path)


def methods_of(rule: Rule) -> tuple[str, ...]:
    """GET and POST, as far as the rule knows them."""
    return tuple(sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}))


def ids_of(rule: Rule) -> tuple[str, ...]:
    """The names of its arguments that are ids."""
    return tuple(re.findall(r"<uuid:(\w+)>", rule.rule))


def path_of(rule: Rule, **values: object) -> str:
    """The address; words are filled in from WORDS."""
    return re.sub(
        r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda m: str(values.get(m.group(1)) or WORDS[m.group(1)]), rule.rule
    )


def may(actor: str, permit: str | Open) -> bool:
    """Whether the permit lets this actor in, by the matrix of permissions alone."""
    email = ACTORS[actor]
    if isinstance(permit, Open):
        return email is not None or not permit.needs_sign_in
    return email is not None and any(permit in matrix()[role] for role in _roles(email))


def _kind(actor: str) -> str:
    return "provider" if (ACTORS[actor] or "").split("@")[-1].split(".")[0] in PROVIDERS else "other"


def _roles(email: str) -> tuple[str, ...]:
    post, _, domain = email.partition("@")
    if post == "operator":
        return ("portal_operator",)
    if domain.split(".")[0] in PROVIDERS:
        return {"admin": ("provider_administrator",), "writer": ("bid_writer",)}[post]
    return (POSTS[post],)


def wrong_classes(matrix_: Matrix, only: Callable[[Rule], bool] = lambda _: True) -> Iterator[str]:
    """Answers to made-up and malformed ids that are not of the class the permit says."""
    for rule in filter(only, matrix_.rules()):
        permit = PERMITS[rule.endpoint]
        for method, actor in itertools.product(methods_of(rule), ACTORS):
            if method == "POST" and rule.endpoint in ENDS_THE_SESSION and ACTORS[actor] is not None:
                continue
            path = path_of(rule, **{name: uuid4() for name in ids_of(rule)})
            answer = matrix_.ask(actor, method, path)
            guarded = not may(actor, permit) and ACTORS[actor] is not None
            if (guarded and NO_ROLE not in answer.get_data(as_text=True)) or not _fits(
                answer,
                method,
                allowed=may(actor, permit) and (rule.endpoint not in FOR_PROVIDERS or _kind(actor) == "provider"),
                signed_in=ACTORS[actor] is not None,
                ids=bool(ids_of(rule)),
            ):
                yield f"{actor}: {method} {rule.rule} answers {answer.status_code}"


def _fits(answer: TestResponse, method: str, *, allowed: bool, signed_in: bool, ids: bool) -> bool:
    status = answer.status_code
    if not allowed and not signed_in:
        if method == "GET":
            return status == 303 and answer.headers["Location"].startswith("/sign-in")
        return status == 401
    if not allowed:
        return status == 403
    if ids:
        return status == 404
    # Without an id there is always a page; an empty form comes back with sentences, or is refused with one.
    return status in ((200, 302, 303) if method == "GET" else (200, 303, 400, 404, 409, 422)) or (method, status) == (
        "GET",
        404,
    )


def wrong_malformed(matrix_: Matrix) -> Iterator[str]:
    """An id that is none is a page that is not there, whoever asks."""
    for rule in matrix_.rules():
        for name, bad in itertools.product(ids_of(rule), MALFORMED):
            path = path_of(rule, **{n: bad if n == name else uuid4() for n in ids_of(rule)})
            for actor in ("nobody", "lead"):
                if matrix_.ask(actor, "GET", path).status_code != 404:
                    yield f"{actor}: GET {path} is not 404"


def candidates(world: World) -> dict[str, list[UUID]]:
    """By the name of an argument: ids of what is really there, in every state. A new name without a line fails."""

    def row(table: str, *states: str) -> list[UUID]:
        return [world.rows[table, state]["id"] for state in states]

    return {
        "system_id": [S, DRAFT, named("wirral's system")],
        "round_id": list(ROUNDS.values()),
        "lot_id": list(LOTS.values()),
        "application_id": list(APPLICATIONS.values()),
        "document_id": row("applications.documents", "draft")
        + row("purchasing_systems.procurement_documents", "published", "draft"),
        "question_id": list(QUESTIONS.values()),
        "submission_id": [
            named(f"submission {s}") for s in ("live", "sealed", "superseded", "opened", "rival opened", "withdrawn")
        ],
        "authority_id": [world.region.organisations[s] for s in ("halton", "sefton", "liverpool", "wirral", "alder")],
        "change_id": row("purchasing_systems.closing_changes", "proposed", "confirmed", "unpublished"),
        "matter_id": list(MATTERS.values()),
        "decision_id": list(DECISIONS.values()),
        "attachment_id": row("decisions.attachments", "draft", "recorded", "public"),
        "entry_id": list(ENTRIES.values()),
        "meeting_id": row("decisions.board_meetings", "planned", "held", "confirmed", "cancelled"),
        "item_id": row("decisions.agenda_items", "planned", "held", "confirmed", "cancelled"),
        "admission_id": row("purchasing_systems.admissions", "proposed", "issued", "effective", "unpublished"),
        "external_id": row("purchasing_systems.external_systems", "sefton"),
        "import_id": row("purchasing_systems.external_imports", "sefton"),
        "service_id": row("providers.services", "alder"),
        "letter_id": row("applications.letters", "prepared", "released"),
        "message_id": row("notify.messages", "applicant", "shared"),
        "membership_id": row("tenants.memberships", "=provider", "=council"),
        "invitation_id": row("tenants.invitations", "any"),
        "member_id": list(SEATS.values()),
        "declaration_id": row(
            "evaluation.declarations", "evaluator ruled", "colleague ruled", "evaluator waiting", "agreed", "shared"
        ),
        "result_id": row("evaluation.results", "computed", "signed off"),
        "library_id": row("questionnaires.library_questions", "halton's"),
        "delegation_id": row("governance.delegations", "unpublished", "published", "revoked"),
        "nomination_id": row("governance.nominations", "standing", "revoked"),
        "post_id": row("governance.posts", "head", "manager"),
        "holder_id": row("governance.post_holders", "head"),
        "fact_id": row("governance.forms_of_governance", "in force", "ended")
        + row("governance.clock_settings", "in force")
        + row("governance.bodies", "executive", "scrutiny")
        + row("governance.quiet_periods", "recess"),
        "sitting_id": row("governance.meetings", "called", "cancelled"),
        "asked_id": row("clarifications.questions", "draft", "published", "alone"),
        "answer_id": row("clarifications.answers", "draft", "published", "alone"),
        "point_id": row("purchasing_systems.extension_points", "published", "draft"),
        "share_id": row("purchasing_systems.setup_shares", "sefton"),
        "note_id": row("purchasing_systems.setup_notes", "waiting"),
        "programme_id": row("purchasing_systems.programmes", "any"),
        "participation_id": row(
            "purchasing_systems.participations", "published sefton", "draft sefton", "draft liverpool"
        ),
        "version_id": row("purchasing_systems.specifications", "published", "draft", "later"),
        "section_id": row("purchasing_systems.specification_sections", "later"),
        "comment_id": row("purchasing_systems.document_comments", "asked", "answered"),
        "profile_id": row("purchasing_systems.vehicle_profiles", "shipped"),
        "modification_id": row("purchasing_systems.modifications", "published"),
        "step_id": row("purchasing_systems.programme_steps", "first"),
        "take_on_id": row("purchasing_systems.take_ons", "previewed", "taken on"),
        "row_id": row("purchasing_systems.taken_on_providers", "alder"),
    }


TABLES = {
    "system_id": "purchasing_systems.systems",
    "round_id": "purchasing_systems.rounds",
    "lot_id": "purchasing_systems.lots",
    "application_id": "applications.applications",
    "question_id": "questionnaires.questions",
    "library_id": "questionnaires.library_questions",
    "submission_id": "applications.submissions",
    "authority_id": "tenants.organisations",
    "change_id": "purchasing_systems.closing_changes",
    "matter_id": "decisions.matters",
    "decision_id": "decisions.decisions",
    "attachment_id": "decisions.attachments",
    "entry_id": "decisions.forward_plan_entries",
    "meeting_id": "decisions.board_meetings",
    "item_id": "decisions.agenda_items",
    "admission_id": "purchasing_systems.admissions",
    "external_id": "purchasing_systems.external_systems",
    "import_id": "purchasing_systems.external_imports",
    "service_id": "providers.services",
    "letter_id": "applications.letters",
    "message_id": "notify.messages",
    "membership_id": "tenants.memberships",
    "member_id": "evaluation.panel_members",
    "declaration_id": "evaluation.declarations",
    "result_id": "evaluation.results",
    "delegation_id": "governance.delegations",
    "nomination_id": "governance.nominations",
    "post_id": "governance.posts",
    "holder_id": "governance.post_holders",
    "sitting_id": "governance.meetings",
    "asked_id": "clarifications.questions",
    "answer_id": "clarifications.answers",
    "point_id": "purchasing_systems.extension_points",
    "share_id": "purchasing_systems.setup_shares",
    "note_id": "purchasing_systems.setup_notes",
    "programme_id": "purchasing_systems.programmes",
    "participation_id": "purchasing_systems.participations",
    "version_id": "purchasing_systems.specifications",
    "section_id": "purchasing_systems.specification_sections",
    "comment_id": "purchasing_systems.document_comments",
    "profile_id": "purchasing_systems.vehicle_profiles",
    "modification_id": "purchasing_systems.modifications",
    "step_id": "purchasing_systems.programme_steps",
    "take_on_id": "purchasing_systems.take_ons",
    "row_id": "purchasing_systems.taken_on_providers",
}


def foreign(matrix_: Matrix, actor: str, name: str, found: list[UUID]) -> list[UUID]:
    """Those of these rows that row security does not show to the actor."""
    places = {
        "document_id": ["applications.documents", "purchasing_systems.procurement_documents"],
        "invitation_id": ["app.invitations()"],
        "fact_id": [
            f"governance.{name}" for name in ("forms_of_governance", "clock_settings", "bodies", "quiet_periods")
        ],
    }
    with psycopg.connect(matrix_.world.urls.app) as connection:
        email = ACTORS[actor]
        if email:
            with matrix_.client(actor).session_transaction() as cookie:
                provider = provider_of(cookie[TOKEN])
                secret = matrix_.world.secret(provider) if provider else None
                connection.execute("SELECT app.enter(%s, %s)", [cookie[TOKEN], secret])
        seen: set[UUID] = set()
        for table in places.get(name) or [TABLES[name]]:
            try:
                seen |= {row[0] for row in connection.execute(f"SELECT id FROM {table} WHERE id = ANY (%s)", [found])}
            except psycopg.errors.InsufficientPrivilege:
                connection.rollback()
    return [one for one in found if one not in seen]


def wrong_foreign(matrix_: Matrix, actor: str) -> Iterator[str]:
    """Answers that tell a foreign row from one that is not there. The other ids of the address are of visible rows."""
    found = candidates(matrix_.world)
    hidden = {name: foreign(matrix_, actor, name, ids) for name, ids in found.items()}
    shown = {name: [one for one in ids if one not in hidden[name]] or [uuid4()] for name, ids in found.items()}
    for rule in matrix_.rules():
        for name, method in itertools.product(ids_of(rule), methods_of(rule)):
            others = [n for n in ids_of(rule) if n != name]
            for rest in itertools.islice(itertools.product(*(shown[n][:2] for n in others)), 3):
                values: dict[str, object] = dict(zip(others, rest, strict=True))
                absent = _told(matrix_, actor, method, rule, {**values, name: uuid4()}, name)
                for one in hidden[name]:
                    told = _told(matrix_, actor, method, rule, {**values, name: one}, name)
                    if told != absent:
                        yield f"{actor}: {method} {rule.rule} tells a hidden {name} from none: {told[0]}, not {absent[0]}"
                        break


def _told(
    matrix_: Matrix, actor: str, method: str, rule: Rule, values: dict[str, object], name: str
) -> tuple[int, str]:
    answer = matrix_.ask(actor, method, path_of(rule, **values))
    body = answer.get_data(as_text=True) if answer.mimetype.startswith("text/") else ""
    body = re.sub(r'(nonce="|name="csrf_token"[^>]*value=")[^"]*"', r"\1", body).replace(str(values[name]), "…")
    return answer.status_code, body
