# SPDX-License-Identifier: MPL-2.0
"""What leaves the program on paper: the plan and the answer letter, and pictures of them for the screen.

`content` says what goes on each paper (pure), `page` and `blocks` how any paper looks, `plan` and `answer_letter` how each is
set, `preview` shows one. ReportLab is loaded by the modules that draw, never by `content`.
"""
