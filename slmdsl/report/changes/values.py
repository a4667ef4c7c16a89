"""What was said and what is said, in words, for each aspect in which agreements differ."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.units import HOUR, plain
from slmdsl.contract.model.agreements import SampledMetric
from slmdsl.report.clauses import (
    alert_words,
    amount_words,
    cap_words,
    exclusion_words,
    repetition_words,
    term_words,
)
from slmdsl.report.clocks import moment_words
from slmdsl.report.show import hours_sentences, maintenance_words, need_words
from slmdsl.report.targets import promise_words, statistic_words
from slmdsl.report.words import (
    condition_words,
    dated_words,
    limit_words,
    outages_words,
    period_words,
    population_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.contract.changes.change import Change
    from slmdsl.contract.model.agreements import Target
    from slmdsl.report.language import Language


def before_words(change: Change, say: Language) -> str:
    """Return what was said before a change; a dash where nothing was."""
    return _words(change, change.old, change.old_target, say)


def now_words(change: Change, say: Language) -> str:
    """Return what is said since a change; a dash where nothing is."""
    return _words(change, change.new, change.new_target, say)


def _words(change: Change, value: Any, target: Target | None, say: Language) -> str:  # noqa: ANN401 - of any aspect
    if value is None and change.aspect not in _EVEN_NONE:
        return say.say("changes.nothing")
    words = _OF_ASPECTS.get(change.aspect)
    return str(value) if words is None else words(value, target, say)


def _goal(value: Any, target: Target | None, say: Language) -> str:  # noqa: ANN401 - dated numbers
    form = target.form if target else None
    if target is not None and target.is_share:
        return dated_words(value, say.share, say)
    unit = f" {form.unit}" if isinstance(form, SampledMetric) and form.unit else ""
    return dated_words(value, lambda number: f"{plain(number)}{unit}", say)


def _small_numbers(value: tuple[int, int] | None, _target: Target | None, say: Language) -> str:
    if value is None:
        return say.say("changes.value.none")
    return say.say("changes.value.or_misses", misses=value[0], tickets=say.counted(value[1], "ticket"))


def _slices(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - slices
    length = say.clock_time(value.length_us)
    if value.goal is None:
        return say.say("changes.value.slices_mean", length=length)
    return say.say("changes.value.slices", length=length, goal=say.share(value.goal))


def _hours(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - hours
    places = {"calendar": value.plan.name, "hours": f"{round(value.open_us / HOUR):,}"}
    return say.sentences([say.say("changes.value.hours", **places), *hours_sentences(value.plan, say)])


def _listed(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - names
    return say.listed(value) if value else say.say("changes.value.any")


def _pauses(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - phases
    if not value:
        return say.say("changes.value.none")
    return say.listed(say.say(f"phase.{phase.word}") for phase in sorted(value))


def _range(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - a pair
    first, last = (say.say("changes.nothing") if each is None else str(each) for each in value)
    return say.say("changes.value.from_to", first=first, last=last)


def _pair(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - a pair
    found = [str(each) for each in value if each is not None]
    return say.listed(found) if found else say.say("changes.nothing")


def _outages(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - outages
    return "".join(outages_words(value, say).values()).strip() or say.say("changes.value.any")


def _credit(value: Any, target: Target | None, say: Language) -> str:  # noqa: ANN401 - clauses
    if target is None:
        return say.listed(amount_words(term.pays, say) for clause in value for term in clause.terms)
    return say.sentences(term_words(term, target, say) for clause in value for term in clause.terms)


def _fees(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - fees
    said = (say.say("fee", money=each.money, period=period_words(each.period, say)) for each in value)
    return say.sentences(said) or say.say("changes.nothing")


def _earn_back(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - an earn-back
    times = repetition_words(value.met, say)
    return say.say("changes.value.earn_back", share=say.share(value.share), times=times)


def _assumption(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - an assumption
    return say.say(
        "changes.value.assumes",
        n=f"{value.at_most:,}",
        population=population_words(value.population, say),
        period=period_words(value.period, say),
    )


def _agreement(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - an agreement
    names = say.listed(each.name for each in value.targets)
    return say.say("makes_promises", promises=say.counted(len(value.targets), "promise"), names=names)


def _every(value: Any, _target: Target | None, say: Language) -> str:  # noqa: ANN401 - how often
    return say.say("review", unit=say.say(f"unit_word.{value.unit}"))


_OF_ASPECTS: Final[dict[str, Callable[[Any, Target | None, Language], str]]] = {
    "agreement": _agreement,
    "promise": lambda value, _target, say: promise_words(value, say),
    "form": lambda value, _target, say: promise_words(value, say),
    "rule": lambda value, _target, say: promise_words(value, say),
    "limit": lambda value, _target, say: dated_words(value, lambda limit: limit_words(limit, say), say),
    "goal": _goal,
    "at_most": lambda value, _target, say: say.say(f"changes.value.at_{'most' if value else 'least'}"),
    "measure": lambda value, _target, say: say.say(f"measure.{value}"),
    "statistic": lambda value, _target, say: statistic_words(value, say),
    "quantile": lambda value, _target, _say: f"p{plain(Fraction(value) * 100)}",
    "population": lambda value, _target, say: population_words(value, say),
    "condition": lambda value, _target, say: condition_words(value, say),
    "older_than": lambda value, _target, say: say.duration(value),
    "services": _listed,
    "covers": _listed,
    "supports": _listed,
    "outages": _outages,
    "method": lambda value, _target, say: say.say(f"changes.value.method.{value}"),
    "slices": _slices,
    "data_loss": lambda value, _target, say: say.clock_time(value),
    "maintenance": lambda value, _target, say: say.say(f"maintenance.{value}"),
    "unknown": lambda value, _target, say: say.say(f"unknown.{value or 'none'}"),
    "small_numbers": _small_numbers,
    "period": lambda value, _target, say: period_words(value, say),
    "counted": lambda value, _target, say: say.say(f"changes.value.counted.{value or 'decided'}"),
    "starts": lambda value, _target, say: moment_words(value, say),
    "responds": lambda value, _target, say: moment_words(value, say),
    "stops": lambda value, _target, say: moment_words(value, say),
    "pauses": _pauses,
    "reopened": lambda value, _target, say: say.say(f"reopened.{value.value}"),
    "reprioritised": lambda value, _target, say: say.say(f"reprioritised.{value.value}"),
    "deadline": lambda value, _target, say: say.say(f"deadline.{value.value}"),
    "hours": _hours,
    "service_hours": _hours,
    "maintenance_windows": lambda value, _target, say: (
        say.sentences(maintenance_words(each, say) for each in value) or say.say("changes.value.none")
    ),
    "needs": lambda value, _target, say: need_words(value, say),
    "valid": _range,
    "parties": _range,
    "months": _pair,
    "version": _pair,
    "stays": lambda value, _target, say: say.say(f"stays.{value}"),
    "review": _every,
    "exclusion": lambda value, _target, say: exclusion_words(value, say),
    "duty": lambda value, _target, say: say.say(
        "duty", party=say.say(f"role.{value.party}"), duty=value.words
    ),
    "alert": lambda value, _target, say: alert_words(value, say),
    "example": lambda value, _target, _say: value.words,
    "escalation": lambda value, _target, _say: value.words,
    "fee": _fees,
    "credit": _credit,
    "cap": lambda value, _target, say: cap_words(value, say),
    "earn_back": _earn_back,
    "termination": lambda value, _target, say: say.say(
        "changes.value.terminate", times=repetition_words(value.missed, say)
    ),
    "assumption": _assumption,
}
_EVEN_NONE: Final = {"small_numbers", "unknown", "counted"}
"""Aspects of which saying nothing says something."""
