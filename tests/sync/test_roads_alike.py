# SPDX-License-Identifier: MPL-2.0
"""Whatever a hostile desk sends, by whichever road: what is taken is what the careful road takes in that order, row for row."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from tests.sync.log import DESK, NEW, as_arrays, in_text
from tests.sync.roads import Change, Ground, Hostile, ground
from tests.sync.shared import Connection, SharedDatabase

SOAK = bool(os.environ.get("RUNDBORD_SOAK"))
BATCHES = 5000 if SOAK else 40
_STATE = (
    "SELECT id::text, to_jsonb(c) - '{seq,received_at}'::text[] FROM rundbord_data.change c ORDER BY seq",
    "SELECT case_id, team_id, opened_by, citizen_id FROM rundbord_data.case_home ORDER BY 1",
    "SELECT case_id, person_id, scope, until IS NULL FROM rundbord_data.case_grant ORDER BY 1, 2",
    "SELECT id::text FROM rundbord_data.refused",
)
_EDIT = "SELECT rundbord.push_edit(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


class Roads:
    """A superuser's session that becomes whoever writes, for the length of one try."""

    def __init__(self, owner: Connection, login: str, person: str, short: dict[str, int]) -> None:
        self.owner, self.login, self.person, self.short = owner, login, person, short

    @contextmanager
    def undone(self) -> Iterator[None]:
        with self.owner.transaction(force_rollback=True):
            self.owner.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(sql.Identifier(self.login)))
            yield

    def state(self) -> list[Any]:
        self.owner.execute("RESET SESSION AUTHORIZATION")
        return [self.owner.execute(query.encode()).fetchall() for query in _STATE]

    def push(self, batch: list[Change]) -> list[str]:
        sent = json.dumps(batch)
        rows = self.owner.execute("SELECT outcome FROM rundbord.push(%s, %s)", (sent, DESK)).fetchall()
        assert len(rows) == len(batch)
        return [row[0] for row in rows]

    def new(self, batch: list[Change]) -> None:
        """As a desk does: what lies over nothing in columns, and what that leaves by push."""
        new = [c for c in batch if c["over"] in ({}, None) and c["bases"] in ({}, None)]
        new = [c for c in new if c.get("undoes") is None and c.get("author") in (None, self.person)]
        if not new:
            self.push(batch)
            return
        left = list(range(1, len(new) + 1))
        try:
            with self.owner.transaction():
                row = self.owner.execute(NEW, (None, DESK, *map(in_text, as_arrays(*new)))).fetchone()
                assert row is not None
                left = row[1]
        except psycopg.DataError:
            pass
        taken = [c for n, c in enumerate(new, 1) if n not in left]
        self.short["new"] += len(taken)
        rest = [c for c in batch if not any(c is t for t in taken)]
        if rest:
            self.push(rest)

    def edit(self, batch: list[Change]) -> None:
        for one in batch:
            if self._edited(one):
                self.short["edit"] += 1
            else:
                self.push([one])

    def _edited(self, one: Change) -> bool:
        parts = [json.dumps(one[p]) if one[p] is not None else None for p in ("fields", "over", "bases")]
        told = (DESK, one["id"], one["case"], one["kind"], one["record"], *parts, one["audience"], one["role"])
        told += (one["at"], one["step"], one["step_name"], one.get("undoes"), one.get("author") or self.person)
        try:
            with self.owner.transaction():
                row = self.owner.execute(_EDIT.encode(), told).fetchone()
        except psycopg.DataError:
            return False
        return row is not None and row[0] is not None


def test_every_road_takes_what_the_careful_one_does(shared: SharedDatabase) -> None:
    field, short = ground(shared), {"new": 0, "edit": 0}
    first = random.randrange(10**9)
    for seed in range(first, first + BATCHES):
        _try(field, seed, short)
    assert all(short.values()), "the short roads took something"


def _try(field: Ground, seed: int, short: dict[str, int]) -> None:
    drawn = Hostile(field, seed)
    batch = drawn.draw()
    roads = Roads(field.owner, drawn.me.login, drawn.me.person_id, short)
    named: dict[str, Callable[[list[Change]], object]] = {"push": roads.push, "new": roads.new, "edit": roads.edit}
    for name, go in named.items():
        with roads.undone():
            go(batch)
            found = roads.state()
        taken = [_sent(batch, change_id, row) for change_id, row in found[0] if change_id not in field.log]
        with roads.undone():
            for one in taken:
                said = roads.push([one])
                if said == ["wait"]:  # it lies over what was refused before it
                    assert set(roads.push(_refused(batch, found[-1]))) == {"refused"}, (seed, name, one)
                    said = roads.push([one])
                assert said == ["accepted"], (seed, name, one)
            careful = roads.state()
        assert found[:-1] == careful[:-1], (seed, name)


def _refused(batch: list[Change], ids: list[tuple[str]]) -> list[Change]:
    return [one for one in batch if (one["id"],) in ids]


def _sent(batch: list[Change], change_id: str, row: dict[str, Any]) -> Change:
    for one in batch:
        if one["id"] == change_id and (one["case"], one["record"], one["kind"], one["fields"]) == (
            row["case_id"],
            row["record_id"],
            row["kind"],
            row["fields"],
        ):
            return one
    raise AssertionError((change_id, row))
