"""Measuring a process: its time, its processor time and its peak of memory, none of them another's."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[2]
# Byte code is kept by whoever installs a program, and so it is here.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What something took: seconds by the clock, seconds of processors, peak of memory in MB (10^6 bytes)."""

    seconds: float
    used: float
    peak_mb: float

    def __str__(self) -> str:
        return f"{self.seconds:7.2f} s  {self.used:7.2f} s of processors  {self.peak_mb:6.0f} MB"


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the medians of several runs."""
    return Cost(
        seconds=median(each.seconds for each in costs),
        used=median(each.used for each in costs),
        peak_mb=median(each.peak_mb for each in costs),
    )


def report(work: Callable[[], object]) -> None:
    """Do `work` in this process and print for `asked` what it took, what was loaded before left out."""
    begin, used = time.perf_counter(), time.process_time()
    work()
    seconds, used = time.perf_counter() - begin, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kilobytes of 1024
    print(json.dumps({"seconds": seconds, "used": used, "peak_mb": peak * 1024 / 1e6}))


def asked(script: str, *arguments: object) -> Cost:
    """Run a benchmark again as a process of its own and return what it reports last."""
    command = [sys.executable, script, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, env=ENVIRONMENT)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def whole(*command: str) -> Cost:
    """Return what a command takes from its start to its end. Its peak is not known: a process knows its own alone."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=ENVIRONMENT
    )
    seconds, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds=seconds, used=used, peak_mb=float("nan"))
