-- Taking on a live system: one workbook, written whole or not at all, in the name of the lead that answers for it ---------------------

CREATE FUNCTION app.taking_on(p_batch uuid) RETURNS purchasing_systems.take_ons LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_batch purchasing_systems.take_ons;
BEGIN
    SELECT * INTO v_batch FROM purchasing_systems.take_ons WHERE id = p_batch AND system_id = ANY (app.led());
    IF NOT FOUND OR NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of the lead authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    -- One workbook after the other: the second finds what the first brought.
    PERFORM 1 FROM purchasing_systems.systems WHERE id = v_batch.system_id FOR UPDATE;
    SELECT * INTO v_batch FROM purchasing_systems.take_ons WHERE id = p_batch FOR UPDATE;
    RETURN v_batch;
END $$;
REVOKE ALL ON FUNCTION app.taking_on(uuid) FROM PUBLIC;

-- Providers the lead knows because it admitted them to a system it leads. No other: whether an organisation is on the portal is its own
-- affair, and a name that anybody could have registered must not come by an admission.
CREATE FUNCTION app.known_providers() RETURNS TABLE (provider_id uuid, name text, company_number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.id, o.official_name::text, coalesce(o.register_code, '')::text FROM tenants.organisations o
    WHERE o.kind = 'provider' AND app.kind() = 'authority'
      AND o.id IN (SELECT a.provider_id FROM purchasing_systems.admissions a
                   WHERE a.system_id = ANY (app.led()) AND a.released_at IS NOT NULL)
    ORDER BY o.official_name, o.id $$;

CREATE FUNCTION app.take_on(p_batch uuid, p_source text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_batch purchasing_systems.take_ons := app.taking_on(p_batch);
    v_system purchasing_systems.systems;
    v_claims jsonb := app.claims();
    v_by text := (v_claims ->> 'label') || ', ' || (v_claims ->> 'name');
    v_today date := app.london_day(app.now());
    v_found text;
BEGIN
    SELECT * INTO v_system FROM purchasing_systems.systems WHERE id = v_batch.system_id;
    IF v_batch.status <> 'previewed' THEN
        PERFORM app.refuse('This workbook was taken on already.');
    END IF;
    IF v_system.status IN ('closed', 'cancelled', 'terminated') THEN
        PERFORM app.refuse('This system has ended. Nothing more is taken on for it.');
    END IF;
    IF btrim(coalesce(p_source, '')) = '' THEN
        PERFORM app.refuse('Say where the workbook comes from.');
    END IF;
    -- What the reading promised, asked again: between it and now the system may have changed.
    IF EXISTS (SELECT 1 FROM (
            SELECT jsonb_array_elements_text(a -> 'areas') AS council FROM jsonb_array_elements(v_batch.content -> 'admissions') a
            UNION SELECT d ->> 'authority' FROM jsonb_array_elements(v_batch.content -> 'decisions') d) named
        WHERE NOT EXISTS (SELECT 1 FROM purchasing_systems.participations p
            WHERE p.system_id = v_system.id AND p.authority_id::text = named.council AND p.joined_on IS NOT NULL)) THEN
        PERFORM app.refuse('The workbook names a council that has not joined this system.');
    END IF;
    IF EXISTS (SELECT 1 FROM jsonb_to_recordset(v_batch.content -> 'rounds') r (closed_on date) WHERE r.closed_on >= v_today)
       OR EXISTS (SELECT 1 FROM jsonb_to_recordset(v_batch.content -> 'admissions') a (since date, status_since date)
                  WHERE a.since > v_today OR a.status_since > v_today)
       OR EXISTS (SELECT 1 FROM jsonb_to_recordset(v_batch.content -> 'decisions') d (effective_on date) WHERE d.effective_on > v_today) THEN
        PERFORM app.refuse('Only what lies in the past is taken on.');
    END IF;
    IF EXISTS (SELECT 1 FROM jsonb_to_recordset(v_batch.content -> 'admissions') a (round int)
        WHERE NOT EXISTS (SELECT 1 FROM jsonb_to_recordset(v_batch.content -> 'rounds') r (number int) WHERE r.number = a.round)
          AND NOT EXISTS (SELECT 1 FROM purchasing_systems.rounds r
                          WHERE r.system_id = v_system.id AND r.number = a.round AND r.take_on_id IS NOT NULL)) THEN
        PERFORM app.refuse('A round of this workbook has changed meanwhile. Read the workbook again.');
    END IF;

    INSERT INTO purchasing_systems.taken_on_providers (id, take_on_id, system_id, provider_id, provider_name, company_number, email, made)
    SELECT gen_random_uuid(), p_batch, v_system.id, coalesce(k.provider_id, gen_random_uuid()), q.name, q.number, q.email, k.provider_id IS NULL
    FROM jsonb_to_recordset(v_batch.content -> 'providers') q (name text, number text, email text)
    LEFT JOIN LATERAL (
        SELECT n.provider_id FROM app.known_providers() n
        WHERE q.number <> '' AND n.company_number = q.number
           OR (q.number = '' OR n.company_number = '') AND lower(n.name) = lower(q.name)
        ORDER BY n.company_number = q.number AND q.number <> '' DESC LIMIT 1) k ON true;
    INSERT INTO tenants.organisations (id, kind, slug, name, official_name, register_code, fictional, created_at)
    SELECT t.provider_id, 'provider', 'p-' || left(app.new_token(), 12), t.provider_name, t.provider_name, nullif(t.company_number, ''),
        v_system.demonstration, app.now()
    FROM purchasing_systems.taken_on_providers t WHERE t.take_on_id = p_batch AND t.made;

    INSERT INTO purchasing_systems.rounds (id, system_id, lead_id, number, opens_at, closes_at, status, notice_number, notice_url,
        notice_published_at, published_at, opened_at, lots, always_open, take_on_id)
    SELECT gen_random_uuid(), v_system.id, v_system.lead_id, r.number, o.opens, o.closes, 'complete', r.notice_number, r.notice_url,
        o.opens, o.opens, o.closes, array(SELECT DISTINCT (a ->> 'lot_id')::uuid FROM jsonb_array_elements(v_batch.content -> 'admissions') a
            WHERE (a ->> 'round')::int = r.number), false, p_batch
    FROM jsonb_to_recordset(v_batch.content -> 'rounds') r (number int, opened_on date, closed_on date, notice_number text, notice_url text)
    CROSS JOIN LATERAL (SELECT r.opened_on::timestamp AT TIME ZONE 'Europe/London' AS opens,
        (r.closed_on + time '12:00') AT TIME ZONE 'Europe/London' AS closes) o;

    -- Two admissions to one lot at once would ask a council which of them it uses.
    SELECT t.provider_name INTO v_found FROM jsonb_to_recordset(v_batch.content -> 'admissions') q (provider text, lot_id uuid, status text)
    JOIN purchasing_systems.taken_on_providers t ON t.take_on_id = p_batch AND t.provider_name = q.provider
    JOIN purchasing_systems.admissions a ON a.system_id = v_system.id AND a.lot_id = q.lot_id AND a.provider_id = t.provider_id
     AND a.status NOT IN ('removed', 'ended', 'lapsed', 'declined_by_provider')
    WHERE q.status IN ('effective', 'suspended') ORDER BY 1 LIMIT 1;
    IF v_found IS NOT NULL THEN
        PERFORM app.refuse(v_found || ' is admitted to the lot already. Read the workbook again.');
    END IF;
    INSERT INTO purchasing_systems.admissions (id, system_id, lead_id, round_id, lot_id, application_id, provider_id, provider_name, areas, prices,
        status, proposed_at, approved_at, released_at, agreement_issued_at, provider_accepted_at, provider_accepted_by,
        lead_accepted_at, lead_accepted_by, effective_at, standing_because, take_on_id)
    SELECT gen_random_uuid(), v_system.id, v_system.lead_id, r.id, q.lot_id, NULL, t.provider_id,
        (SELECT o.official_name FROM tenants.organisations o WHERE o.id = t.provider_id),
        array(SELECT jsonb_array_elements_text(q.areas)::uuid), '[]', q.status, d.since, d.since, d.since, d.signed, d.signed,
        'Agreement ' || q.agreement || ' (taken on)', d.signed, 'Agreement ' || q.agreement || ' (taken on)', d.since, q.because, p_batch
    FROM jsonb_to_recordset(v_batch.content -> 'admissions')
        q (provider text, lot_id uuid, areas jsonb, round int, since date, status text, because text, agreement text, agreement_on date)
    JOIN purchasing_systems.taken_on_providers t ON t.take_on_id = p_batch AND t.provider_name = q.provider
    JOIN purchasing_systems.rounds r ON r.system_id = v_system.id AND r.number = q.round
    CROSS JOIN LATERAL (SELECT q.since::timestamp AT TIME ZONE 'Europe/London' AS since,
        q.agreement_on::timestamp AT TIME ZONE 'Europe/London' AS signed) d;
    INSERT INTO purchasing_systems.admission_steps (id, admission_id, system_id, at, status, because)
    SELECT gen_random_uuid(), a.id, v_system.id, s.at, s.status, s.because
    FROM jsonb_to_recordset(v_batch.content -> 'admissions') q (provider text, lot_id uuid, round int, status_since date)
    JOIN purchasing_systems.taken_on_providers t ON t.take_on_id = p_batch AND t.provider_name = q.provider
    JOIN purchasing_systems.rounds r ON r.system_id = v_system.id AND r.number = q.round
    JOIN purchasing_systems.admissions a ON a.take_on_id = p_batch AND a.round_id = r.id AND a.lot_id = q.lot_id AND a.provider_id = t.provider_id
    CROSS JOIN LATERAL (
        SELECT a.effective_at AS at, 'effective' AS status, '' AS because
        UNION ALL SELECT q.status_since::timestamp AT TIME ZONE 'Europe/London', a.status, a.standing_because WHERE a.status <> 'effective') s
    ORDER BY s.at;

    INSERT INTO providers.services (id, service_id, provider_id, name, kind, regulator, number, area, capacity, recorded_by, recorded_at, take_on_id)
    SELECT gen_random_uuid(), q.id, t.provider_id, q.name, q.kind, q.regulator, q.number, q.area, q.capacity, v_by,
        (SELECT min(a.effective_at) FROM purchasing_systems.admissions a WHERE a.take_on_id = p_batch AND a.provider_id = t.provider_id), p_batch
    FROM jsonb_to_recordset(v_batch.content -> 'services')
        q (id uuid, provider text, name text, kind text, regulator text, number text, area text, capacity int)
    JOIN purchasing_systems.taken_on_providers t ON t.take_on_id = p_batch AND t.provider_name = q.provider;
    INSERT INTO purchasing_systems.admission_services (id, admission_id, system_id, provider_id, service_id, offered, reason, published_on, recorded_by, recorded_at, take_on_id)
    SELECT gen_random_uuid(), a.id, a.system_id, a.provider_id, q.id, true, '', app.london_day(a.effective_at), v_by, a.effective_at, p_batch
    FROM jsonb_to_recordset(v_batch.content -> 'services') q (id uuid, provider text, lot_id uuid)
    JOIN purchasing_systems.taken_on_providers t ON t.take_on_id = p_batch AND t.provider_name = q.provider
    JOIN purchasing_systems.admissions a ON a.take_on_id = p_batch AND a.provider_id = t.provider_id
     AND (q.lot_id IS NULL OR a.lot_id = q.lot_id);
    INSERT INTO purchasing_systems.core_prices (id, admission_id, system_id, provider_id, service_id, age_band, pounds, valid_from, reason, published_on, recorded_by, recorded_at, take_on_id)
    SELECT gen_random_uuid(), a.id, a.system_id, a.provider_id, NULL, q.age_band, q.pounds, q.since, '', q.since, v_by,
        q.since::timestamp AT TIME ZONE 'Europe/London', p_batch
    FROM jsonb_to_recordset(v_batch.content -> 'prices') q (provider text, lot_id uuid, age_band text, pounds numeric, since date)
    JOIN purchasing_systems.taken_on_providers t ON t.take_on_id = p_batch AND t.provider_name = q.provider
    JOIN purchasing_systems.admissions a ON a.take_on_id = p_batch AND a.provider_id = t.provider_id AND a.lot_id = q.lot_id;

    -- Every one of them unanswered, the lead's own too: only the council that is named says whether it stands in its records.
    INSERT INTO purchasing_systems.taken_on_decisions (id, take_on_id, system_id, round_id, authority_id, authority_name, decided_on, effective_on,
        decided_by_post, minute_number, record_url, outcome)
    SELECT gen_random_uuid(), p_batch, v_system.id, r.id, q.authority, o.name, q.decided_on, q.effective_on, q.post, q.minute, q.url, q.outcome
    FROM jsonb_to_recordset(v_batch.content -> 'decisions')
        q (authority uuid, round int, decided_on date, effective_on date, post text, minute text, url text, outcome text)
    JOIN purchasing_systems.rounds r ON r.system_id = v_system.id AND r.number = q.round AND r.take_on_id IS NOT NULL
    JOIN tenants.organisations o ON o.id = q.authority AND o.kind = 'authority';

    UPDATE purchasing_systems.take_ons SET status = 'taken_on', source = p_source, taken_on_by = v_by, taken_on_at = app.now(), content = '{}'
    WHERE id = p_batch;
EXCEPTION WHEN unique_violation THEN
    PERFORM app.refuse('Some of this was taken on meanwhile. Read the workbook again.');
END $$;

-- What keeps a workbook from being undone, in words; NULL where nothing refers to it yet.
CREATE FUNCTION app.take_on_used(p_batch uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    WITH made AS (SELECT provider_id, provider_name FROM purchasing_systems.taken_on_providers
        WHERE take_on_id = p_batch AND made AND system_id = ANY (app.led())),
    held AS (SELECT id, number FROM purchasing_systems.rounds WHERE take_on_id = p_batch),
    admitted AS (SELECT id, provider_name, take_on_id FROM purchasing_systems.admissions WHERE take_on_id = p_batch)
    SELECT said FROM (
        SELECT 1 AS place, d.authority_name || ' has answered for a decision that came with it.' AS said
        FROM purchasing_systems.taken_on_decisions d WHERE d.take_on_id = p_batch AND d.answer <> ''
        UNION ALL SELECT 2, m.provider_name || ' has signed in.' FROM made m
        WHERE EXISTS (SELECT 1 FROM tenants.memberships k WHERE k.organisation_id = m.provider_id)
        UNION ALL SELECT 3, 'The councils have been asked about round ' || h.number || '.' FROM held h
        WHERE EXISTS (SELECT 1 FROM decisions.matters q WHERE q.subject_id = h.id)
        UNION ALL SELECT 4, 'A later workbook refers to round ' || h.number || '.' FROM held h
        WHERE EXISTS (SELECT 1 FROM purchasing_systems.admissions a WHERE a.round_id = h.id AND a.take_on_id IS DISTINCT FROM p_batch)
           OR EXISTS (SELECT 1 FROM purchasing_systems.taken_on_decisions d WHERE d.round_id = h.id AND d.take_on_id <> p_batch)
        UNION ALL SELECT 5, 'The standing of ' || a.provider_name || ' has changed since.' FROM admitted a
        JOIN purchasing_systems.take_ons b ON b.id = p_batch
        WHERE EXISTS (SELECT 1 FROM purchasing_systems.admission_steps s WHERE s.admission_id = a.id AND s.at > b.taken_on_at)
        UNION ALL SELECT 6, m.provider_name || ' has been admitted again since.' FROM made m
        WHERE EXISTS (SELECT 1 FROM purchasing_systems.admissions a WHERE a.provider_id = m.provider_id AND a.take_on_id IS DISTINCT FROM p_batch)
        UNION ALL SELECT 7, a.provider_name || ' has changed what it offers since.' FROM admitted a
        WHERE EXISTS (SELECT 1 FROM purchasing_systems.admission_services s WHERE s.admission_id = a.id AND s.take_on_id IS NULL)
           OR EXISTS (SELECT 1 FROM purchasing_systems.core_prices c WHERE c.admission_id = a.id AND c.take_on_id IS NULL)
        UNION ALL SELECT 8, 'A council has given ' || m.provider_name || ' a supplier number.' FROM made m
        WHERE EXISTS (SELECT 1 FROM purchasing_systems.supplier_numbers n WHERE n.provider_id = m.provider_id)
    ) reasons WHERE EXISTS (SELECT 1 FROM purchasing_systems.take_ons b WHERE b.id = p_batch AND b.system_id = ANY (app.led()))
    ORDER BY place, said LIMIT 1 $$;

CREATE FUNCTION app.undo_take_on(p_batch uuid, p_because text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_batch purchasing_systems.take_ons := app.taking_on(p_batch);
    v_claims jsonb := app.claims();
    v_made uuid[];
BEGIN
    IF v_batch.status <> 'taken_on' THEN
        PERFORM app.refuse('There is nothing of this workbook to undo.');
    END IF;
    IF btrim(coalesce(p_because, '')) = '' THEN
        PERFORM app.refuse('Say why it is undone.');
    END IF;
    v_made := array(SELECT provider_id FROM purchasing_systems.taken_on_providers WHERE take_on_id = p_batch AND made ORDER BY provider_id);
    -- Whoever accepts an invitation, answers or admits at this moment comes first or finds nothing.
    PERFORM 1 FROM tenants.organisations WHERE id = ANY (v_made) ORDER BY id FOR UPDATE;
    PERFORM 1 FROM purchasing_systems.taken_on_decisions WHERE take_on_id = p_batch ORDER BY id FOR UPDATE;
    PERFORM 1 FROM purchasing_systems.admissions WHERE take_on_id = p_batch ORDER BY id FOR UPDATE;
    IF app.take_on_used(p_batch) IS NOT NULL THEN
        PERFORM app.refuse('It can no longer be undone. ' || app.take_on_used(p_batch));
    END IF;
    DELETE FROM purchasing_systems.core_prices WHERE take_on_id = p_batch;
    DELETE FROM purchasing_systems.admission_services WHERE take_on_id = p_batch;
    DELETE FROM providers.services WHERE take_on_id = p_batch;
    DELETE FROM purchasing_systems.taken_on_decisions WHERE take_on_id = p_batch;
    DELETE FROM purchasing_systems.admission_steps WHERE admission_id IN (SELECT id FROM purchasing_systems.admissions WHERE take_on_id = p_batch);
    DELETE FROM purchasing_systems.admissions WHERE take_on_id = p_batch;
    DELETE FROM purchasing_systems.rounds WHERE take_on_id = p_batch;
    DELETE FROM purchasing_systems.taken_on_providers WHERE take_on_id = p_batch;
    DELETE FROM tenants.invitations WHERE organisation_id = ANY (v_made) AND used_at IS NULL;
    DELETE FROM tenants.organisations WHERE id = ANY (v_made);
    UPDATE purchasing_systems.take_ons SET status = 'undone', undone_at = app.now(), undone_because = p_because,
        undone_by = (v_claims ->> 'label') || ', ' || (v_claims ->> 'name')
    WHERE id = p_batch;
END $$;

-- A council answers for what a workbook says it decided: those lines it does not have in its records, by name; the others it confirms.
CREATE FUNCTION app.answer_taken_on(p_batch uuid, p_refused uuid[], p_because text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_claims jsonb := app.claims();
    v_count int;
BEGIN
    IF NOT coalesce(app.roles() && array['democratic_services'], false) OR app.kind() <> 'authority' THEN
        RAISE EXCEPTION 'Only democratic services of the council that decided can confirm this.' USING ERRCODE = 'PT403';
    END IF;
    IF cardinality(p_refused) > 0 AND btrim(coalesce(p_because, '')) = '' THEN
        PERFORM app.refuse('Say what your records show instead.');
    END IF;
    UPDATE purchasing_systems.taken_on_decisions SET answer = CASE WHEN id = ANY (p_refused) THEN 'refused' ELSE 'confirmed' END,
        answered_at = app.now(), answered_by = (v_claims ->> 'label') || ', ' || (v_claims ->> 'name'),
        answered_because = CASE WHEN id = ANY (p_refused) THEN p_because ELSE '' END
    WHERE take_on_id = p_batch AND authority_id = app.organisation() AND answer = '';
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count = 0 THEN
        PERFORM app.refuse('There is nothing to answer: your council has done so, or the workbook was undone.');
    END IF;
    RETURN v_count;
END $$;

-- The administrator of a provider that came with a workbook is asked in by the lead: until somebody has come, and only into that organisation.
CREATE FUNCTION app.invite_taken_on(p_row uuid, p_email text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_row purchasing_systems.taken_on_providers;
    v_token text := app.new_token();
BEGIN
    SELECT * INTO v_row FROM purchasing_systems.taken_on_providers WHERE id = p_row AND system_id = ANY (app.led()) FOR UPDATE;
    IF NOT FOUND OR NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of the lead authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    PERFORM 1 FROM tenants.organisations WHERE id = v_row.provider_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM tenants.memberships WHERE organisation_id = v_row.provider_id) THEN
        PERFORM app.refuse(v_row.provider_name || ' has its own administrator, who invites colleagues.');
    END IF;
    DELETE FROM tenants.invitations WHERE organisation_id = v_row.provider_id AND used_at IS NULL;
    INSERT INTO tenants.invitations (id, token_sha256, email, organisation_id, organisation_name, post, roles, invited_at, expires_at)
    VALUES (gen_random_uuid(), sha256(convert_to(v_token, 'UTF8')), p_email, v_row.provider_id, v_row.provider_name, 'Provider administrator',
            array['provider_administrator', 'bid_writer'], app.now(), app.now() + interval '7 days');
    UPDATE purchasing_systems.taken_on_providers SET email = p_email, invited_at = app.now() WHERE id = p_row;
    RETURN v_token;
END $$;

-- Which providers of a workbook somebody acts for by now.
CREATE FUNCTION app.arrivals(p_batch uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array(SELECT t.provider_id FROM purchasing_systems.taken_on_providers t
        WHERE t.take_on_id = p_batch AND t.system_id = ANY (app.led())
          AND EXISTS (SELECT 1 FROM tenants.memberships m WHERE m.organisation_id = t.provider_id)) $$;
