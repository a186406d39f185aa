# SPDX-License-Identifier: MPL-2.0
"""A shared database that is put back from a copy: its desks are ahead of it, notice, and lose nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from app.store import ahead, offered, outgoing
from app.store.conversations import conversations
from app.store.standing import Standing
from app.store.unsent import WAITING
from app.sync import administer, archive
from app.sync.administer import close_database
from app.sync.put_back import BEHIND
from app.sync.status import State
from tests.sync.copies import Copies
from tests.sync.desks import DeskOf, Desks
from tests.sync.log import accepted
from tests.sync.shared import SharedDatabase, change, new_case, new_id, seen

Copied = Callable[[], None]


@contextmanager
def _alone(server: str, name: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A superuser's session beside the database, with nobody in it."""
    with psycopg.connect(server, autocommit=True) as superuser:
        superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        yield superuser


@pytest.fixture
def copied(server: str, shared: SharedDatabase) -> Iterator[Callable[[], Copied]]:
    """Takes a copy of the shared database as it is now; what it gives puts the copy in the database's place."""
    name = str(conninfo_to_dict(shared.owner_dsn)["dbname"])
    copy = f"rundbord_{uuid4().hex[:10]}"

    def take() -> Copied:
        with _alone(server, name) as superuser:
            superuser.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (copy, name))))
        return back

    def back() -> None:
        with _alone(server, name) as superuser:
            superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            superuser.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (copy, name))))
        close_database(shared.owner)

    yield take
    with psycopg.connect(server, autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))


def again(*desks: DeskOf) -> None:
    """Everybody comes back, as often as it takes until nobody has anything to say."""
    for _ in range(3):
        for desk in desks:
            desk.again()


@pytest.mark.expects_log("app.sync.put_back", "WARNING", "put back")
def test_what_a_database_lost_its_desks_give_back(
    desks: Desks, shared: SharedDatabase, copied: Callable[[], Copied]
) -> None:
    bodil, vagn = desks.of("bodil"), desks.of("vagn")
    case = bodil.new_case("Nancy Ann Berggren")
    bodil.write(case, "plan", purpose="At komme ud")
    again(bodil, vagn)
    goal = vagn.write(case, "goal", words="Ud at køre", goal="Bus")
    again(vagn, bodil)
    put_back = copied()
    again(bodil, vagn)

    vagn.write(case, "goal", goal, goal="Bus og tog")  # over what the copy has
    again(vagn, bodil)
    bodil.write(case, "plan", purpose="At komme ud hver uge")
    bodil.write(case, "goal", goal, words="Ud at køre selv")  # beside a word of another's that the copy lacks
    later = bodil.new_case("Aron Holm")  # a case that it has never seen
    again(bodil, vagn)
    vagn.write(later, "goal", words="Sove om natten")  # in it, another's
    again(vagn, bodil)
    before = bodil.stands()
    assert vagn.stands() == before
    put_back()

    again(bodil, vagn)
    assert bodil.stands() == before
    assert vagn.stands() == before
    assert (bodil.status.state, vagn.status.state) == (State.SHARED, State.SHARED)
    assert bodil.rows("SELECT count(*) FROM unsent") == [(0,)]
    new = desks.of("lene")
    again(new)
    assert {k: v[1] for k, v in new.stands().items()} == {k: v[1] for k, v in before.items()}
    numbers = [row["seq"] for row in seen(shared.connect("lene"))]
    assert numbers == sorted(set(numbers))
    assert max(numbers) > 2**40
    vagn.write(case, "goal", goal, goal="Bus, tog og færge")
    again(vagn, bodil, new)
    assert bodil.values("goal")[goal]["goal"] == new.values("goal")[goal]["goal"] == "Bus, tog og færge"


