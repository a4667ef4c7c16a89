"""Simulated desks against what queueing theory knows exactly.

Each replication gives one figure, the replications give its standard error, and the mean may be at most FARTHEST of
them away from the truth. Waits are read from the agents' spells, times of resolution and outages from the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from slmdsl.base.units import DAY, HOUR, MINUTE, NO_TIME
from tests.queueing import closed_forms as forms
from tests.queueing.plans import plan_of, simulated
from tests.queueing.relays import Relays, repeating_day

MODELS = Path(__file__).parent / "models"
REPLICATIONS, SEED, FARTHEST = 40, 2027, 4.0
FIRST, LAST, WARM_UP = date(2027, 1, 4), date(2027, 2, 28), 14 * DAY
BEGIN_US = int(np.datetime64("2027-01-04", "us").astype(np.int64))
COUNTED_US = 54 * DAY
"""Tickets of the last two days are left out: some of them are still open at the end."""
THIRD = 1 / 3
"""20 minutes in hours, the unit of the closed forms here."""

Measure = Callable[[object], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a model's replications have as their mean: `expected`, in hours or as a share."""

    model: str
    figure: str
    measure: Measure
    expected: float


_RUNS = {}


def runs(model, engine="fast"):
    """Return all replications of a model. The last model's are kept: several figures are read from the same runs."""
    if model not in _RUNS:
        _RUNS.clear()
        plan = plan_of(MODELS / f"{model}.slm", first=FIRST, last=LAST, warm_up_us=WARM_UP)
        _RUNS[model] = [simulated(plan, SEED, number, engine=engine) for number in range(REPLICATIONS)]
    return _RUNS[model]


def counted(run):
    """Which tickets of the log are counted."""
    since_us = run.log.ticket_columns.opened_us - BEGIN_US
    return (since_us >= 0) & (since_us < COUNTED_US)


def waits_h(run):
    """Hours until the first pick-up by row of the log, nan for tickets that nobody picked up."""
    tickets, spells = run.log.ticket_columns, run.spells
    begin = np.full(len(tickets), np.iinfo(np.int64).max)
    np.minimum.at(begin, spells.ticket, spells.begin_us)
    never = begin == np.iinfo(np.int64).max
    return np.where(never, np.nan, (begin - tickets.opened_us) / HOUR)


def has_priority(run, priority):
    words = run.log.ticket_columns.priority
    if priority is None:
        return np.ones(len(words), bool)
    return words.codes == words.values.index(priority)


def mean_wait(priority=None):
    return lambda run: float(np.nanmean(waits_h(run)[counted(run) & has_priority(run, priority)]))


def mean_visit_wait(group):
    """Hours in the queue per spell of one group, of tickets counted."""

    def measure(run):
        spells = run.spells
        chosen = counted(run)[spells.ticket] & (run.plan.agents.group[spells.agent] == group)
        return float((spells.begin_us - spells.queued_us)[chosen].mean() / HOUR)

    return measure


def waits_beyond(time_us):
    return lambda run: float((waits_h(run)[counted(run)] * HOUR > time_us).mean())


def mean_response(priority):
    def measure(run):
        tickets = run.log.ticket_columns
        chosen = counted(run) & has_priority(run, priority) & (tickets.resolved_us != NO_TIME)
        return float((tickets.resolved_us - tickets.opened_us)[chosen].mean() / HOUR)

    return measure


def never_picked_up(run):
    return float(np.isnan(waits_h(run)[counted(run)]).mean())


def share_up(needed, nodes):
    """The share of the counted time in which at least `needed` nodes are up, by a sweep over their outages."""

    def measure(run):
        outages = run.log.outage_columns
        is_node = np.array([word.startswith("node") for word in outages.service.values])[
            outages.service.codes
        ]
        end_us = BEGIN_US + COUNTED_US
        start = np.clip(outages.start_us[is_node], BEGIN_US, end_us)
        until = np.where(outages.end_us[is_node] == NO_TIME, end_us, outages.end_us[is_node])
        until = np.clip(until, BEGIN_US, end_us)
        at = np.concatenate([start, until, [BEGIN_US, end_us]])
        change = np.concatenate([np.ones(len(start)), -np.ones(len(until)), [0, 0]])
        order = np.argsort(at, kind="stable")
        down, gaps = np.cumsum(change[order])[:-1], np.diff(at[order])
        return float(gaps[nodes - down >= needed].sum() / COUNTED_US)

    return measure


def waits(model, expected, priorities=(None,)):
    for priority, wait in zip(priorities, expected, strict=True):
        yield Truth(
            model=model,
            figure=f"mean wait {priority or 'of all'}",
            measure=mean_wait(priority),
            expected=wait,
        )


