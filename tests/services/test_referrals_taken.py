# SPDX-License-Identifier: MPL-2.0
"""A job centre's file taken in: what it must give, nothing doubled, nothing half done, nothing retyped (D1, D2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import UserError
from app.models.casefile import CaseFile
from app.services import cases as case_services
from app.services import referrals
from app.services.referrals import CHANGED, TakenIn, take_in
from app.store import caseload, listing, queries
from app.store.caseload import Asked
from app.store.unit_of_work import ChangeSet
from tests.services.table import BODIL, TODAY, VAGN, Table, set_table

HEAD = "CPR-nr;Fornavn;Efternavn;Adresse;Postnr;By;Telefon;Henvist dato;Jobcenter;Kontaktperson"
TRIED = ";Tiltag 1;Resultat 1;Bemærkning 1;Tiltag 2;Resultat 2;Bemærkning 2"
NANCY = "251248-9996;Nancy Ann;Berggren;Testpark Allé 48;3400;Hillerød;12345678;05-11-2026;Jobcenter Nord;Kontakt A"
PIA = "050505-9996;Pia;Berggren;Testpark Allé 48;3400;Hillerød;;16-11-2026;Jobcenter Nord;Kontakt C"


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = set_table(tmp_path)
    yield made
    made.desk.replica.close()


@pytest.fixture
def sent(cases: Path) -> bytes:
    return (cases / "henvisninger-jobcenter.csv").read_bytes()


def csv(*rows: str) -> bytes:
    """A file of these rows, each filled up to the heading's columns."""
    head = HEAD + TRIED
    whole = (row + ";" * (head.count(";") - row.count(";")) for row in rows)
    return "\r\n".join((head, *whole)).encode("cp1252")


def count(table: Table, *kinds: str) -> list[int]:
    db = table.desk.replica.connection
    return [db.execute(f"SELECT count(*) FROM rec_{kind}").fetchone()[0] for kind in kinds]


def all_rows(table: Table) -> dict[str, list[Any]]:
    """Everything the file holds, to see that nothing has changed."""
    db = table.desk.replica.connection
    names = [
        row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'")
    ]
    return {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in names if name != "access_log"}


def case_of(table: Table, number: str) -> CaseFile:
    near = listing.citizen_by_number(table.desk.replica, number)
    assert near is not None
    return queries.case_file(table.desk.replica, near.case_id)


def test_a_referral_dated_in_a_year_to_come_is_taken_and_told(table: Table) -> None:
    far, near = NANCY.replace("05-11-2026", "05-11-2027"), PIA
    taken = take_in(table.desk, VAGN, csv(near, far))
    assert taken.taken == 2
    assert taken.told_ahead == (
        "Linje 3 har henvist dato 5. november 2027, som ikke er kommet endnu: "
        "henvisningen er taget ind, men spørg jobcentret om datoen."
    )
    both = take_in(table.desk, VAGN, csv(far.replace("2027", "2028"), near.replace("2026", "2028")))
    assert "og det samme gælder én anden linje" in both.told_ahead
    assert take_in(table.desk, VAGN, csv(near, far)).told_ahead == ""  # known already, and told then


def test_a_number_that_is_somebody_elses_here_is_taken_there_and_told(table: Table) -> None:
    take_in(table.desk, VAGN, csv(NANCY))
    again = NANCY.replace("05-11-2026", "06-11-2026")
    assert take_in(table.desk, VAGN, csv(again)).told == ""
    married = again.replace("06-11-2026", "07-11-2026").replace("Nancy Ann", "Nanzy")
    assert take_in(table.desk, VAGN, csv(married)).told == ""  # a slip or a middle name is no other person
    other = take_in(table.desk, VAGN, csv(again.replace("06-11-2026", "08-11-2026").replace("Nancy Ann", "Egon")))
    assert (other.taken, len(other.renamed)) == (1, 1)
    assert other.told.startswith("Linje 2 har et andet navn end den borger, der har CPR-nummeret hos jer:")


# ------------------------------------------------------------------------------------------------- what it must give


def test_the_file_gives_what_is_expected_of_it(table: Table, sent: bytes, cases: Path) -> None:
    expected = json.loads((cases / "expected-henvisninger.json").read_text(encoding="utf-8"))
    given = take_in(table.desk, VAGN, sent).to_json()
    del expected["notes"]
    assert set(given) == set(expected)
    reasons = [line.pop("reason") for line in given["refused_lines"]]
    assert given == expected
    assert all(reason.endswith(".") and len(reason) > 10 for reason in reasons)
    assert given["read"] == given["taken"] + given["known_already"] + given["refused"]


