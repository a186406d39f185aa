-- A database that has been put back. What its desks have been told since the copy was taken, it no longer has; and the numbers it
-- gave out then may never be given again, for a desk that has passed one looks for nothing at or below it.
--
-- So a database knows which it is. When it wakes up as another (another server, another line of the log, another database or other
-- tables) it says so by a new name, and numbers from far above all it can have given. Every desk then offers what it has anew.

CREATE TABLE IF NOT EXISTS rundbord_data.origin (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    name text NOT NULL DEFAULT pg_catalog.gen_random_uuid()::text,
    print text NOT NULL, -- of what it was when it took that name
    at timestamptz NOT NULL DEFAULT pg_catalog.now()
);
ALTER TABLE rundbord_data.origin OWNER TO rundbord_owner;
ALTER TABLE rundbord_data.origin ENABLE ROW LEVEL SECURITY;
ALTER TABLE rundbord_data.origin FORCE ROW LEVEL SECURITY;
REVOKE ALL ON rundbord_data.origin FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON rundbord_data.origin TO rundbord_writer;
DROP POLICY IF EXISTS rundbord_writer ON rundbord_data.origin;
CREATE POLICY rundbord_writer ON rundbord_data.origin FOR ALL TO rundbord_writer USING (true) WITH CHECK (true);

-- What tells one database from its copy: the server, the line of its log (a new one after each recovery and each standby that has
-- taken over), the database, and its tables.
CREATE OR REPLACE FUNCTION rundbord_data.fingerprint() RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT md5(concat_ws(
        '/', (SELECT c.system_identifier FROM pg_control_system() c), left(pg_walfile_name(pg_current_wal_lsn()), 8),
        (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()), 'rundbord_data.change'::regclass::oid
    ))
$$;

-- The name this database goes by, known to every desk from its greeting. Takes the counter when it has woken up as another.
CREATE OR REPLACE FUNCTION rundbord_data.origin_now() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_now text := rundbord_data.fingerprint();
    held text;
    number bigint;
BEGIN
    SELECT o.print INTO held FROM rundbord_data.origin o;
    IF held IS DISTINCT FROM is_now THEN
        number := rundbord_data.take_counter();
        SELECT o.print INTO held FROM rundbord_data.origin o;
        IF held IS NULL THEN
            INSERT INTO rundbord_data.origin (print) VALUES (is_now);
        ELSIF held <> is_now THEN
            RAISE LOG 'rundbord: the database has been put back; numbers go on from far above %', number;
            UPDATE rundbord_data.origin SET name = gen_random_uuid()::text, print = is_now, at = now();
            UPDATE rundbord_data.counter SET n = ((number >> 40) + 1) << 40;
        END IF;
    END IF;
    RETURN (SELECT o.name FROM rundbord_data.origin o);
END
$$;

-- Those of these changes that are not here, taken or refused: what a desk is to send again.
CREATE OR REPLACE FUNCTION rundbord.lacks(ids uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF rundbord_data.my_id() IS NULL OR cardinality(ids) > 5000 THEN
        RAISE EXCEPTION 'rundbord: no account, or too many' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT u FROM unnest(ids) u
    WHERE (SELECT c.seq FROM rundbord_data.change c WHERE c.id = u) IS NULL
      AND (SELECT x.id FROM rundbord_data.refused x WHERE x.id = u) IS NULL;
END
$$;

-- What became of these: the number of each that was taken, null for one that was refused. What a desk has offered anew for another,
-- who is not there, may be here again by another copy that was put back, and under a number the desk has long passed: nothing comes
-- to it by that.
CREATE OR REPLACE FUNCTION rundbord.taken(ids uuid[]) RETURNS TABLE (id uuid, seq bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    IF rundbord_data.my_id() IS NULL OR cardinality(ids) > 5000 THEN
        RAISE EXCEPTION 'rundbord: no account, or too many' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY SELECT c.id, c.seq FROM rundbord_data.change c WHERE c.id = ANY (ids);
    RETURN QUERY SELECT x.id, NULL::bigint FROM rundbord_data.refused x WHERE x.id = ANY (ids);
END
$$;

-- Where the log goes on after a number nothing was found above: a gap is stepped over, however wide.
CREATE OR REPLACE FUNCTION rundbord_data.next_number(after bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN least(
        (SELECT c.seq FROM rundbord_data.change c WHERE c.seq > after ORDER BY c.seq LIMIT 1),
        (SELECT d.seq FROM rundbord_data.door d WHERE d.seq > after ORDER BY d.seq LIMIT 1)
    );
END
$$;

DO $$
BEGIN
    ALTER FUNCTION rundbord_data.origin_now() OWNER TO rundbord_writer;
    ALTER FUNCTION rundbord_data.next_number(bigint) OWNER TO rundbord_writer;
    ALTER FUNCTION rundbord.lacks(uuid[]) OWNER TO rundbord_writer;
    ALTER FUNCTION rundbord.taken(uuid[]) OWNER TO rundbord_writer;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data, rundbord FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord_data.fingerprint(), rundbord_data.origin_now() TO rundbord_writer;
    GRANT EXECUTE ON FUNCTION rundbord_data.next_number(bigint) TO rundbord_reader;
    GRANT EXECUTE ON FUNCTION rundbord.lacks(uuid[]), rundbord.taken(uuid[]) TO rundbord_person;
END
$$;
