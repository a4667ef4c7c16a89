"""A zip archive of XML parts, weighed by its directory before a part is unpacked."""

from __future__ import annotations

import contextlib
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from slmdsl.ingest.codes import TOO_LARGE, UNREADABLE
from slmdsl.ingest.limits import IngestError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from slmdsl.base.spans import Span
    from slmdsl.ingest.limits import Limits

_BLOCK = 1 << 20
_END = b"PK\x05\x06"
_END_SIZE = 22
_END_64 = b"PK\x06\x06"
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_64_SIZE = 20
_END_64_SIZE = 56
_TAIL = 65_536 + _END_SIZE + _LOCATOR_64_SIZE + _END_64_SIZE
_OLD = b"\xd0\xcf\x11\xe0"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
_CLEAR = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Archive:
    """Parts by name. The standard library unpacks no more of a part than its directory says, which is weighed here."""

    def __init__(self, archive: zipfile.ZipFile, named: str, span: Span, limits: Limits) -> None:
        self._archive = archive
        self._named = named
        self._span = span
        self._limits = limits
        self._used = 0

    def __contains__(self, part: str) -> bool:
        return part in self._archive.NameToInfo

    def blocks(self, part: str, most: int | None = None) -> Iterator[tuple[bytes, float]]:
        """Yield a part's content in blocks, each with the share of the part that has been read.

        Raises IngestError where it is not there, not whole, or larger than `most` bytes or the limits.
        """
        if part not in self:
            self.fail(f"it has no part `{part[:60]}`")
        info = self._archive.getinfo(part)
        self._weigh(info, most)
        read = 0
        try:
            with self._archive.open(info) as content:
                while block := content.read(_BLOCK):
                    read += len(block)
                    yield block, min(read / max(info.file_size, 1), 1.0)
        except _BROKEN as broken:
            self.fail(f"its part `{part[:60]}` cannot be unpacked: {broken}")

    def fail(self, why: str) -> NoReturn:
        """Say that the file is not what its ending says."""
        raise IngestError([UNREADABLE.at(self._span, f"`{self._named}`: {why}")])

    def _weigh(self, info: zipfile.ZipInfo, most: int | None) -> None:
        limits = self._limits
        self._used += info.file_size
        if self._used > limits.unpacked_bytes or (most is not None and info.file_size > most):
            self._swollen(f"its part `{info.filename[:60]}` unpacks to {info.file_size} bytes")
        if info.file_size > max(limits.ratio * info.compress_size, limits.ratio_from):
            self._swollen(
                f"its part `{info.filename[:60]}` unpacks from {info.compress_size} to {info.file_size} bytes"
            )
        if info.compress_type not in _CLEAR or info.flag_bits & 1:
            self.fail("it is packed in a way that is not read, or encrypted")

    def _swollen(self, how: str) -> NoReturn:
        raise IngestError([TOO_LARGE.at(self._span, f"`{self._named}`: {how}")])


@contextlib.contextmanager
def opened_archive(path: Path, named: str, span: Span, limits: Limits) -> Iterator[Archive]:
    """Open a zip file whose directory is of an allowed size."""
    with path.open("rb") as file:
        if file.read(4) == _OLD:
            why = "it is an .xls of old, or encrypted; save it as .xlsx without a password"
            raise IngestError([UNREADABLE.at(span, f"`{named}`: {why}")])
        try:
            size = _directory_size(file)
            if size > limits.footer_bytes:
                message = f"`{named}` has a directory of {size} bytes, more than {limits.footer_bytes}"
                raise IngestError([TOO_LARGE.at(span, message)])
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as broken:
            why = f"it is no zip archive: {broken}"
            raise IngestError([UNREADABLE.at(span, f"`{named}`: {why}")]) from broken
        with archive:
            yield Archive(archive, named, span, limits)


def _directory_size(file: BinaryIO) -> int:
    """Return the size of the directory, found as the standard library finds it, before it reads all of it."""
    end = file.seek(0, 2)
    start = max(end - _TAIL, 0)
    file.seek(start)
    tail = file.read(_TAIL)
    at = len(tail) - _END_SIZE
    if at < 0 or tail[at : at + 4] != _END or tail[-2:] != b"\0\0":
        at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        msg = "it has no directory"
        raise zipfile.BadZipFile(msg)
    (size,) = struct.unpack_from("<L", tail, at + 12)
    before = at - _LOCATOR_64_SIZE - _END_64_SIZE
    if before >= 0 and tail[at - _LOCATOR_64_SIZE :][:4] == _LOCATOR_64 and tail[before:][:4] == _END_64:
        (size,) = struct.unpack_from("<Q", tail, before + 40)
    return int(size)
