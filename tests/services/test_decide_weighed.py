# SPDX-License-Identifier: MPL-2.0
"""What weighed in an answer: sealed with it for the citizen to read, apart from how advice was weighed (FVL § 24; D3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.models.kinds import Decision
from app.services.decide import has_moved_on, sign
from tests.services.table import BODIL, PASSWORD, VAGN, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


def signed(table: Table) -> Decision:
    assert table.file.decision is not None
    return table.file.decision.decision


def test_what_weighed_is_signed_and_a_change_of_it_is_the_draft_of_a_new_decision(table: Table) -> None:
    """FVL § 24. Nobody could write it before the copy had it, so a copy without it says there was none."""
    table.yes()
    table.single(BODIL, "answer", "considerations", "At du selv vil")
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert json.loads(signed(table).content)["considerations"] == "At du selv vil"
    assert not has_moved_on(table.file)
    file = table.file
    assert file.decision is not None
    before = {k: v for k, v in json.loads(file.decision.decision.content).items() if k != "considerations"}
    old = replace(file.decision, decision=replace(file.decision.decision, content=json.dumps(before)))
    assert has_moved_on(replace(file, decisions=(old,)))
    table.single(BODIL, "answer", "considerations", "")
    assert has_moved_on(table.file)
    assert not has_moved_on(replace(table.file, decisions=(old,)))


def test_how_advice_was_weighed_is_not_what_the_citizen_is_told_until_somebody_writes_it(table: Table) -> None:
    table.yes()
    for name, text in (("Anna", "Begynd med gruppen"), ("Bo", "Aldrig en gruppe")):
        table.add(VAGN, "advice", adviser=name, text=text)
    table.single(BODIL, "answer", "weighing", "Annas råd vejer mest")
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    content = json.loads(signed(table).content)
    assert (content["considerations"], content["basis"]["weighing"]) == ("", "Annas råd vejer mest")
