# SPDX-License-Identifier: MPL-2.0
"""Every function people can call, by everybody: who gets through is written here, and whoever does not is in the server's log.

Each is called inside a transaction that is rolled back, as somebody would who wants to leave no trace. A function added to the
schema, or an act to the written role table, fails here until it is said who may.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from app.domain.rights import MAY, NOT_YET, OF_KIND, OF_PEN, Act
from app.domain.roles import Role
from app.sync.rights import pen_roles
from tests.sync.log import as_arrays, in_text
from tests.sync.shared import SOUTH, Connection, SharedDatabase, change, new_case, new_id, push

KEYS = {"B": "bodil", "V": "vagn", "L": "lene", "R": "rasmus", "S": "sofie", "K": "karen"}
"""Bestiller, vejleder and leder of the team; an adviser who has been asked; a bestiller elsewhere; who keeps the accounts."""
PEOPLE = "BVLRS"
SCRAM = "SCRAM-SHA-256$4096:" + "A" * 22 + "==$" + "B" * 43 + "=:" + "C" * 43 + "="
KEY, WORD = "A" * 43 + "=", "T" * 86 + "=="


@dataclass(frozen=True)
class Place:
    """A case of the team's with a paper in it, people who may be acted on, and a team."""

    case: str
    goal: tuple[str, str]  # and what an edit of its words lies over
    paper: str
    vagn: str
    sofie: str
    new: str
    gone: str
    team: str
    south: str
    before: int  # the number before a change that an adviser may read too, and after the last door


@dataclass(frozen=True)
class Call:
    """What is called, and for whom it does anything. `quiet`: who gets nothing has asked for nothing in particular."""

    sql: str
    values: Callable[[Place], tuple[object, ...]]
    through: str
    quiet: bool = False
    part: str = ""  # who may read a part of the case, and is told nothing here


def _none(_: Place) -> tuple[object, ...]:
    return ()


def _case(of: Place) -> tuple[object, ...]:
    return (of.case,)


def _story(of: Place, role: str) -> str:
    return json.dumps([change(of.case, "story", new_id(), {"think": "x"}, role)])


