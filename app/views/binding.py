# SPDX-License-Identifier: MPL-2.0
"""A field on the screen tied to a field on the record: typed text is kept within half a second, and never lost.

Made by the screens, one for each field. Knows the service for typing and the frozen case; must not know where on the
screen the field stands. What is typed goes down at a pause, on leaving, and whenever `flush` is called (lock, turn,
close); what comes up from the record is offered and never put over words under the cursor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import QDeadlineTimer, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.domain.dates import format_input, format_short
from app.domain.errors import UserError
from app.domain.names import short_name
from app.domain.rights import may_write
from app.domain.roles import Hand, Pen
from app.models.casefile import CaseFile, Talk, Written
from app.models.fields import FieldInfo, Value, Wording, fields_of
from app.models.kinds import KINDS, Record
from app.services import edit
from app.services.desk import Desk
from app.services.edit import is_read
from app.store.unit_of_work import Step, new_step
from app.views.context import Context
from app.views.parts.field import Field
from app.views.parts.talk import in_both
from app.views.parts.text_area import TextArea
from app.views.parts.text_fields import DateField, TextField
from app.views.refused import AGAIN_MS, PASSES
from app.views.talking import TalkBox, join_on, shares_talk, talk_on, told_join, told_when, words_of
from app.views.writing import Aid

PAUSE_MS = 300
OLDEST_MS = 400
"""How old a key may be before it is sent to the disk, though somebody types on without a pause (promise 3: half a second)."""
SETTLED = "I skrev hver sit"
"""The heading of what was written apart, while the text that settles it is being typed."""


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
        talk_at: Callable[[QWidget], object] | None = None,
    ) -> None:
        """`tells_hand`: whether the line below says whose hand, while the words are another's to write. `talk_at` puts a
        conversation where there is room for it; without it, it stands in the field.
        """
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
        self._knows_seen = write is None
        self._read_when_left = write is not None or is_read(kind, name)
        group = self.info.group
        declared = fields_of(KINDS[kind])
        self._names = tuple(n for n, i in declared.items() if group and i.group == group) or (name,)
        self._on_screen: frozenset[str] = frozenset()
        self._held_back: frozenset[str] | None = None
        self._seen: frozenset[str] = frozenset()
        self._file: CaseFile | None = None
        self._talk_at = talk_at or widget.hold_talk
        self.box: TalkBox | None = None
        self._keeps_both = False
        self._step: Step | None = None
        self._hand: Hand | None = None
        self._pending: str | None = None
        self._left = False
        self._at_once = not widget.typed
        self._told_of_another = False
        self._by = QDeadlineTimer()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._keep)
        widget.edited.connect(self._edited)
        widget.left.connect(self.leave)
        widget.proposal_taken.connect(self.leave)  # it is chosen, and not half typed
        widget.caught_up.connect(self._caught_up)
        context.session_changed.connect(self._session_changed)
        self._pen_moved()
        self._help_writing()

    def refresh(self, file: CaseFile, record: Record) -> None:
        """Show what stands on the record now: the value, or what is typed and not yet one; whose hand; what is wrong."""
        self._file = file
        self.widget.catch_up()
        draft = file.drafts.get((self.record_id, self.info.name))
        talk = talk_on(file, self.record_id, self.info.name)
        if draft is not None:
            self._offer(file, draft.text)
            unfinished = "Ikke færdig endnu." if not draft.because else draft.because
            if not self.widget.has_user_focus() and not (self.waits and not draft.because):
                self.widget.set_error(unfinished)
        else:
            apart = talk is not None and self._begins_empty(talk)
            self._offer(file, "" if apart else shown(getattr(record, self.info.name)))
            self.widget.set_error(None)
        self.show_hand(None if talk is not None else file.hands.get((self.record_id, self.info.name)))
        self._show_mark(file, record, unfinished=draft is not None)
        self._show_talk()

    def show_hand(self, written: Written | None) -> None:
        """Whose hand and when: below the words where only another may write them, else as the field's tool tip."""
        told = told_hand(written, self.context.desk.today())
        self.widget.set_hand(told if self._tells_hand and self.widget.read_only() else "")
        self.widget.setToolTip(told)

    def leave(self) -> None:
        """The person has left the field: what is typed is read, and becomes a value or a draft with its reason.

        Words that were kept as they were typed are said: said again, they would be written over what others have answered.
        """
        if self._pending is not None or (self._step is not None and self._read_when_left):
            self._send(final=True)
        self._step = None
        self._keeps_both = False
        if self.box is not None:
            self._show_talk()

    def flush(self) -> None:
        """Keep what is typed, now."""
        if self._pending is not None:
            self._send(final=False)

    def begin_with(self, typed: str) -> None:
        """What a person typed before the field was there begins it; they may have gone on elsewhere by now."""
        if not typed or not self.widget.typed:
            return
        self.widget.begin_with(typed)
        if not self.widget.keeps_cursor():
            self.leave()

    @property
    def shows(self) -> dict[tuple[str, str], frozenset[str]]:
        """Which changes the person has before them here, by (record, field)."""
        return {(self.record_id, name): self._on_screen for name in self._names}

    @property
    def kept(self) -> bool:
        """Whether nothing typed here waits to be kept."""
        return self._pending is None

    # -- inside

    def _help_writing(self) -> None:
        """Where words are written; and how they read, where they are ours and the citizen is to read them."""
        wording = self.info.wording
        free = wording is not Wording.NONE and self.info.type is str and not is_read(self.kind, self.info.name)
        if not free or not isinstance(self.widget, TextArea | TextField) or isinstance(self.widget, DateField):
            return
        ours = self.info.pen is not Pen.CITIZEN
        reads = isinstance(self.widget, TextArea) and ours and self.info.audience.for_citizen
        Aid(self.context.writing, self.widget, reads=reads, names=wording is Wording.NAMES)

    def _edited(self, text: str) -> None:
        if self._step is None:
            self._step = new_step(f"Ret {self.info.label.rstrip('?').lower()}")
            self._hand = self.context.hand
            self._seen = self._on_screen
        if self._pending is None:
            self._by = QDeadlineTimer(OLDEST_MS)
        self._pending, self._left = text, False
        self.widget.set_error(None)
        if self._at_once:
            self._send(final=True)
            self._step = None
        elif self._by.hasExpired():
            self._send(final=False)
        else:
            self._pause.start(min(PAUSE_MS, self._by.remainingTime()))

    def _keep(self) -> None:
        left = self._left
        self._send(final=left)
        if left:
            self._step = None

    def _send(self, *, final: bool) -> None:
        self._pause.stop()
        step, hand, text = self._step, self._hand, self._pending
        if step is None or hand is None:
            return
        if text is None:
            if not final:
                return
            text = self.widget.text()
        typed, self._pending = self._pending is not None, None
        desk, case_id, write = self.context.desk, self.case_id, self._write
        about = {"seen": self._seen} if self._knows_seen else {}

        def keep() -> edit.Written:
            return write(desk, hand, case_id, text, step, final=final, **about)

        def refused(message: str, _field: str | None) -> None:
            if message in PASSES:
                self.context.refused.hold(self, case_id, keep)
            if message in PASSES and not typed:
                self._not_read(step, hand)
                return
            self._not_kept(text, message, step, hand, final)

        self.context.run(keep, lambda written: self._written(text, written), refused)

    def _written(self, text: str, written: edit.Written) -> None:
        self.context.refused.let_go(self)
        if not isValid(self.widget):  # its row or room was closed meanwhile; the words are kept
            return
        self.widget.mark_saved(text)
        if written.because:
            self.widget.set_error(written.because)

    def _not_kept(self, text: str, message: str, step: Step, hand: Hand, final: bool) -> None:
        """The disk or a rule said no: the words stay in the field, and are tried again at the next key, pause or flush.

        A disk is tried again in any case, and told of once; when the field has gone, from where the words wait.
        """
        here = isValid(self.widget)
        if not here or self.widget.error() != message:
            self.context.asks.tell(message)
        if not here:
            return
        self.widget.set_error(message)
        if self._pending is None:
            self._pending, self._left = text, final
            self._step, self._hand = self._step or step, self._hand or hand
            if message in PASSES:
                self.context.hindered.emit(self.case_id)
                self._pause.start(AGAIN_MS)

    def _not_read(self, step: Step, hand: Hand) -> None:
        """The words are kept, and what they mean could not be written: tried again, and told to nobody."""
        if isValid(self.widget) and self._step is None:
            self._step, self._hand, self._left = step, hand, True
            self._pause.start(AGAIN_MS)

    def _session_changed(self) -> None:
        """Of a room with ten goals most fields are out of sight, and nobody waits for them to change hands."""
        self.widget.when_seen(self._pen_moved)

    def _pen_moved(self) -> None:
        pen = self.context.pen
        self.widget.set_read_only(pen is None or not may_write(pen.role, self.info.pen, self.kind))
        if self.box is not None:
            self._show_talk()

    # -- several who wrote

    def _offer(self, file: CaseFile, text: str) -> None:
        """Offer what stands now, and remember which changes the person has before them."""
        hands = [w for name in self._names if (w := file.hands.get((self.record_id, name))) is not None]
        stands = frozenset(i for w in hands for i in (w.change_id, *w.beside))
        if self.widget.offer(text):
            self._on_screen, self._held_back = stands, None
        else:
            self._held_back = stands

    def _caught_up(self) -> None:
        if self._held_back is not None:
            self._on_screen, self._held_back = self._held_back, None
        if self._told_of_another:
            self._told_of_another = False
            self.widget.set_mark("")

    def _begins_empty(self, talk: Talk) -> bool:
        """Whether the editor is left for a new text: those that stand are shown whole above it."""
        whole = len(talk.fields) > 1 or self.info.type is bool
        return not whole and self._step is None and not self.widget.read_only()

    def _show_mark(self, file: CaseFile, record: Record, *, unfinished: bool) -> None:
        """What a machine has joined; the other half of a period that is settled there; what came in behind a draft."""
        join = join_on(file, self.record_id, self.info.name)
        half = shares_talk(file, self.record_id, self.info.name)
        mark = ""
        if join is not None:
            mark = told_join(join)
        elif half is not None:
            mark = f"Afklares ved »{fields_of(KINDS[self.kind])[half.fields[0]].label}«"
        value = getattr(record, self.info.name)
        written = file.hands.get((self.record_id, self.info.name))
        if unfinished and value != self.info.default and written is not None:
            mark = f"{told_hand(written, self.context.desk.today())}: {shown(value)}"
        another = self._another_since()
        self._told_of_another = another is not None and not mark
        if another is not None and not mark:
            name, when = short_name(another.hand.name), told_when(another.at, self.context.desk.today())
            mark = f"{name} skrev her {when}. Du ser det, når du går videre."
        self.widget.set_mark(mark)

    def _another_since(self) -> Written | None:
        """What another has written over one's words while the cursor stands here: it is held back, and so it is told of."""
        file = self._file
        written = file.hands.get((self.record_id, self.info.name)) if file is not None else None
        if file is None or written is None or self._held_back is None or written.change_id in self._seen:
            return None
        mine = self._hand is not None and written.hand.person_id == self._hand.person_id
        return None if mine or talk_on(file, self.record_id, self.info.name) is not None else written

    def _show_talk(self) -> None:
        """The conversation at the field, if there is one. What each wrote stays in sight while the person writes what settles it,
        with nothing to press any more; both kept as one text, it stands in the field already."""
        file = self._file
        talk = talk_on(file, self.record_id, self.info.name) if file is not None else None
        open_here = self.box is not None and self.box.talk is not None
        settling = talk is None and self._step is not None and open_here and self._another_since() is None
        if settling and self.box is not None and not self._keeps_both:
            told = self.box.told()
            self.box.tell(told and replace(told, heading=SETTLED, both="", foot="", mine=False))
            return
        if talk is None and self.box is None:
            return
        if self.box is None:
            self.box = TalkBox(self.context, self.case_id)
            self.box.begin = self.leave
            self.box.both.connect(self._write_both)
            self._talk_at(self.box)
        words = None
        if talk is not None:
            label = self.widget.label
            about = talk.label if len(talk.fields) > 1 else label.text() if label.isHidden() else ""
            typed = self.widget.typed
            joins = typed and self.info.type is str and not is_read(self.kind, self.info.name)
            words = words_of(self.context, talk, self._in_words, typed=typed, joins=joins, about=about)
        now = QApplication.focusWidget()
        if (
            words is None and now is not None and self.box.isAncestorOf(now)
        ):  # its buttons go: one is still at this field
            self.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.box.show_talk(talk, words, self.widget.objectName())
        self.widget.set_talked(words.spoken() if words is not None else "")

    def _in_words(self, value: Value) -> str:
        return self.widget.words_for(shown(value))

    def _write_both(self) -> None:
        """Both texts, with what the person has just written beside them, for the person to make one of: as if typed."""
        talk = self.box.talk if self.box is not None else None
        if talk is None:
            return
        typed, mine = self.widget.text(), self.context.hand
        said = [(one.hand, shown(one.values.get(self.info.name))) for one in talk.said]
        texts = [text for hand, text in said if hand != mine or not typed.startswith(text)]  # else it is gone on with
        self.leave()
        self._keeps_both = True
        self._on_screen |= {one.change_id for one in talk.said}
        self.widget.write_as_person(in_both([*texts, typed], lines=isinstance(self.widget, TextArea)))


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
    when = f"{at:%H.%M}" if at.date() == today else f"{format_short(at.date())} {at:%H.%M}"
    return f"{short_name(written.hand.name)} {when}"


def understood(today: Callable[[], date], kind: str, name: str) -> Callable[[str], str]:
    """What a date field says below itself as one types: the date in words, or nothing yet."""

    def say(text: str) -> str:
        try:
            return format_input(edit.read_day(kind, name, text, today()))
        except UserError:
            return ""

    return say


def _write_text(kind: str, record_id: str, name: str) -> Callable[..., edit.Written]:
    def write(
        desk: Desk, hand: Hand, case_id: str, text: str, step: Step, *, final: bool, seen: edit.Seen = None
    ) -> edit.Written:
        return edit.write_text(desk, hand, case_id, kind, record_id, name, text, step, final=final, seen=seen)

    return write
