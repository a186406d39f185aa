# SPDX-License-Identifier: MPL-2.0
"""The window round every screen: what comes first, who sits at the table, the lock, the pen, and where one stands."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QWidget

from app.domain.errors import EnvironmentProblem
from app.domain.roles import Role
from app.qt import actions
from app.qt.crash import CrashHook, told_by_places
from app.qt.theme import theme_of
from app.services import practice
from app.services.opening import open_replica, practice_code
from app.services.settings import municipality
from app.store.remembered import recall
from app.store.replica import BUSY, DAMAGED, FULL, READ_ONLY
from app.views.shell.asks import WindowAsks
from tests.views.shell_desk import NOW, Desk


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice folder with its team and citizens, made once and copied."""
    folder = tmp_path_factory.mktemp("furnished") / "øvelse"
    opened = open_replica(folder, practice=True, clock=lambda: NOW)
    practice.prepare(opened.desk, practice_code(folder))
    opened.desk.replica.close()
    opened.lock.release()
    return folder


@pytest.fixture
def folder(furnished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(furnished, tmp_path / "øvelse"))


@pytest.fixture
def desk(qapp: QApplication, folder: Path) -> Iterator[Desk]:
    desk = Desk(qapp, folder).start()
    yield desk
    theme_of().apply(qapp, "light", 100)
    desk.close()


# -------------------------------------------------------------------------------------------------------- what is first


