# SPDX-License-Identifier: MPL-2.0
"""What a field with few answers may hold: the words themselves, as they stand on the record, on paper and in a script.

Read wherever such a field is written, judged or shown. `kinds.py` says which fields they are for.
"""

from __future__ import annotations

from enum import StrEnum


class TargetGroup(StrEnum):
    """The four lawful answers to "am I in the target group?" (A2, A12)."""

    YES = "ja"
    NO = "nej"
    LATER = "udskudt"
    DIRECT_85 = "direkte § 85"


class Paragraph(StrEnum):
    """What a support rests on (B1, B2, F1). Open offers need no decision."""

    P82B = "82b"
    P82A = "82a"
    OPEN = "åbent"


class Owner(StrEnum):
    """Who does an action (B4)."""

    CITIZEN = "borger"
    VEJLEDER = "vejleder"
    BESTILLER = "bestiller"
    NETWORK = "netværk"


class Source(StrEnum):
    """Where the citizen came from (A9): one entrance for all."""

    STREET = "gaden"
    JOBCENTRE = "jobcenter"
    DEPARTMENT = "anden afdeling"
    RELATIVE = "pårørende"
    DOCTOR = "egen læge"


class Outcome(StrEnum):
    """How a tried measure went (D1)."""

    WORKED = "lykkedes"
    PARTLY = "delvist"
    FAILED = "lykkedes ikke"


class GoalType(StrEnum):
    """FFB's kinds of goal."""

    DEVELOP = "udvikle"
    KEEP = "fastholde"
    LIMIT = "begrænse tab"


class OfferKind(StrEnum):
    """The three kinds of offer (F1)."""

    OPEN = "åbent"
    TEMPORARY = "tidsbegrænset"
    ORDINARY = "almindeligt"


class Ending(StrEnum):
    """An ending without a decision."""

    WITHDRAWN = "borgeren vil ikke gå videre"
    GUIDANCE = "kun rådgivning"


class ReadBack(StrEnum):
    """What the citizen says when the plan has been read aloud (idea 4)."""

    MINE = "det er mine ord"
    CHANGE = "ret det"
