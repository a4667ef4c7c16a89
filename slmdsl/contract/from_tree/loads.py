"""From `load` blocks: how work arrives and flows, and what breaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from slmdsl.contract.from_tree.distributions import resolved_distribution
from slmdsl.contract.from_tree.populations import population
from slmdsl.contract.from_tree.reading import all_of, last, title_of, value_of
from slmdsl.contract.from_tree.work import NOTHING, plain_us
from slmdsl.contract.model import work as model
from slmdsl.contract.model.catalogue import PartyRole
from slmdsl.contract.model.uncertainty import Draws
from slmdsl.syntax.tree import work as tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.contract.model.agreements import Population
    from slmdsl.contract.model.catalogue import Party, RequestType
    from slmdsl.syntax.tree.common import Node, Ref, Share
    from slmdsl.syntax.tree.distributions import Distribution
    from slmdsl.syntax.tree.file import Declaration

T = TypeVar("T", model.Stream, model.Cause, model.Step)

_ALL: Final = Fraction(1)
_WORKING: Final = (PartyRole.TEAM, PartyRole.SUPPLIER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What loads take from the rest of the contract."""

    reading: Reading
    calendars: Mapping[str, CalendarPlan]
    parties: Mapping[str, Party]
    requests: Mapping[str, RequestType]


def loads(around: Surroundings) -> dict[str, model.Load]:
    """Return every load."""
    return {each.name.text: _load(each, around) for each in around.reading.of_kind("load")}


def _load(block: Declaration, around: Surroundings) -> model.Load:
    body = around.reading.body(block)
    streams = (_stream(each, around) for each in all_of(body, tree.Stream))
    failing = (_failing(each, around.reading) for each in all_of(body, tree.Component))
    causes = (_cause(each, around.reading) for each in all_of(body, tree.Cause))
    uncertain = last(body, tree.Uncertain)
    return model.Load(
        name=block.name.text,
        title=title_of(block),
        streams=_first_of_each_name(streams),
        failing=tuple(each for each in failing if each is not None),
        causes=_first_of_each_name(causes),
        uncertain=Draws(file=uncertain.file.value, span=uncertain.span) if uncertain else None,
        span=block.head_span,
    )


def _first_of_each_name(found: Iterable[T]) -> tuple[T, ...]:
    by_name: dict[str, T] = {}
    for each in found:
        by_name.setdefault(each.name, each)
    return tuple(by_name.values())


def _stream(said: tree.Stream, around: Surroundings) -> model.Stream:
    reading, body = around.reading, said.body
    kind = reading.name(said.request) or said.kind.value
    profile, burst, start = last(body, tree.UsesProfile), last(body, tree.Burst), last(body, tree.StartAt)
    reopens, feedback = last(body, tree.Reopens), last(body, tree.Feedback)
    waits = last(body, tree.WaitsForCustomer)
    steps = _first_of_each_name(step(each, around) for each in all_of(body, tree.Step))
    return model.Stream(
        name=name_of_stream(said),
        kind=kind,
        rates=tuple(sorted((_rate(each) for each in all_of(body, tree.Rate)), key=_order)),
        profile=reading.name(profile.profile) if profile else None,
        burst=resolved_distribution(burst.size, counts=True) if burst else None,
        services=_services(last(body, tree.ServiceMix), kind, around),
        priorities=tuple(
            model.PriorityMix(
                service=reading.name(each.service), shares=_mix(each.shares, reading), span=each.span
            )
            for each in all_of(body, tree.PriorityMix)
        ),
        customers=tuple(
            part for each in all_of(body, tree.CustomerMix) for part in _mix(each.shares, reading)
        ),
        start=_start(start, steps, reading),
        steps=steps,
        customer_wait=_customer_wait(waits, around) if waits else None,
        reopens=_chanced(reopens, reopens.after) if reopens else None,
        feedback=_scores(feedback) if feedback else None,
        span=said.span,
    )


def name_of_stream(said: tree.Stream) -> str:
    """Return how tickets of a load are called: by the request, or by the kind in the plural."""
    return said.request.path[-1] if said.request else f"{said.kind.value}s"


def _rate(said: tree.Rate) -> model.Rate:
    growing = said.growing
    return model.Rate(
        since=said.since,
        count=said.count.value,
        per=cast("model.RateUnit", said.per.value),
        varying=said.varying.value.value if said.varying else NOTHING,
        correlated=said.correlated.value if said.correlated else NOTHING,
        growing=model.Growth(
            share=growing.share.value.value,
            per=cast("model.RateUnit", growing.per.value),
            as_of=growing.as_of,
        )
        if growing
        else None,
        span=said.span,
    )


def _order(rate: model.Rate) -> int:
    return rate.since.toordinal() if rate.since else 0


def _services(said: tree.ServiceMix | None, kind: str, around: Surroundings) -> tuple[model.Mixed, ...]:
    if said is not None:
        return _mix(said.shares, around.reading)
    request = around.requests.get(kind)
    if request is None or request.service is None:
        return ()
    return (model.Mixed(name=request.service, share=_ALL),)


def _mix(said: Iterable[Share], reading: Reading) -> tuple[model.Mixed, ...]:
    named = ((reading.name(each.of), each.share.value.value) for each in said)
    return tuple(model.Mixed(name=name, share=share) for name, share in named if name is not None)


