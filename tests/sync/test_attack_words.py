# SPDX-License-Identifier: MPL-2.0
"""Hostile sessions against the record: another team's case, another's name or role or pen, a decision, the closed log.

Each cell of the written role table (`domain/rights.py`) is tried over the wire: who may write a field may, and nobody else.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import psycopg
import pytest

from app.domain.rights import writers
from app.domain.roles import Pen, Role
from app.models.fields import Merge, fields_of
from app.models.kinds import KINDS, MUNICIPALITY
from app.sync import administer
from app.sync.rights import APPOINTED, NOBODY, field_rules, pen_roles
from tests.sync.shared import SOUTH, Connection, SharedDatabase, change, new_case, new_id, push, seen

_OF_ROLE = {Role.BESTILLER: "bodil", Role.VEJLEDER: "vagn", Role.LEDER: "lene", Role.RAADGIVER: "rasmus"}
_COMMON = ("offer", "municipality", "competence")


# --------------------------------------------------------------------------------------------------- the role table


def _value(kind: str, name: str) -> object:
    info = fields_of(KINDS[kind])[name]
    if info.type is bool:
        return True
    if info.type is int:
        return 3
    return "2026-11-26" if info.type.__name__ == "date" else "prøvet"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_writes_what_the_table_says_and_nothing_else(shared: SharedDatabase, role: Role) -> None:
    """Every field of every kind, each by each role: the verdict of the database is the word of the table."""
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    bodil.execute("SELECT rundbord.grant_case(%s, %s, 'shared')", (case, shared.rasmus.person_id))
    session = shared.connect(_OF_ROLE[role])
    cells, batch = [], []
    for kind, cls in KINDS.items():
        if kind in ("decision", "case", "citizen", "identifier"):
            continue  # tried below, each with what is its own
        for name, info in fields_of(cls).items():
            if name == "removed" or (kind == "advice" and name == "person_id"):
                continue
            fields: dict[str, Any] = {name: _value(kind, name)}
            if (kind, name) == ("coordinator", "name"):
                fields[name] = shared.bodil.name  # nobody without an account is appointed
            if kind == "advice" and role is Role.RAADGIVER:
                fields["person_id"] = shared.rasmus.person_id
            may = role in ({Role.BESTILLER, Role.VEJLEDER} if info.pen is Pen.PROGRAM else writers(info.pen, kind))
            may = may and (role is not Role.RAADGIVER or kind == "advice")
            may = may and (role is not Role.BESTILLER or kind != "competence")  # for there is a leder
            cells.append((kind, name, may))
            batch.append(change(MUNICIPALITY if kind in _COMMON else case, kind, new_id(), fields, role.value))
    told = push(session, *batch)
    wrong = [
        (cell, verdict) for cell, verdict in zip(cells, told, strict=True) if (verdict[0] == "accepted") != cell[2]
    ]
    assert wrong == []
    assert len(cells) > 100


def test_the_rows_are_those_of_the_program(shared: SharedDatabase) -> None:
    owner = shared.owner
    assert set(owner.execute("SELECT pen, role FROM rundbord_data.pen_role").fetchall()) == set(pen_roles())
    rows = owner.execute(
        "SELECT kind, field, pen, audience, once, policy, type FROM rundbord_data.field_rule"
    ).fetchall()
    assert set(rows) == set(field_rules())
    pens = {pen for pen, _ in pen_roles()} | {NOBODY}
    assert {pen for _, _, pen, *_ in field_rules()} <= pens
    assert {(kind, name) for kind, name, *_, once, _, _ in field_rules() if once} == {
        (kind, name) for kind, cls in KINDS.items() for name, info in fields_of(cls).items() if info.merge is Merge.ONCE
    } | APPOINTED


# ----------------------------------------------------------------------------------------- somebody else's case or name


def test_another_teams_case_is_not_there(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    paper = new_id()
    assert bodil.execute("SELECT rundbord.push_paper(%s, %s, 'pdf')", (paper, case)).fetchone() == ("accepted",)
    bodil.execute("SELECT rundbord.here(%s, %s)", (new_id(), case))
    for who in ("sofie", "sanne", "rasmus"):
        session = shared.connect(who)
        assert seen(session) == []
        assert (
            session.execute(
                "SELECT * FROM rundbord.present(ARRAY[%s]::uuid[]) WHERE kind <> 'upto'", (case,)
            ).fetchall()
            == []
        )
        assert session.execute("SELECT * FROM rundbord.present() WHERE kind <> 'upto'").fetchall() == []
        assert session.execute("SELECT * FROM rundbord.history(%s)", (case,)).fetchall() == []
        assert session.execute("SELECT rundbord.paper(%s)", (paper,)).fetchone() == (None,)
        assert session.execute("SELECT * FROM rundbord.who_is_here(%s)", (case,)).fetchall() == []
        assert session.execute("SELECT * FROM rundbord.cases()").fetchall() == []
        session.execute("SELECT rundbord.here(%s, %s)", (new_id(), case))
        told = session.execute("SELECT rundbord.push_paper(%s, %s, 'pdf')", (new_id(), case)).fetchone()
        assert told == ("not_yours",)
    here = bodil.execute("SELECT person::text FROM rundbord.who_is_here(%s)", (case,)).fetchall()
    assert here == [(shared.bodil.person_id,)]


@pytest.mark.parametrize("who", ["sofie", "sanne", "rasmus"])
def test_nobody_writes_in_another_teams_case(shared: SharedDatabase, who: str) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    story = change(case, "story", new_id(), {"think": "Jeg vil ud"})
    push(bodil, story)
    session, role = shared.connect(who), shared.people[who].roles[0]
    tries = (
        change(case, "story", new_id(), {"think": "ind udefra"}, role),
        change(case, "story", story["record"], {"think": "over"}, role, over={"think": [story["id"]]}),
        change(new_id(), "story", story["record"], {"think": "fra en sag, der er min"}, role),
        change(new_id(), "story", story["record"], {"think": "x"}, role, over={"think": [story["id"]]}),
    )
    assert {outcome for outcome, _ in push(session, *tries)} == {"refused"}
    assert [row["fields"] for row in seen(bodil) if row["kind"] == "story"] == [{"think": "Jeg vil ud"}]


def test_a_known_citizen_is_not_drawn_into_a_case_of_ones_own(shared: SharedDatabase) -> None:
    bodil, sofie = shared.connect("bodil"), shared.connect("sofie")
    new_case(bodil, "Et Hemmeligt Navn")
    citizen = next(str(row["record_id"]) for row in seen(bodil) if row["kind"] == "citizen")
    own = new_id()
    told = push(
        sofie,
        change(own, "case", own, {"citizen_id": citizen}),
        change(own, "citizen", citizen, {"phone": "12345678"}),
        change(own, "identifier", new_id(), {"citizen_id": citizen}),
    )
    assert [outcome for outcome, _ in told] == ["refused"] * 3
    assert "Hemmeligt" not in json.dumps(seen(sofie), default=str)


def test_nobody_writes_in_anothers_name_or_role(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case = new_case(bodil)
    told = push(
        vagn,
        change(case, "story", new_id(), {"think": "a"}, "vejleder", author=shared.bodil.person_id),
        change(case, "story", new_id(), {"think": "b"}, "bestiller"),
        change(case, "story", new_id(), {"think": "c"}, "leder"),
        change(case, "story", new_id(), {"think": "d"}, "konge"),
        change(case, "plan", new_id(), {"purpose": "e"}, "vejleder"),
        change(case, "story", new_id(), {"think": "f"}, "vejleder", audience="internt"),
        change(case, "story", new_id(), {"think": "g", "whole_person_print": True}, "vejleder"),
    )
    assert told == [
        ("refused", "not_yours"),
        *[("refused", "role")] * 3,
        ("refused", "pen"),
        *[("refused", "audience")] * 2,
    ]
    assert {row["kind"] for row in seen(bodil)} == {"citizen", "case"}


def test_what_somebody_wrote_is_not_sent_again_as_ones_own(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case = new_case(bodil)
    words = change(case, "story", new_id(), {"think": "Jeg vil ud"})
    assert push(bodil, words, words) == [("accepted", None)] * 2
    assert push(vagn, {**words, "role": "vejleder", "fields": {"think": "noget andet"}}) == [("refused", "id_taken")]
    assert push(bodil, {**words, "fields": {"think": "noget andet"}}) == [("accepted", None)]  # here already: as it was
    assert [row["fields"] for row in seen(bodil) if row["kind"] == "story"] == [{"think": "Jeg vil ud"}]


def test_what_an_adviser_is_not_shared_is_not_seen_and_not_written(shared: SharedDatabase) -> None:
    bodil, rasmus = shared.connect("bodil"), shared.connect("rasmus")
    case = new_case(bodil)
    push(bodil, change(case, "notes", new_id(), {"bestiller": "kun for os"}))
    bodil.execute("SELECT rundbord.grant_case(%s, %s, 'shared')", (case, shared.rasmus.person_id))
    shown = json.dumps([row["fields"] for row in seen(rasmus) if row["event"] == "change"], ensure_ascii=False)
    assert "kun for os" not in shown
    for statement in ("SELECT * FROM rundbord.history(%s)", "SELECT * FROM rundbord.present(ARRAY[%s]::uuid[])"):
        rows = rasmus.execute(statement.encode(), (case,)).fetchall()
        assert "kun for os" not in json.dumps(rows, default=str, ensure_ascii=False)
    told = push(
        rasmus,
        change(case, "story", new_id(), {"think": "x"}, "rådgiver"),
        change(case, "advice", new_id(), {"text": "i en andens navn", "person_id": shared.bodil.person_id}, "rådgiver"),
        change(case, "advice", new_id(), {"text": "mit råd", "person_id": shared.rasmus.person_id}, "rådgiver"),
        change(new_id(), "case", new_id(), {"source": "min egen sag"}, "rådgiver"),
    )
    assert [outcome for outcome, _ in told] == ["refused", "refused", "accepted", "refused"]


# --------------------------------------------------------------------------------------------------------- decisions


def decision(case: str, signer: str, role: str = "bestiller", **other: Any) -> dict[str, Any]:
    """A decision as a desk signs it. The seal is the desks' to check; here it is any text."""
    record = new_id()
    content = json.dumps(
        {
            "case_id": case,
            "decision_id": record,
            "decided_by": {"id": signer},
            "target_group": "ja",
            "start": "2026-12-01",
            "end": "2027-05-31",
            "support": [],
        }
    )
    fields = {
        "content": content,
        "hash": hashlib.sha256(content.encode()).hexdigest(),
        "seal": "segl",
        "signer_id": signer,
        "signed_at": "2026-11-26T11:00:00+01:00",
        "target_group": "ja",
        "start": "2026-12-01",
        "end": "2027-05-31",
    }
    return change(case, "decision", record, {**fields, **other.pop("fields", {})}, role, **other)


