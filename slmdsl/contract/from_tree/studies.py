"""From `scenario` and `experiment` blocks: what if, and how it is run."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import SECOND
from slmdsl.contract.from_tree.edits import Studied, edits
from slmdsl.contract.from_tree.reading import all_of, last, title_of, value_of
from slmdsl.contract.from_tree.varied import VALUES_AT_MOST, VARIANTS_AT_MOST, varied
from slmdsl.contract.from_tree.work import plain_us
from slmdsl.contract.model import studies as model
from slmdsl.syntax.tree import studies as tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration

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
    blocks = studied.around.reading.of_kind("experiment")
    return {each.name.text: _experiment(each, studied) for each in blocks}


def _experiment(block: Declaration, studied: Studied) -> model.Experiment:
    reading = studied.around.reading
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
        vary=tuple(_varied(ranges, studied)),
        find=tuple(_wanted(body, reading)),
        start=_start(body, reading),
        uncertain=last(body, tree.WithUncertainty) is not None,
        span=block.head_span,
    )


def _varied(ranges: Iterable[tree.VaryRange], studied: Studied) -> Iterator[model.Varied]:
    """Yield what ranges span; of more than is ever run, which is an error of its own, the first value."""
    variants = 1
    for each in ranges:
        found = varied(each, studied, 1 if variants > VARIANTS_AT_MOST else VALUES_AT_MOST)
        if found is not None:
            variants *= len(found.choices)
            yield found


def _replications(body: Iterable[Node], reading: Reading) -> int | model.Until | None:
    found: int | model.Until | None = None
    for each in body:
        if isinstance(each, tree.Replications):
            found = each.count.value
        elif isinstance(each, tree.ReplicationsUntil) and (of := reading.name(each.of)) is not None:
            found = model.Until(of=of, half_width=each.half_width.value.value, at_most=value_of(each.at_most))
    return found


def _wanted(body: Iterable[Node], reading: Reading) -> Iterator[model.Wanted]:
    for found in all_of(body, tree.FindCheapest):
        for each in found.where:
            if (of := reading.name(each.of)) is not None:
                yield model.Wanted(
                    of=of, at_least=each.at_least.value.value, throughout=each.throughout, span=each.span
                )
