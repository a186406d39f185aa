# SPDX-License-Identifier: MPL-2.0
"""`docs/rows.md` says which tests prove each row of the first meeting, and some after: all are there, no row is without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROWS = (
    *(f"A{n}" for n in range(1, 13)),
    *("B1", "B2", "B4", "B5", "B6", "B7", "B11", "C1", "C2", "C3", "C5", "C6", "C7", "C10"),
    *("D1", "D2", "D3", "D6", "E8", "F1", "F2", "G4", "H2", "H3", "K2", "K3"),
)


@pytest.fixture
def told(repository: Path) -> dict[str, list[str]]:
    """Each row, and the tests it names."""
    text = (repository / "docs" / "rows.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-K]\d+) \|.*\| (`.*`) \|$", text, re.MULTILINE)
    return {row: re.findall(r"`([^`]+)`", tests) for row, tests in rows}


def test_every_row_is_proved_by_something(told: dict[str, list[str]]) -> None:
    assert tuple(told) == ROWS
    assert all(told.values())


def test_every_test_that_is_named_is_there(told: dict[str, list[str]], repository: Path) -> None:
    gone = []
    for tests in told.values():
        for one in tests:
            file, _, name = one.partition("::")
            path = repository / "tests" / file
            if not path.is_file() or (name and f"def {name}(" not in path.read_text(encoding="utf-8")):
                gone.append(one)
    assert not gone
