# SPDX-License-Identifier: MPL-2.0
"""Joining, sharing and closing in the real window, over a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.roles import Role
from app.models.kinds import MUNICIPALITY, Municipality
from app.services import joining
from app.store import passwords
from app.sync import practice_mark
from app.sync.status import State
from tests.sync.joining import OWN, Town, join_first, names_here, new_case, running, typed
from tests.sync.shared import Someone
from tests.views.shell_desk import Desk, Keys


@pytest.fixture(autouse=True)
def _keeps_no_password(monkeypatch: pytest.MonkeyPatch, quick_passwords: None) -> None:
    monkeypatch.setattr(passwords, "remember_password", lambda *_: False)
    monkeypatch.setattr(passwords, "remembered_password", lambda *_: None)


@pytest.fixture
def window(qapp: QApplication, town: Town) -> Iterator[Callable[..., Desk]]:
    started: list[Desk] = []

    def begin(folder: Path, store: Keys | None = None, **about: object) -> Desk:
        started.append(Desk(qapp, folder, **{"practice": False, "key_store": store, **about}).start())
        return started[-1]

    yield begin
    for desk in started:
        desk.close()


def wait(desk: Desk) -> None:
    """Until every errand is done too."""
    desk.until(lambda: desk.program.context is None or desk.context.idle)
    desk.settle()


def fill(desk: Desk, town: Town, one: Someone, *names: str) -> None:
    texts = {
        "address": town.profile.address,
        "login": one.login,
        "password": one.password,
        "pin": "1234",
        "new_password": OWN,
        "new_again": OWN,
    }
    for name in names:
        desk.type(f"shared.{name}", texts[name])
    desk.press("shared.go")
    wait(desk)


def sign_in(desk: Desk, password: str) -> None:
    desk.type("sign_in.password", password)
    desk.press("sign_in.go")


def shares(desk: Desk) -> bool:
    return desk.context.sync_status.state is State.SHARED


def joined_window(town: Town, window: Callable[..., Desk], one: Someone) -> Desk:
    """A new machine of that person's, joined and signed in, and sharing."""
    desk = window(town.place(), Keys())
    desk.press("first.join")
    fill(desk, town, one, "address", "login", "password", "pin")
    desk.until(lambda: desk.program.opened)
    desk.settle()
    sign_in(desk, one.password)
    desk.afterwards()
    desk.until(lambda: shares(desk))
    return desk


def test_a_new_machine_joins_and_shares(town: Town, window: Callable[..., Desk]) -> None:
    bodil, vagn = town.shared.bodil, town.shared.vagn
    desk = joined_window(town, window, bodil)
    came: list[object] = []
    saved: list[object] = []
    desk.context.changed.connect(came.append)
    desk.context.saved.connect(saved.append)
    replica = desk.context.desk
    hand = desk.context.hand
    desk.context.run(lambda: new_case(replica, hand, "Nancy Ann"))
    desk.settle()
    desk.until(lambda: shares(desk) and desk.context.sync_status.unsent == 0)
    assert came
    assert saved
    other, joined = join_first(town, vagn)
    came.clear()
    saved.clear()
    with running(other, town.profile, (vagn.person_id, vagn.login, vagn.password)) as there:
        there.round()
        assert names_here(other) == ["Nancy Ann"]
        new_case(other, joined.hand, "Ole Olsen")
        there.round()
    desk.until(lambda: came)
    assert not saved, "what comes from others is not told as kept here"


def test_a_new_machine_goes_by_the_municipality_as_soon_as_it_has_come(town: Town, window: Callable[..., Desk]) -> None:
    first, joined = join_first(town, town.shared.bodil)
    with first.step(joined.hand, MUNICIPALITY, "Skriv") as work:
        work.create(Municipality(id=MUNICIPALITY, case_id=MUNICIPALITY, name="Odder Kommune", lock_minutes=3))
    bodil = town.shared.bodil
    with running(first, town.profile, (bodil.person_id, bodil.login, bodil.password)) as there:
        there.round()
    desk = joined_window(town, window, town.shared.vagn)
    desk.until(lambda: desk.window.bar._place.accessibleName() == "Odder Kommune")
    assert desk.window._idle.interval() == 3 * 60_000


def test_a_first_password_is_changed_on_the_page(town: Town, window: Callable[..., Desk]) -> None:
    one = town.shared.add("Ny Nysen", ("vejleder",), ready=False)
    desk = window(town.place(), Keys())
    desk.press("first.join")
    assert not desk.seen("shared.new_password")
    fill(desk, town, one, "address", "login", "password", "pin")
    assert "Vælg din egen" in desk.find("shared.new_password").error()
    fill(desk, town, one, "new_password", "new_again")
    desk.until(lambda: desk.program.opened)
    desk.settle()
    sign_in(desk, OWN)
    desk.afterwards()
    desk.until(lambda: desk.context.sync_status.state is State.UNCONFIRMED)
    desk.shortcut("settings")
    assert desk.window._settings.shared.state.text() == "Din leder skal bekræfte dig, før sagerne kan hentes og sendes."


def test_a_guest_sits_down_and_gets_up_again(town: Town, window: Callable[..., Desk]) -> None:
    bodil, vagn = town.shared.bodil, town.shared.vagn
    desk = joined_window(town, window, bodil)
    desk.shortcut("pen.pass")
    desk.press("sign_in.shared")
    fill(desk, town, vagn, "login", "password", "pin")
    assert [hand.name for hand in desk.context.people] == [bodil.name, vagn.name]
    assert desk.context.hand.person_id == vagn.person_id
    network = desk.program._network
    assert network is not None
    desk.until(lambda: set(network._told) == {bodil.person_id, vagn.person_id})
    assert not network._typed, "no password is kept when the engine has it"
    desk.until(lambda: shares(desk))
    desk.context.sign_out()
    assert not network._told.keys() - {bodil.person_id}


