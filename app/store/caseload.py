# SPDX-License-Identifier: MPL-2.0
"""The caseload: a page of it in the order asked for, how many there are, and the figures above it. All of it SQL.

Called by the screens' lanes and by services. Read through the bare driver, for the first list is painted at the start: must not
import SQLAlchemy, not even sideways. The replica keeps a line for each case (`models/case_lines.py`); here it is asked.
A page is shown, never all. `reader` is who looks: on a desk that shares they get what they may read (`readers.py`), and nobody
("") gets nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from app.domain.names import search_terms
from app.models.case_lines import BROKEN, DIRECT, ENDED, LATER, MET, NEW, NO, YES, sorting
from app.store.holders import nobody_in
from app.store.readers import and_only, only
from app.store.replica import Replica, told
from app.store.searching import found_of, numbered

PAGE = 200


class Sort(StrEnum):
    """What a list can be ordered by. What has no such date comes last, whichever way it is turned."""

    CONTACT = "contact"
    NAME = "name"
    VEJLEDER = "vejleder"
    BESTILLER = "bestiller"
    SOURCE = "source"
    STEP = "step"
    WALL = "wall"
    FOLLOW_UP = "follow_up"
    END = "end"


class StepWord(StrEnum):
    """Where a case stands, in the order of the course."""

    NEW = "Ny"
    MET = "I møde"
    LATER = "Svar udskudt"
    SOON = "Begynder snart"
    RUNNING = "I gang"
    OVER = "Tiden er gået"
    NO = "Svar: nej"
    DIRECT_85 = "Videre til § 85"
    BROKEN = "Segl brudt"
    ENDED = "Sluttet"


class Asked(NamedTuple):
    """What a list is narrowed to and how it is ordered.

    `text`: every word is a part of the name (Åse = aase), of the CPR number or the phone. `worker`: only what this person holds.
    `running`: only what has not ended; a `worker`'s always, unless the step asked for is the end. `late`: a day to meet, an
    answer or a support's last day is past. `source`: as written on the case, "" where none is. `team`: "" is all. `sort` None:
    the best fit first where there is a text, and else the newest contact. `reader`: who asks. `free`: what has not
    ended and nobody holds in this role ("bestiller" or "vejleder"). `two_roles`: where one person has two (C7), and then it is
    told who.
    """

    text: str = ""
    worker: str = ""
    sort: Sort | None = None
    descending: bool = False
    step: StepWord | None = None
    source: str | None = None
    late: bool = False
    team: str = ""
    running: bool = False
    reader: str = ""
    free: str = ""
    two_roles: bool = False


class CaseRow(NamedTuple):
    """One line of the caseload, a tuple since a page makes hundreds of them. `step` is a Danish word for where the case stands.

    `next_follow_up`: the first day to meet since the last meeting; it may be past. `until`: an answer put off to this day.
    `overdue`: the last day of a support that is over, on a case that is not. `wall`: the last day § 82 b allows what was
    granted after it. What a decision says whose seal does not hold is in none of them, once it has been tried.
    `direct_85`: past the team, to ordinary visitation (A12). `source`: where the citizen came from (A9).
    `also`: the numbers of the cases that people have said are of the same citizen, though made as another's. `waits_for`: who has
    been asked to decide a case that has no answer yet. `two_roles`: who has two roles on it, by name, where that was asked for.
    """

    case_id: str
    number: str
    name: str
    bestiller: str
    vejleder: str
    contact_on: date | None
    step: str
    start: date | None
    end: date | None
    next_follow_up: date | None
    until: date | None
    overdue: date | None
    ended: bool
    source: str = ""
    wall: date | None = None
    direct_85: bool = False
    also: tuple[str, ...] = ()
    waits_for: str = ""
    two_roles: str = ""


class Wait(NamedTuple):
    """How many days people waited: the `median` of these cases, which half of them waited at most; None when there are none."""

    cases: int
    median: float | None


class Figures(NamedTuple):
    """The caseload counted: every case that is not taken off the table, ended or not.

    `by_source`: (source, cases), the most first, "" where none is written (A9). `direct_85`: cases past the team (A12). `plans`:
    cases whose newest answer is a yes, and `bridged` those of them with at least one way on written down (E8). `late`: cases that
    wait for somebody since before today; `running`: cases that have not ended. `to_answer`, `to_support`: days from the
    contact to the first answer that was not put off, and to the first day of what was granted (A11).
    """

    cases: int
    running: int
    late: int
    by_source: tuple[tuple[str, int], ...]
    direct_85: int
    plans: int
    bridged: int
    to_answer: Wait
    to_support: Wait

    @property
    def bridge_share(self) -> float | None:
        """The share of plans with a way on, 0 to 1; None when there are no plans."""
        return self.bridged / self.plans if self.plans else None


_ANSWERED = f"l.stage = {YES}"
_STEPS = {
    StepWord.NEW: f"l.stage = {NEW}",
    StepWord.MET: f"l.stage = {MET}",
    StepWord.LATER: f"l.stage = {LATER}",
    StepWord.SOON: f"{_ANSWERED} AND coalesce(l.\"end\", '9') >= :today AND l.start > :today",
    StepWord.RUNNING: f"{_ANSWERED} AND coalesce(l.\"end\", '9') >= :today AND coalesce(l.start, '') <= :today",
    StepWord.OVER: f'{_ANSWERED} AND l."end" < :today',
    StepWord.NO: f"l.stage = {NO}",
    StepWord.DIRECT_85: f"l.stage = {DIRECT}",
    StepWord.BROKEN: f"l.stage = {BROKEN}",
    StepWord.ENDED: f"l.stage = {ENDED}",
}
_STEP_RANK = f"""
CASE WHEN {_ANSWERED} THEN iif(l."end" < :today, {YES}.7, iif(l.start > :today, {YES}.1, {YES}.4)) ELSE l.stage END"""
_KEYS: Mapping[Sort, tuple[str, ...]] = {
    Sort.CONTACT: ("l.contact_on",),
    Sort.NAME: ("l.sorting",),
    Sort.VEJLEDER: ("l.vejleder_key", "l.ended", "l.contact_on"),
    Sort.BESTILLER: ("l.bestiller_key", "l.ended", "l.contact_on"),
    Sort.SOURCE: ("l.source", "l.contact_on"),
    Sort.STEP: (_STEP_RANK, "l.contact_on"),
    Sort.WALL: ("l.wall",),
    Sort.FOLLOW_UP: ("l.next_on",),
    Sort.END: ("l.end_on",),
}
_DATED = (Sort.WALL, Sort.FOLLOW_UP, Sort.END)
_OWN_COLUMNS = (
    'l.case_id, l.number, l.name, l.bestiller, l.vejleder, l.contact_on, l.stage, l.target, l.start, l."end",'
    " l.next_follow_up, l.until, l.source, l.wall,"
    f" iif(l.stage IN ({NEW}, {MET}), (SELECT a.sent_to FROM rec_answer a WHERE a.case_id = l.case_id AND a.sent_on <> ''), ''),"
)
_ALSO = (
    " (SELECT group_concat(o.number, char(10)) FROM search_text z JOIN search_text x ON x.same = z.same"
    " JOIN case_line o ON o.citizen_id = x.citizen_id"
    " WHERE z.citizen_id = l.citizen_id AND z.same IS NOT NULL AND o.n <> l.n{too}) AS also"
)
_WIDTH = 17


def page(
    replica: Replica, today: date, asked: Asked | None = None, *, limit: int = PAGE, offset: int = 0
) -> tuple[CaseRow, ...]:
    """A page of the cases asked for, in their order."""
    return tuple(_case_row(row, today) for row in _page(replica, today, asked or Asked(), limit, offset))


def read_ahead(replica: Replica, worker: str, reader: str) -> None:
    """Decrypt what the first list of this person will need, while the window is still being furnished. Any day will do."""
    _page(replica, date.min, Asked(worker=worker, reader=reader), PAGE, 0)


def count(replica: Replica, today: date, asked: Asked | None = None) -> int:
    """How many cases are asked for."""
    cases, where, args = _narrowed(replica, (asked or Asked())._replace(sort=Sort.CONTACT), today)
    return int(_rows(replica, f"SELECT count(*) FROM {cases} WHERE {where}", args)[0][0])


def anybody(replica: Replica, reader: str = "") -> bool:
    """Whether there is any case on this desk for whoever looks."""
    mine = only(replica, reader, "l.case_id") or "1"
    return bool(_rows(replica, f"SELECT EXISTS (SELECT 1 FROM case_line l WHERE {mine})", {"reader": reader})[0][0])


def everybody(replica: Replica, today: date, asked: Asked) -> tuple[int, ...]:
    """Every line asked for, in its order: for an export, which then reads them a piece at a time with `lines`."""
    cases, where, args = _narrowed(replica, asked, today, every=True)
    order = ", ".join(f"{key}{way}" for key, way in _keys(asked, args))
    sql = f"SELECT l.n AS n FROM {cases} WHERE {where} ORDER BY {order}"
    return tuple(json.loads(_rows(replica, f"SELECT json_group_array(n) FROM ({sql})", args)[0][0]))


def lines(
    replica: Replica, today: date, numbers: Sequence[int], reader: str = "", *, two_roles: bool = False
) -> tuple[CaseRow, ...]:
    """These lines, in this order. One whose case has gone meanwhile, or been closed to whoever looks, is left out. `two_roles`:
    it is told who has two on each."""
    mine = only(replica, reader, "l.case_id") or "1"
    sql = (
        f"SELECT {_columns(replica, reader, two_roles)} FROM json_each(:numbers) j CROSS JOIN case_line l ON l.n = j.value"
        f" WHERE {mine} ORDER BY j.id"
    )
    rows = in_one(replica, sql, _WIDTH, {"numbers": json.dumps(list(numbers)), "reader": reader})
    return tuple(_case_row(row, today) for row in rows)


def figures(replica: Replica, today: date, team: str = "", reader: str = "") -> Figures:
    """The caseload counted, of one team or of all."""
    of_team = "l.case_id IN (SELECT case_id FROM case_team WHERE team = :team)" if team else ""
    narrowed = " AND ".join(filter(None, (of_team, only(replica, reader, "l.case_id")))) or "1"
    sql = f"SELECT source, target, bridged, count(*) FROM case_line l WHERE {narrowed} GROUP BY 1, 2, 3"
    args: dict[str, object] = {"team": team, "reader": reader}
    found = _rows(replica, sql, args)
    counted = [(str(r[0]), str(r[1]), bool(r[2]), int(r[3])) for r in found]
    by_source: dict[str, int] = {}
    for source, _target, _bridged, cases in counted:
        by_source[source] = by_source.get(source, 0) + cases
    plans = [(bridged, cases) for _source, target, bridged, cases in counted if target == "ja"]
    asked = Asked(team=team, running=True, reader=reader)
    running, late = (count(replica, today, asked._replace(late=late)) for late in (False, True))
    return Figures(
        cases=sum(by_source.values()),
        running=running,
        late=late,
        by_source=tuple(sorted(by_source.items(), key=lambda one: (-one[1], one[0]))),
        direct_85=sum(cases for _source, target, _bridged, cases in counted if target == "direkte § 85"),
        plans=sum(cases for _bridged, cases in plans),
        bridged=sum(cases for bridged, cases in plans if bridged),
        to_answer=_waited(replica, "answer_days", narrowed, args),
        to_support=_waited(replica, "support_days", narrowed, args),
    )


def _waited(replica: Replica, days: str, narrowed: str, args: Mapping[str, object]) -> Wait:
    """Walked along the index of these days to the middle; nothing is sorted."""
    these = f"FROM case_line l WHERE l.{days} IS NOT NULL AND {narrowed}"
    cases = int(_rows(replica, f"SELECT count(*) {these}", args)[0][0])
    middle = f"SELECT l.{days} {these} ORDER BY l.{days} LIMIT {2 - cases % 2} OFFSET :before"
    found = (
        [int(row[0]) for row in _rows(replica, middle, {**args, "before": max(0, (cases - 1) // 2)})] if cases else []
    )
    return Wait(cases, sum(found) / len(found) if found else None)


def workers(replica: Replica, reader: str = "") -> tuple[str, ...]:
    """Everybody who holds a case that has not ended, in the order of the alphabet. Goes from name to name by the index."""
    found: dict[str, str] = {}
    mine = only(replica, reader, "l.case_id") or "1"
    for role in ("vejleder", "bestiller"):
        sql = f"""
        WITH RECURSIVE held(k) AS (
            SELECT min({role}_key) FROM case_line WHERE {role}_key > ''
             UNION ALL SELECT (SELECT min({role}_key) FROM case_line WHERE {role}_key > k) FROM held WHERE k IS NOT NULL)
        SELECT k, (SELECT {role} FROM case_line l WHERE {role}_key = k AND NOT ended AND {mine} LIMIT 1) FROM held"""
        found |= {str(row[0]): str(row[1]) for row in _rows(replica, sql, {"reader": reader}) if row[1]}
    return tuple(found[key] for key in sorted(found))


def teams(replica: Replica, reader: str = "") -> tuple[str, ...]:
    """The teams whose cases are here; none on a lone desk, where everybody is one team."""
    mine = only(replica, reader, "t.case_id") or "1"
    sql = f"SELECT DISTINCT team FROM case_team t WHERE {mine} ORDER BY 1"
    return tuple(str(row[0]) for row in _rows(replica, sql, {"reader": reader}))


def in_one(replica: Replica, sql: str, columns: int, args: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """Everything a statement of so many columns finds, in its order, brought over as one value.

    The driver asks for the interpreter anew at each row, and waits 5 ms for it while the window is busy: 200 rows took a second.
    """
    names = ", ".join(f"c{n}" for n in range(columns))
    whole = f"WITH told({names}) AS ({sql}) SELECT json_group_array(json_array({names})) FROM told"
    found: list[tuple[Any, ...]] = json.loads(_rows(replica, whole, args)[0][0])
    return found


@cache
def as_date(raw: str | None) -> date | None:
    """A date as it stands in a row. There are no more of them than days."""
    return date.fromisoformat(raw) if raw else None


# -- inside


def _page(replica: Replica, today: date, asked: Asked, limit: int, offset: int) -> list[tuple[Any, ...]]:
    cases, where, args = _narrowed(replica, asked, today)
    keys = _keys(asked, args)
    told_of = ", ".join(["l.n AS n", *(f"{key} AS k{n}" for n, (key, _) in enumerate(keys))])
    order = ", ".join(f"{key}{way}" for key, way in keys)
    again = ", ".join(f"found.k{n}{way}" for n, (_, way) in enumerate(keys))
    # the number of lines is said and not bound: SQLite plans anew at each asking what it cannot see the bound of
    lines = f"SELECT {told_of} FROM {cases} WHERE {where} ORDER BY {order} LIMIT {limit} OFFSET :offset"
    sql = (  # the page's lines first, as far as may be by the index alone; only they are filled in
        f"SELECT {_columns(replica, asked.reader, asked.two_roles)} FROM ({lines})"
        f" found CROSS JOIN case_line l ON l.n = found.n ORDER BY {again}"
    )
    return in_one(replica, sql, _WIDTH, {**args, "offset": offset})


def _rows(replica: Replica, sql: str, args: Mapping[str, object] | tuple[object, ...]) -> list[tuple[Any, ...]]:
    """Everything a statement finds. A fault of the disk becomes one Danish sentence."""
    with told():
        found: list[tuple[Any, ...]] = replica.connection.execute(sql, args).fetchall()
        return found


_FIRST_OF_ALL = (
    "(s.same IS NULL OR l.n = (SELECT o.n FROM search_text x JOIN case_line o ON o.citizen_id = x.citizen_id"
    " WHERE x.same = s.same{too} ORDER BY o.ended, o.contact_on DESC, o.n DESC LIMIT 1))"
)
"""Of the cases that people have said are one citizen's, the one in hand: a search finds a person once."""


