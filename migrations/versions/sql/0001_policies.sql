-- Who may touch which rows: grants (UPDATE by column) and row policies.

ALTER TABLE applications.applications ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications.applications FORCE ROW LEVEL SECURITY;
REVOKE ALL ON applications.applications FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications.applications TO portal_resolver;
CREATE POLICY resolver ON applications.applications TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (areas, help_granted_until, last_upload_error, lots, saved_at, saved_by) ON applications.applications TO portal_app, portal_worker;
CREATE POLICY applicant_reads ON applications.applications FOR SELECT TO portal_app, portal_worker USING (applicant_id = ANY ((SELECT app.applicants())::uuid[]));
CREATE POLICY applicant_inserts ON applications.applications FOR INSERT TO portal_app, portal_worker WITH CHECK ((applicant_id = ANY ((SELECT app.applicants())::uuid[])) AND (opened_at IS NULL));
CREATE POLICY applicant_updates ON applications.applications FOR UPDATE TO portal_app, portal_worker USING ((applicant_id = ANY ((SELECT app.applicants())::uuid[])) AND (opened_at IS NULL)) WITH CHECK ((applicant_id = ANY ((SELECT app.applicants())::uuid[])) AND (opened_at IS NULL));
CREATE POLICY after_reads ON applications.applications FOR SELECT TO portal_app, portal_worker USING (round_id = ANY ((SELECT app.opened_rounds())::uuid[]) AND (opened_at IS NOT NULL));

ALTER TABLE applications.interests ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications.interests FORCE ROW LEVEL SECURITY;
REVOKE ALL ON applications.interests FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications.interests TO portal_resolver;
CREATE POLICY resolver ON applications.interests TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON applications.interests TO portal_app, portal_worker;
CREATE POLICY applicant_reads ON applications.interests FOR SELECT TO portal_app, portal_worker USING (applicant_id = ANY ((SELECT app.applicants())::uuid[]));
CREATE POLICY applicant_inserts ON applications.interests FOR INSERT TO portal_app, portal_worker WITH CHECK (applicant_id = app.applicant(round_id));
CREATE POLICY applicant_deletes ON applications.interests FOR DELETE TO portal_app, portal_worker USING (applicant_id = ANY ((SELECT app.applicants())::uuid[]));

ALTER TABLE applications.opening_confirmations ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications.opening_confirmations FORCE ROW LEVEL SECURITY;
REVOKE ALL ON applications.opening_confirmations FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications.opening_confirmations TO portal_resolver;
CREATE POLICY resolver ON applications.opening_confirmations TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT ON applications.opening_confirmations TO portal_app, portal_worker;
CREATE POLICY participant_reads ON applications.opening_confirmations FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));

ALTER TABLE applications.refused_openings ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications.refused_openings FORCE ROW LEVEL SECURITY;
REVOKE ALL ON applications.refused_openings FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications.refused_openings TO portal_resolver;
CREATE POLICY resolver ON applications.refused_openings TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT ON applications.refused_openings TO portal_app, portal_worker;
CREATE POLICY participant_reads ON applications.refused_openings FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));

ALTER TABLE audit.lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.lines FORCE ROW LEVEL SECURITY;
REVOKE ALL ON audit.lines FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit.lines TO portal_resolver;
CREATE POLICY resolver ON audit.lines TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT ON audit.lines TO portal_app, portal_worker;
CREATE POLICY owner_reads ON audit.lines FOR SELECT TO portal_app, portal_worker USING (organisation_id = (SELECT app.organisation()));
CREATE POLICY subject_reads ON audit.lines FOR SELECT TO portal_app, portal_worker USING (about_id = (SELECT app.organisation()));
CREATE POLICY applicant_reads ON audit.lines FOR SELECT TO portal_app, portal_worker USING (applicant_id = ANY ((SELECT app.applicants())::uuid[]));

ALTER TABLE audit.refusals ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.refusals FORCE ROW LEVEL SECURITY;
REVOKE ALL ON audit.refusals FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit.refusals TO portal_resolver;
CREATE POLICY resolver ON audit.refusals TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT ON audit.refusals TO portal_app, portal_worker;
CREATE POLICY owner_reads ON audit.refusals FOR SELECT TO portal_app, portal_worker USING (organisation_id = (SELECT app.organisation()));
CREATE POLICY security_reads ON audit.refusals FOR SELECT TO portal_app, portal_worker USING ('portal_operator' = ANY ((SELECT app.roles())::text[]));

ALTER TABLE decisions.matters ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions.matters FORCE ROW LEVEL SECURITY;
REVOKE ALL ON decisions.matters FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON decisions.matters TO portal_resolver;
CREATE POLICY resolver ON decisions.matters TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON decisions.matters TO portal_app, portal_worker;
CREATE POLICY raiser_inserts ON decisions.matters FOR INSERT TO portal_app, portal_worker WITH CHECK ((raised_by_id = (SELECT app.organisation())) AND (status = 'open' AND system_id = ANY ((SELECT app.led())::uuid[])));
CREATE POLICY participant_reads ON decisions.matters FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));

ALTER TABLE evaluation.panels ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation.panels FORCE ROW LEVEL SECURITY;
REVOKE ALL ON evaluation.panels FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.panels TO portal_resolver;
CREATE POLICY resolver ON evaluation.panels TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON evaluation.panels TO portal_app, portal_worker;
CREATE POLICY owner_inserts ON evaluation.panels FOR INSERT TO portal_app, portal_worker WITH CHECK ((lead_id = (SELECT app.organisation())) AND (status = 'forming' AND system_id = ANY ((SELECT app.claimed('led'))::uuid[])));
CREATE POLICY participant_reads ON evaluation.panels FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));

