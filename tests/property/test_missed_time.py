"""Where missed tickets' time went, against an obvious walk over each ticket's events, spells and shifts."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.events.vocabulary import Phase
from slmdsl.study.missed import missed_time, ticket_times
from slmdsl.study.missed_kernels import CLOSED, CUSTOMER, RESOLVED, SUPPLIER, WAITING, WORKING
from slmdsl.study.misses import misses_of
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


def texts():
    plain = studies.TWO_GROUPS
    first = plain.index("    step apps {")
    supplied = plain[:first] + SUPPLIED + plain[plain.index("}", first) + 1 :]
    yield plain
    yield supplied
    yield supplied.replace("at 100% of resolution  notify desk,", MOVED)
    # Hardly anybody there: nothing is over at the end, and on-call works while shifts are off.
    yield supplied.replace("mon..fri 10:30-19:00", "mon 10:30-19:00").replace(
        "for P1 after", "for P1, P2 after"
    )


WEEK_US = 7 * 86_400_000_000
TEXTS = tuple(texts())


@lru_cache
def trial_of(place):
    return studies.trial(TEXTS[place], horizon=HORIZON, warm_up_us=WEEK_US)


def walked(run, ticket):
    """Cut the ticket's life wherever anything happens, and look at the middle of each piece."""
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
    edges = {opened_us, end_us, *(at for at, _, _ in events)}
    edges |= {at for piece in work for at in piece} | {at for _, *piece in shifts for at in piece}
    edges = sorted(at for at in edges if opened_us <= at <= end_us)
    found, over = [0] * 6, 0
    for begin, end in pairwise(edges):
        phase = [Phase.NEW, *(phase for at, phase, _ in events if at <= begin and phase >= 0)][-1]
        group = [group for at, _, group in events if at <= begin and group >= 0][-1]
        if phase >= Phase.RESOLVED:
            over += end - begin
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
        found[column] += end - begin
    return found, end_us - opened_us - over


@settings(max_examples=12)
@given(st.sampled_from(range(len(TEXTS))), st.integers(0, 2**31), st.randoms(use_true_random=False))
def test_times_are_those_of_a_walk_and_add_up_to_the_whole(place, number, chooser):
    run = trial_of(place).run(number)
    tickets = np.array(sorted(chooser.sample(range(len(run.log.ticket_columns)), 25)), np.int64)
    found = ticket_times(run, tickets)
    for ticket, mine in zip(tickets.tolist(), found.tolist(), strict=True):
        wanted, whole = walked(run, ticket)
        assert mine == wanted
        assert sum(mine) == whole


@settings(max_examples=8)
@given(st.sampled_from(range(len(TEXTS))), st.integers(0, 2**31))
def test_sums_are_those_of_the_tickets_that_missed(place, number):
    trial = trial_of(place)
    run = trial.run(number)
    evaluation = trial.judge.evaluated(run.log)
    found = missed_time(run, trial.judge, evaluation)
    for misses in misses_of(evaluation, *trial.judge.span_us):
        mine = found[misses.target]
        times = [ticket_times(run, np.array([ticket]))[0] for ticket in misses.tickets.tolist()]
        assert (mine.judged, mine.missed) == (misses.judged, len(misses.tickets))
        assert 0 <= mine.missed <= mine.judged
        parts = (mine.waiting, mine.working, mine.closed, mine.customer, mine.supplier, mine.resolved)
        assert parts == tuple(np.sum(times, axis=0, dtype=np.int64).tolist() if times else [0] * 6)


def test_every_column_is_of_use():
    """What the walk is held against has time of each kind in it."""
    sums = np.zeros(6, np.int64)
    for place in range(len(TEXTS)):
        run = trial_of(place).run(0)
        sums += ticket_times(run, np.arange(len(run.log.ticket_columns))).sum(axis=0)
    assert (sums > 0).all()
