# SPDX-License-Identifier: MPL-2.0
"""FFB's own tree of codes, and the value sets that are branches of it (domain §§ 1.3, 2.5).

Asked by whoever checks a code before it leaves the program. Codes and short names only, from resources/terms/ffb-tree.json:
a value set is expanded here, never written down beside the tree. Must not know what the codes are used for.
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from typing import Any

from app.domain.resources import resource_path


class ValueSet(StrEnum):
    """KL's value sets over FFB, by the code of the branch they are."""

    ACTIVITY = "93433530-b85c-4d04-a4fb-5ae26cf16f1c"  # Aktivitet og deltagelse: the only ones with a level
    FUNCTIONS = "740934cd-002b-4b96-b92e-b3562eed9448"
    ENVIRONMENT = "a56d59c0-c8fd-468c-85f9-b67f66561b90"
    LEVEL = "e89d317c-4657-4970-b614-ada2ed220595"
    NEED = "7ac451dc-773b-4877-baaf-1e6b1d5c8e28"
    GOAL_TYPE = "b5257b2d-0fbf-4d00-bf38-d298c8568116"
    FOLLOW_UP = "90479ffa-bf46-4b3a-a172-91f2798e2a43"
    SERVICE = "af7624f8-affd-4a7e-8754-b1b1dd9d8def"
    PROVIDER = "f708aea3-66bd-46c6-af11-7bf28942fa47"
    TARGET_GROUP = "cda90d67-f65a-4a34-b8d8-168ee9ff0949"


@cache
def codes(*branches: ValueSet) -> frozenset[str]:
    """The codes that may be used of these branches: what has nothing below it."""
    return frozenset(code for branch in branches for code in _leaves(_find(_file()["tree"], branch.value)))


@cache
def name(code: str) -> str:
    """KL's short name of a code; "" when FFB has no such code."""
    found = _look(_file()["tree"], code)
    return str(found[1]) if found is not None else ""


def uri() -> str:
    """The code system's address."""
    return str(_file()["uri"])


# -- inside

_Node = list[Any]
"""[code, name] or [code, name, [what is below it]]."""


def _below(node: _Node) -> list[_Node]:
    return node[2] if len(node) > 2 else []


def _leaves(node: _Node) -> list[str]:
    below = _below(node)
    return [code for one in below for code in _leaves(one)] if below else [node[0]]


def _find(nodes: list[_Node], code: str) -> _Node:
    found = _look(nodes, code)
    if found is None:
        raise KeyError(code)
    return found


def _look(nodes: list[_Node], code: str) -> _Node | None:
    for node in nodes:
        if node[0] == code:
            return node
        deeper = _look(_below(node), code)
        if deeper is not None:
            return deeper
    return None


@cache
def _file() -> Any:
    return json.loads(resource_path("terms", "ffb-tree.json").read_text(encoding="utf-8"))
