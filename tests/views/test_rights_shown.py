# SPDX-License-Identifier: MPL-2.0
"""Every role signed in to the real window: each button and menu entry is on just where the role table opens it, and says why
where it is off (C2, C1, D3).

A button this file does not know fails the test: it must be said here whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox

from app.domain.rights import Act, may, refusal
from app.domain.roles import Hand, Role
from app.services import accounts
from app.services.accounts import Person
from app.services.opening import practice_code
from app.store.caseload import CaseRow, page
from app.views.parts.chips import Pill
from app.views.parts.marks import CheckMark, RadioOption
from app.views.sending.card import SendingCard
from tests.views.shell_desk import Desk

ANYBODY = r"""
    lock|settings|help|home|turn|next|undo|sort|room\.close|number\.show|pen\.pass|step\.\d|side\..*|due\.more|due\..*\.(open|see)
    |settings\.(account|catalogue|close|doctor|join|shared_again|try_now)|catalogue\.close|search.*|more\.fold|.*\.fold|history\.open|sending\.(open|close)|papers\.systems|missing\..*|answer\.more
    |read_aloud\.open|papers\.(plan|svar|smaller|larger|to_answer|way_on|more)|catalogue\.paper|goals\.(previous|next)|orphans.*|adviser\..*
    |narrow\..*|room\.again|same\.(see|more|close|open\..*|also\..*)|figures\..*|offers\..*|asked\.\d
"""
"""What only shows, leads somewhere, or is one's own (joining takes one's own account in the shared database)."""
OF: tuple[tuple[str, Act], ...] = (
    ("new_citizen", Act.NEW_CITIZEN),
    ("import", Act.IMPORT),
    ("take_out", Act.EXPORT),
    (r"settings\.(logo|lock)", Act.SETTINGS),
    (r"settings\.vouch", Act.ACCOUNTS),
    (r"catalogue\.(new|publish|drop|withdraw)", Act.CATALOGUE),
    (r"meeting\.(end|again|begin|seats)|ending\.go", Act.MEET),
    (r"due\..*\.done|referral\..*|ask\.note|ask_adviser\.go|advice_requests\..*|consents\..*|network\..*", Act.RECORD),
    (r"bridge\..*|follow_ups\..*|next_steps\..*|meeting\.participants\..*|goals\.\d\.actions\..*", Act.RECORD),
    (r"(own_)?advice\..*", Act.ADVISE),
    (r"goals\.add", Act.CITIZENS_WORDS),
    (r"revisits\.\d\.take", Act.VISITATE),
    (r"goals\.\d\.milestones\..*|goals\.\d\.(up|down|remove)|questions\..*|revisits\..*", Act.PLAN),
    (r"support\..*|direct_85\.go|coordinator\..*", Act.VISITATE),
    (r"send_on|send_on\.take_back", Act.SEND_ON),
    (r"same\.(yes|no|part\..*)", Act.RECORD),
    (r"sending\.(copy|block)\..*", Act.COPY_OUT),
    (r"sending\.report", Act.REPORT),
    (r"sending\.calendar", Act.CALENDAR),
    (r"sending\.table", Act.EXPORT),
    (r"ffb_groups\..*", Act.VISITATE),
    ("sign", Act.DECIDE),
    (r"papers\.opslag\.(print|save)", Act.ACCESS_LOG),
    (r"papers\.\w+\.(print|save)|papers\.(print|correct)", Act.PAPER),
)
OWN_REASON = {"undo", "sign", "meeting.end", "next"}
"""Off also where the role may: nothing to undo, something lacks, it is over."""
_ANYBODY = re.compile("".join(ANYBODY.split()))


@pytest.fixture
def desk(qapp: QApplication, practice_folder: Path) -> Iterator[Desk]:
    desk = Desk(qapp, practice_folder).start()
    code = practice_code(practice_folder)

    def more() -> tuple[Person, ...]:
        known = {role for person in accounts.people(desk.context.desk) for role in person.roles}
        for name, role in (("Lis Leder", Role.LEDER), ("Rikke Rådgiver", Role.RAADGIVER)):
            if role not in known:
                accounts.create_person(
                    desk.context.desk, name, "", "", (role,), "øvelse", "1234", recovery_code=code, practice=True
                )
        return accounts.people(desk.context.desk)

    people: list[Person] = []
    desk.context.run(more, people.extend)
    desk.settle()
    desk.people = people  # type: ignore[attr-defined]
    yield desk
    desk.close()


def sit_down(desk: Desk, role: Role) -> None:
    """Somebody in this role alone at the table, on their first page."""
    person = next(p for p in desk.people if p.roles == (role,))  # type: ignore[attr-defined]
    desk.context.sign_out()
    desk.context.sign_in(Hand(person.person_id, person.name, role))
    desk.window.go_home()
    desk.settle()


def look(desk: Desk, role: Role, where: str) -> list[str]:
    """Everything on the screen that is on or off against the table, or that nobody has placed."""
    wrong = []
    for button in desk.window.findChildren(QAbstractButton):
        if not button.isVisible() or isinstance(button, RadioOption | CheckMark):
            continue  # a mark in a field: its pen decides, and test_room_typing.py holds it
        name = button.objectName()
        if isinstance(button, Pill):
            name = f"pill of {button.parentWidget().objectName()}"
            if name != "pill of municipality.lock_minutes":
                continue
        act = Act.SETTINGS if name.startswith("pill") else _act(name)
        if not name or (act is None and not _ANYBODY.fullmatch(name)):
            if name:
                wrong.append(f"{where}: whose is {name}?")
        elif act is not None and not may(role, act) and button.isEnabled():
            wrong.append(f"{where}: {role.value} may press {name}")
        elif act is not None and not may(role, act) and not _why(button).startswith("Kun "):
            wrong.append(f"{where}: {name} does not say why: {_why(button)}")
        elif act is not None and may(role, act) and not button.isEnabled() and not _own_reason(name):
            wrong.append(f"{where}: {name} is closed to the {role.value}")
    if desk.window.findChildren(QMessageBox):
        wrong.append(f"{where}: something went wrong")
    return wrong


def _why(button: QAbstractButton) -> str:
    """The tool tip; one of a row has the row's."""
    row = button.parentWidget()
    return button.toolTip() or (row.toolTip() if row is not None else "")


