"""Edits as a scenario would say them, exactly: what is written is read as the same edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.units import Duration, Ratio, plain
from slmdsl.contract.model.agreements import Availability, SampledMetric, Share
from slmdsl.contract.model.studies import SetBound, SetGoal, SetLimit, SetNumber

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.contract.model.agreements import Form, Limit

Written = SetLimit | SetGoal | SetBound | SetNumber


def edit_text(edit: Written, form: Form | None = None) -> str:
    """Return an edit as a statement of a scenario: `set gold.p1_fix within 2 h`.

    Args:
        edit: what is set.
        form: of the target whose bound is set: it says whether a number is a share, and in which unit it is.

    Raises:
        ValueError: a number has no finite decimal, so that no text says it exactly.
    """
    what = edit.what if isinstance(edit, SetNumber) else edit.target
    return f"set {what} {value_text(edit, form)}"


def value_text(edit: Written, form: Form | None = None) -> str:
    """Return what an edit sets, without what it sets it of: `within 2 h`. Raises as `edit_text` does.

    >>> from fractions import Fraction
    >>> from slmdsl.base.spans import Span
    >>> nowhere = Span(file="x.slm", start=0, end=0, line=1, column=1)
    >>> value_text(SetGoal(target="gold.p1", goal=Fraction(925, 1000), span=nowhere))
    'for 92.5%'
    """
    match edit:
        case SetLimit():
            return _limit(edit.limit)
        case SetGoal():
            return f"for {_percent(edit.goal)}"
        case SetBound():
            return f"{'at least' if edit.at_least else 'at most'} {_bound(edit.value, form)}"
        case SetNumber(attribute="absence"):
            return f"absence {_percent(edit.value)}"
        case SetNumber(attribute="crew"):
            return f"crew of {_decimal(edit.value)}"
        case SetNumber():
            return f"{edit.attribute} {_decimal(edit.value)}"


def _limit(limit: Limit) -> str:
    return f"by end of {limit.duration}" if limit.end_of_day else f"within {limit.duration}"


def _bound(value: Fraction | Duration, form: Form | None) -> str:
    if isinstance(value, Duration):
        return str(value)
    if isinstance(form, Share | Availability):
        return _percent(value)
    if isinstance(form, SampledMetric):
        return f"{_decimal(value)}{'' if form.unit == '%' else ' '}{form.unit}"
    return _decimal(value)


def _percent(share: Fraction) -> str:
    _decimal(share)
    return str(Ratio(share))


def _decimal(value: Fraction) -> str:
    text = plain(value)
    if "/" in text:
        msg = f"{text} has no finite decimal"
        raise ValueError(msg)
    return text
