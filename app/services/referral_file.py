# SPDX-License-Identifier: MPL-2.0
"""What a job centre's referral file says: bytes in, rows and refused lines out (rows D1, D2).

Called by the service that takes the rows in, which alone knows who is on file already. Here is everything about the file
itself: letters, columns, quotes, physical lines, and what a row needs to be used. Nothing is guessed, clamped or corrected
but the leading zero a spreadsheet takes from a CPR number. Must not know the store. Nothing read here is ever logged.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from app.domain.dates import parse_date
from app.domain.errors import UserError
from app.domain.identifiers import Identifier, IdentifierKind, parse_identifier, parse_shorn_cpr, require_adult
from app.domain.names import fold
from app.domain.writing import LONGEST
from app.models.choices import Outcome

MAX_BYTES = 20_000_000
MAX_ROWS = 100_000

REQUIRED = ("CPR-nr", "Fornavn", "Efternavn", "Henvist dato", "Jobcenter")
OPTIONAL = ("Adresse", "Postnr", "By", "Telefon", "Kontaktperson")

ReferralKey = tuple[str, date, str]


@dataclass(frozen=True, slots=True)
class TriedRow:
    """One measure the job centre has tried. `note` keeps its line breaks."""

    what: str
    outcome: Outcome
    note: str


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A row that can be used. `line`: where it begins in the file, the heading being 1. `cpr`: ten digits, which are a
    replacement number when `kind` says so. `address` is one text; `phone` is as typed; what the file lacks is "".
    """

    line: int
    cpr: str
    kind: IdentifierKind
    name: str
    birth_date: date
    address: str
    phone: str
    date: date
    job_centre: str
    contact: str
    tried: tuple[TriedRow, ...]

    @property
    def key(self) -> ReferralKey:
        """What makes it the same referral: see `referral_key`."""
        return referral_key(self.cpr, self.date, self.job_centre)

    @property
    def measures(self) -> str:
        """What makes it unchanged: see `measures_digest`."""
        return measures_digest(self.tried)

    @property
    def fingerprint(self) -> tuple[ReferralKey, str]:
        """The same referral again is the same key; unchanged is the same fingerprint."""
        return self.key, self.measures


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A row that cannot be used: the physical line where it begins, the column by its heading, one Danish sentence."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReferralFile:
    """A whole file, in its own order. A row that stands twice is here twice."""

    rows: tuple[ReferralRow, ...]
    refused: tuple[RefusedLine, ...]

    @property
    def read(self) -> int:
        """How many rows were read; blank ones are not."""
        return len(self.rows) + len(self.refused)


def referral_key(cpr: str, on: date, job_centre: str) -> ReferralKey:
    """Same citizen, date and job centre: the same referral, however the job centre's name is spelt."""
    return cpr, on, fold(job_centre)


def measures_digest(tried: Iterable[TriedRow]) -> str:
    """Equal for the same measures with the same outcomes and notes, in any order, letter case and spacing."""
    parts = sorted(tuple(_same(text) for text in (one.what, one.outcome, one.note)) for one in tried)
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def read_referrals(data: bytes, today: date) -> ReferralFile:
    """Read a referral file. `today` is only for CPR numbers of people not yet born.

    Raises UserError with one sentence when it is no such file, or lacks a column its rows need; a row that cannot be used is
    refused alone.
    """
    text = _decoded(data)
    heading, records = _opened(text)
    rows: list[ReferralRow] = []
    refused: list[RefusedLine] = []
    missed: set[int] = set()
    for record in records:
        if record.broken or heading.swallows(record):
            raise _unclosed(record.line)
        if record.blank:
            continue
        if len(rows) + len(refused) == MAX_ROWS:
            raise UserError("Filen har mere end 100.000 rækker. Del den i flere filer, og hent dem en ad gangen.")
        missed |= heading.misses(record)
        try:
            rows.append(_row(heading, record, today))
        except UserError as no:
            refused.append(RefusedLine(record.line, no.field or REQUIRED[0], no.message))
    if missed:
        raise _lacking([label for n in sorted(missed) for label in heading.incomplete[n]])
    return ReferralFile(tuple(rows), tuple(refused))


# ------------------------------------------------------------------------------------------------------- letters

