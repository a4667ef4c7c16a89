"""Does a simulated week look like a real one: the fitted days as they were, and as the model makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us
from slmdsl.base.units import DAY, HOUR, NO_TIME
from slmdsl.contract import check
from slmdsl.contract.offered_load import priority_ranks
from slmdsl.simulate.runs import simulated
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.fit.staff import HOURS, wall_us
from slmdsl.study.fit.stretches import stretches_of
from slmdsl.study.running.bench import trial_of
from slmdsl.syntax.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.study.fit.model import Floats, Int64, LoadModel
    from slmdsl.study.fit.stretches import Bools

REPLICATIONS: Final = 10
_SEED: Final = 7


class Within(NamedTuple):
    """The fitted days, as instants, and their zone."""

    begin_us: int
    end_us: int
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """Tickets of a priority that were opened and resolved within the days: how many, and how long that took."""

    priority: str
    opened: int
    resolved: int
    median_us: float
    p90_us: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """One log, as far as the fitted days see it.

    Attributes:
        weekly: tickets opened in each whole week.
        hourly: tickets opened in each hour of the week, a week (168).
        backlog: tickets open at the end of each day, of those opened within the days.
        classes: by priority, the most urgent first, the whole last (its priority is empty).
    """

    weekly: Int64
    hourly: Floats
    backlog: Int64
    classes: tuple[Class, ...]

    @property
    def dispersion(self) -> float:
        """Variance of the weekly counts over their mean; 1 were they Poisson's."""
        return float(self.weekly.var(ddof=1) / self.weekly.mean()) if len(self.weekly) > 1 else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """The log that was fitted on, and what the model makes of the same days."""

    real: Side
    simulated: tuple[Side, ...]


def contract_with(model: LoadModel, texts: Mapping[str, str]) -> Contract:
    """Return what a project declares together with a model that is not written yet.

    Args:
        model: as fitted.
        texts: of the project's files, by name; none declares what the model does.

    Raises:
        ValueError: they have errors together.
    """
    own = "<fit>"
    project = {**texts, own: model.to_slm(file=own)}
    trees = [parse(text, name).tree for name, text in project.items()]
    contract, found = check(trees, texts=project)
    wrong = next((each for each in found if each.is_error), None)
    if wrong is not None:
        msg = f"the model has errors in this project: {wrong.code}: {wrong.message}"
        raise ValueError(msg)
    return contract


def compared(
    texts: Mapping[str, str],
    model: LoadModel,
    log: EventLog,
    progress: Callable[[str, float], None],
    *,
    replications: int = REPLICATIONS,
) -> Comparison:
    """Simulate the fitted days a few times and hold them against the log."""
    contract = contract_with(model, texts)
    wishes = Wishes(horizon=(model.first, model.last), replications=replications, seed=_SEED)
    setting = setting_of(contract, model.scenario, wishes)
    trial = trial_of(contract, model.scenario, setting, "fast")
    zone = ZoneInfo(model.zone)
    within = Within(
        instant_us(zone, model.first), instant_us(zone, model.last + timedelta(days=1)), model.zone
    )
    ranks = priority_ranks(contract, ())
    sides = []
    for number in range(replications):
        progress("Simulating the fitted days", number / replications)
        sides.append(side_of(simulated(trial.plan, _SEED, number).log, within, ranks))
    return Comparison(real=side_of(log, within, ranks), simulated=tuple(sides))


def side_of(log: EventLog, within: Within, ranks: Sequence[str]) -> Side:
    """Return what the fitted days see of a log: what was resolved behind them is open."""
    tickets = log.ticket_columns
    inside = (tickets.opened_us >= within.begin_us) & (tickets.opened_us < within.end_us)
    opened = tickets.opened_us[inside]
    over = np.where(tickets.resolved_us == NO_TIME, tickets.closed_us, tickets.resolved_us)[inside]
    over = np.where((over == NO_TIME) | (over >= within.end_us), np.iinfo(np.int64).max, over)
    code = stretches_of(log, within.end_us).priority[inside]
    words = tickets.priority.values
    classes = [_class(word, opened, over, code == number) for number, word in enumerate(words)]
    place = {name: number for number, name in enumerate(ranks)}
    classes.sort(key=lambda each: (place.get(each.priority, len(place)), each.priority))
    whole = _class("", opened, over, np.ones(len(opened), np.bool_))
    return Side(
        weekly=_weekly(opened, within),
        hourly=_hourly(opened, within),
        backlog=_backlog(opened, over, within),
        classes=(*(each for each in classes if each.opened), whole),
    )


def _class(priority: str, opened: Int64, over: Int64, mine: Bools) -> Class:
    done = mine & (over < np.iinfo(np.int64).max)
    spent = (over - opened)[done]
    return Class(
        priority=priority,
        opened=int(mine.sum()),
        resolved=int(done.sum()),
        median_us=float(np.median(spent)) if len(spent) else float("nan"),
        p90_us=float(np.quantile(spent, 0.9)) if len(spent) else float("nan"),
    )


def _weekly(opened: Int64, within: Within) -> Int64:
    """Return how many were opened in each whole week from the first Monday on."""
    wall, first, last = (
        wall_us(each, within.zone)
        for each in (opened, np.array([within.begin_us]), np.array([within.end_us]))
    )
    monday = 4 * DAY  # 1970-01-05
    start = -((monday - first[0]) // (7 * DAY)) * 7 * DAY + monday
    weeks = max(int((last[0] - start) // (7 * DAY)), 0)
    week = (wall - start) // (7 * DAY)
    return np.bincount(week[(week >= 0) & (week < weeks)], minlength=weeks)


def _hourly(opened: Int64, within: Within) -> Floats:
    monday = 4 * DAY  # 1970-01-05
    hour = (wall_us(opened, within.zone) - monday) % (7 * DAY) // HOUR
    weeks = (within.end_us - within.begin_us) / (7 * DAY)
    return np.bincount(hour, minlength=HOURS) / max(weeks, 1.0)


def _backlog(opened: Int64, over: Int64, within: Within) -> Int64:
    days = np.arange(within.begin_us + DAY, within.end_us + 1, DAY)
    return np.searchsorted(np.sort(opened), days) - np.searchsorted(np.sort(over), days)
