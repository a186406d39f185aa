# SPDX-License-Identifier: MPL-2.0
"""How it stands with the sharing, as a frozen value: what is here, what the server has, and what it waits for.

Made by the engine after each round, put into words by the screens. Nothing is called shared before the server has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """The one thing to be told first."""

    ALONE = "alene"  # this desk is joined to nothing
    OFFLINE = "uden forbindelse"
    WORKING = "i gang"
    SHARED = "delt"
    WAITS = "venter"  # something waits for somebody's sign-in, or for the server
    REFUSED = "login afvist"
    ENDED = "adgang ophørt"
    OLDER = "ældre server"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """`waiting` counts the unsent changes of each person id; `gone` is what the guard against mass deletion holds back."""

    state: State = State.ALONE
    waiting: Mapping[str, int] = field(default_factory=dict)
    set_aside: int = 0
    held_back: int = 0
    copied_desk: bool = False
    wanted_client: str = ""
    must_change_password: bool = False
    done: int = 0
    sentence: str = ""

    @property
    def unsent(self) -> int:
        """Everything written here that the server does not have."""
        return sum(self.waiting.values())


ALONE = SyncStatus()
