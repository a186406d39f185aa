# SPDX-License-Identifier: MPL-2.0
"""What the plan and the answer letter say of a case: the citizen's own and nothing else (promises 2, 5, 6; rows A3, A5, A6,
B4-B6, C3, D6, E8, F2).

Pure. Called by the services that make a paper and by the preview; `plan` and `answer_letter` set what comes back. A decision
whose seal holds speaks through its signed copy, whatever the fields have since become; without one everything is a draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.domain.deadlines import Channel, complaint_deadline
from app.models.apart import both_told
from app.models.casefile import CaseFile
from app.models.choices import TargetGroup
from app.models.kinds import Municipality, Offer
from app.papers.content import LetterContent, PlanContent
from app.papers.discretion import discretion_of
from app.papers.reading import (
    address_lines,
    answer_of,
    author_of,
    channel_of,
    clauses_of,
    contacts_of,
    course_of,
    first_delivered,
    goals_of,
    hearing_of,
    identifier_of,
    in_order,
    is_signed,
    law,
    place_of,
    present_at,
    receiver_address,
    steps_of,
    support_of,
    told_of,
    with_relation,
)


def plan_content(
    file: CaseFile, municipality: Municipality, today: date, staff: Mapping[str, str] | None = None
) -> PlanContent:
    """What "Min plan" says. `staff`: the phone of each person at work, by name. `today` only where no meeting has a date."""
    keep, file = discretion_of(file, staff or {}), both_told(file)
    told, signed = told_of(file, municipality, {}), is_signed(file)
    meeting = file.meeting
    return PlanContent(
        author=author_of(municipality),
        phone=municipality.phone,
        citizen=told.citizen_name,
        day=(meeting.date if meeting else None) or told.decided_on or today,
        place=place_of(file, keep),
        want=keep.words(file.story.want if told.want is None else told.want).strip(),
        think=keep.words(file.story.think if told.think is None else told.think).strip(),
        resources=keep.text(file.story.resources).strip(),
        network=tuple(with_relation(p.who, p.relation) for p in file.network if p.print and p.who.strip()),
        whole_person=keep.text(file.story.whole_person).strip() if file.story.whole_person_print else "",
        purpose=keep.text(told.purpose).strip(),
        provisional_until=told.provisional_until,
        goals=goals_of(told, file, keep),
        support=support_of(told.support, keep, just_now=True),
        course=course_of(told),
        follow_ups=in_order(told.follow_ups),
        bridge=tuple(keep.text(text).strip() for text in told.bridge),
        next_steps=steps_of(told.next_steps, keep),
        contacts=contacts_of(file, municipality, staff or {}),
        present=tuple(present_at(file, keep)),
        read_back=told.read_back,
        answer=answer_of(told) if signed else "",
        decided_by=told.decided_by,
        decided_on=told.decided_on,
        broken_seal=file.decision is not None and not signed,
    )


def letter_content(
    file: CaseFile,
    municipality: Municipality,
    today: date,
    staff: Mapping[str, str] | None = None,
    *,
    offers: Mapping[str, Offer] | None = None,
    channel: Channel | None = Channel.HANDED_OVER,
) -> LetterContent:
    """What the answer letter says. `offers` by id give a draft the catalogue's words; a decision holds its own (F2).

    The time to complain runs from the day the first signed letter of this decision was handed over or sent, as the record has
    it; until then from `today` and `channel`. With no channel yet, no day is named that might prove wrong.
    """
    keep, file = discretion_of(file, staff or {}), both_told(file)
    told, signed = told_of(file, municipality, offers or {}), is_signed(file)
    shown, label = identifier_of(told, file)
    first = first_delivered(file)
    sent_on = (first.delivered_on if first else None) or today
    sent_on = max(
        sent_on, told.decided_on or sent_on
    )  # the seal holds the day it was decided: nothing is sent before it
    way = channel_of(first, channel)
    deadline = complaint_deadline(sent_on, way, municipality.closed_days_extra) if way else None
    return LetterContent(
        municipality=municipality.name,
        unit=municipality.unit,
        address=address_lines(municipality.address),
        phone=municipality.phone,
        logo=municipality.logo,
        day=told.decided_on or today,
        case_number=told.case_number or file.case.goes_by,
        receiver=(told.citizen_name, *receiver_address(file)),
        identifier=shown,
        identifier_label=label,
        guardian="" if keep.hides(file.citizen.guardian) else file.citizen.guardian.strip(),
        target_group=told.target_group,
        answer=answer_of(told),
        law=law(told.paragraphs),
        support=support_of(told.support, keep),
        reason=keep.words(told.reason),
        considerations=keep.words(told.considerations),
        facts=keep.words(told.facts),
        hearing=hearing_of(told),
        until=told.until if told.target_group == TargetGroup.LATER else None,
        want=keep.words(file.story.want if told.want is None else told.want).strip(),
        think=keep.words(file.story.think if told.think is None else told.think).strip(),
        purpose=keep.text(told.purpose).strip(),
        goals=goals_of(told, file, keep),
        bridge=tuple(keep.text(text).strip() for text in told.bridge),
        next_steps=steps_of(told.next_steps, keep),
        follow_ups=in_order(told.follow_ups),
        clauses=tuple(clauses_of(told, municipality, deadline)),
        contacts=contacts_of(file, municipality, staff or {}),
        decided_by=told.decided_by,
        decided_on=told.decided_on,
        decision_hash=file.decision.decision.hash if signed and file.decision else "",
        privacy=municipality.privacy,
        data_protection=municipality.data_protection,
        broken_seal=file.decision is not None and not signed,
    )
