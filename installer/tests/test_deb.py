# SPDX-License-Identifier: MPL-2.0
"""The Debian package, installed, used, upgraded and removed on this very machine. Run by `make deb`, not by `make test`.

What installs needs root and apt; where there is neither, the package is looked at and not installed, and the tests say so.
No version is released yet: the one before is this package under a lower number, over a replica as schema version 2 left it.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlcipher3

from app import __version__
from app.store import keys
from app.store.maintenance import connect
from app.store.replica import PAGE_SIZE
from installer.contents import ROOT
from installer.deb import OUT

may_install = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("apt-get") is None, reason="only root may install, upgrade and remove"
)
SETTINGS = Path("/etc/rundbord/rundbord.toml")
PATIENCE = 120  # seconds a window may take on a busy machine


def run(*command: object, **more: object) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=600, **more)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout[-1500:]}{done.stderr[-1500:]}"
    return str(done.stdout)


@pytest.fixture(scope="module")
def package() -> Path:
    (found,) = OUT.glob("rundbord_*.deb")
    return found


@pytest.fixture(scope="module")
def laid_out(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the package holds, with its control files in DEBIAN."""
    folder = tmp_path_factory.mktemp("package") / "tree"
    run("dpkg-deb", "-R", package, folder)
    return folder


@pytest.fixture(scope="module")
def older(laid_out: Path) -> Path:
    """The same under a lower number."""
    control = laid_out / "DEBIAN" / "control"
    text = control.read_text(encoding="utf-8")
    control.write_text(re.sub(r"^Version: .*$", "Version: 0.0.1", text, flags=re.M), encoding="utf-8")
    made = laid_out.parent / "rundbord_0.0.1.deb"
    run("dpkg-deb", "--root-owner-group", "-Znone", "-b", laid_out, made)
    control.write_text(text, encoding="utf-8")
    return made


# ------------------------------------------------------------------------------------------------------------ as it lies


def test_what_the_package_says_of_itself(package: Path) -> None:
    assert run("dpkg-deb", "-f", package, "Version").strip() == __version__
    needs = run("dpkg-deb", "-f", package, "Depends")
    for library in ("libc6", "libegl1", "libxcb-cursor0", "libxkbcommon-x11-0", "libfontconfig1"):
        assert re.search(rf"\b{library}\b", needs), f"{library} is not asked for"
    assert "python" not in needs, "it brings its own"


def test_everything_is_in_its_place_and_nobody_but_root_may_change_it(package: Path) -> None:
    lines = run("dpkg-deb", "-c", package).splitlines()
    names = {line.split()[5].lstrip(".") for line in lines}
    assert names >= {
        "/usr/bin/rundbord",
        "/usr/lib/rundbord/rundbord",
        "/usr/lib/rundbord/_internal/TREDJEPART.txt",
        "/usr/share/applications/dk.rundbord.Rundbord.desktop",
        "/usr/share/metainfo/dk.rundbord.Rundbord.metainfo.xml",
        "/usr/share/icons/hicolor/scalable/apps/rundbord.svg",
        "/usr/share/icons/hicolor/48x48/apps/rundbord.png",
        "/usr/share/man/man1/rundbord.1.gz",
        "/usr/share/doc/rundbord/copyright",
        "/usr/share/doc/rundbord/examples/rundbord.toml",
        "/etc/rundbord/",
    }
    assert SETTINGS.as_posix() not in names, "the settings are the it department's own file"
    for line in lines:
        mode, owner = line.split()[:2]
        assert owner == "root/root", line
        assert mode.startswith("l") or mode[8] != "w", f"anybody may write: {line}"