@pytest.mark.expects_log("app.sync.put_back", "WARNING", "put back")
def test_what_only_another_wrote_stays_here_and_waits_for_them_by_name(
    desks: Desks, copied: Callable[[], Copied]
) -> None:
    """Vagn's desk is away when the database is put back: Bodil's holds his words, shows them, and cannot send them for him."""
    bodil, vagn = desks.of("bodil"), desks.of("vagn")
    case = bodil.new_case("Nancy Ann Berggren")
    again(bodil, vagn)
    put_back = copied()
    goal = vagn.write(case, "goal", words="Ud at køre")
    again(vagn, bodil)
    bodil.write(case, "goal", goal, words="Ud at køre selv")
    again(bodil)
    put_back()
    again(bodil)
    assert bodil.values("goal")[goal]["words"] == "Ud at køre selv"
    assert shared_goals(bodil) == {"Ud at køre"}, "Vagns ord er her stadig, usendte"
    assert set(ahead.waiting_for(bodil.replica, {bodil.one.person_id})) >= {vagn.one.person_id}
    again(vagn, bodil)
    assert vagn.values("goal")[goal]["words"] == bodil.values("goal")[goal]["words"] == "Ud at køre selv"
    assert bodil.rows("SELECT count(*) FROM unsent") == [(0,)]
    assert bodil.stands() == vagn.stands()


@dataclass
class OverAnothers:
    """Bodil has written over Vagn's words, everybody has seen it, and the database lacks both."""

    bodil: DeskOf
    vagn: DeskOf
    lene: DeskOf
    case: str
    goal: str

    @property
    def all(self) -> tuple[DeskOf, ...]:
        return self.bodil, self.vagn, self.lene

    def stands(self, new: DeskOf) -> set[str]:
        """Whose words stand on the goal, the same at every desk: a new one has what the database has."""
        again(*self.all, new)
        assert all(desk.stands() == new.stands() for desk in self.all)
        assert all(desk.rows("SELECT count(*) FROM unsent") == [(0,)] for desk in self.all)
        standing = new.rows("SELECT standing FROM rec_goal WHERE id = ?", self.goal)[0][0]
        return {stand.author for stand in Standing(standing).on("words")}


@pytest.fixture
def over(desks: Desks, copied: Callable[[], Copied], request: pytest.FixtureRequest) -> OverAnothers:
    vagn_has_seen_it = getattr(request, "param", True)
    bodil, vagn, lene = desks.of("bodil"), desks.of("vagn"), desks.of("lene")
    case = bodil.new_case("Nancy Ann Berggren")
    goal = bodil.write(case, "goal", words="Ud")
    again(bodil, vagn, lene)
    put_back = copied()
    again(bodil, vagn, lene)
    vagn.write(case, "goal", goal, words="Ud at køre")
    again(vagn, bodil)
    bodil.write(case, "goal", goal, words="Hjem igen")
    again(bodil, lene, *((vagn,) if vagn_has_seen_it else ()))
    for desk in (bodil, vagn, lene):
        desk.restart()
    put_back()
    return OverAnothers(bodil, vagn, lene, case, goal)


was_put_back = pytest.mark.expects_log("app.sync.put_back", "WARNING", "put back")


@was_put_back
@pytest.mark.parametrize("order", [(2, 0, 1), (0, 2, 1), (1, 0, 2)])
def test_words_knowingly_written_over_anothers_are_so_again_whoever_comes_first(
    over: OverAnothers, desks: Desks, order: tuple[int, ...]
) -> None:
    """Bodil's come first, and go before Vagn's, which nobody else may send; when his come they are written over once more.
    Lene's desk lays them so until it hears what they went up over."""
    for n in order[:2]:
        over.all[n].round()
    new = desks.of("lene")
    if 0 in order[:2]:
        again(new)
        assert new.values("goal")[over.goal]["words"] == "Hjem igen", "what is Bodil's is shared at once"
    assert over.stands(new) == {over.bodil.one.person_id}
    assert over.vagn.values("goal")[over.goal]["words"] == "Hjem igen"
    assert not conversations(over.vagn.replica, over.case)
    again(*over.all)
    said = over.vagn.rows("SELECT count(*) FROM change WHERE kind = 'goal' AND author = ?", over.bodil.one.person_id)
    assert said[0][0] <= 3, "once more, and not for ever"


@was_put_back
@pytest.mark.parametrize("over", [True, False], indirect=True)
def test_what_the_other_has_written_since_is_not_written_over(over: OverAnothers, desks: Desks) -> None:
    """Vagn writes on with no network: over Bodil's, if he has seen them. Else it is for people to settle."""
    seen_it = over.vagn.values("goal")[over.goal]["words"] == "Hjem igen"
    over.vagn.write(over.case, "goal", over.goal, words="Ud at cykle")
    over.bodil.round()
    both = {over.bodil.one.person_id, over.vagn.one.person_id}
    assert over.stands(desks.of("lene")) == ({over.vagn.one.person_id} if seen_it else both)


