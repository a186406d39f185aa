# SPDX-License-Identifier: MPL-2.0
"""The lists: my caseload, today, search. Read through the bare driver, for the first of them is painted at the start.

Called by the screens' lanes and by services. Must not import SQLAlchemy, not even sideways. A page is shown, never all: the
page's ids are found first, by an index where there is one, and only they are filled in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from app.domain.names import fold, search_terms
from app.store.replica import Replica, told

PAGE = 200


class Sort(StrEnum):
    """What a list can be ordered by. What has no such date comes last, whichever way it is turned."""

    CONTACT = "contact"
    NAME = "name"
    FOLLOW_UP = "follow_up"
    END = "end"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to and how it is ordered.

    `text`: every word is a part of the name (Åse = aase), of the CPR number or the phone. `worker`: only what this person holds
    and has not ended. `sort` None: the best fit first where there is a text, and else the newest contact.
    """

    text: str = ""
    worker: str = ""
    sort: Sort | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the caseload. `step` is a Danish word for where the case stands.

    `next_follow_up`: the first day to meet since the last meeting; it may be past. `until`: an answer put off to this day.
    `overdue`: the last day of a support that is over, on a case that is not.
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


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One thing today's page asks of somebody. `kind`: task, follow_up, plan (a formål to clarify) or answer (put off)."""

    case_id: str
    name: str
    text: str
    due: date
    record_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class KnownReferral:
    """A referral already on a citizen; `digest` is of the measures as they were sent, whatever has been noted since."""

    sender: str
    date: date | None
    digest: str


@dataclass(frozen=True, slots=True)
class Near:
    """A citizen already on file who may be the one at the door. `case_id` is their newest case."""

    citizen_id: str
    case_id: str
    name: str
    birth_date: date | None
    number: str


_MEET_NEXT = """(SELECT min(f.date) FROM rec_follow_up f WHERE f.case_id = c.id AND NOT f.removed AND f.date >
                 coalesce((SELECT max(m.date) FROM rec_meeting m WHERE m.case_id = c.id), ''))"""
_UNTIL = "(SELECT a.until FROM rec_answer a WHERE a.case_id = c.id AND a.target_group = 'udskudt')"
_OPEN = "coalesce(c.ended, '') = ''"
_LAST_END = '(SELECT e."end" FROM rec_decision e WHERE e.case_id = c.id ORDER BY e.signed_at DESC, e.id DESC LIMIT 1)'
_KEYS = {
    Sort.CONTACT: "c.contact_on",
    Sort.NAME: "s.sorting",
    Sort.FOLLOW_UP: f"CASE WHEN {_OPEN} THEN coalesce({_MEET_NEXT}, {_UNTIL}) END",
    Sort.END: f"CASE WHEN {_OPEN} THEN {_LAST_END} END",
}

_FILLED = f"""
SELECT c.id, c.number, z.name, c.bestiller, c.vejleder, c.contact_on, c.ended, d.target_group, d.start, d."end",
       {_MEET_NEXT}, {_UNTIL}, EXISTS (SELECT 1 FROM rec_meeting m WHERE m.case_id = c.id)
  FROM found
  JOIN rec_case c ON c.id = found.id
  JOIN rec_citizen z ON z.id = c.citizen_id
  LEFT JOIN rec_decision d ON d.id = (SELECT e.id FROM rec_decision e WHERE e.case_id = c.id
                                       ORDER BY e.signed_at DESC, e.id DESC LIMIT 1)
"""


def page(
    replica: Replica, today: date, asked: Asked | None = None, *, limit: int = PAGE, offset: int = 0
) -> tuple[CaseRow, ...]:
    """A page of the cases asked for, in their order."""
    return tuple(_case_row(row, today) for row in _page(replica, asked or Asked(), limit, offset))


def read_ahead(replica: Replica, worker: str) -> None:
    """Decrypt what the first list of this person will need, while the window is still being furnished."""
    _page(replica, Asked(worker=worker), PAGE, 0)


def count(replica: Replica, asked: Asked | None = None) -> int:
    """How many cases are asked for."""
    found, args = _found(Asked(asked.text, asked.worker, Sort.CONTACT) if asked else Asked())
    return int(_rows(replica, f"SELECT count(*) FROM ({found})", args)[0][0])


