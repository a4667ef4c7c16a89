"""Whether a limit on one calendar can end later than a limit on another, by the calendars' usual weeks.

Public holidays and dated hours are left aside: they would make almost every pair of calendars differ on some day. What
is found in the usual week happens every week.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from slmdsl.base.units import DAY, MINUTE, SECOND, clock_words, plain
from slmdsl.calendars.plan import ALWAYS

if TYPE_CHECKING:
    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.model.agreements import Limit

Time = int | Fraction

_WEEK: Final = 7 * DAY
_WEEKS_AT_MOST: Final = 60
_PROBES: Final = (datetime(2027, 1, 11, tzinfo=UTC), datetime(2027, 7, 12, tzinfo=UTC))
"""A Monday in winter and one in summer, for the distance between two zones."""
_DAY_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A case in which the other limit ends too late: opened at `opened`, it ends at `ended`, after `elapsed` here."""

    opened: str
    ended: str
    elapsed: str


def later(limit: Limit, calendar: CalendarPlan, other: Limit, other_calendar: CalendarPlan) -> Late | None:
    """Return the worst case in which `other` ends after `limit` has run out; None if it never does in a usual week.

    Open hours against business days count only if they end too late in every case: a few hours are a whole business
    day where days are short. Calendars without weekly hours, and limits longer than a year of weeks, are not compared.
    """
    return _later(limit, calendar, other, other_calendar)


@lru_cache(maxsize=4096)
def _later(limit: Limit, calendar: CalendarPlan, other: Limit, other_calendar: CalendarPlan) -> Late | None:
    weeks = max(_weeks(limit, calendar), _weeks(other, other_calendar))
    if weeks > _WEEKS_AT_MOST:
        return None
    always_late = bool(limit.duration.business_days) and not other.duration.business_days
    worst: tuple[Time, Time, Time, str] | None = None
    for shift in _distances(calendar.zone, other_calendar.zone, calendar, other_calendar):
        mine = _Weeks(calendar, limit, weeks, shift)
        theirs = _Weeks(other_calendar, other, weeks, 0)
        for opened, ended in theirs.cases(mine):
            over = mine.over(opened, ended)
            if over <= 0 and always_late:
                return None
            if over > 0 and (worst is None or over > worst[0]):
                worst = over, opened, ended, mine.words(opened, ended)
    if worst is None:
        return None
    return Late(opened=_moment(worst[1]), ended=_moment(worst[2]), elapsed=worst[3])


def _weeks(limit: Limit, calendar: CalendarPlan) -> int:
    """Return how many weeks must be laid out for a limit that is counted from the second one on."""
    duration = limit.duration
    if duration.business_days:
        each: Time = sum(
            bool(windows) and _counts(calendar, day) for day, windows in enumerate(calendar.weekly)
        )
        length: Time = duration.business_days
    else:
        each = sum(end - start for start, end in _merged(calendar, 1, 0))
        length = duration.wall_us
    return _WEEKS_AT_MOST + 1 if not each else int(length / Fraction(each)) + 5


def _counts(calendar: CalendarPlan, day: int) -> bool:
    return calendar.business_days is None or day in calendar.business_days


def _distances(one: str, other: str, *calendars: CalendarPlan) -> list[int]:
    """Return by how much wall clocks of the first zone are ahead of the second's, in winter and in summer."""
    if one == other or ALWAYS in calendars:
        return [0]
    found = {_offset(one, probe) - _offset(other, probe) for probe in _PROBES}
    return sorted(found)


def _offset(zone: str, probe: datetime) -> int:
    offset = probe.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return int(offset.total_seconds()) * SECOND


