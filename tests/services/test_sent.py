# SPDX-License-Identifier: MPL-2.0
"""What is said to have left for another system, by whoever says so: what is no such thing counts for nothing (G6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.roles import Hand
from app.models.kinds import Sent
from app.services import reporting, sending
from app.services.sent import COPY, FHIR, copies, last_report
from app.store.unit_of_work import new_id, new_step
from tests.services.reported import set_reportable
from tests.services.table import BODIL, VAGN, Table

AT = "2026-11-26T10:00:00+01:00"
ENTRY = {"resource": {"resourceType": "Goal", "id": "x", "meta": {"profile": ["ukendt"], "lastUpdated": AT}}}
RUBBISH = ("", "intet", "[]", "5", "null", "{}", "[" * 3000, '{"fields": 5}', '{"fields": {"a": 5}}')
NO_COPY = (*RUBBISH, '{"fields": {"a": {"mark": 1, "label": "x"}}}', '{"fields": {"a": {"mark": "1"}}}')
NO_BUNDLE = (
    *RUBBISH,
    '{"entry": {}}',
    '{"entry": [5]}',
    '{"entry": [{"resource": []}]}',
    json.dumps({"entry": [ENTRY]}),
)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_reportable(tmp_path)
    yield made
    made.desk.replica.close()


def lay(table: Table, way: str, content: str, at: str = AT, hand: Hand = VAGN) -> None:
    """As a change from a desk with a program of its own would lay it on the record."""
    with table.desk.step(hand, table.case_id, new_step("x")) as work:
        work.create(Sent(id=new_id(), case_id=table.case_id, way=way, at=at, content=content, terms=""))


@pytest.mark.parametrize("content", NO_COPY)
def test_what_is_no_copy_hides_none_and_shuts_nobody_out(table: Table, content: str) -> None:
    before = sending.board(table.desk, table.file)
    lay(table, COPY, content)
    assert sending.board(table.desk, table.file) == before


@pytest.mark.parametrize("content", NO_BUNDLE)
def test_what_is_no_report_stops_none(table: Table, content: str) -> None:
    lay(table, FHIR, content)
    assert reporting.ready(table.desk, table.file).lacks == ()
    assert last_report(table.file) is None
    assert reporting.report(table.desk, BODIL, table.case_id)


@pytest.mark.parametrize("at", ["", "i går", "2026-11-26T10:00:00", "9999999-01-01"])
def test_a_time_that_is_none_is_in_nobodys_order(table: Table, at: str) -> None:
    sending.copied(
        table.desk,
        BODIL,
        table.case_id,
        [e for b, _ in sending.board(table.desk, table.file).blocks for e in b.entries],
    )
    lay(table, COPY, '{"fields": {"a": {"mark": "1", "label": "x"}}}', at)
    assert sending.board(table.desk, table.file).gone == ()


@pytest.mark.parametrize(
    "later", ["2026-11-26T08:00:00+01:00", "2026-10-25T02:10:00+01:00", "1970-01-01T00:00:00+00:00"]
)
def test_the_newest_is_what_was_written_last_whatever_the_clock_said(table: Table, later: str) -> None:
    lay(table, COPY, '{"fields": {"a": {"mark": "gammel", "label": "x"}}}', "2026-11-26T10:00:00+01:00")
    lay(table, COPY, '{"fields": {"a": {"mark": "ny", "label": "x"}}}', later)
    assert copies(table.file)["a"].mark == "ny"
