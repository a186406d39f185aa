# SPDX-License-Identifier: MPL-2.0
"""A tampered decision's line in the list (C1)."""

from __future__ import annotations

from app.views.parts.table import CellRole, CellTone
from app.views.today.cases import Col
from tests.views.shell_desk import Desk


def test_a_tampered_decision_is_told_in_the_list(desk: Desk) -> None:
    model = desk.window.today.cases.model
    place = desk.context.desk.replica
    desk.window.today.cases.seals.try_now()
    desk.settle()
    column = [str(model.index(n, Col.STEP).data()) for n in range(model.rowCount())]
    assert "Segl brudt" not in column
    with_answer = next(n for n, words in enumerate(column) if words not in ("Ny", "I møde"))
    case_id = model.row(with_answer).case_id

    def forge() -> None:
        with place.transaction() as db:
            db.execute("UPDATE rec_decision SET target_group = 'nej' WHERE case_id = ?", (case_id,))

    desk.context.run(forge)
    desk.settle()
    desk.window.today.cases.seals.try_now()
    desk.settle()
    cell = model.index(model.place_of(case_id), Col.STEP)
    assert cell.data() == "Segl brudt"
    assert cell.data(CellRole.TONE) == CellTone.LATE
    months = model.index(model.place_of(case_id), Col.MONTHS)
    assert months.data() == "–"
    assert months.data(CellRole.SHARE) is None, "no days of a decision that does not hold"
