"""How many messages each step of an escalation would have sent to whom: counted, without names of tickets or frames."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from slmdsl.evaluate.escalations.followed import desk_told, followed
from slmdsl.evaluate.escalations.told import messages, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.escalations.desk_steps import DeskMessage
    from slmdsl.evaluate.escalations.followed import Followed
    from slmdsl.evaluate.period_verdicts import Judged
    from slmdsl.rules.escalations import DeskLine, TicketLine
    from slmdsl.rules.tables import Int64

Stretches: TypeAlias = "Mapping[str, Int64]"
"""By the name of an agreement, stretches of time in order: the instants at which each begins and ends, half-open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A step of an agreement's escalation (`rule` are its words), and whom it tells."""

    sla: str
    step: int
    rule: str
    to: str


def messages_sent(
    contract: Contract, judged: Judged, agreements: Sequence[Agreement], *spans: Stretches
) -> tuple[Counter[Rung], ...]:
    """Return how many rows of the frame of escalations each rung has, for each of `spans`.

    Each of them says by agreement which stretches of time count.
    """
    found = followed(contract, judged, agreements)
    on_desk = tuple(desk_told(contract, judged, found))
    return tuple(_sent(found, on_desk, contract, stretches) for stretches in spans)


def _sent(
    found: Sequence[Followed], on_desk: Sequence[DeskMessage], contract: Contract, stretches: Stretches
) -> Counter[Rung]:
    sent: Counter[Rung] = Counter()
    for each in found:
        _count(each, contract, stretches, sent)
    for message in on_desk:
        if _is_within(stretches[message.agreement.name], np.int64(message.at_us)):
            sent[_rung(message.line, message.agreement, message.to)] += 1
    return sent


def _is_within(edges_us: Int64, at_us: Int64 | np.int64) -> np.ndarray:
    """Whether instants lie in stretches: an odd number of their ends is at or before each."""
    return np.asarray(np.searchsorted(edges_us, at_us, side="right") % 2 == 1)


def _count(found: Followed, contract: Contract, stretches: Stretches, sent: Counter[Rung]) -> None:
    """Add what steps on tickets sent."""
    for place, line in enumerate(found.plan.tickets):
        mine = found.found.line == place
        tickets = found.found.ticket[mine][
            _is_within(stretches[line.agreement.name], found.found.at_us[mine])
        ]
        told = list(messages(line.actions, contract)) if len(tickets) else []
        for message in told:
            if message.is_to_owner:
                for owner, count in _owners(found, contract, tickets):
                    sent[_rung(line, line.agreement, owner)] += count
            else:
                sent[_rung(line, line.agreement, message.to)] += len(tickets)


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
