# SPDX-License-Identifier: MPL-2.0
"""Treenighed (G4): what two of the three (citizen, bestiller, vejleder) changed in an agreed plan while the third was not there.

Nothing is kept of it when something is written: a key pause costs what it did. It is reckoned when it is asked for, from what
stands on the record: whose hand is on each field, who was at which meeting, and what the third has read already (`Informed`).
What came before what is said by the ids of changes and by no clock; a day is only that of a meeting and of the desk that wrote.
Called by today's page through `services/third.py`. Read through the bare driver: must not import SQLAlchemy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from app.domain.company import Sitting, sitting_of
from app.models.case_lines import sorting
from app.store.caseload import in_one
from app.store.readers import and_only
from app.store.replica import Replica, told

KINDS_OF_PLAN = ("plan", "goal", "milestone", "action", "support", "intensity", "follow_up", "next_step", "bridge")
"""What is a plan, in the order its paper has it; of each the fields that are the citizen's to read."""
_NEWS = timedelta(days=90)
"""What is older is told of no more, as with other news."""


class Missed(NamedTuple):
    """One change of a plan made without somebody: by whom, on which day (ISO), in which meeting if any. `goal_id`: the goal it is
    of, "" for what is of none."""

    change_id: str
    kind: str
    goal_id: str
    by: str
    day: str
    sitting: Sitting | None


class WithoutOne(NamedTuple):
    """What somebody was not with in one case. `goals`: their ids in order, by which people know them."""

    case_id: str
    name: str
    missed: tuple[Missed, ...]
    goals: tuple[str, ...]


def without(
    replica: Replica, today: date, worker: str, reader: str, case_id: str = "", *, also_today: bool = False
) -> tuple[WithoutOne, ...]:
    """What was changed in the plans of this worker's cases, by the other of the two who are named, without this one being there,
    and that they have not read yet. `case_id`: in that case alone.

    It is told once a day: what is changed on after it was read that day comes the next, unless `also_today`.
    """
    held = _held(replica, reader, case_id)
    parts = " UNION ALL ".join(_of_kind(kind) for kind in KINDS_OF_PLAN)
    args = {"worker": worker, "reader": reader, "case": case_id, "since": (today - _NEWS).isoformat()}
    with told():
        rows = in_one(replica, f"WITH held AS ({held}), sat AS MATERIALIZED ({_SAT}) {parts}", 8, args)
        by_case: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
            by_case[row[0]].append(row)
        found = (_case(replica, today, worker, reader, found, also_today) for found in by_case.values())
        return tuple(one for one in found if one.missed)


def changed_since_given(replica: Replica, worker: str, reader: str) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """The running cases of this worker, each with whose it is, in which somebody has written in the plan since the citizen was
    given it, in no meeting, and on which kinds of record. Whether that says another thing than what lies at home is for whoever
    reads the case."""
    parts = " UNION ".join(
        f"""SELECT g.case_id, g.name, '{kind}' AS kind FROM given g CROSS JOIN rec_{kind} r ON r.case_id = g.case_id
             WHERE EXISTS (SELECT 1 FROM json_each(r.standing, '$.""') w WHERE w.value ->> 0 > g.paper
               AND NOT EXISTS (SELECT 1 FROM met s WHERE {_holds("s", "g.case_id")}))"""
        for kind in KINDS_OF_PLAN
    )
    sql = f"""
    WITH held AS ({_held(replica, reader)}),
         given AS MATERIALIZED (
           SELECT h.case_id, h.name, max((SELECT min(j.value ->> 0) FROM json_each(p.standing, '$.""') j)) AS paper
             FROM (SELECT DISTINCT case_id, name FROM held) h CROSS JOIN rec_paper p ON p.case_id = h.case_id
            WHERE p.type = 'plan' AND p.delivered_on IS NOT NULL AND NOT p.removed GROUP BY 1, 2),
         met AS MATERIALIZED (
           SELECT t.case_id, t.date AS day, {_change("t", "date")} AS begun, {_change("t", "ended")} AS ended
             FROM given g CROSS JOIN rec_meeting t ON t.case_id = g.case_id WHERE {_SOMEBODY})
    {parts} ORDER BY 2, 1, 3"""
    args = {"worker": worker, "reader": reader, "case": ""}
    found: dict[tuple[str, str], set[str]] = {}
    for case_id, name, kind in in_one(replica, sql, 3, args):
        found.setdefault((case_id, name), set()).add(kind)
    return tuple((*case, frozenset(kinds)) for case, kinds in found.items())


