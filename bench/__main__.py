# SPDX-License-Identifier: MPL-2.0
"""Run the measurements: `python -m bench [--out FILE] [--only NAME …]`. Writes a list of {name, unit, value, floor, ratio, n}."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench import bulk, caseload, fanout, live, paper, reads, start, store
from bench.measure import Figure

NAMES = (
    *("start_window", "start_table", "start_bundle", "commit", "search_10k", "list_page_10k"),
    *("plan_pdf", "plan_pdf_per_s", "plan_pdf_cold"),
    *("caseload_open_100k", "caseload_filter_100k"),
    *("live_edit_p50", "live_edit_p95", "bulk_10k", "fanout_100_p95", "idle_pull", "rls_read"),
)
PARTS = (start, store, paper, caseload, live, bulk, fanout, reads)


def main() -> int:
    """Measure what is asked for, show it as a table, write it as JSON."""
    words = argparse.ArgumentParser(prog="python -m bench")
    words.add_argument("--out", type=Path, default=Path("build/bench.json"))
    words.add_argument("--only", nargs="*", choices=NAMES, default=list(NAMES))
    asked = words.parse_args()
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    figures: list[Figure] = []
    print(f"{'':22}{'value':>10}{'floor':>10}{'ratio':>8}{'n':>6}")
    with tempfile.TemporaryDirectory(prefix="rundbord-bench-") as folder:
        for part in PARTS:
            found = part.measure(Path(folder), frozenset(asked.only))
            for f in found:
                print(f"{f.name:22}{f.value:10.2f}{f.floor:10.2f}{f.ratio:8.2f}{f.n:6}  {f.unit}", flush=True)
            figures += found  # written as they come: a run that is broken off has told what it found
            asked.out.write_text(json.dumps([f.to_json() for f in figures], indent=1) + "\n", encoding="utf-8")
    if missing := sorted(set(asked.only) - {f.name for f in figures}):
        raise SystemExit(f"not measured: {', '.join(missing)}")
    return 0


sys.exit(main())
