# SPDX-License-Identifier: MPL-2.0
"""A small shared database in memory, and desks with real replicas around it: what the tests of sharing are played with.

The server keeps the rule of design § 4 and nothing else: a change is taken once it has taken or refused all it lies over, `over`
is read through refused ones, and what stands is every change no other was written over. A text that begins with "!" is refused.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app.domain.roles import Hand, Role
from app.models.fields import fields_of
from app.models.kinds import KINDS, Case, Citizen, Goal, Support
from app.store import ahead, incoming, outgoing
from app.store.begun import Begun
from app.store.outgoing import Verdict
from app.store.replica import Replica
from app.store.rows import Present, Pulled
from app.store.unit_of_work import Step, UnitOfWork, new_id, new_step
from tests.store.desk import KEY, NOW, TODAY

PEN = {("goal", "goal"): Role.VEJLEDER, ("goal", "removed"): Role.VEJLEDER, ("support", "start"): Role.BESTILLER}
PEN |= {("support", "end"): Role.BESTILLER}
PEN |= {("goal", "done_when"): Role.VEJLEDER, ("plan", "purpose"): Role.BESTILLER}


@dataclass
class Server:
    """The log, what stands, and what was refused."""

    seq: int = 0
    log: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)
    stand: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    doors: list[Pulled] = field(default_factory=list)
    closed: set[tuple[str, str]] = field(default_factory=set)

    def push(self, person: str, text: str) -> dict[str, Verdict]:
        """Take what can be taken, each once; one that is refused holds up nothing but what lies over it unseen."""
        return {change["id"]: self._take(person, change) for change in json.loads(text)}

    def _take(self, person: str, change: dict[str, Any]) -> Verdict:
        if change["id"] in self.log:
            return Verdict("accepted", self.log[change["id"]]["seq"])
        if change["id"] in self.refused:
            return Verdict("refused", None, "pen")
        assert change["author"] == person
        below = {i for ids in change["over"].values() for i in ids}
        if any(i not in self.log and i not in self.refused for i in below):
            return Verdict("wait")
        if any(isinstance(v, str) and v.startswith("!") for v in change["fields"].values()):
            self.refused[change["id"]] = change
            return Verdict("refused", None, "pen")
        self.seq += 1
        over = {name: sorted(self.through(ids, name)) for name, ids in change["over"].items()}
        self.log[change["id"]] = {**change, "over": over, "seq": self.seq}
        for name in change["fields"]:
            key = (change["record"], name)
            self.stand[key] -= set(over.get(name, ()))
            self.stand[key].add(change["id"])
        return Verdict("accepted", self.seq)

    def through(self, ids: Iterable[str], name: str) -> set[str]:
        """What is lain over, read through what was refused."""
        found: set[str] = set()
        todo = list(ids)
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += self.refused.get(one, {"over": {}})["over"].get(name, ())
        return found

    def door(self, what: str, case_id: str) -> None:
        """A case opens, closes or is erased for everybody."""
        self.seq += 1
        self.doors.append(Pulled(self.seq, what, case_id))

    def pull(self, after: int, most: int = 10_000) -> tuple[list[Pulled], int]:
        """What is numbered above, in order, and how far that is."""
        rows = [self._row(c) for c in self.log.values() if c["seq"] > after]
        rows += [d for d in self.doors if d.seq > after]
        rows.sort(key=lambda r: r.seq)
        return rows[:most], rows[:most][-1].seq if len(rows) > most else self.seq

    def present(self, case_id: str | None = None) -> tuple[list[Present], int]:
        """What stands, of one case or all."""
        rows = []
        for change in self.log.values():
            on = {n: v for n, v in change["fields"].items() if change["id"] in self.stand[change["record"], n]}
            if on and case_id in (None, change["case"]):
                bases = {n: b for n, b in (change["bases"] or {}).items() if n in on}
                who = (change["author"], change["author"].upper(), change["role"], change["at"], change["seq"])
                where = (change["case"], change["kind"], change["record"], change["id"])
                rows.append(Present(*where, on, bases or None, *who))
        return rows, self.seq

    def history(self, case_id: str) -> list[Pulled]:
        """The whole log of a case."""
        return [self._row(c) for c in self.log.values() if c["case"] == case_id]

    def _row(self, c: Mapping[str, Any]) -> Pulled:
        return Pulled(
            c["seq"],
            "change",
            c["case"],
            c["id"],
            c["kind"],
            c["record"],
            c["fields"],
            c["over"],
            c["bases"],
            c["audience"],
            c["author"],
            c["author"].upper(),
            c["role"],
            "far",
            c["at"],
            c["step"],
            c["step_name"],
            c["undoes"],
        )


class ModelDesk:
    """A desk with a replica of its own, shared by one person or two."""

    def __init__(self, server: Server, blank: Path, path: Path, people: tuple[str, ...]) -> None:
        self.server, self.blank, self.path, self.people = server, blank, path, people
        self.begun_again = False
        self.is_old = False
        self.steps: dict[tuple[str, str, str], Step] = {}
        shutil.copy2(blank, path)
        self.open()

    def open(self) -> None:
        """Start the program."""
        self.replica = Replica.open(self.path, KEY)
        self.replica.connection.execute("PRAGMA synchronous = OFF")
        self.steps.clear()

    def close(self) -> None:
        """End it."""
        self.replica.close()

    @contextmanager
    def work(self, person: str, role: Role, case_id: str, step: Step | None = None) -> Iterator[UnitOfWork]:
        """A unit of work by one of the desk's people."""
        hand = Hand(person, person.upper(), role)
        with Begun(self.replica, hand, case_id, step or new_step("Skriv"), NOW) as unit:
            yield unit

    def type(
        self,
        person: str,
        case_id: str,
        kind: str,
        record: str,
        name: str,
        value: Any,
        *,
        anew: bool,
        seen: Sequence[str] | None = None,
    ) -> bool:
        """Type in a field, as a save in the step begun there, or in a step begun anew. Nothing happens where it is not here.
        `seen`: what the person had on the screen, where that is not what stands."""
        if self.value(kind, record, name) is MISSING:
            return False
        key = (person, record, name)
        if anew or key not in self.steps:
            self.steps[key] = new_step("Ret")
        role = PEN.get((kind, name), Role.VEJLEDER)
        with self.work(person, role, case_id, self.steps[key]) as unit:
            if name == "removed" and value:
                unit.remove(kind, record)
            else:
                unit.write(kind, record, {name: value}, seen)
        return True

    def on_screen(self) -> dict[tuple[str, str], list[str]]:
        """What stands on each field here: what somebody who looks now has before them for as long as they do not look again."""
        return {(r, n): list(ids) for r, fields in self.whole().items() for n, (_, ids) in fields.items()}

    def here(self, record: str) -> set[str]:
        """The changes to a record that are known here."""
        logged = self.replica.connection.execute("SELECT id FROM change WHERE record_id = ?", (record,)).fetchall()
        return {row[0] for row in logged} | {i for _, ids in self.whole().get(record, {}).values() for i in ids}

    def push(self, person: str, *, heard: bool = True, most: int = 2000) -> None:
        """Send what is unsent; the answer may be lost."""
        sent = outgoing.pending(self.replica, person, most)
        verdicts = self.server.push(person, outgoing.packed(sent))
        if heard:
            outgoing.take_verdicts(self.replica, person, sent, verdicts)
            self.fetch(person)

    def pull(self, person: str, most: int = 10_000, *, again: bool = False) -> None:
        """Read on; `again`: also what has been read before, in whatever order."""
        at = incoming.cursor(self.replica, person)
        if at is None:
            rows, upto = self.server.present()
            with self.version():
                incoming.apply_first(self.replica, person, rows, upto, upto, None)
            return
        pulled, upto = self.server.pull(0 if again else at, most)
        with self.version():
            incoming.apply_pulled(self.replica, person, list(reversed(pulled)), upto)
        self.fetch(person)

    def written_here(self, record: str) -> set[str]:
        """Those of them that were written at this very desk: never news to whoever sits there."""
        sql = "SELECT id FROM change WHERE record_id = ? AND device = ?"
        return {row[0] for row in self.replica.connection.execute(sql, (record, self.replica.device)).fetchall()}

    def written_over(self, changes: Iterable[str], name: str) -> set[str]:
        """What these changes were written over on a field."""
        rows = [
            self.replica.connection.execute("SELECT over FROM change WHERE id = ?", (i,)).fetchone() for i in changes
        ]
        return {i for row in rows if row is not None for i in json.loads(row[0]).get(name, ())}

    def through(self, changes: Iterable[str], name: str) -> set[str]:
        """These, and what lay under those of them that were refused."""
        found: set[str] = set()
        todo = list(changes)
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                sql = "SELECT over FROM change WHERE id = ? AND refused IS NOT NULL"
                row = self.replica.connection.execute(sql, (one,)).fetchone()
                todo += json.loads(row[0]).get(name, ()) if row else ()
        return found

    def pull_late(self, person: str) -> None:
        """Read on, the last part before the first."""
        at = incoming.cursor(self.replica, person)
        if at is not None:
            pulled, upto = self.server.pull(at)
            cut = len(pulled) // 2
            with self.version():
                for part in (pulled[cut:], pulled[:cut]):
                    incoming.apply_pulled(self.replica, person, part, upto)
            self.fetch(person)

    def fetch(self, person: str) -> None:
        """Fetch the cases that are to be."""
        for case_id in incoming.to_fetch(self.replica, person):
            self.refetch(person, case_id)

    def refetch(self, person: str, case_id: str) -> None:
        """Fetch a case anew."""
        rows, upto = self.server.present(case_id)
        with self.version():
            incoming.rebuild(self.replica, person, case_id, rows, upto)

    def upgrade(self) -> None:
        """The program is new, and reads what was parked."""
        self.is_old = False
        incoming.replay_parked(self.replica)

    def begin_again(self) -> None:
        """A new machine, with nothing on it."""
        self.begun_again = True
        self.close()
        for old in self.path.parent.glob(f"{self.path.name}*"):
            old.unlink()
        shutil.copy2(self.blank, self.path)
        self.open()
        self.pull(self.people[0])

    @contextmanager
    def version(self) -> Iterator[None]:
        """An older program does not know `done_when` on a goal."""
        if not self.is_old:
            yield
            return

        def older(kind: type) -> dict[str, Any]:
            return {n: i for n, i in fields_of(kind).items() if n != "done_when"}

        with patch("app.store.rows.fields_of", older), patch("app.store.present.fields_of", older):
            yield

    def value(self, kind: str, record: str, name: str) -> Any:
        """What a field's column holds here."""
        row = self.replica.connection.execute(f'SELECT "{name}" FROM rec_{kind} WHERE id = ?', (record,)).fetchone()
        return MISSING if row is None else row[0]

    def unsent(self) -> int:
        """How much waits to be sent."""
        return sum(ahead.waiting_for(self.replica).values())

    def whole(self) -> dict[str, Any]:
        """Everything this desk holds: values, and what stands on each of them."""
        found: dict[str, Any] = {}
        for kind in KINDS:
            names = list(fields_of(KINDS[kind]))
            columns = ", ".join(f'"{n}"' for n in names)
            for row in self.replica.connection.execute(f"SELECT id, standing, {columns} FROM rec_{kind}"):
                on = Standing_(row[1])
                found[row[0]] = {n: (v, tuple(on.ids(n))) for n, v in zip(names, row[2:], strict=True)}
        return found


