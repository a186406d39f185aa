# SPDX-License-Identifier: MPL-2.0
"""The shared database in the settings: where it is, how it stands just now, and the ways on for whoever holds the pen.

Part of the settings page. Listens to the context's status and asks for nothing by itself. Must not know how one joins.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.services.shared import Membership, membership
from app.sync.status import State, SyncStatus
from app.views.context import Context
from app.views.parts.words import Words
from app.views.sign_in.page import quiet

_ALONE = "Denne computer er alene. Alt, hvad I skriver, ligger her."
_TOLD = {
    State.ALONE: "Forbindelsen er ved at blive sat op.",
    State.OFFLINE: "Uden forbindelse lige nu. Alt gemmes her og sendes, når der er net.",
    State.WORKING: "Sender og henter.",
    State.SHARED: "Alt er delt.",
    State.WAITS: "Noget venter på at blive sendt.",
    State.REFUSED: "Den fælles database tager ikke imod din adgangskode. Er den skiftet et andet sted, så log ind igen.",
    State.ENDED: "Din adgang er ophørt. Det, du har skrevet, er gemt her.",
    State.OLDER: "Den fælles database er ældre end programmet. Alt gemmes her, til den er opgraderet.",
    State.UNCONFIRMED: "Din leder skal bekræfte dig, før sagerne kan hentes og sendes.",
    State.STUCK: "Noget gik galt her på computeren. Alt gemmes, og vi prøver igen.",
}


def told(status: SyncStatus, person_id: str) -> str:
    """How it stands, for this person, in words: their own trouble first."""
    state = status.of.get(person_id, status.state)
    why = status.sentence if state is State.STUCK is status.state else ""  # there are several reasons
    words = [why or _TOLD[state]]
    waits = [f"{name or 'en, der ikke kendes her'} ({n})" for name, n in status.waiting_by_name]
    if waits:
        words.append(f"Venter på at blive sendt for {_and(waits)}.")
    if status.set_aside:
        words.append("Noget er ikke taget imod. Det står i sagen.")
    if status.copied_desk:
        words.append("Computeren er en kopi af en anden og har fået sit eget navn i databasen.")
    return " ".join(words)


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} og {names[-1]}"


class SharedPart(QWidget):
    """`wanted(way, person)`: "desk" to join, "again" to sign in anew."""

    wanted = Signal(str, str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._membership: Membership | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(Words("Fælles database", "heading", parent=self))
        self.where = Words("", "body", parent=self)
        self.state = Words("", "note", "text-quiet", self)
        self.join = quiet("", "settings.join", self)
        self.again = quiet("Log ind på den igen", "settings.shared_again", self)
        self.retry = quiet("Prøv nu", "settings.try_now", self)
        self._column.addWidget(self.where)
        self._column.addWidget(self.state)
        for button in (self.join, self.again, self.retry):
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            button.hide()
        self.join.clicked.connect(lambda: self.wanted.emit("desk", self.context.hand.person_id))
        self.again.clicked.connect(lambda: self.wanted.emit("again", self.context.hand.person_id))
        self.retry.clicked.connect(self._try_now)
        context.sync_changed.connect(self._tell)
        context.joined.connect(self.refresh)
        context.session_changed.connect(self._tell)
        follow(self._restyle)

    def refresh(self) -> None:
        """Show what this desk has joined now."""
        desk = self.context.desk
        self.context.run(lambda: membership(desk), self._found)

    def _found(self, found: Membership | None) -> None:
        self._membership = found
        self._tell()

    def _tell(self) -> None:
        found, status, pen = self._membership, self.context.sync_status, self.context.pen
        if pen is None:
            return
        mine = found is not None and pen.person_id in found.logins
        state = status.of.get(pen.person_id, status.state)
        self.where.setText(_ALONE if found is None else f"Tilsluttet {found.profile.address}.")
        if found is not None and not mine:
            self.state.setText("Din konto her er ikke i den fælles database endnu. Dine ord venter her.")
        else:
            self.state.setText("" if found is None else told(status, pen.person_id))
        self.state.setVisible(bool(self.state.text()))
        self.join.setText("Tilslut den fælles database" if found is None else "Tilslut din konto")
        self.join.setVisible(not mine)
        self.again.setVisible(mine and state in (State.REFUSED, State.ENDED, State.WAITS) and not self._sends(status))
        self.retry.setVisible(mine and state in (State.OFFLINE, State.STUCK, State.UNCONFIRMED, State.OLDER))

    def _sends(self, status: SyncStatus) -> bool:
        """Whether the one with the pen is in touch with the shared database, and what waits is another's."""
        pen = self.context.pen
        return status.state is State.WAITS and pen is not None and pen.person_id not in status.waiting

    def _try_now(self) -> None:
        if self.context.sharing is not None:
            self.context.sharing.try_now()

    def _restyle(self) -> None:
        self._column.setSpacing(theme_of().space(1.5))
