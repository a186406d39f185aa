# SPDX-License-Identifier: MPL-2.0
"""The caseload as a file: CSV that a Danish Excel opens, a workbook, or JSON; a piece at a time, so that it can be stopped.

Called by the screens, which read on the database lane and finish on the other, and by `rundbord caseload`. Taking it out is
noted in the access log before the first line is read. A file is whole or not there: it is written beside its place, and put there
at the end.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias
from weakref import finalize

from app.domain.dates import format_full
from app.domain.rights import Act
from app.domain.roles import Hand, Role
from app.services.caseload import age, late_since, to_wall
from app.services.desk import Desk
from app.services.seals import Seals
from app.services.whole_file import beside, tidy, writing
from app.services.workbook import fitted, new_workbook
from app.store import caseload, membership
from app.store.caseload import Asked, CaseRow, Figures

PIECE = 100
"""Lines read at a time, with the decisions behind them tried: some tens of milliseconds of the database lane."""

CSV, XLSX, JSON = "csv", "xlsx", "json"
UNWRITTEN = "ikke skrevet"
IN_THE_LIST = "Sager på arket Sager"
BRIDGE_SHARE = "Andel med mindst én vej videre"

Cell: TypeAlias = "str | int | date | None"
COLUMNS: tuple[tuple[str, Callable[[CaseRow, date], Cell], int], ...] = (
    ("Sag", lambda row, _: row.number, 18),
    ("Borger", lambda row, _: row.name, 30),
    ("Bestiller", lambda row, _: row.bestiller, 22),
    ("Vejleder", lambda row, _: row.vejleder, 22),
    ("Kom fra", lambda row, _: row.source, 16),
    ("Henvendelse", lambda row, _: row.contact_on, 12),
    ("Dage siden henvendelse", age, 12),
    ("Trin", lambda row, _: row.step, 16),
    ("Direkte til § 85", lambda row, _: "ja" if row.direct_85 else "", 12),
    ("Fra", lambda row, _: row.start, 12),
    ("Til", lambda row, _: row.end, 12),
    ("Dage til muren", to_wall, 12),
    ("Næste opfølgning", lambda row, _: row.next_follow_up, 12),
    ("Svar senest", lambda row, _: row.until, 12),
    ("Forfalden siden", late_since, 12),
    ("To roller", lambda row, _: row.two_roles, 22),
)
"""What a line holds: heading, value, and how wide a workbook's column is."""


class _Writer(Protocol):
    def add(self, row: CaseRow) -> None: ...

    def count(self, figures: Figures) -> None: ...

    def end(self) -> None: ...

    def drop(self) -> None: ...


@dataclass(slots=True, weakref_slot=True)
class Export:
    """A file on its way. `more` on the database lane until `done` is `total`, then `finish` anywhere; or `stop`."""

    desk: Desk
    reader: str
    role: Role
    team: str
    today: date
    numbers: tuple[int, ...]
    writer: _Writer
    stream: IO[bytes]
    path: Path | None
    half: Path | None
    seals: Seals
    done: int = 0

    @property
    def total(self) -> int:
        """How many lines there are to write."""
        return len(self.numbers)

    def more(self) -> bool:
        """Read and write the next piece, and the figures after the last. Whether there is more after it."""
        piece, replica = self.numbers[self.done : self.done + PIECE], self.desk.replica
        rows = self._rows(piece)
        if self.seals.tried([row.case_id for row in rows]):
            rows = self._rows(piece)
        with writing(self.path):
            for row in rows:
                self.writer.add(row)
        self.done += len(piece)
        if self.done < self.total:
            return True
        figures = caseload.figures(replica, self.today, self.team, self.reader)
        with writing(self.path):
            self.writer.count(figures)
        return False

    def _rows(self, piece: Sequence[int]) -> tuple[CaseRow, ...]:
        """Who has two roles is told a leader alone (C7)."""
        led = self.role is Role.LEDER
        return caseload.lines(self.desk.replica, self.today, piece, self.reader, two_roles=led)

    def finish(self) -> None:
        """Put the file in its place. Reads no replica."""
        with writing(self.path):
            self.writer.end()
            if self.path is not None and self.half is not None:
                self.stream.close()
                self.half.replace(self.path)
                tidy(self.path)

    def stop(self) -> None:
        """Leave nothing behind."""
        self.writer.drop()
        if self.half is not None:
            with suppress(OSError):  # a full disk: what could not be written is not wanted any more
                self.stream.close()
            self.half.unlink(missing_ok=True)