CALLS = {
    "hello": Call("SELECT rundbord.hello('0', 1)", _none, PEOPLE),
    "pull": Call("SELECT count(*) FILTER (WHERE event = 'change') FROM rundbord.pull(0)", _none, "BVLR", quiet=True),
    "news": Call("SELECT json_array_length(rundbord.news(%s) -> 1)", lambda of: (of.before,), "BVLR", quiet=True),
    "upto": Call("SELECT rundbord.upto()", _none, PEOPLE),
    "present": Call("SELECT count(*) FILTER (WHERE kind <> 'upto') FROM rundbord.present(ARRAY[%s]::uuid[])", _case, "BVLR"),
    "history": Call("SELECT count(*) FROM rundbord.history(%s)", _case, "BVLR"),
    "looks": Call("SELECT jsonb_array_length(rundbord.looks(%s))", _case, "BL"),
    "lacks": Call("SELECT 1 + count(*) FROM rundbord.lacks(ARRAY[%s]::uuid[])", _case, PEOPLE),
    "taken": Call("SELECT 1 + count(*) FROM rundbord.taken(ARRAY[%s]::uuid[])", _case, PEOPLE),
    "people": Call("SELECT count(*) FILTER (WHERE name LIKE 'Bodil%%') FROM rundbord.people()", _none, "BVLR", quiet=True),
    "cases": Call("SELECT count(*) FROM rundbord.cases()", _none, "BVLR", quiet=True),
    "paper": Call("SELECT rundbord.paper(%s)", lambda of: (of.paper,), "BVL"),
    "who_is_here": Call("SELECT count(*) FROM rundbord.who_is_here(%s)", _case, "BVL", part="R"),
    "here": Call("SELECT rundbord.here(%s, %s), count(*) FROM rundbord.who_is_here(%s)",
                 lambda of: (new_id(), of.case, of.case), "BVL", part="R"),
    "push": Call(
        "SELECT outcome = 'accepted' FROM rundbord.push(%s, %s)", lambda of: (_story(of, "{role}"), new_id()), "BV"
    ),
    "push_edit": Call(
        "SELECT rundbord.push_edit(%s, %s, %s, 'goal', %s, '{\"words\": \"x\"}', %s, NULL, 'borger og rådgiver', %s,"
        " '2026-11-26T10:14:00+01:00', %s, '', NULL, (rundbord.hello('0', 1) ->> 'person_id')::uuid)",
        lambda of: (new_id(), new_id(), of.case, *of.goal, "{role}", new_id()), "BV",
        part="LR",  # whose pen it is not is answered by `push`
    ),
    "push_new": Call(
        f"SELECT left_out = '{{}}' FROM rundbord.push_new(NULL, %s, {', '.join(['%s'] * 11)})",
        lambda of: (new_id(), *map(in_text, as_arrays(change(of.case, "story", new_id(), {"think": "x"}, "{role}")))),
        "BV", part="LR",  # whose pen it is not is answered by `push`
    ),
    "push_access": Call("SELECT cardinality(rundbord.push_access('[{\"n\": 1, \"at\": \"2026\", \"action\": \"x\"}]', %s))",
                        lambda of: (new_id(),), PEOPLE),
    "push_paper": Call("SELECT rundbord.push_paper(%s, %s, 'x') = 'accepted'", lambda of: (new_id(), of.case), "BVL"),
    "move_case": Call("SELECT 1, rundbord.move_case(%s, %s)", lambda of: (of.case, of.south), "L"),
    "grant_case": Call("SELECT 1, rundbord.grant_case(%s, %s, 'full')", lambda of: (of.case, of.sofie), "BL"),
    "end_grant": Call("SELECT 1, rundbord.end_grant(%s, %s)", lambda of: (of.case, of.sofie), "BVL"),
    "confirm_person": Call("SELECT 1, rundbord.confirm_person(%s)", lambda of: (of.new,), "L"),
    "join_team": Call("SELECT 1, rundbord.join_team(%s, %s)", lambda of: (of.sofie, of.team), "L"),
    "leave_team": Call("SELECT 1, rundbord.leave_team(%s, %s)", lambda of: (of.new, of.team), "LK"),
    "vouch": Call("SELECT 1, rundbord.vouch(%s, %s, %s)", lambda of: (of.vagn, KEY, WORD), "BLK"),
    "accounts": Call("SELECT count(*) FROM rundbord.accounts()", _none, "LK"),
    "teams": Call("SELECT count(*) FROM rundbord.teams()", _none, PEOPLE + "K"),
    "root_public": Call("SELECT 1, rundbord.root_public()", _none, PEOPLE + "K"),
    "set_own_password": Call("SELECT 1, rundbord.set_own_password(%s)", lambda of: (SCRAM,), PEOPLE + "K"),
    "set_own_key": Call("SELECT 1, rundbord.set_own_key(%s)", lambda of: ("B" * 43 + "=",), PEOPLE),
    "keep_own_key": Call("SELECT 1, rundbord.keep_own_key(%s, 'x', '{}', %s)", lambda of: ("C" * 43 + "=", WORD), PEOPLE),
    "add_team": Call("SELECT rundbord.add_team('Øst')", _none, "K"),
    "add_person": Call("SELECT rundbord.add_person('ny', %s, 'Ny', '{vejleder}', %s, %s)",
                       lambda of: (new_id(), of.team, SCRAM), "K"),
    "reset_password": Call("SELECT 1, rundbord.reset_password(%s, %s)", lambda of: (of.vagn, SCRAM), "K"),
    "set_roles": Call("SELECT 1, rundbord.set_roles(%s, '{bestiller}')", lambda of: (of.vagn,), "K"),
    "close_person": Call("SELECT 1, rundbord.close_person(%s)", lambda of: (of.vagn,), "K"),
    "reopen_person": Call("SELECT 1, rundbord.reopen_person(%s, %s)", lambda of: (of.gone, SCRAM), "K"),
}  # fmt: skip


