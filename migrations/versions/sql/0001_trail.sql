-- The trail, refusals, messages, jobs: what every slice writes to, through one door each.

CREATE FUNCTION app.audit_text(l audit.lines) RETURNS bytea LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT convert_to(jsonb_build_object(
        'n', l.n, 'at', extract(epoch FROM l.at)::text, 'person', l.person_id, 'label', l.person_label,
        'organisation', l.organisation_id, 'name', l.organisation_name, 'about', l.about_id, 'system', l.system_id,
        'verb', l.verb, 'sentence', l.sentence, 'facts', l.facts, 'applicant', l.applicant_id, 'sealed', encode(l.sealed, 'hex')
        )::text, 'UTF8') $$;

-- The last statement before commit: takes who acted from the scope, chains each line to the one before, returns the head.
CREATE FUNCTION app.write_audit(p_lines jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_claims jsonb := app.claims();
    v_line audit.lines;
    v_item jsonb;
    v_n bigint;
    v_hash bytea;
BEGIN
    PERFORM 1 FROM app.chain FOR UPDATE;
    SELECT n, hash INTO v_n, v_hash FROM audit.lines ORDER BY n DESC LIMIT 1;
    v_n := coalesce(v_n, 0);
    v_hash := coalesce(v_hash, '\x00'::bytea);
    FOR v_item IN SELECT * FROM jsonb_array_elements(p_lines) LOOP
        v_n := v_n + 1;
        v_line.n := v_n;
        v_line.at := app.now();
        v_line.person_id := (v_claims ->> 'person')::uuid;
        v_line.person_label := coalesce(v_claims ->> 'label', CASE session_user WHEN 'portal_app' THEN 'Not signed in' ELSE 'The portal' END);
        v_line.organisation_id := (v_claims ->> 'organisation')::uuid;
        v_line.organisation_name := coalesce(v_claims ->> 'name', '');
        -- Nobody writes into another organisation's trail without saying who they are.
        v_line.about_id := CASE WHEN v_claims IS NOT NULL OR session_user <> 'portal_app' THEN (v_item ->> 'about')::uuid END;
        v_line.system_id := (v_item ->> 'system')::uuid;
        v_line.applicant_id := NULL;
        v_line.sealed := NULL;
        -- What an applicant did before opening: who it was, and the sentence, are sealed with a key of its own.
        IF v_item ? 'applicant' AND (v_item ->> 'applicant')::uuid = ANY (app.applicants()) THEN
            v_line.applicant_id := (v_item ->> 'applicant')::uuid;
            v_line.sealed := decode(v_item ->> 'sealed', 'hex');
            v_line.person_id := NULL;
            v_line.person_label := 'An applicant';
            v_line.organisation_id := NULL;
            v_line.organisation_name := '';
        END IF;
        v_line.verb := v_item ->> 'verb';
        v_line.sentence := v_item ->> 'sentence';
        v_line.facts := coalesce(v_item -> 'facts', '{}');
        v_line.previous := v_hash;
        v_hash := app.mac('audit', v_hash || app.audit_text(v_line));
        v_line.hash := v_hash;
        INSERT INTO audit.lines SELECT v_line.*;
    END LOOP;
    RETURN jsonb_build_object('n', v_n, 'hash', encode(v_hash, 'hex'));
END $$;

CREATE FUNCTION app.audit_head() RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT jsonb_build_object('n', n, 'hash', encode(hash, 'hex')) FROM audit.lines WHERE app.claims() IS NOT NULL ORDER BY n DESC LIMIT 1 $$;

-- For `portal audit verify`, run by the keeper: each line with what its hash should be.
CREATE FUNCTION app.audit_check() RETURNS TABLE (n bigint, previous bytea, hash bytea, expected bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.n, l.previous, l.hash, app.mac('audit', l.previous || app.audit_text(l)) FROM audit.lines l ORDER BY l.n $$;
REVOKE ALL ON FUNCTION app.audit_check() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.audit_check() TO portal_keeper;

CREATE FUNCTION app.forbid_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit.lines FOR EACH ROW EXECUTE FUNCTION app.forbid_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit.lines FOR EACH STATEMENT EXECUTE FUNCTION app.forbid_change();
ALTER TABLE audit.lines ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE audit.lines ENABLE ALWAYS TRIGGER append_only_truncate;

CREATE FUNCTION app.record_refusal(p_status int, p_verb text, p_path text, p_sentence text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_claims jsonb := app.claims();
BEGIN
    IF (SELECT count(*) FROM audit.refusals
        WHERE person_id IS NOT DISTINCT FROM (v_claims ->> 'person')::uuid AND at > app.now() - interval '1 minute') >= 60 THEN
        RETURN;
    END IF;
    INSERT INTO audit.refusals (id, at, person_id, person_label, organisation_id, status, verb, path, sentence)
    VALUES (gen_random_uuid(), app.now(), (v_claims ->> 'person')::uuid, coalesce(v_claims ->> 'label', 'Not signed in'),
            (v_claims ->> 'organisation')::uuid, p_status, left(p_verb, 40),
            -- An address with the id of its application would say whose that application is.
            CASE WHEN v_claims ->> 'kind' = 'provider' THEN regexp_replace(left(p_path, 400),
                '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '…', 'g') ELSE left(p_path, 400) END,
            left(p_sentence, 1000));
END $$;

-- Deferring a job by name in the caller's transaction: the job table is the outbox. The scope travels with the job.
CREATE FUNCTION app.defer(p_task text, p_args jsonb, p_at timestamptz) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = jobs, pg_catalog, pg_temp AS $$
DECLARE
    v_claims jsonb := app.claims();
    v_job bigint;
BEGIN
    IF p_task NOT IN ('handle_event', 'deliver_message') OR pg_column_size(p_args) > 16384 THEN
        RAISE EXCEPTION 'There is no such job.' USING ERRCODE = '42501';
    END IF;
    INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at)
    VALUES ('portal', p_task, 0, p_args, p_at) RETURNING id INTO v_job;
    IF v_claims IS NOT NULL THEN
        INSERT INTO app.job_scopes VALUES (v_job, (v_claims ->> 'person')::uuid, (v_claims ->> 'organisation')::uuid);
    END IF;
    RETURN v_job;
END $$;

-- What may be said, and to whom. A provider writes to itself and to authorities, never to a rival; a link stays in the portal,
-- so that nobody's statement makes the portal send people elsewhere.
CREATE FUNCTION app.check_message(p_organisation uuid, p_subject text, p_body text, p_link text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF app.claims() IS NULL THEN
        RAISE EXCEPTION 'Sign in first.' USING ERRCODE = 'PT403';
    END IF;
    IF app.kind() <> 'authority' AND p_organisation IS DISTINCT FROM app.organisation() AND NOT EXISTS (
        SELECT 1 FROM tenants.organisations WHERE id = p_organisation AND kind = 'authority') THEN
        RAISE EXCEPTION 'There is no such organisation.' USING ERRCODE = 'PT404';
    END IF;
    PERFORM app.check_words(p_subject, p_body, p_link);
END $$;
CREATE FUNCTION app.check_words(p_subject text, p_body text, p_link text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_link !~ '^/[A-Za-z0-9][A-Za-z0-9/_.?=&-]*$' OR p_subject ~ '[[:cntrl:]]' OR length(p_subject) > 300 OR length(p_body) > 8000
       OR app.kind() IS DISTINCT FROM 'authority' AND p_subject || p_body ~* '(https?:|www\.)' THEN
        RAISE EXCEPTION 'A message has a short subject, and leads to a page of the portal alone.' USING ERRCODE = '42501';
    END IF;
END $$;

-- One row each to everybody of an organisation who holds one of the roles (NULL: everybody), mailed by the worker. Internal: who may say
-- what to whom is for the callers.
CREATE FUNCTION app.post_messages(p_organisation uuid, p_roles text[], p_kind text, p_subject text, p_body text, p_link text)
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_sent int := 0;
    v_id uuid;
    v_member record;
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
BEGIN
    FOR v_member IN SELECT m.person_id, m.email FROM tenants.memberships m JOIN tenants.persons p ON p.id = m.person_id
        WHERE m.organisation_id = p_organisation AND p.active AND m.starts_on <= v_today
          AND (m.ends_on IS NULL OR m.ends_on > v_today) AND (p_roles IS NULL OR m.roles && p_roles)
        ORDER BY m.email
    LOOP
        v_id := gen_random_uuid();
        INSERT INTO notify.messages (id, person_id, organisation_id, email, kind, subject, body, link, created_at, state, attempts)
        VALUES (v_id, v_member.person_id, p_organisation, v_member.email, p_kind, p_subject, p_body, p_link, app.now(), 'waiting', 0);
        PERFORM app.defer('deliver_message', jsonb_build_object('message_id', v_id), NULL);
        v_sent := v_sent + 1;
    END LOOP;
    RETURN v_sent;
END $$;
REVOKE ALL ON FUNCTION app.post_messages(uuid, text[], text, text, text, text) FROM PUBLIC;

-- A message to an organisation, by somebody who is signed in.
CREATE FUNCTION app.notify(p_organisation uuid, p_roles text[], p_kind text, p_subject text, p_body text, p_link text)
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.check_message(p_organisation, p_subject, p_body, p_link);
    RETURN app.post_messages(p_organisation, p_roles, p_kind, p_subject, p_body, p_link);
END $$;

-- To everybody of a provider, sealed with a key outside the database: what it is about is read in the inbox alone. Internal: who may say
-- what to whom is for the callers.
CREATE FUNCTION app.post_sealed(p_organisation uuid, p_sealed bytea) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_sent int;
BEGIN
    IF p_sealed IS NULL OR length(p_sealed) > 16384 THEN
        RAISE EXCEPTION 'A message has a short subject, and leads to a page of the portal alone.' USING ERRCODE = '42501';
    END IF;
    v_sent := app.post_messages(p_organisation, NULL, 'sealed', 'There is a message for you in the portal',
        'Sign in and open your inbox to read it. Until a round is opened, the portal does not say by mail what its messages are about.', '/inbox');
    UPDATE notify.messages SET sealed = p_sealed WHERE organisation_id = p_organisation AND kind = 'sealed' AND sealed IS NULL;
    RETURN v_sent;
END $$;
REVOKE ALL ON FUNCTION app.post_sealed(uuid, bytea) FROM PUBLIC;

CREATE FUNCTION app.notify_sealed(p_sealed bytea) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF app.kind() IS DISTINCT FROM 'provider' OR p_sealed IS NULL THEN
        RAISE EXCEPTION 'There is no such organisation.' USING ERRCODE = 'PT404';
    END IF;
    RETURN app.post_sealed(app.organisation(), p_sealed);
END $$;

-- To one person (an evaluator), in one organisation.
CREATE FUNCTION app.notify_person(p_person uuid, p_organisation uuid, p_kind text, p_subject text, p_body text, p_link text)
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid := gen_random_uuid();
BEGIN
    PERFORM app.check_message(p_organisation, p_subject, p_body, p_link);
    INSERT INTO notify.messages (id, person_id, organisation_id, email, kind, subject, body, link, created_at, state, attempts)
    SELECT v_id, person_id, organisation_id, email, p_kind, p_subject, p_body, p_link, app.now(), 'waiting', 0
    FROM tenants.memberships WHERE person_id = p_person AND organisation_id = p_organisation;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    PERFORM app.defer('deliver_message', jsonb_build_object('message_id', v_id), NULL);
    RETURN 1;
END $$;

-- A link for somebody without an account yet (invitation, registration): mail only, to an address that was invited a moment
-- ago, leading to that very invitation. Anything else would make the portal a relay.
CREATE FUNCTION app.notify_stranger(p_email text, p_kind text, p_subject text, p_body text, p_link text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid := gen_random_uuid();
BEGIN
    PERFORM app.check_words(p_subject, p_body, p_link);
    IF NOT EXISTS (SELECT 1 FROM tenants.invitations WHERE email = p_email AND used_at IS NULL
                   AND invited_at > app.now() - interval '5 minutes'
                   AND token_sha256 = sha256(convert_to(split_part(p_link, '/', 3), 'UTF8'))) THEN
        RAISE EXCEPTION 'There is no such invitation.' USING ERRCODE = 'PT404';
    END IF;
    INSERT INTO notify.messages (id, person_id, organisation_id, email, kind, subject, body, link, created_at, state, attempts)
    VALUES (v_id, '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', p_email, p_kind,
            p_subject, p_body, p_link, app.now(), 'waiting', 0);
    PERFORM app.defer('deliver_message', jsonb_build_object('message_id', v_id), NULL);
END $$;

-- The operator sees that mail goes out, and to which domain; never to whom or what. Of mail to a provider neither its kind
-- nor its minute: a receipt just before closing would say who applied.
CREATE FUNCTION app.outbox(p_limit int) RETURNS TABLE (created_at timestamptz, kind text, domain text, state text, sent_at timestamptz, attempts int, failure text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN o.kind = 'provider' THEN date_trunc('day', m.created_at, 'Europe/London') ELSE m.created_at END,
        CASE WHEN o.kind = 'provider' THEN 'provider' ELSE m.kind END, split_part(m.email, '@', 2), m.state,
        CASE WHEN o.kind = 'provider' THEN date_trunc('day', m.sent_at, 'Europe/London') ELSE m.sent_at END, m.attempts, m.failure
    FROM notify.messages m LEFT JOIN tenants.organisations o ON o.id = m.organisation_id
    WHERE 'portal_operator' = ANY (app.roles()) ORDER BY 1 DESC, m.id LIMIT p_limit $$;

-- In demonstration mode alone: what would have been mailed, with its link, so that an invitation can be accepted.
CREATE FUNCTION app.demonstration_outbox(p_limit int) RETURNS TABLE (created_at timestamptz, email text, subject text, body text, link text, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT created_at, email, subject, body, link, state FROM notify.messages
    WHERE (SELECT demonstration FROM app.mode) ORDER BY created_at DESC, id LIMIT p_limit $$;
