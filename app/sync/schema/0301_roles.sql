-- A person's database role: made with the account, closed and opened again with it.

CREATE OR REPLACE FUNCTION rundbord_data.make_role(login text, verifier text, grp text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    secret text := CASE WHEN verifier IS NULL THEN 'NULL' ELSE quote_literal(verifier) END; -- none: who signs in with Kerberos
BEGIN
    IF EXISTS (SELECT FROM pg_roles r WHERE r.rolname = login) THEN
        EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %s VALID UNTIL %L', login, secret, 'infinity');
        RETURN;
    END IF;
    IF current_setting('server_version_num')::integer >= 160000 THEN
        PERFORM set_config('createrole_self_grant', '', true); -- whatever the caller has set
    END IF;
    EXECUTE format(
        'CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 20 PASSWORD %s',
        login, secret
    );
    IF current_setting('server_version_num')::integer >= 160000 AND current_user <> 'rundbord_keeper' THEN
        EXECUTE format('GRANT %I TO rundbord_keeper WITH ADMIN TRUE, INHERIT FALSE, SET FALSE', login); -- else no password is changed
    END IF;
    EXECUTE format('GRANT %I TO %I', grp, login);
END
$$;

-- Access ends now; what the person's desks hold unsent may still come in for `days`, as text and never as decisions.
-- Whether anything came of it: closed once more is sooner, and never longer.
CREATE OR REPLACE FUNCTION rundbord.close_person(person uuid, days integer DEFAULT 30) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found rundbord_data.person;
    ends timestamptz := now() + make_interval(days => days);
BEGIN
    found := rundbord_data.held_person(person);
    IF found.id IS NULL THEN
        PERFORM rundbord_data.no('person');
    ELSIF days IS NULL OR days NOT BETWEEN 0 AND 30 THEN
        PERFORM rundbord_data.no('days');
    ELSIF found.state = 'closed' AND ends >= (SELECT r.rolvaliduntil FROM pg_roles r WHERE r.rolname = found.login) THEN
        RETURN false;
    END IF;
    IF found.state <> 'closed' THEN
        UPDATE rundbord_data.person p SET state = 'closed', closed_at = now() WHERE p.id = person;
        PERFORM rundbord_data.leave_team(person);
    END IF;
    EXECUTE format('ALTER ROLE %I VALID UNTIL %L', found.login, ends);
    IF days = 0 THEN
        EXECUTE format('ALTER ROLE %I NOLOGIN', found.login);
        PERFORM rundbord_data.end_sessions_of(found.login, false);
    END IF;
    PERFORM rundbord_data.note_act('konto lukket', person);
    RETURN true;
END
$$;

-- A closed account opened again: the wrong person was removed, or they have come back. It is the same person under the same login and
-- id, so what they wrote keeps its author, and nobody else ever gets either.
--
-- As with a new account and a new first password nothing opens before its owner has changed it and a leder has said that it is them,
-- and the municipality vouches for their key anew; what the key has sealed can still be checked. They are back in the teams the
-- closing took them from. A case that was granted is granted again by whoever may.
CREATE OR REPLACE FUNCTION rundbord.reopen_person(person uuid, verifier text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found rundbord_data.person;
BEGIN
    IF verifier IS NOT NULL THEN -- else they sign in with Kerberos
        PERFORM rundbord_data.check_verifier(verifier);
    END IF;
    found := rundbord_data.held_person(person);
    IF found.id IS NULL THEN
        PERFORM rundbord_data.no('person');
    ELSIF found.state <> 'closed' THEN
        PERFORM rundbord_data.no('not_closed');
    END IF;
    UPDATE rundbord_data.person p
    SET state = 'new', closed_at = NULL, must_change = verifier IS NOT NULL, voucher = '',
        earlier_keys = CASE WHEN p.voucher = '' THEN p.earlier_keys
                            ELSE jsonb_set(rundbord_data.kept_key(p), '{-1,taken_back}', 'true') END
    WHERE p.id = person;
    PERFORM rundbord_data.join_team(person, t.team)
    FROM (
        SELECT DISTINCT m.team FROM rundbord_data.member m
        WHERE m.person = reopen_person.person AND m.until = found.closed_at ORDER BY m.team
    ) t;
    PERFORM rundbord_data.make_role(found.login, verifier, 'rundbord_person');
    PERFORM rundbord_data.note_act('konto genåbnet', person);
END
$$;

-- Whether the key somebody has was vouched for and is so no more of itself: their account was closed meanwhile.
CREATE OR REPLACE FUNCTION rundbord_data.taken_back(p rundbord_data.person) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT p.earlier_keys @> jsonb_build_array(jsonb_build_object('public_key', p.public_key, 'taken_back', true)) $$;

DO $$
BEGIN
    ALTER FUNCTION rundbord.reopen_person(uuid, text) OWNER TO rundbord_keeper;
    REVOKE ALL ON FUNCTION rundbord.reopen_person(uuid, text), rundbord_data.make_role(text, text, text),
        rundbord_data.taken_back(rundbord_data.person) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord_data.taken_back(rundbord_data.person) TO rundbord_keeper, rundbord_writer;
    GRANT EXECUTE ON FUNCTION rundbord_data.make_role(text, text, text) TO rundbord_keeper;
    GRANT EXECUTE ON FUNCTION rundbord.reopen_person(uuid, text) TO rundbord_accounts;
END
$$;
