# SPDX-License-Identifier: MPL-2.0
"""Asking another party rests on the citizen's consent, and is not asked for any more when that is gone (C6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.models.kinds import Municipality
from app.papers.note_content import note_content
from app.services import cases, edit, lists, undo
from app.store import listing
from app.store.unit_of_work import new_step
from tests.services.table import BODIL, VAGN, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


def allow(table: Table, party: str = "Jobcenter Nord") -> str:
    return table.add(VAGN, "consent", party=party, purpose="Hvad er prøvet", given="ja")


def ask(table: Table, party: str = "jobcenter nord") -> None:
    cases.ask_party(table.desk, VAGN, table.case_id, party, "Hvad er prøvet?")


def due(table: Table) -> list[str]:
    return [row.text for row in listing.due(table.desk.replica, table.desk.today())]


@pytest.mark.parametrize("party", ["Egen læge", "Jobcenter", ""])
def test_nobody_is_asked_but_the_party_that_was_named(table: Table, party: str) -> None:
    allow(table)
    with pytest.raises(UserError, match="ikke givet samtykke"):
        ask(table, party)
    assert due(table) == []
    assert table.refusals() == [("vagn", "vejleder", "consent.party")]


def test_a_consent_that_was_refused_is_none(table: Table) -> None:
    table.add(VAGN, "consent", party="Jobcenter Nord", given="nej")
    with pytest.raises(UserError, match="ikke givet samtykke"):
        ask(table)


def test_withdrawn_it_takes_its_task_along_tells_both_roles_and_stays_in_the_history(table: Table) -> None:
    consent = allow(table)
    allow(table, "Egen læge")
    ask(table)
    ask(table, "Egen læge")
    assert due(table) == ["Spørg Egen læge: Hvad er prøvet?", "Spørg jobcenter nord: Hvad er prøvet?"] or due(
        table
    ) == [
        "Spørg jobcenter nord: Hvad er prøvet?",
        "Spørg Egen læge: Hvad er prøvet?",
    ]
    cases.withdraw_consent(table.desk, BODIL, table.case_id, consent)
    left = due(table)
    notice = "Samtykket til Jobcenter Nord er trukket tilbage: giv dem besked, og spørg ikke mere."
    assert sorted(left) == [notice, "Spørg Egen læge: Hvad er prøvet?"]
    for role in ("bestiller", "vejleder"):
        rows = listing.due(table.desk.replica, table.desk.today(), role)
        assert notice in [row.text for row in rows]
    (kept, _) = table.file.consents
    assert (kept.given, kept.given_on, kept.withdrawn_on) == (False, table.desk.today(), table.desk.today())
    with pytest.raises(UserError, match="ikke givet samtykke"):
        ask(table)


@pytest.mark.parametrize(
    "stop",
    [
        lambda t, c: lists.remove(t.desk, VAGN, t.case_id, "consent", c),
        lambda t, c: t.type(VAGN, "consent", c, "given", "nej"),
    ],
    ids=["removed", "no after all"],
)
def test_however_the_consent_goes_the_task_goes_with_it_and_comes_again(
    table: Table, stop: Callable[[Table, str], object]
) -> None:
    consent = allow(table)
    ask(table)
    stop(table, consent)
    assert due(table) == []
    undo.undo(table.desk, VAGN, table.case_id)
    assert due(table) == ["Spørg jobcenter nord: Hvad er prøvet?"]


def test_a_task_with_no_reason_said_goes_with_its_consent_as_well(table: Table) -> None:
    consent = allow(table)
    ask(table)
    with table.desk.replica.transaction() as db:
        db.execute("UPDATE rec_task SET reason = NULL")
    assert due(table) == ["Spørg jobcenter nord: Hvad er prøvet?"]
    table.type(VAGN, "consent", consent, "given", "nej")
    assert due(table) == []


def test_a_consent_keeps_the_day_it_was_given_and_is_given_anew(table: Table) -> None:
    consent = allow(table)
    assert table.file.consents[0].given_on == table.desk.today()
    cases.withdraw_consent(table.desk, BODIL, table.case_id, consent)
    assert table.file.consents_in_force == ()
    (told,) = note_content(table.file, Municipality(id="", case_id=""), table.desk.today()).consents
    assert told.endswith("ja 26. november 2026, trukket tilbage 26. november 2026.")
    seen = [table.file.hands[consent, "given"].change_id]
    step = new_step("skriv")
    edit.write_value(table.desk, VAGN, table.case_id, "consent", consent, "given", True, step, seen)
    (anew,) = table.file.consents_in_force
    assert (anew.given_on, anew.withdrawn_on) == (table.desk.today(), None)
    assert due(table) == []  # nobody is told any more to ask them nothing
    assert table.file.conversations == ()
    undo.undo(table.desk, VAGN, table.case_id)
    (back,) = table.file.consents
    assert (back.given, back.withdrawn_on) == (False, table.desk.today())
    assert len(due(table)) == 1


def test_a_no_after_all_was_given_on_no_day(table: Table) -> None:
    consent = allow(table)
    table.type(VAGN, "consent", consent, "given", "nej")
    (kept,) = table.file.consents
    assert (kept.given, kept.given_on, kept.withdrawn_on) == (False, None, None)
