# SPDX-License-Identifier: MPL-2.0
"""Where the replica's key lives: the machine's key store, a file under a passphrase, or practice mode's open file.

What belongs here: the key ring of one replica (its random 256-bit key and the municipality's pinned root public key),
the three places it can be kept, the choice between them, and small private files written whole or not at all. Called by
bootstrap when the replica is opened, and by recovery. Must not know of the database. Imports quickly, since every start
waits for it: `cryptography` and `keyring` are brought in by the methods that need them.

The key is never kept in the open outside practice mode: a backend that keeps plain text is refused, and there is no
falling back from one place to another once a replica has its key.
"""

from __future__ import annotations

import binascii
import errno
import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from app.domain.errors import EnvironmentProblem, UserError
from app.store.replica import fsync_folder

if TYPE_CHECKING:
    from app.store.seal import KdfCost

log = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")

RAW_KEY_BYTES = 32
REPLICA_FILE = "replica.db"
ID_FILE = "replica.id"
KEY_FILE = "replica.key"
RECOVERY_FILE = "replica.recovery"
PRACTICE_FILE = "practice.json"

_SERVICE = "Rundbord"
_ENTRY = "replica key"
_RING_KIND = "rundbord key ring"
_FILE_KIND = "rundbord replica key"
_PRACTICE_KIND = "rundbord practice"
_PASSPHRASE_MIN = 12
# keyring's own scale: 1 and above is recommended; plain text, null and fail lie below.
_SAFE_PRIORITY = 1
_UNSAFE = ("keyring.backends.null", "keyring.backends.fail", "keyring.backends.chainer")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """What opens the replica `replica_id`: its 32 byte key, and the municipality's root key, once pinned (base64)."""

    raw_key: bytes = field(repr=False)
    root_public: str | None
    replica_id: str

    def __post_init__(self) -> None:
        if len(self.raw_key) != RAW_KEY_BYTES:
            raise ValueError("a replica key of the wrong length")


def new_key_ring(replica_id: str, root_public: str | None = None) -> KeyRing:
    """A ring with a new random key."""
    return KeyRing(os.urandom(RAW_KEY_BYTES), root_public, replica_id)


class KeyStore(Protocol):
    """A place that keeps key rings."""

    def load(self, replica_id: str) -> KeyRing | None:
        """The ring of this replica, or None when the place has none.

        Never None because something went wrong: that is an EnvironmentProblem, or a UserError for a wrong passphrase.
        """

    def save(self, ring: KeyRing) -> None:
        """Keep the ring, in place of the one kept for the same replica; kept for good when the call returns."""


# ------------------------------------------------------------------------------------------------------- private files


def write_private(path: Path, text: str) -> None:
    """Write a small file only its owner may read, whole or not at all, on the disk when the call returns.

    Makes the folder when it is missing. EnvironmentProblem when the disk is full or may not be written.
    """
    beside = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            with suppress(OSError):  # the trouble already on its way is the one to tell of
                beside.unlink(missing_ok=True)
            raise
        fsync_folder(path.parent)
    except OSError as trouble:
        raise _file_problem(trouble, path) from trouble


