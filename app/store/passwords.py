# SPDX-License-Identifier: MPL-2.0
"""The one password that is kept: that of the person whose desk it is, for the shared database, in the machine's own key store.

A guest's is never given to this module. Called by `services/shared.py` away from the lanes anybody waits for, since a key store
may take its time. In practice the password lies in the practice replica, which has no secrets. Must not know the server.
"""

from __future__ import annotations

import logging

from app.domain.errors import EnvironmentProblem
from app.store.keys import Backend, system_backend
from app.store.remembered import recall, remember
from app.store.replica import Replica

log = logging.getLogger(__name__)

_SERVICE = "Rundbord shared"
_PRACTICE = "practice.password"


def remembered_password(entry: str, backend: Backend | None = None) -> str | None:
    """What the machine's key store holds under this entry ("login@host:port/database"); None when it has none."""
    try:
        return (backend or system_backend()).get_password(_service(entry), entry)
    except Exception as trouble:  # noqa: BLE001 - each platform's key store has errors of its own; it is then typed
        log.info("no password from the key store: %s", type(trouble).__name__)
        return None


def remember_password(entry: str, password: str, backend: Backend | None = None) -> bool:
    """Keep a password. False: the machine has no key store that answers, and it is typed each time."""
    try:
        (backend or system_backend()).set_password(_service(entry), entry, password)
    except EnvironmentProblem:
        return False
    except Exception as trouble:  # noqa: BLE001 - as above
        log.info("the password was not kept: %s", type(trouble).__name__)
        return False
    return True


def practice_password(replica: Replica) -> str:
    """The password of whose desk it is, in practice; "" is none."""
    return recall(replica, _PRACTICE)


def keep_practice_password(replica: Replica, password: str) -> None:
    """Keep it where nothing is secret."""
    remember(replica, _PRACTICE, password)


def _service(entry: str) -> str:
    return f"{_SERVICE} {entry}"  # Windows keeps one entry a service
