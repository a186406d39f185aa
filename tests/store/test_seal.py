# SPDX-License-Identifier: MPL-2.0
"""Seals and locks hold, and today's stored forms are opened by every later version."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import EnvironmentProblem, UserError
from app.domain.roles import Role
from app.store import recovery, seal

CHEAP = seal.KdfCost(memory_kib=8, passes=1)

# Written by the first version. They are never changed: what a later version makes of them is what is tested.
PASSWORD = "rødgrød med fløde"
PUBLIC_KEY = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
STORED_KEY = (
    '{"kdf":"argon2id","kind":"rundbord account key","lanes":1,"memory_kib":8,"nonce":"BtzIAqTYrNEpn1ad","passes":1,'
    '"public_key":"A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=","salt":"V2oAMNKq5kMEbeqYHM3vRw==",'
    '"sealed":"ATMYxpuNoWEdhD/zPJ/dxF1YT0/YG44l0VGVGKqMir7fwmWF5izR2aWaFzTHJgpt","version":1}'
)
STORED_PIN = (
    '{"hash":"sA7VTUjTHDPQtkDp/n0v6YUkawiY5juZZZ+QgaQR/Xo=","kdf":"argon2id","kind":"rundbord pin","lanes":1,'
    '"memory_kib":8,"passes":1,"salt":"Ee8vqwOpnSpHoL+diIsQVw==","version":1}'
)
CODE = "008J4-CT4AN-K7F24-SNAXW-SQFEZ-W0J6H-80J"
ROOT_PUBLIC = "Oe7gR+WFZXbuKsHj0ngX1r3qTRDmD1KnXoKISfpSzWk="
VOUCHER = "tQHEHnZkFx949Knu4y1sYyhJH/x3mzy6cEKoUz/1ywFUZljILf8VZoB1dCbUa8KdPPQLURVJy3welJgyOjUWCw=="
CONTENT = {"sag": "Å-1", "mål": ["Køre med bussen igen – »selv«", 2.5, None, True], "case_id": 1}
CANONICAL = '{"case_id":1,"mål":["Køre med bussen igen – »selv«",2.5,null,true],"sag":"Å-1"}'
HASH = "df5b6429ebddcc3a914eb21899dfa1fd0c7bcc900d4047a23c90966eade634ff"
DECISION_SEAL = "mDJTl5En1nLtDOCDIPgIoTB4l7lBivlbPIDi77VmOYEnSPgQuMaX87IghI9jz24LVbCTCLbVXpYjT4b7x8zDDg=="

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
contents = st.dictionaries(texts, values, max_size=5)


def opened() -> seal.OpenKey:
    return seal.open_account_key(seal.LockedKey.from_json(STORED_KEY), PASSWORD)


def fresh() -> seal.OpenKey:
    return seal.open_account_key(seal.new_account_key("en anden", CHEAP), "en anden")


def altered(text: str, **changes: object) -> str:
    return json.dumps({**json.loads(text), **changes})


class TestCanonical:
    def test_known_form(self) -> None:
        assert seal.canonical(CONTENT) == CANONICAL.encode()
        assert seal.digest(CANONICAL.encode()) == HASH

    @given(contents)
    def test_reads_back_to_the_same_bytes(self, content: dict[str, object]) -> None:
        written = seal.canonical(content)
        assert seal.canonical(json.loads(written)) == written

    @given(contents)
    def test_order_of_keys_does_not_matter(self, content: dict[str, object]) -> None:
        assert seal.canonical(dict(reversed(content.items()))) == seal.canonical(content)

    def test_text_is_left_as_it_was_written(self) -> None:
        assert seal.canonical({"a": "a\u030a"}) != seal.canonical({"a": "\u00e5"})

    def test_tuples_and_roles_are_written_as_lists_and_text(self) -> None:
        assert seal.canonical({"r": (Role.BESTILLER,)}) == b'{"r":["bestiller"]}'

    @pytest.mark.parametrize("value", [b"x", {1, 2}, object(), {1: "a"}])
    def test_what_has_no_form_is_refused_and_not_repeated(self, value: object) -> None:
        with pytest.raises(TypeError) as refused:
            seal.canonical({"a": [value]})
        assert repr(value) not in str(refused.value)

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
    def test_what_is_no_number_or_text_is_refused(self, value: object) -> None:
        with pytest.raises(ValueError, match=r"finite|surrogates"):
            seal.canonical({"a": value})


class TestText:
    @given(st.binary(max_size=80))
    def test_round_trip(self, raw: bytes) -> None:
        assert seal.from_text(seal.to_text(raw)) == raw

    @pytest.mark.parametrize("text", ["QQ", "QR==", "QQ==\n", " QQ==", "æ", "QQ==QQ==", None, 4])
    def test_other_ways_of_writing_the_same_are_refused(self, text: object) -> None:
        with pytest.raises(ValueError, match="base64"):
            seal.from_text(text)


class TestAccountKey:
    def test_a_key_of_the_first_version_opens(self) -> None:
        key = opened()
        assert key.public_key == PUBLIC_KEY
        assert key.sign(b"prik") == opened().sign(b"prik")
        assert seal.verify(PUBLIC_KEY, b"prik", key.sign(b"prik"))

    @given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
    def test_round_trip(self, password: str) -> None:
        locked = seal.new_account_key(password, CHEAP)
        again = seal.LockedKey.from_json(locked.to_json())
        assert again == locked
        assert seal.open_account_key(again, password).public_key == locked.public_key

    @given(st.text(max_size=20))
    def test_another_password_is_refused(self, password: str) -> None:
        if password == PASSWORD:
            return
        with pytest.raises(UserError, match=r"^Adgangskoden passer ikke\.$"):
            seal.open_account_key(seal.LockedKey.from_json(STORED_KEY), password)

    def test_the_same_letters_from_another_keyboard_fit(self) -> None:
        locked = seal.new_account_key("p\u00e5ske", CHEAP)
        assert seal.open_account_key(locked, "pa\u030aske").public_key == locked.public_key

    def test_an_empty_password_is_refused(self) -> None:
        with pytest.raises(UserError, match="Skriv en adgangskode"):
            seal.new_account_key("", CHEAP)

    def test_a_new_password_keeps_the_key(self) -> None:
        locked = seal.lock_account_key(opened(), "en ny", CHEAP)
        assert seal.open_account_key(locked, "en ny").public_key == PUBLIC_KEY
        with pytest.raises(UserError):
            seal.open_account_key(locked, PASSWORD)

    def test_no_two_locks_are_alike(self) -> None:
        one, two = (seal.lock_account_key(opened(), PASSWORD, CHEAP) for _ in range(2))
        assert one.salt != two.salt
        assert one.nonce != two.nonce
        assert one.sealed_seed != two.sealed_seed

    @pytest.mark.parametrize(
        "changes",
        [
            {"public_key": ROOT_PUBLIC},
            {"salt": "V2oAMNKq5kMEbeqYHM3vRg=="},
            {"nonce": "BtzIAqTYrNEpn1aa"},
            {"sealed": "BTMYxpuNoWEdhD/zPJ/dxF1YT0/YG44l0VGVGKqMir7fwmWF5izR2aWaFzTHJgpt"},
            {"passes": 2},
            {"memory_kib": 16},
        ],
    )
    def test_an_altered_field_is_refused(self, changes: dict[str, object]) -> None:
        with pytest.raises(UserError):
            seal.open_account_key(seal.LockedKey.from_json(altered(STORED_KEY, **changes)), PASSWORD)

    @given(st.data())
    def test_any_altered_byte_of_the_lock_is_refused(self, data: st.DataObject) -> None:
        sealed = bytearray(seal.from_text(json.loads(STORED_KEY)["sealed"]))
        sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
        with pytest.raises(UserError):
            seal.open_account_key(
                seal.LockedKey.from_json(altered(STORED_KEY, sealed=seal.to_text(bytes(sealed)))), PASSWORD
            )

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "nul",
            "[]",
            "{}",
            "[" * 100_000,
            STORED_PIN,
            altered(STORED_KEY, version=2),
            altered(STORED_KEY, version=True),
            altered(STORED_KEY, kdf="scrypt"),
            altered(STORED_KEY, salt=None),
            altered(STORED_KEY, memory_kib="8"),
            altered(STORED_KEY, memory_kib=2**40),  # would take all the machine's memory
            altered(STORED_KEY, passes=10**9),  # would never end
            altered(STORED_KEY, lanes=0),
        ],
    )
    def test_what_is_no_key_is_said_to_be_damaged(self, text: str) -> None:
        with pytest.raises(EnvironmentProblem, match="Kontoens nøgle kan ikke læses"):
            seal.LockedKey.from_json(text)

    @pytest.mark.parametrize("changes", [{"salt": "QQ=="}, {"nonce": "QQ=="}])
    def test_fields_of_the_wrong_length_are_said_to_be_damaged(self, changes: dict[str, object]) -> None:
        locked = seal.LockedKey.from_json(altered(STORED_KEY, **changes))
        with pytest.raises(EnvironmentProblem, match="Kontoens nøgle kan ikke læses"):
            seal.open_account_key(locked, PASSWORD)

    def test_another_key_under_the_name_of_this_one_is_found(self) -> None:
        """Somebody who knows the password locks a key of their own under another's public key."""
        fields = json.loads(STORED_KEY)
        header = {name: held for name, held in fields.items() if name not in ("nonce", "sealed")}
        wrapping = seal.stretch(PASSWORD, seal.from_text(fields["salt"]), CHEAP)
        forged = seal.LockedKey.from_json(seal.close_box(wrapping, bytes(32), header))
        with pytest.raises(EnvironmentProblem):
            seal.open_account_key(forged, PASSWORD)

    def test_too_little_memory_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Starved:
            def __init__(self, **_: object) -> None:
                raise MemoryError

        monkeypatch.setattr(seal, "Argon2id", Starved)
        with pytest.raises(EnvironmentProblem, match="hukommelse"):
            opened()

    def test_nothing_secret_is_shown_or_stored_by_accident(self) -> None:
        locked, key = seal.LockedKey.from_json(STORED_KEY), opened()
        assert locked.sealed_seed not in repr(locked)
        assert locked.salt not in repr(locked)
        assert repr(key) == "OpenKey(…)"
        attempts: list[Callable[[Any], object]] = [pickle.dumps, copy.copy, copy.deepcopy]
        for attempt in attempts:
            with pytest.raises(TypeError):
                attempt(key)

    def test_real_accounts_cost_what_they_should(self) -> None:
        assert (seal.OFFICE_COST.memory_kib, seal.OFFICE_COST.passes, seal.OFFICE_COST.lanes) == (65536, 3, 1)
        locked = seal.new_account_key("rigtig adgangskode")
        assert locked.params == seal.OFFICE_COST
        assert seal.open_account_key(locked, "rigtig adgangskode").public_key == locked.public_key


