-- What a value may be, and whose an id is: asked of every change before anything is taken.

-- The rule for the values of one kind in one audience, as a path that finds what is wrong. Text is text, a date is a day there is,
-- a number is whole and no larger than every desk can hold; only what has no default may be null (`?` at the end of the type). What
-- has no type is anything but a list or an object.
CREATE OR REPLACE FUNCTION rundbord_data.wrong_value(field text, type text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE type WHEN '' THEN format('@.%1$s.type() == "object" || @.%1$s.type() == "array"', to_jsonb(field)) ELSE format(
        '(@.%1$s.type() != "%2$s"%3$s)%4$s', to_jsonb(field), s.json,
        CASE WHEN type LIKE '%?' THEN format(' && @.%s.type() != "null"', to_jsonb(field)) ELSE '' END,
        CASE s.json
            WHEN 'number' THEN format(
                ' || (@.%1$s.type() == "number" && (@.%1$s.floor() != @.%1$s || @.%1$s.abs() > 9007199254740992))', to_jsonb(field)
            )
            ELSE CASE WHEN type LIKE 'date%' THEN format(
                ' || (@.%1$s.type() == "string" && !(@.%1$s >= "0001" && @.%1$s like_regex %2$s))', to_jsonb(field), to_jsonb(
                    '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))'
                    || '|([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29)$'::text
                )
            ) ELSE '' END
        END
    ) END
    FROM (SELECT CASE rtrim(type, '?') WHEN 'bool' THEN 'boolean' WHEN 'number' THEN 'number' ELSE 'string' END AS json) s
$$;

-- Whether one of these is written with decimals. By itself: what has a sub-select is not inlined where it is asked.
CREATE OR REPLACE FUNCTION rundbord_data.has_decimals(fields jsonb, numbers text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT EXISTS (SELECT FROM unnest(numbers) n WHERE fields ->> n LIKE '%.%')
$$;

-- Whether a value is of another type than its field. `numbers`: a whole number written with decimals is none for a desk.
CREATE OR REPLACE FUNCTION rundbord_data.mistyped(fields jsonb, wrong jsonpath, numbers text[]) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(jsonb_path_exists(fields, wrong), false)
        OR (fields ?| numbers AND rundbord_data.has_decimals(fields, numbers))
$$;

-- A time as the log writes it: what a desk cannot read, it cannot show.
CREATE OR REPLACE FUNCTION rundbord_data.is_time(at text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT at ~ ('^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-9]))'
                 '[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?$')
       AND at !~ '^(0000|..(0[123567]|[2468][1235679]|[13579][01345789])-02-29|([02468][1235679]|[13579][01345789])00-02-29)'
$$;

-- SHA-1, which PostgreSQL has under its own hood and lends to no one: the ids two desks reckon alike are made with it. Some 0.2 ms,
-- and only for the first word on such a record.
CREATE OR REPLACE FUNCTION rundbord_data.sha1(message bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
DECLARE
    bits CONSTANT bigint := 4294967295;
    padded bytea;
    w bigint[];
    h0 bigint := 1732584193; h1 bigint := 4023233417; h2 bigint := 2562383102; h3 bigint := 271733878; h4 bigint := 3285377520;
    a bigint; b bigint; c bigint; d bigint; e bigint; x bigint;
BEGIN
    padded := message || '\x80'::bytea || decode(repeat('00', (119 - length(message) % 64) % 64), 'hex')
              || int8send(length(message)::bigint * 8);
    FOR block IN 0 .. length(padded) / 64 - 1 LOOP
        w := ARRAY(
            SELECT (get_byte(padded, i)::bigint << 24) | (get_byte(padded, i + 1) << 16) | (get_byte(padded, i + 2) << 8)
                   | get_byte(padded, i + 3)
            FROM generate_series(block * 64, block * 64 + 60, 4) i
        );
        a := h0; b := h1; c := h2; d := h3; e := h4;
        FOR t IN 1 .. 80 LOOP
            IF t > 16 THEN
                x := w[t - 3] # w[t - 8] # w[t - 14] # w[t - 16];
                w[t] := ((x << 1) | (x >> 31)) & bits;
            END IF;
            x := (((a << 5) | (a >> 27)) & bits) + e + w[t] + CASE
                WHEN t <= 20 THEN ((b & c) | ((bits - b) & d)) + 1518500249
                WHEN t <= 40 THEN (b # c # d) + 1859775393
                WHEN t <= 60 THEN ((b & c) | (b & d) | (c & d)) + 2400959708
                ELSE (b # c # d) + 3395469782
            END;
            e := d; d := c; c := ((b << 30) | (b >> 2)) & bits; b := a; a := x & bits;
        END LOOP;
        h0 := (h0 + a) & bits; h1 := (h1 + b) & bits; h2 := (h2 + c) & bits; h3 := (h3 + d) & bits; h4 := (h4 + e) & bits;
    END LOOP;
    RETURN substr(int8send(h0), 5) || substr(int8send(h1), 5) || substr(int8send(h2), 5) || substr(int8send(h3), 5)
        || substr(int8send(h4), 5);
END
$$;

-- An id that is reckoned from a name (`models/ids.py`): version 5, in the namespace of object ids.
CREATE OR REPLACE FUNCTION rundbord_data.reckoned(name text) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
DECLARE
    made bytea := substr(rundbord_data.sha1('\x6ba7b8129dad11d180b400c04fd430c8'::bytea || convert_to(name, 'UTF8')), 1, 16);
BEGIN
    made := set_byte(made, 6, (get_byte(made, 6) & 15) | 80);
    made := set_byte(made, 8, (get_byte(made, 8) & 63) | 128);
    RETURN encode(made, 'hex')::uuid;
END
$$;

-- Whether the first word on a record may bear this id. One that is reckoned belongs to one case and one kind: it is not taken
-- from them by a record of another's making. All other ids are drawn, and cannot be guessed.
CREATE OR REPLACE FUNCTION rundbord_data.is_own_id(record uuid, in_case uuid, kind text, fields jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF substr(record::text, 15, 1) = '8' THEN -- in order of time, and at its end a mark of case and kind
        RETURN right(record::text, 11) = left(replace(rundbord_data.reckoned(in_case || '/' || kind)::text, '-', ''), 11);
    ELSIF substr(record::text, 15, 1) <> '5' THEN
        RETURN true;
    END IF;
    RETURN record = rundbord_data.reckoned(CASE kind
        WHEN 'competence' THEN (fields ->> 'person_id') || '/competence/' || (fields ->> 'paragraph')
        WHEN 'same_citizen' THEN in_case || '/same_citizen/'
            || least((fields ->> 'citizen_id') COLLATE "C", (fields ->> 'other_id') COLLATE "C") || '/'
            || greatest((fields ->> 'citizen_id') COLLATE "C", (fields ->> 'other_id') COLLATE "C")
        ELSE in_case || '/' || kind
    END) IS TRUE;
END
$$;

DO $$
BEGIN
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord_data.wrong_value(text, text), rundbord_data.mistyped(jsonb, jsonpath, text[]),
        rundbord_data.has_decimals(jsonb, text[]), rundbord_data.is_time(text), rundbord_data.sha1(bytea), rundbord_data.reckoned(text),
        rundbord_data.is_own_id(uuid, uuid, text, jsonb) TO rundbord_writer;
END
$$;
