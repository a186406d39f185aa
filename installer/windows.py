# SPDX-License-Identifier: MPL-2.0
"""The Windows installer by the one command `python -m installer.windows`; elsewhere against a stand-in (`make windows`).

On Windows it builds the bundle, signs what is in it where `RUNDBORD_SIGN` says how, and leaves
`build/windows/rundbord-VERSION.exe`. Elsewhere the same script is compiled, by the same compiler, over a bundle of empty files:
that shows the script is sound, and no more. What it makes has been run on no Windows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import app
from installer import bundle, icons
from installer.contents import ROOT

SCRIPT = ROOT / "installer" / "windows" / "rundbord.nsi"
OUT = ROOT / "build" / "windows"
PROGRAMS = ("rundbord.exe", "RundbordVindue.exe")


def main() -> int:
    """Build, and say what came of it."""
    real = sys.platform == "win32"
    OUT.mkdir(parents=True, exist_ok=True)
    if real:
        bundle.build()
        folder = bundle.BUNDLE
        _sign([folder / name for name in PROGRAMS])
    else:
        folder = stand_in(OUT / "stand-in")
    made = OUT / f"rundbord-{app.__version__}{'' if real else '-attrap'}.exe"
    compiled(folder, made)
    print(f"── {made.relative_to(ROOT)}" + ("" if real else ": the script compiles; its bundle is a stand-in"))
    return 0


def stand_in(folder: Path) -> Path:
    """A bundle of the right shape with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "_internal" / "resources").mkdir(parents=True)
    for name in (*PROGRAMS, "_internal/TREDJEPART.txt", "_internal/resources/tokens.json"):
        (folder / name).write_bytes(b"stand-in\n")
    return folder


def compiled(folder: Path, made: Path, script: Path = SCRIPT) -> None:
    """Compile the script over the bundle in `folder`. CalledProcessError when the compiler says no, also to a warning."""
    icon = bundle.MADE / "rundbord.ico"
    if not icon.exists():
        icon.parent.mkdir(parents=True, exist_ok=True)
        icons.draw(icon.parent)
    defined = {"VERSION": app.__version__, "BUNDLE": folder, "OUT": made, "ICON": icon}
    if os.environ.get("RUNDBORD_SIGN"):
        defined["SIGN"] = os.environ["RUNDBORD_SIGN"]
    sign = "/" if sys.platform == "win32" else "-"
    words = [f"{sign}D{name}={value}" for name, value in defined.items()]
    subprocess.run(["makensis", f"{sign}V2", f"{sign}WX", *words, str(script)], check=True)


def _sign(files: list[Path]) -> None:
    """Sign with the command `RUNDBORD_SIGN` gives, "%1" in it for the file; nothing where it gives none."""
    command = os.environ.get("RUNDBORD_SIGN")
    if not command:
        print("RUNDBORD_SIGN is not set: nothing is signed")
        return
    for file in files:
        subprocess.run(command.replace("%1", f'"{file}"'), shell=True, check=True)


if __name__ == "__main__":
    sys.exit(main())
