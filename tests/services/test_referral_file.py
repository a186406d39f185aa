# SPDX-License-Identifier: MPL-2.0
"""A job centre's file: every row is found at its physical line, or the whole file is refused with one sentence (D2)."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import UserError
from app.domain.identifiers import IdentifierKind
from app.models.choices import Outcome
from app.services import referral_file
from app.services.referral_file import (
    ReferralFile,
    ReferralRow,
    TriedRow,
    read_referrals,
)
from tests.services.sent_rows import COLUMNS, GOOD, REQUIRED_CELLS, TODAY
from tests.services.sent_rows import only as _only
from tests.services.sent_rows import read as _read
from tests.services.sent_rows import row as _row
from tests.services.sent_rows import text as _text


def _no_file(data: bytes) -> str:
    with pytest.raises(UserError) as no:
        read_referrals(data, TODAY)
    assert no.value.message.endswith(".")
    assert "\n" not in no.value.message
    return no.value.message


# ------------------------------------------------------------------------------------------------ the given file


@pytest.fixture(scope="module")
def given_file(cases: Path) -> bytes:
    return (cases / "henvisninger-jobcenter.csv").read_bytes()


def test_the_given_file_gives_what_is_expected(given_file: bytes, cases: Path) -> None:
    expected = json.loads((cases / "expected-henvisninger.json").read_text(encoding="utf-8"))
    found = read_referrals(given_file, TODAY)
    assert found.read == expected["read"]
    assert len(found.rows) == expected["taken"] + expected["known_already"]
    assert list(dict.fromkeys(row.cpr for row in found.rows)) == expected["taken_cpr"]
    assert [{"line": one.line, "column": one.column} for one in found.refused] == expected["refused_lines"]
    assert [row.cpr for row in found.rows if not row.tried] == expected["status_to_request_from_jobcenter"]


def test_the_given_file_is_read_to_the_letter(given_file: bytes) -> None:
    rows = {row.line: row for row in read_referrals(given_file, TODAY).rows}
    assert rows[4] == ReferralRow(
        line=4,
        cpr="0504909995",
        kind=IdentifierKind.CPR,
        name="Magnus Lauridsen",
        birth_date=date(1990, 4, 5),
        address="Testvej 14, 3400 Hillerød",
        phone="87654321",
        date=date(2026, 11, 12),
        job_centre="Jobcenter Nord",
        contact="Kontakt B",
        tried=(
            TriedRow("Løntilskud", Outcome.WORKED, ""),
            TriedRow("Psykologforløb", Outcome.PARTLY, "6 samtaler af 10"),
            TriedRow("Virksomhedspraktik, lager", Outcome.FAILED, "For mange mennesker; for meget larm"),
        ),
    )
    assert rows[13].address == "Åvej 3, Øster Ås, 8300 Odder"
    assert rows[13].tried[0].note == "»Det var godt at være ude«"
    assert rows[2].fingerprint == rows[7].fingerprint


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_other_letters_and_line_breaks_change_nothing(given_file: bytes, encoding: str, ending: str) -> None:
    text = given_file.decode("cp1252").replace("\r\n", ending)
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    assert read_referrals((mark + text).encode(encoding), TODAY) == read_referrals(given_file, TODAY)


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_another_delimiter_changes_nothing(given_file: bytes, delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows(csv.reader(io.StringIO(given_file.decode("cp1252"), newline=""), delimiter=";"))
    assert read_referrals(out.getvalue().encode(), TODAY) == read_referrals(given_file, TODAY)


def test_a_file_of_other_columns_in_another_order(repository: Path) -> None:
    data = (repository / "tests/data/referrals/utf8-bom-andre-kolonner.csv").read_bytes()
    found = read_referrals(data, TODAY)
    assert [(row.line, row.cpr, row.date.day) for row in found.rows] == [
        (2, "2512489996", 5),
        (6, "0201609995", 5),
        (10, "0101814321", 6),
    ]
    assert [(one.line, one.column) for one in found.refused] == [(8, "Resultat 5")]
    nancy, einer, _ = found.rows
    assert nancy.tried == (
        TriedRow('Praktik, "Den Gule Port"', Outcome.PARTLY, ""),
        TriedRow("Mentor", Outcome.WORKED, "Kom hver dag;\n\nogså om fredagen"),
    )
    assert (nancy.phone, nancy.contact) == ("+45 12 34 56 78", "")
    assert einer.tried == (TriedRow("Løntilskud", Outcome.FAILED, "=2+2"),)
    assert einer.address == ""


# ------------------------------------------------------------------------------------------------------- letters


def test_two_files_end_to_end_in_a_set_of_letters_each() -> None:
    data = _text().encode() + _row().encode() + b"\n" + _row(Fornavn="Børge").encode("cp1252")
    found = read_referrals(data, TODAY)
    assert [row.name for row in found.rows] == ["Nancy Ann Berggren", "Børge Berggren"]
    assert {row.address for row in found.rows} == {"Testpark Allé 48, 3400 Hillerød"}


def test_a_letter_and_its_mark_apart_are_one_letter() -> None:
    assert _only(_row(Fornavn="A\u030ase")).name == "Åse Berggren"


def test_control_characters_are_blanks() -> None:
    assert _only(_row(Fornavn="Nancy\x0bAnn", Bemærkning_1="Gåtur\x07")).tried[0].note == "Gåtur"
    assert _read(_row(), "\x1a").read == 1  # how old systems end a file


# --------------------------------------------------------------------------------------------- no such file at all


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "tom"),
        (b"\xef\xbb\xbf", "tom"),
        (b"\xff\xfe", "tom"),
        (b" \r\n\t\r\n", "tom"),
        (b"\0" * 4096, "ikke en tekstfil"),
        (b"CPR-nr;\0Fornavn", "ikke en tekstfil"),
        (b"\xff\xfea", "ikke en tekstfil"),
        ("CPR-nr;Fornavn".encode("utf-16-le"), "ikke en tekstfil"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "ikke en tekstfil"),
        (b"\x81\x8d\x8f", "ikke en tekstfil"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        (b"PK\x03\x04\x14\x00", "regneark"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "regneark"),
        (b"Hej, her er henvisningerne.\nVenlig hilsen", "overskrifterne"),
        (b'{"rows": []}', "overskrifterne"),
        (b";;;\n;;;\n", "overskrifterne"),
        (_row().encode(), "overskrifterne"),
    ],
)
def test_what_is_no_such_file_gets_one_sentence(data: bytes, says: str) -> None:
    assert says in _no_file(data)


def test_the_columns_that_lack_are_named() -> None:
    assert _no_file(b"CPR-nr;Fornavn;Efternavn;Jobcenter\n") == "Filen mangler kolonnen Henvist dato."
    assert _no_file(b"fornavn;jobcenter\n") == "Filen mangler kolonnerne CPR-nr, Efternavn og Henvist dato."


def test_a_column_that_stands_twice_is_not_chosen_between() -> None:
    heading = ";".join((*COLUMNS, "tiltag  1"))
    assert "Tiltag 1" in _no_file(heading.encode())


def test_a_heading_alone_is_a_file_with_nothing_in_it() -> None:
    assert read_referrals(_text().encode(), TODAY) == ReferralFile((), ())
    assert _read().read == 0


def test_too_much_gets_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "20 MB" in _no_file(b"x" * (referral_file.MAX_BYTES + 1))
    monkeypatch.setattr(referral_file, "MAX_ROWS", 3)
    assert _read(*[_row()] * 3, "", ";;").read == 3
    assert "100.000" in _no_file(_text(*[_row()] * 4).encode())


def test_an_enormous_line_is_read_in_one_go() -> None:
    width = 300_000
    found = read_referrals(_text('"a";' * width).encode(), TODAY)
    assert [one.column for one in found.refused] == ["kolonne 17"]


# ------------------------------------------------------------------------------------------------------ headings


def test_headings_are_known_by_their_letters() -> None:
    heading = ' cpr nr. ;FORNAVN;"Efter\nnavn";henvist-dato;Job center;TILTAG1;Resultat  01;Bemaerkning 1;;\n'
    row = "251248-9996;Nancy Ann;Berggren;05-11-2026;Nord;Mentor;delvist;Gåtur"
    found = read_referrals((heading + row).encode(), TODAY)
    assert [row.line for row in found.rows] == [3]
    assert found.rows[0].tried == (TriedRow("Mentor", Outcome.PARTLY, "Gåtur"),)


def test_lines_above_the_heading_count() -> None:
    found = read_referrals(("\nsep=;\n" + _text(_row(), _row(CPR=""))).encode(), TODAY)
    assert [row.line for row in found.rows] == [4]
    assert [one.line for one in found.refused] == [5]


def test_the_delimiter_a_spreadsheet_names_is_the_one() -> None:
    text = ("sep=|\n" + _text(_row())).replace(";", "|")
    assert [row.line for row in read_referrals(text.encode(), TODAY).rows] == [3]


def test_as_many_measures_as_there_are_columns_for() -> None:
    numbers = (12, 3, 1, 40)
    columns = [*REQUIRED_CELLS, *(f"{kind} {n}" for n in numbers for kind in ("Bemærkning", "Tiltag", "Resultat"))]
    cells = [*REQUIRED_CELLS.values(), *(text for n in numbers for text in ("", f"nr. {n}", "delvist"))]
    (row,) = read_referrals(f"{';'.join(columns)}\n{';'.join(cells)}".encode(), TODAY).rows
    assert [one.what for one in row.tried] == ["nr. 1", "nr. 3", "nr. 12", "nr. 40"]


@pytest.mark.parametrize(
    ("columns", "cells", "says"),
    [
        (["Tiltag 1", "Bemærkning 1"], ["Mentor", ""], "kolonnen Resultat 1"),
        (["Resultat 1", "Bemærkning 1"], ["delvist", ""], "kolonnen Tiltag 1"),
        (["Bemærkning 1"], ["Gåtur"], "kolonnerne Tiltag 1 og Resultat 1"),
        (
            ["Tiltag 12", "Tiltag 2", "Resulat 2"],
            ["Mentor", "Kursus", "delvist"],
            "kolonnerne Resultat 2 og Resultat 12",
        ),
    ],
)
def test_a_column_the_rows_need_and_the_file_lacks_is_named_once(
    columns: list[str], cells: list[str], says: str
) -> None:
    """Not row by row: it is the file that was made without it, and a list of every row would hide that."""
    heading, good = ";".join((*REQUIRED_CELLS, *columns)), ";".join(REQUIRED_CELLS.values())
    filled = f"{good};{';'.join(cells)}"
    assert (
        _no_file("\n".join((heading, good + ";" * len(columns), filled, filled)).encode()) == f"Filen mangler {says}."
    )


@pytest.mark.parametrize("columns", [["Tiltag 1"], ["Resultat 1"], ["Bemærkning 1"], ["Tiltag 1", "Bemærkning 1"]])
def test_a_column_no_row_needs_may_be_lacking(columns: list[str]) -> None:
    heading, good = ";".join((*REQUIRED_CELLS, *columns)), ";".join(REQUIRED_CELLS.values())
    found = read_referrals(f"{heading}\n{good}{';' * len(columns)}".encode(), TODAY)
    assert [row.tried for row in found.rows] == [()]


# ----------------------------------------------------------------------------------------------- lines and quotes


def test_blank_rows_are_not_read_but_counted_as_lines() -> None:
    found = _read("", ";;;;", _row(), ' ;\u00a0;"";' + ";" * 40, "\t", _row(CPR="x"), "")
    assert ([row.line for row in found.rows], [one.line for one in found.refused]) == ([4], [7])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_breaks_inside_quotes_keep_the_count(ending: str) -> None:
    long = '"tre' + ending * 3 + 'linjer; ""i alt"""'
    text = _text(_row(Bemærkning_1=long), _row(CPR="", Bemærkning_1='"a' + ending + 'b"'), _row()).replace("\n", "\0")
    data = text.replace("\r\0", "\r\n").replace("\0", ending if "\n" in ending else "\r")
    found = read_referrals(data.encode(), TODAY)
    assert ([row.line for row in found.rows], [one.line for one in found.refused]) == ([2, 8], [6])
    assert found.rows[0].tried[0].note == 'tre\n\n\nlinjer; "i alt"'


