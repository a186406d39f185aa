-- What the municipality's own reporting reads: typed views of what stands, with no names, numbers or words in them.
--
-- A plain view sees what its owner sees. These are meant to: they belong to rundbord_reporter, who has been let in to these tables
-- alone, and show the columns named here. Who reads them is in the group rundbord_report and sees nothing else.

-- A day as a date; what is none is null, so that one odd value spoils no report.
CREATE OR REPLACE FUNCTION rundbord_data.as_date(value text) RETURNS date
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN value ~ '^\d{4}-\d{2}-\d{2}' THEN left(value, 10)::date END;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;

-- Each field that stands, once: of several the one with the lowest id, as the lists on the desks show it.
CREATE OR REPLACE VIEW rundbord_report.standing WITH (security_barrier) AS
SELECT DISTINCT ON (c.record_id, k.key)
       c.case_id, c.kind, c.record_id, k.key AS field, c.seq,
       CASE WHEN c.kind || '.' || k.key IN (
           'case.contact_on', 'case.source', 'case.preventive', 'case.complex', 'case.ended', 'case.ended_on',
           'decision.target_group', 'decision.start', 'decision.end', 'decision.signed_at',
           'goal.theme', 'goal.type', 'goal.now_citizen', 'goal.now_professional', 'goal.hoped', 'goal.removed',
           'support.paragraph', 'support.start', 'support.end', 'support.removed', 'follow_up.date', 'follow_up.removed',
           'meeting.date'
       ) THEN k.value #>> '{}' END AS value
FROM rundbord_data.change c CROSS JOIN LATERAL jsonb_each(c.fields) k
WHERE c.standing IS DISTINCT FROM '{}' AND (c.standing IS NULL OR k.key = ANY (c.standing))
ORDER BY c.record_id, k.key, c.id;

CREATE OR REPLACE VIEW rundbord_report.cases WITH (security_barrier) AS
SELECT h.case_id, t.name AS team, h.opened_at,
       rundbord_data.as_date(max(s.value) FILTER (WHERE s.field = 'contact_on')) AS contact_on,
       coalesce(max(s.value) FILTER (WHERE s.field = 'source'), '') AS source,
       coalesce(max(s.value) FILTER (WHERE s.field = 'preventive'), '') = 'true' AS preventive,
       coalesce(max(s.value) FILTER (WHERE s.field = 'complex'), '') = 'true' AS complex,
       rundbord_data.as_date(max(s.value) FILTER (WHERE s.field = 'ended_on')) AS ended_on
FROM rundbord_data.case_home h
JOIN rundbord_data.team t ON t.id = h.team_id
LEFT JOIN rundbord_report.standing s ON s.record_id = h.case_id AND s.kind = 'case'
GROUP BY h.case_id, t.name, h.opened_at;

CREATE OR REPLACE VIEW rundbord_report.decisions WITH (security_barrier) AS
SELECT s.case_id, s.record_id AS decision_id,
       max(s.value) FILTER (WHERE s.field = 'target_group') AS target_group,
       rundbord_data.as_date(max(s.value) FILTER (WHERE s.field = 'signed_at')) AS signed_on,
       rundbord_data.as_date(max(s.value) FILTER (WHERE s.field = 'start')) AS starts,
       rundbord_data.as_date(max(s.value) FILTER (WHERE s.field = 'end')) AS ends
FROM rundbord_report.standing s
WHERE s.kind = 'decision'
GROUP BY s.case_id, s.record_id;

CREATE OR REPLACE VIEW rundbord_report.goals WITH (security_barrier) AS
SELECT s.case_id, s.record_id AS goal_id,
       coalesce(max(s.value) FILTER (WHERE s.field = 'theme'), '') AS theme,
       coalesce(max(s.value) FILTER (WHERE s.field = 'type'), '') AS type,
       substring(max(s.value) FILTER (WHERE s.field = 'now_citizen') FROM '^\d{1,3}$')::integer AS now_citizen,
       substring(max(s.value) FILTER (WHERE s.field = 'now_professional') FROM '^\d{1,3}$')::integer AS now_professional,
       substring(max(s.value) FILTER (WHERE s.field = 'hoped') FROM '^\d{1,3}$')::integer AS hoped
FROM rundbord_report.standing s
WHERE s.kind = 'goal'
GROUP BY s.case_id, s.record_id
HAVING max(s.value) FILTER (WHERE s.field = 'removed') IS DISTINCT FROM 'true';

DO $$
DECLARE
    v text;
BEGIN
    FOREACH v IN ARRAY ARRAY['standing', 'cases', 'decisions', 'goals'] LOOP
        EXECUTE format('ALTER VIEW rundbord_report.%I OWNER TO rundbord_reporter', v);
        EXECUTE format('REVOKE ALL ON rundbord_report.%I FROM PUBLIC', v);
    END LOOP;
    GRANT SELECT ON rundbord_report.cases, rundbord_report.decisions, rundbord_report.goals TO rundbord_report;
    GRANT USAGE ON SCHEMA rundbord_report TO rundbord_reporter;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rundbord_data FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION rundbord_data.as_date(text) TO rundbord_reporter, rundbord_report;
END
$$;
