"""From calendars to the columns that kernels read, over the span of time in which clocks run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.calendars import calendar_of
from slmdsl.contract.model.agreements import Statistic, Within
from slmdsl.rules.tables import CALENDAR, STRETCH, Hours, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from slmdsl.calendars import CalendarTable
    from slmdsl.contract.model.agreements import Limit
    from slmdsl.rules.ticket_rules import TicketRules, TicketTarget


def bind_calendars(rules: TicketRules, from_us: int, until_us: int) -> list[CalendarTable]:
    """Return the tables of the calendars of `rules`; business days are counted where a limit is measured in them."""
    in_days = counted_in_days(rules)
    return [
        calendar_of(plan).table(from_us, until_us, business_days=place in in_days)
        for place, plan in enumerate(rules.calendars)
    ]


def counted_in_days(rules: TicketRules) -> set[int]:
    """Return the places of the calendars on which a limit is measured in business days."""
    return {
        target.calendar
        for target in rules.targets
        for limit in limits_of(target)
        if limit.duration.business_days and not limit.end_of_day
    }


def limits_of(target: TicketTarget) -> Iterator[Limit]:
    """Yield the limits that a target has had, in the order of their dates."""
    form = target.target.form
    if isinstance(form, Within | Statistic):
        yield from (limit for _, limit, _ in form.limit.values)


def hours_of(tables: Sequence[CalendarTable]) -> Hours:
    """Lay tables one after the other."""
    sizes = np.array([len(table.starts_us) for table in tables], dtype=np.int64)
    buckets = np.array([len(table.first) for table in tables], dtype=np.int64)
    ends = np.cumsum(sizes)
    uncounted = [np.zeros(0 if table.day_units else len(table.starts_us), np.int64) for table in tables]
    calendars = table_of(
        CALENDAR,
        first=ends - sizes,
        last=ends - 1,
        bucket0_us=[table.bucket0_us for table in tables],
        bucket_shift=[table.bucket_shift for table in tables],
        first_bucket=np.cumsum(buckets) - buckets,
    )
    # Columns of business days are empty where these are not counted.
    stretches = table_of(
        STRETCH,
        starts_us=_joined(table.starts_us for table in tables),
        ends_us=_joined(table.ends_us for table in tables),
        open_us=_joined(table.cum_us for table in tables),
        days=_joined(
            part for pair in zip(tables, uncounted, strict=True) for part in (pair[0].day_cum, pair[1])
        ),
        days_rate=_joined(
            part for pair in zip(tables, uncounted, strict=True) for part in (pair[0].day_slope, pair[1])
        ),
    )
    buckets32 = _joined(table.first for table in tables).astype(np.int32)
    return Hours(calendars=calendars, buckets=buckets32, stretches=stretches)


def _joined(columns: Iterable[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate([np.zeros(0, np.int64), *columns])
