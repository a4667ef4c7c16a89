"""Steps of escalations that wait for the whole desk: when they fire, and how long the flags stand that they declare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import DAY
from slmdsl.contract.model.escalations import (
    AllOf,
    AnyOf,
    Declare,
    OpenTickets,
    OutageLasts,
)
from slmdsl.evaluate.availability.steps import covered
from slmdsl.evaluate.escalations.desk_conditions import NEVER, DeskHistory, intervals, joined
from slmdsl.evaluate.escalations.told import address_of, messages, owner_of
from slmdsl.rules.periods import validity_us

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.base.units import Duration
    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.escalations import DeskCondition
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.availability.steps import Steps
    from slmdsl.evaluate.escalations.desk_spells import Int64
    from slmdsl.evaluate.escalations.told import Message
    from slmdsl.rules.escalations import DeskLine


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMessage:
    """One message or action of a step on the whole desk, under the first agreement in force that uses it."""

    line: DeskLine
    agreement: Agreement
    at_us: int
    to: str
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlagRaised:
    """Tickets (rows in the log) whose steps declare a flag, and when; it stands until the ticket is over."""

    flag: str
    tickets: Int64
    at_us: Int64


def desk_messages(
    history: DeskHistory, lines: Sequence[DeskLine], raised: Sequence[FlagRaised]
) -> Iterator[DeskMessage]:
    """Yield what the steps on the whole desk would have told whom, step by step, in order of time."""
    flags = flags_of(history, lines, raised)
    for line in lines:
        told = tuple(messages(line.actions, history.contract))
        for at_us in firings(line, history.holds(line.condition, flags), history.as_of_us):
            agreement = in_force_at(line.agreements, at_us)
            if agreement is not None:
                for message in told:
                    yield from _reached(message, line, agreement, at_us, history.contract)


def firings(line: DeskLine, holds: Steps, as_of_us: int) -> Iterator[int]:
    """Yield when a line fires: whenever its condition becomes true, and again while it holds, in plain time."""
    every_us = 0 if line.repeat is None else plain_us(line.repeat.every)
    times = 1 if line.repeat is None or not every_us else line.repeat.times
    for begin_us, end_us in zip(*(each.tolist() for each in intervals(holds)), strict=True):
        at_us, number = begin_us, 0
        while at_us <= as_of_us and at_us < end_us and (times is None or number < max(times, 1)):
            yield at_us
            at_us, number = at_us + every_us, number + 1


def plain_us(every: Duration) -> int:
    """Return a repeat of a step on the whole desk, which has no calendar: a business day is a day."""
    return int(every.business_days * DAY) if every.business_days else every.wall_us


def in_force_at(agreements: Sequence[Agreement], at_us: int) -> Agreement | None:
    """Return the first agreement that is valid at an instant."""
    spans = ((each, *validity_us(each)) for each in agreements)
    return next((each for each, begin_us, end_us in spans if begin_us <= at_us < end_us), None)


def flags_of(
    history: DeskHistory, lines: Sequence[DeskLine], raised: Sequence[FlagRaised]
) -> Mapping[str, Steps]:
    """Return when each flag stands.

    A flag that a step on the desk declares stands while the step's condition holds. Conditions on flags only join
    them, so what follows is the least that agrees with all steps, and is found by starting from nothing.
    """
    own: dict[str, list[Steps]] = {}
    for each in raised:
        ends_us = history.spells.ends_us(each.tickets, each.at_us)
        own.setdefault(each.flag, []).append(covered(each.at_us, ends_us))
    flags: dict[str, Steps] = {name: joined(parts) for name, parts in own.items()}
    declaring = [
        (line, action.flag) for line in lines for action in line.actions if isinstance(action, Declare)
    ]
    while True:
        parts = {name: list(found) for name, found in own.items()}
        for line, flag in declaring:
            parts.setdefault(flag, []).append(history.holds(line.condition, flags))
        found = {name: joined(each) for name, each in parts.items()}
        if all(_same(each, flags.get(name, NEVER)) for name, each in found.items()):
            return found
        flags = found


def _same(one: Steps, other: Steps) -> bool:
    return np.array_equal(one.from_us, other.from_us) and np.array_equal(one.values, other.values)


def _reached(
    message: Message, line: DeskLine, agreement: Agreement, at_us: int, contract: Contract
) -> Iterator[DeskMessage]:
    """Yield a message; one to the owner goes to the owner of each service that the condition names."""
    told = [(message.to, message.address)]
    if message.is_to_owner:
        services = tuple(dict.fromkeys(services_of(line.condition))) or (None,)
        owners = dict.fromkeys(owner_of(service, None, contract) for service in services)
        told = [(owner, address_of(owner, contract)) for owner in owners]
    for to, address in told:
        yield DeskMessage(line=line, agreement=agreement, at_us=at_us, to=to, address=address)


def services_of(condition: DeskCondition) -> Iterator[str]:
    """Yield the services that a condition on the desk names."""
    if isinstance(condition, OutageLasts):
        yield condition.service
    elif isinstance(condition, OpenTickets):
        yield from condition.population.services
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from services_of(part)
