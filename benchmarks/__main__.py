"""Every benchmark in one run: a table on the screen, the figures in build/bench.json.

What belongs here: finding the scripts (those with a `measure`) and printing. What does not: any figure.
Run with `make bench`; `python -m benchmarks start next_case` runs only those.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from pathlib import Path

import benchmarks

OUT = Path("build") / "bench.json"
Row = dict[str, object]


def main(wanted: list[str]) -> int:
    """Measure, print, write; 1 where a goal is missed."""
    rows: list[Row] = []
    for name in wanted or _scripts():
        module = importlib.import_module(f"benchmarks.{name}")
        if hasattr(module, "measure"):
            print(f"{name} …", file=sys.stderr)
            rows += module.measure()
    print(table(rows))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return 0 if all(row["holds"] for row in rows) else 1


def _scripts() -> list[str]:
    return sorted(each.name for each in pkgutil.iter_modules(benchmarks.__path__) if each.name != "__main__")


def table(rows: list[Row]) -> str:
    """Name, ours, the goal, whether it holds, the peer and the ratio, in columns."""
    lines = [("what", "ours", "goal", "", "peer", "ratio", "against")]
    for row in rows:
        ours, peer = f"{row['ours']} {row['unit']}", f"{row['peer']} {row['unit']}"
        held = "holds" if row["holds"] else "MISSED"
        lines.append((str(row["name"]), ours, str(row["goal"]), held, peer, f"{row['ratio']} ×", str(row["peer_name"])))
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
