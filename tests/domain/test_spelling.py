# SPDX-License-Identifier: MPL-2.0
"""Which words a dictionary is asked about: no names, no numbers, and each where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.spelling import words_to_try


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Jeg vil ta bussen", ["Jeg", "vil", "ta", "bussen"]),
        ("hun hedder Bodil Ødegård. Hun bor her", ["hun", "hedder", "Hun", "bor", "her"]),
        ("»Jeg« sagde han.\n– Ja", ["Jeg", "sagde", "han", "Ja"]),
        ("efter § 82b den 3.december 2026", ["efter", "den"]),
        ("skriv til a@b.dk eller www.kommune.dk/hjælp", ["skriv", "til", "eller"]),
        ("SEL og KRAM-faktorer", ["og", "faktorer"]),
        ("å i", []),
    ],
)
def test_words_that_are_asked_about(text: str, asked: list[str]) -> None:
    assert [word.text for word in words_to_try(text)] == asked


def test_among_names_a_word_with_a_capital_is_one_wherever_it_stands() -> None:
    asked = words_to_try("Farhad, min nabo. Vagn Vejleder", names=True)
    assert [word.text for word in asked] == ["min", "nabo"]


@given(st.text())
def test_each_word_stands_where_it_is_said_to(text: str) -> None:
    for word in words_to_try(text):
        assert text[word.start : word.end] == word.text
