-- The shared database: its roles and its tables. Run by `rundbord shared init`, again and again: it only adds.
--
-- rundbord       what people call: functions, nothing else.
-- rundbord_data  where it lies. No person has any right here; the functions' owners have just what they need.
-- Every owner is a role nobody can log in as. Who may see and write what is in 02_rights.sql and the files after it.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[
        'rundbord_owner',     -- owns schemas and tables, reads nothing
        'rundbord_writer',    -- owns what takes changes in
        'rundbord_reader',    -- owns what people read through; row-level security shows it what the session may see
        'rundbord_keeper',    -- owns the account functions; has no right to any case
        'rundbord_reporter',  -- owns the views the municipality's own reporting reads
        'rundbord_eraser',    -- the only one that may take a row out of the log, after archiving
        'rundbord_warden',    -- may end a session that holds the numbering, and nothing else
        'rundbord_person',    -- group: everybody who works in Rundbord
        'rundbord_accounts',  -- group: those who make and close accounts
        'rundbord_report'     -- group: those who read the reporting views
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
        END IF;
    END LOOP;
END
$$;
ALTER ROLE rundbord_keeper CREATEROLE;
ALTER ROLE rundbord_warden INHERIT; -- before the grant: from PostgreSQL 16 on a grant remembers it
GRANT pg_signal_backend TO rundbord_warden;

CREATE SCHEMA IF NOT EXISTS rundbord AUTHORIZATION rundbord_owner;
CREATE SCHEMA IF NOT EXISTS rundbord_data AUTHORIZATION rundbord_owner;
CREATE SCHEMA IF NOT EXISTS rundbord_report AUTHORIZATION rundbord_owner;
REVOKE ALL ON SCHEMA rundbord, rundbord_data, rundbord_report FROM PUBLIC;
GRANT USAGE ON SCHEMA rundbord TO rundbord_person, rundbord_accounts;
GRANT USAGE ON SCHEMA rundbord_report TO rundbord_report;
GRANT USAGE ON SCHEMA rundbord_data
    TO rundbord_writer, rundbord_reader, rundbord_eraser, rundbord_keeper, rundbord_reporter, rundbord_warden;

-- ------------------------------------------------------------------------------------------------ who there is

CREATE TABLE IF NOT EXISTS rundbord_data.setting (
    key text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE IF NOT EXISTS rundbord_data.team (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE
);

-- A person is also a database role by the name `login`; the password lies with PostgreSQL and nowhere else.
CREATE TABLE IF NOT EXISTS rundbord_data.person (
    id uuid PRIMARY KEY,
    login text NOT NULL UNIQUE,
    name text NOT NULL,
    phone text NOT NULL DEFAULT '',
    discipline text NOT NULL DEFAULT '',
    roles text[] NOT NULL,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'open', 'closed')),
    must_change boolean NOT NULL DEFAULT true,
    public_key text NOT NULL DEFAULT '',
    voucher text NOT NULL DEFAULT '',
    earlier_keys jsonb NOT NULL DEFAULT '[]',
    made_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    closed_at timestamptz
);
-- Everything asks for the person of `session_user`, which is a name, and names compare in C order: no other index would do.
CREATE UNIQUE INDEX IF NOT EXISTS person_session ON rundbord_data.person (login COLLATE "C");

CREATE TABLE IF NOT EXISTS rundbord_data.member (
    person uuid NOT NULL REFERENCES rundbord_data.person,
    team uuid NOT NULL REFERENCES rundbord_data.team,
    since timestamptz NOT NULL DEFAULT pg_catalog.now(),
    until timestamptz, -- when they left; null: they are there. Asked for so, for in a transaction kept open `now()` stands still
    PRIMARY KEY (person, team, since)
);
CREATE INDEX IF NOT EXISTS member_team ON rundbord_data.member (team);
-- Whose teams a session reads is asked at every question: of one table, for `login` and `state` are the person's own, and the
-- database itself keeps them so.
ALTER TABLE rundbord_data.member ADD COLUMN IF NOT EXISTS login text COLLATE "C", ADD COLUMN IF NOT EXISTS state text,
    NO FORCE ROW LEVEL SECURITY; -- until the end of this file: what is here already is filled in
