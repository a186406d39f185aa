# SPDX-License-Identifier: MPL-2.0
"""What another program writes stops nobody: it is read as no value, and parked."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from app.models.fields import fields_of
from app.models.kinds import Goal
from app.store.rows import dump, is_value, load

POSITION = fields_of(Goal)["position"]


@pytest.mark.parametrize(
    "written", ["1" + "0" * 30, "9" * 5000, "-" + "9" * 5000, "1e30", "true", '"1"', "9007199254740993"]
)
def test_a_number_that_is_none_of_ours_is_no_value(written: str) -> None:
    assert not is_value(POSITION, load(f'{{"position": {written}}}')["position"])


@pytest.mark.parametrize("written", [0, -1, 2**53])
def test_a_number_of_ours_is_a_value(written: int) -> None:
    assert is_value(POSITION, load(str(written)))


@pytest.mark.parametrize(
    "value",
    [
        {"goal": 'Cykle til "Café Ø" \\ hver dag\n\t\x00', "position": -3, "removed": False, "contact_on": None},
        {
            "": [["id", "p", "Åse 🚲", "vejleder", "2026-11-29"], ("a", 5)],
            "goal": [[0, {"b": ("x",), "v": ""}]],
            "#": 2**53,
        },
        (None, True, 1.5, [], {}, ()),
        "kun ord",
    ],
)
def test_what_is_dumped_is_what_json_writes(value: Any) -> None:
    assert dump(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_of_what_json_knows_nothing_no_json_is_made() -> None:
    with pytest.raises(TypeError, match="date"):
        dump({"contact_on": date(2026, 11, 29)})
