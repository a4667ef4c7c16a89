"""Conditions on the whole desk as functions of time: 1 where they hold, 0 where they do not."""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from slmdsl.base.globs import Glob
from slmdsl.contract.model.escalations import AnyOf, Backlog, Declared, OpenTickets, OutageLasts
from slmdsl.contract.needs import UptimeNode, uptime_nodes
from slmdsl.evaluate.availability.facts import UP, chosen, uptime_facts
from slmdsl.evaluate.availability.needs import timeline_of
from slmdsl.evaluate.availability.steps import BEGINNING_US, Steps, compact, covered, edges_of
from slmdsl.evaluate.escalations.desk_spells import counted, spells_of
from slmdsl.rules.conditions import selected
from slmdsl.rules.units import names_in_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Population
    from slmdsl.contract.model.escalations import DeskCondition
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.availability.facts import UptimeFacts
    from slmdsl.evaluate.escalations.desk_spells import Spells
    from slmdsl.events.log import EventLog

    Int64 = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

_COMPARISONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
NEVER: Final = Steps(from_us=np.array([BEGINNING_US]), values=np.zeros(1, np.int64))


class DeskHistory:
    """The whole desk of one log, as known at an instant; what conditions ask of it is worked out once."""

    def __init__(self, contract: Contract, log: EventLog, as_of_us: int) -> None:
        self.contract, self.log, self.as_of_us = contract, log, as_of_us
        self._spells: Spells | None = None
        self._uptime: UptimeFacts | None = None

    @property
    def spells(self) -> Spells:
        """The spells in which tickets are open."""
        if self._spells is None:
            self._spells = spells_of(self.log, self.as_of_us)
        return self._spells

    @property
    def uptime(self) -> UptimeFacts:
        """How far everything was up. Nobody is alarmed by planned outages: they do not count."""
        if self._uptime is None:
            samples, outages = self.log.sample_columns, self.log.outage_columns
            unplanned, has_book = chosen(outages, outages.planned != 1), len(outages) > 0
            # An outage that has not ended goes on beyond the instant of judgement.
            self._uptime = uptime_facts(samples, unplanned, self.as_of_us + 1, has_book=has_book)
        return self._uptime

    def holds(self, condition: DeskCondition, flags: Mapping[str, Steps]) -> Steps:
        """Return when a condition holds, given when flags stand."""
        if isinstance(condition, OpenTickets):
            return _compared(self._open(condition), condition.comparison, condition.count)
        if isinstance(condition, Backlog):
            return _compared(self._backlog(condition.team), condition.comparison, condition.count)
        if isinstance(condition, OutageLasts):
            return self._outage(condition)
        if isinstance(condition, Declared):
            return flags.get(condition.flag, NEVER)
        parts = [self.holds(part, flags) for part in condition.parts]
        return joined(parts) if isinstance(condition, AnyOf) else _shared(parts)

    def _open(self, condition: OpenTickets) -> Steps:
        """Return how many tickets of a population are open."""
        spells, meant = self.spells, self._means(condition.population)
        names = self.log.ticket_columns.priority.values
        wanted = condition.population.priorities
        # The last place is that of a ticket without priority.
        priorities = np.array([not wanted or name in wanted for name in names] + [not wanted])
        some = meant[spells.ticket] & priorities[spells.priority]
        from_us = spells.from_us[some]
        if condition.older_than is not None:
            old_us = self.log.ticket_columns.opened_us + condition.older_than.wall_us
            from_us = np.maximum(from_us, old_us[spells.ticket[some]])
        to_us = spells.to_us[some]
        return counted(from_us[from_us < to_us], to_us[from_us < to_us])

    def _means(self, population: Population) -> Bools:
        """Whether tickets are of a population, whatever their priority."""
        tickets = self.log.ticket_columns
        requests = self.contract.requests if population.kind == "request" else ()
        kinds = population.requests or (population.kind, *requests)
        meant = np.array([*(word in kinds for word in tickets.kind.values), False])[tickets.kind.codes]
        if population.services:
            named = [*(word in population.services for word in tickets.service.values), False]
            meant = meant & np.array(named)[tickets.service.codes]
        return meant if population.condition is None else meant & selected(population.condition, tickets)

    def _backlog(self, team: str) -> Steps:
        """Return how many open tickets are in a team's group."""
        patterns = [Glob(pattern) for pattern in names_in_data(self.contract.parties.get(team))]
        groups = self.log.ticket_columns.group.values
        mine = np.array([*(any(matches(group) for matches in patterns) for group in groups), False])
        some = mine[self.spells.group]
        return counted(self.spells.from_us[some], self.spells.to_us[some])

    def _outage(self, condition: OutageLasts) -> Steps:
        """Return when a service has been down, in full or in part, for so long without a break."""
        name, services = condition.service, self.contract.services
        leaf = (UptimeNode(name=name, least=0, parts=()),)
        timeline = timeline_of(uptime_nodes(name, services) if name in services else leaf, self.uptime)
        starts_us, ends_us = intervals(compact(timeline.from_us, (timeline.values[1] < UP).astype(np.int64)))
        late_us = starts_us + condition.duration.wall_us
        return covered(late_us[late_us < ends_us], ends_us[late_us < ends_us])


def _compared(counts: Steps, comparison: str, bound: int) -> Steps:
    return compact(counts.from_us, _COMPARISONS[comparison](counts.values, bound).astype(np.int64))


def joined(parts: list[Steps]) -> Steps:
    """Return when any of the parts holds."""
    edges = edges_of([NEVER, *parts])
    return compact(
        edges, reduce(np.maximum, (part.at(edges) for part in parts), np.zeros(len(edges), np.int64))
    )


def _shared(parts: list[Steps]) -> Steps:
    """Return when all of the parts hold."""
    edges = edges_of(parts)
    return compact(edges, reduce(np.minimum, (part.at(edges) for part in parts)))


def intervals(holds: Steps) -> tuple[Int64, Int64]:
    """Return the half-open intervals in which a condition holds; the last may end with int64.

    What has held from the beginning of time did not begin to hold at any instant, and is left out.
    """
    begins = holds.values == 1
    ends_us = np.append(holds.from_us[1:], np.iinfo(np.int64).max)
    some = begins & (holds.from_us != BEGINNING_US)
    return holds.from_us[some], ends_us[some]
