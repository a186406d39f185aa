# SPDX-License-Identifier: MPL-2.0
"""How a field is declared, and how its value is carried: nothing is lost on the way through a change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.roles import Pen
from app.models.fields import Audience, FieldInfo, Merge, fields_of, from_json, to_json
from app.models.kinds import KINDS, MUNICIPALITY, NAME_OF, SINGLETONS, Decision, Goal, Support, singleton_id
from app.models.tables import RECORDS

EVERY = [(kind, info) for kind, cls in KINDS.items() for info in fields_of(cls).values()]
VALUES: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    ),  # what no database holds is left out
    int: st.integers(-(10**6), 10**6),
    bool: st.booleans(),
    date: st.dates(),
}


@given(data=st.data())
def test_every_value_comes_through_a_change_as_it_was(data: st.DataObject) -> None:
    _, info = data.draw(st.sampled_from(EVERY))
    value = data.draw(VALUES[info.type])
    carried = from_json(info, to_json(value))
    assert carried == value
    assert type(carried) is info.type


@pytest.mark.parametrize(("kind", "info"), EVERY, ids=lambda part: part if isinstance(part, str) else part.name)
def test_what_a_change_leaves_out_is_the_default(kind: str, info: FieldInfo) -> None:
    assert from_json(info, None) == info.default
    record = KINDS[kind](id="1", case_id="2")
    assert getattr(record, info.name) == info.default


@pytest.mark.parametrize(("kind", "info"), EVERY, ids=lambda part: part if isinstance(part, str) else part.name)
def test_a_field_is_declared_once_and_the_table_carries_it(kind: str, info: FieldInfo) -> None:
    column = RECORDS[kind].c[info.name]
    assert column.info["field"] == info
    assert info.label
    assert isinstance(info.pen, Pen)
    assert isinstance(info.audience, Audience)
    assert isinstance(info.merge, Merge)


def test_every_day_says_where_it_lies_and_nothing_else_does() -> None:
    assert [f"{kind}.{info.name}" for kind, info in EVERY if (info.lies is None) is (info.type is date)] == []


def test_a_table_holds_its_kinds_fields_and_only_what_every_record_has_besides() -> None:
    for kind, cls in KINDS.items():
        assert {column.name for column in RECORDS[kind].c} == {"id", "case_id", "standing", *fields_of(cls)}
        assert NAME_OF[cls] == kind


def test_what_may_ever_be_joined_by_machine_is_neither_the_citizens_words_nor_reason_nor_facts() -> None:
    joined = {(kind, info.name): info.pen for kind, info in EVERY if info.merge is Merge.JOIN}
    assert Pen.CITIZEN not in joined.values()
    assert not {("answer", "reason"), ("answer", "facts")} & set(joined)
    assert {info.name for _, info in EVERY if info.merge is Merge.ORDER} == {"position"}


def test_the_citizens_own_words_are_for_the_citizen() -> None:
    words = {(kind, info.name): info.audience for kind, info in EVERY if info.pen is Pen.CITIZEN}
    assert all(audience.for_citizen for audience in words.values())
    assert {("story", "want"), ("story", "think"), ("goal", "words"), ("tried", "citizen_says")} <= set(words)


def test_notes_are_internal_and_each_their_own() -> None:
    notes = fields_of(KINDS["notes"])
    assert {name: (info.audience, info.pen) for name, info in notes.items() if name != "removed"} == {
        "bestiller": (Audience.INTERNAL, Pen.BESTILLER),
        "vejleder": (Audience.INTERNAL, Pen.VEJLEDER),
    }


def test_a_decision_is_written_by_a_signature_alone_and_never_again() -> None:
    for name, info in fields_of(Decision).items():
        if name != "removed":
            assert (info.pen, info.merge) == (Pen.SIGNATURE, Merge.ONCE), name
    assert fields_of(Decision)["removed"].pen is Pen.PROGRAM


def test_a_period_is_one_value() -> None:
    assert {name: info.group for name, info in fields_of(Support).items() if info.group} == {
        "start": "period",
        "end": "period",
    }


def test_a_record_is_frozen() -> None:
    goal = Goal(id="1", case_id="2")
    with pytest.raises(AttributeError):
        goal.words = "nej"  # type: ignore[misc]


def test_two_desks_begin_the_same_record_where_there_is_one_of_it() -> None:
    made = {singleton_id("sag", kind) for kind in SINGLETONS}
    assert made == {singleton_id("sag", kind) for kind in SINGLETONS}
    assert len(made) == len(SINGLETONS)
    assert singleton_id("sag", "story") == "3367a58a-f60f-5c9b-ba7e-d29685fb8fc9"  # stored out there: never another
    assert singleton_id("sag", "story") != singleton_id("en anden sag", "story")
    assert MUNICIPALITY == "00000000-0000-0000-0000-000000000001"
