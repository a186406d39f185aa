# SPDX-License-Identifier: MPL-2.0
"""What the plan and the answer letter say, and the mark of it: the citizen's own and nothing else.

Frozen, and without a word of layout or of where it was read. Filled by `answer_contents` from a case; set by `plan` and
`answer_letter`. Must not know of any record: whoever sets a paper need not know one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.papers.parts import Clause, Contact, Course, Doing, GoalPart, SupportPart

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True)
class PlanContent:
    """Everything "Min plan" says."""

    author: str
    phone: str
    citizen: str
    day: date
    place: str
    want: str
    think: str
    resources: str
    network: tuple[str, ...]
    whole_person: str
    purpose: str
    provisional_until: date | None
    goals: tuple[GoalPart, ...]
    support: tuple[SupportPart, ...]
    course: Course | None
    follow_ups: tuple[date, ...]
    bridge: tuple[str, ...]
    next_steps: tuple[Doing, ...]
    contacts: tuple[Contact, ...]
    present: tuple[str, ...]
    read_back: str
    answer: str  # empty until there is a decision
    decided_by: str
    decided_on: date | None
    broken_seal: bool

    @property
    def signed(self) -> bool:
        """Whether a decision stands behind the paper. Without one it is never printed as anything but a draft."""
        return bool(self.answer)


@dataclass(frozen=True, slots=True)
class LetterContent:
    """Everything the answer letter says."""

    municipality: str
    unit: str
    address: tuple[str, ...]
    phone: str
    logo: str
    day: date
    case_number: str
    receiver: tuple[str, ...]
    identifier: str
    identifier_label: str
    guardian: str
    target_group: str
    answer: str
    law: str
    support: tuple[SupportPart, ...]
    reason: str
    considerations: str
    facts: str
    hearing: str
    until: date | None
    want: str
    think: str
    purpose: str
    goals: tuple[GoalPart, ...]
    bridge: tuple[str, ...]
    next_steps: tuple[Doing, ...]
    follow_ups: tuple[date, ...]
    clauses: tuple[Clause, ...]
    contacts: tuple[Contact, ...]
    decided_by: str
    decided_on: date | None
    decision_hash: str
    privacy: str
    data_protection: str
    broken_seal: bool

    @property
    def signed(self) -> bool:
        """Whether the letter is a decision. Without one it is never printed as anything but a draft."""
        return bool(self.decision_hash)


def content_hash(content: DataclassInstance) -> str:
    """The sha256 of what a paper says, in hex: the same words give the same hash on every desk."""
    said = {"paper": type(content).__name__, **dataclasses.asdict(content)}
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()


def short_hash(full: str) -> str:
    """A hash as it stands at the foot of a page: 7f3a c219."""
    return f"{full[:4]} {full[4:8]}"
