"""While tickets are on their way agreements say of them what the evaluator says of the log so far."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.base.units import MINUTE, NO_TIME, to_us
from slmdsl.contract.model.agreements import Within
from slmdsl.contract.model.escalations import Declare, Invoke, Reassign
from slmdsl.evaluate.escalations.ladder import lines_fired
from slmdsl.evaluate.tickets.rows import ticket_verdicts
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.rules.binding import bind
from slmdsl.rules.escalations import escalation_plan
from slmdsl.rules.from_contract import ticket_rules
from slmdsl.rules.stopwatch import UNDECIDED
from slmdsl.simulate.due import Act, LiveClocks, TicketEvent
from slmdsl.simulate.due_tables import FAR_US, NOBODY
from slmdsl.simulate.outcome import Calls, EventRows, FeedbackRows, OutageRows, Outcome, Spells, log_of
from slmdsl.workload import plan as p
from tests.desks import ints, plan_of
from tests.property.desks import BEGIN, CALENDARS, PRIORITIES, SEEDS, SPAN, clock, promise
from tests.property.ladders import SHARES, SPANS
from tests.property.test_reference import contract_of

if TYPE_CHECKING:
    from collections.abc import Callable

TICK_US = 15 * MINUTE
START, END = to_us(BEGIN) // TICK_US, to_us(BEGIN + SPAN) // TICK_US
TEAMS = ("crew", "backup", "nobody")
FLAGS, DECLARED = ("major", "minor"), ("major", "minor", "unheard")
CONTINGENCIES, INVOKED = ("surge", "move"), ("surge", "move", "left_out")
WORDS = p.Words(
    kinds=("incident", "problem"),
    services=("mail", "till", "other"),
    priorities=PRIORITIES,
    customers=("acme", "zeta"),
    groups=("crew", "backup"),
    agents=("a",),
    causes=(),
)
LIKELY = (*Phase, Phase.RESOLVED, *(Phase.ACTIVE,) * 9, *(Phase.WAIT_CUSTOMER,) * 3)
TYPES = (
    *[EventType.STATE] * 4,
    *[EventType.MESSAGE] * 2,
    EventType.GROUP,
    EventType.GROUP,
    EventType.ASSIGNEE,
)


def step(chance: Random) -> str:
    """A step that hands a ticket to a team, declares a flag, invokes a contingency, or only tells somebody."""
    measure, to = chance.choice(["response", "resolution", "resolution"]), chance.choice(TEAMS)
    trigger = chance.choice(
        [
            f"at {chance.choice(SHARES)} of {measure}",
            f"{chance.choice(SPANS)} before due of {measure}",
            f"{chance.choice(SPANS)} after breach of {measure}",
            f"{chance.choice(SPANS)} wall after breach of {measure}",
        ]
    )
    action = chance.choice(
        [
            f"reassign to {to}",
            f'notify "one", reassign to {to}',
            'notify "one"',
            f"declare {chance.choice(DECLARED)}",
            f"reassign to {to}, declare {chance.choice(DECLARED)}, invoke {chance.choice(INVOKED)}",
            f"invoke {chance.choice(INVOKED)}",
        ]
    )
    return f"  {trigger} {action}\n"


WHERE = (*[""] * 8, " where reassignments > 1", " where not reopenings in (1, 2)", " where site is missing")


def target(chance: Random, name: str) -> str:
    """A target with a limit on whole tickets."""
    names = ", ".join(chance.sample(PRIORITIES, chance.choice([0, 0, 1, 2])))
    among = f"{names} incidents{chance.choice(['', '', ' in mail'])}{chance.choice(WHERE)}".strip()
    measure = chance.choice(["response", "resolution", "resolution"])
    return f"  target {name}: {promise(chance, measure, among, chance.choice(PERIODS))}\n"


PERIODS = ("each day", "each week", "each rolling 3 days")


def agreed(chance: Random) -> str:
    """A spec with one SLA whose escalation reassigns."""
    targets = "".join(target(chance, f"t{i}") for i in range(chance.randint(1, 6)))
    steps = "".join(step(chance) for _ in range(chance.randint(1, 6)))
    return (
        f"{CALENDARS}\n{clock(chance)}\nsla gold {{\n  between globex and acme\n  covers mail, till\n"
        "  valid 2027-03-20 .. 2027-12-31\n  timezone Europe/Amsterdam\n  clock standard\n  escalation ladder\n"
        f"{targets}}}\nteam backup\nteam nobody\n"
        + "".join(f"contingency {name} {{\n  then notify acme within 1 h\n}}\n" for name in INVOKED)
        + f"escalation ladder {{\n{steps}}}\n"
    )


def happened(chance: Random, arrived: int, now: int) -> list[TicketEvent]:
    """Up to eight events of a ticket that arrives at a tick."""
    rows = []
    for at in sorted(chance.randint(arrived, now) for _ in range(chance.randrange(9))):
        kind = chance.choice(TYPES)
        rows.append(
            TicketEvent(
                at_us=at * TICK_US,
                type=kind,
                phase=chance.choice(LIKELY) if kind == EventType.STATE else -1,
                group=chance.randrange(2) if kind == EventType.GROUP else -1,
                role=chance.choice(list(Role)),
                public=1 if kind == EventType.MESSAGE else -1,
            )
        )
    return rows


class Case:
    """A contract, tickets and what happened to each, up to an instant."""

    def __init__(self, chance: Random, spec: Callable[[Random], str] = agreed) -> None:
        self.contract = contract_of(spec(chance))
        self.plan = plan_of(
            what_if=SimpleNamespace(contract=self.contract, agreements=("gold",)),
            tick_us=TICK_US,
            start=START,
            end=END,
            words=WORDS,
            groups=SimpleNamespace(disciplines=np.array([[p.BY_DEADLINE, p.BY_ARRIVAL]])),
            contingencies=SimpleNamespace(flags=FLAGS, names=CONTINGENCIES),
            nodes=SimpleNamespace(names=()),
            planned=p.PlannedOutages(node=ints([]), start=ints([]), end=ints([]), announced=ints([])),
        )
        at = sorted(chance.randint(START, (START + END) // 2) for _ in range(chance.randint(1, 5)))
        now = chance.choice((at[-1] + chance.randrange(64), chance.randrange(at[-1], END)))
        self.now_us = now * TICK_US
        self.luck = SimpleNamespace(arrivals=self.arrivals(chance, at))
        self.events = [happened(chance, each, now) for each in at]

    def arrivals(self, chance: Random, at: list[int]) -> p.Arrivals:
        def codes(*likely):
            return ints(chance.choice(likely) for _ in at)

        nothing = dict.fromkeys(("stream", "entity", "source", "day", "burst", "member", "leaves"), ints([]))
        return p.Arrivals(
            at=ints(at, np.int64),
            kind=codes(*[0] * 8, 1),
            service=codes(*(0, 1) * 4, 2, -1),
            priority=codes(*(0, 1, 2) * 3, -1),
            customer=codes(*[0] * 8, 1, -1),
            **nothing,
        )

    def log(self):
        rows = [(row, *event) for row, events in enumerate(self.events) for event in events]
        ticket, at_us, kind, phase, group, role, public = np.array(rows, np.int64).reshape(-1, 7).T
        unknown = np.full(len(rows), -1, np.int32)
        none = ints([], np.int64)
        outcome = Outcome(
            events=EventRows(
                ticket=ticket.copy(),
                at_us=at_us.copy(),
                type=kind.astype(np.int8),
                phase=phase.astype(np.int8),
                group=group.astype(np.int32),
                actor=unknown,
                role=role.astype(np.int8),
                public=public.astype(np.int8),
                reason=unknown,
            ),
            chains=None,
            outages=OutageRows(node=ints([]), from_us=none, to_us=none, cause=ints([])),
            feedback=FeedbackRows(ticket=none, at_us=none, score=ints([], np.float64)),
            spells=Spells(ticket=none, agent=none, queued_us=none, begin_us=none, end_us=none, outcome=none),
            called=Calls(contingency=ints([]), from_us=none, to_us=none),
            fired=none,
            reassigned=0,
            lost=0,
            gave_up=0,
            preempted=0,
        )
        return log_of(self.plan, self.luck, outcome, range(len(self.events)))

    @property
    def rules(self):
        return ticket_rules(self.contract)


def due_of(rows, ticket):
    """The earliest due instant of a ticket's undecided limits, as its verdicts show them."""
    forms = [rows.bound.rules.targets[target].target.form for target in rows.target]
    judged = np.array([isinstance(form, Within) for form in forms], bool)
    mine = rows.due_us[(rows.ticket == ticket) & (rows.kind == UNDECIDED) & judged & (rows.due_us != NO_TIME)]
    return int(mine.min(initial=FAR_US))


