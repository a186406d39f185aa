# SPDX-License-Identifier: MPL-2.0
"""Paragraphs as people write them (C3)."""

from __future__ import annotations

import pytest

from app.domain.errors import UserError
from app.domain.paragraphs import PARAGRAPHS, paragraphs_in, plain, read_paragraphs


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("82a,82b", ("82a", "82b")),
        ("§ 82 a og § 82 B", ("82a", "82b")),
        ("§\u00a085", ("85",)),
        ("82b; 82a eller 82b", ("82b", "82a")),
        ("85,", ("85",)),
        ("  ", ()),
    ],
)
def test_what_people_write(text: str, read: tuple[str, ...]) -> None:
    assert read_paragraphs(text) == read
    assert read_paragraphs(", ".join(read)) == read


@pytest.mark.parametrize("text", ["82", "§ 83", "82a 82b", "vrøvl", "82a, § 107", "åbent", "82c"])
def test_what_is_none_is_named(text: str) -> None:
    with pytest.raises(UserError, match="er ikke en paragraf"):
        read_paragraphs(text)


def test_of_a_text_nobody_has_looked_at_what_is_none_is_passed_over() -> None:
    assert paragraphs_in("§ 82 a, vrøvl, § 107") == ("82a",)


def test_as_they_are_kept_they_are_plain() -> None:
    assert [plain(one) for one in PARAGRAPHS] == list(PARAGRAPHS)
