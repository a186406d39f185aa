# SPDX-License-Identifier: MPL-2.0
"""What a desk never lets anybody write, the shared database does not take from plain SQL either.

Support under § 82 b past its six months (B1, B2), and a coordinator who is no bestiller or gets another name (H2).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from app.domain.errors import UserError
from app.domain.periods import check_course, last_permitted_day
from tests.sync.log import accepted, send, send_new
from tests.sync.shared import SOUTH, Connection, SharedDatabase, change, new_case, new_id, push
from tests.sync.test_competence_held import decision

Row = tuple[str, str | None, str | None]


def granted(session: Connection, signer: str, rows: Sequence[Row]) -> tuple[str, str | None]:
    """What the database says to a decision that grants these."""
    support = [{"paragraph": p, "start": start, "end": end} for p, start, end in rows]
    return push(session, decision(new_case(session), signer, support=support))[0]


def test_the_wall_is_the_same_day_on_a_desk_and_in_the_database(shared: SharedDatabase) -> None:
    """Rule R1 over every first day of nine years, leap days and short months among them."""
    first, last = date(2024, 1, 1), date(2032, 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = shared.owner.execute(
        "SELECT d, rundbord_data.last_permitted_day(d) FROM unnest(%s::date[]) d ORDER BY d", (days,)
    ).fetchall()
    assert rows == [(day, last_permitted_day(day)) for day in days]


@pytest.mark.parametrize(
    "rows",
    [
        [("82b", "2026-12-01", "2027-05-31")],
        [("82b", "2026-12-01", "2027-06-01")],
        [("§ 82 B", "2026-12-01", "2027-06-01")],
        [("82b", "2026-08-31", "2027-02-28")],
        [("82b", "2026-08-31", "2027-03-01")],
        [("82b", "2027-08-31", "2028-02-29")],
        [("82b", "2027-08-31", "2028-03-01")],
        [("82b", "2026-12-02", "2026-12-01")],
        [("82b", "2026-12-01", "2027-03-01"), ("82 b", "2027-03-02", "2027-05-31")],
        [("82b", "2026-12-01", "2027-03-01"), ("82 b", "2027-03-02", "2027-06-01")],
        [("82b", "2026-12-01", "2027-03-01"), ("85", "2027-03-02", "2030-06-01")],
        [("85", "2026-12-01", "2030-06-01"), ("82a", "2026-12-01", "2030-06-01")],
    ],
)
def test_a_decision_past_the_wall_is_taken_by_neither(shared: SharedDatabase, rows: list[Row]) -> None:
    try:
        check_course(
            (date.fromisoformat(str(start)), date.fromisoformat(str(end)))
            for paragraph, start, end in rows
            if paragraph in ("82b", "82 b", "§ 82 B")
        )
        said: tuple[str, str | None] = ("accepted", None)
    except UserError:
        said = ("refused", "wall")
    assert granted(shared.connect("bodil"), shared.bodil.person_id, rows) == said


@pytest.mark.parametrize(
    "rows",
    [
        [("82b", "2026-12-01", None)],
        [("82b", "2026-12-01", "")],
        [("82b", "2026-12-01", "engang")],
        [("§ 82 B", None, "2027-05-31")],
        [("82b", None, None)],
        [("82b", "2026-12-01", "2027-05-31"), ("82b", "2026-12-01", None)],
    ],
)
def test_support_under_82_b_with_no_end_is_a_grant_without_end_and_refused(
    shared: SharedDatabase, rows: list[Row]
) -> None:
    """A desk does not sign it (`domain/answer.py`), so only what is built by hand says it."""
    assert granted(shared.connect("bodil"), shared.bodil.person_id, rows) == ("refused", "wall")


def test_what_has_no_wall_needs_no_end(shared: SharedDatabase) -> None:
    rows: list[Row] = [("82b", "2026-12-01", "2027-05-31"), ("åbent", None, None), ("85", "2026-12-01", None)]
    assert granted(shared.connect("bodil"), shared.bodil.person_id, rows) == ("accepted", None)


def test_a_yes_that_names_the_paragraph_alone_is_held_by_its_own_period(shared: SharedDatabase) -> None:
    bodil, me = shared.connect("bodil"), shared.bodil.person_id
    case = new_case(bodil)
    told = push(
        bodil,
        decision(case, me, support=[], end="2027-06-01"),
        decision(case, me, support=[], end="2027-06-01", target_group="nej"),
        decision(case, me, support=[], end="2027-05-31"),
        decision(case, me, support=[], end=None),
        decision(case, me, support=[], end=None, target_group="nej"),
    )
    assert told == [
        ("refused", "wall"),
        ("accepted", None),
        ("accepted", None),
        ("refused", "wall"),
        ("accepted", None),
    ]


def test_an_appointed_coordinator_gets_no_other_name_by_any_road(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case, record = new_case(bodil), new_id()
    name = change(case, "coordinator", record, {"name": "Bodil Bestiller"})
    since = change(case, "coordinator", record, {"since": "2026-12-01", "until": None})
    accepted(bodil, name, since)
    over_name, over_since = {"name": [name["id"]]}, {"since": [since["id"]]}
    for tried in (
        change(case, "coordinator", record, {"name": "En Anden"}, over=over_name),
        change(case, "coordinator", record, {"name": "En Anden"}),
        change(case, "coordinator", record, {"since": "2026-01-01"}, over=over_since),
    ):
        assert send_new(bodil, tried) == [None]
        assert send(bodil, tried) == [("refused", "once")]
    ended = change(case, "coordinator", record, {"until": "2027-01-31"}, over={"until": [since["id"]]})
    accepted(bodil, ended, change(case, "coordinator", new_id(), {"name": "Sofie Sydbestiller"}))


def appointed(session: Connection, case: str, name: str) -> tuple[str, str | None]:
    """What the database says to a new coordinator of this name, who was left to `push` first."""
    one = change(case, "coordinator", new_id(), {"name": name})
    assert send_new(session, one) == [None]
    return send(session, one)[0]


@pytest.mark.parametrize("name", ["Mads Ukendt", "Nancy Ann Berggren", "Vagn Vejleder", "Lene Leder", "", "Bodil", "%"])
def test_a_coordinator_with_no_account_as_a_bestiller_is_appointed_by_no_road(
    shared: SharedDatabase, name: str
) -> None:
    """The citizen, a vejleder, a leder alone or somebody nobody knows never coordinates (H2, D3)."""
    bodil = shared.connect("bodil")
    assert appointed(bodil, new_case(bodil), name) == ("refused", "appointed")


def test_a_bestiller_of_any_team_coordinates_until_thirty_days_after_their_access_ends(shared: SharedDatabase) -> None:
    """So what was agreed with no network is not refused for what happened meanwhile. However the name is written (H5)."""
    bodil = shared.connect("bodil")
    case, karen = new_case(bodil), shared.add("Karen Åse Koordinator", ("bestiller", "leder"), SOUTH)
    for written in ("Karen Åse Koordinator", "karen A\u030ase koordinator "):
        assert appointed(bodil, case, written) == ("accepted", None)
    for days, said in ((29, ("accepted", None)), (31, ("refused", "appointed"))):
        shared.owner.execute(
            "UPDATE rundbord_data.person SET state = 'closed', closed_at = now() - make_interval(days => %s) WHERE id = %s",
            (days, karen.person_id),
        )
        assert appointed(bodil, case, "Karen Åse Koordinator") == said


def test_any_bestiller_of_the_team_ends_a_coordinators_time_and_nobody_else(shared: SharedDatabase) -> None:
    """As the table of rights says: it is part of visiting, like purpose and answer; the change stands with its hand."""
    bodil = shared.connect("bodil")
    case, record = new_case(bodil), new_id()
    made = change(case, "coordinator", record, {"since": "2026-12-01", "until": None})
    accepted(bodil, change(case, "coordinator", record, {"name": "Bodil Bestiller"}), made)

    def end(who: str, role: str) -> tuple[str, str | None]:
        until = change(case, "coordinator", record, {"until": "2026-12-02"}, role, over={"until": [made["id"]]})
        return send(shared.connect(who), until)[0]

    assert end("vagn", "vejleder") == ("refused", "pen")
    assert end("vagn", "bestiller") == ("refused", "role")
    assert end("lene", "leder") == ("refused", "pen")
    assert end("sofie", "bestiller") == ("refused", "not_yours")
    other = shared.add("Kim Kollega", ("bestiller",))
    assert end(other.key, "bestiller") == ("accepted", None)
