# SPDX-License-Identifier: MPL-2.0
"""A long backlog with a change in its middle that the server refuses: the rest goes, in order, and each once."""

from __future__ import annotations

import pytest

from app.store import outgoing
from app.sync import courier
from app.sync.status import State
from tests.sync.desks import Desks, goals
from tests.sync.shared import SharedDatabase


def test_one_refused_in_the_middle_of_a_long_backlog_holds_up_none_of_it(
    desks: Desks, shared: SharedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent ahead in parts: what lies over the refused one is in a later part, judged while the first verdicts are kept."""
    monkeypatch.setattr(courier, "_SOON", 8)
    monkeypatch.setattr(courier, "_FULL", 8_000)
    monkeypatch.setattr(outgoing, "MOST", 16)
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.round()
    shared.owner.execute(
        "DELETE FROM rundbord_data.pen_role WHERE role = 'bestiller' AND pen IN (SELECT pen FROM"
        " rundbord_data.field_rule WHERE kind = 'plan' AND field = 'purpose')"
    )
    for n in range(15):
        here.write(case_id, "goal", words=f"før {n:02}")
    plan = here.write(case_id, "plan", purpose="Det, der ikke tages imod")
    story = here.write(case_id, "story", think="et")
    for n in range(15):
        here.write(case_id, "goal", words=f"efter {n:02}")
    here.write(case_id, "plan", plan, purpose="og det oven på")
    here.write(case_id, "story", story, think="to")
    status = here.round()
    assert (status.state, status.unsent) == (State.SHARED, 0)
    assert [one.reason for one in outgoing.set_aside(here.replica)] == ["pen", "pen"]
    there.round()
    assert goals(there) == goals(here) == [f"{when} {n:02}" for when in ("efter", "før") for n in range(15)]
    assert there.values("story")[story]["think"] == "to"
    assert not any(row["purpose"] for row in (*there.values("plan").values(), *here.values("plan").values()))
