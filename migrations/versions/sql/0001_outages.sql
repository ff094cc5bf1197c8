-- The outage log, and the same extra time for everybody that follows from it.

-- The closing time of every round that was open in the outage and has not closed yet is put back by its length, as a proposal: of the
-- operator in all systems, of an officer of a lead authority in those that it leads. A second officer confirms as ever.
CREATE FUNCTION app.record_outage(p_since timestamptz, p_until timestamptz, p_what text, p_source text) RETURNS TABLE (change_id uuid, round_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid := gen_random_uuid();
    v_claims jsonb := app.claims();
    v_who text := (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name');
    v_operator boolean := 'portal_operator' = ANY (app.roles());
BEGIN
    IF v_claims IS NULL OR NOT (v_operator
        OR app.roles() && array['procurement_officer', 'commissioning_officer'] AND cardinality(app.led()) > 0) THEN
        RAISE EXCEPTION 'Only the operator, or a procurement or commissioning officer of a lead authority, can do this.' USING ERRCODE = 'PT403';
    END IF;
    IF p_until > app.now() THEN
        PERFORM app.refuse('An outage is recorded once it is over.');
    END IF;
    IF btrim(coalesce(p_what, '')) = '' OR btrim(coalesce(p_source, '')) = '' THEN
        PERFORM app.refuse('Say what did not work, and how you know.');
    END IF;
    INSERT INTO purchasing_systems.outages (id, since, until, what, source, recorded_at, recorded_by)
    VALUES (v_id, p_since, p_until, p_what, p_source, app.now(), v_who);
    RETURN QUERY INSERT INTO purchasing_systems.closing_changes (id, round_id, system_id, old_closes_at, new_closes_at, reason, outage_id,
        proposed_at, proposed_by_id, proposed_by, proposed_for_id)
    SELECT gen_random_uuid(), r.id, r.system_id, r.closes_at, r.closes_at + (p_until - p_since),
        'The portal did not work for everybody: ' || p_what, v_id, app.now(), (v_claims ->> 'person')::uuid, v_who,
        (v_claims ->> 'organisation')::uuid
    FROM purchasing_systems.rounds r
    WHERE r.status = 'published' AND r.opens_at < p_until AND r.closes_at > p_since AND r.closes_at > app.now()
      AND (v_operator OR r.system_id = ANY (app.led()))
    RETURNING closing_changes.id, closing_changes.round_id;
END $$;
