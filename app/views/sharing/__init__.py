# SPDX-License-Identifier: MPL-2.0
"""How it stands with the shared database, as screens tell it: one quiet line, and a card with what somebody must look at."""
