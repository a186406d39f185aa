-- Accounts: who there is, in which team, with which password and key. Each person is a database role; the role is made and
-- closed here and nowhere else, by functions whose owner nobody logs in as. Nobody who works with cases, and nobody who keeps
-- accounts, may make roles: who may, can become anyone.
--
-- An account administrator sees no case. A password somebody else has set opens nothing before its owner has changed it AND
-- a leder of the team has confirmed that it is that person. So no administrator can read by way of an account of their making.
-- Who belongs to a team and who sees a case is the leder's and the bestiller's to say, not the administrator's.

DO $$
DECLARE
    of record;
BEGIN
    FOR of IN SELECT * FROM (VALUES
        ('setting', 'rundbord_keeper', 'SELECT', 'true'),
        ('team', 'rundbord_keeper', 'ALL', 'true'),
        ('person', 'rundbord_keeper', 'ALL', 'true'),
        ('member', 'rundbord_keeper', 'ALL', 'true'),
        ('pen_role', 'rundbord_keeper', 'SELECT', 'true'),
        ('access', 'rundbord_keeper', 'INSERT', 'case_id IS NULL'),
        ('device', 'rundbord_writer', 'ALL', 'true')
    ) AS policies (name, role, verb, test)
    LOOP
        EXECUTE format('DROP POLICY IF EXISTS %I ON rundbord_data.%I', of.role, of.name);
        EXECUTE format(
            'CREATE POLICY %I ON rundbord_data.%I FOR %s TO %I %s', of.role, of.name, of.verb, of.role,
            CASE of.verb
                WHEN 'SELECT' THEN format('USING (%s)', of.test)
                WHEN 'INSERT' THEN format('WITH CHECK (%s)', of.test)
                ELSE format('USING (%s) WITH CHECK (%s)', of.test, of.test)
            END
        );
    END LOOP;
END
$$;
GRANT SELECT ON rundbord_data.setting, rundbord_data.pen_role TO rundbord_keeper;
GRANT SELECT, INSERT, UPDATE ON rundbord_data.team, rundbord_data.person, rundbord_data.member TO rundbord_keeper;
GRANT INSERT (at, person, role, action, about) ON rundbord_data.access TO rundbord_keeper;
GRANT SELECT, INSERT, UPDATE, DELETE ON rundbord_data.device TO rundbord_writer;
GRANT EXECUTE ON FUNCTION rundbord_data.my_id() TO rundbord_keeper;

-- From PostgreSQL 16 on, who makes roles may only hand out a group they have with ADMIN; before, CREATEROLE was enough.
DO $$
BEGIN
    IF current_setting('server_version_num')::integer >= 160000 THEN
        EXECUTE 'GRANT rundbord_person TO rundbord_keeper WITH ADMIN TRUE, INHERIT FALSE, SET FALSE';
    END IF;
END
$$;

-- ------------------------------------------------------------------------------------------------------ what is asked