_OTHER_FILES = (
    (b"%PDF", "Filen er en PDF. Bed jobcentret om henvisningerne som en CSV-fil."),
    (b"PK\x03\x04", "Filen er et regneark eller en ZIP-fil. Gem arket som CSV, og hent det så."),
    (b"\xd0\xcf\x11\xe0", "Filen er et regneark eller et dokument. Gem det som CSV, og hent det så."),
)
_CONTROLS = re.compile(r"[\x01-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def _decoded(data: bytes) -> str:
    """The file as text with one kind of line break and no control characters. A physical line is still a line."""
    if len(data) > MAX_BYTES:
        raise UserError("Filen fylder mere end 20 MB. Del den i flere filer, og hent dem en ad gangen.")
    for beginning, sentence in _OTHER_FILES:
        if data.startswith(beginning):
            raise UserError(sentence)
    try:
        text = _letters(data)
    except UnicodeDecodeError:
        raise _no_text() from None
    if "\0" in text:
        raise _no_text()
    text = _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        raise UserError("Filen er tom.")
    return text


def _letters(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Line by line: two files put end to end may be written in one set of letters each.
        return "\n".join(_windows_or_utf8(line) for line in data.split(b"\n"))


def _windows_or_utf8(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252")


def _no_text() -> UserError:
    return UserError("Filen er ikke en tekstfil. Vælg den CSV-fil, jobcentret har sendt.")


# ------------------------------------------------------------------------------------------- physical lines, cells


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: tuple[str, ...]
    end: int  # where in the text the next one begins
    broken: bool = False  # a quote that is never closed, or closed only by a later row's

    @property
    def blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)

    def at(self, place: int | None) -> str:
        """The cell there; "" where the row has none."""
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""


_OPENING = re.compile(r' *"')
_QUOTED = re.compile(r'((?:[^"]++|"")*+)" *')


def _records(text: str, delimiter: str, at: int = 0) -> Iterator[_Record]:
    """Every record with the line it begins on; the last one may be broken.

    Not the csv module: it joins rows in silence round a lost quote, or refuses blanks after a closing one, and a remark
    such as »"Hej" sagde hun« loses its quotes there.
    """
    line = 1 + text.count("\n", 0, at)
    ending = re.compile(rf"[{re.escape(delimiter)}\n]|\Z")
    while at < len(text):
        end = text.find("\n", at)
        plain = text[at : end if end >= 0 else len(text)]
        if '"' in plain:
            record = _quoted_record(text, ending, at, line)
        else:
            record = _Record(line, tuple(plain.split(delimiter)), at + len(plain) + 1)
        yield record
        if record.broken:
            return
        line += text.count("\n", at, record.end)
        at = record.end


def _quoted_record(text: str, ending: re.Pattern[str], at: int, line: int) -> _Record:
    cells: list[str] = []
    while True:
        value, at = _cell(text, ending, at)
        if value is None:
            return _Record(line, tuple(cells), len(text), broken=True)
        cells.append(value)
        if at >= len(text) or text[at] == "\n":
            return _Record(line, tuple(cells), at + 1)
        at += 1


def _cell(text: str, ending: re.Pattern[str], at: int) -> tuple[str | None, int]:
    """The cell that begins at `at` and where it ends; None where its quote is not closed.

    A quote closed in the midst of a cell is the writer's own and stays, unless a line break lies between the two.
    """
    if opening := _OPENING.match(text, at):
        closing = _QUOTED.match(text, opening.end())
        if closing is None:
            return None, len(text)
        if ending.match(text, closing.end()):
            return closing[1].replace('""', '"'), closing.end()
        if "\n" in closing[1]:
            return None, len(text)
    found = ending.search(text, at)
    end = found.start() if found else len(text)
    return text[at:end], end


def _unclosed(line: int) -> UserError:
    return UserError(f"Et anførselstegn i linje {line} bliver aldrig lukket, så filen kan ikke læses.")


# ------------------------------------------------------------------------------------------------------- heading

_DELIMITERS = ";\t,"
_NAMED_DELIMITER = re.compile(r'\s*"?sep=([;\t,|])"?[ \t]*\n', re.IGNORECASE)  # Excel's own first line
_MEASURE = re.compile(r"(tiltag|resultat|bemaerkning)0*([1-9][0-9]{0,3})", re.ASCII)
_KINDS = {"tiltag": "Tiltag", "resultat": "Resultat", "bemaerkning": "Bemærkning"}
_NEEDED = ("tiltag", "resultat")


@dataclass(frozen=True, slots=True)
class _Heading:
    delimiter: str
    labels: tuple[str, ...]  # as in the file, the known ones by their right name; without blank ones at the end
    places: dict[str, int]  # the known ones
    measures: tuple[int, ...]
    incomplete: dict[int, tuple[str, ...]]  # of these, what each lacks a column for; a remark nobody need make

    def label(self, place: int) -> str:
        return (self.labels[place] if place < len(self.labels) else "") or f"kolonne {place + 1}"

    def misses(self, record: _Record) -> set[int]:
        """The measures this row has something to say of, and the file no column for all of it."""
        labels = _KINDS.values()
        return {n for n in self.incomplete if any(record.at(self.places.get(f"{label} {n}")) for label in labels)}

    def swallows(self, record: _Record) -> bool:
        """Whether a whole row lies inside one of its cells: a lost quote met a stray one further down."""
        inner = (line for cell in record.cells if "\n" in cell for line in cell.split("\n")[1:])
        return any(line.count(self.delimiter) >= len(self.labels) - 1 for line in inner)


def _opened(text: str) -> tuple[_Heading, Iterator[_Record]]:
    """The heading, with the delimiter it was written with, and the records after it."""
    named = _NAMED_DELIMITER.match(text)
    start = named.end() if named else 0
    found: list[tuple[int, str, _Record]] = []
    for delimiter in named[1] if named else _DELIMITERS:
        first = next((r for r in _records(text, delimiter, start) if r.broken or not r.blank), None)
        if first is not None:
            found.append((sum(_known(cell) in REQUIRED for cell in first.cells), delimiter, first))
    score, delimiter, first = max(found, key=lambda one: one[0], default=(0, ";", _Record(1, (), 0)))
    if first.broken:
        raise _unclosed(first.line)
    if not score:
        raise UserError(f"Filen ligner ikke henvisninger: den begynder ikke med overskrifterne {_listed(REQUIRED)}.")
    return _heading(delimiter, first.cells), _records(text, delimiter, first.end)


def _heading(delimiter: str, cells: tuple[str, ...]) -> _Heading:
    labels = [_known(cell) or _line(cell) for cell in cells]
    while not labels[-1]:
        labels.pop()
    places: dict[str, int] = {}
    measures: set[int] = set()
    for place, cell in enumerate(cells):
        if not (label := _known(cell)):
            continue
        if label in places:
            raise UserError(f"Kolonnen »{label}« står to gange i filen, så den kan ikke læses sikkert.")
        places[label] = place
        if found := _MEASURE.fullmatch(_bare(cell)):
            measures.add(int(found[2]))
    if lacking := [label for label in REQUIRED if label not in places]:
        raise _lacking(lacking)
    lacking_of = {n: tuple(at for kind in _NEEDED if (at := f"{_KINDS[kind]} {n}") not in places) for n in measures}
    incomplete = {n: lacking for n, lacking in lacking_of.items() if lacking}
    return _Heading(delimiter, tuple(labels), places, tuple(sorted(measures)), incomplete)


def _lacking(labels: Sequence[str]) -> UserError:
    noun = "kolonnen" if len(labels) == 1 else "kolonnerne"
    return UserError(f"Filen mangler {noun} {_listed(labels)}.")


def _bare(heading: str) -> str:
    """A heading by its letters and figures alone."""
    small = unicodedata.normalize("NFC", heading).casefold().replace("æ", "ae")
    return "".join(c for c in small if c.isalnum())


_BY_LETTERS = {_bare(label): label for label in (*REQUIRED, *OPTIONAL)}


def _known(heading: str) -> str:
    """The right name of a column this program reads; "" for any other."""
    bare = _bare(heading)
    if found := _MEASURE.fullmatch(bare):
        return f"{_KINDS[found[1]]} {found[2]}"
    return _BY_LETTERS.get(bare, "")


def _listed(labels: Iterable[str]) -> str:
    *some, last = labels
    return f"{', '.join(some)} og {last}" if some else last


# ---------------------------------------------------------------------------------------------------------- rows

_DATE = re.compile(r"\d{1,2}([-./])\d{1,2}\1\d{4}|\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
_CUT_OFF = re.compile(r"\d{6}\s*[-\u2010-\u2015\u2212\s]\s*\d{3}", re.ASCII)
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


def _row(heading: _Heading, record: _Record, today: date) -> ReferralRow:
    """Raises UserError, its `field` the column, at the first thing that makes the row of no use."""
    _fits(heading, record.cells)
    cell = {label: _text(record.cells[place]) for label, place in heading.places.items()}
    for label, text in cell.items():
        if len(text) > LONGEST:
            raise UserError("Teksten er for lang til Rundbord.", label)
    citizen = _citizen(cell["CPR-nr"], today)
    name = _line(f"{cell['Fornavn']} {cell['Efternavn']}")
    if not name:
        raise UserError("Rækken har intet navn.", "Fornavn")
    day = _referred_on(cell["Henvist dato"], today)
    with _column("CPR-nr"):
        require_adult(citizen.birth_date, day)
    if not (job_centre := _line(cell["Jobcenter"])):
        raise UserError("Jobcentret mangler.", "Jobcenter")
    town = _line(f"{cell.get('Postnr', '')} {cell.get('By', '')}")
    return ReferralRow(
        line=record.line,
        cpr=citizen.value,
        kind=citizen.kind,
        name=name,
        birth_date=citizen.birth_date,
        address=", ".join(part for part in (_line(cell.get("Adresse", "")), town) if part),
        phone=cell.get("Telefon", ""),
        date=day,
        job_centre=job_centre,
        contact=_line(cell.get("Kontaktperson", "")),
        tried=tuple(one for n in heading.measures if (one := _tried(cell, n))),
    )


def _fits(heading: _Heading, cells: tuple[str, ...]) -> None:
    width = len(heading.labels)
    if len(cells) < width:
        raise UserError(
            f"Rækken har {len(cells)} af filens {width} kolonner; resten mangler.", heading.label(len(cells))
        )
    for place, value in enumerate(cells[width:], width):
        if value.strip():
            raise UserError("Rækken har flere kolonner end overskrifterne, så den er forskudt.", heading.label(place))


def _citizen(text: str, today: date) -> Identifier:
    with _column("CPR-nr"):
        if not text:
            raise UserError("CPR-nummeret mangler.")
        # Six figures and three is a number cut off at its end; a zero put before it would make another person's.
        found = (parse_identifier if _CUT_OFF.fullmatch(text) else parse_shorn_cpr)(text, today)
        if found.kind not in (IdentifierKind.CPR, IdentifierKind.REPLACEMENT):
            raise UserError("Et CPR-nummer skrives med ti cifre og ingen bogstaver.")
        return found


def _referred_on(text: str, today: date) -> date:
    with _column("Henvist dato"):
        if not text:
            raise UserError("Datoen mangler.")
        if not _DATE.fullmatch(text):
            raise UserError(f"»{_shown(text)}« kan ikke læses som en dato – skriv for eksempel 30-11-2026.")
        return parse_date(text, today)


def _tried(cell: dict[str, str], n: int) -> TriedRow | None:
    what, outcome, note = (cell.get(f"{kind} {n}", "") for kind in _KINDS.values())
    if not what:
        if outcome or note:
            raise UserError("Der står et resultat eller en bemærkning, men ikke hvad der er prøvet.", f"Tiltag {n}")
        return None
    if not outcome:
        raise UserError("Resultatet mangler.", f"Resultat {n}")
    if not (known := _OUTCOMES.get(_same(outcome))):
        raise UserError(
            f"»{_shown(outcome)}« er ikke et resultat – det er lykkedes, delvist eller lykkedes ikke.", f"Resultat {n}"
        )
    return TriedRow(_line(what), known, note)


@contextmanager
def _column(label: str) -> Iterator[None]:
    """Lay a rule's sentence at the column it speaks of."""
    try:
        yield
    except UserError as no:
        raise UserError(no.message, label) from None


def _text(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.strip())


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _same(text: str) -> str:
    return _line(text).casefold()


def _shown(text: str) -> str:
    line = _line(text)
    return line if len(line) <= 40 else line[:39] + "…"
