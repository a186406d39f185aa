# SPDX-License-Identifier: MPL-2.0
"""A machine and its copy that each begin a case before anybody knows: no two cases go by one number, and both are found by it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.models.kinds import Paper
from app.store import caseload, renumber
from app.store.unit_of_work import new_id
from app.sync import archive, desk_id
from app.sync.status import State
from tests.sync.cable import Cable
from tests.sync.desks import DeskOf, Desks
from tests.sync.shared import SharedDatabase

copied = pytest.mark.expects_log("app.sync.pen", "WARNING", "copied")


def numbers(desk: DeskOf) -> dict[str, tuple[str, str]]:
    """{case: its number, and the one it was given later}."""
    return {case: (row["number"], row["renumbered"] or "") for case, row in desk.values("case").items()}


def found(desk: DeskOf, typed: str) -> list[tuple[str, str]]:
    """What a search finds: the cases, and the number each goes by."""
    asked = caseload.Asked(text=typed, reader=desk.one.person_id)
    return [(row.case_id, row.number) for row in caseload.page(desk.replica, date(2026, 11, 29), asked)]


def give_paper(desk: DeskOf, case_id: str) -> None:
    with desk.work(case_id) as unit:
        unit.issue(Paper(id=new_id(), case_id=case_id, type="møde"), b"%PDF")


def two_of_one(desks: Desks) -> tuple[DeskOf, DeskOf, str, str]:
    """A machine and its copy, and the case each has begun with no network."""
    here = desks.of("bodil")
    here.new_case("Fra før")
    here.round()
    clone = here.copy_to(desks.folder / "clone")
    desks.made.append(clone)
    mine, theirs = here.new_case("Nancy Ann"), clone.new_case("Aron Holm")
    assert numbers(here)[mine] == numbers(clone)[theirs]
    return here, clone, mine, theirs


def again(*some: DeskOf) -> None:
    for _ in range(2):
        for desk in some:
            assert desk.again().state is State.SHARED, desk.status


@copied
@pytest.mark.parametrize("first", [0, 1])
def test_a_machine_and_its_copy_that_each_begin_a_case_give_two_numbers(desks: Desks, first: int) -> None:
    here, clone, mine, theirs = two_of_one(desks)
    order = (here, clone) if first == 0 else (clone, here)
    again(*order)
    new = desks.of("lene")
    again(new)
    kept, given = (mine, theirs) if first == 0 else (theirs, mine)
    for desk in (here, clone, new):
        told = numbers(desk)
        assert told[kept][1] == "", "whoever came first keeps its number"
        assert told[given][0] == told[kept][0], "a number is never written over"
        assert told[given][1] not in ("", told[kept][0])
        assert desk.stands() == new.stands()
    assert new.values("case")[given]["renumbered"].split("-")[1] == order[1].replica.device
    assert new.status.set_aside == here.status.set_aside == clone.status.set_aside == 0


@copied
def test_a_case_that_was_unsent_when_the_copy_was_made_is_one_case_and_keeps_its_number(desks: Desks) -> None:
    here = desks.of("bodil")
    here.round()
    both = here.new_case("Nancy Ann")
    clone = here.copy_to(desks.folder / "clone")
    desks.made.append(clone)
    again(here, clone, here)
    assert numbers(here) == numbers(clone)
    assert numbers(here)[both][1] == ""


@copied
def test_whoever_holds_a_paper_with_the_old_number_finds_both_cases(desks: Desks, shared: SharedDatabase) -> None:
    here, clone, mine, theirs = two_of_one(desks)
    old = numbers(here)[mine][0]
    give_paper(clone, theirs)
    again(here, clone, here)
    now = numbers(clone)[theirs][1]
    assert clone.status.renumbered == ((old, now),), "it was printed: whoever sits there is told"
    assert here.status.renumbered == ()
    for desk in (here, clone):
        assert set(found(desk, old)) == {(mine, old), (theirs, now)}
        assert found(desk, f" {now.lower()} ") == [(theirs, now)]
    owner = shared.owner
    with pytest.raises(UserError, match="flere sager") as no:
        archive.find_case(owner, old)
    assert mine in no.value.message
    assert theirs in no.value.message
    assert archive.find_case(owner, now) == theirs
    assert archive.find_case(owner, mine) == mine


@copied
def test_nobody_is_told_of_a_number_nobody_has_been_given(desks: Desks) -> None:
    here, clone, *_ = two_of_one(desks)
    again(here, clone)
    assert clone.status.copied_desk
    assert clone.status.renumbered == ()


@copied
def test_a_guest_who_began_the_case_has_it_renumbered_in_their_own_hand(desks: Desks) -> None:
    here = desks.of("bodil", "vagn")
    here.round()
    clone = here.copy_to(desks.folder / "clone")
    desks.made.append(clone)
    vagn = clone.guests = here.guests
    clone.engine.sign_in(vagn[0].person_id, vagn[0].login, vagn[0].password)
    mine = here.new_case("Nancy Ann")
    clone.one, bodil = vagn[0], clone.one
    clone.new_case("Aron Holm")
    clone.one = bodil
    clone.engine.sign_out(vagn[0].person_id)
    again(here)
    assert clone.again().waiting.keys() == {vagn[0].person_id}
    clone.engine.sign_in(vagn[0].person_id, vagn[0].login, vagn[0].password)
    again(clone, here)
    told = {now or number for number, now in numbers(here).values()}
    assert len(told) == len(numbers(here)) == 2
    assert numbers(here)[mine][1] == ""
    authors = "SELECT DISTINCT author FROM change WHERE kind = 'case' AND case_id <> ?"
    assert here.rows(authors, mine) == [(vagn[0].person_id,)]


@copied
def test_a_copy_that_is_ended_before_it_has_given_new_numbers_gives_them_at_the_next_start(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, clone, _, theirs = two_of_one(desks)
    again(here)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dies:
        dies.setattr(renumber, "renumber", killed)
        with pytest.raises(KeyboardInterrupt):
            clone.again()
    assert desk_id.is_copied(clone.replica)
    clone.restart()
    again(clone, here)
    assert numbers(here)[theirs][1] != ""
    assert not desk_id.is_copied(clone.replica)


def test_an_answer_to_a_greeting_that_is_lost_gives_no_case_another_number(desks: Desks, cable: Cable) -> None:
    here = desks.of("bodil", profile=cable.profile)
    again(here)
    here.restart()
    case = here.new_case("Nancy Ann")
    cable.lose = b"known_device_clone"
    assert here.round().state is State.OFFLINE
    cable.put_in()
    again(here)
    assert numbers(here)[case][1] == ""


def test_an_older_replica_is_given_the_column(tmp_path: Path) -> None:
    from app.store.replica import Replica
    from tests.sync.desks import KEY

    made = Replica.open(tmp_path / "replica.db", KEY, create=True)
    made.connection.execute("DROP INDEX case_renumbered")
    for (name,) in made.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        made.connection.execute(f'DROP TRIGGER "{name}"')
    made.connection.execute("DROP VIEW case_reckoned")
    made.connection.execute("ALTER TABLE rec_case DROP COLUMN renumbered")
    made.close()
    Replica.open(tmp_path / "replica.db", KEY).connection.execute("SELECT renumbered FROM rec_case")
