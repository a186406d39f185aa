# SPDX-License-Identifier: MPL-2.0
""" "Opslag i din sag" over a real server: what everybody's desks have logged of a case, each line once."""

from __future__ import annotations

from collections import Counter

import pytest

from app.papers.kinds import PaperKind
from app.services import issue
from app.services.desk import Desk
from app.services.looks import NOT_SHOWN, FromAfar, Looks, ask_everywhere, everybodys
from app.services.sharing import Sharing
from app.store import upward
from app.store.unit_of_work import Refused
from app.sync.faults import Offline
from app.sync.profile import Profile
from app.sync.status import State
from tests.sync.cable import Cable
from tests.sync.desks import DeskOf, Desks, at_once
from tests.sync.shared import SOUTH, SharedDatabase, Someone, new_id


def service(desk: DeskOf) -> Desk:
    return Desk(desk.replica, clock=lambda: desk.clock)


def note(desk: DeskOf, case_id: str, action: str, by: Someone | None = None) -> None:
    service(desk).note(desk.hand(by), case_id, action)


def sharing(desk: DeskOf, profile: Profile | None = None) -> Sharing:
    """The sharing as the program has it, with no thread of its own: an errand needs none."""
    made = Sharing(
        service(desk), profile or desk.profile, at_once, lambda _: None, lambda _: None, lambda *_: None, start=False
    )
    made.sign_in(desk.one.person_id, desk.one.login, desk.one.password)
    return made


def asked(desk: DeskOf, case_id: str, profile: Profile | None = None) -> Looks:
    """The whole list, as the paper is given it."""
    there = sharing(desk, profile)
    try:
        return everybodys(service(desk), desk.hand(), case_id, ask_everywhere(there, desk.hand(), case_id))
    finally:
        there.stop()


def pressed(looks: Looks) -> Counter[tuple[str, str, str]]:
    """What somebody did, without what the desks fetched by themselves."""
    return Counter((one.name, one.role, one.action) for one in looks.lines if one.action not in ("hentet", "opslag"))


@pytest.fixture
def two(desks: Desks) -> tuple[DeskOf, DeskOf, str]:
    """Vagn's desk, where the case was made, and the bestiller's."""
    vagn, bodil = desks.of("vagn"), desks.of("bodil")
    case_id = vagn.new_case("Nancy Ann Berggren")
    for desk in (vagn, bodil):
        assert desk.again().state is State.SHARED
    return vagn, bodil, case_id


def test_what_was_opened_on_one_desk_is_on_the_list_of_another(two: tuple[DeskOf, DeskOf, str]) -> None:
    vagn, bodil, case_id = two
    note(vagn, case_id, "åbnet")
    note(vagn, case_id, "udskrevet")
    note(bodil, case_id, "åbnet")
    vagn.again()
    bodil.again()
    note(bodil, case_id, "cpr vist")  # not handed up yet
    looks = asked(bodil, case_id)
    assert looks.everywhere
    assert looks.lacks == ""
    assert pressed(looks) == {
        ("Vagn Vejleder", "vejleder", "åbnet"): 1,
        ("Vagn Vejleder", "vejleder", "udskrevet"): 1,
        ("Bodil Bestiller", "bestiller", "åbnet"): 1,
        ("", "bestiller", "cpr vist"): 1,  # this desk has no account of hers in the test
    }
    fetched = {one.name for one in looks.lines if one.action == "hentet"}
    assert "Bodil Bestiller" in fetched


def test_the_list_itself_is_a_look_that_is_logged_once(two: tuple[DeskOf, DeskOf, str], shared: SharedDatabase) -> None:
    _, bodil, case_id = two
    first, again = asked(bodil, case_id), asked(bodil, case_id)
    assert [one.role for one in first.lines if one.action == "opslag"] == ["bestiller"]
    assert first == again, "the paper is the same version when it is printed as when it was seen"
    noted = shared.owner.execute("SELECT person FROM rundbord_data.access WHERE action = 'opslag'").fetchall()
    assert [str(person) for (person,) in noted] == [shared.bodil.person_id]


