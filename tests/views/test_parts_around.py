# SPDX-License-Identifier: MPL-2.0
"""The parts around fields and paper: steps, chips, pills, sides, bubbles, notices, buttons and tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.roles import Role
from app.qt.theme import theme_of
from app.views.parts.bubbles import Bubble, Bubbles, Said
from app.views.parts.buttons import Button, Kind
from app.views.parts.chips import FilterPills, MissingLine, StatusLine, Tone
from app.views.parts.fields import TextField
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.notices import EmptyState, Notice, Weight
from app.views.parts.pen_header import PenHeader, PenMark
from app.views.parts.side_panel import Edge, SidePanel
from app.views.parts.step_bar import StepBar
from app.views.parts.table import CalmTable, CellRole, CellTone
from app.views.parts.words import Words


def press(target: QWidget, key: int, text: str = "") -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[QWidget], QWidget]:
    def show(widget: QWidget, width: int = 700) -> QWidget:
        qtbot.addWidget(widget)
        widget.resize(width, 300)
        widget.show()
        widget.activateWindow()
        widget.grab()
        return widget

    return show


MAKERS: dict[str, Callable[[], QWidget]] = {
    "button": lambda: Button("Vend skærmen", shortcut="F9", icon="print"),
    "primary": lambda: Button("Underskriv", Kind.PRIMARY),
    "quiet": lambda: Button("Fortryd", Kind.QUIET),
    "missing": lambda: _missing(),
    "pills": lambda: FilterPills("Vis", [("a", "Alle"), ("k", "Kræver dig")]),
    "steps": StepBar,
    "pen": lambda: PenHeader(Role.BESTILLER, "Bente"),
    "bubble": lambda: Bubble(Said(Role.VEJLEDER, "Kan rammen bruges om lørdagen?", "Viggo 10:38")),
    "empty": lambda: EmptyState("groups", "Ingen borgere endnu", "Her kommer de.", "Ny borger"),
    "notice": lambda: _notice(),
    "side": lambda: _side(),
}


def _missing() -> QWidget:
    line = MissingLine()
    line.set_missing([("reason", "begrundelse"), ("next", "næste skridt")])
    return line


def _notice() -> QWidget:
    notice = Notice()
    notice.say("Serveren kan ikke nås.", Weight.CAUTION, "Prøv nu")
    return notice


def _side() -> QWidget:
    side = SidePanel("Bestiller", Edge.RIGHT)
    side.add_heading("Spørgsmål", "(kun internt)")
    side.add(TextField("Støtte"))
    return side


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize(("scheme", "scale"), [("light", 200), ("dark", 100)])
def test_every_part_is_drawn_in_every_look_and_named(
    name: str, scheme: str, scale: int, shown: Callable[[QWidget], QWidget], qapp: QApplication
) -> None:
    part = shown(MAKERS[name]())
    theme_of().apply(qapp, scheme, scale)
    assert not part.grab().isNull()
    nameless = [
        widget
        for widget in (part, *part.findChildren(QWidget))
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.accessibleName()
    ]
    assert not nameless


# -- words


def test_a_label_is_as_tall_as_its_words_and_breaks_the_longest(qtbot: QtBot) -> None:
    words = Words("kort")
    qtbot.addWidget(words)
    low = words.heightForWidth(120)
    words.setText("Speciallægepraksissammenslutningskonsultation")
    assert words.heightForWidth(120) >= 2 * low
    assert words.minimumSizeHint().width() < 120


def test_a_label_may_end_in_a_quieter_voice(qtbot: QtBot) -> None:
    words = Words("Mit notat", "label")
    qtbot.addWidget(words)
    words.set_tail("(kun internt)")
    assert words.text() == "Mit notat (kun internt)"
    words.set_tail("(delt)")
    assert words.text() == "Mit notat (delt)"
    words.set_tail("")
    assert words.text() == "Mit notat"


# -- chips and pills


def test_a_missing_word_leads_to_its_field(shown: Callable[[QWidget], QWidget], qtbot: QtBot) -> None:
    line = shown(_missing())
    assert isinstance(line, MissingLine)
    with qtbot.waitSignal(line.chosen) as told:
        press(line.chips()[1], Qt.Key.Key_Space, " ")
    assert told.args == ["next"]
    assert line.accessibleName() == "Svar før du går · mangler begrundelse, næste skridt"


def test_when_nothing_lacks_it_is_said(shown: Callable[[QWidget], QWidget]) -> None:
    line = shown(_missing())
    assert isinstance(line, MissingLine)
    line.set_missing([])
    assert line.chips() == []
    assert line.accessibleName() == "Svar før du går · intet mangler"


def test_the_keyboard_stays_on_a_chip_that_stays(shown: Callable[[QWidget], QWidget], qtbot: QtBot) -> None:
    line = shown(_missing())
    assert isinstance(line, MissingLine)
    line.chips()[1].setFocus()
    qtbot.waitUntil(lambda: line.chips()[1].hasFocus())
    line.set_missing([("next", "næste skridt")])
    assert line.chips()[0].hasFocus()


def test_a_pill_is_chosen_by_a_person_and_kept_when_others_come(
    shown: Callable[[QWidget], QWidget], qtbot: QtBot
) -> None:
    pills = shown(FilterPills("Vis", [("a", "Alle"), ("k", "Kræver dig")]))
    assert isinstance(pills, FilterPills)
    assert pills.current() == "a"
    with qtbot.waitSignal(pills.chosen) as told:
        pills.pills()[1].click()
    assert told.args == ["k"]
    pills.set_pills([("a", "Alle"), ("k", "Kræver dig"), ("v", "Viggo")])
    assert pills.current() == "k"
    pills.set_pills([("a", "Alle")])
    assert pills.current() == "a"


def test_the_status_is_words_not_only_a_dot(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_status("Kan ikke gemme", Tone.TROUBLE)
    assert line.accessibleName() == line.text() == "Kan ikke gemme"


# -- steps


def test_a_step_is_chosen_and_says_how_it_is(shown: Callable[[QWidget], QWidget], qtbot: QtBot) -> None:
    bar = shown(StepBar(), 1366)
    assert isinstance(bar, StepBar)
    bar.set_done({1, 2})
    bar.set_current(2)
    assert bar.buttons[0].accessibleName() == "Trin 1: Velkommen, der står noget"
    assert bar.buttons[1].accessibleName() == "Trin 2: Hvad vil du?, her er vi"
    with qtbot.waitSignal(bar.chosen) as told:
        bar.buttons[4].click()
    assert told.args == [5]
    assert bar.current() == 5
    assert [button.isChecked() for button in bar.buttons].count(True) == 1


@pytest.mark.parametrize("shortcuts", [True, False])
def test_alt_and_a_figure_choose_a_step_unless_the_action_table_does(
    shown: Callable[[QWidget], QWidget], qtbot: QtBot, shortcuts: bool
) -> None:
    bar = shown(StepBar(shortcuts=shortcuts), 1366)
    assert isinstance(bar, StepBar)
    qtbot.waitUntil(bar.isActiveWindow)
    told: list[int] = []
    bar.chosen.connect(told.append)
    qtbot.keyClick(bar, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert told == ([3] if shortcuts else [])


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_six_steps_fit_the_smallest_screen_on_one_line(
    shown: Callable[[QWidget], QWidget], qapp: QApplication, scale: int
) -> None:
    theme_of().apply(qapp, "light", scale)
    bar = shown(StepBar(), 1366)
    assert isinstance(bar, StepBar)
    bar.set_done({1, 2, 3, 4, 5, 6})
    bar.grab()
    assert bar.heightForWidth(1366) == bar.buttons[0].sizeHint().height()


# -- sides and pens


def test_a_side_scrolls_down_to_the_field_in_hand_and_never_sideways(
    shown: Callable[[QWidget], QWidget], qtbot: QtBot
) -> None:
    side = SidePanel("Bestiller")
    fields = [TextField(f"Felt {n} {'langt ord' * 9}") for n in range(12)]
    for field in fields:
        side.add(field)
    shown(side)
    assert side.sheet.width() <= side.scrolling.viewport().width()
    fields[-1].setFocus()
    qtbot.waitUntil(fields[-1].has_user_focus)
    assert side.scrolling.verticalScrollBar().value() > 0
    side.clear()
    assert side.column.count() == 1


def test_the_field_in_hand_stays_in_sight_as_its_side_grows_until_one_scrolls_away(
    shown: Callable[[QWidget], QWidget],
) -> None:
    side = SidePanel("Bestillers side")
    above = QWidget()
    fields = [TextField(f"Felt {n}") for n in range(6)]
    for widget in (above, *fields):
        side.add(widget)
    shown(side)
    fields[-1].setFocus()
    QApplication.processEvents()

    def whole() -> bool:
        return bool(fields[-1].visibleRegion().boundingRect() == fields[-1].rect())

    above.setMinimumHeight(400)
    QApplication.processEvents()
    assert whole()
    side.scrolling.verticalScrollBar().triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    above.setMinimumHeight(500)
    QApplication.processEvents()
    assert not whole(), "one reads what is at the top, and is left there"


def test_a_press_moves_nothing_away_from_under_the_mouse(qtbot: QtBot, shown: Callable[[QWidget], QWidget]) -> None:
    side = SidePanel("Vejlederens side", Edge.LEFT)
    field = TextField("Det er du god til")
    keep = Button("Behold Vagns", Kind.QUIET, parent=field)
    layout = field.layout()
    assert layout is not None
    for part in (Words("Skal afklares " * 12, parent=field), keep):
        layout.addWidget(part)
    for part in (QPushButton("før"), field, *(TextField(f"felt {n}") for n in range(6))):
        side.add(part)
    shown(side)
    pressed: list[bool] = []
    keep.clicked.connect(lambda: pressed.append(True))
    bar = side.scrolling.verticalScrollBar()
    bar.setValue(keep.mapTo(side.sheet, QPoint(0, 0)).y() - 10)  # the field it belongs to begins above the edge
    before = bar.value()
    assert before > field.y()
    window = side.windowHandle()
    at = keep.mapTo(side, keep.rect().center())
    QTest.mousePress(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert pressed == [True]
    assert bar.value() == before


def test_a_pen_is_told_by_letter_and_word(qtbot: QtBot) -> None:
    header = PenHeader(Role.VEJLEDER, "Viggo")
    qtbot.addWidget(header)
    header.set_has_pen(True)
    assert header.accessibleName() == "Viggo, vejleder, giver støtten, har pennen"
    header.set_has_pen(False)
    header.set_person("")
    assert header.accessibleName() == "Ingen vejleder endnu, vejleder, giver støtten"
    header.set_person("Viggo", elsewhere=True)
    assert header.accessibleName() == "Viggo, vejleder, ved et andet bord"
    for role in Role:
        mark = PenMark(role)
        qtbot.addWidget(mark)
        assert mark.accessibleName() == role.value
        assert not mark.grab().isNull()


def test_the_two_pens_differ_in_shape(qtbot: QtBot) -> None:
    corners = {}
    for role in (Role.BESTILLER, Role.VEJLEDER):
        mark = PenMark(role)
        qtbot.addWidget(mark)
        corners[role] = mark.grab().toImage().pixelColor(2, 2).name()
    assert corners[Role.BESTILLER] == theme_of().color("bestiller").name()
    assert corners[Role.VEJLEDER] != theme_of().color("vejleder").name()


# -- bubbles, notices, buttons


def test_bubbles_are_kept_and_added_to(qtbot: QtBot) -> None:
    bubbles = Bubbles("Spørgsmål til udkastet")
    qtbot.addWidget(bubbles)
    one = Said(Role.VEJLEDER, "Kan rammen bruges om lørdagen?", "Viggo 10:38")
    two = Said(Role.BESTILLER, "Ja.", "Bente 10:41")
    bubbles.set_said([one])
    first = bubbles.findChildren(Bubble)[0]
    bubbles.set_said([one, two])
    assert [bubble.said() for bubble in bubbles.findChildren(Bubble)] == [one, two]
    assert bubbles.findChildren(Bubble)[0] is first
    assert first.accessibleName() == "Viggo 10:38, vejleder: Kan rammen bruges om lørdagen?"
    bubbles.set_said([])
    assert bubbles.isHidden()


def test_a_notice_comes_and_goes(qtbot: QtBot) -> None:
    notice = Notice()
    qtbot.addWidget(notice)
    assert notice.isHidden()
    notice.say("Serveren kan ikke nås.", Weight.CAUTION, "Prøv nu")
    assert not notice.isHidden()
    with qtbot.waitSignal(notice.pressed):
        notice.button.click()
    notice.say("")
    assert notice.isHidden()


def test_an_empty_place_has_at_most_one_thing_to_do(qtbot: QtBot) -> None:
    empty = EmptyState("groups", "Ingen borgere endnu", "Her kommer de.", "Ny borger")
    qtbot.addWidget(empty)
    with qtbot.waitSignal(empty.pressed):
        empty.button.click()
    empty.show_state("lock", "Ikke åben for dig")
    assert empty.button.isHidden()
    assert empty.accessibleName() == "Ikke åben for dig"


def test_a_button_follows_its_action(qtbot: QtBot) -> None:
    action = QAction("&Vend skærmen")
    action.setShortcut("F9")
    button = Button("")
    qtbot.addWidget(button)
    button.follow_action(action)
    assert button.text() == button.accessibleName() == "Vend skærmen"
    narrow = button.sizeHint().width()
    action.setText("Vend skærmen tilbage")
    action.setEnabled(False)
    assert button.sizeHint().width() > narrow
    assert not button.isEnabled()
    action.setEnabled(True)
    with qtbot.waitSignal(action.triggered):
        button.click()


def test_things_wrap_and_none_is_lost(qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    flow = FlowLayout(place)
    things = [QPushButton(f"Nummer {n}") for n in range(8)]
    for thing in things:
        flow.addWidget(thing)
    place.resize(200, flow.heightForWidth(200))
    place.show()
    place.grab()
    assert all(place.rect().contains(thing.geometry()) for thing in things)
    for one in things:
        assert not any(one.geometry().intersects(other.geometry()) for other in things if other is not one)
    assert flow.heightForWidth(2000) < flow.heightForWidth(200)


# -- the table


class Cells(QAbstractTableModel):
    """Two columns: a word, and how much has gone."""

    rows = (("forfalden 3 dage", 0.9), ("14. januar", 0.0), ("i dag", None))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return ("Næste opfølgning", "Seks måneder")[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        word, share = self.rows[index.row()]
        if index.column() == 0:
            late = CellTone.LATE if word.startswith("forfalden") else None
            return {Qt.ItemDataRole.DisplayRole: word, CellRole.TONE: late}.get(role)
        return share if role == CellRole.SHARE else None


@pytest.fixture
def table(qtbot: QtBot) -> CalmTable:
    table = CalmTable("Mine borgere")
    qtbot.addWidget(table)
    table.setModel(Cells(table))
    table.resize(500, 300)
    table.show()
    return table


def test_red_is_only_for_what_is_late(table: CalmTable) -> None:
    table.horizontalHeader().setSortIndicatorShown(True)
    drawn = table.grab().toImage()
    late = theme_of().color("danger").name()
    found = [y for y in range(drawn.height()) for x in range(200) if drawn.pixelColor(x, y).name() == late]
    assert found
    row = table.rowViewportPosition(0) + table.horizontalHeader().height()
    assert row <= min(found) <= max(found) <= row + table.rowHeight(0)


def test_a_row_grows_with_the_text(table: CalmTable, qapp: QApplication) -> None:
    low = table.rowHeight(0)
    theme_of().apply(qapp, "light", 200)
    assert table.rowHeight(0) == 2 * low
    table.selectRow(0)
    assert not table.grab().isNull()


def test_the_table_has_a_name_and_tab_leaves_it(table: CalmTable) -> None:
    assert table.accessibleName() == "Mine borgere"
    assert not table.tabKeyNavigation()


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_a_button_with_a_long_name_never_makes_its_column_wider(qtbot: QtBot, qapp: QApplication, scale: int) -> None:
    theme_of().apply(qapp, "light", scale)
    button = Button("Giv pennen til Æbleskivepandebagningsfællesskabsforeningskasserer", Kind.QUIET, shortcut="F2")
    qtbot.addWidget(button)
    assert button.minimumSizeHint().width() <= theme_of().width("side") - theme_of().px(90)
