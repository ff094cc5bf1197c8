"""Who may do what to which rows: one line a table and state. A table without a line fails; so does a line too many.

`insert`: the row as it stands, with a new id; `own`: the same row written in the actor's own name, which is how a stranger
would try to come in. `councils` take part in the system now; Liverpool (`leaver`) did, Wirral (`outsider`) never has.
"""

from datetime import date, timedelta
from fnmatch import fnmatchcase

from tests.support.world import ACTORS, NOW, World, named
from tests.support.world_rows import APPLICATIONS, DECISIONS, DRAFT, LOTS, MATTERS, QUESTIONS, ROUNDS, THEIRS

_GROUPS = {
    "councils": "lead participant evaluator colleague decider shared",
    "alder": "applicant writer",
    "authorities": "lead participant evaluator colleague decider shared leaver outsider",
    "panel": "evaluator colleague",
    "all": " ".join(ACTORS),
    "-": "",
}

_LINES = """
# table and state                                    | select              | insert    | own                | update        | delete
applications.assessment_extensions  taken            | councils alder      | lead      | lead               | -             | -
applications.answers                closed           | alder           | -     | -              | -         | -
applications.answers                draft            | alder           | alder | alder          | alder     | alder
applications.applications           live             | alder           | alder | alder rival    | alder     | -
applications.applications           draft            | alder           | alder | alder rival    | alder     | -
applications.applications           sealed           | alder           | -         | -                  | alder     | -
applications.applications           opened           | alder councils  | -         | -                  | -             | -
applications.applications           agreed           | alder councils  | -         | -                  | -             | -
applications.applications           helped           | rival               | rival     | alder rival    | rival         | -
applications.applications           rival opened     | rival councils      | -         | -                  | -             | -
applications.applications           rival unsent     | rival               | -         | -                  | rival         | -
applications.applications           early            | alder           | -         | -                  | alder     | -
applications.applications           withdrawn        | rival               | -         | -                  | rival         | -
applications.documents              closed           | alder           | -     | -              | -         | -
applications.documents              draft            | alder           | alder | alder          | alder     | -
applications.envelopes              live *           | alder           | -         | -                  | -             | -
applications.envelopes              withdrawn *      | rival               | -         | -                  | -             | -
applications.envelopes              sealed *         | alder           | -         | -                  | -             | -
applications.envelopes              superseded *     | alder           | -         | -                  | -             | -
applications.envelopes              opened *         | alder councils  | -         | -                  | -             | -
applications.envelopes              agreed *         | alder councils  | -         | -                  | -             | -
applications.envelopes              rival opened *   | rival councils      | -         | -                  | -             | -
applications.interests              live             | alder           | alder | alder rival    | -             | alder
applications.letters                prepared         | lead                | lead      | lead               | lead          | -
applications.letters                released         | councils alder  | -         | -                  | -             | -
applications.opening_confirmations  first            | councils            | -         | -                  | -             | -
applications.refused_openings       early            | councils            | -         | -                  | -             | -
applications.seal_keys              draft            | alder           | alder | alder          | -             | -
applications.seal_keys              live *           | alder           | -         | -                  | -             | -
applications.seal_keys              withdrawn *      | rival               | -         | -                  | -             | -
applications.seal_keys              sealed *         | alder           | -         | -                  | -             | -
applications.seal_keys              superseded *     | alder           | -         | -                  | -             | -
applications.seal_keys              opened quality   | alder panel     | -         | -                  | -             | -
applications.seal_keys              opened price     | alder           | -         | -                  | -             | -
applications.seal_keys              agreed *         | alder evaluator | -         | -                  | -             | -
applications.seal_keys              rival opened *   | rival               | -         | -                  | -             | -
applications.submissions            live             | alder           | alder | alder          | -             | -
applications.submissions            withdrawn        | rival               | -         | -                  | -             | -
applications.submissions            sealed*          | alder           | -         | -                  | -             | -
applications.submissions            superseded       | alder           | -         | -                  | -             | -
applications.submissions            opened           | alder councils  | -         | -                  | -             | -
applications.submissions            agreed           | alder councils  | -         | -                  | -             | -
applications.submissions            rival opened     | rival councils      | -         | -                  | -             | -
audit.lines                         of an applicant  | alder               | -         | -                  | -             | -
audit.lines                         by the lead      | lead                | -         | -                  | -             | -
audit.lines                         about *          | lead alder      | -         | -                  | -             | -
audit.refusals                      applicant        | alder operator  | -         | -                  | -             | -
clarifications.answers              draft            | councils        | -         | -                  | -             | -
clarifications.answers              alone            | councils alder  | -         | -                  | -             | -
clarifications.answers              published        | all             | -         | -                  | -             | -
clarifications.askers               *                | alder           | -         | -                  | -             | -
clarifications.questions            *                | councils alder  | -         | -                  | -             | -
clarifications.wordings             draft            | councils        | -         | -                  | -             | -
clarifications.wordings             alone            | councils alder  | -         | -                  | -             | -
clarifications.wordings             published        | all             | -         | -                  | -             | -
decisions.agreements                draft            | decider             | decider             | decider             | decider             | decider
decisions.agreements                recorded         | councils            | -                   | -                   | -                   | -
decisions.agreements                public           | all                 | -                   | -                   | -                   | -
decisions.appendices                draft*           | decider             | decider             | decider             | decider             | decider
decisions.appendices                recorded         | councils            | -                   | -                   | -                   | -
decisions.appendices                public           | all                 | -                   | -                   | -                   | -
decisions.attachment_keys           *                | decider             | decider             | decider             | -                   | -
decisions.attachments               draft            | decider             | decider             | decider             | -                   | decider
decisions.attachments               *                | decider             | decider             | decider             | -                   | -
decisions.call_ins                  recorded         | councils            | decider             | decider             | decider             | -
decisions.call_ins                  public           | all                 | decider             | decider             | decider             | -
decisions.consultation_comments     *                | decider             | decider             | decider             | decider             | -
decisions.consultations             draft*           | decider             | decider             | decider             | decider             | decider
decisions.consultations             recorded         | councils            | -                   | -                   | -                   | -
decisions.consultations             public           | all                 | -                   | -                   | -                   | -
decisions.corrections               of evidence      | decider             | decider             | decider             | -                   | -
decisions.corrections               recorded         | councils            | decider             | decider             | -                   | -
decisions.corrections               public           | all                 | decider             | decider             | -                   | -
decisions.decisions                 draft            | decider             | decider             | councils            | decider             | -
decisions.decisions                 own              | decider             | decider             | authorities         | decider             | decider
decisions.decisions                 public           | all                 | -                   | -                   | -                   | -
decisions.decisions                 recorded         | councils            | -                   | -                   | -                   | -
decisions.decisions                 called in        | councils            | -                   | -                   | -                   | -
decisions.decisions                 heard            | all                 | -                   | -                   | -                   | -
decisions.decisions                 superseded       | councils            | -                   | -                   | -                   | -
decisions.evidence                  draft            | decider             | decider             | decider             | decider             | decider
decisions.evidence                  *                | decider             | -                   | -                   | -                   | -
decisions.exempt_texts              *                | decider             | decider             | decider             | decider             | -
decisions.forward_plan_entries      draft                | decider             | decider             | authorities         | decider             | decider
decisions.forward_plan_entries      *                    | all                 | -                   | -                   | -                   | -
decisions.agenda_items              planned          | councils            | lead      | lead               | lead          | lead
decisions.agenda_items              held             | councils            | lead      | lead               | lead          | lead
decisions.agenda_items              *                | councils            | -         | -                  | -             | -
decisions.attendances               planned          | councils            | lead      | lead               | lead          | lead
decisions.attendances               held             | councils            | lead      | lead               | lead          | lead
decisions.attendances               *                | councils            | -         | -                  | -             | -
decisions.board_meetings            planned          | councils            | lead      | lead               | lead          | -
decisions.board_meetings            held             | councils            | -         | -                  | lead          | -
decisions.board_meetings            *                | councils            | -         | -                  | -             | -
decisions.indicated_positions       planned          | councils            | lead      | lead               | lead          | lead
decisions.indicated_positions       held             | councils            | lead      | lead               | lead          | lead
decisions.indicated_positions       *                | councils            | -         | -                  | -             | -
decisions.matter_parties            *                | councils            | lead      | lead               | -             | -
decisions.matters                   settled          | councils            | -         | -                  | -             | -
decisions.matters                   *                | councils            | lead      | lead               | -             | -
decisions.parts                     draft            | decider             | decider             | decider             | decider             | decider
decisions.parts                     recorded         | councils            | -                   | -                   | -                   | -
decisions.parts                     public           | all                 | -                   | -                   | -                   | -
decisions.representations           sent                 | decider             | -                   | -                   | -                   | -
decisions.resolutions               draft            | decider             | decider             | decider             | decider             | decider
decisions.resolutions               recorded         | councils            | -                   | -                   | -                   | -
decisions.resolutions               public           | all                 | -                   | -                   | -                   | -
decisions.restrictions              draft            | decider             | decider   | decider            | -             | decider
decisions.restrictions              recorded         | councils            | -         | -                  | -             | -
evaluation.check_rulings            by hand          | lead panel          | lead      | lead               | lead          | -
evaluation.check_rulings            by rule          | lead panel          | lead      | lead               | -             | -
evaluation.consensus                B1               | lead panel          | lead      | lead               | lead          | -
evaluation.consensus                C1               | lead panel          | lead      | lead               | lead          | -
evaluation.consensus                B2 locked        | lead panel          | -         | -                  | -             | -
evaluation.declarations             colleague ruled  | lead colleague      | colleague | colleague          | lead          | -
evaluation.declarations             shared           | lead                | -         | -                  | lead          | -
evaluation.declarations             *                | lead evaluator      | evaluator | evaluator          | lead          | -
evaluation.moderation_meetings      B                | lead panel          | lead      | lead               | lead          | -
evaluation.panel_members            *                | councils            | lead      | lead               | lead          | -
evaluation.panels                   *                | councils            | lead      | lead               | -             | -
evaluation.results                  computed         | lead                | lead      | lead               | -             | lead
evaluation.reopenings               first            | councils            | -         | -                  | -             | -
evaluation.results                  left behind      | councils            | -         | -                  | -             | -
evaluation.results                  signed off       | councils            | -         | -                  | -             | -
evaluation.score_sheets             *                | councils            | -         | -                  | -             | -
evaluation.scores                   shared A         | -                   | -         | -                  | -             | -
evaluation.scores                   evaluator A      | evaluator           | -         | -                  | -             | -
evaluation.scores                   colleague A      | colleague           | colleague | colleague          | colleague     | -
evaluation.scores                   colleague B      | lead panel          | -         | -                  | -             | -
evaluation.scores                   * C              | panel               | -         | -                  | -             | -
governance.certifications           *                | decider             | decider   | decider            | -             | -
governance.delegations              published        | councils            | decider   | decider            | decider       | -
governance.delegations              *                | decider             | decider   | decider            | decider       | -
governance.nominations              *                | decider             | decider   | decider            | decider       | -
governance.post_holders             *                | decider             | decider   | decider            | decider       | -
governance.posts                    *                | councils            | decider   | authorities        | decider       | -
governance.bodies                   scrutiny         | councils            | evaluator | evaluator          | evaluator     | -
governance.bodies                   *                | councils            | evaluator | authorities        | evaluator     | -
governance.clock_settings           *                | councils            | evaluator | authorities        | evaluator     | -
governance.forms_of_governance      ended            | councils            | evaluator | authorities        | -             | -
governance.forms_of_governance      *                | councils            | evaluator | authorities        | evaluator     | -
governance.meetings                 cancelled        | councils            | evaluator | evaluator          | -             | -
governance.meetings                 *                | councils            | evaluator | evaluator          | evaluator     | -
governance.quiet_periods            *                | councils            | evaluator | authorities        | evaluator     | -
notify.messages                     shared           | -                   | -         | -                  | -             | -
notify.messages                     applicant        | applicant           | -         | -                  | applicant     | -
notify.told                         *                | -                   | -         | -                  | -             | -
decisions.standings                 *                | -                   | -         | -                  | -             | -
providers.contacts                  *                | alder councils      | applicant | applicant rival    | -             | -
providers.grades                    *                | all                 | evaluator | lead participant evaluator leaver outsider shared | -             | -
providers.insurances                *                | alder councils      | applicant | applicant rival    | -             | -
providers.services                  *                | alder councils      | applicant | applicant          | -             | -
purchasing_systems.admission_services told           | alder councils      | applicant | applicant          | -             | -
purchasing_systems.admission_services waiting        | alder               | applicant | applicant          | -             | -
purchasing_systems.admission_steps  *                | -                   | -         | -                  | -             | -
purchasing_systems.core_prices      told             | alder councils      | applicant | applicant          | -             | -
purchasing_systems.core_prices      waiting          | alder               | applicant | applicant          | -             | -
purchasing_systems.external_admissions *             | evaluator lead      | evaluator | evaluator          | evaluator     | -
purchasing_systems.external_imports *                | evaluator           | evaluator | evaluator          | evaluator     | -
purchasing_systems.external_systems *                | evaluator lead      | evaluator | lead participant evaluator leaver outsider shared | evaluator     | -
purchasing_systems.take_ons         previewed        | lead                | lead      | lead               | -             | lead
purchasing_systems.take_ons         taken on         | councils            | -         | -                  | -             | -
purchasing_systems.taken_on_providers *              | lead                | -         | -                  | -             | -
purchasing_systems.taken_on_decisions *              | councils            | -         | -                  | -             | -
purchasing_systems.register_cycles  *                | all                 | lead      | lead               | lead          | -
purchasing_systems.supplier_numbers *                | evaluator           | evaluator | lead participant evaluator colleague leaver outsider shared | -             | -
purchasing_systems.admissions       proposed         | councils            | lead      | lead               | -             | -
purchasing_systems.admissions       issued           | councils alder  | -         | -                  | -             | -
purchasing_systems.admissions       unpublished      | councils            | -         | -                  | -             | -
purchasing_systems.admissions       effective        | all                 | -         | -                  | -             | -
purchasing_systems.clarification_days live           | all             | -         | -                  | -             | -
purchasing_systems.clarification_days planned        | councils        | -         | -                  | -             | -
purchasing_systems.closing_changes  proposed         | councils            | -         | -                  | -             | -
purchasing_systems.closing_changes  unpublished      | councils            | -         | -                  | -             | -
purchasing_systems.closing_changes  confirmed        | all                 | -         | -                  | -             | -
purchasing_systems.outages          *                | all             | -         | -                  | -             | -
purchasing_systems.extension_points published        | all                 | lead      | lead               | -             | lead
purchasing_systems.extension_points draft            | councils            | lead      | lead               | -             | lead
purchasing_systems.buying_terms     published        | all                 | lead      | lead               | -             | -
purchasing_systems.setup_shares     *                | councils            | lead      | lead               | lead          | -
purchasing_systems.setup_notes      *                | councils            | evaluator | lead evaluator     | lead          | -
purchasing_systems.timetables       *                | councils            | lead      | lead               | lead          | -
purchasing_systems.timetable_dates  *                | councils            | lead      | lead               | lead          | -
purchasing_systems.timetable_changes *               | councils            | lead      | lead               | -             | -
purchasing_systems.programmes       *                | councils            | lead      | authorities        | lead          | -
purchasing_systems.programme_steps  first            | councils            | lead      | lead               | lead          | lead
purchasing_systems.programme_overrides *             | councils            | -         | -                  | -             | -
purchasing_systems.notices_recorded published        | councils            | lead      | lead               | -             | -
purchasing_systems.vehicle_profiles shipped          | all                 | operator  | operator           | -             | -
purchasing_systems.price_requests   *                | councils            | lead      | lead               | -             | -
purchasing_systems.term_overrides   *                | decider             | decider   | decider            | -             | -
purchasing_systems.local_schedules  published        | all                 | -         | -                  | -             | -
purchasing_systems.local_schedules  left             | councils            | lead evaluator | councils      | lead          | -
purchasing_systems.local_schedules  draft            | councils            | lead evaluator | councils      | lead decider  | -
purchasing_systems.local_schedules  later            | councils            | lead evaluator | councils      | lead decider  | -
purchasing_systems.modifications    published        | all                 | -         | -                  | -             | -
purchasing_systems.specification_sections later      | councils            | -         | -                  | -             | -
purchasing_systems.version_sign_offs later           | councils            | -         | -                  | -             | -
purchasing_systems.specifications   later            | councils            | -         | -                  | lead          | -
purchasing_systems.lots             published *      | all                 | lead      | lead               | -             | -
purchasing_systems.lots             draft            | councils            | lead      | lead               | lead          | lead
purchasing_systems.accession_agreements signed       | councils            | -         | -                  | -             | -
purchasing_systems.lead_changes     published            | all                 | -         | -                  | -             | -
purchasing_systems.lead_changes     draft                | councils            | -         | -                  | -             | -
purchasing_systems.document_comments answered        | councils            | evaluator | councils           | -             | -
purchasing_systems.document_comments asked           | councils            | evaluator | councils           | lead          | -
purchasing_systems.participation_steps joined        | councils            | -         | -                  | -             | -
purchasing_systems.participations   published *      | all                 | -         | -                  | -             | -
purchasing_systems.participations   draft liverpool  | councils leaver     | -         | -                  | -             | -
purchasing_systems.participations   draft *          | councils            | lead      | lead               | -             | -
purchasing_systems.procurement_documents published   | all                 | -         | -                  | -             | -
purchasing_systems.procurement_documents draft       | councils            | lead      | lead               | lead          | lead
purchasing_systems.rounds           draft            | councils            | lead      | lead               | lead          | -
purchasing_systems.rounds           called off       | councils            | -         | -                  | -             | -
purchasing_systems.rounds           planned          | councils            | lead      | lead               | lead          | -
purchasing_systems.rounds           outsider's       | outsider            | outsider  | outsider           | outsider      | -
purchasing_systems.rounds           *                | all                 | -         | -                  | -             | -
purchasing_systems.specifications   published        | all                 | -         | -                  | -             | -
purchasing_systems.specifications   draft            | councils            | outsider  | outsider           | lead          | -
purchasing_systems.systems          published        | all                 | -         | -                  | lead          | -
purchasing_systems.systems          draft            | councils            | lead      | authorities        | lead          | -
purchasing_systems.systems          outsider's       | outsider            | outsider  | authorities        | outsider      | -
questionnaires.library_questions    halton's         | lead                | lead      | authorities        | -             | lead
questionnaires.modifications        open             | all                 | -         | -                  | -             | -
questionnaires.question_sets        planned          | councils            | lead      | lead               | lead          | lead
questionnaires.question_sets        frozen           | councils            | lead      | lead               | -             | -
questionnaires.question_sets        open             | all                 | -         | -                  | -             | -
questionnaires.questions            planned planned  | councils            | lead      | lead               | lead          | lead
questionnaires.questions            frozen           | councils            | lead      | lead               | -             | -
questionnaires.questions            open *           | all                 | -         | -                  | -             | -
tenants.credentials                 *                | -                   | -         | -                  | -             | -
tenants.invitations                 *                | -                   | -         | -                  | -             | -
tenants.memberships                 =council         | authorities         | -         | -                  | -             | -
tenants.memberships                 second           | writer              | -         | -                  | -             | -
tenants.memberships                 =provider        | alder           | -         | -                  | -             | -
tenants.organisations               =council         | all                 | -         | -                  | -             | -
tenants.organisations               =provider        | alder           | -         | -                  | -             | -
tenants.password_links              *                | -                   | -         | -                  | -             | -
tenants.persons                     *                | applicant           | -         | -                  | -             | -
tenants.sessions                    *                | -                   | -         | -                  | -             | -
tenants.sign_in_attempts            *                | -                   | -         | -                  | -             | -
"""

