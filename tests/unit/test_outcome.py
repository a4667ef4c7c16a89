"""The log that is made of an outcome says what any other log would say of the same rows."""

import numpy as np
import pytest

from slmdsl.base.units import NO_TIME
from slmdsl.events.build import Listing, Opening, parts_of_tickets
from slmdsl.events.chains import EventRows
from slmdsl.events.columns import Coded
from slmdsl.events.completion import Times
from slmdsl.simulate.fast.engine import simulate
from slmdsl.simulate.outcome import FAILURE, REASONS, linked, log_of
from tests.desks import random_desk


def names(count):
    return tuple(f"T{row}" for row in range(count))


def log_and_outcome(seed):
    plan, luck = random_desk(seed)
    outcome = simulate(plan, luck)
    return plan, luck, outcome, log_of(plan, luck, outcome, names(len(luck.arrivals)))


def told_anew(plan, luck, outcome):
    """The same rows on the way that logs of files take."""
    events, arrivals = outcome.events, luck.arrivals
    rows, count = len(events), len(arrivals)
    never, unknown = np.full(count, NO_TIME), np.full(rows, -1, np.int32)
    opening = Opening(
        ids=names(count),
        kind=Coded(codes=arrivals.kind, values=plan.words.kinds),
        service=Coded(codes=arrivals.service, values=plan.words.services),
        priority=Coded(codes=arrivals.priority, values=plan.words.priorities),
        customer=Coded(codes=arrivals.customer, values=plan.words.customers),
        group=Coded.unknown(count),
        fields={},
    )
    told = EventRows(
        ticket=events.ticket,
        at_us=events.at_us,
        seq=np.arange(rows, dtype=np.int32),
        type=events.type,
        phase=events.phase,
        priority=unknown,
        group=events.group,
        actor=Coded(codes=events.actor, values=plan.words.agents),
        actor_role=events.role,
        public=events.public,
        reason=Coded(codes=events.reason, values=REASONS),
    )
    opened = arrivals.at * plan.tick_us
    times = Times(opened_us=opened, responded_us=never, resolved_us=never, closed_us=never)
    listing = Listing.of_rows("simulated", np.arange(count))
    return parts_of_tickets(opening, times, told, listing=listing)


def walked(tickets, events, ticket):
    row, found = int(tickets.first_event[ticket]), []
    while row >= 0:
        found.append(
            (
                int(events.at_us[row]),
                int(events.type[row]),
                int(events.phase[row]),
                int(events.group[row]),
                events.actor.word(row),
                int(events.actor_role[row]),
                int(events.public[row]),
                events.reason.word(row),
            )
        )
        row = int(events.next_event[row])
    return found


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_facts_and_chains_are_those_of_any_log_with_these_rows(seed):
    plan, luck, outcome, log = log_and_outcome(seed)
    parts = told_anew(plan, luck, outcome)
    assert not parts.contradictions
    mine, theirs = log.ticket_columns, parts.ticket_columns
    for name in ("opened_us", "responded_us", "resolved_us", "closed_us", "reopenings", "reassignments"):
        assert np.array_equal(getattr(mine, name), getattr(theirs, name)), name
    for ticket in range(len(luck.arrivals)):
        story = walked(mine, log.event_columns, ticket)
        assert story == walked(theirs, parts.event_columns, ticket)
        events = np.flatnonzero(log.event_columns.ticket == ticket)
        assert log.event_columns.seq[events].tolist() == list(range(len(events)))


def test_the_log_has_frames():
    plan, luck, outcome, log = log_and_outcome(1)
    assert log.tickets.height == len(luck.arrivals)
    assert log.events.height == len(outcome.events)
    assert log.outages.height == len(plan.planned.node) + len(outcome.outages.node)
    assert log.feedback.height == len(outcome.feedback.ticket)


def test_planned_outages_stand_first_and_failures_are_called_so():
    seen = set()
    for seed in range(40):
        plan, _, outcome, log = log_and_outcome(seed)
        outages, planned = log.outage_columns, len(plan.planned.node)
        assert outages.planned.tolist() == [1] * planned + [0] * len(outcome.outages.node)
        assert outages.start_us[:planned].tolist() == (plan.planned.start * plan.tick_us).tolist()
        for row, cause in enumerate(outcome.outages.cause.tolist(), start=planned):
            assert outages.cause.word(row) == (FAILURE if cause < 0 else plan.words.causes[cause])
            seen.add(cause < 0)
    assert seen == {True, False}


def test_what_is_linked_later_is_what_the_engine_linked():
    _, luck, outcome, _ = log_and_outcome(5)
    made = linked(outcome.events, len(luck.arrivals))
    assert np.array_equal(made.next_event, outcome.chains.next_event)
    assert np.array_equal(made.resolved_us, outcome.chains.resolved_us)
