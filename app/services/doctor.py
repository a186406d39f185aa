# SPDX-License-Identifier: MPL-2.0
"""The doctor: what is wrong on this machine, in plain Danish, as a text that may be sent to an it department.

Called by `rundbord doctor` and from the settings, away from the lanes, for it reads every page of the replica. Looks and changes
nothing. The text holds versions, counts, ids and places, never a name, a number or a word of a case: a person's folder is told as
"~". What only Qt knows (fonts, screens) is handed in. Must not know screens.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from app import __version__
from app.domain.dates import format_long
from app.domain.errors import EnvironmentProblem, UserError
from app.domain.findings import Finding, Weight, fine, note, wrong
from app.models.tables import SCHEMA_VERSION as SCHEMA
from app.services import managed
from app.services.desk import Clock, system_clock
from app.services.managed import Managed
from app.services.opening import PassphraseNeeded, has_recovery, store_of
from app.store import health, keys, passwords
from app.store.health import Health
from app.store.keys import KeyStore
from app.store.where import ON_A_SHARE, on_a_share
from app.sync.profile import Profile, from_text

PROGRAM, SETTINGS, FOLDER, KEY, CASES, COPIES = "Program", "Indstillinger", "Mappe", "Nøgle", "Sager", "Kopier"
DATABASE, CLOCK = "Fælles database", "Ur"

_TIGHT, _FULL = 1_000_000_000, 100_000_000  # bytes free
_OLD_COPY, _LONG_UNSENT = timedelta(days=2), timedelta(days=3)
_MADE_AFTER = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
"""No clock that is right is before the year the program was made."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything looked at, in the order it was looked at."""

    at: datetime
    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """What must be put right."""
        return tuple(one for one in self.findings if one.weight is Weight.WRONG)

    def summary(self) -> str:
        """One sentence."""
        count = len(self.wrong)
        return f"{count} ting skal rettes." if count else "Alt er i orden."

    def text(self) -> str:
        """The report as a file that can be sent."""
        head = f"Rundbord {__version__}, eftersyn {format_long(self.at.date())} kl. {self.at:%H.%M}. {self.summary()}"
        tail = "Her står ingen navne, numre eller ord fra sager."
        return "\n".join([head, "", *map(told, self.findings), "", tail, ""])

    def suggested_name(self) -> str:
        """What the file is called."""
        return f"rundbord-eftersyn-{self.at:%Y-%m-%d-%H%M}.txt"


def told(finding: Finding) -> str:
    """A finding as one line."""
    return f"{finding.weight.value:8}{finding.area}: {without_home(finding.text)}"


def without_home(text: str) -> str:
    """A text with the person's own folder as "~": its name is often theirs."""
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 3 else text


@dataclass(frozen=True, slots=True)
class Asked:
    """What the doctor is given. `raw_key` where the program has the replica open; else the key is looked for where it lies.

    `password` is the one of whose desk it is; None is asked of the machine's key store. `seen` is what Qt has to say.
    """

    folder: Path
    practice: bool = False
    raw_key: bytes | None = None
    passphrase: str | None = None
    password: str | None = None
    key_store: KeyStore | None = None
    seen: Callable[[], Iterable[Finding]] = tuple


def examine(asked: Asked, clock: Clock = system_clock) -> Report:
    """Look at everything. Never raises for what it finds."""
    here = managed.for_folder(asked.folder)
    findings = [*_program(), *_settings(here), *_folder(asked.folder)]
    raw_key, about_key = _key(asked)
    findings += about_key
    found: Health | None = None
    if raw_key is not None and (asked.folder / keys.REPLICA_FILE).exists():
        found, about_cases = _cases(asked.folder, raw_key, clock())
        findings += about_cases
        findings += _copies(asked, raw_key, clock())
    findings += _clock(found, clock())
    findings += _database(asked, here, found, clock)
    findings += asked.seen()
    return Report(clock(), tuple(findings))


# ---------------------------------------------------------------------------------------------------------- the machine


def _program() -> Iterator[Finding]:
    from app.domain.resources import resource_path

    how = "installeret" if getattr(sys, "frozen", False) else "kildekode"
    yield fine(
        PROGRAM,
        f"Rundbord {__version__} ({how}), Python {platform.python_version()}, {platform.system()} {platform.release()} "
        f"{platform.machine()}.",
    )
    needed = ("tokens.json", "catalogue.json", "municipality.json", "terms", "help", "icons", "fonts")
    gone = [name for name in needed if not resource_path(name).exists()]
    if gone:
        yield wrong(PROGRAM, f"Filer mangler i programmets mappe: {', '.join(gone)}. Installér programmet igen.")


