-- New records, many at a time: what is written over nothing goes in as one statement, and whatever that leaves is judged one by
-- one. What many changes have in common (case, kind, audience, role, time and step: a heading) is said once, and each says which it
-- stands `under`, by its place among them. Each part comes as an array of its own, which costs half of what one JSON of them all does.

-- What one can see of a new record's words alone: none but known ones, nothing hidden, and a little less of it than `push` takes.
-- Inlined where it is used.
CREATE OR REPLACE FUNCTION rundbord_data.is_simple(fields jsonb, at_birth text[]) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_typeof(fields) = 'object' AND fields <> '{}' AND pg_column_size(fields) < 2097000
       AND fields - at_birth = '{}' AND NOT fields @> '{"removed": true}'
$$;

-- Puts in what needs no care and answers with its places among what came. A case is taken along where it begins here, with a citizen
-- nobody else has a word on. What is asked of many at once is asked beforehand, by keys: a plan that was made while the log was
-- small must be as good when it is large, and headings are always looked up in a hash. An id that is another record's fails the
-- whole of it.
CREATE OR REPLACE FUNCTION rundbord_data.put_new(
    who rundbord_data.caller, desk uuid, base bigint, cases uuid[], kinds text[], audiences text[], roles text[], ats text[],
    steps uuid[], step_names text[], under integer[], ids uuid[], records uuid[], field_sets jsonb[]
) RETURNS TABLE (place integer, id uuid, case_id uuid)
LANGUAGE plpgsql VOLATILE ROWS 2000 SET work_mem = '32MB' SET enable_nestloop = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    mine uuid[] := ARRAY(
        SELECT d.c FROM (SELECT DISTINCT c FROM unnest(cases) c) d
        WHERE (SELECT h.team_id FROM rundbord_data.case_home h WHERE h.case_id = d.c) = ANY (who.teams)
    );
    fresh uuid[] := ARRAY(
        SELECT d.c FROM (SELECT DISTINCT c FROM unnest(cases) c WHERE c <> '00000000-0000-0000-0000-000000000001') d
        WHERE (SELECT h.case_id FROM rundbord_data.case_home h WHERE h.case_id = d.c) IS NULL
          AND (SELECT o.seq FROM rundbord_data.door o WHERE o.case_id = d.c AND o.what = 'erased') IS NULL
          AND who.teams <> '{}' AND who.roles && ARRAY['bestiller', 'vejleder']
    );
    known uuid[] := ARRAY(SELECT c.record_id FROM rundbord_data.change c WHERE c.record_id = ANY (records));
    refused uuid[] := ARRAY(SELECT n.id FROM rundbord_data.refused n WHERE n.id = ANY (ids));
    twice uuid[] := ARRAY(SELECT r FROM unnest(records) r WHERE r IS NOT NULL GROUP BY r HAVING count(*) > 1);
    shared text[] := '{}'; -- whom more than one case here has to do with: these cases too
    mistimed text[] := ARRAY( -- many records are made at one time, so each is looked at once
        SELECT d.at FROM (SELECT DISTINCT at FROM unnest(ats) at WHERE at IS NOT NULL OFFSET 0) d
        WHERE NOT rundbord_data.is_time(d.at)
    );
