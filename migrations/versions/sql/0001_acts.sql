-- Acts that no single column grant can guard: they check clock, persons and councils, and lock what they change.

CREATE FUNCTION app.refuse(p_sentence text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', p_sentence USING ERRCODE = 'PT409';
END $$;

CREATE FUNCTION app.london(p_at timestamptz) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT to_char(p_at AT TIME ZONE 'Europe/London', 'FMHH24:MI:SS "on" FMDD FMMonth YYYY') $$;

-- Rounds ------------------------------------------------------------------------------------------------------------

CREATE FUNCTION app.led_round(p_round uuid) RETURNS purchasing_systems.rounds LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds;
BEGIN
    SELECT * INTO v_round FROM purchasing_systems.rounds
    WHERE id = p_round AND lead_id = app.organisation() FOR UPDATE;
    IF NOT FOUND OR NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of the lead authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    RETURN v_round;
END $$;
REVOKE ALL ON FUNCTION app.led_round(uuid) FROM PUBLIC;

CREATE FUNCTION app.plan_window(p_round uuid, p_opens timestamptz, p_closes timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds := app.led_round(p_round);
BEGIN
    IF v_round.status <> 'planned' THEN
        PERFORM app.refuse('The round is published: its closing time can only be put back by two officers of two councils.');
    END IF;
    UPDATE purchasing_systems.rounds SET opens_at = p_opens, closes_at = p_closes WHERE id = p_round;
END $$;

CREATE FUNCTION app.publish_round(p_round uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds := app.led_round(p_round);
    v_about uuid[];
    v_specification uuid;
BEGIN
    IF v_round.status <> 'planned' THEN
        PERFORM app.refuse('This round is already published.');
    END IF;
    IF v_round.notice_number IS NULL OR v_round.notice_url IS NULL OR v_round.notice_published_at IS NULL THEN
        PERFORM app.refuse('Record the official notice first: its number, link and time of publication.');
    END IF;
    IF v_round.notice_published_at > app.now() THEN
        PERFORM app.refuse('The official notice is dated in the future. A round cannot be published before its notice.');
    END IF;
    IF v_round.closes_at <= app.now() THEN
        PERFORM app.refuse('The closing time has passed. Set a later one.');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM questionnaires.questions WHERE round_id = p_round) THEN
        PERFORM app.refuse('There are no questions yet. Load the question sets first.');
    END IF;
    IF EXISTS (SELECT 1 FROM questionnaires.questions WHERE round_id = p_round AND frozen_at IS NULL) THEN
        PERFORM app.refuse('The question sets are not frozen.');
    END IF;
    IF NOT v_round.lots <@ array(SELECT id FROM purchasing_systems.lots WHERE system_id = v_round.system_id) THEN
        PERFORM app.refuse('The round offers a lot that this system does not have.');
    END IF;
    v_specification := app.version_in_force(v_round.system_id);
    v_about := array[p_round, v_round.system_id, v_specification];
    IF app.undecided_before_commencement(v_about) IS NOT NULL THEN
        PERFORM app.refuse('This must be decided before commencement: ' || app.undecided_before_commencement(v_about)
            || '. No council''s decision on it is in effect yet.');
    END IF;
    IF app.waits_for(v_round.system_id) IS NOT NULL THEN
        PERFORM app.refuse(app.waits_for(v_round.system_id));
    END IF;
    UPDATE purchasing_systems.specifications SET issued_at = app.now() WHERE id = v_specification AND issued_at IS NULL;
    -- What it offers is said now: a lot added later is no lot of this round.
    UPDATE purchasing_systems.rounds SET status = 'published', published_at = app.now(), specification_id = v_specification,
        lots = CASE WHEN lots = '{}' THEN array(SELECT id FROM purchasing_systems.lots WHERE system_id = v_round.system_id ORDER BY number)
                    ELSE lots END
    WHERE id = p_round;
END $$;

-- What was submitted stays sealed for ever: only a round that is still published can be opened.
CREATE FUNCTION app.cancel_round(p_round uuid, p_because text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds := app.led_round(p_round);
BEGIN
    IF v_round.status NOT IN ('planned', 'published') THEN
        PERFORM app.refuse('A round that has been opened cannot be cancelled here.');
    END IF;
    IF v_round.always_open AND v_round.status = 'published'
       AND (app.now() AT TIME ZONE 'Europe/London')::date <= (SELECT ends_on FROM app.system_runs(v_round.system_id)) THEN
        PERFORM app.refuse('Providers can apply at any time while the system is valid. This round is not closed or cancelled before.');
    END IF;
    IF btrim(coalesce(p_because, '')) = '' THEN
        PERFORM app.refuse('Say why the round is cancelled. Everybody who is interested will read it.');
    END IF;
    UPDATE purchasing_systems.rounds SET status = 'cancelled', cancelled_at = app.now(), cancelled_because = p_because WHERE id = p_round;
END $$;

CREATE FUNCTION app.move_round(p_round uuid, p_from text, p_to text, p_because text DEFAULT NULL) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds := app.led_round(p_round);
BEGIN
    IF (p_from, p_to) = ('planned', 'published') THEN
        PERFORM app.publish_round(p_round);
        RETURN;
    ELSIF p_to = 'cancelled' THEN
        PERFORM app.cancel_round(p_round, p_because);
        RETURN;
    END IF;
    IF v_round.status <> p_from OR (p_from, p_to) NOT IN (
        ('opened', 'evaluating'), ('evaluating', 'moderating'), ('moderating', 'evaluated'), ('evaluated', 'moderating'),
        ('evaluated', 'decided'),
        ('decided', 'notified'), ('notified', 'complete')) THEN
        PERFORM app.refuse('The round is ' || v_round.status || ' and cannot become ' || p_to || '.');
    END IF;
    IF (p_from, p_to) = ('evaluated', 'moderating') AND NOT EXISTS (
        SELECT 1 FROM evaluation.panels WHERE subject_id = p_round AND lead_id = v_round.lead_id AND status = 'moderating') THEN
        PERFORM app.refuse('The evaluation has not been re-opened.');
    END IF;
    IF p_to = 'decided' AND app.outcome_approved(p_round) IS NULL THEN
        PERFORM app.refuse('The lead has not recorded an approval of this outcome.');
    END IF;
    UPDATE purchasing_systems.rounds SET status = p_to WHERE id = p_round;
END $$;

-- Questions are added, and question sets taken away, while the round is planned: from publication on they stand.
CREATE FUNCTION app.before_publication() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.round_id ELSE NEW.round_id END;
BEGIN
    PERFORM 1 FROM purchasing_systems.rounds WHERE id = v_round AND status = 'planned' FOR SHARE;
    IF NOT FOUND THEN
        PERFORM app.refuse('Questions can be changed only while the round is planned.');
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER before_publication BEFORE INSERT OR DELETE ON questionnaires.question_sets
FOR EACH ROW EXECUTE FUNCTION app.before_publication();
CREATE TRIGGER before_publication BEFORE INSERT OR DELETE ON questionnaires.questions
FOR EACH ROW EXECUTE FUNCTION app.before_publication();

-- What applicants relied on stands: a published round freezes the system, its documents, and who takes part (R5-02). Lots, and versions
-- of the specification, say for themselves when they are frozen.
CREATE FUNCTION app.keep_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_system uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.system_id ELSE NEW.system_id END;
BEGIN
    IF TG_OP = 'UPDATE' AND app.only_lead(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM purchasing_systems.systems WHERE id = v_system AND frozen_at IS NOT NULL)
       AND (TG_OP <> 'INSERT' OR EXISTS (SELECT 1 FROM purchasing_systems.rounds WHERE system_id = v_system AND status = 'published')) THEN
        PERFORM app.refuse('This was frozen when the first round was published.');
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE INSERT ON purchasing_systems.procurement_documents FOR EACH ROW EXECUTE FUNCTION app.keep_frozen();

CREATE FUNCTION app.keep_system() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' OR NEW.published_at IS NOT NULL OR NEW.frozen_at IS NOT NULL THEN
            RAISE EXCEPTION 'A purchasing system begins as a draft.' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF app.only_lead(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    IF OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at
       OR OLD.frozen_at IS NOT NULL
          AND to_jsonb(NEW) - array['status', 'published_at', 'cancelled_because'] <> to_jsonb(OLD) - array['status', 'published_at', 'cancelled_because'] THEN
        PERFORM app.refuse('This was frozen when the first round was published. A change now would be a modification, told to every applicant.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE ON purchasing_systems.systems FOR EACH ROW EXECUTE FUNCTION app.keep_system();

CREATE FUNCTION app.propose_closing(p_round uuid, p_closes timestamptz, p_reason text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds;
    v_claims jsonb := app.claims();
    v_id uuid := gen_random_uuid();
BEGIN
    SELECT * INTO v_round FROM purchasing_systems.rounds WHERE id = p_round AND system_id = ANY (app.systems()) FOR UPDATE;
    IF NOT FOUND OR NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of a participating authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    IF v_round.always_open THEN
        PERFORM app.refuse('This round is always open. It has no closing time.');
    END IF;
    IF v_round.status <> 'published' OR app.now() >= v_round.closes_at THEN
        PERFORM app.refuse('The closing time can only be put back before it has passed.');
    END IF;
    IF p_closes <= v_round.closes_at THEN
        PERFORM app.refuse('The new closing time must be later than the one published.');
    END IF;
    INSERT INTO purchasing_systems.closing_changes (id, round_id, system_id, old_closes_at, new_closes_at, reason,
        proposed_at, proposed_by_id, proposed_by, proposed_for_id)
    VALUES (v_id, p_round, v_round.system_id, v_round.closes_at, p_closes, p_reason, app.now(), (v_claims ->> 'person')::uuid,
        (v_claims ->> 'label') || ', ' || (v_claims ->> 'name'), (v_claims ->> 'organisation')::uuid);
    RETURN v_id;
END $$;

-- Two officers of two councils; of one council, two of its officers, where no other takes part.
CREATE FUNCTION app.stands_alone(p_system uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) < 2 FROM purchasing_systems.participations
    WHERE system_id = p_system AND app.acts(status, exit_on, (app.now() AT TIME ZONE 'Europe/London')::date) $$;
REVOKE ALL ON FUNCTION app.stands_alone(uuid) FROM PUBLIC;

CREATE FUNCTION app.confirm_closing(p_change uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_change purchasing_systems.closing_changes;
    v_round purchasing_systems.rounds;
    v_claims jsonb := app.claims();
BEGIN
    SELECT * INTO v_change FROM purchasing_systems.closing_changes
    WHERE id = p_change AND system_id = ANY (app.systems()) AND confirmed_at IS NULL FOR UPDATE;
    IF NOT FOUND OR NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of a participating authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    IF app.stands_alone(v_change.system_id) THEN
        IF v_change.proposed_by_id = app.person() THEN
            PERFORM app.refuse('A change of the closing time is confirmed by somebody else than who proposed it.');
        END IF;
    ELSIF v_change.proposed_by_id = app.person() OR v_change.proposed_for_id = app.organisation() THEN
        PERFORM app.refuse('A change of the closing time is confirmed by an officer of another council than the one that proposed it.');
    END IF;
    SELECT * INTO v_round FROM purchasing_systems.rounds WHERE id = v_change.round_id FOR UPDATE;
    IF v_change.outage_id IS NOT NULL THEN
        -- As much time as was lost, whatever was put back meanwhile.
        v_change.new_closes_at := v_round.closes_at + (v_change.new_closes_at - v_change.old_closes_at);
    END IF;
    IF v_round.status <> 'published' OR app.now() >= v_round.closes_at OR v_change.new_closes_at <= v_round.closes_at THEN
        PERFORM app.refuse('The closing time has passed or has been changed meanwhile. It stays as it is.');
    END IF;
    UPDATE purchasing_systems.closing_changes SET confirmed_at = app.now(), old_closes_at = v_round.closes_at,
        new_closes_at = v_change.new_closes_at,
        confirmed_by = (v_claims ->> 'label') || ', ' || (v_claims ->> 'name') WHERE id = p_change;
    UPDATE purchasing_systems.rounds SET closes_at = v_change.new_closes_at WHERE id = v_change.round_id;
END $$;

-- Everybody who registered an interest is told, by a sender who never learns who they are. Each message is sealed for its recipient: a row
-- that said which round it is about would say who is interested in it.
CREATE FUNCTION app.notify_interested(p_round uuid, p_providers uuid[], p_keys bytea[], p_sealed bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_provider record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM purchasing_systems.rounds WHERE id = p_round AND system_id = ANY (app.systems())) THEN
        RAISE EXCEPTION 'Only a participating authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    FOR v_provider IN SELECT k.id, k.sealed FROM unnest(p_providers, p_keys, p_sealed) k (id, key, sealed) JOIN applications.interests i
        ON i.round_id = p_round AND i.applicant_id = app.applicant_of(k.key) LOOP
        PERFORM app.post_sealed(v_provider.id, v_provider.sealed);
    END LOOP;
END $$;

-- Every provider of the portal, for the two acts that must find out which of them stand behind a round's pseudonyms.
CREATE FUNCTION app.provider_ids() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT array(SELECT id FROM tenants.organisations WHERE kind = 'provider' AND app.kind() = 'authority' ORDER BY id) $$;

CREATE FUNCTION app.interest_count(p_round uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FROM applications.interests i JOIN purchasing_systems.rounds r ON r.id = i.round_id
    WHERE i.round_id = p_round AND r.lead_id = app.organisation() $$;

-- Submissions -------------------------------------------------------------------------------------------------------

-- Time of arrival is when this transaction entered its scope; whoever writes the row, the trigger sets it.
CREATE FUNCTION app.receive_submission() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds;
    v_arrived timestamptz := app.entered_at();
    v_status text;
BEGIN
    SELECT * INTO v_round FROM purchasing_systems.rounds WHERE id = NEW.round_id FOR SHARE;
    SELECT status INTO v_status FROM applications.applications
    WHERE id = NEW.application_id AND applicant_id = NEW.applicant_id AND round_id = NEW.round_id FOR UPDATE;
    IF v_round.id IS NULL OR v_status IS NULL OR v_arrived IS NULL OR NEW.applicant_id IS DISTINCT FROM app.applicant(NEW.round_id) THEN
        RAISE EXCEPTION 'There is no such application.' USING ERRCODE = 'PT404';
    END IF;
    IF v_round.status = 'planned' OR v_round.status = 'cancelled' OR v_arrived < v_round.opens_at THEN
        PERFORM app.refuse('This round is not open for applications.');
    END IF;
    IF v_arrived >= v_round.closes_at OR v_round.opened_at IS NOT NULL OR v_round.status <> 'published' THEN
        PERFORM app.refuse('Too late. The round closed at ' || app.london(v_round.closes_at) || '; this reached the portal at '
            || app.london(v_arrived) || '. Nothing was submitted. Your draft stays readable.');
    END IF;
    -- A transaction that is kept open cannot keep the closing time open with it.
    IF app.now() > v_arrived + interval '60 seconds' THEN
        PERFORM app.refuse('Sending took too long and was stopped. Nothing was submitted. Try again.');
    END IF;
    NEW.submitted_at := v_arrived;
    NEW.version := 1 + coalesce((SELECT max(version) FROM applications.submissions WHERE application_id = NEW.application_id), 0);
    NEW.opened_at := NULL;
    NEW.withdrawn_at := NULL;
    UPDATE applications.applications SET status = 'submitted', submitted_at = v_arrived, submitted_version = NEW.version
    WHERE id = NEW.application_id;
    RETURN NEW;
END $$;
CREATE TRIGGER receive BEFORE INSERT ON applications.submissions FOR EACH ROW EXECUTE FUNCTION app.receive_submission();

-- The next version's number, so that it can be sealed into the envelope before the row is written.
CREATE FUNCTION app.next_version(p_application uuid) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- The round first, as the trigger and the opening lock it: the other way round they would wait for each other.
    PERFORM 1 FROM purchasing_systems.rounds
    WHERE id = (SELECT round_id FROM applications.applications WHERE id = p_application) FOR SHARE;
    PERFORM 1 FROM applications.applications WHERE id = p_application AND applicant_id = ANY (app.applicants()) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such application.' USING ERRCODE = 'PT404';
    END IF;
    RETURN 1 + coalesce((SELECT max(version) FROM applications.submissions WHERE application_id = p_application), 0);
END $$;

-- An envelope or key is born shut, and in the same breath as its submission: nothing is slipped into it later.
CREATE FUNCTION app.born_shut() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.opened_at := NULL;
    IF TG_TABLE_NAME = 'seal_keys' THEN
        NEW.sealed_round_id := NEW.round_id;
    END IF;
    IF NEW.submission_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM applications.submissions s WHERE s.id = NEW.submission_id AND s.application_id = NEW.application_id
          AND s.applicant_id = NEW.applicant_id AND s.round_id = NEW.round_id AND s.opened_at IS NULL
          AND s.submitted_at = app.entered_at()
          AND (TG_TABLE_NAME = 'envelopes' OR to_jsonb(NEW) ->> 'version' = s.version::text)) THEN
        RAISE EXCEPTION 'There is no such submission.' USING ERRCODE = 'PT404';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shut BEFORE INSERT ON applications.envelopes FOR EACH ROW EXECUTE FUNCTION app.born_shut();
CREATE TRIGGER shut BEFORE INSERT ON applications.seal_keys FOR EACH ROW EXECUTE FUNCTION app.born_shut();

-- A draft is born a draft, in a round that is published.
CREATE FUNCTION app.born_draft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds;
BEGIN
    SELECT * INTO v_round FROM purchasing_systems.rounds WHERE id = NEW.round_id AND published_at IS NOT NULL;
    IF v_round.id IS NULL THEN
        RAISE EXCEPTION 'There is no such round.' USING ERRCODE = 'PT404';
    END IF;
    IF app.now() >= v_round.closes_at OR v_round.status <> 'published' OR app.now() < v_round.opens_at THEN
        PERFORM app.refuse('This round is not open for applications.');
    END IF;
    NEW.system_id := v_round.system_id;
    NEW.status := 'draft';
    NEW.submitted_at := NULL;
    NEW.submitted_version := NULL;
    NEW.opened_at := NULL;
    -- Whose it is, to be proved at opening by who knows the round's key: not to be read from this row before.
    IF app.kind() IS DISTINCT FROM 'provider' OR NEW.applicant_id IS DISTINCT FROM app.applicant(NEW.round_id) THEN
        RAISE EXCEPTION 'There is no such application.' USING ERRCODE = 'PT404';
    END IF;
    NEW.owner_check := sha256(app.round_key(decode(app.claims() ->> 'secret', 'hex'), NEW.round_id) || uuid_send(app.organisation()));
    NEW.provider_id := NULL;
    NEW.provider_name := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER draft BEFORE INSERT ON applications.applications FOR EACH ROW EXECUTE FUNCTION app.born_draft();

-- Drafts that may be changed in this transaction: of the provider acted for, in rounds that were open when it began.
CREATE FUNCTION app.open_drafts() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT array(SELECT a.id FROM applications.applications a JOIN purchasing_systems.rounds r ON r.id = a.round_id
      WHERE a.applicant_id = ANY (app.applicants()) AND a.opened_at IS NULL AND r.status = 'published'
        AND r.opens_at <= app.entered_at() AND app.entered_at() < r.closes_at) $$;
CREATE FUNCTION app.keep_draft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF app.kind() = 'provider' AND NEW.opened_at IS NULL AND (NEW.lots, NEW.areas, NEW.saved_at) IS DISTINCT FROM (OLD.lots, OLD.areas, OLD.saved_at)
       AND NOT NEW.id = ANY (app.open_drafts()) THEN
        PERFORM app.refuse('This round is not open for applications. Nothing was changed. Your draft stays readable.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE OF lots, areas, saved_at ON applications.applications
FOR EACH ROW EXECUTE FUNCTION app.keep_draft();

-- An application is for lots that its round offers: those named with the round, or all of the system where it names none. What was chosen
-- while it was offered stays when nothing of it changes.
CREATE FUNCTION app.keep_lots_offered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM unnest(NEW.lots) AS chosen (id) WHERE NOT EXISTS (
        SELECT 1 FROM purchasing_systems.lots l JOIN purchasing_systems.rounds r ON r.id = NEW.round_id AND r.system_id = l.system_id
        WHERE l.id = chosen.id AND (r.lots = '{}' OR l.id = ANY (r.lots)))) THEN
        PERFORM app.refuse('This round does not offer that lot.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lots_offered BEFORE INSERT OR UPDATE OF lots ON applications.applications
FOR EACH ROW WHEN (NEW.lots <> '{}') EXECUTE FUNCTION app.keep_lots_offered();

-- The help desk, on the applicant's grant: when it was last saved and what went wrong with an upload. Not whose it is,
-- not what for, not whether it was submitted.
CREATE FUNCTION app.help_wanted() RETURNS TABLE (reference text, number int, closes_at timestamptz, saved_at timestamptz,
    last_upload_error text, help_granted_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.reference, r.number, r.closes_at, a.saved_at, a.last_upload_error, a.help_granted_until
    FROM applications.applications a JOIN purchasing_systems.rounds r ON r.id = a.round_id
    WHERE a.help_granted_until > app.now() AND 'portal_operator' = ANY (app.roles())
    ORDER BY r.closes_at, a.reference LIMIT 200 $$;

CREATE FUNCTION app.withdraw_submission(p_application uuid) RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_application applications.applications;
    v_round purchasing_systems.rounds;
BEGIN
    SELECT * INTO v_application FROM applications.applications
    WHERE id = p_application AND applicant_id = ANY (app.applicants());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such application.' USING ERRCODE = 'PT404';
    END IF;
    SELECT * INTO v_round FROM purchasing_systems.rounds WHERE id = v_application.round_id FOR SHARE;
    SELECT * INTO v_application FROM applications.applications WHERE id = p_application FOR UPDATE;
    IF v_application.status <> 'submitted' THEN
        PERFORM app.refuse('Nothing is submitted, so there is nothing to withdraw.');
    END IF;
    IF app.entered_at() >= v_round.closes_at OR app.now() > app.entered_at() + interval '60 seconds' OR v_round.opened_at IS NOT NULL THEN
        PERFORM app.refuse('The round closed at ' || app.london(v_round.closes_at)
            || '. After closing, ask the lead authority to withdraw your application.');
    END IF;
    UPDATE applications.submissions SET withdrawn_at = app.now() WHERE application_id = p_application AND withdrawn_at IS NULL;
    UPDATE applications.applications SET status = 'withdrawn' WHERE id = p_application;
    RETURN app.now();
END $$;

-- Opening -----------------------------------------------------------------------------------------------------------

-- Two officers of two different councils, each with their password, after closing by this clock. The second opens.
-- `p_providers`, `p_keys`: who may stand behind a pseudonym, and the round's key that proves it. All get their name back, or
-- nothing is opened.
CREATE FUNCTION app.confirm_opening(p_round uuid, p_derived bytea, p_providers uuid[], p_keys bytea[]) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds;
    v_claims jsonb := app.claims();
    v_now timestamptz;
    v_opened int := 0;
    v_round_id uuid := p_round;
BEGIN
    SELECT * INTO v_round FROM purchasing_systems.rounds WHERE id = p_round AND system_id = ANY (app.systems()) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such round.' USING ERRCODE = 'PT404';
    END IF;
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer', 'legal_officer'] THEN
        RAISE EXCEPTION 'Only a procurement, commissioning or legal officer of a participating authority can open a round.' USING ERRCODE = 'PT403';
    END IF;
    v_now := app.now();
    IF v_round.status <> 'published' THEN
        PERFORM app.refuse('This round is not waiting to be opened.');
    END IF;
    IF v_now < v_round.closes_at AND NOT v_round.always_open THEN
        PERFORM app.refuse('The round closes at ' || app.london(v_round.closes_at) || '. Nothing can be opened before.');
    END IF;
    -- An always-open round has no deadline to wait for: what was received is opened as a batch. What has not come is never opened.
    IF v_round.always_open AND cardinality(app.assessable(p_round)) = 0 THEN
        PERFORM app.refuse('No application waits to be opened.');
    END IF;
    -- Each refusal was kept in a transaction of its own, so wrong passwords can be counted: five in a quarter of an hour.
    IF (SELECT count(*) FROM applications.refused_openings WHERE person_id = app.person() AND at > v_now - interval '15 minutes'
        AND sentence LIKE 'That is not your password%') >= 5 THEN
        PERFORM app.refuse('There were too many wrong passwords. Wait 15 minutes and try again. Nothing was opened.');
    END IF;
    IF NOT app.password_holds(app.person(), p_derived) THEN
        PERFORM app.refuse('That is not your password. Nothing was opened.');
    END IF;
    IF EXISTS (SELECT 1 FROM applications.opening_confirmations WHERE round_id = p_round
               AND (person_id = app.person() OR organisation_id = app.organisation() AND NOT app.stands_alone(v_round.system_id))) THEN
        PERFORM app.refuse(CASE WHEN app.stands_alone(v_round.system_id) THEN 'The second officer must be another person.'
            ELSE 'The second officer must be another person, of another council.' END);
    END IF;
    INSERT INTO applications.opening_confirmations (id, round_id, system_id, person_id, post, organisation_id, organisation_name, confirmed_at)
    VALUES (gen_random_uuid(), p_round, v_round.system_id, app.person(), v_claims ->> 'label', app.organisation(), v_claims ->> 'name', v_now);
    IF (SELECT count(*) FROM applications.opening_confirmations WHERE round_id = p_round) < 2 THEN
        RETURN '{"state": "first"}';
    END IF;
    IF v_round.always_open THEN
        v_round_id := app.take_batch(v_round, v_now);
    ELSE
        UPDATE purchasing_systems.rounds SET status = 'opened', opened_at = v_now WHERE id = p_round;
    END IF;
    UPDATE applications.submissions s SET opened_at = v_now
    FROM applications.applications a
    WHERE a.round_id = v_round_id AND a.status = 'submitted' AND s.application_id = a.id AND s.version = a.submitted_version
      AND s.withdrawn_at IS NULL;
    -- What counts is what was submitted, also where the draft was changed later.
    UPDATE applications.applications a SET status = 'opened', opened_at = v_now, lots = s.lots, areas = s.areas,
        provider_id = o.id, provider_name = o.official_name
    FROM applications.submissions s, unnest(p_providers, p_keys) k (id, key), tenants.organisations o
    WHERE a.round_id = v_round_id AND a.status = 'submitted' AND s.application_id = a.id AND s.version = a.submitted_version
      AND a.applicant_id = app.applicant_of(k.key) AND a.owner_check = sha256(k.key || uuid_send(k.id))
      AND o.id = k.id AND o.kind = 'provider';
    GET DIAGNOSTICS v_opened = ROW_COUNT;
    IF EXISTS (SELECT 1 FROM applications.applications WHERE round_id = v_round_id AND status = 'submitted') THEN
        PERFORM app.refuse('The portal cannot tell whose an application is: its key ring is not the one with which the applications '
            || 'were made. Nothing was opened. Tell the operator.');
    END IF;
    UPDATE applications.envelopes e SET opened_at = v_now FROM applications.submissions s
    WHERE s.id = e.submission_id AND s.round_id = v_round_id AND s.opened_at IS NOT NULL;
    UPDATE applications.seal_keys k SET opened_at = v_now FROM applications.submissions s
    WHERE s.id = k.submission_id AND s.round_id = v_round_id AND s.opened_at IS NOT NULL;
    RETURN jsonb_build_object('state', 'opened', 'count', v_opened)
        || CASE WHEN v_round.always_open THEN jsonb_build_object('round', v_round_id) ELSE '{}' END;
END $$;

-- An attempt that was refused, kept for the record of opening and for the refusals; in a transaction of its own.
CREATE FUNCTION app.refuse_opening(p_round uuid, p_sentence text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_claims jsonb := app.claims();
BEGIN
    PERFORM app.record_refusal(409, 'OPEN', '/rounds/' || p_round || '/open-submissions', p_sentence);
    -- As many as a person could mean; the rest is in the refusals, which have a cap of their own.
    INSERT INTO applications.refused_openings (id, round_id, system_id, person_id, post, organisation_id, organisation_name, at, sentence)
    SELECT gen_random_uuid(), r.id, r.system_id, app.person(), v_claims ->> 'label', app.organisation(), v_claims ->> 'name',
        app.now(), left(p_sentence, 1000)
    FROM purchasing_systems.rounds r WHERE r.id = p_round AND r.system_id = ANY (app.systems())
      AND (SELECT count(*) FROM applications.refused_openings o WHERE o.round_id = p_round AND o.person_id = app.person()) < 50;
END $$;

-- Which part of which application this person may read: assigned, declared and ruled on, price only once quality is agreed.
CREATE FUNCTION app.may_open(p_round uuid, p_application uuid, p_part text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM evaluation.panel_members m
        JOIN evaluation.panels p ON p.id = m.panel_id
        JOIN purchasing_systems.rounds r ON r.id = p.subject_id AND r.lead_id = p.lead_id AND r.system_id = p.system_id
        JOIN evaluation.declarations d ON d.member_id = m.id AND d.candidate_id = p_application AND d.ruling IN ('none', 'managed')
        WHERE p.subject_id = p_round AND m.person_id = app.person() AND m.organisation_id = app.organisation()
          AND m.panel_id = ANY (app.seats())
          AND m.status = 'active' AND p_part = ANY (m.parts) AND (p_part <> 'price' OR p.quality_agreed_at IS NOT NULL)) $$;

-- Evaluation --------------------------------------------------------------------------------------------------------

-- Whose questions a round asks: a batch has those of the round it was taken from.
CREATE FUNCTION app.asked_in(p_round uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce((SELECT taken_from_id FROM purchasing_systems.rounds WHERE id = p_round), p_round) $$;

-- What is to be scored: each opened application, each weighted question of its lots, unless a selection question was failed.
-- Told to the lead and to the panel alone: it shows who failed.
CREATE FUNCTION app.to_be_scored(p_panel uuid) RETURNS TABLE (candidate_id uuid, lot_id uuid, question_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.application_id, q.lot_id, q.id
    FROM evaluation.panels p
    JOIN applications.submissions a ON a.round_id = p.subject_id AND a.opened_at IS NOT NULL
    JOIN questionnaires.questions q ON q.round_id = app.asked_in(p.subject_id) AND q.part = 'quality' AND q.weight > 0 AND q.lot_id = ANY (a.lots)
    WHERE p.id = p_panel AND (p.lead_id = app.organisation() OR p.id = ANY (app.seats())) AND NOT EXISTS (
        SELECT 1 FROM evaluation.check_rulings c WHERE c.panel_id = p.id AND c.candidate_id = a.application_id AND NOT c.passed
          AND (c.lot_id IS NULL OR c.lot_id = q.lot_id))
      -- A ruling on the method statement itself says that it was not asked of this applicant: see `record_checks`.
      AND NOT EXISTS (SELECT 1 FROM evaluation.check_rulings c WHERE c.panel_id = p.id AND c.candidate_id = a.application_id
          AND c.question_id = q.id) $$;

-- How many answers a member is to score in a lot: of those candidates for whom they declared and were not removed.
CREATE FUNCTION app.scores_expected(p_member uuid, p_lot uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FROM evaluation.panel_members m
    JOIN evaluation.declarations d ON d.member_id = m.id AND d.ruling IN ('none', 'managed')
    JOIN LATERAL app.to_be_scored(m.panel_id) t ON t.candidate_id = d.candidate_id AND t.lot_id = p_lot
    WHERE m.id = p_member AND m.status = 'active' AND NOT m.chair AND 'quality' = ANY (m.parts) $$;
REVOKE ALL ON FUNCTION app.scores_expected(uuid, uuid) FROM PUBLIC;

-- A score is given from a seat, for a candidate that was declared for and ruled on, before the lot's sheet is submitted.
CREATE FUNCTION app.keep_score() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_member evaluation.panel_members;
BEGIN
    SELECT m.* INTO v_member FROM evaluation.panel_members m
    JOIN evaluation.panels p ON p.id = m.panel_id AND p.status IN ('scoring', 'moderating')
    JOIN evaluation.declarations d ON d.member_id = m.id AND d.candidate_id = NEW.candidate_id AND d.ruling IN ('none', 'managed')
    WHERE m.id = NEW.member_id AND m.panel_id = NEW.panel_id AND m.person_id = app.person()
      AND m.organisation_id = app.organisation() AND m.status = 'active' AND NOT m.chair AND 'quality' = ANY (m.parts)
      AND EXISTS (SELECT 1 FROM app.to_be_scored(m.panel_id) t
                  WHERE t.candidate_id = NEW.candidate_id AND t.question_id = NEW.question_id AND t.lot_id = NEW.lot_id)
    FOR SHARE OF m;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This answer is not yours to score.' USING ERRCODE = 'PT404';
    END IF;
    IF EXISTS (SELECT 1 FROM evaluation.score_sheets s WHERE s.member_id = v_member.id AND s.lot_id = NEW.lot_id) THEN
        PERFORM app.refuse('Your scores for this lot are submitted and stay as they are.');
    END IF;
    NEW.system_id := v_member.system_id;
    NEW.organisation_name := v_member.organisation_name;
    NEW.submitted_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE INSERT OR UPDATE OF score, reason, saved_at ON evaluation.scores
FOR EACH ROW EXECUTE FUNCTION app.keep_score();

-- All of a lot at once, and only when nothing is missing. Returns how many.
CREATE FUNCTION app.submit_scores(p_panel uuid, p_lot uuid) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_member evaluation.panel_members;
    v_expected bigint;
    v_count int;
BEGIN
    SELECT * INTO v_member FROM evaluation.panel_members
    WHERE panel_id = p_panel AND person_id = app.person() AND organisation_id = app.organisation() AND status = 'active'
      AND panel_id = ANY (app.seats()) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'You are not on this panel.' USING ERRCODE = 'PT404';
    END IF;
    IF EXISTS (SELECT 1 FROM evaluation.score_sheets WHERE member_id = v_member.id AND lot_id = p_lot) THEN
        PERFORM app.refuse('Your scores for this lot are already submitted.');
    END IF;
    v_expected := app.scores_expected(v_member.id, p_lot);
    IF v_expected = 0 THEN
        PERFORM app.refuse('There is nothing for you to score in this lot.');
    END IF;
    SELECT count(*) INTO v_count FROM evaluation.scores s
    JOIN app.to_be_scored(p_panel) t ON t.candidate_id = s.candidate_id AND t.question_id = s.question_id AND t.lot_id = p_lot
    JOIN evaluation.declarations d ON d.member_id = v_member.id AND d.candidate_id = s.candidate_id AND d.ruling IN ('none', 'managed')
    WHERE s.member_id = v_member.id AND s.score IS NOT NULL AND s.reason <> '';
    IF v_count < v_expected THEN
        PERFORM app.refuse('Score every answer, with a reason, before you submit: ' || v_count || ' of ' || v_expected || ' done.');
    END IF;
    -- Scores of candidates that are no longer theirs to score stay unsubmitted, and unread.
    UPDATE evaluation.scores s SET submitted_at = app.now() FROM evaluation.declarations d
    WHERE s.member_id = v_member.id AND s.lot_id = p_lot AND s.score IS NOT NULL AND s.reason <> ''
      AND d.member_id = s.member_id AND d.candidate_id = s.candidate_id AND d.ruling IN ('none', 'managed');
    INSERT INTO evaluation.score_sheets (id, panel_id, system_id, lot_id, member_id, person_id, organisation_id, submitted_at)
    VALUES (gen_random_uuid(), p_panel, v_member.system_id, p_lot, v_member.id, v_member.person_id, v_member.organisation_id, app.now());
    RETURN v_count;
END $$;

-- A lot's meeting opens everybody's scores to the panel, so it waits for every sheet of that lot.
CREATE FUNCTION app.begin_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_awaited text;
BEGIN
    PERFORM 1 FROM evaluation.panels WHERE id = NEW.panel_id AND status IN ('scoring', 'moderating') FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM app.refuse('This panel is not at the stage of moderation.');
    END IF;
    SELECT string_agg(m.post || ', ' || m.organisation_name, '; ' ORDER BY m.organisation_name) INTO v_awaited
    FROM evaluation.panel_members m
    WHERE m.panel_id = NEW.panel_id AND app.scores_expected(m.id, NEW.lot_id) > 0
      AND NOT EXISTS (SELECT 1 FROM evaluation.score_sheets s WHERE s.member_id = m.id AND s.lot_id = NEW.lot_id);
    IF v_awaited IS NOT NULL THEN
        PERFORM app.refuse('Not everybody has submitted their scores for this lot. Awaited: ' || v_awaited || '.');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM evaluation.score_sheets s WHERE s.panel_id = NEW.panel_id AND s.lot_id = NEW.lot_id) THEN
        PERFORM app.refuse('Nobody has scored anything for this lot.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begin BEFORE INSERT ON evaluation.moderation_meetings FOR EACH ROW EXECUTE FUNCTION app.begin_meeting();

-- What was signed off is left behind as a version, with the reason: results and agreed scores of it are never touched again, and
-- the next version begins with a copy of the agreed scores. What had been made of the results is taken back: admissions that are
-- only proposed, letters that have not gone out.
CREATE FUNCTION app.reopen_panel(p_panel evaluation.panels, p_reason text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid := gen_random_uuid();
    v_claims jsonb := app.claims();
BEGIN
    PERFORM 1 FROM purchasing_systems.rounds WHERE id = p_panel.subject_id AND status = 'evaluated' FOR UPDATE;
    IF NOT FOUND OR app.outcome_approved(p_panel.subject_id) IS NOT NULL
       OR EXISTS (SELECT 1 FROM applications.letters WHERE round_id = p_panel.subject_id AND released_at IS NOT NULL) THEN
        PERFORM app.refuse('The outcome of this round is approved or told. Its evaluation can no longer be re-opened.');
    END IF;
    IF EXISTS (SELECT 1 FROM decisions.matters WHERE subject_id = p_panel.subject_id AND kind = 'approve_outcome' AND status = 'open') THEN
        PERFORM app.refuse('The outcome is put to the lead. Withdraw that question first.');
    END IF;
    IF btrim(coalesce(p_reason, '')) = '' THEN
        PERFORM app.refuse('Say why the evaluation is re-opened.');
    END IF;
    INSERT INTO evaluation.reopenings (id, panel_id, system_id, lead_id, number, reason, reopened_at, reopened_by, signed_off_at, signed_off_by)
    VALUES (v_id, p_panel.id, p_panel.system_id, p_panel.lead_id,
        1 + (SELECT count(*) FROM evaluation.reopenings WHERE panel_id = p_panel.id), p_reason, app.now(),
        (v_claims ->> 'label') || ', ' || (v_claims ->> 'name'), p_panel.signed_off_at, p_panel.signed_off_by);
    UPDATE evaluation.results SET superseded_by_id = v_id WHERE panel_id = p_panel.id AND superseded_by_id IS NULL;
    UPDATE evaluation.consensus SET superseded_by_id = v_id WHERE panel_id = p_panel.id AND superseded_by_id IS NULL;
    INSERT INTO evaluation.consensus (id, panel_id, system_id, lead_id, lot_id, candidate_id, question_id, meeting_id, score,
        letter_rationale, internal_rationale, agreed_at, recorded_by)
    SELECT gen_random_uuid(), panel_id, system_id, lead_id, lot_id, candidate_id, question_id, meeting_id, score,
        letter_rationale, internal_rationale, agreed_at, recorded_by
    FROM evaluation.consensus WHERE superseded_by_id = v_id;
    DELETE FROM purchasing_systems.admissions WHERE round_id = p_panel.subject_id AND status = 'proposed';
    DELETE FROM applications.letters WHERE round_id = p_panel.subject_id AND released_at IS NULL;
END $$;
REVOKE ALL ON FUNCTION app.reopen_panel(evaluation.panels, text) FROM PUBLIC;

-- The only writer of a panel's stage. What the stage says is checked here, so that price is not unlocked by a statement.
CREATE FUNCTION app.move_panel(p_panel uuid, p_from text, p_to text, p_reason text DEFAULT '') RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_panel evaluation.panels;
    v_claims jsonb := app.claims();
    v_missing bigint;
BEGIN
    SELECT * INTO v_panel FROM evaluation.panels WHERE id = p_panel AND lead_id = app.organisation() FOR UPDATE;
    IF NOT FOUND OR NOT app.roles() && array['procurement_officer', 'commissioning_officer'] THEN
        RAISE EXCEPTION 'Only a procurement or commissioning officer of the lead authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    IF v_panel.status <> p_from OR (p_from, p_to) NOT IN (
        ('forming', 'scoring'), ('scoring', 'moderating'), ('scoring', 'quality_agreed'), ('moderating', 'quality_agreed'),
        ('quality_agreed', 'signed_off'), ('signed_off', 'moderating')) THEN
        PERFORM app.refuse('The panel is ' || v_panel.status || ' and cannot become ' || p_to || '.');
    END IF;
    IF p_from = 'signed_off' THEN
        PERFORM app.reopen_panel(v_panel, p_reason);
    END IF;
    IF p_to = 'quality_agreed' THEN
        SELECT count(*) INTO v_missing FROM app.to_be_scored(p_panel) t WHERE NOT EXISTS (
            SELECT 1 FROM evaluation.consensus c
            JOIN evaluation.moderation_meetings g ON g.panel_id = c.panel_id AND g.lot_id = t.lot_id
            WHERE c.panel_id = p_panel AND c.candidate_id = t.candidate_id AND c.question_id = t.question_id
              AND c.superseded_by_id IS NULL);
        IF v_missing > 0 THEN
            PERFORM app.refuse('Quality is agreed when every answer has an agreed score: ' || v_missing || ' still to agree.');
        END IF;
        UPDATE evaluation.consensus SET locked_at = app.now() WHERE panel_id = p_panel AND locked_at IS NULL;
    END IF;
    IF p_to = 'signed_off' THEN
        SELECT count(*) INTO v_missing FROM applications.submissions a CROSS JOIN LATERAL unnest(a.lots) lot
        WHERE a.round_id = v_panel.subject_id AND a.opened_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM evaluation.results r
            WHERE r.panel_id = p_panel AND r.candidate_id = a.application_id AND r.lot_id = lot AND r.superseded_by_id IS NULL);
        IF v_missing > 0 THEN
            PERFORM app.refuse('Compute the results before you sign off: ' || v_missing || ' are missing.');
        END IF;
        UPDATE evaluation.results SET signed_off_at = app.now() WHERE panel_id = p_panel AND superseded_by_id IS NULL;
    END IF;
    UPDATE evaluation.panels SET status = p_to,
        quality_agreed_at = CASE WHEN p_to = 'quality_agreed' THEN app.now() WHEN p_to <> 'moderating' THEN quality_agreed_at END,
        signed_off_at = CASE WHEN p_to = 'signed_off' THEN app.now() END,
        signed_off_by = CASE WHEN p_to = 'signed_off' THEN (v_claims ->> 'label') || ', ' || (v_claims ->> 'name') END
    WHERE id = p_panel;
END $$;

-- Admissions --------------------------------------------------------------------------------------------------------

-- Has the lead approved the outcome of the round, on the record?
CREATE FUNCTION app.outcome_approved(p_round uuid) RETURNS date LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.effective_on FROM decisions.matters m
    JOIN decisions.decisions d ON d.matter_id = m.id AND d.status = 'recorded' AND d.outcome = 'approve'
    JOIN purchasing_systems.rounds r ON r.id = m.subject_id AND m.raised_by_id = d.authority_id AND r.system_id = m.system_id
    WHERE m.subject_id = p_round AND m.kind = 'approve_outcome' AND m.status <> 'withdrawn' AND m.asked_again_at IS NULL $$;
REVOKE ALL ON FUNCTION app.outcome_approved(uuid) FROM PUBLIC;

-- Every move of an admission: who may make it, and what must have happened before. Agreements are accepted online by both
-- sides: first the provider (issued -> signed), then the lead (signed -> effective).
CREATE FUNCTION app.move_admission(p_admission uuid, p_from text, p_to text, p_because text DEFAULT '') RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_admission purchasing_systems.admissions;
    v_who text := (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name');
    v_provider boolean;
    v_now timestamptz := app.now();
BEGIN
    SELECT * INTO v_admission FROM purchasing_systems.admissions
    WHERE id = p_admission AND (lead_id = app.organisation() OR (provider_id = app.organisation() AND released_at IS NOT NULL))
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such agreement.' USING ERRCODE = 'PT404';
    END IF;
    v_provider := v_admission.provider_id = app.organisation();
    IF NOT app.roles() && (CASE WHEN v_provider THEN array['provider_administrator']
                               ELSE array['procurement_officer', 'commissioning_officer'] END) THEN
        RAISE EXCEPTION 'Your role does not include this.' USING ERRCODE = 'PT403';
    END IF;
    IF v_admission.status <> p_from OR (v_provider, p_from, p_to) NOT IN (
        (false, 'proposed', 'approved'), (false, 'approved', 'agreement_issued'), (false, 'standstill', 'agreement_issued'),
        (true, 'agreement_issued', 'signed'), (true, 'agreement_issued', 'declined_by_provider'),
        (false, 'signed', 'effective'), (false, 'agreement_issued', 'lapsed'),
        (false, 'effective', 'suspended'), (false, 'suspended', 'effective'), (false, 'effective', 'removed'), (false, 'suspended', 'removed'),
        (false, 'effective', 'ended'), (false, 'suspended', 'ended')) THEN
        PERFORM app.refuse('This is not a step that can be taken now. Look again.');
    END IF;
    IF p_to IN ('suspended', 'removed', 'ended') AND coalesce(p_because, '') = '' THEN
        PERFORM app.refuse('Say why. The provider reads it.');
    END IF;
    IF p_to = 'approved' AND app.outcome_approved(v_admission.round_id) IS NULL THEN
        PERFORM app.refuse('The lead has not recorded an approval of this outcome.');
    END IF;
    IF p_to = 'agreement_issued' THEN
        IF v_admission.released_at IS NULL THEN
            PERFORM app.refuse('The outcome letters have not gone out yet.');
        END IF;
        IF v_admission.standstill_ends_at > v_now THEN
            PERFORM app.refuse('The standstill has not ended yet.');
        END IF;
    END IF;
    UPDATE purchasing_systems.admissions SET status = p_to,
        approved_at = CASE WHEN p_to = 'approved' THEN v_now ELSE approved_at END,
        agreement_issued_at = CASE WHEN p_to = 'agreement_issued' THEN v_now ELSE agreement_issued_at END,
        provider_accepted_at = CASE WHEN p_to = 'signed' THEN v_now ELSE provider_accepted_at END,
        provider_accepted_by = CASE WHEN p_to = 'signed' THEN v_who ELSE provider_accepted_by END,
        lead_accepted_at = CASE WHEN p_from = 'signed' THEN v_now ELSE lead_accepted_at END,
        lead_accepted_by = CASE WHEN p_from = 'signed' THEN v_who ELSE lead_accepted_by END,
        effective_at = CASE WHEN p_from = 'signed' THEN v_now ELSE effective_at END,
        standing_because = coalesce(p_because, '')
    WHERE id = p_admission;
END $$;

-- All letters of a round at one instant, or none: on the lead's effective approval, with a letter for every application opened.
-- The standstill is counted in days by the application, which knows the bank holidays; it can be longer here, never shorter.
CREATE FUNCTION app.release_letters(p_round uuid, p_standstill_ends timestamptz) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds := app.led_round(p_round);
    v_days int := (SELECT standstill_days FROM purchasing_systems.systems WHERE id = v_round.system_id);
    v_now timestamptz := app.now();
    v_today date := (app.now() AT TIME ZONE 'Europe/London')::date;
    v_count int;
BEGIN
    IF app.outcome_approved(p_round) IS NULL OR app.outcome_approved(p_round) > v_today THEN
        PERFORM app.refuse('Letters go out once the approval of the outcome has taken effect.');
    END IF;
    IF EXISTS (SELECT 1 FROM applications.letters WHERE round_id = p_round AND released_at IS NOT NULL) THEN
        PERFORM app.refuse('The letters of this round have gone out already.');
    END IF;
    IF EXISTS (SELECT 1 FROM applications.applications a WHERE a.round_id = p_round AND a.opened_at IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM applications.letters l WHERE l.application_id = a.id)) THEN
        PERFORM app.refuse('Not every applicant has a letter yet. Prepare the letters again: all go out at once.');
    END IF;
    IF EXISTS (SELECT 1 FROM purchasing_systems.admissions WHERE round_id = p_round AND status = 'proposed') THEN
        PERFORM app.refuse('An admission is only proposed. Take up the outcome first.');
    END IF;
    IF (v_days IS NULL) <> (p_standstill_ends IS NULL) OR p_standstill_ends < (v_today + v_days + 1)::timestamp AT TIME ZONE 'Europe/London' THEN
        PERFORM app.refuse('The standstill is shorter than this purchasing system sets.');
    END IF;
    UPDATE applications.letters SET released_at = v_now WHERE round_id = p_round;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    UPDATE purchasing_systems.admissions SET released_at = v_now, standstill_ends_at = p_standstill_ends,
        status = CASE WHEN p_standstill_ends IS NULL THEN status ELSE 'standstill' END
    WHERE round_id = p_round AND status = 'approved';
    RETURN v_count;
END $$;
