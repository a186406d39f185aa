# SPDX-License-Identifier: MPL-2.0
"""What is never parted at the end of a line: "den 30. november 2026", "§ 82 b", "12 34 56 78".

Called by whoever breaks text into lines, on paper and on the screen, so that it holds for every sentence whoever wrote it. The
text itself is not changed anywhere else. Must not know fonts or widths.
"""

from __future__ import annotations

import re
from functools import cache

from app.domain.dates import MONTHS


@cache
def _tied() -> re.Pattern[str]:
    """Made when the first text with a figure is set."""
    months = "|".join((*MONTHS, *(f"{name[:3]}\\." for name in MONTHS)))
    return re.compile(
        rf"§ \d+(?: [a-e]\b)?|\b\d+ [a-e]\b|(?:\b[Dd]en )?\b\d{{1,2}}\. (?:{months})(?![^\W\d_])(?: \d{{4}}\b)?"
        r"|\b\d\d(?: \d\d)+\b"
    )


_FIGURE = re.compile(r"\d")


def tie(text: str) -> str:
    """The text with a no-break space wherever a line may not end: as long as it was, sign for sign."""
    if not _FIGURE.search(text):
        return text
    return _tied().sub(lambda found: found[0].replace(" ", "\u00a0"), text)
