# SPDX-License-Identifier: MPL-2.0
"""A folder on a network share is known by what the system says is mounted where."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.domain.errors import EnvironmentProblem
from app.services import doctor, first_start, joining
from app.services.first_start import Answers
from app.store import keys, where
from app.store.recovery import new_code
from app.sync.profile import Profile

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="how Linux tells it")

MOUNTS = """\
22 27 0:20 / /proc rw,nosuid - proc proc rw
27 1 252:0 / / rw,relatime - ext4 /dev/vda rw
30 27 0:30 / /hjem rw,relatime shared:1 master:2 - nfs4 server:/hjem rw
31 30 0:31 / /hjem/lokal rw - ext4 /dev/vdb rw
32 27 0:32 / /srv/fælles\\040drev rw - cifs //fil/drev rw
33 27 0:33 / /mnt/x rw - cifs //fil/x rw
34 33 0:34 / /mnt/x rw - xfs /dev/vdc rw
"""


@pytest.mark.parametrize(
    ("folder", "share"),
    [
        ("/hjem/bodil/.local/share/Rundbord", True),
        ("/hjem", True),
        ("/hjem/lokal/bodil/Rundbord", False),
        ("/hjemme/Rundbord", False),
        ("/srv/fælles drev/Rundbord", True),
        ("/srv/andet drev/Rundbord", False),
        ("/mnt/x/Rundbord", False),
        ("/var/lib/Rundbord", False),
    ],
)
def test_a_share_is_known_by_what_is_mounted_nearest(
    folder: str, share: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS, encoding="utf-8")
    monkeypatch.setattr(where, "_MOUNTS", tmp_path / "mountinfo")
    assert where.on_a_share(Path(folder)) is share


def test_this_very_machine_is_asked_and_what_cannot_be_read_is_no_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert where._kind_in(where._MOUNTS.read_text(encoding="utf-8"), Path("/proc/self")) == "proc"
    monkeypatch.setattr(where, "_MOUNTS", tmp_path / "none")
    assert not where.on_a_share(Path("/hjem"))


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the system says is on another machine."""
    (tmp_path / "mountinfo").write_text(
        f"30 27 0:30 / {tmp_path.resolve()} rw - nfs4 server:/hjem rw\n", encoding="utf-8"
    )
    monkeypatch.setattr(where, "_MOUNTS", tmp_path / "mountinfo")
    return tmp_path / "Rundbord"


def test_no_replica_is_made_on_a_share(share: Path) -> None:
    answers = Answers("Lilleby Kommune", "Bodil", "", "", "en lang sætning", "1234")
    with pytest.raises(EnvironmentProblem, match="netværksdrev"):
        first_start.set_up(share, new_code(), answers)
    asked = joining.Asked("bodil", "en lang sætning", pin="1234")
    with pytest.raises(EnvironmentProblem, match="netværksdrev"):
        joining.join_first(share, Profile("127.0.0.1", 1), asked)
    assert not share.exists()


def test_the_doctor_says_that_the_folder_is_on_a_share(share: Path) -> None:
    share.mkdir(mode=0o700)
    keys.replica_id_of(share)
    assert where.ON_A_SHARE in [one.text for one in doctor.examine(doctor.Asked(share, practice=True)).wrong]
