"""What escalations would have told whom, as a polars frame: one row for each message or action."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.base.units import from_us
from slmdsl.evaluate.escalations.followed import desk_told, followed
from slmdsl.evaluate.escalations.told import address_of, messages, owner_of
from slmdsl.evaluate.tickets.frame import TS, Schema
from slmdsl.events.frames import instants, ticket_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.escalations.desk_steps import DeskMessage
    from slmdsl.evaluate.escalations.followed import Followed
    from slmdsl.evaluate.escalations.told import Message
    from slmdsl.evaluate.period_verdicts import Judged
    from slmdsl.events.log import EventLog
    from slmdsl.rules.tables import Int64

ESCALATIONS: Schema = {
    "ticket": pl.String,
    "sla": pl.String,
    "rule": pl.String,
    "step": pl.Int32,
    "at": TS,
    "to": pl.String,
    "clause": pl.String,
    "address": pl.String,
    "escalation": pl.String,
    "target": pl.String,
    "cycle": pl.Int32,
}


def escalation_frame(contract: Contract, judged: Judged, agreements: Sequence[Agreement]) -> pl.DataFrame:
    """Return what the escalations of some agreements would have told, in order of time: a row for each message."""
    found = followed(contract, judged, agreements)
    told = desk_told(contract, judged, found)
    parts = [_desk_frame(told), *(_ticket_frame(each, contract) for each in found if len(each.found))]
    return pl.concat(parts).sort("at", "ticket", "sla", "step", maintain_order=True)


def no_escalations() -> pl.DataFrame:
    """Return the frame of nothing."""
    return pl.DataFrame(schema=ESCALATIONS)


def _ticket_frame(of_log: Followed, contract: Contract) -> pl.DataFrame:
    """Return what steps on tickets would have told."""
    plan, found, log = of_log.plan, of_log.found, of_log.log
    told = [tuple(messages(line.actions, contract)) for line in plan.tickets]
    # Each row becomes one for each message of its line.
    counts = np.array([len(each) for each in told], dtype=np.int64)
    row = np.repeat(np.arange(len(found)), counts[found.line])
    firsts = np.cumsum(counts) - counts
    line, ticket = found.line[row], found.ticket[row]
    begins = np.cumsum(counts[found.line]) - counts[found.line]
    message = firsts[line] + np.arange(len(row)) - begins[row]
    to, address = _reached([each for of_line in told for each in of_line], message, ticket, contract, log)
    lines = plan.tickets
    return pl.DataFrame(
        {
            "ticket": ticket_ids(log.ticket_columns.ids).gather(ticket),
            "sla": _of([each.agreement.name for each in lines], line),
            "rule": _of([each.rule.words for each in lines], line),
            "step": pl.Series([each.rule.step for each in lines]).gather(line),
            "at": instants(found.at_us[row], "at"),
            "to": to,
            "clause": _of([each.rule.span.where for each in lines], line),
            "address": address,
            "escalation": _of([each.agreement.escalation or "" for each in lines], line),
            "target": _of([each.target.name for each in of_log.bound.rules.targets], found.target[row]),
            "cycle": pl.Series(found.cycle[row]),
        },
        schema=ESCALATIONS,
    )


def _of(texts: Sequence[str | None], places: Int64) -> pl.Series:
    return pl.Series(list(texts), dtype=pl.String).gather(places)


def _reached(
    told: list[Message], message: Int64, ticket: Int64, contract: Contract, log: EventLog
) -> tuple[pl.Series, pl.Series]:
    """Return whom messages reach, and at which address; owners are looked up ticket by ticket."""
    to, address = _of([each.to for each in told], message), _of([each.address for each in told], message)
    is_to_owner = pl.Series([each.is_to_owner for each in told], dtype=pl.Boolean).gather(message)
    services, kinds = log.ticket_columns.service, log.ticket_columns.kind
    # The last word of each dictionary stands for a missing one.
    owners = [
        owner_of(service, kind, contract)
        for service in (*services.values, None)
        for kind in (*kinds.values, None)
    ]
    width = len(kinds.values) + 1
    place = services.codes[ticket] % (len(services.values) + 1) * width + kinds.codes[ticket] % width
    owner, at = _of(owners, place), _of([address_of(each, contract) for each in owners], place)
    return owner.zip_with(is_to_owner, to), at.zip_with(is_to_owner, address)


def _desk_frame(told: Iterable[DeskMessage]) -> pl.DataFrame:
    """Return what steps on the whole desk would have told."""
    rows = [
        {
            "sla": each.agreement.name,
            "rule": each.line.rule.words,
            "step": each.line.rule.step,
            "at": from_us(each.at_us),
            "to": each.to,
            "clause": each.line.rule.span.where,
            "address": each.address,
            "escalation": each.line.escalation,
        }
        for each in told
    ]
    return pl.DataFrame(rows, schema=ESCALATIONS)
