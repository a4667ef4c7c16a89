"""What is counted in one pass is what the rows say, ticket by ticket, on generated agreements and logs."""

from __future__ import annotations

from math import ceil

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.base.units import NO_TIME, to_us
from slmdsl.contract.model.agreements import Statistic, Within
from slmdsl.evaluate.tickets.count_kernel import (
    CANCELLED_N,
    FIGURES,
    GOAL_SUM,
    GROSS_MET,
    GROSS_N,
    MET_N,
    UNDECIDED_N,
    UNRESOLVED_N,
    N,
)
from slmdsl.evaluate.tickets.counting import count
from slmdsl.evaluate.tickets.rows import ticket_verdicts
from slmdsl.evaluate.units.log import unit_log
from slmdsl.events.log import EventLog
from slmdsl.rules.binding import bind
from slmdsl.rules.conditions import column
from slmdsl.rules.from_contract import ticket_rules, units_judged
from slmdsl.rules.stopwatch import CANCELLED, MET, MISSED, UNDECIDED, UNRESOLVED
from tests.property.desks import BEGIN, SPAN, instants, logs, specs
from tests.property.test_reference import contract_of

OTHERS = {CANCELLED: CANCELLED_N, UNRESOLVED: UNRESOLVED_N, UNDECIDED: UNDECIDED_N}


def counted_at(rows, i, target, opened_us):
    if target.counted == "opened":
        return opened_us
    if isinstance(target.form, Statistic) or target.counted == "resolved":
        return int(rows.stop_us[i])
    return int(rows.decided_us[i])


def goal_at(bound, place, start_us):
    tables = bound.tables
    first, end = tables.targets[place].first_goal, tables.targets[place].end_goal
    held = [goal for goal in tables.goals[first:end] if goal.from_us <= start_us]
    return int(held[-1].numerator)


def summed(bound, rows, log, place):
    """The figures of one target by part and bucket, and elapsed times by part and bucket."""
    target, periods = bound.rules.targets[place].target, bound.periods[place]
    figures = np.zeros((len(bound.parts[place]), FIGURES, periods.buckets), dtype=np.int64)
    totals = np.zeros((len(bound.parts[place]), FIGURES), dtype=np.int64)
    elapsed = {}
    for i in np.flatnonzero((rows.target == place) & (rows.cycle == 1)).tolist():
        ticket, kind = int(rows.ticket[i]), int(rows.kind[i])
        part = 0 if target.per is None else int(column(log.ticket_columns, target.per).codes[ticket]) + 1
        net = int(rows.exclusion[i] == 0)
        if kind in OTHERS:
            totals[part, OTHERS[kind]] += net
            continue
        at_us = counted_at(rows, i, target, int(log.ticket_columns.opened_us[ticket]))
        if at_us == NO_TIME:
            continue
        cell = figures[part, :, int(periods.bucket_of(np.array(at_us)))]
        met = int(kind == MET)
        cell[[N, MET_N, GROSS_N, GROSS_MET]] += [net, net * met, 1, met]
        if isinstance(target.form, Within) and net:
            # A restart moves the start that rows tell; the goals drawn here do not change, so it does not matter.
            cell[GOAL_SUM] += goal_at(bound, place, int(rows.start_us[i]))
        if isinstance(target.form, Statistic) and net:
            days = bound.day_units[bound.rules.targets[place].calendar]
            value = int(rows.elapsed_units[i]) if days and rows.elapsed_units[i] != NO_TIME else None
            key = part, int(periods.bucket_of(np.array(at_us)))
            elapsed.setdefault(key, []).append(int(rows.elapsed_us[i]) if value is None else value)
    return figures, totals, elapsed


def missed(bound, rows, log):
    """The ticket and the cell of each net miss of a limit."""
    mine = (rows.kind == MISSED) & (rows.cycle == 1) & (rows.exclusion == 0)
    for i in np.flatnonzero(mine).tolist():
        place, ticket = int(rows.target[i]), int(rows.ticket[i])
        target, periods = bound.rules.targets[place].target, bound.periods[place]
        at_us = counted_at(rows, i, target, int(log.ticket_columns.opened_us[ticket]))
        if isinstance(target.form, Within) and at_us != NO_TIME:
            part = 0 if target.per is None else int(column(log.ticket_columns, target.per).codes[ticket]) + 1
            first = int(bound.tables.targets[place].first_cell) + part * periods.buckets
            yield ticket, first + int(periods.bucket_of(np.array(at_us))), int(rows.stop_us[i])


@settings(max_examples=200)
@given(text=specs(), frames=logs(), as_of=st.none() | instants)
def test_counts_are_the_sums_of_rows(text, frames, as_of):
    log = EventLog.from_frames(tickets=frames[0], events=frames[1])
    as_of_us = to_us(BEGIN + SPAN if as_of is None else as_of)
    contract = contract_of(text)
    hold(ticket_rules(contract), log, as_of_us)
    for unit in units_judged(contract):
        rules = ticket_rules(contract, unit=unit)
        hold(rules, unit_log(rules, log).log, as_of_us)


def hold(rules, log, as_of_us):
    bound = bind(rules, log, as_of_us=as_of_us)
    rows, counts = ticket_verdicts(bound, log), count(bound, log, lists_misses=True)
    assert count(bound, log).misses is None
    wanted = sorted(missed(bound, rows, log))
    assert sorted(map(tuple, counts.misses.tolist())) == wanted
    for place, target in enumerate(bound.rules.targets):
        if not isinstance(target.target.form, Within | Statistic):
            continue
        figures, totals, elapsed = summed(bound, rows, log, place)
        found = counts.by_bucket(place)
        judged = [N, MET_N, GROSS_N, GROSS_MET, GOAL_SUM]
        assert found[:, judged].tolist() == figures[:, judged].tolist()
        others = list(OTHERS.values())
        assert found[:, others].sum(axis=2).tolist() == totals[:, others].tolist()
        if isinstance(target.target.form, Statistic):
            check_elapsed(counts, place, elapsed)


def check_elapsed(counts, place, elapsed):
    periods, form = counts.bound.periods[place], counts.bound.rules.targets[place].target.form
    sums = counts.elapsed(place)
    for part in range(len(counts.bound.parts[place])):
        for period in range(len(periods)):
            buckets = range(int(periods.first_bucket[period]), int(periods.end_bucket[period]))
            values = sorted(value for bucket in buckets for value in elapsed.get((part, bucket), []))
            assert sums[part][period] == sum(values)
            if form.quantile is not None:
                at_or_below = ceil(form.quantile * len(values))
                wanted = values[max(at_or_below, 1) - 1] if values else None
                assert counts.quantile(place, part, period) == wanted
