# SPDX-License-Identifier: MPL-2.0
"""Hands on the widgets: finds a field by its name, brings it on the screen, and types, chooses and presses as a person does.

Called by `play`. Everything goes in as key and mouse events to what is shown; what cannot be seen or pressed stops the
hands. Must not know services or the store, nor what the words mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from app.domain.roles import Role
from app.views.context import Context
from app.views.parts.choice_fields import CheckField, ChoiceField, RadioOption
from app.views.parts.field import Field
from app.views.parts.fields import YES
from app.views.room.goal_page import GoalPage
from app.views.room.offer_field import OfferField

PATIENCE_MS = 60_000
HURRY_MS = 2_000
"""How long is waited once something has gone wrong: the rest of the meeting is still tried, and must come to an end."""

SHORT = 400
"""Letters up to which a text is typed one by one."""

_WORD = re.compile(r"\n|[^\s]+ ?|[^\S\n]")
_NAMED_KEYS = {" ": Qt.Key.Key_Space, "\n": Qt.Key.Key_Return}
_NO = Qt.KeyboardModifier.NoModifier


class Stuck(Exception):
    """Something a person would need is not on the screen or does not answer. The message is one Danish sentence."""


class Gone(Stuck):
    """The window has been closed under the hands."""


def wait_until(until: Callable[[], object], what: str, most_ms: int = PATIENCE_MS) -> None:
    """Let the program work until `until` holds. Raises Stuck, saying `what` did not happen."""
    if until():
        return
    loop = QEventLoop()
    clock = QElapsedTimer()
    clock.start()
    look = QTimer()
    met = False

    def check() -> None:
        nonlocal met
        met = bool(until())
        if met or clock.hasExpired(most_ms):
            loop.quit()

    look.timeout.connect(check)
    look.start(1)
    loop.exec()
    look.stop()
    if not met:
        raise Stuck(f"{what} (ventede {most_ms // 1000} sekunder).")


class Hands:
    """One pair of hands at the keyboard of one window."""

    def __init__(self, context: Context, window: QWidget, *, beat_ms: int = 0) -> None:
        """`beat_ms`: how long a key is held, where somebody is watching."""
        self.context = context
        self.window = window
        self._beat_ms = beat_ms
        self._patience = PATIENCE_MS

    # Waiting.

    def hurry(self) -> None:
        """Something has gone wrong: wait no longer than is decent for the rest."""
        self._patience = HURRY_MS

    def wait(self, until: Callable[[], object], what: str) -> None:
        """As `wait_until`. Raises Gone when there is no window any more."""
        wait_until(lambda: until() or not self.window.isVisible(), what, self._patience)
        if not self.window.isVisible():
            raise Gone("Vinduet blev lukket midt i mødet.")

    def settle(self) -> None:
        """Let the program finish what it was asked, keep what was typed, and show it."""
        quiet = 0

        def rested() -> bool:
            nonlocal quiet
            quiet = quiet + 1 if self.context.idle else 0
            return quiet > 2

        self.wait(rested, "Programmet blev ikke færdigt")
        unsaved = [field.objectName() for field in self.window.findChildren(Field) if field.unsaved()]
        if unsaved:
            raise Stuck(f"»{', '.join(unsaved)}« blev ikke gemt.")

    # Finding.

    def seen(self, name: str) -> QWidget | None:
        """The widget of that name a person can see now, in front first."""
        tops = [w for w in (QApplication.activeModalWidget(), self.window) if w is not None]
        for top in dict.fromkeys(tops):
            for found in top.findChildren(QWidget, name):
                if found.isVisible():
                    return found
        return None

    def find(self, name: str) -> QWidget:
        """As `seen`, when the program has come to rest if need be; Stuck when it is not there."""
        found = self.seen(name)
        if found is None:
            self.settle()
            found = self.seen(name)
        if found is None:
            raise Stuck(f"»{name}« er ikke på skærmen.")
        return found

    def field(self, path: str) -> Field:
        """The field at `path`, brought on the screen. Stuck when the pen of the moment has none."""
        self.show(path)
        found = self.find(path)
        if not isinstance(found, Field):
            raise Stuck(f"»{path}« kan der ikke skrives i.")
        return found

    def show(self, path: str) -> None:
        """Bring what `path` names on the screen: its goal where one goal is in hand at a time, what has yet to come."""
        if self.seen(path) is None:
            self.settle()
        parts = path.split(".")
        if self.seen(path) is None and parts[0] == "goals" and len(parts) > 1:
            self.take_goal(int(parts[1]))

    def open_step(self, number: int) -> None:
        """Press a step in the step bar."""
        self.settle()
        self.press(f"step.{number}")
        self.settle()

    def take_goal(self, place: int) -> None:
        """Take a goal in hand, where the step shows one at a time; one that is not there leaves the last in hand."""
        while (now := self._goal_in_hand()) is not None and now != place:
            way = "goals.next" if now < place else "goals.previous"
            if not self.can_press(way):
                return
            self.press(way)
            self.settle()

    def _goal_in_hand(self) -> int | None:
        for page in self.window.findChildren(GoalPage):
            if page.isVisible():
                return int(page.objectName().partition(".")[2])
        return None

    def ensure_row(self, path: str) -> None:
        """See to it that the line `path` ("goals.2") of its list is there, adding it as a person does."""
        self.show(path)
        if self.seen(path) is None:
            self.press(f"{path.rpartition('.')[0]}.add")
            self.wait(lambda: self.seen(path) is not None, f"»{path}« kom ikke på skærmen")
            self.settle()

    def read(self, top: QWidget) -> str:
        """Everything that stands on `top` for anybody to read, seen or spoken, a line for each thing."""
        said: list[str] = []
        for one in (top, *top.findChildren(QWidget)):
            if one.isVisible():
                said += [one.accessibleName(), one.accessibleDescription(), one.toolTip(), one.windowTitle()]
            if one.isVisible() and isinstance(one, QLabel | QAbstractButton | QLineEdit):
                said.append(one.text())
            elif one.isVisible() and isinstance(one, QPlainTextEdit):
                said.append(one.toPlainText())
        return "\n".join(dict.fromkeys(filter(None, said)))

    # Pressing.

    def press(self, name: str) -> None:
        """Press the button of that name. Stuck when it cannot be pressed."""
        button = self.find(name)
        if not button.isEnabled():
            raise Stuck(f"»{name}« kan ikke trykkes på.")
        self.click(button)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Press and let go of the left button on `widget`."""
        _scroll_to(widget)
        point = QPointF(at if at is not None else widget.rect().center())
        away = QPointF(widget.mapToGlobal(point.toPoint()))
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        for kind, held in ((QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, none)):
            QApplication.sendEvent(widget, QMouseEvent(kind, point, away, left, held, _NO))
        self._beat()

    def can_press(self, name: str) -> bool:
        """Whether the button of that name is there and would do something."""
        found = self.seen(name)
        return isinstance(found, QAbstractButton) and found.isEnabled()

    # Typing.

    def key(self, key: int, text: str = "", held: Qt.KeyboardModifier = _NO) -> None:
        """One key, to whatever has the cursor."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            to = QApplication.focusWidget()
            if to is None:
                raise Stuck("Vinduet har ikke markøren.")
            QApplication.sendEvent(to, QKeyEvent(kind, key, held, text))
        self._beat()

    def key_to(self, widget: QWidget, key: int) -> None:
        """One key with no letter, to a window that may not have the cursor."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, key, _NO))
        self._beat()

    def keys(self, text: str) -> None:
        """Type `text` where the cursor is: a letter at a time, a long text a word at a time, as one dictates or pastes."""
        for part in text if len(text) <= SHORT else _WORD.findall(text):
            self.key(_key_of(part), "\r" if part == "\n" else part)

    def put(self, path: str, text: str) -> str | None:
        """Type or choose `text` in the field at `path` and leave it. Returns why not, when the screen does not offer it.

        Raises Stuck when the field is not the pen's to write, or holds something else afterwards.
        """
        field = self.field(path)
        if field.text() == text and not field.error():
            return None
        if field.read_only():
            raise Stuck(f"»{path}« er ikke åbent for den, der har pennen.")
        if isinstance(field, CheckField):
            self._tick(field, text)
            return None
        radios = field.findChildren(RadioOption)
        if isinstance(field, ChoiceField) and radios:
            return self._choose(radios, text)
        self._type(field, path, text)
        return None

    def cursor_in(self, field: Field) -> None:
        """Put the cursor in a field, as a press of the mouse does."""
        _scroll_to(field)
        field.setFocus(Qt.FocusReason.MouseFocusReason)
        if not field.has_user_focus():
            field.window().activateWindow()
            self.wait(field.has_user_focus, f"»{field.objectName()}« fik ikke markøren")

    def leave(self) -> None:
        """Tab out of the field, so that what stands in it is read."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            QApplication.sendEvent(popup, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, _NO))
        self.key(Qt.Key.Key_Tab, "\t")

    # The pen.

    def give_pen(self, role: Role, pin: str) -> None:
        """Pass the pen to the one at the table in `role`, who types their PIN."""
        if self.context.pen is not None and self.context.pen.role is role:
            return
        self.settle()
        self.press("pen.pass")
        self.secret("pin", pin)
        self.wait(lambda: self.context.pen is not None and self.context.pen.role is role, "Pennen skiftede ikke hånd")
        self.settle()

    def secret(self, name: str, word: str) -> None:
        """Type a PIN or a password in the field of that name, and press Enter."""
        self.wait(lambda: self.seen(name) is not None, f"»{name}« kom ikke på skærmen")
        field = self.find(name)
        if isinstance(field, Field):
            self.cursor_in(field)
        self.keys(word)
        self.key(Qt.Key.Key_Return, "\r")

    # -- inside

    def _tick(self, field: CheckField, text: str) -> None:
        if field.checked() != (text == YES):
            self.click(field.check)

    def _choose(self, radios: list[RadioOption], text: str) -> str | None:
        for radio in radios:
            if radio.option.value == text:
                if not radio.isChecked():
                    self.click(radio)
                return None
        return f"Vælg mellem {', '.join(radio.option.value for radio in radios)}"

    def _type(self, field: Field, path: str, text: str) -> None:
        wanted = _typeable(_words_of(field, text), lines=_has_lines(field))
        self.cursor_in(field)
        if field.text():
            self.key(Qt.Key.Key_A, held=Qt.KeyboardModifier.ControlModifier)
        self.keys(wanted)
        if field.text() not in (wanted, text):
            raise Stuck(f"I »{path}« står der »{field.text()[:60]}« og ikke det, der blev skrevet.")
        self.leave()

    def _beat(self) -> None:
        if self._beat_ms:
            loop = QEventLoop()
            QTimer.singleShot(self._beat_ms, loop.quit)
            loop.exec()


def _has_lines(field: Field) -> bool:
    return isinstance(field.editor, QPlainTextEdit) and not isinstance(field, OfferField)


def _words_of(field: Field, text: str) -> str:
    """The words an option is read by, where `text` is the value of one in a box with type-ahead."""
    for box in field.findChildren(QComboBox):
        at = box.findData(text)
        if at >= 0:
            return box.itemText(at)
    return text


def _typeable(text: str, *, lines: bool) -> str:
    """`text` as it can be put in a field: no control characters, and where there is one line a space for what parts lines."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if not lines:
        plain = plain.replace("\t", " ").replace("\n", " ")
    return "".join(c for c in plain if c in "\n\t" or not (ord(c) < 32 or 127 <= ord(c) < 160 or _is_no_sign(c)))


def _is_no_sign(c: str) -> bool:
    """What no field takes from a keyboard: a byte-order mark, and the places in Unicode that are never a sign."""
    return c == "\ufeff" or 0xFDD0 <= ord(c) <= 0xFDEF or ord(c) & 0xFFFE == 0xFFFE


def _key_of(typed: str) -> int:
    named = _NAMED_KEYS.get(typed)
    if named is not None:
        return named
    return ord(typed.upper()) if len(typed) == 1 and typed.isascii() else Qt.Key.Key_unknown


def _scroll_to(widget: QWidget) -> None:
    """Scroll every area around `widget` until it is in sight."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget, 0, 0)
        parent = parent.parentWidget()
