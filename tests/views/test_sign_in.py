# SPDX-License-Identifier: MPL-2.0
"""Showing who one is, for real: the first start, one and two at the table, and what is forgotten, lost or damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.errors import EnvironmentProblem
from app.domain.roles import Role
from app.services import accounts, first_start
from app.services.first_start import Answers
from app.services.opening import NotSetUp, open_replica
from app.store import keys
from app.store.keys import PassphraseKeyStore
from app.store.recovery import RecoveryCode, new_code
from app.views.sign_in.account_pages import ColleaguePage, ForgottenPage, VouchPage
from app.views.sign_in.first_start import FirstStart
from app.views.sign_in.key_pages import PassphrasePage, RecoveryPage
from tests.views.newly_used import ANNE, GOOD, OTHER, PHRASE, sign_in, with_viggo
from tests.views.shell_desk import Desk, Keys

pytestmark = pytest.mark.usefixtures("quick")


# ----------------------------------------------------------------------------------------------------- the first start


def _answer(desk: Desk) -> None:
    for name, text in (
        ("municipality", "Lilleby Kommune"),
        ("name", "Anne Andersen"),
        ("discipline", "socialrådgiver"),
        ("phone", "11 22 33 44"),
        ("password", GOOD),
        ("password_again", GOOD),
        ("pin", "4321"),
    ):
        desk.type(f"first.{name}", text)
    desk.press("first.next")


def test_the_whole_first_start(start: Callable[..., Desk], folder: Path, store: Keys) -> None:
    desk = start()
    page = desk.page()
    assert isinstance(page, FirstStart)
    assert not list(folder.glob("replica.db*")), "nothing is made before it is answered"
    _answer(desk)
    desk.type("first.last_group", "XXX")
    desk.press("first.go")
    assert "sidste tegn" in desk.find("first.last_group").error()
    assert store.ring is None
    desk.find("first.last_group").set_text("")
    desk.type("first.last_group", first_start.last_group(page.code).lower())
    desk.press("first.go")
    desk.until(lambda: desk.program.opened)
    desk.settle()
    assert store.ring is not None
    sign_in(desk)
    assert desk.context.hand.role is Role.BESTILLER
    assert desk.page() is desk.window.today
    assert accounts.people(desk.context.desk)[0].decides
    desk.afterwards()
    assert not desk.window.ribbon.isVisible()


def test_nothing_of_the_sample_municipality_comes_along(folder: Path, store: Keys, code: RecoveryCode) -> None:
    from app.services.settings import municipality

    opened = open_replica(folder, key_store=store)
    told = municipality(opened.desk)
    opened.desk.replica.close()
    opened.lock.release()
    assert told.name == "Lilleby Kommune"
    assert (told.unit, told.address, told.phone, told.logo, told.data_protection) == ("", "", "", "", "")
    assert told.clause_85


@pytest.mark.parametrize(
    ("field", "text", "complains"),
    [
        ("municipality", "", "municipality"),
        ("name", " ", "name"),
        ("password", "kort", "password"),
        ("password_again", "noget andet", "password_again"),
        ("pin", "12", "pin"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(start: Callable[..., Desk], field: str, text: str, complains: str) -> None:
    desk = start()
    _answer(desk)
    desk.press("first.back")
    desk.find(f"first.{field}").set_text(text)
    desk.press("first.next")
    assert desk.find(f"first.{complains}").error()
    assert not desk.seen("first.go")


def test_a_machine_with_no_key_store_asks_for_a_passphrase(
    qapp: QApplication, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> None:
        raise EnvironmentProblem("Computeren har ingen nøglering.")

    monkeypatch.setattr(keys, "system_backend", none)
    desk = Desk(qapp, folder, practice=False).start()
    page = desk.page()
    assert isinstance(page, FirstStart)
    _answer(desk)
    assert desk.find("first.passphrase").error()
    desk.type("first.passphrase", PHRASE)
    desk.type("first.passphrase_again", PHRASE)
    desk.press("first.next")
    desk.type("first.last_group", first_start.last_group(page.code))
    desk.press("first.go")
    desk.until(lambda: desk.program.opened)
    desk.close()

    again = Desk(qapp, folder, practice=False).start()
    assert isinstance(again.page(), PassphrasePage)
    again.type("key.passphrase", "noget helt andet")
    again.press("key.go")
    assert "passer ikke" in again.find("key.passphrase").error()
    again.type("key.passphrase", PHRASE)
    again.key(Qt.Key.Key_Return, "\r", to=again.find("key.passphrase").editor)
    again.until(lambda: again.program.opened)
    again.close()

    lost = Desk(qapp, folder, practice=False).start()
    lost.press("key.recover")
    assert isinstance(lost.page(), RecoveryPage)
    lost.type("recover.recovery_code", page.code.shown())
    lost.type("recover.passphrase", "kort")
    lost.press("recover.go")
    assert lost.find("recover.passphrase").error()
    lost.find("recover.passphrase").set_text("")
    lost.type("recover.passphrase", "regn over Limfjorden")
    lost.type("recover.passphrase_again", "regn over Limfjorden")
    lost.press("recover.go")
    lost.until(lambda: lost.program.opened)
    lost.close()
    assert PassphraseKeyStore(folder, lambda: "regn over Limfjorden").load(keys.replica_id_of(folder)) is not None


def test_a_first_start_that_fell_is_taken_up_again(folder: Path, store: Keys, code: RecoveryCode) -> None:
    opened = open_replica(folder, key_store=store)
    opened.desk.replica.connection.execute("DELETE FROM account")
    opened.desk.replica.close()
    opened.lock.release()
    with pytest.raises(NotSetUp):
        open_replica(folder, key_store=store)
    anew = new_code()
    first_start.set_up(folder, anew, ANNE, key_store=store)
    opened = open_replica(folder, key_store=store)
    assert accounts.people(opened.desk)[0].decides
    opened.desk.replica.close()
    opened.lock.release()


def test_a_machine_in_use_is_never_set_up_again(folder: Path, store: Keys, code: RecoveryCode) -> None:
    ring = store.ring
    with pytest.raises(EnvironmentProblem, match="allerede"):
        first_start.set_up(folder, new_code(), ANNE, key_store=store)
    assert store.ring == ring
    with pytest.raises(EnvironmentProblem, match="gendannelseskoden"):
        first_start.set_up(folder, new_code(), ANNE, key_store=Keys())


# ---------------------------------------------------------------------------------------------------------- signing in


def test_nothing_is_shown_before_somebody_has_signed_in(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = start()
    assert desk.seen("sign_in.password")
    for go in (desk.window.go_home, desk.window.show_settings, desk.window.pass_pen, desk.window.lock):
        go()
        desk.settle()
        assert desk.seen("sign_in.password")
    desk.window.open_case("no-case")
    assert desk.window.room is None
    sign_in(desk, "forkert adgangskode")
    assert "passer ikke" in desk.find("sign_in.password").error()
    assert desk.find("sign_in.password").text() == ""
    assert desk.context.people == ()
    sign_in(desk)
    assert desk.page() is desk.window.today


def test_one_more_sits_down_and_back_to_where_one_was(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = start()
    with_viggo(desk)
    desk.program._reception.ask()
    desk.settle()
    desk.find("sign_in.person").pick(accounts.people(desk.context.desk)[0].person_id)
    desk.settle()
    sign_in(desk)
    desk.shortcut("settings")
    desk.shortcut("pen.pass")
    assert desk.seen("sign_in.password")
    assert [p.name for p in desk.page()._people] == ["Viggo Vejleder"], "who sits there is not offered a seat"
    sign_in(desk, OTHER)
    assert desk.page() is desk.window._settings
    assert {hand.role for hand in desk.context.people} == {Role.BESTILLER, Role.VEJLEDER}
    assert desk.context.hand.name == "Viggo Vejleder"


def test_the_keyboard_is_among_those_offered_when_one_more_sits_down(
    start: Callable[..., Desk], code: RecoveryCode
) -> None:
    """Who signed in from the list of names left the keyboard in that list, which is another the next time it is shown."""
    desk = start()
    with_viggo(desk)
    sign_in(desk)
    desk.window.lock()
    desk.press("lock.leave")
    desk.type("sign_in.password", GOOD)
    desk.find("sign_in.person").setFocus()
    desk.press("sign_in.go")
    assert desk.page() is desk.window.today
    desk.shortcut("pen.pass")
    assert desk.find("sign_in.password").has_user_focus()


def test_who_the_table_lacks_is_offered_first(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = start()
    led = desk.context.desk
    desk.context.run(
        lambda: accounts.create_person(
            led, "Ada Leder", "", "", [Role.LEDER], OTHER, "1234", recovery_code=code.shown()
        )
    )
    with_viggo(desk)
    desk.program._reception.ask()
    desk.settle()
    desk.find("sign_in.person").pick(next(p for p in accounts.people(desk.context.desk) if p.decides).person_id)
    desk.settle()
    sign_in(desk)
    desk.shortcut("pen.pass")
    assert [p.name for p in desk.page()._people] == ["Viggo Vejleder", "Ada Leder"]


def test_nobody_more_after_all(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = start()
    sign_in(desk)
    desk.shortcut("pen.pass")
    assert desk.seen("sign_in.back")
    desk.key(Qt.Key.Key_Escape, to=desk.find("sign_in.new"))
    assert desk.page() is desk.window.today


def test_one_with_two_roles_chooses_which(start: Callable[..., Desk], folder: Path, store: Keys) -> None:
    both = Answers("Lilleby Kommune", "Bo Boe", "", "", GOOD, "1234", also_vejleder=True)
    first_start.set_up(folder, new_code(), both, key_store=store)
    desk = start()
    desk.find("sign_in.role").pick("vejleder")
    sign_in(desk)
    assert desk.context.hand.role is Role.VEJLEDER


def test_a_new_colleague(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = start()
    sign_in(desk)
    desk.shortcut("pen.pass")
    desk.press("sign_in.new")
    assert isinstance(desk.page(), ColleaguePage)
    for name, text in (("name", "Viggo Vejleder"), ("password", OTHER), ("password_again", OTHER), ("pin", "12")):
        desk.type(f"colleague.{name}", text)
    desk.press("colleague.go")
    assert desk.find("colleague.pin").error()
    desk.type("colleague.pin", "34")
    desk.press("colleague.go")
    assert "Viggo" in desk.window.asks.line.text()
    sign_in(desk, OTHER)
    assert len(desk.context.people) == 2


def test_a_new_bestiller_needs_the_code(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = start()
    sign_in(desk)
    desk.window.account_wanted.emit("colleague", "")
    desk.settle()
    desk.find("colleague.roles").pick("bestiller")
    for name, text in (("name", "Bo Boe"), ("password", OTHER), ("password_again", OTHER), ("pin", "1234")):
        desk.type(f"colleague.{name}", text)
    desk.press("colleague.go")
    assert desk.find("colleague.recovery_code").error()
    desk.type("colleague.recovery_code", code.shown())
    desk.press("colleague.go")
    desk.until(lambda: "Bo Boe" in desk.window.asks.line.text())
    assert all(person.decides for person in accounts.people(desk.context.desk))


# ----------------------------------------------------------------------------------------------------------- forgotten


def test_a_forgotten_password_by_a_colleagues_word(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = start()
    with_viggo(desk)
    desk.program._reception.ask()
    desk.settle()
    desk.find("sign_in.person").pick(accounts.people(desk.context.desk)[0].person_id)
    desk.press("sign_in.forgotten")
    assert isinstance(desk.page(), ForgottenPage)
    desk.type("forgotten.password", OTHER + "!")
    desk.type("forgotten.password_again", OTHER + "!")
    desk.type("forgotten.colleague_password", "gætteri")
    desk.press("forgotten.go")
    assert "Viggo" in desk.find("forgotten.colleague_password").error()
    desk.find("forgotten.colleague_password").set_text("")
    desk.type("forgotten.colleague_password", OTHER)
    desk.press("forgotten.go")
    assert "underskrive" in desk.window.asks.line.text()
    sign_in(desk, OTHER + "!")
    assert desk.context.hand.role is Role.BESTILLER
    assert not accounts.people(desk.context.desk)[0].decides

    desk.shortcut("settings")
    desk.press("settings.vouch")
    assert isinstance(desk.page(), VouchPage)
    desk.type("vouch.recovery_code", code.shown())
    desk.press("vouch.go")
    assert accounts.people(desk.context.desk)[0].decides
    assert desk.page() is desk.window._settings


def test_a_forgotten_password_by_the_recovery_code(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = start()
    desk.press("sign_in.forgotten")
    assert desk.find("forgotten.colleague").text() == "code", "with nobody else there, only the code is left"
    desk.type("forgotten.password", OTHER)
    desk.type("forgotten.password_again", OTHER)
    desk.type("forgotten.recovery_code", code.shown())
    desk.press("forgotten.go")
    sign_in(desk, OTHER)
    assert accounts.people(desk.context.desk)[0].decides


def test_a_forgotten_pin_by_ones_own_password(start: Callable[..., Desk], code: RecoveryCode) -> None:
    desk = start()
    desk.press("sign_in.forgotten")
    desk.find("forgotten.what").pick("pin")
    desk.type("forgotten.own_password", GOOD)
    desk.type("forgotten.pin", "98765")
    desk.press("forgotten.go")
    sign_in(desk)
    desk.window.lock()
    desk.type("lock.secret", "98765")
    desk.press("lock.open")
    assert not desk.window.locked


def test_an_adviser_with_a_new_account_is_told_of_below_the_list_she_cannot_be_picked_from(
    start: Callable[..., Desk], code: RecoveryCode
) -> None:
    """ "Rosa Råd har nu en konto og kan logge ind", and she was nowhere on the page."""
    desk = start()
    with_viggo(desk)
    sign_in(desk)
    desk.window.wants_seat.emit()
    desk.settle()
    desk.press("sign_in.new")
    desk.find("colleague.roles").pick(Role.BESTILLER.value)
    assert desk.seen("colleague.recovery_code"), "the municipality stands for whoever decides"
    desk.find("colleague.roles").pick(Role.RAADGIVER.value)
    assert not desk.seen("colleague.recovery_code")
    for name, text in (("name", "Rosa Råd"), ("password", GOOD), ("password_again", GOOD), ("pin", "4321")):
        desk.type(f"colleague.{name}", text)
    desk.press("colleague.go")
    told = "logger ind for sig selv, når I er færdige ved bordet."
    assert desk.window.asks.line.text() == f"Rosa Råd har nu en konto og {told}"
    person = desk.find("sign_in.person")
    assert person.editor.accessibleDescription() == f"Rosa Råd (rådgiver) {told}"
    assert desk.seen("sign_in.password")


# ------------------------------------------------------------------------------------------- names, and nothing cut off


@pytest.mark.parametrize("scale", [100, 200])
def test_every_page_can_be_reached_by_keys_and_read(start: Callable[..., Desk], code: RecoveryCode, scale: int) -> None:
    desk = start()
    with_viggo(desk)
    desk.window.resize(1366, 768)
    desk.window.set_look("light", scale)
    pages: list[QWidget] = [
        desk.page(),
        FirstStart(True),
        PassphrasePage(),
        RecoveryPage(True),
        ColleaguePage(desk.context),
        ForgottenPage(desk.context),
        VouchPage(desk.context),
    ]
    for page in pages:
        desk.window.show_page(page)
        begin = getattr(page, "begin", None)
        if begin is not None and isinstance(page, ForgottenPage | VouchPage | ColleaguePage):
            begin(accounts.people(desk.context.desk)[0].person_id)
        desk.settle()
        stops = [
            w
            for w in page.findChildren(QWidget)
            if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.focusProxy() is None
        ]
        assert stops
        for stop in stops:
            assert stop.accessibleName(), stop
            left = stop.mapTo(desk.window, stop.rect().topLeft()).x()
            assert left >= 0, stop.objectName()
            assert left + stop.width() <= desk.window.width(), stop.objectName()
