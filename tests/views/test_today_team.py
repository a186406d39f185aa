# SPDX-License-Identifier: MPL-2.0
"""A leader's first view: the team's figures and caseload, narrowed and saved as a file; a worker begins with their own."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.roles import Hand, Role
from app.models.kinds import Bridge
from app.qt.theme import theme_of
from app.services import caseload_export, cases
from app.store import caseload
from app.store.unit_of_work import new_id
from app.views.today.cases import UNDER, Col
from app.views.today.page import TodayPage
from tests.store.desk import Store
from tests.views.front import BODIL, NOW, VAGN, Front, press
from tests.views.today_page import cell, names, search

LENE = Hand("p-lene", "Lene Leder", Role.LEDER)
TODAY = NOW.date()


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    made = Front(qtbot, tmp_path, [LENE])
    yield made
    made.close()


def come_in(front: Front, name: str, source: str, **more: str) -> str:
    return cases.new_citizen(front.desk, VAGN, name, source, **more).case_id


def decided(front: Front, case_id: str, target: str) -> None:
    store = Store(front.replica)
    store.case_id = case_id
    store.plant("decision", target_group=target, start=TODAY, end=TODAY, content="{}", signed_at="2026-11-26T08:00")


@pytest.fixture
def team(front: Front) -> Front:
    """Five citizens of four sources, two workers; two plans, one of them with a way on; one ended, one late."""
    pia = come_in(front, "Pia", "gaden", vejleder=VAGN.name)
    odd = come_in(front, "Odd", "jobcenter", vejleder="Sanne Sørensen")
    come_in(front, "Else", "gaden", bestiller=BODIL.name, vejleder=VAGN.name)
    max_ = come_in(front, "Max", "egen læge")
    ended = come_in(front, "Åse", "pårørende", vejleder=VAGN.name)
    for case_id in (pia, odd):
        decided(front, case_id, "ja")
    decided(front, max_, "direkte § 85")
    with front.desk.step(VAGN, pia, "Tilføj") as work:
        work.create(Bridge(id=new_id(), case_id=pia, text="Vores Netværk"))
    with front.desk.step(VAGN, ended, "Slut") as work:
        work.write("case", ended, {"ended": "kun rådgivning"})
    front.meet(cases.Opened(odd, ""), -2)
    return front


def shown(page: TodayPage) -> set[str]:
    return set(names(page))


def pick(front: Front, page: TodayPage, name: str, words: str) -> None:
    assert page.cases.team is not None
    one = getattr(page.cases.team.narrowing, name)
    next(action for action in one.choices() if action.text() == words).trigger()
    front.settle()


def logged(front: Front) -> list[tuple[str, str, str, str]]:
    sql = "SELECT person_id, role, action, about FROM access_log ORDER BY n"
    return [(str(a), str(b), str(c), str(d)) for a, b, c, d in front.replica.connection.execute(sql)]


# ---------------------------------------------------------------------------------------------------- what is seen


def test_a_leader_sees_the_whole_team_and_its_figures(team: Front) -> None:
    page = team.show(TodayPage(team.context))
    assert shown(page) == {"Pia", "Odd", "Else", "Max", "Åse"}
    assert page.cases.team is not None
    said = {name: one.accessibleName() for name, one in page.cases.team.strip.figures.items()}
    assert said == {
        "running": "4 åbne sager",
        "late": "1 forfalden",
        "to_answer": "0 dage fra henvendelse til svar (median af 3)",
        "to_support": "0 dage fra henvendelse til støtte (median af 2)",
        "bridged": "50 % af 2 planer har en vej videre",
        "direct_85": "1 direkte til § 85",
    }
    assert (
        page.cases.team.strip.sources.text() == "Kom fra: gaden 2 · egen læge 1 · jobcenter 1 · pårørende 1 · 5 i alt"
    )
    assert {cell(page, n, Col.SOURCE) for n in range(5)} == {"gaden", "jobcenter", "egen læge", "pårørende"}
    assert "Videre til § 85" in {cell(page, n, Col.STEP) for n in range(5)}


def test_the_figures_follow_what_is_written(team: Front) -> None:
    page = team.show(TodayPage(team.context))
    come_in(team, "Nancy", "gaden")
    assert page.cases.team is not None
    strip = page.cases.team.strip
    team.until(lambda: "gaden 3" in strip.sources.text())
    assert strip.figures["running"].number.text() == "5"


def test_what_is_never_a_leaders_to_do_is_not_on_the_page(team: Front) -> None:
    page = team.show(TodayPage(team.context))
    assert not page.new_button.isVisible()
    assert not page.import_button.isVisible()
    search(team, page, "nobody at all")
    assert page.cases.empty.button.text() == "Vis alle"
    page.cases.empty.button.click()
    team.until(lambda: len(shown(page)) == 5)


def test_an_empty_team_asks_nothing_of_a_leader(front: Front) -> None:
    page = front.show(TodayPage(front.context))
    assert page.cases.empty.isVisible()
    assert not page.cases.empty.button.isVisible()


def test_a_worker_begins_with_their_own_and_has_no_figures(team: Front) -> None:
    team.context.sign_out()
    team.context.sign_in(VAGN)
    page = team.show(TodayPage(team.context))
    assert shown(page) == {"Pia", "Else"}
    assert page.cases.team is None
    assert page.new_button.isVisible()


def test_the_page_follows_the_pen(team: Front) -> None:
    page = team.show(TodayPage(team.context))
    assert page.cases.team is not None
    team.context.sign_in(VAGN)
    team.until(lambda: shown(page) == {"Pia", "Else"})
    assert not page.cases.team.strip.isVisible()
    assert not page.cases.team.tools.isVisible()
    team.context.pass_pen(Role.LEDER)
    team.until(lambda: len(shown(page)) == 5)
    assert page.cases.team.strip.isVisible()


# ------------------------------------------------------------------------------------------------------- narrowing


def test_the_team_is_narrowed_by_pills_and_picks(team: Front) -> None:
    page = team.show(TodayPage(team.context))
    pills = {pill.text(): pill for pill in page.cases.pills.pills()}
    pills["Åbne"].click()
    team.until(lambda: shown(page) == {"Pia", "Odd", "Else", "Max"})
    pills["Forfaldne"].click()
    team.until(lambda: shown(page) == {"Odd"})
    pills["Hele teamet"].click()
    team.settle()
    pick(team, page, "worker", VAGN.name)
    assert shown(page) == {"Pia", "Else"}
    pick(team, page, "step", "I gang")
    assert shown(page) == {"Pia"}
    pick(team, page, "worker", "Alle medarbejdere")
    assert shown(page) == {"Pia", "Odd"}
    pick(team, page, "source", "Fra jobcenter")
    assert shown(page) == {"Odd"}
    search(team, page, "pia")
    assert shown(page) == set()
    page.cases.empty.button.click()
    team.until(lambda: len(shown(page)) == 5)


def test_the_picks_offer_who_holds_cases_now(team: Front) -> None:
    page = team.show(TodayPage(team.context))
    assert page.cases.team is not None
    offered = [action.text() for action in page.cases.team.narrowing.worker.choices()]
    assert offered == ["Alle medarbejdere", "Bodil Bestiller", "Sanne Sørensen", "Vagn Vejleder"]


# -------------------------------------------------------------------------------------------------------- is noted


def test_to_look_at_the_team_is_noted_once(team: Front) -> None:
    page = team.show(TodayPage(team.context))
    page.refresh()
    team.settle()
    assert logged(team).count(("p-lene", "leder", "åbnet", "caseload")) == 1


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ""])
def test_what_the_list_shows_is_saved_as_a_file_and_noted(team: Front, tmp_path: Path, suffix: str) -> None:
    page = team.show(TodayPage(team.context))
    pick(team, page, "worker", VAGN.name)
    team.asks.save = str(tmp_path / f"sager{suffix}")
    page.findChild(QWidget, "take_out").click()  # type: ignore[union-attr]
    team.settle()
    team.until(lambda: team.asks.told)
    made = tmp_path / f"sager{suffix or '.xlsx'}"
    if suffix == ".csv":
        rows = list(csv.DictReader(made.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
        assert {row["Borger"] for row in rows} == {"Pia", "Else"}
    else:
        assert b"Else" in zipfile.ZipFile(made).read("xl/worksheets/sheet1.xml")
    assert "2 sager er skrevet" in team.asks.told[0]
    form = suffix.lstrip(".") or "xlsx"
    assert ("p-lene", "leder", "taget ud", f"caseload {form} 2") in logged(team)
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".del")]


def test_nowhere_is_no_file_and_no_look(team: Front) -> None:
    page = team.show(TodayPage(team.context))
    team.asks.save = ""
    page.findChild(QWidget, "take_out").click()  # type: ignore[union-attr]
    team.settle()
    assert "taget ud" not in {action for _, _, action, _ in logged(team)}


def test_a_long_file_says_how_far_it_is_and_can_be_stopped(
    team: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caseload_export, "PIECE", 1)
    page = team.show(TodayPage(team.context))
    assert page.cases.team is not None
    out = page.cases.team.taking_out
    out._patience.setInterval(0)
    said: list[str] = []
    real = out._written

    def stop_at_two(more: bool) -> None:
        said.append(out.told.text())
        if len(said) == 2:
            out.show()
            assert out.stop_button.isVisible()
            out.stop_button.click()
        real(more)

    monkeypatch.setattr(out, "_written", stop_at_two)
    team.asks.save = str(tmp_path / "sager.xlsx")
    page.findChild(QWidget, "take_out").click()  # type: ignore[union-attr]
    team.until(lambda: team.asks.told)
    assert said == ["Skriver 0 af 5 sager …", "Skriver 1 af 5 sager …"]
    assert team.asks.told == ["Stoppet. Der er ingen fil."]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith((".sager", "sager"))]
    assert not out.isVisible()


def test_a_place_that_cannot_be_written_in_is_one_sentence(team: Front, tmp_path: Path) -> None:
    page = team.show(TodayPage(team.context))
    team.asks.save = str(tmp_path / "findes ikke" / "sager.xlsx")
    page.findChild(QWidget, "take_out").click()  # type: ignore[union-attr]
    team.until(lambda: team.asks.told)
    assert team.asks.told == ["Mappen findes ikke, så filen er ikke gemt. Vælg en anden."]


# --------------------------------------------------------------------------------------------------- within reach


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_nothing_scrolls_sideways_and_nothing_is_gone(team: Front, scale: int) -> None:
    page = team.show(TodayPage(team.context))
    theme_of().apply(QApplication.instance(), "light", scale)  # type: ignore[arg-type]
    page.resize(1366, 700)
    team.settle()
    table = page.cases.table
    assert table.horizontalScrollBar().maximum() == 0
    beneath = set(UNDER.values())
    for column in Col:
        assert table.isColumnHidden(column) == (scale > 100 and column in beneath)
    assert table.rowHeight(0) == table.row_height()
    assert page.grab().width() == 1366
    for name in ("take_out", "narrow.worker", "narrow.step", "narrow.source", "sort"):
        widget = page.findChild(QWidget, name)
        assert widget is not None
        assert widget.isVisible()
        assert widget.mapTo(page, widget.rect().topRight()).x() <= page.width()


def test_everything_of_the_team_has_a_name_and_its_place_for_tab(team: Front) -> None:
    page = team.show(TodayPage(team.context))
    page.cases.search.setFocus()
    seen: list[QWidget] = []
    for _ in range(30):
        now = QApplication.focusWidget()
        assert now is not None
        if now in seen:
            break
        seen.append(now)
        press(now, Qt.Key.Key_Tab)
    reached = {widget.objectName() for widget in seen}
    assert {"narrow.worker", "narrow.step", "narrow.source", "take_out", "sort", "cases"} <= reached
    assert all(widget.accessibleName() for widget in seen)


def test_a_leaders_page_reads_a_page_only(team: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[int] = []
    real = caseload.page
    monkeypatch.setattr(caseload, "page", lambda *a, **k: limits.append(k["limit"]) or real(*a, **k))
    team.show(TodayPage(team.context))
    assert set(limits) == {caseload.PAGE}


def test_a_leader_lists_the_cases_where_one_person_has_two_roles_and_reads_who(team: Front) -> None:
    come_in(team, "Nancy", "gaden", bestiller=BODIL.name, vejleder=BODIL.name)
    page = team.show(TodayPage(team.context))
    pill = next(pill for pill in page.cases.pills.pills() if pill.text() == "To roller")
    pill.click()
    team.until(lambda: page.cases.model.rowCount() == 1)
    assert cell(page, 0, Col.CITIZEN) == "Nancy · Bodil i to roller"
    assert cell(page, 0, Col.CITIZEN, Qt.ItemDataRole.AccessibleTextRole).endswith(". Bodil Bestiller i to roller")
    page.cases.pills.pills()[0].click()
    team.until(lambda: page.cases.model.rowCount() == 6)
    nancy = names(page).index("Nancy")
    assert cell(page, nancy, Col.CITIZEN) == "Nancy"
    team.context.sign_out()
    team.context.sign_in(VAGN)
    team.settle()
    assert "To roller" not in [pill.text() for pill in page.cases.pills.pills()]


@pytest.mark.parametrize("role", ["bestiller", "vejleder"])
def test_a_leader_lists_the_open_cases_nobody_holds(team: Front, role: str) -> None:
    """No case is ownerless without somebody seeing it (H3)."""
    other = {"bestiller": {"vejleder": VAGN.name}, "vejleder": {"bestiller": BODIL.name}}[role]
    come_in(team, "Nancy", "gaden", **other)
    page = team.show(TodayPage(team.context))
    next(pill for pill in page.cases.pills.pills() if pill.text() == f"Uden {role}").click()
    team.until(lambda: page.cases.model.rowCount() < 6)
    alone = set(names(page))
    assert "Nancy" in alone
    column = {"bestiller": Col.BESTILLER, "vejleder": Col.VEJLEDER}[role]
    assert {cell(page, n, column) for n in range(len(alone))} == {"–"}
