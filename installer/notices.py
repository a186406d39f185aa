# SPDX-License-Identifier: MPL-2.0
"""Whose work lies in the bundle: the notices, gathered from what the installed distributions say of themselves.

`rundbord.spec` calls `write` with what PyInstaller found. What is compiled into a wheel says nothing of itself and stands here by
hand, in `INSIDE`. A part with no licence text, or under the GPL alone, stops the build. Must not know how a bundle is made.
"""

from __future__ import annotations

import re
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path, PurePosixPath

TEXTS = Path(__file__).with_name("licences")
ROOT = Path(__file__).parents[1]
FOLDER = "licenser"
LIST = "TREDJEPART.txt"

_IS_LICENCE = re.compile(r"(?i)(^|/)(licen[cs]es?|copying|notice|authors)\b[^/]*$|(^|/)licenses/")
_ONLY_GPL = re.compile(r"(?i)GPL|GENERAL PUBLIC")
_BY_HAND = {
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "psycopg": ("GPL-3.0.txt",),  # the LGPL is written as additions to it
    "psycopg-binary": ("GPL-3.0.txt", "PostgreSQL.txt", "Apache-2.0.txt"),
    "sqlcipher3": ("SQLCipher.txt", "Apache-2.0.txt"),
}
_NAMED_BY_HAND = {"sqlcipher3": "Zlib"}
INSIDE = {
    "pyside6-essentials": "Qt 6 (LGPL-3.0-only), og det, Qt selv har indeni: doc.qt.io/qt-6/licenses-used-in-qt.html",
    "psycopg-binary": "libpq (PostgreSQL License), OpenSSL (Apache-2.0), MIT Kerberos (MIT), OpenLDAP (OLDAP-2.8), "
    "Cyrus SASL (BSD-4-Clause)",
    "sqlcipher3": "SQLCipher (BSD-3-Clause), SQLite (public domain), OpenSSL (Apache-2.0)",
    "cryptography": "OpenSSL (Apache-2.0)",
}
"""What a wheel has compiled into it, besides its own code."""

_HEAD = """Rundbord er under Mozilla Public License 2.0 (LICENSE). I programmets mappe ligger desuden det arbejde af andre, der
står herunder. Hver del har sin mappe i »licenser« med sine vilkår.

Qt, PySide6 og psycopg er under GNU LGPL 3. De ligger som selvstændige filer og kan skiftes ud: læg en anden udgave med samme
grænseflade i stedet for filerne i mappen PySide6 (og psycopg_binary), og start programmet igen. Intet i Rundbord hindrer det.
Kildeteksten til Qt og PySide6 hentes på download.qt.io, til psycopg på pypi.org, i de udgaver, der står her.

Skrifttyper og ikoner: se resources/NOTICE.md.

"""


@dataclass(frozen=True, slots=True)
class Part:
    """One distribution in the bundle. `texts` are its licence texts, where they lie now."""

    name: str
    version: str
    licence: str
    home: str
    texts: tuple[Path, ...]


def gather(modules: Iterable[str], sources: Iterable[str]) -> tuple[Part, ...]:
    """The distributions these modules and files are of, by name. ValueError for one that says nothing of its licence."""
    tops = {name.partition(".")[0] for name in modules} | set(_tops_of(sources))
    known = packages_distributions()
    names = {owner.lower().replace("_", "-") for top in tops for owner in known.get(top, ())} - {"rundbord"}
    return (_python(), *(_part(distribution(name)) for name in sorted(names)))


def write(made: Path, modules: Iterable[str], sources: Iterable[str]) -> list[tuple[str, str, str]]:
    """Write list and texts under `made`; what PyInstaller is to lay in the bundle."""
    parts = gather(modules, sources)
    folder = made / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    for part in parts:
        own = folder / part.name
        own.mkdir(parents=True)
        for number, text in enumerate(part.texts, 1):
            shutil.copyfile(text, own / (f"{number}-" * (number > 1) + _plain(text.name)))
    (made / LIST).write_text(_HEAD + "".join(map(_told, parts)), encoding="utf-8")
    laid = [(LIST, str(made / LIST), "DATA")]
    return laid + [(f"{FOLDER}/{p.relative_to(folder).as_posix()}", str(p), "DATA") for p in sorted(folder.glob("*/*"))]


def _tops_of(sources: Iterable[str]) -> Iterator[str]:
    site = Path(sysconfig.get_paths()["platlib"])
    for source in sources:
        if Path(source).is_relative_to(site):
            yield Path(source).relative_to(site).parts[0].partition(".")[0].removesuffix("_libs")


def _part(dist: Distribution) -> Part:
    meta = dist.metadata
    name = meta["Name"].lower().replace("_", "-")
    licence = meta.get("License-Expression") or _first_line(meta.get("License", "")) or _classified(dist)
    licence = licence or _NAMED_BY_HAND.get(name, "")
    inside = [
        Path(str(dist.locate_file(file)))
        for file in dist.files or ()
        if _IS_LICENCE.search(PurePosixPath(file).as_posix()) and ".dist-info" in str(file)
    ]
    texts = (*inside, *(_own_text(text) for text in _BY_HAND.get(name, ())))
    if not texts or not licence:
        raise ValueError(f"{name} says nothing of its licence: add it to installer/notices.py by hand")
    if _ONLY_GPL.search(licence) and "LGPL" not in licence.upper() and "LESSER" not in licence.upper():
        raise ValueError(f"{name} is under {licence}, which does not go with ours: it may not come along")
    return Part(name, dist.version, licence, _home(dist), texts)


def _python() -> Part:
    text = Path(sysconfig.get_paths()["stdlib"]) / "LICENSE.txt"
    if not text.exists():
        text = Path(sys.base_prefix) / "LICENSE.txt"  # Windows
    texts = (text,) if text.exists() else (TEXTS / "Python.txt",)
    return Part("python", sys.version.split()[0], "PSF-2.0", "https://www.python.org", texts)


def _own_text(name: str) -> Path:
    if name == "Apache-2.0.txt":
        return ROOT / "resources" / "icons" / "LICENSE-Apache-2.0.txt"
    return TEXTS / name


def _classified(dist: Distribution) -> str:
    given = dist.metadata.get_all("Classifier") or []
    return ", ".join(c.rpartition("::")[2].strip() for c in given if c.startswith("License ::"))


def _home(dist: Distribution) -> str:
    meta = dist.metadata
    urls = [str(url).partition(",")[2].strip() for url in meta.get_all("Project-URL") or []]
    return meta.get("Home-page") or next(iter(urls), "") or f"https://pypi.org/project/{meta['Name']}/"


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].strip()


def _plain(name: str) -> str:
    return name if "." in name else f"{name}.txt"


def _told(part: Part) -> str:
    inside = f"  Indeni: {INSIDE[part.name]}\n" if part.name in INSIDE else ""
    return f"{part.name} {part.version}\n  {part.licence}\n  {part.home}\n{inside}\n"
