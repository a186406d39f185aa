# SPDX-License-Identifier: MPL-2.0
"""A decision made, moved, altered or taken away past the bestiller's password (promise 2; C1): refused, or shown as tampered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.kinds import Decision, singleton_id
from app.papers.kinds import PaperKind
from app.services import cases, edit, history, issue, lists, referrals
from app.services.decide import CLOCK, has_moved_on, sign
from app.services.desk import Desk
from app.services.record_export import record
from app.store import queries
from app.store.accounts import account
from app.store.seal import LockedKey, canonical, open_account_key, seal_decision
from app.store.unit_of_work import Refused, UnitOfWork, new_id, new_step
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, set_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    made.yes()
    sign(made.desk, BODIL, made.case_id, PASSWORD)
    yield made
    made.desk.replica.close()


def standing(table: Table) -> Decision:
    assert table.file.decision is not None
    return table.file.decision.decision


def shown_as_tampered(table: Table) -> bool:
    file = table.file
    source = issue.gather(table.desk, VAGN, table.case_id)
    made = [issue.render(source, kind) for kind in (PaperKind.PLAN, PaperKind.LETTER)]
    assert all(one.draft and one.broken_seal for one in made)
    assert not record(file, TODAY)["result"]["signed"]
    return file.decision is not None and not file.decision.authentic


CHANGES: dict[str, Callable[[UnitOfWork, str], None]] = {
    "register": lambda work, one: work.register("decision", one, {"removed": True}),
    "restore": lambda work, one: work.restore("decision", one, {"removed": True}),
    "restore words": lambda work, one: work.restore("decision", one, {"content": "{}"}),
    "write": lambda work, one: work.write("decision", one, {"target_group": "nej"}),
    "remove": lambda work, one: work.remove("decision", one),
    "draft": lambda work, one: work.keep_draft("decision", one, "content", "{}", "fordi"),
}


@pytest.mark.expects_log("app.store", "WARNING", "may not write decision.")
@pytest.mark.parametrize("hand", [BODIL, VAGN])
@pytest.mark.parametrize("how", CHANGES)
def test_no_unit_of_work_changes_what_is_signed(table: Table, how: str, hand: Hand) -> None:
    before = standing(table)
    with pytest.raises(Refused), table.desk.step(hand, table.case_id, "x") as work:
        CHANGES[how](work, before.id)
    assert standing(table) == before
    assert table.refusals()[-1][0] == hand.person_id


@pytest.mark.parametrize(
    "forged",
    [
        {"signed_at": "2027-01-01T00:00:00+00:00"},
        {"content": "{"},
        {"content": "[]"},
        {"end": date(2029, 1, 1)},
        {"removed": True},
        {"target_group": "nej"},
    ],
)
def test_a_sealed_copy_with_another_face_does_not_get_in(table: Table, forged: dict[str, object]) -> None:
    copy = replace(standing(table), id=new_id(), **forged)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="ikke underskrevet"), table.desk.step(BODIL, table.case_id, "x") as work:
        work.create(copy)
    assert len(table.file.decisions) == 1


def test_a_decision_is_not_moved_to_another_case(table: Table) -> None:
    other = cases.new_citizen(table.desk, VAGN, "En anden", "gaden").case_id
    copy = standing(table)
    for case_id in (other, table.case_id):
        moved = replace(copy, id=new_id(), case_id=case_id)
        with pytest.raises(Refused), table.desk.step(BODIL, other, "x") as work:
            work.create(moved)
    table.sql("UPDATE rec_decision SET case_id = ?", other)
    moved_to = queries.case_file(table.desk.replica, other).decision
    assert moved_to is not None
    assert not moved_to.authentic
    assert shown_as_tampered(table), "and the case it was taken from knows that it had one"


@pytest.mark.parametrize(
    "edited",
    [
        "\"end\" = '2029-12-31'",
        "start = NULL",
        "removed = 1",
        "signed_at = 'i går'",
        "content = replace(content, 'Fordi', 'Derfor')",
        """content = '{"reason":"Derfor",' || substr(content, 2)""",
    ],
)
def test_an_edited_row_is_tampered(table: Table, edited: str) -> None:
    table.sql(f"UPDATE rec_decision SET {edited}")
    assert shown_as_tampered(table)


def test_taking_the_newest_away_does_not_put_the_old_in_force(table: Table) -> None:
    table.single(BODIL, "answer", "reason", "En bedre grund")
    newest = sign(table.desk, BODIL, table.case_id, PASSWORD)
    table.sql("DELETE FROM rec_decision WHERE id = ?", newest)
    assert shown_as_tampered(table)
    assert standing(table).id == newest


@pytest.mark.parametrize("edited", ["signed_at = '9999-01-01T00:00:00+00:00'", "seal = 'x'", "removed = 1"])
def test_a_new_signature_lies_over_what_was_tampered_with(table: Table, edited: str) -> None:
    table.sql(f"UPDATE rec_decision SET {edited}")
    anew = sign(table.desk, BODIL, table.case_id, PASSWORD)
    assert standing(table).id == anew
    assert [one.authentic for one in table.file.decisions] == [False, True]


def test_no_decision_is_dated_before_the_one_it_takes_the_place_of(table: Table) -> None:
    slow = Desk(table.desk.replica, lambda: table.desk.clock() - timedelta(days=3))
    with pytest.raises(UserError, match="uret her siger") as doubt:
        sign(slow, BODIL, table.case_id, PASSWORD)
    assert doubt.value.field == CLOCK
    assert len(table.file.decisions) == 1


def test_a_clock_that_was_far_ahead_once_does_not_bar_the_next_answer(table: Table) -> None:
    ahead, now = table.desk.clock() + timedelta(days=400), table.desk.clock()
    first = sign(Desk(table.desk.replica, lambda: ahead), BODIL, table.case_id, PASSWORD)
    table.single(BODIL, "answer", "reason", "En bedre grund")
    with pytest.raises(UserError, match="uret her siger"):
        sign(table.desk, BODIL, table.case_id, PASSWORD)
    second = sign(table.desk, BODIL, table.case_id, PASSWORD, sure_of_day=True)
    assert standing(table).id == second != first
    assert standing(table).signed_at == now.isoformat(timespec="seconds")


def test_a_broken_seal_is_no_answer_to_go_home_with(table: Table) -> None:
    table.sql("UPDATE rec_decision SET seal = 'x'")
    with pytest.raises(UserError, match="ikke fået svar"):
        cases.end_meeting(table.desk, VAGN, table.case_id)


@pytest.mark.parametrize("paragraph", ["82B", "82b ", "85", "ukendt"])
def test_a_paragraph_nobody_knows_is_no_way_past_the_wall(table: Table, paragraph: str) -> None:
    days = {"start": date(2027, 1, 1), "end": date(2033, 1, 1)}
    lists.add(table.desk, BODIL, table.case_id, "support", {"paragraph": paragraph, "offer": "Mere", **days})
    with pytest.raises(UserError, match="mangler: støtte"):
        sign(table.desk, BODIL, table.case_id, PASSWORD)


def test_no_period_ends_before_it_begins(table: Table) -> None:
    days = {"start": date(2027, 3, 1), "end": date(2027, 1, 1)}
    lists.add(table.desk, BODIL, table.case_id, "support", {"paragraph": "82a", "offer": "Forløb", **days})
    with pytest.raises(UserError, match="slutte, før"):
        sign(table.desk, BODIL, table.case_id, PASSWORD)


@pytest.mark.parametrize(
    ("name", "said", "lacks"),
    [("target_group", "måske", "svar på målgruppe"), ("reason", "\u200b\u00a0\ufeff", "begrundelse")],
)
def test_an_answer_that_says_nothing_is_none(table: Table, name: str, said: str, lacks: str) -> None:
    answer = singleton_id(table.case_id, "answer")
    edit.write_value(table.desk, BODIL, table.case_id, "answer", answer, name, said, new_step("x"))
    with pytest.raises(UserError, match=f"mangler: {lacks}"):
        sign(table.desk, BODIL, table.case_id, PASSWORD)


def test_an_import_that_is_refused_is_logged(table: Table) -> None:
    head = "CPR-nr;Fornavn;Efternavn;Henvist dato;Jobcenter\n"
    row = "291182-9996;Kirsten;Berggren;20-11-2026;Jobcenter Fredericia\n"
    adviser = Hand("raad", "Rikke Rådgiver", Role.RAADGIVER)
    with pytest.raises(Refused):
        referrals.take_in(table.desk, adviser, (head + row).encode())
    noted = queries.access_lines(table.desk.replica, "")
    assert [(line.person_id, line.action) for line in noted[:1]] == [("raad", "afvist")]


@pytest.mark.parametrize(
    "said",
    [
        {"decided_at": "i går"},
        {"decided_at": "2026-11-26T10:00:00"},
        {"support": ["82b"]},
        {"support": {"paragraph": "82b"}},
        {"goals": [5]},
        {"basis": "intet"},
    ],
)
def test_a_true_seal_on_a_copy_nobody_can_read_is_none(table: Table, said: dict[str, object]) -> None:
    """A bestiller's own program may seal anything; what came by it would shut everybody out of the case."""
    key = open_account_key(LockedKey.from_json(account(table.desk.replica, BODIL.person_id).locked_key), PASSWORD)  # type: ignore[union-attr]
    row = standing(table)
    content = {**json.loads(row.content), **said}
    seal = seal_decision(key, content)
    table.sql(
        "UPDATE rec_decision SET content = ?, hash = ?, seal = ?, signed_at = ?",
        canonical(content).decode(), seal.hash, seal.seal, str(content["decided_at"]),
    )  # fmt: skip
    assert shown_as_tampered(table)
    assert not has_moved_on(table.file)


