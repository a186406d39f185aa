# SPDX-License-Identifier: MPL-2.0
"""A server that is there and says nothing, and one that is back while somebody types: it is told, and nobody waits for ever."""

from __future__ import annotations

import threading

import pytest

from app.store import outgoing
from app.sync import engine as engines
from app.sync import lookout, pen
from app.sync.status import State
from tests.patience import LONG
from tests.sync.cable import Cable
from tests.sync.desks import DeskOf, Desks, goals

NEVER = 100_000.0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds in the program is here soon, and nothing comes by the clock."""
    monkeypatch.setattr(lookout, "_EVERY", 0.02)
    monkeypatch.setattr(lookout, "_TOLD", 0.1)
    monkeypatch.setattr(engines, "_LOOK", NEVER)


def is_sent(here: DeskOf) -> bool:
    return not outgoing.pending(here.replica, here.one.person_id)


def written_to_nobody(here: DeskOf, cable: Cable) -> str:
    """A case both have, and a goal that was sent to a server that does not answer."""
    case_id = here.do(lambda: here.new_case("Nancy Ann"))
    here.engine.poke()
    here.until(lambda: here.status.state is State.SHARED and here.do(lambda: is_sent(here)))
    cable.hangs = True
    here.do(lambda: here.write(case_id, "goal", words="Jeg vil tage bussen"))
    here.engine.poke()
    here.until(lambda: here.status.state is State.OFFLINE)
    return case_id


@pytest.mark.usefixtures("impatient")
def test_a_server_that_says_nothing_is_told_of_while_it_is_waited_for(desks: Desks, cable: Cable) -> None:
    here = desks.of("bodil", profile=cable.profile)
    with here.running():
        case_id = written_to_nobody(here, cable)
        assert here.status.unsent == 2
        assert here.status.sentence == lookout.SILENT
        here.do(lambda: here.write(case_id, "goal", words="og gå en tur"))
        here.until(lambda: here.status.unsent == 4)


@pytest.mark.usefixtures("impatient")
def test_a_call_whose_answer_was_swallowed_is_given_up_and_made_again(
    desks: Desks, cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = desks.of("bodil", profile=cable.profile), desks.of("vagn")
    with here.running():
        written_to_nobody(here, cable)
        cable.put_in()  # what was said meanwhile is gone: neither end knows that it should say it again
        monkeypatch.setattr(lookout, "_MOST", 0.2)
        here.until(lambda: here.status.state is State.SHARED and not here.status.unsent)
    there.round()
    assert goals(there) == ["Jeg vil tage bussen"]


@pytest.mark.usefixtures("impatient")
def test_whoever_says_try_now_is_not_held_up_by_a_call_nobody_answers(desks: Desks, cable: Cable) -> None:
    here = desks.of("bodil", profile=cable.profile)
    with here.running() as engine:
        written_to_nobody(here, cable)
        cable.put_in()
        engine.try_now()
        here.until(lambda: here.status.state is State.SHARED and not here.status.unsent)


@pytest.mark.usefixtures("impatient")
def test_an_answer_that_is_slow_and_on_its_way_is_let_come(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first fetch over a poor line takes minutes: as long as anything of it moves, nobody is cut off or told of silence."""
    monkeypatch.setattr(lookout, "_TOLD", 0.8)
    monkeypatch.setattr(lookout, "_MOST", 0.8)
    here, stopping, told = desks.of("bodil"), threading.Event(), list[str]()
    here.round()
    session = here.session()
    watch = lookout.Lookout(lambda: [session], stopping, told.append, lambda: None)
    watch.start()
    try:
        rows = session._all("SELECT repeat('x', 100000), pg_sleep(0.1) FROM generate_series(1, 20)")
        answer = session._answer(b"SELECT repeat('x', 100000), pg_sleep(0.1) FROM generate_series(1, 20)")
    finally:
        stopping.set()
        watch.stop(LONG)
    assert (len(rows), answer.ntuples, told) == (20, 20, [])


def test_a_server_that_is_back_is_found_also_while_somebody_types(
    desks: Desks, cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_LOOK", NEVER)
    monkeypatch.setattr(
        pen, "_FIRST_WAIT", 0.0
    )  # as when the wait ends in the middle of a turn for a word written here
    monkeypatch.setattr(pen, "_LONGEST_WAIT", 0.0)
    here = desks.of("bodil", profile=cable.profile)
    with here.running() as engine:
        here.until(lambda: here.status.state is State.SHARED)
        cable.pull_out()
        here.do(lambda: here.new_case("Nancy Ann"))
        engine.poke()
        here.until(lambda: here.status.state is State.OFFLINE)
        cable.put_in()
        here.until(lambda: here.status.state is State.SHARED and not here.status.unsent)