UPDATE rundbord_data.member m SET login = p.login, state = p.state
FROM rundbord_data.person p WHERE p.id = m.person AND m.login IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS person_copied ON rundbord_data.person (id, login, state);
ALTER TABLE rundbord_data.member ALTER COLUMN login SET NOT NULL, ALTER COLUMN state SET NOT NULL,
    DROP CONSTRAINT IF EXISTS member_as_person,
    ADD CONSTRAINT member_as_person FOREIGN KEY (person, login, state) REFERENCES rundbord_data.person (id, login, state)
        ON UPDATE CASCADE;
CREATE INDEX IF NOT EXISTS member_session ON rundbord_data.member (login) WHERE state = 'open';

-- A desk. Each greeting hands it a fresh nonce; one that comes with an old nonce is the copy of a machine.
CREATE TABLE IF NOT EXISTS rundbord_data.device (
    id uuid PRIMARY KEY,
    nonce uuid NOT NULL,
    person uuid NOT NULL REFERENCES rundbord_data.person,
    client text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    seen_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);

-- The names notices come on: random, handed out to those they are for. One for each team, one for each person.
CREATE TABLE IF NOT EXISTS rundbord_data.channel (
    name text PRIMARY KEY DEFAULT 'rb_' || pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''),
    team uuid UNIQUE REFERENCES rundbord_data.team,
    person uuid UNIQUE REFERENCES rundbord_data.person,
    CHECK ((team IS NULL) <> (person IS NULL))
);

-- ------------------------------------------------------------------------------------------- who may write what

-- One row for each synced field of each kind, reckoned from the program's own declaration at every init.
CREATE TABLE IF NOT EXISTS rundbord_data.field_rule (
    kind text NOT NULL,
    field text NOT NULL,
    pen text NOT NULL,
    audience text NOT NULL,
    once boolean NOT NULL DEFAULT false,
    policy text NOT NULL DEFAULT '',
    PRIMARY KEY (kind, field)
);
ALTER TABLE rundbord_data.field_rule ADD COLUMN IF NOT EXISTS type text NOT NULL DEFAULT ''; -- text, number, bool, date; `?`: or null

CREATE TABLE IF NOT EXISTS rundbord_data.pen_role (
    pen text NOT NULL,
    role text NOT NULL,
    PRIMARY KEY (pen, role)
);

-- Reckoned from the two above whenever they change: what somebody acting in a role may write in one change of an audience.
-- `at_birth` has `removed` too: whoever may write a record may make it.
CREATE TABLE IF NOT EXISTS rundbord_data.allowed (
    kind text NOT NULL,
    audience text NOT NULL,
    role text NOT NULL,
    fields text[] NOT NULL,
    at_birth text[] NOT NULL,
    once text[] NOT NULL,
    PRIMARY KEY (kind, audience, role)
);
ALTER TABLE rundbord_data.allowed ADD COLUMN IF NOT EXISTS wrong jsonpath; -- finds a value of another type than its field's
ALTER TABLE rundbord_data.allowed ADD COLUMN IF NOT EXISTS numbers text[];

-- ----------------------------------------------------------------------------------------------- whose case it is

CREATE TABLE IF NOT EXISTS rundbord_data.case_home (
    case_id uuid PRIMARY KEY,
    team_id uuid NOT NULL REFERENCES rundbord_data.team,
    citizen_id uuid,
    opened_by uuid,
    opened_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);
