# SPDX-License-Identifier: MPL-2.0
"""The room's part in the sharing: what its top line says, who else has the case open, and the way to what must be settled.

Made by the room, one for each. Must not know the engine: it asks the context.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.models.casefile import CaseFile
from app.store.unit_of_work import ChangeSet
from app.views.parts.field import field_of
from app.views.room.paths import path_of_talk
from app.views.sharing import words
from app.views.sharing.line import link_words

if TYPE_CHECKING:
    from app.views.room.room import Room
    from app.views.sharing.card import SharingCard

_STANDS_MS = 300
"""How long the cursor rests in a field before others are told."""


class RoomSharing(QObject):
    """Follows the context for one room."""

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._room = room
        self._saved = ""
        self._hindered = False
        self._paths: tuple[str, ...] = ()
        self._next = 0
        self._card: SharingCard | None = None
        self._field = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_STANDS_MS)
        self._rest.timeout.connect(self._stand)
        context = room.context
        context.saved.connect(self._kept)
        context.hindered.connect(self._not_kept)
        context.sync_changed.connect(self._tell)
        context.session_changed.connect(self._tell)
        context.presence_changed.connect(self._met)
        room.refreshed.connect(self._read)
        room.header.settle_link.clicked.connect(self.lead_on)
        room.header.share_link.clicked.connect(self.open_card)
        room.closed.connect(self._leave)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._cursor_moved)
        context.stands_at(room.case_id)
        self._tell()
        self._met(room.case_id)

    def lead_on(self) -> None:
        """To the first field that must be settled; pressed again, to the next."""
        if not self._paths:
            return
        path = self._paths[self._next % len(self._paths)]
        self._next += 1
        self.lead_to(path)

    def lead_to(self, path: str) -> None:
        """To a field; where several have written in it, to the first button that settles it."""
        room = self._room
        room.show_path(path)
        keep = room.table.widget_at(f"{path}.keep.0")
        panel = room.table.widget_at(f"{path}.talk")
        for stop in (keep, panel):
            if stop is not None and stop.isVisibleTo(room):
                stop.setFocus(Qt.FocusReason.ShortcutFocusReason)
                break

    def open_card(self) -> None:
        """Lay the card over the window."""
        if self._card is None:
            from app.views.sharing.card import SharingCard

            self._card = SharingCard(self._room.context, self._room.window())
        self._card.show_card()

    # -- inside

    def _kept(self, changes: ChangeSet) -> None:
        if changes.touches(self._room.case_id):
            self._saved, self._hindered = f"{self._room.context.desk.clock():%H.%M}", False
            self._tell()

    def _not_kept(self, case_id: str) -> None:
        if case_id == self._room.case_id:
            self._hindered = True
            self._tell()

    def _read(self, file: CaseFile) -> None:
        self._paths = tuple(dict.fromkeys(path for talk in file.conversations if (path := path_of_talk(talk, file))))
        if not self._paths:
            self._next = 0
        self._tell()

    def _tell(self) -> None:
        context, header = self._room.context, self._room.header
        status = context.sync_status
        said = words.standing(status, [hand.person_id for hand in context.people])
        found = words.matters(status)
        if self._hindered:
            header.set_unsaved()
        else:
            header.set_saved(self._saved, said.words, said.short, said.tone)
        header.set_links(words.to_settle(len(self._paths)), link_words(found))

    def _met(self, case_id: str) -> None:
        if case_id == self._room.case_id:
            others = self._room.context.others_at(case_id)
            self._room.header.set_others(words.are_here([one.name for one in others]))

    def _cursor_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is None or not isValid(self._room) or not self._room.isAncestorOf(now):
            return
        at = field_of(now)
        name = at.objectName() if at is not None else ""
        if name != self._field:
            self._field = name
            self._rest.start()

    def _stand(self) -> None:
        self._room.context.stands_at(self._room.case_id, self._field)

    def _leave(self) -> None:
        self._rest.stop()
        self._room.context.stands_at(None)
