"""Every way of counting availability and outages against the obvious: ten minutes after ten minutes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.base.units import MINUTE
from slmdsl.evaluate.availability.events import read_events
from slmdsl.evaluate.availability.uptime import judged_uptime
from slmdsl.events.columns import HOLD_UNTIL_NEXT, Samples
from tests import builders as b
from tests.property.outage_cases import DAY, DAYS, START, STEP, Minutes, cases, uptime_of


def periods_in(uptime):
    """Return the periods in minutes."""
    sides = (uptime.periods.from_us, uptime.periods.to_us)
    return [tuple((int(side[i]) - START) // MINUTE for side in sides) for i in range(len(uptime.periods))]


def measured(case, minute, grid, services=None):
    """Return (agreed, counted, up) of a stretch, the target's reading of unknown time applied."""
    agreed, least, most, *_ = grid.minute(minute, services)
    agreed = agreed and minute < case["as_of"]
    if case["unknown"] is None:
        return agreed, agreed and least == most, most
    return agreed, agreed, least if case["unknown"] == "down" else most


def summed(case, grid, begin, end, services=None):
    """Return agreed, counted and up time of some minutes."""
    total = [0, 0, Fraction(0)]
    for minute in range(begin, end, STEP):
        agreed, counted, up = measured(case, minute, grid, services)
        total[0] += STEP * agreed
        total[1] += STEP * counted
        total[2] += STEP * counted * up
    return total


def slices(case, grid, begin, end):
    """Return what the slices reach that are over and of which something is known."""
    found = []
    for first in range(begin, end - case["slice"] + 1, case["slice"]):
        _, counted, up = summed(case, grid, first, first + case["slice"])
        if first + case["slice"] <= case["as_of"] and counted:
            found.append(up / counted)
    return found


def runs(case, grid, services, *, unknown=None):
    """Return the outages as lists of (minute, judged) in time order."""
    found, current = [], []
    for minute in range(0, DAYS * DAY, STEP):
        agreed, least, most, raw_least, raw_most = grid.minute(minute, services)
        down, judged = (raw_least < 1, least < 1) if unknown == "down" else (raw_most < 1, most < 1)
        if minute >= case["as_of"]:
            down, judged = unknown == "down", unknown == "down" and agreed
        if down:
            current.append((minute, judged))
        elif current:
            found.append(current)
            current = []
    found += [current] if current else []
    return [run for run in found if any(judged for _, judged in run)]


def longest(case, grid, begin, end, unknown):
    lengths = [
        sum(STEP for minute, judged in run if judged and begin <= minute < end)
        for run in runs(case, grid, case["services"], unknown=unknown)
    ]
    return [length for length in lengths if length]


@given(cases)
def test_minutes_are_what_every_minute_says(case):
    uptime = uptime_of(case, "minutes")
    for row, (begin, end) in zip(judged_uptime(uptime), periods_in(uptime), strict=True):
        _, counted, up = summed(case, Minutes(case, net=True), begin, end)
        _, gross, gross_up = summed(case, Minutes(case, net=False), begin, end)
        assert row.exact == (up / counted if counted else None)
        assert (row.n, row.gross_n) == (counted, gross)
        assert row.gross_value == (float(gross_up / gross) if gross else None)


@given(cases)
def test_slices_are_what_each_slice_reaches(case):
    uptime = uptime_of(case, "slices")
    for row, (begin, end) in zip(judged_uptime(uptime), periods_in(uptime), strict=True):
        found = slices(case, Minutes(case, net=True), begin, end)
        good = sum(each >= Fraction(9, 10) for each in found)
        assert (row.n, row.met) == (len(found), good)
        assert row.exact == (Fraction(good, len(found)) if found else None)
        gross = slices(case, Minutes(case, net=False), begin, end)
        assert row.gross_n == len(gross)
        assert row.gross_value == (
            sum(each >= Fraction(9, 10) for each in gross) / len(gross) if gross else None
        )


@given(cases)
def test_the_mean_of_slices_is_exact(case):
    uptime = uptime_of(case, "mean_of_slices")
    for row, (begin, end) in zip(judged_uptime(uptime), periods_in(uptime), strict=True):
        found = slices(case, Minutes(case, net=True), begin, end)
        assert (row.n, row.met) == (len(found), sum(each == 1 for each in found))
        assert row.exact == (sum(found) / len(found) if found else None)


@given(cases)
def test_slices_that_are_left_out_and_what_they_leave_open(case):
    uptime = uptime_of(case, "mean_of_slices")
    grid, length = Minutes(case, net=True), case["slice"]
    for row, (begin, end) in zip(judged_uptime(uptime), periods_in(uptime), strict=True):
        whole = [(at, at + length) for at in range(begin, end - length + 1, length)]
        silent = [
            at
            for at, to in whole
            if to <= case["as_of"] and (found := summed(case, grid, at, to))[0] and not found[1]
        ]
        rest = whole[-1][1] if whole else begin
        cut = any(grid.minute(minute)[0] for minute in range(rest, end, STEP))
        assert row.unresolved == len(silent) + cut
        if row.best is not None:
            assert row.worst <= row.best
            assert row.exact is None or row.worst <= float(row.exact) + 1e-12


