"""From a plan to what its agreements say of tickets on their way: rules and escalations, bound once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from slmdsl.contract.model.agreements import Within
from slmdsl.contract.model.escalations import Declare, Invoke, Reassign
from slmdsl.events.columns import Coded, Events, Tickets
from slmdsl.events.log import EventLog
from slmdsl.rules.binding import bind
from slmdsl.rules.escalations import EscalationPlan, escalation_plan
from slmdsl.rules.from_contract import ticket_rules
from slmdsl.rules.ladder_binding import bind_ladder
from slmdsl.simulate.due_facts import classes_of, met, rows_of
from slmdsl.simulate.due_senses import concerned, senses_of
from slmdsl.simulate.due_tables import NO_MOVE, NOBODY, Clocks, Facts
from slmdsl.workload.carried.carried import begins_us
from slmdsl.workload.plan import BY_DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.escalations import TicketLine
    from slmdsl.rules.tables import Int64
    from slmdsl.rules.ticket_rules import TicketRules
    from slmdsl.simulate.due_facts import Classes
    from slmdsl.workload.plan import Arrivals, Bools, Contingencies, DeskPlan, Words, Words64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeskClocks:
    """What a plan's agreements have to say while tickets are on their way.

    `tables` are what kernels read, for any replication and by several threads at once.
    """

    bound: BoundRules
    escalations: EscalationPlan
    tables: Clocks
    classes: Classes
    by_deadline: bool
    """Whether a queue goes by deadline."""
    acts: bool
    """Whether a step of an escalation may reassign a ticket, declare a flag or invoke a contingency."""
    carried_opened_us: Int64
    """When the tickets were opened that are there from the beginning."""

    def may_act_on(self, facts: Facts) -> Bools:
        """Return on which tickets of a replication steps may ever act."""
        tables = self.tables
        return concerned(tables.rules, tables.ladder, tables.first_listed)[facts.listed]

    def facts_of(self, arrivals: Arrivals, tick_us: int) -> Facts:
        """Return what is known of the tickets of a replication from the beginning."""
        dispatch = self.bound.dispatch
        listed = dispatch.kind_class[arrivals.kind + 1]
        for classes, codes, count in zip(
            (dispatch.service_class, dispatch.customer_class, dispatch.priority_class),
            (arrivals.service, arrivals.customer, arrivals.priority),
            dispatch.class_counts.tolist(),
            strict=True,
        ):
            listed = listed * count + classes[codes + 1]
        drawn_us = arrivals.at[len(self.carried_opened_us) :] * tick_us
        return Facts(
            listed=listed,
            row=rows_of(arrivals, self.classes),
            opened_us=np.concatenate([self.carried_opened_us, drawn_us]),
            priority=arrivals.priority,
        )


_BOUND: WeakKeyDictionary[DeskPlan, DeskClocks] = WeakKeyDictionary()
"""A search goes through hundreds of plans again and again, and binding takes longer than a short replication."""


def clocks_of(plan: DeskPlan) -> DeskClocks:
    """Return what the agreements of a plan say of its tickets, bound to its words and time; nothing if nobody asks.

    Targets on other units than whole tickets, or on fields that no simulated ticket has, say nothing here. It is bound
    once for a plan, and kept as long as the plan is.
    """
    found = _BOUND.get(plan)
    if found is None:
        found = _BOUND[plan] = _bound(plan)
    return found


def _bound(plan: DeskPlan) -> DeskClocks:
    what_if, by_deadline = plan.what_if, bool((plan.groups.disciplines == BY_DEADLINE).any())
    rules = _judging(ticket_rules(what_if.contract, what_if.agreements))
    escalations = _acting(what_if, rules, plan.contingencies)
    if not by_deadline and not escalations.tickets:
        rules = replace(rules, targets=(), tracks=(), calendars=())
        escalations = replace(escalations, served=())
    bound = bind(
        rules,
        _log_of(plan.words),
        as_of_us=plan.end * plan.tick_us,
        from_us=begins_us(plan.carried, plan.start * plan.tick_us),
    )
    classes = classes_of(plan.words, bound.conditions)
    ladder = bind_ladder(escalations, bound)
    tables = Clocks(
        rules=ladder.rules,
        first_listed=bound.dispatch.first_listed,
        conditions=met(bound.conditions, plan.words, classes),
        most_reopenings=classes.most_reopenings,
        most_reassignments=classes.most_reassignments,
        time_fields_us=np.zeros((0, 0), np.int64),
        ladder=ladder.ladder,
        moves_to=_moves_to(escalations, plan.words),
        declares=_bits(escalations, _declares, plan.contingencies.flags),
        invokes=_bits(escalations, _invokes, plan.contingencies.names),
        senses=senses_of(ladder.rules, ladder.ladder),
        end_us=plan.end * plan.tick_us,
    )
    return DeskClocks(
        bound=bound,
        escalations=escalations,
        tables=tables,
        classes=classes,
        by_deadline=by_deadline,
        acts=bool(escalations.tickets),
        carried_opened_us=np.zeros(0, np.int64) if plan.carried is None else plan.carried.opened_us,
    )


def _judging(rules: TicketRules) -> TicketRules:
    """Return the rules of targets with a limit whose clocks start on simulated tickets."""
    targets = tuple(
        target
        for target in rules.targets
        if isinstance(target.target.form, Within) and rules.tracks[target.track].zone is None
    )
    return replace(rules, targets=targets, exclusions=())


def _acting(what_if: WhatIf, rules: TicketRules, known: Contingencies) -> EscalationPlan:
    """Return the lines that reassign, declare a flag that is asked for, or invoke a contingency that is there."""
    whole = escalation_plan(what_if.contract, rules.targets, what_if.agreements)
    acts = [
        _team(line) is not None
        or any(flag in known.flags for flag in _declares(line))
        or any(name in known.names for name in _invokes(line))
        for line in whole.tickets
    ]
    place = np.cumsum([0, *acts]).tolist()
    return EscalationPlan(
        tickets=tuple(compress(whole.tickets, acts)),
        served=tuple(tuple(place[line] for line in lines if acts[line]) for lines in whole.served),
        desk=(),
    )


def _team(line: TicketLine) -> str | None:
    """Return the team to which a line hands tickets; of several the last."""
    teams = [action.team for action in line.actions if isinstance(action, Reassign)]
    return teams[-1] if teams else None


def _moves_to(escalations: EscalationPlan, words: Words) -> Int64:
    groups = {name: code for code, name in enumerate(words.groups)}
    teams = [_team(line) for line in escalations.tickets]
    return np.array([NO_MOVE if team is None else groups.get(team, NOBODY) for team in teams], np.int64)


def _declares(line: TicketLine) -> list[str]:
    return [action.flag for action in line.actions if isinstance(action, Declare)]


def _invokes(line: TicketLine) -> list[str]:
    return [action.contingency for action in line.actions if isinstance(action, Invoke)]


def _bits(
    escalations: EscalationPlan, named: Callable[[TicketLine], list[str]], words: Sequence[str]
) -> Words64:
    """Return which of some words each line names, as bits."""
    found = [
        sum(1 << place for place, word in enumerate(words) if word in named(line))
        for line in escalations.tickets
    ]
    return np.array(found, np.uint64)


def _log_of(words: Words) -> EventLog:
    """Return a log with the words of a plan's logs."""
    none = np.zeros(0, np.int32)
    tickets = replace(
        Tickets.empty(),
        kind=Coded(codes=none, values=words.kinds),
        service=Coded(codes=none, values=words.services),
        priority=Coded(codes=none, values=words.priorities),
        customer=Coded(codes=none, values=words.customers),
        group=Coded(codes=none, values=words.groups),
    )
    return EventLog(ticket_columns=tickets, event_columns=Events.empty())
