"""Fifteen staffings of half a year with 20,000 tickets: how long it takes to find the cheapest that holds.

    python tests/bench/bench_staffings.py [workers]

`models/staffing.slm` says what is varied. First by the chance that a month is kept, at least 95 %, as `slm simulate`
searches. Then by the mean attained level of both targets, at least 90 %: a text cannot ask for that, so it is decided
here, by Student's intervals of a replication's mean attained level against the goal at 10, 20, 30 ... replications of
all staffings that are not decided, with the risk shared by all of them and all looks. Seconds by the clock, which only
a quiet machine tells rightly, and of all threads' processor time; warm, that is without compiling kernels.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.running.bench import Bench, Job, Task, on_threads
from slmdsl.study.running.study import studied
from slmdsl.study.running.tally import Tally
from tests.queueing.plans import contract_of

MODEL = Path(__file__).parent / "models" / "staffing.slm"
GOAL, STEP, MOST = 0.9, 10, 100
RISK = 0.05


def timed(what, to_reach, work):
    begin, processor = time.perf_counter(), time.process_time()
    found = work()
    seconds, spent = time.perf_counter() - begin, time.process_time() - processor
    print(f"{what}: {seconds:.1f} s by the clock, {spent:.1f} s of the processors (to reach: {to_reach} s)")
    return found


def by_level(contract, setting, workers):
    """Return what the mean attained levels decide of each staffing, and how many replications it took."""
    bench = Bench(Job(contract=contract, setting=setting, engine="fast"))
    on = [each.name for each in setting.variants]
    tallies, states = {name: Tally() for name in on}, {}
    targets = [each.qualified for each in contract.agreements["gold"].targets]
    confidence = 1 - RISK / (len(on) * len(targets) * MOST // STEP)
    run = on_threads(bench, workers)
    for first in range(0, MOST, STEP):
        tasks = [
            Task(tuple(on[at : at + 8]), number)
            for number in range(first, first + STEP)
            for at in range(0, len(on), 8)
        ]
        for task, results in zip(tasks, run(tasks), strict=True):
            for name, replication in zip(task.variants, results, strict=True):
                tallies[name].add(replication)
        for name in on:
            levels = [tallies[name].targets[target].level(confidence) for target in targets]
            if any(level.high < GOAL for level in levels):
                states[name] = "fails"
            elif all(level.low >= GOAL for level in levels):
                states[name] = "keeps"
        on = [name for name in on if name not in states]
        if not on:
            break
    return {name: (states.get(name, "open"), tally.replications) for name, tally in tallies.items()}


def main():
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else None
    contract = contract_of(MODEL)
    setting = setting_of(contract, "staffings", Wishes())
    Bench(Job(contract=contract, setting=setting, engine="fast")).done(Task((setting.variants[0].name,), 0))

    study = timed("15 staffings, chance >= 95 %", 60, lambda: studied(contract, setting, workers=workers))
    for each in study.search.candidates:
        print(f"  {each.name:<45} {each.seen:4} {each.state}")
    best = study.search.best
    print(f"  best: {best and best.name}, {study.search.confirmed.replications if best else 0} to confirm")

    found = timed("15 staffings, attained level", 15, lambda: by_level(contract, setting, workers))
    for name, (state, replications) in found.items():
        print(f"  {name:<45} {replications:4} {state}")


if __name__ == "__main__":
    main()
