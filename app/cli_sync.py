# SPDX-License-Identifier: MPL-2.0
"""`rundbord join` and `rundbord sync`: this machine's own end of the shared database, at a terminal or in a script.

Wired by `cli.py`, which tells what goes wrong in one line. A password is asked for, or read a line at a time where there is no
terminal; none is taken on the command line. Must not know how anything is done: `services` does it.
"""

from __future__ import annotations

import getpass
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from app.domain.errors import UserError
    from app.services.desk import Desk
    from app.services.joining import Asked, Joined
    from app.services.shared import Membership
    from app.sync.profile import Profile
    from app.sync.status import SyncStatus

DONE, FAILED = 0, 1
_ASK_FOR = {
    "new_password": "Ny adgangskode (mindst 8 tegn): ",
    "own_password": "Din adgangskode på denne computer: ",
    "pin": "PIN-kode (4-8 cifre): ",
}


def add_to(commands: Any, _made: type[ArgumentParser]) -> None:
    """Add the two commands to the program's."""
    join = commands.add_parser("join", help="tilslut denne computer kommunens fælles database")
    join.add_argument(
        "address",
        metavar="ADRESSE",
        nargs="?",
        default="",
        help="fx rundbord.kommunen.dk, om nødvendigt med :port og /database; tom er den, computerens indstillinger siger",
    )
    join.add_argument("login", metavar="BRUGERNAVN")
    join.add_argument(
        "--ca", metavar="FIL", default="", help="kommunens eget rodcertifikat, hvis computeren ikke kender det"
    )
    join.add_argument("--sign-here", action="store_true", help="underskriv fremover på denne computer og ingen anden")
    join.set_defaults(run=_join, command="join")

    sync = commands.add_parser("sync", help="send og hent uden vindue, til der trykkes Ctrl+C")
    sync.add_argument("--once", action="store_true", help="kun én gang")
    sync.add_argument("--json", action="store_true", help="svar som JSON, en linje for hver gang")
    sync.set_defaults(run=_sync, command="sync")


# ------------------------------------------------------------------------------------------------------------ joining


def _join(asked: SimpleNamespace) -> int:
    from app.domain.errors import UserError
    from app.services import managed
    from app.services.joining import Asked
    from app.sync.profile import read_address

    practice = asked.practice is not None
    ca = str(Path(asked.ca).absolute()) if asked.ca else ""
    here = managed.for_folder(_folder(asked))
    profile = here.machines_profile() or (here.profile() if not asked.address else None)
    if profile is not None and asked.address:
        print(f"It-afdelingen har bestemt, at det er {profile.address}.", file=sys.stderr)
    if profile is None:
        profile = read_address(asked.address, ca, practice=practice)
    said = Asked(asked.login, _secret("Adgangskode: "), sign_here=asked.sign_here)
    joined = None
    while joined is None:
        try:
            joined = _enter(asked, profile, said)
        except UserError as no:
            said = _with_more(said, no)
    print(f"Computeren er tilsluttet som {joined.hand.name}, {joined.hand.role.value}.")
    if not joined.confirmed:
        print("En leder skal bekræfte kontoen, før sagerne kan hentes og sendes.")
    if joined.signs_elsewhere:
        print("Du underskriver på en anden computer. Brug --sign-here for at underskrive her.")
    return DONE


def _with_more(said: Asked, no: UserError) -> Asked:
    """What was said and what it lacked, asked for once; the refusal itself where nothing more would help."""
    field = no.field or ""
    if field not in _ASK_FOR or getattr(said, field):
        raise no
    if field != "pin":  # it says what a PIN is, and so does the question
        print(no.message, file=sys.stderr)
    more = _chosen(_ASK_FOR[field]) if field == "new_password" else _secret(_ASK_FOR[field])
    if field == "new_password":
        return replace(said, new_password=more)
    return replace(said, own_password=more) if field == "own_password" else replace(said, pin=more)


def _enter(asked: SimpleNamespace, profile: Profile, said: Asked) -> Joined:
    from app.services import accounts, joining
    from app.services.opening import store_of
    from app.store import keys

    folder = _folder(asked)
    practice = asked.practice is not None
    if not (folder / keys.REPLICA_FILE).exists():
        phrase = None
        if not practice and isinstance(keys.choose_key_store(folder, False, lambda: ""), keys.PassphraseKeyStore):
            phrase = asked.phrase = getattr(asked, "phrase", None) or _chosen("Adgangssætning til computeren: ")
        return joining.join_first(
            folder, profile, said, practice=practice, passphrase=phrase, key_store=store_of(folder, practice, phrase)
        )
    with _opened(asked) as desk:
        people = accounts.people(desk)
        mine = people[0].person_id if len(people) == 1 else ""
        return joining.join(desk, profile, said, person_id=mine)


