"""What agreements say of tickets on their way, worked out by hand."""

import dataclasses
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from slmdsl.base.units import HOUR
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.simulate import reference
from slmdsl.simulate.due import LiveClocks, TicketEvent
from slmdsl.simulate.due_binding import clocks_of
from slmdsl.simulate.due_facts import classes_of, met, rows_of
from slmdsl.simulate.due_tables import FAR_US, NOBODY
from slmdsl.simulate.fast import engine
from slmdsl.workload import plan as p
from tests.bare_desks import Desk, Group, Step
from tests.contracts import contract

SPEC = """
provider globex
customer acme
team g0
team g1
team elsewhere
service mail
field site
clock standard {
  pauses while wait_customer
}
sla gold {
  between globex and acme
  covers mail
  valid 1969-01-01 .. 1970-12-31
  clock standard
  escalation ladder
TARGETS
}
ola inner {
  between g0 and globex
  supports gold
  counts per_stay
  clock standard
  target stay: resolution of incidents within 1 min for 90% each month
}
escalation ladder {
STEPS
}
"""
ANSWER = "  target answer: response of incidents within 2 h for 90% each month"
FIX = "  target fix: resolution of P1 incidents within 8 h for 90% each month"
TO_G1 = "  at 50% of resolution reassign to g1"


@cache
def agreed(*targets, steps=TO_G1):
    text = SPEC.replace("TARGETS", "\n".join(targets)).replace("STEPS", steps)
    return SimpleNamespace(contract=contract(text), agreements=("gold", "inner"))


def live(*targets, steps=TO_G1, tickets=((0, 0),), **group):
    rules = Group(queue=(p.BY_DEADLINE, p.BY_ARRIVAL), **group)
    desk = Desk(tickets=list(tickets), groups=(rules, Group()), what_if=agreed(*targets, steps=steps))
    return LiveClocks(*desk.made())


def state(hour, phase):
    return TicketEvent(hour * HOUR, EventType.STATE, phase, -1, Role.AGENT, -1)


def group(hour, code):
    return TicketEvent(hour * HOUR, EventType.GROUP, -1, code, Role.AGENT, -1)


def moved(clocks, events, after_us):
    """When a ticket is reassigned next, and to which group."""
    act = clocks.next_act(0, events, after_us)
    return act.at_us, act.group


REPLY = TicketEvent(1 * HOUR, EventType.MESSAGE, -1, -1, Role.AGENT, 1)


def test_the_earliest_undecided_limit_counts():
    clocks = live(ANSWER, FIX)
    assert clocks.earliest_due(0, [], 0) == 2 * HOUR
    assert clocks.earliest_due(0, [REPLY], 1 * HOUR) == 8 * HOUR
    assert clocks.earliest_due(0, [], 3 * HOUR) == 8 * HOUR  # the answer is missed, so that it is decided


def test_a_limit_that_has_just_run_out_is_undecided():
    assert live(ANSWER, FIX).earliest_due(0, [], 2 * HOUR) == 2 * HOUR


def test_no_limit_no_due_instant():
    assert live(FIX, tickets=[(0, 1)]).earliest_due(0, [], 0) == FAR_US
    over = [state(1, Phase.RESOLVED)]
    assert live(FIX).earliest_due(0, over, 1 * HOUR) == FAR_US


def test_a_clock_that_stands_has_no_due_instant_and_goes_on_with_what_is_left():
    waits = [state(1, Phase.WAIT_CUSTOMER)]
    assert live(FIX).earliest_due(0, waits, 4 * HOUR) == FAR_US
    assert live(FIX).earliest_due(0, [*waits, state(5, Phase.ACTIVE)], 5 * HOUR) == 12 * HOUR


def test_agreements_that_nobody_asks_are_not_bound():
    desk = Desk(tickets=[0], what_if=agreed(ANSWER, steps='  at 50% of resolution notify "one"'))
    clocks = clocks_of(desk.made()[0])
    assert (clocks.by_deadline, clocks.acts) == (False, False)
    assert len(clocks.tables.rules.targets) == 0


def test_stays_are_no_whole_tickets():
    clocks = clocks_of(Desk(tickets=[0], what_if=agreed(ANSWER, FIX)).made()[0])
    assert [each.target.name for each in clocks.bound.rules.targets] == ["answer", "fix"]


def test_a_step_reassigns_once():
    clocks = live(FIX)
    assert moved(clocks, [], -1) == (4 * HOUR, 1)
    assert moved(clocks, [], 4 * HOUR) == (FAR_US, NOBODY)
    over = [state(3, Phase.RESOLVED)]
    assert moved(clocks, over, -1) == (FAR_US, NOBODY)


