# SPDX-License-Identifier: MPL-2.0
"""Copies of the shared database, and the way back to one of them, as a keeper puts back a backup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.sync.shared import SharedDatabase


class Copies:
    """Copies of the shared database, and the way back to one while everybody is at work. `taken`: the names of them."""

    def __init__(self, server: str, shared: SharedDatabase) -> None:
        self._server, self._shared = server, shared
        self._name = str(conninfo_to_dict(shared.owner_dsn)["dbname"])
        self.taken: list[str] = []

    def take(self) -> None:
        """As a backup at night: what is there now."""
        copy = f"rundbord_{uuid4().hex[:10]}"
        with self._alone() as superuser:
            self._make(superuser, copy, of=self._name)
        self.taken.append(copy)

    def put_back(self, copy: str) -> None:
        """This one is the database from now on; its desks find it so."""
        with self._alone() as superuser:
            superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._name)))
            self._make(superuser, self._name, of=copy)

    def close(self) -> None:
        """Gone with the test."""
        with psycopg.connect(self._server, autocommit=True) as superuser:
            for copy in self.taken:
                superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))

    @contextmanager
    def _alone(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """A superuser's session beside the database, with nobody in it and nobody let in."""
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        with psycopg.connect(self._server, autocommit=True) as superuser:
            superuser.execute(allow.format(sql.Identifier(self._name), sql.Literal(False)))
            self._end_all(superuser)
            yield superuser
            superuser.execute(allow.format(sql.Identifier(self._name), sql.Literal(True)))

    def _end_all(self, superuser: psycopg.Connection[tuple[object, ...]]) -> None:
        superuser.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (self._name,)
        )

    def _make(self, superuser: psycopg.Connection[tuple[object, ...]], name: str, *, of: str) -> None:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, of)))
        try:
            superuser.execute(made)
        except psycopg.errors.ObjectInUse:  # somebody was half way in as the door was closed
            self._end_all(superuser)
            superuser.execute(made)
