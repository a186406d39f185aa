# SPDX-License-Identifier: MPL-2.0
"""The engine on its own thread: woken, told of others, stuck on a line that hangs, and stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest

from app.models.kinds import Goal
from app.store import ahead, incoming, upward
from app.store.unit_of_work import new_id
from app.sync.engine import Engine
from app.sync.status import State
from app.sync.waking import Bell, Throttle
from tests.conftest import ExpectLog
from tests.patience import until
from tests.sync.cable import Cable
from tests.sync.desks import DeskOf, Desks, goals
from tests.sync.shared import SharedDatabase


def test_one_session_listens_for_a_team_and_another_takes_over(desks: Desks) -> None:
    here = desks.of("bodil", "vagn")
    here.round()
    first, second = here.engine._turns.pens.everybody()
    assert len(first.heard) == 2
    assert len(second.heard) == 1
    here.engine.sign_out(first.person_id)
    here.round()
    assert len(second.heard) == 2


def patience_with(engine: Engine) -> list[float]:
    """The seconds its thread is waited for from now on: what is asked for, whatever a busy machine makes of it."""
    asked: list[float] = []
    thread = engine._thread
    join = thread.join

    def noted(seconds: float) -> None:
        asked.append(seconds)
        join(seconds)

    thread.join = noted  # type: ignore[method-assign,assignment]
    return asked


def test_stop_waits_a_second_at_most_when_the_network_hangs(desks: Desks, cable: Cable) -> None:
    here = desks.of("bodil", profile=cable.profile)
    case_id = here.new_case("Nancy Ann")
    with here.running() as engine:
        here.until(lambda: here.status.state is State.SHARED)
        cable.hangs = True
        here.do(lambda: here.write(case_id, "goal", words="på vej"))
        engine.poke()
        here.until(lambda: cable.swallowed and here.status.state is not State.SHARED)  # not before the server has it
        asked = patience_with(engine)
        engine.stop()
        assert sum(asked) <= 1
        here.until(lambda: not engine._thread.is_alive())
    cable.put_in()
    here.reopen()
    assert here.status.unsent == 0 or here.round().unsent == 0


def test_stop_waits_a_second_at_most_when_nobody_answers_the_call(desks: Desks, cable: Cable) -> None:
    here = desks.of("bodil", profile=cable.profile)
    cable.hangs = True
    with here.running() as engine:
        here.until(lambda: cable.calls > 0)
        asked = patience_with(engine)
        engine.stop()
        assert sum(asked) <= 1


def test_what_is_written_at_one_desk_stands_at_the_other_without_anybody_asking(desks: Desks) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    with here.running() as engine, there.running():
        here.until(lambda: here.status.state is State.SHARED)
        there.until(lambda: there.do(lambda: len(there.values("case"))) == 1)
        for n in range(30):
            here.do(lambda n=n: here.write(case_id, "plan", purpose=f"udgave {n}"))
            engine.poke()
        there.until(lambda: [r["purpose"] for r in there.do(lambda: there.values("plan")).values()] == ["udgave 29"])


def line_of(engine: Engine, desk: DeskOf) -> int | None:
    """The server's number of the session its thread has open, if any."""
    courier = engine._turns.pens[desk.one.person_id].courier
    return courier.session._own if courier is not None else None


def purposes(desk: DeskOf) -> list[object]:
    """What stands as the purpose, on a desk whose engine runs."""
    return [plan["purpose"] for plan in desk.do(lambda: desk.values("plan")).values()]


def test_a_line_the_server_ends_while_the_desk_sleeps_is_taken_up_again(desks: Desks, shared: SharedDatabase) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    with here.running() as engine, there.running():
        there.until(lambda: there.do(lambda: len(there.values("case"))) == 1)
        for n in range(3):
            here.until(lambda: here.status.state is State.SHARED)
            before = line_of(engine, here)
            assert before is not None
            shared.owner.execute("SELECT pg_terminate_backend(%s, 60000)", (before,))
            here.until(lambda before=before: line_of(engine, here) not in (None, before))
            here.do(lambda n=n: here.write(case_id, "plan", purpose=f"udgave {n}"))
            engine.poke()
            there.until(lambda n=n: purposes(there) == [f"udgave {n}"])


