# SPDX-License-Identifier: MPL-2.0
"""A two-page plan, tagged to be read aloud, against the same words and figures set by plain ReportLab: warm and cold.

Cold is a new process with its files in the page cache: what a person waits for who prints one paper.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from app.papers.plan import render_plan
from bench.measure import Figure, in_turn
from bench.one_paper import WORDS, the_plan
from bench.plain_paper import plain_maker

COLD_RUNS = 15
MARK = "9649 dfa0"
"""Stands at the floor's foot where ours reckons a mark of what the paper says."""


def measure(folder: Path, only: frozenset[str]) -> list[Figure]:
    """plan_pdf, plan_pdf_per_s, plan_pdf_cold."""
    found: list[Figure] = []
    if {"plan_pdf", "plan_pdf_per_s"} & only:
        plan, floor = the_plan(), plain_maker()
        one = in_turn(
            "plan_pdf",
            lambda i: render_plan(replace(plan, want=f"{WORDS} {i}"), version=1),
            lambda i: floor(replace(plan, want=f"{WORDS} {i}"), MARK),
            60,
        )
        per_second = Figure("plan_pdf_per_s", "papers/s", 1000 / one.value, 1000 / one.floor, 1 / one.ratio, one.n)
        found += [figure for figure in (one, per_second) if figure.name in only]
    if "plan_pdf_cold" in only:
        words = folder / "plan.json"
        words.write_text(json.dumps(asdict(the_plan()), default=str), encoding="utf-8")
        ours, plain = _process("bench.one_paper"), _process("bench.plain_paper", str(words), MARK)
        found.append(in_turn("plan_pdf_cold", ours, plain, COLD_RUNS, warm=1))
    return found


def _process(module: str, *words: str) -> Callable[[int], object]:
    return lambda _: subprocess.run([sys.executable, "-m", module, *words], check=True)
