"""Replications on many machines, by a Dask scheduler and its workers: the same bytes as on one, whoever works or dies.

Start `dask scheduler` on one machine and `dask worker tcp://HOST:8786 --nthreads 2` (as many threads as processors) on
each, the same `slmdsl[distributed]` on all of them. What is simulated is sent once; a task is its digest, variants
and a replication, and comes back as bytes. A worker compiles a variant once, runs a task on each of its threads, and
may come and go: what it had in hand is done by another.

Dask asks nobody who he is unless it is told to: whoever reaches the scheduler can run any code on the workers, and they
on whoever connects. Use a network that you trust, or `tls://` with certificates of your own (`distributed.comm.tls` in
Dask's configuration).
"""

from __future__ import annotations

import logging
import math
import re
import socket
import struct
import sys
import time
import zlib
from collections import OrderedDict, deque
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib import metadata
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple, cast
from uuid import uuid4

from slmdsl.study.running.bench import Bench, Job, Results, Task
from slmdsl.study.running.packed import packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import TracebackType
    from typing import Any, Self, TypeAlias

    from distributed import Future

    # Most of a client has no types.
    _Client: TypeAlias = Any

_ADDRESS: Final = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[^\s/@:\[\]]+):(\d{1,5})")
_CONNECT_S: Final = 5
"""How long a scheduler may take to answer, in seconds."""
_LENGTH: Final = struct.Struct("<Q")
"""What a greeting begins with: how long it is."""
_LONGEST_GREETING: Final = 1 << 16
_LOOK_S: Final = 2
"""How often it is looked who is there, in seconds."""
_PATIENCE_S: Final = 60
"""How long no worker may be there before it is given up, in seconds."""
_AHEAD: Final = 3
"""How many tasks are under way for each thread: what is ready early waits for what is slow."""
_DEATHS: Final = 3
"""How often Dask may give up a task whose workers die. Each time it has tried several of them."""
_KEPT: Final = 4
"""How many jobs a worker keeps compiled."""
_PACKAGES: Final = "slmdsl", "numba", "numpy"
"""What decides on the last digit, besides the machine's own functions."""


_LOGGER: Final = logging.getLogger("distributed.client")


def _is_grave(record: logging.LogRecord) -> bool:
    """Whether a message is shown: Dask tells by a traceback of each worker that dies, which changes nothing."""
    return record.levelno > logging.ERROR


class ClusterError(RuntimeError):
    """A cluster cannot be used, or was lost; `help` says what to do."""

    def __init__(self, message: str, help_line: str = "") -> None:
        super().__init__(message, help_line)
        self.help = help_line

    def __str__(self) -> str:
        return str(self.args[0])


class Build(NamedTuple):
    """What must be alike on all machines for their results to be alike to the last digit.

    `arithmetic` is a digest of functions whose last digit depends on the processor and the C library.
    """

    slmdsl: str
    python: str
    numba: str
    numpy: str
    arithmetic: str

    @classmethod
    def here(cls) -> Build:
        """Return that of this process."""
        return cls(
            python=f"{sys.version_info.major}.{sys.version_info.minor}",
            **{each: metadata.version(each) for each in _PACKAGES},
            arithmetic=_arithmetic(),
        )

    def unlike(self, other: Build) -> str:
        """Return in words what `other` has otherwise, empty if nothing."""
        return ", ".join(
            f"{name} {theirs} instead of {mine}"
            for name, mine, theirs in zip(self._fields, self, other, strict=True)
            if mine != theirs
        )


def _arithmetic() -> str:
    points = [number / 7 for number in range(1, 200)]
    found = [
        function(point)
        for function in (
            math.exp,
            math.log,
            math.log1p,
            math.expm1,
            math.sqrt,
            math.erfc,
            math.lgamma,
            math.cos,
        )
        for point in points
    ]
    found += [math.pow(point, 1 / point) for point in points]
    return sha256(struct.pack(f"<{len(found)}d", *found)).hexdigest()[:8]


