"""From a Parquet file to verdicts, beside what polars needs to read and group the same file.

    python tests/bench/bench_evaluate.py [millions of tickets]

A year and a half of tickets, of twelve services and four priorities, judged by ten targets: answer and repair of each
priority, a median and a share. Loading the text, reading the file, judging and laying out the verdicts all count, and
so does taking compiled kernels from their cache, which is most of what the smallest file takes; importing libraries
and compiling do not, on either side. Each run has a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench._processes import asked, middle, report

PRIORITIES, SERVICES = 4, 12
RUNS = 3
SPEC = """\
calendar office "Office hours" {{
  timezone  Europe/Amsterdam
  open      mon..fri 08:00-18:00
  holidays  NL
}}

provider globex "Globex"

customer acme "Acme"

{services}

field site

priorities itil {{
  urgency        high  medium  low
  impact   high  P1    P2      P3
  impact   low   P2    P3      P4
}}

clock counted {{
  starts    at opened
  responds  at any_action
  stops     at resolved
  runs      on office
}}

sla managed "Managed workplace" {{
  between   globex and acme
  covers    {names}
  valid     2026-01-01 .. 2027-12-31
  timezone  Europe/Amsterdam
  clock     counted

  target answer_1: response of P1 incidents within 15 min for 95% each month on always
  target answer_2: response of P2 incidents within 1 h for 95% each month
  target answer_3: response of P3 incidents within 4 h for 90% each month
  target answer_4: response of P4 incidents within 8 h for 90% each month
  target fix_1:    resolution of P1 incidents within 4 h for 90% each month on always
  target fix_2:    resolution of P2 incidents within 8 h for 90% each month
  target fix_3:    resolution of P3 incidents within 24 h for 90% each month
  target fix_4:    resolution of P4 incidents within 40 h for 90% each month
  target usual:    median resolution of P3 incidents at most 8 h each month
  target walk_in:  share of incidents where site = "north" at most 30% each month
}}

source export {{
  read       "tickets.parquet"
  timezone   UTC
  ticket     "ticket"
  kind       "kind"
  service    "service"
  priority   "priority"
  opened     "opened"
  responded  "responded"
  resolved   "resolved"
  field      site "site"
}}
"""


def make(folder: Path, tickets: int) -> None:
    """Write the text and the tickets, in the order of their opening; one in fifty is still open."""
    import numpy as np
    import polars as pl

    names = [f"service_{number:02}" for number in range(SERVICES)]
    services = "\n".join(f'service {name} "{name}" {{\n  owner  globex\n}}\n' for name in names)
    text = SPEC.format(services=services, names=", ".join(names))
    (folder / "desk.slm").write_text(text, encoding="utf-8")
    chance = np.random.default_rng(1)
    day_us = 86_400_000_000
    opened = 1_767_225_600_000_000 + np.sort(chance.integers(0, 540 * day_us, tickets))
    responded = opened + chance.exponential(day_us / 24, tickets).astype(np.int64)
    resolved = responded + chance.exponential(day_us / 2, tickets).astype(np.int64)
    instant = pl.Datetime("us", "UTC")
    is_open = pl.Series(chance.random(tickets) < 0.02)
    pl.DataFrame(
        {
            "ticket": "INC" + pl.Series(np.arange(tickets)).cast(pl.String).str.zfill(8),
            "kind": pl.repeat("incident", tickets, eager=True),
            "service": np.array(names)[chance.integers(0, SERVICES, tickets)],
            "priority": np.array(["P1", "P2", "P3", "P4"])[
                chance.choice(4, tickets, p=[0.02, 0.1, 0.58, 0.3])
            ],
            "opened": pl.Series(opened).cast(instant),
            "responded": pl.Series(responded).cast(instant),
            "resolved": pl.Series(resolved).cast(instant),
            "site": np.array(["north", "south", "east", "west"])[chance.integers(0, 4, tickets)],
        }
    ).with_columns(resolved=pl.when(~is_open).then("resolved")).write_parquet(folder / "tickets.parquet")


def group(folder: Path) -> int:
    """Read and group with polars alone."""
    import polars as pl

    frame = pl.read_parquet(folder / "tickets.parquet")
    month = pl.col("resolved").dt.truncate("1mo")
    spent = (pl.col("resolved") - pl.col("opened")).mean().alias("spent")
    return frame.group_by("priority", month.alias("month")).agg(pl.len(), spent).height


def judge(folder: Path) -> int:
    """Load, read, judge: the way that the README shows."""
    import slmdsl

    spec = slmdsl.load(folder)
    log = slmdsl.ingest(spec, "export")
    return slmdsl.evaluate(spec, log).targets.height


def read(folder: Path) -> int:
    """Load and read alone."""
    import slmdsl

    return len(slmdsl.ingest(slmdsl.load(folder), "export").ticket_columns)


def one(name: str, folder: Path) -> None:
    """Do one of these in this process and report what it took."""
    if name == "polars":
        import polars  # noqa: F401, ICN001 - loading it is not what is measured
    else:
        import slmdsl.evaluate.from_log
        import slmdsl.ingest  # noqa: F401 - as above
    work = {"polars": group, "read": read, "judge": judge}[name]
    report(lambda: work(folder))


def compared(folder: Path, tickets: int) -> float:
    """Print what each needs for that many tickets; return the seconds of judging."""
    subprocess.run([sys.executable, __file__, "--make", str(folder), str(tickets)], check=True)
    names = ("polars", "read", "judge")
    rounds = [[asked(__file__, "--one", name, folder) for name in names] for _ in range(RUNS)]
    polars, reading, judging = (middle(costs) for costs in zip(*rounds, strict=True))
    size = (folder / "tickets.parquet").stat().st_size / 1e6
    print(f"{tickets:>10_} tickets, Parquet of {size:.0f} MB; medians of {RUNS}")
    print(f"  polars reads and groups      {polars}")
    print(f"  slmdsl loads and reads       {reading}   {reading.seconds / polars.seconds:.2f} x polars")
    print(
        f"  slmdsl loads, reads, judges  {judging}   {judging.seconds / polars.seconds:.2f} x polars", end=""
    )
    print(f" ({judging.used / polars.used:.2f} x by processors)")
    return judging.seconds


def main() -> None:
    """Compare at several sizes; accepted at five million: 3 times polars, 1 GB; from 10^5 to 10^7: linear."""
    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]))
    else:
        most = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 5_000_000
        sizes = (100_000, 1_000_000, most, 2 * most) if most > 2_500_000 else (most,)
        with tempfile.TemporaryDirectory() as folder:
            make_and_warm(Path(folder))
            each = [compared(Path(folder), size) for size in sizes]
        for (few, before), (many, after) in pairwise(zip(sizes, each, strict=True)):
            more_ns = (after - before) / (many - few) * 1e9
            print(f"from {few:_} to {many:_} tickets: {more_ns:.0f} ns for each further ticket")


def make_and_warm(folder: Path) -> None:
    """Compile what a first call compiles."""
    subprocess.run([sys.executable, __file__, "--make", str(folder), "1000"], check=True)
    asked(__file__, "--one", "judge", folder)


if __name__ == "__main__":
    main()
