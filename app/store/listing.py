# SPDX-License-Identifier: MPL-2.0
"""The lists: my caseload, today, search. Read through the bare driver, for the first of them is painted at the start.

Must not import SQLAlchemy, not even sideways. One statement a list; a page is shown, never all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.names import search_terms
from app.store.replica import Replica

PAGE = 200


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the caseload. `step` is a Danish word for where the case stands."""

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
    overdue: date | None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One thing today's page asks of somebody: a task, a follow-up, an answer that was put off."""

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
    """A citizen already on file who may be the one at the door."""

    citizen_id: str
    case_id: str
    name: str
    birth_date: date | None
    number: str


_ROW = """
SELECT c.id, c.number, z.name, c.bestiller, c.vejleder, c.contact_on, c.ended,
       d.target_group, d.start, d."end",
       (SELECT min(f.date) FROM rec_follow_up f WHERE f.case_id = c.id AND NOT f.removed AND f.date >= :today),
       EXISTS (SELECT 1 FROM rec_meeting m WHERE m.case_id = c.id AND NOT m.removed)
  FROM rec_case c
  JOIN rec_citizen z ON z.id = c.citizen_id
  LEFT JOIN rec_decision d ON d.id = (SELECT e.id FROM rec_decision e WHERE e.case_id = c.id
                                       ORDER BY e.signed_at DESC, e.id DESC LIMIT 1)
"""


def caseload(
    replica: Replica, today: date, *, worker: str = "", limit: int = PAGE, offset: int = 0
) -> tuple[CaseRow, ...]:
    """A page of cases, the newest first; `worker` narrows to one person's own."""
    where = "WHERE NOT c.removed AND (:worker = '' OR c.bestiller = :worker OR c.vejleder = :worker)"
    sql = f"{_ROW} {where} ORDER BY c.contact_on DESC, c.id LIMIT :limit OFFSET :offset"
    args = {"today": today.isoformat(), "worker": worker, "limit": limit, "offset": offset}
    return tuple(_case_row(row, today) for row in replica.connection.execute(sql, args))


def count_cases(replica: Replica) -> int:
    """How many cases there are on this desk."""
    return int(replica.connection.execute("SELECT count(*) FROM rec_case WHERE NOT removed").fetchone()[0])


def search(replica: Replica, query: str, today: date, *, limit: int = PAGE) -> tuple[CaseRow, ...]:
    """Cases whose citizen fits every word: a part of the name (Åse = aase), of the CPR number or the phone."""
    terms = search_terms(query)
    if not terms:
        return caseload(replica, today, limit=limit)
    found, args = _matching(terms)
    sql = f"{_ROW} WHERE NOT c.removed AND c.citizen_id IN ({found}) ORDER BY c.contact_on DESC, c.id LIMIT :limit"
    rows = replica.connection.execute(sql, {**args, "today": today.isoformat(), "limit": limit})
    return tuple(_case_row(row, today) for row in rows)


def near_names(replica: Replica, folded_start: str, birth_date: date | None) -> tuple[Near, ...]:
    """Citizens with a word beginning as this, or born that day: candidates for the near-duplicate warning."""
    sql = """
    SELECT z.id, c.id, z.name, z.birth_date,
           coalesce((SELECT i.value FROM rec_identifier i WHERE i.citizen_id = z.id AND NOT i.removed
                      ORDER BY i.id DESC LIMIT 1), '')
      FROM rec_citizen z JOIN rec_case c ON c.citizen_id = z.id
     WHERE NOT z.removed AND (z.birth_date = :born OR z.id IN
           (SELECT s.citizen_id FROM search_text s WHERE ' ' || s.folded LIKE '% ' || :start || '%'))
     ORDER BY z.id LIMIT 500"""
    args = {"born": birth_date.isoformat() if birth_date else None, "start": folded_start}
    return tuple(Near(r[0], r[1], r[2] or "", _date(r[3]), r[4]) for r in replica.connection.execute(sql, args))


def citizen_by_number(replica: Replica, value: str) -> Near | None:
    """The citizen who has, or has had, this number."""
    sql = """SELECT z.id, c.id, z.name, z.birth_date, i.value FROM rec_identifier i
             JOIN rec_citizen z ON z.id = i.citizen_id JOIN rec_case c ON c.citizen_id = z.id
             WHERE i.value = ? AND NOT i.removed ORDER BY c.contact_on DESC, c.id DESC LIMIT 1"""
    row = replica.connection.execute(sql, (value,)).fetchone()
    return None if row is None else Near(row[0], row[1], row[2] or "", _date(row[3]), row[4])