def decided(session: Connection) -> list[dict[str, Any]]:
    return [row for row in seen(session) if row["kind"] == "decision"]


def test_only_the_bestiller_decides(shared: SharedDatabase) -> None:
    case = new_case(shared.connect("bodil"))
    for who in ("vagn", "lene", "rasmus", "sofie"):
        one, session = shared.people[who], shared.connect(who)
        told = push(
            session,
            decision(case, one.person_id, one.roles[0]),
            decision(case, one.person_id),
            decision(case, shared.bodil.person_id),
            decision(case, shared.bodil.person_id, author=shared.bodil.person_id),
        )
        assert {outcome for outcome, _ in told} == {"refused"}, who
    assert decided(shared.connect("bodil")) == []
    assert push(shared.connect("bodil"), decision(case, shared.bodil.person_id)) == [("accepted", None)]


def test_a_decision_is_whole_and_ones_own(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case, me = new_case(bodil), shared.bodil.person_id
    tries = (
        decision(case, shared.sofie.person_id),
        decision(case, me, fields={"hash": "0" * 64}),
        decision(case, me, fields={"target_group": "nej"}),
        decision(case, me, fields={"end": "2028-05-31"}),
        decision(case, me, fields={"content": "{}"}),
        decision(case, me, fields={"removed": True}),
        decision(case, me, over={"target_group": [new_id()]}),
        change(case, "decision", new_id(), {"signer_id": me, "target_group": "ja"}),
    )
    told = push(bodil, *tries)
    assert "accepted" not in {outcome for outcome, _ in told}, told
    assert decided(bodil) == []


def test_nothing_is_ever_written_on_a_decision(shared: SharedDatabase) -> None:
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case, me = new_case(bodil), shared.bodil.person_id
    signed = decision(case, me)
    assert push(bodil, signed) == [("accepted", None)]
    record, first = signed["record"], signed["id"]
    for session, role in ((bodil, "bestiller"), (vagn, "vejleder")):
        for fields in ({"target_group": "nej"}, {"removed": True}, {"seal": "andet segl"}, dict(signed["fields"])):
            names = list(fields)
            told = push(
                session,
                change(case, "decision", record, fields, role),
                change(case, "decision", record, fields, role, over={name: [first] for name in names}),
                change(case, "story", record, {"think": "en anden slags"}, role),
            )
            assert {outcome for outcome, _ in told} == {"refused"}, fields
    rows = decided(bodil)
    assert [(str(row["id"]), row["fields"]) for row in rows] == [(first, signed["fields"])]


def test_a_password_the_administrator_set_decides_nothing(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("bestiller",))
    case = new_case(shared.connect(one))
    administer.reset_password(shared.connect("karen"), one.login, "administratorens")
    stolen = shared.connect_with(one, "administratorens")
    assert push(stolen, decision(case, one.person_id)) == [("later", "unconfirmed")]
    administer.set_own_password(stolen, "stadig administratorens")
    assert push(stolen, decision(case, one.person_id)) == [("later", "unconfirmed")]
    assert seen(stolen) == []
    shared.owner.execute(
        "UPDATE rundbord_data.person SET state = 'open', must_change = true WHERE id = %s", (one.person_id,)
    )
    assert push(stolen, decision(case, one.person_id)) == [("refused", "decision")]


def test_nobody_decides_after_access_has_ended(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("bestiller",))
    session = shared.connect(one)
    case = new_case(session)
    signed = decision(case, one.person_id)
    administer.remove_person(shared.connect("karen"), one.login)
    assert push(session, signed) == [("refused", "late_decision")]
    bodil = shared.connect("bodil")
    shared.connect("lene").execute("SELECT rundbord.move_case(%s, %s)", (case, shared.team(SOUTH)))
    assert push(bodil, decision(case, shared.bodil.person_id)) == [("refused", "late_decision")]


def test_competence_is_the_databases_to_hold(shared: SharedDatabase) -> None:
    bodil, me = shared.connect("bodil"), shared.bodil.person_id
    case, record = new_case(bodil), new_id()
    limit = change(
        MUNICIPALITY, "competence", record,
        {"person_id": me, "person_name": "Bodil", "paragraph": "82b", "grants": False}, "leder",
    )  # fmt: skip
    assert push(shared.connect("lene"), limit) == [("accepted", None)]
    above = decision(case, me)
    content = {
        **json.loads(above["fields"]["content"]),
        "support": [{"paragraph": "82b", "start": "2026-12-01", "end": "2026-12-31"}],
    }
    text = json.dumps(content)
    above["fields"] |= {"content": text, "hash": hashlib.sha256(text.encode()).hexdigest()}
    assert push(bodil, above) == [("refused", "competence")]
    lifted = change(MUNICIPALITY, "competence", record, {"grants": True}, "vejleder", over={"grants": [limit["id"]]})
    assert push(shared.connect("vagn"), lifted) == [("refused", "pen")]


# --------------------------------------------------------------------------------------------------- the log, and floods


def test_a_change_that_covers_others_words_names_them(shared: SharedDatabase) -> None:
    """`over` cannot be used to make another record's words, or another field's, go away."""
    bodil, vagn = shared.connect("bodil"), shared.connect("vagn")
    case = new_case(bodil)
    purpose = change(case, "plan", new_id(), {"purpose": "Formål"})
    story = change(case, "story", new_id(), {"think": "Ord"})
    push(bodil, purpose, story)
    told = push(
        vagn,
        change(case, "story", story["record"], {"think": "x"}, "vejleder", over={"think": [purpose["id"]]}),
        change(case, "goal", new_id(), {"goal": "x"}, "vejleder", over={"goal": [purpose["id"]]}),
        change(case, "story", story["record"], {"think": "x"}, "vejleder", over={"want": [story["id"]]}),
        change(case, "story", story["record"], {"want": "x"}, "vejleder", over={"want": [story["id"]]}),
    )
    assert {outcome for outcome, _ in told} == {"refused"}, told
    rows = vagn.execute(
        "SELECT kind, fields FROM rundbord.present() WHERE kind IN ('plan', 'story') ORDER BY kind"
    ).fetchall()
    assert rows == [("plan", {"purpose": "Formål"}), ("story", {"think": "Ord"})]


def test_the_log_is_only_added_to_by_anybody(shared: SharedDatabase) -> None:
    """Not even the roles that own the functions, nor the superuser by mistake, write over or take away."""
    new_case(shared.connect("bodil"))
    owner = shared.owner
    for role in ("rundbord_owner", "rundbord_writer", "rundbord_keeper", "rundbord_reader", "rundbord_reporter", None):
        if role:
            owner.execute(f"SET ROLE {role}".encode())
        for statement in (
            "UPDATE rundbord_data.change SET fields = '{}'",
            "UPDATE rundbord_data.change SET author = gen_random_uuid(), seq = seq + 100",
            "DELETE FROM rundbord_data.change",
            "TRUNCATE rundbord_data.change",
            "DELETE FROM rundbord_data.access",
            "UPDATE rundbord_data.access SET person = gen_random_uuid()",
            "DELETE FROM rundbord_data.refusal_log",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute(statement.encode())
        owner.execute("RESET ROLE")
    assert len(seen(shared.connect("vagn"))) == 2


def test_a_flood_waits_and_nothing_of_it_is_lost(shared: SharedDatabase) -> None:
    bodil = shared.connect("bodil")
    case = new_case(bodil)
    shared.owner.execute("INSERT INTO rundbord_data.setting VALUES ('flood_changes', '30')")
    batch = [change(case, "story", new_id(), {"think": str(n)}) for n in range(40)]
    assert {outcome for outcome, _ in push(bodil, *batch)} == {"accepted"}
    late = change(case, "story", new_id(), {"think": "sidst"})
    assert push(bodil, late) == [("later", "flood")]
    assert push(shared.connect("vagn"), change(case, "story", new_id(), {"think": "en anden"}, "vejleder")) == [
        ("accepted", None)
    ]
    shared.owner.execute("UPDATE rundbord_data.flood SET since = now() - interval '11 minutes'")
    assert push(bodil, late) == [("accepted", None)]


def test_every_refusal_is_logged_without_its_words(shared: SharedDatabase) -> None:
    case = new_case(shared.connect("bodil"))
    sofie = shared.connect("sofie")
    push(sofie, change(case, "story", new_id(), {"think": "hemmelige ord"}))
    rows = shared.owner.execute("SELECT to_jsonb(l) FROM rundbord_data.refusal_log l").fetchall()
    assert [(row[0]["person"], row[0]["reason"], row[0]["case_id"]) for row in rows] == [
        (shared.sofie.person_id, "not_yours", case)
    ]
    assert "hemmelige" not in json.dumps(rows, ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "null", "{}", "[[]]", "[1]", "[null]", '[{"id": 1}]', '[{"id": "\\u0000"}]', "[" * 3000 + "]" * 3000,
        '[{"id": "00000000-0000-7000-8000-000000000000", "fields": {"a": "\\ud800"}}]', '[{"fields": ' + "9" * 400 + "}]",
    ],
)  # fmt: skip
def test_whatever_is_sent_nobody_elses_work_stops(shared: SharedDatabase, text: str) -> None:
    bodil = shared.connect("bodil")
    try:
        rows = bodil.execute("SELECT outcome FROM rundbord.push(%s, %s)", (text, new_id())).fetchall()
        assert {outcome for (outcome,) in rows} <= {"refused", "later"}
    except psycopg.DataError as refused:
        assert "rundbord" in str(refused) or "json" in str(refused)
    new_case(shared.connect("bodil"))
