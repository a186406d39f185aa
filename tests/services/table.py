# SPDX-License-Identifier: MPL-2.0
"""A table to test at: a real replica in a folder of its own, a bestiller the municipality vouches for, and a vejleder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile
from app.models.kinds import singleton_id
from app.services import cases, edit, lists
from app.services.desk import Desk
from app.store import queries
from app.store.accounts import Account, save
from app.store.recovery import RecoveryCode, read_code
from app.store.replica import Replica
from app.store.seal import KdfCost, OpenKey, hash_pin, new_account_key, root_from_recovery, vouch
from app.store.unit_of_work import new_step

CHEAP = KdfCost(memory_kib=8, passes=1)
PASSWORD = "øvelse"
PIN = "1234"
CODE = "008J4-CT4AN-K7F24-SNAXW-SQFEZ-W0J6H-80J"
TODAY = date(2026, 11, 26)

BODIL = Hand("bodil", "Bodil Bestiller", Role.BESTILLER)
VAGN = Hand("vagn", "Vagn Vejleder", Role.VEJLEDER)


@dataclass
class Table:
    """A desk with a case on it, and short ways to do what a person does."""

    desk: Desk
    case_id: str
    citizen_id: str

    @property
    def file(self) -> CaseFile:
        """The case as it stands now."""
        return queries.case_file(self.desk.replica, self.case_id)

    def type(self, hand: Hand, kind: str, record_id: str, name: str, text: str, *, final: bool = True) -> edit.Written:
        """What is typed in one field."""
        step = new_step("skriv")
        return edit.write_text(self.desk, hand, self.case_id, kind, record_id, name, text, step, final=final)

    def single(self, hand: Hand, kind: str, name: str, text: str) -> edit.Written:
        """What is typed in a field of a record there is one of."""
        return self.type(hand, kind, singleton_id(self.case_id, kind), name, text)

    def add(self, hand: Hand, kind: str, parent_id: str = "", **typed: str) -> str:
        """A new row, typed in field by field."""
        record_id = lists.add(self.desk, hand, self.case_id, kind, None, parent_id)
        for name, text in typed.items():
            self.type(hand, kind, record_id, name, text)
        return record_id

    def answer(self, target_group: str, reason: str = "Fordi", facts: str = "Eget udsagn", until: str = "") -> None:
        """The bestiller's answer, with one next step."""
        self.single(BODIL, "answer", "target_group", target_group)
        self.single(BODIL, "answer", "reason", reason)
        self.single(BODIL, "answer", "facts", facts)
        if until:
            self.single(BODIL, "answer", "until", until)
        self.add(VAGN, "next_step", who="Vagn Vejleder", what="Ringer", by="30-11-2026")

    def yes(self) -> str:
        """Everything a yes with § 82 b asks for; the support's id."""
        self.single(BODIL, "plan", "purpose", "Kommer rundt på egen hånd")
        self.add(VAGN, "goal", goal="Kan køre med bus 318")
        self.add(VAGN, "bridge", text="Cykelværkstedet")
        self.answer("ja")
        return self.add(BODIL, "support", paragraph="82b", offer="Støtte", start="30-11-2026", end="29-05-2027")

    def sql(self, statement: str, *args: object) -> None:
        """What somebody with the file and its key could do to it, past every rule of the program."""
        with self.desk.replica.transaction() as db:
            assert db.execute(statement, args).rowcount == 1

    def refusals(self) -> list[tuple[str, str, str]]:
        """(person, role, about) of everything refused on the case, oldest first."""
        lines = queries.access_lines(self.desk.replica, self.case_id)
        return [(line.person_id, line.role, line.about) for line in reversed(lines) if line.action == "afvist"]


def root() -> OpenKey:
    """The municipality's root key."""
    code: RecoveryCode = read_code(CODE)
    return root_from_recovery(code)


