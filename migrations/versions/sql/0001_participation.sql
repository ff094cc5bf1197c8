-- Participation -------------------------------------------------------------------------------------------------------

-- When a system closes, from a joint decision to close in effect: its last day, for every council. NULL where none is.
CREATE FUNCTION app.closes_on(p_system uuid, p_on date) RETURNS date LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT min(greatest((m.facts ->> 'closes_on')::date, e.from_day)) FROM (
        SELECT matter_id, min(takes_effect_on) AS from_day FROM app.effects_of((SELECT array_agg(c.id) FROM decisions.matters c
            WHERE c.kind = 'close' AND c.system_id = p_system AND c.status <> 'withdrawn' AND c.asked_again_at IS NULL), p_on)
        WHERE in_effect GROUP BY matter_id) e
    JOIN decisions.matters m ON m.id = e.matter_id $$;

-- The authority's own decision to take part that is in effect on a day.
CREATE FUNCTION app.takes_part_by(p_system uuid, p_authority uuid, p_on date) RETURNS TABLE (matter_id uuid, decision_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.matter_id, e.decision_id FROM app.effects_of((SELECT array_agg(m.id) FROM decisions.matters m
        WHERE m.kind = 'take_part' AND m.system_id = p_system AND m.status <> 'withdrawn' AND m.asked_again_at IS NULL), p_on) e
    WHERE e.authority_id = p_authority AND e.in_effect ORDER BY e.takes_effect_on DESC LIMIT 1 $$;
REVOKE ALL ON FUNCTION app.takes_part_by(uuid, uuid, date) FROM PUBLIC;

-- Have all the councils that take part agreed, with effect, that this authority joins?
CREATE FUNCTION app.let_in(p_system uuid, p_authority uuid, p_on date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM app.effects_of((SELECT array_agg(m.id) FROM decisions.matters m
        WHERE m.kind = 'join' AND m.system_id = p_system AND m.facts ->> 'authority_id' = p_authority::text
          AND m.status <> 'withdrawn' AND m.asked_again_at IS NULL), p_on) e WHERE e.in_effect) $$;
REVOKE ALL ON FUNCTION app.let_in(uuid, uuid, date) FROM PUBLIC;

-- Who comes in, and how. Before publication the lead sets up the consortium; from then on only an authority that the notice names or
-- describes can be listed, and it has nothing but the right to opt in. Status and steps never part: each change writes its step here.
CREATE FUNCTION app.keep_participation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM tenants.organisations WHERE id = NEW.authority_id AND kind = 'authority') THEN
        RAISE EXCEPTION 'There is no such authority.' USING ERRCODE = 'PT404';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.basis <> 'founding' AND btrim(NEW.basis_words) = '' THEN
            PERFORM app.refuse('Copy the words of the notice that name or describe this authority.');
        END IF;
        IF EXISTS (SELECT 1 FROM purchasing_systems.systems WHERE id = NEW.system_id AND (frozen_at IS NOT NULL OR published_at IS NOT NULL)) THEN
            IF NEW.basis = 'founding' OR NEW.status NOT IN ('invited', 'named_user') THEN
                PERFORM app.refuse('After publication only authorities named in the notice take part, or described in it; one that is neither cannot be given the right to buy later.');
            END IF;
        ELSIF NEW.status NOT IN ('invited', 'considering', 'named_user', 'joined') OR NEW.status = 'joined' AND NEW.basis <> 'founding' THEN
            PERFORM app.refuse('An authority is invited, considers, is named in the notice, or founds the system with the lead.');
        END IF;
        NEW.exit_on := NULL;
        NEW.left_on := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON purchasing_systems.participations
FOR EACH ROW EXECUTE FUNCTION app.keep_participation();

CREATE FUNCTION app.write_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_told jsonb := CASE WHEN TG_OP = 'UPDATE' THEN nullif(current_setting('app.step', true), '')::jsonb END;
    v_claims jsonb := app.claims();
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
    v_last record;
