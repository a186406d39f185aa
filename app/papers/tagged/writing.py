# SPDX-License-Identifier: MPL-2.0
"""The structure, the title and the claims of a document, as PDF objects in ReportLab's file.

Called by `canvas` when a page ends and when the file is saved. Here, and only here, ReportLab is asked for more than it offers:
its catalogue and its pages write the entries they are told of by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObject, PDFString

from app.papers.tagged.structure import Box, Content, Element, Role, Structure, Tag


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says of itself. `language` as in BCP 47; `program` is what made it."""

    title: str
    author: str
    language: str
    program: str = ""
    subject: str = ""


class _Written(PDFObject):
    """An indirect object written as it stands. It has a number before it has words, so that others may point to it."""

    def __init__(self, document: Any) -> None:
        self.words = ""
        number, _ = document.idToObjectNumberAndVersion[document.Reference(self).name]
        self.reference = f"{number} 0 R"

    def format(self, _document: Any) -> bytes:
        return self.words.encode("ascii")


class _Plain(PDFObject):
    """A stream that is not packed, so that whoever looks through files can read it (ISO 19005 asks that of metadata)."""

    __RefOnly__ = 1

    def __init__(self, entries: str, content: bytes) -> None:
        self._entries, self._content = entries, content

    def format(self, _document: Any) -> bytes:
        head = f"<<{self._entries}/Length {len(self._content)}>>\nstream\n"
        return head.encode("ascii") + self._content + b"\nendstream"


def tab_order(document: Any) -> None:
    """Make the page just ended know its place in the tree, and be tabbed through in its order."""
    pages = document.Pages.pages
    page = pages[-1]
    page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
    page.StructParents, page.Tabs = len(pages) - 1, PDFName("S")


def add_structure(document: Any, structure: Structure) -> None:
    """Write the tree, and the way from each page's marked content back to its element (ISO 32000-1 § 14.7)."""
    root = _Written(document)
    elements = list(structure.root.walk())
    written = {element: _Written(document) for element in elements}
    pages = [document.Reference(page).format(document).decode() for page in document.Pages.pages]
    notes: list[str] = []
    for element in elements:
        words = [f"<</Type/StructElem/S/{element.tag.role}"]
        words.append(f"/P {(written[element.parent] if element.parent else root).reference}")
        words += _kids(element, written, pages)
        words += _attributes(element.tag, structure.boxes.get(element.tag))
        if element.tag.role is Role.NOTE:  # a note is found by a name of its own (ISO 14289-1 § 7.9)
            name = f"(note-{len(notes):04})"
            words.append(f"/ID {name}")
            notes.append(f"{name} {written[element].reference}")
        words.append(">>")
        written[element].words = "".join(words)
    owners = (" ".join(written[element].reference for element in page) for page in structure.pages)
    numbers = " ".join(f"{i} [{page}]" for i, page in enumerate(owners))
    names = f"/IDTree<</Names[{' '.join(notes)}]>>" if notes else ""
    root.words = (
        f"<</Type/StructTreeRoot/K {written[structure.root].reference}"
        f"/ParentTree<</Nums[{numbers}]>>/ParentTreeNextKey {len(pages)}{names}>>"
    )
    document.Catalog.StructTreeRoot = root
    document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})


def _kids(element: Element, written: dict[Element, _Written], pages: list[str]) -> Iterable[str]:
    own = next((kid.page for kid in element.kids if isinstance(kid, Content)), None)
    if own is not None:
        yield f"/Pg {pages[own]}"
    yield "/K["
    for kid in element.kids:
        if isinstance(kid, Element):
            yield f"{written[kid].reference} "
        elif kid.page == own:
            yield f"{kid.number} "
        else:
            yield f"<</Type/MCR/Pg {pages[kid.page]}/MCID {kid.number}>>"
    yield "]"


def _attributes(tag: Tag, box: Box | None) -> Iterable[str]:
    if tag.alt:
        yield f"/Alt {_text(tag.alt)}"
    if tag.scope:
        yield f"/A<</O/Table/Scope/{tag.scope}>>"
    if tag.numbering:
        yield f"/A<</O/List/ListNumbering/{tag.numbering}>>"
    if box:
        yield f"/A<</O/Layout/Placement/Block/BBox[{' '.join(f'{edge:.2f}' for edge in box)}]>>"


def _text(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex()}>"


def add_facts(document: Any, facts: Facts, colours: bytes) -> None:
    """Title, author and language, in the file's own list and as XMP, which says PDF/UA-1; and what RGB means."""
    document.setTitle(facts.title)
    document.setAuthor(facts.author)
    document.setCreator(facts.program)
    document.setSubject(facts.subject)
    made = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*document._timeStamp.YMDhms)
    words = {
        "title": escape(facts.title),
        "author": escape(facts.author),
        "subject": escape(facts.subject),
        "language": escape(facts.language),
        "program": escape(facts.program),
        "producer": escape(str(document.info.producer)),
        "made": made,
    }
    document.Catalog.Metadata = _Plain("/Type/Metadata/Subtype/XML", _XMP.format(**words).encode())
    if colours:
        catalogue = document.Catalog
        catalogue.__NoDefault__ = [*catalogue.__NoDefault__, "OutputIntents"]
        intent = {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString("sRGB IEC61966-2.1"),
            "Info": PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": document.Reference(_Plain("/N 3", colours)),
        }
        catalogue.OutputIntents = PDFArray([PDFDictionary(intent)])


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{program}</xmp:CreatorTool>
<xmp:CreateDate>{made}</xmp:CreateDate>
<xmp:ModifyDate>{made}</xmp:ModifyDate>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
"""
