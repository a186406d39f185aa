# SPDX-License-Identifier: MPL-2.0
"""Asking an adviser, and what the adviser can and cannot do (C6, D3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.kinds import Goal, singleton_id
from app.services import accounts, advising, cases, decide, lists, undo
from app.store import listing, queries
from app.store.accounts import Account, save
from app.store.unit_of_work import new_id, new_step
from tests.services.reported import set_clock
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, set_table

ANNA = Hand("anna", "Anna Rådgiver", Role.RAADGIVER)
OLE = Hand("ole", "Ole Ekspert", Role.RAADGIVER)
REFUSED = pytest.mark.expects_log("app.store", "WARNING", "refused")


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    table = set_table(tmp_path)
    if table:
        for hand, place in ((ANNA, "VISO"), (OLE, "Firmaet")):
            save(
                table.desk.replica, Account(hand.person_id, hand.name, "", place, (Role.RAADGIVER,), "", "", "", "1234")
            )
        table.single(BODIL, "plan", "purpose", "Kommer rundt på egen hånd")
        table.add(VAGN, "goal", goal="Kan køre med bus 318")
        table.single(BODIL, "notes", "bestiller", "kun internt")
        yield table


def allow(table: Table, party: str = "VISO") -> str:
    """The citizen says yes to asking this party."""
    return table.add(BODIL, "consent", party=party, given="ja")


def ask(table: Table, adviser: Hand = ANNA, question: str = "Hvad virker mod angst i bus?") -> str:
    return advising.ask(table.desk, BODIL, table.case_id, adviser.person_id, question)


def advise(table: Table, hand: Hand, text: str) -> str:
    advice_id = advising.begin_advice(table.desk, hand, table.case_id)
    table.type(hand, "advice", advice_id, "text", text)
    return advice_id


def test_nobody_is_asked_without_the_citizens_consent(table: Table) -> None:
    with pytest.raises(
        UserError, match=r"ikke givet samtykke til, at I spørger Anna Rådgiver \(VISO\). Skriv det i trin 1 "
    ):
        ask(table)
    assert advising.asked_of(table.desk, ANNA) == ()
    assert ("bodil", "bestiller", "consent.party") in table.refusals()


@pytest.mark.parametrize("party", ["VISO", "viso", "Anna Rådgiver"])
def test_one_who_is_asked_sees_the_shared_part_and_nothing_else(table: Table, party: str) -> None:
    allow(table, party)
    ask(table)
    (asked,) = advising.asked_of(table.desk, ANNA)
    assert (asked.case_id, asked.number) == (table.case_id, table.file.case.number)
    seen = advising.open_shared(table.desk, ANNA, table.case_id)
    assert seen.plan.purpose == "Kommer rundt på egen hånd"
    assert [g.goal for g in seen.goals] == ["Kan køre med bus 318"]
    assert [r.question for r in seen.advice_requests] == ["Hvad virker mod angst i bus?"]
    whole = table.file
    for secret in (whole.citizen.name, whole.citizen.id, "kun internt", whole.consents[0].id):
        assert secret not in repr(seen)
    lines = queries.access_lines(table.desk.replica, table.case_id)
    assert ("anna", "rådgiver", "åbnet") in [(line.person_id, line.role, line.action) for line in lines]


def test_one_who_is_not_asked_sees_nothing_and_the_try_is_noted(table: Table) -> None:
    allow(table)
    ask(table)
    with pytest.raises(UserError, match="ikke spurgt"):
        advising.open_shared(table.desk, OLE, table.case_id)
    with pytest.raises(UserError, match="kan åbne en sag"):
        cases.open_case(table.desk, ANNA, table.case_id)
    assert [line[0] for line in table.refusals()] == ["ole", "anna"]


def test_a_role_that_is_only_claimed_opens_nothing(table: Table) -> None:
    allow(table)
    ask(table)
    with pytest.raises(UserError):
        advising.open_shared(table.desk, Hand("vagn", "Vagn Vejleder", Role.RAADGIVER), table.case_id)


@pytest.mark.parametrize("how", ["closed", "withdrawn", "consent removed", "request removed"])
def test_sharing_stops_and_what_was_advised_stays(table: Table, how: str) -> None:
    consent = allow(table)
    request = ask(table)
    advice = advise(table, ANNA, "Øv med en, man kender")
    stop: dict[str, Callable[[], object]] = {
        "closed": lambda: advising.close(table.desk, BODIL, table.case_id, request),
        "withdrawn": lambda: cases.withdraw_consent(table.desk, BODIL, table.case_id, consent),
        "consent removed": lambda: lists.remove(table.desk, BODIL, table.case_id, "consent", consent),
        "request removed": lambda: lists.remove(table.desk, BODIL, table.case_id, "advice_request", request),
    }
    stop[how]()
    assert advising.asked_of(table.desk, ANNA) == ()
    with pytest.raises(UserError):
        advising.read_shared(table.desk, ANNA, table.case_id)
    with pytest.raises(UserError):
        table.type(ANNA, "advice", advice, "text", "Noget andet")
    assert [a.text for a in table.file.advice] == ["Øv med en, man kender"]


def test_two_opposite_advices_stand_and_the_bestiller_writes_how_they_were_weighed(table: Table) -> None:
    for party, adviser in (("VISO", ANNA), ("Firmaet", OLE)):
        allow(table, party)
        ask(table, adviser)
    mine, theirs = advise(table, ANNA, "Begynd straks"), advise(table, OLE, "Vent et år")
    for hand, advice in ((BODIL, mine), (VAGN, theirs), (OLE, mine), (ANNA, theirs)):
        with pytest.raises(UserError):
            table.type(hand, "advice", advice, "text", "Rettet")
        with pytest.raises(UserError):
            lists.remove(table.desk, hand, table.case_id, "advice", advice)
    table.single(BODIL, "answer", "weighing", "Vi begynder, men roligt")
    file = table.file
    assert [(a.adviser, a.organisation, a.text, a.date) for a in file.advice] == [
        ("Anna Rådgiver", "VISO", "Begynd straks", TODAY),
        ("Ole Ekspert", "Firmaet", "Vent et år", TODAY),
    ]
    assert file.answer.weighing == "Vi begynder, men roligt"
    assert [a.text for a in advising.read_shared(table.desk, ANNA, table.case_id).advice] == [
        "Begynd straks",
        "Vent et år",
    ]


def test_an_adviser_takes_back_their_own_last_words(table: Table) -> None:
    allow(table)
    ask(table)
    advise(table, ANNA, "Begynd straks")
    undo.undo(table.desk, ANNA, table.case_id)
    assert [a.text for a in table.file.advice] == [""]


@REFUSED
@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("plan", "purpose", "Et andet formål"),
        ("answer", "target_group", "nej"),
        ("answer", "weighing", "Mit råd er bedst"),
        ("notes", "bestiller", "x"),
        ("story", "want", "x"),
        ("duties", "decision", "ja"),
    ],
)
def test_an_adviser_changes_neither_plan_nor_answer(table: Table, kind: str, name: str, text: str) -> None:
    allow(table)
    ask(table)
    before = table.file
    with pytest.raises(UserError):
        table.single(ANNA, kind, name, text)
    assert table.file == before


@REFUSED
def test_an_adviser_does_nothing_else_on_the_case(table: Table) -> None:
    allow(table)
    request = ask(table)
    meeting = cases.begin_meeting(table.desk, VAGN, table.case_id)
    case_id, desk = table.case_id, table.desk
    before = table.file
    for act in (
        lambda: lists.add(desk, ANNA, case_id, "goal"),
        lambda: lists.add(desk, ANNA, case_id, "advice"),
        lambda: lists.remove(desk, ANNA, case_id, "goal", before.goals[0].id),
        lambda: (
            lists.move(desk, ANNA, case_id, "support", "", 1)
            if before.support
            else advising.ask(desk, ANNA, case_id, OLE.person_id, "x")
        ),
        lambda: advising.close(desk, ANNA, case_id, request),
        lambda: (
            cases.begin_meeting(desk, ANNA, case_id)
            if not before.meeting
            else cases.end_without_decision(desk, ANNA, case_id, cases.Ending.GUIDANCE, "x")
        ),
        lambda: cases.appoint_coordinator(desk, ANNA, case_id, "Anna Rådgiver"),
        lambda: decide.sign(desk, ANNA, case_id, PASSWORD),
    ):
        with pytest.raises(UserError):
            act()
    with pytest.raises(UserError), desk.step(ANNA, case_id, "x") as work:
        work.register("meeting", meeting, {"ended": "nu"})
    with pytest.raises(UserError), desk.step(ANNA, case_id, "x") as work:
        work.create(Goal(id=new_id(), case_id=case_id))
    assert table.file == before


def test_advice_on_a_case_one_is_not_asked_on_is_refused(table: Table) -> None:
    with pytest.raises(UserError):
        advising.begin_advice(table.desk, ANNA, table.case_id)
    assert table.file.advice == ()


def test_nobody_writes_advice_in_an_advisers_name(table: Table) -> None:
    allow(table)
    ask(table)
    with pytest.raises(UserError):
        lists.add(table.desk, BODIL, table.case_id, "advice", {"person_id": ANNA.person_id, "text": "opdigtet"})
    assert table.file.advice == ()
    taken_down = lists.add(table.desk, BODIL, table.case_id, "advice", {"adviser": "VISO", "text": "pr. telefon"})
    lists.remove(table.desk, BODIL, table.case_id, "advice", taken_down)


def test_one_open_question_to_an_adviser_at_a_time(table: Table) -> None:
    allow(table)
    ask(table)
    with pytest.raises(UserError, match="allerede spurgt"):
        ask(table)
    with pytest.raises(UserError, match="hvad I vil spørge om"):
        ask(table, OLE, "  ")
    with pytest.raises(UserError, match="konto"):
        ask(table, VAGN)


@pytest.mark.parametrize("roles", [(Role.RAADGIVER, Role.BESTILLER), (Role.VEJLEDER, Role.RAADGIVER)])
def test_an_adviser_has_no_other_role(table: Table, roles: tuple[Role, ...]) -> None:
    with pytest.raises(UserError, match="alene rådgiver"):
        accounts.create_person(table.desk, "Ida", "", "", roles, PASSWORD, "1234", practice=True)


def test_an_advisers_account_is_made_and_decides_nothing(table: Table) -> None:
    made = accounts.create_person(table.desk, "Ida", "VISO", "", (Role.RAADGIVER,), PASSWORD, "1234", practice=True)
    assert made.decides is False
    assert accounts.sign_in(table.desk, made.person_id, PASSWORD).role is Role.RAADGIVER
    assert "Ida" in [a.name for a in advising.advisers(table.desk)]


def test_what_is_typed_of_a_question_waits_until_it_is_put(table: Table) -> None:
    advising.keep_asking(table.desk, BODIL, table.case_id, "question", "Hvad virk", new_step("x"), final=False)
    assert table.file.drafts[table.case_id, "question"].text == "Hvad virk"
    allow(table)
    ask(table)
    assert (table.case_id, "question") not in table.file.drafts
    assert table.file.advice_requests[0].asked_on == date(2026, 11, 26)
    assert singleton_id(table.case_id, "duties") == table.file.duties.id


def test_the_one_who_asked_is_told_that_the_advice_has_come_until_they_open_the_case(table: Table) -> None:
    """The adviser wrote, and nothing stood on the page of the one who waited for it."""

    def news(hand: Hand) -> list[str]:
        rows = listing.due(table.desk.replica, TODAY, hand.role.value, hand.name, hand.person_id)
        return [row.text for row in rows if row.kind == "advised"]

    allow(table)
    ask(table)
    cases.open_case(table.desk, BODIL, table.case_id)
    set_clock(table, TODAY, 11)
    advice_id = advising.begin_advice(table.desk, ANNA, table.case_id)
    assert news(BODIL) == [], "nothing is written yet"
    table.type(ANNA, "advice", advice_id, "text", "Prøv uden for myldretiden")
    assert news(BODIL) == ["Anna har skrevet det råd, du bad om"]
    assert news(VAGN) == news(ANNA) == []
    set_clock(table, TODAY, 12)
    cases.open_case(table.desk, BODIL, table.case_id)
    assert news(BODIL) == []
