# SPDX-License-Identifier: MPL-2.0
"""What this desk remembers of the shared database it has joined: which it is, whose desk this is, and who has which login there.

Kept in the `desk` table: local, never synced, and never a password. Called by `services/shared.py` on the database lane; read
on the start's path, so it imports nothing slow. Must not know how the shared database is spoken to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.store.remembered import recall
from app.store.replica import Replica, told
from app.store.unsent import WAITING

_NAME = f"""
SELECT name FROM account WHERE person_id = :p
 UNION ALL SELECT name FROM roster WHERE person_id = :p
 UNION ALL SELECT c.author_name FROM {WAITING} WHERE u.author = :p
 LIMIT 1"""
_PROFILE, _HOST, _LOGIN, _TEAM = "shared.profile", "shared.host", "shared.login.", "shared.team."


def profile_text(replica: Replica) -> str:
    """The shared database this desk has joined, as `sync.profile` wrote it; "" is none."""
    return recall(replica, _PROFILE)


def host(replica: Replica) -> str:
    """The id of the person whose desk this is to the shared database; "" before one has joined."""
    return recall(replica, _HOST)


def logins(replica: Replica) -> dict[str, str]:
    """The login of each person of this desk who has one in the shared database."""
    return _under(replica, _LOGIN)


def team_names(replica: Replica) -> dict[str, str]:
    """What each team is called, by its id, as far as those of this desk have been told: a case knows its team by the id alone."""
    return _under(replica, _TEAM)


def keep_team_names(replica: Replica, names: Mapping[str, str]) -> None:
    """The shared database has said what the teams of somebody here are called."""
    known = team_names(replica)
    new = [(_TEAM + team, name) for team, name in names.items() if known.get(team) != name]
    if new:
        with replica.transaction() as db:
            db.executemany("INSERT OR REPLACE INTO desk VALUES (?, ?)", new)


def _under(replica: Replica, prefix: str) -> dict[str, str]:
    with told():
        rows = replica.connection.execute("SELECT key, value FROM desk WHERE key LIKE ? || '%'", (prefix,)).fetchall()
    return {str(key)[len(prefix) :]: str(value) for key, value in rows}


def keep(replica: Replica, profile: str, person_id: str, login: str) -> None:
    """This desk shares there, and this person has that login. The first to join is the one whose desk it is."""
    with replica.transaction() as db:
        db.executemany("INSERT OR REPLACE INTO desk VALUES (?, ?)", [(_PROFILE, profile), (_LOGIN + person_id, login)])
        db.execute("INSERT OR IGNORE INTO desk VALUES (?, ?)", (_HOST, person_id))


def names(replica: Replica, people: Iterable[str]) -> dict[str, str]:
    """The names of these people, as far as they are known here, there, or from their own words."""
    found = {}
    with told():
        for person_id in people:
            row = replica.connection.execute(_NAME, {"p": person_id}).fetchone()
            if row is not None:
                found[person_id] = str(row[0])
    return found


def is_written_of(replica: Replica, person_id: str) -> bool:
    """Whether this person has written anything here, or anything is written of them by their id."""
    sql = "SELECT 1 FROM change WHERE author = ? OR instr(fields, ?) LIMIT 1"
    with told():
        return replica.connection.execute(sql, (person_id, f'"{person_id}"')).fetchone() is not None


def rename(replica: Replica, old_id: str, new_id: str) -> None:
    """The account by the first id has the second from now on: somebody of whom nothing is written, by the id the server has."""
    with replica.transaction() as db:
        db.execute("UPDATE account SET person_id = ? WHERE person_id = ?", (new_id, old_id))
        db.execute("UPDATE OR IGNORE case_reader SET person_id = ? WHERE person_id = ?", (new_id, old_id))


def adopt(replica: Replica, person_id: str, name: str) -> None:
    """What the first start wrote before its bestiller had an id is theirs. Only an earlier version of the program left any."""
    from app.store.standing import Standing  # late: the rest is read at the start

    with replica.transaction() as db:
        rows = db.execute(
            "SELECT DISTINCT kind, record_id FROM change WHERE author = '' AND author_name = ? AND seq IS NULL", (name,)
        ).fetchall()
        db.execute(
            "UPDATE change SET author = ? WHERE author = '' AND author_name = ? AND seq IS NULL", (person_id, name)
        )
        for kind, record_id in rows:
            row = db.execute(f'SELECT standing FROM "rec_{kind}" WHERE id = ?', (record_id,)).fetchone()
            before, after = Standing(row[0] if row else None), Standing()
            for name_of in before.names:
                after.put(name_of, [s._replace(author=s.author or person_id) for s in before.on(name_of)])
            after.top = before.top
            db.execute(f'UPDATE "rec_{kind}" SET standing = ? WHERE id = ?', (after.dump(), record_id))
