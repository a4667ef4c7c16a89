"""The lengths of time of a fitted stream: a table of them all, and the largest as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from slmdsl.base.units import HOUR
from slmdsl.report.charts import fits
from slmdsl.report.document.tree import Cell, Column, Paragraph, Picture, Section, Table
from slmdsl.report.fit_words import counted, percent_cell, share_words
from slmdsl.study.fit.words import duration, length

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.report.document.tree import Block
    from slmdsl.report.language import Language
    from slmdsl.study.fit.model import Length, StepFit, StreamFit

_PANELS: Final = 4
_POINTS: Final = 60
_LEAST_HOURS: Final = 1 / 120


class Named(NamedTuple):
    """A length of time and what it is of."""

    words: str
    length: Length


def lengths_section(stream: StreamFit, say: Language) -> Section:
    """Return how long things take in a stream, as fitted."""
    found = list(_lengths(stream, say))
    blocks: list[Block] = [
        _table(stream, found, say),
        Paragraph(text=say.say("fit.lengths.note"), tone="quiet"),
    ]
    shown = sorted((each for each in found if _is_shown(each.length)), key=lambda each: -each.length.count)
    if shown:
        blocks.append(_picture(stream, shown[:_PANELS], say))
    return Section(
        key=f"times-{stream.name}",
        title=say.say("fit.times", stream=stream.heading),
        blocks=tuple(blocks),
    )


def _is_shown(found: Length) -> bool:
    return found.fitted is not None and found.values is not None and len(found.values) > 0


def _lengths(stream: StreamFit, say: Language) -> Iterator[Named]:
    for step in stream.steps:
        yield from _of_step(step, say)
    if stream.customer_wait is not None:
        share = share_words(stream.customer_wait.share)
        yield Named(say.say("fit.length.customer", share=share), stream.customer_wait.length)
    if stream.reopens is not None:
        share = share_words(stream.reopens.share)
        yield Named(say.say("fit.length.reopens", share=share), stream.reopens.length)


def _of_step(step: StepFit, say: Language) -> Iterator[Named]:
    if step.answers is not None:
        yield Named(say.say("fit.length.answers", step=step.name), step.answers)
    if step.gives_up is not None:
        share = share_words(step.gives_up.share)
        yield Named(say.say("fit.length.gives_up", step=step.name, share=share), step.gives_up.length)
    for work in step.works:
        kind = "in_hand" if step.remark == "in_hand" else "works"
        key = f"fit.length.{kind}_for" if work.priorities else f"fit.length.{kind}"
        yield Named(say.say(key, step=step.name, priorities=", ".join(work.priorities)), work.length)
    if step.waits is not None:
        yield Named(say.say("fit.length.waits", step=step.name), step.waits)


def _table(stream: StreamFit, found: Sequence[Named], say: Language) -> Table:
    return Table(
        key=f"lengths-{stream.name}",
        caption=say.say("fit.lengths"),
        columns=(
            Column(key="what", head=say.say("fit.what_length"), width=3),
            Column(key="law", head=say.say("fit.law"), width=5),
            Column(key="median", head=say.say("fit.median"), align="figures", width=1),
            Column(key="count", head=say.say("fit.n"), align="figures", width=1),
            Column(key="distance", head=say.say("fit.distance"), align="figures", width=1),
        ),
        rows=tuple(_row(each) for each in found),
    )


def _row(named: Named) -> tuple[Cell, ...]:
    found = named.length
    law = length(found) + (f" ({found.calendar})" if found.calendar else "")
    distance = (
        Cell(text="-")
        if found.fitted is None or not found.fitted.tried
        else percent_cell(found.fitted.distance)
    )
    return (
        Cell(text=named.words, value=named.words),
        Cell(text=law, value=law),
        Cell(text=duration(found.median_us), value=found.median_us / HOUR, unit="hours"),
        counted(found.count, "values"),
        distance,
    )


def _picture(stream: StreamFit, found: Sequence[Named], say: Language) -> Picture:
    words = {"real": "log", "fitted": "fit", "hours": "hours", "share": "up_to"}
    said = {name: say.say(f"fit.{key}") for name, key in words.items()}
    rows = [row for each in found for row in _curves(each, said["real"], said["fitted"])]
    most = max(each.length.fitted.distance for each in found if each.length.fitted is not None)
    return Picture(
        key=f"lengths-picture-{stream.name}",
        caption=say.say("fit.picture.lengths"),
        alt=say.say("fit.picture.lengths.alt", count=len(found), distance=share_words(most)),
        chart=fits.distributions(rows, said),
    )


def _curves(named: Named, real: str, fitted: str) -> Iterator[dict[str, object]]:
    """Yield the shares of values up to some lengths of time, of the log and of the fit."""
    law, values = named.length.fitted, named.length.values
    if law is None or values is None:
        return
    ordered = np.sort(values)
    low = max(float(np.quantile(ordered, 0.01)) / HOUR, _LEAST_HOURS)
    high = max(float(np.quantile(ordered, 0.995)) / HOUR, 2 * low)
    at = np.geomspace(low, high, _POINTS)
    counts = np.searchsorted(ordered, at * HOUR, side="right") / len(ordered)
    for name, shares in ((real, counts), (fitted, law.below(at * HOUR))):
        for place, share in zip(at, shares, strict=True):
            yield {
                "panel": named.words,
                "hours": round(float(place), 4),
                "share": round(float(share), 4),
                "name": name,
            }