def begin(desk: Desk, hand: Hand, asked: Asked, form: str, to: Path | IO[bytes], team: str = "") -> Export:
    """Begin to write what is asked for, in its order, to a file or a stream. `form` is `CSV`, `XLSX` or `JSON`; `team` is how
    somebody named the team, which a desk that has but one knows as everybody.

    Raises UserError for whoever may not, EnvironmentProblem when the place cannot be written in.
    """
    desk.require(hand, Act.EXPORT)
    today = desk.today()
    numbers = caseload.everybody(desk.replica, today, asked._replace(reader=hand.person_id))
    desk.note(hand, "", "taget ud", f"caseload {form} {len(numbers)}")
    path = to if isinstance(to, Path) else None
    with writing(path):
        half = None if path is None else beside(path)
        stream = _open_private(half) if half is not None else to
        assert not isinstance(stream, Path)
        called = membership.team_names(desk.replica).get(asked.team, asked.team)
        writer = _writer(form, stream, today, called or team)
    going = Export(desk, hand.person_id, hand.role, asked.team, today, numbers, writer, stream, path, half, Seals(desk))
    if half is not None:  # also when the program is closed in the middle of it
        finalize(going, half.unlink, missing_ok=True)
    return going


def suggested_name(today: date) -> str:
    """What the file may be called: nobody's name in it."""
    return f"rundbord-sager-{today.isoformat()}"


# -- inside


def _writer(form: str, stream: IO[bytes], today: date, team: str) -> _Writer:
    if form == CSV:
        return _Csv(stream, today)
    return _Json(stream, today, team) if form == JSON else _Workbook(stream, today, team)


