-- Change of the lead authority --------------------------------------------------------------------------------------------

-- Did nothing change but who leads? Nobody but app.change_lead touches that column, so what freezes a row lets this alone through.
CREATE FUNCTION app.only_lead(p_old jsonb, p_new jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT p_old ->> 'lead_id' <> p_new ->> 'lead_id'
      AND p_old - array['lead_id', 'lead_name'] = p_new - array['lead_id', 'lead_name'] $$;
REVOKE ALL ON FUNCTION app.only_lead(jsonb, jsonb) FROM PUBLIC;

-- Why a change of the lead cannot be carried out now, or NULL; for councils that take part. Until a round is opened nobody has read an
-- application, and its openers are two officers of any two councils, so it may stand open. From the opening until it is complete, the
-- panel, the decision on the outcome and the letters are the work of one authority.
CREATE FUNCTION app.lead_obstacle(p_matter uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
    v_matter decisions.matters;
    v_new uuid;
    v_found text;
BEGIN
    SELECT * INTO v_matter FROM decisions.matters WHERE id = p_matter AND kind = 'change_lead' AND system_id = ANY (app.systems());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such joint decision.' USING ERRCODE = 'PT404';
    END IF;
    v_new := (v_matter.facts ->> 'authority_id')::uuid;
    IF EXISTS (SELECT 1 FROM purchasing_systems.lead_changes WHERE matter_id = p_matter) THEN
        RETURN 'This change of the lead authority has been carried out.';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM purchasing_systems.systems WHERE id = v_matter.system_id AND lead_id = v_matter.raised_by_id) THEN
        RETURN 'It was proposed by a council that no longer leads this system.';
    END IF;
    IF EXISTS (SELECT 1 FROM purchasing_systems.systems WHERE id = v_matter.system_id AND status IN ('closed', 'cancelled', 'terminated')) THEN
        RETURN 'This system has ended.';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM purchasing_systems.participations WHERE system_id = v_matter.system_id AND authority_id = v_new
                   AND status = 'joined') OR EXISTS (SELECT 1 FROM app.exits(v_matter.system_id, v_today) WHERE authority_id = v_new) THEN
        RETURN 'The new lead authority must take part in this system, and not be leaving it.';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM app.effects_of(array[p_matter], v_today) WHERE authority_id = v_new AND in_effect) THEN
        RETURN 'Not every council that was asked has decided for it, with effect.';
    END IF;
    SELECT string_agg(p.authority_name, ', ' ORDER BY p.authority_name) INTO v_found FROM purchasing_systems.participations p
    WHERE p.system_id = v_matter.system_id AND app.acts(p.status, p.exit_on, v_today)
      AND NOT EXISTS (SELECT 1 FROM decisions.matter_parties q WHERE q.matter_id = p_matter AND q.authority_id = p.authority_id)
      AND NOT EXISTS (SELECT 1 FROM app.exits(p.system_id, v_today) x WHERE x.authority_id = p.authority_id AND x.exit_on < v_today);
    IF v_found IS NOT NULL THEN
        RETURN v_found || ' takes part and was not asked. Every council decides on who leads.';
    END IF;
    SELECT string_agg('Round ' || number, ', ' ORDER BY number) INTO v_found FROM purchasing_systems.rounds
    WHERE system_id = v_matter.system_id AND status IN ('opened', 'evaluating', 'moderating', 'evaluated', 'decided', 'notified');
    IF v_found IS NOT NULL THEN
        RETURN v_found || ' has been opened and is not complete. Its evaluation, outcome and letters are the work of one lead authority. Finish it first.';
    END IF;
    SELECT '“' || g.title || '”' INTO v_found FROM purchasing_systems.programme_steps s
    JOIN purchasing_systems.programmes g ON g.id = s.programme_id WHERE s.system_id = v_matter.system_id ORDER BY g.title LIMIT 1;
    IF v_found IS NOT NULL THEN
        RETURN 'The system stands in the programme ' || v_found || ', whose order is kept by its lead. Take it out of the programme first.';
    END IF;
    SELECT '“' || subject_label || '”' INTO v_found FROM decisions.matters
    WHERE system_id = v_matter.system_id AND status = 'open' AND id <> p_matter ORDER BY raised_at LIMIT 1;
    IF v_found IS NOT NULL THEN
        RETURN 'Another joint decision is open: ' || v_found || '. Who leads can count in its outcome. Wait until it is settled, or withdraw it first.';
    END IF;
    RETURN NULL;
END $$;

-- Accepted by an officer of the new lead, once every council has decided for it: from that instant it leads. What holds (system_id,
-- lead_id) follows by its foreign key; panels have none and are named here. What was said and signed before keeps its names.
CREATE FUNCTION app.change_lead(p_matter uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
    v_matter decisions.matters;
    v_system purchasing_systems.systems;
    v_why text;
BEGIN
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer can do this.' USING ERRCODE = 'PT403';
    END IF;
    SELECT * INTO v_matter FROM decisions.matters WHERE id = p_matter AND kind = 'change_lead' AND system_id = ANY (app.systems())
      AND facts ->> 'authority_id' = app.organisation()::text;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such joint decision.' USING ERRCODE = 'PT404';
    END IF;
    -- The system first: of two changes at once the second waits here, and then finds another lead. Then its rounds, against an opening.
    SELECT * INTO v_system FROM purchasing_systems.systems WHERE id = v_matter.system_id FOR UPDATE;
    PERFORM 1 FROM purchasing_systems.rounds WHERE system_id = v_system.id ORDER BY id FOR UPDATE;
    v_why := app.lead_obstacle(p_matter);
    IF v_why IS NOT NULL THEN
        PERFORM app.refuse(v_why);
    END IF;
    INSERT INTO purchasing_systems.lead_changes (id, system_id, number, from_id, from_name, to_id, to_name, reason, matter_id, decision_id,
        effective_on, changed_at, changed_by)
    SELECT gen_random_uuid(), v_system.id, 1 + (SELECT count(*) FROM purchasing_systems.lead_changes WHERE system_id = v_system.id),
        v_system.lead_id, v_system.lead_name, app.organisation(), app.claims() ->> 'name', coalesce(v_matter.facts ->> 'reason', ''), p_matter,
        e.decision_id, v_today, app.now(), (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name')
    FROM app.effects_of(array[p_matter], v_today) e WHERE e.authority_id = app.organisation();
    UPDATE purchasing_systems.systems SET lead_id = app.organisation(), lead_name = app.claims() ->> 'name' WHERE id = v_system.id;
    UPDATE evaluation.panels SET lead_id = app.organisation() WHERE system_id = v_system.id AND lead_id = v_system.lead_id;
END $$;