BEGIN
    IF twice <> '{}' THEN -- for one audience, or said to be two things: for the careful road
        twice := ARRAY(
            SELECT t.record
            FROM (SELECT unnest(records) AS record, unnest(under) AS under) t
            JOIN unnest(cases, kinds, audiences) WITH ORDINALITY AS h ("case", kind, audience, n) ON h.n = t.under
            WHERE t.record IN (SELECT unnest(twice))
            GROUP BY t.record
            HAVING count(*) > count(DISTINCT h.audience) OR count(DISTINCT (h."case", h.kind)) > 1
        );
    END IF;
    IF 'case' = ANY (kinds) THEN
        shared := ARRAY(
            SELECT x.citizen
            FROM (
                SELECT h."case", CASE h.kind WHEN 'citizen' THEN t.record::text ELSE t.fields ->> 'citizen_id' END AS citizen
                FROM (SELECT unnest(under) AS under, unnest(records) AS record, unnest(field_sets) AS fields) t
                JOIN unnest(cases, kinds) WITH ORDINALITY AS h ("case", kind, n) ON h.n = t.under
                WHERE h.kind IN ('case', 'citizen', 'identifier')
            ) x
            WHERE x.citizen IS NOT NULL
            GROUP BY x.citizen HAVING count(DISTINCT x."case") > 1
        );
    END IF;
    RETURN QUERY
    WITH rule AS MATERIALIZED (
        SELECT a.* FROM rundbord_data.allowed a WHERE a.role = ANY (who.roles)
    ), heading AS MATERIALIZED (
        SELECT h.*, a.at_birth, a.wrong, a.numbers
        FROM unnest(cases, kinds, audiences, roles, ats, steps, step_names)
            WITH ORDINALITY AS h ("case", kind, audience, role, at, step, step_name, n)
        JOIN rule a ON a.kind = h.kind AND a.audience = h.audience AND a.role = h.role
        WHERE h.kind NOT IN ('decision', 'advice', 'identifier', 'offer', 'municipality', 'competence', 'coordinator')
          AND h.step IS NOT NULL AND (h.step_name IS NULL OR length(h.step_name) <= 200)
          AND length(h.at) <= 64 AND h.at NOT IN (SELECT unnest(mistimed))
          AND (h."case" IN (SELECT unnest(mine))
               OR (h."case" IN (SELECT unnest(fresh)) AND h.role IN ('bestiller', 'vejleder')))
    ), put AS (
        INSERT INTO rundbord_data.change (
            seq, id, case_id, record_id, author, device, step, subject, kind, audience, role, at, step_name, fields, over
        )
        SELECT base + t.place, t.id, h."case", t.record, who.id, desk, h.step, CASE h.kind WHEN 'citizen' THEN t.record END,
               h.kind, h.audience, h.role, h.at, coalesce(h.step_name, ''), t.fields, '{}'
        FROM (
            SELECT generate_series(1, cardinality(ids)) AS place, unnest(under) AS under, unnest(ids) AS id,
                   unnest(records) AS record, unnest(field_sets) AS fields
        ) t
        JOIN heading h ON h.n = t.under
        WHERE t.id IS NOT NULL AND t.record IS NOT NULL
          AND rundbord_data.is_simple(t.fields, h.at_birth) AND NOT rundbord_data.mistyped(t.fields, h.wrong, h.numbers)
          AND (get_byte(uuid_send(t.record), 6) >> 4 NOT IN (5, 8)
               OR rundbord_data.is_own_id(t.record, h."case", h.kind, t.fields))
          AND t.id NOT IN (SELECT unnest(refused)) AND t.record NOT IN (SELECT unnest(known))
          AND t.record NOT IN (SELECT unnest(twice))
          AND (h.kind <> 'case' OR (
              t.record = h."case" AND h."case" IN (SELECT unnest(fresh)) AND (NOT t.fields ? 'citizen_id' OR CASE
                  WHEN t.fields ->> 'citizen_id' ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
                      t.fields ->> 'citizen_id' NOT IN (SELECT unnest(shared))
                      AND (SELECT c.seq FROM rundbord_data.change c
                           WHERE c.subject = (t.fields ->> 'citizen_id')::uuid LIMIT 1) IS NULL
                      AND (SELECT h.case_id FROM rundbord_data.case_home h
                           WHERE h.citizen_id = (t.fields ->> 'citizen_id')::uuid LIMIT 1) IS NULL
                  ELSE false
              END)
          ))
        RETURNING seq, id, case_id, CASE kind WHEN 'case' THEN fields ->> 'citizen_id' END AS citizen
    ), homed AS (
        INSERT INTO rundbord_data.case_home (case_id, team_id, opened_by, citizen_id)
        SELECT p.case_id, who.teams[1], who.id, max(p.citizen)::uuid FROM put p
        WHERE p.case_id IN (SELECT unnest(fresh)) GROUP BY p.case_id
    )
    SELECT (p.seq - base)::integer, p.id, p.case_id FROM put p;
END
$$;

