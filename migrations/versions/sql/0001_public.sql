-- What the public is told of decisions: the forward plan, representations, the questions that published decisions answer ---------------

-- A notice begins as a draft of one's own council; whose it is, and which version, is not for the caller to say.
CREATE FUNCTION app.keep_forward_plan_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_earlier decisions.forward_plan_entries;
BEGIN
    IF NEW.authority_id IS DISTINCT FROM app.organisation() OR NEW.status <> 'draft' THEN
        RAISE EXCEPTION 'A notice begins as a draft of your own council.' USING ERRCODE = '42501';
    END IF;
    NEW.authority_name := (SELECT name FROM tenants.organisations WHERE id = NEW.authority_id);
    NEW.root_id := NEW.id;
    NEW.version := 1;
    NEW.published_at := NULL;
    NEW.first_published_at := NULL;
    NEW.noticed_at := NULL;
    NEW.ended_at := NULL;
    NEW.withdrawn_because := '';
    NEW.decision_id := NULL;
    IF NEW.supersedes_id IS NOT NULL THEN
        SELECT * INTO v_earlier FROM decisions.forward_plan_entries
        WHERE id = NEW.supersedes_id AND authority_id = NEW.authority_id AND status = 'live';
        IF NOT FOUND THEN
            PERFORM app.refuse('Only a notice that stands can be changed.');
        END IF;
        NEW.root_id := v_earlier.root_id;
        NEW.version := v_earlier.version + 1;
        NEW.demonstration := v_earlier.demonstration;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT ON decisions.forward_plan_entries FOR EACH ROW EXECUTE FUNCTION app.keep_forward_plan_entry();

CREATE FUNCTION app.own_forward_plan_entry(p_entry uuid) RETURNS decisions.forward_plan_entries LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_entry decisions.forward_plan_entries;
BEGIN
    SELECT * INTO v_entry FROM decisions.forward_plan_entries WHERE id = p_entry AND authority_id = app.organisation() FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such notice of your council.' USING ERRCODE = 'PT404';
    END IF;
    IF NOT app.roles() && array['head_of_service', 'democratic_services'] THEN
        RAISE EXCEPTION 'Only democratic services or a head of service of this council can do this.' USING ERRCODE = 'PT403';
    END IF;
    RETURN v_entry;
END $$;
REVOKE ALL ON FUNCTION app.own_forward_plan_entry(uuid) FROM PUBLIC;

