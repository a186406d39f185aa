# SPDX-License-Identifier: MPL-2.0
"""A workbook in which what somebody typed stays text: no formula, no link, no number of its own accord.

Used by every service that writes one.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xlsxwriter


def new_workbook(stream: IO[bytes], options: dict[str, Any]) -> xlsxwriter.Workbook:
    """A new workbook on a stream; `options` are the library's own."""
    import xlsxwriter  # late: only who takes a table out waits for it

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(stream, {**plain, **options})


CELL = 16_000
"""Characters in one cell. Excel takes 32,767 and counts some characters as two; the library cuts what is more without a word."""


REST = " … (resten står i Rundbord)"


def fitted(text: str) -> str:
    """A text in one cell: whole, or its beginning and a word that there is more."""
    return text if len(text) <= CELL else f"{text[: CELL - len(REST)]}{REST}"


def cells(text: str) -> list[str]:
    """A text in as many pieces as it takes for each to stand in a cell; one for an empty text."""
    return [text[at : at + CELL] for at in range(0, len(text), CELL)] or [""]
