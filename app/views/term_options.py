# SPDX-License-Identifier: MPL-2.0
"""KL's lists as options of a field: the key is kept, KL's own words are read. A level is never shown as a number."""

from __future__ import annotations

from app.domain.terms import TermList, terms
from app.views.parts.fields import Option


def listed(which: TermList) -> list[Option]:
    """The terms of a list, in the order they are offered."""
    return [Option(term.key, term.name) for term in terms(which)]
