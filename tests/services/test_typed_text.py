# SPDX-License-Identifier: MPL-2.0
"""Text on its way in: what no database holds is left out, and what is too long to share is told of at its field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.writing import LONGEST, TOO_LONG
from app.models.kinds import singleton_id
from app.services import cases, conversation, intake
from app.services.edit import Written, write_text
from app.services.intake import Arrival
from app.services.referral_file import read_referrals
from app.store import queries
from app.store.unit_of_work import new_step
from tests.services.table import BODIL, TODAY, VAGN, Table, set_table

ODD = "Hun vil\0 gerne \ud83d\ude00 ud\udc00"
KEPT = "Hun vil gerne 😀 ud"
LONG = "å" * (LONGEST + 1)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    table = set_table(tmp_path)
    if table:
        yield table


def typed(table: Table, text: str, *, final: bool) -> Written:
    """Text written or pasted in one field."""
    record = singleton_id(table.case_id, "story")
    return write_text(table.desk, VAGN, table.case_id, "story", record, "think", text, new_step("Skriv"), final=final)


def logged(table: Table) -> str:
    """Everything in the log and among the drafts."""
    rows = table.desk.replica.connection.execute(
        "SELECT fields FROM change UNION ALL SELECT text FROM draft"
    ).fetchall()
    return " ".join(row[0] for row in rows)


@pytest.mark.parametrize("final", [True, False])
def test_what_no_database_holds_is_left_out_of_what_is_typed_or_pasted(table: Table, final: bool) -> None:
    typed(table, ODD, final=final)
    assert queries.case_file(table.desk.replica, table.case_id).story.think == KEPT
    assert "\\u0000" not in logged(table)


def test_it_is_left_out_of_drafts_and_forms_too(table: Table) -> None:
    support = table.add(BODIL, "support", paragraph="82b")
    write_text(table.desk, BODIL, table.case_id, "support", support, "end", "30-1\0\ud800", new_step("x"), final=False)
    assert queries.case_file(table.desk.replica, table.case_id).drafts[support, "end"].text == "30-1"
    intake.keep_typed(table.desk, VAGN, "", "citizen.name", "Nancy\0 Ann\ud800", new_step("Ny borger"))
    assert "Nancy Ann" in logged(table)
    opened = intake.receive(table.desk, VAGN, Arrival("Nancy\0 Ann\ud800", guardian="Hendes\0 søn"))
    citizen = queries.case_file(table.desk.replica, opened.case_id).citizen
    assert (citizen.name, citizen.guardian) == ("Nancy Ann", "Hendes søn")


def test_a_text_too_long_to_share_is_kept_as_typed_and_told_of(table: Table) -> None:
    assert typed(table, "å" * LONGEST, final=False).accepted
    for final in (False, True):
        written = typed(table, LONG, final=final)
        assert (written.accepted, written.because) == (False, TOO_LONG)
    record = singleton_id(table.case_id, "story")
    kept = queries.case_file(table.desk.replica, table.case_id).drafts[record, "think"]
    assert (kept.text, kept.because) == (LONG, TOO_LONG)
    assert LONG not in "".join(r[0] for r in table.desk.replica.connection.execute("SELECT fields FROM change"))


_ARRIVALS: tuple[Callable[[], Arrival], ...] = (
    lambda: Arrival(LONG),
    lambda: Arrival("Nancy Ann", address=LONG),
    lambda: Arrival("Nancy Ann", direct_reason=LONG),
)


@pytest.mark.parametrize("arrival", _ARRIVALS)
def test_no_road_takes_a_text_that_is_too_long(table: Table, arrival: Callable[[], Arrival]) -> None:
    before = logged(table)
    with pytest.raises(UserError, match="for lang"):
        intake.receive(table.desk, BODIL, arrival())
    with pytest.raises(UserError, match="for lang"):
        conversation.settle(
            table.desk, VAGN, table.case_id, "story", singleton_id(table.case_id, "story"), {"think": LONG}
        )
    with pytest.raises(UserError, match="Vælg en bestiller"):
        cases.appoint_coordinator(table.desk, BODIL, table.case_id, LONG)
    assert logged(table) == before


def test_a_referral_with_too_long_a_text_is_refused_by_its_line() -> None:
    heading = "CPR-nr;Fornavn;Efternavn;Henvist dato;Jobcenter;Kontaktperson"
    row = "2512489996;Nancy Ann;Berggren;01-11-2026;Jobcenter Nord;"
    read = read_referrals(f"{heading}\n{row}Ida\n{row}{LONG}\n".encode(), date(2026, 11, 26))
    assert [one.contact for one in read.rows] == ["Ida"]
    assert [(one.line, one.column) for one in read.refused] == [(3, "Kontaktperson")]
    assert read.rows[0].date < TODAY
