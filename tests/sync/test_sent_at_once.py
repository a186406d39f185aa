# SPDX-License-Identifier: MPL-2.0
"""A key pause while the network thread rests: the words go on the line by the thread that made them durable, and by no other."""

from __future__ import annotations

import builtins
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from app.services import edit
from app.services.desk import Desk
from app.store.unit_of_work import new_step
from app.sync.engine import Engine
from app.sync.session import Session
from app.sync.status import State
from tests.patience import until
from tests.sync.cable import Cable
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SharedDatabase


@contextmanager
def resting(desk: DeskOf, case_id: str) -> Iterator[Engine]:
    """The desk's engine, its thread asleep, with nothing unsent and the line used to edits."""
    with desk.running() as engine:
        desk.until(lambda: desk.status.state is State.SHARED)
        for n in range(2):
            type_in(desk, engine, case_id, f"før {n}")
            all_sent(desk)
        desk.until(lambda: not engine._turns.number and not engine._turns.line.locked())
        yield engine


def type_in(desk: DeskOf, engine: Engine, case_id: str, words: str) -> None:
    """One edit, as after a key pause."""

    def write() -> None:
        with desk.work(case_id) as unit:
            unit.write("plan", plan_of(desk), {"purpose": words})
        engine.written(unit.changes)

    desk.do(write)


def plan_of(desk: DeskOf) -> str:
    return next(iter(desk.values("plan")))


def all_sent(desk: DeskOf) -> None:
    desk.until(lambda: desk.status.state is State.SHARED and not desk.status.unsent and not unsent(desk))


def unsent(desk: DeskOf) -> int:
    return int(desk.do(lambda: desk.rows("SELECT count(*) FROM unsent"))[0][0])


def there(shared: SharedDatabase) -> list[str]:
    """Every purpose the shared database has taken, in its order."""
    sql = "SELECT fields ->> 'purpose' FROM rundbord_data.change WHERE kind = 'plan' ORDER BY seq"
    return [row[0] for row in shared.owner.execute(sql).fetchall()]


@pytest.fixture
def case(desks: Desks) -> tuple[DeskOf, str]:
    """A desk and a case of it with a plan."""
    here = desks.of("bodil")
    case_id = here.new_case("Nancy Ann")
    here.write(case_id, "plan", purpose="")
    return here, case_id


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """For a bell that nobody hears, where no clock wakes the thread either."""
    monkeypatch.setattr("app.sync.turn._SOON", 3600.0)
    return monkeypatch


def hush(engine: Engine, silent: pytest.MonkeyPatch) -> None:
    silent.setattr(engine._bell, "ring", lambda: None)


def unhush(engine: Engine, silent: pytest.MonkeyPatch) -> None:
    silent.delattr(engine._bell, "ring")


def test_an_edit_is_there_though_the_network_thread_sleeps_on(
    case: tuple[DeskOf, str], shared: SharedDatabase, silent: pytest.MonkeyPatch
) -> None:
    here, case_id = case
    with resting(here, case_id) as engine:
        hush(engine, silent)
        type_in(here, engine, case_id, "straks")
        until(lambda: there(shared)[-1] == "straks")
        assert unsent(here) == 1, "the answer is the network thread's to hear"
        unhush(engine, silent)
        engine.poke()
        all_sent(here)
        assert there(shared).count("straks") == 1


