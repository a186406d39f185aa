# SPDX-License-Identifier: MPL-2.0
"""The window round every screen: what comes first, where one stands, what is told, how it closes and how it falls."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QLabel

from app.domain.errors import EnvironmentProblem
from app.domain.roles import Role
from app.qt.crash import CrashHook, told_by_places
from app.services import opening
from app.services.opening import open_replica
from app.store.remembered import recall
from app.store.replica import BUSY, FULL, READ_ONLY
from app.views.referral_import.page import ImportPage
from tests.patience import LONG
from tests.views.shell_desk import Desk

# -------------------------------------------------------------------------------------------------------- what is first


def test_the_window_is_painted_before_anything_slow_is_imported(practice_folder: Path, repository: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.bootstrap import Program
app = QApplication(["rundbord"])
program = Program(app, Path({str(practice_folder)!r}), practice=True)
slow = {{"sqlalchemy", "sqlcipher3", "cryptography", "keyring", "reportlab", "pypdfium2", "holidays"}}
def painted():
    print("early:", sorted(slow & set(sys.modules)))
program.window.painted.disconnect()
program.window.painted.connect(painted)
program.window.painted.connect(app.quit)
program.show()
app.exec()
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=repository, timeout=LONG
    )
    assert run.stdout.splitlines() == ["early: []"], run.stderr


def test_in_practice_both_sit_at_the_table_and_it_says_so(desk: Desk) -> None:
    assert [hand.role for hand in desk.context.people] == [Role.BESTILLER, Role.VEJLEDER]
    assert desk.context.hand.role is Role.VEJLEDER
    assert [seat.has_pen for seat in desk.window.bar.seats()] == [False, True]
    assert desk.window.today.isVisible()
    for show in (desk.window.go_home, desk.window.show_settings, lambda: desk.window.open_case(desk.case("Sverre"))):
        show()
        desk.settle()
        assert desk.window.ribbon.isVisible()


def test_what_was_looked_for_gives_way_to_what_is_typed_when_one_comes_back(desk: Desk) -> None:
    """Back by Alt+Home the cursor stood after the old word: "Rikke" and then "Nelly" made "RikkeNelly"."""
    desk.type("search", "Sverre")
    desk.window.open_case(desk.case("Sverre"))
    desk.settle()
    desk.shortcut("home")
    line = desk.window.today.cases.search.line
    assert line.hasFocus()
    assert line.selectedText() == "Sverre"


def test_a_new_practice_folder_gets_its_citizens(qapp: QApplication, tmp_path: Path) -> None:
    desk = Desk(qapp, tmp_path / "ny").start()
    assert desk.case("Brita")
    assert desk.case("Max")
    desk.close()


def test_the_second_start_says_so(
    qapp: QApplication, practice_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Desk(qapp, practice_folder).start()
    second = Desk(qapp, practice_folder).start()
    assert second.program.exit_code == 1
    assert "allerede åbent" in second.window.start.text()
    assert "allerede åbent" in capsys.readouterr().err
    first.close()
    second.press("start.retry")
    second.until(lambda: second.program.ready)
    second.settle()
    assert second.program.exit_code == 0
    second.close()


# ---------------------------------------------------------------------------------------------------- where it stands

FRAME = (16, 40)  # what Windows draws round a window


@pytest.mark.parametrize("size", [(1366, 768), (1366, 728), (1280, 680), (1920, 780)])
def test_a_screen_without_room_for_window_and_frame_is_filled(
    qapp: QApplication, practice_folder: Path, size: tuple[int, int]
) -> None:
    """Window and frame went beyond a screen of 1366 by 768, and with them the line at the foot and its buttons."""
    desk = Desk(qapp, practice_folder, room=QRect(QPoint(0, 0), QSize(*size))).start()
    assert desk.window.isMaximized()
    desk.close()


@pytest.mark.parametrize("room", [QRect(0, 0, 1536, 816), QRect(1920, 24, 2560, 1416)])
def test_the_first_window_stands_whole_within_what_the_screen_has_free(
    qapp: QApplication, practice_folder: Path, room: QRect
) -> None:
    desk = Desk(qapp, practice_folder, room=room)
    window = desk.window
    assert not window.isMaximized()
    assert window.size() == QSize(1366, 768)
    assert room.contains(QRect(window.pos(), window.size() + QSize(*FRAME)))
    desk.close()


def test_a_window_that_filled_the_screen_does_so_again_and_comes_back_to_its_size(
    qapp: QApplication, practice_folder: Path
) -> None:
    room = QRect(0, 0, 2560, 1400)
    desk = Desk(qapp, practice_folder, room=room).start()
    desk.window.setGeometry(40, 50, 700, 600)
    desk.window.showMaximized()
    desk.settle()
    desk.close()
    again = Desk(qapp, practice_folder, room=room).start()
    assert again.window.isMaximized()
    assert again.window.normalGeometry() == QRect(40, 50, 700, 600)
    again.close()


def test_a_window_left_on_a_screen_that_has_gone_comes_back_in_sight(qapp: QApplication, practice_folder: Path) -> None:
    room = qapp.primaryScreen().availableGeometry()
    desk = Desk(qapp, practice_folder).start()
    desk.window.setGeometry(room.right() + 5000, room.bottom() + 3000, 700, 600)
    desk.close()
    again = Desk(qapp, practice_folder, room=room).start()
    assert room.contains(again.window.geometry())
    again.close()


@pytest.mark.parametrize("place", ['"æøå"', '"AAAA"', "[0, 0, 1366, 768]", "null"])
def test_a_place_that_cannot_be_read_is_none(qapp: QApplication, practice_folder: Path, place: str) -> None:
    (practice_folder / "window.json").write_text(f'{{"scheme": "dark", "scale": 100, "place": {place}}}', "utf-8")
    desk = Desk(qapp, practice_folder, room=QRect(0, 0, 1366, 728)).start()
    assert desk.window.isMaximized()
    assert desk.window.scheme == "dark"
    desk.close()


@pytest.mark.parametrize("number", ["1e999", "1" + "0" * 30, "NaN", '"x"', "[" * 3000])
def test_a_damaged_file_of_the_windows_place_stops_no_start(
    qapp: QApplication, practice_folder: Path, number: str
) -> None:
    kept = f'{{"scheme": "dark", "scale": {number}, "place": [0, {number}, {number}, 700]}}'
    (practice_folder / "window.json").write_text(kept, encoding="utf-8")
    desk = Desk(qapp, practice_folder).start()
    assert desk.window.isVisible()
    desk.close()


@pytest.mark.parametrize("sentence", [FULL, READ_ONLY, BUSY])
def test_trouble_with_the_disk_is_one_sentence_and_a_way_on(
    qapp: QApplication, practice_folder: Path, monkeypatch: pytest.MonkeyPatch, sentence: str
) -> None:
    def trouble(_desk: object) -> None:
        raise EnvironmentProblem(sentence)

    monkeypatch.setattr("app.services.opening.begin_run", trouble)
    desk = Desk(qapp, practice_folder).start()
    told = desk.window.start.text()
    assert told == opening.at_the_start(EnvironmentProblem(sentence), practice_folder)
    assert "ikke gemt" not in told  # nobody has typed anything yet
    assert desk.program.exit_code == 1
    monkeypatch.undo()
    desk.press("start.retry")
    desk.until(lambda: desk.program.ready)
    desk.close()


def test_a_folder_that_is_none(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("x")
    desk = Desk(qapp, tmp_path / "fil" / "mappe").start()
    assert "må ikke skrive i mappen" in desk.window.start.text()
    desk.close()


def test_a_file_from_the_job_centre_is_taken_in(desk: Desk, cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: str(cases / "henvisninger-jobcenter.csv"))
    desk.press("import")
    page = desk.window.findChild(ImportPage)
    assert page is not None
    desk.until(lambda: "11 henvisninger" in page._says.text())
    assert page.model.index(0, 0).data() == "8"
    assert desk.case("Einer")
    desk.window.go_home()
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: str(cases / "moede-1-bussen.json"))
    desk.press("import")
    desk.until(lambda: any("henvisning" in label.text() for label in desk.window.findChildren(QLabel)))


def test_a_new_citizen_leads_into_the_meeting(desk: Desk) -> None:
    desk.press("new_citizen")
    desk.type("citizen.name", "Ny Borger")
    desk.press("new_citizen.create")
    desk.until(lambda: desk.window.room is not None and desk.window.room.number)
    assert desk.window.room.file.citizen.name == "Ny Borger"


# ------------------------------------------------------------------------------------------------------ where one stands


def _place(practice_folder: Path) -> tuple[str, str]:
    opened = open_replica(practice_folder, practice=True)
    told = recall(opened.desk.replica, "place"), recall(opened.desk.replica, "running")
    opened.desk.replica.close()
    opened.lock.release()
    return told


def test_into_a_case_and_out_again(desk: Desk) -> None:
    case_id = desk.case("Sverre")
    desk.window.today.open_case.emit(case_id)
    desk.settle()
    assert desk.window.room.case_id == case_id
    assert not desk.window.bar_sheet.isVisible(), "the room has a top line of its own"
    desk.press("room.close")
    assert desk.page() is desk.window.today
    assert desk.window.room is None
    assert desk.window.bar_sheet.isVisible()


def test_closed_in_order_begins_at_the_days_page(qapp: QApplication, practice_folder: Path) -> None:
    desk = Desk(qapp, practice_folder).start()
    case_id = desk.case("Sverre")
    desk.window.open_case(case_id, 4)
    desk.settle()
    desk.close()
    place, running = _place(practice_folder)
    assert case_id in place
    assert running == "0"
    again = Desk(qapp, practice_folder).start()
    assert again.page() is again.window.today
    assert not again.window.asks.line.text()
    again.close()


def test_fallen_in_the_middle_stands_where_it_stood(qapp: QApplication, practice_folder: Path) -> None:
    desk = Desk(qapp, practice_folder).start()
    case_id = desk.case("Sverre")
    desk.window.open_case(case_id, 4)
    desk.settle()
    assert desk.window.room.number == 4
    desk.press("step.5")
    # As when the power goes: what was kept is kept, and nothing is closed in order.
    opened = desk.program.opened
    assert opened is not None
    kept = Path(shutil.copytree(practice_folder, practice_folder.with_name("efter faldet")))
    desk.close()
    again = Desk(qapp, kept).start()
    again.until(lambda: again.window.room is not None and again.window.room.number)
    assert again.window.room.case_id == case_id
    assert again.window.room.number == 5
    assert "Intet er gået tabt" in again.window.asks.line.text()
    again.close()


# ------------------------------------------------------------------------------------------------------------- closing


def test_closing_keeps_what_is_typed_and_lays_a_copy_aside(qapp: QApplication, practice_folder: Path) -> None:
    desk = Desk(qapp, practice_folder).start()
    case_id = desk.case("Brita")
    desk.window.open_case(case_id, 2)
    desk.settle()
    desk.type("wishes.want", " Lige før lukketid")
    desk.window.close()
    desk.close()
    for name in ("replica.db", "replica.copy.db"):
        copy = practice_folder.with_name(name.replace(".db", ""))
        shutil.copytree(practice_folder, copy)
        (copy / "replica.db").write_bytes((practice_folder / name).read_bytes())
        opened = open_replica(copy, practice=True)
        row = opened.desk.replica.connection.execute("SELECT want FROM rec_story WHERE case_id = ?", (case_id,))
        assert "Lige før lukketid" in row.fetchone()[0], name
        opened.desk.replica.close()
        opened.lock.release()


# ------------------------------------------------------------------------------------------------------------- crashes


@pytest.mark.expects_log("app.qt.crash", "ERROR", "unforeseen")
def test_each_fault_is_told_once_and_what_is_typed_is_kept_first(tmp_path: Path) -> None:
    told: list[str] = []
    hook = CrashHook(told.append, lambda: told.append("kept"), tmp_path / "rundbord.log")

    def fall(text: str) -> None:
        try:
            raise ValueError(text)
        except ValueError as error:
            hook(type(error), error, error.__traceback__)

    for text in ("Nancy", "Else"):
        fall(text)
    assert told[0] == "kept"
    assert len(told) == 2
    assert "rundbord.log" in told[1]
    assert "Nancy" not in told[1]


def test_a_traceback_is_told_by_places_alone() -> None:
    try:
        raise ValueError("Nancy")
    except ValueError as error:
        told = told_by_places(type(error), error.__traceback__)
    assert "test_shell_window.py" in told
    assert "ValueError" in told
    assert "Nancy" not in told


@pytest.mark.expects_log("app.qt.crash", "ERROR", "unforeseen")
def test_a_fault_in_a_slot_is_told_and_the_window_goes_on(desk: Desk) -> None:
    desk.afterwards()
    assert desk.program._crash is not None
    try:
        raise KeyError("x")
    except KeyError as error:
        desk.program._crash(type(error), error, error.__traceback__)
    desk.settle()
    box = desk.window.asks._boxes[0]
    assert "gemt" in box.text()
    assert not box.isModal()
    box.accept()
    desk.settle()
    assert not desk.window.asks._boxes


def test_what_can_be_done_everywhere_comes_before_the_page_by_tab_though_it_is_made_after_it(desk: Desk) -> None:
    chain, one = [], desk.window
    while (one := one.nextInFocusChain()) is not desk.window:
        chain.append(one)
    everywhere = desk.window.everywhere
    order = [chain.index(w) for w in (everywhere.pen_button, *everywhere.buttons, desk.window.today.cases.search)]
    assert order == sorted(order)


def test_a_list_that_never_comes_leaves_no_window_without_its_keys(qapp: QApplication, practice_folder: Path) -> None:
    desk = Desk(qapp, practice_folder)
    desk.window.equip = lambda: None  # type: ignore[method-assign]  # as if nothing had been painted
    desk.program.show()
    desk.until(lambda: desk.program.opened is not None)
    assert desk.window.everywhere is None
    del desk.window.equip  # type: ignore[attr-defined]
    desk.program._prepared = False
    desk.afterwards()
    assert desk.window.everywhere is not None
    desk.close()
