"""Which tickets of a replication missed a limit, by how much, and where their time went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from rich.text import Text

from slmdsl.base.units import clock_words
from slmdsl.cli.tables.desk_tables import plain_table, rounded_us
from slmdsl.contract.model.agreements import Within
from slmdsl.study.judged.missed import ticket_times
from slmdsl.study.judged.missed_kernels import CLOSED, CUSTOMER, RESOLVED, SUPPLIER, WAITING, WORKING
from slmdsl.study.judged.misses import missed_tickets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.cli.terminal import Terminal
    from slmdsl.simulate.runs import Run
    from slmdsl.study.running.replications import Trial

MOST: Final = 10
"""How many tickets of a target are listed at most, the latest first."""
_PARTS: Final = {
    "waiting": WAITING,
    "working": WORKING,
    "closed": CLOSED,
    "customer": CUSTOMER,
    "supplier": SUPPLIER,
    "resolved": RESOLVED,
}
_HEADS: Final = {
    "waiting": "waited for\nan agent",
    "working": "was\nworked on",
    "closed": "nobody was\non duty",
    "customer": "with the\ncustomer",
    "supplier": "with a\nsupplier",
    "resolved": "taken for\nresolved",
}


class Missed(NamedTuple):
    """A ticket that missed a target: how late it was, and its time by where it went, in microseconds."""

    target: str
    ticket: str
    late_us: int
    parts: dict[str, int]


def print_missed(trial: Trial, run: Run, again: str, at: Terminal) -> None:
    """Print for each target which tickets missed it, and how one of them is explained."""
    rows = list(_missed(trial, run))
    if not rows:
        at.say("No ticket of this replication missed a limit in the periods that count.")
        return
    shown = [name for name in _PARTS if any(row.parts[name] for row in rows)]
    table = plain_table(("ticket",), ("late by", *(_HEADS[name] for name in shown)), several=False)
    table.columns[0].no_wrap = True
    before = ""
    for row in rows:
        if row.target != before:
            table.add_section()
            table.add_row(Text(row.target, style="bold"))
            before = row.target
        table.add_row(
            f"  {row.ticket}",
            _words(row.late_us),
            *(_words(row.parts[name]) if row.parts[name] else "" for name in shown),
        )
    at.show(table)
    at.say(f"Of each target the latest {MOST} at most. One is explained by")
    at.say(f"  {again} --trace {rows[0].ticket}")


def missed_records(trial: Trial, run: Run) -> list[dict[str, Any]]:
    """Return the same in JSON's types, lengths of time in microseconds."""
    return [
        {"target": row.target, "ticket": row.ticket, "late_us": row.late_us}
        | {f"{name}_us": length for name, length in row.parts.items()}
        for row in _missed(trial, run)
    ]


def _words(length_us: int) -> str:
    return clock_words(rounded_us(length_us))


def _missed(trial: Trial, run: Run) -> Iterator[Missed]:
    judge, log = trial.judge, run.log
    late = [
        (target.qualified, miss)
        for agreement in judge.agreements
        for target in agreement.targets
        if isinstance(target.form, Within) and target.qualified not in judge.not_modelled
        for miss in missed_tickets(judge, log, target.qualified, limit=MOST)
    ]
    stretches = np.array([(miss.row, miss.from_us, miss.to_us) for _, miss in late], np.int64).reshape(-1, 3)
    times = ticket_times(run, *np.ascontiguousarray(stretches.T))
    for (target, miss), mine in zip(late, times.tolist(), strict=True):
        parts = {name: mine[column] for name, column in _PARTS.items()}
        yield Missed(target, miss.ticket, miss.late_us, parts)
