# SPDX-License-Identifier: MPL-2.0
"""The ways a paper leaves the program, each loading Qt's printing when it is first used and not before.

Called by the screens that show papers. Printing and saving run on the work lane, asking on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter
    from PySide6.QtWidgets import QWidget


def has_printer() -> bool:
    """Whether this machine knows any printer at all."""
    from app.views.room import printing

    return printing.has_printer()


def choose_printer(parent: QWidget | None, name: str) -> QPrinter | None:
    """The system's print dialog for the paper `name`; None when the person changes their mind."""
    from app.views.room import printing

    return printing.choose_printer(parent, name)


def print_pdfs(printer: QPrinter, pdfs: Sequence[bytes]) -> None:
    """Print them as one job. Raises EnvironmentProblem."""
    from app.views.room import printing

    printing.print_pdfs(printer, pdfs)


def save_pdf(target: Path, pdf: bytes) -> None:
    """Write a file, whole or not at all. Raises EnvironmentProblem."""
    from app.views.room import printing

    printing.save_pdf(target, pdf)


def withdraw(target: Path) -> None:
    """Take a file back. Raises EnvironmentProblem."""
    from app.views.room import printing

    printing.withdraw(target)


def as_pdf(path: str) -> Path:
    """Where to write, with the ending a PDF has."""
    return Path(path) if Path(path).suffix else Path(f"{path}.pdf")
