# SPDX-License-Identifier: MPL-2.0
"""The dictionary in its own process: knows Danish, thinks of what was meant, and ends when asked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.dictionary import MOST_SUGGESTIONS, Dictionary
from tests.patience import LONG


@pytest.fixture(scope="module")
def dictionary() -> Iterator[Dictionary]:
    one = Dictionary()
    yield one
    one.close()


def test_it_knows_the_words_of_the_trade_and_compounds_of_them(dictionary: Dictionary) -> None:
    known = "bestilleren vejlederen delmål målgruppe socialpædagogisk hjemmebesøg cykelværkstedet kontaktperson"
    assert dictionary.unknown(known.split()).result(LONG) == frozenset()


def test_it_does_not_know_what_is_misspelt(dictionary: Dictionary) -> None:
    assert dictionary.unknown(["bussen", "bevilning", "stopestedet"]).result(LONG) == {"bevilning", "stopestedet"}


def test_it_thinks_of_what_was_meant(dictionary: Dictionary) -> None:
    found = dictionary.suggest("stopestedet").result(LONG)
    assert found[0] == "stoppestedet"
    assert len(found) <= MOST_SUGGESTIONS


def test_it_can_be_asked_again_after_it_was_closed() -> None:
    one = Dictionary()
    one.close()
    assert one.unknown(["bus"]).result(LONG) == frozenset()
    one.close()


def test_the_other_process_imports_nothing_of_ours_but_the_way_to_the_files() -> None:
    code = "import sys, app.services.dictionary; print([m for m in sys.modules if m.startswith('app.') and m.count('.') > 1])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "['app.domain.resources', 'app.services.dictionary']"


def test_it_ends_with_a_program_that_is_killed(tmp_path: Path) -> None:
    """It holds words of a case: nobody is to find it alive when the program is gone."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "1\n"
        running.kill()
        # The other has the same way out to write on: it is at its end when both have ended.
        assert running.communicate(timeout=LONG) == ("", None)


PROGRAM = """
import multiprocessing, time
from app.services.dictionary import Dictionary

if __name__ == "__main__":
    Dictionary().unknown(["bus"]).result(60)
    print(len(multiprocessing.active_children()), flush=True)
    time.sleep(600)
"""
