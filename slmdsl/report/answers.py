"""The answer of a study in plain sentences: what was asked, before any table.

A study that looks for something says what it found; one that varies something says from where on it is enough; others
say how each promise fares, and what every scenario differs by from the first.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from slmdsl.report.answers_curve import curve_answers, overloaded_answers
from slmdsl.report.answers_opens import open_ticket_answers
from slmdsl.report.answers_search import search_answers
from slmdsl.report.answers_uncertainty import uncertainty_answers
from slmdsl.report.study_words import chance_words, listed, luck_words, percent, points
from slmdsl.stats.looks import is_narrow
from slmdsl.study.running.looks import chance_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.studies import Until
    from slmdsl.study.running.study import Study

_SWITCH = ("with", "without")
_BESIDE = 8
"""Up to so many variants each is compared with the first in words."""


def answers_of(study: Study) -> tuple[str, ...]:
    """Return what a study answers, a sentence or a few to a line; nothing where nothing was simulated yet.

    For example `print(*answers_of(slmdsl.simulate(spec, "staffing")), sep="\\n")`.
    """
    return (*_answers(study), *uncertainty_answers(study), *open_ticket_answers(study))


def _answers(study: Study) -> Iterator[str]:
    if not any(tally.replications for tally in study.tallies.values()):
        return
    if study.search is not None:
        yield from search_answers(study, study.search)
        return
    if study.setting.until is not None:
        yield from _narrow(study, study.setting.until)
    if len(study.tallies) > 1 and _has_values(study):
        yield from curve_answers(study)
        return
    told = tuple(_alone(study) if len(study.tallies) == 1 else _compared(study))
    asleep = tuple(_not_in_force(study))
    yield from told or (() if asleep else _unjudged(study))
    yield from asleep
    yield from overloaded_answers(study)


def _not_in_force(study: Study) -> Iterator[str]:
    """Yield from when to when an agreement is in force that is so on no day of the horizon."""
    setting = study.setting
    found = {each.name: each for trial in study.trials.values() for each in trial.judge.agreements}
    for each in found.values():
        if (each.valid_from or setting.first) > setting.last or (
            each.valid_to or setting.last
        ) < setting.first:
            limits = (("from", each.valid_from), ("to", each.valid_to))
            span = " ".join(f"{word} {day}" for word, day in limits if day is not None)
            yield f"`{each.name}` is in force {span}, on none of these days: nothing of it is judged."


def _unjudged(study: Study) -> Iterator[str]:
    """Yield why no agreement is kept or missed as a whole."""
    if any(trial.judge.agreements for trial in study.trials.values()):
        yield "No month of an agreement that lies wholly within these days is judged: look at the targets."
    else:
        yield "No agreement judges this: what follows is the desk alone."


def _has_values(study: Study) -> bool:
    """Whether something is varied that has more values than with and without."""
    points = [point for variant in study.setting.variants for point in variant.points]
    return any(len(variant.points) > 1 for variant in study.setting.variants) or any(
        point.words not in _SWITCH for point in points
    )


def _narrow(study: Study, until: Until) -> Iterator[str]:
    """Yield for which variants the chance is known as narrowly as wanted, and for which it is not."""
    reached, stopped, unknown = [], [], []
    for name, tally in study.tallies.items():
        found = chance_of(tally, until.of, float(study.setting.confidence))
        if found is None:
            unknown.append(name)
        elif is_narrow(found, float(until.half_width)):
            reached.append(f"{name} ({tally.replications:,} replications)")
        else:
            stopped.append(f"{name} at ± {100 * found.half_width:.1f} ({tally.replications:,} replications)")
    if reached:
        width = f"± {100 * float(until.half_width):.3g} points"
        yield f"The chance of `{until.of}` is known to {width} for {listed(reached, most=_BESIDE)}."
    if stopped:
        why = "Interrupted before that" if study.interrupted else "Stopped before that"
        most = (
            ""
            if study.interrupted
            else f", at most {study.setting.replications:,} replications being allowed"
        )
        yield f"{why}: {listed(stopped, most=_BESIDE)}{most}."
    if unknown:
        yield f"Nothing in `{until.of}` was judged for {listed(unknown)}."


def _alone(study: Study) -> Iterator[str]:
    """Yield how often each agreement is kept, and what it misses most."""
    confidence = float(study.setting.confidence)
    ((_, tally),) = study.tallies.items()
    for name, kept in tally.agreements.items():
        chance, whole = kept.chance(confidence), kept.throughout(confidence)
        if chance is None or whole is None:
            continue
        yield (
            f"A month of `{name}` is kept with a chance of {chance_words(chance)}, every month of the horizon with"
            f" {chance_words(whole)}.{_weakest(study, name, chance.value)}"
        )


def _weakest(study: Study, agreement: str, chance: float) -> str:
    """Return which target of an agreement is kept least, if months are missed at all."""
    if chance == 1.0:
        return ""
    rows = study.summary.to_dicts()
    targets = [
        row
        for row in rows
        if row["sla"] == agreement and row["target"] != agreement and row["chance"] is not None
    ]
    if not targets:
        return ""
    least = min(targets, key=lambda row: row["chance"])
    if least["chance"] == 1.0:
        return ""
    return f" Kept least of its targets is {least['target'].rpartition('.')[2]}: {percent(least['chance'])}."


def _compared(study: Study) -> Iterator[str]:
    """Yield how the first scenario keeps each agreement, and what the others differ by."""
    confidence = float(study.setting.confidence)
    first, tally = next(iter(study.tallies.items()))
    differences = [row for row in study.differences.to_dicts() if row["figure"] == "chance"]
    for name, kept in tally.agreements.items():
        chance = kept.chance(confidence)
        if chance is None:
            continue
        yield f"{first}: a month of `{name}` is kept with a chance of {chance_words(chance)}."
        mine = [row for row in differences if row["target"] == name]
        same = [row["scenario"] for row in mine if not _differs(row)]
        for row in [row for row in mine if _differs(row)][:_BESIDE]:
            yield _difference(row)
        if same:
            yield f"No replication of {listed(same)} has another share of months than {first}."


def _differs(row: dict[str, Any]) -> bool:
    return bool(row["difference"] or row["low"] or row["high"])


def _difference(row: dict[str, Any]) -> str:
    """Return a difference in words, whether it may be none, and what the common luck saved."""
    words = f"{row['scenario']} - {row['against']}: {points(row['difference'])} points"
    if isfinite(row["low"]) and isfinite(row["high"]):
        words += f" ({points(row['low'])} to {points(row['high'])})"
        if row["low"] <= 0 <= row["high"]:
            words += ", which may be no difference"
    luck = luck_words(row["ratio"])
    return f"{words}; {luck}." if luck else f"{words}."
