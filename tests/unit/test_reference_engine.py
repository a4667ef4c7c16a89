"""Cases worked out by hand from SEMANTICS.md, paragraph by paragraph; the same cases for each engine."""

import pytest

from slmdsl.simulate.endless import EndlessWorkError
from slmdsl.simulate.fast.engine import simulate as simulate_fast
from slmdsl.simulate.outcome import CUT, FINISHED, HANDED_OVER, PREEMPTED, log_of
from slmdsl.simulate.reference import simulate
from slmdsl.workload import plan as p
from tests.bare_desks import ALWAYS, Contingency, Desk, Group, Step, outages, spells, told

ENGINES = {"simpy": simulate, "fast": simulate_fast}
CHOSEN = {}


@pytest.fixture(autouse=True, params=sorted(ENGINES))
def _engine(request, monkeypatch):
    monkeypatch.setitem(CHOSEN, "engine", ENGINES[request.param])


def run(**desk):
    return CHOSEN["engine"](*Desk(**desk).made())


WAITS = {"group": 1, "is_worked": False, "works": None}
PASSES = {"group": -1, "is_worked": False, "works": None}


def told_of(**desk):
    return told(run(**desk))


# A ticket's way


def test_a_ticket_is_picked_up_and_resolved():
    assert told_of(tickets=[3]) == [
        "3 #0 group 0 by customer",
        "3 #0 assignee by a0",
        "3 #0 active by a0",
        "5 #0 resolved by a0",
    ]


def test_nothing_at_the_end_happens_and_what_is_in_work_is_cut():
    outcome = run(tickets=[3, 5], end=5)
    assert told(outcome) == ["3 #0 group 0 by customer", "3 #0 assignee by a0", "3 #0 active by a0"]
    assert spells(outcome) == [(0, 0, 3, 3, 5, CUT)]


def test_an_answer_stands_before_the_work_and_is_given_once():
    steps = (Step(answers=1, to=1), Step(name="apps", answers=5, works=1))
    assert told_of(tickets=[0], steps=steps) == [
        "0 #0 group 0 by customer",
        "0 #0 assignee by a0",
        "0 #0 active by a0",
        "1 #0 message by a0",
        "3 #0 group 0 by a0",
        "3 #0 assignee by a0",
        "4 #0 resolved by a0",
    ]


def test_a_step_without_people_waits_and_is_entered_by_whoever_brings_the_ticket():
    steps = (
        Step(to=1),
        Step(name="hostco", waits=4, to=2, **WAITS),
        Step(name="again", waits=1, to=3, **WAITS),
        Step(),
    )
    assert told_of(tickets=[0], steps=steps) == [
        "0 #0 group 0 by customer",
        "0 #0 assignee by a0",
        "0 #0 active by a0",
        "2 #0 group 1 by a0",
        "2 #0 wait_supplier by a0",
        "6 #0 group 1 by supplier",
        "6 #0 wait_supplier by supplier",
        "7 #0 group 0 by supplier",
        "7 #0 active by supplier",
        "7 #0 assignee by a0",
        "9 #0 resolved by a0",
    ]


def test_a_step_that_is_neither_worked_nor_waited_in_is_left_at_once():
    steps = (
        Step(name="door", to=1, **PASSES),
        Step(to=2),
        Step(name="sign", to=-1, **{**PASSES, "group": 1}),
    )
    assert told_of(tickets=[0], steps=steps) == [
        "0 #0 group 0 by customer",
        "0 #0 assignee by a0",
        "0 #0 active by a0",
        "2 #0 group 1 by a0",
        "2 #0 resolved by a0",
    ]


def test_work_may_be_followed_by_a_wait_on_a_calendar():
    steps = (Step(waits=3, waits_on=0),)
    assert told_of(tickets=[0], steps=steps, calendar=((4, 6), (10, 20)))[3:] == [
        "2 #0 wait_supplier by a0",
        "11 #0 resolved by supplier",
    ]


def test_a_new_ticket_that_waits_first_is_active_when_it_comes_to_people():
    steps = (Step(name="hostco", waits=1, to=1, **WAITS), Step())
    assert told_of(tickets=[0], steps=steps)[1:5] == [
        "0 #0 wait_supplier by customer",
        "1 #0 group 0 by supplier",
        "1 #0 active by supplier",
        "1 #0 assignee by a0",
    ]


