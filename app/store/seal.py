# SPDX-License-Identifier: MPL-2.0
"""Seals and locks: canonical content, hashes, Ed25519 seals, and keys locked under a password (promise 2; rows C1, A1).

What belongs here: the one deterministic form of what is sealed, a person's signing key and the password that opens it,
the PIN, the municipality's root key and its vouching for people, and the seal on a decision. Pure: called by the
services that sign people in and sign decisions, by the store whenever a decision is read, and by `keys` and `recovery`.
Must not know of databases, files, screens, or how many times somebody has tried.

How trust hangs together: the recovery code on paper gives the root key; the root key vouches for a person's name, roles
and public key; that person's password opens the key that seals a decision. Each link is signed under its own purpose,
so that no seal can be passed off as another kind of seal. All stored forms are JSON with a kind and a version, and are
read for ever.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import math
import os
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from app.domain.errors import EnvironmentProblem, UserError

if TYPE_CHECKING:
    from app.store.recovery import RecoveryCode

_VERSION = 1
_KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12
_DECISION = b"rundbord decision 1\n"
_VOUCHER = b"rundbord voucher 1\n"
_ROOT = b"rundbord root key 1"
_ACCOUNT_KIND = "rundbord account key"
_PIN_KIND = "rundbord pin"


# ------------------------------------------------------------------------------------------------ content and its hash


def canonical(data: Mapping[str, object]) -> bytes:
    """The one form of `data` that is hashed and sealed: JSON in UTF-8, keys by code point, no spaces, text untouched.

    Takes text, whole and finite numbers, true, false, None, lists, tuples and mappings with text keys. Anything else is
    a TypeError (a value such as a date must be made text first, or two machines could write it differently); an
    infinite number, or text that is not Unicode, is a ValueError.
    """
    return json.dumps(_plain(data), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8"
    )


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number in canonical content must be finite")
        return value
    if isinstance(value, Mapping):
        plain: dict[str, object] = {}
        for key, held in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key in canonical content must be text, not {type(key).__name__}")
            plain[key] = _plain(held)
        return plain
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    # The type alone: the value may be case text, and errors end in logs.
    raise TypeError(f"{type(value).__name__} has no canonical form")


def digest(content: bytes) -> str:
    """SHA-256 of `content`, as 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()


# -------------------------------------------------------------------------------------------------------- stored forms


def to_text(raw: bytes) -> str:
    """`raw` as base64."""
    return base64.b64encode(raw).decode("ascii")


def from_text(text: object) -> bytes:
    """The bytes of base64 `text`; ValueError unless it is the very text `to_text` would write (one form per value)."""
    if not isinstance(text, str):
        raise ValueError("base64 must be text")
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as trouble:
        raise ValueError("not base64") from trouble
    if to_text(raw) != text:
        raise ValueError("not the canonical base64")
    return raw


def read_stored(text: str, kind: str) -> dict[str, object]:
    """The fields of a stored JSON form of `kind`; ValueError when it is damaged, of another kind, or newer."""
    try:
        fields = json.loads(text)
    except RecursionError as trouble:
        raise ValueError("nested too deep") from trouble
    if not isinstance(fields, dict) or fields.get("kind") != kind:
        raise ValueError(f"not a {kind}")
    version = fields.get("version")
    if version != _VERSION or isinstance(version, bool):
        raise ValueError(f"a {kind} of an unknown version")
    return fields


def stored_header(kind: str) -> dict[str, object]:
    """The fields every stored form begins with."""
    return {"kind": kind, "version": _VERSION}


def close_box(key: bytes, plain: bytes, header: Mapping[str, object]) -> str:
    """`plain` under the 32 byte `key` (AES-256-GCM), as JSON beside `header`, which is readable but bound to it."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain, canonical(header))
    return canonical({**header, "nonce": to_text(nonce), "sealed": to_text(sealed)}).decode("utf-8")


def open_box(key: bytes, fields: Mapping[str, object]) -> bytes | None:
    """What `close_box` closed; None when the key does not fit or anything was altered. ValueError when it is no box."""
    header = {name: value for name, value in fields.items() if name not in ("nonce", "sealed")}
    nonce = from_text(fields.get("nonce"))
    if len(nonce) != _NONCE_BYTES:
        raise ValueError("a nonce of the wrong length")
    try:
        return AESGCM(key).decrypt(nonce, from_text(fields.get("sealed")), canonical(header))
    except InvalidTag:
        return None


# ----------------------------------------------------------------------------------------------------------- passwords


@dataclass(frozen=True, slots=True)
class KdfCost:
    """What one guess at a password costs: Argon2id memory in KiB, passes over it, and lanes. ValueError out of bounds.

    The upper bounds keep an altered file from asking for all the machine's memory or an hour of its time.
    """

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        if not (8 * self.lanes <= self.memory_kib <= 256 * 1024 and 1 <= self.passes <= 16 and 1 <= self.lanes <= 4):
            raise ValueError("Argon2id cost out of bounds")

    def fields(self) -> dict[str, object]:
        """The cost as fields of a stored form."""
        return {"kdf": "argon2id", "memory_kib": self.memory_kib, "passes": self.passes, "lanes": self.lanes}

    @classmethod
    def read(cls, fields: Mapping[str, object]) -> KdfCost:
        """The cost told by a stored form. ValueError when it tells none that is within bounds."""
        if fields.get("kdf") != "argon2id":
            raise ValueError("an unknown way from password to key")
        return cls(_whole(fields, "memory_kib"), _whole(fields, "passes"), _whole(fields, "lanes"))


OFFICE_COST = KdfCost()
"""For real accounts: RFC 9106's second recommended setting with one lane, about 0.2 s."""

