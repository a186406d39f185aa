# SPDX-License-Identifier: MPL-2.0
"""What the words on the pages are, as a tree. Pure: no drawing and no PDF here.

`Tag` is said by whoever draws; `Structure` is kept by the canvas, one for each document. The tree follows the pen: an element
takes its place when something is first drawn under its tag, and what is drawn under the same tag later, on whatever page, is
more of the same element.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What an element is: the standard structure types of PDF 1.7 (ISO 32000-1 § 14.8.4) that papers need."""

    DOCUMENT = "Document"
    SECTION = "Sect"
    H1 = "H1"
    H2 = "H2"
    H3 = "H3"
    H4 = "H4"
    PARAGRAPH = "P"
    SPAN = "Span"
    QUOTE = "BlockQuote"
    LIST = "L"
    ITEM = "LI"
    LABEL = "Lbl"
    BODY = "LBody"
    TABLE = "Table"
    TABLE_HEAD = "THead"
    TABLE_BODY = "TBody"
    ROW = "TR"
    HEADER = "TH"
    CELL = "TD"
    FIGURE = "Figure"
    NOTE = "Note"
    REFERENCE = "Reference"

    @property
    def level(self) -> int:
        """1 to 4 for a heading, 0 for what is none."""
        return int(self.value[1]) if self.value[0] == "H" else 0

    @classmethod
    def heading(cls, level: int) -> Role:
        """The heading of a level, 1 to 4."""
        return cls(f"H{level}")


class Scope(StrEnum):
    """What a header cell heads."""

    COLUMN = "Column"
    ROW = "Row"


class Numbering(StrEnum):
    """How the labels of a list's items count."""

    DECIMAL = "Decimal"


@dataclass(frozen=True, slots=True, eq=False)
class Tag:
    """One element of the document, said before it is drawn. Two tags that look alike are two elements.

    `inside` is the tag it lies in, the document itself when None. `title` is a heading's own text, for the bookmarks. `alt` is
    read instead of a figure.
    """

    role: Role
    inside: Tag | None = None
    title: str = ""
    alt: str = ""
    scope: Scope | None = None
    numbering: Numbering | None = None


Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the page's lower left corner."""


class Content(NamedTuple):
    """A piece of marked content: its page, from 0, and its number on that page."""

    page: int
    number: int


@dataclass(slots=True, eq=False)
class Element:
    """A tag that has been drawn under: what it holds, in reading order."""

    tag: Tag
    parent: Element | None
    kids: list[Element | Content] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()


class Structure:
    """The tree of one document, grown as it is drawn."""

    def __init__(self) -> None:
        self.root = Element(Tag(Role.DOCUMENT), None)
        self.pages: list[list[Element]] = [[]]  # by page, whose each piece of marked content is
        self.boxes: dict[Tag, Box] = {}  # where a figure lies on its page
        self._elements: dict[Tag, Element] = {}
        self._placed: set[Tag] = set()

    def mark(self, tag: Tag) -> tuple[Content, bool]:
        """A new piece of content under a tag, on the page that is being drawn; and whether it is the tag's first."""
        element = self._element(tag)
        first = not element.kids
        page = self.pages[-1]
        content = Content(len(self.pages) - 1, len(page))
        page.append(element)
        element.kids.append(content)
        return content, first

    def unmark(self) -> None:
        """Take back the last piece of content, under which nothing was drawn; and elements that were made for it alone."""
        element: Element | None = self.pages[-1].pop()
        if element:
            element.kids.pop()
        while element and not element.kids and element.parent and element.tag not in self._placed:
            element.parent.kids.remove(element)
            del self._elements[element.tag]
            element = element.parent

    def place(self, tag: Tag) -> None:
        """Give an element its place, to be kept though it stays empty."""
        self._element(tag)
        self._placed.add(tag)

    def turn_page(self) -> None:
        """What is marked from now on is on the next page."""
        self.pages.append([])

    def _element(self, tag: Tag) -> Element:
        element = self._elements.get(tag)
        if element is None:
            parent = self._element(tag.inside) if tag.inside else self.root
            element = self._elements[tag] = Element(tag, parent)
            parent.kids.append(element)
        return element
