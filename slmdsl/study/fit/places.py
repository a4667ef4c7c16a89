"""Where tickets are: the groups that carry most of the work, the rest as one, and where tickets only wait."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.contract.model.catalogue import PartyRole
from slmdsl.events.vocabulary import UNKNOWN, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.study.fit.stretches import Bools, Int64, Stretches

CARRIED: Final = 0.9
"""The share of visits that the groups which stay themselves carry; the rest are `others`."""

_GROUPS_AT_MOST: Final = 12
_OWN_WAIT: Final = 100
"""Visits from which on a group's waits are a step of their own."""
_HARDLY: Final = 0.05
"""A group that works less than this share of its time only waits."""

AWAY: Final = (Phase.WAIT_SUPPLIER, Phase.WAIT_INTERNAL, Phase.SCHEDULED)
"""Phases in which a ticket waits and nobody of the group has it; simulated as `wait_supplier`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One step of the model.

    Attributes:
        step: its name.
        group: the team or supplier by which the step is; None for one that only waits.
        words: the names in the data that it stands for, those of no declared party.
        is_declared: whether the contract has the group already.
        is_worked: whether people work tickets there.
        is_rest: whether it stands for all groups that carry little.
    """

    step: str
    group: str | None
    words: tuple[str, ...]
    is_declared: bool
    is_worked: bool
    is_rest: bool = False


class FreeNames:
    """Names that are free for teams and steps."""

    def __init__(self, contract: Contract) -> None:
        self._taken = Counter(each.name.text for each in contract.declarations)

    def free(self, word: str) -> str:
        """Return a name made of a word of the data, and take it."""
        name = re.sub(r"\W+", "_", word.strip().lower()).strip("_") or "group"
        if name[0].isdigit() or name in _RESERVED:
            name = f"group_{name}"
        found, number = name, 2
        while found in self._taken:
            found, number = f"{name}_{number}", number + 1
        self._taken[found] += 1
        return found


_RESERVED: Final = frozenset("always any owner fee credits opened resolved closed met missed".split())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """The steps, and for each stretch the one where the ticket is (-1: over, or too short to be seen)."""

    places: tuple[Place, ...]
    of_row: Int64
    carried: float
    """The share of visits in groups that stay themselves."""
    names: FreeNames


def placed(rows: Stretches, log: EventLog, contract: Contract) -> Placed:
    """Find the steps of a log."""
    words = log.ticket_columns.group.values
    group, words = _known_groups(rows, words, contract)
    there = _seen(rows)
    away = np.isin(rows.phase, AWAY)
    is_waiting = _only_wait(group, there, away, rows, len(words), contract, words)
    away &= ~is_waiting[group]
    raw = np.where(there, group + len(words) * away, UNKNOWN)
    visits = np.bincount(raw[_begins(rows, raw)], minlength=2 * len(words))
    kept = _kept(visits[: len(words)], words, contract)
    names = FreeNames(contract)
    index = np.full(2 * len(words), UNKNOWN, np.int64)
    places: list[Place] = []
    for code in kept:
        index[code] = len(places)
        places.append(_place(words[code], names, contract, is_worked=not is_waiting[code]))
    rest = [code for code in range(len(words)) if visits[code] and code not in kept]
    if rest:
        index[rest] = len(places)
        places.append(_others([words[code] for code in rest], names, contract))
    _add_waits(index, places, visits, len(words), names)
    total = max(int(visits[: len(words)].sum()), 1)
    return Placed(
        places=tuple(places),
        of_row=np.where(raw >= 0, index[raw], UNKNOWN),
        carried=float(visits[kept].sum() / total),
        names=names,
    )


def _known_groups(
    rows: Stretches, words: tuple[str, ...], contract: Contract
) -> tuple[Int64, tuple[str, ...]]:
    """Return the group of each stretch; before any is named the one that is named next, else the commonest."""
    place = np.arange(len(rows))
    following = np.where(rows.group >= 0, place, len(rows))
    following = np.minimum.accumulate(following[::-1])[::-1] if len(rows) else following
    padded_group = np.append(rows.group, UNKNOWN)
    padded_ticket = np.append(rows.ticket, UNKNOWN)
    same = padded_ticket[following] == rows.ticket
    group = np.where(same, padded_group[following], UNKNOWN).astype(np.int64)
    known = group[group >= 0]
    if len(known):
        return np.where(group >= 0, group, int(np.bincount(known).argmax())), words
    staffed = [name for name in contract.staff if contract.staff[name].shifts]
    return np.zeros(len(rows), np.int64), (staffed[0] if staffed else "desk",)


