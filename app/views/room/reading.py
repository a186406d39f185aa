# SPDX-License-Identifier: MPL-2.0
"""The case as the room reads it: once when it is opened, and once more after each change, on the case or in the municipality's
settings (which it is read with), with one read under way at a time.

Made by the room, one for each. It begins today's meeting where the case is opened for one. Must not know how anything is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.domain.rights import Act, may
from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.models.choices import TargetGroup
from app.models.kinds import MUNICIPALITY
from app.services import cases, undo
from app.services.desk import Desk
from app.store.readers import CASE
from app.store.unit_of_work import ChangeSet
from app.views.context import Context
from app.views.room.passing_on import is_to
from app.views.room.undone import NOT_UNDONE_HERE

GONE = "Sagen er ikke længere på denne computer: jeres adgang til den er ophørt, eller den er slettet efter arkivering."


@dataclass(frozen=True, slots=True)
class Read:
    """What one read brings: the case, the step undo would take back, and whose hand read it."""

    file: CaseFile
    undo: str | None
    hand: Hand


class Reading(QObject):
    """`came` with each `Read`; `failed` with a sentence, and whether the case is not theirs to read any more."""

    came = Signal(object)
    failed = Signal(str, bool)

    def __init__(self, context: Context, case_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id = case_id
        self._under_way = self._once_more = False
        self._known: frozenset[tuple[str, str]] | None = None
        self._seen_by: Hand | None = None  # who has seen something come since the case was opened, until it is noted
        context.changed.connect(self._changed)

    def open(self) -> None:
        """Open the case, which is logged, and begin today's meeting if there is to be one."""
        context, case_id, hand = self._context, self._case_id, self._context.hand

        def work() -> Read:
            file = cases.open_case(context.desk, hand, case_id)
            new_day = file.meeting is None or file.meeting.date != context.desk.today()
            past = file.case.ended or file.answer.target_group == TargetGroup.DIRECT_85  # no meeting is held (A12)
            asked = is_to(file, hand)  # to decide, and the citizen is not there
            if new_day and not file.decisions and not past and not asked and may(hand.role, Act.MEET):
                cases.begin_meeting(context.desk, hand, case_id)
            return _read(context.desk, hand, case_id)

        self._under_way = True
        context.run(work, self._got, self._not_read)

    def again(self) -> None:
        """Read once more; while a read is on its way, one more waits and no others."""
        if self._under_way:
            self._once_more = True
            return
        context, case_id, hand = self._context, self._case_id, self._context.pen
        if hand is not None:
            self._under_way = True
            context.run(lambda: _read(context.desk, hand, case_id), self._got, self._not_read)

    def leave(self) -> None:
        """The case is put down: what came while it lay open has been read, and is noted once."""
        hand, self._seen_by = self._seen_by, None
        if hand is not None:
            desk, case_id = self._context.desk, self._case_id
            self._context.run(lambda: cases.note_news_read(desk, hand, case_id))

    def _changed(self, changes: ChangeSet) -> None:
        if not changes.touches(self._case_id) and not changes.touches(MUNICIPALITY):
            return
        if ("case", self._case_id, "left") in changes.keys:  # this desk: there is nothing to read any more
            self._not_read(GONE, CASE)
        else:
            self.again()

    def _got(self, read: Read) -> None:
        self._under_way = False
        news = cases.news_of(read.file, read.hand)
        if self._known is not None and news - self._known:
            self._seen_by = read.hand
        self._known = news if self._known is None else news | self._known
        self.came.emit(read)
        if self._once_more:
            self._once_more = False
            self.again()

    def _not_read(self, message: str, field: str | None) -> None:
        self._under_way = self._once_more = False
        self.failed.emit(message, field == CASE)


def _read(desk: Desk, hand: Hand, case_id: str) -> Read:
    undoable = undo.can_undo(desk, hand, case_id, not_past=NOT_UNDONE_HERE)
    return Read(cases.read_case(desk, hand, case_id), undoable, hand)
