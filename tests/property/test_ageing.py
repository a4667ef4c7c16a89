"""What is counted of a backlog in one pass is what one finds by looking at each ticket at the end of each period."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.base.units import to_us
from slmdsl.calendars import calendar_of
from slmdsl.evaluate.reference.history import history_of
from slmdsl.evaluate.tickets.counted import CountedTickets
from slmdsl.events.log import EventLog
from slmdsl.events.vocabulary import Phase
from slmdsl.rules.conditions import column, selected
from tests.property.desks import BEGIN, CALENDARS, PRIORITIES, SEEDS, SPAN, instants, logs
from tests.property.test_reference import contract_of

OVER = (Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED)
CREW = ("crew", "The crew", "App 1", "App")


def backlog_spec(chance: Random) -> str:
    """An agreement with one target on a backlog."""
    names = ", ".join(chance.sample(PRIORITIES, chance.choice([0, 0, 1, 2])))
    service, where = chance.choice(["", "", " in mail"]), chance.choice(["", "", " where site = delft"])
    older, on = chance.choice(
        [
            *[("", "office"), (" older than 30 h", "always"), (" older than 9 h 30 min", "office")],
            *[(" older than 1 day", "always"), (" older than 1.5 business days", "office")],
        ]
    )
    sentence = (
        f"count of open {f'{names} incidents'.strip()}{older}{service}{where} at most 1 at end of day"
        f"{chance.choice(['', '', ' per site'])}"
    )
    exclude = chance.choice(["", '  exclude P1 incidents because "Clause 7"\n'])
    head = chance.choice(
        ["sla gold {\n  between globex and acme\n", "ola gold {\n  between crew and globex\n"]
    )
    return (
        f"{CALENDARS}\nclock plain {{\n  stops at resolved\n  runs on {on}\n}}\n{head}  covers mail, till\n"
        f"  valid 2027-03-20 .. 2027-12-31\n  timezone Europe/Amsterdam\n  clock plain\n"
        f"  target old: {sentence}\n{exclude}}}\n"
    )


def looked_at(contract, log, row, to_us, as_of_us):
    """Whether a ticket counts at the end of a period, and whether it is excluded then; None if it does not count."""
    agreement = contract.agreements["gold"]
    (target,) = agreement.targets
    form, tickets = target.form, log.ticket_columns
    seen_us, end_us = (to_us - 1, to_us) if to_us <= as_of_us else (as_of_us, as_of_us)
    if tickets.opened_us[row] > seen_us:
        return None
    history = history_of(log, row, seen_us)
    phase = next((each.phase for each in reversed(history.events) if each.phase is not None), Phase.NEW)
    priority = next((e.priority for e in reversed(history.events) if e.priority), history.priority)
    group = next((each.group for each in reversed(history.events) if each.group), history.group)
    among, condition = form.population, form.population.condition
    if (
        phase in OVER
        or tickets.kind.word(row) != "incident"
        or tickets.service.word(row) not in (among.services or ("mail", "till"))
        or (among.priorities and priority not in among.priorities)
        or (condition is not None and not selected(condition, tickets)[row])
        or (agreement.kind == "ola" and group not in CREW)
    ):
        return None
    calendar, older = calendar_of(target.calendar), form.older_than
    if older is not None and older.business_days:
        if calendar.elapsed_days(history.opened_us, end_us) <= Fraction(older.business_days):
            return None
    elif older is not None and calendar.elapsed_us(history.opened_us, end_us) <= older.wall_us:
        return None
    return bool(agreement.exclusions) and priority == "P1"


@settings(max_examples=200)
@given(seed=SEEDS, frames=logs(), as_of=st.none() | instants)
def test_a_backlog_is_what_one_sees_at_the_end_of_each_period(seed, frames, as_of):
    contract = contract_of(backlog_spec(Random(seed)))
    log = EventLog.from_frames(tickets=frames[0], events=frames[1])
    as_of_us = to_us(BEGIN + SPAN + timedelta(days=1) if as_of is None else as_of)
    (target,) = contract.agreements["gold"].targets
    counted = CountedTickets.of(contract, log, as_of_us, ["gold"])
    rows = counted.rows(target)
    totals = {}
    for row in range(len(log.ticket_columns)):
        part = None if target.per is None else column(log.ticket_columns, target.per).word(row) or "(missing)"
        for each in rows:
            found = looked_at(contract, log, row, each.to_us, as_of_us)
            if found is not None:
                place = totals.setdefault((part, each.period), {})
                place[row] = found
    said = {(each.part, each.period): (each.gross_n, each.n) for each in rows if each.gross_n}
    assert said == {
        key: (len(found), sum(not out for out in found.values())) for key, found in totals.items()
    }
    assert all(each.verdict == ("running" if each.to_us > as_of_us else each.verdict) for each in rows)
    assert all((each.verdict == "met") == (each.n <= 1) for each in rows if each.to_us <= as_of_us)
    assert np.all(np.diff([each.to_us for each in rows if each.part == rows[0].part]) > 0)
