"""What was counted of a log's tickets, and of the units that they were cut into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.contract.model.catalogue import PartyRole
from slmdsl.evaluate.period_verdicts import Judged, JudgedUnits
from slmdsl.evaluate.tickets.ageing import Backlog, ageing_verdicts
from slmdsl.evaluate.tickets.bindings import Bindings
from slmdsl.evaluate.tickets.counting import count
from slmdsl.evaluate.tickets.verdicts import ticket_verdicts
from slmdsl.evaluate.tickets.waivers import strange_targets
from slmdsl.evaluate.units.log import reprioritised, unit_log
from slmdsl.rules.binding import earliest_us
from slmdsl.rules.dispatch import dispatch_of, may_be_judged
from slmdsl.rules.units import UnitKind, strange_groups

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.evaluate.tickets.counting import Counts
    from slmdsl.events.log import EventLog
    from slmdsl.rules.ticket_rules import TicketRules


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedUnits:
    """The units of one sort, and what was counted of them; a backlog is counted for each of its targets alone."""

    judged: JudgedUnits
    found: Counts | Backlog


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedTickets:
    """The tickets of one log, counted as of one instant: as they are, and cut into units. No strings, no frames."""

    log: EventLog
    rules: TicketRules
    whole: Counts
    units: tuple[CountedUnits, ...]

    @classmethod
    def of(
        cls, contract: Contract, log: EventLog, as_of_us: int, agreements: Sequence[str]
    ) -> CountedTickets:
        """Count the tickets of `log` by the targets of the named agreements as of `as_of_us`."""
        return cls.by(Bindings.of(contract, agreements, as_of_us), log)

    @classmethod
    def by(cls, bindings: Bindings, log: EventLog) -> CountedTickets:
        """Count the tickets of `log` by rules that others are counted by too."""
        bound = bindings.bound(bindings.whole, log, bindings.from_us)
        whole = count(bound, log, lists_misses=bindings.lists_misses)
        units = tuple(_counted(rules, log, bindings, whole.bound.from_us) for rules in bindings.units)
        return cls(log=log, rules=bindings.whole, whole=whole, units=units)

    @property
    def judged(self) -> Judged:
        """What is needed to list the tickets and units that are judged one by one."""
        units = tuple(each.judged for each in self.units if not isinstance(each.found, Backlog))
        return Judged(bound=self.whole.bound, log=self.log, units=units)

    @property
    def left_out(self) -> Iterator[tuple[str, str]]:
        """The qualified names of the targets on tickets that cannot be judged, with the reasons."""
        return ((target.qualified, reason) for target, reason in self.rules.left_out)

    def rows(self, target: Target) -> list[PeriodVerdict]:
        """Return the verdicts on a target on tickets that is not left out."""
        place = _place(self.rules, target)
        if place is not None:
            return ticket_verdicts(self.whole, place)
        each, place = next(
            (each, place)
            for each in self.units
            if (place := _place(each.judged.bound.rules, target)) is not None
        )
        if isinstance(each.found, Backlog):
            return ageing_verdicts(each.judged, each.found, place)
        return ticket_verdicts(each.found, place)

    def notes(self, contract: Contract) -> Iterator[str]:
        """Yield what there is to say of tickets that nobody judges, and of groups that nobody is known as."""
        passed_over = self._passed_over()
        if passed_over:
            yield f"{_tickets(passed_over)} judged by no target"
        targets = [target for agreement in contract.agreements.values() for target in agreement.targets]
        known = {name for target in targets for name in (target.name, target.qualified)}
        for name in strange_targets(self.log, self.whole.bound.as_of_us, known):
            yield f"a waiver of `{name}` counts for nothing: no target is called so"
        staying = [each.judged.units for each in self.units if each.judged.units.unit.groups]
        unseen = dict.fromkeys(each.unit.groups for each in staying if not len(each.ticket))
        for names in unseen:
            yield f"no ticket that is judged was in a group called {' or '.join(f'`{name}`' for name in names)}"
        if staying:
            yield from _strange(contract, self.log)

    def _passed_over(self) -> int:
        """Return how many tickets are of a kind, service, customer or priority that no target names."""
        tickets = self.log.ticket_columns
        targets = [each for part in self.units for each in part.judged.bound.rules.targets]
        dispatch = dispatch_of([*self.rules.targets, *targets], tickets)
        meant = may_be_judged(dispatch, tickets, reprioritised(self.log))
        return int(np.count_nonzero(~meant & (tickets.opened_us <= self.whole.bound.as_of_us)))


def _counted(rules: TicketRules, log: EventLog, bindings: Bindings, from_us: int) -> CountedUnits:
    units = unit_log(rules, log)
    # Periods begin where those on whole tickets do, though the first unit may begin later.
    from_us = min(from_us, earliest_us(rules, units.log.ticket_columns))
    judged = JudgedUnits(bound=bindings.bound(rules, units.log, from_us), units=units)
    if rules.unit.kind is UnitKind.BACKLOG:
        return CountedUnits(judged=judged, found=Backlog.of(judged, log.ticket_columns.opened_us))
    return CountedUnits(
        judged=judged, found=count(judged.bound, units.log, lists_misses=bindings.lists_misses)
    )


def _place(rules: TicketRules, target: Target) -> int | None:
    """Return where a target stands."""
    found = (place for place, each in enumerate(rules.targets) if each.target.qualified == target.qualified)
    return next(found, None)


def _strange(contract: Contract, log: EventLog) -> Iterator[str]:
    """Yield each group of the data that no team is known as, and how many tickets and events name it."""
    group, moved = log.ticket_columns.group, log.event_columns.group
    named = np.bincount(np.concatenate([group.codes, moved]) + 1, minlength=len(group.values) + 1)[1:]
    held = [word for word, times in zip(group.values, named.tolist(), strict=True) if times]
    teams = [party for party in contract.parties.values() if party.role is not PartyRole.CUSTOMER]
    for word in strange_groups(held, teams):
        times = int(named[group.values.index(word)])
        yield f"group `{word}` is none that a team is known as; it is named {times:_} time{'s' * (times != 1)}"


def _tickets(number: int) -> str:
    return f"{number:_} ticket is" if number == 1 else f"{number:_} tickets are"
