# SPDX-License-Identifier: MPL-2.0
"""Hostile words: values of another type, ids that are somebody else's, vouchers, paragraphs, and more than there is room for.

Whoever sends them is signed in and writes in a case that is theirs. What no desk could read is refused where it would come in.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import psycopg
import pytest

from app.domain.competence import Limit, beyond
from app.domain.rights import writers
from app.domain.roles import Pen, Role
from app.models.fields import FieldInfo, fields_of, to_json
from app.models.ids import competence_id, meeting_id, participant_id, same_citizen_id, singleton_id
from app.models.kinds import KINDS, MUNICIPALITY
from app.store.competence import grants_in
from app.store.rows import is_value
from tests.sync.shared import SharedDatabase, change, new_case, new_id, push, seen

# ------------------------------------------------------------------------------------------------------ what a value is


def _writers(kind: str, info: FieldInfo) -> frozenset[Role]:
    return frozenset({Role.BESTILLER, Role.VEJLEDER}) if info.pen is Pen.PROGRAM else writers(info.pen, kind)


_ANY: tuple[Any, ...] = (
    "tekst", "", "2026-11-26", "2028-02-29", "2026-02-29", "2026-02-30", "2026-13-01", "0000-01-01", "26-11-2026",
    "2026-11-26T10:00", "2026-11-26\n", "true", "7", True, False, 0, 7, -3, 2**53, 2**53 + 1, 10**400, 7.5, 3.0, None,
    {}, {"a": 1}, [], ["a"],
)  # fmt: skip


@pytest.mark.parametrize("kind", ["goal", "support", "story", "participant", "coordinator", "question", "municipality"])
def test_a_value_is_taken_by_the_server_just_when_a_desk_can_read_it(shared: SharedDatabase, kind: str) -> None:
    """Each type of field with each kind of value, one change and in a heap: the rule is the desks' own (`store/rows.py`)."""
    sessions = {"bestiller": shared.connect("bodil"), "vejleder": shared.connect("vagn")}
    case = MUNICIPALITY if kind == "municipality" else new_case(sessions["bestiller"])
    for role, session in sessions.items():
        tried = [
            (change(case, kind, new_id(), {name: value}, role), is_value(info, value))
            for name, info in fields_of(KINDS[kind]).items()
            for value in _ANY
            if name != "removed"
            and Role(role) in _writers(kind, info)
            and (kind, name) != ("coordinator", "name")  # a person's, and no text: see test_wall_held.py
        ]
        if not tried:
            continue
        told = push(session, *[one for one, _ in tried])
        wrong = [
            (one["fields"], said)
            for (one, may), said in zip(tried, told, strict=True)
            if (said[0] == "accepted") != may
        ]
        assert wrong == []
        assert {said[1] for (_, may), said in zip(tried, told, strict=True) if not may} == {"type", "malformed"}
        alone = [push(session, {**one, "id": new_id(), "record": new_id()})[0] for one, _ in tried[: len(_ANY)]]
        assert alone == told[: len(_ANY)], "in a heap or alone, the same word"


def test_every_default_of_the_program_is_a_value_to_the_server(shared: SharedDatabase) -> None:
    rules = shared.owner.execute("SELECT kind, field, audience FROM rundbord_data.field_rule").fetchall()
    rows = shared.owner.execute("SELECT DISTINCT kind, audience, wrong::text FROM rundbord_data.allowed").fetchall()
    wrong = {(kind, audience): path for kind, audience, path in rows}
    for kind, name, audience in rules:
        fields = json.dumps({name: to_json(fields_of(KINDS[kind])[name].default)})
        if (kind, audience) in wrong:
            [(flagged,)] = shared.owner.execute(
                "SELECT jsonb_path_exists(%s::jsonb, %s::jsonpath)", (fields, wrong[kind, audience])
            ).fetchall()
            assert not flagged, (kind, name)


@pytest.mark.parametrize(
    "at", ["", "i går", "2026-13-01T10:00:00+01:00", "2026-02-30T10:00:00Z", "2026-11-26", "x" * 65, None]
)
def test_a_time_no_desk_can_read_is_refused(shared: SharedDatabase, at: str | None) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    heap = [change(case, "task", new_id(), {"text": "a"}, at=at) for _ in range(9)]
    assert set(push(bodil, *heap)) == {("refused", "malformed")}
    assert push(bodil, change(case, "task", new_id(), {"text": "a"}, at=at)) == [("refused", "malformed")]


# ---------------------------------------------------------------------------------------------------------- whose id it is