PRACTICE_COST = KdfCost(memory_kib=8 * 1024, passes=1)
"""For practice mode, where the passwords are printed in the README: quick."""


def _whole(fields: Mapping[str, object], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} is no whole number")
    return value


def new_salt() -> bytes:
    """A fresh random salt for `stretch`."""
    return os.urandom(_SALT_BYTES)


def stretch(password: str, salt: bytes, cost: KdfCost) -> bytes:
    """The 32 byte key `password` stands for (Argon2id, RFC 9106).

    The text is put in Unicode form NFC first (RFC 8265): an å typed on one keyboard must equal an å typed on another.
    EnvironmentProblem when the machine has not the memory.
    """
    if len(salt) != _SALT_BYTES:
        raise ValueError("a salt of the wrong length")
    try:
        return Argon2id(
            salt=salt, length=_KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
        ).derive(unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass"))
    except MemoryError as trouble:
        raise EnvironmentProblem(
            "Computeren mangler hukommelse til at åbne låsen. Luk andre programmer, og prøv igen."
        ) from trouble


# ---------------------------------------------------------------------------------------------------------------- keys


class OpenKey:
    """A signing key that has been opened: in memory only, shows nothing of itself, and can't be stored by accident."""

    __slots__ = ("_private", "public_key")

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public_key = to_text(private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> str:
        """The Ed25519 seal of `message`, as base64. The same key and message always give the same seal."""
        return to_text(self._private.sign(message))

    def __repr__(self) -> str:
        return "OpenKey(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an open key is never copied or stored")


def verify(public_key: str, message: bytes, seal: str) -> bool:
    """Whether `seal` is that of `message` by the owner of `public_key`. Text that is no key or no seal is False."""
    try:
        Ed25519PublicKey.from_public_bytes(from_text(public_key)).verify(from_text(seal), message)
    except (ValueError, InvalidSignature):
        return False
    return True


@dataclass(frozen=True, slots=True)
class LockedKey:
    """A person's signing key as it is kept: the public half open, the private seed sealed under their password.

    Every byte field is base64. Whoever holds this can only guess at the password, at the cost told by `params`.
    """

    public_key: str
    salt: str = field(repr=False)
    params: KdfCost
    nonce: str = field(repr=False)
    sealed_seed: str = field(repr=False)

    def to_json(self) -> str:
        """The form that is stored."""
        return canonical({**self._header(), "nonce": self.nonce, "sealed": self.sealed_seed}).decode("utf-8")

    @classmethod
    def from_json(cls, text: str) -> LockedKey:
        """The key a stored form tells of. EnvironmentProblem when it cannot be read."""
        try:
            fields = read_stored(text, _ACCOUNT_KIND)
            return cls(
                public_key=to_text(from_text(fields.get("public_key"))),
                salt=to_text(from_text(fields.get("salt"))),
                params=KdfCost.read(fields),
                nonce=to_text(from_text(fields.get("nonce"))),
                sealed_seed=to_text(from_text(fields.get("sealed"))),
            )
        except ValueError as trouble:
            raise _account_unreadable() from trouble

    def _header(self) -> dict[str, object]:
        return {
            **stored_header(_ACCOUNT_KIND),
            **self.params.fields(),
            "public_key": self.public_key,
            "salt": self.salt,
        }


def _account_unreadable() -> EnvironmentProblem:
    return EnvironmentProblem(
        "Kontoens nøgle kan ikke læses. Den er beskadiget eller lavet med en nyere udgave af Rundbord: "
        "få en ny adgangskode til kontoen."
    )


def new_account_key(password: str, cost: KdfCost = OFFICE_COST) -> LockedKey:
    """A new random signing key, locked under `password`. UserError when the password is empty."""
    return lock_account_key(OpenKey(Ed25519PrivateKey.generate()), password, cost)


def lock_account_key(key: OpenKey, password: str, cost: KdfCost = OFFICE_COST) -> LockedKey:
    """The same key under a (new) password: changing a password keeps the voucher. UserError when it is empty."""
    if not password:
        raise UserError("Skriv en adgangskode.", field="password")
    salt = new_salt()
    header = {**stored_header(_ACCOUNT_KIND), **cost.fields(), "public_key": key.public_key, "salt": to_text(salt)}
    return LockedKey.from_json(close_box(stretch(password, salt, cost), key._private.private_bytes_raw(), header))


def open_account_key(locked: LockedKey, password: str) -> OpenKey:
    """The key opened with its password: this is the password check.

    UserError when the password does not fit or a field was altered; EnvironmentProblem when what is kept is no key.
    """
    try:
        wrapping = stretch(password, from_text(locked.salt), locked.params)
        seed = open_box(wrapping, json.loads(locked.to_json()))
        if seed is None:
            raise UserError("Adgangskoden passer ikke.", field="password")
        key = OpenKey(Ed25519PrivateKey.from_private_bytes(seed))
    except ValueError as trouble:
        raise _account_unreadable() from trouble
    if key.public_key != locked.public_key:
        raise _account_unreadable()
    return key


# ------------------------------------------------------------------------------------------------------------- the PIN


def hash_pin(pin: str, cost: KdfCost = OFFICE_COST) -> str:
    """The stored form of a PIN of 4-8 digits; UserError when it is anything else.

    A PIN only passes the pen between people who have both signed in; it opens no key. So few digits can be tried
    through by whoever holds the stored form: it lies in the encrypted replica, and the caller counts the attempts.
    """
    if not _is_pin(pin):
        raise UserError("PIN-koden skal være 4-8 cifre.", field="pin")
    salt = new_salt()
    fields = {**stored_header(_PIN_KIND), **cost.fields(), "salt": to_text(salt)}
    return canonical({**fields, "hash": to_text(stretch(pin, salt, cost))}).decode("utf-8")


def check_pin(stored: str, pin: str) -> bool:
    """Whether `pin` is the one behind `stored`. EnvironmentProblem when `stored` cannot be read."""
    try:
        fields = read_stored(stored, _PIN_KIND)
        cost, salt, kept = KdfCost.read(fields), from_text(fields.get("salt")), from_text(fields.get("hash"))
        if len(kept) != _KEY_BYTES:
            raise ValueError("a hash of the wrong length")
        return _is_pin(pin) and hmac.compare_digest(stretch(pin, salt, cost), kept)
    except ValueError as trouble:
        raise EnvironmentProblem("PIN-koden kan ikke læses. Log ind med adgangskoden, og vælg en ny.") from trouble


def _is_pin(pin: str) -> bool:
    return 4 <= len(pin) <= 8 and pin.isascii() and pin.isdigit()


# ---------------------------------------------------------------------------- the municipality's root and its vouchers


def root_from_recovery(code: RecoveryCode) -> OpenKey:
    """The municipality's root key, always the same for the same recovery code. Its public half is what a desk pins."""
    return OpenKey(Ed25519PrivateKey.from_private_bytes(code.derive(_ROOT)))


def vouch(root: OpenKey, person_id: str, name: str, roles: Iterable[str], public_key: str) -> str:
    """The root's word that `public_key` is this person's, by this name, in these roles (in whatever order)."""
    return root.sign(_voucher(person_id, name, roles, public_key))


def vouched(
    root_public: str | None, person_id: str, name: str, roles: Iterable[str], public_key: str, voucher: str | None
) -> bool:
    """Whether the pinned root vouches for exactly this. With no pinned root, or no voucher, nobody is vouched for."""
    if root_public is None or voucher is None:
        return False
    return _once(root_public, _voucher(person_id, name, roles, public_key), voucher)


_once = lru_cache(256)(verify)
"""A voucher is tried with each decision of its signer's, and they are few."""


def _voucher(person_id: str, name: str, roles: Iterable[str], public_key: str) -> bytes:
    if isinstance(roles, str):
        raise TypeError("roles are a collection of names, not one name")
    held = {"person_id": person_id, "name": name, "roles": sorted(set(roles)), "public_key": public_key}
    return _VOUCHER + canonical(held)


# ---------------------------------------------------------------------------------------------- the seal on a decision


class DecisionSeal(NamedTuple):
    """SHA-256 (hex) of a decision's canonical content, and the signer's seal (base64) over it."""

    hash: str
    seal: str


def seal_decision(key: OpenKey, content: Mapping[str, object]) -> DecisionSeal:
    """Hash and seal the whole of what is decided. `content` must name case, signer and time, or it could be moved."""
    content_hash = digest(canonical(content))
    return DecisionSeal(content_hash, key.sign(_DECISION + content_hash.encode("ascii")))


def check_decision(content: Mapping[str, object], content_hash: str, seal: str, signer_public: str) -> bool:
    """Whether `content` is word for word what the owner of `signer_public` sealed. Whatever cannot be checked is False.

    Says nothing of whether the signer might decide: ask `vouched` with the role bestiller as well.
    """
    try:
        reckoned = digest(canonical(content))
    except (TypeError, ValueError, RecursionError):
        return False  # nothing seal_decision could have sealed, so it was altered
    return reckoned == content_hash and verify(signer_public, _DECISION + reckoned.encode("ascii"), seal)
