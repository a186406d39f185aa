# SPDX-License-Identifier: MPL-2.0
"""An adviser is asked over the shared database: the request opens the shared part, and its end closes it (C6, D3)."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.fields import Audience
from tests.patience import LONG
from tests.sync.shared import Connection, SharedDatabase, change, new_case, new_id, push, seen

DAY = "2026-11-26"


def consent(case: str, record: str, **fields: Any) -> dict[str, Any]:
    """The citizen says yes to asking Rasmus."""
    return change(case, "consent", record, {"removed": False, "party": "Rasmus Rådgiver", "given": True, **fields})


def request(
    shared: SharedDatabase, case: str, record: str, of: str, whom: str = "rasmus", **more: Any
) -> list[dict[str, Any]]:
    """A request as a desk writes it: one change for each audience."""
    person = shared.people[whom].person_id
    fields = {
        "removed": False,
        "person_id": person,
        "question": "Hvad ville du gøre?",
        "asked_on": DAY,
        "closed_on": None,
    }
    return [
        change(case, "advice_request", record, fields, **more),
        change(case, "advice_request", record, {"consent_id": of}, **more),
    ]


def over(case: str, kind: str, record: str, below: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Written over what stands on these fields."""
    return change(case, kind, record, fields, over={name: [below["id"]] for name in fields if name in below["fields"]})


def scope(shared: SharedDatabase, case: str, whom: str = "rasmus") -> bool:
    """Whether the case is open to the adviser."""
    rows = shared.connect(whom).execute("SELECT case_id::text, scope FROM rundbord.cases()").fetchall()
    assert all(row[1] == "shared" for row in rows)
    return case in {row[0] for row in rows}


def doors(session: Connection, after: int = 0) -> list[str]:
    """What opened and closed."""
    return [str(row["event"]) for row in seen(session, after) if row["event"] != "change"]


