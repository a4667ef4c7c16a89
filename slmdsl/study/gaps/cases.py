"""The decided cases of a log: each ticket, or part of one, that a target with a limit judged, and whether it missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.contract.model.agreements import Within
from slmdsl.evaluate.tickets.count_kernel import BY_OPENING, BY_STOP
from slmdsl.evaluate.tickets.rows import ticket_verdicts
from slmdsl.rules.stopwatch import MET, MISSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Target
    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules

    Int64 = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cases:
    """Cases that count: decided, net of exclusions and waivers, in a span of time. c rows, target by target.

    Attributes:
        targets: with a limit for each ticket, in the order of the text.
        target: the place in `targets` of each case.
        ticket: its row in the log.
        missed: whether it missed.
        counted_us: the instant that it counts by, as in the verdicts on periods.
        decided_us: when it was decided: at the stop if in time, else when its limit ran out.
        from_us: when the ticket or part began.
        to_us: when its clock stopped, or the instant of judgement if it runs still.
    """

    targets: tuple[Target, ...]
    target: Int64
    ticket: Int64
    missed: Bools
    counted_us: Int64
    decided_us: Int64
    from_us: Int64
    to_us: Int64

    def __len__(self) -> int:
        return len(self.target)

    def take(self, rows: Int64 | Bools) -> Cases:
        """Return some cases, by place or by mask."""
        columns = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return Cases(targets=self.targets, **columns)

    def of(self, target: str) -> Cases:
        """Return the cases of one target, by its qualified name."""
        places = [place for place, each in enumerate(self.targets) if each.qualified == target]
        return self.take(np.isin(self.target, places))


_COLUMNS = ("target", "ticket", "missed", "counted_us", "decided_us", "from_us", "to_us")


def cases_of(verdicts: Verdicts, from_us: int | None = None, to_us: int | None = None) -> Cases:
    """Return the cases that count from `from_us` to `to_us` (half-open; None: without bound).

    They are those that `verdicts.periods` counts: decided or resolved or opened in the span, as the target says.

    For example `cases_of(evaluate(contract, log), from_us, to_us).missed.sum()`.
    """
    targets: list[Target] = []
    columns: list[tuple[npt.NDArray[np.generic], ...]] = []
    if verdicts.judged is not None:
        judged = verdicts.judged
        whole = np.arange(len(judged.log.ticket_columns), dtype=np.int64)
        for bound, log, ticket in (
            (judged.bound, judged.log, whole),
            *((each.bound, each.units.log, each.units.ticket) for each in judged.units),
        ):
            columns.append(_columns(bound, log, ticket, len(targets), verdicts.as_of_us))
            targets += [each.target for each in bound.rules.targets]
    found = Cases(targets=tuple(targets), **_joined(columns))
    limits = np.iinfo(np.int64)
    begin, end = limits.min if from_us is None else from_us, limits.max if to_us is None else to_us
    return _in_text_order(found.take((begin <= found.counted_us) & (found.counted_us < end)), verdicts)


def _columns(
    bound: BoundRules, log: EventLog, ticket: Int64, first: int, as_of_us: int
) -> tuple[npt.NDArray[np.generic], ...]:
    rows = ticket_verdicts(bound, log)
    limited = np.array([isinstance(each.target.form, Within) for each in bound.rules.targets], np.bool_)
    counts = limited[rows.target] & np.isin(rows.kind, (MET, MISSED)) & (rows.exclusion == 0)
    mine = np.flatnonzero(counts & (rows.cycle == 1))
    target, row, missed = rows.target[mine], rows.ticket[mine], rows.kind[mine] == MISSED
    opened_us, stop_us = log.ticket_columns.opened_us[row], rows.stop_us[mine]
    counted_by = bound.tables.targets[target].counted
    counted_us = np.where(counted_by == BY_STOP, stop_us, rows.decided_us[mine])
    counted_us = np.where(counted_by == BY_OPENING, opened_us, counted_us)
    inside = (counted_us != NO_TIME) & (_buckets(bound, target, counted_us) >= 0)
    found = (
        target + first,
        ticket[row],
        missed,
        counted_us,
        rows.decided_us[mine],
        opened_us,
        np.where(stop_us == NO_TIME, as_of_us, stop_us),
    )
    return tuple(column[inside] for column in found)


def _buckets(bound: BoundRules, target: Int64, counted_us: Int64) -> Int64:
    """Return the bucket of its target's periods that each case counts in, -1 for none."""
    found = np.full(len(target), -1, np.int64)
    for place, periods in enumerate(bound.periods):
        mine = target == place
        if mine.any() and periods.buckets > 0:
            found[mine] = periods.bucket_of(counted_us[mine])
    return found


def _joined(columns: list[tuple[npt.NDArray[np.generic], ...]]) -> dict[str, Any]:
    if not columns:
        return {name: np.zeros(0, np.bool_ if name == "missed" else np.int64) for name in _COLUMNS}
    return {
        name: np.concatenate(parts) for name, parts in zip(_COLUMNS, zip(*columns, strict=True), strict=True)
    }


def _in_text_order(cases: Cases, verdicts: Verdicts) -> Cases:
    """Return cases with their targets in the order of the text, without targets that have no limit."""
    known = {each.qualified: place for place, each in enumerate(cases.targets)}
    order = [known[name] for name in _limited(verdicts) if name in known]
    place_of = np.full(len(cases.targets), -1, np.int64)
    place_of[order] = np.arange(len(order))
    target = place_of[cases.target]
    rows = np.lexsort((cases.ticket, target))
    found = cases.take(rows)
    return Cases(
        targets=tuple(cases.targets[each] for each in order),
        **{name: getattr(found, name) for name in _COLUMNS[1:]},
        target=target[rows],
    )


def _limited(verdicts: Verdicts) -> Iterator[str]:
    for agreement in verdicts.agreements:
        for target in agreement.targets:
            if isinstance(target.form, Within):
                yield target.qualified
