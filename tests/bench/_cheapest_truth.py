"""The chances that the variants of the small searches truly have, by long runs, for tests/property/test_cheapest.py.

    python tests/bench/_cheapest_truth.py [replications] [names]

Their replications have numbers that no search uses. It writes `tests/property/cheapest_truth.json`: for each model and
variant what it costs in the horizon in minor units, and of each wanted chance the mean over replications, with its
standard error. With names only these models are run; the others stay as they are.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.desk.costs import planned_cost
from slmdsl.study.running.bench import Bench, Job
from slmdsl.study.running.looks import kept_of
from slmdsl.study.running.replications import replications_of
from slmdsl.study.running.tally import Tally
from tests.small_searches import SMALL

TRUTH = Path(__file__).resolve().parents[1] / "property" / "cheapest_truth.json"
FIRST = 1 << 24


def truth_of(small, replications):
    """Return cost, chances and standard errors of each variant of a small search."""
    contract = small.contract()
    setting = setting_of(contract, "search", Wishes())
    bench = Bench(Job(contract=contract, setting=setting, engine="fast"))
    trials = [bench.trial(each.name) for each in setting.variants]
    tallies = {each.name: Tally() for each in trials}
    for number in range(FIRST, FIRST + replications):
        for trial, found in zip(trials, replications_of(trials, number), strict=True):
            tallies[trial.name].add(found)
    return {
        trial.name: {
            "minor": float(sum((each.minor for each in planned_cost(trial.plan)), Fraction(0))),
            "chances": [_chance(tallies[trial.name], wanted) for wanted in setting.find],
        }
        for trial in trials
    }


def _chance(tally, wanted):
    shares = kept_of(tally, wanted.of).shares.values
    figures = (shares == 1.0).astype(float) if wanted.throughout else shares
    error = float(np.std(figures, ddof=1)) / len(figures) ** 0.5
    return {"chance": round(float(np.mean(figures)), 5), "error": round(error, 5)}


def main():
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    known = json.loads(TRUTH.read_text(encoding="utf-8")) if TRUTH.exists() else {"models": {}}
    models = known["models"]
    for small in SMALL:
        if not sys.argv[2:] or small.name in sys.argv[2:]:
            models[small.name] = {"replications": replications, "variants": truth_of(small, replications)}
            print(small.name, models[small.name], flush=True)
            kept = {each.name: models[each.name] for each in SMALL if each.name in models}
            TRUTH.write_text(json.dumps({"models": kept}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
