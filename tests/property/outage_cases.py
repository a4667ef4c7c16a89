"""Generated outages, needs and exclusions, and the reading of them that looks at every five minutes on its own."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
from hypothesis import strategies as st

from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import MINUTE, NO_TIME, Duration, to_us
from slmdsl.calendars import ALWAYS, CalendarPlan, Window
from slmdsl.contract.model.agreements import (
    Availability,
    CalendarPeriod,
    Dated,
    Exclusion,
    Limit,
    LongestOutage,
    OutageCount,
    OutageSelection,
    PeriodUnit,
    Restore,
    RollingPeriod,
    Slices,
)
from slmdsl.contract.model.catalogue import NeedsAll, NeedsAny, NeedsOne
from slmdsl.evaluate.availability.facts import uptime_facts
from slmdsl.evaluate.availability.uptime import Uptime
from slmdsl.events.columns import HOLD_UNTIL_NEXT, Coded, Outages, Samples
from slmdsl.rules.availability import uptime_rule
from slmdsl.rules.periods import periods_of
from tests import builders as b

START = to_us(datetime(2027, 4, 1, tzinfo=UTC))
DAY = 1440
DAYS = 3
STEP = 10
NAMES = ("mail", "wan", "disk", "mail.east", "mail.west")
SHOP = (7 * 60, 22 * 60)
PLANS = {"always": ALWAYS, "shop": CalendarPlan(name="shop", weekly=((Window.parse("07:00-22:00"),),) * 7)}

minutes = st.integers(-20, DAYS * DAY // STEP + 20).map(lambda tens: tens * STEP)
names = st.sampled_from(NAMES)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "service": names,
            "start": minutes,
            "length": st.one_of(st.none(), st.integers(1, 90).map(lambda tens: tens * STEP)),
            "share": st.sampled_from([1, 1, Fraction(2, 5)]),
            "planned": st.booleans(),
            "announced": st.booleans(),
            "cause": st.sampled_from([None, "fire", "works"]),
            "loss": st.sampled_from([None, 5, 30]),
        }
    ),
    max_size=10,
)
samples = st.one_of(
    st.just([]),
    st.lists(st.tuples(names, minutes, st.integers(0, 1)), max_size=12, unique_by=lambda row: row[:2]),
)


def needs(most):
    """What a service may need: up to so many parts, in series and in redundancy."""
    leaves = st.sampled_from(["wan", "disk", "east", "west"]).map(
        lambda name: NeedsOne(name=name, span=NOWHERE)
    )
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            st.lists(parts, min_size=1, max_size=3).map(lambda found: NeedsAll(parts=tuple(found))),
            st.lists(parts, min_size=1, max_size=3).flatmap(
                lambda found: st.integers(1, len(found)).map(
                    lambda least: NeedsAny(least=least, parts=tuple(found))
                )
            ),
        ),
        max_leaves=most,
    )


cases = st.fixed_dictionaries(
    {
        "outages": rows,
        "samples": samples,
        "need": st.one_of(st.none(), needs(5)),
        "services": st.sampled_from([("mail",), ("mail", "wan")]),
        "hours": st.sampled_from(list(PLANS)),
        "maintenance": st.sampled_from(["excluded", "up", "counts"]),
        "unknown": st.sampled_from([None, None, "up", "down"]),
        "excluded": st.sampled_from([(), ("wan",), ("mail", "disk")]),
        "as_of": st.integers(1, DAYS * DAY // STEP).map(lambda tens: tens * STEP),
        "period": st.sampled_from([CalendarPeriod(unit=PeriodUnit.DAY), RollingPeriod(days=2)]),
        "slice": st.sampled_from([10, 30, 50, 480, 1000]),
    }
)


class Minutes:
    """What each stretch of ten minutes is, worked out from the words alone."""

    def __init__(self, case, *, net):
        self.case, self.net, self.as_of = case, net, case["as_of"]
        self.series = {}
        for name, at, value in sorted(case["samples"], key=lambda row: row[1]):
            if at <= self.as_of:
                self.series.setdefault(name, []).append((at, value))
        booked = {row["service"] for row in case["outages"]}
        self.known = booked | set(self.series) | (set() if self.series else set(NAMES))

    def end(self, row):
        return self.as_of if row["length"] is None else min(row["start"] + row["length"], self.as_of)

    def is_excluded(self, row):
        excluded = self.case["excluded"]
        is_meant = row["service"] in excluded or row["service"].partition(".")[0] in excluded
        return is_meant and row["cause"] == "fire"

    def booked(self, name, minute, *, excluded):
        """Return how far up the booked outages leave a name."""
        return min(
            (
                1 - row["share"]
                for row in self.case["outages"]
                if row["service"] == name
                and row["start"] <= minute < self.end(row)
                and (excluded is None or self.is_excluded(row) == excluded)
            ),
            default=1,
        )

    def sampled(self, name, minute):
        if name not in self.series:
            return 1, 1
        before = [value for at, value in self.series[name] if at <= minute]
        return (before[-1], before[-1]) if before else (0, 1)

    def own(self, name, minute, parts):
        """Return the state by a name's own facts; `parts` are how far its excluded needs alone leave it up."""
        if name not in self.known:
            return None
        least, most = self.sampled(name, minute)
        if not self.net:
            up = self.booked(name, minute, excluded=None)
            return min(least, up), min(most, up)
        if min([self.booked(name, minute, excluded=True), *parts]) < 1:
            least = most = 1
        up = self.booked(name, minute, excluded=False)
        return min(least, up), min(most, up)

    def component(self, name):
        return f"mail.{name}" if name in ("east", "west") else name

    def has_facts(self, need):
        if isinstance(need, NeedsOne):
            return self.component(need.name) in self.known
        return any(map(self.has_facts, need.parts))

    def need(self, need, minute):
        if isinstance(need, NeedsOne):
            return self.own(self.component(need.name), minute, ()) or (0, 1)
        return self.of_parts(need, [self.need(part, minute) for part in need.parts])

    def of_parts(self, need, states):
        least = need.least if isinstance(need, NeedsAny) else len(states)
        return tuple(sorted(side)[len(states) - least] for side in zip(*states, strict=True))

    def left_by_excluded(self, need, minute):
        """Return how far up a need is when nothing but the excluded outages happened."""
        if isinstance(need, NeedsOne):
            return self.booked(self.component(need.name), minute, excluded=True)
        states = [(self.left_by_excluded(part, minute),) for part in need.parts]
        return self.of_parts(need, states)[0]

    def series_of(self, need):
        if isinstance(need, NeedsAll):
            return [leaf for part in need.parts for leaf in self.series_of(part)]
        return [need]

    def state(self, name, minute):
        need = self.case["need"] if name == "mail" else None
        series = self.series_of(need) if need else []
        own = self.own(name, minute, [self.left_by_excluded(part, minute) for part in series])
        if own is not None:
            series = [part for part in series if self.has_facts(part)]
        elif not any(map(self.has_facts, series)):
            return 0, 1
        parts = [self.need(part, minute) for part in series] + ([own] if own is not None else [])
        return tuple(map(min, zip(*parts, strict=True)))

    def is_maintained(self, name, minute):
        booked = {"mail", "mail.east", "mail.west"} if name == "mail" else {name}
        return any(
            row["service"] in booked
            and row["planned"]
            and row["announced"]
            and row["start"] <= minute < self.end(row)
            for row in self.case["outages"]
        )

    def tree(self, name):
        """Return the names of all that a service rests on, and its own."""
        need = self.case["need"] if name == "mail" else None
        return {name, *(self.leaves(need) if need else ())}

    def leaves(self, need):
        if isinstance(need, NeedsOne):
            return {self.component(need.name)}
        return set().union(*map(self.leaves, need.parts))

    def works(self, name, minute):
        """Whether announced maintenance stands within a service's hours."""
        return self.is_open(name, minute) and self.is_maintained(name, minute)

    def is_open(self, name, minute):
        return name != "mail" or self.case["hours"] == "always" or SHOP[0] <= minute % DAY < SHOP[1]

    def of_service(self, name, minute):
        """Return (agreed, judged least, judged most, raw least, raw most) of a service."""
        inside, work = self.is_open(name, minute), self.works(name, minute)
        state = self.state(name, minute)
        agreed = inside and not (work and self.case["maintenance"] == "excluded")
        if self.net and state[0] == 1 and Minutes(self.case, net=False).state(name, minute)[0] != 1:
            agreed = False
        judged = agreed and not (work and self.case["maintenance"] == "up")
        return agreed, *(state if judged else (1, 1)), *state

    def minute(self, minute, services=None):
        found = [self.of_service(name, minute) for name in services or self.case["services"]]
        return any(row[0] for row in found), *(min(row[i] for row in found) for i in range(1, 5))


