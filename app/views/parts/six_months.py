# SPDX-License-Identifier: MPL-2.0
"""The plan as a line: from its first day to the wall, the meetings on the way, today, and the door at the end.

§ 82 b, SEL: support lasts at most six months, so the wall is drawn black, and the door green with what comes after.
Where things go is reckoned apart from drawing them, so that no two labels ever cover each other. Must not know periods:
the dates are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.domain.dates import format_day, format_full, format_short
from app.qt.theme import Theme, fill, follow, theme_of
from app.views.parts.words import Laid, grows_down, lay, rounded


@dataclass(frozen=True, slots=True)
class Months:
    """The dates of a plan. `end` is its last day, `wall` the last day the law allows (None: no such limit)."""

    start: date
    end: date
    wall: date | None = None
    today: date | None = None
    meetings: tuple[date, ...] = ()
    bridge: str = ""

    @property
    def last(self) -> date:
        """Where the line stops."""
        return max(self.end, self.wall or self.end)

    def share(self, day: date) -> float:
        """How far along the line `day` lies, 0 to 1; days outside are held to its ends."""
        whole = (self.last - self.start).days
        return min(1.0, max(0.0, (day - self.start).days / whole)) if whole > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Label:
    """Words on the line: left edge, row (-1 above, 0 and 1 below) and width in pixels."""

    text: str
    left: float
    row: int
    width: float

    @property
    def right(self) -> float:
        """Right edge in pixels."""
        return self.left + self.width


def describe(months: Months) -> str:
    """The line in words, for those who cannot see it."""
    one_day = months.start == months.end
    said = [
        f"Planen gælder kun {format_full(months.start)}."
        if one_day
        else f"Planen går fra {format_full(months.start)} til og med {format_full(months.end)}."
    ]
    if months.wall is not None and months.wall != months.end:
        said.append(f"Den kan højst vare til og med {format_full(months.wall)}.")
    if months.meetings:
        said.append(f"Vi mødes {_listed([format_day(day) for day in sorted(months.meetings)])}.")
    if months.bridge:
        said.append(f"Derefter: {months.bridge}.")
    return " ".join(said)


def arrange(months: Months, width: float, metrics: QFontMetricsF, gap: float, *, full: bool = False) -> list[Label]:
    """Where each date is written. A meeting whose label has no room keeps its mark and is told in `describe`."""
    tell = format_day if full else format_short
    placed: list[Label] = []

    def put(text: str, middle: float, row: int, low: float, high: float) -> bool:
        wide = metrics.horizontalAdvance(text) + 1
        left = min(max(low, middle - wide / 2), high - wide)
        label = Label(text, left, row, wide)
        if left < low - 0.5 or any(
            other.row == row and left < other.right + gap and other.left < label.right + gap for other in placed
        ):
            return False
        placed.append(label)
        return True

    wall_at = width - gap
    if months.wall is not None:
        put(f"senest {tell(months.wall)}", width, -1, 0, wall_at) or put(tell(months.wall), width, -1, 0, wall_at)
    if months.wall is None or months.end < months.wall:
        at = months.share(months.end) * width
        put(f"slutter {tell(months.end)}", at, -1, 0, wall_at) or put(f"slutter {tell(months.end)}", at, 0, 0, wall_at)
    if months.today is not None and months.start < months.today <= months.last:
        put("i dag", months.share(months.today) * width, -1, 0, wall_at)
    put(tell(months.start), 0, 0, 0, wall_at)
    first = "vi mødes "
    for day in sorted(months.meetings):
        at = months.share(day) * width
        shown = any(put(words, at, row, 0, wall_at) for words in (first + tell(day), tell(day)) for row in (0, 1))
        first = "" if shown else first
    return placed


class SixMonths(QWidget):
    """Draws the line; `large` for the citizen's view. Empty until it is given a plan's dates."""

    def __init__(self, *, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._months: Months | None = None
        self._large = large
        grows_down(self)
        self.setAccessibleName("De seks måneder")
        follow(self._restyle)

    def set_months(self, months: Months | None) -> None:
        """Show these dates, or nothing."""
        if months == self._months:
            return
        self._months = months
        self.setAccessibleDescription(describe(months) if months else "")
        self.updateGeometry()
        self.update()

    def months(self) -> Months | None:
        """The dates shown."""
        return self._months

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(_Drawing(self._months, width, self._large).height) if self._months else 0

    def sizeHint(self) -> QSize:
        width = theme_of().px(480)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().width("field"), 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._months is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _Drawing(self._months, self.width(), self._large).paint(painter)


class _Drawing:
    """The measures of one drawing at one width."""

    def __init__(self, months: Months, width: float, large: bool) -> None:
        theme = theme_of()
        self.months, self.width, self.theme = months, width, theme
        self.role = "big-body" if large else "small"
        self.thick = theme.px(8 if large else 4)
        self.mark = theme.px(9 if large else 6)
        self.half = theme.px(34 if large else 22)
        self.tick = theme.px(14 if large else 8)
        metrics = theme.metrics(self.role)
        self.tall = metrics.height()
        self.gap = theme.px(14 if large else 10)
        self.labels = arrange(months, width, metrics, self.gap, full=large)
        above = any(label.row < 0 for label in self.labels)
        self.y = max(self.half, self.tick + theme.px(2) + self.tall if above else 0.0)
        inside = months.end < months.last  # the door stands on the line: words keep below it
        self.first_row = self.y + (self.half if inside else self.tick) + theme.px(8 if large else 5)
        self.door = self._door_label(theme, large)
        below = max((label.row for label in self.labels), default=-1) + 1
        bottom = max(self.first_row + below * self.tall, self.y + self.half)
        if self.door is not None:
            bottom = max(bottom, self.door[1].bottom())
        self.height = bottom + theme.px(2)

    def _door_x(self) -> float:
        return min(self.width - self.mark, self.months.share(self.months.end) * self.width - self.mark / 2)

    def _door_label(self, theme: Theme, large: bool) -> tuple[Laid, QRectF] | None:
        if not self.months.bridge:
            return None
        right = self._door_x() - theme.px(4)
        room = min(self.width * 0.55, right) if right > self.width * 0.3 else self.width
        role = "big-strong" if large else "small-strong"
        laid = lay(self.months.bridge, theme.font(role), room)
        left = max(0.0, right - laid.width) if room < self.width else 0.0
        rows = range(3)
        free = next(
            row
            for row in rows
            if not any(label.row >= row and left < label.right + self.gap for label in self.labels) or row == rows[-1]
        )
        under = self.y + self.half - self.tall * 0.75 if right <= self.width else self.first_row
        top = max(self.first_row + free * self.tall, under if free == 0 else 0.0)
        return laid, QRectF(left, top, laid.width, laid.height)

    def paint(self, painter: QPainter) -> None:
        theme, months = self.theme, self.months
        line = QRectF(0, self.y - self.thick / 2, self.width, self.thick)
        rounded(painter, line, theme.color("ink-empty"), None, 0, self.thick / 2)
        gone = months.share(months.today) * self.width if months.today is not None else 0.0
        if months.today is not None and months.today >= months.start:
            walked = QRectF(line.left(), line.top(), max(gone, theme.px(12)), line.height())
            rounded(painter, walked, theme.color("ink"), None, 0, self.thick / 2)
        for day in months.meetings:
            at = min(self.width - self.mark, months.share(day) * self.width)
            self._upright(painter, at, self.y - self.tick, self.tick * 2, max(2.0, self.mark / 3), "ink")
        if months.wall is not None:
            at = self.width - self.mark
            self._upright(painter, at + self.mark / 2, self.y - self.half, self.half, self.mark, "ink")
            if months.end >= months.wall:
                below = "ok" if months.bridge else "ink"
                self._upright(painter, at + self.mark / 2, self.y, self.half, self.mark, below)
            else:
                self._upright(painter, at + self.mark / 2, self.y, self.half, self.mark, "ink")
        if months.wall is None or months.end < months.wall:
            below = "ok" if months.bridge else "ink"
            at = self._door_x() + self.mark / 2
            self._upright(painter, at, self.y - self.tick, self.tick, self.mark, "ink")
            self._upright(painter, at, self.y, self.half, self.mark, below)
        self._words(painter)

    def _upright(self, painter: QPainter, middle: float, top: float, tall: float, wide: float, color: str) -> None:
        fill(painter, QRectF(max(0.0, middle - wide / 2), top, wide, tall), self.theme.color(color))

    def _words(self, painter: QPainter) -> None:
        theme = self.theme
        painter.setFont(theme.font(self.role))
        painter.setPen(theme.color("text"))
        for label in self.labels:
            above = self.y - self.tick - theme.px(2) - self.tall
            top = self.first_row + label.row * self.tall if label.row >= 0 else above
            area = QRectF(label.left, top, label.width + 2, self.tall)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label.text)
        if self.door is not None:
            laid, area = self.door
            laid.paint(painter, QPointF(area.left(), area.top()), theme.color("ok"))


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " og " + words[-1]
