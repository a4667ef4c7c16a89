"""Open time by brute force, minute by minute: what the calendars are compared with.

It shares no code with them: it walks local dates one by one, asks zoneinfo for the offset of every minute of each
day on which it changes, and counts. Run as a script it compares random intervals in every zone:

    python tests/bench/calendars_stepping.py [intervals] [first year] [end year]
"""

import sys
import time
import zoneinfo
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import holidays
import numpy as np

from slmdsl.calendars import Calendar, CalendarPlan, ClosedDates, ClosedYearly, DatedHours, Window

MINUTE_US = 60_000_000
DAY_US = 1440 * MINUTE_US
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


def parsed(*texts):
    return tuple(Window.parse(text) for text in texts)


def day_of(year, month, day):
    return datetime(year, month, day, tzinfo=UTC).date()


OFFICE = CalendarPlan(
    name="office",
    weekly=(parsed("08:00-12:30", "13:00-18:00"),) * 5 + (parsed("09:00-13:00"), ()),
    holidays=("US-CA",),
    closed=(
        ClosedYearly(month=12, day=26),
        ClosedDates(first=day_of(2027, 8, 2), last=day_of(2027, 8, 6)),
        DatedHours(first=day_of(2027, 12, 24), last=day_of(2027, 12, 24), windows=parsed("12:00-18:00")),
    ),
    opened=(
        DatedHours(first=day_of(2027, 12, 18), last=day_of(2027, 12, 25), windows=parsed("09:00-17:00")),
    ),
)
NIGHT = CalendarPlan(
    name="night",
    weekly=(parsed("22:30-06:30"),) * 4 + (parsed("22:30-06:30", "01:15-01:45"), (), parsed("00:00-24:00")),
    closed=(ClosedYearly(month=3, day=30), ClosedYearly(month=2, day=29)),
)
CHANGES = CalendarPlan(name="changes", weekly=(parsed("00:30-01:30", "02:15-02:45", "23:10-00:10"),) * 7)
PLANS = (OFFICE, NIGHT, CHANGES)


def windows_on(plan, day):
    """The windows that begin on a date."""
    dated = [hours for hours in plan.opened if hours.first <= day <= hours.last]
    return [window for hours in dated for window in hours.windows] if dated else plan.weekly[day.weekday()]


def closed_on(plan, day):
    """Whether a whole date is closed, and the windows that begin on it and are closed."""
    whole, parts = False, []
    for closing in plan.closed:
        if isinstance(closing, ClosedYearly):
            if (closing.month, closing.day) == (day.month, day.day):
                whole |= closing.windows is None
                parts += closing.windows or ()
        elif closing.first <= day <= closing.last:
            if isinstance(closing, DatedHours):
                parts += closing.windows
            else:
                whole = True
    if not any(hours.first <= day <= hours.last for hours in plan.opened):
        whole |= any(day in public_holidays(region) for region in plan.holidays)
    return whole, parts


def public_holidays(region, _known={}):  # noqa: B006 - remembers what is slow to work out
    if region not in _known:
        country, _, part = region.partition("-")
        _known[region] = holidays.country_holidays(country, subdiv=part or None)
    return _known[region]


def open_at(plan, local):
    """Whether a plan is open when its clocks show a naive time: the rule, said once more."""
    day = local.date()
    into_us = (local - datetime.combine(day, datetime.min.time())) // timedelta(microseconds=1)
    whole, _ = closed_on(plan, day)
    places = ((day, into_us), (day - ONE_DAY, into_us + DAY_US))
    return (
        not whole
        and not any(
            part.start_us <= at < part.end_us for begin, at in places for part in closed_on(plan, begin)[1]
        )
        and any(
            window.start_us <= at < window.end_us
            for begin, at in places
            for window in windows_on(plan, begin)
        )
    )


