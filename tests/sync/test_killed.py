# SPDX-License-Identifier: MPL-2.0
"""The program and the server, killed at random points of push and pull: nothing that was saved is gone, nothing stands twice."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from app.store.unsent import number_of
from app.sync import administer
from app.sync.practice_server import PracticeServer
from app.sync.status import State
from tests.sync.desks import DeskOf, Desks, goals
from tests.sync.shared import NORTH, SOUTH, SharedDatabase, everybody, made_database, make

SOAK = bool(os.environ.get("RUNDBORD_SOAK"))
LIVES = 200 if SOAK else 16
DEATHS_OF_THE_SERVER = 40 if SOAK else 4


@pytest.fixture
def killable(own_server: PracticeServer) -> Iterator[SharedDatabase]:
    """A shared database on the server that writes through to the disk and may be killed."""
    people = everybody(f"_{uuid4().hex[:6]}")
    with made_database(own_server.dsn(), f"rundbord_{uuid4().hex[:10]}") as dsn:
        with psycopg.connect(dsn, autocommit=True) as owner:
            administer.init(owner)
            for team in (NORTH, SOUTH):
                administer.add_team(owner, team)
            for one in people.values():
                make(owner, one)
        shared = SharedDatabase(dsn, people)
        try:
            yield shared
        finally:
            shared.close()


def all_alike(desks: Desks, *some: DeskOf) -> None:
    """Everybody shares, and a desk that comes new finds the same."""
    for _ in range(2):
        for desk in some:
            assert desk.again().state is State.SHARED
    fresh = desks.of("lene")
    fresh.round()
    for desk in some:
        assert desk.stands() == fresh.stands(), desk.one.key
        assert desk.status.set_aside == 0
        assert desk.rows("PRAGMA integrity_check") == [("ok",)]


def words_of(shared: SharedDatabase) -> list[str]:
    rows = shared.owner.execute("SELECT fields ->> 'words' FROM rundbord_data.change WHERE fields ? 'words'").fetchall()
    return [str(row[0]) for row in rows]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a desk is killed in a process forked for it")
def test_the_program_killed_at_any_point_loses_nothing_that_was_saved(
    desks: Desks, shared: SharedDatabase, tmp_path: Path
) -> None:
    there, first = desks.of("vagn"), desks.of("bodil")
    case_id = first.new_case("Nancy Ann")
    first.round()
    there.round()
    folder = tmp_path / "killed"
    folder.mkdir()
    first.close()
    desks.made.remove(first)
    shutil.copy2(first.folder / "replica.db", folder / "replica.db")
    bodil = shared.bodil
    order = {"name": bodil.name, "roles": bodil.roles, "login": bodil.login, "person_id": bodil.person_id}
    order |= {"password": bodil.password, "folder": str(folder), "profile": asdict(desks.profile), "case_id": case_id}
    rng, saved = random.Random(), set[str]()
    command = [sys.executable, "-m", "tests.sync.killed"]
    here = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=here) as lives:
        assert lives.stdin is not None
        assert lives.stdout is not None
        for life in range(LIVES):
            lines = rng.randrange(200, 20_000) if life % 2 else 0
            said = {**order, "seed": life, "lines": lines, "seconds": rng.uniform(0.05, 0.5)}
            lives.stdin.write(json.dumps(said) + "\n")
            lives.stdin.flush()
            while not (word := lives.stdout.readline().strip()).startswith("dead"):
                saved.add(word)
            assert word in ("dead 9", "dead 14"), word
            if life % 3 == 0:
                there_were = sorted(there.values("goal"))
                there.write(case_id, "goal", rng.choice(there_were) if there_were else "", words=f"there.{life}")
                there.again()
        lives.stdin.close()
    desk = DeskOf.on(folder, desks.profile, bodil)
    desks.made.append(desk)
    assert len(saved) >= LIVES // 2
    all_alike(desks, desk, there)
    sent = words_of(shared)
    assert saved <= set(sent)
    assert len(sent) == len(set(sent))


def test_the_server_killed_at_any_point_loses_nothing_it_has_taken(
    killable: SharedDatabase, own_server: PracticeServer, tmp_path: Path
) -> None:
    desks = Desks(killable, tmp_path)
    try:
        here, there = desks.of("bodil"), desks.of("vagn")
        case_id = here.new_case("Nancy Ann")
        here.round()
        there.round()
        rng, n = random.Random(), 0
        for _ in range(DEATHS_OF_THE_SERVER):
            killer = threading.Timer(rng.uniform(0.0, 0.25), own_server.kill)
            killer.start()
            while killer.is_alive():
                for desk in (here, there):
                    n += 1
                    there_are = sorted(desk.values("goal"))
                    at = rng.choice(there_are) if there_are and rng.random() < 0.8 else ""
                    desk.write(case_id, "goal", at, words=f"{desk.one.key}.{n}")
                    desk.again()
            killer.join()
            numbered = f"SELECT id FROM change WHERE {number_of()} IS NOT NULL"
            taken = {row[0] for desk in (here, there) for row in desk.rows(numbered)}
            own_server.restart()
            killable.close()
            have = {str(row[0]) for row in killable.owner.execute("SELECT id FROM rundbord_data.change").fetchall()}
            assert taken <= have
        for desk in (here, there):  # the line of before the last death is found cut
            desk.again()
        all_alike(desks, here, there)
        sent = words_of(killable)
        assert len(sent) == len(set(sent)) == n
    finally:
        desks.close()


def test_a_server_stopped_while_the_desks_sleep_is_told_of_at_both_and_shared_with_when_it_is_back(
    killable: SharedDatabase, own_server: PracticeServer, tmp_path: Path
) -> None:
    desks = Desks(killable, tmp_path)
    try:
        here, there = desks.of("bodil"), desks.of("vagn")
        case_id = here.new_case("Nancy Ann")
        with here.running() as engine, there.running() as other:
            there.until(lambda: there.do(lambda: len(there.values("case"))) == 1)
            here.until(lambda: here.status.state is State.SHARED)
            killable.close()
            own_server.stop()
            for desk in (here, there):
                desk.until(lambda desk=desk: desk.status.state is State.OFFLINE)
            here.do(lambda: here.write(case_id, "goal", words="skrevet imens"))
            engine.poke()
            here.until(lambda: here.status.unsent > 0)
            own_server.restart()
            for one in (engine, other):
                one.try_now()
            there.until(lambda: there.do(lambda: goals(there)) == ["skrevet imens"])
            here.until(lambda: here.status.state is State.SHARED)
    finally:
        desks.close()
