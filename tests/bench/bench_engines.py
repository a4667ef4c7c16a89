"""How fast desks are simulated, beside C and the neighbours.

    python tests/bench/bench_engines.py [--baselines] [runs]

Medians of several runs, everything in one process or started one after the other, so that ratios compare like with
like. `--baselines` leaves our own engines out. A C compiler (`cc`) is needed. Ciw and salabim are found where

    python -m pip install --target .venv/neighbours 'ciw>=3.2.7' 'salabim>=26.0.9'

puts them, and are left out, with a word, where they are not: Ciw installs a package `tests` that would hide ours.
Counting is timed by `bench_counting.py`, what shared luck saves by `bench_common_luck.py`.
"""

import gc
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench._neighbours import AGENTS, FOLDER, PER_HOUR, WORK_H
from tests.queueing.plans import plan_of, simulated

HERE = Path(__file__).parent
MODELS, KNOWN = HERE / "models", HERE.parent / "queueing" / "models"
DAYS, SEED = 365, 1
FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
NEIGHBOUR_DAYS = 90
TWO_CLASSES = 0.2
DISCIPLINES = {0.0: "order of arrival", TWO_CLASSES: "two priorities"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The median seconds of several runs, and the tickets of one."""

    tickets: int
    seconds: float
    least: float
    most: float

    @property
    def per_second(self):
        return self.tickets / self.seconds

    def __str__(self):
        spread = f"{self.least:.3f}..{self.most:.3f} s"
        return f"{self.tickets:>9,} tickets  {self.seconds:8.3f} s ({spread})  {self.per_second:>11,.0f} a second"


def pace_of(tickets, seconds):
    return Pace(tickets=int(tickets), seconds=median(seconds), least=min(seconds), most=max(seconds))


def timed(work, runs, *, warm=True, clock=time.perf_counter):
    """Time `work`, which returns how many tickets it has simulated, `runs` times, after one that is not counted."""
    tickets, seconds = work() if warm else 0, []
    for _ in range(runs):
        gc.collect()
        begin = clock()
        tickets = work()
        seconds.append(clock() - begin)
    return pace_of(tickets, seconds)


def compiled(folder):
    program = Path(folder, "mm10")
    subprocess.run(["cc", "-O2", "-o", program, HERE / "mm10.c", "-lm"], check=True)
    return program


def in_c(program, share, runs):
    """Return the pace of the program in C; its first run warms the machine up."""
    numbers = (DAYS, PER_HOUR * 24, WORK_H * 3600, AGENTS, share, SEED, 0, runs + 1)
    done = subprocess.run([program, *map(str, numbers)], capture_output=True, text=True, check=True)
    rows = [line.split() for line in done.stdout.splitlines()][1:]
    return pace_of(rows[0][0], [float(row[2]) for row in rows])


def by_neighbour(name, share, runs):
    command = [sys.executable, HERE / "_neighbours.py", name, share, NEIGHBOUR_DAYS, runs]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True)
    rows = [line.split() for line in done.stdout.splitlines()]
    return pace_of(rows[0][0], [float(row[1]) for row in rows])


def by_engine(path, engine, runs, scenario="base", clock=time.perf_counter):
    """Time one year of a model, draws and log included; the plan is made before. SimPy has nothing to warm up."""
    plan = plan_of(path, scenario, first=FIRST, last=LAST, warm_up_us=0)
    return timed(
        lambda: len(simulated(plan, SEED, 0, engine=engine).log.ticket_columns),
        runs,
        warm=engine == "fast",
        clock=clock,
    )


def baselines(runs):
    """Print the pace of M/M/10 in C and by the neighbours."""
    print(f"M/M/10 at 90 %, {DAYS} days, with a full log")
    with tempfile.TemporaryDirectory() as folder:
        program = compiled(folder)
        for share, words in DISCIPLINES.items():
            print(f"  C at -O2, {words:<17} {in_c(program, share, runs)}")
    for name in ("ciw", "salabim"):
        if not (FOLDER / name).is_dir():
            print(f"  {name} is not installed in {FOLDER}: see the head of this file")
            continue
        for share, words in DISCIPLINES.items():
            print(f"  {name}, {words:<{25 - len(name)}} {by_neighbour(name, share, max(runs // 2, 1))}")


def engines_on_one_queue(runs):
    """Print our pace on the same desk. C and `fast` take turns, so that a busy machine slows both."""
    files = {0.0: KNOWN / "mm10.slm", TWO_CLASSES: MODELS / "two_classes.slm"}
    with tempfile.TemporaryDirectory() as folder:
        program = compiled(folder)
        for share, words in DISCIPLINES.items():
            by_engine(files[share], "fast", 1)
            pairs = [(in_c(program, share, 1), by_engine(files[share], "fast", 1)) for _ in range(runs)]
            fast = pace_of(pairs[0][1].tickets, [ours.seconds for _, ours in pairs])
            ratio = median(ours.per_second / theirs.per_second for theirs, ours in pairs)
            print(f"  fast, {words:<21} {fast}; of C's pace: {ratio:.2f} (to reach: 0.5)")
            print(f"  simpy, {words:<20} {by_engine(files[share], 'simpy', 1)}")


def three_tiers(runs):
    print(
        "three tiers, a year, draws and a full log included; the thread's own time, which other work hardly touches"
    )
    fast = by_engine(MODELS / "three_tier.slm", "fast", runs, clock=time.thread_time)
    slow = by_engine(MODELS / "three_tier.slm", "simpy", 1, clock=time.thread_time)
    print(f"  fast   {fast} (to reach: 0.3 s)")
    print(f"  simpy  {slow}; fast is {fast.per_second / slow.per_second:.0f} times as fast (to reach: 30)")
    print("the same with arrivals handed over and constant times, which cost no draws but those of ways")
    fast, slow = (handed_over(engine, times) for engine, times in (("fast", runs), ("simpy", 1)))
    print(f"  fast   {fast}")
    print(f"  simpy  {slow}; fast is {fast.per_second / slow.per_second:.0f} times as fast (to reach: 50)")


def handed_over(engine, runs):
    """Time an engine alone on a desk whose arrivals are drawn before and whose times are all constant."""
    from slmdsl.simulate.fast.engine import simulate as fast
    from slmdsl.simulate.reference import simulate as simpy
    from slmdsl.workload.luck import luck_of

    text = (MODELS / "three_tier.slm").read_text(encoding="utf-8")
    for family, mean in (
        ("lognormal(median 15 min, p90 45 min)", "22 min"),
        ("lognormal(median 40 min, p90 2 h)", "58 min"),
        ("lognormal(median 70 min, p90 200 min)", "98 min"),
        ("lognormal(median 4 h, p90 12 h)", "6 h"),
        ("exponential(mean 2 days)", "2 days"),
    ):
        assert family in text
        text = text.replace(family, f"constant({mean})")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "constant.slm")
        path.write_text(text, encoding="utf-8")
        plan = plan_of(path, "base", first=FIRST, last=LAST, warm_up_us=0)
    luck, work = luck_of(plan, SEED, 0), {"fast": fast, "simpy": simpy}[engine]

    def once():
        work(plan, luck)
        return len(luck.arrivals)

    return timed(once, runs, warm=engine == "fast", clock=time.thread_time)


def experiment(runs):
    import slmdsl as slm

    spec = slm.load(str(MODELS / "staffing.slm"))
    slm.simulate(spec, "what_if")
    seconds = []
    for _ in range(runs):
        begin = time.perf_counter()
        slm.simulate(spec, "what_if")
        seconds.append(time.perf_counter() - begin)
    words = "one what-if, 20,000 tickets x 20 replications, counted"
    print(f"{words}: {median(seconds):.2f} s (to reach: 0.3 s)")


def main():
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    runs = numbers[0] if numbers else 5
    baselines(runs)
    if "--baselines" in sys.argv:
        return
    engines_on_one_queue(runs)
    three_tiers(runs)
    experiment(max(runs // 2, 1))


if __name__ == "__main__":
    main()
