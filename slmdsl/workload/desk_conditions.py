"""Conditions on the desk: programs in postfix order over leaves that are shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.contract.model.escalations import (
    AllOf,
    AnyOf,
    Backlog,
    Declare,
    Declared,
    Invoke,
    OpenTickets,
    OutageLasts,
    WhenDesk,
)
from slmdsl.workload.codes import CANNOT_COMPILE, TOO_LARGE
from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.plan import (
    ABOVE,
    AND,
    AT_LEAST,
    AT_MOST,
    BACKLOG,
    BELOW,
    DECLARED,
    EQUAL,
    NONE,
    OPEN_TICKETS,
    OR,
    OUTAGE_LASTS,
    UNEQUAL,
    Conditions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration
    from slmdsl.contract.model.escalations import DeskCondition
    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.workload.horizon import SimulatedTime

Leaf = OpenTickets | Backlog | OutageLasts | Declared

MOST_LEAVES: Final = 64
"""Leaves that look at open tickets: each has a bit of a ticket's word."""

MOST_NAMED: Final = 64
"""Flags, and contingencies: each has a bit of what a step does to a ticket."""

_COMPARISONS: Final = {
    "<": BELOW,
    "<=": AT_MOST,
    "=": EQUAL,
    "!=": UNEQUAL,
    ">=": AT_LEAST,
    ">": ABOVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLine:
    """What a line of an escalation does when its condition becomes true; either may be missing."""

    condition: DeskCondition
    declares: str | None
    invokes: str | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All conditions of a scenario: those of contingencies by number, `when` before `until`, then the desk's lines."""

    when: tuple[int, ...]
    """By contingency: a place in `conditions`, -1 for none."""
    until: tuple[int, ...]
    lines: tuple[DeskLine, ...]
    line_when: tuple[int, ...]
    conditions: tuple[DeskCondition, ...]

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All distinct leaves, those on open tickets first: leaf i of these is bit i of `Arrivals.leaves`."""
        found = dict.fromkeys(leaf for each in self.conditions for leaf in leaves_of(each))
        return tuple(sorted(found, key=lambda leaf: not isinstance(leaf, OpenTickets)))

    @property
    def open_tickets(self) -> tuple[OpenTickets, ...]:
        """The leaves on open tickets, by bit."""
        return tuple(leaf for leaf in self.leaves if isinstance(leaf, OpenTickets))

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags that lines declare, then others that are asked for."""
        declared = [line.declares for line in self.lines if line.declares is not None]
        asked = [leaf.flag for leaf in self.leaves if isinstance(leaf, Declared)]
        return tuple(dict.fromkeys([*declared, *asked]))


def leaves_of(condition: DeskCondition) -> Iterator[Leaf]:
    """Yield what a condition looks at, in the order of the text."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from leaves_of(part)
    else:
        yield condition


def asked_of(what_if: WhatIf) -> Asked:
    """Return the conditions of contingencies, and of the lines on the desk in the agreements' escalations."""
    found: list[DeskCondition] = []

    def place(condition: DeskCondition | None) -> int:
        if condition is None:
            return NONE
        found.append(condition)
        return len(found) - 1

    pairs = [(place(each.when), place(each.until)) for each in what_if.contingencies]
    lines = tuple(_lines(what_if))
    line_when = tuple(place(line.condition) for line in lines)
    return Asked(
        when=tuple(when for when, _ in pairs),
        until=tuple(until for _, until in pairs),
        lines=lines,
        line_when=line_when,
        conditions=tuple(found),
    )


def _lines(what_if: WhatIf) -> Iterator[DeskLine]:
    """Yield what lines on the desk do; an escalation that several agreements follow is climbed once."""
    contract, known = what_if.contract, {each.name for each in what_if.contingencies}
    names = dict.fromkeys(contract.agreements[name].escalation for name in what_if.agreements)
    for escalation in (contract.escalations[name] for name in names if name is not None):
        for rule in escalation.rules:
            if not isinstance(rule.trigger, WhenDesk):
                continue
            for action in rule.actions:
                declares = action.flag if isinstance(action, Declare) else None
                invokes = action.contingency if isinstance(action, Invoke) else None
                # A contingency that the scenario is without is not there to be invoked.
                invokes = invokes if invokes in known else None
                if declares is not None or invokes is not None:
                    yield DeskLine(
                        condition=rule.trigger.condition, declares=declares, invokes=invokes, span=rule.span
                    )


def conditions_of(
    asked: Asked,
    what_if: WhatIf,
    time: SimulatedTime,
    groups: Mapping[str, int],
    nodes: Mapping[str, int],
) -> Conditions:
    """Compile the conditions; `groups` and `nodes` are codes by name.

    Raises:
        UncompilableError: too many leaves look at open tickets, there are too many flags or contingencies, or an age
            is counted in business days.
    """
    leaves = asked.leaves
    if len(asked.open_tickets) > MOST_LEAVES:
        message = (
            f"conditions count open tickets in {len(asked.open_tickets)} ways; {MOST_LEAVES} are possible"
        )
        raise UncompilableError(TOO_LARGE.at(what_if.scenario.span, message))
    for many, what in ((len(asked.flags), "flags"), (len(what_if.contingencies), "contingencies")):
        if many > MOST_NAMED:
            message = f"there are {many} {what}; {MOST_NAMED} are possible"
            raise UncompilableError(TOO_LARGE.at(what_if.scenario.span, message))
    places = {leaf: place for place, leaf in enumerate(leaves)}
    flags = {flag: place for place, flag in enumerate(asked.flags)}
    programs = [list(_program(each, places)) for each in asked.conditions]
    rows = [_leaf_row(leaf, what_if, time, (groups, nodes, flags)) for leaf in leaves]
    kind, of, compares, count, ticks = zip(*rows, strict=True) if rows else ((),) * 5
    ends = np.cumsum([len(each) for each in programs], dtype=np.int64)
    return Conditions(
        first_token=(ends - [len(each) for each in programs]).astype(np.int32),
        end_token=ends.astype(np.int32),
        token=np.array([token for each in programs for token in each], np.int32),
        leaf_kind=np.array(kind, np.int8),
        leaf_of=np.array(of, np.int32),
        leaf_compares=np.array(compares, np.int8),
        leaf_count=np.array(count, np.int64),
        leaf_ticks=np.array(ticks, np.int64),
    )


def _program(condition: DeskCondition, places: Mapping[Leaf, int]) -> Iterator[int]:
    if isinstance(condition, AllOf | AnyOf):
        for number, part in enumerate(condition.parts):
            yield from _program(part, places)
            if number:
                yield AND if isinstance(condition, AllOf) else OR
    else:
        yield places[condition]


def _leaf_row(
    leaf: Leaf, what_if: WhatIf, time: SimulatedTime, codes: tuple[Mapping[str, int], ...]
) -> tuple[int, int, int, int, int]:
    """Return kind, of what, comparison, count and ticks of a leaf."""
    groups, nodes, flags = codes
    match leaf:
        case OpenTickets():
            age = 0 if leaf.older_than is None else _ticks(leaf.older_than, what_if, time)
            return OPEN_TICKETS, NONE, _COMPARISONS[leaf.comparison], leaf.count, age
        case Backlog():
            return BACKLOG, groups[leaf.team], _COMPARISONS[leaf.comparison], leaf.count, 0
        case OutageLasts():
            return OUTAGE_LASTS, nodes[leaf.service], AT_LEAST, 0, _ticks(leaf.duration, what_if, time)
    return DECLARED, flags[leaf.flag], AT_LEAST, 0, 0


def _ticks(duration: Duration, what_if: WhatIf, time: SimulatedTime) -> int:
    if duration.business_days:
        message = f"a condition on the desk counts plain time, not {duration}"
        raise UncompilableError(CANNOT_COMPILE.at(what_if.scenario.span, message))
    return time.length(duration.wall_us)