@pytest.fixture
def place(shared: SharedDatabase) -> Place:
    bodil, vagn, paper = shared.connect("bodil"), shared.connect("vagn"), new_id()
    case = new_case(bodil)
    goal = change(case, "goal", new_id(), {"words": "delt"})
    assert push(bodil, goal) == [("accepted", None)]
    bodil.execute("SELECT rundbord.push_paper(%s, %s, 'pdf')", (paper, case))
    bodil.execute("SELECT rundbord.grant_case(%s, %s, 'shared')", (case, shared.rasmus.person_id))
    bodil.execute("SELECT rundbord.here(%s, %s)", (new_id(), case))
    vagn.execute("SELECT rundbord.set_own_key(%s)", (KEY,))
    new = shared.add("Ny Vejleder", ("vejleder",), ready=False)
    shared.owner.execute("UPDATE rundbord_data.person SET must_change = false WHERE id = %s", (new.person_id,))
    gone = shared.add("Væk Vejleder", ("vejleder",))
    shared.connect("karen").execute("SELECT rundbord.close_person(%s)", (gone.person_id,))
    row = bodil.execute("SELECT rundbord.upto()").fetchone()
    assert row is not None
    assert push(bodil, change(case, "goal", new_id(), {"words": "også delt"})) == [("accepted", None)]
    ids = shared.vagn.person_id, shared.sofie.person_id, new.person_id, gone.person_id
    below = goal["record"], json.dumps({"words": [goal["id"]]})
    return Place(case, below, paper, *ids, shared.team(), shared.team(SOUTH), int(row[0]))


_LOG = "current_setting('data_directory') || '/../log'"  # where `PracticeServer` lets it be written


def log_size(owner: Connection) -> int | None:
    """How much the server has written about itself; None where that cannot be found."""
    try:
        row = owner.execute(f"SELECT (pg_stat_file({_LOG})).size").fetchone()
    except psycopg.Error:
        return None
    return None if row is None else int(row[0])


def server_log(owner: Connection, after: int) -> str:
    """What it has written since."""
    row = owner.execute(f"SELECT pg_read_file({_LOG}, %s, 10000000)", (after,)).fetchone()
    return "" if row is None else str(row[0])


def test_every_function_is_called_by_everybody(shared: SharedDatabase, place: Place) -> None:
    named = shared.owner.execute(
        "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'rundbord'::regnamespace"
    ).fetchall()
    assert {name for (name,) in named} == set(CALLS)
    owner = shared.owner
    wrong: list[tuple[str, str, object]] = []
    silent: list[tuple[str, str]] = []
    for letter, key in KEYS.items():
        session = shared.connect(key, autocommit=False)
        role = (shared.people[key].roles or ("",))[0]
        for name, call in CALLS.items():
            before = log_size(owner)
            said: Any
            try:
                values = tuple(v.replace("{role}", role) if isinstance(v, str) else v for v in call.values(place))
                row = session.execute(call.sql.encode(), values).fetchone()
                said = row is not None and row[-1 if name == "here" else 0]
            except psycopg.Error as no:
                assert no.sqlstate in ("42501", "RB001"), (letter, name, no)
                said = None
            session.rollback()
            if bool(said) != (letter in call.through):
                wrong.append((letter, name, said))
            refused = letter not in call.through + call.part and not call.quiet
            if refused and before is not None and not _told(server_log(owner, before)):
                silent.append((letter, name))
    assert wrong == []
    assert silent == []


def test_a_case_that_is_still_on_its_way_is_no_refusal(shared: SharedDatabase) -> None:
    """A desk asks who is with a case it has made and not sent yet."""
    bodil, case = shared.connect("bodil"), new_id()
    bodil.execute("SELECT rundbord.here(%s, %s)", (new_id(), case))
    assert bodil.execute("SELECT FROM rundbord.who_is_here(%s)", (case,)).fetchall() == []
    assert bodil.execute("SELECT FROM rundbord.history(%s)", (case,)).fetchall() == []
    assert shared.owner.execute("SELECT FROM rundbord_data.refusal_log").fetchall() == []