def _columns(replica: Replica, reader: str, two_roles: bool) -> str:
    return _OWN_COLUMNS + _ALSO.format(too=_too(replica, reader)) + (", l.two_roles" if two_roles else ", ''")


def _too(replica: Replica, reader: str) -> str:
    """A person's other case counts where it may be read."""
    return and_only(replica, reader, "o.case_id")


def _narrowed(
    replica: Replica, asked: Asked, today: date, *, every: bool = False
) -> tuple[str, str, dict[str, object]]:
    """Which tables are asked, what has to hold, and the values. `every`: each case, though a person has several."""
    args: dict[str, object] = {"today": today.isoformat(), "reader": asked.reader}
    mine = only(replica, asked.reader, "l.case_id")
    where = [mine] if mine else []
    terms = search_terms(asked.text)
    if of_number := numbered(asked.text, args):
        terms = ()
        where.append(of_number)
    if asked.step is not None:
        where.append(_STEPS[asked.step])
    if asked.late:
        where.append("l.late_on < :today")
    if asked.source is not None:
        args["source"] = asked.source
        other = asked.sort not in (None, Sort.CONTACT, Sort.SOURCE)  # then the order's own index is the quicker
        where.append("+l.source = :source" if other else "l.source = :source")
    if asked.team:
        args["team"] = asked.team
        where.append("l.case_id IN (SELECT case_id FROM case_team WHERE team = :team)")
    if asked.free:
        where.append(f"{nobody_in(replica, asked.free)} AND l.ended = 0")
    cases = "case_line l"
    if asked.two_roles:
        where.append("l.two_roles <> ''")
        cases += " INDEXED BY line_two_roles"  # they are few, whatever the order
    if terms:
        cases = f"({found_of(terms, args)}) s CROSS JOIN case_line l ON l.citizen_id = s.citizen_id"
    others = asked.worker or asked.free or asked.team or asked.late or asked.two_roles
    plain = asked.step is None and asked.source is None and not others
    if terms and plain and not every:
        where.append(_FIRST_OF_ALL.format(too=_too(replica, asked.reader)))
    if asked.worker:
        held = _held(asked, args)
        if not where and not terms and asked.sort in (None, Sort.CONTACT):
            cases = f"({held}) l"  # the index knows it all
        else:
            where.append(f"l.n IN (SELECT n FROM ({held}))")
    elif asked.running and not asked.late:  # what is late is running
        where.append("NOT l.ended")
    return cases, " AND ".join(where) or "1", args


