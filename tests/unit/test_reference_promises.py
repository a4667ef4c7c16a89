"""Agreements on the desk: queues by deadline and steps of escalations that act, worked out by hand."""

from types import SimpleNamespace

import pytest

from slmdsl.simulate.fast.engine import simulate as simulate_fast
from slmdsl.simulate.outcome import FINISHED
from slmdsl.simulate.reference import simulate
from slmdsl.workload import plan as p
from tests.bare_desks import ALWAYS, Contingency, Desk, Group, Step, spells, told
from tests.property.desks import CALENDARS
from tests.property.test_reference import contract_of

ENGINES = {"simpy": simulate, "fast": simulate_fast}
CHOSEN = {}


@pytest.fixture(autouse=True, params=sorted(ENGINES))
def _engine(request, monkeypatch):
    monkeypatch.setitem(CHOSEN, "engine", ENGINES[request.param])


def judged_by(targets, *steps):
    """An agreement on plain time, paused while the customer is waited for, in force all the time."""
    ladder = "".join(f"  {step}\n" for step in steps)
    text = (
        f"{CALENDARS}\nteam g0\nteam g1\nteam g2\n"
        "clock standard {\n  runs on always\n  pauses while wait_customer\n}\n"
        "sla gold {\n  between globex and acme\n  covers mail\n  valid 1970-01-01 .. 1999-12-31\n"
        "  timezone Etc/UTC\n  clock standard\n"
        + ("  escalation ladder\n" if steps else "")
        + "".join(f"  target t{place}: {target} for 90% each month\n" for place, target in enumerate(targets))
        + "}\n"
        + "".join(f"contingency {name} {{\n  then notify acme within 1 h\n}}\n" for name in ("k0", "k1"))
        + (f"escalation ladder {{\n{ladder}}}\n" if steps else "")
    )
    return SimpleNamespace(contract=contract_of(text), agreements=("gold",))


def run(targets, *steps, **desk):
    return CHOSEN["engine"](*Desk(what_if=judged_by(targets, *steps), **desk).made())


BY_DUE = (p.BY_DEADLINE, p.BY_ARRIVAL)
LIMITS = ("resolution of P1 incidents within 20 h", "resolution of P2 incidents within 5 h")


def test_by_deadline_the_one_due_first_is_first_and_none_the_last():
    groups = (Group(queue=BY_DUE),)
    tickets = [(0, 0), (1, 2), (1, 0), (1, 1), (2, 1)]
    assert [each[0] for each in spells(run(LIMITS, tickets=tickets, groups=groups))] == [0, 3, 4, 2, 1]


def test_a_second_discipline_decides_where_the_first_does_not():
    groups = (Group(queue=(p.BY_PRIORITY, p.BY_DEADLINE)),)
    tickets = [(0, 0), (1, 1), (2, 1), (2, 0)]
    assert [each[0] for each in spells(run(LIMITS, tickets=tickets, groups=groups))] == [0, 3, 1, 2]


def test_a_limit_that_is_decided_counts_no_longer():
    targets = (
        "response of P1 incidents within 1 h",
        "resolution of P1 incidents within 50 h",
        "resolution of P2 incidents within 30 h",
    )
    groups = (Group(queue=BY_DUE), Group(queue=BY_DUE))
    # Both come to the second group at 3 while it is busy: the first is answered, so that 50 h are left to it.
    steps = (Step(answers=1, works=2, to=1), Step(name="apps", group=1, works=5))
    outcome = run(
        targets,
        tickets=[(0, 2), (0, 0), (0, 1)],
        steps=steps,
        groups=(Group(agents=(ALWAYS,) * 3, queue=BY_DUE), groups[1]),
    )
    assert [each[0] for each in spells(outcome) if each[1] == 3] == [2, 1, 0]


def test_a_deadline_stays_while_the_ticket_queues_and_moves_with_pauses():
    # Paused for 10, the first ticket is due at 30 and not at 20 when it queues again.
    targets = ("resolution of P1 incidents within 20 h", "resolution of P2 incidents within 15 h")
    groups = (Group(agents=(((0, 1), (12, 99)),), queue=BY_DUE),)
    desk = {"steps": (Step(works=0),), "groups": groups, "customer_wait": 10}
    outcome = run(targets, tickets=[(0, 0), (9, 1), (9, 1)], **desk)
    assert [each[0] for each in spells(outcome)] == [0, 1, 2, 0, 1, 2]


TWO = (Step(works=6), Step(name="apps", group=1, works=3))
WITHIN_10 = ("resolution of incidents within 10 h",)


def test_a_queued_ticket_moves_at_once():
    outcome = run(
        WITHIN_10, "at 20% of resolution reassign to g1", tickets=[0, 0], steps=TWO, groups=(Group(), Group())
    )
    assert told(outcome) == [
        "0 #0 group 0 by customer",
        "0 #1 group 0 by customer",
        "0 #0 assignee by a0",
        "0 #0 active by a0",
        "2 #1 group 1 by system",
        "2 #1 assignee by a1",
        "2 #1 active by a1",
        "5 #1 resolved by a1",
        "6 #0 group 1 by system",
        "6 #0 assignee by a1",
        "9 #0 resolved by a1",
    ]
    assert outcome.reassigned == 2


def test_at_its_opening_a_ticket_has_entered_and_nobody_has_picked_it_up():
    desk = {"steps": TWO, "groups": (Group(), Group())}
    outcome = run(WITHIN_10, "at 0% of resolution reassign to g1", tickets=[0], **desk)
    assert told(outcome)[:3] == ["0 #0 group 0 by customer", "0 #0 group 1 by system", "0 #0 assignee by a1"]


