"""A file that keeps every replication as it comes, so that an interrupted run goes on from what is known.

Behind eight bytes that name the format come records: a length and a CRC-32 of four bytes each (little endian), then as
many bytes of msgpack. The first record tells what was run, each other one a replication of a variant. Records are only
ever appended; what a crash cut off is dropped and run again. Nothing in the file is executed, and its sizes are
bounded, but its figures are believed: resume from files of your own.
"""

from __future__ import annotations

import errno
import sys
import zlib
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, replace
from importlib import metadata
from itertools import chain
from pathlib import Path
from struct import Struct
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

import msgspec

from slmdsl.contract.variants import variant_of
from slmdsl.study.running.bench import Task
from slmdsl.study.running.packed import UnreadableError, Words, digest
from slmdsl.study.running.replications import Replication

if sys.platform != "win32":  # which has no such locks
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import TracebackType
    from typing import Self

    from slmdsl.study.running.bench import Job, Results, Runner

NAME: Final = "replications.slmruns"
"""What such a file is called in a folder."""
_MAGIC: Final = b"slmruns\n"
_FORMAT: Final = 1
_HEAD: Final = Struct("<II")
_LONGEST: Final = 1 << 24
"""How many bytes a record has at most."""
_LARGEST: Final = 1 << 26
"""How many bytes what a replication says has at most, when it is no longer compressed."""
_LEVEL: Final = 1
_NO_LOCKS: Final = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS}
"""What network file systems without locks say."""
_encode: Final = msgspec.msgpack.Encoder().encode


class JournalError(ValueError):
    """A file cannot be gone on with; `help` says what to do."""

    def __init__(self, message: str, help_line: str = "leave out --resume to begin anew") -> None:
        super().__init__(message)
        self.help = help_line


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """What was run. Lengths are microseconds, days as in `2027-12-31`."""

    slmdsl: str
    model: str
    first: str
    last: str
    warm_up_us: int
    tick_us: int
    seed: int
    engine: str
    uncertainty: str = "without"
    opens: str = ""


_DIFFERENCES: Final[Mapping[str, str]] = {
    "slmdsl": "it was written by slmdsl {was}, and this is {now}",
    "model": "the text has changed since",
    "first": "its first day was {was}, and is now {now}",
    "last": "its last day was {was}, and is now {now}",
    "warm_up_us": "its warm-up was {was:,} microseconds long, and is now {now:,}",
    "tick_us": "its tick was {was:,} microseconds long, and is now {now:,}",
    "seed": "its seed was {was}, and is now {now}",
    "uncertainty": "it was run {was} uncertainty, and is now run {now} it",
    "opens": "it started with other open tickets",
    "engine": "it was simulated by `{was}`, and is now by `{now}`",
}


class _Record(NamedTuple):
    """A replication of a variant: `words` are those that are new, `body` what it says in them, compressed."""

    variant: bytes
    number: int
    words: bytes
    body: bytes


class _Place(NamedTuple):
    """Where a record's bytes stand in the file."""

    offset: int
    length: int


