# SPDX-License-Identifier: MPL-2.0
"""What the database keeps standing is what the rule of `domain/merge.py` says stands, whatever came in whatever order."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.merge import Entry, standing_after
from tests.sync.log import send, standing
from tests.sync.shared import SharedDatabase, change, new_case, new_id

FIELDS = ("place", "date")

# Each write: whose hand, on which fields, over which of the writes before it, whether the pen is wrong.
WRITES = st.lists(
    st.tuples(
        st.sampled_from(["bodil", "vagn"]),
        st.lists(st.sampled_from(FIELDS), min_size=1, max_size=2, unique=True),
        st.lists(st.integers(0, 11), max_size=4),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(writes=WRITES, order=st.randoms(use_true_random=False), together=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_what_stands_is_what_the_rule_says(
    shared: SharedDatabase, writes: list[tuple[str, list[str], list[int], bool]], order: Any, together: bool
) -> None:
    sessions = _sessions(shared)
    case = _case(shared, sessions["bodil"])
    record = new_id()
    sent: list[tuple[str, dict[str, Any], bool]] = []
    for who, names, under, wrong in writes:
        over = {
            name: sorted({sent[n][1]["id"] for n in under if n < len(sent) and name in sent[n][1]["fields"]})
            for name in names
        }
        role = {"bodil": "bestiller", "vagn": "vejleder"}[who]
        made = change(
            case,
            "meeting",
            record,
            {name: f"2026-11-{len(sent) + 1:02}" if name == "date" else f"{len(sent)}" for name in names},
            "leder" if wrong else role,
            over={name: ids for name, ids in over.items() if ids},
        )
        sent.append((who, made, wrong))

    left = list(sent)
    order.shuffle(left)
    while left:
        went = len(left)
        for who in sessions:
            mine = [made for by, made, _ in left if by == who]
            for batch in [mine] if together else [[made] for made in mine]:
                told = send(sessions[who], *batch) if batch else []
                gone = {made["id"] for made, (outcome, _) in zip(batch, told, strict=True) if outcome != "wait"}
                left = [entry for entry in left if entry[1]["id"] not in gone]
        assert len(left) < went, "what waits is always let in by something"

    refused = {made["id"]: made["over"] for _, made, wrong in sent if wrong}
    expected: dict[str, set[str]] = {}
    for name in FIELDS:
        stands: tuple[Entry, ...] = ()
        for _, made, wrong in sent:
            if name in made["fields"] and not wrong:
                through = {one: over.get(name, ()) for one, over in refused.items()}
                entry = Entry(made["id"], "", "", "", "", made["fields"][name])
                stands = standing_after(stands, entry, made["over"].get(name, ()), through)
        if stands:
            expected[name] = {entry.change_id for entry in stands}
    assert standing(sessions["vagn"], record) == expected


def _sessions(shared: SharedDatabase) -> dict[str, Any]:
    known: dict[str, Any] = shared.__dict__.setdefault("kept_sessions", {})
    for who in ("bodil", "vagn"):
        if who not in known:
            known[who] = shared.connect(who)
    return known


def _case(shared: SharedDatabase, session: Any) -> str:
    if "kept_case" not in shared.__dict__:
        shared.__dict__["kept_case"] = new_case(session)
    return str(shared.__dict__["kept_case"])