def test_work_is_cut_in_two_once_by_a_wait_for_the_customer():
    steps = (Step(works=4, to=1), Step(name="apps", works=1))
    outcome = run(tickets=[0], steps=steps, customer_wait=5)
    first = spells(outcome)[0][4]
    assert 0 <= first <= 4
    assert told(outcome) == [
        "0 #0 group 0 by customer",
        "0 #0 assignee by a0",
        "0 #0 active by a0",
        f"{first} #0 wait_customer by a0",
        f"{first + 5} #0 active by customer",
        f"{first + 5} #0 assignee by a0",
        "9 #0 group 0 by a0",
        "9 #0 assignee by a0",
        "10 #0 resolved by a0",
    ]


def test_the_agent_serves_others_while_the_customer_is_waited_for_and_the_rest_queues_anew():
    outcome = run(tickets=[0, 0], steps=(Step(works=0),), customer_wait=0)
    assert told(outcome)[2:] == [
        "0 #0 assignee by a0",
        "0 #0 active by a0",
        "0 #0 wait_customer by a0",
        "0 #0 active by customer",
        "0 #1 assignee by a0",
        "0 #1 active by a0",
        "0 #1 wait_customer by a0",
        "0 #1 active by customer",
        "0 #0 assignee by a0",
        "0 #0 resolved by a0",
        "0 #1 assignee by a0",
        "0 #1 resolved by a0",
    ]


def test_reopened_tickets_start_again_and_are_not_lost():
    outcome = run(
        tickets=[0], reopens=(1.0, 3), end=9, groups=(Group(lines=0),), scores=((1, 5.0), (2, 4.0), (9, 1.0))
    )
    assert told(outcome) == [
        "0 #0 group 0 by customer",
        "0 #0 assignee by a0",
        "0 #0 active by a0",
        "2 #0 resolved by a0",
        "5 #0 active by customer",
        "5 #0 group 0 by customer",
        "5 #0 assignee by a0",
        "7 #0 resolved by a0",
    ]
    assert (outcome.feedback.ticket.tolist(), outcome.feedback.score.tolist()) == ([0], [4.0])
    assert outcome.feedback.at_us.tolist() == [3 * 3_600_000_000]


def test_a_score_that_would_be_given_at_the_end_is_not():
    assert run(tickets=[0], end=3, scores=((9, 5.0),)).feedback.ticket.tolist() == []
    assert run(tickets=[0], end=4, scores=((9, 5.0),)).feedback.ticket.tolist() == [0]
    assert run(tickets=[0], end=4, scores=((1, 5.0),)).feedback.ticket.tolist() == []


def test_patience_ends_where_nobody_has_picked_the_ticket_up():
    steps = (Step(works=3, patience=3),)
    # The agent is free at 3, when the second ticket's patience ends: nobody picks up before all else of the instant
    # has happened. The third has patience until 4.
    outcome = run(tickets=[0, 0, 1], steps=steps)
    assert told(outcome)[5:8] == [
        "3 #0 resolved by a0",
        "3 #1 cancelled by customer (gave up)",
        "3 #2 assignee by a0",
    ]
    assert outcome.gave_up == 1


def test_patience_is_over_with_the_first_pick_up():
    groups = (Group(preempts=(0,)),)
    outcome = run(tickets=[(0, 1), (1, 0)], steps=(Step(works=3, patience=2),), groups=groups)
    assert (outcome.preempted, outcome.gave_up) == (1, 0)


@pytest.mark.parametrize(("lines", "lost"), [(0, 3), (1, 2), (2, 1), (3, 0), (-1, 0)])
def test_a_ticket_is_lost_where_too_many_wait(lines, lost):
    # Four come at once; one agent is free.
    outcome = run(tickets=[0] * 4, groups=(Group(lines=lines),))
    assert outcome.lost == lost
    assert sum("cancelled by system (lost)" in line for line in told(outcome)) == lost


def test_agents_on_call_do_not_count_as_free_lines():
    groups = (Group(agents=((),), roster=(), on_call=1, on_call_for=(-1,), lines=0),)
    assert run(tickets=[0], groups=groups).lost == 1


