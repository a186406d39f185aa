# SPDX-License-Identifier: MPL-2.0
"""What this desk is called by the shared database: its id, and the word it gave last time.

A machine that has been copied comes with a word that is used up; the server then gives it an id of its own. Nothing written
is lost by that: a change keeps the id it was made with. An answer lost on the way uses up the word too, and a server put back
from a copy has an older one: such a desk is given an id as well, and nobody is told that it is a copy (`pen.py`).

The cases a copy began before it was known as one are given numbers of their own (`store/renumber.py`); that it is to be done is
kept until it is, so that it is also done when the program ends in between.
"""

from __future__ import annotations

from typing import NamedTuple

from app.store.replica import Replica

_DEVICE, _NONCE, _ASKED, _COPIED = "shared.device", "shared.nonce", "shared.greeting", "shared.copied"


class DeskMark(NamedTuple):
    """None until the first greeting. `unanswered`: the last greeting was never answered, so the word may be used up."""

    device: str | None
    nonce: str | None
    unanswered: bool = False


def device(replica: Replica) -> str:
    """What this desk is called; "" before its first greeting. On the database lane."""
    row = replica.connection.execute("SELECT value FROM desk WHERE key = ?", (_DEVICE,)).fetchone()
    return "" if row is None else str(row[0])


def before_greeting(replica: Replica) -> DeskMark:
    """What this desk is called, and a note that it is about to say so. On the database lane."""
    with replica.transaction() as db:
        rows = db.execute("SELECT key, value FROM desk WHERE key IN (?, ?, ?)", (_DEVICE, _NONCE, _ASKED)).fetchall()
        db.execute("INSERT OR REPLACE INTO desk VALUES (?, '1')", (_ASKED,))
    found = {str(key): str(value) for key, value in rows}
    return DeskMark(found.get(_DEVICE), found.get(_NONCE), _ASKED in found)


def keep(replica: Replica, device: str, nonce: str, *, new_mark: bool, copied: bool) -> None:
    """Keep what the server answered, on the database lane. `new_mark`: the desk gets a mark of its own for its case numbers.
    `copied`: it may have given some that another desk has given too."""
    with replica.transaction() as db:
        db.executemany("INSERT OR REPLACE INTO desk VALUES (?, ?)", [(_DEVICE, device), (_NONCE, nonce)])
        db.execute("DELETE FROM desk WHERE key = ?", (_ASKED,))
        if copied:
            db.execute("INSERT OR REPLACE INTO desk VALUES (?, '1')", (_COPIED,))
    if new_mark:
        replica.new_device_mark()


def is_copied(replica: Replica) -> bool:
    """Whether its cases are still to be given numbers of their own."""
    return replica.connection.execute("SELECT 1 FROM desk WHERE key = ?", (_COPIED,)).fetchone() is not None


def settled(replica: Replica) -> None:
    """They have been, or need none."""
    with replica.transaction() as db:
        db.execute("DELETE FROM desk WHERE key = ?", (_COPIED,))
