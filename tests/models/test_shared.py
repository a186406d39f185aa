# SPDX-License-Identifier: MPL-2.0
"""An adviser sees what is marked for one, tried on every field of every kind there is (D3)."""

from __future__ import annotations

import dataclasses
import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile, Draft, RefusedDecision, Said, SignedDecision, Talk, Written
from app.models.fields import Audience, FieldInfo, fields_of
from app.models.kinds import KINDS, Record
from app.models.shared import for_adviser, is_shared

ME = "p-anna"
DAY = date(1931, 7, 19)
HAND = Hand("p-x", "hemmelig-hånd", Role.BESTILLER)
NOW = datetime(2026, 11, 26, 10, 42, tzinfo=timezone(timedelta(hours=1)))
OFFICES = {"offer", "municipality"}  # these belong to no case
BESIDE = {
    "same_citizen",
    "informed",
    "decision",
}  # these are read by a question of their own, or shown as what was signed
FIELDS = [(kind, info) for kind, cls in KINDS.items() if kind not in OFFICES for info in fields_of(cls).values()]


def some(kind: str, info: FieldInfo) -> Any:
    """A value nobody else has, and not the default."""
    if info.type is str:
        return f"{kind}-{info.name}-x"
    return {int: 9, bool: not info.default, date: DAY}[info.type]


def whole(kind: str) -> Any:
    values = {name: some(kind, info) for name, info in fields_of(KINDS[kind]).items() if name != "removed"}
    if kind == "advice_request":
        values["person_id"] = ME
    return KINDS[kind](id=f"{kind}-id", case_id="sag", **values)


def full() -> CaseFile:
    """A case with something in every field, a hand on each and a draft in each."""
    records = {kind: whole(kind) for kind in KINDS if kind not in OFFICES}
    places: dict[str, Any] = {}
    for place in dataclasses.fields(CaseFile):
        if place.name in ("hands", "drafts", "conversations", "joins", "refused", "own_apart", "reports"):
            continue
        kind = next(k for k in records if re.search(rf"\b(Signed)?{KINDS[k].__name__}\b", str(place.type)))
        many = str(place.type).startswith("tuple")
        places[place.name] = (records[kind],) if many else records[kind]
    places["decisions"] = (SignedDecision(records["decision"], True),)
    keys = [(kind, f"{kind}-id", info.name) for kind, info in FIELDS]
    return CaseFile(
        **places,
        hands={(r, name): Written(HAND, NOW, f"{r}-{name}") for _, r, name in keys},
        drafts={(r, name): Draft(kind, r, name, f"kladde-{kind}-{name}-x", "") for kind, r, name in keys},
        refused=RefusedDecision("afvist-id", HAND, NOW, "pen"),
    )


def of(kind: str, file: CaseFile) -> list[Record]:
    found = []
    for place in dataclasses.fields(file):
        value = getattr(file, place.name)
        found += [r for r in (value if isinstance(value, tuple) else (value,)) if type(r) is KINDS[kind]]
    return found


def test_every_kind_of_a_case_is_tried() -> None:
    file = full()
    assert [kind for kind in KINDS if kind not in OFFICES | BESIDE and not of(kind, file)] == []


@pytest.mark.parametrize(("kind", "info"), FIELDS, ids=lambda part: part if isinstance(part, str) else part.name)
def test_a_field_comes_through_when_it_is_marked_and_never_otherwise(kind: str, info: FieldInfo) -> None:
    seen = for_adviser(full(), ME)
    wanted = ME if (kind, info.name) == ("advice_request", "person_id") else some(kind, info)
    held = [getattr(record, info.name) for record in of(kind, seen)]
    if info.audience.for_adviser and info.name != "removed":
        assert held == [wanted]
        assert (f"{kind}-id", info.name) in seen.hands
    else:
        assert all(value == info.default for value in held)
        assert f"{kind}-{info.name}-x" not in repr(seen)
        assert info.audience.for_adviser or (f"{kind}-id", info.name) not in seen.hands


def test_not_even_the_ids_of_what_is_not_shared_come_along() -> None:
    said = repr(for_adviser(full(), ME))
    for kind, cls in KINDS.items():
        if kind not in OFFICES and not is_shared(cls):
            assert f"{kind}-id" not in said


def test_of_what_is_half_typed_an_adviser_sees_their_own_advice_alone() -> None:
    file = full()
    assert dict(for_adviser(file, ME).drafts) == {}
    own = dataclasses.replace(file, advice=(dataclasses.replace(file.advice[0], person_id=ME),))
    assert {draft.kind for draft in for_adviser(own, ME).drafts.values()} == {"advice"}


def test_a_question_to_another_adviser_is_not_seen_and_the_advice_of_others_is() -> None:
    seen = for_adviser(full(), "p-en-anden")
    assert seen.advice_requests == ()
    assert [a.text for a in seen.advice] == ["advice-text-x"]


def test_what_identifies_the_citizen_and_what_is_not_yet_said_is_never_marked() -> None:
    never = {
        "citizen",
        "identifier",
        "notes",
        "answer",
        "decision",
        "support",
        "story",
        "participant",
        "network_person",
    }
    assert not {kind for kind in never if is_shared(KINDS[kind])}


def test_an_audience_is_one_word_and_says_whom_it_is_for() -> None:
    told = {a: (a.for_citizen, a.for_adviser) for a in Audience}
    assert told == {
        Audience.INTERNAL: (False, False),
        Audience.ADVISER: (False, True),
        Audience.CITIZEN: (True, False),
        Audience.SHARED: (True, True),
        Audience.OPTIONAL: (True, False),
    }


def test_that_a_decision_was_not_taken_is_not_told() -> None:
    assert for_adviser(full(), ME).refused is None


def test_no_conversation_comes_along_whatever_it_is_about() -> None:
    talk = Talk("notes", "notes-id", ("bestiller",), "Mit notat", (Said("c", HAND, NOW, {"bestiller": "hemmeligt"}),))
    seen = for_adviser(dataclasses.replace(full(), conversations=(talk,), joins=(talk,)), ME)
    assert (seen.conversations, seen.joins) == ((), ())