@settings(max_examples=200)
@given(seed=SEEDS)
def test_due_instants_are_those_of_verdicts_on_the_log_so_far(seed):
    case = Case(Random(seed))
    log = case.log()
    rows = ticket_verdicts(bind(case.rules, log, as_of_us=case.now_us), log)
    live = LiveClocks(case.plan, case.luck)
    for ticket, events in enumerate(case.events):
        assert live.earliest_due(ticket, events, case.now_us) == due_of(rows, ticket)


def acts(case, log, after_us):
    """By ticket: when steps act on it next and what they do, by the ladder on what has happened so far."""
    bound = bind(case.rules, log, as_of_us=END * TICK_US)
    plan = escalation_plan(case.contract, bound.rules.targets, case.contract.agreements)
    fired = lines_fired(plan, bound, log)
    found = dict.fromkeys(range(len(case.events)), Act(FAR_US, NOBODY, (), ()))
    rows = zip(fired.at_us.tolist(), fired.line.tolist(), fired.ticket.tolist(), strict=True)
    for at_us, line, ticket in sorted(rows):
        before = found[ticket]
        act = done(plan.tickets[line].actions, at_us)
        if act and after_us < at_us <= before.at_us:
            found[ticket] = together(before, act) if at_us == before.at_us else as_told(act)
    return {ticket: as_told(act) for ticket, act in found.items()}


