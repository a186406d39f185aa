# SPDX-License-Identifier: MPL-2.0
"""The replica's one cursor: the watch of `tests/one_cursor.py` stands over every replica, and says when it is walked too late."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.store.replica import Replica
from tests.one_cursor import WalkedTooLate, Watched
from tests.store.desk import KEY

_TWO = "SELECT value FROM json_each('[1, 2]')"


@pytest.fixture
def replica(tmp_path: Path) -> Replica:
    return Replica.open(tmp_path / "replica.db", KEY, create=True)


def test_every_replica_is_watched(replica: Replica) -> None:
    assert isinstance(replica.cursor, Watched)
    with replica.transaction():
        assert replica.cursor.execute(_TWO).fetchall() == [(1,), (2,)]
        assert [value for (value,) in replica.cursor.execute(_TWO)] == [1, 2]
    replica.close()


@pytest.mark.parametrize("walk", ["for", "fetchone", "fetchall"])
def test_an_answer_that_is_walked_past_another_statement_is_told_of(replica: Replica, walk: str) -> None:
    """Without the watch the first loop below ends after one row, in silence."""
    db = replica.cursor

    def walked() -> None:
        first = db.execute(_TWO)
        if walk == "for":
            for _row in first:
                db.execute("SELECT 3").fetchone()
        db.execute("SELECT 3").fetchone()
        getattr(first, walk)()

    with pytest.raises(WalkedTooLate):
        walked()
    replica.close()


def test_a_transaction_that_ends_ends_the_answers_in_it(replica: Replica) -> None:
    with replica.transaction():
        asked = replica.cursor.execute(_TWO)
    with pytest.raises(WalkedTooLate):
        next(asked)
    replica.close()
