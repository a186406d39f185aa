# SPDX-License-Identifier: MPL-2.0
"""What the tests of whole windows share: a practice folder made once and copied, and a program running on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.qt.theme import theme_of
from app.services import practice
from app.services.opening import open_replica, practice_code
from tests.views.shell_desk import NOW, Desk


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice folder with its team and citizens, made once and copied."""
    folder = tmp_path_factory.mktemp("furnished") / "øvelse"
    opened = open_replica(folder, practice=True, clock=lambda: NOW)
    practice.prepare(opened.desk, practice_code(folder))
    opened.desk.replica.close()
    opened.lock.release()
    return folder


@pytest.fixture
def practice_folder(furnished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(furnished, tmp_path / "øvelse"))


@pytest.fixture
def desk(qapp: QApplication, practice_folder: Path) -> Iterator[Desk]:
    desk = Desk(qapp, practice_folder).start()
    yield desk
    theme_of().apply(qapp, "light", 100)
    desk.close()
