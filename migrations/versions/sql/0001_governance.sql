-- Governance: what the database itself keeps of a council's own rules.

-- One fact of a council holds at a time. Periods may not overlap; where a council has several of a kind, those that share the column
-- named with the trigger. The council's row is locked, so that of two at once the second sees the first. What has ended stays.
CREATE FUNCTION app.keep_dated_fact() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_overlaps boolean;
BEGIN
    PERFORM 1 FROM tenants.organisations WHERE id = NEW.authority_id FOR UPDATE;
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM governance.%I f WHERE f.authority_id = $1 AND f.id <> $2
        AND to_jsonb(f) ->> $3 IS NOT DISTINCT FROM to_jsonb($4) ->> $3
        AND daterange(f.starts_on, f.ends_on + 1) && daterange($5, $6 + 1))', TG_TABLE_NAME)
    INTO v_overlaps USING NEW.authority_id, NEW.id, TG_ARGV[0], NEW, NEW.starts_on, NEW.ends_on;
    IF TG_OP = 'UPDATE' AND OLD.ends_on < (app.now() AT TIME ZONE 'Europe/London')::date THEN
        PERFORM app.refuse('This has ended already and stays as it is.');
    ELSIF v_overlaps THEN
        PERFORM app.refuse('The council has another one in that time already. End that one first, or begin after it.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON governance.forms_of_governance
FOR EACH ROW EXECUTE FUNCTION app.keep_dated_fact();
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON governance.clock_settings
FOR EACH ROW EXECUTE FUNCTION app.keep_dated_fact();
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON governance.bodies
FOR EACH ROW EXECUTE FUNCTION app.keep_dated_fact('name');
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON governance.quiet_periods
FOR EACH ROW EXECUTE FUNCTION app.keep_dated_fact('kind');

-- A cancelled meeting stays cancelled, and a meeting that was held stays as it was.
CREATE FUNCTION app.keep_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.cancelled THEN
        PERFORM app.refuse('This meeting is cancelled. Add another if it is held after all.');
    END IF;
    IF OLD.held_on < (app.now() AT TIME ZONE 'Europe/London')::date THEN
        PERFORM app.refuse('This meeting is over and stays as it is.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON governance.meetings FOR EACH ROW EXECUTE FUNCTION app.keep_meeting();
