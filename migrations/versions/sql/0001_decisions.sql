-- Decisions ---------------------------------------------------------------------------------------------------------

-- Settles a matter exactly once: when every authority whose answer is awaited has one that stands and is no deferral, or when the day
-- has passed and a later answer would not count. Returns true to the one who settled it.
CREATE FUNCTION app.settle_matter(p_matter uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_matter decisions.matters;
BEGIN
    SELECT * INTO v_matter FROM decisions.matters WHERE id = p_matter AND (system_id = ANY (app.systems()) OR id = ANY (app.asked())) FOR UPDATE;
    IF NOT FOUND OR v_matter.status <> 'open' THEN
        RETURN false;
    END IF;
    IF (v_matter.late = 'counts' OR (app.now() AT TIME ZONE 'Europe/London')::date <= v_matter.answer_by)
       AND EXISTS (SELECT 1 FROM decisions.matter_parties p WHERE p.matter_id = p_matter AND p.excused_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM decisions.decisions d WHERE d.matter_id = p_matter AND d.authority_id = p.authority_id
          AND d.status = 'recorded' AND d.outcome <> 'defer')) THEN
        RETURN false;
    END IF;
    UPDATE decisions.matters SET status = 'settled', settled_at = app.now() WHERE id = p_matter;
    RETURN true;
END $$;

-- From which day each authority's answer has effect, under the rule the question was put under (rules.settling says the same in
-- Python). One row an authority asked. Of several decisions of an authority the latest in effect on the day counts; one that waits for
-- its day, or is called in, does not. `p_part`: of one part of the question. An effect never reaches an authority without a yes of its own.
--
-- An answer given in time that was called in counts as in time when the council decides anew: its first answer says when it answered.
-- `p_public`: by published answers alone, as if nothing else had been said; one that gave way to an answer not published still stands.
CREATE FUNCTION app.effects_of(p_matters uuid[], p_on date DEFAULT NULL, p_part text DEFAULT NULL,
    p_public boolean DEFAULT false)
