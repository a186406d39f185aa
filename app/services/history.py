# SPDX-License-Identifier: MPL-2.0
"""Who wrote what when on a case, who has looked at it, and the papers as they were given (A1, A10, B7).

Called by the meeting room's history. What only the program writes is left out, and so is a
CPR number. Must not know how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.company import Sitting, sitting_of
from app.domain.competence import law
from app.domain.dates import format_full
from app.domain.errors import UserError
from app.domain.names import fold
from app.domain.paragraphs import PARAGRAPHS
from app.domain.rights import Act
from app.domain.roles import Hand, Pen
from app.models.casefile import CaseFile
from app.models.fields import FieldInfo, Merge, Value, fields_of, from_json
from app.models.kinds import KINDS, Paper
from app.papers.citizen_contents import Look as LogLine
from app.papers.kinds import KNOWN, PaperKind
from app.services.desk import Desk
from app.services.lists import NAMES
from app.store import queries, third
from app.store.accounts import accounts
from app.store.queries import HistoryLine

_WHOLE = {
    "decision": "Svaret er underskrevet",
    "identifier": "CPR-nummer",
    "sent": "Sendt til et andet system",
    "informed": "Har set, hvad der er ændret i planen",
}
"""Kinds that are told in one word, whatever stands in their fields."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing somebody wrote. `what` is the field, `words` what it came to hold; "" where only `what` is told. `there`: who
    took part, the citizen too (G4); nobody where it was written in no meeting.
    """

    at: datetime
    hand: Hand
    what: str
    words: str
    change_id: str
    there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the case: when, by whom in which role, and what was done. `name` "" is somebody with no account here."""

    at: datetime
    name: str
    role: str
    what: str


@dataclass(frozen=True, slots=True)
class Given:
    """A paper that has left the room, of which the very pages are kept."""

    paper_id: str
    at: datetime
    words: str


def looks(desk: Desk, hand: Hand, case_id: str) -> tuple[Look, ...]:
    """Everybody who has opened, printed, shared or been refused something on the case, the newest first.

    Raises Refused for a role that may not see it.
    """
    return tuple(Look(x.at, x.name, x.role, _LOOKS.get(x.action, x.action)) for x in look_lines(desk, hand, case_id))


def look_lines(desk: Desk, hand: Hand, case_id: str) -> tuple[LogLine, ...]:
    """The same as the log has it, for the citizen's own list. Raises Refused for a role that may not see it."""
    desk.require(hand, Act.ACCESS_LOG, case_id)
    names = {own.person_id: own.name for own in accounts(desk.replica)}
    lines = queries.access_lines(desk.replica, case_id)
    return tuple(LogLine(x.at, names.get(x.person_id, ""), x.role, x.action) for x in lines)


def given(desk: Desk, hand: Hand, case_id: str) -> tuple[Given, ...]:
    """The papers that have been given or printed, the newest first."""
    desk.require_open(hand, case_id)
    file = queries.case_file(desk.replica, case_id)
    found = [Given(p.id, at, _paper(p)) for p in file.papers if (at := _made(file, p)) is not None]
    return tuple(sorted(found, key=lambda one: (one.at, one.paper_id), reverse=True))


def _made(file: CaseFile, paper: Paper) -> datetime | None:
    """When a paper was made as it says itself; where that is no moment, when it was written on the record."""
    try:
        at = datetime.fromisoformat(paper.made_at)
    except ValueError:
        at = None
    if at is not None and at.tzinfo is not None:
        return at
    written = file.hands.get((paper.id, "made_at"))
    return written.at if written is not None else None


def open_given(desk: Desk, hand: Hand, case_id: str, paper_id: str) -> bytes:
    """The very pages that were given, because somebody opens them: the reading is logged."""
    desk.require(hand, Act.OPEN_CASE, case_id)
    pdf = queries.issued_pdf(desk.replica, case_id, paper_id)
    if pdf is None:
        raise UserError("Papirets sider findes ikke på denne computer.")
    desk.note(hand, case_id, "papir åbnet", paper_id)
    return pdf


_LOOKS = {
    "åbnet": "åbnede sagen",
    "nyt læst": "læste nyt i den åbne sag",
    "cpr vist": "så CPR-nummeret",
    "udskrevet": "gav eller printede et papir",
    "papir åbnet": "åbnede et papir, som det blev givet",
    "indberettet": "indberettede sagen",
    "kopieret": "kopierede felter til fagsystemet",
    "i kalender": "gemte opfølgningerne til en kalender",
    "taget ud": "tog sagen ud som fil",
    "afvist": "blev afvist i at skrive eller læse noget",
    "delt med rådgiver": "delte sagen med en rådgiver",
}


def _paper(paper: Paper) -> str:
    known = KNOWN.get(PaperKind(paper.type)) if paper.type in set(PaperKind) else None
    name = f"{known.the[:1].upper()}{known.the[1:]}" if known else paper.type
    state = ", stor skrift" * paper.large + " (udkast)" * paper.draft
    way = f", {paper.channel} {format_full(paper.delivered_on)}" if paper.channel and paper.delivered_on else ""
    return f"{name}, version {paper.version}{state}{way}"


def told(desk: Desk, hand: Hand, case_id: str) -> tuple[Told, ...]:
    """The case's history, the newest first."""
    desk.require_open(hand, case_id)
    sittings = third.sittings(desk.replica, case_id)
    return tuple(one for line in queries.history(desk.replica, case_id) for one in _of(line, _there(line, sittings)))


def _there(line: HistoryLine, sittings: Sequence[Sitting]) -> tuple[str, ...]:
    """Everybody at the meeting a line was written in: "Bodil Bestiller (bestiller)". What somebody has read is no part of one."""
    if line.kind == "informed":
        return ()
    found = sitting_of(sittings, line.change_id, line.at.date().isoformat())
    if found is None:
        return ()
    return (*(f"{name.strip()} ({role})" if role else name.strip() for name, role in found.people), "borgeren")


def _of(line: HistoryLine, there: tuple[str, ...]) -> Iterator[Told]:
    declared = fields_of(KINDS[line.kind])

    def one(what: str, words: str = "") -> Told:
        return Told(line.at, line.hand, what, words, line.change_id, there)

    if line.kind in _WHOLE:
        if line.fields.keys() & {"value", "hash", "way", "changes"}:
            yield one(_WHOLE[line.kind])
        return
    if line.fields.get("removed"):
        yield one(line.step_name)
        return
    for name, raw in line.fields.items():
        info = declared.get(name)
        if info is not None and _is_written(info):
            yield one(_field(line.kind, info), _words(info, from_json(info, raw)))  # type: ignore[arg-type]


def _is_written(info: FieldInfo) -> bool:
    """Whether a person wrote it, as words somebody reads."""
    program = info.pen is Pen.PROGRAM or info.merge is Merge.ORDER
    return not program and info.name != "removed" and not info.name.endswith("_id")


def _field(kind: str, info: FieldInfo) -> str:
    """A field by its label; of a list, by whose it is too: "Handling: Senest"."""
    label, of = info.label.rstrip("?"), NAMES.get(kind, "")
    return (
        label
        if fold(label).startswith(fold(of)) or fold(label) in fold(of)
        else f"{of[:1].upper()}{of[1:]}: {label.lower()}"
    )


def _words(info: FieldInfo, value: Value) -> str:
    if info.name == "paragraph" and value in PARAGRAPHS:
        return law(str(value))
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, date):
        return format_full(value)
    return "(tomt)" if value in ("", None) else str(value)
