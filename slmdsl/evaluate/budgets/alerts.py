"""Alerts on error budgets: which would have fired, from when to when, and how long before the budget was spent."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slmdsl.base.local_time import local_date
from slmdsl.base.units import DAY, clock_words, plain
from slmdsl.contract.burn import BurnStep, standard_table
from slmdsl.contract.model.agreements import Availability, RollingPeriod
from slmdsl.contract.model.alerts import BurnAlert
from slmdsl.evaluate.budgets.budgets import goal_of
from slmdsl.evaluate.budgets.spending import firings, joined
from slmdsl.rules.dated import changes_us
from slmdsl.rules.periods import validity_us

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.alerts import Alert
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.budgets.budgets import Budget
    from slmdsl.evaluate.budgets.spending import Spending, Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredAlert:
    """One step of an alert from when it fired until it was resolved; `to_us` is None while it fires.

    `ahead_us` is how long before the budget was spent it fired, negative if after; None if the budget was not spent.
    """

    target: Target
    part: str | None
    alert: Alert
    step: int
    burn: Fraction
    windows_us: tuple[int, ...]
    from_us: int
    to_us: int | None
    ahead_us: int | None

    @property
    def windows(self) -> str:
        """The windows in words: `1 h and 5 min`."""
        return " and ".join(map(clock_words, self.windows_us))

    @property
    def rule(self) -> str:
        """What fired, in words."""
        of = self.target.name if self.part is None else f"{self.target.name} of {self.part}"
        return f"alert {of}: burn > {_rate_words(self.burn)} over {self.windows}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watched:
    """What an alert watches: one part of a target, what it has spent, and its budgets in time order."""

    target: Target
    agreement: Agreement
    part: str | None
    spending: Spending
    budgets: Sequence[Budget]
    as_of_us: int

    @property
    def end_us(self) -> int:
        """The end of what is known."""
        return self.spending.known_until(self.as_of_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Era:
    """A span of time in which an alert has the same rates: a calendar period, or as long as a rolling goal holds."""

    from_us: int
    to_us: int
    period_us: int
    budget: Fraction


def fired_alerts(watched: Watched) -> Iterator[FiredAlert]:
    """Yield what the alerts on a target would have told, alert by alert and step by step."""
    eras, alerts = list(_eras(watched)), watched.agreement.alerts
    mine = [alert for alert in alerts if alert.target == watched.target.name and eras]
    spent = _rolling_spent(watched, eras) if mine else []
    for alert in mine:
        yield from _fired(alert, watched, eras, spent)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """One message of an alert: a row of `Verdicts.escalations` without a ticket.

    `rule` is the alert in words, `step` its place in its block, from 1, `to` whom it reached, `at_us` UTC
    microseconds, `clause` the line that says so.
    """

    agreement: str
    rule: str
    step: int
    at_us: int
    to: str
    clause: str


def alert_messages(alerts: Sequence[FiredAlert], contract: Contract) -> Iterator[AlertMessage]:
    """Yield whom alerts would have told, at the instants at which they fired; owners are those of the services."""
    for each in alerts:
        for recipient in _named(each, contract):
            yield AlertMessage(
                agreement=each.target.agreement,
                rule=each.rule,
                step=each.step,
                at_us=each.from_us,
                to=recipient,
                clause=each.alert.span.where,
            )


def _named(fired: FiredAlert, contract: Contract) -> Iterator[str]:
    """Yield whom an alert names, each once; `owner` are the owners of the target's services."""
    form = fired.target.form
    services = form.services if isinstance(form, Availability) else form.population.services  # type: ignore[union-attr] # other forms have no alerts
    covered = services or contract.agreements[fired.target.agreement].services
    owners = [contract.services[name].owner for name in covered if name in contract.services]
    known = [each for each in owners if each] or ["owner (nobody)"]
    found = (name for each in fired.alert.recipients for name in (known if each == "owner" else [each]))
    yield from dict.fromkeys(found)


