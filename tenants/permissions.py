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
    PARTICIPATION_MOVE = "purchasing_systems:participation:move"
    COMMENT_WRITE = "purchasing_systems:comment:write"
    CLOSING_CHANGE = "purchasing_systems:closing:change"
    CLARIFICATION_ANSWER = "clarifications:answer:write"
    CLARIFICATION_SIGN = "clarifications:answer:sign"
    OUTAGE_RECORD = "purchasing_systems:outage:record"
    TERM_OVERRIDE = "purchasing_systems:term:override"
    PROGRAMME_OVERRIDE = "purchasing_systems:programme:override"
    PROFILE_EDIT = "purchasing_systems:profile:edit"
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
    MEETING_RUN = "decisions:meeting:run"
    GOVERNANCE_READ = "governance:facts:read"
    GOVERNANCE_EDIT = "governance:facts:edit"
    DELEGATION_EDIT = "governance:delegation:edit"
    DELEGATION_NOMINATE = "governance:delegation:nominate"
    AGREEMENT_ISSUE = "purchasing_systems:agreement:issue"
    AGREEMENT_ACCEPT = "purchasing_systems:agreement:accept"
    REGISTER_READ = "purchasing_systems:register:read"
    PASSPORT_KEEP = "providers:passport:keep"
    GRADE_RECORD = "providers:grade:record"
    SUPPLIER_NUMBER_EDIT = "purchasing_systems:supplier_number:edit"
    EXTERNAL_REGISTER = "purchasing_systems:external:register"
    TRAIL_READ = "activity:trail:read"
    FILE_TAKE = "procurement_file:file:take"
    OUTBOX_READ = "activity:outbox:read"
    REFUSAL_READ = "activity:refusal:read"
    HELP_GIVE = "activity:help:give"
    PEOPLE_MANAGE = "tenants:people:manage"


P = Permission
_COUNCIL = {P.SYSTEM_READ, P.MATTER_READ, P.REGISTER_READ, P.TRAIL_READ, P.GOVERNANCE_READ}
_PLACING = {P.GRADE_RECORD, P.SUPPLIER_NUMBER_EDIT, P.EXTERNAL_REGISTER}
_LEAD_WORK = {
    P.ADVERT_EDIT,
    P.ROUND_RUN,
    P.PARTICIPATION_MOVE,
    P.COMMENT_WRITE,
    P.CLOSING_CHANGE,
    P.CLARIFICATION_ANSWER,
    P.CLARIFICATION_SIGN,
    P.OUTAGE_RECORD,
    P.QUESTION_EDIT,
    P.ROUND_OPEN,
    P.PANEL_RUN,
    P.PANEL_SCORE,
    P.MATTER_RAISE,
    P.MEETING_RUN,
    P.LETTER_RELEASE,
    P.LETTER_READ,
    P.AGREEMENT_ISSUE,
    P.AGREEMENT_ACCEPT,
    P.SCHEDULE_EDIT,
    P.APPLICATION_READ,
    P.FILE_TAKE,
}

ROLES: dict[str, tuple[str, frozenset[Permission]]] = {
    "placement_officer": (
        "Placement officer",
        frozenset(_COUNCIL | _PLACING | {P.PANEL_SCORE, P.APPLICATION_READ, P.COMMENT_WRITE}),
    ),
    "commissioning_officer": (
        "Commissioning officer",
        frozenset(_COUNCIL | _LEAD_WORK | _PLACING | {P.DECISION_DRAFT}),
    ),
    "procurement_officer": ("Procurement officer", frozenset(_COUNCIL | _LEAD_WORK | _PLACING | {P.DECISION_DRAFT})),
    "legal_officer": (
        "Legal officer",
        frozenset(
            _COUNCIL
            | {P.ROUND_OPEN, P.DECISION_DRAFT, P.LETTER_READ, P.DELEGATION_EDIT, P.COMMENT_WRITE}
            | {P.CLARIFICATION_ANSWER, P.CLARIFICATION_SIGN, P.FILE_TAKE}
        ),
    ),
    "finance_officer": (
        "Finance officer",
        frozenset(_COUNCIL | {P.SUPPLIER_NUMBER_EDIT, P.PANEL_SCORE, P.APPLICATION_READ}),
    ),
    "head_of_service": (
        "Head of service",
        frozenset(
            _COUNCIL
            | {
                P.DECISION_DRAFT,
                P.DECISION_RECORD,
                P.APPLICATION_READ,
                P.LETTER_READ,
                P.DELEGATION_NOMINATE,
                P.TERM_OVERRIDE,
                P.PROGRAMME_OVERRIDE,
                P.COMMENT_WRITE,
                P.CLARIFICATION_SIGN,
            }
        ),
    ),
    "cabinet_member": ("Cabinet member", frozenset(_COUNCIL)),
    "democratic_services": (
        "Democratic services",
        frozenset(
            _COUNCIL
            | {
                P.DECISION_DRAFT,
                P.DECISION_RECORD,
                P.GOVERNANCE_EDIT,
                P.DELEGATION_EDIT,
                P.DELEGATION_NOMINATE,
            }
        ),
    ),
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
                P.PASSPORT_KEEP,
            }
        ),
    ),
    "bid_writer": (
        "Bid writer",
        frozenset({P.APPLICATION_DRAFT, P.LETTER_READ, P.TRAIL_READ, P.REGISTER_READ}),
    ),
    "portal_operator": (
        "Portal operator",
        frozenset({P.OUTBOX_READ, P.REFUSAL_READ, P.HELP_GIVE, P.PROFILE_EDIT, P.TRAIL_READ, P.OUTAGE_RECORD}),
    ),
}

