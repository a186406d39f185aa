# SPDX-License-Identifier: MPL-2.0
"""Three desks, four hands and a real server, played at random: whatever is cut, lost, sent twice, restarted or out of order, in
the end all stand alike, word for word and hand for hand, and nothing that was written is gone.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from app.domain.rights import may_write
from app.domain.roles import Role
from app.models.fields import fields_of
from app.models.kinds import KINDS
from app.sync.session import News
from app.sync.status import State
from tests.sync.cable import Cable
from tests.sync.desks import Desks
from tests.sync.shared import SharedDatabase

SOAK = bool(os.environ.get("RUNDBORD_SOAK"))
TEXTS = (
    "Jeg vil tage bussen.",
    "Jeg vil tage bussen. Det skal være alene.",
    "Jeg vil gerne tage bussen.",
    "Jeg vil tage bussen. Det skal være hver dag.",
    "Noget helt andet.",
    "",
)
FIELDS = (
    ("goal", "words"),
    ("goal", "goal"),
    ("goal", "position"),
    ("goal", "removed"),
    ("plan", "purpose"),
    ("story", "resources"),
    ("support", "start"),
    ("citizen", "name"),
)

desks_index = st.integers(0, 2)


class ThreeReplicas(RuleBasedStateMachine):
    """`shared_database` makes the server's side anew for each history."""

    shared_database: Callable[[ExitStack], SharedDatabase]

    def __init__(self) -> None:
        super().__init__()
        self.over = ExitStack()
        self.shared = type(self).shared_database(self.over)
        self.folder = Path(tempfile.mkdtemp(prefix="rundbord-three-"))
        self.over.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.desks = Desks(self.shared, self.folder)
        self.over.callback(self.desks.close)
        self.cables = [self.over.enter_context(Cable(self.desks.profile)) for _ in range(3)]
        of = self.desks.of
        self.all = [
            of("bodil", "vagn", profile=self.cables[0].profile),
            of("vagn", profile=self.cables[1].profile),
            of("bodil", profile=self.cables[2].profile),
        ]
        self.written: set[str] = set()

    @initialize()
    def first_meeting(self) -> None:
        self.case_id = self.all[0].new_case("Nancy Ann")
        self.all[0].write(self.case_id, "goal", words=TEXTS[0])
        self.all[0].write(self.case_id, "support", offer="Støtte")
        for desk in self.all:
            desk.round()
        self._note()

    @rule(at=desks_index, guest=st.booleans(), field=st.sampled_from(FIELDS), n=st.integers(0, 5), again=st.booleans())
    def write(self, at: int, guest: bool, field: tuple[str, str], n: int, again: bool) -> None:
        desk = self.all[at]
        by = desk.guests[0] if guest and desk.guests else desk.one
        kind, name = field
        if not may_write(Role(by.roles[0]), fields_of(KINDS[kind])[name].pen, kind):
            return
        records = sorted(desk.values(kind))
        value: Any = TEXTS[n]
        if name == "position":
            value = n
        elif name == "removed":
            value = bool(n % 2)
        elif name == "start":
            value = date(2026, 12, 1 + n)
        if kind in ("plan", "story"):
            desk.write(self.case_id, kind, by=by, **{name: value})
        elif again and kind == "goal" and name == "words":
            desk.write(self.case_id, kind, by=by, words=value or "nyt")
        elif records:
            desk.write(self.case_id, kind, records[n % len(records)], by, **{name: value})
        self._note()

    @rule(at=desks_index)
    def share(self, at: int) -> None:
        self._all_right(at)

    @rule(at=desks_index, answers=st.integers(0, 12))
    def share_and_lose_an_answer(self, at: int, answers: int) -> None:
        self.cables[at].answers_left = answers
        self.all[at].again()
        self.cables[at].put_in()

    @rule(at=desks_index, count=st.integers(1, 6000))
    def share_and_cut(self, at: int, count: int) -> None:
        self.cables[at].bytes_left = count
        self.all[at].again()
        self.cables[at].put_in()

    @rule(at=desks_index)
    def cable_out(self, at: int) -> None:
        self.cables[at].pull_out()
        assert self.all[at].again().state is not State.SHARED
        self.cables[at].put_in()

    @rule(at=desks_index, seed=st.integers(0, 99))
    def share_in_another_order_and_twice(self, at: int, seed: int) -> None:
        """What a page brings is laid in the last part first, and some of it again."""
        desk = self.all[at]
        if desk.again().state is not State.SHARED:
            return
        session, rng = desk.session(), random.Random(seed)
        pulling: Callable[..., News] = session.pull

        held: list[News] = []

        def shuffled(after: int, most: int = 2000) -> News:
            if held:
                return held.pop()
            news = pulling(max(0, after - rng.randrange(6)), most)
            cut = rng.randrange(len(news.rows) + 1)
            held.append(News(news.rows[: cut + rng.randrange(4)], news.upto, news.more))
            return News(news.rows[cut:], after, True)

        session.pull = shuffled  # type: ignore[method-assign]
        desk.round()
        del session.pull

    @rule(at=desks_index)
    def restart(self, at: int) -> None:
        self.all[at].restart()

    @rule(at=desks_index, days=st.integers(-400, 400))
    def clock_jumps(self, at: int, days: int) -> None:
        self.all[at].clock += timedelta(days=days)

    @rule(at=desks_index)
    def history(self, at: int) -> None:
        desk = self.all[at]
        desk.engine.want_history(desk.one.person_id, self.case_id)
        desk.again()

    def teardown(self) -> None:
        try:
            if hasattr(self, "case_id"):
                self._all_stand_alike()
        finally:
            self.over.close()

    def _all_right(self, at: int) -> None:
        desk = self.all[at]
        status = desk.again()
        assert status.state in (State.SHARED, State.WAITS), status
        assert (status.state is State.SHARED) == (status.unsent == 0)

    def _note(self) -> None:
        for desk in self.all:
            self.written |= {row[0] for row in desk.rows("SELECT id FROM change WHERE seq IS NULL")}

    def _all_stand_alike(self) -> None:
        for _ in range(3):
            for at in range(3):
                self._all_right(at)
        fresh = self.desks.of("lene")
        fresh.round()
        first = self.all[0].stands()
        for desk in (*self.all[1:], fresh):
            assert desk.stands() == first, desk.one.name
            assert desk.status.unsent == desk.status.set_aside == 0
        have = {str(row[0]) for row in self.shared.owner.execute("SELECT id FROM rundbord_data.change").fetchall()}
        assert self.written <= have


def test_three_desks_end_alike_whatever_happens_between_them(anew: Callable[[ExitStack], SharedDatabase]) -> None:
    machine = type("Machine", (ThreeReplicas,), {"shared_database": staticmethod(anew)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=3000 if SOAK else 10,
            stateful_step_count=60 if SOAK else 30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