def truths():
    p90 = forms.lognormal
    impatient, limited = forms.erlang_a(12.0, THIRD, 4, 0.3), forms.mmck(12.0, THIRD, 3, 7)
    yield from waits("mm4", [forms.mmc_mean_wait(10.0, THIRD, 4)])
    for minutes in (0, 5, 30):
        yield Truth(
            model="mm4",
            figure=f"waits beyond {minutes} min",
            measure=waits_beyond(minutes * MINUTE),
            expected=forms.mmc_waits_beyond(10.0, THIRD, 4, minutes / 60),
        )
    yield from waits("mm10", [forms.mmc_mean_wait(27.0, THIRD, 10)])
    lost = [
        ("erlang_b", forms.erlang_b(4, 10 * THIRD)),
        ("erlang_a", impatient.lost),
        ("limited", limited.lost),
    ]
    for model, share in lost:
        yield Truth(model=model, figure="lost", measure=never_picked_up, expected=share)
    yield from waits("erlang_a", [impatient.mean_wait_of_served])
    yield from waits("limited", [limited.mean_wait])
    yield from waits("mg1_lognormal", [forms.mg1_mean_wait(1.5, p90(THIRD, 1.0))])
    yield from waits("mg1_gamma", [forms.mg1_mean_wait(1.2, forms.gamma(2 * THIRD, THIRD))])
    yield from waits("md3", [forms.mdc_mean_wait(7.5, THIRD, 3)])
    yield from waits("bursts", [forms.mxm1_mean_wait(2.1 / 2.5, 2.5, THIRD)])
    three, two = ("P1", "P2", "P3"), ("P1", "P2")
    yield from waits("priorities", forms.mmc_priorities([1.0, 4.0, 5.0], THIRD, 4), three)
    own = forms.mg1_priorities([0.3, 0.9], [forms.gamma(1.0, 0.5), p90(0.25, 2 * THIRD)])
    yield from waits("priorities_own_work", own, two)
    preempted = {
        "preemptive": forms.mg1_preemptive([0.42, 0.63, 1.05], [forms.exponential(THIRD)] * 3),
        "preemptive_own_work": forms.mg1_preemptive(
            [0.3, 0.6, 0.6], [forms.exponential(2 * THIRD), p90(0.25, 2 * THIRD), forms.gamma(0.5, THIRD)]
        ),
    }
    for model, responses in preempted.items():
        for priority, response in zip(three, responses, strict=True):
            yield Truth(
                model=model,
                figure=f"mean time of {priority}",
                measure=mean_response(priority),
                expected=response,
            )
    stations = forms.jackson_mean_waits([9.0, 0.0], [[0, 0.25], [0.2, 0]], [THIRD, 5 / 6], [4, 3])
    for group, wait in enumerate(stations):
        yield Truth(
            model="network",
            figure=f"wait at station {group}",
            measure=mean_visit_wait(group),
            expected=wait,
        )
    for model, needed, nodes, *rest in (
        ("two_of_three", 2, 3, 100, 8, 1),
        ("three_of_five", 3, 5, 60, 12, 2),
        ("one_of_two_each", 1, 2, 50, 10, 2),
    ):
        yield Truth(
            model=model,
            figure="availability",
            measure=share_up(needed, nodes),
            expected=forms.availability(needed, nodes, *rest),
        )


TRUTHS = list(truths())


def z_score(figures, expected):
    figures = np.asarray(figures)
    return float((figures.mean() - expected) / (figures.std(ddof=1) / len(figures) ** 0.5))


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: f"{truth.model}: {truth.figure}")
def test_the_mean_over_replications_is_the_closed_form(truth):
    figures = [truth.measure(run) for run in runs(truth.model)]
    assert abs(z_score(figures, truth.expected)) <= FARTHEST, (np.mean(figures), truth.expected)


@pytest.mark.parametrize("model", ["relays_finish", "relays_hand_over"])
def test_waits_by_the_hour_of_the_day(model):
    """Sums of waits less what the hour's tickets should have waited: their mean is nought for each of the 24 hours."""
    desk = Relays(
        arrivals=[2.0] * 7 + [9.0] * 10 + [4.0] * 7,
        crews=[(0, 2), (8, 4), (17, 3)],
        mean_work=0.45,
        hands_over=model == "relays_hand_over",
    )
    expected, away = repeating_day(desk).wait, []
    for run in runs(model):
        chosen = counted(run)
        hour = (run.log.ticket_columns.opened_us[chosen] // HOUR) % 24
        away.append(np.bincount(hour, waits_h(run)[chosen] - expected[hour], minlength=24))
    away = np.array(away)
    scores = away.mean(axis=0) / (away.std(axis=0, ddof=1) / len(away) ** 0.5)
    assert np.abs(scores).max() <= FARTHEST, scores
