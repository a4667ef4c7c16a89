"""What is kept of a run: it goes on to the same bytes, from wherever it was cut off, and from nothing else."""

from __future__ import annotations

import errno
import io
import multiprocessing
import zlib
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from struct import pack

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slmdsl.study.kept.journal import NAME, Journal, JournalError, model_digest, resumed
from slmdsl.study.running.bench import Job, Task, on_threads
from slmdsl.study.running.packed import packed
from slmdsl.study.running.replications import Replication
from slmdsl.study.running.study import Study, studied
from tests import studies

CONTRACT = studies.contract_of()
SETTING = studies.setting(CONTRACT, replications=5)
JOB = Job(contract=CONTRACT, setting=SETTING, engine="fast")
FRAMES = sorted(name for name, value in vars(Study).items() if isinstance(value, property))


def replication(number, figures="figures"):
    """Something that a journal can tell from others; it does not look inside."""
    return Replication(**dict.fromkeys(Replication.__slots__, figures) | {"number": number})


def seen(replication):
    return packed([getattr(replication, name) for name in Replication.__slots__])


@pytest.fixture
def path(tmp_path):
    return tmp_path / NAME


def written(path, numbers=range(4), job=JOB, variant="base"):
    with Journal(path, job, anew=True) as journal:
        for number in numbers:
            journal.add(variant, replication(number, {("cell", number % 2): number}))
    return path.read_bytes()


def test_what_was_added_is_there_again(path):
    written(path)
    with Journal(path, JOB) as journal:
        assert len(journal) == 4
        assert not journal.notes
        for number in (3, 0, 2, 1):
            wanted = replication(number, {("cell", number % 2): number})
            assert seen(journal.replication("base", number)) == seen(wanted)
        assert not journal.knows("base", 4)
        assert not journal.knows("calm", 0)
        with pytest.raises(KeyError):
            journal.replication("base", 4)


def test_one_that_is_known_is_left_as_it_is(path):
    size = len(written(path))
    with Journal(path, JOB) as journal:
        journal.add("base", replication(3, "other"))
    assert path.stat().st_size == size


def test_a_journal_can_be_asked_while_it_is_written(path):
    with Journal(path, JOB) as journal:
        for number in range(3):
            journal.add("base", replication(number))
            assert journal.replication("base", 0).number == 0
    with Journal(path, JOB) as journal:
        assert len(journal) == 3


def test_anew_forgets(path):
    written(path)
    with Journal(path, JOB, anew=True) as journal:
        assert len(journal) == 0


class Done:
    """A runner that does what it is asked, and knows what that was."""

    def __init__(self):
        self.tasks = []

    def __call__(self, tasks, ahead=2):
        asked = []
        for task in tasks:
            asked.append(task)
            if len(asked) > ahead:
                yield self._done(asked.pop(0))
        yield from map(self._done, asked)

    def _done(self, task):
        self.tasks.append(task)
        return tuple(replication(task.number, f"{name} {task.number}") for name in task.variants)


TASKS = st.lists(
    st.builds(
        Task,
        st.lists(st.sampled_from(["base", "calm", "a", "b"]), min_size=1, unique=True).map(tuple),
        st.integers(0, 4),
    ),
    max_size=12,
    unique=True,
)