def open_case_of(replica: Replica, citizen_id: str) -> str | None:
    """The citizen's newest case that has not ended, if any."""
    sql = """SELECT id FROM rec_case WHERE citizen_id = ? AND NOT removed AND coalesce(ended, '') = ''
             ORDER BY contact_on DESC, id DESC LIMIT 1"""
    row = replica.connection.execute(sql, (citizen_id,)).fetchone()
    return None if row is None else str(row[0])


def referrals_of(replica: Replica, citizen_id: str) -> tuple[KnownReferral, ...]:
    """What has been referred on this citizen before."""
    sql = """SELECT r.sender, r.date, r.digest FROM rec_referral r JOIN rec_case c ON c.id = r.case_id
             WHERE c.citizen_id = ? AND NOT r.removed"""
    rows = replica.connection.execute(sql, (citizen_id,))
    return tuple(KnownReferral(r[0] or "", _date(r[1]), r[2] or "") for r in rows)


def due(replica: Replica, today: date, role: str = "") -> tuple[TaskRow, ...]:
    """What today's page shows: tasks not done, today's follow-ups, a formål to clarify, an answer put off to now."""
    sql = """
    SELECT t.case_id, z.name, t.text, t.due, t.id, 'task' FROM rec_task t
      JOIN rec_case c ON c.id = t.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE t.done_on IS NULL AND NOT t.removed AND (t.due <= :today OR t.reason = 'jobcenter')
       AND (:role = '' OR coalesce(t.for_role, '') IN ('', :role))
    UNION ALL
    SELECT f.case_id, z.name, '', f.date, f.id, 'follow_up' FROM rec_follow_up f
      JOIN rec_case c ON c.id = f.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE f.date = :today AND NOT f.removed AND coalesce(c.ended, '') = ''
    UNION ALL
    SELECT p.case_id, z.name, 'Formålet var foreløbigt: afklar det sammen med borgeren', p.provisional_until, p.id, 'plan'
      FROM rec_plan p JOIN rec_case c ON c.id = p.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE p.provisional_until <= :today AND coalesce(c.ended, '') = ''
    UNION ALL
    SELECT a.case_id, z.name, 'Svaret er udskudt til nu', a.until, a.id, 'answer'
      FROM rec_answer a JOIN rec_case c ON c.id = a.case_id JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE a.target_group = 'udskudt' AND a.until <= :today AND coalesce(c.ended, '') = ''
     ORDER BY 4, 2 LIMIT 200"""
    rows = replica.connection.execute(sql, {"today": today.isoformat(), "role": role})
    return tuple(
        TaskRow(r[0], r[1] or "", r[2] or "Vi mødes igen i dag", _date(r[3]) or today, r[4], r[5]) for r in rows
    )


# -- inside


def _matching(terms: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """Trigram search for words of three signs or more; shorter ones look at the start of each word."""
    parts, args = [], {}
    for n, term in enumerate(terms):
        if len(term) >= 3:
            args[f"t{n}"] = '"' + term.replace('"', '""') + '"'
            parts.append(
                "SELECT s.citizen_id FROM search_fts f JOIN search_text s ON s.n = f.rowid"
                f" WHERE search_fts MATCH :t{n}"
            )
        else:
            args[f"t{n}"] = term
            parts.append(
                "SELECT citizen_id FROM search_text WHERE"
                f" ' ' || folded LIKE '% ' || :t{n} || '%' OR ' ' || digits LIKE '% ' || :t{n} || '%'"
            )
    return " INTERSECT ".join(parts), args


def _case_row(row: tuple[object, ...], today: date) -> CaseRow:
    contact, start, end, follow_up = (_date(row[i]) for i in (5, 8, 9, 10))
    target, ended = str(row[7] or ""), str(row[6] or "")
    late = end if end is not None and end < today and not ended else None
    case_id, number, name, bestiller, vejleder = (str(v or "") for v in row[:5])
    return CaseRow(
        case_id=case_id,
        number=number,
        name=name,
        bestiller=bestiller,
        vejleder=vejleder,
        contact_on=contact,
        step=_step(ended, target, bool(row[11]), start, end, today),
        start=start,
        end=end,
        next_follow_up=follow_up,
        overdue=late,
    )


def _step(ended: str, target: str, met: bool, start: date | None, end: date | None, today: date) -> str:
    if ended:
        return "Sluttet"
    if not target:
        return "I møde" if met else "Ny"
    if target == "ja":
        if end is not None and end < today:
            return "Muren er nået"
        return "I gang" if start is None or start <= today else "Begynder snart"
    return {"nej": "Svar: nej", "udskudt": "Svar udskudt", "direkte § 85": "Videre til § 85"}.get(target, target)


def _date(raw: object) -> date | None:
    return date.fromisoformat(str(raw)) if raw else None