def seat(replica: Replica, hand: Hand, password: str = PASSWORD, *, vouched_for: bool = True) -> Account:
    """Give a person an account; the municipality vouches for it, or not."""
    locked = new_account_key(password, CHEAP)
    roles = (hand.role,)
    voucher = vouch(root(), hand.person_id, hand.name, [r.value for r in roles], locked.public_key)
    made = Account(
        person_id=hand.person_id,
        name=hand.name,
        phone="",
        discipline="",
        roles=roles,
        locked_key=locked.to_json(),
        public_key=locked.public_key,
        voucher=voucher if vouched_for else "",
        pin=hash_pin(PIN, CHEAP),
    )
    save(replica, made)
    return made


def set_table(folder: Path, now: datetime | None = None) -> Table:
    """A fresh replica with both of them at the table and Magnus come in."""
    replica = Replica.open(folder / "replica.db", bytes(32), root().public_key, create=True)
    replica.connection.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug on a test
    seat(replica, BODIL)
    seat(replica, VAGN, "vagns kode")
    at = now or datetime(TODAY.year, TODAY.month, TODAY.day, 10, 41, tzinfo=UTC)
    desk = Desk(replica, clock=lambda: at)
    opened = cases.new_citizen(
        desk, VAGN, "Magnus Lauridsen", "jobcenter", bestiller="Bodil Bestiller", vejleder="Vagn Vejleder"
    )
    cases.begin_meeting(desk, VAGN, opened.case_id, "Vores Netværk")
    return Table(desk, opened.case_id, opened.citizen_id)


def lay_script(folder: Path, script: Mapping[str, Any]) -> Table:
    """A table with a whole meeting on it, as a script tells of it, but for the signature."""
    day = date.fromisoformat(script["today"])
    table = set_table(folder, datetime(day.year, day.month, day.day, 10, 41, tzinfo=UTC))
    for name in ("name", "phone", "address", "guardian"):
        table.type(VAGN, "citizen", table.citizen_id, name, script["citizen"].get(name) or "")
    table.type(VAGN, "citizen", table.citizen_id, "protected", "ja" if script["citizen"]["protected"] else "nej")
    for name in ("think", "want"):
        table.single(VAGN, "story", name, script["wishes"].get(name) or "")
    table.single(VAGN, "story", "resources", script.get("resources") or "")
    meeting = table.file.meeting
    assert meeting is not None
    for one in script["meeting"]["participants"]:
        table.add(VAGN, "participant", meeting.id, **one)
    for one in script.get("network", ()):
        table.add(VAGN, "network_person", **{**one, "print": "ja" if one["print"] else "nej"})
    table.single(BODIL, "plan", "purpose", script["purpose"]["text"])
    for goal in script["goals"]:
        _lay_goal(table, goal)
    for one in script["support"]:
        table.add(BODIL, "support", **{name: text for name, text in one.items() if text})
    for text in script["bridge"]:
        table.add(VAGN, "bridge", text=text)
    for step in script["next_steps"]:
        table.add(VAGN, "next_step", **step)
    for meets in script["follow_ups"]:
        table.add(VAGN, "follow_up", date=meets)
    for name in ("target_group", "reason", "considerations", "facts", "until"):
        table.single(BODIL, "answer", name, script["answer"].get(name) or "")
    if script.get("question"):
        asked = table.add(VAGN, "question", text=script["question"]["text"])
        table.type(BODIL, "question", asked, "answer", script["question"]["answer"] or "")
    table.single(BODIL, "notes", "bestiller", script["notes"]["bestiller"])
    table.single(VAGN, "notes", "vejleder", script["notes"]["vejleder"])
    return table


def _lay_goal(table: Table, goal: Mapping[str, Any]) -> None:
    typed = {name: goal[name] for name in ("words", "goal", "theme", "type", "done_when")}
    scales = {"now_citizen": goal["now"]["citizen"], "hoped": goal["hoped"]}
    goal_id = table.add(VAGN, "goal", **typed, **{name: str(value) for name, value in scales.items()})
    for text in goal["milestones"]:
        table.add(VAGN, "milestone", goal_id, text=text)
    for action in goal["actions"]:
        table.add(VAGN, "action", goal_id, **action)