def test_a_cases_log_is_shown_to_its_own_team_now_and_to_nobody_who_was_or_will_be_there(
    shared: SharedDatabase, place: Place
) -> None:
    """Bestiller and leder of the team, with an account that is open. A grant of the case is none of its log."""
    late, new = shared.add("Lars Leder", ("leder",)), shared.add("Nye Nanna", ("leder",), ready=False)
    shut = shared.add("Lise Lukket", ("leder",))
    sessions = {one.key: shared.connect(one) for one in (late, new, shut)}
    shared.connect("karen").execute("SELECT rundbord.leave_team(%s, %s)", (late.person_id, place.team))
    shared.owner.execute("UPDATE rundbord_data.person SET state = 'closed' WHERE id = %s", (shut.person_id,))
    shared.connect("bodil").execute("SELECT rundbord.grant_case(%s, %s, 'full')", (place.case, place.sofie))
    sessions["sofie"] = shared.connect("sofie")
    for session in sessions.values():
        assert session.execute("SELECT rundbord.looks(%s)", (place.case,)).fetchone() == (None,)
        assert session.execute("SELECT rundbord.looks(%s)", (new_id(),)).fetchone() == (None,)
        assert session.execute("SELECT rundbord.looks(NULL)").fetchone() == (None,)
    lene = shared.connect("lene")
    row = lene.execute("SELECT rundbord.looks(%s)", (place.case,)).fetchone()
    assert row is not None
    noted = [one for one in row[0] if one["action"] == "opslag"]
    assert [one["name"] for one in noted] == ["Lene Leder"], "those who were refused have not looked"
    names = {
        name
        for (name,) in shared.owner.execute(
            "SELECT DISTINCT login FROM rundbord_data.refusal_log WHERE what = 'opslag'"
        )
    }
    assert names == {late.login, new.login, shut.login, shared.sofie.login}


def _told(log: str) -> bool:
    return "rundbord: refused" in log or "permission denied" in log


# ---------------------------------------------------------------------------------------------------------- the acts

# By what each act of the written table is done in the shared database: a pen, a function, or reading.
_BY_PEN = {act: pen.value for pen, act in OF_PEN.items()} | {act: f"act:{act.value}" for act in OF_KIND.values()}
_BY_FUNCTION = {
    Act.ACCOUNTS: "vouch",
    Act.ACCESS_LOG: "looks",
    Act.NOTE_PAPER: "push_paper",
    Act.MOVE_CASES: "move_case",
    Act.OWN_ACCOUNT: "set_own_password",
}
_BY_READING = {Act.SEE_TEAM: "cases", Act.OPEN_CASE: "history", Act.SEE_SHARED: "present"}
_BY_OTHER_ACTS = {
    Act.SEND_ON: Act.VISITATE,  # fields of the answer
    Act.NEW_CITIZEN: Act.RECORD,  # a case, a citizen and a number
    Act.IMPORT: Act.RECORD,
    Act.MEET: Act.RECORD,
    Act.SETTLE: Act.RECORD,
    Act.PAPER: Act.NOTE_PAPER,  # which paper it is, the desks ask; one given by another role is read as given to nobody
}
# What has been read is taken out at the desk.
_ON_THE_DESK_ALONE = {Act.EXPORT, Act.COPY_OUT, Act.CALENDAR, Act.REPORT}
_LETTER = {Role.BESTILLER: "B", Role.VEJLEDER: "V", Role.LEDER: "L", Role.RAADGIVER: "R"}


def test_every_act_of_the_written_table_is_held_by_something() -> None:
    held = {*_BY_PEN, *_BY_FUNCTION, *_BY_READING, *_BY_OTHER_ACTS, *_ON_THE_DESK_ALONE}
    assert held | NOT_YET == set(Act), "an act of the table that nobody has said how is held"
    pens: dict[str, set[str]] = {}
    for pen, role in pen_roles():
        pens.setdefault(pen, set()).add(role)
    for act, pen in _BY_PEN.items():
        assert pens[pen] == {role.value for role in MAY[act]}, act
    for act, function in _BY_FUNCTION.items():
        assert {letter for letter in CALLS[function].through if letter in "BVLR"} == {_LETTER[r] for r in MAY[act]}, act
    for act in (Act.SEE_TEAM, Act.OPEN_CASE):
        assert {_LETTER[r] for r in MAY[act]} <= set(CALLS[_BY_READING[act]].through), act
    for act, other in _BY_OTHER_ACTS.items():
        assert MAY[act] <= MAY[other], act
