# SPDX-License-Identifier: MPL-2.0
"""Large print: the sizes and measures of a paper for whoever sees poorly.

Called by the blocks, each of which says how it is laid out large: not the ordinary page made larger, but lines as long as the eye
can follow, columns under each other, and nothing on the page smaller than `LEAST`, black and in no thin letters. Must not know
of blocks.
"""

from __future__ import annotations

from dataclasses import replace

from app.papers.fonts import Face
from app.papers.layout import Style

LEAST = 18.0
"""Points: the size of running text, and the smallest there is."""

AIR = 1.35
"""How much more space there is between what stands under each other."""

_ORDINARY = 10.5
_GROWTH = 0.9  # of each point above running text: headings stand out by weight too
_LEADING = 1.38


def enlarged(style: Style) -> Style:
    """A style as it is in large print. Enlarged already, it is left as it is."""
    if style.size >= LEAST and style.ink == "gray-900" and style.face is not Face.LIGHT:
        return style
    size = LEAST + max(0.0, style.size - _ORDINARY) * _GROWTH
    face = Face.REGULAR if style.face is Face.LIGHT else style.face
    ink = style.ink if style.ink in ("white", "green-700") else "gray-900"
    return replace(style, face=face, size=size, leading=round(size * _LEADING, 1), ink=ink)
