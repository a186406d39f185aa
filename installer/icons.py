# SPDX-License-Identifier: MPL-2.0
"""The program's icon in the forms each platform wants, drawn from the one `icon.svg`. Called by whoever builds a bundle."""

from __future__ import annotations

import io
import os
from pathlib import Path

SOURCE = Path(__file__).with_name("icon.svg")
SIZES = (16, 24, 32, 48, 64, 128, 256)


def draw(folder: Path) -> None:
    """Write rundbord.ico, rundbord.icns and rundbord-SIZE.png in `folder`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PIL import Image

    pictures = {size: Image.open(io.BytesIO(_png(size))) for size in (*SIZES, 512, 1024)}
    for size in SIZES:
        pictures[size].save(folder / f"rundbord-{size}.png")
    pictures[256].save(folder / "rundbord.ico", sizes=[(size, size) for size in SIZES])
    pictures[1024].save(folder / "rundbord.icns", append_images=[pictures[size] for size in (32, 128, 256, 512)])


def _png(size: int) -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())
