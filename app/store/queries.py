# SPDX-License-Identifier: MPL-2.0
"""What is read of one case, and what the whole office shares: frozen dataclasses out, never rows.

Called by services on the database lane. Lists that are painted at the start are in `listing.py`. Writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, bindparam, select

from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile, Draft, FieldKey, SignedDecision, Written
from app.models.fields import Value, fields_of
from app.models.kinds import (
    KINDS,
    MUNICIPALITY,
    NAME_OF,
    Action,
    Advice,
    Answer,
    Bridge,
    Case,
    Citizen,
    Consent,
    Coordinator,
    Decision,
    FollowUp,
    Goal,
    Identifier,
    Meeting,
    Milestone,
    Municipality,
    NetworkPerson,
    NextStep,
    Notes,
    Offer,
    Paper,
    Participant,
    Plan,
    Question,
    Record,
    Referral,
    Story,
    Support,
    Task,
    Tried,
    singleton_id,
)
from app.models.tables import ACCESS, CHANGE, DRAFT, ISSUED, RECORDS, STANDING
from app.store.accounts import keys_that_decide
from app.store.replica import Replica
from app.store.seal import check_decision

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing somebody wrote: who, when, which field, what. The newest first."""

    at: datetime
    hand: Hand
    kind: str
    record_id: str
    fields: Mapping[str, Value]
    step_name: str


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One look at a case: when, by whom in which role, and what was done."""

    at: datetime
    person_id: str
    role: str
    action: str
    about: str


def case_file(replica: Replica, case_id: str) -> CaseFile:
    """Everything on one case, as it stands now. Raises LookupError when there is no such case."""
    with replica.reading() as db:
        case = _one(db, Case, case_id)
        if case is None:
            raise LookupError(case_id)
        citizen = _one(db, Citizen, case.citizen_id) or Citizen(id=case.citizen_id, case_id=case_id)
        identifiers = tuple(
            i for i in _records(db, _by(Identifier, "citizen_id"), Identifier, case.citizen_id) if not i.removed
        )
        return CaseFile(
            case=case,
            citizen=citizen,
            story=_single(db, Story, case_id),
            plan=_single(db, Plan, case_id),
            answer=_single(db, Answer, case_id),
            notes=_single(db, Notes, case_id),
            identifiers=identifiers,
            referrals=_all(db, Referral, case_id),
            tried=_all(db, Tried, case_id),
            meetings=_all(db, Meeting, case_id),
            participants=_all(db, Participant, case_id),
            consents=_all(db, Consent, case_id),
            network=_all(db, NetworkPerson, case_id),
            goals=_all(db, Goal, case_id),
            milestones=_all(db, Milestone, case_id),
            actions=_all(db, Action, case_id),
            support=_all(db, Support, case_id),
            questions=_all(db, Question, case_id),
            advice=_all(db, Advice, case_id),
            coordinators=_all(db, Coordinator, case_id),
            bridges=_all(db, Bridge, case_id),
            next_steps=_all(db, NextStep, case_id),
            follow_ups=_all(db, FollowUp, case_id),
            tasks=_all(db, Task, case_id),
            papers=_all(db, Paper, case_id),
            decisions=tuple(
                SignedDecision(d, authentic(replica, d))
                for d in sorted(_all(db, Decision, case_id), key=lambda d: (d.signed_at, d.id))
            ),
            hands=_hands(db, case_id),
            drafts=_drafts(db, case_id),
        )


def authentic(replica: Replica, decision: Decision) -> bool:
    """Whether a decision is what a vouched bestiller sealed, and its row says what its content says (promise 2)."""
    try:
        content = json.loads(decision.content)
    except ValueError:
        return False
    if not isinstance(content, dict):
        return False
    repeated = {
        "case_id": decision.case_id,
        "decision_id": decision.id,
        "decided_at": decision.signed_at,
        "target_group": decision.target_group,
    }
    if any(content.get(name) != value for name, value in repeated.items()):
        return False
    signer = content.get("decided_by")
    if signer != {"id": decision.signer_id, "name": decision.signer_name}:
        return False
    keys = keys_that_decide(replica, decision.signer_id)
    return any(check_decision(content, decision.hash, decision.seal, key) for key in keys)


def offers(replica: Replica) -> tuple[Offer, ...]:
    """The catalogue in force: the newest published version of each entry, by name."""
    with replica.reading() as db:
        newest: dict[str, Offer] = {}
        for entry in sorted(_all(db, Offer, MUNICIPALITY), key=lambda o: o.version):
            if entry.published_on is not None:
                newest[entry.key] = entry
        return tuple(sorted(newest.values(), key=lambda o: o.name))


def offer(replica: Replica, offer_id: str) -> Offer | None:
    """One version of an entry: old decisions keep the version of their date (F2)."""
    with replica.reading() as db:
        return _one(db, Offer, offer_id)


def municipality(replica: Replica) -> Municipality:
    """The municipality's settings."""
    with replica.reading() as db:
        return _one(db, Municipality, MUNICIPALITY) or Municipality(id=MUNICIPALITY, case_id=MUNICIPALITY)


