"""How fast sources are read, beside what polars needs to read and group the same file.

Run: python tests/bench/bench_ingest.py [tickets]
Each measurement runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make(folder: Path, tickets: int) -> None:
    """Write a year of tickets as parquet, in the order of their opening."""
    import numpy as np
    import polars as pl

    chance = np.random.default_rng(1)
    opened = 1_780_000_000_000_000 + np.sort(chance.integers(0, 365 * 86_400_000_000, tickets))
    instant = pl.Datetime("us", "UTC")
    frame = pl.DataFrame(
        {
            "ticket": pl.Series(np.arange(tickets)).cast(pl.String).str.zfill(8),
            "kind": pl.repeat("incident", tickets, eager=True),
            "service": np.array(["email", "till", "wan", "hosting", "laptop"])[
                chance.integers(0, 5, tickets)
            ],
            "priority": np.array(["P1", "P2", "P3", "P4"])[chance.integers(0, 4, tickets)],
            "opened": pl.Series(opened).cast(instant),
            "responded": pl.Series(opened + chance.integers(1, 10**10, tickets)).cast(instant),
            "resolved": pl.Series(opened + chance.integers(10**10, 10**12, tickets)).cast(instant),
            "site": pl.Series(chance.integers(0, 5_000, tickets)).cast(pl.String),
        }
    )
    frame.write_parquet(folder / "tickets.parquet")


def group(folder: Path) -> int:
    """Read and group with polars alone."""
    import polars as pl

    frame = pl.read_parquet(folder / "tickets.parquet")
    mean = (pl.col("resolved") - pl.col("opened")).mean()
    return frame.group_by("service", "priority").agg(pl.len(), mean).height


def take(folder: Path) -> int:
    """Read the same file as a source."""
    from slmdsl.ingest import ingest
    from tests.ingest_plans import column, plan

    facts = {
        name: name for name in ("ticket", "kind", "service", "priority", "opened", "responded", "resolved")
    }
    source = plan("tickets.parquet", "tickets", facts, fields={"site": column("site")})
    return len(ingest([source], root=folder).ticket_columns)


def real(_: Path) -> int:
    """Read the ServiceNow log: 141,712 rows of 36 columns, gzipped csv."""
    from slmdsl.ingest import ingest
    from tests.ingest_plans import DATA, servicenow

    return ingest([servicenow()], root=DATA).intakes[0].rows_in


def make_xes(folder: Path, events: int) -> None:
    """Write a log of incidents, ten attributes an event, as exports of process mining have it."""
    import random
    from datetime import datetime, timedelta

    chance = random.Random(1)
    states = [
        "Accepted/In Progress",
        "Accepted/Wait - User",
        "Queued/Awaiting Assignment",
        "Completed/Resolved",
    ]
    at = datetime(2012, 1, 1)
    with (folder / "log.xes").open("w") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        case = written = 0
        while written < events:
            case, at = case + 1, at + timedelta(minutes=10)
            group, now = chance.randint(1, 30), at
            file.write(f'\t<trace>\n\t\t<string key="concept:name" value="1-{364285768 + case}"/>\n')
            for _ in range(min(chance.randint(3, 15), events - written)):
                written, now = written + 1, now + timedelta(minutes=chance.randint(1, 600))
                group = chance.randint(1, 30) if chance.random() < 0.3 else group
                name, step = chance.choice(states).split("/")
                told = {
                    "org:group": f"V{group} 2nd",
                    "resource country": "Sweden",
                    "org:resource": f"User{chance.randint(1, 900)}",
                    "organization country": "se",
                    "organization involved": "Org line A2",
                    "concept:name": name,
                    "impact": "Medium",
                    "product": f"PROD{chance.randint(1, 700)}",
                    "lifecycle:transition": step,
                }
                file.write("\t\t<event>\n")
                for key, value in told.items():
                    file.write(f'\t\t\t<string key="{key}" value="{value}"/>\n')
                file.write(
                    f'\t\t\t<date key="time:timestamp" value="{now.isoformat()}.000+01:00"/>\n\t\t</event>\n'
                )
            file.write("\t</trace>\n")
        file.write("</log>\n")


def xes(folder: Path) -> int:
    """Read that log, with the columns that the example of sources has."""
    from slmdsl.ingest import ingest
    from tests.ingest_plans import column, plan

    states = {"Queued/*": "new", "*/Wait*": "wait_customer", "*/Resolved": "resolved", "*": "active"}
    facts = {
        "ticket": "case:concept:name",
        "kind": column(constant="incident"),
        "at": "time:timestamp",
        "group": "org:group",
        "actor": "org:resource",
        "priority": column("impact", cases={"Major": "P1", "High": "P2", "Medium": "P3", "*": "P4"}),
        "service": column("product", cases={"*": "email"}),
        "state": column("concept:name", "lifecycle:transition", cases=states),
    }
    return ingest([plan("log.xes", "events", facts, zone="data")], root=folder).intakes[0].rows_taken


def measured(name: str, folder: Path) -> None:
    """Run one of the above in a process of its own, three times; print the best time and its peak of memory."""
    best = min((_once(name, folder) for _ in range(3)), key=lambda one: one[0])
    print(f"{name:<8} {best[0]:6.2f} s  {best[1]:6.2f} s of processor time  {best[2]:6d} MB peak")


def _once(name: str, folder: Path) -> tuple[float, float, int]:
    command = [sys.executable, __file__, "--one", name, str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )
    seconds, used, kilobytes = done.stdout.split()
    return float(seconds), float(used), int(kilobytes) // 1024


def main() -> None:
    """Compare."""
    if sys.argv[1:2] == ["--one"]:
        import polars as pl  # noqa: F401 - loading it is not what is measured

        import slmdsl.ingest  # noqa: F401 - as above

        start, used = time.perf_counter(), time.process_time()
        {"polars": group, "ingest": take, "real": real, "xes": xes}[sys.argv[2]](Path(sys.argv[3]))
        peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
        print(time.perf_counter() - start, time.process_time() - used, peak)
        return
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), tickets)
        print(
            f"{tickets:_} tickets, parquet of {(Path(folder) / 'tickets.parquet').stat().st_size >> 20} MiB"
        )
        for name in ("polars", "ingest", "real"):
            measured(name, Path(folder))
        make_xes(Path(folder), 500_000)
        print(f"500_000 events, XES of {(Path(folder) / 'log.xes').stat().st_size >> 20} MiB")
        measured("xes", Path(folder))


if __name__ == "__main__":
    main()
