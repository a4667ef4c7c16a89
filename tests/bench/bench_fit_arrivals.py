"""How long a fit of arrivals takes on the real service desk log, and how simulated weeks differ from real ones.

python tests/bench/bench_fit_arrivals.py
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slmdsl.study.fit.arrivals.draws import arrival_draws
from slmdsl.study.fit.arrivals.from_opened import arrivals_of
from tests.demands import arrivals, demand_plan
from tests.unit.test_fit_arrivals_real import MONDAY, WEEKS, ZONE, opened_of_log, text_of, weekly

REPLICATIONS = 400


def main() -> None:
    """Print the figures of the log beside those of simulated ones."""
    opened_us = opened_of_log()
    arrivals_of(opened_us, ZONE)
    began = time.perf_counter()
    fit = arrivals_of(opened_us, ZONE)
    fitted = time.perf_counter()
    arrival_draws(fit, 1, 200)
    drawn = time.perf_counter()
    print(f"{fit.tickets:,} tickets: fit {fitted - began:.3f} s, 200 draws {drawn - fitted:.3f} s")
    print(
        f"{fit.rates[0].per_day:.0f} per day, varying {fit.varying:.0%}, correlated {fit.correlated:.2f}, "
        f"bursts {fit.burst_mean:.2f}, holidays {fit.profile.holidays}"
    )
    for line in fit.profile.lines:
        print(line.weekdays, " ".join(f"{first}-{end} {weight:.2f}," for first, end, weight in line.windows))
    for caution in fit.cautions:
        print(caution.key, dict(caution.numbers))
    real = weekly(opened_us)
    plan = demand_plan(
        text_of(fit), first=MONDAY.isoformat(), last=(MONDAY + timedelta(days=7 * WEEKS)).isoformat()
    )
    logs = np.array([weekly(arrivals(plan, r).at * 1_000_000) for r in range(REPLICATIONS)])
    spreads = logs.std(axis=1, ddof=1)
    print(f"12 weeks: mean {real.mean():.0f}, simulated {logs.mean():.0f}")
    print(f"standard deviation {real.std(ddof=1):.0f}, simulated {spreads.mean():.0f}")
    print(
        f"variance / mean {real.var(ddof=1) / real.mean():.1f}, simulated {np.mean(spreads**2) / logs.mean():.1f}"
    )


if __name__ == "__main__":
    main()
