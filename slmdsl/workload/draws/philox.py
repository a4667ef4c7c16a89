"""Philox4x32-10: random numbers as a pure function of a key and a counter.

Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011). There is no
state: whoever asks with the same key and counter gets the same number, in any order, on any thread, in either engine.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from slmdsl.base.kernels import kernel_function

Word: TypeAlias = int | np.unsignedinteger[Any]
"""From Python plain ints do, in kernels uint64: there a sum of int64 and uint64 would be a float."""

_WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_VISIT = np.uint64(0xFFFFFF)
_PURPOSE = np.uint64(0xFF)
_PURPOSE_BITS = np.uint64(8)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_ROUNDS = 10

_DROPPED_BITS = np.uint64(6)
_KEPT_RANGE = 67_108_864.0  # 2 to the 26th: of each word the 26 highest bits are kept
_UNIT = 2.0**-52


@kernel_function
def philox(
    k0: np.uint64, k1: np.uint64, c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return four 32-bit words for a key of two words and a counter of four, all held in uint64."""
    for _ in range(_ROUNDS):
        product0, product1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (
            (product1 >> _HALF) ^ c1 ^ k0,
            product1 & _WORD,
            (product0 >> _HALF) ^ c3 ^ k1,
            product0 & _WORD,
        )
        k0, k1 = (k0 + _W0) & _WORD, (k1 + _W1) & _WORD
    return c0, c1, c2, c3


@kernel_function
def uniforms(key: Word, entity: Word, place: Word, visit: Word, purpose: Word) -> tuple[float, float]:
    """Return two independent numbers strictly between 0 and 1: odd multiples of 2**-53, from one call of Philox.

    `key` (64 bits) holds the seed in its high word and the replication in its low one; `entity` (64 bits) names who
    draws, `place` (32 bits) where, `visit` (24 bits) how often it was there before, `purpose` (8 bits) what for.
    Higher bits are not seen. 52 bits of luck, not 53: the middle of the last of 2**53 steps would round to 1.

    >>> all(0.0 < each < 1.0 for each in uniforms(7 << 32, 1, 2, 3, 4))
    True
    """
    wide_key, wide_entity = np.uint64(key), np.uint64(entity)
    x0, x1, x2, x3 = philox(
        wide_key >> _HALF,
        wide_key & _WORD,
        wide_entity >> _HALF,
        wide_entity & _WORD,
        np.uint64(place) & _WORD,
        ((np.uint64(visit) & _VISIT) << _PURPOSE_BITS) | (np.uint64(purpose) & _PURPOSE),
    )
    return _share(x0, x1), _share(x2, x3)


@kernel_function
def uniform(key: Word, entity: Word, place: Word, visit: Word, purpose: Word) -> float:
    """Return the first of the two `uniforms`.

    >>> uniform(7 << 32, 1, 2, 3, 4) == uniforms(7 << 32, 1, 2, 3, 4)[0]
    True
    """
    return uniforms(key, entity, place, visit, purpose)[0]


@kernel_function
def _share(high: np.uint64, low: np.uint64) -> float:
    steps = float(high >> _DROPPED_BITS) * _KEPT_RANGE + float(low >> _DROPPED_BITS)
    return (steps + 0.5) * _UNIT
