"""What holds on any desk, whatever happens there."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.simulate.outcome import CUT, FINISHED, HANDED_OVER
from slmdsl.simulate.reference.desk import Desk
from slmdsl.workload import plan as p
from tests.desks import random_desk

DESKS = st.integers(0, 2**32 - 1).map(random_desk)
OVER = {Phase.RESOLVED, Phase.CANCELLED}


def ran(desk):
    """A desk after its run, and what it left, with ticks for times."""
    plan, luck = desk
    made = Desk(plan, luck)
    outcome = made.run()
    spells = outcome.spells
    ticks = [each // plan.tick_us for each in (spells.queued_us, spells.begin_us, spells.end_us)]
    return (
        made,
        outcome,
        list(
            zip(*map(np.ndarray.tolist, (spells.ticket, spells.agent, *ticks, spells.outcome)), strict=True)
        ),
    )


def no_overlap(stretches):
    stretches = sorted(stretches)
    return all(earlier[1] <= later[0] for earlier, later in pairwise(stretches))


@given(DESKS)
def test_nobody_works_two_tickets_and_no_ticket_is_worked_twice_at_once(desk):
    _, _, spells = ran(desk)
    by_agent, by_ticket = defaultdict(list), defaultdict(list)
    for ticket, agent, queued, begin, end, _ in spells:
        assert queued <= begin <= end
        by_agent[agent].append((begin, end))
        by_ticket[ticket].append((begin, end))
    assert all(map(no_overlap, (*by_agent.values(), *by_ticket.values())))


@given(DESKS)
def test_every_ticket_is_in_one_place(desk):
    plan, _ = desk
    made, _, _ = ran(desk)
    queued = [ticket.row for group in made.people.groups for line in group.queue for _, ticket in line]
    held = [agent.ticket.row for agent in made.people.agents if agent.ticket]
    assert len(set(queued)) == len(queued)
    assert len(set(held)) == len(held)
    for ticket in made.tickets:
        places = (queued + held).count(ticket.row)
        if ticket.arrived >= plan.end:
            assert (places, ticket.entered) == (0, 0)
        elif ticket.phase in (Phase.NEW, Phase.ACTIVE):
            assert places == 1
        else:
            assert places == 0


@given(DESKS)
def test_who_is_idle_has_no_ticket_to_take(desk):
    made, _, _ = ran(desk)
    last = desk[0].end - 1
    for group in made.people.groups:
        if any(agent.is_idle for agent in group.agents):
            waiting = [ticket for line in group.queue for _, ticket in line]
            if group.has_roster(last):
                assert not waiting
            for ticket in waiting:
                due = ticket.queued_at + group.on_call_after
                assert group.has_roster(last) or not group.on_call_for[ticket.priority] or due > last


@given(DESKS)
def test_a_spell_begins_on_duty_and_where_nobody_is_released_early(desk):
    plan, _ = desk
    made, _, spells = ran(desk)
    for _, number, _, begin, end, outcome in spells:
        agent = made.people.agents[number]
        begun_in = [until for since, until in agent.duty if since <= begin < until]
        assert begun_in
        hands_over = made.people.groups[agent.group].hands_over
        assert outcome != HANDED_OVER or hands_over
        if hands_over and agent.kind != p.ADDED:
            assert end <= begun_in[0] or begin == end
        if outcome == CUT:
            assert end == plan.end


@given(DESKS)
def test_work_that_was_broken_off_is_done_to_the_end(desk):
    made = Desk(*desk)
    queueings, enqueue, write = defaultdict(list), made.people.enqueue, made.journal.spell

    def queue(ticket):
        queueings[ticket.row].append([(ticket.to_answer or 0) + ticket.work, 0, False])
        enqueue(ticket)

    def spell(ticket, agent, queued, begin, end, how):
        queueing = queueings[ticket][-1]
        queueing[1:] = queueing[1] + end - begin, how == FINISHED
        write(ticket, agent, queued, begin, end, how)

    made.people.enqueue, made.journal.spell = queue, spell
    made.run()
    for drawn, done, is_finished in (each for own in queueings.values() for each in own):
        assert done == drawn if is_finished else done <= drawn


@given(DESKS)
def test_by_arrival_and_undisturbed_who_queues_first_is_picked_up_first(desk):
    made, _, spells = ran(desk)
    picked = defaultdict(list)
    for _, number, queued, begin, *_ in spells:
        picked[made.people.agents[number].group].append((begin, queued))
    for number, group in enumerate(made.people.groups):
        has_on_call = any(agent.kind == p.ON_CALL for agent in group.agents)
        if group.disciplines[0] == p.BY_ARRIVAL and not (
            group.hands_over or has_on_call or any(group.preempts)
        ):
            assert all(first[1] <= second[1] for first, second in pairwise(sorted(picked[number])))


@given(DESKS)
def test_events_stand_in_order_and_say_what_may_be(desk):
    plan, luck = desk
    _, outcome, _ = ran(desk)
    events = outcome.events
    assert np.all(np.diff(events.at_us) >= 0)
    assert np.all(events.at_us < plan.end * plan.tick_us)
    assert np.all((events.role == Role.AGENT) == (events.actor >= 0))
    assert np.all((events.type == EventType.GROUP) == (events.group >= 0))
    assert np.all((events.type == EventType.STATE) == (events.phase >= 0))
    assert np.all((events.type == EventType.MESSAGE) == (events.public == 1))
    phases = defaultdict(lambda: Phase.NEW)
    for ticket, kind, phase in zip(
        events.ticket.tolist(), events.type.tolist(), events.phase.tolist(), strict=True
    ):
        if kind == EventType.STATE:
            assert phases[ticket] != Phase.CANCELLED
            assert phases[ticket] != Phase.RESOLVED or phase == Phase.ACTIVE
            phases[ticket] = Phase(phase)
        else:
            assert phases[ticket] not in OVER
    answered = events.ticket[events.type == EventType.MESSAGE]
    assert len(set(answered.tolist())) == len(answered)
    assert len(set(outcome.feedback.ticket.tolist())) == len(outcome.feedback.ticket)
    assert np.all(events.at_us >= luck.arrivals.at[events.ticket] * plan.tick_us)


@given(DESKS)
def test_outages_of_a_node_follow_each_other(desk):
    _, outcome, _ = ran(desk)
    rows = outcome.outages
    by_node = defaultdict(list)
    for node, begin, end in zip(rows.node.tolist(), rows.from_us.tolist(), rows.to_us.tolist(), strict=True):
        by_node[node].append((begin, end if end >= 0 else 2**62))
    for stretches in by_node.values():
        assert all(begin <= end for begin, end in stretches)
        assert no_overlap(stretches)
