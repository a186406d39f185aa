# SPDX-License-Identifier: MPL-2.0
"""Opening the replica in a folder: which key store, whose key, one program at a time, and where one stood last.

Called by bootstrap on the database lane, and by the command line. Imports quickly, for the first list waits for it.
Every trouble is one of the exceptions here or in `errors`, each with its sentence and its way on. Must not know screens.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from app.domain.errors import EnvironmentProblem, RundbordError
from app.domain.roles import Hand, Role
from app.services.desk import Clock, Desk, system_clock
from app.store import keys
from app.store.keys import KeyRing, KeyStore
from app.store.membership import host
from app.store.remembered import one_by_id, recall, remember, roles_by_name
from app.store.replica import EMPTIED, FULL, READ_ONLY, DamagedReplica, Replica, hush, told

if TYPE_CHECKING:
    from app.store.maintenance import BroughtBack

log = logging.getLogger(__name__)

LOCK_FILE = "replica.lock"
_KEPT = "Det, der er gemt, er her stadig:"
IN_USE = "Rundbord er allerede åbent med de samme sager. Brug det vindue, der er åbent."


class PassphraseNeeded(EnvironmentProblem):
    """The key lies in a file under a passphrase, which nobody has typed yet."""


class KeyLost(EnvironmentProblem):
    """There is a replica and no key to it: the recovery code brings it back."""


class NotSetUp(EnvironmentProblem):
    """Nothing here yet: the first start makes it. `needs_passphrase` when the machine has no key store."""

    def __init__(self, needs_passphrase: bool) -> None:
        super().__init__("Rundbord er ikke taget i brug på denne computer endnu. Start det i et vindue.")
        self.needs_passphrase = needs_passphrase


class InUse(EnvironmentProblem):
    """Another Rundbord has this replica open."""


class Place(NamedTuple):
    """Where one stood: a case and a step of the meeting (1-6). Ids only."""

    case_id: str
    step: int


class Opened(NamedTuple):
    """A desk ready for work. `broken_off` when the last run did not end in order."""

    desk: Desk
    ring: KeyRing
    broken_off: bool
    place: Place | None
    lock: FolderLock


class FolderLock:
    """One program at a time on a replica. The system lets go of it whatever way the program ends."""

    def __init__(self, folder: Path) -> None:
        """Raises InUse when another has it, EnvironmentProblem when the folder may not be written."""
        with told():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file: IO[bytes] = (folder / LOCK_FILE).open("ab")
        try:
            _take(self._file)
        except OSError as taken:
            self._file.close()
            raise InUse(IN_USE) from taken

    def release(self) -> None:
        """Let the next one in."""
        self._file.close()


def _take(file: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def open_replica(
    folder: Path,
    *,
    practice: bool = False,
    passphrase: str | None = None,
    clock: Clock = system_clock,
    key_store: KeyStore | None = None,
) -> Opened:
    """Open the replica in `folder`. In practice it is made when it is not there. Its troubles are told as of the start.

    Raises InUse, PassphraseNeeded, KeyLost, NotSetUp, DamagedReplica, UserError (field "passphrase") or another
    EnvironmentProblem. `key_store` is for tests.
    """
    try:
        return _open(folder, practice, passphrase, clock, key_store)
    except EnvironmentProblem as trouble:
        sentence = at_the_start(trouble, folder)
        if sentence == trouble.message:
            raise
        raise EnvironmentProblem(sentence) from trouble


def at_the_start(trouble: RundbordError, folder: Path) -> str:
    """The sentence before anything is open: nobody has typed a word yet that could be lost."""
    known = {
        FULL: f"Disken er fuld, så sagerne kan ikke åbnes. {_KEPT} gør plads, og prøv igen.",
        READ_ONLY: f"Rundbord må ikke skrive i mappen {folder}. {_KEPT} ring til jeres it-afdeling.",
    }
    return known.get(trouble.message, trouble.message)


def _open(folder: Path, practice: bool, passphrase: str | None, clock: Clock, key_store: KeyStore | None) -> Opened:
    lock = FolderLock(folder)
    try:
        hush()
        store = key_store or store_of(folder, practice, passphrase)
        ring = store.load(keys.replica_id_of(folder))
        path = folder / keys.REPLICA_FILE
        emptied = _emptied(path)
        if ring is None:
            if path.exists() or emptied:
                raise KeyLost("Nøglen til jeres sager findes ikke på computeren. Brug gendannelseskoden.")
            if not practice:
                raise NotSetUp(key_store is None and _needs_passphrase(folder))
            ring = _practice_ring(folder, store)
        elif emptied:
            raise DamagedReplica(EMPTIED)
        elif not path.exists() and not practice:
            raise NotSetUp(key_store is None and _needs_passphrase(folder))
        replica = Replica.open(path, ring.raw_key, ring.root_public, create=practice)
        try:
            if not practice and not _somebody(replica):
                raise NotSetUp(key_store is None and _needs_passphrase(folder))  # the first start fell before its end
            return _opened(replica, ring, clock, lock)
        except BaseException:
            replica.close()
            raise
    except BaseException:
        lock.release()
        raise


def _emptied(path: Path) -> bool:
    """Whether the replica is gone, or without a byte, where there has been one: its copies lie there still. Taken for a first
    start, a new and empty replica would in time push those copies out.
    """
    if path.exists() and path.stat().st_size:
        return False
    from app.store.maintenance import COPIES

    return any(path.with_name(name).exists() for name in COPIES)


def store_of(folder: Path, practice: bool, passphrase: str | None) -> KeyStore:
    """Where the key of the replica in `folder` lies. PassphraseNeeded when it takes one and none is given."""

    def ask() -> str:
        if passphrase is None:
            raise PassphraseNeeded("Skriv adgangssætningen for at åbne jeres sager.")
        return passphrase

    store = keys.choose_key_store(folder, practice, ask)
    if isinstance(store, keys.PassphraseKeyStore) and passphrase is None and not store.is_new:
        ask()
    return store


def _somebody(replica: Replica) -> bool:
    with told():
        return replica.connection.execute("SELECT 1 FROM account LIMIT 1").fetchone() is not None


def _needs_passphrase(folder: Path) -> bool:
    return isinstance(keys.choose_key_store(folder, False, lambda: ""), keys.PassphraseKeyStore)


def _opened(replica: Replica, ring: KeyRing, clock: Clock, lock: FolderLock) -> Opened:
    with told():
        broken_off = recall(replica, "running") == "1"
        kept = recall(replica, "place")
    place = None
    if kept:
        told_place = json.loads(kept)
        place = Place(str(told_place["case"]), int(told_place["step"]))
    return Opened(Desk(replica, clock), ring, broken_off, place, lock)


def _practice_ring(folder: Path, store: KeyStore) -> KeyRing:
    """A throw-away key. The practice municipality's recovery code lies in the open, so that using it can be practised."""
    from app.store.recovery import keep_recovery, new_code
    from app.store.seal import root_from_recovery

    code = new_code()
    ring = keys.new_key_ring(keys.replica_id_of(folder), root_from_recovery(code).public_key)
    keys.write_private(folder / PRACTICE_CODE_FILE, code.shown() + "\n")
    keep_recovery(folder, code, ring.raw_key)
    store.save(ring)
    return ring


