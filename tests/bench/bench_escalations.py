"""What the escalations of a log would have told: whole tickets, with pauses, and two conditions on the desk.

    python tests/bench/bench_escalations.py [thousands of tickets]

A year of tickets of which a quarter waits for the customer, judged by four targets under the ladder of the reference. A
first run on a small log compiles or loads the kernels, which is not counted.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slmdsl.contract.checking import check
from slmdsl.evaluate.from_log import evaluate
from slmdsl.events.log import EventLog
from slmdsl.syntax.parse import parse

SPEC = """
provider globex
customer acme
team desk {
  contact lead "lead@globex.example"
}
service mail {
  owner desk
}
priorities itil {
  urgency       high  low
  impact   all  P1    P2
}
calendar office {
  timezone  Europe/Amsterdam
  open      mon..fri 08:00-18:00
}
clock standard {
  stops   at resolved
  pauses  while wait_customer
  runs    on office
}
escalation ladder {
  at 50%  of response             notify owner
  at 75%  of resolution           notify owner, desk.lead
  30 min before due of resolution notify "duty.manager@globex.example"
  at 100% of resolution           reassign to desk, notify "service.manager@globex.example"
  2 h after breach of resolution  notify "cio@acme.example" every 4 h up to 3 times
  when open P1 incidents > 2_000  declare major_incident
  when declared major_incident and open incidents > 9_000 notify acme
}
sla gold {
  between     globex and acme
  covers      mail
  valid       2027-01-01 .. 2027-12-31
  clock       standard
  escalation  ladder
  target answer_1: response   of P1 incidents within 15 min for 95% each month on always
  target answer_2: response   of P2 incidents within 4 h for 90% each month
  target fix_1:    resolution of P1 incidents within 4 h for 90% each month on always
  target fix_2:    resolution of P2 incidents within 8 h for 90% each month
}
"""


def log_of(count: int) -> EventLog:
    """A year of tickets, opened at random, answered after half an hour and resolved after six hours at the mean."""
    chance = np.random.default_rng(1)
    begin, year = datetime(2027, 1, 1, tzinfo=UTC), 365 * 86_400
    opened = np.sort(chance.integers(0, year, count))
    responded = opened + chance.exponential(1_800, count).astype(np.int64)
    resolved = responded + chance.exponential(21_600, count).astype(np.int64)

    def instants(seconds: np.ndarray) -> pl.Series:
        return pl.Series(seconds * 1_000_000).cast(pl.Duration("us")) + begin

    ids = pl.Series([f"T{i}" for i in range(count)])
    waits = np.flatnonzero(chance.random(count) < 1 / 4)
    back = responded[waits] + (resolved[waits] - responded[waits]) // 2
    events = pl.concat(
        [
            pl.DataFrame({"ticket": ids.gather(waits), "at": instants(at), "phase": phase})
            for at, phase in ((responded[waits], "wait_customer"), (back, "active"))
        ]
    ).with_columns(type=pl.lit("state"))
    tickets = pl.DataFrame(
        {
            "ticket": ids,
            "kind": "incident",
            "service": "mail",
            "priority": pl.Series(chance.choice(["P1", "P2"], count)),
            "opened": instants(opened),
            "responded": instants(responded),
            "resolved": instants(resolved),
        }
    )
    return EventLog.from_frames(tickets=tickets, events=events)


def timed(count: int) -> tuple[float, float, int]:
    """Return the seconds that judging takes, those that escalations take, and how many messages there are."""
    parsed = parse(SPEC, "bench.slm")
    contract, _ = check([parsed.tree], texts={"bench.slm": parsed.text})
    log = log_of(count)
    begin = time.perf_counter()
    verdicts = evaluate(contract, log)
    judged = time.perf_counter()
    told = verdicts.escalations.height
    return judged - begin, time.perf_counter() - judged, told


def main() -> None:
    """Print what a log of so many tickets takes."""
    thousands = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    timed(1_000)
    judging, escalating, told = timed(1_000 * thousands)
    span = timedelta(seconds=round(judging + escalating))
    print(f"{thousands:,} thousand tickets: judged in {judging:.2f} s, escalated in {escalating:.2f} s")
    print(f"{told:,} messages; {span} in all")


if __name__ == "__main__":
    main()
