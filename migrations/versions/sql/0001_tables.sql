-- Tables, one schema a slice.

CREATE SCHEMA applications;
GRANT USAGE ON SCHEMA applications TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA audit TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE SCHEMA clarifications;
GRANT USAGE ON SCHEMA clarifications TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE SCHEMA decisions;
GRANT USAGE ON SCHEMA decisions TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE SCHEMA evaluation;
GRANT USAGE ON SCHEMA evaluation TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE SCHEMA governance;
GRANT USAGE ON SCHEMA governance TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE SCHEMA notify;
GRANT USAGE ON SCHEMA notify TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE SCHEMA providers;
GRANT USAGE ON SCHEMA providers TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE SCHEMA purchasing_systems;
GRANT USAGE ON SCHEMA purchasing_systems TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE SCHEMA questionnaires;
GRANT USAGE ON SCHEMA questionnaires TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE SCHEMA tenants;
GRANT USAGE ON SCHEMA tenants TO portal_app, portal_worker, portal_keeper, portal_resolver;

CREATE TABLE applications.applications (
    reference VARCHAR NOT NULL,
    round_id UUID NOT NULL,
    system_id UUID NOT NULL,
    applicant_id UUID NOT NULL,
    owner_check BYTEA NOT NULL,
    provider_id UUID,
    provider_name VARCHAR,
    status VARCHAR NOT NULL,
    lots UUID[] NOT NULL,
    areas JSONB NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE,
    saved_by VARCHAR,
    submitted_at TIMESTAMP WITH TIME ZONE,
    submitted_version INTEGER,
    opened_at TIMESTAMP WITH TIME ZONE,
    last_upload_error VARCHAR,
    help_granted_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_applications PRIMARY KEY (id),
    CONSTRAINT uq_applications_round_id_applicant_id UNIQUE (round_id, applicant_id),
    CONSTRAINT uq_applications_id_applicant_id UNIQUE (id, applicant_id),
    CONSTRAINT uq_applications_id_provider_id UNIQUE (id, provider_id),
    CONSTRAINT ck_applications_status CHECK (status IN ('draft', 'submitted', 'withdrawn', 'opened')),
    CONSTRAINT ck_applications_opened CHECK ((status = 'opened') = (opened_at IS NOT NULL)),
    CONSTRAINT ck_applications_named CHECK ((opened_at IS NOT NULL) = (provider_id IS NOT NULL)),
    CONSTRAINT ck_applications_submitted CHECK (status NOT IN ('submitted', 'opened') OR submitted_at IS NOT NULL)
);

CREATE INDEX ix_applications_applicant_id ON applications.applications (applicant_id);

CREATE INDEX ix_applications_provider_id ON applications.applications (provider_id);

CREATE INDEX ix_applications_round_id_opened_at ON applications.applications (round_id, submitted_at, id);

CREATE TABLE applications.assessment_extensions (
    application_id UUID NOT NULL,
    round_id UUID NOT NULL,
    system_id UUID NOT NULL,
    provider_id UUID NOT NULL,
    reason VARCHAR NOT NULL,
    extended_by VARCHAR NOT NULL,
    extended_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_assessment_extensions PRIMARY KEY (id),
    CONSTRAINT uq_assessment_extensions_application_id UNIQUE (application_id),
    CONSTRAINT ck_assessment_extensions_reason CHECK (reason <> '')
);

CREATE TABLE applications.interests (
    round_id UUID NOT NULL,
    applicant_id UUID NOT NULL,
    registered_on DATE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_interests PRIMARY KEY (id),
    CONSTRAINT uq_interests_round_id_applicant_id UNIQUE (round_id, applicant_id)
);

CREATE INDEX ix_interests_applicant_id ON applications.interests (applicant_id);

CREATE TABLE applications.opening_confirmations (
    round_id UUID NOT NULL,
    system_id UUID NOT NULL,
    person_id UUID NOT NULL,
    post VARCHAR NOT NULL,
    organisation_id UUID NOT NULL,
    organisation_name VARCHAR NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_opening_confirmations PRIMARY KEY (id),
    CONSTRAINT uq_opening_confirmations_round_id_person_id UNIQUE (round_id, person_id)
);

CREATE TABLE applications.refused_openings (
    round_id UUID NOT NULL,
    system_id UUID NOT NULL,
    person_id UUID NOT NULL,
    post VARCHAR NOT NULL,
    organisation_id UUID NOT NULL,
    organisation_name VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    sentence VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_refused_openings PRIMARY KEY (id)
);

CREATE INDEX ix_refused_openings_round_id_at ON applications.refused_openings (round_id, at);

CREATE TABLE audit.lines (
    n BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    person_id UUID,
    person_label VARCHAR NOT NULL,
    organisation_id UUID,
    organisation_name VARCHAR NOT NULL,
    about_id UUID,
    system_id UUID,
    verb VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    facts JSONB NOT NULL,
    applicant_id UUID,
    sealed BYTEA,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT pk_lines PRIMARY KEY (n)
);

CREATE INDEX ix_lines_about_id_n ON audit.lines (about_id, n);

CREATE INDEX ix_lines_applicant_id_n ON audit.lines (applicant_id, n);

CREATE INDEX ix_lines_organisation_id_n ON audit.lines (organisation_id, n);

CREATE TABLE audit.refusals (
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    person_id UUID,
    person_label VARCHAR NOT NULL,
    organisation_id UUID,
    status INTEGER NOT NULL,
    verb VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_refusals PRIMARY KEY (id)
);

CREATE INDEX ix_refusals_organisation_id ON audit.refusals (organisation_id);

CREATE TABLE decisions.board_meetings (
    system_id UUID NOT NULL,
    system_title VARCHAR NOT NULL,
    called_by_id UUID NOT NULL,
    called_by VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    meets_on DATE NOT NULL,
    place VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    held_at TIMESTAMP WITH TIME ZONE,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    cancelled_because VARCHAR NOT NULL,
    demonstration BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_board_meetings PRIMARY KEY (id),
    CONSTRAINT uq_board_meetings_id_system_id UNIQUE (id, system_id),
    CONSTRAINT ck_board_meetings_title CHECK (title <> ''),
    CONSTRAINT ck_board_meetings_status CHECK (status IN ('planned', 'held', 'confirmed', 'cancelled')),
    CONSTRAINT ck_board_meetings_held CHECK ((status IN ('held', 'confirmed')) = (held_at IS NOT NULL)),
    CONSTRAINT ck_board_meetings_confirmed CHECK ((status = 'confirmed') = (confirmed_at IS NOT NULL)),
    CONSTRAINT ck_board_meetings_cancelled CHECK (status <> 'cancelled' OR cancelled_because <> '')
);

CREATE INDEX ix_board_meetings_system_id_meets_on ON decisions.board_meetings (system_id, meets_on);

CREATE TABLE decisions.matters (
    kind VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    minimum INTEGER,
    late VARCHAR DEFAULT 'counts' NOT NULL,
    before_commencement BOOLEAN DEFAULT false NOT NULL,
    parts JSONB DEFAULT '[]' NOT NULL,
    system_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    subject_label VARCHAR NOT NULL,
    question VARCHAR NOT NULL,
    raised_by_id UUID NOT NULL,
    raised_by VARCHAR NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer_by DATE NOT NULL,
    facts JSONB NOT NULL,
    status VARCHAR NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    asked_after_id UUID,
    asked_again_because VARCHAR NOT NULL,
    asked_again_at TIMESTAMP WITH TIME ZONE,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_because VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_matters PRIMARY KEY (id),
    CONSTRAINT uq_matters_id_raised_by_id_system_id UNIQUE (id, raised_by_id, system_id),
    CONSTRAINT fk_matters_asked_after_id FOREIGN KEY(asked_after_id) REFERENCES decisions.matters (id),
    CONSTRAINT ck_matters_asked_again CHECK ((asked_after_id IS NULL) = (asked_again_because = '')),
    CONSTRAINT ck_matters_asked_again_when CHECK (asked_again_at IS NULL OR status = 'settled'),
    CONSTRAINT ck_matters_withdrawn CHECK ((status = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (status = 'withdrawn') = (withdrawn_because <> '')),
    CONSTRAINT ck_matters_rule CHECK (rule IN ('lead', 'each_for_itself', 'every_participant', 'minimum', 'lead_plus_majority')),
    CONSTRAINT ck_matters_minimum CHECK ((rule = 'minimum') = (minimum IS NOT NULL) AND minimum > 0),
    CONSTRAINT ck_matters_late CHECK (late IN ('counts', 'stays_out')),
    CONSTRAINT ck_matters_status CHECK (status IN ('open', 'settled', 'withdrawn')),
    CONSTRAINT ck_matters_settled CHECK ((status = 'settled') = (settled_at IS NOT NULL))
);

CREATE INDEX ix_matters_system_id_kind ON decisions.matters (system_id, kind);

CREATE UNIQUE INDEX uq_matters_one_live ON decisions.matters (subject_id, kind) WHERE status <> 'withdrawn' AND asked_again_at IS NULL;

CREATE TABLE decisions.standings (
    number INTEGER GENERATED BY DEFAULT AS IDENTITY,
    decision_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    status VARCHAR NOT NULL,
    effective_on DATE,
    id UUID NOT NULL,
    CONSTRAINT pk_standings PRIMARY KEY (id)
);

CREATE INDEX ix_standings_decision_id ON decisions.standings (decision_id, at, number);

CREATE TABLE evaluation.panels (
    subject_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    status VARCHAR NOT NULL,
    quality_agreed_at TIMESTAMP WITH TIME ZONE,
    signed_off_at TIMESTAMP WITH TIME ZONE,
    signed_off_by VARCHAR,
    id UUID NOT NULL,
    CONSTRAINT pk_panels PRIMARY KEY (id),
    CONSTRAINT uq_panels_subject_id_lead_id UNIQUE (subject_id, lead_id),
    CONSTRAINT uq_panels_id_lead_id_system_id UNIQUE (id, lead_id, system_id),
    CONSTRAINT ck_panels_status CHECK (status IN ('forming', 'scoring', 'moderating', 'quality_agreed', 'signed_off')),
    CONSTRAINT ck_panels_agreed CHECK ((status IN ('quality_agreed', 'signed_off')) = (quality_agreed_at IS NOT NULL)),
    CONSTRAINT ck_panels_signed_off CHECK ((status = 'signed_off') = (signed_off_at IS NOT NULL))
);

CREATE TABLE governance.bodies (
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    reviews_id UUID,
    authority_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    source VARCHAR NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_bodies PRIMARY KEY (id),
    CONSTRAINT uq_bodies_id_authority_id UNIQUE (id, authority_id),
    CONSTRAINT fk_bodies_reviews_id_authority_id FOREIGN KEY(reviews_id, authority_id) REFERENCES governance.bodies (id, authority_id),
    CONSTRAINT ck_bodies_kind CHECK (kind IN ('executive', 'committee', 'council', 'scrutiny')),
    CONSTRAINT ck_bodies_name CHECK (name <> ''),
    CONSTRAINT ck_bodies_reviews CHECK (reviews_id <> id),
    CONSTRAINT ck_bodies_ends CHECK (ends_on IS NULL OR ends_on >= starts_on - 1)
);

CREATE INDEX ix_bodies_authority_id ON governance.bodies (authority_id);

CREATE TABLE governance.clock_settings (
    key_threshold_pounds NUMERIC(14, 2),
    key_wards INTEGER,
    notice_clear_days INTEGER NOT NULL,
    agenda_clear_days INTEGER NOT NULL,
    agenda_counts VARCHAR NOT NULL,
    call_in_working_days INTEGER NOT NULL,
    call_in_ends VARCHAR NOT NULL,
    effective VARCHAR NOT NULL,
    exception_working_days INTEGER NOT NULL,
    publication_working_days INTEGER DEFAULT '0' NOT NULL,
    record_kept VARCHAR NOT NULL,
    record_name VARCHAR NOT NULL,
    record_address VARCHAR NOT NULL,
    authority_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    source VARCHAR NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_clock_settings PRIMARY KEY (id),
    CONSTRAINT ck_clock_settings_threshold CHECK (key_threshold_pounds > 0),
    CONSTRAINT ck_clock_settings_wards CHECK (key_wards BETWEEN 1 AND 100),
    CONSTRAINT ck_clock_settings_notice CHECK (notice_clear_days BETWEEN 28 AND 120),
    CONSTRAINT ck_clock_settings_agenda CHECK (agenda_clear_days BETWEEN 5 AND 30),
    CONSTRAINT ck_clock_settings_counts CHECK (agenda_counts IN ('calendar', 'working')),
    CONSTRAINT ck_clock_settings_call_in CHECK (call_in_working_days BETWEEN 0 AND 30),
    CONSTRAINT ck_clock_settings_call_in_ends CHECK (call_in_ends IN ('noon', 'end_of_day')),
    CONSTRAINT ck_clock_settings_effective CHECK (effective IN ('when_ended', 'next_day', 'next_working_day')),
    CONSTRAINT ck_clock_settings_exception CHECK (exception_working_days BETWEEN 5 AND 30),
    CONSTRAINT ck_clock_settings_publication CHECK (publication_working_days BETWEEN 0 AND 30),
    CONSTRAINT ck_clock_settings_record_kept CHECK (record_kept IN ('council_system', 'portal')),
    CONSTRAINT ck_clock_settings_record_name CHECK (record_kept = 'portal' OR record_name <> ''),
    CONSTRAINT ck_clock_settings_ends CHECK (ends_on IS NULL OR ends_on >= starts_on - 1)
);

CREATE INDEX ix_clock_settings_authority_id ON governance.clock_settings (authority_id);

CREATE TABLE governance.forms_of_governance (
    form VARCHAR NOT NULL,
    executive_name VARCHAR NOT NULL,
    authority_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    source VARCHAR NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_forms_of_governance PRIMARY KEY (id),
    CONSTRAINT ck_forms_of_governance_form CHECK (form IN ('leader_and_cabinet', 'elected_mayor', 'committee_system')),
    CONSTRAINT ck_forms_of_governance_executive_name CHECK (executive_name <> ''),
    CONSTRAINT ck_forms_of_governance_ends CHECK (ends_on IS NULL OR ends_on >= starts_on - 1)
);

CREATE INDEX ix_forms_of_governance_authority_id ON governance.forms_of_governance (authority_id);

CREATE TABLE governance.posts (
    authority_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    follows_id UUID,
    written_by_id UUID,
    written_by_post VARCHAR NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_posts PRIMARY KEY (id),
    CONSTRAINT uq_posts_id_authority_id UNIQUE (id, authority_id),
    CONSTRAINT fk_posts_follows_id_authority_id FOREIGN KEY(follows_id, authority_id) REFERENCES governance.posts (id, authority_id),
    CONSTRAINT ck_posts_title CHECK (title <> ''),
    CONSTRAINT ck_posts_kind CHECK (kind IN ('officer', 'member', 'team', 'body')),
    CONSTRAINT ck_posts_order CHECK (ends_on >= starts_on)
);

CREATE INDEX ix_posts_authority_id ON governance.posts (authority_id);

CREATE UNIQUE INDEX uq_posts_one_follows ON governance.posts (follows_id) WHERE follows_id IS NOT NULL;

CREATE TABLE governance.quiet_periods (
    kind VARCHAR NOT NULL,
    authority_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    source VARCHAR NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_quiet_periods PRIMARY KEY (id),
    CONSTRAINT ck_quiet_periods_kind CHECK (kind IN ('recess', 'pre_election')),
    CONSTRAINT ck_quiet_periods_last_day CHECK (ends_on IS NOT NULL),
    CONSTRAINT ck_quiet_periods_ends CHECK (ends_on IS NULL OR ends_on >= starts_on - 1)
);

CREATE INDEX ix_quiet_periods_authority_id ON governance.quiet_periods (authority_id);

CREATE TABLE notify.messages (
    person_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    email VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    link VARCHAR NOT NULL,
    sealed BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    state VARCHAR NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    attempts INTEGER NOT NULL,
    failure VARCHAR,
    id UUID NOT NULL,
    CONSTRAINT pk_messages PRIMARY KEY (id),
    CONSTRAINT ck_messages_state CHECK (state IN ('waiting', 'sent', 'failed', 'kept')),
    CONSTRAINT ck_messages_sent CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);

CREATE INDEX ix_messages_person_id ON notify.messages (person_id);

CREATE TABLE notify.told (
    key VARCHAR NOT NULL,
    organisation_id UUID NOT NULL,
    person_id UUID NOT NULL,
    told_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_told PRIMARY KEY (id),
    CONSTRAINT uq_told_key_organisation_id_person_id UNIQUE (key, organisation_id, person_id)
);

CREATE TABLE providers.contacts (
    provider_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    post VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    telephone VARCHAR NOT NULL,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_contacts PRIMARY KEY (id),
    CONSTRAINT ck_contacts_kind CHECK (kind IN ('referral', 'vacancy')),
    CONSTRAINT ck_contacts_reachable CHECK (email <> '' OR telephone <> '')
);

CREATE INDEX ix_contacts_provider_id ON providers.contacts (provider_id, kind, recorded_at);

CREATE TABLE providers.grades (
    regulator VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    grade VARCHAR NOT NULL,
    graded_on DATE NOT NULL,
    source_url VARCHAR NOT NULL,
    recorded_by_id UUID NOT NULL,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_grades PRIMARY KEY (id),
    CONSTRAINT ck_grades_regulator CHECK (regulator IN ('ofsted', 'cqc')),
    CONSTRAINT ck_grades_words CHECK (number <> '' AND grade <> '')
);

CREATE INDEX ix_grades_number ON providers.grades (regulator, number, graded_on);

CREATE TABLE providers.insurances (
    provider_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    amount NUMERIC(14, 2) NOT NULL,
    expires_on DATE NOT NULL,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_insurances PRIMARY KEY (id),
    CONSTRAINT ck_insurances_kind CHECK (kind IN ('public_liability', 'employers_liability', 'professional_indemnity', 'motor')),
    CONSTRAINT ck_insurances_amount CHECK (amount > 0 AND amount < 'NaN'::numeric)
);

CREATE INDEX ix_insurances_provider_id ON providers.insurances (provider_id, kind, recorded_at);

CREATE TABLE providers.services (
    service_id UUID NOT NULL,
    provider_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    regulator VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    capacity INTEGER,
    opened_on DATE,
    closed_on DATE,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    take_on_id UUID,
    id UUID NOT NULL,
    CONSTRAINT pk_services PRIMARY KEY (id),
    CONSTRAINT ck_services_kind CHECK (kind IN ('childrens_home', 'independent_fostering_agency', 'supported_accommodation', 'personal_care', 'care_home', 'other')),
    CONSTRAINT ck_services_regulator CHECK (regulator IN ('ofsted', 'cqc', 'none')),
    CONSTRAINT ck_services_number CHECK ((regulator = 'none') = (number = '')),
    CONSTRAINT ck_services_capacity CHECK (capacity IS NULL OR capacity BETWEEN 1 AND 5000),
    CONSTRAINT ck_services_closed CHECK (closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on)
);

CREATE INDEX ix_services_number ON providers.services (number);

CREATE INDEX ix_services_provider_id ON providers.services (provider_id);

CREATE INDEX ix_services_service_id ON providers.services (service_id, recorded_at);

CREATE INDEX ix_services_take_on_id ON providers.services (take_on_id);

CREATE TABLE purchasing_systems.admission_steps (
    number INTEGER GENERATED BY DEFAULT AS IDENTITY,
    admission_id UUID NOT NULL,
    system_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    status VARCHAR NOT NULL,
    because VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_admission_steps PRIMARY KEY (id)
);

CREATE INDEX ix_admission_steps_admission_id ON purchasing_systems.admission_steps (admission_id, at, number);

CREATE INDEX ix_admission_steps_system_id ON purchasing_systems.admission_steps (system_id);

CREATE TABLE purchasing_systems.external_systems (
    registered_by_id UUID NOT NULL,
    registered_by VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    host VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    lots JSONB NOT NULL,
    starts_on DATE,
    ends_on DATE,
    source_url VARCHAR NOT NULL,
    readers UUID[] NOT NULL,
    demonstration BOOLEAN NOT NULL,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_external_systems PRIMARY KEY (id),
    CONSTRAINT uq_external_systems_id_registered_by_id UNIQUE (id, registered_by_id),
    CONSTRAINT ck_external_systems_words CHECK (name <> '' AND host <> ''),
    CONSTRAINT ck_external_systems_term CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on)
);