def test_the_window_is_painted_before_anything_slow_is_imported(folder: Path, repository: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.bootstrap import Program
app = QApplication(["rundbord"])
program = Program(app, Path({str(folder)!r}), practice=True)
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
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=repository, timeout=60
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


def test_a_new_practice_folder_gets_its_citizens(qapp: QApplication, tmp_path: Path) -> None:
    desk = Desk(qapp, tmp_path / "ny").start()
    assert desk.case("Brita")
    assert desk.case("Max")
    desk.close()


def test_the_second_start_says_so(qapp: QApplication, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = Desk(qapp, folder).start()
    second = Desk(qapp, folder).start()
    assert second.program.exit_code == 1
    assert "allerede åbent" in second.window.start.text()
    assert "allerede åbent" in capsys.readouterr().err
    first.close()
    second.press("start.retry")
    second.until(lambda: second.program.ready)
    second.settle()
    assert second.program.exit_code == 0
    second.close()


@pytest.mark.parametrize("sentence", [FULL, READ_ONLY, BUSY])
def test_trouble_with_the_disk_is_one_sentence_and_a_way_on(
    qapp: QApplication, folder: Path, monkeypatch: pytest.MonkeyPatch, sentence: str
) -> None:
    def trouble(_desk: object) -> None:
        raise EnvironmentProblem(sentence)

    monkeypatch.setattr("app.services.opening.begin_run", trouble)
    desk = Desk(qapp, folder).start()
    assert desk.window.start.text() == sentence
    assert desk.program.exit_code == 1
    monkeypatch.undo()
    desk.press("start.retry")
    desk.until(lambda: desk.program.ready)
    desk.close()


def test_a_folder_that_is_none(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("x")
    desk = Desk(qapp, tmp_path / "fil" / "mappe").start()
    assert desk.window.start.text() == READ_ONLY
    desk.close()


def test_a_file_from_the_job_centre_is_taken_in(desk: Desk, cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: str(cases / "henvisninger-jobcenter.csv"))
    desk.press("import")
    told = " ".join(label.text() for label in desk.window._intake.findChildren(QLabel))
    assert "6 af 11" in told
    assert "Linje 8 · CPR-nr" in told
    desk.key(Qt.Key.Key_Escape)
    assert not desk.window._intake.isVisible()
    assert desk.case("Einer")
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: str(cases / "moede-1-bussen.json"))
    desk.press("import")
    assert "henvisninger" in " ".join(label.text() for label in desk.window._intake.findChildren(QLabel))


def test_a_new_citizen_leads_into_the_meeting(desk: Desk) -> None:
    desk.press("new_citizen")
    desk.type("citizen.name", "Ny Borger")
    desk.press("new_citizen.create")
    desk.until(lambda: desk.window.room is not None and desk.window.room.number)
    assert desk.window.room.file.citizen.name == "Ny Borger"


# ------------------------------------------------------------------------------------------------------ where one stands


def _place(folder: Path) -> tuple[str, str]:
    opened = open_replica(folder, practice=True)
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


def test_closed_in_order_begins_at_the_days_page(qapp: QApplication, folder: Path) -> None:
    desk = Desk(qapp, folder).start()
    case_id = desk.case("Sverre")
    desk.window.open_case(case_id, 4)
    desk.settle()
    desk.close()
    place, running = _place(folder)
    assert case_id in place
    assert running == "0"
    again = Desk(qapp, folder).start()
    assert again.page() is again.window.today
    assert not again.window.asks.line.text()
    again.close()


def test_fallen_in_the_middle_stands_where_it_stood(qapp: QApplication, folder: Path) -> None:
    desk = Desk(qapp, folder).start()
    case_id = desk.case("Sverre")
    desk.window.open_case(case_id, 4)
    desk.settle()
    assert desk.window.room.number == 4
    desk.press("step.5")
    # As when the power goes: what was kept is kept, and nothing is closed in order.
    opened = desk.program.opened
    assert opened is not None
    kept = Path(shutil.copytree(folder, folder.with_name("efter faldet")))
    desk.close()
    again = Desk(qapp, kept).start()
    again.until(lambda: again.window.room is not None and again.window.room.number)
    assert again.window.room.case_id == case_id
    assert again.window.room.number == 5
    assert "Intet er gået tabt" in again.window.asks.line.text()
    again.close()


# -------------------------------------------------------------------------------------------------------------- the lock


def test_the_lock_covers_everything_and_loses_nothing(desk: Desk) -> None:
    case_id = desk.case("Brita")
    desk.window.open_case(case_id, 2)
    desk.settle()
    desk.type("wishes.want", " og tale med nogen")
    desk.window.lock()
    desk.settle()
    lock = desk.window._lock
    assert lock is not None
    assert lock.geometry() == desk.window.rect()
    shown = desk.window.childAt(desk.window.rect().center())
    assert shown is lock or lock.isAncestorOf(shown)
    assert "Brita" not in " ".join(label.text() for label in lock.findChildren(QLabel))
    kept: list[str] = []
    desk.context.run(
        lambda: desk.context.desk.replica.connection.execute(
            "SELECT want FROM rec_story WHERE case_id = ?", (case_id,)
        ).fetchone()[0],
        kept.append,
    )
    desk.settle()
    assert "og tale med nogen" in kept[0]
    for action in ("home", "settings", "help", "pen.pass"):
        found = next(a for a in desk.window.actions() if a.objectName() == f"action.{action}")
        found.trigger()
        desk.settle()
    assert desk.window.locked
    assert desk.window.room is not None
    assert QApplication.focusWidget() is lock.said.line


def test_anybody_at_the_table_may_unlock_and_then_has_the_pen(desk: Desk) -> None:
    desk.window.lock()
    lock = desk.window._lock
    assert lock is not None
    lock.who.pick(desk.hand(Role.BESTILLER).person_id)
    desk.type("lock.secret", "0000")
    desk.press("lock.open")
    assert desk.window.locked
    assert "forsøg" in (lock.said.error() or "")
    desk.type("lock.secret", "øvelse")
    desk.key(Qt.Key.Key_Return, "\r")
    assert not desk.window.locked
    assert desk.context.hand.role is Role.BESTILLER


def test_tab_never_leaves_the_lock(desk: Desk) -> None:
    desk.window.lock()
    lock = desk.window._lock
    assert lock is not None
    for _ in range(8):
        desk.key(Qt.Key.Key_Tab, "\t")
        assert lock.isAncestorOf(QApplication.focusWidget())


def test_it_locks_by_itself(desk: Desk) -> None:
    desk.window.set_lock_minutes(10)
    assert desk.window._idle.isActive()
    desk.window._idle.setInterval(1)
    desk.window._idle.start()
    desk.until(lambda: desk.window.locked)
    desk.window._idle.setInterval(60_000)
    desk.type("lock.secret", "1234")
    desk.press("lock.open")
    assert not desk.window.locked


def test_a_key_puts_the_lock_off(desk: Desk) -> None:
    desk.window.set_lock_minutes(10)
    desk.window._idle.setTimerType(Qt.TimerType.PreciseTimer)
    desk.window._idle.setInterval(60_000)
    desk.window._idle.start()
    before = desk.window._idle.remainingTime()
    desk.until(lambda: desk.window._idle.remainingTime() < before - 300)
    worn = desk.window._idle.remainingTime()
    desk.key(Qt.Key.Key_Shift)
    assert desk.window._idle.remainingTime() > worn + 100


def test_everybody_may_leave_the_table(desk: Desk) -> None:
    desk.window.open_case(desk.case("Sverre"))
    desk.settle()
    desk.window.lock()
    desk.press("lock.leave")
    assert desk.context.people == ()
    assert desk.window.room is None
    assert desk.seen("sign_in.person")
    desk.window.go_home()
    assert desk.seen("sign_in.person"), "nobody sits there, so nothing is shown"


def test_a_dialog_in_front_is_covered_as_well(desk: Desk) -> None:
    other = QLabel("Magnus Lauridsen")
    other.setWindowModality(Qt.WindowModality.ApplicationModal)
    other.show()
    desk.settle()
    desk.window.lock()
    lock = desk.window._lock
    assert lock is not None
    assert lock.isWindow()
    center = other.childAt(other.rect().center())
    assert center is not None
    assert center.geometry() == other.rect(), "a curtain lies over it"
    desk.until(lambda: lock.isVisible())
    lock.said.set_text("1234")
    lock.go.click()
    desk.settle()
    assert not desk.window.locked
    assert other.childAt(other.rect().center()) is None
    other.close()
    desk.window.lock()
    assert not lock.isWindow()
    lock.uncover()


def test_the_screen_turned_to_the_citizen_is_covered_as_well(desk: Desk) -> None:
    desk.window.open_case(desk.case("Sverre"), 4)
    desk.settle()
    desk.press("turn")
    view = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "citizen_view")
    assert view.isVisible()
    desk.window.lock()
    lock = desk.window._lock
    assert lock is not None
    assert lock.isWindow(), "the citizen's view stands before the window"
    lock.said.set_text("1234")
    lock.go.click()
    desk.settle()
    assert not desk.window.locked
    assert view.isVisible()
    view.turn_back()  # type: ignore[attr-defined]
    desk.settle()


# --------------------------------------------------------------------------------------------------------------- the pen


def test_the_pen_is_passed_by_key_and_pin(desk: Desk) -> None:
    desk.shortcut("pen.pass")
    assert desk.find("pin").has_user_focus()
    desk.type("pin", "1234")
    desk.key(Qt.Key.Key_Return, "\r")
    assert desk.context.hand == desk.hand(Role.BESTILLER)
    assert not desk.seen("pin")
    assert [seat.has_pen for seat in desk.window.bar.seats()] == [True, False]


def test_escape_keeps_the_pen(desk: Desk) -> None:
    front = QApplication.focusWidget()
    desk.shortcut("pen.pass")
    desk.type("pin", "12")
    desk.key(Qt.Key.Key_Escape)
    assert desk.context.hand.role is Role.VEJLEDER
    assert not desk.seen("pin")
    assert QApplication.focusWidget() is front
    desk.shortcut("pen.pass")
    assert desk.find("pin").text() == ""


def test_five_wrong_pins_ask_for_the_password(desk: Desk) -> None:
    desk.shortcut("pen.pass")
    for _ in range(4):
        desk.type("pin", "0000")
        desk.key(Qt.Key.Key_Return, "\r")
        assert "forsøg" in (desk.find("pin").error() or "")
    desk.type("pin", "0000")
    desk.key(Qt.Key.Key_Return, "\r")
    assert not desk.seen("pin")
    assert "fem gange" in (desk.find("pen.password").error() or "")
    desk.type("pen.password", "øvelse")
    desk.press("pen.give")
    assert desk.context.hand.role is Role.BESTILLER


def test_what_is_typed_before_is_by_the_hand_that_typed_it(desk: Desk) -> None:
    case_id = desk.case("Brita")
    desk.window.open_case(case_id, 2)
    desk.settle()
    desk.type("resources", " Synger.")
    desk.press("pen.pass")
    desk.type("pin", "1234")
    desk.key(Qt.Key.Key_Return, "\r")
    desk.type("resources", " Danser.")
    desk.window.leave_fields()
    desk.settle()
    rows: list[tuple[str, str]] = []
    desk.context.run(
        lambda: desk.context.desk.replica.connection.execute(
            "SELECT role, fields FROM change WHERE case_id = ? AND fields LIKE '%Synger%' ORDER BY id", (case_id,)
        ).fetchall(),
        rows.extend,
    )
    desk.settle()
    assert rows[0][0] == "vejleder"
    assert "Danser" not in rows[0][1]
    assert rows[-1][0] == "bestiller"
    assert "Danser" in rows[-1][1]


# ----------------------------------------------------------------------------------------------------- actions and words


def test_no_two_actions_share_a_key() -> None:
    for one, other in combinations(actions.ACTIONS, 2):
        assert one.id != other.id
        keys = {QKeySequence(key).toString() for key in one.keys}
        assert not keys & {QKeySequence(key).toString() for key in other.keys}, (one.id, other.id)


def test_every_action_says_what_it_does() -> None:
    for spec in actions.ACTIONS:
        assert spec.text
        assert spec.tip
        assert all(not QKeySequence(key).isEmpty() for key in spec.keys), spec.id


def test_every_key_in_the_help_can_be_pressed(repository: Path) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (repository / "app" / "views").rglob("*.py"))
    bound = set(re.findall(r'bind\(\s*[\w.]+,\s*"([\w.]+)"', code))
    steps = {f"step.{number}" for number in range(1, 7)}  # the step bar's own
    keys = {key for spec in actions.ACTIONS if spec.id not in bound | steps for key in spec.keys}
    lost = [key for key in keys if f'"{key}"' not in code]
    assert not lost, "these keys stand in the help and nothing answers them"


