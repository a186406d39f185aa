# SPDX-License-Identifier: MPL-2.0
"""A second desk with the same case and no line to the first: what is signed there comes when the line is back."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.domain.roles import Hand
from app.models.kinds import singleton_id
from app.services.decide import sign
from app.services.desk import Desk
from app.store import incoming
from app.store.replica import Replica
from app.store.rows import Pulled
from tests.services.table import PASSWORD, root


@dataclass(frozen=True)
class Elsewhere:
    """A decision that was signed on another desk."""

    decision_id: str
    change: Pulled

    def comes(self, desk: Desk) -> None:
        """The line is back."""
        for changes in incoming.apply_pulled(desk.replica, "bodil", [self.change], self.change.seq):
            desk.announce(changes)


def sign_elsewhere(
    desk: Desk, case_id: str, folder: Path, signer: Hand, *, later: timedelta, answer: str = "nej"
) -> Elsewhere:
    """Somebody with an account here signs another answer on a copy of this desk, by a clock that differs from this one."""
    desk.replica.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = folder / f"{signer.person_id}.db"
    shutil.copy2(folder / "replica.db", copy)
    with closing(Replica.open(copy, bytes(32), root().public_key)) as theirs:
        away = Desk(theirs, lambda: desk.clock() + later)
        with away.step(signer, case_id, "Svar") as work:
            work.write("answer", singleton_id(case_id, "answer"), {"target_group": answer})
        decision_id = sign(away, signer, case_id, PASSWORD)
        sql = "SELECT id, fields, at, step FROM change WHERE record_id = ?"
        change_id, fields, at, step = theirs.connection.execute(sql, (decision_id,)).fetchone()
    change = Pulled(
        seq=9000,
        event="change",
        case_id=case_id,
        id=change_id,
        kind="decision",
        record_id=decision_id,
        fields=json.loads(fields),
        over={},
        audience="borger",
        author=signer.person_id,
        author_name=signer.name,
        role=signer.role.value,
        device="another",
        at=at,
        step=step,
    )
    return Elsewhere(decision_id, change)
