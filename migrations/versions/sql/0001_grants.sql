-- What the application and, within the scope a job carries, the worker may call. Everything else is internal.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    app.now,
    app.claims,
    app.person,
    app.organisation,
    app.kind,
    app.entered_at,
    app.claimed,
    app.roles,
    app.systems,
    app.led,
    app.opened_rounds,
    app.seats,
    app.round_key,
    app.applicant_of,
    app.applicant,
    app.applicants,
    app.open_drafts,
    app.help_wanted,
    app.provider_ids,
    app.notify_sealed,
    app.applicant_root,
    app.submitted_sheets,
    app.published_systems,
    app.published_rounds,
    app.enter,
    app.sign_in_salt,
    app.sign_in,
    app.sign_out,
    app.sign_out_everywhere,
    app.act_for,
    app.touch,
    app.invite,
    app.invitations,
    app.withdraw_invitation,
    app.register_provider,
    app.change_membership,
    app.invitation,
    app.accept_invitation,
    app.ask_new_password,
    app.password_link,
    app.set_new_password,
    app.change_password,
    app.write_audit,
    app.audit_head,
    app.record_refusal,
    app.defer,
    app.notify,
    app.notify_person,
    app.notify_stranger,
    app.outbox,
    app.demonstration_outbox,
    app.plan_window,
    app.publish_round,
    app.cancel_round,
    app.move_round,
    app.propose_closing,
    app.confirm_closing,
    app.notify_interested,
    app.interest_count,
    app.next_version,
    app.withdraw_submission,
    app.confirm_opening,
    app.refuse_opening,
    app.may_open,
    app.submit_scores,
    app.move_panel,
    app.to_be_scored,
    app.move_admission,
    app.release_letters,
    app.settle_matter,
    app.withdraw_matter,
    app.effects,
    app.excuse_party,
    app.add_party,
    app.publish_decision,
    app.publish_forward_plan_entry,
    app.withdraw_forward_plan_entry,
    app.send_representation,
    app.public_questions,
    app.usability,
    app.admitted_providers,
    app.register_as_at,
    app.register_history,
    app.offers_as_at,
    app.prices_as_at
TO portal_app, portal_worker;
GRANT EXECUTE ON FUNCTION app.enter_job, app.begin_telling, app.tell_once TO portal_worker;
GRANT EXECUTE ON FUNCTION app.audit_check, app.applicant_root, app.rewrap_applicant_root TO portal_keeper;

-- Definer functions belong to the resolver, which owns nothing else; the job runner works the job tables.
GRANT CREATE ON SCHEMA app TO portal_resolver;
DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname = 'app' LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO portal_resolver', f.name);
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA app FROM portal_resolver;
GRANT USAGE ON SCHEMA jobs TO portal_worker, portal_resolver;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO portal_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO portal_worker, portal_resolver;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA jobs TO portal_resolver;
GRANT SELECT, DELETE ON app.job_scopes TO portal_worker;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO portal_worker, portal_resolver;
