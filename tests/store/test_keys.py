# SPDX-License-Identifier: MPL-2.0
"""The replica's key is kept, found again, and never lies in the open outside practice mode."""

from __future__ import annotations

import errno
import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.core
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from app.domain.errors import EnvironmentProblem, UserError
from app.store import keys, seal

CHEAP = seal.KdfCost(memory_kib=8, passes=1)
ID = "0" * 32
PASSPHRASE = "rødgrød med fløde"
ROOT_PUBLIC = "Oe7gR+WFZXbuKsHj0ngX1r3qTRDmD1KnXoKISfpSzWk="
RING = keys.KeyRing(bytes(range(32, 64)), ROOT_PUBLIC, ID)

# Written by the first version. They are never changed.
STORED_FILE = (
    '{"kdf":"argon2id","kind":"rundbord replica key","lanes":1,"memory_kib":8,"nonce":"g4ikMsFvFavNh58F","passes":1,'
    '"replica_id":"00000000000000000000000000000000","salt":"7u7tegCLbS6eN886UqbbKQ==",'
    '"sealed":"FhHUBAQUprropi9+QeuH6RYrry3aypG+hydH3neLa8dRiXTQAqcvGpoCYjZmmZCk/epcyn2FZgsa9FkeFNQKL3zQHHFhNjsXCyROJdNM'
    "1no4WrjLZ4/Q/DG7rtmmWSvxOZm/7cagEW9Kdzqr4BZi3dafYfrw1STTAek4O1MC6k/XKEhE0Sh3g3/VI4M2ppXCbPD337uSo1UOgpoYUdydCZP6"
    'tLGS5RaatnIeLqJazIVgds7qv/OG5lqEHaZDDqxqnzlLBuUZKO7Va4iKENyy/qjfWcRUDVaRo8JG4b1rSgjPTl0qCo7h","version":1}'
)
STORED_RING = (
    '{"kind": "rundbord key ring", "raw_key": "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=", '
    '"replica_id": "00000000000000000000000000000000", '
    '"root_public": "Oe7gR+WFZXbuKsHj0ngX1r3qTRDmD1KnXoKISfpSzWk=", "version": 1}'
)
STORED_PRACTICE = (
    '{"kind": "rundbord practice", "practice": true, "raw_key": "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=", '
    '"replica_id": "00000000000000000000000000000000", '
    '"root_public": "Oe7gR+WFZXbuKsHj0ngX1r3qTRDmD1KnXoKISfpSzWk=", "version": 1}'
)


