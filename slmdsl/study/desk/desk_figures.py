"""What a replication says of the desk: who was how busy, who waited, what piled up, what broke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from slmdsl.base.units import DAY, NO_TIME
from slmdsl.events.vocabulary import Phase
from slmdsl.study.desk.desk_kernels import cut_to_duty, follow_tickets, follow_waits
from slmdsl.study.desk.week import HOURS_A_WEEK, WeekHours
from slmdsl.workload.plan import ADDED, ON_CALL, REGULAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from slmdsl.simulate.outcome import EventRows, Outcome, Spells
    from slmdsl.workload.plan import DeskPlan, Luck

    Int64 = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]

LATE_SHARE: Final = 0.95
"""The quantile of waiting that is shown beside the mean."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeskFigures:
    """Figures of one replication within the horizon, for g groups with staff and P priorities. Times are microseconds.

    Attributes:
        present: time of agents on duty in each hour of the local week (g x 168), added ones left out.
        busy: their working time (g x 168), overtime left out.
        overtime: work of shifts' agents outside their duty (g).
        on_call: work of agents on call (g).
        added: work of agents whom contingencies added (g).
        picked_up: how many waits ended with a pick-up (g x P + 1; the last column is of tickets without a priority).
            Who is preempted or handed over waits again.
        waited: the sum of these waits (g x P + 1).
        late: the quantile LATE_SHARE of the waits of each group (g), 0 without any.
        late_known: 1 for each group with any wait, else 0 (g).
        backlog: open tickets in each group of the log at the end of each week (groups x weeks).
        tickets: how many were opened.
        reopened, lost, gave_up, preempted, reassigned: how often, warm-up included for the last four.
        fired: how often each contingency was fired, warm-up included.
        outages: how many unplanned outages began, by node.
        down: how long nodes were down, unplanned, by node.
    """

    present: Int64
    busy: Int64
    overtime: Int64
    on_call: Int64
    added: Int64
    picked_up: Int64
    waited: Int64
    late: Floats
    late_known: Int64
    backlog: Int64
    tickets: int
    reopened: int
    lost: int
    gave_up: int
    preempted: int
    reassigned: int
    fired: Int64
    outages: Int64
    down: Int64


class _Work(NamedTuple):
    present: Int64
    busy: Int64
    overtime: Int64
    on_call: Int64
    added: Int64


class _Waits(NamedTuple):
    picked_up: Int64
    waited: Int64
    late: Floats
    late_known: Int64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretches:
    """Stretches of agents' time."""

    agent: Int64
    from_us: Int64
    to_us: Int64

    def only(self, wanted: Bools) -> Stretches:
        """Return those of the agents that are wanted (by agent)."""
        rows = wanted[self.agent]
        return Stretches(agent=self.agent[rows], from_us=self.from_us[rows], to_us=self.to_us[rows])