def test_help_shows_every_key(desk: Desk) -> None:
    desk.shortcut("help")
    told = " ".join(label.text() for label in desk.window._help.findChildren(QLabel))
    for spec in actions.ACTIONS:
        if not spec.id.startswith("step."):
            assert spec.text in told
            assert actions.shown_keys(spec.id) in told
    desk.key(Qt.Key.Key_Escape)
    assert not desk.window._help.isVisible()


def test_qt_speaks_danish(desk: Desk) -> None:
    desk.afterwards()
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "") in ("Annuller", "Annullér")
    assert QLocale().name() == "da_DK"
    QLocale.setDefault(QLocale.c())


# ---------------------------------------------------------------------------------------------------- told and asked


def test_what_is_told_stops_nobody(desk: Desk) -> None:
    front = QApplication.focusWidget()
    desk.context.asks.tell("Disken er fuld.")
    desk.settle()
    assert desk.window.asks.line.text() == "Disken er fuld."
    assert QApplication.focusWidget() is front
    desk.press("notice.close")
    assert desk.window.asks.line.text() == ""


@pytest.mark.parametrize(("answer", "expected"), [("confirm.yes", True), ("confirm.no", False), ("", False)])
def test_a_question_has_a_safe_answer(desk: Desk, answer: str, expected: bool) -> None:
    from PySide6.QtCore import QTimer

    def reply() -> None:
        assert QApplication.focusWidget() is desk.find("confirm.no")
        if answer:
            desk.find(answer).click()
        else:
            desk.key(Qt.Key.Key_Escape)

    QTimer.singleShot(0, reply)
    assert desk.window.asks.confirm("Fjern mål?", "Det kan fortrydes.", "Fjern", "Behold") is expected


