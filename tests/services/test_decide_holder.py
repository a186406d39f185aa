# SPDX-License-Identifier: MPL-2.0
"""Whoever decides a case that no bestiller holds is its bestiller from then on (C1, H2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services import undo
from app.services.decide import sign
from app.store import caseload, queries
from app.store.caseload import Asked
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


def test_whoever_signs_is_the_bestiller_of_a_case_that_has_none(table: Table) -> None:
    table.desk.replica.connection.execute("UPDATE rec_case SET bestiller = ' '")
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert table.file.case.bestiller == "Bodil Bestiller"
    assert undo.can_undo(table.desk, BODIL, table.case_id) is None
    line = next(e for e in queries.history(table.desk.replica, table.case_id) if "bestiller" in e.fields)
    assert (line.hand.name, line.step_name) == ("Bodil Bestiller", "Underskriv svaret")
    (row,) = caseload.page(table.desk.replica, TODAY, Asked(worker="Bodil Bestiller"))
    assert row.case_id == table.case_id
    assert caseload.count(table.desk.replica, TODAY, Asked(free="bestiller")) == 0


def test_whoever_signs_does_not_take_a_case_from_another(table: Table) -> None:
    table.type(VAGN, "case", table.case_id, "bestiller", "Ole Olsen")
    table.yes()
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert table.file.case.bestiller == "Ole Olsen"
