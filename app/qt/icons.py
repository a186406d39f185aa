# SPDX-License-Identifier: MPL-2.0
"""Icons of Det Fælles Designsystem, drawn in the colour of the text beside them.

Read one by one from `resources/icons` when first shown; QtSvg is loaded with the first of them, so a window without
icons does not wait for it. Must not know any widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QPixmapCache

from app.domain.resources import resource_path
from app.qt.theme import fill

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon


def pixmap(name: str, color: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """Icon `name` (a file's stem) in `color`, `size` logical pixels square, sharp at device ratio `ratio`.

    FileNotFoundError when the icon is not in the program.
    """
    key = f"rundbord/{name}/{color.name()}/{size}/{ratio}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    _draw(name, color, size, drawn)
    QPixmapCache.insert(key, drawn)
    return drawn


def icon(name: str, color: QColor, size: int = 24) -> QIcon:
    """The same as a `QIcon`, for actions and line edits."""
    from PySide6.QtGui import QIcon  # late: with it come the names of every icon of every desktop

    return QIcon(pixmap(name, color, size, 2.0))


def _draw(name: str, color: QColor, size: int, onto: QPixmap) -> None:
    from PySide6.QtSvg import QSvgRenderer  # late: a window without icons should not pay for it

    data = resource_path("icons", f"{name}.svg").read_bytes()
    renderer = QSvgRenderer(QByteArray(data))
    area = QRectF(0, 0, size, size)
    painter = QPainter(onto)
    renderer.render(painter, area)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    fill(painter, area, color)
    painter.end()