CREATE INDEX IF NOT EXISTS case_home_team ON rundbord_data.case_home (team_id, case_id);
CREATE INDEX IF NOT EXISTS case_home_citizen ON rundbord_data.case_home (citizen_id) WHERE citizen_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS rundbord_data.case_grant (
    case_id uuid NOT NULL,
    person_id uuid NOT NULL REFERENCES rundbord_data.person,
    scope text NOT NULL CHECK (scope IN ('full', 'shared')),
    since timestamptz NOT NULL DEFAULT pg_catalog.now(),
    until timestamptz,
    given_by uuid,
    PRIMARY KEY (case_id, person_id)
);
CREATE INDEX IF NOT EXISTS case_grant_person ON rundbord_data.case_grant (person_id, case_id);
-- Whether anybody has ever had a grant: where nobody has, an edit wakes the team, and need not look for others.
ALTER TABLE rundbord_data.case_home ADD COLUMN IF NOT EXISTS granted boolean NOT NULL DEFAULT false;
UPDATE rundbord_data.case_home h SET granted = true
WHERE NOT h.granted AND EXISTS (SELECT FROM rundbord_data.case_grant g WHERE g.case_id = h.case_id);

-- ------------------------------------------------------------------------------------------------------- the log

-- The one row every number is drawn from, under its lock and until commit: the order of numbers is the order of commits.
CREATE TABLE IF NOT EXISTS rundbord_data.counter (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    n bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO rundbord_data.counter (n) VALUES (0) ON CONFLICT DO NOTHING;
ALTER TABLE rundbord_data.counter ADD COLUMN IF NOT EXISTS door bigint; -- the number of the last door

-- Who wrote what over what. `standing` names the fields this change still stands on (null: all of its fields, as when it
-- came), and is all that may ever change.
-- `subject` is the citizen a change on a citizen or a number is about: those are read from every case of that citizen.
CREATE TABLE IF NOT EXISTS rundbord_data.change (
    seq bigint NOT NULL,
    received_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    record_id uuid NOT NULL,
    author uuid NOT NULL,
    device uuid NOT NULL,
    step uuid NOT NULL,
    undoes uuid,
    subject uuid,
    late boolean NOT NULL DEFAULT false,
    kind text NOT NULL,
    audience text NOT NULL,
    role text NOT NULL,
    at text NOT NULL,
    step_name text NOT NULL,
    standing text[],
    fields jsonb NOT NULL,
    over jsonb NOT NULL,
    bases jsonb,
    CONSTRAINT change_pkey PRIMARY KEY (seq),
    CONSTRAINT change_id UNIQUE (id)
);
CREATE INDEX IF NOT EXISTS change_case ON rundbord_data.change (case_id);
CREATE INDEX IF NOT EXISTS change_record ON rundbord_data.change (record_id);
CREATE INDEX IF NOT EXISTS change_present ON rundbord_data.change (case_id) WHERE standing IS DISTINCT FROM '{}';
-- What is asked for by record says `cardinality(standing)`: so that the planner, whose figures are old while a log grows fast,
-- never takes the whole of change_present for a short cut.
CREATE INDEX IF NOT EXISTS change_subject ON rundbord_data.change (subject) WHERE subject IS NOT NULL;

-- What was not taken. `over` is kept, for what lay under it is taken over by the change above it. After erasure the ids
-- of a case live on here alone.
CREATE TABLE IF NOT EXISTS rundbord_data.refused (
    id uuid PRIMARY KEY,
    case_id uuid,
    record_id uuid,
    author uuid,
    kind text NOT NULL DEFAULT '',
    reason text NOT NULL,
    over jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT pg_catalog.now()
);

-- A case that opens or closes for somebody: for one person, for a team, or (neither) for everybody. No case named: all of
-- the team's. Numbered with the changes.
CREATE TABLE IF NOT EXISTS rundbord_data.door (
    seq bigint PRIMARY KEY,
    case_id uuid,
    person_id uuid,
    team_id uuid,
    what text NOT NULL CHECK (what IN ('opened', 'closed', 'erased')),
    at timestamptz NOT NULL DEFAULT pg_catalog.now()
);
CREATE INDEX IF NOT EXISTS door_case ON rundbord_data.door (case_id);
CREATE UNIQUE INDEX IF NOT EXISTS door_erased ON rundbord_data.door (case_id) WHERE what = 'erased';
UPDATE rundbord_data.counter SET door = coalesce((SELECT pg_catalog.max(d.seq) FROM rundbord_data.door d), 0) WHERE door IS NULL;

CREATE TABLE IF NOT EXISTS rundbord_data.issued_paper (
    paper_id uuid PRIMARY KEY,
    case_id uuid NOT NULL,
    author uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    pdf bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS issued_paper_case ON rundbord_data.issued_paper (case_id);

-- ---------------------------------------------------------------------------------------------- what was done here

-- Who read, printed or exported what. What a desk logged while it was alone bears its device and number.
CREATE TABLE IF NOT EXISTS rundbord_data.access (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    at text NOT NULL,
    person uuid NOT NULL,
    role text NOT NULL DEFAULT '',
    case_id uuid,
    action text NOT NULL,
    about text NOT NULL DEFAULT '',
    device uuid,
    desk_n bigint,
    CONSTRAINT access_once UNIQUE (device, person, desk_n)
);
CREATE INDEX IF NOT EXISTS access_case ON rundbord_data.access (case_id, n);
-- When it was, also in a transaction somebody began long before.
ALTER TABLE rundbord_data.access ALTER COLUMN received_at SET DEFAULT pg_catalog.clock_timestamp();
ALTER TABLE rundbord_data.change ALTER COLUMN received_at SET DEFAULT pg_catalog.clock_timestamp();
-- Whose session it was, so that one's own lines are found without asking who one is. Of lines from before it was kept: null.
ALTER TABLE rundbord_data.access ADD COLUMN IF NOT EXISTS login text COLLATE "C";
ALTER TABLE rundbord_data.access ALTER COLUMN login SET DEFAULT session_user;
DROP INDEX IF EXISTS rundbord_data.access_read;
CREATE INDEX IF NOT EXISTS access_told ON rundbord_data.access (login, case_id, received_at)
    WHERE device IS NULL AND case_id IS NOT NULL; -- what the server itself has noted of a reading

CREATE TABLE IF NOT EXISTS rundbord_data.refusal_log (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    login text NOT NULL,
    person uuid,
    case_id uuid,
    change_id uuid,
    what text NOT NULL,
    reason text NOT NULL
);
ALTER TABLE rundbord_data.refusal_log ALTER COLUMN at SET DEFAULT pg_catalog.clock_timestamp();
CREATE INDEX IF NOT EXISTS refusal_case ON rundbord_data.refusal_log (login, case_id, at);

-- How much a person has sent in the window that began at `since`; over the limit, nothing is taken until `held_until`.
CREATE TABLE IF NOT EXISTS rundbord_data.flood (
    person uuid PRIMARY KEY REFERENCES rundbord_data.person,
    since timestamptz NOT NULL,
    n bigint NOT NULL,
    refused bigint NOT NULL DEFAULT 0,
    held_until timestamptz
) WITH (fillfactor = 50);
ALTER TABLE rundbord_data.flood ADD COLUMN IF NOT EXISTS bytes bigint NOT NULL DEFAULT 0;

-- Who sits with which record open, now. Worth nothing after a crash.
CREATE UNLOGGED TABLE IF NOT EXISTS rundbord_data.presence (
    person uuid NOT NULL,
    device uuid NOT NULL,
    case_id uuid NOT NULL,
    field text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (person, device)
);
CREATE INDEX IF NOT EXISTS presence_case ON rundbord_data.presence (case_id);
ALTER TABLE rundbord_data.presence ADD COLUMN IF NOT EXISTS session integer NOT NULL DEFAULT 0; -- that said so, while it lives

-- ----------------------------------------------------------------------------------------- nobody, unless it is said

DO $$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT c.oid::regclass AS name
        FROM pg_catalog.pg_class c
        WHERE c.relnamespace = 'rundbord_data'::regnamespace AND c.relkind = 'r'
    LOOP
        EXECUTE pg_catalog.format('ALTER TABLE %s OWNER TO rundbord_owner', t.name);
        EXECUTE pg_catalog.format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.name);
        EXECUTE pg_catalog.format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.name);
        EXECUTE pg_catalog.format('REVOKE ALL ON %s FROM PUBLIC', t.name);
    END LOOP;
END
$$;
