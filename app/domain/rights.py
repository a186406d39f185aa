# SPDX-License-Identifier: MPL-2.0
"""Who may do what: the one table of acts and roles (rows C1, C2, C4, C5, D3; promises 1 and 2).

Myndighed and udfører have each their own tasks. Services ask here through `Desk.require`, the unit of work for each field it
writes, the screens through `views/allowed.py`, and the shared database makes its own rules from the same table. The help
shows it to people (`as_markdown`). Must not know services, screens or how values are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from app.domain.roles import Pen, Role


class Act(StrEnum):
    """One thing a person does in the program. The value is what the access log says of a refusal."""

    VISITATE = "visitate"
    DECIDE = "decide"
    SEND_ON = "send_on"
    COMPETENCES = "competences"
    CATALOGUE = "catalogue"
    SETTINGS = "settings"
    ACCOUNTS = "accounts"
    ACCESS_LOG = "access_log"
    BUDGET = "budget"
    CONTRACTS = "contracts"
    COMPLAINTS = "complaints"
    MOVE_CASES = "move_cases"
    PLAN = "plan"
    DELIVER = "deliver"
    DOCUMENT = "document"
    NEW_CITIZEN = "new_citizen"
    IMPORT = "import"
    MEET = "meet"
    CITIZENS_WORDS = "citizens_words"
    RECORD = "record"
    PAPER = "paper"
    NOTE_PAPER = "note_paper"
    SETTLE = "settle"
    SEE_TEAM = "see_team"
    OPEN_CASE = "open_case"
    EXPORT = "export"
    REPORT = "report"
    COPY_OUT = "copy_out"
    CALENDAR = "calendar"
    SEE_SHARED = "see_shared"
    ADVISE = "advise"
    OWN_ACCOUNT = "own_account"


class Side(StrEnum):
    """Whose task it is: a heading of the table."""

    AUTHORITY = "Myndighed"
    PROVIDER = "Udfører"
    TABLE = "Fælles ved bordet"
    ADVISER = "Rådgiver"


#   who may, then what it is: after "kan" in a sentence. B bestiller, V vejleder, L leder, R rådgiver.
_TABLE: Mapping[Side, tuple[tuple[str, Act, str], ...]] = {
    Side.AUTHORITY: (
        ("B---", Act.VISITATE, "skrive formål, støtte, ramme og svar"),
        ("B---", Act.DECIDE, "afgøre og underskrive"),
        ("B---", Act.SEND_ON, "sende et svar videre til en, der må afgøre det"),
        ("B-L-", Act.COMPETENCES, "sætte, hvem der må bevilge hvad (bestilleren kun, hvor der ingen leder er)"),
        ("B-L-", Act.CATALOGUE, "udgive tilbud og kvalitetsstandarder i kataloget"),
        ("B-L-", Act.SETTINGS, "ændre kommunens oplysninger og klagevejledning"),
        ("B-L-", Act.ACCOUNTS, "godkende en bestillers nøgle"),
        ("B-L-", Act.ACCESS_LOG, "se, hvem der har slået op i en sag, og give borgeren listen"),
        ("B-L-", Act.BUDGET, "sætte budget og økonomisk ramme"),
        ("--L-", Act.CONTRACTS, "indgå aftaler med leverandører"),
        ("B-L-", Act.COMPLAINTS, "modtage og afslutte klager"),
        ("--L-", Act.MOVE_CASES, "flytte sager fra én medarbejder til en anden"),
    ),
    Side.PROVIDER: (
        ("-V--", Act.PLAN, "skrive mål, delmål, tegn, spørgsmål til udkastet og ønsker om revisitation"),
        ("-V--", Act.DELIVER, "sætte tempoet inden for rammen"),
        ("-V--", Act.DOCUMENT, "notere, hvad der er givet"),
    ),
    Side.TABLE: (
        ("BV--", Act.NEW_CITIZEN, "tage imod en ny borger"),
        ("BV--", Act.IMPORT, "hente henvisninger"),
        ("BV--", Act.MEET, "holde mødet"),
        ("BV--", Act.CITIZENS_WORDS, "skrive borgerens egne ord ned"),
        ("BV--", Act.RECORD, "skrive det fælles i sagen"),
        ("BV--", Act.PAPER, "give borgeren planen og svaret"),
        ("BVL-", Act.NOTE_PAPER, "få noteret i sagen, at et papir er givet"),
        ("BV--", Act.SETTLE, "gøre to udgaver af et felt til én"),
        ("BVL-", Act.SEE_TEAM, "se teamets sager og søge i dem"),
        ("BVL-", Act.OPEN_CASE, "åbne en sag"),
        ("BVL-", Act.EXPORT, "tage en sag ud som fil"),
        ("BV--", Act.REPORT, "indberette en sag til KL i FFB's koder"),
        ("BV--", Act.COPY_OUT, "kopiere en sags felter til fagsystemet"),
        ("BVL-", Act.CALENDAR, "gemme en sags opfølgninger til en kalender"),
        ("BVLR", Act.OWN_ACCOUNT, "skifte sin egen adgangskode og PIN-kode"),
    ),
    Side.ADVISER: (
        ("---R", Act.SEE_SHARED, "se det, der er delt i en sag, man er spurgt om"),
        ("BV-R", Act.ADVISE, "skrive et råd ned"),
    ),
}
_LETTERS = {"B": Role.BESTILLER, "V": Role.VEJLEDER, "L": Role.LEDER, "R": Role.RAADGIVER}

MAY: Mapping[Act, frozenset[Role]] = {
    act: frozenset(_LETTERS[sign] for sign in who if sign != "-") for rows in _TABLE.values() for who, act, _ in rows
}
"""Who may do each act."""
LABEL: Mapping[Act, str] = {act: label for rows in _TABLE.values() for _, act, label in rows}
"""What each act is called, as it stands after "kan"."""

NOT_YET: frozenset[Act] = frozenset({Act.BUDGET, Act.CONTRACTS, Act.COMPLAINTS, Act.MOVE_CASES, Act.DOCUMENT})
"""Settled here and done nowhere yet: left out of the help until a service asks for it."""

OF_PEN: Mapping[Pen, Act] = {
    Pen.BESTILLER: Act.VISITATE,
    Pen.VEJLEDER: Act.PLAN,
    Pen.EITHER: Act.RECORD,
    Pen.CITIZEN: Act.CITIZENS_WORDS,
    Pen.ADVISER: Act.ADVISE,
    Pen.SIGNATURE: Act.DECIDE,
}
"""What one does by writing a field with that pen. What the program registers itself is nobody's act."""
OF_KIND: Mapping[str, Act] = {
    "municipality": Act.SETTINGS,
    "offer": Act.CATALOGUE,
    "competence": Act.COMPETENCES,
    "paper": Act.NOTE_PAPER,
    "intensity": Act.DELIVER,
}
"""Kinds of record of which the act says who writes them, whatever the pen: the municipality's own, a paper that is given, and how
much of a support is given just now."""

