# SPDX-License-Identifier: MPL-2.0
"""The statements `queries.py` reads with, each made once: making one is most of what a small read costs.

In a module of its own because it imports SQLAlchemy, which the start must not wait for: `queries` imports it at the first read.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.models.tables import ACCESS, CHANGE, DRAFT, ISSUED, RECORDS

HISTORY = (
    select(CHANGE)
    .where(CHANGE.c.case_id == bindparam("key"))
    .order_by(CHANGE.c.id.desc())
    .limit(bindparam("most", type_=CHANGE.c.seq.type))
)
ACCESS_LINES = select(ACCESS).where(ACCESS.c.case_id == bindparam("key")).order_by(ACCESS.c.n.desc())
DECIDED = (
    select(*(CHANGE.c[n] for n in ("record_id", "at", "refused", "put_by", "fields", "author", "author_name", "role")))
    .where(CHANGE.c.case_id == bindparam("key"), CHANGE.c.kind == "decision")
    .order_by(CHANGE.c.id.desc())
)
DELIVERED = (
    select(CHANGE.c.record_id, CHANGE.c.fields, CHANGE.c.role)
    .where(CHANGE.c.case_id == bindparam("key"), CHANGE.c.kind == "paper")
    .order_by(CHANGE.c.id)
)
_OWN = RECORDS["municipality"].c
OWN = select(_OWN.standing, _OWN.reporting).where(_OWN.id == bindparam("key"))
DRAFTS = select(DRAFT).where(DRAFT.c.case_id == bindparam("key"))
ISSUED_PDF = select(ISSUED.c.pdf).where(ISSUED.c.paper_id == bindparam("key"), ISSUED.c.case_id == bindparam("case"))


@cache
def records(kind: str, column: str) -> Select[Any]:
    """The records of a kind whose `column` is the key, in the order of their list."""
    table = RECORDS[kind]
    order = [table.c.position] if "position" in table.c else []
    return select(table).where(table.c[column] == bindparam("key")).order_by(*order, table.c.id)
