"""How long a study takes for each replication, part by part, and how much of it runs beside other threads.

    python tests/bench/bench_study.py [replications]

A year of 20,000 tickets with a warm-up of four weeks and twelve targets: luck and engine, the log, counting and
judging it, where missed tickets' time went, the figures of the desk. Medians over the replications, after one to warm
up, of the wall clock and of the thread's own time; then the whole study on one thread and on two, and how much memory
50 and 200 replications take.
"""

import resource
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from slmdsl.simulate.runs import simulated
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.judged.missed import missed_time
from slmdsl.study.running.bench import trial_of
from slmdsl.study.running.study import studied
from tests.queueing.plans import contract_of

MODEL = Path(__file__).parent / "models" / "twelve_promises.slm"
HORIZON = date(2027, 1, 1), date(2027, 12, 31)
WORKERS = (1, 2)
FEW_AND_MANY = 50, 200


def timed(parts, name, work):
    begin = time.perf_counter(), time.thread_time()
    found = work()
    parts.setdefault(name, []).append((time.perf_counter() - begin[0], time.thread_time() - begin[1]))
    return found


def replication(trial, number, parts):
    run = timed(parts, "luck and engine", lambda: simulated(trial.plan, trial.seed, number))
    log = timed(parts, "log", lambda: run.log)
    evaluation = timed(parts, "counting", lambda: trial.judge.evaluated(log))
    timed(parts, "judging", lambda: trial.judge.judgement(evaluation))
    timed(parts, "missed tickets", lambda: missed_time(run, trial.judge, evaluation))
    timed(parts, "figures", lambda: trial.desk.figures(run.luck, run.outcome))
    return len(log.ticket_columns)


def by_part(trial, runs):
    replication(trial, 0, {})
    parts = {}
    tickets = [replication(trial, number, parts) for number in range(1, runs + 1)]
    print(f"{median(tickets):,} tickets, 12 targets, {runs} replications")
    for name, seconds in parts.items():
        print(f"  {name:<16} {in_ms(seconds)}")
    print(f"  {'together':<16} {in_ms([np.sum(each, axis=0) for each in zip(*parts.values(), strict=True)])}")


def in_ms(seconds):
    wall, own = np.median(seconds, axis=0) * 1000
    return f"{wall:7.2f} ms, {own:7.2f} ms of the thread's own"


def whole(contract, setting):
    paces = {}
    for workers in WORKERS:
        begin = time.perf_counter()
        studied(contract, setting, workers=workers)
        paces[workers] = (time.perf_counter() - begin) / setting.replications
        print(f"  {workers} workers: {paces[workers] * 1000:7.2f} ms a replication, compiling included")
    print(f"  two threads are {paces[1] / paces[2]:.2f} times as fast as one")


def memory(contract):
    """Tell how much more memory 150 further replications need at most."""
    most = []
    for replications in FEW_AND_MANY:
        studied(contract, setting_of(contract, "base", Wishes(horizon=HORIZON, replications=replications)))
        most.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    few, many = FEW_AND_MANY
    print(f"  {few} replications: {most[0]:.0f} MiB at most; {many}: {most[1]:.0f} MiB")


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    contract = contract_of(MODEL)
    setting = setting_of(contract, "base", Wishes(horizon=HORIZON, replications=runs))
    by_part(trial_of(contract, "base", setting, "fast"), runs)
    whole(contract, setting)
    memory(contract)


if __name__ == "__main__":
    main()
