# SPDX-License-Identifier: MPL-2.0
"""A decision that was not taken where it should be shared, as the room shows it: on the answer, and on its papers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import outgoing
from app.store.outgoing import Verdict
from app.store.queries import case_file
from app.views.room.decided import DecisionNote
from app.views.room.paper_place import REFUSED
from tests.views.paper_table import SignedTable, remade


@pytest.fixture
def table(tmp_path: Path, cases: Path, qtbot) -> Iterator[SignedTable]:
    laid = SignedTable(tmp_path)
    (script,) = cases.glob("moede-1-*.json")
    laid.play(script)
    laid.sign()
    yield laid
    laid.close()


def refuse(table: SignedTable, because: str) -> None:
    """The shared database takes all but the decision."""
    outgoing.join(table.desk.replica)
    authors = [r[0] for r in table.desk.replica.connection.execute("SELECT DISTINCT author FROM change").fetchall()]
    for who in authors:
        sent = outgoing.pending(table.desk.replica, who)
        verdicts = {
            c.id: Verdict("refused", None, because) if c.kind == "decision" else Verdict("accepted", n)
            for n, c in enumerate(sent, 1)
        }
        outgoing.take_verdicts(table.desk.replica, who, sent, verdicts)


def test_the_answer_says_whose_it_was_why_and_the_way_on(table: SignedTable) -> None:
    refuse(table, "competence")
    note = DecisionNote(table.context)
    note.refresh(case_file(table.desk.replica, table.case_id))
    assert "blev ikke taget imod og gælder ikke: den ligger over det, Bodil må bevilge." in note.text()
    assert note.text().endswith("Send svaret videre til en, der må afgøre det, eller bevilg mindre.")


def test_the_papers_are_drafts_again_and_those_given_are_said_to_hold_no_more(
    table: SignedTable, tmp_path: Path, qtbot
) -> None:
    step = table.step()
    step.save("svar", str(tmp_path / "svar.pdf"))
    table.settle()
    step.giving.got.click()
    table.rest()
    assert "Gælder ikke" not in " ".join(label.text() for label in step.telling.more.values())
    refuse(table, "role")
    step.refresh(case_file(table.desk.replica, table.case_id))
    remade(table, step, qtbot)
    assert step.place.notice.text() == REFUSED
    assert "Gælder ikke: afgørelsen bag det blev ikke taget imod." in " ".join(
        label.text() for label in step.telling.more.values()
    )
    assert all(made.draft for made in step.made.values())
