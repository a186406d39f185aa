# SPDX-License-Identifier: MPL-2.0
"""Which step a field stands in, and which field a word on the quiet line leads to.

A path is a field's name as scripts write it ("goals.0.words"). Used by the room, the player and the quiet line. Pure.
"""

from __future__ import annotations

from app.domain import answer
from app.models.casefile import CaseFile, Talk
from app.models.kinds import Record, intensity_id
from app.papers.decided import within_frame
from app.services.conversation import still_apart, to_settle
from app.services.decide import unreasoned_doubles

_STEPS = {
    "citizen": 1,
    "source": 1,
    "preventive": 1,
    "complex": 1,
    "coordinator": 1,
    "duties": 1,
    "meeting": 1,
    "consents": 1,
    "direct_85": 1,
    "ending": 1,
    "more": 1,
    "wishes": 2,
    "resources": 2,
    "whole_person": 2,
    "network": 2,
    "referral": 3,
    "ask": 3,
    "purpose": 4,
    "goals": 4,
    "bridge": 4,
    "follow_ups": 4,
    "notes": 4,
}
ANSWER = 5


def step_of(path: str) -> int:
    """The number of the step in which the field with this path stands."""
    return _STEPS.get(path.split(".")[0], ANSWER)


def path_of_lack(word: str, file: CaseFile) -> str:
    """The field to go to for a word of `decide.lacking`: what is not written, or what people are to settle."""
    apart = next((talk for talk in to_settle(file) if still_apart(talk) == word), None)
    if apart is not None:
        return path_of_talk(apart, file)
    firsts = {
        answer.TARGET_GROUP: "answer.target_group",
        answer.REASON: "answer.reason",
        answer.FACTS: "answer.facts",
        answer.SUPPORT: f"support.{_ungrounded(file)}.paragraph",
        answer.PURPOSE: "purpose.text",
        answer.GOAL: "goals.0.words",
        answer.START: f"support.{_first_support(file, 'start')}.start",
        answer.END: f"support.{_first_support(file, 'end')}.end",
        answer.BRIDGE: "bridge.0.text",
        answer.UNTIL: "answer.until",
        answer.NEXT_STEP: _unfinished_step(file),
        answer.COORDINATOR: "coordinator.name",
        answer.SAME_NEED: f"support.{_doubled(file)}.same_need_reason",
        answer.WEIGHING: "answer.weighing",
        answer.QUESTION: f"questions.{_unanswered(file)}.answer",
    }
    return firsts[word]


def _first_support(file: CaseFile, half: str) -> int:
    dated = [n for n, s in enumerate(file.support) if s.paragraph in ("82a", "82b") and getattr(s, half) is None]
    return next(iter(dated), 0)


def _ungrounded(file: CaseFile) -> int:
    return next((n for n, support in enumerate(file.support) if not support.paragraph), 0)


def _doubled(file: CaseFile) -> int:
    second = next(iter(unreasoned_doubles(file)), None)
    return file.support.index(second) if second is not None else 0


def _unfinished_step(file: CaseFile) -> str:
    """The first hole in the first next step that is not whole: who, what, by when (A3)."""
    for place, step in enumerate(file.next_steps):
        for name, there in (("who", step.who.strip()), ("what", step.what.strip()), ("by", step.by)):
            if not there:
                return f"next_steps.{place}.{name}"
    return "next_steps.0.who"


def _unanswered(file: CaseFile) -> int:
    open_ones = [n for n, q in enumerate(file.questions) if q.text.strip() and not q.answer.strip() and not q.seen]
    return next(iter(open_ones), 0)


def path_of_talk(talk: Talk, file: CaseFile) -> str:
    """The field a conversation stands at; "" for what is written in no field of the room."""
    return path_of(talk.kind, talk.record_id, talk.fields[0], file)


def path_of(kind: str, record_id: str, name: str, file: CaseFile) -> str:
    """Where a field of a record stands; "" for what is written in no field of the room, or is not there any more."""
    if kind == "intensity":
        places = [intensity_id(file.case.id, row.id) for row in within_frame(file)]
        return f"intensity.{places.index(record_id)}.text" if record_id in places else ""
    if kind in _LISTS:
        row = _row(kind, record_id, file)
        if not row:
            return ""
        return f"{row}.{_KEYS.get((kind, name), name)}"
    return _SINGLES.get((kind, name)) or (f"{kind}.{name}" if kind in _BY_NAME else "")


_BY_NAME = frozenset({"citizen", "answer", "notes", "duties", "coordinator"})
_SINGLES = {
    ("case", "source"): "source",
    ("case", "preventive"): "preventive",
    ("case", "complex"): "complex",
    ("meeting", "place"): "meeting.place",
    ("story", "think"): "wishes.think",
    ("story", "want"): "wishes.want",
    ("story", "resources"): "resources",
    ("story", "whole_person"): "whole_person.text",
    ("story", "whole_person_print"): "whole_person.print",
    ("story", "read_back"): "read_back",
    ("plan", "purpose"): "purpose.text",
    ("plan", "provisional_until"): "purpose.provisional_until",
}
_LISTS = {
    "participant": ("meeting.participants", "participants"),
    "consent": ("consents", "consents"),
    "network_person": ("network", "network"),
    "goal": ("goals", "goals"),
    "milestone": ("milestones", "milestones"),
    "action": ("actions", "actions"),
    "support": ("support", "support"),
    "bridge": ("bridge", "bridges"),
    "follow_up": ("follow_ups", "follow_ups"),
    "next_step": ("next_steps", "next_steps"),
    "question": ("questions", "questions"),
    "revisit_request": ("revisits", "revisit_requests"),
    "advice": ("advice", "advice"),
    "referral": ("referral", "referrals"),
    "tried": ("tried", "tried"),
}
"""Where a kind's rows stand: their path, and their list in the case."""
_KEYS = {
    ("goal", "now_citizen"): "now.citizen",
    ("goal", "now_professional"): "now.professional",
    ("consent", "party"): "to",
    ("referral", "sender"): "from",
}


def _row(kind: str, record_id: str, file: CaseFile) -> str:
    """The path of a record's row, among those that hang on the same goal, meeting or referral; "" when it is not there."""
    path, name = _LISTS[kind]
    records: tuple[Record, ...] = getattr(file, name)
    if kind == "referral":
        records = records[::-1]  # the newest is the one scripts call "referral"
    record = next((r for r in records if r.id == record_id), None)
    if record is None:
        return ""
    hangs_on = {"milestone": "goal_id", "action": "goal_id", "tried": "referral_id", "participant": "meeting_id"}.get(
        kind
    )
    if hangs_on is not None:
        over = getattr(record, hangs_on)
        records = tuple(r for r in records if getattr(r, hangs_on) == over)
        above = {"goal_id": "goal", "referral_id": "referral"}.get(hangs_on)
        if above is not None:
            first = _row(above, over, file)
            if not first:
                return ""
            path = f"{first}.{path}"
    place = records.index(record)
    if kind == "referral":
        return path if place == 0 else f"{path}.{place}"
    return f"{path}.{place}"
