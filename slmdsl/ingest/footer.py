"""What a parquet file says about its size, read from its footer before anything is unpacked.

The footer is Thrift, compact protocol (parquet-format, `FileMetaData`): only sizes are taken from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import BinaryIO

_MAGIC = b"PAR1"
_TAIL = 8
_DEEPEST = 32

_STOP, _TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(13)
_ROW_GROUPS, _NUM_ROWS = 4, 3
_GROUP_BYTES, _GROUP_ROWS = 2, 3


class FooterError(ValueError):
    """The file is not parquet, or its footer does not hold together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """The rows of a parquet file, and the rows and unpacked bytes of each of its row groups."""

    rows: int
    group_rows: tuple[int, ...]
    group_bytes: tuple[int, ...]


def read_footer(file: BinaryIO, size: int, most: int) -> Footer:
    """Read the footer of a parquet file of `size` bytes. Raises FooterError; also for footers of more than `most`."""
    if size < len(_MAGIC) + _TAIL:
        msg = "it is too short"
        raise FooterError(msg)
    file.seek(size - _TAIL)
    tail = file.read(_TAIL)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != _MAGIC:
        msg = "it does not end like a parquet file"
        raise FooterError(msg)
    if length > size - _TAIL - len(_MAGIC):
        msg = "its footer is longer than the file"
        raise FooterError(msg)
    if length > most:
        msg = f"its footer has {length} bytes, more than {most}"
        raise FooterError(msg)
    file.seek(size - _TAIL - length)
    return _footer(_Thrift(file.read(length)))


def _footer(thrift: _Thrift) -> Footer:
    try:
        whole = thrift.struct({_NUM_ROWS, _ROW_GROUPS}, 0)
        groups = whole.get(_ROW_GROUPS, [])
        rows = int(whole[_NUM_ROWS])
        group_rows = tuple(int(group[_GROUP_ROWS]) for group in groups)
        group_bytes = tuple(int(group[_GROUP_BYTES]) for group in groups)
    except (IndexError, KeyError, TypeError, AttributeError) as broken:
        msg = "its footer does not hold together"
        raise FooterError(msg) from broken
    if min((rows, *group_rows, *group_bytes)) < 0 or sum(group_rows) != rows:
        msg = "its footer's counts do not add up"
        raise FooterError(msg)
    return Footer(rows=rows, group_rows=group_rows, group_bytes=group_bytes)


class _Thrift:
    """A reader of Thrift's compact protocol that steps over what is not asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self, wanted: set[int], depth: int) -> dict[int, Any]:
        """Read a struct's wanted fields; row groups are read as structs of their sizes."""
        self._check(depth)
        found: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            kind, step = head & 15, head >> 4
            number = number + step if step else self._zigzag()
            if number not in wanted:
                self._skip(kind, depth)
            elif kind == _LIST:
                found[number] = [
                    self.struct({_GROUP_BYTES, _GROUP_ROWS}, depth + 1) for _ in range(self._length())
                ]
            else:
                found[number] = self._zigzag()
        return found

    def _length(self) -> int:
        """Read the head of a list of structs."""
        head = self._byte()
        if head & 15 != _STRUCT:
            raise TypeError
        count = head >> 4
        return self._varint() if count == 15 else count  # noqa: PLR2004 - the protocol's mark for a long list

    def _skip(self, kind: int, depth: int) -> None:
        self._check(depth)
        if kind in (_TRUE, _FALSE):
            return
        if kind == _BYTE:
            self._move(1)
        elif kind in (_I16, _I32, _I64):
            self._varint()
        elif kind == _DOUBLE:
            self._move(8)
        elif kind == _BINARY:
            self._move(self._varint())
        elif kind in (_LIST, _SET):
            self._skip_list(depth + 1)
        elif kind == _STRUCT:
            self.struct(set(), depth + 1)
        else:
            self._skip_map(kind, depth + 1)

    def _skip_list(self, depth: int) -> None:
        head = self._byte()
        count = head >> 4
        for _ in range(self._varint() if count == 15 else count):  # noqa: PLR2004 - as in _length
            self._skip_element(head & 15, depth)

    def _skip_map(self, kind: int, depth: int) -> None:
        if kind != _MAP:
            raise TypeError
        count = self._varint()
        kinds = self._byte() if count else 0
        for _ in range(count):
            self._skip_element(kinds >> 4, depth)
            self._skip_element(kinds & 15, depth)

    def _skip_element(self, kind: int, depth: int) -> None:
        """Step over an element; booleans take a byte here."""
        if kind in (_TRUE, _FALSE):
            self._move(1)
        else:
            self._skip(kind, depth)

    def _move(self, count: int) -> None:
        self._at += count
        if self._at > len(self._data):
            raise IndexError

    def _byte(self) -> int:
        byte = self._data[self._at]
        self._at += 1
        return byte

    def _varint(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:  # noqa: PLR2004 - the protocol's mark for the last byte
                return value
            shift += 7

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _check(self, depth: int) -> None:
        if depth > _DEEPEST:
            raise TypeError
