"""Sources of tickets: streams, what scenarios and risks make of them, and what strikes raise."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.contract.model.risks import Surge
from slmdsl.workload.codes import CANNOT_COMPILE, TOO_LARGE
from slmdsl.workload.demand.calendar_days import day_of
from slmdsl.workload.demand.populations import is_of_kind
from slmdsl.workload.demand.table import MOST_EXTRA_SOURCES, MUST_MATCH
from slmdsl.workload.draws.keys import place_of
from slmdsl.workload.errors import UncompilableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.contract.model.agreements import Population
    from slmdsl.contract.model.risks import Risk
    from slmdsl.contract.model.studies import Multiply
    from slmdsl.contract.model.work import Cause, Load, RaisedTickets, Stream
    from slmdsl.workload.plan import Floats

ALWAYS: Final = -(2**31), 2**31 - 1
"""Days without a first and a last one."""

SCENARIO: Final = "!"
"""Ends the names of sources for the strikes that a scenario asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Of the population's tickets on some days, while a surge stands (-1: always), only a share is kept."""

    population: Population
    share: float
    word: int
    days: tuple[int, int] = ALWAYS
    surge: int = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """Where tickets come from: `stream` counts in the load, `bursts` are expected by day."""

    name: str
    stream: int
    bursts: Floats
    surges: tuple[int, ...] = ()
    filters: tuple[Filter, ...] = ()
    raised: RaisedTickets | None = None
    """For what strikes raise: which of the stream's tickets those are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """By what a population's tickets are multiplied, when, and the name that their luck has."""

    population: Population
    factor: float
    name: str
    days: tuple[int, int] = ALWAYS
    surge: int = -1


def surged(
    streams: Sequence[Source],
    load: Load,
    multiplies: Sequence[Multiply],
    risks: Sequence[Risk],
    first_day: int,
) -> list[Source]:
    """Return the sources that surges make of streams: first what scenarios say, in order, then the risks' impacts.

    Raises:
        UncompilableError: there are more than 64 beside the streams.
    """
    sources = list(streams)
    for i, stream in enumerate(load.streams):
        for change in (*_edits(stream, multiplies), *_impacts(stream, risks)):
            sources = list(_changed(sources, i, change, first_day))
            if len(sources) - len(streams) > MOST_EXTRA_SOURCES:
                message = (
                    f"more than {MOST_EXTRA_SOURCES} surges lie over each other: each doubles those before it"
                )
                raise UncompilableError(TOO_LARGE.at(stream.span, message))
    return sources


def surge_numbers(risks: Sequence[Risk]) -> dict[tuple[str, int], int]:
    """Return the numbers of all surges: by risk and by the impact's place in it."""
    places = (
        (risk.name, i) for risk in risks for i, impact in enumerate(risk.impacts) if isinstance(impact, Surge)
    )
    return {place: number for number, place in enumerate(places)}


def _edits(stream: Stream, multiplies: Sequence[Multiply]) -> Iterator[_Change]:
    own = [each for each in multiplies if each.stream == stream.name]
    for each, name in zip(own, unlike(each.population.words for each in own), strict=True):
        days = (day_of(each.during[0]), day_of(each.during[1]) + 1) if each.during else ALWAYS
        yield _Change(population=each.population, factor=float(each.factor), name=name, days=days)


def _impacts(stream: Stream, risks: Sequence[Risk]) -> Iterator[_Change]:
    numbers = surge_numbers(risks)
    for risk in risks:
        named = unlike(risk.name for _ in risk.impacts)
        for i, (impact, name) in enumerate(zip(risk.impacts, named, strict=True)):
            if isinstance(impact, Surge) and is_of_kind(impact.population, stream.kind):
                yield _Change(
                    population=impact.population,
                    factor=float(impact.factor),
                    name=name,
                    surge=numbers[risk.name, i],
                )


def _changed(sources: Sequence[Source], stream: int, change: _Change, first_day: int) -> Iterator[Source]:
    """Yield all sources after a change: a small factor thins those of the stream, a large one adds to each of them."""
    own = [each for each in sources if each.stream == stream]
    if change.factor == 1.0:
        yield from sources
    elif change.factor < 1.0:
        thinned = Filter(
            population=change.population,
            share=change.factor,
            word=place_of(change.name),
            days=change.days,
            surge=change.surge,
        )
        for each in sources:
            yield replace(each, filters=(*each.filters, thinned)) if each in own else each
    else:
        yield from sources
        more = (_more(each, change, first_day) for each in own)
        # Changes on other days than those before them add to the streams alone.
        yield from (each for each in more if each.bursts.any())


def _more(source: Source, change: _Change, first_day: int) -> Source:
    day = np.arange(first_day, first_day + len(source.bursts))
    on = (change.days[0] <= day) & (day < change.days[1])
    matching = Filter(population=change.population, share=MUST_MATCH, word=0)
    return Source(
        name=f"{source.name}*{change.name}",
        stream=source.stream,
        bursts=np.where(on, source.bursts * (change.factor - 1.0), 0.0),
        surges=(*source.surges, change.surge) if change.surge >= 0 else source.surges,
        filters=(*source.filters, matching),
    )


def raised_sources(load: Load, days: int) -> Iterator[Source]:
    """Yield the sources of raised tickets: for each statement those of drawn strikes, then those of a scenario's.

    They are apart so that a scenario's strike takes nobody's luck.

    Raises:
        UncompilableError: a cause raises tickets that the load does not have.
    """
    numbers = {stream.name: i for i, stream in enumerate(load.streams)}
    for cause in load.causes:
        for each, name in zip(cause.raises, raised_names(cause), strict=True):
            if each.stream not in numbers:
                message = f"`{cause.name}` raises {each.stream}, of which `{load.name}` says nothing"
                raise UncompilableError(CANNOT_COMPILE.at(each.span, message))
            for own in (name, name + SCENARIO):
                yield Source(name=own, stream=numbers[each.stream], bursts=np.zeros(days), raised=each)


def raised_names(cause: Cause) -> Iterator[str]:
    """Yield the names of the sources of what a cause raises, by statement; SCENARIO comes behind a scenario's."""
    return unlike(f"{each.stream}+{cause.name}" for each in cause.raises)


def unlike(names: Iterator[str]) -> Iterator[str]:
    """Yield names, those that were there before with a number.

    >>> list(unlike(iter(["a", "b", "a"])))
    ['a', 'b', 'a.2']
    """
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}.{seen[name]}"


def labels_of(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of sources as they stand in the names of tickets: without blanks, still unlike each other.

    >>> labels_of(["incidents", "incidents*incidents in till", "incidents*P1, P2 incidents"])
    ('incidents', 'incidents*incidents_in_till', 'incidents*P1_P2_incidents')
    """
    return tuple(unlike(re.sub(r"[^\w*+.!]+", "_", name) for name in names))