def _settings(here: Managed) -> Iterator[Finding]:
    for fault in here.faults:
        yield wrong(SETTINGS, fault)
    decided = [f"{name} = {value}" for name, value in sorted(here.values.items()) if name in here.machine]
    own = [f"{name} = {value}" for name, value in sorted(here.values.items()) if name not in here.machine]
    if decided:
        yield fine(SETTINGS, f"Bestemt af computeren: {', '.join(decided)}.")
    if own:
        yield fine(SETTINGS, f"Personens egne: {', '.join(own)}.")
    if not here.values and not here.faults:
        yield fine(SETTINGS, "Ingen; programmets egne gælder.")


def _folder(folder: Path) -> Iterator[Finding]:
    if not folder.exists():
        above = next(parent for parent in folder.absolute().parents if parent.exists())
        if not os.access(above, os.W_OK | os.X_OK):
            yield wrong(FOLDER, f"{folder} findes ikke og kan ikke laves i {above}. Giv personen adgang til mappen.")
            return
        yield note(FOLDER, f"{folder} findes ikke: Rundbord er ikke taget i brug her endnu.")
        return
    probe = folder / f".eftersyn-{os.getpid()}"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        yield wrong(FOLDER, f"{folder} kan ikke skrives i. Giv personen adgang til mappen.")
        return
    if on_a_share(folder):
        yield wrong(FOLDER, ON_A_SHARE)
    free = free_bytes(folder)
    if free < _FULL:
        yield wrong(FOLDER, f"Disken er næsten fuld: {free // 1_000_000} MB tilbage ved {folder}.")
    elif free < _TIGHT:
        yield note(FOLDER, f"Der er ikke meget plads: {free // 1_000_000} MB tilbage ved {folder}.")
    else:
        yield fine(FOLDER, f"{folder} kan skrives i, {free // 1_000_000_000} GB tilbage.")
    if os.name == "posix" and folder.stat().st_mode & 0o077 and not keys.is_practice(folder):
        yield note(
            FOLDER,
            "Andre brugere på computeren kan se ind i mappen. Filerne er krypterede; sæt dens rettigheder til 700.",
        )


def free_bytes(folder: Path) -> int:
    """How much room is left."""
    return shutil.disk_usage(folder).free


# --------------------------------------------------------------------------------------------------------- the replica


def _key(asked: Asked) -> tuple[bytes | None, list[Finding]]:
    """The key, if it can be had, and how that went."""
    if asked.raw_key is not None:
        return asked.raw_key, [fine(KEY, "Rundbord har sagerne åbne.")]
    there = (asked.folder / keys.REPLICA_FILE).exists()
    if not asked.folder.exists() or not (there or (asked.folder / keys.ID_FILE).exists() or asked.practice):
        return None, [_store_answers()]
    try:
        store = asked.key_store or store_of(asked.folder, asked.practice, asked.passphrase)
        ring = store.load(keys.replica_id_of(asked.folder))
    except PassphraseNeeded:
        return None, [note(KEY, "Nøglen ligger under en adgangssætning. Kør eftersynet i en terminal, og skriv den.")]
    except (EnvironmentProblem, UserError) as problem:
        return None, [wrong(KEY, problem.message)]
    if ring is None:
        lost = "Nøglen til sagerne findes ikke på computeren. Brug gendannelseskoden."
        return None, [wrong(KEY, lost) if there else note(KEY, "Der er ingen sager endnu, og ingen nøgle.")]
    return ring.raw_key, [fine(KEY, f"Nøglen til replika {ring.replica_id} er der.")]


def _store_answers() -> Finding:
    try:
        keys.SystemKeyStore()
    except EnvironmentProblem:
        return note(KEY, "Computeren har ingen nøglering, der svarer. Ved den første start vælges en adgangssætning.")
    return fine(KEY, "Computerens nøglering svarer.")