def test_a_line_whose_receipt_was_lost_is_on_the_list_once(
    two: tuple[DeskOf, DeskOf, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, bodil, case_id = two
    note(bodil, case_id, "åbnet")

    def lost(*_: object) -> None:
        raise Offline("væk")

    with monkeypatch.context() as cut:
        cut.setattr(upward, "access_sent", lost)
        bodil.again()
    assert [one.action for one in upward.unsent_looks(bodil.replica, case_id)] == ["åbnet"]
    assert pressed(asked(bodil, case_id)) == {("Bodil Bestiller", "bestiller", "åbnet"): 1}


def test_without_a_network_the_list_is_this_desks_and_says_so(two: tuple[DeskOf, DeskOf, str], cable: Cable) -> None:
    vagn, bodil, case_id = two
    note(vagn, case_id, "åbnet")
    note(bodil, case_id, "åbnet")
    vagn.again()
    bodil.again()
    cable.pull_out()
    looks = asked(bodil, case_id, cable.profile)
    assert not looks.everywhere
    assert looks.lacks.startswith("Listen viser kun opslag fra denne computer. Der er ingen forbindelse")
    assert {(one.role, one.action) for one in looks.lines} == {("bestiller", "åbnet")}


def test_somebody_who_has_not_typed_their_password_here_is_told_why(two: tuple[DeskOf, DeskOf, str]) -> None:
    _, bodil, case_id = two
    there = sharing(bodil)
    there.sign_out(bodil.one.person_id)
    found = ask_everywhere(there, bodil.hand(), case_id)
    there.stop()
    assert found == FromAfar(None, "Du er ikke logget ind i den fælles database her.")
    assert not everybodys(service(bodil), bodil.hand(), case_id, found).everywhere


def test_a_case_the_server_does_not_have_yet_is_told_of_as_this_desk_alone_knows_it(desks: Desks) -> None:
    bodil = desks.of("bodil")
    bodil.round()
    case_id = bodil.new_case("Ny")
    note(bodil, case_id, "åbnet")
    looks = asked(bodil, case_id)
    assert (looks.everywhere, len(looks.lines)) == (False, 1)
    assert NOT_SHOWN in looks.lacks


def test_a_colleague_of_another_team_who_reads_the_case_is_not_shown_its_log(
    two: tuple[DeskOf, DeskOf, str], desks: Desks, shared: SharedDatabase
) -> None:
    """The log is the team's to answer for: a grant of the case is none of its log."""
    _, _, case_id = two
    shared.connect("bodil").execute("SELECT rundbord.grant_case(%s, %s, 'full')", (case_id, shared.sofie.person_id))
    sofie = desks.of("sofie")
    sofie.again()
    looks = asked(sofie, case_id)
    assert not looks.everywhere
    assert NOT_SHOWN in looks.lacks


def test_a_role_that_may_not_see_the_log_is_refused_at_the_desk_too(two: tuple[DeskOf, DeskOf, str]) -> None:
    vagn, _, case_id = two
    with pytest.raises(Refused, match="slået op"):
        asked(vagn, case_id)


def test_a_case_that_has_moved_takes_its_log_along(
    two: tuple[DeskOf, DeskOf, str], desks: Desks, shared: SharedDatabase
) -> None:
    vagn, _, case_id = two
    note(vagn, case_id, "åbnet")
    vagn.again()
    shared.connect("lene").execute("SELECT rundbord.move_case(%s, %s)", (case_id, shared.team(SOUTH)))
    sofie = desks.of("sofie")
    sofie.again()
    assert ("Vagn Vejleder", "vejleder", "åbnet") in pressed(asked(sofie, case_id))
    assert shared.connect("bodil").execute("SELECT rundbord.looks(%s)", (case_id,)).fetchone() == (None,)


def test_what_a_desk_says_of_the_time_is_no_more_than_what_it_says(
    two: tuple[DeskOf, DeskOf, str], shared: SharedDatabase
) -> None:
    """A line with no moment in it stands at the time the server had it, and stops nobody's list."""
    _, bodil, case_id = two
    entry = f'[{{"n": 1, "at": "i går", "role": "x", "case": "{case_id}", "action": "rod"}}]'
    shared.connect("bodil").execute("SELECT rundbord.push_access(%s, %s)", (entry, new_id()))
    (odd,) = [one for one in asked(bodil, case_id).lines if one.action == "rod"]
    assert odd.at.tzinfo is not None


def test_a_leder_prints_the_list_of_everybodys_looks(two: tuple[DeskOf, DeskOf, str], desks: Desks) -> None:
    vagn, _, case_id = two
    note(vagn, case_id, "åbnet")
    vagn.again()
    lene = desks.of("lene")
    lene.again()
    there = sharing(lene)
    afar = ask_everywhere(there, lene.hand(), case_id)
    there.stop()
    desk = service(lene)
    source = issue.gather(desk, lene.hand(), case_id, None, (PaperKind.LOOKUPS,), afar)
    paper = issue.issue(desk, lene.hand(), case_id, issue.render(source, PaperKind.LOOKUPS, named=True))
    assert lene.again().state is State.SHARED
    assert lene.rows("SELECT sent FROM issued_paper WHERE paper_id = ?", paper.id) == [("accepted",)]
    assert lene.rows("SELECT count(*) FROM change WHERE refused IS NOT NULL") == [(0,)]
    vagn.again()
    assert [row["type"] for row in vagn.values("paper").values()] == ["opslag"]
    with pytest.raises(Refused, match="planen og svaret"):
        issue.issue(desk, lene.hand(), case_id, issue.render(source, PaperKind.CONTACTS))