def test_a_reckoned_id_is_the_same_on_the_server(shared: SharedDatabase) -> None:
    for name in ("", "a", "x" * 39, "x" * 40, "x" * 47, "x" * 48, "x" * 300, "mål/æøå"):
        told = shared.owner.execute("SELECT rundbord_data.reckoned(%s)::text, encode(rundbord_data.sha1(%s), 'hex')",
                                    (f"{name}/plan", name.encode())).fetchone()  # fmt: skip
        assert told == (singleton_id(name, "plan"), hashlib.sha1(name.encode()).hexdigest())


@pytest.mark.parametrize("many", [1, 9])
def test_nobody_sits_on_an_id_that_is_another_cases(shared: SharedDatabase, many: int) -> None:
    """Ids that two desks reckon alike can be reckoned by anybody: from another case, or as another kind, they are refused."""
    bodil, sofie, vagn = shared.connect("bodil"), shared.connect("sofie"), shared.connect("vagn")
    case, own = new_case(bodil), new_case(sofie)
    me = shared.bodil.person_id
    two = sorted((new_id(), new_id()))
    ids = [singleton_id(case, kind) for kind in ("story", "plan", "answer", "notes", "duties")]
    ids += [competence_id(me, "82b"), same_citizen_id(case, *two)]
    met = meeting_id(case, date(2026, 12, 3), 0)
    ids += [met, participant_id(case, met, me)]
    squats = [change(own, "task", record, {"text": "optaget"}) for record in ids]
    squats += [change(own, "story", record, {"think": "optaget"}) for record in ids]
    squats += [
        change(own, "meeting", met, {"place": "optaget"}),
        change(own, "participant", ids[-1], {"name": "optaget"}),
    ]
    heap = [change(own, "task", new_id(), {"text": "a"}) for _ in range(many - 1)]
    for squat in squats:
        assert push(sofie, *heap, squat)[-1] == ("refused", "wrong_record")
        heap = [{**one, "id": new_id(), "record": new_id()} for one in heap]
    inside = [change(case, "task", record, {"text": "optaget"}, "vejleder") for record in (*ids[:5], *ids[-2:])]
    assert set(push(vagn, *inside)) == {("refused", "wrong_record")}, "nor from within the case as another kind"
    true = [
        change(case, "story", ids[0], {"think": "Jeg vil ud"}),
        change(case, "plan", ids[1], {"purpose": "At komme ud"}),
        change(case, "answer", ids[2], {"reason": "Fordi"}),
        change(case, "notes", ids[3], {"bestiller": "Husk"}),
        change(case, "duties", ids[4], {"consent": True}),
        change(case, "meeting", met, {"date": "2026-12-03", "place": "Torvet"}),
        change(case, "participant", ids[-1], {"name": "Bodil", "role": "bestiller"}),
        change(case, "same_citizen", ids[6], {"citizen_id": two[0], "other_id": two[1], "same": True}),
    ]
    assert set(push(bodil, *true)) == {("accepted", None)}
    limit = {"person_id": me, "person_name": "Bodil", "paragraph": "82b", "grants": True}
    lene = shared.connect("lene")
    false = change(MUNICIPALITY, "competence", ids[5], {**limit, "person_id": shared.sofie.person_id}, "leder")
    assert push(lene, false) == [("refused", "wrong_record")]
    assert push(lene, change(MUNICIPALITY, "competence", ids[5], limit, "leder")) == [("accepted", None)]
    assert push(bodil, change(case, "story", ids[0], {"think": "Og hjem"}, over={"think": [true[0]["id"]]})) == [
        ("accepted", None)
    ]


# ------------------------------------------------------------------------------------------------------------- vouchers


def test_a_word_for_a_key_is_not_written_over_from_elsewhere(shared: SharedDatabase) -> None:
    key, true, junk = "A" * 43 + "=", "T" * 86 + "==", "J" * 86 + "=="
    vagn, ask = shared.vagn.person_id, "SELECT rundbord.vouch(%s, %s, %s)"
    shared.connect("vagn").execute("SELECT rundbord.set_own_key(%s)", (key,))

    def tries(who: str, voucher: str) -> str:
        try:
            shared.connect(who).execute(ask, (vagn, key, voucher))
        except psycopg.Error as no:
            return str(no).splitlines()[0].removeprefix("rundbord: ")
        return "taken"

    assert [tries(who, junk) for who in ("sofie", "sanne", "rasmus")] == ["not_yours", "not_yours", "role"]
    assert tries("bodil", true) == "taken", "a colleague with the code of recovery"
    assert tries("bodil", true) == "taken", "the same word again"
    assert [tries(who, junk) for who in ("bodil", "sofie", "sanne")] == ["key", "not_yours", "not_yours"]
    held = "SELECT voucher FROM rundbord_data.person WHERE id = %s"
    assert shared.owner.execute(held, (vagn,)).fetchone() == (true,)
    assert tries("lene", junk) == tries("lene", true) == "taken", "the leder of the team puts it right, either way"


