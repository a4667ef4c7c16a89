"""One simulated ticket: why it met or missed its targets, and where its time went."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table

from slmdsl.base.display import visible
from slmdsl.base.units import SECOND, clock_words
from slmdsl.base.wall_words import local_words
from slmdsl.cli.answers.machine import utc
from slmdsl.cli.failures import UsageError
from slmdsl.events.vocabulary import Phase
from slmdsl.simulate.outcome import CUT, FINISHED, HANDED_OVER, PREEMPTED

if TYPE_CHECKING:
    from slmdsl.cli.terminal import Terminal
    from slmdsl.report.explain import Explanation
    from slmdsl.simulate.runs import Run

_ENDS = {
    PREEMPTED: "taken off by a more urgent ticket",
    HANDED_OVER: "handed over at the end of the shift",
    CUT: "still at work when the simulation ended",
}

_DONE = {
    Phase.WAIT_CUSTOMER: "waits for the customer",
    Phase.WAIT_SUPPLIER: "waits for a supplier",
    Phase.RESOLVED: "resolved",
    Phase.CANCELLED: "cancelled",
}


def print_ticket(run: Run, ticket: str, at: Terminal) -> None:
    """Explain a ticket of a replication. Raises UsageError if there is none of that name."""
    row = _row(run, ticket)
    at.say(_explained(run, row).text())
    at.say("Who worked on it")
    at.show(_spells(run, row))


def ticket_record(run: Run, ticket: str) -> dict[str, object]:
    """Explain a ticket of a replication in JSON's types. Raises UsageError if there is none of that name."""
    row = _row(run, ticket)
    return {
        "ticket": json.loads(_explained(run, row).json()),
        "work": [
            {
                "agent": run.plan.words.agents[run.spells.agent[each]],
                "queued": utc(int(run.spells.queued_us[each])),
                "from": utc(int(run.spells.begin_us[each])),
                "to": utc(int(run.spells.end_us[each])),
                "then": _then(run, each),
            }
            for each in np.flatnonzero(run.spells.ticket == row).tolist()
        ],
    }


def _row(run: Run, ticket: str) -> int:
    ids = run.log.ticket_columns.ids
    row = next((row for row, each in enumerate(ids) if each == ticket), None)
    if row is None:
        msg = f"this replication of `{run.plan.what_if.scenario.name}` has no ticket `{ticket}`"
        hint = (
            f"its tickets are called like `{ids[len(ids) // 2]}`" if len(ids) else "it has no tickets at all"
        )
        raise UsageError(msg, hint)
    return row


def _explained(run: Run, row: int) -> Explanation:
    from slmdsl.report.explain import explanation  # noqa: PLC0415 - lazy at the door

    return explanation(run.plan.what_if.contract, run.log, row, run.plan.end * run.plan.tick_us)


def _then(run: Run, spell: int) -> str:
    """Return what becomes of a ticket when an agent lets go of it."""
    ending = int(run.spells.outcome[spell])
    if ending != FINISHED:
        return _ENDS[ending]
    log, end_us = run.log, int(run.spells.end_us[spell])
    events, found = log.event_columns, ""
    event = int(log.ticket_columns.first_event[run.spells.ticket[spell]])
    while event >= 0 and events.at_us[event] <= end_us:
        if events.at_us[event] == end_us:
            if events.group[event] >= 0:
                found = f"goes on to {visible(run.plan.words.groups[events.group[event]])}"
            found = _DONE.get(Phase(events.phase[event]), found) if events.phase[event] >= 0 else found
        event = int(events.next_event[event])
    return found or "goes on"


def _spells(run: Run, ticket: int) -> Table:
    spells, zone = run.spells, ZoneInfo(run.plan.what_if.zone)
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for name in ("agent", "picked up", "after waiting", "worked", "then"):
        table.add_column(name)
    for row in np.flatnonzero(spells.ticket == ticket).tolist():
        queued, begin, end = (int(part[row]) for part in (spells.queued_us, spells.begin_us, spells.end_us))
        table.add_row(
            visible(run.plan.words.agents[spells.agent[row]]),
            local_words(begin, zone),
            clock_words((begin - queued) // SECOND * SECOND),
            clock_words((end - begin) // SECOND * SECOND),
            _then(run, row),
        )
    return table
