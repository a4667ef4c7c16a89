"""What became of a target since the period before: better or worse, and whether by more than chance explains."""

from __future__ import annotations

import re
from math import inf, isclose
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from slmdsl.contract.model.agreements import Ageing, Count, LongestOutage, OutageCount
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.report.service.figures import NOTHING, value_words
from slmdsl.report.service.steady import counts_cases
from slmdsl.stats.two_means import welch_interval
from slmdsl.stats.two_shares import chance_of_shares

if TYPE_CHECKING:
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Line
    from slmdsl.report.service.steady import Steadiness

Weight = Literal["more", "chance", "unknown", "same"]

SELDOM: Final = 0.01
"""A report has many targets: at one in twenty, each of them would bring a change that is none."""
_WEEKS: Final = 3
_FIRM: Final = 12
"""Limits from fewer points still move too much to say what a process cannot do."""
_WEEK: Final = re.compile(r"([0-9]{4})-W([0-9]{2})")


def weight_of(each: Steadiness) -> Weight:
    """Return whether a target changed by more than chance from the period before to this one.

    The two figures that are shown are compared: shares of cases by their counts, with the spread that the control chart
    shows beyond a coin's; all others by the values of the weeks of both periods.
    """
    now, before = each.line.row, each.line.before
    if before is None or before.value is None or now.value is None:
        return "unknown"
    if isclose(before.value, now.value, rel_tol=1e-12, abs_tol=1e-12):
        return "same"
    if counts_cases(each.line.target) and before.n and now.n:
        chance = chance_of_shares((before.met, before.n), (now.met, now.n), _spread(each))
        return "more" if chance < SELDOM else "chance"
    return _by_weeks(each, before, now)


def _spread(each: Steadiness) -> float:
    """Return by what a target's share varies more than a coin from period to period of its chart, 1 if by nothing."""
    return each.chart.spread if each.chart is not None and each.chart.kind == "p_prime" else 1.0


def _by_weeks(each: Steadiness, before: PeriodVerdict, now: PeriodVerdict) -> Weight:
    values = [_values_in(each, before), _values_in(each, now)]
    if min(map(len, values)) < _WEEKS:
        return "unknown"
    found = welch_interval(values[0], values[1], confidence=1 - SELDOM)
    if found is None:
        return "unknown"
    return "chance" if found.low <= 0 <= found.high else "more"


def _values_in(each: Steadiness, period: PeriodVerdict) -> np.ndarray:
    """Return the values of the weeks that end within a period."""
    from_us, to_us = period.from_us or 0, period.to_us or 0
    return np.array(
        [week.value for week in each.weeks if from_us < (week.to_us or 0) <= to_us], dtype=np.float64
    )


def is_turned(line: Line) -> bool:
    """Whether a target was kept before and is missed now, or the other way round."""
    return line.before is not None and {line.before.verdict, line.row.verdict} == {Word.MET, Word.MISSED}


def change_words(each: Steadiness, say: Language) -> str:
    """Return how a target went from the period before to this one, and what its chart says of the period."""
    line = each.line
    before = line.before
    old = None if before is None else before.value
    new = line.row.value
    weight = weight_of(each)
    way = (
        "worse" if old is not None and new is not None and (new > old) == line.target.is_at_most else "better"
    )
    name = line.name
    if before is not None and line.is_several:
        old_period, new_period = (period_words(row.period, say) for row in (before, line.row))
        name = say.say("report.change.of", target=name, before=old_period, now=new_period)
    key = "chance_wide" if weight == "chance" and counts_cases(line.target) and _spread(each) > 1 else weight
    said = say.say(
        f"report.change.{key}",
        spread=f"{_spread(each):.1f}",
        target=name,
        before=NOTHING.text if before is None else value_words(line.target, old, say, before.threshold),
        now=value_words(line.target, new, say, line.row.threshold),
        way=say.say(f"report.way.{way}"),
        turn=say.say(f"report.turn.{line.row.verdict.value}") if is_turned(line) else "",
    )
    return say.sentences([said, chart_words(each, say)])


def chart_words(each: Steadiness, say: Language) -> str:
    """Return in which periods of its chart a target did what it never does, or nothing."""
    if each.chart is None or not each.signals:
        return ""
    sides: dict[str, list[str]] = {}
    for place in each.signals:
        above = each.chart.points[place].value > each.chart.centre
        side = "worse" if above == each.line.target.is_at_most else "better"
        sides.setdefault(side, []).append(each.rows[place].period or "")
    return say.say(
        "report.change.signals_weekly" if each.is_weekly else "report.change.signals",
        where=say.listed(
            say.say(f"report.change.{side}", where=_listed(where, say)) for side, where in sides.items()
        ),
    )


def period_words(period: str | None, say: Language) -> str:
    """Return a period as people say it: `week 10 of 2027`; months, quarters and days stand as they are.

    >>> from slmdsl.report.language import ENGLISH
    >>> period_words("2027-W05", ENGLISH), period_words("2027-03", ENGLISH)
    ('week 5 of 2027', '2027-03')
    """
    found = _WEEK.fullmatch(period or "")
    return (
        say.say("report.week", year=found[1], n=int(found[2]))
        if found is not None
        else period or NOTHING.text
    )


def _listed(periods: list[str], say: Language) -> str:
    """Return periods in words, the weeks of a year together."""
    years: dict[str, list[str]] = {}
    for period in periods:
        found = _WEEK.fullmatch(period)
        years.setdefault(period if found is None else found[1], []).append(period)
    return say.listed(
        period_words(one[0], say)
        if len(one) == 1
        else say.say("report.weeks", year=year, n=say.listed(str(int(each[-2:])) for each in one))
        for year, one in years.items()
    )


def misses_in_a_row(line: Line) -> int:
    """Return how many periods up to this one were missed without one that was not."""
    count = 0
    for row in reversed(line.past):
        if row.verdict is not Word.MISSED:
            return count
        count += 1
    return count


def out_of_reach(each: Steadiness) -> float | None:
    """Return the better control limit of a steady chart where even it lies beyond the promise, else None.

    Nothing is said where a part of the time is not known. Counts of weeks are not held against a promise for a month.
    """
    target, promised = each.line.target, each.line.row.threshold
    if (
        each.chart is None
        or len(each.chart.points) < _FIRM
        or not each.chart.is_steady
        or promised is None
        or each.line.row.unknown_us
    ):
        return None
    if each.is_weekly and isinstance(target.form, Count | OutageCount | LongestOutage | Ageing):
        return None
    last = each.chart.points[-1]
    limit = max(last.low, 0.0) if target.is_at_most else min(last.high, 1.0 if target.is_share else inf)
    return limit if (limit > promised if target.is_at_most else limit < promised) else None
