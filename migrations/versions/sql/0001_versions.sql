-- Versions of the specification ---------------------------------------------------------------------------------------

-- What anybody reads of a public system: the first version, and every later one that has come into force.
CREATE FUNCTION app.public_versions() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT array(SELECT v.id FROM purchasing_systems.specifications v JOIN purchasing_systems.systems s ON s.id = v.system_id
                 WHERE s.published_at IS NOT NULL AND (v.version = 1 OR v.issued_at IS NOT NULL)) $$;

-- The highest version issued; before any is, the first.
CREATE FUNCTION app.version_in_force(p_system uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT id FROM purchasing_systems.specifications WHERE system_id = p_system
    ORDER BY issued_at IS NULL, CASE WHEN issued_at IS NULL THEN version ELSE -version END LIMIT 1 $$;
REVOKE ALL ON FUNCTION app.version_in_force(uuid) FROM PUBLIC;

-- While councils decide on a text, and once they have adopted it, it stands. After a no it may be changed and put again.
CREATE FUNCTION app.put_to_councils(p_version uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM decisions.matters m
        WHERE m.kind = 'adopt_version' AND m.subject_id = p_version AND m.status <> 'withdrawn' AND m.asked_again_at IS NULL
          AND NOT (m.status = 'settled' AND EXISTS (SELECT 1 FROM decisions.decisions d
              WHERE d.matter_id = m.id AND d.status = 'recorded' AND d.outcome = 'not_approve'))) $$;
REVOKE ALL ON FUNCTION app.put_to_councils(uuid) FROM PUBLIC;

-- Under its rule the question has effect for every council that was asked, or for none.
CREATE FUNCTION app.adopted(p_version uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM app.effects(array(SELECT m.id FROM decisions.matters m
        WHERE m.kind = 'adopt_version' AND m.subject_id = p_version)) e WHERE e.in_effect) $$;
REVOKE ALL ON FUNCTION app.adopted(uuid) FROM PUBLIC;

CREATE FUNCTION app.assembled(p_version uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(string_agg(concat_ws(E'\n\n', '## ' || nullif(title, ''), nullif(text, '')), E'\n\n' ORDER BY position), '')
    FROM purchasing_systems.specification_sections WHERE specification_id = p_version $$;
REVOKE ALL ON FUNCTION app.assembled(uuid) FROM PUBLIC;

-- What an officer signs off for a council: title, common text, and the council's own schedules.
CREATE FUNCTION app.version_hash(p_version uuid, p_authority uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(v.title, v.common_text, (
        SELECT jsonb_agg(jsonb_build_array(c.lot_id, c.text) ORDER BY c.lot_id NULLS FIRST)
        FROM purchasing_systems.local_schedules c
        WHERE c.specification_id = v.id AND c.authority_id = p_authority AND c.text <> ''))::text, 'UTF8')), 'hex')
    FROM purchasing_systems.specifications v WHERE v.id = p_version AND v.system_id = ANY (app.systems()) $$;

CREATE FUNCTION app.by_whom() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name') $$;

CREATE FUNCTION app.keep_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_latest purchasing_systems.specifications;
BEGIN
    IF TG_OP = 'UPDATE' AND app.only_lead(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.issued_at := NULL;
        IF NEW.version = 1 THEN
            IF EXISTS (SELECT 1 FROM purchasing_systems.systems WHERE id = NEW.system_id AND frozen_at IS NOT NULL) THEN
                PERFORM app.refuse('This was frozen when the first round was published.');
            END IF;
            RETURN NEW;
        END IF;
        SELECT * INTO v_latest FROM purchasing_systems.specifications WHERE system_id = NEW.system_id
        ORDER BY version DESC LIMIT 1 FOR UPDATE;
        IF v_latest.version IS DISTINCT FROM NEW.version - 1 OR v_latest.frozen_at IS NULL OR NEW.reason = '' THEN
            PERFORM app.refuse('A version is begun with a reason, and follows the latest one, which is frozen.');
        END IF;
        NEW.begun_at := app.now();
        NEW.begun_by := coalesce(app.by_whom(), '');
    END IF;
    IF NEW.version = 1 THEN
        RETURN NEW;
    END IF;
    IF NOT NEW.editors <@ array(SELECT authority_id FROM purchasing_systems.participations
                                WHERE system_id = NEW.system_id AND status = 'joined') THEN
        PERFORM app.refuse('Only councils that take part can share in the drafting.');
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.title, NEW.common_text) IS DISTINCT FROM (OLD.title, OLD.common_text) THEN
        IF app.put_to_councils(NEW.id) THEN
            PERFORM app.refuse('This version has been put to the councils, so its text stands. Withdraw the question first.');
        END IF;
        IF NEW.common_text <> app.assembled(NEW.id) THEN
            PERFORM app.refuse('The common text of a later version is written section by section.');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON purchasing_systems.specifications FOR EACH ROW EXECUTE FUNCTION app.keep_version();

