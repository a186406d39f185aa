# SPDX-License-Identifier: MPL-2.0
"""What the player's hands can put in a field at all."""

from __future__ import annotations

import pytest

from app.views.player.hands import _typeable


@pytest.mark.parametrize(
    ("text", "lines", "typed"),
    [
        ("\ufeffHej \uffff\ufffe\ufdd0\U0001fffe du", True, "Hej  du"),
        ("nul \x00 klokke \x07 slet \x7f", True, "nul  klokke  slet "),
        ("en\r\nto\u2028tre", True, "en\nto\ntre"),
        ("en\r\nto\u2028tre", False, "en to tre"),
        ("e\u0301 \u202eRTL\u202c \u200d \U0001f469\u200d\U0001f467 \ufffd", False, None),
    ],
)
def test_only_what_is_a_sign_is_typed(text: str, lines: bool, typed: str | None) -> None:
    assert _typeable(text, lines=lines) == (text if typed is None else typed)
