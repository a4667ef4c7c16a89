"""From calendars to the columns that kernels read, over the span of time in which clocks run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.calendars import calendar_of
from slmdsl.contract.model.agreements import Statistic, Within
from slmdsl.rules.calendar_columns import CalendarColumns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.calendars import CalendarTable
    from slmdsl.contract.model.agreements import Limit
    from slmdsl.rules.ticket_rules import TicketRules, TicketTarget


def bind_calendars(
    rules: TicketRules, from_us: int, until_us: int
) -> tuple[CalendarColumns, tuple[int, ...]]:
    """Return the calendars of `rules` as columns, and for each how many units make a business day (0: not counted)."""
    in_days = {
        target.calendar
        for target in rules.targets
        for limit in limits_of(target)
        if limit.duration.business_days and not limit.end_of_day
    }
    tables = [
        calendar_of(plan).table(from_us, until_us, business_days=place in in_days)
        for place, plan in enumerate(rules.calendars)
    ]
    return calendar_columns(tables), tuple(table.day_units for table in tables)


def limits_of(target: TicketTarget) -> Iterator[Limit]:
    """Yield the limits that a target has had, in the order of their dates."""
    form = target.target.form
    if isinstance(form, Within | Statistic):
        yield from (limit for _, limit, _ in form.limit.values)


def calendar_columns(tables: list[CalendarTable]) -> CalendarColumns:
    """Lay tables one after the other."""
    sizes = np.array([len(table.starts_us) for table in tables], dtype=np.int64)
    buckets = np.array([len(table.first) for table in tables], dtype=np.int64)
    ends, none = np.cumsum(sizes), np.zeros(0, dtype=np.int64)
    days = [
        table.day_cum if table.day_units else np.zeros(len(table.starts_us), np.int64) for table in tables
    ]
    slopes = [
        table.day_slope if table.day_units else np.zeros(len(table.starts_us), np.int64) for table in tables
    ]
    return CalendarColumns(
        first=ends - sizes,
        last=ends - 1,
        bucket0_us=np.array([table.bucket0_us for table in tables], dtype=np.int64),
        bucket_shift=np.array([table.bucket_shift for table in tables], dtype=np.int64),
        first_bucket=np.cumsum(buckets) - buckets,
        buckets=np.concatenate([np.zeros(0, np.int32), *(table.first for table in tables)]),
        starts_us=np.concatenate([none, *(table.starts_us for table in tables)]),
        ends_us=np.concatenate([none, *(table.ends_us for table in tables)]),
        shown=np.stack(
            [np.concatenate([none, *(table.cum_us for table in tables)]), np.concatenate([none, *days])]
        ),
        rate=np.stack([np.ones(int(sizes.sum()), np.int64), np.concatenate([none, *slopes])]),
    )
