"""The simulated time of a scenario: from days to ticks of one clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us
from slmdsl.calendars.coverage import END_YEAR, FIRST_YEAR
from slmdsl.workload.codes import CANNOT_COMPILE, TOO_LARGE
from slmdsl.workload.errors import UncompilableError

if TYPE_CHECKING:
    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.workload.plan import Bools, Int64

MOST_YEARS: Final = 30
_YEAR: Final = timedelta(days=366)


class SimulatedTime(NamedTuple):
    """`start .. end` in ticks of `tick_us` microseconds since 1970, half-open; what counts begins at `first`."""

    tick_us: int
    start: int
    first: int
    end: int

    @property
    def span_us(self) -> tuple[int, int]:
        """The simulated time in microseconds UTC, half-open."""
        return self.start * self.tick_us, self.end * self.tick_us

    def length(self, length_us: int) -> int:
        """Return a length of time in ticks, rounded half to even.

        >>> [SimulatedTime(60, 0, 0, 9).length(each) for each in (0, 30, 90, 150)]
        [0, 0, 2, 2]
        """
        ticks, rest = divmod(length_us, self.tick_us)
        return ticks + int(2 * rest > self.tick_us or (2 * rest == self.tick_us and ticks % 2 == 1))

    def within(self, starts_us: Int64, ends_us: Int64) -> tuple[Int64, Int64, Bools]:
        """Return stretches of time in ticks, cut at start and end, and which of those that came are left.

        Instants between two ticks become the earlier one.
        """
        starts = np.clip(starts_us // self.tick_us, self.start, self.end)
        ends = np.clip(ends_us // self.tick_us, self.start, self.end)
        kept = starts < ends
        return starts[kept], ends[kept], kept


def simulated_time(
    what_if: WhatIf, *, first: date, last: date, warm_up_us: int, tick_us: int
) -> SimulatedTime:
    """Return the time from `warm_up_us` before the first day begins to the end of the last one.

    Days begin in the home zone; of agreements in several zones the earliest beginning and the latest end count, so
    that the periods of all lie inside.

    Raises:
        UncompilableError: the last day comes before the first, they lie too far apart or outside the years that
            calendars cover, or there is no tick.
    """
    if last < first or tick_us < 1 or warm_up_us < 0:
        message = f"nothing can be simulated from {first} to {last} in ticks of {tick_us} us"
        raise UncompilableError(CANNOT_COMPILE.at(what_if.scenario.span, message))
    if not (first.year > FIRST_YEAR and last.year < END_YEAR - 1):
        message = f"{first} .. {last} is not within the years {FIRST_YEAR + 1} to {END_YEAR - 2}"
        raise UncompilableError(CANNOT_COMPILE.at(what_if.scenario.span, message))
    agreements = what_if.contract.agreements
    zones = {what_if.zone, *(agreements[name].zone for name in what_if.agreements)}
    first_us = min(instant_us(ZoneInfo(zone), first) for zone in zones)
    end_us = max(instant_us(ZoneInfo(zone), last + timedelta(days=1)) for zone in zones)
    start_us = first_us - warm_up_us
    if timedelta(microseconds=end_us - start_us) > MOST_YEARS * _YEAR:
        message = f"`{what_if.scenario.name}` is simulated over more than {MOST_YEARS} years"
        raise UncompilableError(TOO_LARGE.at(what_if.scenario.span, message))
    return SimulatedTime(tick_us, start_us // tick_us, first_us // tick_us, -(-end_us // tick_us))
