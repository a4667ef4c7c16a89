"""Bounds from above and from below on the same measure that no period can keep together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice, product
from typing import TYPE_CHECKING, TypeAlias

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.checks.promises import PAIRS_AT_MOST
from slmdsl.contract.model.agreements import (
    Ageing,
    Count,
    Dated,
    OutageCount,
    SampledMetric,
    Score,
    Share,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Population, Target

_FORMS = (Ageing, Count, OutageCount, SampledMetric, Score, Share)
Bounded: TypeAlias = Ageing | Count | OutageCount | SampledMetric | Score | Share
Bound: TypeAlias = "tuple[Target, Bounded]"


def bounds_apart(draft: Draft) -> Iterator[Diagnostic]:
    """Yield pairs such as `at most 5%` and `at least 10%` of the same share: one of them is always missed."""
    for agreement in draft.contract.agreements.values():
        alike: dict[object, tuple[list[Bound], list[Bound]]] = {}
        for each in agreement.targets:
            form = each.form
            if isinstance(form, _FORMS):
                uppers, lowers = alike.setdefault(_measured(each, form), ([], []))
                (uppers if form.at_most else lowers).append((each, form))
        pairs = (pair for bounds in alike.values() for pair in product(*bounds))
        for upper, lower in islice(pairs, PAIRS_AT_MOST):
            spans = _apart(upper[1].goal, lower[1].goal)
            if spans:
                yield _finding(upper[0], lower[0], spans)


def _measured(target: Target, form: Bounded) -> object:
    """Return what is measured, and when, whatever its bound."""
    bare: Bounded = replace(form, at_most=True, goal=Dated(values=()))
    if isinstance(bare, Share | Count | Ageing):
        bare = replace(bare, population=_plain(bare.population))
    elif isinstance(bare, OutageCount):
        outages = replace(bare.outages, services=tuple(sorted(bare.outages.services)), words="")
        bare = replace(bare, outages=outages)
    return bare, target.period, target.calendar, target.counted, target.per


def _plain(population: Population) -> Population:
    """Return a population without its wording."""
    return replace(
        population,
        priorities=tuple(sorted(population.priorities)),
        requests=tuple(sorted(population.requests)),
        services=tuple(sorted(population.services)),
        words="",
    )


def _apart(upper: Dated[Fraction], lower: Dated[Fraction]) -> tuple[Span, Span] | None:
    """Return the bounds of the first day on which more is asked for than is allowed; None where there is none."""
    days = {since or date.min for since, *_ in (*upper.values, *lower.values)}
    for day in sorted(days):
        (most, allowed), (least, asked) = _on(upper, day), _on(lower, day)
        if most < least:
            return allowed, asked
    return None


def _on(bound: Dated[Fraction], day: date) -> tuple[Fraction, Span]:
    return [(value, span) for since, value, span in bound.values if since is None or since <= day][-1]


def _finding(upper: Target, lower: Target, spans: tuple[Span, Span]) -> Diagnostic:
    labels = [
        Label(span=spans[0], text="allows at most this"),
        Label(span=spans[1], text="asks for at least this"),
    ]
    first, second = sorted(zip(labels, (upper, lower), strict=True), key=lambda each: _place(each[0].span))
    return codes.BOUNDS_APART.at(
        second[0].span,
        f"`{first[1].name}` and `{second[1].name}` cannot both be kept",
        label=second[0].text,
        secondary=[first[0]],
        help="they measure the same in the same periods",
    )


def _place(span: Span) -> tuple[str, int]:
    return span.file, span.start
