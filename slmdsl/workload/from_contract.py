"""From a scenario to the compiled desk: all that both engines read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.units import SECOND
from slmdsl.contract.scenarios import what_if as what_if_of
from slmdsl.workload.carried.carried import carried_of, words_in
from slmdsl.workload.contingencies import contingencies_of
from slmdsl.workload.demand.compiling import demand_of
from slmdsl.workload.desk_conditions import asked_of, conditions_of
from slmdsl.workload.duty import shifts_of
from slmdsl.workload.hazards import hazards_of
from slmdsl.workload.horizon import simulated_time
from slmdsl.workload.outages import failing_of, node_codes, node_table, planned_outages
from slmdsl.workload.people import agent_table, agents_of, groups_of
from slmdsl.workload.plan import DeskPlan
from slmdsl.workload.rows import DistributionRows
from slmdsl.workload.steps import steps_of, streams_of
from slmdsl.workload.wait_calendars import CalendarRows
from slmdsl.workload.words import codes, staffed_groups, words_of

if TYPE_CHECKING:
    from datetime import date

    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.workload.carried.open_tickets import OpenTickets


def desk_plan(
    what_if: WhatIf,
    *,
    first: date,
    last: date,
    warm_up_us: int,
    tick_us: int = SECOND,
    tickets: OpenTickets | None = None,
) -> DeskPlan:
    """Compile a scenario for the days `first .. last`, both included.

    Args:
        what_if: a scenario of a contract without errors, its edits done.
        first: the first day that counts, in the home zone (`slmdsl.workload.horizon.simulated_time`).
        last: the last day.
        warm_up_us: how long before the first day the simulation begins, in microseconds; 0 for an empty start.
        tick_us: the clock's step in microseconds.
        tickets: those that are open when simulated time begins; by default none.

    Raises:
        UncompilableError: the model is too large, or names what cannot be simulated; its `diagnostics` say where.
        CalendarRangeError: the days lie outside the years that calendars cover.

    For example `desk_plan(what_if(contract, "today"), first=date(2027, 1, 1), last=date(2027, 12, 31), warm_up_us=0)`.
    """
    time = simulated_time(what_if, first=first, last=last, warm_up_us=warm_up_us, tick_us=tick_us)
    asked = asked_of(what_if)
    staffed = staffed_groups(what_if, asked.conditions)
    agents = agents_of(what_if, staffed)
    words = words_of(what_if, asked.conditions, [each.name for each in agents], words_in(tickets, what_if))
    staff = [what_if.contract.staff[name] for name in staffed]
    nodes = node_table(what_if, asked)
    places = node_codes(nodes)
    rows, waits = DistributionRows(), CalendarRows()
    steps = steps_of(what_if, words, len(staffed), rows, waits)
    streams = streams_of(what_if, words, rows, waits, time)
    failing = failing_of(what_if, places, rows)
    demand = demand_of(what_if, words, rows, time, [leaf.population for leaf in asked.open_tickets])
    hazards = hazards_of(what_if, words, rows, time, places, demand)
    return DeskPlan(
        what_if=what_if,
        **time._asdict(),
        words=words,
        distributions=rows.table(),
        streams=streams,
        steps=steps,
        groups=groups_of(staff, agents, words.priorities, time),
        agents=agent_table(agents),
        shifts=shifts_of(staff, agents, time),
        failing=failing,
        nodes=nodes,
        conditions=conditions_of(asked, what_if, time, codes(words.groups), places),
        contingencies=contingencies_of(what_if.contingencies, asked, agents, places, time),
        demand=demand,
        hazards=hazards,
        planned=planned_outages(what_if, places, time),
        calendars=waits.table(time),
        carried=carried_of(tickets, what_if, words, streams, steps, time.span_us[0]),
    )


def desk_plan_of(
    contract: Contract,
    scenario: str,
    *,
    first: date,
    last: date,
    warm_up_us: int,
    tick_us: int = SECOND,
    tickets: OpenTickets | None = None,
) -> DeskPlan:
    """Compile a scenario of a contract by name, as `desk_plan` does.

    Raises:
        KeyError: no scenario has this name.
        ValueError: the scenario has no load, or cannot be compiled (`UncompilableError`).
    """
    return desk_plan(
        what_if_of(contract, scenario),
        first=first,
        last=last,
        warm_up_us=warm_up_us,
        tick_us=tick_us,
        tickets=tickets,
    )
