# SPDX-License-Identifier: MPL-2.0
"""Whose words wait for whose, and which may go before those they were written over.

Several people write at one desk, and each one's words go up by their own sign-in alone. Who has left before theirs were sent
would hold up whatever another has written over them. Those words go ahead: they are then written over what lay beneath. When the
one who left signs in again, theirs are sent too, and both stand for people to settle (promise 4): nobody but this desk has seen
them. Where the shared database had both before it was put back, everybody has, and there is nothing to settle (`over_again.py`).
Only what is on a record that somebody who left has made cannot go before the record itself. Called by `sync` on the lane.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from app.models.kinds import BEGUN_BY_WRITING
from app.store.offered import known_before
from app.store.over_again import Knew, note
from app.store.replica import Replica, told
from app.store.unsent import WAITING

_PASSED = "shared.passed"


class _Unsent(NamedTuple):
    id: str
    case_id: str
    kind: str
    record_id: str
    author: str
    fields: Mapping[str, Any]
    over: dict[str, list[str]]


def waiting_for(replica: Replica, here: Collection[str] = ()) -> dict[str, int]:
    """For how many unsent changes each person's sign-in is waited: their own, and what lies over theirs. Nobody waits for those
    who are `here`: what they have not sent is on its way."""
    with told():
        rows = replica.connection.execute("SELECT author, count(*) FROM unsent GROUP BY author").fetchall()
    if len(rows) < 2 or {str(author) for author, _ in rows} <= set(here):
        return {str(author): int(n) for author, n in rows}
    unsent = {change.id: change for change in _unsent(replica)}
    whose: dict[str, str] = {}
    for change in unsent.values():  # in the order of ids: what lies beneath comes first
        beneath = (whose.get(i, "") for ids in change.over.values() for i in ids)
        whose[change.id] = next((who for who in beneath if who and who != change.author), change.author)
    return dict(Counter(whose.values()))


def go_ahead(replica: Replica, of: Collection[str], here: Collection[str]) -> bool:
    """Let what these people wrote go before the unsent words of those who are not here; whether there is any to send now.

    `of`: those whose words have just been answered with wait, for the server has not got what they lie over. That is when what
    they lie over may be told otherwise: nothing of it is known anywhere else.
    """
    unsent = _unsent(replica)
    gone = {c.id: c for c in unsent if c.author not in here}
    made = {c.record_id for c in gone.values() if c.kind not in BEGUN_BY_WRITING and _makes(c)}
    moved: list[_Unsent] = []
    passed: set[str] = set()
    known, knew = known_before(replica.connection), list[Knew]()
    for change in unsent:
        if change.author not in of or change.record_id in made:
            continue
        for name, ids in list(change.over.items()):
            beneath, over_gone = _through(gone, ids, name)
            if not over_gone:
                continue
            passed |= over_gone
            if change.id in known and not known.isdisjoint(over_gone):
                knew.append(Knew(change.case_id, change.id, {name: sorted(known & over_gone)}))
            change.over[name] = sorted(beneath)
            for above in unsent:  # whoever wrote over this one had seen what it lay over
                if change.id in above.over.get(name, ()):
                    above.over[name] = sorted({*above.over[name], *over_gone})
                    moved.append(above)
            moved.append(change)
    if not moved:
        return False
    by_id = {c.id: c for c in unsent}
    for change in sorted({c.id: c for c in moved}.values(), key=lambda c: c.id):
        for name, ids in change.over.items():
            covered = {b for i in ids if i in by_id for b in by_id[i].over.get(name, ())}
            change.over[name] = [
                i for i in ids if i not in covered
            ]  # no longer than it must be: the server takes a hundred
    with replica.transaction() as db:
        db.executemany(
            "UPDATE change SET over = ? WHERE case_id = ? AND id = ?",
            [(_as_json(c.over), c.case_id, c.id) for c in moved],
        )
        all_passed = json.dumps(sorted(passed_by(db) | passed))
        db.execute("INSERT OR REPLACE INTO desk VALUES (?, ?)", (_PASSED, all_passed))
        note(db, knew)
    return True


def passed_by(db: Any) -> set[str]:
    """The changes that others' words have gone before: once they are sent, they stand beside them."""
    row = db.execute("SELECT value FROM desk WHERE key = ?", (_PASSED,)).fetchone()
    return set(json.loads(row[0])) if row else set()


def not_passed_any_more(db: Any, change_ids: Collection[str]) -> None:
    """These have been sent."""
    left = sorted(passed_by(db) - set(change_ids))
    db.execute("INSERT OR REPLACE INTO desk VALUES (?, ?)", (_PASSED, json.dumps(left)))


def _unsent(replica: Replica) -> Sequence[_Unsent]:
    sql = f"SELECT c.id, c.case_id, c.kind, c.record_id, c.author, c.fields, c.over FROM {WAITING} ORDER BY c.id"
    with told():
        rows = replica.connection.execute(sql).fetchall()
    return [_Unsent._make((*row[:5], json.loads(row[5]), json.loads(row[6]))) for row in rows]


def _makes(change: _Unsent) -> bool:
    return "removed" in change.fields and "removed" not in change.over


def _through(gone: Mapping[str, _Unsent], ids: Collection[str], name: str) -> tuple[set[str], set[str]]:
    """What lies beneath these, read through those that are not sent; and which those are."""
    beneath, passed, todo = set[str](), set[str](), list(ids)
    while todo:
        one = todo.pop()
        if one not in gone:
            beneath.add(one)
        elif one not in passed:
            passed.add(one)
            todo += gone[one].over.get(name, ())
    return beneath, passed


def _as_json(over: Mapping[str, Sequence[str]]) -> str:
    return json.dumps({name: ids for name, ids in over.items() if ids}, separators=(",", ":"))
