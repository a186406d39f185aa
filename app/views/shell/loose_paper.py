# SPDX-License-Identifier: MPL-2.0
"""A paper of no case, over the window: seen, printed and saved, in ordinary or in large print (the blank meeting sheet, the
catalogue).

Opened by the page where such a paper is looked for. What it says is read once, on the database lane, and set on the work lane.
Must not know what is on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtWidgets import QHBoxLayout, QWidget
from shiboken6 import isValid

from app.qt.theme import theme_of
from app.views.context import Context
from app.views.parts.buttons import Button, Kind
from app.views.parts.fields import CheckField
from app.views.parts.pdf_view import Page, PdfView, draw_pages
from app.views.parts.words import Words
from app.views.room.ways_out import as_pdf, choose_printer, has_printer, print_pdfs, save_pdf
from app.views.shell.overlay import Overlay

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

NO_PRINTER = "Der er ingen printer på denne computer. Gem papiret som PDF i stedet."

T = TypeVar("T")


class LoosePaper(Overlay, Generic[T]):
    """`name` is the paper's; `read` brings what it is made of, `draw(that, large)` sets it. A test answers for the printer."""

    def __init__(
        self, context: Context, name: str, read: Callable[[], T], draw: Callable[[T, bool], bytes], window: QWidget
    ) -> None:
        super().__init__(window, 860)
        self.has_printer: Callable[[], bool] = has_printer
        self.choose_printer: Callable[[QWidget | None, str], QPrinter | None] = choose_printer
        self._context = context
        self._name = name
        self._draw_it = draw
        self._source: T | None = None
        self._pdf = b""
        self._asked = 0
        self.setObjectName("loose")
        self.setAccessibleName(name)
        head = QHBoxLayout()
        head.addWidget(Words(name, "heading", parent=self.card), 1)
        self.large = CheckField("Med stor skrift")
        self.large.setObjectName("loose.large")
        self.large.edited.connect(lambda _text: self._make())
        self.print_button = Button("Print", Kind.SECONDARY, icon="print", parent=self.card)
        self.print_button.setObjectName("loose.print")
        self.print_button.clicked.connect(self.print_it)
        self.save_button = Button("Gem som PDF", Kind.QUIET, parent=self.card)
        self.save_button.setObjectName("loose.save")
        self.save_button.clicked.connect(self.save_it)
        away = Button("Luk", Kind.QUIET, shortcut="Esc", parent=self.card)
        away.setObjectName("loose.close")
        away.clicked.connect(self.close_overlay)
        for part in (self.large, self.print_button, self.save_button, away):
            head.addWidget(part)
        self.card.column.addLayout(head)
        self.view = PdfView(name, self.card)
        self.view.wanted.connect(lambda _pixels: self._make())
        self.card.column.addWidget(self.view, 1)
        self.closed.connect(self.deleteLater)
        self._height()
        self._ready(False)
        self.open(away)
        self.view.wait()
        context.run(read, self._got)

    def print_it(self) -> None:
        """Print through the system's dialog; with no printer, say so."""
        if not self.has_printer():
            self._context.asks.tell(NO_PRINTER)
            return
        printer = self.choose_printer(self.window(), self._name)
        if printer is not None:
            pdf = self._pdf
            self._context.run_slow(lambda: print_pdfs(printer, [pdf]), lambda _: self._context.asks.say("Printet."))

    def save_it(self) -> None:
        """Ask where, and write it there."""
        path = self._context.asks.save_file(f"Gem {self._name} som PDF", f"{self._name}.pdf", "PDF (*.pdf)")
        if path:
            pdf, target = self._pdf, as_pdf(path)
            self._context.run_slow(lambda: save_pdf(target, pdf), lambda _: self._context.asks.say("Gemt som PDF."))

    # -- inside

    def _ready(self, ready: bool) -> None:
        for button in (self.print_button, self.save_button):
            button.setEnabled(ready)

    def _height(self) -> None:
        parent = self.parentWidget()
        tall = parent.height() if parent is not None else 700
        self.view.setMinimumHeight(max(theme_of().px(240), tall - theme_of().space(22)))

    def _got(self, source: T) -> None:
        if isValid(self):
            self._source = source
            self._make()

    def _make(self) -> None:
        source, large, wide, draw = self._source, self.large.checked(), self.view.pixels(), self._draw_it
        if source is None:
            return
        self._asked += 1
        asked = self._asked

        def work() -> tuple[bytes, tuple[Page, ...]]:
            pdf = draw(source, large)
            return pdf, draw_pages(pdf, wide)

        def made(done: tuple[bytes, tuple[Page, ...]]) -> None:
            if isValid(self) and asked == self._asked:
                self._pdf = done[0]
                self.view.show_pages(done[1])
                self._ready(True)

        self._context.run_slow(work, made)
