"""One ticket, explained: what each target says of it and each step of its clocks, by the obvious evaluator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import local_date
from slmdsl.base.units import NO_TIME
from slmdsl.calendars import calendar_of
from slmdsl.contract.model.clocks import Mark
from slmdsl.evaluate.reference.history import history_of, start_of
from slmdsl.evaluate.reference.reading import Setting, judge, timed
from slmdsl.evaluate.reference.units import units_of
from slmdsl.evaluate.tickets.waivers import waiver_of
from slmdsl.events.vocabulary import Phase
from slmdsl.rules.conditions import column, selected
from slmdsl.rules.dated import in_force
from slmdsl.rules.from_contract import ticket_rules, units_judged
from slmdsl.rules.periods import periods_of, validity_us
from slmdsl.rules.ticket_rules import TicketForm
from slmdsl.rules.time_fields import time_field_us
from slmdsl.rules.units import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement, Exclusion, Limit, Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.reference.history import History
    from slmdsl.evaluate.reference.reading import Outcome, Step
    from slmdsl.evaluate.tickets.waivers import Waiver
    from slmdsl.events.columns import Tickets
    from slmdsl.events.log import EventLog
    from slmdsl.rules.ticket_rules import Selection, TicketRules, TicketTarget
    from slmdsl.rules.units import Unit
    from slmdsl.syntax.tree.populations import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one target says of one cycle of the ticket, with the steps of its clock and why it is not in the net.

    `unit` is what the target judges of the ticket, `number` which of them this is, from 1.
    """

    unit: Unit
    number: int
    outcome: Outcome
    agreement: Agreement
    steps: tuple[Step, ...]
    exclusion: Exclusion | None
    waiver: Waiver | None

    @property
    def is_net(self) -> bool:
        """Whether the ticket is in the net figures."""
        return self.exclusion is None and self.waiver is None


def judgements(contract: Contract, log: EventLog, row: int, as_of_us: int) -> Iterator[Judgement]:
    """Yield what every target on elapsed time says of ticket `row` and its units, as known at `as_of_us`, by family."""
    for unit in (WHOLE, *units_judged(contract)):
        rules = ticket_rules(contract, unit=unit)
        for family, history in families(rules, log, row, as_of_us):
            yield from _judged(family, history, rules, log, row)


def families(
    rules: TicketRules, log: EventLog, row: int, as_of_us: int
) -> Iterator[tuple[list[TicketTarget], History]]:
    """Yield the families on elapsed time that mean ticket `row`, with each of its units that they judge."""
    found: dict[int, list[TicketTarget]] = {}
    for target in rules.targets:
        on_time = target.form in (TicketForm.WITHIN, TicketForm.STATISTIC)
        if on_time and _means(target.selection, target.condition, log.ticket_columns, row):
            found.setdefault(target.family, []).append(target)
    for family in found.values():
        for history in units_of(_history(family[0], log, row, as_of_us), rules.unit):
            if _in_force(family[0], rules.unit, history):
                yield family, history


def _judged(
    family: list[TicketTarget], history: History, rules: TicketRules, log: EventLog, row: int
) -> Iterator[Judgement]:
    agreement = family[0].agreement
    targets = [replace(each.target, clock=rules.unit.clock(each.target.clock)) for each in family]
    steps: list[Step] = []
    for outcome in judge(targets, history, setting_of(agreement, history), steps):
        yield Judgement(
            unit=rules.unit,
            number=history.number,
            outcome=outcome,
            agreement=agreement,
            steps=tuple(step for step in steps if step.cycle == outcome.cycle),
            exclusion=_exclusion(agreement, history, rules, log.ticket_columns, row),
            waiver=waiver_of(log, row, history.as_of_us, outcome.target),
        )


def _history(target: TicketTarget, log: EventLog, row: int, as_of_us: int) -> History:
    starts, tickets = target.target.clock.starts, log.ticket_columns
    fields: dict[str, int | None] = {}
    if not isinstance(starts, Mark | Phase):
        at_us = int(time_field_us(column(tickets, starts), target.agreement.zone)[row])
        fields[starts] = None if at_us == NO_TIME else at_us
    return history_of(log, row, as_of_us, fields)


def _in_force(target: TicketTarget, unit: Unit, history: History) -> bool:
    started_us = start_of(unit.clock(target.target.clock), history)
    begin_us, end_us = validity_us(target.agreement)
    return begin_us <= (history.opened_us if started_us is None else started_us) < end_us


def setting_of(agreement: Agreement, history: History) -> Setting:
    """Return what a walk over the ticket asks of its agreement."""
    zone = ZoneInfo(agreement.zone)

    def period_end(target: Target, at_us: int) -> int:
        periods = periods_of(target, agreement, min(history.opened_us, at_us), at_us + 1)
        bucket = int(periods.bucket_of(np.array([at_us]))[0])
        return int(periods.bucket_edges_us[bucket + 1]) if bucket >= 0 else at_us

    def limit_at(target: Target, at_us: int) -> Limit:
        return in_force(timed(target).limit, local_date(zone, at_us))

    return Setting(
        period_end=period_end, limit_at=limit_at, calendar=lambda target: calendar_of(target.calendar)
    )


def _means(selection: Selection, condition: Condition | None, tickets: Tickets, row: int) -> bool:
    """Whether a ticket is meant, whatever its priority."""
    kind, service, customer = (part.word(row) for part in (tickets.kind, tickets.service, tickets.customer))
    served = not selection.services or service in selection.services or kind in selection.covered_kinds
    whose = not selection.customers or customer is None or customer in selection.customers
    if kind not in selection.kinds or not served or not whose:
        return False
    return condition is None or bool(selected(condition, tickets)[row])


def _exclusion(
    agreement: Agreement, history: History, rules: TicketRules, tickets: Tickets, row: int
) -> Exclusion | None:
    """Return the first clause that takes the ticket out of the net figures, by its last known priority."""
    told = (event.priority for event in reversed(history.events) if event.priority is not None)
    priority = next(told, history.priority)
    for each in rules.exclusions:
        meant = not each.selection.priorities or priority in each.selection.priorities
        if (
            each.agreement == agreement.name
            and meant
            and _means(each.selection, each.condition, tickets, row)
        ):
            return each.exclusion
    return None
