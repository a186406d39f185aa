# SPDX-License-Identifier: MPL-2.0
"""One person with two roles on a case (C7): each act bears the role it was done in, and the leader sees which cases they are."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.roles import Hand, Role
from app.models.kinds import singleton_id
from app.services import accounts, caseload_export, cases, decide, history, seats
from app.store import caseload, queries
from app.store.accounts import account, save
from app.store.caseload import Asked, Sort
from app.store.roster import RosterPerson, take_roster
from app.store.seal import vouch
from app.store.unit_of_work import Refused
from tests.services.table import BODIL, PASSWORD, TODAY, VAGN, Table, root, set_table

BODIL_GUIDES = BODIL._replace(role=Role.VEJLEDER)
LENE = Hand("lene", "Lene Leder", Role.LEDER)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """Bodil's account has two roles; the case is hers as the bestiller, and Vagn guides."""
    made = set_table(tmp_path)
    give_roles(made, BODIL, (Role.BESTILLER, Role.VEJLEDER))
    yield made
    made.desk.replica.close()


def give_roles(table: Table, hand: Hand, roles: tuple[Role, ...]) -> None:
    own = account(table.desk.replica, hand.person_id)
    assert own is not None
    voucher = vouch(root(), hand.person_id, hand.name, [role.value for role in roles], own.public_key)
    save(table.desk.replica, replace(own, roles=roles, voucher=voucher))


def listed(table: Table, **asked: object) -> list[str]:
    return [row.two_roles for row in caseload.page(table.desk.replica, TODAY, Asked(two_roles=True, **asked))]  # type: ignore[arg-type]


def test_each_act_bears_the_role_it_was_done_in_and_the_leader_lists_the_case(table: Table) -> None:
    """Row C7, as its tester does it."""
    desk, case_id = table.desk, table.case_id
    for role in (Role.BESTILLER, Role.VEJLEDER):
        hand = accounts.sign_in(desk, BODIL.person_id, PASSWORD, role)
        assert hand == BODIL._replace(role=role)
        cases.open_case(desk, hand, case_id)
    assert listed(table) == [], "to look at a case is no act on it"
    table.yes()
    goal = table.add(BODIL_GUIDES, "goal", goal="Kan lave mad")
    decide.sign(desk, BODIL, case_id, PASSWORD)

    lines = history.told(desk, VAGN, case_id)
    assert {one.words: one.hand for one in lines if one.words in ("Kommer rundt på egen hånd", "Kan lave mad")} == {
        "Kommer rundt på egen hånd": BODIL,
        "Kan lave mad": BODIL_GUIDES,
    }
    assert (lines[0].what, lines[0].hand) == ("Svaret er underskrevet", BODIL)
    file = table.file
    assert file.hands[goal, "goal"].hand == BODIL_GUIDES
    assert file.hands[singleton_id(case_id, "plan"), "purpose"].hand == BODIL
    looks = {(x.role, x.action) for x in queries.access_lines(desk.replica, case_id) if x.person_id == BODIL.person_id}
    assert {("bestiller", "åbnet"), ("vejleder", "åbnet")} <= looks
    assert listed(table) == ["Bodil Bestiller"]


@pytest.mark.expects_log("app.store", "WARNING", "refused")
def test_neither_role_lends_the_other_its_pen(table: Table) -> None:
    table.yes()
    with pytest.raises(Refused):
        table.single(BODIL_GUIDES, "plan", "purpose", "Noget andet")
    with pytest.raises(UserError):
        decide.sign(table.desk, BODIL_GUIDES, table.case_id, PASSWORD)
    with pytest.raises(Refused):
        table.add(BODIL, "goal", goal="Kan lave mad")
    assert listed(table) == []


def test_named_in_two_roles_is_listed_and_no_more_when_another_is_named(table: Table) -> None:
    table.type(BODIL, "case", table.case_id, "vejleder", BODIL.name)
    assert listed(table) == ["Bodil Bestiller"]
    table.type(BODIL, "case", table.case_id, "vejleder", VAGN.name)
    assert listed(table) == []