ALTER TABLE governance.bodies ENABLE ROW LEVEL SECURITY;
ALTER TABLE governance.bodies FORCE ROW LEVEL SECURITY;
REVOKE ALL ON governance.bodies FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON governance.bodies TO portal_resolver;
CREATE POLICY resolver ON governance.bodies TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (ends_on) ON governance.bodies TO portal_app, portal_worker;
CREATE POLICY owner_inserts ON governance.bodies FOR INSERT TO portal_app, portal_worker WITH CHECK ((authority_id = (SELECT app.organisation())) AND ((SELECT app.kind()) = 'authority'));
CREATE POLICY owner_updates ON governance.bodies FOR UPDATE TO portal_app, portal_worker USING (authority_id = (SELECT app.organisation())) WITH CHECK (authority_id = (SELECT app.organisation()));
CREATE POLICY authorities_reads ON governance.bodies FOR SELECT TO portal_app, portal_worker USING ((SELECT app.kind()) = 'authority');

ALTER TABLE governance.clock_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE governance.clock_settings FORCE ROW LEVEL SECURITY;
REVOKE ALL ON governance.clock_settings FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON governance.clock_settings TO portal_resolver;
CREATE POLICY resolver ON governance.clock_settings TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (ends_on) ON governance.clock_settings TO portal_app, portal_worker;
CREATE POLICY owner_inserts ON governance.clock_settings FOR INSERT TO portal_app, portal_worker WITH CHECK ((authority_id = (SELECT app.organisation())) AND ((SELECT app.kind()) = 'authority'));
CREATE POLICY owner_updates ON governance.clock_settings FOR UPDATE TO portal_app, portal_worker USING (authority_id = (SELECT app.organisation())) WITH CHECK (authority_id = (SELECT app.organisation()));
CREATE POLICY authorities_reads ON governance.clock_settings FOR SELECT TO portal_app, portal_worker USING ((SELECT app.kind()) = 'authority');

ALTER TABLE governance.forms_of_governance ENABLE ROW LEVEL SECURITY;
ALTER TABLE governance.forms_of_governance FORCE ROW LEVEL SECURITY;
REVOKE ALL ON governance.forms_of_governance FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON governance.forms_of_governance TO portal_resolver;
CREATE POLICY resolver ON governance.forms_of_governance TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (ends_on) ON governance.forms_of_governance TO portal_app, portal_worker;
CREATE POLICY owner_inserts ON governance.forms_of_governance FOR INSERT TO portal_app, portal_worker WITH CHECK ((authority_id = (SELECT app.organisation())) AND ((SELECT app.kind()) = 'authority'));
CREATE POLICY owner_updates ON governance.forms_of_governance FOR UPDATE TO portal_app, portal_worker USING (authority_id = (SELECT app.organisation())) WITH CHECK (authority_id = (SELECT app.organisation()));
CREATE POLICY authorities_reads ON governance.forms_of_governance FOR SELECT TO portal_app, portal_worker USING ((SELECT app.kind()) = 'authority');

ALTER TABLE governance.quiet_periods ENABLE ROW LEVEL SECURITY;
ALTER TABLE governance.quiet_periods FORCE ROW LEVEL SECURITY;
REVOKE ALL ON governance.quiet_periods FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON governance.quiet_periods TO portal_resolver;
CREATE POLICY resolver ON governance.quiet_periods TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (ends_on) ON governance.quiet_periods TO portal_app, portal_worker;
CREATE POLICY owner_inserts ON governance.quiet_periods FOR INSERT TO portal_app, portal_worker WITH CHECK ((authority_id = (SELECT app.organisation())) AND ((SELECT app.kind()) = 'authority'));
CREATE POLICY owner_updates ON governance.quiet_periods FOR UPDATE TO portal_app, portal_worker USING (authority_id = (SELECT app.organisation())) WITH CHECK (authority_id = (SELECT app.organisation()));
CREATE POLICY authorities_reads ON governance.quiet_periods FOR SELECT TO portal_app, portal_worker USING ((SELECT app.kind()) = 'authority');

ALTER TABLE notify.messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE notify.messages FORCE ROW LEVEL SECURITY;
REVOKE ALL ON notify.messages FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON notify.messages TO portal_resolver;
CREATE POLICY resolver ON notify.messages TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE (read_at) ON notify.messages TO portal_app, portal_worker;
GRANT SELECT, UPDATE (attempts, failure, sent_at, state) ON notify.messages TO portal_worker;
CREATE POLICY author_reads ON notify.messages FOR SELECT TO portal_app, portal_worker USING (person_id = (SELECT app.person()) AND organisation_id = (SELECT app.organisation()));
CREATE POLICY author_updates ON notify.messages FOR UPDATE TO portal_app, portal_worker USING (person_id = (SELECT app.person()) AND organisation_id = (SELECT app.organisation())) WITH CHECK (person_id = (SELECT app.person()) AND organisation_id = (SELECT app.organisation()));
CREATE POLICY worker_reads ON notify.messages FOR SELECT TO portal_worker USING (true);
CREATE POLICY worker_updates ON notify.messages FOR UPDATE TO portal_worker USING (true) WITH CHECK (true);

