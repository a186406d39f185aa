-- One change judged with care: whether it is taken, refused with a reason, or waits. Called by push with the counter taken.

-- `over` with the refused ones read through, all the way down.
CREATE OR REPLACE FUNCTION rundbord_data.read_through(over jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET work_mem = '64kB' SET enable_hashjoin = off
AS $$
    WITH RECURSIVE lies (field, id) AS (
        SELECT o.key, v::uuid FROM jsonb_each(over) o CROSS JOIN jsonb_array_elements_text(o.value) v
        UNION
        SELECT l.field, v::uuid
        FROM lies l
        JOIN rundbord_data.refused x ON x.id = l.id
        CROSS JOIN jsonb_array_elements_text(CASE jsonb_typeof(x.over -> l.field) WHEN 'array' THEN x.over -> l.field ELSE '[]' END) v
    )
    SELECT coalesce(jsonb_object_agg(f.field, f.ids), '{}')
    FROM (
        SELECT l.field, jsonb_agg(l.id ORDER BY l.id) AS ids FROM lies l
        WHERE NOT EXISTS (SELECT FROM rundbord_data.refused x WHERE x.id = l.id) GROUP BY l.field
    ) f
$$;

-- Which of the changes named in `over` it truly lies over. Null: one of them is not here yet. Those of another record, or that do
-- not hold the field, make `foreign_one` true.
CREATE OR REPLACE FUNCTION rundbord_data.effective(
    r rundbord_data.incoming, OUT over jsonb, OUT covered uuid[], OUT foreign_one boolean
)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    missing boolean;
BEGIN
    over := r.over;
    FOR again IN 1 .. 2 LOOP
        SELECT coalesce(bool_or(f.fits IS NULL), false), coalesce(bool_or(NOT f.fits), false), array_agg(DISTINCT f.id)
        INTO missing, foreign_one, covered
        FROM (
            SELECT v::uuid AS id, (
                SELECT c.record_id = r.record AND c.kind = r.kind AND c.fields ? o.key
                FROM rundbord_data.change c WHERE c.id = v::uuid
            ) AS fits
            FROM jsonb_each(over) o CROSS JOIN jsonb_array_elements_text(o.value) v
        ) f;
        EXIT WHEN NOT missing OR again = 2;
        over := rundbord_data.read_through(over);
    END LOOP;
    IF missing THEN
        over := NULL;
    END IF;
END
$$;

-- A paragraph as it is compared, however it is written: "§ 82 b", "82B" and "82b" are one. As `app/domain/paragraphs.py` has it.
CREATE OR REPLACE FUNCTION rundbord_data.plain(paragraph text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT regexp_replace(lower(normalize(coalesce(paragraph, ''), NFKC)), '[^0-9a-zæøå]', '', 'g') $$;

-- What a decision grants by its own copy, a row for each support; a yes that names a paragraph and no support of it grants its
-- whole period. As `app/store/competence.py` has it.
CREATE OR REPLACE FUNCTION rundbord_data.granted_in(content jsonb) RETURNS TABLE (paragraph text, first date, last date)
LANGUAGE sql STABLE
AS $$
    SELECT rundbord_data.plain(g.told ->> 'paragraph'),
           CASE WHEN g.told ->> 'start' ~ '^\d{4}-\d{2}-\d{2}$' THEN (g.told ->> 'start')::date END,
           CASE WHEN g.told ->> 'end' ~ '^\d{4}-\d{2}-\d{2}$' THEN (g.told ->> 'end')::date END
    FROM (
        SELECT s AS told FROM jsonb_array_elements(content -> 'support') s WHERE jsonb_typeof(s) = 'object'
        UNION ALL
        SELECT jsonb_build_object('paragraph', p, 'start', content -> 'start', 'end', content -> 'end')
        FROM jsonb_array_elements_text(
            CASE jsonb_typeof(content -> 'paragraphs') WHEN 'array' THEN content -> 'paragraphs' ELSE '[]' END
        ) p
        WHERE content ->> 'target_group' = 'ja' AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(content -> 'support') s
            WHERE rundbord_data.plain(s ->> 'paragraph') = rundbord_data.plain(p)
        )
    ) g
$$;

-- The same on each paragraph, from its first day to its last: for how many days (null: without end).
CREATE OR REPLACE FUNCTION rundbord_data.grants_in(content jsonb) RETURNS TABLE (paragraph text, days integer)
LANGUAGE sql STABLE
AS $$
    SELECT d.paragraph, CASE WHEN bool_and(d.first IS NOT NULL AND d.last IS NOT NULL) THEN max(d.last) - min(d.first) END
    FROM rundbord_data.granted_in(content) d
    GROUP BY d.paragraph
$$;

-- The last day, itself included, that support from this day may run to under § 82 b: rule R1, as `app/domain/periods.py` has it.
CREATE OR REPLACE FUNCTION rundbord_data.last_permitted_day(first date) RETURNS date
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN date_part('day', six.later) = date_part('day', first) THEN six.later - 1 ELSE six.later END
    FROM (SELECT (first + interval '6 months')::date AS later) six -- where that month has no such day: its last
$$;

-- Whether it grants more than § 82 b can hold: a row past its wall, before its own beginning or with no day at one end of it, or all
-- of them together. A draft may lack a day; what is signed names both.
CREATE OR REPLACE FUNCTION rundbord_data.past_wall(content jsonb) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(
        bool_or(d.first IS NULL OR d.last IS NULL OR d.last < d.first OR d.last > rundbord_data.last_permitted_day(d.first))
        OR max(d.last) > rundbord_data.last_permitted_day(min(d.first)), false
    )
    FROM rundbord_data.granted_in(content) d
    WHERE d.paragraph = '82b'
$$;

-- A decision is written whole by one change, by the bestiller who signs it, on time, within their competence and the six months of
-- § 82 b, on a record nobody has written on (promise 2). The seal is checked by every desk; the hash already here.
CREATE OR REPLACE FUNCTION rundbord_data.undecidable(who rundbord_data.caller, r rundbord_data.incoming, access text)
RETURNS text
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    content jsonb;
BEGIN
    IF access NOT IN ('full', 'start') THEN
        RETURN 'late_decision';
    ELSIF r.role <> 'bestiller' THEN
        RETURN 'role';
    ELSIF who.state <> 'open' OR who.must_change OR r.over <> '{}'
       OR NOT r.fields ?& ARRAY['content', 'hash', 'seal', 'signer_id', 'signed_at', 'target_group']
       OR r.fields @> '{"removed": true}'
       OR r.fields ->> 'signer_id' IS DISTINCT FROM who.id::text
       OR r.fields ->> 'hash' IS DISTINCT FROM encode(sha256(convert_to(r.fields ->> 'content', 'UTF8')), 'hex')
       OR EXISTS (SELECT FROM rundbord_data.change c WHERE c.record_id = r.record) THEN
        RETURN 'decision';
    END IF;
    BEGIN
        content := (r.fields ->> 'content')::jsonb;
        IF content ->> 'case_id' IS DISTINCT FROM r."case"::text OR content ->> 'decision_id' IS DISTINCT FROM r.record::text
           OR content #>> '{decided_by,id}' IS DISTINCT FROM who.id::text
           OR content ->> 'target_group' IS DISTINCT FROM r.fields ->> 'target_group'
           OR content ->> 'start' IS DISTINCT FROM r.fields ->> 'start' OR content ->> 'end' IS DISTINCT FROM r.fields ->> 'end'
           OR jsonb_typeof(content -> 'support') IS DISTINCT FROM 'array' THEN
            RETURN 'decision';
        END IF;
        IF EXISTS (
            SELECT FROM rundbord_data.grants_in(content) s
            JOIN rundbord_data.change limited
              ON limited.case_id = '00000000-0000-0000-0000-000000000001' AND limited.kind = 'competence'
             AND limited.standing IS DISTINCT FROM '{}'
             AND limited.fields @> jsonb_build_object('person_id', who.id::text)
             AND (rundbord_data.plain(limited.fields ->> 'paragraph') LIKE s.paragraph || '%'
                  OR s.paragraph !~ '^([0-9]{1,3}[a-z]?|åbent)$') -- what names no paragraph is held to be the one that is limited
            JOIN rundbord_data.change stands
              ON stands.record_id = limited.record_id AND stands.kind = 'competence' AND cardinality(stands.standing) IS DISTINCT FROM 0
            WHERE (stands.fields @> '{"grants": false}' AND (stands.standing IS NULL OR 'grants' = ANY (stands.standing)))
               OR (jsonb_typeof(stands.fields -> 'most_weeks') = 'number'
                   AND (stands.standing IS NULL OR 'most_weeks' = ANY (stands.standing))
                   AND coalesce(s.days, 1000000)
                       >= (stands.fields ->> 'most_weeks')::numeric * 7)
        ) THEN
            RETURN 'competence';
        ELSIF rundbord_data.past_wall(content) THEN
            RETURN 'wall';
        ELSIF EXISTS ( -- an account that was opened again: it waits until somebody else has vouched for the key anew
            SELECT FROM rundbord_data.person p WHERE p.id = who.id AND p.voucher = '' AND rundbord_data.taken_back(p)
        ) THEN
            RETURN 'later';
        END IF;
    EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
        RETURN 'decision';
    END;
    RETURN NULL;
END
$$;

-- Why this pen may not write these fields, or null; `later` when the server does not know the kind or one of the fields.
CREATE OR REPLACE FUNCTION rundbord_data.pen_refuses(who rundbord_data.caller, r rundbord_data.incoming) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    known boolean;
    aside boolean;
    held boolean;
BEGIN
    IF EXISTS (
        SELECT FROM rundbord_data.allowed a
        WHERE a.kind = r.kind AND a.audience = r.audience AND a.role = r.role AND r.fields - a.fields = '{}'
    ) THEN
        RETURN NULL;
    END IF;
    SELECT bool_and(f.field IS NOT NULL), bool_or(f.audience <> r.audience),
           bool_and(k.key = 'removed' OR EXISTS (
               SELECT FROM rundbord_data.pen_role p WHERE p.pen = f.pen AND p.role = r.role
           ))
    INTO known, aside, held
    FROM jsonb_object_keys(r.fields) k (key)
    LEFT JOIN rundbord_data.field_rule f ON f.kind = r.kind AND f.field = k.key;
    IF NOT known THEN
        RETURN 'later';
    ELSIF aside THEN
        RETURN 'audience';
    ELSIF NOT held THEN
        RETURN 'pen';
    END IF;
    -- Only `removed` is another's: a record is made by whoever may write in it, and taken off again by whoever made it.
    IF r.fields @> '{"removed": false}' AND NOT r.over ? 'removed' THEN
        RETURN CASE WHEN EXISTS (
            SELECT FROM rundbord_data.field_rule f JOIN rundbord_data.pen_role p ON p.pen = f.pen AND p.role = r.role
            WHERE f.kind = r.kind
        ) THEN NULL ELSE 'pen' END;
    END IF;
    RETURN CASE WHEN r.over ? 'removed' AND NOT EXISTS (
        SELECT FROM jsonb_array_elements_text(r.over -> 'removed') o
        WHERE NOT EXISTS (SELECT FROM rundbord_data.change c WHERE c.id = o::uuid AND c.author = who.id)
    ) THEN NULL ELSE 'pen' END;
END
$$;

-- Whom a change on a citizen, a number or a case is about.
CREATE OR REPLACE FUNCTION rundbord_data.subject_of(r rundbord_data.incoming, home rundbord_data.case_home) RETURNS uuid
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    known uuid;
BEGIN
    IF r.kind = 'citizen' THEN
        RETURN r.record;
    ELSIF r.kind = 'identifier' THEN
        SELECT c.subject INTO known FROM rundbord_data.change c
        WHERE c.record_id = r.record AND c.subject IS NOT NULL LIMIT 1;
    END IF;
    IF known IS NOT NULL THEN
        RETURN known;
    ELSIF r.fields ->> 'citizen_id' ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
        RETURN (r.fields ->> 'citizen_id')::uuid;
    ELSIF r.kind = 'identifier' AND NOT r.fields ? 'citizen_id' THEN
        RETURN home.citizen_id; -- the part of a number that came before the part that says whose it is
    END IF;
    RETURN NULL;
END
$$;

-- A known citizen is written on, and taken into a case, only by somebody who sees that citizen in a case already. A case keeps the
-- citizen it was opened for.
CREATE OR REPLACE FUNCTION rundbord_data.may_touch(
    who rundbord_data.caller, r rundbord_data.incoming, home rundbord_data.case_home, about uuid
) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF r.kind = 'case' AND (r.record <> r."case" OR home.citizen_id <> about) THEN
        RETURN false;
    END IF;
    RETURN about IS NULL OR home.citizen_id IS NOT DISTINCT FROM about OR NOT EXISTS (
        SELECT FROM rundbord_data.change c WHERE c.subject = about AND c.case_id <> r."case"
    ) OR (r.kind = 'case' AND EXISTS (
        SELECT FROM rundbord_data.case_home h
        WHERE h.citizen_id = about AND rundbord_data.right_in(who, h.case_id, h) = 'full'
    ));
END
$$;

-- Whether a field that is written over nothing holds a hundred of this author's already: so what stands on it can always be settled.
CREATE OR REPLACE FUNCTION rundbord_data.crowds(who rundbord_data.caller, r rundbord_data.incoming) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (
        SELECT FROM jsonb_object_keys(r.fields - ARRAY(SELECT o.key FROM jsonb_each(r.over) o WHERE o.value <> '[]')) k
        WHERE 100 <= (SELECT count(*) FROM (
            SELECT FROM rundbord_data.change c
            WHERE c.record_id = r.record AND c.kind = r.kind AND c.author = who.id AND cardinality(c.standing) IS DISTINCT FROM 0
              AND c.fields ? k AND (c.standing IS NULL OR k = ANY (c.standing)) LIMIT 100
        ) own)
    )
$$;

CREATE OR REPLACE FUNCTION rundbord_data.judge(
    who rundbord_data.caller, r rundbord_data.incoming, desk uuid, number bigint,
    OUT outcome text, OUT reason text, OUT seq bigint, OUT wakes uuid[]  -- wakes: the cases whose readers are still to be woken
)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    f record;
    home rundbord_data.case_home;
    access text;
    lies record;
    covered uuid[];
    subject uuid;
    noticed text;
BEGIN
    outcome := 'refused';
    IF r.id IS NULL THEN
        reason := 'malformed';
        RETURN;
    END IF;
    r.over := coalesce(r.over, '{}');
    r.step_name := coalesce(r.step_name, '');

    -- All that is known of it, in one look.
    SELECT same.seq, same.author, same.kind, same.record_id, same.case_id,
           no.id AS no_id, no.author AS no_author, no.reason AS no_reason,
           h AS home, ch.name AS channel, EXISTS (SELECT FROM rundbord_data.case_grant g WHERE g.case_id = r."case") AS granted,
           a.fields AS allowed, a.once, a.wrong, a.numbers, earlier.kind AS earlier_kind, earlier.case_id AS earlier_case
    INTO f
    FROM (SELECT 1) one
    LEFT JOIN rundbord_data.change same ON same.id = r.id
    LEFT JOIN rundbord_data.refused no ON no.id = r.id
    LEFT JOIN rundbord_data.case_home h ON h.case_id = r."case"
    LEFT JOIN rundbord_data.channel ch ON ch.team = h.team_id
    LEFT JOIN rundbord_data.allowed a ON a.kind = r.kind AND a.audience = r.audience AND a.role = r.role
    LEFT JOIN LATERAL (
        SELECT c.kind, c.case_id FROM rundbord_data.change c WHERE c.record_id = r.record LIMIT 1
    ) earlier ON true;
    home := f.home;

    -- Here already? Then the same answer as then, to the same person; nobody else is told anything.
    IF f.seq IS NOT NULL THEN
        IF f.author = who.id AND f.kind = r.kind AND f.record_id = r.record AND f.case_id = r."case" THEN
            outcome := 'accepted';
            seq := f.seq;
        ELSE
            reason := 'id_taken';
        END IF;
        RETURN;
    ELSIF f.no_id IS NOT NULL THEN
        reason := CASE WHEN f.no_reason = 'erased' OR f.no_author = who.id THEN f.no_reason ELSE 'id_taken' END;
        RETURN;
    END IF;

    reason := rundbord_data.misshapen(r);
    IF reason IS NOT NULL THEN
        RETURN;
    ELSIF r.author <> who.id THEN
        reason := 'not_yours';
        RETURN;
    END IF;
    access := rundbord_data.right_in(who, r."case", home);
    IF access IN ('none', 'erased') THEN
        reason := CASE access WHEN 'erased' THEN 'erased' ELSE 'not_yours' END;
        RETURN;
    ELSIF NOT r.role = ANY (who.roles) OR (access = 'start' AND r.role NOT IN ('bestiller', 'vejleder')) THEN
        reason := 'role';
        RETURN;
    ELSIF access IN ('shared', 'late_shared') AND (r.kind <> 'advice' OR r.role <> 'rådgiver') THEN
        reason := 'pen';
        RETURN;
    END IF;

    IF r.over <> '{}' THEN
        lies := rundbord_data.effective(r);
        IF lies.foreign_one THEN
            reason := 'wrong_record';
            RETURN;
        ELSIF lies.over IS NULL THEN
            outcome := 'wait';
            RETURN;
        END IF;
        r.over := lies.over;
        covered := lies.covered;
    END IF;

    IF f.allowed IS NULL OR r.fields - f.allowed <> '{}' THEN
        reason := rundbord_data.pen_refuses(who, r);
    END IF;
    IF reason IS NULL AND r.kind = 'decision' THEN
        reason := rundbord_data.undecidable(who, r, access);
    ELSIF reason IS NULL AND r.kind = 'advice' THEN
        reason := rundbord_data.advice_refuses(who, r);
    ELSIF reason IS NULL AND r.kind = 'competence' AND r.role = 'bestiller' AND EXISTS ( -- then the leder says who grants what (C2)
        SELECT FROM rundbord_data.person p WHERE 'leder' = ANY (p.roles) AND p.state <> 'closed'
    ) THEN
        reason := 'pen';
    END IF;
    IF reason = 'later' THEN
        outcome := 'later';
        reason := NULL;
        RETURN;
    ELSIF reason IS NULL AND (rundbord_data.mistyped(r.fields, f.wrong, f.numbers)
        OR f.wrong IS NULL AND jsonb_typeof(r.fields -> 'removed') <> 'boolean') THEN -- its maker takes off what is no longer theirs
        reason := 'type';
        RETURN;
    ELSIF reason IS NOT NULL THEN
        RETURN;
    END IF;

    IF (r.kind IN ('offer', 'municipality', 'competence')) <> (r."case" = '00000000-0000-0000-0000-000000000001')
       OR f.earlier_kind <> r.kind
       OR (f.earlier_case <> r."case" AND r.kind NOT IN ('citizen', 'identifier'))
       OR (f.earlier_kind IS NULL AND NOT rundbord_data.is_own_id(r.record, r."case", r.kind, r.fields)) THEN
        reason := 'wrong_record';
        RETURN;
    ELSIF r.kind IN ('citizen', 'identifier', 'case') THEN
        subject := rundbord_data.subject_of(r, home);
        IF NOT rundbord_data.may_touch(who, r, home, subject) THEN
            reason := 'wrong_record';
            RETURN;
        END IF;
    END IF;
    IF f.once IS NULL OR r.fields ?| f.once THEN
        IF EXISTS ( -- the same value again is two desks that made the same record
            SELECT FROM rundbord_data.field_rule rule
            JOIN rundbord_data.change c ON c.record_id = r.record AND c.kind = r.kind AND cardinality(c.standing) IS DISTINCT FROM 0
            WHERE rule.kind = r.kind AND rule.once AND r.fields ? rule.field AND c.fields ? rule.field
              AND c.fields -> rule.field IS DISTINCT FROM r.fields -> rule.field
        ) THEN
            reason := 'once';
            RETURN;
        END IF;
    END IF;
    IF r.kind = 'coordinator' AND r.fields ? 'name' AND NOT rundbord_data.may_coordinate(r.fields ->> 'name') THEN
        reason := 'appointed';
        RETURN;
    END IF;
    IF f.earlier_kind IS NOT NULL AND (
        rundbord_data.keys_of(r.over) <> rundbord_data.keys_of(r.fields) OR jsonb_path_exists(r.over, 'strict $.* ? (@.size() == 0)')
    ) AND rundbord_data.crowds(who, r) THEN
        reason := 'crowded';
        RETURN;
    END IF;

    outcome := 'accepted';
    seq := number;
    IF f.channel IS NULL OR f.granted THEN
        wakes := ARRAY[r."case"];
    ELSE
        noticed := pg_notify(f.channel, '');
    END IF;
    IF access = 'start' THEN
        INSERT INTO rundbord_data.case_home (case_id, team_id, opened_by) VALUES (r."case", who.teams[1], who.id);
    END IF;
    IF covered IS NOT NULL THEN
        UPDATE rundbord_data.change c
        SET standing = rundbord_data.left_standing(c.standing, c.fields, c.id, r.over)
        WHERE c.id = ANY (covered);
    END IF;
    INSERT INTO rundbord_data.change (
        seq, id, case_id, record_id, author, device, step, undoes, subject, late, kind, audience, role, at, step_name, fields,
        over, bases
    ) VALUES (
        number, r.id, r."case", r.record, who.id, desk, r.step, r.undoes, CASE WHEN r.kind <> 'case' THEN subject END,
        access IN ('late', 'late_shared'), r.kind, r.audience, r.role, r.at, r.step_name, r.fields, r.over, nullif(r.bases, '{}')
    );
    IF subject IS NOT NULL THEN
        IF r.kind = 'case' AND home.citizen_id IS NULL THEN
            UPDATE rundbord_data.case_home SET citizen_id = subject WHERE case_id = r."case";
        END IF;
        wakes := wakes || ARRAY(SELECT h.case_id FROM rundbord_data.case_home h WHERE h.citizen_id = subject);
    END IF;
END
$$;

-- Advice is the adviser's own: who wrote it signed in changes it alone; the staff take down what was said to them (D3).
CREATE OR REPLACE FUNCTION rundbord_data.advice_refuses(who rundbord_data.caller, r rundbord_data.incoming) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT CASE
        WHEN EXISTS (
            SELECT FROM rundbord_data.change c
            WHERE c.record_id = r.record AND cardinality(c.standing) IS DISTINCT FROM 0
              AND coalesce(c.fields ->> 'person_id', '') NOT IN ('', who.id::text)
        ) THEN 'pen'
        WHEN coalesce(r.fields ->> 'person_id', '') NOT IN ('', who.id::text) THEN 'pen'
        WHEN r.role = 'rådgiver' AND NOT EXISTS (
            SELECT FROM rundbord_data.change c
            WHERE c.record_id = r.record AND cardinality(c.standing) IS DISTINCT FROM 0 AND c.fields ->> 'person_id' = who.id::text
        ) AND r.fields ->> 'person_id' IS DISTINCT FROM who.id::text THEN 'pen'
    END);
END
$$;
