# SPDX-License-Identifier: MPL-2.0
"""A small reader of tagged PDF: what a reader aloud hears, in the order it is heard. Knows nothing of the program.

Written from ISO 32000-1 §§ 9.10.3 and 14.6 to 14.9, and apart from the code that writes the tags, so that one may catch the
other.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

_HEX = re.compile(r"<([0-9A-Fa-f]+)>")
_CHARS = re.compile(r"beginbfchar(.*?)endbfchar", re.S)
_RANGES = re.compile(r"beginbfrange(.*?)endbfrange", re.S)
_TEXT = {"Tj", "TJ", "'", '"'}
_SHAPES = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do"}

Mark = tuple[int, int]
"""A piece of marked content: its page, from 0, and its number there."""


@dataclass
class Heard:
    """An element as it is heard. `own` is what is drawn under it alone; `kids` and `own` mix in `parts`, in order."""

    role: str
    alt: str = ""
    marks: list[Mark] = field(default_factory=list)
    parts: list[str | Heard] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that is said under it, as it was drawn."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def walk(self) -> Iterator[Heard]:
        """It and all below it, in reading order."""
        yield self
        for part in self.parts:
            if isinstance(part, Heard):
                yield from part.walk()

    def lines(self) -> Iterator[str]:
        """One line for each element that has words of its own: its role and the words; of a figure, what is said instead."""
        if self.alt:
            yield f"{self.role}: {self.alt}"
            return
        own = "".join(part for part in self.parts if isinstance(part, str))
        if own.strip():
            yield f"{self.role}: {' '.join(own.split())}"
        for part in self.parts:
            if isinstance(part, Heard):
                yield from part.lines()


@dataclass
class Page:
    """What is drawn on a page: under each mark, and as decoration."""

    marks: dict[int, str] = field(default_factory=dict)
    artifacts: str = ""
    unmarked: list[str] = field(default_factory=list)  # painting that is neither
    shapes: list[int] = field(default_factory=list)  # for each line and box drawn, how many marks were begun before it


@dataclass
class Reading:
    """A document as it is heard and as it lies."""

    root: Heard
    pages: list[Page]
    bookmarks: list[str]

    @property
    def elements(self) -> list[Heard]:
        """Every element in reading order."""
        return list(self.root.walk())

    @property
    def lines(self) -> list[str]:
        """The document as it is read aloud."""
        return list(self.root.lines())

    @property
    def said(self) -> str:
        """All its words, space alike, figures by what is drawn in them."""
        apart = ("".join(part for part in one.parts if isinstance(part, str)) for one in self.elements)
        return " ".join(" ".join(apart).split())


def read_aloud(pdf: bytes) -> Reading:
    """Read a tagged PDF through its structure tree. An AssertionError tells where the tree does not hold."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = [_page(page) for page in document.pages]
        tree = document.Root.StructTreeRoot
        places = {page.obj.objgen: i for i, page in enumerate(document.pages)}
        root = _element(tree.K, None, places, pages)
        _check_parents(document, tree)
        heard = [mark for one in root.walk() for mark in one.marks]
        drawn = [(i, number) for i, page in enumerate(pages) for number in page.marks]
        assert sorted(heard) == sorted(drawn), "a piece of content is in no element, or in two"
        with document.open_outline() as outline:
            bookmarks = [f"{'  ' * depth}{item.title}" for depth, item in _outline(outline.root, 0)]
    return Reading(root, pages, bookmarks)


def _outline(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[tuple[int, pikepdf.OutlineItem]]:
    for item in items:
        yield depth, item
        yield from _outline(item.children, depth + 1)


def _element(node: pikepdf.Object, page: int | None, places: dict[tuple[int, int], int], pages: list[Page]) -> Heard:
    if "/Pg" in node:
        page = places[node.Pg.objgen]
    heard = Heard(str(node.S)[1:], str(node.get("/Alt", "")))
    if "/A" in node:
        heard.attributes = {str(key)[1:]: str(value).lstrip("/") for key, value in node.A.items()}
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") != "/MCR":
            assert kid.P.objgen == node.objgen, "an element does not know its parent"
            heard.parts.append(_element(kid, page, places, pages))
            continue
        at = places[kid.Pg.objgen] if isinstance(kid, pikepdf.Dictionary) else page
        number = int(kid.MCID if isinstance(kid, pikepdf.Dictionary) else kid)
        assert at is not None, "content on no page"
        heard.marks.append((at, number))
        heard.parts.append(pages[at].marks[number])
    return heard


def _check_parents(document: pikepdf.Pdf, tree: pikepdf.Object) -> None:
    """The way back: from a page's marks to the elements that hold them."""
    numbers = list(tree.ParentTree.Nums)
    owners = {int(key): value for key, value in zip(numbers[::2], numbers[1::2], strict=True)}
    for page in document.pages:
        assert str(page.Tabs) == "/S"
        for number, element in enumerate(owners[int(page.StructParents)]):
            kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
            own = [k for k in kids if not isinstance(k, pikepdf.Dictionary) and element.Pg.objgen == page.obj.objgen]
            others = [k.MCID for k in kids if isinstance(k, pikepdf.Dictionary) and k.get("/Type") == "/MCR"]
            assert number in [int(k) for k in (*own, *others)]


def _page(page: pikepdf.Page) -> Page:
    found = Page()
    fonts = {name: _letters(font) for name, font in page.Resources.Font.items()}
    letters: dict[int, str] = {}
    open_marks: list[int | None] = []  # None: an artifact
    for step in pikepdf.parse_content_stream(page):
        operator, operands = str(step.operator), list(step.operands)
        if operator in ("BDC", "BMC"):
            number = operands[1].get("/MCID") if len(operands) > 1 else None
            assert (number is None) == (str(operands[0]) == "/Artifact"), "a mark that is neither content nor artifact"
            assert not open_marks, "content within content"
            open_marks.append(None if number is None else int(number))
            if number is not None:
                assert int(number) not in found.marks, "one mark twice on a page"
                found.marks[int(number)] = ""
        elif operator == "EMC" and open_marks.pop() is None:
            found.artifacts += " "
        elif operator == "Tf":
            letters = fonts[str(operands[0])]
        if operator in _TEXT | _SHAPES and not open_marks:
            found.unmarked.append(operator)
        if operator in _SHAPES:
            found.shapes.append(len(found.marks))
        if operator in _TEXT and open_marks:
            texts = operands[0] if operator == "TJ" else [operands[-1]]
            text = "".join(letters[code] for part in texts if isinstance(part, pikepdf.String) for code in bytes(part))
            if open_marks[-1] is None:
                found.artifacts += text
            else:
                found.marks[open_marks[-1]] += text
    assert not open_marks, "content that does not end on its page"
    return found


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """The font's way from code to text. Only the simple fonts, of one byte a letter, that papers are set in."""
    table = font.ToUnicode.read_bytes().decode("ascii")
    found: dict[int, str] = {}
    for block in _CHARS.findall(table):
        codes = _HEX.findall(block)
        found |= {int(code, 16): _utf16(text) for code, text in zip(codes[::2], codes[1::2], strict=True)}
    for block in _RANGES.findall(table):
        codes = _HEX.findall(block)
        for low, high, first in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
            for i, code in enumerate(range(int(low, 16), int(high, 16) + 1)):
                found[code] = chr(int(first, 16) + i)
    return found


def _utf16(code: str) -> str:
    return bytes.fromhex(code).decode("utf-16-be")
