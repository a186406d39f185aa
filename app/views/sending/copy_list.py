# SPDX-License-Identifier: MPL-2.0
"""What there is to copy, drawn on one widget: the title of each block and its texts, each with its button.

A text's only widget is its button; the words are drawn here. With a label for each word and a layout for each text, a long case
held the window for as long as it was long. What has to be made or measured is taken some texts at a time. Filled by
`copying`; must not know what is done when something is copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from PySide6.QtCore import QPointF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.qt.theme import follow, theme_of
from app.views.parts.buttons import Button, Kind
from app.views.parts.keyboard import OwnOrder
from app.views.parts.words import Laid, lay

AT_A_TIME = 12
"""Texts made or measured in one turn of the window: some ten milliseconds."""

_LEADING = 1.08
_NEVER = -1


@dataclass(frozen=True, slots=True)
class Voice:
    """Words in one type role and one colour, on lines of their own."""

    words: str
    role: str = "body"
    color: str = "text"


@dataclass(frozen=True, slots=True)
class Item:
    """What stands in one place of the list: its words from the top, and its button.

    `key` is the same as long as it is the same text; `name` is the button's own. `called` and `heard` are its name and what
    is said after it to a screen reader. `title`: it opens a block. `on`: whether it may be copied.
    """

    key: str
    name: str
    voices: tuple[Voice, ...]
    button: str
    called: str
    heard: str = ""
    title: bool = False
    on: bool = True


@dataclass(slots=True)
class _Place:
    """An item with its button, and its words as they were last broken: for a list `wide` pixels wide."""

    item: Item
    button: Button | None = None
    laid: list[Laid] = field(default_factory=list)
    wide: int = _NEVER
    top: int = 0
    height: int = 0


class CopyList(OwnOrder):
    """`chosen(key)` when a button has been pressed; `laid` when everything has its place anew."""

    chosen = Signal(str)
    laid = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._places: list[_Place] = []
        self._forbidden = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._go_on)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._measure_all)

    def show_items(self, items: Sequence[Item]) -> None:
        """Show these. What was there keeps its button, and the keyboard with it."""
        before = {place.item.key: place for place in self._places}
        self._places = [self._placed(item, before.pop(item.key, None)) for item in items]
        for gone in before.values():
            if gone.button is not None:
                gone.button.hide()
                gone.button.deleteLater()
        self._go_on()

    def forbid(self, why: str) -> None:
        """While there is a `why` nothing can be copied, and every button says it."""
        self._forbidden = why
        for button in self.stops():
            button.forbid(why)

    @property
    def whole(self) -> bool:
        """Whether everything is made, and measured for the width it has."""
        return all(place.wide == self.width() for place in self._places)

    def button(self, key: str) -> Button | None:
        """The button of an item; None while it is not made."""
        return next((place.button for place in self._places if place.item.key == key), None)

    def stops(self) -> Iterator[Button]:
        """The buttons that are made, from the top."""
        return (place.button for place in self._places if place.button is not None)

    def text(self) -> str:
        """Everything that can be read on it."""
        return "\n".join(voice.words for place in self._places for voice in place.item.voices)

    # What Qt asks.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._rest.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter, seen = theme_of(), QPainter(self), event.rect()
        for place in self._places:
            if place.top > seen.bottom() or place.top + place.height < seen.top():
                continue
            y = float(place.top)
            if place.item.title:
                y += (place.height - sum(laid.height for laid in place.laid)) / 2
            for voice, laid in zip(place.item.voices, place.laid, strict=False):
                laid.paint(painter, QPointF(0, y), theme.color(voice.color))
                y += laid.height

    # -- inside

    def _placed(self, item: Item, before: _Place | None) -> _Place:
        if before is None:
            return _Place(item)
        if before.item != item:
            before.item, before.wide = item, _NEVER
        return before

    def _measure_all(self) -> None:
        """The look is another."""
        for place in self._places:
            place.wide = _NEVER
        self._rest.start()

    def _go_on(self) -> None:
        """Make and measure some more, and lay them all where they belong."""
        waiting = (place for place in self._places if place.wide != self.width())
        for place in list(islice(waiting, AT_A_TIME)):
            self._make(place)
            self._break(place)
        self._arrange()
        if self.whole:
            self.laid.emit()
        else:
            self._rest.start()

    def _make(self, place: _Place) -> None:
        item, button = place.item, place.button
        if button is None:
            kind = Kind.QUIET if item.title else Kind.SECONDARY
            button = place.button = Button(item.button, kind, icon="copy" if item.title else "", parent=self)
            button.clicked.connect(self._pressed)
            button.forbid(self._forbidden)
        button.setObjectName(item.name)
        button.setText(item.button)
        button.setAccessibleName(item.called)
        button.setAccessibleDescription(item.heard)
        button.setEnabled(item.on)

    def _break(self, place: _Place) -> None:
        """The words into lines, beside the button."""
        assert place.button is not None
        theme, size = theme_of(), place.button.sizeHint()
        room = self.width() - size.width() - theme.space(2)
        place.button.resize(size)
        place.laid = [lay(v.words, theme.font(v.role), room, leading=_LEADING) for v in place.item.voices]
        place.height = max(size.height(), round(sum(laid.height for laid in place.laid) + 0.5))
        place.wide = self.width()

    def _arrange(self) -> None:
        theme, top = theme_of(), 0
        for place in self._places:
            if place.button is None:
                break
            top += theme.space(2 if place.item.title else 1) if top else 0
            place.top = top
            place.button.move(self.width() - place.button.width(), top)
            place.button.show()
            top += place.height
        self.setFixedHeight(top)
        self.update()

    def _pressed(self) -> None:
        pressed = self.sender()
        key = next((place.item.key for place in self._places if place.button is pressed), None)
        if key is not None:
            self.chosen.emit(key)
