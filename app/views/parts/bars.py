# SPDX-License-Identifier: MPL-2.0
"""Slim scroll bars and menus with air, drawn from tokens.

No style sheet lies on the application: with one, every widget is measured against every rule when it is made and again when the
look changes, and a change of text size held the window for two seconds. Used by whatever scrolls or opens a menu.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QMenu, QScrollBar, QWidget

from app.qt.theme import fill, follow, theme_of
from app.views.parts.words import rounded

_THIN = 10  # points
_AIR = 2  # pixels around the handle
_AGAIN = 400  # milliseconds until a press beside the handle pages on


class SlimBar(QScrollBar):
    """A handle and nothing else. A press beside it pages."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None, track: str = "") -> None:
        """`track`: the colour it runs on; "" is that of whatever lies behind."""
        super().__init__(orientation, parent)
        self._track = track
        self._held: float | None = None  # how far into the handle the mouse took hold
        follow(self._restyle)

    def sizeHint(self) -> QSize:
        thin = theme_of().px(_THIN)
        return QSize(thin, 3 * thin) if self._upright else QSize(3 * thin, thin)

    minimumSizeHint = sizeHint

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        if self._track:
            fill(painter, self.rect(), theme.color(self._track))
        if self.maximum() <= self.minimum():
            return
        start, length = self._handle()
        across = self.width() if self._upright else self.height()
        box = QRectF(0, start, across, length) if self._upright else QRectF(start, 0, length, across)
        near = self.underMouse() or self._held is not None
        box.adjust(_AIR, _AIR, -_AIR, -_AIR)
        radius = min(box.width(), box.height()) / 2
        rounded(painter, box, theme.color("text-quiet" if near else "scroll"), None, 0, radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        at = self._along(event)
        start, length = self._handle()
        if start <= at < start + length:
            self._held = at - start
            self.setSliderDown(True)
        else:
            back = at < start
            page = self.SliderAction.SliderPageStepSub if back else self.SliderAction.SliderPageStepAdd
            self.triggerAction(page)
            self.setRepeatAction(page, _AGAIN)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            return
        room = self._length() - self._handle()[1]
        share = (self._along(event) - self._held) / room if room > 0 else 0.0
        self.setSliderPosition(self.minimum() + round(share * (self.maximum() - self.minimum())))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held = None
        self.setRepeatAction(self.SliderAction.SliderNoAction)
        self.setSliderDown(False)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """None of its own: what scrolls has one."""
        event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    # -- inside

    def _restyle(self) -> None:
        self.updateGeometry()

    @property
    def _upright(self) -> bool:
        return self.orientation() is Qt.Orientation.Vertical

    def _length(self) -> int:
        return self.height() if self._upright else self.width()

    def _along(self, event: QMouseEvent) -> float:
        return event.position().y() if self._upright else event.position().x()

    def _handle(self) -> tuple[float, float]:
        """Where the handle begins, and how long it is, in pixels along the bar."""
        whole, steps = self._length(), self.maximum() - self.minimum()
        share = self.pageStep() / max(1, steps + self.pageStep())
        length = min(float(whole), max(3.0 * theme_of().px(_THIN), whole * share))
        return (whole - length) * (self.sliderPosition() - self.minimum()) / max(1, steps), length


def slim_bars(area: QAbstractScrollArea, track: str = "") -> None:
    """Let `area` scroll by slim bars, each way it may, on a `track` of this colour.

    A list must listen to them itself: Qt joins it to its first ones only.
    """
    off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    if area.verticalScrollBarPolicy() is not off:
        area.setVerticalScrollBar(SlimBar(Qt.Orientation.Vertical, area, track))
    if area.horizontalScrollBarPolicy() is not off:
        area.setHorizontalScrollBar(SlimBar(Qt.Orientation.Horizontal, area, track))


def calm(menu: QMenu) -> QMenu:
    """Give a menu air and the colours of the look in use each time it opens."""

    def dress() -> None:
        theme = theme_of()
        name, pad = {key: theme.color(key).name() for key in _INKS}, theme.space(0.5)
        menu.setStyleSheet(f"""
            QMenu {{ padding: {pad}px; background: {name["surface"]}; border: 1px solid {name["line"]}; }}
            QMenu::item {{ padding: {pad}px {pad * 4}px {pad}px {pad * 2}px; border-radius: {pad // 2}px; }}
            QMenu::item:selected {{ background: {name["selection"]}; color: {name["on-selection"]}; }}
            QMenu::item:disabled {{ color: {name["on-off"]}; }}
            QMenu::separator {{ height: 1px; background: {name["line"]}; margin: {pad}px; }}
        """)

    menu.aboutToShow.connect(dress)
    return menu


_INKS = ("surface", "line", "selection", "on-selection", "on-off")
