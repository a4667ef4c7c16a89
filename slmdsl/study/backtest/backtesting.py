"""Fit a load on the first part of a log, simulate the rest, and hold it against what happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us
from slmdsl.contract.scenarios import judged_by
from slmdsl.events.known import known_at
from slmdsl.events.regrouped import regrouped
from slmdsl.study.asked.opens import with_open_tickets
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.backtest.forms import COVERS, GAUGES, Backtest, BacktestError, Compared
from slmdsl.study.backtest.gauges import Weeks, gauged
from slmdsl.study.backtest.modelled import contract_with
from slmdsl.study.backtest.predicted import Place, predictions_of
from slmdsl.study.backtest.truth import Truth, last_day, zone_of
from slmdsl.study.backtest.weekly import as_written, is_weekly, with_weeks
from slmdsl.study.fit.draws import DRAWS
from slmdsl.study.fit.fitting import fitted
from slmdsl.study.running.bench import trial_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.simulate.runs import Engine
    from slmdsl.study.backtest.forms import Gauge
    from slmdsl.study.backtest.predicted import Predictions
    from slmdsl.study.running.replications import Trial

    Progress = Callable[[str, float], None]

REPLICATIONS: Final = 100
SEED: Final = 0
_FIT: Final = 0.4
"""Which share of the work the fit is taken for."""
_WEEK: Final = timedelta(days=7)
_LEAST: Final = 0.5
"""Of fewer replications than this share nothing is said of a period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is tested: from the day `until` to the day `to`, both included, in `zone`."""

    until: date
    to: date
    zone: str

    @property
    def span_us(self) -> tuple[int, int]:
        """The instants between which is tested."""
        place = ZoneInfo(self.zone)
        return instant_us(place, self.until), instant_us(place, self.to + timedelta(days=1))


def backtested(  # noqa: PLR0913 - all but three are keyword-only
    contract: Contract,
    texts: Mapping[str, str],
    log: EventLog,
    *,
    until: date,
    to: date | None = None,
    replications: int = REPLICATIONS,
    seed: int = SEED,
    engine: Engine = "fast",
    workers: int | None = None,
    source: str = "",
    draws: int = DRAWS,
    progress: Progress | None = None,
) -> Backtest:
    """Fit on what was known of a log before a day, simulate from then on, and compare with what happened.

    Args:
        contract: what is promised, without errors.
        texts: the texts that it was resolved from, by file.
        log: what happened.
        until: the first day that is not known to the fit, by the wall clock of the first agreement.
        to: the last day that is tested; by default as `slmdsl.study.backtest.truth.last_day` says.
        replications: how often these days are simulated.
        seed: 0 to 2**32 - 1.
        engine: which engine simulates.
        workers: how many replications run at a time, by default one for each processor.
        source: what the log was read from, for the model's text.
        draws: how often the model's parameters are drawn anew; 0: they are certain.
        progress: called with what is being done and the share of all that is done.

    Raises:
        BacktestError: there is nothing to test on, or what was fitted is no model.
        slmdsl.study.fit.fitting.FitError: what comes before is too little to fit a model on.

    For example `backtested(spec.contract, spec.texts, log, until=date(2016, 5, 1)).shares(weekly=True).error`.
    """
    told = progress or _unheard
    tested = _tested(contract, log, until, to)
    from_us, _ = tested.span_us
    model = fitted(
        contract,
        known_at(log, from_us),
        until_us=from_us,
        source=source,
        draws=draws,
        progress=lambda words, share: told(words, _FIT * share),
    )
    found = held_against(
        contract_with(texts, model),
        model.scenario,
        log,
        tested,
        replications=replications,
        seed=seed,
        engine=engine,
        workers=workers,
        progress=told,
    )
    return replace(found, model=model)


def _unheard(_: str, __: float) -> None:
    """Take note of progress that nobody sees."""


def _tested(contract: Contract, log: EventLog, until: date, to: date | None) -> Ahead:
    """Return which days are tested. Raises BacktestError where there are none."""
    zone = zone_of(contract)
    last = last_day(contract, log, until, zone) if to is None else to
    if last is None:
        message = f"from {until} on the log has too few tickets to test on, or no agreement is in force"
        raise BacktestError(message, "say an earlier day: some weeks of the log have to lie behind it")
    if last < until:
        message = f"the test ends on {last}, before it begins on {until}"
        raise BacktestError(message, "say a later last day")
    return Ahead(until=until, to=last, zone=zone)


def held_against(
    contract: Contract,
    scenario: str,
    log: EventLog,
    tested: Ahead,
    *,
    replications: int = REPLICATIONS,
    seed: int = SEED,
    engine: Engine = "fast",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Simulate a scenario over the tested days, with the uncertainty that its load tells of, and compare it with a log.

    Raises:
        BacktestError: no promise has a whole period within these days, and there is no whole week.
        slmdsl.study.asked.setting.SettingError: there is no such scenario, or it has no load.

    For example `held_against(contract, "today", log, tested).rows`.
    """
    told = progress or _unheard
    from_us, to_us = tested.span_us
    wishes = Wishes(horizon=(tested.until, tested.to), replications=replications, seed=seed)
    trial = _trial(contract, scenario, wishes, _then(contract, log, from_us), engine)
    weekly = trial.plan.what_if.contract
    names = [each.name for each in trial.judge.agreements]
    told("Judging what happened", _FIT)
    truth = Truth.of(weekly, log, names, from_us, to_us)
    weeks = Weeks.within(tested.until, tested.to, tested.zone)
    said = predictions_of(
        trial,
        weeks,
        replications,
        workers=workers,
        progress=lambda done: told("Simulating what was ahead", _FIT + (1 - _FIT) * done / replications),
    )
    rows = (*_of_targets(truth, said, replications), *_of_gauges(log, tested, weeks, said))
    if not rows:
        message = (
            f"no promise has a whole period within {tested.until} .. {tested.to}, and there is no whole week"
        )
        raise BacktestError(message, "test more days")
    return Backtest(
        model=None,
        scenario=scenario,
        first=tested.until,
        last=tested.to,
        zone=tested.zone,
        replications=replications,
        seed=seed,
        carried=0 if trial.plan.carried is None else len(trial.plan.carried),
        left_out=_left_out(trial),
        parameters=0 if trial.drawn is None else len(trial.drawn.draws.columns),
        rows=rows,
        drift=truth.drift(),
        not_modelled={name: why for name, why in trial.judge.not_modelled.items() if "@" not in name},
    )


