# SPDX-License-Identifier: MPL-2.0
"""Every paper a case can give, made as the services make it: for tests that hold of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from app.domain.roles import Hand, Role
from app.models.casefile import CaseFile, Written
from app.models.kinds import Municipality
from app.papers.answer_contents import letter_content, plan_content
from app.papers.answer_letter import render_letter
from app.papers.citizen_contents import Look, contacts_content, lookups_content, sheet_content
from app.papers.contact_sheet import render_contacts
from app.papers.documenting import render_documenting
from app.papers.kinds import PaperKind
from app.papers.lookups import render_lookups
from app.papers.meeting_note import render_note
from app.papers.meeting_sheet import render_sheet
from app.papers.note_content import note_content
from app.papers.order import render_order
from app.papers.plan import render_plan
from app.papers.staff_contents import documenting_content, order_content

TODAY = date(2026, 11, 26)
VAGN = Hand("p-2", "Vagn Vejleder", Role.VEJLEDER)
BODIL = Hand("p-1", "Bodil Bestiller", Role.BESTILLER)
LOOKS = tuple(
    Look(datetime(2026, 11, day, hour, 5), name, role, action)
    for day, hour, name, role, action in (
        (26, 9, "Bodil Bestiller", "bestiller", "åbnet"),
        (26, 10, "Vagn Vejleder", "vejleder", "åbnet"),
        (26, 12, "Vagn Vejleder", "vejleder", "åbnet"),
        (24, 8, "Lis Leder", "leder", "åbnet"),
        (24, 9, "", "bestiller", "afvist"),
        (20, 9, "Rita Rådgiver", "rådgiver", "noget nyt"),
    )
)
STAFF = {"Bodil Bestiller": "12 34 56 79", "Vagn Vejleder": "12 34 56 78"}
LACKING = ("begrundelse", "næste skridt")

Content = Any
CONTENTS: Mapping[PaperKind, Callable[[CaseFile, Municipality], Content]] = {
    PaperKind.PLAN: lambda file, own: plan_content(file, own, TODAY, STAFF),
    PaperKind.LETTER: lambda file, own: letter_content(file, own, TODAY, STAFF),
    PaperKind.CONTACTS: lambda file, own: contacts_content(file, own, TODAY, STAFF),
    PaperKind.LOOKUPS: lambda file, own: lookups_content(file, own, TODAY, LOOKS),
    PaperKind.SHEET: lambda file, own: sheet_content(file, own, STAFF),
    PaperKind.NOTE: lambda file, own: note_content(file, own, TODAY, STAFF),
    PaperKind.ORDER: lambda file, own: order_content(file, own, TODAY, STAFF, {}),
    PaperKind.DOCUMENTING: lambda file, own: documenting_content(file, own, TODAY, LACKING, STAFF),
}
RENDER: Mapping[PaperKind, Callable[..., bytes]] = {
    PaperKind.PLAN: render_plan,
    PaperKind.LETTER: render_letter,
    PaperKind.CONTACTS: render_contacts,
    PaperKind.LOOKUPS: render_lookups,
    PaperKind.SHEET: render_sheet,
    PaperKind.NOTE: render_note,
    PaperKind.ORDER: render_order,
    PaperKind.DOCUMENTING: render_documenting,
}


def pdf_of(kind: PaperKind, file: CaseFile, own: Municipality, *, large: bool = False) -> bytes:
    """The paper as PDF, version 1."""
    return RENDER[kind](CONTENTS[kind](file, own), version=1, large=large)


def by_hand(file: CaseFile) -> Mapping[tuple[str, str], Written]:
    """A hand on every field of the plan: the vejleder's on goals and words, the bestiller's on the answer."""
    at = datetime(2026, 11, 26, 10, 42)
    vagn, bodil = Written(VAGN, at, "x"), Written(BODIL, at, "y")
    of_vagn = [file.story, *file.goals, *file.milestones, *file.tried, *file.advice]
    found = {(one.id, name): vagn for one in of_vagn for name in one.__dataclass_fields__}
    return found | {(one.id, name): bodil for one in (file.plan, file.answer) for name in one.__dataclass_fields__}