def us(minute):
    return NO_TIME if minute is None else START + minute * MINUTE


def outages_of(case):
    found = case["outages"]
    return Outages(
        service=b.coded([row["service"] for row in found]),
        start_us=np.array([us(row["start"]) for row in found], dtype=np.int64),
        end_us=np.array(
            [NO_TIME if row["length"] is None else us(row["start"] + row["length"]) for row in found],
            dtype=np.int64,
        ),
        planned=np.array([row["planned"] for row in found], dtype=np.int8),
        announced_us=np.array(
            [us(row["start"] - 600) if row["announced"] else NO_TIME for row in found], dtype=np.int64
        ),
        cause=b.coded([row["cause"] for row in found]),
        share=np.array([float(row["share"]) for row in found], dtype=np.float64),
        data_loss_us=np.array(
            [NO_TIME if row["loss"] is None else row["loss"] * MINUTE for row in found], dtype=np.int64
        ),
    )


def samples_of(case):
    found = sorted(case["samples"], key=lambda row: (NAMES.index(row[0]), row[1]))
    return Samples(
        service=Coded(codes=np.array([NAMES.index(row[0]) for row in found], dtype=np.int32), values=NAMES),
        metric=Coded(codes=np.zeros(len(found), dtype=np.int32), values=("up",)),
        at_us=np.array([us(row[1]) for row in found], dtype=np.int64),
        value=np.array([row[2] for row in found], dtype=np.float64),
        hold_us=np.full(len(found), HOLD_UNTIL_NEXT, dtype=np.int64),
    )


