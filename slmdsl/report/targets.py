"""A target in one unambiguous paragraph, made from the compiled rule and never from the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from slmdsl.base.units import plain
from slmdsl.contract.model.agreements import (
    Ageing,
    Availability,
    Count,
    Dated,
    LongestOutage,
    NotYetEvaluated,
    OutageCount,
    Restore,
    SampledMetric,
    Score,
    Share,
    Statistic,
    Within,
)
from slmdsl.contract.model.clocks import Mark, Reopened, Reprioritised
from slmdsl.events.vocabulary import Phase
from slmdsl.report.words import (
    condition_words,
    dated_words,
    limit_words,
    listed,
    period_words,
    population_words,
    share_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.calendars import CalendarPlan
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.clocks import Clock

T = TypeVar("T")

_DONE = {
    "response": "answered",
    "resolution": "resolved",
    "fulfilment": "fulfilled",
    "next_reply": "answered anew",
    "updates": "told of",
}

_TO = {
    "response": "the response",
    "resolution": "resolution",
    "fulfilment": "fulfilment",
    "next_reply": "the next reply",
    "updates": "the next update",
}

_MARKS = {
    Mark.OPENED: "the ticket is opened",
    Mark.ASSIGNED: "the ticket is first assigned",
    Mark.PUBLIC_REPLY: "somebody of the provider replies to the customer",
    Mark.ANY_ACTION: "somebody of the provider first acts on the ticket",
    Mark.ACKNOWLEDGED: "the ticket is acknowledged",
    Mark.RESOLVED: "the ticket is resolved",
    Mark.CLOSED: "the ticket is closed",
}

_PHASES = {
    Phase.WAIT_CUSTOMER: "waits for the customer",
    Phase.WAIT_SUPPLIER: "waits for a supplier",
    Phase.WAIT_INTERNAL: "waits inside the provider",
    Phase.SCHEDULED: "is scheduled",
}

_REOPENED = {
    Reopened.RESUMES: "A reopened ticket goes on where its clock stood",
    Reopened.NEW_CYCLE: "A reopened ticket starts a new clock, and its first one counts",
    Reopened.COUNTS_ALL: "A reopened ticket counts from its first opening to its last resolution",
}

_REPRIORITISED = {
    Reprioritised.RETAINS: "after a change of priority the time so far counts against the new limit",
    Reprioritised.RESTARTS: "a change of priority starts the clock anew",
    Reprioritised.PER_PERIOD: "each stretch between changes of priority is judged against its own limit",
}


def moment_words(mark: Mark | Phase | str) -> str:
    """Return the moment at which a clock starts or stops, as a clause."""
    if isinstance(mark, Mark):
        return _MARKS[mark]
    if isinstance(mark, Phase):
        return f"the ticket first {phase_words(mark)}"
    return f"the time in its field `{mark}`"


def phase_words(phase: Phase) -> str:
    """Return what a ticket in a phase does: `waits for the customer`."""
    return _PHASES.get(phase, f"is {phase.word}")


def clock_words(clock: Clock, calendar: CalendarPlan, measure: str) -> str:
    """Return how a clock counts one measure, in two or three sentences."""
    return (
        f"{counting_words(clock, calendar, measure)} {_REOPENED[clock.reopened]}; "
        f"{_REPRIORITISED[clock.reprioritised]}."
    )


def counting_words(clock: Clock, calendar: CalendarPlan, measure: str) -> str:
    """Return when a clock runs and stands still for one measure, in one or two sentences."""
    ends = clock.responds if measure == "response" else clock.stops
    pauses = [phase_words(phase) for phase in sorted(clock.pauses)]
    still = f" It stands still while the ticket {listed(pauses, 'or')}." if pauses else ""
    return (
        f"The clock starts when {moment_words(clock.starts)}, stops when {moment_words(ends)}, and runs "
        f"{calendar_words(calendar)}.{still}"
    )


def calendar_words(calendar: CalendarPlan) -> str:
    """Return the hours that count: `around the clock`, or `on the calendar office`."""
    return (
        "around the clock" if calendar.name == "always" else f"in the hours of the calendar {calendar.name}"
    )


def target_words(target: Target, agreement: Agreement) -> str:
    """Return what a target promises, how it is counted and when it is kept."""
    sentences = _FORMS[type(target.form)](target, target.form)
    extras = [_counted(target), _per(target), _minimum(target)]
    zone = f"Periods begin at midnight in {agreement.zone}."
    if agreement.month_day != 1:
        zone = f"Months begin on day {agreement.month_day}, at midnight in {agreement.zone}."
    return " ".join(part for part in (sentences, *extras, zone) if part)


def _within(target: Target, form: Within) -> str:
    small = ""
    if form.small_numbers is not None:
        misses, under = form.small_numbers
        small = f" A period with fewer than {under} tickets is kept with up to {misses} missed."
    limit, goal = _dated(form.limit, limit_words), _dated(form.goal, share_words)
    return (
        f"Of all {population_words(form.population)} that are decided {period_words(target.period)}, "
        f"at least {goal} must be {_DONE[form.measure]} within {limit}; exactly the limit is in time. "
        f"{clock_words(target.clock, target.calendar, form.measure)}{small}"
    )


def _statistic(target: Target, form: Statistic) -> str:
    word = "longest" if form.word == "max" else form.word
    return (
        f"The {word} time to {_TO[form.measure]} over all {population_words(form.population)} "
        f"resolved {period_words(target.period)} must be at most {_dated(form.limit, limit_words)}. "
        f"{clock_words(target.clock, target.calendar, form.measure)}"
    )


def _share(target: Target, form: Share) -> str:
    what = "" if form.condition is None else f" where {condition_words(form.condition)}"
    may = "may" if form.at_most else "must"
    return (
        f"Of all {population_words(form.population)} resolved {period_words(target.period)}, "
        f"{_bound(form, _dated(form.goal, share_words))} {may} be ones{what}."
    )


def _count(target: Target, form: Count) -> str:
    goal = _bound(form, _dated(form.goal, plain))
    return f"The number of {population_words(form.population)} opened {period_words(target.period)} must be {goal}."


_MAINTENANCE = {
    "excluded": "Announced maintenance is taken out of the agreed time",
    "up": "Announced maintenance counts as up",
    "counts": "Downtime during maintenance counts as downtime",
}

_UNKNOWN = {
    None: "time of which nothing is known is left out, and the value is given with its best and worst",
    "up": "time of which nothing is known counts as up",
    "down": "time of which nothing is known counts as down",
}


def _availability(target: Target, form: Availability) -> str:
    return (
        f"{listed(form.services)} must be available for at least {_dated(form.goal, share_words)} of the agreed time "
        f"{period_words(target.period)}, counted by {form.method}. A service is down when what it needs is down. "
        f"{_MAINTENANCE[form.maintenance]}; {_UNKNOWN[form.unknown]}."
    )


def _score(target: Target, form: Score) -> str:
    goal = _bound(form, _dated(form.goal, plain))
    return f"The mean score of the customers' feedback {period_words(target.period)} must be {goal}."


def _metric(target: Target, form: SampledMetric) -> str:
    goal = _bound(form, _dated(form.goal, lambda value: f"{plain(value)} {form.unit}"))
    return (
        f"The {form.word} of {form.metric} of {form.service}, over its samples {period_words(target.period)}, "
        f"must be {goal}."
    )


def _later(target: Target, _form: object) -> str:
    return f"As written: {target.sentence}. (It can be written and checked, and is not evaluated yet.)"


def _bound(form: Share | Count | Score | SampledMetric, goal: str) -> str:
    return f"at {'most' if form.at_most else 'least'} {goal}"


def _dated(dated: Dated[T], words: Callable[[T], str]) -> str:
    return dated_words(
        Dated(values=tuple((begins, words(value), span) for begins, value, span in dated.values))
    )


_FORMS: dict[type, Callable[[Target, Any], str]] = {
    Within: _within,
    Statistic: _statistic,
    Share: _share,
    Count: _count,
    Availability: _availability,
    Score: _score,
    SampledMetric: _metric,
    Ageing: _later,
    LongestOutage: _later,
    OutageCount: _later,
    Restore: _later,
    NotYetEvaluated: _later,
}


def _counted(target: Target) -> str:
    if target.counted is None or target.counted == "decided":
        return ""
    return f"A ticket counts in the period in which it is {target.counted}."


def _per(target: Target) -> str:
    return f"Each {target.per} has a verdict of its own." if target.per else ""


def _minimum(target: Target) -> str:
    return f"A period with fewer than {target.minimum} gives no verdict." if target.minimum > 1 else ""
