# SPDX-License-Identifier: MPL-2.0
"""Which version is the newer."""

from __future__ import annotations

import pytest

from app.domain.versions import is_newer


@pytest.mark.parametrize(
    ("one", "other"), [("1.2", "1.1"), ("1.10", "1.9"), ("2", "1.99.99"), ("1.0.1", "1.0"), ("0.1", "")]
)
def test_newer(one: str, other: str) -> None:
    assert is_newer(one, other)
    assert not is_newer(other, one)


@pytest.mark.parametrize(("one", "other"), [("1.0", "1"), ("1.2.0", "1.2"), ("", ""), ("ny", "0")])
def test_the_same(one: str, other: str) -> None:
    assert not is_newer(one, other)
    assert not is_newer(other, one)
