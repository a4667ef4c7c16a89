"""How rows are written: events of tickets, linked as they happen, and spells of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.events.vocabulary import EventType, Phase, Role

if TYPE_CHECKING:
    from slmdsl.simulate.fast.tables import Rows, Table

NEW, ACTIVE = int(Phase.NEW), int(Phase.ACTIVE)
WAIT_CUSTOMER, WAIT_SUPPLIER = int(Phase.WAIT_CUSTOMER), int(Phase.WAIT_SUPPLIER)
RESOLVED, CANCELLED = int(Phase.RESOLVED), int(Phase.CANCELLED)

STATE, GROUP = int(EventType.STATE), int(EventType.GROUP)
ASSIGNEE, MESSAGE = int(EventType.ASSIGNEE), int(EventType.MESSAGE)

CUSTOMER, AGENT = int(Role.CUSTOMER), int(Role.AGENT)
SUPPLIER, SYSTEM = int(Role.SUPPLIER), int(Role.SYSTEM)

NOBODY = -1


@kernel_part
def write(
    rows: Rows, clock: Table, tickets: Table, ticket: int, kind: int, phase: int, agent: int, role: int
) -> int:
    """Write an event of a ticket at this instant and return its row; what few events have the caller fills in."""
    row, mine = clock.rows, tickets[ticket]
    clock.rows = row + 1
    rows.ticket[row] = ticket
    rows.next_event[row] = -1
    rows.at_us[row] = clock.now * clock.tick_us
    rows.type[row] = kind
    rows.phase[row] = phase
    rows.group[row] = -1
    rows.actor[row] = agent
    rows.role[row] = role
    rows.public[row] = -1
    rows.reason[row] = -1
    if mine.last_row < 0:
        rows.first_event[ticket] = row
        rows.seq[row] = 0
    else:
        rows.next_event[mine.last_row] = row
        rows.seq[row] = mine.seq + 1
    mine.seq = rows.seq[row]
    mine.last_row = row
    return int(row)


@kernel_part
def write_state(
    rows: Rows, clock: Table, tickets: Table, ticket: int, phase: int, agent: int, role: int
) -> int:
    """Write that a ticket is in another phase from now on and return the row."""
    tickets[ticket].phase = phase
    return write(rows, clock, tickets, ticket, STATE, phase, agent, role)


@kernel_part
def write_group(
    rows: Rows, clock: Table, tickets: Table, ticket: int, group: int, agent: int, role: int
) -> None:
    """Write that a ticket has reached a group."""
    row, mine = write(rows, clock, tickets, ticket, GROUP, -1, agent, role), tickets[ticket]
    rows.group[row] = group
    if mine.group >= 0 and mine.group != group:
        rows.reassignments[ticket] += 1
    mine.group = group


@kernel_part
def write_spell(rows: Rows, clock: Table, tickets: Table, agent: Table, number: int, outcome: int) -> None:
    """Write the spell of an agent (its row is `number`) that ends now."""
    spell = rows.spells[clock.spells]
    clock.spells += 1
    spell.ticket, spell.agent, spell.queued = agent.ticket, number, tickets[agent.ticket].queued
    spell.begin, spell.end, spell.outcome = agent.begun, clock.now, outcome
