-- The admissions register --------------------------------------------------------------------------------------------

CREATE FUNCTION app.london_day(p_at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE
AS $$ SELECT (p_at AT TIME ZONE 'Europe/London')::date $$;

-- Providers ever admitted to a system in which the council acted for takes part: whose passport it reads.
CREATE FUNCTION app.admitted_providers() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT array(SELECT DISTINCT a.provider_id FROM purchasing_systems.admissions a
      WHERE a.system_id = ANY ((SELECT app.systems())::uuid[]) AND a.effective_at IS NOT NULL) $$;

-- History that nobody writes by hand: every status an admission or a recorded decision ever had, with its second.
CREATE FUNCTION app.note_admission() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- What is taken on stands from its own day, which app.take_on writes.
    IF TG_OP = 'INSERT' AND NEW.take_on_id IS NULL OR NEW.status <> OLD.status THEN
        INSERT INTO purchasing_systems.admission_steps (id, admission_id, system_id, at, status, because)
        VALUES (gen_random_uuid(), NEW.id, NEW.system_id, app.now(), NEW.status, NEW.standing_because);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note AFTER INSERT OR UPDATE ON purchasing_systems.admissions FOR EACH ROW EXECUTE FUNCTION app.note_admission();

CREATE FUNCTION app.note_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO decisions.standings (id, decision_id, at, status, effective_on)
    VALUES (gen_random_uuid(), NEW.id, CASE WHEN NEW.status = 'superseded' THEN NEW.superseded_at ELSE app.now() END, NEW.status, NEW.effective_on);
    RETURN NULL;
END $$;
CREATE TRIGGER note AFTER UPDATE ON decisions.decisions FOR EACH ROW
WHEN (NEW.matter_id IS NOT NULL AND NEW.status <> 'draft' AND (NEW.status, NEW.effective_on) IS DISTINCT FROM (OLD.status, OLD.effective_on))
EXECUTE FUNCTION app.note_decision();

-- Who wrote a row of the passport or the register, and when, is taken from the scope.
CREATE FUNCTION app.stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Of a live system taken on: app.take_on stamps it, and the row policy lets nobody else write such a row.
    IF to_jsonb(NEW) ->> 'take_on_id' IS NOT NULL THEN
        RETURN NEW;
    END IF;
    IF NOT app.roles() && TG_ARGV::text[] THEN
        RAISE EXCEPTION 'Your role does not include this.' USING ERRCODE = 'PT403';
    END IF;
    NEW.recorded_by := coalesce(app.claims() ->> 'label', '');
    NEW.recorded_at := app.now();
    RETURN NEW;
END $$;

-- The day on which members are told of a change made on p_on: the circulation day of the next month up to the cut-off day, of the one
-- after it from then on (R2-03). rules.register_cycle says the same in Python.
CREATE FUNCTION app.circulated_on(p_on date, p_cut_off int, p_circulation int) RETURNS date LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT (date_trunc('month', p_on) + CASE WHEN extract(day FROM p_on) <= p_cut_off THEN interval '1 month' ELSE interval '2 months' END)::date
        + p_circulation - 1 $$;

-- What a provider offers under an admission, and at what price: while it is admitted, and from the day members are told.
CREATE FUNCTION app.keep_offer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_cycle purchasing_systems.register_cycles;
    v_today date := app.london_day(app.now());
BEGIN
    IF NEW.take_on_id IS NOT NULL THEN
        RETURN NEW;
    END IF;
    IF NOT app.roles() && array['provider_administrator'] THEN
        RAISE EXCEPTION 'Your role does not include this.' USING ERRCODE = 'PT403';
    END IF;
    PERFORM 1 FROM purchasing_systems.admissions
    WHERE id = NEW.admission_id AND provider_id = app.organisation() AND status IN ('effective', 'suspended');
    IF NOT FOUND THEN
        PERFORM app.refuse('You are not admitted to this lot now.');
    END IF;
    IF NEW.service_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM providers.services WHERE service_id = NEW.service_id AND provider_id = NEW.provider_id) THEN
        RAISE EXCEPTION 'There is no such service.' USING ERRCODE = 'PT404';
    END IF;
    SELECT * INTO v_cycle FROM purchasing_systems.register_cycles WHERE system_id = NEW.system_id;
    NEW.published_on := CASE WHEN NEW.reason <> '' THEN v_today
        ELSE app.circulated_on(v_today, coalesce(v_cycle.cut_off_day, 20), coalesce(v_cycle.circulation_day, 1)) END;
    NEW.recorded_by := coalesce(app.claims() ->> 'label', '');
    NEW.recorded_at := app.now();
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT ON purchasing_systems.admission_services FOR EACH ROW EXECUTE FUNCTION app.keep_offer();
CREATE TRIGGER keep BEFORE INSERT ON purchasing_systems.core_prices FOR EACH ROW EXECUTE FUNCTION app.keep_offer();

