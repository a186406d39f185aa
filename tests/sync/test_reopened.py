# SPDX-License-Identifier: MPL-2.0
"""An account that was closed and is opened again: the same person, who opens nothing before it is sure that it is them."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from app.store import seal
from app.store.recovery import new_code
from app.sync import administer
from tests.sync.desks import Desks, goals
from tests.sync.shared import Connection, SharedDatabase, Someone, change, new_case, new_id, push, seen
from tests.sync.test_accounts_life import call, hello, no
from tests.sync.test_attack_words import decision

FIRST, OWN = "første-kode-igen", "min egen sætning"


@pytest.fixture
def removed(shared: SharedDatabase) -> tuple[Someone, str]:
    """Somebody who was removed by mistake, with a case of theirs."""
    one = shared.add("Else Eksempel", ("bestiller",))
    case = new_case(shared.connect(one))
    administer.remove_person(shared.connect("karen"), one.login)
    return one, case


def reopened(shared: SharedDatabase, one: Someone) -> Connection:
    administer.reopen_person(shared.connect("karen"), one.login, FIRST)
    return shared.connect_with(one, FIRST)


def test_the_same_person_in_the_same_team_and_nothing_opens_before_it_is_sure(
    shared: SharedDatabase, removed: tuple[Someone, str]
) -> None:
    one, case = removed
    inside = shared.connect(one)
    session = reopened(shared, one)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(shared.dsn(one))  # the old password
    told = hello(session)
    assert (told["person_id"], told["state"], told["must_change"]) == (one.person_id, "new", True)
    waiting = change(case, "story", new_id(), {"think": "skrevet bagefter"})
    for each in (session, inside):
        assert [row for row in seen(each) if row["event"] == "change"] == []
        assert push(each, waiting) == [("later", "unconfirmed")]
    no("must_change", lambda: administer.confirm(shared.connect("lene"), one.login))
    administer.set_own_password(session, OWN)
    of_south = shared.connect("sanne")
    no("not_yours", lambda: call(of_south, "SELECT rundbord.confirm_person(%s)", one.person_id))
    administer.confirm(shared.connect("lene"), one.login)
    assert {str(row["case_id"]) for row in seen(session) if row["event"] == "opened"} <= {case}
    assert push(session, waiting) == [("accepted", None)]
    rows = shared.owner.execute("SELECT DISTINCT author::text, late FROM rundbord_data.change").fetchall()
    assert rows == [(one.person_id, False)]


def test_their_key_is_vouched_for_anew_and_what_it_sealed_still_holds(shared: SharedDatabase) -> None:
    code = new_code()
    administer.init(shared.owner, root_public=seal.root_from_recovery(code).public_key)
    one = shared.add("Else Eksempel", ("bestiller",))
    key = seal.new_account_key("kode", seal.PRACTICE_COST).public_key
    call(shared.connect(one), "SELECT rundbord.set_own_key(%s)", key)
    administer.vouch(shared.connect("lene"), one.login, code.shown())
    administer.remove_person(shared.connect("karen"), one.login)
    session = reopened(shared, one)
    told = hello(session)
    assert (told["public_key"], told["voucher"]) == (key, "")
    kept = call(
        shared.owner, "SELECT earlier_keys -> 0 ->> 'public_key' FROM rundbord_data.person WHERE id = %s", one.person_id
    )
    assert kept == key
    administer.set_own_password(session, OWN)
    administer.confirm(shared.connect("lene"), one.login)
    signed = decision(new_case(session), one.person_id)
    assert push(session, signed) == [("later", None)]
    word = seal.vouch(seal.root_from_recovery(code), one.person_id, one.name, one.roles, key)
    no("key", lambda: call(session, "SELECT rundbord.vouch(%s, %s, %s)", one.person_id, key, word))
    assert push(session, signed) == [("later", None)]
    administer.vouch(shared.connect("lene"), one.login, code.shown())
    assert push(session, signed) == [("accepted", None)]


def test_closed_at_once_and_opened_again_lets_them_in(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("vejleder",))
    administer.remove_person(shared.connect("karen"), one.login, days=0)
    assert hello(reopened(shared, one))["state"] == "new"


def test_a_team_they_had_left_before_and_a_case_that_was_granted_are_not_given_back(shared: SharedDatabase) -> None:
    bodil, karen = shared.connect("bodil"), shared.connect("karen")
    case, one = new_case(bodil), shared.add("Else Eksempel", ("vejleder",))
    call(shared.connect("sanne"), "SELECT rundbord.join_team(%s, %s)", one.person_id, shared.team("Syd"))
    call(karen, "SELECT rundbord.leave_team(%s, %s)", one.person_id, shared.team("Nord"))
    call(bodil, "SELECT rundbord.grant_case(%s, %s, 'full')", case, one.person_id)
    administer.remove_person(karen, one.login)
    session = reopened(shared, one)
    administer.set_own_password(session, OWN)
    administer.confirm(shared.connect("sanne"), one.login)
    assert [team["name"] for team in hello(session)["teams"]] == ["Syd"]  # type: ignore[attr-defined]
    assert [row for row in seen(session) if row["event"] == "change"] == []


def test_who_signs_in_with_kerberos_is_opened_without_a_password(
    shared: SharedDatabase, removed: tuple[Someone, str]
) -> None:
    one, _ = removed
    administer.reopen_person(shared.connect("karen"), one.login, None)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(shared.dsn(one))
    administer.confirm(shared.connect("lene"), one.login)


def test_one_that_is_open_is_not_opened_again_and_nobody_opens_their_own(
    shared: SharedDatabase, removed: tuple[Someone, str]
) -> None:
    one, _ = removed
    no("not_closed", lambda: administer.reopen_person(shared.connect("karen"), shared.vagn.login, FIRST))
    hashed = administer.verifier(shared.owner, one.login, FIRST)
    for session in (shared.connect(one), shared.connect("lene"), shared.connect("bodil")):
        no(
            "permission denied",
            lambda s=session: call(s, "SELECT rundbord.reopen_person(%s, %s)", one.person_id, hashed),
        )
    no("verifier", lambda: call(shared.connect("karen"), "SELECT rundbord.reopen_person(%s, 'ord')", one.person_id))
    no("person", lambda: call(shared.connect("karen"), "SELECT rundbord.reopen_person(%s, %s)", new_id(), hashed))
    assert call(shared.owner, "SELECT state FROM rundbord_data.person WHERE id = %s", one.person_id) == "closed"


def test_that_it_was_opened_is_noted(shared: SharedDatabase, removed: tuple[Someone, str]) -> None:
    one, _ = removed
    reopened(shared, one)
    rows = shared.owner.execute(
        "SELECT action, person::text FROM rundbord_data.access WHERE about = %s ORDER BY n", (one.person_id,)
    ).fetchall()
    assert rows[-2:] == [("konto lukket", shared.karen.person_id), ("konto genåbnet", shared.karen.person_id)]


def test_closed_once_more_with_fewer_days_is_sooner_and_never_longer(
    shared: SharedDatabase, removed: tuple[Someone, str]
) -> None:
    """`--days 0` said that nothing more was taken, and an account that was closed already had its thirty days all the same."""
    one, case = removed
    session, karen = shared.connect(one), shared.connect("karen")
    left = "SELECT extract(day FROM rolvaliduntil - now())::integer + 1 FROM pg_roles WHERE rolname = %s"
    administer.remove_person(karen, one.login, days=5)
    assert call(shared.owner, left, one.login) == 5
    administer.remove_person(karen, one.login, days=20)
    assert call(shared.owner, left, one.login) == 5
    assert push(session, change(case, "story", new_id(), {"think": "x"})) == [("accepted", None)]
    administer.remove_person(karen, one.login, days=0)
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(shared.dsn(one))


def test_their_desk_gets_its_cases_back_and_sends_what_was_written_meanwhile(
    desks: Desks, shared: SharedDatabase
) -> None:
    one = shared.add("Vera Vejleder", ("vejleder",))
    here, there = desks.of(one.key), desks.of("bodil")
    case_id = there.new_case("Nancy Ann")
    there.round()
    here.round()
    administer.remove_person(shared.connect("karen"), one.login)
    here.again()
    there.again()
    assert here.values("case") == {}
    again = replace(one, password=FIRST)
    session = reopened(shared, again)
    administer.set_own_password(session, OWN)
    administer.confirm(shared.connect("lene"), one.login)
    here.one = replace(one, password=OWN)
    here.restart()
    here.again()
    assert set(here.values("case")) == {case_id}
    here.write(case_id, "goal", words="Ud at køre")
    here.round()
    there.again()
    assert goals(there) == ["Ud at køre"]
