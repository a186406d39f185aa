# SPDX-License-Identifier: MPL-2.0
"""What text may be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import UserError
from app.domain.writing import LONGEST, require_length, require_lengths, storable, storable_json

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Æblegrød på øen 😀", "Æblegrød på øen 😀"),
        ("før\0efter", "førefter"),
        ("\ud83d\ude00", "😀"),
        ("halv \ud83d smiley", "halv  smiley"),
        ("\ude00\ud83d", ""),
        ("linje\nskift\tog \x07", "linje\nskift\tog \x07"),
        ("", ""),
    ],
)
def test_only_what_no_database_holds_is_taken_out(typed: str, kept: str) -> None:
    assert storable(typed) == kept


@given(ANY)
def test_whatever_is_typed_can_be_kept_and_sent(text: str) -> None:
    kept = storable(text)
    kept.encode("utf-8")
    assert "\0" not in kept
    assert storable(kept) == kept
    whole = {"fields": {"think": text}, "bases": {"think": [text, ""]}, "undoes": None}
    told = json.loads(storable_json(json.dumps(whole)))
    assert (told["fields"]["think"], told["bases"]["think"]) == (kept, [kept, ""])


def test_a_backslash_is_no_escape() -> None:
    text = json.dumps({"content": "C:\\u0000 og \\ud800"})
    assert json.loads(storable_json(text)) == json.loads(text)


def test_a_text_is_no_longer_than_can_be_sent() -> None:
    require_length("å" * LONGEST, "text")
    require_lengths({"text": "å" * LONGEST, "removed": False, "date": None})
    with pytest.raises(UserError, match="for lang") as told:
        require_lengths({"name": "kort", "text": "å" * (LONGEST + 1)})
    assert told.value.field == "text"