def _merged(calendar: CalendarPlan, weeks: int, shift: int) -> list[tuple[int, int]]:
    """Return the open stretches of so many weeks, overlaps united, cut at local midnight."""
    said = sorted(
        (week * _WEEK + day * DAY + each.start_us, week * _WEEK + day * DAY + each.end_us)
        for week in range(weeks)
        for day, windows in enumerate(calendar.weekly)
        for each in windows
    )
    united: list[tuple[int, int]] = []
    for start, end in said:
        if united and start <= united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        else:
            united.append((start, end))
    cut: list[tuple[int, int]] = []
    for start, end in united:
        edges = [start, *range((start // DAY + 1) * DAY, end, DAY), end]
        cut.extend((a - shift, b - shift) for a, b in pairwise(edges))
    return cut


class _Weeks:
    """A calendar's usual weeks as a monotone function of time, in the unit of one limit."""

    def __init__(self, calendar: CalendarPlan, limit: Limit, weeks: int, shift: int) -> None:
        stretches = _merged(calendar, weeks, shift)
        self.starts: Final = [start for start, _ in stretches]
        self.ends: Final = [end for _, end in stretches]
        days = [(start + shift) // DAY for start in self.starts]
        self._by_days: Final = bool(limit.duration.business_days)
        rates: list[Time] = [1] * len(stretches)
        if self._by_days:
            length: dict[int, int] = {}
            for day, (start, end) in zip(days, stretches, strict=True):
                length[day] = length.get(day, 0) + end - start
            rates = [Fraction(1, length[day]) if _counts(calendar, day % 7) else 0 for day in days]
        self._rates: Final = rates
        grown = [(end - start) * rate for (start, end), rate in zip(stretches, rates, strict=True)]
        self._after: Final = list(accumulate(grown))
        counted = {day: end for day, end, rate in zip(days, self.ends, rates, strict=True) if rate}
        self._closings: Final = list(counted.values())
        self._end_of_day: Final = limit.end_of_day
        duration = limit.duration
        self._length: Final[Time] = duration.business_days or duration.wall_us

    def at(self, time: Time) -> Time:
        """Return how much has been counted until a time."""
        i = bisect_right(self.starts, time) - 1
        if i < 0:
            return 0
        left = max(self.ends[i] - time, 0)
        return self._after[i] - left * self._rates[i]

    def reach(self, counted: Time, *, last: bool = False) -> Time:
        """Return the first time at which so much has been counted, or the last one."""
        i = (bisect_right if last else bisect_left)(self._after, counted)
        i = min(i, len(self._after) - 1)
        missing = counted - (self._after[i] - (self.ends[i] - self.starts[i]) * self._rates[i])
        return self.starts[i] + (Fraction(missing) / self._rates[i] if self._rates[i] else 0)

    def due(self, opened: Time, *, just_after: bool = False) -> Time:
        """Return when the limit of a ticket runs out, or comes to for one opened just after that."""
        if self._end_of_day:
            day = bisect_right(self._closings, opened)
            return self._closings[min(day + int(self._length), len(self._closings) - 1)]
        return self.reach(self.at(opened) + self._length, last=just_after)

    def is_open(self, time: Time) -> bool:
        """Whether time is counted just after this."""
        i = bisect_right(self.starts, time) - 1
        return i >= 0 and time < self.ends[i] and bool(self._rates[i])

    def cases(self, mine: _Weeks) -> list[tuple[Time, Time]]:
        """Return the openings within the second week at which the difference can be greatest, with their ends."""
        edges: set[Time] = {*self.starts, *self.ends, *mine.starts, *mine.ends}
        if not self._end_of_day:
            back = (self.at(edge) - self._length for edge in tuple(edges))
            edges.update(self.reach(counted) for counted in back if counted >= 0)
        opened = sorted(edge for edge in edges if _WEEK <= edge < 2 * _WEEK)
        found = [(each, self.due(each)) for each in opened]
        found.extend((each, self.due(each, just_after=True)) for each in opened if self.is_open(each))
        return found

    def over(self, opened: Time, ended: Time) -> Time:
        """Return by how much an end exceeds the limit of a ticket."""
        if self._end_of_day:
            return ended - self.due(opened)
        return self.at(ended) - self.at(opened) - self._length

    def words(self, opened: Time, ended: Time) -> str:
        """Say how much is counted from one time to another."""
        counted = self.at(ended) - self.at(opened)
        if self._by_days:
            return f"{plain(round(Fraction(counted), 2))} business days"
        return clock_words(int(counted) // SECOND * SECOND)


def _moment(time: Time) -> str:
    """Say a time of the week: `Fri 17:30`."""
    minutes = int(time) % _WEEK // MINUTE
    days, rest = divmod(minutes, 24 * 60)
    return f"{_DAY_NAMES[days]} {rest // 60:02}:{rest % 60:02}"
