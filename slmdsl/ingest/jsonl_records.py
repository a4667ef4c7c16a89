"""Read JSON lines: one object a line, of which only the needed keys are decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import polars as pl

from slmdsl.ingest.batches import Batch
from slmdsl.ingest.codes import TOO_LARGE
from slmdsl.ingest.limits import IngestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.base.spans import Span
    from slmdsl.ingest.limits import Limits, Stream

_BLOCK = 8 << 20
_SAMPLED = 1_000
_MARK = b"\xef\xbb\xbf"

_Cell = str | int | float | bool | None


def read_keys(stream: Stream) -> tuple[list[str], bytes]:
    """Return the keys that the first lines use, in order of appearance, and the bytes read."""
    held = stream.read(_BLOCK).removeprefix(_MARK)
    keys: dict[str, None] = {}
    for line in held.split(b"\n", _SAMPLED)[:_SAMPLED]:
        try:
            found = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue  # the line is refused, with its reason, when rows are read
        keys.update(dict.fromkeys(found))
    return list(keys), held


def jsonl_batches(
    stream: Stream, held: bytes, size: int, wanted: Sequence[str], named: str, span: Span, limits: Limits
) -> Iterator[Batch]:
    """Yield the lines of a file; `held` are bytes already read, `size` the file's packed bytes."""
    decode = _decoder(wanted)
    row, ended = 0, False
    while not ended:
        block = stream.read(_BLOCK)
        ended = not block
        held += block
        cut = len(held) if ended else held.rfind(b"\n") + 1
        batch, row = _batch(held[:cut].split(b"\n"), wanted, decode, row)
        held = held[cut:]
        if len(held) > limits.record_bytes:
            message = f"`{named}`: row {row + 1} is longer than {limits.record_bytes >> 20} MiB"
            raise IngestError([TOO_LARGE.at(span, message)])
        if row > limits.rows:
            raise IngestError([TOO_LARGE.at(span, f"`{named}` has more than {limits.rows} rows")])
        yield Batch(
            frame=batch.frame, rows=batch.rows, broken=batch.broken, share=stream.position / max(size, 1)
        )


def _decoder(wanted: Sequence[str]) -> msgspec.json.Decoder[Any]:
    names = {f"c{place}": key for place, key in enumerate(wanted)}
    fields = [(name, _Cell, None) for name in names]
    return msgspec.json.Decoder(msgspec.defstruct("Line", fields, rename=names, gc=False, array_like=False))


def _batch(
    lines: Sequence[bytes], wanted: Sequence[str], decode: msgspec.json.Decoder[Any], row: int
) -> tuple[Batch, int]:
    taken: list[tuple[_Cell, ...]] = []
    numbers: list[int] = []
    broken: list[tuple[int, str]] = []
    for line in lines:
        if not line.strip():
            continue
        row += 1
        try:
            found = msgspec.structs.astuple(decode.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            broken.append((row, _reason(problem, wanted)))
            continue
        taken.append(found)
        numbers.append(row)
    columns = zip(*taken, strict=True) if taken else ([] for _ in wanted)
    frame = pl.DataFrame(
        [
            pl.Series(name, [_text(cell) for cell in column], dtype=pl.String)
            for name, column in zip(wanted, columns, strict=True)
        ]
    )
    return Batch(frame=frame, rows=np.array(numbers, np.int32), broken=tuple(broken)), row


def _text(cell: _Cell) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell)


def _reason(problem: Exception, wanted: Sequence[str]) -> str:
    if isinstance(problem, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(problem, RecursionError):
        return "it is nested too deeply"
    if isinstance(problem, msgspec.ValidationError):
        return f"it is no object with plain values for {', '.join(wanted)}: {problem}"
    return f"it is not JSON: {problem}"
