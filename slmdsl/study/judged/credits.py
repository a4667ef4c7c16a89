"""What agreements pay in service credits within a horizon, by the verdicts on a simulated log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from slmdsl.base.units import Money
from slmdsl.contract.model.credits import FeeShare
from slmdsl.evaluate.credits.fees import Fees
from slmdsl.evaluate.credits.records import POINTS
from slmdsl.evaluate.credits.settlement import credits_of
from slmdsl.evaluate.credits.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.credits import CreditAmount, CreditClause, CreditPlan
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.events.log import EventLog


class Paid(NamedTuple):
    """Whose credits, and their currency."""

    sla: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Credited:
    """An agreement whose credit clauses pay money, made ready for the verdicts on any number of logs.

    Attributes:
        agreement: with only those of its targets on which credits depend.
        currencies: those that its clauses pay in.
        volumes: those above which nothing is paid.
    """

    agreement: Agreement
    currencies: tuple[str, ...]
    volumes: Volumes

    @classmethod
    def of(cls, contract: Contract, agreement: Agreement, from_us: int, as_of_us: int) -> Credited | None:
        """Return an agreement made ready for logs that begin at `from_us` or later, None if it pays no money."""
        plan = agreement.credits
        currencies = _currencies(agreement, plan) if plan else ()
        if plan is None or not currencies:
            return None
        looked_at = {*(each.target for each in plan.clauses), *(each.target for each in plan.earn_backs)}
        targets = tuple(each for each in agreement.targets if each.name in looked_at)
        # A right to terminate is no money.
        alone = replace(agreement, targets=targets, credits=replace(plan, terminations=()))
        volumes = Volumes.of(contract, agreement, as_of_us, from_us=from_us)
        return cls(agreement=alone, currencies=currencies, volumes=volumes)

    def paid(self, rows: Sequence[PeriodVerdict], log: EventLog) -> Mapping[Paid, int]:
        """Return what is paid in each currency, caps and what is earned back taken off, in minor units.

        Args:
            rows: the verdicts on the periods that count. What happened before them is unknown: three months in a row
                begin with the first of them, and so does a rolling cap.
            log: what was judged, in which assumed volumes are counted.
        """
        found = {Paid(self.agreement.name, currency): 0 for currency in self.currencies}
        for total in credits_of(self.agreement, rows, self.volumes.exceeded(log)).totals:
            if total.unit != POINTS:
                found[Paid(total.agreement, total.unit)] += int(total.net)
        return found


def credited_targets(agreement: Agreement) -> tuple[str, ...]:
    """Return the qualified names of the targets on which clauses pay money."""
    plan = agreement.credits
    if plan is None:
        return ()
    paying = {each.target for each in plan.clauses if any(_units(each, agreement))}
    return tuple(each.qualified for each in agreement.targets if each.name in paying)


def _currencies(agreement: Agreement, plan: CreditPlan) -> tuple[str, ...]:
    units = (unit for clause in plan.clauses for unit in _units(clause, agreement))
    return tuple(dict.fromkeys(units))


def _units(clause: CreditClause, agreement: Agreement) -> Iterator[str]:
    """Yield the currency of each term of a clause that pays money."""
    for term in clause.terms:
        currency = _currency(term.pays, agreement)
        if currency is not None:
            yield currency


def _currency(amount: CreditAmount, agreement: Agreement) -> str | None:
    """Return the currency of money or of a share of the fee; None of points, and of a share of a fee nobody says."""
    if isinstance(amount, Money):
        return amount.currency
    fee = Fees.of(agreement).fee
    return fee.money.currency if isinstance(amount, FeeShare) and fee is not None else None
