# SPDX-License-Identifier: MPL-2.0
"""A side of the table: one calm column that scrolls down and never sideways.

The screen puts a pen's header, fields and lists in it. Must not know what they are.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.qt.theme import fill, follow, theme_of
from app.views.parts.bars import slim_bars
from app.views.parts.field import Field
from app.views.parts.holding import HoldsPlace
from app.views.parts.keyboard import TabsLast
from app.views.parts.words import Words


class Edge(StrEnum):
    """On which edge of a panel the thin line stands."""

    LEFT = "left"
    RIGHT = "right"
    NONE = "none"


class Sheet(QWidget):
    """A surface of one token colour."""

    def __init__(self, color: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.color = color

    def paintEvent(self, event: QPaintEvent) -> None:
        fill(QPainter(self), event.rect(), theme_of().color(self.color))


class Rule(QWidget):
    """A thin line between two parts of a screen."""

    def __init__(self, parent: QWidget | None = None, *, upright: bool = False) -> None:
        super().__init__(parent)
        self._upright = upright
        follow(self._restyle)

    def _restyle(self) -> None:
        stroke = theme_of().stroke("line")
        if self._upright:
            self.setFixedWidth(stroke)
        else:
            self.setFixedHeight(stroke)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        fill(QPainter(self), event.rect(), theme_of().color("line"))


class Scrolling(QScrollArea):
    """Scrolls down only, without a frame, and keeps whatever has the keyboard in sight, also when what lies around it grows
    or comes later; until a person scrolls away from it."""

    def __init__(self, sheet: Sheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim_bars(self, sheet.color)
        self._follows = True
        self._told: QWidget | None = None
        self.hold: HoldsPlace | None = None  # where several write
        bar = self.verticalScrollBar()
        bar.actionTriggered.connect(self._let_go)
        bar.rangeChanged.connect(self._follow_on)
        self.setWidget(sheet)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow_focus)

    def show_cursor(self) -> None:
        """Bring whatever in here has the keyboard into sight, with nothing cut by the upper edge."""
        now = QApplication.focusWidget()
        if now is not None and self._sheet_holds(now):
            self._follows = True
            self._bring(now)
            self._clear_top(*self._around(now)[1:])

    def look_at(self, told: QWidget) -> None:
        """Keep `told` in sight too, also when it comes later, until the keyboard goes on or a person scrolls."""
        self._told = told
        self._follows = True
        self._follow_on()

    def _let_go(self) -> None:
        """A person looks elsewhere: by wheel, bar or key, never by the program."""
        self._follows = False
        self._told = None

    def _follow_on(self) -> None:
        """The sheet has been laid out, and is as tall as it will be: where the cursor came before that, it had no place yet."""
        now = QApplication.focusWidget()
        held = self.hold is not None and self.hold.settle()
        if self._follows and not held:
            if now is not None and self._sheet_holds(now):
                self._bring(now)
            if self._told is not None and self._told.isVisible():
                self.ensureWidgetVisible(self._told, 0, theme_of().space(1))

    def _follow_focus(self, _old: QObject | None, now: QObject | None) -> None:
        if isinstance(now, QWidget) and self._sheet_holds(now):
            self._told = None
            self._follows = True
            self._bring(now)

    def _sheet_holds(self, now: QWidget) -> bool:
        sheet = self.widget()
        return sheet is not None and sheet.isAncestorOf(now)

    def _bring(self, now: QWidget) -> None:
        """Where it is not in sight already: what is in sight never moves under somebody's hand."""
        if QApplication.mouseButtons() and now.visibleRegion().boundingRect() == now.rect():
            return  # it is being pressed: moved away, it would hear no release, and nothing would come of the press
        held, place, high = self._around(now)
        bar = self.verticalScrollBar()
        if place.top() < bar.value() or place.bottom() > bar.value() + high:
            self.ensureWidgetVisible(held, 0, theme_of().space(4) if held is now else theme_of().space(1))
            self._clear_top(place, high)

    def _around(self, now: QWidget) -> tuple[QWidget, QRect, int]:
        """The row it is in whole, where there is room: what is answered is read with the answer. Else its field, else itself.
        And where on the sheet that is, and how much can be seen."""
        sheet = self.widget()
        assert sheet is not None
        high = self.maximumViewportSize().height()
        around = (_row_around(now, sheet), _field_around(now, sheet))
        held = next((one for one in around if one is not None and one.height() <= high), now)
        return held, QRect(held.mapTo(sheet, QPoint(0, 0)), held.size()), high

    def _clear_top(self, place: QRect, high: int) -> None:
        """Nothing to read or press cut by the upper edge: it is whole, where there is room for it too, or it is not there."""
        from app.views.parts.pen_header import PenMark  # late: the first list has no mark

        sheet, bar = self.widget(), self.verticalScrollBar()
        assert sheet is not None
        told = [
            one for kind in (Words, QAbstractButton, PenMark) for one in sheet.findChildren(kind) if one.isVisible()
        ]
        places = [QRect(one.mapTo(sheet, QPoint(0, 0)), one.size()) for one in told]
        upper = lower = bar.value()
        while cut := [one.top() for one in places if one.top() < upper <= one.bottom()]:  # beside a mark stands a name
            upper = min(cut)
        while ends := [one.bottom() + 1 for one in places if one.top() < lower <= one.bottom()]:
            lower = max(ends)
        if place.bottom() < upper + high:
            bar.setValue(upper)
        elif lower <= place.top():
            bar.setValue(lower)


