# SPDX-License-Identifier: MPL-2.0
"""The clock of a desk is set back or forward between two runs of the program: ids no longer come in the order of writing."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from uuid import UUID

import pytest

from app.store import unit_of_work
from app.sync.status import State
from tests.sync.desks import Desks, goals

HOUR = 3600
YEARS = 5 * 365 * 24 * HOUR


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Set the clock of the desks so many seconds from now: as a program started anew would make its ids."""
    at, dice = [1_780_000_000_000], Random(7)

    def made() -> UUID:
        at[0] += 1
        return UUID(int=at[0] << 80 | 7 << 76 | dice.getrandbits(12) << 64 | 2 << 62 | dice.getrandbits(62))

    monkeypatch.setattr(unit_of_work, "uuid7", made)

    def by(seconds: int) -> None:
        at[0] += seconds * 1000

    return by


@pytest.mark.parametrize("seconds", [-HOUR, YEARS, -YEARS])
def test_what_was_written_before_and_after_is_shared_in_the_order_it_was_written(
    desks: Desks, clock: Callable[[int], None], seconds: int
) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    goal = here.write(case_id, "goal", words="først")
    clock(seconds)
    for text in ("så", "til sidst"):
        here.write(case_id, "goal", goal, words=text)
    here.write(case_id, "task", text="ny opgave")
    here.round()
    status = here.again()
    assert (status.state, status.unsent, status.set_aside) == (State.SHARED, 0, 0)
    there.round()
    assert goals(there) == goals(here) == ["til sidst"]
    assert there.stands() == here.stands()
    clock(-2 * seconds)
    there.write(case_id, "goal", goal, words="vejlederens")
    there.round()
    here.round()
    here.write(case_id, "goal", goal, words="bestillerens")
    here.round()
    there.round()
    assert goals(there) == goals(here) == ["bestillerens"]
    assert there.stands() == here.stands()


@pytest.mark.parametrize("seed", range(4))
def test_two_pens_on_one_laptop_whose_clock_jumps(desks: Desks, clock: Callable[[int], None], seed: int) -> None:
    dice = Random(seed)
    here, there = desks.of("bodil", "vagn"), desks.of("lene")
    vagn = here.guests[0]
    case_id = here.new_case("Nancy Ann")
    goal = here.write(case_id, "goal", by=vagn, words="ét")
    for n in range(8):
        clock(dice.choice((-HOUR, HOUR, YEARS, -YEARS)))
        here.write(case_id, "goal", goal, by=dice.choice((here.one, vagn)), words=f"udgave {n}")
        if dice.random() < 0.3:
            here.engine.sign_out(vagn.person_id)
            here.round()
            here.engine.sign_in(vagn.person_id, vagn.login, vagn.password)
    for _ in range(4):
        here.again()
    assert (here.status.state, here.status.unsent, here.status.set_aside) == (State.SHARED, 0, 0)
    there.round()
    assert there.stands() == here.stands()
