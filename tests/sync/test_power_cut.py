# SPDX-License-Identifier: MPL-2.0
"""A power cut at a desk that shares: what was told is on the disk, and what need not be there comes again.

A write-ahead log that was not flushed loses its end and nothing before it, so a cut is a file and a log of an earlier moment.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from app.store import incoming, outgoing
from app.sync.status import State
from tests.sync.desks import DeskOf, Desks, goals
from tests.sync.shared import SharedDatabase, seen

_FILES = ("replica.db", "replica.db-wal")


def on_disk(desk: DeskOf, aside: Path) -> Path:
    """What lies on the disk now."""
    aside.mkdir()
    for name in _FILES:
        shutil.copy2(desk.folder / name, aside / name)
    return aside


def cut(desk: DeskOf, left: Path) -> None:
    """The power goes, this is all that was flushed, and the program is started again."""
    desk.close()
    (desk.folder / "replica.db-shm").unlink(missing_ok=True)
    for name in _FILES:
        shutil.copy2(left / name, desk.folder / name)
    desk._open()


def test_words_that_come_are_flushed_before_they_are_told_of(desks: Desks) -> None:
    """Durable where they are shown: nobody reads on a screen what a power cut takes away again."""
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    for desk in (here, there, here):
        desk.round()
    here.write(case_id, "goal", words="Ud at køre")
    here.round()
    said: list[str] = []
    there.replica.connection.set_trace_callback(said.append)
    there.round()
    there.replica.connection.set_trace_callback(None)
    assert goals(there) == ["Ud at køre"]
    assert [s for s in said if s == "COMMIT"]
    assert not [s for s in said if "synchronous" in s and "NORMAL" in s]


def test_what_a_power_cut_takes_of_the_servers_words_comes_again(
    desks: Desks, shared: SharedDatabase, tmp_path: Path
) -> None:
    """Taken, refused and fetched: each cut back to where only one's own words were flushed, and nothing is lost or twice."""
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    for desk in (here, there, here):
        desk.round()
    there.write(case_id, "goal", words="Ud at køre")
    there.round()
    shared.owner.execute("UPDATE rundbord_data.field_rule SET pen = 'ingen' WHERE kind = 'plan' AND field = 'purpose'")
    here.write(case_id, "plan", purpose="At komme ud")
    here.write(case_id, "goal", words="Sove om natten")
    written = outgoing.pending(here.replica, here.one.person_id)
    flushed = on_disk(here, tmp_path / "flushed")
    here.round()
    refused = [aside.fields for aside in outgoing.set_aside(here.replica)]
    assert refused == [{"purpose": "At komme ud"}]
    stands = here.stands()
    cut(here, flushed)
    assert goals(here) == ["Sove om natten"], "the cut took what had come"
    assert outgoing.pending(here.replica, here.one.person_id) == written
    assert here.again().state is State.SHARED
    assert here.stands() == stands
    assert [aside.fields for aside in outgoing.set_aside(here.replica)] == refused
    assert outgoing.pending(here.replica, here.one.person_id) == ()
    ids = [row["id"] for row in seen(shared.connect("lene"))]
    assert len(ids) == len(set(ids))


def test_a_first_fetch_that_a_power_cut_takes_is_made_again(desks: Desks, tmp_path: Path) -> None:
    here, new = desks.of("bodil"), desks.of("vagn")
    for name in ("Nancy Ann", "Aron Holm"):
        here.write(here.new_case(name), "goal", words=f"{name} vil ud")
    here.round()
    flushed = on_disk(new, tmp_path / "flushed")
    new.round()
    stands = new.stands()
    assert len(stands) > 4
    cut(new, flushed)
    assert new.stands() == {}
    assert new.again().state is State.SHARED
    assert new.stands() == stands == here.stands()


def test_a_key_pause_of_others_is_not_noted_each_time_and_is_laid_once_though_it_comes_again(
    desks: Desks, tmp_path: Path
) -> None:
    """How far one has read is noted now and then: what was read since is asked for once more after a start."""
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    for desk in (here, there, here):
        desk.round()
    goal = here.write(case_id, "goal", words="Ud at køre")
    here.round()
    there.round()
    noted = incoming.cursor(there.replica, there.one.person_id)
    for n in range(3):
        here.write(case_id, "goal", goal, words=f"Ud at køre {n}")
        here.round()
        there.round()
    assert incoming.cursor(there.replica, there.one.person_id) == noted
    log = "SELECT id, seq FROM change ORDER BY id"
    before = there.replica.connection.execute(log).fetchall()
    cut(there, on_disk(there, tmp_path / "there"))
    there.round()
    assert goals(there) == ["Ud at køre 2"]
    assert there.replica.connection.execute(log).fetchall() == before
