# SPDX-License-Identifier: MPL-2.0
"""The paragraphs of serviceloven an answer can rest on, and how people write them (C3).

Called where a municipality configures its answers, where one is signed, and where a competence is set. Pure.
"""

from __future__ import annotations

import re

from app.domain.errors import UserError

PARAGRAPHS = ("82a", "82b", "85")
"""As they are kept."""

_SIGNS = re.compile(r"[§\s]")


def read_paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs a text names, each once: "§ 82 a, § 82 b" is ("82a", "82b"). Raises UserError for any other."""
    found: dict[str, None] = {}
    for part in re.split(r"[,;]|\bog\b|\beller\b", text, flags=re.IGNORECASE):
        name = _SIGNS.sub("", part).casefold()
        if name and name not in PARAGRAPHS:
            raise UserError(f"»{part.strip()}« er ikke en paragraf, et svar kan hvile på. Skriv 82a, 82b eller 85.")
        if name:
            found[name] = None
    return tuple(found)
