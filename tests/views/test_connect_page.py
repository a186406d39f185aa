# SPDX-License-Identifier: MPL-2.0
"""The page on which one connects to the shared database: as little as can do, and more where the answer asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.domain.roles import Hand
from app.services import joining
from app.services.shared import Membership
from app.sync.faults import NOT_TRUSTED
from app.sync.profile import Profile
from app.sync.put_back import BEHIND
from app.sync.status import State, SyncStatus
from app.views.parts.field import Field
from app.views.shell.shared_part import SharedPart, told
from app.views.sign_in.connect_page import ConnectPage, Typed, Way
from tests.views.front import BODIL, VAGN, Front

FIELDS = (
    "address",
    "ca",
    "login",
    "password",
    "own_password",
    "forget",
    "new_password",
    "new_again",
    "pin",
    "passphrase",
)


def shown(page: ConnectPage) -> set[str]:
    return {n for n in FIELDS if page.findChild(Field, f"shared.{n}").isVisible()}  # type: ignore[union-attr]


def opened(qtbot: QtBot, way: Way, **about: bool) -> ConnectPage:
    page = ConnectPage(way, **about)
    qtbot.addWidget(page)
    page.resize(1366, 714)
    page.show()
    page.begin()
    return page


@pytest.mark.parametrize(
    ("way", "fields"),
    [
        (Way.FIRST, {"address", "login", "password", "pin"}),
        (Way.DESK, {"address", "login", "password"}),
        (Way.GUEST, {"login", "password", "pin"}),
        (Way.AGAIN, {"login", "password"}),
    ],
)
def test_it_begins_with_as_little_as_can_do(qtbot: QtBot, way: Way, fields: set[str]) -> None:
    assert shown(opened(qtbot, way)) == fields


@pytest.mark.parametrize(
    ("message", "field", "more"),
    [
        (joining.MUST_CHANGE, "new_password", {"new_password", "new_again"}),
        (joining.OWN_PASSWORD, "own_password", {"own_password", "forget"}),
        (joining.PIN, "pin", {"pin"}),
        (joining.NOT_TRUSTED, "ca", {"ca"}),
    ],
)
def test_what_is_asked_for_comes_forth_with_its_sentence(
    qtbot: QtBot, message: str, field: str, more: set[str]
) -> None:
    page = opened(qtbot, Way.DESK)
    page.complain(message, field)
    assert shown(page) == {"address", "login", "password"} | more
    found = page.findChild(Field, f"shared.{field}")
    assert isinstance(found, Field)
    assert found.error() == message


def test_without_network_it_is_said_under_the_title_and_one_may_try_again(qtbot: QtBot) -> None:
    page = opened(qtbot, Way.GUEST)
    heard: list[Typed] = []
    page.answered.connect(heard.append)
    page.login.set_text(" Vagn ")
    page.password.set_text("en god lille sætning")
    page.go.click()
    page.go.click()
    assert len(heard) == 1, "once at a time"
    assert not page.go.isEnabled()
    assert heard[0].asked.login == "Vagn"
    page.complain(joining.FIRST_TIME, None)
    assert page.text.text() == joining.FIRST_TIME
    assert page.go.isEnabled()
    page.go.click()
    assert len(heard) == 2
    assert page.text.text() == Way.GUEST.value[1]


def test_a_password_that_was_changed_is_the_one_that_is_tried_again(qtbot: QtBot) -> None:
    """Confirmed meanwhile, the guest pressed "Log ind" once more, and the first password was turned away."""
    page = opened(qtbot, Way.GUEST)
    heard: list[Typed] = []
    page.answered.connect(heard.append)
    page.login.set_text("vagn")
    page.password.set_text("den første")
    page.complain(joining.MUST_CHANGE, "new_password")
    page.new.set_text("en god lille sætning")
    page.again.set_text("en god lille sætning")
    page.complain(joining.CHANGED, "changed")
    assert shown(page) == {"login", "password", "pin"}
    assert page.login.error() == joining.CHANGED
    page.go.click()
    assert heard[-1].asked.password == "en god lille sætning"
    assert heard[-1].asked.new_password == ""


def test_who_has_written_here_is_told_their_id_before_there_is_an_account(qtbot: QtBot) -> None:
    """It was said only when the account had been made without it, and its name was used up."""
    page = opened(qtbot, Way.DESK)
    page.tell_id("01a228f0-6e47-720a-919a-e027f74ec757")
    assert page.text.text().endswith("oprette din konto med dette id: 01a228f0-6e47-720a-919a-e027f74ec757")
    assert page.copy.isVisible()
    page.copy.click()
    assert QGuiApplication.clipboard().text() == "01a228f0-6e47-720a-919a-e027f74ec757"


def test_two_new_passwords_that_differ_go_nowhere(qtbot: QtBot) -> None:
    page = opened(qtbot, Way.FIRST)
    heard: list[Typed] = []
    page.answered.connect(heard.append)
    page.complain(joining.MUST_CHANGE, "new_password")
    page.new.set_text("en god lille sætning")
    page.again.set_text("en anden")
    page.go.click()
    assert not heard
    assert page.again.error() == "De to adgangskoder er ikke ens."


# ------------------------------------------------------------------------------------------------------- the settings


@pytest.fixture
def part(qtbot: QtBot, tmp_path: Path) -> Iterator[SharedPart]:
    front = Front(qtbot, tmp_path, (BODIL,))
    part = front.show(SharedPart(front.context))
    part.refresh()
    front.settle()
    yield part
    front.close()


def joined(*logins: Hand) -> Membership:
    return Membership(Profile("rundbord.lilleby.dk"), BODIL.person_id, {h.person_id: "bodil" for h in logins})


def buttons(part: SharedPart) -> set[str]:
    return {b.objectName() for b in (part.join, part.again, part.retry) if b.isVisible()}


def test_a_desk_that_is_alone_is_offered_to_join(part: SharedPart) -> None:
    assert "alene" in part.where.text()
    assert buttons(part) == {"settings.join"}


@pytest.mark.parametrize(
    ("status", "words", "ways"),
    [
        (SyncStatus(State.SHARED), "Alt er delt", set()),
        (SyncStatus(State.OFFLINE), "Uden forbindelse", {"settings.try_now"}),
        (SyncStatus(State.STUCK, sentence=NOT_TRUSTED), "kan ikke bevise, hvem den er", {"settings.try_now"}),
        (SyncStatus(State.STUCK, sentence=BEHIND), "lagt tilbage fra en ældre kopi", {"settings.try_now"}),
        (SyncStatus(State.REFUSED, of={BODIL.person_id: State.REFUSED}), "log ind igen", {"settings.shared_again"}),
        (SyncStatus(State.UNCONFIRMED), "leder skal bekræfte", {"settings.try_now"}),
        (SyncStatus(State.OLDER), "ældre end programmet", {"settings.try_now"}),
        (SyncStatus(State.ENDED), "ophørt", {"settings.shared_again"}),
        (
            SyncStatus(State.WAITS, {VAGN.person_id: 3}, names={VAGN.person_id: VAGN.name}),
            "Venter på at blive sendt for Vagn Vejleder (3).",
            set(),
        ),
    ],
)
def test_how_it_stands_is_told_with_its_way_on(
    part: SharedPart, status: SyncStatus, words: str, ways: set[str]
) -> None:
    part._found(joined(BODIL))
    part.context._stands(status)
    assert part.where.text() == "Tilsluttet rundbord.lilleby.dk."
    assert words in part.state.text()
    assert buttons(part) == ways


def test_an_account_that_is_not_in_the_shared_database_is_told_so(part: SharedPart) -> None:
    part._found(joined(VAGN))
    assert "Dine ord venter her" in part.state.text()
    assert buttons(part) == {"settings.join"}


def test_ones_own_trouble_comes_first() -> None:
    status = SyncStatus(State.SHARED, of={VAGN.person_id: State.REFUSED})
    assert told(status, VAGN.person_id).startswith("Den fælles database tager ikke imod")
    assert told(status, BODIL.person_id) == "Alt er delt."
