# SPDX-License-Identifier: MPL-2.0
"""The caseload's lines: what a list says of each case, reckoned by the replica itself whenever a record changes.

A line repeats what stands on the records, so that a page of 100,000 cases is found by one index and read from one place. The
triggers here keep it, whoever writes: a person, an import, an undo or a sync. Local: it is never shared, and may at any time
be reckoned anew. Read by `store/caseload.py`; `tables.py` makes the table. What depends on the day (a step that has begun, a
date that is past) is left to whoever asks.
"""

from __future__ import annotations

from collections.abc import Collection

NEW, MET, LATER, YES, NO, DIRECT, BROKEN, ENDED = range(8)
"""How far a case is (`case_line.stage`), in the order a list stands in. An answer no version knows stands with the no; two that
were signed apart and do not say the same are none yet. Broken: a decision is known not to hold, and none is signed over it."""


def goes_by(case: str) -> str:
    """The SQL of the number a case goes by; see `Case.goes_by`. `case`: what `rec_case` is called in the statement."""
    return f"coalesce(nullif({case}.renumbered, ''), {case}.number, '')"


def known_void(decision: str, case: str) -> str:
    """The SQL that this decision was tried and does not hold; see the table `unsealed`."""
    return f"EXISTS (SELECT 1 FROM unsealed u WHERE u.case_id = {case} AND u.decision_id = {decision})"


def _signed_over(decision: str, case: str) -> str:
    """The SQL that another decision of the case, which may hold, was signed over this one."""
    return f"""EXISTS (SELECT 1 FROM rec_decision o, json_each(iif(json_valid(o.content), o.content, '{{}}'), '$.over') v
                    WHERE o.case_id = {case} AND o.id <> {decision} AND v.value = {decision}
                      AND NOT {known_void("o.id", case)})"""


def in_force(decision: str) -> str:
    """The SQL that a decision is not known to be void, and that no other of its case was signed over it. One as a rule; several
    were signed apart. A void one still lies over what its true copy was signed over, where the log has that."""
    this, case = f"{decision}.id", f"{decision}.case_id"
    return f"""(NOT {known_void(this, case)} AND NOT {_signed_over(this, case)}
          AND NOT EXISTS (SELECT 1 FROM unsealed u, json_each(u.over) v WHERE u.case_id = {case} AND v.value = {this}))"""


_DECIDED = f"""(SELECT e.id FROM rec_decision e WHERE e.case_id = c.id AND {in_force("e")}
                 ORDER BY coalesce(e."end", ''), e.id LIMIT 1)"""
_OTHERWISE = f"""EXISTS (SELECT 1 FROM rec_decision e WHERE e.case_id = c.id AND e.target_group IS NOT d.target_group
                            AND {in_force("e")})"""
_BROKEN = f"EXISTS (SELECT 1 FROM unsealed b WHERE b.case_id = c.id AND NOT {_signed_over('b.decision_id', 'c.id')})"
_WALL = """(SELECT CASE WHEN strftime('%d', date(g.day, '+6 months', 'floor')) = strftime('%d', g.day)
                THEN date(g.day, '+6 months', '-1 day') ELSE date(g.day, '+6 months', 'floor') END
           FROM (SELECT min(s.value ->> 'start') AS day
                   FROM json_each(iif(json_valid(d.content), d.content, '{}'), '$.support') s
                  WHERE iif(s.type = 'object', s.value ->> 'paragraph', '') = '82b') g)"""
"""Rule R1 (`domain/periods.py`) from the first day of what was granted after § 82 b; § 82 a has no such wall."""


def _first(day: str, those: str) -> str:
    """The SQL of the first such day in those decisions of the case that are not known to be void, whatever lies over them."""
    return f"""(SELECT min({day}) FROM rec_decision e WHERE e.case_id = c.id AND e.target_group {those}
                 AND NOT {known_void("e.id", "c.id")})"""


_ANSWERED_ON = _first("substr(e.signed_at, 1, 10)", "NOT IN ('', 'udskudt')")
_SUPPORTED_ON = _first("e.start", "= 'ja'")


def _two_roles(case: str) -> str:
    """The SQL of everybody who has two roles on a case (C7), by name: named, at the table, or written in; "" is nobody."""
    return f"""coalesce((SELECT group_concat(two.name, ', ') FROM (
        SELECT h.name FROM (
            SELECT trim(coalesce(x.bestiller, '')) AS name, 'bestiller' AS role FROM rec_case x WHERE x.id = {case}
             UNION ALL SELECT trim(coalesce(x.vejleder, '')), 'vejleder' FROM rec_case x WHERE x.id = {case}
             UNION ALL SELECT trim(coalesce(k.name, '')), 'bestiller' FROM rec_coordinator k
                        WHERE k.case_id = {case} AND NOT k.removed
             UNION ALL SELECT trim(coalesce(p.name, '')), coalesce(p.role, '') FROM rec_participant p
                        WHERE p.case_id = {case} AND NOT p.removed
             UNION ALL SELECT w.name, w.role FROM case_hand w WHERE w.case_id = {case}) h
         WHERE h.name <> '' AND h.role <> '' GROUP BY h.name HAVING min(h.role) < max(h.role) ORDER BY h.name) two), '')"""


