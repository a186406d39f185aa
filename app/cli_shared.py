# SPDX-License-Identifier: MPL-2.0
"""`rundbord shared …`: the shared database set up, looked over, and its accounts kept. For an it department, at a terminal.

Wired by `cli.py`, which tells what goes wrong in one line. A first password is shown once, for handing over; no other
password is ever printed, and none is taken on the command line. Must not know how anything is done: `sync` does it.
"""

from __future__ import annotations

import getpass
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from app.sync.keeping import Connection

DONE, FAILED, WRONG_USE = 0, 1, 2
_KERBEROS = "uden adgangskode: personen logger ind med Kerberos"
_STATES = {"new": "ikke bekræftet", "open": "åben", "closed": "lukket"}
_VOUCHED_FOR = {"bestiller", "leder"}  # whose key the municipality vouches for; nobody waits for another's


def add_to(commands: Any, made: type[ArgumentParser]) -> None:
    """Add the command and what it can do to the program's commands."""
    shared = commands.add_parser(
        "shared",
        help="den fælles database: opsætning, eftersyn og konti",
        description="For den, der driver kommunens fælles database. Rækkefølgen står i docs/drift.md.",
    )
    what = shared.add_subparsers(title="hvad", metavar="HVAD", required=True, dest="hvad", parser_class=made)

    def one(name: str, told: str, run: Callable[[SimpleNamespace, Connection], int]) -> ArgumentParser:
        parser: ArgumentParser = what.add_parser(name, help=told)
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--dsn", help="databasen, som PostgreSQL skriver den: host=… dbname=… user=…")
        where.add_argument("--profile", metavar="NAVN", help="en gemt adresse (se rundbord shared remember)")
        parser.set_defaults(run=lambda asked: _with_connection(asked, run), command=f"shared {name}")
        return parser

    init = one("init", "sæt databasen op, eller bring den op til dette program", _init)
    init.add_argument(
        "--root", action="store_true", help="spørg om gendannelseskoden, og læg kommunens nøgle i databasen"
    )
    one("check", "se databasen efter", _check)
    one("restored", "sig til databasen, at den er lagt tilbage fra en ældre kopi", _restored)
    team = one("add-team", "opret et team", _add_team)
    team.add_argument("name", metavar="NAVN", help="teamets navn, fx Nord")
    person = one("add-person", "opret en konto", _add_person)
    person.add_argument("login", metavar="BRUGERNAVN", help="små bogstaver og tal, fx bodil")
    person.add_argument("name", metavar="NAVN", help='som det skal stå på papiret, fx "Bodil Bestiller"')
    person.add_argument(
        "--role",
        action="append",
        default=[],
        metavar="ROLLE",
        help="bestiller, vejleder, leder eller rådgiver; skriv den igen for hver rolle, personen har",
    )
    person.add_argument("--team", metavar="TEAM", help="teamet, personen er på; en rådgiver er på intet")
    person.add_argument("--id", metavar="UUID", help="personens id på sin egen computer, hvis der er et")
    person.add_argument("--phone", default="", metavar="TELEFON", help="står på papiret til borgeren")
    person.add_argument(
        "--discipline", default="", metavar="FAG", help="fx socialrådgiver; for en rådgiver stedet, fx VISO"
    )
    person.add_argument("--kerberos", action="store_true", help=_KERBEROS)
    person.add_argument(
        "--accounts", action="store_true", help="en kontoadministrator: opretter konti, ser ingen sager"
    )
    for name, told, run in (
        ("reset-password", "giv en ny første adgangskode", _reset),
        ("confirm", "bekræft, at en konto er den persons", _confirm),
        ("vouch", "godkend en persons nøgle med gendannelseskoden", _vouch),
        ("remove-person", "luk en konto", _remove),
        ("reopen-person", "luk en lukket konto op igen", _reopen),
    ):
        of = one(name, told, run)
        of.add_argument("who", metavar="PERSON", help="brugernavn, id eller navn")
        if name == "remove-person":
            of.add_argument(
                "--days", type=int, default=30, metavar="DAGE", help="så længe kan usendte ord komme ind (højst 30)"
            )
        if name == "reopen-person":
            of.add_argument("--kerberos", action="store_true", help=_KERBEROS)
    one("people", "vis kontiene", _people)
    one("set-password", "skift din egen adgangskode", _set_password)
    want = one("want-client", "bed computerne om mindst denne udgave af programmet", _want_client)
    want.add_argument("version", metavar="UDGAVE", help='for eksempel 1.2; "" beder ikke om nogen')
    erase = one("erase", "skriv en sag til arkivet, og slet den alle steder", _erase)
    erase.add_argument("case", metavar="SAG", help="sagens nummer eller id")
    erase.add_argument(
        "--archive", metavar="MAPPE", type=Path, required=True, help="en mappe, hvor den lægges, før den slettes"
    )
    erase.add_argument("--yes", action="store_true", help="spørg ikke først")

    keep = what.add_parser("remember", help="gem en adresse under et navn, uden adgangskode")
    keep.add_argument("profile", metavar="NAVN", help="derefter --profile NAVN")
    keep.add_argument("--dsn", required=True, help="databasen, som PostgreSQL skriver den; en adgangskode gemmes ikke")
    keep.set_defaults(run=_remember, command="shared remember")


