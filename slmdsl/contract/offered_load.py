"""How much work a load brings to each group, and how much its people can do: hours in a usual week.

Means alone: holidays, growth, dated factors, causes and risks are left aside, tickets that give up or are lost are
counted as worked, and of several dated rates the largest counts. A group is stable where it has more hours than work.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import DAY, HOUR
from slmdsl.contract.means import mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.contract.model.distributions import Distribution
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.contract.model.work import Load, Rate, Staff, Step, Stream

_STEPS_AT_MOST: Final = 100
"""Steps of one stream whose visits are solved for; a text with more has no answer in reasonable time."""

HOURS_OF_WEEK: Final = 168
_DAYS_OF_YEAR: Final = Fraction(3_652_425, 10_000)
_A_WEEK: Final[Mapping[str, Fraction]] = {
    "hour": Fraction(HOURS_OF_WEEK),
    "day": Fraction(7),
    "week": Fraction(1),
    "month": 7 * 12 / _DAYS_OF_YEAR,
    "quarter": 7 * 4 / _DAYS_OF_YEAR,
    "year": 7 / _DAYS_OF_YEAR,
}
_NOTHING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a group has to do and can do in a usual week, in hours.

    `work` is by priority, the most urgent first; tickets without one stand last, under the empty name.
    """

    group: str
    agent_hours: float
    work: Mapping[str, float]

    @property
    def utilisation(self) -> float:
        """Work per hour of agents; infinite where there is work and nobody."""
        return _ratio(sum(self.work.values()), self.agent_hours)

    def up_to(self, priority: str) -> float:
        """Return the utilisation by this priority and all that are more urgent."""
        total = 0.0
        for name, hours in self.work.items():
            total += hours
            if name == priority:
                break
        return _ratio(total, self.agent_hours)


def _ratio(work: float, hours: float) -> float:
    if hours > 0:
        return work / hours
    return float("inf") if work > 0 else 0.0


def offered(
    load: Load,
    staff: Mapping[str, Staff],
    factors: Mapping[str, float] | None = None,
    ranks: Sequence[str] = (),
) -> dict[str, Offered]:
    """Return the work of every group with staff, in the order of `staff`.

    Args:
        load: how work arrives and flows.
        staff: the people, by the group's name.
        factors: by how much the rate of a stream is multiplied, by its name; 1 for those that are not named.
        ranks: the priorities, the most urgent first; others follow by name, and last tickets without one.

    For example `offered(load, contract.staff)["desk"].utilisation` is 0.82 where 18% of the hours are idle.
    """
    place = {name: i for i, name in enumerate(ranks)}

    def urgency(priority: str) -> tuple[bool, int, str]:
        return not priority, place.get(priority, len(place)), priority

    work: dict[str, dict[str, float]] = {name: {} for name in staff}
    for stream in load.streams:
        factor = (factors or {}).get(stream.name, 1.0)
        for group, priority, hours in _work_of(stream):
            if group in work:
                work[group][priority] = work[group].get(priority, 0.0) + hours * factor
    return {
        name: Offered(
            group=name,
            agent_hours=agent_hours(people),
            work={priority: work[name][priority] for priority in sorted(work[name], key=urgency)},
        )
        for name, people in staff.items()
    }


def offered_in(found: WhatIf) -> dict[str, Offered]:
    """Return the work of every group in a scenario: its edits, and its factors on whole streams for all time."""
    return offered(
        found.load, found.contract.staff, _factors(found), priority_ranks(found.contract, (found.load,))
    )


def _factors(found: WhatIf) -> Mapping[str, float]:
    factors: dict[str, float] = {}
    for each in found.multiplies:
        selected = each.population
        if each.during is None and not (selected.services or selected.priorities or selected.condition):
            factors[each.stream] = factors.get(each.stream, 1.0) * float(each.factor)
    return factors


def priority_ranks(contract: Contract, loads: Iterable[Load]) -> tuple[str, ...]:
    """Return priorities, the most urgent first: as matrices mention them first, row by row, then mixes and causes."""
    named = [name for matrix in contract.priorities.values() for row in matrix.cells for name in row]
    for load in loads:
        named += [part.name for each in load.streams for mix in each.priorities for part in mix.shares]
        named += [name for cause in load.causes for raised in cause.raises for name in raised.priorities]
    return tuple(dict.fromkeys(named))


def agent_hours(staff: Staff) -> float:
    """Return the hours of agents in a usual week, absence taken off.

    On-call counts where it is for every ticket, or where there are no shifts.
    """
    rostered = sum(
        each.agents * len(each.weekdays) * sum(window.end_us - window.start_us for window in each.windows)
        for each in staff.shifts
    )
    present = rostered / HOUR * float(1 - staff.absence)
    if staff.on_call is None or (staff.on_call.priorities and staff.shifts):
        return present
    return present + staff.on_call.agents * (HOURS_OF_WEEK - covered_hours(staff))


