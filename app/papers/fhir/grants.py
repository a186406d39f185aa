# SPDX-License-Identifier: MPL-2.0
"""What a case's decisions grant, and how long it runs: each a care plan in the report (domain § 2.3).

Read from the signed copies alone, never from the draft on the table. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.models.casefile import CaseFile
from app.models.choices import Paragraph, TargetGroup
from app.models.kinds import FollowUp
from app.papers.decided import DecidedCopy, DecidedSupport


@dataclass(frozen=True, slots=True)
class Grant:
    """What one or more decisions after each other grant of the same services: one care plan."""

    id: str
    granted_on: date
    support: tuple[DecidedSupport, ...]
    over_on: date | None
    """The day another decision took its place."""

    @property
    def end(self) -> date | None:
        """The last day that is granted, or the day it was over before that."""
        ends = [s.end for s in self.support if s.end is not None]
        last = max(ends) if ends and len(ends) == len(self.support) else None
        known = [day for day in (last, self.over_on) if day is not None]
        return max(min(known), self.granted_on) if known else None


def grants(file: CaseFile) -> list[Grant]:
    """The grants of the case in the order they were made. A decision of the same services goes on with the plan there is."""
    found: list[Grant] = []
    open_now = False
    for signed in file.decisions:
        if not signed.authentic:
            continue
        copy = DecidedCopy.from_json(signed.decision.content)
        day = copy.decided_on or datetime.fromisoformat(signed.decision.signed_at).date()
        support = tuple(s for s in copy.support if s.paragraph in (Paragraph.P82A, Paragraph.P82B))
        support = support if copy.target_group == TargetGroup.YES else ()
        last = found[-1] if found else None
        if last is not None and open_now and {s.service for s in last.support} == {s.service for s in support}:
            found[-1] = Grant(last.id, last.granted_on, support, None)
            continue
        if last is not None and open_now:
            found[-1] = Grant(last.id, last.granted_on, last.support, day)
        open_now = bool(support)
        if support:
            found.append(Grant(signed.decision.id, day, support, None))
    return found


def ended_on(file: CaseFile, grant: Grant, until: date | None) -> date | None:
    """The day a follow-up of this grant decided that it ends."""
    ends = [f.date for f in followed(file, grant, until) if f.result.startswith("afslutning") and f.date]
    return min(ends) if ends else None


def followed(file: CaseFile, grant: Grant, until: date | None) -> list[FollowUp]:
    return [
        f
        for f in file.follow_ups
        if f.result and f.date and f.date >= grant.granted_on and (until is None or f.date < until)
    ]


def runs(grant: Grant, file: CaseFile, today: date) -> bool:
    over = [d for d in (grant.end, grant.over_on, ended_on(file, grant, None)) if d is not None]
    return not any(day < today for day in over) and grant.over_on is None and ended_on(file, grant, None) is None
