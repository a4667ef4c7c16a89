"""Where the time of tickets went that missed a limit: waiting, at work, with the customer, while nobody is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.study.missed_kernels import (
    CLOSED,
    COLUMNS,
    CUSTOMER,
    RESOLVED,
    SUPPLIER,
    WAITING,
    WORKING,
    Rosters,
    follow_phases,
    follow_work,
)
from slmdsl.study.misses import misses_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.evaluate.from_log import Evaluation
    from slmdsl.simulate.runs import Run
    from slmdsl.study.judging import Judge
    from slmdsl.workload.plan import DeskPlan, Int64


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedTime:
    """What becomes of the tickets that a target judges in the periods that count, net of exclusions.

    The times are sums over the misses, in microseconds: from a ticket's opening until it is over for good, or to the
    end of the horizon. A target that judges parts of tickets counts parts, each with the time of its whole ticket.

    Attributes:
        judged: how many it judged.
        missed: how many of them missed their limit.
        waiting: for an agent while the group has a shift on, whoever of it is absent.
        working: in the hands of an agent.
        closed: for an agent while the group has no shift on.
        customer: for the customer.
        supplier: for a supplier, as in any step that only waits.
        resolved: taken for resolved, until it was opened again.
    """

    judged: int
    missed: int
    waiting: int
    working: int
    closed: int
    customer: int
    supplier: int
    resolved: int

    def __add__(self, other: MissedTime) -> MissedTime:
        """Return the sums of both."""
        return MissedTime(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__}
        )


def missed_time(run: Run, judge: Judge, evaluation: Evaluation) -> Mapping[str, MissedTime]:
    """Return where the time of what missed each target with a limit for each ticket went, by qualified name.

    Args:
        run: what was simulated.
        judge: the plan's; its horizon says which periods count.
        evaluation: what the judge says of the run's log (`Judge.evaluated`).
    """
    found = tuple(misses_of(evaluation, *judge.span_us))
    tickets = np.unique(np.concatenate([np.zeros(0, np.int64), *(each.tickets for each in found)]))
    times = ticket_times(run, tickets)
    sums = [times[np.searchsorted(tickets, each.tickets)].sum(axis=0).tolist() for each in found]
    return {
        each.target: MissedTime(
            judged=each.judged,
            missed=len(each.tickets),
            waiting=time[WAITING],
            working=time[WORKING],
            closed=time[CLOSED],
            customer=time[CUSTOMER],
            supplier=time[SUPPLIER],
            resolved=time[RESOLVED],
        )
        for each, time in zip(found, sums, strict=True)
    }


def ticket_times(run: Run, tickets: Int64) -> Int64:
    """Return where tickets' time went (shape n x COLUMNS, as `missed_kernels` names the columns), in microseconds.

    Args:
        run: what was simulated.
        tickets: rows of its log, each at most once (shape n).
    """
    plan, log, spells = run.plan, run.log, run.outcome.spells
    rosters, found = _rosters(plan), np.zeros((len(tickets), COLUMNS), np.int64)
    row_of = np.full(len(log.ticket_columns), -1, np.int32)
    row_of[tickets] = np.arange(len(tickets), dtype=np.int32)
    follow_phases(
        tickets,
        log.ticket_columns.opened_us[tickets],
        log.ticket_columns.first_event,
        log.event_columns.next_event,
        log.event_columns.at_us,
        log.event_columns.phase,
        log.event_columns.group,
        plan.end * plan.tick_us,
        rosters,
        found,
    )
    group = plan.agents.group[spells.agent]
    follow_work(spells.ticket, spells.begin_us, spells.end_us, group, row_of, rosters, found)
    return found


def _rosters(plan: DeskPlan) -> Rosters:
    groups, without = plan.groups, len(plan.words.groups) - len(plan.groups.lines)
    nobody = np.zeros(without, np.int32)
    lengths = (groups.roster_to - groups.roster_from) * plan.tick_us
    before_us = np.cumsum(lengths) - lengths
    for first, end in zip(groups.first_roster.tolist(), groups.end_roster.tolist(), strict=True):
        before_us[first:end] -= before_us[first:end][:1].sum()
    return Rosters(
        first=np.concatenate([groups.first_roster, nobody]),
        end=np.concatenate([groups.end_roster, nobody]),
        on_us=groups.roster_from * plan.tick_us,
        off_us=groups.roster_to * plan.tick_us,
        before_us=before_us,
    )
