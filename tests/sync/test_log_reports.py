# SPDX-License-Identifier: MPL-2.0
"""What the municipality's own reporting reads: what stands, typed, and nothing that says who or what was said."""

from __future__ import annotations

from datetime import date

import pytest
from psycopg import errors

from tests.sync.log import accepted, send, write
from tests.sync.shared import NORTH, SharedDatabase, change, new_id


def test_the_views_are_typed_and_hold_no_words(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case, citizen, goal = new_id(), new_id(), new_id()
    began = change(
        case, "case", case, {"citizen_id": citizen, "source": "gaden", "preventive": True, "contact_on": "2026-11-26"}
    )
    accepted(
        bodil,
        change(case, "citizen", citizen, {"name": "Nancy Ann"}),
        began,
        change(case, "goal", goal, {"words": "Jeg vil køre med bussen", "now_citizen": 3}),
        change(case, "goal", goal, {"removed": False}),
        write(case, case, {"source": "jobcenter"}, [began], kind="case"),
    )
    assert send(bodil, change(case, "case", case, {"ended_on": "2026-02-31"})) == [("refused", "type")]
    odd = shared.owner.execute("SELECT rundbord_data.as_date('2026-02-31'), rundbord_data.as_date('2026-02-28T10:00')")
    assert odd.fetchone() == (None, date(2026, 2, 28)), "what an earlier server took spoils no report"
    reports = shared.owner
    reports.execute("SET ROLE rundbord_report")
    row = reports.execute(
        "SELECT case_id::text, team, contact_on, source, preventive, ended_on FROM rundbord_report.cases"
    ).fetchone()
    assert row == (case, NORTH, date(2026, 11, 26), "jobcenter", True, None)
    assert reports.execute("SELECT goal_id::text, now_citizen, hoped FROM rundbord_report.goals").fetchall() == [
        (goal, 3, None)
    ]
    for view in ("cases", "decisions", "goals"):
        shown = str(reports.execute(f"SELECT array_agg(v::text) FROM rundbord_report.{view} v").fetchone())
        assert "Nancy" not in shown
        assert "bussen" not in shown
    for closed in ("rundbord_report.standing", "rundbord_data.change", "rundbord_data.person"):
        with pytest.raises(errors.InsufficientPrivilege):
            reports.execute(f"SELECT * FROM {closed}")
    with pytest.raises(errors.InsufficientPrivilege):
        bodil.execute("SELECT * FROM rundbord_report.cases")
