# SPDX-License-Identifier: MPL-2.0
"""An account's life: made, changed, confirmed, vouched for, reset, closed. Each step by who may, and by nobody else."""

from __future__ import annotations

from tests.sync.shared import SharedDatabase, new_case, seen


def test_the_people_of_the_tests_can_work(shared: SharedDatabase) -> None:
    case = new_case(shared.connect("bodil"))
    assert {row["case_id"].hex for row in seen(shared.connect("vagn"))} == {case.replace("-", "")}
    assert seen(shared.connect("sofie")) == []