def test_a_thread_that_fails_where_nobody_thought_of_it_is_told_of_and_goes_on(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    here = desks.of("bodil")
    case_id = here.new_case("Nancy Ann")
    fall = True

    def sleep(self: Bell, *about: object) -> object:
        if fall:
            raise RuntimeError("nobody thought of it")
        return sleeping(self, *about)  # type: ignore[arg-type]

    sleeping = Bell.sleep
    monkeypatch.setattr(Bell, "sleep", sleep)
    with expect_log("app.sync.engine", "ERROR", "a round failed"), here.running() as engine:
        here.until(lambda: here.status.state is State.STUCK)
        fall = False
        here.do(lambda: here.write(case_id, "plan", purpose="til sidst"))
        engine.try_now()
        here.until(lambda: here.status.state is State.SHARED)


@pytest.mark.parametrize("gap", [0.0, 0.05])
def test_words_handed_over_with_the_bell_and_words_that_are_not_all_go_up_once(desks: Desks, gap: float) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")

    def write(engine: Engine, n: int) -> None:
        with here.work(case_id) as unit:
            for m in range(25 if n == 7 else 1):  # more at a time than are handed over
                unit.create(Goal(id=new_id(), case_id=case_id, words=f"mål {n} {m}"))
        if n % 3 != 2:
            engine.written(unit.changes)

    with here.running() as engine:
        here.until(lambda: here.status.state is State.SHARED)
        for n in range(12):
            here.do(partial(write, engine, n))
            if n % 3 == 2:
                engine.poke()
            time.sleep(gap)
        here.until(lambda: here.status.state is State.SHARED and here.do(lambda: not ahead.waiting_for(here.replica)))
    there.round()
    assert goals(there) == sorted(f"mål {n} {m}" for n in range(12) for m in range(25 if n == 7 else 1))


def test_forged_notices_are_heard_less_often_and_a_word_written_here_is_not_delayed(
    desks: Desks, shared: SharedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Throttle, "A_SECOND", 1 / 3600)  # what waited for it would wait for ever
    monkeypatch.setattr("app.sync.engine._LOOK", 3600.0)
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    forger = shared.connect("sofie")
    with here.running() as engine:
        here.until(lambda: here.status.state is State.SHARED)
        names = [row[0] for row in shared.owner.execute("SELECT name FROM rundbord_data.channel").fetchall()]
        pulls = here.count_pulls()

        def forge() -> None:
            for name in names:
                forger.execute(f'NOTIFY "{name}"')

        until(lambda: pulls() >= Throttle.BURST - 1, forge)
        for _ in range(50):
            forge()
        assert pulls() <= Throttle.BURST
        here.do(lambda: here.write(case_id, "goal", words="straks"))
        engine.poke()
        here.until(lambda: here.status.state is State.SHARED and here.status.unsent == 0)
    here.reopen()
    there.round()
    assert goals(there) == ["straks"]


def test_a_notice_that_comes_during_an_errand_is_heard_after_it(desks: Desks, shared: SharedDatabase) -> None:
    here = desks.of("bodil")
    here.round()
    session = here.session()
    shared.owner.execute(f"SELECT pg_notify('{here.engine._turns.pens[here.one.person_id].heard[0]}', '')")
    session.upto()  # the notice comes with this answer
    assert session.noticed()
    assert not session.noticed()


def test_a_history_is_fetched_when_somebody_opens_it(desks: Desks) -> None:
    there = desks.of("vagn")
    case_id = there.new_case("Nancy Ann")
    goal = there.write(case_id, "goal", words="ét")
    there.write(case_id, "goal", goal, words="to")
    there.round()
    here = desks.of("bodil")
    here.round()
    assert not incoming.has_history(here.replica, case_id)
    here.engine.want_history(here.one.person_id, case_id)
    here.told.clear()
    here.round()
    assert incoming.has_history(here.replica, case_id)
    assert any(("case", case_id, "history") in told.keys for told in here.told)
    assert here.rows("SELECT count(*) FROM change") == there.rows("SELECT count(*) FROM change")


def test_two_who_have_a_case_open_see_each_other_and_see_them_leave(desks: Desks) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.round()
    there.round()
    seen: list[tuple[str, ...]] = []
    here.engine.presence.tell = lambda case, others: seen.append((case, *(f"{o.name}/{o.field}" for o in others)))
    here.engine.open_case(here.one.person_id, case_id, "goal.words")
    there.engine.open_case(there.one.person_id, case_id, "plan.purpose")
    here.round()
    there.round()
    here.engine._turns.take(whole=False, news=frozenset({here.one.person_id}))
    assert seen == [(case_id, "Vagn Vejleder/plan.purpose")]
    there.engine.open_case(there.one.person_id, None)
    there.round()
    here.engine._turns.take(whole=False, news=frozenset({here.one.person_id}))
    assert seen[-1] == (case_id,)


def watched(desks: Desks) -> tuple[DeskOf, DeskOf, Callable[[], list[str]]]:
    """Two with one case open, and whom the first sees there now."""
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.round()
    there.round()
    seen: list[str] = []
    here.engine.presence.tell = lambda _, others: seen.__setitem__(slice(None), [o.name for o in others])
    for desk in (here, there):
        desk.engine.open_case(desk.one.person_id, case_id, "goal.words")
        desk.round()

    def look() -> list[str]:
        here.engine._turns.take(whole=False, news=frozenset({here.one.person_id}))
        return seen

    assert look() == ["Vagn Vejleder"]
    return here, there, look


def test_a_desk_that_is_closed_with_a_case_open_is_seen_to_have_gone(desks: Desks) -> None:
    _, there, look = watched(desks)
    there.engine.stop()
    assert look() == []


def test_who_leaves_the_desk_is_seen_to_have_gone(desks: Desks) -> None:
    _, there, look = watched(desks)
    there.engine.sign_out(there.one.person_id)
    there.round()
    assert look() == []


def test_a_desk_that_dies_with_a_case_open_is_seen_to_have_gone_and_one_that_comes_again_is_there(
    desks: Desks, shared: SharedDatabase
) -> None:
    here, there, look = watched(desks)
    shared.owner.execute("SELECT pg_terminate_backend(%s, 60000)", (there.session()._own,))
    assert look() == []
    there.again()
    assert there.again().state is State.SHARED
    assert look() == ["Vagn Vejleder"]
    again = here.engine.presence.again()
    assert again is not None  # nobody calls when a desk dies: it is asked for, as long as somebody is seen
    assert again <= time.monotonic() + 5


def test_a_line_of_the_access_log_the_server_does_not_take_is_kept_and_tried_again(
    desks: Desks, shared: SharedDatabase
) -> None:
    here = desks.of("bodil")
    here.round()
    with here.replica.transaction() as db:
        db.executemany(
            "INSERT INTO access_log (at, person_id, role, case_id, action, about) VALUES (?, ?, 'bestiller', '', ?, '')",
            [(f"2026-11-26T10:0{n}:00", here.one.person_id, action) for n, action in enumerate(("a", "b" * 80, "c"))],
        )
    here.round()

    def there_now() -> set[str]:
        rows = shared.owner.execute("SELECT action FROM rundbord_data.access WHERE desk_n IS NOT NULL").fetchall()
        return {str(row[0]) for row in rows}

    assert {"a", "c"} <= there_now()
    left = upward.access_left(here.replica, here.one.person_id)
    assert [e.action for e in left] == ["b" * 80]
    with here.replica.transaction() as db:
        db.execute("UPDATE access_log SET action = 'b' WHERE n = ?", (left[0].n,))
    here.round()
    assert {"a", "b", "c"} <= there_now()
    assert upward.access_left(here.replica, here.one.person_id) == ()