class _Missing:
    pass


MISSING = _Missing()


def Standing_(text: str) -> Any:
    from app.store.standing import Standing

    return Standing(text)


def off_the_list(replica: Replica) -> list[tuple[str, str]]:
    """What is unsent and not on the list of it, or on it and not unsent; numbers of what is not in the log."""
    unsent = (
        "SELECT author, id, case_id FROM change c WHERE seq IS NULL AND refused IS NULL"
        " AND id NOT IN (SELECT id FROM taken)"
    )
    listed = "SELECT author, id, case_id FROM unsent"
    sql = (
        f"SELECT * FROM ({unsent} EXCEPT {listed}) UNION ALL SELECT * FROM ({listed} EXCEPT {unsent})"
        " UNION ALL SELECT '', id, '' FROM taken WHERE id NOT IN (SELECT id FROM change)"
    )
    return [(str(row[0]), str(row[1])) for row in replica.connection.execute(sql).fetchall()]


def blank_replica(folder: Path) -> Path:
    """A replica with nothing on it that has joined, to copy for each desk."""
    path = folder / "blank.db"
    if not path.exists():
        replica = Replica.open(path, KEY, create=True)
        outgoing.join(replica)
        replica.close()
    return path


def start_case(desk: ModelDesk, person: str) -> tuple[str, str, str, str]:
    """A case with a citizen, a goal and a support, written on one desk: (case, citizen, goal, support)."""
    case_id, citizen_id, goal_id, support_id = new_id(), new_id(), new_id(), new_id()
    with desk.work(person, Role.BESTILLER, case_id) as unit:
        unit.create(Citizen(id=citizen_id, case_id=case_id, name="Nancy Ann"))
        unit.create(Case(id=case_id, case_id=case_id, citizen_id=citizen_id, number=new_id(), contact_on=TODAY))
        unit.create(Support(id=support_id, case_id=case_id, offer="Mentor"))
    with desk.work(person, Role.VEJLEDER, case_id) as unit:
        unit.create(Goal(id=goal_id, case_id=case_id, words="Tage bussen"))
        unit.write("goal", goal_id, {"goal": "Vil køre med bus. Vil handle selv. Vil ringe til sin søster."})
    return case_id, citizen_id, goal_id, support_id
