# SPDX-License-Identifier: MPL-2.0
"""A process that starts without what nobody asked for: no look for garbage meanwhile, no reading of our own source.

Called by bootstrap round the start of the window. Must not know what is started.
"""

from __future__ import annotations

import builtins
import gc


def hold_back() -> None:
    """Until `settle`: almost all that is made at a start is there to stay, and looking through it again and again takes 10 ms."""
    gc.disable()


def settle() -> None:
    """The start is over. What is there by now stays, and is not looked through again."""
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