CREATE INDEX ix_external_systems_registered_by_id ON purchasing_systems.external_systems (registered_by_id);

CREATE TABLE purchasing_systems.outages (
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    what VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_outages PRIMARY KEY (id),
    CONSTRAINT ck_outages_span CHECK (until > since)
);

CREATE TABLE purchasing_systems.programmes (
    lead_id UUID NOT NULL,
    lead_name VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_programmes PRIMARY KEY (id),
    CONSTRAINT uq_programmes_id_lead_id UNIQUE (id, lead_id),
    CONSTRAINT ck_programmes_title CHECK (title <> '')
);

CREATE INDEX ix_programmes_lead_id ON purchasing_systems.programmes (lead_id);

CREATE TABLE purchasing_systems.supplier_numbers (
    authority_id UUID NOT NULL,
    provider_id UUID NOT NULL,
    number VARCHAR NOT NULL,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_supplier_numbers PRIMARY KEY (id)
);

CREATE INDEX ix_supplier_numbers_authority_id ON purchasing_systems.supplier_numbers (authority_id, provider_id, recorded_at);

CREATE TABLE purchasing_systems.vehicle_profiles (
    code VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    admission VARCHAR NOT NULL,
    admits VARCHAR NOT NULL,
    may_restrict BOOLEAN NOT NULL,
    restriction_grounds VARCHAR NOT NULL,
    assessment_days INTEGER,
    assessment_days_extended INTEGER,
    defers_first BOOLEAN NOT NULL,
    first_window_days INTEGER,
    tender_days INTEGER,
    admission_is_award BOOLEAN NOT NULL,
    selection VARCHAR NOT NULL,
    member_cap INTEGER,
    conditions_may_change BOOLEAN NOT NULL,
    fees VARCHAR NOT NULL,
    standstill_days INTEGER,
    standstill_mandatory BOOLEAN NOT NULL,
    routes JSONB NOT NULL,
    notices JSONB NOT NULL,
    longest_years INTEGER,
    longer_with_reason BOOLEAN NOT NULL,
    limit_regimes JSONB NOT NULL,
    ends_by DATE,
    regimes JSONB NOT NULL,
    sources JSONB NOT NULL,
    notes VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_vehicle_profiles PRIMARY KEY (id),
    CONSTRAINT uq_vehicle_profiles_code_version UNIQUE (code, version),
    CONSTRAINT ck_vehicle_profiles_code CHECK (code ~ '^[a-z][a-z0-9_]{1,59}$' AND name <> ''),
    CONSTRAINT ck_vehicle_profiles_version CHECK (version >= 1),
    CONSTRAINT ck_vehicle_profiles_admission CHECK (admission IN ('rolling', 'windows', 'fixed', 'elsewhere')),
    CONSTRAINT ck_vehicle_profiles_admits CHECK (admits IN ('lead', 'each_council')),
    CONSTRAINT ck_vehicle_profiles_restriction CHECK (admits = 'each_council' OR NOT may_restrict),
    CONSTRAINT ck_vehicle_profiles_assessment CHECK (assessment_days_extended IS NULL OR assessment_days_extended >= assessment_days),
    CONSTRAINT ck_vehicle_profiles_selection CHECK (selection IN ('pass_fail', 'quality_threshold', 'ranking')),
    CONSTRAINT ck_vehicle_profiles_cap CHECK (member_cap IS NULL OR member_cap > 0 AND selection = 'ranking'),
    CONSTRAINT ck_vehicle_profiles_standstill CHECK (NOT standstill_mandatory OR standstill_days IS NOT NULL)
);

CREATE TABLE questionnaires.library_questions (
    organisation_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    content JSONB NOT NULL,
    kept_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kept_by VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_library_questions PRIMARY KEY (id)
);

CREATE INDEX ix_library_questions_organisation_id ON questionnaires.library_questions (organisation_id);

CREATE TABLE tenants.invitations (
    token_sha256 BYTEA NOT NULL,
    email VARCHAR NOT NULL,
    organisation_id UUID,
    organisation_name VARCHAR NOT NULL,
    post VARCHAR NOT NULL,
    roles TEXT[] NOT NULL,
    invited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_invitations PRIMARY KEY (id),
    CONSTRAINT uq_invitations_token_sha256 UNIQUE (token_sha256)
);

CREATE TABLE tenants.organisations (
    kind VARCHAR NOT NULL,
    slug VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    official_name VARCHAR NOT NULL,
    gss_code VARCHAR,
    register_code VARCHAR,
    fictional BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_organisations PRIMARY KEY (id),
    CONSTRAINT ck_organisations_kind CHECK (kind IN ('authority', 'provider', 'operator')),
    CONSTRAINT uq_organisations_slug UNIQUE (slug)
);

CREATE TABLE tenants.persons (
    email VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    active BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_persons PRIMARY KEY (id),
    CONSTRAINT uq_persons_email UNIQUE (email)
);

CREATE TABLE tenants.sign_in_attempts (
    key VARCHAR NOT NULL,
    hits INTEGER NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_sign_in_attempts PRIMARY KEY (key)
);

CREATE TABLE applications.answers (
    application_id UUID NOT NULL,
    applicant_id UUID NOT NULL,
    question_id UUID NOT NULL,
    ciphertext BYTEA NOT NULL,
    version INTEGER NOT NULL,
    question_version INTEGER NOT NULL,
    page_token VARCHAR,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    saved_by VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_answers PRIMARY KEY (id),
    CONSTRAINT uq_answers_application_id_question_id UNIQUE (application_id, question_id),
    CONSTRAINT fk_answers_application_id_applicant_id FOREIGN KEY(application_id, applicant_id) REFERENCES applications.applications (id, applicant_id)
);

CREATE TABLE applications.documents (
    application_id UUID NOT NULL,
    applicant_id UUID NOT NULL,
    question_id UUID NOT NULL,
    storage_key VARCHAR NOT NULL,
    sealed_facts BYTEA NOT NULL,
    uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_documents PRIMARY KEY (id),
    CONSTRAINT fk_documents_application_id_applicant_id FOREIGN KEY(application_id, applicant_id) REFERENCES applications.applications (id, applicant_id)
);

CREATE TABLE applications.seal_keys (
    application_id UUID NOT NULL,
    submission_id UUID,
    applicant_id UUID NOT NULL,
    round_id UUID NOT NULL,
    sealed_round_id UUID,
    part VARCHAR NOT NULL,
    version INTEGER,
    wrapped BYTEA NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_seal_keys PRIMARY KEY (id),
    CONSTRAINT uq_seal_keys_application_id_submission_id_part UNIQUE NULLS NOT DISTINCT (application_id, submission_id, part),
    CONSTRAINT fk_seal_keys_application_id_applicant_id FOREIGN KEY(application_id, applicant_id) REFERENCES applications.applications (id, applicant_id),
    CONSTRAINT ck_seal_keys_part CHECK (part IN ('draft', 'quality', 'price', 'documents')),
    CONSTRAINT ck_seal_keys_draft CHECK ((part = 'draft') = (submission_id IS NULL)),
    CONSTRAINT ck_seal_keys_version CHECK ((part = 'draft') = (version IS NULL)),
    CONSTRAINT ck_seal_keys_draft_never_opened CHECK (part <> 'draft' OR opened_at IS NULL)
);

CREATE TABLE applications.submissions (
    application_id UUID NOT NULL,
    applicant_id UUID NOT NULL,
    round_id UUID NOT NULL,
    version INTEGER NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_by VARCHAR NOT NULL,
    lots UUID[] NOT NULL,
    areas JSONB NOT NULL,
    sha256 BYTEA NOT NULL,
    idempotency_key VARCHAR NOT NULL,
    content_sha256 BYTEA NOT NULL,
    receipt JSONB NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    opened_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_submissions PRIMARY KEY (id),
    CONSTRAINT uq_submissions_application_id_version UNIQUE (application_id, version),
    CONSTRAINT uq_submissions_application_id_idempotency_key UNIQUE (application_id, idempotency_key),
    CONSTRAINT uq_submissions_id_applicant_id UNIQUE (id, applicant_id),
    CONSTRAINT fk_submissions_application_id_applicant_id FOREIGN KEY(application_id, applicant_id) REFERENCES applications.applications (id, applicant_id),
    CONSTRAINT ck_submissions_withdrawn_never_opened CHECK (opened_at IS NULL OR withdrawn_at IS NULL)
);

CREATE INDEX ix_submissions_round_id_opened_at ON applications.submissions (round_id, opened_at);

