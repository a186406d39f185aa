-- What people read through: pull, present, history, and who and what there is. Row-level security says which rows exist.

-- Every change and door after a number, in the order of numbers. The last row is always 'upto': its seq is where the next pull
-- begins, and `late` says whether more is waiting. A door of a team names each of the team's cases, all with one number.
CREATE OR REPLACE FUNCTION rundbord.pull(after bigint, max integer DEFAULT 2000)
RETURNS TABLE (
    seq bigint, event text, case_id uuid, id uuid, kind text, record_id uuid, fields jsonb, over jsonb, bases jsonb,
    audience text, author uuid, author_name text, role text, device uuid, at text, step uuid, step_name text, undoes uuid,
    late boolean
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1000
SET search_path = pg_catalog, pg_temp SET work_mem = '32MB' SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
#variable_conflict use_column
DECLARE
    wanted integer := least(greatest(coalesce(max, 2000), 1), 20000);
    top bigint;
    low bigint := greatest(coalesce(after, 0), 0);
    high bigint;
    door bigint;
    sent integer := 0;
    count integer;
    scanned bigint := 0;
    given uuid[] := '{}'; -- the cases whose words these are
BEGIN
    SELECT CASE WHEN p.state = 'new' THEN low ELSE c.n END, -- who is not confirmed reads nothing, and passes nothing by
           (SELECT d.seq FROM rundbord_data.door d WHERE d.seq > low ORDER BY d.seq LIMIT 1)
    INTO top, door
    FROM rundbord_data.counter c, rundbord_data.person p WHERE p.login = session_user;
    -- As many numbers at a time as rows are still wanted: never more rows than asked for, and a bounded look at others' rows.
    WHILE low < top AND sent < wanted AND scanned < 50 * wanted::bigint LOOP
        high := least(top, low + greatest(wanted - sent, 1), coalesce(door - 1, top));
        IF high > low THEN
            RETURN QUERY
            SELECT c.seq, 'change', c.case_id, c.id, c.kind, c.record_id, c.fields, c.over, c.bases, c.audience, c.author,
                   coalesce((SELECT p.name FROM rundbord_data.person p WHERE p.id = c.author), ''), c.role, c.device, c.at,
                   c.step, c.step_name, c.undoes, c.late
            FROM rundbord_data.change c
            WHERE c.seq > low AND c.seq <= high
            ORDER BY c.seq;
            GET DIAGNOSTICS count = ROW_COUNT;
            IF count > 0 THEN
                given := given || ARRAY(SELECT DISTINCT c.case_id FROM rundbord_data.change c WHERE c.seq > low AND c.seq <= high);
            END IF;
            sent := sent + count;
            scanned := scanned + high - low;
            low := high;
            IF count = 0 AND low < top THEN -- numbers that are nobody's (0251_restored.sql)
                low := greatest(low, least(top, rundbord_data.next_number(low) - 1));
            END IF;
        END IF;
        IF door = low + 1 AND sent < wanted THEN
            RETURN QUERY SELECT d.* FROM rundbord_data.doors_at(door) d;
            GET DIAGNOSTICS count = ROW_COUNT;
            sent := sent + count;
            scanned := scanned + 1;
            low := door;
            SELECT d.seq INTO door FROM rundbord_data.door d WHERE d.seq > low ORDER BY d.seq LIMIT 1;
        END IF;
    END LOOP;
    seq := low;
    event := 'upto';
    late := low < top;
    RETURN NEXT;
    IF given <> '{}' THEN
        PERFORM rundbord_data.note_reading(given, 'hentet');
    END IF;
END
$$;

-- What a desk asks when it is woken: the same as `pull`, where it is a few changes, packed as [upto, [row, ...]]. A row has the columns
-- of `pull` in their order, without `event` and the author's name, which the desk knows. Null: `pull` is to say it (a door among
-- the numbers, a hundred of them or more, nobody who reads). A hundred desks ask at once, each of them cold, and every table, node
-- and expression named here is made ready for each of them: one statement of as little as may be.
CREATE OR REPLACE FUNCTION rundbord.news(after bigint) RETURNS json
LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
DECLARE
    upto bigint;
    packed json[];
