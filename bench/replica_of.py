# SPDX-License-Identifier: MPL-2.0
"""A replica with as many citizens as wanted, made in seconds: what the lists, the search and the start are measured on.

Called by the measurements and by tests of the lists. The rows are of the shape services write, so that pages are as full as
in use; they are written in bulk, past the unit of work, which is why this lives here and not in the program. Every citizen is
made up: the numbers are replacement numbers (day + 60), which are nobody's.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.domain.names import index_text, sort_key
from app.domain.periods import last_permitted_day
from app.models.case_lines import KEEP, LET_GO, RECKON_ALL
from app.models.choices import Source
from app.models.fields import fields_of, to_json
from app.models.kinds import (
    NAME_OF,
    Answer,
    Bridge,
    Case,
    Citizen,
    Decision,
    FollowUp,
    Goal,
    Identifier,
    Meeting,
    Plan,
    Record,
    Story,
    Support,
    Task,
    singleton_id,
)
from app.store.replica import Replica
from app.store.unit_of_work import new_id

TODAY = date(2026, 11, 26)


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


BESTILLERE = tuple(f"{name} Bestiller" for name in _split("Bodil Ole Karin Per Lise Finn Anja Jens Tove Erik"))
VEJLEDERE = tuple(
    f"{name} Vejleder"
    for name in _split(
        "Vagn Sanne Ida Mads Rikke Bo Hanne Leif Gitte Kim Mona Palle Stine Ulla Ivan Britt Arne Dorte Jan Eva"
    )
)
_FIRST = _split(
    "Anne Peter Kirsten Lars Mette Jens Hanne Michael Anna Søren Helle Thomas Susanne Jan Maria Christian Lene Henrik Åse Ove"
    " Jørgen Bente Østen Inge Ægir Aage Käthe Łukasz Agnieszka Mehmet Ayşe Fatma Mustafa Mohammed Ahmad Yousef Aminah Khadija"
    " Aviaja Malik Nivi Pipaluk Inuk Arnaq René André Zoë Nancy Magnus Pia Else"
)
_LAST = _split(
    "Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Møller Ødegård Aagaard Åkjær"
    " Østergård Æbelø Yılmaz Öztürk Kowalski Wiśniewska Kleist Petersen Heilmann Al-Hassan El-Khatib Abdi Warsame Nguyen"
    " Schrøder Thygesen Mogensen Lauridsen Berggren Haugen Moberg Krogh Bæk Holm Lund Kjærgaard"
)
_WORDS = _split(
    "jeg vil gerne kunne tage bussen igen og komme ud blandt andre uden at det bliver for meget sammen med en jeg kender så"
    " jeg kan handle selv besøge min søster og få styr på posten hver uge vi taler om det næste gang"
)


@dataclass
class _Rows:
    """What is to be written, by table."""

    lean: bool = False
    records: dict[type[Record], list[tuple[Any, ...]]] = field(default_factory=dict)
    changes: list[tuple[Any, ...]] = field(default_factory=list)
    texts: list[tuple[str, str, str, str]] = field(default_factory=list)

    def put(self, record: Record, author: str, role: str, at: str) -> None:
        if self.lean and type(record) in (Story, Plan, Goal, Task, Support):
            return
        infos = fields_of(type(record))
        raw = {name: to_json(getattr(record, name)) for name in infos}
        written = {
            name: raw[name] for name, info in infos.items() if name == "removed" or raw[name] != to_json(info.default)
        }
        change_id = new_id()
        hand = [change_id, author.casefold(), author, role, at]
        standing = json.dumps({name: [hand] for name in written}, ensure_ascii=False, separators=(",", ":"))
        rows = self.records.setdefault(type(record), [])
        rows.append((record.id, record.case_id, standing, *raw.values()))
        if self.lean:
            return
        self.changes.append(
            (
                *(change_id, record.case_id, NAME_OF[type(record)], record.id),
                *(json.dumps(written, ensure_ascii=False, separators=(",", ":")), "{}", "internt"),
                *(author.casefold(), author, role, "BENCH1", at, new_id(), "Skriv"),
            )
        )


def make(path: Path, raw_key: bytes, count: int, today: date = TODAY, *, lean: bool = False) -> None:
    """Make a replica at `path` with `count` citizens, one case each, as a municipality's would be on the day `today`.

    The same count gives the same citizens in the same order; only the ids differ. `lean`: only what the caseload is reckoned
    from, without the words of the meetings and without the log, which are most of a file.
    """
    replica = Replica.open(path, raw_key, create=True)
    try:
        rng = random.Random(82)
        replica.connection.execute("PRAGMA synchronous = OFF")
        for statement in LET_GO:  # the lines of the caseload are reckoned once, at the end
            replica.connection.execute(statement)
        for start in range(0, count, 2000):
            rows = _Rows(lean)
            for number in range(start, min(count, start + 2000)):
                _citizen(rows, rng, number, count, today)
            with replica.transaction() as db:
                _write(db, rows)
        with replica.transaction() as db:
            for statement in (*KEEP, *RECKON_ALL):
                db.execute(statement)
        replica.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        replica.connection.execute("PRAGMA synchronous = FULL")
    finally:
        replica.close()


def _write(db: Any, rows: _Rows) -> None:
    for kind, values in rows.records.items():
        columns = ", ".join(f'"{name}"' for name in fields_of(kind))
        marks = ",".join("?" * len(values[0]))
        db.executemany(f"INSERT INTO rec_{NAME_OF[kind]} (id, case_id, standing, {columns}) VALUES ({marks})", values)
    db.executemany(
        "INSERT INTO change (id, case_id, kind, record_id, fields, over, audience, author, author_name, role, device, at, step,"
        " step_name) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        sorted(rows.changes, key=lambda change: (change[1], change[0])),
    )
    db.executemany("INSERT INTO search_text (citizen_id, folded, digits, sorting) VALUES (?,?,?,?)", rows.texts)


def _citizen(rows: _Rows, rng: random.Random, number: int, count: int, today: date) -> None:
    """A citizen and their case, the oldest contact first: most have a decision, some are over, some only came in."""
    case_id, citizen_id = new_id(), new_id()
    name = " ".join((*(rng.choice(_FIRST) for _ in range(rng.choice((1, 1, 2)))), rng.choice(_LAST)))
    bestiller, vejleder = rng.choice(BESTILLERE), rng.choice(VEJLEDERE)
    contact = today - timedelta(days=(count - number) * 730 // count)
    born = date(rng.randrange(1940, 2007), rng.randrange(1, 13), rng.randrange(1, 29))
    phone = "" if rng.random() < 0.3 else f"{rng.randrange(20_000_000, 99_999_999)}"
    at = f"{contact.isoformat()}T10:{number % 60:02}:00.000+01:00"
    ended = "kun rådgivning" if rng.random() < 0.1 else ""
    cpr = "" if rng.random() < 0.15 else f"{born.day + 60:02}{born:%m%y}{number % 10_000:04}"
    told = [
        Citizen(id=citizen_id, case_id=case_id, name=name, birth_date=born, phone=phone, address=f"Testvej {number}"),
        Case(
            id=case_id,
            case_id=case_id,
            citizen_id=citizen_id,
            number=f"{contact.year}-BENCH1-{number:05}",
            contact_on=contact,
            source=rng.choice(list(Source)).value,
            bestiller=bestiller,
            vejleder=vejleder,
            ended=ended,
            ended_on=contact if ended else None,
        ),
    ]
    if cpr:
        told.append(
            Identifier(id=new_id(), case_id=case_id, citizen_id=citizen_id, type="erstatning", value=cpr, since=contact)
        )
    if rng.random() < 0.9:
        told += _meeting(rng, case_id, contact + timedelta(days=7), bestiller)
    if rng.random() < 0.02:
        told.append(
            Task(id=new_id(), case_id=case_id, text="Bed jobcentret om status", due=contact, reason="jobcenter")
        )
    for record in told:
        rows.put(record, vejleder, "vejleder", at)
    rows.texts.append((citizen_id, index_text(name), f"{cpr} {phone}".strip(), sort_key(name)))


def _meeting(rng: random.Random, case_id: str, day: date, bestiller: str) -> Iterator[Record]:
    """The first meeting, what was said and agreed, and the answer."""
    start, end = day + timedelta(days=7), last_permitted_day(day + timedelta(days=7))
    answer = rng.choices(("ja", "nej", "udskudt", "direkte § 85", ""), (70, 10, 8, 4, 8))[0]
    until = day + timedelta(days=21) if answer == "udskudt" else None
    yield Meeting(id=new_id(), case_id=case_id, date=day, place="Vores Netværk", started=f"{day.isoformat()}T10:00:00")
    yield Story(id=singleton_id(case_id, "story"), case_id=case_id, want=words(rng, 25), resources=words(rng, 20))
    yield Plan(id=singleton_id(case_id, "plan"), case_id=case_id, purpose=words(rng, 20))
    yield Answer(
        id=singleton_id(case_id, "answer"), case_id=case_id, target_group=answer, reason=words(rng, 60), until=until
    )
    if answer == "ja":
        yield Support(id=new_id(), case_id=case_id, paragraph="82b", offer="Individuel støtte", start=start, end=end)
        for place in range(2):
            yield Goal(id=new_id(), case_id=case_id, position=place, words=words(rng, 10), now_citizen=3, hoped=7)
        for weeks in (5, 13):
            yield FollowUp(id=new_id(), case_id=case_id, date=start + timedelta(weeks=weeks))
        if rng.random() < 0.8:
            yield Bridge(id=new_id(), case_id=case_id, text="Vores Netværk")
    if answer:
        yes = answer == "ja"
        support = [{"paragraph": "82b", "start": start.isoformat(), "end": end.isoformat()}] if yes else []
        told = {"case_id": case_id, "want": words(rng, 300), "support": support}
        content = json.dumps(told, ensure_ascii=False)
        yield Decision(
            id=new_id(),
            case_id=case_id,
            content=content,
            hash="0" * 64,
            seal="0" * 128,
            signer_id=bestiller.casefold(),
            signer_name=bestiller,
            signed_at=f"{day.isoformat()}T11:40:00+01:00",
            target_group=answer,
            start=start if yes else None,
            end=end if yes else None,
        )


def words(rng: random.Random, count: int) -> str:
    """So many made-up words."""
    return " ".join(rng.choices(_WORDS, k=count)).capitalize() + "."
