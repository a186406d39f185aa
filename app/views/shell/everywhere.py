# SPDX-License-Identifier: MPL-2.0
"""What can be done on every screen: its keys, and its buttons in the top line beside the people at the table.

Made by the window in the turn after the first list, which need not wait for it, or with whatever page stands there instead.
Must not know what is done: the window does it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.domain.names import short_name
from app.qt.actions import bind
from app.qt.theme import SMALLEST, theme_of

if TYPE_CHECKING:
    from app.views.context import Context
    from app.views.shell.window import MainWindow

TEXT_STEP = 10


class Everywhere:
    """`show` whenever somebody sits down or leaves, or the pen goes from hand to hand."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._bar = bar = window.bar
        self._pen = bind(window, "pen.pass", window.pass_pen)
        self.pen_button = bar.add_action(self._pen)
        self.buttons = [
            bar.add_action(bind(window, "lock", window.lock), "lock"),
            bar.add_action(bind(window, "settings", window.show_settings), "settings"),
            bar.add_action(bind(window, "help", window.show_help), "help"),
        ]
        bar.home.follow_action(bind(window, "home", window.go_home))
        bar.home.set_shortcut_text("")
        bind(window, "text.larger", lambda: window.set_look(window.scheme, theme_of().scale + TEXT_STEP))
        bind(window, "text.smaller", lambda: window.set_look(window.scheme, theme_of().scale - TEXT_STEP))
        bind(window, "text.plain", lambda: window.set_look(window.scheme, SMALLEST))
        bind(window, "quit", window.close)
        for one, after in pairwise((bar.home, self.pen_button, *self.buttons)):  # before the page, which may be older
            QWidget.setTabOrder(one, after)

    def show(self, context: Context | None, *, advises: bool) -> None:
        """Who is at the table, and what can be done by who holds the pen."""
        people, pen = (context.people, context.pen) if context is not None else ((), None)
        self._bar.show_people(people, pen)
        for seat in self._bar.seats():
            if not seat.has_pen:
                seat.pressed.connect(self._window.pass_pen)
        others = [hand for hand in people if hand != pen]
        here = pen is not None
        self._pen.setText(f"Giv pennen til {short_name(others[0].name)}" if len(others) == 1 else "Giv pennen")
        if here and not others:
            self._pen.setText("En mere ved bordet")
        for button in self.buttons[:2]:
            button.setVisible(here)
        self.pen_button.setVisible(here and not advises)

    def allow_pen(self, allowed: bool) -> None:
        """Whether the key passes the pen here: the room has one of its own for it."""
        self._pen.setEnabled(allowed)
