-- Decisions ---------------------------------------------------------------------------------------------------------

-- Settles a matter exactly once, when every party has a recorded answer that is not a deferral. Returns true to the one who settled it.
CREATE FUNCTION app.settle_matter(p_matter uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_matter decisions.matters;
BEGIN
    SELECT * INTO v_matter FROM decisions.matters WHERE id = p_matter AND system_id = ANY (app.systems()) FOR UPDATE;
    IF NOT FOUND OR v_matter.status <> 'open' THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT 1 FROM decisions.matter_parties p WHERE p.matter_id = p_matter AND NOT EXISTS (
        SELECT 1 FROM decisions.decisions d WHERE d.matter_id = p_matter AND d.authority_id = p.authority_id
          AND d.status = 'recorded' AND d.outcome <> 'defer')) THEN
        RETURN false;
    END IF;
    UPDATE decisions.matters SET status = 'settled', settled_at = app.now() WHERE id = p_matter;
    RETURN true;
END $$;

-- A question is put once. It is put again only when everybody asked has answered it, with no; then by a matter that names the
-- earlier one and says why. The earlier one is marked here, under its lock, so that of two at once one is refused.
CREATE FUNCTION app.ask_matter() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_earlier decisions.matters;
BEGIN
    NEW.settled_at := NULL;
    NEW.asked_again_at := NULL;
    NEW.withdrawn_at := NULL;
    NEW.withdrawn_because := '';
    IF NEW.asked_after_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO v_earlier FROM decisions.matters
    WHERE id = NEW.asked_after_id AND kind = NEW.kind AND subject_id = NEW.subject_id AND system_id = NEW.system_id
      AND raised_by_id = app.organisation() FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such joint decision.' USING ERRCODE = 'PT404';
    END IF;
    IF v_earlier.asked_again_at IS NOT NULL THEN
        PERFORM app.refuse('This question has been asked again already.');
    END IF;
    IF v_earlier.status <> 'settled' OR EXISTS (
        SELECT 1 FROM decisions.decisions WHERE matter_id = v_earlier.id AND status = 'recorded' AND outcome <> 'not_approve') THEN
        PERFORM app.refuse('A question is asked again only when it was answered with no.');
    END IF;
    UPDATE decisions.matters SET asked_again_at = app.now() WHERE id = v_earlier.id;
    RETURN NEW;
END $$;
CREATE TRIGGER ask BEFORE INSERT ON decisions.matters FOR EACH ROW EXECUTE FUNCTION app.ask_matter();

