-- push_edit: one edit of one record, as every key pause makes it, in two statements. What it leaves (null), `push` has the word for.

-- An edit is ordinary when nothing of it needs more than a look: words by the pen's own hand in a case of the writer's team, each
-- field written over what stands there, on a record of that case. It is then just what `judge` would have taken, and is taken so.
CREATE OR REPLACE FUNCTION rundbord.push_edit(
    desk uuid, id uuid, in_case uuid, kind text, record uuid, fields jsonb, over jsonb, bases jsonb, audience text, role text,
    at text, step uuid, step_name text, undoes uuid, author uuid
) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    number bigint := rundbord_data.take_counter() + 1;
    channel text;
    who rundbord_data.caller;
    size bigint := pg_column_size(push_edit.fields) + pg_column_size(push_edit.over) + coalesce(pg_column_size(push_edit.bases), 0);
BEGIN
    INSERT INTO rundbord_data.change (
        seq, id, case_id, record_id, author, device, step, undoes, kind, audience, role, at, step_name, fields, over, bases
    )
    SELECT number, push_edit.id, in_case, record, p.id, desk, push_edit.step, push_edit.undoes, push_edit.kind, push_edit.audience,
           push_edit.role, push_edit.at, coalesce(push_edit.step_name, ''), push_edit.fields, push_edit.over,
           nullif(push_edit.bases, '{}')
    FROM rundbord_data.person p
    JOIN rundbord_data.allowed a ON a.kind = push_edit.kind AND a.audience = push_edit.audience AND a.role = push_edit.role
    WHERE p.login = session_user AND p.state = 'open' AND p.id = push_edit.author AND push_edit.role = ANY (p.roles)
      AND desk IS NOT NULL AND push_edit.id IS NOT NULL AND push_edit.step IS NOT NULL AND size < 2097152
      AND push_edit.kind NOT IN ('case', 'citizen', 'identifier', 'decision', 'advice', 'advice_request', 'consent', 'competence',
                                 'offer', 'municipality')
      AND (push_edit.step_name IS NULL OR length(push_edit.step_name) <= 200) AND rundbord_data.is_time(push_edit.at)
      AND (SELECT f.held_until FROM rundbord_data.flood f WHERE f.person = p.id) IS NULL
      AND (SELECT m.team FROM rundbord_data.case_home h JOIN rundbord_data.member m ON m.team = h.team_id AND m.person = p.id
           WHERE h.case_id = in_case AND m.since <= now() AND (m.until IS NULL OR m.until > now()) LIMIT 1) IS NOT NULL
      AND (SELECT c.seq FROM rundbord_data.change c WHERE c.id = push_edit.id) IS NULL
      AND (SELECT n.id FROM rundbord_data.refused n WHERE n.id = push_edit.id) IS NULL
      AND CASE WHEN jsonb_typeof(push_edit.fields) = 'object' THEN
              push_edit.fields <> '{}' AND push_edit.fields - a.fields = '{}' AND NOT push_edit.fields ?| a.once AND a.wrong IS NOT NULL
              AND NOT rundbord_data.mistyped(push_edit.fields, a.wrong, a.numbers)
          END
      AND NOT EXISTS (
          SELECT FROM jsonb_each(push_edit.fields) f
          WHERE jsonb_typeof(f.value) IN ('object', 'array') OR jsonb_typeof(push_edit.over -> f.key) IS DISTINCT FROM 'array'
             OR jsonb_array_length(push_edit.over -> f.key) NOT BETWEEN 1 AND 5000
             OR EXISTS (
              SELECT FROM jsonb_array_elements(push_edit.over -> f.key) o
              WHERE (
                  SELECT c.record_id = record AND c.kind = push_edit.kind AND c.case_id = in_case AND c.fields ? f.key
                     AND c.id::text = o #>> '{}'
                  FROM rundbord_data.change c WHERE c.id = (o #>> '{}')::uuid
              ) IS NOT TRUE
          )
      )
      AND push_edit.over - ARRAY(SELECT jsonb_object_keys(push_edit.fields)) = '{}'
      AND (push_edit.bases IS NULL OR rundbord_data.good_bases(push_edit.bases, push_edit.fields));
    IF NOT FOUND THEN
        who := rundbord_data.who();
        IF who.id IS NULL OR desk IS NULL THEN
            RAISE EXCEPTION 'rundbord: no account, or no device' USING ERRCODE = 'insufficient_privilege';
        ELSIF rundbord_data.right_in(who, in_case, (SELECT h FROM rundbord_data.case_home h WHERE h.case_id = in_case)) = 'none' THEN
            PERFORM rundbord_data.note_no('push', in_case);
        END IF;
        RETURN NULL;
    END IF;
    UPDATE rundbord_data.change c
    SET standing = ARRAY(
        SELECT k FROM unnest(coalesce(c.standing, ARRAY(SELECT jsonb_object_keys(c.fields)))) k
        WHERE NOT coalesce(push_edit.over -> k @> to_jsonb(c.id::text), false)
    )
    WHERE c.id = ANY (ARRAY(
        SELECT o::uuid FROM jsonb_each(push_edit.over) e CROSS JOIN jsonb_array_elements_text(e.value) o
    ));
    UPDATE rundbord_data.counter SET n = number RETURNING (
        SELECT pg_notify(c.name, '')::text
        FROM rundbord_data.case_home h JOIN rundbord_data.channel c ON c.team = h.team_id
        WHERE h.case_id = in_case AND NOT EXISTS (SELECT FROM rundbord_data.case_grant g WHERE g.case_id = in_case)
    ) INTO channel;
    IF channel IS NULL THEN
        PERFORM rundbord_data.wake(ARRAY[in_case]);
    END IF;
    IF size > 65536 OR random() < 0.1 THEN -- of the small ones, every tenth stands for ten
        PERFORM rundbord_data.count_flood(push_edit.author, 10, 0, size);
    END IF;
    RETURN number;
END
$$;

DO $$
DECLARE
    f CONSTANT regprocedure :=
        'rundbord.push_edit(uuid, uuid, uuid, text, uuid, jsonb, jsonb, jsonb, text, text, text, uuid, text, uuid, uuid)';
BEGIN
    EXECUTE format('ALTER FUNCTION %s OWNER TO rundbord_writer', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rundbord_person', f);
END
$$;
