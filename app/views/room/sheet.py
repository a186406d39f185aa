# SPDX-License-Identifier: MPL-2.0
"""The citizen's paper as the room shows it, and the sheets that are written on where a step has one of its own.

`paper_of` is pure and takes its words from `citizen_content` alone, so nothing internal can get on the paper (promise 6).
Must not know the steps.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QMargins, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.dates import format_day
from app.models.casefile import CaseFile
from app.papers.wording import just_now, sentence
from app.qt.theme import fill, follow, theme_of
from app.views.parts.fields import TextArea
from app.views.parts.holding import HoldsPlace
from app.views.parts.paper_blocks import PaperAction, PaperScale
from app.views.parts.paper_view import PaperContent, PaperGoal
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.six_months import Months
from app.views.parts.words import grows_down, rounded
from app.views.room.citizen_content import CitizenContent, Doing, SupportContent, citizen_content
from app.views.room.record_list import NARROW_FROM


def paper_of(file: CaseFile, today: date, in_hand: str = "") -> PaperContent:
    """What the paper between the two sides shows of a case: the citizen's words first, then what they lead to.

    The goal in hand, by id, is shown with its milestones and its sign of being reached.
    """
    return laid_out(citizen_content(file, today), today, in_hand)


def laid_out(told: CitizenContent, today: date, in_hand: str = "") -> PaperContent:
    """The citizen's content in the running order of the paper."""
    return PaperContent(
        quotes=tuple(text for text in (told.headline, told.think if told.want else "") if text),
        resources=told.resources,
        purpose=told.purpose,
        goals=tuple(
            PaperGoal(
                words=goal.words or goal.goal,
                line=goal.goal if goal.words else "",
                scale=PaperScale(goal.now, goal.hoped),
                known_when=goal.done_when if goal.id == in_hand else "",
                milestones=goal.milestones if goal.id == in_hand else (),
                actions=tuple(_action(doing) for doing in goal.doings),
            )
            for goal in told.goals
        ),
        answer=told.answer,
        support="\n".join(_support(s) for s in told.support),
        months=_months(told, today),
        next_steps=tuple(_action(step) for step in told.next_steps),
    )


def _support(one: SupportContent) -> str:
    granted = ". ".join(part for part in (one.offer, one.frame) if part)
    return f"{sentence(granted)} {just_now(one.intensity)}" if one.intensity else granted


def _months(told: CitizenContent, today: date) -> Months | None:
    course = told.course
    if course is None:
        return None
    bridge = told.bridge[0] if told.bridge else ""
    return Months(course.start, course.end, course.wall, today, course.meets, bridge)


def _action(doing: Doing) -> PaperAction:
    return PaperAction(doing.who, doing.what, format_day(doing.by) if doing.by else "")


class WritingSheet(Scrolling):
    """A sheet of paper in the middle that is written on: the same card as the citizen's paper."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self._page = Sheet("page")
        self.card = _Card(self._page)
        self._outer = QVBoxLayout(self._page)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.addWidget(self.card, 1)
        super().__init__(self._page, parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hold = HoldsPlace(self)
        follow(self._restyle)

    def add(self, widget: QWidget, stretch: int = 0) -> QWidget:
        """Put `widget` on the paper below what is there."""
        self.card.box.addWidget(widget, stretch)
        return widget

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().px(220), theme_of().px(96))

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.width("edge")
        self._outer.setContentsMargins(QMargins(edge, theme.px(16), edge, 0))
        self.card.setMaximumWidth(theme.width("paper"))


class _Card(QWidget):
    """White, with the soft edge of the citizen's paper."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = QVBoxLayout(self)
        grows_down(self)
        follow(self._restyle)

    def _restyle(self) -> None:
        theme = theme_of()
        side = theme.width("margin")
        self.box.setContentsMargins(side, theme.px(28), side, theme.space(5))
        self.box.setSpacing(theme.space(3))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        area = QRectF(self.rect())
        radius = theme.radius("card")
        shadow = QColor(theme.color("shadow"))
        for spread, strength in ((0.0, 60), (1.0, 90), (2.0, 120)):
            shadow.setAlpha(strength)
            rounded(painter, area.adjusted(spread, spread, -spread, -spread), shadow, None, 0, radius)
        rounded(painter, area.adjusted(2, 1, -2, -3), theme.color("surface"), None, 0, radius)


class OwnWords(TextArea):
    """The citizen's words, written straight on the paper: large and light, on a line that tells where one writes."""

    def __init__(self, label: str, faint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(label, max_lines=0, parent=parent)
        self._boxed = False
        self.label.set_role("heading")
        self.area.set_boxed(False)
        self.set_placeholder(faint)
        self._restyle()

    def _restyle(self) -> None:
        super()._restyle()
        theme = theme_of()
        self._column.setContentsMargins(0, 0, 0, theme.space(1))
        self.area.set_limits(3 if theme.scale < NARROW_FROM else 2, 0)
        font = theme.font("quote")
        for front in (self.area, self._reading):
            if front is not None:
                front.setFont(font)
                front.updateGeometry()

    def _swap(self, read_only: bool) -> None:
        super()._swap(read_only)
        self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.read_only():
            return
        theme = theme_of()
        box = QRectF(self.editor.geometry())
        here = self.editor.hasFocus()
        line = QRectF(box.left(), box.bottom() + theme.px(3), box.width(), theme.stroke("focus" if here else "line"))
        fill(QPainter(self), line, theme.color("focus" if here else "line"))
