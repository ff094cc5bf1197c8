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
    IF current_setting('app.seal', true) IS DISTINCT FROM app.seal_of(v_claims) THEN
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
CREATE FUNCTION app.led() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('led') $$;
CREATE FUNCTION app.opened_rounds() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('rounds') $$;
CREATE FUNCTION app.submitted_panels() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT app.claimed('panels') $$;

CREATE FUNCTION app.published_systems() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT array(SELECT id FROM purchasing_systems.systems WHERE published_at IS NOT NULL) $$;
CREATE FUNCTION app.published_rounds() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT array(SELECT id FROM purchasing_systems.rounds WHERE published_at IS NOT NULL) $$;

-- Resolves one person acting for one organisation, and seals the claims to this transaction.
CREATE FUNCTION app.bind(p_person uuid, p_organisation uuid) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
    v_claims jsonb;
    v_member record;
BEGIN
    SELECT m.roles, m.post, o.kind, o.name, o.slug, o.official_name INTO v_member
    FROM tenants.memberships m
    JOIN tenants.organisations o ON o.id = m.organisation_id
    JOIN tenants.persons p ON p.id = m.person_id
    WHERE m.person_id = p_person AND m.organisation_id = p_organisation AND p.active
      AND m.starts_on <= v_today AND (m.ends_on IS NULL OR m.ends_on >= v_today);
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_claims := jsonb_build_object(
        'person', p_person, 'organisation', p_organisation, 'kind', v_member.kind, 'roles', to_jsonb(v_member.roles),
        'entered', extract(epoch FROM app.now()), 'label', v_member.post, 'name', v_member.official_name);
    IF v_member.kind = 'authority' THEN
        v_claims := v_claims || (
            SELECT jsonb_build_object(
                'systems', coalesce(jsonb_agg(DISTINCT s.id) FILTER (WHERE true), '[]'),
                'led', coalesce(jsonb_agg(DISTINCT s.id) FILTER (WHERE s.lead_id = p_organisation), '[]'))
            FROM purchasing_systems.systems s
            WHERE s.lead_id = p_organisation OR EXISTS (
                SELECT 1 FROM purchasing_systems.participations a
                WHERE a.system_id = s.id AND a.authority_id = p_organisation AND a.status = 'joined'));
        v_claims := v_claims || (
            SELECT jsonb_build_object('rounds', coalesce(jsonb_agg(r.id), '[]'))
            FROM purchasing_systems.rounds r
            WHERE r.opened_at IS NOT NULL AND v_claims -> 'systems' ? r.system_id::text);
        v_claims := v_claims || (
            SELECT jsonb_build_object('panels', coalesce(jsonb_agg(p.id), '[]'))
            FROM evaluation.panels p
            WHERE v_claims -> 'systems' ? p.system_id::text AND (
                EXISTS (SELECT 1 FROM evaluation.panel_members m WHERE m.panel_id = p.id AND m.person_id = p_person
                    AND m.organisation_id = p_organisation AND m.status = 'active'
                    AND m.scores_submitted_at IS NOT NULL)
                OR (p.status IN ('moderating', 'quality_agreed', 'signed_off') AND (
                    p.lead_id = p_organisation OR EXISTS (SELECT 1 FROM evaluation.panel_members m
                        WHERE m.panel_id = p.id AND m.person_id = p_person AND m.organisation_id = p_organisation
                          AND m.status = 'active')))));
    ELSE
        v_claims := v_claims || '{"systems": [], "led": [], "rounds": [], "panels": []}';
    END IF;
    PERFORM set_config('app.claims', v_claims::text, true);
    PERFORM set_config('app.seal', app.seal_of(v_claims::text), true);
    RETURN v_claims || jsonb_build_object('slug', v_member.slug, 'short_name', v_member.name);
END $$;
REVOKE ALL ON FUNCTION app.bind(uuid, uuid) FROM PUBLIC;

-- The only door of a request. Returns what the pages need of the actor, or NULL when there is no such session.
CREATE FUNCTION app.enter(p_token text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session record;
    v_now timestamptz := app.now();
    v_scope jsonb;
BEGIN
    SELECT person_id, organisation_id, seen_at, expires_at INTO v_session FROM tenants.sessions
    WHERE token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND ended_at IS NULL
      AND expires_at > v_now AND seen_at > v_now - interval '60 minutes';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_scope := app.bind(v_session.person_id, v_session.organisation_id);
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
                      AND starts_on <= v_now::date AND (ends_on IS NULL OR ends_on >= v_now::date)));
END $$;

CREATE FUNCTION app.enter_job(p_job bigint) RETURNS jsonb LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT app.bind(person_id, organisation_id) FROM app.job_scopes WHERE job_id = p_job $$;
REVOKE ALL ON FUNCTION app.enter_job(bigint) FROM PUBLIC;


