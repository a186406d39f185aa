-- New records, many at a time: what is written over nothing goes in as one statement, and whatever that leaves is judged one by
-- one. Each part of the changes comes as an array of its own, which costs half of what one JSON of them all does.

-- What one can see of a change alone: no words but known ones, nothing hidden, nothing that needs care, and a little less of it than
-- `push` takes. Inlined where it is used.
CREATE OR REPLACE FUNCTION rundbord_data.is_simple(kind text, fields jsonb, bases jsonb, at_birth text[], at text, step_name text)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT kind NOT IN ('decision', 'advice', 'identifier', 'offer', 'municipality', 'competence', 'coordinator')
       AND length(at) <= 64 AND (step_name IS NULL OR length(step_name) <= 200)
       AND jsonb_typeof(fields) = 'object' AND fields <> '{}' AND pg_column_size(fields) + coalesce(pg_column_size(bases), 0) < 2097000
       AND fields - at_birth = '{}' AND NOT fields @> '{"removed": true}'
$$;

-- Puts in what needs no care and answers with its places among what came. A case is taken along where it begins here, with a citizen
-- nobody else has a word on. What is asked of many at once is asked beforehand, by keys: a plan that was made while the log was
-- small must be as good when it is large. An id that is another record's fails the whole of it.
CREATE OR REPLACE FUNCTION rundbord_data.put_new(
    who rundbord_data.caller, desk uuid, base bigint, ids uuid[], cases uuid[], kinds text[], records uuid[],
    field_sets jsonb[], base_sets jsonb[], audiences text[], roles text[], ats text[], steps uuid[], step_names text[], undoes uuid[]
) RETURNS TABLE (place integer, id uuid, case_id uuid)
LANGUAGE plpgsql VOLATILE ROWS 2000 SET work_mem = '32MB'
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
    twice uuid[] := ARRAY( -- written twice for one audience here, or said to be two things: for the careful road
        SELECT t.record FROM unnest(records, audiences) t (record, audience)
        WHERE t.record IS NOT NULL GROUP BY t.record, t.audience HAVING count(*) > 1
        UNION ALL
        SELECT s.record
        FROM (
            SELECT DISTINCT t.record, t."case", t.kind FROM unnest(records, cases, kinds) t (record, "case", kind)
            WHERE t.record IS NOT NULL
        ) s
        GROUP BY s.record HAVING count(*) > 1
    );
    shared text[] := '{}'; -- whom more than one case here has to do with: these cases too
    mistimed text[] := ARRAY( -- many records are made at one time, so each is looked at once
        SELECT d.at FROM (SELECT DISTINCT at FROM unnest(ats) at WHERE at IS NOT NULL OFFSET 0) d
        WHERE NOT rundbord_data.is_time(d.at)
    );
