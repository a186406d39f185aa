# SPDX-License-Identifier: MPL-2.0
"""What a bestiller may grant is the shared database's to hold too, whatever a decision built by hand says of itself (C2)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from app.domain.competence import Limit, beyond
from app.store.competence import grants_in
from tests.sync.shared import SharedDatabase, change, new_case, new_id, push

MUNICIPALITY = "00000000-0000-0000-0000-000000000001"


def limit(person: str, role: str = "leder", **fields: Any) -> dict[str, Any]:
    """What this person may grant under § 82 b."""
    given = {"person_id": person, "person_name": "Bodil", "paragraph": "82b", "grants": True, "most_weeks": None}
    return change(MUNICIPALITY, "competence", new_id(), given | fields, role)


def decision(case: str, signer: str, **said: Any) -> dict[str, Any]:
    """A decision as somebody could build it by hand; the seal is the desks' to check."""
    record = new_id()
    content = {
        "case_id": case,
        "decision_id": record,
        "decided_at": "2026-11-26T11:00:00+01:00",
        "decided_by": {"id": signer, "name": "Bodil Bestiller"},
        "target_group": "ja",
        "start": "2026-12-01",
        "end": "2027-05-31",
        "paragraphs": ["82b"],
        "support": [{"paragraph": "82b", "start": "2026-12-01", "end": "2027-05-31"}],
    } | said
    text = json.dumps(content)
    fields = {
        "content": text,
        "hash": hashlib.sha256(text.encode()).hexdigest(),
        "seal": "segl",
        "signer_id": signer,
        "signer_name": "Bodil Bestiller",
        "signed_at": content["decided_at"],
        **{name: content[name] for name in ("target_group", "start", "end")},
    }
    return change(case, "decision", record, fields)


_SUPPORT = {"paragraph": "82b", "start": "2026-12-01", "end": "2027-05-31"}


@pytest.mark.parametrize(
    ("said", "set_to", "may"),
    [
        ({}, {"most_weeks": 26}, True),
        ({}, {"most_weeks": 25}, False),
        ({}, {"grants": False}, False),
        ({"support": [_SUPPORT | {"end": "2026-12-07"}]}, {"most_weeks": 1}, True),
        ({"support": [_SUPPORT | {"end": "2026-12-08"}]}, {"most_weeks": 1}, False),
        ({"support": [_SUPPORT | {"end": None}]}, {"most_weeks": 520}, False),
        ({"support": [_SUPPORT | {"end": "2026-12-07"}, _SUPPORT]}, {"most_weeks": 1}, False),
        ({"support": []}, {"most_weeks": 25}, False),
        ({"support": []}, {"most_weeks": 26}, True),
        ({"support": [], "end": None}, {"most_weeks": 520}, False),
        ({"support": [], "target_group": "nej"}, {"grants": False}, True),
        ({"support": [], "paragraphs": ["82a"]}, {"grants": False}, True),
        ({"support": [_SUPPORT | {"paragraph": "82a"}]}, {"grants": False}, False),
        ({"support": [_SUPPORT | {"paragraph": "82a"}], "paragraphs": ["82a"]}, {"grants": False}, True),
        ({"support": [_SUPPORT | {"end": "tomorrow"}]}, {"most_weeks": 520}, False),
        ({"support": ["82b"], "paragraphs": ["82b"]}, {"grants": False}, False),
        ({"support": [_SUPPORT | {"paragraph": "§ 82 B"}], "paragraphs": []}, {"grants": False}, False),
        ({"support": [], "paragraphs": ["§\u00a082b"]}, {"most_weeks": 25}, False),
        ({"support": [_SUPPORT | {"paragraph": "§ 82 b"}], "paragraphs": ["82b"]}, {"most_weeks": 26}, True),
    ],
)
def test_the_database_and_the_desk_hold_the_same_limit(
    shared: SharedDatabase, said: dict[str, Any], set_to: dict[str, Any], may: bool
) -> None:
    bodil, me = shared.connect("bodil"), shared.bodil.person_id
    case = new_case(bodil)
    assert push(shared.connect("lene"), limit(me, **set_to)) == [("accepted", None)]
    signed = decision(case, me, **said)
    grants = grants_in(signed["fields"]["content"])
    assert (not beyond(grants, {"82b": Limit(**set_to)})) == may
    assert push(bodil, signed) == [("accepted", None) if may else ("refused", "competence")]


def test_a_limit_is_ones_own_and_holds_from_when_it_is_set(shared: SharedDatabase) -> None:
    bodil, lene = shared.connect("bodil"), shared.connect("lene")
    case, me = new_case(bodil), shared.bodil.person_id
    push(lene, limit(shared.sofie.person_id, grants=False))
    assert push(bodil, decision(case, me)) == [("accepted", None)]
    own = limit(me, most_weeks=4)
    push(lene, own)
    assert push(bodil, decision(case, me)) == [("refused", "competence")]
    lifted = change(
        MUNICIPALITY, "competence", own["record"], {"most_weeks": None}, "leder", over={"most_weeks": [own["id"]]}
    )
    push(lene, lifted)
    assert push(bodil, decision(case, me)) == [("accepted", None)]


def test_the_leder_says_who_grants_what_and_a_bestiller_only_where_there_is_none(shared: SharedDatabase) -> None:
    bodil, me = shared.connect("bodil"), shared.bodil.person_id
    for who, role in (("bodil", "bestiller"), ("vagn", "vejleder"), ("rasmus", "rådgiver")):
        [(outcome, _)] = push(shared.connect(who), limit(me, role))
        assert outcome == "refused", who
    assert push(bodil, *[limit(me, "bestiller") for _ in range(9)]) == [("refused", "pen")] * 9  # nor many at a time
    shared.owner.execute("UPDATE rundbord_data.person SET state = 'closed' WHERE 'leder' = ANY (roles)")
    own = limit(me, "bestiller", most_weeks=4)
    assert push(bodil, own) == [("accepted", None)]
    assert push(shared.connect("vagn"), limit(me, "vejleder")) == [("refused", "pen")]
    shared.owner.execute("UPDATE rundbord_data.person SET state = 'open' WHERE login = %s", (shared.lene.login,))
    wider = change(MUNICIPALITY, "competence", own["record"], {"most_weeks": None}, over={"most_weeks": [own["id"]]})
    assert push(bodil, wider) == [("refused", "pen")]
    assert push(shared.connect("lene"), {**wider, "id": new_id(), "role": "leder"}) == [("accepted", None)]
