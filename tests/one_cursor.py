# SPDX-License-Identifier: MPL-2.0
"""The replica's one cursor, watched: a test fails that walks an answer on it when another statement has been asked since.

`Replica.cursor` is shared by all that is asked and answered at once inside a transaction, and a statement on it ends the answer
before. Whoever walks that row by row while something else asks would miss rows, or be given another's, and nothing would say so.
`conftest.py` puts this in the place of the cursor of every replica in every test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

_UNSAID: Final = "an answer of Replica.cursor is walked after another statement was asked on it: fetch it whole first"


class WalkedTooLate(AssertionError):
    """What is read here is no longer the answer to what was asked."""


class Watched:
    """A cursor that knows which answer is its last."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.asked = 0

    def execute(self, *asked: Any) -> Answer:
        """As the driver's."""
        self.asked += 1
        self._cursor.execute(*asked)
        return Answer(self, self._cursor)

    def executemany(self, *asked: Any) -> Answer:
        """As the driver's."""
        self.asked += 1
        self._cursor.executemany(*asked)
        return Answer(self, self._cursor)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class Answer:
    """What one statement was answered, good until the next."""

    def __init__(self, of: Watched, cursor: Any) -> None:
        self._of, self._cursor, self._number = of, cursor, of.asked

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._still())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._still(), name)

    def _still(self) -> Any:
        if self._of.asked != self._number:
            raise WalkedTooLate(_UNSAID)
        return self._cursor


def watch(replica: type) -> None:
    """From now on each of these has its cursor watched, in this process."""

    def given(self: Any) -> Any:
        return self.__dict__["cursor"]

    def kept(self: Any, cursor: Any) -> None:
        self.__dict__["cursor"] = Watched(cursor)

    replica.cursor = property(given, kept)  # type: ignore[attr-defined]