def asked(shared: SharedDatabase, session: Connection) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A case on which Rasmus is asked: the case, the consent's change, the request's."""
    case = new_case(session)
    yes = consent(case, new_id())
    first, second = request(shared, case, new_id(), yes["record"])
    assert {o for o, _ in push(session, yes, first, second)} == {"accepted"}
    assert scope(shared, case)
    return case, yes, first


@pytest.mark.parametrize("many", [False, True], ids=["one by one", "in bulk"])
def test_a_request_opens_the_shared_part_and_closing_it_closes(shared: SharedDatabase, many: bool) -> None:
    bodil, rasmus = shared.connect("bodil"), shared.connect("rasmus")
    case, yes, req = new_case(bodil), new_id(), new_id()
    first, second = request(shared, case, req, yes)
    others = [change(case, "goal", new_id(), {"words": f"Mål {n}"}) for n in range(8 if many else 1)]
    notes = change(case, "notes", new_id(), {"bestiller": "Kun vores"})
    channel = rasmus.execute("SELECT rundbord.hello('', 1) -> 'channels' ->> 0").fetchone()
    assert channel is not None
    rasmus.execute(f'LISTEN "{channel[0]}"'.encode())
    assert {o for o, _ in push(bodil, consent(case, yes), notes, first, *others, second)} == {"accepted"}
    assert scope(shared, case)
    assert list(rasmus.notifies(timeout=LONG, stop_after=1))
    rows = [row for row in seen(rasmus) if row["event"] == "change"]
    assert {row["audience"] for row in rows} <= {a.value for a in Audience if a.for_adviser}
    assert {row["kind"] for row in rows} == {"goal", "advice_request"}
    assert push(bodil, over(case, "advice_request", req, first, closed_on=DAY)) == [("accepted", None)]
    assert not scope(shared, case)
    assert [row for row in seen(rasmus) if row["event"] == "change"] == []
    assert doors(rasmus) == ["closed"]
    assert list(rasmus.notifies(timeout=LONG, stop_after=1))


def test_asked_again_and_again_opens_once(shared: SharedDatabase) -> None:
    bodil, rasmus = shared.connect("bodil"), shared.connect("rasmus")
    case, yes, req = new_case(bodil), new_id(), new_id()
    words = [consent(case, yes), *request(shared, case, req, yes)]
    for _ in range(3):
        assert {o for o, _ in push(bodil, *words)} == {"accepted"}
    push(bodil, change(case, "consent", new_id(), {"party": "En anden", "given": True}))
    push(bodil, change(case, "advice_request", req, {"question": "Og hvad så?"}, over={"question": [words[1]["id"]]}))
    assert doors(rasmus) == ["opened"]
    told = "SELECT count(*) FROM rundbord_data.access WHERE action = 'delt med' AND case_id = %s"
    assert shared.owner.execute(told, (case,)).fetchone() == (1,)


def test_the_order_they_come_in_does_not_matter(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case, yes, req = new_case(bodil), new_id(), new_id()
    for one in (*reversed(request(shared, case, req, yes)), consent(case, yes)):
        assert not scope(shared, case)
        assert push(bodil, one) == [("accepted", None)]
    assert scope(shared, case)


def test_without_a_consent_that_stands_nothing_opens(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    for fields in ({"given": False}, {"withdrawn_on": DAY}, {}):
        case, yes = new_case(bodil), new_id()
        of = yes if fields else new_id()
        push(bodil, consent(case, yes, **fields), *request(shared, case, new_id(), of))
        assert not scope(shared, case)
    one, other, yes = new_case(bodil), new_case(bodil, "Sven Olsen"), new_id()
    push(bodil, consent(one, yes), *request(shared, other, new_id(), yes))  # another citizen's consent
    assert not scope(shared, other)
    assert not scope(shared, one)


def test_the_consent_withdrawn_closes_and_given_again_opens(shared: SharedDatabase) -> None:
    bodil, rasmus = shared.connect("bodil"), shared.connect("rasmus")
    case, yes, _ = asked(shared, bodil)
    away = change(case, "consent", yes["record"], {"withdrawn_on": DAY})
    push(bodil, away)
    assert not scope(shared, case)
    push(bodil, over(case, "consent", yes["record"], away, withdrawn_on=None))
    assert scope(shared, case)
    gone = over(case, "consent", yes["record"], yes, removed=True)
    push(bodil, gone)
    assert not scope(shared, case)
    assert doors(rasmus) == ["closed"] * 2  # each door as it is now: what opened in between is not told of


def test_of_two_who_wrote_apart_the_one_that_says_no_is_enough(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case, yes, req = asked(shared, bodil)
    push(bodil, over(case, "consent", yes["record"], yes, given=False))
    push(vagn, {**over(case, "consent", yes["record"], yes, given=True), "role": "vejleder"})  # over the same, apart
    assert not scope(shared, case)
    push(bodil, over(case, "advice_request", req["record"], req, removed=True))
    assert not scope(shared, case)


def test_what_is_refused_opens_nothing(shared: SharedDatabase) -> None:
    bodil, sofie, lene = (shared.connect(key) for key in ("bodil", "sofie", "lene"))
    case, yes = new_case(bodil), new_id()
    push(bodil, consent(case, yes))
    first, second = request(shared, case, new_id(), yes)
    for session, role in ((sofie, "bestiller"), (lene, "leder"), (shared.connect("rasmus"), "rådgiver")):
        told = push(session, *({**one, "id": new_id(), "role": role} for one in (first, second)))
        assert {o for o, _ in told} == {"refused"}
    assert not scope(shared, case)
    for whom in ("sofie", "karen"):  # nobody is opened for but an adviser
        push(bodil, *request(shared, case, new_id(), yes, whom))
    granted = shared.owner.execute("SELECT count(*) FROM rundbord_data.case_grant").fetchone()
    assert granted == (0,)


def test_words_that_came_late_open_nothing_but_close(shared: SharedDatabase) -> None:
    owner, bodil = shared.owner, shared.connect("bodil")
    berit = shared.add("Berit Bestiller", ("bestiller",))
    hers = shared.connect(berit)
    case, _, req = asked(shared, bodil)
    other, yes = new_case(bodil, "Sven Olsen"), new_id()
    push(bodil, consent(other, yes))
    owner.execute(
        "UPDATE rundbord_data.member SET until = now() - interval '1 day' WHERE person = %s", (berit.person_id,)
    )
    assert {o for o, _ in push(hers, *request(shared, other, new_id(), yes))} == {"accepted"}
    assert not scope(shared, other)
    assert push(hers, over(case, "advice_request", req["record"], req, closed_on=DAY)) == [("accepted", None)]
    assert not scope(shared, case)


def test_another_question_still_open_keeps_the_case_open(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case, yes, req = asked(shared, bodil)
    push(bodil, *request(shared, case, new_id(), yes["record"]))
    push(bodil, over(case, "advice_request", req["record"], req, closed_on=DAY))
    assert scope(shared, case)


def test_whom_else_one_asks_and_who_may_grant_what_is_not_an_advisers_to_see(shared: SharedDatabase) -> None:
    bodil, lene = shared.connect("bodil"), shared.connect("lene")
    case, yes, _ = asked(shared, bodil)
    ruth = shared.add("Ruth Rådgiver", ("rådgiver",), None)
    push(bodil, *request(shared, case, new_id(), yes["record"], ruth.key))
    common = "00000000-0000-0000-0000-000000000001"
    limit = {"person_id": shared.bodil.person_id, "paragraph": "82b", "grants": True, "most_weeks": 4}
    assert push(lene, change(common, "competence", new_id(), limit, "leder")) == [("accepted", None)]
    for one in (shared.rasmus, ruth):
        session = shared.connect(one)
        rows = [row for row in seen(session) if row["kind"]]
        told = session.execute("SELECT kind, fields FROM rundbord.present() WHERE kind <> 'upto'").fetchall()
        assert {row["fields"]["person_id"] for row in rows if row["kind"] == "advice_request"} == {one.person_id}
        assert [f["person_id"] for kind, f in told if kind == "advice_request"] == [one.person_id]
        assert "competence" not in {kind for kind, _ in told} | {row["kind"] for row in rows}
    names = "SELECT name FROM rundbord.people()"
    assert {"Rasmus Rådgiver", "Ruth Rådgiver", "Sanne Sydleder"} <= {row[0] for row in bodil.execute(names.encode())}
    assert "Sanne Sydleder" not in {row[0] for row in shared.connect("rasmus").execute(names.encode())}