def read_of(replica: Replica, case_id: str, reader: str, day: str) -> tuple[str, ...]:
    """The records by which somebody has noted that they have read what was changed that day, in the order they were made."""
    sql = f"SELECT i.id FROM ({_READ}) i WHERE i.changed_on = :day ORDER BY i.id"
    with told():
        rows = replica.connection.execute(sql, {"case": case_id, "reader": reader, "day": day}).fetchall()
    return tuple(str(row[0]) for row in rows)


def sittings(replica: Replica, case_id: str) -> tuple[Sitting, ...]:
    """The case's meetings at which anybody is named as present: to open a case begins one, and that alone is no meeting."""
    sql = f"""
    SELECT t.id, t.date, {_change("t", "date")}, coalesce({_change("t", "ended")}, ''), p.name, coalesce(p.role, '')
      FROM rec_meeting t JOIN rec_participant p ON p.case_id = t.case_id AND p.meeting_id = t.id AND NOT p.removed
     WHERE t.case_id = ? AND t.date IS NOT NULL AND trim(p.name) <> '' ORDER BY t.id, p.position, p.id"""
    people: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    with told():
        for *meeting, name, role in replica.connection.execute(sql, (case_id,)).fetchall():
            people.setdefault(tuple(one or "" for one in meeting), []).append((name, role))
    return tuple(Sitting(day, begun, ended, tuple(there)) for (_, day, begun, ended), there in people.items())


# -- inside: the SQL


def _change(table: str, field: str) -> str:
    """The SQL of the change that stands on a field, the first of several; NULL where none does."""
    place = f"{table}.standing ->> '$.{field}[0]'"
    index = (
        f"iif(json_type({table}.standing, '$.{field}[0]') = 'array', {table}.standing ->> '$.{field}[0][0]', {place})"
    )
    return f"""json_extract({table}.standing, '$.""[' || {index} || '][0]')"""


_SOMEBODY = """EXISTS (SELECT 1 FROM rec_participant p WHERE p.case_id = t.case_id AND p.meeting_id = t.id AND NOT p.removed
                     AND trim(p.name) <> '')"""
_SAT = f"""
SELECT t.case_id, t.date AS day, {_change("t", "date")} AS begun, {_change("t", "ended")} AS ended
  FROM (SELECT DISTINCT case_id FROM held) h CROSS JOIN rec_meeting t ON t.case_id = h.case_id
  JOIN rec_participant p ON p.case_id = t.case_id AND p.meeting_id = t.id AND NOT p.removed AND p.name = :worker"""
"""The meetings this worker was at."""


def _holds(sitting: str, case_id: str) -> str:
    """The SQL that a meeting holds the change `w`; as `Sitting.holds`."""
    s = sitting
    return f"""{s}.case_id = {case_id} AND {s}.day = substr(w.value ->> 4, 1, 10) AND {s}.begun <= w.value ->> 0
               AND ({s}.ended IS NULL OR {s}.ended > w.value ->> 0)"""


def _held(replica: Replica, reader: str, case_id: str = "") -> str:
    """The SQL of the running cases in which this worker is one of the two who are named: in which role the other is, and the
    change that named this one, before which nothing was theirs to be told."""
    one = " AND l.case_id = :case" if case_id else ""
    return " UNION ALL ".join(
        f"SELECT l.case_id, l.name, '{other}' AS other, coalesce({_change('c', mine)}, '') AS named"
        f" FROM case_line l CROSS JOIN rec_case c ON c.id = l.case_id"
        f" WHERE l.{mine}_key = {sorting(':worker')} AND l.ended = 0 AND l.{mine} = :worker AND l.{other} <> :worker"
        f"{one}{and_only(replica, reader, 'l.case_id')}"
        for mine, other in (("vejleder", "bestiller"), ("bestiller", "vejleder"))
    )


def _of_kind(kind: str) -> str:
    """The SQL of the records of a kind on which the other has written without this worker being there."""
    goal = {"goal": "r.id", "milestone": "r.goal_id", "action": "r.goal_id"}.get(kind, "''")
    return f"""
    SELECT h.case_id, h.name, h.other, h.named, '{kind}', r.standing, coalesce({goal}, ''), r.removed
      FROM held h CROSS JOIN rec_{kind} r ON r.case_id = h.case_id
     WHERE instr(r.standing, '"' || h.other || '"') AND EXISTS (
           SELECT 1 FROM json_each(r.standing, '$.""') w
            WHERE w.value ->> 3 = h.other AND w.value ->> 1 <> :reader AND w.value ->> 0 > h.named
              AND substr(w.value ->> 4, 1, 10) > :since
              AND NOT EXISTS (SELECT 1 FROM sat s WHERE {_holds("s", "h.case_id")}))"""