class TestVerify:
    @given(st.binary(max_size=60), st.binary(max_size=60))
    def test_only_the_sealed_message(self, message: bytes, other: bytes) -> None:
        mark = opened().sign(message)
        assert seal.verify(PUBLIC_KEY, message, mark)
        assert seal.verify(PUBLIC_KEY, other, mark) == (message == other)
        assert not seal.verify(ROOT_PUBLIC, message, mark)

    @given(st.text(max_size=20), st.text(max_size=20))
    def test_what_is_no_key_or_seal_is_false(self, key: str, mark: str) -> None:
        assert not seal.verify(key, b"prik", mark)
        assert not seal.verify(PUBLIC_KEY, b"prik", mark)
        assert not seal.verify(key, b"prik", opened().sign(b"prik"))


class TestPin:
    def test_a_pin_of_the_first_version_fits(self) -> None:
        assert seal.check_pin(STORED_PIN, "1234")

    @given(st.from_regex(r"[0-9]{4,8}", fullmatch=True), st.from_regex(r"[0-9]{4,8}", fullmatch=True))
    def test_round_trip(self, pin: str, other: str) -> None:
        stored = seal.hash_pin(pin, CHEAP)
        assert pin not in json.loads(stored).values()
        assert seal.check_pin(stored, pin)
        assert seal.check_pin(stored, other) == (pin == other)

    @pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "12 34", "-123", "1234\n", "١٢٣٤", "²²²²"])
    def test_what_is_no_pin_is_refused(self, pin: str) -> None:
        with pytest.raises(UserError, match="4-8 cifre"):
            seal.hash_pin(pin, CHEAP)
        assert not seal.check_pin(STORED_PIN, pin)

    @pytest.mark.parametrize(
        "stored",
        ["", "1234", STORED_KEY, altered(STORED_PIN, hash="QQ=="), altered(STORED_PIN, salt="QQ==")],
    )
    def test_what_is_no_stored_pin_is_said_to_be_damaged(self, stored: str) -> None:
        with pytest.raises(EnvironmentProblem, match="PIN-koden kan ikke læses"):
            seal.check_pin(stored, "1234")

    def test_an_altered_one_does_not_fit(self) -> None:
        assert not seal.check_pin(altered(STORED_PIN, passes=2), "1234")


