# SPDX-License-Identifier: MPL-2.0
"""What is read of one case, and what the whole office shares: frozen dataclasses out, never rows.

Called by services on the database lane. Lists that are painted at the start are in `listing.py`. Writes nothing, and
imports SQLAlchemy at the first read only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from app.domain.errors import EnvironmentProblem
from app.domain.rights import Act, act_of_paper, may
from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile, Draft, FieldKey, OwnSettings, RefusedDecision, Talk, Written
from app.models.fields import Value, fields_of, to_json
from app.models.kinds import (
    KINDS,
    MUNICIPALITY,
    NAME_OF,
    Action,
    Advice,
    AdviceRequest,
    Answer,
    Bridge,
    Case,
    Citizen,
    Competence,
    Consent,
    Coordinator,
    Decision,
    Duties,
    FfbGroup,
    FollowUp,
    Goal,
    Identifier,
    Intensity,
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
    RevisitRequest,
    Sent,
    Story,
    Support,
    Task,
    Tried,
    singleton_id,
)
from app.store.replica import Replica
from app.store.standing import Standing, written

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.store.decisions import Decided

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing somebody wrote: who, when, which field, what. The newest first."""

    change_id: str
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


FOREIGN = "Noget i sagen er ikke, som Rundbord skrev det. Ring til jeres it-afdeling, eller hent kopien frem."


def case_file(replica: Replica, case_id: str) -> CaseFile:
    """Everything on one case, as it stands now.

    Raises LookupError when there is no such case, EnvironmentProblem when a row holds what no field may (an edited file).
    """
    try:
        return _case_file(replica, case_id)
    except (ValueError, TypeError) as foreign:
        raise EnvironmentProblem(FOREIGN) from foreign


def _case_file(replica: Replica, case_id: str) -> CaseFile:
    from app.store.statements import OWN

    hands: dict[FieldKey, Written] = {}
    several: list[tuple[str, str]] = []
    with replica.reading() as plain:
        db = _Reader(plain, hands, several)
        case = db.one(Case, case_id)
        if case is None:
            raise LookupError(case_id)
        citizen = db.one(Citizen, case.citizen_id) or Citizen(id=case.citizen_id, case_id=case_id)
        identifiers = tuple(i for i in db.records(Identifier, "citizen_id", case.citizen_id) if not i.removed)
        made, refused = _decisions(replica, plain, db, case_id)
        file = CaseFile(
            case=case,
            citizen=citizen,
            story=db.single(Story, case_id),
            plan=db.single(Plan, case_id),
            answer=db.single(Answer, case_id),
            notes=db.single(Notes, case_id),
            identifiers=identifiers,
            referrals=db.every(Referral, case_id),
            tried=db.every(Tried, case_id),
            meetings=db.every(Meeting, case_id),
            participants=db.every(Participant, case_id),
            consents=db.every(Consent, case_id),
            network=db.every(NetworkPerson, case_id),
            ffb_groups=db.every(FfbGroup, case_id),
            goals=db.every(Goal, case_id),
            milestones=db.every(Milestone, case_id),
            actions=db.every(Action, case_id),
            support=db.every(Support, case_id),
            intensities=db.every(Intensity, case_id),
            questions=db.every(Question, case_id),
            revisit_requests=db.every(RevisitRequest, case_id),
            advice=db.every(Advice, case_id),
            advice_requests=db.every(AdviceRequest, case_id),
            coordinators=db.every(Coordinator, case_id),
            duties=db.single(Duties, case_id),
            bridges=db.every(Bridge, case_id),
            next_steps=db.every(NextStep, case_id),
            follow_ups=db.every(FollowUp, case_id),
            tasks=db.every(Task, case_id),
            papers=_papers(plain, db, case_id),
            sent=db.every(Sent, case_id),
            decisions=made.every,
            apart=made.apart,
            forged=made.forged,
            refused=refused,
            competences=db.every(Competence, MUNICIPALITY),
            hands=hands,
            drafts=_drafts(plain, case_id),
        )
        own = plain.execute(OWN, {"key": MUNICIPALITY}).first()
    if own is not None:
        apart = _own_apart(replica) if Standing(own.standing).is_open else ()
        file = replace(file, own_apart=apart, reports=bool(own.reporting))
    return _with_conversations(replica, file, several, db.taken_away) if several else file


def _with_conversations(
    replica: Replica, file: CaseFile, several: list[tuple[str, str]], taken_away: Mapping[str, Record]
) -> CaseFile:
    from app.store.conversations import talks  # late: a desk that is alone has none

    found = talks(replica.connection, file.case.id, several)
    back = [gone for t in found if t.fields == ("removed",) and (gone := taken_away.get(t.record_id)) is not None]
    goals = [replace(gone, removed=False) for gone in back if isinstance(gone, Goal)]
    referrals = [replace(gone, removed=False) for gone in back if isinstance(gone, Referral)]
    if goals or referrals:  # somebody wrote under it while another took it away: it is in sight until that is settled
        file = replace(
            file,
            goals=tuple(sorted((*file.goals, *goals), key=lambda goal: (goal.position, goal.id))),
            referrals=tuple(sorted((*file.referrals, *referrals), key=lambda referral: referral.id)),
        )
    open_ones = tuple(t for t in found if t.joined is None)
    return replace(file, conversations=open_ones, joins=tuple(t for t in found if t.joined is not None))


