"""A calendar as plain arrays, for compiled kernels that other rooms write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.calendars.business_days import scaled_days
from slmdsl.calendars.lookup import grid
from slmdsl.calendars.stretches import FAR

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.calendars.stretches import Int64
    from slmdsl.calendars.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarTable:
    """The n open stretches that touch `[lo_us, hi_us]`, in time order, disjoint, cut at local midnights.

    All arrays are contiguous; those by stretch have n + 1 entries, the last of which is an empty stretch at 2**62:
    no search runs off the end, and place n means "not open again in this table".

    Attributes:
        lo_us: the first instant that may be asked.
        hi_us: the last instant that may be asked. Take in the latest due instant that is sought.
        starts_us: int64[n + 1], where stretches begin.
        ends_us: int64[n + 1], where they end (half-open). A stretch may begin where the one before it ends.
        cum_us: int64[n + 1], W at each start; `cum_us[i + 1]` is W at the end of stretch i.
        bucket0_us: the start of bucket 0.
        bucket_shift: a bucket is `bucket_us = 1 << bucket_shift` microseconds long, a day or less.
        first: int32[buckets], the first stretch whose end lies after the bucket's start.
        day_cum: int64[n + 1], D at each start in units, counted from the table's first stretch; empty unless asked.
        day_slope: int64[n + 1], units that each microsecond of a stretch adds to D, 0 on days that do not count.
        day_units: how many units make a business day; 0 unless business days were asked for.

    Where, W and D of an instant `t`, `lo_us <= t <= hi_us`, in constant time (the loop turns twice at most for
    ordinary hours):

        i = first[(t - bucket0_us) >> bucket_shift]
        while ends_us[i] <= t:
            i += 1
        into = max(t - starts_us[i], 0)            # 0: closed at t, and starts_us[i] is the next opening
        W = cum_us[i] + into
        D = day_cum[i] + into * day_slope[i]

    Due, the earliest instant with `W = goal`, where `goal = W(start) + limit` and `limit > 0`, from the start's i:

        while cum_us[i + 1] < goal: i += 1         # `<=` finds the next opening when it runs out at closing
        due = starts_us[i] + (goal - cum_us[i])    # i == n must be asked before: never in this table

    and likewise for business days, where the first microsecond that reaches the goal needs rounding up:

        while day_cum[i + 1] < goal: i += 1
        due = starts_us[i] + (goal - day_cum[i] + day_slope[i] - 1) // day_slope[i]

    A limit of f business days is `ceil(f * day_units)` units. For far goals a binary search over `cum_us[1:]` does
    the same. Never step beyond n - 1 in these two loops: compare `goal` with `cum_us[n]` (`day_cum[n]`) first.
    """

    lo_us: int
    hi_us: int
    starts_us: Int64
    ends_us: Int64
    cum_us: Int64
    bucket0_us: int
    bucket_shift: int
    first: npt.NDArray[np.int32]
    day_cum: Int64
    day_slope: Int64
    day_units: int

    @property
    def bucket_us(self) -> int:
        """How long a bucket is, in microseconds."""
        return 1 << self.bucket_shift


def table(line: Timeline, lo_us: int, hi_us: int, *, business_days: bool) -> CalendarTable:
    """Cut the table for `lo_us .. hi_us` out of a timeline that covers it."""
    first, last = (int(place) for place in line.by_time.after(np.array([lo_us, hi_us])))
    stop = min(last + 1, len(line.starts_us) - 1)
    ends_us = np.append(line.ends_us[first:stop], FAR)
    buckets = grid(ends_us, lo_us, hi_us)
    none = np.array([], dtype=np.int64)
    days = scaled_days(line, first, stop) if business_days else None
    return CalendarTable(
        lo_us=lo_us,
        hi_us=hi_us,
        starts_us=np.append(line.starts_us[first:stop], FAR),
        ends_us=ends_us,
        cum_us=line.open_us[first : stop + 1].copy(),
        bucket0_us=buckets.base,
        bucket_shift=buckets.shift,
        first=buckets.first.astype(np.int32),
        day_cum=days.start_units if days else none,
        day_slope=days.slopes if days else none,
        day_units=days.units if days else 0,
    )
