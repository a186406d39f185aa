# SPDX-License-Identifier: MPL-2.0
"""What a person's new words lie over, on a desk that shares: what that person saw, and nothing that came in meanwhile.

Asked by the unit of work before it writes; a desk that is alone never comes here. What is written over is kept in the log
until the server has taken the change, for a refusal brings it back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from app.domain.merge import Entry, bases_for, known_to_removal
from app.models.fields import FieldInfo, Merge, fields_of
from app.models.kinds import KINDS
from app.store.held import disputed, entry_of, hanging, shown, through_refused
from app.store.replica import Replica
from app.store.standing import Raw, Stand, Standing, keeps_value
from app.store.unsent import number_of

_KEEP = (
    "INSERT OR IGNORE INTO change (id, case_id, kind, record_id, fields, over, audience, author, author_name, role, device, at,"
    " step, step_name, seq, bases) VALUES (?,?,?,?,?,'{}',?,?,?,?,'',?,?,'',?,?)"
)


OnScreen = Mapping[tuple[str, str], Collection[str]]
"""The changes a screen shows of fields, by (record, field). A field that is not named is known as it stands."""
NOT_SAID: OnScreen = {}


class Laid(NamedTuple):
    """`over`: the changes written over, by field. `beside`: what the new one will stand beside."""

    over: dict[str, list[str]]
    bases: dict[str, tuple[str, ...]]
    beside: dict[str, list[Stand]]


def lay(
    replica: Replica,
    case_id: str,
    kind: str,
    record_id: str,
    standing: Standing,
    values: Mapping[str, Raw],
    author: str,
    step_id: str,
    seen: Collection[str] | None,
    undoes: str | None = None,
    newest: tuple[str, bool] = ("", False),
    on_screen: OnScreen = NOT_SAID,
) -> Laid:
    """What a change to these fields lies over. `values` is what their columns hold now.

    `seen`: the changes the writer had before them; None is all that stands, but for what came in since this very step last wrote.
    `undoes`: the step that is taken back. A removal put back knows what it knew, and no more. `newest`: the case's last change,
    mostly the one that is written over, and whether the shared database has it. `on_screen`: of a record that is taken away,
    what the person had before them; what has come in behind it since, the removal does not know.
    """
    laid = Laid({}, {}, {})
    policies = fields_of(KINDS[kind])
    covered: dict[str, Stand] = {}
    for name, raw in values.items():
        stands = standing.on(name, _as_json(policies[name], raw))
        beneath, beside, read = _parted(replica, case_id, record_id, name, stands, step_id, seen)
        if beside:
            laid.beside[name] = beside
        if over := sorted({s.change_id for s in beneath}.union(seen or ())):
            laid.over[name] = over
        for stand in stands:
            if stand.seq is not None and stand.change_id in over:
                covered[stand.change_id] = stand
        if policies[name].merge is Merge.JOIN:
            text = shown(policies[name], sorted(read)) if len(read) != 1 else ""
            shared = partial(_is_shared, replica, case_id, stands, newest)
            laid.bases[name] = bases_for(read, author, shared, str(text or ""))
    if "removed" in values:
        put_back = _put_back(replica, case_id, record_id, undoes) if undoes else ()
        had = partial(_had, replica, case_id, on_screen)
        known = {(record_id, n): had(record_id, n, standing.on(n)) for n in standing.names}
        unsent = _unsent(replica, case_id, record_id)
        for below in hanging(replica.connection, kind, record_id):
            known |= {(below.record_id, n): had(below.record_id, n, on) for n, on in below.stands.items()}
            unsent |= _unsent(replica, case_id, below.record_id)
        laid.bases["removed"] = put_back or known_to_removal(known, unsent)
    for stand in (
        covered.values()
    ):  # what came as a present value goes into the log: undo and a refusal bring it back from there
        keep(replica, case_id, kind, record_id, standing, stand, standing.held(stand.change_id))
    return laid


def known(
    replica: Replica, case_id: str, record_id: str, standing: Standing, names: Iterable[str], seen: Collection[str]
) -> Collection[str] | None:
    """What somebody who types had before them, where something else stands there too; None where they know all that stands: they
    have `seen` it, or it was written at this very desk."""
    stands = {i: name for name in names for i in standing.ids(name)}
    news = {
        i for i, name in stands.items() if i not in seen and not _written_here(replica, case_id, record_id, name, i)
    }
    return (stands.keys() - news or seen) if news else None


def _had(
    replica: Replica, case_id: str, on_screen: OnScreen, record_id: str, name: str, stands: Iterable[Stand]
) -> list[Entry]:
    """What of this the person had before them who takes the record away."""
    seen = on_screen.get((record_id, name))
    return [
        entry_of(s)
        for s in stands
        if seen is None or s.change_id in seen or _written_here(replica, case_id, record_id, name, s.change_id)
    ]


def _written_here(replica: Replica, case_id: str, record_id: str, name: str, change_id: str) -> bool:
    """Whether a change was written at this desk, where whoever sits there has it before them."""
    last = replica.typed.get((record_id, name))
    if last is not None and last[1] == change_id:  # as at each key pause but the first
        return True
    sql = "SELECT 1 FROM change WHERE case_id = ? AND id = ? AND device = ?"
    return replica.connection.execute(sql, (case_id, change_id, replica.device)).fetchone() is not None


def shown_beside(kind: str, standing: Standing, laid: Laid, written: Mapping[str, Raw]) -> dict[str, Raw]:
    """Let what came in meanwhile stand beside the new change; what the columns then hold comes back."""
    found: dict[str, Raw] = {}
    infos = fields_of(KINDS[kind])
    for name, beside in laid.beside.items():
        alone = standing.on(name)[0]._replace(value=written[name])
        standing.put(name, [*beside, alone])
        found[name] = shown(infos[name], sorted([*beside, alone]))
    if standing.is_taken_away:
        against = disputed(kind, {n: standing.on(n) for n in standing.names})
        found |= {"removed": False} if against else {}
    return found


def _parted(
    replica: Replica,
    case_id: str,
    record_id: str,
    name: str,
    stands: list[Stand],
    step_id: str,
    seen: Collection[str] | None,
) -> tuple[list[Stand], list[Stand], list[Stand]]:
    """What is written over, what came in beside it, and what the writer had before them, each with its words."""
    known = set(seen) if seen is not None else None
    last = replica.typed.get((record_id, name))
    own = None
    if last is not None and last[0] == step_id and [s.change_id for s in stands] != [last[1]]:
        own = next((s for s in stands if s.change_id == last[1]), None) or _logged(replica, case_id, last[1], name)
    if own is not None:
        known = (known or set()) | {own.change_id}
    if known is None:
        return stands, [], stands
    read = set(known)
    known = through_refused(replica.connection, case_id, name, known)
    beneath = [s for s in stands if s.change_id in known]
    missing = known - {s.change_id for s in beneath}
    gone = [own] if own is not None and own.change_id in missing else []
    gone += [s for i in sorted(missing - {s.change_id for s in gone}) if (s := _logged(replica, case_id, i, name))]
    beneath += gone
    return beneath, [s for s in stands if s.change_id not in known], [s for s in beneath if s.change_id in read]


def _put_back(replica: Replica, case_id: str, record_id: str, step_id: str) -> tuple[str, ...]:
    """What the removals knew that this step was written over, with themselves; nothing where it was written over none."""
    sql = "SELECT over FROM change WHERE case_id = ? AND step = ? AND record_id = ? ORDER BY id"
    rows = replica.connection.execute(sql, (case_id, step_id, record_id)).fetchall()
    ids = {i for (over,) in rows for i in json.loads(over).get("removed", ())}
    stands = [s for i in ids if (s := _logged(replica, case_id, i, "removed")) is not None and s.bases]
    return tuple(sorted({i for s in stands for i in (s.change_id, *s.bases)}))


def _logged(replica: Replica, case_id: str, change_id: str, name: str) -> Stand | None:
    """A change of the log as it would stand on one field, if it is there."""
    sql = "SELECT author, author_name, role, at, fields, bases FROM change WHERE case_id = ? AND id = ?"
    row = replica.connection.execute(sql, (case_id, change_id)).fetchone()
    if row is None:
        return None
    fields, bases = json.loads(row[4]), json.loads(row[5] or "{}")
    author, who, role, at = row[:4]
    return Stand(change_id, author, who, role, at, None, fields.get(name), tuple(bases.get(name, ())))


def _unsent(replica: Replica, case_id: str, record_id: str) -> dict[str, set[str]]:
    """What each unsent change of a record lay over, on whatever field."""
    sql = f"SELECT id, over FROM change WHERE case_id = ? AND record_id = ? AND {number_of()} IS NULL"
    rows = replica.connection.execute(sql, (case_id, record_id)).fetchall()
    return {str(i): {o for ids in json.loads(over).values() for o in ids} for i, over in rows}


def _is_shared(replica: Replica, case_id: str, stands: list[Stand], newest: tuple[str, bool], change_id: str) -> bool:
    if change_id == newest[0]:
        return newest[1]
    if any(s.seq is not None for s in stands if s.change_id == change_id):
        return True
    sql = f"SELECT {number_of()} FROM change WHERE case_id = ? AND id = ?"
    row = replica.connection.execute(sql, (case_id, change_id)).fetchone()
    return row is not None and row[0] is not None


def keep(
    replica: Replica, case_id: str, kind: str, record_id: str, standing: Standing, stand: Stand, names: Iterable[str]
) -> None:
    """A present value as a row of the log: what it still stands on."""
    fields: dict[str, Any] = {}
    bases: dict[str, Any] = {}
    for name in names:
        on = standing.on(name)
        one = next(s for s in on if s.change_id == stand.change_id)
        if len(on) > 1 or keeps_value(name, one):
            fields[name] = one.value
        else:
            sql = f'SELECT "{name}" FROM rec_{kind} WHERE id = ?'
            raw = replica.connection.execute(sql, (record_id,)).fetchone()[0]
            fields[name] = _as_json(fields_of(KINDS[kind])[name], raw)
        if one.bases:
            bases[name] = one.bases
    audience = fields_of(KINDS[kind])[next(iter(fields))].audience.value
    packed = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    row = (stand.change_id, case_id, kind, record_id, packed, audience, *stand[1:5], stand.change_id, stand.seq)
    replica.connection.execute(_KEEP, (*row, json.dumps(bases, ensure_ascii=False) if bases else None))


def _as_json(info: FieldInfo, raw: Raw) -> Raw:
    return bool(raw) if info.type is bool and raw is not None else raw