BEGIN
    SELECT greatest(k.n, after), ARRAY(
        SELECT json_build_array(
            c.seq, c.case_id, c.id, c.kind, c.record_id, c.fields, c.over, c.bases, c.audience, c.author, c.role, c.device, c.at,
            c.step, c.step_name, c.undoes, c.late
        )
        FROM rundbord_data.change c
        WHERE c.seq > after AND c.seq <= k.n AND (EXISTS ( -- as `note_reading` asks; OFFSET: row by row, by its index
            SELECT FROM rundbord_data.access a
            WHERE a.case_id = c.case_id AND a.received_at > rundbord_data.told_since()
              AND a.device IS NULL AND a.action = 'hentet' AND a.about = '' OFFSET 0
        ) OR rundbord_data.has_noted(c.case_id, 'hentet'))
        ORDER BY c.seq
    )
    INTO upto, packed
    FROM rundbord_data.counter k
    WHERE after > k.n - 100 AND after >= k.door;
    IF upto IS NULL OR (cardinality(packed) = 0 AND rundbord_data.my_state() = 'new') THEN -- who is not confirmed passes nothing by
        RETURN NULL;
    END IF;
    RETURN json_build_array(upto, packed);
END
$$;

-- Every road by which a case's words leave the server ends here: a line for each case, person and act, once (`told_since`). Told to the
-- server's own log too, which a transaction that is rolled back does not take with it.
CREATE OR REPLACE FUNCTION rundbord_data.note_reading(cases uuid[], act text, of text DEFAULT '') RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    reader uuid := rundbord_data.my_id();
    fresh uuid[] := ARRAY(
        SELECT DISTINCT c FROM unnest(cases) c
        WHERE c <> '00000000-0000-0000-0000-000000000001' AND NOT EXISTS (
            SELECT FROM rundbord_data.access a
            WHERE a.login = session_user AND a.case_id = c AND a.received_at > rundbord_data.told_since()
              AND a.device IS NULL AND a.action = act AND a.about = of
        )
    );
BEGIN
    IF fresh <> '{}' THEN
        RAISE LOG 'rundbord: % reads (%) %', reader, act, fresh;
        INSERT INTO rundbord_data.access (at, person, case_id, action, about)
        SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'), reader, c, act, of FROM unnest(fresh) c;
    END IF;
END
$$;

-- The same for one case, said of a row that is about to go out: what is read is noted.
CREATE OR REPLACE FUNCTION rundbord_data.has_noted(in_case uuid, act text) RETURNS boolean
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM rundbord_data.note_reading(ARRAY[in_case], act);
    RETURN true;
END
$$;

-- The ids of a team's cases, for somebody who is or was in the team: a desk must be told what to let go of.
CREATE OR REPLACE FUNCTION rundbord_data.cases_of_team(team uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT h.case_id FROM rundbord_data.case_home h
    WHERE h.team_id = cases_of_team.team AND h.team_id = ANY (rundbord_data.my_teams_ever())
$$;

-- Whether the session sees a case, the whole of it or the shared part.
CREATE OR REPLACE FUNCTION rundbord_data.may_read(wanted uuid) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM rundbord_data.case_home h WHERE h.case_id = wanted)
        OR wanted = ANY (rundbord_data.my_grants('shared'));
END
$$;

-- What one door means to the person who asks: opened for those who may read the case now, closed for those who may not.
CREATE OR REPLACE FUNCTION rundbord_data.doors_at(number bigint)
RETURNS TABLE (
    seq bigint, event text, case_id uuid, id uuid, kind text, record_id uuid, fields jsonb, over jsonb, bases jsonb,
    audience text, author uuid, author_name text, role text, device uuid, at text, step uuid, step_name text, undoes uuid,
    late boolean
)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT d.seq, d.what, x.case_id, NULL::uuid, NULL, NULL::uuid, NULL::jsonb, NULL::jsonb, NULL::jsonb, NULL, NULL::uuid,
           NULL, NULL, NULL::uuid, NULL, NULL::uuid, NULL, NULL::uuid, false
    FROM rundbord_data.door d
    CROSS JOIN LATERAL (
        SELECT d.case_id WHERE d.case_id IS NOT NULL
        UNION ALL
        SELECT t.case_id FROM rundbord_data.cases_of_team(d.team_id) t (case_id) WHERE d.case_id IS NULL
    ) x
    WHERE d.seq = number AND CASE d.what
        WHEN 'erased' THEN true
        WHEN 'opened' THEN rundbord_data.may_read(x.case_id)
        ELSE NOT rundbord_data.may_read(x.case_id)
    END
    ORDER BY x.case_id
$$;

CREATE OR REPLACE FUNCTION rundbord.upto() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT c.n FROM rundbord_data.counter c $$;

