"""What escalations did for one ticket, and what they would do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slmdsl.base.units import from_us
from slmdsl.evaluate.escalations.told import messages, owner_of
from slmdsl.evaluate.reference.one_ticket_escalations import rungs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.reference.one_ticket_escalations import Rung
    from slmdsl.events.log import EventLog


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRung:
    """One step of an escalation, on the agreement's wall clock. With `is_ahead` it would fire if the clock ran on."""

    at: str
    sla: str
    step: int
    rule: str
    target: str
    cycle: int
    to: tuple[str, ...]
    clause: str
    is_ahead: bool


def explained_rungs(contract: Contract, log: EventLog, row: int, as_of_us: int) -> Iterator[ExplainedRung]:
    """Yield the steps that fired for a ticket in order of time, then the next that would."""
    found = sorted(rungs(contract, log, row, as_of_us), key=lambda each: (each.is_ahead, each.at_us))
    for each in found:
        yield _explained(each, contract, log, row)


def _explained(rung: Rung, contract: Contract, log: EventLog, row: int) -> ExplainedRung:
    tickets, rule = log.ticket_columns, rung.line.rule
    owner = owner_of(tickets.service.word(row), tickets.kind.word(row), contract)
    told = messages(rung.line.actions, contract)
    local = from_us(rung.at_us).astimezone(ZoneInfo(rung.line.agreement.zone))
    return ExplainedRung(
        at=f"{local:%a %Y-%m-%d %H:%M:%S %Z}",
        sla=rung.line.agreement.name,
        step=rule.step,
        rule=rule.words,
        target=rung.target,
        cycle=rung.cycle,
        to=tuple(owner if each.is_to_owner else each.to for each in told),
        clause=rule.span.where,
        is_ahead=rung.is_ahead,
    )


def rung_lines(explained: Sequence[ExplainedRung]) -> Iterator[str]:
    """Yield the steps as lines for people."""
    for is_ahead, heading in ((False, "Escalations"), (True, "Escalations ahead, if the clock runs on")):
        some = [each for each in explained if each.is_ahead is is_ahead]
        if some:
            yield ""
            yield f"{heading}:"
        for each in some:
            yield f"  {each.at}  {each.rule} ({each.sla}.{each.target}): {', '.join(each.to)}  {each.clause}"