def test_everything_that_was_sent_stands_in_the_case_and_nothing_is_retyped(table: Table, sent: bytes) -> None:
    take_in(table.desk, VAGN, sent)
    file = case_of(table, "0504909995")
    assert (file.citizen.name, file.citizen.phone, file.citizen.birth_date) == (
        "Magnus Lauridsen",
        "87654321",
        date(1990, 4, 5),
    )
    assert file.citizen.address == "Testvej 14, 3400 Hillerød"
    assert file.case.source == "jobcenter"
    (referral,) = file.referrals
    assert (referral.sender, referral.date, referral.contact) == ("Jobcenter Nord", date(2026, 11, 12), "Kontakt B")
    assert [(one.what, one.outcome, one.note) for one in file.tried] == [
        ("Løntilskud", "lykkedes", ""),
        ("Psykologforløb", "delvist", "6 samtaler af 10"),
        ("Virksomhedspraktik, lager", "lykkedes ikke", "For mange mennesker; for meget larm"),
    ]
    assert {one.referral_id for one in file.tried} == {referral.id}
    assert all(file.hands[one.id, "what"].hand == VAGN for one in file.tried)


def test_a_number_shorn_of_its_zero_is_whole_again(table: Table, sent: bytes) -> None:
    take_in(table.desk, VAGN, sent)
    assert case_of(table, "0201609995").citizen.name == "Einer Lauridsen"


def test_a_referral_with_no_status_asks_the_job_centre_for_it(table: Table, sent: bytes) -> None:
    result = take_in(table.desk, VAGN, sent)
    assert result.status_to_request_from_jobcenter == ("0505059996",)
    waits = [(row.name, row.text) for row in listing.due(table.desk.replica, TODAY) if row.kind == "task"]
    assert [name for name, _ in waits] == ["Pia Berggren"]
    assert "Jobcenter Nord" in waits[0][1]


def test_every_case_taken_in_stands_on_the_list_and_is_found(table: Table, sent: bytes) -> None:
    result = take_in(table.desk, VAGN, sent)
    listed = {row.case_id for row in caseload.page(table.desk.replica, TODAY)}
    assert set(result.case_ids) <= listed
    assert [row.name for row in caseload.page(table.desk.replica, TODAY, Asked("mogensen"))] == ["Børge Mogensen"]


# ------------------------------------------------------------------------------------------------- again, and changed


def test_the_same_file_again_changes_nothing(table: Table, sent: bytes) -> None:
    first = take_in(table.desk, VAGN, sent)
    before = all_rows(table)
    again = take_in(table.desk, BODIL, sent)
    assert all_rows(table) == before
    assert (again.taken, again.known_already) == (0, first.taken + first.known_already)
    assert again.refused_lines == first.refused_lines


def test_the_same_referral_in_other_order_letters_and_spelling_is_known(table: Table) -> None:
    take_in(table.desk, VAGN, csv(NANCY + ";Mentor;Lykkedes;Ugentlig gåtur;Praktik;Delvist;"))
    other = NANCY.replace("Jobcenter Nord", "JOBCENTER  NORD") + ";praktik;DELVIST;;Mentor ;lykkedes; ugentlig gåtur"
    again = take_in(table.desk, VAGN, csv(other))
    assert (again.taken, again.known_already, again.refused_lines) == (0, 1, ())


@pytest.mark.parametrize("changed", [";Mentor;Delvist;Ugentlig gåtur", ";Mentor;Lykkedes;", ""])
def test_a_referral_with_other_measures_is_refused_as_changed(table: Table, changed: str) -> None:
    take_in(table.desk, VAGN, csv(NANCY + ";Mentor;Lykkedes;Ugentlig gåtur"))
    before = all_rows(table)
    again = take_in(table.desk, VAGN, csv(NANCY + changed))
    assert [(line.line, line.column, line.reason) for line in again.refused_lines] == [(2, "Tiltag 1", CHANGED)]
    assert "ændret" in CHANGED
    assert all_rows(table) == before


def test_changed_within_one_file_is_refused_by_its_own_line(table: Table) -> None:
    result = take_in(table.desk, VAGN, csv(NANCY + ";Mentor;Lykkedes;", PIA, NANCY + ";Mentor;Delvist;"))
    assert (result.taken, [line.line for line in result.refused_lines]) == (2, [4])


def test_what_staff_have_noted_since_does_not_make_it_changed(table: Table, sent: bytes) -> None:
    take_in(table.desk, VAGN, sent)
    file = case_of(table, "2512489996")
    desk, case_id = table.desk, file.case.id
    with desk.step(VAGN, case_id, "Ret det, der er prøvet") as work:
        work.write("tried", file.tried[0].id, {"outcome": "lykkedes ikke", "note": "Nancy husker det anderledes"})
        work.write("tried", file.tried[0].id, {"citizen_says": "lykkedes"})
        work.remove("tried", file.tried[1].id)
    again = take_in(table.desk, VAGN, sent)
    assert (again.taken, len(again.refused_lines)) == (0, 4)
    kept = case_of(table, "2512489996").tried
    assert [(one.outcome, one.note, one.citizen_says) for one in kept] == [
        ("lykkedes ikke", "Nancy husker det anderledes", "lykkedes")
    ]


def test_the_same_citizen_on_another_day_or_from_another_centre_is_a_new_referral(table: Table) -> None:
    take_in(table.desk, VAGN, csv(NANCY))
    other = NANCY.replace("05-11-2026", "20-11-2026")
    third = NANCY.replace("Jobcenter Nord", "Jobcenter Syd")
    result = take_in(table.desk, VAGN, csv(other, third))
    assert result.taken == 2
    assert len(case_of(table, "2512489996").referrals) == 3
    assert count(table, "citizen", "case")[0] == 2  # Magnus at the table, and Nancy


