"""A run on other processes: a real scheduler, two workers, one of which is killed on the way, and the same bytes."""

from __future__ import annotations

import io
import pickle
import signal
import socket
import zlib
from concurrent.futures import CancelledError
from dataclasses import replace

import pytest

from slmdsl.simulate.endless import endless_instant
from slmdsl.study.kept import on_dask as module
from slmdsl.study.kept.journal import NAME, Journal, resumed
from slmdsl.study.kept.on_dask import Build, ClusterError, OnDask, on_dask, work
from slmdsl.study.running.bench import Bench, Job, Task, on_threads
from slmdsl.study.running.packed import packed, unpacked
from slmdsl.study.running.study import Study, studied
from slmdsl.workload.codes import TOO_LARGE
from slmdsl.workload.errors import UncompilableError
from tests import studies
from tests.clusters import HERE, cluster, free_port, wait_until, workers_of

KilledWorker = pytest.importorskip("distributed").KilledWorker
pytestmark = pytest.mark.compiled

REPLICATIONS = 16
CONTRACT = studies.contract_of()
SETTING = studies.setting(CONTRACT, replications=REPLICATIONS)
JOB = Job(contract=CONTRACT, setting=SETTING, engine="fast")
FRAMES = sorted(name for name, value in vars(Study).items() if isinstance(value, property))


def frames(study):
    found = {}
    for name in FRAMES:
        into = io.BytesIO()
        getattr(study, name).write_ipc(into)
        found[name] = into.getvalue()
    return found


class Killing:
    """Kill a worker as soon as it is seen to have tasks in hand: it is stopped first, so that it cannot end them."""

    def __init__(self, run, process, name):
        self.run, self.process, self.name = run, process, name
        self.lost = ()

    def __call__(self, *_):
        if self.lost:
            return
        address = workers_of(self.run._client)[self.name]
        self.process.send_signal(signal.SIGSTOP)
        self.lost = self.run._client.processing()[address]
        self.process.send_signal(signal.SIGKILL if self.lost else signal.SIGCONT)


@pytest.mark.slow
def test_a_run_on_two_workers_one_of_which_is_killed_gives_the_same_bytes(tmp_path, monkeypatch):
    wanted = frames(studied(CONTRACT, SETTING, workers=2))
    with cluster(tmp_path) as up, _on_all(up) as run:
        killing = Killing(run, up.workers[0], "worker-0")
        study = studied(CONTRACT, SETTING, where=lambda _: run, progress=killing)
        assert frames(study) == wanted
        assert killing.lost
        assert up.workers[0].wait() == -signal.SIGKILL

        # What goes wrong on a worker is told here.
        with pytest.raises(KeyError, match="nobody"):
            list(run([Task(("nobody",), 0)]))

        # With nobody left it is given up after a while, and what was kept is not lost.
        monkeypatch.setattr(module, "_LOOK_S", 0.2)
        monkeypatch.setattr(module, "_PATIENCE_S", 1)
        tasks = [Task(("base",), number) for number in range(REPLICATIONS)]
        path = tmp_path / NAME
        with Journal(path, JOB) as journal:
            told = resumed(run, journal)(tasks)
            next(told)
            up.workers[1].kill()
            with pytest.raises(ClusterError, match=f"no worker is left at {up.address}") as left:
                list(told)
            assert left.value.help == f"start one: dask worker {up.address} --nthreads 2"
            known = len(journal)
        assert known >= 1
        with Journal(path, JOB) as journal:
            whole = studied(CONTRACT, SETTING, where=lambda bench: resumed(on_threads(bench, 2), journal))
            assert frames(whole) == wanted

        with pytest.raises(ClusterError, match="has no workers"):
            on_dask(JOB, up.address)
        up.scheduler.kill()
        with pytest.raises(ClusterError, match="was lost"):
            list(run(tasks))


def _on_all(up):
    """A runner, when both workers are there."""
    found: list[OnDask] = []

    def ready():
        try:
            found.append(on_dask(JOB, up.address))
        except ClusterError as error:
            assert "has no workers" in str(error)  # noqa: PT017 - until there is one
            return False
        if len(workers_of(found[-1]._client)) < len(up.workers):
            found.pop().close()
            return False
        return True

    wait_until(ready, "the workers do not come")
    return found[-1]


