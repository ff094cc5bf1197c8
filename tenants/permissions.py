"""The whole policy on one page: what each role may do. The screen "who can do what" is drawn from here.

A permission says which *verb* a role may do. Whose rows, the database decides; which moment, the transition table.
"""

from enum import StrEnum


class Permission(StrEnum):
    """`slice:noun:verb`."""

    ADVERT_EDIT = "purchasing_systems:system:edit"
    ROUND_RUN = "purchasing_systems:round:run"
    SYSTEM_READ = "purchasing_systems:system:read"
    SCHEDULE_EDIT = "purchasing_systems:local_schedule:edit"
    CLOSING_CHANGE = "purchasing_systems:closing:change"
    QUESTION_EDIT = "questionnaires:question:edit"
    APPLICATION_DRAFT = "applications:application:draft"
    APPLICATION_READ = "applications:application:read"
    APPLICATION_SUBMIT = "applications:application:submit"
    ROUND_OPEN = "applications:round:open"
    LETTER_RELEASE = "applications:letter:release"
    LETTER_READ = "applications:letter:read"
    PANEL_RUN = "evaluation:panel:run"
    PANEL_SCORE = "evaluation:panel:score"
    MATTER_RAISE = "decisions:matter:raise"
    MATTER_READ = "decisions:matter:read"
    DECISION_DRAFT = "decisions:decision:draft"
    DECISION_RECORD = "decisions:decision:record"
    AGREEMENT_ISSUE = "purchasing_systems:agreement:issue"
    AGREEMENT_ACCEPT = "purchasing_systems:agreement:accept"
    REGISTER_READ = "purchasing_systems:register:read"
    TRAIL_READ = "activity:trail:read"
    OUTBOX_READ = "activity:outbox:read"
    REFUSAL_READ = "activity:refusal:read"
    HELP_GIVE = "activity:help:give"
    PEOPLE_MANAGE = "tenants:people:manage"


P = Permission
_COUNCIL = {P.SYSTEM_READ, P.MATTER_READ, P.REGISTER_READ, P.TRAIL_READ}
_LEAD_WORK = {
    P.ADVERT_EDIT,
    P.ROUND_RUN,
    P.CLOSING_CHANGE,
    P.QUESTION_EDIT,
    P.ROUND_OPEN,
    P.PANEL_RUN,
    P.PANEL_SCORE,
    P.MATTER_RAISE,
    P.LETTER_RELEASE,
    P.LETTER_READ,
    P.AGREEMENT_ISSUE,
    P.AGREEMENT_ACCEPT,
    P.SCHEDULE_EDIT,
    P.APPLICATION_READ,
}

ROLES: dict[str, tuple[str, frozenset[Permission]]] = {
    "placement_officer": ("Placement officer", frozenset(_COUNCIL | {P.PANEL_SCORE, P.APPLICATION_READ})),
    "commissioning_officer": ("Commissioning officer", frozenset(_COUNCIL | _LEAD_WORK | {P.DECISION_DRAFT})),
    "procurement_officer": ("Procurement officer", frozenset(_COUNCIL | _LEAD_WORK | {P.DECISION_DRAFT})),
    "legal_officer": ("Legal officer", frozenset(_COUNCIL | {P.ROUND_OPEN, P.DECISION_DRAFT, P.LETTER_READ})),
    "finance_officer": ("Finance officer", frozenset(_COUNCIL | {P.PANEL_SCORE, P.APPLICATION_READ})),
    "head_of_service": (
        "Head of service",
        frozenset(_COUNCIL | {P.DECISION_DRAFT, P.DECISION_RECORD, P.APPLICATION_READ, P.LETTER_READ}),
    ),
    "cabinet_member": ("Cabinet member", frozenset(_COUNCIL)),
    "democratic_services": ("Democratic services", frozenset(_COUNCIL | {P.DECISION_DRAFT, P.DECISION_RECORD})),
    "authority_administrator": ("Administrator", frozenset(_COUNCIL | {P.PEOPLE_MANAGE})),
    "provider_administrator": (
        "Provider administrator",
        frozenset(
            {
                P.APPLICATION_DRAFT,
                P.APPLICATION_SUBMIT,
                P.AGREEMENT_ACCEPT,
                P.LETTER_READ,
                P.TRAIL_READ,
                P.PEOPLE_MANAGE,
                P.REGISTER_READ,
            }
        ),
    ),
    "bid_writer": (
        "Bid writer",
        frozenset({P.APPLICATION_DRAFT, P.LETTER_READ, P.TRAIL_READ, P.REGISTER_READ}),
    ),
    "portal_operator": ("Portal operator", frozenset({P.OUTBOX_READ, P.REFUSAL_READ, P.HELP_GIVE, P.TRAIL_READ})),
}


def matrix() -> dict[str, frozenset[str]]:
    """Role to permissions, as plain words for the ground floor."""
    return {role: frozenset(str(p) for p in permissions) for role, (_, permissions) in ROLES.items()}
