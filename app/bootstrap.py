# SPDX-License-Identifier: MPL-2.0
"""The one place that builds and wires the program: window first, then lanes, replica, desk, context and screens.

Nothing slow is imported before the window is painted; the replica is opened on the database lane while the person looks
at it (design § 9). Called by the command line. What goes wrong here becomes a calm page with ways on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtCore import QRect
    from PySide6.QtWidgets import QApplication

    from app.domain.roles import Hand
    from app.qt.crash import CrashHook
    from app.qt.lanes import Lane
    from app.services.desk import Desk
    from app.services.opening import Opened
    from app.store.keys import KeyStore
    from app.store.unit_of_work import ChangeSet
    from app.views.context import Context
    from app.views.shell.network import Network
    from app.views.shell.window import MainWindow
    from app.views.sign_in.doorman import Doorman
    from app.views.sign_in.reception import Reception

T = TypeVar("T")

WINDOW_FILE = "window.json"
_AFTERWARDS_MS = 1200
"""How long after the first screen what nobody waits for may begin."""
_MEANWHILE_MS = 100
"""How long an empty window may stand before it is given the page that tells of a wait."""
_SETTLED_MS = 4000
"""How long after the process began its start is over for certain, also where it ended with a page of trouble."""


def data_folder() -> Path:
    """Where the person's own replica lies: the platform's folder for a program's data."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Application Support")
    else:
        base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "Rundbord"


