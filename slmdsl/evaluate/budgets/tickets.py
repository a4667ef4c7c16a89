"""What tickets spend of an error budget: each counts when its target counts it, and is bad when it missed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from slmdsl.base.units import HOUR, NO_TIME, Duration
from slmdsl.contract.model.agreements import Dated, Limit, Share, Statistic
from slmdsl.evaluate.budgets.spending import Spending
from slmdsl.evaluate.tickets.rows import ticket_verdicts
from slmdsl.evaluate.tickets.verdicts import MISSING_PART
from slmdsl.rules.binding import bind
from slmdsl.rules.conditions import column, selected
from slmdsl.rules.from_contract import ticket_rules
from slmdsl.rules.stopwatch import MET

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.rules.tables import Int64

    Parts = Mapping[str | None, Spending]


def decided_spending(target: Target, tickets: pl.DataFrame, log: EventLog) -> Parts:
    """Return what a share in time has spent, for each part that has tickets, from the table of judged tickets."""
    rows = tickets.filter(
        pl.col("sla") == target.agreement,
        pl.col("target") == target.name,
        pl.col("met").is_not_null(),
        ~pl.col("excluded"),
        pl.col("cycle") == 1,
    )
    if target.counted == "opened":
        opened = pl.DataFrame({"ticket": log.ticket_columns.ids, "opened": log.ticket_columns.opened_us})
        rows = rows.join(opened, on="ticket", how="left", maintain_order="left")
        # A unit of a ticket is opened when its clock starts.
        whole = pl.col("unit").is_null()
        rows = rows.with_columns(
            counts=pl.when(whole).then("opened").otherwise(pl.col("start").dt.epoch("us"))
        )
    else:
        at = pl.col("stop" if target.counted == "resolved" else "decided")
        rows = rows.with_columns(counts=at.dt.epoch("us")).drop_nulls("counts")
    return {
        part: Spending.of_samples(
            group["counts"].to_numpy(), (~group["met"]).to_numpy().astype(np.int64), _ones(group.height)
        )
        for (part,), group in rows.group_by(["part"], maintain_order=True)
    }


class ShareTickets(NamedTuple):
    """What a `share of` tickets counts: rows of the log, when each counts, and whether it is of the share."""

    tickets: Int64
    at_us: Int64
    is_meant: npt.NDArray[np.bool_]


def share_tickets(
    target: Target, agreement: Agreement, contract: Contract, log: EventLog, as_of_us: int
) -> ShareTickets:
    """Return the tickets that a share counts.

    They are those of a statistic on the same population, which is a form that lists its tickets.

    Raises:
        TypeError: the target is no share.
    """
    form = target.form
    if not isinstance(form, Share):
        msg = f"`{target.qualified}` is no share"
        raise TypeError(msg)
    limit = Dated(values=((None, Limit(duration=Duration(us=HOUR)), target.span),))
    listing = Statistic(
        measure="resolution", population=form.population, quantile=None, word="mean", limit=limit
    )
    alone = replace(agreement, targets=(replace(target, form=listing),))
    rules = ticket_rules(replace(contract, agreements={agreement.name: alone}))
    rows = ticket_verdicts(bind(rules, log, as_of_us=as_of_us), log)
    counted = (rows.kind == MET) & (rows.exclusion == 0) & (rows.cycle == 1) & (rows.stop_us != NO_TIME)
    tickets, facts = rows.ticket[counted], log.ticket_columns
    at_us = facts.opened_us[tickets] if target.counted == "opened" else rows.stop_us[counted]
    everyone = np.ones(len(facts), dtype=np.bool_)
    meant = everyone if form.condition is None else selected(form.condition, facts)
    return ShareTickets(tickets, at_us, meant[tickets])


def share_spending(
    target: Target, agreement: Agreement, contract: Contract, log: EventLog, as_of_us: int
) -> Parts:
    """Return what a `share of` tickets has spent, for each part that has tickets."""
    tickets, at_us, is_meant = share_tickets(target, agreement, contract, log, as_of_us)
    bad = (is_meant == target.form.at_most).astype(np.int64)  # type: ignore[union-attr] # a share, as asked above
    parts = _parts(target, log, tickets)
    return {
        part: Spending.of_samples(at_us[mine], bad[mine], _ones(int(mine.sum())))
        for part, mine in ((each, parts == each) for each in dict.fromkeys(parts.tolist()))
    }


def _parts(target: Target, log: EventLog, tickets: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    """Return the part of each ticket, None for all without `per`."""
    if target.per is None:
        return np.full(len(tickets), None, dtype=object)
    found = column(log.ticket_columns, target.per)
    return np.array([*found.values, MISSING_PART], dtype=object)[found.codes[tickets]]


def _ones(count: int) -> npt.NDArray[np.int64]:
    return np.ones(count, dtype=np.int64)