RETURNS TABLE (matter_id uuid, authority_id uuid, decision_id uuid, outcome text, own_from date, own_until date, takes_effect_on date,
    in_effect boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH today AS (SELECT coalesce(p_on, (app.now() AT TIME ZONE 'Europe/London')::date) AS day),
    asked AS (
        SELECT m.id, m.rule, m.minimum, m.late, m.answer_by, m.raised_by_id FROM decisions.matters m
        WHERE m.id = ANY (p_matters) AND m.status <> 'withdrawn' AND m.asked_again_at IS NULL
    ),
    known AS (
        SELECT x.*, CASE WHEN p_public AND x.status = 'superseded' AND NOT EXISTS (
            SELECT 1 FROM decisions.decisions y WHERE y.matter_id = x.matter_id AND y.authority_id = x.authority_id
              AND y.public_at IS NOT NULL AND y.recorded_at > x.recorded_at) THEN 'recorded' ELSE x.status END AS stands
        FROM asked m JOIN decisions.decisions x ON x.matter_id = m.id
        WHERE x.status <> 'draft' AND (NOT p_public OR x.public_at IS NOT NULL)
    ),
    answered AS (
        SELECT x.matter_id, x.authority_id, min((x.recorded_at AT TIME ZONE 'Europe/London')::date) AS answered_on
        FROM known x WHERE x.outcome <> 'defer' GROUP BY x.matter_id, x.authority_id
    ),
    said AS (
        SELECT x.matter_id, x.authority_id, x.id, x.stands AS status, x.outcome, x.effective_on, x.recorded_at,
            CASE WHEN p_part IS NULL THEN x.outcome IN ('approve', 'approve_with_restriction', 'approve_in_part')
                 ELSE x.outcome IN ('approve', 'approve_with_restriction', 'approve_in_part') AND coalesce((
                     SELECT q.outcome = 'approve' FROM decisions.parts q WHERE q.decision_id = x.id AND q.slug = p_part),
                     x.outcome <> 'approve_in_part') END AS permits
        FROM known x
        WHERE x.stands = 'recorded'
           OR x.stands = 'superseded' AND x.effective_on <= (x.superseded_at AT TIME ZONE 'Europe/London')::date
    ),
    standing AS (
        SELECT s.matter_id, s.authority_id,
            (array_agg(s.id ORDER BY s.recorded_at DESC, s.status) FILTER (WHERE s.effective_on <= t.day))[1] AS current_id,
            (array_agg(s.id) FILTER (WHERE s.status = 'recorded' AND (s.effective_on IS NULL OR s.effective_on > t.day)))[1] AS next_id
        FROM said s CROSS JOIN today t GROUP BY s.matter_id, s.authority_id
    ),
    own AS (
        SELECT m.id AS matter_id, p.authority_id, p.excused_at IS NOT NULL AS excused, coalesce(c.id, n.id) AS decision_id,
            coalesce(c.outcome, n.outcome) AS outcome,
            CASE WHEN m.late = 'stays_out' AND a.answered_on > m.answer_by THEN NULL
                 WHEN c.permits THEN c.effective_on WHEN n.permits THEN n.effective_on END AS own_from,
            CASE WHEN c.permits AND n.id IS NOT NULL AND NOT n.permits THEN n.effective_on - 1 END AS own_until
        FROM asked m JOIN decisions.matter_parties p ON p.matter_id = m.id
        LEFT JOIN standing st ON st.matter_id = m.id AND st.authority_id = p.authority_id
        LEFT JOIN answered a ON a.matter_id = m.id AND a.authority_id = p.authority_id
        LEFT JOIN said c ON c.id = st.current_id
        LEFT JOIN said n ON n.id = st.next_id
    ),
    -- Nothing begins but on a day on which somebody's yes does: on those days, who says yes, and whether that meets the rule. A yes that a
    -- later decision, made already, will end carries nobody beyond its last day.
    held AS (
        SELECT b.matter_id, b.day, count(*) AS yes, bool_or(o.authority_id = m.raised_by_id) AS with_lead
        FROM (SELECT DISTINCT o.matter_id, o.own_from AS day FROM own o WHERE o.own_from IS NOT NULL AND NOT o.excused) b
        JOIN asked m ON m.id = b.matter_id
        JOIN own o ON o.matter_id = b.matter_id AND NOT o.excused AND o.own_from <= b.day AND b.day <= coalesce(o.own_until, b.day)
        GROUP BY b.matter_id, b.day
    ),
    met AS (
        SELECT h.matter_id, h.day FROM held h JOIN asked m ON m.id = h.matter_id
        JOIN (SELECT o.matter_id, count(*) AS parties FROM own o WHERE NOT o.excused GROUP BY o.matter_id) k ON k.matter_id = m.id
        WHERE CASE m.rule
            WHEN 'each_for_itself' THEN true
            WHEN 'lead' THEN h.with_lead
            WHEN 'every_participant' THEN h.yes = k.parties
            WHEN 'minimum' THEN h.yes >= m.minimum
            WHEN 'lead_plus_majority' THEN h.with_lead AND h.yes > k.parties / 2 END
    ),
    effect AS (
        SELECT o.*, (SELECT min(h.day) FROM met h WHERE h.matter_id = o.matter_id AND NOT o.excused
                     AND o.own_from <= h.day AND h.day <= coalesce(o.own_until, h.day)) AS takes_effect_on
        FROM own o
    )
    SELECT e.matter_id, e.authority_id, e.decision_id, e.outcome, e.own_from, e.own_until, e.takes_effect_on,
        coalesce(e.takes_effect_on <= t.day, false) FROM effect e CROSS JOIN today t
$$;
REVOKE ALL ON FUNCTION app.effects_of(uuid[], date, text, boolean) FROM PUBLIC;

-- The same for whoever asks: a council that takes part every council's; one that considers to take part its own alone.
CREATE FUNCTION app.effects(p_matters uuid[], p_on date DEFAULT NULL, p_part text DEFAULT NULL)
RETURNS TABLE (matter_id uuid, authority_id uuid, decision_id uuid, outcome text, own_from date, own_until date, takes_effect_on date,
    in_effect boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.* FROM app.effects_of(array(SELECT m.id FROM decisions.matters m WHERE m.id = ANY (p_matters)
        AND m.system_id = ANY ((SELECT app.systems())::uuid[])), p_on, p_part) e
    UNION ALL
    SELECT e.* FROM app.effects_of(array(SELECT m.id FROM decisions.matters m WHERE m.id = ANY (p_matters)
        AND m.id = ANY ((SELECT app.asked())::uuid[])), p_on, p_part) e WHERE e.authority_id = app.organisation()
$$;

-- Who leaves, and the last day, from decisions to leave in effect; no earlier than the day on which the decision is.
CREATE FUNCTION app.exits(p_system uuid, p_on date) RETURNS TABLE (system_id uuid, authority_id uuid, exit_on date, matter_id uuid, decision_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT ON (m.system_id, e.authority_id) m.system_id, e.authority_id,
        greatest((m.facts ->> 'exit_on')::date, e.takes_effect_on), m.id, e.decision_id
    FROM app.effects_of((SELECT array_agg(l.id) FROM decisions.matters l WHERE l.kind = 'leave' AND (p_system IS NULL OR l.system_id = p_system)
        AND l.status <> 'withdrawn' AND l.asked_again_at IS NULL), p_on) e
    JOIN decisions.matters m ON m.id = e.matter_id
    WHERE e.in_effect AND m.facts ->> 'authority_id' = e.authority_id::text
    ORDER BY m.system_id, e.authority_id, greatest((m.facts ->> 'exit_on')::date, e.takes_effect_on) $$;
REVOKE ALL ON FUNCTION app.exits(uuid, date) FROM PUBLIC;

-- Has this question effect for every council that was asked and is still awaited? For what must be decided before commencement (R5-03).
CREATE FUNCTION app.undecided_before_commencement(p_subjects uuid[]) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(m.subject_label, '; ' ORDER BY m.raised_at) FROM decisions.matters m
    WHERE m.subject_id = ANY (p_subjects) AND m.before_commencement AND m.status <> 'withdrawn' AND m.asked_again_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM app.effects(array[m.id]) e WHERE e.in_effect) $$;
REVOKE ALL ON FUNCTION app.undecided_before_commencement(uuid[]) FROM PUBLIC;

-- An authority that left, or was suspended, while the question stood open is no longer waited for. Its answers stay on the record.
CREATE FUNCTION app.excuse_party(p_matter uuid, p_authority uuid, p_because text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of the lead authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    PERFORM 1 FROM decisions.matters
    WHERE id = p_matter AND raised_by_id = app.organisation() AND system_id = ANY (app.led()) AND status = 'open' FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM app.refuse('This joint decision is no longer open.');
    END IF;
    IF p_authority = app.organisation() THEN
        PERFORM app.refuse('The lead authority cannot excuse itself. Withdraw the question instead.');
    END IF;
    UPDATE decisions.matter_parties SET excused_at = app.now(), excused_because = p_because
    WHERE matter_id = p_matter AND authority_id = p_authority AND excused_at IS NULL;
    IF NOT FOUND THEN
        PERFORM app.refuse('This council is not among those whose answer is awaited.');
    END IF;
END $$;

-- A question is put once. It is put again only when everybody asked has answered it, with no; then by a matter that names the
-- earlier one and says why. The earlier one is marked here, under its lock, so that of two at once one is refused.
CREATE FUNCTION app.ask_matter() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_earlier decisions.matters;
BEGIN
    -- Who leads is changed under the same lock, so that no question is put by a council that leads no more.
    PERFORM 1 FROM purchasing_systems.systems WHERE id = NEW.system_id AND lead_id = NEW.raised_by_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Only the lead authority puts a joint decision.' USING ERRCODE = '42501';
    END IF;
    NEW.settled_at := NULL;
    NEW.asked_again_at := NULL;
    NEW.withdrawn_at := NULL;
    NEW.withdrawn_because := '';
    IF NEW.asked_after_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO v_earlier FROM decisions.matters
    WHERE id = NEW.asked_after_id AND kind = NEW.kind AND subject_id = NEW.subject_id AND system_id = NEW.system_id
      AND system_id = ANY (app.led()) FOR UPDATE;
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

-- A recorded decision keeps its content for ever. A later one of the same council supersedes it: an answer a deferral, any answer while
-- the question is open or after it was called in, and, where each council decides for itself, an answer an answer. Recording is by a
-- person of that council whose role includes it; who recorded, when, and for whom, is taken from the scope and the matter, never from the caller.
CREATE FUNCTION app.keep_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_restrictions bigint;
    v_matter decisions.matters;
    v_changed text[];
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'A decision is drafted before it is recorded.' USING ERRCODE = '42501';
        END IF;
        NEW.recorded_by_id := NULL;
        NEW.recorded_by_post := '';
        NEW.recorded_at := NULL;
        NEW.superseded_at := NULL;
        NEW.public_at := NULL;
        NEW.record_kept := '';
        NEW.authority_name := coalesce((SELECT authority_name FROM decisions.matter_parties
            WHERE matter_id = NEW.matter_id AND authority_id = NEW.authority_id), NEW.authority_name);
        RETURN NEW;
    END IF;
    SELECT * INTO v_matter FROM decisions.matters WHERE id = OLD.matter_id;
    IF OLD.status IN ('recorded', 'called_in') THEN
        SELECT array_agg(n.key ORDER BY n.key) INTO v_changed FROM jsonb_each(to_jsonb(NEW)) n WHERE n.value <> to_jsonb(OLD) -> n.key;
        IF NEW.status = 'superseded' AND v_changed <@ array['status', 'superseded_at'] AND (OLD.outcome = 'defer' OR OLD.status = 'called_in'
               OR v_matter.rule = 'each_for_itself' OR v_matter.status = 'open') THEN
            NEW.superseded_at := app.now();
        ELSIF OLD.status = 'recorded' AND NEW.status = 'recorded' AND OLD.public_at IS NULL
              AND v_changed <@ array['published_on', 'effective_on', 'public_at']
              AND (OLD.published_on IS NULL OR OLD.published_on = NEW.published_on)
              AND (OLD.effective_on IS NULL OR OLD.effective_on = NEW.effective_on) THEN
            IF NOT app.roles() && array['head_of_service', 'democratic_services'] THEN
                RAISE EXCEPTION 'Only democratic services or a head of service of this council can publish its decision.' USING ERRCODE = 'PT403';
            END IF;
            IF NEW.published_on IS NULL OR NEW.published_on > v_today OR NEW.published_on < NEW.decided_on THEN
                PERFORM app.refuse('A record is published on or after the day of the decision, and not in the future.');
            END IF;
        ELSIF OLD.status = 'recorded' AND NEW.status = 'called_in' AND v_changed <@ array['status', 'effective_on'] AND NEW.effective_on IS NULL
              AND EXISTS (SELECT 1 FROM decisions.call_ins WHERE decision_id = NEW.id AND outcome IS NULL) THEN
            NULL;
        ELSIF OLD.status = 'called_in' AND NEW.status = 'recorded' AND v_changed <@ array['status', 'effective_on'] AND EXISTS (
              SELECT 1 FROM decisions.call_ins WHERE decision_id = NEW.id AND outcome IN ('upheld', 'confirmed') AND resolved_on = NEW.effective_on) THEN
            NULL;
        ELSE
            RAISE EXCEPTION 'A recorded decision is not changed; a later one supersedes it.' USING ERRCODE = '42501';
        END IF;
    ELSIF NEW.status = 'recorded' THEN
        IF NOT app.roles() && array['head_of_service', 'democratic_services'] THEN
            RAISE EXCEPTION 'Only democratic services or a head of service of this council can record its decision.' USING ERRCODE = 'PT403';
        END IF;
        PERFORM app.recordable(NEW);
        NEW.recorded_by_id := app.person();
        NEW.recorded_by_post := app.claims() ->> 'label';
        NEW.recorded_at := app.now();
        -- Where the official record lives is what the council has entered for the day of the decision.
        NEW.record_kept := coalesce((SELECT s.record_kept FROM governance.clock_settings s WHERE s.authority_id = NEW.authority_id
            AND s.starts_on <= NEW.decided_on AND (s.ends_on IS NULL OR s.ends_on >= NEW.decided_on)), '');
        UPDATE decisions.restrictions SET in_force_at = app.now() WHERE decision_id = NEW.id;
        UPDATE decisions.parts SET on_record_at = app.now(), system_id = NEW.system_id WHERE decision_id = NEW.id;
        UPDATE decisions.resolutions SET on_record_at = app.now(), system_id = NEW.system_id WHERE decision_id = NEW.id;
        UPDATE decisions.consultations SET on_record_at = app.now(), system_id = NEW.system_id WHERE decision_id = NEW.id;
        UPDATE decisions.agreements SET on_record_at = app.now(), system_id = NEW.system_id WHERE decision_id = NEW.id;
        UPDATE decisions.appendices SET on_record_at = app.now(), system_id = NEW.system_id WHERE decision_id = NEW.id;
    ELSIF NEW.status <> 'draft' THEN
        RAISE EXCEPTION 'Only a recorded decision can be superseded.' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;

-- What a draft must hold before the database lets it on the record. The page says the same, earlier and beside the field.
CREATE FUNCTION app.recordable(p_row decisions.decisions) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_matter decisions.matters;
    v_restrictions bigint;
BEGIN
    IF p_row.matter_id IS NOT NULL THEN
        SELECT * INTO v_matter FROM decisions.matters WHERE id = p_row.matter_id FOR UPDATE;
        IF v_matter.status = 'withdrawn' OR v_matter.asked_again_at IS NOT NULL
           OR v_matter.status = 'settled' AND v_matter.rule <> 'each_for_itself' AND NOT EXISTS (
               SELECT 1 FROM decisions.call_ins c JOIN decisions.decisions d ON d.id = c.decision_id
               WHERE d.matter_id = p_row.matter_id AND d.authority_id = p_row.authority_id AND c.outcome IN ('reconsider', 'referred')
                 AND d.status = 'superseded') THEN
            PERFORM app.refuse('This joint decision is no longer open. A later change needs a new one.');
        END IF;
        IF v_matter.late = 'stays_out' AND (app.now() AT TIME ZONE 'Europe/London')::date > v_matter.answer_by AND p_row.outcome <> 'defer'
           AND v_matter.rule <> 'each_for_itself' AND v_matter.status = 'settled' AND NOT EXISTS (
               SELECT 1 FROM decisions.decisions d WHERE d.matter_id = p_row.matter_id AND d.authority_id = p_row.authority_id
                 AND d.status <> 'draft' AND d.outcome <> 'defer'
                 AND (d.recorded_at AT TIME ZONE 'Europe/London')::date <= v_matter.answer_by) THEN
            PERFORM app.refuse('The day for answers has passed, and a later answer does not count. It needs a new question.');
        END IF;
        IF EXISTS (SELECT 1 FROM decisions.matter_parties WHERE matter_id = p_row.matter_id AND authority_id = p_row.authority_id
                   AND excused_at IS NOT NULL) THEN
            PERFORM app.refuse('Your council no longer takes part in this joint decision.');
        END IF;
        IF EXISTS (SELECT 1 FROM decisions.decisions WHERE matter_id = p_row.matter_id AND authority_id = p_row.authority_id
                   AND status = 'superseded' AND decided_on > p_row.decided_on) THEN
            PERFORM app.refuse('The decision that this one takes the place of was taken on a later day.');
        END IF;
        IF p_row.outcome = 'defer' AND EXISTS (SELECT 1 FROM decisions.decisions WHERE matter_id = p_row.matter_id
                   AND authority_id = p_row.authority_id AND status = 'superseded' AND outcome <> 'defer') THEN
            PERFORM app.refuse('A council that has answered does not defer its answer. It stands until a later one takes effect.');
        END IF;
    ELSIF NOT EXISTS (SELECT 1 FROM decisions.resolutions WHERE decision_id = p_row.id) THEN
        PERFORM app.refuse('A decision of your own council holds at least one resolution.');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM decisions.evidence WHERE decision_id = p_row.id AND consultation_id IS NULL AND agreement_id IS NULL) THEN
        PERFORM app.refuse('A decision is recorded on evidence, such as the signed decision notice.');
    END IF;
    IF p_row.decided_on > (app.now() AT TIME ZONE 'Europe/London')::date THEN
        PERFORM app.refuse('A decision cannot be recorded before the day it was taken.');
    END IF;
    -- A post decides on a joint question under a delegation of its own council that was in force on that day; what else that
    -- delegation asks for, governance.rules.delegation knows.
    IF p_row.matter_id IS NOT NULL AND p_row.route IN ('cabinet_member', 'officer', 'joint_holders') AND NOT EXISTS (
        SELECT 1 FROM governance.delegations g WHERE g.id = p_row.delegation_id AND g.authority_id = p_row.authority_id
          AND g.starts_on <= p_row.decided_on AND (g.ends_on IS NULL OR g.ends_on >= p_row.decided_on)
          AND (g.revoked_on IS NULL OR g.revoked_on > p_row.decided_on)) THEN
        PERFORM app.refuse('This decision needs a delegation of your council that was in force on the day it was taken.');
    END IF;
    -- 28 clear days: neither the day of the notice nor the day of the decision counts (SI 2012/2089 reg. 9).
    IF p_row.is_key AND p_row.urgency = '' AND p_row.decided_on < p_row.notice_on + 29 THEN
        PERFORM app.refuse('The notice of this key decision was published too late. The earliest lawful day is '
            || to_char(p_row.notice_on + 29, 'FMDD FMMonth YYYY') || '.');
    END IF;
    IF EXISTS (SELECT 1 FROM decisions.agreements WHERE decision_id = p_row.id AND NOT agreed)
       AND p_row.outcome IN ('approve', 'approve_with_restriction', 'approve_in_part') THEN
        PERFORM app.refuse('A joint holder has refused, so the decision cannot be to approve.');
    END IF;
    SELECT count(*) INTO v_restrictions FROM decisions.restrictions WHERE decision_id = p_row.id;
    IF (p_row.outcome = 'approve_with_restriction') <> (v_restrictions > 0) THEN
        PERFORM app.refuse('An approval with a restriction names the providers restricted; any other decision names none.');
    END IF;
    IF p_row.outcome = 'approve_in_part' AND NOT (
        EXISTS (SELECT 1 FROM decisions.parts WHERE decision_id = p_row.id AND outcome = 'approve')
        AND EXISTS (SELECT 1 FROM decisions.parts WHERE decision_id = p_row.id AND outcome = 'not_approve')) THEN
        PERFORM app.refuse('An approval in part says which parts are approved and which are not.');
    END IF;
END $$;
REVOKE ALL ON FUNCTION app.recordable(decisions.decisions) FROM PUBLIC;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON decisions.decisions FOR EACH ROW EXECUTE FUNCTION app.keep_decision();

-- Publication: the record stands on the public register from now on, with what stands inside it. Never the comments, never exempt texts.
CREATE FUNCTION app.publish_decision(p_decision uuid, p_published_on date, p_effective_on date) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE decisions.decisions SET published_on = coalesce(published_on, p_published_on), effective_on = coalesce(effective_on, p_effective_on),
        public_at = app.now()
    WHERE id = p_decision AND authority_id = app.organisation() AND status = 'recorded' AND public_at IS NULL;
    IF NOT FOUND THEN
        PERFORM app.refuse('Only a decision on the record of your own council can be published, once.');
    END IF;
    UPDATE decisions.restrictions SET public_at = app.now() WHERE decision_id = p_decision;
    UPDATE decisions.parts SET public_at = app.now() WHERE decision_id = p_decision;
    UPDATE decisions.resolutions SET public_at = app.now() WHERE decision_id = p_decision;
    UPDATE decisions.consultations SET public_at = app.now() WHERE decision_id = p_decision;
    UPDATE decisions.agreements SET public_at = app.now() WHERE decision_id = p_decision;
    UPDATE decisions.appendices SET public_at = app.now() WHERE decision_id = p_decision;
    UPDATE decisions.corrections SET public_at = app.now() WHERE decision_id = p_decision;
END $$;

-- What stands inside a decision belongs to a draft of one's own council; whose and of which system is taken from that draft.
CREATE FUNCTION app.keep_content() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_decision decisions.decisions;
BEGIN
    SELECT * INTO v_decision FROM decisions.decisions
    WHERE id = NEW.decision_id AND authority_id = NEW.authority_id AND status = 'draft';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This belongs to a draft of your own council.' USING ERRCODE = '42501';
    END IF;
    NEW.system_id := v_decision.system_id;
    NEW.on_record_at := NULL;
    NEW.public_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT ON decisions.parts FOR EACH ROW EXECUTE FUNCTION app.keep_content();
CREATE TRIGGER keep BEFORE INSERT ON decisions.resolutions FOR EACH ROW EXECUTE FUNCTION app.keep_content();
CREATE TRIGGER keep BEFORE INSERT ON decisions.consultations FOR EACH ROW EXECUTE FUNCTION app.keep_content();
CREATE TRIGGER keep BEFORE INSERT ON decisions.agreements FOR EACH ROW EXECUTE FUNCTION app.keep_content();
CREATE TRIGGER keep BEFORE INSERT ON decisions.appendices FOR EACH ROW EXECUTE FUNCTION app.keep_content();

-- Called in: implementation stops at once. Who wrote it down, and when, is taken from the scope.
CREATE FUNCTION app.keep_call_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_decision decisions.decisions;
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
BEGIN
    IF NOT app.roles() && array['head_of_service', 'democratic_services'] THEN
        RAISE EXCEPTION 'Only democratic services or a head of service of this council can record a call-in.' USING ERRCODE = 'PT403';
    END IF;
    SELECT * INTO v_decision FROM decisions.decisions WHERE id = NEW.decision_id AND authority_id = NEW.authority_id FOR UPDATE;
    IF TG_OP = 'INSERT' THEN
        IF v_decision.status <> 'recorded' OR v_decision.published_on IS NULL THEN
            PERFORM app.refuse('Only a decision whose record has been published can be called in.');
        END IF;
        IF v_decision.call_in_exempt_because <> '' THEN
            PERFORM app.refuse('This decision was exempted from call-in as urgent.');
        END IF;
        IF v_decision.effective_on <= v_today THEN
            PERFORM app.refuse('This decision is in effect already, so it can no longer be called in.');
        END IF;
        IF NEW.requested_on < v_decision.published_on OR NEW.requested_on > v_today THEN
            PERFORM app.refuse('The request was made on or after the day of publication, and not in the future.');
        END IF;
        NEW.outcome := NULL;
        NEW.resolved_on := NULL;
        NEW.system_id := v_decision.system_id;
        NEW.public_at := v_decision.public_at;
    ELSIF OLD.outcome IN ('upheld', 'confirmed') OR (OLD.outcome IN ('reconsider', 'referred') AND NEW.outcome <> 'confirmed')
          OR v_decision.status <> 'called_in' THEN
        PERFORM app.refuse('What scrutiny has said on this call-in is on the record already.');
    ELSIF NEW.resolved_on > v_today THEN
        PERFORM app.refuse('It cannot be dated in the future.');
    END IF;
    NEW.written_by := app.claims() ->> 'label';
    NEW.written_at := app.now();
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON decisions.call_ins FOR EACH ROW EXECUTE FUNCTION app.keep_call_in();
CREATE FUNCTION app.hold_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE decisions.decisions SET status = 'called_in', effective_on = NULL WHERE id = NEW.decision_id;
    ELSIF NEW.outcome IN ('upheld', 'confirmed') THEN
        UPDATE decisions.decisions SET status = 'recorded', effective_on = NEW.resolved_on WHERE id = NEW.decision_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER hold AFTER INSERT OR UPDATE ON decisions.call_ins FOR EACH ROW EXECUTE FUNCTION app.hold_decision();

-- A clerical error is put right beside the record, never in it: the words as they stood are taken from the record itself.
CREATE FUNCTION app.keep_correction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_decision decisions.decisions;
BEGIN
    IF NOT app.roles() && array['head_of_service', 'democratic_services'] THEN
        RAISE EXCEPTION 'Only democratic services or a head of service of this council can correct its record.' USING ERRCODE = 'PT403';
    END IF;
    SELECT * INTO v_decision FROM decisions.decisions WHERE id = NEW.decision_id AND authority_id = NEW.authority_id FOR UPDATE;
    IF v_decision.status = 'draft' OR NOT NEW.field = ANY (array['decided_by_post', 'decided_by_capacity', 'authority_source', 'consulted_post',
        'evidence', 'report_reference', 'record_url', 'minute_number', 'reasons', 'alternatives', 'interests', 'dispensations', 'financial',
        'legal', 'equality']) THEN
        PERFORM app.refuse('Only a clerical error in the words of a record is corrected. What was decided is changed by a later decision.');
    END IF;
    NEW.read := coalesce((SELECT c.reads FROM decisions.corrections c WHERE c.decision_id = NEW.decision_id AND c.field = NEW.field
        ORDER BY c.written_at DESC LIMIT 1), to_jsonb(v_decision) ->> NEW.field, (SELECT e.text FROM decisions.evidence e
        WHERE e.decision_id = NEW.decision_id AND e.consultation_id IS NULL AND e.agreement_id IS NULL AND NEW.field = 'evidence'), '');
    NEW.written_by := app.claims() ->> 'label';
    NEW.written_at := app.now();
    NEW.system_id := v_decision.system_id;
    NEW.public_at := v_decision.public_at;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT ON decisions.corrections FOR EACH ROW EXECUTE FUNCTION app.keep_correction();

-- What is superseded has a successor, at the latest when the transaction ends: nobody takes a decision off the record.
CREATE FUNCTION app.has_successor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM decisions.decisions WHERE matter_id = NEW.matter_id AND authority_id = NEW.authority_id
                   AND status IN ('recorded', 'called_in')) THEN
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
    NEW.public_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT ON decisions.restrictions FOR EACH ROW EXECUTE FUNCTION app.keep_restriction();

-- Where a row comes from, if not from the portal: what its council has said of the decision that was taken on with it.
CREATE FUNCTION app.origin_words(p_take_on uuid, p_decision uuid, p_old boolean, p_answer text) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN p_take_on IS NULL THEN NULL WHEN p_old THEN 'confirmed' WHEN p_decision IS NOT NULL THEN 'admission'
                WHEN p_answer = '' THEN 'unconfirmed' WHEN p_answer = 'refused' THEN 'refused' ELSE 'admission' END $$;
REVOKE ALL ON FUNCTION app.origin_words(uuid, uuid, boolean, text) FROM PUBLIC;

-- A provider can be used by a council = admitted to the lot × offered for that council's area × that council takes part on an
-- effective decision × no restriction (of all lots, or of this one). Computed here and nowhere else. Who asks decides which rows come back: the public those
-- that can be used, a provider its own, a participating authority all of the system.
--
-- Of several decisions of a council the latest in effect today counts. While a later one waits for its day, the earlier stands:
-- `usable_until` is its last day where the later one ends the use; a use that the later one begins is shown with its day.
CREATE FUNCTION app.usability(p_system uuid)
RETURNS TABLE (system_id uuid, round_id uuid, lot_id uuid, admission_id uuid, provider_id uuid, provider_name text,
    admission_status text, authority_id uuid, authority_name text, offered boolean, outcome text, decision_id uuid,
    restricted boolean, restricted_in_lot boolean, ground text, usable boolean, usable_from date, usable_until date, defer_until date, answer_by date, taken_on text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH today AS (SELECT (app.now() AT TIME ZONE 'Europe/London')::date AS day),
    viewer AS (SELECT app.organisation() AS organisation, app.systems() AS systems, app.published_systems() AS published),
    gone AS (SELECT x.system_id, x.authority_id FROM today t CROSS JOIN LATERAL app.exits(p_system, t.day) x WHERE x.exit_on < t.day),
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
        offered, outcome, decision_id, restricted, restricted_in_lot, ground, usable, usable_from, usable_until, defer_until, answer_by, taken_on
    FROM (
        SELECT a.system_id, a.round_id, a.lot_id, a.id AS admission_id, a.provider_id, a.provider_name, a.status AS admission_status,
            p.authority_id, p.authority_name, p.authority_id = ANY (a.areas) AS offered, d.outcome, d.id AS decision_id,
            coalesce(d.restricted, false) AS restricted, coalesce(d.of_lot, false) AS restricted_in_lot, d.ground,
            coalesce(a.status = 'effective' AND p.authority_id = ANY (a.areas) AND (f.lead_admits OR d.permits AND d.effective_on <= t.day)
                AND p.joined_on <= t.day, false) AS usable,
            CASE WHEN a.status = 'effective' AND p.authority_id = ANY (a.areas) AND (f.lead_admits OR d.permits)
                 THEN greatest(d.effective_on, (a.effective_at AT TIME ZONE 'Europe/London')::date) END AS usable_from,
            CASE WHEN p.authority_id = ANY (a.areas) AND d.permits THEN d.ends_on - 1 END AS usable_until,
            d.defer_until, mp.answer_by, app.origin_words(a.take_on_id, d.id, d.old, x.answer) AS taken_on
        FROM viewer v CROSS JOIN today t CROSS JOIN purchasing_systems.admissions a
        JOIN purchasing_systems.participations p ON p.system_id = a.system_id AND app.acts(p.status, p.exit_on, t.day)
            AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.system_id = a.system_id AND g.authority_id = p.authority_id)
        -- Where the lead admits for all, no council is asked about a name.
        CROSS JOIN LATERAL (SELECT v.admits = 'lead' AS lead_admits FROM purchasing_systems.systems y
            JOIN purchasing_systems.vehicle_profiles v ON v.id = y.profile_id WHERE y.id = a.system_id) f
        LEFT JOIN LATERAL (
            SELECT m.answer_by FROM decisions.matters m
            JOIN decisions.matter_parties q ON q.matter_id = m.id AND q.authority_id = p.authority_id
            WHERE m.subject_id = a.round_id AND m.kind = 'use_admitted' AND m.status <> 'withdrawn' AND m.asked_again_at IS NULL) mp ON true
        LEFT JOIN standing s ON s.subject_id = a.round_id AND s.authority_id = p.authority_id
        -- A decision that predates the portal counts once its council has confirmed it, and as long as there is none of the portal's.
        LEFT JOIN purchasing_systems.taken_on_decisions x ON x.round_id = a.round_id AND x.authority_id = p.authority_id
        LEFT JOIN LATERAL (
            SELECT c.id, c.outcome, c.effective_on, c.defer_until, false AS old FROM decisions.decisions c WHERE c.id = s.current_id
            UNION ALL
            SELECT x.id, x.outcome, x.effective_on, NULL, true
            WHERE s.current_id IS NULL AND x.answer = 'confirmed' AND x.effective_on <= t.day) c ON true
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
                CASE WHEN NOT permits.later THEN n.effective_on END AS ends_on, c.old
            WHERE c.id IS NOT NULL AND (permits.now OR NOT permits.later)
            UNION ALL
            SELECT n.id, n.outcome, n.effective_on, n.defer_until, rn.id IS NOT NULL, rn.of_lot, rn.ground, permits.later, NULL, false
            WHERE n.id IS NOT NULL AND (c.id IS NULL OR (permits.later AND NOT permits.now))
        ) d ON true
        WHERE (p_system IS NULL OR a.system_id = p_system)
          AND (a.system_id = ANY (v.systems)
               OR (a.provider_id = v.organisation AND a.released_at IS NOT NULL)
               OR (a.status = 'effective' AND a.system_id = ANY (v.published)))
    ) rows
    WHERE usable OR provider_id = (SELECT organisation FROM viewer) OR rows.system_id = ANY ((SELECT systems FROM viewer)::uuid[])
$$;
