# SPDX-License-Identifier: MPL-2.0
"""The copy aside, a damaged file brought back, a lost key recovered: nothing kept is lost, and nothing is deleted."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.domain.errors import EnvironmentProblem, UserError
from app.store import keys, maintenance
from app.store.keys import KeyRing, new_key_ring
from app.store.maintenance import COPIES, bring_back, look_over, make_copy, recover
from app.store.recovery import RecoveryCode, keep_recovery, new_code
from app.store.remembered import recall, remember
from app.store.replica import DamagedReplica, Replica, hush

NOW = datetime.fromisoformat("2026-11-26T10:42:07+01:00")


class Kept:
    """A key store that holds one ring."""

    def __init__(self, ring: KeyRing | None = None) -> None:
        self.ring = ring

    def load(self, _replica_id: str) -> KeyRing | None:
        return self.ring

    def save(self, ring: KeyRing) -> None:
        self.ring = ring


@pytest.fixture(autouse=True)
def hushed() -> None:
    hush()


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return new_key_ring(keys.replica_id_of(tmp_path))


@pytest.fixture
def path(tmp_path: Path, ring: KeyRing) -> Path:
    """A replica in which "first" stands."""
    path = tmp_path / keys.REPLICA_FILE
    _write(path, ring, "first")
    return path


def _write(path: Path, ring: KeyRing, text: str) -> None:
    replica = Replica.open(path, ring.raw_key, create=True)
    remember(replica, "text", text)
    replica.close()


def _text(path: Path, ring: KeyRing) -> str:
    replica = Replica.open(path, ring.raw_key)
    try:
        return recall(replica, "text")
    finally:
        replica.close()


def _damage(path: Path, at: int = 0) -> None:
    raw = bytearray(path.read_bytes())
    raw[at : at + 4096] = os.urandom(4096)
    path.write_bytes(bytes(raw))


def _age(path: Path, days: int) -> None:
    then = (datetime.now().astimezone() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


# ------------------------------------------------------------------------------------------------------------ the copy


def test_the_copy_holds_what_the_replica_holds(path: Path, ring: KeyRing) -> None:
    assert make_copy(path, ring.raw_key)
    copy = path.with_name(COPIES[0])
    assert _text(copy, ring) == "first"
    assert b"first" not in copy.read_bytes(), "the copy is encrypted"
    with pytest.raises(DamagedReplica):
        Replica.open(copy, b"x" * 32)


def test_what_is_still_in_the_log_comes_along(path: Path, ring: KeyRing) -> None:
    replica = Replica.open(path, ring.raw_key)
    remember(replica, "text", "second")
    try:
        assert make_copy(path, ring.raw_key)
        assert _text(path.with_name(COPIES[0]), ring) == "second"
    finally:
        replica.close()


def test_writing_goes_on_while_it_is_copied(path: Path, ring: KeyRing) -> None:
    replica = Replica.open(path, ring.raw_key)
    with replica.transaction() as db:
        db.execute("INSERT INTO desk VALUES ('half', 'x')")
        assert make_copy(path, ring.raw_key), "an open transaction holds nothing up"
    replica.close()
    copied = Replica.open(path.with_name(COPIES[0]), ring.raw_key)
    assert recall(copied, "half") == ""
    copied.close()


def test_nothing_new_makes_no_new_copy(path: Path, ring: KeyRing) -> None:
    assert make_copy(path, ring.raw_key)
    assert not make_copy(path, ring.raw_key)
    _write(path, ring, "second")
    assert make_copy(path, ring.raw_key)


def test_earlier_days_are_kept(path: Path, ring: KeyRing) -> None:
    for days, text in ((5, "five"), (4, "four"), (3, "three")):
        _write(path, ring, text)
        _age(path, days)
        assert make_copy(path, ring.raw_key)
    _write(path, ring, "today")
    assert make_copy(path, ring.raw_key)
    _write(path, ring, "today again")
    assert make_copy(path, ring.raw_key)
    assert [_text(path.with_name(name), ring) for name in COPIES] == ["today again", "three", "four"]


def test_a_damaged_replica_never_replaces_a_copy(path: Path, ring: KeyRing) -> None:
    make_copy(path, ring.raw_key)
    kept = path.with_name(COPIES[0]).read_bytes()
    _damage(path, 3 * 8192)
    with pytest.raises(DamagedReplica):
        make_copy(path, ring.raw_key)
    assert path.with_name(COPIES[0]).read_bytes() == kept
    assert not path.with_name("replica.copy.part").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_one_sentence(path: Path, ring: KeyRing) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(EnvironmentProblem, match="skrives"):
            make_copy(path, ring.raw_key)
    finally:
        path.parent.chmod(0o700)


# --------------------------------------------------------------------------------------------------------- looked over


def test_a_sound_file_is_found_sound(path: Path, ring: KeyRing) -> None:
    look_over(path, ring.raw_key)


@pytest.mark.parametrize("at", [0, 16, 2 * 8192, 5 * 8192 + 100])
def test_damage_anywhere_is_found(path: Path, ring: KeyRing, at: int) -> None:
    _damage(path, at)
    with pytest.raises(DamagedReplica):
        look_over(path, ring.raw_key)


# -------------------------------------------------------------------------------------------------------- brought back


def test_the_copy_takes_the_damaged_files_place(path: Path, ring: KeyRing) -> None:
    make_copy(path, ring.raw_key)
    _damage(path)
    damaged = path.read_bytes()
    back = bring_back(path, ring.raw_key, NOW)
    assert _text(path, ring) == "first"
    assert back.aside is not None
    assert back.aside.name == "replica.beskadiget-20261126-104207.db"
    assert back.aside.read_bytes() == damaged, "what is damaged is set aside as it is, never deleted"
    assert path.with_name(COPIES[0]).exists()


def test_a_damaged_copy_is_passed_over(path: Path, ring: KeyRing) -> None:
    _age(path, 2)
    make_copy(path, ring.raw_key)
    _write(path, ring, "second")
    make_copy(path, ring.raw_key)
    _damage(path)
    _damage(path.with_name(COPIES[0]))
    bring_back(path, ring.raw_key, NOW)
    assert _text(path, ring) == "first"


def test_a_missing_replica_is_brought_back_too(path: Path, ring: KeyRing) -> None:
    make_copy(path, ring.raw_key)
    path.unlink()
    assert bring_back(path, ring.raw_key, NOW).aside is None
    assert _text(path, ring) == "first"


def test_with_no_copy_nothing_is_touched(path: Path, ring: KeyRing) -> None:
    _damage(path)
    damaged = path.read_bytes()
    with pytest.raises(EnvironmentProblem) as no:
        bring_back(path, ring.raw_key, NOW)
    assert no.value.message == maintenance.NO_COPY
    assert path.read_bytes() == damaged


def test_twice_in_one_second_overwrites_nothing(path: Path, ring: KeyRing) -> None:
    make_copy(path, ring.raw_key)
    first = bring_back(path, ring.raw_key, NOW).aside
    second = bring_back(path, ring.raw_key, NOW).aside
    assert first is not None
    assert second is not None
    assert first != second
    assert first.exists()


def test_what_lay_in_the_log_is_set_aside_with_its_file(path: Path, ring: KeyRing) -> None:
    make_copy(path, ring.raw_key)
    log_file = path.with_name(path.name + "-wal")
    log_file.write_bytes(b"the last words")
    back = bring_back(path, ring.raw_key, NOW)
    assert back.aside is not None
    assert back.aside.with_name(back.aside.name + "-wal").read_bytes() == b"the last words"


# ---------------------------------------------------------------------------------------------------------- a lost key


@pytest.fixture
def code(path: Path, ring: KeyRing) -> RecoveryCode:
    made = new_code()
    keep_recovery(path.parent, made, ring.raw_key)
    return made


def test_the_code_brings_the_key_back(path: Path, ring: KeyRing, code: RecoveryCode) -> None:
    store = Kept()
    back = recover(path.parent, code.shown().lower().replace("-", " "), store)
    assert back.raw_key == ring.raw_key
    assert store.ring == back
    assert _text(path, back) == "first"


def test_it_does_so_when_the_replica_itself_is_damaged(path: Path, ring: KeyRing, code: RecoveryCode) -> None:
    make_copy(path, ring.raw_key)
    _damage(path)
    store = Kept()
    back = recover(path.parent, code.shown(), store)
    bring_back(path, back.raw_key, NOW)
    assert _text(path, back) == "first"


def test_another_code_is_refused(path: Path, code: RecoveryCode) -> None:
    store = Kept()
    with pytest.raises(UserError) as no:
        recover(path.parent, new_code().shown(), store)
    assert no.value.field == "recovery_code"
    assert store.ring is None


def test_a_key_of_other_files_is_not_kept(path: Path, code: RecoveryCode) -> None:
    keep_recovery(path.parent, code, b"o" * 32)
    store = Kept()
    with pytest.raises(UserError) as no:
        recover(path.parent, code.shown(), store)
    assert no.value.field == "recovery_code"
    assert store.ring is None
