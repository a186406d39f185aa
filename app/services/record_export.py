# SPDX-License-Identifier: MPL-2.0
"""A case as one document, in the shape of a meeting script: what stands, whose hand it is in, and what still lacks.

Called by `rundbord export record` and by the player of scripts, which compares it with what was typed. Reads one frozen case and
writes nothing but that somebody took it out. Must not know screens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from app.domain.rights import Act
from app.domain.roles import Hand
from app.models.casefile import CaseFile, Draft, Written
from app.models.fields import to_json
from app.models.kinds import Goal, Record, Referral, Support, Tried
from app.papers.decided import within_frame
from app.services import cases
from app.services.decide import lacking
from app.services.desk import Desk
from app.store import queries

Json: TypeAlias = dict[str, Any]
Shape: TypeAlias = "str | Mapping[str, Shape]"
"""The name of a field, or an object of such: how one record is written down."""


def record(file: CaseFile, today: date) -> Json:
    """Everything on the case by a script's keys; a date as ISO text, what is not written as null or "".

    `authors` gives the hand behind each leaf by its path ("goals.0.now.citizen"), `result` how the answer stands. A text
    that is no value yet is null here and told of in `result`; `today` is only for a case that no meeting has dated.
    """
    return _Writer(file).write(today)


def export(desk: Desk, hand: Hand, case_id: str) -> Json:
    """Take a case out of the program as one document: the reading is logged, and so is that it left."""
    desk.require(hand, Act.EXPORT, case_id)
    file = cases.open_case(desk, hand, case_id)
    desk.note(hand, case_id, "taget ud")
    return record(file, desk.today())


def read_back(desk: Desk, played: str) -> Json:
    """The same for the player of scripts, whose own practice folder it is: nobody looks, so nothing is asked or logged."""
    return record(queries.case_file(desk.replica, played), desk.today())


def because(sentence: str) -> str:
    """The reason in a refusal's sentence: what stands after its last colon, without the full stop."""
    return sentence.rpartition(": ")[2].strip().removesuffix(".")


# -- inside

_PARTICIPANT: Shape = {"name": "name", "role": "role", "discipline": "discipline"}
_CONSENT: Shape = {"to": "party", "purpose": "purpose", "given": "given"}
_NETWORK: Shape = {"who": "who", "relation": "relation", "print": "print"}
_TRIED: Shape = {"what": "what", "outcome": "outcome", "note": "note", "citizen_says": "citizen_says"}
_GOAL: Shape = {
    "words": "words",
    "goal": "goal",
    "theme": "theme",
    "type": "type",
    "now": {"citizen": "now_citizen", "professional": "now_professional"},
    "hoped": "hoped",
    "done_when": "done_when",
}
_ACTION: Shape = {"owner": "owner", "who": "who", "what": "what", "by": "by"}
_SUPPORT: Shape = {"paragraph": "paragraph", "offer": "offer", "start": "start", "end": "end", "frame": "frame"}
_NEXT_STEP: Shape = {"who": "who", "what": "what", "by": "by"}
_QUESTION: Shape = {"text": "text", "answer": "answer"}
_REVISIT: Shape = {"offer": "offer", "why": "why", "answer": "answer"}


