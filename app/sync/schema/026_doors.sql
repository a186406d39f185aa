-- What else is written: where somebody sits, papers that were issued, what a desk logged while it was alone, and the doors:
-- a case moved, granted, closed or erased. The account functions call the doors; nobody else does.

-- Here I am, on this record and field; an empty case says I have left. Others are woken when somebody comes or goes.
CREATE OR REPLACE FUNCTION rundbord.here(device uuid, in_case uuid, field text DEFAULT '') RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    who rundbord_data.caller := rundbord_data.who();
    home rundbord_data.case_home;
    rights text;
    before uuid;
BEGIN
    IF who.id IS NULL OR device IS NULL THEN
        RAISE EXCEPTION 'rundbord: no account, or no device' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT p.case_id INTO before FROM rundbord_data.presence p WHERE p.person = who.id AND p.device = here.device;
    IF in_case IS NOT NULL THEN
        SELECT h.* INTO home FROM rundbord_data.case_home h WHERE h.case_id = in_case;
        rights := rundbord_data.right_in(who, in_case, home);
        IF rights <> 'full' THEN
            IF rights = 'none' THEN
                PERFORM rundbord_data.note_no('åbnet', in_case);
            END IF;
            in_case := NULL; -- an adviser reads a part of it, and is not shown as sitting there
        END IF;
    END IF;
    IF in_case IS NULL THEN
        DELETE FROM rundbord_data.presence p WHERE p.person = who.id AND p.device = here.device;
    ELSE
        INSERT INTO rundbord_data.presence AS p (person, device, case_id, field, session)
        VALUES (who.id, here.device, in_case, left(coalesce(field, ''), 200), pg_backend_pid())
        ON CONFLICT ON CONSTRAINT presence_pkey DO UPDATE
        SET case_id = excluded.case_id, field = excluded.field, session = excluded.session, at = clock_timestamp();
    END IF;
    DELETE FROM rundbord_data.presence p -- nobody sits at more than twenty desks
    WHERE p.person = who.id AND p.device IN (
        SELECT o.device FROM rundbord_data.presence o WHERE o.person = who.id ORDER BY o.at DESC, o.device OFFSET 20
    );
    IF before IS DISTINCT FROM in_case THEN
        PERFORM rundbord_data.wake(array_remove(ARRAY[before, in_case], NULL));
    END IF;
END
$$;

-- What a desk logged of readings, prints and refusals: [{"n", "at", "role", "case", "action", "about"}]. Each once; answers with
-- the numbers that are here now. What cannot be read is passed over and not answered.
CREATE OR REPLACE FUNCTION rundbord.push_access(entries text, device uuid) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    who rundbord_data.caller := rundbord_data.who();
    me uuid := who.id;
    e record;
    taken bigint[] := '{}';