def done(actions, at_us):
    """What the actions of a line do, None if they do nothing; a group of None stays what it is."""
    teams = [each.team for each in actions if isinstance(each, Reassign)]
    flags = {FLAGS.index(each.flag) for each in actions if isinstance(each, Declare) and each.flag in FLAGS}
    invoked = [each.contingency for each in actions if isinstance(each, Invoke)]
    contingencies = {CONTINGENCIES.index(name) for name in invoked if name in CONTINGENCIES}
    if not (teams or flags or contingencies):
        return None
    group = None
    if teams:
        group = WORDS.groups.index(teams[-1]) if teams[-1] in WORDS.groups else NOBODY
    return Act(at_us, group, tuple(flags), tuple(contingencies))


def together(one, other):
    """What two lines do at one instant."""
    group = one.group if other.group is None else other.group
    return Act(
        one.at_us,
        group,
        tuple(sorted({*one.flags, *other.flags})),
        tuple(sorted({*one.contingencies, *other.contingencies})),
    )


def as_told(act):
    return act._replace(group=NOBODY) if act.group is None else act


@settings(max_examples=200)
@given(seed=SEEDS, ago=st.sampled_from((-1, 0, 1, 24, 10_000)))
def test_acts_are_those_of_the_ladder_on_the_log_so_far(seed, ago):
    case = Case(Random(seed))
    after_us = case.now_us - ago * TICK_US
    expected = acts(case, case.log(), after_us)
    live = LiveClocks(case.plan, case.luck)
    for ticket, events in enumerate(case.events):
        assert live.next_act(ticket, events, after_us) == expected[ticket]


def test_what_is_drawn_is_often_due_and_often_acted_on():
    cases = [Case(Random(seed)) for seed in range(60)]
    live = [LiveClocks(case.plan, case.luck) for case in cases]
    tickets = [
        (i, ticket, events) for i, case in enumerate(cases) for ticket, events in enumerate(case.events)
    ]
    due = [live[i].earliest_due(ticket, events, cases[i].now_us) for i, ticket, events in tickets]
    found = [live[i].next_act(ticket, events, START * TICK_US) for i, ticket, events in tickets]
    assert sum(at_us < FAR_US for at_us in due) > len(due) / 20
    assert sum(act.at_us < FAR_US for act in found) > len(due) / 6
    assert {act.group for act in found} == {NOBODY, 0, 1}
    assert {each for act in found for each in act.flags} == {0, 1}
    assert {each for act in found for each in act.contingencies} == {0, 1}
    assert any(len(act.flags) > 1 or (act.flags and act.group != NOBODY) for act in found)
