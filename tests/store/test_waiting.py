# SPDX-License-Identifier: MPL-2.0
"""How long people wait, from the contact to the answer and to the first support (A11): what one reckons by hand on ten cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.store import caseload
from app.store.caseload import Wait
from app.store.unsealed import mark
from tests.store.desk import TODAY, Store, fresh

DAY = timedelta(days=1)
TEN = (  # days from the contact to each answer, what it said, and to the support it grants
    [(0, "ja", 4)],
    [(0, "nej", None)],
    [(0, "udskudt", None), (14, "ja", 20)],  # put off is no answer yet
    [(3, "ja", 10), (90, "ja", 100)],  # the first answer and the first support
    [(7, "direkte § 85", None)],
    [(21, "ja", None)],
    [(30, "ja", 31)],
    [(5, "udskudt", None)],
    [],
    [(2, "ja", 9)],
)
TO_ANSWER = (0, 0, 2, 3, 7, 14, 21, 30)
TO_SUPPORT = (4, 9, 10, 20, 31)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh(tmp_path) as opened:
        yield opened


def come_and_go(
    store: Store, answers: list[tuple[int, str, int | None]], name: str = "Borger"
) -> tuple[str, list[str]]:
    """A case that began a hundred days ago, with the answers signed in it; its id and theirs."""
    contact = TODAY - 100 * DAY
    case_id, _ = store.come_in(name)
    store.sql("UPDATE rec_case SET contact_on = ? WHERE id = ?", contact.isoformat(), case_id)
    before, store.case_id = store.case_id, case_id
    signed = []
    for days, target, begins in answers:
        start = None if begins is None else contact + begins * DAY
        at = f"{contact + days * DAY}T23:30:00.000+01:00"
        content = '{"over": [' + ", ".join(f'"{one}"' for one in signed) + "]}"
        signed.append(store.plant("decision", target_group=target, start=start, content=content, signed_at=at))
    store.case_id = before
    return case_id, signed


def test_ten_cases_reckoned_by_hand(store: Store) -> None:
    for n, answers in enumerate(TEN):
        case_id, _ = come_and_go(store, answers, f"Borger {n}")
        store.sql("INSERT INTO case_team VALUES (?, ?)", "Nord" if n < 5 else "Syd", case_id)
    told = caseload.figures(store.replica, TODAY)
    assert (told.to_answer, told.to_support) == (Wait(len(TO_ANSWER), 5), Wait(len(TO_SUPPORT), 10))
    north = caseload.figures(store.replica, TODAY, "Nord")
    assert (north.to_answer, north.to_support) == (Wait(5, 3), Wait(3, 10))
    assert caseload.figures(store.replica, TODAY, "Syd").to_support == Wait(2, 20)


def test_between_two_in_the_middle_is_half_way(store: Store) -> None:
    for days in (1, 2):
        come_and_go(store, [(days, "nej", None)])
    assert caseload.figures(store.replica, TODAY).to_answer == Wait(2, 1.5)


def test_nobody_has_waited(store: Store) -> None:
    assert caseload.figures(store.replica, TODAY).to_answer == Wait(0, None)
    come_and_go(store, [(-3, "ja", -1)])  # a contact written in afterwards, and too late
    assert caseload.figures(store.replica, TODAY).to_answer == Wait(0, None)


def test_an_answer_that_does_not_hold_is_none(store: Store) -> None:
    case_id, (first, _second) = come_and_go(store, [(1, "ja", 5), (8, "ja", 12)])
    mark(store.replica, case_id, {first: ()})
    told = caseload.figures(store.replica, TODAY)
    assert (told.to_answer, told.to_support) == (Wait(1, 8), Wait(1, 12))


def test_a_contact_that_is_put_right_is_reckoned_from(store: Store) -> None:
    case_id, _ = come_and_go(store, [(7, "nej", None)])
    store.sql("UPDATE rec_case SET contact_on = ? WHERE id = ?", (TODAY - 98 * DAY).isoformat(), case_id)
    assert caseload.figures(store.replica, TODAY).to_answer == Wait(1, 5)