def test_blanks_round_quotes_are_no_part_of_the_cell() -> None:
    assert _only(_row(Jobcenter='  "Jobcenter; Nord"  ')).job_centre == "Jobcenter; Nord"


@pytest.mark.parametrize(
    "remark",
    ['"Hej" sagde hun', 'Hun sagde "hej"', '27" skærm', '""Hej""', '"Hej" og "farvel"', "'Hej'", '"Hej" "Hej"'],
)
def test_quotes_that_are_the_writers_own_stay(remark: str) -> None:
    assert _only(_row(Bemærkning_1=remark)).tried[0].note == remark


@pytest.mark.parametrize("opened", ['"Gåtur', '"', '"Gåtur ""hver dag"" '])
def test_a_quote_never_closed_refuses_the_file(opened: str) -> None:
    assert "linje 3" in _no_file(_text(_row(), _row(Bemærkning_1=opened), _row(), _row()).encode())


def test_a_quote_never_closed_swallows_no_row() -> None:
    lost = _row(Bemærkning_1='"Gåtur')
    for later in ('"a; b"', '"a ""b"""', '27"', '"Gåtur'):
        assert "linje 2" in _no_file(_text(lost, _row(), _row(Bemærkning_1=later), _row()).encode())


def test_a_quote_never_closed_in_a_file_with_no_rows() -> None:
    assert "linje 1" in _no_file(('"' + _text()).encode())
    assert "linje 2" in _no_file((_text() + '"').encode())