-- From now on everybody reads it, and nobody changes it. The version before it stays as it was. Clear days count from the first version
-- that gave notice of it as key, or as private, if it is.
CREATE FUNCTION app.publish_forward_plan_entry(p_entry uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_entry decisions.forward_plan_entries := app.own_forward_plan_entry(p_entry);
    v_earlier decisions.forward_plan_entries;
    v_now timestamptz := app.now();
    v_today date := (v_now AT TIME ZONE 'Europe/London')::date;
BEGIN
    IF v_entry.status <> 'draft' THEN
        PERFORM app.refuse('This notice has been published already. A change is a new version.');
    END IF;
    IF v_entry.description = '' OR v_entry.decision_maker = '' OR v_entry.due_on IS NULL OR v_entry.contact_post = ''
       OR v_entry.contact_address = '' OR v_entry.where_available = '' OR v_entry.how_to_ask = '' OR v_entry.is_key AND v_entry.key_reason = ''
       OR v_entry.is_private AND v_entry.private_because = '' OR v_entry.representations_here AND v_entry.representations_until IS NULL THEN
        PERFORM app.refuse('This notice does not yet say everything it must.');
    END IF;
    IF (v_entry.due_on + CASE WHEN v_entry.due_is_month THEN interval '1 month - 1 day' ELSE interval '0' END < v_today) THEN
        PERFORM app.refuse('The decision would be due before its notice. Enter a later day.');
    END IF;
    IF v_entry.supersedes_id IS NOT NULL THEN
        SELECT * INTO v_earlier FROM decisions.forward_plan_entries WHERE id = v_entry.supersedes_id FOR UPDATE;
        IF v_earlier.status <> 'live' THEN
            PERFORM app.refuse('The notice that this one changes no longer stands: it was withdrawn, or the decision has been taken.');
        END IF;
        UPDATE decisions.forward_plan_entries SET status = 'superseded', ended_at = v_now WHERE id = v_earlier.id;
    END IF;
    UPDATE decisions.forward_plan_entries SET status = 'live', published_at = v_now,
        first_published_at = coalesce(v_earlier.first_published_at, v_now),
        noticed_at = CASE WHEN v_earlier.id IS NOT NULL AND (v_earlier.is_key OR NOT v_entry.is_key)
                           AND (v_earlier.is_private OR NOT v_entry.is_private) THEN v_earlier.noticed_at ELSE v_now END
    WHERE id = p_entry;
END $$;

CREATE FUNCTION app.withdraw_forward_plan_entry(p_entry uuid, p_because text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_entry decisions.forward_plan_entries := app.own_forward_plan_entry(p_entry);
BEGIN
    IF v_entry.status <> 'live' OR coalesce(p_because, '') = '' THEN
        PERFORM app.refuse('Only a notice that stands can be withdrawn, with a reason.');
    END IF;
    UPDATE decisions.forward_plan_entries SET status = 'withdrawn', withdrawn_because = p_because, ended_at = app.now() WHERE id = p_entry;
END $$;

-- Of a draft that says which notice it was announced by, the day of notice is the notice's own. It runs before what is recordable is asked.
CREATE FUNCTION app.derive_notice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status <> 'draft' THEN
        RETURN NEW;
    END IF;
    SELECT (noticed_at AT TIME ZONE 'Europe/London')::date INTO NEW.notice_on FROM decisions.forward_plan_entries
    WHERE id = NEW.notice_id AND authority_id = NEW.authority_id AND published_at IS NOT NULL;
    IF NOT FOUND THEN
        PERFORM app.refuse('There is no such published notice of your council.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER derive_notice BEFORE INSERT OR UPDATE ON decisions.decisions FOR EACH ROW WHEN (NEW.notice_id IS NOT NULL)
EXECUTE FUNCTION app.derive_notice();

-- A notice is done when the decision it announced is public, not before: that there is a decision at all may be under embargo.
CREATE FUNCTION app.end_notice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE decisions.forward_plan_entries e SET status = 'decided', decision_id = NEW.id, ended_at = app.now()
    FROM decisions.forward_plan_entries n
    WHERE n.id = NEW.notice_id AND n.authority_id = NEW.authority_id AND e.root_id = n.root_id AND e.status = 'live';
    RETURN NULL;
END $$;
CREATE TRIGGER end_notice AFTER UPDATE OF public_at ON decisions.decisions FOR EACH ROW
WHEN (OLD.public_at IS NULL AND NEW.public_at IS NOT NULL AND NEW.notice_id IS NOT NULL AND NEW.outcome <> 'defer')
EXECUTE FUNCTION app.end_notice();

-- Anybody writes to the council whose notice stands, until the day it states. Returns `sent`, or `throttled`. The council hears that there
-- is something, once in a quarter of an hour; the text is read on its page alone.
CREATE FUNCTION app.send_representation(p_entry uuid, p_name text, p_email text, p_text text, p_address text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_entry decisions.forward_plan_entries;
    v_subject text;
BEGIN
    IF NOT app.count_attempt('representation|' || p_address, 20) THEN
        RETURN 'throttled';
    END IF;
    SELECT * INTO v_entry FROM decisions.forward_plan_entries WHERE id = p_entry AND published_at IS NOT NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such notice.' USING ERRCODE = 'PT404';
    END IF;
    IF v_entry.status <> 'live' OR NOT v_entry.representations_here THEN
        PERFORM app.refuse('Representations on this notice are not taken here.');
    END IF;
    IF (app.now() AT TIME ZONE 'Europe/London')::date > v_entry.representations_until THEN
        PERFORM app.refuse('Representations on this decision could be sent until ' || to_char(v_entry.representations_until, 'FMDD FMMonth YYYY')
            || '. That day has passed.');
    END IF;
    IF coalesce(p_text, '') = '' OR length(p_text) > 20000 OR length(p_name) > 200 OR length(p_email) > 254 THEN
        PERFORM app.refuse('A representation has a text of at most 20,000 characters.');
    END IF;
    INSERT INTO decisions.representations (id, entry_id, authority_id, name, email, text, sent_at)
    VALUES (gen_random_uuid(), p_entry, v_entry.authority_id, p_name, p_email, p_text, app.now());
    IF app.count_attempt('representation told|' || p_entry, 1) THEN
        v_subject := 'A representation on a decision to be taken: ' || left(v_entry.title, 200);
        IF app.post_messages(v_entry.authority_id, array['democratic_services'], 'decisions.representation.sent', v_subject,
            'Somebody has sent a representation on this notice in your council''s forward plan. More may have come in since. The text is read in the portal alone.',
            '/decisions/forward-plan/' || p_entry || '/representations') = 0 THEN
            PERFORM app.post_messages(v_entry.authority_id, array['head_of_service'], 'decisions.representation.sent', v_subject,
                'Somebody has sent a representation on this notice in your council''s forward plan. Nobody of your council has the role of democratic services.',
                '/decisions/forward-plan/' || p_entry || '/representations');
        END IF;
    END IF;
    RETURN 'sent';
END $$;

-- The question that a published decision answers is public with it; who else was asked, and what is known of providers, is not.
CREATE FUNCTION app.public_questions() RETURNS TABLE (matter_id uuid, kind text, subject_label text, question text, grounds jsonb, rule text, minimum int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.id, m.kind, m.subject_label, m.question, coalesce(m.facts -> 'grounds', '[]'), m.rule, m.minimum
    FROM decisions.matters m
    WHERE EXISTS (SELECT 1 FROM decisions.decisions d WHERE d.matter_id = m.id AND d.public_at IS NOT NULL) $$;
