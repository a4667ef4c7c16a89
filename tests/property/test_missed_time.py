"""Where missed tickets' time went, against an obvious walk over each ticket's events, spells and shifts."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.base.units import NO_TIME
from slmdsl.evaluate.tickets.rows import ticket_verdicts
from slmdsl.events.vocabulary import Phase
from slmdsl.rules.stopwatch import MISSED
from slmdsl.study.judged.missed import missed_time, ticket_times
from slmdsl.study.judged.missed_kernels import CLOSED, CUSTOMER, RESOLVED, SUPPLIER, WAITING, WORKING
from slmdsl.study.judged.misses import misses_of
from tests import studies

pytestmark = pytest.mark.compiled

HORIZON = date(2027, 1, 15), date(2027, 2, 28)
SUPPLIED = """    step apps {
      works  lognormal(median 40 min, p90 2 h)
      then   vendor 40%, resolved 50%, desk 10%
    }
    step vendor {
      waits  lognormal(median 5 h, p90 2 days)
      then   apps 50%, resolved 50%
    }"""
MOVED = "at 100% of resolution  reassign to apps, notify desk,"
OLA = """
ola apps_ola "Applications for the desk" {
  between  apps and desk
  supports gold
  clock    counted
  counts   per_stay
  target fix: resolution of P1, P2 incidents within 3 h for 92% each month
}
"""
STOPS = "  stops     at resolved\n"


def texts():
    plain = studies.TWO_GROUPS
    first = plain.index("    step apps {")
    supplied = plain[:first] + SUPPLIED + plain[plain.index("}", first) + 1 :]
    yield plain.replace("slas  gold, silver", "slas  gold, silver, apps_ola") + OLA
    yield supplied.replace(STOPS, f"{STOPS}  reopened  new_cycle\n")
    yield supplied.replace("at 100% of resolution  notify desk,", MOVED).replace(
        STOPS, f"{STOPS}  reopened  counts_all\n"
    )
    # Hardly anybody there: nothing is over at the end, and on-call works while shifts are off.
    yield supplied.replace("mon..fri 10:30-19:00", "mon 10:30-19:00").replace(
        "for P1 after", "for P1, P2 after"
    )


DAY_US = 86_400_000_000
WEEK_US = 7 * DAY_US
TEXTS = tuple(texts())


@lru_cache
def trial_of(place):
    return studies.trial(TEXTS[place], horizon=HORIZON, warm_up_us=WEEK_US)


def walked(run, ticket, from_us, to_us):
    """Cut the ticket's life wherever anything happens, and look at each piece that lies in the stretch."""
    plan, log, spells = run.plan, run.log, run.outcome.spells
    end_us = plan.end * plan.tick_us
    events, event = [], int(log.ticket_columns.first_event[ticket])
    while event >= 0:
        columns = log.event_columns
        events.append((int(columns.at_us[event]), int(columns.phase[event]), int(columns.group[event])))
        event = int(columns.next_event[event])
    work = [
        (int(spells.begin_us[row]), int(spells.end_us[row]))
        for row in np.flatnonzero(spells.ticket == ticket)
    ]
    shifts = [
        (
            group,
            int(plan.groups.roster_from[row]) * plan.tick_us,
            int(plan.groups.roster_to[row]) * plan.tick_us,
        )
        for group in range(len(plan.groups.lines))
        for row in range(plan.groups.first_roster[group], plan.groups.end_roster[group])
    ]
    opened_us = int(log.ticket_columns.opened_us[ticket])
    edges = {opened_us, end_us, from_us, to_us, *(at for at, _, _ in events)}
    edges |= {at for piece in work for at in piece} | {at for _, *piece in shifts for at in piece}
    edges = sorted(at for at in edges if opened_us <= at <= end_us)
    found, over = [0] * 6, 0
    for begin, end in pairwise(edges):
        phase = [Phase.NEW, *(phase for at, phase, _ in events if at <= begin and phase >= 0)][-1]
        group = [group for at, _, group in events if at <= begin and group >= 0][-1]
        is_inside = from_us <= begin < to_us
        if phase >= Phase.RESOLVED:
            over += (end - begin) * is_inside
            continue
        found[RESOLVED] += over
        over = 0
        if any(first <= begin < last for first, last in work):
            assert phase == Phase.ACTIVE
            column = WORKING
        elif phase == Phase.WAIT_CUSTOMER:
            column = CUSTOMER
        elif phase == Phase.WAIT_SUPPLIER:
            column = SUPPLIER
        else:
            is_on = any(whose == group and on <= begin < off for whose, on, off in shifts)
            column = WAITING if is_on else CLOSED
        found[column] += (end - begin) * is_inside
    return found, max(to_us - from_us, 0) - over