def covered_hours(staff: Staff) -> float:
    """Return for how many hours of a usual week some shift is on."""
    week = 7 * DAY
    said = [
        (day * DAY + window.start_us, day * DAY + window.end_us)
        for each in staff.shifts
        for day in each.weekdays
        for window in each.windows
        if each.agents
    ]
    cut = sorted(
        part
        for start, end in said
        for part in (((start, week), (0, end - week)) if end > week else ((start, end),))
    )
    covered, until = 0, 0
    for start, end in cut:
        covered += max(0, end - max(start, until))
        until = max(until, end)
    return covered / HOUR


def _work_of(stream: Stream) -> Iterator[tuple[str, str, float]]:
    """Yield the hours of work a week: the group, the priority, how many."""
    visited, answered = visits(stream), answers(stream)
    arriving = weekly_rate(stream)
    if visited is None or answered is None or not arriving:
        return
    for priority, share in priority_shares(stream).items():
        for step in stream.steps:
            hours = visited[step.name] * _hours(_work_for(step, priority))
            hours += answered[step.name] * _hours(step.answers)
            if step.group is not None and hours:
                yield step.group, priority, arriving * share * hours


def weekly_rate(stream: Stream) -> float:
    """Return how many tickets arrive in a usual week, at the largest of the dated rates."""
    return max((float(tickets_a_week(each)) for each in stream.rates), default=0.0)


def tickets_a_week(rate: Rate) -> Fraction:
    """Return a rate as tickets a week, growth left aside; months and years have their mean length."""
    return rate.count * _A_WEEK[rate.per]


def priority_shares(stream: Stream) -> dict[str, float]:
    """Return the share of each priority among a stream's tickets; the empty name where none is said."""
    by_service = {each.service: each.shares for each in stream.priorities}
    general = by_service.get(None, ())
    services = [(each.name, float(each.share)) for each in stream.services] or [("", 1.0)]
    found: dict[str, float] = {}
    for service, share in services:
        mix = [(each.name, float(each.share)) for each in by_service.get(service, general)] or [("", 1.0)]
        for priority, part in mix:
            found[priority] = found.get(priority, 0.0) + share * part
    return found


def _work_for(step: Step, priority: str) -> Distribution | None:
    """Return how long a visit of a ticket of a priority is worked on."""
    own = [each.duration for each in step.works if priority in each.priorities]
    return next(iter((*own, *(each.duration for each in step.works if not each.priorities))), None)


def _hours(duration: Distribution | None) -> float:
    found = None if duration is None else mean(duration)
    return 0.0 if found is None else found / HOUR


def visits(stream: Stream) -> dict[str, float] | None:
    """Return how often a ticket visits each step on average, reopenings included.

    None where some ticket never leaves, or the way is too long to be solved.
    """
    once, returning = _visits_once(stream, stream.steps), _returning(stream)
    if once is None or returning >= 1:
        return None
    return {name: each / (1 - returning) for name, each in once.items()}


def answers(stream: Stream) -> dict[str, float] | None:
    """Return how often a ticket is answered in each step on average: once in its life, where it first can be.

    None as `visits` says.
    """
    answering = {each.name for each in stream.steps if each.answers is not None}
    once = _visits_once(stream, [each for each in stream.steps if each.name not in answering])
    if once is None:
        return None
    found = {name: each if name in answering else 0.0 for name, each in once.items()}
    # Who is resolved without an answer may come again for one.
    again = _returning(stream) * max(1 - sum(found.values()), 0.0)
    return {name: each / (1 - again) for name, each in found.items()} if again < 1 else found


def _returning(stream: Stream) -> float:
    return float(stream.reopens.share) if stream.reopens else 0.0


def _visits_once(stream: Stream, leading: Iterable[Step]) -> dict[str, float] | None:
    """Return how often a ticket visits each step until it is resolved, or in a step that is not `leading` onward."""
    names = [each.name for each in stream.steps]
    if stream.start not in names or len(names) > _STEPS_AT_MOST:
        return None
    place = {name: i for i, name in enumerate(names)}
    rows = [[float(i == j) for j in range(len(names))] + [0.0] for i in range(len(names))]
    rows[place[stream.start]][-1] = 1.0
    for step in leading:
        for route in step.routes:
            if route.to in place:
                rows[place[route.to]][place[step.name]] -= float(route.share)
    once = _solved(rows)
    if once is None or any(each < -_NOTHING for each in once):
        return None
    return {name: max(once[place[name]], 0.0) for name in names}


def _solved(rows: Sequence[list[float]]) -> list[float] | None:
    """Return the solution of linear equations, each row with its right side last; None where there is none."""
    size = len(rows)
    table = [row[:] for row in rows]
    for i in range(size):
        best = max(range(i, size), key=lambda j: abs(table[j][i]))
        if abs(table[best][i]) < _NOTHING:
            return None
        table[i], table[best] = table[best], table[i]
        for j in range(i + 1, size):
            factor = table[j][i] / table[i][i]
            if factor:
                table[j] = [b - factor * a for a, b in zip(table[i], table[j], strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        rest = sum(table[i][j] * found[j] for j in range(i + 1, size))
        found[i] = (table[i][-1] - rest) / table[i][i]
    return found
