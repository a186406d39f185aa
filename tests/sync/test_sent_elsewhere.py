# SPDX-License-Identifier: MPL-2.0
"""What was copied at one desk is seen as sent at the other, by a real database; FFB's terms are the bestiller's there."""

from __future__ import annotations

import pytest

from app.models.kinds import FfbGroup
from app.papers.clipboard import Entry
from app.services import sending
from app.services.desk import Desk
from app.store import queries
from app.store.unit_of_work import Refused, new_id
from app.sync.status import State
from tests.sync.desks import DeskOf, Desks


def at(desk: DeskOf) -> Desk:
    return Desk(desk.replica, clock=lambda: desk.clock)


def board(desk: DeskOf, case_id: str) -> sending.Board:
    return sending.board(at(desk), queries.case_file(desk.replica, case_id))


def name_of(desk: DeskOf, case_id: str) -> Entry:
    return next(line.entry for _, lines in board(desk, case_id).blocks for line in lines if line.entry.label == "Navn")


def meet(*desks: DeskOf) -> None:
    for desk in (*desks, *desks):
        assert desk.round().state is State.SHARED


def test_what_one_desk_has_sent_the_other_sees_as_sent(desks: Desks) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    meet(here, there)
    case_id = here.new_case("Nancy Berggren")
    with here.work(case_id) as work:
        work.create(FfbGroup(id=new_id(), case_id=case_id, name="Angst"))
    sending.copied(at(here), here.hand(), case_id, [name_of(here, case_id)])
    meet(here, there)
    line = next(one for _, lines in board(there, case_id).blocks for one in lines if one.entry.label == "Navn")
    assert (line.quiet, line.by) == (True, here.hand().name)
    assert [one.name for one in queries.case_file(there.replica, case_id).ffb_groups] == ["Angst"]


def test_a_target_group_is_the_bestillers_at_the_vejleders_desk_too(desks: Desks, log_watch: object) -> None:
    there = desks.of("vagn")
    meet(there)
    case_id = there.new_case("Nancy Berggren")
    with pytest.raises(Refused), there.work(case_id) as work:
        work.create(FfbGroup(id=new_id(), case_id=case_id, name="Angst"))
    log_watch.take("app.store", 30, "refused")  # type: ignore[attr-defined]
