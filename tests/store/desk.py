# SPDX-License-Identifier: MPL-2.0
"""What the store's tests share: a replica, hands, a day, and ways to look straight into the file's tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from app.domain.roles import Hand, Role
from app.models.fields import Value, fields_of, to_json
from app.models.kinds import KINDS, Case, Citizen, Identifier, Record
from app.store.accounts import Account, save
from app.store.begun import Begun
from app.store.replica import Replica
from app.store.unit_of_work import Step, UnitOfWork, new_id, new_step

KEY = bytes(range(32))
TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 10, 42, tzinfo=timezone(timedelta(hours=1)))
BODIL = Hand("p-bodil", "Bodil Bestiller", Role.BESTILLER)
VAGN = Hand("p-vagn", "Vagn Vejleder", Role.VEJLEDER)
HANDS = {role: Hand(f"p-{role.value}", role.value.title(), role) for role in Role}


@dataclass(frozen=True)
class Change:
    """A row of the log."""

    id: str
    kind: str
    record_id: str
    fields: Mapping[str, Any]
    over: Mapping[str, list[str]]
    audience: str
    author: str
    role: str
    device: str
    at: str
    step: str
    step_name: str


class Store:
    """A replica and one case on it."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.case_id = new_id()

    @contextmanager
    def work(self, hand: Hand = VAGN, step: Step | str = "Skriv", case_id: str = "") -> Iterator[UnitOfWork]:
        """A unit of work."""
        named = new_step(step) if isinstance(step, str) else step
        with Begun(self.replica, hand, case_id or self.case_id, named, NOW) as unit:
            yield unit

    def sql(self, statement: str, *args: object) -> list[tuple[Any, ...]]:
        """What stands in the tables themselves."""
        return self.replica.connection.execute(statement, args).fetchall()

    def log(self, record_id: str = "") -> list[Change]:
        """The log, oldest first; of one record when asked."""
        rows = self.sql(
            "SELECT id, kind, record_id, fields, over, audience, author, role, device, at, step, step_name FROM change"
            " WHERE ? IN ('', record_id) ORDER BY id",
            record_id,
        )
        return [Change(*row[:3], json.loads(row[3]), json.loads(row[4]), *row[5:]) for row in rows]

    def ask(self, adviser: Hand) -> None:
        """The adviser has an account and is asked on the case, with the citizen's consent."""
        save(self.replica, Account(adviser.person_id, adviser.name, "", "VISO", (adviser.role,), "", "", "", ""))
        self.plant("case", self.case_id)
        consent_id = self.plant("consent", party="VISO", given=True)
        self.plant("advice_request", person_id=adviser.person_id, consent_id=consent_id, question="Hvad virker?")

    def plant(self, kind: str, record_id: str = "", **values: Value) -> str:
        """A row put in past every rule: what the tests of the rules write on."""
        cls = KINDS[kind]
        record_id = record_id or new_id()
        given: dict[str, Any] = dict(values)
        record: Record = cls(id=record_id, case_id=self.case_id, **given)
        infos = fields_of(cls)
        columns = ", ".join(f'"{name}"' for name in infos)
        marks = ",".join("?" * (len(infos) + 3))
        raw = (to_json(getattr(record, name)) for name in infos)
        self.replica.connection.execute(
            f"INSERT INTO rec_{kind} (id, case_id, standing, {columns}) VALUES ({marks})",
            (record_id, self.case_id, "{}", *raw),
        )
        return record_id

    def come_in(self, name: str, *, number: str = "", phone: str = "", **case: Value) -> tuple[str, str]:
        """A citizen with a case of their own; (case id, citizen id)."""
        case_id, citizen_id = new_id(), new_id()
        with self.work(case_id=case_id) as unit:
            unit.create(Citizen(id=citizen_id, case_id=case_id, name=name, phone=phone))
            values: dict[str, Any] = {"contact_on": TODAY} | case
            unit.create(
                Case(id=case_id, case_id=case_id, citizen_id=citizen_id, number=unit.next_case_number(), **values)
            )
            if number:
                unit.create(
                    Identifier(
                        id=new_id(), case_id=case_id, citizen_id=citizen_id, type="cpr", value=number, since=TODAY
                    )
                )
        return case_id, citizen_id


@contextmanager
def fresh(folder: Path, *, root_public: str | None = None) -> Iterator[Store]:
    """A store in a folder of its own, closed afterwards."""
    replica = Replica.open(folder / "replica.db", KEY, root_public, create=True)
    replica.connection.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug on a test
    try:
        yield Store(replica)
    finally:
        replica.close()
