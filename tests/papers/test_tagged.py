# SPDX-License-Identifier: MPL-2.0
"""The tagging layer by itself, with ReportLab alone above it; and that the checkers do find what is wrong."""

from __future__ import annotations

import io
from collections.abc import Callable
from xml.etree import ElementTree

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.papers import fonts
from app.papers.fonts import Face
from app.papers.tagged import Artifact, Facts, Role, Tag, TaggedCanvas
from tests.papers.aloud import Heard, read_aloud
from tests.papers.checks import assert_no_heading_alone, assert_sound, assert_whole, findings

FACTS = Facts("Prøve <1> & 2", "Rundbord", "da", program="prøven", subject="En prøve")
Draw = Callable[[TaggedCanvas], None]
XMP = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "ua": "http://www.aiim.org/pdfua/ns/id/",
}


def document(draw: Draw, *, colours: bytes = b"") -> bytes:
    out = io.BytesIO()
    canvas = TaggedCanvas(out, FACTS, font=fonts.font_name(Face.REGULAR), pagesize=A4, colours=colours)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def picture(paper: bytes) -> Image.Image:
    opened = pdfium.PdfDocument(paper)
    try:
        return opened[0].render(scale=1).to_pil().convert("L")
    finally:
        opened.close()


def say(canvas: TaggedCanvas, tag: Tag | Artifact, text: str, y: float = 700) -> None:
    with canvas.marked(tag, top=y + 12):
        canvas.setFont(fonts.font_name(Face.REGULAR), 12)
        canvas.drawString(60, y, text)


def title(canvas: TaggedCanvas) -> None:
    say(canvas, Tag(Role.H1, title="Prøve"), "Prøve ", 760)


def lines(draw: Draw) -> list[str]:
    return read_aloud(document(lambda canvas: (title(canvas), draw(canvas))[1])).lines[1:]


def test_the_simplest_document_passes_every_check() -> None:
    def draw(canvas: TaggedCanvas) -> None:
        title(canvas)
        canvas.line(60, 750, 500, 750)
        say(canvas, Tag(Role.PARAGRAPH), "Et afsnit, der siger noget.")

    assert_sound(document(draw), warned=True)


def test_what_is_under_no_tag_is_decoration() -> None:
    def draw(canvas: TaggedCanvas) -> None:
        canvas.rect(60, 780, 20, 20, fill=1)
        title(canvas)
        canvas.rect(60, 740, 20, 20, fill=1)
        canvas.setFont(fonts.font_name(Face.REGULAR), 8)
        canvas.drawString(60, 60, "pynt")

    reading = read_aloud(document(draw))
    assert reading.pages[0].unmarked == []
    assert reading.pages[0].artifacts.split() == ["pynt"]
    assert "pynt" not in reading.said


def test_an_element_goes_on_over_pages_and_interruptions() -> None:
    paragraph = Tag(Role.PARAGRAPH)

    def draw(canvas: TaggedCanvas) -> None:
        say(canvas, paragraph, "Et langt ")
        say(canvas, Artifact.FOOTER, "side 1", 60)
        canvas.showPage()
        say(canvas, paragraph, "afsnit ")
        with canvas.marked(paragraph):
            canvas.drawString(60, 600, "af ")
            canvas.showPage()
            canvas.setFont(fonts.font_name(Face.REGULAR), 12)
            canvas.drawString(60, 700, "tre sider.")

    assert lines(draw) == ["P: Et langt afsnit af tre sider."]


def test_an_element_within_an_element_takes_its_place_in_it() -> None:
    def draw(canvas: TaggedCanvas) -> None:
        listed = Tag(Role.LIST)
        for i, text in enumerate(("et", "to")):
            item = Tag(Role.ITEM, listed)
            say(canvas, Tag(Role.LABEL, item), f"{i + 1}. ", 700 - 20 * i)
            say(canvas, Tag(Role.BODY, item), text, 700 - 20 * i)
        outer = Tag(Role.PARAGRAPH)
        with canvas.marked(outer):
            canvas.drawString(60, 600, "før ")
            say(canvas, Tag(Role.SPAN, outer), "midt i ", 600)
            canvas.drawString(60, 580, "efter")

    assert lines(draw) == ["Lbl: 1.", "LBody: et", "Lbl: 2.", "LBody: to", "P: før efter", "Span: midt i"]
    reading = read_aloud(document(draw))
    (whole,) = (one for one in reading.elements if one.role == "P")
    assert [part if isinstance(part, str) else part.text for part in whole.parts] == ["før ", "midt i ", "efter"]


def test_words_in_a_row_under_one_tag_are_one_piece() -> None:
    tag = Tag(Role.PARAGRAPH)

    def draw(canvas: TaggedCanvas) -> None:
        for i in range(5):
            say(canvas, tag, f"linje {i} ", 700 - 20 * i)

    assert len(read_aloud(document(draw)).elements[-1].marks) == 1


def test_a_tag_under_which_nothing_is_drawn_leaves_nothing() -> None:
    def draw(canvas: TaggedCanvas) -> None:
        with canvas.marked(Tag(Role.BODY, Tag(Role.ITEM, Tag(Role.LIST)))):
            pass
        say(canvas, Tag(Role.PARAGRAPH), "alene")

    reading = read_aloud(document(draw))
    assert [one.role for one in reading.elements] == ["Document", "P"]


