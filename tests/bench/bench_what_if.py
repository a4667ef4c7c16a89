"""How soon one what-if is answered: 20,000 tickets in half a year, 20 replications, counted, on two threads, warm.

    python tests/bench/bench_what_if.py [rounds]

A scenario of `models/staffing.slm` with one agent more, asked for as a page would: the text is read, the scenario as it
is has been run, and what it drew is at hand. First the parts by the thread's own time, medians over rounds and
replications: compiling the scenario; its luck, drawn anew and taken over; the engine; the log, counting and judging it;
the figures. Then the whole by the clock, on two threads: the median, the least and the most of the rounds, which only
a quiet machine tells rightly.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slmdsl.simulate.fast.engine import simulate
from slmdsl.simulate.runs import simulated
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.running.bench import trial_of
from slmdsl.study.running.replications import replications_of
from slmdsl.workload.luck import luck_of
from tests.queueing.plans import contract_of

MODEL = Path(__file__).parent / "models" / "staffing.slm"
THREADS = 2
TO_REACH_S = 0.3


def one_more(contract):
    """Return the contract with an agent more in the first shift that there is."""
    staff = dict(contract.staff)
    name, team = next(iter(staff.items()))
    first, *others = team.shifts
    staff[name] = replace(team, shifts=(replace(first, agents=first.agents + 1), *others))
    return replace(contract, staff=staff)


def timed(parts, name, work):
    begin = time.thread_time()
    found = work()
    parts.setdefault(name, []).append(time.thread_time() - begin)
    return found


def by_part(trial, before, parts):
    """Time what one replication is made of; `before` is the same one of the scenario as it is."""
    number = before.luck.key & 0xFFFFFFFF
    timed(parts, "luck, drawn anew", lambda: luck_of(trial.plan, trial.seed, number))
    like = before.plan, before.luck
    luck = timed(parts, "luck, taken over", lambda: luck_of(trial.plan, trial.seed, number, like=like))
    outcome = timed(parts, "engine", lambda: simulate(trial.plan, luck))
    run = simulated(trial.plan, trial.seed, number, like=before)
    log = timed(parts, "log", lambda: run.log)
    timed(parts, "counted and judged", lambda: trial.judge.judged(log))
    timed(parts, "figures", lambda: trial.desk.figures(luck, outcome))


def answered(contract, setting, name, runs):
    """Compile a scenario and count all its replications on threads, with the luck of runs of another."""
    trial = trial_of(contract, name, setting, "fast")

    def judged(number):
        run = trial.run(number, like=runs[number])
        return trial.judge.judged(run.log), trial.desk.figures(run.luck, run.outcome)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(judged, range(len(runs))))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    contract = contract_of(MODEL)
    setting = setting_of(contract, "what_if", Wishes())
    name, changed = setting.variants[0].name, one_more(contract)
    before = trial_of(contract, name, setting, "fast")
    runs = [before.run(number) for number in range(setting.replications)]
    replications_of([before], 0)
    days = setting.last - setting.first + timedelta(1)
    print(f"{median(len(each.luck.arrivals) for each in runs):,.0f} tickets in {days.days} days", end=", ")
    print(f"{len(runs)} replications")
    parts = {}
    answered(changed, setting, name, runs)
    for _ in range(rounds):
        trial = timed(parts, "compiling the scenario", lambda: trial_of(changed, name, setting, "fast"))
        for run in runs:
            by_part(trial, run, parts)
    for part, seconds in parts.items():
        print(f"  {part:<24} {median(seconds) * 1000:7.2f} ms of the thread's own")
    once = median(parts["compiling the scenario"])
    each = sum(median(parts[part]) for part in list(parts)[2:])
    print(f"  evenly on {THREADS} threads       {(once + each * len(runs) / THREADS) * 1000:7.0f} ms")
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        answered(changed, setting, name, runs)
        seconds.append(time.perf_counter() - begin)
    spread = f"{min(seconds):.2f}..{max(seconds):.2f} s"
    print(f"by the clock: {median(seconds):.2f} s ({spread}; to reach: {TO_REACH_S} s)")


if __name__ == "__main__":
    main()