def _held(asked: Asked, args: dict[str, object]) -> str:
    """What one person holds, and when each came. Few hold a case in both roles, so nothing need be sorted to find those once."""
    args["worker"] = asked.worker
    ended = int(asked.step is StepWord.ENDED)
    as_bestiller, as_vejleder = (
        f"FROM case_line WHERE {role}_key = {sorting(':worker')} AND ended = {ended} AND {role} = :worker"
        for role in ("bestiller", "vejleder")
    )
    return (
        f"SELECT n, contact_on {as_bestiller} UNION ALL"
        f" SELECT n, contact_on {as_vejleder} AND n NOT IN (SELECT n {as_bestiller})"
    )


def _keys(asked: Asked, args: dict[str, object]) -> list[tuple[str, str]]:
    """What is found is ordered by, each with its way: no date comes last either way, and of two alike the one that came first.

    Where there is a text and no order is asked for, a word's beginning comes before its middle.
    """
    terms = search_terms(asked.text) if asked.sort is None and "number" not in args else ()
    args.update({f"w{n}": term for n, term in enumerate(terms)})
    best = " + ".join(f"(' ' || s.folded NOT LIKE '% ' || :w{n} || '%')" for n in range(len(terms)))
    sort = asked.sort or Sort.CONTACT
    down = " DESC" if asked.sort is None or asked.descending else ""
    last = " NULLS LAST" if sort in _DATED and not down else ""
    keys = [(key, down + last) for key in (*_KEYS[sort], "l.n")]
    return [(best, ""), *keys] if best else keys


