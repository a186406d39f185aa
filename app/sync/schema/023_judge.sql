-- One change judged with care: whether it is taken, refused with a reason, or waits. Called by push with the counter taken.

-- What somebody may do in a case: full, late, shared, late_shared, start (it is unknown), erased, common, or none.
CREATE OR REPLACE FUNCTION rundbord_data.right_in(who rundbord_data.caller, wanted uuid, home rundbord_data.case_home)
RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF wanted = '00000000-0000-0000-0000-000000000001' THEN
        RETURN CASE WHEN who.state = 'open' AND who.teams <> '{}' THEN 'common' ELSE 'none' END;
    ELSIF home.team_id = ANY (who.teams) OR wanted = ANY (who.fulls) THEN
        RETURN 'full';
    ELSIF wanted = ANY (who.shareds) THEN
        RETURN 'shared';
    ELSIF home.case_id IS NULL THEN
        IF EXISTS (SELECT FROM rundbord_data.door d WHERE d.case_id = wanted AND d.what = 'erased') THEN
            RETURN 'erased';
        END IF;
        RETURN CASE WHEN who.first_team IS NULL THEN 'none' ELSE 'start' END;
    ELSIF home.team_id = ANY (who.late_teams) OR wanted = ANY (who.late_fulls) OR EXISTS (
        SELECT FROM rundbord_data.door d -- the case has moved on to another team
        WHERE d.case_id = wanted AND d.what = 'closed' AND d.person_id IS NULL AND d.at > now() - interval '30 days'
          AND d.team_id = ANY (who.teams || who.late_teams)
    ) THEN
        RETURN 'late';
    ELSIF wanted = ANY (who.late_shareds) THEN
        RETURN 'late_shared';
    END IF;
    RETURN 'none';
END
$$;

