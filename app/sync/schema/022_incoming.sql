-- What a push brings, read: each change with its types right, or with the problem it has. No data makes this fail; a batch is
-- read whole first, and one by one when something in it cannot be read.

DO $$
BEGIN
    IF to_regtype('rundbord_data.incoming') IS NULL THEN
        CREATE TYPE rundbord_data.incoming AS (
            ord integer, id uuid, case_id uuid, kind text, record_id uuid, fields jsonb, over jsonb, bases jsonb, audience text,
            role text, at text, step uuid, step_name text, undoes uuid, author uuid, problem text
        );
        CREATE TYPE rundbord_data.caller AS (
            id uuid, name text, roles text[], state text, must_change boolean, closed_at timestamptz,
            teams uuid[], late_teams uuid[], first_team uuid,
            fulls uuid[], shareds uuid[], late_fulls uuid[], late_shareds uuid[]
        );
    END IF;
END
$$;
ALTER TYPE rundbord_data.incoming OWNER TO rundbord_owner;
ALTER TYPE rundbord_data.caller OWNER TO rundbord_owner;

-- Who calls, and all the rights that do not depend on the case: asked once a push. `late` is what ended within 30 days.
CREATE OR REPLACE FUNCTION rundbord_data.who() RETURNS rundbord_data.caller
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT ROW(
            p.id, p.name, p.roles, p.state, p.must_change, p.closed_at,
            coalesce(m.teams, '{}'), coalesce(m.late_teams, '{}'), m.first_team,
            coalesce(g.fulls, '{}'), coalesce(g.shareds, '{}'), coalesce(g.late_fulls, '{}'), coalesce(g.late_shareds, '{}')
        )::rundbord_data.caller
        FROM rundbord_data.person p
        CROSS JOIN LATERAL (
            SELECT array_agg(x.team) FILTER (WHERE x.now) AS teams,
                   array_agg(x.team) FILTER (WHERE NOT x.now) AS late_teams,
                   (array_agg(x.team ORDER BY x.since) FILTER (WHERE x.now))[1] AS first_team
            FROM (
                SELECT t.team, t.since, p.state = 'open' AND (t.until IS NULL OR t.until > now()) AS now
                FROM rundbord_data.member t
                WHERE t.person = p.id AND t.since <= now() AND (t.until IS NULL OR t.until > now() - interval '30 days')
            ) x
        ) m
        CROSS JOIN LATERAL (
            SELECT array_agg(x.case_id) FILTER (WHERE x.now AND x.scope = 'full') AS fulls,
                   array_agg(x.case_id) FILTER (WHERE x.now AND x.scope = 'shared') AS shareds,
                   array_agg(x.case_id) FILTER (WHERE NOT x.now AND x.scope = 'full') AS late_fulls,
                   array_agg(x.case_id) FILTER (WHERE NOT x.now AND x.scope = 'shared') AS late_shareds
            FROM (
                SELECT t.case_id, t.scope, p.state = 'open' AND (t.until IS NULL OR t.until > now()) AS now
                FROM rundbord_data.case_grant t
                WHERE t.person_id = p.id AND t.since <= now() AND (t.until IS NULL OR t.until > now() - interval '30 days')
            ) x
        ) g
        WHERE p.login = session_user
    );
END
$$;