@given(st.data(), TASKS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_resumed_tells_the_same_in_the_same_order_and_runs_the_rest_alone(path, data, tasks):
    singles = sorted({(name, task.number) for task in tasks for name in task.variants})
    known = data.draw(st.lists(st.sampled_from(singles), unique=True)) if singles else []
    with Journal(path, JOB, anew=True) as journal:
        for name, number in known:
            journal.add(name, replication(number, f"{name} {number}"))
        runner = Done()
        found = list(resumed(runner, journal)(tasks))
        wanted = list(Done()(tasks))
        assert [list(map(seen, each)) for each in found] == [list(map(seen, each)) for each in wanted]
        assert not {(name, task.number) for task in runner.tasks for name in task.variants} & set(known)
        assert all(journal.knows(*each) for each in singles)


def test_known_ones_are_told_before_anything_is_run(path):
    with Journal(path, JOB) as journal:
        for number in range(3):
            journal.add("base", replication(number))
        runner = Done()
        told = resumed(runner, journal)(Task(("base",), number) for number in range(5))
        assert [next(told)[0].number for _ in range(3)] == [0, 1, 2]
        assert runner.tasks == []


def test_a_runner_is_closed_with_whoever_asks_it(path):
    closed = []

    def runner(tasks):
        try:
            for task in tasks:
                yield (replication(task.number),)
        finally:
            closed.append(True)

    with Journal(path, JOB) as journal:
        told = resumed(runner, journal)(Task(("base",), number) for number in range(5))
        next(told)
        told.close()
        assert closed == [True]
        assert len(journal) == 1


def test_wherever_it_is_cut_off_whole_records_are_kept(path):
    whole = written(path)
    counts = []
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        if 0 < length < 8:
            with pytest.raises(JournalError, match="holds no replications"):
                Journal(path, JOB)
            continue
        with Journal(path, JOB) as journal:
            counts.append(len(journal))
            assert bool(journal.notes) == (path.stat().st_size != length > 0)
            for number in range(4):
                journal.add("base", replication(number, {("cell", number % 2): number}))
        assert path.read_bytes() == whole
    assert counts == sorted(counts)
    assert set(counts) == set(range(5))


@given(st.integers(8, 400), st.integers(1, 255))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_byte_that_changed_is_found(path, place, change):
    whole = bytearray(written(path))
    whole[place % len(whole)] ^= change
    path.write_bytes(whole)
    try:
        journal = Journal(path, JOB)
    except JournalError:
        assert place % len(whole) < 8
        return
    with journal:
        assert len(journal) < 4
        assert journal.notes


OTHERS = {
    "its seed was 3, and is now 4": replace(JOB, setting=replace(SETTING, seed=4)),
    "its last day was 2027-04-25, and is now 2027-04-26": replace(
        JOB, setting=replace(SETTING, last=date(2027, 4, 26))
    ),
    "its first day was": replace(JOB, setting=replace(SETTING, first=date(2027, 1, 16))),
    "its warm-up was": replace(JOB, setting=replace(SETTING, warm_up_us=0)),
    "its tick was": replace(JOB, setting=replace(SETTING, tick_us=60_000_000)),
    "simulated by `fast`, and is now by `simpy`": replace(JOB, engine="simpy"),
    "the text has changed since": replace(
        JOB, contract=studies.contract_of(studies.TWO_GROUPS.replace("within 45 min", "within 46 min"))
    ),
}


@pytest.mark.parametrize("words", OTHERS)
def test_another_run_is_refused_and_told_apart(path, words):
    whole = written(path)
    with pytest.raises(JournalError, match=words) as told:
        Journal(path, OTHERS[words])
    assert told.value.help
    assert str(told.value).count(";") == 0
    assert path.read_bytes() == whole


def test_another_version_is_refused(path, monkeypatch):
    written(path)
    monkeypatch.setattr("importlib.metadata.version", {"slmdsl": "99.0"}.__getitem__)
    with pytest.raises(JournalError, match=r"it was written by slmdsl .*, and this is 99\.0"):
        Journal(path, JOB)


def test_how_often_and_how_surely_makes_no_other_run(path):
    written(path)
    more = replace(SETTING, replications=99, confidence=SETTING.confidence / 2, name="again")
    with Journal(path, replace(JOB, setting=more)) as journal:
        assert len(journal) == 4


def test_layout_makes_no_other_text():
    moved = studies.contract_of("# A comment.\n\n" + studies.TWO_GROUPS)
    assert model_digest(replace(JOB, contract=moved)) == model_digest(JOB)


def test_a_name_that_means_something_else_is_not_known(path):
    written(path)
    (base,) = SETTING.variants
    calm = replace(SETTING, variants=(replace(base, scenario="calm"),))
    with Journal(path, replace(JOB, setting=calm)) as journal:
        assert len(journal) == 4
        assert not journal.knows("base", 0)


@pytest.mark.parametrize("otherwise", [{"without": ("flu",)}, {"without_risks": True}])
def test_a_variant_without_a_risk_is_another(path, otherwise):
    written(path)
    (base,) = SETTING.variants
    bare = replace(SETTING, variants=(replace(base, **otherwise),))
    with Journal(path, replace(JOB, setting=bare)) as journal:
        assert not journal.knows("base", 0)


def test_a_scenario_that_starts_empty_is_another(path):
    written(path)
    with Journal(path, replace(JOB, setting=replace(SETTING, empty=frozenset({"base"})))) as journal:
        assert not journal.knows("base", 0)


def record(payload):
    return pack("<II", len(payload), zlib.crc32(payload)) + payload


def with_record(path, *parts):
    path.write_bytes(written(path, range(1)) + record(msgspec.msgpack.encode(parts)))


NAMED = bytes(16)


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (1, 2, 3, 4),
        (NAMED, "1", b"", b""),
        (NAMED, 1, b"\xc1", b""),
        (NAMED, 1, msgspec.msgpack.encode([[["os:system"]], []]), b""),
    ],
    ids=range(5),
)
def test_records_of_strangers_are_refused(path, parts):
    with_record(path, *parts)
    with pytest.raises(JournalError, match="cannot be read"):
        Journal(path, JOB)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "cut off"),
        (b"not", "not compressed"),
        (zlib.compress(bytes(1 << 27)), "larger than"),
        (zlib.compress(b"\xc1"), "no value"),
        (zlib.compress(msgspec.msgpack.encode(5)), "something else"),
    ],
    ids=["none", "not compressed", "a bomb", "no value", "a number"],
)
def test_bodies_of_strangers_are_refused(path, body, words):
    written(path, range(1))
    with Journal(path, JOB) as journal:
        name = journal._variant("base")
    with_record(path, name, 1, b"", body)
    with Journal(path, JOB) as journal, pytest.raises(JournalError, match=words):
        journal.replication("base", 1)