def read_private(path: Path) -> str | None:
    """The text of a small private file, or None when there is none. EnvironmentProblem when it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as trouble:
        raise _damaged(path) from trouble
    except OSError as trouble:
        raise _file_problem(trouble, path) from trouble


def _file_problem(trouble: OSError, path: Path) -> EnvironmentProblem:
    if trouble.errno in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentProblem(f"Disken er fuld, så {path.name} kan ikke gemmes. Gør plads, og prøv igen.")
    return EnvironmentProblem(
        f"Rundbord kan ikke læse og skrive {path.name} i mappen {path.parent}. "
        "Giv adgang til mappen, eller vælg en anden."
    )


def _damaged(path: Path) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"Filen {path.name} er beskadiget eller lavet med en nyere udgave af Rundbord. "
        "Brug gendannelseskoden, eller hent filen fra en sikkerhedskopi."
    )


def _read_fields(text: str, kind: str) -> dict[str, object]:
    try:
        fields = json.loads(text)
    except RecursionError as trouble:
        raise ValueError("nested too deep") from trouble
    if not isinstance(fields, dict) or fields.get("kind") != kind or fields.get("version") != 1:
        raise ValueError(f"not a {kind} of a known version")
    return fields


def _ring_text(ring: KeyRing) -> str:
    return json.dumps({"kind": _RING_KIND, "version": 1, **_ring_fields(ring)}, sort_keys=True)


def _ring_fields(ring: KeyRing) -> dict[str, object]:
    return {
        "raw_key": binascii.b2a_base64(ring.raw_key, newline=False).decode("ascii"),
        "root_public": ring.root_public,
        "replica_id": ring.replica_id,
    }


def _read_ring(fields: Mapping[str, object]) -> KeyRing:
    raw, root, replica_id = fields.get("raw_key"), fields.get("root_public"), fields.get("replica_id")
    if not isinstance(raw, str) or not isinstance(root, str | None) or not isinstance(replica_id, str):
        raise ValueError("not a key ring")
    try:
        return KeyRing(binascii.a2b_base64(raw, strict_mode=True), root, replica_id)
    except binascii.Error as trouble:
        raise ValueError("not a key ring") from trouble


# ------------------------------------------------------------------------------------------------------- which replica


def replica_id_of(folder: Path) -> str:
    """The id under which the key of the replica in `folder` is kept; made, and written to `replica.id`, the first time.

    It is no secret. It lies in a file, so that the replica finds its key when the folder is moved.
    """
    if is_practice(folder):
        return str(_practice_fields(folder)["replica_id"])
    path = folder / ID_FILE
    kept = read_private(path)
    if kept is None:
        write_private(path, os.urandom(16).hex() + "\n")
        kept = read_private(path)
    if not kept or not (len(name := kept.strip()) == 32 and name.isascii() and name.isalnum()):
        raise _damaged(path)
    return name


# --------------------------------------------------------------------------------------------- the machine's key store


class Backend(Protocol):
    """The part of a keyring backend that is used."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...


def system_backend() -> Backend:
    """This platform's own key store, named here alone: not keyring's own choice, settings file or environment.

    EnvironmentProblem when the machine has none or it does not answer.
    """
    try:
        found: Backend
        if sys.platform == "win32":
            from keyring.backends.Windows import WinVaultKeyring

            vault = WinVaultKeyring()  # type: ignore[no-untyped-call]
            vault.persist = "local machine"  # the replica does not roam with the profile, so neither does its key
            found = vault
        elif sys.platform == "darwin":
            from keyring.backends.macOS import Keyring as Keychain

            found = Keychain()  # type: ignore[no-untyped-call]
        else:
            from keyring.backends.SecretService import Keyring as SecretService

            found = SecretService()  # type: ignore[no-untyped-call]
        _require_safe(found)
    except Exception as trouble:  # each platform's library has errors of its own, with no common base
        log.info("no system key store: %s", type(trouble).__name__)
        raise _no_key_store() from trouble
    return found


def _require_safe(backend: Backend) -> None:
    kind = type(backend)
    family = kind.__module__
    if family.startswith("keyrings.") or family in _UNSAFE:
        raise _no_key_store()
    priority = getattr(kind, "priority", 0)  # reading it asks the key store whether it is there
    if not isinstance(priority, int | float) or priority < _SAFE_PRIORITY:
        raise _no_key_store()


def _no_key_store() -> EnvironmentProblem:
    return EnvironmentProblem(
        "Computeren har ingen nøglering, som Rundbord kan gemme nøglen i. Log ind på computeren med dens skrivebord, "
        "eller vælg en adgangssætning."
    )


class SystemKeyStore:
    """The key ring in Windows Credential Manager, the macOS Keychain or the Linux Secret Service.

    `backend` is for tests; one that keeps plain text, or nothing, is refused with an EnvironmentProblem.
    """

    def __init__(self, backend: Backend | None = None) -> None:
        if backend is None:
            backend = system_backend()
        else:
            _require_safe(backend)
        self._backend = backend

    def load(self, replica_id: str) -> KeyRing | None:
        """As `KeyStore.load`."""
        # Windows keeps one entry a service and shuffles the rest about: so each replica is a service of its own.
        kept = _ask(lambda: self._backend.get_password(f"{_SERVICE} {replica_id}", _ENTRY))
        if kept is None:
            return None
        try:
            ring = _read_ring(_read_fields(kept, _RING_KIND))
            if ring.replica_id != replica_id:
                raise ValueError("the ring of another replica")
        except ValueError as trouble:
            raise EnvironmentProblem(
                "Nøglen i computerens nøglering kan ikke læses. Brug gendannelseskoden."
            ) from trouble
        return ring

    def save(self, ring: KeyRing) -> None:
        """As `KeyStore.save`. Read back before it is believed: a lost key is a replica that nobody can open."""
        _ask(lambda: self._backend.set_password(f"{_SERVICE} {ring.replica_id}", _ENTRY, _ring_text(ring)))
        if self.load(ring.replica_id) != ring:
            raise EnvironmentProblem("Computerens nøglering gemte ikke nøglen. Lås den op, og prøv igen.")
        log.info("replica key kept in the system key store: %s", ring.replica_id)


