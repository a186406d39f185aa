# SPDX-License-Identifier: MPL-2.0
"""A replica that an earlier version left on somebody's desk: nothing is lost, and it is what a new one would be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlcipher3

from app.domain.roles import Hand, Role
from app.models import tables
from app.models.kinds import FollowUp
from app.services import cases
from app.services.desk import Desk
from app.store import caseload
from app.store.caseload import Asked, Sort
from app.store.replica import PAGE_SIZE, Replica
from app.store.unit_of_work import new_id
from tests.store.desk import KEY, NOW, Store, fresh

LEFT_BY = (1, 2)
DAY = date(2026, 11, 26)


def left_by(version: int, data: Path, path: Path) -> None:
    """Make the file as that version left it."""
    db = sqlcipher3.connect(str(path), isolation_level=None)
    db.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    db.execute(f"PRAGMA cipher_page_size = {PAGE_SIZE}")
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript((data / f"version-{version}.sql").read_text(encoding="utf-8"))
    db.execute(f"PRAGMA user_version = {version}")
    db.close()


@pytest.fixture(params=LEFT_BY)
def old(request: pytest.FixtureRequest, repository: Path, tmp_path: Path) -> Iterator[Store]:
    left_by(request.param, repository / "tests" / "data" / "replicas", tmp_path / "replica.db")
    replica = Replica.open(tmp_path / "replica.db", KEY)
    try:
        yield Store(replica)
    finally:
        replica.close()


def shape(store: Store) -> dict[str, object]:
    """Columns, indexes, triggers and views, by name; not how the file came to have them."""
    names = [str(row[0]) for row in store.sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
    told: dict[str, object] = {
        name: {(row[1], row[2].upper()) for row in store.sql(f'PRAGMA table_info("{name}")')} for name in names
    }
    more = store.sql("SELECT name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL")
    return told | {str(name): " ".join(str(sql).split()) for name, sql in more}


def test_a_replica_of_every_version_there_was_is_kept(repository: Path) -> None:
    kept = {path.stem for path in (repository / "tests" / "data" / "replicas").glob("*.sql")}
    assert kept >= {f"version-{number}" for number in range(1, tables.SCHEMA_VERSION)}
    assert tuple(range(1, tables.SCHEMA_VERSION)) == LEFT_BY


def test_it_becomes_what_a_new_one_is(old: Store, tmp_path: Path) -> None:
    (tmp_path / "ny").mkdir()
    with fresh(tmp_path / "ny") as new:
        assert shape(old) == shape(new)
    assert old.sql("PRAGMA user_version") == [(tables.SCHEMA_VERSION,)]
    assert old.sql("PRAGMA integrity_check") == [("ok",)]


def test_what_was_in_it_is_there_and_in_the_caseload(old: Store) -> None:
    rows = caseload.page(old.replica, DAY, Asked(sort=Sort.NAME))
    assert [(row.name, row.source, row.step) for row in rows] == [
        ("Magnus Lauridsen", "jobcenter", "Ny"),
        ("Nancy Ann Test Berggren", "pårørende", "Videre til § 85"),
        ("Åse Ødegård", "gaden", "I møde"),
    ]
    assert (rows[0].until, rows[2].next_follow_up) == (date(2026, 11, 24), date(2026, 12, 4))
    assert [row.name for row in caseload.page(old.replica, DAY, Asked("aase"))] == ["Åse Ødegård"]
    assert old.sql("SELECT words FROM rec_goal") == [("Jeg vil gerne kunne tage bussen igen",)]
    assert len(old.sql("SELECT * FROM change")) > 15


def test_it_is_written_in_as_before(old: Store) -> None:
    desk, vagn = Desk(old.replica, lambda: NOW), Hand("p-vagn", "Vagn Vejleder", Role.VEJLEDER)
    (row,) = caseload.page(old.replica, DAY, Asked("magnus"))
    assert cases.open_case(desk, vagn, row.case_id).citizen.name == "Magnus Lauridsen"
    with desk.step(vagn, row.case_id, "Tilføj dag") as work:
        work.create(FollowUp(id=new_id(), case_id=row.case_id, date=date(2026, 12, 1)))
    assert caseload.page(old.replica, DAY, Asked("magnus"))[0].next_follow_up == date(2026, 12, 1)


def test_a_copy_of_it_is_laid_aside(old: Store, tmp_path: Path) -> None:
    assert (tmp_path / f"replica.before-{tables.SCHEMA_VERSION}").exists()