def _seen(rows: Stretches) -> Bools:
    """Return the stretches that have a length, and of an attempt without any its last."""
    there = ~rows.is_over & (rows.end_us > rows.begin_us)
    attempt = np.cumsum(rows.is_first | np.append(True, rows.attempt[1:] != rows.attempt[:-1]))
    seen = np.zeros(int(attempt[-1]) + 1 if len(attempt) else 1, np.bool_)
    seen[attempt[there]] = True
    before_end = np.append(rows.is_over[1:] | rows.is_first[1:], True) & ~rows.is_over
    found: Bools = there | (before_end & ~seen[attempt])
    return found


def _begins(rows: Stretches, code: Int64) -> Int64:
    """Return the rows at which a ticket comes to another code than it was at before."""
    seen = np.flatnonzero(code >= 0)
    if not len(seen):
        return seen
    same = (
        (code[seen][1:] == code[seen][:-1])
        & (rows.ticket[seen][1:] == rows.ticket[seen][:-1])
        & (rows.attempt[seen][1:] == rows.attempt[seen][:-1])
    )
    begins: Int64 = seen[np.append(True, ~same)]
    return begins


def _only_wait(
    group: Int64,
    there: Bools,
    away: Bools,
    rows: Stretches,
    count: int,
    contract: Contract,
    words: Sequence[str],
) -> Bools:
    """Return which groups only wait: suppliers, and those whose tickets are hardly ever worked on."""
    spent = (rows.end_us - rows.begin_us).astype(np.float64)
    whole = np.bincount(group[there], spent[there], minlength=count)
    waited = np.bincount(group[there & away], spent[there & away], minlength=count)
    hardly = (whole > 0) & (whole - waited <= _HARDLY * whole)
    staffed = np.array([word in contract.staff for word in words], np.bool_)
    suppliers = np.array([_is_supplier(word, contract) for word in words], np.bool_)
    return (hardly | suppliers) & ~staffed


def _is_supplier(word: str, contract: Contract) -> bool:
    party = contract.parties.get(word)
    return party is not None and party.role is PartyRole.SUPPLIER


def _kept(visits: npt.NDArray[np.int64], words: Sequence[str], contract: Contract) -> list[int]:
    """Return the groups that stay themselves: declared ones, and those that carry most, the largest first."""
    order = [int(code) for code in np.argsort(-visits, kind="stable") if visits[code]]
    total, carried = int(visits.sum()), 0
    kept: list[int] = []
    for code in order:
        is_declared = words[code] in contract.parties
        if is_declared or (carried < CARRIED * total and len(kept) < _GROUPS_AT_MOST):
            kept.append(code)
            carried += int(visits[code])
    left = [code for code in order if code not in kept]
    return kept + left if len(left) == 1 else kept


def _place(word: str, names: FreeNames, contract: Contract, *, is_worked: bool) -> Place:
    party = contract.parties.get(word)
    if party is not None and party.role in (PartyRole.TEAM, PartyRole.SUPPLIER):
        return Place(step=word, group=word, words=(), is_declared=True, is_worked=is_worked)
    name = names.free(word)
    return Place(step=name, group=name, words=(word,), is_declared=False, is_worked=is_worked)


def _others(words: Iterable[str], names: FreeNames, contract: Contract) -> Place:
    name = names.free("others")
    unknown = tuple(sorted(word for word in words if word not in contract.parties))
    return Place(step=name, group=name, words=unknown, is_declared=False, is_worked=True, is_rest=True)


def _add_waits(
    index: Int64, places: list[Place], visits: npt.NDArray[np.int64], groups: int, names: FreeNames
) -> None:
    """Give waits a step: that of their group where it has many, else one for all."""
    pooled = UNKNOWN
    waiting: Counter[int] = Counter()
    for code in range(groups):
        waiting[int(index[code])] += int(visits[groups + code])
    own: dict[int, int] = {}
    for code in range(groups):
        if not visits[groups + code]:
            continue
        group = int(index[code])
        if waiting[group] >= _OWN_WAIT and not places[group].is_rest:
            if group not in own:
                own[group] = len(places)
                places.append(_wait(names.free(f"{places[group].step}_waits")))
            index[groups + code] = own[group]
            continue
        if pooled == UNKNOWN:
            pooled = len(places)
            places.append(_wait(names.free("waits_elsewhere")))
        index[groups + code] = pooled


def _wait(step: str) -> Place:
    return Place(step=step, group=None, words=(), is_declared=False, is_worked=False)
