# SPDX-License-Identifier: MPL-2.0
"""What is taken back, as one says it before and after: a step is named by what one does, and undone by what was done. Pure."""

from __future__ import annotations

from app.services.undo import Undone

NOT_UNDONE_HERE = frozenset({"Ny borger", "Begynd møde"})
"""What lies before the meeting: undoing it would take the case from under the table."""

_WHOLE = {"Afklar": "afklaringen", "Skriv": "det skrevne", "Tilføj jer ved bordet": "at I er ved bordet"}
_OF_A_LIST = {"Fjern": "fjernet", "Flyt": "flyttet", "Tilføj": "tilføjet"}
_DONE = {
    "Bed": "bedt",
    "Begynd": "begyndt",
    "Luk": "lukket",
    "Læs": "læst",
    "Saml": "samlet",
    "Send": "sendt",
    "Skift": "skiftet",
    "Skriv": "skrevet",
    "Slut": "sluttet",
    "Spørg": "spurgt",
    "Sæt": "sat",
    "Tag": "taget",
    "Træk": "trukket",
    "Udpeg": "udpeget",
    "Vælg": "valgt",
}


def was(step: str) -> str:
    """ "Fjern delmål" is "delmål fjernet", "Ret mål" is "rettelsen i »mål«". What has no such form stands as it is named."""
    verb, _, rest = step.partition(" ")
    if step in _WHOLE:
        return _WHOLE[step]
    if verb == "Ret" and rest:
        return f"rettelsen i »{rest}«"
    if verb in _OF_A_LIST and rest:
        return f"{rest} {_OF_A_LIST[verb]}"
    return f"{_DONE.get(verb, verb[:1].lower() + verb[1:])} {rest}".strip()


def taken_back(undone: Undone, said: str) -> str:
    """What was taken back, and what was not because another has written since. `said`: what stays that has just been told."""
    kept = f" ({', '.join(undone.kept)} har en anden skrevet i siden)" if undone.kept else ""
    stays = f". {undone.stays}" if undone.stays and undone.stays != said else ""
    return f"Fortrudt: {was(undone.name)}{kept}{stays}"