def _trial(contract: Contract, scenario: str, wishes: Wishes, known: EventLog, engine: Engine) -> Trial:
    """Compile a scenario that starts with the open tickets of a log; where its load has draws they are taken."""
    setting = setting_of(contract, scenario, wishes)
    weekly = with_weeks(contract, judged_by(contract, contract.scenarios[scenario]))
    draws = contract.loads[contract.scenarios[scenario].load or ""].uncertain
    setting = with_open_tickets(
        weekly, replace(setting, uncertain=draws is not None and bool(draws.rows)), known
    )
    return trial_of(weekly, scenario, setting, engine)


def _left_out(trial: Trial) -> int:
    carried = trial.plan.carried
    return 0 if carried is None else sum(len(each.tickets) for each in carried.left_out)


def _then(contract: Contract, log: EventLog, from_us: int) -> EventLog:
    """Return a log as it was known, its groups called as the teams that a fitted model takes them for."""
    names = {word: party.name for party in contract.parties.values() for word in party.known_as}
    return regrouped(known_at(log, from_us), names)


def _of_targets(truth: Truth, said: Predictions, replications: int) -> Iterator[Compared]:
    """Yield what is compared of targets: those by the week after the others."""
    for row in sorted(truth.rows, key=lambda each: is_weekly(each.target)):
        values = said.values.get(Place(row.target.qualified, row.part, row.period or ""), [])
        if row.value is None or len(values) < _LEAST * replications:
            continue
        yield _compared(
            as_written(row.target),
            row.part,
            row.period or "",
            (row.from_us or 0, row.to_us or 0),
            values,
            weekly=is_weekly(row.target),
            n=row.n,
            real=row.value,
            naive=truth.naive(row),
        )


def _of_gauges(log: EventLog, tested: Ahead, weeks: Weeks, said: Predictions) -> Iterator[Compared]:
    """Yield what is compared of the desk, by the week."""
    from_us, to_us = tested.span_us
    real = gauged(known_at(log, to_us), weeks)
    before = Weeks.within(
        tested.until - 4 * _WEEK - timedelta(days=6), tested.until - timedelta(days=1), tested.zone
    )
    past = gauged(known_at(log, from_us), before)
    for name in GAUGES:
        naive = _before(name, past)
        for place, label in enumerate(weeks.labels):
            values = said.values.get(Place(name, None, label), [])
            value = float(getattr(real, name)[place])
            if not values or np.isnan(value):
                continue
            yield _compared(
                name,
                None,
                label,
                (int(weeks.edges_us[place]), int(weeks.edges_us[place + 1])),
                values,
                weekly=True,
                n=int(real.resolved[place]) if name == "median_resolution" else round(value),
                real=value,
                naive=naive,
            )


def _before(name: Gauge, past: object) -> float | None:
    """Return what a gauge was: the mean of the last four weeks; of what is open the last figure."""
    values = np.asarray(getattr(past, name))[-4:]
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    return float(values[-1] if name == "backlog" else values.mean())


def _compared(
    subject: Target | Gauge,
    part: str | None,
    period: str,
    span_us: tuple[int, int],
    values: list[float],
    *,
    weekly: bool,
    n: int,
    real: float,
    naive: float | None,
) -> Compared:
    tail = (1 - COVERS) / 2
    low, middle, high = np.quantile(values, [tail, 0.5, 1 - tail]).tolist()
    return Compared(
        subject=subject,
        part=part,
        weekly=weekly,
        period=period,
        from_us=span_us[0],
        to_us=span_us[1],
        n=n,
        real=real,
        predicted=middle,
        low=low,
        high=high,
        said=len(values),
        naive=naive,
    )
