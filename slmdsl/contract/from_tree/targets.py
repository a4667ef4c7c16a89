"""From `target` statements to targets, whichever their form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from slmdsl.base.units import Ratio
from slmdsl.contract.from_tree import metric_units
from slmdsl.contract.from_tree.populations import is_of_the_moment, outage_selection, population
from slmdsl.contract.from_tree.reading import value_of
from slmdsl.contract.model import agreements as model
from slmdsl.syntax.tree import common
from slmdsl.syntax.tree import targets as tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from slmdsl.base.spans import Span
    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.contract.model.clocks import Clock

T = TypeVar("T")

USUAL_PERIOD: Final = model.CalendarPeriod(unit=model.PeriodUnit.MONTH)
"""The period of a target that says none, which is a warning."""

WHOLE: Final = Fraction(1)
"""The goal of a target that says none, which is a warning: every ticket."""

_DAYS: Final = {"day": 1, "week": 7}
_MEASURES: Final[dict[str, model.TicketMeasure]] = {
    "response": "response",
    "resolution": "resolution",
    "fulfilment": "fulfilment",
    "next_reply": "next_reply",
}
_METHODS: Final[dict[str, Literal["minutes", "events", "slices", "mean_of_slices", "user_minutes"]]] = {
    "minutes": "minutes",
    "events": "events",
    "slices": "slices",
    "mean_of_slices": "mean_of_slices",
    "user_minutes": "user_minutes",
}
_COUNTED: Final[dict[str, Literal["decided", "opened", "resolved"]]] = {
    "opened": "opened",
    "resolved": "resolved",
}
_MAINTENANCE: Final[dict[str, Literal["excluded", "up"]]] = {"excluded": "excluded", "up": "up"}
_UNKNOWN: Final[dict[str, Literal["up", "down"]]] = {"up": "up", "down": "down"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a target takes from its agreement and from the catalogue."""

    agreement: str
    clock: Clock
    calendars: Mapping[str, CalendarPlan]
    metric_units: Mapping[str, str]
    """The unit of each metric, by its full name `till.checkout_ms`."""
    reading: Reading


def target(said: tree.Target, setting: Setting) -> model.Target | None:
    """Return a target; None for one whose values make no sense, which is an error of its own."""
    form = _form(said, setting)
    if form is None:
        return None
    reading = setting.reading
    on = setting.calendars.get(reading.name(said.on) or "") if said.on else None
    return model.Target(
        name=said.name.text,
        agreement=setting.agreement,
        form=form,
        period=period(said.period),
        clock=setting.clock,
        calendar=on or setting.clock.calendar,
        counted=_COUNTED.get(value_of(said.counted) or ""),
        per=reading.name(said.per),
        minimum=value_of(said.minimum) or 0,
        sentence=reading.words(said.span),
        span=said.span,
        limit_span=limit_span(said),
    )


def period(said: common.Period | None) -> model.Period:
    """Return the periods in which a target is judged, months where nothing sensible is said."""
    if isinstance(said, common.RollingPeriod):
        days = _DAYS.get(said.unit, 0) * said.count
        return model.RollingPeriod(days=days) if days > 0 else USUAL_PERIOD
    return USUAL_PERIOD if said is None else model.CalendarPeriod(unit=model.PeriodUnit(said.unit))


def limit_span(said: tree.Target) -> Span:
    """Return the place of a target's first limit or bound: the number that is promised."""
    form = said.form
    if isinstance(form, tree.Within | tree.RestoreOf):
        return form.limit[0].value.span if form.limit else said.span
    if isinstance(form, tree.UpdatesOf):
        return form.every.span
    return form.bound[0].value.value.span if form.bound else said.span


def _form(said: tree.Target, setting: Setting) -> model.Form | None:
    form, reading = said.form, setting.reading
    if _at_the_end(said) and not isinstance(form, tree.CountOf):
        return _later(said, reading)
    match form:
        case tree.Within():
            return _within(said, form, reading)
        case tree.UpdatesOf():
            return _updates(said, form, reading)
        case tree.StatisticOf():
            return _statistic(form, said, reading)
        case tree.ShareOf() | tree.CountOf():
            return _tickets(said, form, reading)
        case _:
            return _measured_form(said, form, setting)


def _tickets(said: tree.Target, form: tree.ShareOf | tree.CountOf, reading: Reading) -> model.Form | None:
    of_the_moment = is_of_the_moment(form.population)
    if isinstance(form, tree.CountOf) and (of_the_moment or _at_the_end(said)):
        return _ageing(form, reading)
    return _later(said, reading) if of_the_moment else _tally(form, reading)


