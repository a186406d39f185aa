# SPDX-License-Identifier: MPL-2.0
"""The command line (design § 7): the window, the practice run, taking referrals in, one record out, the caseload.

What is printed is Danish, or JSON; what is wrong is one line on stderr and never a traceback. Exit codes: 0 done, 1 the
task failed, 2 wrong use. Nothing slow is imported before a command needs it. Must not know how anything is done.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from app.domain.roles import Hand
    from app.services.desk import Desk
    from app.store.caseload import Asked

DONE, FAILED, WRONG_USE = 0, 1, 2
NO_SCREEN = "Der er ingen skærm her. Brug rundbord demo --headless for at spille et møde uden skærm."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. The exit code comes back."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8")  # Danish names, and JSON, whatever the machine's own letters are
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        asked = _for_the_window(words) or _parser().parse_args(words, SimpleNamespace())
        return _told(lambda: int(asked.run(asked)), asked)
    except SystemExit as stop:  # argparse: wrong use, or help
        return stop.code if isinstance(stop.code, int) else WRONG_USE


def _for_the_window(words: list[str]) -> SimpleNamespace | None:
    """What is asked for when it is the window alone: it should not wait for a parser."""
    if not words or (len(words) == 2 and words[0] == "--practice" and not words[1].startswith("-")):
        return SimpleNamespace(practice=Path(words[1]) if words else None, run=_window, command="vindue")
    return None


def _told(command: Callable[[], int], asked: SimpleNamespace) -> int:
    """Run a command; what goes wrong becomes one line."""
    from app.domain.errors import RundbordError

    try:
        return command()
    except RundbordError as no:
        return _fail(no.message)
    except KeyboardInterrupt:
        return _fail("Afbrudt.")
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # whoever read has gone; that is no fault of ours
        return DONE
    except Exception as fault:  # noqa: BLE001 - the last line of defence: logged with its places, told in one sentence
        return _unforeseen(asked, fault)


def _fail(sentence: str) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return FAILED


def _unforeseen(asked: SimpleNamespace, fault: Exception) -> int:
    from app.qt.crash import log_to, note, sentence, stop_log

    path = log_to(_folder(asked))
    note(f"the command {asked.command}", fault)
    stop_log(path)
    return _fail(sentence(path))


# ------------------------------------------------------------------------------------------------------- the commands


_WORDS = (
    ("the following arguments are required:", "der mangler:"),
    ("unrecognized arguments:", "det her kendes ikke:"),
    ("invalid choice:", "kendes ikke:"),
    ("choose from", "vælg mellem"),
    ("expected one argument", "mangler en værdi"),
    ("invalid int value:", "skal være et helt tal, og det er ikke"),
    ("expected at most one argument", "har for mange værdier"),
    ("argument HVAD: ", ""),
    ("argument KOMMANDO: ", ""),
    ("argument ", ""),
    ("not allowed with", "kan ikke bruges sammen med"),
)


def _danish() -> type[ArgumentParser]:
    """A parser whose help is in Danish, and that tells wrong use in one line."""
    import argparse

    class Layout(argparse.HelpFormatter):
        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
            super().add_usage(usage, actions, groups, "brug: " if prefix is None else prefix)

    class Danish(argparse.ArgumentParser):
        def __init__(self, **about: Any) -> None:
            super().__init__(**about, formatter_class=Layout, add_help=False)
            self._positionals.title, self._optionals.title = "skal med", "kan vælges"
            self.add_argument("-h", "--help", action="help", help="vis denne hjælp")

        def error(self, message: str) -> NoReturn:
            said = message
            for english, danish in _WORDS:
                said = said.replace(english, danish)
            told = f"{said[:1].upper()}{said[1:]}. Brug {self.prog} --help for at se, hvad der kan skrives."
            self.exit(WRONG_USE, told + "\n")

    return Danish


def _parser() -> ArgumentParser:
    from app import __version__

    made = _danish()
    parser = made(prog="rundbord", description="Rundbord: det første møde mellem borger, bestiller og vejleder.")
    parser.add_argument("--version", action="version", version=f"Rundbord {__version__}", help="vis versionen")
    parser.add_argument(
        "--practice",
        metavar="MAPPE",
        type=Path,
        help="øv dig med opdigtede borgere i denne mappe; rører aldrig rigtige sager",
    )
    parser.set_defaults(run=_window, command="vindue")
    commands = parser.add_subparsers(title="kommandoer", metavar="KOMMANDO", parser_class=made)

    from app import cli_demo, cli_doctor, cli_shared, cli_sync

    cli_demo.add_to(commands)
    take = commands.add_parser("import", help="læs en fil ind")
    what = take.add_subparsers(title="hvad", metavar="HVAD", required=True, dest="hvad", parser_class=made)
    referrals = what.add_parser("henvisninger", help="henvisninger fra et jobcenter")
    referrals.add_argument("file", metavar="FIL", type=Path, help="jobcentrets fil, et regneark gemt som CSV")
    referrals.add_argument("--json", action="store_true", help="svar som JSON")
    referrals.set_defaults(run=_import, command="import henvisninger")

    export = commands.add_parser("export", help="skriv noget ud af programmet")
    what = export.add_subparsers(title="hvad", metavar="HVAD", required=True, dest="hvad", parser_class=made)
    record = what.add_parser("record", help="én sag")
    record.add_argument("case", metavar="SAG", help="sagsnummer, sagens id eller borgerens CPR-nummer")
    record.add_argument("--json", action="store_true", help="som JSON (det er den eneste form)")
    record.set_defaults(run=_export, command="export record")

    fhir = what.add_parser("fhir", help="én sag i FFB's koder, til KL's gateway")
    fhir.add_argument("case", metavar="SAG", help="sagsnummer, sagens id eller borgerens CPR-nummer")
    fhir.add_argument("--out", metavar="FIL", type=Path, help="skriv i denne fil, ikke på skærmen")
    fhir.set_defaults(run=_report, command="export fhir")

    load = commands.add_parser("caseload", help="teamets sager, og i json og xlsx deres tal")
    load.add_argument("--team", metavar="TEAM", default="", help="kun dette teams sager")
    load.add_argument(
        "--format",
        choices=("json", "csv", "xlsx"),
        default="csv",
        help="csv, hvis intet er valgt; den kan åbnes i et dansk Excel",
    )
    load.add_argument("--out", metavar="FIL", type=Path, help="skriv i denne fil, ikke på skærmen")
    load.set_defaults(run=_caseload, command="caseload")

    cli_shared.add_to(commands, made)
    cli_sync.add_to(commands, made)
    cli_doctor.add_to(commands)
    return parser


def _folder(asked: SimpleNamespace) -> Path:
    from app.bootstrap import data_folder

    folder: Path | None = asked.practice
    return folder if folder is not None else data_folder()


def _window(asked: SimpleNamespace) -> int:
    from app.bootstrap import has_screen, run_window

    if not has_screen():
        return _fail(NO_SCREEN)
    return run_window(_folder(asked), practice=asked.practice is not None)


def _import(asked: SimpleNamespace) -> int:
    import json

    from app.domain.errors import UserError
    from app.services.referrals import take_in

    try:
        data = asked.file.read_bytes()
    except OSError as trouble:
        raise UserError(f"Filen {asked.file} kan ikke læses.") from trouble
    with _desk(asked) as (desk, hand):
        taken = take_in(desk, hand, data)
    if asked.json:
        print(json.dumps(taken.to_json(), ensure_ascii=False, indent=1))
        return DONE
    print(
        f"{taken.read} {_rows(taken.read)} læst: {taken.taken} taget ind, {taken.known_already} kendt i forvejen, "
        f"{len(taken.refused_lines)} kan ikke bruges."
    )
    for line in taken.refused_lines:
        print(f"Linje {line.line}, {line.column}: {line.reason}")
    if taken.told:
        print(taken.told)
    return DONE


def _rows(count: int) -> str:
    return "række" if count == 1 else "rækker"


def _export(asked: SimpleNamespace) -> int:
    import json

    from app.services.record_export import export

    with _desk(asked) as (desk, hand):
        told = export(desk, hand, _case_id(desk, hand, asked.case))
    print(json.dumps(told, ensure_ascii=False, indent=1))
    return DONE


def _report(asked: SimpleNamespace) -> int:
    from app.services.reporting import report

    with _desk(asked) as (desk, hand):
        text = report(desk, hand, _case_id(desk, hand, asked.case), asked.out)
    if asked.out is None:
        print(text, end="")
    return DONE


def _case_id(desk: Desk, hand: Hand, wanted: str) -> str:
    """A case by its number, also one it no longer goes by, its id, or the number of its citizen."""
    from app.domain.errors import UserError
    from app.store.listing import citizen_by_number

    db = desk.replica.connection
    sql = "SELECT id FROM rec_case WHERE id = ? OR ? IN (number, renumbered)"
    rows = db.execute(sql, (wanted, wanted.upper())).fetchall()
    if len(rows) == 1:
        return str(rows[0][0])
    if rows:
        ids = " og ".join(sorted(str(case_id) for (case_id,) in rows))
        raise UserError(f"Nummeret {wanted} er givet til flere sager. Skriv id'et på den, det gælder: {ids}.")
    digits = "".join(c for c in wanted if c.isdigit())
    near = citizen_by_number(desk.replica, digits, hand.person_id) if digits else None
    if near is None:
        raise UserError(f"Der er ingen sag med nummeret {wanted}.")
    return near.case_id


def _caseload(asked: SimpleNamespace) -> int:
    from app.domain.errors import UserError

    if asked.format == "xlsx" and asked.out is None and sys.stdout.isatty():
        raise UserError("Et regneark kan ikke vises her. Skriv --out og navnet på en fil.")
    with _desk(asked) as (desk, hand):
        from app.services import managed
        from app.services.caseload import team_named
        from app.store.caseload import Asked

        team = asked.team or managed.for_folder(_folder(asked)).team
        wanted = Asked(team=team_named(desk, hand, team) if team else "")
        _write_caseload(asked, desk, hand, wanted)
    return DONE


def _write_caseload(asked: SimpleNamespace, desk: Desk, hand: Hand, wanted: Asked) -> None:
    from app.services.caseload_export import begin

    on_its_way = begin(desk, hand, wanted, asked.format, asked.out or sys.stdout.buffer, asked.team)
    watched = sys.stderr.isatty() and (asked.out is not None or not sys.stdout.isatty())
    try:
        while on_its_way.more():
            if watched:
                print(f"\r{on_its_way.done} af {on_its_way.total} sager", end="", file=sys.stderr)
        on_its_way.finish()
    except BaseException:  # also when somebody presses Ctrl+C
        on_its_way.stop()
        if watched:
            print(file=sys.stderr)  # what went wrong stands on a line of its own
        raise
    if watched:
        where = f" i {asked.out}" if asked.out is not None else ""
        print(f"\r{on_its_way.total} sager er skrevet{where}", file=sys.stderr)


# ----------------------------------------------------------------------------------------------- a desk with no window


@contextmanager
def _desk(asked: SimpleNamespace) -> Iterator[tuple[Desk, Hand]]:
    """The replica opened for one command, and whose hand it is: in practice the vejleder's, else who signs in."""
    from app.services import practice
    from app.services.opening import PassphraseNeeded, open_replica, practice_code, practice_pair

    folder = _folder(asked)
    if asked.practice is not None:
        opened = open_replica(folder, practice=True)
    else:
        try:
            opened = open_replica(folder)
        except PassphraseNeeded:
            opened = open_replica(folder, passphrase=_secret("Adgangssætning: "))
    try:
        if asked.practice is not None:
            pair = practice_pair(opened.desk)  # on a desk that shares, the one whose desk it is
            hand = pair[-1] if pair else practice.prepare(opened.desk, practice_code(folder), citizens=False).vejleder
        else:
            hand = _signed_in(opened.desk)
        yield opened.desk, hand
    finally:
        opened.desk.replica.close()
        opened.lock.release()


def _signed_in(desk: Desk) -> Hand:
    """Ask who it is, and for the password."""
    from app.domain.errors import UserError
    from app.domain.names import fold
    from app.services import accounts

    if not sys.stdin.isatty():
        raise UserError("Kommandoen skal vide, hvem du er. Kør den i en terminal, så den kan spørge.")
    people = accounts.people(desk)
    if len(people) == 1:
        return accounts.sign_in(desk, people[0].person_id, _secret(f"Adgangskode til {people[0].name}: "))
    wanted = input(f"Hvem er du? ({', '.join(person.name for person in people)}): ")
    found = [person for person in people if fold(wanted).strip() and fold(person.name).startswith(fold(wanted).strip())]
    if len(found) != 1:
        raise UserError("Navnet kendes ikke her. Skriv det, som det står i listen.")
    return accounts.sign_in(desk, found[0].person_id, _secret("Adgangskode: "))


def _secret(prompt: str) -> str:
    from getpass import getpass

    from app.domain.errors import UserError

    if not sys.stdin.isatty():
        raise UserError("Kommandoen skal bruge en adgangskode. Kør den i en terminal, så den kan spørge.")
    return getpass(prompt)
