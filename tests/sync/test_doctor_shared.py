# SPDX-License-Identifier: MPL-2.0
"""The doctor and a real shared database: each plant is found, by one sentence; and what the machine's settings decide of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app import __version__
from app.domain.findings import Weight
from app.services import doctor, joining, managed
from app.services.desk import Desk
from app.services.doctor import Asked, Report
from app.services.shared import membership
from app.services.sharing import Sharing
from app.sync import administer
from app.sync.status import State
from tests.sync.joining import NOW, Keys, Town, typed
from tests.sync.shared import SharedDatabase, Someone

Look = Callable[..., Report]


def now() -> datetime:
    return datetime.now().astimezone()


@pytest.fixture
def town(shared: SharedDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(managed, "machine_file", lambda: tmp_path / "machine.toml")
    made = Town(shared, tmp_path)
    yield made
    made.close()


@pytest.fixture
def hers(town: Town) -> Someone:
    """Somebody of the test's own, whose account may be spoiled."""
    return town.shared.add("Berit Bestiller", ("bestiller",))


@pytest.fixture
def store() -> Keys:
    return Keys()


@pytest.fixture
def joined(town: Town, hers: Someone, store: Keys) -> Desk:
    folder = town.place()
    joining.join_first(folder, town.profile, typed(hers), clock=lambda: NOW, key_store=store)
    assert store.ring is not None
    return town.reopen(folder, store.ring)


@pytest.fixture
def look(joined: Desk, hers: Someone, store: Keys) -> Look:
    """The doctor on that desk, with her password unless it is another."""

    def examine(clock: Callable[[], datetime] = now, password: str | None = hers.password) -> Report:
        return doctor.examine(Asked(joined.replica.path.parent, key_store=store, password=password), clock)

    return examine


def only_fault(report: Report) -> str:
    (fault,) = report.wrong
    return f"{fault.area}: {fault.text}"


def test_a_desk_that_shares_with_nothing_wrong(hers: Someone, look: Look) -> None:
    report = look()
    assert report.wrong == ()
    assert "svarer, login virker, og 0 sager kan læses" in report.text()
    assert "Computerens ur passer med databasens" in report.text()
    for secret in (hers.name, hers.login, hers.password):
        assert secret not in report.text()


def test_plant_a_database_that_is_not_there(look: Look) -> None:
    managed.machine_file().write_text('[database]\naddress = "127.0.0.1:1"\n', encoding="utf-8")
    assert "ingen database lytter på port 1" in only_fault(look())


def test_plant_a_password_that_was_changed(look: Look) -> None:
    assert "afviser login" in only_fault(look(password="en helt anden"))


def test_plant_an_account_that_is_not_confirmed(town: Town, hers: Someone, look: Look) -> None:
    town.shared.owner.execute("UPDATE rundbord_data.person SET state = 'new' WHERE id = %s", (hers.person_id,))
    assert f"person {hers.person_id} er ikke bekræftet" in only_fault(look())


def test_plant_an_account_that_is_closed(town: Town, hers: Someone, look: Look) -> None:
    administer.remove_person(town.shared.owner, hers.person_id)
    assert f"Adgangen for person {hers.person_id} er lukket" in only_fault(look())


def test_plant_a_login_with_no_rights(town: Town, look: Look) -> None:
    town.shared.owner.execute("REVOKE USAGE ON SCHEMA rundbord FROM rundbord_person")
    assert "ingen rettigheder i databasen" in only_fault(look())


def test_plant_a_clock_that_is_wrong(look: Look) -> None:
    assert "Ur: Computerens ur er" in only_fault(look(lambda: now() + timedelta(minutes=9)))
    assert "sekunder foran databasens" in only_fault(look(lambda: now() + timedelta(minutes=9)))


def test_plant_a_database_that_wants_a_newer_program(town: Town, look: Look) -> None:
    administer.want_client(town.shared.owner, "99.0")
    report = look()
    assert report.wrong == (), "the work goes on"
    assert any(one.weight is Weight.NOTE and "beder om Rundbord 99.0" in one.text for one in report.findings)


def test_without_the_password_only_the_way_there_is_tried(look: Look) -> None:
    report = look(password=None)
    assert report.wrong == ()
    assert "Login er ikke prøvet" in report.text()


# ------------------------------------------------------------------------------------- what the machine's settings decide


def test_a_desk_follows_its_machine_to_another_address(joined: Desk, town: Town) -> None:
    before = membership(joined)
    assert before is not None
    assert before.profile == town.profile
    managed.machine_file().write_text('[database]\naddress = "ny.kommunen.dk"\nwait_seconds = 20\n', encoding="utf-8")
    after = membership(joined)
    assert after is not None
    assert (after.profile.address, after.profile.wait_seconds) == ("ny.kommunen.dk", 20)
    assert (after.host, after.logins) == (before.host, before.logins)
    managed.machine_file().unlink()
    assert membership(joined) == before


@pytest.mark.parametrize(
    ("wanted", "settings", "told"),
    [
        ("99.0", "", "99.0"),
        ("99.0", "[updates]\ntell = false\n", ""),
        (__version__, "", ""),
        ("0.0.1", "", ""),
        ("", "", ""),
    ],
)
def test_a_newer_program_is_asked_for_where_people_are_to_be_told(
    town: Town, joined: Desk, hers: Someone, wanted: str, settings: str, told: str
) -> None:
    """And whoever has the older one sends and fetches as before."""
    administer.want_client(town.shared.owner, wanted)
    managed.machine_file().write_text(settings, encoding="utf-8")
    found = membership(joined)
    assert found is not None
    sharing = Sharing(
        joined, found.profile, joining.at_once, lambda _: None, lambda _: None, lambda *_: None, start=False
    )
    try:
        sharing.sign_in(hers.person_id, hers.login, hers.password)
        sharing.round()
        assert sharing.round().wanted_client == told
        assert sharing.status.state is State.SHARED
    finally:
        sharing.stop()


def test_only_a_version_may_be_asked_for(town: Town) -> None:
    from app.domain.errors import UserError

    for wrong in ("ny", "1", "1.2.3.4", "v1.2"):
        with pytest.raises(UserError, match="Skriv udgaven"):
            administer.want_client(town.shared.owner, wrong)
