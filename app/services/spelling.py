# SPDX-License-Identifier: MPL-2.0
"""The words people have taught this desk, and the municipality's list of officialese (domain § 6.5).

Taught words may be names: they lie in the encrypted replica and go nowhere. Called by the screens one writes on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.domain.plain_language import Plainer, read_list
from app.services.desk import Desk
from app.store import queries
from app.store.remembered import recall, remember

_TAUGHT = "egne ord"


@dataclass(frozen=True, slots=True)
class Wordbook:
    """What a desk knows of words besides the dictionary."""

    taught: frozenset[str] = frozenset()
    plainer: tuple[Plainer, ...] = ()


def wordbook(desk: Desk) -> Wordbook:
    """What stands now."""
    return Wordbook(_taught(desk), read_list(queries.municipality(desk.replica).plain_words))


def teach(desk: Desk, word: str) -> Wordbook:
    """Let `word` be a word from now on, at this desk."""
    return _keep(desk, _taught(desk) | {word})


def unteach(desk: Desk, word: str) -> Wordbook:
    """Let `word` be marked again."""
    return _keep(desk, _taught(desk) - {word})


def _taught(desk: Desk) -> frozenset[str]:
    return frozenset(json.loads(recall(desk.replica, _TAUGHT) or "[]"))


def _keep(desk: Desk, words: frozenset[str]) -> Wordbook:
    remember(desk.replica, _TAUGHT, json.dumps(sorted(words), ensure_ascii=False))
    return wordbook(desk)
