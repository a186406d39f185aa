# SPDX-License-Identifier: MPL-2.0
"""What a desk asks the server most: whether there is anything new, and what stands on its cases, both by its own rights.

Floors, over a session of the same kind: for an idle pull, a bare SELECT past the last number; for reading, the same rows by
plain SQL as the superuser, for whom there is no row-level security, and one INSERT that logs it.
"""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
from psycopg.types.string import TextLoader

from app.store.unit_of_work import new_id
from app.sync.session import Session
from bench.fanout import change
from bench.measure import Figure, in_turn
from bench.shared_server import server

CASES, RECORDS, ASKED = 400, 20, 20
_IDLE = "SELECT seq, id, case_id, kind, record_id, fields FROM rundbord_data.change WHERE seq > %s ORDER BY seq"
_READ = (
    "SELECT case_id, kind, record_id, id, fields::text, bases::text, author, author::text, role, at, seq"
    " FROM rundbord_data.change WHERE case_id = ANY (%s::uuid[]) AND standing IS DISTINCT FROM '{}'"
)


def measure(folder: Path, only: frozenset[str]) -> list[Figure]:
    """idle_pull, rls_read (what stands on twenty cases of four hundred)."""
    if not {"idle_pull", "rls_read"} & only:
        return []
    found = []
    with server() as shared, psycopg.connect(shared.owner, autocommit=True, prepare_threshold=1) as bare:
        bare.adapters.register_loader("uuid", TextLoader)
        session = Session(shared.profile, shared.vagn.login, shared.vagn.password)
        device = session.hello("bench", None, None).device
        cases = [new_id() for _ in range(CASES)]
        for case_id in cases:
            own = [change(case_id, "case", case_id, {"removed": False})]
            own += [change(case_id, "goal", new_id(), {"words": f"{n} Tage bussen selv"}) for n in range(RECORDS)]
            verdicts = session.push(json.dumps(own), device)
            assert all(v.outcome == "accepted" for v in verdicts.values())
        bare.execute("VACUUM ANALYZE")
        upto = session.upto()
        if "idle_pull" in only:
            found.append(
                in_turn(
                    "idle_pull",
                    lambda _n: session.pull(upto),
                    lambda _n: bare.execute(_IDLE, (upto,)).fetchall(),
                    400,
                )
            )
        if "rls_read" in only:
            pages = [cases[n : n + ASKED] for n in range(0, CASES, ASKED)]
            assert len(session.present(pages[0]).rows) == len(bare.execute(_READ, (pages[0],)).fetchall())
            bare.execute("CREATE TABLE floor_access (at timestamptz, person text, case_id uuid)")

            def read(n: int) -> None:
                page = pages[n % len(pages)]
                with bare.transaction():
                    bare.execute(_READ, (page,)).fetchall()
                    bare.execute("INSERT INTO floor_access SELECT now(), current_user, unnest(%s::uuid[])", (page,))

            found.append(in_turn("rls_read", lambda n: session.present(pages[n % len(pages)]), read, 100))
        session.close()
    return found
