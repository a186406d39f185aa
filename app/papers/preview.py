# SPDX-License-Identifier: MPL-2.0
"""A paper as pictures for the screen: what is seen is the finished PDF itself, page by page.

Called by the preview and by the player that keeps pictures of a run. PDFium is not safe in two threads at once: call it from one
lane only. Must not know what is on the paper.
"""

from __future__ import annotations

import io

import pypdfium2 as pdfium


def preview(pdf: bytes, scale: float) -> list[bytes]:
    """Every page as PNG, in order. `scale` 1.0 is 72 dots an inch, 2.0 is 144."""
    with pdfium.PdfDocument(pdf) as document:
        return [_png(page, scale) for page in document]


def _png(page: pdfium.PdfPage, scale: float) -> bytes:
    out = io.BytesIO()
    page.render(scale=scale).to_pil().save(out, format="PNG", compress_level=1)
    return out.getvalue()