def test_desktop_file_metainfo_and_manual_are_valid(laid_out: Path) -> None:
    share = laid_out / "usr" / "share"
    desktop = share / "applications" / "dk.rundbord.Rundbord.desktop"
    run("desktop-file-validate", desktop)
    assert "MimeType" not in desktop.read_text(encoding="utf-8"), "it opens no file type: none is its own"
    run("appstreamcli", "validate", "--no-net", share / "metainfo" / "dk.rundbord.Rundbord.metainfo.xml")
    manual = subprocess.run(
        ["man", "--warnings", "-l", str(share / "man" / "man1" / "rundbord.1.gz")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", "MANPAGER": "cat"},
    )
    assert not manual.stderr
    assert "/etc/rundbord/rundbord.toml" in manual.stdout


# --------------------------------------------------------------------------------------------------------- on the machine


@contextmanager
def installed(package: Path) -> Iterator[None]:
    """Installed, and purged at the end whatever happened."""
    assert not Path("/usr/bin/rundbord").exists(), "Rundbord is installed here already"
    try:
        install(package)
        yield
    finally:
        run("dpkg", "--purge", "rundbord")


def install(package: Path) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    words = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "--allow-downgrades"]
    run(*words, package, env=env)


class Person:
    """An ordinary user of the machine, with a home of their own and no rights at all."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.home = Path(pwd.getpwnam(name).pw_dir)

    def does(self, *command: object, expects: int = 0, **surroundings: str) -> str:
        done = subprocess.run(
            self._as(*command, **surroundings), cwd=self.home, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == expects, f"{command}: {done.returncode} {done.stdout[-1500:]}{done.stderr[-1500:]}"
        return done.stdout + done.stderr

    def begins(self, *command: object, **surroundings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._as(*command, **surroundings), cwd=self.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def owns(self, path: Path) -> None:
        for one in (path, *path.rglob("*")):
            shutil.chown(one, self.name, self.name)

    def _as(self, *command: object, **surroundings: str) -> list[str]:
        bare = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "USER": self.name, **surroundings}
        words = [f"{name}={value}" for name, value in bare.items()]
        return ["setpriv", f"--reuid={self.name}", f"--regid={self.name}", "--init-groups", "env", "-i", *words] + [
            str(word) for word in command
        ]


@pytest.fixture
def person() -> Iterator[Person]:
    name = f"rundbord-test-{os.getpid()}"[:31]
    run("useradd", "--create-home", "--shell", "/bin/sh", name)
    try:
        yield Person(name)
    finally:
        run("userdel", "--remove", "--force", name)


@pytest.fixture
def screen() -> Iterator[str]:
    """A screen with nobody at it; its name."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp", "-ac"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    assert number, "no screen"
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def until(holds: Callable[[], object], what: str) -> None:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < PATIENCE, what
        time.sleep(0.2)  # it is another program that is waited for


@may_install
def test_an_ordinary_user_works_with_it(package: Path, person: Person, screen: str) -> None:
    with installed(package):
        assert person.does("rundbord", "--version").strip() == f"Rundbord {__version__}"
        window = person.begins("rundbord", "--practice", "øvelse", DISPLAY=screen)
        titles = lambda: run("xwininfo", "-root", "-tree", "-display", screen)  # noqa: E731 - read again each time
        until(lambda: "Rundbord" in titles() or window.poll() is not None, "no window came")
        assert window.poll() is None, window.communicate()
        replica = person.home / "øvelse" / keys.REPLICA_FILE
        until(replica.exists, "no practice was made")
        until(lambda: (person.home / "øvelse" / "rundbord.log").exists() or window.poll() is not None, "no list came")
        _end(window)
        said = window.communicate(timeout=PATIENCE)
        assert window.returncode == 0, said
        assert '"name"' in person.does("rundbord", "--practice", "øvelse", "caseload", "--format", "json")
        told = person.does("rundbord", "--practice", "øvelse", "doctor", DISPLAY=screen)
        assert "Alt er i orden" in told
        assert "xcb" in told
        person.does("rundbord", "demo", "--headless", "--one-desk", "--out", "papir")
        assert {"plan.pdf", "svar.pdf"} <= {path.name for path in (person.home / "papir").iterdir()}


def _end(window: subprocess.Popen[str]) -> None:
    """Ask the program itself to close; setpriv and env have become it."""
    window.send_signal(signal.SIGTERM)


