"""From a target's form and its clauses, in the order written, to a `Target`."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base import units
from slmdsl.base.diagnostics import Label
from slmdsl.base.units import Duration, Ratio
from slmdsl.syntax import codes
from slmdsl.syntax.build.common import limit_of
from slmdsl.syntax.build.rules import RefusedError
from slmdsl.syntax.tree import targets as tree
from slmdsl.syntax.tree.common import EndOfPeriod, Limit, Literal, Since

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.syntax.tree.common import Name, Period


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause after a target's form; `what` is also how messages call it. `noun` is what `minimum` counts."""

    what: str
    value: Any
    span: Span
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A target's form without its limits, goals and bounds, which are clauses.

    `needs` are the clauses that it cannot do without, `takes` those that it may have beside a period and dates. A bound
    is on one of `sides`; `counted` is the noun of what `minimum` counts.
    """

    kind: Callable[..., tree.Form]
    words: str
    parts: dict[str, Any]
    span: Span
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    sides: tuple[str, ...]
    counted: str


WITHIN: Final = "within ..."
GOAL: Final = "for ..%"
AT_MOST: Final = "at most ..."
AT_LEAST: Final = "at least ..."
FROM: Final = "from DATE"
PERIOD: Final = "each PERIOD"
ON: Final = "on CALENDAR"
BY: Final = "by METHOD"
MAINTENANCE: Final = "maintenance"
COUNTED: Final = "counted when"
PER: Final = "per FIELD"
MINIMUM: Final = "minimum"
UNKNOWN: Final = "unknown as"
SMALL: Final = "or N misses"
DATA_LOSS: Final = "data loss"
BOUND: Final = "at most or at least"
"""Stands in `needs` for a bound of either side."""

SIDES: Final = (AT_MOST, AT_LEAST)

_ANYWHERE: Final = frozenset({FROM, PERIOD})
_VALUES: Final = frozenset({WITHIN, GOAL, AT_MOST, AT_LEAST})
_ATTRIBUTES: Final = {
    ON: "on",
    MAINTENANCE: "maintenance",
    COUNTED: "counted",
    PER: "per",
    MINIMUM: "minimum",
    UNKNOWN: "unknown",
    SMALL: "small_numbers",
}
_ADVICE: Final = {
    ON: "leave it out: only times run on a calendar",
    MAINTENANCE: "leave it out: maintenance is time of services; `exclude ... because ...` takes tickets out",
    COUNTED: "leave it out: only tickets are opened and resolved",
    PER: "leave it out: only tickets have fields; write a target for each service",
    MINIMUM: "leave it out: a length of time is no number of things",
    UNKNOWN: "leave it out: only whether a service is up may be unknown",
    SMALL: "leave it out: only a share of tickets in time has misses; `minimum 20 tickets` asks for a number of them",
    AT_LEAST: "say `at most`: less is better",
    AT_MOST: "say `at least`: more is better",
}
"""What to do about a clause that a form does not take."""

_AGREED_TIME: Final = "leave it out: the time that counts is the service's `hours`"


@dataclass(slots=True)
class _Sorted:
    """The clauses of one target, by what they say."""

    once: dict[str, Clause] = field(default_factory=dict)
    dated: dict[str, list[tuple[date | None, Clause]]] = field(default_factory=dict)

    def add(self, clause: Clause, since: date | None) -> None:
        if clause.what not in _VALUES:
            self._first(self.once.setdefault(clause.what, clause), clause)
            return
        values = self.dated.setdefault(BOUND if clause.what in {AT_MOST, AT_LEAST} else clause.what, [])
        for earlier, other in values:
            if earlier == since:
                self._first(other, clause)
        values.append((since, clause))

    @staticmethod
    def _first(earlier: Clause, clause: Clause) -> None:
        if earlier is not clause:
            raise RefusedError(_twice(earlier, clause))


def target_of(span: Span, name: Name, form: Form, clauses: tuple[Clause, ...]) -> tree.Target:
    """Sort out what was said of a target, and refuse what is said twice or does not fit."""
    found = _Sorted()
    since: Clause | None = None
    for place, clause in enumerate(clauses):
        _check_fits(form, clause, clauses)
        if clause.what == FROM:
            _check_begins(clause, clauses[place + 1 :])
            since = clause
        else:
            found.add(clause, None if since is None else since.value)
    _undate_common_values(found)
    _check_complete(form, found)
    _check_one_side(found)
    period = found.once.get(PERIOD)
    return tree.Target(
        name=name,
        form=_built(form, found),
        period=None if period is None else _period(period),
        span=span,
        **{attribute: _value(found.once.get(what)) for what, attribute in _ATTRIBUTES.items()},
    )


def _period(clause: Clause) -> Period:
    period: Period = clause.value
    return period


def _value(clause: Clause | None) -> Any:  # noqa: ANN401 - whatever the clause says
    return None if clause is None else clause.value


def _check_fits(form: Form, clause: Clause, clauses: tuple[Clause, ...]) -> None:
    if not _fits(form, clause, clauses):
        message = f"`{clause.what}` does not fit a target of {form.words}"
        raise RefusedError(codes.UNFIT_CLAUSE.at(clause.span, message, help=_advice(form, clause)))
    if clause.what == MINIMUM and clause.noun not in _counted(form):
        nouns = " or ".join(f"`{each}`" for each in _counted(form))
        message = f"a target of {form.words} counts no {clause.noun}"
        raise RefusedError(codes.UNFIT_CLAUSE.at(clause.span, message, help=f"its minimum is of {nouns}"))
    _check_clock_time(form, clause)
    if isinstance(clause.value, EndOfPeriod) and form.kind not in {tree.CountOf, tree.ShareOf}:
        message = f"a target of {form.words} is about whole periods, not about how things stand at their end"
        advice = f"say `each {clause.value.unit}`"
        raise RefusedError(codes.UNFIT_CLAUSE.at(clause.span, message, help=advice))


def _check_clock_time(form: Form, clause: Clause) -> None:
    """Refuse business days where no calendar could say how long they are."""
    value = clause.value.slice if isinstance(clause.value, tree.Method) else clause.value
    is_bound = clause.what in SIDES and form.kind in {tree.LongestOutage, tree.MetricOf}
    if not (is_bound or clause.what in (DATA_LOSS, BY)) or not isinstance(value, Literal):
        return
    if isinstance(value.value, Duration) and value.value.business_days:
        message = "this length has no calendar that could count business days"
        raise RefusedError(codes.UNFIT_CLAUSE.at(value.span, message, help="say it in clock time: `16 h`"))


def _fits(form: Form, clause: Clause, clauses: tuple[Clause, ...]) -> bool:
    if clause.what in SIDES:
        return BOUND in form.needs and clause.what in form.sides
    if clause.what == MINIMUM and form.kind is tree.AvailabilityOf:
        return any(isinstance(each.value, tree.Method) and each.value.kind == "events" for each in clauses)
    return clause.what in _ANYWHERE or clause.what in form.takes or clause.what in form.needs


def _advice(form: Form, clause: Clause) -> str:
    """Return what to do about a clause that does not fit."""
    if clause.what == ON and form.kind in {tree.AvailabilityOf, tree.LongestOutage, tree.OutageCount}:
        return _AGREED_TIME
    if clause.what not in _ADVICE or (clause.what in SIDES and BOUND not in form.needs):
        wanted = WITHIN if BOUND not in form.needs else " or ".join(f"`{side}`" for side in form.sides)
        return f"such a target says {wanted}" if BOUND in form.needs else f"such a target says `{wanted}`"
    return _ADVICE[clause.what]


def _counted(form: Form) -> tuple[str, ...]:
    """Return the nouns of what a form's `minimum` counts."""
    population = form.parts.get("population")
    return (form.counted,) if population is None else (form.counted, f"{population.kind.value}s")


