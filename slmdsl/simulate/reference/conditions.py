"""Conditions on the desk, contingencies, and the lines of escalations on the whole desk."""

from __future__ import annotations

from functools import partial
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.simulate.outcome import Calls
from slmdsl.simulate.reference.clock import Clock, Rank
from slmdsl.simulate.ticket_draws import coin
from slmdsl.workload.draws.keys import Purpose
from slmdsl.workload.plan import (
    ABOVE,
    ADD_AGENTS,
    AND,
    AT_LEAST,
    AT_MOST,
    BACKLOG,
    BELOW,
    DECLARED,
    EQUAL,
    OPEN_TICKETS,
    OR,
    OUTAGE_LASTS,
    RESTORE,
    UNEQUAL,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from slmdsl.simulate.reference.breakage import Breakage
    from slmdsl.simulate.reference.people import People
    from slmdsl.simulate.reference.tickets import Ticket
    from slmdsl.workload.plan import DeskPlan, Luck

_COMPARES: Final[dict[int, Callable[[int, int], bool]]] = {
    BELOW: lt,
    AT_MOST: le,
    EQUAL: eq,
    UNEQUAL: ne,
    AT_LEAST: ge,
    ABOVE: gt,
}


class Contingency:
    """Whether a contingency is on, and which of all calls fired it; its version counts ends."""

    def __init__(self, number: int, *, adds_agents: bool) -> None:
        self.number, self.adds_agents = number, adds_agents
        self.version = 0
        self.is_on = False
        self.calls: list[int] = []


class Conditions:
    """What is seen of the desk, and what is done about it."""

    def __init__(self, plan: DeskPlan, luck: Luck, clock: Clock, people: People) -> None:
        self._plan, self._luck, self._clock, self._people = plan, luck, clock, people
        self.breakage: Breakage
        contingencies, conditions = plan.contingencies, plan.conditions
        self.contingencies = [
            Contingency(
                k, adds_agents=any(contingencies.action_kind[a] == ADD_AGENTS for a in _actions(plan, k))
            )
            for k in range(len(contingencies.names))
        ]
        leaves = range(len(conditions.leaf_kind))
        self._counting = [leaf for leaf in leaves if conditions.leaf_kind[leaf] == OPEN_TICKETS]
        self._lasting = [leaf for leaf in leaves if conditions.leaf_kind[leaf] == OUTAGE_LASTS]
        self._seen: list[set[int]] = [set() for _ in leaves]
        self._open: set[int] = set()
        self._backlog = [0] * len(plan.words.groups)
        self._declared: list[set[int]] = [set() for _ in contingencies.flags]
        self._standing: set[int] = set()
        self._calls: list[tuple[int, int, int | None]] = []
        self._tried = [0] * len(contingencies.action_kind)
        self._was = [False] * len(conditions.first_token)
        self._when_was = [False] * len(contingencies.names)
        self._line_was = [False] * len(contingencies.line_when)
        self._is_scheduled = False

    def begin(self) -> None:
        """Expect the calls of risks. What holds on the empty desk has never begun for lines."""
        holds = self._found()
        self._line_was = [holds[when] for when in self._plan.contingencies.line_when.tolist()]
        before = len(self._plan.failing.node) + len(self._luck.outage_from)
        for number, (at, called) in enumerate(
            zip(self._luck.invoked_at.tolist(), self._luck.invoked.tolist(), strict=True)
        ):
            self._clock.at(at, Rank.FAILURE, before + number, partial(self._fire, called))

    # What is seen

    def opened(self, ticket: Ticket) -> None:
        """See a ticket that has come, or come again."""
        self._open.add(ticket.row)
        if ticket.group >= 0:
            self._backlog[ticket.group] += 1
        for leaf in self._counting:
            if int(self._luck.arrivals.leaves[ticket.row]) >> leaf & 1:
                self._await_age(ticket, leaf)
        self.judge_soon()

    def _await_age(self, ticket: Ticket, leaf: int) -> None:
        age_reached = ticket.arrived + int(self._plan.conditions.leaf_ticks[leaf])
        if age_reached <= self._clock.now:
            self._seen[leaf].add(ticket.row)
        else:
            self._clock.at(age_reached, Rank.AGE, leaf, lambda: self._reach_age(ticket, leaf))

    def _reach_age(self, ticket: Ticket, leaf: int) -> None:
        if ticket.row in self._open:
            self._seen[leaf].add(ticket.row)
            self.judge_soon()

    def over(self, ticket: Ticket) -> None:
        """See a ticket that is resolved or cancelled."""
        self._open.discard(ticket.row)
        if ticket.group >= 0:
            self._backlog[ticket.group] -= 1
        for leaf in self._counting:
            self._seen[leaf].discard(ticket.row)
        for tickets in self._declared:
            tickets.discard(ticket.row)
        self.judge_soon()

    def moved(self, ticket: Ticket, group: int) -> None:
        """See a ticket that comes to a group."""
        if ticket.group >= 0:
            self._backlog[ticket.group] -= 1
        self._backlog[group] += 1
        self.judge_soon()

    def outage_changed(self, gone_down: Iterable[int]) -> None:
        """See what is up and down."""
        down = set(gone_down)
        for leaf in self._lasting:
            if int(self._plan.conditions.leaf_of[leaf]) in down:
                reached = self._clock.now + int(self._plan.conditions.leaf_ticks[leaf])
                self._clock.at(reached, Rank.AGE, leaf, self.judge_soon)
        self.judge_soon()

    def judge_soon(self) -> None:
        """Judge when this instant is quiet, if there is anything to judge."""
        if self._was and not self._is_scheduled:
            self._is_scheduled = True
            self._clock.at(self._clock.now, Rank.CONDITIONS, 0, self._judge)

    # What holds

    def _found(self) -> list[bool]:
        """Return which conditions hold, and let the fewest flags stand that agree with them."""
        rules = self._plan.contingencies
        lines = list(zip(rules.line_declares.tolist(), rules.line_when.tolist(), strict=True))
        self._standing = {flag for flag, tickets in enumerate(self._declared) if tickets}
        while True:
            holds = [self._holds(condition) for condition in range(len(self._was))]
            declared = {flag for flag, when in lines if flag >= 0 and holds[when]}
            if declared <= self._standing:
                return holds
            self._standing |= declared

    def _holds(self, condition: int) -> bool:
        conditions, stack = self._plan.conditions, list[bool]()
        for token in conditions.token[
            conditions.first_token[condition] : conditions.end_token[condition]
        ].tolist():
            if token in (AND, OR):
                last, first = stack.pop(), stack.pop()
                stack.append((first and last) if token == AND else (first or last))
            else:
                stack.append(self._leaf_holds(token))
        return stack.pop()

    def _leaf_holds(self, leaf: int) -> bool:
        conditions = self._plan.conditions
        kind, of = int(conditions.leaf_kind[leaf]), int(conditions.leaf_of[leaf])
        if kind == DECLARED:
            return of in self._standing
        if kind == OUTAGE_LASTS:
            since = self.breakage.nodes[of].down_since
            return since is not None and self._clock.now >= since + int(conditions.leaf_ticks[leaf])
        count = self._backlog[of] if kind == BACKLOG else len(self._seen[leaf])
        return _COMPARES[int(conditions.leaf_compares[leaf])](count, int(conditions.leaf_count[leaf]))

    # What is done

    def _judge(self) -> None:
        self._is_scheduled = False
        rules = self._plan.contingencies
        holds = self._found()
        for contingency in self.contingencies:
            when = int(rules.when[contingency.number])
            if when >= 0 and holds[when] and not self._when_was[contingency.number]:
                self._fire(contingency.number)
        for contingency in self.contingencies:
            if contingency.is_on and self._is_to_end(contingency, holds):
                self._end(contingency)
        self._act_on_lines(holds)
        self._when_was = [when >= 0 and holds[when] for when in rules.when.tolist()]
        self._line_was = [holds[when] for when in rules.line_when.tolist()]

    def _is_to_end(self, contingency: Contingency, holds: list[bool]) -> bool:
        rules = self._plan.contingencies
        until, when = int(rules.until[contingency.number]), int(rules.when[contingency.number])
        if until >= 0:
            return holds[until]
        return when >= 0 and not holds[when]

    def _act_on_lines(self, holds: list[bool]) -> None:
        rules = self._plan.contingencies
        for line, when in enumerate(rules.line_when.tolist()):
            if holds[when] and not self._line_was[line] and rules.line_invokes[line] >= 0:
                self._fire(int(rules.line_invokes[line]))

    def declare(self, ticket: Ticket, flag: int) -> None:
        """Let a flag stand until a ticket is over, if it is not."""
        if ticket.row in self._open:
            self._declared[flag].add(ticket.row)
            self.judge_soon()

    def invoke(self, contingency: int) -> None:
        """Fire a contingency if it is not on."""
        self._fire(contingency)

    def _fire(self, number: int) -> None:
        contingency = self.contingencies[number]
        if contingency.is_on:
            return
        contingency.calls.append(len(self._calls))
        contingency.is_on = contingency.adds_agents
        self._calls.append((number, self._clock.now, None if contingency.is_on else self._clock.now))
        for action in _actions(self._plan, number):
            self._start(contingency, action)
        if contingency.is_on:
            self.judge_soon()

    def _start(self, contingency: Contingency, action: int) -> None:
        rules = self._plan.contingencies
        after, adds = int(rules.action_after[action]), rules.action_kind[action] == ADD_AGENTS
        act = self._arrive if adds else self._restore
        if after == 0:
            act(contingency.number, action)
            return
        rank, first = (Rank.DUTY_BEGINS, len(self._people.agents)) if adds else (Rank.RESTORING, 0)
        self._clock.at(
            self._clock.now + after,
            rank,
            first + action,
            lambda: act(contingency.number, action),
            of=contingency if adds else None,
        )

    def _arrive(self, _: int, action: int) -> None:
        self._people.arrive(self._added(action))

    def _restore(self, number: int, action: int) -> None:
        rules, visit = self._plan.contingencies, self._tried[action]
        self._tried[action] += 1
        words = (
            self._luck.key,
            rules.entity[number],
            action - rules.first_action[number],
            visit,
            Purpose.RESTORE,
        )
        if coin(float(rules.action_succeeds[action]), *(np.uint64(word) for word in words)):
            self.breakage.restore(int(rules.action_node[action]))

    def _end(self, contingency: Contingency) -> None:
        contingency.is_on = False
        contingency.version += 1
        number, begin, _ = self._calls[contingency.calls[-1]]
        self._calls[contingency.calls[-1]] = number, begin, self._clock.now
        for action in _actions(self._plan, contingency.number):
            if self._plan.contingencies.action_kind[action] != RESTORE:
                self._people.depart(self._added(action))

    def calls(self) -> Calls:
        """Return when contingencies were on."""
        rows = [
            (number, begin, self._clock.end if end is None else end) for number, begin, end in self._calls
        ]
        number, begin, end = np.array(rows, np.int64).reshape(-1, 3).T
        tick_us = self._plan.tick_us
        return Calls(contingency=number.astype(np.int32), from_us=begin * tick_us, to_us=end * tick_us)

    def _added(self, action: int) -> range:
        rules = self._plan.contingencies
        return range(rules.action_first_agent[action], rules.action_end_agent[action])


def _actions(plan: DeskPlan, contingency: int) -> range:
    rules = plan.contingencies
    return range(rules.first_action[contingency], rules.end_action[contingency])
