"""Which groups of a scenario queueing theory knows exactly, and how long their tickets wait by it.

The twin of a group is M/M/c: tickets come by chance at one rate, work is exponential and alike for all, the same agents
are always there, and nobody leaves. Tickets by arrival have Erlang's wait, tickets by priority Cobham's. Where any of
that does not hold there is no twin, however near it would be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import DAY, HOUR
from slmdsl.contract.model.distributions import Solved
from slmdsl.contract.model.escalations import Reassign
from slmdsl.contract.offered_load import HOURS_OF_WEEK, priority_ranks, priority_shares, tickets_a_week
from slmdsl.stats.queues import mean_wait, priority_waits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slmdsl.contract.model.distributions import Distribution
    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.contract.model.work import Staff, Step, Stream

ERLANG: Final = "Erlang C"
COBHAM: Final = "Cobham"
_ALL_WEEK: Final = tuple(range(7))
_SETTLES: Final = 0.98
"""At a higher load a steady state is further away than any horizon, and the comparison would mislead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """What theory says of a group.

    Attributes:
        group: its name.
        law: whose formula it is.
        mean_us: the mean wait of all its tickets, in microseconds.
        waits_us: that of each priority, where they differ; the empty name is of tickets without one.
    """

    group: str
    law: str
    mean_us: float
    waits_us: Mapping[str, float]


def twins_of(what_if: WhatIf) -> tuple[Twin, ...]:
    """Return the twins of the groups of a scenario that have one, in the order of the text.

    For example `twins_of(study.trials["today"].plan.what_if)`.
    """
    if not _is_undisturbed(what_if):
        return ()
    found = (_twin(what_if, staff) for staff in what_if.contract.staff.values())
    return tuple(each for each in found if each is not None)


def _is_undisturbed(what_if: WhatIf) -> bool:
    """Whether nothing changes the desk or its load on the way, and no ticket is moved."""
    contract = what_if.contract
    ladders = (contract.agreements[name].escalation for name in what_if.agreements)
    rules = (rule for name in ladders if name is not None for rule in contract.escalations[name].rules)
    return not (
        what_if.risks
        or what_if.contingencies
        or what_if.strikes
        or what_if.multiplies
        or any(each.raises for each in what_if.load.causes)
        or any(isinstance(action, Reassign) for rule in rules for action in rule.actions)
    )


def _twin(what_if: WhatIf, staff: Staff) -> Twin | None:
    streams = [each for each in what_if.load.streams if any(step.group == staff.name for step in each.steps)]
    agents, works = _agents(staff), {work for each in streams for work in _works(each, staff.name)}
    if agents is None or len(works) != 1 or not all(_comes_by_chance(each, staff.name) for each in streams):
        return None
    work = works.pop()
    rates = {name: rate for name, rate in _rates(what_if, streams).items() if rate > 0}
    if work is None or not rates or sum(rates.values()) * work >= _SETTLES * agents:
        return None
    return _waiting(staff, rates, work, agents)


def _waiting(staff: Staff, rates: Mapping[str, float], work: float, agents: int) -> Twin | None:
    """Return what a group's discipline makes of its tickets: `rates` a microsecond, the most urgent first."""
    total = sum(rates.values())
    if staff.queue == ("arrival",) or (staff.queue == ("priority",) and len(rates) == 1):
        return Twin(group=staff.name, law=ERLANG, mean_us=mean_wait(total, work, agents), waits_us={})
    if staff.queue != ("priority",):
        return None
    waits = dict(zip(rates, priority_waits(list(rates.values()), work, agents), strict=True))
    mean_us = sum(rates[name] * wait for name, wait in waits.items()) / total
    return Twin(group=staff.name, law=COBHAM, mean_us=mean_us, waits_us=waits)


def _agents(staff: Staff) -> int | None:
    """Return how many agents are always there; None where that changes, or somebody leaves."""
    is_plain = not (
        staff.regions or staff.on_call or staff.absence or staff.preempts or staff.lines is not None
    )
    shifts = [each for each in staff.shifts if each.agents]
    if not is_plain or not shifts:
        return None
    for shift in shifts:
        windows = sorted((window.start_us, window.end_us) for window in shift.windows)
        ends = [0, *(end for _, end in windows)]
        is_whole = [start for start, _ in windows] == ends[:-1] and ends[-1] == DAY
        if tuple(sorted(shift.weekdays)) != _ALL_WEEK or not is_whole:
            return None
    return sum(each.agents for each in shifts)


def _comes_by_chance(stream: Stream, group: str) -> bool:
    """Whether the tickets of a stream come to a group as they arrive, once, at one rate and independently."""
    (rate, *others), steps = stream.rates or (None,), [each for each in stream.steps if each.group == group]
    return (
        rate is not None
        and not others
        and rate.since is None
        and not rate.varying
        and rate.growing is None
        and stream.profile is None
        and stream.burst is None
        and stream.customer_wait is None
        and stream.reopens is None
        and len(steps) == 1
        and steps[0].name == stream.start
        and not any(route.to == steps[0].name for each in stream.steps for route in each.routes)
        and _is_plain(steps[0])
    )


def _is_plain(step: Step) -> bool:
    return step.answers is None and step.gives_up is None and step.waits is None


def _works(stream: Stream, group: str) -> Iterator[float | None]:
    """Yield the mean of each work of a stream's steps in a group, in microseconds; None for any that is no M."""
    for step in stream.steps:
        if step.group == group:
            yield from (_mean_of_exponential(each.duration) for each in step.works)
            if all(each.priorities for each in step.works):
                yield None


def _mean_of_exponential(work: Distribution) -> float | None:
    if isinstance(work, Solved) and work.family == "exponential" and work.unit == "time":
        return work.parameters[0]
    return None


def _rates(what_if: WhatIf, streams: list[Stream]) -> dict[str, float]:
    """Return tickets a microsecond by priority, the most urgent first; the empty name, of those without one, last."""
    found: dict[str, float] = {}
    for stream in streams:
        arriving = float(tickets_a_week(stream.rates[0])) / (HOURS_OF_WEEK * HOUR)
        for priority, share in priority_shares(stream).items():
            found[priority] = found.get(priority, 0.0) + arriving * share
    place = {name: number for number, name in enumerate(priority_ranks(what_if.contract, (what_if.load,)))}
    return {name: found[name] for name in sorted(found, key=lambda each: place.get(each, len(place)))}
