# SPDX-License-Identifier: MPL-2.0
"""Whether a folder lies on a network share, where a replica does not: its log is shared memory, which no share keeps safe.

Asked when a replica is made, and by the doctor. Said only where the system says so for sure; macOS is not asked. Must not know
what is in the folder.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from app.domain.errors import EnvironmentProblem

ON_A_SHARE = (
    "Mappen til sagerne ligger på et netværksdrev, hvor filen kan blive beskadiget."
    " Bed it-afdelingen lægge den på computerens egen disk."
)
_SHARES = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "davfs", "fuse.sshfs", "fuse.glusterfs"}
_MOUNTS = Path("/proc/self/mountinfo")
_REMOTE = 4  # DRIVE_REMOTE


def require_own_disk(folder: Path) -> None:
    """No replica is made on a network share. EnvironmentProblem."""
    if on_a_share(folder):
        raise EnvironmentProblem(ON_A_SHARE)


def on_a_share(folder: Path) -> bool:
    """Whether the system says that the folder, or where it is to be made, is on another machine."""
    if sys.platform == "win32":
        import ctypes

        place = folder.absolute()
        return place.drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(place.anchor) == _REMOTE
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # no Linux
        return False
    return _kind_in(mounts, folder.resolve()) in _SHARES


def _kind_in(mounts: str, place: Path) -> str:
    """What kind of file system the place is on, as Linux lists what is mounted: the nearest above it, the last laid there."""
    nearest, kind = -1, ""
    for line in mounts.splitlines():
        what, _, more = line.partition(" - ")
        if not more:
            continue
        at = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), what.split(" ")[4]))
        if (at == place or at in place.parents) and len(at.parts) >= nearest:
            nearest, kind = len(at.parts), more.split(" ")[0]
    return kind
