# SPDX-License-Identifier: MPL-2.0
"""Taking Rundbord into use on a machine: the key, the recovery code, the municipality and its first bestiller.

Called once for each real replica, from the first-start page on the work lane. Everything typed is judged before anything is
written, and what a fall in the middle left behind is taken up again. Must not know screens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.domain.errors import EnvironmentProblem, UserError
from app.domain.roles import Hand, Role
from app.models.kinds import MUNICIPALITY
from app.services import accounts
from app.services.catalogue import load_defaults
from app.services.desk import Clock, Desk, system_clock
from app.services.opening import FolderLock, store_of
from app.services.settings import load_municipality
from app.store import keys
from app.store.keys import KeyRing, KeyStore
from app.store.recovery import RecoveryCode, keep_recovery, new_code
from app.store.replica import Replica
from app.store.seal import root_from_recovery
from app.store.unit_of_work import new_id
from app.store.where import require_own_disk

PASSPHRASE_MIN = 12
_ONLY_A_SAMPLE = ("unit", "address", "phone", "data_protection", "logo")
"""Texts of the shipped municipality that are somebody else's, and must never be printed on a real letter."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the first start asks. `passphrase` only where the machine has no key store."""

    municipality: str
    name: str
    discipline: str
    phone: str
    password: str = field(repr=False)
    pin: str = field(repr=False)
    also_vejleder: bool = False
    passphrase: str | None = field(default=None, repr=False)


def new_recovery_code() -> RecoveryCode:
    """The code to show once and write down."""
    return new_code()


def last_group(code: RecoveryCode) -> str:
    """What is typed again to show that the code is on paper."""
    return code.shown().rpartition("-")[2]


def check(answers: Answers) -> None:
    """Whether the answers can be used. UserError naming the field of the first that cannot."""
    if not answers.municipality.strip():
        raise UserError("Skriv kommunens navn. Det står på brevene.", "municipality")
    if not answers.name.strip():
        raise UserError("Skriv, hvad du hedder.", "name")
    accounts.check_password_form(answers.password)
    accounts.check_pin_form(answers.pin)
    if answers.passphrase is not None and len(answers.passphrase) < PASSPHRASE_MIN:
        raise UserError(f"Adgangssætningen skal være på mindst {PASSPHRASE_MIN} tegn.", "passphrase")


def set_up(
    folder: Path,
    code: RecoveryCode,
    answers: Answers,
    *,
    clock: Clock = system_clock,
    key_store: KeyStore | None = None,
) -> None:
    """Make the replica in `folder`, its key, its recovery file, the municipality and the first bestiller.

    Raises UserError for an answer that cannot be used, EnvironmentProblem for disk or key store, or when there already
    is a replica with people in it. `key_store` is for tests.
    """
    check(answers)
    require_own_disk(folder)
    lock = FolderLock(folder)
    try:
        store = key_store or store_of(folder, False, answers.passphrase)
        replica_id = keys.replica_id_of(folder)
        path = folder / keys.REPLICA_FILE
        begun = store.load(replica_id)
        if begun is None and path.exists():
            raise EnvironmentProblem("Der ligger allerede sager i mappen. Brug gendannelseskoden for at åbne dem.")
        root = root_from_recovery(code).public_key
        ring = KeyRing(begun.raw_key, root, replica_id) if begun else keys.new_key_ring(replica_id, root)
        if begun is not None and path.exists():
            _require_empty(path, begun)
        keep_recovery(folder, code, ring.raw_key)
        store.save(ring)
        replica = Replica.open(path, ring.raw_key, ring.root_public, create=True)
        try:
            _furnish(Desk(replica, clock), code, answers)
        finally:
            replica.close()
    finally:
        lock.release()


def _require_empty(path: Path, ring: KeyRing) -> None:
    replica = Replica.open(path, ring.raw_key, ring.root_public)
    try:
        if accounts.people(Desk(replica)):
            raise EnvironmentProblem("Rundbord er allerede taget i brug her. Luk det, og start det igen.")
    finally:
        replica.close()


def _furnish(desk: Desk, code: RecoveryCode, answers: Answers) -> None:
    roles = (Role.BESTILLER, Role.VEJLEDER) if answers.also_vejleder else (Role.BESTILLER,)
    # The account comes last: only with it is the first start over.
    hand = Hand(new_id(), " ".join(answers.name.split()), Role.BESTILLER)
    load_municipality(desk, hand, answers.municipality.strip())
    with desk.step(hand, MUNICIPALITY, "Kommunens oplysninger") as work:
        work.write("municipality", MUNICIPALITY, dict.fromkeys(_ONLY_A_SAMPLE, ""))
    load_defaults(desk, hand)
    accounts.create_person(
        desk,
        answers.name,
        answers.discipline,
        answers.phone,
        roles,
        answers.password,
        answers.pin,
        recovery_code=code.shown(),
        person_id=hand.person_id,
    )
