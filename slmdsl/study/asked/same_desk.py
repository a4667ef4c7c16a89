"""Which plans make the same logs: then one simulation serves them all, and only the judging differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.simulate.due_binding import clocks_of
from slmdsl.workload.luck_inputs import inputs_of

if TYPE_CHECKING:
    from slmdsl.workload.plan import DeskPlan


def same_desk(one: DeskPlan, other: DeskPlan) -> bool:
    """Tell whether two plans of one contract make the same logs from the same luck.

    They do where they differ in promises alone, unless a queue goes by deadline or an escalation acts: then the limits
    decide who is next.
    """
    mine, theirs = one.what_if, other.what_if
    if mine.contract.staff != theirs.contract.staff or mine.load != theirs.load:
        return False
    if not _begin_alike(one, other):
        return False
    alike = (
        mine.multiplies == theirs.multiplies
        and mine.strikes == theirs.strikes
        and mine.risks == theirs.risks
        and mine.contingencies == theirs.contingencies
        and (mine.agreements, mine.zone) == (theirs.agreements, theirs.zone)
        and (one.start, one.first, one.end, one.tick_us)
        == (other.start, other.first, other.end, other.tick_us)
    )
    return alike and not any(clocks_of(plan).by_deadline or clocks_of(plan).acts for plan in (one, other))


def _begin_alike(one: DeskPlan, other: DeskPlan) -> bool:
    """Tell whether two plans begin with the same tickets."""
    if one.carried is None or other.carried is None:
        return one.carried is other.carried
    return inputs_of(one).arrivals == inputs_of(other).arrivals
