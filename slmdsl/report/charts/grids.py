"""The grid that an experiment spans: which variant stands where, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from slmdsl.report.charts.cast import dimension_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A value of what is varied: in the text's words and on an axis."""

    words: str
    number: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """What is varied: its name, the unit of its values (empty for a count), and the values in order."""

    name: str
    unit: str
    places: tuple[Place, ...]

    @property
    def label(self) -> str:
        """The name without the word that is understood."""
        return dimension_label(self.name)

    @property
    def title(self) -> str:
        """The name with the unit, for an axis."""
        return f"{self.name}, {self.unit}" if self.unit else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A variant on the grid: its base scenario, its place in each dimension, cost and state."""

    name: str
    base: str
    places: Mapping[str, Place]
    cost_minor: int | None
    currency: str | None
    state: str

    def beside(self, *dimensions: Dimension) -> str:
        """Return the words of all places but those in some dimensions."""
        without = {each.name for each in dimensions}
        return ", ".join(
            f"{dimension_label(name)} {place.words}"
            for name, place in self.places.items()
            if name not in without
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """All variants, what is varied, and the cheapest that keeps what is wanted, if one was looked for and found."""

    dimensions: tuple[Dimension, ...]
    spots: tuple[Spot, ...]
    best: Spot | None = None

    @property
    def staff(self) -> tuple[Dimension, ...]:
        """The dimensions that are counted, such as agents of a shift."""
        return tuple(each for each in self.dimensions if not each.unit)

    @property
    def limits(self) -> tuple[Dimension, ...]:
        """The dimensions that are lengths of time."""
        return tuple(each for each in self.dimensions if each.unit)

    @property
    def bases(self) -> tuple[str, ...]:
        """The scenarios of the text, in order."""
        return tuple(dict.fromkeys(each.base for each in self.spots))

    def series(self, spot: Spot, *dimensions: Dimension) -> str:
        """Return what else tells a variant from others along some dimensions."""
        words = spot.beside(*dimensions)
        if len(self.bases) == 1:
            return words or spot.base
        return f"{spot.base}: {words}" if words else spot.base


def grid_of(variants: pl.DataFrame, points: pl.DataFrame, best: str | None = None) -> Grid:
    """Return the grid of a study from its frames `variants` and `points`; without points it has no dimensions.

    `best` is the name of the cheapest variant that keeps what is wanted.
    """
    places: dict[str, dict[str, Place]] = {}
    found: dict[tuple[str, str], dict[str, Place]] = {}
    for row in points.to_dicts():
        place = Place(words=row["words"], number=row["number"])
        places.setdefault(row["scenario"], {})[row["dimension"]] = place
        found.setdefault((row["dimension"], row["unit"]), {})[row["words"]] = place
    dimensions = tuple(
        Dimension(name=name, unit=unit, places=tuple(sorted(each.values(), key=lambda place: place.number)))
        for (name, unit), each in found.items()
    )
    spots = tuple(
        Spot(
            name=row["scenario"],
            base=row["base"],
            places=places.get(row["scenario"], {}),
            cost_minor=row["cost_minor"],
            currency=row["currency"],
            state=row["state"],
        )
        for row in variants.to_dicts()
    )
    cheapest = next((each for each in spots if each.name == best), None)
    return Grid(dimensions=dimensions, spots=spots, best=cheapest)


def asked_for(summary: pl.DataFrame) -> list[str]:
    """Return the promises that an experiment is about: those with a wanted chance, else the agreements."""
    wanted = summary.filter(pl.col("wanted").is_not_null())
    whole = summary.filter(pl.col("target") == pl.col("sla"))
    return (whole if wanted.is_empty() else wanted)["target"].unique(maintain_order=True).to_list()


def known_of(summary: pl.DataFrame, target: str) -> dict[str, dict[str, Any]]:
    """Return what the summary says of a promise, by variant, where its chance is known."""
    known = summary.filter(pl.col("target") == target, pl.col("chance").is_not_null())
    return {row["scenario"]: row for row in known.to_dicts()}


def wanted_of(known: Mapping[str, dict[str, Any]]) -> float | None:
    """Return the wanted chance of a promise, if one is."""
    return next((row["wanted"] for row in known.values() if row["wanted"] is not None), None)


def spread(items: Sequence[str], most: int) -> list[str]:
    """Return at most so many items, the first and the last among them.

    >>> spread("abcdefg", 3)
    ['a', 'd', 'g']
    """
    if len(items) <= most:
        return list(items)
    return [items[round(place * (len(items) - 1) / (most - 1))] for place in range(most)]
