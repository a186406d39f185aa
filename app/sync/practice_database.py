# SPDX-License-Identifier: MPL-2.0
"""The shared database of a practice: made on a practice server, marked as such, with one team of people ready to sign in.

Called by `services/two_desks.py`. Nobody hands over a first password here: the practice password is in the README, and who
the people are needs no leder's word. So it is done only where the database bears the mark. Must not know replicas or desks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from app.domain.roles import Role
from app.sync import administer, keeping, practice_mark
from app.sync.practice_server import PracticeServer
from app.sync.profile import Profile

DATABASE = "rundbord"


@dataclass(frozen=True, slots=True)
class Player:
    """One who takes part in the practice."""

    person_id: str
    login: str
    name: str
    roles: tuple[str, ...]
    phone: str = ""
    discipline: str = ""


def profile_of(server: PracticeServer) -> Profile:
    """Where the practice database of that server is."""
    return Profile("127.0.0.1", server.port, DATABASE, practice=True)


def lay(server: PracticeServer, root_public: str, team: str, players: Iterable[Player], password: str) -> None:
    """Make the database, or bring it up to this program; who is not there yet comes in, with that password."""
    with keeping.connected(server.dsn()) as keeper:
        if keeper.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
            keeper.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    with keeping.connected(server.dsn(DATABASE)) as owner:
        if administer.init(owner, root_public=root_public).first:
            practice_mark.mark(owner)
            administer.add_team(owner, team)
        here = {account.person_id for account in administer.accounts(owner)}
        for player in players:
            if player.person_id not in here:
                _let_in(owner, player, team, password)


def vouch(server: PracticeServer, recovery_code: str) -> None:
    """Vouch for everybody's key, as far as the database has one."""
    with keeping.connected(server.dsn(DATABASE)) as owner:
        for account in administer.accounts(owner):
            if account.public_key and not account.vouched:
                administer.vouch(owner, account.person_id, recovery_code)


def _let_in(owner: psycopg.Connection, player: Player, team: str, password: str) -> None:
    works_in = (
        None if Role.RAADGIVER.value in player.roles else team
    )  # an adviser sees case by case what is asked about
    with owner.transaction():
        administer.add_person(
            *(owner, player.login, player.name, player.roles, works_in, password),
            person_id=player.person_id,
            phone=player.phone,
            discipline=player.discipline,
        )
        owner.execute(
            "UPDATE rundbord_data.person SET must_change = false, state = 'open' WHERE id = %s"
            " AND EXISTS (SELECT FROM rundbord_data.setting WHERE key = 'practice')",
            (player.person_id,),
        )