class Desk:
    """What the figures of all replications of a plan have in common: the hours of the week, the ends of weeks."""

    def __init__(self, plan: DeskPlan) -> None:
        """`plan` gives the groups with their zones, and the horizon."""
        self._plan: Final = plan
        self._from_us, self._to_us = plan.first * plan.tick_us, plan.end * plan.tick_us
        staff = plan.what_if.contract.staff
        self._staffed: Final = len(plan.groups.lines)
        self._hours: Final = [
            WeekHours.of(self._from_us, self._to_us, staff[name].zone)
            for name in plan.words.groups[: self._staffed]
        ]
        self.weeks_us: Final = np.arange(self._from_us + 7 * DAY, self._to_us + 1, 7 * DAY, dtype=np.int64)
        """The instants at which the backlog is counted."""

    def length_us(self, group: int) -> Int64:
        """Return how long the horizon is in each hour of the local week of a group's zone (168)."""
        hours = self._hours[group]
        return hours.time_in(hours.edges_us[:1], hours.edges_us[-1:])

    def figures(self, luck: Luck, outcome: Outcome) -> DeskFigures:
        """Return the figures of one replication."""
        inside = self._inside(luck.arrivals.at * self._plan.tick_us)
        backlog, reopened = self._followed(len(luck.arrivals), outcome.events)
        work = self._work(luck, outcome)
        waits = self._waits(luck, outcome)
        outages = outcome.outages
        nodes = len(self._plan.nodes.names)
        until = np.where(outages.to_us == NO_TIME, self._to_us, outages.to_us)
        length = np.maximum(np.minimum(until, self._to_us) - np.maximum(outages.from_us, self._from_us), 0)
        return DeskFigures(
            **work._asdict(),
            **waits._asdict(),
            backlog=backlog,
            tickets=int(np.count_nonzero(inside)),
            reopened=reopened,
            lost=outcome.lost,
            gave_up=outcome.gave_up,
            preempted=outcome.preempted,
            reassigned=outcome.reassigned,
            fired=outcome.fired,
            outages=np.bincount(outages.node[self._inside(outages.from_us)], minlength=nodes),
            down=_sums(outages.node, length, nodes),
        )

    def _inside(self, at_us: Int64) -> Bools:
        found: Bools = (at_us >= self._from_us) & (at_us < self._to_us)
        return found

    def _work(self, luck: Luck, outcome: Outcome) -> _Work:
        """Return the presence and the work of all agents."""
        agents, tick_us = self._plan.agents, self._plan.tick_us
        kind, group = agents.kind, agents.group
        duties = Stretches(
            agent=np.repeat(np.arange(len(kind)), luck.end_duty - luck.first_duty),
            from_us=luck.duty_from * tick_us,
            to_us=luck.duty_to * tick_us,
        ).only(kind == REGULAR)
        spells = Stretches(
            agent=outcome.spells.agent.astype(np.int64),
            from_us=np.clip(outcome.spells.begin_us, self._from_us, self._to_us),
            to_us=np.clip(outcome.spells.end_us, self._from_us, self._to_us),
        )
        regular = _on_duty(spells.only(kind == REGULAR), luck, tick_us)

        def by_hour(found: Stretches) -> Int64:
            mine = [found.only(group == each) for each in range(self._staffed)]
            hours = [
                hours.time_in(each.from_us, each.to_us) for hours, each in zip(self._hours, mine, strict=True)
            ]
            return np.array(hours, np.int64).reshape(self._staffed, HOURS_A_WEEK)

        def total(found: Stretches, wanted: int) -> Int64:
            mine = found.only(kind == wanted)
            return _sums(group[mine.agent], mine.to_us - mine.from_us, self._staffed)

        return _Work(
            present=by_hour(duties),
            busy=by_hour(regular),
            overtime=total(spells, REGULAR) - total(regular, REGULAR),
            on_call=total(spells, ON_CALL),
            added=total(spells, ADDED),
        )

    def _waits(self, luck: Luck, outcome: Outcome) -> _Waits:
        """Return who waited for how long, of those that were picked up within the horizon."""
        spells, priorities = outcome.spells, len(self._plan.words.priorities)
        inside = self._inside(spells.begin_us)
        group = self._plan.agents.group[spells.agent[inside]].astype(np.int64)
        waited = _waited(spells, len(luck.arrivals))[inside]
        priority = luck.arrivals.priority[spells.ticket[inside]].astype(np.int64)
        cell = group * (priorities + 1) + np.where(priority < 0, priorities, priority)
        shape = (self._staffed, priorities + 1)
        cells = self._staffed * (priorities + 1)
        mine = [waited[group == each] for each in range(self._staffed)]
        return _Waits(
            picked_up=np.bincount(cell, minlength=cells).reshape(shape),
            waited=_sums(cell, waited, cells).reshape(shape),
            late=np.array([float(np.quantile(each, LATE_SHARE)) if len(each) else 0.0 for each in mine]),
            late_known=np.array([min(len(each), 1) for each in mine], np.int64),
        )

    def _followed(self, tickets: int, events: EventRows) -> tuple[Int64, int]:
        """Return how many open tickets each group of the log holds at the end of each week, and the reopenings."""
        groups = len(self._plan.words.groups)
        backlog = np.zeros((groups, len(self.weeks_us)), np.int64)
        reopened = follow_tickets(
            events.ticket,
            events.at_us,
            events.phase,
            events.group,
            (self._from_us, self._to_us),
            self.weeks_us,
            np.full(tickets, Phase.NEW, np.int8),
            np.full(tickets, -1, np.int32),
            np.zeros(groups, np.int64),
            backlog,
        )
        return backlog, reopened


def _on_duty(spells: Stretches, luck: Luck, tick_us: int) -> Stretches:
    """Return the parts of stretches of work that lie within their agent's duties."""
    room = len(spells.agent) + len(luck.duty_from)
    rows, from_us, to_us = (np.empty(room, np.int64) for _ in range(3))
    size = cut_to_duty(
        spells.agent,
        spells.from_us,
        spells.to_us,
        luck.first_duty,
        luck.end_duty,
        luck.duty_from * tick_us,
        luck.duty_to * tick_us,
        rows,
        from_us,
        to_us,
    )
    return Stretches(agent=spells.agent[rows[:size]], from_us=from_us[:size], to_us=to_us[:size])


def _waited(spells: Spells, tickets: int) -> Int64:
    """Return how long each spell's ticket waited for it."""
    found = np.empty(len(spells), np.int64)
    left_us = np.full(tickets, NO_TIME, np.int64)
    follow_waits(spells.ticket, spells.queued_us, spells.begin_us, spells.end_us, left_us, found)
    return found


def _sums(where: npt.NDArray[np.integer], what: Int64, size: int) -> Int64:
    found = np.zeros(size, np.int64)
    np.add.at(found, where, what)
    return found


def named_groups(plan: DeskPlan) -> Sequence[str]:
    """Return the groups with staff, in the order of the figures."""
    return plan.words.groups[: len(plan.groups.lines)]
