"""Which tickets missed which target in a simulated log, in the periods that count."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.contract.model.agreements import Within
from slmdsl.evaluate.tickets.ageing import Backlog
from slmdsl.evaluate.tickets.count_kernel import N
from slmdsl.evaluate.tickets.rows import ticket_verdicts
from slmdsl.rules.stopwatch import MISSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from slmdsl.evaluate.from_log import Evaluation
    from slmdsl.evaluate.tickets.counting import Counts
    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.periods import Periods
    from slmdsl.study.judged.judging import Judge

    Int64 = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


class Misses(NamedTuple):
    """The net misses of one target with a limit for each ticket, in the periods that count.

    What is judged are the tickets of the log, or parts of them, which then are the rows of a log of their own.
    """

    target: str
    """The qualified name."""
    judged: int
    """How many tickets or parts were judged in these periods."""
    tickets: Int64
    """The ticket of each miss, a row of the replication's log."""
    stretches_us: tuple[Int64, Int64]
    """Of each miss, when the ticket or part began, and when its clock stopped, or the end of these periods."""
    rows: Int64
    """The ticket or part itself, a row of `log`."""
    log: EventLog
    bound: BoundRules
    place: int
    """The target's, in `bound`."""


def misses_of(evaluation: Evaluation, from_us: int, to_us: int) -> Iterator[Misses]:
    """Yield the misses of each target with a limit for each ticket, in periods that lie within `from_us .. to_us`.

    With rolling periods a miss counts once if any of them does that holds it.
    """
    if evaluation.tickets is None:
        return
    whole = evaluation.tickets.whole
    for target in _limited(whole.bound):
        judged, rows, stops_us = _counted(whole, target, from_us, to_us)
        lasts_us = evaluation.log.ticket_columns.opened_us[rows], stops_us
        yield Misses(
            _name(whole.bound, target), judged, rows, lasts_us, rows, evaluation.log, whole.bound, target
        )
    for each in evaluation.tickets.units:
        if isinstance(each.found, Backlog):
            continue
        bound, units = each.found.bound, each.judged.units
        for target in _limited(bound):
            judged, rows, stops_us = _counted(each.found, target, from_us, to_us)
            lasts_us, tickets = (units.log.ticket_columns.opened_us[rows], stops_us), units.ticket[rows]
            yield Misses(_name(bound, target), judged, tickets, lasts_us, rows, units.log, bound, target)


class Miss(NamedTuple):
    """A ticket, or part of one, that missed a target."""

    ticket: str
    late_us: int
    """From the due instant to the stop of the clock, or to the end of the horizon, pauses included."""
    row: int
    """The ticket's, in the replication's log."""
    from_us: int
    to_us: int
    """When the ticket or part began, and when the clock stopped, or the end of the horizon."""


def missed_tickets(judge: Judge, log: EventLog, target: str, limit: int = 10) -> list[Miss]:
    """Return tickets that missed a target in a replication and how late they were, the latest first.

    Args:
        judge: the plan's; its horizon says which periods count.
        log: the replication's.
        target: a qualified name.
        limit: how many at most.

    Returns:
        The misses; a ticket of which several parts missed is there for each. Nothing for targets without a limit for
        each ticket, and for those that are not modelled.

    For example `missed_tickets(trial.judge, trial.run(0).log, "gold.fix", limit=3)`.
    """
    from_us, to_us = judge.span_us
    found = (each for each in misses_of(judge.evaluated(log), from_us, to_us) if each.target == target)
    late = [each for misses in found for each in _late(misses, log)]
    return sorted(late, key=lambda each: (-each.late_us, each.ticket))[:limit]


def _late(misses: Misses, log: EventLog) -> Iterator[Miss]:
    verdicts = ticket_verdicts(misses.bound, misses.log)
    mine = (verdicts.target == misses.place) & (verdicts.cycle == 1) & (verdicts.kind == MISSED)
    due_us = dict(zip(verdicts.ticket[mine].tolist(), verdicts.due_us[mine].tolist(), strict=True))
    columns = misses.tickets, misses.rows, *misses.stretches_us
    for ticket, row, from_us, to_us in zip(*(column.tolist() for column in columns), strict=True):
        yield Miss(log.ticket_columns.ids[ticket], to_us - due_us[row], ticket, from_us, to_us)


def _limited(bound: BoundRules) -> list[int]:
    """Return the places of the targets with a limit for each ticket."""
    return [place for place, each in enumerate(bound.rules.targets) if isinstance(each.target.form, Within)]


def _name(bound: BoundRules, target: int) -> str:
    return bound.rules.targets[target].target.qualified


def _counted(counts: Counts, target: int, from_us: int, to_us: int) -> tuple[int, Int64, Int64]:
    """Return how many were judged in the buckets that count, the rows of those that missed, and when they stopped."""
    if counts.misses is None:
        msg = "nobody asked for the misses when this log was counted"
        raise ValueError(msg)
    periods = counts.bound.periods[target]
    counting = _counting(periods, from_us, to_us)
    judged = int(counts.by_bucket(target)[:, N][:, counting].sum())
    cells = counts.misses[:, 1] - int(counts.bound.tables.targets[target].first_cell)
    mine = np.flatnonzero((cells >= 0) & (cells < periods.buckets * len(counts.bound.parts[target])))
    mine = mine[counting[cells[mine] % max(periods.buckets, 1)]]
    rows, stops_us = counts.misses[mine, 0], counts.misses[mine, 2]
    order = np.argsort(rows, kind="stable")
    return judged, rows[order], np.where(stops_us == NO_TIME, to_us, stops_us)[order]


def _counting(periods: Periods, from_us: int, to_us: int) -> Bools:
    """Return which buckets lie in a period that counts."""
    inside = (periods.from_us >= from_us) & (periods.to_us <= to_us)
    change = np.zeros(periods.buckets + 1, np.int64)
    np.add.at(change, periods.first_bucket[inside], 1)
    np.add.at(change, periods.end_bucket[inside], -1)
    counting: Bools = np.cumsum(change)[:-1] > 0
    return counting