# ------------------------------------------------------------------------------------------------------------ sharing


def _sync(asked: SimpleNamespace) -> int:
    from app.domain.errors import EnvironmentProblem, UserError
    from app.services import joining
    from app.services.shared import membership
    from app.services.sharing import Sharing
    from app.sync.status import State

    with _opened(asked) as desk:
        joined = membership(desk)
        if joined is None:
            raise UserError("Computeren er ikke tilsluttet en fælles database. Brug rundbord join.")
        person_id, login, password = _who(desk, joined)
        sharing = Sharing(
            desk,
            joined.profile,
            joining.at_once,  # nobody else uses the replica meanwhile
            lambda _: None,
            (lambda _: None) if asked.once else lambda status: _tell(asked, status),
            lambda *_: None,
            start=False,
        )
        try:
            sharing.sign_in(person_id, login, password)
            if asked.once:
                sharing.round()
                status = sharing.round()  # what the first has asked for
                _tell(asked, status)
                if status.state in (State.SHARED, State.WAITS) and person_id not in status.waiting:
                    return DONE
                raise EnvironmentProblem(status.sentence or "Noget er ikke sendt endnu. Prøv igen.")
            sharing.start()
            threading.Event().wait()
            return DONE
        except KeyboardInterrupt:
            return DONE
        finally:
            sharing.stop()


def _who(desk: Desk, joined: Membership) -> tuple[str, str, str]:
    """Whose words are sent: those of the person whose desk it is, by the password the machine keeps, or else by theirs typed."""
    from app.domain.errors import UserError
    from app.services import accounts, shared

    login = joined.logins.get(joined.host)
    if login is None:
        raise UserError("Ingen på computeren har en konto i den fælles database endnu.")
    password = shared.bring_in(joined)
    if password is None:
        password = _secret(f"Adgangskode til {login}: ")
        accounts.check_password(desk, joined.host, password)
    return joined.host, login, password


def _tell(asked: SimpleNamespace, status: SyncStatus) -> None:
    waiting = {name or person: n for (person, n), name in zip(status.waiting.items(), _names(status), strict=True)}
    if asked.json:
        said = {
            "state": status.state.value,
            "received": status.done,
            "waiting": waiting,
            "set_aside": status.set_aside,
            "held_back": status.held_back,
            "sentence": status.sentence,
        }
        print(json.dumps(said, ensure_ascii=False), flush=True)
        return
    words = [f"{status.state.value.capitalize()}: {status.done} hentet, {status.unsent} venter."]
    words += [f"{n} venter på {name}." for name, n in waiting.items()]
    words += [f"{status.set_aside} er ikke taget imod."] if status.set_aside else []
    print(" ".join(words), flush=True)


def _names(status: SyncStatus) -> list[str]:
    return [status.names.get(person_id, "") for person_id in status.waiting]


# -- inside


@contextmanager
def _opened(asked: SimpleNamespace) -> Iterator[Desk]:
    from app.services.opening import PassphraseNeeded, open_replica

    practice = asked.practice is not None
    try:
        opened = open_replica(_folder(asked), practice=practice)
    except PassphraseNeeded:
        asked.phrase = getattr(asked, "phrase", None) or _secret(
            "Adgangssætning: "
        )  # joining may open it again and again
        opened = open_replica(_folder(asked), passphrase=asked.phrase)
    try:
        yield opened.desk
    finally:
        opened.desk.replica.close()
        opened.lock.release()


def _folder(asked: SimpleNamespace) -> Path:
    from app.bootstrap import data_folder

    folder: Path = asked.practice if asked.practice is not None else data_folder()
    return folder


def _secret(prompt: str) -> str:
    """Asked for where somebody can see it; else the next line."""
    from app.domain.errors import UserError

    said = getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if not said:
        raise UserError(f"Der blev ikke skrevet noget ved »{prompt.strip().rstrip(':')}«.")
    return said


def _chosen(prompt: str) -> str:
    """One that is chosen now: at a terminal, where nobody sees it, it is typed twice."""
    from app.domain.errors import UserError

    said = _secret(prompt)
    if sys.stdin.isatty() and _secret("En gang til: ") != said:
        raise UserError("De to er ikke ens.")
    return said
