"""A target in one unambiguous paragraph, made from the compiled rule and never from the text."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.units import Duration, plain
from slmdsl.contract.model.agreements import (
    Ageing,
    Availability,
    Count,
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
from slmdsl.contract.model.clocks import Mark
from slmdsl.report.clocks import calendar_words, clock_words
from slmdsl.report.words import (
    condition_words,
    dated_words,
    end_words,
    limit_words,
    outages_words,
    period_words,
    population_words,
    within_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.contract.model.agreements import Agreement, Dated, Limit, Target
    from slmdsl.report.language import Language


def promise_words(target: Target, say: Language) -> str:
    """Return what a target promises in one sentence, without how it is counted; edits of a scenario are in it."""
    return promise_sentences(target, say)[0]


def promise_sentences(target: Target, say: Language) -> list[str]:
    """Return what a target promises: one sentence, and those that leave no doubt of what it measures."""
    return [each for each in _FORMS[type(target.form)](target, target.form, say) if each]


def judged_word(target: Target, say: Language) -> str:
    """Return by what a ticket, or a part of one, falls into a period: that it is decided, opened or resolved."""
    form = target.form
    measure = form.measure if isinstance(form, Within | Statistic) else "resolution"
    parts = "part_" if measure in ("next_reply", "updates") else ""
    usual = {Within: "decided", Count: "opened"}.get(type(form), "resolved")
    word = target.counted or usual
    if word != "resolved" or parts:
        return say.say(f"judged.{parts}{word}")
    if measure == "response":
        return say.say("judged.answered")
    stops = target.clock.stops
    if isinstance(stops, Mark):
        return say.say(f"judged.{stops.value}")
    return say.say("judged.phase", phase=say.say(f"phase.{stops.word}"))


def target_words(target: Target, agreement: Agreement, say: Language) -> str:
    """Return what a target promises, how it is counted and when it is kept."""
    sentences = promise_sentences(target, say)
    if isinstance(target.form, Within | Statistic):
        sentences.append(
            clock_words(target.clock, target.calendar, target.form.measure, say, stays=agreement.stays)
        )
    elif agreement.stays is not None and isinstance(target.form, Share | Count):
        sentences.append(say.say(f"stays.{agreement.stays}"))
    sentences += period_sentences(target, say)
    if agreement.month_day != 1:
        sentences.append(say.say("zone_months", day=agreement.month_day, zone=agreement.zone))
    else:
        sentences.append(say.say("zone", zone=agreement.zone))
    return say.sentences(sentences)


def period_sentences(target: Target, say: Language) -> list[str]:
    """Return what decides in which period something counts, and what gives a verdict of its own or none."""
    sentences = []
    if isinstance(target.form, Within):
        otherwise = target.counted in ("opened", "resolved")
        sentences.append(say.say("counted.otherwise" if otherwise else "counted.decided"))
    if target.per:
        sentences.append(say.say("per", field=target.per))
    if target.minimum > 1:
        sentences.append(say.say("minimum", n=target.minimum))
    return sentences


def _within(target: Target, form: Within, say: Language) -> list[str]:
    sentences = [
        say.say(
            f"target.{form.measure}",
            population=population_words(form.population, say),
            period=period_words(target.period, say),
            judged=judged_word(target, say),
            goal=dated_words(form.goal, say.share, say),
            limit=_limits(form.limit, say)
            if form.measure == "updates"
            else dated_words(form.limit, lambda limit: within_words(limit, say), say),
        )
    ]
    if form.small_numbers is not None:
        misses, under = form.small_numbers
        sentences.append(say.say("small_numbers", tickets=say.counted(under, "ticket"), misses=misses))
    return sentences


def _statistic(target: Target, form: Statistic, say: Language) -> list[str]:
    return [
        say.say(
            "statistic",
            word=quantile_words(form.quantile, say),
            measure=say.say(f"measure.{form.measure}"),
            population=population_words(form.population, say),
            period=period_words(target.period, say),
            judged=judged_word(target, say),
            limit=_limits(form.limit, say),
        ),
        _quantile_meant(form.quantile, say),
    ]


def quantile_words(quantile: Fraction | None, say: Language) -> str:
    """Return the word for a statistic; None is the mean. Quantiles such as `p95` are the same in every language."""
    word = _STATISTICS.get(quantile)
    return say.say(f"statistic.{word}") if word else f"p{plain(Fraction(quantile or 0) * 100)}"


def _quantile_meant(quantile: Fraction | None, say: Language) -> str:
    """Return what a quantile is, for those that have no word of their own and for the median."""
    if quantile is None or quantile in (0, 1):
        return ""
    return say.say("quantile", word=quantile_words(quantile, say), share=say.share(quantile))


def statistic_words(word: str, say: Language) -> str:
    """Return the word for a statistic; quantiles such as `p95` are the same in every language."""
    return word if word[1:].replace(".", "").isdigit() else say.say(f"statistic.{word}")


def _share(target: Target, form: Share, say: Language) -> list[str]:
    places = {
        "population": population_words(form.population, say),
        "period": period_words(target.period, say),
        "judged": judged_word(target, say),
        "bound": _bound(form, say.share, say),
        "may": say.say("may" if form.at_most else "must"),
    }
    if form.condition is None:
        return [say.say("share_all", **places)]
    return [say.say("share", condition=condition_words(form.condition, say), **places)]


def _count(target: Target, form: Count, say: Language) -> list[str]:
    return [
        say.say(
            "count",
            population=population_words(form.population, say),
            period=period_words(target.period, say),
            judged=judged_word(target, say),
            bound=_bound(form, plain, say),
        )
    ]


def _ageing(target: Target, form: Ageing, say: Language) -> list[str]:
    places = {
        "population": population_words(form.population, say),
        "period": end_words(target.period, say),
        "bound": _bound(form, plain, say),
    }
    if form.older_than is None:
        return [say.say("ageing", **places)]
    hours = calendar_words(target.calendar, say)
    # a day of a calendar that closes would be read as one of its days; what is counted are 24 hours of it
    in_hours = form.older_than.days and target.calendar.name != "always"
    age = say.clock_time(form.older_than.wall_us) if in_hours else say.duration(form.older_than)
    return [say.say("ageing_older", age=age, hours=hours, **places)]


def _availability(target: Target, form: Availability, say: Language) -> list[str]:
    places: dict[str, object] = {
        "services": say.listed(form.services),
        "goal": dated_words(form.goal, say.share, say),
        "period": period_words(target.period, say),
    }
    if form.slices is not None:
        places["slice"] = say.clock_time(form.slices.length_us)
        if form.slices.goal is not None:
            places["slice_goal"] = say.share(form.slices.goal)
    if form.method == "events":
        return [
            say.say("availability.events", **places),
            "" if form.maintenance == "counts" else say.say(f"maintenance.events_{form.maintenance}"),
            say.say(f"unknown.events_{form.unknown or 'none'}"),
        ]
    return [
        say.say(f"availability.{form.method}", **places),
        _in_series(form.services, say),
        say.say("down_with_needs"),
        say.say(f"maintenance.{form.maintenance}"),
        say.say(f"unknown.{form.unknown or 'none'}"),
    ]


def _in_series(services: tuple[str, ...], say: Language) -> str:
    return say.say("in_series") if len(services) > 1 else ""


def _longest(target: Target, form: LongestOutage, say: Language) -> list[str]:
    services, period = say.listed(form.services), period_words(target.period, say)
    limit = _limits(form.limit, say)
    bound = say.say("at_least", value=limit)
    return [
        say.say("longest_outage", services=services, period=period, limit=limit)
        if form.at_most
        else say.say("longest_outage_least", services=services, period=period, bound=bound),
        say.say("outage_cut"),
        _in_series(form.services, say),
        say.say("down_with_needs"),
        say.say(f"maintenance.outages_{form.maintenance}"),
        say.say(f"unknown.{form.unknown or 'none'}"),
    ]


def _outage_count(target: Target, form: OutageCount, say: Language) -> list[str]:
    return [
        say.say(
            "outage_count",
            **outages_words(form.outages, say),
            period=period_words(target.period, say),
            bound=_bound(form, plain, say),
        ),
        say.say("outage_begins"),
        say.say("down_with_needs"),
        say.say(f"maintenance.outages_{form.maintenance}"),
    ]


def _restore(target: Target, form: Restore, say: Language) -> list[str]:
    sentences = [
        say.say(
            "restore",
            services=say.listed(form.services),
            period=period_words(target.period, say),
            goal=dated_words(form.goal, say.share, say),
            limit=dated_words(form.limit, lambda limit: within_words(limit, say), say),
            hours=calendar_words(target.calendar, say),
        ),
        say.say("outage_decided"),
        say.say("down_with_needs"),
        say.say(f"maintenance.restore_{form.maintenance}"),
    ]
    if form.data_loss_us is not None:
        sentences.append(say.say("data_loss", length=say.clock_time(form.data_loss_us)))
    return sentences


def _score(target: Target, form: Score, say: Language) -> list[str]:
    return [
        say.say(
            "score",
            word=quantile_words(form.quantile, say),
            period=period_words(target.period, say),
            bound=_bound(form, plain, say),
        ),
        _quantile_meant(form.quantile, say),
    ]


def _metric(target: Target, form: SampledMetric, say: Language) -> list[str]:
    return [
        say.say(
            "metric",
            word=quantile_words(form.quantile, say),
            metric=form.metric,
            service=form.service,
            period=period_words(target.period, say),
            bound=_bound(form, lambda value: f"{plain(value)} {form.unit}".strip(), say),
        ),
        _quantile_meant(form.quantile, say),
    ]


def _as_written(target: Target, _form: NotYetEvaluated, say: Language) -> list[str]:
    return [say.say("as_written", sentence=target.sentence)]


def _limits(limits: Dated[Limit], say: Language) -> str:
    return dated_words(limits, lambda limit: limit_words(limit, say), say)


def _bound(
    form: Share | Count | Ageing | OutageCount | Score | SampledMetric,
    words: Callable[[Fraction], str],
    say: Language,
) -> str:
    return say.say("at_most" if form.at_most else "at_least", value=dated_words(form.goal, words, say))


_STATISTICS: Final = {None: "mean", Fraction(1, 2): "median", Fraction(1): "max", Fraction(0): "min"}

_FORMS: dict[type, Callable[[Target, Any, Language], list[str]]] = {
    Within: _within,
    Statistic: _statistic,
    Share: _share,
    Count: _count,
    Ageing: _ageing,
    Availability: _availability,
    LongestOutage: _longest,
    OutageCount: _outage_count,
    Restore: _restore,
    Score: _score,
    SampledMetric: _metric,
    NotYetEvaluated: _as_written,
}


def level_words(level: Fraction, target: Target, say: Language) -> str:
    """Return a level in the unit in which a target is measured: `99.5 %`, `2 h`, `2 business days`, `12`."""
    form = target.form
    if isinstance(form, Statistic | LongestOutage):
        first = form.limit.values[0][1].duration
        if first.business_days:
            return say.duration(Duration(business_days=level))
        return say.clock_time(int(level))
    if target.is_share:
        return say.share(level)
    return plain(level) + (f" {form.unit}" if isinstance(form, SampledMetric) else "")
