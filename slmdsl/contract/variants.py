"""What an experiment runs side by side: its scenarios, each at every point that `vary` spans."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from slmdsl.contract.scenarios import parametrised

if TYPE_CHECKING:
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import Choice, Edit, Experiment, WhatIf


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of what is varied, as one coordinate of a variant.

    Attributes:
        dimension: what is varied, such as `desk.early agents`, `acme_gold.p1_fix within`, or `mail_failover`.
        words: the value as the text would say it, such as `5` or `2 h 30 min`; `with` or `without`.
        number: the value on an axis: a count, a length in hours (in days, where days are counted on a calendar), a
            percentage in percent, a factor; 1 for `with` and 0 for `without`.
        unit: of `number`: empty for a count and for `with`, else `h`, `days`, `business days`, `%`, `times`, or such
            as `per day`.
    """

    dimension: str
    words: str
    number: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A scenario with further edits, and without further risks and contingencies.

    `name` is unique in its experiment: the scenario's, and behind a colon each value, as in
    `today: desk.early agents 5, without mail_failover`. `points` has a value for each thing that is varied, in order.
    """

    name: str
    scenario: str
    edits: tuple[Edit, ...] = ()
    points: tuple[Point, ...] = ()
    without: tuple[str, ...] = ()
    without_risks: bool = False


def variants_of(experiment: Experiment) -> tuple[Variant, ...]:
    """Return what an experiment runs: scenario by scenario, the last thing that is varied changing fastest.

    For example `[each.name for each in variants_of(contract.experiments["price_of_promise"])]`.
    """
    spans = [
        [(_point(varied.dimension, varied.unit, each), each) for each in varied.choices]
        for varied in experiment.vary
    ]
    return tuple(
        _variant(scenario, [point for point, _ in chosen], [choice for _, choice in chosen])
        for scenario in experiment.scenarios
        for chosen in product(*spans)
    )


def count_of(experiment: Experiment) -> int:
    """Return how many variants an experiment spans, without making them."""
    return len(experiment.scenarios) * prod(len(each.choices) for each in experiment.vary)


def variant_of(scenario: str) -> Variant:
    """Return a scenario as it stands."""
    return Variant(name=scenario, scenario=scenario)


def varied(contract: Contract, variant: Variant) -> WhatIf:
    """Return what a variant simulates. Raises as `what_if` does."""
    return parametrised(
        contract,
        variant.scenario,
        variant.edits,
        without=variant.without,
        without_risks=variant.without_risks,
    )


def _point(dimension: str, unit: str, choice: Choice) -> Point:
    return Point(dimension=dimension, words=choice.words, number=float(choice.number), unit=unit)


def _variant(scenario: str, points: list[Point], choices: list[Choice]) -> Variant:
    words = ", ".join(each.name for each in choices)
    return Variant(
        name=f"{scenario}: {words}" if words else scenario,
        scenario=scenario,
        edits=tuple(edit for each in choices for edit in each.edits),
        points=tuple(points),
        without=tuple(name for each in choices for name in each.without),
        without_risks=any(each.without_risks for each in choices),
    )