def test_only_the_first_step_of_all_may_lose_a_ticket():
    groups = (Group(), Group(lines=0))
    steps = (Step(works=0, to=1), Step(name="apps", group=1, works=5))
    assert run(tickets=[0, 0, 0], steps=steps, groups=groups).lost == 0


def test_work_is_by_priority_and_none_takes_no_time():
    steps = (Step(works=(1, None, 3, 4)),)
    ends = [each[4] for each in spells(run(tickets=[(0, 0), (0, 1), (0, 2), (0, -1)], steps=steps))]
    assert ends == [1, 1, 4, 8]


# Queues


def test_by_arrival_the_first_is_first():
    assert [each[0] for each in spells(run(tickets=[(0, 2), (0, 1), (0, 0)]))] == [0, 1, 2]


def test_by_priority_the_most_urgent_is_first_and_none_the_last():
    groups = (Group(queue=(p.BY_PRIORITY, p.BY_ARRIVAL)),)
    tickets = [(0, 2), (1, -1), (1, 1), (1, 0), (1, 1)]
    assert [each[0] for each in spells(run(tickets=tickets, groups=groups))] == [0, 3, 2, 4, 1]


def test_longest_idle_then_lowest_number_picks_up():
    groups = (Group(agents=(ALWAYS, ALWAYS, ALWAYS)),)
    by = [each[1] for each in sorted(spells(run(tickets=[0, 1, 4, 4, 4], groups=groups)))]
    assert by == [0, 1, 2, 0, 1]


# Duty


def test_who_is_on_duty_from_an_instant_on_picks_up_then():
    groups = (Group(agents=(((2, 4),),), roster=((2, 4),)),)
    assert spells(run(tickets=[0, 0], groups=groups)) == [(0, 0, 0, 2, 4, FINISHED)]


def test_a_busy_agent_finishes_in_overtime_and_goes_on_in_the_next_shift():
    duty = ((0, 3), (4, 9))
    groups = (Group(agents=(duty,), roster=duty),)
    assert spells(run(tickets=[2, 2, 2], groups=groups, steps=(Step(works=3),))) == [
        (0, 0, 2, 2, 5, FINISHED),
        (1, 0, 2, 5, 8, FINISHED),
        (2, 0, 2, 8, 11, FINISHED),
    ]


def test_at_a_handover_the_ticket_stands_first_with_what_is_left():
    groups = (Group(agents=(((0, 3),), ((4, 99),)), hands_over=True, queue=(p.BY_PRIORITY, p.BY_ARRIVAL)),)
    outcome = run(tickets=[(1, 1), (2, 1), (3, 0)], groups=groups, steps=(Step(works=5),))
    assert spells(outcome) == [
        (0, 0, 1, 1, 3, HANDED_OVER),
        (2, 1, 3, 4, 9, FINISHED),
        (0, 1, 1, 9, 12, FINISHED),
        (1, 1, 2, 12, 17, FINISHED),
    ]
    assert told(outcome)[5] == "4 #2 assignee by a1"


def test_on_call_is_called_for_listed_priorities_after_the_delay_until_a_shift_starts():
    groups = (Group(agents=(((9, 99),),), roster=((9, 99),), on_call=1, on_call_for=(0,), on_call_after=2),)
    outcome = run(tickets=[(0, 1), (1, 0), (4, 0), (8, 0)], groups=groups, steps=(Step(works=4),))
    assert spells(outcome) == [
        (1, 1, 1, 3, 7, FINISHED),
        (2, 1, 4, 7, 11, FINISHED),
        (0, 0, 0, 9, 13, FINISHED),
        (3, 0, 8, 13, 17, FINISHED),
    ]


def test_who_is_lost_to_a_risk_is_not_on_call():
    away = ((0, 3), (8, 99))
    groups = (Group(agents=((),), roster=((0, 2),), on_call=1, called=away, on_call_for=(-1,)),)
    assert spells(run(tickets=[0, 4], groups=groups, steps=(Step(works=2),))) == [
        (0, 1, 0, 2, 4, FINISHED),
        (1, 1, 4, 8, 10, FINISHED),
    ]


