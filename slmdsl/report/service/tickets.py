"""Which tickets make a figure: each judged ticket with the instant that its target counts it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.base.units import NO_TIME
from slmdsl.evaluate.budgets.tickets import share_tickets
from slmdsl.evaluate.tickets.rows import ticket_verdicts
from slmdsl.rules.stopwatch import MET, MISSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.tickets.rows import TicketVerdicts
    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog
    from slmdsl.report.service.facts import Facts
    from slmdsl.rules.tables import Int64


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The ids of tickets that make a figure, in the order of the log: all of them, and those that fall short."""

    judged: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


def judged_tickets(verdicts: Verdicts) -> pl.DataFrame:
    """Return the frame of judged tickets with when each counts (`counts`, UTC) and what it is (`kind`)."""
    judged = verdicts.judged
    if judged is None:
        return verdicts.tickets.with_columns(
            counts=pl.lit(None, pl.Datetime("us", "UTC")), kind=pl.lit(None, pl.Int64)
        )
    logs = [(judged.bound, judged.log), *((each.bound, each.units.log) for each in judged.units)]
    counts, kinds = [], []
    for bound, log in logs:
        rows = ticket_verdicts(bound, log)
        counts.append(_counts_us(rows, log))
        kinds.append(rows.kind)
    at_us, kind = np.concatenate(counts), np.concatenate(kinds).astype(np.int64)
    known = pl.Series(at_us).set(pl.Series(at_us == NO_TIME), None)
    return verdicts.tickets.with_columns(
        counts=known.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"), kind=pl.Series(kind)
    )


def _counts_us(rows: TicketVerdicts, log: EventLog) -> Int64:
    """Return the instants by which rows count: opening, stop or decision, as their targets say."""
    ways = np.array(
        [{"opened": 1, "resolved": 2}.get(each.target.counted or "", 0) for each in rows.bound.rules.targets]
    )
    if not len(rows):
        return np.zeros(0, np.int64)
    way = ways[rows.target]
    opened = log.ticket_columns.opened_us[rows.ticket]
    decided = np.where(rows.kind == MET, rows.stop_us, rows.decided_us)
    return np.choose(way, [decided, opened, rows.stop_us])


def within(tickets: pl.DataFrame, from_us: int, to_us: int) -> pl.DataFrame:
    """Return the judged tickets that count in a stretch of time, half-open, net of exclusions."""
    at = pl.col("counts").dt.epoch("us")
    return tickets.filter(
        pl.col("kind").is_in([int(MET), int(MISSED)]),
        ~pl.col("excluded"),
        pl.col("cycle") == 1,
        at >= from_us,
        at < to_us,
    )


def counted_in(tickets: pl.DataFrame, target: Target, part: str | None) -> Counted:
    """Return the tickets of `within` that a target, and a part of it, judges."""
    mine = tickets.filter(pl.col("sla") == target.agreement, pl.col("target") == target.name)
    if target.per is not None:
        mine = mine.filter(pl.col("part").eq_missing(part))
    return Counted(
        judged=tuple(mine["ticket"].to_list()),
        missed=tuple(mine.filter(pl.col("met") == False)["ticket"].to_list()),  # noqa: E712 - an expression
    )


def shared_tickets(
    target: Target, agreement: Agreement, contract: Contract, log: EventLog, as_of_us: int
) -> Iterator[tuple[str, int, bool]]:
    """Yield what a share of tickets counts: id, when it counts, whether it is of the share."""
    found = share_tickets(target, agreement, contract, log, as_of_us)
    ids = log.ticket_columns.ids
    for place, at, is_meant in zip(*(column.tolist() for column in found), strict=True):
        yield ids[place], at, is_meant


def judged_and_missed(facts: Facts) -> tuple[int, int]:
    """Return how many tickets a limit judged in the period, each counted once, and how many of them missed any."""
    judged: set[str] = set()
    missed: set[str] = set()
    for agreement in facts.agreements:
        stretch = facts.stretch(agreement)
        rows = within(facts.tickets, stretch.from_us, stretch.to_us).filter(
            pl.col("sla") == agreement.name, pl.col("met").is_not_null()
        )
        judged.update(rows["ticket"].to_list())
        missed.update(rows.filter(~pl.col("met"))["ticket"].to_list())
    return len(judged), len(missed)