def test_one_in_work_moves_when_its_work_ends_in_place_of_a_wait_for_the_customer():
    desk = {"steps": TWO, "groups": (Group(), Group()), "customer_wait": 5}
    outcome = run(WITHIN_10, "at 1% of resolution reassign to g1", tickets=[0], **desk)
    first = spells(outcome)[0][4]
    assert 1 <= first < 6
    assert told(outcome)[3:] == [
        f"{first} #0 group 1 by system",
        f"{first} #0 assignee by a1",
        f"{first + 3} #0 resolved by a1",
    ]


@pytest.mark.parametrize(
    ("step", "moved"),
    [
        ("at 20% of resolution reassign to g0", 0),
        ("at 20% of resolution reassign to g2", 0),
        ("at 90% of resolution reassign to g1", 0),
        ("at 50% of resolution reassign to g1", 1),
        ("at 60% of resolution reassign to g1", 0),
    ],
)
def test_not_where_it_is_already_nor_to_nobody_nor_when_it_is_over(step, moved):
    # Work ends at 6: an end of work comes before a firing of the same instant.
    assert run(WITHIN_10, step, tickets=[0], steps=TWO, groups=(Group(), Group())).reassigned == moved


def test_a_call_outlives_an_interruption_but_not_the_step():
    groups = (Group(preempts=(0,)), Group())
    desk = {"tickets": [(0, 1), (3, 0)], "steps": TWO, "groups": groups}
    outcome = run(("resolution of P2 incidents within 10 h",), "at 20% of resolution reassign to g1", **desk)
    assert [line for line in told(outcome) if "system" in line] == ["12 #0 group 1 by system"]
    assert spells(outcome)[-1] == (0, 1, 12, 12, 15, FINISHED)


def test_the_last_call_counts_and_each_firing_moves_once():
    steps = (*TWO, Step(name="more", group=2, works=1))
    ladder = ("at 20% of resolution reassign to g1", "at 30% of resolution reassign to g2")
    outcome = run(WITHIN_10, *ladder, tickets=[0], steps=steps, groups=(Group(), Group(), Group()))
    assert [line for line in told(outcome) if "system" in line] == ["6 #0 group 2 by system"]
    queued = run(
        WITHIN_10,
        *ladder,
        tickets=[0],
        steps=steps,
        groups=(Group(agents=((),)), Group(agents=((),)), Group()),
    )
    assert [line for line in told(queued) if "group" in line] == [
        "0 #0 group 0 by customer",
        "2 #0 group 1 by system",
        "3 #0 group 2 by system",
    ]


MAJOR = (p.DECLARED, 0, p.EQUAL, 0, 0)
HELP = {"steps": (Step(works=6),), "groups": (Group(added=1),)}


def test_a_flag_that_a_step_declares_stands_until_the_ticket_is_over():
    helped = HELP | {"leaves": (MAJOR,), "contingencies": (Contingency(when=(0,), adds=((1, 2, 0),)),)}
    outcome = run(WITHIN_10, "at 20% of resolution declare major", tickets=[0, 0, 9, 9], **helped)
    assert [each[:2] + each[3:5] for each in spells(outcome)] == [
        (0, 0, 0, 6),
        (1, 1, 2, 8),
        (2, 0, 9, 15),
        (3, 1, 11, 17),
    ]
    assert outcome.fired.tolist() == [2]


def test_a_flag_stands_as_long_as_any_ticket_keeps_it_up():
    helped = HELP | {"leaves": (MAJOR,), "contingencies": (Contingency(when=(0,), adds=((1, 2, 0),)),)}
    outcome = run(WITHIN_10, "at 20% of resolution declare major", tickets=[0, 4, 5, 5], **helped)
    assert [each[:2] + each[3:5] for each in spells(outcome)] == [
        (0, 0, 0, 6),
        (1, 1, 4, 10),
        (2, 0, 6, 12),
        (3, 1, 10, 16),
    ]
    assert outcome.fired.tolist() == [1]


def test_a_step_invokes_a_contingency_that_is_not_on():
    helped = HELP | {"contingencies": (Contingency(adds=((1, 2, 1),)), Contingency())}
    ladder = ("at 20% of resolution invoke k0", "at 30% of resolution invoke k1")
    outcome = run(WITHIN_10, *ladder, tickets=[0, 0, 6], **helped)
    assert [each[:2] + each[3:5] for each in spells(outcome)] == [(0, 0, 0, 6), (1, 1, 3, 9), (2, 0, 6, 12)]
    assert outcome.fired.tolist() == [1, 3]


def test_what_steps_do_at_one_instant_is_done_once_whatever_the_ticket_does():
    ladder = (
        "at 20% of resolution reassign to g1, invoke k0",
        "at 20% of resolution invoke k0, invoke k1",
    )
    desk = {"contingencies": (Contingency(), Contingency()), "steps": (Step(works=1, waits=9),)}
    assert run(WITHIN_10, *ladder, tickets=[0], **desk).fired.tolist() == [1, 1]
    assert run(WITHIN_10, *ladder, tickets=[0], end=2, **desk).fired.tolist() == [0, 0]


def test_a_line_may_ask_for_a_flag_that_a_step_declares():
    desk = HELP | {
        "leaves": (MAJOR, (p.DECLARED, 1, p.EQUAL, 0, 0)),
        "contingencies": (Contingency(when=(1,)),),
    }
    lines = (((0,), 1, -1),)
    ladder = ("at 20% of resolution declare major", "at 20% of resolution declare unheard")
    assert run(WITHIN_10, *ladder, tickets=[0, 9], lines=lines, **desk).fired.tolist() == [2]
