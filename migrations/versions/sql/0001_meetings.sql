-- Board meetings ----------------------------------------------------------------------------------------------------------

-- What a council indicates in a meeting is the minute-taker's row. Nothing in this file, and nothing outside it, makes a decision of it.

CREATE FUNCTION app.run_meetings_only() RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of the lead authority runs a board meeting.' USING ERRCODE = 'PT403';
    END IF;
END $$;

-- planned -> held -> confirmed, or planned -> cancelled. Who called it, when it was held and confirmed is taken here, never from
-- the caller. What is confirmed or cancelled is out of reach of every update: the policy says so.
CREATE FUNCTION app.keep_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.run_meetings_only();
    IF TG_OP = 'INSERT' THEN
        NEW.called_by_id := app.organisation();
        NEW.called_by := app.claims() ->> 'name';
        RETURN NEW;
    END IF;
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    IF (OLD.status, NEW.status) NOT IN (('planned', 'held'), ('planned', 'cancelled'), ('held', 'confirmed')) THEN
        PERFORM app.refuse('A meeting is planned, then held, then its minutes are confirmed.');
    END IF;
    IF NEW.status = 'held' THEN
        NEW.held_at := app.now();
    END IF;
    IF NEW.status = 'held' AND NEW.meets_on > (app.now() AT TIME ZONE 'Europe/London')::date THEN
        PERFORM app.refuse('A meeting cannot have been held before its day.');
    END IF;
    IF NEW.status = 'confirmed' THEN
        NEW.confirmed_at := app.now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON decisions.board_meetings FOR EACH ROW EXECUTE FUNCTION app.keep_meeting();

-- Agenda, attendance and indicated positions change until the minutes are confirmed, then never. The meeting is locked, so that
-- of a change and the confirming one waits for the other.
CREATE FUNCTION app.keep_meeting_part() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_meeting uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.meeting_id ELSE NEW.meeting_id END;
    v_status text;
BEGIN
    PERFORM app.run_meetings_only();
    SELECT status INTO v_status FROM decisions.board_meetings WHERE id = v_meeting FOR SHARE;
    IF v_status IN ('confirmed', 'cancelled') THEN
        PERFORM app.refuse('The minutes of this meeting are confirmed, or it was cancelled: it is not changed any more.');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE OR DELETE ON decisions.agenda_items FOR EACH ROW EXECUTE FUNCTION app.keep_meeting_part();
CREATE TRIGGER keep BEFORE INSERT OR UPDATE OR DELETE ON decisions.attendances FOR EACH ROW EXECUTE FUNCTION app.keep_meeting_part();
CREATE TRIGGER keep BEFORE INSERT OR UPDATE OR DELETE ON decisions.indicated_positions
FOR EACH ROW EXECUTE FUNCTION app.keep_meeting_part();

-- An open matter of the same system, or a free item.
CREATE FUNCTION app.put_on_agenda() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.matter_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM decisions.matters WHERE id = NEW.matter_id AND system_id = NEW.system_id AND status = 'open') THEN
        PERFORM app.refuse('Only an open joint decision of this purchasing system is put on the agenda.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER on_agenda BEFORE INSERT ON decisions.agenda_items FOR EACH ROW EXECUTE FUNCTION app.put_on_agenda();

-- A council gets a row only while it takes part, and on a matter only when it was asked. Its name, and who noted it, are not the
-- caller's to say.
CREATE FUNCTION app.of_participant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT o.name INTO NEW.authority_name
    FROM purchasing_systems.participations p JOIN tenants.organisations o ON o.id = p.authority_id
    WHERE p.system_id = NEW.system_id AND p.authority_id = NEW.authority_id AND app.acts(p.status, p.exit_on, (app.now() AT TIME ZONE 'Europe/London')::date);
    IF NOT FOUND THEN
        PERFORM app.refuse('This council does not take part in the purchasing system now.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER participant BEFORE INSERT ON decisions.attendances FOR EACH ROW EXECUTE FUNCTION app.of_participant();
CREATE TRIGGER participant BEFORE INSERT ON decisions.indicated_positions FOR EACH ROW EXECUTE FUNCTION app.of_participant();

CREATE FUNCTION app.note_position() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM decisions.matter_parties WHERE matter_id = NEW.matter_id AND authority_id = NEW.authority_id) THEN
        PERFORM app.refuse('This joint decision was not put to that council.');
    END IF;
    NEW.noted_by := app.claims() ->> 'label';
    NEW.noted_at := app.now();
    RETURN NEW;
END $$;
CREATE TRIGGER noted BEFORE INSERT OR UPDATE ON decisions.indicated_positions FOR EACH ROW EXECUTE FUNCTION app.note_position();
