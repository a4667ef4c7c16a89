"""From `scenario` and `experiment` blocks: what if, and how it is run."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from slmdsl.base.units import DAY, SECOND, Duration
from slmdsl.contract.from_tree.edits import Studied, edits
from slmdsl.contract.from_tree.reading import all_of, last, title_of, value_of
from slmdsl.contract.from_tree.work import plain_us
from slmdsl.contract.model import studies as model
from slmdsl.syntax.tree import studies as tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration

VALUES_AT_MOST: Final = 10_000
"""Values of one `vary`: more is an error of its own."""

_CONFIDENCE: Final = Fraction(95, 100)
_INDIFFERENCE: Final = Fraction(1, 100)


def scenarios(studied: Studied) -> dict[str, model.Scenario]:
    """Return every scenario, with the edits of those that it starts from before its own."""
    blocks = {each.name.text: each for each in studied.around.reading.of_kind("scenario")}
    return {name: _scenario(lineage(name, blocks, studied.around.reading), studied) for name in blocks}


def lineage(name: str, blocks: dict[str, Declaration], reading: Reading) -> list[Declaration]:
    """Return a scenario's block and those that it starts from, the first one first; a circle is cut."""
    found: dict[str, Declaration] = {}
    current: str | None = name
    while current is not None and current in blocks and current not in found:
        found[current] = blocks[current]
        current = reading.name(blocks[current].parent)
    return list(reversed(found.values()))


def _scenario(line: Sequence[Declaration], studied: Studied) -> model.Scenario:
    reading, block = studied.around.reading, line[-1]
    body = [statement for each in line for statement in each.body]
    uses, judged = last(body, tree.UsesLoad), last(body, tree.UsesSlas)
    name = reading.name(uses.load) if uses else None
    load = studied.loads.get(name or "")
    return model.Scenario(
        name=block.name.text,
        title=title_of(block),
        parents=tuple(each.name.text for each in line[:-1]),
        load=load.name if load else None,
        agreements=reading.names(judged.agreements) if judged else (),
        edits=tuple(edits(body, load, studied)),
        without=reading.names(ref for each in all_of(body, tree.Without) for ref in each.what),
        without_risks=last(body, tree.WithoutRisks) is not None,
        start=_start(body, reading) or "warm up",
        span=block.head_span,
    )


def _start(body: Iterable[Node], reading: Reading) -> str | None:
    """Return how a simulation starts by the last statement of it: `empty`, or a source's name."""
    found: str | None = None
    for each in body:
        if isinstance(each, tree.StartsEmpty):
            found = "empty"
        elif isinstance(each, tree.StartsWithOpenTickets):
            found = reading.name(each.source)
    return found


def experiments(studied: Studied) -> dict[str, model.Experiment]:
    """Return every experiment."""
    reading = studied.around.reading
    return {each.name.text: _experiment(each, reading) for each in reading.of_kind("experiment")}


def _experiment(block: Declaration, reading: Reading) -> model.Experiment:
    body = reading.body(block)
    horizon, seed, tick = last(body, tree.Horizon), last(body, tree.Seed), last(body, tree.Tick)
    confidence, indifference = last(body, tree.Confidence), last(body, tree.Indifference)
    warm_up = horizon.warm_up if horizon else None
    ranges = (each for said in all_of(body, tree.Vary) for each in said.ranges)
    return model.Experiment(
        name=block.name.text,
        title=title_of(block),
        scenarios=reading.names(ref for each in all_of(body, tree.Scenarios) for ref in each.scenarios),
        first=horizon.first if horizon else None,
        last=horizon.last if horizon else None,
        warm_up_us=plain_us(warm_up) if warm_up else None,
        replications=_replications(body, reading),
        seed=seed.seed.value if seed else 0,
        confidence=confidence.level.value.value if confidence else _CONFIDENCE,
        indifference=indifference.points.value.value if indifference else _INDIFFERENCE,
        tick_us=plain_us(tick.length) if tick else SECOND,
        vary=tuple(varied for each in ranges if (varied := _varied(each, reading)) is not None),
        find=tuple(_wanted(body, reading)),
        start=_start(body, reading),
        span=block.head_span,
    )


def _replications(body: Iterable[Node], reading: Reading) -> int | model.Until | None:
    found: int | model.Until | None = None
    for each in body:
        if isinstance(each, tree.Replications):
            found = each.count.value
        elif isinstance(each, tree.ReplicationsUntil) and (of := reading.name(each.of)) is not None:
            found = model.Until(of=of, half_width=each.half_width.value.value, at_most=value_of(each.at_most))
    return found


def _varied(
    said: tree.VaryNumber | tree.VaryLimit, reading: Reading
) -> model.VaryNumber | model.VaryLimit | None:
    name = reading.name(said.what)
    if name is None:
        return None
    if isinstance(said, tree.VaryLimit):
        return model.VaryLimit(target=name, limits=tuple(_limits(said)), span=said.span)
    return model.VaryNumber(
        what=name,
        attribute=cast("model.NumberAttribute", said.attribute.value),
        values=range(said.first, said.last + 1, max(said.step, 1)),
        span=said.span,
    )


def _limits(said: tree.VaryLimit) -> Iterator[Duration]:
    """Yield the limits from the first to the last; without `step`, the first one is the step too."""
    first, end = said.first.value, said.last.value
    step = first if said.step is None else said.step.value
    by_business_days = bool(first.business_days)
    if any(bool(each.business_days) != by_business_days for each in (end, step)):
        return
    length = _in_business_days if by_business_days else _in_plain_time
    at, largest, step_length = length(first), length(end), length(step)
    for _ in range(VALUES_AT_MOST if step_length > 0 else 0):
        if at > largest:
            return
        yield _like(first, at)
        at += step_length


def _in_business_days(duration: Duration) -> Fraction:
    return duration.business_days


def _in_plain_time(duration: Duration) -> Fraction:
    return Fraction(duration.wall_us)


def _like(first: Duration, length: Fraction) -> Duration:
    """Return a length in the unit of the first one; days stay days, since they are counted on the calendar."""
    if first.business_days:
        return replace(first, business_days=length)
    if first.days and not first.us:
        return Duration(days=length / DAY)
    return Duration(us=int(length))


def _wanted(body: Iterable[Node], reading: Reading) -> Iterator[model.Wanted]:
    for found in all_of(body, tree.FindCheapest):
        for each in found.where:
            if (of := reading.name(each.of)) is not None:
                yield model.Wanted(
                    of=of, at_least=each.at_least.value.value, throughout=each.throughout, span=each.span
                )
