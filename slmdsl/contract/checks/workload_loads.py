"""Loads: rates, mixes, crews and causes that make no sense."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.checks.workload_flow import streams
from slmdsl.contract.from_tree.loads import name_of_stream
from slmdsl.contract.from_tree.populations import population
from slmdsl.contract.from_tree.reading import all_of, last
from slmdsl.contract.scenarios import streams_of
from slmdsl.syntax.tree import common, risks, studies, work

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration
    from slmdsl.contract.draft import Draft
    from slmdsl.syntax.tree.common import Literal, Node
    from slmdsl.syntax.tree.file import Declaration

_PLAIN: Final[dict[type[Node], str]] = {
    work.OnCall: "after",
    work.Raises: "over",
    work.Score: "within",
    studies.Horizon: "warm_up",
    studies.Tick: "length",
    risks.ThenRestore: "within",
    risks.ThenNotify: "within",
    risks.ThenAddAgents: "after",
}
"""Lengths of plain time, for which no calendar is said."""


def plain_times(draft: Draft) -> Iterator[Diagnostic]:
    """Business days where time is plain."""
    for kind, attribute in _PLAIN.items():
        for node, _ in draft.nodes(kind):
            said: Literal[Duration] | None = getattr(node, attribute)
            if said is not None and said.value.business_days:
                yield codes.BUSINESS_DAYS_ON_ALWAYS.at(
                    said.span,
                    "no calendar counts business days here",
                    label="plain time",
                    help="say days or hours",
                )


def rates(draft: Draft) -> Iterator[Diagnostic]:
    """Rates out of order, and how they vary and grow."""
    for rate, _ in draft.nodes(work.Rate):
        yield from _variation(rate)
    for block, stream in streams(draft):
        said = all_of(stream.body, work.Rate)
        for before, each in pairwise(said):
            if (each.since or date.min) <= (before.since or date.min):
                yield codes.RATES_OUT_OF_ORDER.at(
                    each.span,
                    "this rate does not begin after the one before it",
                    label=f"from {each.since}" if each.since else "no date",
                    secondary=[Label(span=before.span, text="the one before")],
                )
                break
        if not said and block.whole and not _is_raised(stream, draft, block):
            yield codes.NO_RATE.at(
                stream.request.span if stream.request else stream.kind.span,
                f"no `{name_of_stream(stream)}` ever arrive",
                label="no `rate`, and nothing raises them",
            )


def _variation(rate: work.Rate) -> Iterator[Diagnostic]:
    if rate.correlated is None:
        return
    if not 0 <= rate.correlated.value <= 1:
        yield codes.CORRELATION_RANGE.at(
            rate.correlated.span, "a correlation lies between 0 and 1", label="out of range"
        )
    elif rate.varying is None or not rate.varying.value.value:
        yield codes.CORRELATED_ALONE.at(
            rate.correlated.span,
            "days that do not vary cannot be correlated",
            label="no `varying`",
            help="say how much days vary: `varying 14%, correlated 0.35`",
        )


def _is_raised(stream: work.Stream, draft: Draft, block: Declaration) -> bool:
    load = draft.contract.loads[block.name.text]
    return any(each.stream == name_of_stream(stream) for cause in load.causes for each in cause.raises)


def twice_in_mixes(draft: Draft) -> Iterator[Diagnostic]:
    """Names that a mix names twice, and mixes that are said twice."""
    for mix, _ in draft.nodes(work.ServiceMix, work.PriorityMix, work.CustomerMix, work.Takes):
        yield from _twice((each.of.text, each.of.span) for each in mix.shares)
    for then, _ in draft.nodes(work.Then):
        ends = ((each.to.text, each.to.span) if each.to else ("resolved", each.span) for each in then.routes)
        yield from _twice(ends)
    for _, stream in streams(draft):
        mixes = all_of(stream.body, work.PriorityMix)
        yield from _twice((each.service.text if each.service else "priority", each.span) for each in mixes)


def _twice(named: Iterable[tuple[str, Span]]) -> Iterator[Diagnostic]:
    first: dict[str, Span] = {}
    for name, span in named:
        if name in first:
            yield codes.MIX_TWICE.at(
                span,
                f"`{name}` stands twice in this mix",
                label="again here",
                secondary=[Label(span=first[name], text="first here")],
            )
        first.setdefault(name, span)


def breakdowns(draft: Draft) -> Iterator[Diagnostic]:
    """Crews that are larger than what they repair, and causes that do nothing."""
    for component, _ in draft.nodes(work.Component):
        if component.crew is not None and component.crew.value > len(component.components):
            yield codes.LARGE_CREW.at(
                component.crew.span,
                f"only {len(component.components)} can be down at a time",
                label="more than there are components",
            )
    for cause, block in draft.nodes(work.Cause):
        if block.whole:
            yield from _cause(cause)
    yield from _failing_twice(draft)
    yield from _never_struck(draft)
    for raises, block in draft.nodes(work.Raises):
        load = draft.contract.loads.get(block.name.text)
        selected = population(raises.population, draft.reading)
        if load is not None and not streams_of(load, selected, draft.contract.requests):
            yield codes.OTHER_STREAM.at(
                raises.population.span,
                "this load does not say how such tickets flow",
                label="no such tickets",
            )


def _failing_twice(draft: Draft) -> Iterator[Diagnostic]:
    for block in draft.reading.of_kind("load"):
        first: dict[str, Span] = {}
        for component in all_of(draft.reading.body(block), work.Component):
            for ref in component.components:
                name = draft.reading.name(ref)
                if name is not None and first.setdefault(name, ref.span) is not ref.span:
                    yield codes.MEMBER_TWICE.at(
                        ref.span,
                        f"`{ref.text}` fails twice in this load",
                        label="again here",
                        secondary=[Label(span=first[name], text="first here")],
                    )


def _never_struck(draft: Draft) -> Iterator[Diagnostic]:
    """Tell of causes without `every` that no scenario strikes."""
    struck = {
        id(symbol.node) for each, _ in draft.nodes(studies.Strike) if (symbol := draft.resolved.of(each.what))
    }
    for cause, block in draft.nodes(work.Cause):
        if block.whole and last(cause.body, work.StrikesEvery) is None and id(cause) not in struck:
            yield codes.EMPTY_CAUSE.at(
                cause.name.span,
                f"`{cause.name.text}` never strikes",
                label="no `every`, and no scenario strikes it",
            )


def _cause(cause: work.Cause) -> Iterator[Diagnostic]:
    takes, lasts = last(cause.body, work.Takes), last(cause.body, work.Lasts)
    taken = takes is not None and any(each.share.value.value > 0 for each in takes.shares)
    if not taken and last(cause.body, work.Raises) is None:
        yield codes.EMPTY_CAUSE.at(
            cause.name.span,
            f"`{cause.name.text}` takes nothing down and raises no tickets",
            label="does nothing",
        )
    elif takes is not None and lasts is None:
        yield codes.EMPTY_CAUSE.at(
            takes.span,
            f"it is not said how long `{cause.name.text}` lasts",
            label="down for no time",
            help="say `for lognormal(median 2 h, p90 5 h)`",
        )


_ABOVE_ZERO: Final[dict[type[Node], str]] = {
    work.Rate: "count",
    studies.SetRate: "count",
    studies.Multiply: "factor",
    studies.VaryRate: "first",
    studies.VaryFactor: "first",
    risks.ImpactLoad: "factor",
    risks.Likelihood: "times",
}


def nothing_arrives(draft: Draft) -> Iterator[Diagnostic]:
    """Rates and factors of nothing."""
    for kind, attribute in _ABOVE_ZERO.items():
        for node, _ in draft.nodes(kind):
            said: common.Literal[int] = getattr(node, attribute)
            if said.value <= 0:
                yield codes.NOT_POSITIVE.at(
                    said.span, "this must be more than nothing", label="nothing arrives"
                )
