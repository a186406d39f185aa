# SPDX-License-Identifier: MPL-2.0
"""A file that leaves the program: whole or not there, for its owner alone, and noted in the same breath.

Used by every service that writes one. Must not know what is in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.store.replica import told


@contextmanager
def whole_file(path: Path, content: bytes) -> Iterator[None]:
    """Write a file beside its place; what is done inside is what notes it, and the file is put there with it or not at all.

    Raises EnvironmentProblem when the place cannot be written in.
    """
    beside = path.with_name(f".{path.name}.del")
    placed = False
    with told():
        try:
            with os.fdopen(
                os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600), "wb"
            ) as stream:
                stream.write(content)
            beside.replace(path)
            placed = True
            yield
        except BaseException:
            (path if placed else beside).unlink(missing_ok=True)
            raise