CREATE TABLE decisions.agenda_items (
    meeting_id UUID NOT NULL,
    system_id UUID NOT NULL,
    matter_id UUID,
    position INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    minuted VARCHAR NOT NULL,
    reasons VARCHAR NOT NULL,
    alternatives VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_agenda_items PRIMARY KEY (id),
    CONSTRAINT uq_agenda_items_id_meeting_id_matter_id UNIQUE (id, meeting_id, matter_id),
    CONSTRAINT fk_agenda_items_meeting_id_system_id FOREIGN KEY(meeting_id, system_id) REFERENCES decisions.board_meetings (id, system_id),
    CONSTRAINT fk_agenda_items_matter_id FOREIGN KEY(matter_id) REFERENCES decisions.matters (id),
    CONSTRAINT ck_agenda_items_title CHECK (title <> '')
);

CREATE INDEX ix_agenda_items_matter_id ON decisions.agenda_items (matter_id);

CREATE UNIQUE INDEX uq_agenda_items_meeting_id_matter_id ON decisions.agenda_items (meeting_id, matter_id);

CREATE TABLE decisions.attendances (
    meeting_id UUID NOT NULL,
    system_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    presence VARCHAR NOT NULL,
    post VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_attendances PRIMARY KEY (id),
    CONSTRAINT uq_attendances_meeting_id_authority_id UNIQUE (meeting_id, authority_id),
    CONSTRAINT fk_attendances_meeting_id_system_id FOREIGN KEY(meeting_id, system_id) REFERENCES decisions.board_meetings (id, system_id),
    CONSTRAINT ck_attendances_presence CHECK (presence IN ('present', 'apologies')),
    CONSTRAINT ck_attendances_post CHECK (presence <> 'present' OR post <> '')
);

CREATE TABLE decisions.matter_parties (
    matter_id UUID NOT NULL,
    system_id UUID NOT NULL,
    raised_by_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    excused_at TIMESTAMP WITH TIME ZONE,
    excused_because VARCHAR DEFAULT '' NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_matter_parties PRIMARY KEY (id),
    CONSTRAINT uq_matter_parties_matter_id_authority_id UNIQUE (matter_id, authority_id),
    CONSTRAINT uq_matter_parties_matter_id_authority_id_system_id UNIQUE (matter_id, authority_id, system_id),
    CONSTRAINT fk_matter_parties_matter_id_raised_by_id_system_id FOREIGN KEY(matter_id, raised_by_id, system_id) REFERENCES decisions.matters (id, raised_by_id, system_id),
    CONSTRAINT ck_matter_parties_excused CHECK ((excused_at IS NULL) = (excused_because = ''))
);

CREATE TABLE evaluation.check_rulings (
    panel_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    candidate_id UUID NOT NULL,
    question_id UUID NOT NULL,
    lot_id UUID,
    by_rule BOOLEAN NOT NULL,
    passed BOOLEAN NOT NULL,
    reason VARCHAR NOT NULL,
    ruled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ruled_by VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_check_rulings PRIMARY KEY (id),
    CONSTRAINT uq_check_rulings_panel_id_candidate_id_question_id UNIQUE (panel_id, candidate_id, question_id),
    CONSTRAINT fk_check_rulings_panel_id_lead_id_system_id FOREIGN KEY(panel_id, lead_id, system_id) REFERENCES evaluation.panels (id, lead_id, system_id) ON UPDATE CASCADE,
    CONSTRAINT ck_check_rulings_reason CHECK (reason <> '')
);

CREATE TABLE evaluation.moderation_meetings (
    panel_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    lot_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    attendance JSONB NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_moderation_meetings PRIMARY KEY (id),
    CONSTRAINT fk_moderation_meetings_panel_id_lead_id_system_id FOREIGN KEY(panel_id, lead_id, system_id) REFERENCES evaluation.panels (id, lead_id, system_id) ON UPDATE CASCADE
);

CREATE INDEX ix_moderation_meetings_lead_id ON evaluation.moderation_meetings (lead_id);

CREATE INDEX ix_moderation_meetings_panel_id_lot_id ON evaluation.moderation_meetings (panel_id, lot_id);

CREATE TABLE evaluation.panel_members (
    panel_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    person_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    organisation_name VARCHAR NOT NULL,
    post VARCHAR NOT NULL,
    parts TEXT[] NOT NULL,
    chair BOOLEAN NOT NULL,
    status VARCHAR NOT NULL,
    replaced_by_id UUID,
    candidate_ids UUID[],
    id UUID NOT NULL,
    CONSTRAINT pk_panel_members PRIMARY KEY (id),
    CONSTRAINT uq_panel_members_panel_id_person_id UNIQUE (panel_id, person_id),
    CONSTRAINT uq_panel_members_id_panel_id_person_id_organisation_id UNIQUE (id, panel_id, person_id, organisation_id),
    CONSTRAINT fk_panel_members_panel_id_lead_id_system_id FOREIGN KEY(panel_id, lead_id, system_id) REFERENCES evaluation.panels (id, lead_id, system_id) ON UPDATE CASCADE,
    CONSTRAINT ck_panel_members_status CHECK (status IN ('active', 'removed')),
    CONSTRAINT ck_panel_members_parts CHECK (parts <@ ARRAY['quality', 'price', 'documents'])
);

CREATE INDEX ix_panel_members_person_id ON evaluation.panel_members (person_id);

CREATE TABLE evaluation.reopenings (
    panel_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    number INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    reopened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reopened_by VARCHAR NOT NULL,
    signed_off_at TIMESTAMP WITH TIME ZONE NOT NULL,
    signed_off_by VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_reopenings PRIMARY KEY (id),
    CONSTRAINT uq_reopenings_panel_id_number UNIQUE (panel_id, number),
    CONSTRAINT fk_reopenings_panel_id_lead_id_system_id FOREIGN KEY(panel_id, lead_id, system_id) REFERENCES evaluation.panels (id, lead_id, system_id) ON UPDATE CASCADE,
    CONSTRAINT ck_reopenings_reason CHECK (reason <> '')
);

CREATE TABLE governance.delegations (
    authority_id UUID NOT NULL,
    granted_on DATE NOT NULL,
    reference VARCHAR NOT NULL,
    granted_by_id UUID,
    resolution_id UUID,
    granted_url VARCHAR NOT NULL,
    published_on DATE,
    matter VARCHAR NOT NULL,
    minuted VARCHAR NOT NULL,
    kinds TEXT[] NOT NULL,
    power VARCHAR NOT NULL,
    holder_ids UUID[] NOT NULL,
    joint BOOLEAN NOT NULL,
    nominees VARCHAR NOT NULL,
    consulted_ids UUID[] NOT NULL,
    before_commencement BOOLEAN NOT NULL,
    collective BOOLEAN NOT NULL,
    conditions JSONB NOT NULL,
    paragraphs VARCHAR NOT NULL,
    sources JSONB NOT NULL,
    limit_pounds NUMERIC(14, 2),
    covers_key BOOLEAN NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    reading VARCHAR NOT NULL,
    legal_maker_id UUID,
    revoked_on DATE,
    revoked_because VARCHAR NOT NULL,
    revoked_by_id UUID,
    revoked_by_post VARCHAR NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    written_by_id UUID,
    written_by_post VARCHAR NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_delegations PRIMARY KEY (id),
    CONSTRAINT uq_delegations_id_authority_id UNIQUE (id, authority_id),
    CONSTRAINT fk_delegations_legal_maker_id_authority_id FOREIGN KEY(legal_maker_id, authority_id) REFERENCES governance.posts (id, authority_id),
    CONSTRAINT ck_delegations_resolution CHECK (resolution_id IS NULL OR granted_by_id IS NOT NULL),
    CONSTRAINT ck_delegations_power CHECK (power IN ('decide', 'work_on', 'oversee')),
    CONSTRAINT ck_delegations_holders CHECK (cardinality(holder_ids) >= CASE WHEN joint THEN 2 ELSE 1 END),
    CONSTRAINT ck_delegations_kinds CHECK (cardinality(kinds) > 0),
    CONSTRAINT ck_delegations_minuted CHECK (minuted <> '' AND matter <> '' AND reference <> ''),
    CONSTRAINT ck_delegations_limit CHECK (limit_pounds > 0),
    CONSTRAINT ck_delegations_order CHECK (ends_on >= starts_on AND starts_on >= granted_on),
    CONSTRAINT ck_delegations_revoked_order CHECK (revoked_on >= granted_on),
    CONSTRAINT ck_delegations_revoked CHECK ((revoked_on IS NULL) = (revoked_because = '')),
    CONSTRAINT ck_delegations_published CHECK (published_on >= granted_on)
);

CREATE INDEX ix_delegations_authority_id ON governance.delegations (authority_id);

CREATE TABLE governance.meetings (
    authority_id UUID NOT NULL,
    body_id UUID NOT NULL,
    held_on DATE NOT NULL,
    report_deadline_on DATE,
    cancelled BOOLEAN NOT NULL,
    source VARCHAR NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_meetings PRIMARY KEY (id),
    CONSTRAINT fk_meetings_body_id_authority_id FOREIGN KEY(body_id, authority_id) REFERENCES governance.bodies (id, authority_id),
    CONSTRAINT ck_meetings_deadline CHECK (report_deadline_on <= held_on)
);

CREATE INDEX ix_meetings_calendar ON governance.meetings (authority_id, held_on);

CREATE UNIQUE INDEX uq_meetings_one_a_day ON governance.meetings (body_id, held_on) WHERE NOT cancelled;

CREATE TABLE governance.post_holders (
    authority_id UUID NOT NULL,
    post_id UUID NOT NULL,
    person_id UUID,
    label VARCHAR NOT NULL,
    capacity VARCHAR NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    written_by_id UUID,
    written_by_post VARCHAR NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_post_holders PRIMARY KEY (id),
    CONSTRAINT fk_post_holders_post_id_authority_id FOREIGN KEY(post_id, authority_id) REFERENCES governance.posts (id, authority_id),
    CONSTRAINT ck_post_holders_label CHECK (label <> ''),
    CONSTRAINT ck_post_holders_capacity CHECK (capacity IN ('substantive', 'acting', 'deputy')),
    CONSTRAINT ck_post_holders_order CHECK (ends_on >= starts_on)
);

CREATE INDEX ix_post_holders_authority_id ON governance.post_holders (authority_id);

CREATE INDEX ix_post_holders_post_id ON governance.post_holders (post_id);

CREATE TABLE purchasing_systems.external_admissions (
    external_id UUID NOT NULL,
    registered_by_id UUID NOT NULL,
    import_id UUID,
    lot_number INTEGER NOT NULL,
    provider_name VARCHAR NOT NULL,
    service_name VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    admitted_on DATE NOT NULL,
    ended_on DATE,
    ended_at TIMESTAMP WITH TIME ZONE,
    removed_at TIMESTAMP WITH TIME ZONE,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_external_admissions PRIMARY KEY (id),
    CONSTRAINT fk_external_admissions_external_id_registered_by_id FOREIGN KEY(external_id, registered_by_id) REFERENCES purchasing_systems.external_systems (id, registered_by_id),
    CONSTRAINT ck_external_admissions_provider CHECK (provider_name <> ''),
    CONSTRAINT ck_external_admissions_ended CHECK ((ended_on IS NULL) = (ended_at IS NULL))
);

CREATE INDEX ix_external_admissions_external_id ON purchasing_systems.external_admissions (external_id, provider_name);

CREATE INDEX ix_external_admissions_import_id ON purchasing_systems.external_admissions (import_id);

CREATE TABLE purchasing_systems.external_imports (
    external_id UUID NOT NULL,
    registered_by_id UUID NOT NULL,
    file_name VARCHAR NOT NULL,
    rows JSONB NOT NULL,
    status VARCHAR NOT NULL,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_external_imports PRIMARY KEY (id),
    CONSTRAINT fk_external_imports_external_id_registered_by_id FOREIGN KEY(external_id, registered_by_id) REFERENCES purchasing_systems.external_systems (id, registered_by_id),
    CONSTRAINT ck_external_imports_status CHECK (status IN ('previewed', 'taken_over', 'taken_back'))
);

CREATE INDEX ix_external_imports_external_id ON purchasing_systems.external_imports (external_id);

CREATE TABLE purchasing_systems.systems (
    lead_id UUID NOT NULL,
    lead_name VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    alias VARCHAR NOT NULL,
    regime VARCHAR NOT NULL,
    vehicle VARCHAR NOT NULL,
    profile_id UUID NOT NULL,
    commenced_on DATE,
    longer_because VARCHAR DEFAULT '' NOT NULL,
    legal_basis VARCHAR NOT NULL,
    client_group VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    value_pounds NUMERIC(14, 2) NOT NULL,
    cpv VARCHAR NOT NULL,
    standstill_days INTEGER,
    quality_pass_mark NUMERIC(5, 2) NOT NULL,
    panel_councils INTEGER NOT NULL,
    restriction_grounds JSONB NOT NULL,
    status VARCHAR NOT NULL,
    demonstration BOOLEAN NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE,
    published_at TIMESTAMP WITH TIME ZONE,
    cancelled_because VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_systems PRIMARY KEY (id),
    CONSTRAINT ck_systems_value CHECK (value_pounds >= 0 AND value_pounds < 'NaN'::numeric),
    CONSTRAINT ck_systems_validity CHECK (valid_until > valid_from),
    CONSTRAINT ck_systems_pass_mark CHECK (quality_pass_mark BETWEEN 0 AND 100),
    CONSTRAINT ck_systems_standstill CHECK (standstill_days IS NULL OR standstill_days BETWEEN 1 AND 60),
    CONSTRAINT ck_systems_panel CHECK (panel_councils BETWEEN 1 AND 24),
    CONSTRAINT ck_systems_status CHECK (status IN ('draft', 'approved', 'advertised', 'established', 'active', 'paused', 'closing', 'closed', 'cancelled', 'terminated')),
    CONSTRAINT ck_systems_published CHECK (published_at IS NULL OR status NOT IN ('draft', 'approved')),
    CONSTRAINT uq_systems_id_lead_id UNIQUE (id, lead_id),
    CONSTRAINT fk_systems_profile_id FOREIGN KEY(profile_id) REFERENCES purchasing_systems.vehicle_profiles (id)
);

CREATE INDEX ix_systems_lead_id ON purchasing_systems.systems (lead_id);

