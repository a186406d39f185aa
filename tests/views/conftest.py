# SPDX-License-Identifier: MPL-2.0
"""What the tests of whole windows share: a practice folder made once and copied, and a program running on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.services import first_start, practice
from app.services.opening import open_replica, practice_code
from app.store.recovery import RecoveryCode, new_code
from app.store.seal import KdfCost
from tests.views.newly_used import ANNE
from tests.views.shell_desk import NOW, Desk, Keys


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
    desk.close()


# A machine just taken into use: the tests of signing in.


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password costs a moment."""
    monkeypatch.setattr("app.store.seal.OFFICE_COST", KdfCost(memory_kib=64, passes=1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Rundbord"


@pytest.fixture
def store() -> Keys:
    return Keys()


@pytest.fixture
def code(folder: Path, store: Keys) -> RecoveryCode:
    """A machine taken into use by Anne; its recovery code."""
    made = new_code()
    first_start.set_up(folder, made, ANNE, clock=lambda: NOW, key_store=store)
    return made


@pytest.fixture
def start(qapp: QApplication, folder: Path, store: Keys) -> Iterator[Callable[..., Desk]]:
    """Start the program; what was started is closed when the test ends."""
    started: list[Desk] = []

    def begin(**about: object) -> Desk:
        for earlier in started:
            earlier.close()
        started.clear()
        started.append(Desk(qapp, folder, **{"practice": False, "key_store": store, **about}).start())
        return started[0]

    yield begin
    for desk in started:
        desk.close()
