-- Governance: what the database itself keeps of a council's own rules.

-- Posts and delegations ---------------------------------------------------------------------------------------------

-- Who wrote a row, and when, is what the scope says, whatever the statement said.
CREATE FUNCTION app.sign_governance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.written_by_id := app.person();
    NEW.written_by_post := coalesce(app.claims() ->> 'label', '');
    NEW.written_at := app.now();
    RETURN NEW;
END $$;
CREATE TRIGGER sign BEFORE INSERT ON governance.posts FOR EACH ROW EXECUTE FUNCTION app.sign_governance();
CREATE TRIGGER sign BEFORE INSERT ON governance.post_holders FOR EACH ROW EXECUTE FUNCTION app.sign_governance();
CREATE TRIGGER sign BEFORE INSERT ON governance.delegations FOR EACH ROW EXECUTE FUNCTION app.sign_governance();
CREATE TRIGGER sign BEFORE INSERT ON governance.nominations FOR EACH ROW EXECUTE FUNCTION app.sign_governance();
CREATE TRIGGER sign BEFORE INSERT ON governance.certifications FOR EACH ROW EXECUTE FUNCTION app.sign_governance();

-- What has ended stays ended: a last day can be set, or brought forward, never taken back.
CREATE FUNCTION app.keep_end() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.ends_on IS NOT NULL AND (NEW.ends_on IS NULL OR NEW.ends_on > OLD.ends_on) THEN
        RAISE EXCEPTION 'A last day is not taken back. What begins again is entered again.' USING ERRCODE = 'PT409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON governance.posts FOR EACH ROW EXECUTE FUNCTION app.keep_end();
CREATE TRIGGER keep BEFORE UPDATE ON governance.post_holders FOR EACH ROW EXECUTE FUNCTION app.keep_end();

-- An account put to a post is one of the council's own.
CREATE FUNCTION app.keep_post_holder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.person_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM tenants.memberships WHERE person_id = NEW.person_id AND organisation_id = NEW.authority_id) THEN
        RAISE EXCEPTION 'There is no such colleague.' USING ERRCODE = 'PT404';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER own BEFORE INSERT ON governance.post_holders FOR EACH ROW EXECUTE FUNCTION app.keep_post_holder();

-- A delegation is to posts of the council that grants it, by a decision of that council. Revoked once, by whom the scope says.
CREATE FUNCTION app.keep_delegation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.revoked_on := NULL;
        NEW.revoked_because := '';
        NEW.revoked_by_id := NULL;
        NEW.revoked_by_post := '';
        NEW.revoked_at := NULL;
        IF EXISTS (SELECT 1 FROM unnest(NEW.holder_ids || NEW.consulted_ids) AS named(id) WHERE NOT EXISTS (
            SELECT 1 FROM governance.posts p WHERE p.id = named.id AND p.authority_id = NEW.authority_id)) THEN
            RAISE EXCEPTION 'There is no such post.' USING ERRCODE = 'PT404';
        END IF;
        IF NEW.granted_by_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM decisions.decisions WHERE id = NEW.granted_by_id AND authority_id = NEW.authority_id AND status <> 'draft') THEN
            PERFORM app.refuse('A delegation is granted by a decision of your own council that is on the record.');
        END IF;
        IF NEW.granted_on > v_today THEN
            PERFORM app.refuse('A delegation is entered once it has been granted.');
        END IF;
    ELSE
        IF OLD.revoked_on IS NOT NULL AND (NEW.revoked_on, NEW.revoked_because) IS DISTINCT FROM (OLD.revoked_on, OLD.revoked_because) THEN
            PERFORM app.refuse('This delegation has been revoked already.');
        END IF;
        IF OLD.published_on IS NOT NULL AND NEW.published_on IS DISTINCT FROM OLD.published_on THEN
            PERFORM app.refuse('What has been published stays so.');
        END IF;
        IF OLD.revoked_on IS NULL AND NEW.revoked_on IS NOT NULL THEN
            NEW.revoked_by_id := app.person();
            NEW.revoked_by_post := coalesce(app.claims() ->> 'label', '');
            NEW.revoked_at := app.now();
        END IF;
    END IF;
    IF NEW.published_on > v_today THEN
        PERFORM app.refuse('A decision is marked as published once it is.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON governance.delegations FOR EACH ROW EXECUTE FUNCTION app.keep_delegation();

-- A nomination is under a delegation that has nominated posts, while it lasts; revoked once, and never from a day before it began.
-- Of another council's delegation nothing is found here, and the key refuses.
CREATE FUNCTION app.keep_nomination() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_delegation governance.delegations;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.revoked_on := NULL;
        NEW.revoked_because := '';
        NEW.revoked_by_id := NULL;
        NEW.revoked_by_post := '';
        NEW.revoked_at := NULL;
        SELECT * INTO v_delegation FROM governance.delegations WHERE id = NEW.delegation_id AND authority_id = NEW.authority_id FOR SHARE;
        IF v_delegation.nominees = '' THEN
            PERFORM app.refuse('This delegation names its holders and no nominated posts.');
        END IF;
        IF NEW.starts_on < v_delegation.starts_on OR NEW.starts_on > v_delegation.ends_on OR NEW.starts_on >= v_delegation.revoked_on THEN
            PERFORM app.refuse('A nomination begins while its delegation is in force.');
        END IF;
    ELSIF OLD.revoked_on IS NOT NULL THEN
        IF (NEW.revoked_on, NEW.revoked_because) IS DISTINCT FROM (OLD.revoked_on, OLD.revoked_because) THEN
            PERFORM app.refuse('This nomination has been revoked already.');
        END IF;
    ELSIF NEW.revoked_on IS NOT NULL THEN
        IF NEW.revoked_on < OLD.starts_on THEN
            PERFORM app.refuse('A nomination is not revoked from a day before it began.');
        END IF;
        NEW.revoked_by_id := app.person();
        NEW.revoked_by_post := coalesce(app.claims() ->> 'label', '');
        NEW.revoked_at := app.now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON governance.nominations FOR EACH ROW EXECUTE FUNCTION app.keep_nomination();

-- A finding is about a condition that the delegation has, or about what one of its sources awaits; and not about a day to come.
CREATE FUNCTION app.keep_certification() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_delegation governance.delegations;
BEGIN
    SELECT * INTO v_delegation FROM governance.delegations WHERE id = NEW.delegation_id AND authority_id = NEW.authority_id;
    IF NOT v_delegation.conditions @> jsonb_build_array(jsonb_build_object('words', NEW.condition_words))
       AND NOT v_delegation.sources @> jsonb_build_array(jsonb_build_object('awaits', NEW.condition_words)) THEN
        PERFORM app.refuse('The delegation has no such condition.');
    END IF;
    IF NEW.found_on > (app.now() AT TIME ZONE 'Europe/London')::date THEN
        PERFORM app.refuse('A condition is certified once it has been found to hold.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT ON governance.certifications FOR EACH ROW EXECUTE FUNCTION app.keep_certification();

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
CREATE FUNCTION app.keep_sitting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.cancelled THEN
        PERFORM app.refuse('This meeting is cancelled. Add another if it is held after all.');
    END IF;
    IF OLD.held_on < (app.now() AT TIME ZONE 'Europe/London')::date THEN
        PERFORM app.refuse('This meeting is over and stays as it is.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON governance.meetings FOR EACH ROW EXECUTE FUNCTION app.keep_sitting();
