# SPDX-License-Identifier: MPL-2.0
"""The decisions of a case: which hold, which lies over which, and which is in force (promise 2).

A decision says in its sealed copy which it was signed over, and that alone puts them in order: no clock has a say, nor has a row
whose seal does not hold. Two signed apart, each without the other, are both in force until a new one is signed over both. Called
by whatever reads a case or a list of them. Writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.models.casefile import SignedDecision
from app.models.fields import Value, fields_of, from_json
from app.models.kinds import Decision
from app.store.accounts import keys_that_decide
from app.store.replica import Replica


class Decided(NamedTuple):
    """`every`: what is in force last; where none holds, the last that should have. `apart`: those in force, where they are
    several. `forged`: what nobody the municipality vouches for has signed, until one is signed over it. `void`: each that does
    not hold, with what its true copy, if the log here has it, was signed over."""

    every: tuple[SignedDecision, ...]
    apart: tuple[SignedDecision, ...]
    forged: tuple[SignedDecision, ...]
    void: Mapping[str, tuple[str, ...]]


def decided(
    replica: Replica, case_id: str, rows: Iterable[Decision], log: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> Decided:
    """Put the decisions of a case in order.

    `log`: of each that the log here has, when it was written and its fields. One whose row was altered or taken away past the
    program stands in its place among the others, and does not hold.
    """
    found = {row.id: SignedDecision(row, authentic(replica, row)) for row in rows}
    true = {i: one.decision for i, one in found.items() if one.authentic}
    for decision_id, (at, fields) in log.items():
        if decision_id in true:
            continue
        found.setdefault(decision_id, SignedDecision(Decision(id=decision_id, case_id=case_id, signed_at=at), False))
        copy = as_read(decision_id, case_id, fields)
        if copy is not None and authentic(replica, copy):
            true[decision_id] = copy
    below = {i for one in true.values() for i in signed_over(one) if i != one.id}
    tips = sorted(set(true) - below) or sorted(set(found) - below)[-1:]
    forged = tuple(found[i] for i in sorted(set(found) - below - set(true) - set(tips)))
    order = sorted(found.values(), key=lambda d: (d.decision.id in tips, d.authentic, d.decision.id))
    apart = tuple(found[i] for i in tips) if len(tips) > 1 else ()
    void = {i: signed_over(true[i]) if i in true else () for i, one in found.items() if not one.authentic}
    return Decided(tuple(order), apart, forged, void)


def signed_over(decision: Decision) -> tuple[str, ...]:
    """The decisions this one was signed over, as its copy says. Only of one that holds is it worth anything."""
    over = json.loads(decision.content).get("over", ())
    return tuple(i for i in over if isinstance(i, str)) if isinstance(over, list) else ()


def as_read(decision_id: str, case_id: str, fields: Mapping[str, Any]) -> Decision | None:
    """A decision from its fields as they stand in a change or a row; None where they hold what no field may."""
    infos = fields_of(Decision)
    try:
        values: dict[str, Value] = {n: from_json(info, fields.get(n)) for n, info in infos.items()}
    except (ValueError, TypeError):
        return None
    given: dict[str, Any] = dict(values)
    return Decision(id=decision_id, case_id=case_id, **given)


def authentic(replica: Replica, decision: Decision, *, only_present: bool = False) -> bool:
    """Whether a decision is what a vouched bestiller sealed, and its row says what its content says (promise 2).

    `only_present`: sealed by the key the signer has now, as one that is just being written must be.
    """
    try:
        content = json.loads(decision.content)
    except (ValueError, RecursionError):  # a tampered content may be nested without end
        return False
    if not isinstance(content, dict) or decision.removed:  # nobody takes a decision off the table
        return False
    repeated = {
        "case_id": decision.case_id,
        "decision_id": decision.id,
        "decided_at": decision.signed_at,
        "decided_by": {"id": decision.signer_id, "name": decision.signer_name},
        "target_group": decision.target_group,
        "start": decision.start.isoformat() if decision.start else None,
        "end": decision.end.isoformat() if decision.end else None,
    }
    if any(content.get(name) != value for name, value in repeated.items()) or not _can_be_read(content):
        return False
    from app.store.seal import canonical, check_decision  # late: today's page need not wait for cryptography

    keys = keys_that_decide(replica, decision.signer_id, only_present=only_present)
    if not any(check_decision(content, decision.hash, decision.seal, key) for key in keys):
        return False
    return decision.content == canonical(content).decode()


def _can_be_read(content: Mapping[str, Any]) -> bool:
    """Whether a copy has the shape that whoever reads one counts on. A key seals what it is given, also by another program."""
    try:
        at = datetime.fromisoformat(str(content.get("decided_at")))
    except ValueError:
        return False
    lists = [content.get(name, []) for name in ("support", "goals")]
    objects = all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in lists)
    return at.tzinfo is not None and objects and isinstance(content.get("basis", {}), dict)
