"""The credits of all agreements of an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.evaluate.credits.records import CreditAccount
from slmdsl.evaluate.credits.settlement import credits_of
from slmdsl.evaluate.credits.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.evaluate.from_log import Evaluation
    from slmdsl.evaluate.period_verdicts import PeriodVerdict


def account_of(
    agreements: Iterable[Agreement], rows: Sequence[PeriodVerdict], evaluation: Evaluation | None
) -> CreditAccount:
    """Return the credits of agreements, in their order, for verdicts on their targets.

    The evaluation that made the verdicts gives the log in which assumed volumes are counted; without one, or with an
    empty log, none is exceeded.
    """
    account = CreditAccount()
    for agreement in agreements:
        withheld = (
            Volumes.of(evaluation.contract, agreement, evaluation.as_of_us).exceeded(evaluation.log)
            if evaluation is not None and evaluation.tickets is not None
            else ()
        )
        account += credits_of(agreement, rows, withheld)
    return account