-- The same for a list as `push` has it, each change under a heading of its own. What is written over something, undoes something or
-- may be joined with others' words is left out.
CREATE OR REPLACE FUNCTION rundbord_data.put_new_of(batch jsonb, who rundbord_data.caller, desk uuid, base bigint)
RETURNS TABLE (place integer, id uuid, case_id uuid)
LANGUAGE plpgsql VOLATILE ROWS 2000 SET work_mem = '32MB'
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT p.*
    FROM (
        SELECT array_agg(t."case") AS cases, array_agg(t.kind) AS kinds, array_agg(t.audience) AS audiences,
               array_agg(t.role) AS roles, array_agg(t.at) AS ats, array_agg(t.step) AS steps,
               array_agg(t.step_name) AS step_names, ARRAY(SELECT generate_series(1, jsonb_array_length(batch))) AS under,
               array_agg(
                   CASE WHEN (t.over IS NULL OR t.over = '{}') AND (t.bases IS NULL OR t.bases = '{}') AND t.undoes IS NULL
                             AND (t.author IS NULL OR t.author = who.id) THEN t.id END
               ) AS ids,
               array_agg(t.record) AS records, array_agg(t.fields) AS field_sets
        FROM jsonb_to_recordset(batch) AS t (
            id uuid, "case" uuid, kind text, record uuid, fields jsonb, over jsonb, bases jsonb, audience text, role text, at text,
            step uuid, step_name text, undoes uuid, author uuid
        )
    ) b
    CROSS JOIN LATERAL rundbord_data.put_new(
        who, desk, base, b.cases, b.kinds, b.audiences, b.roles, b.ats, b.steps, b.step_names, b.under, b.ids, b.records,
        b.field_sets
    ) p;
END
$$;

-- A page of new records by one author (null: whoever calls): what of it was put in, each by the number `base` and its place. What is
-- `left_out` (places, from 1) was not judged here, for whatever reason: it is sent to `push`, which answers for each.
CREATE OR REPLACE FUNCTION rundbord.push_new(
    author uuid, device uuid, cases uuid[], kinds text[], audiences text[], roles text[], ats text[], steps uuid[],
    step_names text[], under integer[], ids uuid[], records uuid[], field_sets jsonb[]
) RETURNS TABLE (base bigint, left_out integer[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    who rundbord_data.caller := rundbord_data.who();
    total integer := coalesce(cardinality(ids), 0);
    headings integer := coalesce(cardinality(cases), 0);
    size bigint := coalesce(pg_column_size(field_sets), 0);
    taken integer[];
    wakes uuid[];
BEGIN
    IF who.id IS NULL OR device IS NULL THEN
        RAISE EXCEPTION 'rundbord: no account, or no device' USING ERRCODE = 'insufficient_privilege';
    ELSIF total > 0 AND (author IS NULL OR author = who.id) AND rundbord_data.held_back(who, total, size) IS NULL
       -- a part that is missing would lend each change another's
       AND total = ALL (ARRAY[cardinality(under), cardinality(records), cardinality(field_sets)]) AND headings <= total
       AND headings = ALL (ARRAY[
           cardinality(kinds), cardinality(audiences), cardinality(roles), cardinality(ats), cardinality(steps),
           cardinality(step_names)
       ]) THEN
        base := rundbord_data.take_counter();
        BEGIN
            SELECT array_agg(p.place), array_agg(DISTINCT p.case_id) INTO taken, wakes
            FROM rundbord_data.put_new(
                who, device, base, cases, kinds, audiences, roles, ats, steps, step_names, under, ids, records, field_sets
            ) p;
        EXCEPTION WHEN data_exception OR program_limit_exceeded OR unique_violation THEN
            NULL; -- nothing of it went in
        END;
        IF taken IS NOT NULL THEN
            PERFORM rundbord_data.have_taken(who, base, base + total, wakes, kinds && ARRAY['advice_request', 'consent']);
            PERFORM rundbord_data.count_flood(who.id, total, 0, size);
        END IF;
    END IF;
    left_out := '{}';
    IF cardinality(taken) IS DISTINCT FROM total THEN
        left_out := ARRAY(SELECT generate_series(1, total) EXCEPT SELECT unnest(taken) ORDER BY 1);
        PERFORM rundbord_data.note_no('push', o.c)
        FROM ( -- by their places, wherever the array says that it begins
            SELECT DISTINCT h.c
            FROM unnest(cases) WITH ORDINALITY h (c, n)
            JOIN unnest(under) WITH ORDINALITY t (under, place) ON t.under = h.n
            WHERE t.place IN (SELECT unnest(left_out))
        ) o
        WHERE rundbord_data.right_in(who, o.c, (SELECT h FROM rundbord_data.case_home h WHERE h.case_id = o.c)) = 'none';
    END IF;
    RETURN NEXT;
END
$$;
