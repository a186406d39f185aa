# SPDX-License-Identifier: MPL-2.0
"""Two answers signed apart, as the room shows it: on the answer, and on its papers (promises 2 and 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.roles import Hand, Role
from app.store import outgoing
from app.store.queries import case_file
from app.views.parts.notices import Weight
from app.views.room.decided import FORGED, SEVERAL, DecisionNote
from app.views.room.paper_place import APART
from tests.services.apart import sign_elsewhere
from tests.services.table import seat
from tests.views.paper_table import SignedTable, remade

KAREN = Hand("karen", "Karen Kollega", Role.BESTILLER)


@pytest.fixture
def table(tmp_path: Path, cases: Path, qtbot) -> Iterator[SignedTable]:
    laid = SignedTable(tmp_path)
    (script,) = cases.glob("moede-1-*.json")
    laid.play(script)
    seat(laid.replica, KAREN)
    outgoing.join(laid.replica)
    yield laid
    laid.close()


def test_each_is_told_by_name_with_the_way_on_and_the_papers_are_drafts(
    table: SignedTable, tmp_path: Path, qtbot
) -> None:
    theirs = sign_elsewhere(table.desk, table.case_id, tmp_path, KAREN, later=timedelta(days=-1))
    table.sign()
    step = table.step()
    table.rest()
    assert not any(made.draft for made in step.made.values())
    theirs.comes(table.desk)
    file = case_file(table.replica, table.case_id)
    note = DecisionNote(table.context)
    note.refresh(file)
    assert note.text().startswith("Der er underskrevet to svar hver for sig: ")
    assert "Karen svarede nej den 25. november 2026 kl. 10.42" in note.text()
    assert "Bodil svarede ja kl. 10.42" in note.text()
    assert note.text().endswith("De står begge, til I er enige og en bestiller underskriver ét nyt svar.")
    assert said_below(table) == SEVERAL
    step.refresh(file)
    remade(table, step, qtbot)
    assert step.place.notice.text() == APART
    assert all(made.draft for made in step.made.values())
    table.sign()
    file = case_file(table.replica, table.case_id)
    step.refresh(file)
    remade(table, step, qtbot)
    assert step.place.notice.text() == ""
    assert not any(made.draft for made in step.made.values())


def said_below(table: SignedTable) -> str:
    """What the line at the foot of the room says when nothing lacks."""
    return table.open().foot._said


def test_a_row_nobody_signed_is_told_beside_the_answer_in_force(table: SignedTable) -> None:
    table.sign()
    with table.replica.transaction() as db:
        db.execute(
            "INSERT INTO rec_decision SELECT 'falsk', case_id, removed, '{}', hash, seal, signer_id, signer_name,"
            " '9999-01-01T00:00:00+00:00', 'nej', start, \"end\", standing FROM rec_decision"
        )
    note = DecisionNote(table.context)
    note.refresh(case_file(table.replica, table.case_id))
    assert note.text().startswith("Svaret er givet kl. 10.42 af Bodil.")
    assert note.text().endswith(FORGED)
    assert note._weight is Weight.TROUBLE