class MemoryBackend(KeyringBackend):
    """A key store in memory that can be told to misbehave."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[tuple[str, str], str] = {}
        self.trouble: Exception | None = None
        self.forgetful = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.trouble:
            raise self.trouble
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.trouble:
            raise self.trouble
        if not self.forgetful:
            self.held[service, username] = password


class PlainBackend(MemoryBackend):
    """Keeps plain text, as keyrings.alt does, and says so by its priority."""

    priority = 0.5  # type: ignore[assignment]


class RenamedBackend(MemoryBackend):
    """From a package of plain backends, whatever priority it claims."""


RenamedBackend.__module__ = "keyrings.alt.file"


def asked(*answers: str) -> Callable[[], str]:
    """Somebody who gives these answers, one at a time, and no more."""
    waiting: Iterator[str] = iter(answers)
    return lambda: next(waiting)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


class TestRing:
    def test_the_key_is_not_shown(self) -> None:
        assert "raw_key" not in repr(RING)
        assert repr(RING.raw_key) not in repr(RING)

    @pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33)])
    def test_a_key_of_another_length_is_a_bug(self, raw: bytes) -> None:
        with pytest.raises(ValueError, match="length"):
            keys.KeyRing(raw, None, ID)

    def test_new_keys_are_random(self) -> None:
        assert len({keys.new_key_ring(ID).raw_key for _ in range(50)}) == 50
        assert keys.new_key_ring(ID, ROOT_PUBLIC).root_public == ROOT_PUBLIC


class TestPrivateFile:
    def test_only_the_owner_may_read_it(self, tmp_path: Path) -> None:
        path = tmp_path / "ny" / "fil"
        keys.write_private(path, "æøå\r\n")
        assert keys.read_private(path) == "æøå\r\n"
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_a_wider_file_is_narrowed(self, tmp_path: Path) -> None:
        path = tmp_path / "fil"
        path.write_text("før", encoding="utf-8")
        path.chmod(0o644)
        keys.write_private(path, "nu")
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert files(tmp_path) == {"fil"}

    @pytest.mark.parametrize("step", ["fsync", "replace"])
    def test_what_was_there_stands_when_the_disk_is_full(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        path = tmp_path / "replica.key"
        keys.write_private(path, "før")

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(*((os, "fsync", full) if step == "fsync" else (Path, "replace", full)))
            with pytest.raises(EnvironmentProblem, match=r"^Disken er fuld, så replica\.key"):
                keys.write_private(path, "nu")
        assert keys.read_private(path) == "før"
        assert files(tmp_path) == {"replica.key"}

    def test_a_folder_that_may_not_be_used_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(*_: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        with monkeypatch.context() as patch:
            patch.setattr(os, "open", refused)
            with pytest.raises(EnvironmentProblem, match="Giv adgang til mappen"):
                keys.write_private(tmp_path / "fil", "nu")
        assert files(tmp_path) == set()

    def test_a_file_where_a_folder_should_be(self, tmp_path: Path) -> None:
        (tmp_path / "fil").write_text("", encoding="utf-8")
        with pytest.raises(EnvironmentProblem):
            keys.write_private(tmp_path / "fil" / "nøgle", "nu")

    def test_what_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        assert keys.read_private(tmp_path / "fil") is None
        (tmp_path / "fil").write_bytes(b"\xff\xfe")
        with pytest.raises(EnvironmentProblem, match="beskadiget"):
            keys.read_private(tmp_path / "fil")
        with pytest.raises(EnvironmentProblem, match="kan ikke læse"):
            keys.read_private(tmp_path)


class TestReplicaId:
    def test_made_once_and_moves_with_the_folder(self, tmp_path: Path) -> None:
        made = keys.replica_id_of(tmp_path / "her")
        assert keys.replica_id_of(tmp_path / "her") == made
        (tmp_path / "her").rename(tmp_path / "der")
        assert keys.replica_id_of(tmp_path / "der") == made
        assert keys.replica_id_of(tmp_path / "en anden") != made

    @pytest.mark.parametrize("text", ["", "../x", "æ" * 32, "0" * 31])
    def test_a_damaged_one_is_told_and_left(self, tmp_path: Path, text: str) -> None:
        (tmp_path / keys.ID_FILE).write_text(text, encoding="utf-8")
        with pytest.raises(EnvironmentProblem, match="beskadiget"):
            keys.replica_id_of(tmp_path)
        assert (tmp_path / keys.ID_FILE).read_text(encoding="utf-8") == text

    def test_a_practice_folder_has_its_own(self, tmp_path: Path) -> None:
        keys.mark_practice(tmp_path)
        assert keys.replica_id_of(tmp_path) == keys.replica_id_of(tmp_path)
        assert files(tmp_path) == {keys.PRACTICE_FILE}


class TestSystemKeyStore:
    def test_a_ring_of_the_first_version_is_read(self) -> None:
        backend = MemoryBackend()
        backend.held[f"Rundbord {ID}", "replica key"] = STORED_RING
        assert keys.SystemKeyStore(backend).load(ID) == RING

    @given(st.binary(min_size=32, max_size=32), st.none() | st.text(max_size=50))
    def test_round_trip(self, raw: bytes, root: str | None) -> None:
        store = keys.SystemKeyStore(MemoryBackend())
        assert store.load(ID) is None
        store.save(keys.KeyRing(raw, root, ID))
        assert store.load(ID) == keys.KeyRing(raw, root, ID)
        assert store.load("1" * 32) is None

    def test_two_replicas_on_one_machine(self) -> None:
        store = keys.SystemKeyStore(MemoryBackend())
        other = keys.new_key_ring("1" * 32)
        store.save(RING)
        store.save(other)
        assert (store.load(ID), store.load("1" * 32)) == (RING, other)

    @pytest.mark.parametrize("kept", ["", "nul", "[]", "{}", STORED_RING[:-5], STORED_RING.replace("ICEi", "")])
    def test_a_damaged_ring_is_told_and_never_taken_for_none(self, kept: str) -> None:
        backend = MemoryBackend()
        backend.held[f"Rundbord {ID}", "replica key"] = kept
        with pytest.raises(EnvironmentProblem, match="gendannelseskoden"):
            keys.SystemKeyStore(backend).load(ID)

    def test_the_ring_of_another_replica_is_refused(self) -> None:
        backend = MemoryBackend()
        backend.held[f"Rundbord {'1' * 32}", "replica key"] = STORED_RING
        with pytest.raises(EnvironmentProblem):
            keys.SystemKeyStore(backend).load("1" * 32)

    @pytest.mark.parametrize(
        ("trouble", "sentence"),
        [
            (KeyringLocked("dismissed"), "Computerens nøglering er låst."),
            (RuntimeError("no bus"), "Computerens nøglering svarer ikke."),
            (OSError(5, "gone"), "Computerens nøglering svarer ikke."),
        ],
    )
    @pytest.mark.expects_log("app.store.keys", "WARNING", "the system key store failed")
    def test_a_key_store_that_fails_is_told(self, trouble: Exception, sentence: str) -> None:
        backend = MemoryBackend()
        store = keys.SystemKeyStore(backend)
        backend.trouble = trouble
        attempts: list[Callable[[], object]] = [lambda: store.load(ID), lambda: store.save(RING)]
        for attempt in attempts:
            with pytest.raises(EnvironmentProblem, match=f"^{sentence}"):
                attempt()

    def test_a_key_that_was_not_kept_is_not_believed(self) -> None:
        backend = MemoryBackend()
        backend.forgetful = True
        with pytest.raises(EnvironmentProblem, match="gemte ikke nøglen"):
            keys.SystemKeyStore(backend).save(RING)

    @pytest.mark.parametrize(
        "unsafe",
        [
            keyring.backends.null.Keyring,
            keyring.backends.fail.Keyring,
            keyring.backends.chainer.ChainerBackend,
            PlainBackend,
            RenamedBackend,
        ],
    )
    def test_a_place_in_the_open_is_refused(self, unsafe: Callable[[], keys.Backend]) -> None:
        with pytest.raises(EnvironmentProblem, match="ingen nøglering"):
            keys.SystemKeyStore(unsafe())

    def test_the_settings_of_keyring_are_not_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever backend the environment names, only the platform's own is used; here it does not answer."""
        if sys.platform != "linux":
            pytest.skip("a key store that does not answer can only be staged on Linux")
        monkeypatch.setattr(keyring.core, "_keyring_backend", MemoryBackend())
        with pytest.raises(EnvironmentProblem, match="ingen nøglering"):
            keys.SystemKeyStore()

    def test_no_secret_in_the_log(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            keys.SystemKeyStore(MemoryBackend()).save(RING)
        assert "ICEiIyQl" not in caplog.text
        assert RING.raw_key.hex() not in caplog.text
        assert ID in caplog.text


class TestPassphraseKeyStore:
    def test_a_file_of_the_first_version_opens(self, tmp_path: Path) -> None:
        (tmp_path / keys.KEY_FILE).write_text(STORED_FILE, encoding="utf-8")
        assert keys.PassphraseKeyStore(tmp_path, asked(PASSPHRASE)).load(ID) == RING

    @given(
        st.binary(min_size=32, max_size=32),
        st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=12, max_size=40),
    )
    def test_round_trip(
        self, tmp_path_factory: pytest.TempPathFactory, raw: bytes, root: str | None, passphrase: str
    ) -> None:
        folder, ring = tmp_path_factory.mktemp("replica"), keys.KeyRing(raw, root, ID)
        keys.PassphraseKeyStore(folder, asked(passphrase), CHEAP).save(ring)
        assert keys.PassphraseKeyStore(folder, asked(passphrase)).load(ID) == ring
        assert files(folder) == {keys.KEY_FILE}

    def test_nothing_there_is_none_and_nobody_is_asked(self, tmp_path: Path) -> None:
        store = keys.PassphraseKeyStore(tmp_path, asked())
        assert store.is_new
        assert store.load(ID) is None

    def test_another_passphrase_is_refused_and_may_be_tried_again(self, tmp_path: Path) -> None:
        (tmp_path / keys.KEY_FILE).write_text(STORED_FILE, encoding="utf-8")
        store = keys.PassphraseKeyStore(tmp_path, asked("noget helt andet", "", PASSPHRASE))
        assert not store.is_new
        for _ in range(2):
            with pytest.raises(UserError, match=r"^Adgangssætningen passer ikke\.$"):
                store.load(ID)
        assert store.load(ID) == RING

    def test_asked_once_for_all_that_is_saved(self, tmp_path: Path) -> None:
        store = keys.PassphraseKeyStore(tmp_path, asked(PASSPHRASE), CHEAP)
        first = keys.new_key_ring(ID)
        store.save(first)
        once = (tmp_path / keys.KEY_FILE).read_text(encoding="utf-8")
        store.save(keys.KeyRing(first.raw_key, ROOT_PUBLIC, ID))
        twice = (tmp_path / keys.KEY_FILE).read_text(encoding="utf-8")
        assert json.loads(once)["nonce"] != json.loads(twice)["nonce"]
        later = keys.PassphraseKeyStore(tmp_path, asked(PASSPHRASE))
        kept = later.load(ID)
        assert kept is not None
        assert (kept.raw_key, kept.root_public) == (first.raw_key, ROOT_PUBLIC)
        later.save(first)
        assert keys.PassphraseKeyStore(tmp_path, asked(PASSPHRASE)).load(ID) == first

    def test_a_short_passphrase_is_refused_and_nothing_written(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="mindst 12 tegn"):
            keys.PassphraseKeyStore(tmp_path, asked("kort"), CHEAP).save(RING)
        assert files(tmp_path) == set()

    @given(st.data())
    def test_any_altered_field_is_refused(self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
        folder = tmp_path_factory.mktemp("replica")
        raw = bytearray(STORED_FILE.encode())
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
        (folder / keys.KEY_FILE).write_bytes(bytes(raw))
        with pytest.raises((UserError, EnvironmentProblem)):
            keys.PassphraseKeyStore(folder, asked(PASSPHRASE)).load(ID)

    def test_the_file_of_another_replica_is_neither_read_nor_written_over(self, tmp_path: Path) -> None:
        (tmp_path / keys.KEY_FILE).write_text(STORED_FILE, encoding="utf-8")
        store = keys.PassphraseKeyStore(tmp_path, asked(PASSPHRASE), CHEAP)
        with pytest.raises(EnvironmentProblem, match="en anden kopi"):
            store.load("1" * 32)
        with pytest.raises(EnvironmentProblem, match="en anden kopi"):
            store.save(keys.new_key_ring("1" * 32))
        assert (tmp_path / keys.KEY_FILE).read_text(encoding="utf-8") == STORED_FILE

    @pytest.mark.expects_log("app.store.keys", "WARNING", "a damaged key file is replaced")
    def test_a_forgotten_passphrase_or_damaged_file_is_replaced_by_recovery(self, tmp_path: Path) -> None:
        for before in (STORED_FILE, STORED_FILE[:-30]):
            (tmp_path / keys.KEY_FILE).write_text(before, encoding="utf-8")
            keys.PassphraseKeyStore(tmp_path, asked("en ny og bedre"), CHEAP).save(RING)
            assert keys.PassphraseKeyStore(tmp_path, asked("en ny og bedre")).load(ID) == RING

    def test_nothing_secret_in_file_repr_or_log(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        store = keys.PassphraseKeyStore(tmp_path, asked(PASSPHRASE), CHEAP)
        with caplog.at_level(logging.DEBUG):
            store.save(RING)
        written = (tmp_path / keys.KEY_FILE).read_text(encoding="utf-8") + repr(store) + caplog.text
        for secret in (PASSPHRASE, "ICEiIyQl", RING.raw_key.hex(), ROOT_PUBLIC):
            assert secret not in written

    def test_real_files_cost_what_they_should(self, tmp_path: Path) -> None:
        keys.PassphraseKeyStore(tmp_path, asked(PASSPHRASE)).save(RING)
        fields = json.loads((tmp_path / keys.KEY_FILE).read_text(encoding="utf-8"))
        assert seal.KdfCost.read(fields) == seal.OFFICE_COST


class TestPracticeKeyStore:
    def test_a_folder_of_the_first_version_opens(self, tmp_path: Path) -> None:
        (tmp_path / keys.PRACTICE_FILE).write_text(STORED_PRACTICE, encoding="utf-8")
        assert keys.replica_id_of(tmp_path) == ID
        assert keys.PracticeKeyStore(tmp_path).load(ID) == RING

    def test_round_trip(self, tmp_path: Path) -> None:
        keys.mark_practice(tmp_path)
        replica_id, store = keys.replica_id_of(tmp_path), keys.PracticeKeyStore(tmp_path)
        assert store.load(replica_id) is None
        ring = keys.new_key_ring(replica_id, ROOT_PUBLIC)
        store.save(ring)
        keys.mark_practice(tmp_path)  # marked already: the key stands
        assert keys.PracticeKeyStore(tmp_path).load(replica_id) == ring

    def test_refuses_a_folder_without_the_mark(self, tmp_path: Path) -> None:
        with pytest.raises(EnvironmentProblem, match="ikke en øvelsesmappe"):
            keys.PracticeKeyStore(tmp_path)

    @pytest.mark.parametrize(
        "mark", ["", "{}", "[1]", "[" * 100_000, STORED_PRACTICE.replace("true", "1"), STORED_RING]
    )
    def test_refuses_a_damaged_mark(self, tmp_path: Path, mark: str) -> None:
        (tmp_path / keys.PRACTICE_FILE).write_text(mark, encoding="utf-8")
        with pytest.raises(EnvironmentProblem, match="begynd øvelsen forfra"):
            keys.PracticeKeyStore(tmp_path)

    def test_a_damaged_key_is_told(self, tmp_path: Path) -> None:
        (tmp_path / keys.PRACTICE_FILE).write_text(STORED_PRACTICE.replace("ICEi", ""), encoding="utf-8")
        with pytest.raises(EnvironmentProblem, match="begynd øvelsen forfra"):
            keys.PracticeKeyStore(tmp_path).load(ID)

    def test_keeps_no_other_replica(self, tmp_path: Path) -> None:
        keys.mark_practice(tmp_path)
        store = keys.PracticeKeyStore(tmp_path)
        with pytest.raises(EnvironmentProblem, match="en anden kopi"):
            store.save(RING)
        with pytest.raises(EnvironmentProblem, match="en anden kopi"):
            store.load(ID)

    @pytest.mark.parametrize("real", [keys.REPLICA_FILE, keys.ID_FILE, keys.KEY_FILE, keys.RECOVERY_FILE])
    def test_real_citizens_never_become_practice(self, tmp_path: Path, real: str) -> None:
        (tmp_path / real).write_text("", encoding="utf-8")
        with pytest.raises(EnvironmentProblem, match="rigtige sager"):
            keys.mark_practice(tmp_path)
        assert not keys.is_practice(tmp_path)


class TestChoice:
    @pytest.fixture
    def system(self, monkeypatch: pytest.MonkeyPatch) -> MemoryBackend:
        backend = MemoryBackend()
        monkeypatch.setattr(keys, "system_backend", lambda: backend)
        return backend

    @pytest.fixture
    def _no_system(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def none() -> keys.Backend:
            raise EnvironmentProblem("Der er ingen.")

        monkeypatch.setattr(keys, "system_backend", none)

    def test_practice_marks_an_empty_folder(self, tmp_path: Path) -> None:
        store = keys.choose_key_store(tmp_path / "ny", True, None)
        assert isinstance(store, keys.PracticeKeyStore)
        assert keys.is_practice(tmp_path / "ny")

    def test_practice_refuses_a_real_folder(self, tmp_path: Path) -> None:
        keys.replica_id_of(tmp_path)
        with pytest.raises(EnvironmentProblem, match="rigtige sager"):
            keys.choose_key_store(tmp_path, True, None)

    def test_a_practice_folder_is_not_opened_as_real(self, tmp_path: Path, system: MemoryBackend) -> None:
        keys.mark_practice(tmp_path)
        with pytest.raises(EnvironmentProblem, match="--practice"):
            keys.choose_key_store(tmp_path, False, asked())
        assert not system.held

    def test_the_machines_own_key_store_comes_first(self, tmp_path: Path, system: MemoryBackend) -> None:
        store = keys.choose_key_store(tmp_path, False, asked())
        assert isinstance(store, keys.SystemKeyStore)
        store.save(RING)
        assert system.held
        assert files(tmp_path) == set()

    def test_a_replica_under_a_passphrase_stays_there(self, tmp_path: Path, system: MemoryBackend) -> None:
        (tmp_path / keys.KEY_FILE).write_text(STORED_FILE, encoding="utf-8")
        assert keys.choose_key_store(tmp_path, False, asked(PASSPHRASE)).load(ID) == RING
        with pytest.raises(EnvironmentProblem, match="i et vindue"):
            keys.choose_key_store(tmp_path, False, None)
        assert not system.held

    @pytest.mark.usefixtures("_no_system")
    def test_with_no_key_store_a_passphrase_is_chosen(self, tmp_path: Path) -> None:
        store = keys.choose_key_store(tmp_path, False, asked())
        assert isinstance(store, keys.PassphraseKeyStore)
        assert store.is_new
        assert files(tmp_path) == set()

    @pytest.mark.usefixtures("_no_system")
    def test_with_nobody_to_ask_it_says_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(EnvironmentProblem, match="vælg en adgangssætning"):
            keys.choose_key_store(tmp_path, False, None)
        assert files(tmp_path) == set()

    @pytest.mark.usefixtures("_no_system")
    def test_a_key_store_that_is_gone_is_not_taken_for_a_first_start(self, tmp_path: Path) -> None:
        (tmp_path / keys.REPLICA_FILE).write_bytes(b"sager")
        with pytest.raises(EnvironmentProblem, match="gendannelseskoden"):
            keys.choose_key_store(tmp_path, False, asked())


def test_imports_nothing_slow() -> None:
    """Every start waits for this module."""
    slow = "{'cryptography', 'keyring', 'sqlalchemy', 'PySide6'}"
    code = f"import sys, app.store.keys; print({slow} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