@settings(max_examples=12)
@given(st.sampled_from(range(len(TEXTS))), st.integers(0, 2**31), st.randoms(use_true_random=False))
def test_times_are_those_of_a_walk_and_add_up_to_the_whole(place, number, chooser):
    """The same ticket stands there several times: with its whole life, and with stretches of it."""
    run = trial_of(place).run(number)
    end_us, opened_us = run.plan.end * run.plan.tick_us, run.log.ticket_columns.opened_us
    stretches = []
    for ticket in chooser.sample(range(len(opened_us)), 15):
        first_us = int(opened_us[ticket])
        marks = [chooser.randint(first_us, min(first_us + 3 * DAY_US, end_us)) for _ in range(2)]
        stretches += [(ticket, first_us, end_us), (ticket, first_us, marks[0]), (ticket, *sorted(marks))]
    chooser.shuffle(stretches)
    found = ticket_times(run, *np.array(stretches, np.int64).T.copy())
    for stretch, mine in zip(stretches, found.tolist(), strict=True):
        wanted, whole = walked(run, *stretch)
        assert mine == wanted
        assert sum(mine) == whole


def stretches_of(misses, end_us):
    """From the opening of each ticket or part to the stop that its row of the verdicts tells."""
    rows = ticket_verdicts(misses.bound, misses.log)
    mine = (rows.target == misses.place) & (rows.cycle == 1) & (rows.kind == MISSED)
    stops_us = dict(zip(rows.ticket[mine].tolist(), rows.stop_us[mine].tolist(), strict=True))
    opened_us = misses.log.ticket_columns.opened_us
    for ticket, row in zip(misses.tickets.tolist(), misses.rows.tolist(), strict=True):
        yield ticket, int(opened_us[row]), end_us if stops_us[row] == NO_TIME else stops_us[row]


@settings(max_examples=8)
@given(st.sampled_from(range(len(TEXTS))), st.integers(0, 2**31))
def test_sums_are_those_of_the_misses_until_their_clocks_stopped(place, number):
    trial = trial_of(place)
    run = trial.run(number)
    evaluation = trial.judge.evaluated(run.log)
    found = missed_time(run, trial.judge, evaluation)
    for misses in misses_of(evaluation, *trial.judge.span_us):
        mine = found[misses.target]
        stretches = stretches_of(misses, trial.judge.span_us[1])
        times = [ticket_times(run, *np.array([each], np.int64).T.copy())[0] for each in stretches]
        assert (mine.judged, mine.missed) == (misses.judged, len(misses.tickets))
        assert 0 <= mine.missed <= mine.judged
        parts = (mine.waiting, mine.working, mine.closed, mine.customer, mine.supplier, mine.resolved)
        assert parts == tuple(np.sum(times, axis=0, dtype=np.int64).tolist() if times else [0] * 6)


def test_every_column_is_of_use():
    """What the walk is held against has time of each kind in it."""
    sums = np.zeros(6, np.int64)
    for place in range(len(TEXTS)):
        run = trial_of(place).run(0)
        opened_us = run.log.ticket_columns.opened_us
        ends_us = np.full(len(opened_us), run.plan.end * run.plan.tick_us)
        sums += ticket_times(run, np.arange(len(opened_us)), opened_us, ends_us).sum(axis=0)
    assert (sums > 0).all()
