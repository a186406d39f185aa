# SPDX-License-Identifier: MPL-2.0
"""Small words with a job: what is still missing, how it stands with saving, what a list is narrowed to.

Each is a word first and a colour second. Must not know what makes something missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.flow_layout import FlowLayout
from app.views.parts.words import Words, grows_down, rounded


class Tone(StrEnum):
    """What a dot says; always beside the words that say the same."""

    OK = "ok"
    WAITING = "on-warn"
    TROUBLE = "danger"
    QUIET = "text-faint"


class Chip(QPushButton):
    """An amber word for something that lacks; pressing it leads there."""

    def __init__(self, key: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.setText(text)
        self.setAccessibleName(f"Mangler: {text}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(True)  # Enter presses what has the keyboard, as Space does
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setFont(theme_of().font("note"))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        theme = theme_of()
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + theme.px(15), metrics.height() + theme.px(5))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().width("field"), self.sizeHint().height()).boundedTo(self.sizeHint())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        area = QRectF(self.rect())
        edge = "focus" if self.hasFocus() else "on-warn" if self.underMouse() else ""
        stroke = theme.stroke("mark" if self.hasFocus() else "line")
        rounded(
            painter, area, theme.color("warn-soft"), theme.color(edge) if edge else None, stroke, theme.radius("chip")
        )
        painter.setPen(theme.color("on-warn"))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - theme.px(8))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)


class MissingLine(QWidget):
    """ "Svar før du går · mangler …": what a lawful answer still lacks. `chosen(key)` when one is pressed."""

    chosen = Signal(str)

    def __init__(self, heading: str = "Svar før du går", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._missing: tuple[tuple[str, str], ...] | None = None
        self._said = ""
        self._chips: list[Chip] = []
        self._heading = Words(heading, "strong", parent=self)
        self._flow = FlowLayout(self, gap=0.75, row_gap=0.5, middle=True)
        self._flow.addWidget(self._heading)
        grows_down(self)
        self.set_missing(())

    def set_missing(self, missing: Sequence[tuple[str, str]], said: str = "") -> None:
        """Show what lacks as (key, words); nothing lacking says so, or what there is to say instead."""
        if (tuple(missing), said) == (self._missing, self._said):
            return
        self._missing, self._said = tuple(missing), said
        held = next((chip.key for chip in self._chips if chip.hasFocus()), None)
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        told = "· mangler" if missing else f"· {said or 'intet mangler'}"
        self._heading.set_tail(told, "body", "text" if missing else "on-warn" if said else "ok")
        self._chips = [Chip(key, words, self) for key, words in missing]
        for chip in self._chips:
            chip.clicked.connect(self._pressed)
            self._flow.addWidget(chip)
            chip.show()
            if chip.key == held:
                chip.setFocus()
        listed = ", ".join(words for _, words in missing)
        self.setAccessibleName(f"{self._heading.text()} {listed}".strip())

    def chips(self) -> list[Chip]:
        """The chips shown, in order."""
        return list(self._chips)

    def _pressed(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self.chosen.emit(chip.key)


class _Dot(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tone = Tone.OK
        follow(self._restyle)

    def _restyle(self) -> None:
        side = theme_of().px(8)
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        area = QRectF(self.rect())
        if self.tone is Tone.TROUBLE:  # a square, so that trouble is a shape as well
            rounded(QPainter(self), area, theme.color(self.tone.value), None, 0, 1)
        elif self.tone is Tone.WAITING:  # a ring: on its way
            rounded(QPainter(self), area, None, theme.color(self.tone.value), theme.stroke("mark"), area.height() / 2)
        else:
            rounded(QPainter(self), area, theme.color(self.tone.value), None, 0, area.height() / 2)


class StatusLine(QWidget):
    """A dot and a quiet line: "Gemt her 10.42 · delt 10.42"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dot = _Dot(self)
        self._words = Words("", "note", "text-quiet", self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._dot)
        self._row.addWidget(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def show_status(self, text: str, tone: Tone = Tone.OK) -> None:
        """Say how it stands."""
        self._words.setText(text)
        self._words.set_color("danger" if tone is Tone.TROUBLE else "text-quiet")
        self._dot.tone = tone
        self._dot.update()
        self.setAccessibleName(text)

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def _restyle(self) -> None:
        self._row.setSpacing(theme_of().space(0.75))


class Pill(QPushButton):
    """One of several ways to narrow a list; filled when chosen."""

    def __init__(self, key: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAutoDefault(True)  # Enter presses what has the keyboard, as Space does
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setFont(theme_of().font("note"))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        theme = theme_of()
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + theme.px(28), metrics.height() + theme.px(13))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        area = QRectF(self.rect())
        chosen = self.isChecked()
        on = self.isEnabled()
        fill = theme.color("chosen" if chosen else "hover" if self.underMouse() else "surface")
        edge, stroke = theme.color("chosen" if chosen else "border"), theme.stroke("line")
        if not on:  # the one chosen is filled, and none looks as if it could be pressed
            fill, edge = theme.color("off" if chosen else "surface"), theme.color("off" if chosen else "line")
        if self.hasFocus():
            edge, stroke = theme.color("focus"), theme.stroke("focus")
        rounded(painter, area, fill, edge, stroke, area.height() / 2 - 1)
        painter.setPen(theme.color("on-off" if not on else "on-chosen" if chosen else "text"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.text())

    def changeEvent(self, event: QEvent) -> None:
        """Off, the mouse says so as well."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            shape = Qt.CursorShape.PointingHandCursor if self.isEnabled() else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)


class FilterPills(QWidget):
    """A row of pills, one chosen at a time. `chosen(key)` when a person chooses."""

    chosen = Signal(str)

    def __init__(self, name: str, pills: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._flow = FlowLayout(self, gap=1.25, row_gap=0.75, middle=True)
        self.setAccessibleName(name)
        grows_down(self)
        self._choosing = self._told = False
        self._group.buttonPressed.connect(self._pressed)
        self._group.buttonToggled.connect(self._toggled)
        self._group.buttonClicked.connect(self._clicked)
        self.set_pills(pills)

    def set_pills(self, pills: Sequence[tuple[str, str]]) -> None:
        """Offer these (key, words), keeping the choice if it is still among them, else the first."""
        if [(pill.key, pill.text()) for pill in self.pills()] == list(pills):
            return
        before = self.current()
        for old in self.pills():
            self._group.removeButton(old)
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        for key, words in pills:
            pill = Pill(key, words, self)
            self._group.addButton(pill)
            self._flow.addWidget(pill)
            pill.show()
        keys = [key for key, _ in pills]
        if keys:
            self.choose(before if before in keys else keys[0])

    def pills(self) -> list[Pill]:
        """The pills, in order."""
        return [button for button in self._group.buttons() if isinstance(button, Pill)]

    def current(self) -> str:
        """The key chosen, "" while there are no pills."""
        return next((pill.key for pill in self.pills() if pill.isChecked()), "")

    def choose(self, key: str) -> None:
        """Choose by the program, without a signal."""
        self._choosing = True
        for pill in self.pills():
            pill.setChecked(pill.key == key)
        self._choosing = False

    def clear(self) -> None:
        """Choose none of them: what is chosen is elsewhere."""
        self._group.setExclusive(False)
        for pill in self.pills():
            pill.setChecked(False)
        self._group.setExclusive(True)

    def _pressed(self) -> None:
        self._told = False

    def _toggled(self, button: QAbstractButton, on: bool) -> None:
        """By mouse, by key, or by what works a screen for somebody: that toggles, and presses nothing."""
        if on and not self._choosing and isinstance(button, Pill):
            self._told = True
            self.chosen.emit(button.key)

    def _clicked(self, button: QAbstractButton) -> None:
        """The one that is chosen already may be pressed once more."""
        if isinstance(button, Pill) and not self._told:
            self.chosen.emit(button.key)
