# SPDX-License-Identifier: MPL-2.0
"""The import rule of ARCHITECTURE.md holds, and the program's first modules load nothing slow."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

SLOW = {
    "PySide6",
    "sqlalchemy",
    "sqlcipher3",
    "reportlab",
    "pikepdf",
    "pypdfium2",
    "keyring",
    "cryptography",
    "holidays",
}
LAZY = ("app/__main__.py", "app/cli.py", "app/bootstrap.py")  # what runs before the first window is painted


def test_import_rule(repository: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main(['--no-logo'])"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_nothing_slow_is_imported_at_the_top_of_what_runs_first(repository: Path) -> None:
    for name in LAZY:
        path = repository / name
        if path.exists():
            slow = _imported_at_import(ast.parse(path.read_text(encoding="utf-8"))) & SLOW
            assert not slow, (
                f"{name} imports {', '.join(sorted(slow))} before the first window; import it where it is used"
            )


def _imported_at_import(tree: ast.Module) -> set[str]:
    """The packages a module imports when it is itself imported, without what only a type checker reads."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += ast.iter_child_nodes(node)
    return found
