# SPDX-License-Identifier: MPL-2.0
"""`python -m app`: starts; nothing else."""

from __future__ import annotations

import sys

from app.cli import main

if __name__ == "__main__":  # the dictionary's process imports this file too
    sys.exit(main())
