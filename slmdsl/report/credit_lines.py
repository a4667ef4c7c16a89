"""Credits explained: each with its clause and its arithmetic, what caps leave, and what a ticket's miss costs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slmdsl.base.local_time import local_date
from slmdsl.contract.model.credits import OnMiss
from slmdsl.evaluate.credits.fees import Fees, said
from slmdsl.evaluate.credits.records import CreditAccount, CreditKind, Standing
from slmdsl.rules.periods import judged_span_us, periods_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.evaluate.credits.records import Credit, CreditTotal


def chosen(account: CreditAccount, name: str | None, period: str | None) -> CreditAccount:
    """Return the part of an account that is about an agreement (`sla`), a target (`sla.target`), a period."""
    sla, _, target = (name or "").partition(".")
    return CreditAccount(
        credits=tuple(
            each
            for each in account.credits
            if sla in ("", each.agreement) and target in ("", each.target) and period in (None, each.period)
        ),
        totals=tuple(
            each for each in account.totals if sla in ("", each.agreement) and period in (None, each.period)
        ),
    )


def credit_lines(account: CreditAccount) -> Iterator[str]:
    """Yield the credits of an account as lines for people, and below them what each period comes to."""
    if not account.credits:
        yield "No clause pays anything here."
    for each in account.credits:
        yield _head(each)
        for words in filter(None, (*each.words.split("; "), each.note)):
            yield f"    {words}"
    for total in account.totals:
        yield _total(total)


def _head(credit: Credit) -> str:
    part = f" for {credit.part}" if credit.part is not None else ""
    name = f"{credit.agreement}.{credit.target}{part}"
    return f"{name}, {credit.period or 'no period'}: {_outcome(credit)}  ({credit.clause.where})"


def _outcome(credit: Credit) -> str:
    if credit.kind is CreditKind.TERMINATION:
        return "the agreement may be terminated"
    if credit.amount is None or credit.unit is None:
        return "no amount"
    amount = said(credit.amount, credit.unit)
    if credit.standing is Standing.WITHHELD:
        return f"nothing instead of {amount}"
    if credit.standing is Standing.SO_FAR:
        return f"{amount} so far"
    if credit.capped == credit.amount or credit.capped is None:
        return amount
    return f"{said(credit.capped, credit.unit)} of {amount}"


def _total(total: CreditTotal) -> str:
    back = f" less {said(total.returned, total.unit)} earned back" if total.returned else ""
    return (
        f"{total.agreement}, {total.period}: {said(total.summed, total.unit)} in all,"
        f" {said(total.paid, total.unit)} paid{back}"
    )


def costs_of_miss(agreement: Agreement, target: Target, decided_us: int) -> Iterator[str]:
    """Yield what one ticket's miss costs by each `per miss` clause of its target, before caps, with the clause."""
    plan = agreement.credits
    clauses = [each for each in plan.clauses if each.target == target.name] if plan else []
    for term in (term for clause in clauses for term in clause.terms):
        if isinstance(term, OnMiss) and term.each_miss:
            yield f"{_cost(agreement, target, term, decided_us)} ({term.span.where})"


def _cost(agreement: Agreement, target: Target, term: OnMiss, decided_us: int) -> str:
    begin_us, _ = judged_span_us(agreement, decided_us, decided_us)
    periods = periods_of(target, agreement, begin_us, decided_us + 1)
    if not len(periods) or int(periods.to_us[-1]) <= decided_us:
        return "nothing, for it is decided outside the agreement's validity"
    until = agreement.credits.none_until if agreement.credits else None
    if until is not None and periods.first_days[-1] < until:
        return f"nothing, for there are no credits until {until.isoformat()}"
    fees, last_day = Fees.of(agreement), local_date(ZoneInfo(agreement.zone), int(periods.to_us[-1]) - 1)
    count = fees.spanned(target.period, periods.first_days[-1], last_day)
    return f"{fees.worth(term.pays, fees=count).words} per miss, before caps"
