# SPDX-License-Identifier: MPL-2.0
"""What a screen reader finds in a window: the names, values and descriptions of all that is shown to it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

_TOLD = (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description)


def heard(window: QWidget) -> str:
    """All of it, in the order it is gone through."""
    return "\n".join(_parts(QAccessible.queryAccessibleInterface(window)))


def _parts(one: QAccessibleInterface | None) -> Iterator[str]:
    if one is None or not one.isValid() or one.state().invisible:  # type: ignore[attr-defined]
        return
    yield from filter(None, (one.text(kind) for kind in _TOLD))
    for place in range(one.childCount()):
        yield from _parts(one.child(place))
