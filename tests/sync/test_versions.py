# SPDX-License-Identifier: MPL-2.0
"""Programs and servers of different versions over one record: what one does not know waits, whole, until it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from app.models.fields import FieldInfo, fields_of
from app.models.kinds import KINDS
from app.sync.status import State
from tests.sync.desks import Desks
from tests.sync.shared import SharedDatabase


@contextmanager
def older(kind: str = "", field: str = "") -> Iterator[None]:
    """What comes in is read as by a program that lacks this kind, or (a field named) this field."""

    def fields(cls: Any) -> Mapping[str, FieldInfo]:
        known = fields_of(cls)
        return {n: i for n, i in known.items() if not (cls is KINDS[kind] and n == field)} if field else known

    kinds = {n: c for n, c in KINDS.items() if field or n != kind}
    with pytest.MonkeyPatch.context() as patch:
        for module in ("rows", "present", "incoming"):
            patch.setattr(f"app.store.{module}.KINDS", kinds)
        for module in ("rows", "present"):
            patch.setattr(f"app.store.{module}.fields_of", fields)
        yield


@pytest.mark.parametrize("at_first_fetch", [False, True])
@pytest.mark.parametrize(("kind", "field"), [("goal", "done_when"), ("goal", ""), ("milestone", "")])
def test_what_an_older_program_lacks_is_parked_and_stands_after_the_upgrade(
    desks: Desks, at_first_fetch: bool, kind: str, field: str
) -> None:
    new, old = desks.of("vagn"), desks.of("bodil")
    case_id = new.new_case("Nancy Ann")
    new.round()
    if not at_first_fetch:
        old.round()
    goal = new.write(case_id, "goal", words="Jeg vil tage bussen", done_when="en gang om ugen")
    new.write(case_id, "milestone", goal_id=goal, text="køre med")
    new.write(case_id, "goal", goal, done_when="to gange om ugen")
    new.round()
    with older(kind, field):
        old.round()
        assert old.status.state is State.SHARED
        assert old.values(kind) != new.values(kind)
        assert old.values("case") == new.values("case")
        old.write(case_id, "plan", purpose="der arbejdes videre")
        old.round()
    old.restart()
    old.round()
    new.round()
    for each in ("goal", "milestone", "plan"):
        assert old.values(each) == new.values(each)
    assert old.rows("SELECT count(*) FROM parked") == [(0,)]


def test_words_the_server_does_not_know_yet_wait_and_hold_up_nothing(desks: Desks, shared: SharedDatabase) -> None:
    here, there = desks.of("vagn"), desks.of("bodil")
    case_id = here.new_case("Nancy Ann")
    here.round()
    rule = shared.owner.execute(
        "DELETE FROM rundbord_data.field_rule WHERE kind = 'goal' AND field = 'done_when' RETURNING *"
    ).fetchone()
    assert rule is not None
    goal = here.write(case_id, "goal", words="Jeg vil tage bussen")
    here.write(case_id, "goal", goal, done_when="en gang om ugen")
    here.write(case_id, "goal", words="Mere")
    status = here.round()
    assert (status.state, status.unsent, status.set_aside) == (State.WAITS, 1, 0)
    there.round()
    assert len(there.values("goal")) == 2
    shared.owner.execute(f"INSERT INTO rundbord_data.field_rule VALUES ({','.join(['%s'] * len(rule))})", rule)
    assert here.round().state is State.SHARED
    there.round()
    assert there.values("goal") == here.values("goal")


def test_a_server_without_the_functions_is_older_and_nothing_is_lost(desks: Desks, shared: SharedDatabase) -> None:
    here = desks.of("vagn")
    here.new_case("Nancy Ann")
    shared.owner.execute("ALTER FUNCTION rundbord.hello(text, integer, uuid, uuid) RENAME TO hello_of_old")
    status = here.round()
    assert status.state is State.OLDER
    assert status.unsent > 0
    assert "ældre" in status.sentence
