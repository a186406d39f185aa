# SPDX-License-Identifier: MPL-2.0
"""The rules of the trade: pure functions and values. Knows no database, no screen, no clock of its own."""