def history(replica: Replica, case_id: str, limit: int = 500) -> tuple[HistoryLine, ...]:
    """Who wrote what when, newest first. One typed text is one line: its last wording in the step."""
    stmt = select(CHANGE).where(CHANGE.c.case_id == case_id).order_by(CHANGE.c.id.desc()).limit(limit)
    lines: dict[tuple[str, str, str], HistoryLine] = {}
    with replica.reading() as db:
        for row in db.execute(stmt).mappings():
            key = (row["step"], row["record_id"], row["audience"])
            hand = Hand(row["author"], row["author_name"], Role(row["role"]))
            at = datetime.fromisoformat(row["at"])
            lines.setdefault(
                key, HistoryLine(at, hand, row["kind"], row["record_id"], json.loads(row["fields"]), row["step_name"])
            )
    return tuple(lines.values())


def access_lines(replica: Replica, case_id: str) -> tuple[AccessLine, ...]:
    """Every look at a case, newest first ("opslag i din sag")."""
    stmt = select(ACCESS).where(ACCESS.c.case_id == case_id).order_by(ACCESS.c.n.desc())
    with replica.reading() as db:
        return tuple(
            AccessLine(datetime.fromisoformat(r["at"]), r["person_id"], r["role"], r["action"], r["about"])
            for r in db.execute(stmt).mappings()
        )


def issued_pdf(replica: Replica, paper_id: str) -> bytes | None:
    """The very paper that was handed over."""
    with replica.reading() as db:
        found = db.execute(select(ISSUED.c.pdf).where(ISSUED.c.paper_id == paper_id)).scalar()
    return None if found is None else bytes.fromhex(found)


# -- inside


def _by(cls: type[Record], column: str) -> Select[tuple[object, ...]]:
    return _select(NAME_OF[cls], column)


@cache
def _select(kind: str, column: str) -> Select[tuple[object, ...]]:
    """The select of a kind by one column, made once: the statement's own cost is most of a small read."""
    table = RECORDS[kind]
    order = [table.c.position] if "position" in table.c else []
    return select(table).where(table.c[column] == bindparam("key")).order_by(*order, table.c.id)


def _records(db: Connection, statement: Select[tuple[object, ...]], cls: type[R], key: str) -> Iterator[R]:
    infos = fields_of(cls)
    for row in db.execute(statement, {"key": key}).mappings():
        values: dict[str, Any] = {n: info.default if row[n] is None else row[n] for n, info in infos.items()}
        yield cls(id=row["id"], case_id=row["case_id"], **values)


def _all(db: Connection, cls: type[R], case_id: str) -> tuple[R, ...]:
    return tuple(r for r in _records(db, _by(cls, "case_id"), cls, case_id) if not r.removed)


def _one(db: Connection, cls: type[R], record_id: str) -> R | None:
    return next(_records(db, _by(cls, "id"), cls, record_id), None)


def _single(db: Connection, cls: type[R], case_id: str) -> R:
    record_id = singleton_id(case_id, NAME_OF[cls])
    return _one(db, cls, record_id) or cls(id=record_id, case_id=case_id)


def _hands(db: Connection, case_id: str) -> dict[FieldKey, Written]:
    stmt = select(STANDING).where(STANDING.c.case_id == bindparam("key"))
    return {
        (r.record_id, r.field): Written(
            Hand(r.author, r.author_name, Role(r.role)), datetime.fromisoformat(r.at), r.change_id
        )
        for r in db.execute(stmt, {"key": case_id})
    }


def _drafts(db: Connection, case_id: str) -> dict[FieldKey, Draft]:
    stmt = select(DRAFT).where(DRAFT.c.case_id == bindparam("key"))
    return {
        (r.record_id, r.field): Draft(r.kind, r.record_id, r.field, r.text, r.because)
        for r in db.execute(stmt, {"key": case_id})
        if r.kind in KINDS
    }
