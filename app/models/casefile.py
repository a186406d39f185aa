# SPDX-License-Identifier: MPL-2.0
"""A case as it lies on the table: one frozen whole that screens, papers and exports read.

Built by `store/queries.py`. Holds values, the hand behind each of them and drafts not yet values. Must not know how
it was fetched, and is never changed: a new one is fetched when something has been written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.roles import Hand
from app.models.fields import Value
from app.models.kinds import (
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
    Paper,
    Participant,
    Plan,
    Question,
    Referral,
    RevisitRequest,
    Sent,
    Story,
    Support,
    Task,
    Tried,
    intensity_id,
)

NO_DUTIES = Duties(id="", case_id="")
"""On a file nobody has read from a replica."""

FieldKey = tuple[str, str]
"""(record id, field name)."""


@dataclass(frozen=True, slots=True)
class Written:
    """Whose hand a value is in, and when it was written (local time, for people to read)."""

    hand: Hand
    at: datetime
    change_id: str
    beside: tuple[str, ...] = ()
    """The other changes that stand there with it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed that cannot be a value yet, and why, in one Danish sentence. Never lost, never a value."""

    kind: str
    record_id: str
    field: str
    text: str
    because: str


@dataclass(frozen=True, slots=True)
class Said:
    """One of those that stand side by side: whose hand, when, and what it wrote in each field of the conversation."""

    change_id: str
    hand: Hand
    at: datetime
    values: Mapping[str, Value]
    out_of_reach: bool = False
    """Written a while before another of them and shared after it: there was no connection then. For people to read."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Several people wrote without knowing each other's words (promise 4), told in the order of the changes' ids.

    `fields`: a field, or the two of a period; "removed" when one took away a record another wrote on. `joined`: the text a
    machine has made of two, which nobody need settle.
    """

    kind: str
    record_id: str
    fields: tuple[str, ...]
    label: str
    said: tuple[Said, ...]
    joined: str | None = None


@dataclass(frozen=True, slots=True)
class SignedDecision:
    """A decision, and whether its seal holds: just this was signed, by a bestiller the municipality vouches for."""

    decision: Decision
    authentic: bool


@dataclass(frozen=True, slots=True)
class RefusedDecision:
    """A decision signed at this desk that the shared database did not take: it does not hold, and nobody has it but here.

    `because` is the server's code for why.
    """

    decision_id: str
    hand: Hand
    at: datetime
    because: str


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """The municipality's settings as they stand, with whose hand and what is half typed or to be settled, as a case has it."""

    settings: Municipality
    hands: Mapping[FieldKey, Written]
    drafts: Mapping[FieldKey, Draft]
    conversations: tuple[Talk, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything on one case. Lists are in order and hold nothing removed."""

    case: Case
    citizen: Citizen
    story: Story
    plan: Plan
    answer: Answer
    notes: Notes
    identifiers: tuple[Identifier, ...] = ()
    referrals: tuple[Referral, ...] = ()
    tried: tuple[Tried, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    participants: tuple[Participant, ...] = ()
    consents: tuple[Consent, ...] = ()
    network: tuple[NetworkPerson, ...] = ()
    ffb_groups: tuple[FfbGroup, ...] = ()
    goals: tuple[Goal, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    actions: tuple[Action, ...] = ()
    support: tuple[Support, ...] = ()
    intensities: tuple[Intensity, ...] = ()
    questions: tuple[Question, ...] = ()
    revisit_requests: tuple[RevisitRequest, ...] = ()
    advice: tuple[Advice, ...] = ()
    advice_requests: tuple[AdviceRequest, ...] = ()
    coordinators: tuple[Coordinator, ...] = ()
    duties: Duties = NO_DUTIES
    bridges: tuple[Bridge, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    tasks: tuple[Task, ...] = ()
    papers: tuple[Paper, ...] = ()
    sent: tuple[Sent, ...] = ()
    decisions: tuple[SignedDecision, ...] = ()
    """Every one, what is in force last."""
    apart: tuple[SignedDecision, ...] = ()
    """Those in force, where several were signed each without the others: all stand until a new one is signed over them."""
    forged: tuple[SignedDecision, ...] = ()
    """Beside what is in force, and signed by nobody the municipality vouches for: it decides nothing and hides nothing."""
    refused: RefusedDecision | None = None
    """The newest that was not taken, until another has been signed over it."""
    competences: tuple[Competence, ...] = ()
    hands: Mapping[FieldKey, Written] = field(default_factory=dict)
    drafts: Mapping[FieldKey, Draft] = field(default_factory=dict)
    conversations: tuple[Talk, ...] = ()
    """What people are to settle."""
    joins: tuple[Talk, ...] = ()
    """What a machine has joined, until a person writes it."""
    own_apart: tuple[Talk, ...] = ()
    """What people are to settle in the municipality's own settings: papers and answers rest on those too."""
    reports: bool = False
    """Whether the municipality reports FFB: what only the report asks for is shown then, and not before (K3)."""

    @property
    def identifier(self) -> Identifier | None:
        """The number in force, if the citizen has one."""
        return self.identifiers[-1] if self.identifiers else None

    @property
    def meeting(self) -> Meeting | None:
        """The meeting in hand: the newest."""
        return self.meetings[-1] if self.meetings else None

    @property
    def consents_in_force(self) -> tuple[Consent, ...]:
        """Those given and not withdrawn, of which nobody says otherwise: not one that somebody else has taken off the record."""
        disputed = {
            talk.record_id for talk in self.conversations if talk.kind == "consent" and talk.fields == ("removed",)
        }
        return tuple(c for c in self.consents if c.given and c.withdrawn_on is None and c.id not in disputed)

    @property
    def duties_now(self) -> Duties:
        """What the coordinator has seen to, as it holds now: the tick for consent falls with the last consent (C6, H2)."""
        return self.duties if self.consents_in_force else replace(self.duties, consent=False)

    @property
    def decision(self) -> SignedDecision | None:
        """The decision in force, if there is one and no more."""
        return self.decisions[-1] if self.decisions and not self.apart else None

    def milestones_of(self, goal: Goal) -> tuple[Milestone, ...]:
        """The goal's milestones in order."""
        return tuple(m for m in self.milestones if m.goal_id == goal.id)

    def actions_of(self, goal: Goal) -> tuple[Action, ...]:
        """The goal's actions in order."""
        return tuple(a for a in self.actions if a.goal_id == goal.id)

    def intensity_of(self, support_id: str) -> Intensity:
        """How much of a support is given just now; empty where nobody has said (C5)."""
        wanted = intensity_id(self.case.id, support_id)
        return next((i for i in self.intensities if i.id == wanted), Intensity(id=wanted, case_id=self.case.id))

    def is_open(self, draft_of: FieldKey) -> bool:
        """Whether a field holds a draft that is no value yet."""
        return draft_of in self.drafts