@dataclass(slots=True)
class _Writer:
    """Walks the case once; every leaf leaves its author, and its refusal if it has one, on the way."""

    file: CaseFile
    authors: dict[str, Json] = field(default_factory=dict)
    refused: list[Json] = field(default_factory=list)

    def write(self, today: date) -> Json:
        file = self.file
        meeting = file.meeting
        told: Json = {
            "today": ((meeting.date if meeting else None) or today).isoformat(),
            "citizen": self._citizen(),
            "source": self._leaf("source", file.case, "source"),
            "preventive": self._leaf("preventive", file.case, "preventive"),
            "referral": self._referral("referral", file.referrals[-1]) if file.referrals else None,
            "meeting": self._meeting(),
            "consents": self._list("consents", file.consents, _CONSENT),
            "wishes": self._object("wishes", file.story, {"think": "think", "want": "want"}),
            "resources": self._leaf("resources", file.story, "resources"),
            "whole_person": self._object(
                "whole_person", file.story, {"text": "whole_person", "print": "whole_person_print"}
            ),
            "network": self._list("network", file.network, _NETWORK),
            "purpose": self._object(
                "purpose", file.plan, {"text": "purpose", "provisional_until": "provisional_until"}
            ),
            "goals": self._rows("goals", file.goals, self._goal),
            "support": self._list("support", file.support, _SUPPORT),
            "bridge": self._list("bridge", file.bridges, "text"),
            "next_steps": self._list("next_steps", file.next_steps, _NEXT_STEP),
            "follow_ups": self._list("follow_ups", file.follow_ups, "date"),
            "answer": self._answer(),
            "question": self._object("question", file.questions[0], _QUESTION) if file.questions else None,
            "notes": self._object("notes", file.notes, {"bestiller": "bestiller", "vejleder": "vejleder"}),
            "read_back": self._leaf("read_back", file.story, "read_back"),
        }
        told |= self._beyond_a_script()
        return {**told, **self._conversations(), "authors": self.authors, "result": self._result()}

    def _result(self) -> Json:
        decision = self.file.decision
        return {
            "signed": decision is not None and decision.authentic,
            **self._apart(),
            "refused": self.refused,
            "lacks": list(lacking(self.file)),
        }

    def _apart(self) -> Json:
        """The answers that were signed apart, where there are several, and which hold."""
        several = [
            {
                "by": d.decision.signer_name,
                "at": d.decision.signed_at,
                "answer": d.decision.target_group,
                "holds": d.authentic,
            }
            for d in self.file.apart
        ]
        return {"signed_apart": several} if several else {}

    def _conversations(self) -> Json:
        """What people wrote apart and have not settled, where there is any: above, one of it stands."""
        several = [
            {
                "kind": talk.kind,
                "id": talk.record_id,
                "fields": list(talk.fields),
                "said": [
                    {"by": s.hand.name, "at": s.at.isoformat(), "values": {n: to_json(v) for n, v in s.values.items()}}
                    for s in talk.said
                ],
            }
            for talk in self.file.conversations
        ]
        return {"conversations": several} if several else {}

    def _beyond_a_script(self) -> Json:
        """A script has room for one referral and one question; a record with more of them gives them all as well."""
        more: Json = {}
        if len(self.file.referrals) > 1:
            more["referrals"] = self._rows("referrals", self.file.referrals, self._referral)
        if len(self.file.questions) > 1:
            more["questions"] = self._list("questions", self.file.questions, _QUESTION)
        file = self.file
        if file.intensities:
            more["intensity"] = self._rows("intensity", within_frame(file), self._intensity)
        if file.revisit_requests:
            more["revisit_requests"] = self._list("revisit_requests", file.revisit_requests, _REVISIT)
        goals = any(goal.level_now or goal.level_target for goal in file.goals)
        if goals or file.ffb_groups or file.plan.support_need or any(f.result for f in file.follow_ups):
            more["ffb"] = {
                "target_groups": self._list("ffb.target_groups", file.ffb_groups, "name"),
                "support_need": self._leaf("ffb.support_need", file.plan, "support_need"),
                "goals": self._list("ffb.goals", file.goals, {"now": "level_now", "target": "level_target"}),
                "follow_ups": self._list("ffb.follow_ups", file.follow_ups, "result"),
            }
        return more

    # What is not one record to one object.

    def _citizen(self) -> Json:
        citizen, number = self.file.citizen, self.file.identifier
        told: Json = {"name": self._leaf("citizen.name", citizen, "name")}
        draft = self.file.drafts.get((citizen.id, "value"))  # kept on the citizen until it can be a number
        if draft is not None or number is None:
            self._note("citizen.cpr", citizen, "value", draft)
            told["cpr"] = None
        else:
            told["cpr"] = self._leaf("citizen.cpr", number, "value")
        rest = ("phone", "address", "protected", "interpreter", "guardian")
        return told | {name: self._leaf(f"citizen.{name}", citizen, name) for name in rest}

    def _referral(self, path: str, referral: Referral) -> Json:
        tried: tuple[Tried, ...] = tuple(t for t in self.file.tried if t.referral_id == referral.id)
        told = self._object(path, referral, {"from": "sender", "date": "date"})
        return {**told, "tried": self._list(f"{path}.tried", tried, _TRIED)}

    def _meeting(self) -> Json | None:
        meeting = self.file.meeting
        if meeting is None:
            return None
        present = tuple(p for p in self.file.participants if p.meeting_id == meeting.id)
        told = self._object("meeting", meeting, {"place": "place"})
        return {**told, "participants": self._list("meeting.participants", present, _PARTICIPANT)}

    def _answer(self) -> Json:
        """What weighed is there when somebody has written it: a script from before it has no such key."""
        answer = self.file.answer
        names = ("target_group", "reason", "considerations", "facts", "until")
        written = answer.considerations or (answer.id, "considerations") in self.file.drafts
        return self._object("answer", answer, {n: n for n in names if n != "considerations" or written})

    def _goal(self, path: str, goal: Goal) -> Json:
        return {
            **self._object(path, goal, _GOAL),
            "milestones": self._list(f"{path}.milestones", self.file.milestones_of(goal), "text"),
            "actions": self._list(f"{path}.actions", self.file.actions_of(goal), _ACTION),
        }

    def _intensity(self, path: str, support: Support) -> Json:
        """How much of a support is given just now, beside the support it is of."""
        now = self.file.intensity_of(support.id)
        return {"support": support.offer, "text": self._leaf(f"{path}.text", now, "text")}

    # How anything is written down.

    def _rows(self, path: str, records: tuple[Any, ...], row: Callable[[str, Any], Json]) -> list[Json]:
        return [row(f"{path}.{place}", one) for place, one in enumerate(records)]

    def _list(self, path: str, records: tuple[Record, ...], shape: Shape) -> list[Any]:
        return [self._shaped(f"{path}.{place}", one, shape) for place, one in enumerate(records)]

    def _object(self, path: str, one: Record, shape: Shape) -> Json:
        told = self._shaped(path, one, shape)
        assert isinstance(told, dict)
        return told

    def _shaped(self, path: str, one: Record, shape: Shape) -> Any:
        if isinstance(shape, str):
            return self._leaf(path, one, shape)
        return {key: self._shaped(f"{path}.{key}", one, inner) for key, inner in shape.items()}

    def _leaf(self, path: str, one: Record, name: str) -> str | int | bool | None:
        draft = self.file.drafts.get((one.id, name))
        self._note(path, one, name, draft)
        return None if draft is not None else to_json(getattr(one, name))

    def _note(self, path: str, one: Record, name: str, draft: Draft | None) -> None:
        self.authors[path] = self._author(one, name)
        if draft is not None and draft.because:
            self.refused.append({"field": path, "because": because(draft.because)})

    def _author(self, one: Record, name: str) -> Json:
        """Whose hand a leaf is in: who wrote it, else who began the record it stands on, else who opened the case."""
        hands = self.file.hands
        case = self.file.case
        written = next(
            (hands[key] for key in ((one.id, name), (one.id, "removed"), (case.id, "removed")) if key in hands), None
        )
        return _hand(written)


def _hand(written: Written | None) -> Json:
    if written is None:  # a case from before changes were kept
        return {"name": "", "role": "", "at": ""}
    at: datetime = written.at
    return {"name": written.hand.name, "role": written.hand.role.value, "at": at.isoformat(timespec="seconds")}
