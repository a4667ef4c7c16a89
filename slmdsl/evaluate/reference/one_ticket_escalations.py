"""What escalations did for one ticket, and what they would do next, by the obvious reading."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slmdsl.evaluate.reference.escalations import Ladder
from slmdsl.evaluate.reference.one_ticket import families, setting_of
from slmdsl.evaluate.reference.reading import judge
from slmdsl.rules.escalations import escalation_plan
from slmdsl.rules.from_contract import ticket_rules, units_judged
from slmdsl.rules.units import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.rules.escalations import TicketLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A line of an escalation that fired for the ticket, or would (`is_ahead`) if its clock went on running.

    `place` is that of the line in the plan, `target` is whose limit brought it about, `at_us` UTC microseconds.
    """

    place: int
    line: TicketLine
    target: str
    cycle: int
    at_us: int
    is_ahead: bool


def rungs(contract: Contract, log: EventLog, row: int, as_of_us: int) -> Iterator[Rung]:
    """Yield the lines that fired for ticket `row` and its units up to `as_of_us`, and those ahead, family by family."""
    for unit in (WHOLE, *units_judged(contract)):
        rules = ticket_rules(contract, unit=unit)
        plan = escalation_plan(contract, rules.targets, contract.agreements)
        served = dict(zip((each.target.qualified for each in rules.targets), plan.served, strict=True))
        for family, history in families(rules, log, row, as_of_us):
            places = served[family[0].target.qualified]
            ladder = Ladder(lines=[plan.tickets[place] for place in places])
            targets = [replace(each.target, clock=unit.clock(each.target.clock)) for each in family]
            judge(targets, history, setting_of(family[0].agreement, history), [], ladder)
            yield from _climbed(ladder, places)


def _climbed(ladder: Ladder, places: Sequence[int]) -> Iterator[Rung]:
    for each in ladder.fired:
        yield Rung(
            place=places[each.line],
            line=ladder.lines[each.line],
            target=each.target,
            cycle=each.cycle,
            at_us=each.at_us,
            is_ahead=False,
        )
    for line, (at_us, target) in ladder.expected.items():
        yield Rung(
            place=places[line],
            line=ladder.lines[line],
            target=target,
            cycle=ladder.cycle,
            at_us=at_us,
            is_ahead=True,
        )
