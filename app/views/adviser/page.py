# SPDX-License-Identifier: MPL-2.0
"""The adviser's page, in place of the day's page: the cases one is asked on, and the shared part of the one in hand (D3).

Shown by the window when an adviser holds the pen. Reads through `services/advising.py` alone, which narrows and logs. Must not
know the room, nor any list of citizens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.dates import format_day
from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.qt.theme import follow, theme_of
from app.services import advising
from app.store.shared import Asked
from app.store.unit_of_work import ChangeSet
from app.views.adviser.shared_case import SharedCase
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.keyboard import LeadsKeyboard, lay_tab_order, stack_as_read
from app.views.parts.notices import EmptyState
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.words import Words
from app.views.room.record_list import NARROW_FROM
from app.views.today.card import Card

T = TypeVar("T")


class AdviserPage(LeadsKeyboard):
    """`listed` each time the cases one is asked on have been shown."""

    listed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._asked: tuple[Asked, ...] = ()
        self.buttons: list[Button] = []
        self.case: SharedCase | None = None
        self.setObjectName("adviser")
        self.setAccessibleName("Spurgt til råds")
        self._title = Words("Spurgt til råds", "title", parent=self)
        lead = "Her er det, der er delt med dig. Du giver dit råd – bestilleren afgør."
        self._lead = Words(lead, "body", "text-quiet", self)
        self._list = QVBoxLayout()
        self._holder = Sheet("surface")
        self._inside = QVBoxLayout(self._holder)
        self._inside.addStretch(1)
        scrolling = Scrolling(self._holder)
        scrolling.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty = EmptyState("document", "Ingen spørger dig lige nu", "Når nogen beder om dit råd, står sagen her.")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(scrolling)
        card = Card()
        card.box.addWidget(self._stack)
        left = QVBoxLayout()
        left.addLayout(self._list)
        left.addStretch(1)
        self._left = QWidget(self)
        self._left.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.addWidget(self._left, 0)
        self._body.addWidget(card, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self._lead)
        self._column.addLayout(self._body, 1)
        self._whose = ""
        context.changed.connect(self._changed)
        context.session_changed.connect(self._sits_down)
        self._sits_down()
        follow(self._restyle)

    def refresh(self) -> None:
        """Read again what one is asked on, and the case in hand."""
        context = self._context
        if context.pen is None:
            return
        hand = context.hand
        context.run(lambda: advising.asked_of(context.desk, hand), self._for(hand, self._show))

    def open_case(self, case_id: str) -> None:
        """Take a case in hand; the reading is logged."""
        context, hand = self._context, self._context.hand
        if self.case is None or self.case.case_id != case_id:
            context.run(lambda: advising.open_shared(context.desk, hand, case_id), self._for(hand, self._take_up))

    def flush(self) -> None:
        """Keep what is typed, now."""
        if self.case is not None:
            self.case.flush()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Whatever takes the page off the screen, the last letters are kept."""
        self.flush()
        super().hideEvent(event)

    # -- inside

    def _sits_down(self) -> None:
        """Another one sits here, or nobody: what the one before had in hand is put away before anything is read (D3)."""
        pen = self._context.pen
        whose = pen.person_id if pen is not None else ""
        if whose == self._whose:
            return
        self._whose = whose
        self._put_down()
        self._asked = ()
        self._lay_list(())
        if self.isVisible():
            self.refresh()

    def _for(self, hand: Hand, show: Callable[[T], object]) -> Callable[[T], object]:
        """Show what was read, unless another has sat down while it was on its way."""
        return lambda read: show(read) if hand.person_id == self._whose else None

    def _changed(self, changes: ChangeSet) -> None:
        if self.isVisible() and self._context.pen is not None:
            kinds = {kind for kind, _, _ in changes.keys}
            if kinds & {"advice_request", "consent", "case"} or (self.case and changes.touches(self.case.case_id)):
                self.refresh()

    def _show(self, asked: tuple[Asked, ...]) -> None:
        if asked != self._asked or not self.buttons:
            self._asked = asked
            self._lay_list(asked)
        here = {one.case_id for one in asked}
        if self.case is not None and self.case.case_id not in here:
            self._put_down()
        elif self.case is not None:
            self._read_again(self.case.case_id)
        if self.case is None and len(here) == 1:
            self.open_case(asked[0].case_id)
        title, text = ("Vælg en sag", "Så står det, der er delt, her.") if asked else _NOBODY
        self._empty.show_state("document", title, text)
        self._fit_list()
        self.listed.emit()

    def _fit_list(self) -> None:
        """Where text is large, a list of one gives its room to the case."""
        alone = len(self._asked) == 1 and theme_of().scale >= NARROW_FROM
        self._left.setVisible(bool(self._asked) and not alone)

    def _lay_list(self, asked: Sequence[Asked]) -> None:
        for button in self.buttons:
            self._list.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for place, one in enumerate(asked):
            when = f" · {format_day(one.asked_on)}" if one.asked_on else ""
            button = Button(f"{one.number}{when}", Kind.SECONDARY, parent=self._left)
            button.setObjectName(f"asked.{place}")
            button.setAccessibleDescription(one.question)
            button.setToolTip(one.question)
            button.clicked.connect(lambda _=False, case_id=one.case_id: self.open_case(case_id))
            self._list.addWidget(button)
            self.buttons.append(button)
        if self.buttons:
            self.keyboard_to(self.buttons[0])

    def _read_again(self, case_id: str) -> None:
        context, hand = self._context, self._context.hand
        context.run(lambda: advising.read_shared(context.desk, hand, case_id), self._for(hand, self._refresh_case))

    def _refresh_case(self, file: CaseFile) -> None:
        if self.case is not None and self.case.case_id == file.case.id:
            self.case.refresh(file)
            self._lay_tabs()

    def _lay_tabs(self) -> None:
        """Let Tab go on from a piece of advice to what stands after it, a row just come as well."""
        parts = [self._left] if self.case is None else [self._left, self.case]
        lay_tab_order(parts)
        stack_as_read(self)

    def _take_up(self, file: CaseFile) -> None:
        self._put_down()
        self.case = SharedCase(self._context, file.case.id, self._holder)
        self._inside.insertWidget(0, self.case)
        self.case.refresh(file)
        self.case.show()
        self._stack.setCurrentIndex(1)
        self._lay_tabs()

    def _put_down(self) -> None:
        case, self.case = self.case, None
        if case is not None:
            case.flush()
            self._inside.removeWidget(case)
            case.hide()
            case.deleteLater()
        self._stack.setCurrentIndex(0)

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.width("edge") - theme.px(4)
        self._column.setContentsMargins(edge, theme.px(18), edge, theme.px(16))
        self._column.setSpacing(theme.space(1.5))
        narrow = theme.scale >= NARROW_FROM
        self._body.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(theme.space(1 if narrow else 2.5))
        self._fit_list()
        self._list.setSpacing(theme.space(1))
        inside = theme.space(4)
        self._inside.setContentsMargins(inside, inside, inside, inside)
        self._lead.setVisible(theme.scale <= 150)


_NOBODY = ("Ingen spørger dig lige nu", "Når nogen beder om dit råd, står sagen her.")
