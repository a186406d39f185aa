# SPDX-License-Identifier: MPL-2.0
"""LIX against values worked out by hand, and what counts as a sentence in Danish (domain § 6.5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.readability import band, measure


def test_an_easy_text_is_measured() -> None:
    found = measure("Du har ret til hjælp. Du kan ringe til os.")
    assert (found.words, found.sentences, found.long_words) == (10, 2, ())
    assert found.lix == 5.0
    assert found.band == "meget let"


def test_a_harder_text_is_measured_and_says_why() -> None:
    found = measure(
        "Kommunen har bevilget socialpædagogisk støtte i seks måneder. "
        "Du skal sammen med din vejleder arbejde med dine mål."
    )
    assert (found.words, found.sentences) == (18, 2)
    assert found.lix == pytest.approx(42.3, abs=0.05)
    assert found.band == "middel"
    assert found.longest_sentence == "Du skal sammen med din vejleder arbejde med dine mål."
    assert found.long_words[0] == "socialpædagogisk"
    assert set(found.long_words[1:]) == {"Kommunen", "bevilget", "måneder", "vejleder", "arbejde"}


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Vi ses torsdag den 26. november kl. 10.30.", 1),
        ("Vi ses den 26. Du får et brev.", 2),
        ("Tag f.eks. bussen, ca. kl. 9, bl.a. om tirsdagen.", 1),
        ("Tag mad, tøj osv. Du kan ringe.", 2),
        ("Tag mad, tøj osv. og ring.", 1),
        ("Ring til hr. Hansen eller H. C. Andersen.", 1),
        ("Hjælpen efter § 82 b, jf. stk. 2, er fri.", 1),
        ("Hvad nu?! Vi venter... Så går vi.", 3),
        ("Hun sagde: »Jeg vil gerne.« Så gik vi.", 2),
        ("Vi aftaler det sådan her: Du ringer til mig.", 2),
        ("Husk: kort, nøgler, mad.", 1),
        ("Du får hjælp i dag; vi følger op til maj.", 2),
        ("Det er slut kl.", 1),
        ("Ingen mark til sidst", 1),
        ("Første linje uden mærke til slut, men lang nok til at være brødtekst\nAnden linje", 2),
    ],
)
def test_sentences_are_counted_as_a_reader_counts_them(text: str, sentences: int) -> None:
    assert measure(text).sentences == sentences


def test_headings_and_lists_are_left_out() -> None:
    prose = measure("Du har ret til hjælp. Du kan ringe til os.")
    with_more = measure(
        "Afgørelsesbegrundelsesoverskrift\nDu har ret til hjælp. Du kan ringe til os.\n"
        "- socialpædagogisk støtteforløb\n• økonomirådgivning\n1. Gennemgang\n2) handleplansopfølgning\n"
    )
    assert with_more == prose


def test_a_date_at_the_start_of_a_line_is_no_list() -> None:
    assert measure("26. november taler vi sammen.").words == 5


def test_a_list_alone_is_still_measured() -> None:
    assert measure("- Køre til byen\n- Ringe til Bo").words == 6


def test_a_goal_with_no_full_stop_is_measured() -> None:
    found = measure("Kan køre med bus 318 til byen alene en gang om ugen")
    assert (found.words, found.sentences, found.lix) == (12, 1, 12.0)


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "… – !", "😀"])
def test_nothing_to_read_has_no_number(text: str) -> None:
    found = measure(text)
    assert (found.words, found.lix, found.band, found.longest_sentence) == (0, None, "", "")


@pytest.mark.parametrize(
    ("lix", "name"),
    [
        (24.4, "meget let"),
        (24.5, "let"),
        (34.4, "let"),
        (35, "middel"),
        (44, "middel"),
        (45, "svær"),
        (54.4, "svær"),
        (54.5, "meget svær"),
        (200, "meget svær"),
    ],
)
def test_the_bands_have_their_danish_names(lix: float, name: str) -> None:
    assert band(lix) == name


@given(text=st.text(alphabet=st.sampled_from('aæøå AB.,:;!?\n-•1"»('), max_size=80))
def test_any_text_can_be_measured(text: str) -> None:
    found = measure(text)
    assert (found.lix is None) == (found.words == 0)
    assert found.sentences <= found.words
    assert (found.sentences > 0) == (found.words > 0)
