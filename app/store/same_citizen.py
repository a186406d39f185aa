# SPDX-License-Identifier: MPL-2.0
"""Who may be one and the same citizen, and whom people have said are (A7): a question to be asked, never an act.

Two desks that were apart may each have made the same citizen. Both records stand; what people answer is a record of its own
(`SameCitizen`), and here it is asked what follows from the answers. Called by services, by the screens' lanes and by the search
text. Read through the bare driver, for today's page asks too: must not import SQLAlchemy or the kinds of the record, not even
sideways. A case the person may not read is told of by nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.domain.identifiers import IdentifierKind
from app.domain.names import similar_names
from app.models.case_lines import goes_by, sorting
from app.store.caseload import in_one
from app.store.listing import TaskRow
from app.store.readers import and_only
from app.store.replica import Replica, told

NEWEST = 300
"""So many of a worker's cases today's page asks about."""


class Because(StrEnum):
    """Why two citizens may be one."""

    NUMBER = "samme CPR-nummer"
    STAND_IN = "samme erstatningsnummer"
    BORN = "samme fødselsdag og næsten samme navn"


@dataclass(frozen=True, slots=True)
class OneCase:
    """A case, as the question tells of it: whose, its number, and who opened it when."""

    case_id: str
    citizen_id: str
    number: str
    name: str
    by: str
    at: datetime | None
    ended: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody has answered, where answers disagree."""

    change_id: str
    name: str
    at: datetime
    same: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Another citizen who may be this one. `cases`: theirs, the newest first. `said`: two answered apart, and not alike."""

    citizen_id: str
    because: Because
    cases: tuple[OneCase, ...]
    said: tuple[Spoken, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """What a case is told of its citizen: itself, whom to ask about, and the person's other cases, the newest first."""

    own: OneCase
    asked: tuple[Asked, ...] = ()
    also: tuple[OneCase, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One record of an answer. `same` None: it has been taken back, or several stand that disagree (then `said` has them)."""

    record_id: str
    case_id: str
    citizens: frozenset[str]
    same: bool | None
    said: tuple[Spoken, ...] = ()


def look(replica: Replica, person_id: str, case_id: str) -> Family | None:
    """What is told in a case; None when it is not here."""
    with told():
        db = replica.connection
        me = citizen_of(replica, case_id)
        own = next((c for c in _cases_of(replica, me, person_id) if c.case_id == case_id), None)
        if own is None:
            return None
        one = group(db, me)
        also = [c for citizen in one for c in _cases_of(replica, citizen, person_id) if c.case_id != case_id]
        asked = (_asked(replica, me, other, because, person_id) for other, because in _alike(db, me).items())
        found = tuple(a for a in asked if a is not None and a.citizen_id not in one)
    return Family(own, found, tuple(sorted(also, key=_newest, reverse=True)))


def waiting(replica: Replica, person_id: str, worker: str, today: date) -> tuple[TaskRow, ...]:
    """What today's page asks of a worker: each of the running cases they hold whose citizen has another record, once.

    Of very many cases the newest alone: the rest are asked about in their rooms.
    """
    held = " UNION ".join(
        f"SELECT case_id, citizen_id, name, contact_on FROM case_line"
        f" WHERE {role}_key = {sorting(':worker')} AND ended = 0 AND {role} = :worker"
        for role in ("bestiller", "vejleder")
    )
    sql = f"""
    WITH mine AS (SELECT * FROM ({held}) ORDER BY contact_on DESC LIMIT {NEWEST})
    SELECT m.case_id, m.citizen_id, NULL, NULL FROM mine m
      JOIN rec_identifier a ON a.citizen_id = m.citizen_id AND NOT a.removed
     WHERE EXISTS (SELECT 1 FROM rec_identifier b WHERE b.value = a.value AND b.citizen_id <> a.citizen_id AND NOT b.removed)
    UNION ALL
    SELECT m.case_id, m.citizen_id, m.name, y.name FROM mine m JOIN rec_citizen z ON z.id = m.citizen_id
      JOIN rec_citizen y ON y.birth_date = z.birth_date AND y.id <> z.id
     ORDER BY 1"""
    candidates = {
        str(case_id): str(citizen_id)
        for case_id, citizen_id, name, other in in_one(replica, sql, 4, {"worker": worker})
        if other is None or similar_names(name or "", other)
    }
    rows: list[TaskRow] = []
    done: set[frozenset[str]] = set()
    for case_id, citizen_id in candidates.items():
        family = look(replica, person_id, case_id)
        for one in family.asked if family is not None else ():
            pair = frozenset((citizen_id, one.citizen_id))
            if family is not None and pair not in done:
                done.add(pair)
                other = one.cases[0]
                text = f"Er det samme borger som {other.name or 'uden navn'}, sag {other.number}? De har {one.because.value}."
                rows.append(TaskRow(case_id, family.own.name, text, today, one.citizen_id, "same"))
    return tuple(rows)


def group(db: Any, citizen_id: str) -> frozenset[str]:
    """Everybody here whom people have said is this citizen, and the citizen."""
    if db.execute("SELECT 1 FROM rec_same_citizen LIMIT 1").fetchone() is None:
        return frozenset((citizen_id,))
    found, todo = {citizen_id}, [citizen_id]
    while todo:
        one = todo.pop()
        for other in others(db, one):
            if other not in found and joined(db, one, other):
                found.add(other)
                todo.append(other)
    return frozenset(found)


def others(db: Any, citizen_id: str) -> tuple[str, ...]:
    """Everybody about whom it has been answered whether they are this citizen."""
    sql = (
        "SELECT other_id FROM rec_same_citizen WHERE citizen_id = ?1"
        " UNION SELECT citizen_id FROM rec_same_citizen WHERE other_id = ?1"
    )
    return tuple(str(r[0]) for r in db.execute(sql, (citizen_id,)).fetchall())


def answers(db: Any, one: str, other: str) -> tuple[Answer, ...]:
    """What has been answered about two citizens: as a rule one record."""
    sql = "SELECT id, case_id, same, removed, standing FROM rec_same_citizen WHERE citizen_id = ? AND other_id = ? ORDER BY id"
    rows = db.execute(sql, (min(one, other), max(one, other))).fetchall()
    return tuple(_answer(row, frozenset((one, other))) for row in rows)


def citizen_of(replica: Replica, case_id: str) -> str:
    """Whose the case is; "" when it is not here."""
    with told():
        row = replica.connection.execute("SELECT citizen_id FROM rec_case WHERE id = ?", (case_id,)).fetchone()
    return str(row[0] or "") if row is not None else ""


def home_of(replica: Replica, one: str, other: str) -> str | None:
    """The case an answer about two citizens is kept in: the oldest of theirs, so that two desks keep it in the same."""
    sql = "SELECT citizen_id, min(id) FROM rec_case WHERE citizen_id IN (?, ?) AND NOT removed GROUP BY citizen_id"
    with told():
        found = [str(r[1]) for r in replica.connection.execute(sql, (one, other)).fetchall()]
    return min(found) if len(found) == 2 else None


def joined(db: Any, one: str, other: str) -> bool:
    """Whether people have said these two are one, and nobody that they are not."""
    said = [a.same for a in answers(db, one, other) if a.same is not None or a.said]
    return bool(said) and all(said)


# -- inside


def _answer(row: tuple[Any, ...], citizens: frozenset[str]) -> Answer:
    from app.store.standing import Standing  # late: it knows the kinds, and on most desks nobody has ever been asked

    record_id, case_id, same, removed, standing = row
    if removed:
        return Answer(record_id, case_id, citizens, None)
    on = Standing(standing).on("same")
    if len(on) > 1 and len({bool(s.value) for s in on}) > 1:
        said = tuple(Spoken(s.change_id, s.name, datetime.fromisoformat(s.at), bool(s.value)) for s in on)
        return Answer(record_id, case_id, citizens, None, said)
    return Answer(record_id, case_id, citizens, None if same is None else bool(same))


def _asked(replica: Replica, me: str, other: str, because: Because, person_id: str) -> Asked | None:
    """The question about one of them, unless it has been answered or the person may read none of their cases."""
    given = answers(replica.connection, me, other)
    known = {a.same for a in given} - {None}
    said = tuple(s for a in given for s in a.said)
    if known and not said and len(known) == 1:
        return None
    cases = tuple(sorted(_cases_of(replica, other, person_id), key=_newest, reverse=True))
    return Asked(other, because, cases, said) if cases else None


def _alike(db: Any, me: str) -> dict[str, Because]:
    """Whoever has this citizen's number in force, or was born that day and is called nearly the same."""
    mine = _in_force(db, me)
    found: dict[str, Because] = {}
    if mine is not None:
        sql = "SELECT DISTINCT citizen_id FROM rec_identifier WHERE value = ? AND citizen_id <> ? AND NOT removed ORDER BY 1"
        for (other,) in db.execute(sql, (mine[1], me)).fetchall():
            if _in_force(db, other) == mine:
                found[other] = Because.NUMBER if mine[0] == IdentifierKind.CPR.value else Because.STAND_IN
    sql = """SELECT y.id, z.name, y.name FROM rec_citizen z JOIN rec_citizen y ON y.birth_date = z.birth_date AND y.id <> z.id
             WHERE z.id = ? AND NOT y.removed ORDER BY y.id"""
    for other, own_name, name in db.execute(sql, (me,)).fetchall():
        if other not in found and similar_names(own_name or "", name or ""):
            theirs = _in_force(db, other)
            two_people = mine is not None and theirs is not None and mine[0] == theirs[0] == IdentifierKind.CPR.value
            if not two_people:
                found[other] = Because.BORN
    return found


def _in_force(db: Any, citizen_id: str) -> tuple[str, str] | None:
    """Kind and value of the number in force."""
    sql = "SELECT type, value FROM rec_identifier WHERE citizen_id = ? AND NOT removed ORDER BY id DESC LIMIT 1"
    row = db.execute(sql, (citizen_id,)).fetchone()
    return (str(row[0] or ""), str(row[1])) if row is not None and row[1] else None


def _cases_of(replica: Replica, citizen_id: str, person_id: str) -> Iterable[OneCase]:
    """The citizen's cases that the person may read."""
    sql = f"""
    SELECT c.id, {goes_by("c")}, z.name, c.ended, c.standing FROM rec_case c JOIN rec_citizen z ON z.id = c.citizen_id
     WHERE c.citizen_id = :citizen AND NOT c.removed{and_only(replica, person_id, "c.id")}"""
    found = replica.connection.execute(sql, {"citizen": citizen_id, "reader": person_id}).fetchall()
    for case_id, number, name, ended, standing in found:
        from app.store.standing import Standing

        opened = Standing(standing).on("number")
        by, at = (opened[0].name, datetime.fromisoformat(opened[0].at)) if opened else ("", None)
        yield OneCase(str(case_id), citizen_id, number or "", name or "", by, at, bool(ended))


def _newest(case: OneCase) -> tuple[bool, str]:
    return (not case.ended, case.case_id)
