-- Whose case it is: moved between teams by their leder, opened for one person by who works on it.

-- A case's home, if the session works in that team; refuses otherwise, in the same words whether the case is there or not.
CREATE OR REPLACE FUNCTION rundbord_data.my_case(wanted uuid, act text) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    home uuid;
BEGIN
    IF (rundbord_data.who()).flooding THEN
        PERFORM rundbord_data.no('busy');
    END IF;
    SELECT h.team_id INTO home FROM rundbord_data.case_home h WHERE h.case_id = wanted;
    PERFORM rundbord_data.acting(act, coalesce(home, '00000000-0000-0000-0000-000000000000'));
    RETURN home;
END
$$;

CREATE OR REPLACE FUNCTION rundbord.move_case(case_id uuid, team uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    home uuid := rundbord_data.my_case(case_id, 'move_cases');
BEGIN
    IF NOT EXISTS (SELECT FROM rundbord_data.team t WHERE t.id = team) THEN
        PERFORM rundbord_data.no('team');
    ELSIF home <> team THEN
        PERFORM rundbord_data.move_case_to(case_id, team);
        PERFORM rundbord_data.note_case(case_id, 'flyttet', team);
    END IF;
END
$$;

-- Opens a case for one person outside the team. `full`: a colleague who works on it, said by the bestiller or the leder.
-- `shared`: an adviser who is asked, and sees the shared part alone.
CREATE OR REPLACE FUNCTION rundbord.grant_case(case_id uuid, person uuid, scope text, until timestamptz DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found rundbord_data.person;
BEGIN
    PERFORM rundbord_data.my_case(case_id, CASE scope WHEN 'shared' THEN 'ask_adviser' ELSE 'grant_case' END);
    PERFORM rundbord_data.take_counter(); -- what is read of the account holds from here on
    SELECT * INTO found FROM rundbord_data.person p WHERE p.id = person AND p.roles <> '{}' AND p.state <> 'closed';
    IF found.id IS NULL THEN
        PERFORM rundbord_data.no('person');
    ELSIF scope IS NULL OR scope NOT IN ('full', 'shared') OR (scope = 'shared') <> ('rådgiver' = ANY (found.roles)) THEN
        PERFORM rundbord_data.no('scope');
    ELSIF until <= now() THEN
        PERFORM rundbord_data.no('days');
    END IF;
    PERFORM rundbord_data.open_case_for(case_id, person, scope, until, rundbord_data.my_id());
    PERFORM rundbord_data.note_case(case_id, 'delt med', person);
END
$$;

CREATE OR REPLACE FUNCTION rundbord.end_grant(case_id uuid, person uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM rundbord_data.my_case(case_id, 'ask_adviser');
    IF rundbord_data.close_case_for(case_id, person) THEN
        PERFORM rundbord_data.note_case(case_id, 'deling ophørt', person);
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.note_case(in_case uuid, what text, about uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO rundbord_data.access (at, person, role, case_id, action, about)
    VALUES (
        to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'), rundbord_data.my_id(), '', in_case, what, about::text
    );
    PERFORM rundbord_data.count_flood(rundbord_data.my_id(), 50, 0, 0); -- a door and its line count as so many changes
END
$$;
