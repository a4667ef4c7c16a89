"""What a replication costs: the staff's rostered hours, overtime and work on call, and what contingencies cost.

Everything is exact: time in whole ticks, money as fractions of the minor unit. It is counted from the first day that
counts to the end; who is absent is paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.base.units import DAY, HOUR
from slmdsl.workload.plan import ADD_AGENTS, ON_CALL, REGULAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.units import Money
    from slmdsl.simulate.outcome import Outcome
    from slmdsl.workload.plan import DeskPlan, Int64, Luck

_MONTHS_A_YEAR = 12
_YEAR_US = 365 * DAY
PER_HOUR = "hour"
PER_AGENT_HOUR = "agent hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTime:
    """Time of a group that is paid, in microseconds.

    Attributes:
        group: its name.
        rostered_us: the shifts of all its agents, whoever is absent.
        overtime_us: work of agents outside of their shifts.
        on_call_us: work of agents on call; to be on call alone is not paid.
    """

    group: str
    rostered_us: int
    overtime_us: int
    on_call_us: int

    @property
    def whole_us(self) -> int:
        """All of it."""
        return self.rostered_us + self.overtime_us + self.on_call_us


class Priced(NamedTuple):
    """A group or a contingency that costs something, and the currency of its price."""

    name: str
    is_contingency: bool
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a group or a contingency costs, in minor units of a currency (cents), exact."""

    priced: Priced
    minor: Fraction


class _Stretches(NamedTuple):
    """Stretches of ticks in order that do not overlap."""

    begin: Int64
    end: Int64

    def within(self, begin: Int64, end: Int64) -> Int64:
        """Return how many ticks of each interval lie in the stretches."""
        return self._until(end) - self._until(begin)

    def _until(self, at: Int64) -> Int64:
        lengths = self.end - self.begin
        if not len(lengths):
            return np.zeros(len(at), np.int64)
        place = np.maximum(np.searchsorted(self.begin, at, side="right") - 1, 0)
        before = np.cumsum(lengths) - lengths
        found: Int64 = before[place] + np.clip(at - self.begin[place], 0, lengths[place])
        return found


def cost_of(plan: DeskPlan, luck: Luck, outcome: Outcome) -> tuple[Cost, ...]:
    """Return what a replication costs: groups first, then contingencies, those alone that have a price.

    Added agents of a contingency `per agent hour` are paid for the hours of their group's shifts while they are there,
    and for overtime; one `per hour` while it is on; one without a unit each time that it is fired.

    `sum(each.minor for each in cost_of(plan, luck, outcome))` is the whole, if there is one currency.
    """
    staff, contingencies = plan.what_if.contract.staff, plan.what_if.contingencies
    paid = [(staff[each.group].cost, each) for each in paid_time(plan, outcome)]
    return (
        *(_cost(each.group, price, each.whole_us) for price, each in paid if price is not None),
        *(
            Cost(
                priced=Priced(each.name, is_contingency=True, currency=each.cost[0].currency),
                minor=_times(plan, luck, outcome, number, each.cost[1]) * each.cost[0].minor,
            )
            for number, each in enumerate(contingencies)
            if each.cost is not None
        ),
    )


def paid_time(plan: DeskPlan, outcome: Outcome) -> Iterator[PaidTime]:
    """Yield the paid time of each group with staff, in the order of the plan; added agents are not among them."""
    whole = _Stretches(np.array([plan.first]), np.array([plan.end]))
    rostered = np.zeros(len(plan.groups.lines), np.int64)
    overtime, on_call = rostered.copy(), rostered.copy()
    for agent, (group, kind) in enumerate(zip(plan.agents.group, plan.agents.kind, strict=True)):
        begin, end = _spells(plan, outcome, agent)
        if kind == REGULAR:
            shift = _shift(plan, agent)
            rostered[group] += whole.within(shift.begin, shift.end).sum()
            overtime[group] += (end - begin - shift.within(begin, end)).sum()
        elif kind == ON_CALL:
            on_call[group] += (end - begin).sum()
    for group, name in enumerate(plan.words.groups[: len(rostered)]):
        ticks = (int(each[group]) * plan.tick_us for each in (rostered, overtime, on_call))
        yield PaidTime(
            group=name, **dict(zip(("rostered_us", "overtime_us", "on_call_us"), ticks, strict=True))
        )


