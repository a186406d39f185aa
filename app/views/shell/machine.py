# SPDX-License-Identifier: MPL-2.0
"""What an it department has decided for this machine, brought into a running window; and the doctor laid ready for it.

Called by bootstrap when the first list has been painted. Must not know what is decided, nor what is looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.services import managed
from app.services.managed import Managed

if TYPE_CHECKING:
    from app.domain.findings import Finding
    from app.services.doctor import Report
    from app.store.keys import KeyStore
    from app.views.context import Context
    from app.views.shell.window import MainWindow


def heed(context: Context, window: MainWindow, folder: Path, raw_key: bytes, key_store: KeyStore | None) -> None:
    """Let what is decided hold from now on. What is wrong in it is told and stops nobody."""

    def examine(seen: tuple[Finding, ...]) -> Report:
        from app.services import doctor  # late: it is seldom wanted

        asked = doctor.Asked(folder, context.practice, raw_key, key_store=key_store, seen=lambda: seen)
        return doctor.examine(asked, context.desk.clock)

    def hear(found: Managed) -> None:
        context.machine = found
        if found.faults:
            window.asks.tell(f"Sig det til it-afdelingen: {found.faults[0]}")

    context.examine = examine
    context.run(lambda: managed.for_folder(folder), hear)