def test_the_window_answers_as_screens_expect(desk: Desk) -> None:
    assert isinstance(desk.context.asks, WindowAsks)


def test_a_damaged_file_while_in_use_comes_on_a_page_of_its_own(desk: Desk) -> None:
    desk.window.open_case(desk.case("Sverre"))
    desk.settle()
    desk.context.asks.tell(DAMAGED)
    desk.settle()
    assert desk.page() is desk.window.start
    assert desk.window.start.text() == DAMAGED
    assert desk.window.room is None
    desk.press("start.retry")
    desk.until(lambda: desk.program.ready)
    desk.settle()
    assert desk.page() is desk.window.room or desk.page() is desk.window.today


# -------------------------------------------------------------------------------------------------------- settings


def test_the_look_is_kept_for_the_next_start(qapp: QApplication, folder: Path) -> None:
    desk = Desk(qapp, folder).start()
    desk.shortcut("text.larger")
    desk.shortcut("text.larger")
    desk.window.set_look("dark", theme_of().scale)
    desk.close()
    theme_of().apply(qapp, "light", 100)
    again = Desk(qapp, folder).start()
    assert (theme_of().scheme, theme_of().scale) == ("dark", 120)
    again.shortcut("text.plain")
    assert theme_of().scale == 100
    again.close()
    theme_of().apply(qapp, "light", 100)