def _start(said: tree.StartAt | None, steps: tuple[model.Step, ...], reading: Reading) -> str:
    """Return the step where tickets start; the first where none is said, which is an error of its own."""
    found = _own_name(said.step, reading) if said else None
    return found or (steps[0].name if steps else "")


def _own_name(ref: Ref, reading: Reading) -> str | None:
    name = reading.name(ref)
    return None if name is None else name.rpartition(".")[2]


def step(said: tree.Step, around: Surroundings) -> model.Step:
    """Return a step of a stream."""
    own = around.parties.get(said.name.text)
    own_group = own.name if own is not None and own.role in _WORKING else None
    empty = model.Step(
        name=said.name.text,
        group=around.reading.name(said.by) if said.by else own_group,
        answers=None,
        gives_up=None,
        works=(),
        waits=None,
        routes=(),
        span=said.span,
    )
    return replace(empty, **statements(said.body, around))


def statements(body: Iterable[Node], around: Surroundings) -> dict[str, Any]:
    """Return what the statements in a step say, by the field of `Step`; what none of them says is not there."""
    body, found = tuple(body), dict[str, Any]()
    answers, gives_up = last(body, tree.Answers), last(body, tree.GivesUp)
    waits, works = last(body, tree.Waits), all_of(body, tree.Works)
    if answers:
        found["answers"] = resolved_distribution(answers.duration, counts=False)
    if gives_up:
        found["gives_up"] = _chanced(gives_up, gives_up.after)
    if works:
        found["works"] = tuple(_works(works, around.reading))
    if waits:
        found["waits"] = _pause(waits, around)
    if then := last(body, tree.Then):
        found["routes"] = tuple(_routes(then, around.reading))
    return found


def _works(said: Iterable[tree.Works], reading: Reading) -> Iterator[model.Work]:
    for each in said:
        duration = resolved_distribution(each.duration, counts=False)
        if duration is not None:
            yield model.Work(priorities=reading.names(each.priorities), duration=duration, span=each.span)


def _routes(said: tree.Then, reading: Reading) -> Iterator[model.Route]:
    for each in said.routes:
        to = None if each.to is None else _own_name(each.to, reading)
        if each.to is None or to is not None:
            yield model.Route(to=to, share=each.share.value.value, span=each.span)


def _pause(said: tree.Waits | tree.WaitsForCustomer, around: Surroundings) -> model.Pause | None:
    duration = resolved_distribution(said.duration, counts=False)
    if duration is None:
        return None
    calendar = around.calendars.get(around.reading.name(said.on) or "")
    return model.Pause(duration=duration, calendar=calendar, span=said.span)


def _customer_wait(said: tree.WaitsForCustomer, around: Surroundings) -> model.CustomerWait | None:
    pause = _pause(said, around)
    return None if pause is None else model.CustomerWait(share=said.share.value.value, pause=pause)


def _chanced(said: tree.GivesUp | tree.Reopens, after: Distribution) -> model.Chanced | None:
    duration = resolved_distribution(after, counts=False)
    if duration is None:
        return None
    return model.Chanced(share=said.share.value.value, after=duration, span=said.span)


def _scores(said: tree.Feedback) -> model.Scores:
    levels = tuple(
        (plain_us(each.within) if each.within is not None else None, each.score) for each in said.scores
    )
    return model.Scores(share=said.share.value.value, levels=levels, span=said.span)


def _failing(said: tree.Component, reading: Reading) -> model.Failing | None:
    """Return components that fail; None where how often or how long makes no sense."""
    fails = resolved_distribution(said.fails, counts=False)
    repaired = resolved_distribution(said.repaired, counts=False)
    if fails is None or repaired is None:
        return None
    return model.Failing(
        components=reading.names(said.components),
        fails=fails,
        repaired=repaired,
        crew=value_of(said.crew),
        span=said.span,
    )


def _cause(said: tree.Cause, reading: Reading) -> model.Cause:
    every, lasts = last(said.body, tree.StrikesEvery), last(said.body, tree.Lasts)
    raised = (_raised(each, reading) for each in all_of(said.body, tree.Raises))
    return model.Cause(
        name=said.name.text,
        title=said.title.value if said.title else "",
        every=resolved_distribution(every.interval, counts=False) if every else None,
        takes=tuple(part for each in all_of(said.body, tree.Takes) for part in _mix(each.shares, reading)),
        lasts=resolved_distribution(lasts.duration, counts=False) if lasts else None,
        raises=tuple(each for each in raised if each is not None),
        span=said.span,
    )


def _raised(said: tree.Raises, reading: Reading) -> model.RaisedTickets | None:
    count = resolved_distribution(said.count, counts=True)
    if count is None:
        return None
    selected = population(said.population, reading)
    return model.RaisedTickets(
        count=count,
        stream=next(iter(streams_named(selected))),
        services=selected.services,
        priorities=selected.priorities,
        over_us=plain_us(said.over),
        span=said.span,
    )


def streams_named(selected: Population) -> tuple[str, ...]:
    """Return the names of the streams that a population is of: `incidents`, or each of its requests."""
    return selected.requests or (f"{selected.kind}s",)
