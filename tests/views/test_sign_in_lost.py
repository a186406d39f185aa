# SPDX-License-Identifier: MPL-2.0
"""A key that is lost, a file that is damaged or too new, a key store that is silent: a calm page and a way on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.errors import EnvironmentProblem
from app.services import accounts
from app.services.opening import open_replica
from app.store import keys
from app.store.recovery import RecoveryCode
from app.store.replica import NEWER
from app.store.seal import KdfCost
from tests.views.newly_used import sign_in
from tests.views.shell_desk import Desk, Keys

pytestmark = pytest.mark.usefixtures("quick")


# ----------------------------------------------------------------------------------------------------- lost and damaged


def test_a_lost_key_comes_back_by_the_code(start: Callable[..., Desk], store: Keys, code: RecoveryCode) -> None:
    kept, store.ring = store.ring, None
    desk = start()
    assert "gendannelseskoden" in desk.window.start.text()
    desk.press("start.recover")
    desk.type("recover.recovery_code", code.shown()[:-1])
    desk.press("recover.go")
    assert desk.find("recover.recovery_code").error()
    desk.type("recover.recovery_code", code.shown()[-1])
    desk.press("recover.go")
    desk.until(lambda: desk.program.opened)
    assert store.ring == kept
    desk.settle()
    sign_in(desk)
    assert accounts.people(desk.context.desk)[0].decides


def test_a_damaged_file_and_the_copy_brought_forward(
    start: Callable[..., Desk], folder: Path, code: RecoveryCode
) -> None:
    start().close()
    file = folder / "replica.db"
    file.write_bytes(os.urandom(file.stat().st_size))
    desk = start()
    assert "Hent kopien frem" in desk.window.start.text()
    assert desk.seen("start.recover")
    desk.press("start.copy")
    desk.until(lambda: desk.program.opened)
    desk.settle()
    assert "hentet frem" in desk.window.asks.line.text()
    assert len(list(folder.glob("replica.beskadiget-*.db"))) == 1
    sign_in(desk)


@pytest.mark.parametrize(
    "harm", [lambda file: file.write_bytes(b""), lambda file: file.unlink()], ids=["emptied", "gone"]
)
def test_a_file_that_is_empty_or_gone_beside_its_copy_is_no_first_start(
    start: Callable[..., Desk], folder: Path, store: Keys, code: RecoveryCode, harm: Callable[[Path], object]
) -> None:
    start().close()
    harm(folder / "replica.db")
    kept, store.ring = store.ring, None
    desk = start()
    assert "gendannelseskoden" in desk.window.start.text()
    desk.close()
    store.ring = kept
    desk = start()
    assert "væk eller tom" in desk.window.start.text()
    desk.press("start.copy")
    desk.until(lambda: desk.program.opened)
    desk.settle()
    assert "hentet frem" in desk.window.asks.line.text()
    sign_in(desk)


def test_a_damaged_file_with_no_copy(start: Callable[..., Desk], folder: Path, code: RecoveryCode) -> None:
    file = folder / "replica.db"
    file.write_bytes(os.urandom(file.stat().st_size))
    desk = start()
    desk.press("start.copy")
    assert "ingen kopi" in desk.window.start.text()
    desk.press("start.recover")
    desk.press("recover.back")
    assert desk.seen("start.copy")


def test_a_file_of_a_newer_program(start: Callable[..., Desk], folder: Path, store: Keys, code: RecoveryCode) -> None:
    opened = open_replica(folder, key_store=store)
    opened.desk.replica.connection.execute("PRAGMA user_version = 99")
    opened.desk.replica.close()
    opened.lock.release()
    desk = start()
    assert desk.window.start.text() == NEWER
    assert desk.program.exit_code == 1


def test_a_key_store_that_does_not_answer(start: Callable[..., Desk], code: RecoveryCode) -> None:
    class Silent(Keys):
        silent = True

        def load(self, replica_id: str) -> keys.KeyRing | None:
            if self.silent:
                raise EnvironmentProblem("Computerens nøglering er låst. Lås den op, og prøv igen.")
            return kept

    desk = start()
    kept = desk.program.key_store.ring
    silent = Silent()
    desk = start(key_store=silent)
    assert "Lås den op" in desk.window.start.text()
    assert desk.seen("start.recover")
    silent.silent = False
    desk.press("start.retry")
    desk.until(lambda: desk.program.opened)


@pytest.mark.expects_log("app.qt.crash", "ERROR", "unforeseen in opening")
def test_a_fault_nobody_foresaw_at_the_start(
    start: Callable[..., Desk], code: RecoveryCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.services.opening.begin_run", fall)
    desk = start()
    assert "rundbord.log" in desk.window.start.text()
    monkeypatch.undo()
    monkeypatch.setattr("app.store.seal.OFFICE_COST", KdfCost(memory_kib=64, passes=1))
    desk.press("start.retry")
    desk.until(lambda: desk.program.opened)