def months_of(plan: DeskPlan) -> Fraction:
    """Return how many months the days that count are, of a twelfth of 365 days each."""
    return Fraction((plan.end - plan.first) * plan.tick_us * _MONTHS_A_YEAR, _YEAR_US)


def planned_cost(plan: DeskPlan) -> tuple[Cost, ...]:
    """Return what the rosters of each group with a price cost in the horizon: known before anything is simulated.

    Overtime, work on call and contingencies come on top, and depend on what happens.
    """
    staff, whole = plan.what_if.contract.staff, _Stretches(np.array([plan.first]), np.array([plan.end]))
    ticks = np.zeros(len(plan.groups.lines), np.int64)
    for agent, (group, kind) in enumerate(zip(plan.agents.group, plan.agents.kind, strict=True)):
        if kind == REGULAR:
            shift = _shift(plan, agent)
            ticks[group] += whole.within(shift.begin, shift.end).sum()
    paid = zip(plan.words.groups, ticks.tolist(), strict=False)
    return tuple(
        _cost(name, price, count * plan.tick_us)
        for name, count in paid
        if (price := staff[name].cost) is not None
    )


def _cost(name: str, price: Money, paid_us: int) -> Cost:
    minor = Fraction(paid_us * price.minor, HOUR)
    return Cost(priced=Priced(name, is_contingency=False, currency=price.currency), minor=minor)


def _times(plan: DeskPlan, luck: Luck, outcome: Outcome, number: int, per: str | None) -> Fraction:
    """Return how often a contingency is paid: its firings, or hours."""
    calls = outcome.called
    mine = calls.contingency == number
    begin, end = calls.from_us[mine] // plan.tick_us, calls.to_us[mine] // plan.tick_us
    if per is None:
        return Fraction(int(np.count_nonzero(begin >= plan.first)))
    if per == PER_HOUR:
        ticks = int(np.maximum(end - np.maximum(begin, plan.first), 0).sum())
    else:
        ticks = sum(
            _added(plan, luck, outcome, action, _Stretches(begin, end)) for action in _adds(plan, number)
        )
    return Fraction(ticks * plan.tick_us, HOUR)


def _adds(plan: DeskPlan, number: int) -> Iterator[int]:
    rules = plan.contingencies
    for action in range(rules.first_action[number], rules.end_action[number]):
        if rules.action_kind[action] == ADD_AGENTS:
            yield action


def _added(plan: DeskPlan, luck: Luck, outcome: Outcome, action: int, on: _Stretches) -> int:
    """Return for how many ticks the agents of an action are paid."""
    rules, ticks = plan.contingencies, 0
    arrive = on.begin + rules.action_after[action]
    comes = arrive < on.end
    there = _Stretches(arrive[comes], on.end[comes])
    for agent in range(rules.action_first_agent[action], rules.action_end_agent[action]):
        mine = slice(luck.first_duty[agent], luck.end_duty[agent])
        hours = _cut(luck.duty_from[mine], luck.duty_to[mine], plan)
        duty = _shared(hours, there)
        begin, end = _spells(plan, outcome, agent)
        ticks += int((duty.end - duty.begin).sum() + (end - begin - duty.within(begin, end)).sum())
    return ticks


def _shared(one: _Stretches, other: _Stretches) -> _Stretches:
    """Return the time that is in stretches of both."""
    begin = np.maximum(one.begin[:, None], other.begin).ravel()
    end = np.minimum(one.end[:, None], other.end).ravel()
    some = begin < end
    order = np.argsort(begin[some])
    return _Stretches(begin[some][order], end[some][order])


def _shift(plan: DeskPlan, agent: int) -> _Stretches:
    shift = plan.shifts.of_agent[agent]
    windows = slice(plan.shifts.first[shift], plan.shifts.end[shift])
    return _Stretches(plan.shifts.start[windows], plan.shifts.stop[windows])


def _spells(plan: DeskPlan, outcome: Outcome, agent: int) -> tuple[Int64, Int64]:
    """Return when an agent's work begins and ends, as far as it counts."""
    rows = outcome.spells.agent == agent
    begin, end = outcome.spells.begin_us[rows] // plan.tick_us, outcome.spells.end_us[rows] // plan.tick_us
    return _cut(begin, end, plan)


def _cut(begin: Int64, end: Int64, plan: DeskPlan) -> _Stretches:
    """Return what of some stretches counts."""
    return _Stretches(*(np.clip(each, plan.first, plan.end).astype(np.int64) for each in (begin, end)))
