"""A Dask scheduler and workers as processes of their own on this machine."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DASK = Path(sys.executable).with_name("dask")
HERE = "127.0.0.1"
UP_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Processes, and where the scheduler listens."""

    address: str
    scheduler: subprocess.Popen
    workers: list[subprocess.Popen]

    def processes(self):
        return [*self.workers, self.scheduler]


def free_port():
    with socket.socket() as line:
        line.bind((HERE, 0))
        return line.getsockname()[1]


def wait_until(true, words):
    end = time.monotonic() + UP_S
    while not true():
        assert time.monotonic() < end, words
        time.sleep(0.05)


def listens(port):
    with socket.socket() as line:
        return line.connect_ex((HERE, port)) == 0


def _started(folder, name, *command):
    with (folder / f"{name}.log").open("w") as log:
        return subprocess.Popen([DASK, *command], stdout=log, stderr=log, cwd=folder)


@contextmanager
def cluster(folder, *, workers=2, threads=1):
    """Start a scheduler and workers in a folder, which gets their logs; `worker-0` is the name of the first."""
    port = free_port()
    address = f"tcp://{HERE}:{port}"
    scheduler = _started(
        folder, "scheduler", "scheduler", "--host", HERE, "--port", str(port), "--no-dashboard"
    )
    command = (
        f"worker {address} --host {HERE} --nthreads {threads} --no-nanny --no-dashboard --memory-limit 0"
    )
    all_of_them = [
        _started(
            folder,
            f"worker-{number}",
            *command.split(),
            "--name",
            f"worker-{number}",
            "--local-directory",
            folder,
        )
        for number in range(workers)
    ]
    up = Cluster(address=address, scheduler=scheduler, workers=all_of_them)
    try:
        wait_until(lambda: listens(port), "the scheduler does not listen")
        yield up
    finally:
        for process in up.processes():
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


def workers_of(client):
    """The workers that a scheduler knows, by name: their addresses."""
    known = client.scheduler_info(n_workers=-1)["workers"]
    return {each["name"]: address for address, each in known.items()}
