# SPDX-License-Identifier: MPL-2.0
"""How a figure is taken: the thing and its floor in turn, so that a change of the machine's speed strikes both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A median beside its floor's. `ratio` is the median of the pairs' own ratios."""

    name: str
    unit: str
    value: float
    floor: float
    ratio: float
    n: int

    def to_json(self) -> dict[str, object]:
        """As `build/bench.json` has it."""
        return {
            "name": self.name,
            "unit": self.unit,
            "value": round(self.value, 3),
            "floor": round(self.floor, 3),
            "ratio": round(self.ratio, 3),
            "n": self.n,
        }


def in_turn(
    name: str, thing: Callable[[int], object], floor: Callable[[int], object], n: int, *, warm: int = 3
) -> Figure:
    """Time both n times in turn, in milliseconds, after a warm-up."""
    for i in range(warm):
        thing(i)
        floor(i)
    things, floors = [], []
    for i in range(warm, n + warm):
        things.append(_timed(thing, i))
        floors.append(_timed(floor, i))
    return paired(name, "ms", things, floors)


def paired(name: str, unit: str, things: list[float], floors: list[float]) -> Figure:
    """A figure of measurements already taken in pairs."""
    ratios = [t / f for t, f in zip(things, floors, strict=True)]
    ratio = statistics.median(ratios)
    return Figure(name, unit, statistics.median(things), statistics.median(floors), ratio, len(things))


def _timed(what: Callable[[int], object], i: int) -> float:
    begun = time.perf_counter()
    what(i)
    return (time.perf_counter() - begun) * 1000