class OnDask:
    """A runner whose tasks the workers of a cluster do. Made by `on_dask`; to be closed, or used by `with`."""

    def __init__(self, job: Job, client: _Client, address: str) -> None:
        self._client: Final[_Client] = client
        _LOGGER.addFilter(_is_grave)
        self._address: Final = address
        # What is written in the text besides has no part in a simulation.
        content = replace(job, contract=replace(job.contract, declarations=()))
        self._data: Final = zlib.compress(packed(content))
        self._name: Final = sha256(self._data).hexdigest()
        self._build: Final = Build.here()
        self._run: Final = uuid4().hex
        self._sent: Future[bytes] | None = None
        self._count = 0
        self._threads, self._looked_at, self._alone_since = 0, -math.inf, math.inf

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster; what it still works on for us is cancelled."""
        self._sent = None
        try:
            self._client.close()
        finally:
            _LOGGER.removeFilter(_is_grave)

    def __call__(self, tasks: Iterable[Task]) -> Iterator[Results]:
        """Yield what tasks say, in their order.

        Raises:
            ClusterError: no worker is left, they die of the tasks, one is of another version, or the scheduler is lost.
        """
        pending: deque[tuple[Task, Future[bytes]]] = deque()
        try:
            for task in tasks:
                pending.append((task, self._submitted(task)))
                if len(pending) >= self._ahead():
                    yield self._told(*pending.popleft())
            while pending:
                yield self._told(*pending.popleft())
        finally:
            if pending and self._client.status == "running":
                self._client.cancel(
                    [each for _, each in pending], reason="stopped", msg="nobody waits for it"
                )

    def _submitted(self, task: Task) -> Future[bytes]:
        if self._client.status == "closed":
            raise self._lost()
        self._count += 1
        key = f"slmdsl-{self._run}-{self._count}"
        future = self._client.submit(work, self._job(), self._name, self._build, *task, key=key, pure=False)
        return cast("Future[bytes]", future)

    def _job(self) -> Future[bytes]:
        """Return the job as it lies on the cluster.

        It is the result of a task, because the scheduler can do that again when all who had it are dead.
        """
        if self._sent is None or self._sent.status in {"error", "cancelled", "lost"}:
            self._count += 1
            key = f"slmdsl-job-{self._run}-{self._count}"
            self._sent = self._client.submit(bytes, self._data, key=key, pure=False)
        return self._sent

    def _told(self, task: Task, future: Future[bytes]) -> Results:
        from distributed import KilledWorker  # noqa: PLC0415 - the library of an extra

        deaths = 0
        while True:
            try:
                return self._result(future)
            except KilledWorker as error:
                deaths += 1
                if deaths == _DEATHS:
                    message = f"the workers die of replication {task.number} of {', '.join(task.variants)}"
                    help_line = "look at their logs: they may have too little memory for so many threads"
                    raise ClusterError(message, help_line) from error
                future = self._submitted(task)

    def _result(self, future: Future[bytes]) -> Results:
        while True:
            try:
                found = future.result(timeout=_LOOK_S)
            except TimeoutError:
                if future.status == "error":
                    # It ended in the same instant, or did not come in time itself: either way this is the reason.
                    raise cast("Exception", future.exception()) from None  # type: ignore[no-untyped-call]
                self._ahead()
            except CancelledError as error:
                raise self._lost() from error
            else:
                return cast("Results", unpacked(zlib.decompress(found)))

    def _ahead(self) -> int:
        """Return how many tasks are under way; looks from time to time who is there.

        Raises:
            ClusterError: nobody has been for too long.
        """
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_S:
            self._looked_at, self._threads = now, sum(self._seen().values())
            self._alone_since = math.inf if self._threads else min(self._alone_since, now)
        if now - self._alone_since >= _PATIENCE_S:
            message = f"no worker is left at {self._address}"
            raise ClusterError(message, f"start one: dask worker {self._address} --nthreads 2")
        return max(self._threads, 1) * _AHEAD

    def _seen(self) -> Mapping[str, int]:
        """Return how many threads each worker has."""
        try:
            return cast("Mapping[str, int]", self._client.nthreads())
        except (OSError, ValueError) as error:
            raise self._lost() from error

    def _lost(self) -> ClusterError:
        return ClusterError(
            f"the scheduler at {self._address} was lost", "what was kept of the run can be resumed"
        )


def on_dask(job: Job, address: str) -> OnDask:
    """Return a runner on the cluster whose scheduler has an address.

    Args:
        job: what is run.
        address: `tcp://HOST:PORT`, or `tls://HOST:PORT`.

    Returns:
        The runner; it is to be closed.

    Raises:
        ClusterError: Dask is not installed, nobody answers there, no worker is there, or one is of another version.

    For example `with on_dask(job, "tcp://10.0.0.1:8786") as run: list(run(tasks))`.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match[3]) < 2**16:
        message = f"`{address}` is no address of a scheduler"
        raise ClusterError(message, "write it like tcp://10.0.0.1:8786")
    client = _connected(address, (match[2].strip("[]"), int(match[3])), speaks_first=match[1] == "tcp")
    try:
        _refuse_strangers(client, address)
        return OnDask(job, client, address)
    except BaseException:
        client.close()
        raise


