# SPDX-License-Identifier: MPL-2.0
"""Tagged, accessible PDF from ReportLab: what is drawn, said once more as a structure a reader aloud can follow.

`structure` is the tree of what the words are (pure), `canvas` a ReportLab canvas that draws under tags, `writing` puts tree,
title, language and claims into the file after ISO 14289-1 (PDF/UA-1). It could be a package of its own: it knows nothing of
this program, and imports nothing of it (import-linter holds that).

    canvas = TaggedCanvas(out, Facts("Min plan", "Rundbord Kommune", "da"), font="IBMPlexSans-Regular", pagesize=A4)
    heading = Tag(Role.H1, title="Min plan")
    with canvas.marked(heading, top=800):
        canvas.drawString(50, 780, "Min plan")
    canvas.rect(50, 760, 200, 1)  # under no tag: decoration
    canvas.showPage()
    canvas.save()
"""

from app.papers.tagged.canvas import Artifact, Run, TaggedCanvas
from app.papers.tagged.fonts import EmbeddedFont
from app.papers.tagged.structure import Numbering, Role, Scope, Tag
from app.papers.tagged.writing import Facts

__all__ = ["Artifact", "EmbeddedFont", "Facts", "Numbering", "Role", "Run", "Scope", "Tag", "TaggedCanvas"]
