# SPDX-License-Identifier: MPL-2.0
"""The calm page every form of this package lies on: one narrow column in the middle, a title, a sentence, fields, buttons.

Must not know what is asked.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.buttons import Button, Kind
from app.views.parts.earshot import announce
from app.views.parts.fields import Field
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.words import Words, grows_down


class ButtonRow(QWidget):
    """Buttons side by side, and below each other where text is large."""

    def __init__(self, *buttons: Button, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        flow = FlowLayout(self, gap=1.5, row_gap=1)
        for button in buttons:
            flow.addWidget(button)
        grows_down(self)


class FormPage(QWidget):
    """A column of fields under a title. Enter in a line presses the loud button."""

    def __init__(self, title: str = "", text: str = "", parent: QWidget | None = None, width: int = 440) -> None:
        super().__init__(parent)
        self._points = width
        self._sheet = Sheet("page")
        self.title = Words(title, "display", parent=self._sheet)
        self.text = Words(text, "body", "text-quiet", self._sheet, leading=1.3)
        self.column = QVBoxLayout()
        self._body = QWidget(self._sheet)
        self._inner = QVBoxLayout(self._body)
        self._inner.addWidget(self.title)
        self._inner.addWidget(self.text)
        self._inner.addLayout(self.column)
        around = QHBoxLayout(self._sheet)
        around.addStretch(1)
        middle = QVBoxLayout()
        middle.addStretch(2)
        middle.addWidget(self._body)
        middle.addStretch(3)
        around.addLayout(middle)
        around.addStretch(1)
        self._scrolling = scrolling = Scrolling(self._sheet, self)
        scrolling.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolling.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling)
        self.setAccessibleName(title)
        follow(self._restyle)

    def say(self, title: str, text: str = "") -> None:
        """Change what is asked."""
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(title)

    def add(self, field: Field, name: str) -> Field:
        """A field below the others, found by `name`."""
        field.setObjectName(name)
        field.edited.connect(lambda _text: field.set_error(None))  # somebody is putting it right
        self.column.addWidget(field)
        return field

    def add_buttons(self, *buttons: Button) -> None:
        """A line of buttons, the loud one first."""
        self.column.addWidget(ButtonRow(*buttons))

    def begin_at(self, field: Field) -> None:
        """The cursor in the first field there is to answer, and the page from its top."""
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, lambda: self._scrolling.verticalScrollBar().setValue(0))

    def complain(self, message: str, field: str | None) -> None:
        """A rule's no: at its field when that is here, else at the foot of the title."""
        at = None
        for found in self.findChildren(Field):
            if found.objectName().rpartition(".")[2] == field:
                at = found
            else:
                found.set_error(None)
        if at is not None:
            at.refuse(message)
        if at is not None and at.isVisible():
            at.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.text.setText(message)
        self.text.set_color("danger")
        self.text.setVisible(True)
        announce(self, message)

    def forgive(self) -> None:
        """No complaint any more."""
        self.text.set_color("text-quiet")
        for found in self.findChildren(Field):
            found.set_error(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape is the way back, where there is one."""
        back = next((b for b in self.findChildren(Button) if b.objectName().endswith(".back") and b.isVisible()), None)
        if event.key() == Qt.Key.Key_Escape and back is not None:
            back.click()
        else:
            super().keyPressEvent(event)

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.space(3)
        self._body.setFixedWidth(theme.px(self._points) + 2 * edge)
        self._inner.setContentsMargins(edge, edge, edge, edge)
        self._inner.setSpacing(theme.space(2))
        self.column.setSpacing(theme.space(2))
        self.column.setContentsMargins(0, theme.space(1), 0, 0)


def loud(words: str, name: str, parent: QWidget | None = None) -> Button:
    """The one loud button."""
    button = Button(words, Kind.PRIMARY, parent=parent)
    button.setObjectName(name)
    return button


def quiet(words: str, name: str, parent: QWidget | None = None, shortcut: str = "") -> Button:
    """A way beside it."""
    button = Button(words, Kind.QUIET, shortcut=shortcut, parent=parent)
    button.setObjectName(name)
    return button
