# SPDX-License-Identifier: MPL-2.0
"""Who may sign in, what five wrong PINs lead to, and that no way out of a forgotten password can decide anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from app.domain.errors import UserError
from app.domain.roles import Role
from app.services import accounts
from app.services.accounts import Person
from app.services.desk import Desk
from app.services.opening import open_replica
from app.store import accounts as store
from app.store.recovery import RecoveryCode, new_code
from app.store.replica import Replica
from app.store.seal import KdfCost, root_from_recovery

GOOD = "en god lille sætning"
OTHER = "en helt anden sætning"
CLOCK = datetime.fromisoformat("2026-11-26T10:00:00+01:00")


@pytest.fixture
def code() -> RecoveryCode:
    return new_code()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """An office's lock, made light: what is tried here is not how dear a guess is."""
    monkeypatch.setattr("app.store.seal.OFFICE_COST", KdfCost(memory_kib=64, passes=1))


@pytest.fixture
def desk(tmp_path: Path, code: RecoveryCode) -> Iterator[Desk]:
    replica = Replica.open(tmp_path / "replica.db", b"k" * 32, root_from_recovery(code).public_key, create=True)
    yield Desk(replica, lambda: CLOCK)
    replica.close()


@pytest.fixture
def anne(desk: Desk, code: RecoveryCode) -> Person:
    return accounts.create_person(
        desk, "Anne Andersen", "socialrådgiver", "1", [Role.BESTILLER], GOOD, "4321", recovery_code=code.shown()
    )


@pytest.fixture
def viggo(desk: Desk) -> Person:
    return accounts.create_person(desk, "Viggo Vejleder", "pædagog", "2", [Role.VEJLEDER], GOOD, "1234")


def _field(no: pytest.ExceptionInfo[UserError]) -> str | None:
    assert no.value.message.endswith(".")
    return no.value.field


def _actions(desk: Desk) -> list[tuple[str, str]]:
    return list(desk.replica.connection.execute("SELECT person_id, action FROM access_log ORDER BY n"))


# ------------------------------------------------------------------------------------------------------ making people


def test_a_bestiller_is_vouched_for_by_the_recovery_code(desk: Desk, anne: Person) -> None:
    assert anne.decides
    assert accounts.people(desk) == (anne,)


def test_a_bestiller_without_the_code_is_refused(desk: Desk) -> None:
    with pytest.raises(UserError) as no:
        accounts.create_person(desk, "Bo", "", "", [Role.BESTILLER], GOOD, "1234")
    assert _field(no) == "recovery_code"
    assert accounts.people(desk) == ()


def test_a_bestiller_with_another_municipalitys_code_is_refused(desk: Desk) -> None:
    with pytest.raises(UserError) as no:
        accounts.create_person(desk, "Bo", "", "", [Role.BESTILLER], GOOD, "1234", recovery_code=new_code().shown())
    assert _field(no) == "recovery_code"
    assert accounts.people(desk) == ()


def test_a_leder_without_the_code_is_refused(desk: Desk) -> None:
    with pytest.raises(UserError, match="leder") as no:
        accounts.create_person(desk, "Lis", "", "", [Role.LEDER], GOOD, "1234")
    assert _field(no) == "recovery_code"
    assert accounts.people(desk) == ()


def test_a_vejleder_needs_no_code_and_decides_nothing(desk: Desk, viggo: Person) -> None:
    assert not viggo.decides
    assert viggo.roles == (Role.VEJLEDER,)


@pytest.mark.parametrize(
    ("name", "password", "pin", "field"),
    [
        ("  ", GOOD, "1234", "name"),
        ("Bo", "kort", "1234", "password"),
        ("Bo", GOOD, "123", "pin"),
        ("Bo", GOOD, "123456789", "pin"),
        ("Bo", GOOD, "12a4", "pin"),
    ],
)
def test_what_cannot_be_used_is_named(desk: Desk, name: str, password: str, pin: str, field: str) -> None:
    with pytest.raises(UserError) as no:
        accounts.create_person(desk, name, "", "", [Role.VEJLEDER], password, pin)
    assert _field(no) == field
    assert accounts.people(desk) == ()


def test_two_may_not_have_one_name(desk: Desk, viggo: Person) -> None:
    with pytest.raises(UserError) as no:
        accounts.create_person(desk, "viggo  VEJLEDER", "", "", [Role.VEJLEDER], GOOD, "1234")
    assert _field(no) == "name"


def test_nothing_secret_is_stored_in_the_open(desk: Desk, anne: Person, code: RecoveryCode) -> None:
    row = " ".join(str(v) for v in desk.replica.connection.execute("SELECT * FROM account").fetchone())
    assert GOOD not in row
    assert "4321" not in row
    assert code.shown() not in row


