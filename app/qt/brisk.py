# SPDX-License-Identifier: MPL-2.0
"""A process that starts without what nobody asked for: no look for garbage meanwhile, no reading of our own source, and no
long waits of its threads for each other.

Called by bootstrap round the start of the window. Must not know what is started.
"""

from __future__ import annotations

import builtins
import gc
import sys

_TURN_S = 0.0005
_ORDINARY_TURN_S = sys.getswitchinterval()


def hold_back() -> None:
    """Until `settle`: almost all that is made at a start is there to stay, and looking through it again and again takes 10 ms.

    The database lane needs the interpreter for a moment after each statement, and would get it from the busy window 5 ms later.
    """
    gc.disable()
    sys.setswitchinterval(_TURN_S)


def settle() -> None:
    """The start is over. What is there by now stays, and is not looked through again."""
    sys.setswitchinterval(_ORDINARY_TURN_S)
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def import_plainly() -> None:
    """Import modules as Python does. To be called when QtCore has been imported; may be called again.

    WORKAROUND: PySide reads and decodes the source of each module imported after it, looking for the use of its
    `__feature__` switches, which we have none of: 15 ms of the start, and the source of every library kept in memory.
    https://bugreports.qt.io/browse/PYSIDE-2029
    """
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:
        builtins.__import__ = plain
