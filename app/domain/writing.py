# SPDX-License-Identifier: MPL-2.0
"""What text may be: without what no database holds, and no longer than is sent in one piece.

Pure. `storable` is asked wherever text becomes a value or a draft, `require_length` wherever somebody can be told. Must not know
fields or how anything is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from app.domain.errors import UserError

LONGEST = 100_000
"""Characters in one text: some forty pages. A change holds a few texts and what they began from, and the shared database takes
two MiB of them."""
TOO_LONG = "Teksten er for lang. Skriv højst 100.000 tegn i feltet."

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def storable(text: str) -> str:
    """The text without NUL and halves of a character, which a paste may bring and nobody sees; two halves become their whole."""
    if _UNSTORABLE.search(text) is None:
        return text
    return text.replace("\0", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def storable_json(text: str) -> str:
    """JSON whose texts are all storable. What an earlier version wrote may hold one that is not."""
    if is_storable_json(text):
        return text
    return json.dumps(_each(json.loads(text)), ensure_ascii=False, separators=(",", ":"))


def is_storable_json(text: str) -> bool:
    """Whether all texts of the JSON are storable; no where that takes more than a look."""
    return "\\u" not in text or _ESCAPED.search(text) is None


def require_length(text: str, field: str) -> None:
    """Raises UserError naming the field when a text is longer than may be sent."""
    if len(text) > LONGEST:
        raise UserError(TOO_LONG, field)


def require_lengths(values: Mapping[str, object]) -> None:
    """The same for each of these."""
    for name, value in values.items():
        if isinstance(value, str):
            require_length(value, name)


def _each(told: Any) -> Any:
    if isinstance(told, str):
        return storable(told)
    if isinstance(told, list):
        return [_each(one) for one in told]
    return {storable(name): _each(one) for name, one in told.items()} if isinstance(told, dict) else told
