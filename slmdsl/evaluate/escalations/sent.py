"""How many messages each step of an escalation would have sent to whom: counted, without names of tickets or frames."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.evaluate.escalations.followed import desk_told, followed
from slmdsl.evaluate.escalations.told import messages, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.escalations.followed import Followed
    from slmdsl.evaluate.period_verdicts import Judged
    from slmdsl.rules.escalations import DeskLine, TicketLine
    from slmdsl.rules.tables import Int64


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A step of an agreement's escalation (`rule` are its words), and whom it tells."""

    sla: str
    step: int
    rule: str
    to: str


def messages_sent(
    contract: Contract, judged: Judged, agreements: Sequence[Agreement], from_us: int, to_us: int
) -> Counter[Rung]:
    """Return how many rows of the frame of escalations each rung has from `from_us` until before `to_us`."""
    found = followed(contract, judged, agreements)
    sent: Counter[Rung] = Counter()
    for each in found:
        _count(each, contract, (each.found.at_us >= from_us) & (each.found.at_us < to_us), sent)
    for message in desk_told(contract, judged, found):
        if from_us <= message.at_us < to_us:
            sent[_rung(message.line, message.agreement, message.to)] += 1
    return sent


def _count(found: Followed, contract: Contract, rows: np.ndarray, sent: Counter[Rung]) -> None:
    """Add what steps on tickets sent."""
    lines, tickets = found.found.line[rows], found.found.ticket[rows]
    for place, times in enumerate(np.bincount(lines, minlength=len(found.plan.tickets)).tolist()):
        line = found.plan.tickets[place]
        told = list(messages(line.actions, contract)) if times else []
        for message in told:
            if message.is_to_owner:
                for owner, count in _owners(found, contract, tickets[lines == place]):
                    sent[_rung(line, line.agreement, owner)] += count
            else:
                sent[_rung(line, line.agreement, message.to)] += times


def _owners(found: Followed, contract: Contract, tickets: Int64) -> Iterator[tuple[str, int]]:
    """Yield the owners of some tickets' services, and of how many of them."""
    services, kinds = found.log.ticket_columns.service, found.log.ticket_columns.kind
    width = len(kinds.values) + 1
    cells = (services.codes[tickets] + 1) * width + kinds.codes[tickets] + 1
    for cell, count in zip(*(each.tolist() for each in np.unique(cells, return_counts=True)), strict=True):
        service, kind = divmod(cell, width)
        words = (None, *services.values)[service], (None, *kinds.values)[kind]
        yield owner_of(*words, contract), count


def _rung(line: TicketLine | DeskLine, agreement: Agreement, to: str) -> Rung:
    return Rung(sla=agreement.name, step=line.rule.step, rule=line.rule.words, to=to)
