"""The luck of a replication as a whole: the same bits anywhere, and which tickets conditions count."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from slmdsl.workload.luck import luck_of
from tests.demands import demand_plan, load

CHECKOUT = Path(__file__).parents[2]

SAID = """
rate 20 per day, varying 15%, correlated 0.4
burst of mix(50% constant(1), 50% geometric(mean 2))
profile shop
in till 50%, wan 50%
priority P1 10%, P2 40%, P3 50%
priority in till P1 30%, P2 30%, P3 40%
"""
WORLD = """
profile shop "Shop" {
  timezone Europe/Amsterdam
  mon..fri 08:00-12:00 3, 12:00-18:00 1.5
  sat 10:00-16:00 1
}
service hosting "Hosting" {
  components east, west
}
risk storm {
  affects wan
  likelihood 60 per year
  impact outage for exponential(mean 3 h)
  impact desk staff -40% for constant(20 h)
  impact P1 incidents * 4 for exponential(mean 10 h)
  treatment helpers
}
contingency helpers {
  then add 2 agents to desk
}
contingency flood {
  when open P1 incidents in till > 5 or open incidents > 40 or open P2, P3 incidents where service = wan > 7
  then add 1 agents to desk
}
"""
POWER = """
  cause power "Power" {
    every  exponential(mean 60 h)
    takes  hosting.east 100%, hosting.west 30%
    for    lognormal(median 2 h, p90 5 h)
    raises geometric(mean 20) P1, P2 incidents in till over 30 min
  }
"""
EDITS = """
incidents in till * 1.5
  P1 incidents * 0.5 during 2027-01-02 .. 2027-01-20
  strike power at 2027-01-05 10:00
  strike storm at 2027-01-06 10:00
"""


def whole_plan(last="2027-01-20"):
    text = load(SAID, more=POWER, world=WORLD, scenario=EDITS)
    return demand_plan(text, last=last, warm_up_us=5 * 86_400_000_000)


def columns(luck):
    for one in (luck, luck.arrivals):
        for each in fields(one):
            if each.name not in ("key", "arrivals"):
                yield each.name, getattr(one, each.name)


def digest():
    """Return a digest of two replications, told to the last bit."""
    plan, said = whole_plan(), hashlib.sha256()
    for r in range(2):
        for _, column in columns(luck_of(plan, 2**32 - 1, r)):
            said.update(column.tobytes())
    return said.hexdigest()


def bits(**environment):
    run = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            "from tests.unit.test_luck_whole import digest; print(digest())",
        ],
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.compiled
def test_the_same_bits_compiled_or_not():
    assert bits(NUMBA_DISABLE_JIT="1") == bits(NUMBA_DISABLE_JIT="0")


WANTED = {
    "at": np.int64,
    "entity": np.uint64,
    "leaves": np.uint64,
    "duty_from": np.int64,
    "duty_to": np.int64,
    "outage_from": np.int64,
    "outage_to": np.int64,
    "invoked_at": np.int64,
}


def test_columns_have_the_types_of_the_plan():
    luck = luck_of(whole_plan(), 3, 4)
    assert luck.key == 3 << 32 | 4
    for name, column in columns(luck):
        assert column.dtype == WANTED.get(name, np.int32), name
        assert column.flags.c_contiguous
        assert len(column), name


def test_leaves_count_the_tickets_of_their_populations():
    plan = whole_plan()
    drawn = luck_of(plan, 1, 0).arrivals
    words = plan.words
    service = [words.services[code] for code in drawn.service.tolist()]
    priority = [words.priorities[code] for code in drawn.priority.tolist()]
    rows = list(zip(service, priority, strict=True))
    wanted = [
        [at == "till" and rank == "P1" for at, rank in rows],
        [True for _ in rows],
        [at == "wan" and rank in ("P2", "P3") for at, rank in rows],
    ]
    assert drawn.leaves.tolist() == [
        sum(1 << i for i, each in enumerate(wanted) if each[row]) for row in range(len(rows))
    ]


@pytest.mark.parametrize(("seed", "replication"), [(-1, 0), (0, 2**32)])
def test_keys_are_words(seed, replication):
    with pytest.raises(ValueError, match="32-bit"):
        luck_of(whole_plan(), seed, replication)


def test_threads_draw_what_one_after_another_does():
    plan = whole_plan()
    alone = [luck_of(plan, 1, r).arrivals.entity.tolist() for r in range(8)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda r: luck_of(plan, 1, r).arrivals.entity.tolist(), range(8)))
    assert together == alone
