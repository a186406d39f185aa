# SPDX-License-Identifier: MPL-2.0
"""A file that leaves the program: whole or not there, for its owner alone, and noted in the same breath.

Used by every service that writes one. Must not know what is in it.
"""

from __future__ import annotations

import glob
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.store.replica import told

_LONG_AGO = 3600.0  # seconds: no file is so long about being written


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
    with told():
        try:
            with os.fdopen(
                os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb"
            ) as stream:
                stream.write(content)
            half.replace(path)
            placed = True
            tidy(path)
            yield
        except BaseException:
            (path if placed else half).unlink(missing_ok=True)
            raise