# --------------------------------------------------------------------------------------------------------- signing in


def test_signing_in_gives_a_hand_and_is_logged(desk: Desk, anne: Person) -> None:
    hand = accounts.sign_in(desk, anne.person_id, GOOD)
    assert (hand.person_id, hand.name, hand.role) == (anne.person_id, "Anne Andersen", Role.BESTILLER)
    assert _actions(desk) == [(anne.person_id, "logget ind")]


def test_a_wrong_password_is_refused_and_noted(desk: Desk, anne: Person) -> None:
    with pytest.raises(UserError) as no:
        accounts.sign_in(desk, anne.person_id, GOOD + "!")
    assert _field(no) == "password"
    assert _actions(desk) == [(anne.person_id, "forkert adgangskode")]


def test_a_role_one_has_not_is_refused(desk: Desk, viggo: Person) -> None:
    with pytest.raises(UserError) as no:
        accounts.sign_in(desk, viggo.person_id, GOOD, Role.BESTILLER)
    assert _field(no) == "role"


def test_one_with_two_roles_chooses(desk: Desk, code: RecoveryCode) -> None:
    both = accounts.create_person(
        desk, "Bo", "", "", [Role.VEJLEDER, Role.BESTILLER], GOOD, "1234", recovery_code=code.shown()
    )
    assert both.roles == (Role.BESTILLER, Role.VEJLEDER)
    assert accounts.sign_in(desk, both.person_id, GOOD, Role.VEJLEDER).role is Role.VEJLEDER


def test_an_edited_role_is_not_vouched_for(desk: Desk, viggo: Person) -> None:
    desk.replica.connection.execute("UPDATE account SET roles = '[\"bestiller\"]'")
    assert accounts.sign_in(desk, viggo.person_id, GOOD).role is Role.BESTILLER
    assert not accounts.people(desk)[0].decides
    assert store.keys_that_decide(desk.replica, viggo.person_id) == ()


# ------------------------------------------------------------------------------------------------------------- the PIN


def test_the_pin_is_enough_for_the_pen(desk: Desk, viggo: Person) -> None:
    accounts.check_pin(desk, viggo.person_id, "1234")
    assert not accounts.people(desk)[0].needs_password


def test_five_wrong_pins_and_then_the_password(desk: Desk, viggo: Person) -> None:
    for left in (4, 3, 2, 1):
        with pytest.raises(UserError, match=f"{left} forsøg") as no:
            accounts.check_pin(desk, viggo.person_id, "0000")
        assert _field(no) == "pin"
    for pin in ("0000", "1234"):  # the fifth, and then even the right one
        with pytest.raises(UserError) as no:
            accounts.check_pin(desk, viggo.person_id, pin)
        assert no.value.message == accounts.PIN_USED_UP
        assert _field(no) == "password"
    assert accounts.people(desk)[0].needs_password
    accounts.check_password(desk, viggo.person_id, GOOD)
    accounts.check_pin(desk, viggo.person_id, "1234")


def test_a_right_pin_clears_the_wrong_ones(desk: Desk, viggo: Person) -> None:
    for _ in range(3):
        with pytest.raises(UserError):
            accounts.check_pin(desk, viggo.person_id, "0000")
        accounts.check_pin(desk, viggo.person_id, "1234")


def test_pulling_the_plug_gives_no_more_tries(tmp_path: Path) -> None:
    folder = tmp_path / "øvelse"
    person_id = ""
    for _ in range(accounts.PIN_TRIES):
        opened = open_replica(folder, practice=True)
        if not person_id:
            made = accounts.create_person(
                opened.desk, "Viggo", "", "", [Role.VEJLEDER], "øvelse", "1234", practice=True
            )
            person_id = made.person_id
        with pytest.raises(UserError):
            accounts.check_pin(opened.desk, person_id, "0000")
        opened.desk.replica.close()
        opened.lock.release()
    opened = open_replica(folder, practice=True)
    with pytest.raises(UserError) as no:
        accounts.check_pin(opened.desk, person_id, "1234")
    assert no.value.message == accounts.PIN_USED_UP
    opened.desk.replica.close()
    opened.lock.release()


@pytest.mark.parametrize("said", ["1234", GOOD])
def test_pin_or_password_opens_the_lock(desk: Desk, viggo: Person, said: str) -> None:
    accounts.check_secret(desk, viggo.person_id, said)