def _days_until(day: str) -> str:
    """The SQL of how many days after the contact this day lies; NULL where it lies before: the contact was written in late."""
    return f"iif({day} >= contact_on, CAST(julianday({day}) - julianday(contact_on) AS INTEGER), NULL)"


def sorting(name: str) -> str:
    """The SQL that makes of a worker's name its place in the Danish alphabet, near enough for a few hundred names."""
    made = f"lower({name})"
    for letter, place in (("Æ", "{"), ("æ", "{"), ("Ø", "|"), ("ø", "|"), ("Å", "}"), ("å", "}"), ("aa", "}")):
        made = f"replace({made}, '{letter}', '{place}')"
    return made


COLUMNS = (
    *("case_id", "citizen_id", "number", "name", "sorting", "source", "bestiller", "vejleder", "bestiller_key"),
    *("vejleder_key", "contact_on", "target", "stage", "ended", "start", "end", "wall", "next_follow_up", "until"),
    *("next_on", "end_on", "late_on", "bridged", "answer_days", "support_days"),
    "two_roles",
)
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)

_VIEW = f"""
CREATE VIEW case_reckoned AS
SELECT case_id, citizen_id, number, name, sorting, source, bestiller, vejleder,
       {sorting("bestiller")} AS bestiller_key, {sorting("vejleder")} AS vejleder_key, contact_on, target,
       CASE WHEN ended THEN {ENDED} WHEN broken THEN {BROKEN} WHEN target = '' THEN iif(met, {MET}, {NEW})
            WHEN target = 'udskudt' THEN {LATER} WHEN target = 'ja' THEN {YES} WHEN target = 'direkte § 85' THEN {DIRECT}
            ELSE {NO} END AS stage,
       ended, start, "end", iif(ended, NULL, wall) AS wall, next_follow_up, until,
       iif(ended, NULL, coalesce(next_follow_up, until)) AS next_on,
       iif(ended, NULL, "end") AS end_on,
       iif(ended, NULL, min(coalesce(next_follow_up, until, "end"), coalesce("end", next_follow_up, until))) AS late_on, bridged,
       {_days_until("answered_on")} AS answer_days, {_days_until("supported_on")} AS support_days, two_roles
  FROM (SELECT c.id AS case_id, coalesce(c.citizen_id, '') AS citizen_id, {goes_by("c")} AS number,
               coalesce(z.name, '') AS name, coalesce(s.sorting, '') AS sorting, coalesce(c.source, '') AS source,
               coalesce(c.bestiller, '') AS bestiller, coalesce(c.vejleder, '') AS vejleder, c.contact_on,
               coalesce(c.ended, '') <> '' AS ended, d.start, d."end", {_WALL} AS wall, {_BROKEN} AS broken,
               coalesce(iif({_OTHERWISE}, NULL, nullif(d.target_group, '')), (SELECT a.target_group FROM rec_answer a
                         WHERE a.case_id = c.id AND a.target_group = 'direkte § 85'), '') AS target,
               EXISTS (SELECT 1 FROM rec_meeting m WHERE m.case_id = c.id) AS met,
               (SELECT min(f.date) FROM rec_follow_up f WHERE f.case_id = c.id AND NOT f.removed AND f.date >
                 coalesce((SELECT max(m.date) FROM rec_meeting m WHERE m.case_id = c.id), '')) AS next_follow_up,
               (SELECT a.until FROM rec_answer a WHERE a.case_id = c.id AND a.target_group = 'udskudt') AS until,
               EXISTS (SELECT 1 FROM rec_bridge b WHERE b.case_id = c.id AND NOT b.removed
                                                    AND trim(coalesce(b.text, '')) <> '') AS bridged,
               {_ANSWERED_ON} AS answered_on, {_SUPPORTED_ON} AS supported_on, {_two_roles("c.id")} AS two_roles
          FROM rec_case c
          LEFT JOIN rec_citizen z ON z.id = c.citizen_id
          LEFT JOIN search_text s ON s.citizen_id = c.citizen_id
          LEFT JOIN rec_decision d ON d.id = {_DECIDED}
         WHERE NOT c.removed)
"""

_SET = ", ".join(f'"{name}" = excluded."{name}"' for name in COLUMNS[1:])
_ANEW = " OR ".join(f'case_line."{name}" IS NOT excluded."{name}"' for name in COLUMNS[1:])


def _reckon(cases: str) -> str:
    """Bring these cases' lines up to date. What says the same is not written again: its pages stay clean."""
    return (
        f"INSERT INTO case_line ({_NAMES}) SELECT {_NAMES} FROM case_reckoned WHERE case_id {cases}"
        f" ON CONFLICT (case_id) DO UPDATE SET {_SET} WHERE {_ANEW};"
    )


