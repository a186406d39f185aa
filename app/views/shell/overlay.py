# SPDX-License-Identifier: MPL-2.0
"""A card over the window: small things that are asked in passing, with the screen behind them dimmed but standing.

Escape closes it and the keyboard goes back to where it was. Meanwhile what lies behind is no more read than it is reached.
Used by pen passing, help and questions. Must not know what is asked.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from app.qt.theme import fill, follow, theme_of
from app.views.parts.bars import slim_bars
from app.views.parts.earshot import LOCK, Hush, lying_in
from app.views.parts.keyboard import in_reading_order
from app.views.parts.words import rounded

_DIM = 110  # of 255


class Card(QWidget):
    """The surface the overlay's content lies on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        follow(self._restyle)

    def _restyle(self) -> None:
        theme = theme_of()
        edge = theme.space(3)
        self.column.setContentsMargins(edge, edge, edge, edge)
        self.column.setSpacing(theme.space(2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        surface, line = theme.color("surface"), theme.color("line")
        rounded(QPainter(self), QRectF(self.rect()), surface, line, theme.stroke("line"), theme.radius("card"))


class Overlay(QWidget):
    """Covers its parent. `closed` when it goes, whatever way. `at_top`: a card that grows and shrinks under one's hand keeps
    its head where it is, at the top of the window; any other stands a little above the middle.
    """

    closed = Signal()

    def __init__(self, parent: QWidget, width: int = 420, *, at_top: bool = False) -> None:
        super().__init__(parent)
        self._points = width
        self._at_top = at_top
        self._before: QWidget | None = None
        self._closing = False
        self._hush = Hush(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card = Card(self)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setWidget(self.card)
        self.card.setAutoFillBackground(False)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim_bars(self._scroll)
        parent.installEventFilter(self)
        self.card.installEventFilter(self)
        self.hide()
        follow(self._stay_laid_out)

    def open(self, front: QWidget | None = None) -> None:
        """Show it, with the keyboard in `front`."""
        now = QApplication.focusWidget()
        self._before = now if now is not None and now.window() is self.window() else None
        self._lay_out()
        self.show()
        self.raise_()
        self._lay_out()
        lock = self._lock()
        if lock is None:
            (front or self).setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.stackUnder(lock)

    def _lock(self) -> QWidget | None:
        """What covers the window, if it is locked: a card that a late answer opens stays behind it, and takes no key from it."""
        parent = self.parentWidget()
        beside = lying_in(parent) if parent is not None else ()
        return next((one for one in beside if one.isVisible() and one.property(LOCK)), None)

    def close_overlay(self) -> None:
        """Take it away; the keyboard goes back."""
        if self.isHidden() or self._closing:
            return
        self._closing = True
        before, self._before = self._before, None
        if before is None or not shiboken6.isValid(before) or not before.isVisible():
            before = self.parentWidget()
        if before is not None:
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self._closing = False
        self.closed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """What it dims, and any card it lies on, is out of a screen reader's reach; what the window tells is not."""
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            laid = parent.layout()
            behind = [one for one in lying_in(parent) if one is not self]
            self._hush.take(
                one for one in behind if isinstance(one, Overlay) or (laid is not None and laid.indexOf(one) >= 0)
            )

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._hush.give_back()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes; the arrows move a card that is taller than the window."""
        bar = self._scroll.verticalScrollBar()
        moves = {
            Qt.Key.Key_Down: bar.singleStep() * 3,
            Qt.Key.Key_Up: -bar.singleStep() * 3,
            Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(),
        }
        if event.key() == Qt.Key.Key_Escape:
            self.close_overlay()
        elif event.key() in moves:
            bar.setValue(bar.value() + moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round among what lies on the card, and never to what is dimmed behind it."""
        stops = [
            w for w in self._in_order() if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible() and w.isEnabled()
        ]
        if self._closing or self.isHidden() or not stops:
            return super().focusNextPrevChild(forward)
        now = QApplication.focusWidget()
        place = stops.index(now) if now in stops else (-1 if forward else 0)
        stop = stops[(place + (1 if forward else -1)) % len(stops)]
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        self.reveal(stop)
        return True

    def reveal(self, widget: QWidget) -> None:
        """Read on to where `widget` is in sight."""
        self._scroll.ensureWidgetVisible(widget)

    def event(self, event: QEvent) -> bool:
        """A key nobody on the card takes comes up to here before it is a shortcut: those of the screen behind do nothing."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, and the card's own."""
        if (event.type() == QEvent.Type.Resize and watched is self.parent()) or (
            event.type() == QEvent.Type.LayoutRequest and watched is self.card and self.isVisible()
        ):
            self._stay_laid_out()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        dim = QColor(theme.color("page") if theme.dark else theme.color("ink"))
        dim.setAlpha(_DIM + 60 if theme.dark else _DIM)
        fill(QPainter(self), self.rect(), dim)

    def _in_order(self) -> list[QWidget]:
        """What Tab may stop at on the card, as it is read."""
        return list(in_reading_order(self.card))

    def _stay_laid_out(self) -> None:
        """Put away it follows nothing: it is laid out when it is opened."""
        if not self.isHidden():
            self._lay_out()

    def _lay_out(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        theme = theme_of()
        self.setGeometry(parent.rect())
        edge = theme.space(3)
        width = min(theme.px(self._points), parent.width() - 2 * edge)
        self.card.column.activate()
        wanted = self.card.column.totalHeightForWidth(width)
        if wanted < 0:
            wanted = self.card.sizeHint().height()
        height = min(wanted, parent.height() - 2 * edge)
        top = edge if self._at_top else max(edge, (parent.height() - height) // 3)
        self._scroll.setGeometry((parent.width() - width) // 2, top, width, height)
