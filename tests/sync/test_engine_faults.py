# SPDX-License-Identifier: MPL-2.0
"""What may go wrong between a desk and the shared database, one thing at a time: nothing is lost, and it is told as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import EnvironmentProblem
from app.services import aside
from app.services.desk import Desk
from app.store import caseload, incoming, outgoing
from app.store.replica import FULL
from app.store.unsent import number_of
from app.sync import archive
from app.sync.status import State
from tests.conftest import ExpectLog
from tests.sync.cable import Cable
from tests.sync.desks import DeskOf, Desks, goals
from tests.sync.shared import SharedDatabase, Someone


def newcomer(desks: Desks) -> tuple[Someone, DeskOf, DeskOf, str]:
    """Somebody whose account a test may do as it will with, their desk, another's, and a case both have."""
    one = desks.shared.add("Ny Vejleder", ("vejleder",))
    here, there = desks.of(one.key), desks.of("bodil")
    case_id = there.new_case("Nancy Ann")
    there.round()
    here.round()
    return one, here, there, case_id


def test_days_without_a_network_and_then_home(desks: Desks, cable: Cable) -> None:
    here, there = desks.of("bodil", profile=cable.profile), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.round()
    cable.pull_out()
    for day in range(5):
        here.write(case_id, "goal", words=f"dag {day}")
        assert here.again().state is State.OFFLINE
        assert here.status.unsent == 2 * (day + 1)  # a goal is one change for each it is for
        here.restart()
    cable.put_in()
    assert here.round().state is State.SHARED
    there.round()
    assert goals(there) == goals(here) == [f"dag {day}" for day in range(5)]


def test_it_is_tried_more_and_more_seldom_and_at_once_when_somebody_says_so(desks: Desks, cable: Cable) -> None:
    here = desks.of("bodil", profile=cable.profile)
    cable.pull_out()
    here.round()
    calls = cable.calls
    for _ in range(5):
        here.round()
    assert cable.calls == calls
    here.engine.try_now()
    here.round()
    assert cable.calls > calls


def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_stands_twice(desks: Desks, cable: Cable) -> None:
    here, there = desks.of("bodil", profile=cable.profile), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.round()
    here.write(case_id, "goal", words="Jeg vil tage bussen")
    cable.answers_left = 0
    assert here.round().state is State.OFFLINE
    assert here.status.unsent == 2
    cable.put_in()
    assert here.again().state is State.SHARED
    there.round()
    assert goals(there) == ["Jeg vil tage bussen"]
    numbered = here.rows(f"SELECT count(*), count(DISTINCT {number_of()}) FROM change")
    assert numbered[0][0] == numbered[0][1]


@pytest.mark.parametrize("count", [1, 400, 900, 1500, 4000, 9000])
def test_a_line_cut_at_any_byte_is_taken_up_again(desks: Desks, cable: Cable, count: int) -> None:
    there = desks.of("vagn")
    cases = [there.new_case(f"Borger {n}") for n in range(12)]
    there.round()
    here = desks.of("bodil", profile=cable.profile)
    cable.bytes_left = count
    here.round()
    here.write(cases[0], "story", think="noget") if here.values("case") else None
    cable.put_in()
    assert here.again().state is State.SHARED
    there.round()
    assert here.values("case") == there.values("case")
    assert not here.status.copied_desk


