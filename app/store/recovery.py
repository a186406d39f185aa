# SPDX-License-Identifier: MPL-2.0
"""The recovery code: the line on paper that brings a lost replica key back (promise 3).

What belongs here: making, showing and reading the code, what is derived from it, and the file `replica.recovery` beside
the replica, which holds the replica's key locked under the code. Called at the first start, by recovery after damage or
a lost key, and by `seal` for the municipality's root key. Must not know of databases or screens. The code itself is
never stored.

The form is Crockford's base32 with his check symbol modulo 37: 32 symbols of five bits and one check, in groups of
five. Crockford has five check symbols that are hard to say and type (* ~ $ = U): codes that would end in one are never
made (which costs 0.2 of the 160 bits). The check finds every single wrong symbol and every swap of two neighbours.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.errors import EnvironmentProblem, UserError
from app.store import seal
from app.store.keys import RAW_KEY_BYTES, RECOVERY_FILE, read_private, write_private

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {symbol: value for value, symbol in enumerate(_ALPHABET)}
# As Crockford, and ø: a zero is written with a stroke by hand.
_LOOKALIKES = {"O": "0", "Ø": "0", "I": "1", "L": "1"}
_GROUP = 5
_SECRET_BYTES = 20
_SYMBOLS = _SECRET_BYTES * 8 // 5
_LENGTH = _SYMBOLS + 1
_CHECK = 37
_KIND = "rundbord replica recovery"
_WRAP = b"rundbord replica wrap 1"
_FINGERPRINT = b"rundbord recovery fingerprint 1"
_FINGERPRINT_BYTES = 8


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """A recovery code that has been read or made. `secret` is its 20 bytes; ValueError for bytes no code can show."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _showable(self.secret):
            raise ValueError("no recovery code has these bytes")

    def shown(self) -> str:
        """The code as it is printed: `XXXXX-XXXXX-…`, 33 symbols in groups of five (the last has three)."""
        number = int.from_bytes(self.secret, "big")
        check = _ALPHABET[number % _CHECK]
        symbols = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_SYMBOLS))) + check
        return "-".join(symbols[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))

    def derive(self, purpose: bytes) -> bytes:
        """32 bytes for one purpose (HKDF-SHA256): those of one tell nothing of another's, or of the code."""
        return HKDF(algorithm=SHA256(), length=32, salt=b"rundbord", info=purpose).derive(self.secret)


def _showable(secret: bytes) -> bool:
    return len(secret) == _SECRET_BYTES and int.from_bytes(secret, "big") % _CHECK < len(_ALPHABET)


def new_code() -> RecoveryCode:
    """A new random recovery code."""
    while not _showable(secret := os.urandom(_SECRET_BYTES)):
        pass
    return RecoveryCode(secret)


def read_code(text: str) -> RecoveryCode:
    """The code somebody typed, in any case, with any spaces and dashes, O for 0 and I or L for 1.

    UserError with one Danish sentence when symbols lack, are too many, or one is wrong.
    """
    number = 0
    symbols = [_symbol(typed) for typed in unicodedata.normalize("NFC", text) if not _between(typed)]
    if not symbols:
        raise UserError("Skriv gendannelseskoden.", field="recovery_code")
    if len(symbols) < _LENGTH:
        raise UserError(f"Koden er ikke hel: der mangler {_LENGTH - len(symbols)} tegn.", field="recovery_code")
    if len(symbols) > _LENGTH:
        raise UserError(f"Koden er for lang: der er {len(symbols) - _LENGTH} tegn for meget.", field="recovery_code")
    for symbol in symbols[:-1]:
        number = number << 5 | _VALUES[symbol]
    if number % _CHECK != _VALUES[symbols[-1]]:
        raise UserError("Et tegn er forkert. Se koden efter tegn for tegn, og ret det.", field="recovery_code")
    return RecoveryCode(number.to_bytes(_SECRET_BYTES, "big"))


def _between(typed: str) -> bool:
    # Spaces, line breaks, every dash, and the invisible marks that come along when text is pasted from a PDF.
    return typed in ".,_" or unicodedata.category(typed) in {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}


def _symbol(typed: str) -> str:
    symbol = _LOOKALIKES.get(typed.upper(), typed.upper())
    if symbol not in _VALUES:
        raise UserError(f"Et tegn er forkert: »{typed}« bruges ikke i koden.", field="recovery_code")
    return symbol


# ------------------------------------------------------------------------------------ the replica's key under the code


def wrap_key(code: RecoveryCode, raw_key: bytes) -> str:
    """The replica's raw key locked under the code (AES-256-GCM), as the text of `replica.recovery`."""
    if len(raw_key) != RAW_KEY_BYTES:
        raise ValueError("a replica key of the wrong length")
    header = {**seal.stored_header(_KIND), "code": _fingerprint(code)}
    return seal.close_box(code.derive(_WRAP), raw_key, header)


def unwrap_key(code: RecoveryCode, wrapped: str) -> bytes:
    """The raw key `wrap_key` locked. UserError when locked under another code; EnvironmentProblem when damaged."""
    try:
        fields = seal.read_stored(wrapped, _KIND)
        if fields.get("code") != _fingerprint(code):
            raise UserError("Koden hører ikke til denne maskines kopi.", field="recovery_code")
        raw_key = seal.open_box(code.derive(_WRAP), fields)
        if raw_key is None or len(raw_key) != RAW_KEY_BYTES:
            raise ValueError("altered")
    except ValueError as trouble:
        raise EnvironmentProblem(
            f"Filen {RECOVERY_FILE} kan ikke læses. Hent den fra en sikkerhedskopi, og prøv koden igen."
        ) from trouble
    return raw_key


def _fingerprint(code: RecoveryCode) -> str:
    # Tells a wrong code from a damaged file; of a secret this long it gives nothing away.
    return code.derive(_FINGERPRINT)[:_FINGERPRINT_BYTES].hex()


def keep_recovery(folder: Path, code: RecoveryCode, raw_key: bytes) -> None:
    """Write `replica.recovery` beside the replica in `folder`, whole or not at all, or say why (EnvironmentProblem)."""
    write_private(folder / RECOVERY_FILE, wrap_key(code, raw_key))


def recover_key(folder: Path, code: RecoveryCode) -> bytes:
    """The raw key of the replica in `folder`, brought back by its code. Errors as `unwrap_key`, or no file."""
    wrapped = read_private(folder / RECOVERY_FILE)
    if wrapped is None:
        raise EnvironmentProblem(
            f"Filen {RECOVERY_FILE} mangler ved siden af kopien. Hent den fra en sikkerhedskopi, og prøv koden igen."
        )
    return unwrap_key(code, wrapped)