ROLES_OF: dict[str, tuple[str, ...]] = {
    "authority": tuple(
        role for role in ROLES if role not in ("provider_administrator", "bid_writer", "portal_operator")
    ),
    "provider": ("provider_administrator", "bid_writer"),
    "operator": ("portal_operator",),
}
"""Which roles an organisation of each kind can give."""

WORDS: dict[Permission, str] = {
    P.ADVERT_EDIT: "Create and edit a purchasing system the council leads",
    P.ROUND_RUN: "Plan, publish and run its rounds",
    P.SYSTEM_READ: "Read the purchasing systems the council takes part in",
    P.PARTICIPATION_MOVE: "Take the steps of a council’s participation: invite, opt in, join, suspend, give notice",
    P.COMMENT_WRITE: "Comment on a specification or document before it is frozen",
    P.SCHEDULE_EDIT: "Write the council’s local schedule, share in drafting a later version of a specification, sign it off",
    P.CLOSING_CHANGE: "Propose or confirm a later closing time",
    P.CLARIFICATION_ANSWER: "Draft answers to providers’ questions about a round",
    P.CLARIFICATION_SIGN: "Sign off answers that somebody else wrote, for the lead authority",
    P.OUTAGE_RECORD: "Record an outage of the portal, which proposes the same extra time for everybody",
    P.TERM_OVERRIDE: "Go on after the term of a system, with a reason, because somebody must be placed",
    P.PROGRAMME_OVERRIDE: "Let a system of a programme go ahead before its turn, with a reason",
    P.PROFILE_EDIT: "Keep the vehicle profiles: the rules of each kind of purchasing system",
    P.QUESTION_EDIT: "Load and edit questions before a round is published",
    P.APPLICATION_DRAFT: "Draft an application with colleagues",
    P.APPLICATION_READ: "Read applications that have been opened, as assigned",
    P.APPLICATION_SUBMIT: "Submit or withdraw an application",
    P.ROUND_OPEN: "Open a round after closing, with an officer of another council",
    P.LETTER_RELEASE: "Prepare and release outcome letters",
    P.LETTER_READ: "Read outcome letters",
    P.PANEL_RUN: "Form a panel, rule on interests, lead moderation",
    P.PANEL_SCORE: "Declare interests and score on a panel",
    P.MATTER_RAISE: "Put a joint decision to the councils",
    P.MATTER_READ: "Read joint decisions",
    P.DECISION_DRAFT: "Draft the council’s own decision",
    P.DECISION_RECORD: "Record the council’s own decision",
    P.MEETING_RUN: "Run the councils’ board meeting: agenda, attendance, indicated positions, minutes",
    P.GOVERNANCE_READ: "Read how councils decide: forms, bodies, calendars, clocks, delegations",
    P.GOVERNANCE_EDIT: "Keep the facts of how the council decides",
    P.DELEGATION_EDIT: "Keep the council’s delegation ledger and posts",
    P.DELEGATION_NOMINATE: "Nominate under a delegation, revoke, certify a condition",
    P.AGREEMENT_ISSUE: "Issue agreements",
    P.AGREEMENT_ACCEPT: "Accept an agreement for the organisation",
    P.REGISTER_READ: "Read the register of providers",
    P.PASSPORT_KEEP: "Keep the organisation’s services, prices, contacts and insurances",
    P.GRADE_RECORD: "Note a regulator’s published grade",
    P.SUPPLIER_NUMBER_EDIT: "Enter the council’s own supplier number of a provider",
    P.EXTERNAL_REGISTER: "Register a purchasing system that somebody else runs",
    P.TRAIL_READ: "Read the organisation’s trail",
    P.FILE_TAKE: "Take the procurement file of a system or round: all that the council may read of it, in one download",
    P.OUTBOX_READ: "See that mail goes out (state and domain, never content)",
    P.REFUSAL_READ: "Read attempts that were refused",
    P.HELP_GIVE: "Help an applicant who granted it (last save and upload error, never content)",
    P.PEOPLE_MANAGE: "Invite colleagues, change their roles, end their access",
}
"""What each permission means, for the screen."""


def matrix() -> dict[str, frozenset[str]]:
    """Role to permissions, as plain words for the ground floor."""
    return {role: frozenset(str(p) for p in permissions) for role, (_, permissions) in ROLES.items()}
