# SPDX-License-Identifier: MPL-2.0
"""The turned screen in use: it follows the record, the citizen sets their own scale, and only the staff turn it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.qt.theme import theme_of
from app.services import decide
from app.views.parts.buttons import QUIET_AIR
from app.views.parts.fields import TextField
from app.views.parts.paper_blocks import ActionRow
from app.views.parts.scale import boxes
from app.views.room.citizen_content import citizen_content, months
from app.views.room.turn import WAITING, CitizenView, turn_to_citizen
from app.views.room.turn_goal import AROUND, BigBoxes
from tests.services.table import PASSWORD, PIN, TODAY
from tests.views.answer_table import BODIL, VAGN, Answering


@pytest.fixture
def at(tmp_path: Path, qtbot: QtBot, cases: Path) -> Iterator[Answering]:
    made = Answering(tmp_path, cases / "moede-1-bussen.json")
    yield made
    made.close()


@pytest.fixture
def view(at: Answering) -> Iterator[CitizenView]:
    made = turn_to_citizen(at.context, at.room, at.room)
    at.settle()
    yield made
    at.settle()


def press(widget: QWidget, which: Qt.Key, text: str = "") -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, which, Qt.KeyboardModifier.NoModifier, text))


def touch(scale: BigBoxes, number: int) -> None:
    """Press the box of that number, as a finger does."""
    box = boxes(scale._area(), theme_of().px(3))[number - 1]
    at, away = box.center(), QPointF(scale.mapToGlobal(box.center().toPoint()))
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, held in ((QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, none)):
        QApplication.sendEvent(scale, QMouseEvent(kind, at, away, left, held, Qt.KeyboardModifier.NoModifier))


def scales(view: CitizenView) -> list[BigBoxes]:
    return [part.now.boxes for part in view._page._parts.values()]


@pytest.mark.parametrize("scale", [100, 200])
def test_scale_and_hope_stand_in_the_column_of_what_is_read(at: Answering, qapp: QApplication, scale: int) -> None:
    """The air their rings need lies outside it: they stood in, and the question above them did not."""
    theme_of().apply(qapp, "light", scale)
    view = turn_to_citizen(at.context, at.room, at.room)
    at.settle()
    view.setGeometry(0, 0, 1366, 768)
    at.settle()
    page = view._page
    column = page._headline.mapTo(page, QPoint(0, 0)).x()
    for part in page._parts.values():
        below = part.ask_hope.y() > part.now.boxes.geometry().bottom()
        assert below is (scale == 200)
        read = [part._title, part._rule, part.now.words, *part._doings.findChildren(ActionRow)]
        assert {one.mapTo(page, QPoint(0, 0)).x() for one in read} == {column}
        if below:
            air = theme_of().space(QUIET_AIR)
            assert part.now.boxes.mapTo(page, QPoint(theme_of().px(AROUND), 0)).x() == column
            assert part.ask_hope.mapTo(page, QPoint(air, 0)).x() == column
        right = page._headline.mapTo(page, QPoint(page._headline.width(), 0)).x()
        assert part._rule.mapTo(page, QPoint(part._rule.width(), 0)).x() == right
    view.turn_back()


class TestItFollowsTheRecord:
    def test_what_is_written_comes_at_once(self, at: Answering, view: CitizenView) -> None:
        at.table.single(VAGN, "story", "want", "Jeg vil ud at sejle")
        goal = at.table.add(VAGN, "goal", words="Et nyt mål")
        at.settle()
        assert "»Jeg vil ud at sejle«" in view.plain_text()
        assert "Et nyt mål" in view.plain_text()
        at.table.type(VAGN, "goal", goal, "words", "Et andet mål")
        at.settle()
        assert "Et andet mål" in view.plain_text()

    def test_turned_back_the_cursor_is_where_it_was(self, at: Answering) -> None:
        reason = at.field("answer.reason")
        reason.setFocus()
        at.room.turn_requested.connect(lambda: turn_to_citizen(at.context, at.room, at.room))
        at.room.turn()
        at.settle()
        assert not reason.has_user_focus()
        turned = next(one for one in at.room.findChildren(CitizenView) if one.isVisible())
        turned.turn_back()
        at.room.activateWindow()
        at.settle()
        assert reason.has_user_focus()

    def test_a_goal_stays_the_same_part_while_others_come(self, at: Answering, view: CitizenView) -> None:
        first = scales(view)[0]
        first.setFocus()
        at.table.add(VAGN, "goal", words="Et nyt mål")
        at.settle()
        assert scales(view)[0] is first
        assert len(scales(view)) == 3

    def test_with_nothing_written_it_says_what_will_come(self, tmp_path: Path, qtbot: QtBot) -> None:
        (tmp_path / "tomt").mkdir()
        empty = Answering(tmp_path / "tomt")
        view = CitizenView(empty.context, empty.table.case_id)
        view.refresh(empty.file)
        assert view.plain_text() == WAITING
        assert citizen_content(empty.file, TODAY).empty
        view.deleteLater()
        empty.close()


class TestTheCitizensScale:
    def test_a_key_is_kept_as_the_citizens_word_by_the_hand_with_the_pen(
        self, at: Answering, view: CitizenView
    ) -> None:
        at.pen(VAGN)
        press(scales(view)[0], Qt.Key.Key_5, "5")
        at.settle(pause=True)
        goal = at.file.goals[0]
        assert goal.now_citizen == 5
        assert at.file.hands[(goal.id, "now_citizen")].hand == VAGN
        assert "Hvor er du i dag? 5 af 10" in view.plain_text()

    @pytest.mark.parametrize("number", [1, 6, 10])
    def test_a_touch_sets_it(self, at: Answering, view: CitizenView, number: int) -> None:
        touch(scales(view)[1], number)
        at.settle(pause=True)
        assert at.file.goals[1].now_citizen == number

    def test_left_of_the_first_is_none_at_all(self, at: Answering, view: CitizenView) -> None:
        scale = scales(view)[0]
        spot = QPointF(4, scale.height() / 2)
        event = QMouseEvent(
            QEvent.Type.MouseButtonPress,
            spot,
            QPointF(scale.mapToGlobal(spot.toPoint())),
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(scale, event)
        at.settle(pause=True)
        assert at.file.goals[0].now_citizen == 0

    def test_a_hope_is_set_when_asked_for(self, at: Answering, view: CitizenView) -> None:
        part = next(iter(view._page._parts.values()))
        assert not part.hoped.isVisible()
        part.ask_hope.click()
        press(part.hoped.boxes, Qt.Key.Key_9, "9")
        at.settle(pause=True)
        assert at.file.goals[0].hoped == 9

    def test_a_number_taken_away_is_none(self, at: Answering, view: CitizenView) -> None:
        press(scales(view)[0], Qt.Key.Key_Delete)
        at.settle(pause=True)
        assert at.file.goals[0].now_citizen is None

    def test_a_scale_being_moved_stays_where_it_is(self, at: Answering, view: CitizenView) -> None:
        press(scales(view)[0], Qt.Key.Key_8, "8")
        at.table.type(VAGN, "goal", at.table.file.goals[0].id, "now_citizen", "1")
        at.settle()
        assert scales(view)[0].answer() == 8
        at.settle(pause=True)
        assert at.file.goals[0].now_citizen == 8

    def test_turned_back_in_the_middle_it_is_kept(self, at: Answering, view: CitizenView) -> None:
        press(scales(view)[0], Qt.Key.Key_7, "7")
        view.turn_back()
        assert at.file.goals[0].now_citizen == 7

    def test_what_is_written_by_others_is_shown(self, at: Answering, view: CitizenView) -> None:
        at.table.type(VAGN, "goal", at.table.file.goals[0].id, "now_citizen", "3")
        at.settle()
        assert scales(view)[0].answer() == 3

    def test_boxes_are_wide_enough_for_a_finger(self, view: CitizenView) -> None:
        view.resize(1280, 800)
        QApplication.processEvents()
        for scale in scales(view):
            assert scale.height() >= 44
            assert boxes(scale._area(), theme_of().px(3))[0].width() >= 40


class TestOnlyTheStaffTurnItBack:
    def ask(self, view: CitizenView, which: Qt.Key = Qt.Key.Key_F9) -> None:
        press(view.scrolling, which)

    def say(self, at: Answering, view: CitizenView, name: str, said: str) -> TextField:
        field = view.findChild(TextField, name)
        assert isinstance(field, TextField)
        field.line.setText(said)
        press(field.line, Qt.Key.Key_Return)
        at.settle()
        return field

    @pytest.mark.parametrize("which", [Qt.Key.Key_F9, Qt.Key.Key_Escape])
    def test_a_pin_turns_it_back(self, at: Answering, view: CitizenView, which: Qt.Key) -> None:
        gone: list[bool] = []
        view.turned_back.connect(lambda: gone.append(True))
        self.ask(view, which)
        assert view.isVisible()
        self.say(at, view, "turn.pin", PIN)
        assert gone == [True]

    def test_a_wrong_pin_does_not(self, at: Answering, view: CitizenView) -> None:
        self.ask(view)
        field = self.say(at, view, "turn.pin", "9999")
        assert view.isVisible()
        assert field.error()
        assert field.text() == ""

    def test_after_five_wrong_ones_the_password_is_asked_for(self, at: Answering, view: CitizenView) -> None:
        self.ask(view)
        for _ in range(5):
            self.say(at, view, "turn.pin", "9999")
        self.say(at, view, "turn.pin", PIN)
        assert view.isVisible()
        hidden: list[bool] = []
        view.turned_back.connect(lambda: hidden.append(True))
        self.say(at, view, "turn.password", PASSWORD)
        assert hidden == [True]

    def test_either_at_the_table_may(self, at: Answering, view: CitizenView) -> None:
        hidden: list[bool] = []
        view.turned_back.connect(lambda: hidden.append(True))
        self.ask(view)
        assert [hand.name for hand in view._staff._people] == ["Bodil Bestiller", "Vagn Vejleder"]
        view._staff._who.set_text("vagn")
        self.say(at, view, "turn.pin", PIN)
        assert hidden == [True]

    def test_escape_stays_with_the_citizen(self, at: Answering, view: CitizenView) -> None:
        self.ask(view)
        press(view._staff.pin.line, Qt.Key.Key_Escape)
        at.settle()
        assert view.isVisible()
        assert not view._staff.isVisible()

    def test_closing_the_window_asks_the_same(self, at: Answering, view: CitizenView) -> None:
        view.close()
        assert view.isVisible()
        assert view._staff.isVisible()

    def test_when_everybody_has_signed_out_it_goes(self, at: Answering, view: CitizenView) -> None:
        hidden: list[bool] = []
        view.turned_back.connect(lambda: hidden.append(True))
        at.context.sign_out()
        assert hidden == [True]

    def test_asked_for_once_more_here_it_takes_a_pin(self, at: Answering, view: CitizenView) -> None:
        assert turn_to_citizen(at.context, at.room, at.room) is view
        assert view.isVisible()
        assert view._staff.isVisible()

    def test_on_a_screen_of_its_own_the_staff_turn_it_back_from_theirs(self, at: Answering, view: CitizenView) -> None:
        view.apart = True
        hidden: list[bool] = []
        view.turned_back.connect(lambda: hidden.append(True))
        turn_to_citizen(at.context, at.room, at.room)
        assert hidden == [True]
        at.settle()
        again = turn_to_citizen(at.context, at.room, at.room)
        assert again is not view
        again.turn_back()

    def test_it_goes_with_the_room(self, at: Answering, view: CitizenView) -> None:
        assert view.parentWidget() is at.room
        assert view.isWindow()


def test_the_line_of_the_months_has_the_door_on_it(at: Answering) -> None:
    line = months(citizen_content(at.file, TODAY), TODAY)
    assert line is not None
    assert (line.start, line.end, line.wall) == (date(2026, 11, 30), date(2027, 5, 29), date(2027, 5, 29))
    assert line.meetings == (date(2027, 1, 14), date(2027, 4, 22))
    assert line.bridge == "Cykelværkstedet i Vores Netværk · Rasmus og cykelklubben"


def test_support_that_is_not_granted_is_not_promised(at: Answering) -> None:
    at.table.single(BODIL, "answer", "target_group", "nej")
    content = citizen_content(at.file, TODAY)
    assert [s.offer for s in content.support] == ["Vores Netværk, cykelværksted"]
    assert content.course is None


def test_under_a_signed_no_the_support_of_a_new_draft_is_not_promised(at: Answering) -> None:
    at.table.single(BODIL, "answer", "target_group", "nej")
    decide.sign(at.table.desk, BODIL, at.table.case_id, PASSWORD)
    at.table.single(BODIL, "answer", "target_group", "ja")
    content = citizen_content(at.file, TODAY)
    assert content.answer == "Nej, du er ikke i målgruppen for støtte."
    assert [s.offer for s in content.support] == ["Vores Netværk, cykelværksted"]
    assert (content.course, content.granted) == (None, False)
