-- Patterns of rounds: what the rules of a system's vehicle say about its rounds; always-open rounds and their batches ----

-- A system stands on a version of its vehicle's rules: the latest when it is set up, if none is named.
CREATE FUNCTION app.keep_profile() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.profile_id IS NULL THEN
        NEW.profile_id := (SELECT id FROM purchasing_systems.vehicle_profiles WHERE code = NEW.vehicle ORDER BY version DESC LIMIT 1);
    END IF;
    IF NEW.profile_id IS NULL OR NOT EXISTS (
        SELECT 1 FROM purchasing_systems.vehicle_profiles WHERE id = NEW.profile_id AND code = NEW.vehicle) THEN
        PERFORM app.refuse('Select the vehicle.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER profile BEFORE INSERT OR UPDATE OF vehicle, profile_id ON purchasing_systems.systems
FOR EACH ROW EXECUTE FUNCTION app.keep_profile();

-- A version of a profile follows the last one, and is written by whoever is signed in.
CREATE FUNCTION app.keep_profile_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF app.claims() ->> 'person' IS NULL THEN  -- the first migration
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('profile ' || NEW.code, 0));
    NEW.version := 1 + coalesce((SELECT max(version) FROM purchasing_systems.vehicle_profiles WHERE code = NEW.code), 0);
    NEW.created_at := app.now();
    NEW.created_by := (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name');
    RETURN NEW;
END $$;
CREATE TRIGGER version BEFORE INSERT ON purchasing_systems.vehicle_profiles FOR EACH ROW EXECUTE FUNCTION app.keep_profile_version();

-- How many rounds a system may have, and whether they close: its vehicle says.
CREATE FUNCTION app.keep_pattern() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_profile purchasing_systems.vehicle_profiles;
BEGIN
    IF NEW.taken_from_id IS NOT NULL THEN  -- a batch: made by the opening alone
        RETURN NEW;
    END IF;
    PERFORM 1 FROM purchasing_systems.systems WHERE id = NEW.system_id FOR SHARE;
    SELECT p.* INTO v_profile FROM purchasing_systems.vehicle_profiles p
    JOIN purchasing_systems.systems s ON s.profile_id = p.id WHERE s.id = NEW.system_id;
    NEW.always_open := coalesce(v_profile.admission = 'rolling', false);
    IF v_profile.admission = 'elsewhere' THEN
        PERFORM app.refuse('Providers are admitted elsewhere, so no round can be planned here.');
    END IF;
    IF v_profile.admission IN ('rolling', 'fixed') AND EXISTS (
        SELECT 1 FROM purchasing_systems.rounds
        WHERE system_id = NEW.system_id AND taken_from_id IS NULL AND status <> 'cancelled') THEN
        PERFORM app.refuse(CASE v_profile.admission WHEN 'rolling' THEN 'There is an always-open round already. It takes applications at any time.'
            ELSE 'Providers are admitted in one window only. A second round cannot be planned.' END);
    END IF;
    IF NEW.first_assessed_by IS NOT NULL AND NOT v_profile.defers_first THEN
        PERFORM app.refuse('The first applications cannot be assessed later under this vehicle.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pattern BEFORE INSERT ON purchasing_systems.rounds FOR EACH ROW EXECUTE FUNCTION app.keep_pattern();

-- Until when a system is valid for any council, and since when, if an extension is in effect. A provider may know: it says whether an
-- application is assessed or waits (R9-03).
CREATE FUNCTION app.system_runs(p_system uuid) RETURNS TABLE (valid_until date, ends_on date, extended_from date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.valid_until, greatest(s.valid_until, x.new_end), CASE WHEN x.new_end > s.valid_until THEN x.since END
    FROM purchasing_systems.systems s
    LEFT JOIN LATERAL (
        SELECT CAST(m.facts ->> 'new_end' AS date) AS new_end, min(e.takes_effect_on) AS since
        FROM app.effects_of((SELECT array_agg(q.id) FROM decisions.matters q
            WHERE q.system_id = s.id AND q.kind IN ('extend', 'extend_together')), NULL, 'extend') e
        JOIN decisions.matters m ON m.id = e.matter_id WHERE e.in_effect
        GROUP BY 1 ORDER BY 1 DESC NULLS LAST LIMIT 1) x ON true
    WHERE s.id = p_system AND (s.published_at IS NOT NULL OR s.id = ANY (app.systems())) $$;

-- What an always-open round has received and nobody has opened: the day and how many, never whose or what.
CREATE FUNCTION app.received(p_round uuid) RETURNS TABLE (received_on date, number int) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT (a.submitted_at AT TIME ZONE 'Europe/London')::date, count(*)::int FROM applications.applications a
    JOIN purchasing_systems.rounds r ON r.id = a.round_id
    WHERE r.id = p_round AND r.always_open AND r.system_id = ANY (app.systems()) AND a.status = 'submitted'
    GROUP BY 1 ORDER BY 1 $$;

-- The applications that two officers open together leave the always-open round for a batch, which is evaluated, decided and told like
-- any round. Left behind are drafts, what was withdrawn, and what waits because it came after the system's validity.
CREATE FUNCTION app.take_batch(p_round purchasing_systems.rounds, p_at timestamptz) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_batch uuid := gen_random_uuid();
    v_taken uuid[];
BEGIN
    v_taken := app.assessable(p_round.id);
    IF cardinality(v_taken) = 0 THEN
        PERFORM app.refuse('No application waits to be opened.');
    END IF;
    INSERT INTO purchasing_systems.rounds (id, system_id, lead_id, number, opens_at, closes_at, status, notice_number, notice_url,
        notice_published_at, published_at, opened_at, always_open, taken_from_id, first_assessed_by)
    SELECT v_batch, p_round.system_id, p_round.lead_id,
        1 + (SELECT max(number) FROM purchasing_systems.rounds WHERE system_id = p_round.system_id),
        coalesce((SELECT max(closes_at) FROM purchasing_systems.rounds WHERE taken_from_id = p_round.id), p_round.opens_at), p_at, 'opened',
        p_round.notice_number, p_round.notice_url, p_round.notice_published_at, p_at, p_at, false, p_round.id, p_round.first_assessed_by;
    UPDATE applications.submissions SET round_id = v_batch WHERE application_id = ANY (v_taken);
    UPDATE applications.envelopes SET round_id = v_batch WHERE application_id = ANY (v_taken);
    UPDATE applications.seal_keys SET round_id = v_batch WHERE application_id = ANY (v_taken);
    UPDATE applications.applications SET round_id = v_batch WHERE id = ANY (v_taken);
    UPDATE applications.opening_confirmations SET round_id = v_batch WHERE round_id = p_round.id;
    RETURN v_batch;
END $$;
REVOKE ALL ON FUNCTION app.take_batch(purchasing_systems.rounds, timestamptz) FROM PUBLIC;

-- Applications of an always-open round that are submitted, unopened, and came while the system was valid, an extension in effect counted.
CREATE FUNCTION app.assessable(p_round uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array(SELECT a.id FROM applications.applications a JOIN purchasing_systems.rounds r ON r.id = a.round_id
        CROSS JOIN LATERAL app.system_runs(r.system_id) v
        WHERE r.id = p_round AND r.always_open AND a.status = 'submitted' AND (a.submitted_at AT TIME ZONE 'Europe/London')::date <= v.ends_on) $$;
REVOKE ALL ON FUNCTION app.assessable(uuid) FROM PUBLIC;

-- Five working days more, with reasons, for one opened application; before its day, once, by the lead. Days are counted by the
-- application, which knows the bank holidays.
CREATE FUNCTION app.keep_assessment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_application applications.applications;
BEGIN
    SELECT a.* INTO v_application FROM applications.applications a JOIN purchasing_systems.rounds r ON r.id = a.round_id
    WHERE a.id = NEW.application_id AND a.round_id = NEW.round_id AND r.lead_id = app.organisation() AND a.opened_at IS NOT NULL;
    IF NOT FOUND OR NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of the lead authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    IF EXISTS (SELECT 1 FROM applications.letters WHERE application_id = NEW.application_id AND released_at IS NOT NULL) THEN
        PERFORM app.refuse('The outcome of this application has gone out.');
    END IF;
    NEW.system_id := v_application.system_id;
    NEW.provider_id := v_application.provider_id;
    NEW.extended_by := (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name');
    NEW.extended_at := app.now();
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT ON applications.assessment_extensions FOR EACH ROW EXECUTE FUNCTION app.keep_assessment();
