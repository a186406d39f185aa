# SPDX-License-Identifier: MPL-2.0
"""A second chance: what failed is run once more, alone, when all is over. It is green only if it then passes, and the last lines
say which tests that was: each is a defect to be mended.

`make test` asks for it (`-p tests.second_chance`). More than a few failures, a module that could not be read, or a worker that
crashed get none. Each is run in a process of its own, so that nothing another test has left is there.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

MOST = 3
"""As many failures may be chance; more are a fault."""

_ALONE = ("-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider")
_UNSTABLE = pytest.StashKey[list[str]]()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Before the summary is told: run it once more, and let the exit code say what came of it."""
    config = session.config
    if exitstatus != pytest.ExitCode.TESTS_FAILED or hasattr(config, "workerinput"):
        return
    told = config.pluginmanager.get_plugin("terminalreporter").stats
    reports = [*told.get("failed", ()), *told.get("error", ())]
    names = list(dict.fromkeys(report.nodeid for report in reports))
    if len(names) > MOST or not all(_is_chance(report) for report in reports):
        return
    out = config.get_terminal_writer()
    for name in names:
        out.line(f"\n── once more, alone: {name}")
        out.flush()
        again = [sys.executable, "-m", "pytest", *_ALONE, name]
        if subprocess.run(again, cwd=config.rootpath, check=False).returncode:
            return
    config.stash[_UNSTABLE] = names
    session.exitstatus = pytest.ExitCode.OK


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last lines of the run."""
    for name in config.stash.get(_UNSTABLE, ()):
        config.get_terminal_writer().line(
            f"UNSTABLE: {name} passed only the second time: a defect to be mended", red=True
        )


def _is_chance(report: pytest.CollectReport | pytest.TestReport) -> bool:
    """Whether a test ran and failed: not a module that could not be read, nor a worker that crashed in it."""
    return isinstance(report, pytest.TestReport) and report.when in ("setup", "call", "teardown")