# -- inside: one case


class _Told(NamedTuple):
    """What a case says besides its plan. `agreed`: the change by which the plan was first signed or handed over, "" for none."""

    agreed: str
    sittings: tuple[Sitting, ...]
    read: frozenset[str]
    read_of_today: bool

    def is_agreed(self, change_id: str, day: str) -> bool:
        """Whether there was a plan to change by then: the drafting of the first meeting is told to nobody."""
        return bool(self.agreed and self.agreed < change_id) or any(one.day < day for one in self.sittings)


def _case(
    replica: Replica, today: date, worker: str, reader: str, rows: list[tuple[Any, ...]], also_today: bool
) -> WithoutOne:
    case_id, name = rows[0][0], rows[0][1]
    case = _told(replica, case_id, reader, today)
    hold_back = today.isoformat() if case.read_of_today and not also_today else ""
    missed = [
        one
        for row in rows
        for one in _missed(replica, case, row, reader)
        if one.day != hold_back and not (one.sitting is not None and one.sitting.has(worker))
    ]
    goals = replica.connection.execute(
        "SELECT id FROM rec_goal WHERE case_id = ? AND NOT removed ORDER BY position, id", (case_id,)
    )
    return WithoutOne(case_id, name or "", tuple(missed), tuple(str(row[0]) for row in goals.fetchall()))


def _missed(replica: Replica, case: _Told, row: tuple[Any, ...], reader: str) -> Iterator[Missed]:
    """Each change of a record that the reader should be told of, once."""
    from app.store.standing import Stand, Standing  # late: it brings in the kinds, and often there is nothing to tell

    case_id, _, other, named, kind, text, goal_id, removed = row
    standing = Standing(text)

    def is_news(stand: Stand) -> bool:
        return (
            stand.role == other
            and stand.author != reader
            and stand.change_id > named
            and stand.change_id not in case.read
            and case.is_agreed(stand.change_id, stand.at[:10])
        )

    if removed:  # begun and taken away again, both unread: nothing of the plan is another
        began = min(stand for name in standing.names for stand in standing.on(name))
        heeded: tuple[str, ...] = () if is_news(began) else ("removed",)
    else:
        heeded = _fields_of(kind)
    for stand in {s.change_id: s for name in heeded for s in standing.on(name) if is_news(s)}.values():
        if not _is_put_back(replica, case_id, stand.change_id, case.read):
            day = stand.at[:10]
            sitting = sitting_of(case.sittings, stand.change_id, day)
            yield Missed(stand.change_id, kind, goal_id, stand.name, day, sitting)


def _is_put_back(replica: Replica, case_id: str, change_id: str, read: frozenset[str]) -> bool:
    """Whether a change only takes back what was never read either."""
    db = replica.connection
    row = db.execute("SELECT undoes FROM change WHERE case_id = ? AND id = ?", (case_id, change_id)).fetchone()
    if row is None or row[0] is None:
        return False
    undone = db.execute("SELECT id FROM change WHERE case_id = ? AND step = ?", (case_id, row[0])).fetchall()
    return not any(one in read for (one,) in undone)


def _told(replica: Replica, case_id: str, reader: str, today: date) -> _Told:
    db = replica.connection
    (agreed,) = db.execute(_AGREED, {"case": case_id}).fetchone()
    found = db.execute(_READ, {"case": case_id, "reader": reader}).fetchall()
    return _Told(
        agreed or "",
        sittings(replica, case_id),
        frozenset(change_id for _, changes, _ in found for change_id in (changes or "").split()),
        any(day == today.isoformat() for _, _, day in found),
    )


_AGREED = """
SELECT min(w.value ->> 0)
  FROM (SELECT standing FROM rec_decision WHERE case_id = :case
        UNION ALL SELECT standing FROM rec_paper
                   WHERE case_id = :case AND type = 'plan' AND delivered_on IS NOT NULL AND NOT removed) r,
       json_each(r.standing, '$.""') w"""
_READ = """
SELECT i.id, i.changes, i.changed_on FROM rec_informed i
 WHERE i.case_id = :case AND NOT i.removed AND i.standing ->> '$.""[0][1]' = :reader"""


def _fields_of(kind: str) -> tuple[str, ...]:
    """What of a kind is the citizen's to read: that is the plan. What each keeps for the work is nobody else's news."""
    from app.models.fields import fields_of
    from app.models.kinds import KINDS

    infos = fields_of(KINDS[kind]).items()
    return tuple(name for name, info in infos if info.audience.for_citizen and name != "removed")
