# SPDX-License-Identifier: MPL-2.0
"""The words a person has taught this desk, and the municipality's list of officialese (domain § 6.5).

Taught words may be names from cases the next at the desk may not read: they are the person's own, lie in the encrypted replica
and go nowhere. Called by the screens one writes on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.domain.plain_language import Plainer, read_list
from app.services.desk import Desk
from app.services.settings import in_use
from app.store.remembered import recall, remember

_TAUGHT = "egne ord"


@dataclass(frozen=True, slots=True)
class Wordbook:
    """What a desk knows of words besides the dictionary, for one person."""

    taught: frozenset[str] = frozenset()
    plainer: tuple[Plainer, ...] = ()


def wordbook(desk: Desk, person_id: str) -> Wordbook:
    """What stands now; "" is nobody's."""
    return Wordbook(_taught(desk, person_id), read_list(in_use(desk).plain_words))


def teach(desk: Desk, person_id: str, word: str) -> Wordbook:
    """Let `word` be a word from now on, where this person writes at this desk."""
    return _keep(desk, person_id, _taught(desk, person_id) | {word})


def unteach(desk: Desk, person_id: str, word: str) -> Wordbook:
    """Let `word` be marked again."""
    return _keep(desk, person_id, _taught(desk, person_id) - {word})


def _taught(desk: Desk, person_id: str) -> frozenset[str]:
    return frozenset(json.loads(recall(desk.replica, _key(person_id)) or "[]"))


def _keep(desk: Desk, person_id: str, words: frozenset[str]) -> Wordbook:
    remember(desk.replica, _key(person_id), json.dumps(sorted(words), ensure_ascii=False))
    return wordbook(desk, person_id)


def _key(person_id: str) -> str:
    return f"{_TAUGHT}.{person_id}"