@was_put_back
def test_what_a_third_has_written_since_is_not_written_over(over: OverAnothers, desks: Desks) -> None:
    over.bodil.round()
    over.lene.round()
    again(over.bodil)
    vejleder = desks.of(desks.shared.add("Vera Vejleder", ("vejleder",)).key)
    again(vejleder)
    vejleder.write(over.case, "goal", over.goal, words="Ud at gå")
    again(vejleder, over.bodil)
    assert over.stands(vejleder) == {vejleder.one.person_id, over.vagn.one.person_id}


@was_put_back
def test_nothing_is_written_where_somebody_is_typing(over: OverAnothers, desks: Desks) -> None:
    over.bodil.round()
    with over.bodil.work(over.case) as unit:
        unit.keep_draft("goal", over.goal, "words", "Hjem ig", "ikke færdig")
    again(over.vagn, over.bodil)
    assert unit.draft_text(over.goal, "words") == "Hjem ig"


@was_put_back
def test_an_ended_program_writes_it_once_more_at_its_next_start(over: OverAnothers, desks: Desks) -> None:
    over.bodil.round()
    over.bodil.restart()
    over.vagn.round()
    assert over.stands(desks.of("lene")) == {over.bodil.one.person_id}


def shared_goals(desk: DeskOf) -> set[str]:
    """The words of others that are unsent at a desk."""
    import json

    rows = desk.rows(f"SELECT c.fields FROM {WAITING} WHERE c.kind = 'goal' AND u.author <> ?", desk.one.person_id)
    return {words for (fields,) in rows if (words := json.loads(fields).get("words"))}


@pytest.mark.expects_log("app.sync.put_back", "WARNING", "put back")
def test_no_desk_is_told_that_it_is_a_copy_because_the_database_was_put_back(
    desks: Desks, copied: Callable[[], Copied]
) -> None:
    """The word the desk was given since then is unknown there, as that of a copied machine is."""
    bodil = desks.of("bodil")
    case = bodil.new_case("Nancy Ann Berggren")
    again(bodil)
    put_back = copied()
    bodil.restart()
    again(bodil)
    bodil.write(case, "plan", purpose="At komme ud")
    again(bodil)
    mark = bodil.replica.device
    bodil.restart()
    put_back()
    assert (bodil.round().state, bodil.status.copied_desk) == (State.SHARED, False)
    assert bodil.replica.device != mark, (
        "nobody can tell that it is not one: its case numbers are given a mark of their own"
    )


@pytest.mark.expects_log("app.sync.put_back", "WARNING", "put back")
def test_a_database_that_does_not_know_it_was_put_back_is_told(desks: Desks, shared: SharedDatabase) -> None:
    """A disk put back whole is the same server to itself. Its desks share nothing with it until it has been told."""
    bodil = desks.of("bodil")
    case = bodil.new_case("Nancy Ann Berggren")
    again(bodil)
    owner = shared.owner
    upto = owner.execute("SELECT n FROM rundbord_data.counter").fetchone()
    bodil.write(case, "plan", purpose="At komme ud")
    again(bodil)
    owner.execute("ALTER TABLE rundbord_data.change DISABLE TRIGGER USER")
    owner.execute("DELETE FROM rundbord_data.change WHERE kind = 'plan'")
    owner.execute("UPDATE rundbord_data.counter SET n = %s", upto)
    bodil.write(case, "notes", bestiller="Skrevet imens")
    bodil.restart()
    assert (bodil.again().state, bodil.status.sentence) == (State.STUCK, BEHIND)
    assert len(outgoing.pending(bodil.replica, bodil.one.person_id)) == 1
    administer.put_back(owner)
    again(bodil)
    assert bodil.status.state is State.SHARED
    kinds = {row["kind"] for row in seen(shared.connect("vagn"))}
    assert {"plan", "notes"} <= kinds