def _field_around(held: QWidget, sheet: QWidget) -> QWidget:
    """The field a widget is the editor of, with its label above and what is told below it; else the widget itself."""
    around: QWidget | None = held
    while around is not None and around is not sheet:
        if isinstance(around, Field):
            return around
        around = around.parentWidget()
    return held


def _row_around(held: QWidget, sheet: QWidget) -> QWidget | None:
    around: QWidget | None = held
    while around is not None and around is not sheet:
        if isinstance(around, TabsLast):
            return around
        around = around.parentWidget()
    return None


def scrolling_of(widget: QWidget) -> Scrolling | None:
    """What `widget` is scrolled by, if it lies in anything that scrolls."""
    around: QWidget | None = widget
    while around is not None and not isinstance(around, Scrolling):
        around = around.parentWidget()
    return around


class SidePanel(QWidget):
    """A side's column. `add` what belongs to it from the top; the rest of the height stays empty."""

    def __init__(self, name: str, edge: Edge = Edge.NONE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = Sheet("side")
        self.column = QVBoxLayout(self.sheet)
        self.column.addStretch(1)
        self.scrolling = Scrolling(self.sheet, self)
        self.scrolling.setAccessibleName(name)
        self.scrolling.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scrolling.hold = HoldsPlace(self.scrolling)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        if edge is Edge.LEFT:
            row.addWidget(Rule(self, upright=True))
        row.addWidget(self.scrolling, 1)
        if edge is Edge.RIGHT:
            row.addWidget(Rule(self, upright=True))
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        follow(self._restyle)

    def add(self, widget: QWidget) -> None:
        """Put `widget` below what is there already."""
        self.column.insertWidget(self.column.count() - 1, widget)

    def add_heading(self, text: str, note: str = "") -> Words:
        """A quiet heading between groups of fields."""
        words = Words(text, "label")
        words.set_tail(note)
        self.add(words)
        return words

    def clear(self) -> None:
        """Take everything out."""
        while self.column.count() > 1:
            item = self.column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _restyle(self) -> None:
        theme = theme_of()
        side = min(theme.px(18), theme.width("edge"))
        self.column.setContentsMargins(side, theme.px(14), side, theme.space(3))
        self.column.setSpacing(theme.px(14))
        self.setFixedWidth(theme.width("side"))
