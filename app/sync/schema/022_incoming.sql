-- What a push brings, read: each change with its types right, or said to be malformed. No data makes this fail.
--
-- The functions in these files that are not SECURITY DEFINER are called from within those that are, with the search path they set.

DO $$
BEGIN
    IF to_regtype('rundbord_data.incoming') IS NULL THEN
        CREATE TYPE rundbord_data.incoming AS ( -- the names are those of the JSON
            id uuid, "case" uuid, kind text, record uuid, fields jsonb, over jsonb, bases jsonb, audience text, role text, at text,
            step uuid, step_name text, undoes uuid, author uuid
        );
        CREATE TYPE rundbord_data.caller AS (
            id uuid, roles text[], state text, must_change boolean, flooding boolean,
            teams uuid[]  -- in the order they were joined
        );
        CREATE TYPE rundbord_data.beside AS ( -- `late`: what ended within 30 days
            late_teams uuid[], fulls uuid[], shareds uuid[], late_fulls uuid[], late_shareds uuid[]
        );
    END IF;
END
$$;
ALTER TYPE rundbord_data.incoming OWNER TO rundbord_owner;
ALTER TYPE rundbord_data.caller OWNER TO rundbord_owner;
ALTER TYPE rundbord_data.beside OWNER TO rundbord_owner;

-- Who calls, and the teams they are in: asked once a push.
CREATE OR REPLACE FUNCTION rundbord_data.who() RETURNS rundbord_data.caller
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT ROW(
            p.id, p.roles, p.state, p.must_change,
            EXISTS (
                SELECT FROM rundbord_data.flood f
                WHERE f.person = p.id AND f.held_until > now() AND f.since > now() - interval '10 minutes'
            ),
            ARRAY(
                SELECT m.team FROM rundbord_data.member m
                WHERE m.person = p.id AND p.state = 'open' AND m.since <= now() AND m.until IS NULL
                ORDER BY m.since, m.team
            )
        )::rundbord_data.caller
        FROM rundbord_data.person p
        WHERE p.login = session_user
    );
END
$$;

-- What they may besides: asked when a case is not one of their teams'.
CREATE OR REPLACE FUNCTION rundbord_data.beside_teams(who rundbord_data.caller) RETURNS rundbord_data.beside
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT ROW(
            ARRAY(
                SELECT m.team FROM rundbord_data.member m
                WHERE m.person = who.id AND m.until > clock_timestamp() - interval '30 days' AND NOT m.team = ANY (who.teams)
                UNION ALL
                SELECT m.team FROM rundbord_data.member m WHERE m.person = who.id AND m.until IS NULL AND who.state <> 'open'
            ),
            coalesce(array_agg(x.case_id) FILTER (WHERE x.now AND x.scope = 'full'), '{}'),
            coalesce(array_agg(x.case_id) FILTER (WHERE x.now AND x.scope = 'shared'), '{}'),
            coalesce(array_agg(x.case_id) FILTER (WHERE NOT x.now AND x.scope = 'full'), '{}'),
            coalesce(array_agg(x.case_id) FILTER (WHERE NOT x.now AND x.scope = 'shared'), '{}')
        )::rundbord_data.beside
        FROM (
            SELECT t.case_id, t.scope, who.state = 'open' AND (t.until IS NULL OR t.until > clock_timestamp()) AS now
            FROM rundbord_data.case_grant t
            WHERE t.person_id = who.id AND t.since <= now() AND (t.until IS NULL OR t.until > clock_timestamp() - interval '30 days')
        ) x
    );
END
$$;

-- What somebody may do in a case: full, late, shared, late_shared, start (it is unknown), erased, common, or none.
CREATE OR REPLACE FUNCTION rundbord_data.right_in(who rundbord_data.caller, wanted uuid, home rundbord_data.case_home)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    besides rundbord_data.beside;
BEGIN
    IF wanted = '00000000-0000-0000-0000-000000000001' THEN
        RETURN CASE WHEN who.state = 'open' AND who.teams <> '{}' THEN 'common' ELSE 'none' END;
    ELSIF home.team_id = ANY (who.teams) THEN
        RETURN 'full';
    ELSIF home.case_id IS NULL THEN
        IF EXISTS (SELECT FROM rundbord_data.door d WHERE d.case_id = wanted AND d.what = 'erased') THEN
            RETURN 'erased';
        END IF;
        RETURN CASE WHEN who.teams = '{}' THEN 'none' ELSE 'start' END;
    END IF;
    IF who.state = 'closed' AND NOT EXISTS ( -- a closed account's days are its role's, and are held here for who is inside already
        SELECT FROM pg_roles r WHERE r.rolname = session_user AND r.rolvaliduntil > clock_timestamp()
    ) THEN
        RETURN 'none';
    END IF;
    besides := rundbord_data.beside_teams(who);
    RETURN CASE
        WHEN wanted = ANY (besides.fulls) THEN 'full'
        WHEN wanted = ANY (besides.shareds) THEN 'shared'
        WHEN home.team_id = ANY (besides.late_teams) OR wanted = ANY (besides.late_fulls) OR EXISTS (
            SELECT FROM rundbord_data.door d -- the case has moved on to another team
            WHERE d.case_id = wanted AND d.what = 'closed' AND d.person_id IS NULL AND d.at > clock_timestamp() - interval '30 days'
              AND d.team_id = ANY (who.teams || besides.late_teams)
        ) THEN 'late'
        WHEN wanted = ANY (besides.late_shareds) THEN 'late_shared'
        ELSE 'none'
    END;