def test_a_coordinator_who_guides_is_listed(table: Table) -> None:
    table.type(BODIL, "case", table.case_id, "bestiller", "Karen Koordinator")
    cases.appoint_coordinator(table.desk, BODIL, table.case_id, BODIL.name)
    assert listed(table) == []
    table.type(BODIL, "case", table.case_id, "vejleder", BODIL.name)
    assert listed(table) == ["Bodil Bestiller"]


def test_at_the_table_in_another_role_than_one_is_named_in_is_listed(table: Table) -> None:
    meeting = table.file.meeting
    assert meeting is not None
    seats.seat(table.desk, BODIL_GUIDES, table.case_id, meeting.id, [BODIL_GUIDES])
    assert listed(table) == ["Bodil Bestiller"]


def test_what_was_written_before_the_second_role_was_given_counts_too(table: Table) -> None:
    table.add(VAGN, "goal", goal="Kan lave mad")
    table.type(BODIL, "case", table.case_id, "vejleder", "")
    give_roles(table, VAGN, (Role.VEJLEDER, Role.BESTILLER))
    assert listed(table) == []
    table.single(VAGN._replace(role=Role.BESTILLER), "plan", "purpose", "Kommer rundt")
    assert listed(table) == ["Vagn Vejleder"]


def test_whoever_the_shared_database_gives_two_roles_is_known_as_one_of_them(table: Table) -> None:
    sanne = Hand("sanne", "Sanne Sørensen", Role.VEJLEDER)
    told = RosterPerson(sanne.person_id, sanne.name, ("vejleder", "bestiller"), "", "")
    take_roster(table.desk.replica, [told])
    table.add(sanne, "goal", goal="Kan lave mad")
    table.single(sanne._replace(role=Role.BESTILLER), "plan", "purpose", "Kommer rundt")
    assert listed(table) == ["Sanne Sørensen"]


def test_one_role_costs_a_key_pause_nothing(table: Table) -> None:
    """Of somebody with one role nothing is asked and nothing noted: the statements are those there were."""
    said: list[str] = []
    table.add(VAGN, "goal", goal="Kan lave mad")
    table.desk.replica.connection.set_trace_callback(said.append)
    table.add(VAGN, "goal", goal="Kan køre bus")
    table.desk.replica.connection.set_trace_callback(None)
    assert said
    assert not [one for one in said if "case_hand" in one or "account" in one or "roster" in one or "informed" in one]


@pytest.mark.parametrize("sort", [None, *Sort])
def test_they_are_found_by_their_own_index_whatever_the_order(table: Table, sort: Sort | None) -> None:
    table.type(BODIL, "case", table.case_id, "vejleder", BODIL.name)
    said: list[str] = []
    table.desk.replica.connection.set_trace_callback(said.append)
    assert listed(table, sort=sort) == ["Bodil Bestiller"]
    table.desk.replica.connection.set_trace_callback(None)
    (asked,) = [one for one in said if "two_roles <> ''" in one]
    plan = table.desk.replica.connection.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall()
    assert any("line_two_roles" in row[3] for row in plan)


@pytest.mark.parametrize("form", [caseload_export.JSON, caseload_export.CSV])
@pytest.mark.parametrize(("hand", "told"), [(LENE, "Bodil Bestiller"), (VAGN, "")])
def test_a_file_tells_a_leader_who_and_nobody_else(table: Table, form: str, hand: Hand, told: str) -> None:
    table.type(BODIL, "case", table.case_id, "vejleder", BODIL.name)
    to = io.BytesIO()
    export = caseload_export.begin(table.desk, hand, Asked(), form, to)
    while export.more():
        pass
    export.finish()
    text = to.getvalue().decode("utf-8-sig")
    if form == caseload_export.JSON:
        assert [case["two_roles"] for case in json.loads(text)["cases"]] == [told]
    else:
        heading, line = text.splitlines()
        assert heading.endswith(";To roller")
        assert line.rpartition(";")[2] == told
