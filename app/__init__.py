# SPDX-License-Identifier: MPL-2.0
"""Rundbord: the tool on the table at a first meeting. See ARCHITECTURE.md."""

__version__ = "0.1.0"
