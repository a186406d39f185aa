# SPDX-License-Identifier: MPL-2.0
"""Two desks over one server: what is written on one stands on the other."""

from __future__ import annotations

from tests.sync.desks import Desks


def test_what_is_written_on_one_desk_stands_on_the_other(desks: Desks) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.round()
    there.round()
    assert there.values("citizen") == here.values("citizen")
    there.write(case_id, "goal", words="Jeg vil tage bussen")
    there.round()
    here.round()
    assert here.values("goal") == there.values("goal")
    assert here.status.unsent == 0
