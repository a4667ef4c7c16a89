"""The strikes of a replication: what is down, who is away, which surges stand, what is raised, what is called for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import numpy as np

from slmdsl.base.kernels import kernel_function
from slmdsl.workload.codes import TOO_LARGE
from slmdsl.workload.demand.arrivals import MOST_TICKETS, Raised
from slmdsl.workload.demand.ticket_kernel import Windows
from slmdsl.workload.draws.called import drawing, value_function
from slmdsl.workload.draws.entities import ticket_entity
from slmdsl.workload.draws.keys import BURST_BITS, DAY_BITS, MEMBER_BITS, Purpose, name_hash, place_of
from slmdsl.workload.draws.philox import uniform
from slmdsl.workload.draws.quantiles import poisson_quantile
from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.plan import ADDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from slmdsl.workload.draws.philox import Word
    from slmdsl.workload.hazards import Effect, Raising, StrikingCause, StrikingRisk
    from slmdsl.workload.plan import DeskPlan, Floats, Int64

MOST_STRIKES = 1_000_000
_MASK = (1 << 64) - 1
_DAY_MASK = (1 << DAY_BITS) - 1
# As plain numbers: a compiled function takes long to see what a member of an enumeration is.
_STRIKE = int(Purpose.STRIKE)
_STRIKE_LASTS = int(Purpose.STRIKE_LASTS)
_TAKES = int(Purpose.TAKES)
_RAISED_COUNT = int(Purpose.RAISED_COUNT)
_RAISED_AT = int(Purpose.RAISED_AT)
_STAFF_AWAY = int(Purpose.STAFF_AWAY)
_IMPACT = int(Purpose.IMPACT)
_NUMBER, _INSTANT = 0, 1
"""Places of a risk's draws of a day: how many strikes, when each."""


class Strike(NamedTuple):
    """One strike: when, whose draws, at which visit; the how manieth of its day; whether a scenario asks for it."""

    at: int
    entity: int
    visit: int
    day: int
    ordinal: int
    is_asked: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Struck:
    """What all strikes bring. Times are ticks; stretches half-open.

    `outages` are (from, node, to, cause), `away` (agent, from, to), `called` (at, contingency), each in order.
    """

    outages: list[tuple[int, int, int, int]] = field(default_factory=list)
    away: list[tuple[int, int, int]] = field(default_factory=list)
    surging: list[tuple[int, int, int]] = field(default_factory=list)
    """(surge, from, to)."""
    called: list[tuple[int, int]] = field(default_factory=list)
    raised: list[tuple[Strike, int, Int64]] = field(default_factory=list)
    """A strike, a source, the instants of its tickets."""

    def windows(self, surges: int) -> Windows:
        """Return when each of so many surges stands."""
        found = sorted(self.surging)
        ends = np.cumsum(np.bincount([surge for surge, _, _ in found], minlength=surges)[:surges])
        return Windows(
            first=np.concatenate([[0], ends])[:surges].astype(np.int64),
            end=ends.astype(np.int64),
            start=np.array([start for _, start, _ in found], np.int64),
            stop=np.array([stop for _, _, stop in found], np.int64),
        )

    def tickets(self, end: int) -> Raised:
        """Return the raised tickets before `end`, by source, day, burst and member."""
        none = np.zeros(0, np.int64)
        columns = [
            (
                at,
                np.full(len(at), source),
                np.full(len(at), strike.day),
                np.arange(len(at)),
                np.full(len(at), strike.ordinal),
            )
            for strike, source, at in self.raised
        ]
        at, source, day, burst, member = (
            np.concatenate([none, *each]) for each in (zip(*columns, strict=True) if columns else ((),) * 5)
        )
        order = np.lexsort((member, burst, day, source))
        order = order[at[order] < end]
        narrow = (each[order].astype(np.int32) for each in (source, day, burst, member))
        return Raised(at[order], *narrow)


def strikes_of(plan: DeskPlan, key: int) -> Struck:
    """Return all that strikes in a replication.

    Raises:
        UncompilableError: there are more strikes, or one raises more tickets, than can be told apart.
    """
    return _Striking(plan, key).all()


