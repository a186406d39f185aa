# SPDX-License-Identifier: MPL-2.0
"""What the desk remembers of itself between two runs: where one stood, and whether it was closed in order.

Kept in the `desk` table beside the device's id; local, never synced, and no word of a case. Read
without a key being opened, so that the start need not wait for one. Called by `services/opening`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.store.replica import Replica


def recall(replica: Replica, key: str) -> str:
    """What is remembered under `key`, or ""."""
    row = replica.connection.execute("SELECT value FROM desk WHERE key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])


def roles_by_name(replica: Replica, names: Sequence[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Id and roles of the accounts by these names; no key is looked at, so it says nothing of who may decide."""
    marks = ",".join("?" * len(names))
    rows = replica.connection.execute(
        f"SELECT name, person_id, roles FROM account WHERE name IN ({marks})", tuple(names)
    )
    return {str(name): (str(person_id), tuple(json.loads(roles))) for name, person_id, roles in rows}


def one_by_id(replica: Replica, person_id: str) -> tuple[str, tuple[str, ...]] | None:
    """Name and roles of one account; again no key is looked at."""
    row = replica.connection.execute("SELECT name, roles FROM account WHERE person_id = ?", (person_id,)).fetchone()
    return None if row is None else (str(row[0]), tuple(json.loads(row[1])))


def remember(replica: Replica, key: str, value: str) -> None:
    """Keep `value` under `key`, for good when the call returns."""
    with replica.transaction() as db:
        db.execute(
            "INSERT INTO desk VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
        )