-- `over` with the refused ones read through, all the way down.
CREATE OR REPLACE FUNCTION rundbord_data.read_through(over jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET work_mem = '64kB'
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
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    missing boolean;
BEGIN
    over := r.over;
    IF EXISTS (
        SELECT FROM jsonb_each(r.over) o CROSS JOIN jsonb_array_elements_text(o.value) v
        WHERE (SELECT x.id FROM rundbord_data.refused x WHERE x.id = v::uuid) IS NOT NULL
    ) THEN
        over := rundbord_data.read_through(r.over);
    END IF;
    SELECT coalesce(bool_or(f.fits IS NULL), false), coalesce(bool_or(NOT f.fits), false), array_agg(DISTINCT f.id)
    INTO missing, foreign_one, covered
    FROM (
        SELECT v::uuid AS id, (
            SELECT c.record_id = r.record_id AND c.kind = r.kind AND c.fields ? o.key FROM rundbord_data.change c WHERE c.id = v::uuid
        ) AS fits
        FROM jsonb_each(over) o CROSS JOIN jsonb_array_elements_text(o.value) v
    ) f;
    IF missing THEN
        over := NULL;
    END IF;
END
$$;

-- A decision is written whole by one change, by the bestiller who signs it, on time, within their competence, on a record
-- nobody has written on (promise 2). The seal is checked by every desk; the hash already here.
CREATE OR REPLACE FUNCTION rundbord_data.undecidable(who rundbord_data.caller, r rundbord_data.incoming, access text)
RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
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
       OR EXISTS (SELECT FROM rundbord_data.change c WHERE c.record_id = r.record_id) THEN
        RETURN 'decision';
    END IF;
    BEGIN
        content := (r.fields ->> 'content')::jsonb;
        IF content ->> 'case_id' IS DISTINCT FROM r.case_id::text OR content ->> 'decision_id' IS DISTINCT FROM r.record_id::text
           OR content #>> '{decided_by,id}' IS DISTINCT FROM who.id::text
           OR content ->> 'target_group' IS DISTINCT FROM r.fields ->> 'target_group'
           OR content ->> 'start' IS DISTINCT FROM r.fields ->> 'start' OR content ->> 'end' IS DISTINCT FROM r.fields ->> 'end'
           OR jsonb_typeof(content -> 'support') IS DISTINCT FROM 'array' THEN
            RETURN 'decision';
        END IF;
        IF EXISTS (
            SELECT FROM jsonb_array_elements(content -> 'support') s
            JOIN rundbord_data.change limited
              ON limited.case_id = '00000000-0000-0000-0000-000000000001' AND limited.kind = 'competence'
             AND limited.standing IS DISTINCT FROM '{}'
             AND limited.fields @> jsonb_build_object('person_id', who.id::text, 'paragraph', s ->> 'paragraph')
            JOIN rundbord_data.change stands
              ON stands.record_id = limited.record_id AND stands.kind = 'competence' AND stands.standing IS DISTINCT FROM '{}'
            WHERE (stands.fields @> '{"grants": false}' AND (stands.standing IS NULL OR 'grants' = ANY (stands.standing)))
               OR (jsonb_typeof(stands.fields -> 'most_weeks') = 'number'
                   AND (stands.standing IS NULL OR 'most_weeks' = ANY (stands.standing))
                   AND coalesce((s ->> 'end')::date - (s ->> 'start')::date, 1000000)
                       >= (stands.fields ->> 'most_weeks')::numeric * 7)
        ) THEN
            RETURN 'competence';
        END IF;
    EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
        RETURN 'decision';
    END;
    RETURN NULL;
END
$$;

-- Why this pen may not write these fields, or null; `later` when the server does not know the kind or one of the fields.
CREATE OR REPLACE FUNCTION rundbord_data.pen_refuses(who rundbord_data.caller, r rundbord_data.incoming) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
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

-- Whether the record is this case's own and of this kind, and whom a citizen or a number is about.
CREATE OR REPLACE FUNCTION rundbord_data.misplaced(
    who rundbord_data.caller, r rundbord_data.incoming, home rundbord_data.case_home, OUT reason text, OUT subject uuid
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    earlier rundbord_data.change;
    own boolean;
BEGIN
    IF (r.kind IN ('offer', 'municipality', 'competence')) <> (r.case_id = '00000000-0000-0000-0000-000000000001')
       OR (r.kind = 'case' AND r.record_id <> r.case_id) THEN
        reason := 'wrong_record';
        RETURN;
    END IF;
    SELECT c.* INTO earlier FROM rundbord_data.change c
    WHERE c.record_id = r.record_id AND c.standing IS DISTINCT FROM '{}' LIMIT 1;
    IF earlier.id IS NOT NULL AND earlier.kind <> r.kind THEN
        reason := 'wrong_record';
    ELSIF r.kind NOT IN ('citizen', 'identifier', 'case') THEN
        IF earlier.case_id <> r.case_id THEN
            reason := 'wrong_record';
        END IF;
        RETURN;
    END IF;
    subject := CASE
        WHEN r.kind = 'citizen' THEN r.record_id
        WHEN earlier.subject IS NOT NULL THEN earlier.subject
        WHEN r.fields ->> 'citizen_id' ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
            THEN (r.fields ->> 'citizen_id')::uuid
    END;
    IF r.kind = 'identifier' AND earlier.id IS NULL AND subject IS NULL AND NOT r.fields ? 'citizen_id' THEN
        -- The rest of a number, which came before the part that says whose it is: this case's own, as far as anybody knows.
        subject := home.citizen_id;
    END IF;
    -- A known citizen is written on, and taken into a case, only by somebody who sees that citizen in a case already.
    own := subject IS NULL OR home.citizen_id IS NOT DISTINCT FROM subject OR NOT EXISTS (
        SELECT FROM rundbord_data.change c WHERE c.subject = misplaced.subject AND c.case_id <> r.case_id
    ) OR (r.kind = 'case' AND EXISTS (
        SELECT FROM rundbord_data.case_home h WHERE h.citizen_id = misplaced.subject
           AND (h.team_id = ANY (who.teams) OR h.case_id = ANY (who.fulls))
    ));
    IF NOT own THEN
        reason := 'wrong_record';
    END IF;
    IF r.kind = 'case' AND (home.citizen_id <> subject OR earlier.case_id <> r.case_id) THEN
        reason := 'wrong_record';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION rundbord_data.judge(
    who rundbord_data.caller, r rundbord_data.incoming, desk uuid, number bigint,
    OUT outcome text, OUT reason text, OUT seq bigint, OUT wakes uuid[]
)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    home rundbord_data.case_home;
    access text;
    before record;
    lies record;
    covered uuid[];
    place record;
BEGIN
    outcome := 'refused';
    IF r.id IS NULL THEN
        reason := 'malformed';
        RETURN;
    END IF;

    -- Here already? Then the same answer as then, to the same person; nobody else is told anything.
    SELECT c.seq, c.author, c.kind, c.record_id, c.case_id INTO before FROM rundbord_data.change c WHERE c.id = r.id;
    IF before.seq IS NOT NULL THEN
        IF before.author = who.id AND before.kind = r.kind AND before.record_id = r.record_id AND before.case_id = r.case_id THEN
            outcome := 'accepted';
            seq := before.seq;
        ELSE
            reason := 'id_taken';
        END IF;
        RETURN;
    END IF;
    SELECT x.author, x.reason INTO before FROM rundbord_data.refused x WHERE x.id = r.id;
    IF FOUND THEN
        reason := CASE WHEN before.reason = 'erased' OR before.author = who.id THEN before.reason ELSE 'id_taken' END;
        RETURN;
    END IF;

    reason := rundbord_data.misshapen(r);
    IF reason IS NOT NULL THEN
        RETURN;
    END IF;
    IF r.author IS NOT NULL AND r.author <> who.id THEN
        reason := 'not_yours';
        RETURN;
    END IF;
    SELECT h.* INTO home FROM rundbord_data.case_home h WHERE h.case_id = r.case_id;
    access := rundbord_data.right_in(who, r.case_id, home);
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

    reason := rundbord_data.pen_refuses(who, r);
    IF reason IS NULL AND r.kind = 'decision' THEN
        reason := rundbord_data.undecidable(who, r, access);
    END IF;
    IF reason IS NULL AND r.kind = 'advice' THEN
        reason := rundbord_data.advice_refuses(who, r);
    END IF;
    IF reason = 'later' THEN
        outcome := 'later';
        reason := NULL;
        RETURN;
    ELSIF reason IS NOT NULL THEN
        RETURN;
    END IF;

    place := rundbord_data.misplaced(who, r, home);
    IF place.reason IS NOT NULL THEN
        reason := place.reason;
        RETURN;
    END IF;
    IF EXISTS ( -- written once: the same value again is two desks that made the same record
        SELECT FROM rundbord_data.field_rule f
        JOIN rundbord_data.change c ON c.record_id = r.record_id AND c.kind = r.kind AND c.standing IS DISTINCT FROM '{}'
        WHERE f.kind = r.kind AND f.once AND r.fields ? f.field AND c.fields ? f.field
          AND c.fields -> f.field IS DISTINCT FROM r.fields -> f.field
    ) THEN
        reason := 'once';
        RETURN;
    END IF;

    outcome := 'accepted';
    seq := number;
    wakes := ARRAY[r.case_id];
    IF access = 'start' THEN
        INSERT INTO rundbord_data.case_home (case_id, team_id, opened_by) VALUES (r.case_id, who.first_team, who.id);
    END IF;
    IF covered IS NOT NULL THEN
        UPDATE rundbord_data.change c
        SET standing = ARRAY(
            SELECT k FROM unnest(coalesce(c.standing, ARRAY(SELECT jsonb_object_keys(c.fields)))) k
            WHERE NOT coalesce(r.over -> k @> to_jsonb(c.id::text), false)
        )
        WHERE c.id = ANY (covered);
    END IF;
    INSERT INTO rundbord_data.change (
        seq, id, case_id, record_id, author, device, step, undoes, subject, late, kind, audience, role, at, step_name, fields,
        over, bases
    ) VALUES (
        number, r.id, r.case_id, r.record_id, who.id, desk, r.step, r.undoes,
        CASE WHEN r.kind IN ('citizen', 'identifier') THEN place.subject END, access IN ('late', 'late_shared'), r.kind,
        r.audience, r.role, r.at, r.step_name, r.fields, r.over, r.bases
    );
    IF r.kind = 'case' AND place.subject IS NOT NULL AND home.citizen_id IS NULL THEN
        UPDATE rundbord_data.case_home SET citizen_id = place.subject WHERE case_id = r.case_id;
    END IF;
    IF place.subject IS NOT NULL THEN
        wakes := wakes || ARRAY(SELECT h.case_id FROM rundbord_data.case_home h WHERE h.citizen_id = place.subject);
    END IF;
END
$$;

-- Advice is the adviser's own: who wrote it signed in changes it alone; the staff take down what was said to them (D3).
CREATE OR REPLACE FUNCTION rundbord_data.advice_refuses(who rundbord_data.caller, r rundbord_data.incoming) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT CASE
        WHEN EXISTS (
            SELECT FROM rundbord_data.change c
            WHERE c.record_id = r.record_id AND c.standing IS DISTINCT FROM '{}'
              AND coalesce(c.fields ->> 'person_id', '') NOT IN ('', who.id::text)
        ) THEN 'pen'
        WHEN coalesce(r.fields ->> 'person_id', '') NOT IN ('', who.id::text) THEN 'pen'
        WHEN r.role = 'rådgiver' AND NOT EXISTS (
            SELECT FROM rundbord_data.change c
            WHERE c.record_id = r.record_id AND c.standing IS DISTINCT FROM '{}' AND c.fields ->> 'person_id' = who.id::text
        ) AND r.fields ->> 'person_id' IS DISTINCT FROM who.id::text THEN 'pen'
    END);
END
$$;
