-- The scope is a credential: who acts, for which organisation, resolved from a session's secret and sealed to this
-- backend and transaction. Nothing else can set it; nothing can replay it.

CREATE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT clock_timestamp() + shift FROM app.clock $$;

CREATE FUNCTION app.mac(p_name text, p_message bytea) RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT sha256(outer_pad || sha256(inner_pad || p_message)) FROM app.secrets WHERE name = p_name $$;
REVOKE ALL ON FUNCTION app.mac(text, bytea) FROM PUBLIC;

CREATE FUNCTION app.seal_of(p_claims text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT encode(app.mac('scope', convert_to(
    pg_backend_pid() || '|' || extract(epoch FROM transaction_timestamp()) || '|' || p_claims, 'UTF8')), 'hex') $$;
REVOKE ALL ON FUNCTION app.seal_of(text) FROM PUBLIC;

CREATE FUNCTION app.claims() RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_claims text := current_setting('app.claims', true);
BEGIN
    IF v_claims IS NULL OR v_claims = '' THEN
        RETURN NULL;
    END IF;
    -- As app.seal_of, written out: every policy asks once a statement, and three calls cost more than the hash.
    PERFORM 1 FROM app.secrets WHERE name = 'scope' AND current_setting('app.seal', true) = encode(
        sha256(outer_pad || sha256(inner_pad || convert_to(
            pg_backend_pid() || '|' || extract(epoch FROM transaction_timestamp()) || '|' || v_claims, 'UTF8'))), 'hex');
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN v_claims::jsonb;
END $$;

CREATE FUNCTION app.person() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (app.claims() ->> 'person')::uuid $$;
CREATE FUNCTION app.organisation() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (app.claims() ->> 'organisation')::uuid $$;
CREATE FUNCTION app.kind() RETURNS text LANGUAGE sql STABLE AS $$ SELECT app.claims() ->> 'kind' $$;
CREATE FUNCTION app.entered_at() RETURNS timestamptz LANGUAGE sql STABLE
AS $$ SELECT to_timestamp((app.claims() ->> 'entered')::numeric) $$;
CREATE FUNCTION app.claimed(p_name text) RETURNS uuid[] LANGUAGE sql STABLE
AS $$ SELECT array(SELECT jsonb_array_elements_text(app.claims() -> p_name)::uuid) $$;
CREATE FUNCTION app.roles() RETURNS text[] LANGUAGE sql STABLE
AS $$ SELECT array(SELECT jsonb_array_elements_text(app.claims() -> 'roles')) $$;
CREATE FUNCTION app.systems() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('systems') $$;
CREATE FUNCTION app.considered() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('considered') $$;
CREATE FUNCTION app.invited() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('invited') $$;
CREATE FUNCTION app.asked() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('asked') $$;
-- Councils that plan together: those in a system in which the council acted for takes part or is asked to, and itself. Another region on
-- the same host is none of them.
CREATE FUNCTION app.neighbours() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array(SELECT app.organisation() WHERE app.kind() = 'authority'
        UNION SELECT p.authority_id FROM purchasing_systems.participations p
        WHERE app.kind() = 'authority' AND p.system_id = ANY (app.systems() || app.considered() || app.invited())) $$;

CREATE FUNCTION app.led() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('led') $$;
CREATE FUNCTION app.opened_rounds() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('rounds') $$;
CREATE FUNCTION app.seats() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('seats') $$;
CREATE FUNCTION app.submitted_sheets() RETURNS TABLE (panel_id uuid, lot_id uuid) LANGUAGE sql STABLE
AS $$ SELECT split_part(sheet, ' ', 1)::uuid, split_part(sheet, ' ', 2)::uuid
      FROM jsonb_array_elements_text(app.claims() -> 'sheets') sheet $$;

-- A provider's name in one round, until the round is opened. It is worked out from a secret that the application derives from
-- a key outside the database, so that a copy of the database does not say who applies; and only in that provider's scope.
CREATE FUNCTION app.round_key(p_secret bytea, p_round uuid) RETURNS bytea LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT sha256(p_secret || uuid_send(p_round)) $$;
CREATE FUNCTION app.applicant_of(p_round_key bytea) RETURNS uuid LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT encode(substr(sha256(p_round_key || '\x6170706c6963616e74'::bytea), 1, 16), 'hex')::uuid $$;
CREATE FUNCTION app.applicant(p_round uuid) RETURNS uuid LANGUAGE sql STABLE
AS $$ SELECT app.applicant_of(app.round_key(decode(app.claims() ->> 'secret', 'hex'), p_round)) $$;
CREATE FUNCTION app.applicants() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('applicants') $$;

-- Kept wrapped; the first who offers one is taken, and everybody gets that one.
CREATE FUNCTION app.applicant_root(p_offered bytea) RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO app.applicant_roots (wrapped) SELECT p_offered WHERE p_offered IS NOT NULL ON CONFLICT DO NOTHING;
    RETURN (SELECT wrapped FROM app.applicant_roots);
END $$;
CREATE FUNCTION app.rewrap_applicant_root(p_old bytea, p_new bytea) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ UPDATE app.applicant_roots SET wrapped = p_new WHERE wrapped = p_old $$;
REVOKE ALL ON FUNCTION app.rewrap_applicant_root(bytea, bytea) FROM PUBLIC;

CREATE FUNCTION app.published_systems() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT array(SELECT id FROM purchasing_systems.systems WHERE published_at IS NOT NULL) $$;
CREATE FUNCTION app.published_rounds() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT array(SELECT id FROM purchasing_systems.rounds WHERE published_at IS NOT NULL) $$;

-- Does an authority that stands so decide, evaluate and buy on this day, as the status stands? (`acts_on` says the same in Python.)
CREATE FUNCTION app.acts(p_status text, p_exit_on date, p_day date) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT p_status = 'joined' OR p_status = 'withdrawing' AND p_day <= p_exit_on $$;

-- Resolves one person acting for one organisation, and seals the claims to this transaction.
CREATE FUNCTION app.bind(p_person uuid, p_organisation uuid, p_secret bytea DEFAULT NULL) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
    v_claims jsonb;
    v_ended jsonb := '[]';
    v_acting jsonb := '[]';
    v_left uuid[] := '{}';
    v_member record;
BEGIN
    SELECT m.roles, m.post, o.kind, o.name, o.slug, o.official_name INTO v_member
    FROM tenants.memberships m
    JOIN tenants.organisations o ON o.id = m.organisation_id
    JOIN tenants.persons p ON p.id = m.person_id
    WHERE m.person_id = p_person AND m.organisation_id = p_organisation AND p.active
      AND m.starts_on <= v_today AND (m.ends_on IS NULL OR m.ends_on > v_today);
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_claims := jsonb_build_object(
        'person', p_person, 'organisation', p_organisation, 'kind', v_member.kind, 'roles', to_jsonb(v_member.roles),
        'entered', extract(epoch FROM app.now()), 'label', v_member.post, 'name', v_member.official_name);
    IF v_member.kind = 'authority' THEN
        -- Whose last day by a decision of its own has passed reads nothing more, whether or not the list of participants says so yet.
        SELECT coalesce(array_agg(l.system_id), '{}') INTO v_left FROM (
            SELECT DISTINCT m.system_id FROM decisions.matters m WHERE m.kind = 'leave' AND m.status <> 'withdrawn'
              AND m.asked_again_at IS NULL AND m.facts ->> 'authority_id' = p_organisation::text) l
        WHERE EXISTS (SELECT 1 FROM app.exits(l.system_id, v_today) x WHERE x.authority_id = p_organisation AND x.exit_on < v_today);
        v_claims := v_claims || (
            SELECT jsonb_build_object(
                'systems', coalesce(jsonb_agg(DISTINCT s.id) FILTER (WHERE true), '[]'),
                'led', coalesce(jsonb_agg(DISTINCT s.id) FILTER (WHERE s.lead_id = p_organisation), '[]'))
            FROM purchasing_systems.systems s
            WHERE s.lead_id = p_organisation OR EXISTS (
                SELECT 1 FROM purchasing_systems.participations a
                WHERE a.system_id = s.id AND a.authority_id = p_organisation AND a.system_id <> ALL (v_left)
                  AND (a.status = 'suspended' OR app.acts(a.status, a.exit_on, v_today))));
        -- One that is suspended goes on reading; who sits on a panel must act. Who is invited, or named in the notice, sees what the system
        -- is and the question whether it takes part; who considers that, or has decided to, reads the drafts besides.
        SELECT coalesce(jsonb_agg(x.id), '[]') INTO v_acting FROM (SELECT jsonb_array_elements_text(v_claims -> 'systems') AS id) x
        WHERE NOT EXISTS (SELECT 1 FROM purchasing_systems.participations a
            WHERE a.system_id = x.id::uuid AND a.authority_id = p_organisation AND a.status = 'suspended');
        v_claims := v_claims || (
            SELECT jsonb_build_object('invited', coalesce(jsonb_agg(DISTINCT a.system_id), '[]'),
                'considered', coalesce(jsonb_agg(DISTINCT a.system_id) FILTER (WHERE a.status IN ('considering', 'approved')), '[]'),
                'asked', coalesce(jsonb_agg(DISTINCT m.id) FILTER (WHERE m.id IS NOT NULL), '[]'))
            FROM purchasing_systems.participations a
            LEFT JOIN (decisions.matters m JOIN decisions.matter_parties q ON q.matter_id = m.id AND q.authority_id = p_organisation)
                ON m.system_id = a.system_id AND m.kind = 'take_part'
            WHERE a.authority_id = p_organisation AND a.status IN ('invited', 'considering', 'named_user', 'approved')
              AND NOT v_claims -> 'systems' ? a.system_id::text);
        -- Where the term may be over for some council, pages look closer; everywhere else they need not ask.
        SELECT coalesce(jsonb_agg(s.id), '[]') INTO v_ended FROM purchasing_systems.systems s
        WHERE v_claims -> 'systems' ? s.id::text AND (s.valid_until < v_today OR s.id IN (
            SELECT m.system_id FROM decisions.matters m WHERE m.kind IN ('leave', 'close') AND m.status <> 'withdrawn'));
        v_claims := v_claims || (
            SELECT jsonb_build_object('rounds', coalesce(jsonb_agg(r.id), '[]'))
            FROM purchasing_systems.rounds r
            WHERE r.opened_at IS NOT NULL AND v_claims -> 'systems' ? r.system_id::text);
        -- Seats on panels; and the lots of panels whose scores this person may see: their own are in, or moderation began.
        v_claims := v_claims || (
            SELECT jsonb_build_object('seats', coalesce(jsonb_agg(m.panel_id), '[]'))
            FROM evaluation.panel_members m
            WHERE m.person_id = p_person AND m.organisation_id = p_organisation AND m.status = 'active'
              AND v_acting ? m.system_id::text);
        v_claims := v_claims || (
            SELECT jsonb_build_object('sheets', coalesce(jsonb_agg(s.panel_id || ' ' || s.lot_id), '[]'))
            FROM (SELECT h.panel_id, h.lot_id FROM evaluation.score_sheets h
                  WHERE h.person_id = p_person AND h.organisation_id = p_organisation AND v_claims -> 'seats' ? h.panel_id::text
                  UNION
                  SELECT g.panel_id, g.lot_id FROM evaluation.moderation_meetings g
                  WHERE g.lead_id = p_organisation
                     OR g.panel_id = ANY (array(SELECT jsonb_array_elements_text(v_claims -> 'seats')::uuid))) s);
    ELSE
        v_claims := v_claims || '{"systems": [], "invited": [], "considered": [], "asked": [], "led": [], "rounds": [], "seats": [], "sheets": [], "applicants": []}';
    END IF;
    -- Rounds that take applications, and those it once took an interest in.
    IF v_member.kind = 'provider' AND length(p_secret) = 32 THEN
        v_claims := v_claims || jsonb_build_object('secret', encode(p_secret, 'hex'), 'applicants', (
            SELECT coalesce(jsonb_agg(r.applicant_id), '[]')
            FROM (SELECT id, status, app.applicant_of(app.round_key(p_secret, id)) AS applicant_id
                  FROM purchasing_systems.rounds WHERE published_at IS NOT NULL) r
            WHERE r.status = 'published'
               OR EXISTS (SELECT 1 FROM applications.interests i WHERE i.round_id = r.id AND i.applicant_id = r.applicant_id)
               OR EXISTS (SELECT 1 FROM applications.applications a WHERE a.round_id = r.id AND a.applicant_id = r.applicant_id)));
    END IF;
    PERFORM set_config('app.claims', v_claims::text, true);
    PERFORM set_config('app.seal', app.seal_of(v_claims::text), true);
    RETURN v_claims || jsonb_build_object('slug', v_member.slug, 'short_name', v_member.name, 'ended', v_ended);
END $$;
REVOKE ALL ON FUNCTION app.bind(uuid, uuid, bytea) FROM PUBLIC;

-- The only door of a request. Returns what the pages need of the actor, or NULL when there is no such session.
CREATE FUNCTION app.enter(p_token text, p_secret bytea DEFAULT NULL) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session record;
    v_now timestamptz := app.now();
    v_today date := (v_now AT TIME ZONE 'Europe/London')::date;
    v_scope jsonb;
BEGIN
    SELECT person_id, organisation_id, seen_at, expires_at INTO v_session FROM tenants.sessions
    WHERE token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND ended_at IS NULL
      AND expires_at > v_now AND seen_at > v_now - interval '60 minutes';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_scope := app.bind(v_session.person_id, v_session.organisation_id, p_secret);
    IF v_scope IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN v_scope || jsonb_build_object(
        'stale', v_session.seen_at < v_now - interval '1 minute',
        'ends', v_session.expires_at,
        'unread', (SELECT count(*) FROM notify.messages WHERE person_id = v_session.person_id
                   AND organisation_id = v_session.organisation_id AND read_at IS NULL),
        'choices', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', organisation_id, 'name', organisation_name)
                        ORDER BY organisation_name), '[]') FROM tenants.memberships
                    WHERE person_id = v_session.person_id AND organisation_id <> v_session.organisation_id
                      AND starts_on <= v_today AND (ends_on IS NULL OR ends_on > v_today)));