ALTER TABLE purchasing_systems.systems ENABLE ROW LEVEL SECURITY;
ALTER TABLE purchasing_systems.systems FORCE ROW LEVEL SECURITY;
REVOKE ALL ON purchasing_systems.systems FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchasing_systems.systems TO portal_resolver;
CREATE POLICY resolver ON purchasing_systems.systems TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (alias, client_group, cpv, frozen_at, legal_basis, panel_councils, published_at, quality_pass_mark, regime, restriction_grounds, standstill_days, status, title, valid_from, valid_until, value_pounds, vehicle) ON purchasing_systems.systems TO portal_app, portal_worker;
CREATE POLICY owner_reads ON purchasing_systems.systems FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON purchasing_systems.systems FOR INSERT TO portal_app, portal_worker WITH CHECK ((lead_id = (SELECT app.organisation())) AND ((SELECT app.kind()) = 'authority'));
CREATE POLICY owner_updates ON purchasing_systems.systems FOR UPDATE TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation())) WITH CHECK ((lead_id = (SELECT app.organisation())) AND ((SELECT app.kind()) = 'authority'));
CREATE POLICY participant_reads ON purchasing_systems.systems FOR SELECT TO portal_app, portal_worker USING (id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY published_reads ON purchasing_systems.systems FOR SELECT TO portal_app, portal_worker USING (published_at IS NOT NULL);

ALTER TABLE tenants.invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants.invitations FORCE ROW LEVEL SECURITY;
REVOKE ALL ON tenants.invitations FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants.invitations TO portal_resolver;
CREATE POLICY resolver ON tenants.invitations TO portal_resolver USING (true) WITH CHECK (true);

ALTER TABLE tenants.organisations ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants.organisations FORCE ROW LEVEL SECURITY;
REVOKE ALL ON tenants.organisations FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants.organisations TO portal_resolver;
CREATE POLICY resolver ON tenants.organisations TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT ON tenants.organisations TO portal_app, portal_worker;
CREATE POLICY owner_reads ON tenants.organisations FOR SELECT TO portal_app, portal_worker USING (id = (SELECT app.organisation()));
CREATE POLICY public_reads ON tenants.organisations FOR SELECT TO portal_app, portal_worker USING (kind <> 'provider');

ALTER TABLE tenants.persons ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants.persons FORCE ROW LEVEL SECURITY;
REVOKE ALL ON tenants.persons FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants.persons TO portal_resolver;
CREATE POLICY resolver ON tenants.persons TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT ON tenants.persons TO portal_app, portal_worker;
CREATE POLICY author_reads ON tenants.persons FOR SELECT TO portal_app, portal_worker USING (id = (SELECT app.person()));

ALTER TABLE tenants.sign_in_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants.sign_in_attempts FORCE ROW LEVEL SECURITY;
REVOKE ALL ON tenants.sign_in_attempts FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants.sign_in_attempts TO portal_resolver;
CREATE POLICY resolver ON tenants.sign_in_attempts TO portal_resolver USING (true) WITH CHECK (true);

ALTER TABLE applications.answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications.answers FORCE ROW LEVEL SECURITY;
REVOKE ALL ON applications.answers FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications.answers TO portal_resolver;
CREATE POLICY resolver ON applications.answers TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (ciphertext, page_token, saved_at, saved_by, version) ON applications.answers TO portal_app, portal_worker;
CREATE POLICY applicant_reads ON applications.answers FOR SELECT TO portal_app, portal_worker USING (applicant_id = ANY ((SELECT app.applicants())::uuid[]));
CREATE POLICY applicant_inserts ON applications.answers FOR INSERT TO portal_app, portal_worker WITH CHECK ((applicant_id = ANY ((SELECT app.applicants())::uuid[])) AND (application_id = ANY ((SELECT app.open_drafts())::uuid[])));
CREATE POLICY applicant_updates ON applications.answers FOR UPDATE TO portal_app, portal_worker USING (application_id = ANY ((SELECT app.open_drafts())::uuid[])) WITH CHECK (application_id = ANY ((SELECT app.open_drafts())::uuid[]));
CREATE POLICY applicant_deletes ON applications.answers FOR DELETE TO portal_app, portal_worker USING (application_id = ANY ((SELECT app.open_drafts())::uuid[]));

ALTER TABLE applications.documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications.documents FORCE ROW LEVEL SECURITY;
REVOKE ALL ON applications.documents FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications.documents TO portal_resolver;
CREATE POLICY resolver ON applications.documents TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (removed_at) ON applications.documents TO portal_app, portal_worker;
CREATE POLICY applicant_reads ON applications.documents FOR SELECT TO portal_app, portal_worker USING (applicant_id = ANY ((SELECT app.applicants())::uuid[]));
CREATE POLICY applicant_inserts ON applications.documents FOR INSERT TO portal_app, portal_worker WITH CHECK ((applicant_id = ANY ((SELECT app.applicants())::uuid[])) AND (application_id = ANY ((SELECT app.open_drafts())::uuid[])));
CREATE POLICY applicant_updates ON applications.documents FOR UPDATE TO portal_app, portal_worker USING (application_id = ANY ((SELECT app.open_drafts())::uuid[])) WITH CHECK (application_id = ANY ((SELECT app.open_drafts())::uuid[]));

ALTER TABLE applications.seal_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications.seal_keys FORCE ROW LEVEL SECURITY;
REVOKE ALL ON applications.seal_keys FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications.seal_keys TO portal_resolver;
CREATE POLICY resolver ON applications.seal_keys TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON applications.seal_keys TO portal_app, portal_worker;
GRANT SELECT, UPDATE (wrapped) ON applications.seal_keys TO portal_keeper;
CREATE POLICY applicant_reads ON applications.seal_keys FOR SELECT TO portal_app, portal_worker USING (applicant_id = ANY ((SELECT app.applicants())::uuid[]));
CREATE POLICY applicant_inserts ON applications.seal_keys FOR INSERT TO portal_app, portal_worker WITH CHECK (applicant_id = ANY ((SELECT app.applicants())::uuid[]));
CREATE POLICY opened_reads ON applications.seal_keys FOR SELECT TO portal_app, portal_worker USING (opened_at IS NOT NULL AND round_id = ANY ((SELECT app.opened_rounds())::uuid[]) AND app.may_open(round_id, application_id, part));
CREATE POLICY never_worker ON applications.seal_keys AS RESTRICTIVE TO portal_worker USING (false);
CREATE POLICY keeper_reads ON applications.seal_keys FOR SELECT TO portal_keeper USING (true);
CREATE POLICY keeper_updates ON applications.seal_keys FOR UPDATE TO portal_keeper USING (true) WITH CHECK (true);

ALTER TABLE applications.submissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications.submissions FORCE ROW LEVEL SECURITY;
REVOKE ALL ON applications.submissions FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications.submissions TO portal_resolver;
CREATE POLICY resolver ON applications.submissions TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON applications.submissions TO portal_app, portal_worker;
CREATE POLICY applicant_reads ON applications.submissions FOR SELECT TO portal_app, portal_worker USING (applicant_id = ANY ((SELECT app.applicants())::uuid[]));
CREATE POLICY applicant_inserts ON applications.submissions FOR INSERT TO portal_app, portal_worker WITH CHECK (applicant_id = ANY ((SELECT app.applicants())::uuid[]));
CREATE POLICY after_reads ON applications.submissions FOR SELECT TO portal_app, portal_worker USING (round_id = ANY ((SELECT app.opened_rounds())::uuid[]) AND (opened_at IS NOT NULL));

ALTER TABLE decisions.matter_parties ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions.matter_parties FORCE ROW LEVEL SECURITY;
REVOKE ALL ON decisions.matter_parties FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON decisions.matter_parties TO portal_resolver;
CREATE POLICY resolver ON decisions.matter_parties TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON decisions.matter_parties TO portal_app, portal_worker;
CREATE POLICY raiser_inserts ON decisions.matter_parties FOR INSERT TO portal_app, portal_worker WITH CHECK (raised_by_id = (SELECT app.organisation()));
CREATE POLICY participant_reads ON decisions.matter_parties FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));

