# SPDX-License-Identifier: MPL-2.0
"""A cold start to the first painted window, and to the painted list, on a replica of 5,000 citizens.

The floor is the laziest program that shows the same: a bare window, then the encrypted file opened by the bare driver with
its raw key, then 200 rows in a table. Both are new processes with the files in the page cache.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from app.services.opening import practice_key_ring
from bench.measure import Figure, paired
from bench.replica_of import make

CITIZENS = 5_000
RUNS = 9


def measure(folder: Path, only: frozenset[str]) -> list[Figure]:
    """start_window, start_table."""
    if not {"start_window", "start_table"} & only:
        return []
    practice = folder / "practice"
    ring = practice_key_ring(practice)
    make(practice / "replica.db", ring.raw_key, CITIZENS)
    _once("bench.start_app", str(practice))  # the practice team is made at the first start
    floor = (str(practice / "replica.db"), ring.raw_key.hex())
    _once("bench.start_floor", *floor)
    things, floors = [], []
    for _ in range(RUNS):
        things.append(_once("bench.start_app", str(practice)))
        floors.append(_once("bench.start_floor", *floor))
    return [
        paired(f"start_{what}", "ms", [t[what] for t in things], [f[what] for f in floors])
        for what in ("window", "table")
        if f"start_{what}" in only
    ]


def _once(module: str, *words: str) -> dict[str, float]:
    begun = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    environment = {**os.environ, "BENCH_T0": str(begun), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", module, *words], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode or not done.stdout.strip():
        raise SystemExit(f"{module} did not start: {done.stderr[-2000:]}")
    marks: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return marks
