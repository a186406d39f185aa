# SPDX-License-Identifier: MPL-2.0
"""A decision signed with no network and not taken at home: told by name where people look, and never taken for one that holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.roles import Hand, Role
from app.services import aside, decide
from app.services.desk import Desk
from app.store import outgoing
from app.store.accounts import keys_that_decide
from app.store.listing import due
from app.store.outgoing import Verdict
from tests.services.apart import sign_elsewhere
from tests.services.table import BODIL, PASSWORD, VAGN, Table, seat, set_table

KAREN = Hand("karen", "Karen Kollega", Role.BESTILLER)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    outgoing.join(made.desk.replica)
    yield made
    made.desk.replica.close()


def sign_and_send(table: Table, reason: str = "") -> str:
    """Sign, and hear from the shared database: taken, or refused for this reason."""
    decision_id = decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    sent = outgoing.pending(table.desk.replica, BODIL.person_id)
    verdicts = {
        c.id: Verdict("refused", None, reason) if c.kind == "decision" and reason else Verdict("accepted", n)
        for n, c in enumerate(sent, 1000)
    }
    for change in outgoing.take_verdicts(table.desk.replica, BODIL.person_id, sent, verdicts).changes:
        table.desk.announce(change)
    return decision_id


def test_it_is_no_decision_and_is_told_on_the_record_and_on_todays_page_by_name(table: Table) -> None:
    table.yes()
    decision_id = sign_and_send(table, "competence")
    file = table.file
    assert file.decisions == ()
    assert file.refused is not None
    assert (file.refused.decision_id, file.refused.hand.name, file.refused.because) == (
        decision_id,
        "Bodil Bestiller",
        "competence",
    )
    for name in ("Bodil Bestiller", "Vagn Vejleder", ""):
        (row,) = [
            r for r in due(table.desk.replica, table.desk.today(), worker=name, reader="bodil") if r.kind == "refused"
        ]
        assert row.case_id == table.case_id
        assert "Bodil Bestiller" in row.text
    assert [
        r for r in due(table.desk.replica, table.desk.today(), worker="En Anden", reader="bodil") if r.kind == "refused"
    ] == []
    (told,) = aside.not_taken(table.desk, BODIL)
    assert (told.what, told.words, told.because) == ("Afgørelse", "", aside.REASONS["competence"])


def test_another_signature_takes_its_place(table: Table) -> None:
    table.yes()
    first = sign_and_send(table, "competence")
    later = Desk(table.desk.replica, lambda: table.desk.clock() + timedelta(minutes=5))
    second = sign_and_send(replace(table, desk=later))
    assert table.file.refused is None
    assert [d.decision.id for d in table.file.decisions] == [second]
    assert first != second
    assert [r for r in due(table.desk.replica, table.desk.today(), reader="bodil") if r.kind == "refused"] == []


def test_one_that_holds_already_stays_in_force_beside_it(table: Table) -> None:
    table.yes()
    first = sign_and_send(table)
    table.single(BODIL, "answer", "reason", "En anden grund")
    later = Desk(table.desk.replica, lambda: table.desk.clock() + timedelta(minutes=5))
    sign_and_send(replace(table, desk=later), "competence")
    assert [(d.decision.id, d.authentic) for d in table.file.decisions] == [(first, True)]
    assert table.file.refused is not None
    assert keys_that_decide(table.desk.replica, BODIL.person_id)
    assert aside.not_taken(table.desk, VAGN)


@pytest.mark.parametrize("later", [timedelta(hours=2), -timedelta(hours=2)])
def test_an_answer_from_another_desk_does_not_hide_it_whatever_the_clocks_said(
    table: Table, tmp_path: Path, later: timedelta
) -> None:
    table.yes()
    seat(table.desk.replica, KAREN)
    table.sql("INSERT INTO case_reader (case_id, person_id, seq, fetch) VALUES (?, 'karen', 1, 0)", table.case_id)
    theirs = sign_elsewhere(table.desk, table.case_id, tmp_path, KAREN, later=later)
    sign_and_send(table, "competence")
    theirs.comes(table.desk)
    file = table.file
    assert file.decision is not None
    assert file.decision.decision.id == theirs.decision_id
    assert file.refused is not None
    assert file.refused.hand.name == "Bodil Bestiller"
    (told,) = aside.not_taken(table.desk, BODIL)
    aside.put_by(table.desk, BODIL, told)
    assert table.file.refused is None, "read, and another holds"
