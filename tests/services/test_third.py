# SPDX-License-Identifier: MPL-2.0
"""Treenighed (G4): a plan changed by two of the three tells the third, once and politely, and the history says who took part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.roles import Hand, Role
from app.models.kinds import intensity_id, singleton_id
from app.papers.kinds import PaperKind
from app.services import cases, decide, history, issue, lists, seats, third, undo
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, set_table

LATER = TODAY + timedelta(days=7)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """The first meeting has been held with all three, the plan is signed and at home, and a week has gone."""
    made = set_table(tmp_path)
    sit(made, BODIL, VAGN)
    made.yes()
    decide.sign(made.desk, BODIL, made.case_id, PASSWORD)
    give_plan(made)
    cases.end_meeting(made.desk, VAGN, made.case_id)
    on(made, LATER)
    yield made
    made.desk.replica.close()


def on(table: Table, day: date) -> None:
    at = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)
    table.desk.clock = lambda: at


def sit(table: Table, *people: Hand) -> None:
    """These sit down with the citizen today."""
    meeting_id = cases.begin_meeting(table.desk, people[0], table.case_id)
    seats.seat(table.desk, people[0], table.case_id, meeting_id, people)


def give_plan(table: Table) -> None:
    source = issue.gather(table.desk, BODIL, table.case_id, issue.Delivery())
    issue.issue(table.desk, BODIL, table.case_id, issue.render(source, PaperKind.PLAN))


def told(table: Table, hand: Hand, kind: str = "without") -> list[str]:
    return [row.text for row in third.waiting(table.desk, hand) if row.kind == kind]


def set_aside(table: Table, hand: Hand) -> None:
    for row in third.waiting(table.desk, hand):
        if row.kind == "without":
            third.set_aside(table.desk, hand, row)


def frame(table: Table, text: str) -> None:
    (support,) = table.file.support
    table.type(BODIL, "support", support.id, "frame", text)


def goal(table: Table, text: str) -> None:
    table.type(VAGN, "goal", table.file.goals[0].id, "done_when", text)


def test_a_plan_changed_with_two_of_three_tells_the_third_and_the_history_says_who_took_part(table: Table) -> None:
    """Row G4, as its tester does it."""
    sit(table, BODIL)
    frame(table, "Hver uge")
    assert told(table, VAGN) == ["Planen er ændret, uden at du var med: støtten. Bodil Bestiller og borgeren var med."]
    assert told(table, BODIL) == []
    lines = history.told(table.desk, VAGN, table.case_id)
    (changed,) = [one for one in lines if one.words == "Hver uge"]
    assert changed.there == ("Bodil Bestiller (bestiller)", "borgeren")
    (first,) = [one for one in lines if one.words == "Kan køre med bus 318"]
    assert first.there == ("Bodil Bestiller (bestiller)", "Vagn Vejleder (vejleder)", "borgeren")
    set_aside(table, VAGN)
    assert told(table, VAGN) == []
    newest = history.told(table.desk, BODIL, table.case_id)[0]
    assert (newest.hand, newest.what, newest.there) == (VAGN, "Har set, hvad der er ændret i planen", ())


def test_it_goes_the_other_way_too_and_says_what_was_changed_in_the_order_of_the_plan(table: Table) -> None:
    table.add(VAGN, "follow_up", date="14-01-2027")
    table.add(VAGN, "goal", goal="Kan lave mad")
    goal(table, "Han tager bussen selv")
    assert told(table, BODIL) == [
        "Planen er ændret, uden at du var med: mål 1, mål 2, opfølgningen. Vagn Vejleder skrev det uden møde."
    ]
    assert told(table, VAGN) == []


def test_the_drafting_of_the_first_meeting_is_news_to_nobody(tmp_path: Path) -> None:
    made = set_table(tmp_path)
    made.yes()  # nobody has been seated: still it is the first meeting
    assert told(made, BODIL) == told(made, VAGN) == []
    decide.sign(made.desk, BODIL, made.case_id, PASSWORD)
    assert told(made, BODIL) == told(made, VAGN) == []
    made.desk.replica.close()


def test_a_plan_handed_over_or_a_meeting_held_is_agreed_as_a_signed_one_is(tmp_path: Path) -> None:
    made = set_table(tmp_path)
    made.single(BODIL, "plan", "purpose", "Kommer rundt")
    made.add(VAGN, "goal", goal="Kan køre med bus 318")
    give_plan(made)
    made.single(BODIL, "plan", "purpose", "Kommer rundt på egen hånd")
    assert len(told(made, VAGN)) == 1
    set_aside(made, VAGN)
    sit(made, BODIL, VAGN)
    on(made, LATER)
    made.single(BODIL, "plan", "purpose", "Kommer ud")
    assert len(told(made, VAGN)) == 1
    made.desk.replica.close()


def test_at_the_table_together_nothing_is_told_and_after_it_ended_it_is(table: Table) -> None:
    sit(table, BODIL, VAGN)
    frame(table, "Hver uge")
    goal(table, "Han tager bussen selv")
    assert told(table, VAGN) == told(table, BODIL) == []
    cases.end_meeting(table.desk, VAGN, table.case_id)
    frame(table, "Hver anden uge")
    assert told(table, VAGN) == ["Planen er ændret, uden at du var med: støtten. Bodil Bestiller skrev det uden møde."]


def test_one_notice_a_day_and_case_whatever_is_changed_on(table: Table) -> None:
    frame(table, "Hver uge")
    table.single(BODIL, "plan", "purpose", "Kommer ud")
    assert told(table, VAGN) == [
        "Planen er ændret, uden at du var med: formålet, støtten. Bodil Bestiller skrev det uden møde."
    ]
    set_aside(table, VAGN)
    frame(table, "Hver anden uge")
    assert told(table, VAGN) == []
    on(table, LATER + timedelta(days=1))
    assert told(table, VAGN) == [
        "Planen er ændret 3. december, uden at du var med: støtten. Bodil Bestiller skrev det uden møde."
    ]


def test_two_days_are_two_lines_and_the_history_reads_both(table: Table) -> None:
    frame(table, "Hver uge")
    on(table, LATER + timedelta(days=1))
    table.single(BODIL, "plan", "purpose", "Kommer ud")
    assert len(told(table, VAGN)) == 2
    missed = third.read(table.desk, VAGN, table.case_id)
    lines = [one for one in history.told(table.desk, VAGN, table.case_id) if one.change_id in missed]
    assert [one.words for one in lines] == ["Kommer ud", "Hver uge"]
    assert told(table, VAGN) == []


def test_set_is_taken_back_where_it_was_set_and_by_no_undo_in_the_room(table: Table) -> None:
    frame(table, "Hver uge")
    goal(table, "Han tager bussen selv")
    (row,) = [row for row in third.waiting(table.desk, VAGN) if row.kind == "without"]
    third.set_aside(table.desk, VAGN, row)
    assert undo.undo(table.desk, VAGN, table.case_id).name == "skriv"
    assert told(table, VAGN) == []
    third.take_back(table.desk, VAGN, row)
    assert told(table, VAGN) == [row.text]
    newest = history.told(table.desk, VAGN, table.case_id)[0]
    assert newest.what != "Har set, hvad der er ændret i planen", "to take it back is no news"


def test_what_is_no_part_of_the_plan_is_no_news(table: Table) -> None:
    (support,) = table.file.support
    table.type(BODIL, "support", support.id, "need", "Transport")
    table.single(BODIL, "notes", "bestiller", "Et notat")
    table.single(BODIL, "answer", "facts", "Samtale")
    lists.add(table.desk, BODIL, table.case_id, "next_step")
    (one,) = table.file.goals
    table.type(VAGN, "goal", one.id, "theme", "Transport")
    assert told(table, VAGN) == told(table, BODIL) == []


def test_begun_and_taken_away_again_or_undone_is_no_news_and_what_was_agreed_and_goes_is(table: Table) -> None:
    added = table.add(VAGN, "goal", goal="Kan lave mad")
    lists.remove(table.desk, VAGN, table.case_id, "goal", added)
    goal(table, "Han tager bussen selv")
    undo.undo(table.desk, VAGN, table.case_id)
    assert told(table, BODIL) == []
    (agreed,) = table.file.goals
    lists.remove(table.desk, VAGN, table.case_id, "goal", agreed.id)
    assert told(table, BODIL) == [
        "Planen er ændret, uden at du var med: et mål, der er taget væk. Vagn Vejleder skrev det uden møde."
    ]


def test_who_came_to_the_case_later_is_told_nothing_from_before(table: Table) -> None:
    frame(table, "Hver uge")
    sanne = Hand("sanne", "Sanne Sørensen", Role.VEJLEDER)
    table.type(BODIL, "case", table.case_id, "vejleder", sanne.name)
    assert told(table, sanne) == told(table, VAGN) == []
    frame(table, "Hver anden uge")
    assert len(told(table, sanne)) == 1


@pytest.mark.parametrize("role", [Role.LEDER, Role.RAADGIVER])
def test_a_leader_or_an_adviser_is_none_of_the_three(table: Table, role: Role) -> None:
    frame(table, "Hver uge")
    assert third.waiting(table.desk, VAGN._replace(role=role)) == ()


def test_one_person_in_both_roles_is_told_nothing_of_what_they_did(table: Table) -> None:
    table.type(BODIL, "case", table.case_id, "vejleder", BODIL.name)
    frame(table, "Hver uge")
    assert told(table, BODIL) == told(table, BODIL._replace(role=Role.VEJLEDER)) == []


# ---------------------------------------------------------------------------------------------- the citizen's: a paper


def test_the_citizen_who_was_not_there_is_told_by_a_new_plan_of_which_both_are_reminded(table: Table) -> None:
    frame(table, "Hver uge")
    for hand in (BODIL, VAGN):
        assert told(table, hand, "give_plan") == [third.SIGN_AND_GIVE]
    decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    for hand in (BODIL, VAGN):
        assert told(table, hand, "give_plan") == [third.GIVE]
    give_plan(table)
    for hand in (BODIL, VAGN):
        assert told(table, hand, "give_plan") == []


def test_the_citizen_who_was_there_gets_no_reminder_nor_one_whose_plan_says_the_same_again(table: Table) -> None:
    sit(table, BODIL)
    frame(table, "Hver uge")
    assert told(table, VAGN, "give_plan") == []
    cases.end_meeting(table.desk, BODIL, table.case_id)
    (support,) = table.file.support
    goal(table, "Han tager bussen selv")
    assert told(table, VAGN, "give_plan") == [third.SIGN_AND_GIVE]
    goal(table, "")
    table.type(BODIL, "support", support.id, "frame", "")
    assert told(table, VAGN, "give_plan") == []


def test_a_plan_that_was_only_saved_is_not_at_home(tmp_path: Path) -> None:
    made = set_table(tmp_path)
    made.single(BODIL, "plan", "purpose", "Kommer rundt")
    made.add(VAGN, "goal", goal="Kan køre med bus 318")
    source = issue.gather(made.desk, BODIL, made.case_id, issue.Delivery(issue.NOT_GIVEN))
    issue.issue(made.desk, BODIL, made.case_id, issue.render(source, PaperKind.PLAN))
    made.single(BODIL, "plan", "purpose", "Kommer ud")
    assert third.waiting(made.desk, VAGN) == ()
    assert made.file.plan.id == singleton_id(made.case_id, "plan")
    made.desk.replica.close()


def test_how_much_support_is_given_is_of_the_plan_though_nobody_decides_it(table: Table) -> None:
    (support,) = table.file.support
    table.type(VAGN, "intensity", intensity_id(table.case_id, support.id), "text", "To timer om ugen")
    assert told(table, BODIL) == [
        "Planen er ændret, uden at du var med: hvor meget støtte. Vagn Vejleder skrev det uden møde."
    ]
    assert told(table, BODIL, "give_plan") == [third.GIVE]
    give_plan(table)
    assert told(table, BODIL, "give_plan") == []


def test_what_was_found_out_of_a_plan_at_home_holds_until_somebody_writes_on_the_case(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame(table, "Hver uge")
    known: third.Known = {}
    assert [row.text for row in third.waiting(table.desk, BODIL, known)] == [third.SIGN_AND_GIVE]
    gathered: list[str] = []
    real = issue.gather
    monkeypatch.setattr(issue, "gather", lambda *args: gathered.append(args[2]) or real(*args))
    assert [row.text for row in third.waiting(table.desk, BODIL, known)] == [third.SIGN_AND_GIVE]
    assert gathered == []
    decide.sign(table.desk, BODIL, table.case_id, PASSWORD)
    third.forget(known, {table.case_id})
    assert [row.text for row in third.waiting(table.desk, BODIL, known)] == [third.GIVE]
    assert gathered == [table.case_id]


def test_a_case_that_cannot_be_read_takes_no_other_line_along(table: Table) -> None:
    frame(table, "Hver uge")
    table.sql("UPDATE rec_meeting SET date = 'i går' WHERE case_id = ?", table.case_id)
    assert [row.kind for row in third.waiting(table.desk, VAGN)] == ["without"]