def void_decisions(replica: Replica, case_id: str) -> Mapping[str, tuple[str, ...]]:
    """The case's decisions that do not hold, each with what its true copy, if the log here has it, was signed over."""
    with replica.reading() as plain:
        return _decisions(replica, plain, _Reader(plain), case_id)[0].void


def offers(replica: Replica) -> tuple[Offer, ...]:
    """The catalogue in force: the newest published version of each entry, by name."""
    with replica.reading() as plain:
        db = _Reader(plain)
        newest: dict[str, Offer] = {}
        for entry in sorted(db.every(Offer, MUNICIPALITY), key=lambda o: o.version):
            if entry.published_on is not None:
                newest[entry.key] = entry
        return tuple(sorted(newest.values(), key=lambda o: o.name))


def offer_versions(replica: Replica) -> tuple[Offer, ...]:
    """Every version of every entry there has been."""
    with replica.reading() as plain:
        return _Reader(plain).every(Offer, MUNICIPALITY)


def offer(replica: Replica, offer_id: str) -> Offer | None:
    """One version of an entry: old decisions keep the version of their date (F2)."""
    with replica.reading() as plain:
        return _Reader(plain).one(Offer, offer_id)


def municipality(replica: Replica) -> Municipality:
    """The municipality's settings."""
    with replica.reading() as plain:
        return _Reader(plain).one(Municipality, MUNICIPALITY) or Municipality(id=MUNICIPALITY, case_id=MUNICIPALITY)


def own_settings(replica: Replica) -> OwnSettings:
    """The municipality's settings with whose hand is on each, and what two desks have written apart."""
    hands: dict[FieldKey, Written] = {}
    several: list[tuple[str, str]] = []
    with replica.reading() as plain:
        own = _Reader(plain, hands, several).one(Municipality, MUNICIPALITY)
        typed = _drafts(plain, MUNICIPALITY)
    settings = own or Municipality(id=MUNICIPALITY, case_id=MUNICIPALITY)
    return OwnSettings(settings, hands, typed, _own_apart(replica) if several else ())


def _own_apart(replica: Replica) -> tuple[Talk, ...]:
    from app.store.conversations import talks  # late: a desk that is alone has none

    found = talks(replica.connection, MUNICIPALITY, [("municipality", MUNICIPALITY)])
    return tuple(talk for talk in found if talk.joined is None)


def drafts(replica: Replica, case_id: str) -> dict[FieldKey, Draft]:
    """What is typed in a case, or in the municipality's own records, and is no value yet."""
    with replica.reading() as plain:
        return _drafts(plain, case_id)


def competences(replica: Replica) -> tuple[Competence, ...]:
    """What is set for each bestiller: who may grant what (C2)."""
    with replica.reading() as plain:
        return _Reader(plain).every(Competence, MUNICIPALITY)


def history(replica: Replica, case_id: str, limit: int = 500) -> tuple[HistoryLine, ...]:
    """Who wrote what when, newest first. One typed text is one line: its last wording in the step."""
    from app.store.statements import HISTORY

    lines: dict[tuple[str, str, str], HistoryLine] = {}
    with replica.reading() as db:
        for row in db.execute(HISTORY, {"key": case_id, "most": limit}).mappings():
            key = (row["step"], row["record_id"], row["audience"])
            hand = Hand(row["author"], row["author_name"], Role(row["role"]))
            at = datetime.fromisoformat(row["at"])
            fields = json.loads(row["fields"])
            line = HistoryLine(row["id"], at, hand, row["kind"], row["record_id"], fields, row["step_name"])
            lines.setdefault(key, line)
    return tuple(lines.values())


def access_lines(replica: Replica, case_id: str) -> tuple[AccessLine, ...]:
    """Every look at a case, newest first ("opslag i din sag")."""
    from app.store.statements import ACCESS_LINES

    with replica.reading() as db:
        return tuple(
            AccessLine(datetime.fromisoformat(r["at"]), r["person_id"], r["role"], r["action"], r["about"])
            for r in db.execute(ACCESS_LINES, {"key": case_id}).mappings()
        )


def issued_pdf(replica: Replica, case_id: str, paper_id: str) -> bytes | None:
    """The very paper of this case that was handed over."""
    from app.store.statements import ISSUED_PDF

    with replica.reading() as db:
        found = db.execute(ISSUED_PDF, {"key": paper_id, "case": case_id}).scalar()
    return None if found is None else bytes.fromhex(found)


