# SPDX-License-Identifier: MPL-2.0
"""A finished PDF out of the program: onto a printer through the system's own dialog, or into a file.

`choose_printer` asks on the GUI thread; the rest runs on the work lane. Pages are painted at the printer's own resolution and
in bands, so that one page of a fine printer never fills the memory. Must not know what is printed.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from app.domain.errors import EnvironmentProblem
from app.services.whole_file import beside, tidy, writing
from app.views.parts.pdf_view import draw, pages_of

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

log = logging.getLogger(__name__)

NO_ANSWER = "Printeren svarer ikke. Se, om den er tændt, eller gem papiret som PDF."
FINEST_DPI = 600  # finer than this no eye sees on a page of text
_BAND = 800  # dots
_OWN_MARGINS_PT = 26.0  # nothing on our papers stands nearer the edge
_POINTS_AN_INCH = 72


def has_printer() -> bool:
    """Whether this machine knows any printer at all."""
    return bool(QPrinterInfo.availablePrinterNames())


def choose_printer(parent: QWidget | None, name: str) -> QPrinter | None:
    """The system's print dialog for the paper `name`; None when the person changes their mind."""
    printer = new_printer(name)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(f"Print – {name}")
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, False)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintSelection, False)
    chosen = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return printer if chosen else None


def new_printer(name: str) -> QPrinter:
    """A4, upright, the whole sheet ours; `name` is what stands in the printer's queue, so no citizen's name."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    printer.setFullPage(True)
    printer.setDocName(name)
    printer.setCreator("Rundbord")
    return printer


def print_pdfs(printer: QPrinter, pdfs: Sequence[bytes]) -> int:
    """Paint every page of each, as one job. Work lane. How many pages were painted comes back.

    Printed on both sides, each paper begins on a sheet of its own. Raises EnvironmentProblem when the printer says no.
    """
    printer.setFullPage(True)
    painter = QPainter()
    if not painter.begin(printer):
        raise EnvironmentProblem(NO_ANSWER)
    copies = 1 if printer.supportsMultipleCopies() else max(1, printer.copyCount())
    both_sides = printer.duplex() is not QPrinter.DuplexMode.DuplexNone
    painted = sides = 0
    try:
        for pdf in [one for _ in range(copies) for one in pdfs]:
            if both_sides and sides % 2:
                _turn_over(printer)
                sides += 1
            for page in pages_of(pdf):
                if sides:
                    _turn_over(printer)
                _paint(painter, printer, page)
                painted, sides = painted + 1, sides + 1
    finally:
        ended = painter.end()
    if not ended or printer.printerState() in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted):
        raise EnvironmentProblem(NO_ANSWER)
    log.info("printed %s pages", painted)
    return painted


def save_pdf(path: Path, pdf: bytes) -> None:
    """Write a paper to a file: whole, or not at all. Work lane. Raises EnvironmentProblem with one sentence.

    Killed in the middle it leaves half a paper beside, which a later save to the place takes away.
    """
    half = beside(path)
    with writing(path, "papiret"):
        try:
            with half.open("xb") as file:
                file.write(pdf)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
        tidy(path)


def withdraw(path: Path) -> None:
    """Take back a file that could not be noted on the case. Work lane."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentProblem(f"Slet selv filen {path.name}: den er ikke noteret i sagen.") from error


def _turn_over(printer: QPrinter) -> None:
    if not printer.newPage():
        raise EnvironmentProblem(NO_ANSWER)


def _paint(painter: QPainter, printer: QPrinter, page: PdfPage) -> None:
    """One page in bands, each drawn at the very dots it stands on."""
    wide_pt, tall_pt = page.get_size()
    place = _place(printer, QSizeF(wide_pt, tall_pt))
    coarser = min(1.0, FINEST_DPI / max(1, printer.resolution()))
    scale = place.width() * coarser / wide_pt
    rows = math.ceil(tall_pt * scale)
    for top in range(0, rows, _BAND):
        below = max(0, rows - top - _BAND)
        image = draw(page, scale, top, below)
        target = QRectF(place.left(), place.top() + top / coarser, place.width(), image.height() / coarser)
        painter.drawImage(target, image)


def _place(printer: QPrinter, page: QSizeF) -> QRectF:
    """Where the page goes, in the printer's dots: as large as it is, unless the printer's own margins would cut into it.

    Paper of another size, or wider margins, makes it smaller, never larger, and keeps its shape.
    """
    layout = printer.pageLayout()
    unit = printer.resolution() / _POINTS_AN_INCH
    sheet = layout.fullRect(QPageLayout.Unit.Point)
    least = layout.minimumMargins()
    whole = QMarginsF(0, 0, 0, 0)
    margins = whole if max(least.left(), least.top(), least.right(), least.bottom()) <= _OWN_MARGINS_PT else least
    room = sheet.marginsRemoved(margins)
    shrink = min(1.0, room.width() / page.width(), room.height() / page.height())
    wide, tall = page.width() * shrink, page.height() * shrink
    left = room.left() + (room.width() - wide) / 2
    top = room.top() + (room.height() - tall) / 2
    return QRectF(left * unit, top * unit, wide * unit, tall * unit)
