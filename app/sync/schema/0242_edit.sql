-- push_edit: one edit of one record, as every key pause makes it, in two statements. What it leaves (null), `push` has the word for.

-- A list of names or ids as JSON has it, to be cast. Inlined where it is used: no row is made of each.
CREATE OR REPLACE FUNCTION rundbord_data.as_array(list jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT translate(list::text, '[]"', '{}') $$;

-- An edit is ordinary when nothing of it needs more than a look: words by the pen's own hand in a case of the writer's team, each
-- field written over what stands there, on a record of that case. It is then just what `judge` would have taken, and is taken so.
CREATE OR REPLACE FUNCTION rundbord.push_edit(
    desk uuid, id uuid, in_case uuid, kind text, record uuid, fields jsonb, over jsonb, bases jsonb, audience text, role text,
    at text, step uuid, step_name text, undoes uuid, author uuid
) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    keys text[] := rundbord_data.as_array(rundbord_data.keys_of(push_edit.fields))::text[];
    below uuid[] := rundbord_data.as_array(jsonb_path_query_array(push_edit.over, '$.*[*]'))::uuid[];
    number bigint := rundbord_data.take_counter() + 1;
    channel text;
    counts integer;
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
      AND (SELECT h.team_id FROM rundbord_data.case_home h WHERE h.case_id = in_case)
          = ANY (ARRAY(SELECT t.team FROM rundbord_data.teams_of_mine() t (team)))
      AND (SELECT c.seq FROM rundbord_data.change c WHERE c.id = push_edit.id) IS NULL
      AND (SELECT n.id FROM rundbord_data.refused n WHERE n.id = push_edit.id) IS NULL
      AND CASE WHEN jsonb_typeof(push_edit.fields) = 'object' THEN
              push_edit.fields <> '{}' AND push_edit.fields - a.fields = '{}' AND NOT push_edit.fields ?| a.once AND a.wrong IS NOT NULL
              AND NOT rundbord_data.mistyped(push_edit.fields, a.wrong, a.numbers)
          END
      AND push_edit.over - keys = '{}' AND push_edit.over ?& keys
      AND NOT jsonb_path_exists(push_edit.over, 'strict $.* ? (@.type() != "array" || @.size() == 0 || @.size() > 5000)')
      AND jsonb_path_query_array(push_edit.over, '$.*[*]') = to_jsonb(below) -- ids and nothing else, written as they are compared,
      AND array_ndims(below) = 1 -- and none of them in a list of its own
      AND below <@ ARRAY( -- found by its id and nothing else: of a record there may be very many
          SELECT CASE WHEN c.record_id = record AND c.kind = push_edit.kind AND c.case_id = in_case AND c.fields ?& keys THEN c.id END
          FROM rundbord_data.change c WHERE c.id = ANY (below)
      )
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
    SET standing = CASE -- one field over that field alone, as every key pause after the first: nothing is left
        WHEN cardinality(keys) = 1 AND coalesce(c.standing <@ keys, c.fields - keys = '{}') THEN '{}'
        ELSE rundbord_data.left_standing(c.standing, c.fields, c.id, push_edit.over)
    END
    WHERE c.id = ANY (below);
    UPDATE rundbord_data.counter SET n = number RETURNING (
        SELECT pg_notify(c.name, '')::text
        FROM rundbord_data.case_home h JOIN rundbord_data.channel c ON c.team = h.team_id
        WHERE h.case_id = in_case AND NOT h.granted
    ) INTO channel;
    IF channel IS NULL THEN
        PERFORM rundbord_data.wake(ARRAY[in_case]);
    END IF;
    counts := rundbord_data.counts_for(size > 65536);
    IF counts > 0 THEN
        PERFORM rundbord_data.count_flood(push_edit.author, counts, 0, counts * size);
    END IF;
    RETURN number;
END
$$;

DO $$
DECLARE
    f CONSTANT regprocedure :=
        'rundbord.push_edit(uuid, uuid, uuid, text, uuid, jsonb, jsonb, jsonb, text, text, text, uuid, text, uuid, uuid)';
BEGIN
    REVOKE ALL ON FUNCTION rundbord_data.as_array(jsonb) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord_data.as_array(jsonb) TO rundbord_writer;
    EXECUTE format('ALTER FUNCTION %s OWNER TO rundbord_writer', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rundbord_person', f);
END
$$;
