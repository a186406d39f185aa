# SPDX-License-Identifier: MPL-2.0
"""What every editor has in common: label above, box around, one quiet line below, and whose text may stand in it.

A field emits what a person typed and shows what it is offered. It never overwrites words under somebody's cursor, nor
words not yet kept. Must not know records, rights or services: the screen that composes it does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.domain.tied import tie
from app.qt.theme import follow, theme_of
from app.views.parts.appearing import appear
from app.views.parts.keyboard import LeadsKeyboard
from app.views.parts.words import RING, Words, grows_down, plain_lines, rounded

if TYPE_CHECKING:
    from app.domain.spelling import Word
    from app.views.parts.below import Below
    from app.views.parts.growing import AddTo, GrowingText

_LED = (Qt.FocusReason.OtherFocusReason, Qt.FocusReason.ShortcutFocusReason)
NOTHING_WRITTEN = "ikke skrevet endnu"


class Field(LeadsKeyboard):
    """Base of all editors. `editor` is the widget that has the keyboard focus; `text()` is what stands in it.

    `edited(text)` at each edit by a person, never when set by the program; `left()` when the cursor leaves the field;
    `proposal_taken()` after a proposal was accepted (its text has been emitted by `edited` just before); `caught_up()` when what
    was offered while somebody typed is shown at last.
    """

    typed = True
    """Whether a value is typed letter by letter; a choice or a mark is whole at once."""
    air_around = False
    """Whether there is air around the editor, so that words that are only read need not stand in for the ring around them."""

    edited = Signal(str)
    left = Signal()
    proposal_taken = Signal()
    caught_up = Signal()

    def __init__(self, label: str, editor: QWidget, *, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self._boxed = True
        self._faint = True  # whether the editor can show a proposal as faint words; else the line below does
        self._hint = self._hand = self._understood = self._proposal = self._mark = self._talked = ""
        self._read_as = ""
        self._error: str | None = None
        self._spoken: tuple[str, str, QWidget | None] | None = None
        self._by_hand = False
        self._called = ""
        self._read_only = False
        self._writing = self._unsaved = self._touched = False
        self._waiting: str | None = None
        self._when_seen: Callable[[], object] | None = None
        self.label = Words(label, "label", parent=self, leading=1.0)
        self.label.set_tail(note)
        self.label.setBuddy(editor)
        editor.setParent(self)
        editor.setAccessibleName(self.label.text())
        editor.installEventFilter(self)
        self.keyboard_to(editor)
        self._unwritten = NOTHING_WRITTEN
        self._reading: GrowingText | None = None
        self._below: Below | None = None
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.label)
        self._column.addWidget(editor)
        grows_down(self)
        follow(self._restyle)
        self._tell()

    # What a subclass says about its editor.

    def _read(self) -> str:
        """The text standing in the editor."""
        raise RuntimeError("a kind of field reads its own editor")

    def _write(self, text: str) -> None:
        """Put `text` in the editor, keeping the cursor where it can be kept."""
        raise RuntimeError("a kind of field writes its own editor")

    def _stand(self) -> None:
        """The cursor has gone: a subclass lets a text longer than its editor stand with its beginning in sight."""

    def _enter(self) -> None:
        """The cursor was led here by the program: a subclass lets it stand where one writes on."""

    def _to_the_end(self) -> None:
        """A subclass one types in puts its cursor after the last letter."""

    def words_for(self, text: str) -> str:
        """`text` as a person reads it: of a choice, its words."""
        return self._words_for(text)

    def _words_for(self, text: str) -> str:
        """`text` as a person reads it when the field is read-only."""
        return text

    # What a screen uses.

    def text(self) -> str:
        """What stands in the field, as typed."""
        return self._read()

    def set_text(self, text: str) -> None:
        """Put `text` in the field whoever is there; no signal. Screens that refresh use `offer`."""
        text = plain_lines(text)
        self._unsaved = False
        self._waiting = None
        if text != self._read():
            self._writing = True
            self._write(text)
            self._writing = False
        self._shown_changed()

    def offer(self, text: str) -> bool:
        """Show what now stands in the record, unless somebody is writing here. Returns whether it is shown.

        Refused while the person in the field has edited it, or its edits are not yet kept; shown when they leave.
        """
        text = plain_lines(text)
        if text == self._read():
            self._unsaved = False
            self._waiting = None
            self._shown_changed()
            return True
        if self._unsaved or (self._touched and self.has_user_focus()):
            self._waiting = text
            return False
        self.set_text(text)
        return True

    def mark_saved(self, text: str) -> None:
        """What was emitted as `text` is kept. A newer edit stays unsaved."""
        self._waiting = None
        if text == self._read():
            self._unsaved = False

    def unsaved(self) -> bool:
        """Whether something typed here has neither been marked saved nor been offered back."""
        return self._unsaved

    def has_user_focus(self) -> bool:
        """Whether the cursor is in this field."""
        now = QApplication.focusWidget()
        return now is not None and (now is self.editor or self.editor.isAncestorOf(now))

    def keeps_cursor(self) -> bool:
        """Whether the cursor is in this field, or will be when the window has the keyboard again."""
        now = self.window().focusWidget()
        return now is not None and (now is self.editor or self.editor.isAncestorOf(now))

    def set_label(self, label: str, note: str = "") -> None:
        """Change the label above, and with it the name a screen reader says."""
        self.label.set_tail("")
        self.label.setText(label)
        self.label.set_tail(note)
        self._tell()

    def set_spoken_name(self, name: str) -> None:
        """What a screen reader calls the field, where its label alone does not say what it is of."""
        self._called = name
        self._tell()

    def set_hint(self, hint: str) -> None:
        """A quiet sentence below the editor."""
        self._hint = hint
        self._tell()

    def set_hand(self, hand: str) -> None:
        """Whose hand and when, quiet, below the editor: "Bente 10:31"."""
        self._hand = hand
        self._tell()

    def set_mark(self, mark: str) -> None:
        """What became of the text, quiet, below the editor: "Samlet af det, Vagn og Bodil skrev"."""
        self._mark = mark
        self._tell()

    def hold_talk(self, panel: QWidget) -> None:
        """Give a conversation its place: between the label and the editor."""
        panel.setParent(self)
        self._column.insertWidget(self._column.indexOf(self.label) + 1, panel)

    def set_talked(self, spoken: str) -> None:
        """Several texts stand here, and are shown whole: the editor is for a new one. `spoken` is told to screen readers."""
        if spoken == self._talked:
            return
        self._talked = spoken
        if self._reading is not None:
            self._reading.setVisible(self._read_only and not spoken)
        self._tell()

    def begin_with(self, text: str) -> None:
        """Put `text` in the editor as if the person had typed it before the field was there. The cursor stays where it is."""
        self._writing = True
        self._write(text)
        self._writing = False
        self._user_edited()
        self._to_the_end()

    def write_as_person(self, text: str) -> None:
        """Put `text` in the editor as if the person had typed it, with the cursor after it."""
        self.begin_with(text)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_error(self, sentence: str | None) -> None:
        """What is to be looked at, in red with a mark and a word; None takes it away. The text stays as typed."""
        before, self._error = self._error, sentence or None
        self._tell()
        self.update()
        if self._error and self._error != before and self._by_hand:
            self._say_error()

    def refuse(self, sentence: str) -> None:
        """`set_error`, as the answer to somebody who asked for something: said aloud also where nobody wrote, and each time."""
        said = self._by_hand and sentence != self._error
        self.set_error(sentence)
        if not said:
            self._say_error()

    def _say_error(self) -> None:
        from app.views.parts.earshot import announce  # late: nobody has written anything at the start

        announce(self, f"{self.label.text()}. Tjek: {self._error}")

    def error(self) -> str | None:
        """The sentence of `set_error`."""
        return self._error

    def set_placeholder(self, text: str) -> None:
        """Faint words in an empty editor. Part of an example, never of an answer."""
        self._put_placeholder(text)

    def set_proposal(self, text: str) -> None:
        """Let the program propose `text`: faint in the empty editor, taken with Ctrl+Enter or "Brug"; "" withdraws it."""
        self._proposal = text
        self._put_placeholder(text)
        self._tell()

    def take_proposal(self) -> None:
        """Accept the proposal as if typed. Nothing happens when there is none, or something else is written."""
        proposal = self._proposal
        if not proposal or self._read() or self._read_only:
            return
        self._writing = True
        self._write(proposal)
        self._writing = False
        self._user_edited()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.proposal_taken.emit()

    def mark_words(self, words: Sequence[Word]) -> None:
        """Draw a line under these words of the text; an editor one does not type in has none."""

    def set_menu(self, add_to: AddTo) -> None:
        """What else the editor's menu is to offer."""

    def cursor_at(self) -> int:
        """Where in the text the cursor stands."""
        return 0

    def replace_word(self, word: Word, new: str) -> None:
        """Put `new` where `word` stands, as if the person had typed it; nothing when something else stands there by now."""

    def show_menu(self, word: Word) -> None:
        """Open the menu at `word`, with the cursor in it."""

    def set_reading(self, told: str) -> None:
        """How the text reads, quiet, below the editor, while somebody writes in it."""
        if told != self._read_as:
            self._read_as = told
            self._tell()

    def set_read_only(self, read_only: bool) -> None:
        """Readable, calm, without a box. The words stay selectable and in the tab order."""
        if read_only == self._read_only:
            return
        self._read_only = read_only
        self._swap(read_only)
        self._tell()
        self.update()

    def when_seen(self, act: Callable[[], object]) -> None:
        """Do it now if the field is on the screen; else before it is shown, or when somebody has it `catch_up`."""
        if self.isVisible():
            act()
        else:
            self._when_seen = act

    @property
    def behind(self) -> bool:
        """Whether something waits until the field is seen."""
        return self._when_seen is not None

    def catch_up(self) -> None:
        """Do what waits, now."""
        act, self._when_seen = self._when_seen, None
        if act is not None:
            act()

    def showEvent(self, event: QShowEvent) -> None:
        self.catch_up()
        super().showEvent(event)

    def set_unwritten(self, words: str) -> None:
        """What an empty field says to who only reads it, where that is an answer of its own."""
        self._unwritten = words

    def read_only(self) -> bool:
        """Whether only reading is open here."""
        return self._read_only

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(theme_of().width("field"), 0))

    # Inside.

    def _put_placeholder(self, text: str) -> None:
        """Subclasses with an editor that can show faint words do."""

    def _user_edited(self) -> None:
        """Call from the editor's change signal."""
        if self._writing:
            return
        self._unsaved = self._touched = self._by_hand = True
        self._waiting = None
        self._shown_changed()
        self.edited.emit(self._read())

    def _shown_changed(self) -> None:
        if self._reading is not None and self._read_only:
            self._reading.setPlainText(tie(self._words_for(self._read())))
        self._tell()

    def _swap(self, read_only: bool) -> None:
        """Put a reading view in the editor's place, or back."""
        if read_only and self._reading is None:
            from app.views.parts.growing import GrowingText  # late: what may be written in has none

            self._reading = GrowingText(boxed=False, flush=self.air_around, parent=self)
            self._reading.setReadOnly(True)
            self._reading.setPlaceholderText(self._unwritten)
            self._reading.installEventFilter(self)
            self._column.insertWidget(self._column.indexOf(self.editor), self._reading)
            QWidget.setTabOrder(self.editor, self._reading)
        assert self._reading is not None
        self._reading.setPlainText(tie(self._words_for(self._read())))
        appear(self.editor, not read_only)
        appear(self._reading, read_only and not self._talked)
        front: QWidget = self._reading if read_only else self.editor
        self.keyboard_to(front)
        self.label.setBuddy(front)

    def _tell(self) -> None:
        """Bring the line below, and what a screen reader says, up to date."""
        proposing = bool(self._proposal) and not self._read_only and not self._read()
        proposed = f"Forslag: {self._words_for(self._proposal)}" if proposing and not self._faint else ""
        told = (proposed, self._understood, self._hint, self._mark, self._hand, self._read_as)
        quiet = " · ".join(part for part in told if part)
        if self._below is None and (self._error or quiet or proposing):
            from app.views.parts.below import Below  # late: the first list's search has nothing to say

            self._below = below = Below(self)
            below.take.clicked.connect(self.take_proposal)
            self._column.addWidget(below)
        if self._below is not None:
            self._below.show_line(self._error, quiet, proposing)
        name = self._called or self.label.text()
        spoken = ". ".join(part for part in (self._talked, self._error and f"Tjek: {self._error}", quiet) if part)
        if proposing:
            spoken = f"Forslag: {self._words_for(self._proposal)}. Ctrl+Enter bruger det. {spoken}".strip()
        if self._spoken != (name, spoken, self._reading):
            self._spoken = (name, spoken, self._reading)
            self._speak(name, spoken)

    def _speak(self, name: str, spoken: str) -> None:
        """Name the field and describe it wherever the keyboard may stand in it; a subclass with an editor of parts, at each."""
        for front in (self.editor, self._reading):
            if front is not None:
                front.setAccessibleName(name)
                front.setAccessibleDescription(spoken)

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(5))
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._takes(event):
            self.take_proposal()
            return True
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut) and isinstance(event, QFocusEvent):
            self._focus_moved(event, watched is not self._reading)
        return super().eventFilter(watched, event)

    def _takes(self, event: QKeyEvent) -> bool:
        return (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            and bool(self._proposal)
            and not self._read()
        )

    def _focus_moved(self, event: QFocusEvent, typing: bool) -> None:
        self.update()
        if event.gotFocus() and typing and event.reason() in _LED:
            self._enter()
        popup = event.reason() in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason)
        if event.gotFocus() or popup or not typing or self.has_user_focus():
            return
        self._touched = False
        self.left.emit()
        if self._waiting is not None and not self._unsaved:
            self.set_text(self._waiting)
            self.caught_up.emit()
        if not self.keeps_cursor():  # else one looks in another window, and comes back to where one was
            self._stand()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        front = self._reading if self._read_only and self._reading is not None else self.editor
        box = QRectF(front.geometry())
        radius = theme.radius("field")
        focus = front.hasFocus()
        if not self._boxed or self._read_only:
            if focus and self._read_only:
                if self.air_around:
                    aside = theme.px(RING)
                    box.adjust(-aside, 0, aside, 0)
                rounded(painter, box, None, theme.color("focus"), theme.stroke("mark"), radius)
            return
        edge, stroke = theme.color("border"), theme.stroke("line")
        if self._error:
            edge, stroke = theme.color("danger"), theme.stroke("mark")
        if focus:
            edge, stroke = theme.color("focus"), theme.stroke("focus")
        rounded(painter, box, theme.color("surface"), edge, stroke, radius)


def field_of(widget: QWidget) -> Field | None:
    """The field a widget is in, if any."""
    at: QWidget | None = widget
    while at is not None and not isinstance(at, Field):
        at = at.parentWidget()
    return at


def see_through(editor: QWidget) -> None:
    """Let the box the field draws be seen through its editor."""
    palette = editor.palette()
    palette.setColor(QPalette.ColorRole.Base, QColor(Qt.GlobalColor.transparent))
    editor.setPalette(palette)
    editor.setAutoFillBackground(False)