def local_flags(plan, first, days):
    """Whether each local minute of a run of dates is open."""
    flags = np.zeros((days + 2) * 1440, dtype=bool)  # with the day before the run, and room after it

    def fill(place, window, value):
        flags[place * 1440 + window.start_us // MINUTE_US : place * 1440 + window.end_us // MINUTE_US] = value

    dates = [first + (place - 1) * ONE_DAY for place in range(days + 1)]
    for place, day in enumerate(dates):
        for window in windows_on(plan, day):
            fill(place, window, True)
    for place, day in enumerate(dates):
        whole, parts = closed_on(plan, day)
        if whole:
            flags[place * 1440 : (place + 1) * 1440] = False
        for part in parts:
            fill(place, part, False)
    return flags[1440 : (days + 1) * 1440]


def offsets_by_minute(zone, first_minute, minutes):
    """The zone's offset in minutes for each minute from an instant on, asked of zoneinfo."""
    clock = zoneinfo.ZoneInfo(zone)

    def offset(minute):
        return (EPOCH + timedelta(minutes=minute)).astimezone(clock).utcoffset() // timedelta(minutes=1)

    daily = [offset(first_minute + place) for place in range(0, minutes + 1, 1440)]
    found = np.repeat(np.array(daily[:-1], dtype=np.int16), 1440)
    for day, (before, after) in enumerate(pairwise(daily)):
        if before != after:
            begin = day * 1440
            found[begin : begin + 1440] = [offset(first_minute + begin + place) for place in range(1440)]
    return found


class Stepped:
    """A plan in a zone, counted minute by minute over whole years."""

    def __init__(self, plan, flags, offsets, first_minute):
        self.plan = plan
        self.begin_us = first_minute * MINUTE_US
        self.open = np.empty(len(offsets), dtype=bool)
        edges = [0, *(np.flatnonzero(np.diff(offsets)) + 1).tolist(), len(offsets)]
        for begin, end in pairwise(edges):
            shift = int(offsets[begin]) + 1440  # flags begin a day before the instants
            self.open[begin:end] = flags[begin + shift : end + shift]
        self.minutes = np.zeros(len(offsets) + 1, dtype=np.int32)
        np.cumsum(self.open, dtype=np.int32, out=self.minutes[1:])

    def open_us(self, instants_us):
        minutes, into_us = np.divmod(instants_us - self.begin_us, MINUTE_US)
        return self.minutes[minutes].astype(np.int64) * MINUTE_US + self.open[minutes] * into_us

    def due_us(self, starts_us, limits_us):
        goals = self.open_us(starts_us) + limits_us
        # The first minute by whose end the goal is reached.
        minutes = np.searchsorted(self.minutes[1:], (-(-goals // MINUTE_US)).astype(np.int32))
        return np.where(limits_us == 0, starts_us, self._at(goals, minutes))

    def due_back_us(self, ends_us, spans_us):
        goals = self.open_us(ends_us) - spans_us
        # The first minute by whose end the goal is exceeded.
        minutes = np.searchsorted(self.minutes[1:], (goals // MINUTE_US).astype(np.int32), side="right")
        return np.where(spans_us == 0, ends_us, self._at(goals, minutes))

    def _at(self, goals, minutes):
        return (
            minutes * MINUTE_US + goals - self.minutes[minutes].astype(np.int64) * MINUTE_US + self.begin_us
        )


def intervals(random, offsets, begin_us, count):
    """Random intervals, half of which begin near a change of the zone's offset; whole minutes are frequent."""
    end_us = begin_us + len(offsets) * MINUTE_US
    margin_us = 60 * DAY_US
    changes = np.flatnonzero(np.diff(offsets)) + 1
    starts = random.integers(begin_us + margin_us, end_us - 2 * margin_us, count)
    if len(changes):
        near = random.choice(changes, count) * MINUTE_US + begin_us + random.integers(-DAY_US, DAY_US, count)
        near = np.clip(near, begin_us + margin_us, end_us - 2 * margin_us)
        starts = np.where(random.random(count) < 0.5, near, starts)
    ends = starts + (10 ** random.uniform(6, 12.6, count)).astype(np.int64)
    whole = random.random(count) < 0.3
    return np.where(whole, starts - starts % MINUTE_US, starts), np.where(
        whole, ends - ends % MINUTE_US, ends
    )


def differences(plan, stepped, starts, ends):
    """How many intervals are counted otherwise, in any of three questions."""
    calendar = Calendar(plan)
    elapsed = stepped.open_us(ends) - stepped.open_us(starts)
    wrong = calendar.elapsed_us(starts, ends) != elapsed
    wrong |= calendar.due_us(starts, elapsed) != stepped.due_us(starts, elapsed)
    wrong |= calendar.due_back_us(ends, elapsed) != stepped.due_back_us(ends, elapsed)
    return int(wrong.sum())


def compare(zones, count, first_year, end_year, seed=1):
    """Compare `count` intervals spread over zones and plans; return how many were compared and how many differ."""
    random = np.random.default_rng(seed)
    first, end = day_of(first_year, 1, 1), day_of(end_year, 1, 1)
    days = (end - first).days
    first_minute = (first - EPOCH.date()).days * 1440
    flags = {plan.name: local_flags(plan, first - ONE_DAY, days + 2) for plan in PLANS}
    compared, wrong = 0, 0
    each = -(-count // (len(zones) * len(PLANS)))
    for zone in zones:
        offsets = offsets_by_minute(zone, first_minute, days * 1440)
        for plan in PLANS:
            placed = CalendarPlan(
                name=plan.name,
                zone=zone,
                weekly=plan.weekly,
                opened=plan.opened,
                closed=plan.closed,
                holidays=plan.holidays,
            )
            stepped = Stepped(placed, flags[plan.name], offsets, first_minute)
            starts, ends = intervals(random, offsets, stepped.begin_us, each)
            found = differences(placed, stepped, starts, ends)
            if found:
                print(f"{zone} {plan.name}: {found} of {each} differ")
            compared, wrong = compared + each, wrong + found
    return compared, wrong


def main():
    count, first_year, end_year = [int(word) for word in sys.argv[1:]] + [1_000_000, 2000, 2040][
        len(sys.argv) - 1 :
    ]
    zones = sorted(zoneinfo.available_timezones() - {"localtime"})
    begun = time.perf_counter()
    compared, wrong = compare(zones, count, first_year, end_year)
    print(
        f"{compared:_} intervals in {len(zones)} zones, {first_year} to {end_year - 1}, x {len(PLANS)} plans,"
        f" elapsed, due and due back: {wrong} differences ({time.perf_counter() - begun:.0f} s)"
    )
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
