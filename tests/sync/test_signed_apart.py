# SPDX-License-Identifier: MPL-2.0
"""Two bestillere sign on one case, each at a desk with no line: both answers stand everywhere until one is signed over them."""

from __future__ import annotations

from datetime import timedelta

import pytest

import tests.services.table as meeting
from app.models.casefile import CaseFile
from app.models.kinds import singleton_id
from app.services import cases, settings
from app.services.decide import sign
from app.services.desk import Desk
from app.store import queries
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SharedDatabase
from tests.sync.test_meeting_offline import seated


def at(desk: DeskOf) -> Desk:
    return Desk(desk.replica, clock=lambda: desk.clock)


def test_both_stand_on_every_desk_whatever_the_clocks_until_one_is_signed_over_them(
    desks: Desks, shared: SharedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague = shared.add("Bo Bestiller", ("bestiller",))
    here, there, late = desks.of("bodil", "vagn"), desks.of(colleague.key), desks.of("lene")
    bodil, vagn, bo = here.hand(), here.hand(here.guests[0]), there.hand()
    monkeypatch.setattr(meeting, "BODIL", bodil)
    monkeypatch.setattr(meeting, "VAGN", vagn)
    for desk in (here, there):
        seated(desk, shared)
    late.replica.root_public = here.replica.root_public
    for desk in (here, there):
        desk.round()
    settings.load_municipality(at(here), bodil, "Øvelse Kommune")
    opened = cases.new_citizen(at(here), vagn, "Magnus Lauridsen", "jobcenter")
    cases.begin_meeting(at(here), vagn, opened.case_id)
    meeting.Table(at(here), opened.case_id, opened.citizen_id).yes()
    for desk in (here, there):
        desk.round()

    there.clock += timedelta(days=-300)
    with at(there).step(bo, opened.case_id, "Svar") as work:
        work.write("answer", singleton_id(opened.case_id, "answer"), {"target_group": "nej"})
    own = sign(at(here), bodil, opened.case_id, meeting.PASSWORD)
    other = sign(at(there), bo, opened.case_id, meeting.PASSWORD)
    for desk in (there, here, there):
        desk.round()
    late.round()  # by present values: there is no log of it here

    def files() -> list[CaseFile]:
        return [queries.case_file(desk.replica, opened.case_id) for desk in (here, there, late)]

    for file in files():
        assert {(d.decision.id, d.authentic) for d in file.apart} == {(own, True), (other, True)}
        assert file.decision is None

    agreed = sign(at(here), bodil, opened.case_id, meeting.PASSWORD)
    for desk in (here, there, late):
        desk.round()
    for file in files():
        assert file.apart == ()
        assert file.decision is not None
        assert (file.decision.decision.id, file.decision.authentic) == (agreed, True)
