# SPDX-License-Identifier: MPL-2.0
"""What leaves the program on paper, and pictures of it for the screen.

`kinds` names the papers; `answer_contents` (which fills `content`), `citizen_contents`, `note_content` and `staff_contents` say
what goes on each (pure), read by `reading`; `plan`, `answer_letter` and the rest set each with the blocks of `blocks`, `table`,
`figures` and `ruled`; `page` lays them out, `layout` and `fonts` set their text, `tagged` makes the file readable aloud,
`preview` shows it. ReportLab is loaded by the modules that draw, never by contents.
"""