-- What is asked has changed: the lead takes back a question that nobody has answered. Drafts stay with their councils.
CREATE FUNCTION app.withdraw_matter(p_matter uuid, p_because text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of the lead authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    PERFORM 1 FROM decisions.matters
    WHERE id = p_matter AND raised_by_id = app.organisation() AND system_id = ANY (app.led()) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such joint decision.' USING ERRCODE = 'PT404';
    END IF;
    IF EXISTS (SELECT 1 FROM decisions.matters WHERE id = p_matter AND status <> 'open') OR EXISTS (
        SELECT 1 FROM decisions.decisions WHERE matter_id = p_matter AND status = 'recorded' AND outcome <> 'defer') THEN
        PERFORM app.refuse('This joint decision has been answered meanwhile. Look again.');
    END IF;
    UPDATE decisions.matters SET status = 'withdrawn', withdrawn_at = app.now(), withdrawn_because = p_because WHERE id = p_matter;
END $$;

-- A recorded decision keeps its content for ever. A later one of the same council supersedes it: an answer a deferral, and, where
-- each council decides for itself, an answer an answer. Recording is by a person of that council whose role includes it; who
-- recorded, when, and for whom, is taken from the scope and the matter, never from the caller.
CREATE FUNCTION app.keep_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_restrictions bigint;
    v_matter decisions.matters;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'A decision is drafted before it is recorded.' USING ERRCODE = '42501';
        END IF;
        NEW.recorded_by_id := NULL;
        NEW.recorded_by_post := '';
        NEW.recorded_at := NULL;
        NEW.superseded_at := NULL;
        NEW.authority_name := coalesce((SELECT authority_name FROM decisions.matter_parties
            WHERE matter_id = NEW.matter_id AND authority_id = NEW.authority_id), NEW.authority_name);
        RETURN NEW;
    END IF;
    SELECT * INTO v_matter FROM decisions.matters WHERE id = OLD.matter_id;
    IF OLD.status = 'recorded' THEN
        IF NEW.status <> 'superseded' OR (OLD.outcome <> 'defer' AND v_matter.rule <> 'each_for_itself')
           OR to_jsonb(NEW) - array['status', 'superseded_at'] <> to_jsonb(OLD) - array['status', 'superseded_at'] THEN
            RAISE EXCEPTION 'A recorded decision is not changed; a later one supersedes it.' USING ERRCODE = '42501';
        END IF;
        NEW.superseded_at := app.now();
    ELSIF NEW.status = 'recorded' THEN
        IF NOT app.roles() && array['head_of_service', 'democratic_services'] THEN
            RAISE EXCEPTION 'Only democratic services or a head of service of this council can record its decision.' USING ERRCODE = 'PT403';
        END IF;
        SELECT * INTO v_matter FROM decisions.matters WHERE id = NEW.matter_id FOR UPDATE;
        IF v_matter.status <> 'open' AND (
            v_matter.status <> 'settled' OR v_matter.rule <> 'each_for_itself' OR v_matter.asked_again_at IS NOT NULL) THEN
            PERFORM app.refuse('This joint decision is no longer open. A later change needs a new one.');
        END IF;
        IF EXISTS (SELECT 1 FROM decisions.decisions WHERE matter_id = NEW.matter_id AND authority_id = NEW.authority_id
                   AND status = 'superseded' AND decided_on > NEW.decided_on) THEN
            PERFORM app.refuse('The decision that this one takes the place of was taken on a later day.');
        END IF;
        IF NEW.outcome = 'defer' AND EXISTS (SELECT 1 FROM decisions.decisions WHERE matter_id = NEW.matter_id
                   AND authority_id = NEW.authority_id AND status = 'superseded' AND outcome <> 'defer') THEN
            PERFORM app.refuse('A council that has answered does not defer its answer. It stands until a later one takes effect.');
        END IF;
        IF NEW.decided_on > (app.now() AT TIME ZONE 'Europe/London')::date THEN
            PERFORM app.refuse('A decision cannot be recorded before the day it was taken.');
        END IF;
        SELECT count(*) INTO v_restrictions FROM decisions.restrictions WHERE decision_id = NEW.id;
        IF (NEW.outcome = 'approve_with_restriction') <> (v_restrictions > 0) THEN
            PERFORM app.refuse('An approval with a restriction names the providers restricted; any other decision names none.');
        END IF;
        NEW.recorded_by_id := app.person();
        NEW.recorded_by_post := app.claims() ->> 'label';
        NEW.recorded_at := app.now();
        UPDATE decisions.restrictions SET in_force_at = app.now() WHERE decision_id = NEW.id;
    ELSIF NEW.status <> 'draft' THEN
        RAISE EXCEPTION 'Only a recorded decision can be superseded.' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON decisions.decisions FOR EACH ROW EXECUTE FUNCTION app.keep_decision();

-- What is superseded has a successor, at the latest when the transaction ends: nobody takes a decision off the record.
CREATE FUNCTION app.has_successor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM decisions.decisions WHERE matter_id = NEW.matter_id AND authority_id = NEW.authority_id
                   AND status = 'recorded') THEN
        RAISE EXCEPTION 'A recorded decision is not changed; a later one supersedes it.' USING ERRCODE = '42501';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER successor AFTER UPDATE OF status ON decisions.decisions DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.status = 'superseded') EXECUTE FUNCTION app.has_successor();

