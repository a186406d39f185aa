-- push: everything a desk has written, judged and numbered in one round trip. The common case, new records written over nothing,
-- goes in as one statement; whatever that leaves is judged one by one. Nothing in the data makes it fail.

-- The common case. Answers with what went in. The batch is read once, and all that is asked of it is asked of that. Looked up by
-- sub-selects, not joins: a plan that was cached while the log was small must be as good when it is large. A case is taken along
-- where it begins here, with a citizen nobody else has a word on.
CREATE OR REPLACE FUNCTION rundbord_data.put_simple(batch jsonb, who rundbord_data.caller, desk uuid, base bigint)
RETURNS TABLE (id uuid, seq bigint, case_id uuid)
LANGUAGE plpgsql VOLATILE ROWS 2000 SET work_mem = '32MB'
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH told AS MATERIALIZED (
        SELECT t.*
        FROM ROWS FROM (jsonb_to_recordset(batch) AS (
            id uuid, "case" uuid, kind text, record uuid, fields jsonb, over jsonb, bases jsonb, audience text, role text, at text,
            step uuid, step_name text, undoes uuid, author uuid
        )) WITH ORDINALITY
            AS t (id, "case", kind, record, fields, over, bases, audience, role, at, step, step_name, undoes, author, ord)
    ), fresh (case_id) AS MATERIALIZED (
        SELECT f.case_id
        FROM (SELECT DISTINCT t."case" FROM told t WHERE t."case" IS NOT NULL) f (case_id)
        WHERE (SELECT h.case_id FROM rundbord_data.case_home h WHERE h.case_id = f.case_id) IS NULL
          AND f.case_id <> '00000000-0000-0000-0000-000000000001'
          AND (SELECT d.seq FROM rundbord_data.door d WHERE d.case_id = f.case_id AND d.what = 'erased') IS NULL
          AND who.teams <> '{}' AND who.roles && ARRAY['bestiller', 'vejleder']
    ), twice (record) AS ( -- written twice for one audience here, or said to be two things: for the careful road
        SELECT t.record FROM told t WHERE t.record IS NOT NULL GROUP BY t.record, t.audience HAVING count(*) > 1
        UNION ALL
        SELECT s.record
        FROM (SELECT DISTINCT t.record, t."case", t.kind FROM told t WHERE t.record IS NOT NULL) s
        GROUP BY s.record HAVING count(*) > 1
    ), shared (citizen) AS ( -- whom more than one case here has to do with: these cases too
        SELECT x.citizen
        FROM (
            SELECT t."case", CASE t.kind WHEN 'citizen' THEN t.record::text ELSE t.fields ->> 'citizen_id' END AS citizen
            FROM told t WHERE t.kind IN ('case', 'citizen', 'identifier')
        ) x
        WHERE x.citizen IS NOT NULL
        GROUP BY x.citizen HAVING count(DISTINCT x."case") > 1
    ), mistimed (at) AS ( -- many records are made at one time, so each is looked at once
        SELECT d.at FROM (SELECT DISTINCT t.at FROM told t WHERE t.at IS NOT NULL OFFSET 0) d WHERE NOT rundbord_data.is_time(d.at)
    ), put AS (
        INSERT INTO rundbord_data.change (
            seq, id, case_id, record_id, author, device, step, undoes, subject, kind, audience, role, at, step_name, fields, over,
            bases
        )
        SELECT base + t.ord, t.id, t."case", t.record, who.id, desk, t.step, t.undoes,
               CASE t.kind WHEN 'citizen' THEN t.record END, t.kind, t.audience, t.role, t.at, coalesce(t.step_name, ''), t.fields,
               '{}', nullif(t.bases, '{}')
        FROM told t
        JOIN rundbord_data.allowed a ON a.kind = t.kind AND a.audience = t.audience AND a.role = t.role
        WHERE rundbord_data.is_simple(t.kind, t.fields, a.at_birth, t.at, t.step_name)
          AND NOT rundbord_data.mistyped(t.fields, a.wrong, a.numbers) AND t.at NOT IN (SELECT m.at FROM mistimed m)
          AND (substr(t.record::text, 15, 1) NOT IN ('5', '8') OR rundbord_data.is_own_id(t.record, t."case", t.kind, t.fields))
          AND (t.over IS NULL OR t.over = '{}') AND (t.bases IS NULL OR rundbord_data.good_bases(t.bases, t.fields))
          AND t.id IS NOT NULL AND t.record IS NOT NULL AND t.step IS NOT NULL AND t.role = ANY (who.roles)
          AND (t.author IS NULL OR t.author = who.id) AND t.record NOT IN (SELECT w.record FROM twice w)
          AND ((SELECT h.team_id FROM rundbord_data.case_home h WHERE h.case_id = t."case") = ANY (who.teams)
               OR (t."case" IN (SELECT f.case_id FROM fresh f) AND t.role IN ('bestiller', 'vejleder')))
          AND (SELECT n.id FROM rundbord_data.refused n WHERE n.id = t.id) IS NULL
          AND (SELECT c.seq FROM rundbord_data.change c WHERE c.record_id = t.record LIMIT 1) IS NULL
          AND (t.kind <> 'case' OR (
              t.record = t."case" AND t."case" IN (SELECT f.case_id FROM fresh f) AND (NOT t.fields ? 'citizen_id' OR CASE
                  WHEN t.fields ->> 'citizen_id' ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
                      t.fields ->> 'citizen_id' NOT IN (SELECT s.citizen FROM shared s)
                      AND (SELECT c.seq FROM rundbord_data.change c
                           WHERE c.subject = (t.fields ->> 'citizen_id')::uuid LIMIT 1) IS NULL
                      AND (SELECT h.case_id FROM rundbord_data.case_home h
                           WHERE h.citizen_id = (t.fields ->> 'citizen_id')::uuid LIMIT 1) IS NULL
                  ELSE false
              END)
          ))
        ON CONFLICT (id) DO NOTHING
        RETURNING id, seq, case_id, kind, fields
    ), homed AS (
        INSERT INTO rundbord_data.case_home (case_id, team_id, opened_by, citizen_id)
        SELECT b.case_id, who.teams[1], who.id, b.citizen
        FROM (
            SELECT p.case_id, (max(p.fields ->> 'citizen_id') FILTER (WHERE p.kind = 'case'))::uuid AS citizen
            FROM put p GROUP BY p.case_id
        ) b
        WHERE b.case_id IN (SELECT f.case_id FROM fresh f)
    )
    SELECT p.id, p.seq, p.case_id FROM put p;
