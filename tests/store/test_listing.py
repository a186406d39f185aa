# SPDX-License-Identifier: MPL-2.0
"""The lists: everybody is found by every spelling, in the order asked for, a page at a time, and nobody waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.roles import Role
from app.models.kinds import FollowUp, Task, singleton_id
from app.store import listing
from app.store.unit_of_work import new_id
from bench.replica_of import make
from tests.store.desk import BODIL, KEY, TODAY, VAGN, Store, fresh

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh(tmp_path) as opened:
        yield opened


def meet(store: Store, case_id: str, *days: date) -> None:
    with store.work(case_id=case_id) as work:
        for day in days:
            work.create(FollowUp(id=new_id(), case_id=case_id, date=day))


# ------------------------------------------------------------------------------------------------ what waits today


def task(store: Store, case_id: str, text: str, due: date, **more: Any) -> str:
    made = Task(id=new_id(), case_id=case_id, text=text, due=due, **more)
    with store.work(case_id=case_id) as work:
        work.create(made)
    return made.id


def waits(store: Store, role: Role | None = None, worker: str = "") -> list[tuple[str, str]]:
    return [(row.name, row.text) for row in listing.due(store.replica, TODAY, role.value if role else "", worker)]


def test_everything_that_waits_stands_in_the_order_it_is_due(store: Store) -> None:
    case_id, _ = store.come_in("Magnus")
    task(store, case_id, "Ring til jobcentret", TODAY)
    task(store, case_id, "Kan vente", TODAY + DAY)
    other, _ = store.come_in("Pia")
    meet(store, other, TODAY - 3 * DAY, TODAY + 3 * DAY)
    third, _ = store.come_in("Odd")
    meet(store, third, TODAY)
    fourth, _ = store.come_in("Else")
    with store.work(BODIL, case_id=fourth) as work:
        work.write("plan", singleton_id(fourth, "plan"), {"provisional_until": TODAY - DAY})
        work.write("answer", singleton_id(fourth, "answer"), {"target_group": "udskudt", "until": TODAY})
    assert waits(store) == [
        ("Pia", "I skulle have mødtes igen"),
        ("Else", "Formålet var foreløbigt: afklar det sammen"),
        ("Else", "Svaret er udskudt til i dag"),
        ("Magnus", "Ring til jobcentret"),
        ("Odd", "I mødes igen i dag"),
    ]


def test_a_task_that_is_done_waits_no_more(store: Store) -> None:
    case_id, _ = store.come_in("Magnus")
    task_id = task(store, case_id, "Ring", TODAY)
    with store.work(case_id=case_id) as work:
        work.write("task", task_id, {"done_on": TODAY})
    assert waits(store) == []


@pytest.mark.parametrize(
    ("for_role", "seen_by"), [("", {Role.BESTILLER, Role.VEJLEDER}), ("bestiller", {Role.BESTILLER})]
)
def test_a_task_is_shown_to_whom_it_is_for(store: Store, for_role: str, seen_by: set[Role]) -> None:
    case_id, _ = store.come_in("Magnus")
    task(store, case_id, "Ring", TODAY, for_role=for_role)
    assert {role for role in (Role.BESTILLER, Role.VEJLEDER) if waits(store, role)} == seen_by


def test_a_formaal_to_clarify_is_told_both_who_hold_the_case(store: Store) -> None:
    case_id, _ = store.come_in("Else", bestiller=BODIL.name, vejleder=VAGN.name)
    with store.work(BODIL, case_id=case_id) as work:
        work.write("plan", singleton_id(case_id, "plan"), {"provisional_until": TODAY})
    told = [("Else", "Formålet var foreløbigt: afklar det i dag")]
    assert waits(store, Role.BESTILLER, BODIL.name) == waits(store, Role.VEJLEDER, VAGN.name) == told
    assert waits(store, Role.VEJLEDER, "Sanne Sørensen") == []


def test_what_nobody_holds_is_everybodys(store: Store) -> None:
    case_id, _ = store.come_in("Åse", bestiller="Ole Olsen")
    meet(store, case_id, TODAY)
    assert waits(store, Role.VEJLEDER, VAGN.name) == [("Åse", "I mødes igen i dag")]
    assert waits(store, Role.BESTILLER, BODIL.name) == []


def test_nothing_waits_on_a_case_that_has_ended_but_its_tasks(store: Store) -> None:
    case_id, _ = store.come_in("Magnus", ended="kun rådgivning")
    meet(store, case_id, TODAY)
    task(store, case_id, "Giv jobcentret besked", TODAY)
    assert waits(store) == [("Magnus", "Giv jobcentret besked")]


# ---------------------------------------------------------------------------------------------- who is known here


def test_the_one_who_has_had_a_number_is_found_by_it(store: Store) -> None:
    case_id, citizen_id = store.come_in("Magnus Lauridsen", number="0504909995")
    near = listing.citizen_by_number(store.replica, "0504909995")
    assert near is not None
    assert (near.citizen_id, near.case_id, near.name) == (citizen_id, case_id, "Magnus Lauridsen")
    assert listing.citizen_by_number(store.replica, "0504909989") is None


def test_a_near_name_leads_to_the_newest_case(store: Store) -> None:
    _, citizen_id = store.come_in("Åse Ødegård", contact_on=TODAY - 400 * DAY)
    newest = store.case_id
    store.plant("case", newest, citizen_id=citizen_id, number="2", contact_on=TODAY)
    (near,) = listing.near_names(store.replica, "ød", None)
    assert near.case_id == newest


def test_the_open_case_is_the_newest_that_has_not_ended(store: Store) -> None:
    case_id, citizen_id = store.come_in("Magnus", contact_on=TODAY - 10 * DAY)
    store.plant("case", new_id(), citizen_id=citizen_id, contact_on=TODAY, ended="kun rådgivning")
    assert listing.open_case_of(store.replica, citizen_id) == case_id
    assert listing.open_case_of(store.replica, "ingen") is None


def test_the_page_of_today_among_ten_thousand(tmp_path: Path) -> None:
    make(tmp_path / "replica.db", KEY, 10_000)
    with fresh(tmp_path) as ten_thousand:
        assert listing.due(ten_thousand.replica, TODAY, "vejleder", "Vagn Vejleder")