class Journal:
    """The replications of a job in a file; to be closed, or used by `with`.

    Attributes:
        path: the file.
        notes: what had to be left out of it, in words.
    """

    def __init__(self, path: str | Path, job: Job, *, anew: bool = False) -> None:
        """Go on with a file, or begin one where there is none, or `anew` where one is.

        Raises:
            JournalError: it is no such file, was written for another job, or another process writes it.
            OSError: it cannot be read or written.
        """
        self.path: Final = Path(path)
        self.notes: tuple[str, ...] = ()
        self._job: Final = job
        self._words: Final = Words()
        self._places: Final[dict[tuple[bytes, int], _Place]] = {}
        self._variants: Final[dict[str, bytes]] = {}
        self.path.touch()
        self._file: Final = self.path.open("r+b")
        try:
            _lock(self._file, self.path)
            if anew:
                self._begin()
            else:
                self._go_on()
        except BaseException:
            self.close()
            raise

    def __len__(self) -> int:
        return len(self._places)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Nothing is asked or added afterwards."""
        self._file.close()

    def knows(self, variant: str, number: int) -> bool:
        """Whether a replication of a variant is here."""
        return (self._variant(variant), number) in self._places

    def replication(self, variant: str, number: int) -> Replication:
        """Return a replication of a variant.

        Raises:
            KeyError: it is not here.
            JournalError: it cannot be read.
        """
        place = self._places[self._variant(variant), number]
        self._file.seek(place.offset)
        record = _record(self._file.read(place.length))
        try:
            found = self._words.read(_expanded(record.body))
        except UnreadableError as error:
            message = f"{self.path} cannot be read: {error}"
            raise JournalError(message) from error
        if not isinstance(found, Replication) or found.number != number:
            message = f"{self.path} has something else where replication {number} should be"
            raise JournalError(message)
        return found

    def add(self, variant: str, replication: Replication) -> None:
        """Append a replication of a variant; one that is known is left as it is.

        Raises:
            OSError: it cannot be written; nothing is added afterwards.
        """
        name = self._variant(variant), replication.number
        if name in self._places:
            return
        try:
            words, body = self._words.written(replication)
            self._places[name] = self._append(_encode(_Record(*name, words, zlib.compress(body, _LEVEL))))
        except BaseException:
            # Words of a record that was not written whole must not be used by another.
            self.close()
            raise

    def _variant(self, name: str) -> bytes:
        """Return what a variant goes by: by what it simulates, since texts may give the same name to something else."""
        if name not in self._variants:
            setting = self._job.setting
            variant = next((each for each in setting.variants if each.name == name), variant_of(name))
            warm_up_us = setting.warm_up_of(variant.scenario)
            said = digest((replace(variant, name="", points=()), warm_up_us))
            self._variants[name] = bytes.fromhex(said)[:16]
        return self._variants[name]

    def _append(self, payload: bytes) -> _Place:
        if len(payload) > _LONGEST:
            message = f"a replication takes {len(payload):,} bytes, which is more than {self.path} can have"
            raise JournalError(message, "run without a file to resume from")
        end = self._file.seek(0, 2)
        self._file.write(_HEAD.pack(len(payload), zlib.crc32(payload)) + payload)
        self._file.flush()
        return _Place(end + _HEAD.size, len(payload))

    def _begin(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(_MAGIC)
        self._append(_encode([_FORMAT, _header(self._job)]))

    def _go_on(self) -> None:
        """Learn what is in the file, and cut off what is no whole record."""
        size = self._file.seek(0, 2)
        self._file.seek(0)
        if not size:
            self._begin()
            return
        if self._file.read(len(_MAGIC)) != _MAGIC:
            message = f"{self.path} holds no replications"
            raise JournalError(message, "name another folder, or leave out --resume")
        payload = self._next()
        if payload is None:
            self.notes = (f"{self.path} was cut off at its beginning: everything is run again",)
            self._begin()
            return
        self._agrees(payload)
        good = self._file.tell()
        while self._learns(self._next()):
            good = self._file.tell()
        if good < size:
            self.notes = (
                f"{self.path} has no whole record in its last {size - good:,} bytes: they are left out",
            )
            self._file.truncate(good)

    def _next(self) -> bytes | None:
        """Return the next record, None where there is no whole one."""
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        length, checksum = _HEAD.unpack(head)
        payload = self._file.read(length) if length <= _LONGEST else b""
        return payload if len(payload) == length and zlib.crc32(payload) == checksum else None

    def _agrees(self, payload: bytes) -> None:
        """Raise JournalError if the file was written for another job."""
        try:
            format_, plain = msgspec.msgpack.decode(payload, type=tuple[int, Any])
            was = msgspec.convert(plain, _Header) if format_ == _FORMAT else None
        except msgspec.ValidationError as error:
            message = f"{self.path} does not say what was run: {error}"
            raise JournalError(message) from error
        if was is None:
            message = f"{self.path} has the format {format_}, which this version does not read"
            raise JournalError(message)
        now = _header(self._job)
        told = [
            words.format(was=getattr(was, name), now=getattr(now, name))
            for name, words in _DIFFERENCES.items()
            if getattr(was, name) != getattr(now, name)
        ]
        if told:
            message = f"{self.path} is from another run: {'; '.join(told)}"
            raise JournalError(message)

    def _learns(self, payload: bytes | None) -> bool:
        """Note where a replication stands; false where there is none."""
        if payload is None:
            return False
        offset = self._file.tell() - len(payload)
        try:
            record = _record(payload)
            self._words.learn(record.words)
        except UnreadableError as error:
            message = f"{self.path} cannot be read: {error}"
            raise JournalError(message) from error
        self._places[record.variant, record.number] = _Place(offset, len(payload))
        return True


def resumed(runner: Runner, journal: Journal) -> Runner:
    """Return a runner that answers from a journal what it knows, and keeps there what `runner` does of the rest.

    The replications and their order are the same as without it. Of a task of which some variants are known, the
    others alone are run.
    """

    def run(tasks: Iterable[Task]) -> Iterator[Results]:
        left = iter(tasks)
        for task in left:
            if _unknown(task, journal):
                yield from _rest(runner, journal, chain([task], left))
                return
            yield _told(task, {}, journal)

    return run


def _rest(runner: Runner, journal: Journal, tasks: Iterable[Task]) -> Iterator[Results]:
    """Run tasks of which the first is not known; those that are wait until all before them are told."""
    waiting: deque[tuple[Task, Task | None]] = deque()

    def to_run() -> Iterator[Task]:
        for task in tasks:
            unknown = _unknown(task, journal)
            waiting.append((task, unknown))
            if unknown:
                yield unknown

    def known() -> Iterator[Results]:
        while waiting and waiting[0][1] is None:
            yield _told(waiting.popleft()[0], {}, journal)

    results = runner(to_run())
    try:
        for found in results:
            yield from known()
            task, unknown = waiting.popleft()
            new = dict(zip(unknown.variants if unknown else (), found, strict=True))
            for name, replication in new.items():
                journal.add(name, replication)
            yield _told(task, new, journal)
            yield from known()
        yield from known()
    finally:
        if isinstance(results, Generator):
            results.close()


def _unknown(task: Task, journal: Journal) -> Task | None:
    names = tuple(each for each in task.variants if not journal.knows(each, task.number))
    return Task(names, task.number) if names else None


def _told(task: Task, new: Mapping[str, Replication], journal: Journal) -> Results:
    return tuple(
        new[each] if each in new else journal.replication(each, task.number) for each in task.variants
    )


def _header(job: Job) -> _Header:
    setting = job.setting
    return _Header(
        slmdsl=metadata.version("slmdsl"),
        model=model_digest(job),
        first=setting.first.isoformat(),
        last=setting.last.isoformat(),
        warm_up_us=setting.warm_up_us,
        tick_us=setting.tick_us,
        seed=setting.seed,
        engine=job.engine,
        uncertainty="with" if setting.uncertain else "without",
        opens=digest(setting.opens) if setting.opens else "",
    )


def model_digest(job: Job) -> str:
    """Return a name for what a job simulates: everything declared but its experiments, without regard to layout."""
    return digest(replace(job.contract, declarations=(), experiments={}))


def _record(payload: bytes) -> _Record:
    try:
        return msgspec.msgpack.decode(payload, type=_Record)
    except msgspec.MsgspecError as error:
        message = f"a record is none: {error}"
        raise UnreadableError(message) from error


def _expanded(body: bytes) -> bytes:
    """Return compressed bytes as they were. Raises UnreadableError if they are none, or too large."""
    expander = zlib.decompressobj()
    try:
        found = expander.decompress(body, _LARGEST)
    except zlib.error as error:
        message = f"a record is not compressed as it should be: {error}"
        raise UnreadableError(message) from error
    if not expander.eof:
        message = f"a record is cut off, or larger than {_LARGEST:,} bytes"
        raise UnreadableError(message)
    return found


def _lock(file: BinaryIO, path: Path) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        message = f"another process is writing {path}"
        raise JournalError(message, "wait for it, or name another folder") from error
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
