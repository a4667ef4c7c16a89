"""Which of the customers' scores an agreement is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.evaluate.samples import Measured
from slmdsl.evaluate.tickets.verdicts import MISSING_PART
from slmdsl.rules.conditions import column

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


def scored_parts(
    agreement: Agreement, log: EventLog, as_of_us: int, per: str | None
) -> list[tuple[str | None, Measured]]:
    """Return the scores of each value that `per` has on the tickets that were scored, by the names of the values.

    Scores of no ticket, or of one without a value, are a part of their own. Without `per`, or without any score, there
    is one part without a name.
    """
    feedback = log.feedback_columns
    chosen = np.flatnonzero(_about(agreement, log) & (feedback.at_us <= as_of_us))
    if per is None or not len(chosen):
        return [(None, scored(agreement, log, as_of_us))]
    found = column(log.ticket_columns, per)
    tickets = feedback.ticket[chosen]
    # -1 picks the appended missing value.
    codes = np.append(found.codes, np.int32(-1))[tickets]
    names = {code: MISSING_PART if code < 0 else found.values[code] for code in np.unique(codes).tolist()}
    rows = {name: chosen[codes == code] for code, name in names.items()}
    return [
        (name, Measured.of(feedback.at_us[rows[name]], feedback.score[rows[name]], as_of_us))
        for name in sorted(rows)
    ]


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
