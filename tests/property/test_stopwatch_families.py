"""Families of targets on tickets that are reopened and reprioritised a lot: kernels agree with the obvious evaluator.

What `test_reference` draws from whole texts seldom meets two targets of a family in a reopened ticket; this does.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.base.local_time import local_date
from slmdsl.base.units import MINUTE, NO_TIME
from slmdsl.calendars import ALWAYS, calendar_of
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit, RollingPeriod
from slmdsl.contract.model.clocks import Deadline, Mark, Reopened, Reprioritised
from slmdsl.evaluate.reference.history import history_of
from slmdsl.evaluate.reference.reading import Setting, TicketClass, judge
from slmdsl.evaluate.tickets.rows import REASONS, ticket_verdicts
from slmdsl.events.vocabulary import EventType, Phase
from slmdsl.rules.binding import bind
from slmdsl.rules.dated import in_force
from slmdsl.rules.from_contract import ticket_rules
from slmdsl.rules.stopwatch import CANCELLED, MET, MISSED, UNDECIDED, UNRESOLVED
from tests import builders as b

KINDS = {
    MET: TicketClass.MET,
    MISSED: TicketClass.MISSED,
    UNDECIDED: TicketClass.UNDECIDED,
    CANCELLED: TicketClass.CANCELLED,
    UNRESOLVED: TicketClass.UNRESOLVED,
}
MONDAY_US = b.at("2027-03-01 09:00")
QUARTER_US = 15 * MINUTE
PRIORITIES = ("P1", "P2", "P3")
PERIODS = (
    CalendarPeriod(unit=PeriodUnit.DAY),
    CalendarPeriod(unit=PeriodUnit.WEEK),
    RollingPeriod(days=2),
)

clocks = st.builds(
    b.clock,
    starts=st.sampled_from([Mark.OPENED, Mark.OPENED, Mark.ASSIGNED, Phase.ACTIVE]),
    responds=st.sampled_from([Mark.ANY_ACTION, Phase.ACTIVE]),
    stops=st.sampled_from([Mark.RESOLVED, Mark.RESOLVED, Mark.CLOSED, Phase.SCHEDULED]),
    pauses=st.sampled_from([frozenset(), frozenset({Phase.WAIT_CUSTOMER})]),
    reopened=st.sampled_from(Reopened),
    reprioritised=st.sampled_from(Reprioritised),
    deadline=st.sampled_from(Deadline),
)
limits = st.one_of(
    st.integers(0, 60).map(lambda n: b.limit(b.minutes(15 * n))),
    st.integers(1, 6).map(lambda n: b.limit(b.business_days(Fraction(n, 4)))),
    st.integers(0, 2).map(lambda n: b.limit(b.business_days(n), end_of_day=n > 0)),
)
changes = st.none() | st.integers(1, 12).map(lambda n: (date(2027, 3, 2), b.hours(n)))


@st.composite
def families(draw):
    clock, period = draw(clocks), draw(st.sampled_from(PERIODS))
    measure = draw(st.sampled_from(["resolution", "resolution", "resolution", "response"]))
    targets = []
    for i in range(draw(st.integers(2, 4))):
        meant = draw(st.lists(st.sampled_from(PRIORITIES), unique=True, max_size=2))
        change = draw(changes)
        form = b.within(draw(limits), *([change] if change else []), measure=measure, of=b.population(*meant))
        on = draw(st.sampled_from([ALWAYS, b.OFFICE, b.SPLIT]))
        targets.append(b.target(form, name=f"t{i}", of_clock=clock, on=on, period=period))
    return b.agreement(*targets)


@st.composite
def events(draw):
    """Mostly stops, reopenings and changes of priority, within a few days."""
    at_us, found = MONDAY_US, []
    for _ in range(draw(st.integers(2, 12))):
        at_us += draw(st.sampled_from([0, 1, 2, 4, 20, 70])) * QUARTER_US
        what = draw(st.sampled_from([*[Phase.RESOLVED, Phase.ACTIVE] * 3, *PRIORITIES, *Phase, None]))
        if what is None:
            found.append(b.event(at_us, kind=EventType.ASSIGNEE))
        elif isinstance(what, str):
            found.append(b.event(at_us, priority=what))
        else:
            found.append(b.event(at_us, what))
    return found


def said_by_reference(agreement, log, as_of_us, bound):
    periods = {t.target.name: found for t, found in zip(bound.rules.targets, bound.periods, strict=True)}

    def period_end(target, at_us):
        found = periods[target.name]
        return int(found.bucket_edges_us[int(found.bucket_of(np.array(at_us))) + 1])

    def limit_at(target, at_us):
        return in_force(target.form.limit, local_date(ZoneInfo(agreement.zone), at_us))

    setting = Setting(period_end=period_end, limit_at=limit_at, calendar=lambda t: calendar_of(t.calendar))
    outcomes = judge(agreement.targets, history_of(log, 0, as_of_us), setting, [])
    return {
        (outcome.target.name, outcome.cycle): (
            outcome.kind,
            outcome.start_us,
            outcome.stop_us,
            outcome.decided_us,
            outcome.due_us,
            outcome.elapsed,
            outcome.paused_us,
            outcome.reason,
        )
        for outcome in outcomes
        if outcome.start_us is not None
    }


def said_by_kernels(bound, log):
    rows, found = ticket_verdicts(bound, log), {}
    for i in np.flatnonzero(rows.start_us != NO_TIME).tolist():
        days = rows.elapsed_days(i)
        name = bound.rules.targets[rows.target[i]].target.name
        times = (rows.start_us, rows.stop_us, rows.decided_us, rows.due_us)
        found[name, int(rows.cycle[i])] = (
            KINDS[int(rows.kind[i])],
            *(None if column[i] == NO_TIME else int(column[i]) for column in times),
            int(rows.elapsed_us[i]) if days is None else days,
            int(rows.paused_us[i]),
            REASONS[rows.reason[i]],
        )
    return found


@settings(max_examples=500)
@given(agreement=families(), events=events(), later=st.sampled_from([0, 1, 7, 1000]))
def test_families_are_judged_alike(agreement, events, later):
    log = b.log(b.ticket(MONDAY_US, *events, priority="P2"))
    as_of_us = events[-1]["at"] + later * QUARTER_US
    bound = bind(ticket_rules(b.contract(agreement)), log, as_of_us=as_of_us)
    assert said_by_kernels(bound, log) == said_by_reference(agreement, log, as_of_us, bound)
