# SPDX-License-Identifier: MPL-2.0
"""Radio buttons and check boxes drawn from tokens: a mark, then words that wrap.

Qt's own cut their words where they do not fit. Used by the choice fields. Must not know what is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QWidget

from app.qt.icons import pixmap
from app.qt.theme import follow, theme_of
from app.views.parts.words import WIDTHS_ASKED, grows_down, lay, rounded

if TYPE_CHECKING:
    _Button = QAbstractButton
else:
    _Button = object  # Qt makes one widget of one of its own classes: what is shared stands beside it


def _side() -> int:
    """The side of a mark, in pixels."""
    return theme_of().px(19)


def _lead() -> int:
    """Where the words begin, in pixels."""
    return _side() + theme_of().space(1)


def _height(button: QWidget, words: str, width: int) -> int:
    theme = theme_of()
    laid = lay(words, button.font(), width - _lead() - 1, leading=1.1)
    return max(theme.width("touch"), round(laid.height + 0.5) + theme.space(0.75))


def _paint_words(button: QWidget, painter: QPainter, words: str) -> QRectF:
    """Draw the words; returns where the mark belongs, beside their first line."""
    theme = theme_of()
    laid = lay(words, button.font(), button.width() - _lead() - 1, leading=1.1)
    top = (button.height() - laid.height) / 2
    laid.paint(painter, QPointF(_lead(), top), theme.color("text" if button.isEnabled() else "on-off"))
    middle = top + laid.height / max(1, laid.lines) / 2
    return QRectF(0, middle - _side() / 2, _side(), _side()).adjusted(0.5, 0.5, -0.5, -0.5)


def _paint_focus(painter: QPainter, button: QWidget, words: str) -> None:
    """An outline around the words, clear of the mark: the cursor seen from across the table."""
    theme = theme_of()
    laid = lay(words, button.font(), button.width() - _lead() - 1, leading=1.1)
    left, air = _side() + theme.px(3), theme.space(1)
    wide = min(_lead() - left + laid.width + air, button.width() - left)
    around = QRectF(left, 0, wide, button.height())
    rounded(painter, around, None, theme.color("focus"), theme.stroke("mark"), theme.radius("field"))


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: the `value` that is kept and the `words` that are read."""

    value: str
    words: str


class _Marked(_Button):
    """What a mark with words has in common: as tall as its words need, and pressed anywhere on them."""

    _words: str
    _heights: dict[tuple[str, int], int]

    def _restyle(self) -> None:
        self.setFont(theme_of().font("body"))
        self._heights = {}
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        key = (self._words, width)
        height = self._heights.get(key)
        if height is None:
            if len(self._heights) >= WIDTHS_ASKED:
                self._heights.clear()
            height = self._heights[key] = _height(self, self._words, width)
        return height

    def sizeHint(self) -> QSize:
        wide = min(self.fontMetrics().horizontalAdvance(self._words) + _lead() + 2, theme_of().px(420))
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        return QSize(_lead() * 3, theme_of().width("touch"))

    def hitButton(self, _pos: QPoint) -> bool:
        return True


class RadioOption(_Marked, QRadioButton):
    """One of several options."""

    def __init__(self, option: Option, accent: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.option = option
        self._words = option.words
        self._accent = accent
        self.setText(option.words.replace("&", "&&"))
        self.setAccessibleName(option.words)
        grows_down(self)
        follow(self._restyle)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        circle = _paint_words(self, painter, self._words)
        round_off = circle.height() / 2
        if self.isChecked():
            rounded(painter, circle, theme.color(self._accent), None, 0, round_off)
            inward = circle.height() * 0.33
            dot = circle.adjusted(inward, inward, -inward, -inward)
            rounded(painter, dot, theme.color("surface"), None, 0, dot.height() / 2)
        else:
            rounded(painter, circle, theme.color("surface"), theme.color("text"), 1, round_off)
        if self.hasFocus():
            _paint_focus(painter, self, self._words)


class CheckMark(_Marked, QCheckBox):
    """One thing that is so or not."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self.setText(words.replace("&", "&&"))
        grows_down(self)
        follow(self._restyle)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        box = _paint_words(self, painter, self._words)
        radius = theme.radius("chip")
        if self.isChecked():
            rounded(painter, box, theme.color("primary"), None, 0, radius)
            size = _side() - 2
            check = pixmap("check", theme.color("on-primary"), size, self.devicePixelRatioF())
            painter.drawPixmap(box.topLeft() + QPointF(0.5, 0.5), check)
        else:
            rounded(painter, box, theme.color("surface"), theme.color("text"), 1, radius)
        if self.hasFocus():
            _paint_focus(painter, self, self._words)