CREATE TABLE tenants.credentials (
    person_id UUID NOT NULL,
    salt BYTEA NOT NULL,
    verifier BYTEA NOT NULL,
    parameters VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_credentials PRIMARY KEY (person_id),
    CONSTRAINT fk_credentials_person_id FOREIGN KEY(person_id) REFERENCES tenants.persons (id)
);

CREATE TABLE tenants.memberships (
    person_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    organisation_kind VARCHAR NOT NULL,
    organisation_name VARCHAR NOT NULL,
    post VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    roles TEXT[] NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    id UUID NOT NULL,
    CONSTRAINT pk_memberships PRIMARY KEY (id),
    CONSTRAINT uq_memberships_organisation_id_person_id UNIQUE (organisation_id, person_id),
    CONSTRAINT ck_memberships_roles CHECK ((organisation_kind = 'authority' AND roles <@ ARRAY['placement_officer', 'commissioning_officer', 'procurement_officer', 'legal_officer', 'finance_officer', 'head_of_service', 'cabinet_member', 'democratic_services', 'authority_administrator']::TEXT[]) OR (organisation_kind = 'provider' AND roles <@ ARRAY['provider_administrator', 'bid_writer']::TEXT[]) OR (organisation_kind = 'operator' AND roles <@ ARRAY['portal_operator']::TEXT[])),
    CONSTRAINT fk_memberships_person_id FOREIGN KEY(person_id) REFERENCES tenants.persons (id),
    CONSTRAINT fk_memberships_organisation_id FOREIGN KEY(organisation_id) REFERENCES tenants.organisations (id)
);

CREATE INDEX ix_memberships_person_id ON tenants.memberships (person_id);

CREATE TABLE tenants.password_links (
    person_id UUID NOT NULL,
    token_sha256 BYTEA NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_password_links PRIMARY KEY (person_id),
    CONSTRAINT fk_password_links_person_id FOREIGN KEY(person_id) REFERENCES tenants.persons (id),
    CONSTRAINT uq_password_links_token_sha256 UNIQUE (token_sha256)
);

CREATE TABLE tenants.sessions (
    token_sha256 BYTEA NOT NULL,
    person_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_sessions PRIMARY KEY (token_sha256),
    CONSTRAINT fk_sessions_person_id FOREIGN KEY(person_id) REFERENCES tenants.persons (id),
    CONSTRAINT fk_sessions_organisation_id FOREIGN KEY(organisation_id) REFERENCES tenants.organisations (id)
);

CREATE INDEX ix_sessions_person_id ON tenants.sessions (person_id);

CREATE TABLE applications.envelopes (
    submission_id UUID NOT NULL,
    application_id UUID NOT NULL,
    applicant_id UUID NOT NULL,
    round_id UUID NOT NULL,
    part VARCHAR NOT NULL,
    ciphertext BYTEA NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_envelopes PRIMARY KEY (id),
    CONSTRAINT uq_envelopes_submission_id_part UNIQUE (submission_id, part),
    CONSTRAINT fk_envelopes_submission_id_applicant_id FOREIGN KEY(submission_id, applicant_id) REFERENCES applications.submissions (id, applicant_id),
    CONSTRAINT ck_envelopes_part CHECK (part IN ('quality', 'price', 'documents'))
);

CREATE TABLE decisions.decisions (
    matter_id UUID,
    system_id UUID,
    title VARCHAR DEFAULT '' NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    outcome VARCHAR,
    defer_until DATE,
    decided_by_post VARCHAR NOT NULL,
    decided_by_capacity VARCHAR NOT NULL,
    authority_source VARCHAR NOT NULL,
    consulted_post VARCHAR NOT NULL,
    report_reference VARCHAR NOT NULL,
    record_url VARCHAR NOT NULL,
    decided_on DATE,
    effective_on DATE,
    reasons VARCHAR NOT NULL,
    alternatives VARCHAR NOT NULL,
    interests VARCHAR NOT NULL,
    dispensations VARCHAR DEFAULT '' NOT NULL,
    financial VARCHAR DEFAULT '' NOT NULL,
    legal VARCHAR DEFAULT '' NOT NULL,
    equality VARCHAR DEFAULT '' NOT NULL,
    minute_number VARCHAR DEFAULT '' NOT NULL,
    route VARCHAR DEFAULT '' NOT NULL,
    delegation_id UUID,
    value_pounds NUMERIC(14, 2),
    wards INTEGER,
    is_key BOOLEAN DEFAULT false NOT NULL,
    key_reason VARCHAR DEFAULT '' NOT NULL,
    notice_on DATE,
    notice_id UUID,
    urgency VARCHAR DEFAULT '' NOT NULL,
    urgency_agreed_by VARCHAR DEFAULT '' NOT NULL,
    call_in_exempt_because VARCHAR DEFAULT '' NOT NULL,
    published_on DATE,
    public_at TIMESTAMP WITH TIME ZONE,
    record_kept VARCHAR DEFAULT '' NOT NULL,
    recorded_by_id UUID,
    recorded_by_post VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE,
    superseded_at TIMESTAMP WITH TIME ZONE,
    demonstration BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_decisions PRIMARY KEY (id),
    CONSTRAINT uq_decisions_id_authority_id UNIQUE (id, authority_id),
    CONSTRAINT fk_decisions_matter_id_authority_id_system_id FOREIGN KEY(matter_id, authority_id, system_id) REFERENCES decisions.matter_parties (matter_id, authority_id, system_id),
    CONSTRAINT ck_decisions_outcome CHECK (outcome IN ('approve', 'approve_with_restriction', 'approve_in_part', 'not_approve', 'defer')),
    CONSTRAINT ck_decisions_status CHECK (status IN ('draft', 'recorded', 'called_in', 'superseded')),
    CONSTRAINT ck_decisions_subject CHECK ((matter_id IS NULL) = (title <> '')),
    CONSTRAINT ck_decisions_system CHECK (matter_id IS NULL OR system_id IS NOT NULL),
    CONSTRAINT ck_decisions_route CHECK (route IN ('', 'cabinet', 'cabinet_member', 'officer', 'joint_holders', 'committee', 'council')),
    CONSTRAINT ck_decisions_urgency CHECK (urgency IN ('', 'general_exception', 'special_urgency')),
    CONSTRAINT ck_decisions_value CHECK (value_pounds >= 0),
    CONSTRAINT ck_decisions_public CHECK (public_at IS NULL OR (status <> 'draft' AND published_on IS NOT NULL)),
    CONSTRAINT ck_decisions_key_notice CHECK (status = 'draft' OR NOT is_key OR notice_on IS NOT NULL OR (urgency <> '' AND urgency_agreed_by <> '')),
    CONSTRAINT ck_decisions_recorded CHECK (status = 'draft' OR (outcome IS NOT NULL AND decided_by_post <> '' AND decided_on IS NOT NULL AND reasons <> '' AND recorded_at IS NOT NULL AND recorded_by_post <> '')),
    CONSTRAINT ck_decisions_effective CHECK (status <> 'recorded' OR outcome = 'defer' OR effective_on IS NOT NULL OR published_on IS NULL),
    CONSTRAINT ck_decisions_deferred CHECK (status = 'draft' OR (outcome = 'defer') = (defer_until IS NOT NULL)),
    CONSTRAINT ck_decisions_record_kept CHECK (record_kept IN ('', 'council_system', 'portal')),
    CONSTRAINT ck_decisions_order CHECK (effective_on IS NULL OR decided_on IS NULL OR effective_on >= decided_on)
);

CREATE INDEX ix_decisions_authority_id ON decisions.decisions (authority_id);

CREATE INDEX ix_decisions_matter_id ON decisions.decisions (matter_id, authority_id);

CREATE UNIQUE INDEX uq_decisions_one_draft ON decisions.decisions (matter_id, authority_id) WHERE status = 'draft' AND matter_id IS NOT NULL;

CREATE UNIQUE INDEX uq_decisions_one_in_force ON decisions.decisions (matter_id, authority_id) WHERE status IN ('recorded', 'called_in');

CREATE TABLE decisions.indicated_positions (
    meeting_id UUID NOT NULL,
    item_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    system_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    position VARCHAR NOT NULL,
    condition VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    noted_by VARCHAR NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_indicated_positions PRIMARY KEY (id),
    CONSTRAINT uq_indicated_positions_item_id_authority_id UNIQUE (item_id, authority_id),
    CONSTRAINT fk_indicated_positions_meeting_id_system_id FOREIGN KEY(meeting_id, system_id) REFERENCES decisions.board_meetings (id, system_id),
    CONSTRAINT fk_indicated_positions_item_id_meeting_id_matter_id FOREIGN KEY(item_id, meeting_id, matter_id) REFERENCES decisions.agenda_items (id, meeting_id, matter_id),
    CONSTRAINT ck_indicated_positions_position CHECK (position IN ('in_favour', 'against', 'undecided', 'not_present'))
);

CREATE INDEX ix_indicated_positions_matter_id_authority_id ON decisions.indicated_positions (matter_id, authority_id);

CREATE INDEX ix_indicated_positions_meeting_id ON decisions.indicated_positions (meeting_id);

CREATE TABLE evaluation.consensus (
    panel_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    lot_id UUID NOT NULL,
    candidate_id UUID NOT NULL,
    question_id UUID NOT NULL,
    meeting_id UUID,
    score INTEGER NOT NULL,
    letter_rationale VARCHAR NOT NULL,
    internal_rationale VARCHAR NOT NULL,
    agreed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by VARCHAR NOT NULL,
    locked_at TIMESTAMP WITH TIME ZONE,
    superseded_by_id UUID,
    id UUID NOT NULL,
    CONSTRAINT pk_consensus PRIMARY KEY (id),
    CONSTRAINT fk_consensus_panel_id_lead_id_system_id FOREIGN KEY(panel_id, lead_id, system_id) REFERENCES evaluation.panels (id, lead_id, system_id) ON UPDATE CASCADE,
    CONSTRAINT fk_consensus_superseded_by_id FOREIGN KEY(superseded_by_id) REFERENCES evaluation.reopenings (id),
    CONSTRAINT ck_consensus_superseded CHECK (superseded_by_id IS NULL OR locked_at IS NOT NULL),
    CONSTRAINT ck_consensus_score CHECK (score BETWEEN 0 AND 5),
    CONSTRAINT ck_consensus_rationale CHECK (letter_rationale <> '')
);

CREATE UNIQUE INDEX uq_consensus_one_current ON evaluation.consensus (panel_id, candidate_id, question_id) WHERE superseded_by_id IS NULL;

CREATE TABLE evaluation.declarations (
    panel_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    member_id UUID NOT NULL,
    person_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    candidate_id UUID NOT NULL,
    candidate_name VARCHAR NOT NULL,
    interest BOOLEAN NOT NULL,
    text VARCHAR NOT NULL,
    declared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ruling VARCHAR,
    managed_how VARCHAR,
    ruled_at TIMESTAMP WITH TIME ZONE,
    ruled_by VARCHAR,
    id UUID NOT NULL,
    CONSTRAINT pk_declarations PRIMARY KEY (id),
    CONSTRAINT uq_declarations_member_id_candidate_id UNIQUE (member_id, candidate_id),
    CONSTRAINT fk_declarations_panel_id_lead_id_system_id FOREIGN KEY(panel_id, lead_id, system_id) REFERENCES evaluation.panels (id, lead_id, system_id) ON UPDATE CASCADE,
    CONSTRAINT fk_declarations_member_id_panel_id_person_id_organisation_id FOREIGN KEY(member_id, panel_id, person_id, organisation_id) REFERENCES evaluation.panel_members (id, panel_id, person_id, organisation_id),
    CONSTRAINT ck_declarations_ruling CHECK (ruling IN ('none', 'managed', 'removed')),
    CONSTRAINT ck_declarations_ruled CHECK ((ruling IS NULL) = (ruled_at IS NULL)),
    CONSTRAINT ck_declarations_managed CHECK (ruling IS DISTINCT FROM 'managed' OR managed_how <> ''),
    CONSTRAINT ck_declarations_interest CHECK (NOT interest OR text <> '')
);

CREATE TABLE evaluation.results (
    panel_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    candidate_id UUID NOT NULL,
    candidate_name VARCHAR NOT NULL,
    provider_id UUID NOT NULL,
    lot_id UUID NOT NULL,
    outcome VARCHAR NOT NULL,
    quality_total NUMERIC(5, 2),
    areas JSONB NOT NULL,
    criteria JSONB NOT NULL,
    scores JSONB NOT NULL,
    prices JSONB NOT NULL,
    reasons JSONB NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    signed_off_at TIMESTAMP WITH TIME ZONE,
    superseded_by_id UUID,
    id UUID NOT NULL,
    CONSTRAINT pk_results PRIMARY KEY (id),
    CONSTRAINT fk_results_panel_id_lead_id_system_id FOREIGN KEY(panel_id, lead_id, system_id) REFERENCES evaluation.panels (id, lead_id, system_id) ON UPDATE CASCADE,
    CONSTRAINT fk_results_superseded_by_id FOREIGN KEY(superseded_by_id) REFERENCES evaluation.reopenings (id),
    CONSTRAINT ck_results_superseded CHECK (superseded_by_id IS NULL OR signed_off_at IS NOT NULL),
    CONSTRAINT ck_results_outcome CHECK (outcome IN ('recommended', 'not_recommended'))
);

CREATE UNIQUE INDEX uq_results_one_current ON evaluation.results (panel_id, candidate_id, lot_id) WHERE superseded_by_id IS NULL;

CREATE TABLE evaluation.score_sheets (
    panel_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lot_id UUID NOT NULL,
    member_id UUID NOT NULL,
    person_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_score_sheets PRIMARY KEY (id),
    CONSTRAINT uq_score_sheets_member_id_lot_id UNIQUE (member_id, lot_id),
    CONSTRAINT fk_score_sheets_member_id_panel_id_person_id_organisation_id FOREIGN KEY(member_id, panel_id, person_id, organisation_id) REFERENCES evaluation.panel_members (id, panel_id, person_id, organisation_id)
);

CREATE INDEX ix_score_sheets_panel_id_lot_id ON evaluation.score_sheets (panel_id, lot_id);

CREATE INDEX ix_score_sheets_person_id ON evaluation.score_sheets (person_id);

