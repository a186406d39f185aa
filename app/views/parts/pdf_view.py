# SPDX-License-Identifier: MPL-2.0
"""A finished paper on the screen: its pages below each other, as sharp as the screen can show them.

`draw_pages` makes the pictures on the work lane (PDFium is not safe in two threads at once); `PdfView` shows them and asks
for sharper ones when there is more room. Must not know what is on the paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app.qt.theme import fill, follow, theme_of
from app.views.parts.bars import slim_bars
from app.views.parts.keyboard import LeadsKeyboard
from app.views.parts.notices import EmptyState
from app.views.parts.side_panel import Scrolling, Sheet
from app.views.parts.words import rounded

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

ZOOMS = (1.0, 1.25, 1.5, 2.0, 3.0)
"""How many times wider than the room for it a page may be shown."""

_A4 = (595.28, 841.89)
_REST_MS = 120  # a window being dragged asks for no pictures before it rests
_PATIENCE_MS = 400  # a wait shorter than this is not worth a word


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size in points, its picture, and what stands on it."""

    width: float
    height: float
    image: QImage
    text: str


def draw_pages(pdf: bytes, pixels: int) -> tuple[Page, ...]:
    """Every page, its picture `pixels` wide. Work lane only."""
    return tuple(_drawn(page, pixels) for page in pages_of(pdf))


def pages_of(pdf: bytes) -> Iterator[PdfPage]:
    """The pages of a PDF, one open at a time. Work lane only."""
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(pdf) as document:
        for page in document:
            yield page
            page.close()


def draw(page: PdfPage, scale: float, rows_above: int = 0, rows_below: int = 0) -> QImage:
    """A page's picture, `scale` dots to a point, without some rows of dots at its top and bottom. Work lane only."""
    above, below = (max(0.0, rows - 0.5) / scale for rows in (rows_above, rows_below))  # PDFium rounds up
    bitmap = page.render(scale=scale, crop=(0, below, 0, above), prefer_bgrx=True)
    shown = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32)
    image = shown.copy()
    bitmap.close()
    return image


def _drawn(page: PdfPage, pixels: int) -> Page:
    width, height = page.get_size()
    words = page.get_textpage()
    text = words.get_text_bounded()
    words.close()
    return Page(width, height, draw(page, (pixels - 0.5) / width), " ".join(text.split()))