ALTER TABLE evaluation.check_rulings ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation.check_rulings FORCE ROW LEVEL SECURITY;
REVOKE ALL ON evaluation.check_rulings FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.check_rulings TO portal_resolver;
CREATE POLICY resolver ON evaluation.check_rulings TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (passed, reason, ruled_at, ruled_by) ON evaluation.check_rulings TO portal_app, portal_worker;
CREATE POLICY owner_reads ON evaluation.check_rulings FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON evaluation.check_rulings FOR INSERT TO portal_app, portal_worker WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON evaluation.check_rulings FOR UPDATE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (NOT by_rule)) WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY panel_reads ON evaluation.check_rulings FOR SELECT TO portal_app, portal_worker USING (panel_id = ANY ((SELECT app.seats())::uuid[]));

ALTER TABLE evaluation.moderation_meetings ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation.moderation_meetings FORCE ROW LEVEL SECURITY;
REVOKE ALL ON evaluation.moderation_meetings FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.moderation_meetings TO portal_resolver;
CREATE POLICY resolver ON evaluation.moderation_meetings TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (attendance, ended_at) ON evaluation.moderation_meetings TO portal_app, portal_worker;
CREATE POLICY owner_reads ON evaluation.moderation_meetings FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON evaluation.moderation_meetings FOR INSERT TO portal_app, portal_worker WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON evaluation.moderation_meetings FOR UPDATE TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation())) WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY blind_reads ON evaluation.moderation_meetings FOR SELECT TO portal_app, portal_worker USING ((panel_id, lot_id) IN (SELECT s.panel_id, s.lot_id FROM app.submitted_sheets() s));

ALTER TABLE evaluation.panel_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation.panel_members FORCE ROW LEVEL SECURITY;
REVOKE ALL ON evaluation.panel_members FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.panel_members TO portal_resolver;
CREATE POLICY resolver ON evaluation.panel_members TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (candidate_ids, replaced_by_id, status) ON evaluation.panel_members TO portal_app, portal_worker;
CREATE POLICY owner_inserts ON evaluation.panel_members FOR INSERT TO portal_app, portal_worker WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON evaluation.panel_members FOR UPDATE TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation())) WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY participant_reads ON evaluation.panel_members FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));

ALTER TABLE evaluation.reopenings ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation.reopenings FORCE ROW LEVEL SECURITY;
REVOKE ALL ON evaluation.reopenings FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.reopenings TO portal_resolver;
CREATE POLICY resolver ON evaluation.reopenings TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT ON evaluation.reopenings TO portal_app, portal_worker;
CREATE POLICY participant_reads ON evaluation.reopenings FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));

