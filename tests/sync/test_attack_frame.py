# SPDX-License-Identifier: MPL-2.0
"""The frame is the bestiller's, what is given within it the vejleder's, and a wish is no support, by whatever change (C5).

Everybody here is signed in and writes their own changes, as a hostile desk would.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.roles import Role
from app.models.kinds import intensity_id
from app.services import revisits
from app.services.desk import Desk
from app.services.revisits import Stage, stage_of
from app.store import listing, queries
from app.sync.status import State
from tests.sync.desks import DeskOf, Desks
from tests.sync.log import accepted, send
from tests.sync.shared import SharedDatabase, change, new_case, new_id

GRANTED = {"paragraph": "82b", "offer": "Støtte", "start": "2026-12-01", "end": "2027-05-31", "frame": "To timer"}


def test_a_vejleder_writes_on_no_support_by_any_change(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case, support = new_case(bodil), new_id()
    made = [
        change(case, "support", support, {"removed": False, "position": 0}),
        change(case, "support", support, GRANTED),
    ]
    accepted(bodil, *made)
    tries = [
        *(change(case, "support", support, {name: "x"}, "vejleder") for name in ("offer", "frame", "paragraph")),
        change(case, "support", support, {"start": "2026-12-01", "end": "2029-12-01"}, "vejleder"),
        change(case, "support", support, {"frame": "x"}, "vejleder", over={"frame": [made[1]["id"]]}),
        change(case, "support", support, {"removed": False}, "vejleder"),  # what the bestiller takes away stays away
        change(case, "support", new_id(), {"removed": False}, "vejleder"),
        change(case, "support", new_id(), GRANTED, "vejleder"),
    ]
    assert {*send(vagn, *tries)} == {("refused", "pen")}
    assert send(vagn, change(case, "support", new_id(), GRANTED)) == [("refused", "role")]  # nor in a role he has not


def test_how_much_is_given_is_the_vejleders_alone_and_in_its_own_case(shared: SharedDatabase) -> None:
    bodil, vagn, rasmus = (shared.connect(who) for who in ("bodil", "vagn", "rasmus"))
    case, other, support = new_case(bodil), new_case(bodil), new_id()
    bodil.execute("SELECT rundbord.grant_case(%s, %s, 'shared')", (case, shared.rasmus.person_id))
    now = intensity_id(case, support)
    first = change(case, "intensity", now, {"text": "To besøg"}, "vejleder")
    accepted(vagn, first)
    accepted(vagn, change(case, "intensity", now, {"text": "Fire besøg"}, "vejleder", over={"text": [first["id"]]}))
    assert send(bodil, change(case, "intensity", now, {"text": "Nul"})) == [("refused", "pen")]
    assert send(rasmus, change(case, "intensity", now, {"text": "Nul"}, "rådgiver")) == [("refused", "pen")]
    assert send(vagn, change(other, "intensity", now, {"text": "x"}, "vejleder")) == [("refused", "wrong_record")]
    stolen = change(other, "intensity", intensity_id(case, new_id()), {"text": "x"}, "vejleder")
    assert send(vagn, stolen) == [("refused", "wrong_record")]  # an id of another case's


def test_a_wish_is_asked_by_one_pen_and_answered_by_the_other(shared: SharedDatabase) -> None:
    bodil, vagn, lene = (shared.connect(who) for who in ("bodil", "vagn", "lene"))
    case, asked = new_case(bodil), new_id()
    wish = change(case, "revisit_request", asked, {"removed": False, "offer": "Værested", "why": "Alene"}, "vejleder")
    accepted(vagn, wish)
    for name in ("answer", "support_id"):
        assert send(vagn, change(case, "revisit_request", asked, {name: "ja"}, "vejleder")) == [("refused", "pen")]
        assert send(lene, change(case, "revisit_request", asked, {name: "ja"}, "leder")) == [("refused", "pen")]
    for name in ("offer", "why"):
        assert send(bodil, change(case, "revisit_request", asked, {name: "x"})) == [("refused", "pen")]
    taken = change(case, "revisit_request", asked, {"removed": True}, over={"removed": [wish["id"]]})
    assert send(bodil, taken) == [("refused", "pen")]
    accepted(bodil, change(case, "revisit_request", asked, {"answer": "Rammen rækker"}))


def test_a_wish_becomes_no_support_by_being_called_one(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case, asked = new_case(bodil), new_id()
    accepted(vagn, change(case, "revisit_request", asked, {"removed": False, "offer": "Værested"}, "vejleder"))
    assert send(vagn, change(case, "support", asked, {"offer": "Værested"}, "vejleder"))[0][0] == "refused"
    assert send(bodil, change(case, "support", asked, {"offer": "Værested"})) == [("refused", "wrong_record")]
    with_rest = {"offer": "Værested", "paragraph": "82b", "frame": "Hver dag"}
    assert send(vagn, change(case, "revisit_request", new_id(), with_rest, "vejleder"))[0][0] != "accepted"
    rows = shared.owner.execute("SELECT FROM rundbord_data.change WHERE kind = 'support'").fetchall()
    assert rows == []


def test_an_adviser_reads_and_writes_nothing_of_a_wish(shared: SharedDatabase) -> None:
    bodil, vagn, rasmus = (shared.connect(who) for who in ("bodil", "vagn", "rasmus"))
    case = new_case(bodil)
    wish = change(case, "revisit_request", new_id(), {"removed": False, "offer": "Værested"}, "vejleder")
    accepted(vagn, wish, change(case, "goal", new_id(), {"words": "delt"}, "vejleder"))
    accepted(vagn, change(case, "intensity", intensity_id(case, new_id()), {"text": "To besøg"}, "vejleder"))
    bodil.execute("SELECT rundbord.grant_case(%s, %s, 'shared')", (case, shared.rasmus.person_id))
    kinds = {kind for (kind,) in rasmus.execute("SELECT kind FROM rundbord.present(ARRAY[%s]::uuid[])", (case,))}
    assert "goal" in kinds
    assert not kinds & {"revisit_request", "intensity", "support"}
    for fields in ({"offer": "x"}, {"answer": "x"}, {"removed": False, "offer": "x"}):
        told = send(rasmus, change(case, "revisit_request", wish["record"], fields, "rådgiver"))
        assert told[0][0] == "refused"


def test_it_waits_on_the_bestillers_day_as_soon_as_it_is_written(desks: Desks) -> None:
    """Live, over the sharing: the wish comes to her day by itself, and her no to his."""
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    with here.running() as hers, there.running() as his:
        there.until(lambda: there.do(lambda: len(there.values("case"))) == 1)
        here.until(lambda: here.status.state is State.SHARED)
        wish = there.do(lambda: there.write(case_id, "revisit_request", offer="Værested", why="Alene"))
        his.poke()

        def waits(desk: DeskOf) -> list[str]:
            hand, today = desk.hand(), desk.clock.date()
            rows = desk.do(lambda: listing.due(desk.replica, today, hand.role.value, "", hand.person_id))
            return [row.text for row in rows]

        assert here.hand().role is Role.BESTILLER
        here.until(lambda: waits(here) == ["Vejlederen ønsker revisitation: Værested"])
        here.do(lambda: here.write(case_id, "revisit_request", wish, answer="Rammen rækker"))
        hers.poke()
        there.until(lambda: waits(there) == ["Bodil har sagt nej til dit ønske om revisitation: Værested"])
        assert waits(here) == []


def test_two_bestillere_who_take_one_wish_along_apart_have_one_row(desks: Desks) -> None:
    beate = desks.shared.add("Beate Bestiller", ("bestiller",))
    his, hers, other = desks.of("vagn"), desks.of("bodil"), desks.of(beate.key)
    case_id = his.new_case("Nancy Ann")
    wish = his.write(case_id, "revisit_request", offer="Værested")
    for desk in (his, hers, other):
        desk.round()

    def taken(desk: DeskOf) -> str:
        return revisits.take_along(Desk(desk.replica, clock=lambda: desk.clock), desk.hand(), case_id, wish)

    rows = {taken(desk) for desk in (hers, other)}
    for desk in (hers, other, hers, his):
        desk.round()
    for desk in (his, hers, other):
        file = queries.case_file(desk.replica, case_id)
        assert [row.id for row in file.support] == list(rows)
        assert stage_of(file.revisit_requests[0], file) is Stage.DRAFTED
        assert file.conversations == ()


@pytest.mark.parametrize("first", ["bodil", "vagn"])
def test_begun_apart_at_two_desks_it_is_one_record(desks: Desks, tmp_path: Path, first: str) -> None:
    """Two vejledere who are out of reach of each other write how much is given: both stand, at one support (promise 4)."""
    viola = desks.shared.add("Viola Vejleder", ("vejleder",))
    one, other = desks.of("vagn"), desks.of(viola.key)
    case_id = one.new_case("Nancy Ann")
    one.round()
    other.round()
    now = intensity_id(case_id, new_id())
    for desk, words in ((one, "To besøg"), (other, "Tre besøg")):
        desk.write(case_id, "intensity", now, text=words)
    order = (one, other) if first == "vagn" else (other, one)
    for desk in (*order, *order):
        desk.round()
    for desk in order:
        assert list(desk.values("intensity")) == [now]
        assert len(desk.stands()["intensity", now][1]["text"]) == 2
