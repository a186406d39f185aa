# SPDX-License-Identifier: MPL-2.0
"""Texts joined sentence by sentence: nothing lost, nobody first, and no guess about one sentence (promises 3 and 4)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.text_join import LONGEST, join_texts, sentences

BASE = "Nancy går til banko. Hun laver selv mad.\nHun vil gerne køre med bus."


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hun går. Han står!  Hvem ved?", ["Hun går. ", "Han står!  ", "Hvem ved?"]),
        ("Mødes kl. 10 d. 5. maj, bl.a. om bussen. Tak.", ["Mødes kl. 10 d. 5. maj, bl.a. om bussen. ", "Tak."]),
        ("»Jeg vil.« Sagde hun", ["»Jeg vil.« ", "Sagde hun"]),
        ("- bus\n- banko\n\n  mad", ["- bus\n", "- banko\n\n  ", "mad"]),
        ("støtten.\nog mere", ["støtten.\n", "og mere"]),
        ("Måske… eller ikke. Øv", ["Måske… eller ikke. ", "Øv"]),
        ("", []),
        ("  ", ["  "]),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert [s.words + s.gap for s in sentences(text)] == parts


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        (  # each a sentence of their own
            "Nancy går til banko hver torsdag. Hun laver selv mad.\nHun vil gerne køre med bus.",
            "Nancy går til banko. Hun laver selv mad.\nHun vil gerne køre med bus igen.",
            "Nancy går til banko hver torsdag. Hun laver selv mad.\nHun vil gerne køre med bus igen.",
        ),
        (  # sentences side by side
            "Nancy går til banko hver torsdag. Hun laver selv mad.\nHun vil gerne køre med bus.",
            "Nancy går til banko. Hun laver mad til naboen.\nHun vil gerne køre med bus.",
            "Nancy går til banko hver torsdag. Hun laver mad til naboen.\nHun vil gerne køre med bus.",
        ),
        (  # one begins, the other goes on
            "Nancy er 77. " + BASE,
            BASE + " Bussen går 10.15.",
            "Nancy er 77. " + BASE + " Bussen går 10.15.",
        ),
        (  # one takes out what the other did not touch
            "Nancy går til banko.\nHun vil gerne køre med bus.",
            BASE + "\nDatteren hjælper.",
            "Nancy går til banko.\nHun vil gerne køre med bus.\nDatteren hjælper.",
        ),
        (  # added after a sentence the other put right
            BASE + " Også om aftenen.",
            BASE.replace("bus.", "bybus."),
            BASE.replace("bus.", "bybus.") + " Også om aftenen.",
        ),
        (  # both put the same thing right, and one does more
            BASE.replace("banko", "bingo"),
            BASE.replace("banko", "bingo").replace("bus", "bybus"),
            BASE.replace("banko", "bingo").replace("bus", "bybus"),
        ),
        # room between sentences is nobody's words
        (BASE.replace("banko. ", "banko.\n"), BASE + " Ja.", BASE.replace("banko. ", "banko.\n") + " Ja."),
        (BASE.replace("banko. ", "banko.\n"), BASE.replace("går", "tager"), "Nancy tager til banko.\nHun" + BASE[24:]),
        (BASE.replace("banko. ", "banko.\n"), BASE.replace("banko. ", "banko.  "), BASE.replace("banko. ", "banko.\n")),
    ],
)
def test_joined(one: str, other: str, joined: str) -> None:
    assert join_texts(BASE, one, other) == joined
    assert join_texts(BASE, other, one) == joined


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BASE.replace("bus", "tog"), BASE.replace("bus", "bil")),  # the same sentence
        (BASE + " Om lørdagen.", BASE + " Om søndagen."),  # both go on at the end
        ("Først: " + BASE, BASE.replace("Nancy", "Hun")),
        (BASE.replace(" Hun laver selv mad.", ""), BASE.replace("selv mad", "mad selv")),  # taken out, and put right
        (BASE.replace("\nHun vil gerne køre med bus.", ""), BASE + " Bussen går 10.15."),  # taken out, and gone on from
        ("", BASE + " Ja."),
        ("Nyt.", "Andet."),
        (BASE.replace("banko", "bingo"), BASE.replace("banko", "bingo").replace("selv mad", "mad selv")),
        (BASE.replace("mad.\n", "mad. Og bager.\n"), BASE.replace("\nHun vil", "\nMen nu: Hun kan. Hun vil")),
    ],
)
def test_settled_by_people(one: str, other: str) -> None:
    assert join_texts(BASE, one, other) is None
    assert join_texts(BASE, other, one) is None


def test_two_first_texts_in_an_empty_field_are_no_join() -> None:
    assert join_texts("", "Hun vil med bussen.", "Hun vil lave mad.") is None


# ------------------------------------------------------------------------------------------------- as properties

TEXTS = st.lists(
    st.sampled_from(["Hun går. ", "Ja. ", "Nej! ", "\n", "kl. 10 ", "»Jeg vil.« ", "- bus\n", " ", "Øv… "]), max_size=8
).map("".join)


@given(st.text() | TEXTS)
def test_the_parts_are_the_text(text: str) -> None:
    assert "".join(s.words + s.gap for s in sentences(text)) == text


@given(TEXTS, TEXTS, TEXTS)
def test_nobody_is_first(base: str, one: str, other: str) -> None:
    assert join_texts(base, one, other) == join_texts(base, other, one)


@given(st.text() | TEXTS, st.text() | TEXTS)
def test_one_hand_alone_is_followed_to_the_letter(base: str, one: str) -> None:
    assert join_texts(base, one, base) == join_texts(base, base, one) == join_texts(base, one, one) == one


@given(TEXTS, TEXTS, TEXTS)
def test_a_join_joined_again_is_itself(base: str, one: str, other: str) -> None:
    joined = join_texts(base, one, other)
    if joined is not None:
        assert join_texts(base, joined, joined) == joined
        assert join_texts(joined, joined, joined) == joined


@st.composite
def _edited(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    """A text of sentences each its own, and what two hands made of it: left, taken out, put right, added to."""
    base = [f"Sætning {n}." for n in range(draw(st.integers(0, 8)))]
    sides = []
    for hand in ("Bodil", "Vagn"):
        side = []
        for n, sentence in enumerate([*base, ""]):
            done = draw(st.sampled_from(["", "", "", "", "added", "out", "right"]))
            side += [f"{hand} føjer til {n}."] if done == "added" else []
            side += [f"{hand} retter {n}."] if done == "right" and sentence else []
            side += [sentence] if done not in ("out", "right") and sentence else []
        sides.append(side)
    return base, sides[0], sides[1]


@given(_edited(), st.sampled_from([" ", "\n"]))
def test_a_join_holds_every_word_of_either_hand(edited: tuple[list[str], list[str], list[str]], gap: str) -> None:
    base, one, other = edited
    joined = join_texts(gap.join(base), gap.join(one), gap.join(other))
    if joined is None:
        return
    got = [s.words for s in sentences(joined)]
    assert set(got) == {s for s in [*base, *one, *other] if s not in base or (s in one and s in other)}
    assert len(got) == len(set(got))
    for side in (one, other):  # and in the order in which each wrote
        assert [s for s in got if s in side] == [s for s in side if s in got]
    assert gap.join(got) == joined


@pytest.mark.parametrize("hard", ["." * 200_000, " " * 200_000, ".»" * 100_000, "\n \n" * 60_000, "a. " * 60_000])
def test_no_text_keeps_the_desk_reckoning(hard: str) -> None:
    began = time.process_time()
    assert join_texts(hard, "A. " + hard, hard + " B.") is None or len(sentences(hard)) <= LONGEST
    many = [f"{c}. " for n in range(LONGEST // 2 - 2) for c in ("A", f"B{n}")]
    join_texts("".join(many), "A. A. " + "".join(many[::-1]), "".join(many) + "A. A.")
    assert time.process_time() - began < 3