def _ask(question: Callable[[], _Answer]) -> _Answer:
    try:
        return question()
    except Exception as trouble:  # as in system_backend
        from keyring.errors import KeyringLocked

        log.warning("the system key store failed: %s", type(trouble).__name__)
        if isinstance(trouble, KeyringLocked):
            raise EnvironmentProblem("Computerens nøglering er låst. Lås den op, og prøv igen.") from trouble
        raise EnvironmentProblem(
            "Computerens nøglering svarer ikke. Log af computeren og på igen, og start så Rundbord."
        ) from trouble


# ------------------------------------------------------------------------------------------- a file under a passphrase


class PassphraseKeyStore:
    """The key ring in `replica.key` beside the replica, sealed under a passphrase with Argon2id and AES-256-GCM.

    For machines with no key store. `ask_passphrase` is asked until a passphrase has fitted, and never after: what it
    answered is not kept, only the key it stands for. `is_new` tells whether one is to be chosen (ask twice) or known.
    """

    def __init__(self, folder: Path, ask_passphrase: Callable[[], str], cost: KdfCost | None = None) -> None:
        self._path = folder / KEY_FILE
        self._ask = ask_passphrase
        self._cost = cost
        self._stretched: tuple[bytes, dict[str, object]] | None = None

    @property
    def is_new(self) -> bool:
        """Whether there is no key file yet."""
        return not self._path.exists()

    def load(self, replica_id: str) -> KeyRing | None:
        """As `KeyStore.load`. UserError when the passphrase does not fit, or the file was altered."""
        from app.store import seal

        text = read_private(self._path)
        if text is None:
            return None
        try:
            fields = seal.read_stored(text, _FILE_KIND)
            _require_own(fields, replica_id, self._path)
            cost, salt = seal.KdfCost.read(fields), seal.from_text(fields.get("salt"))
            wrapping = seal.stretch(self._ask(), salt, cost)
            plain = seal.open_box(wrapping, fields)
            if plain is None:
                raise UserError("Adgangssætningen passer ikke.", field="passphrase")
            ring = _read_ring(_read_fields(plain.decode("utf-8"), _RING_KIND))
        except ValueError as trouble:
            raise _damaged(self._path) from trouble
        self._stretched = wrapping, {**cost.fields(), "salt": seal.to_text(salt)}
        return ring

    def save(self, ring: KeyRing) -> None:
        """As `KeyStore.save`. UserError when a new passphrase is too short."""
        from app.store import seal

        text = read_private(self._path)
        if text is not None:
            try:
                _require_own(seal.read_stored(text, _FILE_KIND), ring.replica_id, self._path)
            except ValueError:
                # A ring is only saved over a damaged file when the recovery code has brought the key back.
                log.warning("a damaged key file is replaced: %s", ring.replica_id)
        wrapping, means = self._stretched or self._choose()
        header = {**seal.stored_header(_FILE_KIND), **means, "replica_id": ring.replica_id}
        write_private(self._path, seal.close_box(wrapping, _ring_text(ring).encode("utf-8"), header))
        self._stretched = wrapping, means
        log.info("replica key kept under a passphrase: %s", ring.replica_id)

    def _choose(self) -> tuple[bytes, dict[str, object]]:
        from app.store import seal

        passphrase = self._ask()
        if len(passphrase) < _PASSPHRASE_MIN:
            raise UserError(f"Adgangssætningen skal være på mindst {_PASSPHRASE_MIN} tegn.", field="passphrase")
        cost, salt = self._cost or seal.OFFICE_COST, seal.new_salt()
        return seal.stretch(passphrase, salt, cost), {**cost.fields(), "salt": seal.to_text(salt)}


def _require_own(fields: Mapping[str, object], replica_id: str, path: Path) -> None:
    if fields.get("replica_id") != replica_id:
        raise EnvironmentProblem(
            f"Nøglen i {path.name} hører til en anden kopi. "
            "Læg de filer sammen, som hører sammen, eller brug gendannelseskoden."
        )


# ------------------------------------------------------------------------------------------------------- practice mode


def is_practice(folder: Path) -> bool:
    """Whether `folder` bears the practice mark: made-up citizens and a key that protects nothing."""
    return (folder / PRACTICE_FILE).exists()