ALTER TABLE governance.meetings ENABLE ROW LEVEL SECURITY;
ALTER TABLE governance.meetings FORCE ROW LEVEL SECURITY;
REVOKE ALL ON governance.meetings FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON governance.meetings TO portal_resolver;
CREATE POLICY resolver ON governance.meetings TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (cancelled, report_deadline_on) ON governance.meetings TO portal_app, portal_worker;
CREATE POLICY owner_inserts ON governance.meetings FOR INSERT TO portal_app, portal_worker WITH CHECK (authority_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON governance.meetings FOR UPDATE TO portal_app, portal_worker USING (authority_id = (SELECT app.organisation())) WITH CHECK (authority_id = (SELECT app.organisation()));
CREATE POLICY authorities_reads ON governance.meetings FOR SELECT TO portal_app, portal_worker USING ((SELECT app.kind()) = 'authority');

ALTER TABLE purchasing_systems.lots ENABLE ROW LEVEL SECURITY;
ALTER TABLE purchasing_systems.lots FORCE ROW LEVEL SECURITY;
REVOKE ALL ON purchasing_systems.lots FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchasing_systems.lots TO portal_resolver;
CREATE POLICY resolver ON purchasing_systems.lots TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (description, title) ON purchasing_systems.lots TO portal_app, portal_worker;
CREATE POLICY owner_reads ON purchasing_systems.lots FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON purchasing_systems.lots FOR INSERT TO portal_app, portal_worker WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON purchasing_systems.lots FOR UPDATE TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation())) WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_deletes ON purchasing_systems.lots FOR DELETE TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY participant_reads ON purchasing_systems.lots FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY published_reads ON purchasing_systems.lots FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.published_systems())::uuid[]));

ALTER TABLE purchasing_systems.participations ENABLE ROW LEVEL SECURITY;
ALTER TABLE purchasing_systems.participations FORCE ROW LEVEL SECURITY;
REVOKE ALL ON purchasing_systems.participations FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchasing_systems.participations TO portal_resolver;
CREATE POLICY resolver ON purchasing_systems.participations TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (left_on, status) ON purchasing_systems.participations TO portal_app, portal_worker;
CREATE POLICY owner_reads ON purchasing_systems.participations FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON purchasing_systems.participations FOR INSERT TO portal_app, portal_worker WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON purchasing_systems.participations FOR UPDATE TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation())) WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY authority_reads ON purchasing_systems.participations FOR SELECT TO portal_app, portal_worker USING (authority_id = (SELECT app.organisation()));
CREATE POLICY participant_reads ON purchasing_systems.participations FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY published_reads ON purchasing_systems.participations FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.published_systems())::uuid[]));

ALTER TABLE purchasing_systems.procurement_documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE purchasing_systems.procurement_documents FORCE ROW LEVEL SECURITY;
REVOKE ALL ON purchasing_systems.procurement_documents FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchasing_systems.procurement_documents TO portal_resolver;
CREATE POLICY resolver ON purchasing_systems.procurement_documents TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (frozen_at, kind, position, text, title) ON purchasing_systems.procurement_documents TO portal_app, portal_worker;
CREATE POLICY owner_reads ON purchasing_systems.procurement_documents FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON purchasing_systems.procurement_documents FOR INSERT TO portal_app, portal_worker WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON purchasing_systems.procurement_documents FOR UPDATE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (frozen_at IS NULL)) WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_deletes ON purchasing_systems.procurement_documents FOR DELETE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (frozen_at IS NULL));
CREATE POLICY participant_reads ON purchasing_systems.procurement_documents FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY published_reads ON purchasing_systems.procurement_documents FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.published_systems())::uuid[]));

ALTER TABLE purchasing_systems.rounds ENABLE ROW LEVEL SECURITY;
ALTER TABLE purchasing_systems.rounds FORCE ROW LEVEL SECURITY;
REVOKE ALL ON purchasing_systems.rounds FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchasing_systems.rounds TO portal_resolver;
CREATE POLICY resolver ON purchasing_systems.rounds TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (notice_number, notice_published_at, notice_url) ON purchasing_systems.rounds TO portal_app, portal_worker;
CREATE POLICY owner_reads ON purchasing_systems.rounds FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON purchasing_systems.rounds FOR INSERT TO portal_app, portal_worker WITH CHECK ((lead_id = (SELECT app.organisation())) AND (status = 'planned' AND published_at IS NULL));
CREATE POLICY owner_updates ON purchasing_systems.rounds FOR UPDATE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (status = 'planned')) WITH CHECK ((lead_id = (SELECT app.organisation())) AND (status = 'planned' AND published_at IS NULL));
CREATE POLICY participant_reads ON purchasing_systems.rounds FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY published_reads ON purchasing_systems.rounds FOR SELECT TO portal_app, portal_worker USING (published_at IS NOT NULL);

ALTER TABLE purchasing_systems.specifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE purchasing_systems.specifications FORCE ROW LEVEL SECURITY;
REVOKE ALL ON purchasing_systems.specifications FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchasing_systems.specifications TO portal_resolver;
CREATE POLICY resolver ON purchasing_systems.specifications TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (common_text, frozen_at, title) ON purchasing_systems.specifications TO portal_app, portal_worker;
CREATE POLICY owner_reads ON purchasing_systems.specifications FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON purchasing_systems.specifications FOR INSERT TO portal_app, portal_worker WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON purchasing_systems.specifications FOR UPDATE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (frozen_at IS NULL)) WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY participant_reads ON purchasing_systems.specifications FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY published_reads ON purchasing_systems.specifications FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.published_systems())::uuid[]));

