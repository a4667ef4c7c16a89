"""From an escalation plan to the tables that kernels read, on the calendars of bound rules."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.calendars import calendar_of
from slmdsl.contract.model.clocks import Deadline
from slmdsl.contract.model.escalations import AfterBreach, AtPercent, BeforeDue
from slmdsl.rules.binding import until_of
from slmdsl.rules.calendar_binding import counted_in_days, hours_of, limits_of
from slmdsl.rules.calendar_readings import BUSINESS_DAYS, OPEN_TIME
from slmdsl.rules.ladder_tables import (
    AFTER_BREACH,
    AFTER_BREACH_WALL,
    AT_SHARE,
    BEFORE_DUE,
    FITS,
    IN_PLAIN_TIME,
    LINE,
    MAY_FIT,
    NEVER_FITS,
    Ladder,
)
from slmdsl.rules.tables import table_of
from slmdsl.rules.target_readings import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.base.units import Duration
    from slmdsl.calendars import CalendarTable
    from slmdsl.contract.model.agreements import Limit
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.escalations import EscalationPlan, TicketLine
    from slmdsl.rules.tables import Int64, Rules, Table


class BoundLadder(NamedTuple):
    """A plan's tables, and the rules with calendars that also count what its steps are measured in."""

    ladder: Ladder
    rules: Rules


def bind_ladder(plan: EscalationPlan, bound: BoundRules) -> BoundLadder:
    """Bind the lines on tickets of a plan to rules that are bound already."""
    calendars = _calendars(plan, bound)
    units = [calendar.day_units for calendar in calendars]
    limits = list(_limits(bound, units))
    sizes = np.array([len(places) for places in plan.served], dtype=np.int64)
    ladder = Ladder(
        lines=_lines(plan.tickets),
        served=np.array([place for places in plan.served for place in places], dtype=np.int64),
        first=np.cumsum(sizes) - sizes,
        end=np.cumsum(sizes),
        goals=_matrix([[_goal(line, *limit) for limit in limits] for line in plan.tickets], len(limits)),
        fits=_matrix([[_fit(line, limit) for limit, _ in limits] for line in plan.tickets], len(limits)),
        amounts=_matrix([_amounts(_span(line), units) for line in plan.tickets], len(units)),
        everys=_matrix([_amounts(_every(line), units) for line in plan.tickets], len(units)),
        at_opening=np.array(
            [each.target.clock.deadline is Deadline.NEXT_OPENING for each in bound.rules.targets],
            dtype=np.int64,
        ),
    )
    return BoundLadder(ladder, bound.tables._replace(hours=hours_of(calendars)))


def _matrix(rows: list[list[int]], width: int) -> Int64:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _calendars(plan: EscalationPlan, bound: BoundRules) -> list[CalendarTable]:
    """Return the calendars' tables; business days are also counted where a step is measured in them."""
    until_us = until_of(bound.periods, bound.as_of_us)
    in_days = counted_in_days(bound.rules) | {
        target.calendar
        for target, places in zip(bound.rules.targets, plan.served, strict=True)
        if any(_is_in_days(plan.tickets[place]) for place in places)
    }
    return [
        calendar_of(each).table(bound.from_us, until_us, business_days=place in in_days)
        for place, each in enumerate(bound.rules.calendars)
    ]


def _limits(bound: BoundRules, units: Sequence[int]) -> Iterator[tuple[Limit | None, int]]:
    """Yield the limits in the order of the bound table, each with the units of a business day; None for no limit."""
    for target in bound.rules.targets:
        found: list[Limit | None] = [*limits_of(target)] or [None]
        yield from ((limit, units[target.calendar]) for limit in found)


def _span(line: TicketLine) -> Duration | None:
    return None if isinstance(line.trigger, AtPercent) else line.trigger.duration


def _every(line: TicketLine) -> Duration | None:
    return line.repeat.every if line.repeat else None


def _is_in_days(line: TicketLine) -> bool:
    return any(span is not None and span.business_days for span in (_span(line), _every(line)))


def _unit(span: Duration | None) -> int:
    return BUSINESS_DAYS if span is not None and span.business_days else OPEN_TIME


def _lines(lines: Sequence[TicketLine]) -> Table:
    shares = [line.trigger.share if isinstance(line.trigger, AtPercent) else None for line in lines]
    return table_of(
        LINE,
        waits_for=[_kind(line) for line in lines],
        unit=[_unit(_span(line)) for line in lines],
        numerator=[0 if share is None else share.numerator for share in shares],
        denominator=[1 if share is None else share.denominator for share in shares],
        is_due=[share == 1 for share in shares],
        repeat_unit=[_repeat_unit(line) for line in lines],
        times=[_times(line) for line in lines],
    )


def _kind(line: TicketLine) -> int:
    if isinstance(line.trigger, AtPercent):
        return AT_SHARE
    if isinstance(line.trigger, BeforeDue):
        return BEFORE_DUE
    return AFTER_BREACH_WALL if is_in_plain_time(line) else AFTER_BREACH


def is_in_plain_time(line: TicketLine) -> bool:
    """Whether a step counts plain time after a breach; business days are days of the calendar, wall or not."""
    trigger = line.trigger
    return isinstance(trigger, AfterBreach) and trigger.wall and not trigger.duration.business_days


def _repeat_unit(line: TicketLine) -> int:
    every = _every(line)
    wall = isinstance(line.trigger, AfterBreach) and line.trigger.wall
    return IN_PLAIN_TIME if wall and every and not every.business_days else _unit(every)


def _times(line: TicketLine) -> int:
    if line.repeat is None:
        return 1
    return -1 if line.repeat.times is None else line.repeat.times


def _goal(line: TicketLine, limit: Limit | None, day_units: int) -> int:
    """Return what elapsed must reach for a share of a limit."""
    if limit is None or limit.end_of_day or not isinstance(line.trigger, AtPercent):
        return FOREVER
    days = limit.duration.business_days
    return ceil(line.trigger.share * (days * day_units if days else limit.duration.wall_us))


def _fit(line: TicketLine, limit: Limit | None) -> int:
    span = _span(line)
    if span is None or limit is None:
        return FITS
    if limit.end_of_day or bool(span.business_days) != bool(limit.duration.business_days):
        return MAY_FIT
    mine, whole = (
        each.business_days if span.business_days else each.wall_us for each in (span, limit.duration)
    )
    return FITS if whole > mine else NEVER_FITS


def _amounts(span: Duration | None, units: Sequence[int]) -> list[int]:
    """Return a length in what each calendar counts; 0 on those that do not count its business days."""
    if span is None:
        return [0] * len(units)
    if span.business_days:
        return [ceil(span.business_days * unit) for unit in units]
    return [span.wall_us] * len(units)
