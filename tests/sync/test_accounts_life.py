# SPDX-License-Identifier: MPL-2.0
"""An account's life: made, changed, confirmed, vouched for, reset, closed. Each step by who may, and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest

from app.domain.errors import UserError
from app.store import seal
from app.store.recovery import new_code
from app.sync import administer
from tests.sync.shared import SOUTH, Connection, SharedDatabase, Someone, change, new_case, new_id, push, seen


def no(code: str, act: Callable[[], object]) -> None:
    """The act is refused, and for that reason."""
    with pytest.raises(psycopg.Error) as refused:
        act()
    assert refused.value.sqlstate in ("RB001", "42501"), refused.value
    assert code in str(refused.value), refused.value


def call(session: Connection, statement: str, *values: object) -> object:
    row = session.execute(statement.encode(), values).fetchone()
    return None if row is None else row[0]


def hello(session: Connection, device: str | None = None, nonce: str | None = None) -> dict[str, object]:
    told = call(session, "SELECT rundbord.hello('0.1.0', 1, %s, %s)", device, nonce)
    assert isinstance(told, dict)
    return told


def fresh(shared: SharedDatabase, roles: tuple[str, ...] = ("bestiller",), team: str | None = "Nord") -> Someone:
    """An account as an administrator leaves it."""
    return shared.add("Ny Nielsen", roles, team, ready=False)


# ------------------------------------------------------------------------------------------- the first password


def test_a_first_password_opens_nothing_before_it_is_changed_and_confirmed(shared: SharedDatabase) -> None:
    new_case(shared.connect("bodil"))
    one = fresh(shared)
    session = shared.connect(one)
    assert (hello(session)["teams"], hello(session)["channels"]) == ([], [])
    assert seen(session) == []
    lene = shared.connect("lene")
    no("must_change", lambda: administer.confirm(lene, one.login))

    administer.set_own_password(session, "en helt ny sætning")
    assert seen(session) == []
    administer.confirm(lene, one.login)
    assert len(seen(session)) == 2
    assert hello(session)["state"] == "open"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(shared.dsn(one))  # the first password is a password no more
    psycopg.connect(shared.dsn(one, "en helt ny sætning")).close()


def test_what_is_written_before_the_confirmation_waits_and_is_taken_after(shared: SharedDatabase) -> None:
    one = fresh(shared, ("vejleder",))
    session = shared.connect(one)
    case = new_id()
    waiting = change(case, "case", case, {"source": "egen henvendelse"}, "vejleder")
    assert push(session, waiting) == [("later", "unconfirmed")]
    administer.set_own_password(session, "en helt ny sætning")
    administer.confirm(shared.connect("lene"), one.login)
    assert push(session, waiting) == [("accepted", None)]


def test_a_reset_closes_until_it_is_changed_and_confirmed_anew(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("bestiller",))
    session = shared.connect(one)
    case = new_case(session)
    assert len(seen(session)) == 2
    administer.reset_password(shared.connect("karen"), one.login, "ny-første-kode")
    assert seen(session) == []  # the session that is open already, too
    again = shared.connect(Someone(one.key, one.name, one.roles, one.team, one.login, one.person_id, "ny-første-kode"))
    assert push(again, change(case, "plan", new_id(), {"purpose": "x"})) == [("later", "unconfirmed")]
    administer.set_own_password(again, "min egen sætning")
    administer.confirm(shared.connect("lene"), one.login)
    assert len(seen(again)) == 2


@pytest.mark.parametrize("who", ["bodil", "vagn", "rasmus", "sofie", "sanne"])
def test_only_a_leder_of_the_team_confirms(shared: SharedDatabase, who: str) -> None:
    one = fresh(shared)
    administer.set_own_password(shared.connect(one), "en helt ny sætning")
    session = shared.connect(who)
    no("rundbord", lambda: call(session, "SELECT rundbord.confirm_person(%s)", one.person_id))


def test_nobody_confirms_themselves_nor_does_an_administrator(shared: SharedDatabase) -> None:
    one = fresh(shared, ("leder",))
    session = shared.connect(one)
    administer.set_own_password(session, "en helt ny sætning")
    no("not_yours", lambda: call(session, "SELECT rundbord.confirm_person(%s)", one.person_id))
    karen = shared.connect("karen")
    no("permission denied", lambda: call(karen, "SELECT rundbord.confirm_person(%s)", one.person_id))
    administer.confirm(shared.owner, one.login)  # the first leder of all is confirmed by the database's owner
    no("not_yours", lambda: call(session, "SELECT rundbord.confirm_person(%s)", one.person_id))


def test_any_leder_confirms_an_adviser_who_is_in_no_team(shared: SharedDatabase) -> None:
    one = fresh(shared, ("rådgiver",), None)
    administer.set_own_password(shared.connect(one), "en helt ny sætning")
    administer.confirm(shared.connect("sanne"), one.login)
    assert hello(shared.connect_with(one, "en helt ny sætning"))["state"] == "open"


# -------------------------------------------------------------------------------------------------- made, and not made


@pytest.mark.parametrize(
    "login",
    [
        "postgres",
        "rundbord_owner",
        "rundbord_person",
        "pg_read_all_data",
        "Bodil",
        "a b",
        'a"; DROP',
        "",
        "æ",
        "public",
    ],
)
def test_a_login_is_a_new_one_and_a_plain_word(shared: SharedDatabase, login: str) -> None:
    karen = shared.connect("karen")
    before = shared.owner.execute("SELECT rolname, rolsuper, rolcanlogin FROM pg_roles ORDER BY 1").fetchall()
    with pytest.raises(psycopg.Error):
        administer.add_person(karen, login, "Navn", ["bestiller"], "Nord", "første-kode")
    assert shared.owner.execute("SELECT rolname, rolsuper, rolcanlogin FROM pg_roles ORDER BY 1").fetchall() == before


@pytest.mark.parametrize("roles", [[], ["konge"], ["bestiller", "rådgiver"], [None], ["bestiller", "konto"]])
def test_roles_are_those_of_the_table(shared: SharedDatabase, roles: list[str]) -> None:
    karen = shared.connect("karen")
    no("roles", lambda: administer.add_person(karen, f"p{uuid4().hex[:8]}", "Navn", roles, "Nord", "kode"))


def test_an_adviser_is_in_no_team_and_others_are_in_one(shared: SharedDatabase) -> None:
    karen = shared.connect("karen")
    no("team", lambda: administer.add_person(karen, "nyradgiver", "Navn", ["rådgiver"], "Nord", "kode"))
    no("team", lambda: administer.add_person(karen, "nybestiller", "Navn", ["bestiller"], None, "kode"))
    no(
        "roles",
        lambda: call(
            shared.connect("lene"), "SELECT rundbord.join_team(%s, %s)", shared.rasmus.person_id, shared.team()
        ),
    )


@pytest.mark.parametrize("word", ["plain", "md5" + "0" * 32, "SCRAM-SHA-256$4096:x$y:z", "' NOLOGIN SUPERUSER --"])
def test_a_password_is_never_taken_as_a_word(shared: SharedDatabase, word: str) -> None:
    karen, bodil = shared.connect("karen"), shared.connect("bodil")
    no("verifier", lambda: call(karen, "SELECT rundbord.reset_password(%s, %s)", shared.bodil.person_id, word))
    no("verifier", lambda: call(bodil, "SELECT rundbord.set_own_password(%s)", word))
    no(
        "verifier",
        lambda: call(
            karen,
            "SELECT rundbord.add_person('nyperson', %s, 'Navn', '{bestiller}', %s, %s)",
            *(new_id(), shared.team(), word),
        ),
    )


def test_who_signs_in_with_kerberos_has_no_password_and_is_confirmed_all_the_same(shared: SharedDatabase) -> None:
    login = f"k{uuid4().hex[:10]}"
    administer.add_person(shared.connect("karen"), login, "Karla Kerberos", ["vejleder"], "Nord", None)
    row = shared.owner.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (login,)).fetchone()
    assert row == (None,)
    assert administer.account(shared.owner, login).state == "new"
    administer.confirm(shared.connect("lene"), login)
    assert administer.account(shared.owner, login).state == "open"


# ------------------------------------------------------------------------------------------------------------- closed


def test_a_closed_account_reads_nothing_and_may_still_deliver_words(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("bestiller",))
    session = shared.connect(one)
    case = new_case(session)
    assert hello(session)["channels"]
    administer.remove_person(shared.connect("karen"), one.login)
    assert [row for row in seen(session) if row["event"] == "change"] == []
    assert {str(row["case_id"]) for row in seen(session) if row["event"] == "closed"} == {case}
    assert (hello(session)["channels"], hello(session)["state"]) == ([], "closed")
    words = change(case, "story", new_id(), {"think": "Jeg vil gerne ud"})
    assert push(session, words) == [("accepted", None)]
    assert [row["late"] for row in seen(shared.connect("vagn")) if str(row["id"]) == words["id"]] == [True]
    no("not_yours", lambda: administer.set_own_password(session, "en ny sætning"))
    administer.remove_person(shared.connect("karen"), one.login)  # again is nothing more
    valid = shared.owner.execute(
        "SELECT rolvaliduntil BETWEEN now() + interval '29 days' AND now() + interval '30 days' FROM pg_roles WHERE rolname = %s",
        (one.login,),
    ).fetchone()
    assert valid == (True,)


def test_after_the_days_nothing_more_is_taken(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("vejleder",))
    session = shared.connect(one)
    case = new_case(session, role="vejleder")
    administer.remove_person(shared.connect("karen"), one.login)
    shared.owner.execute(
        "UPDATE rundbord_data.member SET until = now() - interval '31 days' WHERE person = %s", (one.person_id,)
    )
    assert push(session, change(case, "story", new_id(), {"think": "for sent"}, "vejleder")) == [
        ("refused", "not_yours")
    ]


def test_closed_at_once_lets_nobody_in(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("vejleder",))
    administer.remove_person(shared.connect("karen"), one.login, days=0)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(shared.dsn(one))
    no("days", lambda: administer.remove_person(shared.connect("karen"), shared.vagn.login, days=31))


# ---------------------------------------------------------------------------------------------------- keys and roles


def test_a_new_key_is_nobodys_word_until_it_is_vouched_for(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("bestiller",))
    session, lene = shared.connect(one), shared.connect("lene")
    code = new_code()
    root = seal.root_from_recovery(code)
    administer.init(shared.owner, root_public=root.public_key)
    first, second = (seal.new_account_key("kode", seal.PRACTICE_COST).public_key for _ in range(2))
    with pytest.raises(UserError, match="ingen nøgle"):
        administer.vouch(lene, one.login, code.shown())
    call(session, "SELECT rundbord.set_own_key(%s)", first)
    assert administer.vouch(lene, one.login, code.shown()) == administer.fingerprint(first)
    told = hello(session)
    assert seal.vouched(root.public_key, one.person_id, one.name, one.roles, first, str(told["voucher"]))

    call(session, "SELECT rundbord.set_own_key(%s)", second)
    told = hello(session)
    assert (told["public_key"], told["voucher"]) == (second, "")
    kept = call(shared.owner, "SELECT earlier_keys FROM rundbord_data.person WHERE id = %s", one.person_id)
    assert isinstance(kept, list)
    assert [k["public_key"] for k in kept] == [first]
    no("key", lambda: call(lene, "SELECT rundbord.vouch(%s, %s, %s)", one.person_id, first, "A" * 86 + "=="))
    with pytest.raises(UserError, match="hører ikke til kommunen"):
        administer.vouch(lene, one.login, new_code().shown())


@pytest.mark.parametrize("who", ["bodil", "vagn", "rasmus"])
def test_who_may_vouch(shared: SharedDatabase, who: str) -> None:
    session = shared.connect(who)
    statement = "SELECT rundbord.vouch(%s, %s, %s)"
    values = (shared.bodil.person_id, "A" * 43 + "=", "A" * 86 + "==")
    no("key" if who == "bodil" else "role", lambda: call(session, statement, *values))


def test_other_roles_are_confirmed_and_vouched_for_anew(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("vejleder",))
    session, karen = shared.connect(one), shared.connect("karen")
    call(karen, "SELECT rundbord.set_roles(%s, '{bestiller,leder}')", one.person_id)
    assert hello(session)["state"] == "new"
    assert seen(session) == []
    no("roles", lambda: call(karen, "SELECT rundbord.set_roles(%s, '{rådgiver}')", one.person_id))
    no("roles", lambda: call(karen, "SELECT rundbord.set_roles(%s, '{}')", one.person_id))
    no("permission denied", lambda: call(session, "SELECT rundbord.set_roles(%s, '{leder}')", one.person_id))


# ------------------------------------------------------------------------------------------------------ teams and cases


def test_a_case_moves_with_its_leder_and_both_teams_are_told(shared: SharedDatabase) -> None:
    bodil, sofie, lene = shared.connect("bodil"), shared.connect("sofie"), shared.connect("lene")
    case = new_case(bodil)
    south = shared.team(SOUTH)
    for who in ("bodil", "vagn", "sanne", "rasmus"):
        session = shared.connect(who)
        no("rundbord", lambda session=session: call(session, "SELECT rundbord.move_case(%s, %s)", case, south))
    call(lene, "SELECT rundbord.move_case(%s, %s)", case, south)
    assert [row["event"] for row in seen(bodil)] == ["closed"]
    assert "opened" in [row["event"] for row in seen(sofie)]
    assert push(bodil, change(case, "story", new_id(), {"think": "sent ord"})) == [("accepted", None)]
    no("not_yours", lambda: call(lene, "SELECT rundbord.move_case(%s, %s)", case, shared.team()))


def test_an_adviser_sees_what_is_shared_while_it_is(shared: SharedDatabase) -> None:
    bodil, rasmus = shared.connect("bodil"), shared.connect("rasmus")
    case, ask = new_case(bodil), new_id()
    fields = {"question": "Hvad råder du til?", "person_id": shared.rasmus.person_id}
    push(bodil, change(case, "advice_request", ask, fields))
    for who in ("rasmus", "sofie", "sanne"):
        session = shared.connect(who)
        no(
            "rundbord",
            lambda session=session: call(
                session, "SELECT rundbord.grant_case(%s, %s, 'shared')", case, shared.rasmus.person_id
            ),
        )
    no("scope", lambda: call(bodil, "SELECT rundbord.grant_case(%s, %s, 'full')", case, shared.rasmus.person_id))
    no("scope", lambda: call(bodil, "SELECT rundbord.grant_case(%s, %s, 'shared')", case, shared.sofie.person_id))
    call(bodil, "SELECT rundbord.grant_case(%s, %s, 'shared')", case, shared.rasmus.person_id)
    rows = [row for row in seen(rasmus) if row["event"] == "change"]
    assert [row["kind"] for row in rows] == ["advice_request"]
    call(bodil, "SELECT rundbord.end_grant(%s, %s)", case, shared.rasmus.person_id)
    assert [row["event"] for row in seen(rasmus)][-1:] == ["closed"]
    assert [row for row in seen(rasmus) if row["event"] == "change"] == []


def test_a_colleague_outside_the_team_gets_a_case_from_bestiller_or_leder(shared: SharedDatabase) -> None:
    case = new_case(shared.connect("bodil"))
    vagn = shared.connect("vagn")
    no("role", lambda: call(vagn, "SELECT rundbord.grant_case(%s, %s, 'full')", case, shared.sofie.person_id))
    call(shared.connect("lene"), "SELECT rundbord.grant_case(%s, %s, 'full')", case, shared.sofie.person_id)
    assert len([row for row in seen(shared.connect("sofie")) if row["event"] == "change"]) == 2


def test_a_leder_takes_people_into_the_team_and_an_administrator_does_not(shared: SharedDatabase) -> None:
    case = new_case(shared.connect("bodil"))
    one = shared.add("Else Eksempel", ("vejleder",), SOUTH)
    session, team = shared.connect(one), shared.team()
    for who in ("karen", "sanne", "bodil"):
        other = shared.connect(who)
        no("", lambda other=other: call(other, "SELECT rundbord.join_team(%s, %s)", one.person_id, team))
    assert seen(session) == []
    call(shared.connect("lene"), "SELECT rundbord.join_team(%s, %s)", one.person_id, team)
    assert {str(row["case_id"]) for row in seen(session)} == {case}
    call(shared.connect("karen"), "SELECT rundbord.leave_team(%s, %s)", one.person_id, team)
    assert [row["event"] for row in seen(session)] == ["closed"]


def test_what_is_done_with_accounts_is_logged(shared: SharedDatabase) -> None:
    one = shared.add("Else Eksempel", ("vejleder",))
    administer.remove_person(shared.connect("karen"), one.login)
    rows = shared.owner.execute(
        "SELECT action, person::text FROM rundbord_data.access WHERE about = %s ORDER BY n", (one.person_id,)
    ).fetchall()
    assert rows[-1] == ("konto lukket", shared.karen.person_id)


# --------------------------------------------------------------------------------------------------------------- desks


def test_a_copied_desk_gets_an_id_of_its_own(shared: SharedDatabase) -> None:
    session = shared.connect("bodil")
    device = new_id()
    first = hello(session, device)
    assert (first["device"], first["known_device_clone"]) == (device, False)
    nonce = str(first["nonce"])
    second = hello(session, device, nonce)
    assert (second["device"], second["known_device_clone"]) == (device, False)
    copied = hello(session, device, nonce)  # the disk as it was before the second greeting
    assert copied["known_device_clone"] is True
    assert copied["device"] != device
    assert hello(session, device, str(second["nonce"]))["device"] == device
    assert hello(shared.connect("sofie"), device)["device"] != device  # who knows a desk's id is not that desk


def test_nobody_fills_the_table_of_desks(shared: SharedDatabase) -> None:
    session = shared.connect("vagn")
    for _ in range(105):
        hello(session)
    assert (
        call(shared.owner, "SELECT count(*) FROM rundbord_data.device WHERE person = %s", shared.vagn.person_id) == 100
    )
