"""How often the search for the cheapest is wrong: what it returns fails, or a cheaper one that keeps was passed over.

    python tests/bench/bench_search.py [searches] [searches on desks]

First candidates whose periods are kept with known chances, coins instead of desks: periods that are independent, or
kept and missed together; chances well apart from what is wanted, near it, and exactly at it, which counts as keeping.
Then small desks of `tests/small_searches.py` with other seeds, against their chances by long runs. For each: which
share of the searches returns a candidate that truly fails, calls failed a cheaper candidate that truly keeps (the two
errors of which the confidence of 95 % speaks, each at most 5 %), finds the cheapest, finds a dearer one that keeps, the
cheapest being too close to call, and finds none; and how many replications a search takes.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.running.cheapest import State
from slmdsl.study.running.study import studied
from tests.coin_searches import searched, wanted
from tests.small_searches import BY_NAME

MOST = 200
WELL_APART = (0.3, 0.55, 0.95, 0.99, 1.0)
COINS = {
    "80 %, well apart": (80, WELL_APART),
    "80 %, 3 points apart": (80, (0.74, 0.77, 0.83, 0.86, 0.89)),
    "80 %, one exactly at it": (80, (0.6, 0.7, 0.8, 0.9, 1.0)),
    "80 %, all exactly at it": (80, (0.8,) * 5),
    "80 %, all just below it": (80, (0.799,) * 5),
    "95 %, one exactly at it": (95, (0.8, 0.9, 0.95, 0.99, 1.0)),
    "95 %, all just below it": (95, (0.949,) * 5),
    "50 %, not in the order of cost": (50, (0.2, 0.7, 0.3, 0.5, 0.9)),
}
DESKS = ("one_group", "close", "two_wanted")
TRUTH = Path(__file__).resolve().parents[1] / "property" / "cheapest_truth.json"


def told(search, keeps):
    """Return what became of a search; `keeps` says of each candidate whether it truly keeps."""
    best = search.best
    cheapest = next((each for each in search.candidates if keeps[each.name]), None)
    failed = any(
        keeps[each.name] and each.state is State.FAILS and (best is None or each.minor < best.minor)
        for each in search.candidates
    )
    return (
        best is not None and not keeps[best.name],
        failed,
        best is not None and best is cheapest,
        best is not None and keeps[best.name] and best is not cheapest,
        best is None,
        sum(each.seen for each in search.candidates),
    )


def show(what, found):
    shares = np.mean([each[:5] for each in found], axis=0) * 100
    taken = np.mean([each[5] for each in found])
    print(f"{what:<46}" + "".join(f"{each:8.1f}" for each in shares) + f"{taken:9.0f}", flush=True)


def by_coins(searches):
    for name, (percent, chances) in COINS.items():
        keeps = {f"n{place}": chance >= percent / 100 for place, chance in enumerate(chances)}
        for periods, together in ((6, False), (6, True)):
            found = [
                told(
                    searched(
                        dict(zip(keeps, chances, strict=True)),
                        find=[wanted(percent)],
                        most=MOST,
                        seed=seed,
                        periods=periods,
                        together=together,
                    ).search,
                    keeps,
                )
                for seed in range(searches)
            ]
            show(f"{name}, {'together' if together else 'independent'}", found)


def by_desks(searches):
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))["models"]
    for name in DESKS:
        contract = BY_NAME[name].contract()
        setting = setting_of(contract, "search", Wishes())
        keeps = {
            variant: all(
                one["chance"] >= float(each.at_least)
                for one, each in zip(known["chances"], setting.find, strict=True)
            )
            for variant, known in truth[name]["variants"].items()
        }
        seeds = range(1_000, 1_000 + searches)
        found = [told(studied(contract, replace(setting, seed=seed)).search, keeps) for seed in seeds]
        show(f"desk: {name}", found)


def main():
    searches, on_desks = (*map(int, sys.argv[1:]), *(1_000, 40)[len(sys.argv) - 1 :])
    print(
        f"{searches} searches with coins, {on_desks} on each desk, at most {MOST} replications; shares in %"
    )
    heads = ("fails", "failed", "cheapest", "dearer", "none", "runs")
    print(f"{'':<46}" + "".join(f"{each:>{9 if each == 'runs' else 8}}" for each in heads))
    by_coins(searches)
    by_desks(on_desks)


if __name__ == "__main__":
    main()