def caseload(
    replica: Replica, today: date, *, worker: str = "", limit: int = PAGE, offset: int = 0
) -> tuple[CaseRow, ...]:
    """A page of cases, the newest contact first; `worker` narrows to what one person holds and has not ended."""
    return page(replica, today, Asked(worker=worker), limit=limit, offset=offset)


def search(replica: Replica, query: str, today: date, *, limit: int = PAGE) -> tuple[CaseRow, ...]:
    """Cases whose citizen fits every word, the best fit first."""
    return page(replica, today, Asked(query), limit=limit)


def count_cases(replica: Replica) -> int:
    """How many cases there are on this desk."""
    return count(replica)


def near_names(replica: Replica, folded_start: str, birth_date: date | None) -> tuple[Near, ...]:
    """Citizens with a word beginning as this, or born that day: candidates for the near-duplicate warning."""
    sql = """
    SELECT z.id, z.name, z.birth_date,
           (SELECT c.id FROM rec_case c WHERE c.citizen_id = z.id AND NOT c.removed
             ORDER BY c.contact_on DESC, c.id DESC LIMIT 1) AS newest,
           coalesce((SELECT i.value FROM rec_identifier i WHERE i.citizen_id = z.id AND NOT i.removed
                      ORDER BY i.id DESC LIMIT 1), '')
      FROM rec_citizen z JOIN search_text s ON s.citizen_id = z.id
     WHERE NOT z.removed AND newest IS NOT NULL
       AND (z.birth_date = :born OR ' ' || s.folded LIKE '% ' || :start || '%')
     ORDER BY z.id"""
    args = {"born": birth_date.isoformat() if birth_date else None, "start": fold(folded_start)}
    rows = _rows(replica, sql, args)
    return tuple(Near(r[0], r[3], r[1] or "", _date(r[2]), r[4]) for r in rows)


def citizen_by_number(replica: Replica, value: str) -> Near | None:
    """The citizen who has, or has had, this number."""
    sql = """SELECT z.id, c.id, z.name, z.birth_date, i.value FROM rec_identifier i
             JOIN rec_citizen z ON z.id = i.citizen_id JOIN rec_case c ON c.citizen_id = z.id
             WHERE i.value = ? AND NOT i.removed ORDER BY c.contact_on DESC, c.id DESC LIMIT 1"""
    rows = _rows(replica, sql, (value,))
    return next((Near(r[0], r[1], r[2] or "", _date(r[3]), r[4]) for r in rows), None)


def open_case_of(replica: Replica, citizen_id: str) -> str | None:
    """The citizen's newest case that has not ended, if any."""
    sql = """SELECT id FROM rec_case WHERE citizen_id = ? AND NOT removed AND coalesce(ended, '') = ''
             ORDER BY contact_on DESC, id DESC LIMIT 1"""
    return next((str(row[0]) for row in _rows(replica, sql, (citizen_id,))), None)


def referrals_of(replica: Replica, citizen_id: str) -> tuple[KnownReferral, ...]:
    """What has been referred on this citizen before."""
    sql = """SELECT r.sender, r.date, r.digest FROM rec_referral r JOIN rec_case c ON c.id = r.case_id
             WHERE c.citizen_id = ? AND NOT r.removed"""
    rows = _rows(replica, sql, (citizen_id,))
    return tuple(KnownReferral(r[0] or "", _date(r[1]), r[2] or "") for r in rows)


def due(replica: Replica, today: date, role: str = "", worker: str = "") -> tuple[TaskRow, ...]:
    """What today's page asks for: tasks not done, days to meet, a formål to clarify, an answer put off to now or before.

    `role` leaves out tasks for the other role. `worker` leaves out the cases another holds in that role; a case nobody holds
    is everybody's.
    """
    holds = f"(:worker = '' OR :worker IN (c.bestiller, c.vejleder) OR {_HOLDER} = '')"
    active = f"{_OPEN} AND {holds}"
    sql = f"""
    SELECT t.case_id, z.name, t.text, t.due, t.id, 'task' FROM rec_task t
      JOIN rec_case c ON c.id = t.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE t.done_on IS NULL AND NOT t.removed AND t.due <= :today AND {holds}
       AND (:role = '' OR coalesce(t.for_role, '') IN ('', :role))
    UNION ALL
    SELECT f.case_id, z.name, '', min(f.date), f.id, 'follow_up' FROM rec_follow_up f
      JOIN rec_case c ON c.id = f.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE f.date <= :today AND NOT f.removed AND {active} AND f.date >
           coalesce((SELECT max(m.date) FROM rec_meeting m WHERE m.case_id = c.id), '') GROUP BY f.case_id
    UNION ALL
    SELECT p.case_id, z.name, '', p.provisional_until, p.id, 'plan'
      FROM rec_plan p JOIN rec_case c ON c.id = p.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE p.provisional_until <= :today AND {active}
    UNION ALL
    SELECT a.case_id, z.name, '', a.until, a.id, 'answer'
      FROM rec_answer a JOIN rec_case c ON c.id = a.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE a.until <= :today AND a.target_group = 'udskudt' AND {active}
     ORDER BY 4, 2, 5 LIMIT 200"""
    rows = _in_one(replica, sql, 6, {"today": today.isoformat(), "role": role, "worker": worker})
    return tuple(_task_row(row, today) for row in rows)


