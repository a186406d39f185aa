# SPDX-License-Identifier: MPL-2.0
"""`rundbord doctor`: what is wrong on this machine, as a text for an it department; and whether a settings file can be used.

Wired by `cli.py`. What only Qt knows is asked in a process of its own, for Qt ends the process that cannot have a window. Must
not know how anything is examined.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.domain.findings import Finding

DONE, FAILED = 0, 1
_SCREEN_SECONDS = 30


def add_to(commands: Any) -> None:
    """Add the command to the program's commands."""
    from argparse import SUPPRESS

    doctor = commands.add_parser("doctor", help="se computeren efter, og skriv, hvad der skal rettes")
    doctor.add_argument("--out", metavar="FIL", type=Path, help="skriv i denne fil, ikke på skærmen")
    doctor.add_argument("--json", action="store_true", help="svar som JSON")
    doctor.add_argument(
        "--settings", metavar="FIL", type=Path, help="se kun efter, om denne indstillingsfil kan bruges"
    )
    doctor.add_argument("--example", action="store_true", help="vis en indstillingsfil med alt, der kan sættes")
    doctor.add_argument("--seen", action="store_true", help=SUPPRESS)  # what Qt has to say: this program's own use
    doctor.set_defaults(run=_doctor, command="doctor")


def _doctor(asked: SimpleNamespace) -> int:
    if asked.seen:
        return _tell_what_qt_sees()
    if asked.example:
        from app.services.managed import example

        print(example(), end="")
        return DONE
    if asked.settings is not None:
        return _judge(asked.settings)
    from app.bootstrap import data_folder
    from app.services import doctor

    practice = asked.practice is not None
    folder = asked.practice if practice else data_folder()
    about = doctor.Asked(folder, practice, passphrase=_passphrase(folder, practice), seen=_ask_qt)
    report = doctor.examine(about)
    if asked.json:
        text = json.dumps(
            {
                "at": report.at.isoformat(timespec="seconds"),
                "findings": [
                    {"area": f.area, "weight": f.weight.name.lower(), "text": doctor.without_home(f.text)}
                    for f in report.findings
                ],
            },
            ensure_ascii=False,
            indent=1,
        )
    else:
        text = report.text().rstrip("\n")
    if asked.out is None:
        print(text)
    else:
        from app.store.replica import told

        with told():
            asked.out.write_text(text + "\n", encoding="utf-8")
        print(f"{report.summary()} Eftersynet ligger i {asked.out}.")
    return FAILED if report.wrong else DONE


def _judge(file: Path) -> int:
    from app.domain.errors import UserError
    from app.services import managed

    if not file.is_file():
        raise UserError(f"Filen {file} findes ikke.")
    found = managed.read(file)
    for name, value in found.values.items():
        print(f"{name} = {value}")
    for fault in found.faults:
        print(fault, file=sys.stderr)
    return FAILED if found.faults else DONE


def _passphrase(folder: Path, practice: bool) -> str | None:
    """Asked for where the key lies under one and there is somebody to ask."""
    from getpass import getpass

    from app.store import keys

    if practice or not (folder / keys.KEY_FILE).exists() or not sys.stdin.isatty():
        return None
    return getpass("Adgangssætning (tom: sagerne ses ikke efter): ") or None


# ------------------------------------------------------------------------------------------------------------- Qt


def _tell_what_qt_sees() -> int:
    from PySide6.QtWidgets import QApplication

    from app.qt.seen import seen

    app = QApplication(["rundbord"])
    print(json.dumps([[one.area, one.weight.name, one.text] for one in seen()]))
    app.quit()
    return DONE


def _ask_qt() -> tuple[Finding, ...]:
    from app.bootstrap import has_screen
    from app.domain.findings import Finding, Weight, note, wrong

    if not has_screen():
        return (note("Skærm", "Der er ingen skærm her, så vindue og skrifttyper er ikke prøvet."),)
    own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]
    try:
        done = subprocess.run(
            [*own, "doctor", "--seen"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SCREEN_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        told = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError, IndexError):
        told = None
    if told is None:
        return (
            wrong(
                "Skærm",
                "Qt kan ikke åbne et vindue her. Mangler et af systemets biblioteker, eller er der ingen skærm?",
            ),
        )
    return tuple(Finding(area, Weight[weight], text) for area, weight, text in told)