@pytest.mark.expects_log("app.sync.put_back", "WARNING", "put back")
def test_it_is_noticed_also_when_its_numbers_have_passed_those_of_the_desk(
    desks: Desks, shared: SharedDatabase
) -> None:
    """Others write on in a disk put back before a desk comes by: the numbers it knows are there, and are another's words."""
    bodil = desks.of("bodil")
    case = bodil.new_case("Nancy Ann Berggren")
    again(bodil)
    owner = shared.owner
    upto = owner.execute("SELECT n FROM rundbord_data.counter").fetchone()
    bodil.write(case, "plan", purpose="At komme ud")
    again(bodil)
    owner.execute("ALTER TABLE rundbord_data.change DISABLE TRIGGER USER")
    owner.execute("DELETE FROM rundbord_data.change WHERE kind = 'plan'")
    owner.execute("UPDATE rundbord_data.counter SET n = %s", upto)
    vagn = shared.connect("vagn")
    for _ in range(5):
        accepted(vagn, change(case, "goal", new_id(), {"words": "Skrevet imens"}, "vejleder"))
    bodil.restart()
    assert (bodil.again().state, bodil.status.sentence) == (State.STUCK, BEHIND)
    administer.put_back(owner)
    again(bodil)
    assert bodil.status.state is State.SHARED
    found = [row["kind"] for row in seen(shared.connect("lene"))]
    assert (found.count("plan"), found.count("goal")) == (1, 5)
    assert len(bodil.values("goal")) == 5, "what was written under numbers it had passed is fetched too"


def test_an_erased_case_is_no_sign_that_a_database_was_put_back(
    desks: Desks, shared: SharedDatabase, tmp_path: Path
) -> None:
    bodil = desks.of("bodil")
    case = bodil.new_case("Nancy Ann Berggren")
    again(bodil)
    archive.erase(shared.owner, archive.find_case(shared.owner, case), tmp_path)
    bodil.restart()
    assert offered.furthest(bodil.replica)[1] is not None
    assert bodil.again().state is State.SHARED


def test_a_gap_in_the_numbers_is_stepped_over(shared: SharedDatabase) -> None:
    bodil, sofie = shared.connect("bodil"), shared.connect("sofie")
    bodil.execute("SELECT rundbord.hello('0', 1)")
    first = new_case(bodil)
    administer.put_back(shared.owner)
    told = bodil.execute("SELECT rundbord.hello('0', 1)").fetchone()
    second = new_case(bodil)
    assert {str(row["case_id"]) for row in seen(bodil)} == {first, second}
    rows = sofie.execute("SELECT seq, event, late FROM rundbord.pull(0, 10)").fetchall()
    assert rows[-1][0] > 2**40
    assert (rows[-1][1], rows[-1][2]) == ("upto", False)
    assert told is not None
    assert told[0]["upto"] == 2**40


@was_put_back
def test_what_waits_here_for_another_and_is_there_again_waits_no_more(
    desks: Desks, shared: SharedDatabase, server: str
) -> None:
    """The wrong copy is put back first, and then the right one: what comes with that has numbers the desk passed long before."""
    bodil, vagn = desks.of("bodil"), desks.of("vagn")
    case = bodil.new_case("Nancy Ann Berggren")
    goal = bodil.write(case, "goal", words="Ud")
    again(bodil, vagn)
    copies = Copies(server, shared)

    def put_back(copy: str, *some: DeskOf) -> None:
        copies.put_back(copy)
        for desk in some:
            desk.restart()
            if desk.round().sentence == BEHIND:
                administer.put_back(shared.owner)
        again(*some)

    try:
        copies.take()
        put_back(copies.taken[0], bodil, vagn)
        vagn.write(case, "goal", goal, words="Ud at køre")
        vagn.write(case, "goal", goal, words="Ud at køre selv")
        again(vagn, bodil)
        copies.take()
        bodil.write(case, "plan", purpose="At komme ud")
        again(bodil, vagn)
        put_back(copies.taken[0], bodil)
        assert bodil.status.waiting == {vagn.one.person_id: 2}
        put_back(copies.taken[1], bodil)
        assert bodil.status.waiting == {}
        again(vagn, bodil)
        assert bodil.values("goal")[goal]["words"] == "Ud at køre selv"
        assert bodil.stands() == vagn.stands()
    finally:
        copies.close()