# ------------------------------------------------------------------------------------------------------ which database


def _with_connection(asked: SimpleNamespace, run: Callable[[SimpleNamespace, Connection], int]) -> int:
    from app.domain.errors import UserError
    from app.sync.keeping import SHORT, connected

    dsn = asked.dsn or (_profiles(asked).get(asked.profile) if asked.profile else os.environ.get("RUNDBORD_DSN"))
    if asked.profile and not dsn:
        raise UserError(f"Der er ingen gemt adresse, der hedder {asked.profile}.")
    if not dsn:
        print("Sig, hvilken database det er: --dsn eller --profile.", file=sys.stderr)
        return WRONG_USE
    logging.getLogger("psycopg").addHandler(logging.NullHandler())  # what the driver says of itself is for no terminal
    ask = _password if sys.stdin.isatty() else None
    patience = {} if run in (_init, _erase) else {"seconds": SHORT}  # those may rightly take long
    with connected(dsn, ask, **patience) as connection:
        return run(asked, connection)


def _password(user: str) -> str:
    return getpass.getpass(f"Adgangskode til {user}: ")


def _profile_file(asked: SimpleNamespace) -> Path:
    from app.bootstrap import data_folder

    folder: Path = asked.practice if asked.practice is not None else data_folder()
    return folder / "shared.json"


def _profiles(asked: SimpleNamespace) -> dict[str, str]:
    import json

    from app.domain.errors import UserError

    file = _profile_file(asked)
    try:
        kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except ValueError:
        kept = None
    if not isinstance(kept, dict) or not all(isinstance(dsn, str) for dsn in kept.values()):
        raise UserError(f"Filen {file} med de gemte adresser er ødelagt. Slet den, og gem dem igen.")
    return kept


def _remember(asked: SimpleNamespace) -> int:
    import json

    from app.sync.keeping import without_password

    kept = _profiles(asked) | {asked.profile: without_password(asked.dsn)}
    file = _profile_file(asked)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"Gemt. Brug --profile {asked.profile}.")
    return DONE


# ---------------------------------------------------------------------------------------------------------- the commands


def _restored(_: SimpleNamespace, connection: Connection) -> int:
    from app.sync import administer

    administer.put_back(connection)
    print("Noteret. Computerne sender det, databasen mangler, næste gang de kobler på.")
    return DONE


def _init(asked: SimpleNamespace, connection: Connection) -> int:
    from app.sync import administer

    root = administer.root_public_of(_asked_code()) if asked.root else None
    done = administer.init(connection, root_public=root)
    if done.first:
        print("Databasen er sat op.")
    elif done.files:
        print(f"Databasen er opdateret: {', '.join(done.files)}.")
    else:
        print("Databasen var sat op i forvejen.")
    if root is not None:
        print("Kommunens nøgle ligger i den.")
    return DONE


def _check(_: SimpleNamespace, connection: Connection) -> int:
    from app.sync.checkup import look_over

    found = look_over(connection)
    for one in found:
        print(f"{'FEJL' if one.wrong else 'Bemærk'}: {one.text}")
    wrong = sum(one.wrong for one in found)
    if wrong:
        print(f"{wrong} ting skal rettes i den fælles database.", file=sys.stderr)
        return FAILED
    print("Den fælles database er i orden.")
    return DONE


def _add_team(asked: SimpleNamespace, connection: Connection) -> int:
    from app.sync.administer import add_team

    print(f"Teamet {asked.name} er oprettet: {add_team(connection, asked.name)}")
    return DONE


def _add_person(asked: SimpleNamespace, connection: Connection) -> int:
    from app.sync import administer

    if asked.accounts == bool(asked.role) or (asked.accounts and (asked.team or asked.kerberos)):
        print("Vælg enten --role (og --team) eller --accounts.", file=sys.stderr)
        return WRONG_USE
    password = None if asked.kerberos else administer.first_password()
    if password is not None and asked.accounts:
        administer.add_administrator(connection, asked.login, asked.name, password)
    else:
        administer.add_person(
            *(connection, asked.login, asked.name, asked.role, asked.team, password),
            person_id=asked.id,
            phone=asked.phone,
            discipline=asked.discipline,
        )
    print(f"{asked.name} er oprettet.")
    _hand_over(asked.login, password)
    if asked.accounts:
        print("En kontoadministrator skifter den med rundbord shared set-password.")
    return DONE


