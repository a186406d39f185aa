# SPDX-License-Identifier: MPL-2.0
"""What works a screen for somebody (a screen reader, voice control) acts on what is shown as a person does: every screen is gone
through, what says it can be toggled or set is, and what is shown then is what is told and kept.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from app.views.parts.chips import FilterPills, Pill
from app.views.parts.field import field_of
from app.views.parts.fields import ChoiceField, Option
from app.views.parts.scale import ScaleBoxes
from app.views.parts.step_bar import StepBar, StepButton
from app.views.shell.closing import bound_fields
from tests.views.heard import heard
from tests.views.screens import OWN, faces, settings, step
from tests.views.shell_desk import Desk


def do(widget: QWidget, action: str) -> None:
    can = QAccessible.queryAccessibleInterface(widget).actionInterface()
    assert action in can.actionNames(), widget.objectName()
    can.doAction(action)


@pytest.mark.parametrize("come_to", OWN, ids=lambda one: one.__name__)
def test_whatever_says_it_can_be_toggled_or_set_tells_of_it(desk: Desk, come_to: Callable[[Desk], None]) -> None:
    """An option, a pill and a step looked chosen when they were toggled, and were not: only a press was heard."""
    come_to(desk)
    desk.settle()
    checkable: list[QAbstractButton] = []
    scales: list[ScaleBoxes] = []
    for face in faces(desk.window):
        widget = face.object()
        if isinstance(widget, QAbstractButton) and widget.isCheckable() and widget.isEnabled():
            checkable.append(widget)
        if isinstance(widget, ScaleBoxes) and widget.isEnabled():
            scales.append(widget)
    told: list[object] = []
    steps: list[StepButton] = []
    for widget in checkable:
        field = field_of(widget)
        if isinstance(widget, StepButton):
            steps.append(widget)  # at the end: it leads elsewhere
            continue
        around = widget.parentWidget()
        said = around.chosen if isinstance(widget, Pill) and isinstance(around, FilterPills) else None
        said = field.edited if field is not None else said
        assert said is not None, f"nobody is known to listen to {widget.accessibleName()}"
        if not widget.isVisible() or widget.isChecked():
            continue
        link = said.connect(told.append)
        before = len(told)
        do(widget, "Toggle")
        assert len(told) == before + 1, widget.accessibleName()
        desk.settle()
        said.disconnect(link)
        if field in {bound.widget for bound in bound_fields()}:
            assert not field.unsaved(), f"{field.objectName()} was never kept"
    for scale in scales:
        QAccessible.queryAccessibleInterface(scale).valueInterface().setCurrentValue(6 if scale.answer() == 5 else 5)
        desk.settle()
        field = field_of(scale)
        assert field is not None
        assert field.text() in ("5", "6")
        field.setFocus()
        desk.window.flush()
        desk.settle()
        assert not field.unsaved()
    for button in steps[::-1]:
        do(button, "Toggle")
        desk.settle()
        assert desk.window.room.number == button.number


def test_a_step_toggled_off_is_still_the_step_in_hand(desk: Desk) -> None:
    step(2)(desk)
    desk.settle()
    bar: StepBar = desk.window.room.bar
    do(bar.buttons[1], "Toggle")
    desk.settle()
    assert bar.current() == desk.window.room.number == 2
    assert bar.buttons[1].isChecked()


def test_a_pill_pressed_is_told_once_and_once_more_when_pressed_again(desk: Desk) -> None:
    pills: FilterPills = desk.window.today.cases.pills
    told: list[str] = []
    pills.chosen.connect(told.append)
    last = pills.pills()[-1]
    last.click()
    assert told == [last.key]
    last.click()
    assert told == [last.key] * 2
    do(pills.pills()[0], "Toggle")
    last.click()
    assert told == [last.key, last.key, pills.pills()[0].key, last.key]
    pills.choose(pills.pills()[0].key)
    assert len(told) == 4, "what the program chooses is nobody's choice"


def test_a_number_set_on_a_scale_is_the_answer(desk: Desk) -> None:
    """It was shown nowhere and kept nowhere; and where there is no number none is told."""
    boxes = ScaleBoxes()
    picked: list[str] = []
    boxes.picked.connect(lambda: picked.append(boxes.text()))
    boxes.setAccessibleDescription("Hvor er du nu?")
    face = QAccessible.queryAccessibleInterface(boxes)
    assert face.text(QAccessible.Text.Description) == "intet tal. Hvor er du nu?"
    face.valueInterface().setCurrentValue(7)
    face.valueInterface().setCurrentValue(4)
    assert picked == ["7", "4"]
    assert boxes.answer() == 4
    assert face.text(QAccessible.Text.Description) == "Hvor er du nu?"
    boxes.set_answer(2)
    assert picked == ["7", "4"], "what the program sets is nobody's answer"
    boxes.set_answer(None)
    assert "intet tal" in face.text(QAccessible.Text.Description)
    boxes.deleteLater()


def test_whose_right_a_mark_and_a_number_are_is_told(desk: Desk) -> None:
    """Each bestiller's were called the same: the field named its editor over again."""
    settings(desk)
    desk.settle()
    desk.until(lambda: "må bevilge" in heard(desk.window))
    told = heard(desk.window).splitlines()
    assert "Må bevilge § 82 b" not in [one.object().accessibleName() for one in faces(desk.window)]
    named = [line for line in told if "må bevilge § 82 b" in line or "§ 82 b: højst" in line]
    assert len(named) == len(set(named)) >= 2


def test_an_error_is_told_at_the_option_the_keyboard_stands_at(desk: Desk) -> None:
    """It was told of the list around them, where the keyboard never is; and of a box, not in its line."""
    few, many = ChoiceField("Svar", [Option("ja", "Ja"), Option("nej", "Nej")]), ChoiceField("Lov", [], type_ahead=True)
    for field in (few, many):
        field.set_error("Vælg en.")
    option = next(b for b in few.findChildren(QAbstractButton) if b.text() == "Ja")
    assert option.accessibleDescription() == "Svar. Tjek: Vælg en."
    line = many.findChild(QLineEdit)
    assert line is not None
    assert (line.accessibleName(), line.accessibleDescription()) == ("Lov", "Tjek: Vælg en.")
    many.set_label("Paragraf")
    assert line.accessibleName() == "Paragraf"
    for field in (few, many):
        field.deleteLater()


def test_words_put_in_a_field_for_somebody_are_kept(desk: Desk) -> None:
    """Dictation gives a field its text whole."""
    step(2)(desk)
    desk.settle()
    for name, words in (("wishes.want", "Tage bussen selv"),):
        field = desk.find(name)
        QAccessible.queryAccessibleInterface(field.editor).setText(QAccessible.Text.Value, words)
        desk.settle()
        assert field.text() == words
        field.setFocus()
        desk.window.flush()
        desk.settle()
        assert not field.unsaved()
