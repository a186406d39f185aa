# SPDX-License-Identifier: MPL-2.0
"""What happens when something goes wrong that nobody foresaw: a log line without anybody's words, and one calm sentence.

Set up by bootstrap and the command line. A traceback is told by its places alone; what the error says of itself may be a
citizen's words, and is left out. Must not know screens: who tells the person is handed in.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from copy import copy
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

log = logging.getLogger(__name__)

_Fault = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)  # as the logging module hands it on

LOG_FILE = "rundbord.log"
_LOG_BYTES = 512 * 1024


class Discreet(logging.Formatter):
    """A log line with its traceback told by type and places only."""

    def format(self, record: logging.LogRecord) -> str:
        own = copy(record)
        own.exc_text = None  # another handler may have left the whole traceback there
        return super().format(own)

    def formatException(self, ei: _Fault) -> str:
        return told_by_places(ei[0], ei[2])


def told_by_places(kind: type[BaseException] | None, places: TracebackType | None) -> str:
    """Where an error came from, innermost last: no text of its own."""
    frames = traceback.extract_tb(places)
    lines = [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
    return "\n".join([*lines, kind.__name__ if kind else "?"])


def log_to(folder: Path) -> Path | None:
    """Keep the log in `folder`; None when it may not be written there, and the program goes on without."""
    path = folder / LOG_FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=False)
    except OSError as trouble:
        log.info("no log file: %s", type(trouble).__name__)
        return None
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(root.level or logging.INFO, logging.INFO))
    return path


def stop_log(path: Path | None) -> None:
    """Let go of the log file that `log_to` gave."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if (
            path is not None
            and isinstance(handler, RotatingFileHandler)
            and Path(handler.baseFilename) == path.resolve()
        ):
            root.removeHandler(handler)
            handler.close()


def note(where: str, fault: BaseException) -> None:
    """Log a fault nobody foresaw, by its places."""
    log.error("unforeseen in %s", where, exc_info=(type(fault), fault, fault.__traceback__))


class CrashHook:
    """Takes the place of `sys.excepthook`: each distinct fault is told once, and every one is logged."""

    def __init__(self, tell: Callable[[str], object], save: Callable[[], object], log_path: Path | None) -> None:
        """`save` puts down whatever is typed, first; `tell` shows one sentence on the GUI thread."""
        self._tell = tell
        self._save = save
        self._log_path = log_path
        self._told: set[str] = set()
        self._busy = False
        self._before = sys.excepthook
        self._thread_before = threading.excepthook

    def install(self) -> None:
        """From now on."""
        sys.excepthook = self
        threading.excepthook = lambda args: log.error("a thread fell", exc_info=_info(args))

    def remove(self) -> None:
        """As it was before."""
        sys.excepthook = self._before
        threading.excepthook = self._thread_before

    def __call__(self, kind: type[BaseException], error: BaseException, places: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, places)
            return
        told = told_by_places(kind, places)
        log.error("unforeseen", exc_info=(kind, error, places))
        if told in self._told or self._busy:
            return
        self._told.add(told)
        self._busy = True
        try:
            self._save()
            self._tell(sentence(self._log_path))
        finally:
            self._busy = False


def sentence(log_path: Path | None) -> str:
    """What a person is told of a fault nobody foresaw."""
    where = f" Fejlen er skrevet i {log_path}." if log_path else ""
    return f"Noget gik galt, som Rundbord ikke kendte til. Det, I har skrevet, er gemt.{where}"


def _info(args: threading.ExceptHookArgs) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    return args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
