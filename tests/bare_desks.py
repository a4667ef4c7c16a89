"""Desks said in a few words, for cases worked out by hand: one stream, times in whole ticks, nothing by chance.

A tick is an hour, time starts at 0, and everything that is not said is absent. `told` gives an outcome as lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.simulate.outcome import REASONS
from slmdsl.workload import plan as p
from slmdsl.workload.draws.keys import key_of, name_hash, place_of
from slmdsl.workload.draws.values import CONSTANT
from tests.desk_agreements import what_if
from tests.desks import HOUR_US, DistributionRows, flat, ints, plan_of

ALWAYS = ((0, 1_000),)
RESOLVED = -1
NEVER = 2**40


@dataclass(kw_only=True)
class Step:
    """A step: `works` in ticks, or by priority; without a group or people it waits or is left at once."""

    name: str = "desk"
    group: int = 0
    is_worked: bool = True
    works: object = 2
    answers: int | None = None
    waits: int | None = None
    waits_on: int = -1
    patience: int | None = None
    to: int = RESOLVED


@dataclass(kw_only=True)
class Group:
    """A group: the duty of each regular agent, and its rules; `preempts` and `on_call_for` are priorities."""

    agents: tuple = (ALWAYS,)
    on_call: int = 0
    called: tuple = ALWAYS
    added: int = 0
    roster: tuple = ALWAYS
    queue: tuple = (p.BY_ARRIVAL, p.BY_ARRIVAL)
    lines: int = -1
    hands_over: bool = False
    preempts: tuple = ()
    on_call_for: tuple = ()
    on_call_after: int = 0

    def people(self, number):
        yield from ((number, p.REGULAR, duty) for duty in self.agents)
        yield from ((number, p.ON_CALL, self.called) for _ in range(self.on_call))
        yield from ((number, p.ADDED, self.roster) for _ in range(self.added))


@dataclass(kw_only=True)
class Contingency:
    """A contingency: conditions are programs, `restores` (node, delay), `adds` agents (first, end, delay)."""

    when: tuple = ()
    until: tuple = ()
    restores: tuple = ()
    succeeds: float = 1.0
    adds: tuple = ()

    def actions(self):
        yield from ((p.RESTORE, after, node, self.succeeds, -1, -1) for node, after in self.restores)
        yield from ((p.ADD_AGENTS, after, -1, 1.0, first, end) for first, end, after in self.adds)


@dataclass(kw_only=True)
class Desk:
    """A desk: `tickets` are (arrival, priority), `nodes` (name, least, parts), `failing` (node, up, repair, crew).

    `outages` are (node, from, to, cause), `leaves` (kind, of, compares, count, ticks), `called` (instant, contingency),
    `lines` (program, flag, invokes). Every open ticket is counted by every leaf.
    """

    tickets: list
    steps: tuple = (Step(),)
    groups: tuple = (Group(),)
    priorities: int = 3
    suppliers: int = 1
    end: int = 100
    customer_wait: int | None = None
    reopens: tuple = (0.0, 0)
    scores: tuple = ()
    nodes: tuple = ()
    failing: tuple = ()
    crews: tuple = (-1,)
    outages: tuple = ()
    leaves: tuple = ()
    contingencies: tuple = ()
    lines: tuple = ()
    called: tuple = ()
    calendar: tuple = ALWAYS
    key: int = key_of(1, 1)
    what_if: object = None
    table: DistributionRows = field(default_factory=DistributionRows)

    def row(self, ticks):
        return -1 if ticks is None else self.table.add(CONSTANT, ticks * HOUR_US)

    def made(self):
        """Return the plan and the luck."""
        people = [agent for number, group in enumerate(self.groups) for agent in group.people(number)]
        programs = []
        rules = self._rules(programs)
        streams, steps = self._streams(), self._steps()
        failing = self._failing()
        plan = plan_of(
            what_if=self.what_if or what_if(0),
            tick_us=HOUR_US,
            start=0,
            first=0,
            end=self.end,
            words=self._words(people),
            distributions=self.table.table(),
            streams=streams,
            steps=steps,
            groups=self._groups(people),
            agents=p.Agents(
                group=ints(group for group, _, _ in people),
                kind=ints((kind for _, kind, _ in people), np.int8),
                entity=ints(range(len(people)), np.uint64),
            ),
            failing=failing,
            nodes=self._nodes(),
            conditions=self._conditions(programs),
            contingencies=rules,
            planned=p.PlannedOutages(
                node=ints([]), **dict.fromkeys(("start", "end", "announced"), ints([], np.int64))
            ),
            calendars=self._calendars(),
        )
        return plan, self._luck(people)

    def _words(self, people):
        return p.Words(
            kinds=("incident",),
            services=("mail",),
            priorities=tuple(f"P{each + 1}" for each in range(self.priorities)),
            customers=("acme",),
            groups=(
                *(f"g{each}" for each in range(len(self.groups))),
                *(f"s{each}" for each in range(self.suppliers)),
            ),
            agents=tuple(f"a{each}" for each in range(len(people))),
            causes=("power", "flood"),
        )

    def _streams(self):
        share, after = self.reopens
        scores = [(within, score) for within, score in self.scores]
        return p.Streams(
            names=("incidents",),
            kind=ints([0]),
            start=ints([0]),
            first_step=ints([0]),
            end_step=ints([len(self.steps)]),
            customer_wait_share=np.array([0.0 if self.customer_wait is None else 1.0]),
            customer_wait=ints([self.row(self.customer_wait)]),
            customer_wait_on=ints([-1]),
            customer_wait_in_days=np.array([False]),
            reopens_share=np.array([float(share)]),
            reopens_after=ints([self.row(after)]),
            feedback_share=np.array([1.0 if self.scores else 0.0]),
            first_score=ints([0]),
            end_score=ints([len(scores)]),
            score_within=ints((within for within, _ in scores), np.int64),
            score=np.array([score for _, score in scores], np.float64),
        )

    def _steps(self):
        steps = self.steps
        works = [
            step.works if isinstance(step.works, tuple) else (step.works,) * (self.priorities + 1)
            for step in steps
        ]
        return p.Steps(
            names=tuple(step.name for step in steps),
            place=ints((place_of(step.name) for step in steps), np.uint32),
            group=ints(step.group for step in steps),
            is_worked=np.array([step.is_worked for step in steps], bool),
            answers=ints(self.row(step.answers) for step in steps),
            works=ints([[self.row(each) for each in own] for own in works]),
            waits=ints(self.row(step.waits) for step in steps),
            waits_on=ints(step.waits_on for step in steps),
            waits_in_days=np.zeros(len(steps), bool),
            gives_up_share=np.array([0.0 if step.patience is None else 1.0 for step in steps]),
            patience=ints(self.row(step.patience) for step in steps),
            first_route=ints(range(len(steps))),
            end_route=ints(range(1, len(steps) + 1)),
            route_to=ints(step.to for step in steps),
            route_share=np.ones(len(steps)),
            route_word=ints((place_of(str(step.to)) for step in steps), np.uint32),
        )

    def _groups(self, people):
        groups = self.groups
        of = [
            [number for number, agent in enumerate(people) if agent[0] == group]
            for group in range(len(groups))
        ]
        first, end, roster = flat([group.roster for group in groups])

        def flags(priorities):
            return [each in priorities for each in (*range(self.priorities), -1)]

        return p.Groups(
            disciplines=ints((group.queue for group in groups), np.int8),
            lines=ints((group.lines for group in groups), np.int64),
            hands_over=np.array([group.hands_over for group in groups]),
            preempts=np.array([flags(group.preempts) for group in groups]),
            on_call_for=np.array([flags(group.on_call_for) for group in groups]),
            on_call_after=ints((group.on_call_after for group in groups), np.int64),
            first_agent=ints(numbers[0] for numbers in of),
            end_agent=ints(numbers[-1] + 1 for numbers in of),
            first_roster=first,
            end_roster=end,
            roster_from=ints((begin for begin, _ in roster), np.int64),
            roster_to=ints((until for _, until in roster), np.int64),
        )

    def _failing(self):
        return p.Failing(
            node=ints(node for node, *_ in self.failing),
            fails=ints(self.row(up) for _, up, *_ in self.failing),
            repaired=ints(self.row(repair) for _, _, repair, _ in self.failing),
            entity=ints(range(len(self.failing)), np.uint64),
            crew=ints(crew for *_, crew in self.failing),
            crew_size=ints(self.crews, np.int64),
        )

    def _nodes(self):
        first, end, part = flat([parts for _, _, parts in self.nodes])
        return p.Nodes(
            names=tuple(name for name, _, _ in self.nodes),
            least=ints(least for _, least, _ in self.nodes),
            first_part=first,
            end_part=end,
            part=ints(part),
        )

    def _conditions(self, programs):
        first, end, token = flat(programs)
        kind, of, compares, count, ticks = zip(*self.leaves, strict=True) if self.leaves else ((),) * 5
        return p.Conditions(
            first_token=first,
            end_token=end,
            token=ints(token),
            leaf_kind=ints(kind, np.int8),
            leaf_of=ints(of),
            leaf_compares=ints(compares, np.int8),
            leaf_count=ints(count, np.int64),
            leaf_ticks=ints(ticks, np.int64),
        )

    def _rules(self, programs):
        def condition(program):
            if not program:
                return -1
            programs.append(program)
            return len(programs) - 1

        first, end, action = flat([list(each.actions()) for each in self.contingencies])
        kind, after, node, succeeds, first_agent, end_agent = (
            zip(*action, strict=True) if action else ((),) * 6
        )
        return p.Contingencies(
            names=tuple(f"k{each}" for each in range(len(self.contingencies))),
            entity=ints((name_hash(str(each)) for each in range(len(self.contingencies))), np.uint64),
            when=ints(condition(each.when) for each in self.contingencies),
            until=ints(condition(each.until) for each in self.contingencies),
            first_action=first,
            end_action=end,
            action_kind=ints(kind, np.int8),
            action_after=ints(after, np.int64),
            action_node=ints(node),
            action_succeeds=np.array(succeeds, np.float64),
            action_first_agent=ints(first_agent),
            action_end_agent=ints(end_agent),
            line_when=ints(condition(program) for program, _, _ in self.lines),
            line_declares=ints(flag for _, flag, _ in self.lines),
            line_invokes=ints(invoked for _, _, invoked in self.lines),
            flags=("major", "disaster"),
        )

    def _calendars(self):
        lengths = [until - begin for begin, until in self.calendar]
        return p.WaitCalendars(
            first=ints([0]),
            end=ints([len(lengths)]),
            starts=ints((begin for begin, _ in self.calendar), np.int64),
            ends=ints((until for _, until in self.calendar), np.int64),
            open_ticks=ints(np.cumsum([0, *lengths[:-1]]), np.int64),
            days=np.arange(len(lengths), dtype=np.float64),
            days_rate=1.0 / np.array(lengths),
        )

    def _luck(self, people):
        first, end, duty = flat([stretches for _, _, stretches in people])
        tickets = [(each, -1) if isinstance(each, int) else each for each in self.tickets]
        count = len(tickets)
        return p.Luck(
            key=self.key,
            arrivals=p.Arrivals(
                at=ints((at for at, _ in tickets), np.int64),
                customer=ints([0] * count),
                priority=ints(priority for _, priority in tickets),
                entity=ints(range(count), np.uint64),
                leaves=ints([(1 << len(self.leaves)) - 1] * count, np.uint64),
                **{name: ints([0] * count) for name in ("stream", "kind", "service", "source")},
                **{name: ints([0] * count) for name in ("day", "burst", "member")},
            ),
            first_duty=first,
            end_duty=end,
            duty_from=ints((begin for begin, _ in duty), np.int64),
            duty_to=ints((until for _, until in duty), np.int64),
            outage_node=ints(node for node, *_ in self.outages),
            outage_from=ints((begin for _, begin, _, _ in self.outages), np.int64),
            outage_to=ints((until for _, _, until, _ in self.outages), np.int64),
            outage_cause=ints(cause for *_, cause in self.outages),
            invoked_at=ints((at for at, _ in self.called), np.int64),
            invoked=ints(number for _, number in self.called),
        )


def told(outcome):
    """The events as lines: when, which ticket, what, by whom."""
    events = outcome.events
    columns = (
        events.ticket,
        events.at_us,
        events.type,
        events.phase,
        events.group,
        events.actor,
        events.role,
        events.public,
    )
    lines = []
    for (ticket, at, kind, phase, group, actor, role, public), reason in zip(
        zip(*columns, strict=True), events.reason, strict=True
    ):
        what = {
            EventType.GROUP: f"group {group}",
            EventType.STATE: Phase(max(phase, 0)).word,
            EventType.ASSIGNEE: "assignee",
            EventType.MESSAGE: "message" if public == 1 else "?",
        }[kind]
        by = f"a{actor}" if role == Role.AGENT else Role(role).word
        lines.append(
            f"{at // HOUR_US} #{ticket} {what} by {by}" + (f" ({REASONS[reason]})" if reason >= 0 else "")
        )
    return lines


def spells(outcome):
    """Spells as (ticket, agent, queued, begin, end, outcome), in ticks."""
    rows, ticks = outcome.spells, HOUR_US
    columns = (
        rows.ticket,
        rows.agent,
        rows.queued_us // ticks,
        rows.begin_us // ticks,
        rows.end_us // ticks,
        rows.outcome,
    )
    return [tuple(map(int, row)) for row in zip(*columns, strict=True)]


def outages(outcome):
    """Outages as (node, from, to or None, cause), in ticks."""
    rows = outcome.outages
    return [
        (int(node), int(begin // HOUR_US), None if end == NO_TIME else int(end // HOUR_US), int(cause))
        for node, begin, end, cause in zip(rows.node, rows.from_us, rows.to_us, rows.cause, strict=True)
    ]