COLUMNS = {
    "applications.answers": "ciphertext page_token question_version saved_at saved_by version",
    "applications.applications": "areas help_granted_until last_upload_error lots saved_at saved_by",
    "applications.documents": "removed_at",
    "applications.letters": "content pdf prepared_at",
    "decisions.agreements": "agreed agreed_on",
    "decisions.appendices": "paragraph public_interest",
    "decisions.call_ins": "note outcome resolved_on",
    "decisions.consultation_comments": "text",
    "decisions.consultations": "consulted_on interests",
    "decisions.decisions": "alternatives authority_source call_in_exempt_because consulted_post decided_by_capacity "
    "decided_by_post decided_on defer_until delegation_id dispensations effective_on equality financial interests is_key "
    "key_reason legal minute_number notice_id notice_on outcome published_on reasons record_url report_reference route status system_id title "
    "urgency urgency_agreed_by value_pounds wards",
    "decisions.evidence": "text",
    "decisions.exempt_texts": "text",
    "decisions.forward_plan_entries": "consultation consultees contact_address contact_post decision_maker description documents due_is_month "
    "due_on how_to_ask is_key is_private key_reason lead_member lead_officer matter_id more_may_follow private_because representations_here "
    "representations_until system_id title wards where_available",
    "decisions.parts": "outcome reasons",
    "decisions.resolutions": "delegation_id effect heading matter_id number phrases text",
    "decisions.agenda_items": "alternatives minuted note position reasons title",
    "decisions.attendances": "post presence",
    "decisions.board_meetings": "cancelled_because meets_on place status title",
    "decisions.indicated_positions": "condition note position",
    "evaluation.check_rulings": "passed reason ruled_at ruled_by",
    "evaluation.consensus": "agreed_at internal_rationale letter_rationale meeting_id recorded_by score",
    "evaluation.declarations": "managed_how ruled_at ruled_by ruling",
    "evaluation.moderation_meetings": "attendance ended_at",
    "evaluation.panel_members": "candidate_ids replaced_by_id status",
    "evaluation.scores": "reason saved_at score",
    "governance.delegations": "published_on revoked_because revoked_on",
    "governance.nominations": "revoked_because revoked_on",
    "governance.post_holders": "ends_on",
    "governance.posts": "ends_on",
    "governance.bodies": "ends_on",
    "governance.clock_settings": "ends_on",
    "governance.forms_of_governance": "ends_on",
    "governance.meetings": "cancelled report_deadline_on",
    "governance.quiet_periods": "ends_on",
    "notify.messages": "read_at",
    "purchasing_systems.external_admissions": "ended_at ended_on removed_at",
    "purchasing_systems.external_imports": "status",
    "purchasing_systems.external_systems": "ends_on host lots name readers reference source_url starts_on",
    "purchasing_systems.local_schedules": "frozen_at text",
    "purchasing_systems.document_comments": "answer",
    "purchasing_systems.lots": "area description need_level scheme service title",
    "purchasing_systems.procurement_documents": "frozen_at kind position text title",
    "purchasing_systems.register_cycles": "circulation_day cut_off_day",
    "purchasing_systems.rounds": "lots notice_number notice_published_at notice_url",
    "purchasing_systems.specifications": "common_text editors frozen_at title",
    "purchasing_systems.buying_terms": "award_method award_words ceiling_pounds no_extension users_examples users_kind users_words",
    "purchasing_systems.setup_shares": "ends_on",
    "purchasing_systems.setup_notes": "answer answer_words answered_at answered_by",
    "purchasing_systems.timetables": "by_officer",
    "purchasing_systems.timetable_dates": "after_key count day pinned unit",
    "purchasing_systems.programmes": "purpose title",
    "purchasing_systems.programme_steps": "milestone",
    "purchasing_systems.systems": "alias cancelled_because client_group commenced_on cpv frozen_at legal_basis longer_because panel_councils profile_id published_at "
    "quality_pass_mark regime restriction_grounds standstill_days status title valid_from valid_until value_pounds vehicle",
    "questionnaires.question_sets": "frozen_at title",
    "questionnaires.questions": "accept ceiling choices condition descriptors frozen_at grid group_intro group_slug group_title hint kind "
    "minimum_score part pass_rule position prompt required scorer_guidance unit weight word_limit",
}
"""What of a row may change by a plain statement: never an owner, a parent, or an instant that a definer function guards."""

