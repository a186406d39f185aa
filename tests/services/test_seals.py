# SPDX-License-Identifier: MPL-2.0
"""A list says when a decision's seal does not hold, and tries each seal once (C1, promise 2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services import decide
from app.services.seals import Seals
from app.store import decisions
from tests.services.table import BODIL, PASSWORD, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    table = set_table(tmp_path)
    table.yes()
    decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    yield table
    table.desk.replica.close()


def test_a_decision_as_it_was_signed_holds_and_a_case_without_one_too(table: Table) -> None:
    assert Seals(table.desk).broken([table.case_id, "uden afgørelse"]) == frozenset()


@pytest.mark.parametrize(
    ("column", "value"), [("target_group", "nej"), ('"end"', "2031-01-01"), ("signer_name", "En Anden"), ("seal", "00")]
)
def test_an_edited_decision_is_told(table: Table, column: str, value: str) -> None:
    seals = Seals(table.desk)
    assert seals.broken([table.case_id]) == frozenset()
    table.sql(f"UPDATE rec_decision SET {column} = ? WHERE case_id = ?", value, table.case_id)
    assert seals.broken([table.case_id]) == {table.case_id}


def test_a_seal_is_tried_once_as_long_as_its_row_is_the_same(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    real = decisions.authentic
    monkeypatch.setattr(
        decisions, "authentic", lambda replica, decision: tried.append(decision.id) or real(replica, decision)
    )
    seals = Seals(table.desk)
    for _ in range(3):
        seals.broken([table.case_id])
    assert len(tried) == 1