def mark_practice(folder: Path) -> None:
    """Make `folder` a practice folder (made when missing). Does nothing to one that is.

    EnvironmentProblem when it holds a real replica: that must never be opened with a key in the open.
    """
    if is_practice(folder):
        return
    if any((folder / name).exists() for name in (REPLICA_FILE, ID_FILE, KEY_FILE, RECOVERY_FILE)):
        raise EnvironmentProblem(
            f"Mappen {folder} rummer rigtige sager og kan ikke bruges til øvelse. Vælg en tom mappe."
        )
    mark = {"kind": _PRACTICE_KIND, "version": 1, "practice": True, "replica_id": os.urandom(16).hex()}
    write_private(folder / PRACTICE_FILE, json.dumps(mark, indent=1, sort_keys=True) + "\n")


def _practice_fields(folder: Path) -> dict[str, object]:
    text = read_private(folder / PRACTICE_FILE)
    if text is None:
        raise EnvironmentProblem(f"Mappen {folder} er ikke en øvelsesmappe. Vælg en tom mappe til øvelsen.")
    try:
        fields = _read_fields(text, _PRACTICE_KIND)
        if fields.get("practice") is not True or not isinstance(fields.get("replica_id"), str):
            raise ValueError("no practice mark")
    except ValueError as trouble:
        raise _damaged_practice(folder) from trouble
    return fields


def _damaged_practice(folder: Path) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"Øvelsesmappen {folder} kan ikke læses. Slet den, og begynd øvelsen forfra i en tom mappe."
    )


class PracticeKeyStore:
    """A throw-away key in the open, in `practice.json`, for made-up citizens.

    Refuses (EnvironmentProblem) to exist for a folder that does not bear the practice mark.
    """

    def __init__(self, folder: Path) -> None:
        _practice_fields(folder)
        self._folder = folder

    def load(self, replica_id: str) -> KeyRing | None:
        """As `KeyStore.load`."""
        fields = self._own(replica_id)
        if "raw_key" not in fields:
            return None
        try:
            return _read_ring(fields)
        except ValueError as trouble:
            raise _damaged_practice(self._folder) from trouble

    def save(self, ring: KeyRing) -> None:
        """As `KeyStore.save`."""
        kept = {**self._own(ring.replica_id), **_ring_fields(ring)}
        write_private(self._folder / PRACTICE_FILE, json.dumps(kept, indent=1, sort_keys=True) + "\n")

    def _own(self, replica_id: str) -> dict[str, object]:
        fields = _practice_fields(self._folder)
        _require_own(fields, replica_id, self._folder / PRACTICE_FILE)
        return fields


# ---------------------------------------------------------------------------------------------------------- the choice


def choose_key_store(folder: Path, practice: bool, ask_passphrase: Callable[[], str] | None) -> KeyStore:
    """The place that keeps the key of the replica in `folder`.

    Practice: `practice.json`, and an empty folder is marked. Else, where `replica.key` lies, the passphrase; else the
    machine's key store; else, for a replica that does not exist yet, a new passphrase. `ask_passphrase` is None where
    nobody can be asked (a command with no window).

    EnvironmentProblem, one sentence on what to do, when there is no such place. A replica whose key lies in a key store
    that does not answer is never given a new place here: bring the key back with the recovery code and save it in a
    `PassphraseKeyStore`.
    """
    if practice:
        mark_practice(folder)
        return PracticeKeyStore(folder)
    if is_practice(folder):
        raise EnvironmentProblem(
            f"Mappen {folder} er en øvelsesmappe. Start Rundbord med --practice, eller vælg en anden mappe."
        )
    if (folder / KEY_FILE).exists():
        if ask_passphrase is None:
            raise EnvironmentProblem(
                "Kopien er låst med en adgangssætning. Start Rundbord i et vindue, og skriv den der."
            )
        return PassphraseKeyStore(folder, ask_passphrase)
    try:
        return SystemKeyStore()
    except EnvironmentProblem as trouble:
        if (folder / REPLICA_FILE).exists():
            raise EnvironmentProblem(
                "Nøglen til jeres sager ligger i computerens nøglering, som ikke svarer. "
                "Log af computeren og på igen, eller brug gendannelseskoden."
            ) from trouble
        if ask_passphrase is None:
            raise EnvironmentProblem(
                "Computeren har ingen nøglering at gemme nøglen i. Start Rundbord i et vindue, og vælg en adgangssætning."
            ) from trouble
    return PassphraseKeyStore(folder, ask_passphrase)
