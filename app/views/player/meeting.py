# SPDX-License-Identifier: MPL-2.0
"""A meeting as it is held at the table, from the door to the paper: what is done in which order, and by whose pen.

Called by `play` with a running program. Uses only `Hands`; asks the windows for nothing but what they show. Must not know
services or the store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMessageBox, QWidget

from app.domain.roles import Role
from app.views.context import Asks, Context
from app.views.parts.field import Field
from app.views.player.hands import Gone, Hands, Stuck, wait_until
from app.views.player.script import Entry, Script
from app.views.room.paths import step_of
from app.views.room.room import Room

PASSWORD, PIN = "øvelse", "1234"
"""The practice team's, as the windows themselves tell in practice."""

START_MS = 30_000
BEAT_MS, WATCHED_MS = 12, 25_000
"""How long a key is held when somebody is watching, and how long all of them together."""
PAPER_MS = 15_000
LAST, ANSWER, PAPERS = 6, 5, 6
WIDE, HIGH = 1366, 768
LETTER, PLAN, CITIZEN = "svar.pdf", "plan.pdf", "borger.png"
CITIZENS_VIEW = "citizen_view"


class Running(Protocol):
    """A program with its window, as bootstrap makes it."""

    @property
    def window(self) -> QWidget:
        """The window, with all its screens."""

    @property
    def context(self) -> Context | None:
        """What the screens share; None until the desk is open."""

    @property
    def exit_code(self) -> int:
        """What went wrong at the start, or 0."""

    def show(self) -> None:
        """Put the window on the screen."""

    @property
    def ready(self) -> bool:
        """Whether somebody could write."""

    def close(self) -> None:
        """Keep everything and close the replica in order."""


class Desks(Protocol):
    """Two desks over one practice database, as `rundbord demo` makes them; the meeting is held at the first."""

    second: Path

    def lay(self, bestiller: str, vejleder: str, *, clock: Callable[[], datetime], citizens: bool) -> None:
        """Lay the table for the two by these names, "" the practice team's own."""

    def settle(self, clock: Callable[[], datetime]) -> None:
        """The windows being closed: each gets what the other wrote."""


