"""The compiled stepper says of every ticket what the obvious evaluator says, on generated agreements and logs."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.base.units import NO_TIME, to_us
from slmdsl.contract.checking import check
from slmdsl.evaluate.reference.one_ticket import judgements
from slmdsl.evaluate.reference.reading import TicketClass
from slmdsl.evaluate.tickets.rows import REASONS, ticket_verdicts
from slmdsl.evaluate.units.log import unit_log
from slmdsl.events.log import EventLog
from slmdsl.rules.binding import bind
from slmdsl.rules.from_contract import ticket_rules, units_judged
from slmdsl.rules.stopwatch import CANCELLED, MET, MISSED, UNDECIDED, UNRESOLVED
from slmdsl.syntax.parse import parse
from tests.property.desks import BEGIN, SPAN, instants, logs, specs

if TYPE_CHECKING:
    from slmdsl.contract.model.spec import Contract
    from slmdsl.rules.ticket_rules import TicketRules

KINDS = {
    MET: TicketClass.MET,
    MISSED: TicketClass.MISSED,
    UNDECIDED: TicketClass.UNDECIDED,
    CANCELLED: TicketClass.CANCELLED,
    UNRESOLVED: TicketClass.UNRESOLVED,
}


def contract_of(text: str) -> Contract:
    parsed = parse(text, "generated.slm")
    contract, findings = check([parsed.tree], texts={"generated.slm": parsed.text})
    # Generated promises may contradict each other (SLM4xx): that keeps nobody from judging them.
    wrong = [each for each in (*parsed.diagnostics, *findings) if each.is_error and each.code < "SLM400"]
    assert wrong == []
    return contract


def reference_rows(contract: Contract, log: EventLog, as_of_us: int) -> dict[tuple, tuple]:
    """What the obvious evaluator says, by ticket, unit, target and cycle."""
    rows = {}
    tickets = log.ticket_columns
    for row in np.flatnonzero(tickets.opened_us <= as_of_us).tolist():
        for each in judgements(contract, log, row, as_of_us):
            said = each.outcome
            key = (tickets.ids[row], each.unit, each.number, said.target.name, said.cycle)
            rows[key] = (
                *expected(said),
                each.exclusion is not None,
            )
    return rows


def compiled_rows(contract: Contract, log: EventLog, as_of_us: int) -> dict[tuple, tuple]:
    """What the compiled stepper says, in the same terms."""
    rows = rows_of(ticket_rules(contract), log, as_of_us, np.ones(len(log.ticket_columns), int))
    for unit in units_judged(contract):
        rules = ticket_rules(contract, unit=unit)
        units = unit_log(rules, log)
        rows |= rows_of(rules, units.log, as_of_us, units.number)
    return rows


def rows_of(rules: TicketRules, log: EventLog, as_of_us: int, numbers) -> dict[tuple, tuple]:
    bound = bind(rules, log, as_of_us=as_of_us)
    said = ticket_verdicts(bound, log)
    rows = {}
    for i in range(len(said)):
        target, ticket = bound.rules.targets[said.target[i]].target, int(said.ticket[i])
        days = said.elapsed_days(i)
        elapsed = int(said.elapsed_us[i]) if days is None else days
        key = (log.ticket_columns.ids[ticket], rules.unit, numbers[ticket], target.name, int(said.cycle[i]))
        rows[key] = (
            KINDS[int(said.kind[i])],
            *(known(column[i]) for column in (said.start_us, said.stop_us, said.decided_us, said.due_us)),
            elapsed,
            int(said.paused_us[i]),
            REASONS[said.reason[i]],
            int(said.exclusion[i]) != 0,
        )
    return rows


def known(at_us: int) -> int | None:
    return None if at_us == NO_TIME else int(at_us)


def expected(outcome) -> tuple:
    return (
        outcome.kind,
        outcome.start_us,
        outcome.stop_us,
        outcome.decided_us,
        outcome.due_us,
        Fraction(outcome.elapsed) if outcome.in_days else int(outcome.elapsed),
        outcome.paused_us,
        outcome.reason,
    )


@settings(max_examples=300)
@given(text=specs(), frames=logs(), as_of=st.none() | instants)
def test_the_stepper_agrees_with_the_obvious_evaluator(text, frames, as_of):
    contract = contract_of(text)
    log = EventLog.from_frames(tickets=frames[0], events=frames[1])
    as_of_us = to_us(BEGIN + SPAN if as_of is None else as_of)
    assert compiled_rows(contract, log, as_of_us) == reference_rows(contract, log, as_of_us)
