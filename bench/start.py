# SPDX-License-Identifier: MPL-2.0
"""A cold start to the first painted window, and to the painted list, on a replica of 5,000 citizens.

The floor is the laziest program that shows the same: a bare window, then the encrypted file opened by the bare driver with
its raw key, then the same rows in a plain table: what one person holds, the newest first. That they are the same is held at
each run. Both are new processes with the files in the page cache.

The bundle's start to its painted list is measured the same way; its floor is the same program started from the source tree.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from app.services import practice
from app.services.opening import PRACTICE_PAIR, open_replica, practice_code
from app.store.keys import REPLICA_FILE
from bench.measure import Figure, paired
from bench.replica_of import make

CITIZENS = 5_000
RUNS = 9
APP, FLOOR = ((sys.executable, "-m", f"bench.start_{what}") for what in ("app", "floor"))


def measure(folder: Path, only: frozenset[str]) -> list[Figure]:
    """start_window, start_table, start_bundle."""
    if not {"start_window", "start_table", "start_bundle"} & only:
        return []
    own, figures = folder / "practice", []
    opened = open_replica(own, practice=True)
    practice.prepare(opened.desk, practice_code(own), citizens=False)
    opened.desk.replica.close()
    opened.lock.release()
    make(own / REPLICA_FILE, opened.ring.raw_key, CITIZENS)
    if {"start_window", "start_table"} & only:
        figures += _beside_the_floor(own, (str(own / REPLICA_FILE), opened.ring.raw_key.hex(), PRACTICE_PAIR[-1]), only)
    if "start_bundle" in only:
        figures.append(_bundle(folder, own))
    return figures


def _beside_the_floor(own: Path, floor: tuple[str, str, str], only: frozenset[str]) -> list[Figure]:
    _once(*APP, str(own))
    _once(*FLOOR, *floor)
    things, floors = [], []
    for _ in range(RUNS):
        things.append(_once(*APP, str(own)))
        floors.append(_once(*FLOOR, *floor))
        if not things[-1]["first"] or things[-1]["first"] != floors[-1]["first"]:
            raise SystemExit("the start and its floor do not show the same rows")
    return [
        paired(f"start_{what}", "ms", [t[what] for t in things], [f[what] for f in floors])
        for what in ("window", "table")
        if f"start_{what}" in only
    ]


def _bundle(folder: Path, own: Path) -> Figure:
    """The bundle as it is built now, from a folder where its own program tells its marks."""
    from installer.bundle import BUNDLE, PROBE, build

    build()
    place = folder / "bundle"
    place.mkdir()
    shutil.copy2(PROBE, place)
    (place / "_internal").symlink_to(BUNDLE / "_internal")
    probe = str(place / PROBE.name)
    _once(probe, str(own))
    _once(*APP, str(own))
    pairs = [(_once(probe, str(own))["table"], _once(*APP, str(own))["table"]) for _ in range(RUNS)]
    return paired("start_bundle", "ms", [bundle for bundle, _ in pairs], [source for _, source in pairs])


def _once(*command: str) -> dict[str, Any]:
    begun = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    environment = {**os.environ, "BENCH_T0": str(begun), "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program does not compile itself at each start
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode or not done.stdout.strip():
        raise SystemExit(f"{command} did not start: {done.stderr[-2000:]}")
    marks: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return marks