OF_PAPER: Mapping[str, Act] = {"opslag": Act.ACCESS_LOG}
"""Papers, by their type, that are given by another act than `Act.PAPER`."""


def act_of_paper(kind: str) -> Act:
    """By which act a paper of that type is given to the citizen."""
    return OF_PAPER.get(kind, Act.PAPER)


def may(role: Role, act: Act) -> bool:
    """Whether somebody acting in `role` may do `act`."""
    return role in MAY[act]


@cache
def may_write(role: Role, pen: Pen, kind: str = "") -> bool:
    """Whether somebody acting in `role` may write a field whose pen is `pen`, in a record of `kind`."""
    return role in writers(pen, kind)


def writers(pen: Pen, kind: str = "") -> frozenset[Role]:
    """The roles that write such a field."""
    act = None if pen is Pen.PROGRAM else OF_KIND.get(kind, OF_PEN[pen])
    return frozenset() if act is None else MAY[act]


def refusal(act: Act) -> str:
    """Why somebody else may not, as one sentence."""
    return f"Kun {told(MAY[act])} kan {LABEL[act]}."


def no_consent(whom: str) -> str:
    """Why nobody else is asked, and where the citizen's yes is written (C6)."""
    return f"Borgeren har ikke givet samtykke til, at I spørger {whom}. Skriv det i trin 1 under »Må vi spørge andre?«."


def told(roles: frozenset[Role]) -> str:
    """Some roles in a sentence: "bestilleren eller lederen"."""
    names = [f"{role.value}en" for role in (Role.BESTILLER, Role.VEJLEDER) if role in roles]
    names += ["lederen"] if Role.LEDER in roles else []
    names += ["rådgiveren"] if Role.RAADGIVER in roles else []
    return " eller ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "ingen"


def as_markdown() -> str:
    """The table for people: what the program can do today, whose task it is, and who may."""
    lines = []
    for side, rows in _TABLE.items():
        shown = [(who, label) for who, act, label in rows if act not in NOT_YET]
        lines += ["", f"| {side.value} | Bestiller | Vejleder | Leder | Rådgiver |", "|---|---|---|---|---|"]
        lines += [
            f"| {label[:1].upper()}{label[1:]} | {' | '.join('–' if sign == '-' else 'ja' for sign in who)} |"
            for who, label in shown
        ]
    return "\n".join(lines[1:])
