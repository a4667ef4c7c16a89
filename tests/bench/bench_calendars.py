"""How fast open time is counted, beside two packages that count it row by row.

    python tests/bench/bench_calendars.py [tickets]

Everything is measured in this one run, on one core, as the median of several rounds. The mix: tickets opened at any
time of two years, lasting from 5 minutes to 6 weeks (log-uniform), on Mon-Fri 08:00-18:00 in Amsterdam, half of them on
a calendar without holidays, half with the Dutch ones. Ours answers one call on arrays of instants, theirs one call per
row on datetimes that exist already: that is how each is used. Preparing a calendar is not timed for anybody; ours is
shown apart. Where the packages' own answers differ from ours is counted and printed.
"""

import statistics
import sys
import time
import warnings
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import business_duration
import businesstimedelta
import holidays
import numpy as np
import pytz

from slmdsl.calendars import Calendar, CalendarPlan, Window

ZONE = "Europe/Amsterdam"
MINUTE_US = 60_000_000
YEARS = range(2026, 2030)
BEGIN_US = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
WORKDAY = (Window.parse("08:00-18:00"),)
SPLIT_DAY = (Window.parse("08:00-12:30"), Window.parse("13:00-18:00"))
ROUNDS = 5
SLOW_ROWS = 1_500

ACCEPTED = {"tickets/s": 5e6, "businesstimedelta": 900, "business-duration": 200}


def calendar(hours, regions=()):
    return Calendar(CalendarPlan(name="office", zone=ZONE, weekly=(hours,) * 5 + ((), ()), holidays=regions))


def mix(count, seed=1):
    random = np.random.default_rng(seed)
    starts = BEGIN_US + random.integers(0, 730 * 24 * 60, count) * MINUTE_US
    minutes = np.exp(random.uniform(np.log(5), np.log(6 * 7 * 24 * 60), count)).astype(np.int64)
    return starts.astype("M8[us]"), (starts + minutes * MINUTE_US).astype("M8[us]")


def seconds(run):
    """The median of several rounds, after one that warms up."""
    run()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def local(instants, zone):
    """Aware datetimes for a package's own API."""
    return [at.replace(tzinfo=UTC).astimezone(zone) for at in instants.tolist()]


def throughput(count):
    print(f"elapsed on arrays of {count:_} random tickets")
    starts, ends = mix(count)
    starts_us, ends_us = starts.view(np.int64), ends.view(np.int64)
    lowest = np.inf
    for name, cal in (
        ("office, holidays", calendar(WORKDAY, ("NL",))),
        ("split days, holidays", calendar(SPLIT_DAY, ("NL",))),
        ("always", Calendar(CalendarPlan(name="a", weekly=((Window.parse("00:00-24:00"),),) * 7))),
    ):
        rate = count / seconds(lambda cal=cal: cal.elapsed(starts, ends))
        lowest = min(lowest, rate)
        print(f"  {name:24}{rate / 1e6:8.1f} M tickets/s")
        if name.startswith("office"):
            table = cal.table(BEGIN_US, int(ends_us.max()))

            def plain(table=table):
                found = []
                for at in (starts_us, ends_us):
                    places = np.searchsorted(table.ends_us, at, side="right")
                    found.append(table.cum_us[places] + np.maximum(at - table.starts_us[places], 0))
                return found[1] - found[0]

            assert (plain() == cal.elapsed_us(starts_us, ends_us)).all()
            print(f"  {'  (plain searchsorted)':24}{count / seconds(plain) / 1e6:8.1f} M tickets/s")
    limits = np.array([4, 8, 24, 40], dtype="m8[h]")[np.arange(count) % 4]
    cal = calendar(WORKDAY, ("NL",))
    print(f"  {'due, office':24}{count / seconds(lambda: cal.due(starts, limits)) / 1e6:8.1f} M tickets/s")
    return lowest


def growth():
    print("seconds for n tickets, to see that they grow with n")
    cal = calendar(WORKDAY, ("NL",))
    each = []
    for count in (10_000, 100_000, 1_000_000, 10_000_000):
        starts, ends = mix(count)
        taken = seconds(lambda starts=starts, ends=ends: cal.elapsed(starts, ends))
        each.append(taken / count * 1e9)
        print(f"  {count:>12_}{taken:10.5f} s{each[-1]:8.1f} ns per ticket")
    return max(each) / min(each)


