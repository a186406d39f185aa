-- push: everything a desk has written, judged and numbered in one round trip. New records among many go in as one statement
-- (0241_new.sql); whatever that leaves is judged one by one. Nothing in the data makes it fail.

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
    asks boolean := false;
    refusals integer := 0;
    counts integer;
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
    hold := rundbord_data.held_back(who, total, octet_length(changes));
    IF coalesce(total, 0) = 0 THEN
        RETURN;
    ELSIF hold IS NULL THEN
        base := rundbord_data.take_counter();
        top := base;
    END IF;

    IF hold IS NULL AND parts IS NULL AND total >= 8 THEN
        BEGIN
            FOR put IN SELECT p.place, p.id, p.case_id FROM rundbord_data.put_new_of(parsed, who, device, base) p LOOP
                here[put.place] := true;
                top := base + total;
                IF NOT put.case_id = ANY (wakes) THEN
                    wakes := wakes || put.case_id;
                END IF;
                id := put.id;
                seq := base + put.place;
                outcome := 'accepted';
                RETURN NEXT;
            END LOOP;
        EXCEPTION WHEN data_exception OR program_limit_exceeded OR unique_violation THEN
            NULL; -- something in it is of another type or here already, and nothing of it went in: one by one
        END;
        asks := top > base AND jsonb_path_exists(parsed, '$[*].kind ? (@ == "advice_request" || @ == "consent")');
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
                asks := asks OR r.kind IN ('advice_request', 'consent');
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
        PERFORM rundbord_data.have_taken(who, base, top, wakes, asks);
    END IF;
    counts := rundbord_data.counts_for(total >= 10 OR refusals > 0 OR octet_length(changes) > 65536);
    IF hold IS NULL AND counts > 0 THEN
        PERFORM rundbord_data.count_flood(who.id, counts * total, refusals, counts * octet_length(changes)::bigint);
    END IF;
END
$$;

-- Why what was sent is not judged now: the desk keeps it and it comes again, so nothing of it is lost. Null: it is judged.
CREATE OR REPLACE FUNCTION rundbord_data.held_back(who rundbord_data.caller, total integer, size bigint) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN CASE
        WHEN who.state = 'new' THEN 'unconfirmed'
        WHEN total > 2000 OR (size > 8388608 AND total > 1) THEN 'overfull' -- one alone is judged
        WHEN who.flooding THEN 'flood'
    END;
END
$$;

-- Something has been taken and numbered, up to `top`: whoever reads it is woken, and what `asks` an adviser opens its case
-- (028_asking.sql).
CREATE OR REPLACE FUNCTION rundbord_data.have_taken(
    who rundbord_data.caller, base bigint, top bigint, wakes uuid[], asks boolean
) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    UPDATE rundbord_data.counter SET n = top;
    IF wakes <> '{}' THEN
        PERFORM rundbord_data.wake(wakes);
    END IF;
    IF asks THEN
        PERFORM rundbord_data.follow_requests(array_agg(c.case_id), array_agg(c.record_id), who.id)
        FROM rundbord_data.change c
        WHERE c.seq > base AND c.seq <= top AND c.kind IN ('advice_request', 'consent')
        HAVING count(*) > 0;
    END IF;
END
$$;

-- For how many a push is counted: one that is `much` for itself; of the others every 50th, for 50. Which that is falls by the clock's
-- microseconds: random() a session seeds as it likes, and would never be counted.
CREATE OR REPLACE FUNCTION rundbord_data.counts_for(much boolean) RETURNS integer
LANGUAGE sql VOLATILE
AS $$ SELECT CASE WHEN much THEN 1 WHEN date_part('microseconds', clock_timestamp())::integer % 50 = 0 THEN 50 ELSE 0 END $$;

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

-- What has been told since then is not told again: the same reading, the same refusal. Inlined where it is used. Of the statement's own
-- time: in a transaction somebody keeps open `now()` stands still.
CREATE OR REPLACE FUNCTION rundbord_data.told_since() RETURNS timestamptz
LANGUAGE sql STABLE
AS $$ SELECT statement_timestamp() - interval '1 hour' $$;

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
          AND l.change_id IS NOT DISTINCT FROM about AND l.at > rundbord_data.told_since()
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
    ALTER FUNCTION rundbord.push_new(
        uuid, uuid, uuid[], text[], text[], text[], text[], uuid[], text[], integer[], uuid[], uuid[], jsonb[]
    ) OWNER TO rundbord_writer;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data, rundbord FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord.push(text, uuid), rundbord.push_new(
        uuid, uuid, uuid[], text[], text[], text[], text[], uuid[], text[], integer[], uuid[], uuid[], jsonb[]
    ) TO rundbord_person;
    GRANT EXECUTE ON FUNCTION rundbord_data.note_no(text, uuid, uuid) TO rundbord_reader, rundbord_writer;
    GRANT EXECUTE ON FUNCTION
        rundbord_data.who(), rundbord_data.beside_teams(rundbord_data.caller), rundbord_data.parts_of(text), rundbord_data.id_in(text), rundbord_data.keys_of(jsonb),
        rundbord_data.good_bases(jsonb, jsonb), rundbord_data.good_over(jsonb, jsonb),
        rundbord_data.left_standing(text[], jsonb, uuid, jsonb), rundbord_data.size_of(rundbord_data.incoming),
        rundbord_data.misshapen(rundbord_data.incoming),
        rundbord_data.held_back(rundbord_data.caller, integer, bigint),
        rundbord_data.have_taken(rundbord_data.caller, bigint, bigint, uuid[], boolean),
        rundbord_data.put_new_of(jsonb, rundbord_data.caller, uuid, bigint),
        rundbord_data.put_new(
            rundbord_data.caller, uuid, bigint, uuid[], text[], text[], text[], text[], uuid[], text[], integer[], uuid[], uuid[],
            jsonb[]
        ),
        rundbord_data.is_simple(jsonb, text[]),
        rundbord_data.right_in(rundbord_data.caller, uuid, rundbord_data.case_home),
        rundbord_data.read_through(jsonb), rundbord_data.effective(rundbord_data.incoming),
        rundbord_data.undecidable(rundbord_data.caller, rundbord_data.incoming, text), rundbord_data.grants_in(jsonb),
        rundbord_data.granted_in(jsonb), rundbord_data.last_permitted_day(date), rundbord_data.past_wall(jsonb),
        rundbord_data.pen_refuses(rundbord_data.caller, rundbord_data.incoming),
        rundbord_data.advice_refuses(rundbord_data.caller, rundbord_data.incoming),
        rundbord_data.subject_of(rundbord_data.incoming, rundbord_data.case_home),
        rundbord_data.may_touch(rundbord_data.caller, rundbord_data.incoming, rundbord_data.case_home, uuid),
        rundbord_data.crowds(rundbord_data.caller, rundbord_data.incoming), rundbord_data.plain(text),
        rundbord_data.may_coordinate(text),
        rundbord_data.judge(rundbord_data.caller, rundbord_data.incoming, uuid, bigint),
        rundbord_data.limit_of(text, bigint), rundbord_data.told_since(), rundbord_data.counts_for(boolean),
        rundbord_data.count_flood(uuid, integer, integer, bigint),
        rundbord_data.note_refusal(rundbord_data.caller, rundbord_data.incoming, text)
        TO rundbord_writer;
END
$$;