_WATCHED = {
    "case": ("removed", "citizen_id", "number", "renumbered", "contact_on", "source", "bestiller", "vejleder", "ended"),
    "decision": ("target_group", "start", "end", "content", "signed_at"),
    "answer": ("target_group", "until"),
    "meeting": ("date",),
    "follow_up": ("date", "removed"),
    "bridge": ("text", "removed"),
}
"""The records a line is reckoned from, and their fields that it heeds. Each has an index by its case."""


def _triggers() -> dict[str, str]:
    """Every trigger by its name."""
    made = {}
    for kind, fields in _WATCHED.items():
        new, old = ("new.id", "old.id") if kind == "case" else ("new.case_id", "old.case_id")
        anew = _reckon(f"= {new}")
        gone = "DELETE FROM case_line WHERE case_id = old.id;" if kind == "case" else _reckon(f"= {old}")
        heeded = ", ".join(f'"{name}"' for name in fields)
        hidden = "DELETE FROM case_line WHERE new.removed AND case_id = new.id; " if kind == "case" else ""
        made[f"line_{kind}_in"] = f"AFTER INSERT ON rec_{kind} BEGIN {anew} END"
        made[f"line_{kind}_up"] = f"AFTER UPDATE OF {heeded} ON rec_{kind} BEGIN {hidden}{anew} END"
        made[f"line_{kind}_out"] = f"AFTER DELETE ON rec_{kind} BEGIN {gone} END"
    made["line_unsealed_in"] = f"AFTER INSERT ON unsealed BEGIN {_reckon('= new.case_id')} END"
    made["line_unsealed_out"] = f"AFTER DELETE ON unsealed BEGIN {_reckon('= old.case_id')} END"
    for table, of, heeded in (
        ("rec_participant", "participant", ' OF "name", "role", "removed"'),
        ("rec_coordinator", "coordinator", ' OF "name", "removed"'),
        ("case_hand", "hand", ""),
    ):
        for event, row in (("in", "new"), ("up", "new"), ("out", "old")):
            told = _two_roles(f"{row}.case_id")
            said = f"UPDATE case_line SET two_roles = {told} WHERE case_id = {row}.case_id AND two_roles IS NOT {told};"
            when = {"in": "INSERT", "up": f"UPDATE{heeded}", "out": "DELETE"}[event]
            made[f"line_{of}_{event}"] = f"AFTER {when} ON {table} BEGIN {said} END"
    named = "UPDATE case_line SET name = coalesce(new.name, '') WHERE citizen_id = new.id"
    placed = "UPDATE case_line SET sorting = new.sorting WHERE citizen_id = new.citizen_id"
    made["line_name_in"] = f"AFTER INSERT ON rec_citizen BEGIN {named}; END"
    made["line_name_up"] = f"AFTER UPDATE OF name ON rec_citizen BEGIN {named} AND name IS NOT new.name; END"
    made["line_sorting_in"] = f"AFTER INSERT ON search_text BEGIN {placed}; END"
    made["line_sorting_up"] = (
        f"AFTER UPDATE OF sorting ON search_text BEGIN {placed} AND sorting IS NOT new.sorting; END"
    )
    return made


TRIGGERS = _triggers()
LET_GO = (*(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS), "DROP VIEW IF EXISTS case_reckoned")
"""Take the reckoning away: before it is made as this version has it, or before very many rows are written at once."""
KEEP = (_VIEW, *(f"CREATE TRIGGER {name} {body}" for name, body in TRIGGERS.items()))
"""Make the view and its triggers."""


def set_off_by(kinds: Collection[str]) -> dict[str, str]:
    """The triggers that records of these kinds set off, and what they are found by: each by its name, with the statement that
    makes it."""
    tables = {"search_text", "case_hand", *(f"rec_{kind}" for kind in kinds)}
    return {
        n: f"CREATE TRIGGER {n} {body}" for n, body in TRIGGERS.items() if body.split(" ON ", 1)[1].split()[0] in tables
    }


_THESE = """IN (SELECT value FROM json_each(:cases) UNION
                     SELECT c.id FROM json_each(:citizens) j CROSS JOIN rec_case c ON c.citizen_id = j.value)"""
RECKON_THESE = (
    """DELETE FROM case_line WHERE case_id IN (SELECT value FROM json_each(:cases))
          AND NOT EXISTS (SELECT 1 FROM rec_case c WHERE c.id = case_line.case_id AND NOT c.removed)""",
    _reckon(f"{_THESE} ORDER BY case_id"),
)
"""The lines of these cases, and of all cases of these citizens, anew: after very many rows were written at once."""
RECKON_ALL = (
    "DELETE FROM case_line",
    f"INSERT INTO case_line ({_NAMES}) SELECT {_NAMES} FROM case_reckoned ORDER BY case_id",
)
"""Every line anew, in the order of the cases' own ids."""