def granted_group(replica: Replica, key: str) -> tuple[tuple[str, str, str, str, str], ...]:
    """Open cases with a § 82 a support by this entry of the catalogue, whatever version, whose newest decision is a yes.

    Of each: case, citizen, vejleder, what the support is called, the decision's content.
    """
    sql = """
    SELECT DISTINCT c.id, z.name, coalesce(c.vejleder, ''), s.offer, d.content FROM rec_support s
      JOIN rec_case c ON c.id = s.case_id JOIN rec_citizen z ON z.id = c.citizen_id
      JOIN rec_decision d ON d.id = (SELECT e.id FROM rec_decision e WHERE e.case_id = c.id
                                      ORDER BY e.signed_at DESC, e.id DESC LIMIT 1)
     WHERE s.paragraph = '82a' AND s.offer_id IN (SELECT o.id FROM rec_offer o WHERE o.key = ?)
       AND d.target_group = 'ja' AND NOT c.removed AND coalesce(c.ended, '') = ''"""
    return tuple((str(r[0]), str(r[1]), str(r[2]), str(r[3]), str(r[4])) for r in _rows(replica, sql, (key,)))


def typed(replica: Replica, case_id: str) -> dict[tuple[str, str], str]:
    """What is typed in a form that is no record yet, by (record id, field)."""
    rows = _rows(replica, "SELECT record_id, field, text FROM draft WHERE case_id = ?", (case_id,))
    return {(str(r[0]), str(r[1])): str(r[2]) for r in rows}


# -- inside


def _page(replica: Replica, asked: Asked, limit: int, offset: int) -> list[tuple[Any, ...]]:
    found, args = _found(asked)
    sql = (
        f"WITH found AS ({found} ORDER BY {_order(asked)} LIMIT :limit OFFSET :offset) {_FILLED}"
        f" ORDER BY {_order(asked, 'found.')}"
    )
    return _in_one(replica, sql, 13, {**args, "limit": limit, "offset": offset})


def _rows(replica: Replica, sql: str, args: Mapping[str, object] | tuple[object, ...]) -> list[tuple[Any, ...]]:
    """Everything a statement finds. A fault of the disk becomes one Danish sentence."""
    with told():
        found: list[tuple[Any, ...]] = replica.connection.execute(sql, args).fetchall()
        return found


