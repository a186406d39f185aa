# SPDX-License-Identifier: MPL-2.0
"""Asking the database lane on behalf of a screen that may be closed before the answer comes.

Called by screens that can go away while they wait. Must not know what is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

from app.views.context import Context

T = TypeVar("T")


def ask_for(
    owner: QObject,
    context: Context,
    service: Callable[[], T],
    then: Callable[[T], object] | None = None,
    failed: Callable[[str, str | None], object] | None = None,
) -> None:
    """Run `service` on the database lane; its answer is for `owner`, and nobody's when that is gone.

    Trouble is told whoever is there: by `failed` while `owner` is, else as any other sentence.
    """

    def answered(found: T) -> None:
        if then is not None and isValid(owner):
            then(found)

    def refused(message: str, field: str | None) -> None:
        if failed is not None and isValid(owner):
            failed(message, field)
        else:
            context.asks.tell(message)

    context.run(service, answered, refused)
