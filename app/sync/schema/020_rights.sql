-- Who may see what, and what nobody may do: row-level security, grants to the functions' owners, and the closed log.

-- ---------------------------------------------------------------------------------------------- who the session is

-- Everything asks session_user: a function's owner is current_user and says nothing of who calls. These are plpgsql, which keeps
-- its plans; a function in plain SQL is planned at every call.
CREATE OR REPLACE FUNCTION rundbord_data.my_id() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN (
        SELECT p.id FROM rundbord_data.person p WHERE p.login = session_user
    );
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.my_state() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN (
        SELECT p.state FROM rundbord_data.person p WHERE p.login = session_user
    );
END
$$;

-- Reading takes an account that is open. One whose password somebody else has set reads nothing until it is confirmed.
CREATE OR REPLACE FUNCTION rundbord_data.my_reading_id() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN (
        SELECT p.id FROM rundbord_data.person p WHERE p.login = session_user AND p.state = 'open'
    );
END
$$;

-- An adviser is in no team: what an adviser sees is granted case by case. Plain SQL, and so put in place where it is asked for by
-- `FROM`: no function is called.
CREATE OR REPLACE FUNCTION rundbord_data.teams_of_mine() RETURNS SETOF uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT m.team
    FROM rundbord_data.member m
    WHERE m.login = session_user AND m.state = 'open' AND m.since <= now() AND m.until IS NULL
$$;

CREATE OR REPLACE FUNCTION rundbord_data.my_teams() RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN ARRAY(SELECT t.team FROM rundbord_data.teams_of_mine() t (team));
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.my_teams_ever() RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT m.team), '{}')
        FROM rundbord_data.member m WHERE m.person = (SELECT rundbord_data.my_id())
    );
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.my_grants(wanted text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(g.case_id), '{}')
        FROM rundbord_data.case_grant g
        WHERE g.person_id = (SELECT rundbord_data.my_reading_id()) AND g.scope = wanted
          AND g.since <= now() AND (g.until IS NULL OR g.until > clock_timestamp())
    );
END
$$;

-- The requests put to an adviser, on the cases that are open to them. Whom else one asks is not theirs to see.
CREATE OR REPLACE FUNCTION rundbord_data.my_requests() RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(
        SELECT c.record_id FROM rundbord_data.change c
        WHERE c.case_id = ANY (rundbord_data.my_grants('shared')) AND c.kind = 'advice_request'
          AND c.fields ->> 'person_id' = rundbord_data.my_id()::text
    );
END
$$;
ALTER FUNCTION rundbord_data.my_requests() OWNER TO rundbord_writer;

-- What of the municipality's own the session reads: 2 all of it, 1 all but who may grant what (no team), 0 nothing.
CREATE OR REPLACE FUNCTION rundbord_data.my_common() RETURNS integer
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN CASE WHEN rundbord_data.my_teams() <> '{}' THEN 2 WHEN rundbord_data.my_reading_id() IS NOT NULL THEN 1 ELSE 0 END;
END
$$;

-- Whether a case of this citizen is the session's to read. Few changes are about one, so it is asked apart: in the policy it would
-- be made ready at every query.
CREATE OR REPLACE FUNCTION rundbord_data.my_citizen(wanted uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM rundbord_data.case_home h WHERE h.citizen_id = wanted);
END
$$;