def test_the_municipalitys_words_are_kept_as_they_are_typed(desk: Desk) -> None:
    desk.shortcut("settings")
    desk.find("municipality.name").set_text("")
    desk.type("municipality.name", "Lilleby Kommune")
    desk.press("settings.close")
    assert desk.page() is desk.window.today
    told: list[object] = []
    desk.context.run(lambda: municipality(desk.context.desk), told.append)
    desk.settle()
    assert told[0].name == "Lilleby Kommune"  # type: ignore[attr-defined]


def test_lock_minutes_are_kept_and_used(desk: Desk) -> None:
    desk.shortcut("settings")
    pill = next(p for p in desk.window._settings.minutes.pills() if p.key == "15")
    pill.click()
    desk.settle()
    assert desk.window._idle.interval() == 15 * 60_000
    assert desk.window._settings.minutes.current() == "15"
    desk.key(Qt.Key.Key_Escape)
    assert desk.page() is desk.window.today


def test_a_logo_that_is_no_picture_is_refused(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(b"no picture")
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: str(file))
    desk.shortcut("settings")
    desk.press("settings.logo")
    assert "ikke et billede" in desk.window.asks.line.text()


def test_a_logo_is_kept(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtGui import QImage

    image = QImage(1200, 300, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    image.save(str(tmp_path / "logo.png"))
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: str(tmp_path / "logo.png"))
    desk.shortcut("settings")
    desk.press("settings.logo")
    assert desk.window._settings.logo.isVisible()


# ------------------------------------------------------------------------------------------------------------- closing


def test_closing_keeps_what_is_typed_and_lays_a_copy_aside(qapp: QApplication, folder: Path) -> None:
    desk = Desk(qapp, folder).start()
    case_id = desk.case("Brita")
    desk.window.open_case(case_id, 2)
    desk.settle()
    desk.type("wishes.want", " Lige før lukketid")
    desk.window.close()
    desk.close()
    for name in ("replica.db", "replica.copy.db"):
        copy = folder.with_name(name.replace(".db", ""))
        shutil.copytree(folder, copy)
        (copy / "replica.db").write_bytes((folder / name).read_bytes())
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


# ------------------------------------------------------------------------------------------- names, and nothing cut off


def _focusable(page: QWidget) -> list[QWidget]:
    return [
        w
        for w in page.findChildren(QWidget)
        if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.focusProxy() is None
    ]


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_every_stop_has_a_name_and_nothing_is_cut_off(desk: Desk, scale: int) -> None:
    desk.window.resize(1366, 768)
    desk.window.set_look("light", scale)
    shows = {
        "settings": desk.window.show_settings,
        "pen": desk.window.pass_pen,
        "help": desk.window.show_help,
        "lock": desk.window.lock,
    }
    for name, show in shows.items():
        desk.window.go_home()
        desk.settle()
        show()
        desk.settle()
        front = {
            "settings": desk.window._settings,
            "pen": desk.window._pen,
            "help": desk.window._help,
            "lock": desk.window._lock,
        }[name]
        assert front is not None
        for widget in _focusable(front):
            assert widget.accessibleName(), (name, widget)
            left = widget.mapTo(desk.window, widget.rect().topLeft()).x()
            assert left >= 0, (name, widget.objectName())
            assert left + widget.width() <= desk.window.width(), (name, widget.objectName())
        if name == "lock":
            desk.window._lock.uncover()
        elif name != "settings":
            front.close_overlay()
    for button in (desk.window.pen_button, *desk.window.everywhere):
        assert button.accessibleName()
        assert button.mapTo(desk.window, button.rect().topRight()).x() <= desk.window.width()
