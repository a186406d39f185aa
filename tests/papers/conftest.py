# SPDX-License-Identifier: MPL-2.0
"""Cases for the papers: built by hand from the shared meeting scripts, signed or not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from app.domain.resources import resource_path
from app.models.casefile import CaseFile, SignedDecision
from app.models.kinds import (
    MUNICIPALITY,
    Action,
    Answer,
    Bridge,
    Case,
    Citizen,
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
    Participant,
    Plan,
    Story,
    Support,
    Tried,
)

CASES = Path(__file__).parents[1] / "data" / "cases"
STAFF = {"Bodil Bestiller": "12 34 56 79", "Vagn Vejleder": "12 34 56 78"}
SCRIPTS = sorted([*CASES.glob("moede-*.json"), *(CASES.parent / "scripts").glob("*.json")])
SIGNED_AT = "2026-11-26T11:40:00+01:00"


def script(number: int) -> dict[str, Any]:
    """A shared meeting script as it is written."""
    (path,) = CASES.glob(f"moede-{number}-*.json")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def day(text: str | None) -> date | None:
    """A script's date. What is none is a draft in the record, and no value."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def build(told: Mapping[str, Any]) -> CaseFile:
    """The case a script ends with, unsigned."""
    case = "case-1"
    who, wishes, answer = told["citizen"], told.get("wishes", {}), told["answer"]
    whole, plan, notes = told.get("whole_person", {}), told.get("purpose", {}), told.get("notes", {})
    goals = told.get("goals", [])

    def at(position: int, kind: str) -> dict[str, Any]:
        return {"id": f"{kind}-{position}", "case_id": case, "position": position}

    return CaseFile(
        case=Case(
            id=case,
            case_id=case,
            number="2026-0042-7KQ",
            source=told.get("source", ""),
            bestiller="Bodil Bestiller",
            vejleder="Vagn Vejleder",
        ),
        citizen=Citizen(
            id="citizen",
            case_id=case,
            name=who["name"],
            phone=who.get("phone") or "",
            address=who.get("address") or "",
            protected=bool(who.get("protected")),
            interpreter=who.get("interpreter") or "",
            guardian=who.get("guardian") or "",
        ),
        identifiers=(Identifier(id="number", case_id=case, type="cpr", value=who["cpr"]),) if who.get("cpr") else (),
        story=Story(
            id="story",
            case_id=case,
            think=wishes.get("think") or "",
            want=wishes.get("want") or "",
            resources=told.get("resources") or "",
            whole_person=whole.get("text") or "",
            whole_person_print=bool(whole.get("print")),
            read_back=told.get("read_back") or "",
        ),
        plan=Plan(
            id="plan",
            case_id=case,
            purpose=plan.get("text") or "",
            provisional_until=day(plan.get("provisional_until")),
        ),
        answer=Answer(
            id="answer",
            case_id=case,
            target_group=answer.get("target_group") or "",
            reason=answer.get("reason") or "",
            considerations=answer.get("considerations") or "",
            facts=answer.get("facts") or "",
            until=day(answer.get("until")),
        ),
        notes=Notes(id="notes", case_id=case, bestiller=notes.get("bestiller", ""), vejleder=notes.get("vejleder", "")),
        tried=tuple(
            Tried(**at(i, "tried"), referral_id="r", what=t["what"], outcome=t["outcome"], note=t.get("note") or "")
            for i, t in enumerate(told.get("referral", {}).get("tried", []))
        ),
        meetings=(
            Meeting(
                id="meeting", case_id=case, date=day(told["today"]), place=told.get("meeting", {}).get("place", "")
            ),
        ),
        participants=tuple(
            Participant(**at(i, "participant"), meeting_id="meeting", **p)
            for i, p in enumerate(told.get("meeting", {}).get("participants", []))
        ),
        network=tuple(NetworkPerson(**at(i, "network"), **n) for i, n in enumerate(told.get("network", []))),
        goals=tuple(
            Goal(
                **at(i, "goal"),
                words=g.get("words") or "",
                goal=g.get("goal") or "",
                theme=g.get("theme") or "",
                type=g.get("type") or "",
                now_citizen=g.get("now", {}).get("citizen"),
                now_professional=g.get("now", {}).get("professional"),
                hoped=g.get("hoped"),
                done_when=g.get("done_when") or "",
            )
            for i, g in enumerate(goals)
        ),
        milestones=tuple(
            Milestone(id=f"m-{i}-{j}", case_id=case, goal_id=f"goal-{i}", position=j, text=text)
            for i, g in enumerate(goals)
            for j, text in enumerate(g.get("milestones", []))
        ),
        actions=tuple(
            Action(
                id=f"a-{i}-{j}",
                case_id=case,
                goal_id=f"goal-{i}",
                position=j,
                owner=a["owner"],
                who=a["who"],
                what=a["what"],
                by=day(a["by"]),
            )
            for i, g in enumerate(goals)
            for j, a in enumerate(g.get("actions", []))
        ),
        support=tuple(
            Support(
                **at(i, "support"),
                paragraph=s["paragraph"],
                offer=s["offer"],
                offer_id="offer-1" if s["paragraph"] == "82b" else "",
                start=day(s["start"]),
                end=day(s["end"]),
                frame=s["frame"],
            )
            for i, s in enumerate(told.get("support", []))
        ),
        bridges=tuple(Bridge(**at(i, "bridge"), text=text) for i, text in enumerate(told.get("bridge", []))),
        next_steps=tuple(
            NextStep(**at(i, "step"), who=s["who"], what=s["what"], by=day(s["by"]))
            for i, s in enumerate(told.get("next_steps", []))
        ),
        follow_ups=tuple(FollowUp(**at(i, "follow"), date=day(d)) for i, d in enumerate(told.get("follow_ups", []))),
    )


def iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def copy_of(file: CaseFile, paragraphs: list[str]) -> dict[str, Any]:
    """What a signature keeps of the case, in the keys the signing service writes."""
    return {
        "decision_id": "decision",
        "case_id": file.case.id,
        "case_number": file.case.number,
        "citizen": {
            "name": file.citizen.name,
            "identifier": file.identifier.value if file.identifier else "",
            "id": file.citizen.id,
        },
        "target_group": file.answer.target_group,
        "paragraphs": paragraphs,
        "reason": file.answer.reason,
        "considerations": file.answer.considerations,
        "facts": file.answer.facts,
        "hearing": file.answer.hearing,
        "until": iso(file.answer.until),
        "think": file.story.think,
        "want": file.story.want,
        "purpose": file.plan.purpose,
        "provisional_until": iso(file.plan.provisional_until),
        "goals": [
            {
                "words": g.words,
                "goal": g.goal,
                "done_when": g.done_when,
                "milestones": [m.text for m in file.milestones_of(g)],
                "actions": [
                    {"owner": a.owner, "who": a.who, "what": a.what, "by": iso(a.by)} for a in file.actions_of(g)
                ],
            }
            for g in file.goals
        ],
        "support": [
            {
                "paragraph": s.paragraph,
                "offer": s.offer,
                "id": s.id,
                "offer_version": 1,
                "start": iso(s.start),
                "end": iso(s.end),
                "frame": s.frame,
                "legal_ground": "Serviceloven § 82 b" if s.paragraph == "82b" else "",
                "standard": "Du får en fast vejleder og en aftale for hver uge." if s.paragraph == "82b" else "",
            }
            for s in file.support
        ],
        "bridge": [b.text for b in file.bridges],
        "next_steps": [{"who": s.who, "what": s.what, "by": iso(s.by)} for s in file.next_steps],
        "follow_ups": [iso(f.date) for f in file.follow_ups],
        "read_back": file.story.read_back,
        "decided_by": {"id": "p-1", "name": "Bodil Bestiller"},
        "decided_at": SIGNED_AT,
    }


def signed(file: CaseFile, *, paragraphs: list[str] | None = None, authentic: bool = True) -> CaseFile:
    """The same case with a decision over it."""
    rests_on = paragraphs or sorted({s.paragraph for s in file.support if s.paragraph != "åbent"})
    decision = Decision(
        id="decision",
        case_id=file.case.id,
        content=json.dumps(copy_of(file, rests_on), ensure_ascii=False, sort_keys=True),
        hash="9ac1d20b" + "0" * 56,
        seal="SEAL",
        signer_id="p-1",
        signer_name="Bodil Bestiller",
        signed_at=SIGNED_AT,
        target_group=file.answer.target_group,
    )
    return replace(file, decisions=(SignedDecision(decision, authentic),))


@pytest.fixture(scope="session")
def municipality() -> Municipality:
    """The shipped first values."""
    first = json.loads(resource_path("municipality.json").read_text(encoding="utf-8"))
    return Municipality(id=MUNICIPALITY, case_id=MUNICIPALITY, **first)


@pytest.fixture
def case() -> Callable[..., CaseFile]:
    """Builds the case of a shared script, with keys of the script replaced."""

    def of(number: int, **instead: Any) -> CaseFile:
        return build({**script(number), **instead})

    return of


@pytest.fixture
def sign() -> Callable[..., CaseFile]:
    """Lays a decision over a case; `authentic=False` is one whose seal does not hold."""
    return signed


@pytest.fixture
def staff() -> dict[str, str]:
    """The phones of the people at work."""
    return dict(STAFF)


@pytest.fixture
def read() -> Callable[[bytes], list[str]]:
    """The text of each page of a PDF as a reader finds it, in lines."""

    def of(pdf: bytes) -> list[str]:
        with pdfium.PdfDocument(pdf) as document:
            return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]

    return of
