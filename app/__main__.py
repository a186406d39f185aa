# SPDX-License-Identifier: MPL-2.0
"""`python -m app`: starts; nothing else."""

from __future__ import annotations

import sys

from app.cli import main

if __name__ == "__main__":  # the dictionary's process imports this file too
    if getattr(sys, "frozen", False):  # in the bundle that process is this program begun once more
        from multiprocessing import freeze_support

        freeze_support()
    sys.exit(main())