def _connected(address: str, host: tuple[str, int], *, speaks_first: bool) -> _Client:
    try:
        from distributed import Client  # noqa: PLC0415 - the library of an extra
    except ImportError as error:
        message = "running on other machines needs Dask, which is not installed"
        raise ClusterError(message, "pip install slmdsl[distributed]") from error
    try:
        _look_for_scheduler(host, speaks_first=speaks_first)
        return Client(address, timeout=_CONNECT_S, set_as_default=False, name="slmdsl")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        message = f"no scheduler answers at {address}"
        raise ClusterError(message, "start one there: dask scheduler --host HOST") from error


def _look_for_scheduler(host: tuple[str, int], *, speaks_first: bool) -> None:
    """Raise OSError unless somebody is there, and greets as schedulers do where they speak first.

    A client of Dask waits for ever for somebody who accepts and says nothing.
    """
    with socket.create_connection(host, timeout=_CONNECT_S) as line:
        if not speaks_first:
            return
        with line.makefile("rb") as said:
            greeting = said.read(_LENGTH.size)
    if len(greeting) < _LENGTH.size or _LENGTH.unpack(greeting)[0] > _LONGEST_GREETING:
        message = "what is there is no scheduler of Dask"
        raise ConnectionError(message)


def _refuse_strangers(client: _Client, address: str) -> None:
    """Raise ClusterError for a scheduler or workers that would not even understand what is sent."""
    found = client.get_versions(packages=["slmdsl"])
    workers: Mapping[str, Mapping[str, Any]] = found["workers"]
    if not workers:
        message = f"the scheduler at {address} has no workers"
        raise ClusterError(message, f"start one: dask worker {address} --nthreads 2")
    mine = Build.here()
    named = {f"the worker {name}": versions for name, versions in workers.items()}
    # The scheduler reads what is sent, too.
    for name, versions in {"the scheduler": found["scheduler"], **named}.items():
        theirs = versions["packages"]["slmdsl"]
        if theirs != mine.slmdsl:
            had = f"slmdsl {theirs}" if theirs else "no slmdsl"
            message = f"{name} has {had}, and this is slmdsl {mine.slmdsl}"
            raise ClusterError(message, f"pip install slmdsl[distributed]=={mine.slmdsl} there")
        if not versions["host"]["python"].startswith(f"{mine.python}."):
            message = f"{name} runs Python {versions['host']['python']}, and this is Python {mine.python}"
            raise ClusterError(message, "use the same one everywhere: results would not be trusted")


_benches: Final[OrderedDict[str, Bench]] = OrderedDict()
_benches_lock: Final = Lock()


def work(data: bytes, name: str, build: Build, variants: tuple[str, ...], number: int) -> bytes:
    """Do a task on a worker, and return its results packed and compressed.

    Args:
        data: the job, packed and compressed.
        name: its digest.
        build: what the results shall be like.
        variants: those of the task.
        number: its replication.

    Raises:
        ClusterError: this worker's results would be others.
    """
    unlike = build.unlike(_here())
    if unlike:
        message = f"a worker would come to other results: it has {unlike}"
        raise ClusterError(message, "use the same versions and kind of machine everywhere")
    return zlib.compress(packed(_bench(name, data).done(Task(variants, number))), 1)


@cache
def _here() -> Build:
    return Build.here()


def _bench(name: str, data: bytes) -> Bench:
    """Return the bench of a job, made when a task of it comes for the first time."""
    with _benches_lock:
        if name not in _benches:
            _benches[name] = Bench(cast("Job", unpacked(zlib.decompress(data))))
        _benches.move_to_end(name)
        while len(_benches) > _KEPT:
            _benches.popitem(last=False)
        return _benches[name]
