-- An account taken hold of before it is closed, reset or confirmed. Whoever has touched it in a transaction they keep open (a
-- greeting is enough) holds its row too, and would keep anybody from closing it: that session of theirs is ended.

-- `writing`: those alone that have written in the transaction they are in.
CREATE OR REPLACE FUNCTION rundbord_data.end_sessions_of(whose text, writing boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held integer;
BEGIN
    FOR held IN
        SELECT a.pid FROM pg_stat_activity a
        WHERE a.usename = whose AND a.datname = current_database() AND a.pid <> pg_backend_pid()
          AND (NOT writing OR EXISTS (
              SELECT FROM pg_locks x WHERE x.pid = a.pid AND x.locktype = 'transactionid' AND x.granted
          ))
    LOOP
        RAISE LOG 'rundbord: ends session %, whose account is held or closed', held;
        PERFORM pg_terminate_backend(held, 5000);
    END LOOP;
END
$$;

-- The account of somebody who works here, its row held until commit; no id when there is none. Whatever takes both takes the numbering
-- first and accounts after it, as a push does that lets somebody in: else two would wait for each other. Nobody is waited for with the
-- numbering in hand: an account somebody else holds is tried again, and the numbering let go of in between.
CREATE OR REPLACE FUNCTION rundbord_data.held_person(wanted uuid) RETURNS rundbord_data.person
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found rundbord_data.person;
    numbered boolean;
    ended boolean := false;
    began timestamptz := clock_timestamp();
BEGIN
    LOOP
        BEGIN
            numbered := false;
            PERFORM rundbord_data.pass_numbering();
            numbered := true;
            SELECT * INTO found FROM rundbord_data.person p WHERE p.id = wanted AND p.roles <> '{}' FOR UPDATE NOWAIT;
            RETURN found;
        EXCEPTION WHEN lock_not_available THEN
            IF NOT numbered OR clock_timestamp() > began + interval '10 seconds' THEN
                RAISE;
            END IF;
        END;
        IF clock_timestamp() < began + interval '2 seconds' THEN
            PERFORM pg_sleep(0.02);
        ELSIF ended THEN
            PERFORM pg_sleep(0.2);
        ELSE
            PERFORM rundbord_data.end_sessions_of(p.login, true) FROM rundbord_data.person p WHERE p.id = wanted;
            ended := true;
        END IF;
    END LOOP;
END
$$;

DO $$
BEGIN
    ALTER FUNCTION rundbord_data.end_sessions_of(text, boolean) OWNER TO rundbord_warden;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord_data.end_sessions_of(text, boolean), rundbord_data.held_person(uuid) TO rundbord_keeper;
END
$$;