# ----------------------------------------------------------------------------------------------------------- paragraphs


def signed(case: str, signer: str, *rows: tuple[str, str, str], paragraphs: tuple[str, ...] = ()) -> dict[str, Any]:
    """A decision built by hand that grants these."""
    record = new_id()
    content = {
        "case_id": case, "decision_id": record, "decided_by": {"id": signer}, "target_group": "ja",
        "start": "2026-12-01", "end": "2027-05-31", "paragraphs": list(paragraphs),
        "support": [{"paragraph": p, "start": start, "end": end} for p, start, end in rows],
    }  # fmt: skip
    text = json.dumps(content)
    fields = {
        "content": text, "hash": hashlib.sha256(text.encode()).hexdigest(), "seal": "segl", "signer_id": signer,
        "signed_at": "2026-11-26T11:00:00+01:00", "target_group": "ja", "start": "2026-12-01", "end": "2027-05-31",
    }  # fmt: skip
    return change(case, "decision", record, fields)


_WRITTEN = (
    "82b", "82 b", "§ 82 b", "§82b", "82B", "82.b", "82-b", "82\u00a0b", "82\u200bb", "８２ｂ", "82",
    "82 stk. b", "82\u0430", "SEL § 82 b", "", "\u2088\u2082b",
)  # fmt: skip


@pytest.mark.parametrize("set_as", ["82b", "§ 82 b"])
def test_a_limit_is_not_got_round_by_how_the_paragraph_is_written(shared: SharedDatabase, set_as: str) -> None:
    bodil, me = shared.connect("bodil"), shared.bodil.person_id
    case = new_case(bodil)
    limit = {"person_id": me, "person_name": "Bodil", "paragraph": set_as, "grants": False}
    assert push(shared.connect("lene"), change(MUNICIPALITY, "competence", new_id(), limit, "leder")) == [
        ("accepted", None)
    ]
    for written in _WRITTEN:
        for tried in (
            signed(case, me, (written, "2026-12-01", "2026-12-31")),
            signed(case, me, paragraphs=(written,)),
            signed(case, me, ("85", "2026-12-01", "2026-12-31"), paragraphs=("85", written)),
        ):
            assert push(bodil, tried) == [("refused", "competence")], written
            assert beyond(grants_in(tried["fields"]["content"]), {set_as: Limit(grants=False)}), written
    within = signed(
        case, me, ("§ 85", "2026-12-01", "2026-12-31"), ("82 a", "2026-12-01", "2026-12-31"), ("åbent", "", "")
    )
    assert beyond(grants_in(within["fields"]["content"]), {set_as: Limit(grants=False)}) == ()
    assert push(bodil, within) == [("accepted", None)]


def test_a_limit_of_weeks_is_not_got_round_in_two_rows(shared: SharedDatabase) -> None:
    bodil, me = shared.connect("bodil"), shared.bodil.person_id
    case = new_case(bodil)
    limit = {"person_id": me, "person_name": "Bodil", "paragraph": "82b", "most_weeks": 8}
    push(shared.connect("lene"), change(MUNICIPALITY, "competence", new_id(), limit, "leder"))
    halves = (("82b", "2026-12-01", "2027-01-11"), ("82 b", "2027-01-12", "2027-02-22"))
    tried = signed(case, me, *halves)
    assert beyond(grants_in(tried["fields"]["content"]), {"82b": Limit(most_weeks=8)})
    assert push(bodil, tried, signed(case, me, halves[0])) == [("refused", "competence"), ("accepted", None)]


# ------------------------------------------------------------------------------------------------------- room for it all


