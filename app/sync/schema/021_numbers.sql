-- The numbering: one row, locked from before the first change of a push is judged until its commit. So numbers come in the
-- order of commits, and a reader that has passed one never later finds anything at or below it.

-- Whoever has written under the counter's lock and is not waiting for that very row: the holder. A waiter has no transaction
-- number yet, for a push writes nothing before it has the lock. One that waits for something else is a holder all the same: two
-- sessions of one mind could else keep each other waiting for ever.
CREATE OR REPLACE FUNCTION rundbord_data.holders() RETURNS TABLE (pid integer, transaction text)
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT DISTINCT l.pid, l.virtualtransaction
    FROM pg_locks l
    WHERE l.locktype = 'relation' AND l.granted AND l.mode IN ('RowShareLock', 'RowExclusiveLock')
      AND l.relation = 'rundbord_data.counter'::regclass
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
      AND l.pid <> pg_backend_pid()
      AND EXISTS (SELECT FROM pg_locks x WHERE x.pid = l.pid AND x.locktype = 'transactionid' AND x.granted)
      AND NOT EXISTS ( -- whoever waits for a row, or is the first to, holds its place in the queue
          SELECT FROM pg_locks w
          WHERE w.pid = l.pid AND w.locktype = 'tuple' AND w.relation = l.relation AND w.database = l.database
      )
$$;

-- Ends one session, and only if it is the one that holds the counter. A superuser's nobody here may end (an erasing, say): it is waited
-- for, and whoever waits too long is told that the numbering is busy, never that their access is over.
CREATE OR REPLACE FUNCTION rundbord_data.end_holder(holder text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found integer;
BEGIN
    SELECT h.pid INTO found FROM rundbord_data.holders() h WHERE h.pid || ' ' || h.transaction = holder;
    IF found IS NULL THEN
        RETURN false;
    END IF;
    RAISE LOG 'rundbord: ends session % for holding the numbering over 5 s', found;
    RETURN pg_terminate_backend(found);
EXCEPTION WHEN insufficient_privilege THEN
    RETURN false;
END
$$;

-- The counter's number, its lock held until commit.
CREATE OR REPLACE FUNCTION rundbord_data.take_counter() RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    number bigint;
BEGIN
    SELECT c.n INTO number FROM rundbord_data.counter c FOR UPDATE SKIP LOCKED;
    IF number IS NULL THEN
        number := rundbord_data.wait_for_counter();
    END IF;
    IF current_setting('synchronous_commit') IN ('off', 'local') THEN
        PERFORM set_config('synchronous_commit', 'on', true); -- a number somebody has read may not be given twice
    END IF;
    RETURN number;
END
$$;

-- The same, where somebody has it. Waits at most half a minute; who holds it over 5 s is ended.
CREATE OR REPLACE FUNCTION rundbord_data.wait_for_counter() RETURNS bigint
LANGUAGE plpgsql VOLATILE SET lock_timeout = '1s'
AS $$
DECLARE
    number bigint;
    seen jsonb := '{}'; -- since when, in seconds: as text a time would be read by the zone and the style the session has set
    since numeric;
    holder text;
    began timestamptz := clock_timestamp();
BEGIN
    WHILE number IS NULL LOOP
        BEGIN
            SELECT c.n INTO number FROM rundbord_data.counter c FOR UPDATE;
        EXCEPTION WHEN lock_not_available THEN
            IF clock_timestamp() > began + interval '30 seconds' THEN
                RAISE EXCEPTION 'rundbord: the numbering is busy' USING ERRCODE = 'lock_not_available';
            END IF;
            PERFORM pg_sleep(random() * 0.05);
            SELECT coalesce(jsonb_object_agg(h.pid || ' ' || h.transaction,
                       coalesce(seen -> (h.pid || ' ' || h.transaction), to_jsonb(extract(epoch FROM clock_timestamp())))), '{}')
            INTO seen FROM rundbord_data.holders() h;
            FOR holder, since IN SELECT s.key, s.value::numeric FROM jsonb_each_text(seen) s LOOP
                IF since < extract(epoch FROM clock_timestamp()) - 4 THEN -- and a second before it was first seen
                    PERFORM rundbord_data.end_holder(holder);
                END IF;
            END LOOP;
        END;
    END LOOP;
    RETURN number;
END
$$;

-- What is done with accounts passes through the numbering as words do, though it takes no number: a session that keeps a view of the
-- database from before it neither writes nor does anything by an account as it was.
CREATE OR REPLACE FUNCTION rundbord_data.pass_numbering() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE rundbord_data.counter SET n = rundbord_data.take_counter();
END
$$;

-- Wakes those who have an interest: the desks of these teams and the people with a grant on these cases. A notice says
-- nothing but that something came.
CREATE OR REPLACE FUNCTION rundbord_data.wake(cases uuid[], teams uuid[] DEFAULT '{}', people uuid[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM pg_notify(c.name, '')
    FROM (
        SELECT DISTINCT h.team_id FROM rundbord_data.case_home h WHERE h.case_id = ANY (cases)
        UNION SELECT unnest(teams)
    ) t JOIN rundbord_data.channel c ON c.team = t.team_id;
    PERFORM pg_notify(c.name, '')
    FROM (
        SELECT g.person_id FROM rundbord_data.case_grant g
        WHERE g.case_id = ANY (cases) AND (g.until IS NULL OR g.until > now())
        UNION SELECT unnest(people)
    ) p JOIN rundbord_data.channel c ON c.person = p.person_id;
    IF '00000000-0000-0000-0000-000000000001'::uuid = ANY (cases) THEN
        PERFORM pg_notify(c.name, '') FROM rundbord_data.channel c;
    END IF;
END
$$;

-- Opens or closes a case for a person, a team, or everybody. Called with the counter taken or not.
CREATE OR REPLACE FUNCTION rundbord_data.write_door(in_case uuid, for_person uuid, for_team uuid, happens text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    number bigint := rundbord_data.take_counter() + 1;
BEGIN
    UPDATE rundbord_data.counter SET n = number, door = number;
    INSERT INTO rundbord_data.door (seq, case_id, person_id, team_id, what)
    VALUES (number, in_case, for_person, for_team, happens) ON CONFLICT DO NOTHING;
    RETURN number;
END
$$;

DO $$
BEGIN
    ALTER FUNCTION rundbord_data.end_holder(text) OWNER TO rundbord_warden;
    ALTER FUNCTION rundbord_data.pass_numbering() OWNER TO rundbord_writer;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord_data.holders() TO rundbord_warden, rundbord_writer;
    GRANT EXECUTE ON FUNCTION rundbord_data.end_holder(text), rundbord_data.take_counter(), rundbord_data.wait_for_counter(),
        rundbord_data.wake(uuid[], uuid[], uuid[]), rundbord_data.write_door(uuid, uuid, uuid, text) TO rundbord_writer;
END
$$;
