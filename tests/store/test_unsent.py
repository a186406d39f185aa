# SPDX-License-Identifier: MPL-2.0
"""What is unsent and which numbers were given, beside the log: also on a replica of the days before they lay there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.roles import Role
from app.models import tables
from app.models.kinds import Goal
from app.store import ahead, maintenance, membership, offered, outgoing
from app.store.outgoing import Verdict
from app.store.replica import PAGE_SIZE, Replica
from app.store.standing import Standing
from app.store.unit_of_work import new_id
from tests.store.desk import KEY
from tests.store.shared_model import ModelDesk, off_the_list
from tests.store.test_incoming import Two


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    yield made
    made.anna.close()
    made.bo.close()


def say(two: Two, text: str) -> None:
    two.bo.type("bo", two.case, "goal", two.goal, "words", text, anew=True)


def as_it_was(desk: ModelDesk) -> None:
    """The replica as the program left it while the numbers lay in the log itself."""
    db = desk.replica.connection
    db.execute("UPDATE change SET seq = (SELECT n.seq FROM taken n WHERE n.id = change.id) WHERE seq IS NULL")
    for trigger in ("unsent_in", "unsent_up", "unsent_out"):
        db.execute(f"DROP TRIGGER {trigger}")
    for table in ("unsent", "taken"):
        db.execute(f"DROP TABLE {table}")
    db.execute("CREATE INDEX change_pending ON change (author, id) WHERE seq IS NULL AND refused IS NULL")


def test_a_replica_of_the_days_before_goes_on_where_it_was(two: Two) -> None:
    say(two, "taget")
    two.bo.push("bo")
    say(two, "! ikke taget")
    two.bo.push("bo")
    say(two, "usendt")
    (waits,) = outgoing.pending(two.bo.replica, "bo")
    known = offered.acknowledged(two.bo.replica), offered.furthest(two.bo.replica)
    as_it_was(two.bo)
    two.bo.close()
    two.bo.replica = Replica.open(two.bo.path, KEY)
    assert two.bo.replica.connection.execute("PRAGMA user_version").fetchone() == (tables.SCHEMA_VERSION,)
    assert outgoing.pending(two.bo.replica, "bo") == (waits,)
    assert (offered.acknowledged(two.bo.replica), offered.furthest(two.bo.replica)) == known
    assert off_the_list(two.bo.replica) == []
    gone = "SELECT name FROM sqlite_schema WHERE name = 'change_pending'"
    assert two.bo.replica.connection.execute(gone).fetchone() is None
    two.round()
    assert two.bo.whole() == two.anna.whole()
    assert ahead.waiting_for(two.bo.replica) == {}


def test_numbers_of_many_are_noted_without_writing_their_words_again(two: Two) -> None:
    with two.bo.work("bo", Role.VEJLEDER, two.case) as unit:
        for n in range(200):
            unit.create(Goal(id=new_id(), case_id=two.case, words=f"{n} " + "Jeg vil tage bussen. " * 200))
    db = two.bo.replica.connection
    sent = outgoing.pending(two.bo.replica, "bo")
    assert len(sent) >= 200
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log = two.bo.path.with_name(f"{two.bo.path.name}-wal")
    outgoing.take_verdicts(two.bo.replica, "bo", sent, {c.id: Verdict("accepted", n) for n, c in enumerate(sent, 1000)})
    words = sum(len(c.fields) for c in sent)
    assert log.stat().st_size < words / 4, "the words themselves are not among it"
    assert log.stat().st_size >= PAGE_SIZE
    assert outgoing.pending(two.bo.replica, "bo") == ()
    assert offered.furthest(two.bo.replica) == (1000 + len(sent) - 1, sent[-1].id)


def test_what_is_offered_anew_is_unsent_and_taken_only_once(two: Two) -> None:
    say(two, "taget")
    two.bo.push("bo")
    ids = offered.acknowledged(two.bo.replica)
    offered.offer_anew(two.bo.replica, ids, "en anden", first=True)
    assert offered.acknowledged(two.bo.replica) == ()
    assert off_the_list(two.bo.replica) == []
    assert {c.id for who in ("anna", "bo") for c in outgoing.pending(two.bo.replica, who)} == set(ids)
    two.bo.push("bo")
    assert outgoing.pending(two.bo.replica, "bo") == ()
    assert ahead.waiting_for(two.bo.replica).keys() <= {"anna"}


def test_words_from_before_there_was_an_id_are_listed_as_theirs_and_the_record_has_come_as_far_as_it_had(
    two: Two,
) -> None:
    two.anna.type("anna", two.case, "goal", two.goal, "goal", "Ud at køre.", anew=True)
    two.round()
    say(two, "usendt")
    db = two.bo.replica.connection
    db.execute("UPDATE change SET author = '' WHERE id = (SELECT id FROM unsent)")
    assert off_the_list(two.bo.replica) == []
    of = "SELECT standing FROM rec_goal WHERE id = ?"
    come = Standing(db.execute(of, (two.goal,)).fetchone()[0]).top
    assert come > 0
    membership.adopt(two.bo.replica, "bo", "BO")
    assert off_the_list(two.bo.replica) == []
    assert len(outgoing.pending(two.bo.replica, "bo")) == 1
    assert Standing(db.execute(of, (two.goal,)).fetchone()[0]).top == come


def test_words_that_are_off_the_list_are_put_back_on_it_and_sent(two: Two) -> None:
    """The log is the truth: what has no number and no refusal is sent, whatever became of the list of it."""
    say(two, "taget")
    two.bo.push("bo")
    say(two, "usendt")
    (waits,) = outgoing.pending(two.bo.replica, "bo")
    db, path = two.bo.replica.connection, two.bo.path
    assert maintenance.mend(path, KEY) == 0
    db.execute("DELETE FROM unsent")
    db.execute("DROP TRIGGER unsent_in")
    say(two, "og mere")
    db.execute("INSERT INTO unsent SELECT 'bo', n.id, c.case_id FROM taken n JOIN change c ON c.id = n.id LIMIT 1")
    assert [change.id for change in outgoing.pending(two.bo.replica, "bo")] != [waits.id]
    wrong = len(off_the_list(two.bo.replica))
    assert wrong == 3
    assert maintenance.mend(path, KEY) == wrong
    assert off_the_list(two.bo.replica) == []
    say(two, "til sidst")
    assert len(outgoing.pending(two.bo.replica, "bo")) == 3
    two.round()
    assert two.bo.whole() == two.anna.whole()


def test_the_list_is_looked_after_where_a_copy_is_laid_aside(two: Two) -> None:
    say(two, "usendt")
    two.bo.replica.connection.execute("DELETE FROM unsent")
    assert maintenance.look_after(two.bo.path, KEY)
    assert off_the_list(two.bo.replica) == []
    assert not maintenance.look_after(two.bo.path, KEY), "nothing is written: nothing to look after"


def test_when_a_decision_has_been_signed_its_own_case_alone_is_looked_after(two: Two) -> None:
    """What was just signed must go; all of a long log is gone through at the start and the end."""
    say(two, "usendt")
    two.bo.replica.connection.execute("DELETE FROM unsent")
    wrong = len(off_the_list(two.bo.replica))
    assert maintenance.mend(two.bo.path, KEY, "en anden sag") == 0
    assert len(off_the_list(two.bo.replica)) == wrong > 0
    assert maintenance.mend(two.bo.path, KEY, two.case) == wrong
    assert off_the_list(two.bo.replica) == []


def test_a_desk_that_is_alone_has_no_list(tmp_path: Path) -> None:
    replica = Replica.open(tmp_path / "replica.db", KEY, create=True)
    assert maintenance.mend(replica.path, KEY) == 0
    replica.close()