class _Striking:
    """Draws the strikes of one replication."""

    def __init__(self, plan: DeskPlan, key: int) -> None:
        self._plan, self._key, self._draw = plan, key, drawing()
        self._found = Struck()
        self._tickets = 0

    def all(self) -> Struck:
        hazards = self._plan.hazards
        for cause in hazards.causes:
            self._happen(cause, self._of_cause(cause), partial(self._take_down, cause))
        for risk in hazards.risks:
            self._happen(risk, self._of_risk(risk), partial(self._do, risk))
        found = self._found
        for each in (found.outages, found.away, found.called):
            each.sort()
        return found

    def _happen(
        self, hazard: StrikingCause | StrikingRisk, drawn: Iterable[Strike], act: Callable[[Strike], int]
    ) -> None:
        """Let strikes act that do not fall into a running one; of an instant a scenario's comes first."""
        until = self._plan.start
        for strike in sorted([*self._asked(hazard), *drawn], key=lambda each: (each.at, not each.is_asked)):
            if strike.at >= until:
                until = strike.at + act(strike)

    def _asked(self, hazard: StrikingCause | StrikingRisk) -> Iterator[Strike]:
        """Yield the strikes that a scenario asks for: their luck is that of their instants."""
        ordinals = Counter[int]()
        for at in hazard.at:
            day = self._day(at)
            entity = name_hash(f"struck\n{hazard.name}\n{at * self._plan.tick_us}")
            yield Strike(at, entity, 0, day, ordinals[day], is_asked=True)
            ordinals[day] += 1

    def _of_cause(self, cause: StrikingCause) -> Iterator[Strike]:
        """Yield the strikes that are drawn for a cause, the intervals between them one after another."""
        if cause.every < 0:
            return
        interval, ordinals = value_function(self._plan.distributions, cause.every), Counter[int]()
        at = self._plan.start
        for k in range(MOST_STRIKES):
            entity = (cause.entity + k) & _MASK
            drawn = interval(*self._draw.uniforms(self._key, entity, 0, 0, _STRIKE))
            at += max(self._draw.ticks_of(drawn, self._plan.tick_us), 1)
            if at >= self._plan.end:
                return
            day = self._day(at)
            yield Strike(at, entity, 0, day, ordinals[day], is_asked=False)
            ordinals[day] += 1
        self._refuse(f"`{cause.name}` strikes more than {MOST_STRIKES:_} times")

    def _of_risk(self, risk: StrikingRisk) -> Iterator[Strike]:
        """Yield the strikes that are drawn for a risk, by day and number, in no order within the day."""
        hazards, plan = self._plan.hazards, self._plan
        counts = strikes_by_day(np.uint64(self._key), np.uint64(risk.entity), hazards.first_day, risk.daily)
        for i in np.flatnonzero(counts).tolist():
            entity = int(self._draw.ticket_entity(risk.entity, (hazards.first_day + i) & _DAY_MASK, 0, 0))
            from_us, to_us = int(hazards.edges_us[i]), int(hazards.edges_us[i + 1])
            for j in range(counts[i]):
                share = self._draw.uniform(self._key, entity, _INSTANT, j, _STRIKE)
                at = (from_us + int(share * (to_us - from_us))) // plan.tick_us
                if plan.start <= at < plan.end:
                    yield Strike(at, entity, j, hazards.first_day + i, j, is_asked=False)

    def _day(self, at: int) -> int:
        hazards = self._plan.hazards
        place = np.searchsorted(hazards.edges_us, at * self._plan.tick_us, side="right")
        return hazards.first_day + int(place) - 1

    def _drawn(self, row: int, strike: Strike, place: int, purpose: int) -> float:
        """Return what a distribution gives for a strike; 0 for none."""
        if row < 0:
            return 0.0
        pair = self._draw.uniforms(self._key, strike.entity, place, strike.visit, purpose)
        return value_function(self._plan.distributions, row)(*pair)

    def _ticks(self, row: int, strike: Strike, place: int, purpose: int) -> int:
        return int(self._draw.ticks_of(self._drawn(row, strike, place, purpose), self._plan.tick_us))

    def _take_down(self, cause: StrikingCause, strike: Strike) -> int:
        """Do what a strike of a cause does; return for how many ticks it runs."""
        lasts = self._ticks(cause.lasts, strike, 0, _STRIKE_LASTS)
        for node, word, share in cause.takes:
            taken = self._draw.uniform(self._key, strike.entity, word, strike.visit, _TAKES) < share
            if taken and lasts:
                self._found.outages.append((strike.at, node, strike.at + lasts, cause.code))
        for i, raising in enumerate(cause.raises):
            self._raise(cause, raising, strike, i)
            lasts = max(lasts, -(-raising.over_us // self._plan.tick_us))
        return lasts

    def _raise(self, cause: StrikingCause, raising: Raising, strike: Strike, place: int) -> None:
        count = self._draw.ticks_of(self._drawn(raising.count, strike, place, _RAISED_COUNT), 1)
        if count >= 1 << BURST_BITS or strike.ordinal >= 1 << MEMBER_BITS:
            self._refuse(f"`{cause.name}` raises more tickets than can be told apart")
        self._tickets += count
        if self._tickets > MOST_TICKETS:
            self._refuse(f"`{cause.name}` raises more than {MOST_TICKETS:_} tickets")
        source = raising.scenario_source if strike.is_asked else raising.source
        own = self._plan.demand.hash[source]
        offsets = raised_after(np.uint64(self._key), own, strike.day, strike.ordinal, count, raising.over_us)
        at = (strike.at * self._plan.tick_us + offsets) // self._plan.tick_us
        self._found.raised.append((strike, source, at))

    def _do(self, risk: StrikingRisk, strike: Strike) -> int:
        """Do what a strike of a risk does; return for how many ticks it runs."""
        longest = 0
        for i, effect in enumerate(risk.effects):
            lasts = self._ticks(effect.lasts, strike, i, _IMPACT)
            if lasts:
                end = strike.at + lasts
                self._found.outages.extend((strike.at, node, end, risk.code) for node in effect.nodes)
                if effect.surge >= 0:
                    self._found.surging.append((effect.surge, strike.at, end))
                if effect.group >= 0:
                    word = place_of(f"{risk.name}\n{i}\n{strike.at * self._plan.tick_us}")
                    self._found.away.extend((agent, strike.at, end) for agent in self._away(effect, word))
            longest = max(longest, lasts)
        if risk.contingency >= 0:
            self._found.called.append((strike.at, risk.contingency))
        return longest

    def _away(self, effect: Effect, word: int) -> Iterator[int]:
        """Yield the agents of an effect's group who are away; those that contingencies add are not asked."""
        agents = self._plan.agents
        for agent in np.flatnonzero((agents.group == effect.group) & (agents.kind != ADDED)).tolist():
            coin = self._draw.uniform(self._key, int(agents.entity[agent]), word, 0, _STAFF_AWAY)
            if coin < effect.share:
                yield agent

    def _refuse(self, message: str) -> NoReturn:
        raise UncompilableError(TOO_LARGE.at(self._plan.what_if.load.span, message))


@kernel_function
def strikes_by_day(key: Word, risk: Word, first_day: int, daily: Floats) -> Int64:
    """Return how many strikes a risk has by day, of which so many are expected."""
    counts = np.zeros(len(daily), np.int64)
    for i in range(len(daily)):
        if daily[i] > 0.0:
            u = uniform(key, ticket_entity(risk, (first_day + i) & _DAY_MASK, 0, 0), _NUMBER, 0, _STRIKE)
            counts[i] = poisson_quantile(daily[i], u)
    return counts


@kernel_function
def raised_after(key: Word, source: Word, day: int, ordinal: int, count: int, over_us: int) -> Int64:
    """Return by how many microseconds after a strike each of its tickets comes."""
    after = np.empty(count, np.int64)
    for i in range(count):
        entity = ticket_entity(source, day & _DAY_MASK, i, ordinal)
        after[i] = np.int64(uniform(key, entity, 0, 0, _RAISED_AT) * over_us)
    return after