def _measured_form(
    said: tree.Target,
    form: tree.ScoreOf
    | tree.MetricOf
    | tree.AvailabilityOf
    | tree.LongestOutage
    | tree.OutageCount
    | tree.RestoreOf,
    setting: Setting,
) -> model.Form | None:
    reading = setting.reading
    match form:
        case tree.ScoreOf():
            return _score(form)
        case tree.MetricOf():
            return _metric(form, setting)
        case tree.AvailabilityOf():
            return _availability(said, form, reading)
        case tree.LongestOutage():
            return _longest(said, form, reading)
        case tree.OutageCount():
            return _outage_count(said, form, reading)
        case tree.RestoreOf():
            return _restore(said, form, reading)


def _at_the_end(said: tree.Target) -> bool:
    return isinstance(said.period, common.EndOfPeriod)


def _later(said: tree.Target, reading: Reading) -> model.NotYetEvaluated:
    """Return the form of what can be written and checked, and is not evaluated."""
    return model.NotYetEvaluated(words=reading.words(said.form.span))


def _ageing(form: tree.CountOf, reading: Reading) -> model.Ageing | None:
    goal = _dated(form.bound, _bound_number)
    if goal is None:
        return None
    return model.Ageing(
        population=population(form.population, reading),
        older_than=value_of(form.population.older_than),
        at_most=_at_most(form.bound),
        goal=goal,
    )


def _updates(said: tree.Target, form: tree.UpdatesOf, reading: Reading) -> model.Form | None:
    if is_of_the_moment(form.population):
        return _later(said, reading)
    goal = _dated(form.goal, _percent) if form.goal else _always(WHOLE, said.span)
    if goal is None:
        return None
    small = said.small_numbers
    return model.Within(
        measure="updates",
        population=population(form.population, reading),
        limit=_always(model.Limit(duration=form.every.value), form.every.span),
        goal=goal,
        small_numbers=(small.misses, small.under) if small else None,
    )


def _longest(said: tree.Target, form: tree.LongestOutage, reading: Reading) -> model.LongestOutage | None:
    limit = _dated(form.bound, _bound_limit)
    if limit is None:
        return None
    return model.LongestOutage(
        services=reading.names(form.services),
        at_most=_at_most(form.bound),
        limit=limit,
        maintenance=_maintenance(said),
        unknown=_UNKNOWN.get(value_of(said.unknown) or ""),
    )


def _outage_count(said: tree.Target, form: tree.OutageCount, reading: Reading) -> model.OutageCount | None:
    goal = _dated(form.bound, _bound_number)
    if goal is None:
        return None
    return model.OutageCount(
        outages=outage_selection(form.outages, reading),
        at_most=_at_most(form.bound),
        goal=goal,
        maintenance=_maintenance(said),
    )


def _restore(said: tree.Target, form: tree.RestoreOf, reading: Reading) -> model.Restore | None:
    limit = _dated(form.limit, _limit)
    goal = _dated(form.goal, _percent) if form.goal else _always(WHOLE, said.span)
    if limit is None or goal is None:
        return None
    return model.Restore(
        services=reading.names(form.services),
        limit=limit,
        goal=goal,
        data_loss_us=form.data_loss.value.wall_us if form.data_loss else None,
        maintenance=_maintenance(said),
    )


def _within(said: tree.Target, form: tree.Within, reading: Reading) -> model.Form | None:
    measure = _MEASURES.get(form.measure.value)
    if measure is None or is_of_the_moment(form.population):
        return _later(said, reading)
    limit = _dated(form.limit, _limit)
    goal = _dated(form.goal, _percent) if form.goal else _always(WHOLE, said.span)
    if limit is None or goal is None:
        return None
    small = said.small_numbers
    return model.Within(
        measure=measure,
        population=population(form.population, reading),
        limit=limit,
        goal=goal,
        small_numbers=(small.misses, small.under) if small else None,
    )


def _statistic(form: tree.StatisticOf, said: tree.Target, reading: Reading) -> model.Form | None:
    measure = _MEASURES.get(form.measure.value)
    if measure is None or is_of_the_moment(form.population):
        return _later(said, reading)
    limit = _dated(form.bound, _bound_limit)
    if limit is None:
        return None
    return model.Statistic(
        measure=measure,
        population=population(form.population, reading),
        quantile=form.statistic.quantile,
        word=form.statistic.word,
        limit=limit,
    )


