"""Which of the customers' scores an agreement is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.evaluate.samples import Measured

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.events.columns import Coded
    from slmdsl.events.log import EventLog


def scored(agreement: Agreement, log: EventLog, as_of_us: int) -> Measured:
    """Return the scores for the agreement's services, by the instants at which they were given.

    An answer is about its own service, else that of its ticket. One that names neither is about all services, for there
    is nothing that tells it apart.
    """
    feedback = log.feedback_columns
    chosen = _about(agreement, log)
    return Measured.of(feedback.at_us[chosen], feedback.score[chosen], as_of_us)


def _about(agreement: Agreement, log: EventLog) -> npt.NDArray[np.bool_]:
    feedback = log.feedback_columns
    if not agreement.services:
        return np.ones(len(feedback), dtype=np.bool_)
    own, rows = feedback.service, feedback.ticket
    tickets = log.ticket_columns.service
    by_ticket = (rows >= 0) & (own.codes < 0)
    of_ticket = np.full(len(feedback), -1, dtype=np.int32)
    of_ticket[by_ticket] = tickets.codes[rows[by_ticket]]
    unnamed = (own.codes < 0) & (of_ticket < 0)
    return unnamed | _named(own, own.codes, agreement) | _named(tickets, of_ticket, agreement)


def _named(column: Coded, codes: npt.NDArray[np.int32], agreement: Agreement) -> npt.NDArray[np.bool_]:
    wanted = [code for code, word in enumerate(column.values) if word in agreement.services]
    return np.isin(codes, wanted)
