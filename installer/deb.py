# SPDX-License-Identifier: MPL-2.0
"""Lay the built bundle in a Debian package, by Debian's own tools: `python -m installer.deb` (`make deb`).

Leaves `build/deb/rundbord_VERSION_ARCH.deb`. What the bundle asks of the machine is found by dpkg-shlibdeps and becomes the
package's dependencies, so the machine's own libraries are kept safe with the rest of it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import app
from app.services.managed import FILE, example
from installer import icons
from installer.bundle import BUNDLE, MADE
from installer.contents import ROOT

SOURCE = ROOT / "installer" / "linux"
OUT = ROOT / "build" / "deb"


def main() -> int:
    """Build the package; say where it lies."""
    if not BUNDLE.is_dir():
        print("Build the bundle first: make bundle", file=sys.stderr)
        return 1
    package = build()
    print(f"── the package: {package.stat().st_size / 1e6:.0f} MB in {package.relative_to(ROOT)}")
    return 0


def build() -> Path:
    """Build it anew, and where it lies. CalledProcessError when Debian's tools say no."""
    shutil.rmtree(OUT, ignore_errors=True)
    tree = OUT / f"rundbord-{app.__version__}"
    lay(tree, datetime.now(UTC))
    log = OUT / "build.log"
    with log.open("wb") as told:
        done = subprocess.run(
            ["dpkg-buildpackage", "-b", "-us", "-uc", "-d"], cwd=tree, stdout=told, stderr=told, check=False
        )
    if done.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        told_of = [line for line in lines if "error" in line] or lines[-5:]
        print("\n".join(line[:300] for line in told_of)[:4000], file=sys.stderr)
        done.check_returncode()
    shutil.rmtree(tree)
    (package,) = OUT.glob("rundbord_*.deb")
    return package


def lay(tree: Path, now: datetime) -> None:
    """The tree the package is built from."""
    shutil.copytree(SOURCE, tree)
    shutil.copytree(BUNDLE, tree / "bundle", symlinks=True)
    metainfo = tree / "dk.rundbord.Rundbord.metainfo.xml"
    told = (
        metainfo.read_text(encoding="utf-8").replace("@VERSION@", app.__version__).replace("@DATE@", f"{now:%Y-%m-%d}")
    )
    metainfo.write_text(told, encoding="utf-8")
    (tree / FILE).write_text(example(), encoding="utf-8")
    shutil.copy(ROOT / "CHANGELOG.md", tree)
    shutil.copy(BUNDLE / "_internal" / "TREDJEPART.txt", tree)
    (tree / "debian" / "changelog").write_text(
        f"rundbord ({app.__version__}) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n"
        f" -- Rundbord <rundbord@example.org>  {format_datetime(now)}\n",
        encoding="utf-8",
    )
    MADE.mkdir(parents=True, exist_ok=True)
    icons.draw(MADE)
    themed = tree / "icons" / "hicolor"
    for size in icons.SIZES:
        folder = themed / f"{size}x{size}" / "apps"
        folder.mkdir(parents=True)
        shutil.copy(MADE / f"rundbord-{size}.png", folder / "rundbord.png")
    (themed / "scalable" / "apps").mkdir(parents=True)
    shutil.copy(icons.SOURCE, themed / "scalable" / "apps" / "rundbord.svg")


if __name__ == "__main__":
    sys.exit(main())
