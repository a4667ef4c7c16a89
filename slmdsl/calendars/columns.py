"""Asking one question of single instants and of whole arrays alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import NO_TIME

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from slmdsl.calendars.stretches import Int64

_BLOCK = 1 << 14  # instants at a time: what a question makes on its way then stays in the processor's cache


def microseconds(values: int | Int64) -> Int64:
    """Return integers of any width and shape as int64; what is no integer is refused, never rounded."""
    column = np.asarray(values)
    if column.dtype.kind != "i" and column.size:
        msg = f"microseconds are int64, not {column.dtype}"
        raise TypeError(msg)
    return column.astype(np.int64, copy=False)


def answered(
    question: Callable[..., npt.NDArray[Any]],
    *asked: int | Int64,
    dtype: type[np.generic] = np.int64,
    missing: int = NO_TIME,
) -> Any:  # noqa: ANN401 - an int for ints, an array for arrays: the callers' overloads say which
    """Return `question` of the broadcast columns; where one is NO_TIME, the answer is `missing`.

    A question takes int64 arrays of one dimension and one length, without NO_TIME, and returns such an array.
    """
    if all(type(value) is int for value in asked):  # spares single questions what only arrays need
        return _block(question, [np.array([value], dtype=np.int64) for value in asked], dtype, missing)[
            0
        ].item()
    columns = np.broadcast_arrays(*(microseconds(values) for values in asked))
    flat = [column.reshape(-1) for column in columns]
    answers = np.empty(flat[0].shape, dtype=dtype)
    for begin in range(0, len(answers), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        answers[block] = _block(question, [column[block] for column in flat], dtype, missing)
    return answers.reshape(columns[0].shape) if columns[0].ndim else answers[0].item()


def _block(
    question: Callable[..., npt.NDArray[Any]], columns: list[Int64], dtype: type[np.generic], missing: int
) -> npt.NDArray[Any]:
    if all(column.min() != NO_TIME for column in columns):
        return question(*columns)
    known = np.logical_and.reduce([column != NO_TIME for column in columns])
    answers = np.full(known.shape, missing, dtype=dtype)
    if known.any():
        answers[known] = question(*(column[known] for column in columns))
    return answers


def or_none(answer: Any) -> Any:  # noqa: ANN401 - as `answered`
    """Return a single answer that is NO_TIME as None; arrays keep it."""
    return None if isinstance(answer, int) and answer == NO_TIME else answer
