-- What no session may decide for the functions people call, whatever it has set for itself. Last, for it is said of all of them.

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'rundbord'::regnamespace AND p.prosecdef LOOP
        -- The planner fears lists it cannot see into, and would compile a query that takes 0.1 ms for 250.
        EXECUTE format('ALTER FUNCTION %s SET jit = off', f);
        -- A backslash in a pattern is a backslash.
        EXECUTE format('ALTER FUNCTION %s SET standard_conforming_strings = on', f);
    END LOOP;
END
$$;
