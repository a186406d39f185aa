# SPDX-License-Identifier: MPL-2.0
"""The mark of a shared database that is for practice: real desks never join it, and practice desks join no other (K2).

Set by whoever makes a practice database, once, before anybody has written in it, and never taken away. Told by `hello`.
"""

from __future__ import annotations

from app.domain.errors import UserError
from app.sync.keeping import Connection


def mark(connection: Connection) -> None:
    """Make it a practice database, for good. UserError where somebody has written in it already."""
    with connection.transaction():
        if connection.execute("SELECT EXISTS (SELECT FROM rundbord_data.change)").fetchone() == (True,):
            raise UserError("Databasen er i brug. En øvedatabase laves ny og tom.")
        connection.execute(
            "INSERT INTO rundbord_data.setting (key, value) VALUES ('practice', '1') ON CONFLICT (key) DO NOTHING"
        )
