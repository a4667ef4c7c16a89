"""Mixes of services, priorities and customers as one table of shares."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.contract.model.work import Mixed
from slmdsl.workload.demand.table import Mixes
from slmdsl.workload.draws.keys import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slmdsl.contract.model.work import PriorityMix
    from slmdsl.workload.plan import Words

NO_MIX = -1


class MixTable:
    """The mixes found so far; equal ones are one."""

    def __init__(self) -> None:
        self._found: dict[tuple[tuple[str, int, float], ...], int] = {}

    def row(self, mix: Sequence[Mixed], words: Sequence[str]) -> int:
        """Return the row of a mix whose names are codes of `words`; NO_MIX for one of nothing."""
        codes = {name: code for code, name in enumerate(words)}
        shares = tuple((each.name, codes[each.name], float(each.share)) for each in mix)
        return self._found.setdefault(shares, len(self._found)) if shares else NO_MIX

    def table(self) -> Mixes:
        """Return all that were asked for."""
        parts = [part for shares in self._found for part in shares]
        end = np.cumsum([len(shares) for shares in self._found], dtype=np.int32).astype(np.int32)
        return Mixes(
            first=np.concatenate([np.zeros(1, np.int32), end])[: len(end)],
            end=end,
            code=np.array([code for _, code, _ in parts], np.int32),
            word=np.array([place_of(name) for name, _, _ in parts], np.uint32),
            share=np.array([share for _, _, share in parts], np.float64),
        )


def priority_mixes(mixes: Iterable[PriorityMix], words: Words, table: MixTable) -> list[int]:
    """Return the mix of priorities by service (code + 1): the service's own, else the one that names no service."""
    rows = {each.service: table.row(each.shares, words.priorities) for each in reversed(tuple(mixes))}
    usual = rows.get(None, NO_MIX)
    return [usual, *(rows.get(name, usual) for name in words.services)]


def restricted(mix: Sequence[Mixed], named: Sequence[str]) -> tuple[Mixed, ...]:
    """Return the part of a mix that was named; equal shares if nothing named has one, the whole if nothing is named."""
    if not named:
        return tuple(mix)
    found = tuple(each for each in mix if each.name in named and each.share)
    return found or tuple(Mixed(name=name, share=Fraction(1, len(named))) for name in named)