@dataclass
class Held:
    """What came of a meeting on the screen. What the screen would not take is told by path and reason."""

    case_id: str = ""
    not_offered: list[tuple[str, str]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    citizen_reads: str = ""
    """Everything that stood on the screen while it was turned to the citizen."""


class Answers:
    """Answers what the system's own dialogs would ask; everything the window itself says, it still says."""

    def __init__(self, window: Asks) -> None:
        self._window = window
        self.save_to = ""

    def tell(self, message: str) -> None:
        """As the window does."""
        self._window.tell(message)

    def say(self, message: str) -> None:
        """As the window does."""
        self._window.say(message)

    def confirm(self, _title: str, _message: str, _yes: str, _no: str) -> bool:
        """The safe answer."""
        return False

    def offer(self, title: str, message: str, yes: str, no: str) -> bool:
        """No: the hands save where the script says."""
        return self.confirm(title, message, yes, no)

    def save_file(self, _title: str, _name: str, _pattern: str) -> str:
        """Where the hands want the file."""
        return self.save_to

    def open_file(self, _title: str, _pattern: str) -> str:
        """The hands open no files."""
        return ""


def hold(script: Script, program: Running, out: Path, *, watched: bool) -> Held:
    """Hold the meeting of `script` in the windows of `program`; papers and pictures are laid in `out`.

    What the meeting could not do is told of in the result and stops nothing else. Raises Stuck when it cannot begin.
    """
    program.show()
    program.window.resize(WIDE, HIGH)
    wait_until(lambda: program.ready or program.exit_code, "Rundbord kom ikke i gang", START_MS)
    if program.context is None or program.exit_code:
        raise Stuck("Rundbord kunne ikke åbne øvelsen.")
    return _Meeting(script, program.context, program.window, out, watched=watched).hold()


class _Meeting:
    """One meeting, from the day's page on."""

    def __init__(self, script: Script, context: Context, window: QWidget, out: Path, *, watched: bool) -> None:
        self.script = script
        self.context = context
        self.window = window
        self.out = out
        letters = sum(len(entry.text) for entry in script.entries)
        beat = min(BEAT_MS, max(1, WATCHED_MS // max(1, letters)))
        self.hands = Hands(context, window, beat_ms=beat if watched else 0)
        self.answers = Answers(context.asks)
        self.held = Held()
        self._pictures: dict[str, QPixmap] = {}

    def hold(self) -> Held:
        """All of it, in order."""
        self.context.asks = self.answers
        self.hands.settle()
        self._receive()
        for entry in _in_order(self.script):
            self._try(partial(self._enter, entry))
        self._try(self._sign)
        self._try(self._turn)
        self._try(self._print)
        for number in range(1, LAST + 1):
            if f"step-{number}.png" not in self._pictures:
                self._try(partial(self._visit, number))
        for name, picture in self._pictures.items():
            picture.save(str(self.out / name))
        if self.window.findChildren(QMessageBox):
            self.held.troubles.append("Programmet meldte en fejl undervejs. Se loggen i øvelsesmappen.")
        return self.held

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Gone:
            raise
        except Stuck as stuck:
            self.held.troubles.append(str(stuck))
            self.hands.hurry()

    # From the door.

    def _receive(self) -> None:
        """The citizen comes in: name, and where from."""
        hands, script = self.hands, self.script
        hands.press("new_citizen")
        hands.put("citizen.name", script.name)
        if script.source:
            hands.put("source", script.source)  # what is no option here is typed in the room
        if script.preventive:
            hands.put("preventive", "ja")
        hands.press("new_citizen.create")
        hands.wait(lambda: self._room() is not None, "Mødet begyndte ikke")
        hands.settle()
        room = self._room()
        assert room is not None
        self.held.case_id = room.case_id

    def _room(self) -> Room | None:
        return next((room for room in self.window.findChildren(Room) if room.isVisible() and room.file), None)

    # At the table.

    def _enter(self, entry: Entry) -> None:
        """One entry, with the pen it is written with, in the step where it stands."""
        self._go(step_of(entry.path))
        self.hands.give_pen(entry.pen, PIN)
        if entry.row:
            self.hands.ensure_row(entry.path)
        else:
            self._put(entry)

    def _put(self, entry: Entry) -> None:
        if entry.path == "questions.0.answer" and not self._asks():
            why: str | None = NOT_ASKED
        else:
            why = self.hands.put(entry.path, entry.text)
        if why is not None:
            self.held.not_offered.append((script_path(entry.path), why))

    def _asks(self) -> bool:
        """Whether the script asks anything: an answer to nothing has no field, as at a table."""
        return any(entry.path == "question.text" and entry.text.strip() for entry in self.script.entries)

    def _go(self, number: int) -> None:
        """Take a step in hand, after a picture of the one that is left."""
        room = self._room()
        if room is None:
            raise Stuck("Mødet er ikke på skærmen.")
        if number != room.number:
            self._picture(f"step-{room.number}.png")
            self.hands.open_step(number)

    def _visit(self, number: int) -> None:
        self._go(number)
        self._picture(f"step-{number}.png")

    def _picture(self, name: str) -> None:
        self.hands.settle()
        self._pictures[name] = self.window.grab()

    # The answer.

    def _sign(self) -> None:
        """Sign when nothing lacks; when something does, see that nobody can."""
        hands = self.hands
        self._go(ANSWER)
        hands.give_pen(Role.BESTILLER, PIN)
        hands.settle()
        lacking = [
            w for w in self.window.findChildren(QWidget) if w.objectName().startswith("missing.") and w.isVisible()
        ]
        if lacking:
            if hands.can_press("sign"):
                raise Stuck("»Underskriv« kan trykkes, selv om svaret mangler noget.")
            return
        self._picture(f"step-{ANSWER}.png")
        hands.press("sign")
        hands.secret("sign.password", PASSWORD)
        asked = hands.find("sign.password")
        hands.wait(lambda: not asked.isVisible() or _refusal(asked), "Svaret blev ikke underskrevet")
        hands.settle()
        refusal = _refusal(asked) if asked.isVisible() else ""
        if refusal:
            hands.press("sign.cancel")
            raise Stuck(f"Svaret blev ikke underskrevet: {refusal}")

    def _turn(self) -> None:
        """Turn the screen to the citizen, look at it, and turn it back with a PIN."""
        hands = self.hands
        hands.press("turn")
        hands.wait(lambda: hands.seen(CITIZENS_VIEW) is not None, "Skærmen blev ikke vendt")
        view = hands.find(CITIZENS_VIEW)
        if (view.width(), view.height()) != (WIDE, HIGH):
            view.showNormal()
            view.resize(WIDE, HIGH)
        hands.settle()
        self.held.citizen_reads = hands.read(view)
        self._pictures[CITIZEN] = view.grab()
        hands.key_to(view, Qt.Key.Key_Escape)
        hands.secret("turn.pin", PIN)
        hands.wait(lambda: hands.seen(CITIZENS_VIEW) is None, "Skærmen blev ikke vendt tilbage")
        hands.settle()

    # The papers.

    def _print(self) -> None:
        """The answer always, the plan where there is a wish or a goal: each as a file, which the citizen then gets."""
        self._go(PAPERS)
        if self.script.has_plan:
            self._save("papers.plan.save", self.out / PLAN)
        self._save("papers.svar.save", self.out / LETTER)
        self.hands.press("papers.got")
        self.hands.settle()
        self._picture(f"step-{PAPERS}.png")

    def _save(self, button: str, path: Path) -> None:
        self.answers.save_to = str(path)
        self.hands.press(button)
        wait_until(path.is_file, f"{path.name} blev ikke skrevet", PAPER_MS)
        self.hands.settle()


def script_path(path: str) -> str:
    """A field's path as scripts have it, from its name on the screen."""
    if path.startswith("questions.0."):
        return f"question.{path.rpartition('.')[2]}"
    parts = path.split(".")
    bare = parts[-1] == "text" and (parts[0] == "bridge" or "milestones" in parts)
    return ".".join(parts[:-1]) if bare or (parts[0], parts[-1]) == ("follow_ups", "date") else path


def _in_order(script: Script) -> list[Entry]:
    """The script's entries by the names their fields have on the screen."""
    entries: list[Entry] = []
    for entry in script.entries:
        if entry.path.startswith("question."):
            if entry.path == "question.text":
                entries.append(Entry("questions.0", "", entry.pen, row=True))
            entry = Entry(f"questions.0.{entry.path.partition('.')[2]}", entry.text, entry.pen)
        elif entry.path.startswith("referral.") and not any(e.path.startswith("referral.") for e in entries):
            entries.append(Entry("referral.from", "", entry.pen, row=True))
        entries.append(entry)
    chosen = next((e for e in entries if e.path == "answer.target_group"), None)
    until = next((e for e in entries if e.path == "answer.until"), None)
    if until is not None and (chosen is None or chosen.text != PUT_OFF):
        place = entries.index(
            until
        )  # the field comes forth with an answer that is put off, and stays once it holds a day
        entries.insert(place, Entry("answer.target_group", PUT_OFF, until.pen))
        if chosen is not None:
            entries.insert(place + 2, chosen)
    return entries


PUT_OFF = "udskudt"
NOT_ASKED = "der er ikke stillet noget spørgsmål"


def _refusal(asked: QWidget) -> str:
    return asked.error() or "" if isinstance(asked, Field) else ""
