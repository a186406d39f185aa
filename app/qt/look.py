# SPDX-License-Identifier: MPL-2.0
"""How a window was left: light or dark, the size of its text, its place, and the folder of its last file. Nothing of a case.

Read by bootstrap before there is a window, so nothing slow is brought in here. Must not know what is in the window.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Look(NamedTuple):
    """As it was last time; by default as at the very first start. `scale` is the size of text in per cent, `place` the window's
    own word for where it stood, and `folder` where a file was last saved or fetched, "" for nowhere yet.
    """

    scheme: str = "system"
    scale: int = 100
    place: str = ""
    folder: str = ""

    def as_text(self) -> str:
        """For `read_look`."""
        return json.dumps(self._asdict())


def read_look(file: Path) -> Look:
    """As it was kept; as at the very first start where that cannot be read."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Look(str(kept["scheme"]), int(kept["scale"]), str(kept["place"]), str(kept.get("folder", "")))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return Look()
