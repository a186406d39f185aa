# SPDX-License-Identifier: MPL-2.0
"""How the system asks a program to end: by a signal, which is heard on the GUI thread as anything else is.

Called by bootstrap once the window has been painted. Must not know what is done then.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


def when_asked_to_end(parent: QObject, act: Callable[[], object]) -> None:
    """Call `act` each time the system asks (a log-off, Ctrl+C in the terminal), as long as `parent` is there."""
    if os.name != "posix":
        return
    inside, outside = os.pipe()
    os.set_blocking(outside, False)
    signal.set_wakeup_fd(outside, warn_on_full_buffer=False)
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, lambda *_: None)
    heard = QSocketNotifier(inside, QSocketNotifier.Type.Read, parent)
    heard.activated.connect(lambda: os.read(inside, 1) and act())
