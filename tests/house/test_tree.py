# SPDX-License-Identifier: MPL-2.0
"""What the repository may not hold, and how long a file may grow; read from the files themselves."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

LONGEST = 500
LONG_FOR_A_REASON: dict[str, str] = {}  # path: why it is better as one file

_BINARY = {".ttf", ".icc", ".png", ".pdf", ".ico", ".icns", ".db"}
_PLACES = re.compile(r"(?<![\w.~$}])/(?:tmp|root|work|home|Users|farm)(?:/|\b(?=[\"' ]))|\b[A-Z]:\\Users\\")
_INDEX = re.compile(
    "|".join((r"--(?:extra-|default-)?index" + r"-url", "--find" + "-links", r"(?:https?|file)://\S*/" + r"simple\b"))
)
_CPR = re.compile(r"(?<![\w./-])([0-9]{6})[- ]?([0-9]{4})(?![\w/-])")
_KEY = re.compile("-----BEGIN " + r"[A-Z ]*PRIVATE KEY|\b(?:ghp|glpat|pypi|npm)[-_][A-Za-z0-9]{20,}")


@pytest.fixture(scope="session")
def files(repository: Path) -> list[Path]:
    """Every file that would be handed on: known to git, or new and not ignored."""
    run = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in run.stdout.split("\0") if name and (path := repository / name).is_file()]


def _lines(files: list[Path], *, locks: bool = True) -> Iterator[tuple[Path, int, str]]:
    for path in files:
        if path.suffix in _BINARY or (path.suffix == ".lock" and not locks):
            continue
        encoding = "cp1252" if path.suffix == ".csv" else "utf-8"
        for number, line in enumerate(path.read_text(encoding=encoding, errors="strict").splitlines(), start=1):
            yield path, number, line


def _found(repository: Path, files: list[Path], pattern: re.Pattern[str], *, locks: bool = True) -> list[str]:
    return [
        f"{p.relative_to(repository)}:{n}: {line.strip()[:100]}"
        for p, n, line in _lines(files, locks=locks)
        if pattern.search(line)
    ]


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (_PLACES, 'open("/' + 'tmp/out.pdf")'),
        (_PLACES, 'HOME = "/' + 'root"'),
        (_INDEX, "pip install --extra-index" + "-url https://pypi.example/"),
        (_INDEX, "https://mirror.example/pypi/" + "simple"),
        (_CPR, "Jens 0102" + "50-1234"),
        (_KEY, "-----BEGIN " + "OPENSSH PRIVATE KEY-----"),
    ],
)
def test_the_watch_sees(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_no_machine_path(repository: Path, files: list[Path]) -> None:
    assert not _found(repository, files, _PLACES)


def test_no_package_index_address(repository: Path, files: list[Path]) -> None:
    assert not _found(repository, files, _INDEX)


def test_no_secret(repository: Path, files: list[Path]) -> None:
    assert not _found(repository, files, _KEY)


def test_no_cpr_number_but_those_that_are_no_persons(repository: Path, files: list[Path]) -> None:
    known = set(re.findall(r"^\d{10}", (repository / "tests/data/cpr-not-real.txt").read_text(encoding="utf-8"), re.M))
    strange = [
        f"{path.relative_to(repository)}:{number}: {''.join(found.groups())}"
        for path, number, line in _lines(files, locks=False)
        for found in _CPR.finditer(line)
        if _looks_like_cpr(found[1]) and "".join(found.groups()) not in known
    ]
    assert not strange, "use a MedCom test person, or add the number to tests/data/cpr-not-real.txt with its reason"


def _looks_like_cpr(first_six: str) -> bool:
    """Day (also with 60 added, as in a replacement number) and month could be a date's."""
    day, month = int(first_six[:2]), int(first_six[2:4])
    return 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)


def test_no_file_is_longer_than_it_has_a_reason_to_be(repository: Path, files: list[Path]) -> None:
    long = {
        str(path.relative_to(repository).as_posix()): count
        for path in files
        if path.suffix in {".py", ".sh", ".sql"}
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert set(long) == set(LONG_FOR_A_REASON), f"over {LONGEST} lines: {long}"


def test_test_files_have_names_of_their_own(files: list[Path]) -> None:
    names = [path.name for path in files if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names)), "two test files of one name cannot be told apart in a report"


def test_no_text_to_translate_is_put_together_first(repository: Path, files: list[Path]) -> None:
    """`tr(f"…")` is collected with its braces and never matches a translation (measured)."""
    wrong = [
        f"{path.relative_to(repository)}:{call.lineno}"
        for path in files
        if path.suffix == ".py" and path.is_relative_to(repository / "app")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and (call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", ""))
        in {"tr", "translate"}
        and any(isinstance(part, ast.JoinedStr) or _is_formatted(part) for part in call.args[:2])
    ]
    assert not wrong


def _is_formatted(part: ast.expr) -> bool:
    if isinstance(part, ast.Call):
        return (
            isinstance(part.func, ast.Attribute)
            and part.func.attr == "format"
            and isinstance(part.func.value, ast.Constant)
        )
    return isinstance(part, ast.BinOp) and isinstance(part.left, ast.Constant) and isinstance(part.left.value, str)


def test_the_practice_meeting_is_the_first_case(repository: Path, cases: Path) -> None:
    shipped = repository / "resources" / "practice" / "moede-1-bussen.json"
    assert shipped.read_bytes() == (cases / shipped.name).read_bytes()


def test_every_font_and_icon_has_its_licence(repository: Path) -> None:
    notice = (repository / "resources" / "NOTICE.md").read_text(encoding="utf-8")
    resources = repository / "resources"
    licences = re.findall(r"`((?:fonts|icons)/[^`*]+\.txt)`", notice)
    assert licences
    assert all((resources / name).is_file() for name in licences)
    fonts = {path.name.split("-")[0] for path in (resources / "fonts").glob("*.ttf")}
    assert all(f"fonts/{family}-" in notice for family in fonts)
