# SPDX-License-Identifier: MPL-2.0
"""Four desks at work, and a shared database that is put back under them again and again, to this copy or that: in the end all
stand alike, and nothing that was written is gone. Played at random; a seed that fails is played again by its number.
"""

from __future__ import annotations

import os
import random
from contextlib import ExitStack

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.models.kinds import KINDS, SINGLETONS, Record, singleton_id
from app.store.unit_of_work import new_id
from app.store.unsent import WAITING, off_the_list
from app.sync import administer
from app.sync.engine import Engine
from app.sync.put_back import BEHIND
from app.sync.status import State
from tests.conftest import LogWatch
from tests.patience import until
from tests.sync.cable import Cable
from tests.sync.copies import Copies
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SharedDatabase

SEEDS = range(40) if os.environ.get("RUNDBORD_SOAK") else range(2)
TEXTS = ("Ud at køre.", "Ud at køre. Alene.", "Gerne ud at køre.", "Hjem igen.", "")


class AtWork:
    """One desk as the program runs it, behind a cable of its own. `written`: the changes it was told are saved."""

    def __init__(self, desk: DeskOf, cable: Cable) -> None:
        self.desk, self.cable = desk, cable
        self.written: dict[str, str] = {}
        self._begin()

    def _begin(self) -> None:
        self._way = ExitStack()
        self.engine: Engine = self._way.enter_context(self.desk.running())

    def end(self) -> None:
        self._way.close()

    def restart(self) -> None:
        """The program is closed and started anew."""
        self.end()
        self.desk.restart()
        self._begin()

    def write(self, case_id: str, kind: str, record_id: str = "", **values: str | int | bool) -> None:
        """As a key pause: durable, then on the line by the lane."""

        def go() -> None:
            with self.desk.work(case_id) as unit:
                if record_id or kind in SINGLETONS:
                    unit.write(kind, record_id or singleton_id(case_id, kind), values)
                else:
                    record: Record = KINDS[kind](id=new_id(), case_id=case_id, **values)
                    unit.create(record)
            self.written.update((change.id, change.fields) for change in unit.changes.logged)
            self.engine.written(unit.changes)

        self.desk.do(go)

    def begin_case(self, name: str) -> None:
        def go() -> None:
            case_id = self.desk.new_case(name)
            for change_id, fields in self.desk.rows("SELECT id, fields FROM change WHERE case_id = ?", case_id):
                self.written[change_id] = fields
            self.engine.poke()

        self.desk.do(go)

    def here(self, kind: str) -> list[tuple[str, str]]:
        """The records of a kind on the desk: (id, case)."""
        found = self.desk.do(lambda: self.desk.rows(f"SELECT id, case_id FROM rec_{kind} ORDER BY id"))
        return [(str(record_id), str(case_id)) for record_id, case_id in found]

    def unsent(self) -> list[tuple[object, ...]]:
        """What waits here: whose it is, and what it lies over."""
        sql = f"SELECT c.author_name, c.kind, c.id, c.fields, c.over FROM {WAITING} ORDER BY c.id"
        return self.desk.do(lambda: self.desk.rows(sql))

    def is_settled(self) -> bool:
        return self.desk.status.state is State.SHARED and not self.desk.status.unsent


def play(rng: random.Random, people: list[AtWork]) -> None:
    """One thing somebody does."""
    one, n = rng.choice(people), rng.randrange(10**6)
    goals, cases = one.here("goal"), one.here("case")
    match rng.randrange(20):
        case 0:
            one.cable.pull_out()
        case 1 | 2:
            one.cable.put_in()
        case 3:
            one.restart()
        case 4 if one is people[0]:
            one.begin_case(f"Borger {n}")
        case 5:
            one.engine.try_now()
        case 6 if cases:
            one.write(rng.choice(cases)[1], "story", think=f"{rng.choice(TEXTS)} {n}")
        case 7 | 8 if cases:
            one.write(rng.choice(cases)[1], "goal", words=f"Mål {n}")
        case 9 if goals:
            goal, case_id = rng.choice(goals)
            one.write(case_id, "goal", goal, position=n)
        case _ if goals:
            goal, case_id = rng.choice(goals[:3])
            one.write(case_id, "goal", goal, words=f"{rng.choice(TEXTS)} {n}")


def everybody_settles(shared: SharedDatabase, people: list[AtWork]) -> None:
    """All lines whole, and nothing left to say at any desk. A database that does not know it was put back is told."""
    for one in people:
        one.cable.put_in()

    def told() -> list[object]:
        return [(one.desk.one.key, one.desk.status, one.unsent()) for one in people]

    def ask() -> None:
        if any(one.desk.status.sentence == BEHIND for one in people):
            with psycopg.connect(shared.owner_dsn, autocommit=True) as owner:
                administer.put_back(owner)
        for one in people:
            if not one.is_settled():
                one.engine.try_now()
        until(lambda: all(one.is_settled() or one.desk.status.state is not State.WORKING for one in people), told=told)

    until(lambda: all(one.is_settled() for one in people), ask, told)


def whole(shared: SharedDatabase, people: list[AtWork], new: DeskOf) -> None:
    """What every desk has is what the database has, and all that was written is in it as it was written."""
    for desk in (one.desk for one in people):
        assert desk.rows("PRAGMA integrity_check") == [("ok",)]
        assert off_the_list(desk.replica.connection) == 0
        assert (desk.status.state, desk.status.unsent, desk.status.set_aside) == (State.SHARED, 0, 0)
        assert desk.stands() == new.stands(), desk.one.key
    rows = shared.owner.execute("SELECT id::text, fields, seq FROM rundbord_data.change").fetchall()
    taken = {change_id: fields for change_id, fields, _ in rows}
    assert len(taken) == len({seq for *_, seq in rows}) == len(rows)
    for one in people:
        for change_id, fields in one.written.items():
            row = shared.owner.execute("SELECT %s::jsonb = %s::jsonb", (fields, Jsonb(taken[change_id])))
            assert row.fetchone() == (True,), change_id


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_it_is_put_back_to_all_desks_end_alike_and_nothing_written_is_gone(
    desks: Desks, shared: SharedDatabase, server: str, log_watch: LogWatch, seed: int
) -> None:
    rng, copies = random.Random(seed), Copies(server, shared)
    with ExitStack() as over:
        over.callback(copies.close)
        people: list[AtWork] = []
        vera = shared.add("Vera Vejleder", ("vejleder",)).key
        for key in ("bodil", "vagn", vera, "bodil"):
            cable = over.enter_context(Cable(desks.profile))
            people.append(AtWork(desks.of(key, profile=cable.profile), cable))
            over.callback(people[-1].end)
        people[0].begin_case("Nancy Ann Berggren")
        everybody_settles(shared, people)
        for one in people:
            until(lambda one=one: one.here("case"), one.engine.try_now)
        copies.take()
        for _ in range(rng.randrange(2, 4)):
            for _ in range(rng.randrange(5, 30)):
                play(rng, people)
            if rng.random() < 0.4:
                copies.take()
            if rng.random() < 0.5:
                everybody_settles(shared, people)
            for _ in range(rng.randrange(0, 8)):
                play(rng, people)
            copies.put_back(rng.choice(copies.taken))
            for _ in range(rng.randrange(0, 8)):
                play(rng, people)
        everybody_settles(shared, people)
        for one in people:
            one.end()
            one.desk.reopen()
        for _ in range(3):
            for one in people:
                one.desk.again()
        new = desks.of("lene")
        for _ in range(2):
            new.again()
        whole(shared, people, new)
    log_watch.stray[:] = [line for line in log_watch.stray if "put back" not in line.getMessage()]