ALTER TABLE tenants.credentials ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants.credentials FORCE ROW LEVEL SECURITY;
REVOKE ALL ON tenants.credentials FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants.credentials TO portal_resolver;
CREATE POLICY resolver ON tenants.credentials TO portal_resolver USING (true) WITH CHECK (true);

ALTER TABLE tenants.memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants.memberships FORCE ROW LEVEL SECURITY;
REVOKE ALL ON tenants.memberships FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants.memberships TO portal_resolver;
CREATE POLICY resolver ON tenants.memberships TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT ON tenants.memberships TO portal_app, portal_worker;
CREATE POLICY owner_reads ON tenants.memberships FOR SELECT TO portal_app, portal_worker USING (organisation_id = (SELECT app.organisation()));
CREATE POLICY author_reads ON tenants.memberships FOR SELECT TO portal_app, portal_worker USING (person_id = (SELECT app.person()));
CREATE POLICY councils_reads ON tenants.memberships FOR SELECT TO portal_app, portal_worker USING (organisation_kind = 'authority' AND (SELECT app.kind()) = 'authority');

ALTER TABLE tenants.password_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants.password_links FORCE ROW LEVEL SECURITY;
REVOKE ALL ON tenants.password_links FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants.password_links TO portal_resolver;
CREATE POLICY resolver ON tenants.password_links TO portal_resolver USING (true) WITH CHECK (true);

ALTER TABLE tenants.sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants.sessions FORCE ROW LEVEL SECURITY;
REVOKE ALL ON tenants.sessions FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants.sessions TO portal_resolver;
CREATE POLICY resolver ON tenants.sessions TO portal_resolver USING (true) WITH CHECK (true);

ALTER TABLE applications.envelopes ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications.envelopes FORCE ROW LEVEL SECURITY;
REVOKE ALL ON applications.envelopes FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications.envelopes TO portal_resolver;
CREATE POLICY resolver ON applications.envelopes TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON applications.envelopes TO portal_app, portal_worker;
CREATE POLICY applicant_reads ON applications.envelopes FOR SELECT TO portal_app, portal_worker USING (applicant_id = ANY ((SELECT app.applicants())::uuid[]));
CREATE POLICY applicant_inserts ON applications.envelopes FOR INSERT TO portal_app, portal_worker WITH CHECK (applicant_id = ANY ((SELECT app.applicants())::uuid[]));
CREATE POLICY after_reads ON applications.envelopes FOR SELECT TO portal_app, portal_worker USING (round_id = ANY ((SELECT app.opened_rounds())::uuid[]) AND (opened_at IS NOT NULL));

ALTER TABLE applications.letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications.letters FORCE ROW LEVEL SECURITY;
REVOKE ALL ON applications.letters FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications.letters TO portal_resolver;
CREATE POLICY resolver ON applications.letters TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (content, pdf, prepared_at) ON applications.letters TO portal_app, portal_worker;
CREATE POLICY owner_reads ON applications.letters FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON applications.letters FOR INSERT TO portal_app, portal_worker WITH CHECK ((lead_id = (SELECT app.organisation())) AND (released_at IS NULL));
CREATE POLICY owner_updates ON applications.letters FOR UPDATE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (released_at IS NULL)) WITH CHECK ((lead_id = (SELECT app.organisation())) AND (released_at IS NULL));
CREATE POLICY recipient_reads ON applications.letters FOR SELECT TO portal_app, portal_worker USING (provider_id = (SELECT app.organisation()) AND released_at IS NOT NULL);
CREATE POLICY participant_reads ON applications.letters FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]) AND (released_at IS NOT NULL));

ALTER TABLE decisions.decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions.decisions FORCE ROW LEVEL SECURITY;
REVOKE ALL ON decisions.decisions FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON decisions.decisions TO portal_resolver;
CREATE POLICY resolver ON decisions.decisions TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (alternatives, authority_source, consulted_post, decided_by_capacity, decided_by_post, decided_on, defer_until, effective_on, evidence, interests, outcome, reasons, record_url, report_reference, status) ON decisions.decisions TO portal_app, portal_worker;
CREATE POLICY owner_reads ON decisions.decisions FOR SELECT TO portal_app, portal_worker USING (authority_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON decisions.decisions FOR INSERT TO portal_app, portal_worker WITH CHECK (authority_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON decisions.decisions FOR UPDATE TO portal_app, portal_worker USING ((authority_id = (SELECT app.organisation())) AND (status IN ('draft', 'recorded'))) WITH CHECK (authority_id = (SELECT app.organisation()));
CREATE POLICY participant_reads ON decisions.decisions FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]) AND (status <> 'draft'));