def _tally(form: tree.ShareOf | tree.CountOf, reading: Reading) -> model.Form | None:
    """Return the form of a share, whose condition is the numerator, or of a count."""
    selected = population(form.population, reading)
    if isinstance(form, tree.CountOf):
        goal = _dated(form.bound, _bound_number)
        if goal is None:
            return None
        return model.Count(population=selected, at_most=_at_most(form.bound), goal=goal)
    goal = _dated(form.bound, _bound_percent)
    if goal is None:
        return None
    everyone = model.Population(
        kind=selected.kind,
        priorities=selected.priorities,
        requests=selected.requests,
        services=selected.services,
        condition=None,
        words=selected.words.partition(" where ")[0],
    )
    return model.Share(
        population=everyone, condition=selected.condition, at_most=_at_most(form.bound), goal=goal
    )


def _availability(
    said: tree.Target, form: tree.AvailabilityOf, reading: Reading
) -> model.Availability | None:
    goal = _dated(form.bound, _bound_percent)
    if goal is None:
        return None
    return model.Availability(
        services=reading.names(form.services),
        method=_METHODS[form.method.kind] if form.method else "minutes",
        goal=goal,
        maintenance=_maintenance(said),
        unknown=_UNKNOWN.get(value_of(said.unknown) or ""),
        slices=_slices(form.method),
    )


def _maintenance(said: tree.Target) -> Literal["excluded", "up", "counts"]:
    return _MAINTENANCE.get(value_of(said.maintenance) or "", "counts")


def _slices(method: tree.Method | None) -> model.Slices | None:
    if method is None or method.slice is None:
        return None
    goal = method.slice_goal
    return model.Slices(length_us=method.slice.value.wall_us, goal=goal.value.value if goal else None)


def _score(form: tree.ScoreOf) -> model.Score | None:
    goal = _dated(form.bound, _bound_number)
    if goal is None:
        return None
    return model.Score(quantile=form.statistic.quantile, at_most=_at_most(form.bound), goal=goal)


def _metric(form: tree.MetricOf, setting: Setting) -> model.SampledMetric | None:
    name = setting.reading.name(form.metric)
    unit = setting.metric_units.get(
        name or ""
    )  # none either where a service is declared twice: the first one counts
    if name is None or unit is None:
        return None
    service, _, metric = name.rpartition(".")
    goal = _dated(form.bound, lambda bound: _measured(bound, unit))
    if goal is None:
        return None
    return model.SampledMetric(
        service=service,
        metric=metric,
        unit=unit,
        quantile=form.statistic.quantile,
        word=form.statistic.word,
        at_most=_at_most(form.bound),
        goal=goal,
    )


def _at_most(bounds: tuple[common.Since[tree.Bound], ...]) -> bool:
    return bounds[0].value.at_most


def _dated(
    values: Iterable[common.Since[T]], read: Callable[[T], model.T | None]
) -> model.Dated[model.T] | None:
    """Return dated values, the undated first and the rest by date; None where one of them makes no sense."""
    found: list[tuple[date | None, model.T, Span]] = []
    for each in values:
        value = read(each.value)
        if value is None:
            return None
        found.append((each.since, value, each.span))
    if not found or found[0][0] is not None:
        return None
    found[1:] = sorted(found[1:], key=lambda each: each[0] or date.min)
    return model.Dated(values=tuple(found))


def _always(value: model.T, span: Span) -> model.Dated[model.T]:
    return model.Dated(values=((None, value, span),))


def _limit(said: common.Limit) -> model.Limit:
    return model.Limit(duration=said.duration, end_of_day=said.end_of_day)


def _percent(said: common.Literal[Ratio]) -> Fraction:
    return said.value.value


def _bound_limit(bound: tree.Bound) -> model.Limit | None:
    return _limit(bound.value) if isinstance(bound.value, common.Limit) else None


def _bound_percent(bound: tree.Bound) -> Fraction | None:
    value = bound.value
    return value.value.value if isinstance(value, common.Literal) and isinstance(value.value, Ratio) else None


def _bound_number(bound: tree.Bound) -> Fraction | None:
    value = bound.value
    return value.number if isinstance(value, tree.Quantity) and value.unit is None else None


def _measured(bound: tree.Bound, unit: str) -> Fraction | None:
    """Return a bound in a metric's unit."""
    value = bound.value
    if isinstance(value, common.Literal) and isinstance(value.value, Ratio):
        factor = metric_units.factor("%", unit)
        return factor and value.value.value * 100 * factor
    if not isinstance(value, tree.Quantity):
        return None
    factor = metric_units.factor(value.unit, unit)
    return factor and value.number * factor
