# SPDX-License-Identifier: MPL-2.0
"""Where the files that are shipped with the program lie: the one place that knows.

Called by whoever reads a font, an icon, a term list or a setting's first value. Must not know what the files hold.
"""

from __future__ import annotations

from pathlib import Path

_RESOURCES = Path(__file__).parents[2] / "resources"


def resource_path(*parts: str) -> Path:
    """The path of a shipped file, as `resource_path("terms", "ffb.json")`. It is not looked for here."""
    return _RESOURCES.joinpath(*parts)
