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
    UNCONFIRMED = "afventer bekræftelse"
    STUCK = "fejl"  # the disk, a bug, a server that cannot write or is not to be trusted: the sentence says; it is tried again


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """`waiting` counts the unsent changes of each person id; `of` has those of a state other than all's well.

    `names` has the names of these people, as far as they are known here. `held_back`: cases that are to leave and wait for
    somebody's yes (`leaving.allow_leaving`), for they are so many. `renumbered`: the numbers, before and now, of cases whose
    first number was printed, signed or sent, and may be another case's too.
    """

    state: State = State.ALONE
    waiting: Mapping[str, int] = field(default_factory=dict)
    set_aside: int = 0
    held_back: int = 0
    copied_desk: bool = False
    renumbered: tuple[tuple[str, str], ...] = ()
    wanted_client: str = ""
    must_change_password: bool = False
    done: int = 0
    sentence: str = ""
    of: Mapping[str, State] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def unsent(self) -> int:
        """Everything written here that the server does not have."""
        return sum(self.waiting.values())

    @property
    def waiting_by_name(self) -> tuple[tuple[str, int], ...]:
        """Whose words wait, by name, and how many; the most first. Somebody who is not known here has no name."""
        rows = [(self.names.get(person_id, ""), n) for person_id, n in self.waiting.items()]
        return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


ALONE = SyncStatus()