def test_nobody_crowds_a_field_by_saying_that_it_lies_over_an_empty_list(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case, record = new_case(bodil), new_id()
    ours = [change(case, "story", record, {"think": f"b{n}"}, over={"think": []}) for n in range(104)]
    assert push(bodil, *ours) == [("accepted", None)] * 100 + [("refused", "crowded")] * 4


def test_a_conversation_of_many_is_settled(shared: SharedDatabase) -> None:
    """However many stand on a field, one change may lie over them all; and no one person makes it more than that."""
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case, record = new_case(bodil), new_id()
    first = change(case, "story", record, {"think": "0"})
    push(bodil, first)
    ours = [change(case, "story", record, {"think": f"b{n}"}) for n in range(130)]
    theirs = [change(case, "story", record, {"think": f"v{n}"}, "vejleder") for n in range(90)]
    told = push(bodil, *ours)
    assert told == [("accepted", None)] * 99 + [("refused", "crowded")] * 31
    assert set(push(vagn, *theirs)) == {("accepted", None)}
    ids = [first["id"], *(c["id"] for c in [*ours[:99], *theirs])]
    settled = change(case, "story", record, {"think": "én tekst"}, over={"think": ids})
    assert push(bodil, settled) == [("accepted", None)]
    rows = vagn.execute("SELECT fields FROM rundbord.present() WHERE kind = 'story'").fetchall()
    assert rows == [({"think": "én tekst"},)]
    over_all = change(case, "story", record, {"think": "x"}, over={"think": [new_id() for _ in range(5001)]})
    assert push(bodil, over_all) == [("refused", "malformed")]


def test_a_flood_of_bytes_waits_like_a_flood_of_changes(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    shared.owner.execute("INSERT INTO rundbord_data.setting VALUES ('flood_bytes', '300000')")
    big = [change(case, "story", new_id(), {"think": "x" * 90_000}) for _ in range(4)]
    assert {outcome for outcome, _ in push(bodil, *big)} == {"accepted"}
    assert push(bodil, change(case, "story", new_id(), {"think": "y"})) == [("later", "flood")]
    put = "SELECT rundbord.push_paper(%s, %s, 'pdf')"
    assert bodil.execute(put, (new_id(), case)).fetchone() == ("later",)
    line = json.dumps([{"n": 1, "at": "2026-11-26T10:00:00", "action": "åbnet"}])
    assert bodil.execute("SELECT rundbord.push_access(%s, %s)", (line, new_id())).fetchone() == ([],)
    shared.owner.execute("UPDATE rundbord_data.flood SET since = now() - interval '11 minutes'")
    assert bodil.execute(put, (new_id(), case)).fetchone() == ("accepted",)


def test_papers_and_log_lines_count_too(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    shared.owner.execute("DELETE FROM rundbord_data.flood")  # one small push in fifty is counted for fifty
    shared.owner.execute("INSERT INTO rundbord_data.setting VALUES ('flood_bytes', '300000')")
    put = "SELECT rundbord.push_paper(%s, %s, %s)"
    said = [bodil.execute(put, (new_id(), case, b"x" * 90_000)).fetchone() for _ in range(5)]
    assert said == [("accepted",)] * 4 + [("later",)]
    vagn = shared.connect("vagn")
    lines = [{"n": n, "at": "2026-11-26T10:00:00", "action": "åbnet", "about": "x" * 400} for n in range(1000)]
    assert len(vagn.execute("SELECT rundbord.push_access(%s, %s)", (json.dumps(lines), new_id())).fetchone()[0]) == 1000  # type: ignore[index]
    assert vagn.execute("SELECT rundbord.push_access(%s, %s)", (json.dumps(lines), new_id())).fetchone() == ([],)


def test_doors_that_are_opened_and_closed_without_end_are_held_up(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    shared.owner.execute("INSERT INTO rundbord_data.setting VALUES ('flood_changes', '1000')")

    def open_and_close() -> None:
        for _ in range(40):
            bodil.execute("SELECT rundbord.grant_case(%s, %s, 'full')", (case, shared.sofie.person_id))
            bodil.execute("SELECT rundbord.end_grant(%s, %s)", (case, shared.sofie.person_id))

    with pytest.raises(psycopg.Error, match="busy"):
        open_and_close()
    doors = shared.owner.execute("SELECT count(*) FROM rundbord_data.door WHERE case_id = %s", (case,)).fetchone()
    assert doors is not None
    assert doors[0] <= 21
    assert push(shared.connect("vagn"), change(case, "task", new_id(), {"text": "videre"}, "vejleder")) == [
        ("accepted", None)
    ]


def test_nobody_fills_the_tables_of_desks_and_presence_and_reading(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    for _ in range(30):
        bodil.execute("SELECT rundbord.here(%s, %s)", (new_id(), case))
        bodil.execute("SELECT FROM rundbord.present()")
        bodil.execute("SELECT FROM rundbord.history(%s)", (case,))
        seen(bodil)
    count = shared.owner.execute
    assert count("SELECT count(*) FROM rundbord_data.presence").fetchone() == (20,)
    rows = count(
        "SELECT action, count(*) FROM rundbord_data.access WHERE case_id IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert rows == [("hentet", 1), ("historik", 1)]
