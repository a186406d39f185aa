# SPDX-License-Identifier: MPL-2.0
"""The card behind the status line: how it stands, whose words wait, what was not taken and why, and what somebody must answer.

Laid over the window by whoever shows the line. Nothing on it is lost by closing it: what is not answered stays on the line.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.names import short_name
from app.qt import clipboard
from app.qt.theme import follow, theme_of
from app.services import aside
from app.services.aside import Aside
from app.sync.status import State
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.side_panel import Rule
from app.views.parts.words import Words, grows_down
from app.views.sharing import words
from app.views.shell.overlay import Overlay
from app.views.sign_in.page import ButtonRow
from app.views.talking import told_when

WIDTH = 520
_TRY_AGAIN = (State.OFFLINE, State.REFUSED, State.STUCK, State.OLDER, State.UNCONFIRMED, State.WAITS)


class SharingCard(Overlay):
    """`show_card` opens it; it follows the status while it is open."""

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window, WIDTH)
        self._context = context
        self._aside: tuple[Aside, ...] = ()
        self._parts: list[QWidget] = []
        self.setObjectName("sharing")
        self.setAccessibleName("Deling med den fælles database")
        self.close_button = Button("Luk", Kind.SECONDARY, parent=self.card)
        self.close_button.setObjectName("sharing.close")
        self.close_button.clicked.connect(self.close_overlay)
        self.card.column.addWidget(Words("Deling", "heading", parent=self.card))
        self._body = QVBoxLayout()
        self.card.column.addLayout(self._body)
        self.card.column.addWidget(ButtonRow(self.close_button, parent=self.card))
        context.sync_changed.connect(self._moved)
        follow(self._space)

    def show_card(self) -> None:
        """Open it, with what stands now."""
        self._tell()
        self.open(self.close_button)
        self._read()

    # -- inside

    def _moved(self) -> None:
        if self.isVisible():
            self._tell()
            self._read()

    def _read(self) -> None:
        context, hand = self._context, self._context.pen
        if hand is not None and context.sync_status.set_aside:
            context.run(lambda: aside.not_taken(context.desk, hand), self._came)
        elif self._aside:
            self._came(())

    def _came(self, found: tuple[Aside, ...]) -> None:
        if found != self._aside:
            self._aside = found
            self._tell()

    def _tell(self) -> None:
        """Lay the card out anew."""
        held = self._held()
        for part in self._parts:
            self._body.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        status = self._context.sync_status
        here = [hand.person_id for hand in self._context.people]
        said = words.standing(status, here).words or "Denne computer deler ikke med andre."
        self._add(Words(words.upper_first(f"{said}."), "body"))
        if status.sentence:
            self._add(Words(status.sentence, "body", "text-quiet"))
        if status.state in _TRY_AGAIN and self._context.sharing is not None:
            self._button("Prøv nu", "sharing.try", self._try_now)
        for matter in words.matters(status):
            if matter.key != words.WHY:  # its sentence stands above
                self._matter(matter)
        if held:
            again = self.findChild(Button, held)
            (again or self.close_button).setFocus()

    def _matter(self, matter: words.Matter) -> None:
        self._add(Rule())
        self._add(Words(words.upper_first(matter.words), "strong"))
        if matter.told:
            self._add(Words(matter.told, "body"))
        if matter.key == words.GUARD:
            keep = Button("Behold dem", Kind.PRIMARY)
            keep.setObjectName("sharing.guard.keep")
            keep.clicked.connect(self.close_overlay)
            go = Button("Ja, fjern dem", Kind.SECONDARY)
            go.setObjectName("sharing.guard.go")
            go.clicked.connect(self._let_leave)
            self._add(ButtonRow(keep, go))
        elif matter.key == words.ASIDE:
            for number, one in enumerate(self._aside):
                self._add(_NotTaken(self._context, one, number, self._put_by))

    def _try_now(self) -> None:
        if self._context.sharing is not None:
            self._context.sharing.try_now()

    def _let_leave(self) -> None:
        context, hand = self._context, self._context.hand

        def went(count: int) -> None:
            context.asks.say(f"{count} {'sag er' if count == 1 else 'sager er'} fjernet fra denne computer.")
            self._again()

        context.run(lambda: aside.let_leave(context.desk, hand, context.came), went)

    def _put_by(self, one: Aside) -> None:
        context, hand = self._context, self._context.hand
        context.run(lambda: aside.put_by(context.desk, hand, one), lambda _: self._gone(one))

    def _gone(self, one: Aside) -> None:
        self._aside = tuple(a for a in self._aside if a != one)
        self._tell()
        self._again()

    def _again(self) -> None:
        """Ask the engine for a new round, which tells how it stands now."""
        if self._context.sharing is not None:
            self._context.sharing.poke()

    def _held(self) -> str:
        """The name of the button the keyboard is on, if it is about to go."""
        return next((b.objectName() for part in self._parts for b in part.findChildren(Button) if b.hasFocus()), "")

    def _button(self, text: str, name: str, act: Callable[[], object]) -> None:
        button = Button(text, Kind.SECONDARY)
        button.setObjectName(name)
        button.clicked.connect(act)
        self._add(ButtonRow(button))

    def _add(self, part: QWidget) -> None:
        part.setParent(self.card)
        self._body.addWidget(part)
        part.show()
        self._parts.append(part)

    def _space(self) -> None:
        self._body.setSpacing(theme_of().space(1.25))


class _NotTaken(QWidget):
    """One thing that was not taken: what, whose case, the words whole, why; copy and "Læst"."""

    def __init__(self, context: Context, one: Aside, number: int, put_by: Callable[[Aside], object]) -> None:
        super().__init__()
        when = told_when(one.at, context.desk.today())
        about = " · ".join(part for part in (one.what, one.citizen) if part)
        head = Words(about, "label", parent=self)
        who = Words(f"{short_name(one.name) or one.name} skrev {when}. {one.because}", "small", "text-quiet", self)
        text = Words(one.words, "body", parent=self)
        text.setVisible(bool(one.words))
        copy = Button("Kopiér", Kind.QUIET, icon="copy")
        copy.setAccessibleName(f"Kopiér teksten: {about}")
        copy.setObjectName(f"sharing.aside.{number}.copy")
        copy.clicked.connect(lambda: clipboard.copy(one.words))
        copy.setVisible(bool(one.words))
        read = Button("Læst", Kind.QUIET, icon="check")
        read.setAccessibleName(f"Læst: {about}")
        read.setObjectName(f"sharing.aside.{number}.read")
        read.clicked.connect(lambda: put_by(one))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme_of().space(0.5))
        for part in (head, text, who, ButtonRow(copy, read) if one.words else ButtonRow(read)):
            column.addWidget(part)
        grows_down(self)
        self.setAccessibleName(f"{about}: {one.words}. {one.because}")