@pytest.mark.parametrize("said", ["Noget helt andet", "", None])
def test_what_weighed_changed_in_the_signed_copy_breaks_the_seal(table: Table, said: str | None) -> None:
    table.single(BODIL, "answer", "considerations", "At du selv vil")
    sign(table.desk, BODIL, table.case_id, PASSWORD)
    row = standing(table)
    content = {**json.loads(row.content), "considerations": said}
    if said is None:
        del content["considerations"]
    table.sql("UPDATE rec_decision SET content = ? WHERE id = ?", canonical(content).decode(), row.id)
    assert [one.authentic for one in table.file.decisions if one.decision.id == row.id] == [False]


def test_a_decision_sealed_before_the_copy_had_what_weighed_still_holds(table: Table) -> None:
    key = open_account_key(LockedKey.from_json(account(table.desk.replica, BODIL.person_id).locked_key), PASSWORD)  # type: ignore[union-attr]
    content = {k: v for k, v in json.loads(standing(table).content).items() if k != "considerations"}
    seal = seal_decision(key, content)
    table.sql(
        "UPDATE rec_decision SET content = ?, hash = ?, seal = ?", canonical(content).decode(), seal.hash, seal.seal
    )
    assert table.file.decision is not None
    assert table.file.decision.authentic
    assert not has_moved_on(table.file)
    letter = issue.render(issue.gather(table.desk, VAGN, table.case_id), PaperKind.LETTER)
    assert not letter.draft
    assert not letter.broken_seal


