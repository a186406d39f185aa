# SPDX-License-Identifier: MPL-2.0
"""The machine's settings: one TOML file an it department lays on each machine, and one of the person's own under it.

What the machine's file says cannot be overridden by the person's. A setting with a fault counts for nothing, is told in one
Danish sentence, and stops nobody's work. Read when it is asked for, never on the way to the first list and never in practice.
Each setting is here because something reads it. Must not know screens.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.domain.errors import UserError
from app.store.keys import is_practice
from app.sync.profile import Profile, read_address

FILE = "rundbord.toml"
WAITS = (2, 60)
LOCKS = (1, 60)
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in the file, what it does (Danish), an example, and how its value is judged.

    `judge` gives the value as it is used, or raises ValueError with what it should be.
    """

    name: str
    does: str
    example: str
    judge: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Managed:
    """What holds on this machine; `faults` are Danish sentences.

    `machine` are the settings the machine's own file decides, also those it has got wrong: the person's count for nothing there.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    machine: frozenset[str] = frozenset()
    faults: tuple[str, ...] = ()

    def profile(self) -> Profile | None:
        """The shared database that is decided, or None."""
        address = self.values.get("database.address")
        if not isinstance(address, str):
            return None
        return replace(read_address(address, str(self.values.get("database.ca", ""))), wait_seconds=self.wait_seconds)

    def machines_profile(self) -> Profile | None:
        """The same where the machine's own file decides it: then it holds also for a desk that has joined by another address."""
        return self.profile() if "database.address" in self.machine else None

    @property
    def wait_seconds(self) -> int:
        """How long a desk waits for the shared database to answer when it connects."""
        return _whole(self.values.get("database.wait_seconds"), 5)

    @property
    def lock_minutes(self) -> int | None:
        """After how long the screen locks on this machine; None leaves it to the municipality's own setting."""
        minutes = self.values.get("lock.minutes")
        return minutes if isinstance(minutes, int) else None

    @property
    def team(self) -> str:
        """The team whose cases `rundbord caseload` gives where none is named; "" is all."""
        return str(self.values.get("team.name", ""))

    @property
    def municipality(self) -> str:
        """The municipality's name as the first start puts it in; "" asks."""
        return str(self.values.get("team.municipality", ""))

    @property
    def tells_of_updates(self) -> bool:
        """Whether people are told that the shared database asks for a newer program."""
        return self.values.get("updates.tell") is not False


NOTHING = Managed()


def _whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


# ------------------------------------------------------------------------------------------------------- the settings


def _address(value: object) -> str:
    text = _text(value)
    try:
        read_address(text)
    except UserError as no:
        raise ValueError('en adresse, for eksempel "rundbord.kommunen.dk"') from no
    return text


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200 or not value.isprintable():
        raise ValueError("en tekst i anførselstegn på højst 200 tegn")
    return value.strip()


def _certificate(value: object) -> str:
    path = Path(_text(value))
    try:
        there = path.is_absolute() and path.is_file()
    except OSError:  # a folder nobody lets this person into
        there = False
    if not there:
        raise ValueError("hele stien til en fil, der findes på computeren, og som alle må læse")
    return str(path)


def _number(least: int, most: int, what: str) -> Callable[[object], int]:
    def judge(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"et helt antal {what}, fra {least} til {most}")
        return value

    return judge


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true eller false uden anførselstegn")
    return value


SETTINGS = (
    Setting("database.address", "adressen på kommunens fælles database", '"rundbord.kommunen.dk"', _address),
    Setting(
        "database.ca", "kommunens rodcertifikat, en fil på computeren", '"/etc/ssl/certs/kommunen.pem"', _certificate
    ),
    Setting(
        "database.wait_seconds", "så længe ventes der på svar, når der kobles på", "5", _number(*WAITS, "sekunder")
    ),
    Setting("lock.minutes", "skærmen låses efter så længe uden en tast", "10", _number(*LOCKS, "minutter")),
    Setting("team.municipality", "kommunens navn ved den første start", '"Hillerød Kommune"', _text),
    Setting("team.name", "teamet, som rundbord caseload viser", '"Nord"', _text),
    Setting("updates.tell", "om folk får at vide, at der bedes om en nyere udgave", "false", _switch),
)
_KNOWN = {setting.name: setting for setting in SETTINGS}
_TABLES = tuple(dict.fromkeys(name.partition(".")[0] for name in _KNOWN))


