-- What a record rests on, what follows from its resolutions, and what the public is told of a joint decision -------------------

-- Evidence is written while the decision is a draft of one's own council, and stays as it was from recording on. A draft that is thrown
-- away takes it along: by then the decision is gone, and nothing holds it.
CREATE FUNCTION app.keep_evidence() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_status text;
BEGIN
    SELECT d.status INTO v_status FROM decisions.decisions d
    WHERE d.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.decision_id ELSE NEW.decision_id END
      AND d.authority_id = CASE WHEN TG_OP = 'DELETE' THEN OLD.authority_id ELSE NEW.authority_id END;
    IF TG_OP = 'DELETE' AND v_status IS NULL THEN
        RETURN OLD;
    END IF;
    IF v_status IS DISTINCT FROM 'draft' THEN
        RAISE EXCEPTION 'This belongs to a draft of your own council.' USING ERRCODE = '42501';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.consultation_id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM decisions.consultations WHERE id = NEW.consultation_id AND decision_id = NEW.decision_id)
       OR NEW.agreement_id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM decisions.agreements WHERE id = NEW.agreement_id AND decision_id = NEW.decision_id) THEN
        RAISE EXCEPTION 'This belongs to a draft of your own council.' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE OR DELETE ON decisions.evidence FOR EACH ROW EXECUTE FUNCTION app.keep_evidence();

-- An e-mail or signed form is added by the council itself, to a draft or, marked as late, to a record. What is attached to a record stays.
CREATE FUNCTION app.keep_attachment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_status text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT d.status INTO v_status FROM decisions.decisions d WHERE d.id = OLD.decision_id FOR UPDATE;
        IF v_status <> 'draft' OR OLD.added_late THEN
            PERFORM app.refuse('This decision is on the record. What is attached to it stays.');
        END IF;
        RETURN OLD;
    END IF;
    -- Locked, so that what is being recorded at this moment is a record before the file is marked.
    SELECT d.status INTO v_status FROM decisions.decisions d WHERE d.id = NEW.decision_id AND d.authority_id = NEW.authority_id FOR UPDATE;
    IF v_status IS NULL THEN
        RAISE EXCEPTION 'There is no such decision of your council.' USING ERRCODE = 'PT404';
    END IF;
    NEW.added_by_id := app.person();
    NEW.added_by_post := coalesce(app.claims() ->> 'label', '');
    NEW.added_at := app.now();
    NEW.added_late := v_status <> 'draft';
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR DELETE ON decisions.attachments FOR EACH ROW EXECUTE FUNCTION app.keep_attachment();

-- A delegation that was entered from a resolution is linked both ways. One entry stands for a resolution; where it was revoked, another may.
CREATE FUNCTION app.link_resolution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE decisions.resolutions r SET delegation_id = NEW.id
    WHERE r.id = NEW.resolution_id AND r.decision_id = NEW.granted_by_id AND r.authority_id = NEW.authority_id
      AND r.effect IN ('delegates', 'authorises_work') AND r.on_record_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM governance.delegations g WHERE g.id = r.delegation_id AND g.authority_id = r.authority_id
                      AND g.revoked_on IS NULL);
    IF NOT FOUND THEN
        PERFORM app.refuse('This resolution grants nothing that could be entered from it, or it has been entered already.');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER link AFTER INSERT ON governance.delegations FOR EACH ROW WHEN (NEW.resolution_id IS NOT NULL)
EXECUTE FUNCTION app.link_resolution();

-- How a question stands by what is public of it: how many councils were asked, of how many an answer is published, and, for each of
-- these, from which day it has effect if nothing but the published answers counts. What a council has not published is as if it had not
-- been said, so that nothing of it can be read out of a figure or a day.
CREATE FUNCTION app.public_standing(p_matters uuid[])
RETURNS TABLE (matter_id uuid, authority_id uuid, asked bigint, published bigint, takes_effect_on date) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    WITH answered AS (
        SELECT DISTINCT d.matter_id, d.authority_id FROM decisions.decisions d
        WHERE d.matter_id = ANY (p_matters) AND d.public_at IS NOT NULL AND d.outcome <> 'defer'
    ),
    counted AS (
        SELECT p.matter_id, count(*) AS asked, count(a.authority_id) AS published FROM decisions.matter_parties p
        LEFT JOIN answered a ON a.matter_id = p.matter_id AND a.authority_id = p.authority_id
        WHERE p.matter_id IN (SELECT k.matter_id FROM answered k) AND p.excused_at IS NULL GROUP BY p.matter_id
    )
    SELECT c.matter_id, a.authority_id, c.asked, c.published, e.takes_effect_on
    FROM counted c JOIN answered a ON a.matter_id = c.matter_id
    LEFT JOIN app.effects_of(ARRAY(SELECT k.matter_id FROM counted k), NULL, NULL, true) e
        ON e.matter_id = a.matter_id AND e.authority_id = a.authority_id
$$;
