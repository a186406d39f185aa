# SPDX-License-Identifier: MPL-2.0
"""`python -m app`: starts; nothing else."""

from __future__ import annotations

import sys

from app.cli import main

sys.exit(main())