class TestVouching:
    def test_the_root_of_a_code_is_always_the_same(self) -> None:
        root = seal.root_from_recovery(recovery.read_code(CODE))
        assert root.public_key == ROOT_PUBLIC
        assert seal.vouch(root, "p-1", "Bodil Bestiller", ["bestiller"], PUBLIC_KEY) == VOUCHER

    def test_every_word_of_the_voucher_counts(self) -> None:
        said = ("p-1", "Bodil Bestiller", ["bestiller"], PUBLIC_KEY)
        assert seal.vouched(ROOT_PUBLIC, *said, VOUCHER)
        assert not seal.vouched(PUBLIC_KEY, *said, VOUCHER)
        assert not seal.vouched(ROOT_PUBLIC, "p-2", *said[1:], VOUCHER)
        assert not seal.vouched(ROOT_PUBLIC, "p-1", "Vagn Vejleder", *said[2:], VOUCHER)
        assert not seal.vouched(ROOT_PUBLIC, "p-1", said[1], ["vejleder"], PUBLIC_KEY, VOUCHER)
        assert not seal.vouched(ROOT_PUBLIC, "p-1", said[1], ["bestiller", "leder"], PUBLIC_KEY, VOUCHER)
        assert not seal.vouched(ROOT_PUBLIC, "p-1", said[1], [], PUBLIC_KEY, VOUCHER)
        assert not seal.vouched(ROOT_PUBLIC, *said[:3], ROOT_PUBLIC, VOUCHER)

    def test_with_no_root_or_no_voucher_nobody_is_vouched_for(self) -> None:
        said = ("p-1", "Bodil Bestiller", ["bestiller"], PUBLIC_KEY)
        assert not seal.vouched(None, *said, VOUCHER)
        assert not seal.vouched(ROOT_PUBLIC, *said, None)
        assert not seal.vouched(ROOT_PUBLIC, *said, "")

    def test_order_and_kind_of_the_roles_do_not_matter(self) -> None:
        root = seal.root_from_recovery(recovery.read_code(CODE))
        voucher = seal.vouch(root, "p-1", "Bo", (Role.LEDER, Role.BESTILLER), PUBLIC_KEY)
        assert seal.vouched(ROOT_PUBLIC, "p-1", "Bo", ["bestiller", "leder", "leder"], PUBLIC_KEY, voucher)

    def test_one_name_is_not_taken_for_a_list_of_letters(self) -> None:
        with pytest.raises(TypeError):
            seal.vouched(ROOT_PUBLIC, "p-1", "Bo", "bestiller", PUBLIC_KEY, VOUCHER)

    def test_nobody_vouches_for_themselves(self) -> None:
        key = fresh()
        voucher = seal.vouch(key, "p-1", "Vagn", ["bestiller"], key.public_key)
        assert not seal.vouched(ROOT_PUBLIC, "p-1", "Vagn", ["bestiller"], key.public_key, voucher)