def _open_private(path: Path) -> IO[bytes]:
    """A new file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")


class _Csv:
    """Semicolons, a byte order mark and Danish dates: what a Danish Excel opens by a double click."""

    def __init__(self, stream: IO[bytes], today: date) -> None:
        self._today = today
        self._stream = stream
        stream.write(BOM_UTF8)
        self._csv = csv.writer(self, delimiter=";", lineterminator="\r\n")
        self._csv.writerow([heading for heading, _, _ in COLUMNS])

    def add(self, row: CaseRow) -> None:
        self._csv.writerow([_as_text(value(row, self._today)) for _, value, _ in COLUMNS])

    def write(self, text: str) -> None:
        """A line, as the writer of lines hands it over."""
        self._stream.write(text.encode())

    def count(self, figures: Figures) -> None:
        """A list has no figures."""

    def end(self) -> None:
        self._stream.flush()

    def drop(self) -> None:
        """It has nothing but the stream."""


class _Json:
    """The cases and their figures as one document, dates as ISO text. It is written when all of it is known."""

    def __init__(self, stream: IO[bytes], today: date, team: str) -> None:
        self._stream, self._today = stream, today
        self._cases: list[dict[str, Any]] = []
        self._told: dict[str, Any] = {"day": today.isoformat(), "team": team or None}

    def add(self, row: CaseRow) -> None:
        today = self._today
        reckoned = {
            "age_days": age(row, today),
            "days_to_wall": to_wall(row, today),
            "late_since": late_since(row, today),
        }
        values = (row._asdict() | reckoned).items()
        self._cases.append({name: v.isoformat() if isinstance(v, date) else v for name, v in values})

    def count(self, figures: Figures) -> None:
        share = figures.bridge_share
        self._told["figures"] = {
            "cases": figures.cases,
            "running": figures.running,
            "late": figures.late,
            "by_source": dict(figures.by_source),
            "direct_85": figures.direct_85,
            "plans": figures.plans,
            "plans_with_bridge": figures.bridged,
            "bridge_share": None if share is None else round(share, 4),
            "answered": figures.to_answer.cases,
            "median_days_to_answer": figures.to_answer.median,
            "supported": figures.to_support.cases,
            "median_days_to_support": figures.to_support.median,
        }

    def end(self) -> None:
        text = json.dumps(self._told | {"cases": self._cases}, ensure_ascii=False, indent=1)
        self._stream.write(f"{text}\n".encode())
        self._stream.flush()

    def drop(self) -> None:
        """It has nothing but the stream."""


def _as_text(cell: Cell) -> str:
    """A value as Excel reads it in Danish. What somebody typed is never a formula: `=HYPERLINK(…)` is a name like any other."""
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip()[:1] in ("=", "+", "-", "@") or cell[:1] in ("\t", "\r", "\n") else cell
    return "" if cell is None else str(cell)


class _Workbook:
    """A sheet of the cases, with real dates, and one of the figures."""

    def __init__(self, stream: IO[bytes], today: date, team: str) -> None:
        self._today = today
        self._team = team
        self._aside = tempfile.TemporaryDirectory(
            prefix="rundbord-", ignore_cleanup_errors=True
        )  # its rows lie in files of their own until the end
        self._stream, self._packed = stream, BytesIO()  # the library closes badly over a stream that has no room
        self._book = new_workbook(self._packed, {"constant_memory": True, "tmpdir": self._aside.name})
        self._day = self._book.add_format({"num_format": "dd-mm-yyyy", "align": "left"})
        self._head = head = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._sheet = self._book.add_worksheet("Sager")
        self._figures = self._book.add_worksheet("Tal")
        self._sheet.freeze_panes(1, 2)
        for place, (heading, _, wide) in enumerate(COLUMNS):
            self._sheet.set_column(place, place, wide)
            self._sheet.write_string(0, place, heading, head)
        self._at = 0
        self._figures.set_column(0, 0, 44)

    def count(self, figures: Figures) -> None:
        """The second sheet."""
        share = self._book.add_format({"num_format": "0 %"})
        whose = f"teamet {self._team}" if self._team else "hele teamet"
        self._figures.write_string(0, 0, fitted(f"Tal for {whose}, {format_full(self._today)}"), self._head)
        counted = [(IN_THE_LIST, self._at), *_figures(figures)]
        for at, (words, value) in enumerate(counted, 1):
            self._figures.write_string(at, 0, words)
            if value is not None:
                self._figures.write_number(at, 1, value, share if words == BRIDGE_SHARE else None)

    def add(self, row: CaseRow) -> None:
        self._at += 1
        for place, (_, value, _) in enumerate(COLUMNS):
            cell = value(row, self._today)
            if isinstance(cell, str) and cell:
                self._sheet.write_string(self._at, place, fitted(cell))
            elif isinstance(cell, date):
                self._sheet.write_datetime(self._at, place, cell, self._day)
            elif isinstance(cell, int):
                self._sheet.write_number(self._at, place, cell)

    def end(self) -> None:
        self._sheet.autofilter(0, 0, max(1, self._at), len(COLUMNS) - 1)
        try:
            self._book.close()
        finally:
            self._aside.cleanup()
        self._stream.write(self._packed.getbuffer())
        self._stream.flush()

    def drop(self) -> None:
        for sheet in (self._sheet, self._figures):
            with suppress(OSError):  # a full disk
                sheet.row_data_fh.close()
        self._aside.cleanup()


def _figures(figures: Figures) -> list[tuple[str, int | float | None]]:
    """The second sheet."""
    return [
        ("Teamets sager i alt", figures.cases),
        ("Sager, der ikke er sluttet", figures.running),
        ("Forfaldne", figures.late),
        *((f"Kom fra: {source or UNWRITTEN}", cases) for source, cases in figures.by_source),
        ("Direkte til § 85", figures.direct_85),
        ("Planer, der er sagt ja til", figures.plans),
        ("Planer med mindst én vej videre", figures.bridged),
        (BRIDGE_SHARE, figures.bridge_share),
        ("Sager med et svar", figures.to_answer.cases),
        ("Dage fra henvendelse til svar (median)", figures.to_answer.median),
        ("Sager med støtte", figures.to_support.cases),
        ("Dage fra henvendelse til støtte (median)", figures.to_support.median),
    ]
