# SPDX-License-Identifier: MPL-2.0
"""What this desk is called by the shared database: its id, and the word it gave last time.

A machine that has been copied comes with a word that is used up; the server then gives it an id of its own. Nothing written
is lost by that: a change keeps the id it was made with.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from app.store.replica import Replica

log = logging.getLogger(__name__)
_DEVICE, _NONCE = "shared.device", "shared.nonce"


class DeskMark(NamedTuple):
    """None until the first greeting."""

    device: str | None
    nonce: str | None


def read(replica: Replica) -> DeskMark:
    """What this desk is called, on the database lane."""
    rows = replica.connection.execute("SELECT key, value FROM desk WHERE key IN (?, ?)", (_DEVICE, _NONCE)).fetchall()
    found = {str(key): str(value) for key, value in rows}
    return DeskMark(found.get(_DEVICE), found.get(_NONCE))


def keep(replica: Replica, device: str, nonce: str, *, copied: bool) -> None:
    """Keep what the server answered, on the database lane. A copy also gets a mark of its own for its case numbers."""
    with replica.transaction() as db:
        db.executemany("INSERT OR REPLACE INTO desk VALUES (?, ?)", [(_DEVICE, device), (_NONCE, nonce)])
    if copied:
        replica.new_device_mark()
        log.warning("this replica was copied from another machine: it is desk %s from now on", device)
