"""A model with one draw of its uncertain parameters: what a load's file of draws may say, and what it changes.

A column's path is one of `STREAM rate`, `STREAM varying`, `STREAM correlated`, `STREAM customer`, `STREAM reopens`,
`STREAM.STEP works`, `STREAM.STEP waits`, `STREAM.STEP then TARGET` (`resolved` for the end). `correlated` and `then`
are values, all others factors. What a scenario sets itself is certain: a draw changes only what stands as in the load.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Final, NamedTuple

from slmdsl.contract.model.distributions import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.contract.model.distributions import Distribution
    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.contract.model.uncertainty import Draws
    from slmdsl.contract.model.work import Chanced, CustomerWait, Load, Pause, Rate, Route, Step, Stream, Work

OF_STREAMS: Final = ("rate", "varying", "correlated", "customer", "reopens")
OF_STEPS: Final = ("works", "waits")
RESOLVED: Final = "resolved"
_MOST_CORRELATED: Final = Fraction(999, 1000)
_POSITIVE: Final = frozenset(("rate", "customer", "works", "waits"))
_SHARES: Final = frozenset(("correlated", "then"))


class Parameter(NamedTuple):
    """What a column is about: `step` and `target` are empty where there is none."""

    stream: str
    step: str
    what: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A column (or a row of it, from 0) that a load cannot have; `near` are paths that it can have instead."""

    column: int
    message: str
    kind: str
    row: int | None = None
    near: tuple[str, ...] = ()


def parameter(path: str) -> Parameter | None:
    """Return what a column's path names; None for one that is no path.

    >>> parameter("incidents.desk then resolved")
    Parameter(stream='incidents', step='desk', what='then', target='resolved')
    """
    match path.split():
        case [stream, what] if what in OF_STREAMS:
            return Parameter(stream, "", what)
        case [place, what] if what in OF_STEPS:
            stream, _, step = place.rpartition(".")
            return Parameter(stream, step, what)
        case [place, "then", target]:
            stream, _, step = place.rpartition(".")
            return Parameter(stream, step, "then", target)
    return None


def parameters_of(load: Load) -> tuple[str, ...]:
    """Return the paths of all parameters of a load that draws may be of.

    For example `parameters_of(contract.loads["autumn"])[0]` is `incidents rate`.
    """
    return tuple(path for stream in load.streams for path in _paths(stream))


def _paths(stream: Stream) -> Iterator[str]:
    said = {
        "rate": bool(stream.rates),
        "varying": any(each.varying for each in stream.rates),
        "correlated": any(each.varying for each in stream.rates),
        "customer": stream.customer_wait is not None,
        "reopens": stream.reopens is not None,
    }
    yield from (f"{stream.name} {what}" for what in OF_STREAMS if said[what])
    for step in stream.steps:
        if step.works or step.answers:
            yield f"{stream.name}.{step.name} works"
        if step.waits:
            yield f"{stream.name}.{step.name} waits"
        for route in step.routes:
            yield f"{stream.name}.{step.name} then {route.to or RESOLVED}"


def misfits(load: Load, columns: Sequence[str], rows: Sequence[Sequence[float]]) -> Iterator[Misfit]:
    """Yield what keeps draws from being those of a load: unknown and doubled paths, then values out of range."""
    known = {" ".join(path.split()): path for path in parameters_of(load)}
    seen: set[str] = set()
    for column, said in enumerate(columns):
        path = " ".join(said.split())
        if path not in known:
            message = f"the load `{load.name}` has no `{said}`"
            yield Misfit(column=column, message=message, kind="unknown", near=tuple(known))
        elif path in seen:
            yield Misfit(column=column, message=f"`{said}` stands twice", kind="unknown")
        else:
            yield from _out_of_range(column, path, rows)
        seen.add(path)
    if not any(path not in known for path in seen):
        yield from _nowhere_to_go(load, columns, rows)


def _out_of_range(column: int, path: str, rows: Sequence[Sequence[float]]) -> Iterator[Misfit]:
    what = path.split()[1]
    for number, row in enumerate(rows):
        value = row[column]
        if what in _SHARES and not 0 <= value <= 1:
            message = f"`{path}` is {value:g}, and a share lies between 0 and 1"
            yield Misfit(column=column, row=number, message=message, kind="share")
            return
        if not isfinite(value) or value < 0 or (value == 0 and what in _POSITIVE):
            bound = "above 0" if what in _POSITIVE else "0 or more"
            message = f"`{path}` is {value:g}, and a factor is {bound}"
            yield Misfit(column=column, row=number, message=message, kind="factor")
            return


def _nowhere_to_go(load: Load, columns: Sequence[str], rows: Sequence[Sequence[float]]) -> Iterator[Misfit]:
    """Yield the first draw of each step in which all its shares are 0."""
    for stream in load.streams:
        for step in stream.steps:
            targets = [f"{stream.name}.{step.name} then {each.to or RESOLVED}" for each in step.routes]
            said = [column for column, path in enumerate(columns) if " ".join(path.split()) in targets]
            if not said or len(said) < len(targets):
                continue
            empty = (number for number, row in enumerate(rows) if not any(row[column] for column in said))
            for number in empty:
                message = f"no ticket leaves `{stream.name}.{step.name}`: all its shares are 0"
                yield Misfit(column=said[0], row=number, message=message, kind="share")
                break


