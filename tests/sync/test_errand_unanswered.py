# SPDX-License-Identifier: MPL-2.0
"""A server that lets one in and then says nothing: whoever waits for an errand is let go, and the next errand is not held up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from app.domain.errors import EnvironmentProblem
from app.services import accounts, joining
from app.store import keys
from app.store.membership import keep
from app.sync import lookout
from app.sync.session import Session
from app.sync.status import State
from tests.patience import until
from tests.sync.cable import Cable
from tests.sync.desks import Desks
from tests.sync.joining import OWN, Keys, Town, join_first, typed

pytestmark = pytest.mark.usefixtures("kept")


@pytest.fixture
def silent(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cable]:
    """A line on which nothing is answered once somebody has been let in."""
    opened = Session.__init__
    with Cable(town.profile) as cable:

        def and_then_nothing(session: Session, *said: object) -> None:
            opened(session, *said)  # type: ignore[arg-type]
            cable.hangs = True

        monkeypatch.setattr(Session, "__init__", and_then_nothing)
        monkeypatch.setattr(lookout, "_ERRAND", 0.2)
        monkeypatch.setattr(lookout, "_MOST", 0.2)
        yield cable


def given_up(errand: Callable[[], object]) -> str:
    """What one is told who has waited long enough."""
    told: list[str] = []

    def wait() -> None:
        try:
            errand()
        except EnvironmentProblem as problem:
            told.append(problem.message)

    threading.Thread(target=wait, daemon=True).start()
    until(lambda: told)
    return told[0]


def test_a_first_start_by_joining_is_let_go(town: Town, silent: Cable) -> None:
    folder, bodil = town.place(), town.shared.bodil
    told = given_up(lambda: joining.join_first(folder, silent.profile, typed(bodil), key_store=Keys()))
    assert told == joining.FIRST_TIME
    assert not (folder / keys.REPLICA_FILE).exists()


def test_a_new_password_is_let_go_and_the_old_one_holds_here(town: Town, silent: Cable) -> None:
    bodil = town.shared.bodil
    desk, _ = join_first(town, bodil)
    silent.put_in()
    keep(desk.replica, silent.profile.as_text(), bodil.person_id, bodil.login)
    told = given_up(lambda: joining.change_password(desk, bodil.person_id, bodil.password, OWN))
    assert told == joining.TAKES_NET
    assert accounts.sign_in(desk, bodil.person_id, bodil.password).name == bodil.name


def test_who_asks_for_everybodys_looks_is_let_go(desks: Desks, silent: Cable) -> None:
    desk = desks.of("bodil", profile=silent.profile)
    case_id = desk.new_case("Nancy Ann")
    assert "ingen forbindelse" in given_up(lambda: desk.engine.looks(desk.one.person_id, case_id))


def test_a_round_without_a_thread_is_let_go_and_loses_nothing(desks: Desks, silent: Cable) -> None:
    """`rundbord sync --once`, as a machine runs it each night."""
    desk = desks.of("bodil", profile=silent.profile)
    desk.new_case("Nancy Ann")
    done: list[object] = []
    threading.Thread(target=lambda: done.append(desk.round()), daemon=True).start()
    until(lambda: done)
    assert (desk.status.state, desk.status.unsent > 0) == (State.OFFLINE, True)
