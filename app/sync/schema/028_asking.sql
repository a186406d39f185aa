-- Asking an adviser (D3): what stands of the requests and the consents they rest on opens a case for an adviser, and closes it.
-- No desk opens anything: what was refused, or still waits, has opened nothing, and what was taken has opened once.

-- The cases of these advisers' requests, and whether each is to be open: by any request that stands open, with its consent given.
-- Where several stand on a field, one that says no is enough. Words that came late close and do not open.
CREATE OR REPLACE FUNCTION rundbord_data.asked_now(cases uuid[], records uuid[])
RETURNS TABLE (case_id uuid, person_id uuid, is_open boolean)
LANGUAGE sql STABLE
AS $$
    WITH stands AS MATERIALIZED (
        SELECT c.case_id, c.record_id, c.kind, c.late, f.key, f.value #>> '{}' AS value
        FROM rundbord_data.change c CROSS JOIN LATERAL jsonb_each(c.fields) f
        WHERE c.case_id = ANY (cases) AND c.kind IN ('advice_request', 'consent')
          AND cardinality(c.standing) IS DISTINCT FROM 0 AND (c.standing IS NULL OR f.key = ANY (c.standing))
    ), consents AS MATERIALIZED (
        SELECT s.case_id, s.record_id::text AS id,
               coalesce(bool_and(s.value IS NOT DISTINCT FROM 'true' AND NOT s.late) FILTER (WHERE s.key = 'given'), false)
               AND NOT coalesce(bool_or(s.key = 'withdrawn_on' AND s.value IS NOT NULL OR s.key = 'removed' AND s.value = 'true'), false)
               AS given
        FROM stands s WHERE s.kind = 'consent' GROUP BY s.case_id, s.record_id
    ), requests AS MATERIALIZED (
        SELECT s.case_id, s.record_id, max(s.value) FILTER (WHERE s.key = 'person_id') AS person,
               max(s.value) FILTER (WHERE s.key = 'consent_id') AS consent,
               NOT coalesce(bool_or(s.key = 'closed_on' AND s.value IS NOT NULL OR s.key = 'removed' AND s.value = 'true'
                                    OR s.key = 'person_id' AND s.late), false) AS is_open
        FROM stands s WHERE s.kind = 'advice_request' GROUP BY s.case_id, s.record_id
    )
    SELECT r.case_id, p.id, bool_or(r.is_open AND coalesce(o.given, false) AND p.state <> 'closed')
    FROM requests r
    JOIN rundbord_data.person p ON p.id::text = r.person AND 'rådgiver' = ANY (p.roles)
    LEFT JOIN consents o ON o.case_id = r.case_id AND o.id = r.consent
    GROUP BY r.case_id, p.id
    HAVING bool_or(r.record_id = ANY (records) OR r.consent = ANY (records::text[]))
$$;

-- Called by push, with the counter taken and what it took numbered, when it took a request or a consent; by nobody else.
CREATE OR REPLACE FUNCTION rundbord_data.follow_requests(cases uuid[], records uuid[], giver uuid) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    asked record;
BEGIN
    FOR asked IN
        SELECT a.case_id, a.person_id, a.is_open
        FROM rundbord_data.asked_now(cases, records) a
        LEFT JOIN rundbord_data.case_grant g ON g.case_id = a.case_id AND g.person_id = a.person_id
             AND g.scope = 'shared' AND (g.until IS NULL OR g.until > now())
        WHERE a.is_open = (g.case_id IS NULL)
        ORDER BY a.case_id, a.person_id
    LOOP
        IF asked.is_open THEN
            PERFORM rundbord_data.open_case_for(asked.case_id, asked.person_id, 'shared', NULL, giver),
                    rundbord_data.note_case(asked.case_id, 'delt med', asked.person_id);
        ELSE
            PERFORM rundbord_data.close_case_for(asked.case_id, asked.person_id),
                    rundbord_data.note_case(asked.case_id, 'deling ophørt', asked.person_id);
        END IF;
    END LOOP;
END
$$;

DO $$
BEGIN
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord_data.asked_now(uuid[], uuid[]), rundbord_data.follow_requests(uuid[], uuid[], uuid)
        TO rundbord_writer;
END
$$;