CREATE FUNCTION app.keep_schedule() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_version purchasing_systems.specifications;
BEGIN
    SELECT * INTO v_version FROM purchasing_systems.specifications WHERE id = NEW.specification_id;
    IF TG_OP = 'INSERT' AND (v_version.frozen_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM purchasing_systems.systems WHERE id = NEW.system_id AND frozen_at IS NOT NULL)) THEN
        PERFORM app.refuse('This was frozen when the first round was published.');
    END IF;
    IF v_version.version > 1 AND app.put_to_councils(v_version.id) AND (TG_OP = 'INSERT' OR NEW.text <> OLD.text) THEN
        PERFORM app.refuse('This version has been put to the councils, so its text stands. Withdraw the question first.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON purchasing_systems.local_schedules FOR EACH ROW EXECUTE FUNCTION app.keep_schedule();

-- Who signed off has read another text than the one that stands now: their sign-off is withdrawn, and says what changed and by whom.
CREATE FUNCTION app.withdraw_sign_offs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE purchasing_systems.version_sign_offs SET withdrawn_at = app.now(), withdrawn_because =
        CASE WHEN TG_TABLE_NAME = 'specifications' THEN 'The common text' ELSE 'The local schedule' END
        || ' was changed' || coalesce(' by ' || app.by_whom(), '') || '.'
    WHERE withdrawn_at IS NULL AND specification_id = (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'specifications' THEN 'id'
              ELSE 'specification_id' END)::uuid
      AND (TG_TABLE_NAME = 'specifications' OR authority_id = (to_jsonb(NEW) ->> 'authority_id')::uuid)
      AND text_sha256 <> app.version_hash(specification_id, authority_id);
    RETURN NULL;
END $$;
CREATE TRIGGER signed AFTER UPDATE ON purchasing_systems.specifications FOR EACH ROW EXECUTE FUNCTION app.withdraw_sign_offs();
CREATE TRIGGER signed AFTER INSERT OR UPDATE ON purchasing_systems.local_schedules FOR EACH ROW EXECUTE FUNCTION app.withdraw_sign_offs();

-- A lot that applicants of any round relied on stands. One that no published round offers yet can be changed, and added at any time (R8-01).
CREATE FUNCTION app.keep_lot() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND app.only_lead(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM purchasing_systems.rounds WHERE system_id = OLD.system_id AND published_at IS NOT NULL
               AND (OLD.id = ANY (lots) OR lots = '{}')) THEN
        PERFORM app.refuse('This lot was frozen when the first round that offers it was published.');
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON purchasing_systems.lots FOR EACH ROW EXECUTE FUNCTION app.keep_lot();

CREATE FUNCTION app.led_version(p_system uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM purchasing_systems.systems WHERE id = p_system AND id = ANY (app.led()) FOR UPDATE;
    IF NOT FOUND OR NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of the lead authority can do this.' USING ERRCODE = 'PT403';
    END IF;
END $$;
REVOKE ALL ON FUNCTION app.led_version(uuid) FROM PUBLIC;

CREATE FUNCTION app.begin_version(p_system uuid, p_reason text, p_editors uuid[], p_titles text[], p_texts text[]) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_latest purchasing_systems.specifications;
    v_id uuid := gen_random_uuid();
BEGIN
    PERFORM app.led_version(p_system);
    SELECT * INTO v_latest FROM purchasing_systems.specifications WHERE system_id = p_system ORDER BY version DESC LIMIT 1 FOR UPDATE;
    IF v_latest.version > 1 AND v_latest.issued_at IS NULL THEN
        PERFORM app.refuse('Version ' || v_latest.version || ' is not in force yet. Change that one.');
    END IF;
    IF v_latest.id IS NULL OR v_latest.frozen_at IS NULL AND NOT app.adopted(v_latest.id) THEN
        PERFORM app.refuse('The specification is neither published nor adopted yet. Change it itself.');
    END IF;
    UPDATE purchasing_systems.specifications SET frozen_at = app.now() WHERE id = v_latest.id AND frozen_at IS NULL;
    UPDATE purchasing_systems.local_schedules SET frozen_at = app.now() WHERE specification_id = v_latest.id AND frozen_at IS NULL;
    INSERT INTO purchasing_systems.specifications (id, system_id, lead_id, version, title, common_text, reason, editors)
    VALUES (v_id, p_system, v_latest.lead_id, v_latest.version + 1, v_latest.title, '', p_reason, p_editors);
    INSERT INTO purchasing_systems.specification_sections (id, specification_id, system_id, position, title, text, revision, edited_by)
    SELECT gen_random_uuid(), v_id, p_system, s.place, s.title, s.text, 1, ''
    FROM unnest(p_titles, p_texts) WITH ORDINALITY s (title, text, place);
    UPDATE purchasing_systems.specifications SET common_text = app.assembled(v_id) WHERE id = v_id;
    INSERT INTO purchasing_systems.local_schedules (id, specification_id, system_id, lead_id, authority_id, authority_name, lot_id, text)
    SELECT gen_random_uuid(), v_id, p_system, v_latest.lead_id, a.authority_id, a.authority_name, c.lot_id, coalesce(c.text, '')
    FROM purchasing_systems.participations a
    LEFT JOIN purchasing_systems.local_schedules c ON c.specification_id = v_latest.id AND c.authority_id = a.authority_id
    WHERE a.system_id = p_system AND a.status = 'joined';
    RETURN v_id;
END $$;

-- The draft, locked, for an officer of the lead or of a council that shares in the drafting.
CREATE FUNCTION app.drafting(p_version uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_version purchasing_systems.specifications;
BEGIN
    SELECT * INTO v_version FROM purchasing_systems.specifications
    WHERE id = p_version AND system_id = ANY (app.systems()) AND version > 1 FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such version.' USING ERRCODE = 'PT404';
    END IF;
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer']
       OR app.organisation() <> v_version.lead_id AND app.organisation() <> ALL (v_version.editors) THEN
        RAISE EXCEPTION 'The common text is written by officers of the lead authority and of the councils that share in the drafting.'
            USING ERRCODE = 'PT403';
    END IF;
    IF v_version.frozen_at IS NOT NULL THEN
        PERFORM app.refuse('This version is frozen. A change now is a new version.');
    END IF;
    IF app.put_to_councils(p_version) THEN
        PERFORM app.refuse('This version has been put to the councils, so its text stands. Withdraw the question first.');
    END IF;
END $$;
REVOKE ALL ON FUNCTION app.drafting(uuid) FROM PUBLIC;

-- The section's new revision; NULL where a colleague has changed it since the one that was read.
CREATE FUNCTION app.write_section(p_section uuid, p_revision int, p_title text, p_text text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_version uuid := (SELECT specification_id FROM purchasing_systems.specification_sections WHERE id = p_section);
    v_revision int;
BEGIN
    PERFORM app.drafting(v_version);
    UPDATE purchasing_systems.specification_sections SET title = p_title, text = p_text, revision = revision + 1,
        edited_by = app.by_whom(), edited_at = app.now()
    WHERE id = p_section AND revision = p_revision RETURNING revision INTO v_revision;
    UPDATE purchasing_systems.specifications SET common_text = app.assembled(v_version) WHERE id = v_version;
    RETURN v_revision;
END $$;

-- After the section named, or first.
CREATE FUNCTION app.add_section(p_version uuid, p_after uuid, p_title text, p_text text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid := gen_random_uuid();
    v_place int;
BEGIN
    PERFORM app.drafting(p_version);
    v_place := 1 + coalesce((SELECT position FROM purchasing_systems.specification_sections
                             WHERE id = p_after AND specification_id = p_version), 0);
    UPDATE purchasing_systems.specification_sections SET position = position + 1
    WHERE specification_id = p_version AND position >= v_place;
    INSERT INTO purchasing_systems.specification_sections (id, specification_id, system_id, position, title, text, revision, edited_by, edited_at)
    SELECT v_id, p_version, system_id, v_place, p_title, p_text, 1, app.by_whom(), app.now()
    FROM purchasing_systems.specifications WHERE id = p_version;
    UPDATE purchasing_systems.specifications SET common_text = app.assembled(p_version) WHERE id = p_version;
    RETURN v_id;
END $$;

CREATE FUNCTION app.remove_section(p_section uuid, p_revision int) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_version uuid := (SELECT specification_id FROM purchasing_systems.specification_sections WHERE id = p_section);
BEGIN
    PERFORM app.drafting(v_version);
    DELETE FROM purchasing_systems.specification_sections WHERE id = p_section AND revision = p_revision;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE purchasing_systems.specifications SET common_text = app.assembled(v_version) WHERE id = v_version;
    RETURN true;
END $$;

-- NULL where the text is no longer the one that was read.
CREATE FUNCTION app.sign_off_version(p_version uuid, p_sha256 text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_version purchasing_systems.specifications;
    v_id uuid := gen_random_uuid();
    v_name text;
BEGIN
    SELECT * INTO v_version FROM purchasing_systems.specifications
    WHERE id = p_version AND version > 1 AND system_id = ANY (app.systems()) FOR UPDATE;
    SELECT authority_name INTO v_name FROM purchasing_systems.participations
    WHERE system_id = v_version.system_id AND authority_id = app.organisation() AND status = 'joined';
    IF v_name IS NULL THEN
        RAISE EXCEPTION 'There is no such version.' USING ERRCODE = 'PT404';
    END IF;
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'A version is signed off by a procurement or commissioning officer.' USING ERRCODE = 'PT403';
    END IF;
    IF v_version.issued_at IS NOT NULL THEN
        PERFORM app.refuse('This version is in force. There is nothing to sign off any more.');
    END IF;
    IF p_sha256 IS DISTINCT FROM app.version_hash(p_version, app.organisation()) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM purchasing_systems.version_sign_offs
               WHERE specification_id = p_version AND authority_id = app.organisation() AND withdrawn_at IS NULL) THEN
        PERFORM app.refuse('This text has been signed off for your council already.');
    END IF;
    INSERT INTO purchasing_systems.version_sign_offs (id, specification_id, system_id, authority_id, authority_name, text_sha256,
        signed_by_id, signed_by, signed_at, withdrawn_because)
    VALUES (v_id, p_version, v_version.system_id, app.organisation(), v_name, p_sha256, app.person(), app.claims() ->> 'label',
        app.now(), '');
    RETURN v_id;
END $$;

-- A council for which the adoption of a later version has effect has joined to that version from then on (R3-02, R3-03).
CREATE FUNCTION app.confirm_versions(p_system uuid) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_moved int;
BEGIN
    PERFORM set_config('app.step', '{"event": "confirmed", "reason": "Its decision to adopt this version is in effect."}', true);
    WITH confirmed AS (
        SELECT DISTINCT ON (e.authority_id) e.authority_id, v.id, v.version
        FROM purchasing_systems.specifications v JOIN decisions.matters m ON m.kind = 'adopt_version' AND m.subject_id = v.id
        CROSS JOIN LATERAL app.effects(array[m.id]) e
        WHERE v.system_id = p_system AND v.system_id = ANY (app.systems()) AND e.in_effect
        ORDER BY e.authority_id, v.version DESC)
    UPDATE purchasing_systems.participations a SET specification_id = c.id FROM confirmed c
    WHERE a.system_id = p_system AND a.authority_id = c.authority_id AND a.status = 'joined'
      AND c.version > coalesce((SELECT version FROM purchasing_systems.specifications WHERE id = a.specification_id), 0);
    GET DIAGNOSTICS v_moved = ROW_COUNT;
    PERFORM set_config('app.step', '', true);
    RETURN v_moved;
END $$;

-- A version that every council has adopted comes into force. Once a round has been published that is a modification, with its words; the
-- rounds that take applications go on under the new version, all others under the one they were published with.
CREATE FUNCTION app.issue_version(p_version uuid, p_what text, p_why text, p_ground text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_version purchasing_systems.specifications;
    v_earlier uuid;
    v_rounds uuid[];
    v_id uuid := gen_random_uuid();
BEGIN
    SELECT * INTO v_version FROM purchasing_systems.specifications WHERE id = p_version AND system_id = ANY (app.systems());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such version.' USING ERRCODE = 'PT404';
    END IF;
    PERFORM app.led_version(v_version.system_id);
    SELECT * INTO v_version FROM purchasing_systems.specifications WHERE id = p_version FOR UPDATE;
    IF v_version.version = 1 OR v_version.issued_at IS NOT NULL THEN
        PERFORM app.refuse('This version is in force already.');
    END IF;
    IF NOT app.adopted(p_version) THEN
        PERFORM app.refuse('A later version comes into force only when every council’s decision to adopt it is in effect.');
    END IF;
    v_earlier := app.version_in_force(v_version.system_id);
    UPDATE purchasing_systems.specifications SET issued_at = app.now(), frozen_at = coalesce(frozen_at, app.now()) WHERE id = p_version;
    UPDATE purchasing_systems.local_schedules SET frozen_at = coalesce(frozen_at, app.now()) WHERE specification_id = p_version;
    PERFORM app.confirm_versions(v_version.system_id);
    IF NOT EXISTS (SELECT 1 FROM purchasing_systems.systems WHERE id = v_version.system_id AND frozen_at IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF '' IN (trim(p_what), trim(p_why), trim(p_ground)) THEN
        PERFORM app.refuse('Say what changes, why, and on which ground of law: every applicant will read it.');
    END IF;
    WITH moved AS (
        UPDATE purchasing_systems.rounds SET specification_id = p_version
        WHERE system_id = v_version.system_id AND status = 'published' AND closes_at > app.now() RETURNING id)
    SELECT coalesce(array_agg(id), '{}') INTO v_rounds FROM moved;
    INSERT INTO purchasing_systems.modifications (id, system_id, specification_id, earlier_id, what, why, legal_ground, rounds, made_by, made_at)
    VALUES (v_id, v_version.system_id, p_version, v_earlier, p_what, p_why, p_ground, v_rounds, app.by_whom(), app.now());
    RETURN v_id;
END $$;
