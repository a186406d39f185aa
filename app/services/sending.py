# SPDX-License-Identifier: MPL-2.0
"""What is brought over to another system by hand: copied field by field, saved as a table, put in a calendar (G6).

What was copied is kept on the record as a mark of each text, so that anybody sees what was sent when, and what has changed
since. Called by the card of what leaves. The texts themselves come from `papers/clipboard.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from app.domain.errors import UserError
from app.domain.rights import Act
from app.domain.roles import Hand
from app.models.casefile import CaseFile
from app.models.kinds import Sent
from app.papers.clipboard import Block, Entry, blocks
from app.services import cases
from app.services.decide import moved_goals, moved_on
from app.services.desk import Desk
from app.services.sent import COPY, Copied, copies
from app.services.settings import in_use
from app.services.whole_file import whole_file
from app.services.workbook import cells, new_workbook
from app.store.seal import canonical
from app.store.unit_of_work import new_id

APART = "To har skrevet hver sit her. Gør det til én tekst først."
NO_DAY = "Der er ingen dag, hvor I mødes igen."


@dataclass(frozen=True, slots=True)
class Line:
    """One text to copy. `sent_at` and `by`: when it was last copied, and by whom; `changed` since then."""

    entry: Entry
    sent_at: datetime | None = None
    by: str = ""
    changed: bool = False

    @property
    def quiet(self) -> bool:
        """Whether the other system has it as it stands."""
        return self.sent_at is not None and not self.changed and not self.entry.apart


@dataclass(frozen=True, slots=True)
class Board:
    """Everything there is to copy, in the municipality's order; `gone`: labels of what was copied and is no longer there."""

    blocks: tuple[tuple[Block, tuple[Line, ...]], ...]
    gone: tuple[str, ...]

    @property
    def waiting(self) -> int:
        """How many texts the other system has not, or not as they stand now."""
        return sum(not line.quiet for _, lines in self.blocks for line in lines)


def board(desk: Desk, file: CaseFile) -> Board:
    """What stands on a case that has just been read, and what of it has been sent."""
    sent = copies(file)
    made = _blocks(desk, file)
    lines = tuple((block, tuple(_line(entry, sent.get(entry.key)) for entry in block.entries)) for block in made)
    there = {entry.key for block in blocks(file) for entry in block.entries}
    gone = tuple(one.label for key, one in sent.items() if key not in there and one.mark)
    return Board(lines, gone)


def _blocks(desk: Desk, file: CaseFile) -> tuple[Block, ...]:
    return blocks(file, in_use(desk).clipboard_order, moved_on(file), moved_goals(file))


def copied(desk: Desk, hand: Hand, case_id: str, entries: Iterable[Entry]) -> None:
    """These texts have just been copied: kept on the record, and noted in the access log."""
    desk.require(hand, Act.COPY_OUT, case_id)
    fields = {one.key: {"mark": mark(one.text), "label": one.label} for one in entries}
    with desk.step(hand, case_id, "Kopiér til fagsystemet") as work:
        at = desk.clock().isoformat(timespec="seconds")
        content = canonical({"fields": fields}).decode()
        work.create(Sent(id=new_id(), case_id=case_id, way=COPY, at=at, content=content))
        work.log_access("kopieret", "")


def save_table(desk: Desk, hand: Hand, case_id: str, path: Path) -> None:
    """The same texts as a workbook, a line each. Noted as any file that is taken out."""
    desk.require(hand, Act.EXPORT, case_id)
    made = _blocks(desk, cases.read_case(desk, hand, case_id))
    with whole_file(path, _workbook(made)):
        desk.note(hand, case_id, "taget ud", "xlsx")


def save_calendar(desk: Desk, hand: Hand, case_id: str, path: Path, *, with_initials: bool = False) -> int:
    """The days they meet again as a calendar file; how many there were. Raises UserError when there is none."""
    from app.papers.calendar import follow_ups  # late: the library of calendars is for this alone

    desk.require(hand, Act.CALENDAR, case_id)
    file = cases.read_case(desk, hand, case_id)
    days = sum(one.date is not None for one in file.follow_ups)
    if not days:
        raise UserError(NO_DAY)
    with whole_file(path, follow_ups(file, desk.clock(), with_initials=with_initials)):
        desk.note(hand, case_id, "i kalender", "")
    return days


def mark(text: str) -> str:
    """A mark of a text by which one sees whether it is still the same; the text is not in it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# -- inside


def _line(entry: Entry, sent: Copied | None) -> Line:
    if sent is None:
        return Line(entry)
    return Line(entry, sent.at, sent.by, changed=sent.mark != mark(entry.text))


def _workbook(made: tuple[Block, ...]) -> bytes:
    stream = BytesIO()
    book = new_workbook(stream, {"in_memory": True})
    head = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Sagen")
    sheet.freeze_panes(1, 0)
    for place, (heading, wide) in enumerate((("Blok", 18), ("Felt", 34), ("Indhold", 90))):
        sheet.set_column(place, place, wide, wrapped)
        sheet.write_string(0, place, heading, head)
    rows = (
        (b.title, one.label if not part else f"{one.label} (fortsat)", text)
        for b in made
        for one in b.entries
        for part, text in enumerate(cells(APART if one.apart else one.text))
    )
    for at, row in enumerate(rows, 1):
        for place, text in enumerate(row):
            sheet.write_string(at, place, text)
    book.close()
    return stream.getvalue()