-- A restriction names a provider the matter is about, on a ground published in the documents (R1-03a), and only in a draft:
-- once recorded it can neither be added nor taken away.
CREATE FUNCTION app.keep_restriction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_facts jsonb;
BEGIN
    SELECT m.facts INTO v_facts FROM decisions.decisions d JOIN decisions.matters m ON m.id = d.matter_id
    WHERE d.id = NEW.decision_id AND d.authority_id = NEW.authority_id AND d.matter_id = NEW.matter_id
      AND d.system_id = NEW.system_id AND d.status = 'draft';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A restriction belongs to a draft of your own council.' USING ERRCODE = '42501';
    END IF;
    IF NOT coalesce(v_facts -> 'providers', '[]') @> jsonb_build_array(jsonb_build_object('id', NEW.subject_id))
       OR NOT coalesce(v_facts -> 'grounds', '[]') @> jsonb_build_array(jsonb_build_object('slug', NEW.ground)) THEN
        PERFORM app.refuse('A restriction names a provider of this joint decision, on a ground published in its documents.');
    END IF;
    IF NEW.lot_id IS NOT NULL AND NOT v_facts -> 'providers' @> jsonb_build_array(
        jsonb_build_object('id', NEW.subject_id, 'lots', jsonb_build_array(jsonb_build_object('id', NEW.lot_id)))) THEN
        PERFORM app.refuse('A restriction names a lot that this provider was admitted to, or all lots.');
    END IF;
    NEW.in_force_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT ON decisions.restrictions FOR EACH ROW EXECUTE FUNCTION app.keep_restriction();