-- What one reads of a case that is not one's own: an adviser the shared part, everybody the municipality's own (who may grant what,
-- those in a team), and a citizen through any of their cases. Asked apart for the same reason. `shared`: the session's own.
CREATE OR REPLACE FUNCTION rundbord_data.reads_part(
    in_case uuid, kind text, record uuid, audience text, about uuid, shared uuid[]
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    IF in_case = '00000000-0000-0000-0000-000000000001' THEN
        RETURN rundbord_data.my_common() >= CASE kind WHEN 'competence' THEN 2 ELSE 1 END;
    ELSIF in_case = ANY (shared) AND audience IN ('rådgiver', 'borger og rådgiver')
       AND (kind <> 'advice_request' OR record = ANY (rundbord_data.my_requests())) THEN
        RETURN true;
    END IF;
    RETURN about IS NOT NULL AND rundbord_data.my_citizen(about);
END
$$;

-- ------------------------------------------------------------------------------------------------ row-level security

-- The sub-selects in brackets are asked once a query, and only if it comes to them. A case's home is asked by its key, row by row:
-- a microsecond each. Each table named here is made ready at every query a desk asks, so there are few of them.
DO $$
DECLARE
    of record;
BEGIN
    FOR of IN SELECT * FROM (VALUES
        ('setting', 'rundbord_reader', 'SELECT', 'true'),
        ('team', 'rundbord_reader', 'SELECT', 'true'),
        ('person', 'rundbord_reader', 'SELECT', 'true'),
        ('member', 'rundbord_reader', 'SELECT', 'true'),
        ('counter', 'rundbord_reader', 'SELECT', 'true'),
        ('case_grant', 'rundbord_reader', 'SELECT',
            'person_id = (SELECT rundbord_data.my_reading_id())'
            ' OR (SELECT h.case_id FROM rundbord_data.case_home h WHERE h.case_id = case_grant.case_id) IS NOT NULL'),
        -- The whole case: through the team, or by a grant. All below ask by way of this row.
        ('case_home', 'rundbord_reader', 'SELECT',
            'team_id = ANY (ARRAY(SELECT t.team FROM rundbord_data.teams_of_mine() t (team)))'
            ' OR case_id = ANY ((SELECT rundbord_data.my_grants(''full''))::uuid[])'),
        ('change', 'rundbord_reader', 'SELECT',
            '(SELECT h.case_id FROM rundbord_data.case_home h WHERE h.case_id = change.case_id) IS NOT NULL'
            ' OR rundbord_data.reads_part('
            'case_id, kind, record_id, audience, subject, (SELECT rundbord_data.my_grants(''shared'')))'),
        ('issued_paper', 'rundbord_reader', 'SELECT',
            '(SELECT h.case_id FROM rundbord_data.case_home h WHERE h.case_id = issued_paper.case_id) IS NOT NULL'),
        ('presence', 'rundbord_reader', 'SELECT',
            '(SELECT h.case_id FROM rundbord_data.case_home h WHERE h.case_id = presence.case_id) IS NOT NULL'),
        ('door', 'rundbord_reader', 'SELECT',
            'person_id = (SELECT rundbord_data.my_id())'
            ' OR (person_id IS NULL AND (team_id IS NULL OR team_id = ANY ((SELECT rundbord_data.my_teams_ever())::uuid[])))'),
        ('access', 'rundbord_reader', 'SELECT', 'login = session_user'),

        ('setting', 'rundbord_writer', 'SELECT', 'true'),
        ('team', 'rundbord_writer', 'SELECT', 'true'),
        ('person', 'rundbord_writer', 'SELECT', 'true'),
        ('member', 'rundbord_writer', 'ALL', 'true'),
        ('channel', 'rundbord_writer', 'ALL', 'true'),
        ('field_rule', 'rundbord_writer', 'SELECT', 'true'),
        ('pen_role', 'rundbord_writer', 'SELECT', 'true'),
        ('allowed', 'rundbord_writer', 'ALL', 'true'),
        ('case_home', 'rundbord_writer', 'ALL', 'true'),
        ('case_grant', 'rundbord_writer', 'ALL', 'true'),
        ('counter', 'rundbord_writer', 'ALL', 'true'),
        ('change', 'rundbord_writer', 'ALL', 'true'),
        ('refused', 'rundbord_writer', 'ALL', 'true'),
        ('door', 'rundbord_writer', 'ALL', 'true'),
        ('issued_paper', 'rundbord_writer', 'ALL', 'true'),
        ('access', 'rundbord_writer', 'ALL', 'person = (SELECT rundbord_data.my_id())'),
        ('refusal_log', 'rundbord_writer', 'ALL', 'login = session_user'),
        ('flood', 'rundbord_writer', 'ALL', 'true'),
        ('presence', 'rundbord_writer', 'ALL', 'true'),

        ('case_home', 'rundbord_eraser', 'ALL', 'true'),
        ('case_grant', 'rundbord_eraser', 'ALL', 'true'),
        ('change', 'rundbord_eraser', 'ALL', 'true'),
        ('refused', 'rundbord_eraser', 'ALL', 'true'),
        ('issued_paper', 'rundbord_eraser', 'ALL', 'true'),
        ('presence', 'rundbord_eraser', 'ALL', 'true'),

        ('team', 'rundbord_reporter', 'SELECT', 'true'),
        ('case_home', 'rundbord_reporter', 'SELECT', 'true'),
        ('change', 'rundbord_reporter', 'SELECT', 'true')
    ) AS policies (name, role, verb, test)
    LOOP
        EXECUTE format('DROP POLICY IF EXISTS %I ON rundbord_data.%I', of.role, of.name);
        EXECUTE format(
            'CREATE POLICY %I ON rundbord_data.%I FOR %s TO %I %s',
            of.role, of.name, of.verb, of.role,
            CASE of.verb
                WHEN 'SELECT' THEN format('USING (%s)', of.test)
                WHEN 'INSERT' THEN format('WITH CHECK (%s)', of.test)
                ELSE format('USING (%s) WITH CHECK (%s)', of.test, of.test)
            END
        );
        IF of.verb <> 'ALL' THEN
            EXECUTE format('GRANT %s ON rundbord_data.%I TO %I', of.verb, of.name, of.role);
        END IF;
    END LOOP;
END
$$;
DROP POLICY IF EXISTS own_lines ON rundbord_data.access;
CREATE POLICY own_lines ON rundbord_data.access FOR INSERT TO rundbord_reader
    WITH CHECK (login = session_user AND person = (SELECT rundbord_data.my_id()));

GRANT SELECT, INSERT ON rundbord_data.change, rundbord_data.refused, rundbord_data.door, rundbord_data.issued_paper,
    rundbord_data.channel, rundbord_data.access, rundbord_data.refusal_log TO rundbord_writer;
GRANT SELECT, INSERT ON rundbord_data.access TO rundbord_reader;
GRANT SELECT, INSERT, UPDATE ON rundbord_data.member, rundbord_data.case_home, rundbord_data.case_grant, rundbord_data.flood
    TO rundbord_writer;
GRANT UPDATE (standing) ON rundbord_data.change TO rundbord_writer;
GRANT SELECT, UPDATE ON rundbord_data.counter TO rundbord_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON rundbord_data.presence, rundbord_data.allowed TO rundbord_writer;
GRANT SELECT, DELETE ON rundbord_data.change, rundbord_data.case_home, rundbord_data.case_grant, rundbord_data.issued_paper,
    rundbord_data.presence TO rundbord_eraser;
GRANT SELECT, INSERT, UPDATE, DELETE ON rundbord_data.refused TO rundbord_eraser;

-- --------------------------------------------------------------------------------------------------- the closed log

-- Fires for everybody, the owners too. Erasure has a role of its own, which nothing but the one function acts as.
CREATE OR REPLACE FUNCTION rundbord_data.keep_log() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = 'rundbord_eraser' AND TG_TABLE_NAME IN ('change', 'issued_paper', 'refused') THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND current_user = 'rundbord_eraser' AND TG_TABLE_NAME = 'refused' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'rundbord: % is only added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

DO $$
DECLARE
    log text;
BEGIN
    FOREACH log IN ARRAY ARRAY['refused', 'door', 'issued_paper', 'access', 'refusal_log'] LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER keep_log BEFORE UPDATE OR DELETE OR TRUNCATE ON rundbord_data.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION rundbord_data.keep_log()', log
        );
    END LOOP;
