# SPDX-License-Identifier: MPL-2.0
"""The recovery code survives people: hand, voice and keyboard; and brings the replica's key back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import EnvironmentProblem, UserError
from app.store import recovery
from app.store.keys import RECOVERY_FILE

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# Written by the first version. They are never changed.
SECRET = bytes.fromhex("00112233445566778899aabbccddeeff01234500")
CODE = "008J4-CT4AN-K7F24-SNAXW-SQFEZ-W0J6H-80J"
RAW_KEY = bytes(range(32, 64))
WRAPPED = (
    '{"code":"8539bc4823dcbb40","kind":"rundbord replica recovery","nonce":"ic49b/Dlz+zRCdCn",'
    '"sealed":"e04n55AgsE1hnowEnr/VoDBGKs8dI3FtWQHXV/QbL6c2XDmk3Uez7BEPtgFWS58x","version":1}'
)


def _showable(secret: bytes) -> bool:
    return int.from_bytes(secret, "big") % 37 < 32


codes = st.binary(min_size=20, max_size=20).filter(_showable).map(recovery.RecoveryCode)
places = st.integers(0, 32)


def _plain(code: recovery.RecoveryCode) -> str:
    return code.shown().replace("-", "")


class TestCode:
    def test_known_code(self) -> None:
        assert recovery.RecoveryCode(SECRET).shown() == CODE
        assert recovery.read_code(CODE).secret == SECRET

    def test_made_codes_are_random_and_can_be_shown(self) -> None:
        made = {recovery.new_code().shown() for _ in range(200)}
        assert len(made) == 200
        for shown in made:
            assert [len(group) for group in shown.split("-")] == [5, 5, 5, 5, 5, 5, 3]
            assert set(shown) <= set(ALPHABET + "-")
            assert recovery.read_code(shown).shown() == shown

    @given(codes)
    def test_round_trip(self, code: recovery.RecoveryCode) -> None:
        assert recovery.read_code(code.shown()) == code

    @given(codes)
    def test_read_as_people_write_it(self, code: recovery.RecoveryCode) -> None:
        typed = code.shown().lower().replace("-", " – ").replace("0", "o").replace("1", "l")
        assert recovery.read_code(typed) == code
        assert recovery.read_code(typed.upper().replace("L", "I").replace("O", "Ø")) == code
        assert recovery.read_code("\ufeff" + "\n".join(_plain(code)) + "\t.\u00ad\u200b") == code

    @given(codes, places, st.sampled_from(ALPHABET))
    def test_one_wrong_symbol_is_always_found(self, code: recovery.RecoveryCode, place: int, symbol: str) -> None:
        plain = _plain(code)
        if plain[place] == symbol:
            return
        with pytest.raises(UserError, match=r"^Et tegn er forkert\."):
            recovery.read_code(plain[:place] + symbol + plain[place + 1 :])

    @given(codes, st.integers(0, 31))
    def test_two_neighbours_swapped_are_always_found(self, code: recovery.RecoveryCode, place: int) -> None:
        plain = _plain(code)
        if plain[place] == plain[place + 1]:
            return
        with pytest.raises(UserError, match="Et tegn er forkert"):
            recovery.read_code(plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :])

    @given(codes, st.integers(1, 32))
    def test_what_lacks_is_counted(self, code: recovery.RecoveryCode, kept: int) -> None:
        with pytest.raises(UserError) as refused:
            recovery.read_code(_plain(code)[:kept])
        assert refused.value.message == f"Koden er ikke hel: der mangler {33 - kept} tegn."

    @given(codes, st.text(ALPHABET, min_size=1, max_size=9))
    def test_what_is_too_much_is_counted(self, code: recovery.RecoveryCode, more: str) -> None:
        with pytest.raises(UserError) as refused:
            recovery.read_code(code.shown() + more)
        assert refused.value.message == f"Koden er for lang: der er {len(more)} tegn for meget."

    @pytest.mark.parametrize("wrong", ["u", "U", "æ", "å", "ß", "*", "~", "$", "=", "€", "😀", "А"])
    def test_a_sign_that_is_never_used_is_named(self, wrong: str) -> None:
        with pytest.raises(UserError) as refused:
            recovery.read_code(CODE[:7] + wrong + CODE[8:])
        assert refused.value.message == f"Et tegn er forkert: »{wrong}« bruges ikke i koden."

    @pytest.mark.parametrize("nothing", ["", "  ", "–-.\n"])
    def test_nothing_typed(self, nothing: str) -> None:
        with pytest.raises(UserError, match="Skriv gendannelseskoden"):
            recovery.read_code(nothing)

    @given(st.text(max_size=60))
    def test_any_text_is_read_or_refused_in_one_sentence(self, text: str) -> None:
        try:
            recovery.read_code(text)
        except UserError as refused:
            assert refused.field == "recovery_code"
            assert refused.message.endswith(".")

    @pytest.mark.parametrize("secret", [b"", bytes(19), bytes(21), (36).to_bytes(20, "big")])
    def test_bytes_no_code_can_show_are_a_bug(self, secret: bytes) -> None:
        with pytest.raises(ValueError, match="no recovery code"):
            recovery.RecoveryCode(secret)

    def test_nothing_secret_is_shown_by_accident(self) -> None:
        assert repr(recovery.RecoveryCode(SECRET)) == "RecoveryCode()"

    @given(codes)
    def test_each_purpose_has_its_own_bytes(self, code: recovery.RecoveryCode) -> None:
        assert len({code.derive(purpose) for purpose in (b"", b"a", b"b")}) == 3
        assert code.derive(b"a") == code.derive(b"a")


class TestWrappedKey:
    def test_a_key_of_the_first_version_comes_back(self) -> None:
        assert recovery.unwrap_key(recovery.read_code(CODE), WRAPPED) == RAW_KEY

    @given(codes, st.binary(min_size=32, max_size=32))
    def test_round_trip(self, code: recovery.RecoveryCode, raw_key: bytes) -> None:
        wrapped = recovery.wrap_key(code, raw_key)
        assert recovery.unwrap_key(code, wrapped) == raw_key
        assert recovery.wrap_key(code, raw_key) != wrapped

    @given(codes)
    def test_another_code_is_refused(self, code: recovery.RecoveryCode) -> None:
        if code.secret == SECRET:
            return
        with pytest.raises(UserError, match="hører ikke til"):
            recovery.unwrap_key(code, WRAPPED)

    @given(st.data())
    def test_any_altered_byte_is_found(self, data: st.DataObject) -> None:
        raw = bytearray(WRAPPED.encode())
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 127))
        with pytest.raises((UserError, EnvironmentProblem)):
            recovery.unwrap_key(recovery.read_code(CODE), raw.decode("utf-8"))

    @pytest.mark.parametrize(
        "wrapped",
        ["", "{}", "null", WRAPPED[:-9], json.dumps({**json.loads(WRAPPED), "version": 2})],
    )
    def test_what_cannot_be_read_is_said_to_be_damaged(self, wrapped: str) -> None:
        with pytest.raises(EnvironmentProblem, match=r"replica\.recovery kan ikke læses"):
            recovery.unwrap_key(recovery.read_code(CODE), wrapped)

    def test_only_a_replica_key_is_wrapped(self) -> None:
        with pytest.raises(ValueError, match="length"):
            recovery.wrap_key(recovery.read_code(CODE), b"kort")

    def test_the_file_brings_the_key_back(self, tmp_path: Path) -> None:
        code = recovery.new_code()
        recovery.keep_recovery(tmp_path, code, RAW_KEY)
        assert recovery.recover_key(tmp_path, recovery.read_code(code.shown())) == RAW_KEY
        kept = (tmp_path / RECOVERY_FILE).read_text(encoding="utf-8")
        assert code.shown() not in kept
        assert RAW_KEY.hex() not in kept

    def test_a_lost_file_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(EnvironmentProblem, match="mangler"):
            recovery.recover_key(tmp_path, recovery.new_code())
