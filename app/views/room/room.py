# SPDX-License-Identifier: MPL-2.0
"""The meeting room: the citizen's paper in the middle of the table, a side for each pen, six steps over one record.

Opened by the shell for one case. Hands the frozen whole, as it is read (`reading.py`), to what is shown; the steps do the
rest. Passing the pen, locking and turning the screen are asked of the shell by signals.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.dates import age
from app.domain.names import short_name
from app.domain.rights import Act
from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile
from app.models.choices import TargetGroup
from app.qt.turns import later
from app.services import cases, undo
from app.services.decide import lacking, settled, until_has_come
from app.views.allowed import allow
from app.views.context import Context
from app.views.parts.keyboard import UndoesSteps, lay_tab_order, stack_as_read
from app.views.parts.notices import EmptyState
from app.views.parts.side_panel import Rule, Sheet
from app.views.parts.step_bar import STEPS, StepBar
from app.views.room.cursor import Cursor
from app.views.room.decided import SEVERAL
from app.views.room.foot import Foot
from app.views.room.header import Header
from app.views.room.passing_on import above
from app.views.room.paths import path_of, path_of_lack, step_of
from app.views.room.preparing import Preparing
from app.views.room.reading import Read, Reading
from app.views.room.same_citizen import SameCitizenLine
from app.views.room.sharing import RoomSharing
from app.views.room.sheet import paper_of
from app.views.room.side import first_place
from app.views.room.step import Primary, Step
from app.views.room.steps import Steps
from app.views.room.table import Table
from app.views.room.undone import NOT_UNDONE_HERE, taken_back

LAST = len(STEPS)
SLOW_MS = 400
"""How long an empty room is only quick, in milliseconds."""


class Room(QWidget):
    """`closed` when the person leaves; the rest is asked of the shell. `refreshed` after each new case is shown."""

    closed = Signal()
    wants_lock = Signal()
    turn_requested = Signal()
    pen_requested = Signal(object)  # Role: who is to have the pen, at the table already or not
    refreshed = Signal(object)  # CaseFile
    moved = Signal(int)  # another step is in hand

    def __init__(self, context: Context, case_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.case_id = case_id
        self.file: CaseFile | None = None
        self._reader: Hand | None = None  # whose hand read it last
        self._stays = ""  # what undo has just said that it leaves
        self.keyboard = Cursor(self, self._first_place)
        self._number = 0
        self._reading = Reading(context, case_id, self)
        self._wanted_path, self._wanted_step = "", 0
        self._wanted_record: tuple[str, str, str] | None = None
        self._shape: object = None
        self._tabs = later(self, self._lay_tabs_now)
        self._prepare = Preparing(self, self._others, context.turns)
        self._coming: Read | None = None
        self.setObjectName("room")
        self._build()
        self._steps = Steps(context, case_id, self._furnish, self.table.take)
        self._actions()
        self._reading.came.connect(self._got)
        self._reading.failed.connect(self._not_read)
        context.session_changed.connect(self._session_changed)
        UndoesSteps(self)
        self._session_changed()
        self.sharing = RoomSharing(self)
        self.same = SameCitizenLine(self)
        self._open()

    # What the shell and the player use.

    @property
    def number(self) -> int:
        """The step in hand, from 1; 0 until the case is here."""
        return self._number

    def step(self, number: int) -> Step:
        """A step, made when first asked for."""
        return self._steps.whole(number)

    def _furnish(self, step: Step) -> None:
        step.lead_to = self.show_path
        step.repaint = self._paper_moved
        step.signed = self._signed

    def go(self, number: int) -> None:
        """Take step `number` in hand, with the cursor where this pen writes first; or when the case is here."""
        if self.file is None:
            self._wanted_step = number
            return
        self._take(number)
        self.keyboard.go_first()

    def _take(self, number: int) -> None:
        if self.file is None or not 1 <= number <= LAST:
            return
        moved = number != self._number
        self._number = number
        self._steps.show(number, self.file)
        step = self.step(number)
        self.table.show_step(number, step)
        self.bar.set_current(number)
        self._show_paper(self.file)
        self._tell_foot(self.file)
        self._lay_tabs()
        if moved:
            step.shown(self.file)
            self.moved.emit(number)

    def show_path(self, path: str) -> None:
        """Bring the field with this path on the screen and put the cursor in it; a list with no such row, its button."""
        if self.file is None:
            self._wanted_path = path
            return
        number = step_of(path)
        if number != self._number:
            self._take(number)
        self.step(number).show_path(path)
        found = self.table.widget_at(path) or self.table.widget_at(f"{path.split('.')[0]}.add")
        if found is not None:
            self.table.open_side_of(found)
            found.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_record(self, kind: str, record_id: str, name: str) -> None:
        """The same for a field of a record, wherever it stands when the case is here."""
        if self.file is None:
            self._wanted_record = kind, record_id, name
        elif path := path_of(kind, record_id, name, self.file):
            self.show_path(path)

    def flush(self) -> None:
        """Keep whatever is typed anywhere in the room, now."""
        self._steps.flush()
        self.table.flush()

    def leave(self) -> None:
        """End the typing in hand, so that what was typed is read, and keep the rest."""
        self.keyboard.put_down()
        self.flush()
        self._reading.leave()

    def close_room(self) -> None:
        """Leave the room; the case stays as it is."""
        self.leave()
        self.closed.emit()

    def end_meeting(self) -> None:
        """End the meeting, if the citizen has an answer; else lead to it and say why (A2)."""
        self.leave()
        context, case_id, hand = self.context, self.case_id, self.context.hand

        def refused(message: str, _field: str | None) -> None:
            self.show_path("answer.target_group")
            context.asks.tell(message)

        context.run(lambda: cases.end_meeting(context.desk, hand, case_id), lambda _: self.closed.emit(), refused)

    def undo_last(self) -> None:
        """Take back my last step, and say what it was."""
        held = self.keyboard.put_down()
        self.flush()
        context, case_id, hand = self.context, self.case_id, self.context.hand

        def told(undone: undo.Undone) -> None:
            context.asks.say(taken_back(undone, self._stays))
            self._stays = undone.stays

        context.run(lambda: undo.undo(context.desk, hand, case_id, not_past=NOT_UNDONE_HERE), told)
        if held is not None:
            held.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_for_pen(self) -> None:
        """Ask that the pen goes to the other side."""
        self.flush()
        pen = self.context.pen
        self.pen_requested.emit(Role.BESTILLER if pen is None or pen.role is Role.VEJLEDER else Role.VEJLEDER)

    def turn(self) -> None:
        """Ask that the screen is turned to the citizen."""
        self.keyboard.hold()
        self.flush()
        self.turn_requested.emit()

    def send_out(self) -> None:
        """Show what may leave for other systems."""
        if self.file is not None and self.context.pen is not None:
            from app.views.sending.card import SendingCard  # late: it comes after the meeting

            self.flush()
            SendingCard(self.context, self.case_id, self.window())

    # What is on the screen.

    def _build(self) -> None:
        self.header = Header()
        self.bar = StepBar()
        for button in self.bar.buttons:
            button.setObjectName(f"step.{button.number}")
        self.table = Table(self.context, self.case_id)
        self.foot = Foot()
        self.missing, self.next_button = self.foot.missing, self.foot.next_button
        top = Sheet("surface")
        bar_row = QVBoxLayout(top)
        bar_row.setContentsMargins(0, 0, 0, 0)
        bar_row.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.header, Rule(), top, Rule()):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        self.waiting = EmptyState("hourglass", "Henter sagen …")
        self.waiting.button.setObjectName("room.again")
        self.waiting.pressed.connect(self._open)
        self.waiting.hide()
        column.addWidget(self.waiting, 1)
        column.addStretch()  # all above stands where it will, until there is a table
        self._slow = later(self, self._tell_slow, SLOW_MS)
        column.addWidget(Rule())
        column.addWidget(self.foot)
        self.table.hide()
        self.foot.setEnabled(False)
        self.bar.chosen.connect(self.go)
        self.header.back.connect(self.close_room)
        self.header.lock.connect(self._lock)
        self.header.undo.connect(self.undo_last)
        self.header.end.connect(self.end_meeting)
        allow(self.context, Act.MEET, self.header.end_button)
        self.header.number_shown.connect(self._number_shown)
        self.table.pen_asked.connect(self.ask_for_pen)
        self.foot.lack_chosen.connect(self._lack_chosen)
        self.foot.turned.connect(self.turn)
        self.foot.pressed.connect(self._press_next)

    def _actions(self) -> None:
        for words, keys, act in (
            ("Giv pennen videre", "F2", self.ask_for_pen),
            ("Vend skærmen", "F9", self.turn),
            ("Til andre systemer", "F8", self.send_out),
            ("Fortryd", "Ctrl+Shift+Z", self.undo_last),
            ("Fortryd", "Ctrl+Z", self.undo_last),
        ):
            action = QAction(words, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(act)
            self.addAction(action)

    def _primary(self) -> Primary:
        own = self.step(self._number).primary(self.file) if self.file is not None and self._number else None
        if own is not None:
            return own
        if self._number >= LAST:
            return Primary("Til mine borgere", self.close_room)
        name = STEPS[self._number]
        words = f"Videre: {name}" if name.endswith("?") else f"Videre til {name[:1].lower()}{name[1:]}"
        return Primary(words, lambda: self.go(self._number + 1))

    # The case, coming and changing.

    def _open(self) -> None:
        self._slow.start()
        self._reading.open()

    def _got(self, read: Read) -> None:
        self._reader = read.hand
        if self.file is not None:
            self.show_case(read.file, read.undo)
            self.keyboard.arrive()
        elif self._coming is None:
            self._coming = read
            self.context.turns.take(self._first_shown(), self)
        else:  # read again while the first step is made
            self._coming = read
            self._steps.changed()

    def _first_shown(self) -> Iterator[None]:
        """Make the step the case is opened on, a piece a turn, and show it when it is whole."""
        try:
            yield from self._steps.pieces(_opens_on(self._came().file), lambda: self._came().file)
            read = self._came()
            self.show_case(read.file, read.undo)
        except Exception:
            self._coming = None  # the next reading begins anew, and the room does not stand empty for good
            raise
        self.keyboard.arrive()

    def _came(self) -> Read:
        """The newest there is of a case that is not shown yet."""
        assert self._coming is not None
        return self._coming

    def _not_read(self, message: str, not_theirs: bool) -> None:
        if not_theirs and self._pen_stays():
            return
        if not_theirs:  # who hold the pen, or gone
            self.closed.emit()
        if self.file is None and not not_theirs:
            self._slow.stop()
            self.waiting.show_state("error", "Sagen kan ikke hentes lige nu", message, "Prøv igen")
            self.waiting.show()
        else:
            self.context.asks.tell(message)

    def _pen_stays(self) -> bool:
        """The pen came to one who does not read this case, and is still with who read it: a meeting in hand is not closed by F2.

        Who has just sat down is known to the server a moment later. One who read it and may no longer is no such case.
        """
        pen, before = self.context.pen, self._reader
        if pen is None or before is None or pen == before or before not in self.context.people:
            return False
        self.context.pass_pen(before.role)
        to, by = short_name(pen.name), short_name(before.name)
        self.context.asks.tell(
            f"{to} har ikke adgang til sagen her endnu. {by} har stadig pennen: prøv F2 igen om lidt."
        )
        return True

    def _tell_slow(self) -> None:
        """The case is slow to come: say so, rather than show an empty room."""
        self.waiting.show_state("hourglass", "Henter sagen …")
        self.waiting.show()

    def show_case(self, file: CaseFile, undoable: str | None = None) -> None:
        """Show the case as it stands: what is on the screen now, the rest when it is. `undoable`: the step undo takes."""
        first = self.file is None
        self.file = file
        if self._number:
            self._steps.changed()
            self._steps.show(self._number, file)
        self.table.refresh(file)
        self._tell_header(file, undoable)
        self.bar.set_done([n for n in range(1, LAST + 1) if self._steps.done(n, file)])
        if first:
            self._slow.stop()
            self.waiting.hide()
            self.table.show()
            self.foot.setEnabled(True)
            self._take(self._wanted_step or _opens_on(file))
            self.keyboard.go_first()
            if self._wanted_path:
                self.show_path(self._wanted_path)
            if self._wanted_record is not None:
                self.show_record(*self._wanted_record)
            self._prepare.start()
        else:
            self._show_paper(file)
            self._tell_foot(file)
            self._lay_tabs()
        self.refreshed.emit(file)

    def _others(self) -> Iterator[None]:
        """Every step somebody may come to, a piece a turn."""
        for number in range(1, LAST + 1):
            if number != self._number:
                yield from self._steps.pieces(number, self._shown)

    def _shown(self) -> CaseFile:
        assert self.file is not None
        return self.file

    def _show_paper(self, file: CaseFile) -> None:
        if self.table.center is self.table.paper:
            in_hand = self.step(self._number).in_hand()
            words = next((g.words.strip() or g.goal.strip() for g in file.goals if g.id == in_hand), "")
            self.table.show_paper(paper_of(file, self.context.desk.today(), in_hand), in_hand, words)

    def _paper_moved(self) -> None:
        """Another goal has been taken in hand."""
        if self.file is not None:
            self._show_paper(self.file)
            self._lay_tabs()

    def _tell_header(self, file: CaseFile, undoable: str | None) -> None:
        born = file.citizen.birth_date
        number = file.identifier.value if file.identifier else ""
        self.header.set_citizen(
            file.citizen.name, age(born, self.context.desk.today()) if born is not None else None, number
        )
        self.header.set_undo(undoable)
        self.header.set_ended(file.meeting is None or bool(file.meeting.ended))

    def _tell_foot(self, file: CaseFile) -> None:
        today = self.context.desk.today()
        done = settled(file, today)
        missing = () if file.case.ended or done else lacking(file)
        said = above(file, self.context.pen) or (SEVERAL if file.apart else "")
        if until_has_come(file, today):
            said = "dagen for svar er kommet"
        self.foot.tell(missing, self._primary(), "" if done else said)

    def _lay_tabs(self) -> None:
        """Let Tab follow the eye: top, left, paper, right, foot. Only when something has come, gone or moved."""
        pen, talks = self.context.pen, self.file.conversations if self.file is not None else ()
        told = [
            (talk.record_id, talk.fields) for talk in talks
        ]  # what only reads, and what is to be settled, is made late
        shape = (self._number, pen and pen.role, told, self.step(self._number).shape())
        if shape != self._shape:
            self._shape = shape
            self._tabs.start()

    def _lay_tabs_now(self) -> None:
        gives = [
            side.give for side in (self.table.left, self.table.right)
        ]  # never between two fields: who tabs on types on
        lay_tab_order([self.header, self.same, self.bar, *self.table.in_order(), *gives, self.foot])
        stack_as_read(self)

    # What a person does.

    def _signed(self, _decision_id: str) -> None:
        """The answer is given: on to what the citizen takes home."""
        self.go(LAST)
        if not self.step(LAST).at_its_button():  # the case as it is signed is on its way here
            self.refreshed.connect(self.keyboard.go_first, Qt.ConnectionType.SingleShotConnection)

    def _press_next(self) -> None:
        self._primary().act()

    def _lack_chosen(self, word: str) -> None:
        if self.file is not None:
            self.sharing.lead_to(path_of_lack(word, self.file))

    def _lock(self) -> None:
        self.leave()
        self.wants_lock.emit()

    def _number_shown(self, shown: bool) -> None:
        if shown:
            context, case_id, hand = self.context, self.case_id, self.context.hand
            context.run(lambda: context.desk.note(hand, case_id, "cpr vist"))
        self._steps.reveal_number(shown)

    def _session_changed(self) -> None:
        self.header.set_people([p.name for p in self.context.people])
        pen = self.context.pen
        if pen is None:
            return
        if self.file is not None and pen != self._reader:
            self.keyboard.pass_on()
        self.table.open_side(pen.role)
        if self.file is not None:
            self._reading.again()
            self._prepare.start()

    def _first_place(self) -> QWidget:
        pen = self.context.pen
        return first_place(self.step(self._number), pen.role if pen else None) or self.foot.next_button

    def hideEvent(self, event: QHideEvent) -> None:
        """Whatever hides the room, nothing typed waits."""
        self.flush()
        super().hideEvent(event)


def _opens_on(file: CaseFile) -> int:
    """The step a case is opened on: the first, but where one has already gone past the team (A12)."""
    past = file.meeting is None and file.answer.target_group == TargetGroup.DIRECT_85
    return LAST - 1 if past else 1
