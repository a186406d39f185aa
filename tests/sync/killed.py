# SPDX-License-Identifier: MPL-2.0
"""A desk that is killed in the middle of its work: what `test_killed.py` runs in a process of its own.

Reads a line of JSON for each life, forks a desk that writes, pushes and pulls until it is killed at a random point, and answers
when it is dead. The desk says each word on a pipe as soon as the person may believe that it is saved.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from app.sync.profile import Profile
from tests.sync.desks import DeskOf
from tests.sync.shared import Someone

APP = str(Path(__file__).parents[2] / "app")


def live(order: dict[str, Any]) -> None:
    """One life: edits and rounds without end, until the kill that was ordered."""
    rng = random.Random(order["seed"])
    one = Someone(
        "one", order["name"], tuple(order["roles"]), None, order["login"], order["person_id"], order["password"]
    )
    desk = DeskOf.on(Path(order["folder"]), Profile(**order["profile"]), one)
    if order["lines"]:
        _die_after(order["lines"])
    else:
        signal.setitimer(
            signal.ITIMER_REAL, order["seconds"]
        )  # nobody handles it: the process is gone, in whatever call
    n = 0
    while True:
        for _ in range(rng.randrange(1, 4)):
            n += 1
            text = f"{order['seed']}.{n}"
            goals = sorted(desk.values("goal"))
            at = rng.choice(goals) if goals and rng.random() < 0.7 else ""
            desk.write(order["case_id"], "goal", at, words=text)
            os.write(1, f"{text}\n".encode())
        desk.again()


def _die_after(lines: int) -> None:
    """Killed at that many lines of the program from now: any line of push, pull, merge or commit."""
    left = lines

    def step(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return step

    def enter(frame: FrameType, _event: str, _arg: object) -> Any:
        return step if frame.f_code.co_filename.startswith(APP) else None

    sys.settrace(enter)


def main() -> None:
    """Order by order."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            live(json.loads(line))
        _, how = os.waitpid(child, 0)
        os.write(1, f"dead {how}\n".encode())


if __name__ == "__main__":
    main()
