# SPDX-License-Identifier: MPL-2.0
"""A field on the screen tied to a field on the record: typed text is kept within half a second, and never lost.

Made by the screens, one for each field. Knows the service for typing and the frozen case; must not know where on the
screen the field stands. What is typed goes down at a pause, on leaving, and whenever `flush` is called (lock, turn,
close); what comes up from the record is offered and never put over words under the cursor.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer
from shiboken6 import isValid

from app.domain.dates import format_input, format_short, parse_date
from app.domain.errors import UserError
from app.domain.names import short_name
from app.domain.rights import may_write
from app.domain.roles import Hand
from app.models.casefile import CaseFile, Written
from app.models.fields import FieldInfo, Value, fields_of
from app.models.kinds import KINDS, Record
from app.services import edit
from app.services.desk import Desk
from app.store.unit_of_work import Step, new_step
from app.views.context import Context
from app.views.parts.field import Field

PAUSE_MS = 300
OLDEST_MS = 400
"""How old a key may be before it is sent to the disk, though somebody types on without a pause (promise 3: half a second)."""


class Bound(QObject):
    """One field on the screen and the field of the record it stands for.

    `write` may be another service than `edit.write_text` (a CPR number is kept by one of its own).
    """

    def __init__(
        self,
        context: Context,
        widget: Field,
        case_id: str,
        kind: str,
        record_id: str,
        name: str,
        *,
        write: Callable[..., edit.Written] | None = None,
        tells_hand: bool = True,
    ) -> None:
        """`tells_hand`: whether the line below says whose hand, while the words are another's to write."""
        super().__init__(widget)
        self.context = context
        self.widget = widget
        self.case_id = case_id
        self.kind = kind
        self.record_id = record_id
        self.info: FieldInfo = fields_of(KINDS[kind])[name]
        self.waits = False
        """Whether what is typed waits for a button: then it is no fault that it is not done."""
        self._tells_hand = tells_hand
        self._write = write or _write_text(kind, record_id, name)
        self._step: Step | None = None
        self._hand: Hand | None = None
        self._pending: str | None = None
        self._at_once = not widget.typed
        self._by = QDeadlineTimer()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._keep)
        widget.edited.connect(self._edited)
        widget.left.connect(self.leave)
        context.session_changed.connect(self._pen_moved)
        self._pen_moved()

    def refresh(self, file: CaseFile, record: Record) -> None:
        """Show what stands on the record now: the value, or what is typed and not yet one; whose hand; what is wrong."""
        draft = file.drafts.get((self.record_id, self.info.name))
        if draft is not None:
            self.widget.offer(draft.text)
            unfinished = "Ikke færdig endnu." if not draft.because else draft.because
            if not self.widget.has_user_focus() and not (self.waits and not draft.because):
                self.widget.set_error(unfinished)
        else:
            self.widget.offer(shown(getattr(record, self.info.name)))
            self.widget.set_error(None)
        self.show_hand(file.hands.get((self.record_id, self.info.name)))

    def show_hand(self, written: Written | None) -> None:
        """Whose hand and when: below the words where only another may write them, else as the field's tool tip."""
        told = told_hand(written, self.context.desk.today())
        self.widget.set_hand(told if self._tells_hand and self.widget.read_only() else "")
        self.widget.setToolTip(told)

    def leave(self) -> None:
        """The person has left the field: what is typed is read, and becomes a value or a draft with its reason."""
        if self._pending is not None or self._step is not None:
            self._send(final=True)
        self._step = None

    def flush(self) -> None:
        """Keep what is typed, now."""
        if self._pending is not None:
            self._send(final=False)

    @property
    def kept(self) -> bool:
        """Whether nothing typed here waits to be kept."""
        return self._pending is None

    # -- inside

    def _edited(self, text: str) -> None:
        if self._step is None:
            self._step = new_step(f"Ret {self.info.label.rstrip('?').lower()}")
            self._hand = self.context.hand
        if self._pending is None:
            self._by = QDeadlineTimer(OLDEST_MS)
        self._pending = text
        self.widget.set_error(None)
        if self._at_once:
            self._send(final=True)
            self._step = None
        elif self._by.hasExpired():
            self._send(final=False)
        else:
            self._pause.start(min(PAUSE_MS, self._by.remainingTime()))

    def _keep(self) -> None:
        self._send(final=False)

    def _send(self, *, final: bool) -> None:
        self._pause.stop()
        step, hand, text = self._step, self._hand, self._pending
        if step is None or hand is None:
            return
        if text is None:
            if not final:
                return
            text = self.widget.text()
        self._pending = None
        desk, case_id, write = self.context.desk, self.case_id, self._write
        self.context.run(
            lambda: write(desk, hand, case_id, text, step, final=final),
            lambda written: self._written(text, written),
            lambda message, _field: self._not_kept(text, message, step, hand),
        )

    def _written(self, text: str, written: edit.Written) -> None:
        if not isValid(self.widget):  # its row or room was closed meanwhile; the words are kept
            return
        self.widget.mark_saved(text)
        if written.because:
            self.widget.set_error(written.because)

    def _not_kept(self, text: str, message: str, step: Step, hand: Hand) -> None:
        """The disk or a rule said no: the words stay in the field, and are tried again at the next key, pause or flush."""
        self.context.asks.tell(message)
        if not isValid(self.widget):
            return
        self.widget.set_error(message)
        if self._pending is None:
            self._pending = text
            self._step, self._hand = self._step or step, self._hand or hand

    def _pen_moved(self) -> None:
        pen = self.context.pen
        self.widget.set_read_only(pen is None or not may_write(pen.role, self.info.pen, self.kind))


def shown(value: Value) -> str:
    """A value as a field shows it when nobody is typing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, date):
        return format_input(value)
    return str(value)


def told_hand(written: Written | None, today: date) -> str:
    """Whose hand, quietly: "Bente 10:31", or with the day when it was not today."""
    if written is None:
        return ""
    at: datetime = written.at
    when = f"{at:%H:%M}" if at.date() == today else f"{format_short(at.date())} {at:%H:%M}"
    return f"{short_name(written.hand.name)} {when}"


def understood(today: Callable[[], date]) -> Callable[[str], str]:
    """What a date field says below itself as one types: the date in words, or nothing yet."""

    def say(text: str) -> str:
        try:
            return format_input(parse_date(text, today()))
        except UserError:
            return ""

    return say


def _write_text(kind: str, record_id: str, name: str) -> Callable[..., edit.Written]:
    def write(desk: Desk, hand: Hand, case_id: str, text: str, step: Step, *, final: bool) -> edit.Written:
        return edit.write_text(desk, hand, case_id, kind, record_id, name, text, step, final=final)

    return write