END $$;

CREATE FUNCTION app.enter_job(p_job bigint) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_scope app.job_scopes;
    v_claims jsonb;
BEGIN
    SELECT * INTO v_scope FROM app.job_scopes WHERE job_id = p_job;
    v_claims := app.bind(v_scope.person_id, v_scope.organisation_id);
    -- Nobody ordered this job: it reads as somebody, to tell them what waits for them, and changes nothing in their name.
    IF v_scope.reading THEN
        PERFORM set_config('transaction_read_only', 'on', true);
    END IF;
    RETURN v_claims;
END $$;
REVOKE ALL ON FUNCTION app.enter_job(bigint) FROM PUBLIC;


-- Sign-in. The application derives argon2id output from password and salt; the database compares its SHA-256,
-- so that no statement signs anybody in without the password. Unknown accounts get a salt that looks like any other.
CREATE FUNCTION app.sign_in_salt(p_email text) RETURNS TABLE (salt bytea, parameters text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(c.salt, substr(app.mac('scope', convert_to('salt|' || p_email, 'UTF8')), 1, 16)),
           coalesce(c.parameters, (SELECT parameters FROM tenants.credentials ORDER BY changed_at DESC, person_id LIMIT 1), '')
    FROM (SELECT 1) one
    LEFT JOIN tenants.persons p ON p.email = p_email
    LEFT JOIN tenants.credentials c ON c.person_id = p.id $$;

CREATE FUNCTION app.password_holds(p_person uuid, p_derived bytea) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM tenants.credentials WHERE person_id = p_person AND verifier = sha256(p_derived)) $$;
REVOKE ALL ON FUNCTION app.password_holds(uuid, bytea) FROM PUBLIC;