def _hand_over(login: str, password: str | None) -> None:
    if password is not None:
        print(f"Brugernavn: {login}\nFørste adgangskode: {password}")
        print("Den vises kun nu. Giv den til personen selv; den skal skiftes, før den åbner en sag.")


def _reset(asked: SimpleNamespace, connection: Connection) -> int:
    from app.sync import administer

    found = administer.account(connection, asked.who)
    password = administer.first_password()
    administer.reset_password(connection, found.person_id, password)
    _hand_over(found.login, password)
    print("Når den er skiftet, bekræfter en leder på teamet, at det er personen.")
    return DONE


def _confirm(asked: SimpleNamespace, connection: Connection) -> int:
    from app.sync import administer

    found = administer.account(connection, asked.who)
    administer.confirm(connection, found.person_id)
    print(f"{found.name} er bekræftet.")
    return DONE


def _vouch(asked: SimpleNamespace, connection: Connection) -> int:
    from app.sync import administer

    found = administer.keyed(connection, asked.who)
    print(f"{found.name}, {', '.join(found.roles)}. Nøglens kendetegn: {administer.fingerprint(found.public_key)}")
    administer.vouch(connection, found.person_id, _asked_code())
    print("Nøglen er godkendt.")
    return DONE


def _asked_code() -> str:
    return getpass.getpass("Gendannelseskode: ") if sys.stdin.isatty() else sys.stdin.readline()


def _remove(asked: SimpleNamespace, connection: Connection) -> int:
    from app.sync import administer

    found = administer.account(connection, asked.who)
    sooner = administer.remove_person(connection, found.person_id, days=asked.days)
    until = f"kan komme ind i {asked.days} dage" if asked.days else "tages ikke imod"
    if found.state != "closed":
        print(f"{found.name} kan ikke læse mere. Usendte ord {until}.")
    elif sooner:
        print(f"{found.name} var lukket i forvejen. Usendte ord {until}.")
    else:
        print(f"{found.name} var lukket i forvejen, og intet er ændret. En frist kan afkortes og aldrig forlænges.")
    return DONE


def _reopen(asked: SimpleNamespace, connection: Connection) -> int:
    from app.sync import administer

    found = administer.account(connection, asked.who)
    password = None if asked.kerberos else administer.first_password()
    administer.reopen_person(connection, found.person_id, password)
    print(f"{found.name} er lukket op igen.")
    _hand_over(found.login, password)
    print(
        "En leder på teamet bekræfter, at det er personen; en nøgle, der afgøres med, godkendes igen med shared vouch."
    )
    return DONE


def _people(_: SimpleNamespace, connection: Connection) -> int:
    from app.sync.administer import accounts

    for one in accounts(connection):
        told = [", ".join(one.roles) or "kontoadministrator", ", ".join(one.teams), _STATES[one.state]]
        told += ["skal skifte adgangskode"] if one.must_change else []
        asks = bool(_VOUCHED_FOR & set(one.roles)) and one.state != "closed"
        told += ["nøglen er ikke godkendt"] if asks and one.public_key and not one.vouched else []
        print(f"{one.login}\t{one.name}\t{'; '.join(part for part in told if part)}")
    return DONE


def _set_password(_: SimpleNamespace, connection: Connection) -> int:
    from app.domain.errors import UserError
    from app.sync.administer import set_own_password

    new = getpass.getpass("Ny adgangskode: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if sys.stdin.isatty() and getpass.getpass("En gang til: ") != new:
        raise UserError("De to er ikke ens.")
    set_own_password(connection, new)
    print("Adgangskoden er skiftet.")
    return DONE


def _want_client(asked: SimpleNamespace, connection: Connection) -> int:
    from app.sync.administer import want_client

    want_client(connection, asked.version)
    print(f"Computerne bedes om Rundbord {asked.version}." if asked.version else "Computerne bedes ikke om en udgave.")
    return DONE


def _erase(asked: SimpleNamespace, connection: Connection) -> int:
    from app.domain.errors import UserError
    from app.sync.archive import erase, find_case

    case_id = find_case(connection, asked.case)
    if not asked.yes:
        if not sys.stdin.isatty():
            raise UserError("Skriv --yes for at slette uden at blive spurgt.")
        print(f"Sag {asked.case} slettes i databasen og på alle computere. Det kan ikke fortrydes.")
        if input("Skriv sagens nummer igen: ").strip() != asked.case:
            raise UserError("Det var ikke den samme sag. Intet er slettet.")
    gone = erase(connection, case_id, asked.archive)
    print(f"{gone.changes} ændringer er lagt i {gone.file} (SHA-256 {gone.digest}) og slettet.")
    return DONE
