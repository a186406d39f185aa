# SPDX-License-Identifier: MPL-2.0
"""Two papers of one meeting compared: what is made anew each time is overlooked, and nothing else."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from installer.check_bundle import compare_papers


def paper(
    file: Path,
    number: str = "2026-XAB1CD-0001",
    mark: str = "fc98 673b",
    words: str = "Jeg vil gerne kunne tage bussen",
    size: float = 12,
    pages: int = 1,
) -> Path:
    canvas = Canvas(str(file))
    for _ in range(pages):
        canvas.setFont("Helvetica", size)
        canvas.drawString(72, 700, words)
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 600, f"Sagsnummer {number} i dag")
        canvas.drawRightString(500, 40, f"side 1, {mark}")
        canvas.showPage()
    canvas.save()
    return file


def test_another_number_is_no_difference(tmp_path: Path) -> None:
    one = paper(tmp_path / "a.pdf")
    other = paper(tmp_path / "b.pdf", "2026-ZZZZZZ-0001", "00ff 1111")
    assert list(compare_papers(one, other)) == []


def test_other_words_another_size_and_another_page_are(tmp_path: Path) -> None:
    one = paper(tmp_path / "a.pdf")
    words = paper(tmp_path / "b.pdf", words="Jeg vil ikke kunne tage bussen")
    size = paper(tmp_path / "c.pdf", size=12.6)
    pages = paper(tmp_path / "d.pdf", pages=2)
    assert any("»Jeg vil gerne" in told for told in compare_papers(one, words))
    assert list(compare_papers(one, size)) == ["a.pdf, page 1: not drawn the same"]
    assert list(compare_papers(one, pages)) == ["a.pdf: 1 pages here, 2 in the bundle"]