def services_of(case):
    plain = {"hours": ALWAYS, "maintenance": (), "components": (), "needs": None, "customers": ()}
    mail = plain | {"hours": PLANS[case["hours"]], "components": ("east", "west"), "needs": case["need"]}
    return {
        "mail": SimpleNamespace(name="mail", **mail),
        "wan": SimpleNamespace(name="wan", **plain),
        "disk": SimpleNamespace(name="disk", **plain),
    }


GOAL = Dated(values=((None, Fraction(1, 2), NOWHERE),))


def limit_of(hours):
    return Dated(values=((None, Limit(duration=Duration(us=hours * 60 * MINUTE)), NOWHERE),))


def form_of(case, form):
    """Return a form of target about the case's services."""
    common = {"maintenance": case["maintenance"]}
    services = {"services": case["services"]}
    if form == "longest":
        return LongestOutage(at_most=True, limit=limit_of(4), unknown=case["unknown"], **services, **common)
    if form == "count":
        selection = OutageSelection(services=case["services"], condition=None, words="outages")
        return OutageCount(outages=selection, at_most=True, goal=GOAL, **common)
    if form == "restore":
        return Restore(limit=limit_of(4), goal=GOAL, data_loss_us=15 * MINUTE, **services, **common)
    level = Fraction(9, 10) if form == "slices" else None
    return Availability(
        method=form,
        goal=GOAL,
        unknown=case["unknown"],
        slices=Slices(length_us=case["slice"] * MINUTE, goal=level) if "slices" in form else None,
        **services,
        **common,
    )


def uptime_of(case, form):
    """Return all that a target of `form` is judged by."""
    selection = OutageSelection(
        services=case["excluded"], condition=b.compare("cause", "=", "fire"), words="outages"
    )
    exclusion = Exclusion(population=None, outages=selection, reason="Clause 12", span=NOWHERE)
    agreement = b.agreement(exclusions=(exclusion,) if case["excluded"] else ())
    target = b.target(form_of(case, form), period=case["period"], on=ALWAYS)
    users = {"acme": SimpleNamespace(users=3), "beta": SimpleNamespace(users=None)}
    rule = uptime_rule(target, agreement, SimpleNamespace(services=services_of(case), parties=users))
    as_of_us = START + case["as_of"] * MINUTE
    outages, found = outages_of(case), samples_of(case)
    facts = uptime_facts(found, outages, as_of_us, has_book=True)
    periods = periods_of(target, agreement, START, START + DAYS * DAY * MINUTE)
    return Uptime.of(rule, facts, found, outages, periods, as_of_us)
