# SPDX-License-Identifier: MPL-2.0
"""Plays a meeting script through the real windows, as two people at the table would hold the meeting.

`script` reads the file, `hands` works the widgets, `play` knows the order of a meeting and judges the outcome. What is typed goes
in by the keyboard, what is chosen by mouse or keys; there is no way from here into the store but through the screens.
"""
