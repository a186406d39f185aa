# SPDX-License-Identifier: MPL-2.0
"""The cable is out for the whole meeting, and then it is put in: the record stands once, and the decision as it was signed."""

from __future__ import annotations

from datetime import timedelta

import pytest

import tests.services.table as meeting
from app.papers.kinds import PaperKind
from app.services import cases, settings
from app.services.decide import sign
from app.services.desk import Desk
from app.services.issue import gather, issue, render
from app.store import queries
from app.sync.status import State
from tests.sync.cable import Cable
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SharedDatabase


def seated(desk: DeskOf, shared: SharedDatabase) -> None:
    """The municipality vouches for those at the table, here and in the shared database."""
    desk.replica.root_public = meeting.root().public_key
    for one in (desk.one, *desk.guests):
        account = meeting.seat(desk.replica, desk.hand(one))
        shared.owner.execute(
            "UPDATE rundbord_data.person SET public_key = %s, voucher = %s WHERE id = %s",
            (account.public_key, account.voucher, one.person_id),
        )


@pytest.mark.parametrize("cut", [None, 0, 1, 3])
def test_the_cable_is_out_for_the_meeting_and_the_decision_is_as_signed(
    desks: Desks, shared: SharedDatabase, cable: Cable, monkeypatch: pytest.MonkeyPatch, cut: int | None
) -> None:
    here, there = desks.of("bodil", "vagn", profile=cable.profile), desks.of("lene")
    bodil, vagn = here.hand(), here.hand(here.guests[0])
    monkeypatch.setattr(meeting, "BODIL", bodil)
    monkeypatch.setattr(meeting, "VAGN", vagn)
    seated(here, shared)
    there.replica.root_public = here.replica.root_public
    here.round()
    there.round()

    cable.pull_out()
    desk = Desk(here.replica, clock=lambda: here.clock)
    settings.load_municipality(desk, bodil, "Øvelse Kommune")
    opened = cases.new_citizen(desk, vagn, "Magnus Lauridsen", "jobcenter")
    cases.begin_meeting(desk, vagn, opened.case_id, "Vores Netværk")
    table = meeting.Table(desk, opened.case_id, opened.citizen_id)
    table.yes()
    here.again()
    here.clock += timedelta(minutes=40)
    sign(desk, bodil, opened.case_id, meeting.PASSWORD)
    given = issue(desk, vagn, opened.case_id, render(gather(desk, vagn, opened.case_id), PaperKind.PLAN))
    signed = queries.case_file(here.replica, opened.case_id)
    assert here.again().state is State.OFFLINE
    before = here.stands()

    cable.put_in()
    if cut is not None:
        cable.answers_left = cut
        here.again()
        cable.put_in()
    assert here.again().state is State.SHARED
    here.round()
    there.round()

    assert here.stands() == before == there.stands()
    decisions = shared.owner.execute("SELECT fields FROM rundbord_data.change WHERE kind = 'decision'").fetchall()
    assert len(decisions) == 1
    for file in (queries.case_file(d.replica, opened.case_id) for d in (here, there)):
        assert file.decision == signed.decision
        assert file.decision is not None
        assert file.decision.authentic
        assert file.decision.decision.hash == decisions[0][0]["hash"]
        assert file.conversations == ()
    paper = there.session().paper(given.id)
    assert paper is not None
    assert paper.hex() == here.rows("SELECT pdf FROM issued_paper")[0][0]
    logged = shared.owner.execute("SELECT count(*) FROM rundbord_data.access WHERE action = 'udskrevet'").fetchone()
    assert logged == (1,)
    assert all(len(table) == 1 for table in (there.values("case"), there.values("citizen"), there.values("plan")))
