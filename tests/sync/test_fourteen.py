# SPDX-License-Identifier: MPL-2.0
"""Fourteen ways other systems have lost people's words in sharing, each with what keeps it from happening here."""

from __future__ import annotations

import inspect
import itertools
from datetime import timedelta

import pytest

from app.services import conversation
from app.services.desk import Desk
from app.store import ahead, incoming, leaving, outgoing, queries
from app.store.conversations import conversations
from app.sync.status import State
from tests.conftest import ExpectLog
from tests.sync.cable import Cable
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SharedDatabase, change
from tests.sync.shared import push as pushed


def a_goal(*desks: DeskOf) -> tuple[str, str]:
    """A case with a goal that is on every desk."""
    case_id = desks[0].new_case("Nancy Ann")
    goal = desks[0].write(case_id, "goal", words="Jeg vil tage bussen")
    share(*desks, *desks)
    return case_id, goal


def share(*desks: DeskOf) -> None:
    for desk in desks:
        assert desk.again().state is State.SHARED


def said(desk: DeskOf, case_id: str) -> list[list[object]]:
    return [
        sorted(str(v) for s in talk.said for v in s.values.values()) for talk in conversations(desk.replica, case_id)
    ]


def test_01_one_field_edited_on_two_desks_is_not_overwritten(desks: Desks) -> None:
    """Mechanism: `over`. A change names the changes it was written over, so two made apart both stand."""
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id, goal = a_goal(here, there)
    here.write(case_id, "goal", goal, words="Jeg vil cykle")
    there.write(case_id, "goal", goal, words="Jeg vil gå")
    share(here, there, here)
    assert said(here, case_id) == said(there, case_id) == [["Jeg vil cykle", "Jeg vil gå"]]


def test_02_a_case_with_unsent_words_is_never_dropped(desks: Desks, shared: SharedDatabase) -> None:
    """Mechanism: `leaving.leave` holds a case back for whatever is unsent in it."""
    here, there = desks.of("bodil", "vagn"), desks.of("lene")
    case_id, goal = a_goal(here, there)
    guest = here.guests[0]
    here.engine.sign_out(guest.person_id)
    here.write(case_id, "goal", goal, by=guest, words="gæstens usendte ord")
    shared.connect("lene").execute("SELECT rundbord.move_case(%s, %s)", (case_id, shared.team("Syd")))
    here.round()
    assert list(here.values("case")) == [case_id]
    here.engine.sign_in(guest.person_id, guest.login, guest.password)
    here.round()
    here.round()
    assert here.values("case") == {}
    words = shared.owner.execute(
        "SELECT fields ->> 'words', late FROM rundbord_data.change ORDER BY seq DESC"
    ).fetchone()
    assert words == ("gæstens usendte ord", True)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_03_the_result_is_the_same_whoever_shares_first(desks: Desks, order: tuple[int, ...]) -> None:
    """Mechanism: what stands is a set, and each outcome is reckoned from it alone (`domain.merge.outcome`)."""
    three = [desks.of("bodil"), desks.of("vagn"), desks.of("bodil")]
    case_id, goal = a_goal(*three)
    for n, desk in enumerate(three):
        desk.write(case_id, "goal", goal, words=f"udgave {n}")
        desk.write(case_id, "goal", goal, position=n)
    share(*(three[n] for n in order), *three, *three)
    assert three[0].stands() == three[1].stands() == three[2].stands()
    assert said(three[0], case_id) == [["udgave 0", "udgave 1", "udgave 2"]]


def test_04_no_copy_always_wins_and_conversations_can_be_counted(desks: Desks) -> None:
    """Mechanism: the server's desks and one's own follow one rule; a conversation is a value with both hands."""
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id, goal = a_goal(here, there)
    there.clock += timedelta(days=400)  # a clock decides nothing
    there.write(case_id, "goal", goal, words="fra en computer med forkert ur")
    here.write(case_id, "goal", goal, words="skrevet her")
    share(there, here, there)
    talks = conversations(here.replica, case_id)
    assert len(talks) == 1
    assert {s.hand.name for s in talks[0].said} == {"Bodil Bestiller", "Vagn Vejleder"}


