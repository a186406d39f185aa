-- push: everything a desk has written, judged and numbered in one round trip.

CREATE OR REPLACE FUNCTION rundbord.push(changes text, device uuid)
RETURNS TABLE (id uuid, outcome text, seq bigint, reason text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    who rundbord_data.caller := rundbord_data.who();
    batch rundbord_data.incoming[];
    total integer;
    base bigint;
    top bigint;
    r rundbord_data.incoming;
    verdict record;
    taken bigint[];
    done boolean[];
    wakes uuid[] := '{}';
    fresh uuid[];
    hold text;
    refusals integer := 0;
BEGIN
    IF who.id IS NULL OR device IS NULL THEN
        RAISE EXCEPTION 'rundbord: no account, or no device' USING ERRCODE = 'insufficient_privilege';
    ELSIF octet_length(changes) > 67108864 THEN
        RAISE EXCEPTION 'rundbord: over 64 MB' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    batch := rundbord_data.read_batch(changes, who);
    total := cardinality(batch);
    IF total = 0 THEN
        RETURN;
    END IF;

    -- What is not judged now is kept by the desk and comes again: nothing of it is lost.
    hold := CASE
        WHEN who.state = 'new' THEN 'unconfirmed'
        WHEN total > 2000 OR octet_length(changes) > 8388608 THEN 'overfull'
        WHEN EXISTS (
            SELECT FROM rundbord_data.flood f
            WHERE f.person = who.id AND f.since > now() - interval '10 minutes'
              AND (f.n >= rundbord_data.limit_of('flood_changes', 200000)
                   OR f.refused >= rundbord_data.limit_of('flood_refused', 5000))
        ) THEN 'flood'
    END;
    IF hold IS NOT NULL THEN
        RETURN QUERY
        SELECT x.id,
               CASE WHEN hold = 'overfull' AND pg_column_size(x.fields) >= 2097152 THEN 'refused' ELSE 'later' END,
               NULL::bigint,
               CASE WHEN hold = 'overfull' AND pg_column_size(x.fields) >= 2097152 THEN 'too_big' ELSE hold END
        FROM unnest(batch) x;
        RETURN;
    END IF;

    base := rundbord_data.take_counter();
    top := base;

    -- The common case, set-based: new records of one's own cases, written over nothing. What falls through is judged below.
    IF EXISTS (SELECT FROM unnest(batch) x WHERE x.fit) THEN
        top := base + total;
        SELECT array_agg(DISTINCT x.case_id) INTO fresh
        FROM unnest(batch) x
        WHERE x.fit AND x.role IN ('bestiller', 'vejleder')
          AND NOT EXISTS (SELECT FROM rundbord_data.case_home h WHERE h.case_id = x.case_id);
        IF fresh IS NOT NULL AND who.first_team IS NOT NULL THEN
            INSERT INTO rundbord_data.case_home (case_id, team_id, opened_by)
            SELECT f, who.first_team, who.id FROM unnest(fresh) f
            WHERE f <> '00000000-0000-0000-0000-000000000001'
              AND NOT EXISTS (SELECT FROM rundbord_data.door d WHERE d.case_id = f AND d.what = 'erased');
        END IF;
        WITH put AS (
            INSERT INTO rundbord_data.change (
                seq, id, case_id, record_id, author, device, step, undoes, subject, kind, audience, role, at, step_name, fields,
                over, bases
            )
            SELECT base + x.ord, x.id, x.case_id, x.record_id, who.id, push.device, x.step, x.undoes,
                   CASE x.kind WHEN 'citizen' THEN x.record_id END,
                   x.kind, x.audience, x.role, x.at, x.step_name, x.fields, '{}', x.bases
            FROM (
                SELECT y.*, lag(y.record_id) OVER w = y.record_id AND (
                           lag(y.audience) OVER w = y.audience OR lag(y.case_id) OVER w <> y.case_id OR lag(y.kind) OVER w <> y.kind
                       ) AS again
                FROM unnest(batch) y
                WHERE y.fit
                WINDOW w AS (ORDER BY y.record_id, y.audience COLLATE "C", y.ord)
            ) x
            JOIN rundbord_data.case_home h ON h.case_id = x.case_id
            WHERE (h.team_id = ANY (who.teams) OR h.case_id = ANY (who.fulls)) AND again IS NOT TRUE
              AND NOT EXISTS (SELECT FROM rundbord_data.refused n WHERE n.id = x.id)
              AND NOT EXISTS (
                  SELECT FROM rundbord_data.change c WHERE c.record_id = x.record_id AND c.standing IS DISTINCT FROM '{}'
              )
            ON CONFLICT (id) DO NOTHING
            RETURNING seq
        )
        SELECT array_agg(put.seq) INTO taken FROM put;
    END IF;
    taken := coalesce(taken, '{}');

    IF cardinality(taken) = total THEN
        RETURN QUERY SELECT x.id, 'accepted', base + x.ord, NULL FROM unnest(batch) x;
        wakes := ARRAY(SELECT DISTINCT x.case_id FROM unnest(batch) x);
    ELSE
        done := array_fill(false, ARRAY[total]);
        FOR i IN 1 .. cardinality(taken) LOOP
            done[(taken[i] - base)::integer] := true;
        END LOOP;
        FOREACH r IN ARRAY batch LOOP
            id := r.id;
            IF done[r.ord] THEN
                outcome := 'accepted';
                seq := base + r.ord;
                reason := NULL;
                IF NOT r.case_id = ANY (wakes) THEN
                    wakes := wakes || r.case_id;
                END IF;
            ELSE
                verdict := rundbord_data.judge(who, r, device, top + 1);
                outcome := verdict.outcome;
                reason := verdict.reason;
                seq := verdict.seq;
                IF seq > top THEN
                    top := seq;
                    taken := taken || seq;
                    wakes := wakes || verdict.wakes;
                ELSIF outcome = 'refused' THEN
                    refusals := refusals + 1;
                    PERFORM rundbord_data.note_refusal(who, r, reason);
                END IF;
            END IF;
            RETURN NEXT;
        END LOOP;
    END IF;

    IF taken <> '{}' THEN
        UPDATE rundbord_data.counter SET n = top;
        PERFORM rundbord_data.wake(wakes);
    END IF;
    INSERT INTO rundbord_data.flood AS f (person, since, n, refused) VALUES (who.id, now(), total, refusals)
    ON CONFLICT (person) DO UPDATE SET
        since = CASE WHEN f.since > now() - interval '10 minutes' THEN f.since ELSE now() END,
        n = CASE WHEN f.since > now() - interval '10 minutes' THEN f.n ELSE 0 END + excluded.n,
        refused = CASE WHEN f.since > now() - interval '10 minutes' THEN f.refused ELSE 0 END + excluded.refused;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.limit_of(named text, otherwise bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce((SELECT s.value::bigint FROM rundbord_data.setting s WHERE s.key = named AND s.value ~ '^\d{1,15}$'), otherwise)
$$;

-- A refused change is remembered by its id and what it lay over, never by its words; the refusal itself is logged.
CREATE OR REPLACE FUNCTION rundbord_data.note_refusal(who rundbord_data.caller, r rundbord_data.incoming, because text)
RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF r.id IS NOT NULL AND because <> 'id_taken' THEN
        INSERT INTO rundbord_data.refused (id, case_id, record_id, author, kind, reason, over)
        VALUES (
            r.id, r.case_id, r.record_id, who.id, left(coalesce(r.kind, ''), 60), because,
            CASE jsonb_typeof(r.over) WHEN 'object' THEN coalesce((
                SELECT jsonb_object_agg(o.key, ARRAY(
                    SELECT v FROM jsonb_array_elements_text(o.value) v
                    WHERE v ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' LIMIT 100
                ))
                FROM jsonb_each(r.over) o WHERE jsonb_typeof(o.value) = 'array' AND length(o.key) <= 60
            ), '{}') ELSE '{}' END
        ) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN; -- asked again: the answer is the same, and so is the log
        END IF;
    END IF;
    INSERT INTO rundbord_data.refusal_log (login, person, case_id, change_id, what, reason)
    VALUES (session_user, who.id, r.case_id, r.id, 'push ' || left(coalesce(r.kind, ''), 60), because);
END
$$;

DO $$
BEGIN
    ALTER FUNCTION rundbord.push(text, uuid) OWNER TO rundbord_writer;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data, rundbord FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord.push(text, uuid) TO rundbord_person;
    GRANT EXECUTE ON FUNCTION
        rundbord_data.who(), rundbord_data.typed(jsonb, rundbord_data.caller),
        rundbord_data.read_batch(text, rundbord_data.caller), rundbord_data.misshapen(rundbord_data.incoming),
        rundbord_data.right_in(rundbord_data.caller, uuid, rundbord_data.case_home),
        rundbord_data.effective(rundbord_data.incoming),
        rundbord_data.undecidable(rundbord_data.caller, rundbord_data.incoming, text),
        rundbord_data.pen_refuses(rundbord_data.caller, rundbord_data.incoming),
        rundbord_data.misplaced(rundbord_data.caller, rundbord_data.incoming, rundbord_data.case_home),
        rundbord_data.judge(rundbord_data.caller, rundbord_data.incoming, uuid, bigint),
        rundbord_data.advice_refuses(rundbord_data.caller, rundbord_data.incoming),
        rundbord_data.limit_of(text, bigint),
        rundbord_data.note_refusal(rundbord_data.caller, rundbord_data.incoming, text)
        TO rundbord_writer;
END
$$;
