# SPDX-License-Identifier: MPL-2.0
"""A Danish voice, where the machine has one: the platform's own program that speaks, and nothing of ours or Qt's.

What is spoken goes to that program's standard input: on its command line any user of the machine could read it.
Used where a text is read aloud. Must not know what it says.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QProcess, Signal


@dataclass(frozen=True, slots=True)
class Speaker:
    """A program that speaks. `asks` lists its voices; `danish` finds one in what it answers, "" for none; `speaks` uses it."""

    program: str
    asks: tuple[str, ...]
    danish: Callable[[str], str]
    speaks: Callable[[str], tuple[str, ...]]


def _espeak(program: str) -> Speaker:
    return Speaker(
        program,
        ("--voices=da",),
        lambda told: "da" if re.search(r"^\s*\d+\s+da\b", told, re.MULTILINE) else "",
        lambda voice: ("-v", voice, "-s", "140", "--stdin"),
    )


def _found(pattern: str) -> Callable[[str], str]:
    def find(told: str) -> str:
        hit = re.search(pattern, told, re.MULTILINE)
        return hit[1].strip() if hit else ""

    return find


_SAY = Speaker("say", ("-v", "?"), _found(r"^([^#\n]+?)\s+da[_-]DK\s"), lambda voice: ("-v", voice, "-f", "-"))
_SPEECH = "Add-Type -AssemblyName System.Speech; $s = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
_ASKS = "$s.GetInstalledVoices() | ForEach-Object { $_.VoiceInfo.Culture.Name + ' ' + $_.VoiceInfo.Name }"
_SPEAKS = (
    "[Console]::InputEncoding = [System.Text.Encoding]::UTF8; $s.SelectVoiceByHints('NotSet', 'NotSet', 0, 'da-DK'); "
    "$s.Rate = -2; $s.Speak([Console]::In.ReadToEnd())"
)
_POWERSHELL = Speaker(
    "powershell.exe",
    ("-NoProfile", "-NonInteractive", "-Command", _SPEECH + _ASKS),
    _found(r"^da-DK (.+)$"),
    lambda _voice: ("-NoProfile", "-NonInteractive", "-Command", _SPEECH + _SPEAKS),
)


def speakers(platform: str = sys.platform) -> tuple[Speaker, ...]:
    """The programs that may speak on this platform, the likeliest first."""
    if platform == "win32":
        return (_POWERSHELL,)
    if platform == "darwin":
        return (_SAY,)
    return (_espeak("espeak-ng"), _espeak("espeak"))


class Voice(QObject):
    """Speaks one text at a time. `found` when a voice has been looked for and there is one; `fell_silent` when a text has ended.

    The looking is begun by `look`, and never waited for. One process asks and speaks by turns.
    """

    found = Signal()
    fell_silent = Signal()

    def __init__(self, known: tuple[Speaker, ...] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left = list(speakers() if known is None else known)
        self._speaker: Speaker | None = None
        self._voice = ""
        self._text = ""
        self._next = ""
        self._process = QProcess(self)
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._failed)

    @property
    def there(self) -> bool:
        """Whether a Danish voice has been found."""
        return bool(self._voice)

    @property
    def speaking(self) -> bool:
        """Whether something is being said, or about to be."""
        return bool(self._text or self._next)

    def look(self) -> None:
        """Look for a voice. What has been found, or is being looked for, is not looked for again."""
        while self._left and not self.there and self._process.state() is QProcess.ProcessState.NotRunning:
            self._speaker = self._left.pop(0)
            program = shutil.which(self._speaker.program)
            if program:
                self._process.start(program, list(self._speaker.asks))

    def say(self, text: str) -> None:
        """Say `text`, and nothing else any more."""
        if not self.there or not text.strip():
            return
        self._next = text
        if self._text:
            self._process.kill()
        else:
            self._speak()

    def stop(self) -> None:
        """Fall silent at once."""
        self._next = ""
        if self._text:
            self._process.kill()

    def _speak(self) -> None:
        assert self._speaker is not None
        self._text, self._next = self._next, ""
        self._process.start(self._speaker.program, list(self._speaker.speaks(self._voice)))
        self._process.write(self._text.encode())
        self._process.closeWriteChannel()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._ended()

    def _ended(self) -> None:
        told = bytes(self._process.readAllStandardOutput().data()).decode(errors="replace")
        if not self.there:
            self._answered(told)
        elif self._next:
            self._speak()
        else:
            self._text = ""
            self.fell_silent.emit()

    def _answered(self, told: str) -> None:
        self._voice = self._speaker.danish(told) if self._speaker is not None else ""
        if self.there:
            self.found.emit()
        else:
            self.look()
