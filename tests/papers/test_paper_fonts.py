# SPDX-License-Identifier: MPL-2.0
"""Text on paper: no letter without a shape, no line too wide, nothing lost."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.kinds import Municipality
from app.papers import fonts
from app.papers.answer_contents import plan_content
from app.papers.fonts import NO_SUCH_LETTER, Face
from app.papers.layout import Span, Style, one_line, set_balanced, set_lines
from app.papers.undrawn import undrawn

PLEX = (Face.LIGHT, Face.REGULAR, Face.MEDIUM, Face.BOLD)
STYLE = Style()


@pytest.mark.parametrize("face", PLEX)
def test_every_weight_has_the_same_letters(face: Face) -> None:
    assert fonts.letters(face) == fonts.letters(Face.REGULAR)


@given(st.text(st.characters(exclude_categories=())))
def test_every_sign_that_is_set_has_a_shape(text: str) -> None:
    for letter in fonts.clean(text):
        assert letter == "\n" or ord(letter) in fonts.letters(Face.REGULAR) | fonts.letters(Face.EMOJI)


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("Åse Ødegård-Æbelø", "Åse Ødegård-Æbelø"),
        ("A\u030ase", "Åse"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("første\r\nanden\u2028tredje", "første\nanden\ntredje"),
        ("tab\tog\u2009tyndt\u202frum", "tab og tyndt rum"),
        ("bind\u2011estreg", "bind-estreg"),
        ("𝓗ej", "Hej"),
        ("👍🏽❤\ufe0f", "👍❤"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("so\u00adci\u200bal\ufeff", "social"),
        ("\x00\x07ren", "ren"),
        ("فارسی", NO_SUCH_LETTER * 5),
        ("漢", NO_SUCH_LETTER),
        ("\ud800", NO_SUCH_LETTER),
    ],
)
def test_text_is_set_as_it_was_meant(typed: str, set_as: str) -> None:
    assert fonts.clean(typed) == set_as


def test_emoji_come_from_their_own_face() -> None:
    assert fonts.runs("Hej 😀👍 du", Face.LIGHT) == [
        (Face.LIGHT, "Hej "),
        (Face.EMOJI, "😀👍"),
        (Face.LIGHT, " du"),
    ]


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.floats(30, 500))
def test_no_line_is_wider_than_asked_no_letter_is_lost_and_no_words_joined(text: str, width: float) -> None:
    lines = set_lines((Span(text, STYLE),), width)
    assert all(line.width <= width + 0.01 for line in lines)
    drawn = "".join(piece.text for line in lines for piece in line.pieces).replace("\u00a0", " ")
    assert drawn.split() == fonts.clean(text).split()


@given(st.text(st.sampled_from("abcæøå  -"), max_size=200), st.floats(60, 400))
def test_balanced_lines_are_no_more_and_no_wider(text: str, width: float) -> None:
    plain, balanced = set_lines((Span(text, STYLE),), width), set_balanced((Span(text, STYLE),), width)
    assert len(balanced) == len(plain)
    assert all(line.width <= width + 0.01 for line in balanced)


@pytest.mark.parametrize("whole", ["§ 82 b", "26. november 2026", "12 34 56 78", "050490-9995"])
def test_what_belongs_together_stays_on_one_line(whole: str) -> None:
    for width in range(110, 260, 3):
        lines = set_lines((Span(f"Her står der noget om {whole} og lidt til", STYLE),), width)
        drawn = ["".join(piece.text for piece in line.pieces).replace("\u00a0", " ") for line in lines]
        assert any(whole in line for line in drawn)


def test_a_footnote_mark_is_never_parted_from_its_word() -> None:
    for width in range(60, 200, 2):
        lines = set_lines((Span("Individuel støtte", STYLE), Span("¹", STYLE)), width)
        assert all(not line.pieces[0].text.startswith("¹") for line in lines)


def test_every_line_ends_in_a_space_for_reading_aloud_but_where_a_word_is_broken() -> None:
    drawn = [
        "".join(piece.text for piece in line.pieces) for line in set_lines((Span("et men\ntre-fire ord", STYLE),), 21)
    ]
    assert drawn == ["et ", "men ", "tre-", "fire ", "ord "]
    assert set_lines((Span("et to", STYLE),), 20)[0].width < 20
    broken = set_lines((Span("ordet", STYLE),), 20)
    assert "".join(piece.text for line in broken for piece in line.pieces) == "ordet "


def test_one_line_is_shortened_where_it_must_be_and_only_there() -> None:
    assert one_line("kort", STYLE, 200).pieces[0].text == "kort "
    short = one_line("et meget langt navn", STYLE, 60)
    assert short.width <= 60
    assert short.pieces[0].text.endswith("… ")
    assert one_line("to\nlinjer", STYLE).pieces[0].text == "to linjer "


def test_danish_letters_are_none_of_them_boxes() -> None:
    text = "abcdefghijklmnopqrstuvwxyzæøåÆØÅéüöäß»«–—’“”…§·•½²³¹€°×±"
    assert fonts.clean(text) == unicodedata.normalize("NFC", text)


def test_a_field_the_paper_has_no_letters_for_is_named_before_it_is_printed(
    case: Any, municipality: Municipality
) -> None:
    file = case(1)
    assert undrawn(plan_content(file, municipality, date(2026, 11, 26)), file, municipality) == ()
    wished = replace(file, story=replace(file.story, want="Jeg vil sige مرحبا 🙂"))
    goal = replace(file.goals[0], words="שלום", goal="Hilse på naboen")
    wished = replace(wished, goals=(goal, *file.goals[1:]), notes=replace(file.notes, vejleder="漢"))
    content = plan_content(wished, municipality, date(2026, 11, 26))
    assert undrawn(content, wished, municipality) == ("Hvad vil du?", "Med borgerens ord")
