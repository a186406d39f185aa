# SPDX-License-Identifier: MPL-2.0
"""KL's terms and codes that a first meeting speaks with (FFB and CareSocialCodes; domain §§ 1.2, 1.3; row B6).

Called by the goal's theme field, the papers and the exports. Names and codes only, read once from
resources/terms/ffb.json; the definitions are KL's and are not shipped. Must not know of goals: a goal keeps the theme's
name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from app.domain.errors import UserError
from app.domain.names import fold
from app.domain.resources import resource_path


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of Aktivitet og deltagelse, the only ones a goal may aim at. `group`: what it stands under in a list."""

    name: str
    code: str
    group: str
    group_code: str


class TermList(StrEnum):
    """The lists of terms beside the themes, each with the keys this program uses for them."""

    GOAL_TYPE = "goal_type"  # udvikle, fastholde, begrænse tab
    FOLLOW_UP = "follow_up"  # fortsættelse, afslutning, afslutning og ny: each a decision
    SERVICE = "service"  # 82a and 82b, each also "… med frivillige"; never the "Støtte til …" codes, which are § 85
    GOAL_LEVEL = "goal_level"  # ønske, formål, mål, delmål
    INFORMANT = "informant"  # whose words: borger, bestiller, vejleder, pårørende …
    LEVEL = "level"  # funktionsevneniveau, from none to complete; the code system has them in no order
    SUPPORT_NEED = "support_need"  # støttebehovsniveau, from none to complete
    TARGET_GROUP = "target_group"  # FFB's 45 målgrupper: sensitive, and not needed in the room
    PROVIDER = "provider"  # the eight kinds of tilbud that deliver
    MEASURE = "measure"  # what a goal's target is measured by
    EVALUATION = "evaluation"  # what is assessed
    CONTACT = "contact"  # what a contact is for


@dataclass(frozen=True, slots=True)
class Term:
    """One coded term. `key` is this program's word for it, `name` KL's; `system` is the code system's address."""

    key: str
    name: str
    code: str
    system: str


@cache
def themes() -> tuple[Theme, ...]:
    """The 31 themes, group by group, in the order they are offered."""
    return tuple(
        Theme(theme["name"], theme["code"], group["name"], group["code"])
        for group in _file()["theme_groups"]
        for theme in group["themes"]
    )


def find_theme(text: str) -> Theme:
    """The theme of that whole name (or code), however its letters are written. Raises UserError when there is none."""
    found = _themes_by_text().get(text.strip()) or _themes_by_text().get(fold(text))
    if found is None:
        raise UserError(f"»{text.strip()}« er ikke et FFB-tema.", "theme")
    return found


@cache
def terms(which: TermList) -> tuple[Term, ...]:
    """The terms of a list, in the order they are offered."""
    listed = _file()["terms"][which]
    system = _file()["systems"][listed["system"]]["uri"]
    return tuple(Term(term["key"], term["name"], term["code"], system) for term in listed["terms"])


def term(which: TermList, key: str) -> Term:
    """The term with this program's key. A key that is not in the list is a bug: KeyError."""
    return {term.key: term for term in terms(which)}[key]


def find_term(which: TermList, text: str) -> Term:
    """The term of that key, name or code, however its letters are written. Raises UserError when there is none."""
    found = _by_text(which).get(text.strip()) or _by_text(which).get(fold(text))
    if found is None:
        raise UserError(f"»{text.strip()}« står ikke på listen fra FFB.")
    return found


def version() -> str:
    """The package and the versions of the code systems all codes here are from, as an export keeps them."""
    systems = ", ".join(f"{name} {system['version']}" for name, system in _file()["systems"].items())
    return f"{_file()['package']} ({systems})"


@cache
def _by_text(which: TermList) -> dict[str, Term]:
    return {text: one for one in terms(which) for text in (one.code, fold(one.name), fold(one.key))}


@cache
def _themes_by_text() -> dict[str, Theme]:
    return {key: theme for theme in themes() for key in (theme.code, fold(theme.name))}


@cache
def _file() -> Any:
    return json.loads(resource_path("terms", "ffb.json").read_text(encoding="utf-8"))
