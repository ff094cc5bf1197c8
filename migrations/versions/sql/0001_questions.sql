-- Question sets after publication: nothing changes but by a modification, of an open round, by its lead, with a reason.

-- Makes the next version of the set. `p_changes`: column to its new value. What an answer may be (kind, choices, table, weight) stays:
-- answers given before must still be answers.
CREATE FUNCTION app.modify_question(p_question uuid, p_changes jsonb, p_reason text) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_question questionnaires.questions;
    v_round purchasing_systems.rounds;
    v_version integer;
    v_may text[] := array['prompt', 'hint', 'required', 'word_limit', 'minimum_score', 'ceiling', 'scorer_guidance'];
BEGIN
    SELECT * INTO v_question FROM questionnaires.questions WHERE id = p_question;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such question.' USING ERRCODE = 'PT404';
    END IF;
    v_round := app.led_round(v_question.round_id);
    -- Read again under the lock of its round: two modifications at once follow each other.
    SELECT * INTO v_question FROM questionnaires.questions WHERE id = p_question;
    IF v_round.status <> 'published' OR app.now() >= v_round.closes_at THEN
        PERFORM app.refuse('A question can be modified only while the round is published and has not closed.');
    END IF;
    IF btrim(p_reason) = '' OR p_changes = '{}'::jsonb THEN
        PERFORM app.refuse('A modification says what changes, and why.');
    END IF;
    IF EXISTS (SELECT 1 FROM jsonb_object_keys(p_changes) AS k (name) WHERE NOT k.name = ANY (v_may))
       OR v_question.wording_fixed AND p_changes ?| array['prompt', 'hint'] THEN
        PERFORM app.refuse('This cannot be changed once the round is published.');
    END IF;
    UPDATE questionnaires.question_sets SET version = version + 1 WHERE id = v_question.set_id RETURNING version INTO v_version;
    INSERT INTO questionnaires.modifications
        (id, set_id, system_id, lead_id, round_id, question_id, version, reason, before, after, changed_at)
    VALUES (gen_random_uuid(), v_question.set_id, v_question.system_id, v_question.lead_id, v_question.round_id, v_question.id,
            v_version, p_reason,
            (SELECT jsonb_object_agg(k.name, to_jsonb(v_question) -> k.name) FROM jsonb_object_keys(p_changes) AS k (name)),
            p_changes, app.now());
    v_question := jsonb_populate_record(v_question, p_changes);
    UPDATE questionnaires.questions
    SET prompt = v_question.prompt, hint = v_question.hint, required = v_question.required, word_limit = v_question.word_limit,
        minimum_score = v_question.minimum_score, ceiling = v_question.ceiling, scorer_guidance = v_question.scorer_guidance,
        version = v_version
    WHERE id = p_question;
    RETURN v_version;
END $$;
