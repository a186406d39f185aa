# SPDX-License-Identifier: MPL-2.0
"""Who can write nothing just now. A server that may only be read is told as that, never as an access that has ended; a disk of
this machine's that refuses others' words is not told as one's own last words lost. Both pass by themselves."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from app.domain.errors import EnvironmentProblem
from app.services import joining
from app.store import incoming
from app.store.replica import FULL, READ_ONLY
from app.sync import administer, keeping, turn
from app.sync.faults import TakesNothing, meaning
from app.sync.status import State
from app.views.sharing.words import standing
from tests.sync.desks import DeskOf, Desks, goals
from tests.sync.joining import Keys, Town, typed
from tests.sync.shared import SharedDatabase


def may_be_written_in(shared: SharedDatabase, *, now: bool) -> None:
    """Whether whoever comes in from now on can write; where not, it is as on a standby."""
    name = sql.Identifier(str(conninfo_to_dict(shared.owner_dsn)["dbname"]))
    value = sql.SQL("off" if now else "on")
    with psycopg.connect(shared.owner_dsn, autocommit=True, options="-c default_transaction_read_only=off") as owner:
        owner.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}").format(name, value))


def told_as_a_server_that_takes_nothing(desk: DeskOf, unsent: int) -> None:
    assert (desk.status.state, desk.status.unsent) == (State.STUCK, unsent)
    assert desk.status.sentence == "Den fælles database tager ikke imod noget lige nu. Det, du skriver, gemmes her."
    assert standing(desk.status).words == f"kan ikke deles lige nu, {unsent} ændringer venter her"


def test_a_desk_that_comes_to_a_server_that_only_reads(desks: Desks, shared: SharedDatabase) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = here.new_case("Nancy Ann")
    here.round()
    may_be_written_in(shared, now=False)
    here.restart()
    here.write(case_id, "goal", words="skrevet imens")
    here.round()
    told_as_a_server_that_takes_nothing(here, 2)
    may_be_written_in(shared, now=True)
    assert here.again().state is State.SHARED
    there.round()
    assert goals(there) == ["skrevet imens"]


def test_a_server_that_comes_to_only_read_under_an_open_session(desks: Desks) -> None:
    here = desks.of("bodil")
    case_id = here.new_case("Nancy Ann")
    here.round()
    here.session()._db.execute("SET default_transaction_read_only = on")
    here.write(case_id, "goal", words="skrevet imens")
    here.round()
    told_as_a_server_that_takes_nothing(here, 2)
    assert here.again().state is State.SHARED  # over a new session


def test_a_full_disk_of_the_servers_is_the_same(shared: SharedDatabase) -> None:
    assert isinstance(meaning(psycopg.errors.DiskFull("could not extend file")), TakesNothing)
    told = keeping.told(psycopg.errors.DiskFull("could not extend file"))
    assert isinstance(told, EnvironmentProblem)
    may_be_written_in(shared, now=False)
    with (
        pytest.raises(EnvironmentProblem, match="kan ikke skrives i lige nu"),
        keeping.connected(shared.owner_dsn) as owner,
    ):
        administer.add_team(owner, "Øst")


@pytest.mark.usefixtures("kept")
def test_nobody_joins_a_server_that_only_reads_and_it_is_said(town: Town) -> None:
    one = town.shared.add("Ny Nysen", ("vejleder",), ready=False)
    may_be_written_in(town.shared, now=False)
    with pytest.raises(EnvironmentProblem, match="tager ikke imod noget lige nu"):
        joining.join_first(town.place(), town.profile, typed(one, new_password="min egen lange"), key_store=Keys())


@pytest.mark.parametrize("fault", [FULL, READ_ONLY])
def test_a_disk_that_refuses_others_words_is_not_told_as_ones_own_lost(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    here, there = desks.of("bodil"), desks.of("vagn")
    case_id = there.new_case("Nancy Ann")
    there.round()
    here.round()
    there.write(case_id, "goal", words="den andens ord")
    there.round()

    def refuses(*_: object) -> None:
        raise EnvironmentProblem(fault)

    with monkeypatch.context() as full:
        full.setattr(incoming, "apply_pulled", refuses)
        status = here.round()
    assert (status.state, status.unsent) == (State.STUCK, 0)
    assert status.sentence == turn.HINDERED[fault]
    assert "ikke gemt" not in status.sentence
    assert here.again().state is State.SHARED
    assert goals(here) == ["den andens ord"]