ALTER TABLE evaluation.consensus ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation.consensus FORCE ROW LEVEL SECURITY;
REVOKE ALL ON evaluation.consensus FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.consensus TO portal_resolver;
CREATE POLICY resolver ON evaluation.consensus TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (agreed_at, internal_rationale, letter_rationale, meeting_id, recorded_by, score) ON evaluation.consensus TO portal_app, portal_worker;
CREATE POLICY owner_reads ON evaluation.consensus FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON evaluation.consensus FOR INSERT TO portal_app, portal_worker WITH CHECK ((lead_id = (SELECT app.organisation())) AND (locked_at IS NULL));
CREATE POLICY owner_updates ON evaluation.consensus FOR UPDATE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (locked_at IS NULL)) WITH CHECK ((lead_id = (SELECT app.organisation())) AND (locked_at IS NULL));
CREATE POLICY blind_reads ON evaluation.consensus FOR SELECT TO portal_app, portal_worker USING ((panel_id, lot_id) IN (SELECT s.panel_id, s.lot_id FROM app.submitted_sheets() s));

ALTER TABLE evaluation.declarations ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation.declarations FORCE ROW LEVEL SECURITY;
REVOKE ALL ON evaluation.declarations FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.declarations TO portal_resolver;
CREATE POLICY resolver ON evaluation.declarations TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (managed_how, ruled_at, ruled_by, ruling) ON evaluation.declarations TO portal_app, portal_worker;
CREATE POLICY author_reads ON evaluation.declarations FOR SELECT TO portal_app, portal_worker USING (person_id = (SELECT app.person()) AND organisation_id = (SELECT app.organisation()));
CREATE POLICY author_inserts ON evaluation.declarations FOR INSERT TO portal_app, portal_worker WITH CHECK ((person_id = (SELECT app.person()) AND organisation_id = (SELECT app.organisation())) AND (ruling IS NULL));
CREATE POLICY owner_reads ON evaluation.declarations FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON evaluation.declarations FOR UPDATE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (NOT interest OR person_id <> (SELECT app.person()))) WITH CHECK ((lead_id = (SELECT app.organisation())) AND (NOT interest OR person_id <> (SELECT app.person())));

ALTER TABLE evaluation.results ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation.results FORCE ROW LEVEL SECURITY;
REVOKE ALL ON evaluation.results FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.results TO portal_resolver;
CREATE POLICY resolver ON evaluation.results TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON evaluation.results TO portal_app, portal_worker;
CREATE POLICY owner_reads ON evaluation.results FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON evaluation.results FOR INSERT TO portal_app, portal_worker WITH CHECK ((lead_id = (SELECT app.organisation())) AND (signed_off_at IS NULL));
CREATE POLICY owner_deletes ON evaluation.results FOR DELETE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (signed_off_at IS NULL));
CREATE POLICY participant_reads ON evaluation.results FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]) AND (signed_off_at IS NOT NULL));

ALTER TABLE evaluation.score_sheets ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation.score_sheets FORCE ROW LEVEL SECURITY;
REVOKE ALL ON evaluation.score_sheets FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.score_sheets TO portal_resolver;
CREATE POLICY resolver ON evaluation.score_sheets TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT ON evaluation.score_sheets TO portal_app, portal_worker;
CREATE POLICY participant_reads ON evaluation.score_sheets FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));

ALTER TABLE evaluation.scores ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation.scores FORCE ROW LEVEL SECURITY;
REVOKE ALL ON evaluation.scores FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.scores TO portal_resolver;
CREATE POLICY resolver ON evaluation.scores TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (reason, saved_at, score) ON evaluation.scores TO portal_app, portal_worker;
CREATE POLICY author_reads ON evaluation.scores FOR SELECT TO portal_app, portal_worker USING (person_id = (SELECT app.person()) AND organisation_id = (SELECT app.organisation()));
CREATE POLICY author_inserts ON evaluation.scores FOR INSERT TO portal_app, portal_worker WITH CHECK ((person_id = (SELECT app.person()) AND organisation_id = (SELECT app.organisation())) AND (submitted_at IS NULL));
CREATE POLICY author_updates ON evaluation.scores FOR UPDATE TO portal_app, portal_worker USING ((person_id = (SELECT app.person()) AND organisation_id = (SELECT app.organisation())) AND (submitted_at IS NULL)) WITH CHECK ((person_id = (SELECT app.person()) AND organisation_id = (SELECT app.organisation())) AND (submitted_at IS NULL));
CREATE POLICY blind_reads ON evaluation.scores FOR SELECT TO portal_app, portal_worker USING ((panel_id, lot_id) IN (SELECT s.panel_id, s.lot_id FROM app.submitted_sheets() s) AND (submitted_at IS NOT NULL));

ALTER TABLE purchasing_systems.admissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE purchasing_systems.admissions FORCE ROW LEVEL SECURITY;
REVOKE ALL ON purchasing_systems.admissions FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchasing_systems.admissions TO portal_resolver;
CREATE POLICY resolver ON purchasing_systems.admissions TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON purchasing_systems.admissions TO portal_app, portal_worker;
CREATE POLICY owner_reads ON purchasing_systems.admissions FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON purchasing_systems.admissions FOR INSERT TO portal_app, portal_worker WITH CHECK ((lead_id = (SELECT app.organisation())) AND (status = 'proposed' AND released_at IS NULL AND effective_at IS NULL));
CREATE POLICY participant_reads ON purchasing_systems.admissions FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY provider_reads ON purchasing_systems.admissions FOR SELECT TO portal_app, portal_worker USING (provider_id = (SELECT app.organisation()) AND released_at IS NOT NULL);
CREATE POLICY register_reads ON purchasing_systems.admissions FOR SELECT TO portal_app, portal_worker USING (status = 'effective' AND system_id = ANY ((SELECT app.published_systems())::uuid[]));

