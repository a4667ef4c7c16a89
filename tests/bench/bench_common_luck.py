"""How many runs common luck saves when one agent more is compared with none.

    python tests/bench/bench_common_luck.py [replications]

A desk of 36, 30 and 18 agents with a quarter's 50,000 tickets, with and without one agent more at its first tier.
Printed is the variance that the difference has with independent luck, over the one that it has with common luck, for
the mean resolution, for each target's attained value and for its chance; `-` where nothing varies.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

import slmdsl as slm
from slmdsl.base.units import NO_TIME
from slmdsl.stats.paired import paired_difference, variance_ratio
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.judged.judging import UNJUDGED
from slmdsl.study.running.bench import trial_of

MODEL = Path(__file__).parent / "models" / "one_agent_more.slm"
QUARTER = date(2027, 1, 1), date(2027, 3, 31)
BASE, MORE = "base", "one_more"
GOAL = 20
HOUR_US = 3_600_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one replication says: the mean resolution in hours, and by target what was attained and which share kept."""

    resolution: float
    attained: dict[str, float] = field(default_factory=dict)
    chance: dict[str, float] = field(default_factory=dict)


def mean_resolution(run):
    """The mean time from opening to resolution, in hours, of tickets opened within the horizon."""
    tickets = run.log.ticket_columns
    counted = (tickets.opened_us >= run.plan.first * run.tick_us) & (tickets.resolved_us != NO_TIME)
    return float(np.mean((tickets.resolved_us - tickets.opened_us)[counted])) / HOUR_US


def by_target(cells, value):
    found = {}
    for cell, verdict in cells.items():
        if verdict.kept != UNJUDGED:
            found.setdefault(cell.target, []).append(value(verdict))
    return {name: sum(values) / len(values) for name, values in found.items()}


def figures(trial, number, *, judged=True):
    """Simulate a replication and return its figures."""
    from slmdsl.simulate.runs import simulated

    run = simulated(trial.plan, trial.seed, number)
    resolution = mean_resolution(run)
    if not judged:
        return Figures(resolution=resolution)
    cells = trial.judge.judged(run.log).cells
    return Figures(
        resolution=resolution,
        attained=by_target(cells, lambda verdict: verdict.value),
        chance=by_target(cells, lambda verdict: verdict.kept),
    )


def both(replications, *, judged=True, horizon=QUARTER, seed=1):
    """Return the figures of all replications without and with the agent."""
    contract = slm.load(str(MODEL)).contract
    wishes = Wishes(horizon=horizon, replications=replications, seed=seed)
    with ThreadPoolExecutor(2) as pool:

        def all_of(name):
            trial = trial_of(contract, name, setting_of(contract, name, wishes), "fast")
            return list(pool.map(lambda number: figures(trial, number, judged=judged), range(replications)))

        return all_of(BASE), all_of(MORE)


def compared(name, one, other):
    one, other = np.array(one, np.float64), np.array(other, np.float64)
    ratio, mean = variance_ratio(one, other), paired_difference(one, other)
    said = "-" if ratio is None else f"{ratio:.1f}"
    print(f"  {name:<24} {said:>8}   {np.mean(one):10.4f} {mean.value:+9.4f} +/- {mean.half_width:.4f}")
    return ratio


def main():
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    one, other = both(replications)
    print(f"one agent more, {replications} replications: independent / common variance, mean, difference")
    compared(
        f"mean resolution (>= {GOAL})", [each.resolution for each in one], [each.resolution for each in other]
    )
    for target in one[0].attained:
        name = target.partition(".")[2]
        compared(f"{name} attained", *([each.attained[target] for each in side] for side in (one, other)))
        compared(f"{name} chance", *([each.chance[target] for each in side] for side in (one, other)))


if __name__ == "__main__":
    main()
