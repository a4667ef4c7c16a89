"""What a target judges of a ticket: all of it, each wait for a reply, each stretch between updates, stays in a group.

A unit is judged as if it were a ticket of its own, opened when it begins and over when it ends; `slmdsl.evaluate`
derives units from a log. What of a clock's declaration holds for units stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from slmdsl.base.globs import Glob
from slmdsl.contract.model.agreements import Ageing, Statistic, Within
from slmdsl.contract.model.clocks import Mark
from slmdsl.events.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slmdsl.contract.model.agreements import Agreement, Form
    from slmdsl.contract.model.catalogue import Party
    from slmdsl.contract.model.clocks import Clock
    from slmdsl.contract.model.spec import Contract


class UnitKind(IntEnum):
    """What one unit is. The numbers are those of the kernel that derives units."""

    TICKET = 0
    WAIT = 1
    """From the customer's first message after a public reply to the next public reply."""
    STRETCH = 2
    """From the opening, a public update or a reopening to the next public update."""
    STAY = 3
    """From the ticket's arrival in a group to its leaving."""
    STAYS = 4
    """All stays of a ticket in a group: time away does not count."""
    BACKLOG = 5
    """From the opening or a reopening until it is over; in an agreement that counts stays, while it is in the group."""

    @property
    def word(self) -> str:
        """What one such unit is called: `wait`."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What targets judge: those with equal units are judged together.

    `groups` are patterns of the names of the group whose stays count, `stop` the phase in which the clock stops.
    """

    kind: UnitKind = UnitKind.TICKET
    groups: tuple[str, ...] = ()
    stop: Phase = Phase.RESOLVED

    @property
    def over(self) -> frozenset[Phase]:
        """The phases in which a ticket is over, or stopped: no unit begins in them."""
        ended = {Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED}
        return frozenset((ended - {Phase.RESOLVED} if self.stop is Phase.CLOSED else ended) | {self.stop})

    def means(self, group: str | None) -> bool:
        """Whether a group is the one whose stays count; without any, it does not matter who has the ticket."""
        if not self.groups:
            return True
        return group is not None and any(Glob(pattern)(group) for pattern in self.groups)

    def clock(self, clock: Clock) -> Clock:
        """Return what is left of a clock's declaration for one unit: it starts and ends with the unit."""
        if self.kind is UnitKind.TICKET:
            return clock
        if self.kind in (UnitKind.WAIT, UnitKind.STRETCH):
            return replace(clock, starts=Mark.OPENED, stops=Mark.RESOLVED)
        return replace(clock, starts=Mark.OPENED, responds=Mark.ANY_ACTION)


WHOLE = Unit()
"""The ticket itself."""

_KINDS = {"next_reply": UnitKind.WAIT, "updates": UnitKind.STRETCH}
_STOPS = {Mark.RESOLVED: Phase.RESOLVED, Mark.CLOSED: Phase.CLOSED}


def unit_of(contract: Contract, agreement: Agreement, form: Form, clock: Clock) -> Unit:
    """Return what a target of this form and clock judges; waits and stretches are the ticket's, whoever has it.

    A count or share of an agreement that counts stays is of stays too.
    """
    if isinstance(form, Within | Statistic) and form.measure in _KINDS:
        return Unit(kind=_KINDS[form.measure])
    groups = names_in_data(contract.parties.get(agreement.promiser or ""))
    if isinstance(form, Ageing):
        return Unit(kind=UnitKind.BACKLOG, groups=() if agreement.stays is None else groups)
    if agreement.stays is None:
        return WHOLE
    kind = UnitKind.STAY if agreement.stays == "per_stay" else UnitKind.STAYS
    stop = clock.stops if isinstance(clock.stops, Phase) else _STOPS[clock.stops]
    return Unit(kind=kind, groups=groups, stop=stop)


def names_in_data(party: Party | None) -> tuple[str, ...]:
    """Return the patterns of a party's names in data: its name, its title, and what it is `known as`."""
    if party is None:
        return ()
    own = (party.name, party.title) if party.title else (party.name,)
    return tuple(dict.fromkeys((*own, *party.known_as)))


def strange_groups(groups: Iterable[str], parties: Iterable[Party]) -> tuple[str, ...]:
    """Return the groups that are no party's name."""
    patterns = [Glob(pattern) for party in parties for pattern in names_in_data(party)]
    return tuple(group for group in groups if not any(matches(group) for matches in patterns))
