# SPDX-License-Identifier: MPL-2.0
"""A guest at somebody's desk, and one password in both places, with the network and without."""

from __future__ import annotations

import pytest

from app.domain.errors import EnvironmentProblem, UserError
from app.domain.roles import Role
from app.services import accounts, cases, joining
from app.services.desk import Desk
from app.services.joining import Joined
from app.services.shared import membership
from app.store.membership import keep
from app.sync import administer
from app.sync.status import State
from tests.sync.joining import OWN, Town, account, join_first, new_case, running, typed

pytestmark = pytest.mark.usefixtures("kept")


@pytest.fixture
def bodils(town: Town) -> tuple[Desk, Joined]:
    return join_first(town, town.shared.bodil)


def unplug(town: Town, desk: Desk) -> None:
    """From now on nobody answers where the shared database was."""
    bodil = town.shared.bodil
    keep(desk.replica, town.nowhere().as_text(), bodil.person_id, bodil.login)


def test_a_guests_words_go_up_as_the_guests(town: Town, bodils: tuple[Desk, Joined], kept: dict[str, str]) -> None:
    (desk, _), vagn, bodil = bodils, town.shared.vagn, town.shared.bodil
    joined = joining.guest(desk, typed(vagn))
    case_id = new_case(desk, joined.hand, "Nancy Ann")
    with running(desk, town.profile, (vagn.person_id, vagn.login, joined.password)) as here:
        assert here.round().unsent == 0
    authors = town.shared.owner.execute(
        "SELECT DISTINCT author FROM rundbord_data.change WHERE case_id = %s", (case_id,)
    )
    assert [str(row[0]) for row in authors.fetchall()] == [vagn.person_id]
    assert list(kept) == [town.profile.entry(bodil.login)]


def test_a_guests_password_is_kept_nowhere(town: Town, bodils: tuple[Desk, Joined], kept: dict[str, str]) -> None:
    desk, _ = bodils
    joining.guest(desk, typed(town.shared.vagn))
    for (table,) in desk.replica.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        rows = desk.replica.connection.execute(f'SELECT * FROM "{table}"').fetchall()
        assert town.shared.vagn.password not in repr(rows), table
    assert town.shared.vagn.password not in kept.values()
    found = membership(desk)
    assert found is not None
    assert found.host == town.shared.bodil.person_id


def test_a_guest_reads_the_case_on_the_table_from_the_moment_they_sit_down(
    town: Town, bodils: tuple[Desk, Joined]
) -> None:
    (desk, joined), bodil, sofie = bodils, town.shared.bodil, town.shared.sofie
    case_id = new_case(desk, joined.hand, "Nancy Ann")
    with running(desk, town.profile, (bodil.person_id, bodil.login, bodil.password)) as here:
        here.round()
    vagn = joining.guest(desk, typed(town.shared.vagn)).hand
    assert cases.read_case(desk, vagn, case_id).citizen.name == "Nancy Ann"
    with pytest.raises(UserError, match="ikke adgang"):
        cases.read_case(desk, joining.guest(desk, typed(sofie)).hand, case_id)


def test_a_guest_with_two_roles_takes_the_one_the_table_lacks(town: Town, bodils: tuple[Desk, Joined]) -> None:
    desk, joined = bodils
    both = town.shared.add("Tora Tohat", ("bestiller", "vejleder"))
    assert joining.guest(desk, typed(both), {joined.hand.role}).hand.role is Role.VEJLEDER
    leads = town.shared.add("Anna Andersen", ("bestiller", "leder"))
    assert joining.guest(desk, typed(leads), {Role.BESTILLER}).hand.role is Role.BESTILLER
    assert joining.guest(desk, typed(leads), {Role.VEJLEDER}).hand.role is Role.BESTILLER


def test_the_first_time_takes_network_and_the_next_does_not(town: Town, bodils: tuple[Desk, Joined]) -> None:
    (desk, _), vagn = bodils, town.shared.vagn
    unplug(town, desk)
    with pytest.raises(EnvironmentProblem, match="Første gang") as no:
        joining.guest(desk, typed(vagn))
    assert no.value.message.count(".") == 2
    keep(desk.replica, town.profile.as_text(), vagn.person_id, vagn.login)
    joining.guest(desk, typed(vagn))
    unplug(town, desk)
    assert accounts.sign_in(desk, vagn.person_id, vagn.password).name == vagn.name


def test_without_network_words_wait_by_name(town: Town, bodils: tuple[Desk, Joined]) -> None:
    (desk, _), vagn = bodils, town.shared.vagn
    joined = joining.guest(desk, typed(vagn))
    new_case(desk, joined.hand, "Nancy Ann")
    with running(desk, town.nowhere(), (vagn.person_id, vagn.login, vagn.password)) as here:
        status = here.round()
    assert status.state is State.OFFLINE
    assert status.waiting_by_name[0][0] == vagn.name


def test_a_guest_chooses_a_pin(town: Town, bodils: tuple[Desk, Joined]) -> None:
    desk, _ = bodils
    with pytest.raises(UserError, match="PIN-kode") as no:
        joining.guest(desk, typed(town.shared.vagn, pin=""))
    assert no.value.field == "pin"
    joining.guest(desk, typed(town.shared.vagn, pin="9876"))
    accounts.check_pin(desk, town.shared.vagn.person_id, "9876")