-- A refusal, as a short code the program has a sentence for.
CREATE OR REPLACE FUNCTION rundbord_data.no(code text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE LOG 'rundbord: refused % to %', code, session_user; -- what is refused here leaves no row, for it is undone
    RAISE EXCEPTION 'rundbord: %', code USING ERRCODE = 'RB001';
END
$$;

-- Whether the session is the database's own keeper (a superuser, or who has been made a member of rundbord_owner).
CREATE OR REPLACE FUNCTION rundbord_data.is_owner() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT pg_has_role(session_user, 'rundbord_owner', 'MEMBER') $$;

-- The session's person, if they may do this act (in that team); refuses otherwise. The owner is nobody: the empty id.
CREATE OR REPLACE FUNCTION rundbord_data.acting(act text, in_team uuid DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    me rundbord_data.person;
BEGIN
    SELECT * INTO me FROM rundbord_data.person p WHERE p.login = session_user;
    IF me.id IS NULL OR me.state <> 'open' OR me.must_change THEN
        PERFORM rundbord_data.no('not_yours');
    END IF;
    IF NOT EXISTS (SELECT FROM rundbord_data.pen_role r WHERE r.pen = 'act:' || act AND r.role = ANY (me.roles)) THEN
        PERFORM rundbord_data.no('role');
    END IF;
    IF in_team IS NOT NULL AND NOT EXISTS (
        SELECT FROM rundbord_data.member m
        WHERE m.person = me.id AND m.team = in_team AND m.since <= now() AND m.until IS NULL
    ) THEN
        PERFORM rundbord_data.no('not_yours');
    END IF;
    RETURN me.id;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.in_team(wanted uuid, of_team uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM rundbord_data.member m
        WHERE m.person = wanted AND m.team = of_team AND m.since <= now() AND m.until IS NULL
    )
$$;

-- What was done with the accounts, by whom and when; ids only.
CREATE OR REPLACE FUNCTION rundbord_data.note_act(what text, about uuid) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT rundbord_data.pass_numbering();
    INSERT INTO rundbord_data.access (at, person, role, action, about)
    VALUES (
        to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'),
        coalesce(rundbord_data.my_id(), '00000000-0000-0000-0000-000000000000'), '', what, about::text
    )
$$;

-- A password comes as PostgreSQL's own SCRAM verifier, made at the client: the word itself never leaves it, nor is it logged.
CREATE OR REPLACE FUNCTION rundbord_data.check_verifier(verifier text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF verifier IS NULL
       OR verifier !~ '^SCRAM-SHA-256\$[0-9]{4,7}:[A-Za-z0-9+/=]{16,64}\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$' THEN
        PERFORM rundbord_data.no('verifier');
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.check_person(login text, name text, roles text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF login IS NULL OR login !~ '^[a-z][a-z0-9._@-]{1,62}$' OR login ~ '^(pg_|rundbord)' THEN
        PERFORM rundbord_data.no('login');
    ELSIF coalesce(btrim(name), '') = '' OR length(name) > 200 THEN
        PERFORM rundbord_data.no('name');
    ELSIF roles IS NULL OR NOT roles <@ ARRAY['bestiller', 'vejleder', 'leder', 'rådgiver'] OR array_position(roles, NULL) > 0
        OR ('rådgiver' = ANY (roles) AND cardinality(roles) > 1) THEN
        PERFORM rundbord_data.no('roles');
    END IF;
END
$$;

-- The row and the database role of a person. `accounts`: an account administrator, who has no role at a table.
CREATE OR REPLACE FUNCTION rundbord_data.make_person(
    login text, person_id uuid, name text, roles text[], team uuid, verifier text, phone text, discipline text, grp text
) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM rundbord_data.check_person(login, name, roles);
    IF verifier IS NOT NULL THEN
        PERFORM rundbord_data.check_verifier(verifier);
    END IF;
    IF person_id IS NULL OR person_id = '00000000-0000-0000-0000-000000000000' THEN
        PERFORM rundbord_data.no('id');
    ELSIF EXISTS (SELECT FROM rundbord_data.person p WHERE p.id = person_id) THEN
        PERFORM rundbord_data.no('id_taken');
    ELSIF EXISTS (SELECT FROM pg_roles r WHERE r.rolname = login)
        OR EXISTS (SELECT FROM rundbord_data.person p WHERE p.login = make_person.login) THEN
        PERFORM rundbord_data.no('login_taken');
    ELSIF team IS NOT NULL AND NOT EXISTS (SELECT FROM rundbord_data.team t WHERE t.id = team) THEN
        PERFORM rundbord_data.no('team');
    ELSIF (team IS NULL) <> ('rådgiver' = ANY (roles) OR roles = '{}') THEN
        PERFORM rundbord_data.no('team'); -- an adviser sees what is granted, case by case; everybody else works in a team
    END IF;
    INSERT INTO rundbord_data.person (id, login, name, phone, discipline, roles, state, must_change)
    VALUES (
        person_id, login, btrim(name), coalesce(phone, ''), coalesce(discipline, ''), roles,
        CASE WHEN roles = '{}' THEN 'open' ELSE 'new' END, verifier IS NOT NULL
    );
    IF team IS NOT NULL THEN
        INSERT INTO rundbord_data.member (person, team, login, state)
        SELECT p.id, make_person.team, p.login, p.state FROM rundbord_data.person p WHERE p.id = person_id;
    END IF;
    PERFORM rundbord_data.make_role(login, verifier, grp);
END
$$;

-- ------------------------------------------------------------------------------------- what an account administrator does

CREATE OR REPLACE FUNCTION rundbord.add_team(name text, id uuid DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    made uuid := coalesce(id, gen_random_uuid());
BEGIN
    IF coalesce(btrim(name), '') = '' OR length(name) > 200 THEN
        PERFORM rundbord_data.no('name');
    ELSIF EXISTS (SELECT FROM rundbord_data.team t WHERE t.name = btrim(add_team.name) OR t.id = made) THEN
        PERFORM rundbord_data.no('team_taken');
    END IF;
    INSERT INTO rundbord_data.team (id, name) VALUES (made, btrim(name));
    PERFORM rundbord_data.note_act('hold oprettet', made);
    RETURN made;
END
$$;

-- A new person. `verifier` null: who signs in with Kerberos and has no password here.
CREATE OR REPLACE FUNCTION rundbord.add_person(
    login text, person_id uuid, name text, roles text[], team uuid, verifier text, phone text DEFAULT '', discipline text DEFAULT ''
) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF roles = '{}' THEN
        PERFORM rundbord_data.no('roles'); -- account administrators are made by the database's owner
    END IF;
    PERFORM rundbord_data.make_person(login, person_id, name, roles, team, verifier, phone, discipline, 'rundbord_person');
    PERFORM rundbord_data.note_act('konto oprettet', person_id);
    RETURN person_id;
END
$$;

-- A new first password: its owner changes it, and is confirmed anew, before it opens anything.
CREATE OR REPLACE FUNCTION rundbord.reset_password(person uuid, verifier text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found rundbord_data.person;
BEGIN
    PERFORM rundbord_data.check_verifier(verifier);
    found := rundbord_data.held_person(person);
    IF found.id IS NULL THEN
        PERFORM rundbord_data.no('person');
    ELSIF found.state = 'closed' THEN
        PERFORM rundbord_data.no('closed');
    END IF;
    UPDATE rundbord_data.person p SET must_change = true, state = 'new' WHERE p.id = person;
    EXECUTE format('ALTER ROLE %I PASSWORD %L', found.login, verifier);
    PERFORM rundbord_data.note_act('adgangskode nulstillet', person);
END
$$;

-- Other roles than before: vouched for and confirmed anew.
CREATE OR REPLACE FUNCTION rundbord.set_roles(person uuid, roles text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found rundbord_data.person;
BEGIN
    found := rundbord_data.held_person(person);
    IF found.id IS NULL THEN
        PERFORM rundbord_data.no('person');
    ELSIF found.state = 'closed' THEN
        PERFORM rundbord_data.no('closed');
    ELSIF roles = '{}' OR ('rådgiver' = ANY (roles)) <> ('rådgiver' = ANY (found.roles)) THEN
        PERFORM rundbord_data.no('roles'); -- an adviser is an adviser alone, with an account of that kind
    END IF;
    PERFORM rundbord_data.check_person(found.login, found.name, roles);
    UPDATE rundbord_data.person p
    SET roles = set_roles.roles, voucher = '', state = 'new',
        earlier_keys = CASE WHEN p.voucher = '' THEN p.earlier_keys ELSE rundbord_data.kept_key(p) END
    WHERE p.id = person;
    PERFORM rundbord_data.note_act('roller ændret', person);
END
$$;

-- ------------------------------------------------------------------------------------ what a leder, or a root key, says

-- "Yes, this is that person": said by a leder of the team, or the database's owner, once the first password is changed.
CREATE OR REPLACE FUNCTION rundbord.confirm_person(person uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found rundbord_data.person;
    me uuid;
BEGIN
    IF NOT rundbord_data.is_owner() THEN
        PERFORM rundbord_data.acting('confirm'); -- nobody else takes hold of an account, and it is asked again once it is held
    END IF;
    found := rundbord_data.held_person(person);
    IF NOT rundbord_data.is_owner() THEN
        me := rundbord_data.acting('confirm');
        IF found.id IS NULL OR me = person OR NOT (
            'rådgiver' = ANY (found.roles)
            OR EXISTS (
                SELECT FROM rundbord_data.member m
                WHERE m.person = confirm_person.person AND m.until IS NULL
                  AND rundbord_data.in_team(me, m.team)
            )
        ) THEN
            PERFORM rundbord_data.no('not_yours');
        END IF;
    ELSIF found.id IS NULL THEN
        PERFORM rundbord_data.no('person');
    END IF;
    IF found.state = 'closed' THEN
        PERFORM rundbord_data.no('closed');
    ELSIF found.must_change THEN
        PERFORM rundbord_data.no('must_change'); -- else whoever set the password would be confirmed
    END IF;
    UPDATE rundbord_data.person p SET state = 'open' WHERE p.id = person;
    PERFORM rundbord_data.note_act('konto bekræftet', person);
END
$$;

-- The municipality's root key stands in for this public key. The database cannot tell a true voucher from a false one; every
-- desk can, and only a true one decides.
CREATE OR REPLACE FUNCTION rundbord.vouch(person uuid, public_key text, voucher text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    me uuid;
    settled boolean := false; -- a colleague hands over the first word on a key, and never another one over it
BEGIN
    IF NOT (rundbord_data.is_owner() OR pg_has_role(session_user, 'rundbord_accounts', 'MEMBER')) THEN
        me := rundbord_data.acting('accounts');
        IF person <> me AND NOT EXISTS (
            SELECT FROM rundbord_data.member m
            WHERE m.person = vouch.person AND m.until IS NULL AND rundbord_data.in_team(me, m.team)
        ) THEN
            PERFORM rundbord_data.no('not_yours');
        END IF;
        settled := person <> me AND NOT EXISTS (
            SELECT FROM rundbord_data.person p WHERE p.id = me AND 'leder' = ANY (p.roles)
        );
    END IF;
    IF voucher IS NULL OR voucher !~ '^[A-Za-z0-9+/=]{88}$' THEN
        PERFORM rundbord_data.no('voucher');
    END IF;
    PERFORM rundbord_data.held_person(person);
    UPDATE rundbord_data.person p SET voucher = vouch.voucher
    WHERE p.id = person AND p.public_key = vouch.public_key AND p.public_key <> '' AND p.state <> 'closed'
      AND (NOT settled OR p.voucher IN ('', vouch.voucher))
      AND NOT (person IS NOT DISTINCT FROM me AND rundbord_data.taken_back(p)); -- that is another's to say
    IF NOT FOUND THEN
        PERFORM rundbord_data.no('key');
    END IF;
    PERFORM rundbord_data.note_act('nøgle godkendt', person);
END
$$;

CREATE OR REPLACE FUNCTION rundbord.join_team(person uuid, team uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found rundbord_data.person;
BEGIN
    IF NOT rundbord_data.is_owner() THEN
        PERFORM rundbord_data.acting('confirm', team);
    END IF;
    PERFORM rundbord_data.pass_numbering(); -- what is read of the account holds from here on
    SELECT * INTO found FROM rundbord_data.person p WHERE p.id = person AND p.roles <> '{}';
    IF found.id IS NULL OR found.state = 'closed' THEN
        PERFORM rundbord_data.no('person');
    ELSIF 'rådgiver' = ANY (found.roles) THEN
        PERFORM rundbord_data.no('roles');
    ELSIF NOT EXISTS (SELECT FROM rundbord_data.team t WHERE t.id = team) THEN
        PERFORM rundbord_data.no('team');
    END IF;
    IF rundbord_data.join_team(person, team) THEN
        PERFORM rundbord_data.note_act('kom på hold', person);
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION rundbord.leave_team(person uuid, team uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT (rundbord_data.is_owner() OR pg_has_role(session_user, 'rundbord_accounts', 'MEMBER')) THEN
        PERFORM rundbord_data.acting('confirm', team);
    END IF;
    IF team IS NULL THEN
        PERFORM rundbord_data.no('team');
    ELSIF rundbord_data.leave_team(person, team) > 0 THEN
        PERFORM rundbord_data.note_act('forlod hold', person);
    END IF;
END
$$;

-- --------------------------------------------------------------------------------------------- what everybody does for oneself

-- A key that was vouched for is kept, so that what it sealed can still be checked.
CREATE OR REPLACE FUNCTION rundbord_data.kept_key(p rundbord_data.person) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.earlier_keys || jsonb_build_array(jsonb_build_object(
        'public_key', p.public_key, 'name', p.name, 'roles', to_jsonb(p.roles), 'voucher', p.voucher
    ))
$$;

CREATE OR REPLACE FUNCTION rundbord.set_own_password(verifier text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM rundbord_data.check_verifier(verifier);
    UPDATE rundbord_data.person p SET must_change = false WHERE p.login = session_user AND p.state <> 'closed';
    IF NOT FOUND THEN
        PERFORM rundbord_data.no('not_yours');
    END IF;
    EXECUTE format('ALTER ROLE %I PASSWORD %L', session_user, verifier);
END
$$;

-- A new signing key: nobody vouches for it yet, so it decides nothing.
CREATE OR REPLACE FUNCTION rundbord.set_own_key(public_key text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF public_key IS NULL OR public_key !~ '^[A-Za-z0-9+/]{43}=$' THEN
        PERFORM rundbord_data.no('key');
    END IF;
    PERFORM rundbord_data.pass_numbering(); -- before the account, as everywhere
    IF EXISTS (SELECT FROM rundbord_data.person p WHERE p.login = session_user AND p.must_change) THEN
        PERFORM rundbord_data.no('must_change'); -- else whoever set the first password could leave a key of their own
    END IF;
    UPDATE rundbord_data.person p
    SET public_key = set_own_key.public_key, voucher = '',
        earlier_keys = CASE WHEN p.voucher = '' THEN p.earlier_keys ELSE rundbord_data.kept_key(p) END
    WHERE p.login = session_user AND p.state <> 'closed' AND p.public_key <> set_own_key.public_key;
    IF FOUND THEN
        PERFORM rundbord_data.note_act('ny nøgle', rundbord_data.my_id());
    END IF;
END
$$;

-- A key I signed with before I shared anything, with what the municipality then said of it. As with a voucher: a false one decides
-- nothing, for every desk asks the root key. So many are kept that nobody needs more.
CREATE OR REPLACE FUNCTION rundbord.keep_own_key(public_key text, name text, roles text[], voucher text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF public_key IS NULL OR public_key !~ '^[A-Za-z0-9+/]{43}=$' OR voucher IS NULL OR voucher !~ '^[A-Za-z0-9+/=]{88}$'
       OR length(name) NOT BETWEEN 1 AND 200 OR NOT roles <@ ARRAY['bestiller', 'vejleder', 'leder', 'rådgiver'] THEN
        PERFORM rundbord_data.no('key');
    END IF;
    PERFORM rundbord_data.pass_numbering();
    UPDATE rundbord_data.person p
    SET earlier_keys = p.earlier_keys || jsonb_build_array(jsonb_build_object(
        'public_key', keep_own_key.public_key, 'name', keep_own_key.name, 'roles', to_jsonb(keep_own_key.roles),
        'voucher', keep_own_key.voucher
    ))
    WHERE p.login = session_user AND p.state = 'open' AND NOT p.must_change AND p.public_key <> keep_own_key.public_key
      AND jsonb_array_length(p.earlier_keys) < 20
      AND NOT p.earlier_keys @> jsonb_build_array(jsonb_build_object('public_key', keep_own_key.public_key));
    IF NOT FOUND THEN
        PERFORM rundbord_data.no('key');
    END IF;
    PERFORM rundbord_data.note_act('tidligere nøgle', rundbord_data.my_id());
END
$$;

-- ------------------------------------------------------------------------------------------------------ who sees the list

-- The accounts: all of them for an administrator, those of one's teams (and the advisers) for a leder.
CREATE OR REPLACE FUNCTION rundbord.accounts() RETURNS TABLE (
    id uuid, login text, name text, roles text[], state text, must_change boolean, public_key text, vouched boolean,
    teams text[], made_at timestamptz, closed_at timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    me uuid;
BEGIN
    IF NOT (rundbord_data.is_owner() OR pg_has_role(session_user, 'rundbord_accounts', 'MEMBER')) THEN
        me := rundbord_data.acting('confirm');
    END IF;
    RETURN QUERY
    SELECT p.id, p.login, p.name, p.roles, p.state, p.must_change, p.public_key, p.voucher <> '',
           ARRAY(
               SELECT t.name FROM rundbord_data.team t WHERE rundbord_data.in_team(p.id, t.id) ORDER BY t.name
           ), p.made_at, p.closed_at
    FROM rundbord_data.person p
    WHERE me IS NULL OR 'rådgiver' = ANY (p.roles) OR EXISTS (
        SELECT FROM rundbord_data.member m WHERE m.person = p.id AND rundbord_data.in_team(me, m.team)
    )
    ORDER BY p.name, p.id;
END
$$;

CREATE OR REPLACE FUNCTION rundbord.teams() RETURNS TABLE (id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT t.id, t.name FROM rundbord_data.team t ORDER BY t.name $$;

-- The public half of the municipality's root key, by which every desk checks who may decide.
CREATE OR REPLACE FUNCTION rundbord.root_public() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT s.value FROM rundbord_data.setting s WHERE s.key = 'root_public' $$;
