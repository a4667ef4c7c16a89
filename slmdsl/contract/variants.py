"""What an experiment runs side by side: its scenarios, each at every point that `vary` spans."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from slmdsl.base.units import DAY, HOUR
from slmdsl.contract.model.agreements import Limit
from slmdsl.contract.model.studies import SetLimit, SetNumber, VaryNumber
from slmdsl.contract.scenarios import parametrised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.units import Duration
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import Edit, Experiment, VaryLimit, WhatIf

    Varied: TypeAlias = VaryNumber | VaryLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of what is varied, as one coordinate of a variant.

    Attributes:
        dimension: what is varied, such as `desk.early agents` or `acme_gold.p1_fix within`.
        words: the value as the text would say it, such as `5` or `2 h 30 min`.
        number: the value on an axis: a count, or a length in hours (in days, where days are counted on a calendar).
        unit: of `number`: empty for a count, else `h` or `days` or `business days`.
    """

    dimension: str
    words: str
    number: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A scenario with further edits.

    `name` is unique in its experiment: the scenario's, and behind a colon each value, as in
    `today: desk.early agents 5, desk.late agents 4`. `points` has a value for each thing that is varied, in order.
    """

    name: str
    scenario: str
    edits: tuple[Edit, ...] = ()
    points: tuple[Point, ...] = ()


def variants_of(experiment: Experiment) -> tuple[Variant, ...]:
    """Return what an experiment runs: scenario by scenario, the last thing that is varied changing fastest.

    For example `[each.name for each in variants_of(contract.experiments["price_of_promise"])]`.
    """
    spans = [list(_choices(varied)) for varied in experiment.vary]
    return tuple(
        _variant(scenario, [each for each, _ in chosen], [edit for _, edit in chosen])
        for scenario in experiment.scenarios
        for chosen in product(*spans)
    )


def variant_of(scenario: str) -> Variant:
    """Return a scenario as it stands."""
    return Variant(name=scenario, scenario=scenario)


def varied(contract: Contract, variant: Variant) -> WhatIf:
    """Return what a variant simulates. Raises as `what_if` does."""
    return parametrised(contract, variant.scenario, variant.edits)


def _variant(scenario: str, points: list[Point], edits: list[Edit]) -> Variant:
    words = ", ".join(f"{each.dimension} {each.words}" for each in points)
    return Variant(
        name=f"{scenario}: {words}" if words else scenario,
        scenario=scenario,
        edits=tuple(edits),
        points=tuple(points),
    )


def _choices(varied: Varied) -> Iterator[tuple[Point, Edit]]:
    if isinstance(varied, VaryNumber):
        dimension = f"{varied.what} {varied.attribute}"
        for value in varied.values:
            edit: Edit = SetNumber(
                what=varied.what, attribute=varied.attribute, value=Fraction(value), span=varied.span
            )
            yield Point(dimension=dimension, words=str(value), number=value, unit=""), edit
        return
    for limit in varied.limits:
        number, unit = _on_axis(limit)
        point = Point(dimension=f"{varied.target} within", words=str(limit), number=number, unit=unit)
        yield point, SetLimit(target=varied.target, limit=Limit(duration=limit), span=varied.span)


def _on_axis(length: Duration) -> tuple[float, str]:
    if length.business_days:
        return float(length.business_days), "business days"
    if length.days and not length.us:
        return length.wall_us / DAY, "days"
    return length.wall_us / HOUR, "h"