def test_of_several_steps_at_once_the_last_counts():
    steps = "  at 50% of resolution reassign to g1\n  4 h before due of resolution reassign to g0"
    assert moved(live(FIX, steps=steps), [], -1) == (4 * HOUR, 0)


def test_to_a_team_that_is_not_on_the_desk_nobody_goes():
    clocks = live(FIX, steps="  at 50% of resolution reassign to elsewhere")
    assert moved(clocks, [], -1) == (4 * HOUR, NOBODY)


def test_more_events_than_there_was_room_for():
    always = [state(1, Phase.ACTIVE)] * 500
    assert live(FIX).earliest_due(0, always, 1 * HOUR) == 8 * HOUR


# Conditions


def test_counts_in_conditions_are_those_so_far():
    often = "  target often: resolution of incidents where reassignments >= 2 within 8 h for 90% each month"
    moves = [group(0, 0), group(1, 1), group(2, 0), group(3, 1)]
    due = [live(often).earliest_due(0, moves[:count], 3 * HOUR) for count in range(5)]
    assert due == [FAR_US, FAR_US, FAR_US, 8 * HOUR, 8 * HOUR]
    again = "  target again: resolution of incidents where reopenings in (1, 3) within 8 h for 90% each month"
    back = [state(hour, (Phase.ACTIVE, Phase.RESOLVED)[hour % 2]) for hour in range(1, 9)]
    due = [live(again).earliest_due(0, back[: 2 * count], 8 * HOUR) for count in range(5)]
    # The time as resolved does not count, and what is still left is counted from the 8th hour on.
    assert due == [FAR_US, 9 * HOUR, FAR_US, 11 * HOUR, FAR_US]


def test_missing_fields_are_missing():
    without = "  target without: resolution of incidents where site is missing within 8 h for 90% each month"
    with_site = without.replace("is missing", "= delft")
    assert live(without).earliest_due(0, [], 0) == 8 * HOUR
    assert live(with_site).earliest_due(0, [], 0) == FAR_US


@pytest.mark.parametrize(
    ("condition", "most"),
    [
        ("reassignments > 2", 3),
        ("not (reassignments = 2 and reopenings < 7)", 3),
        ("reassignments > 100000 or site is known", 0),
        ('reassignments = "4"', 100),
        ("site = delft", 0),
    ],
)
def test_what_is_more_than_any_comparison_asks_for_is_not_told_apart(condition, most):
    target = f"  target t: resolution of incidents where {condition} within 8 h for 90% each month"
    (found,) = clocks_of(
        Desk(tickets=[0], groups=(Group(), Group()), what_if=agreed(target)).made()[0]
    ).bound.conditions
    words = Desk(tickets=[0]).made()[0].words
    classes = classes_of(words, [found])
    assert classes.most_reassignments == most
    assert met((found,), words, classes).shape == (1, np.prod(classes.shape))


def test_a_ticket_is_of_the_class_of_its_words():
    plan, luck = Desk(tickets=[(0, 0), (0, -1)], what_if=agreed(FIX)).made()
    clocks = clocks_of(plan)
    conditions = clocks.bound.conditions
    assert (conditions, clocks.tables.conditions.shape) == ((), (0, 1))
    assert rows_of(luck.arrivals, clocks.classes).tolist() == [0, 0]


# On the desk


def outcomes(desk):
    return [simulate(*desk.made()) for simulate in (reference.simulate, engine.simulate)]


def assert_same(one, other):
    for column in dataclasses.fields(one.events):
        assert np.array_equal(getattr(one.events, column.name), getattr(other.events, column.name))


@pytest.mark.compiled
def test_a_ticket_with_more_events_than_there_was_room_for_queues_by_deadline():
    always = ((0, 3_000),)
    rules = Group(agents=(always,), queue=(p.BY_DEADLINE, p.BY_ARRIVAL), preempts=(0,), roster=always)
    desk = Desk(
        tickets=[(0, 1), *((hour, 0) for hour in range(1, 900))],
        steps=(Step(works=(1, 2000, 1, 1), to=1), Step(name="again", works=1)),
        groups=(rules,),
        what_if=agreed(ANSWER, FIX),
        end=4_900,
    )
    one, other = outcomes(desk)
    assert one.preempted > 500
    assert np.count_nonzero((one.events.ticket == 0) & (one.events.group == 0)) == 2
    assert_same(one, other)
