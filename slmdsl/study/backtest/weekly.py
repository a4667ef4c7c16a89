"""Agreements whose targets are judged by the week as well: a month is one figure, and its weeks are four."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit

if TYPE_CHECKING:
    from collections.abc import Collection

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.spec import Contract

_EACH_WEEK: Final = CalendarPeriod(unit=PeriodUnit.WEEK)
_MARK: Final = "@week"
"""No name of the language has this sign: a copy is never taken for a target of the text."""


def with_weeks(contract: Contract, agreements: Collection[str]) -> Contract:
    """Return a contract of which these agreements judge each target by the week too, in a copy of it."""
    added = {name: _with_weeks(contract.agreements[name]) for name in agreements}
    return replace(contract, agreements={**contract.agreements, **added})


def _with_weeks(agreement: Agreement) -> Agreement:
    copies = tuple(_by_week(each) for each in agreement.targets if each.period != _EACH_WEEK)
    return replace(agreement, targets=(*agreement.targets, *copies))


def _by_week(target: Target) -> Target:
    return replace(target, name=f"{target.name}{_MARK}", period=_EACH_WEEK)


def is_weekly(target: Target) -> bool:
    """Whether a target of such a contract is judged by the week."""
    return target.period == _EACH_WEEK


def as_written(target: Target) -> Target:
    """Return a target under the name that the text gives it."""
    return replace(target, name=target.name.removesuffix(_MARK))