def _act(name: str) -> Act | None:
    return next((act for pattern, act in OF if re.fullmatch(pattern, name)), None)


def _own_reason(name: str) -> bool:
    return name in OWN_REASON or name.endswith((".up", ".down")) or name.startswith("catalogue.")


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_every_page_opens_just_what_the_table_opens(desk: Desk, role: Role) -> None:
    desk.window.resize(1366, 768)
    sit_down(desk, role)
    wrong = look(desk, role, "home")
    desk.window.show_settings()
    desk.settle()
    wrong += look(desk, role, "settings")
    desk.window.show_catalogue()
    desk.settle()
    wrong += look(desk, role, "catalogue")
    desk.page().table.selectRow(0)  # type: ignore[attr-defined]
    desk.settle()
    wrong += look(desk, role, "an entry")
    for row in _cases(desk):
        desk.window.open_case(row.case_id)
        if not may(role, Act.OPEN_CASE):
            assert desk.window.room is None
            continue
        desk.until(lambda: desk.window.room.file is not None)
        desk.settle()
        for number in range(1, 7):
            desk.window.room.go(number)
            desk.settle()
            wrong += look(desk, role, f"{row.step}, step {number}")
            for fold in [w for w in desk.window.room.findChildren(QAbstractButton) if _is_fold(w)]:
                fold.click()
            desk.settle()
            wrong += look(desk, role, f"{row.step}, step {number} unfolded")
        wrong += _look_at_what_leaves(desk, role)
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def _cases(desk: Desk) -> list[CaseRow]:
    """One still in its first meeting, and one that is running."""
    rows: list[CaseRow] = []
    replica, today = desk.context.desk.replica, desk.context.desk.today()
    desk.context.run(lambda: page(replica, today), rows.extend)
    desk.settle()
    return [next(row for row in rows if row.step == step) for step in ("I møde", "I gang")]


def _look_at_what_leaves(desk: Desk, role: Role) -> list[str]:
    desk.window.room.send_out()
    card = desk.window.findChild(SendingCard)
    assert card is not None
    desk.settle()
    desk.until(lambda: card.copying.list.whole and card.copying.buttons() != [])
    wrong: list[str] = []
    for pill in card.parts.pills():
        pill.click()
        desk.settle()
        wrong += look(desk, role, f"what leaves, {pill.text()}")
    card.close_overlay()
    desk.settle()
    return wrong


def _is_fold(button: QAbstractButton) -> bool:
    return button.isVisible() and button.objectName().endswith((".fold", "answer.more"))


ENTRIES = {"new_citizen": Act.NEW_CITIZEN, "import_referrals": Act.IMPORT}


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
@pytest.mark.parametrize("way", list(ENTRIES))
def test_no_key_leads_past_the_table(desk: Desk, role: Role, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.window.asks, "open_file", lambda *_: "")
    sit_down(desk, role)
    home = desk.page()
    getattr(desk.window, way)()
    desk.settle()
    assert (desk.page() is home) is not may(role, ENTRIES[way])


def test_what_is_off_is_on_again_when_the_pen_is_passed(desk: Desk) -> None:
    sit_down(desk, Role.LEDER)
    coming = next(a for a in desk.window.today.actions() if a.objectName() == "action.new_citizen")
    assert (coming.isEnabled(), coming.toolTip()) == (False, refusal(Act.NEW_CITIZEN))
    sit_down(desk, Role.VEJLEDER)
    assert coming.isEnabled()
    assert coming.toolTip().startswith("En borger er kommet ind")


def test_a_pen_passed_after_a_room_was_left_finds_nothing_gone(desk: Desk) -> None:
    """A step of a room that has been left was told of the pen, and touched what was gone."""
    sit_down(desk, Role.BESTILLER)
    desk.window.open_case(_cases(desk)[0].case_id)
    desk.until(lambda: desk.window.room.file is not None)
    for number in (4, 5):
        desk.window.room.go(number)
        desk.settle()
    desk.window.go_home()
    desk.settle()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    sit_down(desk, Role.VEJLEDER)
    assert not desk.window.findChildren(QMessageBox)