def test_when_a_shift_is_on_nobody_is_on_call_whoever_is_absent():
    groups = (Group(agents=((),), roster=((0, 5),), on_call=1, on_call_for=(-1,)),)
    assert spells(run(tickets=[1], groups=groups)) == [(0, 1, 1, 5, 7, FINISHED)]


# Preemption


def test_the_lowest_and_latest_work_is_preempted_and_resumed():
    groups = (Group(agents=(ALWAYS, ALWAYS, ALWAYS), preempts=(0,)),)
    outcome = run(tickets=[(0, 2), (1, 2), (2, 1), (4, 0)], groups=groups, steps=(Step(works=10),))
    assert spells(outcome) == [
        (1, 1, 1, 1, 4, PREEMPTED),
        (0, 0, 0, 0, 10, FINISHED),
        (2, 2, 2, 2, 12, FINISHED),
        (3, 1, 4, 4, 14, FINISHED),
        (1, 0, 1, 10, 17, FINISHED),
    ]
    assert outcome.preempted == 1


def test_the_highest_ticket_is_the_victim_among_those_picked_up_at_once():
    groups = (Group(agents=(ALWAYS, ALWAYS), preempts=(0,)),)
    assert spells(run(tickets=[(0, -1), (0, -1), (1, 0)], groups=groups))[0] == (1, 1, 0, 0, 1, PREEMPTED)


def test_who_is_preempted_may_preempt_in_turn():
    groups = (Group(agents=(ALWAYS, ALWAYS), preempts=(0, 1)),)
    outcome = run(tickets=[(0, 2), (0, 1), (1, 0), (1, 0)], groups=groups, steps=(Step(works=4),))
    assert [each[:2] for each in spells(outcome) if each[5] == PREEMPTED] == [(0, 0), (1, 1)]


def test_nobody_in_overtime_is_a_victim():
    groups = (Group(agents=(((0, 2),),), roster=((0, 2),), preempts=(0,)),)
    assert run(tickets=[(1, 1), (3, 0)], groups=groups, steps=(Step(works=4),)).preempted == 0


def test_an_answer_that_is_preempted_goes_on():
    groups = (Group(preempts=(0,)),)
    outcome = run(tickets=[(0, 1), (2, 0)], groups=groups, steps=(Step(works=1, answers=4),))
    assert [line for line in told(outcome) if "message" in line or "resolved" in line] == [
        "6 #1 message by a0",
        "7 #1 resolved by a0",
        "9 #0 message by a0",
        "10 #0 resolved by a0",
    ]


# What breaks


PAIR = (("c0", 0, []), ("c1", 0, []), (None, 1, [0, 1]), ("mail", 1, [2]))
OUTAGE_OF_MAIL = (p.OUTAGE_LASTS, 3, p.EQUAL, 0, 2)


def test_components_fail_again_after_each_repair_by_a_crew_of_one():
    outcome = run(tickets=[], nodes=PAIR, failing=((0, 3, 2, 0), (1, 3, 2, 0)), crews=(1,), end=12)
    assert outages(outcome) == [(0, 3, 5, -1), (1, 3, 7, -1), (0, 8, 10, -1), (1, 10, None, -1)]


def test_without_a_crew_everything_is_repaired_at_once():
    outcome = run(tickets=[], nodes=PAIR, failing=((0, 3, 2, 0), (1, 3, 2, 0)), end=8)
    assert outages(outcome) == [(0, 3, 5, -1), (1, 3, 5, -1)]


def test_a_component_stays_up_for_a_tick_at_least():
    outcome = run(tickets=[], nodes=PAIR, failing=((0, 0, 0, 0),), end=3)
    assert outages(outcome) == [(0, 1, 1, -1), (0, 2, 2, -1)]


def test_an_outage_lasts_while_a_reason_stands_and_has_the_cause_of_the_first():
    rows = ((0, 1, 4, 1), (0, 2, 6, 0), (1, 6, 6, 0), (0, 6, 7, 0), (0, 8, 9, 1))
    outcome = run(tickets=[], nodes=PAIR, outages=rows)
    assert outages(outcome) == [(0, 1, 6, 1), (1, 6, 6, 0), (0, 6, 7, 0), (0, 8, 9, 1)]


