"""Did an improvement work? The real log before and after its day, week by week."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us
from slmdsl.contract.model.agreements import (
    CalendarPeriod,
    PeriodUnit,
    Share,
    Within,
)
from slmdsl.evaluate.from_log import evaluate
from slmdsl.stats.before_after import FEWEST, level_shift, newcombe, slope

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.reports import Improvement
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.events.log import EventLog
    from slmdsl.stats.before_after import Shift
    from slmdsl.stats.intervals import Interval

    Floats = npt.NDArray[np.float64]

WEEKS: Final = 26
"""So many weeks are looked at on either side, at most."""
FEWEST_WEEKS: Final = 6
"""Weeks on either side below which nothing is said: how weeks resemble each other is not known then."""
FEWEST_CASES: Final = 20
"""Tickets on either side below which nothing is said."""
WEEK: Final = CalendarPeriod(unit=PeriodUnit.WEEK)


class Effect(StrEnum):
    """What is said of an improvement and a target."""

    WORKED = "worked"
    NOT_SHOWN = "no effect shown"
    WORSE = "got worse"
    NOT_ENOUGH = "not enough data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The weeks before or after: how many, the mean of their values, and cases (`met` of `n`) of what has any."""

    weeks: int
    mean: float | None
    n: int
    met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What became of one target that an improvement closes.

    Attributes:
        improvement: its name.
        target: what was to become better.
        effect: the answer.
        is_share: whether values are shares, 0 .. 1; else they are in the target's own unit, lengths in seconds.
        before: the weeks that end by its day.
        after: those that begin after it; the week in which the day lies counts on neither side.
        shift: the mean of the weeks after less that of those before, with a 95 % interval that allows for weeks which
            resemble their neighbours; None where there is not enough data.
        by_tickets: the difference of shares of all tickets, as if they were independent; None for other figures.
        trend: by how much the weeks before grew from one to the next.
        was_on_its_way: whether it got better already before, more surely than luck.
    """

    improvement: str
    target: Target
    effect: Effect
    is_share: bool
    before: Side
    after: Side
    shift: Shift | None = None
    by_tickets: Interval | None = None
    trend: Interval | None = None
    was_on_its_way: bool = False


def proofs_of(
    contract: Contract, log: EventLog, improvement: Improvement, *, as_of_us: int, weeks: int = WEEKS
) -> tuple[Proof, ...]:
    """Test whether an improvement made its targets better: before against after its day.

    Every form of target is judged week by week, by its own rule; a target of several parts as one.

    Args:
        contract: what was promised.
        log: what happened.
        improvement: one that is done.
        as_of_us: the instant of judgement.
        weeks: how many are looked at on either side, at most.

    Returns:
        One proof for each target that it closes; none if it has no day, or its day is not past.

    For example `proofs_of(contract, log, contract.improvements["shift_left"], as_of_us=log.last_us)`.
    """
    agreements = {each.partition(".")[0] for each in improvement.closes}
    known = {
        target.qualified: (agreement, target)
        for name, agreement in contract.agreements.items()
        if name in agreements
        for target in agreement.targets
    }
    return tuple(
        _proof(contract, log, improvement, *known[name], as_of_us, weeks)
        for name in improvement.closes
        if name in known and is_past(improvement, known[name][0].zone, as_of_us)
    )


def is_past(improvement: Improvement, zone: str, as_of_us: int) -> bool:
    """Whether an improvement is done and its day is over."""
    done = improvement.status == "done" and improvement.due is not None
    return done and as_of_us >= _end_of_day_us(improvement, zone)


def _end_of_day_us(improvement: Improvement, zone: str) -> int:
    if improvement.due is None:
        msg = f"`{improvement.name}` has no day"
        raise ValueError(msg)
    return instant_us(ZoneInfo(zone), type(improvement.due).fromordinal(improvement.due.toordinal() + 1))


def _proof(
    contract: Contract,
    log: EventLog,
    improvement: Improvement,
    agreement: Agreement,
    target: Target,
    as_of_us: int,
    weeks: int,
) -> Proof:
    rows = [row for row in weekly(contract, log, agreement, target, as_of_us) if row.value is not None]
    day_us = _end_of_day_us(improvement, agreement.zone)
    before = [row for row in rows if (row.to_us or 0) <= day_us][-weeks:]
    after = [row for row in rows if (row.from_us or 0) >= day_us][:weeks]
    counted = [sum(row.n for row in side) for side in (before, after)]
    sides = [_side(side) for side in (before, after)]
    found = Proof(
        improvement=improvement.name,
        target=target,
        effect=Effect.NOT_ENOUGH,
        is_share=target.is_share,
        before=sides[0],
        after=sides[1],
        trend=slope(_values(before)) if len(before) >= FEWEST else None,
    )
    if min(len(before), len(after)) < FEWEST_WEEKS or min(counted) < FEWEST_CASES:
        return found
    shift = level_shift(_values(before), _values(after))
    return replace(
        found,
        effect=_effect(shift.difference, less_is_better=target.is_at_most),
        shift=shift,
        by_tickets=_by_tickets(found),
        was_on_its_way=_was_on_its_way(found.trend, less_is_better=target.is_at_most),
    )


def weekly(
    contract: Contract, log: EventLog, agreement: Agreement, target: Target, as_of_us: int
) -> Iterator[PeriodVerdict]:
    """Yield the verdicts on a target in whole weeks that are over, in order of time."""
    by_week = replace(target, period=WEEK, per=None, minimum=0)
    alone = replace(agreement, targets=(by_week,), credits=None, alerts=(), escalation=None)
    changed = replace(contract, agreements={**contract.agreements, agreement.name: alone})
    for row in evaluate(changed, log, as_of_us=as_of_us, agreements=[agreement.name]).periods:
        if row.from_us is not None and row.to_us is not None and row.to_us <= as_of_us and not row.cut:
            yield row


def _values(rows: list[PeriodVerdict]) -> Floats:
    return np.array([row.value for row in rows], np.float64)


def _side(rows: list[PeriodVerdict]) -> Side:
    return Side(
        weeks=len(rows),
        mean=float(np.mean(_values(rows))) if rows else None,
        n=sum(row.n for row in rows),
        met=sum(row.met for row in rows),
    )


def _by_tickets(found: Proof) -> Interval | None:
    if not isinstance(found.target.form, Within | Share):
        return None
    return newcombe((found.before.met, found.after.met), (found.before.n, found.after.n))


def _effect(difference: Interval, *, less_is_better: bool) -> Effect:
    low, high = difference.low, difference.high
    if less_is_better:
        low, high = -high, -low
    if low > 0:
        return Effect.WORKED
    return Effect.WORSE if high < 0 else Effect.NOT_SHOWN


def _was_on_its_way(trend: Interval | None, *, less_is_better: bool) -> bool:
    if trend is None:
        return False
    return trend.high < 0 if less_is_better else trend.low > 0