# ---------------------------------------------------------------------------------------------------------- fuzz

HEADING = (";".join(COLUMNS) + "\n").encode()


def _reads_or_says_no(data: bytes) -> None:
    try:
        found = read_referrals(data, TODAY)
    except UserError as no:
        assert no.message
        return
    lines = [row.line for row in found.rows] + [one.line for one in found.refused]
    assert len(set(lines)) == found.read
    physical = data.count(b"\n") + data.count(b"\r") + 1
    assert all(1 < line <= physical for line in lines)
    assert all(one.column and one.reason for one in found.refused)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _reads_or_says_no(data)


@given(st.binary(max_size=400))
def test_any_bytes_under_a_heading_are_read_or_refused(data: bytes) -> None:
    _reads_or_says_no(HEADING + data)


_BITS = st.sampled_from(
    [
        '"',
        '""',
        ";",
        ",",
        "\t",
        "\n",
        "\r",
        "\r\n",
        " ",
        "Mentor",
        "sep=,",
        _row(),
        ";" * 15,
        "31-11-2026",
        "Ø",
        "\ufeff",
    ]
)


@given(st.lists(_BITS, max_size=30).map("".join), st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_any_quoting_under_a_heading_is_read_or_refused(rest: str, encoding: str) -> None:
    _reads_or_says_no((_text() + rest).encode(encoding, errors="replace"))


_NOTES = st.text(st.sampled_from("aæ \";,\t\n\r-='"), max_size=12)


@given(
    st.lists(st.tuples(_NOTES, _NOTES, st.integers(0, 2), st.booleans()), max_size=12),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
)
def test_every_row_a_csv_writer_writes_stands_at_its_line(
    rows: list[tuple[str, str, int, bool]], delimiter: str, ending: str, every_cell: bool, encoding: str
) -> None:
    out = io.StringIO(newline="")
    # Before Python 3.13 only the line break in use is quoted unless every cell is.
    quoting = csv.QUOTE_ALL if every_cell or ending != "\r\n" else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerow(COLUMNS)
    expected: dict[int, tuple[str, str] | None] = {}
    for what, note, blank, good in rows:
        out.write(ending * blank)
        expected[_physical(out.getvalue())] = (what, note) if good else None
        measure = {"Tiltag 1": what, "Resultat 1": "delvist" if what.strip() else "", "Bemærkning 1": note}
        if not what.strip():
            measure["Bemærkning 1"] = ""
        named = {**GOOD, **measure, **({} if good else {"CPR-nr": "310290-9995"})}
        writer.writerow([named.get(column, "") for column in COLUMNS])
    found = read_referrals(out.getvalue().encode(encoding), TODAY)
    assert {row.line for row in found.rows} == {line for line, one in expected.items() if one}
    assert [one.line for one in found.refused] == [line for line, one in expected.items() if not one]
    for row in found.rows:
        what, note = expected[row.line] or ("", "")
        tried = (TriedRow(" ".join(what.split()), Outcome.PARTLY, _breaks(note).strip()),) if what.strip() else ()
        assert row.tried == tried


def _breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _physical(text: str) -> int:
    return _breaks(text).count("\n") + 1
