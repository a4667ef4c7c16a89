"""Staff, load, scenarios, experiments, reports and improvements, one sentence for each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slmdsl.base.units import plain
from slmdsl.contract.model.agreements import Limit
from slmdsl.report.desk_words import distribution_words, named, statement_words, tickets_words
from slmdsl.report.words import limit_words, value_words, weekdays_words, windows_words
from slmdsl.syntax.tree import common, reports, studies, work
from slmdsl.syntax.tree.calendars import Holidays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from slmdsl.report.language import Language
    from slmdsl.syntax.tree.common import Node


def line_words(line: Node, say: Language) -> str | None:
    """Return what a line of any block that is not compiled to rules means; None for one that has no words."""
    words = _LINES.get(type(line))
    return statement_words(line, say) if words is None else words(line, say)


def _body(lines: Iterable[Node], say: Language) -> str:
    return say.sentences(line_words(line, say) or "" for line in lines)


def _shift(said: work.Shift, say: Language) -> str:
    return say.say(
        "shift",
        name=said.name.text,
        agents=say.counted(said.agents.value, "agent"),
        days=weekdays_words(said.days.days, say),
        windows=windows_words(((each.start_us, each.end_us) for each in said.windows), say),
    )


def _on_call(said: work.OnCall, say: Language) -> str:
    places = {"agents": say.counted(said.agents.value, "agent")}
    key = "on_call"
    if said.priorities:
        key, places["priorities"] = f"{key}_for", named(said.priorities, say)
    if said.after is not None:
        key, places["after"] = f"{key}_after", say.duration(said.after.value)
    return say.say(key, **places)


def _queue(said: work.Queue, say: Language) -> str:
    first, *others = (say.say(f"queue.{each.value}") for each in said.by)
    for other in others:
        first = say.say("queue.then", before=first, after=other)
    return say.say("queue", order=first)


def _weights(said: work.Weights, say: Language) -> str:
    weights = say.comma.join(
        say.say(
            "weight",
            window=windows_words([(each.window.start_us, each.window.end_us)], say),
            weight=plain(each.weight),
        )
        for each in said.weights
    )
    return say.say("weights", days=weekdays_words(said.days.days, say), weights=weights)


def _holiday_weight(said: work.HolidayWeight, say: Language) -> str:
    regions = say.listed(each.value for each in said.regions)
    return say.say("holiday_weight", regions=regions, factor=plain(said.factor.value))


def _rate(said: work.Rate, say: Language) -> str:
    more = []
    if said.varying is not None:
        more.append(say.say("rate.varying", share=say.share(said.varying.value.value)))
    if said.correlated is not None:
        more.append(say.say("rate.correlated", r=plain(said.correlated.value)))
    if said.growing is not None:
        grows = said.growing
        unit = say.say(f"unit_word.{grows.per.value}")
        more.append(
            say.say("rate.growing", share=say.share(grows.share.value.value), unit=unit, day=grows.as_of)
        )
    places = {
        "n": plain(said.count.value),
        "unit": say.say(f"unit_word.{said.per.value}"),
        "more": "".join(more),
    }
    if said.since is None:
        return say.say("rate", **places)
    return say.say("rate_since", day=said.since, **places)


def _shares(shares: Iterable[common.Share], say: Language) -> str:
    return say.listed(
        say.say("shared", of=each.of.text, share=say.share(each.share.value.value)) for each in shares
    )


def _priority_mix(said: work.PriorityMix, say: Language) -> str:
    shares = _shares(said.shares, say)
    if said.service is None:
        return say.say("priority_mix", shares=shares)
    return say.say("priority_mix_in", service=said.service.text, shares=shares)


def _step(said: work.Step, say: Language) -> str:
    words = _body(said.body, say)
    if said.by is None:
        return say.say("step", name=said.name.text, words=words)
    return say.say("step_by", name=said.name.text, team=said.by.text, words=words)


def _gives_up(said: work.GivesUp, say: Language) -> str:
    share, after = say.share(said.share.value.value), distribution_words(said.after, say)
    return say.say("gives_up", share=share, after=after)


def _works(said: work.Works, say: Language) -> str:
    duration = distribution_words(said.duration, say)
    if not said.priorities:
        return say.say("works", duration=duration)
    return say.say("works_for", priorities=named(said.priorities, say), duration=duration)


def _waits(said: work.Waits, say: Language) -> str:
    duration = distribution_words(said.duration, say)
    if said.on is None:
        return say.say("waits", duration=duration)
    return say.say("waits_on", duration=duration, calendar=said.on.text)


def _then(said: work.Then, say: Language) -> str:
    routes = (
        say.say("resolved_route", share=say.share(each.share.value.value))
        if each.to is None
        else say.say("shared", of=each.to.text, share=say.share(each.share.value.value))
        for each in said.routes
    )
    return say.say("then", routes=say.listed(routes))


def _waits_for_customer(said: work.WaitsForCustomer, say: Language) -> str:
    places = {
        "share": say.share(said.share.value.value),
        "duration": distribution_words(said.duration, say),
    }
    if said.on is None:
        return say.say("waits_for_customer", **places)
    return say.say("waits_for_customer_on", calendar=said.on.text, **places)


def _reopens(said: work.Reopens, say: Language) -> str:
    share, after = say.share(said.share.value.value), distribution_words(said.after, say)
    return say.say("reopens", share=share, after=after)


def _feedback(said: work.Feedback, say: Language) -> str:
    scores = (
        say.say("score_otherwise", score=plain(each.score))
        if each.within is None
        else say.say("score_within", score=plain(each.score), within=say.duration(each.within.value))
        for each in said.scores
    )
    return say.say("feedback", share=say.share(said.share.value.value), scores=say.comma.join(scores))


def _stream(said: work.Stream, say: Language) -> str:
    places = {"kind": say.say(f"kind.{said.kind.value}"), "words": _body(said.body, say)}
    if said.request is None:
        return say.say("stream", **places)
    return say.say("stream_for", request=said.request.text, **places)


def _component(said: work.Component, say: Language) -> str:
    places = {
        "components": named(said.components, say),
        "fails": distribution_words(said.fails, say),
        "repaired": distribution_words(said.repaired, say),
    }
    if said.crew is None:
        return say.say("component", **places)
    return say.say("component_crew", crew=said.crew.value, **places)


def _cause(said: work.Cause, say: Language) -> str:
    return say.say(
        "cause", name=said.title.value if said.title else said.name.text, words=_body(said.body, say)
    )


def _raises(said: work.Raises, say: Language) -> str:
    places = {
        "count": distribution_words(said.count, say),
        "population": tickets_words(said.population, say),
    }
    if said.over is None:
        return say.say("raises", **places)
    return say.say("raises_over", over=say.duration(said.over.value), **places)


def _multiply(said: studies.Multiply, say: Language) -> str:
    places: dict[str, object] = {
        "factor": plain(said.factor.value),
        "population": tickets_words(said.population, say),
    }
    if said.during is None:
        return say.say("multiply", **places)
    return say.say("multiply_during", first=said.during.first, last=said.during.last, **places)


def _set_limit(said: studies.SetLimit, say: Language) -> str:
    limit = Limit(duration=said.within.duration, end_of_day=said.within.end_of_day)
    return say.say("set_limit", what=said.what.text, limit=limit_words(limit, say))


def _set_bound(said: studies.SetBound, say: Language) -> str:
    value = said.bound.value
    if isinstance(value, common.Limit):
        words = limit_words(Limit(duration=value.duration, end_of_day=value.end_of_day), say)
    elif isinstance(value, common.Literal):
        words = value_words(value.value, say)
    else:
        words = f"{plain(value.number)} {value.unit or ''}".strip()
    bound = say.say("at_most" if said.bound.at_most else "at_least", value=words)
    return say.say("set_bound", what=said.what.text, bound=bound)


def _set_number(said: studies.SetNumber, say: Language) -> str:
    attribute = say.say(f"attribute.{said.attribute.value}")
    value = value_words(said.value.value, say)
    return say.say("set_number", what=said.what.text, attribute=attribute, value=value)


def _set_rate(said: studies.SetRate, say: Language) -> str:
    unit = say.say(f"unit_word.{said.per.value}")
    return say.say("set_rate", what=said.what.text, n=plain(said.count.value), unit=unit)


def _horizon(said: studies.Horizon, say: Language) -> str:
    if said.warm_up is None:
        return say.say("horizon", first=said.first, last=said.last)
    warm_up = say.duration(said.warm_up.value)
    return say.say("horizon_warm", first=said.first, last=said.last, warm_up=warm_up)


def _until(said: studies.ReplicationsUntil, say: Language) -> str:
    places = {"of": said.of.text, "half": say.share(said.half_width.value.value)}
    if said.at_most is None:
        return say.say("replications_until", **places)
    return say.say("replications_until_most", most=said.at_most.value, **places)


def _vary(said: studies.Vary, say: Language) -> str:
    return say.say("vary", ranges=say.listed(_range(each, say) for each in said.ranges))


def _range(said: studies.VaryRange, say: Language) -> str:
    match said:
        case studies.VaryWithout():
            return say.say("vary_without", what=said.what.text)
        case studies.VaryWithoutRisks():
            return say.say("vary_without_risks")
        case studies.VaryLimit():
            return _range_of_limits(said, say)
        case studies.VaryFactor():
            return _range_of_factors(said, say)
        case studies.VaryRate():
            unit = say.say(f"unit_word.{said.per.value}")
            return _stepped("vary_rate", said, say, what=said.what.text, unit=unit)
        case studies.VaryShare() if said.attribute.value != "absence":
            key = f"vary_{said.attribute.value.replace(' ', '_')}"
            return _stepped(key, said, say, what=said.what.text)
        case _:
            attribute = say.say(f"attribute.{said.attribute.value}")
            return _stepped("vary_number", said, say, what=said.what.text, attribute=attribute)


def _stepped(
    key: str, said: studies.VaryNumber | studies.VaryShare | studies.VaryRate, say: Language, **places: object
) -> str:
    """Say a range from first to last, and its step unless it is 1."""
    step = None if said.step is None or said.step.value == 1 else value_words(said.step.value, say)
    places |= {"first": value_words(said.first.value, say), "last": value_words(said.last.value, say)}
    if step is None:
        return say.say(key, **places)
    return say.say("vary_step", range=say.say(key, **places), step=step)


def _range_of_limits(said: studies.VaryLimit, say: Language) -> str:
    steps = said.first.duration if said.step is None else said.step.value  # without one, the first limit
    first, last, step = (say.duration(each) for each in (said.first.duration, said.last.duration, steps))
    key = "vary_by_end" if said.first.end_of_day else "vary_limit"
    return say.say("vary_step", range=say.say(key, what=said.what.text, first=first, last=last), step=step)


def _range_of_factors(said: studies.VaryFactor, say: Language) -> str:
    first, last, step = (plain(each.value) for each in (said.first, said.last, said.step))
    places = {"first": first, "last": last, "population": tickets_words(said.population, say)}
    if said.during is None:
        words = say.say("vary_factor", **places)
    else:
        during = {"begins": said.during.first, "ends": said.during.last}
        words = say.say("vary_factor_during", **places, **during)
    return say.say("vary_step", range=words, step=step)


def _find(said: studies.FindCheapest, say: Language) -> str:
    chances = (
        say.say(
            "chance_throughout" if each.throughout else "chance",
            of=each.of.text,
            share=say.share(each.at_least.value.value),
        )
        for each in said.where
    )
    return say.say("find_cheapest", chances=say.listed(chances))


_LINES: dict[type, Callable[[Any, Language], str]] = {
    common.Timezone: lambda said, say: say.say("times_in_zone", zone=said.zone.value),
    Holidays: lambda said, say: say.say(
        "off_on_holidays", regions=say.listed(each.value for each in said.regions)
    ),
    work.Shift: _shift,
    work.OnCall: _on_call,
    work.Absence: lambda said, say: say.say("absence", share=say.share(said.share.value.value)),
    work.Queue: _queue,
    work.Lines: lambda said, say: say.say("lines", n=said.count.value),
    work.ShiftEnd: lambda said, say: say.say(f"shift_end.{said.how.value}"),
    work.Preempt: lambda said, say: say.say("preempt", priorities=named(said.priorities, say)),
    work.Weights: _weights,
    work.HolidayWeight: _holiday_weight,
    work.Rate: _rate,
    work.UsesProfile: lambda said, say: say.say("uses_profile", profile=said.profile.text),
    work.Burst: lambda said, say: say.say("burst", size=distribution_words(said.size, say)),
    work.ServiceMix: lambda said, say: say.say("in_services", shares=_shares(said.shares, say)),
    work.PriorityMix: _priority_mix,
    work.CustomerMix: lambda said, say: say.say("customer_mix", shares=_shares(said.shares, say)),
    work.StartAt: lambda said, say: say.say("start_at", step=said.step.text),
    work.Step: _step,
    work.Answers: lambda said, say: say.say("answers_in", duration=distribution_words(said.duration, say)),
    work.GivesUp: _gives_up,
    work.Works: _works,
    work.Waits: _waits,
    work.Then: _then,
    work.WaitsForCustomer: _waits_for_customer,
    work.Reopens: _reopens,
    work.Feedback: _feedback,
    work.Stream: _stream,
    work.Component: _component,
    work.Cause: _cause,
    work.Uncertain: lambda said, say: say.say("uncertain", file=said.file.value),
    work.StrikesEvery: lambda said, say: say.say(
        "strikes_every", interval=distribution_words(said.interval, say)
    ),
    work.Takes: lambda said, say: say.say("takes", shares=_shares(said.shares, say)),
    work.Lasts: lambda said, say: say.say("lasts", duration=distribution_words(said.duration, say)),
    work.Raises: _raises,
    studies.UsesLoad: lambda said, say: say.say("uses_load", load=said.load.text),
    studies.UsesSlas: lambda said, say: say.say("uses_slas", agreements=named(said.agreements, say)),
    studies.Multiply: _multiply,
    studies.SetLimit: _set_limit,
    studies.SetGoal: lambda said, say: say.say(
        "set_goal", what=said.what.text, goal=say.share(said.goal.value.value)
    ),
    studies.SetBound: _set_bound,
    studies.SetNumber: _set_number,
    studies.SetRate: _set_rate,
    studies.StepEdit: lambda said, say: say.say(
        "step_edit", step=said.step.text, words=_body(said.body, say)
    ),
    studies.Strike: lambda said, say: say.say(
        "strike", what=said.what.text, at=f"{said.at.at:%Y-%m-%d %H:%M}"
    ),
    studies.Without: lambda said, say: say.say("without", what=named(said.what, say)),
    studies.WithoutRisks: lambda _, say: say.say("without_risks"),
    studies.StartsEmpty: lambda _, say: say.say("starts_empty"),
    studies.StartsWithOpenTickets: lambda said, say: say.say("starts_with", source=said.source.text),
    studies.Scenarios: lambda said, say: say.say("scenarios", scenarios=named(said.scenarios, say)),
    studies.Horizon: _horizon,
    studies.Replications: lambda said, say: say.say("replications", n=said.count.value),
    studies.ReplicationsUntil: _until,
    studies.Seed: lambda said, say: say.say("seed", seed=said.seed.value),
    studies.Confidence: lambda said, say: say.say("confidence", level=say.share(said.level.value.value)),
    studies.Indifference: lambda said, say: say.say(
        "indifference", points=say.share(said.points.value.value)
    ),
    studies.Tick: lambda said, say: say.say("tick", length=say.duration(said.length.value)),
    studies.WithUncertainty: lambda _, say: say.say("with_uncertainty"),
    studies.Vary: _vary,
    studies.FindCheapest: _find,
    reports.ReportOf: lambda said, say: say.say("report_of", agreements=named(said.agreements, say)),
    reports.ReportEvery: lambda said, say: say.say(
        "report_every", unit=say.say(f"unit_word.{said.unit.value}")
    ),
    reports.Shows: lambda said, say: say.say(
        "report_shows", parts=say.listed(each.value for each in said.parts)
    ),
    reports.Languages: lambda said, say: say.say(
        "languages", codes=say.listed(each.value for each in said.codes)
    ),
    reports.Closes: lambda said, say: say.say("closes", targets=named(said.targets, say)),
    reports.Due: lambda said, say: say.say("due", day=said.day),
    reports.Expects: lambda said, say: say.say(
        "expects", scenario=said.scenario.text, words=_body(said.edits, say)
    ),
    reports.Status: lambda said, say: say.say(f"status.{said.status.value}"),
}
