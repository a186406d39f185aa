# SPDX-License-Identifier: MPL-2.0
"""What a screen says when there is nothing to show, and what it says in passing.

`EmptyState` stands in the middle of an empty, loading, offline or closed place; `Notice` is a line across the top of
one. Both are a sentence, an icon and at most one thing to do. Must not know why.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.qt.icons import pixmap
from app.qt.theme import follow, theme_of
from app.views.parts.bars import slim_bars
from app.views.parts.beside import ACROSS, DOWN
from app.views.parts.buttons import Button, Kind
from app.views.parts.earshot import announce
from app.views.parts.words import Words, grows_down, rounded


class IconMark(QWidget):
    """An icon in a token colour; decoration beside words that say the same."""

    def __init__(self, name: str, color: str = "text-quiet", size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._color = color
        self._points = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def set_icon(self, name: str, color: str) -> None:
        """Show another icon."""
        self._name, self._color = name, color
        self.update()

    def _restyle(self) -> None:
        side = theme_of().px(self._points)
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        drawn = pixmap(self._name, theme_of().color(self._color), self.width(), self.devicePixelRatioF())
        QPainter(self).drawPixmap(QPointF(0, 0), drawn)


BUTTON_BESIDE = 330
"""From which width, in points, a notice has its button beside its words."""
ICON_TO = 150
"""Text scale in per cent from which the room is needed for the words: scrolled to its button, the picture was cut in half."""


class EmptyState(QWidget):
    """An icon, a short title, a sentence and perhaps one button. `pressed` when it is used."""

    pressed = Signal()

    def __init__(
        self,
        icon: str,
        title: str,
        text: str = "",
        action: str = "",
        parent: QWidget | None = None,
        *,
        button: Button | None = None,
    ) -> None:
        """`button`: one of its own kind instead of the plain one."""
        super().__init__(parent)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._told = ""
        self._icon = IconMark(icon, "text-faint", 40, self)
        self._title = Words(title, "heading", parent=self, align=middle)
        self._text = Words(text, "body", "text-quiet", self, align=middle)
        self.button = button or Button(action, Kind.SECONDARY, parent=self)
        self.button.clicked.connect(self.pressed)
        self._column = QVBoxLayout(self)
        self._column.addStretch(2)
        self._column.addWidget(self._icon, 0, middle)
        self._column.addWidget(self._title)
        self._column.addWidget(self._text)
        self._column.addWidget(self.button, 0, middle)
        self._column.addStretch(3)
        self.show_state(icon, title, text, action)
        follow(self._restyle)

    def show_state(self, icon: str, title: str, text: str = "", action: str = "") -> None:
        """Say something else."""
        self._icon.set_icon(icon, "text-faint")
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.button.setText(action)
        self.button.setVisible(bool(action))
        before, self._told = self._told, ". ".join(part for part in (title, text) if part)
        self.setAccessibleName(f"{title} {text}".strip())
        if self._told != before:
            announce(self, self._told)

    def showEvent(self, event: QShowEvent) -> None:
        """What it was given to say before it came on the screen is said when it comes."""
        super().showEvent(event)
        if not event.spontaneous():
            announce(self, self._told)

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.space(4)
        self._column.setContentsMargins(theme.space(1), edge, theme.space(1), edge)
        self._column.setSpacing(theme.space(1.5))
        self._icon.setVisible(theme.scale < ICON_TO)


class Weight(StrEnum):
    """How much a notice matters."""

    CALM = "calm"
    CAUTION = "caution"
    TROUBLE = "trouble"


_LOOK = {
    Weight.CALM: ("bestiller-soft", "info", "link"),
    Weight.CAUTION: ("warn-soft", "warning", "on-warn"),
    Weight.TROUBLE: ("danger-soft", "error", "danger"),
}


class Notice(QWidget):
    """A line across the top of a place; hidden while it has nothing to say. `pressed` for its one button."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weight = Weight.CALM
        self._icon = IconMark("info", "link", 20, self)
        self._words = Words("", "body", parent=self)
        self.button = Button("", Kind.SECONDARY, parent=self)
        self.button.clicked.connect(self.pressed)
        self._row = QHBoxLayout()
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._words, 1)
        self._outer = QBoxLayout(ACROSS, self)
        self._outer.addLayout(self._row, 1)
        self._outer.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        grows_down(self)
        self.hide()
        follow(self._restyle)

    def say(self, text: str, weight: Weight = Weight.CALM, action: str = "") -> None:
        """Say this; "" takes the line away."""
        new = text != self.text()
        self._weight = weight
        _, icon, ink = _LOOK[weight]
        self._icon.set_icon(icon, ink)
        self._words.setText(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.update()
        if new:
            announce(self, text)

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().px(160), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """Its button stands below the words where they would be squeezed beside it."""
        across = self.width() >= theme_of().px(BUTTON_BESIDE)
        self._outer.setDirection(ACROSS if across else DOWN)
        self._outer.setAlignment(self.button, Qt.AlignmentFlag.AlignVCenter if across else Qt.AlignmentFlag.AlignLeft)

    def _restyle(self) -> None:
        theme = theme_of()
        self._outer.setContentsMargins(theme.space(2), theme.px(10), theme.space(2), theme.px(10))
        for box in (self._row, self._outer):
            box.setSpacing(theme.px(10))
        self._turn()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        fill = theme.color(_LOOK[self._weight][0])
        rounded(QPainter(self), QRectF(self.rect()), fill, None, 0, theme.radius("field"))


class LongNotice(Notice):
    """A notice that may hold several sentences: where they do not all have room they scroll, and are never cut.

    They are a stop for Tab while there are more of them than are in sight; the arrows move them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scrolling = _ScrolledWords(self)
        self._row.replaceWidget(self._words, self.scrolling)
        self.scrolling.hold(self._words)

    def say(self, text: str, weight: Weight = Weight.CALM, action: str = "") -> None:
        super().say(text, weight, action)
        self.scrolling.updateGeometry()  # what scrolls tells nobody that its inside has grown

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.scrolling.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.scrolling.hasFocus():
            theme = theme_of()
            ring, radius = theme.stroke("focus"), theme.radius("field")
            rounded(QPainter(self), QRectF(self.rect()), None, theme.color("focus"), ring, radius)


class _ScrolledWords(QScrollArea):
    """As tall as its words where there is room, and a line or two at the least."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self._words: Words | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slim_bars(self)
        grows_down(self)
        self.verticalScrollBar().rangeChanged.connect(self._reach)

    def hold(self, words: Words) -> None:
        """Let these be the words."""
        self._words = words
        self.setWidget(words)
        for see_through in (self.viewport(), words):
            see_through.setAutoFillBackground(False)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._words.heightForWidth(width) if self._words is not None else 0

    def sizeHint(self) -> QSize:
        return self._words.sizeHint() if self._words is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        theme = theme_of()
        return QSize(theme.px(80), self.fontMetrics().height() * (1 if theme.scale >= ICON_TO else 2))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._around.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._around.update()

    def _reach(self, least: int, most: int) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if most > least else Qt.FocusPolicy.NoFocus)
