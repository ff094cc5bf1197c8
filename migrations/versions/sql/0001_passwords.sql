-- A new password: by a link in the mail for whoever has forgotten it, by the old one for whoever is signed in.
-- The link is written here and leaves by mail alone. No statement of the application reads it, so none takes over an account
-- by asking for its link.

-- Mail about one's own account: to the mailbox, not to the inbox, which whoever has the password reads as well. The
-- organisation stands there for the operator's outbox, which says less of a provider's mail.
CREATE FUNCTION app.mail_person(p_person uuid, p_kind text, p_subject text, p_body text, p_link text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid := gen_random_uuid();
BEGIN
    INSERT INTO notify.messages (id, person_id, organisation_id, email, kind, subject, body, link, created_at, state, attempts)
    SELECT v_id, '00000000-0000-0000-0000-000000000000', app.home_of(id), email, p_kind, p_subject, p_body, p_link,
           app.now(), 'waiting', 0 FROM tenants.persons WHERE id = p_person;
    PERFORM app.defer('deliver_message', jsonb_build_object('message_id', v_id), NULL);
END $$;

-- False when too many were asked for. Known and unknown addresses are counted and answered alike; a later link ends the one before.
CREATE FUNCTION app.ask_new_password(p_email text, p_address text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_few boolean := app.count_attempt('password|' || p_email, 3);
    v_token text := app.new_token();
    v_person uuid;
BEGIN
    IF NOT app.count_attempt('password||' || p_address, 20) OR NOT v_few THEN
        RETURN false;
    END IF;
    SELECT id INTO v_person FROM tenants.persons WHERE email = p_email;
    IF app.home_of(v_person) IS NOT NULL THEN
        INSERT INTO tenants.password_links (person_id, token_sha256, expires_at)
        VALUES (v_person, sha256(convert_to(v_token, 'UTF8')), app.now() + interval '60 minutes')
        ON CONFLICT (person_id) DO UPDATE SET token_sha256 = excluded.token_sha256, expires_at = excluded.expires_at;
        PERFORM app.mail_person(v_person, 'tenants.password_link', 'Choose a new password',
            'Somebody asked for a new password for this address in the regional consortium portal. The link works once, for '
            '60 minutes. If it was not you, ignore it: your password stays as it is.', '/new-password/' || v_token);
    END IF;
    RETURN true;
END $$;

-- Whose link this is. Somebody else who is signed in is not let through with it.
CREATE FUNCTION app.link_owner(p_token text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT person_id FROM tenants.password_links
    WHERE token_sha256 = sha256(convert_to(p_token, 'UTF8')) AND expires_at > app.now()
      AND app.home_of(person_id) IS NOT NULL AND coalesce(app.person(), person_id) = person_id $$;

-- The address of the account that a link belongs to, or NULL.
CREATE FUNCTION app.password_link(p_token text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT email FROM tenants.persons WHERE id = app.link_owner(p_token) $$;

-- Whatever changes a password ends every link and every session of the person, tells them, and begins one session.
CREATE FUNCTION app.put_password(p_person uuid, p_organisation uuid, p_salt bytea, p_derived bytea, p_parameters text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE tenants.credentials
    SET salt = p_salt, verifier = sha256(p_derived), parameters = p_parameters, changed_at = app.now() WHERE person_id = p_person;
    DELETE FROM tenants.password_links WHERE person_id = p_person;
    UPDATE tenants.sessions SET ended_at = app.now() WHERE person_id = p_person AND ended_at IS NULL;
    PERFORM app.mail_person(p_person, 'tenants.password_changed', 'Your password was changed',
        'The password of your account in the regional consortium portal was changed, and wherever you were signed in before, that '
        'has ended. If it was not you, choose a new password now and tell an administrator of your organisation.', '/forgotten-password');
    RETURN app.start_session(p_person, p_organisation);
END $$;

-- By the link: a session's secret, or NULL. The row goes before the password does, so of two who come at once one is late.
CREATE FUNCTION app.set_new_password(p_token text, p_salt bytea, p_derived bytea, p_parameters text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_person uuid := app.link_owner(p_token);
BEGIN
    DELETE FROM tenants.password_links WHERE person_id = v_person AND token_sha256 = sha256(convert_to(p_token, 'UTF8'));
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN app.put_password(v_person, app.home_of(v_person), p_salt, p_derived, p_parameters);
END $$;

-- By the old one: {"token": …}, or {"refused": "password" | "throttled"}: it returns rather than raises, so that the count is kept.
CREATE FUNCTION app.change_password(p_current bytea, p_salt bytea, p_derived bytea, p_parameters text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF app.claims() IS NULL THEN
        RAISE EXCEPTION 'Sign in first.' USING ERRCODE = 'PT403';
    END IF;
    IF NOT app.count_attempt('change|' || app.person(), 10) THEN
        RETURN '{"refused": "throttled"}';
    END IF;
    IF NOT app.password_holds(app.person(), p_current) THEN
        RETURN '{"refused": "password"}';
    END IF;
    RETURN jsonb_build_object('token', app.put_password(app.person(), app.organisation(), p_salt, p_derived, p_parameters));
END $$;
