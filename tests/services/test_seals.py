# SPDX-License-Identifier: MPL-2.0
"""A list says when a decision's seal does not hold, and nothing that decision says; each seal is tried once (C1, promise 2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from app.domain.roles import Hand, Role
from app.services import cases, decide
from app.services.caseload_export import begin
from app.services.seals import Seals
from app.store import caseload, decisions
from app.store.caseload import Asked, CaseRow, StepWord
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    table = set_table(tmp_path)
    table.yes()
    decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    yield table
    table.desk.replica.close()


def line(table: Table) -> CaseRow:
    (row,) = caseload.page(table.desk.replica, TODAY)
    return row


def test_a_decision_as_it_was_signed_holds_and_a_case_without_one_too(table: Table) -> None:
    assert not Seals(table.desk).tried([table.case_id, "uden afgørelse"])
    assert line(table).wall == date(2027, 5, 29)


@pytest.mark.parametrize(
    ("column", "value"), [("target_group", "nej"), ('"end"', "2031-01-01"), ("signer_name", "En Anden"), ("seal", "00")]
)
def test_an_edited_decision_is_told_and_gives_no_days(table: Table, column: str, value: str) -> None:
    seals = Seals(table.desk)
    assert not seals.tried([table.case_id])
    table.sql(f"UPDATE rec_decision SET {column} = ? WHERE case_id = ?", value, table.case_id)
    assert seals.tried([table.case_id])
    told = line(table)
    assert (told.step, told.start, told.end, told.wall) == (StepWord.BROKEN, None, None, None)
    assert not seals.tried([table.case_id]), "the second time it says nothing new"


def test_one_that_was_taken_away_past_the_program_is_told(table: Table) -> None:
    table.sql("DELETE FROM rec_decision WHERE case_id = ?", table.case_id)
    assert Seals(table.desk).tried([table.case_id])
    assert line(table).step == StepWord.BROKEN


def test_the_mark_goes_when_the_row_is_as_it_was_signed_again(table: Table) -> None:
    seals = Seals(table.desk)
    table.sql("UPDATE rec_decision SET target_group = 'nej'")
    seals.tried([table.case_id])
    table.sql("UPDATE rec_decision SET target_group = 'ja'")
    assert seals.tried([table.case_id])
    assert line(table).step == StepWord.SOON


def test_the_mark_goes_when_the_signers_key_is_vouched_for_at_last(table: Table) -> None:
    seals = Seals(table.desk)
    voucher = table.desk.replica.connection.execute("SELECT voucher FROM account WHERE person_id = 'bodil'").fetchone()
    table.sql("UPDATE account SET voucher = '' WHERE person_id = 'bodil'")
    assert seals.tried([table.case_id])
    table.sql("UPDATE account SET voucher = ? WHERE person_id = 'bodil'", *voucher)
    assert seals.tried([table.case_id])
    assert line(table).step == StepWord.SOON


def test_whoever_opens_the_case_lays_the_mark(table: Table) -> None:
    table.sql("UPDATE rec_decision SET \"end\" = '2031-01-01'")
    cases.open_case(table.desk, VAGN, table.case_id)
    assert line(table).step == StepWord.BROKEN


def test_what_leaves_the_program_has_tried_every_seal(table: Table) -> None:
    table.sql("UPDATE rec_decision SET \"end\" = '2031-01-01'")
    file = BytesIO()
    going = begin(table.desk, Hand("lise", "Lise Leder", Role.LEDER), Asked(), "json", file)
    assert not going.more()
    going.finish()
    told = json.loads(file.getvalue())
    assert [(one["step"], one["end"], one["days_to_wall"]) for one in told["cases"]] == [("Segl brudt", None, None)]
    assert told["figures"]["plans"] == 0


def test_a_file_for_excel_has_tried_every_seal(table: Table) -> None:
    table.sql("UPDATE rec_decision SET \"end\" = '2031-01-01'")
    file = BytesIO()
    going = begin(table.desk, Hand("lise", "Lise Leder", Role.LEDER), Asked(), "csv", file)
    assert not going.more()
    going.finish()
    assert "Segl brudt" in file.getvalue().decode()
    assert "2031" not in file.getvalue().decode()


def test_a_seal_is_tried_once_as_long_as_its_row_is_the_same(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    real = decisions.authentic
    monkeypatch.setattr(
        decisions, "authentic", lambda replica, decision: tried.append(decision.id) or real(replica, decision)
    )
    seals = Seals(table.desk)
    for _ in range(3):
        seals.tried([table.case_id])
    assert len(tried) == 1
