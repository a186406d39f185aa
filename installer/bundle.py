# SPDX-License-Identifier: MPL-2.0
"""Build the bundle: `python -m installer.bundle`, the one command on each platform (`make bundle` where there is a make).

Leaves it in `build/bundle/rundbord`, and on macOS `build/bundle/Rundbord.app` beside it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import app
from installer import icons
from installer.contents import MOST_MB, ROOT, STRIPPED, megabytes

MADE = ROOT / "build" / "bundle-made"
BUNDLES = ROOT / "build" / "bundle"
BUNDLE = BUNDLES / "rundbord"
WORK = ROOT / "build" / "bundle-work"
PROBE = WORK / "rundbord" / "start_app"
"""The program told to say when its window was painted, for `make bench`; never shipped. Starts beside an `_internal`."""


def main() -> int:
    """Build, and say how large it became. 1 when it is larger than it may be."""
    build()
    size = megabytes(BUNDLE)
    print(f"── the bundle: {size:.0f} MB in {BUNDLE.relative_to(ROOT)}")
    if size > MOST_MB:
        print(f"It may be {MOST_MB} MB (installer/contents.py). See what came along, or say why.", file=sys.stderr)
        return 1
    return 0


def build() -> None:
    """Build it anew. CalledProcessError when that fails."""
    shutil.rmtree(BUNDLES, ignore_errors=True)
    MADE.mkdir(parents=True, exist_ok=True)
    icons.draw(MADE)
    (MADE / "version-info.txt").write_text(windows_version(app.__version__), encoding="utf-8")
    surroundings = {
        **os.environ,
        "RUNDBORD_ROOT": str(ROOT),
        "RUNDBORD_MADE": str(MADE),
        "RUNDBORD_VERSION": app.__version__,
        "PYTHONHASHSEED": "0",
    }
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    folders = ["--distpath", str(BUNDLES), "--workpath", str(WORK)]
    subprocess.run([*command, *folders, str(ROOT / "installer" / "rundbord.spec")], env=surroundings, check=True)
    _strip(BUNDLE / "_internal")


def _strip(folder: Path) -> None:
    if sys.platform != "linux" or shutil.which("strip") is None:
        return
    for pattern in STRIPPED:
        for path in folder.glob(pattern):
            subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)


def windows_version(version: str) -> str:
    """The version as Windows shows it among a file's properties, in the form PyInstaller reads."""
    numbers = (*(int(part) for part in version.split(".")), 0)
    told = {
        "CompanyName": "Rundbord",
        "FileDescription": "Rundbord",
        "FileVersion": version,
        "InternalName": "rundbord",
        "LegalCopyright": "Mozilla Public License 2.0",
        "ProductName": "Rundbord",
        "ProductVersion": version,
    }
    strings = ", ".join(f"StringStruct({key!r}, {value!r})" for key, value in told.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004, "
        "fileType=1, subtype=0, date=(0, 0)), kids=["
        f"StringFileInfo([StringTable('040604B0', [{strings}])]), VarFileInfo([VarStruct('Translation', [0x406, 1200])])])"
    )


if __name__ == "__main__":
    sys.exit(main())