def test_a_service_is_up_while_enough_of_what_it_needs_is():
    restores = Contingency(when=(0,), restores=((3, 0),))
    rows = ((0, 1, 9, 0), (1, 3, 4, 0), (1, 5, 8, 0))
    outcome = run(tickets=[], nodes=PAIR, outages=rows, leaves=(OUTAGE_OF_MAIL,), contingencies=(restores,))
    # Both are down from 3 to 4, too short, and from 5 on: 2 later both are replaced until they are whole again.
    assert outages(outcome) == [(1, 3, 4, 0), (0, 1, 7, 0), (1, 5, 7, 0)]
    assert outcome.fired.tolist() == [1]


def test_what_is_restored_goes_down_again_for_a_new_reason():
    restores = Contingency(when=(0,), restores=((3, 1),))
    rows = ((3, 1, 30, 0), (3, 6, 30, 1))
    outcome = run(tickets=[], nodes=PAIR, outages=rows, leaves=(OUTAGE_OF_MAIL,), contingencies=(restores,))
    assert outages(outcome) == [(3, 1, 4, 0), (3, 6, 9, 1)]
    assert outcome.fired.tolist() == [2]


def test_restoring_may_fail():
    restores = Contingency(when=(0,), restores=((3, 0),), succeeds=0.0)
    outcome = run(
        tickets=[], nodes=PAIR, outages=((3, 1, 9, 0),), leaves=(OUTAGE_OF_MAIL,), contingencies=(restores,)
    )
    assert outages(outcome) == [(3, 1, 9, 0)]
    assert outcome.fired.tolist() == [1]


# Conditions


OPEN = (p.OPEN_TICKETS, -1, p.AT_LEAST, 2, 0)


def added_agent(**contingency):
    return {
        "groups": (Group(added=1),),
        "contingencies": (Contingency(adds=((1, 2, contingency.pop("after", 0)),), **contingency),),
        "steps": (Step(works=4),),
    }


def test_added_agents_come_when_the_condition_holds_and_go_when_it_does_not():
    outcome = run(tickets=[0, 1, 1, 3, 9], leaves=(OPEN,), **added_agent(when=(0,)))
    # Two are open from 1 on; at 5 three are, at 8 two, at 9 (#1, #2 over, #4 comes) two.
    assert spells(outcome) == [
        (0, 0, 0, 0, 4, FINISHED),
        (1, 1, 1, 1, 5, FINISHED),
        (2, 0, 1, 4, 8, FINISHED),
        (3, 1, 3, 5, 9, FINISHED),
        (4, 0, 9, 9, 13, FINISHED),
    ]
    assert outcome.fired.tolist() == [1]


def test_added_agents_come_after_the_delay_unless_it_is_over_before():
    assert [
        each[1] for each in spells(run(tickets=[0, 1], leaves=(OPEN,), **added_agent(when=(0,), after=2)))
    ] == [0, 1]
    late = added_agent(when=(0,), after=3)
    assert [each[1] for each in spells(run(tickets=[0, 1], leaves=(OPEN,), **late))] == [0, 0]


def test_until_is_a_state_that_may_hold_at_once():
    outcome = run(tickets=[0, 1, 1], leaves=(OPEN,), **added_agent(when=(0,), until=(0,)))
    assert outcome.fired.tolist() == [1]
    assert [each[1] for each in spells(outcome)] == [0, 0, 0]


def test_a_risk_calls_a_contingency_to_the_end():
    outcome = run(tickets=[0, 1, 3, 3], called=((2, 0), (3, 0)), **added_agent())
    assert [each[:5] for each in spells(outcome)] == [
        (0, 0, 0, 0, 4),
        (1, 1, 1, 2, 6),
        (2, 0, 3, 4, 8),
        (3, 1, 3, 6, 10),
    ]
    assert outcome.fired.tolist() == [1]


FLAG = (p.DECLARED, 1, p.EQUAL, 0, 0)


def test_a_flag_stands_while_the_condition_of_its_line_holds():
    leaves = (OPEN, FLAG, (p.BACKLOG, 0, p.ABOVE, 2, 0))
    desk = added_agent(when=(1,)) | {"leaves": leaves}
    outcome = run(tickets=[0, 0, 20, 20], lines=(((0,), 1, -1),), **desk)
    assert outcome.fired.tolist() == [2]
    assert [each[1] for each in spells(outcome)] == [0, 1, 0, 1]
    assert run(tickets=[0, 0], lines=(((2,), 1, -1),), **desk).fired.tolist() == [0]
    assert run(tickets=[0, 0, 0], lines=(((2,), -1, 0),), **desk).fired.tolist() == [1]


