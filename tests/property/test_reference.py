"""The compiled stepper says of every ticket what the obvious evaluator says, on generated agreements and logs."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.base.local_time import local_date
from slmdsl.base.units import NO_TIME, to_us
from slmdsl.calendars import calendar_of
from slmdsl.contract.checking import check
from slmdsl.contract.model.agreements import Statistic, Within
from slmdsl.evaluate.history import history_of, start_of
from slmdsl.evaluate.reference import Setting, TicketClass, judge
from slmdsl.evaluate.tickets import REASONS, ticket_verdicts
from slmdsl.events.log import EventLog
from slmdsl.rules.binding import bind
from slmdsl.rules.conditions import selected
from slmdsl.rules.dated import in_force
from slmdsl.rules.from_contract import ticket_rules
from slmdsl.rules.periods import periods_of, validity_us
from slmdsl.rules.stopwatch import CANCELLED, MET, MISSED, UNDECIDED, UNRESOLVED
from slmdsl.syntax.parse import parse
from tests.property.desks import BEGIN, SPAN, instants, logs, specs

if TYPE_CHECKING:
    from slmdsl.contract.model.agreements import Limit, Target
    from slmdsl.contract.model.spec import Contract

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
    """What the obvious evaluator says, by ticket, target and cycle."""
    agreement = contract.agreements["gold"]
    families: dict[object, list[Target]] = defaultdict(list)
    for target in agreement.targets:
        if isinstance(target.form, Within):
            families[target.form.measure].append(target)
        elif isinstance(target.form, Statistic):
            families[target.name].append(target)

    def period_end(target: Target, at_us: int) -> int:
        grid = periods_of(target, agreement, to_us(BEGIN - SPAN), to_us(BEGIN + 4 * SPAN))
        bucket = int(grid.bucket_of(at_us))
        assert bucket >= 0
        return int(grid.bucket_edges_us[bucket + 1])

    def limit_at(target: Target, at_us: int) -> Limit:
        return in_force(target.form.limit, local_date(ZoneInfo(agreement.zone), at_us))

    setting = Setting(
        period_end=period_end, limit_at=limit_at, calendar=lambda target: calendar_of(target.calendar)
    )
    begin_us, end_us = validity_us(agreement)
    rows = {}
    tickets = log.ticket_columns
    for row in np.flatnonzero(tickets.opened_us <= as_of_us).tolist():
        history = history_of(log, row, as_of_us)
        started_us = start_of(agreement.targets[0].clock, history)
        if not begin_us <= (history.opened_us if started_us is None else started_us) < end_us:
            continue
        for family in families.values():
            meant = [target for target in family if means(target, log, row)]
            for outcome in judge(meant, history, setting) if meant else ():
                rows[tickets.ids[row], outcome.target.name, outcome.cycle] = outcome
    return rows


def means(target: Target, log: EventLog, row: int) -> bool:
    """Whether a target is about a ticket, whatever its priority."""
    tickets, population = log.ticket_columns, target.form.population
    services = population.services or ("mail", "till")
    if tickets.kind.word(row) != "incident" or tickets.service.word(row) not in services:
        return False
    return population.condition is None or bool(selected(population.condition, tickets)[row])


def compiled_rows(contract: Contract, log: EventLog, as_of_us: int) -> dict[tuple, tuple]:
    """What the compiled stepper says, in the same terms."""
    bound = bind(ticket_rules(contract), log, as_of_us=as_of_us)
    said = ticket_verdicts(bound, log)
    rows = {}
    for i in range(len(said)):
        target = bound.rules.targets[said.target[i]].target
        days = said.elapsed_days(i)
        elapsed = int(said.elapsed_us[i]) if days is None else days
        rows[log.ticket_columns.ids[int(said.ticket[i])], target.name, int(said.cycle[i])] = (
            KINDS[int(said.kind[i])],
            *(known(column[i]) for column in (said.start_us, said.stop_us, said.decided_us, said.due_us)),
            elapsed,
            int(said.paused_us[i]),
            REASONS[said.reason[i]],
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
    wanted = {key: expected(outcome) for key, outcome in reference_rows(contract, log, as_of_us).items()}
    found = compiled_rows(contract, log, as_of_us)
    assert found == wanted
