"""Which file is read, and how much of it: paths stay inside the project, sizes and ratios under a limit."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

from slmdsl.ingest.codes import NO_FILE, NOT_READ_YET, OUTSIDE, TOO_LARGE, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.model.sources import SourcePlan

_MIB = 1 << 20

_ENDINGS = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".parquet", ".xes", ".xes.gz", ".xlsx")


_DATABASES = 'databases are read by "env:VARIABLE", "sqlite:FILE" or "postgresql://USER@HOST/NAME"'


class IngestError(Exception):
    """A source cannot be read at all; `diagnostics` say why, each with its place in the text."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(one.message for one in self.diagnostics))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read of one file.

    `ratio` is the most unpacked bytes for a packed one, over each stretch of `ratio_from` unpacked bytes: exports
    reach 20 to 50, zlib's most is 1,032. `strings_bytes` is what the texts of a workbook, which are held in memory, may
    unpack to; `depth` how many elements of XML may stand in each other.
    """

    file_bytes: int = 8 << 30
    unpacked_bytes: int = 32 << 30
    ratio: int = 250
    ratio_from: int = 4 * _MIB
    rows: int = 100_000_000
    rows_per_byte: int = 16
    record_bytes: int = 16 * _MIB
    columns: int = 10_000
    footer_bytes: int = 4 * _MIB
    strings_bytes: int = 512 * _MIB
    depth: int = 200


LIMITS = Limits()


def located(plan: SourcePlan, root: Path, limits: Limits = LIMITS) -> Path:
    """Return the file of a source, links resolved.

    `plan.path` is relative to `plan.base`, and that to `root` unless it is absolute. Raises IngestError for a
    kind of file that is not read, a file that is not there, is no plain file, lies outside `root`, or is too large.
    """
    if "://" in plan.path:
        message = f"`{plan.path.partition('://')[0]}://` is the address of nothing that is read"
        raise IngestError([NOT_READ_YET.at(plan.span, message, help=_DATABASES)])
    if ending_of(plan.path) not in _ENDINGS:
        message = f"`{plan.path}` ends in none of {', '.join(_ENDINGS)}"
        raise IngestError([NOT_READ_YET.at(plan.span, message)])
    path = inside(plan, plan.path, root)
    check_file(path, plan.span, plan.path, limits)
    return path


def inside(plan: SourcePlan, named: str, root: Path) -> Path:
    """Return the path of a file that a source names, links resolved. Raises IngestError if it lies outside `root`."""
    if "\0" in named:
        raise IngestError([NO_FILE.at(plan.span, "the path holds a NUL character")])
    root = root.resolve()
    path = (root / plan.base / named).resolve()
    if not path.is_relative_to(root):
        message = f"`{named}` lies outside the project's folder"
        raise IngestError([OUTSIDE.at(plan.span, message, help=f"data is read from {root} and below")])
    return path


def ending_of(path: str) -> str:
    """Return the ending that says how a file is read, `.gz` included: `.csv.gz`."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes[-2:]]
    if suffixes and suffixes[-1] == ".gz":
        return "".join(suffixes)
    return suffixes[-1] if suffixes else ""


def check_file(path: Path, span: Span, named: str, limits: Limits, *, tell: bool = True) -> None:
    """Raise IngestError unless `path` is a plain file of an allowed size; `tell` where it was looked for."""
    if not path.is_file():
        what = "is not a plain file" if path.exists() else "is not there"
        raise IngestError([NO_FILE.at(span, f"`{named}` {what}", help=f"looked for {path}" if tell else ())])
    if path.stat().st_size > limits.file_bytes:
        raise IngestError([TOO_LARGE.at(span, f"`{named}` is larger than {_size(limits.file_bytes)}")])


class Stream(Protocol):
    """Bytes to read in order; `position` is how many packed bytes have been used."""

    position: int

    def read(self, most: int) -> bytes:
        """Return up to `most` bytes, none at the end."""
        ...


class Plain:
    """A file as it is."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.position = 0

    def read(self, most: int) -> bytes:
        """Return up to `most` bytes, none at the end."""
        block = self._file.read(most)
        self.position += len(block)
        return block


class Unpacked:
    """A gzip file's content, unpacked as it is read and refused as soon as it swells beyond the limits."""

    def __init__(self, file: BinaryIO, span: Span, named: str, limits: Limits) -> None:
        self._file = file
        self._span = span
        self._named = named
        self._limits = limits
        self._member = zlib.decompressobj(31)
        self._packed = b""
        self._unpacked = 0
        self._window = (0, 0)
        self.position = 0

    def read(self, most: int) -> bytes:
        """Return up to `most` bytes, none at the end."""
        parts: list[bytes] = []
        wanted = most
        while wanted > 0:
            if not self._packed and not self._refill():
                break
            part = self._inflate(wanted)
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def _refill(self) -> bool:
        self._packed = self._file.read(_MIB)
        self.position += len(self._packed)
        if self._packed:
            return True
        if not self._member.eof and self.position:
            self._broken("it ends in the middle")
        return False

    def _inflate(self, most: int) -> bytes:
        if self._member.eof:
            self._packed = self._packed.lstrip(b"\0")  # padding between members
            if not self._packed:
                return b""
            self._member = zlib.decompressobj(31)
        try:
            part = self._member.decompress(self._packed, min(most, _MIB))
        except zlib.error as broken:
            self._broken(str(broken))
        self._packed = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        self._unpacked += len(part)
        self._weigh()
        return part

    def _weigh(self) -> None:
        """Look at each stretch of output by itself: a bomb may hide behind honest data."""
        if self._unpacked > self._limits.unpacked_bytes:
            self._swollen(f"unpacks to more than {_size(self._limits.unpacked_bytes)}")
        used = self.position - len(self._packed)
        since_unpacked, since_used = self._unpacked - self._window[0], used - self._window[1]
        if since_unpacked < self._limits.ratio_from:
            return
        if since_unpacked > self._limits.ratio * max(since_used, 1):
            self._swollen(f"unpacks to more than {self._limits.ratio} times its size")
        self._window = (self._unpacked, used)

    def _swollen(self, how: str) -> NoReturn:
        raise IngestError([TOO_LARGE.at(self._span, f"`{self._named}` {how}")])

    def _broken(self, why: str) -> NoReturn:
        raise IngestError([UNREADABLE.at(self._span, f"`{self._named}` is not a whole gzip file: {why}")])


def stream_of(file: BinaryIO, named: str, span: Span, limits: Limits) -> Stream:
    """Return the bytes of an opened csv or jsonl file, unpacked where its name ends in `.gz`."""
    if ending_of(named).endswith(".gz"):
        return Unpacked(file, span, named, limits)
    return Plain(file)


def _size(count: int) -> str:
    return f"{count >> 30} GiB"