-- Sign-in. The application derives argon2id output from password and salt; the database compares its SHA-256,
-- so that no statement signs anybody in without the password. Unknown accounts get a salt that looks like any other.
CREATE FUNCTION app.sign_in_salt(p_email text) RETURNS TABLE (salt bytea, parameters text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(c.salt, substr(app.mac('scope', convert_to('salt|' || p_email, 'UTF8')), 1, 16)),
           coalesce(c.parameters, '')
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
    INSERT INTO tenants.sessions (token_sha256, person_id, organisation_id, started_at, seen_at, expires_at)
    VALUES (sha256(convert_to(v_token, 'UTF8')), p_person, p_organisation, app.now(), app.now(), app.now() + interval '12 hours');
    RETURN v_token;
END $$;
REVOKE ALL ON FUNCTION app.start_session(uuid, uuid) FROM PUBLIC;

-- {"token": …}, or {"refused": "password" | "throttled"}: it returns rather than raises, so that the count is kept.
CREATE FUNCTION app.sign_in(p_email text, p_derived bytea, p_address text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_person uuid;
    v_organisation uuid;
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
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
    SELECT organisation_id INTO v_organisation FROM tenants.memberships
    WHERE person_id = v_person AND starts_on <= v_today AND (ends_on IS NULL OR ends_on >= v_today)
    ORDER BY starts_on, organisation_name LIMIT 1;
    IF v_organisation IS NULL THEN
        RETURN '{"refused": "password"}';
    END IF;
    RETURN jsonb_build_object('token', app.start_session(v_person, v_organisation));
END $$;

CREATE FUNCTION app.sign_out(p_token text) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    UPDATE tenants.sessions SET ended_at = app.now()
    WHERE token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND ended_at IS NULL $$;

-- A second organisation is a second scope: the session gets a new secret, and the old one ends.
CREATE FUNCTION app.act_for(p_token text, p_organisation uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_person uuid;
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
BEGIN
    SELECT person_id INTO v_person FROM tenants.sessions
    WHERE token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND ended_at IS NULL AND expires_at > app.now();
    IF v_person IS NULL OR NOT EXISTS (
        SELECT 1 FROM tenants.memberships WHERE person_id = v_person AND organisation_id = p_organisation
          AND starts_on <= v_today AND (ends_on IS NULL OR ends_on >= v_today)) THEN
        RETURN NULL;
    END IF;
    PERFORM app.sign_out(p_token);
    RETURN app.start_session(v_person, p_organisation);
END $$;

CREATE FUNCTION app.touch(p_token text) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    UPDATE tenants.sessions SET seen_at = app.now()
    WHERE token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND ended_at IS NULL $$;

-- Invitations: to join the organisation acted for, or (without scope) to register a new provider.
CREATE FUNCTION app.invite(p_email text, p_post text, p_roles text[], p_new_provider text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_token text := app.new_token();
    v_claims jsonb := app.claims();
BEGIN
    IF p_new_provider IS NULL THEN
        IF v_claims IS NULL OR NOT (v_claims -> 'roles' ?| array['provider_administrator', 'authority_administrator']) THEN
            RAISE EXCEPTION 'Only an administrator of your organisation can invite colleagues.' USING ERRCODE = 'PT403';
        END IF;
        IF v_claims ->> 'kind' = 'provider' AND NOT p_roles <@ array['provider_administrator', 'bid_writer']
           OR 'portal_operator' = ANY (p_roles) THEN
            RAISE EXCEPTION 'Those roles do not belong to your organisation.' USING ERRCODE = 'PT403';
        END IF;
        INSERT INTO tenants.invitations (id, token_sha256, email, organisation_id, organisation_name, post, roles, invited_at, expires_at)
        VALUES (gen_random_uuid(), sha256(convert_to(v_token, 'UTF8')), p_email, (v_claims ->> 'organisation')::uuid,
                v_claims ->> 'name', p_post, p_roles, app.now(), app.now() + interval '7 days');
    ELSE
        INSERT INTO tenants.invitations (id, token_sha256, email, organisation_id, organisation_name, post, roles, invited_at, expires_at)
        VALUES (gen_random_uuid(), sha256(convert_to(v_token, 'UTF8')), p_email, NULL, p_new_provider, p_post,
                array['provider_administrator', 'bid_writer'], app.now(), app.now() + interval '7 days');
    END IF;
    RETURN v_token;
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
    ELSIF NOT app.password_holds(v_person, p_derived) THEN
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
    ON CONFLICT (organisation_id, person_id) DO UPDATE SET roles = excluded.roles, post = excluded.post, ends_on = NULL;
    UPDATE tenants.invitations SET used_at = app.now() WHERE id = v_invitation.id;
    RETURN app.start_session(v_person, v_organisation.id);
END $$;