# -- inside


class _Reader:
    """Reads records of any kind, and notes on the way whose hand stands on each field."""

    def __init__(
        self,
        db: Connection,
        hands: dict[FieldKey, Written] | None = None,
        several: list[tuple[str, str]] | None = None,
    ) -> None:
        self._db = db
        self._hands = hands
        self._several = several
        self.taken_away: dict[str, Record] = {}

    def records(self, cls: type[R], column: str, key: str) -> Iterator[R]:
        from app.store import statements

        infos = fields_of(cls)
        for row in self._db.execute(statements.records(NAME_OF[cls], column), {"key": key}).mappings():
            values: dict[str, Any] = {n: info.default if row[n] is None else row[n] for n, info in infos.items()}
            if self._hands is not None:
                standing = Standing(row["standing"])
                for name in standing.names:
                    stands = standing.on(name)
                    self._hands[row["id"], name] = written(stands[-1], stands[:-1])
                if self._several is not None and standing.is_open:
                    self._several.append((NAME_OF[cls], row["id"]))
            yield cls(id=row["id"], case_id=row["case_id"], **values)

    def every(self, cls: type[R], case_id: str) -> tuple[R, ...]:
        found = tuple(self.records(cls, "case_id", case_id))
        self.taken_away.update({r.id: r for r in found if r.removed})
        return tuple(r for r in found if not r.removed)

    def one(self, cls: type[R], record_id: str) -> R | None:
        return next(self.records(cls, "id", record_id), None)

    def single(self, cls: type[R], case_id: str) -> R:
        record_id = singleton_id(case_id, NAME_OF[cls])
        return self.one(cls, record_id) or cls(id=record_id, case_id=case_id)


def _decisions(
    replica: Replica, plain: Connection, db: _Reader, case_id: str
) -> tuple[Decided, RefusedDecision | None]:
    """Every decision the case has had, in order.

    One that was taken away past the program is known from the log. One that the shared database did not take is no decision,
    and is told beside them until another has been signed over it, or somebody has read of it and another holds.
    """
    from app.store.decisions import decided, signed_over  # late: most cases have none
    from app.store.statements import DECIDED

    rows = {d.id: d for d in db.records(Decision, "case_id", case_id)}
    log: dict[str, tuple[str, Mapping[str, Any]]] = {}
    not_taken = []
    for row in plain.execute(DECIDED, {"key": case_id}):  # the newest first
        fields = json.loads(row.fields)
        if row.refused is None:
            log.setdefault(row.record_id, (row.at, fields))
        else:
            not_taken.append(row)
    made = decided(replica, case_id, rows.values(), log)
    held = [d.decision for d in made.every if d.authentic]
    over = {i for decision in held for i in signed_over(decision)}
    told = [r for r in not_taken if r.record_id not in over and not (held and r.put_by)]
    if not told:
        return made, None
    newest = told[0]
    hand = Hand(newest.author, newest.author_name, Role(newest.role))
    return made, RefusedDecision(newest.record_id, hand, datetime.fromisoformat(newest.at), newest.refused)


def _papers(plain: Connection, db: _Reader, case_id: str) -> tuple[Paper, ...]:
    """The papers that have left the room.

    How one reached the citizen counts as the log has it, by somebody who may give that paper: a row edited past the
    program moves no deadline (C4), and is read as a paper nobody has been given.
    """
    papers = db.every(Paper, case_id)
    if not papers:
        return ()
    from app.store.statements import DELIVERED

    acts = {paper.id: act_of_paper(paper.type) for paper in papers}
    logged: dict[tuple[str, str], set[object]] = {}
    for line in plain.execute(DELIVERED, {"key": case_id}):
        fields = json.loads(line.fields)
        for name in _DELIVERY:
            said = logged.setdefault((line.record_id, name), {to_json(fields_of(Paper)[name].default)})
            if name in fields and may(Role(line.role), acts.get(line.record_id, Act.PAPER)):
                said.add(fields[name])
    return tuple(paper if _is_logged(paper, logged) else replace(paper, **_NOT_GIVEN) for paper in papers)


_DELIVERY = ("channel", "delivered_on")
_NOT_GIVEN: dict[str, Any] = {"channel": "", "delivered_on": None}


def _is_logged(paper: Paper, logged: Mapping[tuple[str, str], set[object]]) -> bool:
    return all(to_json(getattr(paper, name)) in logged.get((paper.id, name), ()) for name in _DELIVERY)


def _drafts(db: Connection, case_id: str) -> dict[FieldKey, Draft]:
    from app.store.statements import DRAFTS

    return {
        (r.record_id, r.field): Draft(r.kind, r.record_id, r.field, r.text, r.because)
        for r in db.execute(DRAFTS, {"key": case_id})
        if r.kind in KINDS
    }
