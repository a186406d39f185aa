# SPDX-License-Identifier: MPL-2.0
"""Joining in the real window while the server says nothing: one may go back, or close, and the window lives all the while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QTimer

from app.services import accounts, joining
from app.store import keys
from app.store import membership as kept
from app.sync import lookout
from app.sync.session import Session
from tests.patience import LONG
from tests.sync.cable import Cable
from tests.sync.joining import OWN, Keys, Town
from tests.sync.shared import Someone
from tests.sync.test_join_window import _keeps_no_password, joined_window, sign_in, window  # noqa: F401
from tests.views.shell_desk import Desk


@pytest.fixture
def cable(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cable]:
    """The line to the server; nobody gives up a call by themselves."""
    monkeypatch.setattr(lookout, "_ERRAND", LONG)
    with Cable(town.profile) as cable:
        yield cable


@pytest.fixture
def hangs(cable: Cable, monkeypatch: pytest.MonkeyPatch) -> Cable:
    """The server lets one in and then says nothing, until it is `put_in`."""
    opened = Session.__init__

    def and_then_nothing(session: Session, *said: object) -> None:
        opened(session, *said)  # type: ignore[arg-type]
        cable.hangs = True

    monkeypatch.setattr(Session, "__init__", and_then_nothing)
    return cable


@pytest.fixture
def broken_off(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each call that was cut short: whether it was so before anybody had waited in vain."""
    cut, abort = [], Session.abort

    def noted(session: Session) -> None:
        cut.append(time.monotonic() - session.asked_at < lookout._ERRAND)
        abort(session)

    monkeypatch.setattr(Session, "abort", noted)
    return cut


def ask(desk: Desk, one: Someone, address: str = "") -> None:
    """Press the button, and wait for nothing."""
    texts = {"login": one.login, "password": one.password, "pin": "1234"} | ({"address": address} if address else {})
    for name, text in texts.items():
        if desk.seen(f"shared.{name}"):
            desk.type(f"shared.{name}", text)
    desk.find("shared.go").click()


def first(town: Town, window: Callable[..., Desk], cable: Cable) -> Desk:  # noqa: F811
    desk = window(town.place(), Keys())
    desk.press("first.join")
    ask(desk, town.shared.bodil, cable.profile.address)
    desk.until(lambda: cable.swallowed)
    return desk


def test_the_window_is_closed_in_the_middle_of_joining(
    town: Town,
    window: Callable[..., Desk],  # noqa: F811
    hangs: Cable,
    broken_off: list[bool],
) -> None:
    desk = first(town, window, hangs)
    desk.window.close()
    desk.program.close()
    assert set(broken_off) == {True}, "as often as it took"
    assert not (desk.program.folder / keys.REPLICA_FILE).exists()


def test_one_goes_back_from_the_first_start_and_nothing_was_done(
    town: Town,
    window: Callable[..., Desk],  # noqa: F811
    hangs: Cable,
    broken_off: list[bool],
) -> None:
    desk = first(town, window, hangs)
    desk.find("shared.back").click()
    desk.settle()
    assert set(broken_off) == {True}, "as often as it took"
    assert desk.seen("first.join")
    assert not (desk.program.folder / keys.REPLICA_FILE).exists()


def test_a_guest_is_waited_for_in_a_window_that_lives_and_may_go_back(
    town: Town,
    window: Callable[..., Desk],  # noqa: F811
    hangs: Cable,
) -> None:
    bodil, vagn = town.shared.bodil, town.shared.vagn
    desk = guests_page(town, window, hangs)
    ask(desk, vagn)
    desk.until(lambda: hangs.swallowed)
    beats: list[int] = []
    heart = QTimer()
    heart.timeout.connect(lambda: beats.append(1))
    heart.start(5)
    desk.until(lambda: len(beats) > 20)
    assert desk.find("shared.go").text().startswith("Spørger")
    desk.find("shared.back").click()
    desk.until(lambda: desk.context.idle)
    assert [hand.name for hand in desk.context.people] == [bodil.name]
    assert nowhere(desk.program.folder, vagn.password)


def guests_page(town: Town, window: Callable[..., Desk], cable: Cable) -> Desk:  # noqa: F811
    """A desk of Bodil's where a guest is about to sign in, over that line and no other."""
    cable.put_in()
    desk = joined_window(town, window, town.shared.bodil)
    replica, bodil = desk.context.desk.replica, town.shared.bodil
    sharing = desk.context.sharing
    assert sharing is not None
    sharing.stop()
    desk.context.run(lambda: kept.keep(replica, cable.profile.as_text(), bodil.person_id, bodil.login))
    desk.settle()
    desk.shortcut("pen.pass")
    desk.press("sign_in.shared")
    return desk


def nowhere(folder: Path, word: str) -> bool:
    return all(word.encode() not in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_one_who_went_back_when_the_server_had_let_them_in_is_told_that_it_was_done(
    town: Town,
    window: Callable[..., Desk],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The desk has joined: it shares from now on, and not first when it is started again."""
    bodil, alone = town.shared.bodil, town.desk()
    town.local(alone, bodil, bodil.password)
    folder = alone.replica.path.parent
    alone.replica.close()
    desk = window(folder, Keys(keys.KeyRing(bytes(32), town.root, keys.replica_id_of(folder))))
    sign_in(desk, bodil.password)
    desk.afterwards()
    desk.shortcut("settings")
    desk.press("settings.join")
    inside, gone, entered = Event(), Event(), joining._Entry.enter

    def slowly(entry: joining._Entry, person_id: str) -> joining.Joined:
        inside.set()
        gone.wait(LONG)
        return entered(entry, person_id)

    monkeypatch.setattr(joining._Entry, "enter", slowly)
    ask(desk, bodil, town.profile.address)
    desk.until(inside.is_set)
    desk.find("shared.back").click()
    gone.set()
    desk.until(lambda: desk.context.sharing is not None)
    assert desk.page() is desk.window._settings


@pytest.mark.parametrize("leaves", [False, True], ids=["goes back", "leaves the table"])
def test_a_password_that_is_changed_after_all_holds_from_then_on(
    town: Town,
    window: Callable[..., Desk],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    leaves: bool,
) -> None:
    """One who had gone back went on under the old one, which the shared database takes no more; one who had left was sent for."""
    bodil = town.shared.add("Skift Skiftesen", ("bestiller",))  # her own: the others' passwords are everybody's
    desk = joined_window(town, window, bodil)
    inside, gone, change = Event(), Event(), Session.set_own_password

    def slowly(session: Session, password: str) -> None:
        inside.set()
        gone.wait(LONG)
        change(session, password)

    monkeypatch.setattr(Session, "set_own_password", slowly)
    desk.shortcut("settings")
    desk.press("settings.account")
    for name, text in (("password", OWN), ("password_again", OWN), ("own_password", bodil.password)):
        desk.type(f"forgotten.{name}", text)
    desk.find("forgotten.go").click()
    desk.until(inside.is_set)
    assert desk.find("forgotten.go").text().startswith("Spørger")
    told: list[tuple[str, str]] = []
    desk.context.came_in.connect(lambda person, password: told.append((person, password)))
    if leaves:
        desk.context.sign_out()
    else:
        desk.find("forgotten.back").click()
        desk.until(lambda: not desk.seen("forgotten.go"))
    gone.set()
    desk.until(lambda: desk.context.idle)
    assert told == ([] if leaves else [(bodil.person_id, OWN)])
    replica = desk.context.desk
    desk.program._database.wait(lambda: accounts.check_password(replica, bodil.person_id, OWN))  # type: ignore[union-attr]