def test_a_password_of_figures_opens_the_lock(desk: Desk) -> None:
    person = accounts.create_person(desk, "Bo", "", "", [Role.VEJLEDER], "20031985", "1234")
    accounts.check_secret(desk, person.person_id, "20031985")
    with pytest.raises(UserError):
        accounts.check_secret(desk, person.person_id, "20031986")


def test_a_new_pin_by_ones_own_password(desk: Desk, viggo: Person) -> None:
    for _ in range(accounts.PIN_TRIES):
        with pytest.raises(UserError):
            accounts.check_pin(desk, viggo.person_id, "0000")
    accounts.change_pin(desk, viggo.person_id, GOOD, "55555")
    accounts.check_pin(desk, viggo.person_id, "55555")
    with pytest.raises(UserError) as no:
        accounts.change_pin(desk, viggo.person_id, OTHER, "66666")
    assert _field(no) == "password"


# ------------------------------------------------------------------------------------------------- forgotten passwords


def test_a_changed_password_keeps_the_key(desk: Desk, anne: Person) -> None:
    before = store.account(desk.replica, anne.person_id)
    accounts.change_password(desk, anne.person_id, GOOD, OTHER)
    after = store.account(desk.replica, anne.person_id)
    assert before
    assert after
    assert after.public_key == before.public_key
    assert accounts.people(desk)[0].decides
    accounts.check_password(desk, anne.person_id, OTHER)
    with pytest.raises(UserError):
        accounts.check_password(desk, anne.person_id, GOOD)


def test_a_colleague_gives_a_key_that_decides_nothing(desk: Desk, anne: Person, viggo: Person) -> None:
    renewed = accounts.reset_with_colleague(desk, anne.person_id, OTHER, viggo.person_id, GOOD)
    assert not renewed.decides
    assert accounts.sign_in(desk, anne.person_id, OTHER).role is Role.BESTILLER
    assert store.keys_that_decide(desk.replica, anne.person_id, only_present=True) == ()
    assert len(store.keys_that_decide(desk.replica, anne.person_id)) == 1, "what the old key signed still stands"
    assert (viggo.person_id, "ny adgangskode") in _actions(desk)


@pytest.mark.parametrize("password", ["", OTHER])
def test_a_colleague_must_show_who_they_are(desk: Desk, anne: Person, viggo: Person, password: str) -> None:
    with pytest.raises(UserError) as no:
        accounts.reset_with_colleague(desk, anne.person_id, OTHER, viggo.person_id, password)
    assert _field(no) == "colleague_password"
    accounts.check_password(desk, anne.person_id, GOOD)


def test_one_cannot_speak_for_oneself(desk: Desk, anne: Person) -> None:
    with pytest.raises(UserError) as no:
        accounts.reset_with_colleague(desk, anne.person_id, OTHER, anne.person_id, GOOD)
    assert _field(no) == "colleague"


def test_the_recovery_code_gives_a_key_that_decides(desk: Desk, anne: Person, code: RecoveryCode) -> None:
    assert accounts.reset_with_recovery_code(desk, anne.person_id, OTHER, code.shown().lower()).decides
    accounts.check_password(desk, anne.person_id, OTHER)


@pytest.mark.parametrize("typed", ["", "XXXXX"])
def test_a_code_that_is_none_changes_nothing(desk: Desk, anne: Person, typed: str) -> None:
    with pytest.raises(UserError) as no:
        accounts.reset_with_recovery_code(desk, anne.person_id, OTHER, typed)
    assert _field(no) == "recovery_code"
    accounts.check_password(desk, anne.person_id, GOOD)


def test_a_new_key_may_be_vouched_for_later(desk: Desk, anne: Person, viggo: Person, code: RecoveryCode) -> None:
    accounts.reset_with_colleague(desk, anne.person_id, OTHER, viggo.person_id, GOOD)
    own = accounts.sign_in(desk, anne.person_id, OTHER)
    with pytest.raises(UserError):
        accounts.vouch_for(desk, own, anne.person_id, new_code().shown())
    assert accounts.vouch_for(desk, own, anne.person_id, code.shown()).decides


def test_a_short_new_password_is_refused(desk: Desk, anne: Person, viggo: Person, code: RecoveryCode) -> None:
    for reset in (
        lambda: accounts.change_password(desk, anne.person_id, GOOD, "kort"),
        lambda: accounts.reset_with_colleague(desk, anne.person_id, "kort", viggo.person_id, GOOD),
        lambda: accounts.reset_with_recovery_code(desk, anne.person_id, "kort", code.shown()),
    ):
        with pytest.raises(UserError) as no:
            reset()
        assert _field(no) == "password"
    assert accounts.people(desk)[0].decides