END
$$;

-- Whether that is the name of a bestiller with an account, in whichever team: nobody else coordinates (H2, D3). One whose access has
-- ended still is for thirty days, as unsent words are still taken: they may have been appointed with no network.
CREATE OR REPLACE FUNCTION rundbord_data.may_coordinate(named text) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (
        SELECT FROM rundbord_data.person p
        WHERE 'bestiller' = ANY (p.roles) AND lower(normalize(btrim(p.name), NFC)) = lower(normalize(btrim(named), NFC))
          AND (p.state <> 'closed' OR p.closed_at > clock_timestamp() - interval '30 days')
    )
$$;

-- The changes of a push that cannot be read as a whole, each as it was sent. What is no list at all is the client's own fault,
-- and the one thing that fails.
CREATE OR REPLACE FUNCTION rundbord_data.parts_of(changes text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN ARRAY(SELECT e::text FROM json_array_elements(changes::json) e);
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RAISE EXCEPTION 'rundbord: not a list of changes' USING ERRCODE = 'invalid_parameter_value';
END
$$;

-- The id of what else cannot be read, so that its answer can be told by it.
CREATE OR REPLACE FUNCTION rundbord_data.id_in(part text) RETURNS uuid
LANGUAGE sql IMMUTABLE
AS $$
    SELECT (regexp_match(
        left(part, 2000), '"id"\s*:\s*"([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})"'
    ))[1]::uuid
$$;

CREATE OR REPLACE FUNCTION rundbord_data.keys_of(object jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$ SELECT jsonb_path_query_array(object, '$.keyvalue().key') $$;

-- Lists of texts, for fields the change has: the texts a field may be joined from, the ids a removal knew of. Few changes have any,
-- so it is asked apart: where it is named, it is not made ready.
CREATE OR REPLACE FUNCTION rundbord_data.good_bases(bases jsonb, fields jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN CASE
        WHEN bases IS NULL OR bases = '{}' THEN true
        WHEN jsonb_typeof(bases) <> 'object' OR jsonb_typeof(fields) <> 'object' THEN false
        ELSE NOT jsonb_path_exists(bases, 'strict $.* ? (@.type() != "array")')
            AND NOT jsonb_path_exists(bases, 'strict $.*[*] ? (@.type() != "string")')
            AND rundbord_data.keys_of(fields || bases) = rundbord_data.keys_of(fields)
    END;
END
$$;

-- Lists of change ids for fields the change has: as many as may ever stand on one field, by everybody of a large team.
CREATE OR REPLACE FUNCTION rundbord_data.good_over(over jsonb, fields jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE
        WHEN over = '{}' THEN true
        WHEN jsonb_typeof(over) <> 'object' OR jsonb_typeof(fields) <> 'object' THEN false
        ELSE NOT jsonb_path_exists(over, 'strict $.* ? (@.type() != "array")')
            AND NOT jsonb_path_exists(over, 'strict $.*[5000]', '{}', true)
            AND NOT jsonb_path_exists(over, 'strict $.*[*] ? (@.type() != "string")')
            AND NOT jsonb_path_exists(
                over, 'strict $.*[*] ? (!(@ like_regex "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"))'
            )
            AND rundbord_data.keys_of(fields || over) = rundbord_data.keys_of(fields)
    END
$$;

-- Of the fields a change stands on, those that are still its own under one that is written `over` it.
CREATE OR REPLACE FUNCTION rundbord_data.left_standing(standing text[], fields jsonb, id uuid, over jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN ARRAY(
        SELECT k FROM unnest(coalesce(standing, ARRAY(SELECT jsonb_object_keys(fields)))) k
        WHERE NOT coalesce(over -> k @> to_jsonb(id::text), false)
    );
END
$$;

-- Bytes of one change, as it is kept.
CREATE OR REPLACE FUNCTION rundbord_data.size_of(r rundbord_data.incoming) RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(pg_column_size(r.fields), 0) + coalesce(pg_column_size(r.over), 0) + coalesce(pg_column_size(r.bases), 0)
$$;

-- What is wrong with one change's shape, or null.
CREATE OR REPLACE FUNCTION rundbord_data.misshapen(r rundbord_data.incoming) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF r.id IS NULL OR r."case" IS NULL OR r.kind IS NULL OR r.record IS NULL OR r.audience IS NULL OR r.role IS NULL
       OR r.step IS NULL OR rundbord_data.is_time(r.at) IS NOT TRUE OR length(r.step_name) > 200
       OR jsonb_typeof(r.fields) IS DISTINCT FROM 'object' OR r.fields = '{}' THEN
        RETURN 'malformed';
    ELSIF rundbord_data.size_of(r) >= 2097152 THEN
        RETURN 'too_big';
    ELSIF jsonb_path_exists(r.fields, 'strict $.* ? (@.type() == "object" || @.type() == "array")')
       OR NOT rundbord_data.good_over(r.over, r.fields)
       OR (r.bases IS NOT NULL AND NOT rundbord_data.good_bases(r.bases, r.fields)) THEN
        RETURN 'malformed';
    END IF;
    RETURN NULL;
END
$$;
