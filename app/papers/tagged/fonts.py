# SPDX-License-Identifier: MPL-2.0
"""A TrueType font whose letters can be searched for, copied and read aloud.

Used instead of ReportLab's `TTFont`. ReportLab embeds what is used of a font and lists its letters, but lists two things wrongly.
"""

from __future__ import annotations

import re
from typing import Any

from reportlab.pdfbase.ttfonts import TTFont

_BEYOND_BMP = re.compile(r"(?<=> <)[0-9A-F]{5,6}(?=>)")


class EmbeddedFont(TTFont):
    """ReportLab's font, but for its list of letters (ISO 32000-1 § 9.10.3).

    A sign beyond U+FFFF is written as PDF wants, as UTF-16: else an emoji can be seen but neither found nor heard. The code of
    .notdef, which is never drawn, stands for no letter and not for U+0000, which ISO 14289-1 § 7.21.7 forbids.
    """

    def addObjects(self, doc: Any) -> None:
        """Called by ReportLab when the file is saved."""
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                letters = stream.content.replace("<00> <0000>", "<00> <FFFD>")
                stream.content = _BEYOND_BMP.sub(lambda m: chr(int(m[0], 16)).encode("utf-16-be").hex(), letters)
