# SPDX-License-Identifier: MPL-2.0
"""What a paper is made of, brought together for the paper step: first what others' desks know, if it needs that, then this one's.

Must not know what a paper says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from app.domain.roles import Hand
from app.papers.kinds import PaperKind
from app.services.issue import Delivery, PaperSource, gather
from app.views.context import Context

if TYPE_CHECKING:
    from app.services.looks import FromAfar


def gather_for(
    context: Context,
    hand: Hand,
    case_id: str,
    delivery: Delivery,
    wanted: Collection[PaperKind],
    then: Callable[[PaperSource], object],
    failed: Callable[[str, str | None], object],
) -> None:
    """Read it on the database lane. Who has looked is everybody's to have looked: that waits for the shared database, on the
    lane for errands."""

    def read(afar: FromAfar | None) -> None:
        context.run(lambda: gather(context.desk, hand, case_id, delivery, wanted, afar), then, failed)

    sharing = context.sharing
    if sharing is None or PaperKind.LOOKUPS not in wanted:
        read(None)
        return
    from app.services.looks import ask_everywhere

    context.run_shared(lambda: ask_everywhere(sharing, hand, case_id), read, failed)
