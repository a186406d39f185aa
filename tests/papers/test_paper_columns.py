# SPDX-License-Identifier: MPL-2.0
"""Columns that line up and have the room they need, and parts of a form that stay in one piece."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from app.models.casefile import CaseFile
from app.models.kinds import Municipality
from app.papers.blocks import BODY, Row, Rows
from app.papers.citizen_contents import contacts_content, sheet_content
from app.papers.kinds import PaperKind
from app.papers.meeting_sheet import render_sheet
from tests.papers.every_paper import STAFF, TODAY, pdf_of

Build = Callable[..., CaseFile]
Read = Callable[[bytes], list[str]]


def left_of(pdf: bytes, words: str) -> float:
    """How far from the edge of the paper the first of these words stands."""
    with pdfium.PdfDocument(io.BytesIO(pdf)) as document:
        for page in document:
            text = page.get_textpage()
            found = text.search(words).get_next()
            if found is not None:
                return float(text.get_charbox(found[0])[0])
    raise AssertionError(f"{words} is not on the paper")


@pytest.mark.parametrize("day", ["senest 20. december", "senest onsdag den 2. december"])
def test_a_day_at_the_right_stands_on_one_line(day: str) -> None:
    (strip,) = Rows([Row("Vagn", "Ringer til Magnus", day)]).strips(493)
    assert strip.height == BODY.leading


def test_what_stands_at_the_right_leaves_the_rest_of_the_line_to_the_words() -> None:
    words = "Ringer til Magnus hver aften og hører, hvordan det går"
    (strip,) = Rows([Row("Vagn", words, "senest 2. maj")]).strips(493)
    assert strip.height == BODY.leading


def test_the_meeting_note_is_two_columns_all_the_way_down(case: Build, sign: Build, municipality: Municipality) -> None:
    note = pdf_of(PaperKind.NOTE, sign(case(1), paragraphs=["82b"]), municipality)
    in_each_part = ("050490", "Kan køre med bus", "Serviceloven", "Finder sit buskort", "14. januar")
    lefts = [left_of(note, words) for words in in_each_part]
    assert max(lefts) - min(lefts) < 2  # letters have a little air of their own before them


def test_large_print_parts_no_question_from_its_heading_on_the_meeting_sheet(
    case: Build, municipality: Municipality, read: Read
) -> None:
    pages = read(render_sheet(sheet_content(case(1), municipality, STAFF), large=True))
    answer = next(page for page in pages if "Svar før du går" in page)
    assert "Er du i målgruppen" in answer
    assert "Oplysninger, svaret bygger på" in answer
    assert "Nu sker der dette" in pages[-1]  # and no leaf is turned for the last few lines
    assert "Til og med" in pages[-1]  # on one line: there is room for a day by hand below it


def test_who_has_no_vejleder_is_not_told_of_one(case: Build, municipality: Municipality) -> None:
    file = case(1)
    alone = replace(file, participants=(), case=replace(file.case, vejleder=""))
    assert "vejleder" in contacts_content(file, municipality, TODAY, STAFF).topics[0].about
    about = contacts_content(alone, municipality, TODAY, STAFF).topics[0].about
    assert about == "Når du er forhindret"