def _in_one(replica: Replica, sql: str, columns: int, args: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """Everything a statement of so many columns finds, in its order, brought over as one value.

    The driver asks for the interpreter anew at each row, and waits 5 ms for it while the window is busy: 200 rows took a second.
    """
    names = ", ".join(f"c{n}" for n in range(columns))
    whole = f"WITH told({names}) AS ({sql}) SELECT json_group_array(json_array({names})) FROM told"
    found: list[tuple[Any, ...]] = json.loads(_rows(replica, whole, args)[0][0])
    return found


_HOLDER = (
    "coalesce(CASE :role WHEN 'bestiller' THEN c.bestiller WHEN 'vejleder' THEN c.vejleder"
    " ELSE coalesce(c.bestiller, '') || coalesce(c.vejleder, '') END, '')"
)


def _found(asked: Asked) -> tuple[str, dict[str, object]]:
    """The select of what is asked for: id, rank (a better fit is a smaller number) and key."""
    args: dict[str, object] = {}
    where = ["NOT c.removed"]
    terms = search_terms(asked.text)
    rank = "0"
    if terms:
        where.append(_fits(terms, args))
        if asked.sort is None:
            rank = " + ".join(f"(' ' || s.folded NOT LIKE '% ' || :w{n} || '%')" for n in range(len(terms)))
            args.update({f"w{n}": term for n, term in enumerate(terms)})
    if asked.worker:
        args["worker"] = asked.worker
        where.append(
            f"{_OPEN} AND c.id IN (SELECT id FROM rec_case WHERE bestiller = :worker"
            " UNION SELECT id FROM rec_case WHERE vejleder = :worker)"
        )
    sort = asked.sort or Sort.CONTACT
    cases = "rec_case c"
    if sort is Sort.NAME and len(where) == 1:  # all of them: in the order of the names, whatever the planner thinks
        cases = "search_text s CROSS JOIN rec_case c ON c.citizen_id = s.citizen_id"
    elif sort is Sort.NAME or rank != "0":
        cases = "rec_case c JOIN search_text s ON s.citizen_id = c.citizen_id"
    sql = f"SELECT c.id AS id, {rank} AS rank, {_KEYS[sort]} AS key FROM {cases} WHERE {' AND '.join(where)}"
    return sql, args


def _order(asked: Asked, of: str = "") -> str:
    """How what is found is ordered; `of` qualifies its columns. No date comes last either way."""
    sort = asked.sort or Sort.CONTACT
    down = " DESC" if asked.sort is None or asked.descending else ""
    terms = [f"{of}rank"] if asked.sort is None and search_terms(asked.text) else []
    last = " NULLS LAST" if sort in (Sort.FOLLOW_UP, Sort.END) else ""
    return ", ".join([*terms, f"{of}key{down}{last}", f"{of}id{down}"])


def _fits(terms: tuple[str, ...], args: dict[str, object]) -> str:
    """Every term is found: by trigram where it has three signs or more, else at the start of a word."""
    long = [term for term in terms if len(term) >= 3]
    sql = "SELECT x.citizen_id FROM search_text x WHERE 1"
    if long:
        sql = (
            "SELECT x.citizen_id FROM search_fts JOIN search_text x ON x.n = search_fts.rowid"
            " WHERE search_fts MATCH :fits"
        )
        args["fits"] = " AND ".join(f'"{term}"' for term in long)
    for n, term in enumerate(term for term in terms if len(term) < 3):
        args[f"s{n}"] = term
        sql += f" AND (' ' || x.folded LIKE '% ' || :s{n} || '%' OR ' ' || x.digits LIKE '% ' || :s{n} || '%')"
    return f"c.citizen_id IN ({sql})"


def _case_row(row: tuple[Any, ...], today: date) -> CaseRow:
    case_id, number, name, bestiller, vejleder, contact, ended, target, first, last, follow_up, until, met = row
    start, end = _date(first), _date(last)
    return CaseRow(
        case_id,
        number or "",
        name or "",
        bestiller or "",
        vejleder or "",
        _date(contact),
        _step(ended, target, bool(met), start, end, today),
        start,
        end,
        _date(follow_up),
        _date(until),
        end if end is not None and end < today and not ended else None,
        bool(ended),
    )


def _step(ended: str | None, target: str | None, met: bool, start: date | None, end: date | None, today: date) -> str:
    if ended:
        return "Sluttet"
    if not target:
        return "I møde" if met else "Ny"
    if target == "ja":
        if end is not None and end < today:
            return "Tiden er gået"
        return "I gang" if start is None or start <= today else "Begynder snart"
    return {"nej": "Svar: nej", "udskudt": "Svar udskudt", "direkte § 85": "Videre til § 85"}.get(target, target)


_ASKS = {
    "follow_up": ("I mødes igen i dag", "I skulle have mødtes igen"),
    "plan": ("Formålet var foreløbigt: afklar det i dag", "Formålet var foreløbigt: afklar det sammen"),
    "answer": ("Svaret er udskudt til i dag", "Det udskudte svar mangler"),
}


def _task_row(row: tuple[Any, ...], today: date) -> TaskRow:
    case_id, name, text, day, record_id, kind = row
    on = _date(day) or today
    return TaskRow(case_id, name or "", _ASKS[kind][on < today] if kind in _ASKS else text or "", on, record_id, kind)


@lru_cache(maxsize=4096)
def _date(raw: str | None) -> date | None:
    return date.fromisoformat(raw) if raw else None
