# SPDX-License-Identifier: MPL-2.0
"""What is said on every page of a paper to staff about one case: the citizen, the day, the case's number, and the hash of it all.

Called by those papers (order, note, who documents what). Knows nothing of what else stands on them.
"""

from __future__ import annotations

from app.domain.dates import format_long
from app.papers.content import content_hash, short_hash
from app.papers.note_content import NoteContent
from app.papers.page import Sheet
from app.papers.staff_contents import DocumentingContent, OrderContent
from app.papers.wording import case_named


def staff_sheet(
    name: str,
    content: OrderContent | NoteContent | DocumentingContent,
    mark: str,
    *,
    version: int,
    replaces: int,
    large: bool,
) -> Sheet:
    """The sheet of the paper `name`. Its file's title names the case by its number and never the citizen."""
    return Sheet.of(
        name,
        (content.citizen, format_long(content.day), case_named(content.case_number)),
        content.author,
        short_hash(content_hash(content)),
        version=version,
        replaces=replaces,
        whose=content.case_number,
        mark=mark,
        large=large,
    )