END
$$;
CREATE OR REPLACE TRIGGER keep_log BEFORE DELETE OR TRUNCATE ON rundbord_data.change
    FOR EACH STATEMENT EXECUTE FUNCTION rundbord_data.keep_log();
CREATE OR REPLACE TRIGGER keep_words BEFORE UPDATE OF
    seq, received_at, id, case_id, record_id, author, device, step, undoes, subject, late, kind, audience, role, at, step_name,
    fields, over, bases
    ON rundbord_data.change FOR EACH STATEMENT EXECUTE FUNCTION rundbord_data.keep_log();

-- ------------------------------------------------------------------------------------- what a role may write, reckoned

CREATE OR REPLACE FUNCTION rundbord_data.reckon_allowed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM rundbord_data.allowed;
    INSERT INTO rundbord_data.allowed (kind, audience, role, fields, at_birth, once, wrong, numbers)
    SELECT f.kind, f.audience, r.role,
           coalesce(array_agg(f.field) FILTER (WHERE p.pen IS NOT NULL), '{}'),
           array_agg(f.field) FILTER (WHERE p.pen IS NOT NULL OR f.field = 'removed'),
           coalesce(array_agg(f.field) FILTER (WHERE f.once), '{}'),
           ('$ ? (' || string_agg(rundbord_data.wrong_value(f.field, f.type), ' || ' ORDER BY f.field) || ')')::jsonpath,
           coalesce(array_agg(f.field) FILTER (WHERE f.type LIKE 'number%'), '{}')
    FROM rundbord_data.field_rule f
    CROSS JOIN (SELECT DISTINCT role FROM rundbord_data.pen_role) r
    LEFT JOIN rundbord_data.pen_role p ON p.pen = f.pen AND p.role = r.role
    WHERE EXISTS (
        SELECT FROM rundbord_data.field_rule own JOIN rundbord_data.pen_role w ON w.pen = own.pen AND w.role = r.role
        WHERE own.kind = f.kind
    )
    GROUP BY f.kind, f.audience, r.role
    HAVING count(*) FILTER (WHERE p.pen IS NOT NULL OR f.field = 'removed') > 0;
    RETURN NULL;
END
$$;
ALTER FUNCTION rundbord_data.reckon_allowed() OWNER TO rundbord_writer;
CREATE OR REPLACE TRIGGER reckon_allowed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON rundbord_data.field_rule
    FOR EACH STATEMENT EXECUTE FUNCTION rundbord_data.reckon_allowed();
CREATE OR REPLACE TRIGGER reckon_allowed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON rundbord_data.pen_role
    FOR EACH STATEMENT EXECUTE FUNCTION rundbord_data.reckon_allowed();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rundbord_data.my_id(), rundbord_data.my_reading_id(), rundbord_data.teams_of_mine(),
    rundbord_data.my_teams(),
    rundbord_data.my_teams_ever(), rundbord_data.my_grants(text), rundbord_data.my_requests()
    TO rundbord_reader, rundbord_writer;
GRANT EXECUTE ON FUNCTION rundbord_data.my_state(), rundbord_data.my_common(), rundbord_data.my_citizen(uuid),
    rundbord_data.reads_part(uuid, text, uuid, text, uuid, uuid[]) TO rundbord_reader;