def test_a_record_that_says_it_is_huge_is_not_read(path):
    path.write_bytes(written(path, range(1)) + pack("<II", 2**32 - 1, 0) + bytes(50))
    with Journal(path, JOB) as journal:
        assert len(journal) == 1
        assert "in its last 58 bytes" in journal.notes[0]


@pytest.mark.parametrize("header", [5, [2, {}], [1, {}], [1, {"seed": "x"}]], ids=str)
def test_headers_of_strangers_are_refused(path, header):
    path.write_bytes(b"slmruns\n" + record(msgspec.msgpack.encode(header)))
    with pytest.raises(JournalError, match=r"format 2|does not say what was run"):
        Journal(path, JOB)


def test_a_file_of_something_else_is_left_alone(path):
    path.write_text("my notes, not to be lost")
    with pytest.raises(JournalError, match="holds no replications"):
        Journal(path, JOB)
    assert path.read_text() == "my notes, not to be lost"


def _open(path, said):
    try:
        Journal(path, JOB).close()
    except JournalError as error:
        said.put(str(error))
    else:
        said.put("opened")


def test_two_processes_do_not_write_one(path):
    pytest.importorskip("fcntl")
    context = multiprocessing.get_context("spawn")
    said = context.Queue()
    with Journal(path, JOB):
        other = context.Process(target=_open, args=(path, said))
        other.start()
        assert said.get(timeout=60) == f"another process is writing {path}"
        other.join()


@pytest.mark.parametrize(("number", "opens"), [(errno.ENOLCK, True), (errno.EIO, False)])
def test_where_there_are_no_locks_it_goes_without(path, monkeypatch, number, opens):
    def flock(*_):
        raise OSError(number, "no")

    monkeypatch.setattr(pytest.importorskip("fcntl"), "flock", flock)
    with nullcontext() if opens else pytest.raises(OSError, match="no"):
        Journal(path, JOB).close()


def test_after_a_failure_nothing_is_added(path):
    with Journal(path, JOB) as journal:
        with pytest.raises(TypeError, match="cannot be packed"):
            journal.add("base", replication(0, object()))
        with pytest.raises(ValueError, match="closed file"):
            journal.add("base", replication(1))


def frames(study):
    found = {}
    for name in FRAMES:
        into = io.BytesIO()
        getattr(study, name).write_ipc(into)
        found[name] = into.getvalue()
    return found


def stopping(after):
    """Stop a run as Ctrl-C does, after some tasks."""

    def progress(*_):
        stopping.done += 1
        if stopping.done == after:
            raise KeyboardInterrupt

    stopping.done = 0
    return progress


@pytest.mark.compiled
@pytest.mark.parametrize("after", [1, 4])
def test_a_run_that_was_interrupted_goes_on_to_the_same_frames(path, after):
    whole = studied(CONTRACT, SETTING, workers=2)
    with Journal(path, JOB) as journal:
        part = studied(
            CONTRACT,
            SETTING,
            progress=stopping(after),
            where=lambda bench: resumed(on_threads(bench, 2), journal),
        )
        assert part.interrupted
        assert len(journal) == part.tallies["base"].replications == after
    asked = []

    def rest(bench):
        run = on_threads(bench, 2)
        return lambda tasks: run(asked.append(task) or task for task in tasks)

    with Journal(path, JOB) as journal:
        study = studied(CONTRACT, SETTING, where=lambda bench: resumed(rest(bench), journal))
    assert frames(study) == frames(whole)
    assert [task.number for task in asked] == list(range(after, 5))


@pytest.mark.compiled
def test_every_real_replication_comes_back_exactly(path):
    study = studied(CONTRACT, SETTING, workers=2)
    real = [study.trials["base"].replication(number) for number in range(3)]
    with Journal(path, JOB) as journal:
        for each in real:
            journal.add("base", each)
        assert [packed(journal.replication("base", number)) for number in range(3)] == list(map(packed, real))
    assert any(each.judgement.messages for each in real)