def test_a_place_is_kept_for_what_stays_empty() -> None:
    def draw(canvas: TaggedCanvas) -> None:
        row = Tag(Role.ROW, Tag(Role.TABLE))
        empty, full = Tag(Role.CELL, row), Tag(Role.CELL, row)
        canvas.place(empty)
        say(canvas, full, "fuld")

    (row,) = (one for one in read_aloud(document(draw)).elements if one.role == "TR")
    assert [cell.text for cell in row.parts if isinstance(cell, Heard)] == ["", "fuld"]


def test_bookmarks_follow_the_headings_and_lead_to_them() -> None:
    def draw(canvas: TaggedCanvas) -> None:
        title(canvas)
        say(canvas, Tag(Role.H2, title="Første del 😀"), "Første del", 700)
        canvas.showPage()
        say(canvas, Tag(Role.H3, title="En del af den"), "En del af den", 650)
        say(canvas, Tag(Role.H2, title="Anden del"), "Anden del", 600)

    pdf = document(draw)
    assert read_aloud(pdf).bookmarks == ["Prøve", "  Første del 😀", "    En del af den", "  Anden del"]
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_outline() as outline:
        last = outline.root[0].children[1].destination
        assert last[0].objgen == opened.pages[1].obj.objgen
        assert (str(last[1]), float(last[3])) == ("/XYZ", 612)


def test_the_file_says_what_it_is() -> None:
    with pikepdf.open(io.BytesIO(document(title, colours=b"profil"))) as opened:
        root = opened.Root
        assert str(root.Lang) == "da"
        assert root.MarkInfo.Marked is True or str(root.MarkInfo.Marked) == "true"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert root.OutputIntents[0].DestOutputProfile.read_bytes() == b"profil"
        assert str(opened.docinfo["/Title"]) == FACTS.title
        assert "/Filter" not in root.Metadata
        told = ElementTree.fromstring(root.Metadata.read_bytes().decode().strip().removeprefix("\ufeff"))
        said = {
            name: told.find(f".//{path}", XMP) for name, path in (("title", "dc:title//rdf:li"), ("part", "ua:part"))
        }
        assert {name: one.text for name, one in said.items() if one is not None} == {"title": FACTS.title, "part": "1"}


def test_the_same_drawing_gives_the_same_bytes() -> None:
    assert document(title) == document(title)


# ── the checkers find what is wrong ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("filled", [True, False])
def test_a_rounded_box_is_drawn_as_by_reportlab_itself(filled: bool) -> None:
    box = (100.3, 600.7, 220.0, 70.5, 18.0)
    own = picture(document(lambda canvas: canvas.rounded(*box, filled=filled)))
    reportlabs = picture(document(lambda canvas: canvas.roundRect(*box, stroke=not filled, fill=filled)))
    assert own.getextrema()[0] < 160  # something is drawn
    assert ImageChops.difference(own, reportlabs).getextrema()[1] < 64  # of 255: the edge of a letter's width, no more


def test_an_untagged_document_is_found_out() -> None:
    out = io.BytesIO()
    plain = Canvas(out)
    plain.drawString(60, 700, "Helvetica, og ingen ved, hvad det er")
    plain.save()
    found = " ".join(findings(out.getvalue()))
    for rule in ("DOC-001", "DOC-002", "DOC-013", "TXT-001", "UA-01-005"):
        assert rule in found


@pytest.mark.parametrize(
    ("tag", "rule"),
    [
        (Tag(Role.FIGURE), "FIG-001"),
        (Tag(Role.FIGURE), "UA-13-004"),
        (Tag(Role.H3, title="Dyb"), "HDG-001"),
        (Tag(Role.CELL, Tag(Role.ROW, Tag(Role.TABLE))), "UA-15-003"),
        (Tag(Role.HEADER), "TBL-003"),
        (Tag(Role.ITEM), "LST-001"),
    ],
)
def test_a_wrong_tag_is_found_out(tag: Tag, rule: str) -> None:
    def draw(canvas: TaggedCanvas) -> None:
        title(canvas)
        say(canvas, tag, "noget")

    assert any(rule in one for one in findings(document(draw)))


def test_words_that_are_nowhere_but_in_an_artifact_are_found_out() -> None:
    def draw(canvas: TaggedCanvas) -> None:
        title(canvas)
        say(canvas, Tag(Role.PARAGRAPH), "Et afsnit, der høres.")
        say(canvas, Artifact.HEADER, "Et afsnit, som ingen hører.", 650)

    pdf = document(draw)
    with pytest.raises(AssertionError, match="said nowhere: .*ingen"):
        assert_whole(pdf, read_aloud(pdf))


def test_a_heading_alone_at_the_foot_is_found_out() -> None:
    def draw(canvas: TaggedCanvas) -> None:
        title(canvas)
        say(canvas, Tag(Role.H2, title="Først"), "Først", 730)
        say(canvas, Tag(Role.PARAGRAPH), "Noget.", 700)
        say(canvas, Tag(Role.H2, title="Alene"), "Alene", 60)
        canvas.line(60, 50, 500, 50)
        canvas.showPage()
        say(canvas, Tag(Role.PARAGRAPH), "Det, der hører til.")

    with pytest.raises(AssertionError, match="'Alene' alone at the foot of page 1"):
        assert_no_heading_alone(read_aloud(document(draw)))


def test_a_heading_of_several_parts_does_not_fell_the_checker() -> None:
    def draw(canvas: TaggedCanvas) -> None:
        heading = Tag(Role.H1, title="Prøve")
        say(canvas, heading, "Prøve ")
        say(canvas, Tag(Role.REFERENCE, heading), "¹")

    assert [one for one in findings(document(draw)) if "pdfua" in one] == []
