# SPDX-License-Identifier: MPL-2.0
"""What the desk remembers of itself between two runs: where one stood, and whether it was closed in order.

Kept in the `desk` table beside the device's id; local, never synced, and no word of a case. Called by `services/opening`.
"""

from __future__ import annotations

from app.store.replica import Replica


def recall(replica: Replica, key: str) -> str:
    """What is remembered under `key`, or ""."""
    row = replica.connection.execute("SELECT value FROM desk WHERE key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])


def remember(replica: Replica, key: str, value: str) -> None:
    """Keep `value` under `key`, for good when the call returns."""
    with replica.transaction() as db:
        db.execute(
            "INSERT INTO desk VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
        )
