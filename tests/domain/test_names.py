# SPDX-License-Identifier: MPL-2.0
"""Names are found however they are spelt, and a citizen already on file is noticed (row A7)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.names import fold, index_text, search_terms, short_name, similar_names

LETTERS = "abcdefghijklmnopqrstuvwxyzæøåäöüéèñçğışłńśźżćôûâ"
WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=10)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
OTHER_SPELLINGS = {"å": ("aa", "a"), "æ": ("ae",), "ø": ("oe", "o", "ö"), "ü": ("y", "u"), "é": ("e",)}


@pytest.mark.parametrize(
    "spellings",
    [
        ("Åse", "Aase", "AASE", "ase", "A\u030ase", "åse"),
        ("Ødegård", "Odegaard", "Oedegaard", "ödegård", "oedegård", "Odegard"),
        ("Æbelø", "Aebeloe", "aebelø", "Äbelö"),
        ("Søren", "Soeren", "Sören", "Soren"),
        ("Bækgård", "Baekgaard", "bækgaard"),
        ("André", "Andre", "Andrè"),
        ("Müller", "Myller", "Muller", "Mueller"),
        ("Işıl", "Isil", "IŞIL"),
        ("İbrahim", "Ibrahim", "ibrahim"),
        ("Erdoğan", "Erdogan"),
        ("Łukasz Wałęsa", "Lukasz Walesa"),
        ("Sa’id", "Sa'id", "Said", "Saʿid", "Sa`id"),
        ("Raḥmān", "Rahman"),
        ("O'Brien", "OBrien", "O’Brien"),
        ("Ødegård-Æbelø", "Odegaard Aebeloe", "ødegård–æbelø"),
        ("Ûssarĸak", "Ussarqak"),
        ("Đorđe", "Dorde"),
        ("Strauß", "Strauss"),
        ("  Nancy   Ann ", "nancy ann"),
    ],
)
def test_all_spellings_of_a_name_meet(spellings: tuple[str, ...]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


@given(name=NAMES, data=st.data())
def test_a_letter_missing_on_the_keyboard_never_hides_a_name(name: str, data: st.DataObject) -> None:
    typed = "".join(data.draw(st.sampled_from((c, *OTHER_SPELLINGS.get(c, ())))) for c in name)
    assert fold(typed) == fold(name)


@given(name=NAMES)
def test_case_and_the_way_accents_are_stored_make_no_difference(name: str) -> None:
    assert fold(name.upper()) == fold(name)
    assert fold(unicodedata.normalize("NFD", name)) == fold(unicodedata.normalize("NFC", name))


@given(text=st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(name=WORDS, length=st.integers(1, 10))
def test_a_name_is_found_from_its_first_letters(name: str, length: int) -> None:
    assert fold(name).startswith(fold(name[:length]))


@given(name=NAMES, data=st.data())
def test_every_search_for_words_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    words = name.split()
    typed = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3))
    held = index_text(name)
    for term in search_terms(" ".join(typed)):
        assert term in held.split()


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Åse Ødegård-Æbelø", "odegaard"),
        ("Åse Ødegård-Æbelø", "aebe aase"),
        ("Åse Ødegård-Æbelø", "gaard"),
        ("Anne-Marie Holm", "annemarie"),
        ("Anna Emilie Holm", "annaemilie"),
        ("Michael Holm", "el"),
        ("Nancy Ann Test Berggren", "berggren nancy"),
    ],
)
def test_a_part_of_a_name_finds_it(name: str, query: str) -> None:
    assert all(term in index_text(name) for term in search_terms(query))


def test_a_search_of_nothing_has_no_terms() -> None:
    assert search_terms(" - ' ") == ()
    assert search_terms("Åse aase") == ("ase",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nancy Ann Berggren", "Nancy Berggren"),
        ("Nancy Ann Berggren", "Berggren, Nancy"),
        ("Nancy Ann Berggren", "Nancy A. Bergren"),
        ("Kirsten Berggren", "Kristen Berggren"),
        ("Åse Ødegård", "aase odegaard"),
        ("Anne-Marie Holm", "Annemarie Holm"),
        ("Mohammed Ali Hassan", "Mohamed Hasan"),
        ("Christian Mosebryggersen", "Kristian Mosebryggersen"),
        ("Lauridsen Magnus", "Magnus Lavridsen"),
    ],
)
def test_what_may_be_one_person_is_noticed(one: str, other: str) -> None:
    assert similar_names(one, other)
    assert similar_names(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Magnus Lauridsen", "Rasmus Lauridsen"),
        ("Sverre Mosebryggersen", "Torre Mosebryggersen"),
        ("Einer Lauridsen", "Lonni Lauridsen"),
        ("Else Lauridsen", "Ellen Louise Lauridsen"),
        ("Nancy", "Nancy Ann Berggren"),
        ("Bo Li", "Bo Lu"),
        ("N B", "Nancy Berggren"),
        ("", "Nancy Berggren"),
        ("", ""),
    ],
)
def test_what_are_two_people_is_left_alone(one: str, other: str) -> None:
    assert not similar_names(one, other)
    assert not similar_names(other, one)


@given(one=NAMES, other=NAMES)
def test_resemblance_goes_both_ways(one: str, other: str) -> None:
    assert similar_names(one, other) == similar_names(other, one)


@given(
    words=st.lists(st.text(alphabet="abcdefghiklmnoprst", min_size=4, max_size=9), min_size=2, max_size=4),
    data=st.data(),
)
def test_the_order_of_the_words_makes_no_difference(words: list[str], data: st.DataObject) -> None:
    turned = data.draw(st.permutations(words))
    assert similar_names(" ".join(words), " ".join(turned))


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("Nancy Ann Berggren", "Nancy"),
        ("Åse Ødegård-Æbelø", "Åse"),
        ("Anne-Marie Holm", "Anne-Marie"),
        ("Berggren, Nancy Ann", "Nancy"),
        ("Berggren,", "Berggren"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_the_first_name_is_enough_on_the_screen(full: str, short: str) -> None:
    assert short_name(full) == short
