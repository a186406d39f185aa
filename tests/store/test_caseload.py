# SPDX-License-Identifier: MPL-2.0
"""The lists: everybody is found by every spelling, in the order asked for, a page at a time, and nobody waits for them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3

from app.domain.errors import EnvironmentProblem
from app.models.kinds import FollowUp, Meeting, singleton_id
from app.store import caseload, listing
from app.store.caseload import PAGE, Asked, CaseRow, Sort
from app.store.replica import READ_ONLY
from app.store.unit_of_work import new_id
from bench.replica_of import make
from tests.store.desk import BODIL, KEY, TODAY, VAGN, Store, fresh

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh(tmp_path) as opened:
        yield opened


def names(rows: tuple[CaseRow, ...]) -> list[str]:
    return [row.name for row in rows]


def found(store: Store, text: str, **asked: Any) -> list[str]:
    return names(caseload.page(store.replica, TODAY, Asked(text, **asked)))


def decide(store: Store, case_id: str, target: str = "ja", start: date | None = None, end: date | None = None) -> None:
    """A decision put in past its seal, over those there are: what the lists show is the same."""
    before, store.case_id = store.case_id, case_id
    over = [row[0] for row in store.sql("SELECT id FROM rec_decision WHERE case_id = ?", case_id)]
    content = json.dumps({"over": over})
    store.plant("decision", target_group=target, start=start, end=end, content=content, signed_at=f"{TODAY}T10:00:00")
    store.case_id = before


def meet(store: Store, case_id: str, *days: date) -> None:
    with store.work(case_id=case_id) as work:
        for day in days:
            work.create(FollowUp(id=new_id(), case_id=case_id, date=day))


def met(store: Store, case_id: str, day: date) -> None:
    with store.work(case_id=case_id) as work:
        work.create(Meeting(id=new_id(), case_id=case_id, date=day))


# --------------------------------------------------------------------------------------------------- the search

PEOPLE = {
    "Åse Ødegård": ("aase", "Åse", "ase ø", "ODEGAARD", "ødeg", "gård", "Åse Ødegård", "odegård aase", "ås"),
    "Søren Æbelø-Kjærgaard": ("soren", "sören", "aebel", "kjaergaard", "Kjærgård", "æbelø kj", "abelo"),
    "Ayşe Yılmaz": ("ayse", "Ayşe", "YILMAZ", "yilmaz ays", "ayşe y"),
    "Çağla Öztürk": ("cagla", "ozturk", "Öztyrk", "ÇAĞLA"),
    "Łukasz Wiśniewski": ("lukasz", "Wisniewski", "łuk", "wiś"),
    "Agnieszka Źdźbło": ("zdzblo", "agnieszka z", "Źdźb"),
    "Mohammed Al-Hassan": ("al hassan", "alhassan", "hassan mohammed", "Al-H", "hammed"),
    "Khadīja el-Khaṭīb": ("khadija", "khatib", "el khatib", "elkhatib"),
    "Nour ’Abd ar-Raḥmān": ("abd", "rahman", "ar rahman", "'abd"),
    "Aviâja Kleist": ("aviaja", "Aviâja", "kleist avi"),
    "Ívalo ĸîtsok": ("ivalo", "qitsok", "Ívalo"),
    "Nancy Ann Test Berggren": ("nancy berggren", "ann n", "berggren, nancy", "nancyann"),
    "Lærke O'Connor": ("oconnor", "o'connor", "laerke", "lærke o"),
    "Zoë Käthe Strauß": ("zoe", "kathe", "käthe", "strauss", "strauß"),
}


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with fresh(tmp_path_factory.mktemp("alle")) as opened:
        for name in PEOPLE:
            opened.come_in(name)
        opened.come_in("Magnus Lauridsen", number="0504909995", phone="+45 87 65 43 21")
        opened.come_in("Einer Lauridsen", number="0201609995", phone="12345678")
        yield opened


@pytest.mark.parametrize(("name", "typed"), [(name, typed) for name, all_of in PEOPLE.items() for typed in all_of])
def test_everybody_is_found_by_every_spelling(everybody: Store, name: str, typed: str) -> None:
    assert name in found(everybody, typed)


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_is_found_at_every_letter_as_the_name_is_typed(everybody: Store, name: str) -> None:
    for until in range(1, len(name) + 1):
        assert name in found(everybody, name[:until]), name[:until]


@pytest.mark.parametrize(
    "typed", ["0504909995", "050490-9995", "050490", "9995", "87654321", "87 65 43 21", "+4587654321"]
)
def test_numbers_are_found_however_they_are_parted(everybody: Store, typed: str) -> None:
    assert "Magnus Lauridsen" in found(everybody, typed)


@pytest.mark.parametrize("typed", ["magnus 0504", "lauridsen 87654321", "0504 laurid"])
def test_a_name_and_a_number_narrow_each_other(everybody: Store, typed: str) -> None:
    assert found(everybody, typed) == ["Magnus Lauridsen"]


@pytest.mark.parametrize("typed", ["magnus einer", "zzz", "9999999999", "lauridsen berggren"])
def test_nobody_is_found_who_does_not_fit(everybody: Store, typed: str) -> None:
    assert found(everybody, typed) == []
    assert caseload.count(everybody.replica, TODAY, Asked(typed)) == 0


@pytest.mark.parametrize("typed", ["", "   ", "-", "»«", "%", "_", '"', "'", "*", "(", "a*", 'OR "', "\x00", "😀"])
def test_no_sign_breaks_the_search(everybody: Store, typed: str) -> None:
    assert len(found(everybody, typed)) == caseload.count(everybody.replica, TODAY, Asked(typed))


def test_whose_name_begins_so_comes_before_whose_name_holds_it(store: Store) -> None:
    for name in ("Hanne Skov", "Vibe Kannik", "Anne Holm"):
        store.come_in(name)
    assert found(store, "ann") == ["Anne Holm", "Vibe Kannik", "Hanne Skov"]
    assert found(store, "ann", sort=Sort.NAME) == ["Anne Holm", "Hanne Skov", "Vibe Kannik"]


def test_a_citizen_is_found_by_an_earlier_number_and_a_new_name(store: Store) -> None:
    case_id, citizen_id = store.come_in("Lonni Lauridsen", number="0201609996")
    with store.work(case_id=case_id) as work:
        work.write("citizen", citizen_id, {"name": "Lonni Holm"})
    assert found(store, "holm") == found(store, "0201609996") == ["Lonni Holm"]
    assert found(store, "lauridsen") == []


# ---------------------------------------------------------------------------------------------------- the order


def test_names_stand_in_the_danish_alphabet(store: Store) -> None:
    right = ["Anna", "Bo", "Zoë", "Ægir", "Ærø", "Øjvind", "Østen", "Aage", "Åse", "Åshild"]
    for name in reversed(right):
        store.come_in(name)
    assert found(store, "", sort=Sort.NAME) == right
    assert found(store, "", sort=Sort.NAME, descending=True) == right[::-1]


def test_the_newest_contact_comes_first(store: Store) -> None:
    for name, ago in (("Gammel", 30), ("Ny", 0), ("Midt", 5)):
        store.come_in(name, contact_on=TODAY - ago * DAY)
    assert found(store, "") == ["Ny", "Midt", "Gammel"]
    assert found(store, "", sort=Sort.CONTACT) == ["Gammel", "Midt", "Ny"]


@pytest.mark.parametrize("descending", [False, True])
def test_what_has_no_date_comes_last_either_way(store: Store, descending: bool) -> None:
    for name, days in (("Sent", 30), ("Snart", 3), ("Over tiden", -2)):
        case_id, _ = store.come_in(name)
        meet(store, case_id, TODAY + days * DAY)
        decide(store, case_id, start=TODAY - 60 * DAY, end=TODAY + days * DAY)
    store.come_in("Ingen dag")
    ended, _ = store.come_in("Sluttet", ended="kun rådgivning")
    meet(store, ended, TODAY)
    dated = ["Over tiden", "Snart", "Sent"]
    for sort in (Sort.FOLLOW_UP, Sort.END):
        in_order = found(store, "", sort=sort, descending=descending)
        assert in_order[:3] == (dated[::-1] if descending else dated)
        assert set(in_order[3:]) == {"Ingen dag", "Sluttet"}


def test_an_answer_put_off_stands_among_the_days_to_meet(store: Store) -> None:
    first, _ = store.come_in("Mødes")
    meet(store, first, TODAY + 9 * DAY)
    second, _ = store.come_in("Udskudt")
    with store.work(BODIL, case_id=second) as work:
        work.write("answer", singleton_id(second, "answer"), {"target_group": "udskudt", "until": TODAY + 5 * DAY})
    assert found(store, "", sort=Sort.FOLLOW_UP) == ["Udskudt", "Mødes"]
    row = caseload.page(store.replica, TODAY, Asked("udskudt"))[0]
    assert (row.until, row.next_follow_up) == (TODAY + 5 * DAY, None)


@pytest.mark.parametrize("sort", [None, *Sort])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_side_by_side_are_the_whole_list_once(store: Store, sort: Sort | None, descending: bool) -> None:
    for n in range(23):
        case_id, _ = store.come_in(f"Borger {n % 5}", contact_on=TODAY - (n % 4) * DAY)
        if n % 3:
            meet(store, case_id, TODAY + (n % 6) * DAY)
    asked = Asked(sort=sort, descending=descending)
    whole = caseload.page(store.replica, TODAY, asked)
    pages = [row for at in range(0, 25, 5) for row in caseload.page(store.replica, TODAY, asked, limit=5, offset=at)]
    assert pages == list(whole)
    assert len({row.case_id for row in pages}) == caseload.count(store.replica, TODAY, asked) == 23


# ------------------------------------------------------------------------------------------------ whose they are


def test_what_nobody_holds_is_found_by_the_role_that_lacks(store: Store) -> None:
    store.come_in("Kun bestiller", bestiller=BODIL.name)
    store.come_in("Kun vejleder", vejleder=VAGN.name)
    store.come_in("Begge", bestiller=BODIL.name, vejleder=VAGN.name)
    ended, _ = store.come_in("Slut", bestiller=BODIL.name)
    with store.work(case_id=ended) as work:
        work.write("case", ended, {"ended": "vejledt videre"})
    assert found(store, "", free="vejleder") == ["Kun bestiller"]
    assert found(store, "", free="bestiller") == ["Kun vejleder"]
    assert caseload.count(store.replica, TODAY, Asked(free="vejleder")) == 1
    assert found(store, "kun", free="vejleder") == ["Kun bestiller"]


def test_ones_own_are_those_one_holds_and_has_not_ended(store: Store) -> None:
    store.come_in("Min som vejleder", vejleder=VAGN.name)
    store.come_in("Min som bestiller", bestiller=VAGN.name)
    store.come_in("Begge", bestiller=VAGN.name, vejleder=VAGN.name)
    store.come_in("En andens", vejleder="Sanne Sørensen")
    store.come_in("Ingens")
    store.come_in("Sluttet", vejleder=VAGN.name, ended="kun rådgivning")
    own = {"Min som vejleder", "Min som bestiller", "Begge"}
    assert set(found(store, "", worker=VAGN.name)) == own
    assert caseload.count(store.replica, TODAY, Asked(worker=VAGN.name)) == 3
    assert caseload.count(store.replica, TODAY) == len(caseload.page(store.replica, TODAY)) == 6
    assert found(store, "min", worker=VAGN.name, sort=Sort.NAME) == ["Min som bestiller", "Min som vejleder"]


# ----------------------------------------------------------------------------------------------- what a line says


def row_of(store: Store, case_id: str, today: date = TODAY) -> CaseRow:
    return next(row for row in caseload.page(store.replica, today) if row.case_id == case_id)


@pytest.mark.parametrize(
    ("target", "start", "end", "step"),
    [
        ("ja", -10, 100, "I gang"),
        ("ja", 5, 100, "Begynder snart"),
        ("ja", -100, -1, "Tiden er gået"),
        ("ja", None, None, "I gang"),
        ("nej", None, None, "Svar: nej"),
        ("udskudt", None, None, "Svar udskudt"),
        ("direkte § 85", None, None, "Videre til § 85"),
    ],
)
def test_a_decision_says_where_the_case_stands(
    store: Store, target: str, start: int | None, end: int | None, step: str
) -> None:
    case_id, _ = store.come_in("Magnus")
    first = None if start is None else TODAY + start * DAY
    last = None if end is None else TODAY + end * DAY
    decide(store, case_id, target, first, last)
    row = row_of(store, case_id)
    assert (row.step, row.start, row.end) == (step, first, last)
    assert row.overdue == (last if step == "Tiden er gået" else None)


def test_a_case_without_a_decision_is_new_or_has_been_met(store: Store) -> None:
    case_id, _ = store.come_in("Magnus")
    assert row_of(store, case_id).step == "Ny"
    met(store, case_id, TODAY)
    assert row_of(store, case_id).step == "I møde"
    with store.work(case_id=case_id) as work:
        work.write("case", case_id, {"ended": "kun rådgivning"})
    row = row_of(store, case_id)
    assert (row.step, row.ended) == ("Sluttet", True)


def test_the_decision_in_force_speaks(store: Store) -> None:
    case_id, _ = store.come_in("Magnus")
    decide(store, case_id, "udskudt")
    decide(store, case_id, "nej")
    assert row_of(store, case_id).step == "Svar: nej"
    assert caseload.count(store.replica, TODAY) == 1


def test_the_next_day_to_meet_is_the_first_since_the_last_meeting(store: Store) -> None:
    case_id, _ = store.come_in("Magnus")
    meet(store, case_id, TODAY - 10 * DAY, TODAY - 3 * DAY, TODAY + 20 * DAY)
    assert row_of(store, case_id).next_follow_up == TODAY - 10 * DAY  # nobody came: it is late
    met(store, case_id, TODAY - 9 * DAY)
    assert row_of(store, case_id).next_follow_up == TODAY - 3 * DAY
    met(store, case_id, TODAY)
    assert row_of(store, case_id).next_follow_up == TODAY + 20 * DAY


def test_a_day_taken_off_the_table_is_no_day(store: Store) -> None:
    case_id, _ = store.come_in("Magnus")
    gone = FollowUp(id=new_id(), case_id=case_id, date=TODAY)
    with store.work(case_id=case_id) as work:
        work.create(gone)
        work.remove("follow_up", gone.id)
    assert row_of(store, case_id).next_follow_up is None


# ------------------------------------------------------------------------------------------------------- quickly


@pytest.fixture(scope="module")
def ten_thousand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("mange") / "replica.db"
    make(path, KEY, 10_000)
    with fresh(path.parent) as opened:
        yield opened


ASKED = {
    "newest": Asked(),
    "name": Asked(sort=Sort.NAME),
    "mine": Asked(worker="Vagn Vejleder"),
    "nobody's": Asked(free="vejleder"),
    "part of a name": Asked("ødeg"),
    "two words": Asked("anne jens"),
    "one letter": Asked("a"),
    "number": Asked("2512"),
    "follow up": Asked(sort=Sort.FOLLOW_UP),
    "end": Asked(sort=Sort.END, descending=True),
}
BY_INDEX = {
    "newest": ("SCAN l USING COVERING INDEX line_contact",),
    "name": ("SCAN l USING COVERING INDEX line_name",),
    "mine": ("USING COVERING INDEX line_vejleder", "USING COVERING INDEX line_bestiller"),
    "nobody's": ("SEARCH l USING COVERING INDEX line_vejleder",),
    "part of a name": ("SCAN search_fts VIRTUAL TABLE",),
    "follow up": ("SCAN l USING COVERING INDEX line_next",),
    "end": ("SCAN l USING COVERING INDEX line_end",),
}


def statement(store: Store, asked: Asked) -> str:
    """The very statement of a list, with its values in it."""
    said: list[str] = []
    store.replica.connection.set_trace_callback(said.append)
    caseload.page(store.replica, TODAY, asked)
    store.replica.connection.set_trace_callback(None)
    return next(text for text in said if text.startswith("WITH"))


@pytest.mark.parametrize("name", BY_INDEX)
def test_every_list_goes_by_its_index(ten_thousand: Store, name: str) -> None:
    plan = [row[3] for row in ten_thousand.sql(f"EXPLAIN QUERY PLAN {statement(ten_thousand, ASKED[name])}")]
    for step in BY_INDEX[name]:
        assert any(step in line for line in plan), plan
    assert not any(line in ("SCAN d", "SCAN f", "SCAN m", "SCAN e", "SCAN z", "SCAN a") for line in plan), plan


@pytest.mark.parametrize("name", ASKED)
def test_a_list_of_ten_thousand_is_shown_a_page_at_a_time(ten_thousand: Store, name: str) -> None:
    assert len(caseload.page(ten_thousand.replica, TODAY, ASKED[name])) <= PAGE


def test_the_lists_import_nothing_slow(repository: Path) -> None:
    program = "import sys, app.store.listing; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True)
    assert not {"sqlalchemy", "cryptography", "reportlab", "keyring", "PySide6"} & set(run.stdout.split())


# -------------------------------------------------------------------------------------------------------- trouble


def test_a_fault_of_the_disk_is_one_sentence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def execute(self, *_: object) -> object:
            raise sqlcipher3.OperationalError("disk I/O error")

    monkeypatch.setattr(store.replica, "connection", Broken())
    with pytest.raises(EnvironmentProblem) as page:
        caseload.page(store.replica, TODAY)
    with pytest.raises(EnvironmentProblem) as due:
        listing.due(store.replica, TODAY)
    assert page.value.message == due.value.message == READ_ONLY
    monkeypatch.undo()