class PageSheet(QWidget):
    """A page as a sheet of paper with a soft shadow. Paper is white in the dark as well: it is what is printed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.page: Page | None = None
        self.focused = False

    def show_page(self, page: Page, number: int, of: int) -> None:
        """Show `page`; a screen reader says all that stands on it."""
        self.page = page
        self.setAccessibleName(f"Side {number} af {of}")
        self.setAccessibleDescription(page.text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of()
        painter = QPainter(self)
        edge = PdfView.edge()
        sheet = self.rect().adjusted(edge, edge, -edge, -edge)
        shadow = QColor(theme.color("shadow"))
        for spread, strength in ((edge, 60), (edge / 2, 90), (1, 140)):
            shadow.setAlpha(strength)
            rounded(painter, QRectF(sheet).adjusted(-spread, -spread + 1, spread, spread), shadow, None, 0, 3)
        if self.focused:
            ring = theme.stroke("mark")
            around = QRectF(sheet).adjusted(-ring, -ring, ring, ring)
            rounded(painter, around, None, theme.color("focus"), ring, 3)
        fill(painter, sheet, theme.color("sheet"))
        if self.page is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(sheet, self.page.image)


class PdfView(LeadsKeyboard):
    """The pages of one paper, fitted to the width, scrolled with the keys and the wheel; Ctrl+plus and Ctrl+minus zoom.

    `wanted(pixels)` when pages are wanted that many dots wide: at first, and when there is more or less room.
    `pressed` for the button of a state (an error's way on).
    """

    wanted = Signal(int)
    pressed = Signal()
    appeared = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: tuple[Page, ...] = ()
        self._sheets: list[PageSheet] = []
        self._zoom = 0
        self._asked_for = 0
        self.scrolling = _Scrolling(self._moved, self.zoom_by)
        self.scrolling.setAccessibleName(name)
        self._floor = Sheet("page")
        self._column = QVBoxLayout(self._floor)
        self._column.addStretch(1)
        self.scrolling.setWidget(self._floor)
        self.state = EmptyState("document", "")
        self._stack = QStackedLayout(self)
        blank = QWidget()
        self._standing = _standing(self.state)
        for one in (blank, self.scrolling, self._standing):
            self._stack.addWidget(one)
        self._blank = blank
        self.state.pressed.connect(self.pressed)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._ask)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._say_wait)
        self.keyboard_to(self.scrolling)
        follow(self._restyle)

    # What a screen uses.

    def pixels(self) -> int:
        """How many dots wide a page is shown now."""
        return max(1, round(self._page_width() * self.devicePixelRatioF()))

    def wait(self) -> None:
        """Pages are on their way. What is shown stays until they come; a word of it only if it takes its time."""
        if not self._pages:
            self._stack.setCurrentWidget(self._blank)
            self._patience.start()

    def show_pages(self, pages: Sequence[Page]) -> None:
        """Show these pages where one had scrolled to."""
        self._patience.stop()
        self._pages = tuple(pages)
        for old in self._sheets[len(pages) :]:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        del self._sheets[len(pages) :]
        while len(self._sheets) < len(pages):
            sheet = PageSheet(self._floor)
            self._column.insertWidget(len(self._sheets), sheet, 0, Qt.AlignmentFlag.AlignHCenter)
            self._sheets.append(sheet)
        for number, (sheet, page) in enumerate(zip(self._sheets, pages, strict=True), 1):
            sheet.show_page(page, number, len(pages))
        self.scrolling.setAccessibleDescription("\n".join(page.text for page in pages))
        self._fit()
        self._stack.setCurrentWidget(self.scrolling)

    def show_state(self, icon: str, title: str, text: str = "", action: str = "") -> None:
        """Say a sentence in the pages' place."""
        self._patience.stop()
        self._pages = ()
        self.state.show_state(icon, title, text, action)
        self._stack.setCurrentWidget(self._standing)

    def pages(self) -> tuple[Page, ...]:
        """The pages shown."""
        return self._pages

    def to_top(self) -> None:
        """Scroll to the first page's top."""
        self.scrolling.verticalScrollBar().setValue(0)

    @property
    def zoom(self) -> float:
        """How many times wider than the room for it a page is shown."""
        return ZOOMS[self._zoom]

    def zoom_by(self, steps: int) -> None:
        """Larger (1) or smaller (-1), keeping the middle of what is seen in the middle."""
        wanted = min(len(ZOOMS) - 1, max(0, self._zoom + steps))
        if wanted == self._zoom:
            return
        down, across = self.scrolling.verticalScrollBar(), self.scrolling.horizontalScrollBar()
        tall = max(1, down.maximum() + down.pageStep())
        middle = (down.value() + down.pageStep() / 2) / tall
        self._zoom = wanted
        self._fit()
        tall = down.maximum() + down.pageStep()
        down.setValue(round(middle * tall - down.pageStep() / 2))
        across.setValue((across.minimum() + across.maximum()) // 2)

    # Inside.

    @staticmethod
    def edge() -> int:
        """The room a sheet has around it for its shadow and focus ring."""
        return theme_of().px(5)

    def _page_width(self) -> int:
        theme = theme_of()
        room = self.width() - 2 * theme.width("edge")
        return max(theme.px(160), round(min(room, theme.width("paper")) * self.zoom))

    def _fit(self) -> None:
        """Give each sheet its size, and ask for pictures as wide as that."""
        wide, edge = self._page_width(), self.edge()
        total = 0
        theme = theme_of()
        margins = self._column.contentsMargins()
        for sheet in self._sheets:
            page = sheet.page
            width, height = (page.width, page.height) if page is not None else _A4
            size = QSize(wide + 2 * edge, round(wide * height / width) + 2 * edge)
            sheet.setFixedSize(size)
            total += size.height() + theme.space(1)
        self._floor.setMinimumSize(wide + 2 * edge + margins.left() + margins.right(), total)
        self._column.activate()
        if self._pages and self._pages[0].image.width() != self.pixels():
            self._rest.start()

    def _ask(self) -> None:
        if self.isVisible() and self._pages and self._pages[0].image.width() != self.pixels():
            self.wanted.emit(self.pixels())

    def _say_wait(self) -> None:
        self.state.show_state("hourglass", "Papiret bliver lavet …")
        self._stack.setCurrentWidget(self._standing)

    def _moved(self, focused: bool) -> None:
        for sheet in self._sheets:
            sheet.focused = focused
            sheet.update()

    def _restyle(self) -> None:
        theme = theme_of()
        side = theme.width("edge") - self.edge()
        bar = self.scrolling.verticalScrollBar().sizeHint().width()
        self._column.setContentsMargins(side, theme.px(11), max(0, side - bar), theme.space(2))
        self._column.setSpacing(theme.space(1))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        self.appeared.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:  # moved to a sharper screen
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(theme_of().width("paper"), theme_of().px(500))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of().px(200), theme_of().px(72))


def _standing(state: EmptyState) -> Scrolling:
    """What is said where there are no pages: in little room and large type it is scrolled, never crushed."""
    floor = Sheet("page")
    column = QVBoxLayout(floor)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(state)
    scrolling = Scrolling(floor)
    scrolling.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return scrolling


class _Scrolling(QScrollArea):
    """Scrolls without a frame, tells of its focus, and takes the keys that zoom."""

    def __init__(self, focus_moved: Callable[[bool], object], zoom_by: Callable[[int], object]) -> None:
        super().__init__()
        self._focus_moved = focus_moved
        self._zoom_by = zoom_by
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        slim_bars(self, "page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.matches(QKeySequence.StandardKey.ZoomIn):
            self._zoom_by(1)
        elif event.matches(QKeySequence.StandardKey.ZoomOut):
            self._zoom_by(-1)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar.setValue(bar.minimum() if event.key() == Qt.Key.Key_Home else bar.maximum())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._focus_moved(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._focus_moved(False)