class TestDecision:
    def test_a_decision_of_the_first_version_stands(self) -> None:
        assert seal.seal_decision(opened(), CONTENT) == (HASH, DECISION_SEAL)
        assert seal.check_decision(CONTENT, HASH, DECISION_SEAL, PUBLIC_KEY)

    @given(contents, contents)
    def test_only_word_for_word(self, content: dict[str, object], other: dict[str, object]) -> None:
        content_hash, mark = seal.seal_decision(opened(), content)
        assert seal.check_decision(json.loads(seal.canonical(content)), content_hash, mark, PUBLIC_KEY)
        same = seal.canonical(content) == seal.canonical(other)
        assert seal.check_decision(other, content_hash, mark, PUBLIC_KEY) == same

    @given(st.data())
    def test_any_altered_byte_of_the_seal_is_found(self, data: st.DataObject) -> None:
        raw = bytearray(seal.from_text(DECISION_SEAL))
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
        assert not seal.check_decision(CONTENT, HASH, seal.to_text(bytes(raw)), PUBLIC_KEY)

    def test_hash_seal_and_signer_must_all_fit(self) -> None:
        other = {**CONTENT, "sag": "Å-2"}
        other_hash, _ = seal.seal_decision(fresh(), other)
        assert not seal.check_decision(other, other_hash, DECISION_SEAL, PUBLIC_KEY)
        assert not seal.check_decision(other, HASH, DECISION_SEAL, PUBLIC_KEY)
        assert not seal.check_decision(CONTENT, HASH.upper(), DECISION_SEAL, PUBLIC_KEY)
        assert not seal.check_decision(CONTENT, HASH, "", PUBLIC_KEY)
        assert not seal.check_decision(CONTENT, HASH, DECISION_SEAL, fresh().public_key)

    def test_a_seal_of_another_purpose_is_no_decision(self) -> None:
        key = opened()
        for message in (seal.canonical(CONTENT), HASH.encode(), bytes.fromhex(HASH)):
            assert not seal.check_decision(CONTENT, HASH, key.sign(message), PUBLIC_KEY)

    def test_what_could_never_be_sealed_is_false(self) -> None:
        deep: dict[str, object] = {}
        for _ in range(5000):
            deep = {"a": deep}
        contents: list[dict[str, object]] = [{"a": float("nan")}, {"a": object()}, {"a": "\ud800"}, deep]
        for content in contents:
            assert not seal.check_decision(content, HASH, DECISION_SEAL, PUBLIC_KEY)
