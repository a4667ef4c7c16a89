"""Ten million tickets in one replication: how much memory and time they take, from the luck to the verdicts.

    python tests/bench/bench_ten_million.py [days]

A desk of 100,000 tickets a day (`models/great_desk.slm`), a hundred days by default, in a process of its own whose
address space is limited: luck, engine, log, verdicts. For each part its seconds and the peak of memory until its end
are printed. The first run compiles kernels, which takes time and some 400 MB.
"""

import json
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench._processes import ENVIRONMENT, ROOT

MODEL = Path(__file__).parent / "models" / "great_desk.slm"
FIRST, DAYS, TICKETS_A_DAY = date(2027, 2, 1), 100, 100_000
MB_AT_REST, BYTES_A_TICKET = 1_000, 1_000


def mb_for(days):
    """The address space that so many days may take (10^6 bytes), for the interpreter, libraries and tickets."""
    return MB_AT_REST + days * TICKETS_A_DAY * BYTES_A_TICKET // 1_000_000


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def told(days):
    """Simulate and judge so many days in this process; return its parts with seconds and peaks, and what came of it."""
    from slmdsl.simulate.fast.engine import simulate
    from slmdsl.simulate.runs import Run
    from slmdsl.study.judged.judging import Judge
    from slmdsl.workload.luck import luck_of
    from tests.queueing.plans import plan_of

    parts = {}

    def timed(name, work):
        begin = time.perf_counter()
        found = work()
        parts[name] = (time.perf_counter() - begin, peak_mb())
        return found

    last = FIRST + timedelta(days=days - 1)
    plan = timed("plan", lambda: plan_of(MODEL, first=FIRST, last=last, warm_up_us=0))
    luck = timed("luck", lambda: luck_of(plan, 1, 0))
    outcome = timed("engine", lambda: simulate(plan, luck))
    run = Run(plan=plan, luck=luck, outcome=outcome)
    log = timed("log", lambda: run.log)
    judgement = timed("verdicts", lambda: Judge(plan, {}).judged(log))
    return {
        "parts": parts,
        "tickets": len(log.ticket_columns),
        "events": len(log.event_columns),
        "judged": sum(each.n for each in judgement.cells.values()),
    }


def limited(days):
    """Return what a process with limited memory tells of so many days."""
    limit = mb_for(days) * 1_000_000

    def limit_memory():
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    done = subprocess.run(
        [sys.executable, __file__, "--told", str(days)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
        env=ENVIRONMENT,
        preexec_fn=limit_memory,
    )
    return json.loads(done.stdout.splitlines()[-1])


def main():
    days = next((int(each) for each in sys.argv[1:] if each.isdigit()), DAYS)
    if "--told" in sys.argv:
        print(json.dumps(told(days)))
        return
    found = limited(days)
    print(
        f"{found['tickets']:,} tickets, {found['events']:,} events, {found['judged']:,} judged, one replication"
    )
    before = 0.0
    for name, (seconds, peak) in found["parts"].items():
        print(f"  {name:<9} {seconds:8.2f} s   peak until then {peak:7,.0f} MB")
        before = before or peak
    most = max(peak for _, peak in found["parts"].values())
    per_ticket = (most - before) * 1e6 / found["tickets"]
    print(f"  {per_ticket:.0f} bytes a ticket; the process may have {mb_for(days):,} MB of address space")


if __name__ == "__main__":
    main()
