# SPDX-License-Identifier: MPL-2.0
"""What the citizen's paper on the screen consists of: a quote, a goal's scale, a line of who does what by when.

Each block shows one value and can be given another in place, so the paper does not flicker while somebody types. Must not
know the order they come in.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.domain.roles import Role
from app.models.choices import Owner
from app.qt.icons import pixmap
from app.qt.theme import follow, theme_of
from app.views.parts.pen_header import paint_mark
from app.views.parts.scale import paint_scale
from app.views.parts.words import Laid, lay

_MARK_OF = {Owner.VEJLEDER.value: Role.VEJLEDER, Owner.BESTILLER.value: Role.BESTILLER}
_ICON_OF = {Owner.CITIZEN.value: "person", Owner.NETWORK.value: "persons"}


@dataclass(frozen=True, slots=True)
class PaperAction:
    """Who does what by when, in words. `done` puts a check mark and says so. `owner` is whose it is, for its picture."""

    who: str
    what: str
    by: str = ""
    done: bool = False
    owner: str = ""

    def said(self) -> str:
        """As one sentence to read aloud."""
        by = f", {self.by}" if self.by else ""
        who = f"{self.who}: " if self.who else ""
        return f"{who}{self.what}{by}{', gjort' if self.done else ''}"


@dataclass(frozen=True, slots=True)
class PaperScale:
    """Where the citizen is and hopes to be, 0-10; None for not said."""

    now: int | None
    hope: int | None

    def said(self) -> str:
        """As one sentence to read aloud."""
        now = f"I dag {self.now} af 10" if self.now is not None else "I dag: intet tal endnu"
        return now + (f", håb {self.hope}" if self.hope is not None else "")


class ActionRow(QLabel):
    """One action in three columns; in a narrow place the date goes below."""

    def __init__(self, action: PaperAction, *, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._large = large
        self._action = action
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.set_action(action)
        follow(self._restyle)

    def set_action(self, action: PaperAction) -> None:
        """Show another action."""
        self._action = action
        self._heights.clear()
        self.setText(action.said())
        self.updateGeometry()
        self.update()

    def _restyle(self) -> None:
        self.setFont(theme_of().font("big-body" if self._large else "body"))
        self._heights.clear()
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        height = self._heights.get(width)
        if height is None:
            height = round(max((at.y() + laid.height for laid, at, _ in self._pieces(width)), default=0) + 0.5)
            self._heights[width] = height
        return height

    def sizeHint(self) -> QSize:
        width = theme_of().px(480)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().width("field"), self.fontMetrics().height())

    def _pieces(self, width: int) -> list[tuple[Laid, QPointF, str]]:
        theme = theme_of()
        action = self._action
        strong, body = ("big-strong", "big-body") if self._large else ("label", "body")
        gap = theme.space(2)
        picture = self._picture()
        column = min(theme.px(140 if self._large else 98), int(width * 0.3)) + picture if action.who else picture
        by = " ·\u00a0".join(part for part in (action.by, "gjort" if action.done else "") if part)
        date = lay(by, theme.font(body), width * 0.45, leading=1.1) if by else None
        beside = date is not None and date.width + column + theme.px(140) < width
        room = width - column - (date.width + gap if date is not None and beside else 0)
        named = column - picture - theme.space(1)
        who = lay(action.who, theme.font(strong), named, leading=1.1) if action.who else None
        what = lay(action.what, theme.font(body), room, leading=1.1)
        pieces = [(what, QPointF(column, 0), "text")]
        if who is not None:
            pieces.append((who, QPointF(picture, max(0.0, what.baseline - who.baseline)), "text"))
        if date is not None:
            at = QPointF(width - date.width, 0) if beside else QPointF(column, what.height)
            pieces.append((date, at, "text-quiet"))
        return pieces

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        for laid, at, color in self._pieces(self.width()):
            laid.paint(painter, at, theme.color(color))
        if self._picture():
            side = round(lay("x", theme.font("big-body"), 1000).height)  # no higher than the line it stands on
            paint_owner(painter, QRectF(0, 0, side, side), self._action.owner, self.devicePixelRatioF())

    def _picture(self) -> int:
        """How wide the picture of who does it is, with the air after it; only in the large there is one."""
        return theme_of().px(42) if self._large and self._action.owner else 0


def paint_owner(painter: QPainter, area: QRectF, owner: str, ratio: float) -> None:
    """A picture of who does something: a person, people, or the mark of a pen. The words beside it say the same."""
    role = _MARK_OF.get(owner)
    if role is not None:
        paint_mark(painter, area, role)
        return
    icon = pixmap(_ICON_OF[owner], theme_of().color("text"), round(area.width()), ratio)
    painter.drawPixmap(area.topLeft(), icon)


class ScaleRow(QLabel):
    """A goal's scale as it stands: "nu ▮▮▯▯ håb 7"; large, with its question: "Hvor er du i dag? … 2 af 10"."""

    def __init__(self, scale: PaperScale, *, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._large = large
        self._scale = scale
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_scale(scale)
        follow(self._restyle)

    def set_scale(self, scale: PaperScale) -> None:
        """Show other numbers."""
        self._scale = scale
        self.setText(scale.said())
        self.update()

    def _restyle(self) -> None:
        self.setFont(theme_of().font("big-body" if self._large else "note"))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        theme = theme_of()
        tall = max(self.fontMetrics().height(), theme.px(24 if self._large else 12))
        return QSize(theme.px(300), tall + theme.px(4))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().width("field"), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        painter.setFont(self.font())
        metrics = self.fontMetrics()
        scale = self._scale
        before = "Hvor er du i dag?" if self._large else "nu"
        hope = f"håb {scale.hope}" if scale.hope is not None else ""
        now = f"{scale.now} af 10" if scale.now is not None else "intet tal endnu"
        after = " · ".join(part for part in (now, hope) if part) if self._large or scale.now is None else hope
        gap = theme.px(14 if self._large else 6)
        lead = metrics.horizontalAdvance(before) + gap
        room = self.width() - lead - metrics.horizontalAdvance(after) - gap
        wide = max(theme.px(40), min(room, theme.px(514 if self._large else 247)))
        tall = theme.px(22 if self._large else 8)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(theme.color("text" if self._large else "text-quiet"))
        painter.drawText(QRectF(0, 0, lead, self.height()), middle, before)
        painter.drawText(QRectF(lead + wide + gap, 0, self.width(), self.height()), middle, after)
        paint_scale(painter, QRectF(lead, (self.height() - tall) / 2 + 1, wide, tall), scale.now, scale.hope)