def test_a_guest_sits_down_in_the_meeting_that_is_on_the_table(town: Town, window: Callable[..., Desk]) -> None:
    desk = joined_window(town, window, town.shared.bodil)
    replica, hand, made = desk.context.desk, desk.context.hand, []
    desk.context.run(lambda: new_case(replica, hand, "Nancy Ann"), made.append)
    desk.until(lambda: made and shares(desk) and desk.context.sync_status.unsent == 0)
    desk.window.open_case(made[0])
    desk.settle()
    both = town.shared.add("Tora Tohat", ("bestiller", "vejleder"))
    desk.window.give_pen(Role.VEJLEDER)
    desk.settle()
    desk.press("sign_in.shared")
    fill(desk, town, both, "login", "password", "pin")
    assert desk.find("shared.role").text() == Role.VEJLEDER.value, "the one the table lacks is offered"
    desk.press("shared.go")
    desk.settle()
    assert [hand.role for hand in desk.context.people] == [Role.BESTILLER, Role.VEJLEDER]
    assert desk.page() is desk.window.room


def test_a_guest_with_several_roles_is_asked_in_which_they_sit_down(town: Town, window: Callable[..., Desk]) -> None:
    desk = joined_window(town, window, town.shared.vagn)
    both = town.shared.add("Anna Andersen", ("bestiller", "leder"))
    desk.window.wants_seat.emit()
    desk.settle()
    desk.press("sign_in.shared")
    assert not desk.seen("shared.role"), "nobody is asked who has one role"
    fill(desk, town, both, "login", "password", "pin")
    assert desk.seen("shared.role")
    assert not desk.seen("shared.password")
    desk.find("shared.role").set_text(Role.LEDER.value)
    desk.press("shared.go")
    desk.settle()
    assert [(hand.name, hand.role) for hand in desk.context.people][1:] == [("Anna Andersen", Role.LEDER)]


def test_a_guest_who_goes_back_from_the_question_of_the_role_is_let_in_and_does_not_sit(
    town: Town, window: Callable[..., Desk]
) -> None:
    desk = joined_window(town, window, town.shared.vagn)
    both = town.shared.add("Anna Andersen", ("bestiller", "leder"))
    desk.window.wants_seat.emit()
    desk.settle()
    desk.press("sign_in.shared")
    fill(desk, town, both, "login", "password", "pin")
    desk.press("shared.back")
    desk.settle()
    desk.settle()
    assert len(desk.context.people) == 1
    assert desk.find("sign_in.person").text() == both.person_id, "and can sit down as anybody else"
    sign_in(desk, both.password)
    desk.settle()
    assert [hand.role for hand in desk.context.people] == [Role.VEJLEDER, Role.BESTILLER]


def test_the_settings_join_a_desk_that_was_alone(town: Town, window: Callable[..., Desk]) -> None:
    bodil, alone = town.shared.bodil, town.desk()
    town.local(alone, bodil, OWN)
    folder = alone.replica.path.parent
    alone.replica.close()
    from app.store.keys import KeyRing, replica_id_of

    desk = window(folder, Keys(KeyRing(bytes(32), town.root, replica_id_of(folder))))
    sign_in(desk, OWN)
    desk.afterwards()
    assert desk.context.sharing is None
    desk.shortcut("settings")
    desk.press("settings.join")
    fill(desk, town, bodil, "address", "login", "password")
    assert "brugt her på computeren" in desk.find("shared.own_password").error()
    desk.type("shared.own_password", OWN)
    desk.press("shared.go")
    wait(desk)
    desk.until(lambda: desk.context.sharing is not None and shares(desk))
    assert desk.page() is desk.window._settings
    assert desk.window._settings.shared.where.text() == f"Tilsluttet {town.profile.address}."
    assert desk.window._settings.shared.state.text() == "Alt er delt."


def test_a_desk_without_network_says_so_and_closes(town: Town, window: Callable[..., Desk]) -> None:
    bodil = town.shared.bodil
    desk = joined_window(town, window, bodil)
    folder, store = desk.program.folder, desk.program.key_store
    replica = desk.context.desk.replica
    from app.store.membership import keep

    desk.context.run(lambda: keep(replica, town.nowhere().as_text(), bodil.person_id, bodil.login))
    desk.settle()
    desk.close()
    again = window(folder, store)
    sign_in(again, bodil.password)
    again.afterwards()
    again.until(lambda: again.context.sync_status.state is State.OFFLINE)
    again.shortcut("settings")
    assert "Uden forbindelse" in again.window._settings.shared.state.text()
    assert again.seen("settings.try_now")


def test_a_practice_desk_shares_by_itself(town: Town, window: Callable[..., Desk]) -> None:
    """The one whose desk it is sits there already, and no practice team is made beside the people of the practice."""
    practice_mark.mark(town.shared.owner)
    folder = town.place()
    joined = joining.join_first(folder, town.practice_profile(), typed(town.shared.bodil), practice=True)
    desk = window(folder, practice=True)
    assert desk.context.people == (joined.hand,)
    desk.afterwards()
    desk.until(lambda: shares(desk))
    found: list[str] = []
    replica = desk.context.desk
    desk.context.run(lambda: names_here(replica), found.extend)
    desk.settle()
    assert found == []