def _case_row(row: tuple[Any, ...], today: date) -> CaseRow:
    (
        case_id,
        number,
        name,
        bestiller,
        vejleder,
        contact,
        stage,
        target,
        first,
        last,
        follow_up,
        until,
        source,
        wall,
        waits_for,
        also,
        two_roles,
    ) = row
    start, end, ended = as_date(first), as_date(last), stage == ENDED
    return CaseRow._make(  # as they come in `CaseRow`; its own call takes half as long again, 200 times a page
        (
            case_id,
            number,
            name,
            bestiller,
            vejleder,
            as_date(contact),
            _step(stage, target, start, end, today),
            start,
            end,
            as_date(follow_up),
            as_date(until),
            end if end is not None and end < today and not ended else None,
            ended,
            source,
            as_date(wall),
            target == "direkte § 85",
            tuple(sorted(also.split("\n"))) if also else (),
            waits_for or "",
            two_roles,
        )
    )


_OF_STAGE = {
    NEW: StepWord.NEW.value,
    MET: StepWord.MET.value,
    LATER: StepWord.LATER.value,
    DIRECT: StepWord.DIRECT_85.value,
    BROKEN: StepWord.BROKEN.value,
    ENDED: StepWord.ENDED.value,
}
_SOON, _RUNNING, _OVER, _NO = (word.value for word in (StepWord.SOON, StepWord.RUNNING, StepWord.OVER, StepWord.NO))


def _step(stage: int, target: str, start: date | None, end: date | None, today: date) -> str:
    if stage == YES:
        if end is not None and end < today:
            return _OVER
        return _RUNNING if start is None or start <= today else _SOON
    if stage == NO:
        return _NO if target == "nej" else target
    return _OF_STAGE[stage]
