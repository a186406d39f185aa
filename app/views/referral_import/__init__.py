# SPDX-License-Identifier: MPL-2.0
"""Taking a job centre's file in (D1, D2), and what became of each row."""
