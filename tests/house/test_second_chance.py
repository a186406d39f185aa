# SPDX-License-Identifier: MPL-2.0
"""A second chance is a test's own, it is told in the last lines, and nothing but chance is given it."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

_HEAD = """
    import logging, os, pathlib
    import pytest

    def first(name):
        path = pathlib.Path(__file__).with_name(name)
        there = path.exists()
        path.touch()
        return not there
"""
_ONCE = """
    def test_fails_once():
        assert not first("call")
"""
_ONCE_WHEN_OVER = """
    def test_leaves_a_stray_line_once():
        if first("teardown"):
            logging.getLogger("app.store").warning("disk is slow")
"""
_ALWAYS = """
    def test_fails_always():
        assert False
"""
_FOUR = """
    @pytest.mark.parametrize("n", range(4))
    def test_fails_once(n):
        assert not first(f"call-{n}")
"""
_CRASH = """
    def test_crashes_once():
        if first("crash"):
            os._exit(1)
"""


_BARE = ("-p", "no:pytest-qt", "-p", "no:benchmark", "-p", "no:hypothesispytest")  # what takes its time to begin


def test_what_passes_the_second_time_is_green_and_named_in_the_last_lines(
    pytester: pytest.Pytester, repository: Path
) -> None:
    """Also what our own watch over log lines finds when a test is over."""
    pytester.makeconftest((repository / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makefile(".toml", pyproject=(repository / "pyproject.toml").read_text(encoding="utf-8"))
    (pytester.path / "tests").mkdir()
    path = pytester.makepyfile(_HEAD + _ONCE + _ONCE_WHEN_OVER)
    run = pytester.runpytest_subprocess("-p", "tests.second_chance", "-n", "1", path)
    assert run.ret == 0
    assert sorted(line.split()[:2] for line in run.outlines[-2:]) == [
        ["UNSTABLE:", f"{path.name}::{name}"] for name in ("test_fails_once", "test_leaves_a_stray_line_once")
    ]


@pytest.mark.parametrize(
    ("tests", "chances"),
    [(_ALWAYS, 1), (_FOUR, 0), (_CRASH, 0), (_ONCE + "\n    import nothing_of_the_kind\n", 0)],
    ids=["fails again", "many", "a worker crashes", "cannot be read"],
)
def test_what_is_no_chance_is_red(pytester: pytest.Pytester, tests: str, chances: int) -> None:
    path = pytester.makepyfile(_HEAD + tests)
    run = pytester.runpytest_subprocess(*_BARE, "-p", "tests.second_chance", "-n", "1", path)
    assert run.ret == 1
    assert run.stdout.str().count("once more, alone") == chances
    assert "UNSTABLE" not in run.stdout.str()