def test_a_key_pause_imports_nothing(case: tuple[DeskOf, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """To ask for a module that is there already takes as long as a statement of the replica."""
    here, case_id = case
    with resting(here, case_id) as engine:
        desk, plan, step = Desk(here.replica, announce=engine.written), plan_of(here), new_step("Ret formål")
        asked: list[str] = []
        plainly = builtins.__import__

        def write(words: str) -> None:
            edit.write_text(desk, here.hand(), case_id, "plan", plan, "purpose", words, step, final=False)

        def watched() -> None:
            lane = threading.current_thread()

            def noted(name: str, *about: Any) -> Any:
                if threading.current_thread() is lane:
                    asked.append(name)
                return plainly(name, *about)

            with monkeypatch.context() as now:
                now.setattr(builtins, "__import__", noted)
                write("to")

        here.do(lambda: write("et"))
        all_sent(here)
        here.do(watched)
        all_sent(here)
        assert asked == []


def test_what_is_written_before_the_answer_is_heard_waits_its_turn(
    case: tuple[DeskOf, str], shared: SharedDatabase, silent: pytest.MonkeyPatch
) -> None:
    here, case_id = case
    with resting(here, case_id) as engine:
        hush(engine, silent)
        for words in ("et", "to", "tre"):
            type_in(here, engine, case_id, words)
        until(lambda: there(shared)[-1] == "et")
        unhush(engine, silent)
        type_in(here, engine, case_id, "fire")
        all_sent(here)
        assert there(shared)[-4:] == ["et", "to", "tre", "fire"]


def test_words_that_are_not_durable_go_nowhere(
    case: tuple[DeskOf, str], shared: SharedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, case_id = case
    put: list[str] = []
    putting = Session.put_edit

    def noted(session: Session, change: object, device: str) -> bool:
        durable = here.rows("SELECT count(*) FROM change WHERE id = ?", change.id)  # type: ignore[attr-defined]
        put.append("durable" if durable == [(1,)] and not here.replica.connection.in_transaction else "not yet")
        return putting(session, change, device)  # type: ignore[arg-type]

    with resting(here, case_id) as engine:
        monkeypatch.setattr(Session, "put_edit", noted)

        def fails() -> None:
            with here.work(case_id) as unit:
                unit.write("plan", plan_of(here), {"purpose": "aldrig"})
                raise LookupError("in the middle")

        with pytest.raises(LookupError):
            here.do(fails)
        type_in(here, engine, case_id, "gemt")
        all_sent(here)
    assert put == ["durable"]
    assert "aldrig" not in there(shared)


def test_an_edit_on_a_line_that_is_cut_waits_and_goes_by_the_next(
    desks: Desks, cable: Cable, shared: SharedDatabase
) -> None:
    here = desks.of("bodil", profile=cable.profile)
    case_id = here.new_case("Nancy Ann")
    here.write(case_id, "plan", purpose="")
    with resting(here, case_id) as engine:
        cable.answers_left = 0
        type_in(here, engine, case_id, "tabt svar")
        here.until(lambda: here.status.state is State.OFFLINE)
        cable.pull_out()
        type_in(here, engine, case_id, "uden net")
        assert unsent(here) == 2
        cable.put_in()
        engine.try_now()
        all_sent(here)
    assert there(shared)[-2:] == ["tabt svar", "uden net"]


def test_an_edit_that_takes_more_than_a_look_is_judged(case: tuple[DeskOf, str], shared: SharedDatabase) -> None:
    here, case_id = case
    with resting(here, case_id) as engine:
        held_back = (
            "INSERT INTO rundbord_data.flood (since, n, held_until, person) VALUES (now(), 0, now() + %s, %s)"
            " ON CONFLICT (person) DO UPDATE SET held_until = excluded.held_until"
        )
        shared.owner.execute(held_back, (timedelta(hours=1), here.one.person_id))
        type_in(here, engine, case_id, "for meget")
        here.until(lambda: here.status.unsent == 1 and here.status.state is not State.WORKING)
        assert "for meget" not in there(shared)
        shared.owner.execute(held_back, (None, here.one.person_id))
        engine.try_now()
        all_sent(here)
    assert there(shared)[-1] == "for meget"


def test_a_desk_that_stops_before_the_answer_has_lost_nothing_and_sends_nothing_twice(
    case: tuple[DeskOf, str], shared: SharedDatabase, silent: pytest.MonkeyPatch
) -> None:
    here, case_id = case
    with resting(here, case_id) as engine:
        hush(engine, silent)
        type_in(here, engine, case_id, "sidste")
        unhush(engine, silent)
        assert engine.stop()
    here.reopen()
    assert here.rows("SELECT count(*) FROM unsent") == [(0,)]
    assert there(shared).count("sidste") == 1


def test_whoever_leaves_before_the_answer_has_it_kept(
    case: tuple[DeskOf, str], shared: SharedDatabase, silent: pytest.MonkeyPatch
) -> None:
    here, case_id = case
    with resting(here, case_id) as engine:
        hush(engine, silent)
        type_in(here, engine, case_id, "på vej ud")
        unhush(engine, silent)
        engine.sign_out(here.one.person_id)
        here.until(lambda: unsent(here) == 0)
    assert there(shared).count("på vej ud") == 1
