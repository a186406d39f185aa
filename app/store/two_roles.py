# SPDX-License-Identifier: MPL-2.0
"""In which roles somebody who has several has written on a case (C7): for the leader's list, where one person acts in two.

Most have one role and write in it, and are noted nowhere: writing and fetching ask only for that (`role_of`), which is known in
memory. Of the others the first time in a role on a case is a row in `case_hand`; a trigger brings the case's line up to date.
Who is named or has sat at the table in two roles the line knows by itself (`models/case_lines.py`). Derived: never shared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.models.kinds import KINDS
from app.store.replica import Replica

Hands = tuple[str, str, str, str]
"""(case, person's id, name, role)."""


def role_of(replica: Replica) -> Mapping[str, str]:
    """The role of each person who has an account, here or in the shared database, by their ids; "" where they have several. Who
    writes in another than that is noted. Asked inside a transaction, which tells of a fault."""
    if replica.role_of is None:
        rows = replica.connection.execute(
            "SELECT person_id, roles FROM account UNION SELECT person_id, roles FROM roster"
        )
        found: dict[str, set[str]] = {}
        for person_id, roles in rows.fetchall():
            found.setdefault(person_id, set()).update(json.loads(roles))
        replica.role_of = {person_id: next(iter(r)) if len(r) == 1 else "" for person_id, r in found.items()}
    return replica.role_of


def note(db: Any, hands: Iterable[Hands]) -> None:
    """These have written. What one wrote on the case before they had a second role is looked up the first time."""
    for case_id, person_id, name, role in dict.fromkeys(hands):
        if db.execute(_KNOWN, (case_id, person_id, role)).fetchone() is not None:
            continue
        roles = {role, *(r for (r,) in db.execute(_BEFORE, {"case": case_id, "person": person_id}).fetchall())}
        db.executemany(_NOTED, [(case_id, person_id, one, name) for one in sorted(roles)])


_KNOWN = "SELECT 1 FROM case_hand WHERE case_id = ? AND person_id = ? AND role = ?"
_NOTED = "INSERT OR IGNORE INTO case_hand (case_id, person_id, role, name) VALUES (?, ?, ?, ?)"
_STANDS = " UNION ".join(
    f"SELECT w.value ->> 3 FROM rec_{kind} r, json_each(r.standing, '$.\"\"') w"
    " WHERE r.case_id = :case AND w.value ->> 1 = :person"
    for kind in KINDS
)
_BEFORE = f"SELECT role FROM change WHERE case_id = :case AND author = :person UNION {_STANDS}"
"""In which roles somebody has written: by the log, and by what stands on a desk that fetched only that."""