-- How many changes a push holds. What is no list of changes at all is the client's fault, and the one thing that fails.
CREATE OR REPLACE FUNCTION rundbord_data.how_many(changes text) RETURNS integer
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce(json_array_length(changes::json), 0);
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RAISE EXCEPTION 'rundbord: not a list of changes' USING ERRCODE = 'invalid_parameter_value';
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.typed(batch jsonb) RETURNS rundbord_data.incoming[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT array_agg(ROW(
            t.ord, t.id, t."case", t.kind, t.record, t.fields, coalesce(t.over, '{}'), t.bases, t.audience, t.role, t.at, t.step,
            coalesce(t.step_name, ''), t.undoes, t.author, NULL
        )::rundbord_data.incoming ORDER BY t.ord)
        FROM ROWS FROM (jsonb_to_recordset(batch) AS (
            id uuid, "case" uuid, kind text, record uuid, fields jsonb, over jsonb, bases jsonb, audience text, role text, at text,
            step uuid, step_name text, undoes uuid, author uuid
        )) WITH ORDINALITY
            AS t (id, "case", kind, record, fields, over, bases, audience, role, at, step, step_name, undoes, author, ord)
    );
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.read_batch(parsed jsonb, changes text) RETURNS rundbord_data.incoming[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    parts text[];
    one rundbord_data.incoming[];
    found rundbord_data.incoming[] := '{}';
    bad rundbord_data.incoming;
BEGIN
    IF parsed IS NOT NULL THEN
        BEGIN
            RETURN rundbord_data.typed(parsed);
        EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
            NULL; -- something in it is of another type: one by one, below
        END;
    END IF;
    parts := ARRAY(SELECT e::text FROM json_array_elements(changes::json) e);
    FOR i IN 1 .. cardinality(parts) LOOP
        BEGIN
            one := rundbord_data.typed(jsonb_build_array(parts[i]::jsonb));
            bad := one[1];
            bad.ord := i;
        EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
            bad := NULL;
            bad.ord := i;
            bad.id := (regexp_match(
                left(parts[i], 2000), '"id"\s*:\s*"([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})"'
            ))[1]::uuid;
            bad.over := '{}';
            bad.problem := 'malformed';
        END;
        found := found || bad;
    END LOOP;
    RETURN found;
END
$$;

-- Texts a field may be joined from, or ids a removal knew of: lists of texts, for fields the change has.
CREATE OR REPLACE FUNCTION rundbord_data.good_bases(bases jsonb, fields jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT bases IS NULL OR bases = '{}' OR (
            jsonb_typeof(bases) = 'object' AND jsonb_typeof(fields) = 'object'
            AND bases - ARRAY(SELECT jsonb_object_keys(fields)) = '{}'
            AND NOT jsonb_path_exists(bases, 'strict $.* ? (@.type() != "array")')
            AND NOT jsonb_path_exists(bases, 'strict $.*[*] ? (@.type() != "string")')
        )
    );
END
$$;

-- What is wrong with one change's shape, or null.
CREATE OR REPLACE FUNCTION rundbord_data.misshapen(r rundbord_data.incoming) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF r.problem IS NOT NULL THEN
        RETURN r.problem;
    END IF;
    IF r.id IS NULL OR r.case_id IS NULL OR r.kind IS NULL OR r.record_id IS NULL OR r.audience IS NULL OR r.role IS NULL
       OR r.at IS NULL OR r.step IS NULL OR length(r.at) > 64 OR length(r.step_name) > 200
       OR jsonb_typeof(r.fields) IS DISTINCT FROM 'object' OR r.fields = '{}'
       OR jsonb_typeof(r.over) <> 'object' THEN
        RETURN 'malformed';
    END IF;
    IF pg_column_size(r.fields) + pg_column_size(r.over) + coalesce(pg_column_size(r.bases), 0) >= 2097152 THEN
        RETURN 'too_big';
    END IF;
    IF jsonb_path_exists(r.fields, 'strict $.* ? (@.type() == "object" || @.type() == "array")') THEN
        RETURN 'malformed';
    END IF;
    IF r.over <> '{}' AND (
        jsonb_path_exists(r.over, 'strict $.* ? (@.type() != "array")')
        OR EXISTS (
            SELECT FROM jsonb_each(r.over) o
            WHERE NOT r.fields ? o.key OR jsonb_array_length(o.value) > 100 OR EXISTS (
                SELECT FROM jsonb_array_elements(o.value) v
                WHERE jsonb_typeof(v) <> 'string'
                   OR v #>> '{}' !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
            )
        )
    ) THEN
        RETURN 'malformed';
    END IF;
    RETURN CASE WHEN NOT rundbord_data.good_bases(r.bases, r.fields) THEN 'malformed' END;
END
$$;
