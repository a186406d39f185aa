# SPDX-License-Identifier: MPL-2.0
"""The room's top line: whose case it is, how it stands with saving, who is here, and the way out.

Where text is large the least needed gives way first, so that the line stays one line. Where that is not enough, on half a
screen, how it stands goes on a line of its own, and the name is never cut. Must not know services.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.identifiers import display, masked
from app.domain.names import short_name
from app.qt.theme import fill, follow, theme_of
from app.views.parts.appearing import appear
from app.views.parts.buttons import Button, Kind
from app.views.parts.chips import StatusLine, Tone
from app.views.parts.words import Words
from app.views.room.record_list import icon_button
from app.views.room.undone import was


class Header(QWidget):
    """Signals say what a person asks for; the room does it."""

    back = Signal()
    lock = Signal()
    undo = Signal()
    end = Signal()
    number_shown = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = ""
        self._shown = False
        self._saved = self._shared = self._short = ""
        self._said: tuple[str, Tone] = ("Alt er gemt her", Tone.OK)
        self._links = ("", "")
        self._at_table = self._others = ""
        self.back_button = icon_button("arrow-back", "Tilbage til mine borgere", self)
        self.back_button.setObjectName("room.close")
        self.name = Words("", "title", parent=self)
        self.age = Words("", "body", "text-quiet", self)
        self.number = Words("", "body", "text-quiet", self)
        self.show_number = Button("vis", Kind.QUIET, parent=self)
        self.show_number.setObjectName("number.show")
        self.status = StatusLine(self)
        self.settle_link = Button("", Kind.QUIET, parent=self)
        self.settle_link.setObjectName("sharing.settle")
        self.share_link = Button("", Kind.QUIET, parent=self)
        self.share_link.setObjectName("sharing.open")
        self.people = Words("", "note", "text-quiet", self)
        self.undo_button = Button("Fortryd", Kind.QUIET, icon="reply", parent=self)
        self.undo_button.setObjectName("undo")
        self.end_button = Button("Slut møde", Kind.QUIET, parent=self)
        self.end_button.setObjectName("meeting.end")
        self.lock_button = icon_button("lock", "Lås skærmen", self)
        self.lock_button.setObjectName("lock")
        self._fitting = self._folded = False
        self._two_lines = False
        self._column = QVBoxLayout(self)
        self._row, self._under = QHBoxLayout(), QHBoxLayout()
        self._column.addLayout(self._row)
        self._column.addLayout(self._under)
        first: tuple[QWidget, ...] = (self.back_button, self.name, self.age, self.number, self.show_number)
        self._how: tuple[QWidget, ...] = (self.status, self.settle_link, self.share_link, self.people)
        last: tuple[QWidget, ...] = (*self._how, self.undo_button, self.end_button, self.lock_button)
        self._parts = (*first, *last)
        self._whole = (self.age, self.number, self.people, self.status)  # the name may take two lines, never these
        for part in first:
            self._row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addStretch(1)
        for part in last:
            self._row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self._under.addStretch(1)
        self.back_button.clicked.connect(self.back)
        self.lock_button.clicked.connect(self.lock)
        self.undo_button.clicked.connect(self.undo)
        self.end_button.clicked.connect(self.end)
        self.show_number.clicked.connect(self._toggle_number)
        self.set_undo(None)
        self._refit = QTimer(self)
        self._refit.setSingleShot(True)
        self._refit.timeout.connect(self._fit)
        follow(self._restyle)

    def set_citizen(self, name: str, age: int | None, number: str) -> None:
        """Who the case is about. `number` is veiled until asked for."""
        self.name.setText(name or "Uden navn")
        self.age.setText(f"{age} år" if age is not None else "")
        if number != self._number:
            self._number, self._shown = number, False
        self._tell_number()

    def set_saved(self, at: str, shared: str = "", short: str = "", tone: Tone = Tone.OK) -> None:
        """When something was last kept on this machine, and how it stands with the shared database (`short` in few words)."""
        self._saved, self._shared, self._short = at, shared, short
        kept = f"Gemt her {at}" if at else "Alt er gemt her"
        self._said = (f"{kept} · {shared}" if shared else kept, tone)
        self._refit.start(0)

    def set_unsaved(self) -> None:
        """What was typed last lies on the screen alone."""
        self._short = ""
        self._said = ("Det sidste er ikke gemt", Tone.TROUBLE)
        self._refit.start(0)

    def set_links(self, settle: str, share: str) -> None:
        """What must be settled on this case, and what else to look at; "" is nothing."""
        if (settle, share) != self._links:
            self._links = (settle, share)
            self._refit.start(0)

    def set_people(self, names: Sequence[str]) -> None:
        """Who sits at the table."""
        shorts = [short_name(name) for name in names]
        self._at_table = f"{' og '.join(shorts)} er her" if shorts else ""
        self._refit.start(0)

    def set_others(self, told: str) -> None:
        """Who has the case open at other desks: "Vagn er med"."""
        self._others = told
        self._refit.start(0)

    def set_undo(self, name: str | None) -> None:
        """What undo would take back now."""
        self.undo_button.setEnabled(bool(name))
        said = f"Fortryd: {was(name)}" if name else "Der er intet at fortryde"
        self.undo_button.setToolTip(f"{said} (Ctrl+Skift+Z)")
        self.undo_button.setAccessibleName(said)

    def set_ended(self, ended: bool) -> None:
        """Whether the meeting is over already."""
        self.end_button.setEnabled(not ended)

    def _toggle_number(self) -> None:
        self._shown = not self._shown
        self._tell_number()
        self.number_shown.emit(self._shown)

    def _tell_number(self) -> None:
        number = display(self._number) if self._shown else masked(self._number)
        self.number.setText(number or "intet CPR-nummer")
        spoken = number if self._shown else "CPR-nummer, skjult" if number else number
        self.number.setAccessibleName(spoken)
        self.show_number.setText("skjul" if self._shown else "vis")
        self.show_number.setAccessibleName("Skjul CPR-nummeret" if self._shown else "Vis CPR-nummeret")
        appear(self.show_number, bool(self._number))
        self._refit.start(0)

    # Room for everything, or for what matters most.

    def _fit(self) -> None:
        if self._fitting:
            return
        self._fitting, self._folded = True, False
        self._show_people(self._at_table, self._others)
        self._show_links(*self._links)
        self.undo_button.setText("Fortryd")
        self.set_undo_name()
        self.status.show_status(*self._said)
        self.status.setToolTip(self._said[0])
        appear(self.age, bool(self.age.text()))
        self.number.show()
        appear(self.show_number, bool(self._number))
        steps = (
            lambda: self._show_people("", self._others),
            self._short_undo,
            self._short_share,
            self._short_status,
            self._short_links,
            self.age.hide,
            self._hide_no_number,
            self._hide_number,
            self._fold_name,
            self._word_status,
            self._veil_number,
            self.people.hide,
        )
        for give_way in steps:
            if self._needed() <= self.width():
                break
            give_way()
        self._lay_out(two_lines=self._needed() > self.width())
        for part in self._whole:
            part.setMinimumWidth(part.sizeHint().width())
        self._column.invalidate()
        self._column.setGeometry(self.rect())
        self._fitting = False
        self.updateGeometry()

    def _lay_out(self, *, two_lines: bool) -> None:
        """How it stands is on the line of the name, or on one below."""
        if two_lines == self._two_lines:
            return
        self._two_lines = two_lines
        self._row.setStretchFactor(self.name, 100 if two_lines else 0)  # what is left over is the name's
        before, to = (self._row, self._under) if two_lines else (self._under, self._row)
        at = 0 if two_lines else self._row.indexOf(self.undo_button)
        for place, part in enumerate(self._how):
            before.removeWidget(part)
            to.insertWidget(at + place, part, 0, Qt.AlignmentFlag.AlignVCenter)

    def _needed(self) -> int:
        """How wide everything shown would like to be, on one line, or with the name on two."""
        edge = self._column.contentsMargins()
        shown = [part for part in self._parts if not part.isHidden()]
        wide = sum(part.sizeHint().width() for part in shown) + self._row.spacing() * len(shown)
        saved = self.name.sizeHint().width() - self._name_on_two_lines() if self._folded else 0
        return wide - saved + edge.left() + edge.right()

    def _name_on_two_lines(self) -> int:
        metrics, words = self.name.fontMetrics(), self.name.text().split()
        parts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))] or [
            (self.name.text(), "")
        ]
        return min(max(map(metrics.horizontalAdvance, lines)) for lines in parts)

    def _fold_name(self) -> None:
        self._folded = True

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().px(320), super().minimumSizeHint().height())

    def _hide_no_number(self) -> None:
        appear(self.number, bool(self._number))

    def _short_undo(self) -> None:
        self.undo_button.setText("")
        self.set_undo_name()

    def _show_people(self, *told: str) -> None:
        self.people.setText(" · ".join(part for part in told if part))
        appear(self.people, bool(self.people.text()))

    def _show_links(self, settle: str, share: str) -> None:
        for link, text, whole in zip((self.settle_link, self.share_link), (settle, share), self._links, strict=True):
            link.setText(text)
            link.setAccessibleName(whole)
            link.setToolTip(whole)
            appear(link, bool(text))

    def _hide_number(self) -> None:
        """With much to tell in a narrow window or at large text the number gives way, unless it is being shown: it stands in the
        first step too."""
        if any((*self._links, self._others)):
            self._veil_number()

    def _veil_number(self) -> None:
        if not self._shown:
            self.number.hide()
            self.show_number.hide()

    def _short_share(self) -> None:
        self._show_links(self._links[0], self._links[1] and "Se mere")

    def _short_links(self) -> None:
        settle, share = self._links
        self._show_links(settle and f"Afklar {settle.split(' ', 1)[0]}", share and "Se")

    def _word_status(self) -> None:
        if self._said[1] is Tone.OK:
            self._show_status(self._shared.capitalize() or "Gemt")

    def _short_status(self) -> None:
        self._show_status(f"{self._shared.capitalize() or 'Gemt'} {self._saved}".rstrip())

    def _show_status(self, kept: str) -> None:
        text, tone = self._said
        shown = kept if tone is Tone.OK else f"{self._short[:1].upper()}{self._short[1:]}" or text
        self.status.show_status(shown, tone)
        self.status.setAccessibleName(text)
        self.status.setToolTip(text)

    def set_undo_name(self) -> None:
        """The button's name to a screen reader, also when it is only an icon."""
        self.undo_button.setAccessibleName(self.undo_button.toolTip().removesuffix(" (Ctrl+Skift+Z)"))

    def event(self, event: QEvent) -> bool:
        """What was out of sight at another text size follows late, and wants less room, or more, than it was given."""
        late = event.type() is QEvent.Type.LayoutRequest and not self._fitting
        if late and any(p.isVisible() and p.minimumWidth() != p.sizeHint().width() for p in self._whole):
            self._refit.start(0)
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _restyle(self) -> None:
        theme = theme_of()
        self._column.setContentsMargins(theme.px(12), theme.px(8), theme.px(16), theme.px(8))
        self._column.setSpacing(0)
        self._under.setContentsMargins(theme.px(12), 0, 0, 0)
        for row in (self._row, self._under):
            row.setSpacing(theme.px(14))
        self.setMinimumHeight(theme.px(52))
        self._refit.start(0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        fill(QPainter(self), self.rect(), theme_of().color("surface"))
