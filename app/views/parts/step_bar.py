# SPDX-License-Identifier: MPL-2.0
"""The six steps of the meeting across the top: where we are, and what already holds something.

A check mark says that something is written, never that something is demanded. Must not know what a step contains.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.qt.icons import pixmap
from app.qt.theme import fill, follow, theme_of
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.words import grows_down, rounded

STEPS = ("Velkommen", "Hvad vil du?", "Hvad er prøvet?", "Mål", "Svar", "Papir")


class StepButton(QPushButton):
    """One step: its number and name, a check mark when it holds something, a line under the one in hand."""

    def __init__(self, number: int, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.number = number
        self.done = False
        self._name = name
        self._short = False
        self.set_short(False)
        self.setCheckable(True)
        self.setAutoDefault(True)  # Enter presses what has the keyboard, as Space does
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def set_short(self, short: bool) -> None:
        """Say the number alone, but for the step in hand."""
        self._short = short
        named = not short or self.isChecked()
        self.setText(f"{self.number} {self._name}" if named else str(self.number))
        self.setToolTip(f"Alt+{self.number}" if named else f"{self._name} (Alt+{self.number})")
        self.updateGeometry()
        self._tell()

    def whole_width(self) -> int:
        """How wide it is with its name."""
        theme = theme_of()
        return round(theme.metrics("strong").horizontalAdvance(f"{self.number} {self._name}") + 1) + theme.px(16)

    def set_done(self, done: bool) -> None:
        """Whether the step holds something."""
        if done != self.done:
            self.done = done
            self.updateGeometry()
            self.update()
        self._tell()

    def _tell(self) -> None:
        said = ", her er vi" if self.isChecked() else ", der står noget" if self.done else ""
        self.setAccessibleName(f"Trin {self.number}: {self._name}{said}")

    def _restyle(self) -> None:
        self.setFont(theme_of().font("body"))
        self.updateGeometry()

    def _mark(self) -> int:
        return theme_of().px(16) if self.done and not self.isChecked() else 0

    def sizeHint(self) -> QSize:
        theme = theme_of()
        strong = round(theme.metrics("strong").horizontalAdvance(self.text()) + 1)
        return QSize(strong + self._mark() + theme.space(0.5), self.fontMetrics().height() + theme.px(26))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        mark = self._mark()
        if mark:
            size = theme.px(14)
            check = pixmap("check", theme.color("ok"), size, self.devicePixelRatioF())
            painter.drawPixmap(0, (self.height() - size) // 2, check)
        here = self.isChecked()
        painter.setFont(theme.font("strong" if here else "body"))
        ink = "text" if here or self.done or self.underMouse() else "text-quiet"
        painter.setPen(theme.color(ink))
        area = QRect(mark, 0, self.width() - mark, self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if here:
            line = theme.stroke("focus")
            fill(painter, QRect(0, self.height() - line, self.width(), line), theme.color("text"))
        if self.hasFocus():
            around = QRectF(self.rect()).adjusted(0, theme.px(6), 0, -theme.px(6))
            rounded(painter, around, None, theme.color("focus"), theme.stroke("mark"), theme.radius("field"))


class StepBar(QWidget):
    """All steps. `chosen(number)` from mouse, keys, or Alt+number; `set_current` if the screen stays where it was."""

    chosen = Signal(int)

    def __init__(self, names: Sequence[str] = STEPS, *, shortcuts: bool = True, parent: QWidget | None = None) -> None:
        """`shortcuts=False` when the action table already has Alt+1 to Alt+6."""
        super().__init__(parent)
        self.setAccessibleName("Trin i mødet")
        self._flow = FlowLayout(self, gap=4, row_gap=0, least_gap=1)
        self._moving = self._short = False
        self.buttons: list[StepButton] = []
        for number, name in enumerate(names, start=1):
            button = StepButton(number, name, self)
            button.toggled.connect(self._toggled)
            self._flow.addWidget(button)
            self.buttons.append(button)
            if shortcuts:
                keys = QShortcut(QKeySequence(f"Alt+{number}"), self)
                keys.activated.connect(button.click)
        grows_down(self)
        follow(self._restyle)
        self.set_current(1)

    def current(self) -> int:
        """The step in hand, from 1."""
        return next((button.number for button in self.buttons if button.isChecked()), 1)

    def set_current(self, number: int) -> None:
        """Show `number` as the step in hand."""
        self._moving = True
        for button in self.buttons:
            button.setChecked(button.number == number)
            button.set_short(self._short)
            button.set_done(button.done)
        self._moving = False

    def set_done(self, numbers: Collection[int]) -> None:
        """Which steps hold something."""
        for button in self.buttons:
            button.set_done(button.number in numbers)

    def _toggled(self) -> None:
        """By mouse, by key, or by what works a screen for somebody: that toggles, and presses nothing."""
        button = self.sender()
        if isinstance(button, StepButton) and not self._moving:
            self.set_current(button.number)
            self.chosen.emit(button.number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """On half a screen in large text a second line of names would take the room of what is written: numbers stay on one."""
        edge = self._flow.contentsMargins()
        room = self.width() - edge.left() - edge.right() - theme_of().space(1) * (len(self.buttons) - 1)
        short = sum(button.whole_width() for button in self.buttons) > room
        if short != self._short:
            self._short = short
            for button in self.buttons:
                button.set_short(short)

    def _restyle(self) -> None:
        theme = theme_of()
        self._flow.setContentsMargins(theme.px(20), 0, theme.px(20), 0)
        self._fit()