def preparing():
    begun = time.perf_counter()
    calendar(WORKDAY, ("NL",)).open_us(BEGIN_US)
    print(f"working out a new calendar over 60 years: {(time.perf_counter() - begun) * 1e3:.1f} ms")


def beside_others(count):
    starts, ends = mix(count, seed=2)
    ours = {region: calendar(WORKDAY, region) for region in ((), ("NL",))}
    our_row = sum(seconds(lambda cal=cal: cal.elapsed(starts, ends)) for cal in ours.values()) / (2 * count)
    few = (starts[:SLOW_ROWS], ends[:SLOW_ROWS])
    our_few_row = sum(seconds(lambda cal=cal: cal.elapsed(*few)) for cal in ours.values()) / (2 * SLOW_ROWS)
    print(f"per row, half without and half with holidays (others: {2 * SLOW_ROWS:_} rows)")
    print(f"  {'ours, ' + format(count, '_') + ' at a time':32}{our_row * 1e6:12.4f} us")
    print(f"  {'ours, ' + format(SLOW_ROWS, '_') + ' at a time':32}{our_few_row * 1e6:12.4f} us")
    ratios = {}
    for name, prepare in (("businesstimedelta", timedelta_rows), ("business-duration", duration_rows)):
        taken, wrong = 0.0, 0
        for region, cal in ours.items():
            count_rows = prepare(bool(region), *few)
            expected = cal.elapsed(*few) // np.timedelta64(1, "s")
            wrong += sum(abs(a - b) > 1 for a, b in zip(count_rows(), expected.tolist(), strict=True))
            begun = time.perf_counter()
            count_rows()
            taken += time.perf_counter() - begun
        row = taken / (2 * SLOW_ROWS)
        ratios[name] = row / our_row
        print(
            f"  {name:32}{row * 1e6:12.4f} us  = {ratios[name]:_.0f} times ours"
            f" ({row / our_few_row:_.0f} times at {SLOW_ROWS:_} rows); answers that differ: {wrong}"
        )
    return ratios


def timedelta_rows(with_holidays, starts, ends):
    zone = pytz.timezone(ZONE)
    rules = [
        businesstimedelta.WorkDayRule(
            start_time=clock_time(8), end_time=clock_time(18), working_days=[0, 1, 2, 3, 4], tz=zone
        )
    ]
    if with_holidays:
        rules.append(businesstimedelta.HolidayRule(holidays.country_holidays("NL", years=YEARS), tz=zone))
    all_rules = businesstimedelta.Rules(rules)
    rows = list(zip(local(starts, zone), local(ends, zone), strict=True))

    def count_rows():
        return [all_rules.difference(start, end).timedelta // timedelta(seconds=1) for start, end in rows]

    return count_rows


def duration_rows(with_holidays, starts, ends):
    # It knows no zones: its rows are read off the local clock.
    zone = ZoneInfo(ZONE)
    off = list(holidays.country_holidays("NL", years=YEARS)) if with_holidays else None
    begins, closes = ([at.replace(tzinfo=None) for at in local(column, zone)] for column in (starts, ends))
    rows = list(zip(begins, closes, strict=True))

    def count_rows():
        return [
            business_duration.businessDuration(
                start, end, starttime=clock_time(8), endtime=clock_time(18), holidaylist=off, unit="sec"
            )
            for start, end in rows
        ]

    return count_rows


def main():
    warnings.simplefilter("ignore")  # the others' own
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    preparing()
    found = {"tickets/s": throughput(5 * count)}
    spread = growth()
    found |= beside_others(count)
    print("accepted when at least")
    for name, least in ACCEPTED.items():
        print(f"  {name:24}{least:>12_.0f}{found[name]:>14_.0f}  {'yes' if found[name] >= least else 'NO'}")
    print(f"  per ticket, slowest n over fastest n: {spread:.2f}")
    return any(found[name] < least for name, least in ACCEPTED.items())


if __name__ == "__main__":
    sys.exit(main())
