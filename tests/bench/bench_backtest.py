"""How well a load fitted on March and April 2016 of the real service desk log foretells May, and how long it takes.

    python tests/bench/bench_backtest.py [REPLICATIONS]

The levels of the targets beside what a naive forecast says (the month before, the last four weeks), and whether the
ranges of 90 % hold what happened. Then the same on a desk whose model is known: there the method itself is tested.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import slmdsl as slm
from slmdsl.base.shipped import shipped
from slmdsl.study.backtest.forms import GAUGES, score_of
from tests.contracts import contract
from tests.fits import DECLARED, Desk

REPLICATIONS = 100
KNOWN = range(1, 7)


def main() -> None:
    """Print both."""
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATIONS
    spec = slm.load(shipped("models") / "demo")
    log = slm.ingest(spec, "servicenow")
    began = time.perf_counter()
    test = slm.backtest(spec, log, until=date(2016, 5, 1), replications=replications)
    took = time.perf_counter() - began
    print(f"ServiceNow log, {test.first} .. {test.last}, {replications} replications, {took:.1f} s")
    print(
        f"{test.carried:,} open tickets taken over, {test.left_out:,} not; {test.parameters} uncertain parameters"
    )
    for row in test.rows:
        if row.is_share and not row.weekly:
            print(
                f"  {row.name:<24} {row.real:7.1%} predicted {row.predicted:7.1%}  {row.low:6.1%} to {row.high:6.1%}"
                f"  error {100 * row.error:+5.1f} points  {'in ' if row.covered else 'out'}"
                f"  naive {100 * (row.naive_error or 0):+5.1f}"
            )
    told("by the month", test.shares(weekly=False))
    told("by the week", test.shares(weekly=True))
    for gauge in GAUGES:
        told(gauge, score_of(test.of(gauge, weekly=True)), relative=True)
    known()


def told(name: str, score: object, *, relative: bool = False) -> None:
    """Print how good some predictions are."""
    unit = 1 if relative else 100
    error = score.relative if relative else score.error
    naive = score.naive_error / (score.error / score.relative) if relative else score.naive_error
    words = "of the truth" if relative else "points"
    error, naive = (f"{each:.0%}" if relative else f"{unit * each:.1f}" for each in (error, naive))
    print(f"  {name:<20} off by {error} {words}, naive {naive}; {score.covered:.0%} of {score.rows} in range")


def known() -> None:
    """Print how a fit fares on logs of a desk that is known and does not change."""
    spec = SimpleNamespace(contract=contract(DECLARED), texts={"spec.slm": DECLARED})
    rows = []
    for seed in KNOWN:
        rows += slm.backtest(spec, Desk(weeks=16).log(seed), until=date(2027, 3, 29)).rows
    print(f"A known desk, {len(KNOWN)} logs of 16 weeks, the last 4 foretold")
    told("levels by the week", score_of(each for each in rows if each.is_share))
    for gauge in GAUGES:
        told(gauge, score_of(each for each in rows if each.name == gauge), relative=True)


if __name__ == "__main__":
    main()
