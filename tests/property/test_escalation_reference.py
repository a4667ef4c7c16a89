"""The compiled ladder fires what the obvious one fires, ticket by ticket, on generated agreements and logs."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.base.units import to_us
from slmdsl.evaluate.ladder import lines_fired
from slmdsl.evaluate.one_ticket_escalations import rungs
from slmdsl.events.log import EventLog
from slmdsl.rules.binding import bind
from slmdsl.rules.escalations import escalation_plan
from slmdsl.rules.from_contract import ticket_rules
from tests.property.desks import BEGIN, SPAN, instants, logs
from tests.property.ladders import ladders
from tests.property.test_reference import contract_of


def obvious(contract, log, as_of_us):
    """What fires by the obvious reading: ticket, cycle, line, target and instant, in order."""
    return sorted(
        (row, each.cycle, each.place, each.at_us, each.target)
        for row in np.flatnonzero(log.ticket_columns.opened_us <= as_of_us).tolist()
        for each in rungs(contract, log, row, as_of_us)
        if not each.is_ahead
    )


def compiled(contract, log, as_of_us):
    rules = ticket_rules(contract)
    bound = bind(rules, log, as_of_us=as_of_us)
    plan = escalation_plan(contract, rules.targets, contract.agreements)
    found = lines_fired(plan, bound, log)
    names = [rules.targets[place].target.name for place in found.target]
    columns = (found.ticket, found.cycle, found.line, found.at_us)
    return sorted(zip(*(column.tolist() for column in columns), names, strict=True))


@settings(max_examples=300)
@given(text=ladders(), frames=logs(), as_of=st.none() | instants)
def test_the_compiled_ladder_agrees_with_the_obvious_one(text, frames, as_of):
    contract = contract_of(text)
    log = EventLog.from_frames(tickets=frames[0], events=frames[1])
    as_of_us = to_us(BEGIN + SPAN if as_of is None else as_of)
    assert compiled(contract, log, as_of_us) == obvious(contract, log, as_of_us)
