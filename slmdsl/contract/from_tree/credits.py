"""From fees, credits, caps and assumptions to an agreement's plan of credits."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.units import Duration, Money, Ratio
from slmdsl.contract.from_tree.populations import population
from slmdsl.contract.from_tree.reading import all_of, last
from slmdsl.contract.from_tree.targets import period
from slmdsl.contract.model import credits as model
from slmdsl.contract.model.agreements import PeriodUnit
from slmdsl.syntax.tree import common
from slmdsl.syntax.tree import credits as tree
from slmdsl.syntax.tree.agreements import Assumes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.contract.model.agreements import Period
    from slmdsl.syntax.tree.common import Node

_PAID: Final = (tree.Fee, tree.Credit, tree.Cap, tree.NoCreditsUntil, tree.EarnBack, tree.Terminate, Assumes)
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


def credit_plan(body: tuple[Node, ...], reading: Reading) -> model.CreditPlan | None:
    """Return what an agreement's statements say of credits; None where they say nothing."""
    if not any(isinstance(each, _PAID) for each in body):
        return None
    until = last(body, tree.NoCreditsUntil)
    return model.CreditPlan(
        fees=tuple(
            model.Fee(money=each.money.value, period=period(each.period), span=each.span)
            for each in all_of(body, tree.Fee)
        ),
        clauses=tuple(_clauses(body, reading)),
        caps=tuple(
            model.Cap(amount=amount(limit.amount), period=_cap_period(limit.period), span=limit.span)
            for each in all_of(body, tree.Cap)
            for limit in each.limits
        ),
        none_until=until.day if until else None,
        earn_backs=tuple(_earn_backs(body, reading)),
        terminations=tuple(_terminations(body, reading)),
        assumptions=tuple(
            model.Assumption(
                population=population(each.population, reading),
                at_most=each.at_most.value,
                period=period(each.period),
                reason=each.because.value if each.because else None,
                span=each.span,
            )
            for each in all_of(body, Assumes)
        ),
    )


def target_name(ref: common.Ref, reading: Reading) -> str | None:
    """Return a target's name in its own agreement, None where it means nothing."""
    name = reading.name(ref)
    return None if name is None else name.rpartition(".")[2]


def amount(said: tree.Amount) -> model.CreditAmount:
    """Return what is paid: a share of the fee, points, or money."""
    if isinstance(said, tree.PercentOfFee):
        return model.FeeShare(share=said.share.value)
    if isinstance(said, tree.Points):
        return model.Points(points=said.points)
    money: Money = said.value
    return money


def level(said: Ratio | Duration | Fraction) -> Fraction:
    """Return a band's level: a ratio, a plain number, or a duration in microseconds or business days."""
    if isinstance(said, Ratio):
        return said.value
    if isinstance(said, Duration):
        return said.business_days or Fraction(said.wall_us)
    return said


def _clauses(body: tuple[Node, ...], reading: Reading) -> Iterator[model.CreditClause]:
    for each in all_of(body, tree.Credit):
        name = target_name(each.target, reading)
        if name is not None:
            terms = tuple(_term(term, reading) for term in each.terms)
            yield model.CreditClause(target=name, terms=terms, span=each.span)


def _term(
    said: tree.Band | tree.PerMiss | tree.Repeated, reading: Reading
) -> model.Band | model.OnMiss | model.OnRepetition:
    if isinstance(said, tree.Band):
        value: Any = said.level.value
        return model.Band(
            below=said.below,
            level=level(value),
            pays=amount(said.pays),
            words=reading.words(said.span),
            span=said.span,
        )
    if isinstance(said, tree.PerMiss):
        return model.OnMiss(pays=amount(said.pays), each_miss=said.each_miss, span=said.span)
    return model.OnRepetition(missed=_repetition(said.missed), pays=amount(said.pays), span=said.span)


def _repetition(said: tree.Repetition) -> model.Repetition:
    of = said.of if isinstance(said, tree.OutOf) else None
    return model.Repetition(times=said.times, of=of, unit=PeriodUnit(said.unit))


def _cap_period(said: common.Period) -> Period | model.RollingMonths:
    if isinstance(said, common.RollingPeriod) and said.unit in _MONTHS:
        return model.RollingMonths(months=_MONTHS[said.unit] * said.count)
    return period(said)


def _earn_backs(body: tuple[Node, ...], reading: Reading) -> Iterator[model.EarnBack]:
    for each in all_of(body, tree.EarnBack):
        name = target_name(each.target, reading)
        if name is not None:
            yield model.EarnBack(
                target=name, met=_repetition(each.met), share=each.share.value.value, span=each.span
            )


def _terminations(body: tuple[Node, ...], reading: Reading) -> Iterator[model.Termination]:
    for each in all_of(body, tree.Terminate):
        name = target_name(each.target, reading)
        if name is not None:
            yield model.Termination(target=name, missed=_repetition(each.missed), span=each.span)