LONG_AGO: dict[str, object] = {"starts_on": date(2010, 1, 1), "ends_on": date(2010, 12, 31)}
"""A time in which no other fact of the world holds."""
WRAPPED = ("applications.seal_keys", "decisions.attachment_keys")
"""Tables of wrapped keys, which the keeper wraps anew."""
WORKERS_COLUMNS = {"notify.messages": "attempts failure sent_at state"}


BROKEN: tuple[tuple[str, tuple[str, dict[str, object]]], ...] = (
    ("applications.applications", ("live", {"opened_at": NOW, "status": "opened"})),
    ("applications.letters", ("prepared", {"released_at": NOW})),
    ("decisions.board_meetings", ("planned", {"status": "confirmed"})),
    ("decisions.matters", ("open", {"status": "withdrawn"})),
    ("decisions.restrictions", ("draft", {"in_force_at": NOW})),
    ("decisions.consultations", ("draft", {"on_record_at": NOW})),
    ("decisions.resolutions", ("draft", {"on_record_at": NOW})),
    ("decisions.appendices", ("draft", {"on_record_at": NOW})),
    ("decisions.forward_plan_entries", ("draft", {"published_at": NOW})),
    ("decisions.forward_plan_entries", ("draft", {"status": "live"})),
    ("evaluation.consensus", ("B1", {"locked_at": NOW})),
    ("evaluation.declarations", ("evaluator waiting", {"ruling": "none", "ruled_at": NOW})),
    ("evaluation.panels", ("moderating", {"status": "scoring"})),
    ("evaluation.results", ("computed", {"signed_off_at": NOW})),
    ("evaluation.scores", ("colleague A", {"submitted_at": NOW})),
    ("purchasing_systems.admissions", ("proposed", {"released_at": NOW})),
    ("purchasing_systems.admissions", ("proposed", {"status": "approved"})),
    ("purchasing_systems.admissions", ("proposed", {"effective_at": NOW})),
    ("purchasing_systems.rounds", ("planned", {"published_at": NOW})),
    ("purchasing_systems.rounds", ("planned", {"status": "cancelled"})),
)
"""Rows that nobody may write, not even in their own name and with every trigger asleep: they would be born past their stage."""


