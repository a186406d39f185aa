# SPDX-License-Identifier: MPL-2.0
"""Where the keyboard goes: a widget that gives it on to something inside, and the order things are read in, which Tab follows.

A screen reader goes through what lies on a widget in the order it is stacked, lowest first: the order it was made in, until
somebody says otherwise. So whoever lays the order for Tab stacks by it too.

Qt's focus proxy gives it on too, but then Tab also stops at the widget itself, wherever that lies in the chain, and goes on
from what it points to: Tab jumps back, and goes round among the last few for ever. Must not know what has the keyboard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QWidget
from shiboken6 import isValid

_OTHER = Qt.FocusReason.OtherFocusReason


class LeadsKeyboard(QWidget):
    """`keyboard_to` says what `setFocus` is meant for; until then it is for the widget itself."""

    _front: QWidget | None = None

    def keyboard_to(self, front: QWidget) -> None:
        """From now on the keyboard is for `front`, something inside."""
        self._front = front

    def setFocus(self, reason: Qt.FocusReason = _OTHER) -> None:
        if self._front is not None:
            self._front.setFocus(reason)
        else:
            super().setFocus(reason)

    def hasFocus(self) -> bool:
        return self._front.hasFocus() if self._front is not None else super().hasFocus()


class OwnOrder(QWidget):
    """Says itself the order it is read in: it places what lies on it with no layout, or not all of it is a stop at all times."""

    def stops(self) -> Iterator[QWidget]:
        """Where the Tab key may stop, in order."""
        raise NotImplementedError


class TabsLast(QWidget):
    """Tab comes to its `last` after all that is laid with it, wherever that stands: a row's tools are no stop between two fields,
    where who tabs on and types on would press them.
    """

    last: QWidget | None = None


_AWAY = "put_away"


def put_forward(page: QWidget, forward: bool) -> None:
    """Show one of several pages, or put it away: no order is laid through a page until it comes forward.

    Whoever turns the pages lays the order anew.
    """
    page.setProperty(_AWAY, not forward)
    page.setVisible(forward)


def in_reading_order(widget: QWidget, last: QWidget | None = None) -> Iterator[QWidget]:
    """Everything in `widget` the Tab key may stop at, shown or not, in the order its layouts have it; but for pages put away.

    `last` comes after what is laid with it.
    """
    if widget.property(_AWAY):
        return
    if isinstance(widget, QScrollArea):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        inner = widget.widget()
        if inner is not None:
            yield from in_reading_order(inner, last)
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
        return
    if isinstance(widget, OwnOrder):
        yield from widget.stops()
        return
    layout = widget.layout()
    if layout is None:
        return
    last = widget.last if isinstance(widget, TabsLast) else last
    for one in _laid(layout, last):
        yield from in_reading_order(one, last)


def lay_tab_order(parts: Iterable[QWidget]) -> list[QWidget]:
    """Let Tab go through `parts` in turn, and within each as it is read; what it stops at comes back.

    What is named once more comes where it is named last.
    """
    read = [stop for part in parts for stop in in_reading_order(part)]
    stops = list(dict.fromkeys(reversed(read)))[::-1]
    for one, other in pairwise(stops):
        QWidget.setTabOrder(one, other)
    return stops


def stack_as_read(widget: QWidget, last: QWidget | None = None) -> None:
    """Let a screen reader go through everything in `widget` in the order Tab has it; but for pages put away."""
    if widget.property(_AWAY):
        return
    inner = widget.widget() if isinstance(widget, QScrollArea) else None
    if inner is not None:
        stack_as_read(inner, last)
    layout = widget.layout()
    if layout is None:
        return
    last = widget.last if isinstance(widget, TabsLast) else last
    laid = _laid(layout, last)
    stack(laid)
    for one in laid:
        stack_as_read(one, last)


def stack(siblings: Sequence[QWidget]) -> None:
    """Let a screen reader go through these in turn. What else lies beside them stays where it is: over them or under them."""
    around = siblings[0].parentWidget() if siblings else None
    if around is None:
        return
    wanted = set(siblings)
    lying = [one for one in around.children() if one in wanted]
    if lying == list(siblings):
        return
    for one, after in reversed(list(pairwise(siblings))):
        one.stackUnder(after)


def _laid(layout: QLayout, last: QWidget | None) -> list[QWidget]:
    """What a layout and those in it place, in the order it is read."""
    return sorted(_placed(layout), key=lambda one: one is last)


def _placed(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _placed(inner)


class UndoesSteps(QObject):
    """Ctrl+Shift+Z undoes a step also while the cursor is in a text, where an editor takes it for a redo of typing.

    Made for a page, which has the shortcut. It heeds only what has had the cursor: a filter on everything would cost each event
    its time.
    """

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        if (
            now is not None and isValid(self._page) and self._page.isAncestorOf(now)
        ):  # a page that goes lets go of the cursor
            now.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The key goes past the editor, to the page's own shortcut."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _steps_back(event):
            event.ignore()
            return self._page.isVisible()
        return False


def _steps_back(event: QKeyEvent) -> bool:
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    return event.keyCombination() == QKeyCombination(held, Qt.Key.Key_Z)
