# SPDX-License-Identifier: MPL-2.0
"""The lock and the pen: everything covered and nothing lost, and each word by the hand that wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.domain.roles import Role
from app.views.shell.idle import Idle
from app.views.shell.overlay import Overlay
from tests.views.heard import heard
from tests.views.shell_desk import Desk

# -------------------------------------------------------------------------------------------------------------- the lock


def test_the_lock_covers_everything_and_loses_nothing(desk: Desk) -> None:
    case_id = desk.case("Brita")
    desk.window.open_case(case_id, 2)
    desk.settle()
    desk.type("wishes.want", " og tale med nogen")
    desk.window.lock()
    desk.settle()
    lock = desk.window._lock
    assert lock is not None
    assert lock.geometry() == desk.window.rect()
    shown = desk.window.childAt(desk.window.rect().center())
    assert shown is lock or lock.isAncestorOf(shown)
    assert "Brita" not in " ".join(label.text() for label in lock.findChildren(QLabel))
    kept: list[str] = []
    desk.context.run(
        lambda: desk.context.desk.replica.connection.execute(
            "SELECT want FROM rec_story WHERE case_id = ?", (case_id,)
        ).fetchone()[0],
        kept.append,
    )
    desk.settle()
    assert "og tale med nogen" in kept[0]
    for action in ("home", "settings", "help", "pen.pass"):
        found = next(a for a in desk.window.actions() if a.objectName() == f"action.{action}")
        found.trigger()
        desk.settle()
    assert desk.window.locked
    assert desk.window.room is not None
    assert QApplication.focusWidget() is lock.said.line


def test_nothing_behind_the_lock_is_there_for_a_screen_reader(desk: Desk) -> None:
    """It goes by what is shown, not by what can be seen, and read a case off a locked screen."""
    desk.window.open_case(desk.case("Brita"), 2)
    desk.settle()
    assert "Brita" in heard(desk.window)
    desk.press("pen.pass")
    assert "Behold pennen" in heard(desk.window)
    desk.window.lock()
    desk.settle()
    behind = heard(desk.window)
    assert "Låst" in behind
    assert "Brita" not in behind
    assert "Behold pennen" not in behind, "nor what was asked on a card"
    desk.type("lock.secret", "1234")
    desk.press("lock.open")
    assert desk.find("pin").has_user_focus(), "as it was, and the keyboard where it was"
    assert "Behold pennen" in heard(desk.window)
    assert desk.window.room.table.isVisible()


def test_a_card_that_comes_late_stays_behind_the_lock(desk: Desk) -> None:
    """What was asked for just before could open over it and be seen, and took the keys meant for the PIN."""
    desk.window.lock()
    desk.settle()
    lock = desk.window._lock
    assert lock is not None
    late = Overlay(desk.window)
    late.open()
    shown = desk.window.childAt(desk.window.rect().center())
    assert shown is lock or lock.isAncestorOf(shown)
    assert QApplication.focusWidget() is lock.said.line
    lock.said.set_text("1234")
    lock.go.click()
    desk.settle()
    shown = desk.window.childAt(desk.window.rect().center())
    assert shown is late or late.isAncestorOf(shown)


def test_no_key_of_a_screen_works_while_it_is_covered(desk: Desk) -> None:
    desk.window.open_case(desk.case("Brita"), 2)
    desk.settle()
    desk.window.lock()
    lock = desk.window._lock
    assert lock is not None
    for key in (Qt.Key.Key_1, Qt.Key.Key_4):
        QTest.keyClick(lock.said.line, key, Qt.KeyboardModifier.AltModifier)
        desk.settle()
    QTest.keyClick(lock.said.line, Qt.Key.Key_F9)
    desk.settle()
    assert desk.window.room.number == 2
    assert not [w for w in QApplication.topLevelWidgets() if w.objectName() == "citizen_view" and w.isVisible()]
    assert lock.isAncestorOf(QApplication.focusWidget())
    lock.said.set_text("1234")
    lock.go.click()
    desk.settle()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    desk.settle()
    assert desk.window.room.number == 4, "afterwards they do"


def test_no_key_of_a_screen_works_under_a_card(desk: Desk) -> None:
    desk.window.open_case(desk.case("Brita"), 2)
    desk.settle()
    desk.press("pen.pass")
    QTest.keyClick(desk.find("pin").line, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    desk.settle()
    assert desk.window.room.number == 2
    assert desk.find("pin").has_user_focus()
    QTest.keyClick(desk.find("pin").line, Qt.Key.Key_Escape)
    desk.settle()
    assert not desk.seen("pin")


def test_anybody_at_the_table_may_unlock_and_then_has_the_pen(desk: Desk) -> None:
    desk.window.lock()
    lock = desk.window._lock
    assert lock is not None
    lock.who.pick(desk.hand(Role.BESTILLER).person_id)
    desk.type("lock.secret", "0000")
    desk.press("lock.open")
    assert desk.window.locked
    assert "forsøg" in (lock.said.error() or "")
    desk.type("lock.secret", "øvelse")
    desk.key(Qt.Key.Key_Return, "\r")
    assert not desk.window.locked
    assert desk.context.hand.role is Role.BESTILLER


def test_tab_never_leaves_the_lock(desk: Desk) -> None:
    desk.window.lock()
    lock = desk.window._lock
    assert lock is not None
    for _ in range(8):
        desk.key(Qt.Key.Key_Tab, "\t")
        assert lock.isAncestorOf(QApplication.focusWidget())


def test_it_locks_by_itself(desk: Desk) -> None:
    desk.window.set_lock_minutes(10)
    assert desk.window._idle.isActive()
    desk.window._idle.setInterval(1)
    desk.window._idle.start()
    desk.until(lambda: desk.window.locked)
    desk.window._idle.setInterval(60_000)
    desk.type("lock.secret", "1234")
    desk.press("lock.open")
    assert not desk.window.locked


def test_a_key_puts_the_lock_off(desk: Desk) -> None:
    desk.window.set_lock_minutes(10)
    desk.window._idle.setTimerType(Qt.TimerType.PreciseTimer)
    desk.window._idle.setInterval(60_000)
    desk.window._idle.start()
    before = desk.window._idle.remainingTime()
    desk.until(lambda: desk.window._idle.remainingTime() < before - 300)
    worn = desk.window._idle.remainingTime()
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Shift)  # as the system hands it to the window
    assert desk.window._idle.remainingTime() > worn + 100


def test_only_what_the_system_hands_in_is_looked_at_for_a_sign_of_life(
    monkeypatch: pytest.MonkeyPatch, qapp: QApplication, practice_folder: Path
) -> None:
    """A filter on the application made a Python object of every event between two widgets: a fifth of what a page costs."""
    seen: list[object] = []
    looks = Idle.eventFilter

    def noting(idle: Idle, watched: object, event: QEvent) -> bool:
        seen.append(watched)
        return looks(idle, watched, event)

    monkeypatch.setattr(Idle, "eventFilter", noting)
    desk = Desk(qapp, practice_folder).start()
    desk.window.set_lock_minutes(10)
    desk.window.open_case(desk.case("Sverre"))
    desk.settle()
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Shift)
    assert seen
    assert not [watched for watched in seen if isinstance(watched, QWidget)]
    desk.close()


def test_everybody_may_leave_the_table(desk: Desk) -> None:
    desk.window.open_case(desk.case("Sverre"))
    desk.settle()
    desk.window.lock()
    desk.press("lock.leave")
    assert desk.context.people == ()
    assert desk.window.room is None
    assert desk.seen("sign_in.person")
    desk.window.go_home()
    assert desk.seen("sign_in.person"), "nobody sits there, so nothing is shown"


def test_where_one_stands_is_remembered_once_however_often_somebody_sat_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        desk.window.lock()
        desk.press("lock.leave")
        desk.type("sign_in.password", "øvelse")
        desk.press("sign_in.go")
    kept: list[object] = []
    monkeypatch.setattr("app.services.opening.stand_at", lambda _desk, place: kept.append(place))
    desk.window.go_home()
    desk.settle()
    assert kept == [None]


def test_a_dialog_in_front_is_covered_as_well(desk: Desk) -> None:
    other = QLabel("Magnus Lauridsen")
    other.setWindowModality(Qt.WindowModality.ApplicationModal)
    other.show()
    desk.settle()
    desk.window.lock()
    lock = desk.window._lock
    assert lock is not None
    assert lock.isWindow()
    center = other.childAt(other.rect().center())
    assert center is not None
    assert center.geometry() == other.rect(), "a curtain lies over it"
    desk.until(lambda: lock.isVisible())
    lock.said.set_text("1234")
    lock.go.click()
    desk.settle()
    assert not desk.window.locked
    assert other.childAt(other.rect().center()) is None
    other.close()
    desk.window.lock()
    assert not lock.isWindow()
    lock.uncover()


def test_the_screen_turned_to_the_citizen_is_covered_as_well(desk: Desk) -> None:
    desk.window.open_case(desk.case("Sverre"), 4)
    desk.settle()
    desk.press("turn")
    view = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "citizen_view")
    assert view.isVisible()
    desk.window.lock()
    lock = desk.window._lock
    assert lock is not None
    assert lock.isWindow(), "the citizen's view stands before the window"
    lock.said.set_text("1234")
    lock.go.click()
    desk.settle()
    assert not desk.window.locked
    assert view.isVisible()
    view.turn_back()  # type: ignore[attr-defined]
    desk.settle()


# --------------------------------------------------------------------------------------------------------------- the pen


def test_the_pen_is_passed_by_key_and_pin(desk: Desk) -> None:
    desk.shortcut("pen.pass")
    assert desk.find("pin").has_user_focus()
    desk.type("pin", "1234")
    desk.key(Qt.Key.Key_Return, "\r")
    assert desk.context.hand == desk.hand(Role.BESTILLER)
    assert not desk.seen("pin")
    assert [seat.has_pen for seat in desk.window.bar.seats()] == [True, False]


def test_escape_keeps_the_pen(desk: Desk) -> None:
    front = QApplication.focusWidget()
    desk.shortcut("pen.pass")
    desk.type("pin", "12")
    desk.key(Qt.Key.Key_Escape)
    assert desk.context.hand.role is Role.VEJLEDER
    assert not desk.seen("pin")
    assert QApplication.focusWidget() is front
    desk.shortcut("pen.pass")
    assert desk.find("pin").text() == ""


def test_five_wrong_pins_ask_for_the_password(desk: Desk) -> None:
    desk.shortcut("pen.pass")
    for _ in range(4):
        desk.type("pin", "0000")
        desk.key(Qt.Key.Key_Return, "\r")
        assert "forsøg" in (desk.find("pin").error() or "")
    desk.type("pin", "0000")
    desk.key(Qt.Key.Key_Return, "\r")
    assert not desk.seen("pin")
    assert "fem gange" in (desk.find("pen.password").error() or "")
    desk.type("pen.password", "øvelse")
    desk.press("pen.give")
    assert desk.context.hand.role is Role.BESTILLER


def test_what_is_typed_before_is_by_the_hand_that_typed_it(desk: Desk) -> None:
    case_id = desk.case("Brita")
    desk.window.open_case(case_id, 2)
    desk.settle()
    desk.type("resources", " Synger.")
    desk.press("pen.pass")
    desk.type("pin", "1234")
    desk.key(Qt.Key.Key_Return, "\r")
    desk.type("resources", " Danser.")
    desk.window.leave_fields()
    desk.settle()
    rows: list[tuple[str, str]] = []
    desk.context.run(
        lambda: desk.context.desk.replica.connection.execute(
            "SELECT role, fields FROM change WHERE case_id = ? AND fields LIKE '%Synger%' ORDER BY id", (case_id,)
        ).fetchall(),
        rows.extend,
    )
    desk.settle()
    assert rows[0][0] == "vejleder"
    assert "Danser" not in rows[0][1]
    assert rows[-1][0] == "bestiller"
    assert "Danser" in rows[-1][1]