def _check_begins(since: Clause, following: tuple[Clause, ...]) -> None:
    """Refuse a date from which nothing is said to hold."""
    if not following or following[0].what not in _VALUES:
        message = "it is not said what holds from this date on"
        advice = "a limit, goal or bound follows the date: `from 2027-07-01 within 6 h`"
        raise RefusedError(codes.INCOMPLETE.at(since.span, message, help=advice))


def _check_one_side(found: _Sorted) -> None:
    """Refuse a bound from above that becomes one from below: what was kept would be a miss from one day to the next."""
    bounds = [clause for _, clause in found.dated.get(BOUND, ())]
    for clause in bounds[1:]:
        if clause.what != bounds[0].what:
            message = f"a target of `{bounds[0].what}` does not become one of `{clause.what}`"
            label = Label(span=bounds[0].span, text="begins here")
            advice = "a bound may change its value on a date, not its side"
            raise RefusedError(codes.UNFIT_CLAUSE.at(clause.span, message, secondary=(label,), help=advice))


def _check_complete(form: Form, found: _Sorted) -> None:
    for what in (*form.needs, GOAL):
        if not found.dated.get(what):
            if what not in form.needs:
                continue
            wanted = form.sides[0] if what == BOUND and len(form.sides) == 1 else what
            message = f"a target of {form.words} needs `{wanted}`"
            raise RefusedError(codes.INCOMPLETE.at(form.span, message))
        if all(since is not None for since, _ in found.dated[what]):
            message = f"`{what}` is only said from a date on: say what holds before, too"
            raise RefusedError(codes.INCOMPLETE.at(found.dated[what][0][1].span, message))


