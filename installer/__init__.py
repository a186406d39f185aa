# SPDX-License-Identifier: MPL-2.0
"""Building what a municipality's IT rolls out: the bundle, and the packages it travels in. Never shipped itself.

`make bundle`, `make deb` and `make windows` come here. Must not be imported by the program.
"""