def data_of(job):
    return zlib.compress(packed(job))


def test_a_task_says_the_same_on_a_worker_as_here():
    task = Task(("base", "calm"), 3)
    both = replace(
        SETTING, variants=(*SETTING.variants, replace(SETTING.variants[0], name="calm", scenario="calm"))
    )
    job = replace(JOB, setting=both)
    found = unpacked(zlib.decompress(work(data_of(job), "both", Build.here(), *task)))
    assert packed(found) == packed(Bench(job).done(task))


def test_a_worker_compiles_a_job_once_and_keeps_the_last_few(monkeypatch):
    made = []
    monkeypatch.setattr(module, "_benches", type(module._benches)())
    monkeypatch.setattr(module, "Bench", lambda job: made.append(job) or len(made))
    names = "a b c d a b e a c b e d".split()
    kept = [module._bench(name, data_of(name)) for name in names]
    assert made == ["a", "b", "c", "d", "e", "c", "d"]
    assert kept == [1, 2, 3, 4, 1, 2, 5, 1, 6, 2, 5, 7]


def test_a_worker_whose_results_would_be_others_refuses():
    for field in Build._fields:
        other = Build.here()._replace(**{field: "other"})
        with pytest.raises(ClusterError, match=f"it has {field} .* instead of other$"):
            work(b"", "", other, ("base",), 0)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1:8786",
        "http://10.0.0.1:8786",
        "tcp://10.0.0.1",
        "tcp://10.0.0.1:0",
        "tcp://10.0.0.1:65536",
        "tcp://user@host:1",
        "tcp://:8786",
        "tcp://host:8786/path",
        "",
    ],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ClusterError, match="is no address of a scheduler") as told:
        on_dask(JOB, address)
    assert told.value.help == "write it like tcp://10.0.0.1:8786"


def test_where_nobody_is_nobody_is_waited_for():
    for address in (
        f"tcp://{HERE}:{free_port()}",
        f"tls://{HERE}:{free_port()}",
        "tcp://nowhere.invalid:8786",
    ):
        with pytest.raises(ClusterError, match="no scheduler answers at") as told:
            on_dask(JOB, address)
        assert told.value.help


@pytest.mark.parametrize("says", [b"", b"SSH-2.0-OpenSSH_9.9\r\n"])
def test_who_does_not_greet_as_a_scheduler_is_none(monkeypatch, says):
    monkeypatch.setattr(module, "_CONNECT_S", 0.3)
    with socket.socket() as line:
        line.bind((HERE, 0))
        line.listen()
        line.settimeout(10)
        address = f"tcp://{HERE}:{line.getsockname()[1]}"
        if says:
            monkeypatch.setattr(socket, "create_connection", lambda *_, **__: _speaking(says))
        with pytest.raises(ClusterError, match="no scheduler answers at"):
            on_dask(JOB, address)


def _speaking(words):
    mine, theirs = socket.socketpair()
    theirs.sendall(words)
    theirs.close()
    return mine


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ClusterError, match="is not installed") as told:
        on_dask(JOB, "tcp://10.0.0.1:8786")
    assert told.value.help == "pip install slmdsl[distributed]"


class Future:
    """What comes of a task, one after the other."""

    status = "pending"

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)

    def exception(self):
        return self.outcomes[0]

    def result(self, *, timeout):
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


class Doing:
    """A client whose tasks end as they shall; the job comes before the first."""

    status = "running"

    def __init__(self, *futures):
        self.futures = list(futures)
        self.submitted = []
        self.cancelled = []

    def submit(self, function, *_, key, pure):
        self.submitted.append(key)
        return Future() if function is bytes else self.futures.pop(0)

    def nthreads(self):
        return {"worker": 1}

    def cancel(self, futures, **_):
        self.cancelled += futures

    def close(self):
        pass


def killed():
    return Future(KilledWorker("task", None, 3))


