-- hello: the first words of every session, and the rights of everything in the files 03*.

-- A desk that comes with the nonce it was last handed is the desk. One that comes with an older is a copy of its machine's
-- disk (or an answer was lost on the way): it gets an id of its own, so that no two desks write as one.
CREATE OR REPLACE FUNCTION rundbord_data.greet_device(me uuid, client text, wanted uuid, shown uuid, OUT device uuid, OUT nonce uuid,
    OUT clone boolean)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    nonce := gen_random_uuid();
    clone := false;
    UPDATE rundbord_data.device d SET nonce = greet_device.nonce, person = me, client = left(greet_device.client, 40), seen_at = now()
    WHERE d.id = wanted AND d.nonce = shown RETURNING d.id INTO device;
    IF device IS NOT NULL THEN
        RETURN;
    END IF;
    clone := EXISTS (SELECT FROM rundbord_data.device d WHERE d.id = wanted);
    device := CASE WHEN clone OR wanted IS NULL THEN gen_random_uuid() ELSE wanted END;
    INSERT INTO rundbord_data.device (id, nonce, person, client) VALUES (device, nonce, me, left(greet_device.client, 40));
    DELETE FROM rundbord_data.device d -- a hundred are kept for a person: nobody fills the table
    WHERE d.person = me AND d.id IN (
        SELECT o.id FROM rundbord_data.device o WHERE o.person = me ORDER BY o.seen_at DESC, o.id OFFSET 100
    );
END
$$;

CREATE OR REPLACE FUNCTION rundbord.hello(client text, schema integer, device uuid DEFAULT NULL, nonce uuid DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    me rundbord_data.person;
    teams jsonb := '[]';
    channels text[] := '{}';
    desk record;
    origin text;
BEGIN
    SELECT * INTO me FROM rundbord_data.person p WHERE p.login = session_user;
    IF me.id IS NULL THEN
        PERFORM rundbord_data.no('no_account');
    END IF;
    origin := rundbord_data.origin_now();
    desk := rundbord_data.greet_device(me.id, coalesce(client, ''), device, nonce);
    IF me.state = 'open' THEN
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) ORDER BY t.name), '[]'),
               coalesce(array_agg(rundbord_data.channel_of(t.id, NULL)), '{}')
        INTO teams, channels
        FROM rundbord_data.team t WHERE rundbord_data.in_team(me.id, t.id);
        channels := channels || rundbord_data.channel_of(NULL, me.id);
    END IF;
    RETURN jsonb_build_object(
        'person_id', me.id, 'login', me.login, 'name', me.name, 'roles', me.roles, 'state', me.state,
        'must_change', me.must_change, 'public_key', me.public_key, 'voucher', me.voucher, 'closed_at', me.closed_at,
        'teams', teams, 'channels', to_jsonb(channels),
        'server_schema', (SELECT s.value::integer FROM rundbord_data.setting s WHERE s.key = 'schema'),
        'wanted_client', (SELECT s.value FROM rundbord_data.setting s WHERE s.key = 'wanted_client'),
        'root_public', (SELECT s.value FROM rundbord_data.setting s WHERE s.key = 'root_public'),
        'practice', EXISTS (SELECT FROM rundbord_data.setting s WHERE s.key = 'practice'),
        'now', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'),
        'origin', origin, 'upto', (SELECT c.n FROM rundbord_data.counter c),
        'device', desk.device, 'nonce', desk.nonce, 'known_device_clone', desk.clone
    );
END
$$;

-- -------------------------------------------------------------------------------------------- whose they are, and for whom

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY[
        'rundbord.add_team(text, uuid)', 'rundbord.add_person(text, uuid, text, text[], uuid, text, text, text)',
        'rundbord.reset_password(uuid, text)', 'rundbord.set_roles(uuid, text[])', 'rundbord.close_person(uuid, integer)',
        'rundbord.confirm_person(uuid)', 'rundbord.vouch(uuid, text, text)', 'rundbord.join_team(uuid, uuid)',
        'rundbord.leave_team(uuid, uuid)', 'rundbord.set_own_password(text)', 'rundbord.set_own_key(text)',
        'rundbord.keep_own_key(text, text, text[], text)',
        'rundbord.accounts()', 'rundbord.teams()', 'rundbord.root_public()'
    ] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO rundbord_keeper', f);
    END LOOP;
    FOREACH f IN ARRAY ARRAY[
        'rundbord.move_case(uuid, uuid)', 'rundbord.grant_case(uuid, uuid, text, timestamptz)',
        'rundbord.end_grant(uuid, uuid)', 'rundbord.hello(text, integer, uuid, uuid)'
    ] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO rundbord_writer', f);
    END LOOP;
END
$$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data, rundbord FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    rundbord_data.no(text), rundbord_data.is_owner(), rundbord_data.acting(text, uuid), rundbord_data.in_team(uuid, uuid)
    TO rundbord_keeper, rundbord_writer;
GRANT EXECUTE ON FUNCTION
    rundbord_data.note_act(text, uuid), rundbord_data.pass_numbering(), rundbord_data.check_verifier(text),
    rundbord_data.check_person(text, text, text[]),
    rundbord_data.make_person(text, uuid, text, text[], uuid, text, text, text, text),
    rundbord_data.kept_key(rundbord_data.person)
    TO rundbord_keeper;
GRANT EXECUTE ON FUNCTION
    rundbord_data.my_case(uuid, text), rundbord_data.note_case(uuid, text, uuid),
    rundbord_data.greet_device(uuid, text, uuid, uuid)
    TO rundbord_writer;
GRANT EXECUTE ON FUNCTION
    rundbord.add_team(text, uuid), rundbord.add_person(text, uuid, text, text[], uuid, text, text, text),
    rundbord.reset_password(uuid, text), rundbord.set_roles(uuid, text[]), rundbord.close_person(uuid, integer),
    rundbord.vouch(uuid, text, text), rundbord.leave_team(uuid, uuid), rundbord.set_own_password(text),
    rundbord.accounts(), rundbord.teams(), rundbord.root_public()
    TO rundbord_accounts;
GRANT EXECUTE ON FUNCTION
    rundbord.confirm_person(uuid), rundbord.vouch(uuid, text, text), rundbord.join_team(uuid, uuid),
    rundbord.leave_team(uuid, uuid), rundbord.set_own_password(text), rundbord.set_own_key(text),
    rundbord.keep_own_key(text, text, text[], text),
    rundbord.move_case(uuid, uuid), rundbord.grant_case(uuid, uuid, text, timestamptz), rundbord.end_grant(uuid, uuid),
    rundbord.hello(text, integer, uuid, uuid), rundbord.accounts(), rundbord.teams(), rundbord.root_public()
    TO rundbord_person;