def with_draw(what_if: WhatIf, row: int) -> WhatIf:
    """Return a what-if with one draw of its load's uncertain parameters; itself where nothing of it changes.

    Args:
        what_if: a scenario with its edits done.
        row: which draw of `what_if.load.uncertain`, from 0.

    Raises:
        IndexError: there is no such draw.
        ValueError: its load has no draws.

    For example `with_draw(what_if(contract, "today"), 0).load.streams[0].rates`.
    """
    draws = what_if.load.uncertain
    if draws is None or not draws.rows:
        message = f"the load `{what_if.load.name}` has no draws"
        raise ValueError(message)
    load = _drawn(what_if.load, what_if.contract.loads.get(what_if.load.name, what_if.load), draws, row)
    return what_if if load is what_if.load else replace(what_if, load=load)


def _drawn(load: Load, written: Load, draws: Draws, row: int) -> Load:
    said: dict[str, dict[Parameter, float]] = {}
    for path, value in zip(draws.columns, draws.rows[row], strict=True):
        found = parameter(path)
        if found is not None:
            said.setdefault(found.stream, {})[found] = value
    before = {each.name: each for each in written.streams}
    streams = tuple(
        _stream(each, before.get(each.name, each), said[each.name]) if each.name in said else each
        for each in load.streams
    )
    same = all(one is other for one, other in zip(streams, load.streams, strict=True))
    return load if same else replace(load, streams=streams)


def _stream(stream: Stream, written: Stream, said: Mapping[Parameter, float]) -> Stream:
    of_all = {each.what: value for each, value in said.items() if not each.step}
    rates = tuple(_rate(each, of_all, certain=stream.rates != written.rates) for each in stream.rates)
    steps = tuple(
        _step(each, _named(written.steps, each), {p: v for p, v in said.items() if p.step == each.name})
        for each in stream.steps
    )
    wait = _customer(stream.customer_wait, of_all.get("customer", 1.0))
    reopens = _reopened(stream.reopens, of_all.get("reopens", 1.0))
    parts = {"rates": rates, "steps": steps, "customer_wait": wait, "reopens": reopens}
    changed = {name: part for name, part in parts.items() if part != getattr(stream, name)}
    return replace(stream, **changed) if changed else stream  # type: ignore[arg-type] # each part by its own name


def _named(steps: tuple[Step, ...], step: Step) -> Step:
    return next((each for each in steps if each.name == step.name), step)


def _rate(rate: Rate, said: Mapping[str, float], *, certain: bool) -> Rate:
    factor = 1.0 if certain else said.get("rate", 1.0)
    correlated = said.get("correlated") if rate.varying else None
    return replace(
        rate,
        count=rate.count * _exact(factor),
        varying=rate.varying * _exact(said.get("varying", 1.0)),
        correlated=rate.correlated if correlated is None else min(_exact(correlated), _MOST_CORRELATED),
    )


def _step(step: Step, written: Step, said: Mapping[Parameter, float]) -> Step:
    if not said:
        return step
    of_all = {each.what: value for each, value in said.items() if not each.target}
    shares = {each.target: value for each, value in said.items() if each.target}
    works, waits = of_all.get("works", 1.0), of_all.get("waits", 1.0)
    return replace(
        step,
        answers=_time(step.answers, works) if step.answers == written.answers else step.answers,
        works=tuple(_work(each, works) for each in step.works) if step.works == written.works else step.works,
        waits=_pause(step.waits, waits) if step.waits and step.waits == written.waits else step.waits,
        routes=_routes(step.routes, shares) if shares and step.routes == written.routes else step.routes,
    )


def _exact(value: float) -> Fraction:
    """Return a number as it is written: a share of 0.76 is 76 %, and not its nearest binary fraction."""
    return Fraction(repr(value))


def _time(distribution: Distribution | None, factor: float) -> Distribution | None:
    return None if distribution is None else scaled(distribution, factor)


def _work(work: Work, factor: float) -> Work:
    return replace(work, duration=scaled(work.duration, factor))


def _pause(pause: Pause, factor: float) -> Pause:
    return replace(pause, duration=scaled(pause.duration, factor))


def _customer(wait: CustomerWait | None, factor: float) -> CustomerWait | None:
    return None if wait is None else replace(wait, pause=_pause(wait.pause, factor))


def _reopened(chanced: Chanced | None, factor: float) -> Chanced | None:
    if chanced is None:
        return None
    return replace(chanced, share=min(chanced.share * _exact(factor), Fraction(1)))


def _routes(routes: tuple[Route, ...], shares: Mapping[str, float]) -> tuple[Route, ...]:
    """Return routes with the shares that are drawn, all of them brought to 1 in sum."""
    drawn = [
        _exact(shares[each.to or RESOLVED]) if (each.to or RESOLVED) in shares else each.share
        for each in routes
    ]
    whole = sum(drawn, start=Fraction(0))
    return tuple(
        replace(each, share=share / whole) if whole else each
        for each, share in zip(routes, drawn, strict=True)
    )
