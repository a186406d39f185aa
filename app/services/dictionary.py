# SPDX-License-Identifier: MPL-2.0
"""Whether a word is Danish, and what was meant: Hunspell's dictionary in a process of its own.

It takes most of a second to read its words and as long to think of what was meant, and holds the interpreter's lock
meanwhile: in this process a window could not even paint. The other begins at the first question, sees single words and
never whose they are, and ends with the program. Imports nothing of ours but the way to the shipped files, for the other
process imports this file too.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from app.domain.resources import resource_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from concurrent.futures import Future, ProcessPoolExecutor

    from hunspell import Hunspell

MOST_SUGGESTIONS = 6


class Dictionary:
    """The way to the other process. Nothing is begun before the first question."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def unknown(self, words: Collection[str]) -> Future[frozenset[str]]:
        """Which of these words it does not know."""
        return self._ask(_unknown, tuple(words))

    def suggest(self, word: str) -> Future[tuple[str, ...]]:
        """What may have been meant, the likeliest first."""
        return self._ask(_suggest, word)

    def close(self) -> None:
        """The process ends when it has answered what it is at; nobody waits for more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _ask(self, question: Callable[..., Any], about: object) -> Future[Any]:
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context

            self._pool = ProcessPoolExecutor(1, get_context("spawn"), _end_with_the_program)
        return self._pool.submit(question, about)


def _end_with_the_program() -> None:
    """A program that is killed says nothing to the other process, which would wait for its next question for ever."""
    import os
    from multiprocessing import parent_process
    from threading import Thread

    program = parent_process()
    assert program is not None

    def watch() -> None:
        program.join()
        os._exit(0)

    Thread(target=watch, daemon=True).start()


@cache
def _words() -> Hunspell:
    from hunspell import Hunspell

    return Hunspell("da_DK", hunspell_data_dir=str(resource_path("dictionary")))


def _unknown(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in words if not _words().spell(word))


def _suggest(word: str) -> tuple[str, ...]:
    return tuple(_words().suggest(word)[:MOST_SUGGESTIONS])