class Line:
    """One line of the table."""

    def __init__(self, line: str) -> None:
        first, *cells = (cell.strip() for cell in line.split("|"))
        self.table, _, state = first.partition(" ")
        self.state = state.strip()
        self.select, self.insert, self.own, self.update, self.delete = (
            {a for word in cell.split() for a in _GROUPS.get(word, word).split()} for cell in cells
        )


LINES = [Line(line) for line in _LINES.splitlines() if line and not line.startswith("#")]


def expected(table: str, state: str) -> Line:
    """The first line that fits. Raises LookupError: every row of the world has one."""
    for line in LINES:
        if line.table == table and fnmatchcase(state, line.state):
            return line
    raise LookupError(f"No line says who may touch {table} {state}.")


def fresh(world: World, table: str, state: str) -> dict[str, object]:
    """What a copy of the row changes so that nothing but tenancy can stand against it."""
    o = world.region.organisations
    changes: dict[str, dict[str, object]] = {
        "applications.interests": {
            "round_id": ROUNDS["second"],
            "applicant_id": world.applicant("alder", ROUNDS["second"]),
        },
        "applications.answers": {"question_id": QUESTIONS["A2"]},
        "applications.submissions": {"idempotency_key": "another"},
        "decisions.agenda_items": {"matter_id": None},
        "decisions.attendances": {"authority_id": o["sefton"]},
        "decisions.indicated_positions": {"authority_id": o["sefton"]},
        "decisions.matters": {"subject_id": named("another subject")},
        "decisions.matter_parties": {"authority_id": o["wirral"]},
        "evaluation.panels": {
            "subject_id": ROUNDS["closed"],
            "status": "forming",
            "quality_agreed_at": None,
            "signed_off_at": None,
        },
        "evaluation.panel_members": {"person_id": named("somebody else")},
        "evaluation.declarations": {"candidate_id": named("another candidate"), "ruling": None, "ruled_at": None},
        "evaluation.moderation_meetings": {"lot_id": LOTS["C"]},
        "evaluation.consensus": {"question_id": QUESTIONS["A1"]},
        "evaluation.check_rulings": {"question_id": QUESTIONS["B1"]},
        "evaluation.scores": {"question_id": QUESTIONS.get(f"{state[-1]}2", QUESTIONS["C1"])},
        "evaluation.reopenings": {"number": 2},
        "evaluation.results": {"lot_id": LOTS["B"]},
        "governance.bodies": LONG_AGO,
        "governance.clock_settings": LONG_AGO,
        "governance.forms_of_governance": LONG_AGO,
        "governance.meetings": {"held_on": date(2031, 1, 1)},
        "governance.quiet_periods": LONG_AGO,
        "purchasing_systems.extension_points": {"ends_on": NOW.date() - timedelta(days=400)},
        "purchasing_systems.timetables": {"round_id": ROUNDS["second"]},
        "purchasing_systems.timetable_dates": {"key": "another"},
        "purchasing_systems.programme_steps": {"system_id": DRAFT, "position": 9},
        "purchasing_systems.buying_terms": {"system_id": DRAFT},
        "purchasing_systems.price_requests": {"asked_on": NOW.date() - timedelta(days=1)},
        "purchasing_systems.lots": {"number": 99},
        "purchasing_systems.notices_recorded": {"moment": "another"},
        "purchasing_systems.vehicle_profiles": {"code": "another"},
        "applications.assessment_extensions": {"application_id": APPLICATIONS["opened"], "round_id": ROUNDS["open"]},
        "purchasing_systems.register_cycles": {"system_id": DRAFT},
        "purchasing_systems.participations": {"authority_id": o["wirral"]},
        "purchasing_systems.procurement_documents": {"slug": "another"},
        "purchasing_systems.specifications": {"version": 99},
        "purchasing_systems.local_schedules": {"authority_id": o["sefton"]},
        "purchasing_systems.rounds": {"number": 99},
        "purchasing_systems.admissions": {"lot_id": LOTS["C"]},
        "questionnaires.question_sets": {"lot_id": LOTS["C"]},
        "questionnaires.questions": {"key": "another"},
        "tenants.organisations": {"slug": "another"},
        "tenants.persons": {"email": "another@alder.example"},
        "tenants.credentials": {"person_id": world.person("rival")},
        "tenants.password_links": {"person_id": world.person("rival"), "token_sha256": b"another"},
        "tenants.sessions": {"token_sha256": b"another"},
        "tenants.sign_in_attempts": {"key": "another"},
        "tenants.invitations": {"token_sha256": b"another"},
        "tenants.memberships": {"person_id": world.person("applicant")},
        "audit.lines": {"n": 99},
    }
    special: dict[tuple[str, str], dict[str, object]] = {
        ("applications.seal_keys", "draft"): {
            "application_id": APPLICATIONS["sealed"],
            "applicant_id": world.applicant("alder", ROUNDS["closed"]),
            "round_id": ROUNDS["closed"],
        },
        ("applications.letters", "prepared"): {
            "application_id": APPLICATIONS["rival opened"],
            "provider_id": o["birch"],
        },
        ("decisions.agreements", state): {"post": "another"},
        ("decisions.appendices", state): {"title": "another"},
        ("decisions.consultations", state): {"post": f"another {state}"},
        ("decisions.parts", state): {"slug": "another"},
        ("decisions.resolutions", state): {"number": "another"},
        ("decisions.consultation_comments", state): {"consultation_id": named("consultations spare")},
        ("decisions.exempt_texts", state): {"appendix_id": named("appendices spare")},
        ("decisions.evidence", state): {"consultation_id": named("consultations spare")},
        ("decisions.attachments", state): {"storage_key": f"another {state}"},
        ("decisions.attachment_keys", state): {"attachment_id": named("attachments spare")},
        ("decisions.call_ins", state): {"decision_id": DECISIONS["public"]},
        ("decisions.decisions", "draft"): {"matter_id": MATTERS["spare"]},
        # A first version is written where there is none: in the system that the outsider leads.
        ("purchasing_systems.specifications", "draft"): {"system_id": THEIRS, "lead_id": o["wirral"], "version": 1},
        ("decisions.restrictions", "draft"): {"subject_id": o["birch"]},
        ("decisions.restrictions", "recorded"): {"subject_id": o["birch"], "in_force_at": None},
    }
    return {"id": named(f"new {table} {state}"), **changes.get(table, {}), **special.get((table, state), {})}


def columns_of(table: str, role: str) -> tuple[str, ...]:
    """The columns an UPDATE may name, sorted. `role`: `app`, `worker` or `keeper`."""
    if role == "keeper":
        return ("wrapped",) if table in WRAPPED else ()
    words = COLUMNS.get(table, "") + (" " + WORKERS_COLUMNS.get(table, "") if role == "worker" else "")
    return tuple(sorted(words.split()))


def verbs_of(table: str, role: str) -> set[str]:
    """The verbs that are granted on a table: what no line lets anybody do is not granted at all."""
    if role == "keeper":
        return {"SELECT"} if table in WRAPPED else set()
    lines = [line for line in LINES if line.table == table]
    verbs = {
        "SELECT": any(line.select for line in lines),
        # An envelope is only ever written together with its submission, so no line can show it.
        "INSERT": any(line.insert or line.own for line in lines) or table == "applications.envelopes",
        "DELETE": any(line.delete for line in lines),
    }
    return {verb for verb, granted in verbs.items() if granted}
