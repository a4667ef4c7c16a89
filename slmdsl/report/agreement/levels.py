"""The service levels: a table of all of them, and each in sentences made from its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.units import plain
from slmdsl.contract.model.agreements import (
    Ageing,
    Availability,
    Count,
    Dated,
    LongestOutage,
    OutageCount,
    Restore,
    SampledMetric,
    Score,
    Share,
    Statistic,
    Within,
)
from slmdsl.report.agreement.counting import counting_key, counting_of
from slmdsl.report.agreement.drafts import Chapter, clauses, refer
from slmdsl.report.agreement.examples import example_items
from slmdsl.report.agreement.subject import uses_hours
from slmdsl.report.document.tree import Cell, Column, Table, Trace
from slmdsl.report.targets import promise_sentences, quantile_words
from slmdsl.report.words import (
    condition_words,
    dated_words,
    limit_words,
    outages_words,
    period_words,
    population_words,
    within_words,
)
from slmdsl.rules.availability import uptime_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Form, Target
    from slmdsl.report.agreement.subject import Subject
    from slmdsl.report.language import Language

_IN_PARTS = (Within, Statistic, Share, Count, Ageing, Score)
_AS_MINIMUM = (Within, Statistic, Share, Count, SampledMetric, Score)


def levels_chapter(subject: Subject) -> Chapter:
    """Return the table of service levels, and a chapter for each."""
    agreement, say = subject.agreement, subject.say
    parts = tuple(_part(subject, target) for target in agreement.targets)
    table = (_table(subject),) if parts else ()
    return Chapter(key="levels", title=say.say("agreement.levels"), items=table, parts=parts)


def level_key(target: Target) -> str:
    """Return the key of the chapter about a target."""
    return f"level-{target.name}"


def _part(subject: Subject, target: Target) -> Chapter:
    title = subject.say.say("agreement.called", title=subject_words(target, subject.say), name=target.name)
    return Chapter(
        key=level_key(target),
        title=title,
        items=(*clauses(_sentences(subject, target)), *example_items(subject, target)),
    )


def _sentences(subject: Subject, target: Target) -> Iterator[str]:
    say, form = subject.say, target.form
    yield from promise_sentences(target, say)
    yield from _users(subject, target)
    counting = counting_of(subject, target)
    if counting is not None and uses_hours(target):
        clause = refer(counting_key(subject, counting))
        yield say.say("agreement.level.counted", clause=clause, hours=subject.hours(target.calendar))
    elif counting is not None:
        yield say.say("agreement.level.stops", clause=refer(counting_key(subject, counting)))
    elif uses_hours(target):
        yield say.say("agreement.level.hours", hours=subject.hours(target.calendar))
    if isinstance(form, Within) and target.counted in ("opened", "resolved"):
        yield say.say("counted.otherwise")
    if target.per and isinstance(form, _IN_PARTS):
        yield say.say("per", field=target.per)
    if target.minimum > 0 and _has_minimum(form):
        yield say.say("minimum", n=target.minimum)
    if any(
        len(each.values) > 1 for each in (getattr(form, "goal", None), getattr(form, "limit", None)) if each
    ):
        yield say.say(
            "agreement.level.dated_tickets" if isinstance(form, Within) else "agreement.level.dated"
        )


def _users(subject: Subject, target: Target) -> Iterator[str]:
    """Yield how many users weigh the minutes of each service, where they do and the catalogue says."""
    form, say = target.form, subject.say
    if isinstance(form, Availability) and form.method == "user_minutes":
        for each in uptime_rule(target, subject.agreement, subject.contract).services:
            if each.users is not None:
                yield say.say("agreement.users", service=each.name, users=say.counted(each.users, "user"))


def _has_minimum(form: Form) -> bool:
    return isinstance(form, _AS_MINIMUM) or (isinstance(form, Availability) and form.method == "events")


def _table(subject: Subject) -> Table:
    say = subject.say
    keys = ("clause", "level", "promised", "period")
    columns = tuple(Column(key=key, head=say.say(f"agreement.levels.{key}")) for key in keys)
    rows = tuple(_row(target, say) for target in subject.agreement.targets)
    return Table(key="levels", caption=say.say("agreement.levels.caption"), columns=columns, rows=rows)


def _row(target: Target, say: Language) -> tuple[Cell, ...]:
    trace = Trace(clause=target.span.where, target=target.qualified)
    number = refer(level_key(target))
    return (
        Cell(text=number, value=number, trace=trace),
        Cell(
            text=say.say("agreement.called", title=subject_words(target, say), name=target.name),
            value=target.qualified,
            trace=trace,
        ),
        Cell(text=promised_words(target, say), trace=trace),
        Cell(text=period_words(target.period, say), trace=trace),
    )


def subject_words(target: Target, say: Language) -> str:
    """Return what a target is about, as a heading: `Resolution of P1 incidents`, `Availability of email`."""
    form = target.form
    if isinstance(form, Within):
        of = population_words(form.population, say)
        return say.say(f"agreement.about.{form.measure}", of=of)
    if isinstance(form, Statistic):
        of = say.say(f"agreement.about.{form.measure}", of=population_words(form.population, say))
        return say.say("agreement.about.statistic", word=quantile_words(form.quantile, say), of=of)
    if isinstance(form, Share):
        of = population_words(form.population, say)
        only = condition_words(form.condition, say) if form.condition is not None else of
        return say.say("agreement.about.share", of=of, condition=only)
    if isinstance(form, Count | Ageing):
        key = "agreement.about.count" if isinstance(form, Count) else "agreement.about.ageing"
        return say.say(key, of=population_words(form.population, say))
    return _service_words(form, say)


def _service_words(form: Form, say: Language) -> str:
    match form:
        case Availability():
            return say.say("agreement.about.availability", of=say.listed(form.services))
        case LongestOutage():
            return say.say("agreement.about.longest", of=say.listed(form.services))
        case OutageCount():
            return say.say("agreement.about.outages", **outages_words(form.outages, say))
        case Restore():
            return say.say("agreement.about.restore", of=say.listed(form.services))
        case Score():
            return say.say("agreement.about.score", word=quantile_words(form.quantile, say))
        case SampledMetric():
            return say.say(
                "agreement.about.metric",
                word=quantile_words(form.quantile, say),
                of=f"{form.service}.{form.metric}",
            )
    return say.say("agreement.about.other")


def promised_words(target: Target, say: Language) -> str:
    """Return the level alone: `at least 90 %, within 4 h`, `at most 10`."""
    form = target.form
    if isinstance(form, Within | Restore):
        goal = say.say("at_least", value=dated_words(form.goal, say.share, say))
        updates = isinstance(form, Within) and form.measure == "updates"
        words = limit_words if updates else within_words
        limit = dated_words(form.limit, lambda each: words(each, say), say)
        if updates:
            limit = say.say("at_most", value=limit)
        return say.say("agreement.level.both", goal=goal, limit=limit)
    if isinstance(form, Statistic | LongestOutage):
        at_most = isinstance(form, Statistic) or form.at_most
        limit = dated_words(form.limit, lambda each: limit_words(each, say), say)
        return say.say("at_most" if at_most else "at_least", value=limit)
    goals: Dated | None = getattr(form, "goal", None)  # type: ignore[type-arg] # of whatever the form promises
    if goals is None:
        return say.say("agreement.level.as_said")
    at_most = not isinstance(form, Availability) and bool(getattr(form, "at_most", False))
    words_of = say.share if isinstance(form, Availability | Share) else plain
    unit = f" {form.unit}" if isinstance(form, SampledMetric) and form.unit else ""
    value = dated_words(goals, lambda each: f"{words_of(each)}{unit}", say)
    return say.say("at_most" if at_most else "at_least", value=value)
