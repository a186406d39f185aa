# SPDX-License-Identifier: MPL-2.0
"""The notices of third parties, from the distributions installed here."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from installer import notices

SHIPPED = ("PySide6", "shiboken6", "psycopg", "psycopg_binary", "sqlcipher3", "cryptography", "reportlab", "sqlalchemy")


def test_each_part_says_its_licence_and_has_the_text(tmp_path: Path) -> None:
    laid = notices.write(tmp_path, [f"{name}.inside" for name in SHIPPED], [])
    told = (tmp_path / notices.LIST).read_text(encoding="utf-8")
    for name in ("python 3.", "pyside6-essentials 6.", "shiboken6 6.", "sqlcipher3 ", "cryptography ", "reportlab "):
        assert f"\n{name}" in told
    assert "SQLCipher (BSD-3-Clause)" in told
    places = {place for place, _, _ in laid}
    assert {"licenser/pyside6-essentials/LGPL-3.0.txt", "licenser/sqlcipher3/2-SQLCipher.txt"} <= places
    assert all(Path(source).stat().st_size > 20 for _, source, _ in laid)


def test_the_lgpl_is_whole_and_says_how_to_replace_a_library(tmp_path: Path) -> None:
    notices.write(tmp_path, ["PySide6.QtCore"], [])
    texts = sorted((tmp_path / notices.FOLDER / "pyside6-essentials").glob("*.txt"))
    heads = [" ".join(text.read_text(encoding="utf-8").split()[:5]) for text in texts]
    assert sorted(heads) == ["GNU GENERAL PUBLIC LICENSE Version", "GNU LESSER GENERAL PUBLIC LICENSE"]
    assert "kan skiftes ud" in (tmp_path / notices.LIST).read_text(encoding="utf-8")


def test_a_library_is_known_by_where_it_lies() -> None:
    site = Path(sysconfig.get_paths()["platlib"])
    found = notices.gather([], [str(site / "psycopg_binary.libs" / "libpq.so"), str(site / "uuid_utils" / "x.so")])
    assert {part.name for part in found} == {"python", "psycopg-binary", "uuid-utils"}


def test_a_part_under_the_gpl_alone_stops_the_build() -> None:
    with pytest.raises(ValueError, match="pymupdf is under .* may not come along"):
        notices.gather(["pymupdf"], [])


def test_a_part_that_says_nothing_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "_NAMED_BY_HAND", {})
    with pytest.raises(ValueError, match="sqlcipher3 says nothing of its licence"):
        notices.gather(["sqlcipher3"], [])
