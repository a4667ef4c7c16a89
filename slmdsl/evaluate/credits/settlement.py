"""Service credits of an agreement from the verdicts on its targets: exact, with their arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.evaluate.credits.caps import Settlement, chances
from slmdsl.evaluate.credits.due import Dues
from slmdsl.evaluate.credits.fees import Fees
from slmdsl.evaluate.credits.history import by_unit, history_of, repeated
from slmdsl.evaluate.credits.records import Credit, CreditAccount, CreditKind
from slmdsl.evaluate.credits.words import often_words
from slmdsl.evaluate.period_verdicts import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.credits import CreditPlan
    from slmdsl.evaluate.credits.due import Withholding
    from slmdsl.evaluate.credits.history import Entry
    from slmdsl.evaluate.period_verdicts import PeriodVerdict

_UNJUDGED = (Word.NOT_EVALUATED, Word.NOT_MODELLED)


def credits_of(
    agreement: Agreement, rows: Iterable[PeriodVerdict], withheld: Sequence[Withholding] = ()
) -> CreditAccount:
    """Return what an agreement's credit clauses pay for the verdicts on its targets.

    Args:
        agreement: its plan of credits, its periods and its validity.
        rows: verdicts on its targets, in any order; those of other agreements are passed over.
        withheld: spans of time whose credits are not given, such as months above an assumed volume.

    Returns:
        What each clause pays for each period, what caps leave of it, and the totals; nothing without a plan.
    """
    plan = agreement.credits
    if plan is None:
        return CreditAccount()
    fees = Fees.of(agreement)
    own = [row for row in rows if row.target.agreement == agreement.name]
    histories = {
        target.name: history_of(
            [row for row in own if row.target.name == target.name], agreement, fees.period.unit
        )
        for target in agreement.targets
    }
    due = [
        credit
        for clause in plan.clauses
        for credit in Dues(
            agreement=agreement,
            fees=fees,
            clause=clause,
            history=histories.get(clause.target, ()),
            withheld=withheld,
            none_until=plan.none_until,
        ).credits()
    ]
    earned = [
        chance for each in plan.earn_backs for chance in chances(each, histories.get(each.target, ()), fees)
    ]
    account = Settlement.of(fees).settle(due, earned)
    beside = (*_rights(agreement, plan, histories), *_unpaid(agreement, plan, own))
    return account + CreditAccount(credits=beside)


def _rights(
    agreement: Agreement, plan: CreditPlan, histories: Mapping[str, tuple[Entry, ...]]
) -> Iterator[Credit]:
    """Yield the rights to terminate, each in the period in which it arises and not again while it lasts."""
    for each in plan.terminations:
        history = by_unit(histories.get(each.target, ()), agreement, each.missed.unit)
        before = 0
        for entry, count in repeated(history, each.missed, Word.MISSED):
            if before < each.missed.times <= count:
                yield Credit(
                    agreement=agreement.name,
                    target=each.target,
                    kind=CreditKind.TERMINATION,
                    period=entry.label,
                    from_us=entry.from_us,
                    to_us=entry.to_us,
                    clause=each.span,
                    arithmetic=often_words(each.missed, count),
                    note="a right to terminate",
                )
            before = count


def _unpaid(agreement: Agreement, plan: CreditPlan, rows: Sequence[PeriodVerdict]) -> Iterator[Credit]:
    """Yield a row for each clause whose target was not judged."""
    for clause in plan.clauses:
        left = next(
            (row for row in rows if row.target.name == clause.target and row.verdict in _UNJUDGED), None
        )
        if left is not None:
            yield Credit(
                agreement=agreement.name,
                target=clause.target,
                kind=CreditKind.NOT_EVALUATED,
                clause=clause.span,
                note=left.note or left.verdict.value,
            )
