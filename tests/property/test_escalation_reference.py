"""The compiled ladder fires what the obvious one fires, ticket by ticket, on generated agreements and logs."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.base.units import to_us
from slmdsl.evaluate.escalations.ladder import lines_fired
from slmdsl.evaluate.from_log import evaluate
from slmdsl.evaluate.reference.one_ticket_escalations import rungs
from slmdsl.events.log import EventLog
from slmdsl.rules.escalations import escalation_plan
from tests.property.desks import BEGIN, SPAN, instants, logs
from tests.property.ladders import ladders
from tests.property.test_reference import contract_of


def obvious(contract, log, as_of_us):
    """What fires by the obvious reading: ticket, cycle, line, instant and target, in order."""
    return sorted(
        (row, each.cycle, each.place, each.at_us, each.target)
        for row in np.flatnonzero(log.ticket_columns.opened_us <= as_of_us).tolist()
        for each in rungs(contract, log, row, as_of_us)
        if not each.is_ahead
    )


def compiled(contract, log, as_of_us):
    """What the kernel fires on tickets and on the units that they are cut into, in the same terms."""
    judged = evaluate(contract, log, as_of_us=as_of_us).judged
    parts = [(judged.bound, judged.log, np.arange(len(log.ticket_columns)))]
    parts += [(each.bound, each.units.log, each.units.ticket) for each in judged.units]
    return sorted(row for part in parts for row in compiled_part(contract, *part))


def compiled_part(contract, bound, log, tickets):
    plan = escalation_plan(contract, bound.rules.targets, contract.agreements)
    found = lines_fired(plan, bound, log)
    names = [bound.rules.targets[place].target.name for place in found.target]
    columns = (tickets[found.ticket], found.cycle, found.line, found.at_us)
    return zip(*(column.tolist() for column in columns), names, strict=True)


@settings(max_examples=300)
@given(text=ladders(), frames=logs(), as_of=st.none() | instants)
def test_the_compiled_ladder_agrees_with_the_obvious_one(text, frames, as_of):
    contract = contract_of(text)
    log = EventLog.from_frames(tickets=frames[0], events=frames[1])
    as_of_us = to_us(BEGIN + SPAN if as_of is None else as_of)
    assert compiled(contract, log, as_of_us) == obvious(contract, log, as_of_us)


UNITS = """
ola inner {
  between desk and globex
  supports gold
  valid 2027-03-20 .. 2027-12-31
  escalation ladder
  clock standard
  target held: resolution of incidents within 4 h for 90% each month
  target again: next_reply of incidents within 2 h for 90% each month
}
team desk {
  known as "service desk"
}
"""


@settings(max_examples=60)
@given(text=ladders(), frames=logs(), as_of=st.none() | instants)
def test_so_it_does_on_stays_and_waits(text, frames, as_of):
    contract = contract_of(text.replace("escalation ladder {", UNITS + "escalation ladder {"))
    groups = [("desk", "other", None)[row % 3] for row in range(frames[0].height)]
    tickets = frames[0].with_columns(group=pl.Series(groups, dtype=pl.String))
    log = EventLog.from_frames(tickets=tickets, events=frames[1])
    as_of_us = to_us(BEGIN + SPAN if as_of is None else as_of)
    assert compiled(contract, log, as_of_us) == obvious(contract, log, as_of_us)
