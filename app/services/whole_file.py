# SPDX-License-Identifier: MPL-2.0
"""A file that leaves the program: whole or not there, for its owner alone, and noted in the same breath.

Used by every service that writes one. Must not know what is in it.
"""

from __future__ import annotations

import errno
import glob
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.domain.errors import EnvironmentProblem
from app.store.replica import told

log = logging.getLogger(__name__)

_LONG_AGO = 3600.0  # seconds: no file is so long about being written


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def writing(path: Path | None, what: str = "filen") -> Iterator[None]:
    """What is done inside writes the file at `path`, or a stream. The sentence is about that file: nothing typed is in danger.

    Raises EnvironmentProblem where it cannot be written; `what` is what is not saved, in the definite.
    """
    try:
        yield
    except BrokenPipeError:  # whoever read the stream has had enough
        raise
    except OSError as error:
        log.info("a file could not be written: %s", type(error).__name__)
        raise EnvironmentProblem(_why_not(error, path, what)) from error


def _why_not(error: OSError, path: Path | None, what: str) -> str:
    if error.errno in _NO_ROOM:
        return f"Disken er fuld, så {what} er ikke gemt. Gør plads, eller vælg en anden mappe."
    if isinstance(error, FileNotFoundError):
        return f"Mappen findes ikke, så {what} er ikke gemt. Vælg en anden."
    if error.errno == errno.ENAMETOOLONG:
        return f"Filnavnet er for langt, så {what} er ikke gemt. Vælg et kortere."
    if path is not None and path.exists() and os.access(path.parent, os.W_OK):
        return f"Filen er i brug i et andet program, så {what} er ikke gemt. Luk den, eller vælg et andet navn."
    return f"Der kan ikke skrives i den mappe, så {what} er ikke gemt. Vælg en anden."


def beside(path: Path) -> Path:
    """Where a file is written before it takes its place: under a name of its own, for another may be saved there just now."""
    return path.with_name(f".{secrets.token_hex(4)}.{path.name}.del")


def tidy(path: Path) -> None:
    """A file is in its place: take away what a program that died left half beside it."""
    with suppress(OSError):
        now = path.stat().st_mtime
        for half in path.parent.glob(f".????????.{glob.escape(path.name)}.del"):
            if now - half.stat().st_mtime > _LONG_AGO:
                half.unlink()


@contextmanager
def whole_file(path: Path, content: bytes) -> Iterator[None]:
    """Write a file beside its place; what is done inside is what notes it, and the file is put there with it or not at all.

    Raises EnvironmentProblem when the place cannot be written in.
    """
    half = beside(path)
    placed = False
    try:
        with writing(path):
            with os.fdopen(
                os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb"
            ) as stream:
                stream.write(content)
            half.replace(path)
        placed = True
        tidy(path)
        with told():
            yield
    except BaseException:
        (path if placed else half).unlink(missing_ok=True)
        raise
