# SPDX-License-Identifier: MPL-2.0
"""What a bestiller may grant alone, as the record has it, and what a decision would grant (C2).

Read by the unit of work before a decision is let in, and by the services that sign and send on. The rule itself is
`domain/competence.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.domain.competence import Grant, Limit
from app.domain.paragraphs import plain
from app.models.kinds import MUNICIPALITY
from app.store.replica import Replica

_OPEN, _YES = "åbent", "ja"


def limits_of(replica: Replica, person_id: str) -> Mapping[str, Limit]:
    """What is set for this person, by paragraph."""
    rows = replica.connection.execute(
        "SELECT paragraph, grants, most_weeks FROM rec_competence WHERE person_id = ? AND case_id = ? AND NOT removed",
        (person_id, MUNICIPALITY),
    ).fetchall()
    return {str(r[0]): Limit(bool(r[1]), None if r[2] is None else int(r[2])) for r in rows}


def grants_in(content: str) -> tuple[Grant, ...]:
    """What a decision grants by its own copy. A yes that names a paragraph and no support of it grants its whole period."""
    told = json.loads(content)
    rows = [row for row in _list(told.get("support")) if isinstance(row, dict)]
    found = [_grant(str(row.get("paragraph")), row) for row in rows]
    dated = {plain(grant.paragraph) for grant in found}
    if told.get("target_group") == _YES:
        found += [_grant(str(p), told) for p in _list(told.get("paragraphs")) if plain(str(p)) not in dated]
    return tuple(grant for grant in found if grant.paragraph != _OPEN)


def _grant(paragraph: str, period: Mapping[str, Any]) -> Grant:
    return Grant(paragraph, _day(period.get("start")), _day(period.get("end")))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