def _cases(folder: Path, raw_key: bytes, now: datetime) -> tuple[Health | None, list[Finding]]:
    try:
        found = health.examine(folder, raw_key)
    except EnvironmentProblem as problem:
        return None, [wrong(CASES, problem.message)]
    if not found.whole:
        said = "Filen med sagerne er beskadiget, eller nøglen passer ikke til den. Start Rundbord, og vælg »Hent kopien frem«."
        return None, [wrong(CASES, said)]
    if found.newer:
        said = (
            f"Filen er lavet af en nyere udgave (skema {found.schema}, programmet kender {SCHEMA}). Opdatér programmet."
        )
        return None, [wrong(CASES, said)]
    about = [
        fine(
            CASES,
            f"Filen er hel: {found.megabytes:.1f} MB, skema {found.schema}, SQLCipher {found.cipher}, "
            f"{found.changes} ændringer.",
        )
    ]
    if not found.cipher:
        about.append(wrong(CASES, "Filen er ikke krypteret: programmet er bygget uden SQLCipher. Installér det igen."))
    if found.schema < SCHEMA:
        about.append(note(CASES, "Filen er fra en ældre udgave og bringes op, næste gang Rundbord startes."))
    if found.profile and found.unsent:
        waits = f"{found.unsent} ændringer er ikke sendt til den fælles database"
        old = found.oldest_unsent is not None and now - _zoned(found.oldest_unsent) > _LONG_UNSENT
        said = (
            f"{waits}, den ældste fra {format_long(found.oldest_unsent.date())}."
            if found.oldest_unsent
            else f"{waits}."
        )
        about.append(wrong(CASES, said) if old else note(CASES, said))
    if found.off_the_list:
        many = "1 ændring" if found.off_the_list == 1 else f"{found.off_the_list} ændringer"
        said = f"Listen over det usendte passer ikke for {many}. Start Rundbord, så rettes den, og det usendte sendes."
        about.append(wrong(CASES, said))
    if found.set_aside:
        about.append(note(CASES, f"{found.set_aside} ændringer blev ikke taget imod. De står i sagerne."))
    return found, about


def _copies(asked: Asked, raw_key: bytes, now: datetime) -> Iterator[Finding]:
    try:
        found = health.copies(asked.folder, raw_key)
    except EnvironmentProblem as problem:
        yield wrong(COPIES, problem.message)
        return
    for name in found.damaged:
        yield wrong(COPIES, f"Kopien {name} kan ikke læses. Slet den; der lægges en ny, når Rundbord lukkes.")
    written = datetime.fromtimestamp((asked.folder / keys.REPLICA_FILE).stat().st_mtime).astimezone()
    if found.newest is None:
        yield note(COPIES, "Der er ingen kopi endnu. Den lægges, når Rundbord lukkes.")
    elif written - found.newest > _OLD_COPY:
        yield wrong(COPIES, f"Den nyeste kopi er fra {format_long(found.newest.date())}, og der er skrevet siden.")
    else:
        yield fine(COPIES, f"Den nyeste kopi er fra {format_long(found.newest.date())} kl. {found.newest:%H.%M}.")
    if not has_recovery(asked.folder):
        yield note(COPIES, "Filen til gendannelseskoden mangler: uden den kan koden ikke åbne sagerne.")


def _clock(found: Health | None, now: datetime) -> Iterator[Finding]:
    if now < _MADE_AFTER:
        yield wrong(CLOCK, f"Computerens ur siger {format_long(now.date())}. Stil det efter netværket.")
    elif found is not None and found.newest is not None and _zoned(found.newest) - now > timedelta(minutes=5):
        yield wrong(
            CLOCK,
            f"Der er skrevet i en sag {format_long(found.newest.date())}, og det er senere end computerens ur. Stil uret.",
        )


def _zoned(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.astimezone()


# ------------------------------------------------------------------------------------------------- the shared database


def _database(asked: Asked, here: Managed, found: Health | None, clock: Clock) -> Iterator[Finding]:
    profile = _profile(here, found)
    if profile is None:
        yield fine(DATABASE, "Computeren er ikke tilsluttet nogen.")
        return
    from app.sync.reach import try_it  # late: it brings the driver in

    login = found.login if found is not None else ""
    password = asked.password
    if password is None and login and not asked.practice:
        password = passwords.remembered_password(profile.entry(login))
    yield from try_it(profile, login, password, clock)


def _profile(here: Managed, found: Health | None) -> Profile | None:
    decided = here.machines_profile()
    if decided is None and found is not None and found.profile:
        return replace(from_text(found.profile), wait_seconds=here.wait_seconds)
    return decided or here.profile()