def _undate_common_values(found: _Sorted) -> None:
    """Let a lone goal after a dated limit hold from the beginning: `within 8 h, from DATE within 6 h for 90%`."""
    for what, values in found.dated.items():
        since, clause = values[0]
        others = (each for other, dated in found.dated.items() if other != what for each, _ in dated)
        if len(values) == 1 and since is not None and since in others:
            values[0] = (None, clause)


def _twice(first: Clause, second: Clause) -> Diagnostic:
    label = Label(span=first.span, text="first said here")
    return codes.SAID_TWICE.at(second.span, f"`{second.what}` is said twice", secondary=(label,))


def _built(form: Form, found: _Sorted) -> tree.Form:
    parts = dict(form.parts)
    if WITHIN in form.needs:
        parts["limit"] = _since(found, WITHIN)
    if GOAL in form.takes:
        parts["goal"] = _since(found, GOAL)
    if BOUND in form.needs:
        parts["bound"] = tuple(
            Since(since=since, value=_bound(form, clause), span=clause.span)
            for since, clause in found.dated[BOUND]
        )
    if BY in form.takes:
        parts["method"] = _value(found.once.get(BY))
    if DATA_LOSS in form.takes:
        parts["data_loss"] = _value(found.once.get(DATA_LOSS))
    return form.kind(span=form.span, **parts)


def _since(found: _Sorted, what: str) -> tuple[Since[Any], ...]:
    values = found.dated.get(what, ())
    return tuple(Since(since=since, value=clause.value, span=clause.span) for since, clause in values)


def _bound(form: Form, clause: Clause) -> tree.Bound:
    """Return a bound whose value is of the kind that the form compares with."""
    value = clause.value
    if isinstance(value, Literal) and form.kind in {tree.StatisticOf, tree.LongestOutage}:
        value = _limit(form, clause, value)
    elif isinstance(value, Literal) and form.kind in {tree.ShareOf, tree.AvailabilityOf}:
        _want(form, clause, value.value, Ratio, "a percentage such as `5%`")
    elif isinstance(value, Literal) and form.kind is tree.MetricOf and isinstance(value.value, Duration):
        value = tree.Quantity(
            number=Fraction(value.value.wall_us, units.MILLISECOND), unit="ms", span=value.span
        )
    elif isinstance(value, Literal) and not isinstance(value.value, Ratio):
        _want(form, clause, value.value, Fraction, "a number")
        value = tree.Quantity(number=value.value, unit=None, span=value.span)
    return tree.Bound(at_most=clause.what == AT_MOST, value=value, span=clause.span)


def _limit(form: Form, clause: Clause, value: Literal[Any]) -> Limit:
    _want(form, clause, value.value, Duration, "a duration such as `4 h`")
    return limit_of(value)


def _want(form: Form, clause: Clause, value: object, kind: type, words: str) -> None:
    if not isinstance(value, kind):
        message = f"a target of {form.words} is compared with {words}"
        raise RefusedError(codes.UNFIT_CLAUSE.at(clause.span, message))