END
$$;

-- What one can see of a change alone: no words but known ones, nothing hidden, nothing that needs care. Inlined where it is used.
CREATE OR REPLACE FUNCTION rundbord_data.is_simple(kind text, fields jsonb, at_birth text[], at text, step_name text)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT kind NOT IN ('decision', 'advice', 'identifier', 'offer', 'municipality', 'competence')
       AND length(at) <= 64 AND (step_name IS NULL OR length(step_name) <= 200)
       AND jsonb_typeof(fields) = 'object' AND fields <> '{}' AND pg_column_size(fields) < 2097152
       AND fields - at_birth = '{}' AND NOT fields @> '{"removed": true}'
       AND NOT jsonb_path_exists(fields, 'strict $.* ? (@.type() == "object" || @.type() == "array")')
$$;

CREATE OR REPLACE FUNCTION rundbord.push(changes text, device uuid)
RETURNS TABLE (id uuid, outcome text, seq bigint, reason text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    who rundbord_data.caller := rundbord_data.who();
    parsed jsonb;
    parts text[];
    total integer;
    hold text;
    base bigint;
    top bigint;
    here boolean[];
    put record;
    r rundbord_data.incoming;
    verdict record;
    wakes uuid[] := '{}';
    asking uuid[] := '{}'; -- the requests and consents that were taken, and their cases: see 028_asking.sql
    asking_in uuid[] := '{}';
    refusals integer := 0;
BEGIN
    IF who.id IS NULL OR device IS NULL THEN
        RAISE EXCEPTION 'rundbord: no account, or no device' USING ERRCODE = 'insufficient_privilege';
    ELSIF octet_length(changes) > 67108864 THEN
        RAISE EXCEPTION 'rundbord: over 64 MB' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    BEGIN
        parsed := changes::jsonb;
        total := jsonb_array_length(parsed);
    EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
        parts := rundbord_data.parts_of(changes); -- something in it cannot be read: part by part
        total := cardinality(parts);
    END;
    -- What is not judged now is kept by the desk and comes again: nothing of it is lost.
    hold := CASE
        WHEN who.state = 'new' THEN 'unconfirmed'
        WHEN total > 2000 OR (octet_length(changes) > 8388608 AND total > 1) THEN 'overfull' -- one alone is judged
        WHEN who.flooding THEN 'flood'
    END;
    IF coalesce(total, 0) = 0 THEN
        RETURN;
    ELSIF hold IS NULL THEN
        base := rundbord_data.take_counter();
        top := base;
    END IF;

    IF hold IS NULL AND parts IS NULL AND total >= 8 THEN
        BEGIN
            FOR put IN SELECT p.id, p.seq, p.case_id FROM rundbord_data.put_simple(parsed, who, device, base) p LOOP
                here[(put.seq - base)::integer] := true;
                top := base + total;
                IF NOT put.case_id = ANY (wakes) THEN
                    wakes := wakes || put.case_id;
                END IF;
                id := put.id;
                seq := put.seq;
                outcome := 'accepted';
                RETURN NEXT;
            END LOOP;
        EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
            NULL; -- something in it is of another type, and nothing of it went in: one by one
        END;
        IF top > base AND jsonb_path_exists(parsed, '$[*].kind ? (@ == "advice_request" || @ == "consent")') THEN
            SELECT coalesce(array_agg(c.record_id), '{}'), coalesce(array_agg(c.case_id), '{}') INTO asking, asking_in
            FROM rundbord_data.change c
            WHERE c.seq > base AND c.seq <= top AND c.kind IN ('advice_request', 'consent');
        END IF;
    END IF;

    FOR i IN 1 .. total LOOP
        CONTINUE WHEN here[i];
        BEGIN
            r := jsonb_populate_record(NULL::rundbord_data.incoming, coalesce(parsed -> (i - 1), parts[i]::jsonb));
        EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
            r := NULL;
            r.id := rundbord_data.id_in(coalesce(parts[i], (parsed -> (i - 1))::text));
            r.step_name := 'malformed';
        END;
        IF hold IS NULL THEN
            verdict := rundbord_data.judge(who, r, device, top + 1);
            outcome := verdict.outcome;
            reason := verdict.reason;
            seq := verdict.seq;
            IF seq > top THEN
                top := seq;
                wakes := wakes || verdict.wakes;
                IF r.kind IN ('advice_request', 'consent') THEN
                    asking := asking || r.record;
                    asking_in := asking_in || r."case";
                END IF;
            ELSIF outcome = 'refused' THEN
                refusals := refusals + 1;
                PERFORM rundbord_data.note_refusal(who, r, reason);
            END IF;
        ELSIF hold = 'overfull' AND rundbord_data.size_of(r) >= 2097152 THEN
            outcome := 'refused';
            reason := 'too_big';
            seq := NULL;
        ELSE
            outcome := 'later';
            reason := hold;
            seq := NULL;
        END IF;
        id := r.id;
        RETURN NEXT;
    END LOOP;

    IF top > base THEN
        UPDATE rundbord_data.counter SET n = top;
        IF wakes <> '{}' THEN
            PERFORM rundbord_data.wake(wakes);
        END IF;
        IF asking <> '{}' THEN
            PERFORM rundbord_data.follow_requests(asking_in, asking, who.id);
        END IF;
    END IF;
    IF hold IS NULL AND (total >= 10 OR refusals > 0 OR octet_length(changes) > 65536 OR random() < 0.1) THEN
        -- of the small ones, every tenth stands for ten
        PERFORM rundbord_data.count_flood(who.id, greatest(total, 10), refusals, octet_length(changes));
    END IF;
END
$$;

-- What one person may send in ten minutes: so many changes, so many that are refused, so many bytes. More waits; nothing is lost.
CREATE OR REPLACE FUNCTION rundbord_data.count_flood(whose uuid, more integer, refusals integer, size bigint) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    f rundbord_data.flood;
BEGIN
    SELECT x.* INTO f FROM rundbord_data.flood x WHERE x.person = whose;
    IF f.since IS NULL OR f.since < now() - interval '10 minutes' THEN
        f := ROW(whose, now(), 0, 0, NULL, 0);
    END IF;
    f.n := f.n + more;
    f.refused := f.refused + refusals;
    f.bytes := f.bytes + size;
    IF f.n >= rundbord_data.limit_of('flood_changes', 200000) OR f.refused >= rundbord_data.limit_of('flood_refused', 5000)
       OR f.bytes >= rundbord_data.limit_of('flood_bytes', 536870912) THEN
        f.held_until := f.since + interval '10 minutes';
    END IF;
    INSERT INTO rundbord_data.flood (person, since, n, refused, held_until, bytes)
    VALUES (f.person, f.since, f.n, f.refused, f.held_until, f.bytes)
    ON CONFLICT (person) DO UPDATE
    SET since = excluded.since, n = excluded.n, refused = excluded.refused, held_until = excluded.held_until, bytes = excluded.bytes;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.limit_of(named text, otherwise bigint) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce(
        (SELECT s.value::bigint FROM rundbord_data.setting s WHERE s.key = named AND s.value ~ '^\d{1,15}$'), otherwise
    );
END
$$;

-- A refused change is remembered by its id and what it lay over, never by its words; the refusal itself is logged.
CREATE OR REPLACE FUNCTION rundbord_data.note_refusal(who rundbord_data.caller, r rundbord_data.incoming, because text)
RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF r.id IS NOT NULL AND because <> 'id_taken' THEN
        INSERT INTO rundbord_data.refused (id, case_id, record_id, author, kind, reason, over)
        VALUES (
            r.id, r."case", r.record, who.id, left(coalesce(r.kind, ''), 60), because,
            CASE jsonb_typeof(r.over) WHEN 'object' THEN coalesce((
                SELECT jsonb_object_agg(o.key, ARRAY(
                    SELECT v FROM jsonb_array_elements_text(o.value) v
                    WHERE v ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' LIMIT 5000
                ))
                FROM jsonb_each(r.over) o WHERE jsonb_typeof(o.value) = 'array' AND length(o.key) <= 60
            ), '{}') ELSE '{}' END
        ) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN; -- asked again: the answer is the same, and so is the log
        END IF;
    END IF;
    RAISE LOG 'rundbord: refused % of % on % to %', because, left(coalesce(r.kind, ''), 60), r."case", who.id;
    INSERT INTO rundbord_data.refusal_log (login, person, case_id, change_id, what, reason)
    VALUES (session_user, who.id, r."case", r.id, 'push ' || left(coalesce(r.kind, ''), 60), because);
END
$$;

-- Somebody asked for what is not theirs. Told once an hour for each case, and counted: who asks without end is held up.
CREATE OR REPLACE FUNCTION rundbord_data.note_no(tried text, in_case uuid, about uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who rundbord_data.caller := rundbord_data.who();
BEGIN
    IF who.id IS NULL OR who.flooding OR (
        in_case IS NOT NULL AND NOT EXISTS (SELECT FROM rundbord_data.case_home h WHERE h.case_id = in_case) -- not sent yet
    ) OR EXISTS (
        SELECT FROM rundbord_data.refusal_log l
        WHERE l.login = session_user AND l.case_id IS NOT DISTINCT FROM in_case AND l.what = tried
          AND l.change_id IS NOT DISTINCT FROM about AND l.at > now() - interval '1 hour'
    ) THEN
        RETURN;
    END IF;
    RAISE LOG 'rundbord: refused "%" on % to %', tried, in_case, who.id;
    INSERT INTO rundbord_data.refusal_log (login, person, case_id, change_id, what, reason)
    VALUES (session_user, who.id, in_case, about, tried, 'not_yours');
    PERFORM rundbord_data.count_flood(who.id, 0, 1, 0);
END
$$;

DO $$
BEGIN
    ALTER FUNCTION rundbord_data.note_no(text, uuid, uuid) OWNER TO rundbord_writer;
    ALTER FUNCTION rundbord.push(text, uuid) OWNER TO rundbord_writer;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data, rundbord FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord.push(text, uuid) TO rundbord_person;
    GRANT EXECUTE ON FUNCTION rundbord_data.note_no(text, uuid, uuid) TO rundbord_reader, rundbord_writer;
    GRANT EXECUTE ON FUNCTION
        rundbord_data.who(), rundbord_data.beside_teams(rundbord_data.caller), rundbord_data.parts_of(text), rundbord_data.id_in(text), rundbord_data.keys_of(jsonb),
        rundbord_data.good_bases(jsonb, jsonb), rundbord_data.good_over(jsonb, jsonb),
        rundbord_data.size_of(rundbord_data.incoming), rundbord_data.misshapen(rundbord_data.incoming),
        rundbord_data.put_simple(jsonb, rundbord_data.caller, uuid, bigint),
        rundbord_data.is_simple(text, jsonb, text[], text, text),
        rundbord_data.right_in(rundbord_data.caller, uuid, rundbord_data.case_home),
        rundbord_data.read_through(jsonb), rundbord_data.effective(rundbord_data.incoming),
        rundbord_data.undecidable(rundbord_data.caller, rundbord_data.incoming, text), rundbord_data.grants_in(jsonb),
        rundbord_data.pen_refuses(rundbord_data.caller, rundbord_data.incoming),
        rundbord_data.advice_refuses(rundbord_data.caller, rundbord_data.incoming),
        rundbord_data.subject_of(rundbord_data.incoming, rundbord_data.case_home),
        rundbord_data.may_touch(rundbord_data.caller, rundbord_data.incoming, rundbord_data.case_home, uuid),
        rundbord_data.crowds(rundbord_data.caller, rundbord_data.incoming), rundbord_data.plain(text),
        rundbord_data.judge(rundbord_data.caller, rundbord_data.incoming, uuid, bigint),
        rundbord_data.limit_of(text, bigint), rundbord_data.count_flood(uuid, integer, integer, bigint),
        rundbord_data.note_refusal(rundbord_data.caller, rundbord_data.incoming, text)
        TO rundbord_writer;
END
$$;