ALTER TABLE purchasing_systems.closing_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE purchasing_systems.closing_changes FORCE ROW LEVEL SECURITY;
REVOKE ALL ON purchasing_systems.closing_changes FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchasing_systems.closing_changes TO portal_resolver;
CREATE POLICY resolver ON purchasing_systems.closing_changes TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT ON purchasing_systems.closing_changes TO portal_app, portal_worker;
CREATE POLICY participant_reads ON purchasing_systems.closing_changes FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY published_reads ON purchasing_systems.closing_changes FOR SELECT TO portal_app, portal_worker USING (round_id = ANY ((SELECT app.published_rounds())::uuid[]) AND confirmed_at IS NOT NULL);

ALTER TABLE purchasing_systems.local_schedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE purchasing_systems.local_schedules FORCE ROW LEVEL SECURITY;
REVOKE ALL ON purchasing_systems.local_schedules FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchasing_systems.local_schedules TO portal_resolver;
CREATE POLICY resolver ON purchasing_systems.local_schedules TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (frozen_at, text) ON purchasing_systems.local_schedules TO portal_app, portal_worker;
CREATE POLICY owner_reads ON purchasing_systems.local_schedules FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON purchasing_systems.local_schedules FOR INSERT TO portal_app, portal_worker WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON purchasing_systems.local_schedules FOR UPDATE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (frozen_at IS NULL)) WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY authority_updates ON purchasing_systems.local_schedules FOR UPDATE TO portal_app, portal_worker USING ((authority_id = (SELECT app.organisation())) AND (frozen_at IS NULL AND system_id = ANY ((SELECT app.systems())::uuid[]))) WITH CHECK ((authority_id = (SELECT app.organisation())) AND (frozen_at IS NULL AND system_id = ANY ((SELECT app.systems())::uuid[])));
CREATE POLICY participant_reads ON purchasing_systems.local_schedules FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY published_reads ON purchasing_systems.local_schedules FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.published_systems())::uuid[]));

ALTER TABLE questionnaires.question_sets ENABLE ROW LEVEL SECURITY;
ALTER TABLE questionnaires.question_sets FORCE ROW LEVEL SECURITY;
REVOKE ALL ON questionnaires.question_sets FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON questionnaires.question_sets TO portal_resolver;
CREATE POLICY resolver ON questionnaires.question_sets TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (frozen_at, title) ON questionnaires.question_sets TO portal_app, portal_worker;
CREATE POLICY owner_reads ON questionnaires.question_sets FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON questionnaires.question_sets FOR INSERT TO portal_app, portal_worker WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON questionnaires.question_sets FOR UPDATE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (frozen_at IS NULL)) WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_deletes ON questionnaires.question_sets FOR DELETE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (frozen_at IS NULL));
CREATE POLICY participant_reads ON questionnaires.question_sets FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY published_reads ON questionnaires.question_sets FOR SELECT TO portal_app, portal_worker USING (round_id = ANY ((SELECT app.published_rounds())::uuid[]));

ALTER TABLE decisions.restrictions ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions.restrictions FORCE ROW LEVEL SECURITY;
REVOKE ALL ON decisions.restrictions FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON decisions.restrictions TO portal_resolver;
CREATE POLICY resolver ON decisions.restrictions TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON decisions.restrictions TO portal_app, portal_worker;
CREATE POLICY owner_reads ON decisions.restrictions FOR SELECT TO portal_app, portal_worker USING (authority_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON decisions.restrictions FOR INSERT TO portal_app, portal_worker WITH CHECK ((authority_id = (SELECT app.organisation())) AND (in_force_at IS NULL));
CREATE POLICY owner_deletes ON decisions.restrictions FOR DELETE TO portal_app, portal_worker USING ((authority_id = (SELECT app.organisation())) AND (in_force_at IS NULL));
CREATE POLICY participant_reads ON decisions.restrictions FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]) AND (in_force_at IS NOT NULL));

ALTER TABLE questionnaires.questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE questionnaires.questions FORCE ROW LEVEL SECURITY;
REVOKE ALL ON questionnaires.questions FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON questionnaires.questions TO portal_resolver;
CREATE POLICY resolver ON questionnaires.questions TO portal_resolver USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (ceiling, frozen_at, hint, minimum_score, prompt, scorer_guidance, weight, word_limit) ON questionnaires.questions TO portal_app, portal_worker;
CREATE POLICY owner_reads ON questionnaires.questions FOR SELECT TO portal_app, portal_worker USING (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_inserts ON questionnaires.questions FOR INSERT TO portal_app, portal_worker WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_updates ON questionnaires.questions FOR UPDATE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (frozen_at IS NULL)) WITH CHECK (lead_id = (SELECT app.organisation()));
CREATE POLICY owner_deletes ON questionnaires.questions FOR DELETE TO portal_app, portal_worker USING ((lead_id = (SELECT app.organisation())) AND (frozen_at IS NULL));
CREATE POLICY participant_reads ON questionnaires.questions FOR SELECT TO portal_app, portal_worker USING (system_id = ANY ((SELECT app.systems())::uuid[]));
CREATE POLICY published_reads ON questionnaires.questions FOR SELECT TO portal_app, portal_worker USING (round_id = ANY ((SELECT app.published_rounds())::uuid[]));
