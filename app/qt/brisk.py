# SPDX-License-Identifier: MPL-2.0
"""A process that starts without what nobody asked for: no look for garbage meanwhile, no reading of our own source, none of what
PySide keeps for its manual, and no long waits of its threads for each other.

Called by bootstrap round the start of the window. Must not know what is started.
"""

from __future__ import annotations

import builtins
import gc
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any, SupportsIndex

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

_TURN_S = 0.0005
_ORDINARY_TURN_S = sys.getswitchinterval()
_READING = threading.RLock()

_MANUAL = "shibokensupport.signature"
_CHAPTERS = frozenset(
    f"{_MANUAL}.{name}"
    for name in ("layout", "parser", "errorhandler", "lib.enum_sig", "lib.pyi_generator", "lib.tool")
)


def hold_back() -> None:
    """Until `settle`: almost all that is made at a start is there to stay, and looking through it again and again takes 10 ms.

    The database lane needs the interpreter for a moment after each statement, and would get it from the busy window 5 ms later.
    """
    gc.disable()
    sys.setswitchinterval(_TURN_S)


def settle(app: QCoreApplication) -> None:
    """The start is over. What is there by now stays and is not looked through again; the rest is, when the GUI thread rests."""
    from app.qt.sweeping import Sweeper  # late: it brings in QtCore, which is to come without its manual

    sys.setswitchinterval(_ORDINARY_TURN_S)
    gc.freeze()
    Sweeper(app)


def keep() -> None:
    """What has been brought in after the start stays as well: a look through all of it holds every thread for 60 ms and more."""
    if gc.get_freeze_count():  # a start that was not held back keeps nothing
        gc.freeze()


def import_plainly() -> None:
    """Import modules as Python does. To be called when QtCore has been imported; may be called again.

    WORKAROUND: PySide reads and decodes the source of each module imported after it, looking for the use of its
    `__feature__` switches, which we have none of: 15 ms of the start, and the source of every library kept in memory.
    https://bugreports.qt.io/browse/PYSIDE-2029
    """
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:
        builtins.__import__ = plain


@contextmanager
def manual_unopened() -> Iterator[None]:
    """Import QtCore, for the first time in the process, without the modules that tell how its functions are to be called.

    WORKAROUND: PySide carries them as source, and reads, compiles and runs them all at each start, one of them a program that
    writes type stubs: 27 ms. They are asked for their words when a call is wrong, or by `help`; then they are read.
    """
    ways = sys.meta_path
    sys.meta_path = _Ways(ways)
    try:
        yield
    finally:
        ways[:] = [way for way in sys.meta_path if not isinstance(way, _Librarian)]
        sys.meta_path = ways


class _Ways(list[Any]):
    """`sys.meta_path` with the librarian first, also when PySide puts its own way to its modules before all others."""

    def __init__(self, ways: Sequence[Any]) -> None:
        super().__init__([_Librarian(), *ways])

    def insert(self, at: SupportsIndex, way: Any) -> None:
        super().insert(max(1, at.__index__()), way)


class _Librarian:
    """Finds each chapter where it is, and lays it out unread."""

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in _CHAPTERS:
            return None
        others = (way.find_spec(name, path, target) for way in sys.meta_path if way is not self)
        found = next((spec for spec in others if spec is not None), None)
        if found is None or found.loader is None:
            return None
        unopened: Any = _Unopened(found)  # a loader, without 0.7 ms for importlib's class of that name
        return ModuleSpec(name, unopened)


class _Unopened:
    """The chapter's loader until something of it is wanted."""

    def __init__(self, found: ModuleSpec) -> None:
        self._found = found

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Chapter(spec.name, self._found)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing yet."""


class _Chapter(ModuleType):
    """A module that is read when something of it is wanted.

    Not importlib's LazyLoader: that one reads when a module is asked its name, and PySide asks every one of them at once.
    """

    def __init__(self, name: str, found: ModuleSpec) -> None:
        super().__init__(name)
        self._found = found
        self._being_read = False

    def __getattr__(self, name: str) -> Any:
        with _READING:
            if type(self) is _Chapter:
                if name.startswith("__") or self._being_read:
                    raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
                self._read()
        return getattr(self, name)

    def _read(self) -> None:
        known, loader = self.__spec__, self._found.loader
        assert loader is not None
        self.__spec__, self._being_read = (
            self._found,
            True,
        )  # PySide has given it a second name; it is found under its first
        try:
            loader.exec_module(self)
            object.__setattr__(self, "__class__", ModuleType)  # from here on a module like any other
        finally:
            self.__spec__, self._being_read = known, False
