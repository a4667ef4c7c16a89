"""How fast the luck of a replication is drawn.

    python tests/bench/bench_luck.py [millions of tickets]

A year of some 200,000 tickets, with three services and four priorities; the same with bursts, days that are alike and a
scenario's surge; then so many millions (10) with the memory that they take. Processor time of one core, the best of
several rounds after the first, which compiles.
"""

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from slmdsl.workload.luck import luck_of
from tests.demands import demand_plan, load

ROUNDS = 7
MIXES = "in email 45%, till 35%, wan 20%\npriority P1 1%, P2 9%, P3 60%, P4 30%"
PLAIN = load(f"rate 550 per day\n{MIXES}")
VARYING = load(
    f"rate 550 per day, varying 14%, correlated 0.35\nburst of geometric(mean 1.4)\n{MIXES}",
    scenario="incidents in till * 1.8 during 2027-11-15 .. 2027-12-05",
)


def drawn(plan, rounds):
    """Return how many tickets a replication has, and the least seconds that one took."""
    counts, seconds = [], []
    for replication in range(rounds):
        begin = time.process_time()
        counts.append(len(luck_of(plan, 1, replication).arrivals))
        seconds.append(time.process_time() - begin)
    return counts[-1], min(seconds[1:], default=seconds[0])


def main(millions):
    for words, text in (("plain", PLAIN), ("bursts, days alike, a surge", VARYING)):
        tickets, seconds = drawn(demand_plan(text), ROUNDS)
        print(
            f"{words:<30}{tickets:>12,} tickets {seconds * 1e3:>9.1f} ms {seconds / tickets * 1e9:>7.0f} ns each"
        )
    text = load(f"rate {round(millions * 1e6 / 365)} per day\n{MIXES}")
    tickets, seconds = drawn(demand_plan(text), 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'many':<30}{tickets:>12,} tickets {seconds:>9.2f} s  {peak:>7,.0f} MiB at most")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
