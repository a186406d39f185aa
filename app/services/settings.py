# SPDX-License-Identifier: MPL-2.0
"""The municipality's own settings: name, unit, the clauses on its letters. Configuration, never truth in code."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from app.domain.resources import resource_path
from app.domain.roles import Hand
from app.models.fields import fields_of
from app.models.kinds import MUNICIPALITY, Municipality
from app.services.desk import Desk
from app.store import queries


def municipality(desk: Desk) -> Municipality:
    """What stands now."""
    return queries.municipality(desk.replica)


def load_municipality(desk: Desk, hand: Hand, name: str = "") -> None:
    """Put in the texts that come with the program, where the municipality has none yet; `name` is its own."""
    if queries.municipality(desk.replica).name:
        return
    raw: dict[str, Any] = json.loads(resource_path("municipality.json").read_text(encoding="utf-8"))
    known = {key: value for key, value in raw.items() if key in fields_of(Municipality)}
    settings = replace(Municipality(id=MUNICIPALITY, case_id=MUNICIPALITY), **known)
    with desk.step(hand, MUNICIPALITY, "Kommunens oplysninger") as work:
        work.create(replace(settings, name=name) if name else settings)
