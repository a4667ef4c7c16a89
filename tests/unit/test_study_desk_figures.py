"""What is said of the desk, against plain walks over the log and the spells of the same replication."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from slmdsl.base.units import DAY, HOUR, NO_TIME, from_us
from slmdsl.events.vocabulary import Phase
from slmdsl.simulate.outcome import HANDED_OVER, PREEMPTED
from slmdsl.simulate.runs import simulated
from slmdsl.study.desk.week import HOURS_A_WEEK
from slmdsl.workload.plan import ON_CALL, REGULAR
from tests import studies

pytestmark = pytest.mark.compiled

LATE = 0.95


class Desk:
    def __init__(self, trial, number=0):
        self.plan = trial.plan
        self.run = simulated(trial.plan, trial.seed, number)
        self.figures = trial.desk.figures(self.run.luck, self.run.outcome)
        self.desk = trial.desk
        self.begin = self.plan.first * self.plan.tick_us
        self.end = self.plan.end * self.plan.tick_us

    def inside(self, at_us):
        return self.begin <= at_us < self.end

    def duties(self, agent):
        luck, tick = self.run.luck, self.plan.tick_us
        rows = range(luck.first_duty[agent], luck.end_duty[agent])
        return [(int(luck.duty_from[row]) * tick, int(luck.duty_to[row]) * tick) for row in rows]

    def spells(self):
        spells = self.run.spells
        columns = (spells.ticket, spells.agent, spells.queued_us, spells.begin_us, spells.end_us)
        return list(zip(*(each.tolist() for each in columns), strict=True))


@pytest.fixture(scope="module")
def desk():
    return Desk(studies.trial())


def overlap(a, b):
    return max(min(a[1], b[1]) - max(a[0], b[0]), 0)


def by_hour(stretches, zone, begin, end):
    """Walk from full hour to full hour of the wall clock (no clock changes by less than an hour here)."""
    found, wall = [0] * HOURS_A_WEEK, ZoneInfo(zone)
    for low, high in stretches:
        at, last = max(low, begin), min(high, end)
        while at < last:
            local = from_us(at).astimezone(wall)
            past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            until = min(at + HOUR - past // timedelta(microseconds=1), last)
            found[local.weekday() * 24 + local.hour] += until - at
            at = until
    return found


def test_the_desk_has_all_that_is_counted(desk):
    outcomes = Counter(desk.run.spells.outcome.tolist())
    assert outcomes[PREEMPTED]
    assert outcomes[HANDED_OVER]
    assert desk.figures.overtime[0] > 0
    assert desk.figures.on_call[0] > 0
    assert desk.figures.reopened > 0
    assert desk.figures.gave_up > 0


def test_presence_is_the_duty_of_shifts_by_hour_of_the_local_week(desk):
    for group, zone in enumerate(("Europe/Amsterdam", "Asia/Kolkata")):
        agents = [
            agent
            for agent in range(len(desk.plan.agents.kind))
            if desk.plan.agents.kind[agent] == REGULAR and desk.plan.agents.group[agent] == group
        ]
        duties = [duty for agent in agents for duty in desk.duties(agent)]
        assert desk.figures.present[group].tolist() == by_hour(duties, zone, desk.begin, desk.end)


def test_work_is_within_duty_or_overtime_or_on_call(desk):
    agents = desk.plan.agents
    for group, zone in enumerate(("Europe/Amsterdam", "Asia/Kolkata")):
        busy, overtime, on_call = [], 0, 0
        for _, agent, _, begin, end in desk.spells():
            if agents.group[agent] != group:
                continue
            spell = max(begin, desk.begin), min(end, desk.end)
            if agents.kind[agent] == ON_CALL:
                on_call += overlap(spell, spell)
            elif spell[0] < spell[1]:
                parts = [(max(spell[0], a), min(spell[1], b)) for a, b in desk.duties(agent)]
                parts = [each for each in parts if each[0] < each[1]]
                busy += parts
                overtime += spell[1] - spell[0] - sum(b - a for a, b in parts)
        assert desk.figures.busy[group].tolist() == by_hour(busy, zone, desk.begin, desk.end)
        assert desk.figures.overtime[group] == overtime
        assert desk.figures.on_call[group] == on_call
        assert desk.figures.added[group] == 0


def test_waiting_is_the_time_in_the_queue_before_each_pick_up(desk):
    """The queue as the log tells it: from entering it, coming back to it, or losing the agent, to the pick-up."""
    last, waits = {}, defaultdict(list)
    for ticket, agent, queued, begin, end in desk.spells():
        waited = begin - max(queued, last.get(ticket, NO_TIME))
        last[ticket] = end
        if desk.inside(begin):
            cell = int(desk.plan.agents.group[agent]), int(desk.run.luck.arrivals.priority[ticket])
            waits[cell].append(waited)
    assert min(min(each) for each in waits.values()) >= 0
    for group in range(2):
        for priority in range(3):
            assert desk.figures.picked_up[group, priority] == len(waits[group, priority])
            assert desk.figures.waited[group, priority] == sum(waits[group, priority])
        mine = [each for priority in range(3) for each in waits[group, priority]]
        assert desk.figures.late[group] == pytest.approx(np.quantile(mine, LATE))
        assert desk.figures.late_known[group] == 1
    assert not desk.figures.picked_up[:, 3].any()


def test_who_was_put_back_does_not_wait_while_at_work(desk):
    """Nobody waits longer than from the first entry to the last pick-up, less all work in between."""
    whole, worked, first = defaultdict(int), defaultdict(int), {}
    for ticket, _, queued, begin, end in desk.spells():
        first.setdefault(ticket, queued)
        whole[ticket] = begin - first[ticket]
        worked[ticket] += end - begin
    spells = desk.run.spells
    put_back = set(spells.ticket[np.isin(spells.outcome, (PREEMPTED, HANDED_OVER))].tolist())
    assert put_back
    inside = {ticket for ticket, _, queued, _, end in desk.spells() if queued < desk.begin or end >= desk.end}
    total = sum(whole[each] for each in whole if each not in inside)
    assert int(desk.figures.waited.sum()) < total + sum(whole[each] for each in inside)


def test_backlog_is_who_is_open_when_weeks_end(desk):
    log = desk.run.log
    events, groups = log.event_columns, len(desk.plan.words.groups)
    frame = pl.DataFrame(
        {
            "ticket": events.ticket,
            "at": events.at_us,
            "phase": events.phase.astype(np.int64),
            "group": events.group.astype(np.int64),
        }
    )
    weeks = [desk.begin + week * 7 * DAY for week in range(1, (desk.end - desk.begin) // (7 * DAY) + 1)]
    assert desk.desk.weeks_us.tolist() == weeks
    for place, week in enumerate(weeks):
        before = frame.filter(pl.col("at") <= week)
        phase = before.filter(pl.col("phase") >= 0).group_by("ticket").agg(pl.col("phase").last())
        group = before.filter(pl.col("group") >= 0).group_by("ticket").agg(pl.col("group").last())
        open_ones = (
            group.join(phase, on="ticket", how="left")
            .filter(pl.col("phase").fill_null(int(Phase.NEW)) < int(Phase.RESOLVED))
            .group_by("group")
            .len()
        )
        wanted = dict(open_ones.iter_rows())
        assert desk.figures.backlog[:, place].tolist() == [wanted.get(each, 0) for each in range(groups)]


def test_tickets_and_reopenings_within_the_horizon(desk):
    log, again = desk.run.log, 0
    opened = log.ticket_columns.opened_us.tolist()
    assert desk.figures.tickets == sum(map(desk.inside, opened)) < len(opened)
    stood = {}
    events = log.event_columns
    for ticket, at, phase in zip(
        events.ticket.tolist(), events.at_us.tolist(), events.phase.tolist(), strict=True
    ):
        if phase >= 0:
            again += stood.get(ticket) == Phase.RESOLVED and phase < Phase.RESOLVED and desk.inside(at)
            stood[ticket] = phase
    assert desk.figures.reopened == again < int(log.ticket_columns.reopenings.sum())


def test_outages_that_begin_and_how_long_they_last(desk):
    outages = desk.run.log.outage_columns
    box = outages.service.codes == outages.service.values.index("box")
    node = desk.plan.nodes.names.index("box")
    starts, ends = outages.start_us[box].tolist(), outages.end_us[box].tolist()
    assert desk.figures.outages[node] == sum(map(desk.inside, starts))
    spans = [(a, desk.end if b == NO_TIME else b) for a, b in zip(starts, ends, strict=True)]
    assert desk.figures.down[node] == sum(overlap(each, (desk.begin, desk.end)) for each in spans)


def test_the_length_of_the_horizon_by_hour(desk):
    for group, zone in enumerate(("Europe/Amsterdam", "Asia/Kolkata")):
        wanted = by_hour([(desk.begin, desk.end)], zone, desk.begin, desk.end)
        assert desk.desk.length_us(group).tolist() == wanted


def test_a_horizon_without_a_whole_week_has_no_backlog():
    horizon = datetime(2027, 1, 15).date(), datetime(2027, 1, 18).date()
    short = Desk(studies.trial(horizon=horizon))
    assert short.figures.backlog.shape == (2, 0)
