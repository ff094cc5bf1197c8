-- Clarifications: days, questions under a pseudonym, answers that two persons stand behind and everybody gets at once.

-- While the round is planned they are free; once providers rely on them they only move later.
CREATE FUNCTION app.set_clarification_days(p_round uuid, p_ask date, p_answer date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds := app.led_round(p_round);
    v_old purchasing_systems.clarification_days;
BEGIN
    IF v_round.status NOT IN ('planned', 'published') OR app.now() >= v_round.closes_at THEN
        PERFORM app.refuse('The round has ended. Its days for questions stand as they were.');
    END IF;
    IF p_ask > p_answer OR p_answer >= (v_round.closes_at AT TIME ZONE 'Europe/London')::date THEN
        PERFORM app.refuse('The last day for questions comes first, then the last day for answers, then the closing day.');
    END IF;
    SELECT * INTO v_old FROM purchasing_systems.clarification_days WHERE round_id = p_round;
    IF v_round.status = 'published' AND (p_ask < v_old.last_ask_on OR p_answer < v_old.last_answer_on) THEN
        PERFORM app.refuse('The round is published: the days for questions and answers can only be put back.');
    END IF;
    INSERT INTO purchasing_systems.clarification_days (round_id, system_id, last_ask_on, last_answer_on)
    VALUES (p_round, v_round.system_id, p_ask, p_answer)
    ON CONFLICT (round_id) DO UPDATE SET last_ask_on = p_ask, last_answer_on = p_answer;
END $$;

CREATE FUNCTION app.keep_clarification_days() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM purchasing_systems.clarification_days
               WHERE round_id = NEW.id AND last_answer_on >= (NEW.closes_at AT TIME ZONE 'Europe/London')::date) THEN
        PERFORM app.refuse('The round would close before the last day for answers. Move that day first.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clarification_days BEFORE UPDATE OF closes_at ON purchasing_systems.rounds
FOR EACH ROW EXECUTE FUNCTION app.keep_clarification_days();

-- What the provider acted for has asked, and the answers to it, with their corrections.
CREATE FUNCTION app.own_clarifications() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT array(SELECT question_id FROM clarifications.askers WHERE applicant_id = ANY (app.applicants())) $$;
CREATE FUNCTION app.own_clarification_answers() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ WITH own AS (SELECT w.answer_id FROM clarifications.wordings w JOIN clarifications.askers a ON a.question_id = w.question_id
                   WHERE a.applicant_id = ANY (app.applicants()))
      SELECT array(SELECT id FROM clarifications.answers WHERE id IN (SELECT answer_id FROM own) OR corrects_id IN (SELECT answer_id FROM own)) $$;

CREATE FUNCTION app.ask_clarification(p_round uuid, p_text text, p_confidential_because text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid := gen_random_uuid();
    v_round purchasing_systems.rounds;
    v_last date;
    v_number int;
    v_applicant uuid;
BEGIN
    IF app.kind() IS DISTINCT FROM 'provider' OR NOT app.roles() && array['provider_administrator', 'bid_writer'] THEN
        RAISE EXCEPTION 'Only a provider''s bid writer or administrator can do this.' USING ERRCODE = 'PT403';
    END IF;
    -- One after another, so that a provider's name in the round is drawn once.
    SELECT * INTO v_round FROM purchasing_systems.rounds WHERE id = p_round AND published_at IS NOT NULL FOR NO KEY UPDATE;
    v_applicant := app.applicant(p_round);
    IF v_round.id IS NULL OR v_applicant IS NULL THEN
        RAISE EXCEPTION 'There is no such round.' USING ERRCODE = 'PT404';
    END IF;
    SELECT last_ask_on INTO v_last FROM purchasing_systems.clarification_days WHERE round_id = p_round;
    IF v_round.status <> 'published' OR v_last IS NULL THEN
        PERFORM app.refuse('This round takes no questions.');
    END IF;
    IF app.today() > v_last THEN
        PERFORM app.refuse('Questions could be asked until the end of ' || to_char(v_last, 'FMDD FMMonth YYYY')
            || '. Read the published answers: everybody gets the same.');
    END IF;
    IF length(btrim(coalesce(p_text, ''))) = 0 OR length(p_text) > 4000 OR length(p_confidential_because) > 2000 THEN
        PERFORM app.refuse('A question has words, and at most 4,000 characters.');
    END IF;
    IF (SELECT count(*) FROM clarifications.askers WHERE round_id = p_round AND applicant_id = v_applicant) >= 200 THEN
        PERFORM app.refuse('Your organisation has asked 200 questions about this round. Put what is left into one of them.');
    END IF;
    SELECT q.asker_number INTO v_number FROM clarifications.questions q JOIN clarifications.askers a ON a.question_id = q.id
    WHERE a.round_id = p_round AND a.applicant_id = v_applicant LIMIT 1;
    IF v_number IS NULL THEN
        SELECT n INTO v_number FROM generate_series(1, 99 + (SELECT count(*)::int FROM clarifications.questions WHERE round_id = p_round)) n
        WHERE n NOT IN (SELECT asker_number FROM clarifications.questions WHERE round_id = p_round) ORDER BY random() LIMIT 1;
    END IF;
    INSERT INTO clarifications.questions (id, round_id, system_id, asker_number, text, asked_on, ruling, confidential_because)
    VALUES (v_id, p_round, v_round.system_id, v_number, p_text, app.today(),
        CASE WHEN p_confidential_because IS NULL THEN 'none' ELSE 'asked' END, p_confidential_because);
    INSERT INTO clarifications.askers (question_id, round_id, applicant_id) VALUES (v_id, p_round, v_applicant);
    -- Who asks wants to hear the answers.
    INSERT INTO applications.interests (id, round_id, applicant_id, registered_on)
    VALUES (gen_random_uuid(), p_round, v_applicant, app.today()) ON CONFLICT DO NOTHING;
    RETURN v_id;
END $$;

CREATE FUNCTION app.own_open_clarification(p_question uuid) RETURNS clarifications.questions LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_question clarifications.questions;
BEGIN
    -- The round first, as everywhere here: two who act at once wait for each other in one order.
    PERFORM 1 FROM purchasing_systems.rounds WHERE id = (SELECT round_id FROM clarifications.questions WHERE id = p_question) FOR NO KEY UPDATE;
    SELECT * INTO v_question FROM clarifications.questions WHERE id = p_question AND id = ANY (app.own_clarifications()) FOR UPDATE;
    IF v_question.id IS NULL OR NOT app.roles() && array['provider_administrator', 'bid_writer'] THEN
        RAISE EXCEPTION 'There is no such question.' USING ERRCODE = 'PT404';
    END IF;
    IF v_question.answered_at IS NOT NULL THEN
        PERFORM app.refuse('This question is answered already.');
    END IF;
    IF v_question.withdrawn_on IS NOT NULL THEN
        PERFORM app.refuse('This question is withdrawn already.');
    END IF;
    RETURN v_question;
END $$;
REVOKE ALL ON FUNCTION app.own_open_clarification(uuid) FROM PUBLIC;

-- It leaves the drafts too; a draft that answers nothing else goes with it.
CREATE FUNCTION app.withdraw_clarification(p_question uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_question clarifications.questions := app.own_open_clarification(p_question);
    v_answer uuid;
BEGIN
    DELETE FROM clarifications.wordings WHERE question_id = p_question RETURNING answer_id INTO v_answer;
    DELETE FROM clarifications.answers a WHERE a.id = v_answer AND a.corrects_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM clarifications.wordings w WHERE w.answer_id = a.id);
    UPDATE clarifications.questions SET withdrawn_on = app.today() WHERE id = p_question;
END $$;

CREATE FUNCTION app.accept_open_answer(p_question uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_question clarifications.questions := app.own_open_clarification(p_question);
BEGIN
    IF v_question.ruling <> 'refused' THEN
        PERFORM app.refuse('There is nothing to agree to.');
    END IF;
    UPDATE clarifications.questions SET ruling = 'accepted' WHERE id = p_question;
END $$;

CREATE FUNCTION app.rule_on_confidentiality(p_question uuid, p_grant boolean, p_because text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_question clarifications.questions;
BEGIN
    PERFORM app.led_round((SELECT round_id FROM clarifications.questions WHERE id = p_question AND system_id = ANY (app.systems())));
    SELECT * INTO v_question FROM clarifications.questions WHERE id = p_question FOR UPDATE;
    IF v_question.ruling <> 'asked' OR v_question.withdrawn_on IS NOT NULL THEN
        PERFORM app.refuse('Nothing waits for a ruling here.');
    END IF;
    IF btrim(coalesce(p_because, '')) = '' THEN
        PERFORM app.refuse('Give the reason. The asker reads it.');
    END IF;
    UPDATE clarifications.questions SET ruling = CASE WHEN p_grant THEN 'granted' ELSE 'refused' END, ruled_because = p_because,
        ruled_on = app.today(), ruled_by = (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name')
    WHERE id = p_question;
END $$;

-- Of a participating authority, in a round that can still be answered in; locks the round.
CREATE FUNCTION app.answerable_round(p_round uuid) RETURNS purchasing_systems.rounds LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds;
BEGIN
    SELECT * INTO v_round FROM purchasing_systems.rounds WHERE id = p_round AND system_id = ANY (app.systems()) FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT app.roles() && array['procurement_officer', 'commissioning_officer', 'legal_officer'] THEN
        RAISE EXCEPTION 'Only a procurement, commissioning or legal officer of a participating authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    IF v_round.status <> 'published' OR app.now() >= v_round.closes_at THEN
        PERFORM app.refuse('The round is closed. Nobody can use an answer any more.');
    END IF;
    RETURN v_round;
END $$;
REVOKE ALL ON FUNCTION app.answerable_round(uuid) FROM PUBLIC;

-- Written anew or changed; whoever wrote last is the one who may not sign. p_questions and p_wordings go together.
CREATE FUNCTION app.draft_answer(p_answer uuid, p_round uuid, p_text text, p_modification text, p_corrects uuid, p_questions uuid[],
    p_wordings text[]) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds := app.answerable_round(p_round);
    v_answer clarifications.answers;
    v_root clarifications.answers;
    v_id uuid := coalesce(p_answer, gen_random_uuid());
    v_confidential boolean;
    v_claims jsonb := app.claims();
BEGIN
    SELECT * INTO v_answer FROM clarifications.answers WHERE id = p_answer AND round_id = p_round FOR UPDATE;
    IF p_answer IS NOT NULL AND v_answer.id IS NULL THEN
        RAISE EXCEPTION 'There is no such answer.' USING ERRCODE = 'PT404';
    END IF;
    IF v_answer.status <> 'draft' THEN
        PERFORM app.refuse('Only a draft can be changed. What is published stands; a correction is another answer.');
    END IF;
    IF btrim(coalesce(p_text, '')) = '' OR length(p_text) > 10000 THEN
        PERFORM app.refuse('An answer has words, and at most 10,000 characters.');
    END IF;
    SELECT * INTO v_root FROM clarifications.answers WHERE id = p_corrects AND round_id = p_round AND status = 'published';
    IF p_corrects IS NOT NULL AND v_root.id IS NULL THEN
        RAISE EXCEPTION 'There is no such answer.' USING ERRCODE = 'PT404';
    END IF;
    PERFORM 1 FROM clarifications.questions WHERE id = ANY (p_questions) FOR UPDATE;
    IF EXISTS (SELECT 1 FROM unnest(p_questions) q LEFT JOIN clarifications.questions c ON c.id = q AND c.round_id = p_round
                 AND c.withdrawn_on IS NULL AND c.answered_at IS NULL
               WHERE c.id IS NULL OR EXISTS (SELECT 1 FROM clarifications.wordings w WHERE w.question_id = q AND w.answer_id <> v_id)) THEN
        PERFORM app.refuse('One of these questions is withdrawn, answered, or in another draft. Choose again.');
    END IF;
    IF EXISTS (SELECT 1 FROM clarifications.questions WHERE id = ANY (p_questions) AND ruling = 'asked') THEN
        PERFORM app.refuse('Say first whether the question is answered alone, as its asker wants.');
    END IF;
    IF v_root.id IS NULL THEN
        v_confidential := EXISTS (SELECT 1 FROM clarifications.questions WHERE id = ANY (p_questions) AND ruling = 'granted');
        IF v_confidential AND cardinality(p_questions) > 1 THEN
            PERFORM app.refuse('A question that is answered alone goes with no other.');
        END IF;
        IF cardinality(coalesce(p_questions, '{}')) = 0 THEN
            PERFORM app.refuse('Choose the questions that this answers.');
        END IF;
    ELSE
        v_confidential := v_root.is_confidential;
        IF cardinality(coalesce(p_questions, '{}')) > 0 THEN
            PERFORM app.refuse('A correction answers no new question.');
        END IF;
    END IF;
    IF cardinality(p_questions) <> cardinality(p_wordings) OR EXISTS (SELECT 1 FROM unnest(p_wordings) w WHERE btrim(coalesce(w, '')) = '') THEN
        PERFORM app.refuse('Each question needs the words in which it is published.');
    END IF;
    IF v_answer.id IS NULL THEN
        INSERT INTO clarifications.answers (id, round_id, system_id, text, is_confidential, modification, corrects_id, status, drafted_by_id,
            drafted_by, drafted_at)
        VALUES (v_id, p_round, v_round.system_id, p_text, v_confidential, p_modification, coalesce(v_root.corrects_id, v_root.id), 'draft',
            (v_claims ->> 'person')::uuid, (v_claims ->> 'label') || ', ' || (v_claims ->> 'name'), app.now());
    ELSE
        UPDATE clarifications.answers SET text = p_text, is_confidential = v_confidential, modification = p_modification,
            drafted_by_id = (v_claims ->> 'person')::uuid, drafted_by = (v_claims ->> 'label') || ', ' || (v_claims ->> 'name'),
            drafted_at = app.now()
        WHERE id = v_id;
    END IF;
    DELETE FROM clarifications.wordings WHERE answer_id = v_id;
    INSERT INTO clarifications.wordings (question_id, answer_id, round_id, system_id, text, is_confidential)
    SELECT q, v_id, p_round, v_round.system_id, w, v_confidential FROM unnest(p_questions, p_wordings) x (q, w);
    RETURN v_id;
END $$;

-- draft → to_sign → signed, and back to draft. p_to NULL: thrown away, and its questions wait again.
CREATE FUNCTION app.move_answer(p_answer uuid, p_from text, p_to text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_answer clarifications.answers;
    v_round purchasing_systems.rounds;
BEGIN
    SELECT * INTO v_round FROM purchasing_systems.rounds
    WHERE id = (SELECT round_id FROM clarifications.answers WHERE id = p_answer AND system_id = ANY (app.systems())) FOR NO KEY UPDATE;
    SELECT * INTO v_answer FROM clarifications.answers WHERE id = p_answer AND round_id = v_round.id FOR UPDATE;
    IF v_answer.id IS NULL THEN
        RAISE EXCEPTION 'There is no such answer.' USING ERRCODE = 'PT404';
    END IF;
    IF v_answer.status <> p_from OR (p_from, coalesce(p_to, '')) NOT IN
        (('draft', 'to_sign'), ('to_sign', 'signed'), ('to_sign', 'draft'), ('signed', 'draft'), ('draft', '')) THEN
        PERFORM app.refuse('This has changed meanwhile. Look again.');
    END IF;
    IF p_to = 'signed' THEN
        IF v_round.lead_id <> app.organisation()
           OR NOT app.roles() && array['procurement_officer', 'commissioning_officer', 'legal_officer', 'head_of_service'] THEN
            RAISE EXCEPTION 'Answers are signed off by an officer of the lead authority.' USING ERRCODE = 'PT403';
        END IF;
        IF v_answer.drafted_by_id = app.person() THEN
            PERFORM app.refuse('An answer is signed off by another person than the one who wrote it.');
        END IF;
        UPDATE clarifications.answers SET status = 'signed', signed_by_id = app.person(), signed_at = app.now(),
            signed_by = (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name') WHERE id = p_answer;
        RETURN;
    END IF;
    IF NOT app.roles() && array['procurement_officer', 'commissioning_officer', 'legal_officer', 'head_of_service'] THEN
        RAISE EXCEPTION 'Your role does not include this.' USING ERRCODE = 'PT403';
    END IF;
    IF p_to IS NULL THEN
        DELETE FROM clarifications.wordings WHERE answer_id = p_answer;
        DELETE FROM clarifications.answers WHERE id = p_answer;
    ELSE
        UPDATE clarifications.answers SET status = p_to, signed_by_id = NULL, signed_by = NULL, signed_at = NULL WHERE id = p_answer;
    END IF;
END $$;

-- One batch at one instant. A refused wish for secrecy leaves the asker the rest of that day to withdraw.
CREATE FUNCTION app.publish_answers(p_round uuid, p_answers uuid[], p_late_because text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_round purchasing_systems.rounds := app.led_round(p_round);
    v_now timestamptz := app.now();
    v_who text := (app.claims() ->> 'label') || ', ' || (app.claims() ->> 'name');
    v_late boolean := app.today() > (SELECT last_answer_on FROM purchasing_systems.clarification_days WHERE round_id = p_round);
    v_number int := (SELECT coalesce(max(number), 0) FROM clarifications.answers WHERE round_id = p_round);
    v_id uuid;
BEGIN
    PERFORM app.answerable_round(p_round);
    IF cardinality(coalesce(p_answers, '{}')) = 0 OR EXISTS (SELECT 1 FROM unnest(p_answers) a WHERE NOT EXISTS (
        SELECT 1 FROM clarifications.answers c WHERE c.id = a AND c.round_id = p_round AND c.status = 'signed')) THEN
        PERFORM app.refuse('Only answers that are signed off can be published. Look again.');
    END IF;
    IF v_late AND btrim(coalesce(p_late_because, '')) = '' THEN
        PERFORM app.refuse('The last day for answers has passed. Give the reason; it is kept in the clarification log.');
    END IF;
    IF EXISTS (SELECT 1 FROM clarifications.wordings w JOIN clarifications.questions q ON q.id = w.question_id
               WHERE w.answer_id = ANY (p_answers) AND q.ruling = 'refused' AND q.ruled_on >= app.today()) THEN
        PERFORM app.refuse('An asker was told today that its question is answered for all, and may withdraw it until midnight. Publish tomorrow.');
    END IF;
    FOR v_id IN SELECT a.id FROM clarifications.answers a WHERE a.id = ANY (p_answers) ORDER BY a.drafted_at, a.id LOOP
        UPDATE clarifications.answers SET status = 'published', published_at = v_now, published_by = v_who,
            late_because = CASE WHEN v_late THEN p_late_because END,
            number = CASE WHEN NOT is_confidential THEN v_number + 1 END
        WHERE id = v_id;
        IF FOUND AND NOT (SELECT is_confidential FROM clarifications.answers WHERE id = v_id) THEN
            v_number := v_number + 1;
        END IF;
    END LOOP;
    UPDATE clarifications.wordings SET published_at = v_now WHERE answer_id = ANY (p_answers);
    UPDATE clarifications.questions SET answered_at = v_now
    WHERE id IN (SELECT question_id FROM clarifications.wordings WHERE answer_id = ANY (p_answers));
    RETURN cardinality(p_answers);
END $$;

-- To the asker of a question, by an officer who never learns who that is.
CREATE FUNCTION app.notify_asker(p_question uuid, p_providers uuid[], p_keys bytea[], p_sealed bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_provider record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM clarifications.questions WHERE id = p_question AND system_id = ANY (app.led())) THEN
        RAISE EXCEPTION 'Only the lead authority can do this.' USING ERRCODE = 'PT403';
    END IF;
    FOR v_provider IN SELECT k.id, k.sealed FROM unnest(p_providers, p_keys, p_sealed) k (id, key, sealed) JOIN clarifications.askers a
        ON a.question_id = p_question AND a.applicant_id = app.applicant_of(k.key) LOOP
        PERFORM app.post_sealed(v_provider.id, v_provider.sealed);
    END LOOP;
END $$;