@pytest.mark.parametrize("made_at", ["i går", "2026-11-26T10:00:00", "x" * 90])
def test_a_paper_that_says_no_moment_shuts_nobody_out_of_the_history(table: Table, made_at: str) -> None:
    paper_id = given(table)
    told = history.given(table.desk, BODIL, table.case_id)
    table.sql("UPDATE rec_paper SET made_at = ? WHERE id = ?", made_at, paper_id)
    assert [one.paper_id for one in history.given(table.desk, BODIL, table.case_id)] == [one.paper_id for one in told]


# ------------------------------------------------------------------------------------------------ a deadline to complain


def given(table: Table) -> str:
    """The letter is handed over today; the paper's id."""
    source = issue.gather(table.desk, VAGN, table.case_id, issue.Delivery(on=TODAY))
    return issue.issue(table.desk, BODIL, table.case_id, issue.render(source, PaperKind.LETTER)).id


@pytest.mark.parametrize(
    ("column", "value"),
    [("delivered_on", "2026-10-01"), ("delivered_on", "2027-03-01"), ("channel", "brevpost"), ("delivered_on", None)],
)
def test_an_edited_delivery_counts_as_none_and_moves_no_deadline(table: Table, column: str, value: str | None) -> None:
    paper_id = given(table)
    (paper,) = table.file.papers
    assert (paper.channel, paper.delivered_on) == ("udleveret", TODAY)
    table.sql(f"UPDATE rec_paper SET {column} = ? WHERE id = ?", value, paper_id)
    (paper,) = table.file.papers
    assert paper.delivered_on in (None, TODAY)
    assert issue.at_home(table.file) == {} or paper.delivered_on == TODAY


def test_a_paper_row_nobody_has_issued_counts_for_nothing(table: Table) -> None:
    given(table)
    table.sql(
        "INSERT INTO rec_paper SELECT 'opdigtet', case_id, removed, type, 0, hash, made_at, draft, decision_id, replaces,"
        " 'udleveret', '2026-10-01', guardian_copy, large, standing FROM rec_paper"
    )
    forged = next(p for p in table.file.papers if p.id == "opdigtet")
    assert (forged.channel, forged.delivered_on) == ("", None)
    assert issue.at_home(table.file)[PaperKind.LETTER].delivered_on == TODAY


def test_a_corrected_delivery_counts(table: Table) -> None:
    paper_id = given(table)
    later = issue.Delivery("brevpost", TODAY)
    issue.correct_delivery(table.desk, VAGN, table.case_id, paper_id, later)
    (paper,) = table.file.papers
    assert (paper.channel, paper.delivered_on) == ("brevpost", TODAY)
