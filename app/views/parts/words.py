# SPDX-License-Identifier: MPL-2.0
"""Text that wraps anywhere and never hides: labels and the measuring behind them.

`QLabel` breaks only between words, so a long Danish compound or a pasted address would be cut at 200 %. Used by every
part that shows running text. Must not know what the text says.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.domain.tied import tie
from app.qt.theme import follow, theme_of

RING = 5
"""Points of air between words that are only read and the ring that tells where the keyboard is, at each side."""
WIDTHS_ASKED = 16
"""How many widths a layout asks after before the first is forgotten: it tries the same few again and again."""

LINE_SEPARATOR = "\u2028"


def plain_lines(text: str) -> str:
    """`text` with one kind of line end, the kind an editor gives back."""
    for end in ("\r\n", "\r", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    return text


class Laid(NamedTuple):
    """Text broken into lines of a given width. `height` and `width` in pixels, `lines` counted."""

    layout: QTextLayout
    width: float
    height: float
    lines: int

    @property
    def baseline(self) -> float:
        """How far below the top the first line stands."""
        line = self.layout.lineAt(0) if self.lines else None
        return line.y() + line.ascent() if line is not None else 0.0

    def paint(self, painter: QPainter, at: QPointF, color: QColor) -> None:
        """Draw with the upper left corner at `at`."""
        painter.setPen(color)
        self.layout.draw(painter, at)


def lay(
    text: str,
    font: QFont,
    width: float,
    *,
    leading: float = 1.0,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    most_lines: int | None = None,
    tied: bool = True,
    tail: tuple[int, QFont, QColor] | None = None,
) -> Laid:
    """Break `text` into lines no wider than `width`, anywhere if a word alone is too long.

    `leading` multiplies the font's own line height. With `most_lines` the rest is neither broken nor drawn. Not `tied`, it is
    broken as an editor breaks it, which holds the text as it was typed. `tail` is where a quieter end of the text begins, and
    its font and colour.
    """
    option = QTextOption(align)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    lines_parted = text.replace("\r\n", "\n").replace("\n", LINE_SEPARATOR)
    layout = QTextLayout(tie(lines_parted) if tied else lines_parted, font)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    if tail is not None:
        from PySide6.QtGui import QTextCharFormat  # late: its many names take longer than the first page's text

        quiet = QTextLayout.FormatRange()
        look = QTextCharFormat()
        look.setFont(tail[1])
        look.setForeground(tail[2])
        quiet.start, quiet.length, quiet.format = tail[0], len(layout.text()) - tail[0], look
        layout.setFormats([quiet])
    y = widest = 0.0
    lines = 0
    layout.beginLayout()
    while most_lines is None or lines < most_lines:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(1.0, width))
        extra = line.height() * (leading - 1)
        line.setPosition(QPointF(0, y + extra / 2))
        y += line.height() + extra
        widest = max(widest, line.naturalTextWidth())
        lines += 1
    layout.endLayout()
    return Laid(layout, widest, y, lines)


class Words(QLabel):
    """A label of one type role and one colour that wraps anywhere and follows the look."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        color: str = "text",
        parent: QWidget | None = None,
        *,
        leading: float = 1.08,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__(parent)
        self._role = role
        self._color = color
        self._leading = leading
        self._across = align
        self._tail: tuple[int, str, str] | None = None
        self._laid: tuple[tuple[str, str, int, str], Laid] | None = None
        self._heights: dict[tuple[str, str, int], int] = {}
        self._hint: tuple[tuple[str, str], QSize] | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setText(text)
        follow(self._restyle)

    def set_tail(self, tail: str, role: str = "note", color: str = "text-quiet") -> None:
        """Let the text end in a quieter voice: "Mit notat (kun internt)"."""
        head = self.text() if self._tail is None else self.text()[: self._tail[0]].rstrip()
        self._tail = (len(head) + 1, role, color) if tail else None
        self.setText(f"{head} {tail}" if tail else head)
        self._restyle()

    def set_color(self, name: str) -> None:
        """Draw in another token colour."""
        self._color = name
        self.update()

    def set_role(self, role: str) -> None:
        """Draw in another type role."""
        self._role = role
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(theme_of().font(self._role))
        self._laid = self._hint = None
        self._heights.clear()
        self.updateGeometry()
        self.update()

    def _lay(self, width: int) -> Laid:
        painted = theme_of().color(self._tail[2]).name() if self._tail is not None else ""  # a tail keeps its colour
        key = (self.text(), self.font().key(), width, painted)
        if self._laid is None or self._laid[0] != key:
            self._laid = (key, self._broken(width))
        return self._laid[1]

    def _broken(self, width: int) -> Laid:
        theme = theme_of()
        tail = self._tail and (self._tail[0], theme.font(self._tail[1]), theme.color(self._tail[2]))
        return lay(self.text(), self.font(), width, leading=self._leading, align=self._across, tail=tail)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        key = (self.text(), self.font().key(), width)
        height = self._heights.get(key)
        if height is None:
            if len(self._heights) >= WIDTHS_ASKED:
                self._heights.clear()
            height = self._heights[key] = round(
                self._lay(width).height + 0.5
            )  # the last width asked for is mostly the one drawn
        return height

    def sizeHint(self) -> QSize:
        key = (self.text(), self.font().key())
        if self._hint is None or self._hint[0] != key:
            laid = self._broken(theme_of().px(420))
            self._hint = (key, QSize(round(laid.width + 1.5), round(laid.height + 0.5)))
        return QSize(self._hint[1])

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        wide = min(metrics.horizontalAdvance("mmmm"), self.sizeHint().width())
        return QSize(wide, metrics.height() if self.text() else 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        laid = self._lay(self.width())
        painter = QPainter(self)
        color = theme.color(self._color if self.isEnabled() else "on-off")
        offset = 0.0
        if self.alignment() & Qt.AlignmentFlag.AlignVCenter:
            offset = max(0.0, (self.height() - laid.height) / 2)
        laid.paint(painter, QPointF(0, offset), color)


def rounded(
    painter: QPainter, rect: QRectF, fill: QColor | None, edge: QColor | None, stroke: float, radius: float
) -> None:
    """A rounded box whose edge lies wholly inside `rect`, so neighbours never touch."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = stroke / 2 if edge is not None else 0.0
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        pen = painter.pen()
        pen.setStyle(Qt.PenStyle.SolidLine)
        pen.setColor(edge)
        pen.setWidthF(stroke)
        painter.setPen(pen)
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)


def grows_down(widget: QWidget) -> None:
    """Give `widget` the size policy of something whose height follows its width."""
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)
