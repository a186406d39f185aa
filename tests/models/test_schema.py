# SPDX-License-Identifier: MPL-2.0
"""The schema only grows: what a replica out there holds is never taken away, renamed or made another type.

`tests/data/schema.txt` is what has been promised. A new column or kind is added to it with the change that brings it:
RUNDBORD_SCHEMA=write adds what is new; nothing makes it forget.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy.dialects.sqlite import dialect

from app.models.fields import fields_of
from app.models.kinds import KINDS
from app.models.tables import metadata


def present() -> set[str]:
    """Every column with its type, and what a synced field is to a sync and a desk."""
    speak = dialect()
    columns = {
        f"{table.name}.{column.name} {column.type.compile(dialect=speak)}"
        for table in metadata.sorted_tables
        for column in table.columns
    }
    synced = {
        f"{kind}.{name}: {info.pen.value}, {info.audience.value}, {info.merge.value}"
        for kind, cls in KINDS.items()
        for name, info in fields_of(cls).items()
    }
    return columns | synced


@pytest.fixture
def promised(repository: Path) -> Path:
    return repository / "tests" / "data" / "schema.txt"


def lines(path: Path) -> set[str]:
    return {line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}


def test_nothing_promised_is_gone(promised: Path) -> None:
    gone = sorted(lines(promised) - present())
    assert not gone, "a replica out there holds this: add beside it, and leave it be"


def test_everything_new_is_promised_from_now_on(promised: Path) -> None:
    new = sorted(present() - lines(promised))
    if os.environ.get("RUNDBORD_SCHEMA") == "write":
        kept = promised.read_text(encoding="utf-8").splitlines() if promised.exists() else []
        head = [line for line in kept if line.startswith("#")]
        rest = sorted({line for line in kept if line and not line.startswith("#")} | set(new))
        promised.write_text("\n".join([*head, *rest]) + "\n", encoding="utf-8")
        new = []
    assert not new, "run the tests with RUNDBORD_SCHEMA=write, and hand in the file with the change"
