# SPDX-License-Identifier: MPL-2.0
"""A complex case has exactly one coordinator, dated, who sees to three things (H2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.answer import COORDINATOR, AnswerFacts, lacks
from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.kinds import Coordinator
from app.papers import clipboard
from app.services import cases, decide, edit, lists, seats, undo
from app.store.accounts import Account, save
from app.store.roster import RosterPerson, take_roster
from app.store.unit_of_work import new_id, new_step
from tests.services.table import BODIL, PASSWORD, VAGN, Table, seat, set_table

REFUSED = pytest.mark.expects_log("app.store", "WARNING", "refused")


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    table = set_table(tmp_path)
    for name in ("Karen Koordinator", "Kurt Koordinator"):
        seat(table.desk.replica, Hand(name.split()[0].casefold(), name, Role.BESTILLER))
    table.yes()
    yield table
    table.desk.replica.close()


def mark(table: Table, said: str = "ja") -> None:
    table.type(BODIL, "case", table.case_id, "complex", said)


def appoint(table: Table, name: str) -> None:
    cases.appoint_coordinator(table.desk, BODIL, table.case_id, name)


def standing(table: Table) -> list[tuple[str, date | None, date | None]]:
    return [(c.name, c.since, c.until) for c in table.file.coordinators]


@pytest.mark.parametrize(("complex_case", "count", "lacking"), [(True, 0, True), (True, 1, False), (True, 2, True)])
def test_a_complex_case_lacks_until_there_is_exactly_one(complex_case: bool, count: int, lacking: bool) -> None:
    assert (COORDINATOR in lacks(AnswerFacts(complex=complex_case, coordinators=count))) is lacking


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_case_that_is_not_complex_asks_for_none(count: int) -> None:
    assert COORDINATOR not in lacks(AnswerFacts(complex=False, coordinators=count))


def test_nothing_is_signed_on_a_complex_case_without_a_coordinator(table: Table) -> None:
    assert decide.lacking(table.file) == ()
    mark(table)
    assert decide.lacking(table.file) == (COORDINATOR,)
    with pytest.raises(UserError, match="én koordinerende sagsbehandler"):
        decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    appoint(table, "Karen Koordinator")
    decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert table.file.decision is not None


def test_a_change_is_dated_and_the_one_before_stays_in_the_history(table: Table) -> None:
    mark(table)
    first = table.desk.today()
    appoint(table, "Karen Koordinator")
    then = table.desk.clock() + timedelta(days=7)
    table.desk.clock = lambda: then
    appoint(table, "Bodil Bestiller")
    later = first + timedelta(days=7)
    assert standing(table) == [("Karen Koordinator", first, later), ("Bodil Bestiller", later, None)]


def test_never_two_at_once_by_any_service(table: Table) -> None:
    mark(table)
    appoint(table, "Karen Koordinator")
    (one,) = table.file.coordinators
    for act in (
        lambda: lists.add(table.desk, BODIL, table.case_id, "coordinator", {"name": "Nummer To"}),
        lambda: lists.remove(table.desk, BODIL, table.case_id, "coordinator", one.id),
        lambda: appoint(table, "  "),
    ):
        with pytest.raises(UserError):
            act()
    assert [c.until for c in table.file.coordinators] == [None]
    emptied = seats.write_coordinator(table.desk, BODIL, table.case_id, "", new_step("x"))
    assert not emptied.accepted
    assert [c.name for c in table.file.coordinators if c.until is None] == ["Karen Koordinator"]


def test_two_appointed_apart_lack_until_one_is_named(table: Table) -> None:
    mark(table)
    for name in ("Karen Koordinator", "Kurt Koordinator"):  # each on their own desk, before they were joined
        with table.desk.step(BODIL, table.case_id, "x") as work:
            work.create(Coordinator(id=new_id(), case_id=table.case_id, name=name, since=table.desk.today()))
    assert COORDINATOR in decide.lacking(table.file)
    appoint(table, "Kurt Koordinator")
    assert len(cases.coordinating(table.file)) == 1
    assert decide.lacking(table.file) == ()


def test_an_undone_change_puts_the_former_back(table: Table) -> None:
    mark(table)
    appoint(table, "Karen Koordinator")
    appoint(table, "Bodil Bestiller")
    undo.undo(table.desk, BODIL, table.case_id)
    assert [c.name for c in cases.coordinating(table.file)] == ["Karen Koordinator"]


@pytest.mark.parametrize("name", ["Magnus Lauridsen", "Vagn Vejleder", "anna rådgiver", "Lis Leder", "Mads Ukendt"])
def test_only_a_bestiller_with_an_account_coordinates(table: Table, name: str) -> None:
    """Never the citizen, a vejleder, an adviser, a leder alone or somebody nobody knows (H2, D3)."""
    for hand in (Hand("anna", "Anna Rådgiver", Role.RAADGIVER), Hand("lis", "Lis Leder", Role.LEDER)):
        save(table.desk.replica, Account(hand.person_id, hand.name, "", "", (hand.role,), "", "", "", ""))
    assert cases.coordinators(table.desk) == ("Bodil Bestiller", "Karen Koordinator", "Kurt Koordinator")
    with pytest.raises(UserError, match="Vælg en bestiller"):
        appoint(table, name)
    assert table.file.coordinators == ()
    assert not table.file.case.complex


def test_a_bestiller_of_the_shared_database_coordinates_until_their_access_ends(table: Table) -> None:
    kim = RosterPerson("kim", "Kim Kollega", ("bestiller",), "", "")
    take_roster(table.desk.replica, [kim])
    appoint(table, "kim kollega")
    assert [c.name for c in cases.coordinating(table.file)] == ["Kim Kollega"]
    take_roster(table.desk.replica, [replace(kim, closed=True)])
    assert "Kim Kollega" not in cases.coordinators(table.desk)
    assert [c.name for c in cases.coordinating(table.file)] == ["Kim Kollega"]  # and stays readable
    assert decide.lacking(table.file) == ()


def test_a_name_that_is_none_is_kept_in_its_field_with_the_reason(table: Table) -> None:
    mark(table)
    written = seats.write_coordinator(table.desk, BODIL, table.case_id, "Magnus Lauridsen", new_step("x"))
    assert (written.accepted, written.because[:17]) == (False, "Vælg en bestiller")
    assert table.file.drafts[table.case_id, "name"].text == "Magnus Lauridsen"
    assert seats.write_coordinator(table.desk, BODIL, table.case_id, "Karen Koordinator", new_step("x")).accepted
    assert table.file.drafts == {}


def test_nobody_is_renamed_once_appointed(table: Table) -> None:
    appoint(table, "Karen Koordinator")
    before = standing(table)
    (karen,) = table.file.coordinators
    for name, text in (("name", "Magnus Lauridsen"), ("until", "1-12-2026"), ("name", "")):
        with pytest.raises(UserError, match="udpeges"):
            edit.write_text(table.desk, BODIL, table.case_id, "coordinator", karen.id, name, text, new_step("x"))
    with pytest.raises(UserError, match="udpeges"):
        edit.write_value(table.desk, BODIL, table.case_id, "coordinator", karen.id, "name", "X", new_step("x"))
    assert standing(table) == before


@REFUSED
def test_only_the_bestiller_appoints_and_ticks(table: Table) -> None:
    with pytest.raises(UserError):
        cases.appoint_coordinator(table.desk, VAGN, table.case_id, "Vagn Vejleder")
    with pytest.raises(UserError):
        table.single(VAGN, "duties", "consent", "ja")
    assert table.file.coordinators == ()


@pytest.mark.parametrize("duty", ["information", "consent", "decision"])
def test_each_duty_is_ticked_with_who_and_when(table: Table, duty: str) -> None:
    mark(table)
    table.add(VAGN, "consent", party="Jobcenter Nord", given="ja")
    assert not getattr(table.file.duties, duty)
    table.single(BODIL, "duties", duty, "ja")
    file = table.file
    assert getattr(file.duties, duty)
    written = file.hands[file.duties.id, duty]
    assert (written.hand, written.at.date()) == (Hand("bodil", "Bodil Bestiller", Role.BESTILLER), table.desk.today())
    table.single(BODIL, "duties", duty, "nej")
    assert not getattr(table.file.duties, duty)


def test_that_there_is_consent_is_not_said_before_there_is_and_the_answer_comes_all_the_same(table: Table) -> None:
    """C6: what goes across sectors rests on a dated consent; without it the citizen still gets the ordinary answer."""
    mark(table)
    appoint(table, "Bodil Bestiller")
    consent = table.add(VAGN, "consent", party="Jobcenter Nord", given="nej")
    said = table.single(BODIL, "duties", "consent", "ja")
    assert not said.accepted
    assert "intet samtykke" in said.because
    assert not table.file.duties.consent
    table.type(VAGN, "consent", consent, "given", "ja")
    assert table.single(BODIL, "duties", "consent", "ja").accepted
    assert table.file.hands[consent, "given"].at.date() == table.desk.today()
    assert table.file.duties_now.consent
    cases.withdraw_consent(table.desk, BODIL, table.case_id, consent)
    assert not table.file.duties_now.consent, "the tick falls with the last consent there was"
    assert "Der er samtykke" not in {e.label for b in clipboard.blocks(table.file) for e in b.entries}
    assert not table.single(BODIL, "duties", "consent", "ja").accepted
    assert decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
