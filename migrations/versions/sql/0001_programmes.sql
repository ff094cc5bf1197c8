-- Set-up, and procurements in an order --------------------------------------------------------------------------------------

CREATE FUNCTION app.today() RETURNS date LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT (app.now() AT TIME ZONE 'Europe/London')::date $$;

-- Buying terms stand with the system's own from the first publication on.
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE ON purchasing_systems.buying_terms FOR EACH ROW EXECUTE FUNCTION app.keep_frozen();

-- A proposal says who made it; an answer is the lead's, once.
CREATE FUNCTION app.keep_setup_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.made_by := app.claims() ->> 'label';
        NEW.made_at := app.now();
    ELSIF app.only_lead(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    ELSIF OLD.answer <> '' THEN
        PERFORM app.refuse('This was answered already.');
    ELSIF NEW.answer <> '' THEN
        NEW.answered_by := app.claims() ->> 'label';
        NEW.answered_at := app.now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON purchasing_systems.setup_notes FOR EACH ROW EXECUTE FUNCTION app.keep_setup_note();

-- The programmes in which the organisation acted for takes part: as a list, so that the policies of steps do not ask themselves.
CREATE FUNCTION app.programmes() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT programme_id), '{}') FROM purchasing_systems.programme_steps
    WHERE system_id = ANY (app.systems()) $$;

CREATE FUNCTION app.has_reached(p_system uuid, p_milestone text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN p_milestone = 'active' THEN EXISTS (
        SELECT 1 FROM purchasing_systems.systems WHERE id = p_system AND status IN ('active', 'paused', 'closing', 'closed'))
    ELSE EXISTS (
        SELECT 1 FROM purchasing_systems.rounds WHERE system_id = p_system
        AND array_position(array['published', 'opened', 'evaluating', 'moderating', 'evaluated', 'decided', 'notified', 'complete'], status)
            >= array_position(array['published', 'opened', 'evaluating', 'moderating', 'evaluated', 'decided', 'notified', 'complete'], p_milestone))
    END $$;
REVOKE ALL ON FUNCTION app.has_reached(uuid, text) FROM PUBLIC;

-- Why a round of a system is not published yet (R5-01): a sentence, or null. The same for the guard, the page and the publication.
CREATE FUNCTION app.waits_for(p_system uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT '“' || earlier.system_title || '” comes first in the programme “' || p.title || '”: it must have reached “'
        || CASE this.milestone WHEN 'published' THEN 'a round is published' WHEN 'opened' THEN 'submissions are opened'
           WHEN 'decided' THEN 'the outcome is decided' WHEN 'notified' THEN 'outcome letters are sent'
           WHEN 'complete' THEN 'a round is complete' ELSE 'the system is active' END
        || '”. A head of service of ' || p.lead_name || ' can let this system go ahead with a reason.'
    FROM purchasing_systems.programme_steps this
    JOIN purchasing_systems.programmes p ON p.id = this.programme_id
    JOIN purchasing_systems.programme_steps earlier ON earlier.programme_id = this.programme_id AND earlier.position < this.position
    WHERE this.system_id = p_system AND (p_system = ANY (app.systems()) OR p_system = ANY (app.led()))
      AND NOT app.has_reached(earlier.system_id, this.milestone)
      AND NOT EXISTS (SELECT 1 FROM purchasing_systems.programme_overrides o WHERE o.step_id = this.id)
    ORDER BY earlier.position LIMIT 1 $$;

-- Which steps of a programme find the one before them where it must be; for those who may see the programme.
CREATE FUNCTION app.steps_reached(p_programme uuid) RETURNS TABLE (step_id uuid, reached boolean) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT this.id, NOT EXISTS (
        SELECT 1 FROM purchasing_systems.programme_steps earlier
        WHERE earlier.programme_id = this.programme_id AND earlier.position < this.position
          AND NOT app.has_reached(earlier.system_id, this.milestone))
    FROM purchasing_systems.programme_steps this
    WHERE this.programme_id = p_programme AND (this.lead_id = app.organisation() OR p_programme = ANY (app.programmes())) $$;

-- Letting a system go ahead before its turn is a head of service's of the lead to answer for; who and when is taken from the scope.
CREATE FUNCTION app.let_ahead(p_step uuid, p_reason text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.roles() && array['head_of_service'] THEN
        RAISE EXCEPTION 'Only a head of service of the lead authority can let a system go ahead before its turn.' USING ERRCODE = 'PT403';
    END IF;
    INSERT INTO purchasing_systems.programme_overrides (id, step_id, system_id, lead_id, reason, made_by_id, made_by_post, made_at)
    SELECT gen_random_uuid(), id, system_id, lead_id, p_reason, app.person(), app.claims() ->> 'label', app.now()
    FROM purchasing_systems.programme_steps WHERE id = p_step AND lead_id = app.organisation()
    ON CONFLICT (step_id) DO NOTHING;
    IF NOT FOUND THEN
        PERFORM app.refuse('This system was let ahead already, or is not in the programme.');
    END IF;
END $$;