BEGIN
    IF TG_OP = 'UPDATE' AND app.only_lead(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NULL;
    END IF;
    SELECT max(number) AS number, max(effective_on) AS effective_on INTO v_last
    FROM purchasing_systems.participation_steps WHERE participation_id = NEW.id;
    INSERT INTO purchasing_systems.participation_steps (id, participation_id, system_id, authority_id, number, event, from_status,
        to_status, effective_on, exit_on, specification_id, reason, ground, matter_id, decision_id, written_by, written_at)
    VALUES (gen_random_uuid(), NEW.id, NEW.system_id, NEW.authority_id, coalesce(v_last.number, 0) + 1,
        coalesce(v_told ->> 'event', NEW.status), CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END, NEW.status,
        -- No step is dated before today or before the one it follows; only a founder's first day is told, as its own record has it.
        CASE WHEN TG_OP = 'INSERT' THEN coalesce(NEW.joined_on, v_today) ELSE greatest(v_today, v_last.effective_on) END,
        NEW.exit_on, NEW.specification_id, coalesce(v_told ->> 'reason', NEW.basis_words),
        coalesce(v_told ->> 'ground', ''), (v_told ->> 'matter')::uuid,
        (v_told ->> 'decision')::uuid, coalesce((v_claims ->> 'label') || ', ' || (v_claims ->> 'name'), 'The portal'), app.now());
    RETURN NULL;
END $$;
CREATE TRIGGER step AFTER INSERT OR UPDATE ON purchasing_systems.participations FOR EACH ROW EXECUTE FUNCTION app.write_step();

-- How each authority stood on a day: by the last step that had effect, and by decisions to leave in effect, whether or not anybody has
-- carried them into the status yet. For councils that take part or consider to.
CREATE FUNCTION app.participations_on(p_system uuid, p_on date) RETURNS TABLE (participation_id uuid, authority_id uuid, authority_name text,
    basis text, status text, since date, joined_on date, exit_on date, specification_id uuid, matter_id uuid, decision_id uuid, reason text,
    left_by_decision boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH last AS (
        SELECT DISTINCT ON (s.participation_id) s.* FROM purchasing_systems.participation_steps s
        WHERE s.system_id = p_system AND s.effective_on <= p_on ORDER BY s.participation_id, s.effective_on DESC, s.number DESC
    ), gone AS (
        SELECT x.authority_id, x.exit_on, x.matter_id, x.decision_id FROM app.exits(p_system, p_on) x
    )
    SELECT p.id, p.authority_id, p.authority_name, p.basis,
        CASE WHEN l.to_status IN ('joined', 'suspended', 'withdrawing') AND g.exit_on < p_on THEN 'withdrawn'
             WHEN l.to_status = 'joined' AND g.exit_on IS NOT NULL THEN 'withdrawing'
             WHEN l.to_status = 'withdrawing' AND g.exit_on IS NULL THEN 'joined'
             ELSE l.to_status END,
        CASE WHEN g.exit_on < p_on AND l.to_status <> 'withdrawn' THEN g.exit_on + 1 ELSE l.effective_on END,
        p.joined_on, g.exit_on, l.specification_id, coalesce(l.matter_id, g.matter_id, j.matter_id), coalesce(l.decision_id, g.decision_id, j.decision_id),
        l.reason, g.exit_on IS NOT NULL
    FROM purchasing_systems.participations p JOIN last l ON l.participation_id = p.id
    LEFT JOIN gone g ON g.authority_id = p.authority_id
    LEFT JOIN LATERAL (SELECT s.matter_id, s.decision_id FROM purchasing_systems.participation_steps s
        WHERE s.participation_id = p.id AND s.effective_on <= p_on AND s.decision_id IS NOT NULL ORDER BY s.number DESC LIMIT 1) j ON true
    WHERE p.system_id = p_system AND (p_system = ANY ((SELECT app.systems())::uuid[]) OR p_system = ANY ((SELECT app.invited())::uuid[]))
$$;

-- Every move of a participation: who makes it, and what must be so before. Nothing is moved after the fact: a step counts from today.
CREATE FUNCTION app.move_participation(p_participation uuid, p_from text, p_to text, p_because text DEFAULT '',
    p_ground text DEFAULT '') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_row purchasing_systems.participations;
    v_public boolean;
    v_lead boolean;
    v_own boolean;
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
    v_decided record;
    v_exit record;
    v_signed uuid;
BEGIN
    SELECT * INTO v_row FROM purchasing_systems.participations
    WHERE id = p_participation AND app.organisation() IN (lead_id, authority_id) AND app.kind() = 'authority' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such participation.' USING ERRCODE = 'PT404';
    END IF;
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer can do this.' USING ERRCODE = 'PT403';
    END IF;
    v_lead := v_row.lead_id = app.organisation();
    v_own := v_row.authority_id = app.organisation();
    SELECT frozen_at IS NOT NULL OR published_at IS NOT NULL INTO v_public FROM purchasing_systems.systems WHERE id = v_row.system_id;
    IF v_row.status <> p_from THEN
        PERFORM app.refuse('Somebody else was faster: this has changed meanwhile. Look again.');
    END IF;
    IF v_row.authority_id = v_row.lead_id AND p_to <> 'joined' THEN
        PERFORM app.refuse('The lead authority neither leaves nor is suspended while it leads.');
    END IF;
    IF NOT ((v_lead, p_from, p_to) IN (
            (true, 'invited', 'considering'), (true, 'named_user', 'considering'), (true, 'invited', 'approved'), (true, 'considering', 'approved'),
            (true, 'named_user', 'approved'), (true, 'approved', 'joined'), (true, 'joined', 'suspended'), (true, 'suspended', 'joined'), (true, 'declined', 'invited'),
            (true, 'withdrawn', 'invited'), (true, 'joined', 'withdrawing'),
            (true, 'withdrawing', 'withdrawn'), (true, 'withdrawing', 'joined'))
        OR (v_own, p_from, p_to) IN (
            (true, 'invited', 'considering'), (true, 'named_user', 'considering'), (true, 'invited', 'declined'), (true, 'considering', 'declined'),
            (true, 'named_user', 'declined'), (true, 'invited', 'approved'), (true, 'considering', 'approved'), (true, 'named_user', 'approved'), (true, 'joined', 'withdrawing'))
        OR v_lead AND NOT v_public AND ((p_from, p_to) = ('withdrawn', 'joined') OR p_to = 'withdrawn' AND p_from <> 'declined')) THEN
        PERFORM app.refuse('This step is not taken from here, or not by your council.');
    END IF;
    IF p_to IN ('suspended', 'declined') AND btrim(p_because) = '' THEN
        PERFORM app.refuse('Give the reason.');
    END IF;
    IF p_to = 'suspended' AND btrim(p_ground) = '' THEN
        PERFORM app.refuse('Give the ground on which it is suspended.');
    END IF;
    SELECT * INTO v_decided FROM app.takes_part_by(v_row.system_id, v_row.authority_id, v_today);
    IF p_to = 'approved' OR (p_from, p_to) = ('approved', 'joined') THEN
        IF v_decided.decision_id IS NULL THEN
            PERFORM app.refuse('No decision of this authority to take part is in effect.');
        END IF;
        IF v_public AND v_row.basis = 'described' AND NOT app.let_in(v_row.system_id, v_row.authority_id, v_today) THEN
            PERFORM app.refuse('The notice describes this authority without its name: it joins only when every council that takes part has agreed, with effect.');
        END IF;
    END IF;
    IF (p_from, p_to) = ('approved', 'joined') THEN
        SELECT specification_id INTO v_signed FROM purchasing_systems.accession_agreements
        WHERE participation_id = v_row.id ORDER BY written_at DESC LIMIT 1;
        IF NOT FOUND THEN
            PERFORM app.refuse('Record the accession agreement first: its reference, the day it was signed, and the version joined to.');
        END IF;
    END IF;
    SELECT * INTO v_exit FROM app.exits(v_row.system_id, v_today) x WHERE x.authority_id = v_row.authority_id;
    IF p_to = 'withdrawing' AND v_exit.exit_on IS NULL THEN
        PERFORM app.refuse('No decision of this authority to leave is in effect.');
    END IF;
    IF p_from = 'withdrawing' AND p_to = 'withdrawn' AND v_public AND (v_exit.exit_on IS NULL OR v_exit.exit_on >= v_today) THEN
        PERFORM app.refuse('Its last day has not passed yet.');
    END IF;
    IF (p_from, p_to) = ('withdrawing', 'joined') AND v_exit.exit_on IS NOT NULL THEN
        PERFORM app.refuse('Its decision to leave is in effect.');
    END IF;
    PERFORM app.set_participation(v_row, p_to, p_to, btrim(p_because),
        CASE WHEN p_to IN ('withdrawing', 'withdrawn') THEN v_exit.matter_id WHEN p_to IN ('approved', 'joined') THEN v_decided.matter_id END,
        CASE WHEN p_to IN ('withdrawing', 'withdrawn') THEN v_exit.decision_id WHEN p_to IN ('approved', 'joined') THEN v_decided.decision_id END,
        v_exit.exit_on, coalesce(v_signed, v_row.specification_id), CASE WHEN p_to = 'suspended' THEN btrim(p_ground) ELSE '' END);
END $$;

-- The one statement that changes the row, and tells the step what it was for.
CREATE FUNCTION app.set_participation(p_row purchasing_systems.participations, p_to text, p_event text, p_reason text, p_matter uuid, p_decision uuid,
    p_exit_on date, p_specification uuid, p_ground text DEFAULT '') RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
BEGIN
    PERFORM set_config('app.step', jsonb_build_object('event', p_event, 'reason', p_reason, 'matter', p_matter, 'decision', p_decision,
        'ground', p_ground)::text, true);
    UPDATE purchasing_systems.participations SET status = p_to, specification_id = p_specification,
        joined_on = CASE WHEN p_to = 'joined' AND p_row.status IN ('approved', 'withdrawn') THEN v_today ELSE joined_on END,
        exit_on = CASE WHEN p_to IN ('withdrawing', 'withdrawn') THEN p_exit_on END,
        left_on = CASE WHEN p_to = 'withdrawn' THEN coalesce(p_exit_on, v_today) END
    WHERE id = p_row.id;
    PERFORM set_config('app.step', '', true);
END $$;
REVOKE ALL ON FUNCTION app.set_participation(purchasing_systems.participations, text, text, text, uuid, uuid, date, uuid, text) FROM PUBLIC;

-- What is decided and in effect is carried into the status, by anybody who may read it: nothing here is anybody's choice. Run twice it
-- does nothing more. Returns what it carried, for the trail.
CREATE FUNCTION app.follow_decisions(p_system uuid) RETURNS TABLE (authority_id uuid, authority_name text, to_status text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
    v_system purchasing_systems.systems;
    v_row purchasing_systems.participations;
    v_decided record;
    v_exit record;
    v_renewal record;
BEGIN
    SELECT * INTO v_system FROM purchasing_systems.systems
    WHERE id = p_system AND (id = ANY (app.systems()) OR id = ANY (app.invited())) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    FOR v_row IN SELECT * FROM purchasing_systems.participations p WHERE p.system_id = p_system ORDER BY p.authority_name FOR UPDATE LOOP
        authority_id := v_row.authority_id;
        authority_name := v_row.authority_name;
        SELECT * INTO v_exit FROM app.exits(p_system, v_today) x WHERE x.authority_id = v_row.authority_id;
        IF v_row.status IN ('invited', 'considering', 'named_user') THEN
            SELECT * INTO v_decided FROM app.takes_part_by(p_system, v_row.authority_id, v_today);
            IF v_decided.decision_id IS NOT NULL AND (v_system.published_at IS NULL AND v_system.frozen_at IS NULL
                    OR v_row.basis <> 'described' OR app.let_in(p_system, v_row.authority_id, v_today)) THEN
                PERFORM app.set_participation(v_row, 'approved', 'approved', '', v_decided.matter_id, v_decided.decision_id, NULL, v_row.specification_id);
                to_status := 'approved';
                RETURN NEXT;
            END IF;
        ELSIF v_row.status IN ('joined', 'suspended', 'withdrawing') AND v_row.authority_id <> v_row.lead_id THEN
            IF v_exit.exit_on IS NOT NULL AND (v_row.status <> 'withdrawing' OR v_row.exit_on IS DISTINCT FROM v_exit.exit_on)
               -- A suspended authority stays suspended until it is gone: notice does not give back what was taken.
               AND (v_row.status <> 'suspended' OR v_exit.exit_on < v_today) THEN
                PERFORM app.set_participation(v_row, 'withdrawing', 'withdrawing', '', v_exit.matter_id, v_exit.decision_id, v_exit.exit_on, v_row.specification_id);
                v_row.status := 'withdrawing';
                to_status := 'withdrawing';
                RETURN NEXT;
            ELSIF v_exit.exit_on IS NULL AND v_row.status = 'withdrawing' THEN
                PERFORM app.set_participation(v_row, 'joined', 'joined', 'Its decision to leave is no longer in effect.', NULL, NULL, NULL, v_row.specification_id);
                to_status := 'joined';
                RETURN NEXT;
            END IF;
            IF v_row.status = 'withdrawing' AND v_exit.exit_on < v_today THEN
                PERFORM app.set_participation(v_row, 'withdrawn', 'withdrawn', '', v_exit.matter_id, v_exit.decision_id, v_exit.exit_on, v_row.specification_id);
                to_status := 'withdrawn';
                RETURN NEXT;
            END IF;
        END IF;
        -- A new term of membership, on a decision of its own; the term of the system is not touched by it (R4-04).
        FOR v_renewal IN SELECT e.matter_id, e.decision_id, m.facts FROM app.effects_of((SELECT array_agg(r.id) FROM decisions.matters r
                WHERE r.kind = 'renew' AND r.system_id = p_system AND r.status <> 'withdrawn' AND r.asked_again_at IS NULL), v_today) e
            JOIN decisions.matters m ON m.id = e.matter_id
            WHERE v_row.status = 'joined' AND e.authority_id = v_row.authority_id AND e.in_effect AND NOT EXISTS (
                SELECT 1 FROM purchasing_systems.participation_steps s WHERE s.participation_id = v_row.id AND s.event = 'renewed'
                  AND s.matter_id = e.matter_id) LOOP
            PERFORM app.set_participation(v_row, 'joined', 'renewed', 'To ' || (v_renewal.facts ->> 'renew_until') || ', on version '
                || (v_renewal.facts ->> 'version'), v_renewal.matter_id, v_renewal.decision_id, NULL,
                coalesce((v_renewal.facts ->> 'specification_id')::uuid, v_row.specification_id));
            to_status := 'renewed';
            RETURN NEXT;
        END LOOP;
    END LOOP;
    IF v_system.status IN ('advertised', 'established', 'active', 'paused') AND app.closes_on(p_system, v_today) IS NOT NULL THEN
        UPDATE purchasing_systems.systems SET status = 'closing' WHERE id = p_system;
        authority_id := v_system.lead_id;
        authority_name := v_system.title;
        to_status := 'closing';
        RETURN NEXT;
    END IF;
END $$;

-- A suspended authority, or one whose last day has passed, does not answer with the others; it can still decide to leave.
CREATE FUNCTION app.may_answer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_status text;
BEGIN
    SELECT CASE WHEN x.exit_on < (app.now() AT TIME ZONE 'Europe/London')::date THEN 'withdrawn' ELSE p.status END INTO v_status
    FROM decisions.matters m JOIN purchasing_systems.participations p ON p.system_id = m.system_id AND p.authority_id = NEW.authority_id
    LEFT JOIN LATERAL (SELECT e.exit_on FROM app.exits(m.system_id, (app.now() AT TIME ZONE 'Europe/London')::date) e
        WHERE e.authority_id = NEW.authority_id) x ON true
    WHERE m.id = NEW.matter_id AND m.kind NOT IN ('leave', 'take_part');
    IF v_status = 'suspended' THEN
        PERFORM app.refuse('Your council is suspended from this system. Until it is reinstated it decides nothing with the others, but it can decide to leave.');
    ELSIF v_status = 'withdrawn' THEN
        PERFORM app.refuse('Your council has left this system, so it decides nothing more with the others.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER may_answer BEFORE UPDATE ON decisions.decisions FOR EACH ROW
WHEN (OLD.status = 'draft' AND NEW.status = 'recorded' AND NEW.matter_id IS NOT NULL) EXECUTE FUNCTION app.may_answer();

-- A system closes for good after its last day, once nothing runs in it; never before a joint decision to close is in effect.
CREATE FUNCTION app.keep_closing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_last date := app.closes_on(NEW.id, (app.now() AT TIME ZONE 'Europe/London')::date);
BEGIN
    IF v_last IS NULL THEN
        PERFORM app.refuse('No joint decision to close this system is in effect.');
    END IF;
    IF NEW.status = 'closed' AND (OLD.status <> 'closing' OR v_last >= (app.now() AT TIME ZONE 'Europe/London')::date) THEN
        PERFORM app.refuse('The last day of this system has not passed yet.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closing BEFORE UPDATE OF status ON purchasing_systems.systems FOR EACH ROW
WHEN (NEW.status IN ('closing', 'closed') AND NEW.status <> OLD.status) EXECUTE FUNCTION app.keep_closing();

-- What was signed, on which version; recorded by the lead or the authority itself, once its own decision is in effect.
CREATE FUNCTION app.record_accession(p_participation uuid, p_reference text, p_signed_on date, p_specification uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_row purchasing_systems.participations;
    v_id uuid := gen_random_uuid();
BEGIN
    SELECT * INTO v_row FROM purchasing_systems.participations
    WHERE id = p_participation AND app.organisation() IN (lead_id, authority_id) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such participation.' USING ERRCODE = 'PT404';
    END IF;
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer can do this.' USING ERRCODE = 'PT403';
    END IF;
    IF v_row.status NOT IN ('approved', 'joined') THEN
        PERFORM app.refuse('An accession agreement is recorded once the authority''s own decision to take part is in effect.');
    END IF;
    IF p_signed_on > (app.now() AT TIME ZONE 'Europe/London')::date THEN
        PERFORM app.refuse('It cannot have been signed in the future.');
    END IF;
    -- Joining is to the version in force: the highest that was issued, and the first before any was.
    IF NOT EXISTS (SELECT 1 FROM purchasing_systems.specifications v WHERE v.id = p_specification AND v.system_id = v_row.system_id
        AND v.version = (SELECT coalesce(max(i.version) FILTER (WHERE i.issued_at IS NOT NULL), 1)
                         FROM purchasing_systems.specifications i WHERE i.system_id = v_row.system_id)) THEN
        PERFORM app.refuse('A council joins to the version of the specification that is in force.');
    END IF;
    INSERT INTO purchasing_systems.accession_agreements (id, participation_id, system_id, authority_id, specification_id, reference, signed_on,
        written_by, written_at)
    VALUES (v_id, v_row.id, v_row.system_id, v_row.authority_id, p_specification, p_reference, p_signed_on,
        (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name'), app.now());
    RETURN v_id;
END $$;

-- A comment stands as it was written, and so does its answer.
CREATE FUNCTION app.keep_comment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_who text := (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name');
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT s.lead_id, app.claims() ->> 'name' INTO NEW.lead_id, NEW.authority_name
        FROM purchasing_systems.systems s WHERE s.id = NEW.system_id AND s.frozen_at IS NULL;
        IF NOT FOUND THEN
            PERFORM app.refuse('The documents were frozen when the first round was published, so they are no longer commented on.');
        END IF;
        NEW.written_by := v_who;
        NEW.written_at := app.now();
        NEW.answer := '';
        NEW.answered_by := '';
        NEW.answered_at := NULL;
    ELSIF NEW.answer <> OLD.answer THEN
        NEW.answered_by := v_who;
        NEW.answered_at := app.now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON purchasing_systems.document_comments FOR EACH ROW EXECUTE FUNCTION app.keep_comment();

-- What each step of each authority depends on, as it is today: for whoever may read who takes part.
CREATE FUNCTION app.participation_facts(p_system uuid) RETURNS TABLE (participation_id uuid, decision_id uuid, let_in boolean, exit_on date, signed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.id, d.decision_id, app.let_in(p_system, p.authority_id, t.day), x.exit_on,
        EXISTS (SELECT 1 FROM purchasing_systems.accession_agreements a WHERE a.participation_id = p.id)
    FROM (SELECT (app.now() AT TIME ZONE 'Europe/London')::date AS day) t
    JOIN purchasing_systems.participations p ON p.system_id = p_system
    LEFT JOIN LATERAL app.takes_part_by(p_system, p.authority_id, t.day) d ON true
    LEFT JOIN LATERAL (SELECT e.exit_on FROM app.exits(p_system, t.day) e WHERE e.authority_id = p.authority_id) x ON true
    WHERE p_system = ANY ((SELECT app.systems())::uuid[]) OR p.authority_id = app.organisation()
$$;
