"""The doors: every function a serving role may call, by what it is for. One that is not here does not get through start-up.

Each runs with the resolver's rights, past row security, and so asks clock, person and council itself.
"""

from portal.core.urls import APP, KEEPER, WORKER

_SCOPE = """
    app.now app.claims app.person app.organisation app.kind app.entered_at app.claimed app.roles app.systems app.led app.neighbours
    app.considered app.asked app.acts
    app.opened_rounds app.seats app.submitted_sheets app.published_systems app.published_rounds
    app.round_key app.applicant_of app.applicant app.applicants app.open_drafts app.applicant_root
"""
_SIGNING_IN = """
    app.enter app.sign_in_salt app.sign_in app.sign_out app.act_for app.touch
    app.invite app.invitations app.withdraw_invitation app.invitation app.accept_invitation app.register_provider
    app.change_membership app.sign_out_everywhere
    app.ask_new_password app.password_link app.set_new_password app.change_password
"""
_TRAIL_AND_POST = """
    app.write_audit app.audit_head app.record_refusal app.defer app.notify app.notify_person app.notify_stranger
    app.notify_interested app.notify_sealed app.outbox app.demonstration_outbox
"""
_ACTS = """
    app.plan_window app.publish_round app.cancel_round app.move_round app.propose_closing app.confirm_closing
    app.modify_question
    app.interest_count app.next_version app.withdraw_submission app.confirm_opening app.refuse_opening app.may_open
    app.submit_scores app.move_panel app.to_be_scored app.move_admission app.release_letters app.settle_matter
    app.withdraw_matter app.effects app.excuse_party app.add_party app.participations_on app.participation_facts
    app.closes_on app.move_participation app.follow_decisions app.lead_obstacle app.change_lead app.invited app.record_accession
    app.publish_decision app.usability app.provider_ids app.help_wanted
"""
_PUBLIC_RECORD = """
    app.publish_forward_plan_entry app.withdraw_forward_plan_entry app.send_representation app.public_questions
    app.public_standing
    app.today app.programmes app.steps_reached app.waits_for app.let_ahead
"""
_VERSIONS = """
    app.public_versions app.version_hash app.by_whom app.begin_version app.write_section app.add_section app.remove_section
    app.sign_off_version app.confirm_versions app.issue_version
"""
_ROUNDS = "app.asked_in app.system_runs app.received"
_REGISTER = "app.admitted_providers app.register_as_at app.register_history app.offers_as_at app.prices_as_at"
_TAKING_ON = "app.take_on app.undo_take_on app.answer_taken_on app.known_providers app.invite_taken_on app.arrivals app.take_on_used"
_CLARIFYING = """
    app.set_clarification_days app.own_clarifications app.own_clarification_answers app.ask_clarification app.withdraw_clarification
    app.accept_open_answer app.rule_on_confidentiality app.draft_answer app.move_answer app.publish_answers app.notify_asker
    app.record_outage
"""
_EVERYBODY = frozenset(
    f"{_SCOPE} {_SIGNING_IN} {_TRAIL_AND_POST} {_ACTS} {_PUBLIC_RECORD} {_CLARIFYING} {_VERSIONS} {_ROUNDS} {_REGISTER} {_TAKING_ON}".split()
)

DOORS: dict[str, frozenset[str]] = {
    APP: _EVERYBODY,
    WORKER: _EVERYBODY | {"app.enter_job", "app.begin_telling", "app.tell_once"},
    KEEPER: frozenset({"app.audit_check", "app.applicant_root", "app.rewrap_applicant_root"}),
    "jobs": frozenset({WORKER}),
}
"""Role to doors. `jobs`: who may call the job library's own functions."""