def _fired(
    alert: Alert, watched: Watched, eras: Sequence[_Era], spent: Sequence[Stretch]
) -> Iterator[FiredAlert]:
    ladders = [_steps(alert, era) for era in eras]
    for place, windows_us in enumerate(step.windows_us for step in ladders[0]):
        rates = [ladder[place].burn for ladder in ladders]
        stretches = [_exceeding(watched, window_us, eras, rates) for window_us in windows_us]
        for from_us, to_us in firings(stretches):
            era = next(i for i, each in enumerate(eras) if from_us < each.to_us)
            yield FiredAlert(
                target=watched.target,
                part=watched.part,
                alert=alert,
                step=place + 1,
                burn=rates[era],
                windows_us=windows_us,
                from_us=from_us,
                to_us=None if to_us == watched.end_us else to_us,
                ahead_us=_ahead_us(watched, from_us, spent),
            )


def _steps(alert: Alert, era: _Era) -> tuple[BurnStep, ...]:
    if isinstance(alert, BurnAlert):
        return (BurnStep(burn=alert.burn, windows_us=tuple(sorted(alert.windows_us, reverse=True))),)
    return standard_table(era.period_us)


def _exceeding(
    watched: Watched, window_us: int, eras: Sequence[_Era], rates: Sequence[Fraction]
) -> list[Stretch]:
    return joined(
        [
            stretch
            for era, burn in zip(eras, rates, strict=True)
            for stretch in watched.spending.exceeding(burn * era.budget, window_us, era.from_us, era.to_us)
        ]
    )


def _eras(watched: Watched) -> Iterator[_Era]:
    """Yield the spans in which rates do not change, up to as of."""
    if isinstance(watched.target.period, RollingPeriod):
        yield from _rolling_eras(watched, watched.target.period.days * DAY)
        return
    for each in watched.budgets:
        if each.from_us < watched.end_us:
            yield _Era(
                from_us=each.from_us,
                to_us=min(each.to_us, watched.end_us),
                period_us=each.to_us - each.from_us,
                budget=each.budget,
            )


def _rolling_eras(watched: Watched, period_us: int) -> Iterator[_Era]:
    zone, form = ZoneInfo(watched.agreement.zone), watched.target.form
    begin_us, end_us = validity_us(watched.agreement)
    first = int(watched.spending.edges_us[0]) if len(watched.spending.edges_us) else watched.end_us
    begin_us, end_us = max(begin_us, first), min(end_us, watched.end_us)
    changes = changes_us(form.goal, watched.agreement.zone).tolist()  # type: ignore[union-attr] # forms with budgets have goals
    edges = [begin_us, *(each for each in changes if begin_us < each < end_us), end_us]
    for from_us, to_us in pairwise(edges):
        if from_us < to_us:
            goal = goal_of(form, local_date(zone, from_us))
            yield _Era(from_us=from_us, to_us=to_us, period_us=period_us, budget=1 - goal)


def _rolling_spent(watched: Watched, eras: Sequence[_Era]) -> list[Stretch]:
    """Return when the budget of a rolling target was spent; the first window is full one period after the beginning."""
    if not isinstance(watched.target.period, RollingPeriod):
        return []
    found: list[Stretch] = []
    for era in eras:
        full_us = min(max(era.from_us, eras[0].from_us + era.period_us), era.to_us)
        found += watched.spending.exceeding(era.budget, era.period_us, full_us, era.to_us)
    return joined(found)


def _ahead_us(watched: Watched, from_us: int, spent: Sequence[Stretch]) -> int | None:
    """Return how long after an alert the budget of its period was spent, of a rolling one while it holds the alert."""
    period = watched.target.period
    if isinstance(period, RollingPeriod):
        place = bisect_right(spent, from_us, key=lambda stretch: stretch[1])
        begin_us = max(spent[place][0], from_us) if place < len(spent) else None
        return None if begin_us is None or begin_us >= from_us + period.days * DAY else begin_us - from_us
    budget = next(each for each in watched.budgets if from_us < each.to_us)
    spent_us = watched.spending.spent_us(
        budget.allowed * budget.unit, budget.from_us, min(budget.to_us, watched.end_us)
    )
    return None if spent_us is None else spent_us - from_us


def _rate_words(rate: Fraction) -> str:
    words = plain(rate)
    return words if "/" not in words else f"{float(rate):.4g}"
