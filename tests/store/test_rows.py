# SPDX-License-Identifier: MPL-2.0
"""What another program writes stops nobody: it is read as no value, and parked."""

from __future__ import annotations

import pytest

from app.models.fields import fields_of
from app.models.kinds import Goal
from app.store.rows import is_value, load

POSITION = fields_of(Goal)["position"]


@pytest.mark.parametrize(
    "written", ["1" + "0" * 30, "9" * 5000, "-" + "9" * 5000, "1e30", "true", '"1"', "9007199254740993"]
)
def test_a_number_that_is_none_of_ours_is_no_value(written: str) -> None:
    assert not is_value(POSITION, load(f'{{"position": {written}}}')["position"])


@pytest.mark.parametrize("written", [0, -1, 2**53])
def test_a_number_of_ours_is_a_value(written: int) -> None:
    assert is_value(POSITION, load(str(written)))
