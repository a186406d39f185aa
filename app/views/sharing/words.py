# SPDX-License-Identifier: MPL-2.0
"""How it stands with the shared database, in words. Pure: a status in, Danish out.

Nothing is called shared before the server has it, and what waits is told by whose sign-in it waits for. Used by the room's top
line, the window's, and the card behind them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.domain.names import short_name
from app.sync.status import State, SyncStatus
from app.views.parts.chips import Tone
from app.views.talking import genitive


@dataclass(frozen=True, slots=True)
class Standing:
    """`words` as they follow "Gemt her 10.42 · ", "" where nothing is shared; `short` where there is little room."""

    words: str
    tone: Tone = Tone.OK
    short: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something somebody should look at: what it is called on the line, and told whole on the card."""

    key: str
    words: str
    told: str = ""


GUARD, ASIDE, LOGIN, WHY, PASSWORD, COPIED, NEWER = "guard", "aside", "login", "why", "password", "copied", "newer"
RENUMBERED = "renumbered"

_FAULTS = {
    State.REFUSED: "login blev afvist",
    State.ENDED: "adgangen er ophørt",
    State.OLDER: "den fælles database skal opgraderes",
    State.UNCONFIRMED: "venter på, at lederen bekræfter",
    State.STUCK: "kan ikke deles lige nu",
}


def standing(status: SyncStatus, here: Collection[str] = ()) -> Standing:
    """The line's words. `here`: the ids of those at the table."""
    waits = changes(status.unsent)
    match status.state:
        case State.ALONE:
            return Standing("")
        case State.SHARED if not status.unsent:
            return Standing("delt", Tone.OK)
        case State.WORKING:
            return Standing("deler …", Tone.WAITING, "deler …")
        case State.OFFLINE:
            more = f", {waits} venter her" if status.unsent else ""
            return Standing(f"uden forbindelse{more}", Tone.WAITING, "uden forbindelse")
        case State.SHARED | State.WAITS:
            return _waiting(status, here)
        case fault:
            more = f", {waits} venter her" if status.unsent else ""
            tone = Tone.TROUBLE if fault is State.STUCK and status.unsent else Tone.WAITING
            return Standing(f"{_FAULTS[fault]}{more}", tone, _FAULTS[fault])


def matters(status: SyncStatus) -> tuple[Matter, ...]:
    """What somebody should look at, the weightiest first."""
    found = []
    if status.held_back:
        cases = f"{status.held_back} {'sag' if status.held_back == 1 else 'sager'}"
        told = f"Den fælles database vil fjerne {cases} fra denne computer. Det kan være rigtigt, men det kan også være en fejl."
        found.append(Matter(GUARD, f"Skal {cases} fjernes?", f"{told} Intet fjernes, før I siger ja."))
    if status.set_aside:
        found.append(Matter(ASIDE, f"{changes(status.set_aside)} blev ikke taget imod"))
    refused = [who for who, state in status.of.items() if state is State.REFUSED]
    if refused:
        name = short_name(status.names.get(refused[0], ""))
        whose = f"{genitive(name)} adgangskode" if name else "adgangskoden"
        told = (
            f"Den fælles database tager ikke imod {whose}. Er den skiftet et andet sted, så vælg »Log ind på den igen« under"
            " indstillinger. Ellers spørg den, der laver konti hos jer."
        )
        found.append(Matter(LOGIN, "Log ind igen", told))
    if status.state is State.STUCK and status.sentence:
        found.append(Matter(WHY, "Se hvorfor"))
    if status.must_change_password:
        told = (
            "Din adgangskode er givet af en anden. Skift den under indstillinger; indtil da kan du ikke skrive under."
        )
        found.append(Matter(PASSWORD, "Skift din adgangskode", told))
    if status.copied_desk:
        told = (
            "Denne computer er en kopi af en anden. Den har fået sit eget mærke, og intet er gået tabt."
            " Er det ikke jer selv, der har kopieret den, så sig det til jeres it-afdeling."
        )
        found.append(Matter(COPIED, "Computeren er en kopi", told))
    for before, now in status.renumbered:
        told = (
            f"Sag {before} hedder nu {now}, for en kopi af computeren kan have givet nummeret til en anden sag."
            " Papirer med det gamle nummer gælder stadig, og sagen kan findes på begge numre."
        )
        found.append(Matter(RENUMBERED, "En sag har fået nyt nummer", told))
    if status.wanted_client:
        told = f"Kommunen beder om Rundbord {status.wanted_client}. Det, I skriver, bliver gemt imens."
        found.append(Matter(NEWER, "Der er en nyere udgave", told))
    return tuple(found)


def changes(count: int) -> str:
    """ "1 ændring", "3 ændringer"."""
    return f"{count} {'ændring' if count == 1 else 'ændringer'}"


def to_settle(count: int) -> str:
    """ "1 felt skal afklares"."""
    return f"{count} {'felt' if count == 1 else 'felter'} skal afklares" if count else ""


def are_here(names: Collection[str]) -> str:
    """ "Vagn er med": those who have the record open at other desks."""
    shorts = list(dict.fromkeys(short_name(name) or name for name in names if name))
    if not shorts:
        return ""
    *most, last = shorts
    return f"{', '.join(most)} og {last} er med" if most else f"{last} er med"


def upper_first(words: str) -> str:
    """The words as a sentence of their own."""
    return f"{words[:1].upper()}{words[1:]}"


def _waiting(status: SyncStatus, here: Collection[str]) -> Standing:
    away = {person_id: n for person_id, n in status.waiting.items() if person_id not in here}
    on_the_way = status.unsent - sum(away.values())
    parts: list[str] = []
    for person_id, count in sorted(away.items(), key=lambda one: (-one[1], one[0])):
        name = short_name(status.names.get(person_id, ""))
        whose = f"{genitive(name)} login" if name else "en andens login"
        parts.append(f"{changes(count)} venter på {whose}" if not parts else f"{count} på {whose}")
    if on_the_way:
        parts.append(f"{changes(on_the_way)} på vej" if not parts else f"{on_the_way} på vej")
    words = ", ".join(parts) or "venter på login"
    return Standing(words, Tone.WAITING, f"{status.unsent} venter" if status.unsent else "venter på login")
