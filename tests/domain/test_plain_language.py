# SPDX-License-Identifier: MPL-2.0
"""The list of officialese: read as people write it, found as whole words whatever their case or ending."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from app.domain.plain_language import Found, Plainer, find, read_list
from app.domain.resources import resource_path

PAIRS = read_list("såfremt = hvis\niværksæt* = begynde\ni henhold til = efter\nhenhold = x\n")


def test_a_line_is_a_word_and_the_plain_one_and_what_is_no_line_yet_says_nothing() -> None:
    text = "  såfremt =  hvis \n\nuden lighedstegn\n= tomt\nord =\na = b = c"
    assert read_list(text) == (Plainer("såfremt", "hvis"), Plainer("a", "b = c"))


def test_words_are_found_whole_with_any_ending_that_was_asked_for_and_the_longer_of_two() -> None:
    text = "Såfremt støtten iværksættes i  henhold\ntil planen. Usåfremt, såfremtes."
    assert find(text, PAIRS) == (
        Found("Såfremt", "hvis"),
        Found("iværksættes", "begynde"),
        Found("i  henhold\ntil", "efter"),
    )


def test_a_word_is_told_of_once() -> None:
    assert len(find("såfremt og Såfremt og SÅFREMT", PAIRS)) == 1


@given(st.text(), st.text())
def test_no_list_and_no_text_is_too_strange(written: str, text: str) -> None:
    for found in find(text, read_list(written)):
        assert found.words in text


def test_the_list_that_comes_with_the_program_is_a_list_and_none_of_its_plain_words_is_on_it() -> None:
    written = json.loads(resource_path("municipality.json").read_text(encoding="utf-8"))["plain_words"]
    pairs = read_list(written)
    assert len(pairs) == len(written.splitlines())
    assert [pair for pair in pairs if find(pair.plain, pairs)] == []