def test_a_first_fetch_that_is_cut_goes_on_where_it_was(
    desks: Desks, cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sync.courier._FIRST", 3)
    monkeypatch.setattr("app.sync.courier._PAGE", 3)
    there = desks.of("vagn")
    cases = [there.new_case(f"Borger {n}") for n in range(20)]  # the page after the one in hand may be on its way
    there.round()
    here = desks.of("bodil", profile=cable.profile)
    pages = 0
    taking = incoming.apply_first

    def cut(*args: object) -> object:
        nonlocal pages
        pages += 1
        if pages == 3:
            cable.pull_out()
        return taking(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(incoming, "apply_first", cut)
    here.round()
    assert 0 < len(here.values("case")) < 20
    there.write(cases[0], "goal", words="kom imens")  # on a page that has been fetched
    there.round()
    cable.put_in()
    here.again()
    assert pages <= 7 + 2
    assert here.values("case") == there.values("case")
    assert here.values("goal") == there.values("goal")
    assert incoming.first_fetch(here.replica, here.one.person_id) is None


def test_a_page_there_is_no_room_for_leaves_nobody_waiting_and_is_fetched_again(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is read while this one is written to the disk; it must not wait for ever where that never happens."""
    monkeypatch.setattr("app.sync.courier._FIRST", 3)
    monkeypatch.setattr("app.sync.courier._PAGE", 3)
    there, here = desks.of("vagn"), desks.of("bodil")
    for n in range(12):
        there.new_case(f"Borger {n}")
    there.round()
    pages = 0
    taking = incoming.apply_first

    def full(*args: object) -> object:
        nonlocal pages
        pages += 1
        if pages == 3:
            raise EnvironmentProblem(FULL)
        return taking(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(incoming, "apply_first", full)
    assert here.round().state is not State.SHARED
    assert 0 < len(here.values("case")) < 12
    assert here.again().state is State.SHARED
    assert here.values("case") == there.values("case")


def test_one_that_is_refused_is_set_aside_with_its_reason_and_blocks_nothing(
    desks: Desks, shared: SharedDatabase
) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.round()
    goal = here.write(case_id, "goal", words="et")
    here.round()
    shared.owner.execute(
        "DELETE FROM rundbord_data.pen_role WHERE role = 'bestiller' AND pen IN (SELECT pen FROM"
        " rundbord_data.field_rule WHERE kind = 'goal' AND field = 'words')"
    )
    here.write(case_id, "goal", goal, words="to")
    here.write(case_id, "plan", purpose="Formålet")
    status = here.round()
    assert status.unsent == 0
    assert status.set_aside == 1
    assert [aside.reason for aside in outgoing.set_aside(here.replica)] == ["pen"]
    assert goals(here) == ["et"]
    there.round()
    assert [row["purpose"] for row in there.values("plan").values()] == ["Formålet"]


def test_access_that_ends_sends_what_is_unsent_first_and_then_the_cases_leave(
    desks: Desks, shared: SharedDatabase
) -> None:
    leaver, here, there, case_id = newcomer(desks)
    here.write(case_id, "goal", words="skrevet før jeg gik")
    shared.owner.execute("SELECT rundbord.close_person(%s)", (leaver.person_id,))
    here.engine.try_now()
    here.restart()
    status = here.round()
    assert status.state is State.ENDED
    assert status.unsent == 0
    assert here.values("case") == {}
    there.round()
    assert goals(there) == ["skrevet før jeg gik"]
    here.round()


def test_words_an_erased_case_never_got_are_told_by_name_before_they_go_too(
    desks: Desks, shared: SharedDatabase, tmp_path: Path
) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.round()
    there.round()
    here.write(case_id, "plan", purpose="skrevet uden net")
    archive.erase(shared.owner, case_id, tmp_path)
    here.round()
    there.round()
    assert there.values("case") == {}
    assert len(here.values("case")) == here.status.set_aside == 1
    desk = Desk(here.replica, lambda: here.clock)
    assert not caseload.anybody(here.replica, here.one.person_id)  # nobody reads it any more
    (told,) = aside.not_taken(desk, here.hand())
    assert (told.words, told.citizen, told.because) == ("skrevet uden net", "Nancy Ann", aside.REASONS["erased"])
    aside.put_by(desk, here.hand(), told)
    here.round()
    assert here.values("case") == here.values("citizen") == {}
    assert here.rows("SELECT count(*) FROM change WHERE case_id = ?", case_id) == [(0,)]


def test_access_that_ends_with_no_right_left_keeps_the_words(desks: Desks, shared: SharedDatabase) -> None:
    leaver, here, _, case_id = newcomer(desks)
    here.write(case_id, "goal", words="mine ord")
    shared.owner.execute("SELECT rundbord.close_person(%s, 0)", (leaver.person_id,))
    here.restart()
    status = here.round()
    assert status.state is State.REFUSED
    assert status.unsent == 2
    assert goals(here) == ["mine ord"]


def test_who_is_not_confirmed_waits_and_loses_nothing(desks: Desks, shared: SharedDatabase) -> None:
    one, here, there, case_id = newcomer(desks)
    here.write(case_id, "goal", words="mine ord")
    shared.owner.execute("UPDATE rundbord_data.person SET state = 'new' WHERE id = %s", (one.person_id,))
    here.restart()
    status = here.round()
    assert status.state is State.UNCONFIRMED
    assert status.unsent == 2
    assert len(here.values("case")) == 1
    shared.owner.execute("UPDATE rundbord_data.person SET state = 'open' WHERE id = %s", (one.person_id,))
    assert here.again().state is State.SHARED
    there.round()
    assert goals(there) == ["mine ord"]


def test_a_login_that_has_expired_is_a_wait(desks: Desks, shared: SharedDatabase) -> None:
    one = shared.add("Vera Vejleder", ("vejleder",))
    here = desks.of(one.key)
    case_id = here.new_case("Nancy Ann")
    here.round()
    shared.owner.execute(f"ALTER ROLE {one.login} VALID UNTIL '2000-01-01'")
    here.restart()
    here.write(case_id, "goal", words="skrevet imens")
    status = here.round()
    assert (status.state, status.unsent) == (State.REFUSED, 2)
    shared.owner.execute(f"ALTER ROLE {one.login} VALID UNTIL 'infinity'")
    assert here.again().state is State.SHARED


def test_two_pens_on_one_laptop_write_over_each_others_unsent_words(desks: Desks) -> None:
    here, there = desks.of("bodil", "vagn"), desks.of("lene")
    bodil, vagn = here.one, here.guests[0]
    case_id = here.new_case("Nancy Ann")
    goal = here.write(case_id, "goal", by=vagn, words="ét")
    for n in range(6):
        here.write(case_id, "goal", goal, by=(bodil, vagn)[n % 2], words=f"udgave {n}")
    status = here.round()
    assert (status.state, status.unsent) == (State.SHARED, 0)
    there.round()
    assert goals(there) == ["udgave 5"]
    assert there.values("goal") == here.values("goal")


def test_what_waits_for_somebody_who_is_not_signed_in_is_told_by_whom(desks: Desks) -> None:
    here, there = desks.of("bodil", "vagn"), desks.of("lene")
    vagn = here.guests[0]
    case_id = here.new_case("Nancy Ann")
    here.round()
    here.engine.sign_out(vagn.person_id)
    goal = here.write(case_id, "goal", by=vagn, words="gæstens ord")
    here.write(case_id, "goal", goal, words="mine ord over gæstens")
    status = here.round()
    assert status.state is State.WAITS
    assert status.waiting == {vagn.person_id: 3}
    here.engine.sign_in(vagn.person_id, vagn.login, vagn.password)
    assert here.round().state is State.SHARED
    there.round()
    assert goals(there) == ["mine ord over gæstens"]


def test_a_guests_password_is_nowhere_on_the_disk(desks: Desks) -> None:
    here = desks.of("bodil", "vagn")
    here.new_case("Nancy Ann")
    here.round()
    word = here.guests[0].password.encode()
    tables = [row[0] for row in here.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    text = "".join(str(here.rows(f"SELECT * FROM {table}")) for table in tables)
    assert here.one.name in text
    here.close()
    assert here.guests[0].password not in text
    for path in here.folder.parent.rglob("*"):
        if path.is_file():
            assert word not in path.read_bytes(), path
    here._open()


def test_a_cloned_machine_becomes_a_desk_of_its_own(desks: Desks, expect_log: ExpectLog) -> None:
    here = desks.of("bodil")
    case_id = here.new_case("Nancy Ann")
    here.round()
    here.write(case_id, "goal", words="usendt, da billedet blev taget")
    clone = here.copy_to(desks.folder / "clone")
    desks.made.append(clone)
    here.restart()
    first = here.round()
    with expect_log("app.sync", "WARNING", "copied"):
        second = clone.round()
    assert (first.copied_desk, second.copied_desk) == (False, True)
    assert here.replica.device != clone.replica.device
    assert clone.status.unsent == here.status.unsent == 0
    clone.write(case_id, "plan", purpose="fra kopien")
    clone.round()
    here.round()
    assert here.values("plan") == clone.values("plan")
    assert len(here.values("goal")) == 1


def test_an_answer_to_a_greeting_that_is_lost_is_no_copied_machine(desks: Desks, cable: Cable) -> None:
    here = desks.of("bodil", profile=cable.profile)
    case_id = here.new_case("Nancy Ann")
    here.round()
    here.restart()
    here.write(case_id, "goal", words="x")
    cable.lose = b"known_device_clone"
    assert here.round().state is State.OFFLINE
    cable.put_in()
    status = here.again()
    assert (status.state, status.copied_desk) == (State.SHARED, False)


def test_too_many_cases_leaving_at_once_wait_for_a_yes(
    desks: Desks, shared: SharedDatabase, expect_log: ExpectLog
) -> None:
    from app.store import leaving

    mover = shared.add("Mona Mellem", ("vejleder",))
    here, there = desks.of(mover.key), desks.of("bodil")
    for n in range(25):
        there.new_case(f"Borger {n}")
    there.round()
    here.round()
    assert len(here.values("case")) == 25
    with shared.owner.transaction():
        shared.owner.execute("SELECT rundbord.leave_team(%s, %s)", (mover.person_id, shared.team()))
    with expect_log("app.store", "WARNING", "waits for a yes"):
        status = here.round()
        here.round()
    assert status.held_back == here.status.held_back == 25
    assert len(here.values("case")) == 25
    leaving.allow_leaving(here.replica)
    assert here.round().held_back == 0
    assert here.values("case") == {}


def test_a_login_that_is_somebody_elses_sends_nothing_as_them(desks: Desks, shared: SharedDatabase) -> None:
    here = desks.of("bodil")
    case_id = here.new_case("Nancy Ann")
    here.engine.sign_in(here.one.person_id, shared.vagn.login, shared.vagn.password)
    status = here.round()
    assert status.state is State.REFUSED
    assert "anden person" in status.sentence
    assert status.set_aside == 0
    assert status.unsent > 0
    assert case_id in here.values("case")


def test_a_page_larger_than_the_server_takes_goes_up_in_parts(desks: Desks) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    for n in range(45):  # over 8 MB in all
        here.write(case_id, "goal", words=f"{n:02}" + "å" * 99_000)
    status = here.round()
    assert (status.state, status.unsent, status.set_aside) == (State.SHARED, 0, 0)
    there.round()
    assert goals(there) == goals(here)


def test_among_many_new_records_one_that_cannot_be_read_is_set_aside_alone(desks: Desks) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    for n in range(12):
        here.write(case_id, "network_person", who=f"Nr. {n}")
    with here.replica.transaction() as db:  # as no program of ours writes it
        db.execute("UPDATE change SET fields = replace(fields, '\"Nr. 7\"', '1e999999')")
    status = here.round()
    assert (status.unsent, status.set_aside) == (0, 1)
    there.round()
    assert {one["who"] for one in there.values("network_person").values()} >= {f"Nr. {n}" for n in range(12) if n != 7}


def test_a_pull_that_passes_by_many_others_words_goes_on(desks: Desks, shared: SharedDatabase) -> None:
    here, far = desks.of("bodil"), desks.of("sofie")
    here.round()
    south = far.new_case("I Syd")
    for n in range(30):
        far.write(south, "plan", purpose=f"{n}")
    far.round()
    near = desks.of("vagn")
    near.new_case("I Nord")
    near.round()
    session, after, found = here.session(), 0, 0
    while True:
        news = session.pull(after, 1)
        found, after = found + len(news.rows), news.upto
        if not news.more:
            break
    assert found == len(push_count(shared, "vagn"))


def push_count(shared: SharedDatabase, key: str) -> list[object]:
    return shared.owner.execute(
        "SELECT id FROM rundbord_data.change WHERE author = %s", (shared.people[key].person_id,)
    ).fetchall()


def test_a_removal_carries_what_it_knew_of_to_every_desk(desks: Desks, shared: SharedDatabase) -> None:
    here, there, third = desks.of("vagn"), desks.of("bodil"), desks.of("lene")
    case_id = here.new_case("Nancy Ann")
    goal = here.write(case_id, "goal", words="ét")
    here.round()
    there.round()
    there.write(case_id, "goal", goal, words="skrevet for sig")
    here.take_away(case_id, "goal", goal)
    here.round()
    there.round()
    here.round()
    third.round()  # by present values
    bases = shared.owner.execute(
        "SELECT bases FROM rundbord_data.change WHERE fields @> '{\"removed\": true}'"
    ).fetchone()
    assert bases is not None
    assert bases[0]["removed"]
    for desk in (here, there, third):
        assert [bool(row["removed"]) for row in desk.values("goal").values()] == [False], desk.one.name
    from app.store.conversations import conversations

    talks = [conversations(desk.replica, case_id) for desk in (here, there, third)]
    assert talks[0] == talks[1] == talks[2] != ()