BEGIN
    IF me IS NULL OR device IS NULL THEN
        RAISE EXCEPTION 'rundbord: no account, or no device' USING ERRCODE = 'insufficient_privilege';
    ELSIF who.flooding THEN
        RETURN taken; -- the lines are kept by the desk and come again
    ELSIF octet_length(entries) > 8388608 THEN
        RAISE EXCEPTION 'rundbord: over 8 MB' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    FOR e IN SELECT x.value AS body FROM jsonb_array_elements(rundbord_data.list_of(entries)) x LIMIT 5000 LOOP
        IF jsonb_typeof(e.body) = 'object' AND e.body ->> 'n' ~ '^\d{1,15}$' AND length(e.body ->> 'at') <= 64
           AND length(e.body ->> 'action') <= 60 THEN
            INSERT INTO rundbord_data.access (at, person, role, case_id, action, about, device, desk_n)
            VALUES (
                e.body ->> 'at', me, left(coalesce(e.body ->> 'role', ''), 60),
                CASE WHEN e.body ->> 'case' ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
                     THEN (e.body ->> 'case')::uuid END,
                e.body ->> 'action', left(coalesce(e.body ->> 'about', ''), 500), device, (e.body ->> 'n')::bigint
            ) ON CONFLICT DO NOTHING;
            taken := taken || (e.body ->> 'n')::bigint;
        END IF;
    END LOOP;
    PERFORM rundbord_data.count_flood(me, greatest(cardinality(taken), 10), 0, octet_length(entries));
    RETURN taken;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.list_of(text_of_list text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found jsonb;
BEGIN
    found := text_of_list::jsonb;
    RETURN CASE jsonb_typeof(found) WHEN 'array' THEN found ELSE '[]' END;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RETURN '[]';
END
$$;

-- The very pages that were handed over. Once taken they are never changed: the same pages again are taken as the same.
CREATE OR REPLACE FUNCTION rundbord.push_paper(paper_id uuid, case_id uuid, pdf bytea) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    who rundbord_data.caller := rundbord_data.who();
    home rundbord_data.case_home;
    earlier rundbord_data.issued_paper;
BEGIN
    IF who.id IS NULL OR paper_id IS NULL OR case_id IS NULL OR pdf IS NULL THEN
        RETURN 'malformed';
    ELSIF octet_length(pdf) > 20971520 THEN
        RETURN 'too_big';
    ELSIF who.state = 'new' OR who.flooding THEN
        RETURN 'later';
    END IF;
    SELECT i.* INTO earlier FROM rundbord_data.issued_paper i WHERE i.paper_id = push_paper.paper_id;
    IF FOUND THEN
        RETURN CASE WHEN earlier.author = who.id AND earlier.case_id = push_paper.case_id AND earlier.pdf = push_paper.pdf
                    THEN 'accepted' ELSE 'id_taken' END;
    END IF;
    SELECT h.* INTO home FROM rundbord_data.case_home h WHERE h.case_id = push_paper.case_id;
    CASE rundbord_data.right_in(who, case_id, home)
        WHEN 'full', 'late' THEN
            IF NOT EXISTS (SELECT FROM rundbord_data.pen_role p WHERE p.pen = 'act:note_paper' AND p.role = ANY (who.roles)) THEN
                PERFORM rundbord_data.note_no('papir lagt', case_id, paper_id);
                RETURN 'role';
            END IF;
            INSERT INTO rundbord_data.issued_paper (paper_id, case_id, author, pdf) VALUES (paper_id, case_id, who.id, pdf)
            ON CONFLICT DO NOTHING;
            PERFORM rundbord_data.count_flood(who.id, 10, 0, octet_length(pdf));
            RETURN 'accepted';
        WHEN 'start' THEN
            RETURN 'wait'; -- the case itself is still on its way
        WHEN 'erased' THEN
            RETURN 'erased';
        ELSE
            PERFORM rundbord_data.note_no('papir lagt', case_id, paper_id);
            RETURN 'not_yours';
    END CASE;
END
$$;

-- ------------------------------------------------------------------------------------------------------- the doors

-- Each channel a team or a person is woken on; made when first asked for.
CREATE OR REPLACE FUNCTION rundbord_data.channel_of(for_team uuid, for_person uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO rundbord_data.channel (team, person) VALUES (for_team, for_person) ON CONFLICT DO NOTHING;
    RETURN (SELECT c.name FROM rundbord_data.channel c WHERE c.team = for_team OR c.person = for_person);
END
$$;

-- A case moves to a team: closed for those it leaves, opened for those it comes to.
CREATE OR REPLACE FUNCTION rundbord_data.move_case_to(moved uuid, to_team uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    from_team uuid;
BEGIN
    PERFORM rundbord_data.take_counter();
    SELECT h.team_id INTO from_team FROM rundbord_data.case_home h WHERE h.case_id = moved;
    IF from_team IS NULL OR from_team = to_team THEN
        RETURN from_team IS NOT NULL;
    END IF;
    UPDATE rundbord_data.case_home SET team_id = to_team WHERE case_id = moved;
    PERFORM rundbord_data.write_door(moved, NULL, from_team, 'closed');
    PERFORM rundbord_data.write_door(moved, NULL, to_team, 'opened');
    PERFORM rundbord_data.wake(ARRAY[moved], ARRAY[from_team, to_team]);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.open_case_for(opened uuid, for_person uuid, for_scope text, ends timestamptz, giver uuid)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM rundbord_data.take_counter();
    UPDATE rundbord_data.case_home SET granted = true WHERE case_id = opened;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM rundbord_data.channel_of(NULL, for_person);
    INSERT INTO rundbord_data.case_grant AS g (case_id, person_id, scope, until, given_by)
    VALUES (opened, for_person, for_scope, ends, giver)
    ON CONFLICT (case_id, person_id) DO UPDATE
    SET scope = excluded.scope, until = excluded.until, given_by = excluded.given_by, since = now();
    PERFORM rundbord_data.write_door(opened, for_person, NULL, 'opened');
    PERFORM rundbord_data.wake('{}', '{}', ARRAY[for_person]);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.close_case_for(closed uuid, for_person uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM rundbord_data.take_counter();
    UPDATE rundbord_data.case_grant SET until = now()
    WHERE case_id = closed AND person_id = for_person AND (until IS NULL OR until > now());
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM rundbord_data.write_door(closed, for_person, NULL, 'closed');
    PERFORM rundbord_data.wake('{}', '{}', ARRAY[for_person]);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.join_team(joining uuid, to_team uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM rundbord_data.take_counter();
    PERFORM rundbord_data.channel_of(to_team, NULL), rundbord_data.channel_of(NULL, joining);
    IF EXISTS (
        SELECT FROM rundbord_data.member m
        WHERE m.person = joining AND m.team = to_team AND m.until IS NULL
    ) THEN
        RETURN false;
    END IF;
    INSERT INTO rundbord_data.member (person, team, login, state)
    SELECT p.id, to_team, p.login, p.state FROM rundbord_data.person p WHERE p.id = joining;
    PERFORM rundbord_data.write_door(NULL, joining, to_team, 'opened');
    PERFORM rundbord_data.wake('{}', '{}', ARRAY[joining]);
    RETURN true;
END
$$;

-- Leaves one team, or (none named) every team and every grant.
CREATE OR REPLACE FUNCTION rundbord_data.leave_team(leaving uuid, from_team uuid DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    one uuid;
    left_behind integer := 0;
BEGIN
    PERFORM rundbord_data.take_counter();
    FOR one IN
        UPDATE rundbord_data.member SET until = now()
        WHERE person = leaving AND until IS NULL AND (from_team IS NULL OR team = from_team)
        RETURNING team
    LOOP
        PERFORM rundbord_data.write_door(NULL, leaving, one, 'closed');
        left_behind := left_behind + 1;
    END LOOP;
    IF from_team IS NULL THEN
        FOR one IN
            SELECT g.case_id FROM rundbord_data.case_grant g
            WHERE g.person_id = leaving AND (g.until IS NULL OR g.until > now())
        LOOP
            PERFORM rundbord_data.close_case_for(one, leaving);
            left_behind := left_behind + 1;
        END LOOP;
    END IF;
    PERFORM rundbord_data.wake('{}', '{}', ARRAY[leaving]);
    RETURN left_behind;
END
$$;

-- Erasure after archiving: the only way a row leaves the log. Its ids live on as refused, and everybody's desk is told.
CREATE OR REPLACE FUNCTION rundbord_data.note_erasure(gone uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    number bigint;
    other record;
BEGIN
    PERFORM rundbord_data.wake(ARRAY[gone], ARRAY(SELECT c.team FROM rundbord_data.channel c WHERE c.team IS NOT NULL),
                               ARRAY(SELECT c.person FROM rundbord_data.channel c WHERE c.person IS NOT NULL));
    number := rundbord_data.write_door(gone, NULL, NULL, 'erased');
    -- The citizen has another case: it is fetched anew, with what is the citizen's.
    FOR other IN
        SELECT h.case_id, h.team_id FROM rundbord_data.case_home h
        JOIN rundbord_data.case_home own ON own.citizen_id = h.citizen_id AND own.case_id = gone
        WHERE h.case_id <> gone
    LOOP
        PERFORM rundbord_data.write_door(other.case_id, NULL, other.team_id, 'opened');
    END LOOP;
    RETURN number;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.erase_case(gone uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    erased integer;
    stays uuid[]; -- a citizen with another case is not erased with this one
BEGIN
    IF gone IS NULL OR gone = '00000000-0000-0000-0000-000000000001' THEN
        RAISE EXCEPTION 'rundbord: no case' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM rundbord_data.note_erasure(gone); -- takes the counter: nothing more comes in from here on
    stays := ARRAY(
        SELECT h.citizen_id FROM rundbord_data.case_home h WHERE h.citizen_id IS NOT NULL AND h.case_id <> gone
           AND h.citizen_id IN (SELECT c.subject FROM rundbord_data.change c WHERE c.case_id = gone)
    );
    UPDATE rundbord_data.refused SET over = '{}', kind = '', reason = 'erased' WHERE case_id = gone;
    INSERT INTO rundbord_data.refused (id, case_id, record_id, author, reason)
    SELECT c.id, c.case_id, c.record_id, c.author, 'erased' FROM rundbord_data.change c
    WHERE c.case_id = gone AND (c.subject IS NULL OR NOT c.subject = ANY (stays))
    ON CONFLICT DO NOTHING;
    DELETE FROM rundbord_data.change WHERE case_id = gone AND (subject IS NULL OR NOT subject = ANY (stays));
    GET DIAGNOSTICS erased = ROW_COUNT;
    DELETE FROM rundbord_data.issued_paper WHERE case_id = gone;
    DELETE FROM rundbord_data.case_grant WHERE case_id = gone;
    DELETE FROM rundbord_data.presence WHERE case_id = gone;
    DELETE FROM rundbord_data.case_home WHERE case_id = gone;
    RETURN erased;
END
$$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY[
        'rundbord.here(uuid, uuid, text)', 'rundbord.push_access(text, uuid)', 'rundbord.push_paper(uuid, uuid, bytea)'
    ]::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO rundbord_writer', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rundbord_person', f);
    END LOOP;
    FOREACH f IN ARRAY ARRAY[
        'rundbord_data.channel_of(uuid, uuid)', 'rundbord_data.move_case_to(uuid, uuid)',
        'rundbord_data.open_case_for(uuid, uuid, text, timestamptz, uuid)', 'rundbord_data.close_case_for(uuid, uuid)',
        'rundbord_data.join_team(uuid, uuid)', 'rundbord_data.leave_team(uuid, uuid)', 'rundbord_data.note_erasure(uuid)'
    ]::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO rundbord_writer', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rundbord_keeper', f);
    END LOOP;
    ALTER FUNCTION rundbord_data.erase_case(uuid) OWNER TO rundbord_eraser;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord_data.erase_case(uuid) TO rundbord_keeper;
    GRANT EXECUTE ON FUNCTION rundbord_data.note_erasure(uuid) TO rundbord_eraser;
    GRANT EXECUTE ON FUNCTION rundbord_data.list_of(text) TO rundbord_writer;
END
$$;
