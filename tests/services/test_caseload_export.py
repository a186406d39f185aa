# SPDX-License-Identifier: MPL-2.0
"""The caseload as a file: what a Danish Excel opens, no formula of anybody's, whole or not there, for those who may."""

from __future__ import annotations

import csv
import errno
import gc
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.errors import EnvironmentProblem, UserError
from app.domain.roles import Hand, Role
from app.services import caseload as service
from app.services import caseload_export
from app.services.caseload_export import COLUMNS, CSV, JSON, XLSX, begin
from app.services.desk import Desk
from app.store import caseload
from app.store.caseload import Asked, CaseRow, Sort, Wait
from app.store.replica import Replica
from tests.store.desk import HANDS, NOW, TODAY, Store, fresh

LENE = Hand("p-lene", "Lene Leder", Role.LEDER)
NASTY = ("=HYPERLINK(1)", "+45 12", "-1", "@SUM(A1)", "\tx", " =1", 'Åse "Øl"; Ødegård', "linje\r\nto", "Łukasz 😀")
ROW = CaseRow("c", "2026-1", "Åse", "", "", None, "Ny", None, None, None, None, None, False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> Desk:
    for name in NASTY:
        case_id, _ = store.come_in("X", source="gaden", contact_on=date(2026, 11, 3))
        store.sql("UPDATE rec_citizen SET name = ? WHERE case_id = ?", name, case_id)
        store.sql("INSERT INTO case_team VALUES ('Nord', ?)", case_id)
    return Desk(store.replica, lambda: NOW)


def written(desk: Desk, form: str, asked: Asked | None = None, hand: Hand = LENE) -> bytes:
    stream = io.BytesIO()
    going = begin(desk, hand, asked or Asked(sort=Sort.CONTACT), form, stream)
    while going.more():
        pass
    going.finish()
    return stream.getvalue()


class FullDisk(io.RawIOBase):
    """Takes nothing."""

    def writable(self) -> bool:
        return True

    def write(self, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def wholly(desk: Desk, form: str, to: FullDisk) -> None:
    """As the screens and the command do it."""
    going = begin(desk, LENE, Asked(), form, to)
    try:
        while going.more():
            pass
        going.finish()
    except BaseException:
        going.stop()
        raise


@pytest.mark.parametrize("form", [CSV, JSON, XLSX])
def test_a_full_disk_is_told_of_the_file_and_not_of_what_is_typed(desk: Desk, form: str) -> None:
    with pytest.raises(EnvironmentProblem, match=r"^Disken er fuld, så filen er ikke gemt\."):
        wholly(desk, form, FullDisk())


def test_a_danish_excel_opens_the_csv(desk: Desk) -> None:
    data = written(desk, CSV)
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    assert text.splitlines()[0] == ";".join(heading for heading, _, _ in COLUMNS)
    assert not re.search(r"(?<!\r)\n", text)
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert len(rows) == len(NASTY)
    assert {(row["Kom fra"], row["Henvendelse"], row["Dage siden henvendelse"]) for row in rows} == {
        ("gaden", "03-11-2026", "23")
    }


def test_no_name_is_a_formula(desk: Desk) -> None:
    rows = csv.DictReader(io.StringIO(written(desk, CSV).decode("utf-8-sig"), newline=""), delimiter=";")
    names = [row["Borger"] for row in rows]
    assert names == [*(f"'{name}" for name in NASTY[:6]), *NASTY[6:]]


def test_a_workbook_has_texts_dates_and_figures(desk: Desk, tmp_path: Path) -> None:
    book = zipfile.ZipFile(io.BytesIO(written(desk, XLSX)))
    cases, figures = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    assert "<f>" not in cases
    assert "=HYPERLINK(1)" in cases
    assert str((date(2026, 11, 3) - date(1899, 12, 30)).days) in cases
    assert "Kom fra: gaden" in figures
    assert 'name="Sager"' in book.read("xl/workbook.xml").decode()


def test_how_long_people_wait_is_a_number_of_days_and_no_share(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = caseload.figures
    waited = {"to_answer": Wait(2, 1.5), "to_support": Wait(0, None)}
    monkeypatch.setattr(caseload, "figures", lambda *asked: real(*asked)._replace(**waited))
    book = zipfile.ZipFile(io.BytesIO(written(desk, XLSX)))
    rows = re.findall(r"<row[^>]*>(.*?)</row>", book.read("xl/worksheets/sheet2.xml").decode())
    answered, supported = (row for row in rows if "(median)" in row)
    assert re.search(r'<c r="B\d+"><v>1.5</v></c>', answered), answered
    assert "<v>" not in supported
    told = json.loads(written(desk, JSON))["figures"]
    assert (told["answered"], told["median_days_to_answer"]) == (2, 1.5)
    assert (told["supported"], told["median_days_to_support"]) == (0, None)


def test_the_figures_of_a_narrowed_list_say_that_they_are_the_whole_teams(desk: Desk, store: Store) -> None:
    """A list of one case had "Sager i alt 13" on the sheet behind it."""
    store.come_in("Ida", source="jobcenter", contact_on=date(2026, 11, 3))
    book = zipfile.ZipFile(io.BytesIO(written(desk, XLSX, Asked(source="jobcenter"))))
    rows = re.findall(r"<row[^>]*>(.*?)</row>", book.read("xl/worksheets/sheet2.xml").decode())
    told = [re.findall(r"<[tv][^>]*>([^<]*)</[tv]>", row) for row in rows[:3]]
    assert told[0] == ["Tal for hele teamet, 26. november 2026"]
    assert told[1:] == [["Sager på arket Sager", "1"], ["Teamets sager i alt", str(len(NASTY) + 1)]]


def test_what_no_cell_has_room_for_says_that_there_is_more(desk: Desk, store: Store) -> None:
    long = "å😀" * 20_000
    store.sql("UPDATE rec_citizen SET name = ? WHERE name = ?", long, NASTY[-1])
    book = zipfile.ZipFile(io.BytesIO(written(desk, XLSX)))
    names = re.findall(r"<t[^>]*>([^<]*)</t>", book.read("xl/worksheets/sheet1.xml").decode())
    (cut,) = (name for name in names if name.startswith("å😀å"))
    assert cut.endswith("… (resten står i Rundbord)")
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert long.startswith(cut.partition(" …")[0])
    assert long in written(desk, CSV).decode("utf-8-sig")


@pytest.mark.parametrize("form", [CSV, XLSX])
def test_no_cases_are_a_file_of_headings(store: Store, form: str) -> None:
    data = written(Desk(store.replica, lambda: NOW), form)
    assert len(data) > 100


@pytest.mark.parametrize("role", Role)
def test_it_is_for_those_who_may_and_noted(desk: Desk, store: Store, role: Role) -> None:
    hand = LENE if role is Role.LEDER else HANDS[role]
    log = "SELECT role, action, about FROM access_log ORDER BY n DESC LIMIT 1"
    if role is Role.RAADGIVER:
        with pytest.raises(UserError):
            written(desk, CSV, hand=hand)
        with pytest.raises(UserError):
            written(desk, JSON, hand=hand)
        assert store.sql(log) == [("rådgiver", "afvist", "export")]
        return
    written(desk, CSV, hand=hand)
    assert store.sql(log) == [(role.value, "taget ud", f"caseload csv {len(NASTY)}")]
    written(desk, JSON, hand=hand)
    assert store.sql(log) == [(role.value, "taget ud", f"caseload json {len(NASTY)}")]


@pytest.mark.parametrize("form", [CSV, XLSX, JSON])
def test_a_file_is_whole_or_not_there(desk: Desk, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caseload_export, "PIECE", 2)
    (tmp_path / "ud").mkdir()
    target = tmp_path / "ud" / f"sager.{form}"
    target.write_text("den forrige")
    stopped = begin(desk, LENE, Asked(), form, target)
    assert stopped.more()
    assert stopped.done == 2
    assert target.read_text() == "den forrige"
    stopped.stop()
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    going = begin(desk, LENE, Asked(), form, target)
    while going.more():
        pass
    going.finish()
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert target.stat().st_size > 500


def test_a_file_the_program_was_closed_in_the_middle_of_is_not_there(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "ud").mkdir()
    forgotten = begin(desk, LENE, Asked(), CSV, tmp_path / "ud" / "sager.csv")
    forgotten.stream.close()
    del forgotten
    gc.collect()
    assert not list((tmp_path / "ud").iterdir())


def test_a_place_that_is_not_there_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem):
        begin(desk, LENE, Asked(), CSV, tmp_path / "findes ikke" / "sager.csv")


def test_json_says_the_same_and_the_figures(desk: Desk) -> None:
    told = json.loads(written(desk, JSON, Asked(team="Nord")))
    assert told["team"] == "Nord"
    assert told["figures"]["by_source"] == {"gaden": len(NASTY)}
    assert {row["name"] for row in told["cases"]} == set(NASTY)
    assert {row["age_days"] for row in told["cases"]} == {23}


@pytest.mark.parametrize("form", [CSV, XLSX, JSON])
def test_each_line_is_read_once(desk: Desk, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece at a time; again only where a seal that was tried changed what it says."""
    read: list[int] = []
    real = caseload.lines

    def lines(replica: Replica, today: date, numbers: Sequence[int], reader: str, *, two_roles: bool) -> list[CaseRow]:
        read.extend(numbers)
        return list(real(replica, today, numbers, reader, two_roles=two_roles))

    monkeypatch.setattr(caseload, "lines", lines)
    monkeypatch.setattr(caseload_export, "PIECE", 2)
    written(desk, form)
    assert len(read) == len(set(read)) == len(NASTY)


# ----------------------------------------------------------------------------------------------------------- the team


def test_a_team_is_known_however_it_is_written(desk: Desk) -> None:
    assert service.team_named(desk, LENE, " NORD ") == "Nord"
    with pytest.raises(UserError, match="Syd") as no:
        service.team_named(desk, LENE, "Syd")
    assert "Nord" in no.value.message


def test_on_a_lone_desk_everybody_is_one_team(store: Store) -> None:
    desk = Desk(store.replica, lambda: NOW)
    with pytest.raises(UserError):
        service.team_named(desk, LENE, "Nord")
    store.case_id = "00000000-0000-0000-0000-000000000001"
    store.plant("municipality", store.case_id, name="Odder", unit="Vejledning og Mestring")
    assert service.team_named(desk, LENE, "vejledning og mestring") == ""


# ------------------------------------------------------------------------------------------------------- what is late


@pytest.mark.parametrize(
    ("next_follow_up", "until", "end", "late"),
    [(-3, None, None, -3), (None, -2, None, -2), (5, -2, -1, -1), (-3, None, -9, -9), (0, None, 0, None)],
)
def test_late_since_is_the_first_day_that_is_past(
    next_follow_up: int | None, until: int | None, end: int | None, late: int | None
) -> None:
    days = [None if n is None else TODAY + timedelta(days=n) for n in (next_follow_up, until, end, late)]
    row = ROW._replace(next_follow_up=days[0], until=days[1], end=days[2])
    assert service.late_since(row, TODAY) == days[3]
    assert service.late_since(row._replace(ended=True), TODAY) is None