PRACTICE_CODE_FILE = "gendannelseskode.txt"


PRACTICE_PAIR = ("Bodil Bestiller", "Vagn Vejleder")
"""The two who sit at the practice table from the start."""


def practice_pair(desk: Desk) -> tuple[Hand, ...] | None:
    """The practice bestiller and vejleder, or None where the team is not made yet. Quick: the first list waits for it.

    Where the practice is of two desks over one shared database, the one whose desk this is.
    """
    known = one_by_id(desk.replica, host(desk.replica))
    if known is not None:
        return (Hand(host(desk.replica), known[0], Role(known[1][0])),)
    found = roles_by_name(desk.replica, PRACTICE_PAIR)
    hands = [
        Hand(found[name][0], name, role)
        for name, role in zip(PRACTICE_PAIR, (Role.BESTILLER, Role.VEJLEDER), strict=True)
        if name in found and role.value in found[name][1]
    ]
    return (hands[0], hands[1]) if len(hands) == len(PRACTICE_PAIR) else None


def practice_code(folder: Path) -> str:
    """The recovery code of a practice folder."""
    text = keys.read_private(folder / PRACTICE_CODE_FILE)
    if text is None:
        raise EnvironmentProblem(f"Filen {PRACTICE_CODE_FILE} mangler i øvelsesmappen. Begynd øvelsen i en tom mappe.")
    return text.strip()


# ------------------------------------------------------------------------------------------------ when it will not open


def has_recovery(folder: Path) -> bool:
    """Whether a recovery code could bring the key of this folder back."""
    return (folder / keys.RECOVERY_FILE).exists()


def recovery_needs_passphrase(folder: Path, practice: bool) -> bool:
    """Whether a key that is brought back must be kept under a (new) passphrase: the machine has no key store that answers."""
    if practice:
        return False
    if (folder / keys.KEY_FILE).exists():
        return True
    try:
        keys.SystemKeyStore()
    except EnvironmentProblem:
        return True
    return False


def recover_key(
    folder: Path, practice: bool, code: str, passphrase: str | None, key_store: KeyStore | None = None
) -> None:
    """Bring the key back by its recovery code, and keep it. Raises UserError or EnvironmentProblem, each with its sentence."""
    from app.store.maintenance import recover

    lock = FolderLock(folder)
    try:
        store = key_store
        if store is None and practice:
            store = keys.PracticeKeyStore(folder)
        elif store is None and passphrase is not None:
            store = keys.PassphraseKeyStore(folder, lambda: passphrase)
        recover(folder, code, store or keys.SystemKeyStore())
    finally:
        lock.release()


def bring_back_copy(
    folder: Path,
    practice: bool,
    passphrase: str | None,
    *,
    clock: Clock = system_clock,
    key_store: KeyStore | None = None,
) -> BroughtBack:
    """Put the newest copy that can be read in the damaged replica's place. EnvironmentProblem when there is none."""
    from app.store.maintenance import bring_back

    lock = FolderLock(folder)
    try:
        ring = (key_store or store_of(folder, practice, passphrase)).load(keys.replica_id_of(folder))
        if ring is None:
            raise KeyLost("Nøglen til jeres sager findes ikke på computeren. Brug gendannelseskoden.")
        return bring_back(folder / keys.REPLICA_FILE, ring.raw_key, clock())
    finally:
        lock.release()


# ------------------------------------------------------------------------------------------------- while it is running


def begin_run(desk: Desk) -> None:
    """From now until `end_run` a stop is one that was not meant."""
    remember(desk.replica, "running", "1")


def end_run(desk: Desk) -> None:
    """Closed in order."""
    remember(desk.replica, "running", "0")


def stand_at(desk: Desk, place: Place | None) -> None:
    """Remember where one stands, so that the next start after a fall stands there too."""
    kept = json.dumps({"case": place.case_id, "step": place.step}) if place else ""
    remember(desk.replica, "place", kept)
