-- Terms ---------------------------------------------------------------------------------------------------------------

-- Going on after the term is a head of service's to answer for. Who wrote it down, and when, is taken from the scope.
CREATE FUNCTION app.keep_term_override() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.roles() && array['head_of_service'] THEN
        RAISE EXCEPTION 'Only a head of service of this council can go on after the term.' USING ERRCODE = 'PT403';
    END IF;
    IF NEW.until < (app.now() AT TIME ZONE 'Europe/London')::date THEN
        PERFORM app.refuse('The last day has passed. Enter a later one.');
    END IF;
    NEW.recorded_by_id := app.person();
    NEW.recorded_by_post := app.claims() ->> 'label';
    NEW.recorded_at := app.now();
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT ON purchasing_systems.term_overrides FOR EACH ROW EXECUTE FUNCTION app.keep_term_override();

-- A council that joined while the question stood open is asked as well.
CREATE FUNCTION app.add_party(p_matter uuid, p_authority uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_matter decisions.matters;
BEGIN
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of the lead authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    SELECT * INTO v_matter FROM decisions.matters
    WHERE id = p_matter AND raised_by_id = app.organisation() AND system_id = ANY (app.led()) AND status = 'open' FOR UPDATE;
    IF NOT FOUND OR v_matter.rule = 'lead' THEN
        PERFORM app.refuse('No council can be asked on this joint decision any more.');
    END IF;
    IF EXISTS (SELECT 1 FROM decisions.matter_parties WHERE matter_id = p_matter AND authority_id = p_authority) THEN
        PERFORM app.refuse('This council was asked already.');
    END IF;
    INSERT INTO decisions.matter_parties (id, matter_id, system_id, raised_by_id, authority_id, authority_name, excused_because)
    SELECT gen_random_uuid(), p_matter, v_matter.system_id, v_matter.raised_by_id, a.authority_id, a.authority_name, ''
    FROM purchasing_systems.participations a
    WHERE a.system_id = v_matter.system_id AND a.authority_id = p_authority
      AND (app.acts(a.status, a.exit_on, (app.now() AT TIME ZONE 'Europe/London')::date)
           OR v_matter.kind = 'take_part' AND a.status IN ('invited', 'considering', 'named_user'));
    IF NOT FOUND THEN
        PERFORM app.refuse('Only a council that takes part can be asked.');
    END IF;
END $$;

-- Once a day, or once a week: a job for everybody in a council whom it concerns, which reads as they would read and tells them alone.
-- Returns how many jobs; 0 where it was begun already.
CREATE FUNCTION app.begin_telling(p_what text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = jobs, pg_catalog, pg_temp AS $$
DECLARE
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
    v_roles text[];
    v_nobody uuid := '00000000-0000-0000-0000-000000000000';
    v_member record;
    v_job bigint;
    v_jobs int := 0;
BEGIN
    IF p_what = 'warn_of_terms' THEN
        v_roles := array['procurement_officer', 'commissioning_officer', 'head_of_service'];
    ELSIF p_what <> 'weekly_digest' THEN
        RAISE EXCEPTION 'There is no such job.' USING ERRCODE = '42501';
    END IF;
    INSERT INTO notify.told (id, key, organisation_id, person_id, told_at)
    VALUES (gen_random_uuid(), p_what || to_char(v_today, CASE WHEN v_roles IS NULL THEN ' IYYY-"W"IW' ELSE ' YYYY-MM-DD' END),
        v_nobody, v_nobody, app.now())
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    FOR v_member IN SELECT m.person_id, m.organisation_id FROM tenants.memberships m
        JOIN tenants.persons p ON p.id = m.person_id JOIN tenants.organisations o ON o.id = m.organisation_id
        WHERE o.kind = 'authority' AND p.active AND m.starts_on <= v_today AND (m.ends_on IS NULL OR m.ends_on > v_today)
          AND (v_roles IS NULL OR m.roles && v_roles)
        ORDER BY m.organisation_id, m.person_id
    LOOP
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
        VALUES ('portal', 'read_and_tell', 0, jsonb_build_object('what', p_what)) RETURNING id INTO v_job;
        INSERT INTO app.job_scopes VALUES (v_job, v_member.person_id, v_member.organisation_id, true);
        v_jobs := v_jobs + 1;
    END LOOP;
    RETURN v_jobs;
END $$;
REVOKE ALL ON FUNCTION app.begin_telling(text) FROM PUBLIC;

-- The person in whose name such a job read is told, once under this key; nobody else can be.
CREATE FUNCTION app.tell_once(p_job bigint, p_key text, p_subject text, p_body text, p_link text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid := gen_random_uuid();
    v_scope app.job_scopes;
BEGIN
    SELECT * INTO v_scope FROM app.job_scopes WHERE job_id = p_job AND reading;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such job.' USING ERRCODE = '42501';
    END IF;
    PERFORM app.check_words(p_subject, p_body, p_link);
    INSERT INTO notify.told (id, key, organisation_id, person_id, told_at)
    VALUES (gen_random_uuid(), p_key, v_scope.organisation_id, v_scope.person_id, app.now()) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO notify.messages (id, person_id, organisation_id, email, kind, subject, body, link, created_at, state, attempts)
    SELECT v_id, m.person_id, m.organisation_id, m.email, 'activity.told', p_subject, p_body, p_link, app.now(), 'waiting', 0
    FROM tenants.memberships m WHERE m.person_id = v_scope.person_id AND m.organisation_id = v_scope.organisation_id;
    PERFORM app.defer('deliver_message', jsonb_build_object('message_id', v_id), NULL);
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION app.tell_once(bigint, text, text, text, text) FROM PUBLIC;