# --------------------------------------------------------------------------------------------------- nobody doubled


def test_a_citizen_on_file_is_matched_and_what_stands_on_them_is_left(table: Table) -> None:
    opened = case_services.new_citizen(table.desk, VAGN, "Nancy A. Berggren", "gaden")
    table.sql(
        "INSERT INTO rec_identifier (id, case_id, standing, removed, citizen_id, type, value, since)"
        " VALUES ('n', ?, '{}', 0, ?, 'cpr', '2512489996', '2026-11-26')",
        opened.case_id,
        opened.citizen_id,
    )
    result = take_in(table.desk, BODIL, csv(NANCY + ";Mentor;Lykkedes;"))
    assert result.case_ids == (opened.case_id,)
    file = queries.case_file(table.desk.replica, opened.case_id)
    assert (file.citizen.name, file.citizen.phone, file.case.source) == ("Nancy A. Berggren", "", "gaden")
    assert [one.what for one in file.tried] == ["Mentor"]
    assert count(table, "citizen", "case") == [2, 2]


def test_a_citizen_whose_case_has_ended_gets_a_new_one(table: Table) -> None:
    first = take_in(table.desk, VAGN, csv(NANCY))
    with table.desk.step(VAGN, first.case_ids[0], "Slut") as work:
        work.write("case", first.case_ids[0], {"ended": "kun rådgivning", "ended_on": TODAY})
    second = take_in(table.desk, VAGN, csv(NANCY.replace("05-11-2026", "20-11-2026")))
    assert second.case_ids != first.case_ids
    assert count(table, "citizen", "case") == [2, 3]
    assert case_of(table, "2512489996").case.id == second.case_ids[0]


def test_two_rows_on_one_new_citizen_open_one_case(table: Table) -> None:
    result = take_in(table.desk, VAGN, csv(NANCY, NANCY.replace("05-11-2026", "20-11-2026")))
    assert result.taken == 2
    assert len(set(result.case_ids)) == 1
    assert count(table, "citizen", "case", "referral") == [2, 2, 2]


# ----------------------------------------------------------------------------------------------- all of it or none


def test_a_fault_in_the_middle_leaves_nothing(table: Table, sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    before = all_rows(table)
    refer, told = referrals._refer, list[ChangeSet]()
    table.desk.announce = told.append
    rows: list[int] = []

    def breaks(*args: Any) -> None:
        rows.append(1)
        if len(rows) == 4:
            raise RuntimeError("strømmen gik")
        refer(*args)

    monkeypatch.setattr(referrals, "_refer", breaks)
    with pytest.raises(RuntimeError, match="strømmen"):
        take_in(table.desk, VAGN, sent)
    assert all_rows(table) == before
    assert not told
    monkeypatch.undo()
    assert take_in(table.desk, VAGN, sent).taken == 6


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x01\x02", b"%PDF-1.7", b"Navn;Alder\r\nNancy;77\r\n", HEAD.encode()[:20], b"\xff\xfe\x00\x00"],
    ids=["empty", "bytes", "pdf", "another list", "half a heading", "utf-32"],
)
def test_a_file_that_is_no_such_file_changes_nothing_and_gets_one_sentence(table: Table, data: bytes) -> None:
    before = all_rows(table)
    with pytest.raises(UserError) as no:
        take_in(table.desk, VAGN, data)
    assert all_rows(table) == before
    assert no.value.message[0].isupper()
    assert no.value.message.endswith(".")


def test_each_case_is_told_of_once_and_when_it_is_done(table: Table, sent: bytes) -> None:
    told: list[ChangeSet] = []
    table.desk.announce = told.append
    result = take_in(table.desk, VAGN, sent)
    assert sorted(changes.case_id for changes in told) == sorted(set(result.case_ids))
    assert {changes.step.name for changes in told} == {"Indlæs henvisninger"}
    assert len({changes.step.id for changes in told}) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_the_letters_come_through_in_every_encoding(table: Table, sent: bytes, encoding: str) -> None:
    result = take_in(table.desk, VAGN, sent.decode("cp1252").encode(encoding))
    assert result.taken == 6
    assert case_of(table, "0101814321").citizen.name == "Børge Mogensen"
    assert case_of(table, "0101814321").tried[0].note == "»Det var godt at være ude«"


def test_a_child_is_refused_on_the_day_of_the_referral_not_of_the_reading(table: Table) -> None:
    later = table.desk.clock() + timedelta(days=365 * 20)
    table.desk.clock = lambda: later
    row = "050510-9990;Gitte Nancy;Berggren;;;;;16-11-2026;Jobcenter Nord;"
    result: TakenIn = take_in(table.desk, VAGN, csv(row))
    assert [line.column for line in result.refused_lines] == ["CPR-nr"]


def test_no_word_of_a_citizen_is_logged(table: Table, sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    take_in(table.desk, VAGN, sent)
    assert not [word for word in ("Nancy", "2512489996", "251248", "Mentor") if word in caplog.text]
