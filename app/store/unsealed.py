# SPDX-License-Identifier: MPL-2.0
"""Which decisions were tried here and do not hold: the mark by which lists, which try no seal, leave them out (promise 2).

Laid by whatever tries the decisions of a case, and taken off when they hold again. The lines of the caseload follow by
themselves (`models/case_lines.py`). Must not know how a seal is tried.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from app.store.replica import Replica, told


def is_marked(replica: Replica, case_id: str) -> bool:
    """Whether a decision of the case is known as void."""
    with told():
        row = replica.connection.execute("SELECT 1 FROM unsealed WHERE case_id = ?", (case_id,)).fetchone()
    return row is not None


def mark(replica: Replica, case_id: str, void: Mapping[str, tuple[str, ...]]) -> bool:
    """Let just these decisions of a case be known as void, each with what its true copy was signed over. Whether that is new."""
    wanted = {decision_id: json.dumps(over) for decision_id, over in void.items()}
    with told():
        sql = "SELECT decision_id, over FROM unsealed WHERE case_id = ?"
        if dict(replica.connection.execute(sql, (case_id,)).fetchall()) == wanted:
            return False
    with replica.transaction() as db:
        db.execute("DELETE FROM unsealed WHERE case_id = ?", (case_id,))
        db.executemany("INSERT INTO unsealed VALUES (?, ?, ?)", [(case_id, *one) for one in wanted.items()])
    return True
