"""What varying something brings, in plain sentences: from which value on a promise has the chance that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from slmdsl.report.charts.words import counted
from slmdsl.report.study_words import chance_words, level, listed
from slmdsl.study.negotiation.opening import enough as shown_by
from slmdsl.study.running.looks import chance_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.contract.variants import Point, Variant
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.running.study import Study

_LIMIT = " within"
"""How dimensions end that vary a limit."""


class _Reading(NamedTuple):
    """A value of what is varied, and the chance that a promise has there."""

    point: Point
    chance: Interval


def curve_answers(study: Study) -> Iterator[str]:
    """Yield for each scenario and promise from where on it is kept often enough; then what was not simulated."""
    run = [each for each in study.setting.variants if each.name in study.tallies]
    for base in dict.fromkeys(each.scenario for each in run):
        mine = [each for each in run if each.scenario == base]
        before = f"{base}: " if len(study.setting.scenarios) > 1 else ""
        for promise in promises_of(study):
            if any(len(each.points) > 1 for each in mine):
                yield from _highest(study, mine, promise, before)
            else:
                yield from _from_where(study, mine, promise, before)
    yield from overloaded_answers(study)


def overloaded_answers(study: Study) -> Iterator[str]:
    """Yield which variants were not simulated, since a group in them has more work than people."""
    left_out = [each for each in study.setting.variants if each.name not in study.tallies]
    if left_out:
        kind = "variant" if any(each.points for each in left_out) else "scenario"
        words = f"{counted(len(left_out), kind)} {'is' if len(left_out) == 1 else 'are'} overloaded"
        names = listed([each.name for each in left_out])
        yield f"{words} and {'was' if len(left_out) == 1 else 'were'} not simulated: {names}."


def promises_of(study: Study) -> tuple[str, ...]:
    """Return what is asked of a study, by qualified name.

    It is what is searched for, what is wanted narrow, the target whose limit alone is varied, or every agreement.
    """
    setting = study.setting
    if setting.find:
        return tuple(dict.fromkeys(each.of for each in setting.find))
    if setting.until is not None:
        return (setting.until.of,)
    dimensions = {point.dimension for variant in setting.variants for point in variant.points}
    limits = {each.removesuffix(_LIMIT) for each in dimensions if each.endswith(_LIMIT)}
    if limits and len(limits) == len(dimensions):
        return tuple(sorted(limits))
    return tuple(dict.fromkeys(name for tally in study.tallies.values() for name in tally.agreements))


def _readings(study: Study, variants: Sequence[Variant], promise: str) -> list[tuple[Variant, Interval]]:
    confidence = float(study.setting.confidence)
    found = ((each, chance_of(study.tallies[each.name], promise, confidence)) for each in variants)
    return [(each, chance) for each, chance in found if chance is not None]


def _from_where(study: Study, variants: Sequence[Variant], promise: str, before: str) -> Iterator[str]:
    """Yield from which value on (or up to which) a promise is kept with a chance as high as the confidence."""
    readings = [
        _Reading(variant.points[0], chance)
        for variant, chance in sorted(
            _readings(study, variants, promise), key=lambda found: found[0].points[0].number
        )
    ]
    if not readings:
        return
    enough = float(study.setting.confidence)
    dimension, rises = readings[0].point.dimension, readings[-1].chance.value >= readings[0].chance.value
    order = readings if rises else readings[::-1]
    kept = [each for each in order if each.chance.value >= enough]
    fails = [place for place, each in enumerate(order) if each.chance.value < enough]
    wanted = f"kept with a chance of at least {level(enough)} (the experiment's confidence)"
    if not kept:
        best = max(order, key=lambda each: each.chance.value)
        yield (
            f"{before}`{promise}` is {wanted} nowhere: the most is {chance_words(best.chance)}, at {dimension}"
            f" {best.point.words}."
        )
        return
    every, only = not fails, bool(fails) and fails[-1] == len(order) - 1
    said = kept if every or only else [order[fails[-1] + 1]]
    is_shown = all(each.chance.low >= enough for each in said)
    words = f"{before}`{promise}` {'is' if is_shown else 'seems to be'} {wanted}"
    if every:
        yield f"{words} for every value of {dimension}: the least is {chance_words(order[0].chance)}."
    elif only:
        values = listed([each.point.words for each in kept])
        yield f"{words} only at {dimension} {values}: more of it is not always better here."
    else:
        yield (
            f"{words} {_bound(said[0], rises=rises, dimension=dimension)}: there it is"
            f" {chance_words(said[0].chance)}, at {order[fails[-1]].point.words}"
            f" {chance_words(order[fails[-1]].chance)}."
        )
    if not is_shown:
        sure = [] if only else _surely(order, enough)
        least = min(study.tallies[each.name].replications for each in variants)
        yield _bound_of_sure(sure, enough, rises=rises) if sure else _unshown(study, enough, least)


def _surely(order: Sequence[_Reading], enough: float) -> Sequence[_Reading]:
    """Return the readings from which on the whole range is above what is enough."""
    doubted = [place for place, each in enumerate(order) if each.chance.low < enough]
    return order[doubted[-1] + 1 :] if doubted else order


def _bound(reading: _Reading, *, rises: bool, dimension: str = "") -> str:
    value = f"{dimension} {reading.point.words}".lstrip()
    return f"from {value} on" if rises else f"up to {value}"


def _bound_of_sure(sure: Sequence[_Reading], enough: float, *, rises: bool) -> str:
    return f"The whole range is above {level(enough)} {_bound(sure[0], rises=rises)}."


def _unshown(study: Study, enough: float, replications: int) -> str:
    """Return why no value is known to be enough: what is always kept takes some replications to show it."""
    least = shown_by(enough, float(study.setting.confidence))
    if replications < least:
        done = counted(replications, "replication")
        return f"{done} cannot show it, even of what is always kept: that takes {least}."
    return f"It is not shown: no range is above {level(enough)} as a whole from some value on."


def _highest(study: Study, variants: Sequence[Variant], promise: str, before: str) -> Iterator[str]:
    """Yield where several things are varied which variant has the highest chance, and how many have enough."""
    readings = _readings(study, variants, promise)
    if not readings:
        return
    enough = float(study.setting.confidence)
    best, chance = max(readings, key=lambda found: found[1].value)
    count = sum(found.low >= enough for _, found in readings)
    yield (
        f"{before}`{promise}` is kept most in `{best.name}`: {chance_words(chance)}."
        f" In {count:,} of {counted(len(readings), 'variant')} the whole range is above {level(enough)}, the"
        " experiment's confidence."
    )
