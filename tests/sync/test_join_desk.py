# SPDX-License-Identifier: MPL-2.0
"""A desk joins the shared database: whose it is, under which root, with which password; and what it may not join."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from app.domain.errors import EnvironmentProblem, UserError
from app.domain.roles import Hand, Role
from app.services import accounts, joining
from app.services.desk import Desk
from app.services.shared import membership
from app.store import keys, passwords
from app.store.accounts import keys_that_decide
from app.store.keys import KeyRing
from app.store.recovery import new_code
from app.store.seal import root_from_recovery
from app.sync import administer
from app.sync.status import State
from tests.sync.joining import (
    OWN,
    Keys,
    Town,
    account,
    join_first,
    names_here,
    new_case,
    running,
    typed,
)
from tests.sync.shared import SharedDatabase

pytestmark = pytest.mark.usefixtures("quick_passwords")


def refused(town: Town, desk: Desk, match: str, field: str | None, **more: object) -> None:
    with pytest.raises(UserError, match=match) as no:
        joining.join(desk, town.profile, typed(town.shared.bodil, **more), person_id=town.shared.bodil.person_id)
    assert no.value.field == field
    assert membership(desk) is None


# ------------------------------------------------------------------------------------------------------- a new machine


def test_a_new_machine_is_taken_into_use_by_joining(town: Town, kept: dict[str, str]) -> None:
    bodil = town.shared.bodil
    desk, joined = join_first(town, bodil)
    assert joined.hand == Hand(bodil.person_id, bodil.name, Role.BESTILLER)
    assert joined.confirmed
    assert not joined.signs_elsewhere
    assert desk.replica.root_public == town.root
    assert desk.replica.joined
    assert accounts.sign_in(desk, bodil.person_id, bodil.password) == joined.hand
    accounts.check_pin(desk, bodil.person_id, "1234")
    found = membership(desk)
    assert found is not None
    assert (found.host, dict(found.logins)) == (bodil.person_id, {bodil.person_id: bodil.login})
    assert kept == {town.profile.entry(bodil.login): bodil.password}
    assert (
        "password" not in desk.replica.connection.execute("SELECT group_concat(key || value) FROM desk").fetchone()[0]
    )


def test_the_cases_and_the_municipality_come_down(town: Town) -> None:
    bodil, vagn = town.shared.bodil, town.shared.vagn
    first, joined = join_first(town, bodil)
    new_case(first, joined.hand, "Nancy Ann")
    with running(first, town.profile, (bodil.person_id, bodil.login, bodil.password)) as here:
        assert here.round().state is State.SHARED
    second, _ = join_first(town, vagn)
    with running(second, town.profile, (vagn.person_id, vagn.login, vagn.password)) as there:
        there.round()
    assert names_here(second) == ["Nancy Ann"]


def test_a_fall_in_the_middle_is_taken_up_by_joining_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store, bodil = town.place(), Keys(), town.shared.bodil

    def cut(*_: object) -> None:
        raise RuntimeError("strømmen gik")

    with monkeypatch.context() as patch:
        patch.setattr("app.services.joining.outgoing.join", cut)
        with pytest.raises(RuntimeError, match="strømmen"):
            joining.join_first(folder, town.profile, typed(bodil), key_store=store)
    # What is there has an account; the first start is over, and the rest is taken up from the settings.
    assert isinstance(store.ring, KeyRing)
    desk = town.reopen(folder, store.ring)
    assert membership(desk) is None
    joining.join(desk, town.profile, typed(bodil), person_id=bodil.person_id)
    assert membership(desk) is not None


# ------------------------------------------------------------------------------------------------------- the passwords


def test_a_first_password_is_changed_before_anything(town: Town) -> None:
    one = town.shared.add("Ny Nysen", ("vejleder",), ready=False)
    folder, store = town.place(), Keys()
    with pytest.raises(UserError, match="Vælg din egen adgangskode") as no:
        joining.join_first(folder, town.profile, typed(one), key_store=store)
    assert no.value.field == "new_password"
    assert store.ring is None
    with pytest.raises(UserError, match="mindst 8"):
        joining.join_first(folder, town.profile, typed(one, new_password="kort"), key_store=store)
    with pytest.raises(UserError, match="en anden adgangskode"):
        joining.join_first(folder, town.profile, typed(one, new_password=one.password), key_store=store)
    joined = joining.join_first(folder, town.profile, typed(one, new_password=OWN), key_store=store)
    assert not joined.confirmed
    assert joined.password == OWN
    assert store.ring is not None
    desk = town.reopen(folder, store.ring)
    accounts.sign_in(desk, one.person_id, OWN)
    with pytest.raises(UserError):
        accounts.check_password(desk, one.person_id, one.password)
    town.shared.connect_with(one, OWN).close()
    with running(desk, town.profile, (one.person_id, one.login, OWN)) as here:
        assert here.round().of == {one.person_id: State.UNCONFIRMED}
        administer.confirm(town.shared.owner, one.login)
        assert here.round().state is State.SHARED


def test_a_wrong_password_is_told_at_its_field(town: Town) -> None:
    desk = town.desk()
    town.local(desk, town.shared.bodil, OWN)
    refused(town, desk, "passer ikke sammen", "password", password="noget andet")
    refused(town, desk, "brugernavn", "login", login=" ")


def test_with_no_network_the_first_time_is_refused_in_one_sentence(town: Town) -> None:
    desk = town.desk()
    with pytest.raises(EnvironmentProblem, match="Første gang"):
        joining.join(desk, town.nowhere(), typed(town.shared.bodil))


def test_a_certificate_that_does_not_hold_is_told_apart_from_no_network(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.sync import faults, lookout

    def refuse(*_: object, **__: object) -> None:
        raise faults.meaning(psycopg.OperationalError("SSL error: certificate verify failed"))

    monkeypatch.setattr(lookout, "Session", refuse)
    with pytest.raises(UserError, match="rodcertifikat") as no:
        joining.join(town.desk(), town.profile, typed(town.shared.bodil))
    assert no.value.field == "ca"


def test_the_key_here_keeps_and_gets_the_one_password(town: Town) -> None:
    """The desk was alone before, under a password of its own."""
    bodil, desk = town.shared.bodil, town.desk()
    town.local(desk, bodil, OWN)
    before = account(desk, bodil.person_id)
    refused(town, desk, "brugt her på computeren", "own_password")
    refused(town, desk, "passer ikke", "own_password", own_password="forkert")
    joining.join(desk, town.profile, typed(bodil, own_password=OWN), person_id=bodil.person_id)
    accounts.sign_in(desk, bodil.person_id, bodil.password)
    now = account(desk, bodil.person_id)
    assert (now.public_key, now.voucher, now.pin) == (before.public_key, before.voucher, before.pin)
    assert accounts.people(desk)[0].decides


# -------------------------------------------------------------------------------------------------- what it may not join


def test_another_root_key_is_refused(town: Town) -> None:
    desk = town.desk(root=root_from_recovery(new_code()).public_key)
    refused(town, desk, "en anden gendannelseskode", "address")


def test_a_database_without_the_municipalitys_key_is_refused(town: Town) -> None:
    town.shared.owner.execute("DELETE FROM rundbord_data.setting WHERE key = 'root_public'")
    refused(town, town.desk(), "ikke kommunens nøgle", "address")


def test_a_practice_desk_never_meets_a_real_database(town: Town) -> None:
    desk = town.desk(practice=True)
    refused(town, desk, "kun tilsluttes en øvedatabase", "address")
    with pytest.raises(UserError, match="kun tilsluttes en øvedatabase"):  # it says so itself, and is none
        joining.join(desk, town.practice_profile(), typed(town.shared.bodil))
    with pytest.raises(UserError, match="kun tilsluttes en øvedatabase"):
        joining.join(desk, replace(town.practice_profile(), host="db.kommune.example"), typed(town.shared.bodil))
    folder = town.place(practice=True)
    with pytest.raises(UserError, match="kun tilsluttes en øvedatabase"):
        joining.join_first(folder, town.profile, typed(town.shared.bodil), practice=True, key_store=Keys())
    assert not (folder / keys.REPLICA_FILE).exists()


def test_a_real_desk_never_meets_a_practice_database(shared: SharedDatabase, tmp_path: Path) -> None:
    town = Town(shared, tmp_path, practice=True)
    try:
        refused(town, town.desk(), "Rigtige sager", "address")
        with pytest.raises(UserError, match="Rigtige sager"):
            joining.join(town.desk(), town.practice_profile(), typed(shared.bodil))
        desk, _ = join_first(town, shared.bodil, practice=True)
        assert passwords.practice_password(desk.replica) == shared.bodil.password
    finally:
        town.close()


def test_a_practice_mark_comes_before_the_first_word(town: Town) -> None:
    from app.sync import practice_mark

    bodil = town.shared.bodil
    desk, joined = join_first(town, bodil)
    new_case(desk, joined.hand, "Nancy Ann")
    with running(desk, town.profile, (bodil.person_id, bodil.login, bodil.password)) as here:
        here.round()
    with pytest.raises(UserError, match="i brug"):
        practice_mark.mark(town.shared.owner)


def test_who_keeps_accounts_sits_at_no_table(town: Town) -> None:
    with pytest.raises((UserError, EnvironmentProblem)):
        joining.join(town.desk(), town.profile, typed(town.shared.karen))


def test_a_closed_account_is_refused(town: Town) -> None:
    one = town.shared.add("Væk Væksen", ("vejleder",))
    administer.remove_person(town.shared.owner, one.login)
    with pytest.raises(UserError, match="lukket"):
        joining.join(town.desk(), town.profile, typed(one))


def test_a_server_that_wants_a_newer_program_says_so(town: Town) -> None:
    town.set_wanted("99.0.0")
    with pytest.raises(EnvironmentProblem, match="nyere udgave"):
        joining.join(town.desk(), town.profile, typed(town.shared.bodil))


def test_a_server_that_is_older_says_so(town: Town) -> None:
    town.shared.owner.execute("DROP FUNCTION rundbord.hello(text, integer, uuid, uuid)")
    with pytest.raises(EnvironmentProblem, match="ældre end programmet"):
        joining.join(town.desk(), town.profile, typed(town.shared.bodil))


# ------------------------------------------------------------------------------------- what was written before joining


def test_what_was_written_before_goes_up_afterwards(town: Town) -> None:
    bodil, vagn, desk = town.shared.bodil, town.shared.vagn, town.desk()
    town.local(desk, bodil, bodil.password)
    hand = accounts.sign_in(desk, bodil.person_id, bodil.password)
    new_case(desk, hand, "Før Tilslutning")
    joining.join(desk, town.profile, typed(bodil), person_id=bodil.person_id)
    with running(desk, town.profile, (bodil.person_id, bodil.login, bodil.password)) as here:
        status = here.round()
    assert status.unsent == 0
    second, _ = join_first(town, vagn)
    with running(second, town.profile, (vagn.person_id, vagn.login, vagn.password)) as there:
        there.round()
    assert names_here(second) == ["Før Tilslutning"]


def test_who_has_written_under_another_id_is_refused_and_told_which(town: Town) -> None:
    bodil, desk = town.shared.bodil, town.desk()
    local = town.local(desk, bodil, bodil.password, same_id=False)
    new_case(desk, Hand(local, bodil.name, Role.BESTILLER), "Nancy Ann")
    with pytest.raises(UserError, match=local):
        joining.join(desk, town.profile, typed(bodil), person_id=local)
    assert membership(desk) is None
    assert account(desk, local).name == bodil.name


def test_who_has_written_nothing_takes_the_servers_id(town: Town) -> None:
    bodil, desk = town.shared.bodil, town.desk()
    local = town.local(desk, bodil, bodil.password, same_id=False)
    joined = joining.join(desk, town.profile, typed(bodil), person_id=local)
    assert joined.hand.person_id == bodil.person_id
    assert [p.person_id for p in accounts.people(desk)] == [bodil.person_id]


def test_the_words_of_one_who_has_not_joined_wait_by_name(town: Town) -> None:
    bodil, vagn, desk = town.shared.bodil, town.shared.vagn, town.desk()
    for one in (bodil, vagn):
        town.local(desk, one, one.password)
    new_case(desk, Hand(vagn.person_id, vagn.name, Role.VEJLEDER), "Nancy Ann")
    joining.join(desk, town.profile, typed(bodil), person_id=bodil.person_id)
    with running(desk, town.profile, (bodil.person_id, bodil.login, bodil.password)) as here:
        status = here.round()
        assert status.state is State.WAITS
        assert [name for name, _ in status.waiting_by_name] == [vagn.name]
        joining.join(desk, town.profile, typed(vagn), person_id=vagn.person_id)
        here.sharing.sign_in(vagn.person_id, vagn.login, vagn.password)
        assert here.round().waiting_by_name == ()


def test_words_on_their_way_are_told_of_by_name_and_wait_for_no_lane(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodil, desk = town.shared.bodil, town.desk()
    town.local(desk, bodil, bodil.password)
    joining.join(desk, town.profile, typed(bodil), person_id=bodil.person_id)
    with running(desk, town.profile, (bodil.person_id, bodil.login, bodil.password)) as here:
        here.round()
        monkeypatch.setattr(here.sharing, "_on_lane", None)
        here.sharing._told(replace(here.status, state=State.WORKING, waiting={bodil.person_id: 1}, names={}))
        assert here.status.waiting_by_name == ((bodil.name, 1),)


# ---------------------------------------------------------------------------------------------------- the key that signs


def test_a_new_key_decides_when_the_municipality_has_vouched_for_it(town: Town) -> None:
    bodil = town.shared.bodil
    desk, _ = join_first(town, bodil)
    with running(desk, town.profile, (bodil.person_id, bodil.login, bodil.password)) as here:
        here.round()
        assert not accounts.people(desk)[0].decides
        town.vouch(bodil)
        with running(desk, town.profile, (bodil.person_id, bodil.login, bodil.password)) as again:
            again.round()
            again.round()
    assert accounts.people(desk)[0].decides


def test_a_voucher_given_before_joining_goes_up(town: Town) -> None:
    bodil, desk = town.shared.bodil, town.desk()
    town.local(desk, bodil, bodil.password)
    joining.join(desk, town.profile, typed(bodil), person_id=bodil.person_id)
    with running(desk, town.profile, (bodil.person_id, bodil.login, bodil.password)) as here:
        here.round()
        here.round()
    assert administer.account(town.shared.owner, bodil.login).vouched
    assert accounts.people(desk)[0].decides


def test_vouchers_for_keys_one_had_before_joining_go_up_too(town: Town) -> None:
    bodil, desk = town.shared.bodil, town.desk()
    town.local(desk, bodil, "en første lang sætning")
    first = account(desk, bodil.person_id).public_key
    accounts.reset_with_recovery_code(desk, bodil.person_id, bodil.password, town.code.shown())
    joining.join(desk, town.profile, typed(bodil), person_id=bodil.person_id)
    with running(desk, town.profile, (bodil.person_id, bodil.login, bodil.password)) as here:
        here.round()
        here.round()
    there, _ = join_first(town, town.shared.vagn)
    with running(
        there, town.profile, (town.shared.vagn.person_id, town.shared.vagn.login, town.shared.vagn.password)
    ) as other:
        other.round()
    own = account(desk, bodil.person_id).public_key
    assert set(keys_that_decide(there.replica, bodil.person_id)) == {own, first}
    assert keys_that_decide(there.replica, bodil.person_id, only_present=True) == (own,)


def test_one_signs_at_one_desk_until_one_says_that_it_is_another(town: Town) -> None:
    bodil = town.shared.bodil
    first, _ = join_first(town, bodil)
    second, joined = join_first(town, bodil)
    key = administer.account(town.shared.owner, bodil.login).public_key
    assert joined.signs_elsewhere
    assert key == account(first, bodil.person_id).public_key
    again = joining.join(second, town.profile, typed(bodil, sign_here=True))
    assert not again.signs_elsewhere
    key = administer.account(town.shared.owner, bodil.login).public_key
    assert key == account(second, bodil.person_id).public_key


def test_other_roles_in_the_shared_database_hold_here_too(town: Town) -> None:
    one, desk = town.shared.add("Rolle Rollesen", ("bestiller",)), town.desk()
    town.local(desk, one, one.password)
    joining.join(desk, town.profile, typed(one), person_id=one.person_id)
    town.shared.owner.execute("SELECT rundbord.set_roles(%s, %s)", (one.person_id, ["vejleder"]))
    administer.confirm(town.shared.owner, one.login)
    with running(desk, town.profile, (one.person_id, one.login, one.password)) as here:
        here.round()
        here.round()
    assert account(desk, one.person_id).roles == (Role.VEJLEDER,)
    assert not accounts.people(desk)[0].decides