CREATE TABLE evaluation.scores (
    panel_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lot_id UUID NOT NULL,
    member_id UUID NOT NULL,
    person_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    organisation_name VARCHAR NOT NULL,
    candidate_id UUID NOT NULL,
    question_id UUID NOT NULL,
    score INTEGER,
    reason VARCHAR NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_scores PRIMARY KEY (id),
    CONSTRAINT uq_scores_member_id_candidate_id_question_id UNIQUE (member_id, candidate_id, question_id),
    CONSTRAINT fk_scores_member_id_panel_id_person_id_organisation_id FOREIGN KEY(member_id, panel_id, person_id, organisation_id) REFERENCES evaluation.panel_members (id, panel_id, person_id, organisation_id),
    CONSTRAINT ck_scores_score CHECK (score BETWEEN 0 AND 5),
    CONSTRAINT ck_scores_submitted CHECK (submitted_at IS NULL OR (score IS NOT NULL AND reason <> ''))
);

CREATE INDEX ix_scores_panel_id_question_id ON evaluation.scores (panel_id, question_id);

CREATE TABLE governance.certifications (
    authority_id UUID NOT NULL,
    delegation_id UUID NOT NULL,
    condition_words VARCHAR NOT NULL,
    holds BOOLEAN NOT NULL,
    found_on DATE NOT NULL,
    certified_by VARCHAR NOT NULL,
    evidence VARCHAR NOT NULL,
    subject_id UUID,
    case_reference VARCHAR NOT NULL,
    written_by_id UUID,
    written_by_post VARCHAR NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_certifications PRIMARY KEY (id),
    CONSTRAINT fk_certifications_delegation_id_authority_id FOREIGN KEY(delegation_id, authority_id) REFERENCES governance.delegations (id, authority_id),
    CONSTRAINT ck_certifications_certified CHECK (certified_by <> '' AND evidence <> '')
);

CREATE INDEX ix_certifications_authority_id ON governance.certifications (authority_id);

CREATE INDEX ix_certifications_delegation_id ON governance.certifications (delegation_id);

CREATE TABLE governance.nominations (
    authority_id UUID NOT NULL,
    delegation_id UUID NOT NULL,
    post_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    evidence VARCHAR NOT NULL,
    revoked_on DATE,
    revoked_because VARCHAR NOT NULL,
    revoked_by_id UUID,
    revoked_by_post VARCHAR NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    written_by_id UUID,
    written_by_post VARCHAR NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_nominations PRIMARY KEY (id),
    CONSTRAINT fk_nominations_delegation_id_authority_id FOREIGN KEY(delegation_id, authority_id) REFERENCES governance.delegations (id, authority_id),
    CONSTRAINT fk_nominations_post_id_authority_id FOREIGN KEY(post_id, authority_id) REFERENCES governance.posts (id, authority_id),
    CONSTRAINT ck_nominations_order CHECK (revoked_on >= starts_on),
    CONSTRAINT ck_nominations_revoked CHECK ((revoked_on IS NULL) = (revoked_because = ''))
);

CREATE INDEX ix_nominations_authority_id ON governance.nominations (authority_id);

CREATE INDEX ix_nominations_delegation_id ON governance.nominations (delegation_id);

CREATE TABLE purchasing_systems.buying_terms (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    ceiling_pounds NUMERIC(14, 2),
    users_kind VARCHAR NOT NULL,
    users_words VARCHAR NOT NULL,
    users_examples VARCHAR NOT NULL,
    award_method VARCHAR NOT NULL,
    award_words VARCHAR NOT NULL,
    no_extension BOOLEAN NOT NULL,
    copied_from_id UUID,
    id UUID NOT NULL,
    CONSTRAINT pk_buying_terms PRIMARY KEY (id),
    CONSTRAINT uq_buying_terms_system_id UNIQUE (system_id),
    CONSTRAINT fk_buying_terms_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT ck_buying_terms_ceiling CHECK (ceiling_pounds IS NULL OR (ceiling_pounds >= 0 AND ceiling_pounds < 'NaN'::numeric)),
    CONSTRAINT ck_buying_terms_users CHECK (users_kind IN ('', 'named', 'described'))
);

CREATE TABLE purchasing_systems.document_comments (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    about VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    written_by VARCHAR NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE,
    answer VARCHAR DEFAULT '' NOT NULL,
    answered_by VARCHAR DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_document_comments PRIMARY KEY (id),
    CONSTRAINT fk_document_comments_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT ck_document_comments_words CHECK (text <> '' AND about <> ''),
    CONSTRAINT ck_document_comments_answered CHECK ((answered_at IS NULL) = (answer = ''))
);

CREATE INDEX ix_document_comments_system_id ON purchasing_systems.document_comments (system_id);

CREATE TABLE purchasing_systems.extension_points (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    ends_on DATE NOT NULL,
    new_end DATE NOT NULL,
    source VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_extension_points PRIMARY KEY (id),
    CONSTRAINT uq_extension_points_system_id_ends_on UNIQUE (system_id, ends_on),
    CONSTRAINT fk_extension_points_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT ck_extension_points_later CHECK (new_end > ends_on),
    CONSTRAINT ck_extension_points_words CHECK (title <> '' AND source <> '')
);

CREATE TABLE purchasing_systems.lead_changes (
    system_id UUID NOT NULL,
    number INTEGER NOT NULL,
    from_id UUID NOT NULL,
    from_name VARCHAR NOT NULL,
    to_id UUID NOT NULL,
    to_name VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    matter_id UUID NOT NULL,
    decision_id UUID NOT NULL,
    effective_on DATE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_lead_changes PRIMARY KEY (id),
    CONSTRAINT uq_lead_changes_system_id_number UNIQUE (system_id, number),
    CONSTRAINT uq_lead_changes_matter_id UNIQUE (matter_id),
    CONSTRAINT ck_lead_changes_change CHECK (from_id <> to_id),
    CONSTRAINT fk_lead_changes_system_id FOREIGN KEY(system_id) REFERENCES purchasing_systems.systems (id)
);

CREATE TABLE purchasing_systems.lots (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    number INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    service VARCHAR DEFAULT '' NOT NULL,
    area VARCHAR DEFAULT '' NOT NULL,
    scheme VARCHAR DEFAULT '' NOT NULL,
    need_level VARCHAR DEFAULT '' NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_lots PRIMARY KEY (id),
    CONSTRAINT uq_lots_system_id_number UNIQUE (system_id, number),
    CONSTRAINT uq_lots_id_system_id UNIQUE (id, system_id),
    CONSTRAINT fk_lots_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE
);

CREATE TABLE purchasing_systems.notices_recorded (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    moment VARCHAR NOT NULL,
    notice VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    published_on DATE NOT NULL,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_notices_recorded PRIMARY KEY (id),
    CONSTRAINT uq_notices_recorded_system_id_moment_notice UNIQUE (system_id, moment, notice),
    CONSTRAINT ck_notices_recorded_words CHECK (number <> '' AND url <> ''),
    CONSTRAINT fk_notices_recorded_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE
);

CREATE TABLE purchasing_systems.price_requests (
    matter_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    asked_on DATE NOT NULL,
    hold_until DATE NOT NULL,
    providers INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_price_requests PRIMARY KEY (id),
    CONSTRAINT uq_price_requests_matter_id_asked_on UNIQUE (matter_id, asked_on),
    CONSTRAINT fk_price_requests_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT ck_price_requests_somebody CHECK (providers > 0)
);

CREATE TABLE purchasing_systems.procurement_documents (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    slug VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_procurement_documents PRIMARY KEY (id),
    CONSTRAINT uq_procurement_documents_system_id_slug UNIQUE (system_id, slug),
    CONSTRAINT ck_procurement_documents_kind CHECK (kind IN ('invitation', 'terms', 'information', 'other')),
    CONSTRAINT fk_procurement_documents_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE
);

CREATE TABLE purchasing_systems.programme_steps (
    programme_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    system_title VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    milestone VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_programme_steps PRIMARY KEY (id),
    CONSTRAINT uq_programme_steps_system_id UNIQUE (system_id),
    CONSTRAINT uq_programme_steps_programme_id_position UNIQUE (programme_id, position),
    CONSTRAINT uq_programme_steps_id_system_id_lead_id UNIQUE (id, system_id, lead_id),
    CONSTRAINT fk_programme_steps_programme_id_lead_id FOREIGN KEY(programme_id, lead_id) REFERENCES purchasing_systems.programmes (id, lead_id),
    CONSTRAINT fk_programme_steps_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id),
    CONSTRAINT ck_programme_steps_milestone CHECK (milestone IN ('published', 'opened', 'decided', 'notified', 'complete', 'active')),
    CONSTRAINT ck_programme_steps_position CHECK (position BETWEEN 1 AND 99)
);

CREATE TABLE purchasing_systems.register_cycles (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    cut_off_day INTEGER NOT NULL,
    circulation_day INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_register_cycles PRIMARY KEY (id),
    CONSTRAINT fk_register_cycles_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT ck_register_cycles_days CHECK (cut_off_day BETWEEN 1 AND 28 AND circulation_day BETWEEN 1 AND 28)
);

CREATE UNIQUE INDEX uq_register_cycles_system_id ON purchasing_systems.register_cycles (system_id);

CREATE TABLE purchasing_systems.setup_notes (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    task VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    made_by VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer VARCHAR NOT NULL,
    answer_words VARCHAR NOT NULL,
    answered_by VARCHAR,
    answered_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_setup_notes PRIMARY KEY (id),
    CONSTRAINT fk_setup_notes_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT ck_setup_notes_kind CHECK (kind IN ('proposal', 'review')),
    CONSTRAINT ck_setup_notes_words CHECK (kind = 'review' OR words <> ''),
    CONSTRAINT ck_setup_notes_answer CHECK (answer IN ('', 'taken_over', 'not_taken')),
    CONSTRAINT ck_setup_notes_answered CHECK ((answer = '') = (answered_at IS NULL))
);

CREATE INDEX ix_setup_notes_system_id ON purchasing_systems.setup_notes (system_id);

CREATE TABLE purchasing_systems.specifications (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    version INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    common_text VARCHAR NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE,
    reason VARCHAR DEFAULT '' NOT NULL,
    editors UUID[] DEFAULT '{}' NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE,
    begun_by VARCHAR DEFAULT '' NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_specifications PRIMARY KEY (id),
    CONSTRAINT uq_specifications_system_id_version UNIQUE (system_id, version),
    CONSTRAINT uq_specifications_id_system_id UNIQUE (id, system_id),
    CONSTRAINT fk_specifications_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE
);

CREATE TABLE purchasing_systems.take_ons (
    system_id UUID NOT NULL,
    status VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    file_sha256 VARCHAR NOT NULL,
    content JSONB NOT NULL,
    counts JSONB NOT NULL,
    warnings JSONB NOT NULL,
    source VARCHAR DEFAULT '' NOT NULL,
    read_by VARCHAR NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    taken_on_by VARCHAR DEFAULT '' NOT NULL,
    taken_on_at TIMESTAMP WITH TIME ZONE,
    undone_by VARCHAR DEFAULT '' NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_because VARCHAR DEFAULT '' NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_take_ons PRIMARY KEY (id),
    CONSTRAINT uq_take_ons_id_system_id UNIQUE (id, system_id),
    CONSTRAINT ck_take_ons_status CHECK (status IN ('previewed', 'taken_on', 'undone')),
    CONSTRAINT ck_take_ons_taken_on CHECK ((status = 'previewed') = (taken_on_at IS NULL)),
    CONSTRAINT ck_take_ons_source CHECK (status = 'previewed' OR source <> ''),
    CONSTRAINT ck_take_ons_undone CHECK ((status = 'undone') = (undone_at IS NOT NULL AND undone_because <> '')),
    CONSTRAINT fk_take_ons_system_id FOREIGN KEY(system_id) REFERENCES purchasing_systems.systems (id)
);

CREATE INDEX ix_take_ons_system_id ON purchasing_systems.take_ons (system_id);

CREATE UNIQUE INDEX uq_take_ons_one_file ON purchasing_systems.take_ons (system_id, file_sha256) WHERE status = 'taken_on';

CREATE TABLE purchasing_systems.term_overrides (
    system_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    reason VARCHAR NOT NULL,
    need_note VARCHAR NOT NULL,
    until DATE NOT NULL,
    recorded_by_id UUID NOT NULL,
    recorded_by_post VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_term_overrides PRIMARY KEY (id),
    CONSTRAINT fk_term_overrides_system_id FOREIGN KEY(system_id) REFERENCES purchasing_systems.systems (id),
    CONSTRAINT ck_term_overrides_words CHECK (reason <> '' AND need_note <> '')
);

CREATE INDEX ix_term_overrides_system_id ON purchasing_systems.term_overrides (system_id);

CREATE TABLE decisions.agreements (
    decision_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    system_id UUID,
    post VARCHAR NOT NULL,
    agreed BOOLEAN NOT NULL,
    agreed_on DATE NOT NULL,
    on_record_at TIMESTAMP WITH TIME ZONE,
    public_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_agreements PRIMARY KEY (id),
    CONSTRAINT uq_agreements_decision_id_post UNIQUE (decision_id, post),
    CONSTRAINT uq_agreements_id_authority_id UNIQUE (id, authority_id),
    CONSTRAINT fk_agreements_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id) ON DELETE CASCADE,
    CONSTRAINT ck_agreements_who CHECK (post <> '')
);

CREATE TABLE decisions.appendices (
    decision_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    system_id UUID,
    title VARCHAR NOT NULL,
    paragraph INTEGER NOT NULL,
    public_interest VARCHAR NOT NULL,
    on_record_at TIMESTAMP WITH TIME ZONE,
    public_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_appendices PRIMARY KEY (id),
    CONSTRAINT uq_appendices_decision_id_title UNIQUE (decision_id, title),
    CONSTRAINT uq_appendices_id_authority_id UNIQUE (id, authority_id),
    CONSTRAINT fk_appendices_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id) ON DELETE CASCADE,
    CONSTRAINT ck_appendices_exempt CHECK (paragraph BETWEEN 1 AND 7 AND public_interest <> '')
);

CREATE TABLE decisions.attachments (
    decision_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    storage_key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL,
    added_by_id UUID,
    added_by_post VARCHAR NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_late BOOLEAN NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_attachments PRIMARY KEY (id),
    CONSTRAINT uq_attachments_id_authority_id UNIQUE (id, authority_id),
    CONSTRAINT uq_attachments_storage_key UNIQUE (storage_key),
    CONSTRAINT fk_attachments_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id) ON DELETE CASCADE,
    CONSTRAINT ck_attachments_file CHECK (name <> '' AND size > 0)
);

CREATE INDEX ix_attachments_decision_id ON decisions.attachments (decision_id);