-- A provider can be used by a council = admitted to the lot × offered for that council's area × that council takes part on an
-- effective decision × no restriction (of all lots, or of this one). Computed here and nowhere else. Who asks decides which rows come back: the public those
-- that can be used, a provider its own, a participating authority all of the system.
--
-- Of several decisions of a council the latest in effect today counts. While a later one waits for its day, the earlier stands:
-- `usable_until` is its last day where the later one ends the use; a use that the later one begins is shown with its day.
CREATE FUNCTION app.usability(p_system uuid)
RETURNS TABLE (system_id uuid, round_id uuid, lot_id uuid, admission_id uuid, provider_id uuid, provider_name text,
    admission_status text, authority_id uuid, authority_name text, offered boolean, outcome text, decision_id uuid,
    restricted boolean, restricted_in_lot boolean, ground text, usable boolean, usable_from date, usable_until date, defer_until date, answer_by date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH today AS (SELECT (app.now() AT TIME ZONE 'Europe/London')::date AS day),
    viewer AS (SELECT app.organisation() AS organisation, app.systems() AS systems, app.published_systems() AS published),
    -- The decision in effect, and the one that waits for its day. One that was superseded before its day never takes effect.
    standing AS (
        SELECT m.subject_id, x.authority_id,
            (array_agg(x.id ORDER BY x.recorded_at DESC, x.status) FILTER (WHERE x.effective_on <= t.day))[1] AS current_id,
            (array_agg(x.id) FILTER (WHERE x.effective_on IS NULL OR x.effective_on > t.day))[1] AS next_id
        FROM today t CROSS JOIN decisions.matters m JOIN decisions.decisions x ON x.matter_id = m.id
        WHERE m.kind = 'use_admitted' AND m.status <> 'withdrawn' AND m.asked_again_at IS NULL
          AND (p_system IS NULL OR m.system_id = p_system)
          AND (x.status = 'recorded'
               OR x.status = 'superseded' AND x.effective_on <= (x.superseded_at AT TIME ZONE 'Europe/London')::date)
        GROUP BY m.subject_id, x.authority_id
    )
    SELECT system_id, round_id, lot_id, admission_id, provider_id, provider_name, admission_status, authority_id, authority_name,
        offered, outcome, decision_id, restricted, restricted_in_lot, ground, usable, usable_from, usable_until, defer_until, answer_by
    FROM (
        SELECT a.system_id, a.round_id, a.lot_id, a.id AS admission_id, a.provider_id, a.provider_name, a.status AS admission_status,
            p.authority_id, p.authority_name, p.authority_id = ANY (a.areas) AS offered, d.outcome, d.id AS decision_id,
            coalesce(d.restricted, false) AS restricted, coalesce(d.of_lot, false) AS restricted_in_lot, d.ground,
            coalesce(a.status = 'effective' AND p.authority_id = ANY (a.areas) AND d.permits AND d.effective_on <= t.day, false) AS usable,
            CASE WHEN a.status = 'effective' AND p.authority_id = ANY (a.areas) AND d.permits
                 THEN greatest(d.effective_on, (a.effective_at AT TIME ZONE 'Europe/London')::date) END AS usable_from,
            CASE WHEN p.authority_id = ANY (a.areas) AND d.permits THEN d.ends_on - 1 END AS usable_until,
            d.defer_until, mp.answer_by
        FROM viewer v CROSS JOIN today t CROSS JOIN purchasing_systems.admissions a
        JOIN purchasing_systems.participations p ON p.system_id = a.system_id AND p.status = 'joined'
        LEFT JOIN LATERAL (
            SELECT m.answer_by FROM decisions.matters m
            JOIN decisions.matter_parties q ON q.matter_id = m.id AND q.authority_id = p.authority_id
            WHERE m.subject_id = a.round_id AND m.kind = 'use_admitted' AND m.status <> 'withdrawn' AND m.asked_again_at IS NULL) mp ON true
        LEFT JOIN standing s ON s.subject_id = a.round_id AND s.authority_id = p.authority_id
        LEFT JOIN decisions.decisions c ON c.id = s.current_id
        LEFT JOIN LATERAL (
            SELECT r.id, r.ground, r.lot_id IS NOT NULL AS of_lot FROM decisions.restrictions r
            WHERE r.decision_id = c.id AND r.subject_id = a.provider_id AND r.in_force_at IS NOT NULL
              AND (r.lot_id IS NULL OR r.lot_id = a.lot_id) ORDER BY r.lot_id NULLS FIRST LIMIT 1) rc ON true
        LEFT JOIN decisions.decisions n ON n.id = s.next_id
        LEFT JOIN LATERAL (
            SELECT r.id, r.ground, r.lot_id IS NOT NULL AS of_lot FROM decisions.restrictions r
            WHERE r.decision_id = n.id AND r.subject_id = a.provider_id AND r.in_force_at IS NOT NULL
              AND (r.lot_id IS NULL OR r.lot_id = a.lot_id) ORDER BY r.lot_id NULLS FIRST LIMIT 1) rn ON true
        CROSS JOIN LATERAL (SELECT
            coalesce(c.outcome IN ('approve', 'approve_with_restriction') AND rc.id IS NULL, false) AS now,
            coalesce(n.outcome IN ('approve', 'approve_with_restriction') AND rn.id IS NULL, false) AS later) permits
        LEFT JOIN LATERAL (
            SELECT c.id, c.outcome, c.effective_on, c.defer_until, rc.id IS NOT NULL AS restricted, rc.of_lot, rc.ground, permits.now AS permits,
                CASE WHEN NOT permits.later THEN n.effective_on END AS ends_on
            WHERE c.id IS NOT NULL AND (permits.now OR NOT permits.later)
            UNION ALL
            SELECT n.id, n.outcome, n.effective_on, n.defer_until, rn.id IS NOT NULL, rn.of_lot, rn.ground, permits.later, NULL
            WHERE n.id IS NOT NULL AND (c.id IS NULL OR (permits.later AND NOT permits.now))
        ) d ON true
        WHERE (p_system IS NULL OR a.system_id = p_system)
          AND (a.system_id = ANY (v.systems)
               OR (a.provider_id = v.organisation AND a.released_at IS NOT NULL)
               OR (a.status = 'effective' AND a.system_id = ANY (v.published)))
    ) rows
    WHERE usable OR provider_id = (SELECT organisation FROM viewer) OR rows.system_id = ANY ((SELECT systems FROM viewer)::uuid[])
$$;
