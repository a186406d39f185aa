# SPDX-License-Identifier: MPL-2.0
"""`rundbord demo`: the practice team in two windows over one record, or a meeting played from a script.

Wired by `cli.py`, which tells what goes wrong in one line. Two desks are two processes beside each other, as they are two
machines in earnest; this one keeps the practice database for as long as either is open. Where no PostgreSQL is found there is
one desk, and a line that says so. Must not know how anything is done.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.bootstrap import Program
    from app.services.two_desks import TwoDesks

DONE, FAILED, WRONG_USE = 0, 1, 2
_LEFT, _RIGHT = "venstre", "højre"
_MOST_SECONDS = 20  # a window that is asked to close keeps what is typed first


def add_to(commands: Any) -> None:
    """Add the command to the program's commands."""
    from argparse import SUPPRESS

    demo = commands.add_parser("demo", help="øvelsesteamet ved to borde, eller et møde spillet fra et manuskript")
    demo.add_argument("--headless", action="store_true", help="uden skærm")
    demo.add_argument("--script", metavar="FIL", type=Path, help="spil dette møde gennem vinduerne")
    demo.add_argument("--out", metavar="MAPPE", type=Path, help="læg papirer, billeder og record.json her")
    demo.add_argument("--keep", action="store_true", help="behold øvelsesmappen bagefter")
    demo.add_argument("--one-desk", action="store_true", help="ét bord og ingen fælles database")
    demo.add_argument("--side", choices=(_LEFT, _RIGHT), help=SUPPRESS)  # one window of the two: this program's own use
    demo.set_defaults(run=_demo, command="demo")


def _demo(asked: SimpleNamespace) -> int:
    from app.bootstrap import has_screen
    from app.cli import NO_SCREEN
    from app.domain.resources import resource_path

    if asked.headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif not has_screen():
        return _fail(NO_SCREEN)
    if asked.side and asked.practice:
        return _window(asked.practice, asked.side)
    script = asked.script
    if script is None and asked.headless:
        script = resource_path("practice", "moede-1-bussen.json")
    if script is not None and not script.is_file():
        return _fail(f"Manuskriptet {script} findes ikke.")
    if script is None and asked.out is not None:
        return _fail("--out bruges sammen med --script.") and WRONG_USE
    end = _End()
    with end.heeded(), _practice_folder(asked) as folder, _two_desks(asked, folder) as two, end.at_the_end():
        if script is not None:
            from app.bootstrap import Program
            from app.views.player.play import play

            return play(script, asked.out, start=Program, folder=folder, headless=asked.headless, two=two)
        return _windows(folder, two, end)


def _fail(sentence: str) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return FAILED


@contextmanager
def _practice_folder(asked: SimpleNamespace) -> Iterator[Path]:
    """The folder the demo runs in: the one named, or one of its own that goes when it is closed."""
    import shutil
    import tempfile

    if asked.practice is not None:
        yield asked.practice
        return
    folder = Path(tempfile.mkdtemp(prefix="rundbord-demo-"))
    try:
        yield folder
    finally:
        if asked.keep:
            print(f"Øvelsesmappen er {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _two_desks(asked: SimpleNamespace, folder: Path) -> Iterator[TwoDesks | None]:
    """The practice database, begun; None for one desk, as asked or because there is no PostgreSQL here."""
    from app.domain.errors import EnvironmentProblem

    with ExitStack() as open_now:
        two = None
        if not asked.one_desk:
            try:
                from app.services.two_desks import TwoDesks

                thrown_away = asked.practice is None and not asked.keep
                two = open_now.enter_context(TwoDesks(folder, thrown_away=thrown_away))
            except EnvironmentProblem as none:
                _only_one(none.message)
        yield two


def _only_one(reason: str) -> None:
    """Say, in one line, that the practice goes on at one desk."""
    print(f"Øvelsen har ét bord. {' '.join(reason.split())}", file=sys.stderr)


# ------------------------------------------------------------------------------------------------------- the windows


def _windows(folder: Path, two: TwoDesks | None, end: _End) -> int:
    """The windows until the last is closed; two where there are two desks."""
    from app.bootstrap import run_window
    from app.domain.errors import RundbordError

    if two is not None:
        print("Gør to borde klar …")
        try:
            two.lay()
        except RundbordError as no:
            _only_one(no.message)
        else:
            return _side_by_side(two, end)
    return run_window(folder, practice=True)


def _side_by_side(two: TwoDesks, end: _End) -> int:
    """A process for each desk. Asked to end itself, this one asks them first: they keep what is typed."""
    own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]
    try:
        for desk, side in ((two.first, _LEFT), (two.second, _RIGHT)):
            end.windows.append(subprocess.Popen([*own, "--practice", str(desk), "demo", "--side", side]))
        print(
            "Bodils bord og Vagns åbner nu. Deres adgangskode er øvelse, og PIN-koden er 1234."
            " Det slutter, når begge vinduer er lukket."
        )
        codes = [window.wait() for window in end.windows]
    finally:
        _end(end.windows)
    return FAILED if any(code and not (end.asked and code == -signal.SIGTERM) for code in codes) else DONE


def _end(windows: list[subprocess.Popen[bytes]]) -> None:
    for window in windows:
        if window.poll() is None:
            window.terminate()
    for window in windows:
        try:
            window.wait(_MOST_SECONDS)
        except subprocess.TimeoutExpired:
            window.kill()


class _End:
    """How the practice ends when the system asks it to (a log-off, Ctrl+C): its windows first, then the database and the folder.

    Asked once more meanwhile it goes on ending: a second asking must not leave a database behind.
    """

    def __init__(self) -> None:
        self.windows: list[subprocess.Popen[bytes]] = []
        self.asked = False
        self._ending = False

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """While it lasts, this process ends in order when it is asked to."""
        if os.name != "posix":
            yield
            return
        ways = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
        before = [signal.signal(way, self._ask) for way in ways]
        try:
            yield
        finally:
            for way, then in zip(ways, before, strict=True):
                signal.signal(way, signal.SIG_IGN if self.asked else then)  # asked to end, the process ends of itself

    @contextmanager
    def at_the_end(self) -> Iterator[None]:
        """What comes after it only puts things away."""
        try:
            yield
        finally:
            self._ending = True

    def _ask(self, *_: object) -> None:
        if self._ending:
            return
        self.asked = True
        for window in self.windows:
            if window.poll() is None:
                window.terminate()
        if not self.windows:
            self._ending = True
            raise KeyboardInterrupt


def _window(folder: Path, side: str) -> int:
    from app.bootstrap import run_window

    return run_window(folder, practice=True, watch=partial(_place, side=side))


def _place(program: Program, side: str) -> None:
    from app.qt.place import put_beside

    put_beside(program.window, right=side == _RIGHT)
