"""How fast a run is on a Dask cluster beside threads, what a killed worker costs, and what a journal takes.

    python tests/bench/bench_on_dask.py [replications]

A year of 20,000 tickets with twelve targets. Everything runs on this machine, so that two workers of one thread can at
best do what two threads do; the first tasks, in which workers load and compile what they need, are left out. The last
line of workers is of a run on which one of two is killed after a third; all runs must say the same, byte by byte.
"""

import logging
import signal
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.kept.journal import NAME, Journal
from slmdsl.study.kept.on_dask import on_dask
from slmdsl.study.running.bench import Bench, Job, Task, on_threads
from slmdsl.study.running.packed import packed
from tests.clusters import cluster, wait_until, workers_of
from tests.queueing.plans import contract_of

MODEL = Path(__file__).parent / "models" / "twelve_promises.slm"
HORIZON = date(2027, 1, 1), date(2027, 12, 31)
SHAPES = (1, 1), (1, 2), (2, 1)
WARM = 8


def tasks(numbers):
    return [Task(("base",), number) for number in numbers]


def timed(run, replications, then=lambda _: None):
    """Return seconds a replication and all that was said, packed, after some to warm up."""
    warm = list(run(tasks(range(replications, replications + WARM))))
    assert len(warm) == WARM
    begin, said = time.perf_counter(), []
    for number, results in enumerate(run(tasks(range(replications)))):
        said.append(packed(results))
        then(number)
    return (time.perf_counter() - begin) / replications, said


def on_threads_here(job, replications):
    found = {}
    for workers in (1, 2):
        found[workers] = timed(on_threads(Bench(job), workers), replications)
        print(f"  {workers} threads here:          {found[workers][0] * 1000:7.1f} ms a replication")
    print(f"  two threads are {found[1][0] / found[2][0]:.2f} times as fast as one")
    return found


def on_workers(job, replications, here):
    for workers, threads in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            with cluster(Path(folder), workers=workers, threads=threads) as up, joined(job, up) as run:
                pace, said = timed(run, replications)
            assert said == here[1][1], "a cluster says something else"
        beside = here[workers * threads][0] / pace
        print(
            f"  {workers} workers of {threads} threads:  {pace * 1000:7.1f} ms a replication, "
            f"{beside:.2f} times the pace of as many threads here"
        )


def joined(job, up):
    """A runner when all workers are there."""

    def ready():
        try:
            run = on_dask(job, up.address)
        except RuntimeError:
            return None
        if len(workers_of(run._client)) == len(up.workers):
            return run
        run.close()
        return None

    found = []
    wait_until(lambda: found.append(ready()) or found[-1], "the workers do not come")
    return found[-1]


def one_killed(job, replications, here):
    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder)) as up, joined(job, up) as run:

        def kill(number):
            if number == replications // 3:
                up.workers[0].send_signal(signal.SIGKILL)

        pace, said = timed(run, replications, kill)
    assert said == here[1][1], "what was lost comes back as something else"
    beside = here[1][0] / pace
    print(
        f"  one of two killed:         {pace * 1000:7.1f} ms a replication, {beside:.2f} times one thread's pace"
    )


def journal(job, replications):
    bench = Bench(job)
    said = [bench.done(task)[0] for task in tasks(range(min(replications, 20)))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        with Journal(path, job) as kept:
            kept.add("base", said[0])
            first, begin = path.stat().st_size, time.perf_counter()
            for each in said[1:]:
                kept.add("base", each)
            writing = time.perf_counter() - begin
        size = (path.stat().st_size - first) / (len(said) - 1)
        with Journal(path, job) as kept:
            begin = time.perf_counter()
            for number in range(1, len(said)):
                assert packed(kept.replication("base", number)) == packed(said[number])
            reading = time.perf_counter() - begin
    each = [seconds / (len(said) - 1) * 1000 for seconds in (writing, reading)]
    print(f"  journal: {first:,} bytes with the first replication, {size:,.0f} bytes for each further one;")
    print(f"           {each[0]:.2f} ms to write one, {each[1]:.2f} ms to read and compare one")


def main():
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    contract = contract_of(MODEL)
    setting = setting_of(contract, "base", Wishes(horizon=HORIZON, replications=replications))
    job = Job(contract=contract, setting=setting, engine="fast")
    print(f"{replications} replications of a year of 20,000 tickets with twelve targets")
    here = on_threads_here(job, replications)
    on_workers(job, replications, here)
    one_killed(job, replications, here)
    journal(job, replications)


if __name__ == "__main__":
    main()