CREATE TABLE decisions.call_ins (
    decision_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    system_id UUID,
    requested_on DATE NOT NULL,
    requested_by VARCHAR NOT NULL,
    grounds VARCHAR NOT NULL,
    outcome VARCHAR,
    resolved_on DATE,
    note VARCHAR NOT NULL,
    written_by VARCHAR NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    public_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_call_ins PRIMARY KEY (id),
    CONSTRAINT uq_call_ins_id_authority_id UNIQUE (id, authority_id),
    CONSTRAINT fk_call_ins_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id),
    CONSTRAINT ck_call_ins_outcome CHECK (outcome IN ('upheld', 'reconsider', 'referred', 'confirmed')),
    CONSTRAINT ck_call_ins_resolved CHECK ((outcome IS NULL) = (resolved_on IS NULL)),
    CONSTRAINT ck_call_ins_order CHECK (resolved_on >= requested_on),
    CONSTRAINT ck_call_ins_request CHECK (grounds <> '' AND requested_by <> '')
);

CREATE UNIQUE INDEX uq_call_ins_one ON decisions.call_ins (decision_id);

CREATE TABLE decisions.consultations (
    decision_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    system_id UUID,
    post VARCHAR NOT NULL,
    consulted_on DATE NOT NULL,
    interests VARCHAR NOT NULL,
    on_record_at TIMESTAMP WITH TIME ZONE,
    public_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_consultations PRIMARY KEY (id),
    CONSTRAINT uq_consultations_decision_id_post UNIQUE (decision_id, post),
    CONSTRAINT uq_consultations_id_authority_id UNIQUE (id, authority_id),
    CONSTRAINT fk_consultations_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id) ON DELETE CASCADE,
    CONSTRAINT ck_consultations_whom CHECK (post <> '')
);

CREATE TABLE decisions.corrections (
    decision_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    system_id UUID,
    field VARCHAR NOT NULL,
    read VARCHAR NOT NULL,
    reads VARCHAR NOT NULL,
    because VARCHAR NOT NULL,
    written_by VARCHAR NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    public_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_corrections PRIMARY KEY (id),
    CONSTRAINT fk_corrections_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id),
    CONSTRAINT ck_corrections_why CHECK (because <> '' AND reads <> '')
);

CREATE TABLE decisions.forward_plan_entries (
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    root_id UUID NOT NULL,
    version INTEGER NOT NULL,
    supersedes_id UUID,
    title VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    is_key BOOLEAN NOT NULL,
    key_reason VARCHAR NOT NULL,
    decision_maker VARCHAR NOT NULL,
    lead_member VARCHAR NOT NULL,
    lead_officer VARCHAR NOT NULL,
    due_on DATE,
    due_is_month BOOLEAN NOT NULL,
    documents JSONB NOT NULL,
    where_available VARCHAR NOT NULL,
    how_to_ask VARCHAR NOT NULL,
    more_may_follow BOOLEAN NOT NULL,
    consultees JSONB NOT NULL,
    consultation VARCHAR NOT NULL,
    representations_until DATE,
    representations_here BOOLEAN NOT NULL,
    wards VARCHAR NOT NULL,
    is_private BOOLEAN NOT NULL,
    private_because VARCHAR NOT NULL,
    contact_post VARCHAR NOT NULL,
    contact_address VARCHAR NOT NULL,
    matter_id UUID,
    system_id UUID,
    demonstration BOOLEAN NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    first_published_at TIMESTAMP WITH TIME ZONE,
    noticed_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    withdrawn_because VARCHAR NOT NULL,
    decision_id UUID,
    id UUID NOT NULL,
    CONSTRAINT pk_forward_plan_entries PRIMARY KEY (id),
    CONSTRAINT uq_forward_plan_entries_id_authority_id UNIQUE (id, authority_id),
    CONSTRAINT uq_forward_plan_entries_supersedes_id UNIQUE (supersedes_id),
    CONSTRAINT fk_forward_plan_entries_supersedes_id_authority_id FOREIGN KEY(supersedes_id, authority_id) REFERENCES decisions.forward_plan_entries (id, authority_id),
    CONSTRAINT fk_forward_plan_entries_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id),
    CONSTRAINT fk_forward_plan_entries_matter_id_authority_id_system_id FOREIGN KEY(matter_id, authority_id, system_id) REFERENCES decisions.matter_parties (matter_id, authority_id, system_id),
    CONSTRAINT ck_forward_plan_entries_status CHECK (status IN ('draft', 'live', 'superseded', 'withdrawn', 'decided')),
    CONSTRAINT ck_forward_plan_entries_published CHECK ((status = 'draft') = (published_at IS NULL)),
    CONSTRAINT ck_forward_plan_entries_withdrawn CHECK ((status = 'withdrawn') = (withdrawn_because <> '')),
    CONSTRAINT ck_forward_plan_entries_decided CHECK ((status = 'decided') = (decision_id IS NOT NULL)),
    CONSTRAINT ck_forward_plan_entries_title CHECK (title <> ''),
    CONSTRAINT ck_forward_plan_entries_whole CHECK (status = 'draft' OR (description <> '' AND decision_maker <> '' AND due_on IS NOT NULL AND contact_post <> '' AND contact_address <> '' AND where_available <> '' AND how_to_ask <> '')),
    CONSTRAINT ck_forward_plan_entries_key CHECK (status = 'draft' OR NOT is_key OR key_reason <> ''),
    CONSTRAINT ck_forward_plan_entries_private CHECK (status = 'draft' OR NOT is_private OR private_because <> ''),
    CONSTRAINT ck_forward_plan_entries_month CHECK (NOT due_is_month OR extract(day FROM due_on) = 1),
    CONSTRAINT ck_forward_plan_entries_representations CHECK (status = 'draft' OR NOT representations_here OR representations_until IS NOT NULL),
    CONSTRAINT ck_forward_plan_entries_system CHECK (matter_id IS NULL OR system_id IS NOT NULL)
);

CREATE INDEX ix_forward_plan_entries_authority_id ON decisions.forward_plan_entries (authority_id);

CREATE INDEX ix_forward_plan_entries_due ON decisions.forward_plan_entries (due_on, id) WHERE status = 'live';

CREATE INDEX ix_forward_plan_entries_root_id ON decisions.forward_plan_entries (root_id);

CREATE TABLE decisions.parts (
    decision_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    system_id UUID,
    slug VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    reasons VARCHAR NOT NULL,
    on_record_at TIMESTAMP WITH TIME ZONE,
    public_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_parts PRIMARY KEY (id),
    CONSTRAINT uq_parts_decision_id_slug UNIQUE (decision_id, slug),
    CONSTRAINT fk_parts_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id) ON DELETE CASCADE,
    CONSTRAINT ck_parts_outcome CHECK (outcome IN ('approve', 'not_approve'))
);

CREATE TABLE decisions.resolutions (
    decision_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    system_id UUID,
    number VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    heading VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    effect VARCHAR NOT NULL,
    phrases JSONB NOT NULL,
    delegation_id UUID,
    matter_id UUID,
    on_record_at TIMESTAMP WITH TIME ZONE,
    public_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_resolutions PRIMARY KEY (id),
    CONSTRAINT uq_resolutions_decision_id_number UNIQUE (decision_id, number),
    CONSTRAINT fk_resolutions_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id) ON DELETE CASCADE,
    CONSTRAINT ck_resolutions_effect CHECK (effect IN ('approves', 'delegates', 'authorises_work', 'notes')),
    CONSTRAINT ck_resolutions_words CHECK (text <> '')
);

CREATE TABLE decisions.restrictions (
    decision_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    system_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    subject_name VARCHAR NOT NULL,
    lot_id UUID,
    lot_name VARCHAR,
    ground VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    in_force_at TIMESTAMP WITH TIME ZONE,
    public_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_restrictions PRIMARY KEY (id),
    CONSTRAINT uq_restrictions_decision_id_subject_id_lot_id UNIQUE NULLS NOT DISTINCT (decision_id, subject_id, lot_id),
    CONSTRAINT ck_restrictions_lot CHECK ((lot_id IS NULL) = (lot_name IS NULL)),
    CONSTRAINT fk_restrictions_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id),
    CONSTRAINT ck_restrictions_ground CHECK (ground <> '')
);

CREATE TABLE purchasing_systems.local_schedules (
    specification_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    lot_id UUID,
    text VARCHAR NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_local_schedules PRIMARY KEY (id),
    CONSTRAINT uq_local_schedules_specification_id_authority_id_lot_id UNIQUE NULLS NOT DISTINCT (specification_id, authority_id, lot_id),
    CONSTRAINT fk_local_schedules_lot_id_system_id FOREIGN KEY(lot_id, system_id) REFERENCES purchasing_systems.lots (id, system_id),
    CONSTRAINT fk_local_schedules_specification_id_system_id FOREIGN KEY(specification_id, system_id) REFERENCES purchasing_systems.specifications (id, system_id),
    CONSTRAINT fk_local_schedules_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE
);

CREATE TABLE purchasing_systems.modifications (
    system_id UUID NOT NULL,
    specification_id UUID NOT NULL,
    earlier_id UUID NOT NULL,
    what VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    legal_ground VARCHAR NOT NULL,
    rounds UUID[] NOT NULL,
    made_by VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_modifications PRIMARY KEY (id),
    CONSTRAINT uq_modifications_specification_id UNIQUE (specification_id),
    CONSTRAINT fk_modifications_specification_id_system_id FOREIGN KEY(specification_id, system_id) REFERENCES purchasing_systems.specifications (id, system_id),
    CONSTRAINT ck_modifications_words CHECK (what <> '' AND why <> '' AND legal_ground <> '')
);

CREATE INDEX ix_modifications_system_id ON purchasing_systems.modifications (system_id);

CREATE TABLE purchasing_systems.participations (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    basis VARCHAR DEFAULT 'founding' NOT NULL,
    basis_words VARCHAR DEFAULT '' NOT NULL,
    specification_id UUID,
    joined_on DATE,
    exit_on DATE,
    left_on DATE,
    id UUID NOT NULL,
    CONSTRAINT pk_participations PRIMARY KEY (id),
    CONSTRAINT uq_participations_system_id_authority_id UNIQUE (system_id, authority_id),
    CONSTRAINT uq_participations_id_system_id_authority_id UNIQUE (id, system_id, authority_id),
    CONSTRAINT fk_participations_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT fk_participations_specification_id_system_id FOREIGN KEY(specification_id, system_id) REFERENCES purchasing_systems.specifications (id, system_id),
    CONSTRAINT ck_participations_status CHECK (status IN ('invited', 'considering', 'named_user', 'approved', 'joined', 'suspended', 'withdrawing', 'withdrawn', 'declined')),
    CONSTRAINT ck_participations_basis CHECK (basis IN ('founding', 'named', 'described')),
    CONSTRAINT ck_participations_joined CHECK (joined_on IS NOT NULL OR status IN ('invited', 'considering', 'named_user', 'approved', 'declined')),
    CONSTRAINT ck_participations_exit CHECK (status <> 'withdrawing' OR exit_on IS NOT NULL),
    CONSTRAINT ck_participations_left CHECK (status <> 'withdrawn' OR left_on IS NOT NULL)
);

CREATE INDEX ix_participations_authority_id ON purchasing_systems.participations (authority_id);

CREATE TABLE purchasing_systems.programme_overrides (
    step_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    reason VARCHAR NOT NULL,
    made_by_id UUID NOT NULL,
    made_by_post VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_programme_overrides PRIMARY KEY (id),
    CONSTRAINT uq_programme_overrides_step_id UNIQUE (step_id),
    CONSTRAINT fk_programme_overrides_step_id_system_id_lead_id FOREIGN KEY(step_id, system_id, lead_id) REFERENCES purchasing_systems.programme_steps (id, system_id, lead_id),
    CONSTRAINT ck_programme_overrides_reason CHECK (reason <> '')
);

CREATE TABLE purchasing_systems.rounds (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    number INTEGER NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    status VARCHAR NOT NULL,
    notice_number VARCHAR,
    notice_url VARCHAR,
    notice_published_at TIMESTAMP WITH TIME ZONE,
    published_at TIMESTAMP WITH TIME ZONE,
    opened_at TIMESTAMP WITH TIME ZONE,
    lots UUID[] DEFAULT '{}' NOT NULL,
    specification_id UUID,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    cancelled_because VARCHAR,
    always_open BOOLEAN NOT NULL,
    taken_from_id UUID,
    first_assessed_by DATE,
    take_on_id UUID,
    id UUID NOT NULL,
    CONSTRAINT pk_rounds PRIMARY KEY (id),
    CONSTRAINT uq_rounds_system_id_number UNIQUE (system_id, number),
    CONSTRAINT uq_rounds_id_system_id UNIQUE (id, system_id),
    CONSTRAINT uq_rounds_id_lead_id UNIQUE (id, lead_id),
    CONSTRAINT fk_rounds_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT fk_rounds_specification_id_system_id FOREIGN KEY(specification_id, system_id) REFERENCES purchasing_systems.specifications (id, system_id),
    CONSTRAINT ck_rounds_window CHECK (closes_at > opens_at),
    CONSTRAINT ck_rounds_status CHECK (status IN ('planned', 'published', 'opened', 'evaluating', 'moderating', 'evaluated', 'decided', 'notified', 'complete', 'cancelled')),
    CONSTRAINT ck_rounds_published CHECK ((status IN ('planned', 'cancelled')) OR published_at IS NOT NULL),
    CONSTRAINT ck_rounds_opened CHECK ((status IN ('planned', 'published', 'cancelled')) = (opened_at IS NULL)),
    CONSTRAINT ck_rounds_opened_after_closing CHECK (opened_at IS NULL OR opened_at >= closes_at),
    CONSTRAINT ck_rounds_cancelled CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL AND cancelled_because IS NOT NULL)),
    CONSTRAINT ck_rounds_notice CHECK (published_at IS NULL OR (notice_number IS NOT NULL AND notice_url IS NOT NULL AND notice_published_at IS NOT NULL)),
    CONSTRAINT ck_rounds_batch CHECK (taken_from_id IS NULL OR NOT always_open),
    CONSTRAINT fk_rounds_taken_from_id FOREIGN KEY(taken_from_id) REFERENCES purchasing_systems.rounds (id),
    CONSTRAINT fk_rounds_take_on_id FOREIGN KEY(take_on_id) REFERENCES purchasing_systems.take_ons (id)
);

CREATE INDEX ix_rounds_take_on_id ON purchasing_systems.rounds (take_on_id);

