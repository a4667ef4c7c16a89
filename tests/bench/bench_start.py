"""How long small commands take from start to end, each in a process of its own.

    python tests/bench/bench_start.py

Medians by the clock and by processors: on a busy machine the second is the figure to look at. Byte code is written
before it counts.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slmdsl.base.shipped import shipped
from tests.bench._processes import middle, whole

RUNS = 11
SMALL = 'provider globex "Globex" {\n  contact "it@globex.example"\n}\n'


def main() -> None:
    """Print the figures beside what is accepted."""
    slm = str(Path(sys.executable).with_name("slm"))
    with tempfile.TemporaryDirectory() as folder:
        small, project = Path(folder, "small.slm"), str(Path(folder, "new"))
        small.write_text(SMALL, encoding="utf-8")
        commands = {
            "python -c pass": ((sys.executable, "-c", "pass"), None),
            "slm --version": ((slm, "--version"), 0.1),
            "slm --help": ((slm, "--help"), None),
            "slm check, 3 lines": ((slm, "check", str(small)), 0.5),
            "slm check models/demo": ((slm, "check", str(shipped("models") / "demo")), 0.5),
            "slm check of `slm new`": ((slm, "check", project), 0.5),
        }
        whole(slm, "new", project)
        for command, _ in commands.values():
            whole(*command)  # byte code
        rounds = [[whole(*command) for command, _ in commands.values()] for _ in range(RUNS)]
    print(f"medians of {RUNS}")
    for (name, (_, accepted)), costs in zip(commands.items(), zip(*rounds, strict=True), strict=True):
        cost = middle(costs)
        wanted = "" if accepted is None else f"   accepted: {accepted} s"
        print(f"  {name:<24} {cost.seconds:6.3f} s  {cost.used:6.3f} s of processors{wanted}")


if __name__ == "__main__":
    main()