# --------------------------------------------------------------------------------------------------------- reading them


def machine_file() -> Path:
    """Where an it department lays the file: a place only an administrator writes, found by no variable a person can set."""
    if sys.platform == "win32":
        return Path(sys.executable).parent / FILE
    if sys.platform == "darwin":
        return Path("/Library/Application Support/Rundbord") / FILE
    return Path("/etc/rundbord") / FILE


def for_folder(folder: Path) -> Managed:
    """What holds for the replica in `folder`: the machine's word, under it the person's own. In practice nothing does.

    Whose word the address is decides which certificate is trusted there, also by saying nothing of it.
    """
    if is_practice(folder):
        return NOTHING
    machine, person = read(machine_file()), read(folder / FILE)
    decided = machine.machine | ({"database.ca"} if "database.address" in machine.machine else set())
    own = {name: value for name, value in person.values.items() if name not in decided}
    return Managed({**own, **machine.values}, machine.machine, (*machine.faults, *person.faults))


def read(file: Path) -> Managed:
    """What one file says, as if it were the machine's. Nothing where there is none; one that cannot be read is one fault."""
    try:
        with open(file, "rb", opener=_at_once) as open_file:
            text = open_file.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return NOTHING
    except OSError:
        return _unusable(f"{file}: filen kan ikke læses. Giv alle på computeren lov til at læse den.")
    if len(text) > _MOST_BYTES:
        return _unusable(f"{file}: filen er alt for stor til at være indstillinger.")
    import tomllib  # late: most machines have no such file

    try:
        found = tomllib.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _unusable(f"{file}: filen er ikke i UTF-8. Gem den igen som UTF-8.")
    except (ValueError, RecursionError) as wrong:  # also a number of more digits than are read
        return _unusable(f'{file}: {_place(str(wrong), text)} er ikke TOML. En linje skrives som navn = "værdi".')
    values: dict[str, object] = {}
    mentioned: set[str] = set()
    faults: list[str] = []
    for name, value in _flat(found):
        if name not in _KNOWN:
            faults.append(f"{file}: {_unknown(name)}")
            continue
        mentioned.add(name)
        try:
            values[name] = _KNOWN[name].judge(value)
        except ValueError as wanted:
            faults.append(f"{file}: {name} skal være {wanted}.")
    if "database.ca" in values and "database.address" not in values:
        faults.append(f"{file}: database.ca gælder kun sammen med database.address.")
    return Managed(values, frozenset(mentioned), tuple(faults))


def _at_once(path: str, flags: int) -> int:
    """Open without waiting: a pipe laid there is never written to, and a start would stand still."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unusable(fault: str) -> Managed:
    """A file nobody can read decides everything and says nothing: a person's own must not slip in under a slip of the pen."""
    return Managed({}, frozenset(_KNOWN), (fault,))


def _flat(found: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for table, content in found.items():
        if isinstance(content, Mapping):
            yield from ((f"{table}.{name}", value) for name, value in content.items())
        else:
            yield table, content


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, _KNOWN, 1, 0.6)
    if near:
        return f"{name} kendes ikke. Mente du {near[0]}?"
    if name in _TABLES:
        return f"{name} er et afsnit. Skriv [{name}] på en linje for sig og indstillingerne under den."
    return f"{name} kendes ikke. Afsnittene er {', '.join(f'[{table}]' for table in _TABLES)}."


def _place(wrong: str, text: bytes) -> str:
    """ "linje 3" of a parser's English sentence."""
    import re

    if "end of document" in wrong:
        return f"linje {len(text.splitlines())}"
    at = re.search(r"at line (\d+)", wrong)
    return f"linje {at[1]}" if at else "indholdet"


def example() -> str:
    """A whole file with every setting, each a comment until somebody takes the # away."""
    lines = [
        "# Rundbords indstillinger på computeren. Fjern # foran det, der skal gælde. Prøv filen med:",
        f"#   rundbord doctor --settings {FILE}",
    ]
    for table in _TABLES:
        lines += ["", f"[{table}]"]
        for setting in SETTINGS:
            if setting.name.startswith(f"{table}."):
                lines += [f"# {setting.does}", f"# {setting.name.partition('.')[2]} = {setting.example}"]
    return "\n".join(lines) + "\n"