def test_who_is_not_confirmed_sits_at_nobody_elses_desk(town: Town, bodils: tuple[Desk, Joined]) -> None:
    """Here lie other people's cases, and somebody else knows the first password."""
    (desk, _), one = bodils, town.shared.add("Ny Nysen", ("vejleder",), ready=False)
    with pytest.raises(UserError, match="Vælg din egen"):
        joining.guest(desk, typed(one))
    with pytest.raises(UserError, match="Din nye adgangskode gælder nu"):
        joining.guest(desk, typed(one, new_password=OWN))
    with pytest.raises(UserError, match="ikke bekræftet"):
        joining.guest(desk, typed(one, password=OWN))
    assert len(accounts.people(desk)) == 1
    administer.confirm(town.shared.owner, one.login)
    assert joining.guest(desk, typed(one, password=OWN)).confirmed


def test_one_of_the_same_name_is_not_taken_for_another(town: Town, bodils: tuple[Desk, Joined]) -> None:
    desk, _ = bodils
    accounts.create_person(desk, "Vagn Vejleder", "", "", (Role.VEJLEDER,), "en anden sætning", "1234")
    with pytest.raises(UserError, match="allerede en konto"):
        joining.guest(desk, typed(town.shared.vagn))


# --------------------------------------------------------------------------------------------- one password, both places


def test_a_new_password_holds_in_both_places(town: Town, kept: dict[str, str]) -> None:
    one = town.shared.add("Skift Skiftesen", ("bestiller",))
    desk, _ = join_first(town, one)
    before = account(desk, one.person_id).public_key
    joining.change_password(desk, one.person_id, one.password, OWN)
    accounts.sign_in(desk, one.person_id, OWN)
    town.shared.connect_with(one, OWN).close()
    assert account(desk, one.person_id).public_key == before
    assert kept[town.profile.entry(one.login)] == OWN


def test_a_new_password_takes_network(town: Town, bodils: tuple[Desk, Joined]) -> None:
    (desk, _), bodil = bodils, town.shared.bodil
    unplug(town, desk)
    with pytest.raises(EnvironmentProblem, match="tager net"):
        joining.change_password(desk, bodil.person_id, bodil.password, OWN)
    accounts.sign_in(desk, bodil.person_id, bodil.password)
    with pytest.raises(UserError) as no:
        joining.change_password(desk, bodil.person_id, "forkert", OWN)
    assert no.value.field == "own_password"


def test_a_password_changed_at_another_desk_is_learnt_here(town: Town) -> None:
    one = town.shared.add("To Borde", ("vejleder",))
    desk, _ = join_first(town, one)
    with town.shared.connect_with(one, one.password) as elsewhere:
        administer.set_own_password(elsewhere, OWN)
    with running(desk, town.profile, (one.person_id, one.login, one.password)) as here:
        assert here.round().of == {one.person_id: State.REFUSED}
        with pytest.raises(UserError, match="en anden adgangskode til dig"):
            joining.change_password(desk, one.person_id, one.password, "endnu en ny sætning")
        before = account(desk, one.person_id).public_key
        joining.join(desk, town.profile, typed(one, password=OWN, own_password=one.password))
        here.sharing.sign_in(one.person_id, one.login, OWN)
        assert here.round().state is State.SHARED
    assert account(desk, one.person_id).public_key == before
    accounts.sign_in(desk, one.person_id, OWN)


def test_a_forgotten_password_is_given_anew_by_the_keeper_of_accounts(town: Town) -> None:
    """The old key cannot be opened by anybody: the new one decides nothing until it is vouched for."""
    one = town.shared.add("Glem Glemsen", ("bestiller",))
    desk, _ = join_first(town, one)
    town.vouch(one)
    with pytest.raises(UserError, match="fælles database"):
        accounts.reset_with_recovery_code(desk, one.person_id, OWN, town.code.shown())
    administer.reset_password(town.shared.owner, one.login, "foerste-igen")
    again = typed(one, password="foerste-igen", new_password=OWN, forget_key=True)
    with pytest.raises(UserError, match="En leder skal bekræfte"):
        joining.join(desk, town.profile, again)
    administer.confirm(town.shared.owner, one.login)
    joining.join(desk, town.profile, typed(one, password=OWN, forget_key=True))
    accounts.sign_in(desk, one.person_id, OWN)
    found = administer.account(town.shared.owner, one.login)
    assert found.public_key == account(desk, one.person_id).public_key
    assert not found.vouched


def test_a_reset_by_an_administrator_opens_nobodys_desk_before_a_leader_has_confirmed(
    town: Town, bodils: tuple[Desk, Joined]
) -> None:
    (desk, _), one = bodils, town.shared.add("Gæst Gæstesen", ("vejleder",))
    joining.guest(desk, typed(one))
    administer.reset_password(town.shared.owner, one.login, "foerste-igen")
    asked = typed(one, password="foerste-igen", new_password=OWN, forget_key=True)
    with pytest.raises(UserError, match="En leder skal bekræfte"):
        joining.guest(desk, asked)
    with pytest.raises(UserError):
        accounts.check_password(desk, one.person_id, OWN)
