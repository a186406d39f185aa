# SPDX-License-Identifier: MPL-2.0
"""A Danish voice where there is one: found by asking the platform's own program, and fed by its standard input alone."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from pytestqt.qtbot import QtBot

from app.qt.voice import Speaker, Voice, speakers

ESPEAK = "Pty Language       Age/Gender VoiceName          File                 Other Languages\n 5  da  --/M  Danish  gmq/da\n"
SAY = "Samantha            en_US    # Hello\nSara (Enhanced)     da_DK    # Hej!\n"
WINDOWS = "en-US Microsoft Zira Desktop\nda-DK Microsoft Helle Desktop\n"


@pytest.mark.parametrize(
    ("platform", "told", "voice"),
    [
        ("linux", ESPEAK, "da"),
        ("linux", "Pty Language\n 5  de  --/M  German\n", ""),
        ("darwin", SAY, "Sara (Enhanced)"),
        ("darwin", "Samantha   en_US  # Hello da_DK", ""),
        ("win32", WINDOWS, "Microsoft Helle Desktop"),
        ("win32", "en-US Microsoft Zira Desktop", ""),
    ],
)
def test_a_danish_voice_is_found_in_what_each_platform_tells(platform: str, told: str, voice: str) -> None:
    assert {speaker.danish(told) for speaker in speakers(platform)} == {voice}


def speaker(folder: Path, code: str, *, voice: str = "da") -> Speaker:
    """A program of our own that is asked and speaks."""
    program = folder / "speaks.py"
    program.write_text(f"#!{sys.executable}\nimport sys, time, pathlib\n{code}", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Speaker(str(program), ("voices",), lambda told: told.strip(), lambda known: ("speak", known))


ANSWERS = "if sys.argv[1] == 'voices':\n    print('da'); sys.exit()\n"


def test_it_says_what_it_is_given_and_falls_silent(qtbot: QtBot, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    code = ANSWERS + f"pathlib.Path({str(heard)!r}).write_bytes(repr(sys.argv[1:]).encode() + sys.stdin.buffer.read())"
    voice = Voice((speaker(tmp_path, code),))
    with qtbot.waitSignal(voice.found):
        voice.look()
    with qtbot.waitSignal(voice.fell_silent):
        voice.say("Jeg vil ta’ bussen – selv 🚲")
    assert heard.read_text(encoding="utf-8") == "['speak', 'da']Jeg vil ta’ bussen – selv 🚲"
    assert not voice.speaking


def test_it_can_be_hushed(qtbot: QtBot, tmp_path: Path) -> None:
    voice = Voice((speaker(tmp_path, ANSWERS + "time.sleep(600)"),))
    with qtbot.waitSignal(voice.found):
        voice.look()
    voice.say("langt")
    assert voice.speaking
    with qtbot.waitSignal(voice.fell_silent):
        voice.stop()
    assert not voice.speaking


def test_where_no_program_has_a_danish_voice_there_is_none_and_nothing_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    code = f"pathlib.Path({str(asked)!r}).touch()"
    missing = Speaker("a-program-nobody-has", (), lambda told: told, lambda known: ())
    voice = Voice((missing, speaker(tmp_path, code)))
    voice.look()
    qtbot.waitUntil(lambda: asked.exists() and voice._process.state() is QProcess.ProcessState.NotRunning)
    assert not voice.there
    voice.say("noget")
    assert not voice.speaking
