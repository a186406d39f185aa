# SPDX-License-Identifier: MPL-2.0
"""The Windows installer's script, compiled here over a stand-in bundle. That it works on a Windows is not shown by this."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from app import __version__
from installer import bundle, windows

pytestmark = pytest.mark.skipif(
    shutil.which("makensis") is None, reason="no makensis: tools/setup.sh packaging brings it"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bundle, "MADE", tmp_path / "made")
    monkeypatch.delenv("RUNDBORD_SIGN", raising=False)
    return windows.stand_in(tmp_path / "bundle")


def test_it_compiles_without_a_warning(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "rundbord.exe"
    windows.compiled(folder, made)
    raw = made.read_bytes()
    assert raw[:2] == b"MZ"
    assert __version__.encode("utf-16-le") in raw, "Windows shows the version among the file's properties"
    assert b"requireAdministrator" in raw, "it installs for the machine and not for one person"


def test_a_slip_in_the_script_is_seen(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "rundbord.nsi"
    text = windows.SCRIPT.read_text(encoding="utf-8")
    for wrong in (text.replace("Call NobodyWrites", "Call NobodyWrote"), text + "\nVar /GLOBAL unused\n"):
        script.write_text(wrong, encoding="utf-8")
        with pytest.raises(subprocess.CalledProcessError):
            windows.compiled(folder, tmp_path / "x.exe", script)


def test_setup_and_uninstaller_are_both_signed_where_it_is_said_how(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = tmp_path / "signed.txt"
    monkeypatch.setenv("RUNDBORD_SIGN", f'echo "%1" >> {signed}')
    windows.compiled(folder, tmp_path / "rundbord.exe")
    assert len(signed.read_text(encoding="utf-8").splitlines()) == 2