@may_install
def test_the_machines_settings_hold_for_every_user(package: Path, person: Person) -> None:
    with installed(package):
        SETTINGS.write_text("[lock]\nminutes = 7\n", encoding="utf-8")
        own = person.home / ".local" / "share" / "Rundbord"
        own.mkdir(parents=True)
        (own / "rundbord.toml").write_text('[lock]\nminutes = 55\n[team]\nname = "Nord"\n', encoding="utf-8")
        person.owns(person.home / ".local")
        told = person.does("rundbord", "doctor")
        assert "Bestemt af computeren: lock.minutes = 7." in told
        assert "Personens egne: team.name = Nord." in told
        person.does("sh", "-c", f"echo x >> {SETTINGS}", expects=2)
        SETTINGS.write_text("[lock]\nminutes = 700\n", encoding="utf-8")
        assert "lock.minutes skal være et helt antal minutter" in person.does("rundbord", "doctor", expects=1)


@may_install
def test_an_upgrade_loses_no_unsent_word_and_removal_leaves_the_replica(
    package: Path, older: Path, person: Person
) -> None:
    with installed(older):
        assert run("dpkg-query", "-W", "-f", "${Version}", "rundbord") == "0.0.1"
        folder, raw_key = _kept_replica(person)
        before = _unsent(folder, raw_key)
        assert before, "there is something unsent to lose"
        install(package)
        assert run("dpkg-query", "-W", "-f", "${Version}", "rundbord") == __version__
        case_id = next(case for case, kind, _ in before.values() if kind == "goal")
        told = json.loads(person.does("rundbord", "--practice", "øvelse", "export", "record", case_id, "--json"))
        assert "Jeg vil gerne kunne tage bussen igen" in json.dumps(told, ensure_ascii=False)
        after = _unsent(folder, raw_key)
        assert {change: after[change] for change in before} == before
        assert "skal rettes" not in person.does("rundbord", "--practice", "øvelse", "doctor")
        raw = (folder / keys.REPLICA_FILE).read_bytes()

        SETTINGS.write_text("[lock]\nminutes = 7\n", encoding="utf-8")
        assert "Sagerne ligger stadig" in run("dpkg", "--remove", "rundbord")
        assert not Path("/usr/lib/rundbord").exists()
        assert not Path("/usr/bin/rundbord").is_symlink()
        assert SETTINGS.exists()
        assert "Sagerne ligger stadig" in run("dpkg", "--purge", "rundbord")
        assert not SETTINGS.parent.exists()
        assert (folder / keys.REPLICA_FILE).read_bytes() == raw


def _kept_replica(person: Person) -> tuple[Path, bytes]:
    """A practice folder with the replica that version 2 left in it, and its key: nothing in it has ever been sent."""
    person.does("rundbord", "--practice", "øvelse", "caseload")
    folder = person.home / "øvelse"
    ring = keys.PracticeKeyStore(folder).load(keys.replica_id_of(folder))
    assert ring is not None
    for old in folder.glob("replica.*db*"):
        old.unlink()
    db = sqlcipher3.connect(str(folder / keys.REPLICA_FILE), isolation_level=None)
    db.execute(f"PRAGMA key = \"x'{ring.raw_key.hex()}'\"")
    db.execute(f"PRAGMA cipher_page_size = {PAGE_SIZE}")
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript((ROOT / "tests" / "data" / "replicas" / "version-2.sql").read_text(encoding="utf-8"))
    db.execute("PRAGMA user_version = 2")
    db.close()
    person.owns(folder)
    return folder, ring.raw_key


def _unsent(folder: Path, raw_key: bytes) -> dict[str, tuple[str, str, str]]:
    """Every change nobody else has, whole."""
    db = connect(folder / keys.REPLICA_FILE, raw_key)
    rows = db.execute("SELECT id, case_id, kind, fields FROM change WHERE seq IS NULL AND refused IS NULL").fetchall()
    db.close()
    return {str(row[0]): (str(row[1]), str(row[2]), str(row[3])) for row in rows}
