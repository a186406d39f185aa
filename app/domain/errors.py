# SPDX-License-Identifier: MPL-2.0
"""The two kinds of trouble a user may be told of, and the word that the program is closing; everything else is a bug.

The first two are raised below the views and shown by them; the message is one clear Danish sentence, ready to be read.
"""

from __future__ import annotations

import errno


class RundbordError(Exception):
    """Base of what a user may be told of. `message` is Danish and complete."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UserError(RundbordError):
    """A rule of the trade says no. `field` names the field the sentence belongs beside, where there is one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class EnvironmentProblem(RundbordError):
    """Disk, network, lock or key store: the work goes on, the sentence says what to do."""


class LaneClosed(RuntimeError):
    """Nothing more is asked of a lane: the replica is being closed, and whoever works on it ends. Nobody is told."""


def why_of_disk(trouble: OSError) -> str:
    """Why the disk said no, in Danish and as the end of a sentence; the system's own words are English."""
    if isinstance(trouble, PermissionError) or trouble.errno == errno.EROFS:
        return "der er ikke adgang"
    if isinstance(trouble, FileNotFoundError):
        return "den findes ikke"
    if isinstance(trouble, FileExistsError | NotADirectoryError):
        return "der ligger en fil med det navn"
    if isinstance(trouble, IsADirectoryError):
        return "det er en mappe"
    if trouble.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "disken er fuld"
    return "disken siger nej"