BEGIN
    IF 'case' = ANY (kinds) THEN
        shared := ARRAY(
            SELECT x.citizen
            FROM (
                SELECT t."case", CASE t.kind WHEN 'citizen' THEN t.record::text ELSE t.fields ->> 'citizen_id' END AS citizen
                FROM unnest(cases, kinds, records, field_sets) t ("case", kind, record, fields)
                WHERE t.kind IN ('case', 'citizen', 'identifier')
            ) x
            WHERE x.citizen IS NOT NULL
            GROUP BY x.citizen HAVING count(DISTINCT x."case") > 1
        );
    END IF;
    RETURN QUERY
    WITH rule AS MATERIALIZED (
        SELECT a.* FROM rundbord_data.allowed a WHERE a.role = ANY (who.roles)
    ), put AS (
        INSERT INTO rundbord_data.change (
            seq, id, case_id, record_id, author, device, step, undoes, subject, kind, audience, role, at, step_name, fields, over,
            bases
        )
        SELECT base + t.place, t.id, t."case", t.record, who.id, desk, t.step, t.undoes,
               CASE t.kind WHEN 'citizen' THEN t.record END, t.kind, t.audience, t.role, t.at, coalesce(t.step_name, ''), t.fields,
               '{}', nullif(t.bases, '{}')
        FROM unnest(ids, cases, kinds, records, field_sets, base_sets, audiences, roles, ats, steps, step_names, undoes)
            WITH ORDINALITY AS t (id, "case", kind, record, fields, bases, audience, role, at, step, step_name, undoes, place)
        JOIN rule a ON a.kind = t.kind AND a.audience = t.audience AND a.role = t.role
        WHERE t.id IS NOT NULL AND t.record IS NOT NULL AND t.step IS NOT NULL
          AND rundbord_data.is_simple(t.kind, t.fields, t.bases, a.at_birth, t.at, t.step_name)
          AND NOT rundbord_data.mistyped(t.fields, a.wrong, a.numbers) AND t.at NOT IN (SELECT unnest(mistimed))
          AND (substr(t.record::text, 15, 1) NOT IN ('5', '8') OR rundbord_data.is_own_id(t.record, t."case", t.kind, t.fields))
          AND (t.bases IS NULL OR rundbord_data.good_bases(t.bases, t.fields))
          AND (t."case" IN (SELECT unnest(mine))
               OR (t."case" IN (SELECT unnest(fresh)) AND t.role IN ('bestiller', 'vejleder')))
          AND t.id NOT IN (SELECT unnest(refused)) AND t.record NOT IN (SELECT unnest(known))
          AND t.record NOT IN (SELECT unnest(twice))
          AND (t.kind <> 'case' OR (
              t.record = t."case" AND t."case" IN (SELECT unnest(fresh)) AND (NOT t.fields ? 'citizen_id' OR CASE
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

-- The same for a list as `push` has it: what is written over something is left out.
CREATE OR REPLACE FUNCTION rundbord_data.put_new_of(batch jsonb, who rundbord_data.caller, desk uuid, base bigint)
RETURNS TABLE (place integer, id uuid, case_id uuid)
LANGUAGE plpgsql VOLATILE ROWS 2000 SET work_mem = '32MB'
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT p.*
    FROM (
        SELECT array_agg(
                   CASE WHEN (t.over IS NULL OR t.over = '{}') AND (t.author IS NULL OR t.author = who.id) THEN t.id END
               ) AS ids,
               array_agg(t."case") AS cases, array_agg(t.kind) AS kinds, array_agg(t.record) AS records,
               array_agg(t.fields) AS field_sets, array_agg(t.bases) AS base_sets, array_agg(t.audience) AS audiences,
               array_agg(t.role) AS roles, array_agg(t.at) AS ats, array_agg(t.step) AS steps,
               array_agg(t.step_name) AS step_names, array_agg(t.undoes) AS undoes
        FROM jsonb_to_recordset(batch) AS t (
            id uuid, "case" uuid, kind text, record uuid, fields jsonb, over jsonb, bases jsonb, audience text, role text, at text,
            step uuid, step_name text, undoes uuid, author uuid
        )
    ) b
    CROSS JOIN LATERAL rundbord_data.put_new(
        who, desk, base, b.ids, b.cases, b.kinds, b.records, b.field_sets, b.base_sets, b.audiences, b.roles, b.ats, b.steps,
        b.step_names, b.undoes
    ) p;
END
$$;

-- A page of new records by one author (null: whoever calls): what of it was put in, each by the number `base` and its place. What is
-- `left_out` (places, from 1) was not judged here, for whatever reason: it is sent to `push`, which answers for each.
CREATE OR REPLACE FUNCTION rundbord.push_new(
    author uuid, device uuid, ids uuid[], cases uuid[], kinds text[], records uuid[], field_sets jsonb[], base_sets jsonb[],
    audiences text[], roles text[], ats text[], steps uuid[], step_names text[], undoes uuid[]
) RETURNS TABLE (base bigint, left_out integer[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    who rundbord_data.caller := rundbord_data.who();
    total integer := coalesce(cardinality(ids), 0);
    size bigint := coalesce(pg_column_size(field_sets), 0) + coalesce(pg_column_size(base_sets), 0);
    taken integer[];
    wakes uuid[];
BEGIN
    IF who.id IS NULL OR device IS NULL THEN
        RAISE EXCEPTION 'rundbord: no account, or no device' USING ERRCODE = 'insufficient_privilege';
    ELSIF total > 0 AND (author IS NULL OR author = who.id) AND rundbord_data.held_back(who, total, size) IS NULL
       AND total = ALL (ARRAY[ -- a part that is missing would lend each change another's
           cardinality(cases), cardinality(kinds), cardinality(records), cardinality(field_sets), cardinality(base_sets),
           cardinality(audiences), cardinality(roles), cardinality(ats), cardinality(steps), cardinality(step_names),
           cardinality(undoes)
       ]) THEN
        base := rundbord_data.take_counter();
        BEGIN
            SELECT array_agg(p.place), array_agg(DISTINCT p.case_id) INTO taken, wakes
            FROM rundbord_data.put_new(
                who, device, base, ids, cases, kinds, records, field_sets, base_sets, audiences, roles, ats, steps, step_names,
                undoes
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
            SELECT DISTINCT t.c FROM unnest(cases) WITH ORDINALITY t (c, place) WHERE t.place IN (SELECT unnest(left_out))
        ) o
        WHERE rundbord_data.right_in(who, o.c, (SELECT h FROM rundbord_data.case_home h WHERE h.case_id = o.c)) = 'none';
    END IF;
    RETURN NEXT;
END
$$;
