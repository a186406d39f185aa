# SPDX-License-Identifier: MPL-2.0
"""What leaves the program on paper, and pictures of it for the screen.

`kinds` names the papers; `content`, `citizen_contents`, `note_content` and `staff_contents` say what goes on each (pure), read
by `reading`; `page` and `blocks` are how any paper looks, `plan`, `answer_letter` and the rest how each is set, `preview` shows
one. ReportLab is loaded by the modules that draw, never by contents.
"""