CREATE FUNCTION app.count_attempt(p_key text, p_limit int) RETURNS boolean LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO tenants.sign_in_attempts AS a (key, hits, expires_at) VALUES (p_key, 1, app.now() + interval '15 minutes')
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN a.expires_at <= app.now() THEN 1 ELSE a.hits + 1 END,
        expires_at = CASE WHEN a.expires_at <= app.now() THEN excluded.expires_at ELSE a.expires_at END
    RETURNING hits <= p_limit $$;
REVOKE ALL ON FUNCTION app.count_attempt(text, int) FROM PUBLIC;

CREATE FUNCTION app.new_token() RETURNS text LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$ SELECT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '') $$;

CREATE FUNCTION app.start_session(p_person uuid, p_organisation uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_token text := app.new_token();
BEGIN
    -- A provider's token says for whom it is, so that the application has the secret of its pseudonyms ready.
    IF EXISTS (SELECT 1 FROM tenants.organisations WHERE id = p_organisation AND kind = 'provider') THEN
        v_token := 'p' || replace(p_organisation::text, '-', '') || v_token;
    END IF;
    INSERT INTO tenants.sessions (token_sha256, person_id, organisation_id, started_at, seen_at, expires_at)
    VALUES (sha256(convert_to(v_token, 'UTF8')), p_person, p_organisation, app.now(), app.now(), app.now() + interval '12 hours');
    RETURN v_token;
END $$;
REVOKE ALL ON FUNCTION app.start_session(uuid, uuid) FROM PUBLIC;

-- The organisation that somebody who signs in acts for first; NULL for whoever cannot sign in.
CREATE FUNCTION app.home_of(p_person uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.organisation_id FROM tenants.memberships m JOIN tenants.persons p ON p.id = m.person_id
    WHERE m.person_id = p_person AND p.active AND m.starts_on <= (app.now() AT TIME ZONE 'Europe/London')::date
      AND (m.ends_on IS NULL OR m.ends_on > (app.now() AT TIME ZONE 'Europe/London')::date)
    ORDER BY m.starts_on, m.organisation_name LIMIT 1 $$;
REVOKE ALL ON FUNCTION app.home_of(uuid) FROM PUBLIC;

-- {"token": …}, or {"refused": "password" | "throttled"}: it returns rather than raises, so that the count is kept.
CREATE FUNCTION app.sign_in(p_email text, p_derived bytea, p_address text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_person uuid;
    v_organisation uuid;
BEGIN
    IF EXISTS (SELECT 1 FROM tenants.sign_in_attempts WHERE expires_at > app.now()
               AND ((key = p_email || '|' || p_address AND hits >= 10) OR (key = '|' || p_address AND hits >= 100))) THEN
        RETURN '{"refused": "throttled"}';
    END IF;
    SELECT id INTO v_person FROM tenants.persons WHERE email = p_email AND active;
    IF v_person IS NULL OR NOT app.password_holds(v_person, p_derived) THEN
        PERFORM app.count_attempt(p_email || '|' || p_address, 10);
        PERFORM app.count_attempt('|' || p_address, 100);
        RETURN '{"refused": "password"}';
    END IF;
    v_organisation := app.home_of(v_person);
    IF v_organisation IS NULL THEN
        RETURN '{"refused": "password"}';
    END IF;
    RETURN jsonb_build_object('token', app.start_session(v_person, v_organisation));
END $$;

CREATE FUNCTION app.sign_out(p_token text) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    UPDATE tenants.sessions SET ended_at = app.now()
    WHERE token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND ended_at IS NULL $$;

-- Everywhere this person is signed in, this browser too: for a lost telephone or a machine left open.
CREATE FUNCTION app.sign_out_everywhere() RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    UPDATE tenants.sessions SET ended_at = app.now() WHERE person_id = app.person() AND ended_at IS NULL $$;

-- A second organisation is a second scope: the session gets a new secret, and the old one ends.
CREATE FUNCTION app.act_for(p_token text, p_organisation uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_person uuid;
    v_expires timestamptz;
    v_token text;
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
BEGIN
    SELECT person_id, expires_at INTO v_person, v_expires FROM tenants.sessions
    WHERE token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND ended_at IS NULL AND expires_at > app.now()
      AND seen_at > app.now() - interval '60 minutes';
    IF v_person IS NULL OR NOT EXISTS (
        SELECT 1 FROM tenants.memberships WHERE person_id = v_person AND organisation_id = p_organisation
          AND starts_on <= v_today AND (ends_on IS NULL OR ends_on > v_today)) THEN
        RETURN NULL;
    END IF;
    PERFORM app.sign_out(p_token);
    v_token := app.start_session(v_person, p_organisation);
    -- Changing hats makes no session longer than it was.
    UPDATE tenants.sessions SET expires_at = v_expires WHERE token_sha256 = sha256(convert_to(v_token, 'UTF8'));
    RETURN v_token;
END $$;

CREATE FUNCTION app.touch(p_token text) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    UPDATE tenants.sessions SET seen_at = app.now()
    WHERE token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND ended_at IS NULL AND expires_at > app.now()
      AND seen_at > app.now() - interval '60 minutes' $$;

-- Invitations: to join the organisation acted for, or (without scope) to register a new provider.
CREATE FUNCTION app.administers() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT app.roles() && array['provider_administrator', 'authority_administrator'] $$;
REVOKE ALL ON FUNCTION app.administers() FROM PUBLIC;

CREATE FUNCTION app.fits(p_kind text, p_roles text[]) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT cardinality(p_roles) > 0 AND CASE p_kind
    WHEN 'provider' THEN p_roles <@ array['provider_administrator', 'bid_writer']
    WHEN 'authority' THEN NOT p_roles && array['provider_administrator', 'bid_writer', 'portal_operator']
    ELSE false END $$;
REVOKE ALL ON FUNCTION app.fits(text, text[]) FROM PUBLIC;

CREATE FUNCTION app.invite(p_email text, p_post text, p_roles text[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_token text := app.new_token();
    v_claims jsonb := app.claims();
BEGIN
    IF v_claims IS NULL OR NOT app.administers() THEN
        RAISE EXCEPTION 'Only an administrator of your organisation can invite colleagues.' USING ERRCODE = 'PT403';
    END IF;
    IF NOT app.fits(v_claims ->> 'kind', p_roles) THEN
        RAISE EXCEPTION 'Those roles do not belong to your organisation.' USING ERRCODE = 'PT403';
    END IF;
    -- A second invitation of the same address takes the place of the first, whose link ends.
    DELETE FROM tenants.invitations
    WHERE email = p_email AND organisation_id = (v_claims ->> 'organisation')::uuid AND used_at IS NULL;
    INSERT INTO tenants.invitations (id, token_sha256, email, organisation_id, organisation_name, post, roles, invited_at, expires_at)
    VALUES (gen_random_uuid(), sha256(convert_to(v_token, 'UTF8')), p_email, (v_claims ->> 'organisation')::uuid,
            v_claims ->> 'name', p_post, p_roles, app.now(), app.now() + interval '7 days');
    RETURN v_token;
END $$;

-- {"token": …} or {"refused": "throttled"}. Anybody may ask; whoever reads that mailbox may accept.
CREATE FUNCTION app.register_provider(p_email text, p_name text, p_post text, p_address text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_token text := app.new_token();
    v_few boolean := app.count_attempt('register|' || p_email, 3);
BEGIN
    IF NOT app.count_attempt('register||' || p_address, 20) OR NOT v_few THEN
        RETURN '{"refused": "throttled"}';
    END IF;
    INSERT INTO tenants.invitations (id, token_sha256, email, organisation_id, organisation_name, post, roles, invited_at, expires_at)
    VALUES (gen_random_uuid(), sha256(convert_to(v_token, 'UTF8')), p_email, NULL, p_name, p_post,
            array['provider_administrator', 'bid_writer'], app.now(), app.now() + interval '7 days');
    RETURN jsonb_build_object('token', v_token);
END $$;

-- What the administrators of an organisation have sent and nobody has accepted yet.
CREATE FUNCTION app.invitations() RETURNS TABLE (id uuid, email text, post text, roles text[], invited_at timestamptz, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.id, i.email, i.post, i.roles, i.invited_at, i.expires_at FROM tenants.invitations i
    WHERE i.organisation_id = app.organisation() AND app.administers() AND i.used_at IS NULL AND i.expires_at > app.now()
    ORDER BY i.email $$;

CREATE FUNCTION app.withdraw_invitation(p_invitation uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_email text;
BEGIN
    DELETE FROM tenants.invitations WHERE id = p_invitation AND organisation_id = app.organisation() AND app.administers()
        AND used_at IS NULL RETURNING email INTO v_email;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such invitation.' USING ERRCODE = 'PT404';
    END IF;
    RETURN v_email;
END $$;

-- Post and roles of a colleague; p_roles NULL ends the membership at once. One administrator always remains.
CREATE FUNCTION app.change_membership(p_membership uuid, p_post text, p_roles text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_member tenants.memberships;
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
    v_administrators text[] := array['provider_administrator', 'authority_administrator'];
BEGIN
    IF NOT app.administers() THEN
        RAISE EXCEPTION 'Only an administrator of your organisation can change roles.' USING ERRCODE = 'PT403';
    END IF;
    -- The organisation's row makes two administrators who remove each other wait for one another.
    PERFORM 1 FROM tenants.organisations WHERE id = app.organisation() FOR UPDATE;
    SELECT * INTO v_member FROM tenants.memberships
    WHERE id = p_membership AND organisation_id = app.organisation() AND (ends_on IS NULL OR ends_on > v_today) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such colleague.' USING ERRCODE = 'PT404';
    END IF;
    IF p_roles IS NOT NULL AND NOT app.fits(v_member.organisation_kind, p_roles) THEN
        RAISE EXCEPTION 'Those roles do not belong to your organisation.' USING ERRCODE = 'PT403';
    END IF;
    IF v_member.roles && v_administrators AND NOT coalesce(p_roles, '{}') && v_administrators AND NOT EXISTS (
        SELECT 1 FROM tenants.memberships m JOIN tenants.persons p ON p.id = m.person_id
        WHERE m.organisation_id = v_member.organisation_id AND m.id <> p_membership AND p.active
          AND m.roles && v_administrators AND m.starts_on <= v_today AND (m.ends_on IS NULL OR m.ends_on > v_today)) THEN
        RAISE EXCEPTION 'Your organisation needs an administrator. Make somebody else one first.' USING ERRCODE = 'PT409';
    END IF;
    IF p_roles IS NULL THEN
        UPDATE tenants.memberships SET ends_on = v_today WHERE id = p_membership;
        UPDATE tenants.sessions SET ended_at = app.now()
        WHERE person_id = v_member.person_id AND organisation_id = v_member.organisation_id AND ended_at IS NULL;
    ELSE
        UPDATE tenants.memberships SET roles = p_roles, post = p_post WHERE id = p_membership;
    END IF;
END $$;

CREATE FUNCTION app.invitation(p_token text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('email', i.email, 'organisation', i.organisation_name, 'post', i.post,
        'known', EXISTS (SELECT 1 FROM tenants.persons p WHERE p.email = i.email))
    FROM tenants.invitations i
    WHERE i.token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND i.used_at IS NULL AND i.expires_at > app.now() $$;

-- A known person keeps their password (and proves it); a new one sets it. Returns a session token, or NULL.
CREATE FUNCTION app.accept_invitation(p_token text, p_salt bytea, p_derived bytea, p_parameters text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_invitation record;
    v_person uuid;
    v_organisation record;
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
BEGIN
    SELECT * INTO v_invitation FROM tenants.invitations
    WHERE token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND used_at IS NULL AND expires_at > app.now() FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT id INTO v_person FROM tenants.persons WHERE email = v_invitation.email;
    IF v_person IS NULL THEN
        v_person := gen_random_uuid();
        INSERT INTO tenants.persons (id, email, label, active, created_at)
        VALUES (v_person, v_invitation.email, v_invitation.post, true, app.now());
        INSERT INTO tenants.credentials (person_id, salt, verifier, parameters, changed_at)
        VALUES (v_person, p_salt, sha256(p_derived), p_parameters, app.now());
    ELSIF NOT app.count_attempt('invitation|' || v_invitation.id, 10) OR NOT app.password_holds(v_person, p_derived) THEN
        RETURN NULL;
    END IF;
    IF v_invitation.organisation_id IS NULL THEN
        INSERT INTO tenants.organisations (id, kind, slug, name, official_name, fictional, created_at)
        VALUES (gen_random_uuid(), 'provider', 'p-' || left(app.new_token(), 12), v_invitation.organisation_name,
                v_invitation.organisation_name, false, app.now())
        RETURNING id, kind, official_name INTO v_organisation;
    ELSE
        SELECT id, kind, official_name INTO v_organisation FROM tenants.organisations WHERE id = v_invitation.organisation_id;
    END IF;
    INSERT INTO tenants.memberships (id, person_id, organisation_id, organisation_kind, organisation_name, post, email, roles, starts_on)
    VALUES (gen_random_uuid(), v_person, v_organisation.id, v_organisation.kind, v_organisation.official_name,
            v_invitation.post, v_invitation.email, v_invitation.roles, v_today)
    ON CONFLICT (organisation_id, person_id) DO UPDATE SET roles = excluded.roles, post = excluded.post,
        starts_on = excluded.starts_on, ends_on = NULL;
    UPDATE tenants.invitations SET used_at = app.now() WHERE id = v_invitation.id;
    RETURN app.start_session(v_person, v_organisation.id);
END $$;
