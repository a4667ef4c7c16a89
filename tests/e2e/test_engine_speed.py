"""Half of the ratios that the benchmarks claim, in one run: `tests/bench/bench_engines.py` has the whole."""

from __future__ import annotations

import shutil
import subprocess
import time
from datetime import date
from statistics import median

import pytest

from slmdsl.simulate.runs import simulated
from tests.bench.bench_engines import AGENTS, HERE, KNOWN, MODELS, PER_HOUR, SEED, WORK_H
from tests.queueing.plans import plan_of

FIRST, LAST, DAYS = date(2027, 1, 4), date(2027, 2, 28), 56
OVER_SIMPY, OF_C = 30 / 2, 0.5 / 2
ROUNDS = 5


def seconds(plan, engine):
    """Processor time per ticket: other processes do not count."""
    begin = time.thread_time()
    tickets = len(simulated(plan, SEED, 0, engine=engine).log.ticket_columns)
    return (time.thread_time() - begin) / tickets


@pytest.mark.compiled
def test_the_fast_engine_leaves_simpy_behind():
    path = MODELS / "three_tier.slm"
    year = plan_of(path, "base", first=FIRST, last=LAST, warm_up_us=0)
    days = plan_of(path, "base", first=FIRST, last=date(2027, 1, 10), warm_up_us=0)
    seconds(year, "fast")
    fast = median(seconds(year, "fast") for _ in range(ROUNDS))
    assert seconds(days, "simpy") / fast >= OVER_SIMPY


@pytest.mark.compiled
def test_the_fast_engine_keeps_pace_with_c(tmp_path):
    compiler = shutil.which("cc")
    assert compiler, "a C compiler is needed"
    program = tmp_path / "mm10"
    subprocess.run([compiler, "-O2", "-o", program, HERE / "mm10.c", "-lm"], check=True)
    plan = plan_of(KNOWN / "mm10.slm", "base", first=FIRST, last=LAST, warm_up_us=0)
    seconds(plan, "fast")
    ratios = []
    for _ in range(ROUNDS):
        numbers = (DAYS, PER_HOUR * 24, WORK_H * 3600, AGENTS, 0.0, SEED, 0, 2)
        done = subprocess.run([program, *map(str, numbers)], capture_output=True, text=True, check=True)
        tickets, _, spent = done.stdout.splitlines()[-1].split()[:3]
        ratios.append(float(spent) / int(tickets) / seconds(plan, "fast"))
    assert median(ratios) >= OF_C
