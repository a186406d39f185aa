# SPDX-License-Identifier: MPL-2.0
"""How long a test waits for what other threads, processes and the screen bring about: only a hang takes so long, however busy
the machine is. Used by every test that waits; no test says how fast something goes (`make bench` does)."""

from __future__ import annotations

import time
from collections.abc import Callable

LONG = 120.0
"""Seconds for what takes a moment."""


def until(
    holds: Callable[[], object],
    meanwhile: Callable[[], object] | None = None,
    told: Callable[[], object] = lambda: "it never came",
) -> None:
    """Wait until it holds, doing `meanwhile` over and over; what is `told` when it never does."""
    end = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < end, told()
        if meanwhile is None:
            time.sleep(0.005)
        else:
            meanwhile()