def said(words):
    return Future(TimeoutError(), zlib.compress(packed(words)))


def test_a_task_of_which_workers_die_is_tried_again_but_not_for_ever():
    client = Doing(killed(), said("two"), said("three"))
    with OnDask(JOB, client, "tcp://h:1") as run:
        assert list(run([Task(("base",), 1), Task(("base",), 2)])) == ["three", "two"]
    assert len(set(client.submitted)) == len(client.submitted) == 4
    client = Doing(killed(), said("two"), killed(), killed())
    with (
        OnDask(JOB, client, "tcp://h:1") as run,
        pytest.raises(ClusterError, match="replication 1 of base") as told,
    ):
        list(run([Task(("base",), 1), Task(("base",), 2)]))
    assert "memory" in told.value.help
    assert len(client.cancelled) == 1
    assert not client.futures


def test_what_ends_while_it_is_no_longer_waited_for_is_not_lost():
    failed, done = Future(TimeoutError(), KeyError("nobody")), said("done")
    failed.status, done.status = "error", "finished"
    with OnDask(JOB, Doing(done, failed), "tcp://h:1") as run:
        told = run([Task(("base",), 1), Task(("base",), 2)])
        assert next(told) == "done"
        with pytest.raises(KeyError, match="nobody"):
            next(told)


def test_whoever_stops_early_leaves_nothing_to_be_done():
    futures = [said(number) for number in range(10)]
    client = Doing(*futures)
    with OnDask(JOB, client, "tcp://h:1") as run:
        told = run(Task(("base",), number) for number in range(10))
        assert next(told) == 0
        told.close()
    assert client.cancelled == futures[1 : module._AHEAD]
    assert client.futures == futures[module._AHEAD :]


def test_a_scheduler_that_is_lost_on_the_way_is_told():
    with OnDask(JOB, Doing(Future(CancelledError())), "tcp://h:1") as run:
        with pytest.raises(ClusterError, match="the scheduler at tcp://h:1 was lost") as told:
            list(run([Task(("base",), 1)]))
        assert "resumed" in told.value.help


def test_a_scheduler_that_was_lost_before_is_told():
    client = Doing()
    client.status = "closed"
    with OnDask(JOB, client, "tcp://h:1") as run, pytest.raises(ClusterError, match="was lost"):
        list(run([Task(("base",), 1)]))


ERRORS = [
    ClusterError("message", "help"),
    endless_instant({"desk"}),
    UncompilableError(TOO_LARGE.at(CONTRACT.scenarios["base"].span, "too large")),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_travel_whole(error):
    found = pickle.loads(pickle.dumps(error))  # noqa: S301 - as Dask sends them
    assert (type(found), str(found), vars(found)) == (type(error), str(error), vars(error))


class Client:
    """A client that knows some workers by their versions."""

    def __init__(self, scheduler, **workers):
        self.scheduler, self.workers = scheduler, workers

    def get_versions(self, *, packages):
        assert packages == ["slmdsl"]
        workers = {name: versions(*each) for name, each in self.workers.items()}
        return {"scheduler": versions(*self.scheduler), "workers": workers}


def versions(python, slmdsl):
    return {"host": {"python": python}, "packages": {"slmdsl": slmdsl}}


def test_schedulers_and_workers_of_other_versions_are_refused():
    mine = Build.here()
    good = f"{mine.python}.99.final.0", mine.slmdsl
    module._refuse_strangers(Client(good, one=good, two=good), "tcp://h:1")
    for bad, words in [
        ((good[0], "99.0"), f"has slmdsl 99.0, and this is slmdsl {mine.slmdsl}"),
        ((good[0], None), "has no slmdsl"),
        (("3.1.0.final.0", mine.slmdsl), f"runs Python 3.1.0.final.0, and this is Python {mine.python}"),
    ]:
        for client, name in [
            (Client(good, one=good, two=bad), "worker two"),
            (Client(bad, one=good), "scheduler"),
        ]:
            with pytest.raises(ClusterError, match=f"the {name} {words}") as told:
                module._refuse_strangers(client, "tcp://h:1")
            assert told.value.help