CREATE INDEX ix_rounds_taken_from_id ON purchasing_systems.rounds (taken_from_id);

CREATE TABLE purchasing_systems.specification_sections (
    specification_id UUID NOT NULL,
    system_id UUID NOT NULL,
    position INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    edited_by VARCHAR NOT NULL,
    edited_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_specification_sections PRIMARY KEY (id),
    CONSTRAINT uq_specification_sections_specification_id_position UNIQUE (specification_id, position) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_specification_sections_specification_id_system_id FOREIGN KEY(specification_id, system_id) REFERENCES purchasing_systems.specifications (id, system_id)
);

CREATE TABLE purchasing_systems.taken_on_providers (
    take_on_id UUID NOT NULL,
    system_id UUID NOT NULL,
    provider_id UUID NOT NULL,
    provider_name VARCHAR NOT NULL,
    company_number VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    made BOOLEAN NOT NULL,
    invited_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_taken_on_providers PRIMARY KEY (id),
    CONSTRAINT uq_taken_on_providers_take_on_id_provider_id UNIQUE (take_on_id, provider_id),
    CONSTRAINT fk_taken_on_providers_take_on_id_system_id FOREIGN KEY(take_on_id, system_id) REFERENCES purchasing_systems.take_ons (id, system_id)
);

CREATE INDEX ix_taken_on_providers_provider_id ON purchasing_systems.taken_on_providers (provider_id);

CREATE TABLE purchasing_systems.version_sign_offs (
    specification_id UUID NOT NULL,
    system_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    signed_by_id UUID NOT NULL,
    signed_by VARCHAR NOT NULL,
    signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_because VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_version_sign_offs PRIMARY KEY (id),
    CONSTRAINT fk_version_sign_offs_specification_id_system_id FOREIGN KEY(specification_id, system_id) REFERENCES purchasing_systems.specifications (id, system_id)
);

CREATE INDEX ix_version_sign_offs_specification_id ON purchasing_systems.version_sign_offs (specification_id);