def test_05_a_chain_of_edits_offline_hides_nothing_written_between(desks: Desks) -> None:
    """Mechanism: `over` and `bases` are by field and by what the person saw, never the newest that has been seen."""
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id, goal = a_goal(here, there)
    there.write(case_id, "goal", goal, words="skrevet imens")
    share(there)
    for n in range(5):
        here.write(case_id, "goal", goal, words=f"kæde {n}")
    share(here, there, here)
    assert said(here, case_id) == said(there, case_id) == [["kæde 4", "skrevet imens"]]


def test_06_a_bad_one_blocks_nothing_and_an_expired_login_deletes_nothing(desks: Desks, shared: SharedDatabase) -> None:
    """Mechanism: verdicts one by one (`outgoing.take_verdicts`), set aside with a reason; a login that fails is a wait."""
    one = shared.add("Vera Vejleder", ("vejleder",))
    here, there = desks.of(one.key), desks.of("bodil")
    case_id, goal = a_goal(here, there)
    bad = here.write(case_id, "goal", goal, words="dårlig")
    here.rows("UPDATE change SET role = 'leder' WHERE record_id = ? AND seq IS NULL", bad)
    here.write(case_id, "goal", words="god")
    shared.owner.execute(f"ALTER ROLE {one.login} VALID UNTIL '2000-01-01'")
    here.restart()
    for _ in range(5):
        assert here.again().state is State.REFUSED
    assert here.status.unsent == 3
    shared.owner.execute(f"ALTER ROLE {one.login} VALID UNTIL 'infinity'")
    assert here.again().unsent == 0
    assert [aside.reason for aside in outgoing.set_aside(here.replica)] == ["role"]
    share(there)
    assert sorted(g["words"] for g in there.values("goal").values()) == ["Jeg vil tage bussen", "god"]


def test_07_access_that_ends_takes_unsent_work_in_first(desks: Desks, shared: SharedDatabase) -> None:
    """Mechanism: 30 days in which words are taken and marked late; the status counts what is not sent, by person."""
    one = shared.add("Vera Vejleder", ("vejleder",))
    here, there = desks.of(one.key), desks.of("bodil")
    case_id, goal = a_goal(there, here)
    for n in range(20):
        here.write(case_id, "goal", goal, words=f"udgave {n}")
    shared.owner.execute("SELECT rundbord.close_person(%s)", (one.person_id,))
    here.restart()
    assert ahead.waiting_for(here.replica) == {one.person_id: 20}
    here.round()
    assert here.status.unsent == 0
    share(there)
    assert [g["words"] for g in there.values("goal").values()] == ["udgave 19"]
    count = shared.owner.execute("SELECT count(*) FROM rundbord_data.change WHERE late").fetchone()
    assert count == (20,)


def test_08_without_a_network_work_goes_on_for_days(desks: Desks, cable: Cable) -> None:
    """Mechanism: everything is written here first; the engine only waits."""
    here = desks.of("bodil", profile=cable.profile)
    cable.pull_out()
    for day in range(4):
        case_id = here.new_case(f"Borger {day}")
        here.write(case_id, "goal", words="skrevet uden net")
        assert here.again().state is State.OFFLINE
        here.clock += timedelta(days=1)
        here.restart()
    assert len(queries.case_file(here.replica, case_id).goals) == 1
    cable.put_in()
    share(here)


def test_09_an_empty_server_empties_no_desk(desks: Desks, shared: SharedDatabase, expect_log: ExpectLog) -> None:
    """Mechanism: nothing is deleted because it is not there; only doors close, and many at once wait for a yes."""
    here = desks.of("bodil")
    for n in range(30):
        here.new_case(f"Borger {n}")
    share(here)
    with expect_log("app.store", "WARNING", "waits for a yes"):
        shared.owner.execute("DELETE FROM rundbord_data.member")
        here.restart()
        here.round()
    assert len(here.values("case")) == 30
    assert here.status.held_back == 30
    assert leaving.FEW < 30


