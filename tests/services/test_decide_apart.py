# SPDX-License-Identifier: MPL-2.0
"""Two answers signed apart, and rows nobody has signed: what holds, what lies over what, what is printed (promises 2, 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.case_lines import BROKEN, YES
from app.papers.kinds import PaperKind
from app.services import cases, issue
from app.services.decide import has_moved_on, sign
from app.services.record_export import record
from app.services.seals import Seals
from app.store import listing, outgoing
from tests.services.apart import Elsewhere, sign_elsewhere
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, seat, set_table
from tests.services.test_issue import text_of

KAREN = Hand("karen", "Karen Kollega", Role.BESTILLER)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    seat(made.desk.replica, KAREN)
    made.yes()
    outgoing.join(made.desk.replica)
    yield made
    made.desk.replica.close()


def signed_elsewhere(table: Table, tmp_path: Path, *, later: timedelta, answer: str = "nej") -> Elsewhere:
    return sign_elsewhere(table.desk, table.case_id, tmp_path, KAREN, later=later, answer=answer)


def papers(table: Table) -> list[issue.Made]:
    source = issue.gather(table.desk, VAGN, table.case_id)
    return [issue.render(source, kind) for kind in (PaperKind.PLAN, PaperKind.LETTER)]


@pytest.mark.parametrize("later", [timedelta(minutes=20), -timedelta(minutes=20), timedelta(days=400)])
def test_two_answers_signed_apart_both_stand_whatever_the_clocks_said(
    table: Table, tmp_path: Path, later: timedelta
) -> None:
    theirs = signed_elsewhere(table, tmp_path, later=later)
    own = sign(table.desk, BODIL, table.case_id, PASSWORD)
    theirs.comes(table.desk)
    file = table.file
    assert file.decision is None
    assert {d.decision.id for d in file.apart} == {own, theirs.decision_id}
    assert all(d.authentic for d in file.apart)
    assert file.forged == ()
    assert all(one.draft and not one.broken_seal and not one.decision_id for one in papers(table))
    note = issue.render(issue.gather(table.desk, VAGN, table.case_id), PaperKind.NOTE)
    said = " ".join(text_of(note.pdf).split())
    assert "underskrevet flere svar hver for sig, og ingen af dem gælder alene: " in said
    assert "Bodil Bestiller (ja, " in said
    assert "Karen Kollega (nej, " in said
    assert issue.why_none(file, PaperKind.ORDER)
    told = record(file, TODAY)["result"]
    assert not told["signed"]
    assert {(one["by"], one["answer"]) for one in told["signed_apart"]} == {
        ("Bodil Bestiller", "ja"),
        ("Karen Kollega", "nej"),
    }
    cases.begin_meeting(table.desk, VAGN, table.case_id)
    with pytest.raises(UserError, match="flere svar hver for sig"):
        cases.end_meeting(table.desk, BODIL, table.case_id)


def test_a_new_answer_lies_over_both(table: Table, tmp_path: Path) -> None:
    theirs = signed_elsewhere(table, tmp_path, later=timedelta(minutes=-20))
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    theirs.comes(table.desk)
    agreed = sign(table.desk, BODIL, table.case_id, PASSWORD)
    file = table.file
    assert file.apart == ()
    assert file.decision is not None
    assert (file.decision.decision.id, file.decision.authentic) == (agreed, True)
    assert len(file.decisions) == 3
    assert not has_moved_on(file)
    assert not any(one.draft for one in papers(table))


def test_one_signed_apart_over_an_earlier_one_is_apart_from_its_successor_alone(table: Table, tmp_path: Path) -> None:
    first = sign(table.desk, BODIL, table.case_id, PASSWORD)
    theirs = signed_elsewhere(table, tmp_path, later=timedelta(minutes=5))
    table.single(BODIL, "answer", "reason", "En bedre grund")
    own = sign(table.desk, BODIL, table.case_id, PASSWORD)
    theirs.comes(table.desk)
    assert {d.decision.id for d in table.file.apart} == {own, theirs.decision_id}
    assert table.file.decisions[0].decision.id == first


def test_lists_say_neither_answer_while_two_stand_and_todays_page_asks(table: Table, tmp_path: Path) -> None:
    theirs = signed_elsewhere(table, tmp_path, later=timedelta(days=1))
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert line(table)["target"] == "ja"
    theirs.comes(table.desk)
    assert line(table)["target"] == ""
    assert line(table)["end"] is None, "the careful one: nobody counts on support that may not be"
    (row,) = [r for r in listing.due(table.desk.replica, TODAY, reader="bodil") if r.kind == "apart"]
    assert row.case_id == table.case_id
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert line(table)["target"] == "ja"
    assert [r for r in listing.due(table.desk.replica, TODAY, reader="bodil") if r.kind == "apart"] == []


def test_two_that_say_the_same_are_told_in_the_list_as_what_they_say(table: Table, tmp_path: Path) -> None:
    theirs = signed_elsewhere(table, tmp_path, later=timedelta(days=1), answer="ja")
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    theirs.comes(table.desk)
    assert line(table)["target"] == "ja"
    assert len(table.file.apart) == 2


def line(table: Table) -> dict[str, Any]:
    rows = table.desk.replica.connection.execute("SELECT * FROM case_line WHERE case_id = ?", (table.case_id,))
    names = [d[0] for d in rows.description]
    return dict(zip(names, rows.fetchone(), strict=True))


# -- a row nobody has signed


@pytest.mark.parametrize("signed_at", ["2020-01-01T00:00:00+00:00", "9999-01-01T00:00:00+00:00"])
@pytest.mark.parametrize("over", [False, True])
def test_a_row_nobody_signed_hides_no_true_decision(table: Table, signed_at: str, over: bool) -> None:
    own = sign(table.desk, BODIL, table.case_id, PASSWORD)
    content = f'{{"over":["{own}"]}}' if over else "{}"
    table.sql(
        "INSERT INTO rec_decision (id, case_id, standing, removed, content, hash, seal, signer_id, signer_name, signed_at,"
        " target_group) SELECT 'falsk', case_id, standing, 0, ?, hash, seal, signer_id, signer_name, ?, 'nej' FROM rec_decision",
        content,
        signed_at,
    )
    file = table.file
    assert file.decision is not None
    assert (file.decision.decision.id, file.decision.authentic) == (own, True)
    assert [d.decision.id for d in file.forged] == ["falsk"]
    assert not any(one.draft or one.broken_seal for one in papers(table))
    assert Seals(table.desk).tried([table.case_id])
    assert line(table)["stage"] == BROKEN, "and the list says that something is wrong"
    again = sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert table.file.forged == (), "a new answer lies over it"
    assert table.file.decision is not None
    assert table.file.decision.decision.id == again
    Seals(table.desk).tried([table.case_id])
    assert line(table)["stage"] == YES


def test_breaking_the_newest_does_not_put_the_old_in_force(table: Table) -> None:
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    table.single(BODIL, "answer", "reason", "En bedre grund")
    newest = sign(table.desk, BODIL, table.case_id, PASSWORD)
    table.sql("UPDATE rec_decision SET seal = 'x' WHERE id = ?", newest)
    decision = table.file.decision
    assert decision is not None
    assert (decision.decision.id, decision.authentic) == (newest, False)
    assert all(one.draft and one.broken_seal for one in papers(table))


@pytest.mark.parametrize("edited", ["signed_at = 'i går'", "target_group = 'ja', signer_name = 'Falske Fie'"])
def test_the_note_repeats_nothing_of_a_row_among_several_that_does_not_hold(
    table: Table, tmp_path: Path, edited: str
) -> None:
    theirs = signed_elsewhere(table, tmp_path, later=timedelta(minutes=20))
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    theirs.comes(table.desk)
    table.sql(f"UPDATE rec_decision SET {edited} WHERE id = ?", theirs.decision_id)
    assert [d.authentic for d in table.file.apart].count(False) == 1
    note = text_of(issue.render(issue.gather(table.desk, VAGN, table.case_id), PaperKind.NOTE).pdf)
    assert "ændret uden for Rundbord" in " ".join(note.split())
    assert "Falske Fie" not in note