-- A service keeps its owner through all its versions.
CREATE FUNCTION app.keep_service() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM providers.services WHERE service_id = NEW.service_id AND provider_id <> NEW.provider_id) THEN
        RAISE EXCEPTION 'There is no such service.' USING ERRCODE = 'PT404';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT ON providers.services FOR EACH ROW EXECUTE FUNCTION app.keep_service();
CREATE TRIGGER stamp BEFORE INSERT ON providers.services FOR EACH ROW EXECUTE FUNCTION app.stamp('provider_administrator');
CREATE TRIGGER stamp BEFORE INSERT ON providers.contacts FOR EACH ROW EXECUTE FUNCTION app.stamp('provider_administrator');
CREATE TRIGGER stamp BEFORE INSERT ON providers.insurances FOR EACH ROW EXECUTE FUNCTION app.stamp('provider_administrator');
CREATE TRIGGER stamp BEFORE INSERT ON providers.grades FOR EACH ROW
EXECUTE FUNCTION app.stamp('placement_officer', 'commissioning_officer', 'procurement_officer');
CREATE TRIGGER stamp BEFORE INSERT ON purchasing_systems.supplier_numbers FOR EACH ROW
EXECUTE FUNCTION app.stamp('placement_officer', 'commissioning_officer', 'procurement_officer', 'finance_officer');
CREATE TRIGGER stamp BEFORE INSERT ON purchasing_systems.external_systems FOR EACH ROW
EXECUTE FUNCTION app.stamp('placement_officer', 'commissioning_officer', 'procurement_officer');
CREATE TRIGGER stamp BEFORE INSERT ON purchasing_systems.external_admissions FOR EACH ROW
EXECUTE FUNCTION app.stamp('placement_officer', 'commissioning_officer', 'procurement_officer');
CREATE TRIGGER stamp BEFORE INSERT ON purchasing_systems.external_imports FOR EACH ROW
EXECUTE FUNCTION app.stamp('placement_officer', 'commissioning_officer', 'procurement_officer');

-- An end is told, a removal made, at the second it is written; and neither is taken back.
CREATE FUNCTION app.keep_external_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.roles() && array['placement_officer', 'commissioning_officer', 'procurement_officer'] THEN
        RAISE EXCEPTION 'Your role does not include this.' USING ERRCODE = 'PT403';
    END IF;
    IF OLD.ended_on IS NOT NULL AND NEW.ended_on IS DISTINCT FROM OLD.ended_on OR OLD.removed_at IS NOT NULL THEN
        PERFORM app.refuse('This has ended already. Enter the provider again if it is admitted again.');
    END IF;
    NEW.ended_at := CASE WHEN OLD.ended_on IS NULL AND NEW.ended_on IS NOT NULL THEN app.now() ELSE OLD.ended_at END;
    NEW.removed_at := CASE WHEN NEW.removed_at IS NOT NULL THEN app.now() END;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON purchasing_systems.external_admissions FOR EACH ROW EXECUTE FUNCTION app.keep_external_end();