def test_10_a_conversation_is_on_the_record_and_one_hand_alone_never_makes_one(desks: Desks) -> None:
    """Mechanism: a conversation is read with its case (`CaseFile.conversations`); one's own words lie over one's own."""
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id, goal = a_goal(here, there)
    for n in range(5):
        here.write(case_id, "goal", goal, words=f"mine {n}")
        share(here)
        here.restart()
    assert queries.case_file(here.replica, case_id).conversations == ()
    there.write(case_id, "goal", goal, words="en andens")
    share(there, here)
    (talk,) = queries.case_file(here.replica, case_id).conversations
    assert talk.label == "Med borgerens ord"


def test_11_field_both_values_who_and_when_and_a_choice_that_stays(desks: Desks) -> None:
    """Mechanism: `Talk` names them; to settle is one change over all that stand, and what is reckoned is never shared."""
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id, goal = a_goal(here, there)
    here.write(case_id, "goal", goal, words="Jeg vil cykle")
    there.write(case_id, "goal", goal, words="Jeg vil gå")
    share(here, there, here)
    (talk,) = conversations(here.replica, case_id)
    assert all(s.hand.name and s.at and s.values for s in talk.said)
    desk = Desk(here.replica, clock=lambda: here.clock)
    seen = [s.change_id for s in talk.said]
    conversation.settle(desk, here.hand(), case_id, "goal", goal, {"words": "Jeg vil cykle"}, seen)
    share(here, there, here, there)
    assert said(here, case_id) == said(there, case_id) == []
    assert [g["words"] for g in there.values("goal").values()] == ["Jeg vil cykle"]


def test_12_no_way_to_choose_that_one_side_wins() -> None:
    """Mechanism: there is no such setting; both stand until people settle it, by a call that names what they saw."""
    assert "seen" in inspect.signature(conversation.settle).parameters
    assert not any("wins" in name or "strategy" in name for name in dir(incoming))


def test_13_a_network_that_comes_back_is_used_and_a_changed_catalogue_breaks_no_record(
    desks: Desks, cable: Cable, shared: SharedDatabase
) -> None:
    """Mechanism: the engine tries again by itself; a value that is not known here is parked, never an error."""
    here, there = desks.of("bodil", profile=cable.profile), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    share(here, there)
    vagn = shared.connect("vagn")
    strange = {"theme": "et tema fra et nyere katalog", "type": "en ny slags"}
    taken = pushed(vagn, change(case_id, "goal", case_id[:-4] + "0abc", strange, "vejleder"))
    assert taken == [("accepted", None)]
    with here.running() as engine:
        here.until(lambda: here.status.state is State.SHARED)
        cable.pull_out()
        here.do(lambda: here.write(case_id, "goal", words="skrevet uden net"))
        engine.poke()
        here.until(lambda: here.status.state is State.OFFLINE)
        cable.put_in()
        here.until(lambda: here.status.state is State.SHARED and not here.status.unsent)
    here.reopen()
    assert len(queries.case_file(here.replica, case_id).goals) == 2


def test_14_what_is_made_offline_has_its_own_ids_and_no_broken_links(desks: Desks) -> None:
    """Mechanism: ids are made at the first key; a change over one that is not here yet waits, in whatever order they come."""
    here, there = desks.of("bodil", "vagn"), desks.of("lene")
    case_id = here.new_case("Nancy Ann")
    goal = here.write(case_id, "goal", words="Jeg vil tage bussen")
    part = here.write(case_id, "milestone", by=here.guests[0], goal_id=goal, text="køre med")
    share(here, there)
    file = queries.case_file(there.replica, case_id)
    assert [(m.id, m.goal_id) for m in file.milestones] == [(part, file.goals[0].id)]
    assert there.values("case")[case_id]["citizen_id"] in there.values("citizen")
