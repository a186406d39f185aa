# SPDX-License-Identifier: MPL-2.0
"""What a push is answered: taken, taken before, refused with a reason, waiting, later. One bad change blocks no other."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import psycopg
import pytest

from app.models.fields import Audience, fields_of
from app.models.kinds import KINDS, MUNICIPALITY, SINGLETONS, singleton_id
from tests.sync.log import DESK, accepted, numbers, send, standing, write
from tests.sync.shared import SharedDatabase, change, new_case, new_id


def test_the_same_change_again_is_the_same_change(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    words = [write(case, new_id(), {"place": f"Sted {n}"}) for n in range(12)]
    accepted(bodil, *words)
    accepted(bodil, *reversed(words))
    accepted(bodil, *words, write(case, words[0]["record"], {"place": "Nyt"}, [words[0]]))
    ids = [change_id for _, change_id in numbers(bodil)[0]]
    assert len(ids) == len(set(ids)) == 15


def test_a_number_is_told_and_is_the_same_the_second_time(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    sent = json.dumps([write(case, new_id(), {"place": "Rådhuset"})])
    ask = "SELECT seq FROM rundbord.push(%s, %s)"
    assert bodil.execute(ask, (sent, DESK)).fetchone() == bodil.execute(ask, (sent, DESK)).fetchone()


def test_an_id_that_is_anothers_or_is_something_else_is_taken(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case = new_case(bodil)
    mine = write(case, new_id(), {"place": "Rådhuset"})
    accepted(bodil, mine)
    assert send(bodil, mine | {"record": new_id()}) == [("refused", "id_taken")]
    assert send(vagn, mine | {"role": "vejleder"}) == [("refused", "id_taken")]
    accepted(bodil, mine)


def test_what_lies_over_something_not_here_waits_and_is_taken_when_it_has_come(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case, record = new_case(bodil), new_id()
    first = write(case, record, {"place": "Rådhuset"})
    second = write(case, record, {"place": "Biblioteket"}, [first], role="vejleder")
    assert send(vagn, second) == [("wait", None)]
    accepted(bodil, first)
    accepted(vagn, second)
    assert standing(bodil, record) == {"place": {second["id"]}}


def test_over_is_read_through_what_was_refused(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case = new_case(bodil)
    plan = singleton_id(case, "plan")
    purpose = write(case, plan, {"purpose": "At komme ud"}, kind="plan")
    accepted(bodil, purpose)
    wrong_pen = write(case, plan, {"purpose": "At blive hjemme"}, [purpose], kind="plan", role="vejleder")
    wrong_again = write(case, plan, {"purpose": "Sover længe"}, [wrong_pen], kind="plan", role="vejleder")
    assert send(vagn, wrong_pen, wrong_again) == [("refused", "pen"), ("refused", "pen")]
    assert send(vagn, wrong_pen) == [("refused", "pen")]
    settled = write(case, plan, {"purpose": "At tage bussen"}, [wrong_again], kind="plan")
    accepted(bodil, settled)
    assert standing(vagn, plan) == {"purpose": {settled["id"]}}
    row = bodil.execute("SELECT over FROM rundbord.history(%s) WHERE id = %s", (case, settled["id"])).fetchone()
    assert row is not None
    assert row[0] == {"purpose": [purpose["id"]]}, "the log keeps what it truly lies over"


def test_two_who_wrote_apart_both_stand_and_settling_lies_over_both(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case, record = new_case(bodil), new_id()
    first = write(case, record, {"place": "Rådhuset", "date": "2026-11-26"})
    hers = write(case, record, {"place": "Hos Nancy"}, [first])
    his = write(case, record, {"place": "I kælderen"}, [first], role="vejleder")
    accepted(bodil, first, hers)
    accepted(vagn, his)
    assert standing(bodil, record) == {"place": {hers["id"], his["id"]}, "date": {first["id"]}}
    both = write(case, record, {"place": "På biblioteket"}, [hers, his])
    accepted(bodil, both)
    assert standing(bodil, record) == {"place": {both["id"]}, "date": {first["id"]}}


def test_a_change_lies_over_its_own_field_of_its_own_record_only(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case, record = new_case(bodil), new_id()
    first = write(case, record, {"place": "Rådhuset", "date": "2026-11-26"})
    accepted(bodil, first)
    elsewhere = change(case, "meeting", new_id(), {"place": "x"}, over={"place": [first["id"]]})
    other_field = change(case, "meeting", record, {"started": "x"}, over={"started": [first["id"]]})
    unwritten = change(case, "meeting", record, {"place": "x"}, over={"date": [first["id"]]})
    assert send(bodil, elsewhere, other_field, unwritten) == [
        ("refused", "wrong_record"),
        ("refused", "wrong_record"),
        ("refused", "malformed"),
    ]
    assert standing(bodil, record) == {"place": {first["id"]}, "date": {first["id"]}}


def test_a_change_never_mixes_audiences(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    assert send(bodil, change(case, "meeting", new_id(), {"place": "x", "started": "10:00"})) == [
        ("refused", "audience")
    ]
    assert send(bodil, change(case, "meeting", new_id(), {"started": "10:00"}, audience="borger")) == [
        ("refused", "audience")
    ]


def test_a_record_belongs_to_one_case_and_is_of_one_kind(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    one, other, record = new_case(bodil), new_case(bodil), new_id()
    accepted(bodil, write(one, record, {"place": "Rådhuset"}))
    assert send(bodil, write(other, record, {"place": "x"}), change(one, "bridge", record, {"text": "x"})) == [
        ("refused", "wrong_record"),
        ("refused", "wrong_record"),
    ]
    twisted = [write(c, r, {"place": "x"}) for c, r in ((one, new_id()), (one, new_id())) for _ in range(4)]
    twisted[1] |= {"case": other}
    told = send(bodil, *twisted)
    assert sorted(set(told)) == [("accepted", None), ("refused", "wrong_record")]


def test_what_is_written_once_is_not_written_again_but_the_same_is_no_quarrel(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case, record = new_case(bodil), new_id()
    asked = {"removed": False, "person_id": shared.rasmus.person_id, "question": "Hvad nu?"}
    accepted(bodil, change(case, "advice_request", record, asked))
    accepted(bodil, change(case, "advice_request", record, asked))
    assert send(bodil, change(case, "advice_request", record, {"person_id": shared.vagn.person_id})) == [
        ("refused", "once")
    ]
    many = [change(case, "advice_request", new_id(), {"person_id": str(n)}) for n in range(9)]
    many[8]["record"] = many[0]["record"]
    assert send(bodil, *many)[8] == ("refused", "once")


def test_a_record_in_all_its_parts_comes_in_one_push(shared: SharedDatabase) -> None:
    """The fast road and the careful one agree: parts for each audience, a field written twice in a row, an unknown kind."""
    bodil = shared.connect("bodil")
    case = new_id()
    sent, goal = [], new_id()
    for audience in Audience:
        fields = {n: f.default for n, f in fields_of(KINDS["goal"]).items() if f.audience is audience and n != "goal"}
        fields = {n: v for n, v in fields.items() if f"{n}" in ("removed", "position", "words")}
        if fields:
            sent.append(change(case, "goal", goal, fields))
    sent += [change(case, kind, singleton_id(case, kind), {"removed": False}) for kind in sorted(SINGLETONS)]
    sent += [change(case, "network_person", new_id(), {"who": f"Søster {n}"}) for n in range(10)]
    sent.append(change(case, "network_person", sent[-1]["record"], {"who": "Bror"}, over={"who": [sent[-1]["id"]]}))
    sent.append(change(case, "telepathy", new_id(), {"thought": "x"}))
    assert [told for told in send(bodil, *sent) if told[0] != "accepted"] == [("later", None)]
    assert standing(bodil, sent[-2]["record"]) == {"who": {sent[-2]["id"]}}


def test_a_kind_or_field_from_a_newer_client_comes_again_later(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    assert send(bodil, change(case, "meeting", new_id(), {"place": "x", "weather": "sol"}, audience="borger")) == [
        ("later", None)
    ]


def test_the_author_is_the_session(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    forged = write(case, new_id(), {"place": "x"}, author=shared.vagn.person_id)
    assert send(bodil, forged) == [("refused", "not_yours")]
    accepted(bodil, write(case, new_id(), {"place": "x"}, author=shared.bodil.person_id))
    row = shared.owner.execute("SELECT login, what, reason FROM rundbord_data.refusal_log").fetchall()
    assert row == [("bodil", "push meeting", "not_yours")]


SPOILT: list[tuple[dict[str, Any], tuple[str, str | None]]] = [
    ({"id": 5}, ("refused", "malformed")),
    ({"id": None}, ("refused", "malformed")),
    ({"case": "x"}, ("refused", "malformed")),
    ({"record": []}, ("refused", "malformed")),
    ({"fields": []}, ("refused", "malformed")),
    ({"fields": "x"}, ("refused", "malformed")),
    ({"fields": None}, ("refused", "malformed")),
    ({"fields": {}}, ("refused", "malformed")),
    ({"fields": {"place": {"a": 1}}}, ("refused", "malformed")),
    ({"fields": {"place": ["a"]}}, ("refused", "malformed")),
    ({"fields": {"place": "a\0b"}}, ("refused", "malformed")),
    ({"fields": {"place": "\ud800"}}, ("refused", "malformed")),
    ({"fields": {"place": "x" * 3_000_000}}, ("refused", "too_big")),
    ({"over": 7}, ("refused", "malformed")),
    ({"over": {"place": "x"}}, ("refused", "malformed")),
    ({"over": {"place": ["x"]}}, ("refused", "malformed")),
    ({"over": {"place": [7]}}, ("refused", "malformed")),
    ({"over": {"place": [{}]}}, ("refused", "malformed")),
    ({"bases": []}, ("refused", "malformed")),
    ({"bases": {"place": [1]}}, ("refused", "malformed")),
    ({"bases": {"elsewhere": ["x"]}}, ("refused", "malformed")),
    ({"step": "x"}, ("refused", "malformed")),
    ({"undoes": "x"}, ("refused", "malformed")),
    ({"at": None}, ("refused", "malformed")),
    ({"at": "x" * 100}, ("refused", "malformed")),
    ({"step_name": "x" * 1000}, ("refused", "malformed")),
    ({"role": None}, ("refused", "malformed")),
    ({"role": "leder"}, ("refused", "role")),
    ({"kind": {"a": 1}}, ("later", None)),
]


@pytest.mark.parametrize("company", [0, 12])
def test_one_bad_change_blocks_no_other(shared: SharedDatabase, company: int) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    for spoil, outcome in SPOILT:
        good = [write(case, new_id(), {"place": f"Sted {n}"}) for n in range(company)]
        bad = write(case, new_id(), {"place": "x"}) | spoil
        rows = bodil.execute(
            "SELECT id, outcome, reason FROM rundbord.push(%s, %s)", (json.dumps([*good[:6], bad, *good[6:]]), DESK)
        ).fetchall()
        assert len(rows) == company + 1
        told = {str(row[0]): (row[1], row[2]) for row in rows}
        assert told.pop(str(bad["id"]) if isinstance(bad["id"], str) else "None") == outcome, spoil.keys()
        assert set(told.values()) <= {("accepted", None)}


def test_what_is_no_change_at_all_is_malformed(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    for junk in (None, 7, "x", [], [1], {"id": {"a": 1}}):
        row = bodil.execute("SELECT outcome, reason FROM rundbord.push(%s, %s)", (json.dumps([junk]), DESK)).fetchall()
        assert row == [("refused", "malformed")]


def test_what_is_no_list_fails_and_says_nothing(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    for junk in ("", "{}", "null", "[", '[{"id"', "7", "[" * 20_000):
        with pytest.raises(psycopg.Error, match="rundbord: not a list of changes") as told:
            bodil.execute("SELECT * FROM rundbord.push(%s, %s)", (junk, DESK))
        assert told.value.diag.message_detail is None


def test_too_many_at_once_come_again_in_smaller_pushes(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    words = [write(case, new_id(), {"place": "x"}) for _ in range(2001)]
    assert set(send(bodil, *words)) == {("later", "overfull")}
    accepted(bodil, *words[:2000])


def test_a_flood_is_held_back_and_loses_nothing(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case = new_case(bodil)
    shared.owner.execute("INSERT INTO rundbord_data.setting VALUES ('flood_changes', '20')")
    accepted(bodil, *[write(case, new_id(), {"place": "x"}) for _ in range(20)])
    held = write(case, new_id(), {"place": "x"})
    assert send(bodil, held) == [("later", "flood")]
    accepted(vagn, write(case, new_id(), {"place": "x"}, role="vejleder"))
    shared.owner.execute("UPDATE rundbord_data.flood SET since = since - interval '11 minutes'")
    accepted(bodil, held)


# ------------------------------------------------------------------------------------------------- whose case it is


def test_an_unknown_case_starts_in_the_authors_team(shared: SharedDatabase) -> None:
    vagn, lene, sofie = (shared.connect(key) for key in ("vagn", "lene", "sofie"))
    case = new_case(vagn, role="vejleder")
    assert vagn.execute("SELECT case_id::text, team::text, scope FROM rundbord.cases()").fetchall() == [
        (case, shared.team(), "full")
    ]
    assert send(lene, write(new_id(), new_id(), {"place": "x"}, role="leder")) == [("refused", "role")]
    assert send(sofie, write(case, new_id(), {"place": "x"})) == [("refused", "not_yours")]
    assert send(shared.connect("rasmus"), write(new_id(), new_id(), {"place": "x"}, role="rådgiver")) == [
        ("refused", "not_yours")
    ]


def test_a_citizen_is_written_on_from_any_of_their_cases_and_by_nobody_else(shared: SharedDatabase) -> None:
    bodil, sofie = shared.connect("bodil"), shared.connect("sofie")
    first, second, citizen, number = new_id(), new_id(), new_id(), new_id()
    accepted(
        bodil,
        change(first, "citizen", citizen, {"name": "Nancy"}),
        change(first, "identifier", number, {"citizen_id": citizen, "removed": False}),
        change(first, "identifier", number, {"value": "2512489996"}),
        change(first, "case", first, {"citizen_id": citizen}),
        change(second, "case", second, {"citizen_id": citizen}),
    )
    accepted(bodil, change(second, "citizen", citizen, {"phone": "12345678"}))
    strangers = new_case(sofie)
    assert (
        send(
            sofie,
            change(strangers, "citizen", citizen, {"name": "x"}),
            change(strangers, "identifier", new_id(), {"citizen_id": citizen}),
            change(new_id(), "case", new_id(), {"citizen_id": citizen}),
        )
        == [("refused", "wrong_record")] * 3
    )
    hers = new_id()
    assert send(sofie, change(hers, "case", hers, {"citizen_id": citizen})) == [("refused", "wrong_record")]
    shared.connect("lene").execute("SELECT rundbord.move_case(%s, %s)", (second, shared.team("Syd")))
    accepted(sofie, change(second, "citizen", citizen, {"name": "Nancy Ann"}))
    kinds = {row[0] for row in sofie.execute("SELECT kind FROM rundbord.present(ARRAY[%s]::uuid[])", (second,))}
    assert kinds == {"case", "citizen", "identifier", "upto"}


@pytest.mark.parametrize("company", [0, 12])
def test_a_case_begins_with_its_citizen_and_takes_nobody_elses(shared: SharedDatabase, company: int) -> None:
    bodil, sofie = shared.connect("bodil"), shared.connect("sofie")
    aside = new_case(bodil)
    theirs, hers = new_id(), new_id()
    accepted(sofie, change(hers, "citizen", theirs, {"name": "x"}), change(hers, "case", hers, {"citizen_id": theirs}))

    def sent(*changes: dict[str, Any]) -> list[tuple[str, str | None]]:
        return send(bodil, *changes, *(write(aside, new_id(), {"place": "x"}) for _ in range(company)))[: len(changes)]

    def begin(case: str, citizen: str, record: str = "") -> list[dict[str, Any]]:
        linked = change(case, "case", record or case, {"citizen_id": citizen, "removed": False})
        return [linked, change(case, "case", record or case, {"number": "1"})]

    one, twin, other, odd, citizen, both = (new_id() for _ in range(6))
    taken, wrong = ("accepted", None), ("refused", "wrong_record")
    assert sent(change(one, "citizen", citizen, {"name": "x"}), *begin(one, citizen)) == [taken] * 3
    assert sent(*begin(one, new_id())[:1]) == [wrong]
    words = change(twin, "citizen", both, {"name": "x"})
    assert sent(words, *begin(twin, both), *begin(other, both)) == [taken] * 5
    assert sent(*begin(new_id(), theirs))[0] == wrong
    assert sent(*begin(new_id(), new_id(), record=new_id())) == [wrong] * 2
    assert sent(*begin(odd, "nobody")) == [taken] * 2
    homes = {str(c): str(z) for c, z in shared.owner.execute("SELECT case_id, citizen_id FROM rundbord_data.case_home")}
    assert {c: homes[c] for c in (one, twin, other, odd)} == {one: citizen, twin: both, other: both, odd: "None"}
    assert {team for _, team, _ in bodil.execute("SELECT case_id, team::text, scope FROM rundbord.cases()")} == {
        shared.team()
    }


def test_the_municipalitys_own_records_are_everybodys_to_read(shared: SharedDatabase) -> None:
    lene, vagn = shared.connect("lene"), shared.connect("vagn")
    record = {"kind": "municipality", "record": MUNICIPALITY, "case": MUNICIPALITY}
    accepted(lene, change(MUNICIPALITY, "municipality", MUNICIPALITY, {"name": "Øby"}, role="leder"))
    assert send(vagn, change(MUNICIPALITY, "municipality", MUNICIPALITY, {"unit": "x"}, role="vejleder")) == [
        ("refused", "pen")
    ]
    assert send(lene, change(MUNICIPALITY, "meeting", new_id(), {"place": "x"}, role="leder"))[0][0] == "refused"
    case = new_case(vagn, role="vejleder")
    assert send(
        lene, change(case, **{k: v for k, v in record.items() if k != "case"}, fields={"name": "x"}, role="leder")
    ) == [("refused", "wrong_record")]
    assert "municipality" in {r[0] for r in shared.connect("sofie").execute("SELECT kind FROM rundbord.present()")}


def test_a_person_nobody_has_confirmed_waits(shared: SharedDatabase) -> None:
    new = shared.add("Ny Bestiller", ("bestiller",), ready=False)
    held = write(new_id(), new_id(), {"place": "x"})
    assert send(shared.connect(new), held) == [("later", "unconfirmed")]


# ----------------------------------------------------------------------------------------------------- what is removed


def test_whoever_may_write_in_a_record_makes_it_and_takes_their_own_off_again(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case = new_case(bodil)
    hers, his = new_id(), new_id()
    made = change(case, "goal", hers, {"removed": False, "position": 0})
    accepted(bodil, made)
    his_made = change(case, "goal", his, {"removed": False}, "vejleder")
    accepted(vagn, his_made)
    assert send(bodil, write(case, his, {"removed": True}, [his_made], kind="goal")) == [("refused", "pen")]
    accepted(bodil, write(case, hers, {"removed": True}, [made], kind="goal"))
    assert send(bodil, change(case, "support", new_id(), {"removed": True})) == [("accepted", None)]
    assert send(bodil, change(case, "question", new_id(), {"removed": True}, "bestiller")) == [("refused", "pen")]


# ------------------------------------------------------------------------------------------------------- the decision


def decision(case: str, signer: str, **other: Any) -> dict[str, Any]:
    record = new_id()
    content = {
        "case_id": case,
        "decision_id": record,
        "decided_by": {"id": signer, "name": "Bodil"},
        "target_group": "ja",
        "start": "2026-12-01",
        "end": "2027-05-31",
        "support": [{"paragraph": "82b", "start": "2026-12-01", "end": "2027-05-31"}],
    } | other
    text = json.dumps(content)
    fields = {
        "removed": False,
        "content": text,
        "hash": hashlib.sha256(text.encode()).hexdigest(),
        "seal": "x",
        "signer_id": signer,
        "signer_name": "Bodil",
        "signed_at": "2026-11-26T11:00:00+01:00",
        "target_group": "ja",
        "start": "2026-12-01",
        "end": "2027-05-31",
    }
    return change(case, "decision", record, fields)


def test_a_decision_is_written_whole_by_the_bestiller_who_signs_and_closed(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case, me = new_case(bodil), shared.bodil.person_id
    signed = decision(case, me)
    accepted(bodil, signed)
    accepted(bodil, signed)
    record = signed["record"]
    for fields in ({"removed": True}, {"content": "x"}, {"hash": "x"}, {"signer_name": "Vagn"}, dict(signed["fields"])):
        told = send(bodil, change(case, "decision", record, fields, over={n: [signed["id"]] for n in fields}))
        assert told[0][0] == "refused", fields
        assert send(bodil, change(case, "decision", record, fields))[0][0] == "refused", fields
    assert set().union(*standing(bodil, record).values()) == {signed["id"]}


def test_a_decision_that_is_not_the_signers_own_or_not_whole_is_refused(shared: SharedDatabase) -> None:
    bodil, vagn, lene = (shared.connect(key) for key in ("bodil", "vagn", "lene"))
    case, me = new_case(bodil), shared.bodil.person_id
    other = new_case(bodil)
    whole = decision(case, me)
    for name in ("content", "hash", "seal", "signer_id", "signed_at", "target_group"):
        part = {n: v for n, v in whole["fields"].items() if n != name}
        assert send(bodil, whole | {"id": new_id(), "fields": part}) == [("refused", "decision")], name
    for spoilt in (
        whole | {"fields": whole["fields"] | {"hash": "0" * 64}},
        whole | {"fields": whole["fields"] | {"target_group": "nej"}},
        whole | {"fields": whole["fields"] | {"end": "2028-05-31"}},
        whole | {"record": new_id()},
        whole | {"case": other},
        decision(case, shared.vagn.person_id),
        decision(case, me, support="x"),
        decision(case, me, decided_by=None),
    ):
        assert send(bodil, spoilt | {"id": new_id()}) == [("refused", "decision")]
    assert send(vagn, decision(case, shared.vagn.person_id) | {"role": "vejleder"}) == [("refused", "pen")]
    assert send(vagn, decision(case, shared.vagn.person_id)) == [("refused", "role")]
    assert send(lene, decision(case, shared.lene.person_id) | {"role": "leder"}) == [("refused", "pen")]
    assert bodil.execute("SELECT count(*) FROM rundbord.history(%s) WHERE kind = 'decision'", (case,)).fetchone() == (
        0,
    )


def test_nobody_signs_with_a_password_somebody_else_set(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    shared.owner.execute("UPDATE rundbord_data.person SET must_change = true WHERE login = 'bodil'")
    assert send(bodil, decision(case, shared.bodil.person_id)) == [("refused", "decision")]


def test_a_decision_above_ones_competence_is_refused(shared: SharedDatabase) -> None:
    bodil, lene = shared.connect("bodil"), shared.connect("lene")
    case, me = new_case(bodil), shared.bodil.person_id
    record = new_id()
    limit = {"person_id": me, "person_name": "Bodil", "paragraph": "82b", "grants": True, "most_weeks": 20}
    first = change(MUNICIPALITY, "competence", record, limit, "leder")
    accepted(lene, first)
    assert send(bodil, decision(case, me)) == [("refused", "competence")]
    accepted(lene, write(MUNICIPALITY, record, {"most_weeks": 26}, [first], kind="competence", role="leder"))
    accepted(bodil, decision(case, me))
    accepted(lene, write(MUNICIPALITY, record, {"grants": False}, [first], kind="competence", role="leder"))
    assert send(bodil, decision(case, me)) == [("refused", "competence")]
    accepted(bodil, decision(case, me, support=[{"paragraph": "82a", "start": None, "end": None}]))