@given(cases)
def test_users_minutes_are_the_sum_over_services(case):
    uptime = uptime_of(case, "user_minutes")
    grid = Minutes(case, net=True)
    for row, (begin, end) in zip(judged_uptime(uptime), periods_in(uptime), strict=True):
        found = [summed(case, grid, begin, end, (name,)) for name in case["services"]]
        counted, up = sum(each[1] for each in found), sum(each[2] for each in found)
        assert row.exact == (up / counted if counted else None)
        assert row.n == counted


@given(cases)
def test_the_longest_outage_is_the_longest_run_of_minutes(case):
    uptime = uptime_of(case, "longest")
    net, gross = (Minutes(case, net=each) for each in (True, False))
    for row, (begin, end) in zip(judged_uptime(uptime), periods_in(uptime), strict=True):
        found = longest(case, net, begin, end, case["unknown"])
        if row.value is None:
            assert not found
            continue
        assert (row.n, row.value) == (len(found), 60 * max(found, default=0))
        all_found = longest(case, gross, begin, end, case["unknown"])
        assert (row.gross_n, row.gross_value) == (len(all_found), 60 * max(all_found, default=0))
        if row.worst is not None:
            assert row.worst == 60 * max(longest(case, net, begin, end, "down"), default=0)


@given(cases)
def test_outages_count_where_they_are_first_judged(case):
    uptime = uptime_of(case, "count")
    for net in (True, False):
        grid = Minutes(case, net=net)
        hits = [
            next(minute for minute, judged in run if judged)
            for name in case["services"]
            for run in runs(case, grid, (name,))
        ]
        for row, (begin, end) in zip(judged_uptime(uptime), periods_in(uptime), strict=True):
            assert (row.n if net else row.gross_n) == sum(begin <= hit < end for hit in hits)


def fate(case, grid, name, run):
    """Return (fate, the minute at which it was decided) of one outage, with four hours and 15 minutes of data."""
    begin, end = run[0][0], run[-1][0] + STEP
    leave_out = case["maintenance"] != "counts"
    inside = [minute for minute, _ in run if not (leave_out and grid.works(name, minute))]
    if len(inside) * STEP > 240:
        return "missed", inside[240 // STEP - 1] + STEP
    mine = [row for row in case["outages"] if row["service"] in grid.tree(name) and not grid.is_excluded(row)]
    goes_on = any(
        row["start"] < case["as_of"]
        and (row["length"] is None or row["start"] + row["length"] > case["as_of"])
        for row in mine
    )
    if end == case["as_of"] and (goes_on or grid.minute(end, (name,))[4] < 1):
        return "open", end
    losses = [row["loss"] for row in mine if row["start"] < end and grid.end(row) > begin and row["loss"]]
    if not losses:
        return "unknown", end
    return ("met" if max(losses) <= 15 else "missed"), end


@given(cases)
def test_each_outage_is_restored_in_time_or_not(case):
    uptime = uptime_of(case, "restore")
    grid = Minutes(case, net=True)
    fates = [fate(case, grid, name, run) for name in case["services"] for run in runs(case, grid, (name,))]
    for row, (begin, end) in zip(judged_uptime(uptime), periods_in(uptime), strict=True):
        here = [what for what, at in fates if begin <= at < end]
        assert (row.met, row.n) == (here.count("met"), here.count("met") + here.count("missed"))
        assert (row.unresolved, row.undecided) == (here.count("unknown"), here.count("open"))


readings = st.lists(
    st.tuples(
        st.sampled_from(["events_all", "events_good"]),
        st.integers(0, 5),
        st.sampled_from([0, 1, 2, 3, 2.5, -1]),
    ),
    max_size=14,
)


@given(readings)
def test_counters_are_joined_instant_by_instant(found):
    good = total = Fraction(0)
    for at in range(6):
        alls, goods = (
            [Fraction(str(value)) for metric, when, value in found if when == at and metric == name]
            for name in ("events_all", "events_good")
        )
        if alls and goods and min(alls + goods) >= 0 and sum(goods) <= sum(alls):
            good += sum(goods)
            total += sum(alls)
    rows = sorted(found, key=lambda row: row[:2])
    samples = Samples(
        service=b.coded(["mail"] * len(rows)),
        metric=b.coded([row[0] for row in rows]),
        at_us=np.array([row[1] for row in rows], dtype=np.int64),
        value=np.array([row[2] for row in rows], dtype=np.float64),
        hold_us=np.full(len(rows), HOLD_UNTIL_NEXT, dtype=np.int64),
    )
    counts = read_events(samples, "mail", 10, None)
    assert (sum(counts.good.tolist()), sum(counts.total.tolist())) == (good, total)