-- What stands, case by case in the order of case ids: a new desk's first fetch, and what a desk rebuilds a case from. Each page
-- ends with a row of kind 'upto': `case_id` is what to go on after (null: there is no more), `seq` how far the page holds.
CREATE OR REPLACE FUNCTION rundbord.present(cases uuid[] DEFAULT NULL, after uuid DEFAULT NULL, max_cases integer DEFAULT 200)
RETURNS TABLE (
    case_id uuid, kind text, record_id uuid, id uuid, fields jsonb, bases jsonb, author uuid, author_name text, role text,
    at text, seq bigint
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1000
SET search_path = pg_catalog, pg_temp SET work_mem = '32MB' SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    wanted integer := least(greatest(coalesce(max_cases, 200), 1), 5000);
    common CONSTANT uuid := '00000000-0000-0000-0000-000000000001'; -- the municipality's own, before any other id
    page uuid[];
    shared uuid[] := rundbord_data.my_grants('shared');
BEGIN
    IF cases IS NULL THEN
        page := ARRAY(
            SELECT h.case_id FROM rundbord_data.case_home h WHERE after IS NULL OR h.case_id > after ORDER BY h.case_id LIMIT wanted
        );
        page := ARRAY(
            SELECT DISTINCT u
            FROM unnest(page || shared || common) u
            WHERE after IS NULL OR u > after ORDER BY u LIMIT wanted
        );
    ELSE
        page := ARRAY(
            SELECT DISTINCT u FROM unnest(cases) u
            WHERE (after IS NULL OR u > after) AND (
                u = common OR u = ANY (shared) OR (SELECT h.case_id FROM rundbord_data.case_home h WHERE h.case_id = u) IS NOT NULL
            )
            ORDER BY u LIMIT wanted
        );
    END IF;
    -- One statement, so one view of the database: rows and number belong together.
    RETURN QUERY
    SELECT p.case_id, c.kind, c.record_id, c.id,
           CASE WHEN c.standing IS NULL THEN c.fields
                ELSE (SELECT jsonb_object_agg(k, c.fields -> k) FROM unnest(c.standing) k) END,
           c.bases, c.author, coalesce((SELECT n.name FROM rundbord_data.person n WHERE n.id = c.author), ''), c.role, c.at,
           c.seq
    FROM unnest(page) p (case_id)
    CROSS JOIN LATERAL ( -- by the case's own index, whatever the planner thinks of the table
        SELECT x.* FROM rundbord_data.change x WHERE x.case_id = p.case_id AND x.standing IS DISTINCT FROM '{}' OFFSET 0
    ) c
    UNION ALL
    SELECT p.case_id, c.kind, c.record_id, c.id,
           CASE WHEN c.standing IS NULL THEN c.fields
                ELSE (SELECT jsonb_object_agg(k, c.fields -> k) FROM unnest(c.standing) k) END,
           c.bases, c.author, coalesce((SELECT n.name FROM rundbord_data.person n WHERE n.id = c.author), ''), c.role, c.at,
           c.seq
    FROM unnest(page) p (case_id)
    CROSS JOIN LATERAL (
        SELECT x.* FROM rundbord_data.change x
        WHERE x.subject = (SELECT h.citizen_id FROM rundbord_data.case_home h WHERE h.case_id = p.case_id)
          AND x.subject IS NOT NULL AND x.case_id <> p.case_id AND cardinality(x.standing) IS DISTINCT FROM 0 OFFSET 0
    ) c
    UNION ALL
    SELECT CASE WHEN cardinality(page) = wanted THEN page[wanted] END, 'upto', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           (SELECT CASE WHEN rundbord_data.my_reading_id() IS NULL THEN 0 ELSE n.n END FROM rundbord_data.counter n);
    PERFORM rundbord_data.note_reading(page, 'hentet');
    IF cases IS NOT NULL AND cardinality(page) < wanted THEN
        PERFORM rundbord_data.note_no('hentet', u) FROM unnest(cases[1:200]) u
        WHERE u > coalesce(after, '00000000-0000-0000-0000-000000000000') AND u <> ALL (page);
    END IF;
END
$$;

-- Everything ever written in one case, in the order it was taken. Logged as a reading.
CREATE OR REPLACE FUNCTION rundbord.history(in_case uuid)
RETURNS TABLE (
    seq bigint, id uuid, kind text, record_id uuid, fields jsonb, over jsonb, bases jsonb, audience text, author uuid,
    author_name text, role text, device uuid, at text, step uuid, step_name text, undoes uuid, late boolean,
    received_at timestamptz
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.seq, c.id, c.kind, c.record_id, c.fields, c.over, c.bases, c.audience, c.author,
           coalesce((SELECT p.name FROM rundbord_data.person p WHERE p.id = c.author), ''), c.role, c.device, c.at, c.step,
           c.step_name, c.undoes, c.late, c.received_at
    FROM rundbord_data.change c WHERE c.case_id = in_case ORDER BY c.seq;
    IF FOUND THEN
        PERFORM rundbord_data.note_reading(ARRAY[in_case], 'historik');
    ELSIF in_case <> '00000000-0000-0000-0000-000000000001' AND NOT rundbord_data.may_read(in_case) THEN
        PERFORM rundbord_data.note_no('historik', in_case);
    END IF;
END
$$;

-- The people in my teams, and those who have written in the cases I see (for the names and the keys that prove a seal). To those
-- in a team also the advisers they may ask, and the leders (where there is one, no bestiller says who grants what).
CREATE OR REPLACE FUNCTION rundbord.people()
RETURNS TABLE (
    id uuid, login text, name text, phone text, discipline text, roles text[], state text, public_key text, voucher text,
    earlier_keys jsonb, teams uuid[]
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.id, CASE WHEN p.login = session_user THEN p.login ELSE '' END, p.name, p.phone, p.discipline, p.roles, p.state,
           p.public_key, p.voucher, p.earlier_keys,
           ARRAY(SELECT m.team FROM rundbord_data.member m WHERE m.person = p.id AND m.until IS NULL
                 AND m.team = ANY ((SELECT rundbord_data.my_teams())::uuid[]))
    FROM rundbord_data.person p
    WHERE p.login = session_user
       OR EXISTS (
           SELECT FROM rundbord_data.member m
           WHERE m.person = p.id AND m.team = ANY ((SELECT rundbord_data.my_teams())::uuid[])
       )
       OR (p.roles && ARRAY['rådgiver', 'leder'] AND (SELECT rundbord_data.my_teams()) <> '{}')
       OR p.id IN (SELECT g.person_id FROM rundbord_data.case_grant g)
       OR p.id IN ( -- a case that came from another team was written by that team's people
           SELECT c.author FROM rundbord_data.door d JOIN rundbord_data.change c ON c.case_id = d.case_id
           WHERE d.what = 'opened'
       )
$$;

CREATE OR REPLACE FUNCTION rundbord.cases() RETURNS TABLE (case_id uuid, team uuid, scope text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT h.case_id, h.team_id, 'full' FROM rundbord_data.case_home h
    UNION ALL
    SELECT g.case_id, NULL, 'shared' FROM rundbord_data.case_grant g WHERE g.case_id = ANY (rundbord_data.my_grants('shared'))
       AND g.person_id = rundbord_data.my_id()
    ORDER BY 1
$$;

CREATE OR REPLACE FUNCTION rundbord.paper(wanted uuid) RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    page rundbord_data.issued_paper;
BEGIN
    SELECT i.* INTO page FROM rundbord_data.issued_paper i WHERE i.paper_id = wanted;
    IF FOUND THEN
        PERFORM rundbord_data.note_reading(ARRAY[page.case_id], 'papir', wanted::text);
    ELSIF wanted IS NOT NULL THEN
        PERFORM rundbord_data.note_no('papir', NULL, wanted);
    END IF;
    RETURN page.pdf;
END
$$;

-- Whoever has said so within two minutes, by a session that is still there: a desk that dies is gone at once.
CREATE OR REPLACE FUNCTION rundbord.who_is_here(in_case uuid)
RETURNS TABLE (person uuid, name text, device uuid, field text, at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT h.person, p.name, h.device, h.field, h.at
    FROM rundbord_data.presence h JOIN rundbord_data.person p ON p.id = h.person
    WHERE h.case_id = in_case AND h.at > now() - interval '2 minutes'
      AND EXISTS (SELECT FROM pg_stat_get_activity(h.session) a WHERE a.usesysid = to_regrole(quote_ident(p.login))::oid);
    IF NOT FOUND AND NOT rundbord_data.may_read(in_case) THEN
        PERFORM rundbord_data.note_no('hvem er her', in_case);
    END IF;
END
$$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY[
        'rundbord.pull(bigint, integer)', 'rundbord.news(bigint)', 'rundbord.upto()', 'rundbord.present(uuid[], uuid, integer)',
        'rundbord.history(uuid)', 'rundbord.people()', 'rundbord.cases()', 'rundbord.paper(uuid)', 'rundbord.who_is_here(uuid)'
    ]::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO rundbord_reader', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rundbord_person', f);
    END LOOP;
    ALTER FUNCTION rundbord_data.cases_of_team(uuid) OWNER TO rundbord_writer;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord_data.cases_of_team(uuid), rundbord_data.may_read(uuid),
        rundbord_data.note_reading(uuid[], text, text), rundbord_data.has_noted(uuid, text), rundbord_data.told_since(),
        rundbord_data.doors_at(bigint) TO rundbord_reader;
END
$$;