def test_flags_that_ask_for_each_other_stand_only_if_something_else_raises_them():
    leaves = (OPEN, FLAG, (p.DECLARED, 0, p.EQUAL, 0, 0))
    desk = added_agent(when=(2,)) | {"leaves": leaves}
    circle = ((1,), 0, -1), ((2,), 1, -1)
    assert run(tickets=[0, 0], lines=circle, **desk).fired.tolist() == [0]
    assert run(tickets=[0, 0, 20, 20], lines=(*circle, ((0,), 1, -1)), **desk).fired.tolist() == [2]


def test_what_holds_on_the_empty_desk_has_never_begun_for_a_line():
    desk = added_agent() | {"leaves": ((p.BACKLOG, 0, p.BELOW, 1, 0),)}
    assert run(tickets=[0], lines=(((0,), -1, 0),), end=4, **desk).fired.tolist() == [0]
    assert run(tickets=[0], lines=(((0,), -1, 0),), end=5, **desk).fired.tolist() == [1]


def test_tickets_have_an_age_from_their_arrival_on():
    older = (p.OPEN_TICKETS, -1, p.AT_LEAST, 1, 3)
    desk = {"leaves": (older,), "contingencies": (Contingency(when=(0,)),), "groups": (Group(agents=((),)),)}
    assert run(tickets=[0], end=4, **desk).fired.tolist() == [1]
    assert run(tickets=[0], end=3, **desk).fired.tolist() == [0]
    # Reopened at 4, it is old at once; it was not when it was resolved.
    again = {"leaves": (older,), "contingencies": (Contingency(when=(0,)),), "reopens": (1.0, 2), "end": 5}
    assert run(tickets=[0], **again).fired.tolist() == [1]


@pytest.mark.parametrize(
    ("program", "fired"), [((0, 1, p.AND), 0), ((0, 1, p.OR), 1), ((0, 1, p.OR, 0, p.AND), 1), ((1,), 0)]
)
def test_conditions_are_joined(program, fired):
    leaves = (OPEN, (p.OPEN_TICKETS, -1, p.BELOW, 0, 0))
    desk = {"leaves": leaves, "contingencies": (Contingency(when=program),)}
    assert run(tickets=[0, 0], **desk).fired.tolist() == [fired]


def test_edges_that_come_while_a_contingency_is_on_are_lost():
    desk = added_agent(when=(0,), until=(1,))
    leaves = (OPEN, (p.OPEN_TICKETS, -1, p.AT_MOST, -1, 0))
    assert run(tickets=[0, 0, 20, 20], leaves=leaves, **desk).fired.tolist() == [1]
    assert run(tickets=[0, 0, 20, 20], leaves=leaves, **added_agent(when=(0,))).fired.tolist() == [2]


# Limits


@pytest.mark.compiled  # ten thousand rounds
def test_an_instant_without_end_names_the_steps():
    steps = (Step(name="ping", works=0, to=1), Step(name="pong", works=0, to=0))
    with pytest.raises(EndlessWorkError, match=r"instant.*(ping|pong)"):
        run(tickets=[0, 0, 0], steps=steps)


@pytest.mark.compiled
def test_a_way_without_end_names_a_step():
    steps = (Step(name="ping", to=1, **PASSES), Step(name="pong", to=0, **PASSES))
    with pytest.raises(EndlessWorkError, match=r"steps.*ping"):
        run(tickets=[0], steps=steps)


def test_the_outcome_becomes_an_event_log():
    plan, luck = Desk(tickets=[3], nodes=PAIR, outages=((0, 1, 4, 1), (0, 5, 100, 0))).made()
    log = log_of(plan, luck, CHOSEN["engine"](plan, luck), ("INC1",))
    assert log.events.height == 4
    assert log.tickets["resolved"].is_not_null().all()
    assert log.outages["cause"].to_list() == ["flood", "power"]
