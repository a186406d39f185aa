-- "Opslag i din sag": who has looked at a case, on every desk and here. For those of its team who answer to the citizen for it.

-- The log is written by each for themselves; of a case it is read by the case's own team, through the one function below.
DROP POLICY IF EXISTS looks ON rundbord_data.access;
CREATE POLICY looks ON rundbord_data.access FOR SELECT TO rundbord_writer USING (
    (SELECT h.team_id FROM rundbord_data.case_home h WHERE h.case_id = access.case_id)
        = ANY ((SELECT rundbord_data.my_teams())::uuid[])
);

-- Null: not theirs, or no case there is here (yet). Logged as a reading, and so in the answer itself. What a desk handed up bears
-- its device and number there, so that the desk knows its own lines again. `at` is what a desk said, `received` what is known.
CREATE OR REPLACE FUNCTION rundbord.looks(in_case uuid) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who rundbord_data.caller := rundbord_data.who();
BEGIN
    IF NOT EXISTS (
        SELECT FROM rundbord_data.case_home h
        WHERE h.case_id = in_case AND h.team_id = ANY (rundbord_data.my_teams())
    ) OR NOT EXISTS (
        SELECT FROM rundbord_data.pen_role p WHERE p.pen = 'act:access_log' AND p.role = ANY (who.roles)
    ) THEN
        PERFORM rundbord_data.note_no('opslag', in_case);
        RETURN NULL;
    END IF;
    PERFORM rundbord_data.note_reading(ARRAY[in_case], 'opslag');
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'at', a.at, 'received', to_char(a.received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'),
            'person', a.person, 'name', coalesce(p.name, ''), 'action', a.action, 'device', a.device, 'n', a.desk_n,
            -- what the server notes of itself bears no role: that of somebody with one alone is known
            'role', CASE WHEN a.role <> '' OR cardinality(p.roles) <> 1 THEN a.role ELSE coalesce(p.roles[1], '') END
        ) ORDER BY a.n), '[]')
        FROM rundbord_data.access a LEFT JOIN rundbord_data.person p ON p.id = a.person
        WHERE a.case_id = in_case
    );
END
$$;

ALTER FUNCTION rundbord.looks(uuid) OWNER TO rundbord_writer;
REVOKE ALL ON FUNCTION rundbord.looks(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rundbord.looks(uuid) TO rundbord_person;
GRANT EXECUTE ON FUNCTION rundbord_data.note_reading(uuid[], text, text) TO rundbord_writer;
