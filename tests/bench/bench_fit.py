"""How long a fit of the shipped real log takes, and whether its model makes weeks like the real ones.

python tests/bench/bench_fit.py [REPLICATIONS]
"""

from __future__ import annotations

import sys
from time import perf_counter

import numpy as np

import slmdsl as slm
from slmdsl.base.shipped import shipped
from slmdsl.base.units import HOUR
from slmdsl.contract.offered_load import offered
from slmdsl.study.fit.fitting import fitted
from slmdsl.study.fit.goodness import compared, contract_with

spec = slm.load(shipped("models") / "demo")
begin = perf_counter()
log = slm.ingest(spec, "servicenow")
read = perf_counter()
model = fitted(spec.contract, log, source="servicenow", draws=200)
done = perf_counter()
print(f"ingest {read - begin:.1f} s, fit with 200 draws {done - read:.1f} s, {model.tickets:,} tickets")

contract = contract_with(model, spec.texts)
used = {name: each.utilisation for name, each in offered(contract.loads[model.name], contract.staff).items()}
print(f"busiest group {max(used.values()):.0%} of {len(used)}")

replications = int(sys.argv[1]) if len(sys.argv) > 1 else 20
begin = perf_counter()
sides = compared(spec.texts, model, log, lambda _, __: None, replications=replications)
print(f"{replications} simulated quarters in {perf_counter() - begin:.1f} s")
runs = sides.simulated
spread = [each.dispersion for each in runs]
print(
    f"tickets a week: log {sides.real.weekly.mean():,.0f}, simulated"
    f" {np.mean([each.weekly.mean() for each in runs]):,.0f}"
)
print(
    f"variance over mean of weeks: log {sides.real.dispersion:.1f}, simulated {np.mean(spread):.1f}"
    f" ({np.quantile(spread, 0.05):.1f} to {np.quantile(spread, 0.95):.1f})"
)
print(
    f"open at the end: log {sides.real.backlog[-1]:,}, simulated"
    f" {np.mean([each.backlog[-1] for each in runs]):,.0f}"
)
for place, real in enumerate(sides.real.classes):
    alike = [each.classes[place] for each in runs]
    print(
        f"{real.priority or 'all':4} median {real.median_us / HOUR:6.1f} h"
        f" ({np.mean([each.median_us for each in alike]) / HOUR:6.1f} h simulated),"
        f" p90 {real.p90_us / HOUR:6.1f} h ({np.mean([each.p90_us for each in alike]) / HOUR:6.1f} h)"
    )