CREATE TABLE applications.letters (
    application_id UUID NOT NULL,
    round_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    provider_id UUID NOT NULL,
    content JSONB NOT NULL,
    pdf BYTEA NOT NULL,
    prepared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    released_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_letters PRIMARY KEY (id),
    CONSTRAINT uq_letters_application_id UNIQUE (application_id),
    CONSTRAINT fk_letters_round_id_lead_id FOREIGN KEY(round_id, lead_id) REFERENCES purchasing_systems.rounds (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT fk_letters_round_id_system_id FOREIGN KEY(round_id, system_id) REFERENCES purchasing_systems.rounds (id, system_id),
    CONSTRAINT fk_letters_application_id_provider_id FOREIGN KEY(application_id, provider_id) REFERENCES applications.applications (id, provider_id)
);

CREATE TABLE clarifications.answers (
    round_id UUID NOT NULL,
    system_id UUID NOT NULL,
    number INTEGER,
    text VARCHAR NOT NULL,
    is_confidential BOOLEAN NOT NULL,
    modification VARCHAR,
    corrects_id UUID,
    status VARCHAR NOT NULL,
    drafted_by_id UUID NOT NULL,
    drafted_by VARCHAR NOT NULL,
    drafted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    signed_by_id UUID,
    signed_by VARCHAR,
    signed_at TIMESTAMP WITH TIME ZONE,
    published_at TIMESTAMP WITH TIME ZONE,
    published_by VARCHAR,
    late_because VARCHAR,
    id UUID NOT NULL,
    CONSTRAINT pk_answers PRIMARY KEY (id),
    CONSTRAINT uq_answers_round_id_number UNIQUE (round_id, number),
    CONSTRAINT uq_answers_id_round_id UNIQUE (id, round_id),
    CONSTRAINT fk_answers_round_id_system_id FOREIGN KEY(round_id, system_id) REFERENCES purchasing_systems.rounds (id, system_id),
    CONSTRAINT ck_answers_status CHECK (status IN ('draft', 'to_sign', 'signed', 'published')),
    CONSTRAINT ck_answers_published CHECK ((status = 'published') = (published_at IS NOT NULL)),
    CONSTRAINT ck_answers_signed CHECK ((status IN ('signed', 'published')) = (signed_by_id IS NOT NULL)),
    CONSTRAINT ck_answers_another_person CHECK (signed_by_id <> drafted_by_id),
    CONSTRAINT ck_answers_numbered CHECK ((number IS NOT NULL) = (status = 'published' AND NOT is_confidential)),
    CONSTRAINT fk_answers_corrects_id FOREIGN KEY(corrects_id) REFERENCES clarifications.answers (id)
);

CREATE INDEX ix_answers_corrects_id ON clarifications.answers (corrects_id);

CREATE TABLE clarifications.questions (
    round_id UUID NOT NULL,
    system_id UUID NOT NULL,
    asker_number INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    asked_on DATE NOT NULL,
    ruling VARCHAR NOT NULL,
    confidential_because VARCHAR,
    ruled_because VARCHAR,
    ruled_on DATE,
    ruled_by VARCHAR,
    withdrawn_on DATE,
    answered_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_questions PRIMARY KEY (id),
    CONSTRAINT fk_questions_round_id_system_id FOREIGN KEY(round_id, system_id) REFERENCES purchasing_systems.rounds (id, system_id),
    CONSTRAINT ck_questions_ruling CHECK (ruling IN ('none', 'asked', 'granted', 'refused', 'accepted')),
    CONSTRAINT ck_questions_confidential CHECK ((ruling = 'none') = (confidential_because IS NULL)),
    CONSTRAINT ck_questions_ruled CHECK ((ruling IN ('none', 'asked')) = (ruled_on IS NULL)),
    CONSTRAINT ck_questions_one_end CHECK (withdrawn_on IS NULL OR answered_at IS NULL)
);

CREATE INDEX ix_questions_round_id_asked_on ON clarifications.questions (round_id, asked_on, id);

CREATE TABLE decisions.attachment_keys (
    attachment_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    wrapped BYTEA NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_attachment_keys PRIMARY KEY (id),
    CONSTRAINT uq_attachment_keys_attachment_id UNIQUE (attachment_id),
    CONSTRAINT fk_attachment_keys_attachment_id_authority_id FOREIGN KEY(attachment_id, authority_id) REFERENCES decisions.attachments (id, authority_id) ON DELETE CASCADE
);

CREATE TABLE decisions.consultation_comments (
    consultation_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    text VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_consultation_comments PRIMARY KEY (id),
    CONSTRAINT uq_consultation_comments_consultation_id UNIQUE (consultation_id),
    CONSTRAINT fk_consultation_comments_consultation_id_authority_id FOREIGN KEY(consultation_id, authority_id) REFERENCES decisions.consultations (id, authority_id) ON DELETE CASCADE
);

CREATE TABLE decisions.evidence (
    decision_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    consultation_id UUID,
    agreement_id UUID,
    text VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_evidence PRIMARY KEY (id),
    CONSTRAINT uq_evidence_decision_id_consultation_id_agreement_id UNIQUE NULLS NOT DISTINCT (decision_id, consultation_id, agreement_id),
    CONSTRAINT fk_evidence_decision_id_authority_id FOREIGN KEY(decision_id, authority_id) REFERENCES decisions.decisions (id, authority_id) ON DELETE CASCADE,
    CONSTRAINT fk_evidence_consultation_id_authority_id FOREIGN KEY(consultation_id, authority_id) REFERENCES decisions.consultations (id, authority_id) ON DELETE CASCADE,
    CONSTRAINT fk_evidence_agreement_id_authority_id FOREIGN KEY(agreement_id, authority_id) REFERENCES decisions.agreements (id, authority_id) ON DELETE CASCADE,
    CONSTRAINT ck_evidence_words CHECK (text <> ''),
    CONSTRAINT ck_evidence_about_one CHECK (consultation_id IS NULL OR agreement_id IS NULL)
);

CREATE TABLE decisions.exempt_texts (
    appendix_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    text VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_exempt_texts PRIMARY KEY (id),
    CONSTRAINT uq_exempt_texts_appendix_id UNIQUE (appendix_id),
    CONSTRAINT fk_exempt_texts_appendix_id_authority_id FOREIGN KEY(appendix_id, authority_id) REFERENCES decisions.appendices (id, authority_id) ON DELETE CASCADE
);

CREATE TABLE decisions.representations (
    entry_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_representations PRIMARY KEY (id),
    CONSTRAINT fk_representations_entry_id_authority_id FOREIGN KEY(entry_id, authority_id) REFERENCES decisions.forward_plan_entries (id, authority_id),
    CONSTRAINT ck_representations_words CHECK (text <> '')
);

CREATE INDEX ix_representations_entry_id ON decisions.representations (entry_id);

CREATE TABLE purchasing_systems.accession_agreements (
    participation_id UUID NOT NULL,
    system_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    specification_id UUID NOT NULL,
    reference VARCHAR NOT NULL,
    signed_on DATE NOT NULL,
    written_by VARCHAR NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_accession_agreements PRIMARY KEY (id),
    CONSTRAINT fk_accession_agreements_participation_id_system_id_authority_id FOREIGN KEY(participation_id, system_id, authority_id) REFERENCES purchasing_systems.participations (id, system_id, authority_id),
    CONSTRAINT fk_accession_agreements_specification_id_system_id FOREIGN KEY(specification_id, system_id) REFERENCES purchasing_systems.specifications (id, system_id),
    CONSTRAINT ck_accession_agreements_words CHECK (reference <> '')
);

CREATE INDEX ix_accession_agreements_participation_id ON purchasing_systems.accession_agreements (participation_id);

CREATE TABLE purchasing_systems.admissions (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    round_id UUID NOT NULL,
    lot_id UUID NOT NULL,
    application_id UUID,
    provider_id UUID NOT NULL,
    provider_name VARCHAR NOT NULL,
    areas UUID[] NOT NULL,
    prices JSONB NOT NULL,
    status VARCHAR NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    approved_at TIMESTAMP WITH TIME ZONE,
    released_at TIMESTAMP WITH TIME ZONE,
    standstill_ends_at TIMESTAMP WITH TIME ZONE,
    agreement_issued_at TIMESTAMP WITH TIME ZONE,
    provider_accepted_at TIMESTAMP WITH TIME ZONE,
    provider_accepted_by VARCHAR,
    lead_accepted_at TIMESTAMP WITH TIME ZONE,
    lead_accepted_by VARCHAR,
    effective_at TIMESTAMP WITH TIME ZONE,
    standing_because VARCHAR DEFAULT '' NOT NULL,
    take_on_id UUID,
    id UUID NOT NULL,
    CONSTRAINT pk_admissions PRIMARY KEY (id),
    CONSTRAINT uq_admissions_round_id_lot_id_provider_id UNIQUE (round_id, lot_id, provider_id),
    CONSTRAINT uq_admissions_id_system_id_provider_id UNIQUE (id, system_id, provider_id),
    CONSTRAINT fk_admissions_lot_id_system_id FOREIGN KEY(lot_id, system_id) REFERENCES purchasing_systems.lots (id, system_id),
    CONSTRAINT fk_admissions_round_id_system_id FOREIGN KEY(round_id, system_id) REFERENCES purchasing_systems.rounds (id, system_id),
    CONSTRAINT fk_admissions_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT ck_admissions_status CHECK (status IN ('proposed', 'approved', 'standstill', 'agreement_issued', 'signed', 'effective', 'declined_by_provider', 'lapsed', 'suspended', 'removed', 'ended')),
    CONSTRAINT ck_admissions_released CHECK (status IN ('proposed', 'approved') OR released_at IS NOT NULL),
    CONSTRAINT ck_admissions_standstill CHECK (status <> 'standstill' OR standstill_ends_at IS NOT NULL),
    CONSTRAINT ck_admissions_accepted CHECK (status NOT IN ('signed', 'effective', 'suspended') OR provider_accepted_at IS NOT NULL),
    CONSTRAINT ck_admissions_effective CHECK ((status IN ('effective', 'suspended', 'removed', 'ended')) = (effective_at IS NOT NULL)),
    CONSTRAINT ck_admissions_standing_because CHECK ((status IN ('suspended', 'removed', 'ended')) <= (standing_because <> '')),
    CONSTRAINT ck_admissions_origin CHECK ((take_on_id IS NULL) = (application_id IS NOT NULL)),
    CONSTRAINT fk_admissions_take_on_id FOREIGN KEY(take_on_id) REFERENCES purchasing_systems.take_ons (id)
);

CREATE INDEX ix_admissions_provider_id ON purchasing_systems.admissions (provider_id);

CREATE INDEX ix_admissions_provider_name_id ON purchasing_systems.admissions (provider_name, id);

CREATE INDEX ix_admissions_system_id_lot_id ON purchasing_systems.admissions (system_id, lot_id);

CREATE INDEX ix_admissions_take_on_id ON purchasing_systems.admissions (take_on_id);

CREATE TABLE purchasing_systems.clarification_days (
    round_id UUID NOT NULL,
    system_id UUID NOT NULL,
    last_ask_on DATE NOT NULL,
    last_answer_on DATE NOT NULL,
    CONSTRAINT pk_clarification_days PRIMARY KEY (round_id),
    CONSTRAINT fk_clarification_days_round_id_system_id FOREIGN KEY(round_id, system_id) REFERENCES purchasing_systems.rounds (id, system_id),
    CONSTRAINT ck_clarification_days_in_order CHECK (last_ask_on <= last_answer_on)
);

CREATE TABLE purchasing_systems.closing_changes (
    round_id UUID NOT NULL,
    system_id UUID NOT NULL,
    old_closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    new_closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason VARCHAR NOT NULL,
    outage_id UUID,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    proposed_by_id UUID NOT NULL,
    proposed_by VARCHAR NOT NULL,
    proposed_for_id UUID NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    confirmed_by VARCHAR,
    id UUID NOT NULL,
    CONSTRAINT pk_closing_changes PRIMARY KEY (id),
    CONSTRAINT fk_closing_changes_round_id_system_id FOREIGN KEY(round_id, system_id) REFERENCES purchasing_systems.rounds (id, system_id),
    CONSTRAINT fk_closing_changes_round_id FOREIGN KEY(round_id) REFERENCES purchasing_systems.rounds (id),
    CONSTRAINT fk_closing_changes_outage_id FOREIGN KEY(outage_id) REFERENCES purchasing_systems.outages (id)
);

CREATE INDEX ix_closing_changes_outage_id ON purchasing_systems.closing_changes (outage_id);

CREATE INDEX ix_closing_changes_round_id ON purchasing_systems.closing_changes (round_id);

CREATE TABLE purchasing_systems.participation_steps (
    participation_id UUID NOT NULL,
    number INTEGER NOT NULL,
    event VARCHAR NOT NULL,
    system_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    from_status VARCHAR,
    to_status VARCHAR NOT NULL,
    effective_on DATE NOT NULL,
    exit_on DATE,
    specification_id UUID,
    reason VARCHAR NOT NULL,
    ground VARCHAR DEFAULT '' NOT NULL,
    matter_id UUID,
    decision_id UUID,
    written_by VARCHAR NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_participation_steps PRIMARY KEY (id),
    CONSTRAINT uq_participation_steps_participation_id_number UNIQUE (participation_id, number),
    CONSTRAINT fk_participation_steps_participation_id_system_id_authority_id FOREIGN KEY(participation_id, system_id, authority_id) REFERENCES purchasing_systems.participations (id, system_id, authority_id),
    CONSTRAINT ck_participation_steps_from CHECK (from_status IS NULL OR from_status IN ('invited', 'considering', 'named_user', 'approved', 'joined', 'suspended', 'withdrawing', 'withdrawn', 'declined')),
    CONSTRAINT ck_participation_steps_to CHECK (to_status IN ('invited', 'considering', 'named_user', 'approved', 'joined', 'suspended', 'withdrawing', 'withdrawn', 'declined'))
);

CREATE INDEX ix_participation_steps_system_id ON purchasing_systems.participation_steps (system_id);

CREATE TABLE purchasing_systems.setup_shares (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    task VARCHAR NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    given_by VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_setup_shares PRIMARY KEY (id),
    CONSTRAINT fk_setup_shares_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT fk_setup_shares_system_id_authority_id FOREIGN KEY(system_id, authority_id) REFERENCES purchasing_systems.participations (system_id, authority_id),
    CONSTRAINT ck_setup_shares_days CHECK (ends_on IS NULL OR ends_on >= starts_on - 1)
);

CREATE INDEX ix_setup_shares_system_id ON purchasing_systems.setup_shares (system_id);

CREATE TABLE purchasing_systems.taken_on_decisions (
    take_on_id UUID NOT NULL,
    system_id UUID NOT NULL,
    round_id UUID NOT NULL,
    authority_id UUID NOT NULL,
    authority_name VARCHAR NOT NULL,
    decided_on DATE NOT NULL,
    effective_on DATE NOT NULL,
    decided_by_post VARCHAR NOT NULL,
    minute_number VARCHAR NOT NULL,
    record_url VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    answer VARCHAR DEFAULT '' NOT NULL,
    answered_by VARCHAR DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_because VARCHAR DEFAULT '' NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_taken_on_decisions PRIMARY KEY (id),
    CONSTRAINT uq_taken_on_decisions_round_id_authority_id UNIQUE (round_id, authority_id),
    CONSTRAINT fk_taken_on_decisions_take_on_id_system_id FOREIGN KEY(take_on_id, system_id) REFERENCES purchasing_systems.take_ons (id, system_id),
    CONSTRAINT fk_taken_on_decisions_round_id_system_id FOREIGN KEY(round_id, system_id) REFERENCES purchasing_systems.rounds (id, system_id),
    CONSTRAINT ck_taken_on_decisions_outcome CHECK (outcome IN ('approve', 'not_approve')),
    CONSTRAINT ck_taken_on_decisions_answer CHECK (answer IN ('', 'confirmed', 'refused')),
    CONSTRAINT ck_taken_on_decisions_answered CHECK ((answer = '') = (answered_at IS NULL)),
    CONSTRAINT ck_taken_on_decisions_refused CHECK ((answer = 'refused') = (answered_because <> '')),
    CONSTRAINT ck_taken_on_decisions_days CHECK (effective_on >= decided_on),
    CONSTRAINT ck_taken_on_decisions_record CHECK (minute_number <> '' OR record_url <> '')
);

CREATE INDEX ix_taken_on_decisions_authority_id ON purchasing_systems.taken_on_decisions (authority_id, answer);

CREATE INDEX ix_taken_on_decisions_take_on_id ON purchasing_systems.taken_on_decisions (take_on_id);

CREATE TABLE purchasing_systems.timetables (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    round_id UUID,
    by_officer JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_timetables PRIMARY KEY (id),
    CONSTRAINT uq_timetables_id_system_id_lead_id UNIQUE (id, system_id, lead_id),
    CONSTRAINT uq_timetables_system_id_round_id UNIQUE NULLS NOT DISTINCT (system_id, round_id),
    CONSTRAINT fk_timetables_system_id_lead_id FOREIGN KEY(system_id, lead_id) REFERENCES purchasing_systems.systems (id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT fk_timetables_round_id_system_id FOREIGN KEY(round_id, system_id) REFERENCES purchasing_systems.rounds (id, system_id)
);

CREATE TABLE questionnaires.question_sets (
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    round_id UUID NOT NULL,
    lot_id UUID,
    title VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_question_sets PRIMARY KEY (id),
    CONSTRAINT uq_question_sets_id_lead_id_round_id UNIQUE (id, lead_id, round_id),
    CONSTRAINT uq_question_sets_round_id_lot_id UNIQUE NULLS NOT DISTINCT (round_id, lot_id),
    CONSTRAINT fk_question_sets_round_id_system_id FOREIGN KEY(round_id, system_id) REFERENCES purchasing_systems.rounds (id, system_id),
    CONSTRAINT fk_question_sets_round_id_lead_id FOREIGN KEY(round_id, lead_id) REFERENCES purchasing_systems.rounds (id, lead_id) ON UPDATE CASCADE
);

CREATE TABLE clarifications.askers (
    question_id UUID NOT NULL,
    round_id UUID NOT NULL,
    applicant_id UUID NOT NULL,
    CONSTRAINT pk_askers PRIMARY KEY (question_id),
    CONSTRAINT fk_askers_question_id FOREIGN KEY(question_id) REFERENCES clarifications.questions (id)
);

CREATE INDEX ix_askers_applicant_id ON clarifications.askers (applicant_id);

CREATE TABLE clarifications.wordings (
    question_id UUID NOT NULL,
    answer_id UUID NOT NULL,
    round_id UUID NOT NULL,
    system_id UUID NOT NULL,
    text VARCHAR NOT NULL,
    is_confidential BOOLEAN NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_wordings PRIMARY KEY (question_id),
    CONSTRAINT fk_wordings_question_id FOREIGN KEY(question_id) REFERENCES clarifications.questions (id),
    CONSTRAINT fk_wordings_answer_id_round_id FOREIGN KEY(answer_id, round_id) REFERENCES clarifications.answers (id, round_id)
);

CREATE INDEX ix_wordings_answer_id ON clarifications.wordings (answer_id);

CREATE TABLE purchasing_systems.admission_services (
    admission_id UUID NOT NULL,
    system_id UUID NOT NULL,
    provider_id UUID NOT NULL,
    service_id UUID NOT NULL,
    offered BOOLEAN NOT NULL,
    reason VARCHAR NOT NULL,
    published_on DATE NOT NULL,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    take_on_id UUID,
    id UUID NOT NULL,
    CONSTRAINT pk_admission_services PRIMARY KEY (id),
    CONSTRAINT fk_admission_services_admission_id_system_id_provider_id FOREIGN KEY(admission_id, system_id, provider_id) REFERENCES purchasing_systems.admissions (id, system_id, provider_id),
    CONSTRAINT fk_admission_services_take_on_id FOREIGN KEY(take_on_id) REFERENCES purchasing_systems.take_ons (id)
);

CREATE INDEX ix_admission_services_admission_id ON purchasing_systems.admission_services (admission_id, service_id);

CREATE INDEX ix_admission_services_service_id ON purchasing_systems.admission_services (service_id);

CREATE INDEX ix_admission_services_take_on_id ON purchasing_systems.admission_services (take_on_id);

CREATE TABLE purchasing_systems.core_prices (
    admission_id UUID NOT NULL,
    system_id UUID NOT NULL,
    provider_id UUID NOT NULL,
    service_id UUID,
    age_band VARCHAR NOT NULL,
    pounds NUMERIC(9, 2) NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    reason VARCHAR NOT NULL,
    published_on DATE NOT NULL,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    take_on_id UUID,
    id UUID NOT NULL,
    CONSTRAINT pk_core_prices PRIMARY KEY (id),
    CONSTRAINT fk_core_prices_admission_id_system_id_provider_id FOREIGN KEY(admission_id, system_id, provider_id) REFERENCES purchasing_systems.admissions (id, system_id, provider_id),
    CONSTRAINT ck_core_prices_pounds CHECK (pounds >= 0 AND pounds < 'NaN'::numeric),
    CONSTRAINT ck_core_prices_validity CHECK (valid_until IS NULL OR valid_until >= valid_from),
    CONSTRAINT ck_core_prices_age_band CHECK (age_band <> ''),
    CONSTRAINT fk_core_prices_take_on_id FOREIGN KEY(take_on_id) REFERENCES purchasing_systems.take_ons (id)
);

CREATE INDEX ix_core_prices_admission_id ON purchasing_systems.core_prices (admission_id, valid_from);

CREATE INDEX ix_core_prices_system_id ON purchasing_systems.core_prices (system_id, published_on);

CREATE INDEX ix_core_prices_take_on_id ON purchasing_systems.core_prices (take_on_id);

CREATE TABLE purchasing_systems.timetable_changes (
    timetable_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    key VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    old_day DATE,
    new_day DATE,
    by_rule BOOLEAN NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_timetable_changes PRIMARY KEY (id),
    CONSTRAINT fk_timetable_changes_timetable_id_system_id_lead_id FOREIGN KEY(timetable_id, system_id, lead_id) REFERENCES purchasing_systems.timetables (id, system_id, lead_id) ON UPDATE CASCADE
);

CREATE INDEX ix_timetable_changes_timetable_id ON purchasing_systems.timetable_changes (timetable_id);

CREATE TABLE purchasing_systems.timetable_dates (
    timetable_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    key VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    label VARCHAR NOT NULL,
    day DATE,
    after_key VARCHAR,
    count INTEGER NOT NULL,
    unit VARCHAR NOT NULL,
    pinned BOOLEAN NOT NULL,
    gap_after VARCHAR,
    gap_count INTEGER NOT NULL,
    gap_unit VARCHAR NOT NULL,
    gap_source VARCHAR NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_timetable_dates PRIMARY KEY (id),
    CONSTRAINT uq_timetable_dates_timetable_id_key UNIQUE (timetable_id, key),
    CONSTRAINT fk_timetable_dates_timetable_id_system_id_lead_id FOREIGN KEY(timetable_id, system_id, lead_id) REFERENCES purchasing_systems.timetables (id, system_id, lead_id) ON UPDATE CASCADE,
    CONSTRAINT ck_timetable_dates_unit CHECK (unit IN ('working', 'calendar', 'clear_working', 'clear_calendar', 'standstill_regulations', 'standstill_act')),
    CONSTRAINT ck_timetable_dates_gap_unit CHECK (gap_unit IN ('working', 'calendar', 'clear_working', 'clear_calendar', 'standstill_regulations', 'standstill_act')),
    CONSTRAINT ck_timetable_dates_counts CHECK (count BETWEEN 0 AND 3660 AND gap_count BETWEEN 0 AND 3660),
    CONSTRAINT ck_timetable_dates_follows CHECK (pinned OR after_key IS NOT NULL)
);

CREATE TABLE questionnaires.modifications (
    set_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    round_id UUID NOT NULL,
    question_id UUID NOT NULL,
    version INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT pk_modifications PRIMARY KEY (id),
    CONSTRAINT uq_modifications_set_id_version UNIQUE (set_id, version),
    CONSTRAINT fk_modifications_set_id_lead_id_round_id FOREIGN KEY(set_id, lead_id, round_id) REFERENCES questionnaires.question_sets (id, lead_id, round_id) ON UPDATE CASCADE,
    CONSTRAINT ck_modifications_said CHECK (version > 1 AND reason <> '')
);

CREATE INDEX ix_modifications_round_id ON questionnaires.modifications (round_id);

CREATE TABLE questionnaires.questions (
    set_id UUID NOT NULL,
    system_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    round_id UUID NOT NULL,
    lot_id UUID,
    key VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    part VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    group_slug VARCHAR NOT NULL,
    group_title VARCHAR NOT NULL,
    group_intro VARCHAR,
    prompt VARCHAR NOT NULL,
    hint VARCHAR,
    required BOOLEAN NOT NULL,
    word_limit INTEGER,
    choices JSONB NOT NULL,
    pass_rule JSONB,
    weight NUMERIC(5, 2),
    minimum_score INTEGER,
    ceiling NUMERIC(14, 2),
    unit VARCHAR,
    theme VARCHAR,
    descriptors JSONB NOT NULL,
    accept JSONB NOT NULL,
    scorer_guidance VARCHAR,
    condition JSONB,
    grid JSONB,
    origin VARCHAR,
    origin_prompt VARCHAR,
    wording_fixed BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    CONSTRAINT pk_questions PRIMARY KEY (id),
    CONSTRAINT uq_questions_set_id_key UNIQUE (set_id, key),
    CONSTRAINT fk_questions_set_id_lead_id_round_id FOREIGN KEY(set_id, lead_id, round_id) REFERENCES questionnaires.question_sets (id, lead_id, round_id) ON UPDATE CASCADE,
    CONSTRAINT ck_questions_part CHECK (part IN ('selection', 'quality', 'price', 'documents')),
    CONSTRAINT ck_questions_kind CHECK (kind IN ('text', 'choice', 'choices', 'yes_no', 'number', 'money', 'date', 'file', 'declaration', 'grid')),
    CONSTRAINT ck_questions_grid CHECK ((kind = 'grid') = (grid IS NOT NULL)),
    CONSTRAINT ck_questions_weight CHECK (weight IS NULL OR weight BETWEEN 0 AND 100),
    CONSTRAINT ck_questions_minimum CHECK (minimum_score IS NULL OR minimum_score BETWEEN 0 AND 5),
    CONSTRAINT ck_questions_ceiling CHECK (ceiling IS NULL OR (ceiling >= 0 AND ceiling < 'NaN'::numeric)),
    CONSTRAINT ck_questions_price CHECK (part <> 'price' OR kind IN ('money', 'grid'))
);

CREATE INDEX ix_questions_round_id_position ON questionnaires.questions (round_id, position);
