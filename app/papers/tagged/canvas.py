# SPDX-License-Identifier: MPL-2.0
"""A ReportLab canvas that says what it draws.

Called by whoever draws. What is drawn within `marked(tag)` belongs to that element; all else is decoration, an artifact, by
itself, so that nothing on a page is neither. Must not know what is drawn. Form XObjects are not tagged: draw on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import IO, Any, NamedTuple

from reportlab.pdfgen.canvas import Canvas

from app.papers.tagged.fonts import EmbeddedFont
from app.papers.tagged.structure import Box, Structure, Tag
from app.papers.tagged.writing import Facts, add_facts, add_structure, tab_order


class Artifact(Enum):
    """What is on the page and not in the document: decoration, and what every page repeats."""

    LAYOUT = "/Artifact BMC"
    HEADER = "/Artifact <</Type/Pagination/Subtype/Header>> BDC"
    FOOTER = "/Artifact <</Type/Pagination/Subtype/Footer>> BDC"


class Run(NamedTuple):
    """Text in one font. `ink` is the operator that sets the colour: "0 g" is black."""

    font: EmbeddedFont
    size: float
    ink: str
    text: str


_END = "EMC"
_ESCAPED = {code: f"\\{code:03o}" for code in (*range(32), *map(ord, "()\\"), *range(127, 256))}
_BEND = 0.4477  # of a radius: how far from the corner a curve must be drawn to, to be a quarter of a circle
_NOT_YET, _LONG_AGO = -1, 0


class TaggedCanvas(Canvas):
    """As ReportLab's canvas, for one document with a structure.

    `font` is a registered, embedded font: without one ReportLab names a Helvetica that is not in the file. `colours` is an ICC
    profile of what RGB means, for archives (PDF/A asks for it; nothing here claims PDF/A).
    """

    _code: list[str]
    _doc: Any

    def __init__(
        self, out: IO[bytes], facts: Facts, *, font: str, pagesize: tuple[float, float], colours: bytes = b""
    ) -> None:
        super().__init__(
            out,
            pagesize=pagesize,
            invariant=1,
            pageCompression=1,
            pdfVersion=(1, 7),
            initialFontName=font,  # type: ignore[arg-type] # a name, whatever the stubs say
            lang=facts.language,
        )
        self.setViewerPreference("DisplayDocTitle", "true")
        self._facts, self._colours = facts, colours
        self._structure = Structure()
        self._under: list[Tag | Artifact] = [Artifact.LAYOUT]
        self._open: Tag | Artifact = Artifact.LAYOUT
        self._opened_at = _NOT_YET  # the length of the page's code when the sequence now open was opened
        self._closed: tuple[int, Tag | Artifact] | None = None
        self._bookmarks, self._level = 0, -1

    @contextmanager
    def marked(self, tag: Tag | Artifact, *, top: float | None = None, box: Box | None = None) -> Iterator[None]:
        """What is drawn within is more of that element. `top` is where a heading's bookmark leads; `box` where a figure lies."""
        self._turn_to(tag, top)
        if box and isinstance(tag, Tag):
            self._structure.boxes[tag] = box
        self._under.append(tag)
        try:
            yield
        finally:
            self._under.pop()
            self._turn_to(self._under[-1], None)

    def place(self, tag: Tag) -> None:
        """The element has its place here, though nothing may come to be drawn under it: an empty cell is a cell."""
        self._structure.place(tag)

    def write(self, x: float, y: float, runs: Iterable[Run]) -> None:
        """Write along a line from `x`; `y` is where the letters stand. Leaner than a text object."""
        words = [f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm"]
        for font, size, ink, text in runs:
            for part, codes in font.splitString(text, self._doc):
                name = font.getSubsetInternalName(part, self._doc)
                words.append(f"{ink} {name} {size:g} Tf ({codes.decode('latin-1').translate(_ESCAPED)}) Tj")
        words.append("ET")
        self._code.append(" ".join(words))

    def rounded(self, x: float, y: float, width: float, height: float, radius: float, *, filled: bool) -> None:
        """A rectangle with round corners, filled or drawn along its edge. Leaner than `roundRect`: a scale has ten of them."""
        right, top, bend = x + width, y + height, _BEND * radius
        self._code.append(
            f"n {x + radius:.2f} {y:.2f} m {right - radius:.2f} {y:.2f} l"
            f" {right - bend:.2f} {y:.2f} {right:.2f} {y + bend:.2f} {right:.2f} {y + radius:.2f} c"
            f" {right:.2f} {top - radius:.2f} l"
            f" {right:.2f} {top - bend:.2f} {right - bend:.2f} {top:.2f} {right - radius:.2f} {top:.2f} c"
            f" {x + radius:.2f} {top:.2f} l"
            f" {x + bend:.2f} {top:.2f} {x:.2f} {top - bend:.2f} {x:.2f} {top - radius:.2f} c"
            f" {x:.2f} {y + radius:.2f} l"
            f" {x:.2f} {y + bend:.2f} {x + bend:.2f} {y:.2f} {x + radius:.2f} {y:.2f} c h {'f' if filled else 'S'}"
        )

    def showPage(self) -> None:
        """As ReportLab's; the element being drawn goes on, on the next page."""
        self._close()
        self._structure.turn_page()
        self._open, self._opened_at, self._closed = Artifact.LAYOUT, _NOT_YET, None
        super().showPage()
        tab_order(self._doc)
        if len(self._under) > 1:
            self._turn_to(self._under[-1], None)

    def save(self) -> None:
        """As ReportLab's, with all that makes the file readable aloud."""
        if self._code:
            self.showPage()
        self._structure.pages.pop()  # begun after the last page, and never drawn on
        add_facts(self._doc, self._facts, self._colours)
        add_structure(self._doc, self._structure)
        super().save()

    def _turn_to(self, tag: Tag | Artifact, top: float | None) -> None:
        self._close()
        self._open = tag
        code = self._code
        if self._closed == (len(code), tag):  # more of what was drawn last
            code.pop()
            self._opened_at = _LONG_AGO
            return
        if isinstance(tag, Tag):
            content, first = self._structure.mark(tag)
            code.append(f"/{tag.role} <</MCID {content.number}>> BDC")
            if first and tag.title:
                self._bookmark(tag, top)
        else:
            code.append(tag.value)
        self._opened_at = len(code)

    def _close(self) -> None:
        """End the sequence that is open, or take it back when nothing was drawn in it."""
        code = self._code
        if self._opened_at == _NOT_YET:
            if not code:
                return
            code.insert(0, Artifact.LAYOUT.value)
        elif self._opened_at == len(code):
            code.pop()
            if isinstance(self._open, Tag):
                self._structure.unmark()
            return
        code.append(_END)
        self._closed = (len(code), self._open)

    def _bookmark(self, tag: Tag, top: float | None) -> None:
        self._bookmarks += 1
        self._level = level = min(max(tag.role.level - 1, 0), self._level + 1)
        key = f"bookmark-{self._bookmarks}"
        self.bookmarkPage(key, fit="XYZ", left=0, top=top)
        self.addOutlineEntry(tag.title, key, level)
