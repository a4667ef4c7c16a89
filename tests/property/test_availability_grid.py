"""Availability against the obvious: every five minutes of some days looked at on its own."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import HOUR, MINUTE, NO_TIME
from slmdsl.calendars import ALWAYS
from slmdsl.contract.model.agreements import Availability, CalendarPeriod, Dated, PeriodUnit, RollingPeriod
from slmdsl.contract.model.catalogue import MaintenanceWindow, NeedsAll, NeedsAny, NeedsOne
from slmdsl.evaluate.availability.facts import UP, uptime_facts
from slmdsl.evaluate.availability.minutes import count_uptime
from slmdsl.evaluate.availability.uptime import Uptime
from slmdsl.events.columns import HOLD_DEFAULT, HOLD_UNTIL_NEXT, Coded, Outages, Samples
from slmdsl.rules.availability import uptime_rule
from slmdsl.rules.periods import periods_of
from tests.property.outage_cases import DAY, DAYS, NAMES, PLANS, SHOP, START, needs

STEP = 5  # minutes; all that is generated is a multiple of it, medians of gaps included

minutes = st.integers(-30, DAYS * DAY // 10 + 30).map(lambda tens: tens * 10)
names = st.sampled_from(NAMES)
outage_rows = st.lists(
    st.fixed_dictionaries(
        {
            "service": names,
            "start": minutes,
            "length": st.one_of(st.none(), st.integers(0, 150).map(lambda tens: tens * 10)),
            "share": st.sampled_from([1, 1, Fraction(2, 5), Fraction(1, 4)]),
            "planned": st.booleans(),
            "announced": st.one_of(st.none(), minutes),
        }
    ),
    max_size=12,
)
sample_rows = st.lists(
    st.tuples(
        names,
        minutes,
        st.integers(0, 1),
        st.sampled_from([HOLD_UNTIL_NEXT, HOLD_DEFAULT, 60 * MINUTE, 500 * MINUTE]),
    ),
    max_size=20,
    unique_by=lambda row: row[:2],
)
cases = st.fixed_dictionaries(
    {
        "outages": outage_rows,
        "samples": sample_rows,
        "need": st.one_of(st.none(), needs(6)),
        "services": st.sampled_from([("mail",), ("wan",), ("mail", "wan")]),
        "hours": st.sampled_from(list(PLANS)),
        "maintenance": st.sampled_from(["excluded", "up", "counts"]),
        "window": st.one_of(st.none(), st.tuples(st.integers(0, 23), st.integers(1, 30))),
        "as_of": st.integers(0, DAYS * DAY // 10).map(lambda tens: tens * 10),
        "period": st.sampled_from([CalendarPeriod(unit=PeriodUnit.DAY), RollingPeriod(days=2)]),
    }
)


class Grid:
    """The reading of the semantics that needs no cleverness."""

    def __init__(self, case):
        self.case = case
        self.as_of = case["as_of"]
        self.series = {}
        for name, at, value, hold in sorted(case["samples"], key=lambda row: row[1]):
            if at <= self.as_of:
                self.series.setdefault(name, []).append((at, value, hold))
        booked = {row["service"] for row in case["outages"]}
        self.with_book = set() if self.series else set(NAMES)
        self.known = booked | set(self.series) | self.with_book

    def sampled(self, name, minute):
        """Return (least, most) by samples alone."""
        series = self.series[name]
        before = [row for row in series if row[0] <= minute]
        if not before:
            return 0, 1
        at, value, hold = before[-1]
        if hold == HOLD_UNTIL_NEXT:
            return value, value
        if hold == HOLD_DEFAULT:
            gaps = sorted(b[0] - a[0] for a, b in pairwise(series))
            middle = len(gaps) // 2
            median = (Fraction(gaps[middle] + gaps[~middle], 2)) if gaps else 0
            return (value, value) if minute - at < 3 * median else (0, 1)
        return (value, value) if (minute - at) * MINUTE < hold else (0, 1)

    def own(self, name, minute):
        if name not in self.known:
            return None
        least, most = self.sampled(name, minute) if name in self.series else (1, 1)
        for row in self.case["outages"]:
            if row["service"] == name and row["start"] <= minute < self.end(row):
                least, most = min(least, 1 - row["share"]), min(most, 1 - row["share"])
        return least, most

    def end(self, row):
        return self.as_of if row["length"] is None else min(row["start"] + row["length"], self.as_of)

    def has_facts(self, need):
        if isinstance(need, NeedsOne):
            return self.component(need.name) in self.known
        return any(map(self.has_facts, need.parts))

    def component(self, name):
        return f"mail.{name}" if name in ("east", "west") else name

    def need(self, need, minute):
        if isinstance(need, NeedsOne):
            return self.own(self.component(need.name), minute) or (0, 1)
        parts = [self.need(part, minute) for part in need.parts]
        least = need.least if isinstance(need, NeedsAny) else len(parts)
        return tuple(sorted(side)[len(parts) - least] for side in zip(*parts, strict=True))

    def flat(self, need):
        return (
            [leaf for part in need.parts for leaf in self.flat(part)]
            if isinstance(need, NeedsAll)
            else [need]
        )

    def state(self, name, minute):
        own = self.own(name, minute)
        need = self.case["need"] if name == "mail" else None
        series = self.flat(need) if need else []
        if own is not None:
            series = [part for part in series if self.has_facts(part)]
        elif not any(map(self.has_facts, series)):
            return 0, 1
        parts = [self.need(part, minute) for part in series] + ([own] if own is not None else [])
        return tuple(map(min, zip(*parts, strict=True)))

    def is_open(self, name, minute):
        return name != "mail" or self.case["hours"] == "always" or SHOP[0] <= minute % DAY < SHOP[1]

    def is_maintained(self, name, minute):
        booked, notice = {name}, 0
        if name == "mail":
            booked |= {"mail.east", "mail.west"}
        if name == "mail" and self.case["window"]:
            start, length = self.case["window"]
            notice = 60
            if (minute - start * 60) % DAY < length * 60:
                return True
        return any(
            row["service"] in booked
            and row["planned"]
            and row["announced"] is not None
            and row["announced"] <= row["start"] - notice
            and row["start"] <= minute < self.end(row)
            for row in self.case["outages"]
        )

    def minute(self, minute):
        """Return (agreed, least, most) of one minute over the services of the target."""
        agreed, states, maintained = False, [(1, 1)], False
        for name in self.case["services"]:
            inside, work = self.is_open(name, minute), self.is_maintained(name, minute)
            maintained = maintained or (inside and work)
            if inside and not (work and self.case["maintenance"] == "excluded"):
                agreed = True
                if not (work and self.case["maintenance"] == "up"):
                    states.append(self.state(name, minute))
        return agreed, min(least for least, _ in states), min(most for _, most in states), maintained

    def counts(self, first, last):
        """Return the figures of one period in minutes, as exact fractions of up."""
        found = dict.fromkeys(("known", "unknown", "ahead", "maintenance", "up", "least", "most"), 0)
        for minute in range(first, last, STEP):
            agreed, least, most, maintained = self.minute(minute)
            past = minute < self.as_of
            found["maintenance"] += STEP * (maintained and past)
            found["ahead"] += STEP * (agreed and not past)
            if agreed and past:
                known = least == most
                found["known" if known else "unknown"] += STEP
                found["up"] += STEP * least * known
                found["least"] += STEP * least
                found["most"] += STEP * most
        return found


def coded(words):
    return Coded(codes=np.array([NAMES.index(word) for word in words], dtype=np.int32), values=NAMES)


def us(minute):
    return NO_TIME if minute is None else START + minute * MINUTE


def outages_of(case):
    rows = case["outages"]
    named = tuple(dict.fromkeys(row["service"] for row in rows))
    return Outages(
        service=Coded(
            codes=np.array([named.index(row["service"]) for row in rows], dtype=np.int32), values=named
        ),
        start_us=np.array([us(row["start"]) for row in rows], dtype=np.int64),
        end_us=np.array(
            [NO_TIME if row["length"] is None else us(row["start"] + row["length"]) for row in rows],
            dtype=np.int64,
        ),
        planned=np.array([row["planned"] for row in rows], dtype=np.int8),
        announced_us=np.array([us(row["announced"]) for row in rows], dtype=np.int64),
        cause=Coded.unknown(len(rows)),
        share=np.array([float(row["share"]) for row in rows], dtype=np.float64),
        data_loss_us=np.full(len(rows), NO_TIME, dtype=np.int64),
    )


def samples_of(case):
    rows = sorted(case["samples"], key=lambda row: (NAMES.index(row[0]), row[1]))
    return Samples(
        service=coded([row[0] for row in rows]),
        metric=Coded(codes=np.zeros(len(rows), dtype=np.int32), values=("up",)),
        at_us=np.array([us(row[1]) for row in rows], dtype=np.int64),
        value=np.array([row[2] for row in rows], dtype=np.float64),
        hold_us=np.array([row[3] for row in rows], dtype=np.int64),
    )


def services_of(case):
    window = ()
    if case["window"]:
        start, length = case["window"]
        window = (
            MaintenanceWindow(
                weekdays=(),
                nth=None,
                month_day=None,
                dates=(),
                windows_us=((start * HOUR, (start + length) * HOUR),),
                zone="UTC",
                notice_us=HOUR,
                span=NOWHERE,
            ),
        )
    plain = {"hours": ALWAYS, "maintenance": (), "components": (), "needs": None}
    mail = {
        "hours": PLANS[case["hours"]],
        "maintenance": window,
        "components": ("east", "west"),
        "needs": case["need"],
    }
    return {
        "mail": SimpleNamespace(name="mail", **mail),
        "wan": SimpleNamespace(name="wan", **plain),
        "disk": SimpleNamespace(name="disk", **plain),
    }


def counted(case):
    goal = Dated(values=((None, Fraction(1, 2), NOWHERE),))
    form = Availability(
        services=case["services"], method="minutes", goal=goal, maintenance=case["maintenance"], unknown=None
    )
    agreement = SimpleNamespace(
        zone="UTC", month_day=1, month_overflow="clamp", valid_from=None, valid_to=None, exclusions=()
    )
    target = SimpleNamespace(form=form, period=case["period"])
    rule = uptime_rule(target, agreement, SimpleNamespace(services=services_of(case)))
    as_of_us = START + case["as_of"] * MINUTE
    outages = outages_of(case)
    facts = uptime_facts(samples_of(case), outages, as_of_us, has_book=True)
    periods = periods_of(target, agreement, START, START + DAYS * DAY * MINUTE)
    uptime = Uptime.of(rule, facts, Samples.empty(), outages, periods, as_of_us)
    return periods, count_uptime(uptime.timeline, periods, as_of_us)


@given(cases)
def test_availability_is_what_every_minute_says(case):
    periods, counts = counted(case)
    grid = Grid(case)
    for place in range(len(periods)):
        first, last = (int(side[place] - START) // MINUTE for side in (periods.from_us, periods.to_us))
        expected = grid.counts(first, last)
        assert {
            "known": counts.known_us[place] // MINUTE,
            "unknown": counts.unknown_us[place] // MINUTE,
            "ahead": counts.ahead_us[place] // MINUTE,
            "maintenance": counts.maintenance_us[place] // MINUTE,
            "up": Fraction(counts.up[place], UP * MINUTE),
            "least": Fraction(counts.up_least[place], UP * MINUTE),
            "most": Fraction(counts.up_most[place], UP * MINUTE),
        } == expected