def has_screen() -> bool:
    """Whether a window can be opened here at all."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run_window(folder: Path, *, practice: bool, watch: Callable[[Program], object] | None = None) -> int:
    """Open the window on the replica in `folder` and stay until it is closed. The program's exit code comes back.

    `watch` is handed the program before it is shown: for whoever measures it.
    """
    from app.qt.brisk import hold_back, import_plainly, manual_unopened, settle

    hold_back()
    with manual_unopened():
        from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    import_plainly()
    from app.qt.place import room_of
    from app.qt.theme import new_application

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = new_application()
    program = Program(app, folder, practice=practice, room=room_of(app))
    program.spells = True
    program.window.painted.connect(program.heed_signals)
    QTimer.singleShot(_SETTLED_MS, lambda: settle(app))
    if watch is not None:
        watch(program)
    program.show()
    code = app.exec()
    program.close()
    return code or program.exit_code


class Program:
    """A running window: what `run_window` runs, and what a test or a player may hold in its hand."""

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        *,
        practice: bool,
        clock: Callable[[], datetime] | None = None,
        citizens: bool = True,
        at_table: tuple[str, str] | None = None,
        key_store: KeyStore | None = None,
        room: QRect | None = None,
    ) -> None:
        """`citizens` and `at_table` (the bestiller's and the vejleder's name, "" is the team's own) are for practice.
        `room`: what the screen has free for the window; None is a player's, which is no screen and has no end.
        """
        from PySide6.QtCore import Qt

        from app.qt.brisk import import_plainly

        import_plainly()
        from app.qt.look import read_look
        from app.qt.place import HIGH, WIDE, put_in_place
        from app.views.shell.window import MainWindow

        self.app = app
        self.folder = folder
        self.practice = practice
        self.clock = clock
        self.citizens = citizens
        self.at_table = at_table
        self.key_store = key_store
        self.exit_code = 0
        self.spells = False
        self._passphrase: str | None = None
        self._reception: Reception | None = None
        self._doorman: Doorman | None = None
        self.context: Context | None = None
        self.opened: Opened | None = None
        self._crash: CrashHook | None = None
        self._database: Lane | None = None
        self._work: Lane | None = None
        self._door: Any = None
        self._log_path: Path | None = None
        self._ahead: tuple[Desk, Hand] | None = None
        self._network: Network | None = None
        self._prepared = False
        self._closed = False
        look = read_look(folder / WINDOW_FILE)
        self._scale = look.scale
        self.window: MainWindow = MainWindow(look.scheme)
        self.window.kept_folder = look.folder
        if practice:
            self.window.setWindowTitle("Rundbord – øvelse")
        self.window.resize(WIDE, HIGH)
        if room is not None:
            put_in_place(self.window, look.place, room)
        self.window.painted.connect(self._begin, Qt.ConnectionType.QueuedConnection)
        self.window.listed.connect(self._prepare, Qt.ConnectionType.QueuedConnection)
        self.window.closing.connect(self.close)
        self.window.look_changed.connect(self._keep_look)

    def heed_signals(self) -> None:
        """Asked to end by the system (a log-off, Ctrl+C in the terminal): close in order, as by the window's own button."""
        from app.qt.ending import when_asked_to_end

        when_asked_to_end(self.window, self.window.close)

    def show(self) -> None:
        """Put the window on the screen; the rest follows by itself."""
        self.window.show()

    @property
    def ready(self) -> bool:
        """Whether the desk is open and somebody could write."""
        return self.context is not None and self.context.pen is not None

    def close(self) -> None:
        """Everything typed is kept, a copy is laid aside, the replica is closed in order. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._keep_look()
        if self.context is not None:
            self.window.leave_fields()
        self.window.detach()
        self.window.hide()
        if self._network is not None:
            self._network.stop()
        if self._doorman is not None:
            self._doorman.end()
        for lane in (self._database, self._work):
            if lane is not None:
                lane.close()
        if self.context is not None:
            self.context.blockSignals(True)
            if self.context.dictionary is not None:
                self.context.dictionary.close()
        if self._door is not None:
            from PySide6.QtCore import QCoreApplication

            QCoreApplication.removePostedEvents(self._door)  # what was done is done; nobody waits for the answer now
        if self.opened is not None:
            self._close_replica(self.opened)
        if self._crash is not None:
            from app.qt.crash import stop_log

            self._crash.remove()
            stop_log(self._log_path)

    # -- opening

    def _begin(self) -> None:
        """The window has been painted: now the slow things, those of the database lane first."""
        from app.qt.lanes import Door, Lane

        self._door = Door(self.window)
        self._database = Lane("database", self._door)
        self._work = Lane("work", self._door)
        self._database.ask(lambda: self._open_on_lane(None), self._opened, self._trouble)
        self._database.ask(self._read_ahead_on_lane, None, _leave_it)
        self._furnish()
        if self.practice:  # nobody signs in: the day's page comes next
            import app.views.today.page  # noqa: F401

    def _furnish(self) -> None:
        from PySide6.QtCore import QTimer

        from app.qt.theme import put_on

        put_on(self.app, self.window.scheme, self._scale)
        self.window.furnish()
        self.window.ribbon.setVisible(self.practice)
        self.window.setFocus()
        QTimer.singleShot(_MEANWHILE_MS, self.window, self._still_waiting)

    def _still_waiting(self) -> None:
        if not self.window.pages.count() and not self._closed:
            self._wait()

    def open(self, passphrase: str | None = None) -> None:
        """Try to open the replica; `passphrase` where its key lies under one."""
        self._passphrase = passphrase
        assert self._database is not None
        self._wait()
        self._database.ask(lambda: self._open_on_lane(passphrase), self._opened, self._trouble)

    def _wait(self) -> None:
        self.window.show_start().wait("Gør øvelsen klar …" if self.practice else "Henter jeres sager …")

    def _trouble(self, error: Exception) -> None:
        from app.domain.errors import RundbordError
        from app.views.sign_in.doorman import Doorman

        self.exit_code = 1
        if not isinstance(error, RundbordError):
            self._unforeseen(error)
            return
        if self._doorman is None:
            assert self._database is not None
            self._doorman = Doorman(self.window, self._database, self.folder, self.practice, self.key_store, self.open)
        self._doorman.meet(error, self._passphrase)

    def _unforeseen(self, error: Exception) -> None:
        from app.qt.crash import log_to, note, sentence, stop_log

        path = log_to(self.folder)
        note("opening", error)
        stop_log(path)
        retry = ("start.retry", "Prøv igen", lambda: self.open(self._passphrase))
        self.window.show_start().trouble("Rundbord kan ikke åbne jeres sager", sentence(path), [retry])

    def _open_on_lane(self, passphrase: str | None) -> tuple[Opened, tuple[Hand, ...] | None]:
        from app.services.desk import system_clock
        from app.services.opening import open_replica

        opened = open_replica(
            self.folder,
            practice=self.practice,
            passphrase=passphrase,
            clock=self.clock or system_clock,
            key_store=self.key_store,
        )
        try:
            pair = self._pair(opened.desk) if self.practice else None
        except BaseException:
            opened.desk.replica.close()
            opened.lock.release()
            raise
        self._ahead = (opened.desk, pair[-1]) if pair else None
        return opened, pair

    def _read_ahead_on_lane(self) -> None:
        from app.store.caseload import read_ahead

        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            read_ahead(ahead[0].replica, ahead[1].name, ahead[1].person_id)

    def _pair(self, desk: Desk) -> tuple[Hand, ...]:
        """Who sits at the practice table; the team and its citizens are made the first time."""
        from app.services.opening import practice_code, practice_pair

        found = practice_pair(desk) if self.at_table is None else None
        if found is not None:
            return found
        from app.services import practice

        code = practice_code(self.folder)
        if self.at_table is not None:
            pair = practice.at_table(desk, code, *self.at_table)
        else:
            pair = practice.prepare(desk, code, citizens=self.citizens)
        return pair.bestiller, pair.vejleder

    def _opened(self, both: tuple[Opened, tuple[Hand, ...] | None]) -> None:
        from PySide6.QtCore import QTimer

        from app.services import opening
        from app.services.dictionary import Dictionary
        from app.views.context import Context
        from app.views.shell.network import Network
        from app.views.sign_in.reception import Reception

        assert self._database is not None
        assert self._work is not None
        opened, pair = both
        self.opened = opened
        self.exit_code = 0
        context = Context(opened.desk, self._database, self._work, self._door, self.window.asks)
        context.practice = self.practice
        context.dictionary = Dictionary() if self.spells else None
        self.context = context
        self._network = Network(context)
        self.window.asks.on_tell = self._take
        if pair is not None:
            for hand in pair:
                context.sign_in(hand)
            if len(pair) == 1:  # one desk of two: which is whose
                self.window.setWindowTitle(f"{pair[0].name} – Rundbord, øvelse")
        self.window.attach(context)
        context.sync_changed.connect(lambda: self.window.bar.tell_sharing(context))
        self._reception = Reception(context, self.window, self._go_on)
        begin = self._reception.ask if pair is None else self._go_on
        begin()
        self.window.moved.connect(self._moved)
        self._database.ask(lambda: opening.begin_run(opened.desk), None, self._put_down)  # after the first list is read
        QTimer.singleShot(_AFTERWARDS_MS, self.window, self._afterwards)
        self._door.hurry()  # the list may have come while the page was made: then both are painted at once

    def _go_on(self) -> None:
        """Somebody sits at the table: to where one stood when the last run fell, or to the day's page."""
        opened, window = self.opened, self.window
        if opened is None:
            return
        place = opened.place if opened.broken_off else None
        if place is not None:
            window.open_case(place.case_id, place.step)
        else:
            window.go_home()
        if opened.broken_off:
            window.asks.say("Rundbord blev lukket midt i det hele. Intet er gået tabt.")
            self.opened = opened._replace(broken_off=False)  # whoever sits down next is told nothing of it

    def _prepare(self) -> None:
        """The list is on the screen: bring in what the first click needs, before it comes."""
        if self._prepared or self._closed or self._database is None:
            return
        from app.views.shell.ahead import bring_in

        self._prepared = True
        bring_in(self._database, self.window, lambda: self._closed)

    def _afterwards(self) -> None:
        """What nobody waits for: the log, Qt's own Danish, the lock's minutes, a copy laid aside."""
        from app.qt.crash import CrashHook, log_to
        from app.qt.language import speak_danish
        from app.views.shell.machine import heed

        context = self.context
        if self._closed or context is None or self._crash is not None:
            return
        self._log_path = log_to(self.folder)
        self._crash = CrashHook(self.window.asks.crashed, self.window.flush, self._log_path)
        self._crash.install()
        self.window.equip()  # also where no list has come
        self._prepare()
        speak_danish(self.app)
        context.changed.connect(self._written)
        if self.opened is not None:
            heed(context, self.window, self.folder, self.opened.ring.raw_key, self.key_store)
        self._heed_municipality()
        if self._network is not None:
            self._network.begin()
        self._lay_copy_aside()

    def _take(self, message: str) -> bool:
        """A sentence that deserves a page: the file has turned out to be damaged while in use."""
        from app.store.replica import DAMAGED, DamagedReplica

        if message != DAMAGED or self.opened is None:
            return False
        self._put_down(DamagedReplica(DAMAGED))
        return True

    def _put_down(self, trouble: Exception) -> None:
        """Take down every screen, let go of the file, and show the trouble in their place."""
        opened = self.opened
        if opened is None or self._closed:
            return
        self.window.flush()
        self.window.moved.disconnect(self._moved)
        if self._network is not None:
            self._network.stop()
        self.opened = self.context = self._network = None
        self.window.put_away()
        if self._reception is not None:
            self._reception.close()
        assert self._database is not None
        self._database.ask(lambda: _let_go(opened), lambda _: self._trouble(trouble), self._trouble)

    # -- running

    def _moved(self, case_id: str, step: int) -> None:
        from app.services.opening import Place, stand_at

        context = self.context
        if context is not None:
            desk, place = context.desk, Place(case_id, step) if case_id else None
            context.run(lambda: stand_at(desk, place))

    def _written(self, changes: ChangeSet) -> None:
        from app.models.municipal import MUNICIPALITY

        if any(kind == "decision" for kind, _, _ in changes.keys):
            self._lay_copy_aside(changes.case_id)
        if changes.touches(MUNICIPALITY):
            self._heed_municipality()

    def _heed_municipality(self) -> None:
        """Whose desk this is, and after how long it locks: also when the shared database says it while the window is open."""
        from app.services.settings import in_use

        context = self.context
        if context is not None:
            context.run(lambda: in_use(context.desk), self.window.show_municipality)

    def _lay_copy_aside(self, signed_in: str = "") -> None:
        from app.store.maintenance import look_after

        context, opened = self.context, self.opened
        if context is not None and opened is not None:
            context.run_slow(lambda: look_after(opened.desk.replica.path, opened.ring.raw_key, signed_in))

    def _keep_look(self) -> None:
        """What the window looked like, for the next start. No word of a case; not worth a sentence if it fails."""
        from app.domain.errors import EnvironmentProblem
        from app.qt.look import Look
        from app.qt.place import place_of
        from app.qt.theme import theme_of
        from app.store.keys import write_private

        if self.opened is None:
            return
        kept = Look(self.window.scheme, theme_of().scale, place_of(self.window), self.window.folder)
        try:
            write_private(self.folder / WINDOW_FILE, kept.as_text())
        except EnvironmentProblem as trouble:
            _note("the look was not kept", trouble)

    def _close_replica(self, opened: Opened) -> None:
        """The last things, with nobody looking: what fails now is only logged, for all that was typed is in the file."""
        from app.domain.errors import EnvironmentProblem
        from app.services.opening import end_run
        from app.store.maintenance import look_after

        path, raw_key = opened.desk.replica.path, opened.ring.raw_key
        try:
            end_run(opened.desk)
            opened.desk.replica.close()
            look_after(path, raw_key)
        except EnvironmentProblem as trouble:
            _note("not closed in order", trouble)
        finally:
            _let_go(opened)


def _note(what: str, trouble: Exception) -> None:
    import logging  # late: the window does not wait for it

    logging.getLogger(__name__).info("%s: %s", what, type(trouble).__name__)


def _leave_it(_error: Exception) -> None:
    """Whoever needs it next will tell."""


def _let_go(opened: Opened) -> None:
    opened.desk.replica.close()
    opened.lock.release()
