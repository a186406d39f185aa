# SPDX-License-Identifier: MPL-2.0
"""Plays a meeting script and judges what came of it: the command `rundbord demo --script` is this.

Reads the script, has the meeting held in the real windows, closes the program, opens the replica from disk again and writes
what stands there beside the papers and pictures. Writes nothing in the store itself: reading back is all it asks of services.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.errors import RundbordError, UserError, why_of_disk
from app.views.player.script import Expect, Script, read_script

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType

    from app.views.player.meeting import Desks, Held, Running

DONE, FAILED, NO_SCRIPT = 0, 1, 2
RECORD, RECORD_BESIDE = "record.json", "record-desk2.json"
MADE = (RECORD, RECORD_BESIDE, "svar.pdf", "plan.pdf", "borger.png", *(f"step-{number}.png" for number in range(1, 7)))
BEGINS = time_of_day(10, 0)


def play(
    script: Path,
    out: Path | None,
    *,
    start: Callable[..., Running],
    folder: Path | None = None,
    headless: bool = False,
    two: Desks | None = None,
) -> int:
    """Play `script` and lay papers, pictures and record.json in `out`. The exit code comes back.

    0 when the script's `expect` is met (or it has none and the meeting ran through), 1 when not, 2 when the file is no
    script; each with its sentences on stderr. `start` makes the program (bootstrap's `Program`) on the replica in
    `folder`, a new one when none is named. Without `headless` somebody watches, and closes the window. `two`: the folder's
    desk shares with another, and the record is read back from that one too.
    """
    try:
        told = read_script(script)
    except UserError as no:
        _say(no.message)
        return NO_SCRIPT
    for key in told.unknown:
        _say(f"Nøglen »{key}« i manuskriptet kendes ikke og er sprunget over.")
    try:
        with ExitStack() as places:
            here = _place(places, folder)
            if two is not None and not _laid(two, told):
                two = None
            return _play(told, _place(places, out), here, start, headless=headless, shown=out, two=two)
    except RundbordError as trouble:
        _say(trouble.message)
    except OSError as trouble:
        _say(f"Der kan ikke skrives i {out or folder}: {why_of_disk(trouble)}.")
    return FAILED


def differences(expect: Expect, result: dict[str, Any]) -> Iterator[str]:
    """What came out otherwise than a script expects, a Danish sentence each."""
    if expect.signed is not None and expect.signed != result["signed"]:
        yield "Svaret skulle være underskrevet." if expect.signed else "Svaret skulle ikke kunne underskrives."
    if expect.refused is not None:
        yield from _refused_otherwise(expect.refused, {one["field"]: one["because"] for one in result["refused"]})
    if expect.lacks is not None:
        for word in expect.lacks:
            if word not in result["lacks"]:
                yield f"Svaret skulle mangle {word}."
        for word in result["lacks"]:
            if word not in expect.lacks:
                yield f"Svaret mangler {word}, og det skulle det ikke."


# -- inside


def _laid(two: Desks, script: Script) -> bool:
    """Whether there are two desks. What hinders it is told, and the meeting is held at one."""
    try:
        two.lay(script.bestiller, script.vejleder, clock=_clock_from(script.today), citizens=False)
    except RundbordError as no:
        _say(f"Øvelsen har ét bord. {no.message}")
        return False
    return True


def _play(
    script: Script,
    out: Path,
    folder: Path,
    start: Callable[..., Running],
    *,
    headless: bool,
    shown: Path | None,
    two: Desks | None,
) -> int:
    out.mkdir(parents=True, exist_ok=True)
    for name in MADE:
        (out / name).unlink(missing_ok=True)
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication
    from shiboken6 import delete

    from app.qt.sweeping import Sweeper
    from app.views.player.hands import Stuck
    from app.views.player.meeting import hold

    app = QApplication.instance()
    if app is None:
        qInstallMessageHandler(_qt_says)
        app = QApplication(["rundbord"])
    clock = _clock_from(script.today)
    at_table = (script.bestiller, script.vejleder)
    sweeper = Sweeper(app)
    program = start(app, folder, practice=True, clock=clock, citizens=False, at_table=at_table)
    try:
        held = hold(script, program, out, watched=not headless)
        if not headless:
            _say("Mødet er spillet. Luk vinduet, når du har set det.")
            app.exec()
    except Stuck as stuck:
        _say(str(stuck))
        return FAILED
    finally:
        program.window.close()
        program.close()
        delete(program.window)
        sweeper.end()
    if two is not None:
        two.settle(clock)
        _write(out / RECORD_BESIDE, _read_back(two.second, held, clock))
    record = _read_back(folder, held, clock)
    _write(out / RECORD, record)
    return _judged(script, held, record["result"], shown)


def _judged(script: Script, held: Held, result: dict[str, Any], shown: Path | None) -> int:
    wrong = [*held.troubles, *(differences(script.expect, result) if script.expect else ())]
    for sentence in wrong:
        _say(sentence)
    if shown is not None:
        sys.stdout.write(f"Papirer, billeder og {RECORD} ligger i {shown}.\n")
    return FAILED if wrong else DONE


def _write(path: Path, record: dict[str, Any]) -> None:
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _read_back(folder: Path, held: Held, clock: Callable[[], datetime]) -> dict[str, Any]:
    """The case as it stands on disk, the program being closed; with what the screen had no choice for among the refused."""
    from app.services.opening import open_replica
    from app.services.record_export import read_back

    opened = open_replica(folder, practice=True, clock=clock)
    try:
        told = read_back(opened.desk, held.case_id)
    finally:
        opened.desk.replica.close()
        opened.lock.release()
    told["result"]["refused"] += [{"field": path, "because": why} for path, why in held.not_offered]
    return told


def _refused_otherwise(expected: tuple[tuple[str, str | None], ...], refused: dict[str, str]) -> Iterator[str]:
    for path, because in expected:
        if path not in refused:
            yield f"»{path}« skulle være afvist{f' ({because})' if because else ''}, men blev taget."
        elif because is not None and _plain(because) not in _plain(refused[path]):
            yield f"»{path}« blev afvist med »{refused[path]}«, ikke med »{because}«."
    for path in refused.keys() - {path for path, _ in expected}:
        yield f"»{path}« blev afvist ({refused[path]}), men skulle være taget."


def _plain(reason: str) -> str:
    return " ".join(reason.casefold().removesuffix(".").split())


def _place(places: ExitStack, named: Path | None) -> Path:
    """The folder that is named, or one that goes when the meeting is over."""
    return named or Path(places.enter_context(tempfile.TemporaryDirectory(prefix="rundbord-")))


def _clock_from(today: date) -> Callable[[], datetime]:
    """A clock that shows the meeting's day, from ten in the morning on."""
    began, first = time.monotonic(), datetime.combine(today, BEGINS).astimezone()
    return lambda: first + timedelta(seconds=time.monotonic() - began)


def _qt_says(_kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
    """Qt's own complaints, but for what a platform with no screen cannot do and nobody misses."""
    if not message.startswith("This plugin does not support "):
        _say(message)


def _say(sentence: str) -> None:
    sys.stderr.write(" ".join(sentence.split()) + "\n")
