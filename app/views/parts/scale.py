# SPDX-License-Identifier: MPL-2.0
"""The citizen's own scale from 0 to 10: ten boxes, filled to where one is, dashed where one hopes to be.

`ScaleBoxes` is set by mouse, finger and keys and may stay unanswered; `paint_scale` draws the same on the paper. A scale
is never a score: nothing here adds up or compares. Must not know goals.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.field import Field
from app.views.parts.words import rounded

STEPS = 10
NO_NUMBER = "intet tal"
_NUMBERS = frozenset(str(number) for number in range(STEPS + 1))
IN_ONE_GO_MS = 1000
"""Signs typed closer together than this are one number: "1" and "0" are ten, "1" and "2" are twelve, which is none."""


def _ring() -> int:
    """The room at either end of the scale for the ring that tells where the keyboard is."""
    return theme_of().px(6)


def boxes(area: QRectF, gap: float) -> list[QRectF]:
    """The ten boxes within `area`, left to right, each edge on a whole pixel so that a thin line is one."""
    wide = (area.width() - gap * (STEPS - 1)) / STEPS
    lefts = [area.left() + n * (wide + gap) for n in range(STEPS)]
    return [QRectF(round(left), area.top(), round(left + wide) - round(left), area.height()) for left in lefts]


def paint_scale(painter: QPainter, area: QRectF, value: int | None, hope: int | None) -> None:
    """Draw ten boxes: `value` of them filled, the one at `hope` dashed unless already filled."""
    theme = theme_of()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = min(theme.radius("chip"), area.height() / 3)
    for number, box in enumerate(boxes(area, theme.px(3)), start=1):
        filled = value is not None and number <= value
        if number == hope:
            fill = theme.color("ink") if filled else None
            rounded(painter, box, fill, None, 0, radius)
            pen = QPen(
                theme.color("surface" if filled else "ink-mark"), theme.stroke("line") * max(1.0, area.height() / 12)
            )
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        else:
            edge = None if filled else theme.color("border")  # how many there are is seen, not guessed from a shade
            rounded(painter, box, theme.color("ink" if filled else "ink-empty"), edge, theme.stroke("line"), radius)


class ScaleBoxes(QSlider):
    """Sets a number 0-10, or none. A slider to a screen reader, ten boxes to everyone else.

    Keys: a digit ("1" then "0" is ten), arrows, Home and End; Delete for no answer. Pressing left of the first box is 0.
    What is typed and is no number from 0 to 10 stands as typed: it is neither clamped nor forgotten.
    """

    picked = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._answered = self._setting = False
        self._about = ""
        self._hope: int | None = None
        self._other = ""
        self._typed = ""
        self._since_key = QElapsedTimer()
        self.setRange(0, STEPS)
        self.setPageStep(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self._moved)
        follow(self._restyle)

    def setAccessibleDescription(self, about: str) -> None:
        """What else a screen reader says of it. Qt tells a number also where none is chosen: then this says so first."""
        self._about = about
        told = (NO_NUMBER if self.answer() is None else "", about)
        super().setAccessibleDescription(". ".join(part for part in told if part))

    def answer(self) -> int | None:
        """The number, or None while unanswered."""
        return self.value() if self._answered else None

    def set_answer(self, answer: int | None) -> None:
        """Show `answer` without telling anybody. Outside 0-10 is held to the nearest end."""
        self._answered = answer is not None
        self._other = ""
        self._setting = True
        self.setValue(answer or 0)
        self._setting = False
        self.setAccessibleDescription(self._about)
        self.update()

    def text(self) -> str:
        """The number, or what is typed and is none; "" while unanswered."""
        return str(self.value()) if self._answered else self._other

    def set_text(self, text: str) -> None:
        """Show a number or whatever else was typed, without telling anybody."""
        number = int(text) if text in _NUMBERS else None
        self.set_answer(number)
        self._other = "" if number is not None else text

    def set_hope(self, hope: int | None) -> None:
        """Mark where the citizen hopes to be."""
        self._hope = hope
        self.update()

    def _restyle(self) -> None:
        self.setFont(theme_of().font("note"))
        self.updateGeometry()
        self.update()

    def _moved(self, number: int) -> None:
        """By what works a screen for somebody: that sets the number itself, and presses no key."""
        if not self._setting:
            self.set_answer(number)
            self.picked.emit()

    def _pick(self, answer: int | None) -> None:
        self._type("" if answer is None else str(answer))

    def _type(self, text: str) -> None:
        if text != self.text():
            self.set_text(text)
            self.picked.emit()

    def sizeHint(self) -> QSize:
        theme = theme_of()
        return QSize(theme.px(260), theme.px(36))

    def minimumSizeHint(self) -> QSize:
        theme = theme_of()
        return QSize(theme.px(80) + self._caption() + 2 * _ring(), theme.px(36))

    def _caption(self) -> int:
        return self.fontMetrics().horizontalAdvance("10 af 10") + theme_of().space(1.25)

    def _area(self) -> QRectF:
        theme = theme_of()
        tall = theme.px(16)
        left = _ring() + theme.px(14)
        return QRectF(left, (self.height() - tall) / 2, self.width() - left - self._caption() - _ring(), tall)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        area = self._area()
        paint_scale(painter, area, self.answer(), self._hope)
        painter.setFont(self.font())
        middle = Qt.AlignmentFlag.AlignVCenter
        zero = QRectF(_ring(), 0, area.left() - _ring(), self.height())
        painter.setPen(theme.color("text" if self.answer() == 0 else "text-quiet"))
        painter.drawText(zero, middle | Qt.AlignmentFlag.AlignLeft, "0")
        painter.setPen(theme.color("text" if self._answered else "text-quiet"))
        said = QRectF(area.right() + theme.space(1.25), 0, self._caption(), self.height())
        painter.drawText(
            said,
            middle | Qt.AlignmentFlag.AlignLeft,
            f"{self.value()} af 10" if self._answered else self._said_of_none(),
        )

    def _said_of_none(self) -> str:
        room = self._caption() - theme_of().space(1.25)
        typed = self.fontMetrics().elidedText(f"»{self._other}«", Qt.TextElideMode.ElideRight, room)
        return typed if self._other else NO_NUMBER

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick(self._at(event.position()))
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._pick(self._at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the wheel scrolls the side; it must never change an answer in passing

    def _at(self, point: QPointF) -> int:
        area = self._area()
        if point.x() < area.left():
            return 0
        return min(STEPS, int((point.x() - area.left()) / (area.width() + 1) * STEPS) + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        typed = event.text() if len(event.text()) == 1 and event.text() in "0123456789-,." else ""
        ongoing = self._since_key.isValid() and not self._since_key.hasExpired(IN_ONE_GO_MS)
        before = self._typed if ongoing else "1" if typed == "0" and self.answer() == 1 and self._typed == "1" else ""
        self._typed = before + typed if typed else ""
        self._since_key.start()
        if typed and (before or typed.isdigit()):
            self._type(self._typed)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._pick(None)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Plus):
            self._pick(min(STEPS, self.value() + 1) if self._answered else 0)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Minus):
            self._pick(max(0, self.value() - 1))
        elif key == Qt.Key.Key_Home:
            self._pick(0)
        elif key == Qt.Key.Key_End:
            self._pick(STEPS)
        else:
            event.ignore()


class ScaleField(Field):
    """The scale as a field. `text()` is "0" to "10", "" while unanswered, or what was typed and is no such number."""

    def __init__(self, label: str, *, note: str = "", parent: QWidget | None = None) -> None:
        self.boxes = ScaleBoxes()
        super().__init__(label, self.boxes, note=note, parent=parent)
        self.typed = False
        self._boxed = self._faint = False
        self.boxes.picked.connect(self._user_edited)

    def value(self) -> int | None:
        """The number, or None while unanswered."""
        return self.boxes.answer()

    def set_value(self, value: int | None) -> None:
        """Show `value` without a signal."""
        self.set_text("" if value is None else str(value))

    def set_hope(self, hope: int | None) -> None:
        """Mark with a dashed box where the citizen hopes to be."""
        self.boxes.set_hope(hope)

    def _read(self) -> str:
        return self.boxes.text()

    def _write(self, text: str) -> None:
        self.boxes.set_text(text)

    def _words_for(self, text: str) -> str:
        return f"{text} af 10" if text in _NUMBERS else text

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.boxes.hasFocus() and not self.read_only():
            theme = theme_of()
            around = QRectF(self.boxes.geometry())
            rounded(QPainter(self), around, None, theme.color("focus"), theme.stroke("mark"), theme.radius("field"))
