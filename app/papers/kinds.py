# SPDX-License-Identifier: MPL-2.0
"""The papers there are, what they are called, and whom each is for.

Read by the services that make and record a paper, by the screens and by the papers themselves. Must not know what is on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class PaperKind(StrEnum):
    """A paper of the record: `Paper.type`."""

    PLAN = "plan"
    LETTER = "svar"
    CONTACTS = "kontakter"
    LOOKUPS = "opslag"
    SHEET = "mødeark"
    NOTE = "mødenotat"
    ORDER = "bestilling"
    DOCUMENTING = "dokumentation"


class For(StrEnum):
    """Who may hold a paper."""

    CITIZEN = "borgeren"
    PROVIDER = "udføreren"
    STAFF = "jer selv"


@dataclass(frozen=True, slots=True)
class Known:
    """What a paper is called, by itself and in a sentence, and whom it is for.

    `given`: it is handed to the citizen, so that the record keeps how and when.
    """

    name: str
    the: str
    reader: For
    given: bool = False


KNOWN: Mapping[PaperKind, Known] = {
    PaperKind.PLAN: Known("Min plan", "planen", For.CITIZEN, given=True),
    PaperKind.LETTER: Known("Svar", "svaret", For.CITIZEN, given=True),
    PaperKind.CONTACTS: Known("Hvem ringer jeg til?", "kontaktarket", For.CITIZEN, given=True),
    PaperKind.LOOKUPS: Known("Opslag i din sag", "listen over opslag", For.CITIZEN, given=True),
    PaperKind.SHEET: Known("Mødeark", "mødearket", For.CITIZEN),
    PaperKind.NOTE: Known("Mødenotat", "mødenotatet", For.STAFF),
    PaperKind.ORDER: Known("Bestilling", "bestillingen", For.PROVIDER),
    PaperKind.DOCUMENTING: Known("Hvem dokumenterer hvad", "oversigten", For.STAFF),
}

GIVEN: tuple[PaperKind, ...] = tuple(kind for kind, known in KNOWN.items() if known.given)
"""The papers a citizen is given, in the order they are shown."""
