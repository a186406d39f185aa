# SPDX-License-Identifier: MPL-2.0
"""What holds for every test: no noise, no network, no home of a real person, no screen.

Read by pytest before any test module, so the surroundings are set here before Qt, keyring or the program is imported.
What only some tests need (a replica, a practice team) stands in the conftest of their own folder.
"""

from __future__ import annotations

import atexit
import gc
import ipaddress
import logging
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partialmethod
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from pytestqt.qtbot import QtBot

from tests import one_cursor
from tests.patience import LONG

# ------------------------------------------------------------------------------------------------- surroundings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "UTF-8" not in (os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or ""):
    os.environ["LC_ALL"] = "C.UTF-8"  # Qt warns, and writes Danish badly, in a locale that is not UTF-8
for _name in (
    "QT_SCALE_FACTOR",
    "QT_FONT_DPI",
    "QT_STYLE_OVERRIDE",
    "QT_QPA_PLATFORMTHEME",
    "DBUS_SESSION_BUS_ADDRESS",
):
    os.environ.pop(_name, None)  # a picture must not depend on the desk it is taken at
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # a test hands in its own key store

_HOMES = Path(tempfile.mkdtemp(prefix="rundbord-tests-"))
atexit.register(shutil.rmtree, _HOMES, ignore_errors=True)


def _home_variables(home: Path) -> dict[str, str]:
    """Every variable by which Qt, keyring or the program finds a place of the person's own."""
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(home / "AppData" / "Local"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
    }


os.environ.update(_home_variables(_HOMES))
os.environ["XDG_RUNTIME_DIR"] = str(_HOMES)  # made for us alone, as Qt demands of it


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, empty; nothing is left for the next test to find."""
    path = Path(tempfile.mkdtemp(dir=_HOMES))
    for name, value in _home_variables(path).items():
        monkeypatch.setenv(name, value)
    return path


@pytest.fixture(autouse=True)
def _cleared_screen(home: Path) -> Iterator[None]:
    """No window of this test, no look it has put on and nothing it has copied is left for the next: in 200 % text a room folds
    one side away, and without a screen what lies on the clipboard outlives Python, and ends the process in a fault.

    Every widget is gone through, so Python looks for no garbage meanwhile: where it takes one down, that ends the process too.
    """
    yield
    from PySide6.QtCore import QEvent, QLocale
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    from app.qt.theme import theme_of

    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.clipboard().clear()
    QLocale.setDefault(QLocale.system())  # a window that has stood for a second has made Qt speak Danish
    gc.disable()
    try:
        if (theme_of().scheme, theme_of().scale) != ("light", 100):
            theme_of().apply(app, "light", 100)
    finally:
        gc.enable()


@pytest.fixture(autouse=True)
def _swept_where_widgets_live(request: pytest.FixtureRequest) -> Iterator[None]:
    """No lane takes a widget down, as in the program."""
    if "qapp" not in request.fixturenames:
        yield
        return
    from app.qt.sweeping import Sweeper

    sweeper = Sweeper(request.getfixturevalue("qapp"))
    yield
    sweeper.end()


@pytest.fixture(scope="session", autouse=True)
def _one_cursor() -> None:
    """Nobody walks an answer of the replica's one cursor past another statement."""
    from app.store.replica import Replica

    one_cursor.watch(Replica)


class PatientBot(QtBot):
    """Waits as long as every other test; five seconds, as it would, are few on a busy machine."""

    waitSignal = partialmethod(QtBot.waitSignal, timeout=round(LONG * 1000))
    waitUntil = partialmethod(QtBot.waitUntil, timeout=round(LONG * 1000))


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    """What a test clicks, types and waits with."""
    return PatientBot(request)


# --------------------------------------------------------------------------------------------------- hypothesis

hypothesis.settings.register_profile("dev", deadline=None, max_examples=60)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=120, print_blob=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=20_000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))

# ------------------------------------------------------------------------------------------------------ network


class NetworkBlocked(RuntimeError):
    """A test reached for a network; no kind of OSError, so that no code under test takes it for a cut cable."""


def _is_this_machine(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Only this machine answers; every other address or name is refused before anything is sent."""
    real_connect, real_connect_ex, real_getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_this_machine(address[0]):
            raise NetworkBlocked(f"connect to {address!r}")

    def connect(self: socket.socket, address: Any) -> None:
        check(self, address)
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        check(self, address)
        return real_connect_ex(self, address)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_this_machine(host):
            raise NetworkBlocked(f"look up {host!r}")
        return real_getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


# ---------------------------------------------------------------------------------------------------- log lines


class LogWatch(logging.Handler):
    """Holds every log line of WARNING or worse that no test has said it expects."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.stray: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.stray.append(record)

    def take(self, logger: str, level: int, match: str) -> list[logging.LogRecord]:
        """Take out of the stray lines those from `logger` (or below it) at `level` that hold `match`."""

        def fits(record: logging.LogRecord) -> bool:
            named = not logger or record.name == logger or record.name.startswith(f"{logger}.")
            return named and record.levelno == level and match in record.getMessage()

        taken = [record for record in self.stray if fits(record)]
        self.stray = [record for record in self.stray if record not in taken]
        return taken


@pytest.fixture(autouse=True)
def log_watch(request: pytest.FixtureRequest) -> Iterator[LogWatch]:
    """Fails the test that leaves a log line (WARNING or worse) it did not expect, or lacks one it did expect."""
    watch = LogWatch()
    root = logging.getLogger()
    level = root.level
    root.addHandler(watch)
    try:
        yield watch
    finally:
        root.removeHandler(watch)
        root.setLevel(level)  # the program sets its own
    for marker in request.node.iter_markers("expects_log"):
        logger, level, match = _expected(*marker.args, **marker.kwargs)
        if not watch.take(logger, level, match):
            pytest.fail(f"no log line from {logger or 'any logger'} at {logging.getLevelName(level)} with {match!r}")
    if watch.stray:
        lines = "\n".join(f"  {r.levelname} {r.name}: {r.getMessage()}" for r in watch.stray)
        pytest.fail(f"unexpected log lines:\n{lines}", pytrace=False)


def _expected(logger: str = "", level: str | int = logging.WARNING, match: str = "") -> tuple[str, int, str]:
    return logger, level if isinstance(level, int) else logging.getLevelNamesMapping()[level], match


ExpectLog = Callable[..., AbstractContextManager[list[logging.LogRecord]]]


@pytest.fixture
def expect_log(log_watch: LogWatch) -> ExpectLog:
    """`with expect_log("app.store", "ERROR", "disk"):` the lines that must come within, given as a list afterwards."""

    @contextmanager
    def expecting(*args: Any, **kwargs: Any) -> Iterator[list[logging.LogRecord]]:
        before, log_watch.stray = log_watch.stray, []
        found: list[logging.LogRecord] = []
        try:
            yield found
            logger, level, match = _expected(*args, **kwargs)
            found += log_watch.take(logger, level, match)
            assert found, f"no log line from {logger or 'any logger'} at {logging.getLevelName(level)} with {match!r}"
        finally:
            log_watch.stray = before + log_watch.stray

    return expecting


# -------------------------------------------------------------------------------------------------- where things lie


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top folder of the checkout."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def cases(repository: Path) -> Path:
    """The folder of real-shaped input: a job centre's file and three meetings as scripts."""
    return repository / "tests" / "data" / "cases"