-- Who was admitted, and whom could which council use, at any past second, with what it follows from. As app.usability says it of now: admitted
-- to the lot × offered for that council's area × that council took part × a decision of it in effect × no restriction. Only what the portal knew at
-- that second counts, so the answer never changes. Who asks decides which rows come back, as there. External systems answer beside it.
-- p_filter: system, lot, authority, provider, admission (ids); text; area, age_band, grade (of what is offered); standing: usable, barred;
-- after_name, after_id, after_authority: the row the page before ended with.
CREATE FUNCTION app.register_as_at(p_at timestamptz, p_filter jsonb DEFAULT '{}', p_limit int DEFAULT NULL)
RETURNS TABLE (external boolean, system_id uuid, system_title text, system_alias text, managed_by text, demonstration boolean,
    round_id uuid, round_number int, lot_id uuid, lot_number int, lot_title text, admission_id uuid, provider_id uuid, provider_name text,
    admission_status text, since timestamptz, because text, effective_at timestamptz, authority_id uuid, authority_name text, offered boolean,
    decision_id uuid, outcome text, effective_on date, restricted boolean, restricted_in_lot boolean, ground text, usable boolean,
    usable_from date, usable_until date, defer_until date, answer_by date, taken_on text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
-- A page is fifty rows in the order of an index: what cannot be estimated (who may be used) must not tempt the planner to compute all first.
SET enable_sort = off SET enable_seqscan = off SET enable_material = off AS $$
#variable_conflict use_column
DECLARE
    v_day date := app.london_day(p_at);
    v_me uuid := app.organisation();
    v_mine uuid[] := coalesce(app.systems(), '{}');
    v_system uuid := p_filter ->> 'system';
    v_lot uuid := p_filter ->> 'lot';
    v_authority uuid := p_filter ->> 'authority';
    v_provider uuid := p_filter ->> 'provider';
    v_admission uuid := p_filter ->> 'admission';
    v_usable boolean := CASE p_filter ->> 'standing' WHEN 'usable' THEN true WHEN 'barred' THEN false END;
    v_like text := '%' || replace(replace(replace(p_filter ->> 'text', '\', '\\'), '%', '\%'), '_', '\_') || '%';
    v_name text := p_filter ->> 'after_name';
    v_id uuid := p_filter ->> 'after_id';
    v_of uuid := p_filter ->> 'after_authority';
    v_systems uuid[];
    v_offers uuid[];
    v_named uuid[];
BEGIN
    IF p_at > app.now() THEN
        PERFORM app.refuse('The register tells of seconds that have passed.');
    END IF;
    v_systems := array(SELECT s.id FROM purchasing_systems.systems s
        WHERE (v_system IS NULL OR s.id = v_system) AND (s.id = ANY (v_mine) OR s.published_at IS NOT NULL));
    -- By what is offered, asked first: the page after it then looks only there.
    IF coalesce(p_filter ->> 'area', p_filter ->> 'grade', p_filter ->> 'age_band') IS NOT NULL THEN
        v_offers := array(
            SELECT o.admission_id FROM app.offers_as_at(p_at, v_systems, NULL) o
            WHERE (p_filter ->> 'area' IS NULL OR o.area = p_filter ->> 'area')
              AND (p_filter ->> 'grade' IS NULL OR o.grade = p_filter ->> 'grade')
              AND p_filter ->> 'age_band' IS NULL
            UNION
            SELECT c.admission_id FROM app.prices_as_at(p_at, v_systems, NULL) c
            WHERE p_filter ->> 'age_band' IS NOT NULL AND c.age_band = p_filter ->> 'age_band'
              AND (coalesce(p_filter ->> 'area', p_filter ->> 'grade') IS NULL OR EXISTS (
                SELECT 1 FROM app.offers_as_at(p_at, v_systems, array[c.admission_id]) o
                WHERE (p_filter ->> 'area' IS NULL OR o.area = p_filter ->> 'area')
                  AND (p_filter ->> 'grade' IS NULL OR o.grade = p_filter ->> 'grade'))));
    END IF;
    IF v_like IS NOT NULL THEN
        v_named := array(SELECT DISTINCT s.admission_id FROM purchasing_systems.admission_services s
            WHERE s.system_id = ANY (v_systems) AND s.service_id IN (
                SELECT h.service_id FROM providers.services h WHERE h.name ILIKE v_like OR h.number ILIKE v_like));
    END IF;
    RETURN QUERY
    -- Whose decision to leave, recorded by then, had let its last day pass, whether or not the step was written yet.
    WITH gone AS MATERIALIZED (
        SELECT x.system_id, x.authority_id FROM app.exits(v_system, v_day) x JOIN decisions.decisions d ON d.id = x.decision_id
        WHERE x.exit_on < v_day AND d.recorded_at <= p_at
    ),
    parts AS MATERIALIZED (
        SELECT p.system_id, p.authority_id, p.authority_name FROM purchasing_systems.participations p
        LEFT JOIN LATERAL (
            SELECT h.to_status, h.exit_on FROM purchasing_systems.participation_steps h
            WHERE h.participation_id = p.id AND h.written_at <= p_at AND h.effective_on <= v_day
            ORDER BY h.effective_on DESC, h.written_at DESC, h.number DESC LIMIT 1) h ON true
        LEFT JOIN LATERAL (
            SELECT h.from_status FROM purchasing_systems.participation_steps h WHERE h.participation_id = p.id
            ORDER BY h.written_at, h.number LIMIT 1) f ON h.to_status IS NULL
        WHERE p.system_id = ANY (v_systems) AND (v_authority IS NULL OR p.authority_id = v_authority)
          AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.system_id = p.system_id AND g.authority_id = p.authority_id)
          AND CASE WHEN h.to_status IS NOT NULL THEN app.acts(h.to_status, h.exit_on, v_day)
                   -- Before the first step, as it was founded.
                   ELSE coalesce(f.from_status, CASE WHEN p.left_on IS NOT NULL THEN 'joined' ELSE p.status END) IN ('joined', 'withdrawing')
                        AND p.joined_on <= v_day AND (p.left_on IS NULL OR v_day < p.left_on OR f.from_status IS NOT NULL) END
    ),
    -- Of each round and council: the decision in effect on the day, and one that waits for its day, as they stood at that second.
    decided AS MATERIALIZED (
        SELECT m.subject_id, d.authority_id,
            (array_agg(d.id ORDER BY d.recorded_at DESC, t.status) FILTER (WHERE t.effective_on <= v_day))[1] AS current_id,
            (array_agg(d.id) FILTER (WHERE t.status = 'recorded' AND (t.effective_on IS NULL OR t.effective_on > v_day)))[1] AS next_id
        FROM decisions.matters m
        JOIN decisions.decisions d ON d.matter_id = m.id AND (v_authority IS NULL OR d.authority_id = v_authority)
        JOIN LATERAL (
            SELECT t.status, t.effective_on, t.at FROM decisions.standings t WHERE t.decision_id = d.id AND t.at <= p_at
            ORDER BY t.at DESC, t.number DESC LIMIT 1) t ON true
        WHERE m.system_id = ANY (v_systems) AND m.kind = 'use_admitted'
          AND (m.withdrawn_at IS NULL OR m.withdrawn_at > p_at) AND (m.asked_again_at IS NULL OR m.asked_again_at > p_at)
          AND (t.status = 'recorded' OR t.status = 'superseded' AND t.effective_on <= app.london_day(t.at))
        GROUP BY m.subject_id, d.authority_id
    ),
    asked AS MATERIALIZED (
        SELECT m.subject_id, q.authority_id, m.answer_by FROM decisions.matters m
        JOIN decisions.matter_parties q ON q.matter_id = m.id AND (v_authority IS NULL OR q.authority_id = v_authority)
        WHERE m.system_id = ANY (v_systems) AND m.kind = 'use_admitted' AND m.raised_at <= p_at
          AND (m.withdrawn_at IS NULL OR m.withdrawn_at > p_at) AND (m.asked_again_at IS NULL OR m.asked_again_at > p_at)
    ),
    ours AS (
        SELECT false AS external, a.system_id, s.title::text, s.alias::text, s.lead_name::text, s.demonstration, a.round_id, r.number AS round_number, a.lot_id,
            l.number AS lot_number, l.title::text AS lot_title, a.id, a.provider_id, a.provider_name::text, t.status::text, t.at, t.because::text,
            t.effective_at,
            p.authority_id, p.authority_name::text, w.offered, d.id AS decision_id, d.outcome::text, d.effective_on,
            coalesce(d.restricted, false) AS restricted, coalesce(d.of_lot, false) AS of_lot, d.ground::text, u.usable,
            CASE WHEN t.status = 'effective' AND w.offered AND (f.lead_admits OR d.permits)
                 THEN greatest(d.effective_on, app.london_day(t.effective_at)) END AS usable_from,
            CASE WHEN w.offered AND d.permits THEN d.ends_on - 1 END AS usable_until, d.defer_until, k.answer_by,
            app.origin_words(a.take_on_id, d.id, d.old, x.answer) AS taken_on
        FROM purchasing_systems.admissions a
        CROSS JOIN LATERAL (
            SELECT h.status, h.at, h.because, CASE WHEN h.status IN ('effective', 'suspended', 'removed', 'ended') THEN
                (SELECT min(f.at) FROM purchasing_systems.admission_steps f WHERE f.admission_id = a.id AND f.status = 'effective') END AS effective_at
            FROM purchasing_systems.admission_steps h WHERE h.admission_id = a.id AND h.at <= p_at ORDER BY h.at DESC, h.number DESC LIMIT 1) t
        JOIN parts p ON p.system_id = a.system_id
        LEFT JOIN decided b ON b.subject_id = a.round_id AND b.authority_id = p.authority_id
        LEFT JOIN asked k ON k.subject_id = a.round_id AND k.authority_id = p.authority_id
        -- What predates the portal counts, once its council has confirmed it, from its own day: that day was no second of the portal's.
        LEFT JOIN purchasing_systems.taken_on_decisions x ON x.round_id = a.round_id AND x.authority_id = p.authority_id
        LEFT JOIN LATERAL (
            SELECT c.id, c.outcome, c.defer_until, e.effective_on, false AS old FROM decisions.decisions c JOIN LATERAL (
                SELECT h.effective_on FROM decisions.standings h WHERE h.decision_id = c.id AND h.at <= p_at
                ORDER BY h.at DESC, h.number DESC LIMIT 1) e ON true WHERE c.id = b.current_id
            UNION ALL
            SELECT x.id, x.outcome, NULL, x.effective_on, true
            WHERE b.current_id IS NULL AND x.answer = 'confirmed' AND x.effective_on <= v_day) c ON true
        LEFT JOIN LATERAL (
            SELECT q.id, q.ground, q.lot_id IS NOT NULL AS of_lot FROM decisions.restrictions q
            WHERE q.decision_id = b.current_id AND q.subject_id = a.provider_id AND q.in_force_at IS NOT NULL
              AND (q.lot_id IS NULL OR q.lot_id = a.lot_id) ORDER BY q.lot_id NULLS FIRST LIMIT 1) rc ON true
        LEFT JOIN LATERAL (
            SELECT n.id, n.outcome, n.defer_until, e.effective_on FROM decisions.decisions n JOIN LATERAL (
                SELECT h.effective_on FROM decisions.standings h WHERE h.decision_id = n.id AND h.at <= p_at
                ORDER BY h.at DESC, h.number DESC LIMIT 1) e ON true WHERE n.id = b.next_id) n ON true
        LEFT JOIN LATERAL (
            SELECT q.id, q.ground, q.lot_id IS NOT NULL AS of_lot FROM decisions.restrictions q
            WHERE q.decision_id = b.next_id AND q.subject_id = a.provider_id AND q.in_force_at IS NOT NULL
              AND (q.lot_id IS NULL OR q.lot_id = a.lot_id) ORDER BY q.lot_id NULLS FIRST LIMIT 1) rn ON true
        CROSS JOIN LATERAL (SELECT
            coalesce(c.outcome IN ('approve', 'approve_with_restriction') AND rc.id IS NULL, false) AS now,
            coalesce(n.outcome IN ('approve', 'approve_with_restriction') AND rn.id IS NULL, false) AS later) permits
        LEFT JOIN LATERAL (
            SELECT c.id, c.outcome, c.effective_on, c.defer_until, rc.id IS NOT NULL AS restricted, rc.of_lot, rc.ground, permits.now AS permits,
                CASE WHEN NOT permits.later THEN n.effective_on END AS ends_on, c.old
            WHERE c.id IS NOT NULL AND (permits.now OR NOT permits.later)
            UNION ALL
            SELECT n.id, n.outcome, n.effective_on, n.defer_until, rn.id IS NOT NULL, rn.of_lot, rn.ground, permits.later, NULL, false
            WHERE n.id IS NOT NULL AND (c.id IS NULL OR (permits.later AND NOT permits.now))) d ON true
        CROSS JOIN LATERAL (SELECT p.authority_id = ANY (a.areas) AS offered) w
        -- Where the lead admits for all, no council is asked about a name.
        CROSS JOIN LATERAL (SELECT y.admits = 'lead' AS lead_admits FROM purchasing_systems.systems x
            JOIN purchasing_systems.vehicle_profiles y ON y.id = x.profile_id WHERE x.id = a.system_id) f
        CROSS JOIN LATERAL (SELECT t.status = 'effective' AND w.offered AND (f.lead_admits OR permits.now) AS usable) u
        JOIN purchasing_systems.systems s ON s.id = a.system_id
        JOIN purchasing_systems.lots l ON l.id = a.lot_id
        JOIN purchasing_systems.rounds r ON r.id = a.round_id
        WHERE a.system_id = ANY (v_systems)
          AND (a.system_id = ANY (v_mine) OR a.provider_id = v_me AND a.released_at <= p_at OR u.usable)
          AND (v_lot IS NULL OR a.lot_id = v_lot) AND (v_provider IS NULL OR a.provider_id = v_provider)
          AND (v_admission IS NULL OR a.id = v_admission)
          AND (v_offers IS NULL OR a.id = ANY (v_offers))
          AND (v_like IS NULL OR a.provider_name ILIKE v_like OR a.id = ANY (v_named))
          AND (v_usable IS NULL OR u.usable = v_usable)
          AND (v_name IS NULL OR (a.provider_name, a.id, p.authority_id) > (v_name, v_id, v_of))
        ORDER BY a.provider_name, a.id, p.authority_id LIMIT p_limit
    ),
    theirs AS (
        SELECT true, b.id, b.name::text, b.name::text, b.host::text, b.demonstration, NULL::uuid, NULL::int, NULL::uuid, q.lot_number,
            coalesce((SELECT l ->> 'title' FROM jsonb_array_elements(b.lots) l WHERE (l ->> 'number')::int = q.lot_number), ''),
            q.id, NULL::uuid, q.provider_name::text, CASE WHEN k.current THEN 'effective' ELSE 'ended' END,
            q.admitted_on::timestamp AT TIME ZONE 'Europe/London', '', q.admitted_on::timestamp AT TIME ZONE 'Europe/London', v_me,
            (SELECT o.name::text FROM tenants.organisations o WHERE o.id = v_me), true, NULL::uuid, NULL, NULL::date, false, false, NULL, k.current,
            CASE WHEN k.current THEN q.admitted_on END, coalesce(q.ended_on, b.ends_on), NULL::date, NULL::date, NULL
        FROM purchasing_systems.external_systems b
        JOIN purchasing_systems.external_admissions q ON q.external_id = b.id AND q.recorded_at <= p_at AND q.admitted_on <= v_day
         AND (q.removed_at IS NULL OR q.removed_at > p_at)
        CROSS JOIN LATERAL (SELECT (b.ends_on IS NULL OR b.ends_on >= v_day) AND (q.ended_on IS NULL OR q.ended_at > p_at OR q.ended_on >= v_day)
            AS current) k
        WHERE (b.registered_by_id = v_me OR v_me = ANY (b.readers)) AND app.kind() = 'authority'
          AND v_lot IS NULL AND v_provider IS NULL AND (v_system IS NULL OR b.id = v_system) AND (v_authority IS NULL OR v_authority = v_me)
          AND (v_admission IS NULL OR q.id = v_admission)
          AND (p_filter ->> 'area' IS NULL OR q.area = p_filter ->> 'area') AND p_filter ->> 'grade' IS NULL AND p_filter ->> 'age_band' IS NULL
          AND (v_like IS NULL OR q.provider_name ILIKE v_like OR q.service_name ILIKE v_like OR q.number ILIKE v_like)
          AND (v_usable IS NULL OR k.current = v_usable)
          AND (v_name IS NULL OR (q.provider_name, q.id, v_me) > (v_name, v_id, v_of))
        ORDER BY q.provider_name, q.id LIMIT p_limit
    )
    SELECT * FROM ours UNION ALL SELECT * FROM theirs ORDER BY 14, 12, 19 LIMIT p_limit;
END $$;

-- The services offered under admissions at a second, as members had been told by then, each with the regulator's latest grade of then.
CREATE FUNCTION app.offers_as_at(p_at timestamptz, p_systems uuid[], p_admissions uuid[])
RETURNS TABLE (admission_id uuid, service_id uuid, provider_id uuid, name text, kind text, regulator text, number text, area text, capacity int,
    opened_on date, closed_on date, grade text, graded_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT o.admission_id, o.service_id, o.provider_id, s.name::text, s.kind::text, s.regulator::text, s.number::text, s.area::text, s.capacity,
        s.opened_on, s.closed_on, g.grade::text, g.graded_on
    FROM (
        SELECT DISTINCT ON (h.admission_id, h.service_id) h.admission_id, h.service_id, h.provider_id, h.offered
        FROM purchasing_systems.admission_services h
        WHERE (p_systems IS NULL OR h.system_id = ANY (p_systems)) AND (p_admissions IS NULL OR h.admission_id = ANY (p_admissions))
          AND (h.system_id = ANY ((SELECT app.systems())::uuid[]) OR h.provider_id = (SELECT app.organisation()))
          AND h.recorded_at <= p_at AND h.published_on <= app.london_day(p_at)
        ORDER BY h.admission_id, h.service_id, h.published_on DESC, h.recorded_at DESC) o
    JOIN LATERAL (
        SELECT * FROM providers.services v WHERE v.service_id = o.service_id AND v.recorded_at <= p_at ORDER BY v.recorded_at DESC LIMIT 1) s ON true
    LEFT JOIN LATERAL (
        SELECT v.grade, v.graded_on FROM providers.grades v WHERE v.regulator = s.regulator AND v.number = s.number AND s.number <> ''
          AND v.graded_on <= app.london_day(p_at) AND v.recorded_at <= p_at ORDER BY v.graded_on DESC, v.recorded_at DESC LIMIT 1) g ON true
    WHERE o.offered AND (s.closed_on IS NULL OR s.closed_on >= app.london_day(p_at))
    ORDER BY o.admission_id, s.name, o.service_id;
END $$;

-- Core prices at a second: of each service (or the whole lot) and age band the latest that members had been told of and that holds on the day.
CREATE FUNCTION app.prices_as_at(p_at timestamptz, p_systems uuid[], p_admissions uuid[])
RETURNS TABLE (admission_id uuid, service_id uuid, age_band text, pounds numeric, valid_from date, valid_until date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.admission_id, c.service_id, c.age_band::text, c.pounds, c.valid_from, c.valid_until
    FROM (
        SELECT DISTINCT ON (h.admission_id, h.service_id, h.age_band) h.*
        FROM purchasing_systems.core_prices h
        WHERE (p_systems IS NULL OR h.system_id = ANY (p_systems)) AND (p_admissions IS NULL OR h.admission_id = ANY (p_admissions))
          AND (h.system_id = ANY ((SELECT app.systems())::uuid[]) OR h.provider_id = (SELECT app.organisation()))
          AND h.recorded_at <= p_at AND h.published_on <= app.london_day(p_at) AND h.valid_from <= app.london_day(p_at)
        ORDER BY h.admission_id, h.service_id, h.age_band, h.valid_from DESC, h.recorded_at DESC) c
    WHERE c.valid_until IS NULL OR c.valid_until >= app.london_day(p_at)
    ORDER BY c.admission_id, c.service_id NULLS FIRST, c.age_band;
END $$;

-- One admission and one council through all time: how it stood after everything that could have changed it. The application joins equal
-- neighbours to intervals. Whoever may see the row now may read its past.
CREATE FUNCTION app.register_history(p_admission uuid, p_authority uuid)
RETURNS TABLE (at timestamptz, admission_status text, because text, took_part boolean, decision_id uuid, outcome text, effective_on date,
    restricted boolean, ground text, usable boolean, taken_on text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := app.now();
    v_admission purchasing_systems.admissions;
BEGIN
    SELECT * INTO v_admission FROM purchasing_systems.admissions a WHERE a.id = p_admission
      AND (a.system_id = ANY (app.systems()) OR a.provider_id = app.organisation() AND a.released_at IS NOT NULL);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH days AS (
        SELECT t.effective_on AS day FROM decisions.standings t JOIN decisions.decisions d ON d.id = t.decision_id
        JOIN decisions.matters m ON m.id = d.matter_id
        WHERE m.subject_id = v_admission.round_id AND m.kind = 'use_admitted' AND d.authority_id = p_authority
        UNION SELECT x.effective_on FROM purchasing_systems.taken_on_decisions x
        WHERE x.round_id = v_admission.round_id AND x.authority_id = p_authority AND x.answer = 'confirmed'
        UNION SELECT unnest(array[h.effective_on, h.exit_on + 1]) FROM purchasing_systems.participation_steps h
        JOIN purchasing_systems.participations p ON p.id = h.participation_id
        WHERE p.system_id = v_admission.system_id AND p.authority_id = p_authority
        UNION SELECT unnest(array[p.joined_on, p.left_on]) FROM purchasing_systems.participations p
        WHERE p.system_id = v_admission.system_id AND p.authority_id = p_authority
    ),
    seconds AS (
        SELECT h.at FROM purchasing_systems.admission_steps h WHERE h.admission_id = p_admission
        UNION SELECT t.at FROM decisions.standings t JOIN decisions.decisions d ON d.id = t.decision_id
        JOIN decisions.matters m ON m.id = d.matter_id
        WHERE m.subject_id = v_admission.round_id AND m.kind = 'use_admitted' AND d.authority_id = p_authority
        UNION SELECT h.written_at FROM purchasing_systems.participation_steps h
        JOIN purchasing_systems.participations p ON p.id = h.participation_id
        WHERE p.system_id = v_admission.system_id AND p.authority_id = p_authority
        UNION SELECT day::timestamp AT TIME ZONE 'Europe/London' FROM days WHERE day IS NOT NULL
    )
    SELECT b.at, r.admission_status, r.because, r.authority_id IS NOT NULL, r.decision_id, r.outcome, r.effective_on, coalesce(r.restricted, false),
        r.ground, coalesce(r.usable, false), r.taken_on
    FROM seconds b
    LEFT JOIN LATERAL app.register_as_at(b.at, jsonb_build_object('system', v_admission.system_id, 'admission', p_admission,
        'authority', p_authority)) r ON true
    WHERE b.at <= v_now AND b.at >= (SELECT min(h.at) FROM purchasing_systems.admission_steps h WHERE h.admission_id = p_admission)
    ORDER BY b.at;
END $$;
