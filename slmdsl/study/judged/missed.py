"""Where the time of tickets went that missed a limit: waiting, at work, with the customer, while nobody is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.study.judged.missed_kernels import (
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
from slmdsl.study.judged.misses import misses_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.evaluate.from_log import Evaluation
    from slmdsl.simulate.runs import Run
    from slmdsl.study.judged.judging import Judge
    from slmdsl.workload.plan import DeskPlan, Int64


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedTime:
    """What becomes of the tickets that a target judges in the periods that count, net of exclusions.

    The times are sums over the misses, in microseconds: from a ticket's opening to the stop of the target's clock that
    stands, or, while there is none, until the ticket is over for good or to the end of the horizon. A target that
    judges parts of tickets (stays, waits for a reply) counts parts, each from its own beginning.

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
    if not found:
        return {}
    tickets, from_us, to_us = (
        np.concatenate(column)
        for column in zip(*((each.tickets, *each.stretches_us) for each in found), strict=True)
    )
    ends = np.cumsum([len(each.tickets) for each in found])
    times = np.split(ticket_times(run, tickets, from_us, to_us), ends[:-1])
    sums = [mine.sum(axis=0).tolist() for mine in times]
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


def ticket_times(run: Run, tickets: Int64, from_us: Int64, to_us: Int64) -> Int64:
    """Return where tickets' time went (shape n x COLUMNS, as `missed_kernels` names the columns), in microseconds.

    What comes after a ticket is over for good counts nowhere.

    Args:
        run: what was simulated.
        tickets: rows of its log (shape n); a row may stand there several times.
        from_us: from when, not before the ticket was opened (shape n).
        to_us: until when (shape n).

    For example `ticket_times(run, misses.tickets, *misses.stretches_us)`.
    """
    plan, log, spells = run.plan, run.log, run.outcome.spells
    rosters, found = _rosters(plan), np.zeros((len(tickets), COLUMNS), np.int64)
    follow_phases(
        tickets,
        from_us,
        to_us,
        log.ticket_columns.first_event,
        log.event_columns.next_event,
        log.event_columns.at_us,
        log.event_columns.phase,
        log.event_columns.group,
        rosters,
        found,
    )
    rows = np.argsort(tickets, kind="stable")
    first_row = np.searchsorted(tickets[rows], np.arange(len(log.ticket_columns) + 1))
    group = plan.agents.group[spells.agent]
    follow_work(
        spells.ticket, spells.begin_us, spells.end_us, group, first_row, rows, from_us, to_us, rosters, found
    )
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
